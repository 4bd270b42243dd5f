/* What the files of words/ share. A word is expanded in two steps: its parts become pieces (bytes and holes that know whether
 * they split, glob or are quoted; breaks between the elements of "$@"; choices where a value has alternatives), and the pieces
 * are assembled into fields. Not for other folders. */
#ifndef CP_WORDS_INTERNAL_H
#define CP_WORDS_INTERNAL_H
#include "words/expand.h"

/* How a run of bytes or a hole behaves when fields are made of it. */
enum {
    CP_LIVE_SPLIT = 1,   /* bytes are split at the default IFS's blanks            */
    CP_LIVE_HOLES = 2,   /* holes may hold blanks and so split                     */
    CP_LIVE_GLOB = 4,    /* * ? [ are live, in bytes and in what a hole may hold   */
    CP_LIVE_ESCAPES = 8, /* a backslash in the bytes escapes when they are matched */
    CP_LIVE_QUOTED = 16  /* stands in quotes: nothing is live                      */
};

typedef enum cp_piece_kind {
    CP_PIECE_ATOMS,        /* `atoms`, `count`                                                    */
    CP_PIECE_QUOTES,       /* quotes stood here: a field exists even if it is empty               */
    CP_PIECE_MAYBE_QUOTES, /* the same around "$@": it may be no field                            */
    CP_PIECE_BREAK,        /* between two elements of $@ or an array                              */
    CP_PIECE_SPLAT,        /* any number of elements, each one of `set`                           */
    CP_PIECE_CHOICE        /* one of `choices`                                                    */
} cp_piece_kind;

typedef struct cp_piece cp_piece;
typedef struct cp_pieces {
    cp_piece *first, *last;
} cp_pieces;

struct cp_piece {
    cp_piece *next;
    uint8_t kind;
    uint8_t live;
    uint32_t count;
    const cp_atom *atoms;
    cp_set set;
    const cp_pieces *choices; /* `count` of them */
};

/* What a dialect does when it expands; CP_WORDS_MAYBE_… where the dialect is one of several that differ. */
enum {
    CP_WORDS_BRACES = 1,
    CP_WORDS_MAYBE_BRACES = 2,
    CP_WORDS_SPLITS = 4,       /* unquoted $x splits; otherwise only $( ) does */
    CP_WORDS_GLOBS_VALUES = 8, /* unquoted $x globs */
    CP_WORDS_ARG_TILDE = 16,   /* ~ after = in arguments that look like assignments */
    CP_WORDS_MAYBE_ARG_TILDE = 32,
    CP_WORDS_REDIR_EXPANDS = 64, /* redirection targets split and glob */
    CP_WORDS_DYNAMIC = 128,      /* RANDOM, SECONDS … are the shell's own */
    CP_WORDS_ARITH_NAMES = 256,  /* a variable's value in arithmetic is an expression, which can run code */
    CP_WORDS_BASH_ARITH = 512,   /* , ** ++ -- base#n, 64-bit wraparound */
    CP_WORDS_BASH =
        1024, /* bash for certain: its own ways with ':' behind ~, quotes in "${…}", operators on $@ */
    CP_WORDS_ZSH = 2048,
    CP_WORDS_TILDE_KEEPS = 4096 /* ~ stays as it is where HOME is unset or empty */
};

typedef struct cp_expansion {
    cp_arena *arena;
    const cp_env *env;
    cp_budget *budget;
    const cp_word *word;
    cp_dialect dialect;
    uint32_t features;
    cp_context context;
    uint32_t maybe;    /* > 0: what is expanded here may not be expanded by the shell */
    bool unknown_word; /* the shell reads this word in a way that is not modelled */
    bool keyed;        /* behind declare -A: the subscripts of an array are keys */
    bool beside_list;  /* between the double quotes of a "$@": there bash may split what "$*" joins */
    /* The pattern of ${x#…} and the like: between double quotes its plain text is live all the same. */
    bool operator_word;
    bool only_asks; /* ${x:+word}, ${#x}: whether the variable is set, or how long it is, not what it is */
} cp_expansion;

uint32_t cp_words_features(cp_dialect);
static inline bool cp_words_stop(const cp_expansion *e) {
    return cp_arena_failed(e->arena) || cp_spent(e->budget);
}
static inline bool cp_words_default_ifs(const cp_expansion *e) {
    return (e->env->flags & CP_ENV_IFS_CHANGED) == 0;
}
/* Are the live *, ? and [ of this word patterns? */
static inline bool cp_words_may_glob(const cp_expansion *e) {
    if (e->context == CP_CONTEXT_PATTERN)
        return true;
    if (e->env->flags & CP_ENV_NOGLOB)
        return false;
    return e->context == CP_CONTEXT_ARG ||
           (e->context == CP_CONTEXT_REDIR && (e->features & CP_WORDS_REDIR_EXPANDS));
}

/* ---- pieces.c ----------------------------------------------------------------------------------------------------- */
void cp_pieces_atoms(cp_expansion *, cp_pieces *, const cp_atom *, uint32_t count, uint32_t live);
void cp_pieces_bytes(cp_expansion *, cp_pieces *, cp_slice, cp_span, uint32_t live);
void cp_pieces_mark(cp_expansion *, cp_pieces *, cp_piece_kind);
void cp_pieces_splat(cp_expansion *, cp_pieces *, cp_set, uint32_t live);
void cp_pieces_set(cp_expansion *, cp_pieces *, cp_set, uint32_t live);
void cp_pieces_choice(cp_expansion *, cp_pieces *, const cp_pieces *choices, uint32_t count);
/* A hole that may be anything, live as said. */
void cp_pieces_unknown(cp_expansion *, cp_pieces *, cp_span, uint32_t live);
/* All of `list`: elements and the breaks between them. */
void cp_pieces_fields(cp_expansion *, cp_pieces *, const cp_fields *list, uint32_t live);

/* ---- parts.c ------------------------------------------------------------------------------------------------------ */
typedef enum cp_tilde {
    CP_TILDE_NONE,
    CP_TILDE_START,
    CP_TILDE_ASSIGN,
    CP_TILDE_ARGUMENT /* after its first '=', then as CP_TILDE_ASSIGN */
} cp_tilde;
/* A word without its braces (live says how its own unquoted bytes behave). */
void cp_words_read(cp_expansion *, const cp_word *, cp_pieces *, uint32_t live, cp_tilde);
/* Parts of a word, in a word. */
void cp_words_parts(cp_expansion *, const cp_part *, cp_pieces *, uint32_t live);
/* A word inside ${x:-…} or the like. */
void cp_words_inner(cp_expansion *, const cp_word *, cp_pieces *, uint32_t live);
cp_span cp_words_quoted_span(const cp_part *);

/* ---- expand.c ----------------------------------------------------------------------------------------------------- */
/* A word as one field, in another context. */
cp_set cp_words_single(cp_expansion *, const cp_word *, cp_context);
void cp_words_maybe(cp_expansion *, bool begins);
void cp_words_evaluates(cp_expansion *, cp_span, const char *what);
/* … and the texts in question, where they are certain. */
void cp_words_evaluated(cp_expansion *, const cp_value *text, char as);
void cp_words_evaluated_set(cp_expansion *, const cp_set *, char as);
/* The liveness of an expansion's result, where the word's own bytes have `live`. */
uint32_t cp_words_result_live(const cp_expansion *, uint32_t live, bool command);

/* ---- param.c, operators.c, tilde.c, arith.c ------------------------------------------------------------------------ */
void cp_words_param(cp_expansion *, const cp_part *, cp_pieces *, uint32_t live);
const cp_part *cp_words_named(cp_expansion *, const cp_part *);
void cp_words_read_again(cp_expansion *, cp_set, uint32_t live);
typedef struct cp_scalar {
    cp_set set; /* what it is if it is set; count 0: it is not */
    cp_tri is_set;
} cp_scalar;
cp_scalar cp_words_variable(cp_expansion *, cp_slice name, cp_span);
/* #, %, /, ^ … on every alternative. Expands the operator's words. */
cp_set cp_words_operate(cp_expansion *, const cp_part *, cp_set);
cp_fields cp_words_operate_list(cp_expansion *, const cp_part *, const cp_fields *);
/* The numbers of ${@:offset:length}. False: not constant. */
bool cp_words_range(cp_expansion *, const cp_part *, int64_t *out_offset, int64_t *out_length,
                    bool *out_has_length);
cp_value cp_words_operated_hole(cp_expansion *, const cp_value *, cp_span);
cp_value cp_words_number(cp_arena *, int64_t, cp_span);
cp_value cp_words_integer_hole(cp_expansion *, cp_span);

/* Where `text` (unquoted, with `followed` parts behind it) has a tilde-prefix at `at`: its pieces are appended and the number
 * of bytes taken is returned; 0: none. `in_assignment`: ':' ends it. */
uint32_t cp_words_tilde(cp_expansion *, cp_slice text, uint32_t at, bool followed, bool in_assignment,
                        cp_span, cp_pieces *);
cp_value cp_words_arith(cp_expansion *, const cp_arith *);

/* ---- braces.c ------------------------------------------------------------------------------------------------------ */
typedef struct cp_brace_words {
    cp_part **items; /* each a list of parts; NULL: an empty word */
    uint32_t count, cap;
    uint32_t unmade; /* a limit cut the list */
    uint32_t
        unknown; /* the shell reads these braces in a way that is not modelled: anything may stand here */
    uint32_t expanded; /* there was something to expand */
} cp_brace_words;
/* Does an unquoted '{' stand in the word? Cheap. */
bool cp_words_has_brace(const cp_part *);
void cp_words_braces(cp_expansion *, const cp_part *, cp_brace_words *);

/* ---- assemble.c, glob.c -------------------------------------------------------------------------------------------- */
/* Bytes or a hole of a field that is being made; linked backwards, so that alternatives share their beginnings. */
typedef struct cp_cell {
    struct cp_cell *prev;
    uint32_t depth; /* cells up to here, this one included */
    uint32_t live;
    cp_atom atom;
} cp_cell;
/* Appends the fields that the pieces make (CP_CONTEXT_ARG). */
typedef struct cp_field_list {
    cp_field *items;
    uint32_t count, cap;
} cp_field_list;
void cp_words_assemble(cp_expansion *, const cp_pieces *, cp_field_list *);
/* One field of all pieces. */
cp_set cp_words_assemble_one(cp_expansion *, const cp_pieces *);
/* Is there a ^ in it that may be one of zsh's operators? */
bool cp_words_excludes(const cp_expansion *, const cp_cell *const *cells, uint32_t count);
/* Replaces live glob characters by holes. True: the field is a pattern, which may stand for several names. `excludes`: ^ is an operator of
 * patterns, as it is in zsh where an option says so. */
bool cp_words_glob(cp_expansion *, const cp_cell *const *cells, uint32_t count, bool excludes, cp_atom **out,
                   uint32_t *out_count);
/* The value of atoms in a row, bytes joined where they touch. */
void cp_words_value(cp_expansion *, cp_atom *, uint32_t count, uint32_t flags, cp_value *out);
void cp_fields_merge(cp_arena *, cp_field_list *into, const cp_field_list *other);
/* A field for "a limit was reached here". */
cp_field cp_words_unmade(cp_arena *, cp_span);

/* ---- spans --------------------------------------------------------------------------------------------------------- */
static inline cp_atom cp_lit_atom(cp_slice text, cp_span span) {
    return (cp_atom){.kind = CP_ATOM_LIT, .lit = text, .span = span};
}
static inline cp_atom cp_hole_atom(cp_class cls, uint32_t props, cp_slice name, cp_span span) {
    return (cp_atom){
        .kind = CP_ATOM_HOLE, .cls = (uint8_t)cls, .props = (uint16_t)props, .lit = name, .span = span};
}
static inline cp_span cp_span_part(cp_span span, uint32_t from, uint32_t to) {
    return (cp_span){span.src, span.beg + from, span.beg + to};
}
#endif
