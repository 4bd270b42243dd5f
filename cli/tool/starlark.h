/* The part of Starlark that rule files use: calls with literal arguments. Anything else is an error with its line: what can't be
 * read surely is not guessed at. */
#ifndef TOOL_STARLARK_H
#define TOOL_STARLARK_H
#include "base/text.h"

typedef enum starlark_type {
    STARLARK_STRING,
    STARLARK_LIST,
    STARLARK_OTHER /* None, True, False, a number */
} starlark_type;
typedef struct starlark_value {
    starlark_type type;
    uint32_t line;
    cp_slice text; /* STRING: its bytes; OTHER: as written */
    struct starlark_value *items;
    uint32_t count, cap;
} starlark_value;
typedef struct starlark_argument {
    cp_slice name; /* empty: positional */
    starlark_value value;
    uint32_t line;
} starlark_argument;
typedef struct starlark_call {
    cp_slice name;
    uint32_t line;
    starlark_argument *arguments;
    uint32_t count, cap;
} starlark_call;
typedef struct starlark_file {
    starlark_call *calls;
    uint32_t count, cap;
    uint32_t error_line; /* 0: all of it was read */
    const char *error;
} starlark_file;

/* False: error_line and error say why not. */
bool starlark_read(cp_arena *, cp_slice text, starlark_file *out);
#endif
