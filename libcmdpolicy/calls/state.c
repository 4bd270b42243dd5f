/* Persistent maps and the algebra of states. */
#include "calls/state.h"

/* A trie over the bits of the name's hash, 16 ways a level; at the last level a list. Nodes never change once made. */
enum { WAYS = 16, BITS = 4, LEVELS = 8 };
struct cp_map_node {
    const cp_map_node *next;      /* last level only: another binding with this hash */
    const cp_binding *binding;    /* a leaf */
    uint32_t hash;
    const cp_map_node *child[WAYS]; /* inner nodes only: allocated short for leaves */
};

static bool is_leaf(const cp_map_node *n) { return n->binding != NULL; }

const cp_binding *cp_map_get(cp_map map, cp_slice name)
{
    uint32_t hash = cp_slice_hash(name), h = hash;
    for (const cp_map_node *n = map.root; n; h >>= BITS) {
        if (is_leaf(n)) {
            for (; n; n = n->next)
                if (n->hash == hash && cp_slice_eq(n->binding->name, name)) return n->binding;
            return NULL;
        }
        n = n->child[h & (WAYS - 1)];
    }
    return NULL;
}

static const cp_map_node *leaf(cp_arena *a, const cp_binding *b, uint32_t hash, const cp_map_node *next)
{
    cp_map_node *n = (cp_map_node *)cp_alloc(a, offsetof(cp_map_node, child));
    n->binding = b;
    n->hash = hash;
    n->next = next;
    return n;
}

static const cp_map_node *list_without(cp_arena *a, const cp_map_node *n, cp_slice name)
{
    const cp_map_node *kept = NULL;
    for (; n; n = n->next)
        if (!cp_slice_eq(n->binding->name, name)) kept = leaf(a, n->binding, n->hash, kept);
    return kept;
}

static const cp_map_node *put(cp_arena *a, const cp_map_node *n, const cp_binding *b, uint32_t hash, uint32_t level)
{
    if (cp_arena_failed(a)) return n;
    if (!n) return leaf(a, b, hash, NULL);
    if (is_leaf(n)) {
        if (n->hash == hash || level >= LEVELS) return leaf(a, b, hash, list_without(a, n, b->name));
        cp_map_node *inner = CP_NEW(a, cp_map_node);
        if (cp_arena_failed(a)) return n;
        inner->child[n->hash >> (BITS * level) & (WAYS - 1)] = n;
        n = inner;
    }
    cp_map_node *copy = CP_NEW(a, cp_map_node);
    if (cp_arena_failed(a)) return n;
    *copy = *n;
    uint32_t way = hash >> (BITS * level) & (WAYS - 1);
    copy->child[way] = put(a, n->child[way], b, hash, level + 1);
    return copy;
}

cp_map cp_map_put(cp_arena *a, cp_map map, const cp_binding *b) { return (cp_map){put(a, map.root, b, cp_slice_hash(b->name), 0)}; }

static void each(const cp_map_node *n, cp_budget *budget, void (*visit)(void *, const cp_binding *), void *self)
{
    if (!n || !cp_step(budget)) return;
    if (is_leaf(n)) {
        for (; n; n = n->next) visit(self, n->binding);
        return;
    }
    for (uint32_t i = 0; i < WAYS; i++) each(n->child[i], budget, visit, self);
}
void cp_map_each(cp_map map, cp_budget *budget, void (*visit)(void *, const cp_binding *), void *self) { each(map.root, budget, visit, self); }

/* ---- Joining ------------------------------------------------------------------------------------------------------ */

typedef const cp_binding *(*combine)(cp_arena *, const cp_binding *, const cp_binding *);
typedef struct joiner { cp_arena *arena; cp_map result, other; combine how; } joiner;

static void join_one(void *self, const cp_binding *b)
{
    joiner *j = (joiner *)self;
    const cp_binding *o = cp_map_get(j->other, b->name);
    if (o == b) return;
    const cp_binding *joined = j->how(j->arena, b, o);
    if (cp_arena_failed(j->arena)) return;
    j->result = cp_map_put(j->arena, j->result, joined);
}

/* Every binding of either map, combined; shared subtrees are skipped by pointer. */
static void each_difference(const cp_map_node *a, const cp_map_node *b, cp_budget *budget, joiner *j)
{
    if (a == b || !a || !cp_step(budget)) return;
    if (is_leaf(a)) {
        for (; a; a = a->next) join_one(j, a->binding);
        return;
    }
    for (uint32_t i = 0; i < WAYS; i++) each_difference(a->child[i], b && !is_leaf(b) ? b->child[i] : b, budget, j);
}

static cp_map join_maps(cp_arena *arena, cp_budget *budget, cp_map a, cp_map b, combine how)
{
    if (a.root == b.root) return a;
    joiner j = {arena, a, b, how};
    each_difference(a.root, b.root, budget, &j);
    j.other = a;
    joiner back = {arena, j.result, a, how};
    each_difference(b.root, a.root, budget, &back);
    return back.result;
}

static bool same_set(cp_set a, cp_set b)
{
    if (a.count != b.count) return false;
    if (a.values == b.values) return true;
    for (uint32_t i = 0; i < a.count; i++)
        if (!cp_value_is_exact(&a.values[i]) || !cp_value_is_exact(&b.values[i]) || !cp_slice_eq(a.values[i].exact, b.values[i].exact)) return false;
    return true;
}

static cp_binding *unknown_like(cp_arena *arena, const cp_binding *a, const cp_binding *b)
{
    cp_binding *u = CP_NEW(arena, cp_binding);
    u->name = a->name;
    u->exported = a->exported | (b ? b->exported : 0);
    u->origin = a->origin ? a->origin : b ? b->origin : 0;
    return u;
}

static const cp_binding *join_variable(cp_arena *arena, const cp_binding *a, const cp_binding *b)
{
    if (b && a->known && b->known && same_set(a->set, b->set) && a->elements == b->elements && a->exported == b->exported && a->origin == b->origin) return a;
    cp_binding *u = unknown_like(arena, a, b);
    /* alternatives stay alternatives; unset on one side, or unknown on one side, is unknown */
    if (b && a->known && b->known && a->set.count && b->set.count && !a->elements && !b->elements) {
        u->known = 1;
        u->set = cp_set_join(arena, a->set, b->set);
    }
    return u;
}

static const cp_binding *widen_variable(cp_arena *arena, const cp_binding *a, const cp_binding *b)
{
    if (b && a->known && b->known && same_set(a->set, b->set) && a->elements == b->elements) return a;
    return unknown_like(arena, a, b);
}

static const cp_binding *join_function(cp_arena *arena, const cp_binding *a, const cp_binding *b)
{
    if (b && a->body == b->body && a->maybe == b->maybe) return a;
    cp_binding *u = CP_NEW(arena, cp_binding);
    u->name = a->name;
    u->body = !b || a->body == b->body ? a->body : NULL; /* two bodies: unknown */
    u->maybe = 1;
    return u;
}

static cp_set join_cwd(cp_arena *arena, cp_set a, cp_set b)
{
    if (a.count == 0 || b.count == 0) return (cp_set){NULL, 0};
    if (same_set(a, b)) return a;
    cp_set joined = cp_set_join(arena, a, b);
    for (uint32_t i = 0; i < joined.count; i++)
        if (!cp_value_is_exact(&joined.values[i])) return (cp_set){NULL, 0};
    return joined;
}

static cp_state combine_states(cp_arena *arena, cp_budget *budget, cp_state a, cp_state b, combine variables, bool widen)
{
    cp_state s = a;
    s.variables = join_maps(arena, budget, a.variables, b.variables, variables);
    s.functions = join_maps(arena, budget, a.functions, b.functions, join_function);
    s.aliases = join_maps(arena, budget, a.aliases, b.aliases, join_function);
    if (a.params != b.params) s.params = NULL;
    s.cwd = widen && !same_set(a.cwd, b.cwd) ? (cp_set){NULL, 0} : join_cwd(arena, a.cwd, b.cwd);
    s.taints |= b.taints;
    s.env_flags |= b.env_flags;
    s.all_unknown |= b.all_unknown;
    return s;
}

cp_state cp_state_join(cp_arena *arena, cp_budget *budget, cp_state a, cp_state b)
{
    if (a.dead) return b;
    if (b.dead) return a;
    return combine_states(arena, budget, a, b, join_variable, false);
}

cp_state cp_state_widen(cp_arena *arena, cp_budget *budget, cp_state entry, cp_state after)
{
    if (after.dead) return entry;
    return combine_states(arena, budget, entry, after, widen_variable, true);
}

cp_state cp_state_havoc(cp_arena *arena, cp_state s)
{
    (void)arena;
    s.variables = (cp_map){NULL};
    s.functions = (cp_map){NULL};
    s.aliases = (cp_map){NULL};
    s.params = NULL;
    s.cwd = (cp_set){NULL, 0};
    s.taints |= CP_TAINT_UNKNOWN | CP_TAINT_PATH;
    s.env_flags |= CP_ENV_IFS_CHANGED | CP_ENV_GLOB_OPTIONS;
    s.all_unknown = 1;
    return s;
}

typedef struct filter { cp_arena *arena; cp_map kept; } filter;
static void keep_exported(void *self, const cp_binding *b)
{
    filter *f = (filter *)self;
    if (b->exported) f->kept = cp_map_put(f->arena, f->kept, b);
}

cp_state cp_state_child(cp_arena *arena, cp_budget *budget, cp_state s)
{
    filter f = {arena, {NULL}};
    cp_map_each(s.variables, budget, keep_exported, &f);
    s.variables = f.kept;
    s.functions = (cp_map){NULL};
    s.aliases = (cp_map){NULL};
    s.taints &= CP_TAINT_PATH | CP_TAINT_UNKNOWN;
    s.env_flags = 0; /* IFS and options are not inherited */
    s.params = NULL;
    return s;
}

void cp_state_assign(cp_arena *arena, cp_state *s, cp_slice name, const cp_set *value, bool exported, uint32_t origin)
{
    const cp_binding *old = cp_map_get(s->variables, name);
    cp_binding *b = CP_NEW(arena, cp_binding);
    if (cp_arena_failed(arena)) return;
    b->name = name;
    b->known = value != NULL;
    if (value) b->set = *value;
    b->exported = exported || (old && old->exported);
    b->origin = origin;
    s->variables = cp_map_put(arena, s->variables, b);
    if (cp_slice_is(name, "PATH")) s->taints |= CP_TAINT_PATH;
    if (cp_slice_is(name, "IFS")) s->env_flags |= CP_ENV_IFS_CHANGED;
}

bool cp_state_equal(cp_state a, cp_state b)
{
    return a.variables.root == b.variables.root && a.functions.root == b.functions.root && a.aliases.root == b.aliases.root &&
           a.params == b.params && same_set(a.cwd, b.cwd) && a.taints == b.taints && a.env_flags == b.env_flags && a.dead == b.dead;
}
