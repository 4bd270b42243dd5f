/* Where each agent keeps its hooks, and what has to stand there: docs/hooks.md as data. */
#ifndef TOOL_HOOK_TARGETS_H
#define TOOL_HOOK_TARGETS_H
#include <stddef.h>

typedef enum hook_target_kind {
    HOOK_TARGET_JSON, /* a part of a JSON file that others write to as well */
    HOOK_TARGET_FILE  /* a file of its own */
} hook_target_kind;

typedef struct hook_target {
    const char *agent;
    hook_target_kind kind;
    const char *user, *project; /* below the home directory, below the project's; NULL: there is none */
    const char *variable;       /* names the directory that stands for the first part of `user`; NULL */
    const char *text;           /* @ is where the command line goes, quoted for JSON where that is the kind */
    const char *
        failing; /* what the shell does when the program can't be run or was killed; NULL: no shell runs it */
    int executable;
    const char *note; /* what else has to be done; NULL */
} hook_target;

extern const hook_target hook_targets[];
extern const size_t hook_target_count;
/* NULL: there is no such agent, or nothing to install for it. */
const hook_target *hook_target_of(const char *agent);
#endif
