/* Cursor: beforeShellExecution, which can ask, and preToolUse, where only a deny is known to be understood. */
#include "hooks/hooks.h"

#define DENY "{\"permission\":\"deny\",\"user_message\":@,\"agent_message\":@}"

const hook_agent hook_cursor = {
    .name = "cursor",
    .events = "hook_event_name",
    .tools = {{"Shell", HOOK_SHELL}},
    .forms = {{.event = "hook_event_name",
               .events = "beforeShellExecution",
               .command = "command",
               .cwd = "cwd",
               .roots = "workspace_roots",
               .session = "conversation_id",
               .call = "generation_id",
               .review = HOOK_REVIEW_ASK,
               .can_ask = true,
               .allow = {0, "{\"permission\":\"allow\"}"},
               .ask = {0, "{\"permission\":\"ask\",\"user_message\":@,\"agent_message\":@}"},
               .deny = {0, DENY}},
              {.event = "hook_event_name",
               .events = "preToolUse",
               .tool = "tool_name",
               .input = "tool_input",
               .command = "command",
               .directory = "working_directory",
               .cwd = "cwd",
               .roots = "workspace_roots",
               .session = "conversation_id",
               .call = "tool_use_id",
               .review = HOOK_REVIEW_DEFER,
               .deny = {2, DENY}}},
    .failure = {2, DENY}};
