/* What the readers and the compiler of policies share: reporting with place and expectation, words of a fixed vocabulary, and
 * the nearest known spelling of a word that isn't one. */
#ifndef CP_POLICY_REPORT_H
#define CP_POLICY_REPORT_H
#include "policy/yaml.h"

typedef struct cp_reporter {
    cp_arena *arena;
    cp_diags *diags;
    cp_slice file;
    uint32_t layer;
    uint32_t errors;
} cp_reporter;

/* A mapping from words to numbers; the last word is NULL. */
typedef struct cp_word_number {
    const char *word;
    uint32_t number;
} cp_word_number;
enum { CP_NO_NUMBER = UINT32_MAX };

/* `format`: %s is a cp_slice (shown safely, cut to 80 bytes), %d an uint32_t; nothing else. `expected` is formatted likewise and takes
 * its arguments behind those of `format`. */
void cp_error(cp_reporter *, const char *code, cp_place at, const char *expected, const char *format, ...);
void cp_warning(cp_reporter *, const char *code, cp_place at, const char *expected, const char *format, ...);

uint32_t cp_number_of(const cp_word_number *words, cp_slice word);
/* The word for a number: the first one; "" where there is none. */
const char *cp_word_of(const cp_word_number *words, uint32_t number);
/* "one of a, b, c"; where a word is near: "did you mean b? One of a, b, c". */
void cp_error_word(cp_reporter *, const char *code, cp_place at, const cp_word_number *words, cp_slice word,
                   const char *what);

/* True: no two of the texts are the same. False: perhaps two are; look closer. Linear, whatever the texts. */
bool cp_all_different(cp_arena *, const cp_slice *texts, uint32_t count);

/* How far apart two words are: inserted, deleted, replaced and swapped bytes; more than `most`: most + 1. */
uint32_t cp_spelling_distance(cp_slice a, cp_slice b, uint32_t most);
/* How many mistakes a word of this length may hold and still be taken for another. */
static inline uint32_t cp_spelling_most(cp_slice word) {
    return word.n < 3 ? 0 : word.n < 6 ? 1 : 2;
}
#endif
