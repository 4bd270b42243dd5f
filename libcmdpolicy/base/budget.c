/* Limits by name, with their defaults (docs/limits.md gives the reasons). */
#include "base/budget.h"

#include <string.h>

const uint64_t cp_limit_defaults[CP_LIMIT_COUNT] = {
    [CP_LIMIT_NONE] = UINT64_MAX,
    [CP_LIMIT_INPUT_BYTES] = UINT64_C(256) * 1024,
    [CP_LIMIT_STEPS] = UINT64_C(4) * 1000 * 1000,
    [CP_LIMIT_DEPTH] = 128,
    [CP_LIMIT_NODES] = UINT64_C(200) * 1000,
    [CP_LIMIT_HEREDOCS] = 64,
    [CP_LIMIT_BRACES] = 4096,
    [CP_LIMIT_REPARSE_BYTES] = UINT64_C(1024) * 1024,
    [CP_LIMIT_CALLS] = 10000,
    [CP_LIMIT_MEMORY] = UINT64_C(256) * 1024 * 1024,
    [CP_LIMIT_RESOLVES] = 1000,
    [CP_LIMIT_LOOKS] = 32,
};

const char *const cp_limit_names[CP_LIMIT_COUNT] = {
    [CP_LIMIT_NONE] = "none",          [CP_LIMIT_INPUT_BYTES] = "input-bytes",
    [CP_LIMIT_STEPS] = "steps",        [CP_LIMIT_DEPTH] = "depth",
    [CP_LIMIT_NODES] = "nodes",        [CP_LIMIT_HEREDOCS] = "heredocs",
    [CP_LIMIT_BRACES] = "brace-words", [CP_LIMIT_REPARSE_BYTES] = "reparse-bytes",
    [CP_LIMIT_CALLS] = "calls",        [CP_LIMIT_MEMORY] = "memory",
    [CP_LIMIT_RESOLVES] = "resolves",  [CP_LIMIT_LOOKS] = "looks",
};

void cp_budget_init(cp_budget *b) {
    memset(b, 0, sizeof *b);
    memcpy(b->limit, cp_limit_defaults, sizeof b->limit);
}
