/* The table. Time-outs are well above the check's own (4 seconds), in the unit that the agent takes. */
#include "tool/hook_targets.h"

#include <string.h>

/* Whatever ends the program, status 2 stops the command, but with a reason only: Codex and Gemini take 2 without a word on standard
 * error for no answer. The program itself has said its reason when it ends with 2. */
#define OR_DENY " || { [ $? = 2 ] || echo 'no answer from cmdpolicy-check' >&2; false; } || exit 2"

const hook_target hook_targets[] = {
    {.agent = "amazonq",
     .user = ".aws/amazonq/cli-agents/cmdpolicy.json",
     .project = ".amazonq/cli-agents/cmdpolicy.json",
     .text =
         "{\"name\":\"cmdpolicy\",\"description\":\"Shell commands are checked by cmdpolicy\",\"tools\":[\"*\"],"
         "\"hooks\":{\"preToolUse\":[{\"matcher\":\"execute_bash\",\"command\":@,\"timeout_ms\":10000}]}}",
     .failing = OR_DENY,
     .note =
         "it is an agent of its own: q chat --agent cmdpolicy; put the same hook into the file of an agent that you have"},
    {.agent = "claude",
     .user = ".claude/settings.json",
     .variable = "CLAUDE_CONFIG_DIR",
     .project = ".claude/settings.json",
     .text =
         "{\"hooks\":{\"PreToolUse\":[{\"matcher\":\"Bash|PowerShell|Monitor\",\"hooks\":[{\"type\":\"command\",\"command\":@,"
         "\"timeout\":10,\"onFailure\":\"block\"}]}],\"PermissionRequest\":[{\"matcher\":\"Bash|PowerShell|Monitor\",\"hooks\":"
         "[{\"type\":\"command\",\"command\":@,\"timeout\":10}]}]}}",
     .failing = OR_DENY},
    {.agent = "cline",
     .kind = HOOK_TARGET_FILE,
     .user = "Documents/Cline/Hooks/PreToolUse",
     .project = ".clinerules/hooks/PreToolUse",
     .text = "#!/bin/sh\n# Made by cmdpolicy hook install cline.\n@ && exit 0\n"
             "echo '{\"cancel\": true, \"errorMessage\": \"cmdpolicy-check could not be run\"}'\n",
     .executable = 1},
    {.agent = "codex",
     .user = ".codex/hooks.json",
     .variable = "CODEX_HOME",
     .project = ".codex/hooks.json",
     .text =
         "{\"hooks\":{\"PreToolUse\":[{\"matcher\":\"Bash\",\"hooks\":[{\"type\":\"command\",\"command\":@,\"timeout\":10}]}],"
         "\"PermissionRequest\":[{\"matcher\":\"Bash\",\"hooks\":[{\"type\":\"command\",\"command\":@,\"timeout\":10}]}]}}",
     .failing = OR_DENY,
     .note = "Codex skips the hook, and runs every command, until you trust it: /hooks in Codex"},
    {.agent = "copilot",
     .user = ".copilot/hooks/cmdpolicy.json",
     .variable = "COPILOT_HOME",
     .project = ".github/hooks/cmdpolicy.json",
     .text =
         "{\"version\":1,\"hooks\":{\"preToolUse\":[{\"type\":\"command\",\"bash\":@,\"timeoutSec\":10}]}}",
     .failing = OR_DENY},
    {.agent = "crush",
     .user = ".config/crush/crush.json",
     .project = "crush.json",
     .text = "{\"hooks\":{\"PreToolUse\":[{\"matcher\":\"^bash$\",\"command\":@,\"timeout\":10}]}}",
     .failing = OR_DENY},
    {.agent = "cursor",
     .user = ".cursor/hooks.json",
     .project = ".cursor/hooks.json",
     .text =
         "{\"version\":1,\"hooks\":{\"beforeShellExecution\":[{\"command\":@,\"timeout\":10,\"failClosed\":true}]}}",
     .failing = OR_DENY},
    {.agent = "devin",
     .user = ".config/devin/config.json",
     .project = ".devin/hooks.v1.json",
     .text =
         "{\"hooks\":{\"PreToolUse\":[{\"matcher\":\"exec\",\"hooks\":[{\"type\":\"command\",\"command\":@,\"timeout\":10}]}]}}",
     .failing = OR_DENY},
    {.agent = "droid",
     .user = ".factory/hooks.json",
     .project = ".factory/hooks.json",
     .text =
         "{\"hooks\":{\"PreToolUse\":[{\"matcher\":\"Execute\",\"hooks\":[{\"type\":\"command\",\"command\":@,\"timeout\":10}]}]}}",
     .failing = OR_DENY},
    {.agent = "gemini",
     .user = ".gemini/settings.json",
     .project = ".gemini/settings.json",
     .text =
         "{\"hooks\":{\"BeforeTool\":[{\"matcher\":\"run_shell_command\",\"hooks\":[{\"name\":\"cmdpolicy\",\"type\":\"command\","
         "\"command\":@,\"timeout\":10000}]}]}}",
     .failing = OR_DENY},
    {.agent = "goose",
     .user = ".agents/plugins/cmdpolicy/hooks/hooks.json",
     .project = ".agents/plugins/cmdpolicy/hooks/hooks.json",
     .text =
         "{\"hooks\":{\"PreToolUse\":[{\"matcher\":\"developer__shell\",\"hooks\":[{\"type\":\"command\",\"command\":@,\"timeout\":10,"
         "\"on_failure\":\"block\"}]}]}}",
     .failing = OR_DENY},
    {.agent = "kiro",
     .user = ".kiro/hooks/cmdpolicy.json",
     .project = ".kiro/hooks/cmdpolicy.json",
     .text =
         "{\"version\":\"v1\",\"hooks\":[{\"name\":\"cmdpolicy\",\"trigger\":\"PreToolUse\",\"enabled\":true,\"timeout\":10,"
         "\"action\":{\"type\":\"command\",\"command\":@}}]}",
     .failing = OR_DENY},
    {.agent = "opencode",
     .kind = HOOK_TARGET_FILE,
     .user = ".config/opencode/plugins/cmdpolicy.js",
     .project = ".opencode/plugins/cmdpolicy.js",
     .text =
         "// Made by cmdpolicy hook install opencode.\n"
         "import { spawnSync } from \"node:child_process\";\n"
         "\n"
         "export const Cmdpolicy = async ({ directory }) => ({\n"
         "  \"tool.execute.before\": async (input, output) => {\n"
         "    const hook = spawnSync(\"/bin/sh\", [\"-c\", @], {\n"
         "      input: JSON.stringify({ input, output: { args: output.args }, directory }),\n"
         "      timeout: 10000,\n"
         "      encoding: \"utf8\",\n"
         "    });\n"
         "    if (hook.status !== 0) throw new Error(hook.stderr || `cmdpolicy-check could not be run: ${hook.error ?? hook.signal}`);\n"
         "  },\n"
         "});\n",
     .note = "for what is to be asked, opencode.json needs {\"permission\": {\"bash\": \"ask\"}}"},
    {.agent = "qwen",
     .user = ".qwen/settings.json",
     .project = ".qwen/settings.json",
     .text =
         "{\"hooks\":{\"PreToolUse\":[{\"matcher\":\"run_shell_command\",\"hooks\":[{\"type\":\"command\",\"command\":@,"
         "\"timeout\":10000}]}]}}",
     .failing = OR_DENY},
    {.agent = "vscode",
     .project = ".github/hooks/cmdpolicy-vscode.json",
     .text = "{\"hooks\":{\"PreToolUse\":[{\"type\":\"command\",\"command\":@,\"timeout\":10}]}}",
     .failing = OR_DENY,
     .note = "Visual Studio Code also runs the hooks of .claude/settings.json"},
    {.agent = "windsurf",
     .user = ".codeium/windsurf/hooks.json",
     .project = ".windsurf/hooks.json",
     .text = "{\"hooks\":{\"pre_run_command\":[{\"command\":@,\"show_output\":true}]}}",
     .failing = OR_DENY},
};
const size_t hook_target_count = sizeof hook_targets / sizeof hook_targets[0];

const hook_target *hook_target_of(const char *agent) {
    for (size_t i = 0; i < hook_target_count; i++) {
        if (strcmp(hook_targets[i].agent, agent) == 0)
            return &hook_targets[i];
    }
    return NULL;
}
