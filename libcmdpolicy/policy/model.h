/* The checked model of one policy file: what its YAML says, in types, with the place of everything that the compiler may still
 * complain about. Read without knowing any grammar: keys of rules are words here; compile_rules.c reads them. */
#ifndef CP_POLICY_MODEL_H
#define CP_POLICY_MODEL_H
#include "image/format.h"
#include "policy/pattern.h"
#include "policy/report.h"

#define CP_LIST(type)    \
  struct {               \
    type *items;         \
    uint32_t count, cap; \
  }
/* Appends; false when memory ran out. Most lists hold one item: they begin with room for one. */
#define CP_ADD(arena, list, value)                                                                   \
  (((list).cap || cp_list_begin((arena), (void **)&(list).items, &(list).cap, sizeof *(list).items)) \
       ? CP_PUSH((arena), (list).items, (list).count, (list).cap, (value))                           \
       : false)
static inline bool cp_list_begin(cp_arena *arena, void **items, uint32_t *cap, size_t size) {
    void *p = cp_alloc_raw(arena, size);
    if (cp_arena_failed(arena))
        return false;
    *items = p;
    *cap = 1;
    return true;
}

typedef struct cp_named {
    cp_slice text;
    cp_place at;
} cp_named;
typedef CP_LIST(cp_named) cp_names;

/* ---- Conditions and verdicts ---------------------------------------------------------------------------------------- */

typedef struct cp_m_cond { /* postfix, as cp_rec_cond */
    uint32_t op;
    uint32_t low, high;   /* OPERANDS */
    cp_slice text, value; /* OPTION: name and value; OPERAND: regex; CWD: pattern; SHELL … */
    uint32_t has_value;
    cp_pattern *path; /* CWD */
    cp_place at;
} cp_m_cond;
typedef CP_LIST(cp_m_cond) cp_m_conds;

typedef struct cp_m_arm {
    cp_m_conds conds;
    uint32_t verdict; /* cp_image_verdict; NONE: not stated */
    cp_slice reason, suggest, risk;
    cp_place at;
} cp_m_arm;
typedef CP_LIST(cp_m_arm) cp_m_arms;

typedef struct cp_m_test {
    uint32_t verdict;
    cp_slice command, rule, facts; /* facts: "name=value" lines */
    cp_place at;
} cp_m_test;
typedef CP_LIST(cp_m_test) cp_m_tests;

/* ---- Commands ------------------------------------------------------------------------------------------------------- */

typedef struct cp_m_role {
    uint32_t kind, marks;
    cp_slice custom;   /* of CP_KIND_CUSTOM */
    cp_slice fallback; /* " = DEFAULT" */
    cp_place at;
} cp_m_role;
typedef CP_LIST(cp_m_role) cp_m_roles;

typedef struct cp_m_declared {
    uint32_t kind, flags;
    cp_slice object;
    cp_place at;
} cp_m_declared;
typedef CP_LIST(cp_m_declared) cp_m_declareds;

typedef struct cp_m_option { /* one option in all its spellings */
    cp_names names;
    uint32_t flags; /* CP_OPTION_… */
    cp_m_roles roles;
    cp_m_declareds effects;
} cp_m_option;
typedef CP_LIST(cp_m_option) cp_m_options;

struct cp_m_body;
typedef struct cp_m_command { /* words that share a grammar: programs, or subcommands */
    cp_names names;
    struct cp_m_body *body;
} cp_m_command;
typedef CP_LIST(cp_m_command) cp_m_commands;

typedef struct cp_m_case {
    cp_m_conds conds;
    struct cp_m_body *body;
} cp_m_case;
typedef CP_LIST(cp_m_case) cp_m_cases;

typedef struct cp_m_body {
    uint32_t flags; /* CP_NODE_… */
    uint32_t has_syntax, syntax;
    cp_m_options options, global;
    cp_m_roles operands;
    cp_m_commands subcommands;
    cp_m_cases cases;
    cp_m_declareds effects;
    uint32_t stdin_use;
    cp_m_role stdin_role;
    uint32_t stdout_is, does;
    cp_slice stdout_text; /* forms of lines, each ended by a newline; or which column */
    cp_place at;
} cp_m_body;

typedef struct cp_m_group {
    cp_named name;
    cp_m_role role;
} cp_m_group;
typedef struct cp_m_line {
    cp_named regex;
    cp_m_role role; /* of the whole value; kind NONE where groups say it */
    CP_LIST(cp_m_group) groups;
} cp_m_line;
typedef struct cp_m_text_name {
    cp_slice scope, name, form;
    cp_place at;
} cp_m_text_name;
typedef struct cp_m_kind {
    cp_named name;
    CP_LIST(cp_m_line) lines;
    uint32_t grammar; /* cp_grammar: it is read by that, and by `names`, not by lines */
    cp_m_role otherwise;
    CP_LIST(cp_m_text_name) names;
} cp_m_kind;

/* ---- Rules ---------------------------------------------------------------------------------------------------------- */

enum {
    CP_KEY_GLOB = 1 /* holds a `*` that stands for any bytes */,
    CP_KEY_QUOTED = 2 /* some of it was quoted */
};
typedef struct cp_key_alternative {
    cp_slice text; /* quotes and backslashes removed */
    uint32_t flags;
    cp_place at;
} cp_key_alternative;
typedef struct cp_key_word {
    CP_LIST(cp_key_alternative) alternatives; /* one, or several joined by `|` */
} cp_key_word;
typedef struct cp_key_entry {
    cp_named text; /* as written, blanks around it removed */
    CP_LIST(cp_key_word) words;
} cp_key_entry;
typedef CP_LIST(cp_key_entry) cp_key_entries;

typedef struct cp_m_rule {
    cp_key_entries entries, except;
    cp_slice id; /* given with `id:`; else empty */
    cp_m_arms arms;
} cp_m_rule;

typedef struct cp_m_effect { /* the entries of one key under one kind of effect */
    uint32_t kind, flags;
    CP_LIST(cp_pattern) patterns; /* none: the kind's default */
    CP_LIST(cp_pattern) except;
    cp_slice id;
    cp_m_arms arms;
    cp_m_tests tests;
    cp_place at;
} cp_m_effect;

typedef struct cp_m_flow {
    uint32_t from, to;
    cp_named key;
    cp_slice id;
    cp_m_arm arm;
} cp_m_flow;

typedef struct cp_m_default {
    uint32_t key, value, extra;
    cp_slice text; /* dialect, profile, audit */
    cp_named name;
} cp_m_default;

typedef struct cp_model {
    cp_slice file, pack;
    uint32_t layer;
    uint32_t size;      /* of the text */
    uint8_t digest[32]; /* SHA-256 of it */
    cp_m_commands commands;
    CP_LIST(cp_m_kind) kinds;
    CP_LIST(cp_m_rule *) rules;
    CP_LIST(cp_m_effect) effects;
    CP_LIST(cp_m_flow) flows;
    CP_LIST(cp_m_default) defaults;
    cp_names trusted; /* program directories */
    cp_names system;  /* directories of the system's own files */
    cp_m_tests tests; /* those inside rules and effects, too */
} cp_model;

/* ---- Vocabulary (vocabulary.c) ---------------------------------------------------------------------------------------- */

extern const cp_word_number cp_kind_words[], cp_syntax_words[], cp_does_words[], cp_effect_words[],
    cp_verdict_words[], cp_flow_words[];

/* ---- Readers (read_*.c): each returns false after an error that it reported -------------------------------------------- */

void cp_read_commands(cp_reporter *, const cp_yaml *, cp_model *);
void cp_read_kinds(cp_reporter *, const cp_yaml *, cp_model *);
/* read_texts.c: a kind that is a mapping with `grammar`. */
bool cp_read_text(cp_reporter *, const cp_yaml *, cp_m_kind *out);
/* A kind of a line, with its marks. */
bool cp_read_line_role(cp_reporter *, const cp_yaml *, cp_m_role *out);
/* One entry of `rules`. */
void cp_read_rule(cp_reporter *, const cp_yaml *, cp_model *);
void cp_read_effects(cp_reporter *, const cp_yaml *, cp_model *);
void cp_read_defaults(cp_reporter *, const cp_yaml *, cp_model *);
void cp_read_tests(cp_reporter *, const cp_yaml *, cp_m_tests *out);

/* `where` says who may use which conditions: a command's grammar, or a rule. */
typedef enum cp_when_use { CP_WHEN_COMMAND, CP_WHEN_RULE, CP_WHEN_EFFECT } cp_when_use;
bool cp_read_when(cp_reporter *, const cp_yaml *, cp_when_use, cp_m_conds *out);

/* The value of a rule or an effect: a verdict, a mapping, or a list of these. */
typedef struct cp_m_value {
    cp_m_arms arms;
    cp_slice id;
    const cp_yaml *except; /* a list; NULL: none */
    cp_m_tests tests;
    uint32_t flags; /* CP_ENTRY_SECRET, MAYBE_DENY, NO_VERDICT */
} cp_m_value;
bool cp_read_value(cp_reporter *, const cp_yaml *, cp_when_use, cp_m_value *out);
/* Is this a mapping with `verdict`, `when`, `except` … rather than one of patterns? */
bool cp_is_value_mapping(const cp_yaml *);
/* Splits a rule's key: `, ` between entries, blanks between words, `|` between alternatives; quotes and backslashes as in a shell. */
bool cp_read_key(cp_reporter *, const cp_yaml *, cp_key_entries *out);

/* Does this text compile as a pattern? Reports where not. */
bool cp_check_regex(cp_reporter *, const cp_yaml *);
/* Small checks of a node's type; they report. */
bool cp_want_map(cp_reporter *, const cp_yaml *, const char *expected);
bool cp_want_list(cp_reporter *, const cp_yaml *, const char *expected);
bool cp_want_text(cp_reporter *, const cp_yaml *, const char *expected);
/* The number that goes with the text in `known`; reports others. */
bool cp_read_enum(cp_reporter *, const cp_yaml *, const cp_word_number *known, const char *what,
                  uint32_t *out);
/* Text or a list of texts. */
/* read_stdout.c */
void cp_read_stdout(cp_reporter *, const cp_yaml *, const cp_word_number *words, uint32_t *out_is,
                    cp_slice *out_text);
bool cp_read_texts(cp_reporter *, const cp_yaml *, const char *expected, cp_names *out);
/* Splits a key that shares a value: `, ` and, where `alternatives`, `|`. Reports empty entries and blanks of other alphabets. */
bool cp_split_key(cp_reporter *, const cp_yaml *, bool alternatives, cp_names *out);
#endif
