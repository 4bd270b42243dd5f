/* Paths as working directories, and what is known of the last name of something that is only known to lie at or below a place. */
#include <string.h>

#include "base/text.h"
#include "match/component.h"
#include "match/match.h"

bool cp_name_is_any(const cp_value *name) {
    const cp_atom *a = name->atoms;
    return !cp_value_is_exact(name) && name->atom_count == 1 && a->kind == CP_ATOM_HOLE &&
           a->cls == CP_CLASS_FILENAME && (a->props & CP_HOLE_GLOB) &&
           !(a->props & (CP_HOLE_SPLIT | CP_HOLE_CHAR));
}

bool cp_path_ends_in_any_name(const cp_path *path) {
    return path->tree && !path->passed_count && (path->last.atom_count == 0 || cp_name_is_any(&path->last));
}

bool cp_path_says_last(const cp_path *path) {
    bool says = false;
    for (uint32_t i = 0; path->tree && i < path->last.atom_count; i++)
        says |= path->last.atoms[i].kind == CP_ATOM_LIT && path->last.atoms[i].lit.n;
    return says;
}

/* Otherwise it begins with a hole that stands for what is before it, too. */
static bool is_whole(const cp_value *said) {
    return said->atom_count && (said->atoms->kind == CP_ATOM_LIT || said->atoms->cls != CP_CLASS_ANY);
}

bool cp_path_last_is_whole(const cp_path *path) {
    return is_whole(&path->last);
}

bool cp_path_without_last(cp_path *path) {
    if (path->tree) {
        const bool named = cp_path_last_is_whole(path);
        path->last = (cp_value){0};
        return named;
    }
    if (path->count == 0 || path->parts[path->count - 1].open)
        return false;
    path->count--;
    path->exact = 0;
    return true;
}

bool cp_path_with_last(cp_arena *arena, cp_path *path, const cp_value *name) {
    if (path->tree) {
        path->last = *name;
        return true;
    }
    if (!path->count || cp_value_is_exact(&path->parts[path->count - 1].name))
        return false;
    cp_component *parts = CP_NEW_ARRAY(arena, cp_component, path->count);
    if (!parts)
        return false;
    memcpy(parts, path->parts, path->count * sizeof *parts);
    parts[path->count - 1] = (cp_component){*name, 0};
    path->parts = parts;
    return true;
}

static void add_known(cp_arena *arena, cp_text *known, cp_span span, cp_value *to) {
    const cp_value v = cp_value_exact(arena, cp_text_slice(known), span);
    *to = to->atom_count ? cp_value_concat(arena, to, &v) : v;
    *known = cp_text_in(arena);
}

/* "/NAME"; what is certain stays in one piece. */
static void add_name(cp_arena *arena, const cp_value *name, cp_span span, cp_text *known, cp_value *to) {
    cp_text_byte(known, '/');
    if (cp_value_is_exact(name)) {
        cp_text_add(known, name->exact);
        return;
    }
    add_known(arena, known, span, to);
    *to = cp_value_concat(arena, to, name);
}

/* At or below what is named so far, and then what was said of a name there. */
static void add_below(cp_arena *arena, const cp_value *said, cp_span span, cp_text *known, cp_value *to) {
    const cp_value below = cp_value_hole(
        arena, CP_CLASS_BELOW, CP_HOLE_EMPTY | CP_HOLE_SLASH | CP_HOLE_NEWLINE, (cp_slice){NULL, 0}, span);
    cp_text_byte(known, '/');
    add_known(arena, known, span, to);
    *to = cp_value_concat(arena, to, &below);
    if (is_whole(said)) {
        add_name(arena, said, span, known, to);
    } else if (said->atom_count) { /* it begins with a hole of its own, which is this one */
        const cp_value end = {.atoms = said->atoms + 1, .atom_count = said->atom_count - 1};
        *to = cp_value_concat(arena, to, &end);
    }
}

bool cp_path_directory(cp_arena *arena, const cp_path *path, cp_span span, cp_value *out) {
    if (path->popped || path->base != CP_BASE_ROOT || (path->tree && path->count == 0))
        return false;
    if (path->exact || path->count == 0) {
        *out = cp_value_exact(arena, path->count ? path->text : CP_LIT("/"), span);
        return true;
    }
    cp_text known = cp_text_in(arena);
    *out = (cp_value){.span = span};
    for (uint32_t i = 0; i < path->count; i++)
        add_name(arena, &path->parts[i].name, span, &known, out);
    for (uint32_t i = 0; i < path->passed_count; i++)
        add_below(arena, &path->passed[i], span, &known, out);
    if (path->tree)
        add_below(arena, &path->last, span, &known, out);
    if (known.n)
        add_known(arena, &known, span, out);
    return !cp_arena_failed(arena);
}

bool cp_is_directory(const cp_value *v) {
    if (cp_value_is_exact(v))
        return v->exact.n && v->exact.p[0] == '/';
    bool is = !(v->flags & CP_VALUE_UNMADE) && v->atom_count && v->atoms[0].kind == CP_ATOM_LIT &&
              cp_slice_starts(v->atoms[0].lit, CP_LIT("/"));
    for (uint32_t i = 0; i < v->atom_count && is; i++)
        is = v->atoms[i].kind == CP_ATOM_LIT || !cp_hole_has_slash(&v->atoms[i]) ||
             v->atoms[i].cls == CP_CLASS_BELOW;
    return is;
}
