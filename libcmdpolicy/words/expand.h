/* Expansion of shell words into fields, as the shell would do it (POSIX XCU 2.6, bash manual 3.5), without executing anything:
 * brace, tilde, parameter, command and arithmetic expansion from left to right, splitting, pathname expansion, quote removal.
 * What the text itself does not fix becomes a hole. Names are asked of the walk, which owns the state. */
#ifndef CP_WORDS_EXPAND_H
#define CP_WORDS_EXPAND_H
#include "shell/parse.h"
#include "words/value.h"

enum {                          /* cp_env.flags: what the shell's state says about expansion */
       CP_ENV_IFS_CHANGED = 1,  /* IFS is not certainly space-tab-newline: what splits where is unknown */
       CP_ENV_NOGLOB = 2,       /* set -f is certain */
       CP_ENV_GLOB_OPTIONS = 4, /* nullglob, dotglob, extglob, globstar, nocaseglob … may be on */
       CP_ENV_CASE_CERTAIN = 8, /* with the former: nocaseglob is certainly off */
       CP_ENV_PLAIN_PATHS =
           16, /* the home and current directories hold no blank and no glob character (the request vouches for it) */
       CP_ENV_PHYSICAL = 32 /* the shell's name for where it is may be the one without symbolic links */
};

typedef enum cp_how { CP_HOW_SUBST, CP_HOW_PROC_IN, CP_HOW_PROC_OUT } cp_how;

typedef struct cp_env {
    void *self;
    uint32_t flags;
    /* The value of a variable (a scalar; of an array its element 0). NULL: it comes from outside, and may be unset
     * (HOME, PWD and RANDOM are then what the system or the shell makes of them; a variable that the script itself made unknown
     * is a set of one hole instead). An empty set (count 0): certainly unset; a set: certainly set. */
    const cp_set *(*variable)(void *self, cp_slice name);
    /* "$1" … ; NULL: unknown, any number. */
    const cp_fields *(*positional)(void *self);
    /* All elements of an array, in order; NULL: unknown. */
    const cp_fields *(*elements)(void *self, cp_slice name);
    /* May be NULL. Is it surely an associative array, so that its subscripts are text? */
    bool (*keyed)(void *self, cp_slice name);
    /* $( ) and <( ): the walk visits the program NOW and says what it prints, trailing newlines removed (or, for PROC, which
     * path stands for it). Never NULL. */
    const cp_set *(*program)(void *self, const cp_part *part, cp_how how);
    void (*assign)(void *self, cp_slice name, const cp_set *value,
                   cp_span); /* ${x:=…}, $((x=…)); value NULL: unknown */
    /* "Code that nobody can see may run here": a variable in arithmetic, ${!x}, ${x@P}, a subscript that is not constant. */
    void (*evaluates)(void *self, cp_span, const char *what);
    /* May be NULL. The text that `evaluates` is about, where it is certain: an expression ('a'), a name that may have a subscript ('n'),
     * a prompt ('p'). */
    void (*evaluated)(void *self, const cp_value *text, char as);
    /* This variable's value went into a word (for env-reading effects and secrets). */
    void (*reads_variable)(void *self, cp_slice name, cp_span);
    /* May be NULL. What stands between begins = true and false may happen or not (the word of ${x:-…} where x is unknown); calls
     * nest. Inside, assign is told the value NULL: old or new, unknown. */
    void (*maybe)(void *self, bool begins);
    /* May be NULL. What is known of the names in this directory (relative to the working directory, which "" is)? Asked of the patterns
     * of one name alone. */
    cp_look (*looked_at)(void *self, cp_slice directory);
} cp_env;

typedef enum cp_context {
    CP_CONTEXT_ARG,     /* splits and globs: 0..n fields */
    CP_CONTEXT_ASSIGN,  /* of name=value: no brace, split, glob; tilde after : too. One field */
    CP_CONTEXT_REDIR,   /* target of a redirection: one field expected; several make it unknown */
    CP_CONTEXT_CASE,    /* case word: one field, no splitting */
    CP_CONTEXT_PATTERN, /* case pattern, [[ == ]]: one field; glob characters stay as glob holes */
    CP_CONTEXT_QUOTED,  /* one field, as in double quotes */
    CP_CONTEXT_HEREDOC  /* body: the same, but its quotes are text */
} cp_context;

/* Fields of one word. With CP_CONTEXT_ARG there may be none. */
cp_fields cp_expand(cp_arena *, const cp_word *, cp_context, const cp_env *, cp_dialect, cp_budget *);
/* Fields of a list of words (linked by next), as the arguments of a simple command; assignment-like arguments of a declaration command
 * (CP_WORD_ASSIGNMENT) are neither split nor globbed where `declaration` is set. */
cp_fields cp_expand_words(cp_arena *, const cp_word *first, bool declaration, const cp_env *, cp_dialect,
                          cp_budget *);
/* Visits everything in an arithmetic text that may run code or assign. The value where it is a constant. */
cp_value cp_expand_arith(cp_arena *, const cp_arith *, const cp_env *, cp_dialect, cp_budget *);
#endif
