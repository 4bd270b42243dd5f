/* A chunked bump arena: addresses are stable, nothing is freed alone, everything in one call.
 * Out of memory is sticky: `failed` is set, the budget (if any) reads "memory" as hit, and every later request of at most
 * CP_ARENA_SCRAP bytes gets the arena's own scrap area (so that small constructors need no check), larger ones NULL. A room
 * checks cp_arena_failed (or its budget) before it walks what a former room built: lists made of scrap may be circular. */
#ifndef CP_BASE_ARENA_H
#define CP_BASE_ARENA_H
#include "base/budget.h"
#include "base/slice.h"

enum { CP_ARENA_SCRAP = 1024 };

/* The public header's allocator hook: (user, NULL, 0, n) allocates, (user, p, old, n) resizes, (user, p, old, 0) frees. */
typedef struct cp_allocator {
    void *(*resize)(void *user, void *block, size_t old_size, size_t new_size);
    void *user;
} cp_allocator;
extern const cp_allocator cp_allocator_malloc;

typedef struct cp_arena_chunk cp_arena_chunk;
typedef struct cp_arena {
    uint8_t *cur, *end;
    cp_arena_chunk *chunks;
    cp_allocator mem;
    cp_budget *budget; /* may be NULL: no memory limit */
    size_t total;      /* bytes taken from the allocator */
    uint32_t failed;
    _Alignas(8) uint8_t scrap[CP_ARENA_SCRAP];
} cp_arena;

/* `first`: memory that the arena may use before it asks the allocator; NULL for none. It stays the caller's. */
void cp_arena_init(cp_arena *, const cp_allocator *, void *first, size_t first_size, cp_budget *);
void cp_arena_free(cp_arena *);
/* Does the address lie in what it took from the allocator? (The first memory that it was given is not looked at.) */
bool cp_arena_holds(const cp_arena *, const void *);
/* Slow path of cp_alloc_raw; not for direct use. */
void *cp_arena_grow(cp_arena *, size_t size);

/* Another's memory, taken for what the arena is for, ran out: as if its own had. */
void cp_arena_fail(cp_arena *);
static inline bool cp_arena_failed(const cp_arena *a) {
    return a->failed != 0;
}
/* Uninitialised bytes, aligned to 8; none are one, so that every pointer is its own. */
static inline void *cp_alloc_raw(cp_arena *a, size_t size) {
    size_t need = (size + (size == 0) + 7u) & ~(size_t)7u;
    if (need >= size && (size_t)(a->end - a->cur) >= need && !a->failed) {
        void *p = a->cur;
        a->cur += need;
        return p;
    }
    return cp_arena_grow(a, size);
}
/* Zeroed bytes. NULL only for a request above CP_ARENA_SCRAP when memory ran out. */
static inline void *cp_alloc(cp_arena *a, size_t size) {
    void *p = cp_alloc_raw(a, size);
    if (p)
        memset(p, 0, size);
    return p;
}
#define CP_NEW(arena, type) ((type *)cp_alloc((arena), sizeof(type)))
/* Slow path of cp_alloc_array; not for direct use. */
void *cp_alloc_large(cp_arena *, size_t count, size_t size);
/* A zeroed array; NULL when memory ran out (always test it) or count*size overflows. Zero elements give a non-NULL pointer. */
static inline void *cp_alloc_array(cp_arena *a, size_t count, size_t size) {
    enum { MOST = 1 << 15 }; /* of both: no product of two that are less is too large to be told */
    if (count >= MOST || size >= MOST || a->failed || (size_t)(a->end - a->cur) < count * size + 8u)
        return cp_alloc_large(a, count, size);
    void *p = cp_alloc_raw(a, count * size);
    return memset(p, 0, count * size);
}
#define CP_NEW_ARRAY(arena, type, count) ((type *)cp_alloc_array((arena), (count), sizeof(type)))
/* A copy of the bytes. An empty slice when memory ran out. */
cp_slice cp_arena_copy(cp_arena *, cp_slice);
/* Both, one after the other. */
cp_slice cp_arena_concat(cp_arena *, cp_slice, cp_slice);
/* Slow path of cp_arena_reserve; not for direct use. */
bool cp_arena_grow_list(cp_arena *, void **items, uint32_t *cap, uint32_t count, uint32_t need, size_t size);
enum {
    CP_ARENA_LIST_FIRST = 4,
    CP_ARENA_LIST_LARGE = 64, /* of most larger things there is one */
    CP_ARENA_LIST_MOST = 4096 /* still larger ones are never the quick way's */
};
/* Room for at least `need` elements of `size` bytes in a growing array of the arena (the old block is left behind, unless it stands last and can grow). False when memory ran out;
 * *items and *cap are then unchanged. */
static inline bool cp_arena_reserve(cp_arena *a, void **items, uint32_t *cap, uint32_t count, uint32_t need,
                                    size_t size) {
    uint32_t first = size > CP_ARENA_LIST_LARGE ? 1 : CP_ARENA_LIST_FIRST; /* that most lists have */
    size_t all = (first * size + 7u) & ~(size_t)7u;
    if (*cap || count || need - 1u >= first || size > CP_ARENA_LIST_MOST || (size_t)(a->end - a->cur) < all ||
        a->failed)
        return cp_arena_grow_list(a, items, cap, count, need, size);
    *items = a->cur;
    *cap = first;
    a->cur += all;
    return true;
}
/* Appends to (items, count, cap): false when memory ran out. */
#define CP_PUSH(arena, items, count, cap, value)                                                        \
  ((count) < (cap) || cp_arena_reserve((arena), (void **)&(items), &(cap), (count), 1, sizeof *(items)) \
       ? ((items)[(count)++] = (value), true)                                                           \
       : false)
#endif
