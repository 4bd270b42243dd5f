/* A growing byte buffer in an arena, for messages, JSON and shown words. Out of memory leaves it as it is and sets the arena's flag. */
#ifndef CP_BASE_TEXT_H
#define CP_BASE_TEXT_H
#include "base/arena.h"

typedef struct cp_text {
    cp_arena *arena;
    uint8_t *p;
    uint32_t n, cap;
} cp_text;

static inline cp_text cp_text_in(cp_arena *arena) {
    return (cp_text){.arena = arena};
}
static inline cp_slice cp_text_slice(const cp_text *t) {
    return (cp_slice){t->p, t->n};
}
void cp_text_add(cp_text *, cp_slice);
void cp_text_str(cp_text *, const char *);
void cp_text_byte(cp_text *, uint8_t);
void cp_text_number(cp_text *, uint64_t);
/* The bytes with control, bidirectional and invisible characters and broken UTF-8 shown escaped (\n, \x1b, \u{202e}): safe on a terminal. */
void cp_text_visible(cp_text *, cp_slice);
/* A JSON string with its quotes; bytes that are not UTF-8 become U+FFFD. True when the text was valid UTF-8. */
bool cp_text_json(cp_text *, cp_slice);
void cp_text_base64(cp_text *, cp_slice);
/* Length of the UTF-8 character at s.p[i] (1 to 4), its code point in *out; 0 where the bytes are not UTF-8. */
uint32_t cp_utf8_at(cp_slice, uint32_t i, uint32_t *out);
/* Characters that make the shown text differ from the executed one: C0 but tab and newline, DEL, C1, bidirectional controls, zero-width. */
bool cp_is_hidden(uint32_t code_point);
/* Blank characters other than space, tab and newline (NBSP, U+2003, U+3000, U+2028 …). */
bool cp_is_unicode_blank(uint32_t code_point);
#endif
