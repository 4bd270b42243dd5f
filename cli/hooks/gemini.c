/* Gemini CLI: BeforeTool. "ask" isn't documented but honoured. */
#include "hooks/hooks.h"

const hook_agent hook_gemini = {.name = "gemini",
                                .events = "hook_event_name",
                                .tools = {{"run_shell_command", HOOK_SHELL}},
                                .forms = {{.event = "hook_event_name",
                                           .events = "BeforeTool",
                                           .tool = "tool_name",
                                           .input = "tool_input",
                                           .command = "command",
                                           .directory = "dir_path",
                                           .cwd = "cwd",
                                           .session = "session_id",
                                           .review = HOOK_REVIEW_ASK,
                                           .can_ask = true,
                                           .allow = {0, "{\"decision\":\"allow\"}"},
                                           .ask = {0, "{\"decision\":\"ask\",\"reason\":@}"},
                                           .deny = {0, "{\"decision\":\"deny\",\"reason\":@}"}}},
                                .failure = {2, NULL},
                                .project_variable = "GEMINI_PROJECT_DIR"};
