/* Names: what the policy lists, what a text binds, and calls of either. A name that is bound somewhere may be all that is ever bound to
 * it, and what it is without that. Cost: a binary search in the list, a hash table of the text's own names. */
#include "commands/texts/text.h"

/* ---- The list ------------------------------------------------------------------------------------------------------------- */

uint32_t cp_text_find(const text_state *st, cp_slice scope, cp_slice name) {
    uint32_t low = st->text->name_first, high = low + st->text->name_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const cp_rec_text_name *r = cp_image_text_name(st->image, middle);
        int c = cp_slice_compare(cp_image_string(st->image, r->scope), scope);
        if (c == 0)
            c = cp_slice_compare(cp_image_string(st->image, r->name), name);
        if (c == 0)
            return middle;
        if (c < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

form cp_text_form(const text_state *st, uint32_t member) {
    form f;
    (void)cp_form_read(cp_image_string(st->image, cp_image_text_name(st->image, member)->form), &f);
    return f;
}

static bool is_harmless(const form *f) {
    return f->use == FORM_VALUE || f->use == FORM_SETS || f->use == FORM_LOOKS || f->use == FORM_SHOWS;
}

/* SCOPE.NAME, or NAME of the outermost. */
static cp_slice dotted(text_state *st, cp_slice scope, cp_slice name) {
    if (!scope.n)
        return name;
    return cp_arena_concat(st->arena, cp_arena_concat(st->arena, scope, CP_LIT(".")), name);
}

static text_value scope_value(text_state *st, cp_slice name) {
    for (uint32_t i = 0; i < st->scope_count; i++)
        if (cp_slice_eq(st->scopes[i], name))
            return (text_value){.kind = TEXT_SCOPE, .what = i};
    if (st->scope_count == TEXT_SCOPES ||
        !CP_PUSH(st->arena, st->scopes, st->scope_count, st->scope_cap, name))
        return cp_text_fail(st);
    return (text_value){.kind = TEXT_SCOPE, .what = st->scope_count - 1};
}

/* What a listed name is where it is taken as a value. */
static text_value member_value(text_state *st, cp_slice scope, uint32_t member) {
    form f = cp_text_form(st, member);
    switch (f.use) {
    case FORM_MODULE:
        return scope_value(
            st, dotted(st, scope, cp_image_string(st->image, cp_image_text_name(st->image, member)->name)));
    case FORM_UNKNOWN:
    case FORM_NEVER: return cp_text_fail(st);
    default: break;
    }
    if (f.gives == FORM_GIVES_ARGUMENTS && st->arguments && !text_is_javascript(st))
        return cp_text_arguments(st, true);
    if (f.gives == FORM_GIVES_PATH && !st->joins)
        st->joins = st->changed = true;
    return (text_value){.kind = TEXT_MEMBER, .what = member};
}

/* `a.b.c`: every part is listed. The value is that of the last. */
text_value cp_text_import(text_state *st, cp_slice path) {
    cp_slice scope = CP_LIT("import");
    text_value v = {.kind = TEXT_NOTHING};
    for (uint32_t at = 0; at <= path.n && !st->failed;) {
        uint32_t dot = cp_slice_find(path, '.', at);
        uint32_t member = cp_text_find(st, scope, cp_slice_sub(path, at, dot));
        if (!member || cp_text_form(st, member).use != FORM_MODULE)
            return cp_text_fail(st);
        scope = cp_slice_sub(path, 0, dot);
        v = scope_value(st, scope);
        at = dot + 1;
    }
    return v;
}

/* `from a import B`. Where the module has a `from`, any name with a capital letter is one of its classes, of which nothing is known: it is
 * bound, so that the text says whether there is such a class, and is a module without names to all that is done with it. */
text_value cp_text_import_from(text_state *st, text_value module, cp_slice name) {
    if (module.kind == TEXT_SCOPE && module.what < st->scope_count && name.n && name.p[0] >= 'A' &&
        name.p[0] <= 'Z') {
        cp_slice scope = st->scopes[module.what];
        if (!cp_text_find(st, scope, name) && cp_text_find(st, scope, CP_LIT("from")))
            return scope_value(st, dotted(st, scope, name));
    }
    return cp_text_attribute(st, module, name, false);
}

/* ---- The text's own -------------------------------------------------------------------------------------------------------- */

bool cp_text_is_dunder(cp_slice name) {
    return name.n >= 2 && name.p[0] == '_' && name.p[1] == '_';
}

static uint16_t *slot_of(text_state *st, cp_slice name) {
    uint32_t at = cp_slice_mix(name) % (2 * TEXT_NAMES);
    while (st->slots[at] && !cp_slice_eq(st->names[st->slots[at] - 1].name, name) && cp_step(st->budget))
        at = (at + 1) % (2 * TEXT_NAMES);
    return &st->slots[at];
}

text_value cp_text_named(text_state *st, cp_slice name) {
    uint32_t listed = cp_text_find(st, CP_LIT(""), name);
    uint16_t own = *slot_of(st, name);
    text_value v = {.kind = TEXT_NOTHING};
    if (listed)
        v = member_value(st, CP_LIT(""), listed);
    if (own)
        v = cp_text_join(st, v, st->names[own - 1].value);
    if (!listed && !own && (st->last || cp_text_is_dunder(name)))
        return cp_text_fail(st);
    return v.kind == TEXT_NOTHING && st->last ? text_data() : v;
}

void cp_text_bind(text_state *st, cp_slice name, text_value v) {
    if (v.kind == TEXT_SCOPE ||
        v.kind == TEXT_MEMBER) /* it has the names that it is listed by, and no other */
        v = cp_text_decay(st, v);
    cp_text_bind_listed(st, name, v);
}

void cp_text_bind_listed(text_state *st, cp_slice name, text_value v) {
    uint32_t listed = cp_text_find(st, CP_LIT(""), name);
    if (cp_text_is_dunder(name) || (listed && cp_text_form(st, listed).use == FORM_NEVER)) {
        cp_text_fail(st);
        return;
    }
    uint16_t *slot = slot_of(st, name);
    if (!*slot) {
        if (st->name_count == TEXT_NAMES || cp_spent(st->budget) ||
            !CP_PUSH(st->arena, st->names, st->name_count, st->name_cap, (text_name){.name = name})) {
            cp_text_fail(st);
            return;
        }
        *slot = (uint16_t)st->name_count;
        st->changed = true;
    }
    uint32_t own = *slot - 1u; /* joining may bind other names, and move them all */
    text_value old = st->names[own].value;
    if (old.kind == TEXT_DEFINED && !cp_text_same_value(old, v) && v.kind != TEXT_NOTHING) {
        st->names[own].value = text_data(); /* first: its parameters may have this name */
        st->changed = true;
        cp_text_decay(st, old);
        cp_text_decay(st, v);
        return;
    }
    text_value joined = cp_text_join(st, old, v);
    if (!cp_text_same_value(old, joined)) {
        st->names[own].value = joined;
        st->changed = true;
    }
}

/* ---- Attributes ------------------------------------------------------------------------------------------------------------ */

static cp_slice scope_of(text_state *st, text_value v) {
    if (v.kind == TEXT_SCOPE && v.what < st->scope_count)
        return st->scopes[v.what];
    const cp_rec_text_name *r = cp_image_text_name(st->image, v.what);
    return dotted(st, cp_image_string(st->image, r->scope), cp_image_string(st->image, r->name));
}

text_value cp_text_member(text_state *st, text_value v, cp_slice name) {
    cp_slice scope = scope_of(st, v);
    uint32_t member = cp_text_find(st, scope, name);
    return member ? member_value(st, scope, member) : text_nothing();
}

/* Has what is listed a member of this name? */
static bool has_member(text_state *st, text_value v, const char *name) {
    bool listed = v.kind == TEXT_SCOPE || ((v.kind == TEXT_MEMBER || v.kind == TEXT_SHOWN) && v.what);
    return listed && cp_text_find(st, scope_of(st, v), cp_slice_str(name)) != 0;
}

bool cp_text_has_keys(text_state *st, text_value v) {
    return (v.kind == TEXT_SCOPE || v.kind == TEXT_SHOWN) && has_member(st, v, "*");
}

bool cp_text_may_be_shown(text_state *st, text_value v) {
    if (v.kind == TEXT_SCOPE)
        return !has_member(st, v, "[]");
    if (v.kind != TEXT_MEMBER)
        return true;
    cp_slice scope = cp_image_string(st->image, cp_image_text_name(st->image, v.what)->scope);
    return !cp_text_find(st, scope, CP_LIT("[]")); /* a method shows what it is one of */
}

bool cp_text_is_bound(text_state *st, cp_slice name) {
    return *slot_of(st, name) != 0;
}

text_value cp_text_attribute(text_state *st, text_value v, cp_slice name, bool called) {
    if (v.kind == TEXT_SCOPE || v.kind == TEXT_MEMBER) {
        cp_slice scope = scope_of(st, v);
        uint32_t member = cp_text_find(st, scope, name);
        if (member) {
            form f = cp_text_form(st, member);
            text_value found = member_value(st, scope, member);
            if (found.kind == TEXT_MEMBER && !called && f.gives == FORM_GIVES_SHOWN && is_harmless(&f))
                found = (text_value){.kind = TEXT_SHOWN, .what = member};
            return found;
        }
        /* What every object has, a module has, too. */
        const bool common = name.n > 2 && name.p[0] == '_' && name.p[1] == '_';
        form f = cp_text_form(st, common ? cp_text_find(st, CP_LIT("."), name) : 0);
        if (v.kind == TEXT_SCOPE)
            return common && !called && f.use == FORM_SHOWS ? text_data() : cp_text_fail(st);
        v = cp_text_decay(st, v);
    }
    uint32_t member = cp_text_find(st, CP_LIT("."), name);
    form f = cp_text_form(st, member);
    if (v.kind == TEXT_SHOWN && v.is_module) /* pydoc has a function called `resolve` */
        return cp_text_is_dunder(name) && !called && f.use == FORM_SHOWS ? text_data() : cp_text_fail(st);
    if (!member || (v.kind == TEXT_DATA && v.what) || f.use == FORM_UNKNOWN || f.use == FORM_NEVER ||
        f.use == FORM_MODULE)
        return cp_text_fail(st);
    if (v.kind == TEXT_SHOWN && f.use != FORM_SHOWS && f.gives != FORM_GIVES_SHOWN)
        return cp_text_fail(st);
    if ((v.items || v.kind == TEXT_WALK || v.kind == TEXT_TRIPLE) && f.use != FORM_LOOKS &&
        f.use != FORM_SHOWS)
        v = cp_text_decay(st, v);
    if (v.kind == TEXT_DEFINED)
        v = cp_text_decay(st, v);
    if (called)
        return (text_value){.kind = TEXT_MEMBER, .what = member};
    if (f.use == FORM_CALL)
        return cp_text_fail(st);
    if (f.gives == FORM_GIVES_SHOWN)
        return (text_value){.kind = TEXT_SHOWN};
    if (f.gives == FORM_GIVES_NAME)
        return cp_text_name_of(st, v);
    return v.kind == TEXT_NOTHING ? v : text_data();
}

bool cp_text_may_be_set(text_state *st, text_value v, cp_slice name) {
    return v.kind == TEXT_DATA && !v.what &&
           cp_text_form(st, cp_text_find(st, CP_LIT("."), name)).use == FORM_SETS;
}

/* ---- Calls ----------------------------------------------------------------------------------------------------------------- */

bool cp_text_is_literal(text_value v) {
    if (v.kind != TEXT_PLACE || v.items || v.object || v.what)
        return false;
    for (const text_place *p = v.places; p; p = p->next)
        if (p->below)
            return false;
    return true;
}

static bool is_word(uint8_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Do its fields take nothing apart? `{}`, `{0:>5}`, `{name!r}`; no `{0.x}`, no `{0[x]}`, no field in a field. */
static bool is_plain_template(text_state *st, cp_slice t) {
    for (uint32_t i = 0; i < t.n && cp_step(st->budget); i++) {
        if (t.p[i] != '{' && t.p[i] != '}')
            continue;
        if (i + 1 < t.n && t.p[i + 1] == t.p[i]) {
            i++;
            continue;
        }
        if (t.p[i] == '}')
            return false;
        for (i++; i < t.n && is_word(t.p[i]); i++)
            ;
        if (i + 1 < t.n && t.p[i] == '!' && is_word(t.p[i + 1]))
            i += 2;
        if (i < t.n && t.p[i] == ':')
            while (i < t.n && t.p[i] != '}' && t.p[i] != '{')
                i++;
        if (i >= t.n || t.p[i] != '}')
            return false;
    }
    return true;
}

static bool is_one_of(cp_slice words, cp_slice word) {
    for (uint32_t at = 0; at <= words.n;) {
        uint32_t bar = cp_slice_find(words, '|', at);
        if (cp_slice_eq(cp_slice_sub(words, at, bar), word))
            return true;
        at = bar + 1;
    }
    return false;
}

/* A pattern that leads nowhere else. */
static bool is_below(cp_slice pattern) {
    if (!pattern.n || pattern.p[0] == '/')
        return false;
    for (uint32_t i = 0; i + 1 < pattern.n; i++)
        if (pattern.p[i] == '.' && pattern.p[i + 1] == '.')
            return false;
    return true;
}

static bool is_taken(text_state *st, const form_take *take, cp_slice literal) {
    switch (take->role) {
    case FORM_ROLE_ONE_OF: return is_one_of(take->words, literal);
    case FORM_ROLE_PATTERN: return is_below(literal);
    case FORM_ROLE_KIND: return cp_text_reads_by_kind(st, take->words, literal);
    case FORM_ROLE_MODULE: return cp_text_import(st, literal).kind == TEXT_SCOPE;
    case FORM_ROLE_WORD:
        for (uint32_t i = 0; i < literal.n; i++)
            if (!is_word(literal.p[i]))
                return false;
        return literal.n > 0;
    default: return false;
    }
}

/* A path that isn't taken for a URL, for a command, nor for one below a home directory, whatever a pattern in it finds. */
static bool is_local(const text_place *p) {
    cp_slice path = p->path;
    return path.n && path.p[0] != '~' && path.p[0] != '|' && cp_slice_find(path, ':', 0) == path.n &&
           !(p->below && cp_slice_is(path, "."));
}

static void take_local(text_state *st, text_value v) {
    if (v.kind != TEXT_PLACE || v.items) {
        cp_text_fail(st);
        return;
    }
    for (const text_place *p = v.places; p && !st->failed && cp_step(st->budget); p = p->next)
        if (!is_local(p))
            cp_text_fail(st);
    cp_text_reads_places(st, v, false);
}

static void take(text_state *st, const form_take *take, text_value v, bool known_path) {
    if (v.kind == TEXT_NOTHING && !st->last)
        return;
    switch (take->role) {
    case FORM_ROLE_DATA: cp_text_decay(st, v); return;
    case FORM_ROLE_READ: cp_text_reads_places(st, v, false); return;
    case FORM_ROLE_LOCAL: take_local(st, v); return;
    case FORM_ROLE_TREE: cp_text_reads_places(st, v, true); return;
    case FORM_ROLE_VARIABLE: cp_text_reads_variable(st, v); return;
    case FORM_ROLE_TRUE:
        if (v.kind != TEXT_NUMBER || v.what != 2)
            cp_text_fail(st);
        return;
    case FORM_ROLE_LISTED:
        if (v.kind != TEXT_MEMBER && v.kind != TEXT_SCOPE && v.kind != TEXT_SHOWN)
            cp_text_fail(st);
        return;
    case FORM_ROLE_PATH:
        if (!known_path && (v.items || (v.kind != TEXT_PLACE && v.kind != TEXT_NAME)))
            cp_text_decay(st, v);
        return;
    default: break;
    }
    if (!cp_text_is_literal(v)) {
        cp_text_fail(st);
        return;
    }
    for (const text_place *p = v.places; p && cp_step(st->budget); p = p->next)
        if (!is_taken(st, take, p->path))
            cp_text_fail(st);
}

/* `(data..., *=)` */
static bool takes_anything(const form *f) {
    return f->count == 2 && f->takes[0].many && f->takes[0].role == FORM_ROLE_DATA &&
           cp_slice_is(f->takes[1].keyword, "*");
}

void cp_text_take(text_state *st, const form_take *t, text_value v) {
    take(st, t, v, false);
}

/* What may stand where one of some words may: a function (a listed one may be kept, or isn't understood), a list of such words. */
static bool is_some_of(text_state *st, const form_take *take, const text_argument *a) {
    if (take->role != FORM_ROLE_ONE_OF)
        return false;
    if (a->value.kind == TEXT_MEMBER && is_one_of(take->words, scope_of(st, a->value)))
        return true;
    if (a->function || a->value.kind == TEXT_DEFINED || a->value.kind == TEXT_MEMBER)
        return is_one_of(take->words, CP_LIT("()"));
    for (uint32_t i = 0; i < a->written_count && cp_step(st->budget); i++)
        if (!is_one_of(take->words, a->written[i]))
            return false;
    return a->written_count > 0;
}

/* A command that is run: its words, or a script for the shell. */
static void take_command(text_state *st, const form_take *take, const text_argument *a) {
    if (take->role == FORM_ROLE_ARGV) {
        if (a->written_list && a->written_count)
            cp_text_runs(st, a->written, a->written_count);
        else
            cp_text_fail(st);
        return;
    }
    if (a->value.kind == TEXT_NOTHING && !st->last)
        return;
    if (!cp_text_is_literal(a->value)) {
        cp_text_fail(st);
        return;
    }
    for (const text_place *p = a->value.places; p && !st->failed && cp_step(st->budget); p = p->next)
        cp_text_runs(st, (cp_slice[]){CP_LIT("/bin/sh"), CP_LIT("-c"), p->path}, 3);
}

/* Each argument by what the form takes in its place. */
static void take_all(text_state *st, const form *f, const text_argument *args, uint32_t count) {
    uint32_t at = 0;
    uint32_t given = 0;
    for (uint32_t i = 0; i < count && !st->failed; i++) {
        const form_take *found = NULL;
        if (args[i].spread) {
            if (!takes_anything(f))
                cp_text_fail(st);
            cp_text_decay(st, args[i].value);
            continue;
        }
        if (args[i].keyword.n) {
            for (uint32_t k = 0; k < f->count && !found; k++)
                if (cp_slice_eq(f->takes[k].keyword, args[i].keyword) ||
                    cp_slice_is(f->takes[k].keyword, "*")) {
                    found = &f->takes[k];
                    given |= 1u << k;
                }
        } else {
            while (at < f->count && f->takes[at].keyword.n)
                at++;
            if (at < f->count) {
                found = &f->takes[at];
                given |= 1u << at;
                at += !found->many;
            }
        }
        if (!found) {
            cp_text_fail(st);
            return;
        }
        if (found->role == FORM_ROLE_ARGV || found->role == FORM_ROLE_SHELL)
            take_command(st, found, &args[i]);
        else if (is_some_of(st, found, &args[i]))
            cp_text_decay(st, args[i].value);
        else
            take(st, found, args[i].value, f->gives == FORM_GIVES_PATH);
    }
    for (uint32_t k = 0; k < f->count; k++)
        if (!f->takes[k].optional && !f->takes[k].many && !(given >> k & 1))
            cp_text_fail(st);
}

static void receive(text_state *st, const form *f, const text_value *receiver) {
    text_value v = receiver ? *receiver : text_nothing();
    if (f->receiver == FORM_ANY || (v.kind == TEXT_NOTHING && receiver && !st->last))
        return;
    if (!receiver) {
        cp_text_fail(st);
        return;
    }
    if (f->receiver == FORM_TEMPLATE) {
        if (!cp_text_is_literal(v))
            cp_text_fail(st);
        for (const text_place *p = v.places; p && !st->failed && cp_step(st->budget); p = p->next)
            if (!is_plain_template(st, p->path))
                cp_text_fail(st);
    } else if (v.kind == TEXT_PLACE && v.object && !v.items) {
        cp_text_reads_places(st, v, f->receiver == FORM_TREE);
    } else if (f->receiver == FORM_KNOWN) {
        cp_text_fail(st);
    } /* of others: whoever let such an object go has read it */
}

static text_value list_given(text_state *st, text_value v, bool numbered) {
    if (v.kind == TEXT_NOTHING)
        return v;
    if (cp_text_has_keys(st, v))
        return text_data();
    if ((v.kind != TEXT_PLACE && v.kind != TEXT_NAME) || !v.items || v.numbered || st->escaped) {
        cp_text_decay(st, v);
        return text_data();
    }
    v.numbered = numbered;
    return v;
}

static text_value gives(text_state *st, const form *f, const text_value *receiver, const text_argument *args,
                        uint32_t count) {
    bool first = count && !args[0].keyword.n && !args[0].spread;
    text_value v = first ? args[0].value : text_data();
    switch (f->gives) {
    case FORM_GIVES_NUMBER: return text_number();
    case FORM_GIVES_SHOWN:
        return (text_value){.kind = TEXT_SHOWN,
                            .is_module = f->count && f->takes[0].role == FORM_ROLE_MODULE};
    case FORM_GIVES_ITEMS: return list_given(st, v, false);
    case FORM_GIVES_NUMBERED: return list_given(st, v, true);
    case FORM_GIVES_NOTHING: return (text_value){.kind = TEXT_DATA, .what = 1};
    case FORM_GIVES_TEXT:
    case FORM_GIVES_SAME:
        if (v.kind == TEXT_NOTHING)
            return v;
        if (v.items || (v.kind != TEXT_PLACE && v.kind != TEXT_NAME) || count != 1)
            return text_data();
        v.what |= (v.object ? TEXT_SPELLED : 0u) | (f->gives == FORM_GIVES_SAME ? TEXT_MOVED : 0u);
        v.object = 0;
        return v;
    case FORM_GIVES_PATH: return cp_text_places_joined(st, args, count, true);
    case FORM_GIVES_PLACE: return cp_text_places_joined(st, args, count, false);
    case FORM_GIVES_PLACES: return cp_text_found(st, receiver ? *receiver : text_data(), first ? &v : NULL);
    case FORM_GIVES_GLOBBED: return cp_text_globbed(st, v);
    case FORM_GIVES_WALK:
        if (v.kind == TEXT_NOTHING)
            return v;
        if (v.kind != TEXT_PLACE || v.items)
            return text_data();
        v = cp_text_places_joined(st, (text_argument[]){{.value = v}, {.value = {.kind = TEXT_NAME}}}, 2,
                                  false);
        v.kind = v.kind == TEXT_PLACE ? TEXT_WALK : v.kind;
        return v;
    case FORM_GIVES_NAMES: return (text_value){.kind = TEXT_NAME, .items = 1};
    case FORM_GIVES_NAME: return cp_text_name_of(st, receiver ? *receiver : v);
    default: return text_data();
    }
}

/* Has each argument its place, and each place that has to be filled an argument? */
static bool fits(const form *f, const text_argument *args, uint32_t count) {
    uint32_t at = 0, given = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t k = 0;
        if (args[i].spread)
            return false;
        if (args[i].keyword.n) {
            while (k < f->count && !cp_slice_eq(f->takes[k].keyword, args[i].keyword) &&
                   !cp_slice_is(f->takes[k].keyword, "*"))
                k++;
        } else {
            while (at < f->count && f->takes[at].keyword.n)
                at++;
            k = at;
            at += at < f->count && !f->takes[at].many;
        }
        bool listed = args[i].value.kind == TEXT_MEMBER || args[i].value.kind == TEXT_SCOPE;
        if (k == f->count || (f->takes[k].role == FORM_ROLE_LISTED && !listed))
            return false;
        given |= 1u << k;
    }
    for (uint32_t k = 0; k < f->count; k++)
        if (!f->takes[k].optional && !f->takes[k].many && !(given >> k & 1))
            return false;
    return true;
}

/* Which of its forms the call has; the last where none fits. */
static form fitting(text_state *st, uint32_t member, const text_argument *args, uint32_t count) {
    cp_slice rest = cp_image_string(st->image, cp_image_text_name(st->image, member)->form);
    form f;
    do
        (void)cp_form_read(rest, &f);
    while (!(f.use == FORM_CALL && fits(&f, args, count)) && cp_form_next(&rest) && cp_step(st->budget));
    return f;
}

static text_value call_listed(text_state *st, uint32_t member, const text_value *receiver,
                              const text_argument *args, uint32_t count) {
    form f = fitting(st, member, args, count);
    receive(st, &f, receiver);
    switch (f.use) {
    case FORM_SHOWS:
        for (uint32_t i = 0; i < count; i++)
            if (args[i].keyword.n || args[i].spread)
                cp_text_decay(st, args[i].value);
            else if (f.gives != FORM_GIVES_NUMBER && !cp_text_may_be_shown(st, args[i].value))
                return cp_text_fail(st);
            else if (args[i].value.kind == TEXT_SCOPE && f.gives == FORM_GIVES_NOTHING)
                return cp_text_fail(st); /* to Python 2, print (f)(x) calls f */
        break;
    case FORM_LOOKS:
        for (uint32_t i = 0; i < count; i++) /* what is given by a keyword may be what it gives */
            if (args[i].keyword.n || args[i].spread)
                cp_text_decay(st, args[i].value);
            else if (!cp_text_has_keys(st, args[i].value))
                cp_text_passed(st, args[i].value);
        break;
    case FORM_VALUE:
    case FORM_SETS:
        for (uint32_t i = 0; i < count; i++)
            cp_text_decay(st, args[i].value);
        break;
    case FORM_CALL: take_all(st, &f, args, count); break;
    default: return cp_text_fail(st);
    }
    return st->failed ? text_data() : gives(st, &f, receiver, args, count);
}

static text_value call_own(text_state *st, const text_function *f, const text_argument *args,
                           uint32_t count) {
    uint32_t at = 0;
    for (uint32_t i = 0; i < count && !st->failed; i++) {
        bool taken = false;
        if (args[i].spread) {
            for (uint32_t k = 0; k < f->count; k++)
                cp_text_bind(st, f->parameters[k], text_data());
        } else if (args[i].keyword.n) {
            for (uint32_t k = 0; k < f->count && !taken; k++)
                taken = cp_slice_eq(f->parameters[k], args[i].keyword);
            if (taken)
                cp_text_bind(st, args[i].keyword, args[i].value);
            taken &= !f->others;
        } else if (at < f->positional) {
            cp_text_bind(st, f->parameters[at++], args[i].value);
            taken = true;
        }
        if (!taken)
            cp_text_decay(st, args[i].value);
    }
    return text_data();
}

text_value cp_text_call(text_state *st, text_value callee, const text_value *receiver,
                        const text_argument *args, uint32_t count) {
    switch (callee.kind) {
    case TEXT_MEMBER: return call_listed(st, callee.what, receiver, args, count);
    case TEXT_DEFINED:
        if (callee.what < st->function_count)
            return call_own(st, &st->functions[callee.what], args, count);
        return cp_text_fail(st);
    case TEXT_SHOWN:
    case TEXT_SCOPE: return cp_text_fail(st);
    default: break;
    }
    if (callee.kind == TEXT_DATA && callee.what)
        return cp_text_fail(st);
    cp_text_decay(st, callee);
    for (uint32_t i = 0; i < count; i++)
        cp_text_decay(st, args[i].value);
    return callee.kind == TEXT_NOTHING ? callee : text_data();
}

text_value cp_text_index(text_state *st, text_value v, text_value index, bool slice) {
    if (v.kind == TEXT_SCOPE) {
        uint32_t member = cp_text_find(st, scope_of(st, v), CP_LIT("[]"));
        text_argument one = {.value = index};
        if (!member || slice)
            return cp_text_fail(st);
        return call_listed(st, member, NULL, &one, 1);
    }
    cp_text_decay(st, index);
    if (v.kind == TEXT_DATA && v.what)
        return cp_text_fail(st);
    if (v.kind == TEXT_SHOWN)
        return (text_value){.kind = TEXT_SHOWN, .is_module = v.is_module};
    if (v.kind == TEXT_NOTHING)
        return v;
    if (v.items && !v.numbered && (v.kind == TEXT_PLACE || v.kind == TEXT_NAME))
        return slice && !st->escaped ? v : cp_text_item(st, v);
    cp_text_decay(st, v);
    return text_data();
}
