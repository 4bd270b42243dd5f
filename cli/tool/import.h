/* import: rules of other systems as a policy of ours. Each reader (import_*.c) says what its file means in words that all of them
 * share; import_rules.c drops what the source itself never lets take effect and writes the YAML; import.c proves it. Nothing is
 * ever loosened: what can't be said in our language is left out, with its line and reason on standard error. */
#ifndef TOOL_IMPORT_H
#define TOOL_IMPORT_H
#include "tool/tool.h"

#include "base/text.h"
#include "image/image.h"

typedef struct import_alternative {
    cp_slice text;
    bool glob; /* each `*` stands for any bytes of the word */
} import_alternative;
typedef struct import_word {
    import_alternative *items;
    uint32_t count, cap;
} import_word;

typedef struct import_example {
    cp_slice command; /* shell source */
    bool matches;
} import_example;

typedef struct import_rule {
    uint32_t line;
    uint32_t verdict;  /* cp_image_verdict: ALLOW, REVIEW, DENY */
    uint32_t priority; /* the highest counts; of equal ones the strictest */
    bool exact;        /* nothing may follow the words */
    bool weakened;     /* the source's rule doesn't hold always: conditions that can't be carried over */
    bool lost;         /* not all that it tightens can be said: what is looser and may meet it is left out */
    import_word *words;
    uint32_t count, cap;
    cp_slice reason;
    import_example *examples;
    uint32_t example_count, example_cap;
    /* filled by import_rules.c */
    cp_slice keys[64]; /* what stands in the YAML */
    uint32_t key_count;
    uint32_t out_line; /* of its first key */
} import_rule;

typedef struct import_effect {
    uint32_t line, verdict;
    const char *kind; /* read, write, network */
    cp_slice pattern, reason;
} import_effect;

typedef struct importing {
    cp_arena *arena;
    const char *path, *format;
    cp_slice text;
    cp_image packs; /* the built-in packs: their grammars; bytes NULL: none */
    import_rule *rules;
    uint32_t rule_count, rule_cap;
    import_effect *effects;
    uint32_t effect_count, effect_cap;
    cp_text comments; /* what was left out, for the file's head */
    uint32_t lost;    /* how much */
} importing;

/* FILE:LINE: TEXT on standard error. `lost`: it makes the import incomplete (exit status 1), and stands as a comment in the YAML. */
enum import_weight { IMPORT_NOTE, IMPORT_LOST };
#if defined(__GNUC__)
__attribute__((format(printf, 4, 5)))
#endif
void import_say(importing *, uint32_t line, enum import_weight, const char *format, ...);

/* Each reads the whole text. False: it can't be read at all, said why. */
bool import_codex(importing *);
bool import_claude(importing *);
bool import_gemini(importing *);

/* A new rule, to be filled. */
import_rule *import_add_rule(importing *, uint32_t line, uint32_t verdict);
void import_add_effect(importing *, uint32_t line, const char *kind, cp_slice pattern, uint32_t verdict);
/* One more word of one alternative; more alternatives go to the last word. */
void import_add_word(importing *, import_rule *, cp_slice text, bool glob);
void import_add_alternative(importing *, import_rule *, cp_slice text, bool glob);
void import_add_example(importing *, import_rule *, cp_slice command, bool matches);
/* Splits as a shell splits words: blanks, quotes, backslashes. `literal`: all other characters are themselves. False: a quote is
 * open, or it holds what is more than words. */
typedef struct import_words {
    cp_slice *items;
    uint32_t count, cap;
} import_words;
bool import_split(cp_arena *, cp_slice text, bool literal, import_words *out);
/* The words as a command line, quoted where need be. */
cp_slice import_quoted(cp_arena *, const cp_slice *words, uint32_t count);
/* A word of a rule's key; `path`: it may compare as a path. */
void import_key_word(cp_text *, const import_alternative *, bool path);
/* A YAML scalar that says exactly this text. */
void import_scalar(cp_text *, cp_slice);

/* Drops what the source never lets take effect, and turns rules into keys. */
void import_settle(importing *);
/* Once it is known what can't be said: what is looser and may be about the same commands is left out, too. */
void import_keep_back(importing *);
/* The words of the rule's combination as a command. False: there is none of that index. */
bool import_probe(importing *, const import_rule *, uint32_t index, cp_slice *out);
/* The whole YAML; rule->out_line and the like say where its rules stand. `only`: this rule alone (NULL: all). */
void import_write(importing *, const import_rule *only, cp_text *out);
#endif
