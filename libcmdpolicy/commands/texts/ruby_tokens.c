/* What a Ruby text is made of: blanks, names, and literals with the code in them. Cost: linear. */
#include "commands/texts/ruby.h"

/* ---- Blanks and names ------------------------------------------------------------------------------------------------------ */

bool cp_ruby_blanks(ruby *p) {
    uint32_t start = p->at;
    for (;;) {
        uint8_t c = ruby_byte(p, 0);
        if (c == ' ' || c == '\t')
            p->at++;
        else if (c == '\\' && ruby_byte(p, 1) == '\n')
            p->at += 2;
        else
            return p->at > start;
    }
}

/* One that says how the text is encoded, or with which options it runs, isn't understood. */
static void comment(ruby *p) {
    uint32_t end = cp_slice_find(p->s, '\n', p->at);
    if (ruby_byte(p, 1) == '!')
        ruby_fail(p);
    for (uint32_t i = p->at; i + 6 <= end; i++)
        if (memcmp(p->s.p + i, "coding", 6) == 0)
            ruby_fail(p);
    p->at = end;
}

void cp_ruby_space(ruby *p) {
    for (; !p->st->failed; p->at++) {
        cp_ruby_blanks(p);
        if (ruby_byte(p, 0) == '#')
            comment(p);
        if (ruby_byte(p, 0) != '\n')
            return;
    }
}

cp_slice cp_ruby_word(const ruby *p) {
    uint32_t end = p->at;
    if (ruby_is_small(ruby_byte(p, 0)) || ruby_is_capital(ruby_byte(p, 0)))
        while (end < p->s.n && ruby_is_word(p->s.p[end]))
            end++;
    return cp_slice_sub(p->s, p->at, end);
}

bool cp_ruby_is(const ruby *p, const char *keyword) {
    cp_slice word = cp_ruby_word(p);
    uint8_t c = ruby_byte(p, word.n);
    return cp_slice_is(word, keyword) && c < 0x80 && c != '?' && c != ':' &&
           (c != '!' || ruby_byte(p, word.n + 1) == '=');
}

bool cp_ruby_take(ruby *p, const char *keyword) {
    bool is = cp_ruby_is(p, keyword);
    if (is)
        p->at += cp_slice_str(keyword).n;
    return is;
}

bool cp_ruby_take_byte(ruby *p, uint8_t c) {
    bool is = ruby_byte(p, 0) == c;
    p->at += is;
    return is;
}

void cp_ruby_want_byte(ruby *p, uint8_t c) {
    if (!cp_ruby_take_byte(p, c))
        ruby_fail(p);
}

cp_slice cp_ruby_name(ruby *p) {
    cp_slice word = cp_ruby_word(p);
    uint8_t c = ruby_byte(p, word.n), next = ruby_byte(p, word.n + 1);
    if (word.n && (c == '?' || c == '!')) {
        if (next != '=')
            word = cp_slice_sub(p->s, p->at, p->at + word.n + 1);
        else if (c == '?' || ruby_byte(p, word.n + 2) == '=' || ruby_byte(p, word.n + 2) == '~')
            ruby_fail(p);
    }
    p->at += word.n;
    if (!word.n || ruby_byte(p, 0) >= 0x80)
        ruby_fail(p);
    return word;
}

static bool is_one(const ruby *p, const char *const *words) {
    for (; *words; words++)
        if (cp_ruby_is(p, *words))
            return true;
    return false;
}

bool cp_ruby_ends_block(const ruby *p) {
    static const char *const words[] = {"end", "else", "elsif", "when", "rescue", "ensure", NULL};
    uint8_t c = ruby_byte(p, 0);
    return p->at >= p->s.n || c == '}' || c == ')' || is_one(p, words);
}

bool cp_ruby_at_keyword(const ruby *p) {
    static const char *const words[] = {"if",   "unless", "while", "until", "and", "or",
                                        "then", "do",     "in",    "not",   NULL};
    return is_one(p, words) || cp_ruby_ends_block(p);
}

uint32_t cp_ruby_assignment(const ruby *p) {
    uint8_t a = ruby_byte(p, 0), b = ruby_byte(p, 1), c = ruby_byte(p, 2);
    if (a == '=')
        return b == '=' || b == '~' || b == '>' ? 0 : 1;
    if (!a || !strchr("+-*/%|&^<>", a))
        return 0;
    if (b == '=')
        return a == '<' || a == '>' ? 0 : 2;
    return a == b && c == '=' && strchr("*|&<>", a) ? 3 : 0;
}

/* ---- Literals -------------------------------------------------------------------------------------------------------------- */

static void remember(ruby *p, cp_slice text) {
    if (p->st->last && !CP_PUSH(p->st->arena, p->quoted, p->quoted_count, p->quoted_cap, text))
        ruby_fail(p);
}

/* `#{…}`; true: it was one. */
static bool embedded(ruby *p) {
    uint8_t next = ruby_byte(p, 1);
    if (ruby_byte(p, 0) != '#')
        return false;
    if (next == '$' || next == '@')
        ruby_fail(p);
    if (next != '{')
        return false;
    bool no_do = p->no_do;
    p->no_do = false;
    p->at += 2;
    if (cp_ruby_enter(p))
        cp_ruby_statements(p);
    p->depth--;
    p->no_do = no_do;
    cp_ruby_want_byte(p, '}');
    return true;
}

/* `\c"` takes the quote in. */
static void escape(ruby *p) {
    uint8_t c = ruby_byte(p, 1);
    if (!c || c == 'c' || c == 'C' || c == 'M')
        ruby_fail(p);
    p->at += 2;
}

text_value cp_ruby_quoted(ruby *p) {
    uint8_t quote = ruby_byte(p, 0);
    uint8_t *made = CP_NEW_ARRAY(p->st->arena, uint8_t, p->s.n - p->at);
    uint32_t n = 0;
    bool known = made != NULL;
    p->at++;
    while (!p->st->failed && ruby_byte(p, 0) != quote && cp_step(p->st->budget)) {
        uint8_t c = ruby_byte(p, 0);
        if (p->at >= p->s.n) {
            return ruby_fail(p);
        } else if (c == '\\' && quote == '\'') {
            c = ruby_byte(p, 1);
            if (c == '\'' || c == '\\')
                p->at++;
            else
                c = '\\';
            p->at++;
        } else if (c == '\\') {
            c = ruby_byte(p, 1);
            known &= c == '"' || c == '\\' || c == 'n' || c == 't' || c == '#';
            c = c == 'n' ? '\n' : c == 't' ? '\t' : c;
            escape(p);
        } else if (quote == '"' && embedded(p)) {
            known = false;
            continue;
        } else {
            p->at++;
        }
        if (made)
            made[n++] = c;
    }
    cp_ruby_want_byte(p, quote);
    uint8_t next = ruby_byte(p, 0); /* a key; one text behind another */
    if (p->st->failed || (next == ':' && ruby_byte(p, 1) != ':') || next == '"' || next == '\'')
        return ruby_fail(p);
    if (!known)
        return text_data();
    remember(p, cp_slice_of(made, n));
    return cp_text_literal(p->st, n ? cp_slice_of(made, n) : CP_LIT(""));
}

/* `(?<name>` may make a variable of that name. */
static void captured(ruby *p) {
    if (ruby_byte(p, 0) != '(' || ruby_byte(p, 1) != '?')
        return;
    uint8_t c = ruby_byte(p, 2), next = ruby_byte(p, 3);
    if ((c != '<' && c != '\'') || next == '=' || next == '!')
        return;
    ruby name = *p;
    name.at += 3;
    cp_slice word = cp_ruby_word(&name);
    if (!word.n)
        ruby_fail(p);
    else
        cp_ruby_binds(p, word, text_data());
}

text_value cp_ruby_regexp(ruby *p) {
    uint32_t start = p->at++;
    while (!p->st->failed && ruby_byte(p, 0) != '/' && cp_step(p->st->budget)) {
        if (p->at >= p->s.n)
            return ruby_fail(p);
        captured(p);
        if (ruby_byte(p, 0) == '\\')
            escape(p);
        else if (!embedded(p))
            p->at++;
    }
    remember(p, cp_slice_sub(p->s, start, p->at));
    cp_ruby_want_byte(p, '/');
    while (ruby_byte(p, 0) && strchr("imxo", ruby_byte(p, 0)))
        p->at++;
    return ruby_is_word(ruby_byte(p, 0)) ? ruby_fail(p) : text_data();
}

/* %w[a b], %i[a b] */
text_value cp_ruby_words(ruby *p) {
    static const char open[] = "[({", close[] = "])}";
    uint8_t kind = ruby_byte(p, 1), c = ruby_byte(p, 2);
    const char *which = c ? strchr(open, c) : NULL;
    if ((kind != 'w' && kind != 'i') || !which)
        return ruby_fail(p);
    uint8_t end = (uint8_t)close[which - open];
    text_value all = text_nothing();
    for (p->at += 3; !p->st->failed && cp_step(p->st->budget);) {
        while (ruby_is_blank(ruby_byte(p, 0)))
            p->at++;
        if (cp_ruby_take_byte(p, end))
            break;
        uint32_t start = p->at;
        while (ruby_byte(p, 0) && !ruby_is_blank(ruby_byte(p, 0)) && ruby_byte(p, 0) != end) {
            if (ruby_byte(p, 0) == '\\' || ruby_byte(p, 0) == c)
                return ruby_fail(p);
            p->at++;
        }
        if (p->at >= p->s.n)
            return ruby_fail(p);
        cp_slice word = cp_slice_sub(p->s, start, p->at);
        remember(p, word);
        all = cp_text_join(p->st, all, cp_text_literal(p->st, word));
    }
    return all.kind == TEXT_NOTHING ? (text_value){.kind = TEXT_DATA, .level = RUBY_MADE}
                                    : cp_text_list_of(p->st, all);
}

text_value cp_ruby_symbol(ruby *p) {
    p->at++;
    uint8_t c = ruby_byte(p, 0), next = ruby_byte(p, 1);
    if (c && strchr("+-*&|", c) && (next == ')' || next == ',')) {
        p->at++;
        return cp_text_literal(p->st, cp_slice_sub(p->s, p->at - 1, p->at));
    }
    return cp_text_literal(p->st, cp_ruby_name(p));
}

text_value cp_ruby_number(ruby *p) {
    bool prefixed =
        ruby_byte(p, 0) == '0' && ruby_is_word(ruby_byte(p, 1)) && !ruby_is_digit(ruby_byte(p, 1));
    while (ruby_is_digit(ruby_byte(p, 0)) || ruby_byte(p, 0) == '_' ||
           (prefixed && ruby_is_word(ruby_byte(p, 0))))
        p->at++;
    if (!prefixed && ruby_byte(p, 0) == '.' && ruby_is_digit(ruby_byte(p, 1)))
        for (p->at++; ruby_is_digit(ruby_byte(p, 0)) || ruby_byte(p, 0) == '_';)
            p->at++;
    if (!prefixed && ruby_byte(p, 0) == 'e' && ruby_is_digit(ruby_byte(p, ruby_byte(p, 1) == '-' ? 2 : 1)))
        for (p->at += 2; ruby_is_digit(ruby_byte(p, 0));)
            p->at++;
    return ruby_is_word(ruby_byte(p, 0)) || ruby_byte(p, 0) >= 0x80 ? ruby_fail(p) : text_number();
}
