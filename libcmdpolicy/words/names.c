/* Parts of paths that are not all certain. A name that is cut may become "." or "..", or nothing, which no pattern of the shell's, and
 * no list, ever names: then that is said, or the hole no longer says that it is a file's name. */
#include "words/names.h"

static const cp_set none;

static bool may_hold(const cp_atom *a, uint8_t byte) {
    if (a->kind == CP_ATOM_LIT)
        return cp_slice_find(a->lit, byte, 0) < a->lit.n;
    return cp_hole_takes(a, byte, true) || cp_hole_takes(a, byte, false);
}
static bool leads_below(const cp_atom *a) {
    return a->kind == CP_ATOM_HOLE && a->cls == CP_CLASS_BELOW;
}

/* Atoms [from, to) of v, of the first without `skip` bytes, of the last only `keep` (literals both). */
static cp_value part(cp_arena *arena, const cp_value *v, uint32_t from, uint32_t to, uint32_t skip,
                     uint32_t keep) {
    cp_value out = cp_value_exact(arena, CP_LIT(""), v->span);
    for (uint32_t i = from; i < to && !cp_arena_failed(arena); i++) {
        cp_atom *a = CP_NEW(arena, cp_atom);
        *a = v->atoms[i];
        cp_value piece = {.atoms = a, .atom_count = 1, .span = v->span};
        if (a->kind == CP_ATOM_LIT) {
            cp_slice t = cp_slice_sub(a->lit, i == from ? skip : 0, i + 1 == to ? keep : a->lit.n);
            piece = cp_value_exact(arena, t, cp_made_span(a->span, t.n));
        } else
            a->props |= CP_HOLE_PART;
        out = i == from ? piece : cp_value_concat(arena, &out, &piece);
    }
    out.flags |= v->flags & (CP_VALUE_QUOTED | CP_VALUE_UNMADE);
    out.span = v->span;
    return out;
}

/* The atom of a value that `part` made, to be changed. */
static cp_atom *atom_of(const cp_value *v, uint32_t i) {
    return (cp_atom *)(uintptr_t)&v->atoms[i];
}

static void add(cp_arena *arena, cp_set *to, cp_value v) {
    *to = cp_set_join(arena, *to, cp_set_of(arena, v));
}

/* The value ends with a hole, behind which something of the same name was cut off. `dotted`: that began with a dot. */
static cp_set cut_behind(cp_arena *arena, cp_value v, bool dotted) {
    cp_set out = none;
    if (cp_arena_failed(arena) || v.atom_count == 0)
        return none;
    cp_atom *last = atom_of(&v, v.atom_count - 1);
    if (last->kind != CP_ATOM_HOLE || last->cls == CP_CLASS_HOME || last->cls == CP_CLASS_ABSOLUTE ||
        last->props & CP_HOLE_PIPE)
        return none;
    if (leads_below(last)) { /* "a/.." is still below; the first name of all may lead up */
        cp_value up = part(arena, &v, 0, v.atom_count - 1, 0, UINT32_MAX);
        cp_value dots = cp_value_exact(arena, v.atom_count > 1 ? CP_LIT("/..") : CP_LIT(".."), v.span);
        up = v.atom_count > 1 ? cp_value_concat(arena, &up, &dots) : dots;
        up.span = v.span;
        add(arena, &out, v);
        add(arena, &out, up);
        return out;
    }
    bool named = dotted && (last->props & CP_HOLE_NO_DOT); /* "*.c" is not ".c" */
    last->props |= CP_HOLE_EMPTY;
    last->props &= (uint16_t) ~(CP_HOLE_GLOB | CP_HOLE_CHAR);
    if (named)
        last->props &= (uint16_t)~CP_HOLE_EMPTY;
    else
        last->props &= (uint16_t)~CP_HOLE_NO_DOT;
    add(arena, &out, v);
    return out;
}

static bool usable(const cp_value *v) {
    return v->atom_count && !(v->flags & (CP_VALUE_UNMADE | CP_VALUE_EXACT));
}

/* Of another directory, or cut: a pattern no longer says anything of the names. */
static void forget_patterns(const cp_value *v) {
    for (uint32_t i = 0; i < v->atom_count; i++)
        if (v->atoms[i].kind == CP_ATOM_HOLE)
            atom_of(v, i)->props &= (uint16_t) ~(CP_HOLE_GLOB | CP_HOLE_CHAR);
}

/* v without what stands behind byte `at` of its last atom, a literal. */
static cp_set cut_in_last(cp_arena *arena, const cp_value *v, uint32_t at) {
    const cp_slice last = v->atoms[v->atom_count - 1].lit;
    if (at) {
        cp_value kept = part(arena, v, 0, v->atom_count, 0, at);
        bool dots = true;
        for (uint32_t i = 0; i < at; i++)
            dots &= last.p[i] == '.';
        if (dots && v->atom_count > 1 && leads_below(&v->atoms[v->atom_count - 2]))
            return none; /* "..." of a name is "..", and nobody looks behind the hole for that */
        if (cp_slice_find(last, '/', 0) >= at)
            forget_patterns(&kept);
        return cp_set_of(arena, kept);
    }
    cp_value rest = part(arena, v, 0, v->atom_count - 1, 0, UINT32_MAX);
    if (cp_arena_failed(arena))
        return none;
    if (v->atom_count == 1 || rest.atom_count == 0 || last.p[0] == '/' ||
        rest.atoms[rest.atom_count - 1].kind == CP_ATOM_LIT)
        return cp_set_of(arena, rest);
    return cut_behind(arena, rest, last.p[0] == '.');
}

cp_set cp_names_without_end(cp_arena *arena, const cp_value *v, cp_slice text) {
    if (!usable(v))
        return none;
    const cp_atom *last = &v->atoms[v->atom_count - 1];
    if (last->kind == CP_ATOM_HOLE) {
        const cp_atom *before = v->atom_count > 1 ? last - 1 : NULL;
        bool within =
            text.n == 1 && last->cls != CP_CLASS_INTEGER &&
            (!(last->props & CP_HOLE_EMPTY) || !before ||
             (before->kind == CP_ATOM_LIT && before->lit.n && before->lit.p[before->lit.n - 1] != text.p[0]));
        if (!within)
            return none;
        if (!may_hold(last, text.p[0]))
            return cp_set_of(arena, *v);
        cp_set cut = cut_behind(arena, part(arena, v, 0, v->atom_count, 0, 0), false);
        if (cut.count)
            add(arena, &cut, *v);
        return cut;
    }
    cp_slice t = last->lit;
    uint32_t n = t.n < text.n ? t.n : text.n;
    bool same = n == 0 || memcmp(t.p + t.n - n, text.p + text.n - n, n) == 0;
    if (!same)
        return cp_set_of(arena, *v);
    return t.n < text.n ? none : cut_in_last(arena, v, t.n - n);
}

cp_set cp_names_without_begin(cp_arena *arena, const cp_value *v, cp_slice text) {
    if (!usable(v) || v->atoms[0].kind != CP_ATOM_LIT)
        return none;
    cp_slice t = v->atoms[0].lit;
    uint32_t n = t.n < text.n ? t.n : text.n;
    if (n && memcmp(t.p, text.p, n) != 0)
        return cp_set_of(arena, *v);
    cp_set out = none;
    if (t.n >= text.n) {
        cp_value rest = t.n > text.n ? part(arena, v, 0, v->atom_count, text.n, UINT32_MAX)
                                     : part(arena, v, 1, v->atom_count, 0, UINT32_MAX);
        if (cp_arena_failed(arena) || rest.atom_count == 0)
            return none;
        if (t.n == text.n) {
            cp_atom *first = atom_of(&rest, 0);
            if (rest.atom_count == 0 || first->kind != CP_ATOM_HOLE || may_hold(first, '/'))
                return none; /* what stands behind it may be a path of its own */
            first->props |= first->cls == CP_CLASS_TEXT ? 0 : CP_HOLE_DASH;
            if (text.n && text.p[text.n - 1] != '/')
                first->props &= (uint16_t)~CP_HOLE_NO_DOT;
        }
        forget_patterns(&rest);
        return cp_set_of(arena, rest);
    }
    /* What a list names below `src` is src/…, with one slash. */
    bool below = text.n == t.n + 1 && text.p[t.n] == '/' && t.n && t.p[t.n - 1] != '/' && v->atom_count > 1 &&
                 leads_below(&v->atoms[1]);
    if (!below)
        return none;
    cp_value rest = part(arena, v, 1, v->atom_count, 0, UINT32_MAX);
    if (cp_arena_failed(arena) || rest.atom_count == 0)
        return none;
    cp_atom *first = atom_of(&rest, 0);
    first->props |= CP_HOLE_EMPTY | CP_HOLE_DASH;
    forget_patterns(&rest);
    add(arena, &out, rest);
    add(arena, &out, *v);
    return out;
}

cp_set cp_names_before_dot(cp_arena *arena, const cp_value *v) {
    const cp_atom *last = usable(v) ? &v->atoms[v->atom_count - 1] : NULL;
    if (!last || last->kind != CP_ATOM_LIT)
        return none;
    uint32_t dot = cp_slice_rfind(last->lit, '.');
    return dot < last->lit.n ? cut_in_last(arena, v, dot) : none;
}

cp_set cp_names_before_slash(cp_arena *arena, const cp_value *v) {
    cp_set out = none;
    if (!usable(v))
        return none;
    for (uint32_t i = v->atom_count; i-- > 0 && !cp_arena_failed(arena);) {
        const cp_atom *a = &v->atoms[i];
        if (!may_hold(a, '/'))
            continue;
        if (a->kind == CP_ATOM_LIT) {
            uint32_t slash = cp_slice_rfind(a->lit, '/');
            cp_value before = part(arena, v, 0, slash ? i + 1 : i, 0, slash ? slash : UINT32_MAX);
            add(arena, &out, before);
            return out;
        }
        if (!leads_below(a))
            return none;
        cp_value before = part(arena, v, 0, i + 1, 0, UINT32_MAX);
        if (cp_arena_failed(arena) || before.atom_count == 0)
            return none;
        atom_of(&before, before.atom_count - 1)->props |= CP_HOLE_EMPTY;
        add(arena, &out, before);
    }
    add(arena, &out, *v);
    return out;
}

/* The value where no slash is in it. */
static cp_value without_slashes(cp_arena *arena, const cp_value *v) {
    cp_value out = *v;
    cp_atom *atoms = CP_NEW_ARRAY(arena, cp_atom, v->atom_count);
    if (!atoms)
        return out;
    for (uint32_t i = 0; i < v->atom_count; i++) {
        atoms[i] = v->atoms[i];
        if (!leads_below(&atoms[i]))
            continue;
        atoms[i].cls = CP_CLASS_FILENAME;
        atoms[i].props &= (uint16_t)~CP_HOLE_SLASH;
    }
    out.atoms = atoms;
    return out;
}

cp_set cp_names_after_slash(cp_arena *arena, const cp_value *v) {
    cp_set out = none;
    if (!usable(v))
        return none;
    for (uint32_t i = v->atom_count; i-- > 0 && !cp_arena_failed(arena);) {
        const cp_atom *a = &v->atoms[i];
        if (!may_hold(a, '/'))
            continue;
        uint32_t slash = a->kind == CP_ATOM_LIT ? cp_slice_rfind(a->lit, '/') : 0;
        bool behind = a->kind == CP_ATOM_LIT && slash + 1 == a->lit.n;
        if (a->kind == CP_ATOM_HOLE && !leads_below(a))
            return none;
        cp_value after = part(arena, v, behind ? i + 1 : i, v->atom_count,
                              a->kind == CP_ATOM_LIT && !behind ? slash + 1 : 0, UINT32_MAX);
        cp_atom *first = after.atom_count ? atom_of(&after, 0) : NULL;
        if (cp_arena_failed(arena))
            return none;
        forget_patterns(&after);
        if (a->kind == CP_ATOM_HOLE) {
            first->cls = CP_CLASS_FILENAME;
            first->props &= (uint16_t)~CP_HOLE_SLASH;
            first->props |= CP_HOLE_EMPTY | CP_HOLE_DASH;
        } else if (behind && first && first->kind == CP_ATOM_HOLE) {
            first->props |= first->cls == CP_CLASS_TEXT ? 0 : CP_HOLE_DASH;
        }
        add(arena, &out, after);
        if (a->kind == CP_ATOM_LIT)
            return out;
    }
    add(arena, &out, without_slashes(arena, v));
    return out;
}
