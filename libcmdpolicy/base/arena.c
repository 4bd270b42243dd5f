/* The bump arena behind every policy and every decision. */
#if defined(__linux__)
#  define _DEFAULT_SOURCE 1 /* madvise */
#  include <sys/mman.h>
#endif
#include <stdlib.h>

#include "base/arena.h"

struct cp_arena_chunk {
    cp_arena_chunk *next;
    size_t size; /* of the whole block, this header included */
};

/* A long script takes tens of megabytes, and most of what that costs is the system's making one small page after the other: it is asked
 * for large ones, where it has them. */
static void prefer_large_pages(void *block, size_t size) {
#if defined(MADV_HUGEPAGE)
    enum { LARGE_PAGE = 2 * 1024 * 1024 };
    uintptr_t begin = ((uintptr_t)block + LARGE_PAGE - 1) & ~(uintptr_t)(LARGE_PAGE - 1),
              end = ((uintptr_t)block + size) & ~(uintptr_t)(LARGE_PAGE - 1);
    if (block && size >= LARGE_PAGE && begin < end)
        (void)madvise((void *)begin, end - begin, MADV_HUGEPAGE);
#else
    (void)block;
    (void)size;
#endif
}

static void *resize_with_malloc(void *user, void *block, size_t old_size, size_t new_size) {
    (void)user;
    (void)old_size;
    if (new_size == 0) {
        free(block);
        return NULL;
    }
    void *made = realloc(block, new_size);
    if (!block)
        prefer_large_pages(made, new_size);
    return made;
}

const cp_allocator cp_allocator_malloc = {resize_with_malloc, NULL};

void cp_arena_init(cp_arena *a, const cp_allocator *mem, void *first, size_t first_size, cp_budget *budget) {
    a->cur = (uint8_t *)first;
    a->end = first ? (uint8_t *)first + first_size : NULL;
    a->chunks = NULL;
    a->mem = mem ? *mem : cp_allocator_malloc;
    a->budget = budget;
    a->total = 0;
    a->failed = 0;
    if (first) { /* keep the promise of 8-byte alignment whatever was handed in */
        size_t skew = (size_t)((8u - ((uintptr_t)a->cur & 7u)) & 7u);
        a->cur = skew <= first_size ? a->cur + skew : a->end;
    }
}

void cp_arena_free(cp_arena *a) {
    while (a->chunks) {
        cp_arena_chunk *chunk = a->chunks;
        a->chunks = chunk->next;
        a->mem.resize(a->mem.user, chunk, chunk->size, 0);
    }
    a->cur = a->end = NULL;
}

bool cp_arena_holds(const cp_arena *a, const void *p) {
    for (const cp_arena_chunk *chunk = a->chunks; chunk; chunk = chunk->next)
        if ((uintptr_t)p > (uintptr_t)chunk && (uintptr_t)p - (uintptr_t)chunk < chunk->size)
            return true;
    return false;
}

void cp_arena_fail(cp_arena *a) {
    a->failed = 1;
    if (a->budget && a->budget->hit == CP_LIMIT_NONE)
        a->budget->hit = CP_LIMIT_MEMORY;
}

static void *out_of_memory(cp_arena *a, size_t size) {
    cp_arena_fail(a);
    if (size > CP_ARENA_SCRAP)
        return NULL;
    memset(a->scrap, 0, sizeof a->scrap);
    return a->scrap;
}

void *cp_arena_grow(cp_arena *a, size_t size) {
    /* Blocks grow with what was taken. Without a limit that counts them, each is larger than all before it together: malloc keeps
     * what is freed where the largest block makes up more than half of it, and the next policy then finds its pages there. */
    enum { SMALLEST = 16 * 1024, LARGEST = 32 * 1024 * 1024, FREE_LARGEST = 16 * 1024 * 1024 };
    if (a->failed || size > SIZE_MAX / 2)
        return out_of_memory(a, size);
    size_t need = ((size + 7u) & ~(size_t)7u) + sizeof(cp_arena_chunk);
    size_t largest = a->budget ? LARGEST : FREE_LARGEST, wanted = a->budget ? a->total : a->total * 2;
    size_t block = wanted < SMALLEST ? SMALLEST : wanted > largest ? largest : wanted;
    if (block < need)
        block = need;
    if (a->budget) { /* where another limit was reached first, what was found is still written down */
        (void)cp_spend(a->budget, CP_LIMIT_MEMORY, block);
        if (a->budget->used[CP_LIMIT_MEMORY] > a->budget->limit[CP_LIMIT_MEMORY])
            return out_of_memory(a, size);
    }
    cp_arena_chunk *chunk = (cp_arena_chunk *)a->mem.resize(a->mem.user, NULL, 0, block);
    if (!chunk)
        return out_of_memory(a, size);
    chunk->next = a->chunks;
    chunk->size = block;
    a->chunks = chunk;
    a->total += block;
    uint8_t *data = (uint8_t *)chunk + sizeof *chunk;
    size_t taken = need - sizeof *chunk;
    /* A large block that leaves less room than the current one keeps the current one for small requests. */
    if (block - need > (size_t)(a->end - a->cur)) {
        a->cur = data + taken;
        a->end = (uint8_t *)chunk + block;
    }
    return data;
}

/* Is the product more than half of what a size can say? Mostly without a division. */
static bool is_too_much(size_t count, size_t size) {
    if ((count | size) >> (sizeof(size_t) * 4 - 1) == 0)
        return false;
    return size && count > SIZE_MAX / 2 / size;
}

void *cp_alloc_large(cp_arena *a, size_t count, size_t size) {
    if (is_too_much(count, size)) {
        out_of_memory(a, 0);
        return NULL;
    }
    size_t all = count * size;
    void *p = cp_alloc_raw(a, all);
    if (a->failed)
        return NULL;
    memset(p, 0, all);
    return p;
}

cp_slice cp_arena_copy(cp_arena *a, cp_slice s) {
    uint8_t *p = (uint8_t *)cp_alloc_raw(a, s.n);
    if (a->failed)
        return (cp_slice){NULL, 0};
    if (s.n)
        memcpy(p, s.p, s.n);
    return (cp_slice){p, s.n};
}

cp_slice cp_arena_concat(cp_arena *a, cp_slice x, cp_slice y) {
    if (x.n > UINT32_MAX - y.n) {
        out_of_memory(a, 0);
        return (cp_slice){NULL, 0};
    }
    uint8_t *p = (uint8_t *)cp_alloc_raw(a, (size_t)x.n + y.n);
    if (a->failed)
        return (cp_slice){NULL, 0};
    if (x.n)
        memcpy(p, x.p, x.n);
    if (y.n)
        memcpy(p + x.n, y.p, y.n);
    return (cp_slice){p, x.n + y.n};
}

bool cp_arena_grow_list(cp_arena *a, void **items, uint32_t *cap, uint32_t count, uint32_t need,
                        size_t size) {
    enum { LARGE = CP_ARENA_LIST_LARGE, FIRST = CP_ARENA_LIST_FIRST };
    if (count <= *cap && need <= *cap - count)
        return true;
    if (need > UINT32_MAX - count)
        return false;
    uint32_t want = count + need, grown = size > LARGE ? 1 : FIRST;
    if (*cap)
        grown = *cap < 4 ? 4 : *cap > UINT32_MAX / 2 ? UINT32_MAX : *cap * 2;
    if (grown < want)
        grown = want;
    if (is_too_much(grown, size))
        return false;
    if (*cap) {
        size_t has = ((size_t)*cap * size + 7u) & ~(size_t)7u,
               wants = ((size_t)grown * size + 7u) & ~(size_t)7u;
        if (!a->failed && (uint8_t *)*items + has == a->cur && (size_t)(a->end - a->cur) >= wants - has) {
            a->cur += wants - has; /* it stands last: it grows where it is */
            *cap = grown;
            return true;
        }
    }
    void *p = cp_alloc_raw(a, (size_t)grown * size);
    if (a->failed)
        return false;
    if (count)
        memcpy(p, *items, (size_t)count * size);
    *items = p;
    *cap = grown;
    return true;
}
