/* Byte slices: a pointer and a length, never NUL-terminated, never owned. A NUL byte is data like any other. */
#ifndef CP_BASE_SLICE_H
#define CP_BASE_SLICE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct cp_slice {
    const uint8_t *p;
    uint32_t n;
} cp_slice;

/* What is so wherever this stands, whatever the input: looked at where NDEBUG is not defined (the sanitizers' builds, the fuzzers), and told
 * to clang's analyzer, which can't see it. */
#ifdef __clang_analyzer__
#  define CP_HOLDS(condition) ((condition) ? (void)0 : __builtin_unreachable())
#elif defined NDEBUG
#  define CP_HOLDS(condition) ((void)0)
#else
#  define CP_HOLDS(condition) ((condition) ? (void)0 : __builtin_trap())
#endif

/* What is read in a moment. The lists of a long script are larger than any cache, and what they point to stands all over the arena. (gcc drops the
 * calls of a function that does nothing else.) */
#if defined(__GNUC__)
#  define CP_SOON(place) __builtin_prefetch(place)
#else
#  define CP_SOON(place) ((void)(place))
#endif

/* A slice of a string literal (its length is known to the compiler). */
#define CP_LIT(text) ((cp_slice){(const uint8_t *)(text), (uint32_t)(sizeof(text) - 1)})

static inline cp_slice cp_slice_of(const void *p, size_t n) {
    return (cp_slice){(const uint8_t *)p, (uint32_t)n};
}
static inline cp_slice cp_slice_str(const char *s) {
    return cp_slice_of(s, s ? strlen(s) : 0);
}
static inline bool cp_slice_eq(cp_slice a, cp_slice b) {
    CP_HOLDS((a.p || !a.n) && (b.p || !b.n));
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}
static inline bool cp_slice_is(cp_slice a, const char *literal) {
    return cp_slice_eq(a, cp_slice_str(literal));
}
static inline bool cp_slice_starts(cp_slice a, cp_slice prefix) {
    CP_HOLDS((a.p || !a.n) && (prefix.p || !prefix.n));
    return a.n >= prefix.n && (prefix.n == 0 || memcmp(a.p, prefix.p, prefix.n) == 0);
}
/* Bytes [from, to), both clamped into the slice. */
static inline cp_slice cp_slice_sub(cp_slice a, uint32_t from, uint32_t to) {
    if (to > a.n)
        to = a.n;
    if (from > to)
        from = to;
    cp_slice part = {a.p ? a.p + from : a.p, to - from};
    CP_HOLDS(part.p || !part.n);
    return part;
}
/* Index of the first `byte` at or after `from`; a.n where there is none. */
static inline uint32_t cp_slice_find(cp_slice a, uint8_t byte, uint32_t from) {
    if (from >= a.n)
        return a.n;
    CP_HOLDS(a.p);
    const uint8_t *hit = (const uint8_t *)memchr(a.p + from, byte, a.n - from);
    return hit ? (uint32_t)(hit - a.p) : a.n;
}
/* Index of the last `byte`; a.n where there is none. */
static inline uint32_t cp_slice_rfind(cp_slice a, uint8_t byte) {
    for (uint32_t i = a.n; i > 0; i--)
        if (a.p[i - 1] == byte)
            return i - 1;
    return a.n;
}
static inline int cp_slice_compare(cp_slice a, cp_slice b) {
    uint32_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    return c ? c : (a.n > b.n) - (a.n < b.n);
}
/* FNV-1a, for the image's string table (defined by the image format) and for small maps. */
static inline uint32_t cp_slice_hash(cp_slice a) {
    uint32_t h = 2166136261u;
    for (uint32_t i = 0; i < a.n; i++)
        h = (h ^ a.p[i]) * 16777619u;
    return h;
}
/* For tables that live in memory only: eight bytes at a time. It may change with any version. */
static inline uint32_t cp_slice_mix(cp_slice a) {
    uint64_t h = a.n * 0x9e3779b97f4a7c15u, word;
    uint32_t i = 0;
    for (; i + 8 <= a.n; i += 8) {
        memcpy(&word, a.p + i, 8);
        h = (h ^ word) * 0x9e3779b97f4a7c15u;
        h ^= h >> 29;
    }
    if (i < a.n) {
        word = 0;
        if (a.n >= 8)
            memcpy(&word, a.p + a.n - 8, 8);
        else
            for (; i < a.n; i++)
                word = word << 8 | a.p[i];
        h = (h ^ word) * 0x9e3779b97f4a7c15u;
    }
    return (uint32_t)(h >> 32) ^ (uint32_t)h;
}
#endif
