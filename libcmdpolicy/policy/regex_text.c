/* Two looks at a pattern's text. Neither is a parser of PCRE2's whole language: where a construct is not surely understood, the
 * pattern stays as it is, and no literal is claimed. */
#include "policy/regex_text.h"

static bool is_blank(uint8_t c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_word(uint8_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '{' || c == '}';
}

/* Length of a leading (?FLAGS) with an x among the flags; 0: none. */
static uint32_t extended_prefix(cp_slice s) {
    bool extended = false;
    if (!cp_slice_starts(s, CP_LIT("(?")))
        return 0;
    for (uint32_t i = 2; i < s.n; i++) {
        if (s.p[i] == ')')
            return extended ? i + 1 : 0;
        if (!strchr("imsx", s.p[i]) || s.p[i] == 0)
            return 0;
        extended = extended || s.p[i] == 'x';
    }
    return 0;
}

/* Copies a class, `[` to `]`: blanks count in it. Returns the index behind it. */
static uint32_t copy_class(cp_slice s, uint32_t i, uint8_t *out, uint32_t *n) {
    uint32_t first = i + 1 + (i + 1 < s.n && s.p[i + 1] == '^'); /* a bracket here is itself */
    out[(*n)++] = s.p[i++];
    while (i < s.n) {
        uint32_t length = 1;
        if (s.p[i] == '\\' && i + 1 < s.n) {
            length = 2;
        } else if (s.p[i] == '[' && i + 1 < s.n && s.p[i + 1] == ':') { /* [:alpha:] */
            uint32_t end = i + 2;
            while (end < s.n && s.p[end] >= 'a' && s.p[end] <= 'z')
                end++;
            if (end + 1 < s.n && s.p[end] == ':' && s.p[end + 1] == ']')
                length = end + 2 - i;
        }
        bool ends = s.p[i] == ']' && i > first;
        memcpy(out + *n, s.p + i, length);
        *n += length;
        i += length;
        if (ends)
            break;
    }
    return i;
}

cp_slice cp_regex_plain(cp_arena *arena, cp_slice s) {
    uint32_t i = extended_prefix(s), n = 0;
    if (!i || memchr(s.p, 0, s.n))
        return s;
    uint8_t *out = (uint8_t *)cp_alloc_raw(arena, (size_t)s.n * 5 + 8); /* a blank may become (?:) */
    if (!out || cp_arena_failed(arena))
        return (cp_slice){NULL, 0};
    for (uint32_t k = 0; k < i; k++)
        if (s.p[k] != 'x')
            out[n++] = s.p[k];
    if (n == 3) /* (?) */
        n = 0;
    while (i < s.n) {
        uint8_t c = s.p[i];
        if (c == '\\' && i + 1 < s.n) {
            if (s.p[i + 1] == 'Q')
                return s;
            out[n++] = c;
            out[n++] = s.p[i + 1];
            i += 2;
        } else if (c == '[') {
            i = copy_class(s, i, out, &n);
        } else if (is_blank(c) || c == '#') {
            while (i < s.n && (is_blank(s.p[i]) || s.p[i] == '#')) {
                if (s.p[i] == '#')
                    while (i < s.n && s.p[i] != '\n')
                        i++;
                else
                    i++;
            }
            /* what the blank kept apart, as in `\1 2`, stays apart */
            bool escape =
                n >= 2 && is_word(out[n - 1]) &&
                (out[n - 2] == '\\' || (n >= 3 && out[n - 3] == '\\') || (n >= 4 && out[n - 4] == '\\'));
            if (escape && i < s.n && is_word(s.p[i]) && s.p[i] != '{') {
                memcpy(out + n, "(?:)", 4);
                n += 4;
            }
        } else {
            out[n++] = c;
            i++;
        }
    }
    return (cp_slice){out, n};
}

/* The longest run of plain characters at the outermost level. */
cp_slice cp_regex_required(cp_slice s) {
    cp_slice best = {NULL, 0};
    uint32_t depth = 0, beg = 0;
    bool in_run = false;
    for (uint32_t i = 0; i <= s.n; i++) {
        uint8_t c = i < s.n ? s.p[i] : 0;
        bool plain = i < s.n && depth == 0 && c >= 0x20 && c < 0x7f && !strchr("\\^$.|?*+()[]{}#", c);
        if (depth == 0 && c == '|')
            return (cp_slice){NULL, 0};
        if (c == '(' && i + 1 < s.n && s.p[i + 1] == '?' &&
            !(i + 2 < s.n &&
              (s.p[i + 2] == ':' || s.p[i + 2] == '<' || s.p[i + 2] == '!' || s.p[i + 2] == '=')))
            return (cp_slice){NULL, 0}; /* an option such as (?i) changes what follows */
        if (plain) {
            if (!in_run)
                beg = i;
            in_run = true;
            continue;
        }
        if (in_run) {
            uint32_t end = i;
            if (c == '?' || c == '*' || c == '{' || c == '+')
                end--; /* the last character may be absent or repeated */
            if (end - beg > best.n && end > beg)
                best = cp_slice_sub(s, beg, end);
            in_run = false;
        }
        if (c == '\\') {
            uint8_t next = i + 1 < s.n ? s.p[i + 1] : 0;
            bool letter =
                (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') || (next >= '0' && next <= '9');
            if (letter && !strchr("dDwWsSbBAzZRhHvVNntrfae", next))
                return (cp_slice){NULL, 0}; /* \x41, \k<name>, \Q ...: more characters belong to it */
            i++;
        } else if (c == '{') {
            while (i < s.n && s.p[i] != '}')
                i++;
        } else if (c == '[') {
            i++;
            if (i < s.n && s.p[i] == '^')
                i++;
            if (i < s.n && s.p[i] == ']')
                i++;
            while (i < s.n && s.p[i] != ']') {
                if (s.p[i] == '[')
                    return (cp_slice){NULL, 0}; /* perhaps [:alpha:]: not read here */
                if (s.p[i] == '\\')
                    i++;
                i++;
            }
        } else if (c == '(') {
            depth++;
        } else if (c == ')' && depth) {
            depth--;
        }
    }
    return best;
}
