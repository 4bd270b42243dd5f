/* cmdpolicy-check: may this command run? One answer for one question, or --batch. Runs nothing, changes nothing.
 * It is started for every command of an agent: nothing is read or computed here that the answer doesn't need. */
#include "audit/audit.h"
#include "check/batch.h"
#include "common/input.h"
#include "common/say.h"
#include "common/setup.h"
#include "hooks/hooks.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    OPTION_HELP = 1,
    OPTION_VERSION,
    OPTION_ARGV,
    OPTION_BATCH,
    OPTION_FORMAT,
    OPTION_EXPLAIN,
    OPTION_QUIET,
    OPTION_COLOR
};

static const cli_option question_options[] = {
    {"argv", OPTION_ARGV, NULL, NULL, "the operands are a program and its arguments: no shell comes between",
     0},
    {"batch", OPTION_BATCH, NULL, NULL, "answer each line of standard input, a JSON object, with a line", 0},
};
static const cli_option output_options[] = {
    {"format", OPTION_FORMAT, "FORMAT", "text|json", "text for people (as it comes), json for programs", 0},
    {"explain", OPTION_EXPLAIN, NULL, NULL, "text with all there is: what allows, every call, every effect",
     0},
    {"quiet", OPTION_QUIET, NULL, NULL, "the exit status is the answer", 0},
    {"color", OPTION_COLOR, "WHEN", "auto|always|never", "auto: on a terminal, unless NO_COLOR is set", 0},
    {"version", OPTION_VERSION, NULL, NULL, "print the version", 'V'},
    {"help", OPTION_HELP, NULL, NULL, "print this", 'h'},
};
static const cli_group question_group = CLI_GROUP(question_options), output_group = CLI_GROUP(output_options);

static int help(void) {
    printf(
        "usage: cmdpolicy-check [OPTION...] [--] 'COMMAND LINE'         shell source, as one argument\n"
        "       cmdpolicy-check [OPTION...] --argv -- PROGRAM ARGUMENT...\n"
        "       cmdpolicy-check [OPTION...] -                            shell source on standard input\n"
        "       cmdpolicy-check [OPTION...] --batch                      JSON Lines in, JSON Lines out\n"
        "       cmdpolicy-check [OPTION...] --hook AGENT                 an agent's hook\n"
        "\n"
        "May this command run: allow, review or deny, and why? Nothing is run.\n"
        "\n"
        "Exit status: 0 allow, 2 deny, 3 review, 4 the check itself failed.\n"
        "So `cmdpolicy-check --shell sh -- \"$command\" && sh -c -- \"$command\"` runs what is allowed, nothing else.\n"
        "\nWhat is asked:\n");
    cli_options_help(&question_group);
    printf("\nWhat is known of where it would run:\n");
    cli_options_help(&cli_fact_options);
    printf("\nThe policy:\n");
    cli_options_help(&cli_policy_options);
    printf("\nThe hook of an agent (its statuses are the agent's; docs/hooks.md):\n");
    cli_options_help(&hook_option_group);
    printf("\nRecords of decisions (docs/audit.md):\n");
    cli_options_help(&audit_option_group);
    printf("\nThe answer:\n");
    cli_options_help(&output_group);
    return fflush(stdout) == 0 ? CLI_ALLOW : CLI_FAILURE;
}

static int version(void) {
    uint32_t v = cmdpolicy_version();
    printf("cmdpolicy-check %u.%u.%u\n", (unsigned)(v >> 16), (unsigned)(v >> 8 & 255), (unsigned)(v & 255));
    return fflush(stdout) == 0 ? CLI_ALLOW : CLI_FAILURE;
}

typedef struct question {
    cli_setup setup;
    hook_options hook;
    audit audit;
    bool is_hook; /* --hook stands somewhere: nothing but its answer is printed */
    bool argv, batch, input /* - */, json, text, explain, quiet;
    const char *color;
    int count; /* operands */
    const char **operands;
} question;

/* CLI_ALLOW: go on. */
static int read_options(question *q, int argc, char **argv, bool *out_done) {
    cli_options o = {.argc = argc,
                     .at = 1,
                     .argv = argv,
                     .groups = {question_group, output_group, cli_fact_options, cli_policy_options,
                                hook_option_group, audit_option_group}};
    for (int id; (id = cli_options_next(&o)) != CLI_OPTION_END;) {
        bool bad = false;
        switch (id) {
        case CLI_OPTION_BAD: return CLI_FAILURE;
        case CLI_OPTION_OPERAND:
            if (q->argv && !o.ended) {
                cli_error("--argv needs \"--\" before the program: --argv -- %s ...", o.value);
                return CLI_FAILURE;
            }
            q->input = !o.ended && strcmp(o.value, "-") == 0;
            q->operands[q->count++] = o.value;
            break;
        case OPTION_HELP: *out_done = true; return q->is_hook ? CLI_FAILURE : help();
        case OPTION_VERSION: *out_done = true; return q->is_hook ? CLI_FAILURE : version();
        case OPTION_ARGV: q->argv = true; break;
        case OPTION_BATCH: q->batch = true; break;
        case OPTION_EXPLAIN: q->explain = true; break;
        case OPTION_QUIET: q->quiet = true; break;
        case OPTION_COLOR: q->color = o.value; break;
        case OPTION_FORMAT:
            q->json = strcmp(o.value, "json") == 0;
            q->text = !q->json;
            break;
        default:
            if ((!hook_take(&q->hook, id, o.value, &bad) && !audit_take(&q->audit.options, id, o.value) &&
                 !cli_setup_take(&q->setup, id, o.value, &bad)) ||
                bad)
                return CLI_FAILURE;
        }
    }
    if (q->hook.agent) {
        if (!q->batch && !q->argv && !q->text && !q->json && !q->explain && !q->quiet && q->count == 0)
            return CLI_ALLOW;
        cli_error(
            "--hook reads its command from standard input and answers as the agent wants it: no operand, "
            "--argv, --batch, --format, --explain or --quiet goes with it");
        return CLI_FAILURE;
    }
    if (q->batch && q->argv)
        cli_error("--batch takes an argv in its lines, not --argv");
    else if (q->batch && q->count > 0)
        cli_error("--batch reads standard input; \"%s\" is one too many", q->operands[0]);
    else if (q->batch && q->text)
        cli_error("--batch answers in JSON; --format text does not go with it");
    else if (q->argv && q->count == 0)
        cli_error("--argv: nothing to check; expected --argv -- PROGRAM ARGUMENT...");
    else if (!q->batch && q->count == 0)
        cli_error(
            "nothing to check; expected a command line as one argument, - for standard input, --argv -- PROGRAM "
            "ARGUMENT..., or --batch (see --help)");
    else if (!q->argv && q->count > 1)
        cli_error(
            "%d command lines; expected one. Quote it, so that it is one argument, or give an argv: --argv -- %s ...",
            q->count, q->operands[0]);
    else
        return CLI_ALLOW;
    return CLI_FAILURE;
}

/* The answer on standard output. False: it could not be given. */
static bool print(const question *q, cmdpolicy_decision *decision) {
    cmdpolicy_string text;
    const char *format = q->json                ? "json"
                         : cli_colour(q->color) ? (q->explain ? "explain-ansi" : "ansi")
                                                : (q->explain ? "explain" : "text");
    cmdpolicy_status status = cmdpolicy_decision_render(decision, format, &text);
    if (status != CMDPOLICY_OK) {
        cli_error("the verdict is %s; what else there is to say can't be shown: %s",
                  cmdpolicy_verdict_name(cmdpolicy_decision_verdict(decision)),
                  cmdpolicy_status_name(status));
        return false;
    }
    return cli_write(text.data, text.size) && (!q->json || cli_write("\n", 1));
}

/* The answer where the decision had to be recorded and could not be. */
static void print_denial(const question *q, const cmdpolicy_policy *policy) {
    audit_text text = {0};
    if (q->json)
        audit_put_denial(&text, &q->audit, policy);
    else {
        audit_put(&text, "deny: the decision could not be recorded: ");
        audit_put(&text, q->audit.why);
    }
    audit_put(&text, "\n");
    (void)cli_write(text.data, text.size);
    audit_text_free(&text);
}

static bool record(question *q, const cmdpolicy_policy *policy, const cmdpolicy_decision *decision,
                   const char *failure) {
    audit_event event = {.asked = q->argv ? "argv" : "command",
                         .decision = decision,
                         .verdict = cmdpolicy_decision_verdict(decision),
                         .failure = failure,
                         .policy = policy,
                         .setup = &q->setup,
                         .shell = q->argv ? NULL : cli_shell_name(q->setup.shell)};
    return audit_write(&q->audit, &event);
}

static int check(question *q, const cmdpolicy_policy *policy) {
    cli_bytes input = {0};
    if (q->input && !cli_read_all(STDIN_FILENO, CLI_MOST_INPUT, &input)) {
        cli_error("cannot read standard input: %s", strerror(errno));
        free(input.data);
        return CLI_FAILURE;
    }
    cmdpolicy_request *request = cmdpolicy_request_new(policy);
    if (!request)
        cli_out_of_memory();
    cli_setup_facts(&q->setup, request, NULL, 0);
    if (q->argv)
        cmdpolicy_request_set_argv(request, (size_t)q->count, q->operands, NULL);
    else if (q->input)
        cmdpolicy_request_set_shell(request, q->setup.shell, input.data, input.size);
    else
        cmdpolicy_request_set_shell(request, q->setup.shell, q->operands[0], strlen(q->operands[0]));
    cmdpolicy_decision *decision = cmdpolicy_check(policy, request);
    int status = cli_exit_status(cmdpolicy_decision_verdict(decision));
    if (input.cut && status != CLI_DENY) {
        /* Only where a policy's limit is wider than ours: what was not read was not judged. */
        cli_error("more than %d bytes on standard input", CLI_MOST_INPUT);
        (void)record(q, policy, NULL, "standard input is too long");
        status = CLI_FAILURE;
    } else if (!record(q, policy, decision, NULL)) {
        if (!q->quiet)
            print_denial(q, policy);
        status = CLI_DENY;
    } else if (!q->quiet && !print(q, decision) && status == CLI_ALLOW)
        status = CLI_FAILURE;
    cmdpolicy_decision_free(decision);
    cmdpolicy_request_free(request);
    free(input.data);
    return status;
}

int main(int argc, char **argv) {
    cli_begin("cmdpolicy-check");
    bool is_hook;
    const hook_agent *agent = hook_agent_in(argc, argv, &is_hook);
    if (is_hook)
        hook_guard(agent, &(hook_options){.agent = agent});
    question q = {
        .color = "auto", .is_hook = is_hook, .operands = calloc((size_t)argc + 1, sizeof *q.operands)};
    if (!q.operands && is_hook)
        return hook_refuse(agent, "out of memory");
    if (!q.operands)
        cli_out_of_memory();
    audit_clock(&q.audit);
    q.hook.audit = &q.audit;
    bool done = false;
    int status = read_options(&q, argc, argv, &done);
    cmdpolicy_policy *policy = NULL;
    if (is_hook && (done || status != CLI_ALLOW || !q.hook.agent))
        status = hook_refuse(agent, "the hook's command line can't be used");
    else if (is_hook) {
        hook_guard(agent, &q.hook);
        status = hook_run(&q.hook, &q.setup);
    } else if (!done && status == CLI_ALLOW) {
        policy = cli_setup_policy(&q.setup);
        if (!policy)
            (void)record(&q, NULL, NULL, "the policy can't be used");
        status = !policy   ? CLI_FAILURE
                 : q.batch ? check_batch(&q.setup, policy, &q.audit, q.quiet)
                           : check(&q, policy);
    }
    cmdpolicy_policy_free(policy);
    audit_free(&q.audit);
    cli_setup_free(&q.setup);
    free(q.operands);
    return status;
}
