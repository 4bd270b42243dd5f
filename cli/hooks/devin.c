/* Devin CLI: Claude Code's payloads without a cwd, which only its environment says. It imports Claude Code's hooks too. */
#include "hooks/hooks.h"

#define BLOCK "{\"decision\":\"block\",\"reason\":@}"

const hook_agent hook_devin = {.name = "devin",
                               .events = "hook_event_name",
                               .tools = {{"exec", HOOK_SHELL}},
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
                                          .deny = {2, BLOCK}}},
                               .failure = {2, BLOCK},
                               .project_variable = "DEVIN_PROJECT_DIR",
                               .project_is_cwd = true};
