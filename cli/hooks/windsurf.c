/* Windsurf: pre_run_command. It understands exit statuses only and can't ask, so what would be asked is denied. */
#include "hooks/hooks.h"

const hook_agent hook_windsurf = {.name = "windsurf",
                                  .events = "agent_action_name",
                                  .forms = {{.event = "agent_action_name",
                                             .events = "pre_run_command",
                                             .command = "tool_info.command_line",
                                             .directory = "tool_info.cwd",
                                             .session = "trajectory_id",
                                             .call = "execution_id",
                                             .review = HOOK_REVIEW_DENY,
                                             .deny = {2, NULL}}},
                                  .failure = {2, NULL}};
