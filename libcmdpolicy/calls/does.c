/* What shell builtins change in the shell itself: a dozen primitives, named by the grammar's `does:`. */
#include "calls/walk.h"

static bool does(const cp_reading *r, cp_does what) { return (r->does & (1u << what)) != 0; }

cp_set cp_walk_chdir(cp_walk *w, cp_set base, const cp_value *to)
{
    cp_set none = {NULL, 0}, out = {NULL, 0};
    bool alone = cp_value_equals(to, CP_LIT("-")) != CP_NO; /* the directory before */
    if (alone) return none;
    cp_value nowhere = {0};
    uint32_t count = base.count ? base.count : 1;
    for (uint32_t i = 0; i < count; i++) {
        cp_path path;
        cp_path_make(w->arena, to, base.count ? &base.values[i] : NULL, w->in->places, &path);
        if (!path.exact) return none;
        cp_set one = cp_set_of(w->arena, cp_value_exact(w->arena, path.text, to->span));
        out = out.count ? cp_set_join(w->arena, out, one) : one;
    }
    (void)nowhere;
    for (uint32_t i = 0; i < out.count; i++)
        if (!cp_value_is_exact(&out.values[i])) return none;
    return out;
}

static void assign_words(cp_walk *w, const cp_reading *r, cp_state *s, uint32_t call)
{
    bool exported = does(r, CP_DOES_EXPORT);
    for (uint32_t i = 0; i < r->assigned_count && cp_step(w->budget); i++) {
        const cp_value *word = &r->assigned[i];
        cp_slice known = cp_value_is_exact(word) ? word->exact : cp_value_prefix(word);
        uint32_t eq = cp_slice_find(known, '=', 0);
        uint32_t end = eq > 0 && eq < known.n && known.p[eq - 1] == '+' ? eq - 1 : eq;
        cp_slice name = cp_slice_sub(known, 0, end);
        const cp_binding *old = cp_map_get(s->variables, name);
        bool plain = !exported && !(old && old->exported);
        bool named = eq < known.n || cp_value_is_exact(word);
        cp_value target = named ? cp_value_exact(w->arena, name, word->span) : *word;
        if (does(r, CP_DOES_ASSIGN_UNKNOWN)) {
            if (named)
                cp_state_assign(w->arena, s, cp_slice_sub(name, 0, cp_slice_find(name, '[', 0)), NULL, false, 0);
            else
                *s = cp_state_havoc(w->arena, *s);
        } else
            cp_walk_assign_value(w, word, s, exported);
        if (w->dry) continue;
        cp_call_effect e = {.call = call, .domain = w->domain, .plain = plain, .base = s->cwd};
        e.effect = (cp_effect){.kind = CP_EFFECT_ENV, .object_kind = CP_OBJECT_VARIABLE, .sure = CP_YES, .target = target, .origin = {CP_ORIGIN_ASSIGNMENT, i}, .span = word->span};
        cp_walk_effect(w, &e);
    }
}

static void set_positional(cp_walk *w, const cp_reading *r, cp_state *s)
{
    if (r->operand_count == 0 && r->gap_count == 0) return; /* options alone leave "$@" as it is */
    cp_field *items = CP_NEW_ARRAY(w->arena, cp_field, r->operand_count ? r->operand_count : 1);
    cp_fields *params = CP_NEW(w->arena, cp_fields);
    s->params = NULL;
    if (!items || r->gap_count) return;
    for (uint32_t i = 0; i < r->operand_count; i++) items[i] = (cp_field){.set = r->operands[i].set, .splat = r->operands[i].splat};
    *params = (cp_fields){items, r->operand_count};
    s->params = params;
}

static void shift(cp_walk *w, const cp_reading *r, cp_state *s)
{
    const cp_fields *old = s->params;
    s->params = NULL;
    if (!old || r->operand_count || r->gap_count || old->count == 0 || old->items[0].splat) return;
    cp_fields *params = CP_NEW(w->arena, cp_fields);
    *params = (cp_fields){old->items + 1, old->count - 1};
    s->params = params;
}

/* alias NAME=TEXT: from now on the name is not certain; the text may run with anything behind it. */
static void define_aliases(cp_walk *w, const cp_reading *r, cp_state *s)
{
    for (uint32_t i = 0; i < r->assigned_count && cp_step(w->budget); i++) {
        const cp_value *word = &r->assigned[i];
        cp_slice known = cp_value_is_exact(word) ? word->exact : cp_value_prefix(word);
        uint32_t eq = cp_slice_find(known, '=', 0);
        if (eq == known.n) {
            if (!cp_value_is_exact(word)) s->taints |= CP_TAINT_HASH;
            continue;
        }
        cp_binding *b = CP_NEW(w->arena, cp_binding);
        b->name = cp_slice_sub(known, 0, eq);
        b->maybe = 1;
        s->aliases = cp_map_put(w->arena, s->aliases, b);
        if (!cp_value_is_exact(word)) {
            cp_walk_finding(w, CP_FINDING_UNKNOWN_SCRIPT, CP_NO_CALL, word->span, CP_LIT("the alias's text is not known"));
            continue;
        }
        cp_value text = cp_value_slice(w->arena, word, eq + 1, word->exact.n);
        if (!cp_spend(w->budget, CP_LIMIT_REPARSE_BYTES, text.exact.n)) return;
        uint32_t src = cp_value_to_source(w->arena, w->in->sources, &text, CP_SOURCE_VALUE, word->span);
        uint32_t reach = w->reach;
        w->reach = CP_REACH_LATER;
        cp_walk_source(w, src, w->dialect, cp_state_havoc(w->arena, *s));
        w->reach = reach;
    }
}

static void leave(cp_walk *w, cp_state s)
{
    for (cp_leave_point *p = w->leaves; p && cp_step(w->budget); p = p->up) {
        p->state = p->any ? cp_state_join(w->arena, w->budget, p->state, s) : s;
        p->any = 1;
    }
}

cp_exits cp_walk_does(cp_walk *w, const cp_reading *r, cp_state s, uint32_t call)
{
    cp_state before = s;
    if (!r->does) return cp_both(s);
    if (does(r, CP_DOES_ALIAS))
        define_aliases(w, r, &s);
    else if (does(r, CP_DOES_ASSIGN) || does(r, CP_DOES_ASSIGN_UNKNOWN) || does(r, CP_DOES_EXPORT))
        assign_words(w, r, &s, call);
    if (does(r, CP_DOES_POSITIONAL)) set_positional(w, r, &s);
    if (does(r, CP_DOES_SHIFT)) shift(w, r, &s);
    if (does(r, CP_DOES_OPTION)) s.env_flags |= CP_ENV_GLOB_OPTIONS;
    if (does(r, CP_DOES_REBIND)) s.taints |= CP_TAINT_HASH;
    if (does(r, CP_DOES_CHDIR)) {
        cp_state changed = s;
        changed.cwd = (cp_set){NULL, 0};
        if (r->chdir_count == 1 && r->gap_count == 0) changed.cwd = cp_walk_chdir(w, s.cwd, &r->chdirs[0]);
        cp_state_assign(w->arena, &changed, CP_LIT("PWD"), NULL, true, 0);
        cp_state_assign(w->arena, &changed, CP_LIT("OLDPWD"), NULL, true, 0);
        changed.taints = s.taints;
        return (cp_exits){changed, before};
    }
    if (does(r, CP_DOES_LEAVE)) leave(w, s);
    if (does(r, CP_DOES_EXIT)) {
        leave(w, s); /* a subshell or substitution ends here, not what is around it */
        s.dead = 1;
    }
    return cp_both(s);
}
