/* Membership: is this string, or this argv, in the language of a value, or of a list of fields? The tests' judge of whether
 * what really ran was foreseen, and the slow, plain reading of what holes mean. No allocation. */
#include "words/value.h"

enum { MOST = 65535, WORDS = (MOST + 1) / 64 };
typedef struct bits {
    uint64_t w[WORDS];
} bits;
static bool get(const bits *b, uint32_t i) {
    return (b->w[i / 64] >> (i % 64)) & 1;
}
static void set(bits *b, uint32_t i) {
    b->w[i / 64] |= (uint64_t)1 << (i % 64);
}
static void unset(bits *b, uint32_t i) {
    b->w[i / 64] &= ~((uint64_t)1 << (i % 64));
}

/* ends := where the atom may end, given where it may begin; in place, from the last position down to the first. */
static void step_literal(bits *at, uint32_t n, cp_slice text, cp_slice lit) {
    for (uint32_t i = n + 1; i > 0; i--) {
        uint32_t p = i - 1;
        bool end = p >= lit.n && get(at, p - lit.n) && memcmp(text.p + (p - lit.n), lit.p, lit.n) == 0;
        if (end)
            set(at, p);
        else
            unset(at, p);
    }
}
static void step_hole(bits *at, uint32_t n, cp_slice text, const cp_atom *hole) {
    bool inside = false, begins = get(at, 0);
    if (!(hole->props & CP_HOLE_EMPTY))
        unset(at, 0);
    for (uint32_t i = 0; i < n; i++) {
        uint8_t c = text.p[i];
        bool next = get(at, i + 1);
        inside = (inside && cp_hole_takes(hole, c, false)) || (begins && cp_hole_takes(hole, c, true));
        if (inside || (next && (hole->props & CP_HOLE_EMPTY)))
            set(at, i + 1);
        else
            unset(at, i + 1);
        begins = next;
    }
}

bool cp_value_contains(const cp_value *v, cp_slice text) {
    if (v->flags & CP_VALUE_UNMADE)
        return true;
    if (cp_value_is_exact(v))
        return cp_slice_eq(v->exact, text);
    if (text.n > MOST)
        return true; /* not decided: never say that a long text can't be */
    bits at;
    memset(&at, 0, (text.n / 64 + 1) * sizeof at.w[0]);
    set(&at, 0);
    for (uint32_t i = 0; i < v->atom_count; i++) {
        if (v->atoms[i].kind == CP_ATOM_HOLE)
            step_hole(&at, text.n, text, &v->atoms[i]);
        else if (v->atoms[i].lit.n)
            step_literal(&at, text.n, text, v->atoms[i].lit);
    }
    return get(&at, text.n);
}

bool cp_set_contains(cp_set s, cp_slice text) {
    for (uint32_t i = 0; i < s.count; i++)
        if (cp_value_contains(&s.values[i], text))
            return true;
    return false;
}

static bool unmade(cp_set s) {
    for (uint32_t i = 0; i < s.count; i++)
        if (s.values[i].flags & CP_VALUE_UNMADE)
            return true;
    return false;
}

bool cp_fields_contain(const cp_fields *fields, size_t n, const cp_slice *argv) {
    if (n > MOST)
        return false;
    bits at;
    uint32_t count = (uint32_t)n;
    memset(&at, 0, (count / 64 + 1) * sizeof at.w[0]);
    set(&at, 0);
    for (uint32_t f = 0; f < fields->count; f++) {
        const cp_field *field = &fields->items[f];
        bool previous = false;
        for (uint32_t i = 0; i <= count; i++) { /* i arguments taken so far */
            bool here = get(&at, i);
            bool after =
                i > 0 && previous && (cp_set_contains(field->set, argv[i - 1]) || unmade(field->set));
            if (field->splat) {
                if (after)
                    set(&at, i);
                previous = here || after;
            } else {
                if (after)
                    set(&at, i);
                else
                    unset(&at, i);
                previous = here;
            }
        }
    }
    return get(&at, count);
}
