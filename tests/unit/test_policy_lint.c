/* The linter where the program doesn't reach it: several layers that are looked at together. */
#include <check.h>

#include "policy/lint.h"
#include "policy_fixture.h"

static uint32_t found(const compiled *c, const char *code) {
    uint32_t n = 0;
    for (const cp_diag *d = c->diags.first; d; d = d->next)
        n += cp_slice_is(d->code, code) && d->warning;
    return n;
}

static void lint_below(const char *text, const char *later_text, compiled *c) {
    compiled later;
    ck_assert(compiled_one(&later, later_text, CP_LAYER_USER, NULL));
    ck_assert(compiled_one(c, text, CP_LAYER_SYSTEM, NULL));
    const cp_image *images[] = {&later.image};
    const cp_lint in = {.arena = &c->arena,
                        .diags = &c->diags,
                        .models = c->models,
                        .count = c->count,
                        .layer = CP_LAYER_SYSTEM,
                        .own = &c->image,
                        .later = images,
                        .later_count = 1};
    cp_policy_lint(&in);
    compiled_free(&later);
}

#define V "cmdpolicy: 1\n"
START_TEST(a_rule_that_a_later_layer_takes_always_yields)
    {
        static const struct {
            const char *system, *user;
            uint32_t yields;
        } cases[] = {
            {V "rules: {a b: deny, a c: deny}\n", V "rules: {a b: allow}\n", 1},
            {V "rules: {a b -x: deny}\n", V "rules: {a b -x: allow}\n", 1},
            {V "rules: {a b: deny}\n", V "rules: {a b: {verdict: allow, when: {sandbox: none}}}\n", 0},
            {V "rules: {a b: deny}\n", V "rules: {a b: {verdict: allow, except: [a b c]}}\n", 0},
            {V "rules: {a b: deny}\n", V "rules: {a b c: allow, a: allow, a b -x: allow}\n", 0},
        };
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            compiled c;
            lint_below(cases[i].system, cases[i].user, &c);
            ck_assert_msg(found(&c, "always-yields") == cases[i].yields, "case %u: %u findings", (unsigned)i,
                          found(&c, "always-yields"));
            compiled_free(&c);
        }
    }
END_TEST

/* A finding stands once a place, however many combinations a key has. */
START_TEST(a_finding_stands_once)
    {
        compiled c;
        lint_below(
            V "commands: {g: {subcommands: {a: {options: {-x: flag}}, b: {}}}}\nrules: {g a|b -x=1: deny}\n",
            V, &c);
        ck_assert_uint_eq(found(&c, "never-matches"), 1);
        compiled_free(&c);
    }
END_TEST

/* Many rules of the same words are compared in groups, not each with each. */
START_TEST(many_rules_are_read_in_time)
    {
        static char text[200000];
        int n = snprintf(text, sizeof text, V "rules:\n");
        for (int i = 0; i < 3000; i++)
            n += snprintf(text + n, sizeof text - (size_t)n, "  tool%d run -x%d: deny\n", i, i);
        compiled c;
        lint_below(text, V "rules: {tool7 run -x7: allow}\n", &c);
        ck_assert_uint_eq(found(&c, "always-yields"), 1);
        compiled_free(&c);
    }
END_TEST

Suite *suite_policy_lint(void);
Suite *suite_policy_lint(void) {
    Suite *s = suite_create("policy_lint");
    TCase *t = tcase_create("lint");
    tcase_add_test(t, a_rule_that_a_later_layer_takes_always_yields);
    tcase_add_test(t, a_finding_stands_once);
    tcase_add_test(t, many_rules_are_read_in_time);
    suite_add_tcase(s, t);
    return s;
}
