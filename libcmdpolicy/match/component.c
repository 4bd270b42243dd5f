/* Names with holes against name patterns. Two sets of pattern positions are moved along the name at once: where some value of
 * the name may be, and where every value of it surely is with one and the same reading of the pattern. The first errs towards
 * "may", the second towards "not sure", so NO and YES can be relied on. Time is the length of the name times that of the pattern;
 * no memory is taken. */
#include "match/component.h"

typedef struct track { /* pattern positions 0..m */
    cp_slice pattern;
    unsigned mode;
    uint8_t may[CP_NAME_PATTERN_MOST + 1], sure[CP_NAME_PATTERN_MOST + 1];
} track;

typedef enum alphabet {
    DIGIT,
    HEX,
    INTEGER,
    NAME /* not '/' */,
    ANY,
    PLAIN_NAME /* no ':', either */,
    PLAIN_PATH
} alphabet;

static uint8_t lower(uint8_t b) {
    return b >= 'A' && b <= 'Z' ? (uint8_t)(b + 32) : b;
}
static bool same(uint8_t a, uint8_t b, unsigned mode) {
    return a == b || ((mode & CP_NAME_FOLD) && lower(a) == lower(b));
}
static bool in(alphabet set, uint8_t b) {
    switch (set) {
    case DIGIT: return b >= '0' && b <= '9';
    case HEX: return (b >= '0' && b <= '9') || (b >= 'a' && b <= 'f');
    case INTEGER: return b == '-' || (b >= '0' && b <= '9');
    case NAME: return b != '/';
    case PLAIN_NAME: return b != '/' && b != ':';
    case PLAIN_PATH: return b != ':';
    default: return true;
    }
}

static bool is_star(const track *t, uint32_t j) {
    return (t->mode & CP_NAME_STARS) && t->pattern.p[j] == '*';
}
/* A star, or a character of the pattern that a folding file system may take for something else. */
static bool is_loose(const track *t, uint32_t j) {
    return is_star(t, j) || ((t->mode & CP_NAME_FOLD) && t->pattern.p[j] >= 0x80);
}

static void close_over_stars(track *t) {
    for (uint32_t j = 0; j < t->pattern.n; j++) {
        if (is_loose(t, j))
            t->may[j + 1] |= t->may[j];
        if (is_star(t, j))
            t->sure[j + 1] |= t->sure[j];
    }
}

/* Any number of bytes of the alphabet, none included. */
static void take_run(track *t, alphabet set) {
    for (uint32_t j = 0; j < t->pattern.n; j++)
        if (is_loose(t, j) || in(set, t->pattern.p[j]))
            t->may[j + 1] |= t->may[j];
    for (uint32_t j = 0; j <= t->pattern.n; j++)
        if (j == t->pattern.n || !is_star(t, j))
            t->sure[j] = 0;
    close_over_stars(t);
}

static bool take_literal(track *t, cp_slice lit) {
    uint32_t m = t->pattern.n;
    for (uint32_t i = 0; i < lit.n; i++) {
        uint8_t b = lit.p[i], alive = 0;
        if ((t->mode & CP_NAME_FOLD) && b >= 0x80) {
            /* May be anything, or nothing, to such a file system; for sure it is only itself. */
            for (uint32_t j = 0; j < m; j++)
                t->may[j + 1] |= t->may[j];
        } else {
            for (uint32_t j = m; j > 0; j--)
                t->may[j] = (j < m && is_loose(t, j) && t->may[j]) ||
                            (t->may[j - 1] && !is_star(t, j - 1) && same(b, t->pattern.p[j - 1], t->mode));
            if (m == 0 || !is_loose(t, 0))
                t->may[0] = 0;
        }
        for (uint32_t j = m; j > 0; j--)
            t->sure[j] = (j < m && is_star(t, j) && t->sure[j]) ||
                         (t->sure[j - 1] && !is_star(t, j - 1) && same(b, t->pattern.p[j - 1], t->mode));
        if (m == 0 || !is_star(t, 0))
            t->sure[0] = 0;
        close_over_stars(t);
        for (uint32_t j = 0; j <= m; j++)
            alive |= t->may[j];
        if (!alive)
            return false;
    }
    return true;
}

/* Exactly one byte of the alphabet. */
static void take_one(track *t, alphabet set) {
    uint32_t m = t->pattern.n;
    for (uint32_t j = m; j > 0; j--) {
        t->may[j] = (j < m && is_loose(t, j) && t->may[j]) ||
                    (t->may[j - 1] && !is_star(t, j - 1) && in(set, t->pattern.p[j - 1]));
        t->sure[j] = j < m && is_star(t, j) && t->sure[j];
    }
    if (m == 0 || !is_loose(t, 0))
        t->may[0] = 0;
    if (m == 0 || !is_star(t, 0))
        t->sure[0] = 0;
    close_over_stars(t);
}

static alphabet alphabet_of(const track *t, const cp_atom *hole) {
    bool plain = !cp_hole_takes(hole, ':', false);
    if ((t->mode & CP_NAME_SLASHES) && cp_hole_has_slash(hole))
        return plain ? PLAIN_PATH : ANY;
    switch (hole->cls) {
    case CP_CLASS_DIGITS: return DIGIT;
    case CP_CLASS_HEX: return HEX;
    case CP_CLASS_INTEGER: return INTEGER;
    default: return plain ? PLAIN_NAME : NAME;
    }
}

static void take_hole(track *t, const cp_atom *hole) {
    alphabet set = alphabet_of(t, hole);
    if (!cp_hole_may_be_empty(hole))
        take_one(t, set);
    take_run(t, set);
}

static cp_tri match_holes(const cp_value *name, cp_slice pattern, unsigned mode) {
    if (pattern.n > CP_NAME_PATTERN_MOST)
        return CP_MAYBE;
    const cp_atom *first = name->atom_count ? &name->atoms[0] : NULL;
    if (first && first->kind == CP_ATOM_HOLE && (first->props & CP_HOLE_NO_DOT) && pattern.n &&
        pattern.p[0] == '.')
        return CP_NO;
    track t;
    t.pattern = pattern;
    t.mode = mode;
    memset(t.may, 0, pattern.n + 1);
    memset(t.sure, 0, pattern.n + 1);
    t.may[0] = t.sure[0] = 1;
    close_over_stars(&t);
    CP_HOLDS(name->atoms || !name->atom_count);
    for (uint32_t i = 0; i < name->atom_count; i++) {
        const cp_atom *a = &name->atoms[i];
        if (a->kind == CP_ATOM_HOLE)
            take_hole(&t, a);
        else if (!take_literal(&t, a->lit))
            return CP_NO;
    }
    return t.sure[pattern.n] ? CP_YES : t.may[pattern.n] ? CP_MAYBE : CP_NO;
}

static bool equal(const uint8_t *a, const uint8_t *b, uint32_t n, unsigned mode) {
    if (!(mode & CP_NAME_FOLD))
        return n == 0 || memcmp(a, b, n) == 0;
    for (uint32_t i = 0; i < n; i++)
        if (!same(a[i], b[i], mode))
            return false;
    return true;
}

/* The usual matching of stars: on a mismatch only the last star takes one byte more. */
static bool match_exact(cp_slice name, cp_slice pattern, unsigned mode) {
    if (!(mode & CP_NAME_STARS))
        return name.n == pattern.n && equal(name.p, pattern.p, name.n, mode);
    if (pattern.n && pattern.p[pattern.n - 1] != '*' &&
        (name.n == 0 || !same(name.p[name.n - 1], pattern.p[pattern.n - 1], mode)))
        return false;
    uint32_t i = 0, j = 0, star = UINT32_MAX, taken = 0;
    while (i < name.n) {
        if (j < pattern.n && pattern.p[j] == '*') {
            star = j++;
            taken = i;
        } else if (j < pattern.n && same(name.p[i], pattern.p[j], mode)) {
            i++;
            j++;
        } else if (star != UINT32_MAX) {
            j = star + 1;
            i = ++taken;
        } else {
            return false;
        }
    }
    while (j < pattern.n && pattern.p[j] == '*')
        j++;
    return j == pattern.n;
}

static bool beyond_ascii(cp_slice s) {
    for (uint32_t i = 0; i < s.n; i++)
        if (s.p[i] >= 0x80)
            return true;
    return false;
}

cp_tri cp_name_match(const cp_value *name, cp_slice pattern, unsigned mode) {
    if (!cp_value_is_exact(name))
        return match_holes(name, pattern, mode);
    if (match_exact(name->exact, pattern, mode))
        return CP_YES;
    if (!(mode & CP_NAME_FOLD) || !(beyond_ascii(name->exact) || beyond_ascii(pattern)))
        return CP_NO;
    cp_atom lit = {.kind = CP_ATOM_LIT, .lit = name->exact};
    cp_value value = {.atoms = &lit, .atom_count = 1};
    return cp_tri_and(match_holes(&value, pattern, mode), CP_MAYBE);
}

cp_tri cp_name_is_number(const cp_value *name) {
    cp_atom lit = {.kind = CP_ATOM_LIT, .lit = name->exact};
    bool exact = cp_value_is_exact(name), sure = false;
    uint32_t n = exact ? 1 : name->atom_count;
    for (uint32_t i = 0; i < n; i++) {
        const cp_atom *a = exact ? &lit : &name->atoms[i];
        if (a->kind == CP_ATOM_HOLE) {
            if (a->cls != CP_CLASS_DIGITS)
                return CP_MAYBE;
            sure = sure || !cp_hole_may_be_empty(a);
            continue;
        }
        for (uint32_t k = 0; k < a->lit.n; k++)
            if (a->lit.p[k] < '0' || a->lit.p[k] > '9')
                return CP_NO;
        sure = sure || a->lit.n > 0;
    }
    return sure ? CP_YES : exact ? CP_NO : CP_MAYBE;
}

bool cp_name_may_be_dots(const cp_value *name) {
    if (!cp_value_is_exact(name) && name->atom_count) {
        const cp_atom *first = &name->atoms[0];
        bool glob = first->kind == CP_ATOM_HOLE && first->cls == CP_CLASS_FILENAME &&
                    (first->props & CP_HOLE_GLOB) && !cp_hole_has_slash(first) &&
                    !cp_hole_may_be_empty(first);
        if (glob || (first->kind == CP_ATOM_HOLE && (first->props & CP_HOLE_NO_DOT)))
            return false;
    }
    return cp_name_match(name, CP_LIT("."), CP_NAME_PLAIN) != CP_NO ||
           cp_name_match(name, CP_LIT(".."), CP_NAME_PLAIN) != CP_NO;
}

bool cp_name_may_be_empty(const cp_value *name) {
    if (cp_value_is_exact(name))
        return name->exact.n == 0;
    for (uint32_t i = 0; i < name->atom_count; i++) {
        const cp_atom *a = &name->atoms[i];
        if (a->kind == CP_ATOM_LIT ? a->lit.n > 0 : !cp_hole_may_be_empty(a))
            return false;
    }
    return true;
}

cp_tri cp_value_may_hold(const cp_value *value, cp_slice text) {
    uint8_t pattern[CP_NAME_PATTERN_MOST];
    if (text.n + 2 > sizeof pattern || cp_slice_find(text, '*', 0) < text.n)
        return CP_MAYBE;
    pattern[0] = '*';
    if (text.n)
        memcpy(pattern + 1, text.p, text.n);
    pattern[text.n + 1] = '*';
    return cp_name_match(value, (cp_slice){pattern, text.n + 2}, CP_NAME_STARS | CP_NAME_SLASHES);
}
