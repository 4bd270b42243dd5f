/* Requests: what is asked, and the facts. Setters copy; one that fails makes the request invalid, and checks of it deny. */
#include "api.h"

/* Where file names' case usually doesn't count: who says nothing of it shall not be told that .GIT is not .git. */
#if defined(__APPLE__) || defined(__CYGWIN__) || defined(_WIN32)
enum { IGNORES_CASE = 1 };
#else
enum { IGNORES_CASE = 0 };
#endif

static void begin(cmdpolicy_request *r, cp_allocator mem) {
    memset(r, 0, sizeof *r);
    r->mem = mem;
    r->ignore_case = IGNORES_CASE;
    cp_arena_init(&r->arena, &r->mem, NULL, 0, NULL);
}

cmdpolicy_request *cmdpolicy_request_new(const cmdpolicy_policy *policy) {
    cp_allocator mem = policy ? policy->mem : cp_allocator_malloc;
    cmdpolicy_request *r = (cmdpolicy_request *)mem.resize(mem.user, NULL, 0, sizeof *r);
    if (!r)
        return NULL;
    begin(r, mem);
    return r;
}

void cmdpolicy_request_reset(cmdpolicy_request *r) {
    if (!r)
        return;
    cp_allocator mem = r->mem;
    cp_arena_free(&r->arena);
    begin(r, mem);
}

void cmdpolicy_request_free(cmdpolicy_request *r) {
    if (!r)
        return;
    cp_arena_free(&r->arena);
    r->mem.resize(r->mem.user, r, sizeof *r, 0);
}

static cmdpolicy_status fail(cmdpolicy_request *r, cmdpolicy_status status) {
    if (r)
        r->invalid = 1;
    return status;
}

static cmdpolicy_status copied(cmdpolicy_request *r, const char *text, size_t size, cp_slice *out) {
    if (!r || (!text && size) || size > UINT32_MAX / 4)
        return fail(r, CMDPOLICY_ERR_ARGUMENT);
    *out = cp_arena_copy(&r->arena, cp_slice_of(text, size));
    return cp_arena_failed(&r->arena) ? fail(r, CMDPOLICY_ERR_NOMEM) : CMDPOLICY_OK;
}

/* An absolute path, lexically normalised. */
static cmdpolicy_status copied_path(cmdpolicy_request *r, const char *text, size_t size, cp_slice *out) {
    cp_slice raw;
    cmdpolicy_status status = copied(r, text, size, &raw);
    if (status != CMDPOLICY_OK)
        return status;
    if (raw.n == 0 || raw.p[0] != '/' || cp_slice_find(raw, 0, 0) < raw.n)
        return fail(r, CMDPOLICY_ERR_ARGUMENT);
    uint8_t *p = (uint8_t *)cp_alloc_raw(&r->arena, (size_t)raw.n + 1);
    if (cp_arena_failed(&r->arena))
        return fail(r, CMDPOLICY_ERR_NOMEM);
    uint32_t n = 0;
    for (uint32_t i = 0; i < raw.n;) {
        uint32_t end = cp_slice_find(raw, '/', i);
        cp_slice name = cp_slice_sub(raw, i, end);
        if (cp_slice_is(name, "..")) {
            while (n > 0 && p[--n] != '/') {}
        } else if (name.n && !cp_slice_is(name, ".")) {
            p[n++] = '/';
            memcpy(p + n, name.p, name.n);
            n += name.n;
        }
        i = end + 1;
    }
    if (n == 0)
        p[n++] = '/';
    *out = (cp_slice){p, n};
    return CMDPOLICY_OK;
}

cmdpolicy_status cmdpolicy_request_set_shell(cmdpolicy_request *r, cmdpolicy_dialect dialect,
                                             const char *text, size_t size) {
    if (dialect < CMDPOLICY_DIALECT_UNKNOWN || dialect > CMDPOLICY_DIALECT_ZSH)
        return fail(r, CMDPOLICY_ERR_ARGUMENT);
    cp_slice copy;
    cmdpolicy_status status = copied(r, text, size, &copy);
    if (status != CMDPOLICY_OK)
        return status;
    r->subject = CP_SUBJECT_SHELL;
    r->dialect = dialect;
    r->text = copy;
    return CMDPOLICY_OK;
}

cmdpolicy_status cmdpolicy_request_set_argv(cmdpolicy_request *r, size_t count, const char *const *items,
                                            const size_t *sizes) {
    if (!r || !items || count == 0 || count > 1000000)
        return fail(r, CMDPOLICY_ERR_ARGUMENT);
    cp_slice *argv = CP_NEW_ARRAY(&r->arena, cp_slice, count);
    if (!argv)
        return fail(r, CMDPOLICY_ERR_NOMEM);
    for (size_t i = 0; i < count; i++) {
        if (!items[i])
            return fail(r, CMDPOLICY_ERR_ARGUMENT);
        cmdpolicy_status status = copied(r, items[i], sizes ? sizes[i] : strlen(items[i]), &argv[i]);
        if (status != CMDPOLICY_OK)
            return status;
    }
    r->subject = CP_SUBJECT_ARGV;
    r->argv = argv;
    r->argc = (uint32_t)count;
    return CMDPOLICY_OK;
}

cmdpolicy_status cmdpolicy_request_set_cwd(cmdpolicy_request *r, const char *path, size_t size) {
    return r ? copied_path(r, path, size, &r->cwd) : CMDPOLICY_ERR_ARGUMENT;
}
cmdpolicy_status cmdpolicy_request_set_home(cmdpolicy_request *r, const char *path, size_t size) {
    return r ? copied_path(r, path, size, &r->home) : CMDPOLICY_ERR_ARGUMENT;
}

cmdpolicy_status cmdpolicy_request_add_workspace(cmdpolicy_request *r, const char *root, size_t size,
                                                 int32_t trust) {
    if (trust != CMDPOLICY_TRUSTED && trust != CMDPOLICY_UNTRUSTED)
        return fail(r, CMDPOLICY_ERR_ARGUMENT);
    cp_workspace w = {{NULL, 0}, trust == CMDPOLICY_TRUSTED};
    cmdpolicy_status status = copied_path(r, root, size, &w.root);
    if (status != CMDPOLICY_OK)
        return status;
    return CP_PUSH(&r->arena, r->workspaces, r->workspace_count, r->workspace_cap, w)
               ? CMDPOLICY_OK
               : fail(r, CMDPOLICY_ERR_NOMEM);
}

cmdpolicy_status cmdpolicy_request_set_variable(cmdpolicy_request *r, const char *name, const char *value,
                                                size_t size) {
    if (!r || !name || !*name)
        return fail(r, CMDPOLICY_ERR_ARGUMENT);
    cp_variable v = {.known = value != NULL};
    cmdpolicy_status status = copied(r, name, strlen(name), &v.name);
    if (status == CMDPOLICY_OK && value)
        status = copied(r, value, size, &v.value);
    if (status != CMDPOLICY_OK)
        return status;
    return CP_PUSH(&r->arena, r->variables, r->variable_count, r->variable_cap, v)
               ? CMDPOLICY_OK
               : fail(r, CMDPOLICY_ERR_NOMEM);
}

static bool is_one_of(cp_slice value, const char *const *words) {
    for (; *words; words++)
        if (cp_slice_is(value, *words))
            return true;
    return false;
}

cmdpolicy_status cmdpolicy_request_set_fact(cmdpolicy_request *r, const char *name, const char *value,
                                            size_t size) {
    static const char *const sandboxes[] = {"none", "read-only", "workspace-write", NULL};
    static const char *const cases[] = {"sensitive", "insensitive", NULL};
    cp_slice copy;
    if (!r || !name || !value)
        return fail(r, CMDPOLICY_ERR_ARGUMENT);
    cmdpolicy_status status = copied(r, value, size, &copy);
    if (status != CMDPOLICY_OK)
        return status;
    cp_slice fact = cp_slice_str(name);
    if (cp_slice_is(fact, "sandbox") && is_one_of(copy, sandboxes))
        r->sandbox = copy;
    else if (cp_slice_is(fact, "branch"))
        r->branch = copy;
    else if (cp_slice_is(fact, "case") && is_one_of(copy, cases))
        r->ignore_case = cp_slice_is(copy, "insensitive");
    else
        return fail(r, CMDPOLICY_ERR_ARGUMENT);
    return CMDPOLICY_OK;
}

cmdpolicy_status cmdpolicy_request_add_path(cmdpolicy_request *r, const char *path, size_t size,
                                            const char *real, size_t real_size) {
    cp_known_path known;
    cmdpolicy_status status = copied_path(r, path, size, &known.path);
    if (status == CMDPOLICY_OK)
        status = copied_path(r, real, real_size, &known.real);
    if (status != CMDPOLICY_OK)
        return status;
    return CP_PUSH(&r->arena, r->paths, r->path_count, r->path_cap, known) ? CMDPOLICY_OK
                                                                           : fail(r, CMDPOLICY_ERR_NOMEM);
}

cmdpolicy_status cmdpolicy_request_set_resolver(cmdpolicy_request *r, cmdpolicy_resolver resolver,
                                                void *user) {
    if (!r)
        return CMDPOLICY_ERR_ARGUMENT;
    r->resolver = resolver;
    r->resolver_user = user;
    return CMDPOLICY_OK;
}

cmdpolicy_status cmdpolicy_request_add_directory(cmdpolicy_request *r, const char *path, size_t size,
                                                 cmdpolicy_names names) {
    if (names < CMDPOLICY_NAMES_UNKNOWN || names > CMDPOLICY_NAMES_SIMPLE)
        return fail(r, CMDPOLICY_ERR_ARGUMENT);
    cp_known_names known = {{NULL, 0}, (cp_look)names};
    cmdpolicy_status status = copied_path(r, path, size, &known.directory);
    if (status != CMDPOLICY_OK)
        return status;
    return CP_PUSH(&r->arena, r->directories, r->directory_count, r->directory_cap, known)
               ? CMDPOLICY_OK
               : fail(r, CMDPOLICY_ERR_NOMEM);
}

cmdpolicy_status cmdpolicy_request_set_looker(cmdpolicy_request *r, cmdpolicy_looker looker, void *user) {
    if (!r)
        return CMDPOLICY_ERR_ARGUMENT;
    r->looker = looker;
    r->looker_user = user;
    return CMDPOLICY_OK;
}

int32_t cmdpolicy_name_is_plain(const char *name, size_t size) {
    bool cuts = true; /* what stands before it, the beginning too, could cut a word off */
    if (!name)
        return 0;
    for (size_t i = 0; i < size; i++) {
        uint8_t c = (uint8_t)name[i];
        if (cuts && c == '-')
            return 0;
        cuts = c <= ' ' || c == 127 || c == '\'' || c == '"' || c == '`' || c == '\\';
    }
    return size > 0 && !cuts;
}

int32_t cmdpolicy_name_is_simple(const char *name, size_t size) {
    bool simple = name && size > 0;
    for (size_t i = 0; i < size && simple; i++)
        simple = cp_is_simple_in_name((uint8_t)name[i], i == 0);
    return simple;
}

cmdpolicy_status cmdpolicy_request_set_label(cmdpolicy_request *r, const char *name, const char *value,
                                             size_t size) {
    if (!r || !name || !value)
        return fail(r, CMDPOLICY_ERR_ARGUMENT);
    cp_label label;
    cmdpolicy_status status = copied(r, name, strlen(name), &label.name);
    if (status == CMDPOLICY_OK)
        status = copied(r, value, size, &label.value);
    if (status != CMDPOLICY_OK)
        return status;
    return CP_PUSH(&r->arena, r->labels, r->label_count, r->label_cap, label) ? CMDPOLICY_OK
                                                                              : fail(r, CMDPOLICY_ERR_NOMEM);
}
