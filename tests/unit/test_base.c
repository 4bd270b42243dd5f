/* What every room stands on: arenas, budgets, sources and their spans, texts, diagnostics. */
#include <check.h>
#include <stdlib.h>

#include "base/diag.h"
#include "base/source.h"
#include "base/text.h"

/* ---- Arena ---------------------------------------------------------------------------------------------------------- */

typedef struct counting {
    size_t blocks, requests, fail_from;
} counting;
static void *resize(void *user, void *block, size_t old_size, size_t new_size) {
    counting *c = user;
    (void)old_size;
    if (new_size == 0) {
        c->blocks--;
        free(block);
        return NULL;
    }
    if (c->fail_from && ++c->requests >= c->fail_from)
        return NULL;
    c->blocks += block == NULL;
    return realloc(block, new_size);
}

START_TEST(arena_gives_aligned_distinct_memory)
    {
        uint8_t first[1000];
        for (size_t skew = 0; skew < 9; skew++) {
            counting c = {.blocks = 0};
            cp_allocator mem = {resize, &c};
            cp_arena a;
            cp_arena_init(&a, &mem, first + skew, sizeof first - 16, NULL);
            uint8_t *last = NULL;
            for (size_t size = 0; size < 3000; size += 1 + size / 7) {
                uint8_t *p = cp_alloc_raw(&a, size);
                ck_assert_ptr_nonnull(p);
                ck_assert_uint_eq((uintptr_t)p & 7, 0);
                ck_assert_ptr_ne(p, last); /* none are one */
                memset(p, 0xee, size);
                last = p;
                uint8_t *zero = cp_alloc(&a, size);
                for (size_t i = 0; i < size; i++)
                    ck_assert_uint_eq(zero[i], 0);
            }
            ck_assert_uint_gt(c.blocks, 0);
            cp_arena_free(&a);
            ck_assert_uint_eq(c.blocks, 0);
        }
        cp_arena tiny; /* smaller than its alignment */
        cp_arena_init(&tiny, NULL, first + 1, 3, NULL);
        ck_assert_ptr_nonnull(cp_alloc_raw(&tiny, 8));
        cp_arena_free(&tiny);
        cp_arena none;
        cp_arena_init(&none, NULL, NULL, 0, NULL);
        ck_assert_ptr_nonnull(cp_alloc_array(&none, 0, 8));
        ck_assert(!cp_arena_failed(&none));
        cp_arena_free(&none);
    }
END_TEST

START_TEST(arena_keeps_addresses_and_small_rests)
    {
        cp_arena a;
        cp_arena_init(&a, NULL, NULL, 0, NULL);
        uint32_t *kept[200];
        for (uint32_t i = 0; i < 200; i++) {
            kept[i] = CP_NEW(&a, uint32_t);
            *kept[i] = i;
            (void)cp_alloc_raw(&a, i * 997u);
            ck_assert(cp_arena_holds(&a, kept[i]));
        }
        for (uint32_t i = 0; i < 200; i++)
            ck_assert_uint_eq(*kept[i], i);
        uint8_t *cur = a.cur;
        (void)cp_alloc_raw(&a, 40u << 20); /* a block of its own: the current one goes on */
        ck_assert_ptr_eq(a.cur, cur);
        ck_assert(!cp_arena_holds(&a, &a));
        cp_arena_free(&a);
    }
END_TEST

START_TEST(arena_sizes_overflow_safely)
    {
        static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 7, SIZE_MAX - 8, SIZE_MAX / 2 + 1};
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            cp_arena a;
            cp_arena_init(&a, NULL, NULL, 0, NULL);
            ck_assert_ptr_nonnull(cp_alloc_raw(&a, 1));
            ck_assert_ptr_null(cp_alloc_raw(&a, sizes[i]));
            ck_assert(cp_arena_failed(&a));
            cp_arena_free(&a);
            cp_arena_init(&a, NULL, NULL, 0, NULL);
            ck_assert_ptr_null(cp_alloc_array(&a, sizes[i] / 2, 16));
            ck_assert(cp_arena_failed(&a));
            cp_arena_free(&a);
        }
        cp_arena a;
        uint8_t byte = 'x';
        cp_arena_init(&a, NULL, NULL, 0, NULL);
        ck_assert_uint_eq(cp_arena_concat(&a, (cp_slice){&byte, UINT32_MAX}, (cp_slice){&byte, 1}).n, 0);
        ck_assert(cp_arena_failed(&a));
        cp_arena_free(&a);
    }
END_TEST

START_TEST(arena_out_of_memory_is_sticky)
    {
        for (size_t n = 1; n < 4; n++) {
            counting c = {.fail_from = n};
            cp_allocator mem = {resize, &c};
            cp_budget budget;
            cp_arena a;
            cp_budget_init(&budget);
            cp_arena_init(&a, &mem, NULL, 0, &budget);
            for (int i = 0; i < 100; i++)
                (void)cp_alloc(&a, 900);
            ck_assert(cp_arena_failed(&a));
            ck_assert_uint_eq(budget.hit, CP_LIMIT_MEMORY);
            uint8_t *scrap = cp_alloc(&a, CP_ARENA_SCRAP);
            ck_assert_ptr_eq(scrap, a.scrap); /* small constructors need no check */
            memset(scrap, 1, CP_ARENA_SCRAP);
            scrap = cp_alloc(&a, 16);
            for (int i = 0; i < 16; i++)
                ck_assert_uint_eq(scrap[i], 0);
            ck_assert_ptr_null(cp_alloc_raw(&a, CP_ARENA_SCRAP + 1));
            ck_assert_ptr_null(CP_NEW_ARRAY(&a, int, 1)); /* arrays always say so */
            ck_assert_uint_eq(cp_arena_copy(&a, CP_LIT("text")).n, 0);
            ck_assert_uint_eq(cp_arena_concat(&a, CP_LIT("a"), CP_LIT("b")).n, 0);
            int *items = NULL;
            uint32_t count = 0, cap = 0;
            ck_assert(!CP_PUSH(&a, items, count, cap, 1));
            ck_assert(count == 0 && cap == 0 && items == NULL);
            cp_arena_free(&a);
            ck_assert_uint_eq(c.blocks, 0);
        }
    }
END_TEST

START_TEST(arena_counts_against_the_budget)
    {
        cp_budget budget;
        cp_arena a;
        cp_budget_init(&budget);
        budget.limit[CP_LIMIT_MEMORY] = 40000;
        budget.limit[CP_LIMIT_STEPS] = 1;
        cp_arena_init(&a, NULL, NULL, 0, &budget);
        ck_assert(cp_step(&budget) &&
                  !cp_step(&budget)); /* another limit is no reason to lose what was found */
        ck_assert_ptr_nonnull(cp_alloc_raw(&a, 2000));
        ck_assert(!cp_arena_failed(&a));
        ck_assert_ptr_null(cp_alloc_raw(&a, 30000));
        ck_assert(cp_arena_failed(&a));
        ck_assert_uint_eq(budget.hit, CP_LIMIT_STEPS); /* the first one wins */
        cp_arena_free(&a);
    }
END_TEST

START_TEST(arena_reserves)
    {
        cp_arena a;
        cp_arena_init(&a, NULL, NULL, 0, NULL);
        uint32_t *items = NULL, count = 0, cap = 0;
        for (uint32_t i = 0; i < 10000; i++)
            ck_assert(CP_PUSH(&a, items, count, cap, i));
        for (uint32_t i = 0; i < count; i++)
            ck_assert_uint_eq(items[i], i);
        uint32_t before = cap;
        ck_assert(!cp_arena_reserve(&a, (void **)&items, &cap, count, UINT32_MAX, 4));
        ck_assert_uint_eq(cap, before);
        ck_assert(!cp_arena_reserve(&a, (void **)&items, &cap, count, UINT32_MAX - count, SIZE_MAX / 4));
        ck_assert_uint_eq(cap, before);
        ck_assert(cp_arena_reserve(&a, (void **)&items, &cap, count, cap - count, 4)); /* it fits already */
        ck_assert_uint_eq(cap, before);
        cp_arena_free(&a);
    }
END_TEST

/* ---- Budget --------------------------------------------------------------------------------------------------------- */

START_TEST(budget_names_the_first_limit)
    {
        for (uint32_t i = 1; i < CP_LIMIT_COUNT; i++) {
            cp_budget b;
            cp_budget_init(&b);
            ck_assert_ptr_nonnull(cp_limit_names[i]);
            ck_assert_uint_gt(b.limit[i], 0);
            ck_assert(cp_spend(&b, (cp_limit)i, b.limit[i])); /* exactly as much is fine */
            ck_assert(!cp_spent(&b));
            ck_assert(!cp_spend(&b, (cp_limit)i, 1));
            ck_assert_uint_eq(b.hit, i);
            ck_assert(!cp_spend(&b, i == 1 ? CP_LIMIT_STEPS : CP_LIMIT_INPUT_BYTES,
                                UINT32_MAX)); /* every later one fails, too */
            ck_assert_uint_eq(b.hit, i);
        }
        cp_budget b;
        cp_budget_init(&b);
        b.limit[CP_LIMIT_DEPTH] = 2;
        ck_assert(cp_enter(&b) && cp_enter(&b));
        cp_leave(&b);
        ck_assert(cp_enter(&b));
        ck_assert(!cp_enter(&b));
        cp_leave(&b);
        ck_assert_uint_eq(b.used[CP_LIMIT_DEPTH], 2);
        ck_assert_uint_eq(b.hit, CP_LIMIT_DEPTH);
    }
END_TEST

/* ---- Sources ----------------------------------------------------------------------------------------------------------- */

/* eval "$c" with c='rm -rf /', inside of bash -c '…': two levels. */
START_TEST(spans_lead_back_to_the_user)
    {
        cp_arena a;
        cp_sources s;
        cp_arena_init(&a, NULL, NULL, 0, NULL);
        cp_sources_init(&s, &a);
        /*                              0         1         2         3 */
        /*                              0123456789012345678901234567890123 */
        cp_source user = {.text = CP_LIT("bash -c 'c=\"rm -rf\"; eval \"$c /x\"'"), .kind = CP_SOURCE_USER};
        ck_assert_uint_eq(cp_sources_add(&s, &user), 0);
        const cp_seg identity[] = {{0, 25, {0, 9, 34}}};
        cp_source script = {.text = CP_LIT("c=\"rm -rf\"; eval \"$c /x\""),
                            .kind = CP_SOURCE_VALUE,
                            .seg_count = 1,
                            .segs = identity,
                            .made_at = {0, 0, 35}};
        ck_assert_uint_eq(cp_sources_add(&s, &script), 1);
        const cp_seg parts[] = {{0, 6, {1, 3, 9}}, {6, 3, {1, 20, 23}}};
        cp_source eval = {.text = CP_LIT("rm -rf /x"),
                          .kind = CP_SOURCE_JOINED,
                          .depth = 1,
                          .seg_count = 2,
                          .segs = parts,
                          .made_at = {1, 12, 25}};
        ck_assert_uint_eq(cp_sources_add(&s, &eval), 2);
        static const struct {
            cp_span span, wanted;
            bool exact;
            const char *text;
        } cases[] = {
            {{0, 5, 7}, {0, 5, 7}, true, "-c"},
            {{1, 3, 9}, {0, 12, 18}, true, "rm -rf"},
            {{2, 0, 2}, {0, 12, 14}, true, "rm"},
            {{2, 3, 6}, {0, 15, 18}, true, "-rf"},
            {{2, 7, 9}, {0, 30, 32}, true, "/x"},
            {{2, 6, 6}, {0, 18, 18}, true, ""},                        /* a place between two */
            {{2, 0, 9}, {0, 12, 32}, false, "rm -rf\"; eval \"$c /x"}, /* the hull: not one run there */
            {{2, 9, 12}, {0, 21, 34}, false, NULL}, /* bytes that nobody wrote: where it is run */
        };
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            bool exact = !cases[i].exact;
            cp_span got = cp_span_to_user(&s, cases[i].span, &exact);
            ck_assert_msg(got.src == 0 && got.beg == cases[i].wanted.beg && got.end == cases[i].wanted.end,
                          "%zu: %u..%u", i, got.beg, got.end);
            ck_assert_msg(exact == cases[i].exact, "%zu", i);
            if (cases[i].text)
                ck_assert(cp_slice_is(cp_span_text(&s, got), cases[i].text));
        }
        /* an unescaped text: five bytes of three; then, words of two sources: where it is run */
        const cp_seg shrunk[] = {{0, 3, {0, 0, 5}}};
        cp_source backquote = {.text = CP_LIT("abc"),
                               .kind = CP_SOURCE_UNESCAPED,
                               .seg_count = 1,
                               .segs = shrunk,
                               .made_at = {0, 0, 7}};
        ck_assert_uint_eq(cp_sources_add(&s, &backquote), 3);
        bool exact = true;
        cp_span got = cp_span_to_user(&s, (cp_span){3, 1, 2}, &exact);
        ck_assert(!exact && got.beg == 0 && got.end == 5);
        const cp_seg mixed[] = {{0, 2, {0, 0, 2}}, {2, 2, {2, 0, 2}}};
        cp_source joined = {.text = CP_LIT("barm"),
                            .kind = CP_SOURCE_JOINED,
                            .seg_count = 2,
                            .segs = mixed,
                            .made_at = {0, 9, 34}};
        ck_assert_uint_eq(cp_sources_add(&s, &joined), 4);
        got = cp_span_to_user(&s, (cp_span){4, 0, 4}, &exact);
        ck_assert(!exact && got.beg == 9 && got.end == 34);
        got = cp_span_to_user(&s, (cp_span){99, 1, 2}, NULL); /* no such source */
        ck_assert_uint_eq(got.src, 99);
        ck_assert_uint_eq(cp_span_text(&s, (cp_span){99, 0, 1}).n, 0);
        ck_assert_uint_eq(cp_span_text(&s, (cp_span){3, 2, 99}).n, 1);
        /* one that leads to itself ends */
        const cp_seg circular[] = {{0, 1, {5, 0, 1}}};
        cp_source circle = {.text = CP_LIT("x"), .kind = CP_SOURCE_VALUE, .seg_count = 1, .segs = circular};
        ck_assert_uint_eq(cp_sources_add(&s, &circle), 5);
        (void)cp_span_to_user(&s, (cp_span){5, 0, 1}, NULL);
        cp_arena_free(&a);
    }
END_TEST

/* ---- Texts --------------------------------------------------------------------------------------------------------------- */

#define BYTES(text) \
  { (const uint8_t *)(text), sizeof(text) - 1 }

START_TEST(utf8)
    {
        static const struct {
            cp_slice bytes;
            uint32_t length, code;
        } cases[] = {{BYTES("a"), 1, 'a'},
                     {BYTES("\0"), 1, 0},
                     {BYTES("\x7f"), 1, 0x7f},
                     {BYTES("\xc2\x80"), 2, 0x80},
                     {BYTES("\xdf\xbf"), 2, 0x7ff},
                     {BYTES("\xe0\xa0\x80"), 3, 0x800},
                     {BYTES("\xef\xbf\xbf"), 3, 0xffff},
                     {BYTES("\xf0\x90\x80\x80"), 4, 0x10000},
                     {BYTES("\xf4\x8f\xbf\xbf"), 4, 0x10ffff},
                     {BYTES("\x80"), 0, 0},
                     {BYTES("\xc0\x80"), 0, 0},
                     {BYTES("\xc1\xbf"), 0, 0},
                     {BYTES("\xe0\x9f\xbf"), 0, 0},
                     {BYTES("\xed\xa0\x80"), 0, 0},
                     {BYTES("\xed\x9f\xbf"), 3, 0xd7ff},
                     {BYTES("\xf0\x8f\xbf\xbf"), 0, 0},
                     {BYTES("\xf4\x90\x80\x80"), 0, 0},
                     {BYTES("\xf5\x80\x80\x80"), 0, 0},
                     {BYTES("\xff"), 0, 0},
                     {BYTES("\xc2"), 0, 0},
                     {BYTES("\xe1\x80"), 0, 0},
                     {BYTES("\xf1\x80\x80"), 0, 0},
                     {BYTES("\xc2z"), 0, 0},
                     {BYTES("\xe1\x80z"), 0, 0}};
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            uint32_t code = 0;
            ck_assert_msg(cp_utf8_at(cases[i].bytes, 0, &code) == cases[i].length, "%zu", i);
            if (cases[i].length)
                ck_assert_msg(code == cases[i].code, "%zu: %x", i, code);
        }
    }
END_TEST

START_TEST(texts_are_shown_safely)
    {
        static const struct {
            cp_slice bytes;
            const char *visible, *json, *base64;
            bool valid;
        } cases[] = {
            {BYTES(""), "", "\"\"", "", true},
            {BYTES("a\"b\\"), "a\"b\\", "\"a\\\"b\\\\\"", "YSJiXA==", true},
            {BYTES("a\n\t\x1b[m"), "a\\n\\t\\x1b[m", "\"a\\n\\t\\u001b[m\"", "YQoJG1tt", true},
            {BYTES("\0\r\x7f"), "\\x00\\x0d\\x7f", "\"\\u0000\\u000d\\u007f\"", "AA1/", true},
            {BYTES("\xc3\xa9\xe2\x82\xac"), "\xc3\xa9\xe2\x82\xac", "\"\xc3\xa9\xe2\x82\xac\"",
             "w6nigqw=", true},
            {BYTES("\xe2\x80\xae"), "\\u{202e}", "\"\\u202e\"", "4oCu", true},
            {BYTES("\xe2\x80\x8b\xc2\xa0"), "\\u{200b}\\u{00a0}", "\"\\u200b\\u00a0\"", "4oCLwqA=", true},
            {BYTES("\xc2\x9b"), "\\u{009b}", "\"\\u009b\"", "wps=", true},
            {BYTES("\xf3\xa0\x81\x81"), "\\u{0e0041}", NULL, "86CBgQ==", true},
            {BYTES("x\xff\xfe"), "x\\xff\\xfe", "\"x\\ufffd\\ufffd\"", "eP/+", false},
            {BYTES("\xe2\x82"), "\\xe2\\x82", "\"\\ufffd\\ufffd\"", "4oI=", false},
            {BYTES("\xed\xa0\x80"), "\\xed\\xa0\\x80", "\"\\ufffd\\ufffd\\ufffd\"", "7aCA", false}};
        cp_arena a;
        cp_arena_init(&a, NULL, NULL, 0, NULL);
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            cp_text visible = cp_text_in(&a), json = cp_text_in(&a), base64 = cp_text_in(&a);
            cp_text_visible(&visible, cases[i].bytes);
            ck_assert_msg(cp_text_json(&json, cases[i].bytes) == cases[i].valid, "%zu", i);
            cp_text_base64(&base64, cases[i].bytes);
            ck_assert_msg(cp_slice_is(cp_text_slice(&visible), cases[i].visible), "%zu: visible: %.*s", i,
                          (int)visible.n, (const char *)visible.p);
            if (cases[i].json)
                ck_assert_msg(cp_slice_is(cp_text_slice(&json), cases[i].json), "%zu: json: %.*s", i,
                              (int)json.n, (const char *)json.p);
            ck_assert_msg(cp_slice_is(cp_text_slice(&base64), cases[i].base64), "%zu: base64: %.*s", i,
                          (int)base64.n, (const char *)base64.p);
        }
        cp_text numbers = cp_text_in(&a);
        cp_text_number(&numbers, 0);
        cp_text_byte(&numbers, ' ');
        cp_text_number(&numbers, UINT64_MAX);
        ck_assert(cp_slice_is(cp_text_slice(&numbers), "0 18446744073709551615"));
        cp_arena_free(&a);
    }
END_TEST

START_TEST(slices)
    {
        cp_slice s = CP_LIT("a/b/c");
        ck_assert_uint_eq(cp_slice_find(s, '/', 0), 1);
        ck_assert_uint_eq(cp_slice_find(s, '/', 2), 3);
        ck_assert_uint_eq(cp_slice_find(s, '/', 4), 5);
        ck_assert_uint_eq(cp_slice_find(s, 'a', 99), 5);
        ck_assert_uint_eq(cp_slice_rfind(s, '/'), 3);
        ck_assert_uint_eq(cp_slice_rfind(s, 'x'), 5);
        ck_assert(cp_slice_is(cp_slice_sub(s, 2, 99), "b/c") && cp_slice_sub(s, 4, 2).n == 0 &&
                  cp_slice_sub((cp_slice){NULL, 0}, 1, 2).n == 0);
        ck_assert(cp_slice_compare(CP_LIT("a"), CP_LIT("ab")) < 0 &&
                  cp_slice_compare(CP_LIT("b"), CP_LIT("ab")) > 0 && cp_slice_compare(s, s) == 0);
        ck_assert(cp_slice_compare(CP_LIT("\x80"), CP_LIT("a")) > 0); /* bytes have no sign */
        ck_assert(cp_slice_starts(s, CP_LIT("a/")) && cp_slice_starts(s, CP_LIT("")) &&
                  !cp_slice_starts(CP_LIT("a"), CP_LIT("ab")));
        ck_assert(cp_slice_eq((cp_slice){NULL, 0}, CP_LIT("")) && !cp_slice_eq(CP_LIT("a"), CP_LIT("b")));
    }
END_TEST

/* ---- Diagnostics --------------------------------------------------------------------------------------------------------- */

START_TEST(diagnostics_are_capped_and_counted)
    {
        cp_arena a;
        cp_diags d;
        cp_arena_init(&a, NULL, NULL, 0, NULL);
        cp_diags_init(&d, &a);
        d.layer = 3;
        for (uint32_t i = 0; i < CP_DIAG_MOST + 50; i++) {
            char text[20] = "message";
            const cp_diag *e =
                cp_diag_add(&d, false, "code", CP_LIT("f"), i + 1, 2, i, cp_slice_str(text), CP_LIT("e"));
            memset(text, 'x', 7); /* texts are copied */
            ck_assert((e != NULL) == (i < CP_DIAG_MOST));
        }
        for (uint32_t i = 0; i < CP_DIAG_MOST + 1; i++)
            (void)cp_diag_add(&d, true, "w", CP_LIT("f"), 0, 0, 0, CP_LIT("m"), CP_LIT(""));
        ck_assert_uint_eq(d.errors, CP_DIAG_MOST + 50);
        ck_assert_uint_eq(d.warnings, CP_DIAG_MOST + 1);
        uint32_t kept = 0;
        for (const cp_diag *e = d.first; e; e = e->next, kept++)
            if (kept < CP_DIAG_MOST)
                ck_assert(e->line == kept + 1 && e->layer == 3 && !e->warning &&
                          cp_slice_is(e->message, "message"));
        ck_assert_uint_eq(kept, 2 * CP_DIAG_MOST);
        cp_arena_free(&a);
        counting c = {.fail_from = 1};
        cp_allocator mem = {resize, &c};
        cp_arena_init(&a, &mem, NULL, 0, NULL);
        cp_diags_init(&d, &a);
        ck_assert_ptr_null(cp_diag_add(&d, false, "code", CP_LIT("f"), 1, 1, 0, CP_LIT("m"), CP_LIT("e")));
        ck_assert_uint_eq(d.errors, 1); /* never lost: the list says so */
        ck_assert_ptr_null(d.first);
        cp_arena_free(&a);
    }
END_TEST

Suite *suite_base(void);
Suite *suite_base(void) {
    Suite *suite = suite_create("base");
    TCase *tcase = tcase_create("base");
    tcase_add_test(tcase, arena_gives_aligned_distinct_memory);
    tcase_add_test(tcase, arena_keeps_addresses_and_small_rests);
    tcase_add_test(tcase, arena_sizes_overflow_safely);
    tcase_add_test(tcase, arena_out_of_memory_is_sticky);
    tcase_add_test(tcase, arena_counts_against_the_budget);
    tcase_add_test(tcase, arena_reserves);
    tcase_add_test(tcase, budget_names_the_first_limit);
    tcase_add_test(tcase, spans_lead_back_to_the_user);
    tcase_add_test(tcase, utf8);
    tcase_add_test(tcase, texts_are_shown_safely);
    tcase_add_test(tcase, slices);
    tcase_add_test(tcase, diagnostics_are_capped_and_counted);
    suite_add_tcase(suite, tcase);
    return suite;
}
