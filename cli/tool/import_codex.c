/* import codex-rules: Starlark files of prefix_rule(pattern, decision, match, not_match, justification), host_executable(name,
 * paths) and network_rule(host, protocol, decision, justification). A prefix rule matches an argv whose first words are those of
 * its pattern; of all that match the strictest counts. */
#include "tool/import.h"
#include "tool/starlark.h"

#include <string.h>

/* The argument by name or place; NULL: it isn't there, or is None. */
static const starlark_value *argument(const starlark_call *call, const char *name, uint32_t place) {
    for (uint32_t i = 0; i < call->count; i++) {
        const starlark_argument *a = &call->arguments[i];
        if (a->name.n > 0 ? cp_slice_is(a->name, name) : i == place)
            return a->value.type == STARLARK_OTHER && cp_slice_is(a->value.text, "None") ? NULL : &a->value;
    }
    return NULL;
}

/* Every argument is one of these. */
static bool knows(importing *in, const starlark_call *call, const char *const *names, uint32_t count) {
    for (uint32_t i = 0; i < call->count; i++) {
        const cp_slice name = call->arguments[i].name;
        bool known = name.n == 0 && i < count;
        for (uint32_t k = 0; k < count && !known; k++)
            known = cp_slice_is(name, names[k]);
        if (!known) {
            import_say(in, call->arguments[i].line, IMPORT_LOST,
                       "%.*s has no argument %.*s: the call is left out", (int)call->name.n,
                       (const char *)call->name.p, (int)name.n, name.n ? (const char *)name.p : "");
            return false;
        }
    }
    return true;
}

static bool is_strings(const starlark_value *v) {
    bool fine = v && v->type == STARLARK_LIST;
    for (uint32_t i = 0; fine && i < v->count; i++)
        fine = v->items[i].type == STARLARK_STRING;
    return fine;
}

/* 0: no such decision. */
static uint32_t verdict_of(const starlark_value *v) {
    static const struct {
        const char *word;
        uint32_t verdict;
    } words[] = {{"allow", CP_IV_ALLOW}, {"prompt", CP_IV_REVIEW}, {"forbidden", CP_IV_DENY}};
    if (!v)
        return CP_IV_ALLOW;
    for (size_t i = 0; v->type == STARLARK_STRING && i < sizeof words / sizeof words[0]; i++) {
        if (cp_slice_is(v->text, words[i].word))
            return words[i].verdict;
    }
    return CP_IV_NONE;
}

static bool add_pattern(importing *in, import_rule *rule, const starlark_value *pattern) {
    if (!pattern || pattern->type != STARLARK_LIST || pattern->count == 0)
        return false;
    for (uint32_t i = 0; i < pattern->count; i++) {
        const starlark_value *v = &pattern->items[i];
        if (v->type == STARLARK_STRING) {
            import_add_word(in, rule, v->text, false);
            continue;
        }
        if (!is_strings(v) || v->count == 0)
            return false;
        for (uint32_t k = 0; k < v->count; k++) {
            if (k == 0)
                import_add_word(in, rule, v->items[k].text, false);
            else
                import_add_alternative(in, rule, v->items[k].text, false);
        }
    }
    return true;
}

static void add_examples(importing *in, import_rule *rule, const starlark_value *list, bool matches) {
    for (uint32_t i = 0; list && list->type == STARLARK_LIST && i < list->count; i++) {
        const starlark_value *v = &list->items[i];
        import_words words = {0};
        bool fine =
            v->type == STARLARK_STRING ? import_split(in->arena, v->text, true, &words) : is_strings(v);
        for (uint32_t k = 0; v->type == STARLARK_LIST && fine && k < v->count; k++) {
            if (!CP_PUSH(in->arena, words.items, words.count, words.cap, v->items[k].text))
                cli_out_of_memory();
        }
        if (fine && words.count > 0)
            import_add_example(in, rule, import_quoted(in->arena, words.items, words.count), matches);
        else
            import_say(in, v->line, IMPORT_LOST, "an example that is no command is left out");
    }
}

static void read_prefix_rule(importing *in, const starlark_call *call) {
    static const char *const names[] = {"pattern", "decision", "match", "not_match", "justification"};
    const starlark_value *decision = argument(call, "decision", 1), *why = argument(call, "justification", 4);
    const uint32_t verdict = verdict_of(decision);
    if (!knows(in, call, names, 5))
        return;
    if (verdict == CP_IV_NONE || (why && why->type != STARLARK_STRING)) {
        import_say(
            in, call->line, IMPORT_LOST,
            "the decision is none of allow, prompt, forbidden, or the justification is no text: the rule is left out");
        return;
    }
    import_rule *rule = import_add_rule(in, call->line, verdict);
    if (why)
        rule->reason = why->text;
    if (!add_pattern(in, rule, argument(call, "pattern", 0))) {
        import_say(in, call->line, IMPORT_LOST,
                   "the pattern is no list of texts and lists of texts: the rule is left out");
        rule->count = 0;
        return;
    }
    add_examples(in, rule, argument(call, "match", 2), true);
    add_examples(in, rule, argument(call, "not_match", 3), false);
}

/* Only the paths that are named may stand for the program. Here a program is trusted by its directory: what the list leaves out of
 * the usual directories gets a review, and what lies elsewhere would need the directory to be trusted. */
static void read_host_executable(importing *in, const starlark_call *call) {
    static const char *const names[] = {"name", "paths"};
    static const char *const directories[] = {"/bin",      "/sbin",          "/usr/bin",
                                              "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"};
    const starlark_value *name = argument(call, "name", 0), *paths = argument(call, "paths", 1);
    if (!knows(in, call, names, 2))
        return;
    if (!name || name->type != STARLARK_STRING || name->text.n == 0 || !is_strings(paths)) {
        import_say(in, call->line, IMPORT_LOST,
                   "host_executable without a name and a list of paths is left out");
        return;
    }
    import_rule *rule = NULL;
    uint32_t elsewhere = paths->count;
    for (size_t d = 0; d < sizeof directories / sizeof directories[0]; d++) {
        cp_slice path = cp_arena_concat(
            in->arena, cp_arena_concat(in->arena, cp_slice_str(directories[d]), CP_LIT("/")), name->text);
        bool listed = false;
        for (uint32_t i = 0; i < paths->count && !listed; i++)
            listed = cp_slice_eq(paths->items[i].text, path);
        elsewhere -= listed;
        if (listed)
            continue;
        if (!rule) {
            rule = import_add_rule(in, call->line, CP_IV_REVIEW);
            rule->reason = CP_LIT("not one of the paths that host_executable names");
            import_add_word(in, rule, path, false);
        } else
            import_add_alternative(in, rule, path, false);
    }
    if (elsewhere > 0)
        import_say(
            in, call->line, IMPORT_LOST,
            "%.*s in other directories is not allowed: defaults: trusted-program-directories says which are trusted",
            (int)name->text.n, (const char *)name->text.p);
}

static void read_network_rule(importing *in, const starlark_call *call) {
    static const char *const names[] = {"host", "protocol", "decision", "justification"};
    const starlark_value *host = argument(call, "host", 0), *decision = argument(call, "decision", 2);
    if (!knows(in, call, names, 4))
        return;
    const bool deny = decision && decision->type == STARLARK_STRING && cp_slice_is(decision->text, "deny");
    const uint32_t verdict = deny ? CP_IV_DENY : decision ? verdict_of(decision) : CP_IV_NONE;
    if (!host || host->type != STARLARK_STRING || verdict == CP_IV_NONE)
        import_say(in, call->line, IMPORT_LOST, "network_rule without a host and a decision is left out");
    else if (verdict == CP_IV_ALLOW)
        import_say(in, call->line, IMPORT_LOST,
                   "%.*s is not allowed: here a host is not allowed for one protocol alone",
                   (int)host->text.n, (const char *)host->text.p);
    else
        import_add_effect(in, call->line, "network", host->text, verdict);
}

bool import_codex(importing *in) {
    starlark_file file;
    if (!starlark_read(in->arena, in->text, &file)) {
        cli_error("%s:%u: %s", in->path, (unsigned)file.error_line, file.error);
        return false;
    }
    for (uint32_t i = 0; i < file.count; i++) {
        const starlark_call *call = &file.calls[i];
        if (cp_slice_is(call->name, "prefix_rule"))
            read_prefix_rule(in, call);
        else if (cp_slice_is(call->name, "host_executable"))
            read_host_executable(in, call);
        else if (cp_slice_is(call->name, "network_rule"))
            read_network_rule(in, call);
        else
            import_say(in, call->line, IMPORT_LOST, "%.*s(...) is not known and is left out",
                       (int)call->name.n, (const char *)call->name.p);
    }
    return true;
}
