/* What the files of commands/ share: the reader's working state. Private to this folder. */
#ifndef CP_COMMANDS_READER_H
#define CP_COMMANDS_READER_H
#include "base/text.h"
#include "commands/reading.h"

/* Kinds of patterns that a value is being read by of which nothing is known, the innermost first. */
typedef struct cp_kind_within {
    const struct cp_kind_within *around;
    uint32_t kind;
} cp_kind_within;

typedef struct cp_reader {
    const cp_layers *layers;
    const cp_places *places;
    cp_arena *arena;
    cp_budget *budget;
    const cp_image *image;
    cp_regexes *regexes;
    cp_reading *out;
    /* argv as a growing list: `words` kinds put their words in their own place */
    cp_field *fields;
    uint32_t field_count, field_cap;
    uint32_t option_cap, operand_cap, effect_cap, nested_cap, gap_cap, chdir_cap, assigned_cap;
    /* the scan */
    uint32_t at;            /* the next field */
    uint32_t options_ended; /* "--" was read, or an operand ended them */
    bool may_have_ended;    /* an operand did, if there is one: bash $(date +%F) --version */
    uint32_t dashes_at;     /* operands before "--"; UINT32_MAX: none */
    uint32_t doubt;         /* the next field may be the value of a word that may be an option */
    uint32_t *asides;       /* fields that may each be any option, of which none does harm */
    uint32_t aside_count, aside_cap;
    uint32_t rest_from;        /* field where all remaining words are one operand; UINT32_MAX: none */
    const cp_rec_body *node;   /* of the last level */
    const cp_rec_body *stated; /* the case overlay that counts while roles are given; NULL: none */
    cp_slice placeholder;
    const cp_kind_within *unknown_by;
    /* listed.c: path operands, and operands that name what is listed */
    cp_value *starts, *given;
    uint32_t start_count, start_cap, given_count, given_cap;
} cp_reader;

/* How the words of the last level are written: a cp_syntax. */
static inline uint32_t cp_syntax_of(const cp_reader *r) {
    return cp_image_more_of(r->image, r->node)->syntax;
}

/* options.c: reads the option word fields[at] (exact, begins with '-' or is an expression word) and its values; advances `at`. False where the word is
 * no option of this syntax (then it is an operand). */
bool cp_read_option(cp_reader *, cp_slice text);
void cp_read_bundle_first(cp_reader *, cp_slice text);
/* The OPTN record that counts for an occurrence: the case's, where it restates the option. */
const cp_rec_takes *cp_reader_option_takes(const cp_reader *, const cp_opt *);
/* An occurrence at the present word; option 0: an unknown one. NULL: no memory. */
cp_opt *cp_option_add(cp_reader *, uint32_t option, cp_slice name, uint32_t present, uint32_t flags);
void cp_option_give_value(cp_reader *, cp_opt *, cp_value);
/* Or it has this one: of -o=VALUE getopt takes the `=` for a part of the value; clap, pflag, argparse and nopt do not. */
void cp_option_may_have_value(cp_reader *, cp_opt *, cp_value);
/* The words that the option takes behind a value that was attached to it. `at` is behind the option's word. */
void cp_option_take_more(cp_reader *, const cp_opt *, const cp_rec_takes *);

/* begun.c: the same for a word of which only the end isn't certain (--out=$X). False where it can't be told which option it is. */
bool cp_read_begun_option(cp_reader *);
/* May the word begin with an option whose value is more than inert? */
bool cp_reader_begins_telling_option(cp_reader *);

/* option_names.c: an option that is in scope at the present level; 0: none. */
uint32_t cp_reader_find_option(const cp_reader *, cp_slice name);
/* -NUM and -W*: the option whose name is only the beginning of the word; 0: none. */
uint32_t cp_option_special(const cp_reader *, cp_slice text);
/* How many options begin like that; `out_option` is one of them. */
uint32_t cp_option_abbreviated(const cp_reader *, cp_slice name, uint32_t *out_option);
/* May the word become an option of one dash and a long name (-name), of which this is the beginning? */
bool cp_option_begins_long_name(const cp_reader *, cp_slice text);
/* The other spellings of an option, for what asks for many names. */
void cp_option_note_spellings(const cp_reader *, uint32_t option, cp_opt *);
bool cp_reader_some_option_takes_value(const cp_reader *);
/* Does it do no harm whichever option a word turns out to be? The grammar calls those harmless that it doesn't know, and marks
 * none with `!`. */
bool cp_reader_any_option_is_harmless(const cp_reader *);
/* A number, with or without a sign, where the grammar says of every word like that that it is nothing? */
bool cp_reader_is_number(const cp_reader *, cp_set);
/* git -C $d log: any number of words, or a name that was taken for one, unquoted. Its blanks may leave a subcommand behind, or an option. */
bool cp_field_may_be_several(const cp_field *);
/* Is it certainly no word of a `find` expression, whatever it may begin with? */
bool cp_reader_is_no_word(const cp_reader *, cp_set);

/* otherwise.c: notes where a value that stands in a word of its own, or an operand, is an option to other parsers than getopt. */
void cp_reader_doubt_value(cp_reader *, uint32_t at, const cp_rec_role *);
void cp_reader_doubt_operand(cp_reader *, uint32_t kind);
/* No word behind an operand of this kind is an option. */
static inline bool cp_operand_ends_options(uint32_t kind) {
    return kind == CP_KIND_COMMAND || kind == CP_KIND_REMOTE_COMMAND || kind == CP_KIND_REMOTE_SCRIPT ||
           kind == CP_KIND_REST;
}

/* roles.c: what a word of this kind does. */
typedef struct cp_given {
    cp_set set;
    uint32_t word; /* index of the field */
    uint32_t sure; /* cp_tri */
    uint32_t splat;
    cp_origin origin;
    uint32_t chdirs;
    cp_span span;
} cp_given;
void cp_role_apply(cp_reader *, const cp_rec_role *, const cp_given *);
/* custom.c: the same for a kind of patterns. */
void cp_role_custom(cp_reader *, const cp_rec_role *, const cp_given *);
/* Targets: the destination of cp, mv, ln …, once the sources are known. */
void cp_role_targets(cp_reader *, const cp_given *target, const cp_given *sources, uint32_t source_count,
                     bool moved_tree);
/* A command that begins at this field and takes all the rest, or up to `end`. */
void cp_role_command(cp_reader *, const cp_given *, uint32_t end, uint32_t kind);
void cp_declared_apply(cp_reader *, const cp_rec_declared *, cp_origin, uint32_t sure, cp_span);

/* custom.c: is the text inert by the kind of this name, but for files that it reads? Kinds that are themselves texts of a language are
 * none. */
bool cp_kind_reads(const cp_image *, cp_regexes *, cp_slice name, const cp_value *text, cp_arena *,
                   cp_budget *, cp_effect **out_reads, uint32_t *out_count);
/* Is that a value to this kind of the policy, and no more? */
bool cp_kind_takes_as_value(const cp_reader *, uint32_t custom, const cp_value *text);

/* listed.c: once everything is read: what the command lists. */
void cp_reader_listed(cp_reader *);
/* Names that fit the pattern, in the place of each of its names that says something. False: there are too many. */
bool cp_listed_names(cp_reader *, const cp_value *path, cp_slice pattern, cp_set *to);
/* picked.c: what the lines are after that its first operand, a regular expression, picks out; no values: not known. */
cp_set cp_reader_picked(cp_reader *);
/* Names in whole paths that fit the regular expression, whatever kind of one it is. False: not known. */
bool cp_reader_fitting(cp_reader *, const cp_value *below, cp_slice expression, cp_set *to);

/* operands.c: which operand has which role. */
/* NAME=VALUE? */
cp_tri cp_is_assignment(const cp_field *);
void cp_give_roles(cp_reader *, uint32_t sure);
/* The role that the operand with this index would have if it were the last one: for the kinds that end options. */
/* Are there operands that stand behind a "--" which has not come yet? */
bool cp_operands_wait_for_dashes(const cp_reader *);
/* Does the grammar say what stands behind a `--`? */
bool cp_operands_have_dashes(const cp_reader *);
uint32_t cp_operand_kind_at(const cp_reader *, uint32_t index, const cp_field *);
/* Is one of the operands a command, or all that is left, so that options end at it? */
bool cp_operands_hold_words_of_others(const cp_reader *);
/* The role that any number of operands have, or NULL. */
const cp_rec_role *cp_repeated_role(const cp_reader *);

/* conditions.c */
cp_tri cp_case_holds(const cp_reader *, uint32_t cond_first, uint32_t cond_count);

/* split.c: env -S. False where it can't be told (a variable, an escape that changes the count). */
bool cp_split_words(cp_arena *, const cp_value *, cp_budget *, cp_fields *out);

/* small helpers */
/* The word at which the reader is as an operand. */
void cp_reader_add_operand(cp_reader *, uint32_t sure);
void cp_reader_gap(cp_reader *, uint32_t kind, uint32_t word, cp_slice text, cp_span);
cp_fields cp_reader_fields(const cp_reader *, uint32_t from, uint32_t to);
static inline cp_span cp_field_span(const cp_field *f) {
    return f->set.count ? f->set.values[0].span : (cp_span){0, 0, 0};
}
cp_tri cp_set_begins_with(cp_set, uint8_t byte);
/* A word that is a file name pattern stands for at least one file, or for itself; one that may split may be no word at all. */
bool cp_stands_for_some(const cp_value *);
#endif
