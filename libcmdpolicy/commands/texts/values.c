/* What the values of a text may be: joined, taken apart, and looked at as paths. Everything that is a path for sure stays one only as
 * long as nobody could have changed it; what else is read isn't understood. Cost: places are few (PLACES_MOST), and counted. */
#include "commands/texts/text.h"

enum { PLACES_MOST = 24, PLACES_IN_PASS = 1024, READS_MOST = 256, RUNS_MOST = 16, TEXTS_MOST = 6 };

text_value cp_text_fail(text_state *st) {
    st->failed = true;
    return text_nothing();
}

static text_value of_place(text_state *st, text_place place) {
    text_place *p = CP_NEW(st->arena, text_place);
    if (++st->place_count > PLACES_IN_PASS || !cp_step(st->budget))
        return cp_text_fail(st);
    *p = place;
    return (text_value){.kind = TEXT_PLACE, .places = p};
}

text_value cp_text_literal(text_state *st, cp_slice path) {
    return of_place(st, (text_place){.path = path});
}

text_value cp_text_arguments(const text_state *st, bool items) {
    return (text_value){
        .kind = TEXT_PLACE, .items = items, .what = TEXT_SPELLED | TEXT_MOVED, .places = st->arguments};
}

/* ---- Effects -------------------------------------------------------------------------------------------------------------- */

static void add_read(text_state *st, uint32_t object_kind, cp_value target, uint32_t tree) {
    if (!st->last)
        return;
    cp_effect e = {.kind = CP_EFFECT_READ,
                   .object_kind = object_kind,
                   .sure = CP_YES,
                   .tree = tree,
                   .target = target,
                   .span = st->span};
    if (st->read_count == READS_MOST || !CP_PUSH(st->arena, st->reads, st->read_count, st->read_cap, e))
        st->failed = true;
}

static bool is_wild(uint8_t c) {
    return c == '*' || c == '?' || c == '[';
}

/* Behind the wildcard at `at`: a bracket that nothing closes is a character like others, which is no wildcard (then `at`). */
static uint32_t behind_wild(cp_slice pattern, uint32_t at) {
    if (pattern.p[at] != '[')
        return at + 1;
    uint32_t i = at + 1;
    i += i < pattern.n && pattern.p[i] == '!';
    i += i < pattern.n && pattern.p[i] == ']';
    uint32_t end = cp_slice_find(pattern, ']', i);
    return end < pattern.n ? end + 1 : at;
}

/* The characters from `at` on that stand for themselves. */
static cp_slice next_literal(cp_slice pattern, uint32_t at) {
    uint32_t end = at;
    while (end < pattern.n && (!is_wild(pattern.p[end]) || behind_wild(pattern, end) == end))
        end++;
    return cp_slice_sub(pattern, at, end);
}

/* What a pattern says that it looks for; nothing where that may be anything, as with `*.*`. */
static cp_slice sought(cp_slice pattern) {
    for (uint32_t at = 0; at < pattern.n;) {
        cp_slice literal = next_literal(pattern, at);
        bool between = at && at + literal.n < pattern.n && cp_slice_is(literal, ".");
        if (literal.n && !between && !cp_slice_is(literal, "/"))
            return pattern;
        at = literal.n ? at + literal.n : behind_wild(pattern, at);
    }
    return (cp_slice){NULL, 0};
}

/* What fits the ending, a pattern of files, below the path. */
static void add_ending(text_state *st, const text_place *p, cp_slice ending) {
    const cp_slice none = {NULL, 0};
    cp_value v = cp_value_exact(st->arena, p->path.n ? p->path : CP_LIT("."), st->span);
    cp_value below =
        cp_value_hole(st->arena, CP_CLASS_BELOW,
                      CP_HOLE_EMPTY | CP_HOLE_SLASH | CP_HOLE_NEWLINE | CP_HOLE_GLOB, none, st->span);
    cp_value any = cp_value_hole(st->arena, CP_CLASS_FILENAME, CP_HOLE_EMPTY | CP_HOLE_DASH | CP_HOLE_NEWLINE,
                                 none, st->span);
    v = cp_value_concat(st->arena, &v, &below);
    bool held = false; /* wildcards side by side are one */
    for (uint32_t at = 0; at < ending.n && cp_step(st->budget);) {
        cp_slice literal = next_literal(ending, at);
        if (literal.n) {
            cp_value text = cp_value_exact(st->arena, literal, st->span);
            v = cp_value_concat(st->arena, &v, &text);
            at += literal.n;
            held = false;
            continue;
        }
        if (!held)
            v = cp_value_concat(st->arena, &v, &any);
        held = true;
        at = behind_wild(ending, at);
    }
    v.span = st->span;
    add_read(st, CP_OBJECT_PATH, v, CP_TREE_NONE);
}

/* What is read of a directory may be told apart by its name, then. */
static void remember_tree(text_state *st, const text_place *p) {
    for (uint32_t i = 0; i < st->tree_count; i++)
        if (cp_slice_eq(st->trees[i].path, p->path))
            return;
    if (st->tree_count == TEXT_TREES)
        st->failed = true;
    else
        st->trees[st->tree_count++] = (text_place){.path = p->path, .below = 1};
}

/* What is compared with names may hold letters, digits and `.-_`. */
static bool may_be_name(cp_slice literal, bool *marked) {
    for (uint32_t i = 0; i < literal.n; i++) {
        uint8_t c = literal.p[i];
        bool mark = c == '.' || c == '_';
        *marked |= mark;
        if (!mark && c != '-' && !(c >= '0' && c <= '9') && !((c | 0x20) >= 'a' && (c | 0x20) <= 'z'))
            return false;
    }
    return literal.n <= 64;
}

static void mention(text_state *st, cp_slice before, cp_slice literal, cp_slice behind) {
    const cp_slice start = cp_arena_concat(st->arena, before, literal);
    for (uint32_t i = 0; i < st->tree_count && cp_step(st->budget); i++)
        add_ending(st, &st->trees[i], cp_arena_concat(st->arena, start, behind));
}

void cp_text_mentions(text_state *st, cp_slice literal) {
    bool marked = false;
    if (may_be_name(literal, &marked) && marked && literal.n >= 3 && literal.p[0] != '-')
        mention(st, CP_LIT(""), literal, CP_LIT(""));
}

void cp_text_compares(text_state *st, cp_slice function, cp_slice literal) {
    /* With a name's < beginning, > end, = any part; by a / regular expression or a * pattern; @: it is the name itself. */
    static const struct {
        const char *function;
        char how;
    } comparing[] = {
        {"startswith", '<'}, {"startsWith", '<'}, {"endswith", '>'},    {"endsWith", '>'},
        {"in", '='},         {"find", '='},       {"index", '='},       {"count", '='},
        {"rfind", '='},      {"includes", '='},   {"indexOf", '='},     {"lastIndexOf", '='},
        {"search", '/'},     {"match", '/'},      {"fullmatch", '/'},   {"findall", '/'},
        {"compile", '/'},    {"test", '/'},       {"fnmatch", '*'},     {"fnmatchcase", '*'},
        {"filter", '*'},     {"read", '@'},       {"extractfile", '@'},
    };
    char how = 0;
    bool marked = false;
    for (uint32_t i = 0; i < sizeof comparing / sizeof *comparing; i++)
        if (cp_slice_is(function, comparing[i].function))
            how = comparing[i].how;
    if (how == '@' && literal.n) /* a member of an archive is judged by what it is called */
        add_read(st, CP_OBJECT_PATH, cp_value_exact(st->arena, literal, st->span), CP_TREE_NONE);
    if (!how || literal.n < 2 || literal.n > 64)
        return;
    if ((how == '*' || how == '/') && sought(literal).n && next_literal(literal, 0).n < literal.n)
        mention(st, CP_LIT("/"), literal, CP_LIT("")); /* a pattern of names */
    if (how == '/' || how == '*')
        cp_text_mentions_of_pattern(
            st, cp_arena_concat(st->arena, cp_arena_concat(st->arena, CP_LIT("/"), literal), CP_LIT("/")));
    else if (!may_be_name(literal, &marked))
        return;
    else if (how == '<')
        mention(st, CP_LIT("/"), literal, CP_LIT("*"));
    else if (how == '=' && literal.p[0] != '.') /* `.js` is an end */
        mention(st, CP_LIT("*"), literal, CP_LIT("*"));
    else if (how == '>' && !marked)
        mention(st, CP_LIT("."), literal, CP_LIT(""));
}

static void reads_place(text_state *st, const text_place *p, bool tree) {
    if (st->last && p->below && !p->ending.n)
        remember_tree(st, p);
    cp_value v = cp_value_exact(st->arena, p->path.n ? p->path : CP_LIT("."), st->span);
    add_read(st, CP_OBJECT_PATH, v, tree || p->below ? CP_TREE_TOUCHED : CP_TREE_NONE);
    uint32_t last = 0;                                   /* where its last name begins */
    bool plain = true;                                   /* the directories before that are written out */
    for (uint32_t at = 0; at < p->ending.n; at = last) { /* what it names may lie deeper, too */
        uint32_t slash = cp_slice_find(p->ending, '/', at);
        cp_slice name = cp_slice_sub(p->ending, at, slash);
        if (sought(name).n)
            add_ending(st, p, name);
        last = slash + 1;
        if (slash < p->ending.n)
            plain &= next_literal(name, 0).n == name.n;
        else if (at && plain)
            add_ending(st, p, p->ending);
    }
}

void cp_text_reads_places(text_state *st, text_value v, bool tree) {
    if (v.kind == TEXT_NOTHING && !st->last)
        return;
    if (v.kind == TEXT_NUMBER && v.what == 1 && !tree)
        return; /* standard input */
    if (v.items || (v.kind != TEXT_PLACE && v.kind != TEXT_NAME)) {
        cp_text_fail(st);
        return;
    }
    if (v.kind == TEXT_NAME)
        reads_place(st, &(text_place){.path = CP_LIT("."), .below = 1}, true);
    for (const text_place *p = v.kind == TEXT_PLACE ? v.places : NULL; p && cp_step(st->budget); p = p->next)
        reads_place(st, p, tree);
}

/* A literal that a kind of the policy reads: inert, but for what it reads. */
bool cp_text_reads_by_kind(text_state *st, cp_slice kind, cp_slice literal) {
    cp_value v = cp_value_exact(st->arena, literal, st->span);
    cp_effect *reads = NULL;
    uint32_t count = 0;
    if (!st->last)
        return true; /* it is looked at once */
    if (!cp_kind_reads(st->image, st->regexes, kind, &v, st->arena, st->budget, &reads, &count))
        return false;
    for (uint32_t i = 0; i < count; i++)
        add_read(st, reads[i].object_kind, reads[i].target, reads[i].tree);
    return true;
}

void cp_text_runs(text_state *st, const cp_slice *words, uint32_t count) {
    if (!st->last)
        return;
    cp_field *fields = CP_NEW_ARRAY(st->arena, cp_field, count);
    cp_fields run = {fields, count};
    for (uint32_t i = 0; fields && i < count && cp_step(st->budget); i++)
        fields[i] = cp_field_of(st->arena, cp_value_exact(st->arena, words[i], st->span));
    if (!fields || st->run_count == RUNS_MOST ||
        !CP_PUSH(st->arena, st->runs, st->run_count, st->run_cap, run))
        st->failed = true;
}

void cp_text_reads_variable(text_state *st, text_value v) {
    if (v.kind == TEXT_NOTHING && !st->last)
        return;
    if (v.kind != TEXT_PLACE || v.items || v.object || v.what) {
        cp_text_fail(st);
        return;
    }
    for (const text_place *p = v.places; p && cp_step(st->budget); p = p->next) {
        if (p->below)
            st->failed = true;
        add_read(st, CP_OBJECT_VARIABLE, cp_value_exact(st->arena, p->path, st->span), CP_TREE_NONE);
    }
}

/* ---- Joining -------------------------------------------------------------------------------------------------------------- */

bool cp_text_same_value(text_value a, text_value b) {
    if (a.kind != b.kind || a.items != b.items || a.object != b.object || a.numbered != b.numbered ||
        a.what != b.what || a.level != b.level || a.is_module != b.is_module)
        return false;
    const text_place *p = a.places, *q = b.places;
    for (; p && q; q = q->next)
        p = p->next;
    return !p == !q;
}

static bool same_place(const text_place *a, const text_place *b) {
    return a->below == b->below && cp_slice_eq(a->path, b->path) && cp_slice_eq(a->ending, b->ending);
}

static const text_place *join_places(text_state *st, const text_place *a, const text_place *b) {
    uint32_t count = 0;
    for (const text_place *p = a; p; p = p->next)
        count++;
    for (; b && cp_step(st->budget); b = b->next) {
        bool known = false;
        for (const text_place *p = a; p && !known && cp_step(st->budget); p = p->next)
            known = same_place(p, b);
        if (known)
            continue;
        text_place next = *b;
        next.next = a;
        text_value one = of_place(st, next);
        if (++count > PLACES_MOST || st->failed) {
            cp_text_fail(st);
            return a;
        }
        a = one.places;
    }
    return a;
}

static bool may_be_kept(const text_state *st, text_value v) {
    form f;
    return !text_is_javascript(st) && v.kind == TEXT_MEMBER &&
           cp_form_read(cp_image_string(st->image, cp_image_text_name(st->image, v.what)->form), &f) &&
           (f.use == FORM_VALUE || f.use == FORM_SETS || f.use == FORM_LOOKS || f.use == FORM_SHOWS) &&
           f.gives != FORM_GIVES_SHOWN;
}

bool cp_text_is_only_shown(text_state *st, text_value v) {
    return v.kind == TEXT_SHOWN ||
           (v.kind == TEXT_MEMBER && !may_be_kept(st, v) && cp_text_may_be_shown(st, v));
}

/* ---- Lists that the text makes: one for each place that makes one; those that a name may be are one. ---------------------- */

text_list *cp_text_list(text_state *st, text_value v) {
    uint32_t i = v.what;
    while (i < st->list_count && st->lists[i].same != i && cp_step(st->budget))
        i = st->lists[i].same;
    if (i < st->list_count)
        return &st->lists[i];
    cp_text_fail(st);
    return st->lists;
}

static text_value let_go(text_state *, text_value);

static text_value let_list_go(text_state *st, text_value v) {
    text_list *list = cp_text_list(st, v);
    if (st->failed)
        return text_data();
    if (!list->let_go) {
        list->let_go = 1;
        st->changed = true;
    }
    if (list->item.kind != TEXT_DATA) { /* of what is there already, nothing is known any more */
        text_value item = list->item;
        list->item = (text_value){.kind = TEXT_DATA, .level = TEXT_TREE};
        text_value got = let_go(st, item);
        list = cp_text_list(st, v);
        if (!st->failed && got.kind == TEXT_DATA && got.level < list->item.level)
            list->item.level = got.level;
        st->changed = true;
    }
    return (text_value){.kind = TEXT_DATA, .level = list->item.level < TEXT_TREE ? 0 : TEXT_TREE};
}

static void join_lists(text_state *st, text_value a, text_value b) {
    text_list *x = cp_text_list(st, a), *y = cp_text_list(st, b);
    if (st->failed || x == y)
        return;
    uint32_t other = y->let_go;
    text_value item = y->item;
    y->same = x->same;
    st->changed = true;
    item = cp_text_join(st, x->item, item);
    x = cp_text_list(st, a);
    if (st->failed)
        return;
    x->item = item;
    if (other && !x->let_go)
        let_list_go(st, a);
}

static uint8_t level_of(const text_state *st, text_value v) {
    if (!text_is_javascript(st))
        return 0;
    return v.kind == TEXT_DATA ? v.level : v.kind == TEXT_DEFINED || v.object || v.items ? 0 : TEXT_PLAIN;
}

/* Whoever calls it gives it anything. */
static void let_function_go(text_state *st, uint32_t function) {
    if (function >= st->function_count || st->functions[function].leaving)
        return;
    st->functions[function].leaving = 1;
    for (uint32_t i = 0; i < st->functions[function].count; i++)
        cp_text_bind(st, st->functions[function].parameters[i], text_data());
    if (text_is_javascript(st)) {
        st->changed |= !st->functions[function].let_go;
        st->functions[function].let_go = 1; /* what it gives, too: where it is given */
        for (uint32_t i = 0; i < TEXT_PARAMETERS; i++)
            cp_text_give(st, function, i, text_data());
    }
    st->functions[function].leaving = 0;
}

/* Objects that stand for paths may be read by whoever gets them. */
static text_value let_go(text_state *st, text_value v) {
    switch (v.kind) {
    case TEXT_NOTHING: return v;
    case TEXT_LIST: return let_list_go(st, v);
    case TEXT_SHOWN:
    case TEXT_SCOPE: return cp_text_fail(st);
    case TEXT_MEMBER:
        if (!may_be_kept(st, v))
            return cp_text_fail(st);
        break;
    case TEXT_PLACE:
        for (const text_place *p = v.object ? v.places : NULL; p && cp_step(st->budget); p = p->next)
            reads_place(st, p, true);
        break;
    case TEXT_DEFINED: let_function_go(st, v.what); break;
    default: break;
    }
    return (text_value){.kind = TEXT_DATA, .level = level_of(st, v)};
}

void cp_text_give(text_state *st, uint32_t function, uint32_t index, text_value v) {
    if (function >= st->function_count)
        return;
    if (index >= TEXT_PARAMETERS) /* all that are more are given to the last */
        index = TEXT_PARAMETERS - 1;
    text_value old = st->functions[function].given[index], joined = cp_text_join(st, old, v);
    if (!cp_text_same_value(old, joined)) {
        st->functions[function].given[index] = joined;
        st->changed = true;
    }
}

text_value cp_text_decay(text_state *st, text_value v) {
    if ((v.items || v.kind == TEXT_WALK || v.kind == TEXT_TRIPLE) && !st->escaped) {
        st->escaped = true;
        st->changed = true;
    }
    return let_go(st, v);
}

text_value cp_text_passed(text_state *st, text_value v) {
    return let_go(st, v);
}

text_value cp_text_join(text_state *st, text_value a, text_value b) {
    if (a.kind == TEXT_NOTHING)
        return b;
    if (b.kind == TEXT_NOTHING)
        return a;
    bool same = a.kind == b.kind && a.items == b.items && a.numbered == b.numbered &&
                (a.kind != TEXT_NAME || a.object == b.object);
    if (same && (a.kind == TEXT_PLACE || a.kind == TEXT_WALK || a.kind == TEXT_TRIPLE)) {
        a.places = join_places(st, a.places, b.places);
        a.object |= b.object;
        a.what |= b.what;
        return a;
    }
    if (same && a.kind == TEXT_LIST) {
        join_lists(st, a, b);
        return a;
    }
    if (same && a.kind == TEXT_DATA && a.level != b.level)
        return a.level < b.level ? a : b;
    if (same && a.kind == TEXT_NUMBER)
        return (text_value){.kind = TEXT_NUMBER, .what = a.what & b.what};
    if (same && a.kind == TEXT_SHOWN && (a.what != b.what || a.is_module != b.is_module))
        return (text_value){.kind = TEXT_SHOWN, .is_module = a.is_module | b.is_module};
    if (same &&
        (a.what == b.what || (a.kind != TEXT_MEMBER && a.kind != TEXT_SCOPE && a.kind != TEXT_DEFINED)))
        return a;
    a = cp_text_decay(st, a);
    b = cp_text_decay(st, b);
    return (text_value){.kind = TEXT_DATA, .level = a.level < b.level ? a.level : b.level};
}

/* ---- Lists ---------------------------------------------------------------------------------------------------------------- */

text_value cp_text_item(text_state *st, text_value v) {
    if (cp_text_has_keys(st, v))
        return text_data();
    switch (v.kind) {
    case TEXT_NOTHING:
    case TEXT_SHOWN: return v;
    case TEXT_WALK:
        if (st->escaped)
            return cp_text_decay(st, v);
        v.kind = TEXT_TRIPLE;
        return v;
    case TEXT_PLACE:
    case TEXT_NAME:
        if (!v.items)
            return v.object ? cp_text_decay(st, v) : text_data();
        if (st->escaped)
            return cp_text_decay(st, v);
        if (v.numbered == 2)
            return cp_text_decay(st, v);
        if (v.numbered)
            v.numbered = 2;
        else
            v.items--;
        return v;
    default: return cp_text_decay(st, v);
    }
}

text_value cp_text_unpack(text_state *st, text_value v, uint32_t count, uint32_t index) {
    if (v.kind == TEXT_TRIPLE && count == 3 && !st->escaped) {
        if (index)
            return (text_value){.kind = TEXT_NAME, .items = 1};
        v.kind = TEXT_PLACE;
        return v;
    }
    if (v.numbered == 2 && count == 2 && !st->escaped) {
        if (!index)
            return text_number();
        v.numbered = 0;
        v.items--;
        return v;
    }
    return cp_text_item(st, v);
}

text_value cp_text_list_of(text_state *st, text_value v) {
    if (v.kind == TEXT_NOTHING)
        return v;
    if ((v.kind != TEXT_PLACE && v.kind != TEXT_NAME) || v.items || st->escaped)
        return cp_text_decay(st, v);
    v.items = 1;
    return v;
}

void cp_text_put_into(text_state *st, text_value container, text_value v) {
    if (container.kind == TEXT_NAME && container.items && v.kind == TEXT_NAME)
        return;
    if (v.kind == TEXT_NOTHING && !st->last)
        return; /* nothing is known yet */
    cp_text_decay(st, container);
    cp_text_decay(st, v);
}

/* ---- Paths ---------------------------------------------------------------------------------------------------------------- */

/* Does one of its names lead up? */
static bool leads_up(cp_slice path) {
    for (uint32_t at = 0; at <= path.n;) {
        uint32_t slash = cp_slice_find(path, '/', at);
        if (cp_slice_is(cp_slice_sub(path, at, slash), ".."))
            return true;
        at = slash + 1;
    }
    return false;
}

/* Where the last of its names is that lead up. */
static uint32_t last_up(cp_slice path) {
    uint32_t found = 0;
    for (uint32_t at = 0; at <= path.n;) {
        uint32_t slash = cp_slice_find(path, '/', at);
        if (cp_slice_is(cp_slice_sub(path, at, slash), ".."))
            found = at;
        at = slash + 1;
    }
    return found;
}

/* Is one of its names none of `.` and `..`? */
static bool has_name(cp_slice path) {
    for (uint32_t at = 0; at <= path.n;) {
        uint32_t slash = cp_slice_find(path, '/', at);
        cp_slice name = cp_slice_sub(path, at, slash);
        if (name.n && !cp_slice_is(name, ".") && !cp_slice_is(name, ".."))
            return true;
        at = slash + 1;
    }
    return false;
}

static cp_slice below(text_state *st, cp_slice top, cp_slice path) {
    if (!top.n || (path.n && path.p[0] == '/'))
        return path;
    if (top.p[top.n - 1] == '/')
        return cp_arena_concat(st->arena, top, path);
    return cp_arena_concat(st->arena, cp_arena_concat(st->arena, top, CP_LIT("/")), path);
}

/* One path behind another, as the system's own joining does it; `under`: what begins with a slash, too, goes below. */
static text_value join_two(text_state *st, const text_place *a, text_value b, bool under) {
    text_value all = {.kind = TEXT_NOTHING};
    if (b.kind == TEXT_NAME)
        return of_place(st, (text_place){.path = a->path, .ending = a->ending, .below = 1});
    for (const text_place *p = b.places; p && !st->failed && cp_step(st->budget); p = p->next) {
        cp_slice path = p->path;
        if (text_is_javascript(st) && leads_up(path) && has_name(a->path))
            return cp_text_fail(st); /* that may be `undefined` instead, which has no such parts */
        while (under && (a->path.n || a->below) && path.n && path.p[0] == '/')
            path = cp_slice_sub(path, 1, path.n);
        text_place made = {.path = below(st, a->path, path), .ending = p->ending, .below = p->below};
        if (a->below) {
            if (path.n && path.p[0] == '/')
                made = *p;
            else if (leads_up(path) || (a->ending.n && p->ending.n))
                return cp_text_fail(st);
            else
                made = (text_place){.path = a->path, .below = 1, .ending = p->below ? p->ending : path};
            if (a->ending.n && made.below && cp_slice_eq(made.path, a->path))
                made.ending = a->ending.n && !made.ending.n ? a->ending : made.ending;
        }
        made.next = NULL;
        all = cp_text_join(st, all, of_place(st, made));
    }
    return all;
}

static text_value places_joined(text_state *st, const text_argument *args, uint32_t count, bool object,
                                bool under) {
    text_value all = cp_text_literal(st, CP_LIT(""));
    uint32_t spelled = 0;
    for (uint32_t i = 0; i < count && !st->failed; i++) {
        text_value v = args[i].value, next = {.kind = TEXT_NOTHING};
        if (v.kind == TEXT_NOTHING)
            return v;
        if (v.items || (v.kind != TEXT_PLACE && v.kind != TEXT_NAME) || args[i].spread)
            return object ? cp_text_fail(st) : text_data();
        if (i && (v.what & TEXT_MOVED)) /* it may begin with a slash, then */
            return object ? cp_text_fail(st) : text_data();
        for (const text_place *p = spelled & TEXT_CONVERTED ? v.places : NULL; p; p = p->next)
            if (leads_up(p->path))
                return cp_text_fail(st);
        spelled |= v.what;
        for (const text_place *p = all.places; p && !st->failed && cp_step(st->budget); p = p->next)
            next = cp_text_join(st, next, join_two(st, p, v, under));
        all = next;
    }
    all.object = object;
    all.what = spelled;
    return all;
}

text_value cp_text_places_joined(text_state *st, const text_argument *args, uint32_t count, bool object) {
    return places_joined(st, args, count, object, false);
}

text_value cp_text_places_below(text_state *st, const text_argument *args, uint32_t count) {
    return places_joined(st, args, count, false, true);
}

text_value cp_text_divide(text_state *st, text_value a, text_value b) {
    if (a.kind == TEXT_NUMBER || b.kind == TEXT_NUMBER) {
        cp_text_decay(st, a);
        cp_text_decay(st, b);
        return a.kind == b.kind ? text_number() : text_data();
    }
    if (a.kind == TEXT_NOTHING || b.kind == TEXT_NOTHING)
        return text_nothing();
    bool places =
        a.kind == TEXT_PLACE && !a.items && !b.items && (b.kind == TEXT_PLACE || b.kind == TEXT_NAME);
    if (places && (a.object || b.object)) {
        text_argument both[2] = {{.value = a}, {.value = b}};
        return cp_text_places_joined(st, both, 2, true);
    }
    cp_text_decay(st, a);
    cp_text_decay(st, b);
    return st->joins ? cp_text_fail(st) : text_data();
}

text_value cp_text_globbed(text_state *st, text_value pattern) {
    text_value all = {.kind = TEXT_NOTHING};
    if (pattern.kind == TEXT_NOTHING)
        return all;
    if (pattern.kind != TEXT_PLACE || pattern.items || pattern.object) {
        cp_text_decay(st, pattern);
        return text_data();
    }
    for (const text_place *p = pattern.places; p && !st->failed && cp_step(st->budget); p = p->next) {
        uint32_t wild = 0;
        while (wild < p->path.n && !is_wild(p->path.p[wild]))
            wild++;
        if (p->below || leads_up(cp_slice_sub(p->path, wild, p->path.n)))
            return text_data();
        text_place made = {.path = p->path};
        if (wild < p->path.n) {
            uint32_t slash = cp_slice_rfind(cp_slice_sub(p->path, 0, wild), '/');
            made.path = slash < wild ? cp_slice_sub(p->path, 0, slash ? slash : 1) : CP_LIT(".");
            made.ending = sought(p->path);
            made.below = 1;
        }
        all = cp_text_join(st, all, of_place(st, made));
    }
    all.items = 1;
    all.what = pattern.what;
    return all;
}

bool cp_text_finds_above(cp_slice pattern) {
    bool first = true, dot = false; /* of a name; it begins with a dot */
    for (uint32_t i = 0; i < pattern.n; i++) {
        dot = first ? pattern.p[i] == '.' : dot;
        first = pattern.p[i] == '/';
        if (dot && is_wild(pattern.p[i]))
            return true;
    }
    return false;
}

text_value cp_text_found(text_state *st, text_value receiver, const text_value *pattern) {
    text_value all = {.kind = TEXT_NOTHING};
    if (receiver.kind == TEXT_NOTHING || (pattern && pattern->kind == TEXT_NOTHING))
        return all;
    bool known = receiver.kind == TEXT_PLACE && !receiver.items;
    for (const text_place *w = pattern ? pattern->places : NULL; w && cp_step(st->budget); w = w->next)
        if (!known && sought(w->path).n)
            return cp_text_fail(st);
    if (!known)
        return text_data();
    for (const text_place *p = receiver.places; p && !st->failed && cp_step(st->budget); p = p->next) {
        text_place made = {.path = p->path, .ending = p->ending, .below = 1};
        for (const text_place *w = pattern ? pattern->places : NULL; w && cp_step(st->budget); w = w->next) {
            if (made.ending.n && sought(w->path).n)
                return cp_text_fail(st);
            if (sought(w->path).n)
                made.ending = sought(w->path);
            all = cp_text_join(st, all, of_place(st, made));
            made.ending = p->ending;
        }
        if (!pattern)
            all = cp_text_join(st, all, of_place(st, made));
    }
    for (const text_place *p = all.places; p && cp_step(st->budget); p = p->next)
        reads_place(st, p, true); /* they are objects: whoever gets one may read it */
    all.object = 1;
    all.items = 1;
    all.what = receiver.what;
    return all;
}

text_value cp_text_name_of(text_state *st, text_value v) {
    if (v.kind == TEXT_NOTHING || (v.kind == TEXT_NAME && !v.items))
        return v;
    if (v.kind != TEXT_PLACE || v.items || (v.what & TEXT_MOVED))
        return text_data();
    text_value all = {.kind = TEXT_NOTHING};
    for (const text_place *p = v.places; p && !st->failed && cp_step(st->budget); p = p->next) {
        cp_slice path = p->path;
        while (path.n > 1 &&
               (path.p[path.n - 1] == '/' || (path.p[path.n - 1] == '.' && path.p[path.n - 2] == '/'))) {
            if (!v.object) /* of a text it is `.`, or nothing */
                return text_data();
            path.n--; /* an object leaves that out */
        }
        uint32_t slash = cp_slice_rfind(path, '/');
        if (leads_up(path) || p->ending.n)
            return text_data();
        if (p->below)
            all = cp_text_join(st, all, (text_value){.kind = TEXT_NAME});
        else
            all = cp_text_join(
                st, all, cp_text_literal(st, slash < path.n ? cp_slice_sub(path, slash + 1, path.n) : path));
    }
    return all;
}

/* ---- One text behind another ---------------------------------------------------------------------------------------------- */

static bool is_path_text(text_value v) {
    return (v.kind == TEXT_PLACE || v.kind == TEXT_NAME) && !v.items && !v.object;
}

/* One text behind another, where that is a path; else NOTHING. */
static text_value behind(text_state *st, const text_place *a, uint32_t moved, const text_place *b) {
    bool slash = b && b->path.n && b->path.p[0] == '/';
    bool ends = a && a->path.n && a->path.p[a->path.n - 1] == '/';
    if (a && a->ending.n)
        return text_nothing();
    if (b && (b->below || b->ending.n))
        return text_nothing();
    if (a && !a->below && b && (!moved || slash)) {
        text_value v = cp_text_literal(st, cp_arena_concat(st->arena, a->path, b->path));
        v.what = moved;
        return v;
    }
    if (a && !a->below && !a->path.n && !b)
        return (text_value){.kind = TEXT_NAME};
    if (!a && b && b->path.n && cp_slice_find(b->path, '/', 0) == b->path.n)
        return cp_slice_is(b->path, ".") || cp_slice_is(b->path, "..") ? text_nothing()
                                                                       : (text_value){.kind = TEXT_NAME};
    if ((a && !a->below && ends && !moved && !b) || ((!a || a->below) && slash)) {
        text_value left =
            a ? (text_value){.kind = TEXT_PLACE, .what = moved} : (text_value){.kind = TEXT_NAME};
        text_value right = b ? cp_text_literal(st, b->path) : (text_value){.kind = TEXT_NAME};
        text_place one = a ? *a : (text_place){.below = 0};
        one.next = NULL;
        left.places = a ? &one : NULL;
        text_argument both[2] = {{.value = left}, {.value = right}};
        return cp_text_places_below(st, both, 2);
    }
    return text_nothing();
}

static bool is_empty(text_value v) {
    return cp_text_is_literal(v) && v.places && !v.places->next && !v.places->path.n;
}

static uint32_t alternatives(text_value v) {
    uint32_t count = 1;
    for (const text_place *p = v.kind == TEXT_PLACE ? v.places->next : NULL; p; p = p->next)
        count++;
    return count;
}

/* What JavaScript makes a text of is `undefined` where there is nothing: so no name in it, and no `..`, may be left again. */
static text_value converted(const text_state *st, text_value v) {
    for (const text_place *p = v.kind == TEXT_PLACE && text_is_javascript(st) ? v.places : NULL; p;
         p = p->next) {
        if (!leads_up(p->path))
            continue;
        if (has_name(cp_slice_sub(p->path, 0, last_up(p->path))))
            return text_nothing();
        v.what |= TEXT_CONVERTED;
    }
    return v;
}

text_value cp_text_behind(text_state *st, text_value a, text_value b) {
    text_value all = text_nothing();
    const text_place *p = a.kind == TEXT_PLACE ? a.places : NULL;
    if (!is_path_text(a) || !is_path_text(b))
        return all;
    if (is_empty(a))
        return converted(st, b);
    if (is_empty(b))
        return converted(st, a);
    if (b.what || alternatives(a) * alternatives(b) > TEXTS_MOST) /* (in a loop they grow for ever) */
        return text_nothing();
    do {
        const text_place *q = b.kind == TEXT_PLACE ? b.places : NULL;
        do {
            text_value one = behind(st, p, a.what & ~(uint32_t)TEXT_CONVERTED, q);
            if (one.kind == TEXT_NOTHING || one.kind == TEXT_DATA || !cp_step(st->budget))
                return text_nothing();
            all = cp_text_join(st, all, one);
            q = q ? q->next : NULL;
        } while (q && !st->failed);
        p = p ? p->next : NULL;
    } while (p && !st->failed);
    if ((a.what & TEXT_CONVERTED) && b.kind == TEXT_PLACE)
        for (const text_place *q = b.places; q; q = q->next)
            if (leads_up(q->path))
                return text_nothing();
    return converted(st, all);
}
