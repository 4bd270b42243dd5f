/* Pathname expansion as an abstract step: live * ? [ ] in a finished field become holes. The hole for a pattern character is
 * wide enough for every name that the shell may put there, and for the character itself (a pattern that matches nothing stays
 * as it is). Where it isn't certain how far a bracket expression reaches, the hole reaches as far as it may. */
#include "base/text.h"
#include "words/internal.h"

typedef struct place { /* a byte of a literal cell, or a hole (off 0) */
    uint32_t cell, off;
} place;

typedef struct globber {
    cp_expansion *e;
    const cp_cell *const *cells;
    uint32_t count;
    cp_atom *atoms;
    uint32_t n, cap;
    bool names; /* '/' separates components (not in case and [[ ]] patterns) */
    bool live;  /* a live glob character was met */
} globber;

static bool is_lit(const globber *g, uint32_t cell) {
    return g->cells[cell]->atom.kind == CP_ATOM_LIT;
}
static bool lives(const globber *g, uint32_t cell) {
    const cp_cell *c = g->cells[cell];
    if (!(c->live & CP_LIVE_GLOB))
        return false;
    return c->atom.kind == CP_ATOM_LIT ||
           (c->atom.cls != CP_CLASS_DIGITS && c->atom.cls != CP_CLASS_HEX &&
            c->atom.cls != CP_CLASS_INTEGER && !(c->atom.props & (CP_HOLE_PIPE | CP_HOLE_PLAIN)));
}
static bool before(place a, place b) {
    return a.cell < b.cell || (a.cell == b.cell && a.off < b.off);
}

static void push(globber *g, cp_atom a) {
    (void)CP_PUSH(g->e->arena, g->atoms, g->n, g->cap, a);
}
static void push_bytes(globber *g, uint32_t cell, uint32_t from, uint32_t to) {
    const cp_atom *a = &g->cells[cell]->atom;
    if (from >= to)
        return;
    push(g, cp_lit_atom(cp_slice_sub(a->lit, from, to), cp_sub_span(a->span, a->lit.n, from, to)));
}

/* What a search looks for, and up to where an earlier one found nothing: no text is searched twice in vain. */
typedef struct search {
    uint8_t close;
    bool in_component; /* '/' ends the search */
    bool holes;        /* a live hole may hold the closing character too */
    place none_before;
} search;

/* The last place behind `from` where what is open there may end: behind a live closing character or hole. False: nowhere. */
static bool last_end(const globber *g, search *s, place from, place *out) {
    if (before(from, s->none_before))
        return false;
    bool found = false;
    uint64_t bytes = 0;
    place stop = {g->count, 0};
    for (uint32_t c = from.cell; c < g->count && stop.cell == g->count; c++) {
        if (!is_lit(g, c)) {
            if (s->holes && lives(g, c))
                *out = (place){c + 1, 0}, found = true;
            continue;
        }
        cp_slice text = g->cells[c]->atom.lit;
        for (uint32_t i = c == from.cell ? from.off : 0; i < text.n; i++, bytes++) {
            if (s->in_component && text.p[i] == '/') {
                stop = (place){c, i};
                break;
            }
            if (text.p[i] == s->close && lives(g, c))
                *out = (place){c, i + 1}, found = true;
        }
    }
    cp_spend(g->e->budget, CP_LIMIT_STEPS, bytes / 16 + 1);
    if (!found)
        s->none_before = stop;
    return found;
}

/* What a hole over [from, to) has to hold: everything in between. */
static cp_atom hole_over(const globber *g, place from, place to, uint32_t props) {
    cp_atom hole =
        cp_hole_atom(g->names ? CP_CLASS_FILENAME : CP_CLASS_ANY, props | CP_HOLE_GLOB | CP_HOLE_NEWLINE,
                     (cp_slice){NULL, 0}, g->cells[from.cell]->atom.span);
    if (!g->names)
        hole.props |= CP_HOLE_SLASH;
    if (is_lit(g, from.cell))
        hole.span = cp_sub_span(hole.span, g->cells[from.cell]->atom.lit.n, from.off, from.off + 1);
    for (uint32_t c = from.cell; c < g->count && (c < to.cell || (c == to.cell && to.off > 0)); c++) {
        const cp_atom *a = &g->cells[c]->atom;
        hole.span =
            cp_span_join(hole.span, c == to.cell ? cp_sub_span(a->span, a->lit.n, 0, to.off) : a->span);
        if (a->kind == CP_ATOM_HOLE) {
            hole.props |=
                (a->props & (uint16_t) ~(CP_HOLE_PLAIN | CP_HOLE_PLACE | CP_HOLE_CHAR | CP_HOLE_LOOKED)) |
                CP_HOLE_EMPTY | CP_HOLE_DASH;
            if (!hole.origin)
                hole.origin = a->origin;
            if (!hole.lit.n && !(a->props & CP_HOLE_PLACE))
                hole.lit = a->lit;
            if ((a->props & CP_HOLE_SLASH) || a->cls == CP_CLASS_HOME || a->cls == CP_CLASS_ABSOLUTE ||
                (a->props & CP_HOLE_PIPE)) {
                hole.cls = CP_CLASS_ANY;
                hole.props |= CP_HOLE_SLASH;
            }
        } else {
            uint32_t beg = c == from.cell ? from.off : 0, end = c == to.cell ? to.off : a->lit.n;
            if (cp_slice_find(cp_slice_sub(a->lit, beg, end), '/', 0) < end - beg) {
                hole.cls = CP_CLASS_ANY;
                hole.props |= CP_HOLE_SLASH;
            }
        }
    }
    return hole;
}

/* Can a bracket expression [from, to) match '-' ? Its text may also stay as it is, which begins with '['. */
static bool takes_dash(const globber *g, place from, place to) {
    if (from.cell != to.cell)
        return true;
    cp_slice s = cp_slice_sub(g->cells[from.cell]->atom.lit, from.off + 1, to.off - 1);
    if (s.n == 0 || s.p[0] == '!' || s.p[0] == '^')
        return true;
    for (uint32_t i = 0; i < s.n; i++) {
        uint8_t c = s.p[i];
        bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (alnum || c == '_' || c == '.')
            continue;
        if (c != '-' || i == 0 || i + 1 == s.n || s.p[i - 1] < '0' || s.p[i + 1] < '0')
            return true;
    }
    return false;
}

/* Is the byte before `at` (or behind) a component's border? */
static bool border_before(const globber *g, place at) {
    if (at.off > 0)
        return g->cells[at.cell]->atom.lit.p[at.off - 1] == '/';
    for (uint32_t c = at.cell; c > 0; c--) {
        if (!is_lit(g, c - 1))
            return false;
        cp_slice s = g->cells[c - 1]->atom.lit;
        if (s.n)
            return s.p[s.n - 1] == '/';
    }
    return true;
}
static bool border_behind(const globber *g, place at) {
    for (uint32_t c = at.cell, off = at.off; c < g->count; c++, off = 0) {
        if (!is_lit(g, c))
            return false;
        cp_slice s = g->cells[c]->atom.lit;
        if (off < s.n)
            return s.p[off] == '/';
    }
    return true;
}

static place byte_after(const globber *g, place at) {
    at.off++;
    while (at.cell < g->count && is_lit(g, at.cell) && at.off >= g->cells[at.cell]->atom.lit.n)
        at = (place){at.cell + 1, 0};
    return at;
}
static int byte_at(const globber *g, place at) {
    if (at.cell >= g->count || !is_lit(g, at.cell) || !lives(g, at.cell))
        return -1;
    cp_slice s = g->cells[at.cell]->atom.lit;
    return at.off < s.n ? s.p[at.off] : -1;
}

/* At the beginning of a name `*`, `?` and `[` stand for no name that begins with a dot, unless an option says otherwise. */
static bool hides_dots(const globber *g, place at) {
    return g->names && !(g->e->env->flags & CP_ENV_GLOB_OPTIONS) && border_before(g, at);
}

/* Are there only literals behind it, none of which leads up? (A pattern of zsh never finds `..`.) */
static bool stays_below(const globber *g, place at) {
    uint8_t last = 0;
    for (uint32_t c = at.cell, off = at.off; c < g->count; c++, off = 0) {
        if (!is_lit(g, c))
            return false;
        for (cp_slice s = g->cells[c]->atom.lit; off < s.n; last = s.p[off++])
            if (s.p[off] == '.' && last == '.')
                return false;
    }
    return true;
}

/* A run of stars. Returns the place behind it. */
static place stars(globber *g, place at) {
    place end = at;
    uint32_t many = 0;
    while (byte_at(g, end) == '*' && cp_step(g->e->budget)) {
        end = byte_after(g, end);
        many++;
    }
    uint32_t props = CP_HOLE_DASH | (g->names ? CP_HOLE_LOOKED | CP_HOLE_SIMPLE : 0);
    bool alone = g->names && border_before(g, at) && border_behind(g, end);
    if (!alone)
        props |= CP_HOLE_EMPTY;
    if (hides_dots(g, at))
        props |= CP_HOLE_NO_DOT;
    cp_atom hole = hole_over(g, at, end, props);
    bool deep =
        g->names && many > 1 && ((g->e->env->flags & CP_ENV_GLOB_OPTIONS) || (g->e->features & CP_WORDS_ZSH));
    if (deep) { /* globstar: any number of components, none included; behind a symbolic link only where there are three stars */
        const bool below = !(g->e->env->flags & CP_ENV_GLOB_OPTIONS) && many == 2 && border_before(g, at) &&
                           byte_at(g, end) == '/' && stays_below(g, end);
        hole.cls = below ? CP_CLASS_BELOW : CP_CLASS_ANY;
        hole.props |= CP_HOLE_SLASH | CP_HOLE_EMPTY;
        hole.props &= (uint16_t)~CP_HOLE_SIMPLE;
        if (byte_at(g, end) == '/')
            end = byte_after(g, end);
    }
    push(g, hole);
    return end;
}

/* The operator of an extended pattern that was already written as a literal byte belongs to the hole behind it. */
static void blur_before(globber *g, uint8_t operator) {
    if (g->n < 2)
        return;
    cp_atom *literal = &g->atoms[g->n - 2];
    if (literal->kind != CP_ATOM_LIT || literal->lit.n == 0 || literal->lit.p[literal->lit.n - 1] != operator)
        return;
    literal->lit.n--;
    if (literal->span.end - literal->span.beg == literal->lit.n + 1)
        literal->span.end--;
}

/* The shell may write one '/' where the pattern has several, but not before the first thing in it that is one (http://x/a?b). */
static void blur_slashes(globber *g) {
    bool several = false, slash = false;
    bool plain = g->n && !(g->e->env->flags & CP_ENV_GLOB_OPTIONS) && g->atoms[0].kind == CP_ATOM_LIT;
    uint32_t first = plain ? 1 : 0;
    for (uint32_t i = first; i < g->n; i++) {
        const cp_atom *a = &g->atoms[i];
        if (a->kind == CP_ATOM_HOLE)
            slash = false;
        for (uint32_t k = 0; a->kind == CP_ATOM_LIT && k < a->lit.n; k++) {
            several |= slash && a->lit.p[k] == '/';
            slash = a->lit.p[k] == '/';
        }
    }
    if (!several)
        return;
    uint32_t count = g->n, cap = 0, n = 0;
    cp_atom *out = NULL;
    slash = false;
    for (uint32_t i = 0; i < count; i++) {
        const cp_atom a = g->atoms[i];
        if (a.kind == CP_ATOM_HOLE || i < first) {
            slash = false;
            (void)CP_PUSH(g->e->arena, out, n, cap, a);
            continue;
        }
        for (uint32_t k = 0; k < a.lit.n;) {
            uint32_t from = k;
            bool more = slash && a.lit.p[k] == '/';
            for (; k < a.lit.n && (slash && a.lit.p[k] == '/') == more; k++)
                slash = a.lit.p[k] == '/';
            cp_span span = cp_sub_span(a.span, a.lit.n, from, k);
            cp_atom part = more ? cp_hole_atom(CP_CLASS_ABSOLUTE, CP_HOLE_EMPTY | CP_HOLE_SLASH,
                                               (cp_slice){NULL, 0}, span)
                                : cp_lit_atom(cp_slice_sub(a.lit, from, k), span);
            (void)CP_PUSH(g->e->arena, out, n, cap, part);
        }
    }
    g->atoms = out;
    g->n = n;
}

/* nocaseglob: letters next to a pattern may be other letters in the name. */
static void blur_case(globber *g) {
    uint32_t count = g->n, cap = 0, n = 0;
    cp_atom *out = NULL;
    for (uint32_t i = 0; i < count; i++) {
        const cp_atom a = g->atoms[i];
        uint32_t from = 0;
        for (uint32_t k = 0; a.kind == CP_ATOM_LIT && k < a.lit.n; k++) {
            uint8_t c = a.lit.p[k];
            if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80))
                continue;
            uint32_t end = k + 1;
            while (end < a.lit.n && a.lit.p[end] != '/')
                end++;
            if (k > from)
                (void)CP_PUSH(
                    g->e->arena, out, n, cap,
                    cp_lit_atom(cp_slice_sub(a.lit, from, k), cp_sub_span(a.span, a.lit.n, from, k)));
            (void)CP_PUSH(g->e->arena, out, n, cap,
                          cp_hole_atom(CP_CLASS_FILENAME, CP_HOLE_GLOB | CP_HOLE_NEWLINE, (cp_slice){NULL, 0},
                                       cp_sub_span(a.span, a.lit.n, k, end)));
            from = end;
            k = end - 1;
        }
        if (a.kind == CP_ATOM_HOLE || from < a.lit.n) {
            cp_atom rest = a;
            if (a.kind == CP_ATOM_LIT)
                rest = cp_lit_atom(cp_slice_sub(a.lit, from, a.lit.n),
                                   cp_sub_span(a.span, a.lit.n, from, a.lit.n));
            (void)CP_PUSH(g->e->arena, out, n, cap, rest);
        }
    }
    g->atoms = out;
    g->n = n;
}

static place glob_hole(globber *g, place at, search *bracket_behind) {
    const cp_cell *cell = g->cells[at.cell];
    place behind = {at.cell + 1, 0}, end;
    if (!lives(g, at.cell)) {
        push(g, cell->atom);
        return behind;
    }
    if (g->e->env->flags & CP_ENV_GLOB_OPTIONS)
        g->live = true; /* no name at all, or names in another case */
    /* It may open a bracket expression that a ']' of the text closes. */
    if (last_end(g, bracket_behind, behind, &end)) {
        g->live = true;
        push(g, hole_over(g, at, end, CP_HOLE_EMPTY | CP_HOLE_DASH));
        return end;
    }
    push(g, cell->atom);
    return behind;
}

/* ---- Names that somebody has looked at ---- */

/* Of such a bracket expression not even its own text, which stays where no name fits, holds anything that a word is cut at. */
static uint32_t looked(const globber *g, place from, place to) {
    bool plain = g->names && from.cell == to.cell && is_lit(g, from.cell);
    for (uint32_t i = from.off + 1; plain && i + 1 < to.off; i++) {
        uint8_t c = g->cells[from.cell]->atom.lit.p[i];
        plain = c > ' ' && c < 127 && !memchr("'\"`\\/", c, 5);
    }
    return plain ? CP_HOLE_LOOKED : 0;
}

/* Characters that patterns of zsh are made of, or what is done with the names behind them. */
static bool holds_operators(const globber *g) {
    bool holds = false;
    for (uint32_t c = 0; c < g->count && (g->e->features & CP_WORDS_ZSH); c++)
        for (uint32_t i = 0; is_lit(g, c) && i < g->cells[c]->atom.lit.n; i++)
            holds |= lives(g, c) && memchr("()#~<>|:", g->cells[c]->atom.lit.p[i], 8) != NULL;
    return holds;
}

/* The holes that were made of `*`, `?` and `[…]` carry CP_HOLE_LOOKED so far, and the first two CP_HOLE_SIMPLE. They keep it where they stand for a part of the first name
 * that is a pattern, and somebody knows the names of its directory; then the word that begins with them does not begin with '-'. */
static void look(globber *g) {
    uint32_t first = 0, end, dirs = 0;
    bool known = g->e->context == CP_CONTEXT_ARG && g->e->env->looked_at &&
                 !(g->e->env->flags & CP_ENV_GLOB_OPTIONS) && !holds_operators(g);
    cp_text directory = cp_text_in(g->e->arena);
    while (first < g->n && g->atoms[first].kind == CP_ATOM_LIT) {
        cp_slice t = g->atoms[first++].lit;
        cp_text_add(&directory, t);
    }
    for (end = first; end < g->n && known; end++) {
        const cp_atom *a = &g->atoms[end];
        if (a->kind == CP_ATOM_LIT && cp_slice_find(a->lit, '/', 0) < a->lit.n)
            break;
        known = a->kind == CP_ATOM_LIT || ((a->props & CP_HOLE_LOOKED) && a->cls == CP_CLASS_FILENAME);
    }
    cp_slice before = cp_text_slice(&directory);
    while (dirs < before.n && cp_slice_find(before, '/', dirs) < before.n)
        dirs = cp_slice_find(before, '/', dirs) + 1;
    cp_look names = known && first < g->n && !cp_words_stop(g->e)
                        ? g->e->env->looked_at(g->e->env->self, cp_slice_sub(before, 0, dirs))
                        : CP_NAMES_UNKNOWN;
    known = names != CP_NAMES_UNKNOWN;
    for (uint32_t i = 0; i < g->n; i++) {
        cp_atom *a = &g->atoms[i];
        if (a->kind != CP_ATOM_HOLE)
            continue;
        if (!known || i >= end)
            a->props &= (uint16_t)~CP_HOLE_LOOKED;
        if (a->cls == CP_CLASS_FILENAME && (names != CP_NAMES_SIMPLE || i >= end))
            a->props &= (uint16_t)~CP_HOLE_SIMPLE;
    }
    if (!known || before.n)
        return;
    for (uint32_t i = 0; i < end && g->atoms[i].kind == CP_ATOM_HOLE; i++)
        g->atoms[i].props &= (uint16_t)~CP_HOLE_DASH;
    if (end > 1 && g->atoms[1].kind == CP_ATOM_LIT && g->atoms[1].lit.n && g->atoms[1].lit.p[0] == '-')
        g->atoms[0].props &= (uint16_t)~CP_HOLE_EMPTY; /* `*-x` is not -x */
}

/* Of `[p][e][m]` it isn't told where each of them ends: that is no one character, and says a name. */
static bool is_one_bracket(const globber *g, place from, place to) {
    bool here = from.cell == to.cell && is_lit(g, from.cell);
    uint32_t single = 0;
    for (uint32_t i = from.off; here && i + 2 < to.off; i++) {
        const uint8_t *p = g->cells[from.cell]->atom.lit.p + i;
        single += p[0] == '[' && p[2] == ']';
    }
    return here && single < 2;
}

/* The next slash, or the end of the word. */
static place behind_name(const globber *g, place at) {
    for (; at.cell < g->count; at = (place){at.cell + 1, 0})
        for (cp_slice s = g->cells[at.cell]->atom.lit; is_lit(g, at.cell) && at.off < s.n; at.off++)
            if (s.p[at.off] == '/')
                return at;
    return at;
}

bool cp_words_excludes(const cp_expansion *e, const cp_cell *const *cells, uint32_t count) {
    bool excludes = false;
    for (uint32_t c = 0; c < count && e->features & CP_WORDS_ZSH; c++)
        excludes |= cells[c]->atom.kind == CP_ATOM_LIT && (cells[c]->live & CP_LIVE_GLOB) &&
                    cp_slice_find(cells[c]->atom.lit, '^', 0) < cells[c]->atom.lit.n;
    return excludes;
}

bool cp_words_glob(cp_expansion *e, const cp_cell *const *cells, uint32_t count, bool excludes, cp_atom **out,
                   uint32_t *out_count) {
    globber g = {.e = e, .cells = cells, .count = count, .names = e->context != CP_CONTEXT_PATTERN};
    bool extended = !g.names || (e->env->flags & CP_ENV_GLOB_OPTIONS) || (e->features & CP_WORDS_ZSH);
    search bracket = {.close = ']', .in_component = g.names, .holes = true};
    search bracket_behind = {.close = ']', .in_component = g.names};
    search group = {.close = ')', .holes = true};
    for (place at = {0, 0}; at.cell < count && !cp_words_stop(e);) {
        if (!is_lit(&g, at.cell)) {
            at = glob_hole(&g, at, &bracket_behind);
            continue;
        }
        cp_slice s = cells[at.cell]->atom.lit;
        uint32_t i = at.off;
        if (!lives(&g, at.cell))
            i = s.n;
        while (i < s.n && s.p[i] != '*' && s.p[i] != '?' && s.p[i] != '[' && s.p[i] != '\\' &&
               s.p[i] != '(' && (s.p[i] != '^' || !excludes))
            i++;
        cp_spend(e->budget, CP_LIMIT_STEPS, (i - at.off) / 16 + 1);
        push_bytes(&g, at.cell, at.off, i);
        at.off = i;
        if (i == s.n) {
            at = (place){at.cell + 1, 0};
            continue;
        }
        place here = at, next = byte_after(&g, at), end;
        uint8_t c = s.p[i];
        bool escapes = (cells[at.cell]->live & CP_LIVE_ESCAPES) != 0;
        if (extended && (c == '*' || c == '?') && byte_at(&g, next) == '(' &&
            last_end(&g, &group, next, &end)) {
            push(&g, hole_over(&g, here, end, CP_HOLE_EMPTY | CP_HOLE_DASH));
            at = end;
        } else if (c == '^' &&
                   excludes) { /* HEAD^; with EXTENDED_GLOB names that go on in another way than that */
            end = behind_name(&g, next);
            push(&g,
                 hole_over(&g, here, end, CP_HOLE_EMPTY | CP_HOLE_DASH | CP_HOLE_LOOKED | CP_HOLE_SIMPLE));
            at = end;
        } else if (c == '*') {
            at = stars(&g, here);
        } else if (c == '?') {
            push(&g, hole_over(&g, here, next,
                               CP_HOLE_CHAR | CP_HOLE_DASH | (g.names ? CP_HOLE_LOOKED | CP_HOLE_SIMPLE : 0) |
                                   (hides_dots(&g, here) ? CP_HOLE_NO_DOT : 0)));
            at = next;
        } else if (c == '(' && extended && i > 0 && memchr("+@!", s.p[i - 1], 3) &&
                   last_end(&g, &group, next, &end)) {
            push(&g, hole_over(&g, here, end, CP_HOLE_EMPTY | CP_HOLE_DASH));
            blur_before(&g, s.p[i - 1]);
            at = end;
        } else if (
            c == '\\' &&
            escapes) { /* of a value: escapes where it is matched, stands for itself where nothing matches */
            push(&g, hole_over(&g, here, next, CP_HOLE_EMPTY));
            at = next;
        } else {
            bool is_bracket = false;
            if (c == '[') { /* a ']' right behind '[' or '[!' is a member, and ends nothing */
                place inside = next;
                if (byte_at(&g, inside) == '!' || byte_at(&g, inside) == '^')
                    inside = byte_after(&g, inside);
                if (byte_at(&g, inside) == ']' && !(e->env->flags & CP_ENV_GLOB_OPTIONS))
                    inside = byte_after(&g, inside);
                is_bracket = last_end(&g, &bracket, inside, &end);
            }
            if (!is_bracket) {
                push_bytes(&g, here.cell, i, i + 1);
                at = next;
                continue;
            }
            bool one = is_one_bracket(&g, here, end);
            uint32_t dash = takes_dash(&g, here, end) ? CP_HOLE_DASH : one ? CP_HOLE_CHAR : 0;
            uint32_t no_dot = one && hides_dots(&g, here) ? CP_HOLE_NO_DOT : 0;
            push(&g, hole_over(&g, here, end, dash | no_dot | looked(&g, here, end)));
            at = end;
        }
        g.live = true;
    }
    bool options = (e->env->flags & CP_ENV_GLOB_OPTIONS) && !(e->env->flags & CP_ENV_CASE_CERTAIN);
    if (g.live && g.names) {
        look(&g);
        blur_slashes(&g);
    }
    if (g.live && options && g.names)
        blur_case(&g);
    *out = g.atoms;
    *out_count = g.n;
    return g.live;
}
