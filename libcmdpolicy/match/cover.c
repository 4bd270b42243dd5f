/* Patterns against values with holes. The pattern becomes an automaton of its places (Glushkov's): a place is a character or a class that
 * takes one byte, and a state is the set of places that may have taken the last one. Then all texts that the value can be are tried at
 * once: a hole leads from each state to all that its alphabet leads to. What holds of all states that are left at the end holds of all
 * texts; an alphabet that is too large only makes the answer more careful.
 * It refuses what isn't regular or takes too much room: counts, what is possessive or looks around, places and states past those below. */
#include "match/cover.h"

#include "match/pattern.h"

enum { PLACES = 63, START = PLACES /* nothing was taken */, NEST = 12, STATES = 48 };

typedef uint64_t places;

typedef struct automaton {
    places follow[PLACES + 1]; /* what may take the byte behind */
    places takes[256];
    places last; /* what may have taken the last one */
    uint32_t count;
    bool group; /* one group with a name is all of it */
} automaton;

typedef struct part { /* of a pattern */
    places first, last;
    bool empty; /* may take nothing */
} part;

typedef struct level { /* an open parenthesis */
    part before, now;  /* the alternatives that are complete, and the one that isn't */
    bool any_before, fold, named;
} level;

static bool step(cp_budget *budget) {
    return !budget || cp_step(budget);
}

static const part nothing = {0, 0, true};

static void follow(automaton *a, places from, places to) {
    for (uint32_t i = 0; i <= PLACES; i++)
        if (from >> i & 1)
            a->follow[i] |= to;
}

static void append(automaton *a, part *to, part more) {
    follow(a, to->last, more.first);
    to->first |= to->empty ? more.first : 0;
    to->last = more.last | (more.empty ? to->last : 0);
    to->empty &= more.empty;
}

static void repeat(automaton *a, part *p, const cp_piece *by) {
    if (by->many)
        follow(a, p->last, p->first);
    p->empty |= by->missing;
}

static part alternatives(const level *l) {
    if (!l->any_before)
        return l->now;
    return (part){l->before.first | l->now.first, l->before.last | l->now.last,
                  l->before.empty || l->now.empty};
}

/* In either case; in a class that is turned round that is done before. */
static bool fold_case(cp_piece *p) {
    for (uint32_t b = 'a'; b <= 'z'; b++) {
        bool low = cp_bytes_has(&p->set, b), high = cp_bytes_has(&p->set, b - 32);
        if (low != high && p->negated)
            return false;
        if (low || high)
            cp_bytes_add(&p->set, b, b), cp_bytes_add(&p->set, b - 32, b - 32);
    }
    return true;
}

static bool add_place(automaton *a, level *l, cp_piece *p) {
    if (a->count == PLACES || (l->fold && !fold_case(p)))
        return false;
    const places one = (places)1 << a->count++;
    for (uint32_t b = 0; b < 256; b++)
        if (cp_bytes_has(&p->set, b))
            a->takes[b] |= one;
    part taken = {one, one, false};
    repeat(a, &taken, p);
    append(a, &l->now, taken);
    return true;
}

static bool build(automaton *a, cp_slice pattern, cp_budget *budget) {
    level levels[NEST] = {{.now = nothing}};
    level *l = levels;
    cp_pattern_reader r = {pattern, 0, false};
    uint32_t pieces = 0, groups = 0;
    bool closed = false; /* by the piece before, what the first opened */
    for (;; pieces++) {
        cp_piece p;
        cp_pattern_next(&r, &p);
        if (!step(budget) || p.counted || p.possessive)
            return false;
        if (p.kind == CP_PIECE_END)
            break;
        bool was_closed = closed;
        closed = false;
        a->group &= !was_closed;
        switch (p.kind) {
        case CP_PIECE_OPTIONS:
            if (p.byte && (!p.fold || pieces))
                return false;
            l->fold |= p.byte != 0;
            pieces--;
            break;
        case CP_PIECE_OPEN:
            if (l == &levels[NEST - 1] || (p.group != CP_GROUP_PLAIN && p.group != CP_GROUP_NAMED &&
                                           !(p.group == CP_GROUP_WITH_OPTIONS && p.fold)))
                return false;
            groups += p.group == CP_GROUP_NAMED;
            a->group |= p.group == CP_GROUP_NAMED && pieces == 0;
            l[1] = (level){.now = nothing, .fold = l->fold || p.group == CP_GROUP_WITH_OPTIONS};
            l++;
            break;
        case CP_PIECE_OR:
            a->group &= l != levels;
            l->before = alternatives(l);
            l->any_before = true;
            l->now = nothing;
            break;
        case CP_PIECE_CLOSE: {
            if (l == levels)
                return false;
            part inner = alternatives(l);
            repeat(a, &inner, &p);
            append(a, &(--l)->now, inner);
            a->group &= l != levels || (!p.many && !p.missing);
            closed = l == levels;
            break;
        }
        case CP_PIECE_BYTE:
        case CP_PIECE_CLASS:
            if (!add_place(a, l, &p))
                return false;
            break;
        default: return false;
        }
    }
    part all = alternatives(levels);
    a->follow[START] = all.first;
    a->last = all.last | (all.empty ? (places)1 << START : 0);
    a->group &= groups == 1 && closed;
    return l == levels;
}

/* ---- Texts ----------------------------------------------------------------------------------------------------------- */

typedef struct state_set {
    places of[STATES];
    uint32_t n;
    bool full;
} state_set;

static void add_state(state_set *s, places state) {
    for (uint32_t i = 0; i < s->n; i++)
        if (s->of[i] == state)
            return;
    if (s->n == STATES)
        s->full = true;
    else
        s->of[s->n++] = state;
}

static places behind(const automaton *a, places state) {
    places all = 0;
    for (uint32_t i = 0; i <= PLACES; i++)
        if (state >> i & 1)
            all |= a->follow[i];
    return all;
}

static void take_one(const automaton *a, places state, const bool alphabet[256], state_set *to) {
    const places next = behind(a, state);
    for (uint32_t b = 0; b < 256; b++)
        if (alphabet[b])
            add_state(to, next & a->takes[b]);
}

static bool is_understood(const cp_atom *a) {
    return a->kind == CP_ATOM_LIT ||
           (!(a->props & (CP_HOLE_SPLIT | CP_HOLE_PIPE | CP_HOLE_LIST | CP_HOLE_PIECE)) &&
            a->cls != CP_CLASS_HOME && a->cls != CP_CLASS_ABSOLUTE && a->cls != CP_CLASS_BELOW);
}

/* A file that lies in a list in a trusted workspace is taken for one word; what its name tells a program is not taken for granted. */
static bool takes(const cp_atom *hole, uint32_t byte, bool first) {
    return cp_hole_takes(hole, (uint8_t)byte, first) ||
           ((byte == ':' || byte == '{') && hole->cls == CP_CLASS_FILENAME &&
            !((hole->props & CP_HOLE_SIMPLE) && cp_hole_is_looked_at(hole)));
}

/* `behind_it`: what stands behind it, or NULL */
static bool take_hole(const automaton *a, const cp_atom *hole, const cp_atom *behind_it, state_set *states,
                      cp_budget *budget) {
    bool first[256], others[256];
    for (uint32_t b = 0; b < 256; b++) {
        first[b] = takes(hole, b, true);
        others[b] = takes(hole, b, false);
    }
    /* The name that it begins begins with no dot. */
    bool no_dot = (hole->props & CP_HOLE_NO_DOT) != 0, empty = (hole->props & CP_HOLE_EMPTY) != 0;
    first['.'] &= !no_dot;
    if (no_dot && behind_it && behind_it->kind == CP_ATOM_LIT && behind_it->lit.n &&
        behind_it->lit.p[0] == '.')
        empty = false;
    bool one = (hole->props & CP_HOLE_CHAR) != 0;
    for (uint32_t b = 0x80; b < 256 && one; b++)
        one = !first[b]; /* a character that isn't ASCII takes several bytes */
    state_set next = {.n = 0};
    for (uint32_t i = 0; i < states->n; i++)
        take_one(a, states->of[i], first, &next);
    for (uint32_t i = 0; i < next.n && !one && !next.full && step(budget); i++)
        take_one(a, next.of[i], others, &next);
    for (uint32_t i = 0; i < states->n && empty; i++)
        add_state(&next, states->of[i]);
    *states = next;
    return !next.full && next.n > 0;
}

static void take_text(const automaton *a, cp_slice text, state_set *states) {
    for (uint32_t k = 0; k < text.n; k++) {
        state_set next = {.n = 0};
        for (uint32_t i = 0; i < states->n; i++)
            add_state(&next, behind(a, states->of[i]) & a->takes[text.p[k]]);
        *states = next;
    }
}

cp_tri cp_pattern_covers(cp_slice pattern, const cp_value *v, cp_budget *budget, bool *out_group) {
    enum { TEXT_MOST = 1024 };
    automaton a = {.count = 0};
    uint32_t bytes = 0;
    *out_group = false;
    for (uint32_t i = 0; i < v->atom_count; i++) {
        if (!is_understood(&v->atoms[i]))
            return CP_MAYBE;
        bytes += v->atoms[i].kind == CP_ATOM_LIT ? v->atoms[i].lit.n : 0;
    }
    if ((v->flags & CP_VALUE_UNMADE) || bytes > TEXT_MOST || !build(&a, pattern, budget))
        return CP_MAYBE;
    state_set states = {.of = {(places)1 << START}, .n = 1};
    for (uint32_t i = 0; i < v->atom_count; i++) {
        const cp_atom *atom = &v->atoms[i];
        if (budget && !cp_spend(budget, CP_LIMIT_STEPS, atom->kind == CP_ATOM_LIT ? 1 + atom->lit.n / 4 : 64))
            return CP_MAYBE;
        if (atom->kind == CP_ATOM_LIT)
            take_text(&a, atom->lit, &states);
        else if (!take_hole(&a, atom, i + 1 < v->atom_count ? atom + 1 : NULL, &states, budget))
            return CP_MAYBE;
    }
    bool some = false, all = true;
    for (uint32_t i = 0; i < states.n; i++) {
        bool matches = (states.of[i] & a.last) != 0;
        some |= matches;
        all &= matches;
    }
    *out_group = a.group;
    return all ? CP_YES : some ? CP_MAYBE : CP_NO;
}
