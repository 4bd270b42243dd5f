/* Cline, in an editor (PreToolUse) and alone (tool_call). Only `cancel` stops a command; an answer is always printed. */
#include "hooks/hooks.h"

#define GO_ON  "{\"cancel\":false}"
#define CANCEL "{\"cancel\":true,\"errorMessage\":@,\"contextModification\":@}"

const hook_agent hook_cline = {.name = "cline",
                               .events = "hookName",
                               .tools = {{"execute_command|run_commands", HOOK_SHELL}},
                               .forms = {{.event = "hookName",
                                          .events = "PreToolUse",
                                          .tool = "preToolUse.toolName|preToolUse.tool",
                                          .input = "preToolUse.parameters",
                                          .command = "command|commands",
                                          .roots = "workspaceRoots",
                                          .cwd_is_root = true,
                                          .session = "taskId",
                                          .review = HOOK_REVIEW_DEFER,
                                          .pass = {0, GO_ON},
                                          .allow = {0, GO_ON},
                                          .defer = {0, "{\"cancel\":false,\"contextModification\":@}"},
                                          .deny = {0, CANCEL}},
                                         {.event = "hookName",
                                          .events = "tool_call",
                                          .tool = "preToolUse.toolName|preToolUse.tool",
                                          .input = "preToolUse.parameters",
                                          .command = "command|commands",
                                          .roots = "workspaceRoots",
                                          .cwd_is_root = true,
                                          .session = "taskId",
                                          .review = HOOK_REVIEW_DEFER,
                                          .pass = {0, GO_ON},
                                          .allow = {0, GO_ON},
                                          .defer = {0, GO_ON},
                                          .deny = {0, CANCEL}}},
                               .failure = {0, CANCEL},
                               .pass = {0, GO_ON}};
