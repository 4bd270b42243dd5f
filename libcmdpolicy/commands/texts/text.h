/* What a text of a programming language does, as far as that is only to compute, to print, to read files that are named in it, and to run
 * commands that are written out.
 * A grammar (python.c) reads tokens and expressions and asks values.c what each of them may be; all names (modules, functions,
 * attributes, and what they do with what they are given) are the policy's (docs/rules.md, "texts"). Whatever is not listed is not
 * understood, and the whole text then isn't. Nothing is run. The order of statements and the scopes of names don't count: a name may be
 * whatever is given to it anywhere, so that the text is gone over until nothing is added. Private to commands/. */
#ifndef CP_COMMANDS_TEXT_H
#define CP_COMMANDS_TEXT_H
#include "commands/reader.h"
#include "commands/texts/forms.h"
#include "commands/texts/texts.h"

/* ---- What grammars share -------------------------------------------------------------------------------------------------- */

/* A path, or all that may lie at and below it; then perhaps only what ends so. */
typedef struct text_place {
    const struct text_place *next;
    cp_slice path, ending;
    uint32_t below;
} text_place;

typedef enum text_kind {
    TEXT_NOTHING, /* not known yet: no value has come here */
    TEXT_DATA, /* anything that a text can have whose names are all listed: attributes do no harm, whatever it is */
    TEXT_NUMBER,
    TEXT_NAME,    /* a name of a file, without a slash and not `..` */
    TEXT_PLACE,   /* a text that is one of these paths, or an object that stands for one */
    TEXT_WALK,    /* triples of a directory, the names of those in it, and of the files in it */
    TEXT_TRIPLE,  /* one of these */
    TEXT_SHOWN,   /* may only be looked at: made to a text, compared */
    TEXT_MEMBER,  /* what is listed */
    TEXT_SCOPE,   /* a module, or what is taken from it by names that are listed for it */
    TEXT_DEFINED, /* a function of the text's own */
    TEXT_LIST     /* one that the text makes, and what is put into it is known */
} text_kind;

enum {
    TEXT_SPELLED = 1,  /* the same path may be written in another way */
    TEXT_MOVED = 2,    /* and from another place: from the top */
    TEXT_CONVERTED = 4 /* leads up, or is `undefined` instead */
};

typedef struct text_value {
    uint8_t kind;      /* text_kind */
    uint8_t items;     /* a list of such: NAME, PLACE */
    uint8_t object;    /* PLACE: perhaps no text but an object whose methods read it */
    uint8_t numbered;  /* items: 1: pairs of a number and one of them; 2: such a pair */
    uint8_t level;     /* DATA, of JavaScript and Ruby: how much is known of it (javascript.h, ruby.h) */
    uint8_t is_module; /* SHOWN: perhaps a module, which has functions under any name */
    /* MEMBER: TNAM; SCOPE: of `scopes`; DEFINED: of `functions`; LIST: of `lists`; NUMBER: 1 if it is the literal 0, 2 if it is True; PLACE: TEXT_SPELLED,
     * TEXT_MOVED, TEXT_CONVERTED; DATA: 1 if nothing is taken of it. */
    uint32_t what;
    const text_place *places;
} text_value;

typedef struct text_name {
    cp_slice name;
    text_value value;
} text_name;

enum {
    TEXT_PARAMETERS = 12,
    TEXT_NAMES = 256,
    TEXT_ARGUMENTS = 48,
    TEXT_SCOPES = 64,
    TEXT_LISTS = 256,
    TEXT_TREES = 16
};
typedef struct text_function {
    cp_slice parameters[TEXT_PARAMETERS];
    uint32_t count, at;
    uint32_t positional; /* how many of them stand before `*` */
    bool others;         /* it takes keywords that are none of them */
    /* Of JavaScript, where parameters may be patterns: what each is given, and what it gives. */
    text_value given[TEXT_PARAMETERS], returns;
    uint32_t let_go;  /* others may call it */
    uint32_t leaving; /* it is being let go, and may be among what it was given */
} text_function;

typedef struct text_list {
    text_value item;
    uint32_t at;     /* the token that makes it */
    uint32_t same;   /* the list that it is one with; its own number: none */
    uint32_t let_go; /* others may put anything into it */
} text_list;

typedef struct text_argument {
    text_value value;
    cp_slice keyword;
    uint32_t spread;         /* any number of arguments */
    uint32_t function;       /* it is written out as a function */
    const cp_slice *written; /* the literals of a list, or a dictionary's values, that is written out */
    uint32_t written_count;
    uint32_t written_list; /* it is a list */
} text_argument;

typedef struct text_state {
    const cp_image *image;
    cp_regexes *regexes;
    const cp_rec_text *text;
    cp_slice source;
    cp_span span;
    cp_arena *arena;
    cp_budget *budget;
    text_name *names;
    uint16_t slots[2 * TEXT_NAMES]; /* index + 1 */
    uint32_t name_count, name_cap;
    cp_slice *scopes;
    uint32_t scope_count, scope_cap;
    text_function *functions;
    uint32_t function_count, function_cap;
    text_list *lists;
    uint32_t list_count, list_cap;
    cp_effect *reads;
    uint32_t read_count, read_cap;
    cp_fields *runs; /* argvs */
    uint32_t run_count, run_cap;
    const text_place *arguments;  /* each of those that it is given is one of these; NULL: not known */
    text_place trees[TEXT_TREES]; /* directories, of which any file is read */
    uint32_t tree_count;
    uint32_t place_count; /* how many were made, in this pass */
    bool failed;          /* not understood */
    bool changed;         /* in this pass: another one is needed */
    bool escaped;         /* a list of paths or names may have got others */
    bool joins;           /* the text has objects that stand for paths */
    bool mixed;           /* a tree may have got functions */
    bool changes; /* a text may have been changed where it stands: no variable is surely a path (Ruby) */
    bool lent;    /* what is in no list may be found in one: all lists may have got it */
    uint32_t depth_of_calls;
    bool first; /* what is declared isn't known yet */
    bool last;  /* all is known: this pass decides */
} text_state;

/* How much is known of DATA that JavaScript has (javascript.h). */
enum { TEXT_ANY, TEXT_FOUND, TEXT_TREE, TEXT_PLAIN };
/* values.c */
/* What a function's parameter is given. */
void cp_text_give(text_state *, uint32_t function, uint32_t index, text_value);
bool cp_text_same_value(text_value, text_value);
text_value cp_text_fail(text_state *);
static inline text_value text_data(void) {
    return (text_value){.kind = TEXT_DATA};
}
static inline text_value text_number(void) {
    return (text_value){.kind = TEXT_NUMBER};
}
static inline text_value text_nothing(void) {
    return (text_value){.kind = TEXT_NOTHING};
}
text_value cp_text_literal(text_state *, cp_slice);
/* What the text is given, of which no more is known than that it is one of these paths; `items`: a list of such. */
text_value cp_text_arguments(const text_state *, bool items);
/* What has gone where nobody looks any more: it may be kept, changed, called. */
text_value cp_text_decay(text_state *, text_value);
/* It isn't kept, but may be looked at. */
bool cp_text_is_only_shown(text_state *, text_value);
/* The same for who keeps and changes no list. */
text_value cp_text_passed(text_state *, text_value);
text_value cp_text_join(text_state *, text_value, text_value);
text_value cp_text_item(text_state *, text_value);
/* The `index`th of `count` values that it falls into. */
text_value cp_text_unpack(text_state *, text_value, uint32_t count, uint32_t index);
/* A list of such. */
text_value cp_text_list_of(text_state *, text_value);
/* Something is put into it. */
void cp_text_put_into(text_state *, text_value container, text_value);
/* a / b, where that is a number, or a path below another. */
text_value cp_text_divide(text_state *, text_value, text_value);
bool cp_text_is_dunder(cp_slice);
/* Every path that it may be is read; `tree`: all below, too. */
void cp_text_reads_places(text_state *, text_value, bool tree);
void cp_text_reads_variable(text_state *, text_value);
/* A literal of the text, once all is read: the name of what is looked for in a directory, perhaps, or its end. */
void cp_text_mentions(text_state *, cp_slice literal);
/* Likewise, one that a function of this name takes, which compares with a part of a name: `startswith`, `in`, `fnmatch`. */
void cp_text_compares(text_state *, cp_slice function, cp_slice literal);
bool cp_text_reads_by_kind(text_state *, cp_slice kind, cp_slice literal);
/* These words are an argv that is run. */
void cp_text_runs(text_state *, const cp_slice *words, uint32_t count);
text_value cp_text_places_joined(text_state *, const text_argument *, uint32_t count, bool object);
/* The same where what begins with a slash goes below, too. */
text_value cp_text_places_below(text_state *, const text_argument *, uint32_t count);
/* The list that this is one with. */
text_list *cp_text_list(text_state *, text_value);
/* The directory that a literal pattern of files is about, and all below. */
text_value cp_text_globbed(text_state *, text_value pattern);
/* May it find `..`, as `.*` does where names are matched as the shell's are? */
bool cp_text_finds_above(cp_slice pattern);
/* No bytes that end a text, or that some version of a language reads in another way. */
bool cp_text_is_plain(cp_slice);
/* What `pattern` finds below the receiver. */
text_value cp_text_found(text_state *, text_value receiver, const text_value *pattern);
/* a + b, where that is a path; else NOTHING. */
text_value cp_text_behind(text_state *, text_value a, text_value b);
/* The last name of a path. */
text_value cp_text_name_of(text_state *, text_value);

/* names.c */
/* A listed name, TNAM; 0: none. */
uint32_t cp_text_find(const text_state *, cp_slice scope, cp_slice name);
text_value cp_text_import(text_state *, cp_slice dotted);
text_value cp_text_import_from(text_state *, text_value module, cp_slice name);
/* What a name stands for where it is read. */
text_value cp_text_named(text_state *, cp_slice name);
void cp_text_bind(text_state *, cp_slice name, text_value);
/* The same for what an import gives a name. */
void cp_text_bind_listed(text_state *, cp_slice name, text_value);
/* `called`: parentheses follow, and cp_text_call is given what this returns with the receiver. */
text_value cp_text_attribute(text_state *, text_value, cp_slice name, bool called);
/* The listed NAME of a module or of a listed name; NOTHING: it has none. */
text_value cp_text_member(text_state *, text_value, cp_slice name);
form cp_text_form(const text_state *, uint32_t member);
/* Does a loop over it get what is only inert: the policy lists `*` for it. */
bool cp_text_has_keys(text_state *, text_value);
/* False: it shows what is to be read by its name only, such as the variables of the environment. */
bool cp_text_may_be_shown(text_state *, text_value);
bool cp_text_is_bound(text_state *, cp_slice name);
/* An argument that is none of the text's functions. */
void cp_text_take(text_state *, const form_take *, text_value);
bool cp_text_is_literal(text_value);
/* May `value.name` be assigned to? */
bool cp_text_may_be_set(text_state *, text_value, cp_slice name);
text_value cp_text_call(text_state *, text_value callee, const text_value *receiver, const text_argument *,
                        uint32_t count);
text_value cp_text_index(text_state *, text_value, text_value index, bool slice);

static inline bool text_is_javascript(const text_state *st) {
    return st->text->grammar == CP_GRAMMAR_JAVASCRIPT;
}

/* javascript.c, javascript_tokens.c: the same. */
typedef struct js_tokens js_tokens;
js_tokens *cp_text_js_tokens(text_state *);
void cp_text_js(text_state *, const js_tokens *);
/* The names in a regular expression. */
void cp_text_mentions_of_pattern(text_state *, cp_slice pattern);
/* ruby.c: one pass over the text. */
void cp_text_ruby(text_state *);
/* php.c: likewise. */
void cp_text_php(text_state *);
/* perl.c: likewise. */
void cp_text_perl(text_state *);
/* python.c: one pass over the tokens. `python_tokens.c` makes them once. */
typedef struct python_tokens python_tokens;
python_tokens *cp_text_python_tokens(text_state *);
void cp_text_python(text_state *, const python_tokens *);
#endif
