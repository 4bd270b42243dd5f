/* The tests that stand in policy files, as requests: what test runs and fuzz rewrites. */
#ifndef TOOL_CASES_H
#define TOOL_CASES_H
#include "tool/tool.h"

#include "policy/compiler.h"
#include "policy/policy.h"

/* The policies that tests may ask for: the default profile, read-only, workspace-write; made when wanted. */
typedef struct tool_policies {
    cmdpolicy_policy *made[3];
    bool broken[3]; /* said why */
} tool_policies;
void tool_policies_free(tool_policies *);
/* The profile that the test asks for, or --profile, or the one whose source the file is. NULL: said why. model and test may be NULL. */
const cmdpolicy_policy *tool_policy_of(tool_policies *, tool_arguments *, const cp_model *,
                                       const cp_m_test *);

/* The file's model, in the arena. NULL: said why. */
const cp_model *tool_read_model(cp_arena *, const char *path, cmdpolicy_layer layer);
/* Is the file the source of a pack that is linked in? Then the tests are of what was compiled in, and it is no layer. */
bool tool_is_builtin(const cp_model *);
/* The image of the library that the pack is compiled into: "core", or a profile's name. NULL: none. */
const char *tool_builtin_image_of(cp_slice pack);

/* The facts of the test, with what holds where it says nothing; NULL: nothing is said. */
void tool_test_facts(cmdpolicy_request *, const cp_m_test *);
/* The shell that the test names; CMDPOLICY_DIALECT_UNKNOWN: none. */
cmdpolicy_dialect tool_test_shell(const cp_m_test *);
/* The decision on the test's command, with its facts. */
cmdpolicy_decision *tool_decide_test(const cmdpolicy_policy *, const cp_m_test *);
#endif
