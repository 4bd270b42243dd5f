/* Any bytes as a command whose decision is recorded: the first says how and with what left out. Besides memory errors it looks for
 * a record that isn't JSON, another record of the same decision, an attribute that stands twice, spans outside the text, a token that was left in, and, since files of
 * records are read again, for links in the bytes themselves. */
#include "audit/log.h"
#include "audit/record.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
    if (!holds)
        abort();
}

static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* A token of the best known kind, at the beginning of a word. */
static bool has_token(const char *text, size_t size) {
    for (size_t i = 0; i + 24 <= size; i++) {
        size_t n = 4;
        if (memcmp(text + i, "ghp_", 4) != 0 || (i > 0 && (is_word(text[i - 1]) || text[i - 1] == '.')))
            continue;
        while (n < 24 && is_word(text[i + n]))
            n++;
        if (n == 24)
            return true;
    }
    return false;
}

static void check_secrets(const char *text, size_t size, audit_is is) {
    audit_spans spans = {0};
    audit_text out = {0};
    audit_find_secrets(&spans, text, size, is);
    for (size_t i = 0; i < spans.count; i++)
        require(spans.items[i].begin < spans.items[i].end && spans.items[i].end <= size);
    audit_put_redacted(&out, text, size, &spans);
    require(out.size == 0 || !has_token(out.data, out.size));
    audit_text_free(&out);
    audit_spans_free(&spans);
}

/* Where what comes after the two times begins. */
static size_t timeless(const audit_text *record) {
    size_t at = 0;
    for (int commas = 0; at < record->size && commas < 2; at++)
        commas += record->data[at] == ',';
    return at < record->size ? at : 0;
}

static void check_record(const char *command, size_t size, audit_redaction redaction) {
    static cmdpolicy_policy *policy;
    if (!policy) {
        cmdpolicy_builder *builder = cmdpolicy_builder_new();
        require(cmdpolicy_builder_add_builtin(builder, NULL) == CMDPOLICY_OK &&
                cmdpolicy_builder_build(builder, &policy) == CMDPOLICY_OK);
        cmdpolicy_builder_free(builder);
    }
    cmdpolicy_decision *decision = cmdpolicy_check_shell(policy, command, size);
    const cli_setup setup = {.home = NULL};
    const audit_event event = {.asked = "command",
                               .decision = decision,
                               .verdict = cmdpolicy_decision_verdict(decision),
                               .policy = policy,
                               .setup = &setup,
                               .shell = "bash",
                               .session = {command, size}};
    audit_text record = {0}, again = {0};
    audit_record(&record, &event, redaction);
    audit_record(&again, &event, redaction);
    const size_t from = timeless(&record);
    require(from > 0 && from == timeless(&again) && record.size == again.size &&
            memcmp(record.data + from, again.data + from, record.size - from) == 0);
    audit_text_free(&again);
    audit_put(&record, "]}");
    json_t *value = json_loadb(record.data, record.size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    json_t *attributes = json_object_get(value, "attributes"), *one, *seen = json_object();
    require(json_is_array(attributes) && memchr(record.data, '\n', record.size) == NULL);
    size_t i;
    json_array_foreach(attributes, i, one) {
        const char *key = json_string_value(json_object_get(one, "key"));
        require(key && !json_object_get(seen, key) && json_object_set_new(seen, key, json_true()) == 0);
    }
    json_decref(seen);
    json_decref(value);
    audit_text_free(&record);
    cmdpolicy_decision_free(decision);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0)
        return 0;
    char *text = malloc(size); /* of its own size, so that a read past it is seen */
    require(text != NULL);
    if (size > 1)
        memcpy(text, data + 1, size - 1);
    for (int is = AUDIT_IS_SOURCE; is <= AUDIT_IS_MESSAGE; is++)
        check_secrets(text, size - 1, (audit_is)is);
    check_record(text, size - 1, (audit_redaction)(data[0] % 4));
    audit_link link;
    if (audit_link_of(text, size - 1, &link))
        require(link.body < size - 1 && link.previous > text && link.hash > link.previous &&
                link.hash + AUDIT_HASH < text + size - 1);
    free(text);
    return 0;
}
