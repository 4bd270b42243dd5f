/* Fuzzes what happens when memory runs out: the first bytes say which allocations fail, the rest is a command, a policy or an image. Beside
 * memory safety it holds that
 *  - a check in which an allocation failed never allows, and its status is OK or says why it is the static decision;
 *  - a policy whose making lacked memory doesn't exist, and the status says so or what is wrong with the text;
 *  - everything is given back. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cmdpolicy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
    if (!holds)
        abort();
}

enum { LISTED = 8 };
static struct {
    size_t blocks, requests, fails[LISTED], count,
        from; /* fails: which ones; from: this and all that follow; 0: none */
    bool failed;
} memory;

static void *resize(void *user, void *block, size_t old_size, size_t new_size) {
    (void)user;
    (void)old_size;
    if (new_size == 0) {
        memory.blocks -= block != NULL;
        free(block);
        return NULL;
    }
    memory.requests++;
    bool fails = memory.from && memory.requests >= memory.from;
    for (size_t i = 0; i < memory.count; i++)
        fails |= memory.requests == memory.fails[i];
    if (fails) {
        memory.failed = true;
        return NULL;
    }
    void *made = realloc(block, new_size);
    require(made != NULL);
    memory.blocks += block == NULL;
    return made;
}

static void fail_none(void) {
    memory.count = memory.from = memory.requests = 0;
    memory.failed = false;
}

/* Each byte is how many allocations further the next one fails; what it takes of the input. */
static size_t fail_listed(const uint8_t *data, size_t size) {
    fail_none();
    size_t at = 1, number = 0;
    const size_t count = size > 0 ? data[0] % (LISTED + 1) : 0;
    for (; at <= count && at < size; at++) {
        number += 1u + data[at];
        memory.fails[memory.count++] = number;
    }
    if (size > 0 && data[0] & 128)
        memory.from = number + 1;
    return at < size ? at : size;
}

static void check(const cmdpolicy_policy *policy, const uint8_t *data, size_t size) {
    const size_t blocks = memory.blocks, from = fail_listed(data, size);
    cmdpolicy_request *r = cmdpolicy_request_new(policy);
    if (r) {
        cmdpolicy_request_set_cwd(r, "/home/u/app", 11);
        cmdpolicy_request_add_workspace(r, "/home/u/app", 11, CMDPOLICY_TRUSTED);
        cmdpolicy_request_set_variable(r, "A", "a *", 3);
        cmdpolicy_request_set_shell(r, CMDPOLICY_DIALECT_BASH, (const char *)data + from, size - from);
    }
    cmdpolicy_decision *d = cmdpolicy_check(policy, r);
    const cmdpolicy_verdict verdict = cmdpolicy_decision_verdict(d);
    const cmdpolicy_status status = cmdpolicy_decision_status(d);
    require(!memory.failed || verdict != CMDPOLICY_ALLOW);
    require(status == CMDPOLICY_OK || verdict == CMDPOLICY_DENY);
    require(status == CMDPOLICY_OK || status == CMDPOLICY_ERR_NOMEM || status == CMDPOLICY_ERR_ARGUMENT);
    static const char *const formats[] = {"json", "text", "explain"};
    for (size_t i = 0; i < 3; i++) {
        cmdpolicy_string text = {NULL, 0};
        const cmdpolicy_status rendered = cmdpolicy_decision_render(d, formats[i], &text);
        require((rendered == CMDPOLICY_OK && text.size > 0) ||
                (rendered == CMDPOLICY_ERR_NOMEM && memory.failed));
    }
    cmdpolicy_decision_free(d);
    cmdpolicy_request_free(r);
    require(memory.blocks == blocks);
}

static void build(bool image, const uint8_t *data, size_t size) {
    const size_t blocks = memory.blocks, from = fail_listed(data, size);
    cmdpolicy_builder *b = cmdpolicy_builder_new_with(resize, NULL);
    if (b) {
        cmdpolicy_policy *policy = NULL;
        const void *text = data + from;
        cmdpolicy_status added =
            image ? cmdpolicy_builder_add_image(b, CMDPOLICY_LAYER_USER, "f", text, size - from)
                  : cmdpolicy_builder_add_yaml(b, CMDPOLICY_LAYER_USER, "f", (const char *)text, size - from);
        cmdpolicy_status built = cmdpolicy_builder_build(b, &policy);
        require((built == CMDPOLICY_OK) == (policy != NULL));
        require(added == CMDPOLICY_OK || built != CMDPOLICY_OK);
        require(added != CMDPOLICY_ERR_NOMEM || memory.failed);
        require(built != CMDPOLICY_ERR_NOMEM || memory.failed);
        if (policy) {
            (void)cmdpolicy_policy_prepare(policy);
            cmdpolicy_decision *d = cmdpolicy_check_shell(policy, "ls -l", 5);
            cmdpolicy_decision_free(d);
        }
        cmdpolicy_policy_free(policy);
    }
    cmdpolicy_builder_free(b);
    require(memory.blocks == blocks);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static cmdpolicy_policy *policy;
    if (!policy) {
        fail_none();
        cmdpolicy_builder *b = cmdpolicy_builder_new_with(resize, NULL);
        require(cmdpolicy_builder_add_builtin(b, NULL) == CMDPOLICY_OK &&
                cmdpolicy_builder_set_limit(b, "steps", 100000) == CMDPOLICY_OK &&
                cmdpolicy_builder_build(b, &policy) == CMDPOLICY_OK &&
                cmdpolicy_policy_prepare(policy) == CMDPOLICY_OK);
        cmdpolicy_builder_free(b);
    }
    if (size < 2 || size > 8192)
        return 0;
    if (data[0] % 4 < 2)
        check(policy, data + 1, size - 1);
    else
        build(data[0] % 4 == 3, data + 1, size - 1);
    return 0;
}
