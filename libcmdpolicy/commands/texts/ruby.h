/* What the files about Ruby share. Ruby tells a division from a regular expression, and a block from a hash, by what it has read so far, and
 * by the names that are variables by then: so the parser reads the bytes itself, and understands nothing that Ruby's versions, or another
 * idea of which names are variables, would read in another way: where a blank stands before an operator, one stands behind it. */
#ifndef CP_COMMANDS_RUBY_H
#define CP_COMMANDS_RUBY_H
#include "commands/texts/text.h"

enum { RUBY_BLOCKS = 16 };
enum { RUBY_MADE = TEXT_TREE }; /* the level of DATA that surely is an array, a hash or a set */

typedef struct ruby {
    text_state *st;
    cp_slice s;
    uint32_t at, depth;
    bool no_do;                                /* a `do` belongs to a call further out, or to a loop */
    uint32_t blocks[RUBY_BLOCKS], block_count; /* where those begin that this is in */
    cp_slice *quoted;                          /* literals, and regular expressions */
    uint32_t quoted_count, quoted_cap;
} ruby;

/* What is given to a call. */
typedef struct ruby_arguments {
    text_argument *items;
    uint32_t count, cap;
    bool symbol; /* the last is `&:name`, which does no harm */
} ruby_arguments;

static inline uint8_t ruby_byte(const ruby *p, uint32_t ahead) {
    return p->at + ahead < p->s.n ? p->s.p[p->at + ahead] : 0;
}
static inline bool ruby_is_small(uint8_t c) {
    return (c >= 'a' && c <= 'z') || c == '_';
}
static inline bool ruby_is_capital(uint8_t c) {
    return c >= 'A' && c <= 'Z';
}
static inline bool ruby_is_digit(uint8_t c) {
    return c >= '0' && c <= '9';
}
static inline bool ruby_is_word(uint8_t c) {
    return ruby_is_small(c) || ruby_is_capital(c) || ruby_is_digit(c);
}
static inline bool ruby_is_blank(uint8_t c) {
    return c == ' ' || c == '\t' || c == '\n';
}
static inline text_value ruby_fail(ruby *p) {
    return cp_text_fail(p->st);
}

/* ruby_tokens.c */
/* Blanks of the line; true: there were some. */
bool cp_ruby_blanks(ruby *);
/* Lines and comments, too. */
void cp_ruby_space(ruby *);
/* The name at the place, without what follows; none: no bytes. It isn't taken. */
cp_slice cp_ruby_word(const ruby *);
bool cp_ruby_is(const ruby *, const char *keyword);
bool cp_ruby_take(ruby *, const char *keyword);
bool cp_ruby_take_byte(ruby *, uint8_t);
void cp_ruby_want_byte(ruby *, uint8_t);
/* A name with its `?` or `!`. */
cp_slice cp_ruby_name(ruby *);
/* Does it end an expression that a keyword like these stands behind it? */
bool cp_ruby_at_keyword(const ruby *);
bool cp_ruby_ends_block(const ruby *);
/* Is this `=`, or an operator with one? Its length. */
uint32_t cp_ruby_assignment(const ruby *);
/* Literals; the place is at their first byte. */
text_value cp_ruby_quoted(ruby *);
text_value cp_ruby_regexp(ruby *);
text_value cp_ruby_words(ruby *);
text_value cp_ruby_symbol(ruby *);
text_value cp_ruby_number(ruby *);

/* ruby_expressions.c */
bool cp_ruby_enter(ruby *);
text_value cp_ruby_expression(ruby *);
/* A block has its parameters to itself. Any other name that is given something is one variable, wherever it stands. */
void cp_ruby_binds_parameter(ruby *, cp_slice name, text_value);
void cp_ruby_binds(ruby *, cp_slice name, text_value);
bool cp_ruby_is_bound(ruby *, cp_slice name);
/* What a variable is: where texts are changed in place, it is no path any more. */
text_value cp_ruby_named(ruby *, cp_slice name);
/* What is changed where it stands. */
void cp_ruby_changes(ruby *, text_value);
/* What nothing is known of any more: the value of a block, of a statement, of what stands beside an operator may be anybody's. So no
 * class is, since its methods are others than those of its objects. */
void cp_ruby_dropped(ruby *, text_value);
/* What stands behind `when` and `rescue` is compared, and goes nowhere: a class may be. */
void cp_ruby_compared(ruby *, text_value);

/* ruby_calls.c */
/* Behind the name of what is listed: its arguments, and a block. */
text_value cp_ruby_call(ruby *, uint32_t member, const text_value *receiver);
/* What a pattern of files finds; its braces are taken apart. */
text_value cp_ruby_pattern(ruby *, text_value);
void cp_ruby_arguments(ruby *, uint8_t close, ruby_arguments *);

/* ruby.c */
void cp_ruby_statements(ruby *);
text_value cp_ruby_keyword(ruby *, cp_slice word);
#endif
