/* Words of other systems' rules: split as shells split them, and written as keys of ours and as YAML. */
#include "tool/import.h"

#include <string.h>

static bool is_blank(uint8_t c) {
    return c == ' ' || c == '\t' || c == '\n';
}

bool import_split(cp_arena *arena, cp_slice s, bool literal, import_words *out) {
    uint8_t *room = (uint8_t *)cp_alloc_raw(arena, (size_t)s.n + 1);
    if (!room)
        cli_out_of_memory();
    for (uint32_t i = 0; i < s.n;) {
        if (is_blank(s.p[i])) {
            i++;
            continue;
        }
        uint32_t n = 0;
        for (uint8_t quote = 0; i < s.n && (quote || !is_blank(s.p[i])); i++) {
            uint8_t c = s.p[i];
            if (c == quote) {
                quote = 0;
            } else if (quote == '\'') {
                room[n++] = c;
            } else if (c == '\\') {
                if (++i >= s.n)
                    return false;
                if (quote && !strchr("\"\\$`", s.p[i]))
                    room[n++] = '\\';
                room[n++] = s.p[i];
            } else if (!quote && (c == '\'' || c == '"')) {
                quote = c;
            } else if (literal) {
                room[n++] = c;
            } else if (c == '`' || c == '$' || (!quote && strchr(";&|<>(){}#\n", c))) {
                return false;
            } else
                room[n++] = c;
            if (i + 1 == s.n && quote)
                return false;
        }
        cp_slice word = cp_arena_copy(arena, cp_slice_of(room, n));
        if (!CP_PUSH(arena, out->items, out->count, out->cap, word))
            cli_out_of_memory();
    }
    return true;
}

static bool is_plain(uint8_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != 0 && strchr("_./:@%+=^-", c) != NULL);
}

static bool all_plain(cp_slice s, const char *more) {
    for (uint32_t i = 0; i < s.n; i++) {
        if (!is_plain(s.p[i]) && !(s.p[i] && strchr(more, s.p[i])))
            return false;
    }
    return s.n > 0;
}

static void single_quoted(cp_text *out, cp_slice s) {
    cp_text_byte(out, '\'');
    for (uint32_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\'')
            cp_text_str(out, "'\\''");
        else
            cp_text_byte(out, s.p[i]);
    }
    cp_text_byte(out, '\'');
}

cp_slice import_quoted(cp_arena *arena, const cp_slice *words, uint32_t count) {
    cp_text text = cp_text_in(arena);
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0)
            cp_text_byte(&text, ' ');
        if (all_plain(words[i], ",~") && words[i].p[0] != '~')
            cp_text_add(&text, words[i]);
        else
            single_quoted(&text, words[i]);
    }
    return cp_text_slice(&text);
}

static bool is_root(cp_slice s, const char *root) {
    const uint32_t n = (uint32_t)strlen(root);
    return cp_slice_starts(s, cp_slice_str(root)) && (s.n == n || s.p[n] == '/');
}

void import_key_word(cp_text *out, const import_alternative *word, bool path) {
    const cp_slice s = word->text;
    if (word->glob) {
        for (uint32_t i = 0; i < s.n; i++) {
            if (!is_plain(s.p[i]) && s.p[i] != '*')
                cp_text_byte(out, '\\');
            cp_text_byte(out, s.p[i]);
        }
        return;
    }
    const bool compares =
        s.n > 0 && (s.p[0] == '/' || is_root(s, "~") || is_root(s, "workspace") || is_root(s, "cwd"));
    if (cp_slice_is(s, "...") || (compares ? !path || !all_plain(s, "~") : !all_plain(s, "")))
        single_quoted(out, s);
    else
        cp_text_add(out, s);
}

void import_scalar(cp_text *out, cp_slice s) {
    bool plain = s.n > 0 && ((s.p[0] | 32) >= 'a' && (s.p[0] | 32) <= 'z');
    for (uint32_t i = 0; i < s.n && plain; i++)
        plain = is_plain(s.p[i]) || s.p[i] == '|' || s.p[i] == '~' || s.p[i] == '*' ||
                (s.p[i] == ' ' && i + 1 < s.n);
    for (uint32_t i = 0; i < s.n && plain; i++) /* `a: b` is no text */
        plain = s.p[i] != ':' || (i + 1 < s.n && s.p[i + 1] != ' ');
    if (plain) {
        cp_text_add(out, s);
        return;
    }
    bool visible = true;
    for (uint32_t i = 0; i < s.n; i++)
        visible = visible && s.p[i] >= ' ' && s.p[i] != 0x7f;
    cp_text_byte(out, visible ? '\'' : '"');
    for (uint32_t i = 0; i < s.n; i++) {
        static const char hex[] = "0123456789abcdef";
        const uint8_t c = s.p[i];
        if (visible && c == '\'')
            cp_text_str(out, "''");
        else if (!visible && (c == '"' || c == '\\')) {
            cp_text_byte(out, '\\');
            cp_text_byte(out, c);
        } else if (!visible && c == '\n')
            cp_text_str(out, "\\n");
        else if (!visible && c == '\t')
            cp_text_str(out, "\\t");
        else if (c < ' ' || c == 0x7f) {
            cp_text_str(out, "\\x");
            cp_text_byte(out, (uint8_t)hex[c >> 4]);
            cp_text_byte(out, (uint8_t)hex[c & 15]);
        } else
            cp_text_byte(out, c);
    }
    cp_text_byte(out, visible ? '\'' : '"');
}
