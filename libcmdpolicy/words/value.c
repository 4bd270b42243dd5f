/* Making abstract values, and what can be said of them. Nothing here allocates outside the arena; predicates allocate nothing.
 * The language of a value is the set of strings it may be; a predicate says YES or NO only where that holds for all of it. */
#include "words/value.h"

static bool is_digit(uint8_t c) {
    return c >= '0' && c <= '9';
}
static uint8_t lower(uint8_t c) {
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

bool cp_is_simple_in_name(uint8_t byte, bool first) {
    bool word = is_digit(byte) || ((byte | 32) >= 'a' && (byte | 32) <= 'z') || byte == '_' || byte == '.';
    return word || (!first && byte && memchr("-+,=~", byte, 5) != NULL);
}

bool cp_hole_takes(const cp_atom *hole, uint8_t byte, bool first) {
    if (hole->cls == CP_CLASS_DIGITS || hole->cls == CP_CLASS_HEX)
        return is_digit(byte) || (hole->cls == CP_CLASS_HEX && byte >= 'a' && byte <= 'f') ||
               (byte == '\n' && !first && (hole->props & CP_HOLE_NEWLINE));
    if (hole->cls == CP_CLASS_INTEGER)
        return is_digit(byte) || (first && byte == '-');
    if (hole->cls == CP_CLASS_BLANKS)
        return byte == ' ' || byte == '\t';
    if (byte == '\n' && !(hole->props & CP_HOLE_NEWLINE))
        return false;
    if (hole->cls == CP_CLASS_HOME || hole->cls == CP_CLASS_ABSOLUTE)
        return first ? byte == '/' : true;
    if ((byte == ':' || byte == '{') && (hole->props & CP_HOLE_PLAIN) &&
        (hole->cls == CP_CLASS_FILENAME || hole->cls == CP_CLASS_BELOW))
        return false;
    /* Where no name fits, it is the star or the question mark that it was made of. */
    if (hole->cls == CP_CLASS_FILENAME && (hole->props & CP_HOLE_SIMPLE) && cp_hole_is_looked_at(hole))
        return byte == '*' || byte == '?' ||
               cp_is_simple_in_name(byte, first && !(hole->props & CP_HOLE_DASH));
    if (byte == '/')
        return (hole->props & (CP_HOLE_SLASH | CP_HOLE_PIPE)) != 0;
    if (byte == '-' && first)
        return hole->cls != CP_CLASS_TEXT && (hole->props & CP_HOLE_DASH) != 0;
    return true;
}

/* ---- Constructors ---- */

cp_value cp_value_exact(cp_arena *arena, cp_slice text, cp_span span) {
    cp_atom *atom = (cp_atom *)cp_alloc_raw(arena, sizeof *atom);
    *atom = (cp_atom){.kind = CP_ATOM_LIT, .lit = text, .span = span};
    return (cp_value){
        .atoms = atom, .atom_count = text.n ? 1 : 0, .flags = CP_VALUE_EXACT, .exact = text, .span = span};
}

cp_value cp_value_hole(cp_arena *arena, cp_class cls, uint32_t props, cp_slice name, cp_span span) {
    cp_atom *atom = CP_NEW(arena, cp_atom);
    *atom = (cp_atom){
        .kind = CP_ATOM_HOLE, .cls = (uint8_t)cls, .props = (uint16_t)props, .lit = name, .span = span};
    return (cp_value){.atoms = atom, .atom_count = 1, .span = span};
}

/* What is returned where memory ran out: nothing is known. */
static cp_value anything(cp_arena *arena, cp_span span) {
    return cp_value_hole(arena, CP_CLASS_ANY, CP_HOLE_ANYTHING, (cp_slice){NULL, 0}, span);
}

cp_value cp_value_concat(cp_arena *arena, const cp_value *a, const cp_value *b) {
    cp_value v = {.flags = ((a->flags | b->flags) & (CP_VALUE_QUOTED | CP_VALUE_UNMADE)) |
                           (a->flags & b->flags & CP_VALUE_EXACT),
                  .span = cp_span_join(a->span, b->span)};
    if (a->atom_count > UINT32_MAX - b->atom_count)
        return anything(arena, v.span);
    v.atom_count = a->atom_count + b->atom_count;
    cp_atom *atoms = CP_NEW_ARRAY(arena, cp_atom, v.atom_count);
    if (!atoms)
        return anything(arena, v.span);
    if (a->atom_count)
        memcpy(atoms, a->atoms, a->atom_count * sizeof *atoms);
    if (b->atom_count)
        memcpy(atoms + a->atom_count, b->atoms, b->atom_count * sizeof *atoms);
    v.atoms = atoms;
    if (v.flags & CP_VALUE_EXACT) {
        v.exact = a->exact.n == 0   ? b->exact
                  : b->exact.n == 0 ? a->exact
                                    : cp_arena_concat(arena, a->exact, b->exact);
        if (cp_arena_failed(arena))
            return anything(arena, v.span);
    }
    return v;
}

/* Does it end so that what stands behind it is no part of a name that begins in it? */
static bool parts_names(cp_slice t) {
    uint8_t last = t.n ? t.p[t.n - 1] : '/';
    return (last && strchr("/=:@, \t\n'\"", last)) ||
           (t.n > 1 && last == '.' && t.p[t.n - 2] == '.'); /* of revisions, x..y */
}

cp_slice cp_value_directory(const cp_value *v, bool *itself) {
    bool below = v->atom_count > 1 && v->atoms[0].kind == CP_ATOM_LIT && v->atoms[1].kind == CP_ATOM_HOLE &&
                 v->atoms[1].cls == CP_CLASS_BELOW && !parts_names(v->atoms[0].lit);
    *itself = below && (v->atoms[1].props & CP_HOLE_EMPTY);
    return below && (!*itself || v->atom_count == 2) ? v->atoms[0].lit : (cp_slice){NULL, 0};
}

uint32_t cp_atom_glued(const cp_atom *before, const cp_atom *hole, cp_atom out[2]) {
    const bool literal = before->kind == CP_ATOM_LIT;
    out[0] = *hole;
    if (hole->kind != CP_ATOM_HOLE || hole->cls != CP_CLASS_BELOW || (literal && parts_names(before->lit)))
        return 1;
    if (!literal || before->lit.p[before->lit.n - 1] == '.') { /* `.` behind it leads up */
        out[0].cls = CP_CLASS_ANY;
        return 1;
    }
    out[0].cls = CP_CLASS_FILENAME;
    out[0].props = (uint16_t)((hole->props & ~CP_HOLE_SLASH) | CP_HOLE_EMPTY);
    out[1] = *hole;
    out[1].props |= CP_HOLE_EMPTY;
    return 2;
}

cp_value cp_value_glued(cp_arena *arena, const cp_value *a, const cp_value *b) {
    if (!a->atom_count || !b->atom_count || b->atoms[0].kind != CP_ATOM_HOLE)
        return cp_value_concat(arena, a, b);
    cp_value second = *b;
    cp_atom *atoms = CP_NEW_ARRAY(arena, cp_atom, b->atom_count + 1), first[2];
    if (!atoms)
        return anything(arena, b->span);
    uint32_t count = cp_atom_glued(&a->atoms[a->atom_count - 1], &b->atoms[0], first);
    memcpy(atoms, first, count * sizeof *atoms);
    memcpy(atoms + count, b->atoms + 1, (b->atom_count - 1) * sizeof *atoms);
    second.atoms = atoms;
    second.atom_count += count - 1;
    return cp_value_concat(arena, a, &second);
}

cp_value cp_value_slice(cp_arena *arena, const cp_value *v, uint32_t from, uint32_t to) {
    if (!cp_value_is_exact(v))
        return anything(arena, v->span);
    cp_value out = {.flags = v->flags, .exact = cp_slice_sub(v->exact, from, to), .span = v->span};
    if (to > v->exact.n)
        to = v->exact.n;
    cp_atom *atoms = CP_NEW_ARRAY(arena, cp_atom, v->atom_count ? v->atom_count : 1);
    if (!atoms)
        return anything(arena, v->span);
    uint32_t at = 0;
    for (uint32_t i = 0; i < v->atom_count; i++) {
        const cp_atom *a = &v->atoms[i];
        uint32_t beg = from > at ? from - at : 0, end = to > at ? to - at : 0;
        if (end > a->lit.n)
            end = a->lit.n;
        if (beg < end) {
            cp_atom part = *a;
            part.lit = cp_slice_sub(a->lit, beg, end);
            part.span = cp_sub_span(a->span, a->lit.n, beg, end);
            atoms[out.atom_count++] = part;
        }
        at += a->lit.n;
    }
    out.atoms = atoms;
    return out;
}

cp_value cp_value_after(cp_arena *arena, const cp_value *v, uint32_t from) {
    if (cp_value_is_exact(v))
        return cp_value_slice(arena, v, from, v->exact.n);
    uint32_t first = 0;
    while (first < v->atom_count && v->atoms[first].kind == CP_ATOM_LIT && from >= v->atoms[first].lit.n)
        from -= v->atoms[first++].lit.n;
    uint32_t count = v->atom_count - first;
    cp_atom *atoms = CP_NEW_ARRAY(arena, cp_atom, count ? count : 1);
    if (!atoms || (from && (!count || v->atoms[first].kind != CP_ATOM_LIT)))
        return anything(arena, v->span);
    if (count)
        memcpy(atoms, v->atoms + first, count * sizeof *atoms);
    if (from) {
        atoms[0].span = cp_sub_span(atoms[0].span, atoms[0].lit.n, from, atoms[0].lit.n);
        atoms[0].lit = cp_slice_sub(atoms[0].lit, from, atoms[0].lit.n);
    }
    return (cp_value){.atoms = atoms, .atom_count = count, .flags = v->flags, .span = v->span};
}

cp_set cp_set_of(cp_arena *arena, cp_value v) {
    cp_value *copy = (cp_value *)cp_alloc_raw(arena, sizeof *copy);
    *copy = v;
    return (cp_set){copy, 1};
}
cp_set cp_set_exact(cp_arena *arena, cp_slice text, cp_span span) {
    struct exact {
        cp_value value;
        cp_atom atom;
    } *made = (struct exact *)cp_alloc_raw(arena, sizeof *made);
    made->atom = (cp_atom){.kind = CP_ATOM_LIT, .lit = text, .span = span};
    made->value = (cp_value){.atoms = &made->atom,
                             .atom_count = text.n ? 1 : 0,
                             .flags = CP_VALUE_EXACT,
                             .exact = text,
                             .span = span};
    return (cp_set){&made->value, 1};
}

cp_field cp_field_of(cp_arena *arena, cp_value v) {
    return (cp_field){cp_set_of(arena, v), 0};
}

/* ---- Unions ---- */

bool cp_value_same_atoms(const cp_value *a, const cp_value *b) {
    if (a->atoms == b->atoms)
        return a->atom_count == b->atom_count;
    if (a->atom_count != b->atom_count)
        return false;
    for (uint32_t i = 0; i < a->atom_count; i++) {
        const cp_atom *x = &a->atoms[i], *y = &b->atoms[i];
        if (x->kind != y->kind || x->cls != y->cls || x->props != y->props || x->origin != y->origin ||
            !cp_slice_eq(x->lit, y->lit))
            return false;
    }
    return true;
}

static bool same_value(const cp_value *a, const cp_value *b) {
    if (((a->flags ^ b->flags) & (CP_VALUE_EXACT | CP_VALUE_UNMADE)) != 0)
        return false;
    if (cp_value_is_exact(a))
        return cp_slice_eq(a->exact, b->exact);
    return cp_value_same_atoms(a, b);
}

/* Literal bytes at the end, in one run of memory. */
static cp_slice suffix_of(const cp_value *v) {
    if (cp_value_is_exact(v))
        return v->exact;
    cp_slice s = {NULL, 0};
    for (uint32_t i = v->atom_count; i > 0 && v->atoms[i - 1].kind == CP_ATOM_LIT; i--) {
        cp_slice lit = v->atoms[i - 1].lit;
        if (s.n && lit.p + lit.n != s.p)
            break;
        s = (cp_slice){lit.p, s.n + lit.n};
    }
    return s;
}

cp_slice cp_value_prefix(const cp_value *v) {
    if (cp_value_is_exact(v))
        return v->exact;
    cp_slice s = {NULL, 0};
    for (uint32_t i = 0; i < v->atom_count && v->atoms[i].kind == CP_ATOM_LIT; i++) {
        cp_slice lit = v->atoms[i].lit;
        if (s.n && s.p + s.n != lit.p)
            break; /* joined runs lie side by side */
        s = s.n ? (cp_slice){s.p, s.n + lit.n} : lit;
    }
    return s;
}

/* Adds bytes [from, to) of what a value is to what the hole may be. */
static void widen(cp_atom *hole, const cp_value *v, uint32_t from, uint32_t drop, cp_class *cls) {
    uint32_t at = 0, total = 0;
    bool may_be_empty = true;
    for (uint32_t i = 0; i < v->atom_count; i++)
        if (v->atoms[i].kind == CP_ATOM_LIT)
            total += v->atoms[i].lit.n;
    for (uint32_t i = 0; i < v->atom_count; i++) {
        const cp_atom *a = &v->atoms[i];
        if (a->kind == CP_ATOM_HOLE) {
            hole->props |= (uint16_t)(a->props & ~(CP_HOLE_EMPTY | CP_HOLE_LIST | CP_HOLE_PLAIN |
                                                   CP_HOLE_PLACE | CP_HOLE_CHAR | CP_HOLE_LOOKED));
            if (a->cls == CP_CLASS_HOME || a->cls == CP_CLASS_ABSOLUTE)
                hole->props |= CP_HOLE_SLASH;
            if (a->cls == CP_CLASS_INTEGER)
                hole->props |= CP_HOLE_DASH;
            if (!(a->props & CP_HOLE_EMPTY))
                may_be_empty = false;
            if (a->cls != CP_CLASS_DIGITS)
                *cls = a->cls == CP_CLASS_HEX && *cls != CP_CLASS_ANY ? CP_CLASS_HEX : CP_CLASS_ANY;
            if (!hole->origin)
                hole->origin = a->origin;
            if (!hole->lit.n && (a->props & CP_HOLE_SECRET))
                hole->lit = a->lit;
            continue;
        }
        for (uint32_t k = 0; k < a->lit.n; k++, at++) {
            if (at < from || at >= total - drop)
                continue;
            uint8_t c = a->lit.p[k];
            may_be_empty = false;
            if (c == '-')
                hole->props |= CP_HOLE_DASH;
            if (c == '/')
                hole->props |= CP_HOLE_SLASH;
            if (c == '\n')
                hole->props |= CP_HOLE_NEWLINE;
            if (!is_digit(c))
                *cls = c >= 'a' && c <= 'f' && *cls != CP_CLASS_ANY ? CP_CLASS_HEX : CP_CLASS_ANY;
        }
    }
    if (may_be_empty)
        hole->props |= CP_HOLE_EMPTY;
}

/* One value whose language holds all of theirs: what they begin and end with, and a hole between. */
static cp_value cover(cp_arena *arena, const cp_value *values, uint32_t count) {
    cp_slice pre = cp_value_prefix(&values[0]), suf = suffix_of(&values[0]);
    uint32_t flags = 0;
    for (uint32_t i = 0; i < count; i++) {
        cp_slice p = cp_value_prefix(&values[i]);
        uint32_t n = 0;
        while (n < pre.n && n < p.n && pre.p[n] == p.p[n])
            n++;
        pre.n = n;
        flags |= values[i].flags & (CP_VALUE_QUOTED | CP_VALUE_UNMADE);
    }
    for (uint32_t i = 0; i < count; i++) {
        cp_slice s = suffix_of(&values[i]);
        uint32_t most = s.n, n = 0;
        if (cp_value_is_exact(&values[i]) && most > s.n - pre.n)
            most = s.n - pre.n;
        while (n < suf.n && n < most && suf.p[suf.n - 1 - n] == s.p[s.n - 1 - n])
            n++;
        suf = cp_slice_sub(suf, suf.n - n, suf.n);
    }
    if (flags & CP_VALUE_UNMADE)
        pre.n = 0, suf.n = 0;
    cp_atom hole = {.kind = CP_ATOM_HOLE, .cls = CP_CLASS_ANY, .span = values[0].span};
    cp_class cls = CP_CLASS_DIGITS;
    hole.props = count > 1 ? CP_HOLE_PART : 0;
    for (uint32_t i = 0; i < count; i++)
        widen(&hole, &values[i], pre.n, suf.n, &cls);
    hole.cls = (uint8_t)cls;
    cp_atom *atoms = CP_NEW_ARRAY(arena, cp_atom, 3);
    if (!atoms)
        return anything(arena, values[0].span);
    uint32_t n = 0;
    cp_span at = {values[0].span.src, values[0].span.beg, values[0].span.beg}; /* no one place */
    if (pre.n)
        atoms[n++] = (cp_atom){.kind = CP_ATOM_LIT, .lit = pre, .span = at};
    atoms[n++] = hole;
    if (suf.n)
        atoms[n++] = (cp_atom){.kind = CP_ATOM_LIT, .lit = suf, .span = at};
    return (cp_value){.atoms = atoms, .atom_count = n, .flags = flags, .span = values[0].span};
}

cp_set cp_set_join(cp_arena *arena, cp_set a, cp_set b) {
    if (b.count == 0)
        return a;
    if (a.count == 0)
        return b;
    cp_value all[2 * CP_SET_MOST];
    uint32_t n = 0;
    for (uint32_t i = 0; i < a.count && n < CP_SET_MOST; i++)
        all[n++] = a.values[i];
    for (uint32_t i = 0; i < b.count && n < 2 * CP_SET_MOST; i++) {
        bool known = false;
        for (uint32_t k = 0; k < n && !known; k++)
            if (same_value(&all[k], &b.values[i])) {
                known = true;
                all[k].flags |= b.values[i].flags & CP_VALUE_QUOTED;
            }
        if (!known)
            all[n++] = b.values[i];
    }
    if (n > CP_SET_MOST)
        return cp_set_of(arena, cover(arena, all, n));
    cp_value *values = CP_NEW_ARRAY(arena, cp_value, n);
    if (!values)
        return cp_set_of(arena, anything(arena, all[0].span));
    memcpy(values, all, n * sizeof *values);
    return (cp_set){values, n};
}

cp_value cp_set_cover(cp_arena *arena, cp_set s) {
    return s.count == 1 ? s.values[0] : cover(arena, s.values, s.count);
}

/* ---- Predicates ---- */

static cp_tri tri(bool can, bool cannot) {
    return !can ? CP_NO : cannot ? CP_MAYBE : CP_YES;
}

cp_tri cp_value_begins_with(const cp_value *v, uint8_t byte) {
    if (v->flags & CP_VALUE_UNMADE)
        return CP_MAYBE;
    bool can = false, cannot = false;
    bool first = v->atom_count && v->atoms[0].kind == CP_ATOM_LIT && (v->atoms[0].props & CP_LIT_FIRST);
    for (uint32_t i = 0; i < v->atom_count && byte == '-' && !first; i++)
        can |= v->atoms[i].kind == CP_ATOM_HOLE && (v->atoms[i].props & CP_HOLE_PIECE);
    for (uint32_t i = 0; i < v->atom_count; i++) {
        const cp_atom *a = &v->atoms[i];
        if (a->kind == CP_ATOM_LIT) {
            if (a->lit.n == 0)
                continue;
            *(a->lit.p[0] == byte ? &can : &cannot) = true;
            return tri(can, cannot);
        }
        if (cp_hole_takes(a, byte, true))
            can = true;
        bool fixed = (a->cls == CP_CLASS_HOME || a->cls == CP_CLASS_ABSOLUTE) && byte == '/';
        if (!fixed)
            cannot = true;
        if (!(a->props & CP_HOLE_EMPTY))
            return tri(can, cannot);
    }
    return tri(can, true); /* the empty string begins with nothing */
}

bool cp_value_is_piece(const cp_value *v) {
    bool piece = false;
    for (uint32_t i = 0; i < v->atom_count; i++)
        piece |= v->atoms[i].kind == CP_ATOM_HOLE && (v->atoms[i].props & CP_HOLE_PIECE);
    return piece;
}

cp_tri cp_value_holds_byte(const cp_value *v, uint8_t byte) {
    if (v->flags & CP_VALUE_UNMADE)
        return CP_MAYBE;
    bool may = false;
    for (uint32_t i = 0; i < v->atom_count; i++) {
        const cp_atom *a = &v->atoms[i];
        if (a->kind == CP_ATOM_LIT) {
            if (cp_slice_find(a->lit, byte, 0) < a->lit.n)
                return CP_YES;
        } else {
            if (byte == '/' && !(a->props & CP_HOLE_EMPTY) &&
                (a->cls == CP_CLASS_HOME || a->cls == CP_CLASS_ABSOLUTE))
                return CP_YES;
            if (cp_hole_takes(a, byte, true) || cp_hole_takes(a, byte, false))
                may = true;
        }
    }
    return may ? CP_MAYBE : CP_NO;
}

cp_tri cp_value_empty(const cp_value *v) {
    if (v->flags & CP_VALUE_UNMADE)
        return CP_MAYBE;
    bool holes = false;
    for (uint32_t i = 0; i < v->atom_count; i++) {
        const cp_atom *a = &v->atoms[i];
        if (a->kind == CP_ATOM_LIT ? a->lit.n > 0 : !(a->props & CP_HOLE_EMPTY))
            return CP_NO;
        if (a->kind == CP_ATOM_HOLE)
            holes = true;
    }
    return holes ? CP_MAYBE : CP_YES;
}

cp_tri cp_value_equals(const cp_value *v, cp_slice text) {
    if (cp_value_is_exact(v))
        return cp_slice_eq(v->exact, text) ? CP_YES : CP_NO;
    return cp_value_contains(v, text) ? CP_MAYBE : CP_NO;
}

cp_tri cp_set_equals(cp_set s, cp_slice text) {
    bool can = false, cannot = false;
    for (uint32_t i = 0; i < s.count; i++) {
        cp_tri t = cp_value_equals(&s.values[i], text);
        if (t != CP_NO)
            can = true;
        if (t != CP_YES)
            cannot = true;
    }
    return tri(can, cannot);
}

/* Pattern positions as a set of bits; position n is "all matched". */
enum { GLOB_MOST = 1023, GLOB_WORDS = (GLOB_MOST + 1) / 64 };
typedef struct positions {
    uint64_t bits[GLOB_WORDS];
} positions;
static bool has(const positions *s, uint32_t i) {
    return (s->bits[i / 64] >> (i % 64)) & 1;
}
static void put(positions *s, uint32_t i) {
    s->bits[i / 64] |= (uint64_t)1 << (i % 64);
}

typedef struct matcher {
    cp_slice pattern;
    bool fold;
} matcher;
static void skip_stars(const matcher *m, positions *s) {
    for (uint32_t i = 0; i < m->pattern.n; i++)
        if (has(s, i) && m->pattern.p[i] == '*')
            put(s, i + 1);
}
static positions take_byte(const matcher *m, const positions *s, uint8_t c) {
    positions next = {{0}};
    for (uint32_t i = 0; i < m->pattern.n; i++) {
        if (!has(s, i))
            continue;
        uint8_t p = m->pattern.p[i];
        if (p == '*')
            put(&next, i);
        else if (p == c || (m->fold && lower(p) == lower(c)))
            put(&next, i + 1);
    }
    skip_stars(m, &next);
    return next;
}
/* Positions after some (any: `every` false) or after every string of the hole. */
static positions take_hole(const matcher *m, const positions *s, const cp_atom *hole, bool every) {
    positions next = {{0}};
    if (every) { /* only a star takes whatever comes */
        for (uint32_t i = 0; i < m->pattern.n; i++)
            if (has(s, i) && m->pattern.p[i] == '*')
                put(&next, i);
        skip_stars(m, &next);
        return next;
    }
    for (uint32_t round = 0; round < 2; round++) { /* the first byte, then the others: positions only grow */
        const positions *from = round ? &next : s;
        for (uint32_t i = 0; i < m->pattern.n; i++) {
            if (!has(from, i))
                continue;
            uint8_t p = m->pattern.p[i];
            if (p == '*') {
                put(&next, i);
                put(&next, i + 1);
            } else if (cp_hole_takes(hole, p, round == 0) ||
                       (m->fold && (cp_hole_takes(hole, lower(p), round == 0) ||
                                    cp_hole_takes(hole, (uint8_t)(p & ~32u), round == 0)))) {
                put(&next, i + 1);
            }
        }
    }
    if (hole->props & CP_HOLE_EMPTY)
        for (uint32_t i = 0; i < GLOB_WORDS; i++)
            next.bits[i] |= s->bits[i];
    skip_stars(m, &next);
    return next;
}

/* The usual two-pointer match, for long patterns and exact values. */
static bool glob_exact(const matcher *m, cp_slice text) {
    uint32_t i = 0, p = 0, star = UINT32_MAX, mark = 0;
    while (i < text.n) {
        if (p < m->pattern.n && m->pattern.p[p] == '*') {
            star = p++;
            mark = i;
        } else if (p < m->pattern.n && (m->pattern.p[p] == text.p[i] ||
                                        (m->fold && lower(m->pattern.p[p]) == lower(text.p[i])))) {
            p++;
            i++;
        } else if (star != UINT32_MAX) {
            p = star + 1;
            i = ++mark;
        } else {
            return false;
        }
    }
    while (p < m->pattern.n && m->pattern.p[p] == '*')
        p++;
    return p == m->pattern.n;
}

cp_tri cp_value_glob(const cp_value *v, cp_slice pattern, bool case_insensitive) {
    matcher m = {pattern, case_insensitive};
    if (cp_value_is_exact(v))
        return glob_exact(&m, v->exact) ? CP_YES : CP_NO;
    if (pattern.n > GLOB_MOST || (v->flags & CP_VALUE_UNMADE))
        return CP_MAYBE;
    positions some = {{0}}, all = {{0}};
    put(&some, 0);
    skip_stars(&m, &some);
    all = some;
    for (uint32_t i = 0; i < v->atom_count; i++) {
        const cp_atom *a = &v->atoms[i];
        if (a->kind == CP_ATOM_HOLE) {
            some = take_hole(&m, &some, a, false);
            all = take_hole(&m, &all, a, true);
        } else {
            for (uint32_t k = 0; k < a->lit.n; k++) {
                some = take_byte(&m, &some, a->lit.p[k]);
                all = take_byte(&m, &all, a->lit.p[k]);
            }
        }
    }
    if (has(&all, pattern.n))
        return CP_YES;
    return has(&some, pattern.n) ? CP_MAYBE : CP_NO;
}

/* ---- For people, and for the parser ---- */

cp_slice cp_value_show(cp_arena *arena, const cp_value *v) {
    if (cp_value_is_exact(v))
        return v->exact;
    static const char dots[] = "\xe2\x80\xa6";
    uint64_t size = 0;
    for (uint32_t i = 0; i < v->atom_count; i++)
        size += (uint64_t)v->atoms[i].lit.n + 4;
    if (size > UINT32_MAX)
        return cp_slice_str(dots);
    uint8_t *out = (uint8_t *)cp_alloc_raw(arena, (size_t)size);
    if (cp_arena_failed(arena) || !out)
        return cp_slice_str(dots);
    uint32_t n = 0;
    for (uint32_t i = 0; i < v->atom_count; i++) {
        const cp_atom *a = &v->atoms[i];
        bool place = a->cls == CP_CLASS_ABSOLUTE && (a->props & CP_HOLE_PLACE);
        if (a->kind == CP_ATOM_HOLE && a->lit.n == 0) {
            const char *text = (a->props & (CP_HOLE_GLOB | CP_HOLE_SPLIT)) == CP_HOLE_GLOB ? "*"
                               : a->cls == CP_CLASS_HOME                                   ? "~"
                                                                                           : dots;
            size_t len = strlen(text);
            memcpy(out + n, text, len);
            n += (uint32_t)len;
            continue;
        }
        if (a->kind == CP_ATOM_HOLE && !place)
            out[n++] = '$';
        if (a->lit.n)
            memcpy(out + n, a->lit.p, a->lit.n);
        n += a->lit.n;
    }
    return (cp_slice){out, n};
}

uint32_t cp_value_to_source(cp_arena *arena, cp_sources *sources, const cp_value *v, uint32_t source_kind,
                            cp_span made_at) {
    if (!cp_value_is_exact(v))
        return UINT32_MAX;
    cp_seg *segs = CP_NEW_ARRAY(arena, cp_seg, v->atom_count);
    if (!segs)
        return UINT32_MAX;
    uint32_t at = 0, n = 0;
    for (uint32_t i = 0; i < v->atom_count; i++) {
        const cp_atom *a = &v->atoms[i];
        if (a->lit.n == 0)
            continue;
        segs[n++] = (cp_seg){.out = at, .len = a->lit.n, .in = a->span};
        at += a->lit.n;
    }
    uint32_t depth = made_at.src < sources->count ? sources->items[made_at.src].depth + 1 : 1;
    cp_source source = {.text = v->exact,
                        .kind = source_kind,
                        .depth = depth,
                        .seg_count = n,
                        .segs = segs,
                        .made_at = made_at};
    return cp_sources_add(sources, &source);
}
