/* layers: which files make up the policy here. */
#include "tool/tool.h"

#include <stdio.h>
#include <string.h>

static int run(const tool_command *command, int argc, char **argv) {
    tool_arguments a;
    int status = tool_read_arguments(command, argc, argv, &a);
    if (status == CLI_ALLOW && !a.done) {
        if (a.count > 0) {
            cli_error("\"%s\" is one too many: layers takes options only", a.operands[0]);
            tool_free_arguments(&a);
            return CLI_FAILURE;
        }
        cli_setup_complete(&a.setup);
        const cli_setup *s = &a.setup;
        for (size_t i = 0; i < s->workspace_count; i++)
            printf("%-13s %s (%s)\n", "workspace", s->workspaces[i], s->untrusted ? "untrusted" : "trusted");
        if (!s->no_builtin)
            printf("%-13s the built-in packs%s%s\n", "builtin", s->profile ? ", profile " : "",
                   s->profile ? s->profile : "");
        for (size_t i = 0; i < s->files.count; i++) {
            const cli_layer_file *file = &s->files.items[i];
            const char *problem = cli_layer_file_problem(file);
            printf("%-13s %s%s%s%s\n", cmdpolicy_layer_name(file->layer), file->path, *problem ? " (" : "",
                   problem, *problem ? ")" : "");
        }
        fflush(stdout);
        cmdpolicy_policy *policy = cli_setup_policy(&a.setup);
        cmdpolicy_string digest;
        if (policy && cmdpolicy_policy_digest(policy, &digest) == CMDPOLICY_OK)
            printf("%-13s %.*s\n", "policy", (int)digest.size, digest.data);
        else
            status = CLI_FAILURE;
        cmdpolicy_policy_free(policy);
        if (fflush(stdout) != 0)
            status = CLI_FAILURE;
    }
    tool_free_arguments(&a);
    return status;
}

const tool_command tool_layers = {
    "layers",
    "[OPTION...]",
    "Show which files make up the policy, in the order of their layers",
    "Files that are looked for and not there are named too. With the policy's digest, if it can be loaded.",
    run,
    {&cli_fact_options, &cli_policy_options, &tool_help_options},
};
