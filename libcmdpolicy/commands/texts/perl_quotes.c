/* Texts and patterns of Perl. What delimits one is looked for first, and a backslash before it taken away by some versions, for some of them:
 * where there is such a backslash, the text is read with and without. Cost: linear, but for texts in texts. */
#include "commands/texts/perl.h"

/* ---- Delimiters -------------------------------------------------------------------------------------------------------------- */

static uint8_t closing(uint8_t open) {
    return open == '(' ? ')' : open == '[' ? ']' : open == '{' ? '}' : open == '<' ? '>' : open;
}

bool cp_perl_is_quote(const perl *p, cp_slice word) {
    static const char *const words[] = {"q", "qq", "qw", "qr", "m", "s", "tr", "y", NULL};
    uint8_t c = perl_byte(p, word.n);
    for (const char *const *one = words; c && *one; one++)
        if (cp_slice_is(word, *one))
            return strchr("/|,#!%{([<", c) != NULL && !(c == ',' && word.p[0] == 'q');
    return false;
}

/* The bytes between delimiters that stand here. */
static cp_slice delimited(perl *p, uint8_t open) {
    uint8_t close = closing(open);
    uint32_t start = p->at, level = 1;
    for (; p->at < p->s.n && cp_step(p->st->budget); p->at++) {
        uint8_t c = perl_byte(p, 0);
        if (c == '\\') {
            p->at++;
        } else if (c == close && !--level) {
            cp_slice inner = cp_slice_sub(p->s, start, p->at++);
            return inner;
        } else if (c == open && open != close) {
            level++;
        }
    }
    perl_fail(p);
    return (cp_slice){NULL, 0};
}

/* Without the backslashes before what delimits it. */
static cp_slice unescaped(perl *p, cp_slice text, uint8_t open) {
    uint8_t *made = CP_NEW_ARRAY(p->st->arena, uint8_t, text.n + 1);
    uint32_t n = 0;
    if (!made) {
        perl_fail(p);
        return text;
    }
    for (uint32_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\\' && i + 1 < text.n) {
            i++;
            if (text.p[i] != open && text.p[i] != closing(open))
                made[n++] = '\\';
        }
        made[n++] = text.p[i];
    }
    return cp_slice_of(made, n);
}

/* ---- What is in a text ----------------------------------------------------------------------------------------------------- */

static bool is_among(uint8_t c, const char *bytes) {
    return c && strchr(bytes, c);
}

/* `\p{Lu}` names no function. */
static void property(perl *p) {
    if (perl_byte(p, 0) != '{')
        return;
    for (p->at++; perl_is_word(perl_byte(p, 0)) || is_among(perl_byte(p, 0), "^= ");)
        p->at++;
    if (!cp_perl_take_byte(p, '}'))
        perl_fail(p);
}

/* `\x{41}`: what stands up to the brace is no variable, whatever it looks like. */
static void hexadecimal(perl *p) {
    if (perl_byte(p, 0) != '{')
        return;
    for (p->at++; perl_is_digit(perl_byte(p, 0)) ||
                  ((perl_byte(p, 0) | 0x20) >= 'a' && (perl_byte(p, 0) | 0x20) <= 'f');)
        p->at++;
    if (!cp_perl_take_byte(p, '}'))
        perl_fail(p);
}

/* In what `s` puts in, `\1` is `$1`, and may have a subscript. */
static bool is_found_element(const perl *p, perl_where where, uint8_t c) {
    uint8_t next = perl_byte(p, 0);
    return where == PERL_STRING && perl_is_digit(c) &&
           (next == '[' || next == '{' || (next == '-' && perl_byte(p, 1) == '>'));
}

static void escape(perl *p, perl_where where) {
    uint8_t c = perl_byte(p, 1);
    p->at += 2;
    if (p->at > p->s.n || c >= 0x80)
        perl_fail(p);
    else if (perl_is_letter(c) &&
             (where == PERL_STRING ? !is_among(c, "ntraefbxULQElu_") : is_among(c, "cNoF")))
        perl_fail(p);
    else if (is_found_element(p, where, c))
        perl_fail(p);
    else if (c == 'x')
        hexadecimal(p);
    else if (where == PERL_PATTERN && (c == 'p' || c == 'P'))
        property(p);
}

/* No code, and none of what only some versions have, behind an open parenthesis. */
static void group(perl *p) {
    uint8_t next = perl_byte(p, 1);
    if (next == '*' || (next == '?' && !is_among(perl_byte(p, 2), ":=!<|>imsx-^")))
        perl_fail(p);
    p->at++;
}

/* `$` may be the end of a line; true: it is no variable. */
static bool is_anchor(const perl *p, perl_where where) {
    return where == PERL_PATTERN && (p->at + 1 >= p->s.n || is_among(perl_byte(p, 1), "()| \t\n"));
}

static bool is_array(const perl *p) {
    uint8_t next = perl_byte(p, 1);
    return perl_is_word(next) || is_among(next, ":'{$+-") || next >= 0x80;
}

/* Code somewhere in a pattern, whatever stands around it. */
static bool has_code(cp_slice text) {
    for (uint32_t i = 0; i + 1 < text.n; i++)
        if (((text.p[i] == '?' || text.p[i] == '*') && text.p[i + 1] == '{') ||
            (i + 2 < text.n && text.p[i] == '?' && text.p[i + 1] == 'p' && text.p[i + 2] == '{'))
            return true;
    return false;
}

/* True: nothing is put into it, so that it is this text. */
static bool interpolated(perl *p, cp_slice text, perl_where where, uint8_t *made, uint32_t *length) {
    cp_slice outer = p->s;
    uint32_t at = p->at, n = 0;
    bool known = true;
    p->s = text;
    p->at = 0;
    if (where == PERL_PATTERN && has_code(text))
        perl_fail(p);
    if (!cp_perl_enter(p))
        p->at = p->s.n;
    while (!p->st->failed && p->at < p->s.n && cp_step(p->st->budget)) {
        uint8_t c = perl_byte(p, 0), next = perl_byte(p, 1);
        if (c == '\\') {
            known &= is_among(next, "\\\"nt$@/");
            made[n++] = next == 'n' ? '\n' : next == 't' ? '\t' : next;
            escape(p, where);
        } else if ((c == '$' && !is_anchor(p, where)) || (c == '@' && is_array(p))) {
            (void)cp_perl_variable(p, where);
            known = false;
        } else if (c == '(' && where == PERL_PATTERN) {
            group(p);
        } else {
            made[n++] = c;
            p->at++;
        }
    }
    p->depth--;
    p->s = outer;
    p->at = at;
    *length = n;
    return known;
}

/* Both readings. */
static perl_term text(perl *p, cp_slice raw, uint8_t open, perl_where where) {
    perl_term t = {.left = PERL_NONE};
    uint8_t *made = CP_NEW_ARRAY(p->st->arena, uint8_t, raw.n + 1);
    uint32_t n = 0;
    if (!made || p->st->failed)
        return perl_fail(p);
    cp_slice plain = unescaped(p, raw, open);
    if (plain.n != raw.n)
        (void)interpolated(p, raw, where, made, &n);
    if (!p->st->failed && interpolated(p, plain, where, made, &n) && where == PERL_STRING && !p->st->failed)
        t.value = cp_text_literal(p->st, n ? cp_slice_of(made, n) : CP_LIT(""));
    return t;
}

bool cp_perl_is_pattern(cp_slice literal) {
    for (uint32_t i = 0; i + 1 < literal.n; i++)
        if (literal.p[i] == '(' && (literal.p[i + 1] == '?' || literal.p[i + 1] == '*'))
            return false;
    return !has_code(literal);
}

static perl_term literal(perl *p, cp_slice raw, uint8_t open) {
    uint8_t *made = CP_NEW_ARRAY(p->st->arena, uint8_t, raw.n + 1);
    uint32_t n = 0;
    if (!made)
        return perl_fail(p);
    for (uint32_t i = 0; i < raw.n; i++) {
        uint8_t next = i + 1 < raw.n ? raw.p[i + 1] : 0;
        i += raw.p[i] == '\\' && (next == '\\' || next == open || next == closing(open));
        made[n++] = raw.p[i];
    }
    return (perl_term){.value = cp_text_literal(p->st, n ? cp_slice_of(made, n) : CP_LIT(""))};
}

perl_term cp_perl_quoted(perl *p, cp_slice word) {
    p->at += word.n;
    uint8_t open = perl_byte(p, 0);
    p->at++;
    cp_slice raw = delimited(p, open);
    if (p->st->failed)
        return perl_fail(p);
    if (cp_slice_is(word, "qw")) {
        if (cp_slice_find(raw, '\\', 0) < raw.n)
            return perl_fail(p);
        return (perl_term){.bare = true};
    }
    if (cp_slice_is(word, "q") || open == '\'')
        return literal(p, raw, open);
    return text(p, raw, open, PERL_STRING);
}

/* ---- Patterns --------------------------------------------------------------------------------------------------------------- */

/* With `x`, nothing is put in between a `#` and the end of its line: what looks like a variable there would end somewhere else. */
static bool has_comment(cp_slice pattern) {
    bool comment = false;
    for (uint32_t i = 0; i < pattern.n; i++) {
        comment = pattern.p[i] == '#' || (comment && pattern.p[i] != '\n');
        if (comment && (pattern.p[i] == '$' || pattern.p[i] == '@'))
            return true;
    }
    return false;
}

/* The letters behind it; how often `e` is one of them. */
static uint32_t flags(perl *p, cp_slice pattern, const char *known, bool *returns) {
    uint32_t code = 0;
    for (; is_among(perl_byte(p, 0), known); p->at++) {
        code += perl_byte(p, 0) == 'e';
        *returns |= perl_byte(p, 0) == 'r';
        if (perl_byte(p, 0) == 'x' && has_comment(pattern))
            perl_fail(p);
    }
    uint8_t c = perl_byte(p, 0);
    if (perl_is_word(c) || c == '\'' || c >= 0x80)
        perl_fail(p);
    return code;
}

/* The second part of `s` or `tr`. */
static cp_slice second(perl *p, uint8_t open) {
    if (closing(open) != open) {
        while (perl_is_blank(perl_byte(p, 0)))
            p->at++;
        if (perl_byte(p, 0) != open)
            perl_fail(p);
        p->at++;
    }
    return delimited(p, open);
}

/* An expression. */
static void code(perl *p, cp_slice raw, uint8_t open) {
    cp_slice outer = p->s, plain = unescaped(p, raw, open);
    uint32_t at = p->at;
    for (uint32_t reading = plain.n == raw.n; reading < 2 && !p->st->failed; reading++) {
        p->s = reading ? plain : raw;
        p->at = 0;
        if (cp_perl_enter(p)) {
            cp_perl_space(p);
            (void)cp_perl_list(p);
            cp_perl_space(p);
            if (p->at < p->s.n)
                perl_fail(p);
        }
        p->depth--;
    }
    p->s = outer;
    p->at = at;
}

static bool substitution(perl *p, cp_slice pattern, uint8_t open) {
    cp_slice replacement = second(p, open);
    bool returns = false;
    if (p->st->failed)
        return false;
    uint32_t evaluated = flags(p, pattern, "gimsxoecr", &returns);
    if (p->st->failed || evaluated > 1)
        return perl_fail(p).left;
    (void)text(p, pattern, open, PERL_PATTERN);
    if (evaluated)
        code(p, replacement, open);
    else
        (void)text(p, replacement, open, PERL_STRING);
    return !returns;
}

static bool transliteration(perl *p, cp_slice from, uint8_t open) {
    cp_slice to = second(p, open);
    bool returns = false;
    for (uint32_t i = 0; i + 1 < from.n; i++)
        if (from.p[i] == '\\' && is_among(from.p[i + 1], "Nco"))
            perl_fail(p);
    for (uint32_t i = 0; i + 1 < to.n; i++)
        if (to.p[i] == '\\' && is_among(to.p[i + 1], "Nco"))
            perl_fail(p);
    if (!p->st->failed)
        (void)flags(p, from, "cdsr", &returns);
    return !returns;
}

bool cp_perl_pattern(perl *p, cp_slice word) {
    bool returns = false;
    p->at += word.n;
    uint8_t open = perl_byte(p, 0);
    p->at++;
    cp_slice raw = delimited(p, open);
    if (p->st->failed)
        return false;
    if (cp_slice_is(word, "s"))
        return substitution(p, raw, open);
    if (cp_slice_is(word, "tr") || cp_slice_is(word, "y"))
        return transliteration(p, raw, open);
    (void)flags(p, raw, "gimsxoc", &returns);
    if (!p->st->failed)
        (void)text(p, raw, open, PERL_PATTERN);
    return false;
}
