/* Assignments: in front of commands, alone, and as the words of export and its like. */
#include "calls/names.h"
#include "calls/walk.h"

static uint32_t is_exported(const cp_state *s, cp_slice name) {
    const cp_binding *b = cp_map_get(s->variables, name);
    return b ? b->exported : (uint32_t)CP_EXPORT_NO;
}

/* What the variable holds, where that is known and no attribute changes it. */
const cp_set *cp_walk_held(cp_walk *w, const cp_state *s, cp_slice name) {
    const cp_binding *b = cp_map_get(s->variables, name);
    if (!b || !b->known || b->sticky || b->array || b->outside || b->set.count == 0)
        return NULL;
    cp_set *held = CP_NEW(w->arena, cp_set);
    *held = b->set;
    return held;
}

/* Is it readonly, or may it be, or does the shell keep it? Then assigning to it may be an error. */
bool cp_walk_may_refuse(const cp_walk *w, const cp_state *s, cp_slice name) {
    const cp_binding *b = cp_map_get(s->variables, name);
    return (b && b->sticky) || cp_name_may_refuse(w->dialect, name);
}

void cp_walk_assigned(cp_walk *w, const cp_value *name, const cp_set *value, bool plain, cp_span span,
                      uint32_t call, cp_set base) {
    cp_call_effect e = {.call = call, .domain = w->domain, .plain = plain, .base = base};
    e.effect = (cp_effect){.kind = CP_EFFECT_ENV,
                           .object_kind = CP_OBJECT_VARIABLE,
                           .sure = CP_YES,
                           .target = *name,
                           .value = value,
                           .origin = {CP_ORIGIN_ASSIGNMENT, 0},
                           .span = span};
    cp_walk_effect(w, &e);
}

void cp_walk_assigned_here(cp_walk *w, cp_slice name, cp_span span, const cp_state *s) {
    if (w->dry)
        return;
    cp_value target = cp_value_exact(w->arena, name, span);
    cp_walk_assigned(w, &target, NULL, !is_exported(s, name) && !s->exports_all, span, CP_NO_CALL, s->cwd);
}

static const cp_set *appended(cp_walk *w, const cp_state *s, cp_slice name, const cp_set *more) {
    const cp_binding *b = cp_map_get(s->variables, name);
    if (!b || !b->known || b->set.count != 1 || !more || more->count != 1)
        return NULL;
    cp_set *joined = CP_NEW(w->arena, cp_set);
    *joined = cp_set_of(w->arena, cp_value_glued(w->arena, &b->set.values[0], &more->values[0]));
    return joined;
}

/* Of an associative array: text, which is expanded once. */
static void walk_subscript(cp_walk *w, const cp_arith *subscript, bool keyed, cp_state *s) {
    if (!keyed)
        cp_walk_arith(w, subscript, s);
    else if (subscript->word)
        (void)cp_walk_word(w, subscript->word, CP_CONTEXT_QUOTED, s);
}

static void hold_elements(cp_walk *w, cp_binding *b, cp_fields list) {
    cp_fields *elements = CP_NEW(w->arena, cp_fields);
    *elements = list;
    b->known = 1;
    b->elements = elements;
    b->set = cp_elements_first(w->arena, list);
}

static void assign_array(cp_walk *w, const cp_assignment *a, cp_state *s) {
    uint32_t count = 0, cap = 0;
    cp_field *items = NULL;
    const cp_binding *old = cp_map_get(s->variables, a->name);
    bool known = (!a->append || (old && old->known && old->elements)) &&
                 !(old && old->array & CP_ARRAY_KEYED) &&
                 !cp_walk_may_be_ksh(w); /* an array's name stands for all of it in yash, as in zsh */
    for (uint32_t i = 0; known && a->append && i < old->elements->count; i++)
        if (!CP_PUSH(w->arena, items, count, cap, old->elements->items[i]))
            return;
    for (const cp_element *e = a->array->as.elements; e && cp_step(w->budget) && !cp_arena_failed(w->arena);
         e = e->next) {
        if (e->subscript) {
            walk_subscript(w, e->subscript, cp_binding_is_keyed(old), s);
            known = false;
        }
        cp_fields fields = cp_walk_word(w, e->value, e->subscript ? CP_CONTEXT_ASSIGN : CP_CONTEXT_ARG, s);
        for (uint32_t i = 0; i < fields.count; i++)
            if (!CP_PUSH(w->arena, items, count, cap, fields.items[i]))
                return;
    }
    cp_binding *b = CP_NEW(w->arena, cp_binding);
    b->name = a->name;
    b->exported = is_exported(s, a->name);
    old = cp_map_get(s->variables, a->name);
    b->sticky = old && old->sticky;
    b->array = CP_ARRAY | (old ? old->array : 0);
    if (known && !b->sticky)
        hold_elements(w, b, (cp_fields){items, count});
    cp_state_assign(w->arena, s, a->name, NULL, false, 0); /* for what the name means */
    s->variables = cp_map_put(w->arena, s->variables, b);
}

/* The value of an assignment. Before a command a substitution in it may see what an assignment left of it assigned, or not. */
static cp_fields value_of(cp_walk *w, const cp_assignment *a, cp_state *s, const cp_state *before) {
    if (!before || before->variables.root == s->variables.root || a->value->flags & CP_WORD_BARE)
        return cp_walk_word(w, a->value, CP_CONTEXT_ASSIGN, s);
    cp_state either = cp_state_join(w->arena, w->budget, *before, *s);
    const cp_map_node *root = either.variables.root;
    cp_fields fields = cp_walk_word(w, a->value, CP_CONTEXT_ASSIGN, &either);
    if (either.variables.root != root)
        *s = cp_state_join(w->arena, w->budget, *s, either);
    return fields;
}

void cp_walk_assignments(cp_walk *w, const cp_assignment *a, cp_state *s, bool for_command, uint32_t call) {
    const cp_state first = *s;
    for (; a && cp_step(w->budget) && !cp_arena_failed(w->arena); a = a->next) {
        cp_value name = cp_value_exact(w->arena, a->name, a->span);
        bool plain = !for_command && !is_exported(s, a->name) && !s->exports_all;
        if (a->subscript)
            walk_subscript(w, a->subscript,
                           !for_command && cp_binding_is_keyed(cp_map_get(s->variables, a->name)), s);
        /* Written as for zsh, where it is PATH, whichever shell this is said to be. */
        if ((a->array || a->append) && cp_slice_is(a->name, "path"))
            s->taints |= CP_TAINT_PATH;
        if (a->array)
            assign_array(w, a, s);
        else {
            cp_set *set = CP_NEW(w->arena, cp_set);
            *set = cp_set_exact(w->arena, CP_LIT(""), a->span);
            if (a->value) {
                cp_fields fields = value_of(w, a, s, for_command ? &first : NULL);
                *set = fields.count == 1 && !fields.items[0].splat
                           ? fields.items[0].set
                           : cp_set_of(w->arena, cp_value_hole(w->arena, CP_CLASS_ANY, CP_HOLE_ANYTHING,
                                                               a->name, a->span));
            }
            for (uint32_t i = 0; i < set->count; i++)
                cp_walk_calculated(w, a->name, &set->values[i], s);
            const cp_set *value = a->append ? appended(w, s, a->name, set) : set;
            cp_state_assign(w->arena, s, a->name, a->subscript ? NULL : value, for_command, 0);
            if (a->subscript)
                cp_state_array(w->arena, s, a->name, CP_ARRAY);
        }
        cp_walk_assigned(w, &name, cp_walk_held(w, s, a->name), plain, a->span, call, s->cwd);
    }
}

/* VALUE of a word NAME=VALUE, behind the = at `eq`: false where a list may be made of it, where it was cut by a limit, or where it
 * begins with what fits the names of files together with NAME=. */
static bool value_in(cp_walk *w, const cp_value *word, uint32_t eq, bool array, cp_value *out) {
    *out = cp_value_after(w->arena, word, eq + 1);
    if (cp_value_is_exact(out))
        return out->exact.n == 0 || out->exact.p[0] != '('; /* declare 'a=(x)' */
    if (out->flags & CP_VALUE_UNMADE || (array && cp_value_begins_with(out, '(') != CP_NO))
        return false;
    const cp_atom *name = word->atoms;
    bool declared = name->kind == CP_ATOM_LIT && (name->props & CP_LIT_FIRST);
    cp_atom *atoms = CP_NEW_ARRAY(w->arena, cp_atom, out->atom_count ? out->atom_count : 1);
    if (!atoms)
        return false;
    for (uint32_t i = 0; i < out->atom_count; i++) {
        cp_atom *a = &atoms[i];
        *a = out->atoms[i];
        if (a->kind != CP_ATOM_HOLE)
            continue;
        if ((a->props & CP_HOLE_LIST) || (i == 0 && (a->props & CP_HOLE_GLOB)))
            return false;
        if (!declared && a->cls != CP_CLASS_TEXT && cp_hole_takes(a, ' ', false))
            a->props |= CP_HOLE_PIECE; /* behind NAME= nothing was cut; without it something may have been */
    }
    out->atoms = atoms;
    return true;
}

/* A word NAME=VALUE, NAME+=VALUE or NAME; `array`: it may be one, or become one. */
void cp_walk_assign_value(cp_walk *w, const cp_value *word, cp_state *s, bool exported, bool array) {
    cp_slice known = cp_value_is_exact(word) ? word->exact : cp_value_prefix(word);
    uint32_t eq = cp_slice_find(known, '=', 0);
    uint32_t end = eq > 0 && eq < known.n && known.p[eq - 1] == '+' ? eq - 1 : eq;
    cp_slice name = cp_slice_sub(known, 0, end);
    if (eq == known.n && !cp_value_is_exact(word)) { /* any name */
        uint32_t functions = s->taints;
        *s = cp_state_havoc(w->arena, w->budget, *s);
        s->taints |= functions;
        return;
    }
    uint32_t subscript = cp_slice_find(name, '[', 0);
    bool has_subscript = subscript < name.n;
    name = cp_slice_sub(name, 0, subscript);
    if (eq == known.n) { /* NAME alone: its value stays, or (in a function) it is a new one without value */
        const cp_binding *old = cp_map_get(s->variables, name);
        cp_binding *b = CP_NEW(w->arena, cp_binding);
        if (old)
            *b = *old;
        b->name = name;
        if (exported)
            b->exported = CP_EXPORT_YES;
        if (!exported)
            b->known = 0, b->elements = NULL;
        if (s->zsh && cp_name_zsh_is_positional(name))
            s->params = NULL;
        s->variables = cp_map_put(w->arena, s->variables, b);
        return;
    }
    cp_value value;
    if (end != eq || has_subscript || !value_in(w, word, eq, array, &value)) {
        uint32_t origin = 0;
        for (uint32_t i = 0; i < word->atom_count && !origin; i++)
            origin = word->atoms[i].origin;
        cp_state_assign(w->arena, s, name, NULL, exported, origin);
        return;
    }
    cp_set set = cp_set_of(w->arena, value);
    cp_state_assign(w->arena, s, name, &set, exported, 0);
}
