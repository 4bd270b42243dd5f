/* The state of a shell, as far as it can be known: variables, functions, aliases, positional parameters, directory, taints.
 * Maps are persistent (a hash trie with path copying): copying a state costs nothing, joining two costs their difference. */
#ifndef CP_CALLS_STATE_H
#define CP_CALLS_STATE_H
#include "calls/calls.h"
#include "words/expand.h"

typedef struct cp_body { /* of a function: one of its definitions */
    const struct cp_body *next;
    const cp_node *node;
} cp_body;

enum { CP_EXPORT_NO, CP_EXPORT_MAYBE, CP_EXPORT_YES };
enum {
    CP_ARRAY = 1,
    CP_ARRAY_KEYED = 2,  /* declare -A: in (a b) a is a key, b its value */
    CP_ARRAY_PERHAPS = 4 /* with KEYED: but perhaps it is none */
};
static inline uint32_t cp_array_join(uint32_t a, uint32_t b) {
    return a | b | ((a ^ b) & CP_ARRAY_KEYED ? CP_ARRAY_PERHAPS : 0u);
}
typedef struct cp_binding {
    cp_slice name;
    uint32_t
        known; /* variables: `set` says what it may be (no values: surely unset); aliases: `set` is the text */
    uint32_t exported; /* cp_export */
    uint32_t
        sticky; /* an attribute changes or refuses what is assigned (readonly, -i, -u, -l): what is assigned is never known */
    uint32_t array; /* CP_ARRAY…: it may be one, and a declaration then reads "(…)" as words */
    cp_set set;
    const cp_fields *elements; /* arrays: NULL unknown or none */
    const cp_body *bodies;     /* functions: what it may be */
    uint32_t maybe;            /* functions, aliases: on some path only */
    uint32_t origin;           /* flow origin of the value; 0 none */
    uint32_t outside;          /* on some path it is what the environment has */
} cp_binding;

/* Surely an associative array, so that its subscripts are text. */
static inline bool cp_binding_is_keyed(const cp_binding *b) {
    return b && (b->array & (CP_ARRAY_KEYED | CP_ARRAY_PERHAPS)) == CP_ARRAY_KEYED &&
           b->exported == CP_EXPORT_NO;
}

typedef struct cp_map_node cp_map_node;
typedef struct cp_map {
    const cp_map_node *root;
} cp_map;
const cp_binding *cp_map_get(cp_map, cp_slice name);
cp_map cp_map_put(cp_arena *, cp_map, const cp_binding *);
/* Calls `visit` for every binding. */
void cp_map_each(cp_map, cp_budget *, void (*visit)(void *self, const cp_binding *), void *self);
/* Calls `visit` for every binding of `a` that `b` has not, or has with another value; b's is NULL where it has none. */
void cp_map_differences(cp_map a, cp_map b, cp_budget *,
                        void (*visit)(void *self, const cp_binding *, const cp_binding *), void *self);

typedef struct cp_state {
    cp_map variables, functions, aliases;
    const cp_fields *params; /* NULL: unknown */
    cp_set cwd;              /* no values: unknown */
    uint32_t taints;
    uint32_t env_flags; /* CP_ENV_… */
    uint32_t
        all_unknown; /* variables not in the map are unknown anyway; set: known-unset entries of before are void too */
    uint32_t dead;        /* the shell has surely ended here */
    uint32_t may_stop;    /* an option may end the shell at any failure (set -e) */
    uint32_t exports_all; /* set -a may be on */
    uint32_t zsh;         /* names mean what they mean to zsh */
    cp_set compared;      /* compared.c: names that something was found to be on the way here */
} cp_state;

/* Is it the very same in both? Mostly, where two paths meet; then nothing has to be joined. */
static inline bool cp_state_is(const cp_state *a, const cp_state *b) {
    bool other = a->variables.root != b->variables.root;
    other |= a->functions.root != b->functions.root;
    other |= a->aliases.root != b->aliases.root;
    other |= a->params != b->params;
    other |= a->cwd.values != b->cwd.values;
    other |= a->compared.values != b->compared.values;
    uint32_t flags = (a->cwd.count ^ b->cwd.count) | (a->taints ^ b->taints) | (a->env_flags ^ b->env_flags) |
                     (a->all_unknown ^ b->all_unknown) | (a->dead ^ b->dead) | (a->may_stop ^ b->may_stop) |
                     (a->exports_all ^ b->exports_all) | (a->zsh ^ b->zsh);
    return !other && !flags;
}
/* What something may have been compared with on either way. */
cp_set cp_state_union(cp_arena *, cp_set, cp_set);
/* The state after either: what they agree on stays, the rest is alternatives or unknown. */
cp_state cp_state_join(cp_arena *, cp_budget *, cp_state, cp_state);
/* Unknown text ran in this shell: everything may have changed. */
cp_state cp_state_havoc(cp_arena *, cp_budget *, cp_state);
/* What a child shell starts with: exported variables and the directory. */
cp_state cp_state_child(cp_arena *, cp_budget *, cp_state);
void cp_state_assign(cp_arena *, cp_state *, cp_slice name, const cp_set *value /* NULL: unknown */,
                     bool exported, uint32_t origin);
/* From now on the variable is unknown, whatever is assigned to it. */
void cp_state_attribute(cp_arena *, cp_state *, cp_slice name);
/* One variable after either of two paths; b may be NULL: it has none of its own there. */
const cp_binding *cp_binding_join(cp_arena *, const cp_binding *a, const cp_binding *b);
/* The elements of an array after either of two paths: any number of what is in one of them. */
const cp_fields *cp_elements_join(cp_arena *, const cp_fields *, const cp_fields *);
/* What the name alone stands for: the first element, or nothing where there may be none. */
cp_set cp_elements_first(cp_arena *, cp_fields);
static inline uint32_t cp_export_join(uint32_t a, uint32_t b) {
    return a == b ? a : (uint32_t)CP_EXPORT_MAYBE;
}
/* Other programs may see it no longer. */
void cp_state_doubt_export(cp_arena *, cp_state *, cp_slice name);
/* It may be an array from now on: CP_ARRAY…. */
void cp_state_array(cp_arena *, cp_state *, cp_slice name, uint32_t kind);
/* It keeps the value that it has. */
void cp_state_fix(cp_arena *, cp_state *, cp_slice name);
void cp_state_define(cp_arena *, cp_state *, cp_slice name, const cp_node *body);
/* A function of this name may be gone, or be another. */
void cp_state_doubt_function(cp_arena *, cp_state *, cp_slice name);
/* Every function may still be what it is, or not. */
cp_map cp_map_doubted(cp_arena *, cp_budget *, cp_map functions);
cp_map cp_functions_join(cp_arena *, cp_budget *, cp_map, cp_map);
bool cp_state_equal(cp_state, cp_state);
bool cp_set_same(cp_set, cp_set);
#endif
