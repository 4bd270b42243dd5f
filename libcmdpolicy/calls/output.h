/* What output.c has others tell: the paths that calls print (places.c), and the text of echo and printf (printed.c). */
#ifndef CP_CALLS_OUTPUT_H
#define CP_CALLS_OUTPUT_H
#include "calls/walk.h"

/* What parts the words of a line. */
static inline bool cp_walk_is_blank(uint8_t byte) {
    return byte == ' ' || byte == '\t';
}

/* Sets are empty, and texts false, where what is printed isn't known. */
cp_set cp_walk_roots(cp_walk *, const cp_state *, cp_span);
cp_set cp_walk_found_program(cp_walk *, const cp_reading *, const cp_state *, cp_span);
cp_set cp_walk_made_path(cp_walk *, const cp_reading *, const cp_state *, cp_span);
cp_set cp_walk_places_of(cp_walk *, const cp_reading *, const cp_state *, cp_span);
cp_set cp_walk_parents_of(cp_walk *, const cp_reading *);
cp_set cp_walk_names_of(cp_walk *, const cp_reading *);
bool cp_walk_trusted_place(cp_walk *, const cp_value *, const cp_value *cwd);
bool cp_is_plain_text(cp_slice);
const cp_set *cp_only_operand(const cp_reading *); /* NULL: there are several, or none */

/* shaped.c: lines of the forms that the grammar tells; these, each behind a number (uniq -c); the column that the
 * grammar tells. */
cp_set cp_walk_shaped_lines(cp_walk *, const cp_reading *, const cp_state *, cp_span);
cp_set cp_walk_counted_lines(cp_walk *, cp_set lines, cp_span);
cp_set cp_walk_told_column(cp_walk *, cp_set lines, const cp_reading *);
/* output.c: are there names of files in them? Paths as lines, where no name can break one. */
bool cp_walk_hold_paths(cp_set lines);
cp_set cp_walk_plain_lines(cp_walk *, cp_set listed, const cp_state *);

bool cp_walk_bash_echo(const cp_walk *, const cp_state *);
bool cp_walk_echo_text(cp_walk *, const cp_call *, const cp_state *, cp_value *out);
bool cp_walk_printf_text(cp_walk *, const cp_call *, cp_value *out);
/* printf -v NAME: what bash's own assigns. */
bool cp_walk_printf_assigns(cp_walk *, const cp_call *, const cp_state *, cp_value *out);
#endif
