/* All agents. */
#include "hooks/hooks.h"

#include <string.h>

const hook_agent *const hook_agents[] = {
    &hook_amazonq, &hook_claude,   &hook_cline, &hook_codex,  &hook_copilot, &hook_crush,
    &hook_cursor,  &hook_devin,    &hook_droid, &hook_gemini, &hook_generic, &hook_goose,
    &hook_kiro,    &hook_opencode, &hook_qwen,  &hook_vscode, &hook_windsurf};
const size_t hook_agent_count = sizeof hook_agents / sizeof hook_agents[0];

const hook_agent *hook_agent_named(const char *name) {
    for (size_t i = 0; i < hook_agent_count; i++) {
        if (strcmp(hook_agents[i]->name, name) == 0)
            return hook_agents[i];
    }
    return NULL;
}
