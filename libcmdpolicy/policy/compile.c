/* The compiler's order: files, kinds, commands; then the commands serve to read the rules' keys; then effects and defaults. */
#include "base/text.h"
#include "match/layers.h"
#include "policy/compiler.h"
#include "policy/digest.h"

static void put_files(cp_compiler *c) {
    for (uint32_t m = 0; m < c->count; m++) {
        cp_rec_file file = {cp_build_string(&c->build, c->models[m]->file),
                            cp_build_string(&c->build, c->models[m]->pack), 0};
        c->files[m] = cp_build_put(&c->build, CP_SEC_FILE, &file);
    }
}

/* One source: its own digest. Several: the digest of their digests, in order. */
static void digest_of(cp_compiler *c, uint8_t out[32]) {
    cp_text all = cp_text_in(c->arena);
    for (uint32_t m = 0; m < c->count; m++)
        cp_text_add(&all, cp_slice_of(c->models[m]->digest, 32));
    if (c->count == 1)
        memcpy(out, c->models[0]->digest, 32);
    else
        cp_digest(cp_text_slice(&all), out);
}

static void *arena_resize(void *user, void *block, size_t old_size, size_t new_size) {
    (void)block;
    (void)old_size;
    return new_size ? cp_alloc_raw((cp_arena *)user, new_size) : NULL;
}

/* The grammars so far as an image of their own: the key reader knows images only. */
static void open_own_grammars(cp_compiler *c) {
    bool any = false;
    for (uint32_t m = 0; m < c->count; m++)
        any = any || c->models[m]->commands.count;
    if (!any)
        return;
    static const uint8_t no_digest[32] = {0};
    cp_allocator in_arena = {arena_resize, c->arena};
    cp_build so_far = c->build; /* its tables are only read; the hash tables that it makes are its own */
    void *bytes;
    size_t size;
    if (cp_build_finish(&so_far, no_digest, &in_arena, &bytes, &size) &&
        cp_image_open(&c->own, bytes, size) != CP_IMAGE_OK)
        c->own = (cp_image){0};
    c->build.collided |= so_far.collided;
    c->build.too_large |= so_far.too_large;
}

bool cp_policy_compile(cp_arena *scratch, cp_diags *diags, cp_model *const *models, uint32_t count,
                       uint32_t layer, const cp_image *const *grammars, uint32_t grammar_count,
                       const cp_allocator *allocator, void **out_bytes, size_t *out_size) {
    *out_bytes = NULL;
    *out_size = 0;
    cp_compiler *c = (cp_compiler *)cp_alloc(scratch, sizeof *c);
    uint32_t *files = CP_NEW_ARRAY(scratch, uint32_t, count), bytes = 0;
    if (!c || !files || cp_arena_failed(scratch))
        return false;
    *c = (cp_compiler){.arena = scratch,
                       .report = {.arena = scratch, .diags = diags, .layer = layer},
                       .models = models,
                       .count = count,
                       .layer = layer,
                       .grammars = grammars,
                       .grammar_count = grammar_count,
                       .files = files};
    cp_build_init(&c->build, scratch);
    c->build.thorough = layer == CP_LAYER_BUILTIN;
    for (uint32_t m = 0; m < count; m++)
        bytes += models[m]->size;
    cp_build_reserve_strings(&c->build, bytes);
    put_files(c);
    cp_compile_kinds(c);
    cp_compile_commands(c);
    open_own_grammars(c);
    cp_compile_rules(c);
    cp_compile_effects(c);
    cp_compile_defaults(c);
    if (c->build.too_large)
        cp_error(
            &c->report, "too-large", (cp_place){0},
            "at most 65,535 bytes in a text, commands and entries in a list, 255 words in a key and for a command",
            "something in this policy is longer than a compiled policy can hold");
    if (c->build.collided)
        cp_error(&c->report, "collision", (cp_place){0}, "words that people use",
                 "too many words of this policy have the same hash");
    if (c->report.errors || cp_arena_failed(scratch))
        return false;
    uint8_t digest[32];
    digest_of(c, digest);
    bool done = cp_build_finish(&c->build, digest, allocator, out_bytes, out_size);
    if (!done && c->build.collided)
        cp_error(&c->report, "collision", (cp_place){0}, "words that people use",
                 "too many words of this policy have the same hash");
    return done;
}
