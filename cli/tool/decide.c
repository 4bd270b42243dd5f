/* calls: every call that a command line may make. */
#include "tool/tool.h"

#include "render.h"

#include <stdlib.h>
#include <string.h>

static const cli_option format_options[] = {
    {"format", TOOL_OPTION_FORMAT, "FORMAT", "text|json", "text for people (as it comes), json for programs",
     0},
    {"color", TOOL_OPTION_COLOR, "WHEN", "auto|always|never", "auto: on a terminal, unless NO_COLOR is set",
     0},
};
const cli_group tool_format_options = CLI_GROUP(format_options);

/* The decision on the operand. NULL, with *out_status: there is none. */
static cmdpolicy_decision *decide(const tool_command *command, tool_arguments *a, int argc, char **argv,
                                  int *out_status) {
    cmdpolicy_decision *decision = NULL;
    cli_bytes text = {0};
    *out_status = tool_read_arguments(command, argc, argv, a);
    if (*out_status != CLI_ALLOW || a->done)
        return NULL;
    *out_status = CLI_FAILURE;
    cmdpolicy_policy *policy = tool_source(command, a, &text) ? cli_setup_policy(&a->setup) : NULL;
    cmdpolicy_request *request = policy ? cmdpolicy_request_new(policy) : NULL;
    if (request) {
        cli_setup_facts(&a->setup, request, NULL, 0);
        cmdpolicy_request_set_shell(request, a->setup.shell, text.data, text.size);
        decision = cmdpolicy_check(policy, request);
        *out_status = CLI_ALLOW;
    }
    cmdpolicy_request_free(request);
    cmdpolicy_policy_free(policy);
    free(text.data);
    return decision;
}

static int run_calls(const tool_command *command, int argc, char **argv) {
    tool_arguments a;
    int status;
    cmdpolicy_decision *decision = decide(command, &a, argc, argv, &status);
    if (decision) {
        cp_arena arena;
        cp_arena_init(&arena, NULL, NULL, 0, NULL);
        const bool json = a.format && strcmp(a.format, "json") == 0;
        const uint32_t style = cli_colour(a.color) ? CP_RENDER_COLOUR : CP_RENDER_PLAIN;
        cp_slice text =
            json ? cp_render_calls_json(&arena, decision) : cp_render_calls_text(&arena, decision, style);
        if (cp_arena_failed(&arena))
            cli_out_of_memory();
        if (!cli_write((const char *)text.p, text.n) || (json && !cli_write("\n", 1)))
            status = CLI_FAILURE;
        cp_arena_free(&arena);
    }
    cmdpolicy_decision_free(decision);
    tool_free_arguments(&a);
    return status;
}

const tool_command tool_calls = {
    "calls",
    "[OPTION...] [--] 'COMMAND LINE' | -",
    "List every call that a command line may make, and through what",
    "One line a call: its own verdict, its words, and the programs that run it. Words that are not certain are\n"
    "shown as patterns. - reads the command line from standard input.",
    run_calls,
    {&tool_format_options, &cli_fact_options, &cli_policy_options, &tool_help_options},
};
