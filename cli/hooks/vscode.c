/* The agent of Visual Studio Code: Claude Code's answers, its own tools. Its documentation writes the common keys in
 * camelCase, its programs don't; those of the tool have one spelling, so that no other key passes for the tool's name. */
#include "hooks/dialects.h"
#include "hooks/hooks.h"

const hook_agent hook_vscode = {.name = "vscode",
                                .events = "hook_event_name|hookEventName",
                                .tools = {{"run_in_terminal|runInTerminal|runTerminalCommand", HOOK_SHELL},
                                          {"send_to_terminal|create_and_run_task", HOOK_TYPED}},
                                .forms = {{.event = "hook_event_name|hookEventName",
                                           .events = "PreToolUse",
                                           .tool = "tool_name",
                                           .input = "tool_input",
                                           .command = "command",
                                           .cwd = "cwd",
                                           .session = "session_id|sessionId",
                                           .call = "tool_use_id",
                                           .review = HOOK_REVIEW_ASK,
                                           .can_ask = true,
                                           .allow = {0, HOOK_PRE_TOOL_USE("allow")},
                                           .ask = {0, HOOK_PRE_TOOL_USE("ask")},
                                           .deny = {0, HOOK_PRE_TOOL_USE("deny")}}},
                                .failure = {2, NULL}};
