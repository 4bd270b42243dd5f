/* OpenAI Codex. Its schema knows no other keys: one too many, an allow or an ask make the hook fail, and the command runs.
 * So nothing but a deny is ever printed before a tool is used. */
#include "hooks/dialects.h"
#include "hooks/hooks.h"

const hook_agent hook_codex = {
    .name = "codex",
    .events = "hook_event_name",
    .tools = {{"Bash|exec_command|shell|shell_command|local_shell|unified_exec", HOOK_SHELL},
              {"write_stdin", HOOK_TYPED}},
    .forms = {{.event = "hook_event_name",
               .events = "PreToolUse",
               .tool = "tool_name",
               .input = "tool_input",
               .command = "command",
               .directory = "workdir",
               .cwd = "cwd",
               .session = "session_id",
               .call = "tool_use_id",
               .mode = "permission_mode",
               .review = HOOK_REVIEW_DEFER,
               .deny = {0, HOOK_PRE_TOOL_USE("deny")}},
              {.event = "hook_event_name",
               .events = "PermissionRequest",
               .tool = "tool_name",
               .input = "tool_input",
               .command = "command",
               .directory = "workdir",
               .cwd = "cwd",
               .session = "session_id",
               .call = "tool_use_id",
               .review = HOOK_REVIEW_DEFER,
               .allow = {0, HOOK_PERMISSION_ALLOW},
               .deny = {0, HOOK_PERMISSION_DENY}}},
    .failure = {2, NULL}};
