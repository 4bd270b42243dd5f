/* The examples of docs/rules.md: each ```yaml block compiles by itself; one marked `wrong=CODE` fails with that code. And the numbers of
 * docs/limits.md. */
#include <check.h>
#include <stdio.h>

#include "api.h"
#include "calls/walk.h"
#include "common/input.h"
#include "common/places.h"
#include "decide/judge.h"
#include "hooks/hooks.h"
#include "match/match.h"
#include "policy/yaml.h"
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

/* A number as the page writes it: 4,194,304. */
static const char *with_commas(uint64_t n, char out[32]) {
    char digits[24];
    int size = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n), at = 0;
    for (int i = 0; i < size; i++) {
        if (i && (size - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = 0;
    return out;
}

/* The row of a table that begins with `name`, with `cells` cells of which none is empty. Its cell number `of`, without blanks. */
static void cell(const char *text, const char *name, int cells, int of, char out[64]) {
    char row[300], begin[200];
    snprintf(begin, sizeof begin, "\n| %s |", name);
    const char *at = strstr(text, begin);
    ck_assert_msg(at != NULL, "docs/limits.md has no row %s", name);
    const size_t size = strcspn(at + 1, "\n");
    ck_assert_uint_lt(size, sizeof row);
    memcpy(row, at + 1, size);
    row[size] = 0;
    int count = 0;
    for (char *c = strtok(row, "|"); c; c = strtok(NULL, "|"), count++) {
        while (*c == ' ')
            c++;
        size_t n = strlen(c);
        while (n && c[n - 1] == ' ')
            n--;
        ck_assert_msg(n > 0, "%s: an empty cell", name);
        if (count == of)
            snprintf(out, 64, "%.*s", (int)n, c);
    }
    ck_assert_msg(count == cells, "%s: %d cells", name, count);
}

/* docs/limits.md names every limit, and what it says of each is so. */
START_TEST(limits_are_as_the_page_says)
    {
        static const struct {
            const char *row;
            uint64_t most;
        } fixed[] = {
            {"Rules that match one command at one time", CP_CANDIDATES_MOST},
            {"A value that a pattern is tried on", CP_REGEX_SUBJECT_MOST},
            {"Backtracking of one pattern on one value", CP_REGEX_MATCH_MOST},
            {"Nested backtracking points", CP_REGEX_DEPTH_MOST},
            {"Memory of a pattern's backtracking", CP_REGEX_HEAP_MOST},
            {"Parentheses in a pattern, one in the other", CP_REGEX_NEST_MOST},
            {"Values that a word is followed in", CP_SET_MOST},
            {"Rounds in which a loop may still change something", CP_LOOP_TRIALS_MOST},
            {"Words of a list that a `for` is walked for one by one", CP_LOOP_UNROLL_MOST},
            {"Items of known text that xargs runs with", CP_STDIN_ITEMS_MOST},
            {"A policy file", CP_YAML_BYTES_MOST},
            {"Nesting in a policy file", CP_YAML_DEPTH_MOST},
            {"Entries, values and ends in a policy file", CP_YAML_EVENTS_MOST},
            {"A file that is loaded, text or image", CP_FILE_BYTES_MOST},
            {"Images of one policy", CP_POLICY_IMAGES_MOST},
            {"Diagnostics kept", CP_DIAG_MOST},
            {"A hook's payload, a request on standard input", CLI_MOST_INPUT},
            {"Commands in one payload", HOOK_MOST_COMMANDS},
            {"Names in a directory that `cmdpolicy-check` looks at", CLI_MOST_NAMES},
            {"Workspace roots in one payload", HOOK_MOST_ROOTS},
        };
        char *text = read_file(CMDPOLICY_TESTS_DIR "/../docs/limits.md"), name[80], number[32], found[64];
        size_t rows = 0;
        for (uint32_t i = CP_LIMIT_NONE + 1; i < CP_LIMIT_COUNT; i++) {
            snprintf(name, sizeof name, "`%s`", cp_limit_names[i]);
            cell(text, name, 4, 2, found);
            ck_assert_str_eq(found, with_commas(cp_limit_defaults[i], number));
        }
        for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++) {
            cell(text, fixed[i].row, 5, 2, found);
            ck_assert_msg(strcmp(found, with_commas(fixed[i].most, number)) == 0, "%s: %s, not %s",
                          fixed[i].row, number, found);
        }
        for (const char *at = text; (at = strstr(at, "\n| ")) != NULL; at++)
            rows++;
        ck_assert_uint_eq(rows, CP_LIMIT_COUNT - 1 + sizeof fixed / sizeof fixed[0] + 2); /* two headings */
        free(text);
    }
END_TEST

Suite *suite_policy_docs(void);
Suite *suite_policy_docs(void) {
    Suite *s = suite_create("policy_docs");
    TCase *t = tcase_create("docs");
    tcase_add_test(t, examples_of_the_reference_compile);
    tcase_add_test(t, limits_are_as_the_page_says);
    suite_add_tcase(s, t);
    return s;
}
