/* Rules whose keys have alternatives, as the built-in packs keep them (one rule with sets of words), say what the same rules say that
 * are written out: random keys, random commands with holes. */
#include "test_decide_fixture.h"
#include "test_random.h"

static const char head[] =
    "commands:\n"
    "  t, u: {options: {'-f|--force, -g': flag, -o: value}, operands: [value*], subcommands: "
    "{a: {operands: [value*], options: {-h: help}}, "
    "b: {subcommands: {c: {}, d: {operands: [value, value]}}}, 'e*': {operands: [read*]}}}\n"
    "  v: {operands: [value*, command?], syntax: posix}\n"
    "effects: {read: allow}\n";

enum { WORDS_MOST = 4, ALTERNATIVES_MOST = 4 };
typedef struct random_key {
    const char *words[WORDS_MOST][ALTERNATIVES_MOST];
    uint32_t alternatives[WORDS_MOST], words_count;
} random_key;

static void draw_key(random_key *k) {
    static const char *const programs[] = {"t", "u", "v", "w"};
    static const char *const words[] = {"a", "b", "c",    "d",  "ea",  "eb",   "x",
                                        "y", "z", "/p/q", "x*", "'*'", "'a b'"};
    static const char *const options[] = {"-f", "--force", "-g", "-o=x", "-o=y", "--"};
    k->words_count = 1 + draw(WORDS_MOST);
    for (uint32_t i = 0; i < k->words_count; i++) {
        bool option = i && draw(6) == 0;
        k->alternatives[i] = 1 + draw(i ? ALTERNATIVES_MOST : 3);
        for (uint32_t n = 0; n < k->alternatives[i]; n++)
            k->words[i][n] = i == 0    ? DRAW(programs)
                             : option  ? DRAW(options)
                             : draw(4) ? words[draw(9)]
                                       : DRAW(words);
    }
}

static void put_key(buffer *b, const random_key *k) {
    for (uint32_t i = 0; i < k->words_count; i++)
        for (uint32_t n = 0; n < k->alternatives[i]; n++)
            put(b, "%s%s", n ? "|" : i ? " " : "", k->words[i][n]);
}

/* The same, each of its commands for itself. */
static void put_each(buffer *b, const random_key *k) {
    uint32_t chosen[WORDS_MOST] = {0};
    for (uint32_t begun = 0;; begun = 1) {
        for (uint32_t i = 0; i < k->words_count; i++)
            put(b, "%s%s", i ? " " : begun ? ", " : "", k->words[i][chosen[i]]);
        uint32_t at = k->words_count;
        while (at > 0 && ++chosen[at - 1] == k->alternatives[at - 1])
            chosen[--at] = 0;
        if (at == 0)
            return;
    }
}

static cmdpolicy_policy *build(const char *text) {
    cmdpolicy_builder *b = cmdpolicy_builder_new();
    cmdpolicy_policy *policy = NULL;
    cmdpolicy_builder_add_yaml(b, CMDPOLICY_LAYER_BUILTIN, "b.yaml", text, strlen(text));
    (void)cmdpolicy_builder_build(b, &policy); /* two keys may contradict each other */
    cmdpolicy_builder_free(b);
    return policy;
}

static void random_command(buffer *b) {
    static const char *const programs[] = {"t", "u", "v", "w", "/bin/t", "./u", "sudo t"};
    static const char *const words[] = {"a",  "b",      "c",     "d",     "ea",
                                        "ec", "x",      "y",     "z",     "/p/q",
                                        "xx", "'*'",    "'a b'", "-f",    "--for",
                                        "-g", "-o x",   "-oy",   "--",    "-h",
                                        "$v", "\"$v\"", "x$v",   "{x,y}", "$([ x ] && echo a || echo b)",
                                        "*"};
    b->n = 0;
    put(b, "%s", DRAW(programs));
    for (uint32_t i = 0, count = draw(6); i < count; i++)
        put(b, " %s", draw(2) ? words[draw(9)] : DRAW(words));
}

START_TEST(alternatives_say_what_is_written_out)
    {
        static const char *const verdicts[] = {"allow", "allow", "review", "deny", "by-effects"};
        uint32_t policies = 0, reasons = 0;
        const uint32_t wanted = 400 * draw_rounds(11);
        while (policies < wanted) {
            static buffer text[2];
            cmdpolicy_policy *policy[2];
            for (uint32_t k = 0; k < 2; k++) {
                text[k].n = 0;
                put(&text[k], "cmdpolicy: 1\n%srules:\n", head);
            }
            for (uint32_t i = 0, count = 1 + draw(6); i < count; i++) {
                random_key key;
                draw_key(&key);
                if (text[1].n > 2400)
                    break;
                const char *verdict = DRAW(verdicts);
                for (uint32_t k = 0; k < 2; k++) {
                    put(&text[k], "  ? \"");
                    (k ? put_each : put_key)(&text[k], &key);
                    put(&text[k], "\"\n  : {verdict: %s, id: r%u, reason: 'r %u'}\n", verdict, i, i);
                }
            }
            for (uint32_t k = 0; k < 2; k++)
                policy[k] = build(text[k].text);
            ck_assert_msg((policy[0] != NULL) == (policy[1] != NULL), "%s\n%s", text[0].text, text[1].text);
            for (uint32_t i = 0; policy[0] && i < 60; i++) {
                buffer command;
                random_command(&command);
                cmdpolicy_decision *d[2] = {decide_here(policy[0], command.text),
                                            decide_here(policy[1], command.text)};
                ck_assert_msg(cmdpolicy_decision_verdict(d[0]) == cmdpolicy_decision_verdict(d[1]), "%s\n%s",
                              command.text, text[0].text);
                for (size_t n = 0;; n++, reasons++) {
                    cmdpolicy_reason r[2] = {{.struct_size = sizeof *r}, {.struct_size = sizeof *r}};
                    cmdpolicy_status status[2];
                    for (uint32_t k = 0; k < 2; k++)
                        status[k] = cmdpolicy_decision_reason(d[k], n, &r[k]);
                    ck_assert_msg(status[0] == status[1] && r[0].verdict == r[1].verdict &&
                                      r[0].call == r[1].call && r[0].rule.size == r[1].rule.size &&
                                      r[0].message.size == r[1].message.size && r[0].line == r[1].line,
                                  "reason %zu of %s\n%s", n, command.text, text[0].text);
                    if (status[0] != CMDPOLICY_OK)
                        break;
                    ck_assert(!r[0].rule.size || memcmp(r[0].rule.data, r[1].rule.data, r[0].rule.size) == 0);
                    ck_assert(memcmp(r[0].message.data, r[1].message.data, r[0].message.size) == 0);
                }
                cmdpolicy_decision_free(d[0]);
                cmdpolicy_decision_free(d[1]);
            }
            policies += policy[0] != NULL;
            cmdpolicy_policy_free(policy[0]);
            cmdpolicy_policy_free(policy[1]);
        }
        ck_assert_uint_gt(reasons, 20000);
    }
END_TEST

Suite *suite_decide_sets(void);
Suite *suite_decide_sets(void) {
    Suite *s = suite_create("decide_sets");
    TCase *t = tcase_create("decide_sets");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, alternatives_say_what_is_written_out);
    suite_add_tcase(s, t);
    return s;
}
