/* The shape of a pattern: what its text alone tells of the values that it takes. Private to match/. */
#ifndef CP_MATCH_SHAPES_H
#define CP_MATCH_SHAPES_H
#include "words/value.h"

/* One number, so that threads may share it without a lock; 0: not read yet. Only the functions below know what its bits say. */
typedef uint32_t cp_shape;

/* `pattern` as it was written, without what is put around it to make it match whole values. What is not understood has no shape: then
 * every answer below is the careful one. Linear, no memory. */
cp_shape cp_shape_of(cp_slice pattern);

/* Does the pattern, which has no groups, surely match this text? */
bool cp_shape_takes_text(cp_shape, cp_slice text);
/* Does it match every value that this can be, of which not everything is known? `out_group`: its one group is all of the value. */
bool cp_shape_takes_value(cp_shape, const cp_value *, bool *out_group);
/* Does it match every text that begins with one that it matches? */
bool cp_shape_takes_any_end(cp_shape);
/* Does it want a first byte that no value of it begins with? */
bool cp_shape_begins_otherwise(cp_shape, const cp_value *);
/* A pattern that takes a value apart behind the first of some byte, `[^:]*:(?<path>.*)`: what its group takes of every value that this
 * can be, all of which it matches. NULL: that isn't certain. */
const cp_value *cp_shape_rest(cp_shape, cp_arena *, const cp_value *);

/* Does a pattern say the same of all digits, and of any number of them, if it does of up to CP_DIGITS_TRIED? */
enum { CP_DIGITS_TRIED = 16 };
typedef enum cp_blindness {
    CP_NOT_BLIND,
    CP_BLIND,
    CP_BLIND_BUT_REPEATS /* it may want the same text in two places */
} cp_blindness;
cp_blindness cp_shape_blindness(cp_shape);

/* blind.c: values of which nothing but numbers is unknown; how many those are, or 0. */
enum { CP_NUMBERS_MOST = 4, CP_NUMBER_TRIES = 10 + CP_DIGITS_TRIED + 2 + 2 * (1 << CP_NUMBERS_MOST) };
uint32_t cp_numbers_in(const cp_value *);
/* One of CP_NUMBER_TRIES texts that stand for all that it can be. */
cp_slice cp_number_try(cp_arena *, const cp_value *, uint32_t attempt);
#endif
