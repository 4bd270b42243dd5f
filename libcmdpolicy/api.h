/* The objects behind the public header. Private to the api_*.c files. */
#ifndef CP_API_H
#define CP_API_H
#include <stdatomic.h>

#include "base/text.h"
#include "cmdpolicy.h"
#include "decide/decide.h"
#include "policy/policy.h"

/* ---- Builder ---- */
typedef struct cp_added { /* what was added, in order: a model, or an image's bytes */
    struct cp_added *next;
    uint32_t layer;
    cp_model *model;
    const void *bytes;
    size_t size;
    uint32_t owned, failed;
    cp_slice name;
} cp_added;

struct cmdpolicy_builder {
    cp_allocator mem;
    cp_arena arena;
    cp_diags diags;
    cp_added *first, *last;
    uint32_t failed; /* an addition failed: no policy is built */
    uint32_t lacked_memory;
    uint32_t built; /* the policy has what was added: there is no second one */
    uint64_t limits[CP_LIMIT_COUNT];
    uint8_t limit_set[CP_LIMIT_COUNT];
};

/* ---- Policy ---- */
enum { CP_POLICY_IMAGES_MOST = 32, CP_FILE_BYTES_MOST = 64 * 1024 * 1024, CP_DIGEST_HEX = 64 };
struct cmdpolicy_policy {
    atomic_uint references;
    cp_allocator mem;
    uint32_t image_count;
    cp_layer_image items[CP_POLICY_IMAGES_MOST];
    void *owned[CP_POLICY_IMAGES_MOST]; /* bytes to be freed with it; NULL: borrowed */
    size_t owned_size[CP_POLICY_IMAGES_MOST];
    cp_layers layers;
    uint64_t limits[CP_LIMIT_COUNT];
    char digest[CP_DIGEST_HEX + 1];
    cp_image images[CP_POLICY_IMAGES_MOST]; /* image_count of them */
};

/* ---- Request ---- */
typedef enum cp_subject { CP_SUBJECT_NONE, CP_SUBJECT_SHELL, CP_SUBJECT_ARGV } cp_subject;
typedef struct cp_known_path {
    cp_slice path, real;
} cp_known_path;
typedef struct cp_known_names {
    cp_slice directory;
    cp_look names;
} cp_known_names;
typedef struct cp_label {
    cp_slice name, value;
} cp_label;

struct cmdpolicy_request {
    cp_allocator mem;
    cp_arena arena;
    uint32_t invalid; /* a setter failed */
    uint32_t subject;
    cmdpolicy_dialect dialect;
    cp_slice text;
    cp_slice *argv;
    uint32_t argc;
    cp_slice cwd, home, sandbox, branch;
    uint32_t ignore_case;
    uint32_t trace; /* the decision keeps every rule that matches: for the toolbox */
    cp_workspace *workspaces;
    uint32_t workspace_count, workspace_cap;
    cp_variable *variables;
    uint32_t variable_count, variable_cap;
    cp_known_path *paths;
    uint32_t path_count, path_cap;
    cp_label *labels;
    uint32_t label_count, label_cap;
    cmdpolicy_resolver resolver;
    void *resolver_user;
    cp_known_names *directories;
    uint32_t directory_count, directory_cap;
    cmdpolicy_looker looker;
    void *looker_user;
};

/* ---- Decision ---- */
typedef struct cp_shown_word {
    cp_slice value;
    uint32_t exact;
    cp_span span;
} cp_shown_word;
typedef struct cp_shown_effect {
    cp_slice target;
    uint32_t exact;
    cp_span span;
} cp_shown_effect;
typedef struct cp_shown_call {
    cp_shown_word *words;
    uint32_t word_count, flags;
    cp_span span, at;
} cp_shown_call;
typedef struct cp_rendering {
    struct cp_rendering *next;
    cp_slice format, text;
} cp_rendering;

struct cmdpolicy_decision {
    cmdpolicy_status status;
    uint32_t is_static;
    cp_allocator mem;
    size_t size; /* of this block */
    cp_budget budget;
    cp_arena arena;
    cp_sources sources;
    cp_calls calls;
    cp_decided decided;
    cp_shown_call *shown_calls;
    cp_shown_effect *shown_effects;
    cp_slice digest, shell;
    cp_rendering *renderings;
};

/* api_decision.c: what readers will ask for, made once, so that reading is const. */
void cp_decision_expose(cmdpolicy_decision *, const cp_places *);
#endif
