/* What the files of the linter share. Private to this folder. */
#ifndef CP_POLICY_LINTER_H
#define CP_POLICY_LINTER_H
#include "policy/compiler.h"
#include "policy/lint.h"

typedef struct cp_linter {
    const cp_lint *in;
    cp_arena *arena;
    cp_reporter report;         /* `file` follows the model that is looked at */
    const cp_image *images[64]; /* whose grammars read the keys: latest first */
    uint32_t image_count;
    cp_pairs seen; /* (place, code and file) */
} cp_linter;

/* lint_rules.c, lint_grammar.c, lint_patterns.c */
void cp_lint_rules(cp_linter *);
void cp_lint_commands(cp_linter *);
void cp_lint_patterns(cp_linter *);

/* The first finding of this code at this place? A key has many combinations. */
bool cp_lint_new(cp_linter *, const char *code, cp_place at);
#define CP_LINT(l, code, at, ...)                          \
  do {                                                     \
    if (cp_lint_new((l), (code), (at)))                    \
      cp_warning(&(l)->report, (code), (at), __VA_ARGS__); \
  } while (0)

/* The image and node of the program's grammar. False: no layer describes it. */
bool cp_lint_grammar(const cp_linter *, cp_slice program, const cp_image **out_image, uint32_t *out_node);
/* Is a word of this kind run, or is what it holds? */
bool cp_lint_runs(uint32_t kind);
#endif
