/* What the files about JavaScript share: its tokens, the parser's place among them, and what values.c doesn't know of its values.
 *
 * No value is called but the text's own functions and what is listed: so an object may be a function that makes code of a text (every
 * unknown property may be `constructor`), and does nothing. What a text's values may be, from the least that is known to the most:
 *   anything; what was looked up in a tree by an unknown name: perhaps what all objects have of themselves, and no more than that; a tree:
 *   objects and lists of the text's own making, or JSON, without functions; a text, number, or the like.
 * Only a tree may get properties, and under a name that is called by others (toString, and all that are listed) none that may be a function
 * of somebody else. */
#ifndef CP_COMMANDS_JAVASCRIPT_H
#define CP_COMMANDS_JAVASCRIPT_H
#include "commands/texts/text.h"

typedef enum js_token_kind {
    JS_END,
    JS_NAME,
    JS_WORD, /* a keyword: `op` */
    JS_NUMBER,
    JS_TEXT, /* `text` is what it says; without a pointer where that isn't simple */
    JS_REGEX,
    JS_TEMPLATE, /* `…`: JS_PIECE, and JS_OPEN … JS_CLOSE for each expression follow, then JS_TEMPLATE_END */
    JS_PIECE,
    JS_OPEN,
    JS_CLOSE,
    JS_TEMPLATE_END,
    JS_OP
} js_token_kind;

typedef enum js_word {
    JS_AWAIT = 1,
    JS_BREAK,
    JS_CASE,
    JS_CATCH,
    JS_CONST,
    JS_CONTINUE,
    JS_DEFAULT,
    JS_DELETE,
    JS_DO,
    JS_ELSE,
    JS_FALSE,
    JS_FINALLY,
    JS_FOR,
    JS_FUNCTION,
    JS_IF,
    JS_IMPORT,
    JS_IN,
    JS_INSTANCEOF,
    JS_LET,
    JS_NEW,
    JS_NULL,
    JS_RETURN,
    JS_SWITCH,
    JS_THROW,
    JS_TRUE,
    JS_TRY,
    JS_TYPEOF,
    JS_VAR,
    JS_VOID,
    JS_WHILE,
    JS_UNREAD /* class, this, super, with, yield …: not read */
} js_word;

typedef struct js_token {
    uint8_t kind;    /* js_token_kind */
    uint8_t newline; /* a line ended before it */
    uint32_t op;     /* of WORD: js_word; of OP: its bytes */
    uint32_t beg;
    uint32_t match; /* of an opening bracket: the token that closes it */
    cp_slice text;  /* NAME, WORD, NUMBER: as written */
} js_token;

struct js_tokens {
    js_token *items;
    uint32_t count, cap;
};

#define JS_OP2(a, b)       ((uint32_t)(a) | (uint32_t)(b) << 8)
#define JS_OP3(a, b, c)    (JS_OP2(a, b) | (uint32_t)(c) << 16)
#define JS_OP4(a, b, c, d) (JS_OP3(a, b, c) | (uint32_t)(d) << 24)

enum { JS_SCOPES = 64 };
typedef struct js {
    text_state *st;
    const js_token *tokens;
    uint32_t count, at, depth;
    /* Where names are looked up, the innermost last: the tokens that these scopes begin with. */
    struct {
        uint32_t at;
        bool function; /* what `var` declares is declared here */
    } scopes[JS_SCOPES];
    uint32_t scope_count;
    uint32_t function; /* the one that this is in, index + 1 */
    bool async;
    bool no_in; /* in the head of a loop, where `in` is none of the operators */
} js;

typedef enum js_declares { JS_ASSIGNS, JS_DECLARES, JS_DECLARES_VAR } js_declares;

/* javascript_names.c: scopes. */
/* False: too many; give it back all the same. */
bool cp_js_open_scope(js *, uint32_t at, bool function);
void cp_js_close_scope(js *);
text_value cp_js_named(js *, cp_slice name);
/* Is it the text's own? */
bool cp_js_is_own(js *, cp_slice name);
void cp_js_bind(js *, cp_slice name, text_value, js_declares);

/* javascript_values.c */
static inline text_value js_data(uint8_t level) {
    return (text_value){.kind = TEXT_DATA, .level = level};
}
/* What a listed name is that is no function. */
text_value cp_js_constant(text_state *, text_value);
/* The working directory. */
text_value cp_js_here(text_state *);
/* How much is known of it. */
uint8_t cp_js_level(const text_state *, text_value);
text_value cp_js_property(text_state *, text_value, cp_slice name);
/* v[key] */
text_value cp_js_element(text_state *, text_value, text_value key);
/* v.name = what, v[key] = what. */
void cp_js_put(text_state *, text_value, cp_slice name, text_value what);
void cp_js_put_at(text_state *, text_value, text_value key, text_value what);
/* Something is put into a list. */
void cp_js_put_item(text_state *, text_value, text_value what);
/* What goes over it gets. */
text_value cp_js_item(text_state *, text_value);
/* a + b */
text_value cp_js_plus(text_state *, text_value, text_value);
/* Everything that may be looked at, shown, compared. */
text_value cp_js_looked_at(text_state *, text_value);
/* A list that this token makes. */
text_value cp_js_list(text_state *, uint32_t at);

/* javascript_calls.c */
text_value cp_js_call(text_state *, uint32_t at, text_value callee, const text_argument *, uint32_t count);
text_value cp_js_method(text_state *, uint32_t at, text_value receiver, cp_slice name, const text_argument *,
                        uint32_t count);
/* Takes the listed name its options by name? */
bool cp_js_takes_options(const text_state *, text_value callee);

/* javascript_expressions.c */
static inline const js_token *js_peek(const js *p) {
    return &p->tokens[p->at < p->count ? p->at : p->count - 1];
}
static inline const js_token *js_after(const js *p) {
    return &p->tokens[p->at + 1 < p->count ? p->at + 1 : p->count - 1];
}
static inline bool js_is_op(const js *p, uint32_t op) {
    return js_peek(p)->kind == JS_OP && js_peek(p)->op == op;
}
static inline bool js_is_word(const js *p, uint32_t word) {
    return js_peek(p)->kind == JS_WORD && js_peek(p)->op == word;
}
static inline bool js_is_name(const js *p, const char *name) {
    return js_peek(p)->kind == JS_NAME && cp_slice_is(js_peek(p)->text, name);
}
void cp_js_next(js *);
bool cp_js_take_op(js *, uint32_t op);
bool cp_js_take_word(js *, uint32_t word);
void cp_js_want_op(js *, uint32_t op);
/* False: it is nested too deep. Whatever it says, p->depth is to be given back. */
bool cp_js_enter(js *);
/* One without commas; one or several, the value is that of the last. */
text_value cp_js_expression(js *);
text_value cp_js_expressions(js *);
/* What `return` gives. */
void cp_js_returns(js *, text_value);
/* A name or a pattern that gets this value. */
void cp_js_pattern(js *, text_value, js_declares);

/* javascript.c */
/* Behind `{`, up to and with `}`. */
void cp_js_block(js *);
/* Behind `function` or the name of a method, `at` its first token. */
text_value cp_js_function(js *, uint32_t at, bool async, cp_slice name);
/* Behind `async`, where that is there. */
text_value cp_js_arrow(js *, uint32_t at, bool async);
#endif
