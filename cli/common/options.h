/* Options of a command line, read from tables: --name, --name VALUE, --name=VALUE, and for a few -x, -x VALUE.
 * Options and operands stand in any order; after "--" everything is an operand. Names are written in full. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H
#include <stddef.h>

typedef struct cli_option {
    const char *name;    /* without the dashes */
    int id;              /* from 1 */
    const char *value;   /* how the help calls its value; NULL: it takes none */
    const char *choices; /* the values that it takes, "one|other"; NULL: any that is not empty */
    const char *help;    /* lines of the help */
    char letter;         /* its short form; 0: none */
} cli_option;

typedef struct cli_group {
    const cli_option *options;
    size_t count;
} cli_group;
#define CLI_GROUP(array) \
  { (array), sizeof(array) / sizeof(array)[0] }

enum { CLI_OPTION_END = 0, CLI_OPTION_OPERAND = -1, CLI_OPTION_BAD = -2 /* said why */ };
enum { CLI_MOST_GROUPS = 6 };

typedef struct cli_options {
    int argc, at;
    char **argv;
    cli_group groups[CLI_MOST_GROUPS];
    int ended;         /* "--" has been seen */
    const char *value; /* of the option or operand that was returned */
} cli_options;

/* The id of the next option, or CLI_OPTION_*. */
int cli_options_next(cli_options *);
/* The help's lines for the group, in columns. */
void cli_options_help(const cli_group *);
#endif
