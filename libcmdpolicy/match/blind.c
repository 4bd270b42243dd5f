/* Does it matter to a pattern which digits stand somewhere, or only that digits do? `\d+,\d+p` matches 1,2p if and only if it matches
 * 30,40p: it holds no digit of its own, counts nothing, and looks at nothing twice. What is not recognised here is taken to matter. */
#include "match/component.h"

static bool is_digit(uint8_t b) {
    return b >= '0' && b <= '9';
}

/* The escape at p.p[*i], which is a backslash; afterwards *i is on its last byte. */
static bool blind_escape(cp_slice p, uint32_t *i) {
    uint8_t c = *i + 1 < p.n ? p.p[*i + 1] : 0;
    ++*i;
    if (c == 'x') { /* \x20: which byte is written, not which is meant */
        uint32_t from = *i + 1, n = 0, code = 0;
        for (; n < 2 && from + n < p.n; n++) {
            uint8_t h = p.p[from + n] | 32;
            if (!is_digit(p.p[from + n]) && (h < 'a' || h > 'f'))
                break;
            code = code * 16 +
                   (is_digit(p.p[from + n]) ? p.p[from + n] - (uint32_t)'0' : h - (uint32_t)'a' + 10);
        }
        *i += n;
        return n == 2 && !(code < 256 && is_digit((uint8_t)code));
    }
    return c && (strchr("dDsSwWbBnrtz", c) ||
                 (c > ' ' && c < 127 && !is_digit(c) && !((c | 32) >= 'a' && (c | 32) <= 'z')));
}

/* The class that p.p[*i] opens; afterwards *i is on its end. `0-9` is all digits. */
static bool blind_class(cp_slice p, uint32_t *i) {
    uint32_t at = *i + 1;
    at += at < p.n && p.p[at] == '^';
    for (uint32_t first = at; at < p.n && (p.p[at] != ']' || at == first); at++) {
        if (p.p[at] == '\\') {
            if (!blind_escape(p, &at))
                return false;
        } else if (p.p[at] == '[' && at + 1 < p.n && strchr(":.=", p.p[at + 1])) {
            uint32_t end = cp_slice_find(p, ']', at);
            if (p.p[at + 1] != ':' || end >= p.n || p.p[end - 1] != ':')
                return false;
            at = end;
        } else if (p.n - at >= 3 && memcmp(p.p + at, "0-9", 3) == 0)
            at += 2;
        else if (is_digit(p.p[at]))
            return false;
    }
    *i = at;
    return at < p.n;
}

/* Places that take one character, and not any number of them, count digits where they are written out or repeated together. What so few
 * of them tell apart, numbers of up to CP_DIGITS_TRIED digits show: repeated groups of 3 and 5 places, the worst of them, agree at every
 * 15 digits (Landau's function of 8). */
enum { SINGLES_MOST = 8 };

/* Is what ends at p.p[i] such a place? */
static bool is_single(cp_slice p, uint32_t i) {
    uint8_t next = i + 1 < p.n ? p.p[i + 1] : 0;
    return next != '*' && next != '+';
}

cp_blindness cp_pattern_blindness(cp_slice p) {
    cp_blindness is = CP_BLIND;
    uint32_t singles = 0;
    for (uint32_t i = 0; i < p.n; i++) {
        uint8_t c = p.p[i], next = i + 1 < p.n ? p.p[i + 1] : 0, third = i + 2 < p.n ? p.p[i + 2] : 0;
        if (c == '\\' && next == 'k' && third == '<') {
            is = CP_BLIND_BUT_REPEATS;
            for (i += 3; i < p.n && p.p[i] != '>'; i++)
                if (is_digit(p.p[i]))
                    return CP_NOT_BLIND;
        } else if (c == '\\') {
            bool takes = strchr("dDsSwW", next) != NULL;
            if (!blind_escape(p, &i))
                return CP_NOT_BLIND;
            singles += takes && is_single(p, i);
        } else if (c == '[') {
            if (!blind_class(p, &i))
                return CP_NOT_BLIND;
            singles += is_single(p, i);
        } else if (c == '.') {
            singles += is_single(p, i);
        } else if (is_digit(c) || (c == '{' && (is_digit(next) || next == ','))) {
            return CP_NOT_BLIND;
        } else if (c == '(' && next == '?' &&
                   third == '<') { /* a name; what looks behind counts what is there */
            uint8_t name = i + 3 < p.n ? p.p[i + 3] : 0;
            if (name == '=' || name == '!')
                return CP_NOT_BLIND;
        } else if (c == '(' && next == '?' && !strchr(":=!>", third) && third != 'i' && third != 's') {
            return CP_NOT_BLIND;
        }
    }
    return singles <= SINGLES_MOST ? is : CP_NOT_BLIND;
}
