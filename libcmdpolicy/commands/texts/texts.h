/* What a text of a programming language does, as far as that is only to compute, to print, and to read files that are named in it. */
#ifndef CP_COMMANDS_TEXTS_H
#define CP_COMMANDS_TEXTS_H
#include "commands/reading.h"

/* Is the text understood, TEXT of the image? Then what it reads: effects for sure, without an origin. Linear: a few passes of one step a
 * token. Whatever it can't be sure of, it doesn't understand. */
bool cp_text_read(const cp_image *, cp_regexes *, uint32_t text, const cp_value *source, cp_arena *,
                  cp_budget *, cp_effect **out_reads, uint32_t *out_count);
#endif
