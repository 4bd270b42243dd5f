/* Fuzzes the whole check: the first bytes choose facts, limits, dialect and subject, the rest is the command; the policy is the
 * built-in one. Beside memory safety it holds that
 *  - a command whose parse is incomplete, that holds bytes which don't show, or that reached a limit is never allowed;
 *  - no verdict of a call, an effect or a reason is stricter than the decision's, and a decision that isn't an allow has a reason;
 *  - every span lies in its source;
 *  - no more steps and memory are spent than the limits say;
 *  - text that is added loosens nothing: what stands before a newline is judged no stricter than the whole, if it is complete; before
 *    another separator (; & | || &&) likewise, if the whole is complete, too; and a line before it, or behind it, that does nothing
 *    leaves a complete text no looser;
 *  - the same request gives the same bytes twice. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"

/* What may be spent before a limit that is reached is seen. */
enum { MOST_OVER = 10000 /* a text has 8,192 bytes */, MOST_OVER_BYTES = 1 << 20 };

static cmdpolicy_policy *build(const char *profile, bool small) {
    cmdpolicy_builder *b = cmdpolicy_builder_new();
    cmdpolicy_policy *p = NULL;
    if (!b || cmdpolicy_builder_add_builtin(b, profile) != CMDPOLICY_OK)
        abort();
    if (small) {
        static const struct {
            const char *name;
            uint64_t value;
        } limits[] = {{"input-bytes", 512},   {"steps", 4000}, {"depth", 24},
                      {"nodes", 300},         {"heredocs", 3}, {"brace-words", 32},
                      {"reparse-bytes", 600}, {"calls", 20},   {"memory", 120000},
                      {"resolves", 4},        {"looks", 2}};
        for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
            if (cmdpolicy_builder_set_limit(b, limits[i].name, limits[i].value) != CMDPOLICY_OK)
                abort();
    } else if (cmdpolicy_builder_set_limit(b, "steps", 200000) != CMDPOLICY_OK ||
               cmdpolicy_builder_set_limit(b, "memory", 64u << 20) != CMDPOLICY_OK)
        abort();
    if (cmdpolicy_builder_build(b, &p) != CMDPOLICY_OK)
        abort();
    cmdpolicy_builder_free(b);
    return p;
}

static int64_t resolver(void *user, const char *path, size_t size, char *buffer, size_t room) {
    (void)user;
    if (size == 0 || size + 5 > room)
        return -1;
    if (path[size - 1] & 1)
        return -1;
    memcpy(buffer, "/real", 5);
    memcpy(buffer + 5, path, size);
    return (int64_t)size + 5;
}

static cmdpolicy_names looker(void *user, const char *path, size_t size) {
    (void)user;
    return size && (path[size - 1] & 1) ? CMDPOLICY_NAMES_UNKNOWN : CMDPOLICY_NAMES_PLAIN;
}

static bool is(cmdpolicy_string s, const char *text) {
    return s.size == strlen(text) && memcmp(s.data, text, s.size) == 0;
}

static void check_span(const cmdpolicy_decision *d, cmdpolicy_span span) {
    cmdpolicy_string source;
    if (cmdpolicy_decision_source(d, span.source, &source) != CMDPOLICY_OK)
        abort();
    if (span.begin > span.end || span.end > source.size)
        abort();
}

/* What ends a text in the middle of something. */
static bool is_whole(const cmdpolicy_decision *d) {
    static const char *const open[] = {"syntax", "unsupported", "opaque", "heredoc-unterminated",
                                       "limit",  "error"};
    cmdpolicy_reason r = {.struct_size = sizeof r};
    for (size_t i = 0; cmdpolicy_decision_reason(d, i, &r) == CMDPOLICY_OK; i++)
        for (size_t k = 0; k < sizeof open / sizeof open[0]; k++)
            if (is(r.code, open[k]))
                return false;
    return true;
}

static void check(cmdpolicy_decision *d) {
    static const char *const never[] = {
        "syntax",          "unsupported", "opaque", "heredoc-unterminated", "hidden-characters", "limit",
        "dynamic-command", "evaluates",   "error"};
    cmdpolicy_verdict verdict = cmdpolicy_decision_verdict(d);
    cmdpolicy_reason r = {.struct_size = sizeof r};
    bool any = false;
    for (size_t i = 0; cmdpolicy_decision_reason(d, i, &r) == CMDPOLICY_OK; i++) {
        if (r.verdict < verdict)
            abort();
        any |= r.verdict == verdict;
        if (cmdpolicy_decision_status(d) == CMDPOLICY_OK)
            check_span(d, r.span);
        for (size_t k = 0; k < sizeof never / sizeof never[0]; k++)
            if (verdict == CMDPOLICY_ALLOW && is(r.code, never[k]))
                abort();
    }
    if (verdict != CMDPOLICY_ALLOW && !any)
        abort();
    if (d->budget.used[CP_LIMIT_STEPS] > d->budget.limit[CP_LIMIT_STEPS] + MOST_OVER ||
        d->arena.total > d->budget.limit[CP_LIMIT_MEMORY] + MOST_OVER_BYTES)
        abort();
    if (d->budget.hit != CP_LIMIT_NONE && verdict == CMDPOLICY_ALLOW)
        abort();
    cmdpolicy_call call = {.struct_size = sizeof call};
    for (size_t i = 0; cmdpolicy_decision_call(d, i, &call) == CMDPOLICY_OK; i++) {
        if (call.verdict < verdict || call.parent >= (int32_t)i)
            abort();
        check_span(d, call.span);
        check_span(d, call.at);
        cmdpolicy_word word = {.struct_size = sizeof word};
        for (uint32_t k = 0; k < call.word_count; k++) {
            if (cmdpolicy_decision_word(d, i, k, &word) != CMDPOLICY_OK)
                abort();
            check_span(d, word.span);
        }
    }
    cmdpolicy_effect e = {.struct_size = sizeof e};
    for (size_t i = 0; cmdpolicy_decision_effect(d, i, &e) == CMDPOLICY_OK; i++) {
        if (e.verdict < verdict)
            abort();
        check_span(d, e.span);
    }
}

static cmdpolicy_decision *ask(const cmdpolicy_policy *policy, const uint8_t *data, size_t size) {
    static const char *const boxes[] = {"none", "read-only", "workspace-write"};
    uint8_t facts = data[0], more = data[1];
    const char *text = (const char *)data + 2;
    cmdpolicy_request *r = cmdpolicy_request_new(policy);
    if (!r)
        abort();
    if (facts & 1)
        cmdpolicy_request_set_cwd(r, "/home/u/app", 11);
    if (facts & 2)
        cmdpolicy_request_set_home(r, "/home/u", 7);
    if (facts & 4)
        cmdpolicy_request_add_workspace(r, "/home/u/app", 11,
                                        facts & 8 ? CMDPOLICY_TRUSTED : CMDPOLICY_UNTRUSTED);
    if (facts & 16)
        cmdpolicy_request_set_variable(r, "A", "a *", 3);
    if (facts & 32)
        cmdpolicy_request_set_resolver(r, resolver, NULL);
    if (more & 8)
        cmdpolicy_request_set_looker(r, looker, NULL);
    if (more & 3)
        cmdpolicy_request_set_fact(r, "sandbox", boxes[(more & 3) - 1], strlen(boxes[(more & 3) - 1]));
    if (more & 4)
        cmdpolicy_request_set_fact(r, "case", "insensitive", 11);
    if (facts & 64) { /* words part at newlines */
        const char *items[64];
        size_t sizes[64], count = 0;
        for (size_t at = 0; at <= size - 2 && count < 64;) {
            const char *end = size - 2 > at ? memchr(text + at, '\n', size - 2 - at) : NULL;
            items[count] = text + at;
            sizes[count] = end ? (size_t)(end - text) - at : size - 2 - at;
            at += sizes[count++] + 1;
        }
        cmdpolicy_request_set_argv(r, count, items, sizes);
    } else
        cmdpolicy_request_set_shell(r, (cmdpolicy_dialect)(more >> 4) % 5, text, size - 2);
    cmdpolicy_decision *d = cmdpolicy_check(policy, r);
    cmdpolicy_request_free(r);
    return d;
}

/* No looser than the part, which stands in it. */
static void compare(const cmdpolicy_policy *policy, const uint8_t *part, size_t size,
                    const cmdpolicy_decision *whole) {
    cmdpolicy_decision *d = ask(policy, part, size);
    if (is_whole(d) && cmdpolicy_decision_verdict(whole) > cmdpolicy_decision_verdict(d))
        abort();
    cmdpolicy_decision_free(d);
}

/* An odd number of backslashes before it: it separates nothing. */
static bool is_escaped(const uint8_t *data, size_t at) {
    size_t from = at;
    while (from > 2 && data[from - 1] == '\\')
        from--;
    return (at - from) & 1;
}

static void add_text(const cmdpolicy_policy *policy, const uint8_t *data, size_t size,
                     const cmdpolicy_decision *d) {
    enum { PARTS_MOST = 8 };
    const bool whole = is_whole(d);
    unsigned parts = 0;
    for (size_t cut = size - 1; cut > 2 && parts < PARTS_MOST; cut--) {
        const bool line = data[cut] == '\n',
                   other = whole && (data[cut] == ';' || data[cut] == '&' || data[cut] == '|');
        if ((line || other) && !is_escaped(data, cut)) {
            compare(policy, data, cut, d);
            parts++;
        }
    }
    if (!whole || size == 2 || is_escaped(data, size))
        return;
    static const char *const around[][2] = {{":\n", ""}, {"", "\n:"}, {"# x\n\n", "\ntrue\n"}};
    const char *const *with = around[data[size - 1] % 3];
    const size_t before = strlen(with[0]), behind = strlen(with[1]), longer = size + before + behind;
    uint8_t *more = malloc(longer);
    if (!more)
        abort();
    memcpy(more, data, 2);
    memcpy(more + 2, with[0], before);
    memcpy(more + 2 + before, data + 2, size - 2);
    memcpy(more + before + size, with[1], behind);
    cmdpolicy_decision *added = ask(policy, more, longer);
    if (cmdpolicy_decision_verdict(added) > cmdpolicy_decision_verdict(d))
        abort();
    cmdpolicy_decision_free(added);
    free(more);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static cmdpolicy_policy *policies[4];
    if (!policies[0])
        for (unsigned i = 0; i < 4; i++)
            policies[i] = build(i & 1 ? "read-only" : NULL, i & 2);
    if (size < 2 || size > 8192)
        return 0;
    const cmdpolicy_policy *policy = policies[(data[1] >> 3 & 1) | (data[0] >> 6 & 2)];
    cmdpolicy_decision *d = ask(policy, data, size), *again = ask(policy, data, size);
    check(d);
    cmdpolicy_string a, b;
    if (cmdpolicy_decision_render(d, "json", &a) != CMDPOLICY_OK ||
        cmdpolicy_decision_render(again, "json", &b) != CMDPOLICY_OK)
        abort();
    if (a.size != b.size || memcmp(a.data, b.data, a.size) != 0)
        abort();
    if (cmdpolicy_decision_render(d, "explain-ansi", &a) != CMDPOLICY_OK)
        abort();
    if (!(data[0] & 64))
        add_text(policy, data, size, d);
    cmdpolicy_decision_free(d);
    cmdpolicy_decision_free(again);
    return 0;
}
