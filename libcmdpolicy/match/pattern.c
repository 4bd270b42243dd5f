/* Patterns piece by piece. */
#include "match/pattern.h"

#include "base/text.h"

static uint8_t byte_at(const cp_pattern_reader *r, uint32_t ahead) {
    return r->at + ahead < r->p.n ? r->p.p[r->at + ahead] : 0;
}

static bool is_digit(uint8_t b) {
    return b >= '0' && b <= '9';
}

static bool is_letter(uint8_t b) {
    return (b | 32) >= 'a' && (b | 32) <= 'z';
}

static int hex_digit(uint8_t b) {
    if (is_digit(b))
        return b - '0';
    return (b | 32) >= 'a' && (b | 32) <= 'f' ? (b | 32) - 'a' + 10 : -1;
}

/* PCRE2's tables are those of the C locale. */
static bool named_set(cp_slice name, cp_byte_set *s) {
    enum { LOWER = 1, UPPER = 2, DIGIT = 4, LOW = 8, HIGH = 16, PUNCT = 32, BLANK = 64, SPACE = 128 };
    static const struct {
        const char *name;
        uint32_t is;
    } names[] = {{"alpha", LOWER | UPPER},
                 {"lower", LOWER},
                 {"upper", UPPER},
                 {"digit", DIGIT},
                 {"alnum", LOWER | UPPER | DIGIT},
                 {"word", LOWER | UPPER | DIGIT | LOW},
                 {"xdigit", DIGIT | HIGH},
                 {"punct", PUNCT},
                 {"blank", BLANK},
                 {"space", BLANK | SPACE}};
    uint32_t is = 0;
    for (uint32_t i = 0; i < sizeof names / sizeof *names; i++)
        if (cp_slice_is(name, names[i].name))
            is = names[i].is;
    if (is & LOWER)
        cp_bytes_add(s, 'a', 'z');
    if (is & UPPER)
        cp_bytes_add(s, 'A', 'Z');
    if (is & DIGIT)
        cp_bytes_add(s, '0', '9');
    if (is & LOW)
        cp_bytes_add(s, '_', '_');
    if (is & HIGH)
        cp_bytes_add(s, 'a', 'f'), cp_bytes_add(s, 'A', 'F');
    if (is & PUNCT)
        cp_bytes_add(s, '!', '/'), cp_bytes_add(s, ':', '@'), cp_bytes_add(s, '[', '`'),
            cp_bytes_add(s, '{', '~');
    if (is & BLANK)
        cp_bytes_add(s, ' ', ' '), cp_bytes_add(s, '\t', '\t');
    if (is & SPACE)
        cp_bytes_add(s, '\t', '\r');
    return is != 0;
}

/* \d, \W and the like. */
static bool escaped_set(uint8_t letter, cp_byte_set *s) {
    uint8_t low = letter | 32;
    *s = (cp_byte_set){{0}};
    if (!letter || !strchr("dsw", low))
        return false;
    (void)named_set(low == 'd' ? CP_LIT("digit") : low == 's' ? CP_LIT("space") : CP_LIT("word"), s);
    if (letter != low)
        *s = cp_bytes_without(*s);
    return true;
}

/* The byte that an escape stands for; r->at is behind the backslash, afterwards behind the escape. -1: none, or not known. */
static int escaped_byte(cp_pattern_reader *r) {
    static const char letters[] = "nrtfae", meant[] = "\n\r\t\f\a\x1b";
    uint8_t c = byte_at(r, 0);
    const char *letter = c ? strchr(letters, c) : NULL;
    if (letter) {
        r->at++;
        return meant[letter - letters];
    }
    if (c == 'x') {
        int high = hex_digit(byte_at(r, 1)), low = high < 0 ? -1 : hex_digit(byte_at(r, 2));
        r->at += 3;
        return low < 0 ? -1 : high * 16 + low;
    }
    r->at++;
    return c >= ' ' && c < 127 && !is_digit(c) && !is_letter(c) ? c : -1;
}

/* One member of a class: a set (true in *is_set), or a byte. False: not understood. */
static bool read_member(cp_pattern_reader *r, cp_byte_set *s, int *out_byte) {
    uint8_t c = byte_at(r, 0), next = byte_at(r, 1);
    *out_byte = -1;
    if (c == '[' && next && strchr(":.=", next)) {
        uint32_t from = r->at + 2, end = cp_slice_find(r->p, ']', from);
        bool negated = byte_at(r, 2) == '^';
        from += negated;
        *s = (cp_byte_set){{0}};
        if (next != ':' || end >= r->p.n || end < from + 2 || r->p.p[end - 1] != ':' ||
            !named_set(cp_slice_sub(r->p, from, end - 1), s))
            return false;
        if (negated)
            *s = cp_bytes_without(*s);
        r->at = end + 1;
        return true;
    }
    r->at++;
    if (c != '\\') {
        *out_byte = c;
        return true;
    }
    if (escaped_set(next, s)) {
        r->at++;
        return true;
    }
    if (next == 'b') {
        *out_byte = '\b';
        r->at++;
        return true;
    }
    *out_byte = escaped_byte(r);
    return *out_byte >= 0;
}

/* The class whose bracket r->at is behind. */
static bool read_class(cp_pattern_reader *r, cp_piece *out) {
    cp_byte_set s = {{0}}, one;
    bool negated = byte_at(r, 0) == '^';
    out->negated = negated;
    r->at += negated;
    for (uint32_t first = r->at; r->at < r->p.n && (byte_at(r, 0) != ']' || r->at == first);) {
        int from, to;
        if (!read_member(r, &one, &from))
            return false;
        bool range = byte_at(r, 0) == '-' && r->at + 1 < r->p.n && byte_at(r, 1) != ']';
        if (range && from < 0)
            return false; /* `[\d-z]` */
        if (range) {
            r->at++;
            if (!read_member(r, &one, &to) || to < from)
                return false;
            cp_bytes_add(&s, (uint32_t)from, (uint32_t)to);
        } else if (from < 0) {
            cp_bytes_join(&s, one);
        } else {
            cp_bytes_add(&s, (uint32_t)from, (uint32_t)from);
        }
    }
    out->set = negated ? cp_bytes_without(s) : s;
    return r->at++ < r->p.n;
}

/* A name and what ends it, behind `(?<` and the like. */
static bool read_name(cp_pattern_reader *r, uint8_t end) {
    uint32_t from = r->at;
    while (is_letter(byte_at(r, 0)) || byte_at(r, 0) == '_' || (r->at > from && is_digit(byte_at(r, 0))))
        r->at++;
    return r->at > from && byte_at(r, 0) == end && r->at++ < r->p.n;
}

/* Behind `(?`. */
static cp_piece_kind read_group(cp_pattern_reader *r, cp_piece *out) {
    uint8_t c = byte_at(r, 0), next = byte_at(r, 1);
    r->at++;
    if (c == '<' && (next == '=' || next == '!')) {
        r->at++;
        out->group = CP_GROUP_BEHIND;
        return CP_PIECE_OPEN;
    }
    if (c == '<') {
        out->group = CP_GROUP_NAMED;
        return read_name(r, '>') ? CP_PIECE_OPEN : CP_PIECE_UNKNOWN;
    }
    if (c == '&')
        return read_name(r, ')') ? CP_PIECE_CALL : CP_PIECE_UNKNOWN;
    if (c == ':' || c == '=' || c == '!' || c == '>') {
        out->group = c == ':' ? CP_GROUP_PLAIN : c == '>' ? CP_GROUP_ATOMIC : CP_GROUP_AHEAD;
        return CP_PIECE_OPEN;
    }
    bool dot_all = false;
    out->fold = true;
    for (; c == 'i' || c == 's' || c == 'm'; c = byte_at(r, 0), r->at++) {
        dot_all |= c == 's';
        out->fold &= c == 'i';
    }
    if (c != ')' && c != ':')
        return CP_PIECE_UNKNOWN;
    if (c == ':') {
        out->group = CP_GROUP_WITH_OPTIONS;
        out->byte = dot_all;
        return CP_PIECE_OPEN;
    }
    /* Where an option ends to count is not looked at: one that stands at the beginning, for dots alone, counts everywhere. */
    if (dot_all && cp_slice_is(cp_slice_sub(r->p, 0, r->at), "(?s)")) {
        r->dot_all = true;
        return CP_PIECE_OPTIONS;
    }
    out->byte = 1; /* another one */
    return CP_PIECE_OPTIONS;
}

/* `{2}`, `{2,}`, `{2,3}` at r->at. False: not understood. */
static bool read_count(cp_pattern_reader *r, cp_piece *out) {
    r->at++;
    if (!is_digit(byte_at(r, 0)))
        return false;
    while (is_digit(byte_at(r, 0)))
        r->at++;
    if (byte_at(r, 0) == ',')
        r->at++;
    while (is_digit(byte_at(r, 0)))
        r->at++;
    out->counted = out->missing = true;
    return byte_at(r, 0) == '}' && r->at++ < r->p.n;
}

/* May `{` at r->at begin a count? PCRE2 takes more of them with every version; any other is itself. */
static bool may_count(const cp_pattern_reader *r) {
    uint32_t i = 1;
    while (byte_at(r, i) == ' ' || byte_at(r, i) == '\t')
        i++;
    return is_digit(byte_at(r, i)) || byte_at(r, i) == ',';
}

/* What repeats the piece before it. */
static bool read_quantifier(cp_pattern_reader *r, cp_piece *out) {
    uint8_t c = byte_at(r, 0);
    if (c == '{' && may_count(r)) {
        if (!read_count(r, out))
            return false;
    } else if (c == '*' || c == '+' || c == '?') {
        out->missing = c != '+';
        out->many = c != '?';
        r->at++;
    } else {
        return true;
    }
    out->possessive = byte_at(r, 0) == '+';
    r->at += out->possessive || byte_at(r, 0) == '?';
    c = byte_at(r, 0);
    return c != '*' && c != '+' && c != '?' && !(c == '{' && may_count(r));
}

static cp_piece_kind read_piece(cp_pattern_reader *r, cp_piece *out) {
    if (r->at == r->p.n)
        return CP_PIECE_END;
    uint8_t c = byte_at(r, 0);
    r->at++;
    switch (c) {
    case '|': return CP_PIECE_OR;
    case ')': return CP_PIECE_CLOSE;
    case '^':
    case '$': return CP_PIECE_ASSERTION;
    case '*':
    case '+':
    case '?': return CP_PIECE_UNKNOWN;
    case '.':
        if (!r->dot_all)
            cp_bytes_add(&out->set, '\n', '\n');
        out->set = cp_bytes_without(out->set);
        return CP_PIECE_CLASS;
    case '[': return read_class(r, out) ? CP_PIECE_CLASS : CP_PIECE_UNKNOWN;
    case '(':
        if (byte_at(r, 0) != '?')
            return byte_at(r, 0) == '*' ? CP_PIECE_UNKNOWN : CP_PIECE_OPEN;
        r->at++;
        return read_group(r, out);
    case '{':
        r->at--;
        if (may_count(r))
            return CP_PIECE_UNKNOWN;
        r->at++;
        break;
    case '\\': {
        uint8_t next = byte_at(r, 0);
        if (escaped_set(next, &out->set)) {
            r->at++;
            return CP_PIECE_CLASS;
        }
        if (next && strchr("bBAzZ", next)) {
            r->at++;
            return CP_PIECE_ASSERTION;
        }
        if (next == 'k' && byte_at(r, 1) == '<') {
            r->at += 2;
            return read_name(r, '>') ? CP_PIECE_REPEAT : CP_PIECE_UNKNOWN;
        }
        int byte = escaped_byte(r);
        if (byte < 0)
            return CP_PIECE_UNKNOWN;
        c = (uint8_t)byte;
        break;
    }
    default: break;
    }
    out->byte = c;
    cp_bytes_add(&out->set, c, c);
    return CP_PIECE_BYTE;
}

void cp_pattern_next(cp_pattern_reader *r, cp_piece *out) {
    *out = (cp_piece){.kind = CP_PIECE_UNKNOWN};
    cp_piece_kind kind = read_piece(r, out);
    bool takes = kind == CP_PIECE_BYTE || kind == CP_PIECE_CLASS || kind == CP_PIECE_REPEAT ||
                 kind == CP_PIECE_CALL || kind == CP_PIECE_CLOSE;
    if (takes && !read_quantifier(r, out))
        kind = CP_PIECE_UNKNOWN;
    out->kind = kind; /* a quantifier elsewhere is read as the next piece, which is unknown then */
}
