/* What a text of a programming language does, as far as that is only to compute, to print, to read files that are named in it, and to run
 * commands that are written out. */
#ifndef CP_COMMANDS_TEXTS_H
#define CP_COMMANDS_TEXTS_H
#include "commands/reading.h"

typedef struct cp_text_known {
    cp_effect *reads; /* for sure, without an origin */
    uint32_t read_count;
    const cp_fields *runs; /* argvs */
    uint32_t run_count;
} cp_text_known;

/* Is the text understood, TEXT of the image? Then what it reads and runs. `argv`: words of the call that runs it; behind the first of them are
 * its arguments. Linear: a few passes of one step a token. Whatever it can't be sure of, it doesn't understand. */
bool cp_text_read(const cp_image *, cp_regexes *, uint32_t text, const cp_value *source, cp_fields argv,
                  cp_arena *, cp_budget *, cp_text_known *out);
#endif
