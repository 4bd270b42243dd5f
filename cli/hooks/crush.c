/* Crush: PreToolUse. No answer is its usual question. */
#include "hooks/hooks.h"

const hook_agent hook_crush = {.name = "crush",
                               .events = "event",
                               .tools = {{"bash", HOOK_SHELL}},
                               .forms = {{.event = "event",
                                          .events = "PreToolUse",
                                          .tool = "tool_name",
                                          .input = "tool_input",
                                          .command = "command",
                                          .directory = "working_dir",
                                          .cwd = "cwd",
                                          .session = "session_id",
                                          .review = HOOK_REVIEW_DEFER,
                                          .allow = {0, "{\"version\":1,\"decision\":\"allow\"}"},
                                          .deny = {0, "{\"version\":1,\"decision\":\"deny\",\"reason\":@}"}}},
                               .failure = {2, NULL}};
