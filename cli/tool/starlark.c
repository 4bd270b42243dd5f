/* Starlark's literals and calls, by its specification's sections "Lexical elements" and "Literals". */
#include "tool/starlark.h"

#include "common/say.h"
#include "tool/reader.h"

enum { DEPTH_MOST = 16 };

/* Blanks, comments and, within brackets, line ends. */
static void skip(reader *r, bool lines) {
    for (;; r->i++) {
        uint8_t c = reader_peek(r, 0);
        if (c == '#')
            while (r->i < r->s.n && reader_peek(r, 0) != '\n')
                r->i++;
        c = reader_peek(r, 0);
        if (c == '\n' && lines)
            r->line++;
        else if (!(c == ' ' || c == '\t' || c == '\r' || (c == ';' && lines && r->depth == 0)) ||
                 r->i >= r->s.n)
            return;
    }
}

static bool is_letter(uint8_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
static bool is_digit(uint8_t c) {
    return c >= '0' && c <= '9';
}

static cp_slice read_name(reader *r) {
    uint32_t from = r->i;
    while (is_letter(reader_peek(r, 0)) || is_digit(reader_peek(r, 0)))
        r->i++;
    return cp_slice_sub(r->s, from, r->i);
}

/* Behind the backslash. */
static bool read_escape(reader *r, cp_text *out) {
    static const char names[] = "abfnrtv\\'\"", bytes[] = "\a\b\f\n\r\t\v\\'\"";
    uint8_t c = reader_peek(r, 0);
    uint32_t code = 0;
    const char *known = c ? strchr(names, c) : NULL;
    r->i++;
    if (known) {
        cp_text_byte(out, (uint8_t)bytes[known - names]);
        return true;
    }
    if (c == '\n') {
        r->line++;
        return true;
    }
    if (c == 'x' || c == 'u' || c == 'U') {
        if (!reader_hex(r, c == 'x' ? 2 : c == 'u' ? 4 : 8, &code))
            return false;
        if (!reader_is_character(code) || (c == 'x' && code > 0x7f))
            return reader_wrong(r, "an escape is no character");
        reader_add_utf8(out, code);
        return true;
    }
    if (c >= '0' && c <= '7') {
        for (r->i--; code < 32 && reader_peek(r, 0) >= '0' && reader_peek(r, 0) <= '7'; r->i++)
            code = code * 8 + (uint32_t)(reader_peek(r, 0) - '0');
        if (code > 0x7f)
            return reader_wrong(r, "an escape is no character");
        cp_text_byte(out, (uint8_t)code);
        return true;
    }
    return reader_wrong(r, "an escape that Starlark doesn't have");
}

static bool read_string(reader *r, bool raw, starlark_value *out) {
    const uint8_t quote = reader_peek(r, 0);
    const bool long_form = reader_peek(r, 1) == quote && reader_peek(r, 2) == quote;
    cp_text text = cp_text_in(r->arena);
    *out = (starlark_value){.type = STARLARK_STRING, .line = r->line};
    r->i += long_form ? 3 : 1;
    for (;;) {
        uint8_t c = reader_peek(r, 0);
        if (r->i >= r->s.n || (c == '\n' && !long_form))
            return reader_wrong(r, "a string without its closing quote");
        if (c == quote && (!long_form || (reader_peek(r, 1) == quote && reader_peek(r, 2) == quote)))
            break;
        if (c == '\n')
            r->line++;
        if (c == '\\' && raw && r->i + 1 < r->s.n) {
            cp_text_byte(&text, c);
            r->i++;
            cp_text_byte(&text, reader_peek(r, 0));
            r->i++;
        } else if (c == '\\') {
            r->i++;
            if (!read_escape(r, &text))
                return false;
        } else {
            cp_text_byte(&text, c);
            r->i++;
        }
    }
    r->i += long_form ? 3 : 1;
    out->text = cp_arena_copy(r->arena, cp_text_slice(&text));
    return true;
}

static bool read_value(reader *r, starlark_value *out);

static bool read_list(reader *r, uint8_t close, starlark_value *out) {
    *out = (starlark_value){.type = STARLARK_LIST, .line = r->line};
    if (++r->depth > DEPTH_MOST)
        return reader_wrong(r, "lists too deep within one another");
    r->i++;
    for (;;) {
        starlark_value item;
        skip(r, true);
        if (reader_peek(r, 0) == close)
            break;
        if (!read_value(r, &item))
            return false;
        if (!CP_PUSH(r->arena, out->items, out->count, out->cap, item))
            cli_out_of_memory();
        skip(r, true);
        if (reader_peek(r, 0) == ',')
            r->i++;
        else if (reader_peek(r, 0) != close)
            return reader_wrong(r, "a list of literals with commas between them is expected");
    }
    r->depth--;
    r->i++;
    return true;
}

static bool read_value(reader *r, starlark_value *out) {
    uint8_t c = reader_peek(r, 0);
    if (c == '"' || c == '\'')
        return read_string(r, false, out);
    if (c == 'r' && (reader_peek(r, 1) == '"' || reader_peek(r, 1) == '\'')) {
        r->i++;
        return read_string(r, true, out);
    }
    if (c == '[')
        return read_list(r, ']', out);
    *out = (starlark_value){.type = STARLARK_OTHER, .line = r->line};
    uint32_t from = r->i;
    if (is_digit(c) || c == '-') {
        r->i++;
        while (is_digit(reader_peek(r, 0)))
            r->i++;
        out->text = cp_slice_sub(r->s, from, r->i);
        return true;
    }
    out->text = read_name(r);
    if (cp_slice_is(out->text, "None") || cp_slice_is(out->text, "True") || cp_slice_is(out->text, "False"))
        return true;
    return reader_wrong(r,
                        out->text.n ? "only literals can be read here, no names" : "a literal is expected");
}

static bool read_argument(reader *r, starlark_argument *out) {
    *out = (starlark_argument){.line = r->line};
    const uint32_t at = r->i, line = r->line;
    if (is_letter(reader_peek(r, 0))) {
        cp_slice name = read_name(r);
        skip(r, true);
        if (reader_peek(r, 0) == '=' && reader_peek(r, 1) != '=') {
            out->name = name;
            r->i++;
            skip(r, true);
        } else {
            r->i = at;
            r->line = line;
        }
    }
    return read_value(r, &out->value);
}

static bool read_call(reader *r, starlark_call *out) {
    *out = (starlark_call){.line = r->line};
    if (!is_letter(reader_peek(r, 0)))
        return reader_wrong(r, "a call such as prefix_rule(...) is expected");
    out->name = read_name(r);
    skip(r, false);
    if (reader_peek(r, 0) != '(')
        return reader_wrong(r, "only calls with literal arguments can be read");
    r->i++;
    r->depth++;
    for (;;) {
        starlark_argument argument;
        skip(r, true);
        if (reader_peek(r, 0) == ')')
            break;
        if (!read_argument(r, &argument))
            return false;
        for (uint32_t i = 0; i < out->count; i++) {
            if (argument.name.n > 0 && cp_slice_eq(out->arguments[i].name, argument.name))
                return reader_wrong(r, "an argument stands twice");
        }
        if (!CP_PUSH(r->arena, out->arguments, out->count, out->cap, argument))
            cli_out_of_memory();
        skip(r, true);
        if (reader_peek(r, 0) == ',')
            r->i++;
        else if (reader_peek(r, 0) != ')')
            return reader_wrong(r, "`,` or `)` is expected behind an argument");
    }
    r->i++;
    r->depth--;
    skip(r, false);
    if (r->i < r->s.n && reader_peek(r, 0) != '\n' && reader_peek(r, 0) != ';')
        return reader_wrong(r, "a call stands on its own");
    return true;
}

bool starlark_read(cp_arena *arena, cp_slice text, starlark_file *out) {
    reader r = {.arena = arena, .s = text, .line = 1, .error = &out->error, .error_line = &out->error_line};
    *out = (starlark_file){.count = 0};
    if (memchr(text.p ? (const char *)text.p : "", 0, text.n))
        return reader_wrong(&r, "a NUL byte");
    for (;;) {
        starlark_call call;
        starlark_value documentation;
        skip(&r, true);
        if (r.i >= text.n)
            return true;
        if (reader_peek(&r, 0) == '"' || reader_peek(&r, 0) == '\'') { /* a text on its own says nothing */
            if (!read_string(&r, false, &documentation))
                return false;
            continue;
        }
        if (!read_call(&r, &call))
            return false;
        if (!CP_PUSH(arena, out->calls, out->count, out->cap, call))
            cli_out_of_memory();
    }
}
