/* import gemini-policy: TOML files of [[rule]] with toolName, commandPrefix or commandRegex, decision and priority. Of all rules
 * that match, that of the highest priority counts. A prefix ends at a word's end. Conditions on modes and the like can't be
 * carried over: a rule with one is kept where it tightens, and left out where it allows. */
#include "tool/import.h"
#include "tool/toml.h"

#include <string.h>

static bool is_text(const toml_value *v, const char *text) {
    return v && v->type == TOML_STRING && cp_slice_is(v->text, text);
}

/* Is the rule about shell commands? *out_all: about all tools. */
static bool is_of_shell(const toml_value *tool, bool *out_all) {
    *out_all = is_text(tool, "*");
    bool named = is_text(tool, "run_shell_command");
    for (uint32_t i = 0; tool && tool->type == TOML_ARRAY && i < tool->count; i++) {
        named = named || is_text(&tool->items[i], "run_shell_command");
        *out_all = *out_all || is_text(&tool->items[i], "*");
    }
    return named || *out_all;
}

typedef struct gemini_rule {
    uint32_t line, verdict, priority;
    bool conditions; /* holds not always */
    cp_slice reason;
} gemini_rule;

/* What tightens and can't be said: a rule that says of which program it was (of any, where that isn't known). */
static void lose(importing *in, const gemini_rule *from, const toml_value *text) {
    if (from->verdict == CP_IV_ALLOW)
        return;
    import_rule *rule = import_add_rule(in, from->line, from->verdict);
    rule->priority = from->priority;
    rule->lost = true;
    uint32_t n = 0;
    while (text && text->type == TOML_STRING && n < text->text.n && text->text.p[n] != ' ' &&
           !strchr("^$.|?*+()[]{}\\", text->text.p[n]))
        n++;
    if (n > 0 && (n == text->text.n || text->text.p[n] == ' '))
        import_add_word(in, rule, cp_slice_sub(text->text, 0, n), false);
}

static void add_prefix(importing *in, const gemini_rule *from, const toml_value *prefix) {
    import_words words = {0};
    if (prefix->type != TOML_STRING || !import_split(in->arena, prefix->text, false, &words) ||
        words.count == 0) {
        import_say(in, prefix->line, IMPORT_LOST,
                   "a commandPrefix that is not the words of a command is left out");
        return;
    }
    import_rule *rule = import_add_rule(in, from->line, from->verdict);
    rule->priority = from->priority;
    rule->reason = from->reason;
    rule->weakened = from->conditions;
    for (uint32_t i = 0; i < words.count; i++)
        import_add_word(in, rule, words.items[i], false);
}

/* `git (commit|push)`: words of plain characters and groups of plain alternatives. */
static bool add_regex(importing *in, const gemini_rule *from, cp_slice s) {
    while (s.n >= 2 && memcmp(s.p + s.n - 2, ".*", 2) == 0)
        s.n -= 2;
    if (s.n >= 2 && memcmp(s.p + s.n - 2, "\\b", 2) == 0)
        s.n -= 2;
    const bool open = s.n > 0 && s.p[s.n - 1] != ' '; /* the last word may go on */
    import_rule *rule = import_add_rule(in, from->line, from->verdict);
    rule->priority = from->priority;
    rule->reason = from->reason;
    rule->weakened = from->conditions;
    for (uint32_t i = 0; i < s.n;) {
        if (s.p[i] == ' ') {
            i++;
            continue;
        }
        const bool group = s.p[i] == '(';
        uint32_t from_byte = i + group, first = 1;
        for (i = from_byte;; i++) {
            const uint8_t c = i < s.n ? s.p[i] : 0;
            const bool ends = group ? c == ')' : c == ' ' || c == 0;
            const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                               (c && strchr("_-/:@%=,~", c));
            if (ends || (group && c == '|')) {
                cp_slice text = cp_slice_sub(s, from_byte, i);
                if (text.n == 0)
                    return false;
                if (first)
                    import_add_word(in, rule, text, false);
                else
                    import_add_alternative(in, rule, text, false);
                first = 0;
                from_byte = i + 1;
                if (!ends)
                    continue;
                i += group;
                if (group && i < s.n && s.p[i] != ' ')
                    return false;
                break;
            }
            if (!plain)
                return false;
        }
    }
    /* what tightens has to meet `git pushx` as well; what loosens doesn't */
    if (rule->count > 0 && open && from->verdict != CP_IV_ALLOW) {
        import_word *last = &rule->words[rule->count - 1];
        for (uint32_t k = 0, n = last->count; k < n; k++) {
            const cp_slice text = last->items[k].text;
            if (text.p[0] == '-') {
                rule->lost = true;
                import_say(in, from->line, IMPORT_LOST, "other options that begin with %.*s are not met here",
                           (int)text.n, (const char *)text.p);
                continue;
            }
            import_add_alternative(in, rule, cp_arena_concat(in->arena, text, CP_LIT("*")), true);
            last = &rule->words[rule->count - 1];
        }
    }
    return rule->count > 0;
}

/* `annotated`: [rule.SOMETHING] follows, a condition, too. */
static void read_rule(importing *in, const toml_table *table, bool annotated) {
    static const char *const known[] = {
        "toolName", "commandPrefix", "commandRegex", "argsPattern",      "decision",
        "priority", "denyMessage",   "deny_message", "allowRedirection", "allow_redirection"};
    const toml_value *t = &table->value, *decision = toml_get(t, "decision"),
                     *priority = toml_get(t, "priority");
    const toml_value *prefix = toml_get(t, "commandPrefix"), *regex = toml_get(t, "commandRegex");
    const toml_value *tool = toml_get(t, "toolName"), *message = toml_get(t, "denyMessage");
    gemini_rule rule = {.line = table->line};
    bool all;
    if (!is_of_shell(tool, &all) && !((prefix || regex) && !tool)) {
        import_say(in, table->line, IMPORT_NOTE, "the rule is left out: it is not about commands");
        return;
    }
    rule.verdict = is_text(decision, "allow")      ? CP_IV_ALLOW
                   : is_text(decision, "ask_user") ? CP_IV_REVIEW
                   : is_text(decision, "deny")     ? CP_IV_DENY
                                                   : CP_IV_NONE;
    if (rule.verdict == CP_IV_NONE ||
        (priority && (priority->type != TOML_NUMBER || priority->number < 0 || priority->number > 999))) {
        import_say(
            in, table->line, IMPORT_LOST,
            "decision: allow, ask_user or deny, and priority: 0 to 999 are expected: the rule is left out");
        return;
    }
    rule.priority = priority ? (uint32_t)priority->number : 0;
    message = message ? message : toml_get(t, "deny_message");
    if (message && message->type == TOML_STRING)
        rule.reason = message->text;
    for (uint32_t i = 0; i < t->entry_count; i++) {
        bool is_known = false;
        for (size_t k = 0; k < sizeof known / sizeof known[0]; k++)
            is_known = is_known || cp_slice_is(t->entries[i].key, known[k]);
        if (is_known)
            continue;
        rule.conditions = true;
        import_say(in, t->entries[i].line, rule.verdict == CP_IV_ALLOW ? IMPORT_LOST : IMPORT_NOTE,
                   "the condition %.*s can't be carried over: the rule %s", (int)t->entries[i].key.n,
                   (const char *)t->entries[i].key.p,
                   rule.verdict == CP_IV_ALLOW ? "is left out" : "holds always");
    }
    if (annotated) {
        rule.conditions = true;
        import_say(in, table->line, rule.verdict == CP_IV_ALLOW ? IMPORT_LOST : IMPORT_NOTE,
                   "the conditions in a table of their own can't be carried over: the rule %s",
                   rule.verdict == CP_IV_ALLOW ? "is left out" : "holds always");
    }
    if (rule.conditions && rule.verdict == CP_IV_ALLOW)
        return;
    if (prefix && prefix->type == TOML_ARRAY) {
        for (uint32_t i = 0; i < prefix->count; i++)
            add_prefix(in, &rule, &prefix->items[i]);
    } else if (prefix) {
        add_prefix(in, &rule, prefix);
    } else if (regex && regex->type == TOML_STRING) {
        const uint32_t before = in->rule_count;
        if (!add_regex(in, &rule, regex->text)) {
            in->rule_count = before;
            import_say(in, regex->line, IMPORT_LOST,
                       "commandRegex %.*s is left out: only words and groups of words can be said here",
                       (int)regex->text.n, (const char *)regex->text.p);
            lose(in, &rule, regex);
        }
    } else
        import_say(
            in, table->line, IMPORT_LOST,
            "the rule is left out: it speaks of all commands or of their JSON, and a rule here names its program");
}

bool import_gemini(importing *in) {
    toml_file file;
    if (!toml_read(in->arena, in->text, &file)) {
        cli_error("%s:%u: %s", in->path, (unsigned)file.error_line, file.error);
        return false;
    }
    for (uint32_t i = 0; i < file.count; i++) {
        const toml_table *table = &file.tables[i];
        if (cp_slice_is(table->name, "rule") && table->of_array)
            read_rule(in, table,
                      i + 1 < file.count && cp_slice_starts(file.tables[i + 1].name, CP_LIT("rule.")));
        else if (cp_slice_starts(table->name, CP_LIT("rule.")))
            continue;
        else if (table->name.n > 0)
            import_say(in, table->line, IMPORT_LOST, "[%.*s] is not known and is left out",
                       (int)table->name.n, (const char *)table->name.p);
        else if (table->value.entry_count > 0)
            import_say(in, table->value.entries[0].line, IMPORT_LOST, "%.*s is not known and is left out",
                       (int)table->value.entries[0].key.n, (const char *)table->value.entries[0].key.p);
    }
    return true;
}
