/* What the files of the compiler share: the layer in the making. Private to this folder. */
#ifndef CP_POLICY_COMPILER_H
#define CP_POLICY_COMPILER_H
#include "policy/build.h"
#include "policy/model.h"
#include "policy/policy.h"

typedef struct cp_compiler {
    cp_arena *arena;
    cp_reporter report; /* `file` follows the model that is compiled */
    cp_build build;
    cp_model *const *models;
    uint32_t count, layer;
    const cp_image *const *grammars; /* of earlier layers, earliest first */
    uint32_t grammar_count;
    uint32_t *files; /* FILE index of each model */
    cp_pairs kinds;  /* (1, name) → KIND; also roles that are shared */
    cp_image own;    /* the grammars of this layer, once they are compiled; bytes NULL: none */
} cp_compiler;

/* compile_grammar.c */
void cp_compile_kinds(cp_compiler *);
void cp_compile_commands(cp_compiler *);
/* compile_texts.c: TEXT of a kind's names; `names` are sorted. */
/* The KIND of this name, for the sake of those who name it in a text; 0 after an error. */
uint32_t cp_compile_kind_named(cp_compiler *, cp_slice name, cp_place at);
uint32_t cp_compile_text(cp_compiler *, cp_m_text_name *names, uint32_t count, uint32_t grammar,
                         uint32_t otherwise);
/* The same of an earlier layer's. */
uint32_t cp_copy_text(cp_compiler *, const cp_image *, uint32_t text, uint32_t otherwise);
/* compile_rules.c */
void cp_compile_rules(cp_compiler *);
/* compile_effects.c: effects, flows, defaults */
void cp_compile_effects(cp_compiler *);
void cp_compile_defaults(cp_compiler *);

/* compile_parts.c */
uint32_t cp_compile_conds(cp_compiler *, const cp_m_conds *, uint16_t *out_count);
uint32_t cp_compile_arms(cp_compiler *, const cp_m_arm *, uint32_t count);
/* Do they say the same: conditions and verdicts (reasons may differ)? */
bool cp_same_arms(const cp_m_arm *, uint32_t, const cp_m_arm *, uint32_t);
/* `pack:text`, or `file:text` with the last component of the file's name. */
cp_slice cp_rule_id(cp_arena *, const cp_model *, cp_slice text);
/* Reports "the same, first in FILE line N". */
void cp_report_contradiction(cp_compiler *, const char *code, cp_place at, cp_slice what,
                             const cp_model *first_model, cp_place first);

/* ---- Keys read by grammars (key.c) -------------------------------------------------------------------------------------- */

typedef struct cp_read_word {
    cp_slice text;
    uint32_t flags; /* CP_WORD_GLOB, CP_WORD_PATH */
    cp_place at;
} cp_read_word;
typedef struct cp_read_option {
    cp_slice name, value; /* name: in the spelling written */
    cp_slice canonical;   /* the first spelling in its grammar; the name, where it is unknown */
    uint32_t flags;       /* CP_ROPT_… */
    uint32_t unknown;     /* the grammar doesn't have it */
    uint32_t behind;      /* how many words of the key stand before it */
    cp_place at;
} cp_read_option;
typedef struct cp_read_key_result {
    uint32_t flags; /* CP_RULE_REST, CP_RULE_PROGRAM_PATH */
    CP_LIST(cp_read_word) words;
    CP_LIST(cp_read_option) options;
    uint32_t has_grammar;
} cp_read_key_result;

/* One combination of a key's alternatives, read by the grammar of its program. `images`: latest first. */
bool cp_read_key_words(cp_reporter *, const cp_image *const *images, uint32_t image_count,
                       const cp_key_alternative *const *words, uint32_t count, cp_read_key_result *out);
#endif
