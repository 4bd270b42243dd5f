/* Bytes, escapes and the first error of the small languages. */
#include "tool/reader.h"

bool reader_wrong(reader *r, const char *why) {
    if (!*r->error) {
        *r->error = why;
        *r->error_line = r->line;
    }
    return false;
}

bool reader_hex(reader *r, uint32_t digits, uint32_t *out) {
    *out = 0;
    for (uint32_t i = 0; i < digits; i++, r->i++) {
        uint8_t c = reader_peek(r, 0), low = c | 32;
        uint32_t v = c >= '0' && c <= '9'       ? (uint32_t)(c - '0')
                     : low >= 'a' && low <= 'f' ? (uint32_t)(low - 'a' + 10)
                                                : 16;
        if (v == 16)
            return reader_wrong(r, "an escape lacks digits");
        *out = *out * 16 + v;
    }
    return true;
}

bool reader_is_character(uint32_t c) {
    return c <= 0x10ffff && (c < 0xd800 || c >= 0xe000);
}

void reader_add_utf8(cp_text *out, uint32_t c) {
    static const uint8_t heads[] = {0, 0xc0, 0xe0, 0xf0};
    uint32_t more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    cp_text_byte(out, (uint8_t)(heads[more] | c >> (6 * more)));
    while (more-- > 0)
        cp_text_byte(out, (uint8_t)(0x80 | (c >> (6 * more) & 63)));
}
