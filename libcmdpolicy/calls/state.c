/* Persistent maps and the algebra of states. */
#include "calls/state.h"
#include "calls/names.h"

/* A trie over the bits of the name's hash, 16 ways a level; at the last level a list. Nodes never change once made. */
enum { WAYS = 16, BITS = 4, LEVELS = 8 };
struct cp_map_node {
    const cp_map_node *next;   /* last level only: another binding with this hash */
    const cp_binding *binding; /* a leaf */
    uint32_t hash;
    const cp_map_node *child[WAYS]; /* inner nodes only: allocated short for leaves */
};

static bool is_leaf(const cp_map_node *n) {
    return n->binding != NULL;
}

const cp_binding *cp_map_get(cp_map map, cp_slice name) {
    if (!map.root)
        return NULL;
    uint32_t hash = cp_slice_hash(name), h = hash;
    for (const cp_map_node *n = map.root; n; h >>= BITS) {
        if (is_leaf(n)) {
            for (; n; n = n->next)
                if (n->hash == hash && cp_slice_eq(n->binding->name, name))
                    return n->binding;
            return NULL;
        }
        n = n->child[h & (WAYS - 1)];
    }
    return NULL;
}

static const cp_map_node *leaf(cp_arena *a, const cp_binding *b, uint32_t hash, const cp_map_node *next) {
    cp_map_node *n = (cp_map_node *)cp_alloc(a, offsetof(cp_map_node, child));
    n->binding = b;
    n->hash = hash;
    n->next = next;
    return n;
}

static const cp_map_node *list_without(cp_arena *a, const cp_map_node *n, cp_slice name) {
    const cp_map_node *kept = NULL;
    for (; n; n = n->next)
        if (!cp_slice_eq(n->binding->name, name))
            kept = leaf(a, n->binding, n->hash, kept);
    return kept;
}

static const cp_map_node *put(cp_arena *a, const cp_map_node *n, const cp_binding *b, uint32_t hash,
                              uint32_t level) {
    if (cp_arena_failed(a))
        return n;
    if (!n)
        return leaf(a, b, hash, NULL);
    if (is_leaf(n)) {
        if (n->hash == hash || level >= LEVELS)
            return leaf(a, b, hash, list_without(a, n, b->name));
        cp_map_node *inner = CP_NEW(a, cp_map_node);
        if (cp_arena_failed(a))
            return n;
        inner->child[n->hash >> (BITS * level) & (WAYS - 1)] = n;
        n = inner;
    }
    cp_map_node *copy = CP_NEW(a, cp_map_node);
    if (cp_arena_failed(a))
        return n;
    *copy = *n;
    uint32_t way = hash >> (BITS * level) & (WAYS - 1);
    copy->child[way] = put(a, n->child[way], b, hash, level + 1);
    return copy;
}

cp_map cp_map_put(cp_arena *a, cp_map map, const cp_binding *b) {
    return (cp_map){put(a, map.root, b, cp_slice_hash(b->name), 0)};
}

static void each(const cp_map_node *n, cp_budget *budget, void (*visit)(void *, const cp_binding *),
                 void *self) {
    if (!n || !cp_step(budget))
        return;
    if (is_leaf(n)) {
        for (; n; n = n->next)
            visit(self, n->binding);
        return;
    }
    for (uint32_t i = 0; i < WAYS; i++)
        each(n->child[i], budget, visit, self);
}
void cp_map_each(cp_map map, cp_budget *budget, void (*visit)(void *, const cp_binding *), void *self) {
    each(map.root, budget, visit, self);
}

/* ---- Joining ------------------------------------------------------------------------------------------------------ */

typedef const cp_binding *(*combine)(cp_arena *, const cp_binding *, const cp_binding *);
typedef struct joiner {
    cp_arena *arena;
    cp_map result, other;
    combine how;
    uint32_t rest; /* only what the other has not */
} joiner;

static void join_one(void *self, const cp_binding *b) {
    joiner *j = (joiner *)self;
    const cp_binding *o = cp_map_get(j->other, b->name);
    if (o == b || (o && j->rest))
        return;
    const cp_binding *joined = j->how(j->arena, b, o);
    if (cp_arena_failed(j->arena))
        return;
    j->result = cp_map_put(j->arena, j->result, joined);
}

/* Every binding of either map, combined; shared subtrees are skipped by pointer. */
static void each_difference(const cp_map_node *a, const cp_map_node *b, cp_budget *budget, joiner *j) {
    if (a == b || !a || !cp_step(budget))
        return;
    if (is_leaf(a)) {
        for (; a; a = a->next)
            join_one(j, a->binding);
        return;
    }
    for (uint32_t i = 0; i < WAYS; i++)
        each_difference(a->child[i], b && !is_leaf(b) ? b->child[i] : b, budget, j);
}

static cp_map join_maps(cp_arena *arena, cp_budget *budget, cp_map a, cp_map b, combine how) {
    if (a.root == b.root)
        return a;
    joiner j = {arena, a, b, how, 0};
    each_difference(a.root, b.root, budget, &j);
    joiner back = {arena, j.result, a, how, 1};
    each_difference(b.root, a.root, budget, &back);
    return back.result;
}

bool cp_set_same(cp_set a, cp_set b) {
    if (a.count != b.count)
        return false;
    if (a.values == b.values)
        return true;
    for (uint32_t i = 0; i < a.count; i++) {
        const cp_value *x = &a.values[i], *y = &b.values[i];
        bool exact = cp_value_is_exact(x);
        if (exact != cp_value_is_exact(y) ||
            (exact ? !cp_slice_eq(x->exact, y->exact) : x->flags != y->flags || !cp_value_same_atoms(x, y)))
            return false;
    }
    return true;
}

static bool same_elements(const cp_fields *a, const cp_fields *b) {
    if (a == b)
        return true;
    if (!a || !b || a->count != b->count)
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (a->items[i].splat != b->items[i].splat || !cp_set_same(a->items[i].set, b->items[i].set))
            return false;
    return true;
}

static bool same_bodies(const cp_body *a, const cp_body *b) {
    for (; a && b && a != b; a = a->next, b = b->next)
        if (a->node != b->node)
            return false;
    return a == b;
}

static bool same_binding(const cp_binding *a, const cp_binding *b) {
    return a == b ||
           (a && b && a->known == b->known && a->exported == b->exported && a->sticky == b->sticky &&
            a->array == b->array && a->maybe == b->maybe && a->origin == b->origin &&
            a->outside == b->outside &&
            (!a->known || (cp_set_same(a->set, b->set) && same_elements(a->elements, b->elements))) &&
            same_bodies(a->bodies, b->bodies));
}

typedef struct differences {
    cp_map other;
    void (*visit)(void *, const cp_binding *, const cp_binding *);
    void *self;
} differences;

static void differences_of(const cp_map_node *a, const cp_map_node *b, cp_budget *budget,
                           const differences *d) {
    if (a == b || !a || !cp_step(budget))
        return;
    if (is_leaf(a)) {
        for (; a; a = a->next) {
            const cp_binding *o = cp_map_get(d->other, a->binding->name);
            if (!same_binding(a->binding, o))
                d->visit(d->self, a->binding, o);
        }
        return;
    }
    for (uint32_t i = 0; i < WAYS; i++)
        differences_of(a->child[i], b && !is_leaf(b) ? b->child[i] : NULL, budget, d);
}

void cp_map_differences(cp_map a, cp_map b, cp_budget *budget,
                        void (*visit)(void *, const cp_binding *, const cp_binding *), void *self) {
    differences d = {b, visit, self};
    differences_of(a.root, b.root, budget, &d);
}

static bool may_join(const cp_binding *b) {
    return !b->elements && !b->sticky && (!b->known || b->set.count);
}

static cp_set values_of(cp_arena *arena, const cp_binding *b, cp_slice name) {
    if (b && b->known)
        return b->set;
    cp_value any =
        cp_value_hole(arena, CP_CLASS_ANY, CP_HOLE_ANYTHING | CP_HOLE_PART, name, (cp_span){0, 0, 0});
    if (b && b->origin && any.atom_count)
        ((cp_atom *)(uintptr_t)any.atoms)->origin = b->origin;
    return cp_set_of(arena, any);
}

cp_set cp_elements_first(cp_arena *arena, cp_fields list) {
    cp_set set = {NULL, 0};
    bool sure = list.count == 0;
    for (uint32_t i = 0; i < list.count && !sure; i++) {
        set = cp_set_join(arena, set, list.items[i].set);
        sure = !list.items[i].splat;
    }
    return sure ? set : cp_set_join(arena, set, cp_set_exact(arena, CP_LIT(""), (cp_span){0, 0, 0}));
}

const cp_fields *cp_elements_join(cp_arena *arena, const cp_fields *a, const cp_fields *b) {
    const cp_fields *lists[] = {a, b};
    cp_set any = {NULL, 0};
    for (uint32_t k = 0; k < 2; k++)
        for (uint32_t i = 0; lists[k] && i < lists[k]->count; i++)
            any = cp_set_join(arena, any, lists[k]->items[i].set);
    cp_fields *joined = CP_NEW(arena, cp_fields);
    cp_field *item = CP_NEW(arena, cp_field);
    *item = (cp_field){.set = any, .splat = CP_SPLAT_ANY};
    *joined = (cp_fields){item, any.count ? 1 : 0};
    return joined;
}

/* An array; what is surely unset is one without elements, too. */
static bool is_list(const cp_binding *b) {
    return b && b->known && (b->elements || b->set.count == 0) && !b->sticky && !(b->array & CP_ARRAY_KEYED);
}

static const cp_binding *join_variable(cp_arena *arena, const cp_binding *a, const cp_binding *b) {
    if (same_binding(a, b))
        return a;
    cp_binding *u = CP_NEW(arena, cp_binding);
    u->name = a->name;
    u->exported = cp_export_join(a->exported, b ? b->exported : (uint32_t)CP_EXPORT_NO);
    u->sticky = a->sticky | (b ? b->sticky : 0);
    u->array = cp_array_join(a->array, b ? b->array : 0);
    u->origin = a->origin ? a->origin : b ? b->origin : 0;
    u->outside = !b || b->outside || a->outside;
    /* alternatives stay alternatives, anything being one of them; surely unset on one side is unknown */
    if (!u->sticky && may_join(a) && (!b || may_join(b)) && (a->known || (b && b->known))) {
        u->known = 1;
        u->set = cp_set_join(arena, values_of(arena, a, a->name), values_of(arena, b, a->name));
    } else if (is_list(a) && is_list(b) && (a->elements || b->elements)) {
        u->known = 1;
        u->elements = same_elements(a->elements, b->elements)
                          ? a->elements
                          : cp_elements_join(arena, a->elements, b->elements);
        u->set = cp_elements_first(arena, *u->elements);
    }
    return same_binding(a, u) ? a : u;
}

static const cp_body *join_bodies(cp_arena *arena, const cp_body *a, const cp_body *b) {
    for (; b; b = b->next) {
        bool there = false;
        for (const cp_body *k = a; k && !there; k = k->next)
            there = k->node == b->node;
        if (there)
            continue;
        cp_body *added = CP_NEW(arena, cp_body);
        *added = (cp_body){a, b->node};
        a = added;
    }
    return a;
}

/* Functions and aliases. */
static const cp_binding *join_function(cp_arena *arena, const cp_binding *a, const cp_binding *b) {
    if (same_binding(a, b))
        return a;
    cp_binding *u = CP_NEW(arena, cp_binding);
    u->name = a->name;
    u->bodies = join_bodies(arena, a->bodies, b ? b->bodies : NULL);
    u->maybe = a->maybe | (b ? b->maybe : 1);
    if (!b || (a->known && b->known && cp_set_same(a->set, b->set)))
        u->known = a->known, u->set = a->set;
    return same_binding(a, u) ? a : u;
}

static cp_set join_cwd(cp_arena *arena, cp_set a, cp_set b) {
    if (a.count == 0 || b.count == 0)
        return (cp_set){NULL, 0};
    if (cp_set_same(a, b))
        return a;
    cp_set joined = cp_set_join(arena, a, b);
    for (uint32_t i = 0; i < joined.count; i++)
        if (!cp_is_directory(&joined.values[i]))
            return (cp_set){NULL, 0};
    return joined;
}

cp_map cp_functions_join(cp_arena *arena, cp_budget *budget, cp_map a, cp_map b) {
    return join_maps(arena, budget, a, b, join_function);
}

static bool same_params(const cp_fields *a, const cp_fields *b) {
    return same_elements(a, b);
}

/* As with a shell's `case`, there may be many: they don't become one, until there are too many to tell of any. */
cp_set cp_state_union(cp_arena *arena, cp_set a, cp_set b) {
    enum { MOST = 64 };
    if (a.values == b.values || b.count == 0)
        return a;
    if (a.count == 0)
        return b;
    cp_value *all = CP_NEW_ARRAY(arena, cp_value, a.count + b.count);
    const cp_span nowhere = {0, 0, 0};
    if (!all || a.count + b.count > MOST)
        return cp_set_of(arena,
                         cp_value_hole(arena, CP_CLASS_ANY, CP_HOLE_EMPTY | CP_HOLE_DASH | CP_HOLE_NEWLINE,
                                       (cp_slice){NULL, 0}, nowhere));
    uint32_t n = a.count;
    memcpy(all, a.values, a.count * sizeof *all);
    for (uint32_t i = 0; i < b.count; i++) {
        bool known = false;
        for (uint32_t k = 0; k < a.count && !known; k++)
            known = cp_set_same((cp_set){&all[k], 1}, (cp_set){&b.values[i], 1});
        if (!known)
            all[n++] = b.values[i];
    }
    return (cp_set){all, n};
}

cp_state cp_state_join(cp_arena *arena, cp_budget *budget, cp_state a, cp_state b) {
    if (a.dead)
        return b;
    if (b.dead)
        return a;
    cp_state s = a;
    if (a.variables.root != b.variables.root || a.functions.root != b.functions.root ||
        a.aliases.root != b.aliases.root) {
        s.variables = join_maps(arena, budget, a.variables, b.variables, join_variable);
        s.functions = join_maps(arena, budget, a.functions, b.functions, join_function);
        s.aliases = join_maps(arena, budget, a.aliases, b.aliases, join_function);
    }
    if (a.params != b.params && !same_params(a.params, b.params))
        s.params = NULL;
    if (a.cwd.values != b.cwd.values || a.cwd.count != b.cwd.count)
        s.cwd = join_cwd(arena, a.cwd, b.cwd);
    if (a.compared.values != b.compared.values)
        s.compared = cp_state_union(arena, a.compared, b.compared);
    s.taints |= b.taints;
    s.env_flags |= b.env_flags;
    s.all_unknown |= b.all_unknown;
    s.may_stop |= b.may_stop;
    s.exports_all |= b.exports_all;
    s.zsh |= b.zsh;
    return s;
}

typedef struct doubter {
    cp_arena *arena;
    cp_map made;
} doubter;
static void doubt(void *self, const cp_binding *b) {
    doubter *d = (doubter *)self;
    if (b->maybe)
        return;
    cp_binding *copy = CP_NEW(d->arena, cp_binding);
    *copy = *b;
    copy->maybe = 1;
    d->made = cp_map_put(d->arena, d->made, copy);
}

cp_map cp_map_doubted(cp_arena *arena, cp_budget *budget, cp_map functions) {
    doubter d = {arena, functions};
    cp_map_each(functions, budget, doubt, &d);
    return d.made;
}

cp_state cp_state_havoc(cp_arena *arena, cp_budget *budget, cp_state s) {
    s.variables = (cp_map){NULL};
    s.functions = cp_map_doubted(arena, budget, s.functions);
    s.aliases = cp_map_doubted(arena, budget, s.aliases);
    s.params = NULL;
    s.cwd = (cp_set){NULL, 0};
    s.taints |= CP_TAINT_UNKNOWN | CP_TAINT_PATH;
    s.env_flags |= CP_ENV_IFS_CHANGED | CP_ENV_GLOB_OPTIONS;
    s.all_unknown = s.may_stop = s.exports_all = 1;
    return s;
}

typedef struct filter {
    cp_arena *arena;
    cp_map kept;
} filter;
static void keep_exported(void *self, const cp_binding *b) {
    filter *f = (filter *)self;
    if (b->exported != CP_EXPORT_YES)
        return;
    if (!b->sticky) {
        f->kept = cp_map_put(f->arena, f->kept, b);
        return;
    }
    cp_binding *copy = CP_NEW(f->arena, cp_binding); /* attributes are the shell's own */
    *copy = *b;
    copy->sticky = 0;
    f->kept = cp_map_put(f->arena, f->kept, copy);
}

cp_state cp_state_child(cp_arena *arena, cp_budget *budget, cp_state s) {
    filter f = {arena, {NULL}};
    cp_map_each(s.variables, budget, keep_exported, &f);
    s.variables = f.kept;
    s.functions = cp_map_doubted(arena, budget, s.functions); /* exported ones */
    s.aliases = (cp_map){NULL};
    s.taints &= CP_TAINT_PATH | CP_TAINT_UNKNOWN;
    s.env_flags =
        CP_ENV_PHYSICAL; /* IFS and options are not inherited; nor is the name of where it is, surely */
    s.may_stop = s.exports_all = 0;
    s.params = NULL;
    return s;
}

void cp_state_assign(cp_arena *arena, cp_state *s, cp_slice name, const cp_set *value, bool exported,
                     uint32_t origin) {
    if (s->zsh && cp_name_zsh_is_positional(name))
        s->params = NULL;
    if (s->zsh && cp_name_zsh_keeps_otherwise(name))
        value = NULL;
    const cp_binding *old = cp_map_get(s->variables, name);
    uint32_t seen = exported               ? CP_EXPORT_YES
                    : old && old->exported ? old->exported
                    : s->exports_all       ? CP_EXPORT_MAYBE
                                           : CP_EXPORT_NO;
    cp_binding made = {.name = name,
                       .exported = seen,
                       .sticky = old && old->sticky,
                       .array = old ? old->array : 0,
                       .origin = origin};
    made.known = value != NULL && !made.sticky;
    if (made.known)
        made.set = *value;
    if (cp_slice_is(name, "PATH") || (s->zsh && cp_slice_is(name, "path")))
        s->taints |= CP_TAINT_PATH;
    if (cp_slice_is(name, "IFS"))
        s->env_flags |= CP_ENV_IFS_CHANGED;
    if (cp_name_holds_names(name) || (s->zsh && cp_name_zsh_rebinds(name)))
        s->taints |= CP_TAINT_HASH;
    if (old && same_binding(old, &made))
        return;
    cp_binding *b = CP_NEW(arena, cp_binding);
    if (cp_arena_failed(arena))
        return;
    *b = made;
    s->variables = cp_map_put(arena, s->variables, b);
}

void cp_state_attribute(cp_arena *arena, cp_state *s, cp_slice name) {
    const cp_binding *old = cp_map_get(s->variables, name);
    if (old && old->sticky && !old->known)
        return;
    cp_binding *b = CP_NEW(arena, cp_binding);
    if (cp_arena_failed(arena))
        return;
    *b = (cp_binding){.name = name,
                      .exported = old ? old->exported : (uint32_t)CP_EXPORT_NO,
                      .sticky = 1,
                      .array = old ? old->array : 0};
    s->variables = cp_map_put(arena, s->variables, b);
}

const cp_binding *cp_binding_join(cp_arena *arena, const cp_binding *a, const cp_binding *b) {
    return join_variable(arena, a, b);
}

void cp_state_doubt_export(cp_arena *arena, cp_state *s, cp_slice name) {
    const cp_binding *old = cp_map_get(s->variables, name);
    if (!old || old->exported != CP_EXPORT_YES)
        return;
    cp_binding *b = CP_NEW(arena, cp_binding);
    if (cp_arena_failed(arena))
        return;
    *b = *old;
    b->exported = CP_EXPORT_MAYBE;
    s->variables = cp_map_put(arena, s->variables, b);
}

void cp_state_array(cp_arena *arena, cp_state *s, cp_slice name, uint32_t kind) {
    const cp_binding *old = cp_map_get(s->variables, name);
    if (old && (old->array & kind) == kind)
        return;
    cp_binding *b = CP_NEW(arena, cp_binding);
    if (cp_arena_failed(arena))
        return;
    if (old)
        *b = *old;
    else
        b->outside = 1;
    b->name = name;
    b->array |= kind;
    s->variables = cp_map_put(arena, s->variables, b);
}

void cp_state_fix(cp_arena *arena, cp_state *s, cp_slice name) {
    const cp_binding *old = cp_map_get(s->variables, name);
    cp_binding *b = CP_NEW(arena, cp_binding);
    if (cp_arena_failed(arena))
        return;
    if (old)
        *b = *old;
    b->name = name;
    b->sticky = 1;
    s->variables = cp_map_put(arena, s->variables, b);
}

void cp_state_define(cp_arena *arena, cp_state *s, cp_slice name, const cp_node *node) {
    cp_body *body = CP_NEW(arena, cp_body);
    cp_binding *b = CP_NEW(arena, cp_binding);
    if (cp_arena_failed(arena))
        return;
    body->node = node;
    b->name = name;
    b->bodies = body;
    s->functions = cp_map_put(arena, s->functions, b);
}

void cp_state_doubt_function(cp_arena *arena, cp_state *s, cp_slice name) {
    const cp_binding *old = cp_map_get(s->functions, name);
    if (!old || old->maybe)
        return;
    cp_binding *b = CP_NEW(arena, cp_binding);
    if (cp_arena_failed(arena))
        return;
    *b = *old;
    b->maybe = 1;
    s->functions = cp_map_put(arena, s->functions, b);
}

bool cp_state_equal(cp_state a, cp_state b) {
    return a.variables.root == b.variables.root && a.functions.root == b.functions.root &&
           a.aliases.root == b.aliases.root && same_params(a.params, b.params) && cp_set_same(a.cwd, b.cwd) &&
           a.taints == b.taints && a.env_flags == b.env_flags && a.dead == b.dead &&
           a.all_unknown == b.all_unknown && a.may_stop == b.may_stop && a.exports_all == b.exports_all &&
           a.zsh == b.zsh;
}
