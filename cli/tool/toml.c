/* TOML 1.0 (toml.io), as far as toml.h says. */
#include "tool/toml.h"

#include "common/say.h"

typedef struct reader {
    cp_arena *arena;
    cp_slice s;
    uint32_t i, line, depth;
    toml_file *out;
} reader;

enum { DEPTH_MOST = 16 };

static bool wrong(reader *r, const char *why) {
    if (!r->out->error) {
        r->out->error = why;
        r->out->error_line = r->line;
    }
    return false;
}

static uint8_t peek(const reader *r, uint32_t ahead) {
    return r->i + ahead < r->s.n ? r->s.p[r->i + ahead] : 0;
}

static void skip(reader *r, bool lines) {
    for (;; r->i++) {
        if (peek(r, 0) == '#')
            while (r->i < r->s.n && peek(r, 0) != '\n')
                r->i++;
        uint8_t c = peek(r, 0);
        if (c == '\n' && lines)
            r->line++;
        else if (c != ' ' && c != '\t' && !(c == '\r' && peek(r, 1) == '\n'))
            return;
    }
}

static bool end_line(reader *r) {
    skip(r, false);
    if (r->i < r->s.n && peek(r, 0) != '\n')
        return wrong(r, "the end of the line is expected");
    return true;
}

static bool is_bare(uint8_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static void add_utf8(cp_text *out, uint32_t c) {
    if (c < 0x80)
        cp_text_byte(out, (uint8_t)c);
    else {
        uint32_t more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
        static const uint8_t heads[] = {0, 0xc0, 0xe0, 0xf0};
        cp_text_byte(out, (uint8_t)(heads[more] | c >> (6 * more)));
        while (more-- > 0)
            cp_text_byte(out, (uint8_t)(0x80 | (c >> (6 * more) & 63)));
    }
}

static bool read_escape(reader *r, cp_text *out) {
    static const char names[] = "btnfr\"\\", bytes[] = "\b\t\n\f\r\"\\";
    uint8_t c = peek(r, 0);
    const char *known = c ? strchr(names, c) : NULL;
    r->i++;
    if (known) {
        cp_text_byte(out, (uint8_t)bytes[known - names]);
        return true;
    }
    uint32_t code = 0, digits = c == 'u' ? 4 : c == 'U' ? 8 : 0;
    for (uint32_t i = 0; i < digits; i++, r->i++) {
        uint8_t d = peek(r, 0), low = d | 32;
        uint32_t v = d >= '0' && d <= '9'       ? (uint32_t)(d - '0')
                     : low >= 'a' && low <= 'f' ? (uint32_t)(low - 'a' + 10)
                                                : 16;
        if (v == 16)
            return wrong(r, "an escape lacks digits");
        code = code * 16 + v;
    }
    if (digits == 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        return wrong(r, "an escape that TOML doesn't have");
    add_utf8(out, code);
    return true;
}

static bool read_string(reader *r, cp_slice *out) {
    const uint8_t quote = peek(r, 0);
    const bool raw = quote == '\'', several = peek(r, 1) == quote && peek(r, 2) == quote;
    cp_text text = cp_text_in(r->arena);
    r->i += several ? 3 : 1;
    if (several && peek(r, 0) == '\r' && peek(r, 1) == '\n')
        r->i++;
    if (several && peek(r, 0) == '\n') {
        r->i++;
        r->line++;
    }
    for (;;) {
        uint8_t c = peek(r, 0);
        if (r->i >= r->s.n || (c == '\n' && !several))
            return wrong(r, "a string without its closing quote");
        if (c == quote && (!several || (peek(r, 1) == quote && peek(r, 2) == quote))) {
            r->i += several ? 3 : 1;
            while (several && peek(r, 0) == quote) /* up to two quotes may stand before the closing ones */
                cp_text_byte(&text, peek(r, 0)), r->i++;
            break;
        }
        r->i++;
        r->line += c == '\n';
        if (c != '\\' || raw) {
            cp_text_byte(&text, c);
        } else if (several &&
                   (peek(r, 0) == '\n' || peek(r, 0) == ' ' || peek(r, 0) == '\r' || peek(r, 0) == '\t')) {
            for (; peek(r, 0) == ' ' || peek(r, 0) == '\t' || peek(r, 0) == '\n' || peek(r, 0) == '\r';
                 r->i++)
                r->line += peek(r, 0) == '\n';
        } else if (!read_escape(r, &text))
            return false;
    }
    *out = cp_arena_copy(r->arena, cp_text_slice(&text));
    return true;
}

static bool read_key(reader *r, cp_slice *out) {
    if (peek(r, 0) == '"' || peek(r, 0) == '\'') {
        if (!read_string(r, out))
            return false;
    } else {
        uint32_t from = r->i;
        while (is_bare(peek(r, 0)))
            r->i++;
        *out = cp_slice_sub(r->s, from, r->i);
        if (out->n == 0)
            return wrong(r, "a key is expected");
    }
    skip(r, false);
    return peek(r, 0) == '.' ? wrong(r, "dotted keys are not read here") : true;
}

static bool read_value(reader *r, toml_value *out);

static bool add_entry(reader *r, toml_value *table) {
    toml_entry entry = {.line = r->line};
    if (!read_key(r, &entry.key))
        return false;
    for (uint32_t i = 0; i < table->entry_count; i++) {
        if (cp_slice_eq(table->entries[i].key, entry.key))
            return wrong(r, "a key stands twice");
    }
    if (peek(r, 0) != '=')
        return wrong(r, "`=` is expected behind a key");
    r->i++;
    skip(r, false);
    if (!read_value(r, &entry.value))
        return false;
    if (!CP_PUSH(r->arena, table->entries, table->entry_count, table->entry_cap, entry))
        cli_out_of_memory();
    return true;
}

/* `[...]` and `{...}`. */
static bool read_list(reader *r, bool table, toml_value *out) {
    const uint8_t close = table ? '}' : ']';
    out->type = table ? TOML_TABLE : TOML_ARRAY;
    if (++r->depth > DEPTH_MOST)
        return wrong(r, "lists too deep within one another");
    r->i++;
    for (bool comma = true;;) {
        skip(r, !table);
        if (peek(r, 0) == close)
            break;
        if (!comma)
            return wrong(r, "a comma is expected");
        if (table) {
            if (!add_entry(r, out))
                return false;
        } else {
            toml_value item;
            if (!read_value(r, &item))
                return false;
            if (!CP_PUSH(r->arena, out->items, out->count, out->cap, item))
                cli_out_of_memory();
        }
        skip(r, !table);
        comma = peek(r, 0) == ',';
        r->i += comma;
    }
    r->i++;
    r->depth--;
    return true;
}

static bool read_word(reader *r, toml_value *out) {
    uint32_t from = r->i;
    while (is_bare(peek(r, 0)) || peek(r, 0) == '+' || peek(r, 0) == '.' || peek(r, 0) == ':')
        r->i++;
    out->text = cp_slice_sub(r->s, from, r->i);
    out->type = TOML_BOOLEAN;
    if (cp_slice_is(out->text, "true") || cp_slice_is(out->text, "false"))
        return true;
    out->type = TOML_NUMBER;
    uint32_t i = out->text.n > 1 && (out->text.p[0] == '-' || out->text.p[0] == '+');
    if (out->text.n - i == 0 || out->text.n - i > 15)
        return wrong(r, "a value is expected: a string, a number, true, false, [...] or {...}");
    for (; i < out->text.n; i++) {
        if (out->text.p[i] == '_')
            continue;
        if (out->text.p[i] < '0' || out->text.p[i] > '9')
            return wrong(r, "a value is expected: a string, a whole number, true, false, [...] or {...}");
        out->number = out->number * 10 + (out->text.p[i] - '0');
    }
    if (out->text.p[0] == '-')
        out->number = -out->number;
    return true;
}

static bool read_value(reader *r, toml_value *out) {
    const uint8_t c = peek(r, 0);
    *out = (toml_value){.line = r->line};
    if (c == '"' || c == '\'')
        return read_string(r, &out->text);
    if (c == '[' || c == '{')
        return read_list(r, c == '{', out);
    return read_word(r, out);
}

static bool read_header(reader *r) {
    toml_table table = {.line = r->line, .value = {.type = TOML_TABLE, .line = r->line}};
    r->i++;
    table.of_array = peek(r, 0) == '[';
    r->i += table.of_array;
    uint32_t from = r->i;
    while (r->i < r->s.n && peek(r, 0) != ']' && peek(r, 0) != '\n')
        r->i++;
    uint32_t to = r->i;
    while (from < to && (r->s.p[from] == ' ' || r->s.p[from] == '\t'))
        from++;
    while (from < to && (r->s.p[to - 1] == ' ' || r->s.p[to - 1] == '\t'))
        to--;
    table.name = cp_slice_sub(r->s, from, to);
    for (uint32_t i = 0; i < table.name.n; i++) {
        if (!is_bare(table.name.p[i]) && table.name.p[i] != '.')
            return wrong(r, "a plain table name is expected");
    }
    if (table.name.n == 0 || peek(r, 0) != ']' || (table.of_array && peek(r, 1) != ']'))
        return wrong(r, "a table's name and its closing bracket are expected");
    r->i += table.of_array ? 2 : 1;
    for (uint32_t i = 0; i < r->out->count && !table.of_array; i++) {
        if (cp_slice_eq(r->out->tables[i].name, table.name) &&
            cp_slice_find(table.name, '.', 0) == table.name.n)
            return wrong(r, "a table stands twice");
    }
    if (!CP_PUSH(r->arena, r->out->tables, r->out->count, r->out->cap, table))
        cli_out_of_memory();
    return end_line(r);
}

bool toml_read(cp_arena *arena, cp_slice text, toml_file *out) {
    reader r = {.arena = arena, .s = text, .line = 1, .out = out};
    *out = (toml_file){.count = 0};
    toml_table top = {.line = 1, .value = {.type = TOML_TABLE, .line = 1}};
    if (!CP_PUSH(arena, out->tables, out->count, out->cap, top))
        cli_out_of_memory();
    if (text.n > 0 && memchr(text.p, 0, text.n))
        return wrong(&r, "a NUL byte");
    for (;;) {
        skip(&r, true);
        if (r.i >= text.n)
            return true;
        if (peek(&r, 0) == '[' ? !read_header(&r)
                               : !add_entry(&r, &out->tables[out->count - 1].value) || !end_line(&r))
            return false;
    }
}

const toml_value *toml_get(const toml_value *table, const char *key) {
    for (uint32_t i = 0; i < table->entry_count; i++) {
        if (cp_slice_is(table->entries[i].key, key))
            return &table->entries[i].value;
    }
    return NULL;
}
