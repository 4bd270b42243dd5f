/* Factory Droid: Claude Code's payloads; exit statuses are what it is known to obey. */
#include "hooks/dialects.h"
#include "hooks/hooks.h"

const hook_agent hook_droid = {.name = "droid",
                               .events = "hook_event_name",
                               .tools = {{"Execute", HOOK_SHELL}},
                               .forms = {{.event = "hook_event_name",
                                          .events = "PreToolUse",
                                          .tool = "tool_name",
                                          .input = "tool_input",
                                          .command = "command",
                                          .cwd = "cwd",
                                          .session = "session_id",
                                          .call = "tool_use_id",
                                          .mode = "permission_mode",
                                          .review = HOOK_REVIEW_DEFER,
                                          .allow = {0, HOOK_PRE_TOOL_USE("allow")},
                                          .deny = {2, NULL}}},
                               .failure = {2, NULL}};
