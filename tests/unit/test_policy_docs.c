/* The examples of docs/rules.md: each ```yaml block compiles by itself; one marked `wrong=CODE` fails with that code. */
#include <check.h>
#include <stdio.h>

#include "policy_fixture.h"

static char *read_file(const char *path) {
    FILE *f = fopen(path, "rb");
    ck_assert_msg(f != NULL, "%s can't be read", path);
    char *text = calloc(1, 1 << 20);
    ck_assert_ptr_nonnull(text);
    size_t n = fread(text, 1, (1 << 20) - 1, f);
    ck_assert_uint_lt(n, (1 << 20) - 1);
    fclose(f);
    return text;
}

static void check_block(const char *body, const char *wrong) {
    compiled c;
    compiled_begin(&c);
    char *text = malloc(strlen(body) + 32);
    ck_assert_ptr_nonnull(text);
    strcpy(text, strncmp(body, "cmdpolicy:", 10) == 0 ? "" : "cmdpolicy: 1\n");
    strcat(text, body);
    compiled_add(&c, "rules.md", text, strlen(text), CP_LAYER_USER);
    bool done = compiled_end(&c, CP_LAYER_USER, NULL);
    if (*wrong)
        ck_assert_msg(!done && c.diags.first && cp_slice_is(c.diags.first->code, wrong), "not %s but %s:\n%s",
                      wrong, compiled_why, text);
    else
        ck_assert_msg(done, "%s:\n%s", compiled_why, text);
    free(text);
    compiled_free(&c);
}

START_TEST(examples_of_the_reference_compile)
    {
        char *text = read_file(CMDPOLICY_TESTS_DIR "/../docs/rules.md");
        uint32_t count = 0;
        for (char *at = text; (at = strstr(at, "```yaml")) != NULL; count++) {
            char wrong[64] = "";
            sscanf(at, "```yaml wrong=%63[a-z-]", wrong);
            char *body = strchr(at, '\n');
            ck_assert_ptr_nonnull(body);
            char *end = strstr(++body, "\n```");
            ck_assert_ptr_nonnull(end);
            end[1] = 0;
            check_block(body, wrong);
            at = end + 2;
        }
        ck_assert_uint_ge(count, 10);
        free(text);
    }
END_TEST

Suite *suite_policy_docs(void);
Suite *suite_policy_docs(void) {
    Suite *s = suite_create("policy_docs");
    TCase *t = tcase_create("docs");
    tcase_add_test(t, examples_of_the_reference_compile);
    suite_add_tcase(s, t);
    return s;
}
