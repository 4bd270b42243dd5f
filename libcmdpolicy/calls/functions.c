/* Functions: their bodies are walked at each call, with that call's parameters and state; a call in a state that was seen
 * before costs nothing. One that calls itself is walked once more with everything unknown, for the deeper calls. */
#include "calls/names.h"
#include "calls/walk.h"

enum { MEMOS_MOST = 512 };

static bool defines(const cp_binding *f, const cp_node *body) {
    const cp_body *b = f ? f->bodies : NULL;
    while (b && b->node != body)
        b = b->next;
    return b != NULL;
}

void cp_walk_define(cp_walk *w, const cp_node *node, cp_state *s) {
    static const char *const called_by_shells[] = {"command_not_found_handle",
                                                   "command_not_found_handler",
                                                   "chpwd",
                                                   "precmd",
                                                   "preexec",
                                                   "periodic",
                                                   "zshexit",
                                                   "zshaddhistory"};
    cp_slice name = node->as.function.name;
    if (cp_walk_may_be_ksh(w) && cp_name_is_special_builtin(name))
        cp_walk_error(w, *s);
    cp_state_define(w->arena, s, name, node->as.function.body);
    cp_state all = {.functions = w->all_functions};
    const cp_binding *before = cp_map_get(all.functions, name);
    cp_state_define(w->arena, &all, name, node->as.function.body);
    w->all_functions =
        before ? cp_functions_join(w->arena, w->budget, w->all_functions, all.functions) : all.functions;
    const cp_binding *waiting = cp_map_get(w->uncalled, name);
    cp_state own = {.functions = w->uncalled};
    if (!w->dry && name.n && !(w->at_end && defines(before, node->as.function.body))) {
        cp_state_define(w->arena, &own, name, node->as.function.body);
        w->uncalled = waiting && waiting->bodies
                          ? cp_functions_join(w->arena, w->budget, w->uncalled, own.functions)
                          : own.functions;
    }
    bool by_shell = w->dialect == CP_DIALECT_ZSH && name.n > 4 && memcmp(name.p, "TRAP", 4) == 0;
    const bool discipline =
        cp_walk_may_be_ksh(w) && cp_slice_find(name, '.', 0) < name.n; /* $x runs x.get there */
    by_shell |= discipline;
    for (uint32_t i = 0; i < sizeof called_by_shells / sizeof *called_by_shells; i++)
        by_shell |= cp_slice_is(name, called_by_shells[i]);
    if (!by_shell)
        return;
    if (w->dialect == CP_DIALECT_ZSH || discipline)
        w->moving = 1; /* in this very shell, and whenever it likes */
    for (const cp_later *l = w->later; l; l = l->next)
        if (l->body == node->as.function.body)
            return;
    cp_later *later = CP_NEW(w->arena, cp_later);
    if (cp_arena_failed(w->arena))
        return;
    *later = (cp_later){.src = UINT32_MAX,
                        .reach = CP_REACH_LATER,
                        .parent = w->parent,
                        .domain = w->domain,
                        .dialect = w->dialect,
                        .state = cp_state_havoc(w->arena, w->budget, *s),
                        .at = w->at,
                        .body = node->as.function.body,
                        .name = name};
    if (w->later_last)
        w->later_last->next = later;
    else
        w->later = later;
    w->later_last = later;
}

/* What the body assigned may have been local to it. */
static cp_state global_after(cp_walk *w, cp_state before, cp_state after) {
    uint32_t dead = after.dead;
    cp_state global = before;
    global.functions = after.functions;
    global.aliases = after.aliases;
    global.cwd = after.cwd;
    global.params = after.params;
    global.taints |= after.taints;
    global.env_flags |= after.env_flags;
    global.may_stop |= after.may_stop;
    global.exports_all |= after.exports_all;
    global.all_unknown |= after.all_unknown;
    global.dead = after.dead = 0;
    cp_state out = cp_state_join(w->arena, w->budget, after, global);
    out.params = before.params;
    out.dead = dead;
    return out;
}

typedef struct revealer {
    cp_walk *w;
    cp_state *s;
} revealer;
static void reveal(void *self, const cp_binding *hidden) {
    revealer *r = (revealer *)self;
    const cp_binding *now = cp_map_get(r->s->variables, hidden->name);
    r->s->variables = cp_map_put(r->w->arena, r->s->variables, cp_binding_join(r->w->arena, hidden, now));
}

static cp_state after_call(cp_walk *w, const cp_frame *frame, cp_state before, cp_state after) {
    cp_state out = global_after(w, before, after);
    revealer r = {w, &out};
    cp_map_each(frame->hidden, w->budget, reveal, &r);
    return out;
}

static cp_exits walk_body(cp_walk *w, cp_frame *frame, cp_state inner) {
    cp_leave_point leave = {w->leaves, inner, 0, 1, frame->broken};
    uint32_t in_wrapper = w->in_wrapper, cut = cp_walk_cut(w), printed = cp_walk_printed(w);
    const cp_list *script = w->script;
    w->frames = frame;
    w->leaves = &leave;
    w->in_wrapper = 0;
    cp_exits e = cp_walk_node(w, frame->body, inner);
    w->in_wrapper = in_wrapper;
    w->frames = frame->up;
    w->leaves = leave.up;
    w->script = script;
    return cp_walk_left(w, &leave, e, printed, cut);
}

/* Standard input that the same commands find the same in. */
static bool same_input(const cp_memo *m, const cp_stdin *in) {
    return m->input.is == in->is && m->input.from_first == in->from_first &&
           m->input.from_count == in->from_count && m->input.read_first == in->read_first &&
           m->input.read_count == in->read_count && m->input.shared == in->shared &&
           m->input_used == (in->shared ? in->shared->used : 0) &&
           cp_value_same_atoms(&m->input.text, &in->text) && cp_set_same(m->input.lines, in->lines) &&
           cp_set_same(m->input.entries, in->entries);
}

static cp_memo *remembered(cp_walk *w, const cp_node *body, const cp_state *inner) {
    for (cp_memo *m = w->memos; m; m = m->next)
        if (m->body == body && m->domain == w->domain && m->reach == w->reach &&
            m->backgrounds == w->backgrounds && (m->listed || w->dry) &&
            (!m->called || !w->sink || w->dry) && /* whose output it is, is for the calls to say */
            same_input(m, &w->input) && cp_state_equal(m->before, *inner))
            return m;
    return NULL;
}

static cp_exits walk_one(cp_walk *w, const cp_node *body, cp_slice name, const cp_fields *params,
                         cp_span span, cp_state s) {
    for (cp_frame *frame = w->frames; frame; frame = frame->up)
        if (frame->body == body) {
            bool bomb = w->backgrounds > frame->backgrounds;
            cp_walk_finding(w, bomb ? CP_FINDING_FORK_BOMB : CP_FINDING_RECURSION, CP_NO_CALL, span, name);
            frame->recursed = 1, w->crowded = 1;
            cp_walk_may_end(w);
            cp_sink_blur(w->sink);
            return cp_both(cp_state_havoc(w->arena, w->budget, s));
        }
    cp_state inner = s;
    inner.params = params;
    cp_memo *memo = w->input.is == CP_STDIN_IS_TEXT ? NULL : remembered(w, body, &inner);
    if (memo) {
        if (w->sink && memo->printed)
            cp_sink_blur(w->sink), w->sink->printed++;
        if (w->shell_sink) {
            w->shell_sink->cut |= memo->cut;
            if (memo->disturbed)
                cp_sink_blur(w->shell_sink);
        }
        if (memo->failed.any)
            cp_walk_error(w, memo->failed.state);
        if (memo->broken.any)
            cp_walk_leave(w, memo->broken.state, CP_LOOPS_ANY);
        w->consumed = CP_CONSUMED;
        return memo->after;
    }
    const cp_stdin input = w->input;
    const uint32_t used = input.shared ? input.shared->used : 0;
    cp_leave_point broken = {NULL, inner, 0, 0, NULL};
    cp_frame frame = {w->frames, body, w->backgrounds, 0, 0, {NULL}, &broken};
    uint32_t printed = cp_walk_printed(w), first = w->out->call_count;
    cp_leave_point *errors = w->errors, failed = {NULL, inner, 0, 0, NULL};
    cp_sink own = {0}, *shell_sink = w->shell_sink;
    w->errors = &failed;
    if (!shell_sink)
        w->shell_sink = &own;
    cp_exits e = walk_body(w, &frame, inner);
    if (frame.recursed && !cp_walk_stopped(w)) { /* the deeper calls: with any parameters, from any state */
        cp_frame deeper = {w->frames, body, w->backgrounds, 0, 1, {NULL}, &broken};
        cp_exits again = walk_body(w, &deeper, cp_state_havoc(w->arena, w->budget, inner));
        again = (cp_exits){after_call(w, &deeper, s, again.ok), after_call(w, &deeper, s, again.fail)};
        e = cp_walk_join_exits(w, e, again);
    }
    e = (cp_exits){after_call(w, &frame, s, e.ok), after_call(w, &frame, s, e.fail)};
    const uint32_t cut = w->shell_sink->cut & CP_CUT_ENDED, disturbed = w->shell_sink->unknown;
    w->shell_sink = shell_sink;
    w->errors = errors;
    if (failed.any) { /* the error leaves the function, too */
        failed.state = after_call(w, &frame, s, failed.state);
        cp_walk_error(w, failed.state);
    }
    if (broken.any) {
        broken.state = after_call(w, &frame, s, broken.state);
        cp_walk_leave(w, broken.state, CP_LOOPS_ANY);
    }
    if (w->input.is != CP_STDIN_IS_TEXT && w->memo_count < MEMOS_MOST && !(w->in_loop && w->grew)) {
        cp_memo *made = CP_NEW(w->arena, cp_memo);
        if (!cp_arena_failed(w->arena)) {
            *made = (cp_memo){.next = w->memos,
                              .body = body,
                              .before = inner,
                              .domain = w->domain,
                              .reach = w->reach,
                              .backgrounds = w->backgrounds,
                              .listed = !w->dry,
                              .printed = !w->sink || cp_walk_printed(w) != printed,
                              .called = w->out->call_count != first,
                              .cut = cut,
                              .disturbed = disturbed,
                              .failed = failed,
                              .broken = broken,
                              .input = input,
                              .input_used = used,
                              .after = e};
            w->memos = made;
            w->memo_count++;
        }
    }
    return e;
}

/* Of a program that the policy knows? Who reads the next line would take the function for it, with any parameters. */
static bool hides_program(cp_walk *w, cp_slice name) {
    cp_call *call = CP_NEW(w->arena, cp_call);
    cp_field *word = CP_NEW(w->arena, cp_field);
    if (cp_arena_failed(w->arena))
        return true;
    *word = cp_field_of(w->arena, cp_value_exact(w->arena, name, (cp_span){0, 0, 0}));
    const cp_fields argv = {word, 1};
    cp_read(w->in->layers, name, &argv, w->in->places, w->arena, w->budget, &call->reading);
    return call->reading.layer != NULL;
}

static void note_called(cp_walk *w, cp_slice name) {
    const cp_binding *waiting = cp_map_get(w->uncalled, name);
    if (!waiting || !waiting->bodies || w->dry || hides_program(w, name))
        return;
    cp_binding *called = CP_NEW(w->arena, cp_binding);
    if (cp_arena_failed(w->arena))
        return;
    called->name = name;
    w->uncalled = cp_map_put(w->arena, w->uncalled, called);
}

cp_exits cp_walk_function(cp_walk *w, const cp_binding *f, const cp_fields *argv, cp_span span, cp_state s) {
    cp_fields *params = CP_NEW(w->arena, cp_fields);
    *params = argv->count ? (cp_fields){argv->items + 1, argv->count - 1} : (cp_fields){NULL, 0};
    cp_exits e = cp_both(s);
    uint32_t printed = cp_walk_printed(w);
    bool any = false;
    note_called(w, f->name);
    for (const cp_body *b = f->bodies; b && cp_step(w->budget) && !cp_walk_stopped(w); b = b->next) {
        cp_exits one = walk_one(w, b->node, f->name, params, span, s);
        e = any ? cp_walk_join_exits(w, e, one) : one;
        any = true;
    }
    if (f->maybe || (f->bodies && f->bodies->next))
        cp_sink_maybe(w->sink, printed);
    return e;
}

void cp_walk_body(cp_walk *w, cp_slice name, const cp_node *body, cp_span span, cp_state s) {
    walk_one(w, body, name, NULL, span, s);
}
