/* import claude-settings: the lists permissions.allow, .ask and .deny of a settings.json. A rule is TOOL or TOOL(SPECIFIER); of all
 * that match, deny counts before ask before allow, however long they are. For Bash the specifier is a command (exactly), a
 * command and `:*` or ` *` (a prefix of words), or holds `*` anywhere (any bytes, blanks included). Each command of a compound
 * one is matched alone. Read, Edit and Write name paths as gitignore does; what they deny is denied to commands, too. */
#include "tool/import.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* jansson keeps no places: the line in which the text stands as it is written in JSON. 0: not found. */
static uint32_t line_of(const importing *in, const char *text) {
    json_t *value = json_string(text);
    char *written = value ? json_dumps(value, JSON_ENCODE_ANY) : NULL;
    if (!written)
        cli_out_of_memory();
    const cp_slice wanted = cp_slice_str(written);
    uint32_t line = 1, found = 0;
    for (uint32_t i = 0; i + wanted.n <= in->text.n && !found; i++) {
        if (memcmp(in->text.p + i, wanted.p, wanted.n) == 0)
            found = line;
        line += in->text.p[i] == '\n';
    }
    free(written);
    json_decref(value);
    return found;
}

static bool has_star(cp_slice s) {
    return cp_slice_find(s, '*', 0) < s.n;
}

/* `git * main` denies `git push origin main`, too: the star stands for any number of words. */
static void spread(importing *in, uint32_t index) {
    enum { WORDS_MOST = 4 };
    for (uint32_t more = 0; more <= WORDS_MOST; more++) {
        const import_rule *from = &in->rules[index];
        if (more == 1)
            continue; /* as it is */
        const uint32_t line = from->line, verdict = from->verdict;
        import_rule *to = import_add_rule(in, line, verdict);
        from = &in->rules[index];
        for (uint32_t i = 0; i < from->count; i++) {
            const import_alternative *word = &from->words[i].items[0];
            const bool star = word->glob && cp_slice_is(word->text, "*") && i > 0;
            for (uint32_t k = 0; k < (star ? more : 1); k++)
                import_add_word(in, to, word->text, word->glob);
        }
    }
}

static void read_bash(importing *in, uint32_t line, uint32_t verdict, const char *text, cp_slice s) {
    bool prefix = false;
    if (s.n >= 2 && memcmp(s.p + s.n - 2, ":*", 2) == 0) {
        prefix = true;
        s.n -= 2;
    }
    import_words words = {0};
    const bool split = import_split(in->arena, s, false, &words);
    const bool all = split && (words.count == 0 || cp_slice_is(words.items[0], "*"));
    if (!split || all) {
        if (verdict != CP_IV_ALLOW) { /* what may be meant is not allowed either */
            import_rule *rule = import_add_rule(in, line, verdict);
            rule->lost = true;
            if (!all)
                import_add_word(in, rule, cp_slice_sub(s, 0, cp_slice_find(s, ' ', 0)), false);
        }
        import_say(in, line, IMPORT_LOST, "%s is left out: %s", text,
                   all ? "it speaks of all commands, and a rule here names its program"
                       : "it holds what is more than the words of one command");
        return;
    }
    if (!prefix && cp_slice_is(words.items[words.count - 1], "*")) {
        prefix = true;
        words.count--;
    }
    bool inner = false;
    const uint32_t index = in->rule_count;
    import_rule *rule = import_add_rule(in, line, verdict);
    for (uint32_t i = 0; i < words.count; i++) {
        cp_slice word = words.items[i];
        const bool last = i + 1 == words.count, star = has_star(word);
        const bool at_end = star && last && cp_slice_find(word, '*', 0) == word.n - 1;
        inner = inner || (star && !at_end);
        prefix = prefix || at_end; /* `git log*`: and whatever follows */
        import_add_word(in, rule, word, star);
    }
    rule->exact = verdict == CP_IV_ALLOW && !prefix;
    if (!inner)
        return;
    if (verdict == CP_IV_ALLOW) {
        rule->count = 0;
        import_say(in, line, IMPORT_LOST, "%s is not allowed: its `*` stands for any words", text);
        return;
    }
    if (in->rules[index].words[0].items[0].glob)
        return;
    in->rules[index].lost = true;
    import_say(in, line, IMPORT_LOST, "%s: its `*` is carried over as up to four words, not as options",
               text);
    spread(in, index);
}

/* A gitignore path as a pattern of ours; empty: it can't be said. */
static cp_slice path_of(importing *in, cp_slice s) {
    if (cp_slice_starts(s, CP_LIT("//")))
        return cp_slice_sub(s, 1, s.n);
    if (cp_slice_starts(s, CP_LIT("~/")) || cp_slice_starts(s, CP_LIT("**/")))
        return s;
    if (cp_slice_starts(s, CP_LIT("./")))
        return cp_arena_concat(in->arena, CP_LIT("workspace/"), cp_slice_sub(s, 2, s.n));
    if (cp_slice_starts(s, CP_LIT("/")))
        return cp_arena_concat(in->arena, CP_LIT("workspace"), s);
    if (s.n > 0 && cp_slice_find(s, '/', 0) == s.n)
        return cp_arena_concat(in->arena, CP_LIT("**/"), s);
    return s.n > 0 ? cp_arena_concat(in->arena, CP_LIT("workspace/"), s) : s;
}

static void read_path(importing *in, uint32_t line, uint32_t verdict, const char *kind, const char *rule,
                      cp_slice s) {
    cp_slice pattern = path_of(in, s);
    if (verdict == CP_IV_ALLOW)
        import_say(in, line, IMPORT_NOTE, "%s is left out: it allows the agent's own tool, not commands",
                   rule);
    else if (pattern.n == 0)
        import_say(in, line, IMPORT_LOST, "%s is left out: it names no path", rule);
    else
        import_add_effect(in, line, kind, pattern, verdict);
}

static void read_rule(importing *in, uint32_t verdict, const char *text) {
    const uint32_t line = line_of(in, text);
    const cp_slice s = cp_slice_str(text);
    const uint32_t open = cp_slice_find(s, '(', 0);
    const cp_slice tool = cp_slice_sub(s, 0, open);
    cp_slice inside = {NULL, 0};
    if (open < s.n && s.p[s.n - 1] == ')')
        inside = cp_slice_sub(s, open + 1, s.n - 1);
    else if (open < s.n) {
        import_say(in, line, IMPORT_LOST, "%s is left out: its bracket is not closed", text);
        return;
    }
    if (cp_slice_is(tool, "Bash")) {
        read_bash(in, line, verdict, text, inside);
    } else if (cp_slice_is(tool, "Read")) {
        read_path(in, line, verdict, "read", text, inside);
    } else if (cp_slice_is(tool, "Edit") || cp_slice_is(tool, "Write") || cp_slice_is(tool, "MultiEdit")) {
        read_path(in, line, verdict, "write", text, inside);
    } else if (cp_slice_is(tool, "WebFetch") && verdict != CP_IV_ALLOW &&
               cp_slice_starts(inside, CP_LIT("domain:"))) {
        import_add_effect(in, line, "network", cp_slice_sub(inside, 7, inside.n), verdict);
    } else
        import_say(in, line, IMPORT_NOTE, "%s is left out: it is not about commands", text);
}

static void read_list(importing *in, const json_t *permissions, const char *name, uint32_t verdict) {
    const json_t *list = json_object_get(permissions, name), *item;
    size_t i;
    if (!list)
        return;
    if (!json_is_array(list)) {
        import_say(in, 0, IMPORT_LOST, "permissions.%s is no list", name);
        return;
    }
    json_array_foreach(list, i, item) {
        if (json_is_string(item) && strlen(json_string_value(item)) == json_string_length(item))
            read_rule(in, verdict, json_string_value(item));
        else
            import_say(in, 0, IMPORT_LOST, "permissions.%s[%u] is no text", name, (unsigned)i);
    }
}

bool import_claude(importing *in) {
    json_error_t error;
    json_t *root = json_loadb((const char *)in->text.p, in->text.n, JSON_REJECT_DUPLICATES, &error);
    if (!root) {
        cli_error("%s:%d:%d: %s", in->path, error.line, error.column, error.text);
        return false;
    }
    const json_t *permissions = json_object_get(root, "permissions"), *value;
    const char *key;
    const bool fine = json_is_object(root) && (!permissions || json_is_object(permissions));
    if (!fine)
        cli_error("%s: a JSON object with \"permissions\": {...} is expected", in->path);
    json_object_foreach((json_t *)(uintptr_t)permissions, key, value) {
        if (fine && strcmp(key, "allow") != 0 && strcmp(key, "ask") != 0 && strcmp(key, "deny") != 0)
            import_say(in, line_of(in, key), IMPORT_NOTE,
                       "permissions.%s is left out: it is not a list of rules", key);
    }
    if (fine) {
        read_list(in, permissions, "deny", CP_IV_DENY);
        read_list(in, permissions, "ask", CP_IV_REVIEW);
        read_list(in, permissions, "allow", CP_IV_ALLOW);
    }
    json_decref(root);
    return fine;
}
