/* The budget of one decision: every limit, what is used of it, and which one was hit first.
 * Limits deny by default (policy data may say otherwise); reaching one never ends a check with an allow. Steps are counted
 * by every loop whose length the input decides, so that the same input costs the same steps on every machine. */
#ifndef CP_BASE_BUDGET_H
#define CP_BASE_BUDGET_H
#include <stdbool.h>
#include <stdint.h>

typedef enum cp_limit {
    CP_LIMIT_NONE = 0,
    CP_LIMIT_INPUT_BYTES,   /* bytes of the request's text                       "input-bytes"   */
    CP_LIMIT_STEPS,         /* counted steps of all rooms together               "steps"         */
    CP_LIMIT_DEPTH,         /* nesting: of syntax, re-parsed texts, calls        "depth"         */
    CP_LIMIT_NODES,         /* syntax nodes and words                            "nodes"         */
    CP_LIMIT_HEREDOCS,      /* here-documents that wait for their bodies         "heredocs"      */
    CP_LIMIT_BRACES,        /* words that brace expansion makes                  "brace-words"   */
    CP_LIMIT_REPARSE_BYTES, /* bytes of texts parsed a second time (eval, -c)    "reparse-bytes" */
    CP_LIMIT_CALLS,         /* calls listed                                      "calls"         */
    CP_LIMIT_MEMORY,        /* bytes of the decision's arena                     "memory"        */
    CP_LIMIT_RESOLVES,      /* paths asked of the request's resolver             "resolves"      */
    CP_LIMIT_LOOKS,         /* directories asked of the request's looker         "looks"         */
    CP_LIMIT_COUNT
} cp_limit;

typedef struct cp_budget {
    uint64_t limit[CP_LIMIT_COUNT];
    uint64_t used[CP_LIMIT_COUNT];
    uint32_t hit; /* the cp_limit reached first; CP_LIMIT_NONE while none is */
} cp_budget;

extern const uint64_t cp_limit_defaults[CP_LIMIT_COUNT];
extern const char *const cp_limit_names[CP_LIMIT_COUNT];

void cp_budget_init(cp_budget *);
/* Uses `amount` of a limit. False once any limit has been reached: the caller unwinds. */
static inline bool cp_spend(cp_budget *b, cp_limit which, uint64_t amount) {
    b->used[which] += amount;
    if (b->used[which] > b->limit[which] && b->hit == CP_LIMIT_NONE)
        b->hit = (uint32_t)which;
    return b->hit == CP_LIMIT_NONE;
}
static inline bool cp_step(cp_budget *b) {
    return cp_spend(b, CP_LIMIT_STEPS, 1);
}
static inline bool cp_spent(const cp_budget *b) {
    return b->hit != CP_LIMIT_NONE;
}
/* Nesting: cp_enter before recursing, cp_leave after it, also where cp_enter said false. */
static inline bool cp_enter(cp_budget *b) {
    return cp_spend(b, CP_LIMIT_DEPTH, 1);
}
static inline void cp_leave(cp_budget *b) {
    b->used[CP_LIMIT_DEPTH]--;
}
#endif
