/* Many payloads through one agent's hook, in one process.   usage: cmdpolicy-hook-many AGENT
 * Standard input: for each payload its size in decimal, a newline, its bytes. Standard output: for each answer the exit
 * status, the size of its standard output and of its standard error, a newline, the bytes of both. The facts are those of
 * an empty environment with the home /home/dev. */
#include "hooks/hooks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
    static hook_answer answer;
    const hook_options options = {.agent = argc == 2 ? hook_agent_named(argv[1]) : NULL};
    cmdpolicy_builder *builder = cmdpolicy_builder_new();
    cmdpolicy_policy *policy = NULL;
    if (!options.agent || cmdpolicy_builder_add_builtin(builder, NULL) != CMDPOLICY_OK ||
        cmdpolicy_builder_build(builder, &policy) != CMDPOLICY_OK)
        return EXIT_FAILURE;
    char line[32];
    while (fgets(line, sizeof line, stdin)) {
        const size_t size = (size_t)strtoul(line, NULL, 10);
        char *payload =
            malloc(size + (size == 0)); /* of its own size, so that AddressSanitizer sees a read past it */
        cli_setup setup = {.no_config = true, .home = strdup("/home/dev")};
        if (!payload || !setup.home || fread(payload, 1, size, stdin) != size)
            return EXIT_FAILURE;
        hook_answer_payload(&options, &setup, policy, payload, size, &answer);
        printf("%d %zu %zu\n", answer.exit, answer.out.size, answer.err.size);
        fwrite(answer.out.data, 1, answer.out.size, stdout);
        fwrite(answer.err.data, 1, answer.err.size, stdout);
        cli_setup_free(&setup);
        free(payload);
    }
    cmdpolicy_policy_free(policy);
    cmdpolicy_builder_free(builder);
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
