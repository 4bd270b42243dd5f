/* What the files about PHP share: the text, and the parser's place in it. Arrays and texts are copied wherever they go, so a variable is what
 * it was given, as long as nothing stands for it by a reference: of these, only what a function takes over from outside is read. */
#ifndef CP_COMMANDS_PHP_H
#define CP_COMMANDS_PHP_H
#include "commands/texts/text.h"

typedef struct php {
    text_state *st;
    cp_slice s;
    uint32_t at, depth;
    bool function;    /* the expression that was read last is one that is written out */
    bool constant;    /* … is a text that is written out */
    cp_slice *quoted; /* literals */
    uint32_t quoted_count, quoted_cap;
} php;

static inline uint8_t php_byte(const php *p, uint32_t ahead) {
    return p->at + ahead < p->s.n ? p->s.p[p->at + ahead] : 0;
}
static inline text_value php_fail(php *p) {
    return cp_text_fail(p->st);
}

/* php_tokens.c */
void cp_php_space(php *);
bool cp_php_is_name(uint8_t c);
/* A name; none: no bytes. It isn't taken. */
cp_slice cp_php_word(const php *);
/* Is the name here this one, in whatever case? */
bool cp_php_is(const php *, const char *keyword);
bool cp_php_take(php *, const char *keyword);
/* Behind blanks and comments. */
bool cp_php_take_byte(php *, uint8_t);
void cp_php_want_byte(php *, uint8_t);
text_value cp_php_quoted(php *);
text_value cp_php_number(php *);
/* `$name`, which is taken, with its `$`. */
cp_slice cp_php_variable(php *);

/* php_expressions.c */
bool cp_php_enter(php *);
text_value cp_php_expression(php *);
/* `$x`, `$x[1]`, `[$a, $b]`: what is assigned to. False: it isn't that. */
bool cp_php_target(php *, text_value);
text_value cp_php_named(php *, cp_slice name);

/* php_calls.c: behind the name of what is listed, at its parenthesis. */
text_value cp_php_call(php *, uint32_t member);

/* php.c */
void cp_php_block(php *);
#endif
