/* Any bytes as a path pattern, a word with holes, a working directory and a home. Besides memory errors it looks for: answers that get
 * looser when a hole is filled (a YES or NO that doesn't hold for one of the word's values), a tree that matches less than its root, and
 * paths that aren't normal. */
#include <stdlib.h>

#include "match/match.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
    if (!holds)
        abort();
}

enum { NAMES = 40, ATOMS = 48, BYTES = 2048, STRINGS = NAMES + 2 + BYTES / CP_IMAGE_STRING_GOES_ON };

typedef struct policy {
    cp_image image;
    uint8_t bytes[BYTES];
    cp_rec_strings strings[STRINGS / CP_IMAGE_STRINGS + 1];
    cp_rec_component components[NAMES + 2];
    cp_rec_path paths[2];
} policy;

/* The first byte chooses the root, '/' separates names, a name that is `**` spans. */
static bool make_policy(policy *p, cp_slice text) {
    memset(p, 0, sizeof *p);
    if (text.n == 0)
        return false;
    p->paths[1] = (cp_rec_path){.root = text.p[0] % 7, .first = 1};
    uint32_t n = 1, used = 0, string = 1;
    for (uint32_t i = 1; i < text.n && n <= NAMES;) {
        uint32_t end = cp_slice_find(text, '/', i);
        cp_slice name = cp_slice_sub(text, i, end);
        if (name.n) {
            uint32_t op = cp_slice_is(name, "**")                ? CP_COMP_STARSTAR
                          : cp_slice_find(name, '*', 0) < name.n ? CP_COMP_GLOB
                                                                 : CP_COMP_LITERAL;
            cp_image_put_string(p->strings, string, used, name.n);
            memcpy(p->bytes + used, name.p, name.n);
            used += name.n;
            p->components[n] = (cp_rec_component){string << 2 | op};
            string += cp_image_string_slots(name.n);
            n++;
        }
        i = end + 1;
    }
    p->paths[1].count = n - 1;
    p->image.section[CP_SEC_STRB].first = p->bytes, p->image.section[CP_SEC_STRB].count = used,
    p->image.section[CP_SEC_STRB].size = 1;
    p->image.section[CP_SEC_STRS].first = (const uint8_t *)p->strings,
    p->image.section[CP_SEC_STRS].count = string / CP_IMAGE_STRINGS + 1,
    p->image.section[CP_SEC_STRS].size = sizeof p->strings[0];
    p->image.section[CP_SEC_COMP].first = (const uint8_t *)p->components,
    p->image.section[CP_SEC_COMP].count = n, p->image.section[CP_SEC_COMP].size = sizeof p->components[0];
    p->image.section[CP_SEC_PATP].first = (const uint8_t *)p->paths, p->image.section[CP_SEC_PATP].count = 2,
    p->image.section[CP_SEC_PATP].size = sizeof p->paths[0];
    return true;
}

/* Bytes 0x80.. are holes of some kind, each filled with something of that kind. */
static void make_values(cp_arena *arena, cp_slice text, cp_atom *atoms, cp_value *open, cp_value *filled) {
    static const struct {
        uint8_t cls;
        uint16_t props;
        const char *text;
    } holes[] = {{CP_CLASS_ANY, CP_HOLE_ANYTHING, ""},
                 {CP_CLASS_ANY, CP_HOLE_ANYTHING, "/../a"},
                 {CP_CLASS_ANY, CP_HOLE_ANYTHING, "proc/self/root"},
                 {CP_CLASS_ANY, CP_HOLE_ANYTHING, "a/b"},
                 {CP_CLASS_ANY, CP_HOLE_EMPTY, ""},
                 {CP_CLASS_ANY, CP_HOLE_EMPTY, ".."},
                 {CP_CLASS_ANY, 0, "root"},
                 {CP_CLASS_ANY, 0, "a"},
                 {CP_CLASS_DIGITS, 0, "12"},
                 {CP_CLASS_DIGITS, CP_HOLE_EMPTY, ""},
                 {CP_CLASS_FILENAME, CP_HOLE_GLOB, "x"},
                 {CP_CLASS_FILENAME, CP_HOLE_GLOB, "self"},
                 {CP_CLASS_FILENAME, CP_HOLE_GLOB | CP_HOLE_EMPTY, ""},
                 {CP_CLASS_FILENAME, CP_HOLE_GLOB | CP_HOLE_EMPTY, ".e"},
                 {CP_CLASS_ABSOLUTE, 0, "/b/.."},
                 {CP_CLASS_INTEGER, 0, "-3"},
                 {CP_CLASS_TEXT, CP_HOLE_SLASH, "etc/"},
                 {CP_CLASS_ANY, CP_HOLE_PIPE, "/dev/fd/63"}};
    cp_slice whole = {NULL, 0};
    uint32_t n = 0;
    for (uint32_t i = 0; i < text.n && n + 1 < ATOMS; n++) {
        if (text.p[i] >= 0x80) {
            uint32_t k = (text.p[i++] - 0x80u) % (sizeof holes / sizeof holes[0]);
            atoms[n] = (cp_atom){.kind = CP_ATOM_HOLE, .cls = holes[k].cls, .props = holes[k].props};
            whole = cp_arena_concat(arena, whole, cp_slice_str(holes[k].text));
            continue;
        }
        uint32_t end = i;
        while (end < text.n && text.p[end] < 0x80)
            end++;
        atoms[n] = (cp_atom){.kind = CP_ATOM_LIT, .lit = cp_slice_sub(text, i, end)};
        whole = cp_arena_concat(arena, whole, atoms[n].lit);
        i = end;
    }
    *open = (cp_value){.atoms = atoms, .atom_count = n};
    *filled = (cp_value){.flags = CP_VALUE_EXACT, .exact = whole};
}

/* An exact path is uncertain, too, where the pattern's root has more names than are laid out. */
static void compatible(cp_tri open, cp_tri exact) {
    require(open == CP_MAYBE || exact == CP_MAYBE || open == exact);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 4 || size > 2048)
        return 0;
    cp_slice text = {data + 1, (uint32_t)size - 1};
    uint8_t flags = data[0];
    uint32_t a = cp_slice_find(text, '\n', 0), b = cp_slice_find(text, '\n', a + 1),
             c = cp_slice_find(text, '\n', b + 1);
    policy p;
    cp_atom atoms[ATOMS];
    cp_arena arena;
    cp_value open, filled;
    cp_path path, exact, real;
    if (!make_policy(&p, cp_slice_sub(text, 0, a)))
        return 0;
    _Alignas(16) uint8_t first_block[512];
    cp_arena_init(&arena, NULL, first_block, sizeof first_block, NULL);
    make_values(&arena, cp_slice_sub(text, a + 1, b), atoms, &open, &filled);
    cp_value cwd = {.flags = CP_VALUE_EXACT, .exact = cp_slice_sub(text, b + 1, c)};
    cp_slice home = cp_slice_sub(text, c + 1, text.n);
    cp_workspace workspace = {cwd.exact, 0};
    cp_places places = {.ignore_case = flags & 1,
                        .workspaces = &workspace,
                        .workspace_count = (flags & 2) && cp_path_is_normal(cwd.exact)};
    if (cp_path_is_normal(home))
        places.home = home;
    const cp_value *in = flags & 4 ? &cwd : NULL;
    cp_path_make(&arena, &open, in, &places, &path);
    cp_path_make(&arena, &filled, in, &places, &exact);
    require(!exact.exact || cp_path_is_normal(exact.text));
    cp_tri open_at = cp_path_match(&p.image, 1, &path, in, &places),
           exact_at = cp_path_match(&p.image, 1, &exact, in, &places);
    cp_tri open_tree = cp_path_match_tree(&p.image, 1, &path, in, &places, true),
           exact_tree = cp_path_match_tree(&p.image, 1, &exact, in, &places, true);
    if (exact.exact) {
        compatible(open_at, exact_at);
        compatible(open_tree, exact_tree);
        compatible(cp_path_inside(&path, cwd.exact, &places), cp_path_inside(&exact, cwd.exact, &places));
        cp_value again = {.flags = CP_VALUE_EXACT, .exact = exact.text};
        cp_path_make(&arena, &again, NULL, &places, &real);
        require(real.exact && cp_slice_eq(real.text, exact.text));
    }
    require(open_tree >= open_at && exact_tree >= exact_at);
    require(cp_path_match_tree(&p.image, 1, &path, in, &places, false) >= open_at);
    if (cp_path_resolved(&arena, &path, &places, &real))
        (void)cp_path_match(&p.image, 1, &real, in, &places);
    (void)cp_path_pattern_within(&p.image, 1, &p.image, 1);
    (void)cp_path_show(&arena, &path);
    cp_arena_free(&arena);
    return 0;
}
