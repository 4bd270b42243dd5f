/* libFuzzer harness of the parser. The first byte chooses dialect and flags, the rest is the text. Besides what the sanitizers see it asks that
 * every byte is in exactly one leaf, that spans lie inside their source, and that parsing again gives the same. */
#include "base/text.h"
#include "shell/leaves.h"
#include "shell/print.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void broken(const char *what, cp_span at) {
    fprintf(stderr, "fuzz_parse: %s at %u [%u,%u)\n", what, at.src, at.beg, at.end);
    abort();
}

/* A limit ended it: with leaves, which remember nothing, earlier. */
static const uint64_t NOT_READ = 0;

static uint64_t parse(cp_slice text, cp_dialect dialect, uint32_t flags, bool with_leaves) {
    cp_budget budget;
    cp_arena arena;
    cp_sources sources;
    cp_parse_result result;
    cp_leaves leaves = {NULL, 0, 0};
    cp_budget_init(&budget);
    cp_arena_init(&arena, NULL, NULL, 0, &budget);
    cp_sources_init(&sources, &arena);
    cp_source source = {.text = text};
    cp_sources_add(&sources, &source);
    cp_parse_with(&arena, &sources, 0, dialect, flags, &budget, with_leaves ? &leaves : NULL, &result);
    uint64_t hash = budget.used[CP_LIMIT_NODES];
    if (!arena.failed && budget.hit == CP_LIMIT_NONE) {
        for (const cp_note *n = result.notes; n; n = n->next)
            if (n->span.src >= sources.count || n->span.beg > n->span.end ||
                n->span.end > sources.items[n->span.src].text.n)
                broken("a note's span", n->span);
        cp_text out = cp_text_in(&arena);
        cp_print_sexpr(&out, &sources, &result.program, NULL);
        hash = cp_slice_hash(cp_text_slice(&out));
        out.n = 0;
        cp_print_json(&out, &sources, &result.program);
        cp_span at = {0, 0, 0};
        if (with_leaves && dialect != CP_DIALECT_SH && dialect != CP_DIALECT_UNKNOWN &&
            !cp_leaves_check(&leaves, &arena, &sources, &result, &at))
            broken("a byte in no leaf, or in two,", at);
    }
    if (budget.hit != CP_LIMIT_NONE || arena.failed)
        hash = NOT_READ;
    if (budget.used[CP_LIMIT_DEPTH] != 0)
        broken("depth that was not left", (cp_span){0, 0, 0});
    cp_arena_free(&arena);
    return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1 || size > 65536)
        return 0;
    cp_dialect dialect = (cp_dialect)(data[0] % 6);
    uint32_t flags = data[0] / 6 % 4;
    cp_slice text = cp_slice_of(data + 1, size - 1);
    uint64_t plain = parse(text, dialect, flags, false), leafy = parse(text, dialect, flags, true);
    if (plain != leafy && plain != NOT_READ && leafy != NOT_READ)
        broken("two readings differ", (cp_span){0, 0, 0});
    static const char how[] = {'h', 'a', '['};
    for (size_t i = 0; i < sizeof how; i++) {
        cp_budget budget;
        cp_arena arena;
        cp_sources sources;
        cp_parse_result result;
        cp_budget_init(&budget);
        cp_arena_init(&arena, NULL, NULL, 0, &budget);
        cp_sources_init(&sources, &arena);
        cp_source source = {.text = text};
        cp_sources_add(&sources, &source);
        (void)cp_parse_deferred(&arena, &sources, 0, dialect, how[i], &budget, &result);
        cp_arena_free(&arena);
    }
    return 0;
}
