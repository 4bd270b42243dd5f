/* lint: what is wrong with policy files, and what is only doubtful. */
#include "tool/tool.h"

static const cli_option lint_options[] = {
    {"as", TOOL_OPTION_AS, "LAYER", "user|system|requirements|workspace", "what the files are (user)", 0},
};
static const cli_group lint_group = CLI_GROUP(lint_options);

static int lint(const tool_arguments *a) {
    cmdpolicy_policy *policy = NULL;
    int status;
    cmdpolicy_builder *builder = tool_builder(a, &status);
    if (status == CLI_ALLOW && cmdpolicy_builder_build(builder, &policy) != CMDPOLICY_OK)
        status = TOOL_FOUND;
    cli_say_policy_errors(builder, 0, true);
    if (status == CLI_ALLOW && cmdpolicy_builder_error_count(builder) > 0)
        status = TOOL_FOUND;
    cmdpolicy_policy_free(policy);
    cmdpolicy_builder_free(builder);
    return status;
}

static int run(const tool_command *command, int argc, char **argv) {
    tool_arguments a;
    int status = tool_read_arguments(command, argc, argv, &a);
    if (status == CLI_ALLOW && !a.done) {
        if (a.count == 0)
            cli_error("nothing to look at; expected cmdpolicy lint %s", command->arguments);
        status = a.count == 0 ? CLI_FAILURE : lint(&a);
    }
    tool_free_arguments(&a);
    return status;
}

const tool_command tool_lint = {
    "lint",
    "[OPTION...] FILE...",
    "Say what is wrong with policy files",
    "Errors, with which no check would be made, and warnings: FILE:LINE:COLUMN: what, and what was expected.",
    run,
    {&lint_group, &tool_help_options},
};
