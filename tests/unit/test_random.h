/* Random numbers for tests, the same everywhere. */
#ifndef TEST_RANDOM_H
#define TEST_RANDOM_H
#include <stdint.h>
#include <stdlib.h>

static inline uint32_t next_random(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33);
}
static inline uint32_t below(uint64_t *state, uint32_t bound) {
    return next_random(state) % bound;
}

/* A suite's own: what it draws from, and how many times the usual cases it draws. CMDPOLICY_TEST_ROUNDS=N: N times as many, and others. */
static uint64_t drawn_from;
static inline uint32_t draw(uint32_t bound) {
    return below(&drawn_from, bound);
}
#define DRAW(list) list[draw(sizeof list / sizeof list[0])]
/* With sanitizers each case takes long, and what they see is seen in half of them. */
#ifdef __SANITIZE_ADDRESS__
enum { DRAWN_OF = 2 };
#else
enum { DRAWN_OF = 1 };
#endif
static inline uint32_t draw_rounds(uint64_t start) {
    const char *text = getenv("CMDPOLICY_TEST_ROUNDS");
    int n = text ? atoi(text) : 1;
    drawn_from = start + (n > 1 ? (uint64_t)n : 0);
    return n > 1 ? (uint32_t)n : 1;
}
#endif
