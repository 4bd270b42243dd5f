/* Growing text and JSON. */
#include "audit/text.h"

#include "common/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void audit_add(audit_text *t, const char *data, size_t size) {
    if (t->room - t->size < size) {
        const size_t room = (t->size + size) * 2 + 256;
        char *more = room > t->size ? realloc(t->data, room) : NULL;
        if (!more)
            cli_out_of_memory();
        t->data = more;
        t->room = room;
    }
    if (size > 0)
        memcpy(t->data + t->size, data, size);
    t->size += size;
}

void audit_put(audit_text *t, const char *text) {
    audit_add(t, text, strlen(text));
}

void audit_put_number(audit_text *t, uint64_t n) {
    char digits[24];
    snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    audit_put(t, digits);
}

void audit_text_free(audit_text *t) {
    free(t->data);
    *t = (audit_text){0};
}

/* The length of the UTF-8 character at p; 0: there is none (RFC 3629). */
static size_t character(const unsigned char *p, size_t size) {
    const size_t length = p[0] < 0x80   ? 1
                          : p[0] < 0xc2 ? 0
                          : p[0] < 0xe0 ? 2
                          : p[0] < 0xf0 ? 3
                          : p[0] < 0xf5 ? 4
                                        : 0;
    if (length == 0 || length > size)
        return 0;
    for (size_t i = 1; i < length; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    }
    if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) || (p[0] == 0xf0 && p[1] < 0x90) ||
        (p[0] == 0xf4 && p[1] > 0x8f))
        return 0;
    return length;
}

bool audit_is_utf8(const char *data, size_t size) {
    for (size_t i = 0; i < size;) {
        const size_t n = character((const unsigned char *)data + i, size - i);
        if (n == 0)
            return false;
        i += n;
    }
    return true;
}

void audit_quote(audit_text *t, const char *data, size_t size) {
    audit_put(t, "\"");
    size_t plain = 0; /* where bytes begin that are as they are */
    for (size_t i = 0; i < size;) {
        const unsigned char c = (unsigned char)data[i];
        const size_t n = character((const unsigned char *)data + i, size - i);
        if (n > 0 && c >= ' ' && c != '"' && c != '\\' && c != 0x7f) {
            i += n;
            continue;
        }
        audit_add(t, data + plain, i - plain);
        char escaped[8];
        if (n == 0)
            snprintf(escaped, sizeof escaped, "\\ufffd");
        else if (c == '"' || c == '\\')
            snprintf(escaped, sizeof escaped, "\\%c", c);
        else
            snprintf(escaped, sizeof escaped, "\\u%04x", c);
        audit_put(t, escaped);
        plain = ++i;
    }
    if (size > plain)
        audit_add(t, data + plain, size - plain);
    audit_put(t, "\"");
}

static void base64(audit_text *t, const char *data, size_t size) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < size; i += 3) {
        uint32_t bits = 0;
        for (size_t k = 0; k < 3; k++)
            bits = bits << 8 | (i + k < size ? (unsigned char)data[i + k] : 0);
        const char four[4] = {digits[bits >> 18], digits[bits >> 12 & 63],
                              (char)(i + 1 < size ? digits[bits >> 6 & 63] : '='),
                              (char)(i + 2 < size ? digits[bits & 63] : '=')};
        audit_add(t, four, sizeof four);
    }
}

void audit_value(audit_text *t, const char *data, size_t size) {
    if (audit_is_utf8(data, size)) {
        audit_put(t, "{\"stringValue\":");
        audit_quote(t, data, size);
    } else {
        audit_put(t, "{\"bytesValue\":\"");
        base64(t, data, size);
        audit_put(t, "\"");
    }
    audit_put(t, "}");
}

void audit_value_number(audit_text *t, uint64_t n) {
    audit_put(t, "{\"intValue\":\""); /* a string: JSON's numbers don't hold 64 bits */
    audit_put_number(t, n);
    audit_put(t, "\"}");
}

void audit_value_bool(audit_text *t, bool value) {
    audit_put(t, value ? "{\"boolValue\":true}" : "{\"boolValue\":false}");
}

void audit_key(audit_text *t, const char *key) {
    if (t->size > 0 && t->data[t->size - 1] != '[')
        audit_put(t, ",");
    audit_put(t, "{\"key\":\"");
    audit_put(t, key);
    audit_put(t, "\",\"value\":");
}

void audit_pair(audit_text *t, const char *key, const char *data, size_t size) {
    audit_key(t, key);
    audit_value(t, data, size);
    audit_put(t, "}");
}

void audit_pair_text(audit_text *t, const char *key, const char *text) {
    audit_pair(t, key, text, strlen(text));
}

void audit_pair_number(audit_text *t, const char *key, uint64_t n) {
    audit_key(t, key);
    audit_value_number(t, n);
    audit_put(t, "}");
}

void audit_pair_bool(audit_text *t, const char *key, bool value) {
    audit_key(t, key);
    audit_value_bool(t, value);
    audit_put(t, "}");
}
