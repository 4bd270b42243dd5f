/* The options that both programs share, and what they are for: the policy that is loaded and the facts of a request. */
#ifndef CLI_SETUP_H
#define CLI_SETUP_H
#include "common/options.h"
#include "common/places.h"
#include <stdbool.h>

extern const cli_group cli_policy_options, cli_fact_options;

typedef struct cli_setup {
    cli_layer_files given; /* --policy and --requirements, in their order */
    bool no_builtin, no_config, untrusted;
    const char *profile, *sandbox; /* NULL: not said */
    const char *letter_case;       /* of file names: sensitive, insensitive; NULL: as the directories are */
    bool ignores_case;             /* so they are, once it is ready */
    cmdpolicy_dialect shell;
    char *cwd, *home; /* absolute, or NULL: not known */
    char **workspaces;
    size_t workspace_count;
    bool ready;
    cli_layer_files files; /* all that were looked at, once it is ready */
} cli_setup;

/* True if the option is one of ours; false with *out_bad set if it is and its value won't do. */
bool cli_setup_take(cli_setup *, int id, const char *value, bool *out_bad);
/* Finds what no option said: the directories, the files of the layers. */
void cli_setup_complete(cli_setup *);
/* The policy of the built-in packs and all files. NULL: every error has been said, and there is no policy. */
cmdpolicy_policy *cli_setup_policy(cli_setup *);
/* The same with one more text of YAML, after the setup has made its policy. NULL: it can't be built; nothing is said. */
cmdpolicy_policy *cli_setup_policy_with(const cli_setup *, cmdpolicy_layer, const char *name,
                                        const char *text, size_t size);
/* The facts of every request. A line of a batch may have its own cwd; else NULL. */
void cli_setup_facts(const cli_setup *, cmdpolicy_request *, const char *cwd, size_t cwd_size);
void cli_setup_free(cli_setup *);

/* -1: no such shell. */
cmdpolicy_dialect cli_shell_named(const char *name);
/* "unknown" where nobody said, so that the policy's defaults count. */
const char *cli_shell_name(cmdpolicy_dialect);
/* FILE:LINE:COLUMN: error: MESSAGE; expected WHAT [CODE] */
void cli_say_policy_error(const cmdpolicy_error *);
/* All that the builder has collected since `from`. */
void cli_say_policy_errors(const cmdpolicy_builder *, size_t from, bool warnings);
#endif
