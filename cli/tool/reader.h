/* What readers of small languages share (TOML, Starlark): a text read byte by byte, with the line, and the first thing that is wrong. */
#ifndef TOOL_READER_H
#define TOOL_READER_H
#include "base/text.h"

typedef struct reader {
    cp_arena *arena;
    cp_slice s;
    uint32_t i, line, depth;
    const char **error; /* what is wrong, and where: of the file that is made */
    uint32_t *error_line;
} reader;

/* The byte `ahead` of the present one; 0 behind the end. */
static inline uint8_t reader_peek(const reader *r, uint32_t ahead) {
    return r->i + ahead < r->s.n ? r->s.p[r->i + ahead] : 0;
}
/* The first thing that is wrong stays. Returns false. */
bool reader_wrong(reader *, const char *why);
/* So many hexadecimal digits of an escape. */
bool reader_hex(reader *, uint32_t digits, uint32_t *out);
/* Is it a character, and none of a pair of surrogates? */
bool reader_is_character(uint32_t code_point);
void reader_add_utf8(cp_text *, uint32_t code_point);
#endif
