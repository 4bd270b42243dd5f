/* What the files about Python share: its tokens, and the parser's place among them. Python 3.6 and later read a text of these tokens in
 * the same way; where 2.7 takes it as well, too. */
#ifndef CP_COMMANDS_PYTHON_H
#define CP_COMMANDS_PYTHON_H
#include "commands/texts/text.h"

typedef enum python_token_kind {
    PY_END,
    PY_NEWLINE,
    PY_NAME,
    PY_WORD, /* a keyword: `op` */
    PY_NUMBER,
    PY_TEXT,   /* `text` is what it says; without a pointer where that isn't simple */
    PY_BYTES,  /* likewise */
    PY_FORMAT, /* f"…": PY_OPEN … PY_CLOSE for each expression follow, then PY_FORMAT_END */
    PY_OPEN,
    PY_CLOSE,
    PY_FORMAT_END,
    PY_OP
} python_token_kind;

typedef enum python_word {
    PY_AND = 1,
    PY_AS,
    PY_ASSERT,
    PY_BREAK,
    PY_CONTINUE,
    PY_DEF,
    PY_DEL,
    PY_ELIF,
    PY_ELSE,
    PY_EXCEPT,
    PY_FALSE,
    PY_FINALLY,
    PY_FOR,
    PY_FROM,
    PY_GLOBAL,
    PY_IF,
    PY_IMPORT,
    PY_IN,
    PY_IS,
    PY_LAMBDA,
    PY_NONE,
    PY_NONLOCAL,
    PY_NOT,
    PY_OR,
    PY_PASS,
    PY_RAISE,
    PY_RETURN,
    PY_TRUE,
    PY_TRY,
    PY_WHILE,
    PY_WITH,
    PY_YIELD,
    PY_UNREAD /* async, await, class: not read */
} python_word;

typedef struct python_token {
    uint32_t kind, op; /* python_token_kind; of WORD: python_word; of OP: its bytes */
    uint32_t beg;
    cp_slice text; /* NAME, NUMBER: as written */
} python_token;

struct python_tokens {
    python_token *items;
    uint32_t count, cap;
};

#define PY_OP1(a)       ((uint32_t)(a))
#define PY_OP2(a, b)    ((uint32_t)(a) | (uint32_t)(b) << 8)
#define PY_OP3(a, b, c) ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16)

typedef struct python {
    text_state *st;
    const python_token *tokens;
    uint32_t count, at, depth;
} python;

/* python_expressions.c */
static inline const python_token *python_peek(const python *p) {
    return &p->tokens[p->at < p->count ? p->at : p->count - 1];
}
bool cp_python_is_op(const python *, uint32_t op);
bool cp_python_is_word(const python *, uint32_t word);
bool cp_python_take_op(python *, uint32_t op);
bool cp_python_take_word(python *, uint32_t word);
void cp_python_want_op(python *, uint32_t op);
void cp_python_next(python *);
bool cp_python_next_is_op(const python *, uint32_t op);
/* False: it is nested too deep. Whatever it says, p->depth is to be given back. */
bool cp_python_enter(python *);
/* One expression; one with `:=`; one or several with commas between. */
text_value cp_python_expression(python *);
text_value cp_python_named(python *);
text_value cp_python_list(python *);
/* A name, a text, a call …; `out_container`: what the last subscript is of, or attribute that may be set; it has to end
 * with one. */
text_value cp_python_primary(python *, text_value *out_container);
/* What an operator with `=` behind it makes. */
text_value cp_python_changed(python *, uint32_t op, text_value, text_value);
/* Behind `for`, up to what it goes through. */
void cp_python_for(python *, bool statement);
/* cp_python_targets.c. What stands before `=`, `in` and behind `as`, `del`: it gets this value. */
void cp_python_targets(python *, text_value);
void cp_python_target(python *, text_value);
/* `(a, b=1, *c)` of def, `a, b=1` of lambda, up to and with the end. */
void cp_python_parameters(python *, uint32_t end, text_function *);
#endif
