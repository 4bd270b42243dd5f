/* Patterns piece by piece: a character, a class, a parenthesis, …, each with what repeats it. This is not PCRE2's whole language: what
 * isn't surely understood is CP_PIECE_UNKNOWN. Private to match/. */
#ifndef CP_MATCH_PATTERN_H
#define CP_MATCH_PATTERN_H
#include "base/source.h"

typedef struct cp_byte_set {
    uint32_t bits[8];
} cp_byte_set;

static inline bool cp_bytes_has(const cp_byte_set *s, uint32_t b) {
    return s->bits[b >> 5] >> (b & 31) & 1;
}

static inline void cp_bytes_add(cp_byte_set *s, uint32_t from, uint32_t to) {
    for (uint32_t b = from; b <= to; b++)
        s->bits[b >> 5] |= 1u << (b & 31);
}

static inline cp_byte_set cp_bytes_without(cp_byte_set s) {
    for (uint32_t i = 0; i < 8; i++)
        s.bits[i] = ~s.bits[i];
    return s;
}

static inline void cp_bytes_join(cp_byte_set *s, cp_byte_set more) {
    for (uint32_t i = 0; i < 8; i++)
        s->bits[i] |= more.bits[i];
}

static inline uint32_t cp_bytes_count(const cp_byte_set *s, uint32_t from, uint32_t to) {
    uint32_t n = 0;
    for (uint32_t b = from; b <= to; b++)
        n += cp_bytes_has(s, b);
    return n;
}

static inline bool cp_bytes_all(const cp_byte_set *s, uint32_t from, uint32_t to) {
    return cp_bytes_count(s, from, to) == to - from + 1;
}

typedef enum cp_piece_kind {
    CP_PIECE_UNKNOWN, /* not understood */
    CP_PIECE_END,
    CP_PIECE_BYTE,
    CP_PIECE_CLASS,     /* one byte of a set */
    CP_PIECE_ASSERTION, /* \b, ^, $: takes nothing */
    CP_PIECE_REPEAT,    /* \k<name> */
    CP_PIECE_CALL,      /* (?&name) */
    CP_PIECE_OPTIONS,   /* (?i) */
    CP_PIECE_OPEN,
    CP_PIECE_CLOSE,
    CP_PIECE_OR
} cp_piece_kind;

typedef enum cp_group_kind {
    CP_GROUP_PLAIN,
    CP_GROUP_NAMED,
    CP_GROUP_AHEAD,       /* (?= (?! */
    CP_GROUP_BEHIND,      /* (?<= (?<! */
    CP_GROUP_ATOMIC,      /* (?> */
    CP_GROUP_WITH_OPTIONS /* (?i: */
} cp_group_kind;

typedef struct cp_piece {
    cp_piece_kind kind;
    cp_group_kind group;
    uint8_t byte;    /* BYTE; WITH_OPTIONS: 1 where a dot is any byte in it */
    cp_byte_set set; /* BYTE, CLASS */
    bool negated;    /* CLASS: `[^…]` */
    bool missing;    /* may be absent */
    bool many;       /* any number of times */
    bool counted;    /* {2,3} */
    bool possessive; /* takes no byte back */
    bool fold;       /* OPTIONS, WITH_OPTIONS: `i` and nothing else */
} cp_piece;

typedef struct cp_pattern_reader {
    cp_slice p;
    uint32_t at;
    bool dot_all;
} cp_pattern_reader;

/* The next piece; a quantifier where none may be is read as one, which is unknown then. */
void cp_pattern_next(cp_pattern_reader *, cp_piece *out);
#endif
