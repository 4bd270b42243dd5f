/* Diagnostics of policy files: what is wrong, where, what was expected. Collected, never printed, never lost: where memory runs
 * out the list says so and loading fails. */
#ifndef CP_BASE_DIAG_H
#define CP_BASE_DIAG_H
#include "base/arena.h"

typedef struct cp_diag {
    struct cp_diag *next;
    cp_slice file, code, message, expected; /* code is stable: "unknown-key", "duplicate-key" … */
    uint32_t layer;
    uint32_t line, column; /* from 1; 0: not known */
    uint64_t offset;
    uint32_t warning;
} cp_diag;

typedef struct cp_diags {
    cp_arena *arena; /* texts live here */
    cp_diag *first, *last;
    uint32_t errors, warnings;
    uint32_t layer; /* stamped on what is added */
} cp_diags;

enum { CP_DIAG_MOST = 200 }; /* errors kept; later ones are only counted */

void cp_diags_init(cp_diags *, cp_arena *);
/* `code` is static text; the slices are copied. Returns the entry, or NULL when it was only counted. */
cp_diag *cp_diag_add(cp_diags *, bool warning, const char *code, cp_slice file, uint32_t line,
                     uint32_t column, uint64_t offset, cp_slice message, cp_slice expected);
/* Puts what `from` holds behind what is there; `from` is empty then. Both are in one arena. */
void cp_diags_take(cp_diags *, cp_diags *from);
#endif
