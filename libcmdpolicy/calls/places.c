/* Paths that calls print: where the shell is, where a repository begins, which program is found, what is above and last in a path. */
#include "calls/output.h"
#include "words/names.h"

/* Is everything there in a workspace that the user trusts? There a file's name is taken for one plain word. */
bool cp_walk_trusted_place(cp_walk *w, const cp_value *v, const cp_value *cwd) {
    const cp_places *places = w->in->places;
    cp_path path;
    cp_path_make(w->arena, v, cwd, places, &path);
    for (uint32_t i = 0; places && i < places->workspace_count && !path.popped; i++)
        if (places->workspaces[i].trusted &&
            cp_path_inside(&path, places->workspaces[i].root, places) == CP_YES)
            return true;
    return false;
}

cp_look cp_walk_looked_at(cp_walk *w, const cp_state *s, cp_slice directory) {
    const cp_places *places = w->in->places;
    cp_value v = cp_value_exact(w->arena, directory.n ? directory : CP_LIT("."), w->here);
    bool known = places && places->sought && w->domain == CP_DOMAIN_LOCAL && w->reach == CP_REACH_NOW &&
                 !(s->taints & CP_TAINT_UNKNOWN) && s->cwd.count;
    cp_look least = CP_NAMES_SIMPLE;
    for (uint32_t i = 0; known && i < s->cwd.count && cp_step(w->budget); i++) {
        const cp_value *cwd = &s->cwd.values[i];
        cp_path path;
        known = cp_value_is_exact(cwd) && cp_path_is_normal(cwd->exact) && cp_walk_trusted_place(w, &v, cwd);
        if (!known)
            break;
        cp_path_make(w->arena, &v, cwd, places, &path);
        known = path.exact && !path.popped && path.base == CP_BASE_ROOT;
        if (known)
            *places->sought = 1;
        cp_look names = known && places->look ? places->look(places->look_self, path.text) : CP_NAMES_UNKNOWN;
        least = names < least ? names : least;
        known = least != CP_NAMES_UNKNOWN;
    }
    return known && !cp_walk_stopped(w) ? least : CP_NAMES_UNKNOWN;
}

/* Does an unquoted `$PWD` stay one word there? */
bool cp_is_plain_text(cp_slice t) {
    static const char live[] = "*?[]\\\"'!(){}|&;<>`$~^#";
    for (uint32_t i = 0; i < t.n; i++)
        if (t.p[i] <= ' ' || t.p[i] >= 127 || memchr(live, t.p[i], sizeof live - 1))
            return false;
    return true;
}

/* An absolute path that is known, in whichever spelling: a symbolic link may lead there. `resolved`: what is printed has no link in it;
 * whoever made the files has a say in that (a link may lead to `a -o b`) but for where the caller says that it is. */
static cp_value place_value(cp_walk *w, cp_slice path, bool resolved, cp_span span) {
    cp_value at = cp_value_exact(w->arena, path, span);
    const cp_slice cwd = w->in->cwd;
    bool named = !resolved || (cp_slice_starts(cwd, path) && (cwd.n == path.n || cwd.p[path.n] == '/'));
    bool plain = named && cp_is_plain_text(path) && cp_walk_trusted_place(w, &at, NULL);
    return cp_value_hole(w->arena, CP_CLASS_ABSOLUTE,
                         CP_HOLE_SLASH | CP_HOLE_PLACE | (plain ? (uint32_t)CP_HOLE_PLAIN : 0), path, span);
}

cp_set cp_walk_here(cp_walk *w, const cp_state *s, cp_span span) {
    cp_set here = {NULL, 0};
    bool resolved = (s->env_flags & CP_ENV_PHYSICAL) != 0;
    for (uint32_t i = 0; i < s->cwd.count; i++) {
        const cp_value *v = &s->cwd.values[i];
        if (!cp_value_is_exact(v) || !cp_path_is_normal(v->exact))
            return (cp_set){NULL, 0};
        here = cp_set_join(w->arena, here, cp_set_of(w->arena, place_value(w, v->exact, resolved, span)));
    }
    return here.count <= s->cwd.count ? here : (cp_set){NULL, 0};
}

/* The directory and those above it, in a workspace that is trusted up to its root: there the caller says what belongs together. */
static bool add_roots(cp_walk *w, cp_slice at, cp_span span, cp_set *all) {
    const cp_places *places = w->in->places;
    cp_slice root = {NULL, 0};
    for (uint32_t i = 0; places && i < places->workspace_count; i++) {
        cp_slice r = places->workspaces[i].root;
        bool inside = cp_slice_starts(at, r) && (at.n == r.n || at.p[r.n] == '/');
        if (inside && places->workspaces[i].trusted && (!root.n || r.n < root.n))
            root = r;
    }
    for (uint32_t n = 1; root.n && n < CP_SET_MOST; n++) {
        *all = cp_set_join(w->arena, *all, cp_set_of(w->arena, place_value(w, at, true, span)));
        if (at.n == root.n)
            return all->count <= CP_SET_MOST && all->count > 1;
        at.n = cp_slice_rfind(at, '/');
    }
    return false;
}

cp_set cp_walk_roots(cp_walk *w, const cp_state *s, cp_span span) {
    cp_set all = cp_set_exact(w->arena, CP_LIT(""), span);
    for (uint32_t i = 0; i < s->cwd.count; i++) {
        const cp_value *v = &s->cwd.values[i];
        uint32_t before = all.count;
        if (!cp_value_is_exact(v) || !cp_path_is_normal(v->exact) || !add_roots(w, v->exact, span, &all) ||
            all.count < before)
            return (cp_set){NULL, 0};
    }
    return s->cwd.count ? all : (cp_set){NULL, 0};
}

/* What `which NAME` finds lies in a directory of programs; whose, is no matter for those who read it. (zsh has its own, which prints
 * functions and aliases.) */
cp_set cp_walk_found_program(cp_walk *w, const cp_reading *r, const cp_state *s, cp_span span) {
    const cp_set none = {NULL, 0};
    const cp_operand *o = r->operand_count == 1 ? &r->operands[0] : NULL;
    cp_slice name = o && o->set.count == 1 && !o->splat && cp_value_is_exact(&o->set.values[0])
                        ? o->set.values[0].exact
                        : (cp_slice){NULL, 0};
    if (!name.n || s->taints || w->dialect == CP_DIALECT_ZSH || !cp_is_plain_text(name) || name.p[0] == '-' ||
        name.p[0] == '.' || cp_slice_find(name, '/', 0) < name.n)
        return none;
    cp_value in = cp_value_hole(w->arena, CP_CLASS_ABSOLUTE, CP_HOLE_SLASH | CP_HOLE_PLACE | CP_HOLE_PLAIN,
                                CP_LIT("/usr/bin"), span);
    cp_value last = cp_value_exact(w->arena, cp_arena_concat(w->arena, CP_LIT("/"), name), span);
    cp_set all = cp_set_exact(w->arena, CP_LIT(""), span);
    all = cp_set_join(w->arena, all, cp_set_of(w->arena, cp_value_concat(w->arena, &in, &last)));
    return cp_set_join(w->arena, all, cp_set_exact(w->arena, name, span));
}

/* `mktemp`, `mktemp -d build/XXXX`: the one path that it writes, with letters and digits for the X's at its end (no name that
 * anybody chose: hexadecimal digits stand for all of them). What it makes without a template is below the directory that TMPDIR names, where
 * the script has no say in that. */
cp_set cp_walk_made_path(cp_walk *w, const cp_reading *r, const cp_state *s, cp_span span) {
    const cp_set none = {NULL, 0};
    const cp_effect *written = NULL;
    for (uint32_t i = 0; i < r->effect_count; i++) {
        if (r->effects[i].kind != CP_EFFECT_WRITE || r->effects[i].object_kind != CP_OBJECT_PATH)
            continue;
        if (written || r->effects[i].sure != CP_YES)
            return none;
        written = &r->effects[i];
    }
    if (!written || r->chdir_count)
        return none;
    bool given = written->origin.kind == CP_ORIGIN_OPERAND;
    cp_text text = cp_text_in(w->arena);
    for (uint32_t i = 0; i < written->target.atom_count && written->target.atoms[i].kind == CP_ATOM_LIT; i++)
        cp_text_add(&text, written->target.atoms[i].lit);
    cp_slice known = cp_text_slice(&text);
    uint32_t end = known.n;
    while (given && end && known.p[end - 1] == 'X')
        end--;
    if (given ? !cp_value_is_exact(&written->target) || known.n - end < 3 || !end ||
                    known.p[end - 1] == '/' || !cp_is_plain_text(known) || known.p[0] == '-'
              : s->all_unknown || cp_map_get(s->variables, CP_LIT("TMPDIR")) != NULL)
        return none;
    cp_value path = cp_value_exact(w->arena, cp_slice_sub(known, 0, end), span);
    cp_value name = cp_value_hole(w->arena, CP_CLASS_HEX, CP_HOLE_PLAIN, (cp_slice){NULL, 0}, span);
    cp_set all = cp_set_exact(w->arena, CP_LIT(""), span);
    return cp_set_join(w->arena, all, cp_set_of(w->arena, cp_value_concat(w->arena, &path, &name)));
}

const cp_set *cp_only_operand(const cp_reading *r) {
    return r->operand_count == 1 && !r->operands[0].splat && r->operands[0].set.count ? &r->operands[0].set
                                                                                      : NULL;
}

/* What `realpath X` names is what X names. */
cp_set cp_walk_places_of(cp_walk *w, const cp_reading *r, const cp_state *s, cp_span span) {
    const cp_set none = {NULL, 0}, *operand = cp_only_operand(r);
    cp_set all = cp_set_exact(w->arena, CP_LIT(""), span);
    uint32_t count = operand ? operand->count * s->cwd.count : 0;
    for (uint32_t i = 0; i < count; i++) {
        cp_path path;
        cp_path_make(w->arena, &operand->values[i % operand->count], &s->cwd.values[i / operand->count],
                     w->in->places, &path);
        if (!path.exact || path.popped || all.count == CP_SET_MOST)
            return none;
        all = cp_set_join(w->arena, all, cp_set_of(w->arena, place_value(w, path.text, true, span)));
    }
    return count ? all : none;
}

/* `dirname X`: what stands before the last slash, where a name that is certain stands behind it. */
static bool without_last_name(cp_walk *w, const cp_value *v, cp_value *out) {
    const cp_atom *last = v->atom_count ? &v->atoms[v->atom_count - 1] : NULL;
    if (cp_value_is_exact(v) && cp_slice_find(v->exact, '/', 0) == v->exact.n) {
        *out = cp_value_exact(w->arena, CP_LIT("."), v->span);
        return true;
    }
    uint32_t slash = last && last->kind == CP_ATOM_LIT ? cp_slice_rfind(last->lit, '/') : UINT32_MAX;
    if (!last || last->kind != CP_ATOM_LIT || last->lit.n == 0 || slash + 1 >= last->lit.n)
        return false;
    bool alone = v->atom_count == 1, doubled = slash && last->lit.p[slash - 1] == '/';
    if (doubled || (slash == 0 && (alone || last[-1].kind == CP_ATOM_LIT)))
        return false;
    cp_atom *atoms = CP_NEW_ARRAY(w->arena, cp_atom, v->atom_count);
    if (!atoms)
        return false;
    memcpy(atoms, v->atoms, v->atom_count * sizeof *atoms);
    atoms[v->atom_count - 1].lit = cp_slice_sub(last->lit, 0, slash);
    uint32_t count = v->atom_count - (slash == 0);
    *out = cp_value_is_exact(v)
               ? cp_value_slice(w->arena, v, 0, v->exact.n - (last->lit.n - slash))
               : (cp_value){.atoms = atoms, .atom_count = count, .flags = v->flags, .span = v->span};
    return true;
}

static cp_slice without_slashes(cp_slice t) {
    while (t.n > 1 && t.p[t.n - 1] == '/')
        t.n--;
    return t;
}

/* The literal that stands before the last atom; false: more than that does. */
static bool begins_exactly(cp_walk *w, const cp_value *v, cp_value *out) {
    cp_text t = cp_text_in(w->arena);
    for (uint32_t i = 0; i + 1 < v->atom_count; i++) {
        if (v->atoms[i].kind == CP_ATOM_HOLE)
            return false;
        cp_text_add(&t, v->atoms[i].lit);
    }
    *out = cp_value_exact(w->arena, cp_text_slice(&t), v->span);
    return true;
}

/* `dirname` of what is below a place: a place below it, or the one that this lies in. */
static cp_set above_listed(cp_walk *w, const cp_value *v) {
    cp_value start;
    if (v->flags & CP_VALUE_UNMADE || !begins_exactly(w, v, &start))
        return (cp_set){NULL, 0};
    cp_slice t = without_slashes(start.exact);
    uint32_t slash = cp_slice_rfind(t, '/');
    cp_slice up = slash == t.n ? CP_LIT(".") : slash == 0 ? CP_LIT("/") : cp_slice_sub(t, 0, slash);
    cp_atom *atoms = CP_NEW_ARRAY(w->arena, cp_atom, v->atom_count);
    cp_value below = *v;
    if (!atoms)
        return (cp_set){NULL, 0};
    memcpy(atoms, v->atoms, v->atom_count * sizeof *atoms);
    atoms[v->atom_count - 1].props |= CP_HOLE_EMPTY | CP_HOLE_PART;
    below.atoms = atoms;
    return cp_set_join(w->arena, cp_set_of(w->arena, below),
                       cp_set_exact(w->arena, without_slashes(up), v->span));
}

/* Out of a list or a pattern, and surely with a name at its end: what ends with a slash has another parent. */
static bool names_a_file(const cp_value *v) {
    const cp_atom *last = v->atom_count ? &v->atoms[v->atom_count - 1] : NULL;
    if (!last || (v->flags & (CP_VALUE_UNMADE | CP_VALUE_EXACT)))
        return false;
    if (last->kind == CP_ATOM_LIT)
        return last->lit.n && last->lit.p[last->lit.n - 1] != '/';
    return last->cls == CP_CLASS_FILENAME && !(last->props & CP_HOLE_EMPTY) &&
           !cp_hole_takes(last, '/', false);
}

/* What stands before a path's last slash, without further slashes at its end. */
static cp_set directories(cp_walk *w, cp_set before) {
    const cp_set none = {NULL, 0};
    cp_set all = none;
    for (uint32_t i = 0; i < before.count; i++) {
        cp_value v = before.values[i];
        const cp_atom *last = v.atom_count ? &v.atoms[v.atom_count - 1] : NULL;
        if (cp_value_is_exact(&v))
            v = cp_value_exact(w->arena, v.exact.n ? without_slashes(v.exact) : CP_LIT("/"), v.span);
        else if (!last || (last->kind == CP_ATOM_LIT && last->lit.n && last->lit.p[last->lit.n - 1] == '/'))
            return none;
        all = cp_set_join(w->arena, all, cp_set_of(w->arena, v));
    }
    return all;
}

/* Where a path has no slash it is the working directory. What was said of its name is kept: what lies beside a key that was looked for
 * is no other file. */
cp_set cp_walk_parents(cp_walk *w, cp_set paths) {
    const cp_set none = {NULL, 0};
    cp_set all = none;
    for (uint32_t i = 0; i < paths.count; i++) {
        const cp_value *v = &paths.values[i];
        cp_value parent;
        cp_set above = none;
        if (without_last_name(w, v, &parent))
            above = cp_set_of(w->arena, parent);
        else if (v->atom_count && v->atoms[v->atom_count - 1].cls == CP_CLASS_BELOW &&
                 v->atoms[v->atom_count - 1].kind == CP_ATOM_HOLE)
            above = above_listed(w, v);
        else if (names_a_file(v)) {
            above = directories(w, cp_names_before_slash(w->arena, v));
            above = above.count ? cp_set_join(w->arena, above, cp_set_exact(w->arena, CP_LIT("."), v->span))
                                : none;
        }
        if (!above.count)
            return none;
        all = cp_set_join(w->arena, all, above);
    }
    return all;
}

cp_set cp_walk_parents_of(cp_walk *w, const cp_reading *r) {
    const cp_set *operand = cp_only_operand(r);
    return operand ? cp_walk_parents(w, *operand) : (cp_set){NULL, 0};
}

/* `basename X`: an exact path's last name. */
static cp_value exact_name(cp_walk *w, const cp_value *v) {
    cp_slice t = without_slashes(v->exact);
    uint32_t slash = cp_slice_rfind(t, '/');
    return cp_value_slice(w->arena, v, slash < t.n && t.n > 1 ? slash + 1 : 0, t.n);
}

/* The names that a path's last name may be, also where it ends with slashes. */
static cp_set last_names(cp_walk *w, const cp_value *v) {
    const cp_set none = {NULL, 0};
    if (cp_value_is_exact(v))
        return cp_set_of(w->arena, exact_name(w, v));
    const cp_atom *last = v->atom_count ? &v->atoms[v->atom_count - 1] : NULL;
    if (!last)
        return none;
    if (last->kind == CP_ATOM_LIT && last->lit.n && last->lit.p[last->lit.n - 1] == '/') {
        cp_set before = cp_names_without_end(w->arena, v, CP_LIT("/")), all = none;
        bool deep = cp_enter(w->budget);
        for (uint32_t i = 0; deep && i < before.count; i++)
            all = cp_set_join(w->arena, all, last_names(w, &before.values[i]));
        cp_leave(w->budget);
        return deep ? all : none;
    }
    cp_set all = cp_names_after_slash(w->arena, v);
    if (all.count && last->kind == CP_ATOM_HOLE &&
        (last->props & CP_HOLE_EMPTY)) { /* nothing: then of what stands before */
        cp_value before;
        if (!begins_exactly(w, v, &before))
            return none;
        all = cp_set_join(w->arena, all, cp_set_of(w->arena, exact_name(w, &before)));
    }
    return all;
}

cp_set cp_walk_names_of(cp_walk *w, const cp_reading *r) {
    const cp_set none = {NULL, 0};
    const cp_operand *o = r->operands;
    bool one = r->operand_count && !o[0].splat && o[0].set.count;
    bool ending =
        r->operand_count == 2 && !o[1].splat && o[1].set.count == 1 && cp_value_is_exact(&o[1].set.values[0]);
    cp_set names = none, all = none;
    if (!one || (r->operand_count > 1 && !ending))
        return none;
    for (uint32_t i = 0; i < o[0].set.count; i++) {
        cp_set some = last_names(w, &o[0].set.values[i]);
        if (!some.count)
            return none;
        names = cp_set_join(w->arena, names, some);
    }
    if (!ending || o[1].set.values[0].exact.n == 0)
        return names;
    for (uint32_t i = 0; i < names.count; i++) { /* a name that is the ending alone stays */
        const cp_value *v = &names.values[i];
        cp_slice end = o[1].set.values[0].exact;
        cp_set cut = cp_names_without_end(w->arena, v, end);
        if (cp_value_is_exact(v)) {
            bool ends = v->exact.n > end.n &&
                        cp_slice_eq(cp_slice_sub(v->exact, v->exact.n - end.n, v->exact.n), end);
            cut = cp_set_of(w->arena, cp_value_slice(w->arena, v, 0, v->exact.n - (ends ? end.n : 0)));
        } else if (cut.count && cp_value_equals(v, end) != CP_NO)
            cut = cp_set_join(w->arena, cut, cp_set_of(w->arena, o[1].set.values[0]));
        if (!cut.count)
            return none;
        all = cp_set_join(w->arena, all, cut);
    }
    return all;
}
