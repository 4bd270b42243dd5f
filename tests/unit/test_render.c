/* Decisions as text: what is underlined, what is escaped, what JSON says. */
#include "render.h"

#include <check.h>

static cp_arena arena;

static void setup(void) {
    cp_arena_init(&arena, NULL, NULL, 0, NULL);
}
static void teardown(void) {
    cp_arena_free(&arena);
}

/* ---- Snippets ---------------------------------------------------------------------------------------------------- */

static const char *snippet_of(const char *text, size_t size, uint32_t begin, uint32_t end) {
    cp_text t = cp_text_in(&arena);
    cp_render_snippet(&t, cp_slice_of(text, size), begin, end, 2, CP_RENDER_PLAIN);
    cp_text_byte(&t, '\0');
    return (const char *)t.p;
}

#define SNIPPET(text, begin, end) snippet_of((text), sizeof(text) - 1, (begin), (end))

START_TEST(test_underlines)
    {
        ck_assert_str_eq(SNIPPET("ls; rm -rf /", 4, 12), "  ls; rm -rf /\n      ^~~~~~~~\n");
        ck_assert_str_eq(SNIPPET("ls", 0, 2), "  ls\n  ^~\n");
        ck_assert_str_eq(SNIPPET("ls", 0, 1), "  ls\n  ^\n");
        /* An empty span, at the end and past it, a reversed one: a caret, and no byte outside the text. */
        ck_assert_str_eq(SNIPPET("ls", 1, 1), "  ls\n   ^\n");
        ck_assert_str_eq(SNIPPET("ls", 2, 2), "  ls\n    ^\n");
        ck_assert_str_eq(SNIPPET("ls", 70, 90), "  ls\n    ^\n");
        ck_assert_str_eq(SNIPPET("ls", 1, 0), "  ls\n   ^\n");
        ck_assert_str_eq(SNIPPET("ls", 0, 4000000000u), "  ls\n  ^~\n");
        ck_assert_str_eq(SNIPPET("", 0, 0), "  \n  ^\n");
    }
END_TEST

START_TEST(test_lines)
    {
        ck_assert_str_eq(SNIPPET("ls\nrm -rf /\npwd", 3, 5), "  2 | rm -rf /\n    | ^~\n");
        ck_assert_str_eq(SNIPPET("ls\nrm", 0, 2), "  1 | ls\n    | ^~\n");
        /* A newline at the very end makes no second line; the newline itself belongs to its line. */
        ck_assert_str_eq(SNIPPET("ls\n", 0, 3), "  ls\n  ^~\n");
        ck_assert_str_eq(SNIPPET("ls\npwd", 2, 3), "  1 | ls\n    |   ^\n");
        /* A span over several lines is underlined to the end of its first. */
        ck_assert_str_eq(SNIPPET("a (b\nc) d", 2, 7), "  1 | a (b\n    |   ^~\n");
        ck_assert_str_eq(SNIPPET("\n\n\n\n\n\n\n\n\nrm", 9, 11), "  10 | rm\n     | ^~\n");
    }
END_TEST

START_TEST(test_columns)
    {
        /* Tabs go to the next multiple of eight, under the text as in it. */
        ck_assert_str_eq(SNIPPET("\trm", 1, 3), "          rm\n          ^~\n");
        ck_assert_str_eq(SNIPPET("ls\t\trm", 4, 6), "  ls              rm\n                  ^~\n");
        ck_assert_str_eq(SNIPPET("a\tb", 1, 2), "  a       b\n   ^~~~~~~\n");
        /* Wide characters take two columns, combining ones none. */
        ck_assert_str_eq(SNIPPET("\xe6\x97\xa5\xe6\x9c\xac rm", 7, 9),
                         "  \xe6\x97\xa5\xe6\x9c\xac rm\n       ^~\n");
        ck_assert_str_eq(SNIPPET("\xe6\x97\xa5\xe6\x9c\xac rm", 0, 6),
                         "  \xe6\x97\xa5\xe6\x9c\xac rm\n  ^~~~\n");
        ck_assert_str_eq(SNIPPET("e\xcc\x81 rm", 4, 6), "  e\xcc\x81 rm\n    ^~\n");
        ck_assert_str_eq(SNIPPET("\xf0\x9f\x8e\x89 rm", 5, 7), "  \xf0\x9f\x8e\x89 rm\n     ^~\n");
        /* A span that begins inside a character begins with it. */
        ck_assert_str_eq(SNIPPET("\xe6\x97\xa5x", 1, 3), "  \xe6\x97\xa5x\n  ^~\n");
    }
END_TEST

START_TEST(test_hidden)
    {
        ck_assert_str_eq(SNIPPET("l\0s x", 4, 5), "  l\\x00s x\n         ^\n");
        ck_assert_str_eq(SNIPPET("ls \x1b[8m x", 3, 4), "  ls \\x1b[8m x\n     ^~~~\n");
        ck_assert_str_eq(SNIPPET("a\xe2\x80\xae b", 5, 6), "  a\\u{202e} b\n            ^\n");
        ck_assert_str_eq(SNIPPET("a\xe2\x80\xae b", 1, 4), "  a\\u{202e} b\n   ^~~~~~~~\n");
        ck_assert_str_eq(SNIPPET("\xff\xfe rm", 3, 5), "  \\xff\\xfe rm\n           ^~\n");
        ck_assert_str_eq(SNIPPET("a\rb", 1, 2), "  a\\x0db\n   ^~~~\n");
        ck_assert_str_eq(SNIPPET("a\xc2\xa0z", 1, 3), "  a\\u{00a0}z\n   ^~~~~~~~\n");
    }
END_TEST

/* The shown line is never wider than it should be, and the caret stands under the span's first character. */
static void check_window(const char *text, size_t size, uint32_t begin, uint32_t end, const char *under) {
    const char *shown = snippet_of(text, size, begin, end);
    const char *newline = strchr(shown, '\n'), *caret = strchr(newline, '^');
    ck_assert_ptr_nonnull(caret);
    ck_assert_uint_le((size_t)(newline - shown), 2 + CP_RENDER_COLUMNS);
    ck_assert_uint_le(strlen(newline + 1), 2 + CP_RENDER_COLUMNS + 1);
    size_t column = (size_t)(caret - (newline + 1));
    ck_assert_msg(strncmp(shown + column, under, strlen(under)) == 0, "%s", shown);
}

START_TEST(test_long_lines)
    {
        enum { SIZE = 100000 };
        static char text[SIZE];
        memset(text, 'a', SIZE);
        static const uint32_t places[] = {0,  1,   50,    90,         95,        96,
                                          97, 200, 50000, SIZE - 100, SIZE - 50, SIZE - 2};
        for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
            memcpy(text + places[i], "rm", 2);
            check_window(text, SIZE, places[i], places[i] + 2, "rm");
            check_window(text, SIZE, places[i], SIZE, "rm");
            check_window(text, SIZE, places[i], places[i], "rm");
            memset(text + places[i], 'a', 2);
        }
        check_window(text, SIZE, SIZE, SIZE, "\n");
        /* Exactly as wide as there is room for: nothing is cut. */
        ck_assert_ptr_null(strstr(snippet_of(text, CP_RENDER_COLUMNS, 0, 1), "..."));
        ck_assert_ptr_nonnull(strstr(snippet_of(text, CP_RENDER_COLUMNS + 1, 0, 1), "..."));
        /* Wide characters and broken ones, cut in the middle. */
        for (size_t i = 0; i + 3 <= SIZE; i += 3)
            memcpy(text + i, "\xe6\x97\xa5", 3);
        for (uint32_t begin = 30000; begin < 30004; begin++)
            ck_assert_ptr_nonnull(strchr(snippet_of(text, SIZE, begin, begin + 1), '^'));
        memset(text, 0x80, SIZE);
        check_window(text, SIZE, 5000, 5001, "\\x80");
    }
END_TEST

START_TEST(test_widths)
    {
        ck_assert_uint_eq(cp_render_width('a'), 1);
        ck_assert_uint_eq(cp_render_width(0xe9), 1);
        ck_assert_uint_eq(cp_render_width(0x300), 0);
        ck_assert_uint_eq(cp_render_width(0x36f), 0);
        ck_assert_uint_eq(cp_render_width(0x370), 1);
        ck_assert_uint_eq(cp_render_width(0x1100), 2);
        ck_assert_uint_eq(cp_render_width(0x4e00), 2);
        ck_assert_uint_eq(cp_render_width(0xac00), 2);
        ck_assert_uint_eq(cp_render_width(0xff01), 2);
        ck_assert_uint_eq(cp_render_width(0xff61), 1);
        ck_assert_uint_eq(cp_render_width(0x1f600), 2);
        ck_assert_uint_eq(cp_render_width(0x3fffd), 2);
        ck_assert_uint_eq(cp_render_width(0x10ffff), 1);
    }
END_TEST

/* ---- Decisions --------------------------------------------------------------------------------------------------- */

static const char policy_text[] = "cmdpolicy: 1\n"
                                  "rules:\n"
                                  "  good: allow\n"
                                  "  ask: {verdict: review, reason: 'ask somebody'}\n"
                                  "  bad: {verdict: deny, reason: \"is bad\", suggest: good, risk: high}\n";

static cmdpolicy_policy *new_policy(void) {
    cmdpolicy_builder *b = cmdpolicy_builder_new();
    cmdpolicy_policy *policy = NULL;
    ck_assert_int_eq(
        cmdpolicy_builder_add_yaml(b, CMDPOLICY_LAYER_USER, "p.yaml", policy_text, sizeof policy_text - 1),
        CMDPOLICY_OK);
    ck_assert_int_eq(cmdpolicy_builder_build(b, &policy), CMDPOLICY_OK);
    cmdpolicy_builder_free(b);
    return policy;
}

/* Rendered, as C text. */
static const char *rendered(const char *command, size_t size, const char *format) {
    cmdpolicy_policy *policy = new_policy();
    cmdpolicy_decision *d = cmdpolicy_check_shell(policy, command, size);
    cmdpolicy_string text, again;
    ck_assert_int_eq(cmdpolicy_decision_render(d, format, &text), CMDPOLICY_OK);
    ck_assert_int_eq(cmdpolicy_decision_render(d, format, &again), CMDPOLICY_OK);
    ck_assert_uint_eq(text.size, again.size);
    ck_assert_int_eq(memcmp(text.data, again.data, text.size), 0);
    cp_slice copy = cp_arena_concat(&arena, cp_slice_of(text.data, text.size), cp_slice_of("", 1));
    ck_assert_uint_eq(strlen((const char *)copy.p), text.size); /* never a NUL in it */
    cmdpolicy_decision_free(d);
    cmdpolicy_policy_free(policy);
    return (const char *)copy.p;
}
#define RENDERED(command, format) rendered((command), sizeof(command) - 1, (format))

static void has(const char *text, const char *part) {
    ck_assert_msg(strstr(text, part) != NULL, "no %s in %s", part, text);
}
static void has_not(const char *text, const char *part) {
    ck_assert_msg(strstr(text, part) == NULL, "%s in %s", part, text);
}

START_TEST(test_text)
    {
        ck_assert_str_eq(RENDERED("good", "text"), "allow\n");
        const char *text = RENDERED("good; bad x", "text");
        has(text, "deny: is bad\n  good; bad x\n        ^");
        has(text, "  rule: p.yaml:bad (user, p.yaml:5)\n");
        has(text, "  risk: high\n");
        has(text, "  try: good\n");
        has_not(text, "\x1b");
        /* The strictest first. */
        text = RENDERED("ask; bad", "text");
        ck_assert_int_eq(strncmp(text, "deny: is bad\n", strlen("deny: is bad\n")), 0);
        ck_assert_ptr_nonnull(strstr(text, "\nreview: ask somebody\n"));
        has(RENDERED("nosuch", "text"), "review: ");
        has(RENDERED("nosuch", "text"), " [unknown-command]\n");
    }
END_TEST

START_TEST(test_ansi)
    {
        has(RENDERED("bad", "ansi"), "\x1b[1;31mdeny\x1b[0m: ");
        has(RENDERED("ask", "ansi"), "\x1b[1;33mreview\x1b[0m: ");
        ck_assert_str_eq(RENDERED("good", "ansi"), "\x1b[1;32mallow\x1b[0m\n");
        /* Without its colours it is the plain text. */
        const char *coloured = RENDERED("bad; ask", "ansi"), *plain = RENDERED("bad; ask", "text");
        for (; *coloured; coloured++) {
            if (*coloured == '\x1b') {
                coloured = strchr(coloured, 'm');
                continue;
            }
            ck_assert_int_eq(*coloured, *plain++);
        }
        ck_assert_int_eq(*plain, '\0');
    }
END_TEST

START_TEST(test_explain)
    {
        const char *text = RENDERED("good 'a b' $x", "explain");
        has(text, "calls:\n");
        has(text, "good 'a b' ");
        has(text, "\npolicy: ");
        has(RENDERED("good", "explain-ansi"), "\x1b[");
    }
END_TEST

START_TEST(test_long_words)
    {
        static char command[100000];
        memset(command, 'x', sizeof command);
        const char *text = rendered(command, sizeof command, "explain");
        has(text, "review: xxxx");
        has(text, "xxx...xxx");
        ck_assert_uint_lt(strlen(text), 3000);
        for (size_t i = 0; i + 3 <= sizeof command; i += 3) /* cut between characters */
            memcpy(command + i, "\xe6\x97\xa5", 3);
        has_not(rendered(command, sizeof command - 1, "explain"), "\\x");
        text = rendered(command, sizeof command, "json");
        ck_assert_uint_gt(strlen(text), sizeof command);
    }
END_TEST

START_TEST(test_json)
    {
        const char *text = RENDERED("ask; bad x", "json");
        ck_assert_int_eq(strncmp(text, "{\"cmdpolicy\":1,\"verdict\":\"deny\",\"policy\":\"", 42), 0);
        has(text,
            "\"reasons\":[{\"verdict\":\"deny\",\"code\":\"rule\",\"rule\":\"p.yaml:bad\",\"layer\":\"user\","
            "\"file\":\"p.yaml\",\"line\":5,\"call\":1,\"message\":\"is bad\",\"span\":[5,");
        has(text, "\"suggestion\":\"good\",\"risk\":\"high\"}");
        has(text,
            "\"argv\":[\"bad\",\"x\"],\"exact\":[true,true],\"span\":[5,10],\"via\":[],\"domain\":\"local\"");
        has_not(text, "\n");
        has_not(text, "_base64");
        has(RENDERED("good $x", "json"), "\"exact\":[true,false]");
        /* Bytes that are not UTF-8 are replaced, and there beside it. */
        text = RENDERED("good a\xff", "json");
        has(text, "\"argv\":[\"good\",\"a\\ufffd\"],\"argv_base64\":[\"Z29vZA==\",\"Yf8=\"]");
        text = RENDERED("good \xe2\x80\xae\x01", "json");
        has_not(text, "\xe2\x80\xae");
        has(text, "\\u202e");
    }
END_TEST

START_TEST(test_unknown_format)
    {
        cmdpolicy_policy *policy = new_policy();
        cmdpolicy_decision *d = cmdpolicy_check_shell(policy, "good", 4);
        cmdpolicy_string text;
        ck_assert_int_eq(cmdpolicy_decision_render(d, "xml", &text), CMDPOLICY_ERR_ARGUMENT);
        ck_assert_int_eq(cmdpolicy_decision_render(d, "", &text), CMDPOLICY_ERR_ARGUMENT);
        cmdpolicy_decision_free(d);
        cmdpolicy_policy_free(policy);
    }
END_TEST

/* The decision that there always is. */
START_TEST(test_static_decision)
    {
        cmdpolicy_decision *d = cmdpolicy_check(NULL, NULL);
        const cp_slice text = cp_render_text(&arena, d, CP_RENDER_PLAIN), json = cp_render_json(&arena, d);
        ck_assert_uint_gt(text.n, 5);
        ck_assert_int_eq(memcmp(text.p, "deny", 4), 0);
        ck_assert_int_eq(memcmp(json.p, "{\"cmdpolicy\":1,\"verdict\":\"deny\"", 31), 0);
        cmdpolicy_decision_free(d);
    }
END_TEST

static void *no_memory(void *user, void *block, size_t old_size, size_t new_size) {
    (void)user;
    (void)block;
    (void)old_size;
    (void)new_size;
    return NULL;
}

START_TEST(test_out_of_memory)
    {
        const cp_allocator none = {no_memory, NULL};
        cp_arena empty;
        cp_arena_init(&empty, &none, NULL, 0, NULL);
        cmdpolicy_policy *policy = new_policy();
        cmdpolicy_decision *d = cmdpolicy_check_shell(policy, "bad", 3);
        ck_assert_uint_eq(cp_render_json(&empty, d).n, 0);
        ck_assert_uint_eq(cp_render_text(&empty, d, CP_RENDER_ALL).n, 0);
        cmdpolicy_decision_free(d);
        cmdpolicy_policy_free(policy);
        cp_arena_free(&empty);
    }
END_TEST

Suite *suite_render(void);
Suite *suite_render(void) {
    Suite *suite = suite_create("render");
    TCase *snippets = tcase_create("snippets"), *decisions = tcase_create("decisions");
    tcase_add_checked_fixture(snippets, setup, teardown);
    tcase_add_checked_fixture(decisions, setup, teardown);
    tcase_add_test(snippets, test_underlines);
    tcase_add_test(snippets, test_lines);
    tcase_add_test(snippets, test_columns);
    tcase_add_test(snippets, test_hidden);
    tcase_add_test(snippets, test_long_lines);
    tcase_add_test(snippets, test_widths);
    tcase_add_test(decisions, test_text);
    tcase_add_test(decisions, test_ansi);
    tcase_add_test(decisions, test_explain);
    tcase_add_test(decisions, test_long_words);
    tcase_add_test(decisions, test_json);
    tcase_add_test(decisions, test_unknown_format);
    tcase_add_test(decisions, test_static_decision);
    tcase_add_test(decisions, test_out_of_memory);
    suite_add_tcase(suite, snippets);
    suite_add_tcase(suite, decisions);
    return suite;
}
