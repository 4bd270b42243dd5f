/* Unwrapping: what a call runs. The grammar said which words; here they are walked, each in the state that it will find. */
#include "calls/walk.h"

static cp_value unknown_item(cp_walk *w, cp_span span) { return cp_value_hole(w->arena, CP_CLASS_ANY, CP_HOLE_ANYTHING, (cp_slice){NULL, 0}, span); }

/* Every `mark` in an exact word becomes `value`. */
static cp_field replaced(cp_walk *w, const cp_field *f, cp_slice mark, const cp_value *value)
{
    cp_slice text = cp_field_text(f);
    if (!text.p || !mark.n) return *f;
    cp_value made = {0};
    bool any = false;
    uint32_t from = 0;
    for (uint32_t i = 0; i + mark.n <= text.n && cp_step(w->budget);) {
        if (memcmp(text.p + i, mark.p, mark.n) != 0) {
            i++;
            continue;
        }
        cp_value piece = cp_value_slice(w->arena, &f->set.values[0], from, i);
        made = any ? cp_value_concat(w->arena, &made, &piece) : piece;
        made = cp_value_concat(w->arena, &made, value);
        any = true;
        i += mark.n;
        from = i;
    }
    if (!any) return *f;
    cp_value piece = cp_value_slice(w->arena, &f->set.values[0], from, text.n);
    made = cp_value_concat(w->arena, &made, &piece);
    made.span = f->set.values[0].span;
    return cp_field_of(w->arena, made);
}

static cp_fields with_items(cp_walk *w, const cp_nested *n)
{
    uint32_t extra = n->items && !n->placeholder.n ? 1 : 0;
    cp_field *items = CP_NEW_ARRAY(w->arena, cp_field, n->words.count + extra + 1);
    if (!items) return (cp_fields){NULL, 0};
    cp_value item = n->items ? unknown_item(w, n->span) : n->stands_for;
    for (uint32_t i = 0; i < n->words.count; i++) items[i] = n->placeholder.n ? replaced(w, &n->words.items[i], n->placeholder, &item) : n->words.items[i];
    if (extra) {
        items[n->words.count] = cp_field_of(w->arena, item);
        items[n->words.count].splat = 1;
    }
    return (cp_fields){items, n->words.count + extra};
}

/* The words of a script joined with blanks; not exact where any of them is not. */
static cp_value joined_text(cp_walk *w, const cp_nested *n, const cp_fields *words)
{
    cp_value text = cp_value_exact(w->arena, CP_LIT(""), n->span);
    for (uint32_t i = 0; i < words->count && cp_step(w->budget); i++) {
        const cp_field *f = &words->items[i];
        if (f->splat || f->set.count != 1) return unknown_item(w, n->span);
        if (i) {
            cp_value blank = cp_value_exact(w->arena, CP_LIT(" "), n->span);
            text = cp_value_concat(w->arena, &text, &blank);
        }
        text = i ? cp_value_concat(w->arena, &text, &f->set.values[0]) : f->set.values[0];
    }
    return text;
}

static cp_dialect dialect_of(const cp_walk *w, const cp_call *call, bool same_shell)
{
    if (same_shell) return w->dialect;
    static const struct { const char *name; cp_dialect dialect; } shells[] = {{"bash", CP_DIALECT_BASH}, {"sh", CP_DIALECT_SH}, {"dash", CP_DIALECT_DASH}, {"zsh", CP_DIALECT_ZSH}};
    for (uint32_t i = 0; i < sizeof shells / sizeof *shells; i++)
        if (cp_slice_is(call->program, shells[i].name)) return shells[i].dialect;
    return CP_DIALECT_UNKNOWN;
}

static void unknown_code(cp_walk *w, uint32_t call, const cp_nested *n, const char *object, const cp_value *path)
{
    cp_call_effect e = {.call = call, .domain = w->domain, .from_first = w->input.from_first, .from_count = path ? 0 : w->input.from_count};
    e.effect = (cp_effect){.kind = CP_EFFECT_CODE, .object_kind = path ? CP_OBJECT_PATH : CP_OBJECT_WORD, .sure = n->sure,
                           .target = path ? *path : cp_value_exact(w->arena, cp_slice_str(object), n->span),
                           .origin = {path || object[0] == 's' ? CP_ORIGIN_STDIN : n->origin.kind, n->origin.index}, .span = n->span};
    cp_walk_effect(w, &e);
}

static cp_exits walk_text(cp_walk *w, const cp_call *call, const cp_value *text, cp_state s, const cp_nested *n, bool same_shell)
{
    if (!cp_spend(w->budget, CP_LIMIT_REPARSE_BYTES, text->exact.n)) return cp_both(s);
    uint32_t src = cp_value_to_source(w->arena, w->in->sources, text, CP_SOURCE_VALUE, n->span);
    cp_span at = w->at;
    if (w->at.src == UINT32_MAX) w->at = n->span;
    cp_exits e = cp_walk_source(w, src, dialect_of(w, call, same_shell), s);
    w->at = at;
    return e;
}

static cp_exits walk_script(cp_walk *w, const cp_call *call, uint32_t index, const cp_nested *n, cp_state inner, bool same_shell)
{
    cp_fields words = with_items(w, n);
    cp_value text = joined_text(w, n, &words);
    if (n->items && !n->placeholder.n && n->params.count == 0) { /* sh -c TEXT under xargs: the items are parameters */
        cp_fields *none = NULL;
        inner.params = none;
    }
    if (cp_value_is_exact(&text)) return walk_text(w, call, &text, inner, n, same_shell);
    w->dynamic_seen = 1;
    cp_walk_finding(w, CP_FINDING_UNKNOWN_SCRIPT, index, n->span, CP_LIT("part of the script that is run is not known"));
    unknown_code(w, index, n, "inline", NULL);
    return cp_both(same_shell ? cp_state_havoc(w->arena, inner) : inner);
}

static cp_exits walk_stdin(cp_walk *w, const cp_call *call, uint32_t index, const cp_nested *n, cp_state inner, bool same_shell)
{
    cp_stdin input = w->input;
    if (input.is == CP_STDIN_IS_TEXT && cp_value_is_exact(&input.text)) {
        w->input = (cp_stdin){.is = CP_STDIN_IS_NOTHING};
        cp_exits e = walk_text(w, call, &input.text, inner, n, same_shell);
        w->input = input;
        return e;
    }
    w->dynamic_seen = 1;
    unknown_code(w, index, n, "stdin", input.is == CP_STDIN_IS_FILE ? &input.text : NULL);
    return cp_both(same_shell ? cp_state_havoc(w->arena, inner) : inner);
}

static cp_state entered(cp_walk *w, const cp_call *call, const cp_nested *n, cp_state s, bool same_shell, bool new_shell)
{
    cp_state inner = s;
    for (uint32_t i = 0; i < n->chdirs && i < call->reading.chdir_count; i++) inner.cwd = cp_walk_chdir(w, inner.cwd, &call->reading.chdirs[i]);
    if (n->drops_environment) {
        inner.variables = (cp_map){NULL};
        inner.all_unknown = 1;
    }
    for (uint32_t i = 0; i < n->assignments.count; i++)
        for (uint32_t k = 0; k < n->assignments.items[i].set.count; k++) cp_walk_assign_value(w, &n->assignments.items[i].set.values[k], &inner, true);
    if (new_shell && !same_shell) {
        inner = cp_state_child(w->arena, w->budget, inner);
        cp_fields *params = CP_NEW(w->arena, cp_fields);
        if (n->params.count) *params = (cp_fields){n->params.items + 1, n->params.count - 1}; /* the first is $0 */
        inner.params = n->kind == CP_NESTED_SCRIPT && !n->items ? params : NULL;
        inner.all_unknown |= n->drops_environment;
    }
    if (n->domain != CP_DOMAIN_LOCAL) {
        inner.cwd = (cp_set){NULL, 0};
        inner.functions = inner.aliases = inner.variables = (cp_map){NULL};
        inner.all_unknown = 1;
        inner.params = NULL;
    }
    return inner;
}

cp_exits cp_walk_nested(cp_walk *w, const cp_call *call, uint32_t index, const cp_nested *n, cp_state s)
{
    if (!cp_enter(w->budget)) {
        cp_leave(w->budget);
        return cp_both(s);
    }
    bool later = (call->reading.does & 1u << CP_DOES_RUN_LATER) != 0;
    bool same_shell = later || (call->reading.does & 1u << CP_DOES_SOURCE) != 0;
    cp_state inner = entered(w, call, n, s, same_shell, n->kind != CP_NESTED_ARGV);
    if (later) inner = cp_state_havoc(w->arena, inner);
    uint32_t parent = w->parent, reach = w->reach, domain = w->domain, in_wrapper = w->in_wrapper;
    cp_stdin input = w->input;
    cp_leave_point *leaves = w->leaves;
    if (!w->dry) w->parent = index;
    if (later) w->reach = CP_REACH_LATER;
    if (n->domain != CP_DOMAIN_LOCAL) w->domain = n->domain;
    if (!same_shell) w->leaves = NULL;
    if (n->items) w->input = (cp_stdin){.is = CP_STDIN_IS_NOTHING};
    cp_exits e = cp_both(inner);
    switch (n->kind) {
    case CP_NESTED_ARGV: {
        cp_fields words = with_items(w, n);
        w->in_wrapper = 1;
        if (words.count) e = cp_walk_argv(w, &words, n->span, inner);
        break;
    }
    case CP_NESTED_SCRIPT:
        w->in_wrapper = 0;
        e = walk_script(w, call, index, n, inner, same_shell);
        break;
    case CP_NESTED_STDIN:
        w->in_wrapper = 0;
        e = walk_stdin(w, call, index, n, inner, same_shell);
        break;
    default: /* a script file: what it holds is not for us to read */
        w->dynamic_seen = 1;
        if (same_shell) e = cp_both(cp_state_havoc(w->arena, inner));
        break;
    }
    w->parent = parent;
    w->reach = reach;
    w->domain = domain;
    w->in_wrapper = in_wrapper;
    w->input = input;
    w->leaves = leaves;
    cp_leave(w->budget);
    if (later || n->domain != CP_DOMAIN_LOCAL) return cp_both(s);
    if (same_shell) return e;
    if (n->kind != CP_NESTED_ARGV) return cp_both(s); /* another process */
    /* a wrapper may be part of this shell (command, builtin) or not (env): both */
    cp_state out = cp_state_join(w->arena, w->budget, s, cp_walk_join(w, e));
    out.params = s.params;
    return cp_both(out);
}
