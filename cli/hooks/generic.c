/* Any other runner: a format of our own, documented in docs/hooks.md. It always gets an answer. */
#include "hooks/hooks.h"

#define ANSWER(decision) "{\"version\":1,\"decision\":\"" decision "\",\"reasons\":#}"

const hook_agent hook_generic = {.name = "generic",
                                 .strict = true,
                                 .keys = "version|command|shell|cwd|workspaces|env|agent|session_id|call_id",
                                 .forms = {{.command = "command",
                                            .cwd = "cwd",
                                            .roots = "workspaces",
                                            .session = "session_id",
                                            .call = "call_id",
                                            .review = HOOK_REVIEW_ASK,
                                            .can_ask = true,
                                            .pass = {0, ANSWER("allow")},
                                            .allow = {0, ANSWER("allow")},
                                            .ask = {3, ANSWER("review")},
                                            .defer = {3, ANSWER("review")},
                                            .deny = {2, ANSWER("deny")}}},
                                 .failure = {2, ANSWER("deny")},
                                 .pass = {0, ANSWER("allow")}};
