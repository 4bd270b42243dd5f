/* Says for each record (texts that end with the byte 0x1e) whether it parses in a dialect: a line "1", "0" or, where the parser itself says that it does not
 * support something, "2"; then the first note.
 *
 *   accept RECORDS DIALECT          the dialect's number in cp_dialect
 *   accept RECORDS DIALECT sexpr    the tree instead, which ends with the byte 0x1e */
#include "base/text.h"
#include "shell/parse.h"
#include "shell/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void one(const char *text, size_t size, cp_dialect dialect, bool tree) {
    cp_budget budget;
    cp_arena arena;
    cp_sources sources;
    cp_parse_result result;
    cp_budget_init(&budget);
    cp_arena_init(&arena, NULL, NULL, 0, &budget);
    cp_sources_init(&sources, &arena);
    cp_source source = {.text = cp_slice_of((const uint8_t *)text, (uint32_t)size)};
    cp_sources_add(&sources, &source);
    cp_parse(&arena, &sources, 0, dialect, 0, &budget, &result);
    bool unsupported = false;
    for (const cp_note *n = result.notes; n; n = n->next)
        unsupported |= n->kind == CP_NOTE_UNSUPPORTED;
    if (tree) {
        cp_text out = cp_text_in(&arena);
        cp_print_sexpr(&out, &sources, &result.program, NULL);
        cp_slice printed = cp_text_slice(&out);
        printf("%.*s\x1e", (int)printed.n, (const char *)printed.p);
        cp_arena_free(&arena);
        return;
    }
    cp_slice message = result.notes ? result.notes->message : cp_slice_of(NULL, 0);
    printf("%c %.*s\n",
           result.complete ? '1'
           : unsupported   ? '2'
                           : '0',
           (int)message.n, (const char *)message.p);
    cp_arena_free(&arena);
}

int main(int argc, char **argv) {
    FILE *f = argc >= 3 ? fopen(argv[1], "rb") : NULL;
    if (!f)
        return 2;
    fseek(f, 0, SEEK_END);
    size_t size = (size_t)ftell(f);
    rewind(f);
    char *bytes = malloc(size + 1);
    if (!bytes || fread(bytes, 1, size, f) != size)
        return 2;
    fclose(f);
    for (char *p = bytes, *end; p < bytes + size; p = end + 1) {
        end = memchr(p, 0x1e, size - (size_t)(p - bytes));
        if (!end)
            break;
        one(p, (size_t)(end - p), (cp_dialect)atoi(argv[2]), argc > 3);
    }
    free(bytes);
    return 0;
}
