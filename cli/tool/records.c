/* Records as jansson sees them. They come from a file that others can write: every type is looked at. */
#include "tool/records.h"

#include "common/say.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool records_open(records *r, const char *path) {
    *r = (records){
        .path = path,
        .lines = {.descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY), .most = CLI_MOST_INPUT}};
    if (r->lines.descriptor < 0)
        cli_error("%s: %s", path, strerror(errno));
    return r->lines.descriptor >= 0;
}

bool records_next(records *r) {
    const char *text;
    size_t size;
    bool is_cut;
    json_decref(r->record);
    r->record = r->attributes = NULL;
    while (cli_next_line(&r->lines, &text, &size, &is_cut)) {
        r->line++;
        r->record = is_cut ? NULL : json_loadb(text, size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
        r->attributes = json_object_get(r->record, "attributes");
        if (json_is_array(r->attributes) && record_text(r->attributes, "event.name"))
            return true;
        json_decref(r->record);
        r->record = r->attributes = NULL;
        r->others++;
    }
    if (r->lines.error != 0)
        cli_error("%s: %s", r->path, strerror(r->lines.error));
    return false;
}

bool records_close(records *r) {
    json_decref(r->record);
    r->record = r->attributes = NULL;
    if (r->lines.descriptor >= 0)
        close(r->lines.descriptor);
    cli_lines_free(&r->lines);
    return r->lines.error == 0;
}

json_t *record_value(const json_t *attributes, const char *key) {
    size_t i;
    json_t *one;
    json_array_foreach(attributes, i, one) {
        const char *name = json_string_value(json_object_get(one, "key"));
        if (name && strcmp(name, key) == 0)
            return json_object_get(one, "value");
    }
    return NULL;
}

const char *record_text(const json_t *attributes, const char *key) {
    return json_string_value(json_object_get(record_value(attributes, key), "stringValue"));
}

static int digit(char c) {
    return c >= 'A' && c <= 'Z'   ? c - 'A'
           : c >= 'a' && c <= 'z' ? c - 'a' + 26
           : c >= '0' && c <= '9' ? c - '0' + 52
           : c == '+'             ? 62
           : c == '/'             ? 63
                                  : -1;
}

char *record_bytes(const json_t *attributes, const char *key, size_t *out_size) {
    const json_t *value = record_value(attributes, key), *text = json_object_get(value, "stringValue"),
                 *coded = json_object_get(value, "bytesValue");
    const json_t *either = json_is_string(text) ? text : coded;
    if (!json_is_string(either))
        return NULL;
    const char *from = json_string_value(either);
    const size_t size = json_string_length(either);
    char *made = malloc(size + 1);
    if (!made)
        cli_out_of_memory();
    size_t n = 0;
    if (either == text) {
        memcpy(made, from, n = size);
    } else {
        uint32_t bits = 0;
        int count = 0;
        for (size_t i = 0; i < size && digit(from[i]) >= 0; i++) {
            bits = bits << 6 | (uint32_t)digit(from[i]);
            count += 6;
            if (count >= 8) {
                count -= 8;
                made[n++] = (char)(bits >> count & 255);
            }
        }
    }
    made[n] = '\0';
    *out_size = n;
    return made;
}

bool record_flag(const json_t *attributes, const char *key) {
    return json_is_true(json_object_get(record_value(attributes, key), "boolValue"));
}

uint64_t record_number(const json_t *attributes, const char *key) {
    const char *digits = json_string_value(json_object_get(record_value(attributes, key), "intValue"));
    return digits ? strtoull(digits, NULL, 10) : 0;
}

json_t *record_list(const json_t *attributes, const char *key) {
    json_t *values = json_object_get(json_object_get(record_value(attributes, key), "arrayValue"), "values");
    return json_is_array(values) ? values : NULL;
}

json_t *record_item(const json_t *element) {
    return json_object_get(json_object_get(element, "kvlistValue"), "values");
}

bool record_is_decision(const records *r) {
    return strcmp(record_text(r->attributes, "event.name"), "cmdpolicy.decision") == 0;
}
