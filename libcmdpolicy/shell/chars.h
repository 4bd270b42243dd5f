/* What a byte means to the shell's lexer: one table, no locale. Only space and tab are blanks; every other byte that is not an operator's, a
 * quote's or an expansion's belongs to words, whatever isspace() thinks of it. Also names the characters that a reader cannot see. */
#ifndef CP_SHELL_CHARS_H
#define CP_SHELL_CHARS_H
#include "base/slice.h"

enum {
    CP_C_BARE,    /* ordinary bytes of a word */
    CP_C_EQUALS,  /* = : perhaps an assignment */
    CP_C_SPECIAL, /* * ? [ ~ { : the word is no longer bare */
    CP_C_ODD,     /* carriage return, other controls, bytes from 0x80: perhaps invisible */
    CP_C_DOLLAR,
    CP_C_QUOTE, /* \ ' " and the backquote */
    CP_C_META,  /* ( ) ; & | < > */
    CP_C_BLANK,
    CP_C_NEWLINE
};
extern const uint8_t cp_char_class[256];

enum {
    CP_IS_NAME = 1,
    CP_IS_DIGIT = 2,
    CP_IS_START = 4 /* begins a name */,
    CP_IS_SPECIAL_PARAM = 8,
    CP_IS_QUOTED_STOP = 16 /* of interest inside "…" */
};
extern const uint8_t cp_char_flags[256];

static inline bool cp_is_name(uint8_t c) {
    return (cp_char_flags[c] & CP_IS_NAME) != 0;
}
static inline bool cp_is_name_start(uint8_t c) {
    return (cp_char_flags[c] & CP_IS_START) != 0;
}
static inline bool cp_is_digit(uint8_t c) {
    return (cp_char_flags[c] & CP_IS_DIGIT) != 0;
}

/* Where a character may stand without deceiving a reader. */
typedef enum cp_visibility {
    CP_SEEN,           /* ordinary */
    CP_SEEN_IN_QUOTES, /* Unicode blanks, variation selectors, carriage return: not in unquoted words */
    CP_UNSEEN /* controls, bidirectional and zero-width characters, bytes that are not UTF-8: nowhere */
} cp_visibility;
/* Reads the character at p (p < end); *length is its bytes, at least 1. */
cp_visibility cp_char_visibility(const uint8_t *p, const uint8_t *end, uint32_t *length);
/* Index of the first byte that needs cp_char_visibility's look, at or after `from`; n where there is none. */
uint32_t cp_find_odd(const uint8_t *p, uint32_t n, uint32_t from);
/* Whether the bytes are a name: [A-Za-z_][A-Za-z0-9_]*. */
bool cp_is_identifier(cp_slice);
#endif
