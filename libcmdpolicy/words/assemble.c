/* Pieces become fields: splitting, the joining of neighbours, pathname expansion.
 * The walk over the pieces keeps the field that is being made as a few alternative runs of cells. Where an unknown value may
 * split, every way that it may split is in the language of what is made: a splat of its middle fields, and a field (or splat)
 * for what it leaves joined to its neighbours. A field that certainly begins here, then may be cut anywhere (`a$x`), stays a
 * field of its own, the anchor: it begins with "a" whatever $x is; what follows it is a splat. */
#include "words/internal.h"

enum { MOST_RUNS = CP_SET_MOST, MOST_WAYS = CP_SET_MOST };

typedef struct runs {
    cp_cell *items[MOST_RUNS]; /* the last cell of each; NULL: empty */
    uint32_t count;
} runs;

typedef struct assembly {
    cp_expansion *e;
    cp_field_list *out;
    uint32_t first; /* of this word's fields in out */
    runs cur;
    cp_tri exists; /* is there a field under construction? */
    bool anchored;
    uint32_t anchor; /* index in out */
    runs joined;     /* the anchor's field if nothing has cut it so far */
    bool globs;      /* a hole in it may hold a pattern: one field may become several names */
    uint32_t flags;  /* CP_VALUE_QUOTED */
} assembly;

cp_field cp_words_unmade(cp_arena *arena, cp_span span) {
    cp_value v =
        cp_value_hole(arena, CP_CLASS_ANY, CP_HOLE_ANYTHING | CP_HOLE_SPLIT, (cp_slice){NULL, 0}, span);
    v.flags |= CP_VALUE_UNMADE;
    cp_field f = cp_field_of(arena, v);
    f.splat = CP_SPLAT_ANY;
    return f;
}

/* ---- Runs of cells ---- */

static cp_cell *cell_behind(assembly *a, cp_cell *prev, const cp_atom *atom, uint32_t live) {
    cp_cell *c = CP_NEW(a->e->arena, cp_cell);
    *c = (cp_cell){.prev = prev, .depth = prev ? prev->depth + 1 : 1, .live = live, .atom = *atom};
    if (cp_arena_failed(a->e->arena))
        c->prev = NULL;
    return c;
}
static cp_atom any_atom(const assembly *a) {
    return cp_hole_atom(CP_CLASS_ANY, CP_HOLE_ANYTHING | CP_HOLE_SPLIT, (cp_slice){NULL, 0},
                        a->e->word->span);
}
static void add_run(assembly *a, runs *r, cp_cell *run) {
    for (uint32_t i = 0; i < r->count; i++)
        if (r->items[i] == run)
            return;
    if (r->count < MOST_RUNS) {
        r->items[r->count++] = run;
        return;
    }
    cp_atom any = any_atom(a); /* too many: one that is anything */
    r->items[0] = cell_behind(a, NULL, &any, 0);
    r->count = 1;
}
static void add_runs(assembly *a, runs *to, const runs *from) {
    const runs copy = *from;
    for (uint32_t i = 0; i < copy.count; i++)
        add_run(a, to, copy.items[i]);
}
static void extend(assembly *a, runs *r, const cp_atom *atom, uint32_t live) {
    for (uint32_t i = 0; i < r->count; i++)
        r->items[i] = cell_behind(a, r->items[i], atom, live);
}
static const runs no_runs = {{NULL}, 1}; /* one run, empty */

/* ---- Runs become values ---- */

void cp_words_value(cp_expansion *e, cp_atom *atoms, uint32_t count, uint32_t flags, cp_value *v) {
    bool exact = true;
    uint64_t total = 0;
    uint32_t n = 0;
    for (uint32_t i = 0; i < count; i++) {
        cp_atom *a = &atoms[i], *last = n ? &atoms[n - 1] : NULL;
        if (a->kind == CP_ATOM_HOLE)
            exact = false;
        else if (a->lit.n == 0)
            continue;
        else
            total += a->lit.n;
        /* Neighbours in memory and in the source are one run. */
        if (last && a->kind == CP_ATOM_LIT && last->kind == CP_ATOM_LIT &&
            last->lit.p + last->lit.n == a->lit.p && last->span.src == a->span.src &&
            last->span.end == a->span.beg && last->span.end - last->span.beg == last->lit.n &&
            a->span.end - a->span.beg == a->lit.n) {
            last->lit.n += a->lit.n;
            last->span.end = a->span.end;
            continue;
        }
        atoms[n++] = *a;
    }
    v->atoms = atoms;
    v->atom_count = n;
    v->flags = exact ? flags | CP_VALUE_EXACT : flags;
    v->exact = (cp_slice){NULL, 0};
    v->span = e->word->span;
    bool single = n <= 1;
    if (!single && total > 0) { /* joined literal bytes lie side by side */
        cp_spend(e->budget, CP_LIMIT_STEPS, total / 16);
        uint8_t *bytes = total <= UINT32_MAX ? (uint8_t *)cp_alloc_raw(e->arena, (size_t)total) : NULL;
        if (!bytes || cp_arena_failed(e->arena)) {
            *v = cp_value_hole(e->arena, CP_CLASS_ANY, CP_HOLE_ANYTHING, (cp_slice){NULL, 0}, e->word->span);
            v->flags |= CP_VALUE_UNMADE;
            return;
        }
        uint8_t *p = bytes;
        for (uint32_t i = 0; i < n; i++) {
            if (atoms[i].kind != CP_ATOM_LIT)
                continue;
            memcpy(p, atoms[i].lit.p, atoms[i].lit.n);
            atoms[i].lit.p = p;
            p += atoms[i].lit.n;
        }
        if (exact)
            v->exact = (cp_slice){bytes, (uint32_t)total};
    } else if (exact && n == 1) {
        v->exact = atoms[0].lit;
    } else if (exact) {
        v->exact = CP_LIT("");
    }
}

static cp_set values_of(assembly *a, const runs *r, bool *out_pattern) {
    cp_expansion *e = a->e;
    cp_set set = {NULL, 0};
    for (uint32_t i = 0; i < r->count && !cp_arena_failed(e->arena); i++) {
        const cp_cell *last = r->items[i];
        uint32_t count = last ? last->depth : 0, glob_count = 0, n = count;
        bool live = false;
        cp_atom *atoms = CP_NEW_ARRAY(e->arena, cp_atom, count);
        const cp_cell **cells = CP_NEW_ARRAY(e->arena, const cp_cell *, count);
        if (!atoms || !cells)
            break;
        cp_spend(e->budget, CP_LIMIT_STEPS, count / 4);
        for (const cp_cell *c = last; c && n > 0; c = c->prev) {
            cells[--n] = c;
            atoms[n] = c->atom;
            live |= (c->live & CP_LIVE_GLOB) != 0;
        }
        if (live && cp_words_may_glob(e)) {
            cp_atom *globbed = NULL;
            const bool excludes = e->context == CP_CONTEXT_ARG && cp_words_excludes(e, cells, count);
            if (excludes) { /* without that option it stands for itself */
                (void)cp_words_glob(e, cells, count, false, &globbed, &glob_count);
                cp_value as_written;
                cp_words_value(e, globbed, glob_count, a->flags, &as_written);
                set = cp_set_join(e->arena, set, cp_set_of(e->arena, as_written));
            }
            if (cp_words_glob(e, cells, count, excludes, &globbed, &glob_count)) {
                *out_pattern = true;
                atoms = globbed;
                count = glob_count;
            }
        }
        cp_value v;
        cp_words_value(e, atoms, count, a->flags, &v);
        set = cp_set_join(e->arena, set, cp_set_of(e->arena, v));
    }
    if (set.count == 0)
        set = cp_words_unmade(e->arena, e->word->span).set;
    return set;
}

/* ---- Fields ---- */

static void push_field(assembly *a, cp_field f) {
    if (a->out->count > a->first &&
        f.splat) { /* a splat of nothing else than the one before says nothing new */
        const cp_field *last = &a->out->items[a->out->count - 1];
        if (last->splat && last->set.count + f.set.count <= CP_SET_MOST &&
            cp_set_join(a->e->arena, last->set, f.set).count == last->set.count) {
            a->out->items[a->out->count - 1].splat = CP_SPLAT_ANY;
            return;
        }
    }
    (void)CP_PUSH(a->e->arena, a->out->items, a->out->count, a->out->cap, f);
}
static void push_runs(assembly *a, const runs *r, uint32_t splat) {
    bool pattern = false;
    cp_field f = {.set = values_of(a, r, &pattern)};
    f.splat = pattern ? CP_SPLAT_ANY : splat;
    push_field(a, f);
}
/* What the anchor may be if nothing cuts it up to here. */
static void widen_anchor(assembly *a) {
    if (a->anchor >= a->out->count)
        return;
    cp_field *f = &a->out->items[a->anchor];
    bool pattern = false;
    f->set = cp_set_join(a->e->arena, f->set, values_of(a, &a->joined, &pattern));
    if (pattern)
        f->splat = CP_SPLAT_ANY;
}

static void finish_field(assembly *a) {
    if (a->anchored) {
        widen_anchor(a);
        runs rest = a->cur;
        if (a->globs)
            add_runs(a, &rest, &a->joined);
        push_runs(a, &rest, CP_SPLAT_ANY);
    } else if (a->exists != CP_NO) {
        push_runs(a, &a->cur, a->globs ? CP_SPLAT_ANY : a->exists != CP_YES ? CP_SPLAT_ONE : 0);
    }
    a->cur = no_runs;
    a->exists = CP_NO;
    a->anchored = a->globs = false;
}

static void append_atom(assembly *a, const cp_atom *atom, uint32_t live, cp_tri exists) {
    extend(a, &a->cur, atom, live);
    if (a->anchored)
        extend(a, &a->joined, atom, live);
    a->exists = cp_tri_or(a->exists, exists);
}

/* Something that may end the field, give any number of fields of its own (each one of `whole`), and begin another.
 * `glued`: what the current field becomes where it stays one; `heads`: what it may be where it is cut here. */
static void cut(assembly *a, const runs *whole, const runs *heads, const runs *glued, bool globs) {
    runs middle = *whole;
    if (a->exists == CP_NO && !a->anchored) {
        push_runs(a, &middle, CP_SPLAT_ANY);
        a->cur = *whole;
        a->exists = CP_MAYBE;
        a->globs = globs;
        return;
    }
    if (a->exists == CP_YES && !a->anchored) {
        push_runs(a, heads, a->globs ? CP_SPLAT_ANY : 0);
        a->anchor = a->out->count - 1;
        a->anchored = true;
        a->joined = *glued;
        a->globs |= globs;
        if (a->globs)
            add_runs(a, &middle, heads);
        push_runs(a, &middle, CP_SPLAT_ANY);
        a->cur = *whole;
        a->exists = CP_MAYBE;
        return;
    }
    runs next = *glued;
    add_runs(a, &next, whole);
    add_runs(a, &middle, heads);
    push_runs(a, &middle, CP_SPLAT_ANY);
    a->cur = next;
    a->globs |= globs;
    if (!a->anchored)
        a->exists = CP_MAYBE;
}

static void splitting_hole(assembly *a, const cp_atom *hole, uint32_t live) {
    cp_atom h = *hole;
    h.props |= CP_HOLE_EMPTY | CP_HOLE_SPLIT;
    if (h.props &
        CP_HOLE_LOOKED) /* of what it is cut to, or of other names that a pattern in it stands for, nobody knows */
        h.props |= CP_HOLE_DASH;
    h.props &= (uint16_t) ~(CP_HOLE_PLAIN | CP_HOLE_LOOKED);
    if (h.props & CP_HOLE_PLACE) { /* a part of it is no place any more */
        h.props &= (uint16_t)~CP_HOLE_PLACE;
        h.lit = (cp_slice){NULL, 0};
    }
    bool number = h.cls == CP_CLASS_DIGITS || h.cls == CP_CLASS_HEX;
    if (number && !cp_words_default_ifs(a->e) && (h.props & CP_HOLE_NEWLINE)) {
        h.cls = CP_CLASS_ANY; /* an end of line may come first */
        number = false;
    }
    bool globs = (live & CP_LIVE_GLOB) && cp_words_may_glob(a->e) && !number;
    if (number)
        h.props &= (uint16_t)~CP_HOLE_NEWLINE; /* that is where it splits */
    if (globs)
        h.props |= CP_HOLE_GLOB;
    if (h.cls == CP_CLASS_HOME || h.cls == CP_CLASS_ABSOLUTE || h.cls == CP_CLASS_TEXT ||
        h.cls == CP_CLASS_BELOW || h.cls == CP_CLASS_BLANKS) { /* cut, or globbed, it is any text */
        h.cls = CP_CLASS_ANY;
        h.props |= CP_HOLE_DASH | CP_HOLE_SLASH;
    }
    if (h.cls == CP_CLASS_INTEGER)
        h.cls = CP_CLASS_ANY;
    if (!(h.props & CP_HOLE_DASH) && h.cls == CP_CLASS_ANY)
        h.props |= CP_HOLE_DASH;
    if (globs)
        h.props |= CP_HOLE_NEWLINE | CP_HOLE_SLASH;
    if (globs && h.cls == CP_CLASS_FILENAME)
        h.cls = CP_CLASS_ANY;
    runs whole = no_runs;
    extend(a, &whole, &h, live);
    if (a->exists == CP_NO && !a->anchored) {
        cut(a, &whole, &whole, &whole, globs);
        return;
    }
    runs glued = a->cur;
    extend(a, &glued, &h, live);
    if (a->anchored) {
        extend(a, &a->joined, &h, live);
        widen_anchor(a);
        if (globs)
            add_runs(a, &glued, &a->joined);
    }
    cut(a, &whole, &glued, &glued, globs);
}

static void splat(assembly *a, const cp_set *set, uint32_t live) {
    if (a->exists == CP_NO && !a->anchored && set->count &&
        !(live & (CP_LIVE_SPLIT | CP_LIVE_HOLES | CP_LIVE_GLOB))) {
        /* whole elements; the last may be joined to what follows */
    } else if (!(live & CP_LIVE_QUOTED)) {
        for (uint32_t i = 0; i < set->count;
             i++) { /* unquoted: each element splits and globs, like one unknown value */
            cp_atom any = any_atom(a);
            for (uint32_t k = 0; k < set->values[i].atom_count; k++)
                if (set->values[i].atoms[k].kind == CP_ATOM_HOLE)
                    any.origin = set->values[i].atoms[k].origin;
            splitting_hole(a, &any, live | CP_LIVE_HOLES);
        }
        return;
    }
    runs whole = {{NULL}, 0};
    for (uint32_t i = 0; i < set->count; i++) {
        cp_cell *run = NULL;
        for (uint32_t k = 0; k < set->values[i].atom_count; k++)
            run = cell_behind(a, run, &set->values[i].atoms[k], live);
        add_run(a, &whole, run);
    }
    if (whole.count == 0)
        whole = no_runs;
    if (a->exists == CP_NO && !a->anchored) {
        cut(a, &whole, &whole, &whole, false);
        return;
    }
    runs glued = a->cur; /* no element, or one joined to what is there */
    for (uint32_t i = 0; i < set->count; i++) {
        runs with = a->cur;
        for (uint32_t k = 0; k < set->values[i].atom_count; k++)
            extend(a, &with, &set->values[i].atoms[k], live);
        add_runs(a, &glued, &with);
    }
    if (a->anchored) {
        runs joined = a->joined;
        for (uint32_t i = 0; i < set->count; i++) {
            runs with = a->joined;
            for (uint32_t k = 0; k < set->values[i].atom_count; k++)
                extend(a, &with, &set->values[i].atoms[k], live);
            add_runs(a, &joined, &with);
        }
        a->joined = joined;
        widen_anchor(a);
    }
    cut(a, &whole, &glued, &glued, a->globs);
}

static bool blank(uint8_t c) {
    return c == ' ' || c == '\t' || c == '\n';
}

static void split_bytes(assembly *a, const cp_atom *atom, uint32_t live) {
    cp_slice s = atom->lit;
    for (uint32_t i = 0; i < s.n && !cp_words_stop(a->e);) {
        uint32_t from = i;
        if (blank(s.p[i])) {
            while (i < s.n && blank(s.p[i]))
                i++;
            finish_field(a);
            continue;
        }
        while (i < s.n && !blank(s.p[i]))
            i++;
        cp_atom part = cp_lit_atom(cp_slice_sub(s, from, i), cp_sub_span(atom->span, s.n, from, i));
        append_atom(a, &part, live, CP_YES);
        cp_spend(a->e->budget, CP_LIMIT_STEPS, (i - from) / 16 + 1);
    }
}

/* Can what the hole holds contain a blank (or whatever splits)? */
static bool hole_splits(const assembly *a, const cp_atom *hole) {
    if (!cp_words_default_ifs(a->e))
        return true;
    bool number = hole->cls == CP_CLASS_DIGITS || hole->cls == CP_CLASS_HEX;
    if ((number && !(hole->props & CP_HOLE_NEWLINE)) || hole->cls == CP_CLASS_INTEGER ||
        (hole->props & (CP_HOLE_PIPE | CP_HOLE_PLAIN)))
        return false;
    if ((hole->cls == CP_CLASS_HOME || hole->cls == CP_CLASS_ABSOLUTE) &&
        (a->e->env->flags & CP_ENV_PLAIN_PATHS))
        return (hole->props & CP_HOLE_EMPTY) != 0;
    return true;
}

/* NAME= of a word that a declaration takes for an assignment: bytes that the variable won't hold. */
static uint32_t declared(const assembly *a) {
    const cp_word *word = a->e->word;
    bool declares = a->e->context == CP_CONTEXT_ASSIGN && (word->flags & CP_WORD_ASSIGNMENT);
    return declares ? cp_slice_find(word->text, '=', 0) + 1 : 0;
}

/* Does the field, or the value that it gives a variable, begin with bytes that are certain? Then it does, whatever the line was cut
 * to that stands behind them in one piece. */
static bool begins_surely(const assembly *a) {
    uint32_t name = declared(a);
    bool begins = !a->anchored && a->cur.count > 0;
    for (uint32_t i = 0; i < a->cur.count && begins; i++) {
        uint32_t bytes = 0;
        for (const cp_cell *c = a->cur.items[i]; c && bytes <= name && cp_step(a->e->budget); c = c->prev)
            bytes += c->atom.kind == CP_ATOM_LIT ? c->atom.lit.n : 0;
        begins = bytes > name;
    }
    return begins;
}

/* The first atom of a piece behind what the field has so far: one atom, or two. */
static uint32_t glued(const assembly *a, const cp_atom *atom, cp_atom out[2]) {
    uint32_t count = 1, same = 0;
    const runs *all[2] = {a->exists != CP_NO ? &a->cur : &no_runs, a->anchored ? &a->joined : &no_runs};
    out[0] = *atom;
    for (uint32_t k = 0; k < 2 && atom->cls == CP_CLASS_BELOW; k++)
        for (uint32_t i = 0; i < all[k]->count; i++)
            if (all[k]->items[i] && out[0].cls != CP_CLASS_ANY) {
                cp_atom here[2];
                uint32_t n = cp_atom_glued(&all[k]->items[i]->atom, atom, here);
                bool differs = same++ && n != count;
                count = differs ? 1 : n;
                memcpy(out, here, n * sizeof *here);
                if (differs) {
                    out[0].cls = CP_CLASS_ANY;
                    out[0].props |= CP_HOLE_ANYTHING;
                }
            }
    return count;
}

static bool stands_behind(const assembly *a, const cp_piece *p) {
    bool piece = false;
    for (uint32_t i = 0; i < p->count; i++)
        piece |= p->atoms[i].kind == CP_ATOM_HOLE && (p->atoms[i].props & CP_HOLE_PIECE);
    return piece && begins_surely(a);
}

static void append_piece(assembly *a, const cp_piece *p) {
    const bool behind = (p->live & CP_LIVE_QUOTED) && stands_behind(a, p);
    for (uint32_t i = 0; i < p->count && cp_step(a->e->budget); i++) {
        const cp_atom *atom = &p->atoms[i];
        if (p->live & CP_LIVE_QUOTED)
            a->flags |= CP_VALUE_QUOTED;
        if (atom->kind == CP_ATOM_HOLE) {
            if ((p->live & CP_LIVE_HOLES) && hole_splits(a, atom))
                splitting_hole(a, atom, p->live);
            else {
                cp_atom parts[2] = {*atom};
                const bool more = i == 0 && glued(a, atom, parts) > 1;
                cp_atom whole = parts[0];
                if (behind)
                    whole.props &= (uint16_t)~CP_HOLE_PIECE;
                bool cut = (p->live & CP_LIVE_SPLIT) && (atom->props & CP_HOLE_PLAIN) &&
                           !(atom->props & CP_HOLE_PLACE) && atom->cls != CP_CLASS_TEXT &&
                           !cp_hole_is_looked_at(atom) && cp_hole_takes(atom, ' ', false);
                if (cut) /* taken for one word; were it cut after all, its pieces would be these */
                    whole.props |= CP_HOLE_PIECE;
                append_atom(a, &whole, p->live, (atom->props & CP_HOLE_EMPTY) ? CP_MAYBE : CP_YES);
                if (more)
                    append_atom(a, &parts[1], p->live, CP_MAYBE);
            }
        } else if (!(p->live & CP_LIVE_SPLIT)) {
            if (atom->lit.n)
                append_atom(a, atom, p->live, CP_YES);
        } else if (cp_words_default_ifs(a->e)) {
            split_bytes(a, atom, p->live);
        } else { /* nobody knows what splits: any piece of it, or none */
            cp_atom any = cp_hole_atom(CP_CLASS_ANY, CP_HOLE_ANYTHING, (cp_slice){NULL, 0}, atom->span);
            splitting_hole(a, &any, p->live);
        }
    }
}

/* ---- Choices: every way through them, a few at most ---- */

typedef struct way {
    const cp_piece **items;
    uint32_t count, cap;
} way;
typedef struct ways {
    way items[MOST_WAYS];
    uint32_t count;
} ways;

static bool quoted_only(const cp_pieces *p) {
    for (const cp_piece *i = p->first; i; i = i->next) {
        if (i->kind == CP_PIECE_QUOTES)
            continue;
        if (i->kind != CP_PIECE_ATOMS || (i->live & (CP_LIVE_SPLIT | CP_LIVE_HOLES | CP_LIVE_GLOB)))
            return false;
    }
    return true;
}

/* Too many ways: one piece that covers all choices. */
static const cp_piece *collapsed(cp_expansion *e, const cp_piece *choice, cp_pieces *scratch) {
    bool quoted = true;
    for (uint32_t i = 0; i < choice->count; i++)
        quoted &= quoted_only(&choice->choices[i]);
    cp_set set = {NULL, 0};
    for (uint32_t i = 0; quoted && i < choice->count; i++) {
        cp_value v = cp_value_exact(e->arena, CP_LIT(""), e->word->span);
        for (const cp_piece *p = choice->choices[i].first; p && !cp_arena_failed(e->arena); p = p->next) {
            cp_value part = {.atoms = p->atoms, .atom_count = p->count, .span = e->word->span};
            bool exact = true;
            for (uint32_t k = 0; k < p->count; k++)
                exact &= p->atoms[k].kind == CP_ATOM_LIT;
            if (p->count == 1 && exact)
                part.flags = CP_VALUE_EXACT, part.exact = p->atoms[0].lit;
            else if (exact && p->count > 1) {
                cp_atom *copy = CP_NEW_ARRAY(e->arena, cp_atom, p->count);
                if (!copy)
                    return NULL;
                memcpy(copy, p->atoms, p->count * sizeof *copy);
                cp_words_value(e, copy, p->count, 0, &part);
            } else if (p->count == 0) {
                continue;
            }
            v = cp_value_glued(e->arena, &v, &part);
        }
        set = cp_set_join(e->arena, set, cp_set_of(e->arena, v));
    }
    uint32_t live = quoted ? CP_LIVE_QUOTED : CP_LIVE_SPLIT | CP_LIVE_HOLES | CP_LIVE_GLOB | CP_LIVE_ESCAPES;
    if (quoted && set.count) {
        cp_value v = cp_set_cover(e->arena, set);
        cp_pieces_atoms(e, scratch, v.atoms, v.atom_count, live);
    } else {
        cp_pieces_unknown(e, scratch, e->word->span, live);
    }
    return scratch->last;
}

static void add_to_way(cp_expansion *e, way *w, const cp_piece *p) {
    (void)CP_PUSH(e->arena, w->items, w->count, w->cap, p);
}

static void follow(cp_expansion *e, const cp_pieces *pieces, ways *out, uint32_t most) {
    out->count = 1;
    out->items[0] = (way){NULL, 0, 0};
    for (const cp_piece *p = pieces->first; p && !cp_words_stop(e); p = p->next) {
        if (p->kind != CP_PIECE_CHOICE) {
            for (uint32_t i = 0; i < out->count; i++)
                add_to_way(e, &out->items[i], p);
            continue;
        }
        ways *each = CP_NEW_ARRAY(e->arena, ways, p->count);
        if (!each)
            return;
        uint64_t total = 0;
        bool deep = cp_enter(e->budget);
        for (uint32_t i = 0; deep && i < p->count && total <= most; i++) {
            follow(e, &p->choices[i], &each[i], most);
            total += each[i].count;
        }
        cp_leave(e->budget);
        if (!deep || total == 0 || total * out->count > most) {
            cp_pieces scratch = {NULL, NULL};
            const cp_piece *one = collapsed(e, p, &scratch);
            bool quotes = false;
            for (uint32_t i = 0; i < p->count; i++)
                quotes |= p->choices[i].first && p->choices[i].first->kind == CP_PIECE_QUOTES;
            cp_pieces_mark(e, &scratch, CP_PIECE_MAYBE_QUOTES);
            for (uint32_t i = 0; i < out->count && one; i++) {
                add_to_way(e, &out->items[i], one);
                if (quotes)
                    add_to_way(e, &out->items[i], scratch.last);
            }
            continue;
        }
        ways next = {.count = 0};
        for (uint32_t i = 0; i < out->count; i++)
            for (uint32_t c = 0; c < p->count; c++)
                for (uint32_t k = 0; k < each[c].count; k++) {
                    way *w = &next.items[next.count++];
                    *w = (way){NULL, 0, 0};
                    for (uint32_t x = 0; x < out->items[i].count; x++)
                        add_to_way(e, w, out->items[i].items[x]);
                    for (uint32_t x = 0; x < each[c].items[k].count; x++)
                        add_to_way(e, w, each[c].items[k].items[x]);
                }
        *out = next;
    }
}

static void assemble_way(cp_expansion *e, const way *w, cp_field_list *out) {
    assembly a = {.e = e, .out = out, .first = out->count, .cur = no_runs};
    for (uint32_t i = 0; i < w->count && !cp_words_stop(e); i++) {
        const cp_piece *p = w->items[i];
        switch (p->kind) {
        case CP_PIECE_ATOMS: append_piece(&a, p); break;
        case CP_PIECE_QUOTES:
            a.flags |= CP_VALUE_QUOTED;
            a.exists = CP_YES;
            break;
        case CP_PIECE_MAYBE_QUOTES:
            a.flags |= CP_VALUE_QUOTED;
            a.exists = cp_tri_or(a.exists, CP_MAYBE);
            break;
        case CP_PIECE_BREAK: finish_field(&a); break;
        case CP_PIECE_SPLAT: splat(&a, &p->set, p->live); break;
        default: break;
        }
    }
    finish_field(&a);
}

void cp_fields_merge(cp_arena *arena, cp_field_list *into, const cp_field_list *other) {
    uint32_t both = into->count < other->count ? into->count : other->count;
    for (uint32_t i = 0; i < both; i++) {
        into->items[i].set = cp_set_join(arena, into->items[i].set, other->items[i].set);
        uint32_t x = into->items[i].splat, y = other->items[i].splat;
        into->items[i].splat = x == CP_SPLAT_ANY || y == CP_SPLAT_ANY ? CP_SPLAT_ANY : x | y;
    }
    for (uint32_t i = both; i < into->count; i++)
        if (!into->items[i].splat)
            into->items[i].splat = CP_SPLAT_ONE; /* a field of one of the two: there or not */
    for (uint32_t i = both; i < other->count; i++) {
        cp_field f = other->items[i];
        if (!f.splat)
            f.splat = CP_SPLAT_ONE;
        if (!CP_PUSH(arena, into->items, into->count, into->cap, f))
            return;
    }
}

void cp_words_assemble(cp_expansion *e, const cp_pieces *pieces, cp_field_list *out) {
    ways all;
    follow(e, pieces, &all, MOST_WAYS);
    if (all.count == 1) {
        assemble_way(e, &all.items[0], out);
        return;
    }
    cp_field_list merged = {NULL, 0, 0};
    for (uint32_t i = 0; i < all.count && !cp_words_stop(e); i++) {
        cp_field_list one = {NULL, 0, 0};
        assemble_way(e, &all.items[i], &one);
        if (i == 0)
            merged = one;
        else
            cp_fields_merge(e->arena, &merged, &one);
    }
    for (uint32_t i = 0; i < merged.count; i++)
        if (!CP_PUSH(e->arena, out->items, out->count, out->cap, merged.items[i]))
            return;
}

/* ---- One field ---- */

cp_set cp_words_assemble_one(cp_expansion *e, const cp_pieces *pieces) {
    ways all;
    cp_set set = {NULL, 0};
    follow(e, pieces, &all, MOST_WAYS);
    bool redir = e->context == CP_CONTEXT_REDIR && (e->features & CP_WORDS_REDIR_EXPANDS);
    for (uint32_t w = 0; w < all.count && !cp_words_stop(e); w++) {
        assembly a = {.e = e, .cur = no_runs};
        const cp_atom any = cp_hole_atom(CP_CLASS_ANY, CP_HOLE_ANYTHING, (cp_slice){NULL, 0}, e->word->span);
        const cp_atom space = cp_lit_atom(CP_LIT(" "), e->word->span);
        for (uint32_t i = 0; i < all.items[w].count && cp_step(e->budget); i++) {
            const cp_piece *p = all.items[w].items[i];
            if (p->live & CP_LIVE_QUOTED || p->kind == CP_PIECE_QUOTES)
                a.flags |= CP_VALUE_QUOTED;
            if (p->kind ==
                CP_PIECE_BREAK) /* joined by a blank, or an error where a redirection has several targets */
                append_atom(&a, redir || !cp_words_default_ifs(e) ? &any : &space, 0, CP_YES);
            if (p->kind == CP_PIECE_SPLAT)
                append_atom(&a, &any, CP_LIVE_GLOB, CP_YES);
            const bool behind = !redir && p->kind == CP_PIECE_ATOMS && stands_behind(&a, p);
            for (uint32_t k = 0; p->kind == CP_PIECE_ATOMS && k < p->count; k++) {
                const cp_atom *atom = &p->atoms[k];
                bool several = false; /* a blank in an unquoted value: cut off, or an error */
                if (redir && (p->live & CP_LIVE_SPLIT) && atom->kind == CP_ATOM_LIT) {
                    several = !cp_words_default_ifs(e);
                    for (uint32_t x = 0; x < atom->lit.n && !several; x++)
                        several = blank(atom->lit.p[x]);
                }
                cp_atom parts[2] = {*atom};
                const bool more = k == 0 && glued(&a, atom, parts) > 1;
                cp_atom wide = parts[0];
                if (redir && (p->live & CP_LIVE_HOLES) && atom->kind == CP_ATOM_HOLE &&
                    hole_splits(&a, atom)) {
                    wide.props |= CP_HOLE_EMPTY;
                    wide.cls = CP_CLASS_ANY;
                    wide.props |= CP_HOLE_ANYTHING;
                    wide.props &= (uint16_t) ~(CP_HOLE_PLAIN | CP_HOLE_LOOKED);
                }
                if (wide.kind == CP_ATOM_LIT && a.exists == CP_NO && declared(&a))
                    wide.props |= CP_LIT_FIRST;
                if (wide.kind == CP_ATOM_HOLE && behind)
                    wide.props &= (uint16_t)~CP_HOLE_PIECE;
                append_atom(&a, several ? &any : &wide, p->live, CP_YES);
                if (more && wide.cls == CP_CLASS_FILENAME)
                    append_atom(&a, &parts[1], p->live, CP_YES);
            }
        }
        bool pattern = false;
        set = cp_set_join(e->arena, set, values_of(&a, &a.cur, &pattern));
    }
    if (set.count == 0)
        set = cp_words_unmade(e->arena, e->word->span).set;
    return set;
}
