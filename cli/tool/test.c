/* test: runs the tests that stand in policy files, through the public API, and names the rules that no test decides. */
#include "tool/tool.h"

#include "policy/builtin.h"
#include "policy/compiler.h"
#include "policy/policy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const cli_option test_options[] = {
    {"as", TOOL_OPTION_AS, "LAYER", "user|system|requirements|workspace", "what the files are (user)", 0},
    {"quiet", TOOL_OPTION_QUIET, NULL, NULL, "only say what fails", 0},
};
static const cli_group test_group = CLI_GROUP(test_options);

typedef struct names { /* rules by id; texts live in the arena */
    cp_slice *items;
    uint32_t count, cap;
} names;

typedef struct run_state {
    tool_arguments arguments;
    cp_arena arena;
    cmdpolicy_policy *policies[3]; /* by profile: the default, read-only, workspace-write; made when wanted */
    bool broken[3];
    names decided;
    uint32_t tests, failed;
} run_state;

static const char *const profiles[3] = {NULL, "read-only", "workspace-write"};

static int by_bytes(const void *a, const void *b) {
    return cp_slice_compare(*(const cp_slice *)a, *(const cp_slice *)b);
}

static bool is_decided(const names *decided, cp_slice rule) {
    return decided->count > 0 &&
           bsearch(&rule, decided->items, decided->count, sizeof rule, by_bytes) != NULL;
}

/* ---- One test ------------------------------------------------------------------------------------------------ */

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

/* The image of the library that the pack is compiled into: "core", or a profile's name. NULL: none. */
static const char *builtin_image_of(cp_slice pack) {
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

/* The profile that the test asks for, or --profile, or the one whose source the file is. */
static const cmdpolicy_policy *policy_of(run_state *s, const cp_model *model, const cp_m_test *test) {
    const char *otherwise = s->arguments.setup.profile;
    if (!otherwise && !s->arguments.as)
        otherwise = builtin_image_of(model->pack);
    if (otherwise && strcmp(otherwise, profiles[1]) != 0 && strcmp(otherwise, profiles[2]) != 0)
        otherwise = NULL;
    cp_slice wanted = fact(test, "profile", cp_slice_str(otherwise));
    size_t i = wanted.n == 0 ? 0 : cp_slice_is(wanted, profiles[1]) ? 1 : 2;
    if (!s->policies[i] && !s->broken[i]) {
        const char *given = s->arguments.setup.profile;
        s->arguments.setup.profile = profiles[i];
        s->policies[i] = cli_setup_policy(&s->arguments.setup);
        s->broken[i] = !s->policies[i];
        s->arguments.setup.profile = given;
    }
    return s->policies[i];
}

static void set_fact(cmdpolicy_request *r, const cp_m_test *test, const char *name) {
    cp_slice value = fact(test, name, (cp_slice){NULL, 0});
    if (value.n > 0)
        cmdpolicy_request_set_fact(r, name, (const char *)value.p, value.n);
}

static cmdpolicy_decision *decide(const cmdpolicy_policy *policy, const cp_m_test *test) {
    cmdpolicy_request *r = cmdpolicy_request_new(policy);
    if (!r)
        cli_out_of_memory();
    cp_slice cwd = fact(test, "cwd", CP_LIT("/home/u/src/app")), home = fact(test, "home", CP_LIT("/home/u"));
    cp_slice workspace = fact(test, "workspace", CP_LIT("untrusted")),
             shell = fact(test, "shell", CP_LIT(""));
    const bool trusted = cp_slice_is(workspace, "trusted"), named = workspace.n > 0 && workspace.p[0] == '/';
    if (!named)
        workspace = cwd;
    cmdpolicy_request_set_cwd(r, (const char *)cwd.p, cwd.n);
    cmdpolicy_request_set_home(r, (const char *)home.p, home.n);
    cmdpolicy_request_add_workspace(r, (const char *)workspace.p, workspace.n,
                                    trusted ? CMDPOLICY_TRUSTED : CMDPOLICY_UNTRUSTED);
    set_fact(r, test, "sandbox");
    set_fact(r, test, "branch");
    char name[16] = "";
    if (shell.n < sizeof name)
        memcpy(name, shell.p, shell.n);
    cmdpolicy_dialect dialect = shell.n > 0 ? cli_shell_named(name) : CMDPOLICY_DIALECT_UNKNOWN;
    cmdpolicy_request_set_shell(r, dialect, (const char *)test->command.p, test->command.n);
    cmdpolicy_decision *decision = cmdpolicy_check(policy, r);
    cmdpolicy_request_free(r);
    return decision;
}

static cmdpolicy_verdict wanted_verdict(const cp_m_test *test) {
    return test->verdict == CP_IV_ALLOW    ? CMDPOLICY_ALLOW
           : test->verdict == CP_IV_REVIEW ? CMDPOLICY_REVIEW
                                           : CMDPOLICY_DENY;
}

/* Remembers the rules that gave the decision its verdict. True if the test's rule is among them, or it names none. */
static bool note_rules(run_state *s, const cmdpolicy_decision *d, cp_slice wanted) {
    bool found = wanted.n == 0;
    cmdpolicy_reason reason = {.struct_size = sizeof reason};
    for (size_t i = 0; cmdpolicy_decision_reason(d, i, &reason) == CMDPOLICY_OK; i++) {
        cp_slice rule = cp_slice_of(reason.rule.data, reason.rule.size);
        if (reason.verdict != cmdpolicy_decision_verdict(d) || rule.n == 0)
            continue;
        found = found || cp_slice_eq(rule, wanted);
        cp_slice kept = cp_arena_copy(&s->arena, rule);
        if (!CP_PUSH(&s->arena, s->decided.items, s->decided.count, s->decided.cap, kept))
            cli_out_of_memory();
    }
    return found;
}

/* What went wrong, as "    " and the decision's own text. */
static void say_failure(const cp_model *model, const cp_m_test *test, cmdpolicy_decision *decision) {
    printf("%.*s:%u:%u: wanted %s%s%.*s, got %s: %.*s\n", (int)model->file.n, (const char *)model->file.p,
           (unsigned)test->at.line, (unsigned)test->at.column, cli_verdict_name(wanted_verdict(test)),
           test->rule.n > 0 ? " by " : "", (int)test->rule.n, (const char *)test->rule.p,
           cli_verdict_name(cmdpolicy_decision_verdict(decision)), (int)test->command.n,
           (const char *)test->command.p);
    cmdpolicy_string text;
    if (cmdpolicy_decision_render(decision, "text", &text) != CMDPOLICY_OK)
        return;
    for (size_t at = 0; at < text.size;) {
        const char *newline = memchr(text.data + at, '\n', text.size - at);
        size_t n = newline ? (size_t)(newline - text.data) - at : text.size - at;
        printf("    %.*s\n", (int)n, text.data + at);
        at += n + 1;
    }
}

static void run_test(run_state *s, const cp_model *model, const cp_m_test *test) {
    const cmdpolicy_policy *policy = policy_of(s, model, test);
    s->tests++;
    if (!policy) { /* said why */
        s->failed++;
        return;
    }
    cmdpolicy_decision *decision = decide(policy, test);
    const bool right_rule = note_rules(s, decision, test->rule);
    if (cmdpolicy_decision_verdict(decision) != wanted_verdict(test) || !right_rule) {
        s->failed++;
        say_failure(model, test, decision);
    }
    cmdpolicy_decision_free(decision);
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

static const cp_model *read_model(run_state *s, const char *path, cmdpolicy_layer layer) {
    cli_bytes text = {0};
    if (!cli_read_file(path, CLI_MOST_INPUT, &text)) {
        cli_error("%s: %s", path, strerror(errno));
        free(text.data);
        return NULL;
    }
    cp_diags diags;
    cp_diags_init(&diags, &s->arena);
    const cp_model *model = cp_policy_read(&s->arena, &diags, cp_slice_str(path),
                                           cp_slice_of(text.data, text.size), (uint32_t)layer);
    say_diagnostics(&diags);
    if (!model && diags.errors == 0)
        cli_out_of_memory();
    free(text.data);
    return model;
}

/* Names the rules of the file that gave no test its verdict; how many. */
static uint32_t say_undecided(run_state *s, const cp_model *model) {
    uint32_t undecided = 0;
    for (uint32_t i = 0; i < model->rules.count; i++) {
        const cp_m_rule *rule = &model->rules.items[i];
        for (uint32_t k = 0; k < (rule->id.n > 0 ? 1 : rule->entries.count); k++) {
            cp_slice id =
                cp_rule_id(&s->arena, model, rule->id.n > 0 ? rule->id : rule->entries.items[k].text.text);
            if (is_decided(&s->decided, id))
                continue;
            undecided++;
            printf("%.*s:%u: no test decides %.*s\n", (int)model->file.n, (const char *)model->file.p,
                   (unsigned)rule->entries.items[k].text.at.line, (int)id.n, (const char *)id.p);
        }
    }
    return undecided;
}

static int test_files(run_state *s) {
    tool_arguments *a = &s->arguments;
    const cmdpolicy_layer layer = tool_layer(a);
    const cp_model **models = calloc((size_t)a->count + 1, sizeof(const cp_model *));
    int status = CLI_ALLOW;
    if (!models)
        cli_out_of_memory();
    /* The tests mean the same on every machine. */
    a->setup.no_config = true;
    for (int i = 0; i < a->count; i++) {
        models[i] = read_model(s, a->operands[i], layer);
        if (!models[i])
            status = CLI_FAILURE;
        else if (a->as || !builtin_image_of(models[i]->pack))
            cli_layer_files_add(&a->setup.given, layer, a->operands[i]);
    }
    for (int i = 0; i < a->count && status == CLI_ALLOW; i++) {
        for (uint32_t k = 0; k < models[i]->tests.count; k++)
            run_test(s, models[i], &models[i]->tests.items[k]);
    }
    if (s->broken[0] || s->broken[1] || s->broken[2])
        status = CLI_FAILURE;
    if (status == CLI_ALLOW) {
        uint32_t undecided = 0;
        if (s->decided.count > 0)
            qsort(s->decided.items, s->decided.count, sizeof(cp_slice), by_bytes);
        for (int i = 0; i < a->count && !a->quiet; i++)
            undecided += say_undecided(s, models[i]);
        if (!a->quiet)
            printf("%u tests, %u failed; %u rules that no test decides\n", (unsigned)s->tests,
                   (unsigned)s->failed, (unsigned)undecided);
        status = s->failed > 0 ? TOOL_FOUND : CLI_ALLOW;
    }
    if (fflush(stdout) != 0)
        status = CLI_FAILURE;
    free(models);
    return status;
}

static int run(const tool_command *command, int argc, char **argv) {
    run_state s = {.tests = 0};
    cp_arena_init(&s.arena, NULL, NULL, 0, NULL);
    int status = tool_read_arguments(command, argc, argv, &s.arguments);
    if (status == CLI_ALLOW && !s.arguments.done) {
        if (s.arguments.count == 0) {
            cli_error("nothing to test; expected cmdpolicy test %s", command->arguments);
            status = CLI_FAILURE;
        } else
            status = test_files(&s);
    }
    for (size_t i = 0; i < 3; i++)
        cmdpolicy_policy_free(s.policies[i]);
    cp_arena_free(&s.arena);
    tool_free_arguments(&s.arguments);
    return status;
}

const tool_command tool_test = {
    "test",
    "[OPTION...] FILE...",
    "Run the tests that stand in policy files",
    "All files together are one layer over the built-in packs, but for sources of these packs: they are tested as\n"
    "they were compiled in. Files of the system, the user and a workspace are left out. A test says a verdict and a command, and may say the rule that decides, and facts: cwd, home,\n"
    "workspace (trusted, untrusted, or a directory), sandbox, shell, branch, profile. Where it says nothing, home\n"
    "is /home/u, and cwd and workspace are /home/u/src/app, untrusted.",
    run,
    {&test_group, &cli_policy_options, &tool_help_options},
};
