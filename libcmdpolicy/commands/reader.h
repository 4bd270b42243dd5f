/* What the files of commands/ share: the reader's working state. Private to this folder. */
#ifndef CP_COMMANDS_READER_H
#define CP_COMMANDS_READER_H
#include "base/text.h"
#include "commands/reading.h"

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
    uint32_t at;               /* the next field */
    uint32_t options_ended;    /* "--" was read, or an operand ended them */
    uint32_t dashes_at;        /* operands before "--"; UINT32_MAX: none */
    uint32_t doubt;            /* the next field may be the value of a word that may be an option */
    uint32_t rest_from;        /* field where all remaining words are one operand; UINT32_MAX: none */
    const cp_rec_node *node;   /* of the last level */
    const cp_rec_node *stated; /* the case overlay that counts while roles are given; NULL: none */
    cp_slice placeholder;
    /* listed.c: path operands, and operands that name what is listed */
    cp_value *starts, *given;
    uint32_t start_count, start_cap, given_count, given_cap;
} cp_reader;

/* options.c: reads the option word fields[at] (exact, begins with '-' or is an expression word) and its values; advances `at`. False where the word is
 * no option of this syntax (then it is an operand). */
bool cp_read_option(cp_reader *, cp_slice text);
void cp_read_bundle_first(cp_reader *, cp_slice text);
/* The same for a word of which only the end isn't certain (--out=$X). False where it can't be told which option it is. */
bool cp_read_begun_option(cp_reader *);
/* Is it certainly no word of a `find` expression, whatever it may begin with? */
bool cp_reader_is_number(const cp_reader *, cp_set);
bool cp_reader_is_no_word(const cp_reader *, cp_set);
/* May the word begin with an option whose value is more than inert? */
bool cp_reader_begins_telling_option(cp_reader *);
/* An option that is in scope at the present level; 0: none. */
uint32_t cp_reader_find_option(const cp_reader *, cp_slice name);
bool cp_reader_some_option_takes_value(const cp_reader *);
/* Does it do no harm whichever option a word turns out to be? The grammar calls those harmless that it doesn't know, and marks
 * none with `!`. */
bool cp_reader_any_option_is_harmless(const cp_reader *);
/* The OPTN record that counts for an occurrence: the case's, where it restates the option. */
const cp_rec_takes *cp_reader_option_takes(const cp_reader *, const cp_opt *);

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
/* Targets: the destination of cp, mv, ln …, once the sources are known. */
void cp_role_targets(cp_reader *, const cp_given *target, const cp_given *sources, uint32_t source_count,
                     bool moved_tree);
/* A command that begins at this field and takes all the rest, or up to `end`. */
void cp_role_command(cp_reader *, const cp_given *, uint32_t end, uint32_t kind);
void cp_declared_apply(cp_reader *, const cp_rec_declared *, cp_origin, uint32_t sure, cp_span);

/* listed.c: once everything is read: what the command lists. */
void cp_reader_listed(cp_reader *);
/* Names that fit the pattern, in the place of each of its names that says something. False: there are too many. */
bool cp_listed_names(cp_reader *, const cp_value *path, cp_slice pattern, cp_set *to);
/* picked.c: what the lines are after that its first operand, a regular expression, picks out; no values: not known. */
cp_set cp_reader_picked(cp_reader *);

/* operands.c: which operand has which role. */
/* NAME=VALUE? */
cp_tri cp_is_assignment(const cp_field *);
void cp_give_roles(cp_reader *, uint32_t sure);
/* The role that the operand with this index would have if it were the last one: for the kinds that end options. */
/* Are there operands that stand behind a "--" which has not come yet? */
bool cp_operands_wait_for_dashes(const cp_reader *);
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
