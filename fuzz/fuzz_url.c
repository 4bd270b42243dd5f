/* Any bytes as a URL and as a host, with and without something unknown in them. Besides memory errors it looks for: a known host that
 * isn't in its canonical form, and a hole that, filled, leads to another host than the one that was known. */
#include <stdlib.h>

#include "match/match.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
    if (!holds)
        abort();
}

typedef void reader(cp_arena *, const cp_value *, cp_host *);

static void check_known(cp_arena *arena, const cp_host *h) {
    if (h->certainty != CP_HOST_KNOWN || (h->name.n == 0 && cp_slice_is(h->scheme, "file")))
        return;
    require(h->name.n > 0 && h->name.n <= 253 && h->port <= 65535);
    for (uint32_t i = 0; i < h->name.n; i++) {
        uint8_t b = h->name.p[i];
        require((b >= 'a' && b <= 'z') || (b >= '0' && b <= '9') || b == '-' || b == '_' || b == '.' ||
                (b == ':' && h->is_address));
    }
    uint32_t words[4];
    bool address = cp_address_read(h->name, words);
    require(address == (h->is_address != 0) && (!address || memcmp(words, h->address, sizeof words) == 0));
    if (cp_slice_find(h->name, ':', 0) < h->name.n)
        return;
    cp_value v = {.flags = CP_VALUE_EXACT, .exact = h->name};
    cp_host again;
    cp_host_read(arena, &v, &again);
    require(again.certainty == CP_HOST_KNOWN && cp_slice_eq(again.name, h->name));
}

static void try_reader(reader *read, cp_arena *arena, cp_slice text, cp_slice before, cp_slice behind,
                       cp_slice filling) {
    cp_value exact = {.flags = CP_VALUE_EXACT, .exact = text};
    cp_host h, open;
    read(arena, &exact, &h);
    check_known(arena, &h);
    cp_atom atoms[] = {{.kind = CP_ATOM_LIT, .lit = before},
                       {.kind = CP_ATOM_HOLE, .cls = CP_CLASS_ANY, .props = CP_HOLE_ANYTHING},
                       {.kind = CP_ATOM_LIT, .lit = behind}};
    cp_value v = {.atoms = atoms, .atom_count = behind.n ? 3 : 2};
    read(arena, &v, &open);
    check_known(arena, &open);
    if (open.certainty == CP_HOST_UNKNOWN)
        return;
    cp_value filled = {.flags = CP_VALUE_EXACT,
                       .exact = cp_arena_concat(arena, cp_arena_concat(arena, before, filling), behind)};
    read(arena, &filled, &h);
    if (h.certainty == CP_HOST_UNKNOWN)
        return;
    require(h.certainty == open.certainty && cp_slice_eq(h.name, open.name) && h.port == open.port &&
            cp_slice_eq(h.scheme, open.scheme));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 3 || size > 4096)
        return 0;
    cp_slice text = {data + 2, (uint32_t)size - 2};
    uint32_t first = data[0] % (text.n + 1), second = first + data[1] % (text.n - first + 1);
    cp_arena arena;
    _Alignas(16) uint8_t first_block[512];
    cp_arena_init(&arena, NULL, first_block, sizeof first_block, NULL);
    cp_slice before = cp_slice_sub(text, 0, first), filling = cp_slice_sub(text, first, second),
             behind = cp_slice_sub(text, second, text.n);
    try_reader(cp_url_read, &arena, text, before, behind, filling);
    try_reader(cp_host_read, &arena, text, before, behind, filling);
    uint32_t words[4];
    (void)cp_address_read(text, words);
    cp_arena_free(&arena);
    return 0;
}
