/* Patterns by their text. A pattern is read piece by piece (a character, a class, a parenthesis, …), each with what repeats it, and the
 * run of pieces tells the few shapes that answer without a match, or where the value isn't known as a whole and none can be made. This
 * is not PCRE2's whole language: at the first piece that isn't surely understood the pattern has no shape, and reading ends as soon as
 * no shape is left that it could have. */
#include "match/shapes.h"

#include "base/text.h"

enum { /* cp_shape: flags, and two bytes above them */
       READ = 1,
       /* one kind of character, any number of times, and nothing else: it takes … */
       ONE_ANY = 1 << 1,
       ONE_PLAIN = 1 << 2 /* ' ' to '~' */,
       ONE_DIGITS = 1 << 3,
       ONE_HEX = 1 << 4 /* as CP_CLASS_HEX */,
       ONE_SOME = 1 << 5 /* at least one */,
       ONE_GROUP = 1 << 6 /* in a group that has a name */,
       ANY_END = 1 << 7 /* any text behind what nothing looks ahead in */,
       REST_SOME = 1 << 8 /* with a separator: what is behind it isn't empty */,
       BLIND = 1 << 9,
       REPEATS = 1 << 10,
       ANY_MIDDLE = 1 << 12 /* a group of one byte, any text, and one byte */,
       AROUND = 1 << 13 /* something, any text, and something */,
       AROUND_GROUP = 1 << 14 /* all of it in a group that has a name */,
       REST_BUT = 1 << 11 /* with a separator: another byte, at FIRST_AT, doesn't stand before it */,
       FIRST_AT = 16 /* the byte that every text begins with */,
       SEPARATOR_AT = 24 /* of what is taken apart behind the first of it */,
       ONE_KIND = ONE_ANY | ONE_PLAIN | ONE_DIGITS | ONE_HEX
};

/* ---- Sets of bytes --------------------------------------------------------------------------------------------------- */

typedef struct byte_set {
    uint32_t bits[8];
} byte_set;

static bool has(const byte_set *s, uint32_t b) {
    return s->bits[b >> 5] >> (b & 31) & 1;
}

static void add(byte_set *s, uint32_t from, uint32_t to) {
    for (uint32_t b = from; b <= to; b++)
        s->bits[b >> 5] |= 1u << (b & 31);
}

static byte_set without(byte_set s) {
    for (uint32_t i = 0; i < 8; i++)
        s.bits[i] = ~s.bits[i];
    return s;
}

static void add_set(byte_set *s, byte_set more) {
    for (uint32_t i = 0; i < 8; i++)
        s->bits[i] |= more.bits[i];
}

static uint32_t count_in(const byte_set *s, uint32_t from, uint32_t to) {
    uint32_t n = 0;
    for (uint32_t b = from; b <= to; b++)
        n += has(s, b);
    return n;
}

static bool has_all(const byte_set *s, uint32_t from, uint32_t to) {
    return count_in(s, from, to) == to - from + 1;
}

/* ---- Pieces ---------------------------------------------------------------------------------------------------------- */

typedef enum piece_kind {
    UNKNOWN,
    END,
    BYTE,
    CLASS,     /* one byte of a set */
    ASSERTION, /* \b, ^, $: takes nothing */
    REPEAT,    /* \k<name> */
    CALL,      /* (?&name) */
    OPTIONS,   /* (?i) */
    OPEN,
    CLOSE,
    OR
} piece_kind;

typedef enum group_kind {
    PLAIN,
    NAMED,
    AHEAD,       /* (?= (?! */
    BEHIND,      /* (?<= (?<! */
    ATOMIC,      /* (?> */
    WITH_OPTIONS /* (?i: */
} group_kind;

typedef struct piece {
    piece_kind kind;
    group_kind group;
    uint8_t byte;    /* BYTE; WITH_OPTIONS: 1 where a dot is any byte in it */
    byte_set set;    /* BYTE, CLASS */
    bool missing;    /* may be absent */
    bool many;       /* any number of times */
    bool counted;    /* {2,3} */
    bool possessive; /* takes no byte back */
} piece;

typedef struct reader {
    cp_slice p;
    uint32_t at;
    bool dot_all;
} reader;

static uint8_t byte_at(const reader *r, uint32_t ahead) {
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
static bool named_set(cp_slice name, byte_set *s) {
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
        add(s, 'a', 'z');
    if (is & UPPER)
        add(s, 'A', 'Z');
    if (is & DIGIT)
        add(s, '0', '9');
    if (is & LOW)
        add(s, '_', '_');
    if (is & HIGH)
        add(s, 'a', 'f'), add(s, 'A', 'F');
    if (is & PUNCT)
        add(s, '!', '/'), add(s, ':', '@'), add(s, '[', '`'), add(s, '{', '~');
    if (is & BLANK)
        add(s, ' ', ' '), add(s, '\t', '\t');
    if (is & SPACE)
        add(s, '\t', '\r');
    return is != 0;
}

/* \d, \W and the like. */
static bool escaped_set(uint8_t letter, byte_set *s) {
    uint8_t low = letter | 32;
    *s = (byte_set){{0}};
    if (!letter || !strchr("dsw", low))
        return false;
    (void)named_set(low == 'd' ? CP_LIT("digit") : low == 's' ? CP_LIT("space") : CP_LIT("word"), s);
    if (letter != low)
        *s = without(*s);
    return true;
}

/* The byte that an escape stands for; r->at is behind the backslash, afterwards behind the escape. -1: none, or not known. */
static int escaped_byte(reader *r) {
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
static bool read_member(reader *r, byte_set *s, int *out_byte) {
    uint8_t c = byte_at(r, 0), next = byte_at(r, 1);
    *out_byte = -1;
    if (c == '[' && next && strchr(":.=", next)) {
        uint32_t from = r->at + 2, end = cp_slice_find(r->p, ']', from);
        bool negated = byte_at(r, 2) == '^';
        from += negated;
        *s = (byte_set){{0}};
        if (next != ':' || end >= r->p.n || end < from + 2 || r->p.p[end - 1] != ':' ||
            !named_set(cp_slice_sub(r->p, from, end - 1), s))
            return false;
        if (negated)
            *s = without(*s);
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
static bool read_class(reader *r, byte_set *out) {
    byte_set s = {{0}}, one;
    bool negated = byte_at(r, 0) == '^';
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
            add(&s, (uint32_t)from, (uint32_t)to);
        } else if (from < 0) {
            add_set(&s, one);
        } else {
            add(&s, (uint32_t)from, (uint32_t)from);
        }
    }
    *out = negated ? without(s) : s;
    return r->at++ < r->p.n;
}

/* A name and what ends it, behind `(?<` and the like. */
static bool read_name(reader *r, uint8_t end) {
    uint32_t from = r->at;
    while (is_letter(byte_at(r, 0)) || byte_at(r, 0) == '_' || (r->at > from && is_digit(byte_at(r, 0))))
        r->at++;
    return r->at > from && byte_at(r, 0) == end && r->at++ < r->p.n;
}

/* Behind `(?`. */
static piece_kind read_group(reader *r, piece *out) {
    uint8_t c = byte_at(r, 0), next = byte_at(r, 1);
    r->at++;
    if (c == '<' && (next == '=' || next == '!')) {
        r->at++;
        out->group = BEHIND;
        return OPEN;
    }
    if (c == '<') {
        out->group = NAMED;
        return read_name(r, '>') ? OPEN : UNKNOWN;
    }
    if (c == '&')
        return read_name(r, ')') ? CALL : UNKNOWN;
    if (c == ':' || c == '=' || c == '!' || c == '>') {
        out->group = c == ':' ? PLAIN : c == '>' ? ATOMIC : AHEAD;
        return OPEN;
    }
    bool dot_all = false;
    for (; c == 'i' || c == 's' || c == 'm'; c = byte_at(r, 0), r->at++)
        dot_all |= c == 's';
    if (c != ')' && c != ':')
        return UNKNOWN;
    if (c == ':') {
        out->group = WITH_OPTIONS;
        out->byte = dot_all;
        return OPEN;
    }
    /* Where an option ends to count is not looked at: one that stands at the beginning, for dots alone, counts everywhere. */
    if (dot_all && cp_slice_is(cp_slice_sub(r->p, 0, r->at), "(?s)")) {
        r->dot_all = true;
        return OPTIONS;
    }
    out->byte = 1; /* another one */
    return OPTIONS;
}

/* `{2}`, `{2,}`, `{2,3}` at r->at. False: not understood. */
static bool read_count(reader *r, piece *out) {
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
static bool may_count(const reader *r) {
    uint32_t i = 1;
    while (byte_at(r, i) == ' ' || byte_at(r, i) == '\t')
        i++;
    return is_digit(byte_at(r, i)) || byte_at(r, i) == ',';
}

/* What repeats the piece before it. */
static bool read_quantifier(reader *r, piece *out) {
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

static piece_kind read_piece(reader *r, piece *out) {
    if (r->at == r->p.n)
        return END;
    uint8_t c = byte_at(r, 0);
    r->at++;
    switch (c) {
    case '|': return OR;
    case ')': return CLOSE;
    case '^':
    case '$': return ASSERTION;
    case '*':
    case '+':
    case '?': return UNKNOWN;
    case '.':
        if (!r->dot_all)
            add(&out->set, '\n', '\n');
        out->set = without(out->set);
        return CLASS;
    case '[': return read_class(r, &out->set) ? CLASS : UNKNOWN;
    case '(':
        if (byte_at(r, 0) != '?')
            return byte_at(r, 0) == '*' ? UNKNOWN : OPEN;
        r->at++;
        return read_group(r, out);
    case '{':
        r->at--;
        if (may_count(r))
            return UNKNOWN;
        r->at++;
        break;
    case '\\': {
        uint8_t next = byte_at(r, 0);
        if (escaped_set(next, &out->set)) {
            r->at++;
            return CLASS;
        }
        if (next && strchr("bBAzZ", next)) {
            r->at++;
            return ASSERTION;
        }
        if (next == 'k' && byte_at(r, 1) == '<') {
            r->at += 2;
            return read_name(r, '>') ? REPEAT : UNKNOWN;
        }
        int byte = escaped_byte(r);
        if (byte < 0)
            return UNKNOWN;
        c = (uint8_t)byte;
        break;
    }
    default: break;
    }
    out->byte = c;
    add(&out->set, c, c);
    return BYTE;
}

static void next_piece(reader *r, piece *out) {
    *out = (piece){.kind = UNKNOWN};
    piece_kind kind = read_piece(r, out);
    bool takes = kind == BYTE || kind == CLASS || kind == REPEAT || kind == CALL || kind == CLOSE;
    if (takes && !read_quantifier(r, out))
        kind = UNKNOWN;
    out->kind = kind; /* a quantifier elsewhere is read as the next piece, which is unknown then */
}

/* ---- Shapes ---------------------------------------------------------------------------------------------------------- */

/* Places that take one character, and not any number of them, count digits where they are written out or repeated together. What so few
 * of them tell apart, numbers of up to CP_DIGITS_TRIED digits show: repeated groups of 3 and 5 places, the worst of them, agree at every
 * 15 digits (Landau's function of 8). */
enum { SINGLES_MOST = 8 };

/* What the pieces so far leave possible. */
enum { HEAD = 5 /* pieces of the longest short form */ };
typedef struct state {
    piece head[HEAD]; /* the first of them, without (?s) */
    uint32_t count, depth, singles;
    bool first, any_end, blind, repeats;
    bool ends; /* the last piece is any text */
    bool form; /* it may be all of one of the short forms */
    bool around, gap, whole,
        open; /* it may be something, any text (`gap`: seen) and something; `whole`: in a group that has
                                  * a name, which is still `open` */
} state;

static bool is_any(const piece *p) {
    return p->kind == CLASS && p->many && !p->counted && has_all(&p->set, 0, 255);
}

static bool is_once(const piece *p) {
    return !p->missing && !p->many && !p->counted;
}

/* Nothing but the one `.*` takes a newline, nothing looks around, and no part of what it is between is an alternative of both. */
static bool stands_around(state *s, const piece *p) {
    const uint32_t inside = s->whole ? 1 : 0;
    if (p->possessive || (s->whole && !s->open))
        return false;
    switch (p->kind) {
    case BYTE: return p->byte != '\n';
    case CLASS:
        if (!is_any(p))
            return !has(&p->set, '\n');
        if (s->gap || s->depth != inside || !p->missing)
            return false;
        return s->gap = true;
    case OPEN:
        if (p->group == NAMED && !s->count)
            return s->whole = s->open = true;
        return p->group == PLAIN || (p->group == WITH_OPTIONS && !p->byte);
    case CLOSE:
        if (s->whole && !s->depth)
            return s->open = false, is_once(p);
        return true;
    case OR: return s->depth > inside;
    default: return false;
    }
}

static void look_at(state *s, const piece *p) {
    bool one = p->kind == BYTE || p->kind == CLASS;
    uint32_t digits = one ? count_in(&p->set, '0', '9') : 0;
    if (s->count == 0)
        s->first = p->kind == BYTE && !p->missing;
    if ((p->kind == OR && !s->depth) || p->kind == OPTIONS || (p->kind == OPEN && p->group == WITH_OPTIONS))
        s->first = false;
    /* What stands before any text may give back whatever it took, and must not see what follows. */
    s->any_end &=
        (one || p->kind == CLOSE || (p->kind == OR && s->depth) || (p->kind == OPEN && p->group == PLAIN)) &&
        !p->possessive;
    s->ends = is_any(p);
    s->blind &= p->kind != CALL && !p->counted && (digits == 0 || digits == 10) &&
                !(p->kind == OPEN && p->group == BEHIND);
    s->repeats |= p->kind == REPEAT;
    s->singles += p->kind == CLASS && !p->many;
    s->form &=
        s->count < HEAD && (one || p->kind == CLOSE || (p->kind == OPEN && p->group == NAMED)) && !p->counted;
    if (s->around)
        s->around = stands_around(s, p);
    if (s->count < HEAD)
        s->head[s->count] = *p;
    s->count++;
    s->depth += p->kind == OPEN;
}

/* Is it a group with a name, once, of one kind of character, any number of times? */
static bool is_group(const piece *p) {
    return p[0].kind == OPEN && p[1].kind == CLASS && p[1].many && p[2].kind == CLOSE && is_once(&p[2]);
}

static cp_shape one_kind(const state *s) {
    cp_shape shape = 0;
    bool group = s->count == 3 && is_group(s->head);
    const piece *p = &s->head[group];
    if (!s->form || !(group || s->count == 1) || p->kind != CLASS || !p->many)
        return 0;
    if (has_all(&p->set, 0, 255))
        shape |= ONE_ANY;
    if (has_all(&p->set, ' ', '~'))
        shape |= ONE_PLAIN;
    if (has_all(&p->set, '0', '9'))
        shape |= ONE_DIGITS;
    if (has_all(&p->set, '0', '9') && has_all(&p->set, 'a', 'f'))
        shape |= ONE_HEX;
    if (shape && group)
        shape |= ONE_GROUP;
    if (shape && !p->missing)
        shape |= ONE_SOME;
    return shape;
}

/* `[^:]*:(?<path>.*)`, or `[^:{]*:(?<path>.*)` */
static cp_shape rest_behind(const state *s) {
    const piece *p = s->head;
    if (!s->form || s->count != 5 || p[0].kind != CLASS || !p[0].many || !p[0].missing || p[0].possessive ||
        p[1].kind != BYTE || !is_once(&p[1]) || !is_group(&p[2]))
        return 0;
    byte_set separator = without(p[0].set), line = without(p[3].set);
    uint32_t separators = count_in(&separator, 0, 255), other = 1;
    if (!p[1].byte || p[1].byte == '\n' || !has(&separator, p[1].byte) || separators > 2 ||
        count_in(&line, 0, 255) != has(&line, '\n'))
        return 0;
    while (other < 256 && (other == p[1].byte || !has(&separator, other)))
        other++;
    if (separators == 2 && other == 256)
        return 0; /* NUL, which no value has, is none to look for */
    return (cp_shape)p[1].byte << SEPARATOR_AT | (p[3].missing ? 0u : REST_SOME) |
           (separators == 2 ? REST_BUT | other << FIRST_AT : 0u);
}

/* `(?s)(?<path>[^|>].*[^|])` */
static cp_shape any_middle(const state *s) {
    const piece *p = s->head;
    bool is = s->form && s->count == 5 && p[0].kind == OPEN && p[4].kind == CLOSE && is_once(&p[4]) &&
              is_any(&p[2]) && p[2].missing && !p[2].possessive;
    for (uint32_t i = 1; i < 4 && is; i += 2)
        is = (p[i].kind == CLASS || p[i].kind == BYTE) && is_once(&p[i]);
    return is ? ANY_MIDDLE : 0;
}

cp_shape cp_shape_of(cp_slice pattern) {
    reader r = {pattern, 0, false};
    state s = {.first = true, .any_end = true, .blind = true, .form = true, .around = true};
    piece p;
    for (;;) {
        next_piece(&r, &p);
        if (p.kind == UNKNOWN || (p.kind == CLOSE && !s.depth))
            return READ;
        if (p.kind == END)
            break;
        s.depth -= p.kind == CLOSE;
        if (p.kind == OPTIONS && !p.byte)
            continue;
        look_at(&s, &p);
        if (!s.first && !s.any_end && !s.blind && !s.form && !s.around)
            return READ;
    }
    if (s.depth)
        return READ;
    cp_shape shape = READ | one_kind(&s) | rest_behind(&s) | any_middle(&s);
    if (s.first)
        shape |= (cp_shape)s.head[0].byte << FIRST_AT;
    if (s.any_end && s.ends)
        shape |= ANY_END;
    if (s.around && s.gap)
        shape |= s.whole ? AROUND | AROUND_GROUP : AROUND;
    if (s.blind && s.singles <= SINGLES_MOST)
        shape |= s.repeats ? BLIND | REPEATS : BLIND;
    return shape;
}

/* ---- Answers --------------------------------------------------------------------------------------------------------- */

bool cp_shape_takes_text(cp_shape shape, cp_slice text) {
    if (shape & ONE_GROUP || (shape & ONE_SOME && !text.n))
        return false;
    bool plain = (shape & ONE_PLAIN) != 0;
    for (uint32_t i = 0; i < text.n && plain && !(shape & ONE_ANY); i++)
        plain = text.p[i] >= ' ' && text.p[i] <= '~';
    return plain || shape & ONE_ANY;
}

bool cp_shape_takes_value(cp_shape shape, const cp_value *v, bool *out_group) {
    *out_group = (shape & ONE_GROUP) != 0;
    if (shape & ONE_ANY) {
        bool some = false;
        for (uint32_t i = 0; i < v->atom_count && !some; i++)
            some = v->atoms[i].kind == CP_ATOM_LIT && v->atoms[i].lit.n > 0;
        return some || !(shape & ONE_SOME);
    }
    const cp_atom *hole = v->atom_count == 1 && v->atoms[0].kind == CP_ATOM_HOLE ? &v->atoms[0] : NULL;
    if (!hole || (hole->props & (CP_HOLE_PIECE | CP_HOLE_NEWLINE)) || *out_group)
        return false;
    bool takes =
        hole->cls == CP_CLASS_DIGITS ? shape & ONE_DIGITS : hole->cls == CP_CLASS_HEX && shape & ONE_HEX;
    return takes && !(shape & ONE_SOME && hole->props & CP_HOLE_EMPTY);
}

bool cp_shape_takes_any_end(cp_shape shape) {
    return (shape & ANY_END) != 0;
}

bool cp_shape_takes_any_middle(cp_shape shape) {
    return (shape & ANY_MIDDLE) != 0;
}

bool cp_shape_takes_around(cp_shape shape, bool *out_group) {
    *out_group = (shape & AROUND_GROUP) != 0;
    return (shape & AROUND) != 0;
}

bool cp_shape_begins_otherwise(cp_shape shape, const cp_value *v) {
    uint8_t first = (uint8_t)(shape >> FIRST_AT);
    return first && !(shape & REST_BUT) && cp_value_begins_with(v, first) == CP_NO;
}

static bool may_take(const cp_atom *hole, uint8_t byte) {
    return cp_hole_takes(hole, byte, true) || cp_hole_takes(hole, byte, false);
}

/* Can the byte stand in [0, end) of what the atom is? */
static bool may_have(const cp_atom *a, uint8_t byte, uint32_t end) {
    return a->kind == CP_ATOM_HOLE ? may_take(a, byte)
                                   : cp_slice_find(a->lit, byte, 0) < (end < a->lit.n ? end : a->lit.n);
}

const cp_value *cp_shape_rest(cp_shape shape, cp_arena *arena, const cp_value *v) {
    uint8_t separator = (uint8_t)(shape >> SEPARATOR_AT);
    uint8_t but = shape & REST_BUT ? (uint8_t)(shape >> FIRST_AT) : 0;
    uint32_t i = 0, at = UINT32_MAX;
    if (!separator)
        return NULL;
    for (; i < v->atom_count; i++) {
        const cp_atom *a = &v->atoms[i];
        if (a->kind == CP_ATOM_HOLE ? may_take(a, separator)
                                    : (at = cp_slice_find(a->lit, separator, 0)) < a->lit.n)
            break;
        if (but && may_have(a, but, UINT32_MAX))
            return NULL;
    }
    if (but && i < v->atom_count && may_have(&v->atoms[i], but, at))
        return NULL;
    if (i == v->atom_count || v->atoms[i].kind == CP_ATOM_HOLE)
        return NULL;
    cp_atom *atoms = CP_NEW_ARRAY(arena, cp_atom, v->atom_count - i);
    cp_value *rest = atoms ? CP_NEW(arena, cp_value) : NULL;
    if (!rest)
        return NULL;
    cp_text text = cp_text_in(arena);
    bool exact = true, there = !(shape & REST_SOME);
    *rest = (cp_value){.atoms = atoms, .span = v->span, .flags = v->flags & ~(uint32_t)CP_VALUE_EXACT};
    for (uint32_t k = i; k < v->atom_count; k++) {
        cp_atom a = v->atoms[k];
        if (k == i) {
            a.span = cp_sub_span(a.span, a.lit.n, at + 1, a.lit.n);
            a.lit = cp_slice_sub(a.lit, at + 1, a.lit.n);
        }
        if (a.kind == CP_ATOM_HOLE) {
            if (may_take(&a, '\n'))
                return NULL;
            exact = false;
            there |= !(a.props & CP_HOLE_EMPTY);
        } else if (cp_slice_find(a.lit, '\n', 0) < a.lit.n || cp_slice_find(a.lit, '\r', 0) < a.lit.n)
            return NULL;
        else
            cp_text_add(&text, a.lit), there |= a.lit.n > 0;
        if (a.kind == CP_ATOM_HOLE || a.lit.n)
            atoms[rest->atom_count++] = a;
    }
    if (exact) {
        rest->flags |= CP_VALUE_EXACT;
        rest->exact = cp_text_slice(&text);
    }
    return there && !cp_arena_failed(arena) ? rest : NULL;
}

cp_blindness cp_shape_blindness(cp_shape shape) {
    return !(shape & BLIND) ? CP_NOT_BLIND : shape & REPEATS ? CP_BLIND_BUT_REPEATS : CP_BLIND;
}
