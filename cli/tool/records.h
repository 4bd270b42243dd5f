/* Reading files of records (audit/log.h): lines, and what is in them. */
#ifndef TOOL_RECORDS_H
#define TOOL_RECORDS_H
#include "common/input.h"

#include <jansson.h>
#include <stdint.h>

typedef struct records {
    const char *path;
    cli_lines lines;
    uint64_t line; /* of the record, from 1 */
    json_t *record, *attributes;
    uint64_t others; /* lines that are no records */
} records;

/* False, with a message: it can't be read. */
bool records_open(records *, const char *path);
/* The next record; what isn't JSON with attributes is counted and passed over. False at the end, or where reading failed, which
 * is said. */
bool records_next(records *);
/* False: reading failed. */
bool records_close(records *);

/* The value of an attribute; NULL: it isn't there, or of another kind. Borrowed. */
json_t *record_value(const json_t *attributes, const char *key);
const char *record_text(const json_t *attributes, const char *key);
/* The bytes of a text, also of one that isn't UTF-8: malloc. NULL: it isn't there. */
char *record_bytes(const json_t *attributes, const char *key, size_t *out_size);
bool record_flag(const json_t *attributes, const char *key);
uint64_t record_number(const json_t *attributes, const char *key);
/* The elements of a list: an array of values. NULL: it isn't there. */
json_t *record_list(const json_t *attributes, const char *key);
/* The attributes of one element. */
json_t *record_item(const json_t *element);
/* Of a decision, not of a repair. */
bool record_is_decision(const records *);
#endif
