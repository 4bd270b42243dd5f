/* What a program runs, reduced to a row of numbers: one for each simple command, in order. Two readings of one text find the same commands where the rows
 * are equal; a reading that stops earlier finds a part of them. */
#ifndef CP_SHELL_PROJECTION_H
#define CP_SHELL_PROJECTION_H
#include "shell/ast.h"

typedef struct cp_projected {
    uint64_t hash; /* of the spans and kinds of its words, parts and redirections */
    cp_span span;
} cp_projected;
typedef struct cp_projection {
    cp_arena *arena;
    cp_budget *budget;
    cp_projected *items;
    uint32_t count, cap;
} cp_projection;

void cp_project(cp_projection *, const cp_list *);
/* Index of the first command in which they differ; UINT32_MAX where none does, or where `shorter` is a beginning of `whole` and may be (it failed). */
uint32_t cp_projection_differs(const cp_projection *whole, const cp_projection *other, bool other_failed);
#endif
