/* TOML 1.0 (toml.io), as far as toml.h says. */
#include "tool/toml.h"

#include "common/say.h"
#include "tool/reader.h"

enum { DEPTH_MOST = 16 };

static void skip(reader *r, bool lines) {
    for (;; r->i++) {
        if (reader_peek(r, 0) == '#')
            while (r->i < r->s.n && reader_peek(r, 0) != '\n')
                r->i++;
        uint8_t c = reader_peek(r, 0);
        if (c == '\n' && lines)
            r->line++;
        else if (c != ' ' && c != '\t' && !(c == '\r' && reader_peek(r, 1) == '\n'))
            return;
    }
}

static bool end_line(reader *r) {
    skip(r, false);
    if (r->i < r->s.n && reader_peek(r, 0) != '\n')
        return reader_wrong(r, "the end of the line is expected");
    return true;
}

static bool is_bare(uint8_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static bool read_escape(reader *r, cp_text *out) {
    static const char names[] = "btnfr\"\\", bytes[] = "\b\t\n\f\r\"\\";
    uint8_t c = reader_peek(r, 0);
    const char *known = c ? strchr(names, c) : NULL;
    r->i++;
    if (known) {
        cp_text_byte(out, (uint8_t)bytes[known - names]);
        return true;
    }
    uint32_t code = 0, digits = c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (!reader_hex(r, digits, &code))
        return false;
    if (digits == 0 || !reader_is_character(code))
        return reader_wrong(r, "an escape that TOML doesn't have");
    reader_add_utf8(out, code);
    return true;
}

static bool read_string(reader *r, cp_slice *out) {
    const uint8_t quote = reader_peek(r, 0);
    const bool raw = quote == '\'', several = reader_peek(r, 1) == quote && reader_peek(r, 2) == quote;
    cp_text text = cp_text_in(r->arena);
    r->i += several ? 3 : 1;
    if (several && reader_peek(r, 0) == '\r' && reader_peek(r, 1) == '\n')
        r->i++;
    if (several && reader_peek(r, 0) == '\n') {
        r->i++;
        r->line++;
    }
    for (;;) {
        uint8_t c = reader_peek(r, 0);
        if (r->i >= r->s.n || (c == '\n' && !several))
            return reader_wrong(r, "a string without its closing quote");
        if (c == quote && (!several || (reader_peek(r, 1) == quote && reader_peek(r, 2) == quote))) {
            r->i += several ? 3 : 1;
            while (several &&
                   reader_peek(r, 0) == quote) /* up to two quotes may stand before the closing ones */
                cp_text_byte(&text, reader_peek(r, 0)), r->i++;
            break;
        }
        r->i++;
        r->line += c == '\n';
        if (c != '\\' || raw) {
            cp_text_byte(&text, c);
        } else if (several && (reader_peek(r, 0) == '\n' || reader_peek(r, 0) == ' ' ||
                               reader_peek(r, 0) == '\r' || reader_peek(r, 0) == '\t')) {
            for (; reader_peek(r, 0) == ' ' || reader_peek(r, 0) == '\t' || reader_peek(r, 0) == '\n' ||
                   reader_peek(r, 0) == '\r';
                 r->i++)
                r->line += reader_peek(r, 0) == '\n';
        } else if (!read_escape(r, &text))
            return false;
    }
    *out = cp_arena_copy(r->arena, cp_text_slice(&text));
    return true;
}

static bool read_key(reader *r, cp_slice *out) {
    if (reader_peek(r, 0) == '"' || reader_peek(r, 0) == '\'') {
        if (!read_string(r, out))
            return false;
    } else {
        uint32_t from = r->i;
        while (is_bare(reader_peek(r, 0)))
            r->i++;
        *out = cp_slice_sub(r->s, from, r->i);
        if (out->n == 0)
            return reader_wrong(r, "a key is expected");
    }
    skip(r, false);
    return reader_peek(r, 0) == '.' ? reader_wrong(r, "dotted keys are not read here") : true;
}

static bool read_value(reader *r, toml_value *out);

static bool add_entry(reader *r, toml_value *table) {
    toml_entry entry = {.line = r->line};
    if (!read_key(r, &entry.key))
        return false;
    for (uint32_t i = 0; i < table->entry_count; i++) {
        if (cp_slice_eq(table->entries[i].key, entry.key))
            return reader_wrong(r, "a key stands twice");
    }
    if (reader_peek(r, 0) != '=')
        return reader_wrong(r, "`=` is expected behind a key");
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
        return reader_wrong(r, "lists too deep within one another");
    r->i++;
    for (bool comma = true;;) {
        skip(r, !table);
        if (reader_peek(r, 0) == close)
            break;
        if (!comma)
            return reader_wrong(r, "a comma is expected");
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
        comma = reader_peek(r, 0) == ',';
        r->i += comma;
    }
    r->i++;
    r->depth--;
    return true;
}

static bool read_word(reader *r, toml_value *out) {
    uint32_t from = r->i;
    while (is_bare(reader_peek(r, 0)) || reader_peek(r, 0) == '+' || reader_peek(r, 0) == '.' ||
           reader_peek(r, 0) == ':')
        r->i++;
    out->text = cp_slice_sub(r->s, from, r->i);
    out->type = TOML_BOOLEAN;
    if (cp_slice_is(out->text, "true") || cp_slice_is(out->text, "false"))
        return true;
    out->type = TOML_NUMBER;
    uint32_t i = out->text.n > 1 && (out->text.p[0] == '-' || out->text.p[0] == '+');
    if (out->text.n - i == 0 || out->text.n - i > 15)
        return reader_wrong(r, "a value is expected: a string, a number, true, false, [...] or {...}");
    for (; i < out->text.n; i++) {
        if (out->text.p[i] == '_')
            continue;
        if (out->text.p[i] < '0' || out->text.p[i] > '9')
            return reader_wrong(r,
                                "a value is expected: a string, a whole number, true, false, [...] or {...}");
        out->number = out->number * 10 + (out->text.p[i] - '0');
    }
    if (out->text.p[0] == '-')
        out->number = -out->number;
    return true;
}

static bool read_value(reader *r, toml_value *out) {
    const uint8_t c = reader_peek(r, 0);
    *out = (toml_value){.line = r->line};
    if (c == '"' || c == '\'')
        return read_string(r, &out->text);
    if (c == '[' || c == '{')
        return read_list(r, c == '{', out);
    return read_word(r, out);
}

static bool read_header(reader *r, toml_file *out) {
    toml_table table = {.line = r->line, .value = {.type = TOML_TABLE, .line = r->line}};
    r->i++;
    table.of_array = reader_peek(r, 0) == '[';
    r->i += table.of_array;
    uint32_t from = r->i;
    while (r->i < r->s.n && reader_peek(r, 0) != ']' && reader_peek(r, 0) != '\n')
        r->i++;
    uint32_t to = r->i;
    while (from < to && (r->s.p[from] == ' ' || r->s.p[from] == '\t'))
        from++;
    while (from < to && (r->s.p[to - 1] == ' ' || r->s.p[to - 1] == '\t'))
        to--;
    table.name = cp_slice_sub(r->s, from, to);
    for (uint32_t i = 0; i < table.name.n; i++) {
        if (!is_bare(table.name.p[i]) && table.name.p[i] != '.')
            return reader_wrong(r, "a plain table name is expected");
    }
    if (table.name.n == 0 || reader_peek(r, 0) != ']' || (table.of_array && reader_peek(r, 1) != ']'))
        return reader_wrong(r, "a table's name and its closing bracket are expected");
    r->i += table.of_array ? 2 : 1;
    for (uint32_t i = 0; i < out->count && !table.of_array; i++) {
        if (cp_slice_eq(out->tables[i].name, table.name) && cp_slice_find(table.name, '.', 0) == table.name.n)
            return reader_wrong(r, "a table stands twice");
    }
    if (!CP_PUSH(r->arena, out->tables, out->count, out->cap, table))
        cli_out_of_memory();
    return end_line(r);
}

bool toml_read(cp_arena *arena, cp_slice text, toml_file *out) {
    reader r = {.arena = arena, .s = text, .line = 1, .error = &out->error, .error_line = &out->error_line};
    *out = (toml_file){.count = 0};
    toml_table top = {.line = 1, .value = {.type = TOML_TABLE, .line = 1}};
    if (!CP_PUSH(arena, out->tables, out->count, out->cap, top))
        cli_out_of_memory();
    if (text.n > 0 && memchr(text.p, 0, text.n))
        return reader_wrong(&r, "a NUL byte");
    for (;;) {
        skip(&r, true);
        if (r.i >= text.n)
            return true;
        if (reader_peek(&r, 0) == '[' ? !read_header(&r, out)
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
