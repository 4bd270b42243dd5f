/* The table of subcommands, and what their command lines have in common. */
#include "tool/tool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const tool_command *const commands[] = {&tool_test,  &tool_lint,    &tool_compile, &tool_explain,
                                               &tool_calls, &tool_parse,   &tool_layers,  &tool_audit,
                                               &tool_fuzz,  &tool_grammar, &tool_hook,    &tool_doctor,
                                               &tool_diff,  &tool_import,  &tool_export};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

static const cli_option help_options[] = {{"help", TOOL_OPTION_HELP, NULL, NULL, "print this", 'h'}};
const cli_group tool_help_options = CLI_GROUP(help_options);

static int help_command(const tool_command *command) {
    printf("usage: cmdpolicy %s %s\n\n%s.\n", command->name, command->arguments, command->about);
    if (command->details)
        printf("%s\n", command->details);
    printf("\n");
    for (size_t i = 0; i < CLI_MOST_GROUPS && command->groups[i]; i++)
        cli_options_help(command->groups[i]);
    return fflush(stdout) == 0 ? CLI_ALLOW : CLI_FAILURE;
}

int tool_read_arguments(const tool_command *command, int argc, char **argv, tool_arguments *out) {
    return tool_read_own_arguments(command, argc, argv, out, NULL);
}

int tool_read_own_arguments(const tool_command *command, int argc, char **argv, tool_arguments *out,
                            bool (*take)(tool_arguments *, int id, const char *value)) {
    *out = (tool_arguments){.color = "auto",
                            .operands = calloc((size_t)argc + 1, sizeof *out->operands),
                            .headers = calloc((size_t)argc + 1, sizeof *out->headers)};
    if (!out->operands || !out->headers)
        cli_out_of_memory();
    cli_options o = {.argc = argc, .argv = argv};
    for (size_t i = 0; i < CLI_MOST_GROUPS && command->groups[i]; i++)
        o.groups[i] = *command->groups[i];
    for (int id; (id = cli_options_next(&o)) != CLI_OPTION_END;) {
        bool bad = false;
        switch (id) {
        case CLI_OPTION_BAD: return CLI_FAILURE;
        case CLI_OPTION_OPERAND:
            out->input = !o.ended && strcmp(o.value, "-") == 0;
            out->operands[out->count++] = o.value;
            break;
        case TOOL_OPTION_HELP: out->done = true; return help_command(command);
        case TOOL_OPTION_JSON: out->format = "json"; break;
        case TOOL_OPTION_SEXPR: out->format = "sexpr"; break;
        case TOOL_OPTION_FORMAT: out->format = o.value; break;
        case TOOL_OPTION_COLOR: out->color = o.value; break;
        case TOOL_OPTION_AS: out->as = o.value; break;
        case TOOL_OPTION_OUTPUT: out->output = o.value; break;
        case TOOL_OPTION_QUIET: out->quiet = true; break;
        case TOOL_OPTION_UNDECIDED: out->undecided = true; break;
        case TOOL_OPTION_THIN: out->thin = true; break;
        case TOOL_OPTION_EXPECT: out->expect = o.value; break;
        case TOOL_OPTION_ALL: out->all = true; break;
        case TOOL_OPTION_ENDPOINT: out->endpoint = o.value; break;
        case TOOL_OPTION_HEADER: out->headers[out->header_count++] = o.value; break;
        case TOOL_OPTION_POSITION: out->position = o.value; break;
        case TOOL_OPTION_BATCH_SIZE: out->batch_size = o.value; break;
        case TOOL_OPTION_USER: out->user = true; break;
        case TOOL_OPTION_PROJECT: out->project = true; break;
        case TOOL_OPTION_DRY_RUN: out->dry_run = true; break;
        default:
            if (id >= TOOL_OPTION_OWN && id <= TOOL_OPTION_OWN_LAST) {
                if (!take || !take(out, id, o.value))
                    return CLI_FAILURE;
            } else if (!cli_setup_take(&out->setup, id, o.value, &bad) || bad)
                return CLI_FAILURE;
        }
    }
    return CLI_ALLOW;
}

void tool_free_arguments(tool_arguments *a) {
    cli_setup_free(&a->setup);
    free(a->operands);
    free(a->headers);
}

cmdpolicy_layer tool_layer(const tool_arguments *a) {
    static const cmdpolicy_layer layers[] = {CMDPOLICY_LAYER_SYSTEM, CMDPOLICY_LAYER_REQUIREMENTS,
                                             CMDPOLICY_LAYER_WORKSPACE};
    for (size_t i = 0; a->as && i < sizeof layers / sizeof layers[0]; i++) {
        if (strcmp(cmdpolicy_layer_name(layers[i]), a->as) == 0)
            return layers[i];
    }
    return CMDPOLICY_LAYER_USER;
}

cmdpolicy_builder *tool_builder(const tool_arguments *a, int *status) {
    cmdpolicy_builder *builder = cmdpolicy_builder_new();
    if (!builder)
        cli_out_of_memory();
    *status = cmdpolicy_builder_add_builtin(builder, NULL) == CMDPOLICY_OK ? CLI_ALLOW : CLI_FAILURE;
    for (int i = 0; i < a->count; i++) {
        size_t before = cmdpolicy_builder_error_count(builder);
        cmdpolicy_status added = cmdpolicy_builder_add_file(builder, tool_layer(a), a->operands[i]);
        if (added != CMDPOLICY_OK && cmdpolicy_builder_error_count(builder) == before)
            cli_error("%s: %s", a->operands[i], cmdpolicy_status_name(added));
        if (added != CMDPOLICY_OK && *status != CLI_FAILURE)
            *status = added == CMDPOLICY_ERR_POLICY ? TOOL_FOUND : CLI_FAILURE;
    }
    return builder;
}

bool tool_source(const tool_command *command, const tool_arguments *a, cli_bytes *out) {
    if (a->count != 1) {
        cli_error("%d operands; expected one: cmdpolicy %s %s", a->count, command->name, command->arguments);
        return false;
    }
    if (a->input) {
        if (!cli_read_all(STDIN_FILENO, CLI_MOST_INPUT, out) || out->cut) {
            cli_error("standard input: %s", out->cut ? "more than 16 MiB" : strerror(errno));
            return false;
        }
        return true;
    }
    out->data = strdup(a->operands[0]);
    if (!out->data)
        cli_out_of_memory();
    out->size = strlen(out->data);
    return true;
}

static void help(FILE *out) {
    fprintf(
        out,
        "usage: cmdpolicy SUBCOMMAND [OPTION...] ...\n\nTools for authors of policies; cmdpolicy-check is the check itself.\n\n");
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(out, "  %-10s%s\n", commands[i]->name, commands[i]->about);
    fprintf(out, "  %-10s%s\n  %-10s%s\n\n", "version", "print the version", "help",
            "print this, or the help of a subcommand");
    fprintf(
        out,
        "cmdpolicy SUBCOMMAND --help says more. Exit status: 0 fine, 1 something to mend was found, 4 it could not be done.\n");
}

static const tool_command *command_named(const char *name) {
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    }
    const char *names[COMMANDS];
    for (size_t i = 0; i < COMMANDS; i++)
        names[i] = commands[i]->name;
    const char *hint = cli_closest(name, names, COMMANDS, sizeof names[0]);
    if (hint)
        cli_error("there is no subcommand %s; did you mean %s?", name, hint);
    else
        cli_error("there is no subcommand %s; cmdpolicy help lists them", name);
    return NULL;
}

int main(int argc, char **argv) {
    cli_begin("cmdpolicy");
    const char *name = argc > 1 ? argv[1] : "";
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        name = "help";
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0)
        name = "version";
    if (strcmp(name, "version") == 0) {
        uint32_t v = cmdpolicy_version();
        printf("cmdpolicy %u.%u.%u\n", (unsigned)(v >> 16), (unsigned)(v >> 8 & 255), (unsigned)(v & 255));
        return fflush(stdout) == 0 ? CLI_ALLOW : CLI_FAILURE;
    }
    if (strcmp(name, "help") == 0 && argc > 2) {
        const tool_command *command = command_named(argv[2]);
        return command ? help_command(command) : CLI_FAILURE;
    }
    if (strcmp(name, "help") == 0 || *name == '\0') {
        help(*name ? stdout : stderr);
        return *name && fflush(stdout) == 0 ? CLI_ALLOW : CLI_FAILURE;
    }
    const tool_command *command = command_named(name);
    return command ? command->run(command, argc - 2, argv + 2) : CLI_FAILURE;
}
