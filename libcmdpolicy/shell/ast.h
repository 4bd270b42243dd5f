/* The syntax tree of a shell program: what the other rooms see of shell/.
 * Terms are POSIX XCU chapter 2's and the bash manual's. Everything lives in the decision's arena and is never freed alone;
 * every node has its span. Texts are slices of a source, or arena bytes where escapes were removed. Knows nothing of policy. */
#ifndef CP_SHELL_AST_H
#define CP_SHELL_AST_H
#include "base/source.h"

typedef struct cp_word cp_word;
typedef struct cp_part cp_part;
typedef struct cp_node cp_node;
typedef struct cp_list cp_list;

/* ---- Programs: lists of statements -------------------------------------------------------------------------------- */

typedef enum cp_separator { CP_SEP_END, CP_SEP_SEMI, CP_SEP_NEWLINE, CP_SEP_AMP } cp_separator;

/* One statement of a list: an and-or list and what stands behind it. CP_SEP_AMP runs it in the background. */
typedef struct cp_item {
    struct cp_item *next;
    cp_node *node;
    uint32_t separator;
    uint32_t ends_line; /* a newline follows, whatever the separator: a shell runs what it has read so far */
} cp_item;

struct cp_list {
    cp_item *first; /* NULL: an empty program, or a body that holds nothing */
    cp_span span;
};

/* ---- Words -------------------------------------------------------------------------------------------------------- */

typedef enum cp_part_kind {
    CP_PART_LIT, /* unquoted bytes, as they stand (no backslash): braces, tilde, glob characters in it are live         */
    CP_PART_QUOTED, /* bytes that nothing can change any more: \x, '…', $'…' decoded, and literal runs inside "…"          */
    CP_PART_DQ, /* "…" or $"…": `parts` holds QUOTED and expansions; empty parts: an empty quoted string               */
    CP_PART_PARAM, /* $x ${x…}: `param`                                                                                   */
    CP_PART_CMDSUB, /* $( ) or backquotes (or ${ cmd;}): `program`                                                         */
    CP_PART_ARITH, /* $(( )) or $[ ]: `arith`                                                                             */
    CP_PART_PROCSUB, /* <( ) or >( ) (zsh =( )): `program`, `text` its operator                                             */
    CP_PART_EXTGLOB, /* ?( *( +( @( !( : `text` its operator character, `words` its alternatives                            */
    CP_PART_ARRAY, /* the (…) of name=(…): `elements`; only last in a word of the form NAME[+]=                           */
    CP_PART_OPAQUE /* deferred text that did not parse: `text` raw, `program` NULL. Never allow.                          */
} cp_part_kind;

enum {
    CP_PART_BACKQUOTED =
        1, /* CMDSUB: `…`: the program's spans are in a source of its own                                   */
    CP_PART_LOCALE =
        2, /* DQ: $"…"                                                                                     */
    CP_PART_ANSI =
        4, /* QUOTED: $'…'                                                                                 */
    CP_PART_ESCAPED =
        8, /* QUOTED: \x                                                                                   */
    CP_PART_SINGLE =
        16, /* QUOTED: '…' (possibly empty)                                                                 */
    CP_PART_OLD_ARITH =
        32, /* ARITH: $[ ]                                                                                  */
    CP_PART_READS_FILE =
        64, /* CMDSUB: $(<file): `program` is the redirection alone                                          */
    CP_PART_FUNSUB =
        128 /* CMDSUB: ${ cmd;} runs in the current shell                                                    */
};

/* ${#name} ${!name} ${name[sub]} ${name OP word}. */
typedef enum cp_param_op {
    CP_PARAM_PLAIN,
    CP_PARAM_DEFAULT,     /* - and :-  */
    CP_PARAM_ASSIGN,      /* = and :=  */
    CP_PARAM_ALTERNATIVE, /* + and :+  */
    CP_PARAM_ERROR,       /* ? and :?  */
    CP_PARAM_STRIP,       /* # ## % %% */
    CP_PARAM_REPLACE,     /* / // /# /% */
    CP_PARAM_CASE,        /* ^ ^^ , ,, ~ ~~ */
    CP_PARAM_SUBSTRING,   /* :offset[:length]  */
    CP_PARAM_TRANSFORM,   /* @Q @E @P @A @K @a @U @u @L @k */
    CP_PARAM_BAD          /* an operator that the shell rejects when it runs (${x!}, ${}): never allow */
} cp_param_op;

/* Arithmetic text: the raw bytes, and what it holds that is not arithmetic. An expression whose `simple` is set is made of
 * integer constants, operators and parentheses alone; otherwise names in it are evaluated by the shell as expressions, which
 * can run code (subscripts). */
typedef struct cp_arith {
    cp_slice text;
    cp_span span;
    cp_word *
        word; /* the text as a double-quoted word: its expansions (and subscripts' expansions) in order; NULL: none */
    uint32_t simple;
    uint32_t assigns; /* holds an assignment operator, ++ or -- */
} cp_arith;

typedef struct cp_param {
    cp_slice name;                  /* "x", "@", "1", "?"…; empty with CP_PARAM_BAD */
    cp_slice op_text;               /* the operator as written: ":-", "##", "//", "@P"… */
    uint32_t op;                    /* cp_param_op */
    uint32_t colon;                 /* the operator had a colon: empty counts as unset */
    uint32_t length;                /* ${#x} */
    uint32_t indirect;              /* ${!x} (also ${!prefix*} and ${!a[@]}: then `names` is set) */
    uint32_t names;                 /* ${!prefix*} ${!prefix@} ${!a[*]}: lists names, evaluates nothing */
    cp_arith *subscript;            /* ${a[…]}; NULL: none. text "@" or "*" for all elements */
    cp_word *word;                  /* the operator's word (default, pattern …); NULL: none or empty */
    cp_word *replacement;           /* ${x/pattern/replacement}; NULL: none */
    cp_arith *offset, *length_expr; /* ${x:offset:length} */
} cp_param;

struct cp_part {
    cp_part *next;
    uint8_t kind;
    uint8_t flags;
    cp_span span;
    cp_slice text;
    union {
        cp_part *parts;              /* DQ */
        cp_param *param;             /* PARAM */
        cp_list *program;            /* CMDSUB, PROCSUB */
        cp_arith *arith;             /* ARITH */
        cp_word *words;              /* EXTGLOB: alternatives, linked by next */
        struct cp_element *elements; /* ARRAY */
    } as;
};

typedef struct cp_element { /* of an array: value, or [subscript]=value */
    struct cp_element *next;
    cp_arith *subscript; /* NULL: none */
    uint32_t append;     /* [i]+= */
    cp_word *value;
} cp_element;

enum {
    CP_WORD_BARE =
        1, /* `text` is the whole value: no quotes, escapes, expansions, glob, brace or tilde characters; no parts */
    CP_WORD_EXPANDS = 2, /* holds a PARAM, CMDSUB, ARITH, PROCSUB or OPAQUE, at any depth */
    CP_WORD_QUOTED =
        4, /* holds some quoting (a here-document delimiter is then literal; a reserved word is none) */
    CP_WORD_ASSIGNMENT =
        8 /* NAME=, NAME+= or NAME[…]= stands unquoted at its beginning (an argument of declare, export …) */
};

struct cp_word {
    cp_word *next;
    cp_span span;
    uint32_t flags;
    cp_slice text;  /* BARE: the value; else the bytes as written */
    cp_part *parts; /* NULL exactly where BARE */
};

/* ---- Assignments and redirections ---------------------------------------------------------------------------------- */

typedef struct cp_assignment {
    struct cp_assignment *next;
    cp_span span;
    cp_slice name;
    cp_arith *subscript; /* name[…]=; NULL: none */
    uint32_t append;     /* += */
    cp_word *value;      /* NULL for an array or an empty value */
    cp_part *array;      /* CP_PART_ARRAY; NULL: none */
} cp_assignment;

typedef enum cp_redir_op {
    CP_REDIR_IN,          /* <   */
    CP_REDIR_OUT,         /* >   */
    CP_REDIR_APPEND,      /* >>  */
    CP_REDIR_CLOBBER,     /* >|  */
    CP_REDIR_RDWR,        /* <>  */
    CP_REDIR_DUP_IN,      /* <&  : target word is digits, "-" or digits- ; otherwise dynamic */
    CP_REDIR_DUP_OUT,     /* >&  with digits, "-", digits- (a file name makes it CP_REDIR_BOTH in bash) */
    CP_REDIR_BOTH,        /* &> and >&word */
    CP_REDIR_BOTH_APPEND, /* &>> */
    CP_REDIR_HEREDOC,     /* << and <<- : `doc` */
    CP_REDIR_HERESTRING   /* <<< */
} cp_redir_op;

typedef struct cp_heredoc {
    cp_slice delimiter; /* after quote removal */
    uint32_t quoted;    /* the body is literal */
    uint32_t strip;     /* <<- */
    uint32_t terminated;
    cp_span body_span;
    cp_word *
        body; /* literal: one QUOTED part; else QUOTED runs and expansions, as inside double quotes. NULL: empty */
} cp_heredoc;

typedef struct cp_redir {
    struct cp_redir *next;
    uint32_t op;
    int32_t fd;      /* -1: the operator's default (0 or 1) */
    cp_slice fd_var; /* {name}>: the variable that receives the descriptor; empty: none */
    cp_word *target; /* of a here-document: its delimiter word */
    cp_heredoc *doc;
    cp_span span;
} cp_redir;

/* ---- Commands ------------------------------------------------------------------------------------------------------ */

typedef enum cp_node_kind {
    CP_NODE_SIMPLE,
    CP_NODE_PIPELINE, /* `commands` linked by next; `negated`, `timed`; one command with ! or time is a pipeline of one */
    CP_NODE_AND,
    CP_NODE_OR,
    CP_NODE_SUBSHELL,
    CP_NODE_GROUP,
    CP_NODE_IF,
    CP_NODE_WHILE,
    CP_NODE_UNTIL,
    CP_NODE_FOR,
    CP_NODE_SELECT,
    CP_NODE_ARITH_FOR,
    CP_NODE_CASE,
    CP_NODE_FUNCTION,
    CP_NODE_ARITH, /* (( )) */
    CP_NODE_COND,  /* [[ ]] */
    CP_NODE_COPROC,
    CP_NODE_ERROR /* the rest of a program that did not parse */
} cp_node_kind;

typedef struct cp_case_clause {
    struct cp_case_clause *next;
    cp_word *patterns;
    cp_list body;
    uint32_t end; /* 0 ;; (or none)  1 ;&  2 ;;& */
    cp_span span;
} cp_case_clause;

typedef enum cp_cond_kind {
    CP_COND_AND,
    CP_COND_OR,
    CP_COND_NOT,
    CP_COND_GROUP,
    CP_COND_UNARY,
    CP_COND_BINARY,
    CP_COND_WORD
} cp_cond_kind;
typedef struct cp_cond {
    uint32_t kind;
    cp_span span;
    cp_slice op;      /* UNARY "-f", BINARY "==", "=~", "-eq" … */
    cp_word *op_word; /* the operator's word; NULL for < and > */
    struct cp_cond *left, *right;
    cp_word *a, *b;
} cp_cond;

struct cp_node {
    cp_node *next; /* in a pipeline */
    uint8_t kind;
    uint8_t negated;     /* PIPELINE: ! (an odd number of them) */
    uint8_t timed;       /* PIPELINE: time */
    uint8_t pipe_stderr; /* this stage is joined to the next by |& */
    cp_span span;
    cp_redir *redirs; /* of simple and compound commands, in order of appearance */
    union {
        struct {
            cp_assignment *assignments;
            cp_word *words;
            uint32_t word_count;
        } simple;
        struct {
            cp_node *commands;
        } pipeline;
        struct {
            cp_node *left, *right;
        } andor;
        struct {
            cp_list body;
        } group; /* SUBSHELL, GROUP */
        struct {
            cp_list test, then;
            cp_node *otherwise;
        } ifs; /* otherwise: an IF node (elif), a GROUP node (else) or NULL */
        struct {
            cp_list test, body;
        } loop; /* WHILE, UNTIL */
        struct {
            cp_slice name;
            cp_span name_span;
            cp_word *words;
            uint32_t has_in;
            cp_list body;
            cp_word *name_word;
        } fors; /* FOR, SELECT; !has_in: "$@" */
        struct {
            cp_arith *init, *test, *step;
            cp_list body;
        } arith_for;
        struct {
            cp_word *word;
            cp_case_clause *clauses;
        } cases;
        struct {
            cp_slice name;
            cp_span name_span;
            cp_word *name_word;
            cp_node *body;
        } function; /* redirections of the definition hang on the body */
        struct {
            cp_arith *expr;
        } arith;
        struct {
            cp_cond *expr;
        } cond;
        struct {
            cp_slice name;
            cp_node *body;
            cp_word *name_word;
        } coproc; /* name empty: COPROC */
        struct {
            cp_slice message;
        } error;
    } as;
};

typedef struct cp_program {
    uint32_t src; /* index in cp_sources */
    cp_list body;
} cp_program;
#endif
