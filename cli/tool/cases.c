/* Tests of policy files as requests, through the public API. */
#include "tool/cases.h"

#include "policy/builtin.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const profiles[3] = {NULL, "read-only", "workspace-write"};

/* The value of a fact of the test, or what holds where it says nothing. */
static cp_slice fact(const cp_m_test *test, const char *name, cp_slice otherwise) {
    const uint32_t n = (uint32_t)strlen(name);
    for (uint32_t at = 0; at < test->facts.n;) {
        uint32_t end = cp_slice_find(test->facts, '\n', at);
        cp_slice line = cp_slice_sub(test->facts, at, end);
        if (line.n > n && memcmp(line.p, name, n) == 0 && line.p[n] == '=')
            return cp_slice_sub(line, n + 1, line.n);
        at = end + 1;
    }
    return otherwise;
}

const char *tool_builtin_image_of(cp_slice pack) {
    cp_builtin_image builtin;
    for (uint32_t i = 0; pack.n > 0 && cp_builtin_get(i, &builtin); i++) {
        cp_image image;
        if (cp_image_open(&image, builtin.words, builtin.size) != CP_IMAGE_OK)
            continue;
        for (uint32_t k = 1; k < cp_image_count(&image, CP_SEC_FILE); k++) {
            if (cp_slice_eq(cp_image_string(&image, cp_image_file(&image, k)->pack), pack))
                return builtin.name;
        }
    }
    return NULL;
}

bool tool_is_builtin(const cp_model *model) {
    return tool_builtin_image_of(model->pack) != NULL;
}

const cmdpolicy_policy *tool_policy_of(tool_policies *p, tool_arguments *a, const cp_model *model,
                                       const cp_m_test *test) {
    const char *otherwise = a->setup.profile;
    if (!otherwise && !a->as && model)
        otherwise = tool_builtin_image_of(model->pack);
    if (otherwise && strcmp(otherwise, profiles[1]) != 0 && strcmp(otherwise, profiles[2]) != 0)
        otherwise = NULL;
    cp_slice wanted = test ? fact(test, "profile", cp_slice_str(otherwise)) : cp_slice_str(otherwise);
    size_t i = wanted.n == 0 ? 0 : cp_slice_is(wanted, profiles[1]) ? 1 : 2;
    if (!p->made[i] && !p->broken[i]) {
        const char *given = a->setup.profile;
        a->setup.profile = profiles[i];
        p->made[i] = cli_setup_policy(&a->setup);
        p->broken[i] = !p->made[i];
        a->setup.profile = given;
    }
    return p->made[i];
}

void tool_policies_free(tool_policies *p) {
    for (size_t i = 0; i < 3; i++)
        cmdpolicy_policy_free(p->made[i]);
}

static void set_fact(cmdpolicy_request *r, const cp_m_test *test, const char *name) {
    cp_slice value = fact(test, name, (cp_slice){NULL, 0});
    if (value.n > 0)
        cmdpolicy_request_set_fact(r, name, (const char *)value.p, value.n);
}

void tool_test_facts(cmdpolicy_request *r, const cp_m_test *test) {
    static const cp_m_test nothing;
    if (!test)
        test = &nothing;
    cp_slice cwd = fact(test, "cwd", CP_LIT("/home/u/src/app")), home = fact(test, "home", CP_LIT("/home/u"));
    cp_slice workspace = fact(test, "workspace", CP_LIT("untrusted"));
    const bool trusted = cp_slice_is(workspace, "trusted"), named = workspace.n > 0 && workspace.p[0] == '/';
    if (!named)
        workspace = cwd;
    cmdpolicy_request_set_cwd(r, (const char *)cwd.p, cwd.n);
    cmdpolicy_request_set_home(r, (const char *)home.p, home.n);
    cmdpolicy_request_add_workspace(r, (const char *)workspace.p, workspace.n,
                                    trusted ? CMDPOLICY_TRUSTED : CMDPOLICY_UNTRUSTED);
    set_fact(r, test, "sandbox");
    set_fact(r, test, "branch");
}

cmdpolicy_dialect tool_test_shell(const cp_m_test *test) {
    cp_slice shell = test ? fact(test, "shell", CP_LIT("")) : CP_LIT("");
    char name[16] = "";
    if (shell.n < sizeof name)
        memcpy(name, shell.p, shell.n);
    return shell.n > 0 ? cli_shell_named(name) : CMDPOLICY_DIALECT_UNKNOWN;
}

cmdpolicy_decision *tool_decide_test(const cmdpolicy_policy *policy, const cp_m_test *test) {
    cmdpolicy_request *r = cmdpolicy_request_new(policy);
    if (!r)
        cli_out_of_memory();
    tool_test_facts(r, test);
    cmdpolicy_request_set_shell(r, tool_test_shell(test), (const char *)test->command.p, test->command.n);
    cmdpolicy_decision *decision = cmdpolicy_check(policy, r);
    cmdpolicy_request_free(r);
    return decision;
}

/* ---- Files ----------------------------------------------------------------------------------------------------- */

static cmdpolicy_string text_of(cp_slice s) {
    return (cmdpolicy_string){(const char *)s.p, s.n};
}

static void say_diagnostics(const cp_diags *diags) {
    for (const cp_diag *d = diags->first; d; d = d->next) {
        const cmdpolicy_error e = {.line = d->line,
                                   .column = d->column,
                                   .file = text_of(d->file),
                                   .code = text_of(d->code),
                                   .message = text_of(d->message),
                                   .expected = text_of(d->expected)};
        if (!d->warning)
            cli_say_policy_error(&e);
    }
}

const cp_model *tool_read_model(cp_arena *arena, const char *path, cmdpolicy_layer layer) {
    cli_bytes text = {0};
    if (!cli_read_file(path, CLI_MOST_INPUT, &text)) {
        cli_error("%s: %s", path, strerror(errno));
        free(text.data);
        return NULL;
    }
    cp_diags diags;
    cp_diags_init(&diags, arena);
    const cp_model *model =
        cp_policy_read(arena, &diags, cp_slice_str(path), cp_slice_of(text.data, text.size), (uint32_t)layer);
    say_diagnostics(&diags);
    if (!model && diags.errors == 0)
        cli_out_of_memory();
    free(text.data);
    return model;
}
