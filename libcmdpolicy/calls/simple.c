/* Simple commands: words to argv, the identity of the program, its reading, and everything that follows from it. */
#include "calls/walk.h"

void cp_walk_effect(cp_walk *w, const cp_call_effect *e)
{
    if (w->dry) return;
    (void)CP_PUSH(w->arena, w->out->effects, w->out->effect_count, w->out->effect_cap, *e);
}

/* ---- Functions ------------------------------------------------------------------------------------------------------- */

static cp_exits walk_function(cp_walk *w, const cp_binding *f, const cp_fields *argv, cp_span span, cp_state s)
{
    w->dynamic_seen = 1;
    for (const cp_frame *frame = w->frames; frame; frame = frame->up)
        if (frame->body == f->body) {
            bool bomb = w->backgrounds > frame->backgrounds;
            cp_walk_finding(w, bomb ? CP_FINDING_FORK_BOMB : CP_FINDING_RECURSION, CP_NO_CALL, span, f->name);
            return cp_both(cp_state_havoc(w->arena, s));
        }
    cp_frame frame = {w->frames, f->body, w->backgrounds};
    cp_leave_point leave = {w->leaves, s, 0};
    cp_fields *params = CP_NEW(w->arena, cp_fields);
    *params = argv->count ? (cp_fields){argv->items + 1, argv->count - 1} : (cp_fields){NULL, 0};
    cp_state inner = s;
    inner.params = params;
    w->frames = &frame;
    w->leaves = &leave;
    uint32_t in_wrapper = w->in_wrapper;
    w->in_wrapper = 0;
    cp_exits e = cp_walk_node(w, f->body, inner);
    w->in_wrapper = in_wrapper;
    w->frames = frame.up;
    w->leaves = leave.up;
    if (leave.any) e = (cp_exits){cp_state_join(w->arena, w->budget, e.ok, leave.state), cp_state_join(w->arena, w->budget, e.fail, leave.state)};
    /* what it assigned may have been local */
    cp_state *exits[2] = {&e.ok, &e.fail};
    for (uint32_t i = 0; i < 2; i++) {
        uint32_t dead = exits[i]->dead;
        cp_state global = s;
        global.functions = exits[i]->functions;
        global.aliases = exits[i]->aliases;
        global.cwd = exits[i]->cwd;
        global.params = exits[i]->params;
        exits[i]->dead = 0;
        global.dead = 0;
        *exits[i] = cp_state_join(w->arena, w->budget, *exits[i], global);
        exits[i]->params = s.params;
        exits[i]->dead = dead;
    }
    return e;
}

/* ---- One argv -------------------------------------------------------------------------------------------------------- */

static cp_set base_after(cp_walk *w, const cp_reading *r, uint32_t chdirs, cp_set cwd)
{
    for (uint32_t i = 0; i < chdirs && i < r->chdir_count; i++) cwd = cp_walk_chdir(w, cwd, &r->chdirs[i]);
    return cwd;
}

static void list_effects(cp_walk *w, const cp_reading *r, uint32_t call, const cp_state *s)
{
    for (uint32_t i = 0; i < r->effect_count && !w->dry && cp_step(w->budget); i++) {
        cp_call_effect e = {.effect = r->effects[i], .call = call, .domain = w->domain, .base = base_after(w, r, r->effects[i].chdirs, s->cwd)};
        if (w->domain != CP_DOMAIN_LOCAL) e.base = (cp_set){NULL, 0};
        if (r->effects[i].kind == CP_EFFECT_CODE && cp_value_equals(&r->effects[i].target, CP_LIT("stdin")) == CP_YES) {
            e.from_first = w->input.from_first;
            e.from_count = w->input.from_count;
        }
        cp_walk_effect(w, &e);
    }
}

/* The grammar says that standard input is run: text that is known is walked, anything else is the effect `code`. */
static cp_exits run_stdin(cp_walk *w, const cp_call *call, uint32_t index, cp_state s)
{
    const cp_reading *r = &call->reading;
    if (r->stdin_use != CP_STDIN_ROLE) return cp_both(s);
    if (r->stdin_kind == CP_KIND_SCRIPT) {
        cp_nested n = {.kind = CP_NESTED_STDIN, .sure = CP_YES, .origin = {CP_ORIGIN_STDIN, 0}, .span = call->span};
        return cp_walk_nested(w, call, index, &n, s);
    }
    if (r->stdin_kind != CP_KIND_CODE && r->stdin_kind != CP_KIND_CUSTOM) return cp_both(s);
    cp_call_effect e = {.call = index, .domain = w->domain, .from_first = w->input.from_first, .from_count = w->input.from_count};
    e.effect = (cp_effect){.kind = CP_EFFECT_CODE, .object_kind = CP_OBJECT_WORD, .sure = CP_YES, .target = cp_value_exact(w->arena, CP_LIT("stdin"), call->span),
                           .origin = {CP_ORIGIN_STDIN, 0}, .span = call->span};
    cp_walk_effect(w, &e);
    return cp_both(s);
}

static uint32_t taints_of(const cp_state *s, cp_slice word, bool by_path)
{
    uint32_t taints = s->taints & (CP_TAINT_UNKNOWN | CP_TAINT_HASH);
    if (!by_path) taints |= s->taints & CP_TAINT_PATH;
    if (cp_map_get(s->functions, word)) taints |= CP_TAINT_FUNCTION;
    if (cp_map_get(s->aliases, word)) taints |= CP_TAINT_ALIAS;
    return taints;
}

static uint32_t list_call(cp_walk *w, const cp_call *call)
{
    if (w->dry) return CP_NO_CALL;
    if (!cp_spend(w->budget, CP_LIMIT_CALLS, 1)) return CP_NO_CALL;
    if (!CP_PUSH(w->arena, w->out->calls, w->out->call_count, w->out->call_cap, *call)) return CP_NO_CALL;
    uint32_t index = w->out->call_count - 1;
    cp_walk_flows_to(w, &call->argv, index);
    if (call->in.from_count) {
        cp_flow flow = {call->in.from_first, call->in.from_count, index, 1};
        (void)CP_PUSH(w->arena, w->out->flows, w->out->flow_count, w->out->flow_cap, flow);
    }
    return index;
}

/* A command whose word is certain. */
static cp_exits walk_known(cp_walk *w, const cp_fields *argv, const cp_value *command, cp_span span, cp_state s)
{
    cp_slice word = command->exact;
    uint32_t slash = cp_slice_rfind(word, '/');
    bool by_path = slash < word.n;
    cp_call call = {.parent = w->parent, .reach = w->reach, .domain = w->domain, .argv = *argv, .command = *command, .cwd = s.cwd, .in = w->input,
                    .span = span, .at = w->at.src == UINT32_MAX ? span : w->at};
    call.program = by_path ? cp_slice_sub(word, slash + 1, word.n) : word;
    call.identity = by_path ? CP_IDENTITY_PATH : CP_IDENTITY_BARE;
    call.taints = taints_of(&s, word, by_path);
    const cp_binding *function = cp_map_get(s.functions, word);
    cp_exits through = cp_both(s);
    bool surely_function = function && function->body && !function->maybe && !w->in_wrapper;
    if (function && function->body) through = walk_function(w, function, argv, span, s);
    if (function && !function->body) {
        cp_walk_finding(w, CP_FINDING_EVALUATES, CP_NO_CALL, span, CP_LIT("which function of this name runs is not known"));
        w->dynamic_seen = 1;
        through = cp_both(cp_state_havoc(w->arena, s));
    }
    if (surely_function) {
        call.identity = CP_IDENTITY_FUNCTION;
        call.taints = 0;
        list_call(w, &call);
        return through;
    }
    cp_read(w->in->layers, call.program, argv, w->in->places, w->arena, w->budget, &call.reading);
    uint32_t index = list_call(w, &call);
    list_effects(w, &call.reading, index, &s);
    cp_exits e = cp_both(s);
    bool builtin = !by_path;
    if (call.reading.does & ~(1u << CP_DOES_NOTHING) && builtin) e = cp_walk_does(w, &call.reading, s, index);
    cp_state inner = cp_walk_join(w, e);
    for (uint32_t i = 0; i < call.reading.nested_count && cp_step(w->budget) && !cp_arena_failed(w->arena); i++) {
        cp_exits n = cp_walk_nested(w, &call, index, &call.reading.nested[i], inner);
        inner = cp_walk_join(w, n);
        e = call.reading.nested_count == 1 && !(call.reading.does & 1u << CP_DOES_CHDIR) ? n : cp_both(inner);
    }
    if (call.reading.stdin_use == CP_STDIN_ROLE) e = run_stdin(w, &call, index, cp_walk_join(w, e));
    if (call.reading.nested_count == 0 || call.reading.stdout_is != CP_STDOUT_OPAQUE || !(call.reading.does & 1u << CP_DOES_SOURCE)) cp_walk_output(w, &call, &call.reading);
    if (function) e = (cp_exits){cp_state_join(w->arena, w->budget, e.ok, through.ok), cp_state_join(w->arena, w->budget, e.fail, through.fail)};
    return e;
}

static cp_exits walk_dynamic(cp_walk *w, const cp_fields *argv, const cp_value *command, cp_span span, cp_state s)
{
    cp_call call = {.parent = w->parent, .reach = w->reach, .domain = w->domain, .argv = *argv, .command = *command, .cwd = s.cwd, .in = w->input,
                    .identity = CP_IDENTITY_DYNAMIC, .taints = s.taints, .span = span, .at = w->at.src == UINT32_MAX ? span : w->at};
    uint32_t index = list_call(w, &call);
    cp_walk_finding(w, CP_FINDING_DYNAMIC_COMMAND, index, command->span, cp_value_show(w->arena, command));
    cp_sink_add(w, w->sink, NULL);
    w->dynamic_seen = 1;
    return cp_both(cp_state_havoc(w->arena, s)); /* it may be eval, cd, a function */
}

cp_exits cp_walk_argv(cp_walk *w, const cp_fields *argv, cp_span span, cp_state s)
{
    if (argv->count == 0 || cp_spent(w->budget) || cp_arena_failed(w->arena)) return cp_both(s);
    if (!cp_enter(w->budget)) {
        cp_leave(w->budget);
        return cp_both(s);
    }
    const cp_field *first = &argv->items[0];
    cp_exits e = cp_both(s);
    bool any = false;
    for (uint32_t k = 0; k < first->set.count && cp_step(w->budget); k++) {
        const cp_value *command = &first->set.values[k];
        cp_exits one;
        if (first->splat || !cp_value_is_exact(command) || command->exact.n == 0)
            one = walk_dynamic(w, argv, command, span, s);
        else if (first->set.count == 1)
            one = walk_known(w, argv, command, span, s);
        else { /* each alternative is a call of its own */
            cp_field *items = CP_NEW_ARRAY(w->arena, cp_field, argv->count);
            if (!items) break;
            memcpy(items, argv->items, argv->count * sizeof *items);
            items[0] = cp_field_of(w->arena, *command);
            cp_fields own = {items, argv->count};
            one = walk_known(w, &own, command, span, s);
        }
        e = any ? (cp_exits){cp_state_join(w->arena, w->budget, e.ok, one.ok), cp_state_join(w->arena, w->budget, e.fail, one.fail)} : one;
        any = true;
    }
    cp_leave(w->budget);
    return e;
}

/* ---- Simple commands ------------------------------------------------------------------------------------------------- */

/* Is the first word, as written, a command that assigns (export, declare …)? Its arguments then expand like assignments. */
static bool is_declaration(const cp_walk *w, const cp_word *words)
{
    if (!words || !(words->flags & CP_WORD_BARE)) return false;
    for (uint32_t i = w->in->layers->count; i-- > 0;) {
        const cp_layer_image *layer = &w->in->layers->items[i];
        if (cp_layer_is_floor(layer->layer)) continue;
        uint32_t node = cp_image_grammar_child(layer->image, CP_IMAGE_ROOT, words->text);
        if (node) return (cp_image_node(layer->image, node)->does & (1u << CP_DOES_ASSIGN | 1u << CP_DOES_EXPORT)) != 0;
    }
    return false;
}

/* NAME=VALUE in front of a command is gone after it (in a POSIX shell not where the command is a special builtin). */
static cp_state restored(cp_walk *w, cp_state out, cp_state before, cp_state inner, const cp_assignment *a)
{
    if (w->dialect != CP_DIALECT_BASH && w->dialect != CP_DIALECT_ZSH) return cp_state_join(w->arena, w->budget, out, before);
    uint32_t dead = out.dead;
    if (cp_map_get(out.variables, CP_LIT("PATH")) == cp_map_get(inner.variables, CP_LIT("PATH")) && !(before.taints & CP_TAINT_PATH)) out.taints &= ~(uint32_t)CP_TAINT_PATH;
    if (!(before.env_flags & CP_ENV_IFS_CHANGED) && cp_map_get(out.variables, CP_LIT("IFS")) == cp_map_get(inner.variables, CP_LIT("IFS"))) out.env_flags &= ~(uint32_t)CP_ENV_IFS_CHANGED;
    if (out.variables.root == inner.variables.root)
        out.variables = before.variables;
    else
        for (; a && cp_step(w->budget); a = a->next) {
            const cp_binding *old = cp_map_get(before.variables, a->name);
            if (old)
                out.variables = cp_map_put(w->arena, out.variables, old);
            else {
                uint32_t taints = out.taints, flags = out.env_flags;
                cp_state_assign(w->arena, &out, a->name, NULL, false, 0);
                out.taints = taints;
                out.env_flags = flags;
            }
        }
    out.dead = dead;
    return out;
}

static cp_span command_span(const cp_node *node)
{
    const cp_word *first = node->as.simple.words;
    if (!first) return node->span;
    cp_span span = first->span;
    for (const cp_word *word = first; word; word = word->next) span = cp_span_join(span, word->span);
    return span;
}

cp_exits cp_walk_simple(cp_walk *w, const cp_node *node, cp_state s)
{
    const cp_word *words = node->as.simple.words;
    const cp_assignment *assignments = node->as.simple.assignments;
    cp_stdin input = w->input;
    cp_sink *sink = w->sink;
    uint32_t reads = w->read_count, in_wrapper = w->in_wrapper;
    w->in_wrapper = 0;
    cp_fields argv = cp_walk_words(w, words, is_declaration(w, words), &s);
    uint32_t next_call = w->dry ? CP_NO_CALL : w->out->call_count;
    bool all_optional = true;
    for (uint32_t i = 0; i < argv.count; i++) all_optional &= argv.items[i].splat != 0;
    cp_exits e = cp_both(s);
    cp_walk_redirects(w, node->redirs, &s, argv.count ? next_call : CP_NO_CALL);
    next_call = w->dry ? CP_NO_CALL : w->out->call_count; /* substitutions in targets were walked, too */
    if (argv.count == 0) {
        cp_walk_assignments(w, assignments, &s, false, CP_NO_CALL);
        cp_walk_reads_to(w, reads, CP_NO_CALL);
        e = cp_both(s);
    } else {
        cp_state inner = s;
        if (assignments) cp_walk_assignments(w, assignments, &inner, true, next_call);
        next_call = w->dry ? CP_NO_CALL : w->out->call_count;
        cp_walk_reads_to(w, reads, next_call);
        e = cp_walk_argv(w, &argv, command_span(node), inner);
        if (assignments) {
            e.ok = restored(w, e.ok, s, inner, assignments);
            e.fail = restored(w, e.fail, s, inner, assignments);
        }
        if (all_optional && assignments) { /* no word may be left: then they stay */
            cp_state plain = s;
            cp_walk_assignments(w, assignments, &plain, false, CP_NO_CALL);
            e = (cp_exits){cp_state_join(w->arena, w->budget, e.ok, plain), cp_state_join(w->arena, w->budget, e.fail, plain)};
        }
    }
    w->in_wrapper = in_wrapper;
    w->input = input;
    w->sink = sink;
    return e;
}
