/* Where an abstract path really is, as far as the request's resolver tells, and how a path is shown. */
#include "match/match.h"

#include "base/text.h"

static cp_slice ask(const cp_places *places, cp_slice path) {
    cp_slice real = places->resolve(places->resolve_self, path);
    return cp_path_is_normal(real) ? real : (cp_slice){NULL, 0};
}

/* The names as text "/a/b". */
static cp_slice joined(cp_arena *arena, const cp_component *parts, uint32_t count) {
    cp_text t = cp_text_in(arena);
    for (uint32_t i = 0; i < count; i++) {
        cp_text_byte(&t, '/');
        cp_text_add(&t, parts[i].name.exact);
    }
    return cp_text_slice(&t);
}

/* Follows `text` name by name, as the kernel does: what '..' takes back is the real directory's last name. Empty: not told. */
static cp_slice follow(cp_arena *arena, cp_slice text, const cp_places *places) {
    cp_text at = cp_text_in(arena);
    for (uint32_t i = 0; i < text.n;) {
        uint32_t end = cp_slice_find(text, '/', i);
        cp_slice name = cp_slice_sub(text, i, end);
        i = end + 1;
        if (name.n == 0 || cp_slice_is(name, "."))
            continue;
        if (!cp_slice_is(name, "..")) {
            cp_text_byte(&at, '/');
            cp_text_add(&at, name);
            continue;
        }
        cp_slice real = at.n ? ask(places, cp_text_slice(&at)) : (cp_slice){NULL, 0};
        if (real.n) {
            at.n = 0;
            cp_text_add(&at, real);
        }
        uint32_t slash = cp_slice_rfind(cp_text_slice(&at), '/');
        at.n = slash < at.n ? slash : 0;
    }
    if (cp_arena_failed(arena))
        return (cp_slice){NULL, 0};
    if (at.n == 0)
        return CP_LIT("/");
    cp_slice real = ask(places, cp_text_slice(&at));
    return real.n ? real : cp_text_slice(&at);
}

/* `directory`, then the parts behind it. */
static bool make_below(cp_arena *arena, cp_slice directory, const cp_component *parts, uint32_t count,
                       const cp_places *places, cp_path *out) {
    size_t atoms = 1;
    for (uint32_t i = 0; i < count; i++)
        atoms += 1 + (size_t)parts[i].name.atom_count + cp_value_is_exact(&parts[i].name);
    cp_atom *a = CP_NEW_ARRAY(arena, cp_atom, atoms);
    if (!a)
        return false;
    uint32_t n = 0;
    a[n++] = (cp_atom){.kind = CP_ATOM_LIT, .lit = directory};
    for (uint32_t i = 0; i < count; i++) {
        a[n++] = (cp_atom){.kind = CP_ATOM_LIT, .lit = CP_LIT("/")};
        if (cp_value_is_exact(&parts[i].name))
            a[n++] = (cp_atom){.kind = CP_ATOM_LIT, .lit = parts[i].name.exact};
        else
            for (uint32_t k = 0; k < parts[i].name.atom_count; k++)
                a[n++] = parts[i].name.atoms[k];
    }
    cp_value v = {.atoms = a, .atom_count = n};
    cp_path_make(arena, &v, NULL, places, out);
    return true;
}

/* What is only known to lie at or below the path lies there in the real one, too. */
static void add_tail(const cp_path *path, cp_path *real) {
    if (!path->tree)
        return;
    real->tree = path->tree;
    real->last = path->last;
    real->passed_count = path->passed_count;
    real->passed_through = path->passed_through;
    real->passed = path->passed;
    real->exact = 0;
}

bool cp_path_resolved(cp_arena *arena, const cp_path *path, const cp_places *places, cp_path *out_real) {
    bool asks = places && places->resolve;
    if (asks && path->walked.n && !cp_slice_starts(path->walked, CP_LIT("/proc")) &&
        !cp_slice_starts(path->walked, CP_LIT("/dev"))) {
        cp_slice real = follow(arena, path->walked, places);
        if (real.n)
            return !cp_slice_eq(real, path->text) && make_below(arena, real, NULL, 0, places, out_real);
    }
    if (path->popped) {
        *out_real =
            (cp_path){.base = CP_BASE_UNKNOWN, .uncertain = 1, .trailing_slash = path->trailing_slash};
        add_tail(path, out_real);
        out_real->parts = path->parts ? path->parts + (path->popped - 1) : NULL;
        out_real->count = path->count - (path->popped - 1);
        return true;
    }
    if (!asks || path->base != CP_BASE_ROOT)
        return false;
    uint32_t sure = 0;
    while (sure < path->count && cp_value_is_exact(&path->parts[sure].name))
        sure++;
    if (sure == 0)
        return false;
    cp_slice text = path->exact ? path->text : joined(arena, path->parts, sure);
    cp_slice real = text.n ? ask(places, text) : text;
    if (real.n == 0 || cp_slice_eq(real, text))
        return false;
    if (!make_below(arena, real, path->parts + sure, path->count - sure, places, out_real))
        return false;
    out_real->trailing_slash = path->trailing_slash;
    add_tail(path, out_real);
    return true;
}

cp_slice cp_path_show(cp_arena *arena, const cp_path *path) {
    if (path->exact)
        return path->text;
    cp_text t = cp_text_in(arena);
    if (path->base == CP_BASE_HOME)
        cp_text_byte(&t, '~');
    if (path->base == CP_BASE_UNKNOWN)
        cp_text_str(&t, path->below_cwd ? "." : "…");
    for (uint32_t i = 0; i < path->count; i++) {
        const cp_value *name = &path->parts[i].name;
        cp_text_byte(&t, '/');
        cp_text_add(&t, cp_value_is_exact(name) ? name->exact : cp_value_show(arena, name));
    }
    if (path->tree) {
        const cp_value *last = &path->last;
        cp_text_str(&t, "/…");
        if (cp_path_last_is_whole(path)) {
            cp_text_byte(&t, '/');
            cp_text_add(&t, cp_value_show(arena, last));
        } else if (last->atom_count) /* without the hole that it begins with */
            cp_text_add(&t, cp_value_show(arena, &(cp_value){.atoms = last->atoms + 1,
                                                             .atom_count = last->atom_count - 1}));
    }
    if (t.n == 0)
        cp_text_byte(&t, '/');
    return cp_text_slice(&t);
}
