/* Regular expressions: whole values, three answers, limits, and what patterns may not say. */
#include "test_match_fixture.h"

#include <pthread.h>

static fixture *f;
static void setup(void) {
    f = fixture_new();
}
static void teardown(void) {
    fixture_free(f);
}

static cp_tri run(cp_regexes *r, uint32_t regex, const char *value, cp_regex_match *m) {
    cp_value v = value_of(f, value);
    cp_regex_run(r, regex, &v, &f->arena, &f->budget, m);
    return m->tri;
}

START_TEST(whole_values_match)
    {
        static const struct {
            const char *pattern, *value;
            cp_tri want;
        } rows[] = {
            {"a", "a", CP_YES},
            {"a", "ab", CP_NO},
            {"a", "ba", CP_NO},
            {"a|ab", "ab", CP_YES},
            {"", "", CP_YES},
            {"", "x", CP_NO},
            {".*", "", CP_YES},
            {".*", "a\nb", CP_NO},
            {"(?s).*", "a\nb", CP_YES},
            {"a$", "a\n", CP_NO},
            {"a\\n?", "a\n", CP_YES},
            {"(?i)ssh", "SSH", CP_YES},
            {"x.y", "x\xffy", CP_YES},
            {"x(?=y)", "xy", CP_NO},
            {"\\w+", "caf\xc3\xa9", CP_NO},
            /* values that aren't known: only what certainly can't match is no */
            {"@(.+)", "@<?>", CP_MAYBE},
            {"@(.+)", "x<?>", CP_NO},
            {"@(.+)", "<?>", CP_MAYBE},
            {"@(.+)", "<?>x", CP_MAYBE},
            {"abc.*", "ab<?>", CP_MAYBE},
            {"abc.*", "abd<?>", CP_NO},
            {"abc", "abc<?>", CP_MAYBE},
            {"abc", "abcd<?>", CP_NO},
            {".*", "a<?>", CP_MAYBE},
            {"(?!x).*", "x<?>", CP_NO},
            {"(?!xy).*", "x<?>", CP_MAYBE},
            {"a(?!b)", "a<?>", CP_MAYBE},
            {"(a+)\\1b", "aa<?>", CP_MAYBE},
            {"(?<=a)b", "a<?>", CP_NO},
            {"\\d{3}", "12<?>", CP_MAYBE},
            {"\\d{3}", "1a<?>", CP_NO},
            {"a\\b.*", "a<?>", CP_MAYBE},
            {"(?>a+)b", "aaa<?>", CP_MAYBE},
            {"(proxy|local)command=.*", "local<?>", CP_MAYBE},
            {"(proxy|local)command=.*", "port<?>", CP_NO},
            {"[^=]*=.*", "a<?>", CP_MAYBE},
            {"\\S+", "a b<?>", CP_NO},
            /* what takes any end is certain as soon as its beginning is */
            {"gs://[\\s\\S]*", "gs://b/<?>", CP_YES},
            {"gs://[\\s\\S]*", "gs://<?>", CP_YES},
            {"gs://[\\s\\S]*", "gs:<?>", CP_MAYBE},
            {"gs://[\\s\\S]*", "g<?>/x", CP_MAYBE},
            {"gs://[\\s\\S]*", "<?>", CP_MAYBE},
            {"gs://.*", "gs://b/<?>", CP_MAYBE},
            {"[a-z]+://(x|y)/[\\s\\S]*", "gs://y/<?>", CP_YES},
            {"[]a]+b[\\s\\S]*", "]ab<?>", CP_YES},
            {"a|b[\\s\\S]*", "a<?>", CP_MAYBE},
            {"(?!abc)a[\\s\\S]*", "a<?>", CP_MAYBE},
            {"a\\b[\\s\\S]*", "a<?>", CP_MAYBE},
            {"a$|a[\\s\\S]*", "a<?>", CP_MAYBE},
            {"a*+b?[\\s\\S]*", "a<?>", CP_MAYBE},
            {"a[^\\s\\S]*", "a<?>", CP_MAYBE},
            {"a\\[\\s\\S]*", "a[ x<?>", CP_MAYBE},
            {"a[b[\\s\\S]*", "a<?>", CP_YES},
            {"[\\s\\S]*", "<?>", CP_YES},
            {"[\\s\\S]*", "<hex>..x", CP_YES},
            {"(?s).*", "<?>", CP_YES},
            {"(?s).*", "a<?>", CP_YES},
            {"(?s).+", "a<?>", CP_YES},
            {"(?s).+", "<?>a", CP_YES},
            {"(?s).+", "<?>", CP_MAYBE},
            {"(?s)(?<path>.+)", "a<?>", CP_YES},
            {"(?s)(?<path>.*)", "<?>", CP_YES},
            {"(?s)(?<path>.+)", "<?>", CP_MAYBE},
            {"(?<path>.+)", "a<?>", CP_MAYBE},
            {"(?s)(?<path>.+)x", "a<?>", CP_MAYBE},
            {"(?s)(?<path>.+)|x", "a<?>", CP_YES},
            {"(?s)x|.*", "a<?>", CP_YES},
            {"(?s)(?<path>.+)(?<more>.*)", "a<?>", CP_YES},
            {"(?i).*", "a<?>", CP_MAYBE},
            /* one kind of character that takes all that a hole may hold */
            {"\\d*", "<n>", CP_YES},
            {"\\d+", "<n>", CP_YES},
            {"\\d*", "<n?>", CP_YES},
            {"\\d+", "<n?>", CP_MAYBE},
            {"\\d+", "<hex>", CP_MAYBE},
            {"\\w+", "<hex>", CP_YES},
            {"[0-9a-f]+", "<hex>", CP_YES},
            {"[0-9a-e]+", "<hex>", CP_MAYBE},
            {"[^a]+", "<hex>", CP_MAYBE},
            {"[^g-z]+", "<hex>", CP_YES},
            {"[\\w.-]+", "<n>", CP_YES},
            {"[\\d]x*", "<n>", CP_MAYBE},
            {"\\d{3}", "<n>", CP_MAYBE},
            {"(?!1)\\d+", "<n>", CP_MAYBE},
            {"\\d+", "<n>x", CP_NO},
            {"\\d+", "<i>", CP_MAYBE},
            {"-?\\d+", "<i>", CP_YES},
            /* numbers, to which the pattern is blind */
            {"\\d+,\\d+p", "<n>,<n>p", CP_YES},
            {"\\d+,\\d+p", "1,<n>p", CP_YES},
            {"\\d+,\\d+p", "<n>,<i>p", CP_MAYBE},
            {"\\d+,\\d+p", "<n>,<n?>p", CP_MAYBE},
            {"\\d+,\\d*p", "<n>,<n?>p", CP_YES},
            {"\\d+,\\d+p", "<n>,<n>e", CP_NO},
            {"\\d+,\\d+p", "<n>,<s>p", CP_MAYBE},
            {"[0-9]+[^a-z]p", "<n>,p", CP_YES},
            {"[\\x20-9]+p", "<n>p", CP_YES},
            {"\\x31?\\d*p", "<n>p", CP_YES},
            {"[0-8]+p", "<n>p", CP_MAYBE},
            {"(?!7)\\d+p", "<n>p", CP_MAYBE},
            {"\\d{1,9}p", "<n>p", CP_MAYBE},
            {"\\d\\d?p", "<n>p", CP_MAYBE},
            {"\\d\\d\\d\\d", "<n>x<n>", CP_NO},
            {"\\d\\d\\d\\d-", "<n>-", CP_MAYBE},
            {"(?<=\\d)p|\\d+p", "<n>p", CP_MAYBE},
            {"(?<a>\\d+),\\k<a>p", "<n>,<n>p", CP_MAYBE},
            {"(?<a>\\d+),(?!\\k<a>)\\d+p", "<n>,<n>p", CP_MAYBE},
            {"s(?<a>[/|]).\\k<a>.\\k<a>\\d*", "s/a/b/<n>", CP_YES},
            {"s(?<a>[/\\d]).\\k<a>.\\k<a>", "s1a1b<n>", CP_MAYBE},
            {"[[:digit:]]+p", "<n>p", CP_YES},
            {"[[:alnum:]]+p", "<n>p", CP_YES},
            {"\\w+p", "<n><n>p", CP_YES},
            {"(?i)\\d+P", "<n>p", CP_YES},
            {"(?<a1>\\d+)p", "<n>p", CP_YES},
            {"(\\d+)p\\1", "<n>p<n>", CP_MAYBE},
            {"\\Q7\\E\\d*p", "<n>p", CP_MAYBE},
            {"\\d+", "<s>", CP_MAYBE},
            /* whatever is regular, against all that the holes can be */
            {"[^/:]+\\.(?:png|gif)", "a<hex>.png", CP_YES},
            {"[^/:]+\\.(?i:png|gif)", "<hex>.GIF", CP_YES},
            {"[^/:]+\\.(?:png|gif)", "<hex>.jpg", CP_NO},
            {"[^/:]+\\.(?:png|gif)", "<f>.png", CP_MAYBE},
            {"[^/]+\\.(?:png|gif)", "<f>.png", CP_YES},
            {"[\\s\\S]+\\.(?:png|gif)", "<f>.png", CP_YES},
            {"put|get|[a-f0-9]+", "<hex>", CP_YES},
            {"put|get", "<hex>", CP_NO},
            {"[^.]+\\.c|\\.c", "<*e>.c", CP_MAYBE},
            {"(?s)[^.].*", "<*he>.c", CP_YES},
            {"(?s)[^.].*", "<*e>.c", CP_MAYBE},
            {"\\d+", "<n><abs>", CP_MAYBE},
            {"[^:]*", "<below>", CP_MAYBE},
        };
        for (uint32_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            fixture_clear(f);
            uint32_t regex = add_regex(f, rows[i].pattern, NULL);
            cp_regexes *r = cp_regexes_new(&f->image, NULL);
            cp_regex_match m;
            cp_tri got = run(r, regex, rows[i].value, &m);
            ck_assert_msg(got == rows[i].want && !m.failed, "%s against %s: got %s, failed %u", rows[i].value,
                          rows[i].pattern, tri_name(got), m.failed);
            cp_regexes_free(r);
        }
    }
END_TEST

START_TEST(required_literals)
    {
        uint32_t regex = add_regex(f, ".*secret.*", "secret"), slash = add_regex(f, "[^:]*/x:.*", "/x:");
        cp_regexes *r = cp_regexes_new(&f->image, NULL);
        cp_regex_match m;
        ck_assert_int_eq(run(r, regex, "a<n>b", &m), CP_NO);
        ck_assert_int_eq(run(r, regex, "se<n>cret", &m), CP_NO);
        ck_assert_int_eq(run(r, regex, "se<n?>cret", &m), CP_MAYBE);
        ck_assert_int_eq(run(r, regex, "<s>", &m), CP_MAYBE);
        ck_assert_int_eq(run(r, regex, "s<?>t", &m), CP_MAYBE);
        ck_assert_int_eq(run(r, regex, "<~>/x", &m), CP_MAYBE);
        ck_assert_int_eq(run(r, slash, "<s>", &m), CP_NO);
        ck_assert_int_eq(run(r, slash, "<?>", &m), CP_MAYBE);
        ck_assert_int_eq(run(r, slash, "<abs>", &m), CP_MAYBE);
        ck_assert_int_eq(run(r, slash, "a/<s>x:", &m), CP_MAYBE);
        cp_regexes_free(r);
    }
END_TEST

START_TEST(groups_have_places)
    {
        uint32_t regex = add_regex(f, "(?<src>[/.~][^:]*):[^:]*(:(?<mode>ro))?", NULL),
                 many = add_regex(f, "(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)(l)(m)(n)(o)(p)(q)", NULL),
                 all = add_regex(f, "(?s)(?<path>.+)", NULL), text = add_regex(f, "(?s).*", NULL);
        cp_regexes *r = cp_regexes_new(&f->image, NULL);
        cp_regex_match m;
        ck_assert(cp_regexes_prepare(r));
        uint32_t src = cp_regex_group(r, regex, CP_LIT("src")),
                 mode = cp_regex_group(r, regex, CP_LIT("mode"));
        ck_assert_uint_eq(src, 1);
        ck_assert_uint_eq(mode, 3);
        ck_assert_uint_eq(cp_regex_group(r, regex, CP_LIT("sr")), 0);
        ck_assert_uint_eq(cp_regex_group(r, regex, CP_LIT("")), 0);
        ck_assert_uint_eq(cp_regex_group(r, 99, CP_LIT("src")), 0);
        ck_assert_uint_eq(cp_regex_group(r, regex, CP_LIT("a-name-that-is-longer-than-any-group-could-have")),
                          0);
        ck_assert_int_eq(run(r, regex, "/a:/b", &m), CP_YES);
        ck_assert(m.beg[0] == 0 && m.end[0] == 5 && m.beg[src] == 0 && m.end[src] == 2 &&
                  m.beg[mode] == UINT32_MAX && m.end[mode] == UINT32_MAX);
        ck_assert_int_eq(run(r, regex, "/a:/b:ro", &m), CP_YES);
        ck_assert(m.beg[mode] == 6 && m.end[mode] == 8);
        ck_assert_int_eq(run(r, regex, "/a:<?>", &m), CP_MAYBE);
        ck_assert(m.beg[0] == UINT32_MAX && m.beg[src] == UINT32_MAX && !m.whole);
        ck_assert_int_eq(run(r, all, "/a<?>", &m), CP_YES);
        ck_assert(m.whole && m.beg[1] == UINT32_MAX);
        ck_assert_int_eq(run(r, text, "/a<?>", &m), CP_YES);
        ck_assert(!m.whole);
        ck_assert_int_eq(run(r, many, "abcdefghijklmnopq", &m), CP_YES);
        ck_assert(!m.failed && m.beg[15] == 14 && m.end[15] == 15);
        ck_assert_int_eq(run(r, 0, "x", &m), CP_MAYBE);
        ck_assert_uint_eq(m.failed, 1);
        ck_assert_int_eq(run(r, 99, "x", &m), CP_MAYBE);
        ck_assert_uint_eq(m.failed, 1);
        cp_regexes_free(r);
    }
END_TEST

START_TEST(limits_are_failures)
    {
        uint32_t bad = add_regex(f, "(a+)+[bc]", NULL), wide = add_regex(f, "(a|b)*", NULL),
                 recursive = add_regex(f, "(?<x>a(?&x)?b)|c(?R)?", NULL);
        cp_regexes *r = cp_regexes_new(&f->image, NULL);
        cp_regex_match m;
        static char text[CP_REGEX_SUBJECT_MOST + 2];
        memset(text, 'a', sizeof text);
        cp_value v = {.flags = CP_VALUE_EXACT, .exact = cp_slice_of(text, 2000)};
        cp_regex_run(r, bad, &v, &f->arena, &f->budget, &m);
        ck_assert(m.tri == CP_MAYBE && m.failed);
        v.exact.n = CP_REGEX_SUBJECT_MOST;
        cp_regex_run(r, wide, &v, &f->arena, &f->budget, &m);
        ck_assert(m.tri == CP_YES || (m.tri == CP_MAYBE && m.failed));
        cp_regex_run(r, recursive, &v, &f->arena, &f->budget, &m);
        ck_assert(m.tri == CP_NO || m.failed);
        v.exact.n = CP_REGEX_SUBJECT_MOST + 1;
        cp_regex_run(r, wide, &v, &f->arena, &f->budget, &m);
        ck_assert(m.tri == CP_MAYBE && m.failed);
        ck_assert_uint_eq(f->arena.total, 0); /* what backtracking took was given back */
        /* steps are counted */
        cp_budget small;
        cp_budget_init(&small);
        small.limit[CP_LIMIT_STEPS] = 10;
        v.exact.n = 4000;
        cp_regex_run(r, wide, &v, &f->arena, &small, &m);
        ck_assert(m.tri == CP_MAYBE && m.failed && small.hit == CP_LIMIT_STEPS);
        /* a literal beginning that is longer than the limit is cut */
        cp_atom atoms[] = {{.kind = CP_ATOM_LIT, .lit = {(const uint8_t *)text, sizeof text}},
                           {.kind = CP_ATOM_HOLE, .cls = CP_CLASS_ANY, .props = CP_HOLE_ANYTHING}};
        cp_value open = {.atoms = atoms, .atom_count = 2};
        cp_regex_run(r, wide, &open, &f->arena, &f->budget, &m);
        ck_assert_int_eq(m.tri, CP_MAYBE);
        cp_regexes_free(r);
    }
END_TEST

START_TEST(what_patterns_may_not_say)
    {
        static const struct {
            const char *pattern;
            uint32_t offset;
        } bad[] = {
            {"a\\Cb", 1},
            {"(*UTF)a", 0},
            {"a(*ACCEPT)b", 1},
            {"(*LIMIT_MATCH=1)a", 0},
            {"x(?C)y", 1},
            {"x(?C1)y", 1},
            {"(?x)a # b", 0},
            {"(?ix)a", 0},
            {"(?x:a)", 0},
            {"(?-x)a", 0},
            {"a\\Kb", 1},
            {"a)|(b", 1},
            {"(a", 2},
            {"[a", 2},
            {"a\\", 2},
            {"a**b", 2},
            {"a\\Qb", 4},
            {"(?<n>a)(?<n>b)", 12},
            {"[b-a]", 3},
            {"(?#", 3},
            {"[\\E][](*ACCEPT)]", 0},
            {"[]](*ACCEPT)", 3},
            {"[^]](*ACCEPT)", 4},
            {"[[:alpha:]](*ACCEPT)", 11},
            {"[\\]](*ACCEPT)", 4},
            {"[\\Q]\\E](*ACCEPT)", 7},
            {"(?#[)(*ACCEPT)", 5},
            {"\\Q[\\E(*ACCEPT)", 5},
            {"\\c[(*ACCEPT)", 3},
            {"\\\\(*ACCEPT)", 2},
            {"[[:](*ACCEPT)", 4},
            {"[[.](*ACCEPT)", 4},
            {"\\p{Greek}(?C)", 9},
        };
        static const char *const good[] = {"",
                                           "a",
                                           "(?i)a",
                                           "[(*]",
                                           "[](*]",
                                           "[^](*]",
                                           "\\(*",
                                           "\\Q(*ACCEPT)\\E",
                                           "[\\](*ACCEPT)]",
                                           "(?#(*ACCEPT)a",
                                           "(?<n>a)",
                                           "(?:a|b)+",
                                           "[[:alpha:](*]",
                                           "(?=a)a",
                                           "\\d+",
                                           "[?C](?:x)",
                                           "(?s).*",
                                           "(?J)(?<n>a)|(?<n>b)",
                                           "x(?!y)",
                                           "a{2,3}+",
                                           "\\cA",
                                           "(a)\\1",
                                           "(?>a)",
                                           "\\\\C",
                                           "\\\\K"};
        char message[120];
        uint32_t offset;
        for (uint32_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
            bool taken =
                cp_regex_check(&f->arena, cp_slice_str(bad[i].pattern), &offset, message, sizeof message);
            ck_assert_msg(!taken && message[0], "%s was taken", bad[i].pattern);
            if (strcmp(bad[i].pattern, "[\\E][](*ACCEPT)]") != 0)
                ck_assert_msg(offset == bad[i].offset, "%s: offset %u: %s", bad[i].pattern, offset, message);
        }
        for (uint32_t i = 0; i < sizeof good / sizeof good[0]; i++)
            ck_assert_msg(cp_regex_check(&f->arena, cp_slice_str(good[i]), &offset, message, sizeof message),
                          "%s: %u: %s", good[i], offset, message);
        char small[8];
        ck_assert(!cp_regex_check(&f->arena, CP_LIT("(*UTF)"), &offset, small, sizeof small));
        ck_assert_uint_eq(strlen(small), 7);
        ck_assert(!cp_regex_check(&f->arena, CP_LIT("(*UTF)"), &offset, NULL, 0));
        static uint8_t longest[20000];
        memset(longest, 'a', sizeof longest);
        ck_assert(!cp_regex_check(&f->arena, cp_slice_of(longest, sizeof longest), &offset, message,
                                  sizeof message));
        memset(longest, '(', 200);
        memset(longest + 200, ')', 200);
        ck_assert(!cp_regex_check(&f->arena, cp_slice_of(longest, 400), &offset, message, sizeof message));
        /* an image's patterns are looked at again */
        static const char *const smuggled[] = {"a(*ACCEPT)b", "a\\Cb", "a)", "a|(?x)b#", "(a"};
        for (uint32_t i = 0; i < sizeof smuggled / sizeof smuggled[0]; i++) {
            f->regexes[f->regex_count++] = (cp_rec_regex){add_string(f, cp_slice_str(smuggled[i])), 0};
            fixture_update(f);
        }
        cp_regexes *r = cp_regexes_new(&f->image, NULL);
        ck_assert(!cp_regexes_prepare(r));
        for (uint32_t i = 1; i < f->regex_count; i++) {
            cp_regex_match m;
            run(r, i, "a", &m);
            ck_assert_msg(m.tri == CP_MAYBE && m.failed, "%s", smuggled[i - 1]);
        }
        cp_regexes_free(r);
        /* and what matches less than the whole value doesn't count */
        fixture_clear(f);
        f->regexes[f->regex_count++] = (cp_rec_regex){add_string(f, CP_LIT("a)|(b")), 0};
        fixture_update(f);
        r = cp_regexes_new(&f->image, NULL);
        cp_regex_match m;
        ck_assert_int_eq(run(r, 1, "ax", &m), CP_MAYBE);
        ck_assert_uint_eq(m.failed, 1);
        cp_regexes_free(r);
    }
END_TEST

static uint32_t left, taken;
static void *failing(void *user, void *block, size_t old_size, size_t new_size) {
    (void)user;
    (void)old_size;
    if (new_size == 0) {
        taken -= block != NULL;
        free(block);
        return NULL;
    }
    if (left == 0)
        return NULL;
    left--;
    taken += block == NULL;
    return realloc(block, new_size);
}

START_TEST(no_memory_is_a_failure)
    {
        static const cp_allocator mem = {failing, NULL};
        uint32_t regex = add_regex(f, "(a|b)*c", NULL);
        static char text[8000];
        memset(text, 'a', sizeof text);
        text[sizeof text - 1] = 'c';
        cp_value v = {.flags = CP_VALUE_EXACT, .exact = cp_slice_of(text, sizeof text)};
        bool worked = false;
        for (uint32_t n = 0; n < 40 && !worked; n++) {
            left = n;
            cp_regexes *r = cp_regexes_new(&f->image, &mem);
            if (r) {
                cp_arena arena;
                cp_arena_init(&arena, &mem, NULL, 0, NULL);
                cp_regex_match m;
                cp_regex_run(r, regex, &v, &arena, NULL, &m);
                ck_assert(m.tri == CP_YES || (m.tri == CP_MAYBE && m.failed));
                worked = m.tri == CP_YES;
                cp_arena_free(&arena);
            }
            cp_regexes_free(r);
            ck_assert_uint_eq(taken, 0);
        }
        ck_assert(worked);
    }
END_TEST

static cp_regexes *shared;
static void *match_all(void *unused) {
    uintptr_t wrong = 0;
    for (uint32_t i = 1; i < f->regex_count; i++) {
        char text[32];
        cp_arena arena;
        cp_regex_match m;
        cp_arena_init(&arena, NULL, NULL, 0, NULL);
        snprintf(text, sizeof text, "x%uy", i);
        cp_value v = {.flags = CP_VALUE_EXACT, .exact = cp_slice_str(text)};
        cp_regex_run(shared, i, &v, &arena, NULL, &m);
        wrong += m.tri != CP_YES;
        cp_arena_free(&arena);
    }
    (void)unused;
    return (void *)wrong;
}

START_TEST(threads_share_patterns)
    {
        for (uint32_t i = 1; i < 100; i++) {
            char text[32];
            snprintf(text, sizeof text, "x(%u)y", i);
            add_regex(f, text, NULL);
        }
        shared = cp_regexes_new(&f->image, NULL);
        pthread_t threads[8];
        for (uint32_t i = 0; i < 8; i++)
            ck_assert_int_eq(pthread_create(&threads[i], NULL, match_all, NULL), 0);
        for (uint32_t i = 0; i < 8; i++) {
            void *wrong = NULL;
            pthread_join(threads[i], &wrong);
            ck_assert_ptr_null(wrong);
        }
        cp_regexes_free(shared);
        cp_regexes_free(NULL);
    }
END_TEST

Suite *suite_match_regex(void) {
    Suite *s = suite_create("match_regex");
    TCase *c = tcase_create("regexes");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, whole_values_match);
    tcase_add_test(c, required_literals);
    tcase_add_test(c, groups_have_places);
    tcase_add_test(c, limits_are_failures);
    tcase_add_test(c, what_patterns_may_not_say);
    tcase_add_test(c, no_memory_is_a_failure);
    tcase_add_test(c, threads_share_patterns);
    suite_add_tcase(s, c);
    return s;
}
