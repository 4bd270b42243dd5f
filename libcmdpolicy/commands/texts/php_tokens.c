/* What a PHP text is made of: blanks, names, literals and the variables in them. Cost: linear. */
#include "commands/texts/php.h"

bool cp_php_is_name(uint8_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_digit(uint8_t c) {
    return c >= '0' && c <= '9';
}

/* To the end of the line; what ends the text in it isn't understood. */
static void comment(php *p) {
    uint32_t end = cp_slice_find(p->s, '\n', p->at);
    if (php_byte(p, 0) == '#' && php_byte(p, 1) == '[')
        php_fail(p);
    for (uint32_t i = p->at; i + 1 < end; i++)
        if (p->s.p[i] == '?' && p->s.p[i + 1] == '>')
            php_fail(p);
    p->at = end;
}

void cp_php_space(php *p) {
    while (!p->st->failed && p->at < p->s.n) {
        uint8_t c = php_byte(p, 0), next = php_byte(p, 1);
        if (c == ' ' || c == '\t' || c == '\n') {
            p->at++;
        } else if (c == '#' || (c == '/' && next == '/')) {
            comment(p);
        } else if (c == '/' && next == '*') {
            uint32_t i = p->at + 2;
            while (i + 1 < p->s.n && (p->s.p[i] != '*' || p->s.p[i + 1] != '/'))
                i++;
            if (i + 1 >= p->s.n)
                php_fail(p);
            p->at = i + 2;
        } else {
            return;
        }
    }
}

cp_slice cp_php_word(const php *p) {
    uint32_t end = p->at;
    if (!is_digit(php_byte(p, 0)))
        while (end < p->s.n && cp_php_is_name(p->s.p[end]))
            end++;
    return cp_slice_sub(p->s, p->at, end);
}

bool cp_php_is(const php *p, const char *keyword) {
    cp_slice word = cp_php_word(p), wanted = cp_slice_str(keyword);
    bool same = word.n == wanted.n;
    for (uint32_t i = 0; same && i < word.n; i++)
        same = (word.p[i] | 0x20) == wanted.p[i];
    return same;
}

bool cp_php_take(php *p, const char *keyword) {
    cp_php_space(p);
    bool is = cp_php_is(p, keyword);
    if (is)
        p->at += cp_slice_str(keyword).n;
    return is;
}

bool cp_php_take_byte(php *p, uint8_t c) {
    cp_php_space(p);
    bool is = p->at < p->s.n && php_byte(p, 0) == c;
    p->at += is;
    return is;
}

void cp_php_want_byte(php *p, uint8_t c) {
    if (!cp_php_take_byte(p, c))
        php_fail(p);
}

/* Those that PHP fills itself show what nobody named. */
cp_slice cp_php_variable(php *p) {
    uint32_t start = p->at++;
    cp_slice name = cp_php_word(p);
    p->at += name.n;
    if (!name.n || php_byte(p, 0) >= 0x80 || name.p[0] == '_' || cp_slice_is(name, "GLOBALS") ||
        cp_slice_is(name, "this"))
        php_fail(p);
    return cp_slice_sub(p->s, start, p->at); /* functions have names of their own */
}

/* ---- Literals -------------------------------------------------------------------------------------------------------------- */

static void remember(php *p, cp_slice text) {
    if (p->st->last && !CP_PUSH(p->st->arena, p->quoted, p->quoted_count, p->quoted_cap, text))
        php_fail(p);
}

/* `$x`, `$x[key]`, `$x->name` and `{$x…}` in a text; true: it was one. */
static bool embedded(php *p) {
    uint8_t c = php_byte(p, 0), next = php_byte(p, 1);
    if (c == '$' && next == '{')
        php_fail(p);
    if (c == '{' && next == '$') {
        p->at++;
        if (cp_php_enter(p))
            (void)cp_php_expression(p);
        p->depth--;
        cp_php_want_byte(p, '}');
        return true;
    }
    if (c != '$' || !cp_php_is_name(next) || is_digit(next))
        return false;
    (void)cp_php_named(p, cp_php_variable(p));
    if (php_byte(p, 0) == '[') {
        p->at++;
        if (php_byte(p, 0) == '$')
            (void)cp_php_named(p, cp_php_variable(p));
        else
            while (cp_php_is_name(php_byte(p, 0)) || php_byte(p, 0) == '-')
                p->at++;
        if (php_byte(p, 0) != ']')
            php_fail(p);
        p->at++;
    }
    return true;
}

text_value cp_php_quoted(php *p) {
    uint8_t quote = php_byte(p, 0);
    uint8_t *made = CP_NEW_ARRAY(p->st->arena, uint8_t, p->s.n - p->at);
    uint32_t n = 0;
    bool known = made != NULL;
    p->at++;
    while (!p->st->failed && php_byte(p, 0) != quote && cp_step(p->st->budget)) {
        uint8_t c = php_byte(p, 0), next = php_byte(p, 1);
        if (p->at >= p->s.n || (quote == '"' && c == '\\' && next == '{'))
            return php_fail(p);
        if (quote == '"' && embedded(p)) {
            known = false;
            continue;
        }
        if (c == '\\' && (next == '\\' || next == quote)) {
            c = next;
            p->at++;
        } else if (c == '\\' && quote == '"' && next && strchr("nt$", next)) {
            c = next == 'n' ? '\n' : next == 't' ? '\t' : next;
            p->at++;
        } else if (c == '\\' && quote == '"' && cp_php_is_name(next) && !strchr("dDsSwWbB", next)) {
            known = false; /* of letters, these alone stay what they are to all versions */
        }
        p->at++;
        if (made)
            made[n++] = c;
    }
    if (p->at >= p->s.n)
        return php_fail(p);
    p->at++;
    if (!known)
        return text_data();
    remember(p, cp_slice_of(made, n));
    return cp_text_literal(p->st, n ? cp_slice_of(made, n) : CP_LIT(""));
}

text_value cp_php_number(php *p) {
    bool prefixed = php_byte(p, 0) == '0' && cp_php_is_name(php_byte(p, 1));
    while (is_digit(php_byte(p, 0)) || php_byte(p, 0) == '_' || (prefixed && cp_php_is_name(php_byte(p, 0))))
        p->at++;
    if (!prefixed && php_byte(p, 0) == '.' && is_digit(php_byte(p, 1)))
        for (p->at++; is_digit(php_byte(p, 0));)
            p->at++;
    if (!prefixed && (php_byte(p, 0) | 0x20) == 'e' && is_digit(php_byte(p, php_byte(p, 1) == '-' ? 2 : 1)))
        for (p->at += 2; is_digit(php_byte(p, 0));)
            p->at++;
    return cp_php_is_name(php_byte(p, 0)) || php_byte(p, 0) >= 0x80 ? php_fail(p) : text_number();
}
