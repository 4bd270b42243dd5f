/* Rule keys as words: `, ` between entries, blanks between words, `|` between alternatives, quotes and backslashes as in a shell.
 * What no command can ever hold in that place (a pipe, a redirection, a variable) is an error. */
#include "policy/model.h"

typedef struct key_reader {
    cp_reporter *r;
    const cp_yaml *node;
    uint32_t i;
    uint8_t *buffer; /* of a quoted word: at most as long as the key; NULL: none yet */
} key_reader;

/* Lists are filled here and then kept in as much room as they take. */
enum { FEW = 8 };
typedef CP_LIST(cp_key_alternative) alternatives;
typedef CP_LIST(cp_key_word) words;

static bool is_blank(uint8_t c) {
    return c == ' ' || c == '\t' || c == '\n';
}

static cp_place place(const key_reader *k, uint32_t offset) {
    return cp_yaml_place(k->node, offset);
}

static bool never(key_reader *k, uint32_t offset, const char *expected, const char *what) {
    cp_error(k->r, "never-matches", place(k, offset), expected, "%s in `%s`", cp_slice_str(what),
             k->node->text);
    return false;
}

static bool bad_byte(key_reader *k, uint8_t c) {
    cp_slice s = k->node->text;
    if (c == ';' || c == '&' || c == '<' || c == '>')
        return never(k, k->i, "one command; quotes around such a character that is part of a word",
                     "a separator or redirection");
    if (c == '$' && k->i + 1 < s.n) {
        uint8_t next = s.p[k->i + 1];
        bool name = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') || next == '_' ||
                    next == '{' || next == '(';
        if (name)
            return never(
                k, k->i,
                "`~`, `workspace`, `cwd`, or `*` for what a variable holds; single quotes around a dollar sign",
                "a variable");
    }
    if (c == '`')
        return never(k, k->i, "one command; single quotes around a backtick", "a command substitution");
    return true;
}

/* Letters, digits and what else stands for itself wherever it is. */
static bool is_plain(uint8_t c) {
    return (c >= 'a' && c <= 'z') || (c >= '-' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '_' || c == '=';
}

static bool ends_alternative(cp_slice s, uint32_t i) {
    return is_blank(s.p[i]) || s.p[i] == '|' || (s.p[i] == ',' && (i + 1 == s.n || is_blank(s.p[i + 1])));
}

/* One that holds quotes or backslashes, from its beginning. */
static bool read_quoted(key_reader *k, cp_key_alternative *out) {
    cp_slice s = k->node->text;
    uint32_t n = 0, beg = k->i;
    uint8_t quote = 0;
    bool free_star = false, quoted_star = false;
    if (!k->buffer)
        k->buffer = (uint8_t *)cp_alloc_raw(k->r->arena, s.n);
    if (!k->buffer || cp_arena_failed(k->r->arena))
        return false;
    for (; k->i < s.n; k->i++) {
        uint8_t c = s.p[k->i];
        if (quote) {
            if (c == quote) {
                quote = 0;
                continue;
            }
            if (quote == '"' && c == '\\' && k->i + 1 < s.n &&
                (s.p[k->i + 1] == '"' || s.p[k->i + 1] == '\\' || s.p[k->i + 1] == '$'))
                c = s.p[++k->i];
            else if (quote == '"' && !(c == ';' || c == '&' || c == '<' || c == '>') && !bad_byte(k, c))
                return false;
            quoted_star |= c == '*';
            k->buffer[n++] = c;
            continue;
        }
        if (ends_alternative(s, k->i))
            break;
        if (c == '\'' || c == '"') {
            quote = c;
            beg = k->i;
            continue;
        }
        if (c == '\\' && k->i + 1 < s.n) {
            c = s.p[++k->i];
            quoted_star |= c == '*';
            k->buffer[n++] = c;
            continue;
        }
        if (!bad_byte(k, c))
            return false;
        free_star |= c == '*';
        k->buffer[n++] = c;
    }
    if (quote) {
        cp_error(k->r, "quote", place(k, beg),
                 "the closing quote; a backslash before a quote that is meant itself",
                 "an open quote in `%s`", s);
        return false;
    }
    if (free_star && quoted_star) {
        cp_error(k->r, "quote", out->at, "`*` as a glob only, or quoted only",
                 "a word of `%s` holds `*` in both meanings", s);
        return false;
    }
    out->flags = CP_KEY_QUOTED | (free_star ? CP_KEY_GLOB : 0u);
    out->text = cp_arena_copy(k->r->arena, cp_slice_of(k->buffer, n));
    return true;
}

/* One alternative: up to a blank, a bar or a comma with a blank behind it. */
static bool read_alternative(key_reader *k, cp_key_alternative *out) {
    cp_slice s = k->node->text;
    uint32_t beg = k->i;
    *out = (cp_key_alternative){.at = place(k, beg)};
    for (; k->i < s.n; k->i++) {
        uint8_t c = s.p[k->i];
        if (is_plain(c))
            continue;
        if (ends_alternative(s, k->i))
            break;
        if (c == '\'' || c == '"' || (c == '\\' && k->i + 1 < s.n)) {
            k->i = beg;
            return read_quoted(k, out);
        }
        if (!bad_byte(k, c))
            return false;
        if (c == '*')
            out->flags |= CP_KEY_GLOB;
    }
    if (k->i == beg) {
        cp_error(k->r, "empty-entry", place(k, k->i),
                 "`A|B` within a word; a key is one command, without pipes",
                 "a `|` of `%s` has nothing beside it", s);
        return false;
    }
    out->text = cp_slice_sub(s, beg, k->i);
    return true;
}

/* As much room as the items take; `items` themselves where they are in the arena already. */
static void *keep(cp_arena *arena, void *items, const void *few, uint32_t count, size_t size) {
    void *kept = items == few ? cp_alloc_raw(arena, count * size) : items;
    if (cp_arena_failed(arena))
        return NULL;
    if (kept != items)
        memcpy(kept, items, count * size);
    return kept;
}

static bool read_word(key_reader *k, cp_key_word *out) {
    cp_slice s = k->node->text;
    cp_key_alternative few[FEW];
    alternatives all = {few, 0, FEW};
    for (;;) {
        cp_key_alternative one;
        if (!read_alternative(k, &one) || !CP_PUSH(k->r->arena, all.items, all.count, all.cap, one))
            return false;
        if (k->i >= s.n || s.p[k->i] != '|')
            break;
        k->i++;
    }
    *out = (cp_key_word){0};
    out->alternatives.items = (cp_key_alternative *)keep(k->r->arena, all.items, few, all.count, sizeof *few);
    out->alternatives.count = out->alternatives.cap = all.count;
    return out->alternatives.items != NULL;
}

static bool is_assignment(cp_slice s) {
    uint32_t eq = cp_slice_find(s, '=', 0);
    if (eq == s.n || eq == 0 || (s.p[0] >= '0' && s.p[0] <= '9'))
        return false;
    for (uint32_t i = 0; i < eq; i++) {
        uint8_t c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'))
            return false;
    }
    return true;
}

/* What can't be, whatever the grammar says. */
static bool check_entry(key_reader *k, const cp_key_entry *entry) {
    const cp_key_word *program = &entry->words.items[0];
    for (uint32_t i = 0; i < program->alternatives.count; i++) {
        const cp_key_alternative *one = &program->alternatives.items[i];
        if (one->flags & CP_KEY_QUOTED)
            continue;
        if (is_assignment(one->text)) {
            cp_error(k->r, "never-matches", one->at, "the command; variables are judged under `effects: env`",
                     "`%s` is an assignment", one->text);
            return false;
        }
        if (one->text.n > 1 && one->text.p[0] == '-') {
            cp_error(k->r, "never-matches", one->at, "the program first, then its options",
                     "`%s` is no program", one->text);
            return false;
        }
        if (cp_slice_is(one->text, "...") || cp_slice_is(one->text, "*")) {
            cp_error(k->r, "never-matches", one->at,
                     "a program's name; `defaults: unknown-command` speaks of all others",
                     "`%s` names no program", one->text);
            return false;
        }
    }
    for (uint32_t w = 1; w < entry->words.count; w++)
        for (uint32_t i = 0; i < entry->words.items[w].alternatives.count; i++) {
            const cp_key_alternative *one = &entry->words.items[w].alternatives.items[i];
            if (!cp_slice_is(one->text, "...") || (one->flags & CP_KEY_QUOTED))
                continue;
            if (w + 1 < entry->words.count || entry->words.items[w].alternatives.count > 1) {
                cp_error(k->r, "never-matches", one->at, "`...` at the end, alone",
                         "`...` covers whatever follows, so nothing follows it");
                return false;
            }
        }
    return true;
}

static bool read_entry(key_reader *k, cp_key_entry *out) {
    cp_slice s = k->node->text;
    uint32_t beg = k->i, end = k->i;
    cp_key_word few[FEW];
    words all = {few, 0, FEW};
    *out = (cp_key_entry){0};
    uint64_t product = 1;
    while (k->i < s.n) {
        if (is_blank(s.p[k->i])) {
            k->i++;
            continue;
        }
        if (s.p[k->i] == ',' && (k->i + 1 == s.n || is_blank(s.p[k->i + 1])))
            break;
        cp_key_word word;
        if (!read_word(k, &word) || !CP_PUSH(k->r->arena, all.items, all.count, all.cap, word))
            return false;
        end = k->i;
        product *= word.alternatives.count;
        if (product > 4096) {
            cp_error(k->r, "too-many", place(k, beg), "at most 4096 combinations",
                     "`%s` stands for too many commands", s);
            return false;
        }
    }
    if (!all.count) {
        cp_error(k->r, "empty-entry", place(k, beg), "a command, such as `git log`",
                 s.n ? "an entry of `%s` is empty" : "an empty key", s);
        return false;
    }
    out->words.items = (cp_key_word *)keep(k->r->arena, all.items, few, all.count, sizeof *few);
    out->words.count = out->words.cap = all.count;
    if (!out->words.items)
        return false;
    out->text.text = cp_slice_sub(s, beg, end);
    out->text.at = place(k, beg);
    return check_entry(k, out);
}

bool cp_read_key(cp_reporter *r, const cp_yaml *node, cp_key_entries *out) {
    if (!cp_want_text(r, node, "a command, such as `git log`"))
        return false;
    if (node->comment && !node->key) {
        cp_error(r, "comment", node->at, "quotes around a key that holds ` #`",
                 "what follows `%s` is a comment", node->text);
        return false;
    }
    key_reader k = {.r = r, .node = node};
    for (;;) {
        while (k.i < node->text.n && is_blank(node->text.p[k.i]))
            k.i++;
        cp_key_entry entry;
        if (!read_entry(&k, &entry) || !CP_ADD(r->arena, *out, entry))
            return false;
        if (k.i >= node->text.n)
            return true;
        k.i++; /* the comma */
    }
}
