/* One name of a path (bytes that are certain, holes that hold no '/') against one name of a pattern. Private to match/. */
#ifndef CP_MATCH_COMPONENT_H
#define CP_MATCH_COMPONENT_H
#include "words/value.h"

enum {
    CP_NAME_PATTERN_MOST = 255
}; /* longer patterns are compared with exact names only; with holes the answer is MAYBE */

typedef enum cp_name_mode {
    CP_NAME_PLAIN,
    CP_NAME_STARS = 1, /* `*` in the pattern is any run of bytes */
    CP_NAME_FOLD =
        2, /* case does not count. How a file system folds characters beyond ASCII is unknown: they may equal anything */
    CP_NAME_SLASHES = 4 /* not a name but a whole value: holes with CP_HOLE_SLASH may hold '/' */
} cp_name_mode;

cp_tri cp_name_match(const cp_value *name, cp_slice pattern, unsigned mode);
static inline bool cp_name_may_be(const cp_value *name, cp_slice text) {
    return cp_name_match(name, text, CP_NAME_PLAIN) != CP_NO;
}
/* May every byte be a digit (and is there one)? YES, NO or MAYBE. */
cp_tri cp_name_is_number(const cp_value *name);
bool cp_name_may_be_empty(const cp_value *name);
/* May it be "." or ".."? Where a name begins with `*`, `?` or `[`, no shell puts these in its place; that is a hole of class FILENAME with
 * CP_HOLE_GLOB that is not empty. (An extended pattern, `@(..)`, may stand for them in bash; its hole may be empty.) */
bool cp_name_may_be_dots(const cp_value *name);
/* May the value hold this text somewhere? NO only where it certainly does not. */
cp_tri cp_value_may_hold(const cp_value *, cp_slice text);

static inline bool cp_hole_may_be_empty(const cp_atom *hole) {
    return (hole->props & CP_HOLE_EMPTY) != 0;
}
/* May the hole hold '/'? */
static inline bool cp_hole_has_slash(const cp_atom *hole) {
    return (hole->props & (CP_HOLE_SLASH | CP_HOLE_PIPE)) || hole->cls == CP_CLASS_HOME ||
           hole->cls == CP_CLASS_ABSOLUTE;
}
#endif
