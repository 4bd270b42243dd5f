/* fuzz: ways of writing a command differently. A way is one entry of a table; what is random about it comes from a generator
 * with a seed, so that a rewriting can be made again. */
#ifndef TOOL_FUZZ_H
#define TOOL_FUZZ_H
#include "base/text.h"
#include "tool/tool.h"

/* xorshift64*; not for secrets. */
typedef struct fuzz_random {
    uint64_t state;
} fuzz_random;
uint32_t fuzz_below(fuzz_random *, uint32_t bound);

/* A word of a call that stands in the text as it is: nothing but letters, digits and -_./:,@%+= */
typedef struct fuzz_part {
    uint32_t begin, end;         /* in the text */
    uint32_t call, index, words; /* words: how many the call has */
    bool outermost;              /* of a call that no other one runs */
    bool bare;                   /* index 0, and no builtin of a shell: it can stand behind a wrapper */
} fuzz_part;

/* A command line with the places where it can be written differently. */
typedef struct fuzz_text {
    cp_slice text;
    const fuzz_part *parts;
    uint32_t part_count;
    bool bash;   /* what only bash (and zsh) know can stand in it */
    bool closed; /* it is complete: it can be put into something else */
    const cmdpolicy_policy *policy;
    cp_arena *arena;
    fuzz_random *random;
} fuzz_text;

enum {
    FUZZ_BASH = 1,       /* not for other shells */
    FUZZ_PARAMETERS = 2, /* not where $1, $?, $0 and the like are read: they would be others */
    FUZZ_LEAVES = 4,     /* not where return, break and continue stand */
    FUZZ_OPAQUE = 8,     /* nobody can see what runs: may not allow, unless the policy allows code as such */
    FUZZ_DIM =
        64, /* it takes knowing more than the text to see what runs: may not allow what was not allowed.
                          * All others may not loosen at all */
    FUZZ_OPERAND = 16, /* not for words that begin with a dash */
    FUZZ_PRINTS =
        128, /* dim where what is printed is run, or stands in words: it may print more, or nothing */
    FUZZ_FIRST = 256, /* dim behind another rewriting, whose variables may not be set where it fails */
    FUZZ_HOME = 512,  /* dim where the home directory is named: it is another one */
    FUZZ_ABSENT = 32  /* leaves the argv as something else: other options, other programs */
};

typedef struct fuzz_way {
    const char *name;     /* of the kind; several ways share it */
    uint32_t flags;       /* FUZZ_* */
    const char *template; /* as `rewrite` reads it; may be NULL */
    /* Writes the text differently. False: it can't be done with this one. */
    bool (*rewrite)(const struct fuzz_way *, const fuzz_text *, cp_text *out);
} fuzz_way;

typedef struct fuzz_ways {
    const fuzz_way *items;
    size_t count;
} fuzz_ways;
/* fuzz_words.c, fuzz_calls.c, fuzz_options.c, fuzz_wholes.c */
extern const fuzz_ways fuzz_word_ways, fuzz_call_ways, fuzz_option_ways, fuzz_whole_ways;

/* A part that `wanted` is true for, each as likely; NULL: there is none. */
const fuzz_part *fuzz_pick(const fuzz_text *, bool (*wanted)(const fuzz_text *, const fuzz_part *));
cp_slice fuzz_word(const fuzz_text *, const fuzz_part *);
/* The text with [begin, end) replaced, behind `before` and in front of `after`. */
void fuzz_replace(const fuzz_text *, cp_text *out, uint32_t begin, uint32_t end, cp_slice with);
/* Appends the template with @T (the bytes), @Q ('quoted'), @D ("quoted"), @A ($'quoted'), @B (base64), @R ('backwards') in their
 * places. Its names (q7, q8, f7, f8, E7) become others where the text has them. */
void fuzz_fill(const fuzz_text *, cp_text *out, const char *template, cp_slice bytes);
bool fuzz_contains(cp_slice text, const char *what);
#endif
