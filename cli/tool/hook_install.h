/* What `hook` and `doctor` share. */
#ifndef TOOL_HOOK_INSTALL_H
#define TOOL_HOOK_INSTALL_H
#include "tool/hook_targets.h"
#include "tool/tool.h"

#include "audit/text.h"

#include <jansson.h>

typedef enum hook_scope { HOOK_USER, HOOK_PROJECT } hook_scope;
typedef enum hook_state {
    HOOK_ABSENT,
    HOOK_THERE,
    HOOK_OTHER /* ours, but otherwise */,
    HOOK_UNREADABLE /* said why */
} hook_state;

/* The hook's command line, with options of the check behind it, ended by a NUL. False, with a message: the program isn't there. */
bool hook_command_line(const hook_target *, int count, const char **more, audit_text *out);
/* The file: malloc; NULL: the agent has none of that scope. */
char *hook_path(const hook_target *, hook_scope);
/* Is the hook in the file? *out_root, which the caller frees, is its JSON, or its text as a JSON string. */
hook_state hook_state_of(const hook_target *, const char *path, const char *command, json_t **out_root);
#endif
