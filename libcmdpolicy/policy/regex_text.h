/* Regular expressions as packs write them → as the matcher takes them. */
#ifndef CP_POLICY_REGEX_TEXT_H
#define CP_POLICY_REGEX_TEXT_H
#include "base/arena.h"

/* A pattern that begins with (?x), alone or among other options, without its blanks and comments: long patterns may be written
 * with room, and the image holds none of it. Any other pattern as it is. */
cp_slice cp_regex_plain(cp_arena *, cp_slice pattern);
/* A text that every match holds, outside groups, classes and alternatives; empty where none is surely known. `pattern`: plain. */
cp_slice cp_regex_required(cp_slice pattern);
#endif
