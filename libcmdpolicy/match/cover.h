/* Does a pattern match every text that a value can be, of which not everything is known, or none? Private to match/. */
#ifndef CP_MATCH_COVER_H
#define CP_MATCH_COVER_H
#include "base/budget.h"
#include "words/value.h"

/* `pattern` as cp_shape_of takes it. MAYBE, too, where the pattern, or the value, is not one of those that are understood here.
 * `out_group`, of YES: its one group that has a name is all of the value. Bounded; no memory. */
cp_tri cp_pattern_covers(cp_slice pattern, const cp_value *, cp_budget *, bool *out_group);
#endif
