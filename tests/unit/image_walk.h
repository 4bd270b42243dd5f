/* Reads everything that an image holds or says it holds, through the accessors and lookups: for tests and the fuzzer. */
#ifndef CP_TESTS_IMAGE_WALK_H
#define CP_TESTS_IMAGE_WALK_H
#include "image/image.h"

static inline uint64_t image_walk_options(const cp_image *im, uint32_t first, uint32_t count) {
    uint64_t sum = 0;
    uint32_t groups = 0;
    for (uint32_t i = 0; i < count && i < 64; i++) {
        const cp_rec_option *o = cp_image_option(im, first + i);
        cp_slice name = cp_image_string(im, o->name);
        sum += cp_image_find_option(im, first, count, name);
        sum += cp_image_abbreviated(im, first, count < 4096 ? count : 4096, cp_slice_sub(name, 0, name.n / 2),
                                    &groups);
        sum += cp_image_role(im, o->role_first)->kind + cp_image_option(im, o->group)->name +
               cp_image_declared(im, o->effect_first)->object;
    }
    return sum + groups;
}

static inline uint64_t image_walk(const cp_image *im) {
    uint64_t sum = 0;
    for (uint32_t s = 0; s < CP_SEC_COUNT; s++)
        for (uint32_t i = 0; i < cp_image_count(im, (cp_section)s) && i < 4096; i++)
            sum += s == CP_SEC_STRB ? 0 : cp_image_u32(im, (cp_section)s, i);
    for (uint32_t i = 0; i < cp_image_count(im, CP_SEC_STRS) && i < 4096; i++) {
        cp_slice s = cp_image_string(im, i);
        for (uint32_t k = 0; k < s.n && k < 256; k++)
            sum += s.p[k];
        s = cp_slice_sub(s, 0, 4096);
        uint32_t found = cp_image_find_string(im, s);
        sum += found + cp_image_step(im, CP_SEC_GEDG, CP_IMAGE_ROOT, found) +
               cp_image_step(im, CP_SEC_REDG, CP_IMAGE_ROOT, found);
        if (i < 64)
            sum += cp_image_grammar_child(im, CP_IMAGE_ROOT, cp_slice_sub(s, 0, 64));
    }
    for (uint32_t i = 0; i < cp_image_count(im, CP_SEC_NODE) && i < 64; i++) {
        const cp_rec_node *n = cp_image_node(im, i);
        sum += image_walk_options(im, n->option_first, n->option_count) +
               image_walk_options(im, n->global_first, n->global_count);
        sum += cp_image_glob(im, n->glob_first)->node + cp_image_acase(im, n->case_first)->node +
               cp_image_node(im, n->parent)->name;
    }
    return sum;
}
#endif
