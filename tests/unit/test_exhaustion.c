/* Hostile inputs, generated: every construct deep, wide and long, and what is quadratic in naive implementations. Twice the input
 * takes at most 2.2 times the steps and the memory, or a limit is reached, and then nothing is allowed. Steps are counted, never
 * seconds. */
#include "api.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct
    hostile { /* before, then `count` times open, then middle, then `count` times close, then after */
    const char *name, *before, *open, *middle, *close, *after;
    uint32_t count;   /* 0: 1000 */
    uint32_t squared; /* what it asks for grows with the square: four times is what it may take */
} hostile;

static const hostile inputs[] = {
    /* long */
    {"one long word", "echo ", "a", "", "", "", 0, 0},
    {"many words", "echo", " a", "", "", "", 0, 0},
    {"many quoted words", "echo", " 'a b'", "", "", "", 0, 0},
    {"one word of many quotes", "echo ", "'a'\"b\"", "", "", "", 0, 0},
    {"escapes", "echo ", "\\a", "", "", "", 0, 0},
    {"ansi-c escapes", "echo $'", "\\x41\\u0042\\103", "'", "", "", 0, 0},
    {"continuations", "echo ", "a\\\n", "", "", "", 0, 0},
    {"comments", "", "# x '\"`$(\n", "ls", "", "", 0, 0},
    {"blank lines", "", "\n", "ls", "", "", 0, 0},
    {"commands", "", "ls a; ", "ls", "", "", 400, 0},
    {"lines", "", "ls a\n", "ls", "", "", 400, 0},
    {"and lists", "", "ls a && ", "ls", "", "", 400, 0},
    {"or lists", "", "ls a || ", "ls", "", "", 400, 0},
    {"pipes", "", "cat | ", "cat", "", "", 400, 0},
    {"background", "", "ls & ", "ls", "", "", 400, 0},
    {"assignments", "", "a=b ", "ls", "", "", 400, 0},
    {"assignments of each other", "a=b; ", "a=$a$b; ", "ls", "", "", 200, 1},
    {"growing value", "a=b; ", "a=${a}c; ", "echo $a", "", "", 200, 1},
    {"many names", "", "v$RANDOM=1; ", "ls", "", "", 300, 0},
    {"many variables", "", "export A_B=1; ", "ls", "", "", 300, 0},
    {"redirections", "ls", " >f", "", "", "", 400, 0},
    {"here-documents in turn", "", "cat <<E\nx\nE\n", "ls", "", "", 300, 0},
    {"a long here-document", "cat <<E\n", "text $x `y`\n", "E\n", "", "", 300, 0},
    {"a here-document without an end", "cat <<E\n", "E x\n", "", "", "", 400, 0},
    {"here-document lines that almost end it", "cat <<EEEEEEEEEEEEEEEE\n", "EEEEEEEEEEEEEEE\n", "", "", "",
     400, 0},
    {"here-strings", "", "cat <<< x; ", "ls", "", "", 300, 0},
    {"functions", "", "f() { ls; }; ", "f", "", "", 300, 0},
    {"calls of a function", "f() { ls; }; ", "f; ", "f", "", "", 300, 0},
    {"case arms", "case x in ", "a) ls;; ", "esac", "", "", 300, 0},
    {"elif", "if a; then b; ", "elif c; then d; ", "fi", "", "", 300, 0},
    {"for words", "for i in ", "a ", "; do ls $i; done", "", "", 300, 0},
    {"array elements", "a=(", "b ", "); ls", "", "", 400, 0},
    {"substitutions", "echo ", "$(ls) ", "", "", "", 200, 0},
    {"backquotes", "echo ", "`ls` ", "", "", "", 200, 0},
    {"process substitutions", "cat ", "<(ls) ", "", "", "", 200, 0},
    {"parameters", "echo ", "$x ", "", "", "", 400, 0},
    {"parameters in one word", "echo ", "$x", "", "", "", 400, 0},
    {"defaults", "echo ", "${x:-y} ", "", "", "", 400, 0},
    {"replacements", "x=aaaaaaaaaaaaaaaaaaaa; echo ", "${x//a/b} ", "", "", "", 200, 0},
    {"patterns", "x=aaaaaaaaaaaaaaaaaaaaaaaa; echo ", "${x#*a*a*a*b} ", "", "", "", 200, 0},
    {"one pattern of many stars", "x=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; echo ${x#", "*a", "b}", "", "", 100,
     0},
    {"globs", "ls ", "*/", "", "", "", 300, 0},
    {"stars in one name", "rm ", "*a", "", "", "", 300, 0},
    {"arithmetic", "echo $((1", "+1", "))", "", "", 400, 0},
    {"arithmetic assignments", "echo $((", "a=b+", "1))", "", "", 300, 0},
    {"conditions", "[[ a", " && b", " ]]", "", "", 300, 0},
    {"paths", "cat /", "a/../", "b", "", "", 300, 0},
    {"dots", "cat ", "../", "b", "", "", 300, 0},
    {"options", "ls", " -l", "", "", "", 400, 0},
    {"bundles", "ls -", "l", "", "", "", 400, 0},
    {"unknown options", "ls", " --nosuch", "", "", "", 400, 0},
    {"abbreviations", "ls", " --recursiv", "", "", "", 400, 0},
    {"operands of unknown commands", "nosuch", " a", "", "", "", 400, 0},
    {"find", "find .", " -name a -o", " -print", "", "", 300, 0},
    {"a text's tokens", "python3 -c '", "x;", "1", "", "'", 400, 0},
    {"a text's names", "python3 -c '", "x = 1; y = x; ", "1", "", "'", 200, 0},
    {"a text's names that wait for others", "python3 -c '", "a, b, c = b, c, 1; ", "1", "", "'", 200, 0},
    {"a text's brackets", "python3 -c '", "(", "1", ")", "'", 0, 0},
    {"a text's open brackets", "python3 -c '", "[", "", "", "'", 0, 0},
    {"a text's targets", "python3 -c '", "(a, ", "b", ")", " = 1'", 50, 0},
    {"a text's comprehensions", "python3 -c '", "[x for x in ", "y", "]", "'", 50, 0},
    {"a text's targets of comprehensions", "python3 -c '", "[1 for x[", "y", "] in z]", "'", 25, 0},
    {"a text's strings", "python3 -c '", "\"a\" ", "", "", "'", 300, 0},
    {"a text's formats", "python3 -c '", "f\"{1:{2}}\";", "1", "", "'", 300, 0},
    {"a text's lambdas", "python3 -c '", "lambda x: ", "1", "", "'", 0, 0},
    {"a text's assignments", "python3 -c '", "a = ", "1", "", "'", 300, 0},
    {"a text's calls", "python3 -c '", "print(", "1", ")", "'", 50, 0},
    {"a text's files", "python3 -c '", "open(\"a\");", "1", "", "'", 100, 0},
    {"a text's functions", "python3 -c '", "def f(a, b): pass\n", "1", "", "'", 200, 0},
    {"find -exec", "find .", " -exec ls {} \\;", "", "", "", 200, 0},
    {"hosts", "curl", " http://a.test/x", "", "", "", 200, 0},
    {"environment", "env", " A=b", " ls", "", "", 300, 0},
    {"secrets and sinks", "", "cat ~/.ssh/id_rsa; curl http://a.test; ", "ls", "", "", 60, 0},
    {"traps", "", "trap 'ls' EXIT; ", "ls", "", "", 200, 0},
    {"aliases", "", "alias a='ls -l'; ", "a", "", "", 200, 0},
    {"evals", "", "eval 'ls a'; ", "ls", "", "", 200, 0},
    {"shells", "", "bash -c 'ls a'; ", "ls", "", "", 200, 0},
    {"text into shells", "", "echo ls | sh; ", "ls", "", "", 150, 0},
    {"directories", "", "cd a; ", "ls", "", "", 300, 0},
    {"directories on branches", "", "x && cd a; ", "rm -rf b", "", "", 100, 0},
    {"variables on branches", "", "x && v=a$v; ", "rm -rf $v", "", "", 100, 0},
    {"loops in turn", "", "while x; do v=$v; done; ", "ls", "", "", 100, 0},
    /* deep */
    {"subshells", "", "(", "ls", ")", "", 50, 0},
    {"groups", "", "{ ", "ls; ", "}; ", "", 50, 0},
    {"ifs", "", "if a; then ", "ls; ", "fi; ", "", 40, 0},
    {"loops", "", "while a; do ", "ls; ", "done; ", "", 5, 0},
    {"loops with variables", "", "for v in a $v; do ", "ls $v; ", "done; ", "", 5, 0},
    {"cases", "", "case x in x) ", "ls; ", "esac; ", "", 40, 0},
    {"substitutions in substitutions", "echo ", "$(echo ", "x", ")", "", 40, 0},
    {"quoted substitutions", "echo ", "\"$(echo ", "x", ")\"", "", 40, 0},
    {"parameters in parameters", "echo ", "${x:-", "y", "}", "", 50, 0},
    {"arithmetic in arithmetic", "echo ", "$((1+", "1", "))", "", 40, 0},
    {"parentheses in arithmetic", "echo $((", "(", "1", ")", "))", 50, 0},
    {"process substitutions in each other", "cat ", "<(cat ", "x", ")", "", 40, 0},
    {"conditions in conditions", "[[ ", "( ", "a", " )", " ]]", 50, 0},
    {"braces in braces", "echo ", "{a,", "b", "}", "", 50, 1},
    {"functions in functions", "", "f() { ", "ls; ", "}; f; ", "", 8, 0},
    {"wrappers", "", "env ", "ls", "", "", 50, 0},
    {"wrappers of all kinds", "", "nice env timeout 1 ", "ls", "", "", 16, 0},
    {"sudo", "", "sudo ", "rm -rf /", "", "", 50, 0},
    {"negations", "", "! ", "ls", "", "", 0, 0},
    {"xargs", "echo a | ", "xargs ", "ls", "", "", 50, 0},
    /* unfinished and odd */
    {"open parentheses", "", "(", "", "", "", 0, 0},
    {"open braces", "", "{ ", "", "", "", 0, 0},
    {"open substitutions", "", "$(", "", "", "", 0, 0},
    {"open backquotes", "", "`", "", "", "", 0, 0},
    {"open parameters", "", "${", "", "", "", 0, 0},
    {"open arithmetic", "", "$((", "", "", "", 0, 0},
    {"open quotes", "", "\"'", "", "", "", 0, 0},
    {"open heredocs", "", "<<E ", "\n", "", "", 60, 0},
    {"closing ones", "", ")", "", "", "", 0, 0},
    {"ambiguous parentheses", "", "((", "a", ")", "", 30, 0},
    {"ambiguous substitutions", "echo ", "$((", "a", ")", "", 30, 0},
    {"brace lists", "echo ", "{", "", "", "", 0, 0},
    {"brace commas", "echo {", ",", "}", "", "", 400, 0},
    {"hidden characters", "echo ", "\xe2\x80\x8b", "", "", "", 300, 0},
    {"broken UTF-8", "echo ", "\xff", "", "", "", 300, 0},
    {"carriage returns", "ls", "\r", "", "", "", 300, 0},
    {"separators", "", ";", "", "", "", 0, 0},
};
enum { INPUTS = sizeof inputs / sizeof inputs[0] };

/* Of the built-in packs, with the steps as they ship and with fewer, so that they end in every part of a check. */
static const uint64_t steps_of[] = {0, 15000, 60000, 300000, 1500000};
enum { POLICIES = sizeof steps_of / sizeof steps_of[0] };
static cmdpolicy_policy *checked[POLICIES];

static void start(void) {
    for (int i = 0; i < POLICIES; i++) {
        cmdpolicy_builder *b = cmdpolicy_builder_new();
        ck_assert_ptr_nonnull(b);
        ck_assert_int_eq(cmdpolicy_builder_add_builtin(b, NULL), CMDPOLICY_OK);
        if (steps_of[i])
            ck_assert_int_eq(cmdpolicy_builder_set_limit(b, "steps", steps_of[i]), CMDPOLICY_OK);
        ck_assert_int_eq(cmdpolicy_builder_build(b, &checked[i]), CMDPOLICY_OK);
        cmdpolicy_builder_free(b);
        ck_assert_int_eq(cmdpolicy_policy_prepare(checked[i]), CMDPOLICY_OK);
    }
}
static void stop(void) {
    for (int i = 0; i < POLICIES; i++)
        cmdpolicy_policy_free(checked[i]);
}

static char *make(const hostile *h, uint32_t count, size_t *size) {
    const char *parts[5] = {h->before, h->open, h->middle, h->close, h->after};
    const uint32_t times[5] = {1, count, 1, count, 1};
    *size = 0;
    for (int i = 0; i < 5; i++)
        *size += strlen(parts[i]) * times[i];
    char *text = malloc(*size + 1), *at = text;
    ck_assert_ptr_nonnull(text);
    for (int i = 0; i < 5; i++)
        for (uint32_t k = 0; k < times[i]; k++) {
            memcpy(at, parts[i], strlen(parts[i]));
            at += strlen(parts[i]);
        }
    *at = '\0';
    return text;
}

typedef struct cost {
    uint64_t steps, memory;
    uint32_t hit;
    size_t size;
} cost;

static cost cost_of(const cmdpolicy_policy *policy, const hostile *h, uint32_t count,
                    cmdpolicy_dialect dialect) {
    cost c = {0};
    char *text = make(h, count, &c.size);
    cmdpolicy_request *r = cmdpolicy_request_new(policy);
    ck_assert_ptr_nonnull(r);
    cmdpolicy_request_set_cwd(r, "/home/u/app", 11);
    cmdpolicy_request_set_home(r, "/home/u", 7);
    cmdpolicy_request_add_workspace(r, "/home/u/app", 11, CMDPOLICY_TRUSTED);
    cmdpolicy_request_set_shell(r, dialect, text, c.size);
    cmdpolicy_decision *d = cmdpolicy_check(policy, r);
    ck_assert_int_eq(cmdpolicy_decision_status(d), CMDPOLICY_OK);
    c.steps = d->budget.used[CP_LIMIT_STEPS];
    if (d->arena.chunks) /* not what a chunk has left */
        c.memory = d->arena.total - (size_t)(d->arena.end - d->arena.cur);
    c.hit = d->budget.hit;
    ck_assert_msg(c.hit == CP_LIMIT_NONE || cmdpolicy_decision_verdict(d) == CMDPOLICY_DENY,
                  "%s: a limit is reached, and it is not denied", h->name);
    /* A word is counted as one: what goes beyond the limit is less than one pass over the text. */
    ck_assert_msg(c.steps <= d->budget.limit[CP_LIMIT_STEPS] + 1000 + c.size, "%s: %llu steps", h->name,
                  (unsigned long long)c.steps);
    cmdpolicy_decision_free(d);
    cmdpolicy_request_free(r);
    free(text);
    return c;
}

START_TEST(doubled)
    {
        const hostile *h = &inputs[_i];
        const uint32_t count = h->count ? h->count : 1000;
        static const cmdpolicy_dialect dialects[] = {CMDPOLICY_DIALECT_BASH, CMDPOLICY_DIALECT_DASH,
                                                     CMDPOLICY_DIALECT_ZSH};
        for (int i = 0; i < 3; i++) {
            const cost one = cost_of(checked[0], h, count, dialects[i]),
                       two = cost_of(checked[0], h, count * 2, dialects[i]);
            if (getenv("CMDPOLICY_SHOW_COST"))
                fprintf(stderr, "%-40s %u: %llu -> %llu steps, %llu -> %llu bytes, limit %u -> %u\n", h->name,
                        (unsigned)dialects[i], (unsigned long long)one.steps, (unsigned long long)two.steps,
                        (unsigned long long)one.memory, (unsigned long long)two.memory, one.hit, two.hit);
            const uint64_t tenths = h->squared ? 44 : 22;
            ck_assert_msg(one.hit != CP_LIMIT_NONE || two.hit != CP_LIMIT_NONE ||
                              (two.steps <= one.steps * tenths / 10 + 500 &&
                               two.memory <= one.memory * tenths / 10 + 350000),
                          "%s (%d): %llu steps and %llu bytes, of twice the input %llu and %llu", h->name, i,
                          (unsigned long long)one.steps, (unsigned long long)one.memory,
                          (unsigned long long)two.steps, (unsigned long long)two.memory);
        }
    }
END_TEST

/* A hundred times as much of everything: it ends, within its steps and its memory, wherever the steps end. */
START_TEST(huge)
    {
        const hostile *h = &inputs[_i];
        const size_t unit = strlen(h->open) + strlen(h->close);
        for (int i = 0; i < POLICIES; i++)
            cost_of(checked[i], h, (uint32_t)(200000 / (unit ? unit : 1)), CMDPOLICY_DIALECT_BASH);
    }
END_TEST

/* ---- Policies ------------------------------------------------------------------------------------------------------ */

typedef struct counter {
    uint64_t requests, bytes;
} counter;

static void *counted(void *user, void *block, size_t old_size, size_t new_size) {
    counter *c = user;
    (void)old_size;
    if (new_size == 0) {
        free(block);
        return NULL;
    }
    c->requests++;
    c->bytes += new_size;
    return realloc(block, new_size);
}

static const hostile texts[] = {
    {"rules", "rules:\n", "  t a@: allow\n", "", "", "", 200, 0},
    {"rules of many words", "rules:\n  t", " a", ": allow\n", "", "", 500, 0},
    {"alternatives", "rules:\n  t a@", "|b@", ": allow\n", "", "", 500, 0},
    {"alternatives of alternatives", "rules:\n  t", " a|b", ": allow\n", "", "", 4, 1},
    {"entries", "rules:\n  t a", ", t a@", ": allow\n", "", "", 200, 0},
    {"exceptions", "rules:\n  t: {verdict: deny, except: [t x", ", t a@", "]}\n", "", "", 200, 0},
    {"paths", "effects:\n  read:\n", "    /a@/**: review\n", "    default: allow\n", "", "", 200, 0},
    {"stars in a path", "effects:\n  read:\n    '/", "*a", "': review\n", "", "", 200, 0},
    {"hosts", "effects:\n  network:\n", "    h@.test: allow\n", "    default: review\n", "", "", 200, 0},
    {"commands", "commands:\n", "  c@: {options: {-a: flag}}\n", "", "", "", 200, 0},
    {"options", "commands:\n  t:\n    options:\n", "      --o@: value\n", "", "", "", 200, 0},
    {"spellings", "commands:\n  t: {options: {'-a", "|--o@", "': flag}}\n", "", "", 200, 0},
    {"subcommands in each other", "commands: {t: {subcommands: ", "{a: {subcommands: ", "{b: {}}", "}}",
     "}}\n", 5, 0},
    {"cases", "commands:\n  t:\n    cases:\n", "      - {when: {options: -a}, effects: [network]}\n", "", "",
     "", 100, 0},
    {"kinds", "kinds:\n", "  k@: ['.*': value]\n", "", "", "", 200, 0},
    {"patterns", "kinds:\n  k:\n", "    - 'a@': value\n", "", "", "", 200, 0},
    {"tests", "tests:\n", "  - allow: ls a@\n", "", "", "", 200, 0},
    {"mistakes", "rules:\n", "  t a@: nosuch\n", "", "", "", 200, 0},
    {"unknown keys", "", "k@: x\n", "", "", "", 200, 0},
    /* of YAML */
    {"flow lists in each other", "about: ", "[", "x", "]", "\n", 0, 0},
    {"open flow lists", "about: ", "[", "", "", "", 0, 0},
    {"open flow mappings", "about: ", "{\"\":[", "", "", "", 0, 0},
    {"block lists in each other", "about:\n ", "- ", "x\n", "", "", 0, 0},
    {"anchors", "about: &a [x]\n", "b@: &b@ [*a, *a]\n", "", "", "", 100, 0},
    {"merge keys", "about: &a {x: y}\n", "b@: {<<: *a}\n", "", "", "", 100, 0},
    {"documents", "about: x\n", "---\nabout: y\n", "", "", "", 100, 0},
    {"a long text", "about: |\n", "  text\n", "", "", "", 500, 0},
    {"escapes", "about: \"", "\\u0041", "\"\n", "", "", 500, 0},
    {"comments", "", "# x\n", "", "", "", 500, 0},
    {"duplicate keys", "about: x\n", "about: y\n", "", "", "", 200, 0},
};
enum { TEXTS = sizeof texts / sizeof texts[0] };

/* The text, where `@` is the number of the turn. */
static char *make_policy(const hostile *h, uint32_t count) {
    const size_t room = 100 + strlen(h->before) + strlen(h->middle) + strlen(h->after) +
                        count * (strlen(h->open) + strlen(h->close) + 20);
    char *text = malloc(room);
    ck_assert_ptr_nonnull(text);
    size_t n = (size_t)snprintf(text, room, "cmdpolicy: 1\n%s", h->before);
    for (uint32_t k = 0; k < count; k++)
        for (const char *c = h->open; *c; c++)
            n += (size_t)(*c == '@' ? snprintf(text + n, room - n, "%u", (unsigned)k)
                                    : snprintf(text + n, room - n, "%c", *c));
    n += (size_t)snprintf(text + n, room - n, "%s", h->middle);
    for (uint32_t k = 0; k < count; k++)
        n += (size_t)snprintf(text + n, room - n, "%s", h->close);
    snprintf(text + n, room - n, "%s", h->after);
    return text;
}

static counter cost_of_policy(const hostile *h, uint32_t count) {
    counter c = {0};
    char *text = make_policy(h, count);
    cmdpolicy_builder *b = cmdpolicy_builder_new_with(counted, &c);
    cmdpolicy_policy *made = NULL;
    ck_assert_ptr_nonnull(b);
    cmdpolicy_status added =
        cmdpolicy_builder_add_yaml(b, CMDPOLICY_LAYER_USER, "hostile.yaml", text, strlen(text));
    cmdpolicy_status built = cmdpolicy_builder_build(b, &made);
    ck_assert_msg((added == CMDPOLICY_OK || added == CMDPOLICY_ERR_POLICY) &&
                      (built == CMDPOLICY_OK || built == CMDPOLICY_ERR_POLICY) &&
                      (added == CMDPOLICY_OK || built != CMDPOLICY_OK),
                  "%s: %s, %s", h->name, cmdpolicy_status_name(added), cmdpolicy_status_name(built));
    cmdpolicy_policy_free(made);
    cmdpolicy_builder_free(b);
    free(text);
    return c;
}

START_TEST(doubled_policy)
    {
        const hostile *h = &texts[_i];
        const uint32_t count = h->count ? h->count : 1000;
        const counter one = cost_of_policy(h, count), two = cost_of_policy(h, count * 2);
        const uint64_t tenths = h->squared ? 200 : 22;
        ck_assert_msg(two.bytes <= one.bytes * tenths / 10 + 600000 &&
                          two.requests <= one.requests * tenths / 10 + 100,
                      "%s: %llu bytes in %llu blocks, of twice the text %llu in %llu", h->name,
                      (unsigned long long)one.bytes, (unsigned long long)one.requests,
                      (unsigned long long)two.bytes, (unsigned long long)two.requests);
        cost_of_policy(h, count > 100 ? count * 20 : count);
    }
END_TEST

/* Patterns that backtrack: the matcher gives up, and what it would have read is reviewed. */
START_TEST(backtracking)
    {
        static const char *const patterns[] = {
            "(a+)+b",         "(a|a)*b",   "(a|aa)+b",        "a*a*a*a*a*a*a*a*b", "(.*)*b",
            "(a?){30}a{30}b", "((a*)*)*b", "(?=(a+))a*b\\1c", "(x+x+)+y|a*[^a]"};
        char text[300], command[1100];
        snprintf(
            text, sizeof text,
            "cmdpolicy: 1\nkinds: {k: ['%s': value]}\ncommands: {t: {operands: [k*]}}\nrules: {t: allow}\n",
            patterns[_i]);
        cmdpolicy_builder *b = cmdpolicy_builder_new();
        cmdpolicy_policy *made = NULL;
        ck_assert_int_eq(cmdpolicy_builder_add_yaml(b, CMDPOLICY_LAYER_USER, "k", text, strlen(text)),
                         CMDPOLICY_OK);
        ck_assert_int_eq(cmdpolicy_builder_build(b, &made), CMDPOLICY_OK);
        cmdpolicy_builder_free(b);
        for (uint32_t n = 10; n <= 1000; n += n) {
            snprintf(command, sizeof command, "t ");
            memset(command + 2, 'a', n);
            command[2 + n] = '\0';
            cmdpolicy_decision *d = cmdpolicy_check_shell(made, command, strlen(command));
            ck_assert_msg(cmdpolicy_decision_verdict(d) == CMDPOLICY_REVIEW, "%s of %u", patterns[_i],
                          (unsigned)n);
            cmdpolicy_decision_free(d);
        }
        cmdpolicy_policy_free(made);
    }
END_TEST

Suite *suite_exhaustion(void);
Suite *suite_exhaustion(void) {
    Suite *suite = suite_create("exhaustion");
    TCase *tcase = tcase_create("commands");
    tcase_add_unchecked_fixture(tcase, start, stop);
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, doubled, 0, INPUTS);
    tcase_add_loop_test(tcase, huge, 0, INPUTS);
    suite_add_tcase(suite, tcase);
    TCase *policies = tcase_create("policies");
    tcase_set_timeout(policies, 120);
    tcase_add_loop_test(policies, doubled_policy, 0, TEXTS);
    tcase_add_loop_test(policies, backtracking, 0, 9);
    suite_add_tcase(suite, policies);
    return suite;
}
