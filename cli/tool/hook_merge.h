/* Our entries in somebody else's JSON. An entry is ours if a command in it runs `cmdpolicy-check --hook AGENT`; nothing else is
 * touched, and the order of what is there stays. */
#ifndef TOOL_HOOK_MERGE_H
#define TOOL_HOOK_MERGE_H
#include <jansson.h>
#include <stdbool.h>

/* Does the command line run our hook for this agent? */
bool hook_is_ours(const char *command, const char *agent);
/* Puts what `wanted` says into `into`, once. False: something else stands where an object or a list has to be; *out_where is its
 * key. */
bool hook_merge(json_t *into, json_t *wanted, const char *agent, const char **out_where);
/* Takes our entries out; what is empty then goes too, unless `before` (NULL: there was no file) has it. */
void hook_unmerge(json_t *from, json_t *wanted, json_t *before, const char *agent);
/* Does nothing stand there but what `wanted` would put there? */
bool hook_is_bare(json_t *value, json_t *wanted);
/* Calls `each` for every command of ours. How many there are. */
size_t hook_commands(json_t *value, const char *agent, void (*each)(void *self, const char *command),
                     void *self);
#endif
