/* Fuzzes texts of programming languages (libcmdpolicy/commands/texts): any bytes as what `python3 -I -c` is given. Beside memory safety it
 * holds that
 *  - nothing hides: a text with a line before it or behind it that evaluates something is never allowed, however its quotes, comments,
 *    brackets and continued lines end;
 *  - no more steps are spent than a few for each byte. */
#include <stdlib.h>
#include <string.h>

#include "api.h"

enum { BYTES_MOST = 2048, STEPS_A_BYTE = 2000, STEPS_MORE = 200000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
    if (!holds)
        abort();
}

static cmdpolicy_policy *policy(void) {
    static cmdpolicy_policy *p;
    if (p)
        return p;
    cmdpolicy_builder *b = cmdpolicy_builder_new();
    if (!b || cmdpolicy_builder_add_builtin(b, "read-only") != CMDPOLICY_OK ||
        cmdpolicy_builder_build(b, &p) != CMDPOLICY_OK)
        abort();
    cmdpolicy_builder_free(b);
    return p;
}

static bool allows(const char *text, size_t size) {
    const char *const words[] = {"python3", "-I", "-c", text};
    const size_t sizes[] = {7, 2, 2, size};
    cmdpolicy_request *r = cmdpolicy_request_new(policy());
    require(r && cmdpolicy_request_set_argv(r, 4, words, sizes) == CMDPOLICY_OK &&
            cmdpolicy_request_set_cwd(r, "/w", 2) == CMDPOLICY_OK &&
            cmdpolicy_request_add_workspace(r, "/w", 2, CMDPOLICY_TRUSTED) == CMDPOLICY_OK);
    cmdpolicy_decision *d = cmdpolicy_check(policy(), r);
    require(d != NULL && d->budget.used[CP_LIMIT_STEPS] <= STEPS_MORE + STEPS_A_BYTE * (uint64_t)size);
    bool allowed = cmdpolicy_decision_verdict(d) == CMDPOLICY_ALLOW;
    cmdpolicy_decision_free(d);
    cmdpolicy_request_free(r);
    return allowed;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char evil[] = "\nexec('x')\n";
    static char text[BYTES_MOST + sizeof evil];
    if (size == 0 || size > BYTES_MOST)
        return 0;
    memcpy(text, data, size);
    (void)allows(text, size);
    memcpy(text + size, evil, sizeof evil - 1);
    require(!allows(text, size + sizeof evil - 1));
    memcpy(text, evil, sizeof evil - 1);
    memcpy(text + sizeof evil - 1, data, size);
    require(!allows(text, size + sizeof evil - 1));
    return 0;
}
