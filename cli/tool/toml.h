/* The part of TOML that policy files use: tables and arrays of tables with strings, numbers, booleans, arrays and inline tables.
 * Dates and dotted keys are errors, as is whatever TOML doesn't have: a file is read whole or not at all. */
#ifndef TOOL_TOML_H
#define TOOL_TOML_H
#include "base/text.h"

typedef enum toml_type { TOML_STRING, TOML_NUMBER, TOML_BOOLEAN, TOML_ARRAY, TOML_TABLE } toml_type;
struct toml_entry;
typedef struct toml_value {
    toml_type type;
    uint32_t line;
    cp_slice text; /* STRING: its bytes; NUMBER, BOOLEAN: as written */
    int64_t number;
    struct toml_value *items; /* ARRAY */
    uint32_t count, cap;
    struct toml_entry *entries; /* TABLE */
    uint32_t entry_count, entry_cap;
} toml_value;
typedef struct toml_entry {
    cp_slice key;
    uint32_t line;
    toml_value value;
} toml_entry;
typedef struct toml_table { /* what stands under one [name] or [[name]]; the first has no name */
    cp_slice name;
    uint32_t line;
    bool of_array;
    toml_value value; /* TABLE */
} toml_table;
typedef struct toml_file {
    toml_table *tables;
    uint32_t count, cap;
    uint32_t error_line;
    const char *error;
} toml_file;

/* False: error_line and error say why not. */
bool toml_read(cp_arena *, cp_slice text, toml_file *out);
const toml_value *toml_get(const toml_value *table, const char *key);
#endif
