/* parse: the syntax tree of a command line. */
#include "tool/tool.h"

#include "render.h"
#include "shell/parse.h"
#include "shell/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const cli_option parse_options[] = {
    {"format", TOOL_OPTION_FORMAT, "FORMAT", "json|sexpr",
     "json (as it comes), or sexpr: one line a line of the program", 0},
    {"json", TOOL_OPTION_JSON, NULL, NULL, "--format json", 0},
    {"sexpr", TOOL_OPTION_SEXPR, NULL, NULL, "--format sexpr", 0},
    {"quiet", TOOL_OPTION_QUIET, NULL, NULL, "print nothing: the exit status tells whether it parses", 'q'},
    {"color", TOOL_OPTION_COLOR, "WHEN", "auto|always|never", "auto: on a terminal, unless NO_COLOR is set",
     0},
};
static const cli_group parse_group = CLI_GROUP(parse_options);
/* --shell alone of the facts. */
static const cli_option shell_options[] = {
    {"shell", TOOL_OPTION_AS, "NAME", "bash|sh|dash|zsh", "the shell whose grammar it is (bash)", 0},
};
static const cli_group shell_group = CLI_GROUP(shell_options);

static int print_tree(const tool_arguments *a, const cli_bytes *text) {
    cp_arena arena;
    cp_budget budget;
    cp_sources sources;
    cp_parse_result parsed;
    cp_budget_init(&budget);
    cp_arena_init(&arena, NULL, NULL, 0, &budget);
    cp_sources_init(&sources, &arena);
    cp_source source = {.text = cp_slice_of(text->data, text->size), .kind = CP_SOURCE_USER};
    cp_text out = cp_text_in(&arena);
    uint32_t index = cp_sources_add(&sources, &source);
    if (index == UINT32_MAX)
        cli_out_of_memory();
    cp_parse(&arena, &sources, index, (cp_dialect)cli_shell_named(a->as ? a->as : "bash"), 0, &budget,
             &parsed);
    if (a->quiet)
        ;
    else if (a->format && strcmp(a->format, "sexpr") == 0)
        cp_print_sexpr(&out, &sources, &parsed.program, NULL);
    else {
        cp_print_json(&out, &sources, &parsed.program);
        cp_text_byte(&out, '\n');
    }
    if (cp_arena_failed(&arena))
        cli_out_of_memory();
    int status = parsed.complete ? CLI_ALLOW : CLI_REVIEW;
    cp_slice shown = cp_text_slice(&out);
    if (!cli_write((const char *)shown.p, shown.n))
        status = CLI_FAILURE;
    const uint32_t style = cli_colour(a->color) ? CP_RENDER_COLOUR : CP_RENDER_PLAIN;
    for (const cp_note *note = a->quiet ? NULL : parsed.notes; note; note = note->next) {
        cp_text message = cp_text_in(&arena);
        cp_text_visible(&message, note->message);
        cp_text_byte(&message, '\n');
        cp_render_snippet(&message, sources.items[note->span.src].text, note->span.beg, note->span.end, 2,
                          style);
        fprintf(stderr, "%.*s", (int)message.n, (const char *)message.p);
    }
    cp_arena_free(&arena);
    return status;
}

static int run(const tool_command *command, int argc, char **argv) {
    tool_arguments a;
    cli_bytes text = {0};
    int status = tool_read_arguments(command, argc, argv, &a);
    if (status == CLI_ALLOW && !a.done)
        status = tool_source(command, &a, &text) ? print_tree(&a, &text) : CLI_FAILURE;
    free(text.data);
    tool_free_arguments(&a);
    return status;
}

const tool_command tool_parse = {
    "parse",
    "[OPTION...] [--] 'COMMAND LINE' | -",
    "Print the syntax tree of a command line",
    "What the shell would not parse, or what another shell would read differently, is said on standard error.\n"
    "Exit status: 0 where it parses, 3 where it does not, 4 where that could not be found out.",
    run,
    {&parse_group, &shell_group, &tool_help_options},
};
