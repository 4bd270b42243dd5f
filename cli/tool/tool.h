/* cmdpolicy: what rule authors need beside the check. Each subcommand reads its own options and answers an exit status. */
#ifndef TOOL_TOOL_H
#define TOOL_TOOL_H
#include "common/input.h"
#include "common/options.h"
#include "common/say.h"
#include "common/setup.h"

/* Exit statuses beside CLI_ALLOW (fine) and CLI_FAILURE (usage, files). */
enum {
    TOOL_FOUND = 1 /* what the tool looks for: a failing test, text that does not parse, something to mend */
};

typedef struct tool_command {
    const char *name, *arguments, *about; /* about: one line */
    const char *details;                  /* more for its own help; NULL: none */
    int (*run)(const struct tool_command *, int argc, char **argv);
    const cli_group *groups[CLI_MOST_GROUPS]; /* its options */
} tool_command;

extern const tool_command tool_parse, tool_calls, tool_explain, tool_test, tool_lint, tool_compile,
    tool_layers, tool_audit, tool_fuzz, tool_grammar, tool_hook, tool_doctor, tool_diff, tool_import,
    tool_export;

/* What every subcommand gets from its command line. */
typedef struct tool_arguments {
    cli_setup setup;
    const char *format, *color, *as, *output, *expect, *endpoint, *position, *batch_size;
    bool quiet, undecided, thin, all, user, project, dry_run;
    int header_count;
    const char **headers;
    int count; /* operands */
    const char **operands;
    bool input; /* the last operand is "-", before any "--" */
    bool done;  /* the help was asked for */
} tool_arguments;

enum {
    TOOL_OPTION_HELP = 1,
    TOOL_OPTION_FORMAT,
    TOOL_OPTION_COLOR,
    TOOL_OPTION_AS,
    TOOL_OPTION_QUIET,
    TOOL_OPTION_OUTPUT,
    TOOL_OPTION_JSON,
    TOOL_OPTION_SEXPR,
    TOOL_OPTION_EXPECT,
    TOOL_OPTION_ALL,
    TOOL_OPTION_ENDPOINT,
    TOOL_OPTION_HEADER,
    TOOL_OPTION_POSITION,
    TOOL_OPTION_BATCH_SIZE,
    TOOL_OPTION_USER,
    TOOL_OPTION_PROJECT,
    TOOL_OPTION_DRY_RUN,
    TOOL_OPTION_UNDECIDED,
    TOOL_OPTION_THIN,
    TOOL_OPTION_OWN = 60, /* up to 99: of one subcommand */
    TOOL_OPTION_OWN_LAST = 99
};
extern const cli_group tool_help_options, tool_format_options;

/* CLI_ALLOW: read; else the exit status, said why. */
int tool_read_arguments(const tool_command *, int argc, char **argv, tool_arguments *out);
/* The same for a subcommand with options of its own, from TOOL_OPTION_OWN on. take is false after saying what is wrong with a value. */
int tool_read_own_arguments(const tool_command *, int argc, char **argv, tool_arguments *out,
                            bool (*take)(tool_arguments *, int id, const char *value));
void tool_free_arguments(tool_arguments *);
/* The layer that --as names; the user's where it names none. */
cmdpolicy_layer tool_layer(const tool_arguments *);
/* A builder with the packs and the operands' files as one layer. Errors are in the builder, or said; *status says if there were any. */
cmdpolicy_builder *tool_builder(const tool_arguments *, int *status);
/* The one operand, or standard input for "-", as bytes. False, with a message: not one, or it can't be read. */
bool tool_source(const tool_command *, const tool_arguments *, cli_bytes *out);
#endif
