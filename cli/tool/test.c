/* test: runs the tests that stand in policy files, through the public API, and names the rules that no test decides. */
#include "tool/cases.h"
#include "tool/thin.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const cli_option test_options[] = {
    {"as", TOOL_OPTION_AS, "LAYER", "user|system|requirements|workspace", "what the files are (user)", 0},
    {"format", TOOL_OPTION_FORMAT, "FORMAT", "text|json", "text for people (as it comes), json for programs",
     0},
    {"undecided", TOOL_OPTION_UNDECIDED, NULL, NULL, "a rule that no test decides is a failure", 0},
    {"thin", TOOL_OPTION_THIN, NULL, NULL,
     "a rule without a test that it decides, a near-miss and an evasion is a failure", 0},
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
    tool_policies policies;
    names decided;
    tool_thin thin;
    cp_text out, undecided,
        thin_out; /* of --format json: entries, each with a comma before it but the first */
    bool json;
    uint32_t tests, failed;
} run_state;

static int by_bytes(const void *a, const void *b) {
    return cp_slice_compare(*(const cp_slice *)a, *(const cp_slice *)b);
}

static bool is_decided(const names *decided, cp_slice rule) {
    return decided->count > 0 &&
           bsearch(&rule, decided->items, decided->count, sizeof rule, by_bytes) != NULL;
}

/* ---- One test ------------------------------------------------------------------------------------------------ */

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

static void add_json(cp_text *out, const char *name, cp_slice value) {
    cp_text_str(out, ", \"");
    cp_text_str(out, name);
    cp_text_str(out, "\": ");
    cp_text_json(out, value);
}

static void begin_json(cp_text *out, const cp_model *model, uint32_t line) {
    cp_text_str(out, out->n ? ",\n  {\"file\": " : "\n  {\"file\": ");
    cp_text_json(out, model->file);
    cp_text_str(out, ", \"line\": ");
    cp_text_number(out, line);
}

static void add_failure(run_state *s, const cp_model *model, const cp_m_test *test,
                        cmdpolicy_decision *decision) {
    cmdpolicy_string text;
    begin_json(&s->out, model, test->at.line);
    add_json(&s->out, "command", test->command);
    add_json(&s->out, "wanted", cp_slice_str(cmdpolicy_verdict_name(wanted_verdict(test))));
    if (test->rule.n > 0)
        add_json(&s->out, "rule", test->rule);
    if (cmdpolicy_decision_render(decision, "json", &text) != CMDPOLICY_OK)
        cli_out_of_memory();
    cp_text_str(&s->out, ", \"got\": ");
    cp_text_add(&s->out, cp_slice_of(text.data, text.size));
    cp_text_byte(&s->out, '}');
}

/* What went wrong, as "    " and the decision's own text. */
static void say_failure(run_state *s, const cp_model *model, const cp_m_test *test,
                        cmdpolicy_decision *decision) {
    if (s->json) {
        add_failure(s, model, test, decision);
        return;
    }
    printf("%.*s:%u:%u: wanted %s%s%.*s, got %s: %.*s\n", (int)model->file.n, (const char *)model->file.p,
           (unsigned)test->at.line, (unsigned)test->at.column, cmdpolicy_verdict_name(wanted_verdict(test)),
           test->rule.n > 0 ? " by " : "", (int)test->rule.n, (const char *)test->rule.p,
           cmdpolicy_verdict_name(cmdpolicy_decision_verdict(decision)), (int)test->command.n,
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
    const cmdpolicy_policy *policy = tool_policy_of(&s->policies, &s->arguments, model, test);
    s->tests++;
    if (!policy) { /* said why */
        s->failed++;
        return;
    }
    cmdpolicy_decision *decision = tool_decide_test(policy, test);
    const bool right_rule = note_rules(s, decision, test->rule);
    if (s->arguments.thin)
        tool_thin_note(&s->thin, model, test, decision);
    if (cmdpolicy_decision_verdict(decision) != wanted_verdict(test) || !right_rule) {
        s->failed++;
        say_failure(s, model, test, decision);
    }
    cmdpolicy_decision_free(decision);
}

/* ---- Files ----------------------------------------------------------------------------------------------------- */

/* Names the rules of the file that gave no test its verdict; how many. */
static uint32_t say_undecided(run_state *s, const cp_model *model) {
    uint32_t undecided = 0;
    for (uint32_t i = 0; i < model->rules.count; i++) {
        const cp_m_rule *rule = model->rules.items[i];
        for (uint32_t k = 0; k < (rule->id.n > 0 ? 1 : rule->entries.count); k++) {
            cp_slice id =
                cp_rule_id(&s->arena, model, rule->id.n > 0 ? rule->id : rule->entries.items[k].text.text);
            if (is_decided(&s->decided, id))
                continue;
            undecided++;
            if (s->json) {
                begin_json(&s->undecided, model, rule->entries.items[k].text.at.line);
                add_json(&s->undecided, "rule", id);
                cp_text_byte(&s->undecided, '}');
                continue;
            }
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
    s->json = a->format && strcmp(a->format, "json") == 0;
    for (int i = 0; i < a->count; i++) {
        models[i] = tool_read_model(&s->arena, a->operands[i], layer);
        if (!models[i])
            status = CLI_FAILURE;
        else if (a->as || !tool_is_builtin(models[i]))
            cli_layer_files_add(&a->setup.given, layer, a->operands[i]);
    }
    for (int i = 0; i < a->count && status == CLI_ALLOW; i++) {
        for (uint32_t k = 0; k < models[i]->tests.count; k++)
            run_test(s, models[i], &models[i]->tests.items[k]);
    }
    if (s->policies.broken[0] || s->policies.broken[1] || s->policies.broken[2])
        status = CLI_FAILURE;
    if (status == CLI_ALLOW) {
        uint32_t undecided = 0, thin = 0, rules = 0;
        if (s->decided.count > 0)
            qsort(s->decided.items, s->decided.count, sizeof(cp_slice), by_bytes);
        for (int i = 0; i < a->count && (!a->quiet || a->undecided); i++)
            undecided += a->thin && !s->json ? 0 : say_undecided(s, models[i]);
        for (int i = 0; i < a->count && a->thin; i++)
            thin += tool_thin_say(&s->thin, models[i], s->json ? &s->thin_out : NULL, &rules);
        if (s->json) {
            printf("{\"tests\": %u, \"failed\": [%.*s], \"undecided\": [%.*s]", (unsigned)s->tests,
                   (int)s->out.n, (const char *)s->out.p, (int)s->undecided.n, (const char *)s->undecided.p);
            if (a->thin)
                printf(", \"rules\": %u, \"thin\": [%.*s]", (unsigned)rules, (int)s->thin_out.n,
                       (const char *)s->thin_out.p);
            printf("}\n");
        } else if (!a->quiet) {
            printf("%u tests, %u failed; ", (unsigned)s->tests, (unsigned)s->failed);
            if (a->thin)
                printf("%u of %u rules lack a test, a near-miss or an evasion\n", (unsigned)thin,
                       (unsigned)rules);
            else
                printf("%u rules that no test decides\n", (unsigned)undecided);
        }
        status = s->failed > 0 || (a->undecided && undecided > 0) || thin > 0 ? TOOL_FOUND : CLI_ALLOW;
    }
    if (fflush(stdout) != 0)
        status = CLI_FAILURE;
    free(models);
    return status;
}

static int run(const tool_command *command, int argc, char **argv) {
    run_state s = {.tests = 0};
    cp_arena_init(&s.arena, NULL, NULL, 0, NULL);
    s.out = s.undecided = s.thin_out = cp_text_in(&s.arena);
    s.thin = (tool_thin){.arena = &s.arena};
    int status = tool_read_arguments(command, argc, argv, &s.arguments);
    if (status == CLI_ALLOW && !s.arguments.done) {
        if (s.arguments.count == 0) {
            cli_error("nothing to test; expected cmdpolicy test %s", command->arguments);
            status = CLI_FAILURE;
        } else
            status = test_files(&s);
    }
    tool_policies_free(&s.policies);
    cp_arena_free(&s.arena);
    tool_free_arguments(&s.arguments);
    return status;
}

const tool_command tool_test = {
    "test",
    "[OPTION...] FILE...",
    "Run the tests that stand in policy files",
    "All files together are one layer over the built-in packs, but for sources of these packs: they are tested as\n"
    "they were compiled in. Files of the system, the user and a workspace are left out. A test says a verdict and a\n"
    "command, and may say the rule that decides, and facts: cwd, home, workspace (trusted, untrusted, or a\n"
    "directory), sandbox, shell, branch, profile. Where it says nothing, home is /home/u, and cwd and workspace are\n"
    "/home/u/src/app, untrusted. Rules that no test decides are named; only --undecided makes them a failure.\n"
    "--thin asks more: a near-miss (the same program, another verdict, not by the rule) and an evasion (the rule\n"
    "counts in, but the command is spelled unusually).",
    run,
    {&test_group, &cli_policy_options, &tool_help_options},
};
