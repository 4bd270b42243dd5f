/* The directories that `defaults` name: whose programs are trusted, and whose files are the system's. The latest overlay that has such a
 * list counts, and every floor's narrows it. */
#include "decide/judge.h"

/* Where programs are trusted that are named by their path, unless `defaults` of some layer say where. */
static const char *const program_directories[] = {"/bin",      "/sbin",          "/usr/bin",
                                                  "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"};

typedef bool (*entry_test)(cp_slice entry, const void *what, const cp_places *);

/* Does the layer have such a list, and does an entry of it pass? */
static bool lists(const cp_judge *j, uint32_t layer, cp_section section, entry_test passes, const void *what,
                  bool *out_stated) {
    bool listed = false;
    *out_stated = false;
    for (uint32_t i = 0; i < j->layers->count; i++) {
        const cp_image *im = j->layers->items[i].image;
        if (j->layers->items[i].layer != layer)
            continue;
        for (uint32_t k = 1; k < cp_image_count(im, section); k++) {
            *out_stated = true;
            listed |= passes(cp_image_string(im, cp_image_u32(im, section, k)), what, j->facts->places);
        }
    }
    return listed;
}

static bool latest_lists(const cp_judge *j, cp_section section, entry_test passes, const void *what,
                         bool *out_stated) {
    bool listed = false;
    *out_stated = false;
    for (uint32_t layer = CP_LAYER_SESSION + 1; !*out_stated && layer-- > CP_LAYER_BUILTIN;)
        listed = lists(j, layer, section, passes, what, out_stated);
    return listed;
}

static bool floors_list(const cp_judge *j, cp_section section, entry_test passes, const void *what) {
    bool listed = true;
    for (uint32_t i = 0; listed && i < j->layers->count; i++)
        if (cp_layer_is_floor(j->layers->items[i].layer)) {
            bool stated;
            bool here = lists(j, j->layers->items[i].layer, section, passes, what, &stated);
            listed = here || !stated;
        }
    return listed;
}

static bool is_directory(cp_slice entry, const void *what, const cp_places *places) {
    cp_slice directory = *(const cp_slice *)what, home = places->home, below = entry;
    CP_HOLDS(entry.p || !entry.n);
    while (below.n > 1 && below.p[below.n - 1] == '/')
        below.n--; /* a slash at its end says nothing */
    if (!below.n || below.p[0] != '~')
        return cp_slice_eq(below, directory);
    below = cp_slice_sub(below, 1, below.n);
    if (!home.n)
        return false;
    if (home.n == 1)
        home.n = 0; /* "/" */
    return cp_slice_starts(directory, home) &&
           cp_slice_eq(cp_slice_sub(directory, home.n, directory.n), below);
}

bool cp_in_trusted_directory(cp_judge *j, const cp_call *call) {
    cp_path path;
    cp_path_make(j->arena, &call->command, call->cwd.count == 1 ? &call->cwd.values[0] : NULL,
                 j->facts->places, &path);
    if (!path.exact || path.popped)
        return false; /* behind '..' a symbolic link may lead elsewhere */
    uint32_t slash = cp_slice_rfind(path.text, '/');
    cp_slice directory = cp_slice_sub(path.text, 0, slash ? slash : 1);
    bool stated;
    bool listed = latest_lists(j, CP_SEC_TRST, is_directory, &directory, &stated);
    for (uint32_t i = 0; !stated && i < sizeof program_directories / sizeof *program_directories; i++)
        listed |= cp_slice_is(directory, program_directories[i]);
    return listed && floors_list(j, CP_SEC_TRST, is_directory, &directory);
}

static bool is_above(cp_slice entry, const void *what, const cp_places *places) {
    return cp_path_inside(what, entry, places) == CP_YES;
}

bool cp_in_system_directory(const cp_judge *j, const cp_path *path) {
    bool stated;
    return latest_lists(j, CP_SEC_SYSD, is_above, path, &stated) &&
           floors_list(j, CP_SEC_SYSD, is_above, path);
}
