/* cmdpolicy-packc: compiles rules/ into one C file, at build time. Everything but rules/profiles/ becomes the image "core"; each
 * rules/profiles/NAME.yaml, read with core's grammars, the image NAME. A broken pack fails the build with file:line:column. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "match/layers.h"
#include "policy/policy.h"

typedef struct pack {
    char *name; /* relative to rules/ */
    cp_model *model;
} pack;

typedef struct tool {
    cp_arena arena;
    cp_diags diags;
    const char *rules, *out, *image_dir;
    pack *packs;
    size_t count;
    bool failed;
} tool;

static void fail(tool *t, const char *what, const char *name) {
    fprintf(stderr, "cmdpolicy-packc: %s: %s\n", name, what);
    t->failed = true;
}

static void *must(void *p) {
    if (!p) {
        fprintf(stderr, "cmdpolicy-packc: out of memory\n");
        exit(EXIT_FAILURE);
    }
    return p;
}

static char *join(const char *a, const char *separator, const char *b) {
    size_t n = strlen(a) + strlen(separator) + strlen(b) + 1;
    char *made = (char *)must(malloc(n));
    snprintf(made, n, "%s%s%s", a, separator, b);
    return made;
}

static bool ends_with(const char *s, const char *end) {
    size_t n = strlen(s), e = strlen(end);
    return n >= e && strcmp(s + n - e, end) == 0;
}

/* ---- Finding and reading --------------------------------------------------------------------------------------------------- */

static void find_packs(tool *t, const char *relative) {
    char *directory = join(t->rules, "/", relative);
    DIR *d = opendir(directory);
    if (!d) {
        fail(t, strerror(errno), directory);
        free(directory);
        return;
    }
    for (const struct dirent *e; (e = readdir(d));) {
        if (e->d_name[0] == '.')
            continue;
        char *name = *relative ? join(relative, "/", e->d_name) : join("", "", e->d_name);
        char *path = join(t->rules, "/", name);
        struct stat status;
        if (stat(path, &status) != 0) {
            fail(t, strerror(errno), path);
        } else if (S_ISDIR(status.st_mode)) {
            find_packs(t, name);
        } else if (ends_with(name, ".yaml")) {
            t->packs = (pack *)must(realloc(t->packs, (t->count + 1) * sizeof *t->packs));
            t->packs[t->count++] = (pack){join(name, "", ""), NULL};
        }
        free(path);
        free(name);
    }
    closedir(d);
    free(directory);
}

static int compare_packs(const void *a, const void *b) {
    return strcmp(((const pack *)a)->name, ((const pack *)b)->name);
}

static void read_pack(tool *t, pack *p) {
    char *path = join(t->rules, "/", p->name);
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    size_t size = 0, room = 0;
    while (file && !feof(file) && !ferror(file)) {
        if (size == room)
            text = (char *)must(realloc(text, room = room ? room * 2 : (size_t)64 * 1024));
        size += fread(text + size, 1, room - size, file);
    }
    if (!file || ferror(file))
        fail(t, strerror(errno), path);
    else
        p->model = cp_policy_read(&t->arena, &t->diags, cp_slice_str(p->name), cp_slice_of(text, size),
                                  CP_LAYER_BUILTIN);
    if (file)
        fclose(file);
    free(text);
    free(path);
}

static bool is_profile(const pack *p) {
    return strncmp(p->name, "profiles/", strlen("profiles/")) == 0;
}

/* ---- Messages ---------------------------------------------------------------------------------------------------------------- */

static void show(const tool *t) {
    for (const cp_diag *d = t->diags.first; d; d = d->next) {
        fprintf(stderr, "%s/%.*s:", t->rules, (int)d->file.n, (const char *)d->file.p);
        if (d->line)
            fprintf(stderr, "%u:%u:", d->line, d->column);
        fprintf(stderr, " %s: %.*s\n", d->warning ? "warning" : "error", (int)d->message.n,
                (const char *)d->message.p);
        fprintf(stderr, "    expected: %.*s [%.*s]\n", (int)d->expected.n, (const char *)d->expected.p,
                (int)d->code.n, (const char *)d->code.p);
    }
    if (t->diags.errors > CP_DIAG_MOST)
        fprintf(stderr, "and %u more errors\n", t->diags.errors - CP_DIAG_MOST);
}

/* ---- Writing ------------------------------------------------------------------------------------------------------------------ */

typedef struct image {
    char *name;
    void *bytes;
    size_t size;
} image;

static void write_words(FILE *out, const image *im, size_t index) {
    fprintf(out, "static const uint64_t image_%zu[] = {", index);
    for (size_t at = 0; at < im->size; at += 8) {
        uint64_t word;
        memcpy(&word, (const char *)im->bytes + at, 8);
        fprintf(out, "%s0x%llx,", at % 64 ? "" : "\n", (unsigned long long)word);
    }
    fprintf(out, "\n};\n\n");
}

static void write_source(tool *t, const image *images, size_t count) {
    FILE *out = fopen(t->out, "wb");
    if (!out) {
        fail(t, strerror(errno), t->out);
        return;
    }
    fprintf(
        out,
        "/* The packs in rules/, compiled by cmdpolicy-packc: do not edit. */\n#include \"policy/builtin.h\"\n\n");
    for (size_t i = 0; i < count; i++)
        write_words(out, &images[i], i);
    fprintf(out, "bool cp_builtin_get(uint32_t index, cp_builtin_image *out) {\n    switch (index) {\n");
    for (size_t i = 0; i < count; i++)
        fprintf(out, "    case %zu: *out = (cp_builtin_image){\"%s\", image_%zu, %zu}; return true;\n", i,
                images[i].name, i, images[i].size);
    fprintf(out, "    default: return false;\n    }\n}\n");
    if (fclose(out) != 0)
        fail(t, strerror(errno), t->out);
}

static void write_image(tool *t, const image *im) {
    char *name = join(im->name, "", ".cpi"), *path = join(t->image_dir, "/", name);
    FILE *out = fopen(path, "wb");
    if (!out || fwrite(im->bytes, 1, im->size, out) != im->size || fclose(out) != 0)
        fail(t, strerror(errno), path);
    free(path);
    free(name);
}

/* ---- Compiling ---------------------------------------------------------------------------------------------------------------- */

static bool compile(tool *t, cp_model *const *models, uint32_t count, const cp_image *grammars, image *out) {
    cp_arena scratch;
    cp_arena_init(&scratch, NULL, NULL, 0, NULL);
    bool done = cp_policy_compile(&scratch, &t->diags, models, count, CP_LAYER_BUILTIN, &grammars,
                                  grammars ? 1 : 0, &cp_allocator_malloc, &out->bytes, &out->size);
    cp_arena_free(&scratch);
    return done;
}

static char *profile_name(const char *pack_name) {
    const char *slash = strrchr(pack_name, '/');
    char *name = join(slash ? slash + 1 : pack_name, "", "");
    name[strlen(name) - strlen(".yaml")] = 0;
    return name;
}

/* Core alone, each profile over core, and both together as one layer: they must not contradict one another. */
static size_t compile_all(tool *t, image *images) {
    cp_model **models = (cp_model **)must(calloc(t->count + 1, sizeof *models));
    uint32_t core_count = 0;
    size_t made = 0;
    for (size_t i = 0; i < t->count; i++)
        if (!is_profile(&t->packs[i]))
            models[core_count++] = t->packs[i].model;
    cp_image core;
    if (compile(t, models, core_count, NULL, &images[made])) {
        images[made++].name = join("core", "", "");
        if (cp_image_open(&core, images[0].bytes, images[0].size) != CP_IMAGE_OK ||
            cp_image_verify(&core) != CP_IMAGE_OK)
            fail(t, "the compiled image does not verify", "core");
        for (size_t i = 0; i < t->count && !t->failed; i++) {
            if (!is_profile(&t->packs[i]))
                continue;
            uint32_t warnings = t->diags.warnings;
            image both = {NULL, NULL, 0};
            models[core_count] = t->packs[i].model;
            if (compile(t, &t->packs[i].model, 1, &core, &images[made])) {
                images[made++].name = profile_name(t->packs[i].name);
                (void)compile(t, models, core_count + 1, NULL, &both);
                free(both.bytes);
            }
            t->diags.warnings = warnings;
        }
    }
    free(models);
    return made;
}

static int usage(void) {
    fprintf(stderr, "usage: cmdpolicy-packc -o OUT.c [--image-dir DIR] --rules DIR\n");
    return EXIT_FAILURE;
}

int main(int argc, char **argv) {
    tool t = {.failed = false};
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "-o") == 0)
            t.out = argv[i + 1];
        else if (strcmp(argv[i], "--rules") == 0)
            t.rules = argv[i + 1];
        else if (strcmp(argv[i], "--image-dir") == 0)
            t.image_dir = argv[i + 1];
        else
            return usage();
    }
    if (!t.out || !t.rules || argc % 2 == 0)
        return usage();
    cp_arena_init(&t.arena, NULL, NULL, 0, NULL);
    cp_diags_init(&t.diags, &t.arena);
    find_packs(&t, "");
    if (t.count)
        qsort(t.packs, t.count, sizeof *t.packs, compare_packs);
    for (size_t i = 0; i < t.count; i++)
        read_pack(&t, &t.packs[i]);
    image *images = (image *)must(calloc(t.count + 1, sizeof *images));
    size_t made = 0;
    if (!t.failed && t.diags.errors == 0)
        made = compile_all(&t, images);
    show(&t);
    t.failed = t.failed || t.diags.errors != 0 || cp_arena_failed(&t.arena) || made == 0;
    if (!t.failed)
        write_source(&t, images, made);
    for (size_t i = 0; i < made && !t.failed && t.image_dir; i++)
        write_image(&t, &images[i]);
    for (size_t i = 0; i < t.count + 1; i++) {
        free(images[i].name);
        free(images[i].bytes);
    }
    free(images);
    for (size_t i = 0; i < t.count; i++)
        free(t.packs[i].name);
    free(t.packs);
    cp_arena_free(&t.arena);
    return t.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
