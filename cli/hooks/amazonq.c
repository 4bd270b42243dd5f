/* Amazon Q Developer CLI: exit statuses only. */
#include "hooks/hooks.h"

const hook_agent hook_amazonq = {.name = "amazonq",
                                 .events = "hook_event_name",
                                 .tools = {{"execute_bash", HOOK_SHELL}, {"execute_cmd", HOOK_FOREIGN}},
                                 .forms = {{.event = "hook_event_name",
                                            .events = "preToolUse|PreToolUse",
                                            .tool = "tool_name",
                                            .input = "tool_input",
                                            .command = "command",
                                            .cwd = "cwd",
                                            .session = "session_id",
                                            .review = HOOK_REVIEW_DEFER,
                                            .deny = {2, NULL}}},
                                 .failure = {2, NULL}};
