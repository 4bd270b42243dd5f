/* The walk: which calls a script may make, where, through what, reading what; and what hostile scripts cost, in counted steps. */
#include <check.h>
#include <stdio.h>

#include "api.h"

static cmdpolicy_policy *policy;

static void setup(void) {
    static const char forbidden[] = "cmdpolicy: 1\nrules:\n  forbidden: deny\n";
    cmdpolicy_builder *b = cmdpolicy_builder_new();
    cmdpolicy_builder_add_builtin(b, NULL);
    cmdpolicy_builder_add_yaml(b, CMDPOLICY_LAYER_USER, "user", forbidden, sizeof forbidden - 1);
    ck_assert_int_eq(cmdpolicy_builder_build(b, &policy), CMDPOLICY_OK);
    cmdpolicy_builder_free(b);
}
static void teardown(void) {
    cmdpolicy_policy_free(policy);
}

static cmdpolicy_decision *decided(const char *text, size_t size) {
    cmdpolicy_request *r = cmdpolicy_request_new(policy);
    cmdpolicy_request_set_cwd(r, "/w", 2);
    cmdpolicy_request_set_home(r, "/home/u", 7);
    cmdpolicy_request_add_workspace(r, "/w", 2, CMDPOLICY_TRUSTED);
    cmdpolicy_request_set_shell(r, CMDPOLICY_DIALECT_BASH, text, size);
    cmdpolicy_decision *d = cmdpolicy_check(policy, r);
    cmdpolicy_request_free(r);
    return d;
}

/* ---- Lists of calls -------------------------------------------------------------------------------------------------- */

/* "argv @cwd <stdin ^parent", one a line, without what is usual: @/w, no known input, no parent. */
static cp_slice shown(cmdpolicy_decision *d) {
    static const char *const domains[] = {"", " remote", " container"};
    cp_text t = cp_text_in(&d->arena);
    for (uint32_t i = 0; i < d->calls.call_count; i++) {
        const cp_call *c = &d->calls.calls[i];
        if (i)
            cp_text_str(&t, "\n");
        for (uint32_t k = 0; k < c->argv.count; k++) {
            const cp_field *f = &c->argv.items[k];
            cp_text_str(&t, k ? " " : "");
            for (uint32_t n = 0; n < f->set.count; n++) {
                cp_text_str(&t, n ? "|" : "");
                cp_text_visible(&t, cp_value_show(&d->arena, &f->set.values[n]));
            }
            cp_text_str(&t, f->splat ? "..." : "");
        }
        if (c->identity == CP_IDENTITY_FUNCTION)
            cp_text_str(&t, " ()");
        if (c->cwd.count == 0)
            cp_text_str(&t, " @?");
        for (uint32_t k = 0; k < c->cwd.count; k++) {
            cp_slice cwd = cp_value_show(&d->arena, &c->cwd.values[k]);
            if (c->cwd.count == 1 && cp_slice_is(cwd, "/w"))
                continue;
            cp_text_str(&t, " @");
            cp_text_add(&t, cwd);
        }
        if (c->in.is == CP_STDIN_IS_TEXT) {
            cp_text_str(&t, " <");
            cp_text_visible(&t, c->in.text.exact);
        }
        if (c->in.from_count) {
            cp_text_str(&t, " <#");
            cp_text_number(&t, c->in.from_first);
        }
        if (c->parent != CP_NO_CALL) {
            cp_text_str(&t, " ^");
            cp_text_number(&t, c->parent);
        }
        cp_text_str(&t, domains[c->domain]);
        if (c->reach == CP_REACH_LATER)
            cp_text_str(&t, " later");
    }
    return cp_text_slice(&t);
}

static const struct {
    const char *script, *calls;
} rows[] = {
    {"a; b && c || d", "a\nb\nc\nd"},
    {"cd x; a", "cd x\na @/w/x @/w"},
    {"cd x && a", "cd x\na @/w/x"},
    {"cd x || a; b", "cd x\na\nb @/w/x @/w"},
    {"(cd x; a); b", "cd x\na @/w/x @/w\nb"},
    {"cd; a", "cd\na @/home/u @/w"},
    {"cd -; a", "cd -\na @?"},
    {"CDPATH=/; cd x && a", "cd x\na @?"},
    {"if a; then x=b; else x=c; fi; $x", "a\nb\nc"},
    {"x=a; while b; do x=c; done; $x", "b\nc\na"},
    {"for i in a b; do $i x; done", "a x\nb x"},
    {"for i in *; do a \"$i\"; done", "a *"},
    {"i=0; while a $i; do i=$((i+1)); done", "a $i"},
    {"f() { a \"$@\"; }; f b; f c d", "a b\nf b ()\na c d\nf c d ()"},
    {"f() { a \"$x\"; x=b; f; }; x=c; f", "a c\nf ()\na $x @?\nf @?\nf ()"},
    {"f() { a; }; unset -f f; f", "unset -f f\na\nf"},
    {"if a; then f() { b; }; else f() { c; }; fi; f", "a\nc\nb\nf ()"},
    {"sh -c 'a \"$1\"' _ b", "sh -c a \"$1\" _ b\na b ^0"},
    {"env -C x A=1 a", "env -C x A=1 a\na @/w/x ^0"},
    {"sudo -u r sh -c a", "sudo -u r sh -c a\nsh -c a ^0\na ^1"},
    {"echo a | sh", "echo a\nsh <a\\n <#0\na ^1"},
    {"sh <<< 'a b'", "sh <a b\\n\na b ^0"},
    {"printf 'b\\nc' | xargs a", "printf b\\nc\nxargs a <b\\nc <#0\na b c ^1"},
    {"b | xargs -n1 a", "b\nxargs -n1 a <#0\na …... ^1"},
    {"find d -exec a {} +", "find d -exec a {} +\na d*... ^0"},
    {"find d -execdir a {} \\;", "find d -execdir a {} ;\na ./* @/w/d/… @/w ^0"},
    {"ssh h a", "ssh h a\na @? ^0 remote"},
    {"trap a EXIT; b", "trap a EXIT\nb\na @? ^0"},
    {"trap a USR1; b", "trap a USR1\nb\na @? ^0 later"},
    {"eval 'x=a'; $x", "eval x=a\na"},
    {"x=$(echo a); $x", "echo a\na"},
    {"env echo a | sh", "env echo a\necho a ^0\nsh <#0\na ^2"},
    {"bash <(echo a)", "echo a\nbash …\na ^1"},
    {"set -- a b; \"$@\"; shift; c \"$@\"", "set -- a b\na b\nshift\nc b"},
};

START_TEST(test_rows)
    {
        cmdpolicy_decision *d = decided(rows[_i].script, strlen(rows[_i].script));
        cp_slice s = shown(d);
        ck_assert_msg(cp_slice_is(s, rows[_i].calls), "%s\n  gives:\n%.*s\n  wanted:\n%s", rows[_i].script,
                      (int)s.n, (const char *)s.p, rows[_i].calls);
        cmdpolicy_decision_free(d);
    }
END_TEST

/* A span of a call in a text that is read again leads back to what the user wrote. */
START_TEST(test_spans)
    {
        static const char script[] = "c='rm  -r x'; eval \"true; $c\"";
        cmdpolicy_decision *d = decided(script, sizeof script - 1);
        ck_assert_uint_eq(d->calls.call_count, 3);
        bool exact = false;
        cp_span span = cp_span_to_user(&d->sources, d->calls.calls[2].span, &exact);
        ck_assert(exact);
        ck_assert_uint_eq(span.beg, 3);
        ck_assert_uint_eq(span.end, 11);
        cmdpolicy_decision_free(d);
    }
END_TEST

/* ---- What it costs ---------------------------------------------------------------------------------------------------- */

static cp_text repeated(cp_arena *arena, const char *head, const char *unit, unsigned count,
                        const char *tail) {
    cp_text t = cp_text_in(arena);
    cp_text_str(&t, head);
    for (unsigned i = 0; i < count; i++)
        for (const char *c = unit; *c; c++)
            if (*c == '#')
                cp_text_number(&t, i);
            else if (*c == '^')
                cp_text_number(&t, i + 1);
            else
                cp_text_byte(&t, (uint8_t)*c);
    cp_text_str(&t, tail);
    return t;
}

/* Each unit is repeated `count` times, # being its number and ^ the next one. `linear`: twice as many cost about twice the steps. */
static const struct {
    const char *name, *head, *unit;
    unsigned count;
    const char *tail;
    bool linear;
} costs[] = {
    {"nested wrappers", "", "env ", 1000, "forbidden", false},
    {"nested wrappers of several kinds", "", "sudo -n env A=1 nice -n 1 timeout 5 xargs -n1 ", 200,
     "forbidden", false},
    {"a few nested wrappers", "", "env ", 20, "forbidden", false},
    {"statements", "", "a# x; ", 1000, "forbidden", true},
    {"and-list", "", "a && ", 1000, "forbidden", true},
    {"pipeline", "", "a | ", 500, "forbidden", true},
    {"branches", "", "if a; then x=#; else y=#; fi; ", 1000, "forbidden", true},
    {"elif chain", "if a; then b; ", "elif c#; then x=#; ", 1000, "fi; forbidden", true},
    {"case clauses", "case $x in ", "a#) y=#;; ", 1000, "esac; forbidden", true},
    {"nested loops", "", "while a#; do x=$y; y=$z; ", 15,
     "forbidden; done; done; done; done; done; done; done; done; done; done; done; done; done; done; done",
     false},
    {"loops in a row", "", "while a; do x=$y; y=$z; done; ", 300, "forbidden", true},
    {"known for loops", "", "for x# in 1 2 3 4 5 6 7 8; do ", 6,
     "forbidden; done; done; done; done; done; done", false},
    {"functions", "", "f#() { a; }; f#; ", 300, "forbidden", true},
    {"doubling functions", "", "f#() { f^; f^; }; ", 18, "f18() { forbidden; }; f0", false},
    {"doubling functions with state", "", "f#() { x=$x#; f^; f^; }; ", 18, "f18() { forbidden; }; f0", false},
    {"tripling functions with arguments", "", "f#() { f^ a$1; f^ b$1; f^ c$1; }; ", 18,
     "f18() { forbidden; }; f0", false},
    {"functions with loops", "", "f#() { while a; do f^; f^; done; }; ", 10, "f10() { forbidden; }; f0",
     false},
    {"eval of eval", "", "eval ", 1000, "forbidden", false},
    {"doubling eval", "x=forbidden; ", "x=\"eval $x; eval $x\"; ", 15, "eval \"$x\"", false},
    {"doubling text", "x=forbidden; ", "x=\"$x $x\"; ", 60, "eval \"$x\"", false},
    {"alternatives", "", "[ $q ] && x=a#; ", 64, "$x; forbidden", true},
    {"braces", "echo ", "{a,b}", 30, "; forbidden", false},
    {"traps", "", "trap a# EXIT; ", 100, "forbidden", false},
    {"trap that sets itself", "f() { trap f EXIT; trap 'trap f EXIT' EXIT; forbidden; }; ", "trap f EXIT; ",
     3, "f", false},
    {"aliases", "", "alias a#='a^ a^'; ", 60, "\na0\nforbidden", false},
    {"substitutions", "echo ", "$(", 5000, "forbidden", false},
    {"find", "find . ", "-exec a# {} \\; ", 300, "-exec forbidden {} +", true},
    {"here-documents", "", "cat <<E\nx\nE\n", 300, "forbidden", true},
    {"variables", "", "x#=#; ", 1000, "while a; do x1=$x2; done; forbidden", true},
    {"texts that evaluate texts", "", "x#='x^+x^'; ", 60, "((x0)); forbidden", false},
    {"a text that evaluates itself", "x='x[x]'; ", "((x)); ", 200, "forbidden", true},
    {"prompts", "x='${x@P}${x@P}'; ", ": ${x@P}; ", 200, "forbidden", true},
    {"lists in strings", "a=(); ", "declare a='($(a#))'; ", 300, "forbidden", true},
    {"functions that any command may be", "", "f#() { $x; f^; }; ", 100, "$x; forbidden", false},
    {"what process substitutions are fed", "", "a > >(b); ", 500, "forbidden", true},
    {"one process substitution that many write to", "f() { ", "a > $1; ", 500,
     "}; f >(b | c | d | forbidden)", true},
    {"many known words", "set -- ", "a# ", 1000, "; while a; do shift; done; forbidden", true},
};

static uint64_t steps_of(const char *name, cp_text t) {
    cmdpolicy_decision *d = decided((const char *)t.p, t.n);
    uint64_t steps = d->budget.used[CP_LIMIT_STEPS];
    ck_assert_msg(cmdpolicy_decision_verdict(d) == CMDPOLICY_DENY, "%s: not denied", name);
    ck_assert_msg(steps <= d->budget.limit[CP_LIMIT_STEPS] + 100000, "%s: %lu steps", name,
                  (unsigned long)steps);
    ck_assert_msg(d->calls.call_count <= d->budget.limit[CP_LIMIT_CALLS], "%s: %u calls", name,
                  (unsigned)d->calls.call_count);
    cmdpolicy_decision_free(d);
    return steps;
}

START_TEST(test_costs)
    {
        cp_arena arena;
        cp_arena_init(&arena, &cp_allocator_malloc, NULL, 0, NULL);
        const char *name = costs[_i].name;
        uint64_t once =
            steps_of(name, repeated(&arena, costs[_i].head, costs[_i].unit, costs[_i].count, costs[_i].tail));
        if (costs[_i].linear) {
            uint64_t twice = steps_of(
                name, repeated(&arena, costs[_i].head, costs[_i].unit, costs[_i].count * 2, costs[_i].tail));
            ck_assert_msg(twice < once * 5 / 2 + 1000, "%s: %lu steps, twice as many %lu", name,
                          (unsigned long)once, (unsigned long)twice);
        }
        cp_arena_free(&arena);
    }
END_TEST

static const char *const bombs[] = {":() { :|:& }; :",
                                    "f() { f & f; }; f",
                                    "b() { c | c & }; c() { b; }; b",
                                    "f() { g; g & }; g() { f; }; f",
                                    "f() { (f &); }; f",
                                    "f() { while :; do f & done; }; f"};
START_TEST(test_bombs)
    {
        cmdpolicy_decision *d = decided(bombs[_i], strlen(bombs[_i]));
        ck_assert_msg(cmdpolicy_decision_verdict(d) == CMDPOLICY_DENY, "%s: not denied", bombs[_i]);
        ck_assert_uint_lt(d->budget.used[CP_LIMIT_STEPS], 10000);
        cmdpolicy_decision_free(d);
    }
END_TEST

static const char *const recursions[] = {"a() { b; b; b; }; b() { a; a; }; a; b", "f() { f; }; f",
                                         "f() { $1; f $2; }; f true date"};
START_TEST(test_recursions)
    {
        cmdpolicy_decision *d = decided(recursions[_i], strlen(recursions[_i]));
        ck_assert_msg(cmdpolicy_decision_verdict(d) == CMDPOLICY_REVIEW, "%s: not for review",
                      recursions[_i]);
        ck_assert_uint_lt(d->budget.used[CP_LIMIT_STEPS], 10000);
        cmdpolicy_decision_free(d);
    }
END_TEST

#define COUNT(array) (int)(sizeof(array) / sizeof *(array))

Suite *suite_calls(void);
Suite *suite_calls(void) {
    Suite *suite = suite_create("calls");
    TCase *lists = tcase_create("lists"), *cost = tcase_create("costs");
    tcase_add_unchecked_fixture(lists, setup, teardown);
    tcase_add_unchecked_fixture(cost, setup, teardown);
    tcase_add_loop_test(lists, test_rows, 0, COUNT(rows));
    tcase_add_test(lists, test_spans);
    tcase_add_loop_test(cost, test_costs, 0, COUNT(costs));
    tcase_add_loop_test(cost, test_bombs, 0, COUNT(bombs));
    tcase_add_loop_test(cost, test_recursions, 0, COUNT(recursions));
    suite_add_tcase(suite, lists);
    suite_add_tcase(suite, cost);
    return suite;
}
