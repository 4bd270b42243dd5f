/* What has to hold whatever the policy and the command are: tried on random ones, the same ones every time. */
#include "test_decide_random.h"

enum { POLICIES = 150, COMMANDS = 25 };

/* A model with rules in several layers; floors are left to the property. */
static policy_model random_model(uint64_t *s, int last) {
    policy_model m = {.count = 0};
    for (int layer = BUILTIN; layer <= last; layer++)
        if (layer == BUILTIN || below(s, 2))
            random_layer(s, &m, layer, 5);
    return m;
}

/* As typed; now and then with a word that isn't certain. */
static void put_random_command(uint64_t *s, buffer *b) {
    command c = random_command(s);
    for (int i = 0; i < c.argc; i++)
        put(b, "%s%s", i ? " " : "",
            i > 0 && below(s, 12) == 0 ? PICK(s, "\"$A\"", "$A", "x\"$A\"", "{x,y}") : c.argv[i]);
}

typedef struct commands {
    buffer lines[COMMANDS];
    cmdpolicy_verdict verdicts[COMMANDS];
} commands;

static commands all;
static void ask_all(uint64_t *s, const cmdpolicy_policy *policy) {
    for (int i = 0; i < COMMANDS; i++) {
        all.lines[i].n = 0;
        put_random_command(s, &all.lines[i]);
        all.verdicts[i] = verdict_here(policy, all.lines[i].text);
    }
}

static void show_model(const policy_model *m) {
    static buffer b;
    for (int layer = 0; layer < LAYERS; layer++) {
        b.n = 0;
        b.text[0] = 0;
        put_layer(&b, m, layer);
        const char *rules = strstr(b.text, "rules:");
        if (rules)
            fprintf(stderr, "layer %d %s", (int)layer_numbers[layer], rules);
    }
}

/* No command that was asked before is looser now. */
static void none_is_looser(const policy_model *before, const policy_model *after,
                           const cmdpolicy_policy *policy, const char *what) {
    for (int i = 0; i < COMMANDS; i++) {
        cmdpolicy_verdict now = verdict_here(policy, all.lines[i].text);
        if (now <= all.verdicts[i])
            continue;
        fprintf(stderr, "before:\n");
        show_model(before);
        fprintf(stderr, "after:\n");
        show_model(after);
        print_decision(decide_here(policy, all.lines[i].text));
        ck_abort_msg("%s: `%s` was %s and is %s", what, all.lines[i].text, verdict_name(all.verdicts[i]),
                     verdict_name(now));
    }
}

START_TEST(a_deny_never_loosens)
    {
        uint64_t s = 77;
        for (int p = 0; p < POLICIES; p++) {
            policy_model m = random_model(&s, SESSION), more;
            cmdpolicy_policy *policy = policy_of_model(&m);
            ck_assert_ptr_nonnull(policy);
            ask_all(&s, policy);
            cmdpolicy_policy_free(policy);
            int layer = (int)below(&s, REQUIREMENTS);
            more = m;
            random_rule(&s, &more, layer);
            if (more.count == m.count)
                continue;
            for (int i = 0; i < more.rules[m.count].arm_count; i++)
                more.rules[m.count].arms[i].says = SAYS_DENY;
            ck_assert_ptr_nonnull(policy = policy_of_model(&more));
            none_is_looser(&m, &more, policy, "a deny more");
            cmdpolicy_policy_free(policy);
        }
    }
END_TEST

START_TEST(a_floor_never_loosens)
    {
        uint64_t s = 78;
        for (int p = 0; p < POLICIES; p++) {
            policy_model m = random_model(&s, SESSION), more;
            cmdpolicy_policy *policy = policy_of_model(&m);
            ck_assert_ptr_nonnull(policy);
            ask_all(&s, policy);
            cmdpolicy_policy_free(policy);
            more = m;
            random_layer(&s, &more, below(&s, 2) ? REQUIREMENTS : WORKSPACE, 4);
            ck_assert_ptr_nonnull(policy = policy_of_model(&more));
            none_is_looser(&m, &more, policy, "a floor");
            cmdpolicy_policy_free(policy);
        }
    }
END_TEST

/* What a floor denies is denied whatever the overlays say; and a session's allow lifts no other layer's deny. */
START_TEST(an_allow_lifts_no_deny_of_others)
    {
        uint64_t s = 79;
        int denied = 0;
        for (int p = 0; p < POLICIES; p++) {
            policy_model m = {.count = 0}, more;
            int floor = p % 2 == 0;
            random_layer(&s, &m, floor ? REQUIREMENTS : (int)below(&s, SESSION), 6);
            cmdpolicy_policy *policy = policy_of_model(&m);
            ck_assert_ptr_nonnull(policy);
            ask_all(&s, policy);
            cmdpolicy_policy_free(policy);
            more = m;
            for (int layer = floor ? BUILTIN : SESSION; layer <= SESSION; layer++)
                random_layer(&s, &more, layer, 6);
            for (int i = m.count; i < more.count; i++)
                more.rules[i].arms[more.rules[i].arm_count - 1].says = SAYS_ALLOW;
            ck_assert_ptr_nonnull(policy = policy_of_model(&more));
            for (int i = 0; i < COMMANDS; i++) {
                if (all.verdicts[i] != CMDPOLICY_DENY)
                    continue;
                denied++;
                if (verdict_here(policy, all.lines[i].text) != CMDPOLICY_DENY) {
                    show_model(&more);
                    ck_abort_msg("`%s` is no longer denied", all.lines[i].text);
                }
            }
            cmdpolicy_policy_free(policy);
        }
        ck_assert_int_gt(denied, POLICIES);
    }
END_TEST

/* One layer's rules in two files, in either order, or in one. */
START_TEST(the_order_of_files_does_not_matter)
    {
        uint64_t s = 80;
        static buffer files[2];
        for (int p = 0; p < POLICIES; p++) {
            policy_model m = {.count = 0};
            random_layer(&s, &m, BUILTIN, 10);
            cmdpolicy_policy *one = policy_of_model(&m), *two[2] = {NULL, NULL};
            ck_assert_ptr_nonnull(one);
            for (int i = 0; i < 2; i++) {
                files[i].n = 0;
                put(&files[i], "cmdpolicy: 1\n%s", i ? "" : RANDOM_GRAMMAR);
                int any = 0;
                for (int k = 0; k < m.count; k++)
                    if (k % 2 == i) {
                        put(&files[i], "%s", any++ ? "" : "rules:\n");
                        put_rule(&files[i], &m.rules[k]);
                    }
            }
            for (int order = 0; order < 2; order++) {
                cmdpolicy_builder *b = cmdpolicy_builder_new();
                for (int i = 0; i < 2; i++) {
                    const buffer *f = &files[i ^ order];
                    ck_assert_int_eq(
                        cmdpolicy_builder_add_yaml(b, CMDPOLICY_LAYER_BUILTIN, i ? "b" : "a", f->text, f->n),
                        CMDPOLICY_OK);
                }
                ck_assert_int_eq(cmdpolicy_builder_build(b, &two[order]), CMDPOLICY_OK);
                cmdpolicy_builder_free(b);
            }
            for (int i = 0; i < COMMANDS; i++) {
                static buffer line;
                line.n = 0;
                put_random_command(&s, &line);
                cmdpolicy_verdict wanted = verdict_here(one, line.text);
                for (int order = 0; order < 2; order++)
                    ck_assert_msg(verdict_here(two[order], line.text) == wanted, "policy %d, order %d: `%s`",
                                  p, order, line.text);
            }
            cmdpolicy_policy_free(one);
            cmdpolicy_policy_free(two[0]);
            cmdpolicy_policy_free(two[1]);
        }
    }
END_TEST

/* Commands for the built-in policy, without words that mean something to the shell itself where they stand alone. */
static const char *const everyday[] = {"ls -la src",
                                       "git status",
                                       "git push --force origin main",
                                       "git log --oneline -5",
                                       "rm -rf /",
                                       "rm -r build",
                                       "cat README.md",
                                       "cat /etc/shadow",
                                       "gh pr view 12",
                                       "kubectl get pods -o wide",
                                       "curl https://x.test",
                                       "find . -name x",
                                       "find . -delete",
                                       "grep -rn todo src",
                                       "sudo id",
                                       "xargs rm",
                                       "env A=1 make",
                                       "sed -i s/a/b/ file",
                                       "chmod 777 file",
                                       "dd if=/dev/zero of=/dev/sda",
                                       "tar xf a.tar",
                                       "python3 x.py",
                                       "npm test",
                                       "echo hello world",
                                       "bash script.sh",
                                       "make -j4 all",
                                       "nothing at all",
                                       "cp a b",
                                       "mv a /usr/bin/b",
                                       "git -C /tmp reset --hard",
                                       "docker run -v /:/h x",
                                       "ssh host uptime",
                                       "kill -9 1",
                                       "head -5 file",
                                       "timeout 5 rm -rf ."};
enum { EVERYDAY = sizeof everyday / sizeof everyday[0] };

static cmdpolicy_policy *builtin_policy(void) {
    cmdpolicy_builder *b = cmdpolicy_builder_new();
    cmdpolicy_policy *policy = NULL;
    ck_assert_int_eq(cmdpolicy_builder_add_builtin(b, NULL), CMDPOLICY_OK);
    ck_assert_int_eq(cmdpolicy_builder_build(b, &policy), CMDPOLICY_OK);
    cmdpolicy_builder_free(b);
    return policy;
}

/* Commands that change the shell for themselves alone. */
static const char *const apart[] = {"env -C /tmp ls",
                                    "env -i HOME=/x ls",
                                    "HOME=/x PATH=/y ls",
                                    "nohup ls",
                                    "command ls",
                                    "time ls",
                                    "doas -u bob ls",
                                    "sudo -D /tmp ls",
                                    "pkexec ls",
                                    "su -c 'cd /tmp; x=1'",
                                    "bash -c 'cd /tmp; export x=1; alias rm=ls'",
                                    "find . -execdir ls {} +",
                                    "docker exec c sh -c 'cd /x'",
                                    "(cd /tmp; x=1; echo z)",
                                    "echo $(cd /tmp; unset HOME)",
                                    "cat <(ls)",
                                    "(cd /; rm -rf x)",
                                    "(cd && cat .ssh/id_rsa)",
                                    "(x=/; rm -rf $x)"};
enum { APART = sizeof apart / sizeof apart[0] };

/* Commands after which others may mean something else. */
static const char *const changes[] = {"cd /tmp",
                                      "cd /tmp/x || exit",
                                      "x=rm; export PATH=/x",
                                      "unset HOME",
                                      "f() { rm -rf /; }",
                                      "alias ls=rm",
                                      "trap 'rm -rf ~' EXIT",
                                      "set -e; set -- a b",
                                      "exit",
                                      "exec ls",
                                      "if false; then rm -rf /; fi",
                                      "while read l; do rm $l; done",
                                      "cat <<E\nrm -rf /\nE",
                                      "umask 0; shopt -s nullglob",
                                      "ls | while read -r x; do cd $x; done",
                                      "# a comment"};
enum { CHANGES = sizeof changes / sizeof changes[0] };

/* Another complete command, before or behind, never loosens. Only the first counts behind a pipe, since what the second reads is known
 * then, and where it changes what the second means. */
typedef enum keeps { KEEPS_BOTH, KEEPS_FIRST } keeps;
static void check_joined(const cmdpolicy_policy *policy, const char *first, const char *second, keeps kept) {
    const bool one_line = !strchr(first, '\n') && first[0] != '#';
    static const char *const separators[] = {"\n", "; ", " && ", " || ", " & ", " | ", " |& "};
    static buffer both;
    const cmdpolicy_verdict a = verdict_here(policy, first), b = verdict_here(policy, second);
    for (size_t i = 0; i < (one_line ? sizeof separators / sizeof *separators : 1); i++) {
        both.n = 0;
        put(&both, "%s%s%s", first, separators[i], second);
        const cmdpolicy_verdict joined = verdict_here(policy, both.text);
        if (joined > (kept == KEEPS_BOTH && i < 5 ? CMDPOLICY_STRICTEST(a, b) : a)) {
            print_decision(decide_here(policy, both.text));
            ck_abort_msg("%s + %s: %s", verdict_name(a), verdict_name(b), both.text);
        }
    }
}

START_TEST(more_text_never_loosens)
    {
        uint64_t s = 81;
        for (int p = 0; p < POLICIES; p++) {
            policy_model m = random_model(&s, WORKSPACE);
            cmdpolicy_policy *policy = policy_of_model(&m);
            ck_assert_ptr_nonnull(policy);
            for (int i = 0; i < COMMANDS; i++) {
                static buffer a, b;
                a.n = b.n = 0;
                put_random_command(&s, &a);
                put_random_command(&s, &b);
                check_joined(policy, a.text, b.text, KEEPS_BOTH);
            }
            cmdpolicy_policy_free(policy);
        }
        cmdpolicy_policy *policy = builtin_policy();
        for (int i = 0; i < EVERYDAY; i++)
            for (int k = 0; k < EVERYDAY; k++)
                check_joined(policy, everyday[i], everyday[k], KEEPS_BOTH);
        for (int i = 0; i < APART; i++) {
            for (int k = 0; k < EVERYDAY; k++) {
                check_joined(policy, apart[i], everyday[k], KEEPS_BOTH);
                check_joined(policy, everyday[k], apart[i], KEEPS_BOTH);
            }
            for (int k = 0; k < APART; k++)
                check_joined(policy, apart[i], apart[k], KEEPS_BOTH);
        }
        for (int i = 0; i < CHANGES; i++) {
            for (int k = 0; k < EVERYDAY; k++) {
                check_joined(policy, changes[i], everyday[k], KEEPS_FIRST);
                if (changes[i][0] != '#')
                    check_joined(policy, everyday[k], changes[i], KEEPS_BOTH);
            }
            for (int k = 0; k < CHANGES - 1; k++)
                check_joined(policy, changes[i], changes[k], KEEPS_FIRST);
        }
        cmdpolicy_policy_free(policy);
    }
END_TEST

/* The same word, written otherwise. */
static void put_quoted(uint64_t *s, buffer *b, const char *word, size_t n) {
    switch (below(s, 9)) {
    case 0: put(b, "'%.*s'", (int)n, word); break;
    case 1: put(b, "\"%.*s\"", (int)n, word); break;
    case 2: put(b, "$'%.*s'", (int)n, word); break;
    case 3: put(b, "''%.*s", (int)n, word); break;
    case 4: put(b, "%.*s\"\"", (int)n, word); break;
    case 5:
        for (size_t i = 0; i < n; i++)
            put(b, "\\%c", word[i]);
        break;
    case 6:
        put(b, "$'");
        for (size_t i = 0; i < n; i++)
            put(b, "\\x%02x", (unsigned)(unsigned char)word[i]);
        put(b, "'");
        break;
    case 7: put(b, "%.*s'%.*s'", (int)(n / 2), word, (int)(n - n / 2), word + n / 2); break;
    default: put(b, "%.*s\\\n%.*s", (int)(n / 2), word, (int)(n - n / 2), word + n / 2);
    }
}

static void requote(uint64_t *s, const char *line, buffer *out) {
    out->n = 0;
    while (*line) {
        size_t n = strcspn(line, " ");
        if (below(s, 2))
            put_quoted(s, out, line, n);
        else
            put(out, "%.*s", (int)n, line);
        line += n;
        if (*line)
            line += 1, put(out, " ");
    }
}

static void check_requoted(uint64_t *s, const cmdpolicy_policy *policy, const char *line) {
    static buffer other;
    requote(s, line, &other);
    cmdpolicy_verdict plain = verdict_here(policy, line), quoted = verdict_here(policy, other.text);
    if (plain != quoted) {
        print_decision(decide_here(policy, line));
        print_decision(decide_here(policy, other.text));
        ck_abort_msg("`%s` is %s, `%s` is %s", line, verdict_name(plain), other.text, verdict_name(quoted));
    }
}

START_TEST(quoting_changes_nothing)
    {
        uint64_t s = 82;
        for (int p = 0; p < POLICIES; p++) {
            policy_model m = random_model(&s, WORKSPACE);
            cmdpolicy_policy *policy = policy_of_model(&m);
            ck_assert_ptr_nonnull(policy);
            for (int i = 0; i < COMMANDS; i++) {
                static buffer line;
                command c = random_command(&s);
                line.n = 0;
                put_command(&line, &c);
                check_requoted(&s, policy, line.text);
            }
            cmdpolicy_policy_free(policy);
        }
        cmdpolicy_policy *policy = builtin_policy();
        for (int round = 0; round < 40; round++)
            for (int i = 0; i < EVERYDAY; i++)
                check_requoted(&s, policy, everyday[i]);
        cmdpolicy_policy_free(policy);
    }
END_TEST

Suite *suite_decide_property(void);
Suite *suite_decide_property(void) {
    Suite *suite = suite_create("decide_property");
    TCase *tcase = tcase_create("properties");
    tcase_add_test(tcase, a_deny_never_loosens);
    tcase_add_test(tcase, a_floor_never_loosens);
    tcase_add_test(tcase, an_allow_lifts_no_deny_of_others);
    tcase_add_test(tcase, the_order_of_files_does_not_matter);
    tcase_add_test(tcase, more_text_never_loosens);
    tcase_add_test(tcase, quoting_changes_nothing);
    suite_add_tcase(suite, tcase);
    return suite;
}
