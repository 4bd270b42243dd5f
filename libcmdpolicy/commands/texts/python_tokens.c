/* The tokens of a Python text. What later versions read differently (quotes and backslashes in the braces of f"…"), what a declaration of
 * an encoding could change, and every byte that isn't plain outside of quotes, is refused. Cost: linear; one step a token. */
#include "commands/texts/python.h"

enum { NESTED_MOST = 4, TOKENS_MOST = 1 << 16 };

typedef struct lexer {
    text_state *st;
    python_tokens *out;
    cp_slice s;
    uint32_t at, end;
    uint32_t nested;   /* of f"…" in f"…" */
    uint8_t outer;     /* the quote around the braces that this is in, where one ends the text; 0: none */
    uint32_t brackets; /* open ones */
    uint8_t open[64];
} lexer;

static const struct {
    const char *text;
    uint32_t word;
} words[] = {{"and", PY_AND},
             {"as", PY_AS},
             {"assert", PY_ASSERT},
             {"async", PY_UNREAD},
             {"await", PY_UNREAD},
             {"break", PY_BREAK},
             {"class", PY_UNREAD},
             {"continue", PY_CONTINUE},
             {"def", PY_DEF},
             {"del", PY_DEL},
             {"elif", PY_ELIF},
             {"else", PY_ELSE},
             {"except", PY_EXCEPT},
             {"False", PY_FALSE},
             {"finally", PY_FINALLY},
             {"for", PY_FOR},
             {"from", PY_FROM},
             {"global", PY_GLOBAL},
             {"if", PY_IF},
             {"import", PY_IMPORT},
             {"in", PY_IN},
             {"is", PY_IS},
             {"lambda", PY_LAMBDA},
             {"None", PY_NONE},
             {"nonlocal", PY_NONLOCAL},
             {"not", PY_NOT},
             {"or", PY_OR},
             {"pass", PY_PASS},
             {"raise", PY_RAISE},
             {"return", PY_RETURN},
             {"True", PY_TRUE},
             {"try", PY_TRY},
             {"while", PY_WHILE},
             {"with", PY_WITH},
             {"yield", PY_YIELD}};

static uint8_t byte_at(const lexer *x, uint32_t i) {
    return i < x->end ? x->s.p[i] : 0;
}
static bool begins_name(uint8_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
static bool is_digit(uint8_t c) {
    return c >= '0' && c <= '9';
}

static void add(lexer *x, python_token t) {
    if (x->out->count == TOKENS_MOST || !cp_step(x->st->budget) ||
        !CP_PUSH(x->st->arena, x->out->items, x->out->count, x->out->cap, t))
        x->st->failed = true;
}

/* ---- Quoted texts ---------------------------------------------------------------------------------------------------------- */

typedef struct quoted {
    uint32_t beg, end; /* what stands between the quotes */
    uint8_t quote;     /* 0: three of them */
    uint8_t raw, bytes, format;
} quoted;

/* Letters before a quote: r, b, u, f and their pairs. */
static bool read_prefix(lexer *x, cp_slice letters, quoted *q) {
    for (uint32_t i = 0; i < letters.n; i++) {
        uint8_t c = letters.p[i] | 0x20;
        uint8_t *flag = c == 'r' ? &q->raw : c == 'b' ? &q->bytes : c == 'f' ? &q->format : NULL;
        if (c == 'u' && letters.n == 1)
            return true;
        if (!flag || *flag)
            return false;
        *flag = 1;
    }
    (void)x;
    return letters.n <= 2 && !(q->bytes && q->format);
}

/* `at` is at the quote. */
static bool read_quoted(lexer *x, quoted *q) {
    uint8_t c = byte_at(x, x->at);
    bool triple = byte_at(x, x->at + 1) == c && byte_at(x, x->at + 2) == c;
    q->quote = triple ? 0 : c;
    x->at += triple ? 3 : 1;
    q->beg = x->at;
    for (; x->at < x->end; x->at++) {
        uint8_t b = x->s.p[x->at];
        if (b == '\\') {
            x->at++;
            if (byte_at(x, x->at) == '\r')
                return false;
        } else if (b == '\r' || b == 0 || (b == '\n' && !triple)) {
            return false;
        } else if (b == c && (!triple || (byte_at(x, x->at + 1) == c && byte_at(x, x->at + 2) == c))) {
            q->end = x->at;
            x->at += triple ? 3 : 1;
            return true;
        }
    }
    return false;
}

/* What the text says, where its escapes are simple; else no pointer. */
static cp_slice meaning(lexer *x, const quoted *q) {
    cp_slice written = cp_slice_sub(x->s, q->beg, q->end);
    if (q->raw || cp_slice_find(written, '\\', 0) == written.n)
        return written.n ? written : CP_LIT("");
    uint8_t *made = CP_NEW_ARRAY(x->st->arena, uint8_t, written.n);
    uint32_t n = 0;
    if (!made)
        return (cp_slice){NULL, 0};
    for (uint32_t i = 0; i < written.n; i++) {
        uint8_t c = written.p[i];
        if (c == '\\' && i + 1 < written.n) {
            switch (written.p[++i]) {
            case '\\':
            case '\'':
            case '"': c = written.p[i]; break;
            case 'n': c = '\n'; break;
            case 't': c = '\t'; break;
            case '\n': continue;
            default: return (cp_slice){NULL, 0};
            }
        }
        made[n++] = c;
    }
    return cp_slice_of(made, n);
}

static void lex(lexer *, bool in_braces);

/* The braces of f"…", as both its pieces and what stands in the format of one. */
static void read_fields(lexer *x, const quoted *q, bool in_format) {
    while (x->at < q->end && !x->st->failed) {
        uint8_t c = x->s.p[x->at];
        if (c == '\\' && !in_format) {
            uint8_t next = byte_at(x, x->at + 1);
            if (next == '{' || next == '}' || (next == 'N' && !q->raw))
                x->st->failed = true;
            x->at += 2;
            continue;
        }
        if (c == '\\' || (in_format && c == '\n')) {
            x->st->failed = true;
            return;
        }
        if (c == '}') {
            if (in_format)
                return;
            if (byte_at(x, x->at + 1) != '}' || x->at + 1 >= q->end)
                x->st->failed = true;
            x->at += 2;
            continue;
        }
        x->at++;
        if (c != '{')
            continue;
        if (!in_format && x->at < q->end && byte_at(x, x->at) == '{') {
            x->at++;
            continue;
        }
        if (x->nested == NESTED_MOST) {
            x->st->failed = true;
            return;
        }
        lexer inner = *x;
        inner.end = q->end;
        inner.brackets = 0;
        inner.nested++;
        inner.outer = q->quote;
        add(&inner, (python_token){.kind = PY_OPEN, .beg = x->at});
        lex(&inner, true);
        add(&inner, (python_token){.kind = PY_CLOSE, .beg = inner.at});
        if (byte_at(&inner, inner.at) == '=')
            inner.at++;
        while (byte_at(&inner, inner.at) == ' ')
            inner.at++;
        if (byte_at(&inner, inner.at) == '!') {
            uint8_t conversion = byte_at(&inner, inner.at + 1);
            if (conversion != 'r' && conversion != 's' && conversion != 'a')
                x->st->failed = true;
            inner.at += 2;
        }
        if (byte_at(&inner, inner.at) == ':') {
            inner.at++;
            if (in_format)
                x->st->failed = true; /* a format in a format */
            else
                read_fields(&inner, q, true);
        }
        x->at = inner.at;
        if (x->at >= q->end || byte_at(x, x->at) != '}')
            x->st->failed = true;
        x->at++;
    }
    if (in_format)
        x->st->failed = true; /* without its end */
}

static void read_text(lexer *x, cp_slice prefix) {
    quoted q = {0};
    uint32_t beg = x->at;
    if (!read_prefix(x, prefix, &q) || !read_quoted(x, &q)) {
        x->st->failed = true;
        return;
    }
    if (!q.format) {
        add(x, (python_token){.kind = q.bytes ? PY_BYTES : PY_TEXT, .beg = beg, .text = meaning(x, &q)});
        return;
    }
    add(x, (python_token){.kind = PY_FORMAT, .beg = beg});
    lexer inner = *x;
    inner.at = q.beg;
    inner.end = q.end;
    read_fields(&inner, &q, false);
    add(x, (python_token){.kind = PY_FORMAT_END, .beg = q.end});
}

/* ---- Names, numbers, operators ----------------------------------------------------------------------------------------------- */

static void read_word(lexer *x) {
    uint32_t beg = x->at;
    while (begins_name(byte_at(x, x->at)) || is_digit(byte_at(x, x->at)))
        x->at++;
    cp_slice name = cp_slice_sub(x->s, beg, x->at);
    uint8_t next = byte_at(x, x->at);
    if (next == '\'' || next == '"') {
        read_text(x, name);
        return;
    }
    for (uint32_t i = 0; i < sizeof words / sizeof *words; i++)
        if (cp_slice_is(name, words[i].text)) {
            add(x, (python_token){.kind = PY_WORD, .op = words[i].word, .beg = beg, .text = name});
            return;
        }
    add(x, (python_token){.kind = PY_NAME, .beg = beg, .text = name});
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
    } else {
        read_digits(x, false);
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
        if ((byte_at(x, x->at) | 0x20) == 'j')
            x->at++;
    }
    uint8_t next = byte_at(x, x->at);
    if (begins_name(next) || is_digit(next) || next == '\'' || next == '"' || next >= 0x80)
        x->st->failed = true;
    add(x, (python_token){.kind = PY_NUMBER, .beg = beg, .text = cp_slice_sub(x->s, beg, x->at)});
}

static bool one_of(uint8_t c, const char *set) {
    return c && strchr(set, c) != NULL;
}

static void read_operator(lexer *x) {
    uint8_t a = byte_at(x, x->at), b = byte_at(x, x->at + 1), c = byte_at(x, x->at + 2);
    uint32_t op = PY_OP1(a), n = 1;
    if ((a == b && one_of(a, "*/<>") && c == '=') || (a == '.' && b == '.' && c == '.'))
        op = PY_OP3(a, b, c), n = 3;
    else if ((a == b && one_of(a, "*/<>=")) || (b == '=' && one_of(a, "+-*/%&|^<>!:")) ||
             (a == '-' && b == '>'))
        op = PY_OP2(a, b), n = 2;
    else if (!one_of(a, "+-*/%&|^~<>=()[]{},:.;@"))
        x->st->failed = true;
    if (n == 1 && one_of(a, "([{")) {
        if (x->brackets == sizeof x->open)
            x->st->failed = true;
        else
            x->open[x->brackets++] = a == '(' ? ')' : a == '[' ? ']' : '}';
    }
    if (n == 1 && one_of(a, ")]}")) {
        if (!x->brackets || x->open[x->brackets - 1] != a)
            x->st->failed = true;
        else
            x->brackets--;
    }
    add(x, (python_token){.kind = PY_OP, .op = op, .beg = x->at});
    x->at += n;
}

/* Does the expression in the braces of f"…" end here? */
static bool ends_expression(const lexer *x) {
    uint8_t a = byte_at(x, x->at), b = byte_at(x, x->at + 1);
    if (x->brackets)
        return false;
    if (a == '=') {
        uint32_t i = x->at + 1;
        while (byte_at(x, i) == ' ')
            i++;
        return b != '=' && one_of(byte_at(x, i), "}!:");
    }
    return a == '}' || a == ':' || (a == '!' && b != '=');
}

static void lex(lexer *x, bool in_braces) {
    while (x->at < x->end && !x->st->failed) {
        uint8_t c = x->s.p[x->at];
        if (in_braces && ends_expression(x))
            return;
        if (in_braces && (c == '\\' || c == '#' || c == '\n' || c == x->outer)) {
            x->st->failed = true;
        } else if (c == ' ' || c == '\t') {
            x->at++;
        } else if (c == '\n') {
            if (!x->brackets)
                add(x, (python_token){.kind = PY_NEWLINE, .beg = x->at});
            x->at++;
        } else if (c == '\\') {
            x->st->failed |= byte_at(x, x->at + 1) != '\n';
            x->at += 2;
        } else if (c == '#') {
            while (x->at < x->end && x->s.p[x->at] != '\n') {
                x->st->failed |= x->s.p[x->at] == '\r' || x->s.p[x->at] == 0;
                x->at++;
            }
        } else if (begins_name(c)) {
            read_word(x);
        } else if (is_digit(c) || (c == '.' && is_digit(byte_at(x, x->at + 1)))) {
            read_number(x);
        } else if (c == '\'' || c == '"') {
            read_text(x, CP_LIT(""));
        } else {
            read_operator(x);
        }
    }
    if (in_braces || x->brackets)
        x->st->failed = true;
}

/* A comment in the first two lines that may say how the rest is encoded. */
static bool declares_coding(cp_slice s) {
    uint32_t at = 0;
    for (uint32_t line = 0; line < 2 && at < s.n; line++) {
        uint32_t end = cp_slice_find(s, '\n', at), hash = cp_slice_find(s, '#', at);
        for (uint32_t i = hash; i + 6 <= end; i++)
            if (memcmp(s.p + i, "coding", 6) == 0)
                return true;
        at = end + 1;
    }
    return false;
}

python_tokens *cp_text_python_tokens(text_state *st) {
    python_tokens *out = CP_NEW(st->arena, python_tokens);
    lexer x = {.st = st, .out = out, .s = st->source, .end = st->source.n};
    if (declares_coding(st->source))
        st->failed = true;
    else
        lex(&x, false);
    add(&x, (python_token){.kind = PY_NEWLINE, .beg = x.end});
    add(&x, (python_token){.kind = PY_END, .beg = x.end});
    return out;
}
