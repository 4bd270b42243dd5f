/* Working directories: where `cd`, wrappers, and find's -execdir lead, and what is known of where a loop's rounds begin. A directory
 * that is only partly known (`for d in src/?*; do (cd "$d" && …)`) is a value that cp_path_directory makes. */
#include "calls/output.h"

/* May it be `-`, the directory before? A name out of a list, in a workspace that is trusted, is taken for a plain word. */
static bool may_be_dash(const cp_value *v) {
    bool plain = v->atom_count > 0;
    for (uint32_t i = 0; i < v->atom_count && plain; i++)
        plain = v->atoms[i].kind == CP_ATOM_HOLE && (v->atoms[i].props & CP_HOLE_PLAIN) &&
                (v->atoms[i].cls == CP_CLASS_FILENAME || v->atoms[i].cls == CP_CLASS_BELOW);
    return !plain && cp_value_equals(v, CP_LIT("-")) != CP_NO;
}

cp_set cp_walk_chdir(cp_walk *w, cp_set base, const cp_set *to) {
    cp_set none = {NULL, 0}, out = {NULL, 0};
    uint32_t count = base.count ? base.count : 1;
    for (uint32_t i = 0; i < count * to->count; i++) {
        const cp_value *v = &to->values[i % to->count],
                       *from = base.count ? &base.values[i / to->count] : NULL;
        cp_path path;
        if (may_be_dash(v))
            return none;
        if (w->dialect == CP_DIALECT_ZSH && cp_value_begins_with(v, '+') != CP_NO)
            return none; /* one of those on the stack */
        cp_path_make(w->arena, v, from, w->in->places, &path);
        cp_value directory;
        if (!cp_path_directory(w->arena, &path, v->span, &directory))
            return none; /* behind '..', too, where a symbolic link may lead elsewhere */
        out = cp_set_join(w->arena, out, cp_set_of(w->arena, directory));
    }
    for (uint32_t i = 0; i < out.count; i++)
        if (!cp_is_directory(&out.values[i]))
            return none;
    return out;
}

/* `cd ..`: the shell takes the last name off the directory that it is in, whatever that name is. */
static cp_set above(cp_walk *w, cp_set cwd, const cp_set *to) {
    const cp_set none = {NULL, 0};
    cp_set out = none;
    for (uint32_t i = 0; i < cwd.count; i++) {
        cp_path path;
        cp_value up;
        cp_path_make(w->arena, &cwd.values[i], NULL, w->in->places, &path);
        if (cp_value_is_exact(&cwd.values[i])) {
            const cp_set one = cp_set_of(w->arena, cwd.values[i]);
            const cp_set parent = cp_walk_chdir(w, one, to);
            if (!parent.count)
                return none;
            out = cp_set_join(w->arena, out, parent);
            continue;
        }
        if (!cp_path_without_last(&path) || !cp_path_directory(w->arena, &path, cwd.values[i].span, &up))
            return none;
        out = cp_set_join(w->arena, out, cp_set_of(w->arena, up));
    }
    return out;
}

static bool is_each_exact(cp_set s) {
    bool exact = true;
    for (uint32_t i = 0; i < s.count; i++)
        exact &= cp_value_is_exact(&s.values[i]);
    return exact;
}

cp_set cp_walk_cd(cp_walk *w, const cp_reading *r, const cp_state *s) {
    const cp_set *to = &r->chdirs[0];
    const cp_value *only = to->count == 1 ? &to->values[0] : NULL;
    if (only && cp_value_is_exact(only) && cp_slice_is(only->exact, "-")) {
        const cp_binding *before = cp_map_get(s->variables, CP_LIT("OLDPWD"));
        const bool variable = w->dialect != CP_DIALECT_ZSH; /* which remembers it otherwise */
        return variable && before && before->known ? cp_walk_chdir(w, s->cwd, &before->set)
                                                   : (cp_set){NULL, 0};
    }
    bool up = only && cp_value_is_exact(only) &&
              (cp_slice_is(only->exact, "..") || cp_slice_is(only->exact, "../"));
    if (up && r->option_count == 0 && !is_each_exact(s->cwd))
        return above(w, s->cwd, to);
    return cp_walk_chdir(w, s->cwd, to);
}

/* What surely stands before the names that aren't known: "/a/b" of "/a/b/c*" + "/x". */
static cp_slice known_part(cp_walk *w, const cp_value *directory) {
    cp_path path;
    cp_path_make(w->arena, directory, NULL, w->in->places, &path);
    cp_text t = cp_text_in(w->arena);
    for (uint32_t i = 0; i < path.count && path.base == CP_BASE_ROOT && !path.popped; i++) {
        if (!cp_value_is_exact(&path.parts[i].name))
            break;
        cp_text_byte(&t, '/');
        cp_text_add(&t, path.parts[i].name.exact);
    }
    return cp_text_slice(&t);
}

/* The directory that both are in, or one of them is; nothing: only the root. */
static cp_slice common(cp_slice a, cp_slice b) {
    uint32_t same = 0;
    for (uint32_t i = 0; i <= a.n && i <= b.n; i++) {
        bool end_a = i == a.n || a.p[i] == '/', end_b = i == b.n || b.p[i] == '/';
        if (end_a && end_b)
            same = i;
        if (i == a.n || i == b.n || a.p[i] != b.p[i])
            break;
    }
    return cp_slice_sub(a, 0, same);
}

/* Has nobody said a name of what lies between that directory and these? */
static bool is_unnamed(cp_walk *w, cp_slice around, cp_set directories) {
    uint32_t names = 0;
    for (uint32_t i = 0; i < around.n; i++)
        names += around.p[i] == '/';
    for (uint32_t i = 0; i < directories.count; i++) {
        cp_path path;
        cp_path_make(w->arena, &directories.values[i], NULL, w->in->places, &path);
        for (uint32_t k = names; k < path.count; k++)
            if (!cp_name_is_any(&path.parts[k].name))
                return false;
        if (path.tree && !cp_path_ends_in_any_name(&path))
            return false;
    }
    return true;
}

cp_slice cp_walk_around(cp_walk *w, cp_set a, cp_set b) {
    cp_slice all = a.count && b.count ? known_part(w, &a.values[0]) : (cp_slice){NULL, 0};
    for (uint32_t i = 0; i < a.count && all.n; i++)
        all = common(all, known_part(w, &a.values[i]));
    for (uint32_t i = 0; i < b.count && all.n; i++)
        all = common(all, known_part(w, &b.values[i]));
    return is_unnamed(w, all, a) && is_unnamed(w, all, b) ? all : (cp_slice){NULL, 0};
}

cp_set cp_walk_somewhere_in(cp_walk *w, cp_slice directory) {
    const cp_value at = cp_value_exact(w->arena, directory, w->here);
    cp_path path;
    cp_value below;
    cp_path_make(w->arena, &at, NULL, w->in->places, &path);
    path.tree = 1;
    path.exact = 0;
    return cp_path_directory(w->arena, &path, w->here, &below) ? cp_set_of(w->arena, below)
                                                               : (cp_set){NULL, 0};
}
