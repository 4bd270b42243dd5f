/* From bytes to a syntax tree. The parser knows the grammar of each dialect (a table of features), keeps no global state,
 * recurses only under the budget's depth, and never guesses: what it cannot parse is an ERROR node with the span of the rest,
 * and the statements that were complete before it stay in the tree (a shell runs them). */
#ifndef CP_SHELL_PARSE_H
#define CP_SHELL_PARSE_H
#include "shell/ast.h"

typedef enum cp_dialect {
    CP_DIALECT_UNKNOWN = 0,
    CP_DIALECT_BASH = 1,
    CP_DIALECT_SH = 2,
    CP_DIALECT_DASH = 3,
    CP_DIALECT_ZSH = 4,
    CP_DIALECT_POSIX_BASH = 5 /* bash --posix, or bash called as sh */
} cp_dialect;

/* What the parser noticed. Each of them forbids an allow. */
typedef enum cp_note_kind {
    CP_NOTE_SYNTAX_ERROR = 1, /* the tree ends here */
    CP_NOTE_UNSUPPORTED,      /* a construct that the shell has and this parser has not */
    CP_NOTE_OPAQUE, /* deferred text (backquotes, here-document, subscript …) that does not parse */
    CP_NOTE_HEREDOC_UNTERMINATED,
    CP_NOTE_DIALECT_DEPENDS, /* other plausible shells read these bytes as other commands */
    CP_NOTE_HIDDEN_BYTES, /* NUL, control, bidirectional or invisible characters, CR outside quotes, Unicode blanks in unquoted words */
    CP_NOTE_LIMIT /* a limit of the budget ended the parse */
} cp_note_kind;

typedef struct cp_note {
    struct cp_note *next;
    uint32_t kind;
    cp_span span;
    cp_slice message; /* for people; static or arena text */
} cp_note;

enum {
    CP_PARSE_EXTGLOB = 1, /* shopt -s extglob is on when this text is read */
    CP_PARSE_ALIASES = 2  /* aliases may be live: note it where the dialect would expand them */
};

typedef struct cp_parse_result {
    cp_program program; /* what parsed, then an ERROR node where something did not */
    cp_note *notes;     /* in order of appearance; NULL: the text is plain */
    uint32_t complete;  /* 1: everything parsed to the end, no SYNTAX_ERROR, LIMIT or UNSUPPORTED note */
    uint32_t
        extglob_assumed;    /* it parses only with extended globs, which were not said to be on (noted too) */
    uint32_t features_used; /* of shell/dialects.h: what distinguishes this text between dialects */
} cp_parse_result;

/* Parses sources->items[src]. Never fails to answer: out of memory is in the arena's flag and the budget. */
void cp_parse(cp_arena *, cp_sources *, uint32_t src, cp_dialect, uint32_t flags, cp_budget *,
              cp_parse_result *out);

/* Parses the source as a single word, as the shell would after having read it as a here-document body or inside double
 * quotes (how = 'h' or '"'), or as arithmetic text (how = 'a'), or as an assignment-like subscript NAME[…] (how = '['): for texts that a
 * command evaluates later (printf -v, read, [[ -v ]], let …). NULL where it does not parse. */
cp_word *cp_parse_deferred(cp_arena *, cp_sources *, uint32_t src, cp_dialect, char how, cp_budget *,
                           cp_parse_result *out);
#endif
