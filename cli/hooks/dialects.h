/* Answers that several agents understand. @ is the reason. */
#ifndef CLI_HOOKS_DIALECTS_H
#define CLI_HOOKS_DIALECTS_H

/* Claude Code's, before a tool is used. DECISION: "allow", "ask" or "deny", in quotes. */
#define HOOK_PRE_TOOL_USE(decision)                                                              \
  "{\"hookSpecificOutput\":{\"hookEventName\":\"PreToolUse\",\"permissionDecision\":\"" decision \
  "\",\"permissionDecisionReason\":@}}"

/* Claude Code's, instead of a question to its user. */
#define HOOK_PERMISSION_ALLOW \
  "{\"hookSpecificOutput\":{\"hookEventName\":\"PermissionRequest\",\"decision\":{\"behavior\":\"allow\"}}}"
#define HOOK_PERMISSION_DENY                                                                              \
  "{\"hookSpecificOutput\":{\"hookEventName\":\"PermissionRequest\",\"decision\":{\"behavior\":\"deny\"," \
  "\"message\":@}}}"
#endif
