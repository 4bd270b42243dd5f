/* Every table of tests/vectors, in process; and each of its vectors again with the first, the second … allocation failing. */
#include "vectors_load.h"

#include "cmdpolicy.h"

#include <check.h>
#include <glob.h>

static glob_t files;

/* All memory of the policies and decisions: counted, and failing where the test says so. */
static struct {
    size_t blocks, bytes, requests, fail_at; /* fail_at 0: never */
    bool once;
} memory;

static void *resize(void *user, void *block, size_t old_size, size_t new_size) {
    (void)user;
    if (new_size == 0) {
        memory.blocks -= block != NULL;
        memory.bytes -= block ? old_size : 0;
        free(block);
        return NULL;
    }
    memory.requests++;
    if (memory.fail_at &&
        (memory.once ? memory.requests == memory.fail_at : memory.requests >= memory.fail_at))
        return NULL;
    void *made = realloc(block, new_size);
    if (!made)
        return NULL;
    memory.blocks += block == NULL;
    memory.bytes += new_size - (block ? old_size : 0);
    return made;
}

static bool given(const vector *v, int key, const char *text) {
    return v->value[key].data && strcmp(v->value[key].data, text) == 0;
}

/* A layer's text: inline, or a file beside the table. */
static cmdpolicy_status add_layer(cmdpolicy_builder *b, cmdpolicy_layer layer, const vector *v, int key) {
    const vector_text text = v->value[key];
    if (!text.data)
        return CMDPOLICY_OK;
    if (strchr(text.data, '\n') || strncmp(text.data, "cmdpolicy:", 10) == 0)
        return cmdpolicy_builder_add_yaml(b, layer, "vector", text.data, text.size);
    char path[1000];
    const char *slash = strrchr(v->file, '/');
    snprintf(path, sizeof path, "%.*s%s", slash ? (int)(slash + 1 - v->file) : 0, v->file, text.data);
    return cmdpolicy_builder_add_file(b, layer, path);
}

static cmdpolicy_policy *policy_of(const vector *v) {
    cmdpolicy_builder *b = cmdpolicy_builder_new_with(resize, NULL);
    cmdpolicy_policy *policy = NULL;
    ck_assert_ptr_nonnull(b);
    if (!given(v, V_BUILTIN, "none"))
        cmdpolicy_builder_add_builtin(b, v->value[V_PROFILE].data);
    add_layer(b, CMDPOLICY_LAYER_USER, v, V_POLICY);
    add_layer(b, CMDPOLICY_LAYER_REQUIREMENTS, v, V_REQUIREMENTS);
    add_layer(b, CMDPOLICY_LAYER_WORKSPACE, v, V_WORKSPACE_POLICY);
    cmdpolicy_status status = cmdpolicy_builder_build(b, &policy);
    cmdpolicy_error e = {.struct_size = sizeof e};
    for (size_t i = 0; status != CMDPOLICY_OK && cmdpolicy_builder_error(b, i, &e) == CMDPOLICY_OK; i++)
        fprintf(stderr, "%.*s:%u:%u: %.*s\n", (int)e.file.size, e.file.data, (unsigned)e.line,
                (unsigned)e.column, (int)e.message.size, e.message.data);
    ck_assert_msg(status == CMDPOLICY_OK, "%s:%u: its policy: %s", v->file, v->line,
                  cmdpolicy_status_name(status));
    cmdpolicy_builder_free(b);
    return policy;
}

/* Vectors that stand together mostly have the same policy. */
static bool same_policy(const vector *a, const vector *b) {
    static const int keys[] = {V_BUILTIN, V_PROFILE, V_POLICY, V_REQUIREMENTS, V_WORKSPACE_POLICY};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const char *x = a->value[keys[i]].data, *y = b->value[keys[i]].data;
        if (!x != !y || (x && strcmp(x, y) != 0))
            return false;
    }
    return true;
}

static cmdpolicy_dialect dialect_of(const vector *v) {
    return given(v, V_SHELL, "bash")   ? CMDPOLICY_DIALECT_BASH
           : given(v, V_SHELL, "sh")   ? CMDPOLICY_DIALECT_SH
           : given(v, V_SHELL, "dash") ? CMDPOLICY_DIALECT_DASH
           : given(v, V_SHELL, "zsh")  ? CMDPOLICY_DIALECT_ZSH
                                       : CMDPOLICY_DIALECT_UNKNOWN;
}

static cmdpolicy_decision *decide(const cmdpolicy_policy *policy, const vector *v) {
    cmdpolicy_request *r = cmdpolicy_request_new(policy);
    if (!r)
        return cmdpolicy_check(policy, NULL);
    const vector_text *t = v->value;
    cmdpolicy_request_set_cwd(r, t[V_CWD].data, t[V_CWD].size);
    cmdpolicy_request_set_home(r, t[V_HOME].data, t[V_HOME].size);
    cmdpolicy_request_add_workspace(r, t[V_WORKSPACE].data, t[V_WORKSPACE].size,
                                    given(v, V_TRUST, "trusted") ? CMDPOLICY_TRUSTED : CMDPOLICY_UNTRUSTED);
    if (t[V_SANDBOX].data)
        cmdpolicy_request_set_fact(r, "sandbox", t[V_SANDBOX].data, t[V_SANDBOX].size);
    for (int key = V_PLAIN; key <= V_SIMPLE; key++)
        for (size_t at = 0, n; at < t[key].size; at += n + 1) {
            n = strcspn(t[key].data + at, " ");
            cmdpolicy_request_add_directory(r, t[key].data + at, n,
                                            key == V_PLAIN ? CMDPOLICY_NAMES_PLAIN : CMDPOLICY_NAMES_SIMPLE);
        }
    if (v->argv) {
        const char **items = calloc(v->argc + 1, sizeof *items);
        size_t *sizes = calloc(v->argc + 1, sizeof *sizes);
        for (size_t i = 0; i < v->argc; i++) {
            items[i] = v->argv[i].data;
            sizes[i] = v->argv[i].size;
        }
        cmdpolicy_request_set_argv(r, v->argc, items, sizes);
        free(items);
        free(sizes);
    } else
        cmdpolicy_request_set_shell(r, dialect_of(v), t[V_CMD].data, t[V_CMD].size);
    cmdpolicy_decision *d = cmdpolicy_check(policy, r);
    cmdpolicy_request_free(r);
    return d;
}

static const char *name_of(cmdpolicy_verdict verdict) {
    return verdict == CMDPOLICY_ALLOW ? "allow" : verdict == CMDPOLICY_REVIEW ? "review" : "deny";
}

static bool equal(cmdpolicy_string a, vector_text b) {
    return !b.data || (a.size == b.size && memcmp(a.data, b.data, b.size) == 0);
}

/* Has one reason of the decision's verdict all that is wanted of a reason? */
static bool has_reason(const cmdpolicy_decision *d, const vector *v) {
    const vector_text *t = v->value;
    if (!t[V_RULE].data && !t[V_CODE].data && !t[V_SPAN].data)
        return true;
    cmdpolicy_reason r = {.struct_size = sizeof r};
    for (size_t i = 0; cmdpolicy_decision_reason(d, i, &r) == CMDPOLICY_OK; i++) {
        cmdpolicy_string source = {NULL, 0}, marked = {"", 0};
        cmdpolicy_decision_source(d, r.span.source, &source);
        if (r.span.begin <= r.span.end && r.span.end <= source.size)
            marked = (cmdpolicy_string){source.data + r.span.begin, r.span.end - r.span.begin};
        if (r.verdict == cmdpolicy_decision_verdict(d) && equal(r.rule, t[V_RULE]) &&
            equal(r.code, t[V_CODE]) && equal(marked, t[V_SPAN]))
            return true;
    }
    return false;
}

/* Says what is wrong and returns false. */
static bool holds(const cmdpolicy_policy *policy, const vector *v) {
    cmdpolicy_decision *d = decide(policy, v);
    cmdpolicy_verdict verdict = cmdpolicy_decision_verdict(d);
    const bool is_verdict = given(v, V_VERDICT, name_of(verdict)) ||
                            (given(v, V_VERDICT, "not-allow") && verdict != CMDPOLICY_ALLOW) ||
                            (given(v, V_VERDICT, "not-deny") && verdict != CMDPOLICY_DENY);
    const bool is_so = is_verdict && has_reason(d, v), open = v->value[V_OPEN].data != NULL;
    if (is_so == open) {
        cmdpolicy_string text = {"", 0};
        fprintf(stderr, "%s:%u: %s\n    wanted %s%s%s%s%s%s%s, got:\n", v->file, v->line,
                v->argv ? v->argv[0].data : v->value[V_CMD].data, v->value[V_VERDICT].data,
                v->value[V_RULE].data ? ", rule " : "", v->value[V_RULE].data ? v->value[V_RULE].data : "",
                v->value[V_CODE].data ? ", code " : "", v->value[V_CODE].data ? v->value[V_CODE].data : "",
                v->value[V_SPAN].data ? ", at " : "", v->value[V_SPAN].data ? v->value[V_SPAN].data : "");
        if (open)
            fprintf(stderr, "    what it says is open: strike out its `open`\n");
        cmdpolicy_decision_render(d, "text", &text);
        fprintf(stderr, "%.*s\n", (int)text.size, text.data);
    }
    cmdpolicy_decision_free(d);
    return is_so != open;
}

START_TEST(test_table)
    {
        vectors table;
        ck_assert_msg(files.gl_pathc > 0, "no table in " CMDPOLICY_TESTS_DIR "/vectors");
        vectors_load(files.gl_pathv[_i], &table);
        ck_assert_msg(!table.error[0], "%s", table.error);
        ck_assert_msg(table.count > 0, "%s: no vectors", files.gl_pathv[_i]);
        cmdpolicy_policy *policy = NULL;
        size_t failed = 0;
        for (size_t i = 0; i < table.count; i++) {
            if (i == 0 || !same_policy(&table.items[i - 1], &table.items[i])) {
                cmdpolicy_policy_free(policy);
                policy = policy_of(&table.items[i]);
            }
            failed += !holds(policy, &table.items[i]);
        }
        cmdpolicy_policy_free(policy);
        size_t count = table.count;
        vectors_free(&table);
        ck_assert_msg(failed == 0, "%s: %zu of %zu vectors do not hold", files.gl_pathv[_i], failed, count);
    }
END_TEST

/* The vector's decision with allocation n failing: never laxer than the whole one, never an allow, nothing left behind. False: all
 * allocations were made before. */
static bool fails_well(const cmdpolicy_policy *policy, const vector *v, size_t n, cmdpolicy_verdict whole) {
    const size_t blocks = memory.blocks, bytes = memory.bytes;
    memory.requests = 0;
    memory.fail_at = n;
    cmdpolicy_decision *d = decide(policy, v);
    const bool failed = memory.requests >= n;
    const cmdpolicy_verdict verdict = cmdpolicy_decision_verdict(d);
    const cmdpolicy_status status = cmdpolicy_decision_status(d);
    memory.fail_at = 0;
    ck_assert_msg(!failed || verdict != CMDPOLICY_ALLOW, "%s:%u: allocation %zu failed, and it is allowed",
                  v->file, v->line, n);
    ck_assert_msg(verdict <= whole, "%s:%u: allocation %zu failed, and it is %s", v->file, v->line, n,
                  name_of(verdict));
    ck_assert_msg(status == CMDPOLICY_OK || (verdict == CMDPOLICY_DENY && (status == CMDPOLICY_ERR_NOMEM ||
                                                                           status == CMDPOLICY_ERR_ARGUMENT)),
                  "%s:%u: allocation %zu failed: %s", v->file, v->line, n, cmdpolicy_status_name(status));
    cmdpolicy_decision_free(d);
    ck_assert_msg(memory.blocks == blocks && memory.bytes == bytes, "%s:%u: allocation %zu failed: a leak",
                  v->file, v->line, n);
    return failed;
}

START_TEST(test_failing)
    {
        vectors table;
        vectors_load(files.gl_pathv[_i], &table);
        ck_assert_msg(!table.error[0], "%s", table.error);
        cmdpolicy_policy *policy = NULL;
        for (size_t i = 0; i < table.count; i++) {
            const vector *v = &table.items[i];
            if (i == 0 || !same_policy(&table.items[i - 1], v)) {
                cmdpolicy_policy_free(policy);
                policy = policy_of(v);
                ck_assert_int_eq(cmdpolicy_policy_prepare(policy), CMDPOLICY_OK);
            }
            cmdpolicy_decision *d = decide(policy, v);
            const cmdpolicy_verdict whole = cmdpolicy_decision_verdict(d);
            cmdpolicy_decision_free(d);
            for (int once = 0; once < 2; once++) {
                size_t n = 1;
                memory.once = once;
                while (fails_well(policy, v, n, whole))
                    n++;
                ck_assert_msg(n > 1, "%s:%u: no allocation", v->file, v->line);
            }
        }
        cmdpolicy_policy_free(policy);
        ck_assert_msg(memory.blocks == 0 && memory.bytes == 0, "%s: %zu blocks are left", files.gl_pathv[_i],
                      memory.blocks);
        vectors_free(&table);
    }
END_TEST

Suite *suite_vectors(void);
Suite *suite_vectors(void) {
    Suite *suite = suite_create("vectors");
    TCase *tables = tcase_create("tables");
    if (!files.gl_pathv && glob(CMDPOLICY_TESTS_DIR "/vectors/*.yaml", 0, NULL, &files) != 0)
        files.gl_pathc = 0;
    /* That there is no table is a failure too. */
    tcase_add_loop_test(tables, test_table, 0, files.gl_pathc > 0 ? (int)files.gl_pathc : 1);
    suite_add_tcase(suite, tables);
    TCase *failing = tcase_create("failing");
    tcase_set_timeout(failing, 120);
    tcase_add_loop_test(failing, test_failing, 0, (int)files.gl_pathc);
    suite_add_tcase(suite, failing);
    return suite;
}
