/* What the tests of decide/ share: policies from one text a layer, and the verdict of a command in a known place. */
#ifndef CP_TESTS_DECIDE_FIXTURE_H
#define CP_TESTS_DECIDE_FIXTURE_H
#include <check.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmdpolicy.h"

enum { LAYERS = 6 };
static const cmdpolicy_layer layer_numbers[LAYERS] = {
    CMDPOLICY_LAYER_BUILTIN, CMDPOLICY_LAYER_SYSTEM,       CMDPOLICY_LAYER_USER,
    CMDPOLICY_LAYER_SESSION, CMDPOLICY_LAYER_REQUIREMENTS, CMDPOLICY_LAYER_WORKSPACE};
enum { BUILTIN, SYSTEM, USER, SESSION, REQUIREMENTS, WORKSPACE };

/* texts[i] is the layer's file, or NULL; they come without the first line. NULL where one is wrong, which is printed. */
static inline cmdpolicy_policy *policy_of_layers(const char *const texts[LAYERS]) {
    cmdpolicy_builder *b = cmdpolicy_builder_new();
    cmdpolicy_policy *policy = NULL;
    ck_assert_ptr_nonnull(b);
    for (size_t i = 0; i < LAYERS; i++) {
        if (!texts[i])
            continue;
        size_t room = strlen(texts[i]) + 32;
        char *text = malloc(room);
        ck_assert_ptr_nonnull(text);
        int n = snprintf(text, room, "cmdpolicy: 1\n%s", texts[i]);
        cmdpolicy_builder_add_yaml(b, layer_numbers[i], "layer.yaml", text, (size_t)n);
        free(text);
    }
    if (cmdpolicy_builder_build(b, &policy) != CMDPOLICY_OK) {
        cmdpolicy_error e = {.struct_size = sizeof e};
        for (size_t i = 0; cmdpolicy_builder_error(b, i, &e) == CMDPOLICY_OK; i++)
            fprintf(stderr, "layer %d:%u:%u: %.*s (%.*s)\n", (int)e.layer, (unsigned)e.line,
                    (unsigned)e.column, (int)e.message.size, e.message.data, (int)e.expected.size,
                    e.expected.data);
        for (size_t i = 0; i < LAYERS; i++)
            if (texts[i])
                fprintf(stderr, "--- layer %d\n%s\n", (int)layer_numbers[i], texts[i]);
    }
    cmdpolicy_builder_free(b);
    return policy;
}

/* Facts in which every test asks: the directory /work/app, a trusted workspace, of the user /home/u. */
static inline cmdpolicy_request *request_here(const cmdpolicy_policy *policy, const char *command) {
    cmdpolicy_request *r = cmdpolicy_request_new(policy);
    ck_assert_ptr_nonnull(r);
    cmdpolicy_request_set_cwd(r, "/work/app", 9);
    cmdpolicy_request_set_home(r, "/home/u", 7);
    cmdpolicy_request_add_workspace(r, "/work/app", 9, CMDPOLICY_TRUSTED);
    cmdpolicy_request_set_shell(r, CMDPOLICY_DIALECT_BASH, command, strlen(command));
    return r;
}

static inline cmdpolicy_decision *decide_here(const cmdpolicy_policy *policy, const char *command) {
    cmdpolicy_request *r = request_here(policy, command);
    cmdpolicy_decision *d = cmdpolicy_check(policy, r);
    cmdpolicy_request_free(r);
    return d;
}

static inline cmdpolicy_verdict verdict_here(const cmdpolicy_policy *policy, const char *command) {
    cmdpolicy_decision *d = decide_here(policy, command);
    cmdpolicy_verdict verdict = cmdpolicy_decision_verdict(d);
    cmdpolicy_decision_free(d);
    return verdict;
}

static inline const char *verdict_name(cmdpolicy_verdict verdict) {
    return verdict == CMDPOLICY_ALLOW ? "allow" : verdict == CMDPOLICY_REVIEW ? "review" : "deny";
}

/* The whole explanation, for messages of failed tests. */
static inline void print_decision(cmdpolicy_decision *d) {
    cmdpolicy_string text = {"", 0};
    cmdpolicy_decision_render(d, "explain", &text);
    fprintf(stderr, "%.*s\n", (int)text.size, text.data);
}

typedef struct buffer {
    char text[8192];
    size_t n;
} buffer;
static inline void put(buffer *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline void put(buffer *b, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int n = vsnprintf(b->text + b->n, sizeof b->text - b->n, format, args);
    va_end(args);
    ck_assert(n >= 0 && b->n + (size_t)n < sizeof b->text);
    b->n += (size_t)n;
}
#endif
