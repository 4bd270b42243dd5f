/* The leaves of a program: tokens and parts, each with the bytes that it alone accounts for. For tests and for printing: every byte that is neither
 * a blank nor in a comment belongs to exactly one leaf, so that no command can get lost between two tokens. */
#ifndef CP_SHELL_LEAVES_H
#define CP_SHELL_LEAVES_H
#include "shell/parse.h"

typedef enum cp_leaf_kind {
    CP_LEAF_OPERATOR,
    CP_LEAF_RESERVED,
    CP_LEAF_COMMENT,
    CP_LEAF_TEXT,
    CP_LEAF_MARK,
    CP_LEAF_DOC_END,
    CP_LEAF_ERROR
} cp_leaf_kind;
typedef struct cp_leaf {
    cp_span span;
    uint32_t kind;
} cp_leaf;
typedef struct cp_leaves {
    cp_leaf *items;
    uint32_t count, cap;
} cp_leaves;

/* cp_parse that records the leaves which are no nodes: operators, reserved words, comments. */
void cp_parse_with(cp_arena *, cp_sources *, uint32_t src, cp_dialect, uint32_t flags, cp_budget *,
                   cp_leaves *, cp_parse_result *out);

/* Adds the leaves that the tree holds, sorts all of them, and looks whether they cover every source that was parsed: each byte that is neither blank nor a
 * line continuation in exactly one leaf. False: *out_at is the first byte that is in none, or in two. */
bool cp_leaves_check(cp_leaves *, cp_arena *, const cp_sources *, const cp_parse_result *, cp_span *out_at);

static inline void cp_leaves_add(cp_leaves *l, cp_arena *a, cp_leaf leaf) {
    if (CP_PUSH(a, l->items, l->count, l->cap, leaf))
        return;
}
#endif
