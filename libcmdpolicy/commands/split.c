/* Splitting one string into words the way `env -S` does: blanks part, quotes and backslashes keep together. What depends on
 * anything else (a variable) is not told. */
#include "commands/reader.h"

typedef struct splitter {
    cp_arena *arena;
    cp_text word;
    cp_field *items;
    uint32_t count, cap;
    bool open; /* a word has begun */
} splitter;

static bool end_word(splitter *s, cp_span span) {
    if (!s->open)
        return true;
    cp_field f = cp_field_exact(s->arena, cp_text_slice(&s->word), span);
    s->word = cp_text_in(s->arena);
    s->open = false;
    return CP_PUSH(s->arena, s->items, s->count, s->cap, f);
}

/* The character that a backslash and `c` stand for; -1: blank that parts words; -2: can't be told. */
static int escaped(uint8_t c, bool in_double) {
    switch (c) {
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'v': return '\v';
    case '#':
    case '$':
    case '"':
    case '\'':
    case '\\': return c;
    case '_': return in_double ? ' ' : -1;
    default: return -2;
    }
}

bool cp_split_words(cp_arena *arena, const cp_value *v, cp_budget *budget, cp_fields *out) {
    if (!cp_value_is_exact(v))
        return false;
    cp_slice t = v->exact;
    splitter s = {.arena = arena, .word = cp_text_in(arena)};
    for (uint32_t i = 0; i < t.n && cp_step(budget); i++) {
        uint8_t c = t.p[i];
        if (c == ' ' || c == '\t' || c == '\n' || c == '\v' || c == '\f' || c == '\r') {
            if (!end_word(&s, v->span))
                return false;
            continue;
        }
        if (c == '#' && !s.open)
            break;
        if (c == '$')
            return false;
        bool begun = s.open;
        s.open = true;
        if (c == '\\') {
            if (i + 1 < t.n && t.p[i + 1] == 'c') { /* what follows is no part of it */
                s.open = begun;
                break;
            }
            int e = i + 1 < t.n ? escaped(t.p[i + 1], false) : -2;
            if (e == -2)
                return false;
            i++;
            if (e == -1) {
                if (!end_word(&s, v->span))
                    return false;
            } else
                cp_text_byte(&s.word, (uint8_t)e);
        } else if (c == '\'' || c == '"') {
            for (i++; i < t.n && t.p[i] != c && cp_step(budget); i++) {
                if (t.p[i] == '$' && c == '"')
                    return false;
                bool literal =
                    t.p[i] != '\\' || i + 1 >= t.n || (c == '\'' && t.p[i + 1] != '\'' && t.p[i + 1] != '\\');
                int e = literal ? t.p[i] : escaped(t.p[i + 1], c == '"');
                if (e < 0)
                    return false;
                if (!literal)
                    i++;
                cp_text_byte(&s.word, (uint8_t)e);
            }
            if (i >= t.n)
                return false;
        } else
            cp_text_byte(&s.word, c);
    }
    if (!end_word(&s, v->span))
        return false;
    *out = (cp_fields){s.items, s.count};
    return !cp_arena_failed(arena);
}
