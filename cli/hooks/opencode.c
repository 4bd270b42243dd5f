/* OpenCode: what the plugin in docs/hooks.md sends, the arguments of its tool.execute.before as they came. The plugin throws
 * when the status isn't 0. */
#include "hooks/hooks.h"

const hook_agent hook_opencode = {.name = "opencode",
                                  .tools = {{"bash", HOOK_SHELL}},
                                  .forms = {{.tool = "input.tool",
                                             .input = "output.args",
                                             .command = "command",
                                             .directory = "workdir",
                                             .cwd = "directory",
                                             .session = "input.sessionID",
                                             .call = "input.callID",
                                             .review = HOOK_REVIEW_DEFER,
                                             .deny = {2, NULL}}},
                                  .failure = {2, NULL}};
