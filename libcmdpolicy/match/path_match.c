/* Abstract paths against path patterns. Both are runs of names; a pattern has `**`, a path may have an unknown beginning. Names
 * that stand alone at either end are compared one by one, which decides nearly every question; what is left between two runs of
 * unknown length is decided by moving sets of pattern positions along the path, as for names (component.c). No memory is taken;
 * a pattern of more than 64 tokens behind its fixed beginning is answered with MAYBE. */
#include "match/component.h"
#include "match/match.h"

enum { TOKENS_MOST = 192, POSITIONS_MOST = 64, ATOMS_MOST = 32 };

typedef enum token_op {
    TOKEN_NAME,
    TOKEN_STARS,
    TOKEN_ANY /* ** */,
    TOKEN_SOME_NAME,
    TOKEN_SOME /* one fixed, unknown run of names */
} token_op;
typedef struct token {
    cp_slice text;
    uint32_t op;
} token;

/* A pattern laid out as tokens. */
typedef struct layout {
    token at[TOKENS_MOST];
    uint32_t count, full; /* full: too long, what is here is only its beginning */
    unsigned fold;
} layout;

/* A path as the engine sees it: `lead` names of unknown number, then the parts. */
typedef enum lead { LEAD_NONE, LEAD_ANY, LEAD_ONE_OR_MORE } lead;
typedef struct subject {
    const cp_component *parts;
    uint32_t count;
    lead lead;
    bool tree;
} subject;

static const cp_atom any_atom = {.kind = CP_ATOM_HOLE, .cls = CP_CLASS_ANY, .props = 0};
static const cp_value any_name = {.atoms = &any_atom, .atom_count = 1};

static void begin(layout *l, const cp_places *places) {
    l->count = l->full = 0;
    l->fold = places && places->ignore_case ? CP_NAME_FOLD : 0;
}

static void add(layout *l, uint32_t op, cp_slice text) {
    if (l->count == TOKENS_MOST)
        l->full = 1;
    else
        l->at[l->count++] = (token){text, op};
}

static void add_directory(layout *l, cp_slice path) {
    for (uint32_t i = 0; i < path.n;) {
        uint32_t end = cp_slice_find(path, '/', i);
        if (end > i)
            add(l, TOKEN_NAME, cp_slice_sub(path, i, end));
        i = end + 1;
    }
}

static void add_components(layout *l, const cp_image *im, const cp_rec_path *pattern) {
    for (uint32_t i = 0; i < pattern->count && !l->full; i++) {
        const cp_pattern_name c = cp_image_component(im, pattern->first + i);
        static const uint32_t ops[] = {TOKEN_NAME, TOKEN_STARS, TOKEN_ANY};
        add(l, c.op <= CP_COMP_STARSTAR ? ops[c.op] : TOKEN_SOME, cp_image_string(im, c.text));
    }
}

/* ---- The engine ---------------------------------------------------------------------------------------------------- */

static cp_tri match_token(const cp_value *name, const token *t, unsigned fold) {
    switch (t->op) {
    case TOKEN_NAME: return cp_name_match(name, t->text, fold);
    case TOKEN_STARS: return cp_name_match(name, t->text, fold | CP_NAME_STARS);
    default: return CP_MAYBE; /* SOME_NAME */
    }
}

static bool spans(const token *t) {
    return t->op == TOKEN_ANY || t->op == TOKEN_SOME;
}

typedef struct positions {
    uint64_t may, sure;
} positions; /* bit j: the first j tokens are used up */

static positions close_over_spans(const token *t, uint32_t m, positions s) {
    for (uint32_t j = 0; j < m; j++) {
        if (!spans(&t[j]))
            continue;
        s.may |= (s.may >> j & 1) << (j + 1);
        if (t[j].op == TOKEN_ANY)
            s.sure |= (s.sure >> j & 1) << (j + 1);
    }
    return s;
}

static positions take_name(const token *t, uint32_t m, positions s, const cp_value *name, unsigned fold) {
    positions next = {0, 0};
    for (uint32_t j = 0; j < m; j++) {
        uint64_t may = s.may >> j & 1, sure = s.sure >> j & 1;
        if (!may)
            continue; /* sure is a subset of may */
        if (spans(&t[j])) {
            next.may |= (uint64_t)1 << j;
            if (t[j].op == TOKEN_ANY)
                next.sure |= sure << j;
            continue;
        }
        cp_tri hit = match_token(name, &t[j], fold);
        if (hit != CP_NO)
            next.may |= (uint64_t)1 << (j + 1);
        if (hit == CP_YES)
            next.sure |= sure << (j + 1);
    }
    return close_over_spans(t, m, next);
}

static positions take_any(const token *t, uint32_t m, positions s) {
    positions next = {0, 0};
    for (uint32_t j = 0; j <= m; j++) {
        if (s.may >> j & 1)
            next.may |= UINT64_MAX << j;
        if (j < m && t[j].op == TOKEN_ANY)
            next.sure |= (s.sure >> j & 1) << j;
    }
    return close_over_spans(t, m, next);
}

/* Positions after the whole path; m is at most POSITIONS_MOST - 1. */
static positions walk(const token *t, uint32_t m, const subject *p, unsigned fold) {
    positions s = close_over_spans(t, m, (positions){1, 1});
    if (p->lead == LEAD_ONE_OR_MORE)
        s = take_name(t, m, s, &any_name, fold);
    if (p->lead != LEAD_NONE)
        s = take_any(t, m, s);
    for (uint32_t i = 0; i < p->count && s.may; i++)
        s = take_name(t, m, s, &p->parts[i].name, fold);
    return s;
}

/* Takes names off the front of both, as long as one token is one name. */
static cp_tri match_front(const token **t, uint32_t *m, subject *p, unsigned fold) {
    cp_tri so_far = CP_YES;
    while (so_far != CP_NO && p->lead == LEAD_NONE && *m && p->count && !spans(*t)) {
        so_far = cp_tri_and(so_far, match_token(&p->parts[0].name, *t, fold));
        ++*t, --*m, p->parts++, p->count--;
    }
    return so_far;
}

static cp_tri match_layout(const layout *l, const subject *path) {
    const token *t = l->at;
    uint32_t m = l->count;
    subject p = *path;
    cp_tri so_far = match_front(&t, &m, &p, l->fold);
    if (so_far == CP_NO)
        return CP_NO;
    if (l->full)
        return CP_MAYBE;
    while (m && p.count && !spans(&t[m - 1])) {
        so_far = cp_tri_and(so_far, match_token(&p.parts[p.count - 1].name, &t[m - 1], l->fold));
        if (so_far == CP_NO)
            return CP_NO;
        m--, p.count--;
    }
    if (m == 1 && t[0].op == TOKEN_ANY)
        return so_far;
    if (m == 0 && p.lead == LEAD_NONE)
        return p.count ? CP_NO : so_far;
    if (m >= POSITIONS_MOST)
        return CP_MAYBE;
    positions s = walk(t, m, &p, l->fold);
    return s.sure >> m & 1 ? so_far : s.may >> m & 1 ? CP_MAYBE : CP_NO;
}

/* Does the pattern, or what its remaining names say, lie at or below the path? */
static cp_tri match_below(const layout *l, const subject *path) {
    const token *t = l->at;
    uint32_t m = l->count;
    subject p = *path;
    cp_tri so_far = match_front(&t, &m, &p, l->fold);
    if (so_far == CP_NO)
        return CP_NO;
    if (p.lead == LEAD_NONE) {
        if (p.count == 0)
            return so_far;
        if (m == 0)
            return l->full ? CP_MAYBE : CP_NO;
    }
    if (l->full || m >= POSITIONS_MOST)
        return CP_MAYBE;
    return walk(t, m, &p, l->fold).may ? CP_MAYBE : CP_NO;
}

/* ---- Roots --------------------------------------------------------------------------------------------------------- */

enum { TMP_COUNT = 3 };
static cp_slice tmp_directory(uint32_t i) {
    return i == 0 ? CP_LIT("/tmp") : i == 1 ? CP_LIT("/var/tmp") : CP_LIT("/private/tmp");
}

static subject subject_of(const cp_path *path) {
    lead l = path->base == CP_BASE_ROOT   ? LEAD_NONE
             : path->base == CP_BASE_HOME ? LEAD_ONE_OR_MORE
                                          : LEAD_ANY;
    return (subject){path->parts, path->count, l, path->tree != 0};
}

/* AT: the path itself; BELOW: something at or below it, everything being tried. */
typedef enum question { AT, BELOW, TREE_MAY, TREE_WHOLE } question;

/* ---- The usual cases ----------------------------------------------------------------------------------------------- */

/* Nearly all questions are about certain names and have the answer NO at the first or last one. These functions answer what can be
 * answered without laying the pattern out, and say false for all the rest; they must never know better than the engine. */

/* Both sides certain, case counts. */
static bool plainly_equal(const cp_image *im, cp_pattern_name c, const cp_value *name) {
    cp_slice text = cp_image_string(im, c.text);
    return c.op == CP_COMP_LITERAL ? cp_slice_eq(text, name->exact)
                                   : cp_name_match(name, text, CP_NAME_STARS) == CP_YES;
}

static bool decide_rooted(const cp_image *im, const cp_rec_path *pattern, cp_slice root, const cp_path *path,
                          cp_tri *out) {
    uint32_t k = 0;
    if (path->base != CP_BASE_ROOT || (root.n && root.p[0] != '/'))
        return false;
    *out = CP_NO;
    if (path->exact && root.n > 1) { /* one comparison settles most */
        if (!cp_slice_starts(path->text, root) || (path->text.n > root.n && path->text.p[root.n] != '/'))
            return true;
    }
    for (uint32_t i = 1; i < root.n; k++) {
        uint32_t end = cp_slice_find(root, '/', i);
        if (k == path->count)
            return true;
        const cp_value *name = &path->parts[k].name;
        if (!cp_value_is_exact(name))
            return false;
        if (!cp_slice_eq(name->exact, cp_slice_sub(root, i, end)))
            return true;
        i = end + 1;
    }
    for (uint32_t i = 0; i < pattern->count; i++, k++) {
        const cp_pattern_name c = cp_image_component(im, pattern->first + i);
        if (c.op > CP_COMP_GLOB) {
            *out = CP_YES;
            return c.op == CP_COMP_STARSTAR && i + 1 == pattern->count;
        }
        if (k == path->count)
            return true;
        if (!cp_value_is_exact(&path->parts[k].name))
            return false;
        if (!plainly_equal(im, c, &path->parts[k].name))
            return true;
    }
    *out = k == path->count ? CP_YES : CP_NO;
    return true;
}

/* Names of the pattern [0, n) against the parts from `at` on, the last ones first; false where one isn't certain, or a `**`. */
static bool decide_run(const cp_image *im, const cp_rec_path *pattern, uint32_t n, const cp_path *path,
                       uint32_t at, cp_tri *out) {
    *out = CP_NO;
    for (uint32_t i = n; i > 0; i--) {
        const cp_pattern_name c = cp_image_component(im, pattern->first + i - 1);
        const cp_value *name = &path->parts[at + i - 1].name;
        if (c.op > CP_COMP_GLOB || !cp_value_is_exact(name))
            return false;
        if (!plainly_equal(im, c, name))
            return true;
    }
    *out = CP_YES;
    return true;
}

static bool decide_anywhere(const cp_image *im, const cp_rec_path *pattern, const cp_path *path,
                            cp_tri *out) {
    uint32_t n = pattern->count;
    if (n == 0)
        return false;
    bool below = cp_image_component(im, pattern->first + n - 1).op == CP_COMP_STARSTAR;
    if (!below)
        return n <= path->count && decide_run(im, pattern, n, path, path->count - n, out);
    n--;
    if (!path->exact || n == 0 || n > path->count)
        return false;
    for (uint32_t i = 0; i < n; i++)
        if (cp_image_component(im, pattern->first + i).op > CP_COMP_GLOB)
            return false;
    for (uint32_t at = 0; at + n <= path->count; at++)
        if (!decide_run(im, pattern, n, path, at, out))
            return false;
        else if (*out == CP_YES)
            return true;
    return true;
}

/* Is nothing known of the path, while the pattern has a name? Then MAYBE: it may be there. */
static bool decide_unknown(const cp_image *im, const cp_rec_path *pattern, const cp_path *path,
                           const cp_value *cwd) {
    if (path->base != CP_BASE_UNKNOWN || path->count)
        return false;
    if (pattern->root == CP_ROOT_CWD && !(cwd && cp_value_is_exact(cwd) && cp_path_is_normal(cwd->exact)))
        return false; /* the path may begin where the pattern does */
    for (uint32_t i = 0; i < pattern->count; i++)
        if (cp_image_component(im, pattern->first + i).op != CP_COMP_STARSTAR)
            return true;
    return false;
}

/* ---- Answers ------------------------------------------------------------------------------------------------------- */

static cp_tri answer(const layout *l, const subject *p, question q) {
    cp_tri at = match_layout(l, p);
    bool all = l->count && !l->full && l->at[l->count - 1].op == TOKEN_ANY;
    if (p->tree && at == CP_YES && !all)
        at = CP_MAYBE; /* the place itself is only one of those that it may be */
    if (q == AT || at == CP_YES)
        return at;
    cp_tri below = match_below(l, p);
    return cp_tri_or(at, q == TREE_WHOLE ? below : cp_tri_and(below, CP_MAYBE));
}

/* One reading of the pattern's root: a directory by name. */
static cp_tri match_rooted(const cp_image *im, const cp_rec_path *pattern, cp_slice root, const cp_path *path,
                           const cp_places *places, question q) {
    bool fold = places && places->ignore_case;
    cp_tri simple;
    if (q == AT && !fold && decide_rooted(im, pattern, root, path, &simple))
        return simple;
    layout l;
    begin(&l, places);
    add_directory(&l, root);
    add_components(&l, im, pattern);
    if (l.full && q != AT && !fold && !path->tree && decide_rooted(im, pattern, root, path, &simple) &&
        simple == CP_YES)
        return CP_YES; /* deeper than what is laid out: what holds of a tree's root holds of the tree */
    subject p = subject_of(path);
    return answer(&l, &p, q);
}

/* The root is a directory that nobody told: never sure, but what cannot be in any directory is NO. `same`: the path begins there too. */
static cp_tri match_unknown_root(const cp_image *im, const cp_rec_path *pattern, bool home, bool same,
                                 const cp_path *path, const cp_places *places, question q) {
    layout l;
    begin(&l, places);
    subject p = subject_of(path);
    if (same) {
        p.lead = LEAD_NONE;
    } else {
        if (home)
            add(&l, TOKEN_SOME_NAME, (cp_slice){NULL, 0});
        add(&l, TOKEN_SOME, (cp_slice){NULL, 0});
    }
    add_components(&l, im, pattern);
    return answer(&l, &p, q);
}

static cp_tri match_cwd(const cp_image *im, const cp_rec_path *pattern, const cp_path *path,
                        const cp_value *cwd, const cp_places *places, question q) {
    if (cwd && cp_value_is_exact(cwd) && cp_path_is_normal(cwd->exact))
        return match_rooted(im, pattern, cwd->exact, path, places, q);
    return match_unknown_root(im, pattern, false, path->base == CP_BASE_UNKNOWN && path->below_cwd, path,
                              places, q);
}

/* Is all that the name pattern says one of the token's names? */
static bool says(const cp_value *name, const token *t, unsigned fold) {
    cp_atom atoms[ATOMS_MOST];
    uint32_t count = 0;
    if (match_token(name, t, fold) == CP_YES || name->atom_count > ATOMS_MOST)
        return true;
    for (uint32_t i = 0; i < name->atom_count; i++)
        if (name->atoms[i].kind == CP_ATOM_LIT || !cp_hole_may_be_empty(&name->atoms[i]))
            atoms[count++] = name->atoms[i];
    cp_value shortest = {.atoms = atoms, .atom_count = count};
    return count && match_token(&shortest, t, fold) == CP_YES;
}

/* `*.json`: an ending that most names have. It is after no name in particular. */
static bool says_an_ending(const cp_value *name) {
    uint32_t count = name->atom_count;
    for (uint32_t i = 0; i + 1 < count; i++)
        if (name->atoms[i].kind != CP_ATOM_HOLE)
            return false;
    const cp_atom *last = count > 1 ? &name->atoms[count - 1] : NULL;
    return last && last->kind == CP_ATOM_LIT && cp_slice_rfind(last->lit, '.') == 0 && last->lit.n > 0;
}

/* `*.[ch]`: do the bytes at the end, one of which is one character, differ from those of the name? */
static bool ends_otherwise(const cp_value *name, cp_slice text) {
    uint32_t n = 0;
    bool wild = false;
    for (uint32_t i = name->atom_count; i-- > 0;) {
        const cp_atom *a = &name->atoms[i];
        bool one = a->kind == CP_ATOM_HOLE && (a->props & CP_HOLE_CHAR) && a->cls == CP_CLASS_FILENAME &&
                   !(a->props & (CP_HOLE_EMPTY | CP_HOLE_SPLIT));
        uint32_t size = one ? 1 : a->kind == CP_ATOM_LIT ? a->lit.n : 0;
        if (!size || n + size > text.n)
            return false;
        cp_slice here = cp_slice_sub(text, text.n - n - size, text.n - n);
        if (!one && wild && !cp_slice_eq(here, a->lit))
            return true;
        if (!one && !wild && !cp_slice_eq(here, a->lit))
            return false; /* the matcher sees that */
        if (one && here.p[0] >= 128)
            return false;
        wild |= one;
        n += size;
    }
    return false;
}

static bool same_byte(uint8_t a, uint8_t b, unsigned fold) {
    return a == b || (fold && (a | 32) == (b | 32) && (a | 32) >= 'a' && (a | 32) <= 'z');
}

/* Where a name may end in the text: how many of the text's bytes, at most, stand in it as they are, and by no hole. */
static uint32_t spelt_at_its_end(const cp_value *name, cp_slice text, unsigned fold) {
    enum { NONE = -1 };
    int left[CP_NAME_PATTERN_MOST + 1]; /* by how much of the text isn't matched yet */
    for (uint32_t k = 0; k <= text.n; k++)
        left[k] = k == text.n ? 0 : NONE;
    for (uint32_t i = name->atom_count; i-- > 0;) {
        const cp_atom *a = &name->atoms[i];
        bool one = a->kind == CP_ATOM_HOLE && (a->props & CP_HOLE_CHAR) != 0;
        uint32_t steps = a->kind == CP_ATOM_LIT ? a->lit.n : one;
        for (uint32_t step = 0; step < steps; step++) { /* a byte of the name, the last one first */
            for (uint32_t k = 0; k < text.n; k++) {
                const bool fits = one ? cp_hole_takes(a, text.p[k], false)
                                      : same_byte(a->lit.p[steps - 1 - step], text.p[k], fold);
                left[k] = left[k + 1] == NONE || !fits ? NONE : left[k + 1] + !one;
            }
            left[text.n] = NONE;
            if (left[0] != NONE)
                return (uint32_t)left[0];
        }
        for (uint32_t k = text.n; !steps && k-- > 0;)
            left[k] = left[k] < left[k + 1] ? left[k + 1] : left[k];
    }
    return left[0] == NONE ? 0 : (uint32_t)left[0];
}

/* server.k?y, and names that end in .key: is most of it spelt out, or three bytes and more? */
static bool spells_an_ending(const cp_value *name, const token *t, unsigned fold) {
    const cp_slice rest = t->op == TOKEN_STARS && t->text.n > 1 && t->text.p[0] == '*'
                              ? cp_slice_sub(t->text, 1, t->text.n)
                              : (cp_slice){NULL, 0};
    if (!rest.n || cp_slice_find(rest, '*', 0) < rest.n)
        return false;
    uint32_t spelt = spelt_at_its_end(name, rest, fold);
    return spelt > 2 || spelt * 2 >= rest.n;
}

/* Is a name pattern after names like this? Every two patterns with stars have some name in common (*.c and .env.*): what counts
 * is whether all that it says, or the least that it says, is such a name, or the least such name is one of its own. */
static bool aims_at(const cp_value *name, const token *t, unsigned fold) {
    uint8_t bytes[CP_NAME_PATTERN_MOST + 1];
    uint32_t n = 0;
    if (t->text.n > CP_NAME_PATTERN_MOST || says(name, t, fold) || spells_an_ending(name, t, fold))
        return true;
    if (t->op == TOKEN_STARS && t->text.n && t->text.p[0] == '*')
        bytes[n++] = 1; /* some beginning that nobody asks for: `*.key` is no hidden file */
    for (uint32_t i = 0; i < t->text.n; i++)
        if (t->op == TOKEN_NAME || t->text.p[i] != '*')
            bytes[n++] = t->text.p[i];
    token least = {{bytes, n}, TOKEN_NAME};
    bool named = t->text.n && t->text.p[0] != '.' && t->text.p[0] != '*';
    return n && !(named && says_an_ending(name)) && (fold || !ends_otherwise(name, least.text)) &&
           match_token(name, &least, fold) != CP_NO;
}

/* Is what is known of the last name one of the pattern's names? */
static bool ends_in_name_of(const layout *l, const cp_path *path) {
    if (!path->tree || (path->last.atom_count == 0 && !path->passed_count))
        return false;
    for (uint32_t k = 0; k < path->passed_count; k++) {
        const bool through = path->passed_through >> k & 1; /* so it is not what the pattern itself names */
        for (uint32_t i = 0; i + through < l->count || (i < l->count && spans(&l->at[l->count - 1])); i++)
            if (!spans(&l->at[i]) && aims_at(&path->passed[k], &l->at[i], l->fold))
                return true;
    }
    if (path->last.atom_count == 0)
        return l->full != 0;
    for (uint32_t i = 0; i < l->count; i++) {
        const token *t = &l->at[i];
        bool within =
            i + 1 == l->count && i > 1 && !spans(&l->at[i - 1]); /* of a directory that is named, too */
        if (!spans(t) && (within ? says(&path->last, t, l->fold) : aims_at(&path->last, t, l->fold)))
            return true;
    }
    return l->full != 0;
}

/* May a pattern that names directories and what is in them (.aws/credentials, anywhere) name something in the last of the path's? */
static bool names_below(const layout *l, const cp_path *path) {
    for (uint32_t k = 1; k <= path->count && k + 1 < l->count; k++) {
        bool fits = true;
        for (uint32_t i = 0; i < k && fits; i++)
            fits = !spans(&l->at[1 + i]) &&
                   match_token(&path->parts[path->count - k + i].name, &l->at[1 + i], l->fold) != CP_NO;
        if (fits)
            return true;
    }
    return false;
}

static cp_tri match_any_root(const cp_image *im, uint32_t index, const cp_path *path, const cp_value *cwd,
                             const cp_places *places, question q) {
    static const cp_slice none = {NULL, 0};
    const cp_rec_path *pattern = cp_image_path(im, index);
    cp_slice home = places ? places->home : none;
    cp_tri best = CP_NO;
    if (index == 0 || index >= cp_image_count(im, CP_SEC_PATP) || decide_unknown(im, pattern, path, cwd))
        return CP_MAYBE; /* no such pattern: nothing is known */
    switch (pattern->root) {
    case CP_ROOT_ABSOLUTE: return match_rooted(im, pattern, none, path, places, q);
    case CP_ROOT_HOME:
        if (path->base == CP_BASE_HOME)
            return match_unknown_root(im, pattern, true, true, path, places, q);
        if (home.n)
            return match_rooted(im, pattern, home, path, places, q);
        return match_unknown_root(im, pattern, true, false, path, places, q);
    case CP_ROOT_ANYWHERE: {
        cp_tri simple;
        if (!path->tree && !(places && places->ignore_case) && decide_anywhere(im, pattern, path, &simple))
            return simple;
        layout l;
        begin(&l, places);
        add(&l, TOKEN_ANY, none);
        add_components(&l, im, pattern);
        subject p = subject_of(path);
        if (q == BELOW)
            return answer(&l, &p, q);
        cp_tri at = answer(&l, &p, AT); /* `**` is not tried below a tree */
        bool may = q != AT && path->tree && (names_below(&l, path) || ends_in_name_of(&l, path));
        return cp_tri_or(at, may ? CP_MAYBE : CP_NO);
    }
    case CP_ROOT_WORKSPACE:
        if (!places || places->workspace_count == 0)
            return match_unknown_root(im, pattern, false, false, path, places, q);
        for (uint32_t i = 0; i < places->workspace_count && best != CP_YES; i++)
            best = cp_tri_or(best, match_rooted(im, pattern, places->workspaces[i].root, path, places, q));
        return best;
    case CP_ROOT_CWD: return match_cwd(im, pattern, path, cwd, places, q);
    case CP_ROOT_TMP:
        for (uint32_t i = 0; i < TMP_COUNT && best != CP_YES; i++)
            best = cp_tri_or(best, match_rooted(im, pattern, tmp_directory(i), path, places, q));
        return best;
    default: return CP_MAYBE;
    }
}

cp_tri cp_path_match(const cp_image *im, uint32_t pattern, const cp_path *path, const cp_value *cwd,
                     const cp_places *places) {
    return match_any_root(im, pattern, path, cwd, places, path->tree ? BELOW : AT);
}

cp_tri cp_path_match_tree(const cp_image *im, uint32_t pattern, const cp_path *path, const cp_value *cwd,
                          const cp_places *places, bool whole) {
    return match_any_root(im, pattern, path, cwd, places, whole && !path->tree ? TREE_WHOLE : TREE_MAY);
}

bool cp_path_aims_at(const cp_image *im, uint32_t index, const cp_path *path, const cp_places *places,
                     bool whatever) {
    const cp_rec_path *pattern = cp_image_path(im, index);
    layout l;
    begin(&l, places);
    add_components(&l, im, pattern);
    bool known = index && pattern->root == CP_ROOT_ANYWHERE && (whatever || path->base == CP_BASE_ROOT) &&
                 !path->tree && !l.full;
    for (uint32_t k = 0; k < path->count && known; k++) {
        const cp_component *c = &path->parts[k];
        bool exact = cp_value_is_exact(&c->name), says = exact;
        for (uint32_t i = 0; i < c->name.atom_count && !exact; i++) {
            const cp_atom *a = &c->name.atoms[i];
            says |= a->kind == CP_ATOM_LIT || (i == 0 && !(a->props & CP_HOLE_NO_DOT));
            says |=
                i > 0 && !(a->props & (CP_HOLE_EMPTY | CP_HOLE_CHAR)); /* `*[p][e][m]` says as much as *pem */
            bool named = a->cls == CP_CLASS_TEXT && (a->props & CP_HOLE_PLAIN) && !(a->props & CP_HOLE_SLASH);
            known &=
                whatever || a->kind == CP_ATOM_LIT ||
                (a->cls == CP_CLASS_FILENAME && (a->props & CP_HOLE_GLOB) && !(a->props & CP_HOLE_SPLIT)) ||
                named;
        }
        for (uint32_t i = 0; i < l.count && known && says; i++)
            known = spans(&l.at[i]) || (exact ? match_token(&c->name, &l.at[i], l.fold) != CP_YES
                                              : !aims_at(&c->name, &l.at[i], l.fold));
    }
    return !known;
}

bool cp_path_below_globs(const cp_path *path, cp_path *out) {
    uint32_t count = path->count;
    while (count > 0) {
        const cp_component *c = &path->parts[count - 1];
        const cp_atom *a = c->name.atoms;
        bool star = !c->open && c->name.atom_count == 1 && a->kind == CP_ATOM_HOLE &&
                    a->cls == CP_CLASS_FILENAME && (a->props & CP_HOLE_GLOB) && (a->props & CP_HOLE_NO_DOT) &&
                    !(a->props & CP_HOLE_SPLIT);
        if (!star)
            break;
        count--;
    }
    if (count == path->count || path->tree)
        return false;
    *out = *path;
    out->count = count;
    out->tree = 1;
    return true;
}

cp_tri cp_path_inside(const cp_path *path, cp_slice directory, const cp_places *places) {
    layout l;
    begin(&l, places);
    if (directory.n == 0 || directory.p[0] != '/')
        return CP_MAYBE;
    add_directory(&l, directory);
    add(&l, TOKEN_ANY, (cp_slice){NULL, 0});
    subject p = subject_of(path);
    return answer(&l, &p, path->tree ? BELOW : AT);
}

/* ---- Patterns against patterns ------------------------------------------------------------------------------------- */

/* A name pattern as a name with holes; an atom_count of 0 where it has too many stars. */
static cp_value name_of_pattern(cp_slice text, cp_atom atoms[ATOMS_MOST]) {
    cp_value v = {.atoms = atoms};
    for (uint32_t i = 0; i < text.n;) {
        if (v.atom_count == ATOMS_MOST)
            return (cp_value){.atoms = atoms};
        uint32_t end = cp_slice_find(text, '*', i);
        if (end == i)
            atoms[v.atom_count++] =
                (cp_atom){.kind = CP_ATOM_HOLE, .cls = CP_CLASS_ANY, .props = CP_HOLE_EMPTY};
        else
            atoms[v.atom_count++] = (cp_atom){.kind = CP_ATOM_LIT, .lit = cp_slice_sub(text, i, end)};
        i = end == i ? i + 1 : end;
    }
    return v;
}

static bool layout_within(const layout *a, const layout *b) {
    if (a->full || b->full || b->count >= POSITIONS_MOST)
        return false;
    positions s = close_over_spans(b->at, b->count, (positions){1, 1});
    for (uint32_t i = 0; i < a->count && s.sure; i++) {
        if (spans(&a->at[i])) {
            s = take_any(b->at, b->count, s);
            continue;
        }
        cp_atom atoms[ATOMS_MOST];
        cp_value name = {.flags = CP_VALUE_EXACT, .exact = a->at[i].text};
        if (a->at[i].op == TOKEN_STARS) {
            name = name_of_pattern(a->at[i].text, atoms);
            if (name.atom_count == 0)
                return false;
        }
        if (a->at[i].op == TOKEN_SOME_NAME)
            name = any_name;
        s = take_name(b->at, b->count, s, &name, 0);
    }
    return s.sure >> b->count & 1;
}

bool cp_path_pattern_within(const cp_image *ia, uint32_t a, const cp_image *ib, uint32_t b) {
    if (a == 0 || b == 0 || a >= cp_image_count(ia, CP_SEC_PATP) || b >= cp_image_count(ib, CP_SEC_PATP))
        return false;
    const cp_rec_path *pa = cp_image_path(ia, a), *pb = cp_image_path(ib, b);
    layout la, lb;
    begin(&la, NULL);
    begin(&lb, NULL);
    if (pa->root == pb->root && pa->root <= CP_ROOT_TMP) {
        if (pa->root == CP_ROOT_ANYWHERE) {
            add(&la, TOKEN_ANY, (cp_slice){NULL, 0});
            add(&lb, TOKEN_ANY, (cp_slice){NULL, 0});
        }
        add_components(&la, ia, pa);
        add_components(&lb, ib, pb);
        return layout_within(&la, &lb);
    }
    if (pa->root == CP_ROOT_HOME)
        add(&la, TOKEN_SOME_NAME, (cp_slice){NULL, 0});
    if (pa->root != CP_ROOT_ABSOLUTE)
        add(&la, TOKEN_ANY, (cp_slice){NULL, 0});
    add_components(&la, ia, pa);
    if (pb->root == CP_ROOT_TMP) {
        for (uint32_t i = 0; i < TMP_COUNT; i++) {
            begin(&lb, NULL);
            add_directory(&lb, tmp_directory(i));
            add_components(&lb, ib, pb);
            if (layout_within(&la, &lb))
                return true;
        }
        return false;
    }
    if (pb->root != CP_ROOT_ABSOLUTE && pb->root != CP_ROOT_ANYWHERE)
        return false;
    if (pb->root == CP_ROOT_ANYWHERE)
        add(&lb, TOKEN_ANY, (cp_slice){NULL, 0});
    add_components(&lb, ib, pb);
    return layout_within(&la, &lb);
}
