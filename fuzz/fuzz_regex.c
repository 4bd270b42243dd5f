/* Any bytes as a pattern and a subject. Besides memory errors it looks for: a pattern that the compiler of policies takes and the image's
 * reader doesn't, a NO for a beginning that a match begins with, and a YES for one that something begins with that doesn't match. */
#include <stdlib.h>

#include "match/match.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 3 || size > 1024)
        return 0;
    cp_slice text = {data + 1, (uint32_t)size - 1};
    uint32_t end = cp_slice_find(text, '\n', 0), offset = 0;
    cp_slice pattern = cp_slice_sub(text, 0, end), subject = cp_slice_sub(text, end + 1, text.n);
    char message[100];
    cp_arena arena;
    cp_budget budget;
    cp_budget_init(&budget);
    _Alignas(16) uint8_t first_block[512];
    cp_arena_init(&arena, NULL, first_block, sizeof first_block, &budget);
    bool taken = cp_regex_check(&arena, pattern, &offset, message, sizeof message);
    require(offset <= pattern.n && (taken || message[0]));
    cp_rec_strings *strings =
        CP_NEW_ARRAY(&arena, cp_rec_strings, cp_image_string_slots(pattern.n) / CP_IMAGE_STRINGS + 1);
    require(strings != NULL);
    cp_image_put_string(strings, 1, 0, pattern.n);
    cp_rec_regex regexes[] = {{0, 0}, {1, 0}};
    cp_image image = {0};
    image.section[CP_SEC_STRB].first = pattern.p, image.section[CP_SEC_STRB].count = pattern.n,
    image.section[CP_SEC_STRB].size = 1;
    image.section[CP_SEC_STRS].first = (const uint8_t *)strings,
    image.section[CP_SEC_STRS].count = cp_image_string_slots(pattern.n) / CP_IMAGE_STRINGS + 1,
    image.section[CP_SEC_STRS].size = sizeof strings[0];
    image.section[CP_SEC_REGX].first = (const uint8_t *)regexes, image.section[CP_SEC_REGX].count = 2,
    image.section[CP_SEC_REGX].size = sizeof regexes[0];
    cp_regexes *r = cp_regexes_new(&image, NULL);
    require(r != NULL && (cp_regexes_prepare(r) || !taken));

    cp_regex_match m, open;
    cp_value exact = {.flags = CP_VALUE_EXACT, .exact = subject};
    cp_regex_run(r, 1, &exact, &arena, &budget, &m);
    require(m.tri != CP_YES || (m.beg[0] == 0 && m.end[0] == subject.n && !m.failed));
    cp_atom atoms[] = {{.kind = CP_ATOM_LIT, .lit = cp_slice_sub(subject, 0, data[0] % (subject.n + 1))},
                       {.kind = CP_ATOM_HOLE, .cls = CP_CLASS_ANY, .props = CP_HOLE_ANYTHING}};
    cp_value v = {.atoms = atoms, .atom_count = 2};
    cp_regex_run(r, 1, &v, &arena, &budget, &open);
    require(!(open.tri == CP_YES && m.tri == CP_NO) && !(open.tri == CP_NO && m.tri == CP_YES));
    (void)cp_regex_group(r, 1, subject);
    cp_regexes_free(r);
    cp_arena_free(&arena);
    return 0;
}
