/* lint: what is wrong with policy files, and what is only doubtful: the files of a layer together, or those of all layers that are
 * configured here. Sources of the built-in packs are looked at as they were compiled in. */
#include "tool/lint.h"

#include "tool/cases.h"

#include "base/text.h"
#include "policy/builtin.h"
#include "policy/lint.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const cli_option lint_options[] = {
    {"as", TOOL_OPTION_AS, "LAYER", "user|system|requirements|workspace", "what the files are (user)", 0},
    {"format", TOOL_OPTION_FORMAT, "FORMAT", "text|json|sarif|github",
     "text for people (as it comes), json for programs, SARIF 2.1.0,\nor annotations of GitHub's actions", 0},
    {"quiet", TOOL_OPTION_QUIET, NULL, NULL, "without notes", 0},
};
static const cli_group lint_group = CLI_GROUP(lint_options);

enum { GROUPS_MOST = 8, IMAGES_MOST = 16 };

typedef struct group { /* files that are compiled together */
    cmdpolicy_layer layer;
    const char *pack; /* the built-in image whose source they are; NULL: none */
    cp_model **models;
    uint32_t count, cap;
    void *bytes;
    size_t size;
    cp_image image; /* bytes NULL: it did not compile */
} group;

typedef struct linting {
    cp_arena arena;
    cp_diags diags;
    tool_arguments arguments;
    group groups[GROUPS_MOST];
    uint32_t count;
    cp_image packs[2]; /* the built-in ones: core and the default profile */
    uint32_t notes_from;
    bool failed;
} linting;

static group *group_of(linting *s, cmdpolicy_layer layer, const char *pack) {
    for (uint32_t i = 0; i < s->count; i++) {
        group *g = &s->groups[i];
        if (g->layer == layer && (pack ? g->pack && strcmp(g->pack, pack) == 0 : !g->pack))
            return g;
    }
    if (s->count == GROUPS_MOST)
        return NULL;
    s->groups[s->count] = (group){.layer = layer, .pack = pack};
    return &s->groups[s->count++];
}

static void add_model(linting *s, cmdpolicy_layer layer, const char *path) {
    cli_bytes text = {0};
    if (!cli_read_file(path, CLI_MOST_INPUT, &text)) {
        cli_error("%s: %s", path, strerror(errno));
        s->failed = true;
        free(text.data);
        return;
    }
    if (text.size >= 8 && memcmp(text.data, CP_IMAGE_MAGIC, 8) == 0) {
        cli_error("%s: a compiled policy; its sources can be looked at", path);
        s->failed = true;
    } else {
        s->diags.layer = (uint32_t)layer;
        cp_model *model = cp_policy_read(&s->arena, &s->diags, cp_slice_str(path),
                                         cp_slice_of(text.data, text.size), (uint32_t)layer);
        const char *pack = model && !s->arguments.as ? tool_builtin_image_of(model->pack) : NULL;
        group *g = model ? group_of(s, pack ? CMDPOLICY_LAYER_BUILTIN : layer, pack) : NULL;
        if (g && !CP_PUSH(&s->arena, g->models, g->count, g->cap, model))
            cli_out_of_memory();
    }
    free(text.data);
}

static void open_packs(linting *s) {
    static const char *const names[] = {"core", "workspace-write"};
    cp_builtin_image builtin;
    for (uint32_t i = 0; cp_builtin_get(i, &builtin); i++) {
        for (size_t k = 0; k < 2; k++) {
            if (strcmp(builtin.name, names[k]) == 0 &&
                cp_image_open(&s->packs[k], builtin.words, builtin.size) != CP_IMAGE_OK)
                s->packs[k] = (cp_image){0};
        }
    }
}

/* The images whose grammars the group's files are read by, earliest first. */
static uint32_t grammars_of(const linting *s, const group *g, const cp_image **out) {
    uint32_t n = 0;
    const bool is_core = g->pack && strcmp(g->pack, "core") == 0;
    if (!is_core && s->packs[0].bytes)
        out[n++] = &s->packs[0];
    if (!g->pack && s->packs[1].bytes)
        out[n++] = &s->packs[1];
    for (uint32_t i = 0; !g->pack && i < s->count; i++) {
        const group *other = &s->groups[i];
        if (!other->pack && other->layer < g->layer && other->layer < CMDPOLICY_LAYER_REQUIREMENTS &&
            other->image.bytes)
            out[n++] = &other->image;
    }
    return n;
}

static void compile_group(linting *s, group *g) {
    const cp_image *grammars[IMAGES_MOST];
    const uint32_t count = grammars_of(s, g, grammars);
    cp_arena scratch;
    cp_arena_init(&scratch, NULL, NULL, 0, NULL);
    s->diags.layer = (uint32_t)g->layer;
    if (cp_policy_compile(&scratch, &s->diags, g->models, g->count, (uint32_t)g->layer, grammars, count,
                          &cp_allocator_malloc, &g->bytes, &g->size) &&
        cp_image_open(&g->image, g->bytes, g->size) != CP_IMAGE_OK)
        g->image = (cp_image){0};
    if (cp_arena_failed(&scratch))
        cli_out_of_memory();
    cp_arena_free(&scratch);
}

static void lint_group_of(linting *s, const group *g) {
    const cp_image *grammars[IMAGES_MOST], *later[GROUPS_MOST];
    cp_lint in = {.arena = &s->arena,
                  .diags = &s->diags,
                  .models = g->models,
                  .count = g->count,
                  .layer = (uint32_t)g->layer,
                  .own = &g->image,
                  .grammars = grammars,
                  .later = later};
    in.grammar_count = grammars_of(s, g, grammars);
    for (uint32_t i = 0; i < s->count; i++) {
        const group *other = &s->groups[i];
        if (!other->pack && other->layer > g->layer && other->layer < CMDPOLICY_LAYER_REQUIREMENTS &&
            !g->pack && other->image.bytes)
            later[in.later_count++] = &other->image;
    }
    s->diags.layer = (uint32_t)g->layer;
    cp_policy_lint(&in);
}

/* ---- Suggestions: what a policy tells people to use instead has to get through it --------------------------------- */

static void judge_suggestion(linting *s, const cmdpolicy_policy *policy, const cp_model *model,
                             const cp_m_arm *arm) {
    const cp_m_test test = {.command = arm->suggest};
    if (cp_slice_find(arm->suggest, '<', 0) < arm->suggest.n) /* `git log <file>`: for people to fill in */
        return;
    cmdpolicy_decision *decision = tool_decide_test(policy, &test);
    const cmdpolicy_verdict verdict = cmdpolicy_decision_verdict(decision);
    if (verdict != CMDPOLICY_ALLOW) {
        cmdpolicy_reason r = {.struct_size = sizeof r};
        cp_text message = cp_text_in(&s->arena);
        for (size_t i = 0; cmdpolicy_decision_reason(decision, i, &r) == CMDPOLICY_OK && r.verdict != verdict;
             i++) {}
        cp_text_str(&message, "the suggestion `");
        cp_text_visible(&message, arm->suggest);
        cp_text_str(&message,
                    verdict == CMDPOLICY_DENY ? "` is denied itself: " : "` gets a review itself: ");
        cp_text_visible(&message, cp_slice_of(r.message.data, r.message.size));
        cp_diag_add(&s->diags, true, verdict == CMDPOLICY_DENY ? "suggest-denied" : LINT_NOTE_SUGGEST,
                    model->file, arm->at.line, arm->at.column, arm->at.offset, cp_text_slice(&message),
                    CP_LIT("a command that this policy allows"));
    }
    cmdpolicy_decision_free(decision);
}

static void judge_suggestions(linting *s, const cmdpolicy_policy *policy, const group *g) {
    for (uint32_t m = 0; m < g->count; m++) {
        const cp_model *model = g->models[m];
        for (uint32_t i = 0; i < model->rules.count; i++) {
            for (uint32_t k = 0; k < model->rules.items[i]->arms.count; k++) {
                if (model->rules.items[i]->arms.items[k].suggest.n > 0)
                    judge_suggestion(s, policy, model, &model->rules.items[i]->arms.items[k]);
            }
        }
        for (uint32_t i = 0; i < model->effects.count; i++) {
            for (uint32_t k = 0; k < model->effects.items[i].arms.count; k++) {
                if (model->effects.items[i].arms.items[k].suggest.n > 0)
                    judge_suggestion(s, policy, model, &model->effects.items[i].arms.items[k]);
            }
        }
    }
}

static void lint_suggestions(linting *s) {
    cmdpolicy_builder *builder = cmdpolicy_builder_new();
    cmdpolicy_policy *policy = NULL;
    if (!builder)
        cli_out_of_memory();
    bool fine = cmdpolicy_builder_add_builtin(builder, NULL) == CMDPOLICY_OK;
    for (uint32_t i = 0; i < s->count && fine; i++) {
        const group *g = &s->groups[i];
        fine = g->pack ||
               cmdpolicy_builder_add_image(builder, g->layer, "policy", g->bytes, g->size) == CMDPOLICY_OK;
    }
    fine = fine && cmdpolicy_builder_build(builder, &policy) == CMDPOLICY_OK;
    for (uint32_t i = 0; i < s->count && fine; i++) {
        s->diags.layer = (uint32_t)s->groups[i].layer;
        judge_suggestions(s, policy, &s->groups[i]);
    }
    cmdpolicy_policy_free(policy);
    cmdpolicy_builder_free(builder);
}

/* ---- All of it ------------------------------------------------------------------------------------------------------ */

static int by_layer(const void *a, const void *b) {
    const group *x = (const group *)a, *y = (const group *)b;
    if (x->layer != y->layer)
        return x->layer < y->layer ? -1 : 1;
    const bool p = x->pack && strcmp(x->pack, "core") == 0, q = y->pack && strcmp(y->pack, "core") == 0;
    return p != q ? (p ? -1 : 1) : x->pack && y->pack ? strcmp(x->pack, y->pack) : 0;
}

static int lint(linting *s) {
    tool_arguments *a = &s->arguments;
    if (a->count == 0) {
        cli_setup_complete(&a->setup);
        for (size_t i = 0; i < a->setup.files.count; i++) {
            const cli_layer_file *file = &a->setup.files.items[i];
            if (file->error == 0)
                add_model(s, file->layer, file->path);
            else if (file->error != ENOENT) {
                cli_error("%s: %s", file->path, cli_layer_file_problem(file));
                s->failed = true;
            }
        }
        if (s->count == 0 && s->diags.errors == 0 && !s->failed) {
            cli_error("no file is named and none is configured here; expected cmdpolicy lint FILE...");
            return CLI_FAILURE;
        }
    }
    for (int i = 0; i < a->count; i++)
        add_model(s, tool_layer(a), a->operands[i]);
    if (s->failed)
        return CLI_FAILURE;
    open_packs(s);
    qsort(s->groups, s->count, sizeof s->groups[0], by_layer);
    for (uint32_t i = 0; i < s->count && s->diags.errors == 0; i++)
        compile_group(s, &s->groups[i]);
    for (uint32_t i = 0; i < s->count && s->diags.errors == 0; i++)
        lint_group_of(s, &s->groups[i]);
    if (s->diags.errors == 0)
        lint_suggestions(s);
    if (cp_arena_failed(&s->arena))
        cli_out_of_memory();
    return lint_report(&s->arena, &s->diags, a->format ? a->format : "text", a->quiet);
}

static int run(const tool_command *command, int argc, char **argv) {
    linting *s = calloc(1, sizeof *s);
    if (!s)
        cli_out_of_memory();
    cp_arena_init(&s->arena, NULL, NULL, 0, NULL);
    cp_diags_init(&s->diags, &s->arena);
    int status = tool_read_arguments(command, argc, argv, &s->arguments);
    if (status == CLI_ALLOW && !s->arguments.done)
        status = lint(s);
    for (uint32_t i = 0; i < s->count; i++)
        free(s->groups[i].bytes);
    tool_free_arguments(&s->arguments);
    cp_arena_free(&s->arena);
    free(s);
    return status;
}

const tool_command tool_lint = {
    "lint",
    "[OPTION...] [FILE...]",
    "Say what is wrong with policy files, and what is only doubtful",
    "Errors, with which no check would be made; warnings: what doesn't mean what its author will think; and notes.\n"
    "FILE:LINE:COLUMN: what, what was expected, and a code that stays. All files together are one layer over the\n"
    "built-in packs; without a FILE, the files that are configured here, each in its layer. Exit status 1: errors or\n"
    "warnings.",
    run,
    {&lint_group, &tool_help_options},
};
