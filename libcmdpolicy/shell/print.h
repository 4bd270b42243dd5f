/* Printing a tree: as an S-expression that can be held against bash's own (tests/oracle), and as JSON for people and tools. Both walk lists with loops;
 * they recurse only where the parser did. */
#ifndef CP_SHELL_PRINT_H
#define CP_SHELL_PRINT_H
#include "base/text.h"
#include "shell/ast.h"

/* Sees each word of an S-expression as it is printed: what it is for, where it stands, and the word or assignment (NULL: neither). */
typedef struct cp_print_hook {
    void (*on_word)(void *self, const char *role, cp_span span, const cp_word *word,
                    const cp_assignment *assignment);
    void *self;
} cp_print_hook;

/* One S-expression per line of the program, as bash groups them, then a newline; " <error>" where it did not parse. */
void cp_print_sexpr(cp_text *, const cp_sources *, const cp_program *,
                    const cp_print_hook *); /* hook: NULL for none */
/* The same as one list, with words shown by the hook alone: two programs that differ in layout give the same. */
void cp_print_sexpr_shape(cp_text *, const cp_sources *, const cp_program *, const cp_print_hook *);
/* One JSON object: {"kind":"program",…}. Spans are [begin, end] offsets; bytes that are not UTF-8 are shown as U+FFFD. */
void cp_print_json(cp_text *, const cp_sources *, const cp_program *);
#endif
