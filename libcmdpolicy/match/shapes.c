/* Patterns by their text. A pattern is read piece by piece (a character, a class, a parenthesis, …), each with what repeats it, and the
 * run of pieces tells the few shapes that answer without a match, or where the value isn't known as a whole and none can be made. This
 * is not PCRE2's whole language: at the first piece that isn't surely understood the pattern has no shape, and reading ends as soon as
 * no shape is left that it could have. */
#include "match/shapes.h"

#include "base/text.h"
#include "match/pattern.h"

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
       REST_BUT = 1 << 11 /* with a separator: another byte, at FIRST_AT, doesn't stand before it */,
       FIRST_AT = 16 /* the byte that every text begins with */,
       SEPARATOR_AT = 24 /* of what is taken apart behind the first of it */,
       ONE_KIND = ONE_ANY | ONE_PLAIN | ONE_DIGITS | ONE_HEX
};

/* ---- Shapes ---------------------------------------------------------------------------------------------------------- */

/* Places that take one character, and not any number of them, count digits where they are written out or repeated together. What so few
 * of them tell apart, numbers of up to CP_DIGITS_TRIED digits show: repeated groups of 3 and 5 places, the worst of them, agree at every
 * 15 digits (Landau's function of 8). */
enum { SINGLES_MOST = 8 };

/* What the pieces so far leave possible. */
enum { HEAD = 5 /* pieces of the longest short form */ };
typedef struct state {
    cp_piece head[HEAD]; /* the first of them, without (?s) */
    uint32_t count, depth, singles;
    bool first, any_end, blind, repeats;
    bool ends; /* the last piece is any text */
    bool form; /* it may be all of one of the short forms */
} state;

static bool is_any(const cp_piece *p) {
    return p->kind == CP_PIECE_CLASS && p->many && !p->counted && cp_bytes_all(&p->set, 0, 255);
}

static bool is_once(const cp_piece *p) {
    return !p->missing && !p->many && !p->counted;
}

static void look_at(state *s, const cp_piece *p) {
    bool one = p->kind == CP_PIECE_BYTE || p->kind == CP_PIECE_CLASS;
    uint32_t digits = one ? cp_bytes_count(&p->set, '0', '9') : 0;
    if (s->count == 0)
        s->first = p->kind == CP_PIECE_BYTE && !p->missing;
    if ((p->kind == CP_PIECE_OR && !s->depth) || p->kind == CP_PIECE_OPTIONS ||
        (p->kind == CP_PIECE_OPEN && p->group == CP_GROUP_WITH_OPTIONS))
        s->first = false;
    /* What stands before any text may give back whatever it took, and must not see what follows. */
    s->any_end &= (one || p->kind == CP_PIECE_CLOSE || (p->kind == CP_PIECE_OR && s->depth) ||
                   (p->kind == CP_PIECE_OPEN && p->group == CP_GROUP_PLAIN)) &&
                  !p->possessive;
    s->ends = is_any(p);
    s->blind &= p->kind != CP_PIECE_CALL && !p->counted && (digits == 0 || digits == 10) &&
                !(p->kind == CP_PIECE_OPEN && p->group == CP_GROUP_BEHIND);
    s->repeats |= p->kind == CP_PIECE_REPEAT;
    s->singles += p->kind == CP_PIECE_CLASS && !p->many;
    s->form &=
        s->count < HEAD &&
        (one || p->kind == CP_PIECE_CLOSE || (p->kind == CP_PIECE_OPEN && p->group == CP_GROUP_NAMED)) &&
        !p->counted;
    if (s->count < HEAD)
        s->head[s->count] = *p;
    s->count++;
    s->depth += p->kind == CP_PIECE_OPEN;
}

/* Is it a group with a name, once, of one kind of character, any number of times? */
static bool is_group(const cp_piece *p) {
    return p[0].kind == CP_PIECE_OPEN && p[1].kind == CP_PIECE_CLASS && p[1].many &&
           p[2].kind == CP_PIECE_CLOSE && is_once(&p[2]);
}

static cp_shape one_kind(const state *s) {
    cp_shape shape = 0;
    bool group = s->count == 3 && is_group(s->head);
    const cp_piece *p = &s->head[group];
    if (!s->form || !(group || s->count == 1) || p->kind != CP_PIECE_CLASS || !p->many)
        return 0;
    if (cp_bytes_all(&p->set, 0, 255))
        shape |= ONE_ANY;
    if (cp_bytes_all(&p->set, ' ', '~'))
        shape |= ONE_PLAIN;
    if (cp_bytes_all(&p->set, '0', '9'))
        shape |= ONE_DIGITS;
    if (cp_bytes_all(&p->set, '0', '9') && cp_bytes_all(&p->set, 'a', 'f'))
        shape |= ONE_HEX;
    if (shape && group)
        shape |= ONE_GROUP;
    if (shape && !p->missing)
        shape |= ONE_SOME;
    return shape;
}

/* `[^:]*:(?<path>.*)`, or `[^:{]*:(?<path>.*)` */
static cp_shape rest_behind(const state *s) {
    const cp_piece *p = s->head;
    if (!s->form || s->count != 5 || p[0].kind != CP_PIECE_CLASS || !p[0].many || !p[0].missing ||
        p[0].possessive || p[1].kind != CP_PIECE_BYTE || !is_once(&p[1]) || !is_group(&p[2]))
        return 0;
    cp_byte_set separator = cp_bytes_without(p[0].set), line = cp_bytes_without(p[3].set);
    uint32_t separators = cp_bytes_count(&separator, 0, 255), other = 1;
    if (!p[1].byte || p[1].byte == '\n' || !cp_bytes_has(&separator, p[1].byte) || separators > 2 ||
        cp_bytes_count(&line, 0, 255) != cp_bytes_has(&line, '\n'))
        return 0;
    while (other < 256 && (other == p[1].byte || !cp_bytes_has(&separator, other)))
        other++;
    if (separators == 2 && other == 256)
        return 0; /* NUL, which no value has, is none to look for */
    return (cp_shape)p[1].byte << SEPARATOR_AT | (p[3].missing ? 0u : REST_SOME) |
           (separators == 2 ? REST_BUT | other << FIRST_AT : 0u);
}

cp_shape cp_shape_of(cp_slice pattern) {
    cp_pattern_reader r = {pattern, 0, false};
    state s = {.first = true, .any_end = true, .blind = true, .form = true};
    cp_piece p;
    for (;;) {
        cp_pattern_next(&r, &p);
        if (p.kind == CP_PIECE_UNKNOWN || (p.kind == CP_PIECE_CLOSE && !s.depth))
            return READ;
        if (p.kind == CP_PIECE_END)
            break;
        s.depth -= p.kind == CP_PIECE_CLOSE;
        if (p.kind == CP_PIECE_OPTIONS && !p.byte)
            continue;
        look_at(&s, &p);
        if (!s.first && !s.any_end && !s.blind && !s.form)
            return READ;
    }
    if (s.depth)
        return READ;
    cp_shape shape = READ | one_kind(&s) | rest_behind(&s);
    if (s.first)
        shape |= (cp_shape)s.head[0].byte << FIRST_AT;
    if (s.any_end && s.ends)
        shape |= ANY_END;
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
