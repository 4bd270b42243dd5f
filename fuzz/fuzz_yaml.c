/* Any bytes as a policy file: the first says which layer, the rest is the text. What can be read is compiled, over a layer of
 * grammars. Besides memory errors it looks for: an error without a diagnostic, an image that doesn't verify, the same file giving
 * other bytes the second time, and a policy by which something is allowed that doesn't parse, doesn't show or reaches a limit. */
#include <stdlib.h>

#include "cmdpolicy.h"
#include "match/layers.h"
#include "policy/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
    if (!holds)
        abort();
}

static const char core_text[] =
    "cmdpolicy: 1\n"
    "kinds: {at: [{'@(?<p>.+)': {p: read}}, {'.*': value}]}\n"
    "commands:\n"
    "  git: {global: {-h: flag}, options: {-C: chdir, '-c': at}, subcommands: {log: {options: {'--all, -n|--max-count': value}, operands: [value*]}, push: {effects: [network], options: {-f|--force: flag}}}}\n"
    "  python3, python3.*: {syntax: posix, options: {-c: [code, rest]}, operands: [code-file?], subcommands: {-m json.tool: {}}}\n"
    "  tar: {syntax: bundle-first, options: {'-x, -t': flag, -f: read}}\n"
    "  dd: {syntax: assignments, options: {if: read, of: write}}\n"
    "  head: {options: {'-NUM, -W*': flag}, operands: [read*]}\n";

static void *compile(cp_arena *arena, cp_diags *diags, cp_slice text, uint32_t layer, const cp_image *grammar,
                     size_t *size) {
    void *bytes = NULL;
    uint32_t before = diags->errors;
    cp_model *model = cp_policy_read(arena, diags, CP_LIT("fuzz.yaml"), text, layer);
    require((model != NULL) == (diags->errors == before));
    if (model) {
        bool done = cp_policy_compile(arena, diags, &model, 1, layer, &grammar, grammar ? 1 : 0,
                                      &cp_allocator_malloc, &bytes, size);
        require(done == (diags->errors == before) && done == (bytes != NULL));
    }
    return bytes;
}

static void one(cp_slice text, uint32_t layer, const cp_image *core) {
    cp_arena arena;
    cp_diags diags;
    size_t first_size = 0, second_size = 0;
    cp_arena_init(&arena, NULL, NULL, 0, NULL);
    cp_diags_init(&diags, &arena);
    void *first = compile(&arena, &diags, text, layer, core, &first_size);
    if (first) {
        cp_image image;
        require(cp_image_open(&image, first, first_size) == CP_IMAGE_OK);
        require(cp_image_verify(&image) == CP_IMAGE_OK);
        void *second = compile(&arena, &diags, text, layer, core, &second_size);
        require(second && first_size == second_size && memcmp(first, second, first_size) == 0);
        free(second);
    }
    free(first);
    cp_arena_free(&arena);
}

/* What no policy allows. The last text is longer than the limit that is set for it. */
static void never_allowed(cp_slice text) {
    static const char *const texts[] = {"ls \"",
                                        "ls $(",
                                        "git log; (",
                                        "ls \xe2\x80\x8b",
                                        "cat <<E\nx\n",
                                        "ls \r;ls",
                                        "git log --all --all --all"};
    enum { TEXTS = sizeof texts / sizeof texts[0] };
    for (int limited = 0; limited < 2; limited++) {
        cmdpolicy_builder *b = cmdpolicy_builder_new();
        cmdpolicy_policy *policy = NULL;
        require(b && (!limited || cmdpolicy_builder_set_limit(b, "input-bytes", 20) == CMDPOLICY_OK));
        if (cmdpolicy_builder_add_yaml(b, CMDPOLICY_LAYER_USER, "fuzz.yaml", (const char *)text.p, text.n) ==
                CMDPOLICY_OK &&
            cmdpolicy_builder_build(b, &policy) == CMDPOLICY_OK)
            for (size_t i = limited ? TEXTS - 1 : 0; i < TEXTS - !limited; i++) {
                cmdpolicy_decision *d = cmdpolicy_check_shell(policy, texts[i], strlen(texts[i]));
                require(cmdpolicy_decision_verdict(d) != CMDPOLICY_ALLOW);
                cmdpolicy_decision_free(d);
            }
        cmdpolicy_policy_free(policy);
        cmdpolicy_builder_free(b);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const uint32_t layers[] = {CP_LAYER_BUILTIN, CP_LAYER_USER, CP_LAYER_REQUIREMENTS,
                                      CP_LAYER_WORKSPACE};
    static void *core_bytes;
    static size_t core_size;
    static cp_image core;
    if (!core_bytes) {
        cp_arena arena;
        cp_diags diags;
        cp_arena_init(&arena, NULL, NULL, 0, NULL);
        cp_diags_init(&diags, &arena);
        core_bytes = compile(&arena, &diags, CP_LIT(core_text), CP_LAYER_BUILTIN, NULL, &core_size);
        require(core_bytes && cp_image_open(&core, core_bytes, core_size) == CP_IMAGE_OK);
        cp_arena_free(&arena);
    }
    if (size > 0)
        one(cp_slice_of(data + 1, size - 1), layers[data[0] & 3], &core);
    if (size > 1 && (data[0] & 3) == 1)
        never_allowed(cp_slice_of(data + 1, size - 1));
    return 0;
}
