/* Paths that may name what is open already: /dev/stdin, /dev/fd/3, /proc/self/fd/0 and their like, however they are written, and
 * /proc/self/cmdline, which holds the command line's own words. All of /dev and /proc counts but the devices that are the same
 * whoever opens them. Cost: that of making the path. */
#include "match/component.h"
#include "match/match.h"

static bool is_nobodys(const cp_path *path) {
    static const char *const devices[] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random",
                                          "/dev/urandom"};
    bool is = false;
    for (uint32_t i = 0; path->exact && !is && i < sizeof devices / sizeof *devices; i++)
        is = cp_slice_is(path->text, devices[i]);
    return is;
}

static bool leads_to_system(const cp_path *path) {
    if (!path->count || is_nobodys(path))
        return false;
    const cp_value *first = &path->parts[0].name;
    return cp_name_may_be(first, CP_LIT("proc")) || cp_name_may_be(first, CP_LIT("dev"));
}

/* Written behind '..', it may begin at the root where the directory is behind a link. */
static bool may_lead_to_system(cp_arena *arena, const cp_path *path, const cp_places *places) {
    cp_path real;
    return leads_to_system(path) || (cp_path_resolved(arena, path, places, &real) && leads_to_system(&real));
}

/* The directories that are written out before the first hole: "sub" of "sub/x$i". */
static cp_slice directory_said(const cp_value *value) {
    const cp_slice said = cp_value_prefix(value);
    const uint32_t slash = cp_slice_rfind(said, '/');
    return cp_slice_sub(said, 0, slash >= said.n ? 0 : slash ? slash : 1);
}

static bool is_below_cwd(const cp_value *value) {
    return value->atom_count && value->atoms[0].kind == CP_ATOM_HOLE && value->atoms[0].cls == CP_CLASS_BELOW;
}

/* What follows the directory may be anything. */
static bool may_be_above_system(cp_arena *arena, const cp_path *path, const cp_places *places) {
    cp_path real;
    return path->count == 0 || (cp_path_resolved(arena, path, places, &real) && real.count == 0);
}

cp_tri cp_path_reopens(cp_arena *arena, const cp_value *value, const cp_value *cwd, const cp_places *places) {
    cp_path path;
    if (cp_value_is_pipe(value))
        return CP_NO; /* a descriptor of its own */
    cp_path_make(arena, value, cwd, places, &path);
    if (path.base == CP_BASE_HOME)
        return CP_NO;
    if (path.base == CP_BASE_ROOT)
        return may_lead_to_system(arena, &path, places) ? CP_YES : CP_NO;
    if (cp_value_is_exact(value)) /* behind a link of /proc, or below an unknown directory */
        return path.below_cwd && !path.uncertain ? CP_NO : CP_YES;
    cp_slice said = directory_said(value);
    if (!said.n && !is_below_cwd(value))
        return cp_value_begins_with(value, '/') == CP_NO ? CP_NO : CP_MAYBE;
    cp_value directory = {.flags = CP_VALUE_EXACT, .exact = said.n ? said : CP_LIT(".")};
    cp_path_make(arena, &directory, cwd, places, &path);
    if (path.base == CP_BASE_UNKNOWN)
        return path.below_cwd && !path.uncertain ? CP_NO : CP_YES;
    return may_lead_to_system(arena, &path, places) || may_be_above_system(arena, &path, places) ? CP_YES
                                                                                                 : CP_NO;
}
