/* One argv, read by its command's grammar the way the real program would read it: subcommands, options, operands; what it
 * always does, what its words name, and what it will run. Pure: no state, no recursion into nested commands (calls/ walks
 * those), no verdicts. With holes every statement has one of three truth values. */
#ifndef CP_COMMANDS_READING_H
#define CP_COMMANDS_READING_H
#include "match/layers.h"

typedef enum cp_origin_kind {
    CP_ORIGIN_LEVEL,
    CP_ORIGIN_OPTION,
    CP_ORIGIN_OPERAND,
    CP_ORIGIN_REDIRECT,
    CP_ORIGIN_ASSIGNMENT,
    CP_ORIGIN_STDIN,
    CP_ORIGIN_WALK
} cp_origin_kind;
/* What an effect or a role stems from: the command word of a level of the path, an option, an operand … */
typedef struct cp_origin {
    uint32_t kind, index;
} cp_origin;

typedef enum cp_tree {
    CP_TREE_NONE,
    CP_TREE_TOUCHED /* may touch what is below */,
    CP_TREE_WHOLE /* surely touches all of it */
} cp_tree;

typedef struct cp_effect {
    uint32_t kind;        /* cp_effect_kind */
    uint32_t object_kind; /* cp_object_kind: ANY, PATH, HOST, VARIABLE, WORD */
    uint32_t sure;        /* cp_tri: YES, or MAYBE */
    uint32_t tree;        /* cp_tree, of a PATH */
    cp_value target;      /* PATH, VARIABLE (a name), WORD; HOST: as written */
    const cp_set *value;  /* VARIABLE that is set: what it may be set to; NULL where that can't be known */
    cp_host host;         /* HOST */
    cp_origin origin;
    uint32_t chdirs; /* how many of the reading's chdirs stand before it */
    uint32_t
        named; /* what a search asks for by a pattern: a file that the pattern isn't after is none of it */
    cp_span span;
} cp_effect;

typedef enum cp_nested_kind {
    CP_NESTED_ARGV,   /* `words` is an argv */
    CP_NESTED_SCRIPT, /* `words` joined with blanks is shell source; `params` are $0 $1 … */
    CP_NESTED_FILE,   /* words[0] is the path of a shell script that is run or sourced */
    CP_NESTED_STDIN   /* the command's standard input is shell source */
} cp_nested_kind;
typedef enum cp_domain { CP_DOMAIN_LOCAL, CP_DOMAIN_REMOTE, CP_DOMAIN_CONTAINER } cp_domain;

typedef struct cp_nested {
    uint32_t kind;
    uint32_t domain;
    uint32_t sure; /* cp_tri: does it run? */
    uint32_t
        items; /* what arrives on standard input, split into words, is appended (xargs), or takes `placeholder`'s place */
    cp_slice placeholder; /* with `items`, or find's {}: the text to be replaced; empty: append */
    cp_set stands_for;    /* find's {}: what it may be */
    uint32_t of_list;     /* that is what the command lists */
    uint32_t many;        /* find's +: any number of them */
    uint32_t there;       /* runs in the directory of what {} stands for */
    cp_set beside;        /* with `there`: the paths that this is the directory of; no values: not known */
    uint32_t
        by_text; /* a text of a programming language starts it: it may have read from standard input, and what is printed is its own */
    uint32_t dotted; /* {} that is not below a directory which was named begins with ./ */
    cp_fields words, params;
    cp_fields assignments; /* NAME=VALUE words before the command (env A=1 cmd) */
    uint32_t drops_environment;
    uint32_t chdirs;
    cp_origin origin;
    cp_span span;
} cp_nested;

enum {
    CP_OPT_ABBREVIATED = 1,
    CP_OPT_UNKNOWN = 2,
    CP_OPT_HAS_VALUE = 4,
    CP_OPT_BANG = 8,
    CP_OPT_VALUE_BANG = 16, /* its value has to be named, too */
    CP_OPT_SPELLED = 32,    /* `spellings` holds all others */
    CP_OPT_AS_TYPED = 64    /* `name` is what was typed: -20 of -NUM */
};
enum { CP_SPELLINGS_MOST = 3 };
typedef struct cp_opt { /* one occurrence */
    const cp_image *image;
    uint32_t option;     /* OPTN in `image`; 0 where the grammar doesn't know it */
    cp_slice name;       /* the grammar's spelling; as typed where unknown */
    uint32_t word;       /* index into argv */
    uint32_t value_word; /* where its value stood: `word` itself when attached */
    uint32_t level;      /* depth of the path where it stood */
    uint32_t present;    /* cp_tri */
    uint32_t flags;
    uint32_t splat;   /* the value may be any number of words */
    cp_set value_set; /* HAS_VALUE: what it may be */
    cp_value value;   /* HAS_VALUE: the first of them */
    cp_span span;
    uint32_t spelling_count;
    uint32_t spellings[CP_SPELLINGS_MOST]; /* SPELLED: OPTN of the other spellings, all of them */
} cp_opt;

typedef struct cp_operand {
    uint32_t word;         /* index into argv */
    uint32_t present;      /* cp_tri */
    uint32_t splat;        /* any number of them */
    uint32_t bang;         /* an allow covers it only if its key names it */
    uint32_t after_dashes; /* stood behind "--" */
    uint32_t named;        /* a file, of which the name counts (`names`) */
    cp_set set;            /* what it may be */
    cp_span span;
} cp_operand;

/* What keeps an allow from covering the call, unless its key names that word. */
typedef enum cp_gap_kind {
    CP_GAP_NONE,
    CP_GAP_UNKNOWN_OPTION,
    CP_GAP_UNKNOWN_SUBCOMMAND,
    CP_GAP_SURPLUS_OPERAND,
    CP_GAP_ABBREVIATION,
    CP_GAP_AMBIGUOUS_OPTION,
    CP_GAP_MAYBE_OPTION /* a word that may begin with '-' */,
    CP_GAP_OPEN_OPERANDS /* a word that may be any number of operands */,
    CP_GAP_MISSING_VALUE,
    CP_GAP_UNCERTAIN_CASE,
    CP_GAP_UNREADABLE_VALUE /* no pattern of its kind matches */,
    CP_GAP_MISSING_SUBCOMMAND,
    CP_GAP_BANG /* the value's kind says that a key must name it */
} cp_gap_kind;
typedef struct cp_gap {
    uint32_t kind;
    uint32_t word;
    cp_slice text;
    cp_span span;
} cp_gap;

enum { CP_PATH_MOST = 12 };
typedef struct cp_reading {
    const cp_layer_image *layer; /* whose grammar; NULL: no layer has one for this program */
    uint32_t *nodes;             /* NODE per level: program, subcommand … */
    uint32_t *
        word_names; /* string per level, in the grammar's image: of the word as it was given (cp_image_find_word); 0: none */
    cp_slice *words;    /* the words of the path, words[0] the program's name */
    uint32_t *word_at;  /* where in argv they stood */
    uint32_t depth;     /* levels, CP_PATH_MOST at most */
    uint32_t path_sure; /* cp_tri: YES, or MAYBE where an uncertain word stood before a subcommand */
    cp_opt *options;
    uint32_t option_count;
    cp_operand *operands;
    uint32_t operand_count;
    cp_effect *effects;
    uint32_t effect_count;
    cp_nested *nested;
    uint32_t nested_count;
    cp_gap *gaps;
    uint32_t gap_count;
    cp_set *chdirs; /* one after the other: each to one of these */
    uint32_t chdir_count;
    cp_value *assigned;
    uint32_t assigned_count; /* words of kind assignment and variable that are no part of a nested command */
    uint32_t dashes;         /* cp_tri: "--" stands among its words */
    uint32_t any_option;     /* some word may be any option of the command */
    /* Names that its options may have: bit (string of the grammar's image) % 64. Only where names_known: all of them are there. */
    uint64_t names;
    uint32_t names_known;
    uint32_t helps;        /* it only tells how it is used: 1 + the index of the option that asks for that */
    cp_slice typed;        /* one is named as it was typed (-20 of -NUM), which is none of the bits */
    uint32_t maybe_option; /* some word may be an option; none of them does harm, but a rule may name one */
    uint32_t stdin_use;    /* cp_stdin_use; with CP_STDIN_ROLE: stdin_kind */
    uint32_t stdin_kind;   /* cp_kind: script, code, read … */
    uint32_t stdin_custom; /* of CP_KIND_CUSTOM: the KIND record, in `layer` */
    uint32_t stdin_file_is_data; /* … and what a file holds is nothing that is run */
    uint32_t stdout_is, does;
    cp_slice
        stdout_text; /* with CP_STDOUT_SHAPED, COLUMN and WORD: the forms of its lines, each ended by a newline; which column */
    cp_set
        listed; /* with CP_STDOUT_PATHS and FOUND: what each line that it prints may be; with CP_STDOUT_PICKED: what these are picked for;
                      no values: not known */
    uint32_t listed_below; /* each of them begins with a path operand, whatever the names are */
    uint32_t dialect;      /* cp_dialect: of the scripts that it runs; 0: not stated */
} cp_reading;

/* Is it the word of the path at this level? In the grammar's own image equal texts are one string. */
static inline bool cp_reading_word_is(const cp_reading *r, uint32_t level, const cp_image *im,
                                      cp_rule_word word) {
    uint32_t own =
        r->layer && r->layer->image == im && !(word.flags & CP_WORD_PATH) ? r->word_names[level] : 0;
    return own ? own == word.text : cp_image_string_is(im, word.text, r->words[level]);
}

/* What the reader may know of the situation: for the conditions of cases. */
typedef struct cp_reading_facts {
    const cp_places *places;
    uint32_t stdin_is;
} cp_reading_facts;

static inline bool cp_takes_whole_lines(const cp_reading *r) {
    return r->stdin_use == CP_STDIN_LINES || r->stdin_use == CP_STDIN_ENTRIES;
}

/* Does it read standard input by lines, or whole words of these? */
static inline bool cp_takes_lines(const cp_reading *r) {
    return r->stdin_use == CP_STDIN_ITEMS || cp_takes_whole_lines(r);
}

/* argv[0] is the program (its name is `program`, already taken from the path). Everything is allocated in the arena. */
void cp_read(const cp_layers *, cp_slice program, const cp_fields *argv, const cp_places *, cp_arena *,
             cp_budget *, cp_reading *out);

/* What a text on standard input is known to do: files that it reads, and, where it isn't inert, what it plainly deletes, writes or
 * hands to a shell. */
typedef struct cp_stdin_text {
    const cp_effect *effects;
    uint32_t effect_count;
    const cp_field *scripts;
    uint32_t script_count;
    const cp_fields *runs; /* argvs, of a text that is inert but for what these do */
    uint32_t run_count;
} cp_stdin_text;

/* Is the text on standard input inert for sure by the command's own kind of it, but for files that it reads? Where that isn't
 * certain, no. */
bool cp_reading_stdin_is_inert(const cp_reading *, cp_fields argv, const cp_value *text, cp_arena *,
                               cp_budget *, cp_stdin_text *out);

/* Is this occurrence the option with this name, a string of the image, in any spelling of the command's grammar? */
bool cp_option_is(const cp_reading *, const cp_opt *, const cp_image *, uint32_t name);

/* False: none of the options that were read has this name, mostly the answer. */
static inline bool cp_reading_may_name(const cp_reading *r, const cp_image *im, uint32_t name) {
    return !r->names_known || im != r->layer->image || (r->names >> name % 64 & 1) ||
           (r->typed.n && cp_image_string_is(im, name, r->typed));
}

/* Is this option present? `value` NULL: whatever its value; else no more than perhaps where it is there with another value, too. */
cp_tri cp_reading_has_option(const cp_reading *, const cp_image *, uint32_t name, const cp_slice *value,
                             bool value_is_glob);
#endif
