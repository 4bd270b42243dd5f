/* Qwen Code: Claude Code's answers, Gemini CLI's tools. */
#include "hooks/dialects.h"
#include "hooks/hooks.h"

const hook_agent hook_qwen = {.name = "qwen",
                              .events = "hook_event_name",
                              .tools = {{"run_shell_command", HOOK_SHELL}},
                              .forms = {{.event = "hook_event_name",
                                         .events = "PreToolUse",
                                         .tool = "tool_name",
                                         .input = "tool_input",
                                         .command = "command",
                                         .directory = "directory",
                                         .cwd = "cwd",
                                         .session = "session_id",
                                         .call = "tool_use_id",
                                         .mode = "permission_mode",
                                         .review = HOOK_REVIEW_ASK,
                                         .can_ask = true,
                                         .allow = {0, HOOK_PRE_TOOL_USE("allow")},
                                         .ask = {0, HOOK_PRE_TOOL_USE("ask")},
                                         .deny = {0, HOOK_PRE_TOOL_USE("deny")}}},
                              .failure = {2, NULL}};
