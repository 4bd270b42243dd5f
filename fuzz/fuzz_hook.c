/* Any bytes as a payload: the first says whose, the rest is standard input. Besides memory errors it looks for: an answer that
 * isn't nothing or one JSON object, an exit status that agents take for something else, a deny that doesn't say why, text
 * that shows control characters, a payload that is let go although it isn't JSON, or is not whole, and another answer to the same
 * payload. */
#include "hooks/hooks.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
    if (!holds)
        abort();
}

static void check_text(const hook_text *t, bool with_newline) {
    require(!t->full && t->size <= t->room);
    for (size_t i = 0; i < t->size; i++) {
        const unsigned char byte = (unsigned char)t->data[i];
        require((byte >= 0x20 && byte != 0x7f) || (with_newline && byte == '\n' && i + 1 == t->size));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static cmdpolicy_policy *policy;
    static hook_answer answer, again;
    if (!policy) {
        cmdpolicy_builder *builder = cmdpolicy_builder_new();
        require(cmdpolicy_builder_add_builtin(builder, NULL) == CMDPOLICY_OK &&
                cmdpolicy_builder_build(builder, &policy) == CMDPOLICY_OK);
        cmdpolicy_builder_free(builder);
    }
    if (size == 0)
        return 0;
    const hook_options options = {.agent = hook_agents[data[0] % hook_agent_count],
                                  .on_review = (hook_review)(data[0] / hook_agent_count % 4),
                                  .emit_allow = data[0] >= 128};
    for (int i = 0; i < 2; i++) {
        cli_setup setup = {.no_config = true, .home = strdup("/home/dev")};
        hook_answer_payload(&options, &setup, policy, (const char *)data + 1, size - 1, i ? &again : &answer);
        cli_setup_free(&setup);
    }
    require(answer.exit == again.exit && answer.out.size == again.out.size &&
            answer.err.size == again.err.size &&
            memcmp(answer.out.data, again.out.data, answer.out.size) == 0 &&
            memcmp(answer.err.data, again.err.data, answer.err.size) == 0);

    check_text(&answer.out, false);
    check_text(&answer.err, true);
    require(answer.exit == 0 || answer.exit == 2 || (answer.exit == 3 && options.agent == &hook_generic));
    require(answer.exit != 2 || answer.err.size > 0);
    json_t *said = answer.out.size > 0
                       ? json_loadb(answer.out.data, answer.out.size, JSON_REJECT_DUPLICATES, NULL)
                       : NULL;
    require((said != NULL) == (answer.out.size > 0) && (!said || json_is_object(said)));
    const bool cancelled = json_is_true(json_object_get(said, "cancel"));
    json_decref(said);

    const size_t mark = size >= 4 && memcmp(data + 1, "\xef\xbb\xbf", 3) == 0 ? 4 : 1;
    json_t *payload =
        json_loadb((const char *)data + mark, size - mark, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    require(json_is_object(payload) || answer.exit == 2 || (cancelled && answer.err.size > 0));
    json_decref(payload);
    return 0;
}
