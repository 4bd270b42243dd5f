/* Builders and policies: texts and images are added in any order, and become one immutable policy or none. */
#include "api.h"

#include <stdio.h>

#include "policy/builtin.h"
#include "policy/digest.h"

cmdpolicy_builder *cmdpolicy_builder_new_with(cmdpolicy_resize resize, void *user) {
    cp_allocator mem = resize ? (cp_allocator){resize, user} : cp_allocator_malloc;
    cmdpolicy_builder *b = (cmdpolicy_builder *)mem.resize(mem.user, NULL, 0, sizeof *b);
    if (!b)
        return NULL;
    memset(b, 0, sizeof *b);
    b->mem = mem;
    cp_arena_init(&b->arena, &b->mem, NULL, 0, NULL);
    cp_diags_init(&b->diags, &b->arena);
    return b;
}
cmdpolicy_builder *cmdpolicy_builder_new(void) {
    return cmdpolicy_builder_new_with(NULL, NULL);
}

void cmdpolicy_builder_free(cmdpolicy_builder *b) {
    if (!b)
        return;
    for (cp_added *a = b->first; a; a = a->next)
        if (a->owned)
            b->mem.resize(b->mem.user, (void *)(uintptr_t)a->bytes, a->size, 0);
    cp_arena_free(&b->arena);
    b->mem.resize(b->mem.user, b, sizeof *b, 0);
}

static bool is_layer(cmdpolicy_layer layer) {
    return (layer >= CMDPOLICY_LAYER_BUILTIN && layer <= CMDPOLICY_LAYER_SESSION) ||
           layer == CMDPOLICY_LAYER_REQUIREMENTS || layer == CMDPOLICY_LAYER_WORKSPACE;
}

static cmdpolicy_status failed(cmdpolicy_builder *b, cmdpolicy_status status) {
    if (b) {
        b->failed = 1;
        b->lacked_memory |= status == CMDPOLICY_ERR_NOMEM;
    }
    return status;
}

static cp_added *add(cmdpolicy_builder *b, cmdpolicy_layer layer, const char *name) {
    cp_added *a = CP_NEW(&b->arena, cp_added);
    if (cp_arena_failed(&b->arena))
        return NULL;
    a->layer = (uint32_t)layer;
    a->name = cp_arena_copy(&b->arena, cp_slice_str(name ? name : "policy"));
    if (b->last)
        b->last->next = a;
    else
        b->first = a;
    b->last = a;
    return a;
}

static cmdpolicy_status complain(cmdpolicy_builder *b, cmdpolicy_layer layer, const char *name,
                                 const char *code, const char *message, const char *expected,
                                 cmdpolicy_status status) {
    b->diags.layer = (uint32_t)layer;
    cp_diag_add(&b->diags, false, code, cp_slice_str(name ? name : "policy"), 0, 0, 0, cp_slice_str(message),
                cp_slice_str(expected));
    return failed(b, status);
}

cmdpolicy_status cmdpolicy_builder_add_yaml(cmdpolicy_builder *b, cmdpolicy_layer layer, const char *name,
                                            const char *text, size_t size) {
    if (!b || (!text && size) || !is_layer(layer))
        return failed(b, CMDPOLICY_ERR_ARGUMENT);
    if (size > CP_FILE_BYTES_MOST)
        return complain(b, layer, name, "too-large", "the file is too large", "at most 64 MiB",
                        CMDPOLICY_ERR_POLICY);
    cp_added *a = add(b, layer, name);
    if (!a)
        return failed(b, CMDPOLICY_ERR_NOMEM);
    b->diags.layer = (uint32_t)layer;
    a->model = cp_policy_read(&b->arena, &b->diags, a->name, cp_slice_of(text, size), (uint32_t)layer);
    if (a->model)
        return CMDPOLICY_OK;
    return failed(b, cp_arena_failed(&b->arena) ? CMDPOLICY_ERR_NOMEM : CMDPOLICY_ERR_POLICY);
}

/* Of an image of ours nothing is looked at; of one that was made and then kept, whether it is whole; of one from anywhere, everything. */
typedef enum trust { OURS, KEPT, FROM_ANYWHERE } trust;

static cmdpolicy_status add_image(cmdpolicy_builder *b, cmdpolicy_layer layer, const char *name,
                                  const void *bytes, size_t size, trust trusted) {
    cp_image image;
    cp_image_status status = cp_image_open(&image, bytes, size);
    if (status == CP_IMAGE_OK && trusted == KEPT && !cp_image_is_whole(&image))
        status = CP_IMAGE_DAMAGED;
    if (status == CP_IMAGE_OK && trusted == FROM_ANYWHERE)
        status = cp_image_verify(&image);
    if (status == CP_IMAGE_TOO_NEW)
        return complain(b, layer, name, "image-version", "the compiled policy is of another version",
                        "an image made by this version of `cmdpolicy compile`", CMDPOLICY_ERR_UNSUPPORTED);
    if (status != CP_IMAGE_OK)
        return complain(b, layer, name, "image-damaged", "the compiled policy is damaged, or is none",
                        "a file made by `cmdpolicy compile`", CMDPOLICY_ERR_POLICY);
    cp_added *a = add(b, layer, name);
    if (!a)
        return failed(b, CMDPOLICY_ERR_NOMEM);
    a->bytes = bytes;
    a->size = size;
    return CMDPOLICY_OK;
}

cmdpolicy_status cmdpolicy_builder_add_image_static(cmdpolicy_builder *b, cmdpolicy_layer layer,
                                                    const char *name, const void *bytes, size_t size) {
    if (!b || !bytes || !is_layer(layer) || ((uintptr_t)bytes & 7u))
        return failed(b, CMDPOLICY_ERR_ARGUMENT);
    return add_image(b, layer, name, bytes, size, KEPT);
}

cmdpolicy_status cmdpolicy_builder_add_image(cmdpolicy_builder *b, cmdpolicy_layer layer, const char *name,
                                             const void *bytes, size_t size) {
    if (!b || !bytes || !is_layer(layer) || size == 0)
        return failed(b, CMDPOLICY_ERR_ARGUMENT);
    void *copy = b->mem.resize(b->mem.user, NULL, 0, size);
    if (!copy)
        return failed(b, CMDPOLICY_ERR_NOMEM);
    memcpy(copy, bytes, size);
    cmdpolicy_status status = add_image(b, layer, name, copy, size, FROM_ANYWHERE);
    if (status == CMDPOLICY_OK)
        b->last->owned = 1;
    else
        b->mem.resize(b->mem.user, copy, size, 0);
    return status;
}

cmdpolicy_status cmdpolicy_builder_add_builtin(cmdpolicy_builder *b, const char *profile) {
    if (!b)
        return CMDPOLICY_ERR_ARGUMENT;
    const char *wanted[2] = {"core", profile ? profile : "workspace-write"};
    for (uint32_t k = 0; k < 2; k++) {
        cp_builtin_image image;
        bool found = false;
        for (uint32_t i = 0; !found && cp_builtin_get(i, &image); i++)
            found = strcmp(image.name, wanted[k]) == 0 && (k == 0) == (strcmp(wanted[k], "core") == 0);
        if (!found)
            return k ? complain(b, CMDPOLICY_LAYER_BUILTIN, profile, "unknown-profile",
                                "there is no such profile", "read-only or workspace-write",
                                CMDPOLICY_ERR_ARGUMENT)
                     : complain(b, CMDPOLICY_LAYER_BUILTIN, "built-in", "no-builtin",
                                "this build has no built-in packs", "a build with rules/",
                                CMDPOLICY_ERR_UNSUPPORTED);
        cmdpolicy_status status =
            add_image(b, CMDPOLICY_LAYER_BUILTIN, wanted[k], image.words, image.size, OURS);
        if (status != CMDPOLICY_OK)
            return status;
    }
    return CMDPOLICY_OK;
}

cmdpolicy_status cmdpolicy_builder_add_file(cmdpolicy_builder *b, cmdpolicy_layer layer, const char *path) {
    if (!b || !path || !is_layer(layer))
        return failed(b, CMDPOLICY_ERR_ARGUMENT);
    FILE *file = fopen(path, "rb");
    if (!file)
        return complain(b, layer, path, "unreadable", "the file can't be opened",
                        "a policy file that this user may read", CMDPOLICY_ERR_IO);
    uint8_t *bytes = NULL;
    size_t size = 0, room = 0;
    cmdpolicy_status status = CMDPOLICY_OK;
    for (;;) {
        if (size == room) {
            size_t wider = room ? room * 2 : 16384;
            uint8_t *grown = wider > 2 * (size_t)CP_FILE_BYTES_MOST
                                 ? NULL
                                 : (uint8_t *)b->mem.resize(b->mem.user, bytes, room, wider);
            if (!grown) {
                status = wider > 2 * (size_t)CP_FILE_BYTES_MOST ? CMDPOLICY_ERR_POLICY : CMDPOLICY_ERR_NOMEM;
                break;
            }
            bytes = grown;
            room = wider;
        }
        size_t got = fread(bytes + size, 1, room - size, file);
        size += got;
        if (got == 0) {
            if (ferror(file))
                status = CMDPOLICY_ERR_IO;
            break;
        }
    }
    fclose(file);
    if (status == CMDPOLICY_ERR_IO)
        complain(b, layer, path, "unreadable", "the file can't be read", "a regular file", status);
    if (status == CMDPOLICY_ERR_POLICY)
        complain(b, layer, path, "too-large", "the file is too large", "at most 64 MiB", status);
    if (status == CMDPOLICY_OK) {
        bool image = size >= 8 && memcmp(bytes, CP_IMAGE_MAGIC, 8) == 0;
        status = image ? cmdpolicy_builder_add_image(b, layer, path, bytes, size)
                       : cmdpolicy_builder_add_yaml(b, layer, path, (const char *)bytes, size);
    } else
        failed(b, status);
    if (bytes)
        b->mem.resize(b->mem.user, bytes, room, 0);
    return status;
}

cmdpolicy_status cmdpolicy_builder_set_limit(cmdpolicy_builder *b, const char *name, uint64_t value) {
    if (!b || !name)
        return CMDPOLICY_ERR_ARGUMENT;
    for (uint32_t i = 1; i < CP_LIMIT_COUNT; i++)
        if (strcmp(cp_limit_names[i], name) == 0) {
            b->limits[i] = value;
            b->limit_set[i] = 1;
            return CMDPOLICY_OK;
        }
    return failed(b, CMDPOLICY_ERR_ARGUMENT);
}

/* ---- Building ---------------------------------------------------------------------------------------------------------------- */

static cmdpolicy_status add_to_policy(cmdpolicy_policy *p, uint32_t layer, const void *bytes, size_t size,
                                      bool owned) {
    if (p->image_count == CP_POLICY_IMAGES_MOST)
        return CMDPOLICY_ERR_ARGUMENT;
    uint32_t i = p->image_count;
    if (cp_image_open(&p->images[i], bytes, size) != CP_IMAGE_OK)
        return CMDPOLICY_ERR_POLICY;
    p->items[i] = (cp_layer_image){&p->images[i], cp_regexes_new(&p->images[i], &p->mem), layer};
    if (!p->items[i].regexes)
        return CMDPOLICY_ERR_NOMEM;
    if (owned) {
        p->owned[i] = (void *)(uintptr_t)bytes;
        p->owned_size[i] = size;
    }
    p->image_count++;
    p->layers = (cp_layers){p->items, p->image_count};
    return CMDPOLICY_OK;
}

static cmdpolicy_status build_layer(cmdpolicy_builder *b, cmdpolicy_policy *p, uint32_t layer) {
    uint32_t models = 0;
    for (cp_added *a = b->first; a; a = a->next) {
        if (a->layer != layer)
            continue;
        models += a->model != NULL;
        if (!a->bytes)
            continue;
        cmdpolicy_status status = add_to_policy(p, layer, a->bytes, a->size, a->owned != 0);
        if (status != CMDPOLICY_OK)
            return status;
        a->owned = 0; /* the policy's now */
    }
    if (!models)
        return CMDPOLICY_OK;
    cp_model **list = CP_NEW_ARRAY(&b->arena, cp_model *, models);
    if (!list)
        return CMDPOLICY_ERR_NOMEM;
    uint32_t n = 0;
    for (cp_added *a = b->first; a; a = a->next)
        if (a->layer == layer && a->model)
            list[n++] = a->model;
    const cp_image *grammars[CP_POLICY_IMAGES_MOST];
    uint32_t grammar_count = 0;
    for (uint32_t i = 0; i < p->image_count; i++)
        if (!cp_layer_is_floor(p->items[i].layer))
            grammars[grammar_count++] = p->items[i].image;
    void *bytes = NULL;
    size_t size = 0;
    b->diags.layer = layer;
    if (!cp_policy_compile(&b->arena, &b->diags, list, n, layer, grammars, grammar_count, &b->mem, &bytes,
                           &size))
        return b->diags.errors ? CMDPOLICY_ERR_POLICY : CMDPOLICY_ERR_NOMEM;
    cmdpolicy_status status = add_to_policy(p, layer, bytes, size, true);
    if (status != CMDPOLICY_OK)
        b->mem.resize(b->mem.user, bytes, size, 0);
    return status;
}

/* Limits: the defaults, what the overlays say (the latest counts), what the caller sets; a floor only lowers. */
static void settle_limits(const cmdpolicy_builder *b, cmdpolicy_policy *p) {
    memcpy(p->limits, cp_limit_defaults, sizeof p->limits);
    for (uint32_t floors = 0; floors < 2; floors++) {
        for (uint32_t i = 0; i < p->image_count; i++) {
            if (cp_layer_is_floor(p->items[i].layer) != (floors == 1))
                continue;
            for (uint32_t k = 1; k < cp_image_count(p->items[i].image, CP_SEC_DFLT); k++) {
                const cp_rec_default *d = cp_image_default(p->items[i].image, k);
                if (d->key != CP_DEFAULT_LIMIT || d->value == 0 || d->value >= CP_LIMIT_COUNT)
                    continue;
                if (!floors || d->extra < p->limits[d->value])
                    p->limits[d->value] = d->extra;
            }
        }
        for (uint32_t i = 1; i < CP_LIMIT_COUNT && !floors; i++)
            if (b->limit_set[i])
                p->limits[i] = b->limits[i];
    }
}

static void settle_digest(cmdpolicy_policy *p) {
    /* over what decides: each layer's number and its sources' digest, then the limits, as little-endian bytes */
    uint8_t buffer[CP_POLICY_IMAGES_MOST * 36 + CP_LIMIT_COUNT * 8], hash[32];
    uint32_t n = 0;
    for (uint32_t i = 0; i < p->image_count; i++) {
        for (uint32_t k = 0; k < 4; k++)
            buffer[n++] = (uint8_t)(p->items[i].layer >> (8 * k));
        memcpy(buffer + n, p->images[i].digest, 32);
        n += 32;
    }
    for (uint32_t i = 0; i < CP_LIMIT_COUNT; i++)
        for (uint32_t k = 0; k < 8; k++)
            buffer[n++] = (uint8_t)(p->limits[i] >> (8 * k));
    cp_digest(cp_slice_of(buffer, n), hash);
    for (size_t i = 0; i < 32; i++) {
        p->digest[2 * i] = "0123456789abcdef"[hash[i] >> 4];
        p->digest[2 * i + 1] = "0123456789abcdef"[hash[i] & 15];
    }
}

static void release(cmdpolicy_policy *p) {
    for (uint32_t i = 0; i < p->image_count; i++) {
        cp_regexes_free(p->items[i].regexes);
        if (p->owned[i])
            p->mem.resize(p->mem.user, p->owned[i], p->owned_size[i], 0);
    }
    p->mem.resize(p->mem.user, p, sizeof *p, 0);
}

cmdpolicy_status cmdpolicy_builder_build(cmdpolicy_builder *b, cmdpolicy_policy **out_policy) {
    static const uint32_t order[] = {CP_LAYER_BUILTIN, CP_LAYER_SYSTEM,       CP_LAYER_USER,
                                     CP_LAYER_SESSION, CP_LAYER_REQUIREMENTS, CP_LAYER_WORKSPACE};
    if (!b || !out_policy)
        return CMDPOLICY_ERR_ARGUMENT;
    *out_policy = NULL;
    if (b->built)
        return CMDPOLICY_ERR_ARGUMENT; /* images that were copied went into the first policy */
    if (b->failed)
        return b->diags.errors                                  ? CMDPOLICY_ERR_POLICY
               : b->lacked_memory || cp_arena_failed(&b->arena) ? CMDPOLICY_ERR_NOMEM
                                                                : CMDPOLICY_ERR_ARGUMENT;
    cmdpolicy_policy *p = (cmdpolicy_policy *)b->mem.resize(b->mem.user, NULL, 0, sizeof *p);
    if (!p)
        return CMDPOLICY_ERR_NOMEM;
    /* images come last and are set when there is one: most of the pages that they lie on are never touched */
    memset(p, 0, offsetof(cmdpolicy_policy, images));
    p->mem = b->mem;
    atomic_init(&p->references, 1);
    for (uint32_t i = 0; i < sizeof order / sizeof *order; i++) {
        cmdpolicy_status status = build_layer(b, p, order[i]);
        if (status == CMDPOLICY_OK)
            continue;
        b->failed = 1;
        release(p);
        return status;
    }
    settle_limits(b, p);
    settle_digest(p);
    *out_policy = p;
    b->built = 1;
    return CMDPOLICY_OK;
}

/* ---- Errors ----------------------------------------------------------------------------------------------------------------- */

size_t cmdpolicy_builder_error_count(const cmdpolicy_builder *b) {
    size_t n = 0;
    for (const cp_diag *d = b ? b->diags.first : NULL; d; d = d->next)
        n++;
    return n;
}

static cmdpolicy_string exposed(cp_slice s) {
    return (cmdpolicy_string){s.p ? (const char *)s.p : "", s.n};
}

static cmdpolicy_status status_of(const cp_diag *d) {
    if (d->warning)
        return CMDPOLICY_OK;
    if (cp_slice_is(d->code, "unreadable"))
        return CMDPOLICY_ERR_IO;
    if (cp_slice_is(d->code, "image-version") || cp_slice_is(d->code, "no-builtin"))
        return CMDPOLICY_ERR_UNSUPPORTED;
    return cp_slice_is(d->code, "unknown-profile") ? CMDPOLICY_ERR_ARGUMENT : CMDPOLICY_ERR_POLICY;
}

cmdpolicy_status cmdpolicy_builder_error(const cmdpolicy_builder *b, size_t index, cmdpolicy_error *out) {
    if (!b || !out || out->struct_size < sizeof(uint32_t))
        return CMDPOLICY_ERR_ARGUMENT;
    const cp_diag *d = b->diags.first;
    for (; d && index; index--)
        d = d->next;
    if (!d)
        return CMDPOLICY_ERR_RANGE;
    cmdpolicy_error e = {.struct_size = out->struct_size,
                         .status = status_of(d),
                         .layer = (cmdpolicy_layer)d->layer,
                         .line = d->line,
                         .column = d->column,
                         .offset = d->offset,
                         .file = exposed(d->file),
                         .code = exposed(d->code),
                         .message = exposed(d->message),
                         .expected = exposed(d->expected),
                         .is_warning = (int32_t)d->warning};
    memcpy(out, &e, out->struct_size < sizeof e ? out->struct_size : sizeof e);
    return CMDPOLICY_OK;
}

/* ---- Policies --------------------------------------------------------------------------------------------------------------- */

cmdpolicy_policy *cmdpolicy_policy_ref(cmdpolicy_policy *p) {
    if (p)
        atomic_fetch_add_explicit(&p->references, 1, memory_order_relaxed);
    return p;
}

void cmdpolicy_policy_free(cmdpolicy_policy *p) {
    if (p && atomic_fetch_sub_explicit(&p->references, 1, memory_order_acq_rel) == 1)
        release(p);
}

cmdpolicy_status cmdpolicy_policy_prepare(const cmdpolicy_policy *p) {
    if (!p)
        return CMDPOLICY_ERR_ARGUMENT;
    for (uint32_t i = 0; i < p->image_count; i++)
        if (!cp_regexes_prepare(p->items[i].regexes))
            return CMDPOLICY_ERR_NOMEM;
    return CMDPOLICY_OK;
}

/* The requirements' first; else the latest overlay's. */
cmdpolicy_status cmdpolicy_policy_setting(const cmdpolicy_policy *p, const char *name, cmdpolicy_string *out,
                                          int32_t *out_pinned) {
    static const struct {
        const char *name;
        uint32_t key;
    } settings[] = {{"audit-file", CP_DEFAULT_AUDIT_FILE},
                    {"audit-redact", CP_DEFAULT_AUDIT_REDACT},
                    {"audit-required", CP_DEFAULT_AUDIT_REQUIRED}};
    uint32_t key = CP_DEFAULT_NONE;
    for (uint32_t i = 0; name && i < sizeof settings / sizeof *settings; i++)
        if (strcmp(settings[i].name, name) == 0)
            key = settings[i].key;
    if (!p || !out || key == CP_DEFAULT_NONE)
        return CMDPOLICY_ERR_ARGUMENT;
    for (uint32_t overlays = 0; overlays < 2; overlays++) {
        for (uint32_t i = p->image_count; i-- > 0;) {
            if (cp_layer_is_floor(p->items[i].layer) != (overlays == 0))
                continue;
            for (uint32_t k = 1; k < cp_image_count(p->items[i].image, CP_SEC_DFLT); k++) {
                const cp_rec_default *d = cp_image_default(p->items[i].image, k);
                if (d->key != key)
                    continue;
                const cp_slice text = cp_image_string(p->items[i].image, d->value);
                *out = (cmdpolicy_string){(const char *)text.p, text.n};
                if (out_pinned)
                    *out_pinned = overlays == 0;
                return CMDPOLICY_OK;
            }
        }
    }
    return CMDPOLICY_ERR_RANGE;
}

cmdpolicy_status cmdpolicy_policy_digest(const cmdpolicy_policy *p, cmdpolicy_string *out) {
    if (!p || !out)
        return CMDPOLICY_ERR_ARGUMENT;
    *out = (cmdpolicy_string){p->digest, CP_DIGEST_HEX};
    return CMDPOLICY_OK;
}
