/* Fuzzes texts of programming languages (libcmdpolicy/commands/texts): any bytes as what `python3 -I -c`,
 * `node -e`, `ruby -e`, `php -r` and `perl -e` are given. Beside memory safety it holds that
 *  - nothing hides: a text of Python, JavaScript or Perl with a line before it or behind it that evaluates something is never allowed, however its
 *    quotes, comments, brackets and continued lines end;
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

enum { PYTHON, NODE, RUBY, PHP, PERL, LANGUAGES };

static bool allows(int language, const char *text, size_t size) {
    const char *const words[LANGUAGES][4] = {{"python3", "-I", "-c", text},
                                             {"node", "--no-warnings", "-e", text},
                                             {"ruby", "-W0", "-e", text},
                                             {"php", "-n", "-r", text},
                                             {"perl", "-w", "-e", text}};
    const size_t sizes[LANGUAGES][4] = {
        {7, 2, 2, size}, {4, 13, 2, size}, {4, 3, 2, size}, {3, 2, 2, size}, {4, 2, 2, size}};
    cmdpolicy_request *r = cmdpolicy_request_new(policy());
    require(r && cmdpolicy_request_set_argv(r, 4, words[language], sizes[language]) == CMDPOLICY_OK &&
            cmdpolicy_request_set_cwd(r, "/w", 2) == CMDPOLICY_OK &&
            cmdpolicy_request_add_workspace(r, "/w", 2, CMDPOLICY_TRUSTED) == CMDPOLICY_OK);
    cmdpolicy_decision *d = cmdpolicy_check(policy(), r);
    require(d != NULL && d->budget.used[CP_LIMIT_STEPS] <= STEPS_MORE + STEPS_A_BYTE * (uint64_t)size);
    bool allowed = cmdpolicy_decision_verdict(d) == CMDPOLICY_ALLOW;
    cmdpolicy_decision_free(d);
    cmdpolicy_request_free(r);
    return allowed;
}

static void nothing_hides(int language, const uint8_t *data, size_t size, const char *evil) {
    enum { EVIL_MOST = 16 };
    static char text[BYTES_MOST + EVIL_MOST];
    const size_t more = strlen(evil);
    memcpy(text, data, size);
    (void)allows(language, text, size);
    memcpy(text + size, evil, more);
    require(!allows(language, text, size + more));
    memcpy(text, evil, more);
    memcpy(text + more, data, size);
    require(!allows(language, text, size + more));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0 || size > BYTES_MOST)
        return 0;
    nothing_hides(PYTHON, data, size, "\nexec('x')\n");
    nothing_hides(NODE, data, size, "\neval('x')\n");
    nothing_hides(PERL, data, size, "\nsystem 1;\n");
    (void)allows(RUBY, (const char *)data, size); /* what stands behind __END__ is none of it */
    (void)allows(PHP, (const char *)data, size);
    return 0;
}
