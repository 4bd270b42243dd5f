/* lint: what is wrong with policy files, and what is only doubtful. */
#include "tool/tool.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const cli_option lint_options[] = {
    {"as", TOOL_OPTION_AS, "LAYER", "user|system|requirements|workspace", "what the files are (user)"},
};
static const cli_group lint_group = CLI_GROUP(lint_options);

static int lint(const tool_arguments *a) {
    cmdpolicy_layer layer = CMDPOLICY_LAYER_USER;
    if (a->as)
        layer = strcmp(a->as, "system") == 0         ? CMDPOLICY_LAYER_SYSTEM
                : strcmp(a->as, "requirements") == 0 ? CMDPOLICY_LAYER_REQUIREMENTS
                : strcmp(a->as, "workspace") == 0    ? CMDPOLICY_LAYER_WORKSPACE
                                                     : CMDPOLICY_LAYER_USER;
    cmdpolicy_builder *builder = cmdpolicy_builder_new();
    cmdpolicy_policy *policy = NULL;
    if (!builder ||
        (!a->setup.no_builtin && cmdpolicy_builder_add_builtin(builder, a->setup.profile) != CMDPOLICY_OK))
        cli_out_of_memory();
    int status = CLI_ALLOW;
    for (int i = 0; i < a->count; i++) {
        size_t before = cmdpolicy_builder_error_count(builder);
        errno = 0;
        cmdpolicy_status added = cmdpolicy_builder_add_file(builder, layer, a->operands[i]);
        if (added != CMDPOLICY_OK && cmdpolicy_builder_error_count(builder) == before)
            cli_error("%s: %s", a->operands[i], errno != 0 ? strerror(errno) : cmdpolicy_status_name(added));
        if (added != CMDPOLICY_OK)
            status = added == CMDPOLICY_ERR_POLICY ? TOOL_FOUND : CLI_FAILURE;
    }
    if (status == CLI_ALLOW && cmdpolicy_builder_build(builder, &policy) != CMDPOLICY_OK)
        status = TOOL_FOUND;
    cli_say_policy_errors(builder, 0, true);
    if (cmdpolicy_builder_error_count(builder) > 0 && status == CLI_ALLOW)
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
