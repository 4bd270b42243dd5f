/* Reads everything that an image holds or says it holds, through the accessors and lookups: for tests and the fuzzer. */
#ifndef CP_TESTS_IMAGE_WALK_H
#define CP_TESTS_IMAGE_WALK_H
#include "image/index.h"

static inline uint64_t image_walk_options(const cp_image *im, uint32_t first, uint32_t count) {
    uint64_t sum = 0;
    uint32_t groups = 0;
    for (uint32_t i = 0; i < count && i < 64; i++) {
        const cp_rec_option *o = cp_image_option(im, first + i);
        cp_slice name = cp_image_string(im, o->name);
        sum += cp_image_find_option(im, first, count, name);
        sum += cp_image_abbreviated(im, first, count < 4096 ? count : 4096, cp_slice_sub(name, 0, name.n / 2),
                                    &groups);
        const cp_rec_takes *t = cp_image_takes(im, o->takes);
        sum += cp_image_role(im, t->role_first)->kind +
               cp_image_option_name(im, cp_image_option_first(im, first + i)) +
               cp_image_declared(im, t->effect_first)->object;
    }
    return sum + groups;
}

static inline uint64_t image_walk(const cp_image *im) {
    uint64_t sum = 0;
    for (uint32_t s = 0; s < CP_SEC_COUNT; s++)
        for (uint32_t i = 0; i < cp_image_count(im, (cp_section)s) && i < 4096; i++)
            sum += s == CP_SEC_EXCR || s == CP_SEC_TRST || s == CP_SEC_SYSD
                       ? cp_image_u32(im, (cp_section)s, i)
                       : *(const uint8_t *)cp_image_record(im, (cp_section)s, i);
    for (uint32_t i = 0; i / CP_IMAGE_STRINGS < cp_image_count(im, CP_SEC_STRS) && i < 4096; i++) {
        cp_slice s = cp_image_string(im, i);
        for (uint32_t k = 0; k < s.n && k < 256; k++)
            sum += s.p[k];
        s = cp_slice_sub(s, 0, 4096);
        uint32_t found = cp_image_find_word(im, s);
        sum += found + cp_image_step(im, CP_IMAGE_ROOT, found) + cp_image_program(im, found);
        if (i < 64)
            sum += cp_image_grammar_child(im, CP_IMAGE_ROOT, cp_slice_sub(s, 0, 64));
    }
    cp_arena arena;
    cp_arena_init(&arena, NULL, NULL, 0, NULL);
    for (uint32_t i = 0; i < cp_image_count(im, CP_SEC_RULE) && i < 64; i++) {
        const cp_rec_rule *rule = cp_image_rule(im, i);
        sum += cp_image_rule_id(&arena, im, rule).n + cp_image_rule_path(im, rule).text;
        uint16_t hash = 0;
        for (uint32_t k = 0; k < 4096 && cp_index_of_rule(im, rule, k, &hash); k++)
            sum += hash;
    }
    for (uint32_t i = 0; i < cp_image_count(im, CP_SEC_EFFE) && i < 64; i++)
        sum += cp_image_effect_id(&arena, im, cp_image_effect(im, i)).n;
    cp_arena_free(&arena);
    for (uint32_t i = 0; i < cp_image_count(im, CP_SEC_NODE) && i < 64; i++) {
        const cp_rec_body *n = cp_image_body_of(im, i);
        const cp_options globals = cp_image_globals(im, n);
        sum += image_walk_options(im, n->option_first, n->option_count) +
               image_walk_options(im, globals.first, globals.count);
        const cp_rec_more *more = cp_image_more_of(im, n);
        sum += cp_image_glob(im, more->glob_first)->node + cp_image_acase(im, more->case_first)->body +
               cp_image_node(im, cp_image_node(im, i)->parent)->name;
    }
    for (uint32_t i = 0; i < cp_image_count(im, CP_SEC_COND) && i < 64; i++)
        sum += cp_image_name(im, cp_image_cond(im, i)->a)->name;
    for (uint32_t i = 0; i < cp_image_count(im, CP_SEC_RNOD) && i < 64; i++) {
        const cp_rec_rnode *n = cp_image_rnode(im, i);
        const cp_rec_index *index = cp_image_index(im, n->index);
        const cp_run all = {index->posting_first, (uint32_t)index->rest_count + index->word_count};
        sum += cp_index_find_rules(im, all, cp_image_rule_posting(im, all.first + all.count / 2)->hash).count;
    }
    return sum;
}
#endif
