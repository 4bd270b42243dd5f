/* Words as places: an abstract value and a working directory give a normalised abstract path. Only the text is looked at, as the
 * kernel would walk it if no directory were a symbolic link, except for the links that every Linux has: /proc/self/root,
 * /proc/self/cwd, /dev/fd and their like, and those that a resolver tells of where `..` would take their name back. Whatever
 * may be '..', may be empty, or may hold a slash loses the place but keeps the names behind it. Time and memory are linear in the
 * word and the working directory. */
#include "base/text.h"
#include "match/component.h"
#include "match/match.h"

enum { NAMES_MOST = 4096 }; /* more than PATH_MAX holds on any system */

typedef struct builder {
    cp_arena *arena;
    cp_path *out;
    const cp_value *cwd;
    const cp_places *places;
    uint32_t cap;
    uint32_t from_cwd;  /* parts[0 .. from_cwd) came with the working directory */
    uint32_t in_cwd;    /* these are pushed now */
    uint32_t in_link;   /* the working directory is pushed in place of /proc/self/cwd */
    uint32_t took_back; /* '..' took back a name */
    uint32_t passed_cap;
} builder;

enum { PASSED_MOST = 32 }; /* passed_through has a bit for each */

static cp_value exact_value(cp_slice text) {
    return (cp_value){.flags = CP_VALUE_EXACT, .exact = text};
}
static bool is_exact(const builder *b, uint32_t i, const char *text) {
    const cp_value *v = &b->out->parts[i].name;
    return cp_value_is_exact(v) && cp_slice_is(v->exact, text);
}

bool cp_path_is_normal(cp_slice text) {
    if (text.n == 0 || text.p[0] != '/')
        return false;
    for (uint32_t i = 1; i < text.n;) {
        uint32_t end = cp_slice_find(text, '/', i);
        cp_slice name = cp_slice_sub(text, i, end);
        if (name.n == 0 || cp_slice_is(name, ".") || cp_slice_is(name, "..") || end + 1 == text.n)
            return false;
        i = end + 1;
    }
    return true;
}

/* From here on nothing is known of where this is. */
static void lose_place(builder *b) {
    b->out->base = CP_BASE_UNKNOWN;
    b->out->count = 0;
    b->out->uncertain = 1;
    b->out->below_cwd = 0;
    b->out->popped = 0;
    b->out->tree = 0;
    b->out->last = (cp_value){0};
    b->out->passed_count = b->out->passed_through = 0;
    b->from_cwd = 0;
}

static void push_directory(builder *b, cp_slice path);

/* ---- Links that every Linux has ------------------------------------------------------------------------------------ */

/* May this be in /proc or /dev? */
static bool may_be_system(const builder *b) {
    if (b->out->base != CP_BASE_ROOT)
        return b->out->base == CP_BASE_UNKNOWN;
    const cp_value *first = &b->out->parts[0].name;
    return cp_value_is_exact(first)
               ? cp_slice_is(first->exact, "proc") || cp_slice_is(first->exact, "dev")
               : cp_name_may_be(first, CP_LIT("proc")) || cp_name_may_be(first, CP_LIT("dev"));
}

/* May the last `n` names that are there be the last of these? `*` stands for a process, `#` for a number. */
static cp_tri ends_like(const builder *b, const char *const *names, uint32_t n) {
    uint32_t count = b->out->count;
    cp_tri all = CP_YES;
    if (b->out->base == CP_BASE_ROOT ? count != n : count > n)
        return CP_NO;
    if (b->out->base != CP_BASE_ROOT)
        all = CP_MAYBE;
    for (uint32_t i = 1; i <= count && all != CP_NO; i++) {
        const cp_value *name = &b->out->parts[count - i].name;
        const char *want = names[n - i];
        cp_tri hit = cp_name_is_number(name);
        if (want[0] == '*') {
            hit = cp_tri_or(hit, cp_name_match(name, CP_LIT("self"), CP_NAME_PLAIN));
            hit = cp_tri_or(hit, cp_name_match(name, CP_LIT("thread-self"), CP_NAME_PLAIN));
        } else if (want[0] != '#') {
            hit = cp_name_match(name, cp_slice_str(want), CP_NAME_PLAIN);
        }
        all = cp_tri_and(all, hit);
    }
    return all;
}

static bool own_process(const builder *b, uint32_t at) {
    return is_exact(b, at, "self") || is_exact(b, at, "thread-self");
}

static void follow_root_or_cwd(builder *b, bool root) {
    bool own = own_process(b, 1);
    b->out->count = b->from_cwd = 0;
    b->out->popped = 0;
    if (own && root)
        return;
    if (own && !b->in_link && b->cwd && cp_value_is_exact(b->cwd) && cp_path_is_normal(b->cwd->exact)) {
        b->in_link = 1; /* a working directory in /proc/self/cwd is nonsense, but must end */
        push_directory(b, b->cwd->exact);
        b->in_link = 0;
        return;
    }
    lose_place(b); /* another process may have another root */
}

static cp_tri at_link(const builder *b, bool root) {
    const char *last = root ? "root" : "cwd";
    const char *const process[] = {"proc", "*", last}, *const task[] = {"proc", "*", "task", "#", last};
    return cp_tri_or(ends_like(b, process, 3), ends_like(b, task, 5));
}

static void follow_links(builder *b) {
    const cp_path *out = b->out;
    if (out->count == 0 || out->count > 5 || !may_be_system(b))
        return;
    if (out->base == CP_BASE_ROOT && out->count == 2 && is_exact(b, 0, "dev") && is_exact(b, 1, "fd")) {
        b->out->count = 0; /* /dev/fd is /proc/self/fd */
        push_directory(b, CP_LIT("/proc/self/fd"));
        return;
    }
    cp_tri root = at_link(b, true), cwd = at_link(b, false);
    if (root == CP_YES || cwd == CP_YES)
        follow_root_or_cwd(b, root == CP_YES);
    else if (root == CP_MAYBE || cwd == CP_MAYBE)
        lose_place(b);
}

static const char *const open_files[] = {"proc", "*", "fd", "#"};

/* May what is already there be an open file? A name behind it is then somewhere in a directory that nobody knows. A sure /dev/fd has
 * become /proc/self/fd before. */
static bool at_open_file(const builder *b) {
    static const char *const in_dev[] = {"fd", "stdin", "stdout", "stderr"};
    uint32_t count = b->out->count;
    if (count < 2 || count > 4 || !may_be_system(b))
        return false;
    if (ends_like(b, open_files, 4) != CP_NO)
        return true;
    for (uint32_t i = 0; b->out->base == CP_BASE_ROOT && i < sizeof in_dev / sizeof in_dev[0]; i++) {
        const char *names[] = {"dev", in_dev[i]};
        if (ends_like(b, names, 2) != CP_NO)
            return true;
    }
    return false;
}

/* Directories that are usually links: '..' behind one leads elsewhere. */
static bool at_usual_link(const builder *b) {
    static const char *const links[] = {"/var/run", "/var/lock", "/var/mail", "/bin",   "/sbin",
                                        "/lib",     "/lib32",    "/lib64",    "/libx32"};
    for (uint32_t i = 0;
         b->out->base == CP_BASE_ROOT && b->out->count <= 2 && i < sizeof links / sizeof links[0]; i++) {
        cp_slice link = cp_slice_str(links[i]);
        uint32_t slash = cp_slice_find(link, '/', 1);
        if (b->out->count != (slash < link.n ? 2u : 1u))
            continue;
        if (cp_name_may_be(&b->out->parts[0].name, cp_slice_sub(link, 1, slash)) &&
            (slash == link.n ||
             cp_name_may_be(&b->out->parts[1].name, cp_slice_sub(link, slash + 1, link.n))))
            return true;
    }
    return false;
}

/* ---- Names --------------------------------------------------------------------------------------------------------- */

/* A name behind something at or below a place: still below it, and that is the last name. */
static void push_last(builder *b, cp_value name) {
    if (cp_value_is_exact(&name)) {
        cp_atom *lit = CP_NEW(b->arena, cp_atom);
        *lit = (cp_atom){.kind = CP_ATOM_LIT, .lit = name.exact};
        name.atoms = lit;
        name.atom_count = 1;
    }
    b->out->last = name;
}

/* What was said of the last name is kept where another follows; false: that is too much. */
static bool pass_last(builder *b) {
    cp_path *out = b->out;
    if (!cp_path_says_last(out))
        return true;
    return out->passed_count < PASSED_MOST &&
           CP_PUSH(b->arena, out->passed, out->passed_count, b->passed_cap, out->last);
}

static void push_name(builder *b, cp_value name, bool open) {
    cp_path *out = b->out;
    uint32_t passed = out->passed_count;
    bool lost = at_open_file(b) || (out->tree && (open || !pass_last(b)));
    if (out->tree && !lost) {
        out->passed_through |= out->passed_count > passed ? 1u << passed : 0;
        push_last(b, name);
        return;
    }
    if (lost)
        lose_place(b);
    if (out->count >= NAMES_MOST ||
        !cp_arena_reserve(b->arena, (void **)&out->parts, &b->cap, out->count, 1, sizeof *out->parts)) {
        lose_place(b);
        return;
    }
    out->parts[out->count++] = (cp_component){name, open};
    if (b->in_cwd)
        b->from_cwd = out->count;
    follow_links(b);
}

/* Are the names here the user's own: in the working directory, a workspace, the home? */
static bool vouched_for(const builder *b) {
    cp_path here = *b->out;
    if (b->out->base == CP_BASE_HOME || b->out->below_cwd || b->in_cwd)
        return true;
    if (b->out->base != CP_BASE_ROOT)
        return false;
    if (b->out->count <= b->from_cwd)
        return true;
    const cp_places *p = b->places;
    if (b->cwd && cp_value_is_exact(b->cwd) && cp_path_is_normal(b->cwd->exact) && b->cwd->exact.n > 1 &&
        cp_path_inside(&here, b->cwd->exact, p) == CP_YES)
        return true;
    if (p && p->home.n > 1 && cp_path_inside(&here, p->home, p) == CP_YES)
        return true;
    for (uint32_t i = 0; p && i < p->workspace_count; i++)
        if (p->workspaces[i].root.n > 1 && cp_path_inside(&here, p->workspaces[i].root, p) == CP_YES)
            return true;
    return false;
}

/* Is the last name a symbolic link, as far as the resolver tells? The kernel takes back what it leads to. */
static bool leads_elsewhere(builder *b) {
    const cp_path *out = b->out;
    const cp_places *p = b->places;
    if (!p || !p->resolve || out->base != CP_BASE_ROOT)
        return false;
    cp_text at = cp_text_in(b->arena);
    uint32_t above = 0;
    for (uint32_t i = 0; i < out->count; i++) {
        if (!cp_value_is_exact(&out->parts[i].name))
            return false;
        above = at.n;
        cp_text_byte(&at, '/');
        cp_text_add(&at, out->parts[i].name.exact);
    }
    const cp_slice path = cp_text_slice(&at), name = cp_slice_sub(path, above, path.n);
    const cp_slice real = p->resolve(p->resolve_self, path);
    cp_slice parent = above ? p->resolve(p->resolve_self, cp_slice_sub(path, 0, above)) : (cp_slice){NULL, 0};
    if (!parent.n || cp_slice_is(parent, "/"))
        parent = cp_slice_sub(path, 0, parent.n ? 0 : above);
    return real.n && !cp_slice_eq(real, cp_arena_concat(b->arena, parent, name));
}

static void pop_name(builder *b) {
    cp_path *out = b->out;
    if (out->tree)
        lose_place(b);
    if (out->count == 0) {
        if (out->base == CP_BASE_ROOT)
            return; /* the root's parent is the root */
        lose_place(b);
        return;
    }
    if (at_open_file(b) || !cp_value_is_exact(&out->parts[out->count - 1].name)) {
        lose_place(b);
        return;
    }
    b->took_back = 1;
    bool vouched = out->base == CP_BASE_UNKNOWN ? out->below_cwd : vouched_for(b) && !leads_elsewhere(b);
    if (vouched && at_usual_link(b)) {
        lose_place(b);
        return;
    }
    out->count--;
    if (b->from_cwd > out->count)
        b->from_cwd = out->count;
    if (!vouched || out->popped)
        out->popped = out->count + 1;
}

static void push_exact(builder *b, cp_slice name) {
    if (name.n == 0 || cp_slice_is(name, "."))
        return;
    if (cp_slice_is(name, ".."))
        pop_name(b);
    else
        push_name(b, exact_value(name), false);
}

static void push_directory(builder *b, cp_slice path) {
    for (uint32_t i = 0; i < path.n;) {
        uint32_t end = cp_slice_find(path, '/', i);
        push_exact(b, cp_slice_sub(path, i, end));
        i = end + 1;
    }
}

static void push_atoms(builder *b, const cp_atom *atoms, uint32_t n);

/* Something at or below what has been pushed and the name that stands before the hole. */
static void push_below(builder *b, const cp_atom *atoms, uint32_t hole, uint32_t n) {
    if (hole)
        push_atoms(b, atoms, hole);
    if (b->out->tree && !pass_last(b))
        lose_place(b);
    b->out->tree = 1; /* also where it was below a place before */
    b->out->last = (cp_value){0};
    cp_atom *copy = CP_NEW_ARRAY(b->arena, cp_atom, n - hole);
    if (!copy || hole + 1 == n)
        return;
    memcpy(copy, atoms + hole, (n - hole) * sizeof *copy);
    copy[0].cls = CP_CLASS_ANY;
    copy[0].props = CP_HOLE_EMPTY | CP_HOLE_DASH | CP_HOLE_NEWLINE;
    b->out->last = (cp_value){.atoms = copy, .atom_count = n - hole};
}

/* One name with holes. */
static void push_atoms(builder *b, const cp_atom *atoms, uint32_t n) {
    uint32_t first = 0;
    bool holes = false;
    for (uint32_t i = 0; i < n; i++) {
        if (atoms[i].kind != CP_ATOM_HOLE)
            continue;
        holes = true;
        if (atoms[i].cls == CP_CLASS_BELOW && first == 0) {
            bool more = false;
            for (uint32_t k = i + 1; k < n; k++)
                more |= atoms[k].kind == CP_ATOM_HOLE && cp_hole_has_slash(&atoms[k]);
            if (!more) {
                push_below(b, atoms, i, n);
                return;
            }
        }
        if (cp_hole_has_slash(&atoms[i]))
            first = i + 1;
    }
    if (!holes && n <= 1) {
        push_exact(b, n ? atoms[0].lit : (cp_slice){NULL, 0});
        return;
    }
    cp_atom *copy = CP_NEW_ARRAY(b->arena, cp_atom, n - first + 1);
    if (!copy) {
        lose_place(b);
        return;
    }
    uint32_t count = 0;
    if (first) {
        lose_place(b);
        if (first == n)
            return;
        copy[count++] = (cp_atom){.kind = CP_ATOM_HOLE,
                                  .cls = CP_CLASS_ANY,
                                  .props = CP_HOLE_EMPTY | CP_HOLE_DASH | CP_HOLE_NEWLINE,
                                  .origin = atoms[first - 1].origin,
                                  .lit = atoms[first - 1].lit,
                                  .span = atoms[first - 1].span};
    }
    for (uint32_t i = first; i < n; i++)
        copy[count++] = atoms[i];
    cp_value name = {.atoms = copy, .atom_count = count};
    if (!holes) {
        cp_slice text = {NULL, 0};
        for (uint32_t i = 0; i < n; i++)
            text = cp_arena_concat(b->arena, text, atoms[i].lit);
        push_exact(b, text);
        return;
    }
    if (cp_name_may_be_empty(&name) || cp_name_may_be_dots(&name))
        lose_place(b);
    else
        push_name(b, name, first > 0);
}

/* ---- Values -------------------------------------------------------------------------------------------------------- */

/* The value's atoms with the home directory and the descriptors of process substitutions written out where they are known. */
static cp_value written_out(cp_arena *arena, const cp_value *value, const cp_places *places) {
    bool needed = false;
    for (uint32_t i = 0; i < value->atom_count; i++) {
        const cp_atom *a = &value->atoms[i];
        needed =
            needed || (a->kind == CP_ATOM_HOLE && ((a->props & CP_HOLE_PIPE) || a->cls == CP_CLASS_HOME));
    }
    if (!needed)
        return *value;
    cp_atom *atoms = CP_NEW_ARRAY(arena, cp_atom, (size_t)value->atom_count * 2);
    if (!atoms)
        return *value;
    uint32_t n = 0;
    for (uint32_t i = 0; i < value->atom_count; i++) {
        cp_atom a = value->atoms[i];
        if (a.kind == CP_ATOM_HOLE && (a.props & CP_HOLE_PIPE)) {
            atoms[n++] = (cp_atom){.kind = CP_ATOM_LIT, .lit = CP_LIT("/dev/fd/"), .span = a.span};
            atoms[n++] = (cp_atom){.kind = CP_ATOM_HOLE, .cls = CP_CLASS_DIGITS, .span = a.span};
        } else if (a.kind == CP_ATOM_HOLE && a.cls == CP_CLASS_HOME && places &&
                   cp_path_is_normal(places->home)) {
            /* `~` for home "/" is "/", and `~/x` then is "//x": the same */
            atoms[n++] = (cp_atom){.kind = CP_ATOM_LIT, .lit = places->home, .span = a.span};
        } else {
            atoms[n++] = a;
        }
    }
    return (cp_value){.atoms = atoms, .atom_count = n, .flags = value->flags, .span = value->span};
}

/* A directory as most are, with nothing in it that push_name would have to look at; false, and nothing is pushed: it isn't. */
static bool push_plain(builder *b, cp_slice path) {
    cp_path *out = b->out;
    uint32_t names = 0;
    for (uint32_t i = 0; i < path.n; i++)
        names += path.p[i] == '/';
    if (out->count || names > NAMES_MOST || cp_slice_starts(path, CP_LIT("/proc")) ||
        cp_slice_starts(path, CP_LIT("/dev")) ||
        !cp_arena_reserve(b->arena, (void **)&out->parts, &b->cap, 0, names + 1, sizeof *out->parts))
        return false;
    for (uint32_t i = 1, end; i <= path.n; i = end + 1) {
        end = cp_slice_find(path, '/', i);
        cp_slice name = cp_slice_sub(path, i, end);
        if (name.n == 0 || cp_slice_is(name, ".") || cp_slice_is(name, "..")) {
            out->count = 0;
            return false;
        }
        out->parts[out->count++] = (cp_component){exact_value(name), false};
    }
    b->from_cwd = out->count;
    return true;
}

static bool begins_with_slash(const cp_atom *a) {
    return a->kind == CP_ATOM_LIT && a->lit.n && a->lit.p[0] == '/';
}

static void push_value(builder *b, const cp_value *v);

static void push_cwd(builder *b) {
    const cp_value *cwd = b->cwd;
    b->in_cwd = 1;
    if (cwd && cp_value_is_exact(cwd) && cwd->exact.n && cwd->exact.p[0] == '/') {
        if (!push_plain(b, cwd->exact))
            push_directory(b, cwd->exact);
    } else if (cwd && !(cwd->flags & CP_VALUE_UNMADE) && !cp_value_is_exact(cwd) && cwd->atom_count &&
               begins_with_slash(cwd->atoms)) {
        push_value(b, cwd);
    } else {
        b->out->base = CP_BASE_UNKNOWN;
        b->out->below_cwd = 1;
    }
    b->in_cwd = 0;
}

static bool leads_below(const cp_atom *a) {
    return a->kind == CP_ATOM_HOLE && a->cls == CP_CLASS_BELOW;
}

/* Where the path begins; how many atoms say so. */
static uint32_t begin(builder *b, const cp_value *v) {
    uint32_t i = 0;
    while (i < v->atom_count && v->atoms[i].kind == CP_ATOM_LIT && v->atoms[i].lit.n == 0)
        i++;
    if (i == v->atom_count) {
        push_cwd(b);
        return i;
    }
    const cp_atom *a = &v->atoms[i];
    if (begins_with_slash(a))
        return i;
    bool place = a->kind == CP_ATOM_HOLE && a->cls == CP_CLASS_ABSOLUTE && (a->props & CP_HOLE_PLACE);
    if (place || (a->kind == CP_ATOM_HOLE && a->cls == CP_CLASS_HOME)) {
        uint32_t next = i + 1;
        while (next < v->atom_count && v->atoms[next].kind == CP_ATOM_LIT && v->atoms[next].lit.n == 0)
            next++;
        if (next == v->atom_count || begins_with_slash(&v->atoms[next]) || leads_below(&v->atoms[next])) {
            if (place)
                push_directory(b, a->lit);
            else
                b->out->base = CP_BASE_HOME;
            return next;
        }
        return i; /* ~x: push_atoms loses the place */
    }
    /* A hole may make it absolute, by its '/' or by being empty before one: its name then loses the place. */
    push_cwd(b);
    return i;
}

static void push_value(builder *b, const cp_value *v) {
    cp_atom *name = CP_NEW_ARRAY(b->arena, cp_atom, (size_t)v->atom_count + 1);
    if (!name) {
        lose_place(b);
        return;
    }
    uint32_t n = 0;
    for (uint32_t i = begin(b, v); i < v->atom_count; i++) {
        const cp_atom *a = &v->atoms[i];
        if (a->kind == CP_ATOM_HOLE) {
            name[n++] = *a;
            continue;
        }
        for (uint32_t from = 0; from < a->lit.n;) {
            uint32_t end = cp_slice_find(a->lit, '/', from);
            if (end > from) {
                name[n] = *a;
                name[n++].lit = cp_slice_sub(a->lit, from, end);
            }
            if (end < a->lit.n) {
                push_atoms(b, name, n);
                n = 0;
            }
            from = end + 1;
        }
    }
    if (n)
        push_atoms(b, name, n);
    const cp_atom *last = v->atom_count ? &v->atoms[v->atom_count - 1] : NULL;
    b->out->trailing_slash =
        last && last->kind == CP_ATOM_LIT && last->lit.n && last->lit.p[last->lit.n - 1] == '/';
}

/* A path in /proc/…/fd is what is open there: our own descriptors are known as /dev/fd. */
static void finish_open_file(builder *b) {
    cp_path *out = b->out;
    if (out->base == CP_BASE_ROOT && (out->count == 3 || out->count == 4) && is_exact(b, 0, "proc") &&
        own_process(b, 1) && is_exact(b, 2, "fd")) {
        out->parts[0].name = exact_value(CP_LIT("dev"));
        out->parts[1].name = exact_value(CP_LIT("fd"));
        if (out->count == 4)
            out->parts[2] = out->parts[3];
        out->count--;
    } else if (out->count >= 2 && out->count <= 4 && out->base != CP_BASE_HOME &&
               ends_like(b, open_files, 4) != CP_NO) {
        lose_place(b);
    }
}

static void finish(builder *b) {
    cp_path *out = b->out;
    finish_open_file(b);
    if (out->popped > out->count + 1)
        out->popped = out->count + 1;
    out->exact = out->base == CP_BASE_ROOT && !out->tree;
    size_t size = 0;
    for (uint32_t i = 0; i < out->count; i++) {
        out->exact = out->exact && cp_value_is_exact(&out->parts[i].name);
        size += (size_t)out->parts[i].name.exact.n + 1;
    }
    if (!out->exact)
        return;
    if (out->count == 0) {
        out->text = CP_LIT("/");
        return;
    }
    uint8_t *p = (uint8_t *)cp_alloc_raw(b->arena, size), *end = p;
    if (cp_arena_failed(b->arena) || size > UINT32_MAX) {
        lose_place(b);
        out->exact = 0;
        return;
    }
    for (uint32_t i = 0; i < out->count; i++) {
        cp_slice name = out->parts[i].name.exact;
        *end++ = '/';
        memcpy(end, name.p, name.n);
        end += name.n;
    }
    out->text = (cp_slice){p, (uint32_t)size};
}

void cp_path_make(cp_arena *arena, const cp_value *value, const cp_value *cwd, const cp_places *places,
                  cp_path *out) {
    memset(out, 0, sizeof *out);
    builder b = {.arena = arena, .out = out, .cwd = cwd, .places = places};
    out->base = CP_BASE_ROOT;
    cp_atom lit = {.kind = CP_ATOM_LIT, .lit = value->exact, .span = value->span};
    cp_value v = {
        .atoms = &lit, .atom_count = 1, .flags = value->flags, .exact = value->exact, .span = value->span};
    if ((value->flags & CP_VALUE_UNMADE) || (!cp_value_is_exact(value) && value->atom_count == 0))
        lose_place(&b);
    else if (cp_value_is_exact(value))
        push_value(&b, &v);
    else {
        v = written_out(arena, value, places);
        push_value(&b, &v);
    }
    if (cp_arena_failed(arena))
        lose_place(&b);
    if (b.took_back && out->base == CP_BASE_ROOT && cp_value_is_exact(value)) {
        bool absolute = value->exact.n && value->exact.p[0] == '/';
        bool known = absolute || (cwd && cp_value_is_exact(cwd) && cp_path_is_normal(cwd->exact));
        if (known && places && places->resolve)
            out->walked = absolute ? value->exact
                                   : cp_arena_concat(arena, cp_arena_concat(arena, cwd->exact, CP_LIT("/")),
                                                     value->exact);
    }
    finish(&b);
}
