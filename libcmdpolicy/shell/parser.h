/* What the files of shell/ share: the token, the reading position, and the functions of each. Private to shell/.
 *
 * One parser reads one text from left to right. A nested text (a substitution, a here-document's body) saves `lx`, reads with a fresh
 * one, and puts it back. Errors and spent limits are sticky in `failed`: every function returns soon after it is set, with a value
 * that is safe to link. Recursion that the text controls is counted by cp_enter. */
#ifndef CP_SHELL_PARSER_H
#define CP_SHELL_PARSER_H
#include "shell/chars.h"
#include "shell/dialects.h"
#include "shell/leaves.h"
#include "shell/parse.h"

typedef enum cp_tok {
    TOK_EOF,
    TOK_NEWLINE,
    TOK_SEMI,
    TOK_AMP,
    TOK_AND_AND,
    TOK_OR_OR,
    TOK_BAR,
    TOK_BAR_AND,
    TOK_LPAREN,
    TOK_RPAREN,
    TOK_SEMI_SEMI,
    TOK_SEMI_AND,
    TOK_SEMI_SEMI_AND,
    TOK_LESS,
    TOK_GREATER,
    TOK_APPEND,
    TOK_CLOBBER,
    TOK_RDWR,
    TOK_LESS_AND,
    TOK_GREATER_AND,
    TOK_AND_GREATER,
    TOK_AND_APPEND,
    TOK_HEREDOC,
    TOK_HEREDOC_TABS,
    TOK_HERESTRING,
    TOK_DASH,   /* - after <& or >& */
    TOK_NUMBER, /* digits before a redirection, or after <& or >& */
    TOK_FD_VAR, /* {name} before a redirection */
    TOK_WORD,
    TOK_ASSIGNMENT, /* where the grammar looks for one */
    TOK_IF,
    TOK_THEN,
    TOK_ELIF,
    TOK_ELSE,
    TOK_FI,
    TOK_WHILE,
    TOK_UNTIL,
    TOK_DO,
    TOK_DONE,
    TOK_FOR,
    TOK_SELECT,
    TOK_IN,
    TOK_CASE,
    TOK_ESAC,
    TOK_FUNCTION,
    TOK_COPROC,
    TOK_TIME,
    TOK_TIME_P,
    TOK_TIME_END,
    TOK_BANG,
    TOK_LBRACE,
    TOK_RBRACE,
    TOK_COND,
    TOK_COND_END,
    TOK_ARITH,     /* (( … )) whole */
    TOK_ARITH_FOR, /* the (( … )) of a for, whole */
    TOK_COUNT
} cp_tok;
_Static_assert(TOK_COUNT <= 64, "sets of tokens are bit masks");

enum {
    LX_CASE_PATTERN = 1,     /* between `in` or ;; and the ) of a pattern */
    LX_REDIR_PREFIX = 2,     /* only redirections so far in this simple command */
    LX_PREFIX = 4,           /* no command word so far in this simple command: NAME= assigns */
    LX_COND = 8,             /* inside [[ ]] */
    LX_REGEX = 16,           /* the operand of =~ */
    LX_PATTERN = 32,         /* the operand of == : extended globs are on */
    LX_DECLARES = 64,        /* behind declare, export, eval …: NAME=( ) is an array */
    LX_WANTS_IN = 128,       /* for NAME, case WORD: `in` may come */
    LX_IN_CASE = 256,        /* … of a case */
    LX_ARRAY = 512,          /* inside NAME=( ) */
    LX_FUNCTION_BODY = 1024, /* after NAME() : { begins the body */
    LX_ARGUMENTS = 8192,     /* behind coproc NAME: NAME= is an argument */
    LX_REDIR_FIRST = 4096,   /* in the redirection that begins a simple command */
    LX_DOCS_LATE = 2048      /* bodies of a here-document of a closed substitution stand behind this line */
};

typedef struct cp_lex {
    const uint8_t *s;
    uint32_t pos, end, src;
    uint8_t tok, last, before; /* cp_tok: the current token and the two before it */
    uint8_t extglob;
    uint32_t mode;
    uint32_t beg, prev_end; /* where tok begins; where the token before it ended */
    uint32_t tok_end;
    cp_word *word;             /* WORD, FD_VAR, NUMBER after <& */
    cp_assignment *assignment; /* ASSIGNMENT; a WORD that assigns behind a redirection */
    cp_arith *arith;           /* ARITH */
    int32_t number;
    cp_redir **docs; /* waiting for their bodies, oldest first */
    uint32_t docs_count, docs_cap;
    uint8_t in_paren;      /* inside $( ) or <( ) */
    cp_arith *element_sub; /* of an array's [subscript]=value: then word is the value, or NULL */
    uint32_t element_append;
    uint32_t line_end, resume; /* LX_DOCS_LATE: at the newline at line_end go on at resume */
} cp_lex;

typedef struct cp_memo cp_memo;

/* A closing line that a search did not find. */
typedef struct cp_missing_line {
    cp_slice delimiter;
    uint32_t src, from, end, key;
} cp_missing_line;

typedef struct cp_parser {
    cp_lex lx;
    cp_arena *arena;
    cp_sources *sources;
    cp_budget *budget;
    cp_leaves *leaves; /* NULL: nobody asks */
    uint32_t features; /* cp_feature bits of the dialect */
    uint32_t used;     /* features that the text made use of, or would have */
    uint8_t dialect;
    uint8_t extglob_wanted; /* an extended glob stood where they are off */
    uint8_t
        plain_braces; /* 1: <( ) in the word of a ${ } is plain text here; 2: in the next one only (bash's scan of (( )) and of NAME[…]) */
    uint8_t printed;  /* inside of $( ) or <( ): bash keeps what it prints of it, redirections last */
    uint8_t stale_in; /* bash still waits for the `in` of a for NAME { } */
    uint8_t failed;
    uint8_t unsupported; /* failed by something that this parser can't read */
    uint8_t limited;     /* failed by a limit or for want of memory */
    const char *message;
    cp_span where;
    cp_note *notes, **notes_tail;
    cp_memo *memo;
    uint32_t brace_at;      /* of the first { that brace expansion may see */
    uint32_t first_command; /* where the first plain command word stood; UINT32_MAX: none */
    uint32_t left_over;     /* the source whose last program ended before something unexpected */
    uint32_t counted_src,
        counted_end; /* the last text that began like (( )) and turned out to be subshells */
    cp_missing_line missing;
    cp_arith *for_parts[3]; /* of the last ARITH_FOR token */
    uint32_t statement;     /* where the statement began that failed */
    uint32_t cases;         /* that bash takes for open */
    uint32_t speculating;   /* inside a (( whose kind is not known yet */
} cp_parser;

/* ---- Small change -------------------------------------------------------------------------------------------------- */

/* Parts of a word under construction. */
typedef struct cp_parts {
    cp_part *first, **tail;
    uint32_t flags; /* CP_WORD_… */
} cp_parts;
static inline void cp_parts_init(cp_parts *ps) {
    ps->first = NULL;
    ps->tail = &ps->first;
    ps->flags = 0;
}
cp_part *cp_parts_add(cp_parser *, cp_parts *, cp_part_kind, uint32_t beg, uint32_t end);
void cp_parts_text(cp_parser *, cp_parts *, cp_part_kind, uint32_t flags, uint32_t beg,
                   uint32_t end); /* nothing where beg == end */

static inline cp_span cp_here(const cp_parser *px, uint32_t beg, uint32_t end) {
    return (cp_span){px->lx.src, beg, end};
}
static inline cp_slice cp_raw(const cp_parser *px, uint32_t beg, uint32_t end) {
    return (cp_slice){px->lx.s + beg, end - beg};
}
static inline bool cp_has(cp_parser *px, uint32_t feature) {
    px->used |= feature;
    return (px->features & feature) != 0;
}
/* The offset of the next byte at or after `at`, behind line continuations. */
static inline uint32_t cp_skip_joins(const cp_lex *lx, uint32_t at) {
    while (at + 1 < lx->end && lx->s[at] == '\\' && lx->s[at + 1] == '\n')
        at += 2;
    return at;
}
/* That byte; -1 at the end. */
static inline int cp_byte(const cp_lex *lx, uint32_t at) {
    return at < lx->end ? lx->s[at] : -1;
}

void cp_fail(cp_parser *, const char *message, uint32_t at);
void cp_fail_limit(cp_parser *);
/* Counts work; false (and failed) once a limit is reached. */
static inline bool cp_work(cp_parser *px, uint64_t steps) {
    if (cp_spend(px->budget, CP_LIMIT_STEPS, steps) && !px->arena->failed)
        return true;
    cp_fail_limit(px);
    return false;
}
static inline bool cp_node_work(cp_parser *px) {
    if (cp_spend(px->budget, CP_LIMIT_NODES, 1))
        return true;
    cp_fail_limit(px);
    return false;
}
bool cp_deeper(cp_parser *); /* cp_enter, failing by the limit; always followed by cp_leave(px->budget) */
void cp_note_add(cp_parser *, cp_note_kind, cp_span, const char *message);
/* Copies bytes [beg, end) without their line continuations; the source's own bytes where there are none. */
cp_slice cp_unjoin(cp_parser *, uint32_t beg, uint32_t end);
cp_word *cp_word_new(cp_parser *, uint32_t beg, uint32_t end, const cp_parts *);

/* ---- tokens.c: the lexer ------------------------------------------------------------------------------------------- */

/* Where bodies of here-documents behind this line have been read. What is read again from an earlier place begins with what was known there. */
typedef struct cp_late {
    uint32_t mode, line_end, resume;
} cp_late;
static inline cp_late cp_late_of(const cp_lex *lx) {
    return (cp_late){lx->mode & LX_DOCS_LATE, lx->line_end, lx->resume};
}
static inline void cp_late_again(cp_lex *lx, cp_late late) {
    lx->mode = (lx->mode & ~(uint32_t)LX_DOCS_LATE) | late.mode;
    lx->line_end = late.line_end;
    lx->resume = late.resume;
}
void cp_lex_init(cp_lex *, const uint8_t *s, uint32_t beg, uint32_t end, uint32_t src);
void cp_advance(cp_parser *);
/* Whether a reserved word may stand behind the last tokens read. */
#define CP_TOK_BIT(tok) (UINT64_C(1) << (tok))
static inline bool cp_reserved_ok(const cp_lex *lx) {
    const uint64_t after =
        CP_TOK_BIT(TOK_NEWLINE) | CP_TOK_BIT(TOK_SEMI) | CP_TOK_BIT(TOK_AMP) | CP_TOK_BIT(TOK_AND_AND) |
        CP_TOK_BIT(TOK_OR_OR) | CP_TOK_BIT(TOK_BAR) | CP_TOK_BIT(TOK_BAR_AND) | CP_TOK_BIT(TOK_LPAREN) |
        CP_TOK_BIT(TOK_RPAREN) | CP_TOK_BIT(TOK_SEMI_SEMI) | CP_TOK_BIT(TOK_SEMI_AND) |
        CP_TOK_BIT(TOK_SEMI_SEMI_AND) | CP_TOK_BIT(TOK_IF) | CP_TOK_BIT(TOK_THEN) | CP_TOK_BIT(TOK_ELIF) |
        CP_TOK_BIT(TOK_ELSE) | CP_TOK_BIT(TOK_FI) | CP_TOK_BIT(TOK_WHILE) | CP_TOK_BIT(TOK_UNTIL) |
        CP_TOK_BIT(TOK_DO) | CP_TOK_BIT(TOK_DONE) | CP_TOK_BIT(TOK_ESAC) | CP_TOK_BIT(TOK_COPROC) |
        CP_TOK_BIT(TOK_TIME) | CP_TOK_BIT(TOK_TIME_P) | CP_TOK_BIT(TOK_TIME_END) | CP_TOK_BIT(TOK_BANG) |
        CP_TOK_BIT(TOK_LBRACE) | CP_TOK_BIT(TOK_RBRACE) | CP_TOK_BIT(TOK_ARITH) | CP_TOK_BIT(TOK_COND_END);
    return after >> lx->last & 1 ||
           (lx->last == TOK_WORD && (lx->before == TOK_COPROC || lx->before == TOK_FUNCTION));
}

/* ---- words.c ------------------------------------------------------------------------------------------------------- */

/* Reads the word at lx.pos; leaves lx.pos behind it. Sets lx.word or lx.assignment and returns the token. */
cp_tok cp_read_word(cp_parser *);
/* One special byte of unquoted text at lx.pos: \ ' " ` $, or < > before a parenthesis. Consumes at least one byte. */
void cp_read_unquoted(cp_parser *, cp_parts *);

/* ---- reserved.c ---------------------------------------------------------------------------------------------------- */

/* The reserved word that an unquoted token is here, or TOK_WORD. May leave a mode: it is asked once for each token. */
cp_tok cp_reserved_word(cp_parser *, cp_slice);
/* Whether these bytes are a reserved word somewhere. */
bool cp_is_reserved_text(cp_slice);

/* ---- quotes.c ------------------------------------------------------------------------------------------------------ */

typedef enum cp_quoting {
    CP_Q_DOUBLE,  /* "…": up to the closing quote */
    CP_Q_HEREDOC, /* a body: up to the end of the window; " is literal */
    CP_Q_BRACE,   /* the word of "${x-…}": up to the }; ' pairs but is literal */
    CP_Q_ARITH /* arithmetic, subscripts: like "…" with quotes pairing; up to the closing byte that balances */
} cp_quoting;
/* Reads double-quoted text at lx.pos up to, not including, its end. False: unterminated (already failed). */
typedef struct cp_quoted {
    uint8_t quoting;     /* cp_quoting */
    uint8_t open, close; /* ARITH: nesting bytes ("(" ")" or "[" "]") */
    uint8_t brace_close; /* ends at an unquoted } too (a subscript inside ${ }) */
    uint8_t slash;       /* BRACE: ends at / too (a pattern of ${x/…/…}) */
    uint8_t colon;       /* ARITH: ends at a : that belongs to no ? (the offset of ${x:…:…}) */
    uint8_t semicolon;   /* ARITH: ends at ; (a part of for ((;;))) */
    uint8_t procsub;     /* ARITH: <( ) and >( ) nest (subscripts, texts inside ${ }) */
    uint8_t
        again; /* out, ARITH with ( ): it holds a ${ or $[ over which bash's scan does not jump: read the window again */
    uint8_t plain;       /* BRACE: <( ) is plain text */
    uint8_t to_end;      /* ARITH: ends with the window */
    uint8_t real_single; /* BRACE: '…' quotes */
    uint8_t ansi_bare;   /* ARITH: what $'…' stands for gets no quotes ("${x:…}") */
    uint32_t depth;      /* ARITH: open brackets to begin with */
    /* ARITH: which ) closes which ( ; NULL: nobody asks */
    struct cp_paren_log *log;
    uint8_t posix; /* $(( is always arithmetic, and quotes in it are bytes of it */
} cp_quoted;
typedef struct cp_paren_log {
    uint32_t *open, open_count, open_cap;
    struct cp_paren_pair {
        uint32_t open, close;
    } * pairs;
    uint32_t pair_count, pair_cap;
} cp_paren_log;
bool cp_read_quoted(cp_parser *, cp_quoted *, cp_parts *);
void cp_read_single(cp_parser *, cp_parts *);                 /* at ' */
void cp_read_ansi(cp_parser *, cp_parts *);                   /* at $' */
void cp_read_double(cp_parser *, cp_parts *, uint32_t flags); /* at " or $" */

/* ---- expansions.c, braces.c ---------------------------------------------------------------------------------------- */

/* At $: an expansion, or a literal dollar sign. `quoted`: inside double quotes or their like. */
void cp_read_dollar(cp_parser *, cp_parts *, bool quoted);
void cp_read_backquote(cp_parser *, cp_parts *, bool quoted);
/* At <( or >(. */
void cp_read_procsub(cp_parser *, cp_parts *);
/* At ${ . */
cp_part *cp_read_brace(cp_parser *, cp_parts *, bool quoted);
/* A program up to the closing ) at lx.pos (which is consumed); for $( ) and <( ). */
cp_list *cp_read_program_paren(cp_parser *);
/* The window [beg, end) as a program of its own. NULL where it does not parse; no error is left behind. */
cp_list *cp_read_window(cp_parser *, uint32_t beg, uint32_t end);

/* ---- arith.c ------------------------------------------------------------------------------------------------------- */

/* Arithmetic text over [beg, end), with the expansions found in it. */
cp_arith *cp_arith_new(cp_parser *, uint32_t beg, uint32_t end, const cp_parts *);
/* At the byte behind the [ : reads to the ] that balances, consumes it. NULL: failed, or (in_brace) a } came first. */
cp_arith *cp_read_subscript(cp_parser *, bool in_brace);
/* At (( : an arithmetic command (consumed, lx.arith set), or false: two opening parentheses. */
bool cp_read_arith_command(cp_parser *);
/* At (( behind `for`. */
void cp_read_arith_for(cp_parser *);
/* At $(( : arithmetic, or a command substitution that begins like it. Returns the part that it added; NULL: failed. */
cp_part *cp_read_arith_sub(cp_parser *, cp_parts *);
/* At the byte behind an opening parenthesis that a second one follows: bash finds the end by counting, and reads the program when it expands the
 * word. Fills in part->as.program, or makes the part opaque. */
void cp_read_counted(cp_parser *, cp_part *part);
cp_part *cp_read_old_arith(cp_parser *, cp_parts *); /* at $[ */

/* ARITH with ( ), up to the ) that balances, in two steps where `again` says so. False: failed. */
bool cp_read_counted_text(cp_parser *, cp_quoted *, cp_parts *);
/* At ${ or $[ : whether it ends soon, without parentheses and quotes, and where `brackets` count without those, too. */
bool cp_brace_is_simple(const cp_lex *, uint32_t at, bool brackets);

/* What a reading decided at an offset, so that text that is read twice is decided once. */
typedef enum cp_memo_kind {
    CP_MEMO_UNQUOTED,
    CP_MEMO_QUOTED,
    CP_MEMO_CLOSE /* of the parenthesis at this offset */
} cp_memo_kind;
typedef struct cp_decision {
    uint64_t key; /* offset and kind */
    uint32_t src, end;
    cp_part *part;
} cp_decision;
const cp_decision *cp_memo_get(const cp_parser *, cp_memo_kind, uint32_t at);
void cp_memo_put(cp_parser *, cp_memo_kind, uint32_t at, uint32_t end, cp_part *part);

/* ---- heredocs.c ---------------------------------------------------------------------------------------------------- */

void cp_heredoc_wait(cp_parser *, cp_redir *);
/* The bodies of those that wait begin at `pos`; returns where the text goes on. */
uint32_t cp_heredocs_read(cp_parser *, uint32_t pos, bool in_paren);

/* ---- commands.c, compound.c, conditionals.c ------------------------------------------------------------------------ */

/* The bytes of a word that has no quotes and no expansions; empty for any other, and for NULL. */
cp_slice cp_plain_text(const cp_word *);
cp_list cp_parse_list(
    cp_parser *); /* a compound list: at least one statement; stops before its closing word */
cp_list cp_parse_lines(cp_parser *); /* a whole program up to the end of the text, or to ) where `paren` */
/* A list whose last statement is followed by something that cannot follow: that statement is none, the error begins with it. */
void cp_drop_last(cp_parser *, cp_list *);
cp_node *cp_parse_command(cp_parser *);
cp_node *cp_parse_simple(cp_parser *,
                         cp_word *first); /* first: a command word that was already read past, or NULL */
void cp_parse_redirs(cp_parser *, cp_node *);
/* Notes that a function's or a loop's name is written in a way that ksh and zsh read as another name; bash takes it as it stands,
 * or refuses it when it runs. */
void cp_parse_name_written(cp_parser *, const cp_word *name, bool variable);
cp_redir *cp_parse_redir(cp_parser *);
cp_node *cp_parse_compound(cp_parser *);     /* NULL: the token begins none */
cp_cond *cp_parse_cond(cp_parser *);         /* at [[ */
void cp_parse_array(cp_parser *, cp_part *); /* at the byte behind ( ; consumes the ) */
cp_node *cp_node_new(cp_parser *, cp_node_kind, uint32_t beg);
static inline bool cp_is_shell_command(uint32_t tok) /* what a function's body or a coprocess may be */
{
    return tok == TOK_LPAREN || tok == TOK_LBRACE || tok == TOK_IF || tok == TOK_WHILE || tok == TOK_UNTIL ||
           tok == TOK_FOR || tok == TOK_SELECT || tok == TOK_CASE || tok == TOK_ARITH || tok == TOK_COND;
}
/* Whether the token being read is the first behind $( or <( . */
static inline bool cp_at_paren_start(const cp_lex *lx) {
    return lx->in_paren && lx->last == TOK_LPAREN && lx->before == TOK_EOF;
}
static inline bool cp_is_redir(uint32_t tok) {
    return (tok >= TOK_LESS && tok <= TOK_HERESTRING) || tok == TOK_NUMBER || tok == TOK_FD_VAR;
}
void cp_skip_newlines(cp_parser *);
void cp_unexpected(cp_parser *);
static inline void cp_leaf_add(cp_parser *px, cp_leaf_kind kind, uint32_t beg, uint32_t end) {
    if (px->leaves)
        cp_leaves_add(px->leaves, px->arena, (cp_leaf){cp_here(px, beg, end), kind});
}
#endif
