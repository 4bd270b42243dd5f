/* Goose: PreToolUse. It can't ask, so what would be asked is blocked. */
#include "hooks/hooks.h"

const hook_agent hook_goose = {.name = "goose",
                               .events = "event",
                               .tools = {{"developer__shell|shell", HOOK_SHELL}},
                               .forms = {{.event = "event",
                                          .events = "PreToolUse",
                                          .tool = "tool_name",
                                          .input = "tool_input",
                                          .command = "command",
                                          .cwd = "working_dir",
                                          .session = "session_id",
                                          .call = "tool_call_id",
                                          .review = HOOK_REVIEW_DENY,
                                          .allow = {0, "{\"decision\":\"allow\"}"},
                                          .deny = {0, "{\"decision\":\"block\",\"reason\":@}"}}},
                               .failure = {2, NULL}};
