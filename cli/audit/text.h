/* Text that grows, and JSON in it: plain strings, and the values of OTLP/JSON (opentelemetry-proto, common/v1 AnyValue). */
#ifndef AUDIT_TEXT_H
#define AUDIT_TEXT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct audit_text {
    char *data; /* malloc; NULL while it is empty */
    size_t size, room;
} audit_text;

/* All of these end the process as cli_out_of_memory does where memory runs out. */
void audit_add(audit_text *, const char *data, size_t size);
void audit_put(audit_text *, const char *text);
void audit_put_number(audit_text *, uint64_t);
/* A JSON string. What isn't UTF-8 becomes U+FFFD. */
void audit_quote(audit_text *, const char *data, size_t size);
bool audit_is_utf8(const char *data, size_t size);
void audit_text_free(audit_text *);

/* {"stringValue": ...}, or {"bytesValue": BASE64} where it isn't UTF-8; {"intValue": "..."}; {"boolValue": ...} */
void audit_value(audit_text *, const char *data, size_t size);
void audit_value_number(audit_text *, uint64_t);
void audit_value_bool(audit_text *, bool);
/* {"key": KEY, "value": - the value and a closing brace follow. A comma goes before all but the first of a list. */
void audit_key(audit_text *, const char *key);
void audit_pair(audit_text *, const char *key, const char *data, size_t size);
void audit_pair_text(audit_text *, const char *key, const char *text);
void audit_pair_number(audit_text *, const char *key, uint64_t);
void audit_pair_bool(audit_text *, const char *key, bool);
#endif
