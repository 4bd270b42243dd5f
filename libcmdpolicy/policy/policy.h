/* The policy compiler: YAML → checked model → image. The only room that sees YAML; nothing here runs inside a check. */
#ifndef CP_POLICY_POLICY_H
#define CP_POLICY_POLICY_H
#include "base/diag.h"
#include "image/image.h"

typedef struct cp_model cp_model;

/* Reads one file. `name` is for messages and, where the file has no `pack`, for its rules' ids (its last component). The model
 * lives in the arena; `text` is not kept. `layer`: as the public cmdpolicy_layer. NULL after an error, all of which are in the
 * diagnostics, or when memory ran out. */
cp_model *cp_policy_read(cp_arena *, cp_diags *, cp_slice name, cp_slice text, uint32_t layer);

/* Compiles the files of one layer, in the order given, into one image. `grammars` are the images of earlier layers, earliest
 * first: their commands and kinds serve to read what the files say. *out_bytes comes from `allocator`, is aligned to 8 and is
 * the caller's; the same input gives the same bytes. False after an error (see the diagnostics) or when memory ran out (then the
 * scratch arena has failed, or *out_bytes is NULL without an error). Scratch memory is needed during the call only. */
bool cp_policy_compile(cp_arena *scratch, cp_diags *, cp_model *const *models, uint32_t count, uint32_t layer,
                       const cp_image *const *grammars, uint32_t grammar_count, const cp_allocator *,
                       void **out_bytes, size_t *out_size);
#endif
