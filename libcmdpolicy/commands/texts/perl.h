/* What the files about Perl share. Perl tells a division from a match, a block from a hash, a less-than from a file that is read and a file
 * handle from what is printed by what it has read so far, by which functions there are by then, and each version a little differently. So the
 * parser reads the bytes itself, and understands only what they all read in the same way: behind a name nothing stands that could be an
 * operator as well as the beginning of a term; a blank before an operator means one behind it; braces are blocks only where nothing else may
 * be; and where backslashes hide what delimits a text, both readings have to be understood. */
#ifndef CP_COMMANDS_PERL_H
#define CP_COMMANDS_PERL_H
#include "commands/texts/text.h"

/* What the term is that was read last, where something is given to it. */
typedef enum perl_left { PERL_NONE, PERL_SCALAR, PERL_FRESH, PERL_ELEMENT, PERL_WHOLE, PERL_LIST } perl_left;

typedef struct perl_term {
    uint8_t left;     /* perl_left */
    bool bare;        /* a function that is given nothing: what stands behind it may not be its argument */
    bool variable;    /* behind a blank, Perl asks itself whether it is a file handle */
    bool guarded;     /* it may stand for what the text doesn't own */
    cp_slice name;    /* of a scalar */
    uint32_t seen;    /* a list: which of `seen` are its */
    text_value value; /* a literal */
} perl_term;

enum { PERL_LOOPS = 16 };
typedef struct perl {
    text_state *st;
    cp_slice s;
    uint32_t at, depth;
    uint32_t lent; /* what is given to a module's function: references are */
    uint32_t
        guards; /* how often something was named that the text doesn't own: its arguments, where modules are found */
    uint32_t changes; /* how often what a loop goes through was changed */
    cp_slice loops[PERL_LOOPS];
    uint32_t loop_count;
    cp_slice *seen; /* scalars that stand in parentheses, should these be assigned to */
    uint32_t seen_count, seen_cap;
} perl;

static inline uint8_t perl_byte(const perl *p, uint32_t ahead) {
    return p->at + ahead < p->s.n ? p->s.p[p->at + ahead] : 0;
}
static inline bool perl_is_letter(uint8_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
static inline bool perl_is_digit(uint8_t c) {
    return c >= '0' && c <= '9';
}
static inline bool perl_is_word(uint8_t c) {
    return perl_is_letter(c) || perl_is_digit(c);
}
static inline bool perl_is_blank(uint8_t c) {
    return c == ' ' || c == '\t' || c == '\n';
}
static inline perl_term perl_value(void) {
    return (perl_term){.left = PERL_NONE};
}
static inline perl_term perl_fail(perl *p) {
    p->st->failed = true;
    return perl_value();
}

/* perl_tokens.c */
/* Blanks, lines and comments; true: there were some. */
bool cp_perl_space(perl *);
void cp_perl_blanks(perl *);
cp_slice cp_perl_word(const perl *);
bool cp_perl_is(const perl *, const char *keyword);
bool cp_perl_take(perl *, const char *keyword);
bool cp_perl_take_byte(perl *, uint8_t);
/* Behind blanks. */
void cp_perl_want_byte(perl *, uint8_t);
/* `=>` behind blanks of the line, which are not taken. */
bool cp_perl_is_key(const perl *);
/* Nothing more of an expression: what closes it, or a word that stands behind one. */
bool cp_perl_at_end(const perl *);
/* Where a brace has been read: what stands behind it makes no hash of it. */
void cp_perl_in_block(perl *);
perl_term cp_perl_number(perl *);

/* perl_quotes.c */
/* "…", '…', /…/ and what stands behind q, qq, qw, qr, m, s, tr, y; the place is at the delimiter. */
perl_term cp_perl_quoted(perl *, cp_slice word);
/* Does this word begin one, with its delimiter right behind it? */
bool cp_perl_is_quote(const perl *, cp_slice word);
/* True: one that changes what it is bound to. */
bool cp_perl_pattern(perl *, cp_slice word);
/* What `split` takes as a pattern though it is a text. */
bool cp_perl_is_pattern(cp_slice);

/* perl_variables.c */
typedef enum perl_where { PERL_CODE, PERL_STRING, PERL_PATTERN } perl_where;
/* `$x`, `$x[1]`, `$#x`, `@x`, `%x`: the place is at the sign. */
perl_term cp_perl_variable(perl *, perl_where);
bool cp_perl_is_own(cp_slice name);
/* A variable's own name is taken; what is declared is new. */
perl_term cp_perl_declared(perl *);
/* Something is given to it. */
void cp_perl_store(perl *, const perl_term *);
/* It is changed where it stands. */
void cp_perl_change(perl *, const perl_term *);
void cp_perl_changes_topic(perl *);
/* A loop or a block goes through something: it changes what that is; the text doesn't own all of it. */
void cp_perl_goes_through(perl *, bool changes, bool guarded);

/* perl_expressions.c */
bool cp_perl_enter(perl *);
perl_term cp_perl_operand(perl *);
perl_term cp_perl_expression(perl *);
/* `,` or `=>`, behind blanks. */
bool cp_perl_take_comma(perl *);
/* Expressions with commas; the last term, or the list's. */
perl_term cp_perl_list(perl *);
/* The same, with `and`, `or`. */
perl_term cp_perl_low(perl *);

/* perl_calls.c: the place is behind the word. */
perl_term cp_perl_call(perl *, cp_slice word);

/* perl.c */
void cp_perl_block(perl *);
void cp_perl_statements(perl *);
#endif
