/* The tokens of a JavaScript text. Where a slash begins a pattern is guessed here, and the parser holds against it: a pattern may only stand
 * where an operand does, and a division where none does. Refused are bytes outside of quotes that aren't plain, escapes in names, and
 * comments that only some texts have (`<!--`, `-->`). Cost: linear; one step a token. */
#include "base/text.h"
#include "commands/texts/javascript.h"

enum { TOKENS_MOST = 1 << 16, NESTED_MOST = 256 };

typedef struct opened {
    uint8_t bracket; /* `$`: of a template */
    bool value;      /* what stands behind its end is an operator */
    uint32_t token;
} opened;

typedef struct lexer {
    text_state *st;
    js_tokens *out;
    cp_slice s;
    uint32_t at;
    bool newline; /* since the last token */
    bool value;   /* the last token ends an operand */
    opened open[NESTED_MOST];
    uint32_t open_count;
} lexer;

static const struct {
    const char *text;
    uint8_t word;
} words[] = {{"await", JS_AWAIT},       {"break", JS_BREAK},     {"case", JS_CASE},
             {"catch", JS_CATCH},       {"class", JS_UNREAD},    {"const", JS_CONST},
             {"continue", JS_CONTINUE}, {"debugger", JS_UNREAD}, {"default", JS_DEFAULT},
             {"delete", JS_DELETE},     {"do", JS_DO},           {"else", JS_ELSE},
             {"enum", JS_UNREAD},       {"export", JS_UNREAD},   {"extends", JS_UNREAD},
             {"false", JS_FALSE},       {"finally", JS_FINALLY}, {"for", JS_FOR},
             {"function", JS_FUNCTION}, {"if", JS_IF},           {"implements", JS_UNREAD},
             {"import", JS_IMPORT},     {"in", JS_IN},           {"instanceof", JS_INSTANCEOF},
             {"interface", JS_UNREAD},  {"let", JS_LET},         {"new", JS_NEW},
             {"null", JS_NULL},         {"package", JS_UNREAD},  {"private", JS_UNREAD},
             {"protected", JS_UNREAD},  {"public", JS_UNREAD},   {"return", JS_RETURN},
             {"static", JS_UNREAD},     {"super", JS_UNREAD},    {"switch", JS_SWITCH},
             {"this", JS_UNREAD},       {"throw", JS_THROW},     {"true", JS_TRUE},
             {"try", JS_TRY},           {"typeof", JS_TYPEOF},   {"var", JS_VAR},
             {"void", JS_VOID},         {"while", JS_WHILE},     {"with", JS_UNREAD},
             {"yield", JS_UNREAD}};

static uint8_t byte_at(const lexer *x, uint32_t i) {
    return i < x->s.n ? x->s.p[i] : 0;
}
static bool begins_name(uint8_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}
static bool is_digit(uint8_t c) {
    return c >= '0' && c <= '9';
}
static bool one_of(uint8_t c, const char *set) {
    return c && strchr(set, c) != NULL;
}
static void fail(lexer *x) {
    x->st->failed = true;
}

/* U+2028, U+2029: they end a line where others see none. */
static bool is_line_separator(const lexer *x, uint32_t i) {
    return byte_at(x, i) == 0xe2 && byte_at(x, i + 1) == 0x80 && (byte_at(x, i + 2) & 0xfe) == 0xa8;
}

static void add(lexer *x, js_token t) {
    t.newline = x->newline;
    x->newline = false;
    if (x->out->count == TOKENS_MOST || !cp_step(x->st->budget) ||
        !CP_PUSH(x->st->arena, x->out->items, x->out->count, x->out->cap, t))
        fail(x);
}

static const js_token *last(const lexer *x) {
    return x->out->count ? &x->out->items[x->out->count - 1] : NULL;
}

/* ---- Quoted texts, templates, patterns ---------------------------------------------------------------------------------------- */

/* UINT32_MAX: it isn't one. */
static uint32_t hexadecimal(cp_slice s, uint32_t from, uint32_t digits) {
    uint32_t code = 0;
    for (uint32_t i = from; i < from + digits; i++) {
        uint8_t c = i < s.n ? s.p[i] : 0, letter = c | 0x20;
        if (!is_digit(c) && !(letter >= 'a' && letter <= 'f'))
            return UINT32_MAX;
        code = code << 4 | (uint32_t)(is_digit(c) ? c - '0' : letter - 'a' + 10);
    }
    return code;
}

/* What is written means this, where its escapes are simple; else no pointer. */
static cp_slice meaning(lexer *x, uint32_t beg, uint32_t end) {
    cp_slice written = cp_slice_sub(x->s, beg, end);
    if (cp_slice_find(written, '\\', 0) == written.n)
        return written.n ? written : CP_LIT("");
    uint8_t *made = CP_NEW_ARRAY(x->st->arena, uint8_t, written.n);
    uint32_t n = 0;
    if (!made)
        return (cp_slice){NULL, 0};
    for (uint32_t i = 0; i < written.n; i++) {
        uint8_t c = written.p[i];
        if (c == '\\' && i + 1 < written.n) {
            c = written.p[++i];
            if (c == '\n')
                continue;
            if (c == 'x' || c == 'u') {
                uint32_t digits = c == 'x' ? 2 : 4, code = hexadecimal(written, i + 1, digits);
                if (code > 0x7f)
                    return (cp_slice){NULL, 0};
                c = (uint8_t)code;
                i += digits;
            } else if (c >= 0x80) {
                return (cp_slice){NULL, 0}; /* it may be an end of a line, which is left out */
            } else if (is_digit(c)) {
                fail(x); /* octal, or an error */
            } else {
                const char *at = strchr("b\bf\fn\nr\rt\tv\v", c);
                c = one_of(c, "bfnrtv") ? (uint8_t)at[1] : c;
            }
        }
        made[n++] = c;
    }
    return cp_slice_of(made, n);
}

static void read_text(lexer *x) {
    uint32_t beg = x->at;
    uint8_t quote = byte_at(x, x->at++);
    for (;; x->at++) {
        uint8_t c = byte_at(x, x->at);
        if (x->at >= x->s.n || c == '\n' || c == '\r') {
            fail(x);
            return;
        }
        if (c == quote)
            break;
        if (c == '\\') {
            x->at++;
            if (x->at >= x->s.n || byte_at(x, x->at) == '\r')
                fail(x);
        }
    }
    add(x, (js_token){.kind = JS_TEXT, .beg = beg, .text = meaning(x, beg + 1, x->at)});
    x->at++;
    x->value = true;
}

static void open_bracket(lexer *x, uint8_t bracket, bool value) {
    if (x->open_count == NESTED_MOST) {
        fail(x);
        return;
    }
    x->open[x->open_count++] = (opened){bracket, value, x->out->count};
}

/* The bracket that the next token closes. */
static bool close_bracket(lexer *x, uint8_t bracket) {
    if (!x->open_count || x->open[x->open_count - 1].bracket != bracket) {
        fail(x);
        return false;
    }
    opened *o = &x->open[--x->open_count];
    x->out->items[o->token].match = x->out->count;
    x->value = o->value;
    return true;
}

/* What stands in a template from here to its end, or to an expression in it. */
static void read_piece(lexer *x) {
    uint32_t beg = x->at;
    for (; x->at < x->s.n; x->at++) {
        uint8_t c = x->s.p[x->at];
        if (c == '`' || (c == '$' && byte_at(x, x->at + 1) == '{')) {
            add(x, (js_token){.kind = JS_PIECE, .beg = beg, .text = meaning(x, beg, x->at)});
            if (c == '$') {
                open_bracket(x, '$', false);
                add(x, (js_token){.kind = JS_OPEN, .beg = x->at});
                x->at += 2;
                x->value = false;
            } else {
                add(x, (js_token){.kind = JS_TEMPLATE_END, .beg = x->at++});
                x->value = true;
            }
            return;
        }
        if (c == '\r')
            break;
        x->at += c == '\\';
    }
    fail(x);
}

static void read_regex(lexer *x) {
    uint32_t beg = x->at++;
    bool in_class = false;
    for (; in_class || byte_at(x, x->at) != '/'; x->at++) {
        uint8_t c = byte_at(x, x->at);
        if (c == '\\')
            c = byte_at(x, ++x->at);
        else if (c == '[')
            in_class = true;
        else if (c == ']')
            in_class = false;
        if (x->at >= x->s.n || c == '\n' || c == '\r' || is_line_separator(x, x->at)) {
            fail(x);
            return;
        }
    }
    x->at++;
    while (begins_name(byte_at(x, x->at)) || is_digit(byte_at(x, x->at)))
        x->at++;
    add(x, (js_token){.kind = JS_REGEX, .beg = beg, .text = cp_slice_sub(x->s, beg, x->at)});
    x->value = true;
}

/* ---- Names, numbers, operators, comments ------------------------------------------------------------------------------------------ */

static void read_word(lexer *x) {
    uint32_t beg = x->at;
    const js_token *before = last(x);
    bool property = before && before->kind == JS_OP && (before->op == '.' || before->op == JS_OP2('?', '.'));
    while (begins_name(byte_at(x, x->at)) || is_digit(byte_at(x, x->at)))
        x->at++;
    cp_slice name = cp_slice_sub(x->s, beg, x->at);
    x->value = true;
    for (uint32_t i = 0; i < sizeof words / sizeof *words && !property; i++)
        if (cp_slice_is(name, words[i].text)) {
            uint8_t word = words[i].word;
            x->value = word == JS_TRUE || word == JS_FALSE || word == JS_NULL || word == JS_UNREAD;
            add(x, (js_token){.kind = JS_WORD, .op = word, .beg = beg, .text = name});
            return;
        }
    add(x, (js_token){.kind = JS_NAME, .beg = beg, .text = name});
}

static void read_digits(lexer *x, bool hexadecimal) {
    uint8_t c = byte_at(x, x->at);
    while (is_digit(c) || c == '_' || (hexadecimal && ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')))
        c = byte_at(x, ++x->at);
}

static void read_number(lexer *x) {
    uint32_t beg = x->at;
    uint8_t kind = byte_at(x, x->at + 1) | 0x20;
    if (byte_at(x, x->at) == '0' && (kind == 'x' || kind == 'o' || kind == 'b')) {
        x->at += 2;
        read_digits(x, kind == 'x');
        x->at += byte_at(x, x->at) == 'n';
    } else {
        if (byte_at(x, x->at) == '0' && (is_digit(byte_at(x, x->at + 1)) || byte_at(x, x->at + 1) == '_'))
            fail(x);
        read_digits(x, false);
        if (byte_at(x, x->at) == 'n') {
            x->at++;
        } else {
            if (byte_at(x, x->at) == '.') {
                x->at++;
                read_digits(x, false);
            }
            if ((byte_at(x, x->at) | 0x20) == 'e') {
                x->at++;
                if (byte_at(x, x->at) == '-' || byte_at(x, x->at) == '+')
                    x->at++;
                read_digits(x, false);
            }
        }
    }
    if (begins_name(byte_at(x, x->at)) || is_digit(byte_at(x, x->at)))
        fail(x);
    add(x, (js_token){.kind = JS_NUMBER, .beg = beg, .text = cp_slice_sub(x->s, beg, x->at)});
    x->value = true;
}

static const char *const operators[] = {
    ">>>=", "...", "===", "!==", "**=", "<<=", ">>=", ">>>",  "&&=", "||=", "\?\?=",
    "=>",   "==",  "!=",  "<=",  ">=",  "&&",  "||",  "\?\?", "?.",  "++",  "--",
    "+=",   "-=",  "*=",  "/=",  "%=",  "&=",  "|=",  "^=",   "**",  "<<",  ">>"};

static bool is_word_token(const js_token *t, uint32_t word) {
    return t && t->kind == JS_WORD && t->op == word;
}

/* Is what stands behind the end of this bracket an operator? */
static bool makes_value(const lexer *x, uint8_t bracket) {
    const js_token *t = last(x);
    if (bracket == '[')
        return true;
    if (bracket == '(')
        return !is_word_token(t, JS_IF) && !is_word_token(t, JS_WHILE) && !is_word_token(t, JS_FOR);
    return is_word_token(t, JS_RETURN) || (t && t->kind == JS_OPEN) ||
           (t && t->kind == JS_OP && t->op != JS_OP2('=', '>') && t->op != ')' && t->op != ';' &&
            t->op != '{' && t->op != '}' && t->op != ']');
}

static void read_operator(lexer *x) {
    uint8_t c = byte_at(x, x->at);
    uint32_t op = c, n = 1;
    for (uint32_t i = 0; i < sizeof operators / sizeof *operators && n == 1; i++) {
        uint32_t size = (uint32_t)strlen(operators[i]);
        if (x->s.n - x->at < size || memcmp(x->s.p + x->at, operators[i], size) != 0)
            continue;
        if (cp_slice_is(cp_slice_str(operators[i]), "?.") && is_digit(byte_at(x, x->at + 2)))
            continue;
        n = size;
        op = 0;
        for (uint32_t k = n; k; k--)
            op = op << 8 | x->s.p[x->at + k - 1];
    }
    if (n == 1 && !one_of(c, "+-*/%&|^~<>=!?:;,.()[]{}"))
        fail(x);
    if ((op == '<' && cp_slice_starts(cp_slice_sub(x->s, x->at, x->s.n), CP_LIT("<!--"))) ||
        (op == JS_OP2('-', '-') && byte_at(x, x->at + 2) == '>'))
        fail(x);
    bool value = false;
    if (n == 1 && one_of(c, "([{")) {
        open_bracket(x, c, makes_value(x, c));
    } else if (n == 1 && one_of(c, ")]}")) {
        if (close_bracket(x, c == ')' ? '(' : c == ']' ? '[' : '{'))
            value = x->value;
    } else if (op == JS_OP2('+', '+') || op == JS_OP2('-', '-')) {
        value = x->value;
    }
    add(x, (js_token){.kind = JS_OP, .op = op, .beg = x->at});
    x->at += n;
    x->value = value;
}

/* At `/`: true if it was a comment. */
static bool read_comment(lexer *x) {
    if (byte_at(x, x->at + 1) == '/') {
        while (x->at < x->s.n && x->s.p[x->at] != '\n') {
            if (x->s.p[x->at] == '\r' || is_line_separator(x, x->at))
                fail(x);
            x->at++;
        }
        return true;
    }
    if (byte_at(x, x->at + 1) != '*')
        return false;
    for (x->at += 2; byte_at(x, x->at) != '*' || byte_at(x, x->at + 1) != '/'; x->at++) {
        if (x->at >= x->s.n || x->s.p[x->at] == '\r' || is_line_separator(x, x->at)) {
            fail(x);
            return true;
        }
        x->newline |= x->s.p[x->at] == '\n';
    }
    x->at += 2;
    return true;
}

static void lex(lexer *x) {
    while (x->at < x->s.n && !x->st->failed) {
        uint8_t c = x->s.p[x->at];
        if (c == ' ' || c == '\t' || c == '\n') {
            x->newline |= c == '\n';
            x->at++;
        } else if (c == '/' && read_comment(x)) {
            continue;
        } else if (c == '/' && !x->value) {
            read_regex(x);
        } else if (begins_name(c)) {
            read_word(x);
        } else if (is_digit(c) || (c == '.' && is_digit(byte_at(x, x->at + 1)))) {
            read_number(x);
        } else if (c == '\'' || c == '"') {
            read_text(x);
        } else if (c == '`') {
            add(x, (js_token){.kind = JS_TEMPLATE, .beg = x->at++});
            read_piece(x);
        } else if (c == '}' && x->open_count && x->open[x->open_count - 1].bracket == '$') {
            close_bracket(x, '$');
            add(x, (js_token){.kind = JS_CLOSE, .beg = x->at++});
            read_piece(x);
        } else {
            read_operator(x);
        }
    }
    if (x->open_count)
        fail(x);
}

js_tokens *cp_text_js_tokens(text_state *st) {
    js_tokens *out = CP_NEW(st->arena, js_tokens);
    lexer *x = CP_NEW_ARRAY(st->arena, lexer, 1);
    if (!out || !x) {
        st->failed = true;
        return out;
    }
    *x = (lexer){.st = st, .out = out, .s = st->source};
    uint32_t code;
    for (uint32_t i = 0; i < st->source.n && !st->failed;) {
        uint32_t n =
            cp_utf8_at(st->source, i, &code); /* other bytes would mean something else to the program */
        st->failed = !n || !code;
        i += n;
    }
    lex(x);
    x->newline = true;
    add(x, (js_token){.kind = JS_END, .beg = x->at});
    return out;
}
