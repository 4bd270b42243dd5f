/* Parts of paths that are not all certain: what ${f%.c} and its like make of a name out of a list or a pattern. */
#ifndef CP_WORDS_NAMES_H
#define CP_WORDS_NAMES_H
#include "words/value.h"

/* Each says what all it may be, of a value that is not exact; no values: not known. */
/* Without the text at its end, where it ends so. */
cp_set cp_names_without_end(cp_arena *, const cp_value *, cp_slice text);
/* Without the text at its beginning. */
cp_set cp_names_without_begin(cp_arena *, const cp_value *, cp_slice text);
/* Without the last '.' and what is behind it. */
cp_set cp_names_before_dot(cp_arena *, const cp_value *);
/* Without the last '/' and what is behind it; all of it where there is none. */
cp_set cp_names_before_slash(cp_arena *, const cp_value *);
/* Behind the last '/'; all of it where there is none. */
cp_set cp_names_after_slash(cp_arena *, const cp_value *);
#endif
