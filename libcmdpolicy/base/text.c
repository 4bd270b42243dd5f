/* Growing texts, and what may be shown of bytes. */
#include "base/text.h"

void cp_text_add(cp_text *t, cp_slice s) {
    if (s.n == 0 || !cp_arena_reserve(t->arena, (void **)&t->p, &t->cap, t->n, s.n, 1))
        return;
    CP_HOLDS(s.p);
    memcpy(t->p + t->n, s.p, s.n);
    t->n += s.n;
}
void cp_text_str(cp_text *t, const char *s) {
    cp_text_add(t, cp_slice_str(s));
}
void cp_text_byte(cp_text *t, uint8_t byte) {
    cp_text_add(t, (cp_slice){&byte, 1});
}

void cp_text_number(cp_text *t, uint64_t number) {
    uint8_t digits[20];
    uint32_t at = sizeof digits;
    do
        digits[--at] = (uint8_t)('0' + number % 10);
    while (number /= 10);
    cp_text_add(t, (cp_slice){digits + at, (uint32_t)sizeof digits - at});
}

uint32_t cp_utf8_at(cp_slice s, uint32_t i, uint32_t *out) {
    uint8_t b = s.p[i];
    if (b < 0x80) {
        *out = b;
        return 1;
    }
    uint32_t n = b >= 0xf0 && b < 0xf5 ? 4 : b >= 0xe0 ? 3 : b >= 0xc2 ? 2 : 0;
    if (n == 0 || b >= 0xf5 || n > s.n - i)
        return 0;
    uint32_t c = b & (0xffu >> (n + 1));
    for (uint32_t k = 1; k < n; k++) {
        if ((s.p[i + k] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (s.p[i + k] & 0x3fu);
    }
    if ((n == 3 && c < 0x800) || (n == 4 && (c < 0x10000 || c > 0x10ffff)) || (c >= 0xd800 && c < 0xe000))
        return 0;
    *out = c;
    return n;
}

bool cp_is_hidden(uint32_t c) {
    if (c < 0x20)
        return c != '\t' && c != '\n';
    if (c < 0x7f)
        return false;
    return c < 0xa0 || c == 0xad || c == 0x34f || c == 0x61c || c == 0x115f || c == 0x1160 || c == 0x17b4 ||
           c == 0x17b5 || (c >= 0x180b && c <= 0x180f) || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0x3164 ||
           (c >= 0xfe00 && c <= 0xfe0e) || c == 0xfeff || c == 0xffa0 || (c >= 0xfff0 && c <= 0xfffb) ||
           (c >= 0xe0000 && c <= 0xe0fff);
}

bool cp_is_unicode_blank(uint32_t c) {
    return c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
           c == 0x202f || c == 0x205f || c == 0x3000;
}

static void hex(cp_text *t, uint32_t value, uint32_t digits) {
    while (digits-- > 0)
        cp_text_byte(t, (uint8_t) "0123456789abcdef"[value >> (4 * digits) & 15]);
}

static void braced_hex(cp_text *t, uint32_t value) {
    uint32_t digits = value > 0xffff ? 6 : 4;
    cp_text_str(t, "\\u{");
    hex(t, value, digits);
    cp_text_byte(t, '}');
}

void cp_text_visible(cp_text *t, cp_slice s) {
    for (uint32_t i = 0; i < s.n;) {
        uint32_t c = 0, n = cp_utf8_at(s, i, &c);
        if (n == 0) {
            cp_text_str(t, "\\x");
            hex(t, s.p[i++], 2);
            continue;
        }
        if (c == '\n')
            cp_text_str(t, "\\n");
        else if (c == '\t')
            cp_text_str(t, "\\t");
        else if (c < 0x80 && cp_is_hidden(c)) {
            cp_text_str(t, "\\x");
            hex(t, c, 2);
        } else if (cp_is_hidden(c) || cp_is_unicode_blank(c))
            braced_hex(t, c);
        else
            cp_text_add(t, cp_slice_sub(s, i, i + n));
        i += n;
    }
}

bool cp_text_json(cp_text *t, cp_slice s) {
    bool valid = true;
    cp_text_byte(t, '"');
    for (uint32_t i = 0; i < s.n;) {
        uint32_t c = 0, n = cp_utf8_at(s, i, &c);
        if (n == 0) {
            cp_text_str(t, "\\ufffd");
            valid = false;
            i++;
            continue;
        }
        if (c == '"' || c == '\\') {
            cp_text_byte(t, '\\');
            cp_text_byte(t, (uint8_t)c);
        } else if (c == '\n')
            cp_text_str(t, "\\n");
        else if (c == '\t')
            cp_text_str(t, "\\t");
        else if (c < 0x20 || (c < 0x10000 && (cp_is_hidden(c) || cp_is_unicode_blank(c)))) {
            cp_text_str(t, "\\u");
            hex(t, c, 4);
        } else
            cp_text_add(t, cp_slice_sub(s, i, i + n));
        i += n;
    }
    cp_text_byte(t, '"');
    return valid;
}

void cp_text_base64(cp_text *t, cp_slice s) {
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (uint32_t i = 0; i < s.n; i += 3) {
        uint32_t left = s.n - i;
        uint32_t v = (uint32_t)s.p[i] << 16 | (left > 1 ? (uint32_t)s.p[i + 1] << 8 : 0) |
                     (left > 2 ? s.p[i + 2] : 0u);
        cp_text_byte(t, (uint8_t)alphabet[v >> 18]);
        cp_text_byte(t, (uint8_t)alphabet[v >> 12 & 63]);
        cp_text_byte(t, left > 1 ? (uint8_t)alphabet[v >> 6 & 63] : (uint8_t)'=');
        cp_text_byte(t, left > 2 ? (uint8_t)alphabet[v & 63] : (uint8_t)'=');
    }
}
