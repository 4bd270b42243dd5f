/* What the tests of the policy compiler share: files from texts, compiled into an image, with their diagnostics. */
#ifndef CP_TESTS_POLICY_FIXTURE_H
#define CP_TESTS_POLICY_FIXTURE_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "match/layers.h"
#include "policy/policy.h"

/* NUL-terminated copies for messages: a few at a time. */
static inline const char *show(cp_slice s) {
    static char room[8][2048];
    static int next;
    char *out = room[next++ % 8];
    uint32_t n = s.n < sizeof room[0] - 1 ? s.n : (uint32_t)sizeof room[0] - 1;
    if (n)
        memcpy(out, s.p, n);
    out[n] = 0;
    return out;
}

static char compiled_why[600]; /* the last first error */

typedef struct compiled {
    cp_arena arena;
    cp_diags diags;
    cp_model *models[8];
    uint32_t count;
    void *bytes;
    size_t size;
    cp_image image;
    bool done;
} compiled;

static inline void compiled_begin(compiled *c) {
    memset(c, 0, sizeof *c);
    cp_arena_init(&c->arena, NULL, NULL, 0, NULL);
    cp_diags_init(&c->diags, &c->arena);
}

static inline cp_model *compiled_add(compiled *c, const char *name, const char *text, size_t size,
                                     uint32_t layer) {
    cp_model *model =
        cp_policy_read(&c->arena, &c->diags, cp_slice_str(name), cp_slice_of(text, size), layer);
    if (model)
        c->models[c->count++] = model;
    return model;
}

/* With CMDPOLICY_DIAGNOSTICS in the environment: every message goes to that file, for tests/policy_messages.py. */
static inline void record_diagnostics(const cp_diags *diags) {
    const char *path = getenv("CMDPOLICY_DIAGNOSTICS");
    FILE *out = path ? fopen(path, "ab") : NULL;
    if (!out)
        return;
    for (const cp_diag *d = diags->first; d; d = d->next) {
        fwrite(d->message.p, 1, d->message.n, out);
        fputc(0, out);
        fwrite(d->expected.p, 1, d->expected.n, out);
        fputc(0, out);
    }
    fclose(out);
}

/* Compiles what was added, if all of it could be read; `grammar`: an earlier layer, or NULL. */
static inline bool compiled_end(compiled *c, uint32_t layer, const cp_image *grammar) {
    if (c->diags.errors == 0)
        c->done = cp_policy_compile(&c->arena, &c->diags, c->models, c->count, layer, &grammar,
                                    grammar ? 1 : 0, &cp_allocator_malloc, &c->bytes, &c->size);
    if (c->done && cp_image_open(&c->image, c->bytes, c->size) != CP_IMAGE_OK)
        c->done = false;
    const cp_diag *d = c->diags.first;
    record_diagnostics(&c->diags);
    compiled_why[0] = 0;
    if (d)
        snprintf(compiled_why, sizeof compiled_why, "%u:%u: %.200s: %.200s [%.80s]", d->line, d->column,
                 show(d->message), show(d->expected), show(d->code));
    return c->done;
}

static inline bool compiled_one(compiled *c, const char *text, uint32_t layer, const cp_image *grammar) {
    compiled_begin(c);
    compiled_add(c, "test.yaml", text, strlen(text), layer);
    return compiled_end(c, layer, grammar);
}

static inline void compiled_free(compiled *c) {
    free(c->bytes);
    cp_arena_free(&c->arena);
}

#endif
