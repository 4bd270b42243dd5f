/* What is allowed in a policy and still not what its author means: findings beside the errors that keep it from loading. Each is a
 * warning with a code that stays, its place, and what was expected. Works on the files of one layer that compile. */
#ifndef CP_POLICY_LINT_H
#define CP_POLICY_LINT_H
#include "policy/policy.h"

typedef struct cp_lint {
    cp_arena *arena;
    cp_diags *diags;
    cp_model *const *models; /* the files of the layer, as they were compiled */
    uint32_t count, layer;
    const cp_image *own;             /* what they were compiled into */
    const cp_image *const *grammars; /* of earlier layers, earliest first */
    uint32_t grammar_count;
    const cp_image *const *later; /* of later layers: whose rules may take all from these */
    uint32_t later_count;
} cp_lint;
void cp_policy_lint(const cp_lint *);
#endif
