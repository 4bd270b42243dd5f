/* What a Perl text is made of: blanks, names and numbers. Cost: linear. */
#include "commands/texts/perl.h"

void cp_perl_blanks(perl *p) {
    while (perl_byte(p, 0) == ' ' || perl_byte(p, 0) == '\t')
        p->at++;
}

/* `#!` has options for perl. */
bool cp_perl_space(perl *p) {
    uint32_t start = p->at;
    for (;;) {
        if (perl_is_blank(perl_byte(p, 0))) {
            p->at++;
        } else if (perl_byte(p, 0) == '#') {
            if (perl_byte(p, 1) == '!')
                p->st->failed = true;
            p->at = cp_slice_find(p->s, '\n', p->at);
        } else {
            return p->at > start;
        }
    }
}

cp_slice cp_perl_word(const perl *p) {
    uint32_t end = p->at;
    if (perl_is_letter(perl_byte(p, 0)))
        while (end < p->s.n && perl_is_word(p->s.p[end]))
            end++;
    return cp_slice_sub(p->s, p->at, end);
}

/* `'` and `::` make a longer name of it. */
bool cp_perl_is(const perl *p, const char *keyword) {
    cp_slice word = cp_perl_word(p);
    uint8_t c = perl_byte(p, word.n);
    return cp_slice_is(word, keyword) && c < 0x80 && c != '\'' &&
           (c != ':' || perl_byte(p, word.n + 1) != ':');
}

bool cp_perl_take(perl *p, const char *keyword) {
    bool is = cp_perl_is(p, keyword);
    if (is)
        p->at += cp_slice_str(keyword).n;
    return is;
}

bool cp_perl_take_byte(perl *p, uint8_t c) {
    bool is = p->at < p->s.n && perl_byte(p, 0) == c;
    p->at += is;
    return is;
}

void cp_perl_want_byte(perl *p, uint8_t c) {
    cp_perl_space(p);
    if (!cp_perl_take_byte(p, c))
        perl_fail(p);
}

bool cp_perl_is_key(const perl *p) {
    perl look = *p;
    cp_perl_blanks(&look);
    return perl_byte(&look, 0) == '=' && perl_byte(&look, 1) == '>';
}

bool cp_perl_at_end(const perl *p) {
    static const char *const words[] = {"if",  "unless", "while", "until", "for", "foreach",
                                        "and", "or",     "xor",   "eq",    "ne",  "lt",
                                        "gt",  "le",     "ge",    "cmp",   NULL};
    uint8_t c = perl_byte(p, 0);
    if (p->at >= p->s.n || strchr(";)}],:", c))
        return true;
    for (const char *const *word = words; *word; word++)
        if (cp_perl_is(p, *word))
            return true;
    return false;
}

/* Perl takes `{` for a hash where `}`, or a word or a text with a comma behind it, stands first. */
void cp_perl_in_block(perl *p) {
    cp_perl_space(p);
    perl look = *p;
    uint8_t c = perl_byte(p, 0);
    if (c == '}' || c == '`' || c >= 0x80)
        perl_fail(p);
    if (c == '"' || c == '\'') {
        for (look.at++; look.at < look.s.n && perl_byte(&look, 0) != c; look.at++)
            look.at += perl_byte(&look, 0) == '\\';
        look.at++;
    } else if (perl_is_word(c)) {
        cp_slice word = cp_perl_word(p);
        if (word.n &&
            cp_perl_is_quote(p, word)) { /* `q` looks for the end of its text, and for words in another way */
            if (word.p[0] == 'q')
                perl_fail(p);
        }
        while (perl_is_word(perl_byte(&look, 0)))
            look.at++;
    } else {
        return;
    }
    cp_perl_space(&look);
    if (perl_byte(&look, 0) == ',' || (perl_byte(&look, 0) == '=' && perl_byte(&look, 1) == '>'))
        perl_fail(p);
}

perl_term cp_perl_number(perl *p) {
    uint8_t c = perl_byte(p, 0), next = perl_byte(p, 1) | 0x20;
    bool prefixed = c == '0' && (next == 'x' || next == 'b');
    if (prefixed) {
        p->at += 2;
        while (perl_is_digit(perl_byte(p, 0)) ||
               (next == 'x' && (perl_byte(p, 0) | 0x20) >= 'a' && (perl_byte(p, 0) | 0x20) <= 'f'))
            p->at++;
    } else {
        while (perl_is_digit(perl_byte(p, 0)) || (perl_byte(p, 0) == '_' && perl_is_digit(perl_byte(p, 1))))
            p->at++;
        if (perl_byte(p, 0) == '.' && perl_is_digit(perl_byte(p, 1))) {
            for (p->at++; perl_is_digit(perl_byte(p, 0));)
                p->at++;
            prefixed = true; /* another dot would make a version of it */
        }
        next = perl_byte(p, 1);
        if ((perl_byte(p, 0) | 0x20) == 'e' &&
            perl_is_digit(perl_byte(p, next == '-' || next == '+' ? 2 : 1))) {
            for (p->at += 2; perl_is_digit(perl_byte(p, 0));)
                p->at++;
            prefixed = true;
        }
    }
    c = perl_byte(p, 0);
    if (perl_is_word(c) || c >= 0x80 || c == '\'' || (c == '.' && (prefixed || perl_byte(p, 1) != '.')))
        return perl_fail(p);
    return perl_value();
}
