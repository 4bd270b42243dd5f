/* Bounded text and what may be shown of foreign bytes. */
#include "hooks/text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

void hook_text_add(hook_text *t, const char *data, size_t size) {
    if (t->full || size > t->room - t->size) {
        t->full = true;
        return;
    }
    memcpy(t->data + t->size, data, size);
    t->size += size;
}

void hook_text_put(hook_text *t, const char *text) {
    hook_text_add(t, text, strlen(text));
}

/* The length of the character at `at`, and its code; 0: it isn't UTF-8. */
static size_t character(const char *at, size_t size, uint32_t *out_code) {
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *p = (const unsigned char *)at;
    size_t length = p[0] < 0x80 ? 1 : p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : p[0] >= 0xc0 ? 2 : 0;
    if (length == 0 || length > size || p[0] > 0xf4)
        return 0;
    uint32_t code = length == 1 ? p[0] : p[0] & (0xffu >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (p[i] & 0x3f);
    }
    if (code < least[length] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        return 0;
    *out_code = code;
    return length;
}

/* Does the character show nothing, or change how others are shown? */
static bool is_hidden(uint32_t code) {
    static const struct {
        uint32_t first, last;
    } hidden[] = {{0, 0x1f},          {0x7f, 0x9f},       {0xad, 0xad},     {0x34f, 0x34f},
                  {0x61c, 0x61c},     {0x115f, 0x1160},   {0x17b4, 0x17b5}, {0x180b, 0x180f},
                  {0x200b, 0x200f},   {0x2028, 0x202e},   {0x2060, 0x206f}, {0x3164, 0x3164},
                  {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0}, {0xfff0, 0xfffb},
                  {0xe0000, 0xe0fff}, {0xf0000, 0x10ffff}};
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++) {
        if (code >= hidden[i].first && code <= hidden[i].last)
            return true;
    }
    return false;
}

void hook_text_show(hook_text *t, cmdpolicy_string s, size_t most) {
    for (size_t i = 0; i < s.size;) {
        if (i >= most) {
            hook_text_put(t, "...");
            return;
        }
        uint32_t code = 0;
        size_t length = character(s.data + i, s.size - i, &code);
        char escaped[16];
        if (length == 0)
            snprintf(escaped, sizeof escaped, "\\x%02x", (unsigned)(unsigned char)s.data[i]);
        else if (code == '\n' || code == '\t')
            snprintf(escaped, sizeof escaped, " ");
        else if (is_hidden(code))
            snprintf(escaped, sizeof escaped, "\\u{%04x}", (unsigned)code);
        else
            escaped[0] = '\0';
        if (escaped[0] != '\0')
            hook_text_put(t, escaped);
        else
            hook_text_add(t, s.data + i, length);
        i += length > 0 ? length : 1;
    }
}

void hook_text_quote(hook_text *t, const char *shown, size_t size) {
    hook_text_put(t, "\"");
    for (size_t i = 0; i < size; i++) {
        if (shown[i] == '"' || shown[i] == '\\')
            hook_text_put(t, "\\");
        hook_text_add(t, shown + i, 1);
    }
    hook_text_put(t, "\"");
}
