/* The list of diagnostics of a builder. */
#include "base/diag.h"

void cp_diags_init(cp_diags *d, cp_arena *arena) {
    *d = (cp_diags){.arena = arena};
}

cp_diag *cp_diag_add(cp_diags *d, bool warning, const char *code, cp_slice file, uint32_t line,
                     uint32_t column, uint64_t offset, cp_slice message, cp_slice expected) {
    if (warning)
        d->warnings++;
    else
        d->errors++;
    if ((warning ? d->warnings : d->errors) > CP_DIAG_MOST)
        return NULL;
    cp_diag *diag = CP_NEW(d->arena, cp_diag);
    if (cp_arena_failed(d->arena))
        return NULL;
    *diag = (cp_diag){.file = cp_arena_copy(d->arena, file),
                      .code = cp_slice_str(code),
                      .message = cp_arena_copy(d->arena, message),
                      .expected = cp_arena_copy(d->arena, expected),
                      .layer = d->layer,
                      .line = line,
                      .column = column,
                      .offset = offset,
                      .warning = warning};
    if (d->last)
        d->last->next = diag;
    else
        d->first = diag;
    d->last = diag;
    return diag;
}

void cp_diags_take(cp_diags *d, cp_diags *from) {
    uint32_t errors = d->errors, warnings = d->warnings;
    d->errors += from->errors;
    d->warnings += from->warnings;
    for (cp_diag *diag = from->first; diag;) {
        cp_diag *next = diag->next;
        if ((diag->warning ? ++warnings : ++errors) <= CP_DIAG_MOST) {
            diag->next = NULL;
            if (d->last)
                d->last->next = diag;
            else
                d->first = diag;
            d->last = diag;
        }
        diag = next;
    }
    cp_diags_init(from, from->arena);
}
