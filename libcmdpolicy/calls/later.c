/* What runs later, or under another name: the actions of traps, and aliases.
 * A trap's action runs in a state that nobody knows, and may call functions that are defined behind it: it is walked at the
 * end, with every variable unknown, and in the state that it was set in. At the shell's exit names still mean what they meant; at
 * any other time a call may be in the middle of something. If it may run between any two commands and changes variables, nothing
 * that a variable holds is certain from then on. */
#include "calls/walk.h"

/* (Set in a function it runs when that is left: in zsh, and in ksh's functions.) */
static bool runs_at_exit_only(const cp_walk *w, const cp_reading *r) {
    if (r->gap_count || r->operand_count < 2 ||
        (w->frames && (w->dialect == CP_DIALECT_ZSH || cp_walk_may_be_ksh(w))))
        return false;
    for (uint32_t i = 1; i < r->operand_count; i++) {
        cp_field f = {.set = r->operands[i].set, .splat = r->operands[i].splat};
        cp_slice name = cp_field_text(&f);
        if (!cp_slice_is(name, "EXIT") && !cp_slice_is(name, "0"))
            return false;
    }
    return true;
}

/* A state that no command leaves behind: whatever is assigned changes it, also what is so now, and later won't be. */
static cp_state unlike_any(cp_walk *w, cp_state s) {
    static const char no_text[] = "/\0";
    const cp_span nowhere = {0, 0, 0};
    const cp_slice marker = cp_slice_of(no_text, 2);
    cp_field *item = CP_NEW(w->arena, cp_field);
    cp_fields *params = CP_NEW(w->arena, cp_fields);
    *item = cp_field_of(w->arena, cp_value_exact(w->arena, marker, nowhere));
    *params = (cp_fields){item, 1};
    s.variables = (cp_map){NULL};
    s.all_unknown = 1;
    s.params = params;
    s.cwd = cp_set_exact(w->arena, marker, nowhere);
    s.dead = 0;
    return s;
}

void cp_walk_trap(cp_walk *w, const cp_call *call, uint32_t index, const cp_value *text, cp_state s) {
    cp_sink_blur(w->shell_sink); /* what it prints, and when */
    cp_sink_blur(w->sink);
    if (!cp_value_is_exact(text)) {
        if (!runs_at_exit_only(w, &call->reading))
            w->moving = 1;
        return;
    }
    if (!cp_spend(w->budget, CP_LIMIT_REPARSE_BYTES, text->exact.n))
        return;
    uint32_t src = cp_value_to_source(w->arena, w->in->sources, text, CP_SOURCE_VALUE, text->span);
    if (!w->moving && !runs_at_exit_only(w, &call->reading)) {
        cp_stdin input = w->input;
        cp_sink *sink = w->sink, *shell_sink = w->shell_sink;
        cp_leave_point *leaves = w->leaves;
        w->sink = w->shell_sink = NULL;
        w->leaves = NULL;
        w->dry++;
        cp_state quiet = unlike_any(w, s);
        cp_state after = cp_walk_join(w, cp_walk_source(w, src, w->dialect, quiet));
        w->dry--;
        w->input = input;
        w->sink = sink;
        w->shell_sink = shell_sink;
        w->leaves = leaves;
        after.dead = 0;
        if (!cp_state_equal(after, quiet))
            w->moving = 1;
    }
    if (w->dry)
        return;
    for (const cp_later *l = w->later; l && cp_step(w->budget);
         l = l->next) /* a trap that sets itself anew */
        if (!l->body && l->domain == w->domain && l->dialect == w->dialect &&
            cp_slice_eq(w->in->sources->items[l->src].text, text->exact))
            return;
    if (src == UINT32_MAX)
        return;
    /* what stands in variables and for ~ now, too: an exit may come before anything changes */
    const bool expands = cp_slice_find(text->exact, '$', 0) < text->exact.n ||
                         cp_slice_find(text->exact, '~', 0) < text->exact.n;
    const cp_state states[2] = {s, cp_state_havoc(w->arena, w->budget, s)};
    for (uint32_t i = expands ? 0 : 1; i < 2; i++) {
        cp_later *later = CP_NEW(w->arena, cp_later);
        if (cp_arena_failed(w->arena))
            return;
        *later = (cp_later){.src = src,
                            .reach = runs_at_exit_only(w, &call->reading) ? CP_REACH_NOW : CP_REACH_LATER,
                            .parent = index,
                            .domain = w->domain,
                            .dialect = w->dialect,
                            .state = states[i],
                            .at = w->at.src == UINT32_MAX ? text->span : w->at};
        if (w->later_last)
            w->later_last->next = later;
        else
            w->later = later;
        w->later_last = later;
    }
}

static void queue_bodies(cp_walk *w, const cp_binding *f, cp_reach reach) {
    for (const cp_body *b = f->bodies; b && cp_step(w->budget); b = b->next) {
        cp_later *later = CP_NEW(w->arena, cp_later);
        if (cp_arena_failed(w->arena))
            return;
        cp_state fresh = {0};
        *later = (cp_later){.body = b->node,
                            .name = f->name,
                            .reach = reach,
                            .uncalled = reach == CP_REACH_NOW,
                            .parent = CP_NO_CALL,
                            .domain = CP_DOMAIN_LOCAL,
                            .dialect = w->in->dialect,
                            .state = cp_state_havoc(w->arena, w->budget, fresh),
                            .at = {UINT32_MAX, 0, 0}};
        if (w->later_last)
            w->later_last->next = later;
        else
            w->later = later;
        w->later_last = later;
    }
}

/* A command whose word nobody knows may have been any function, with any parameters. */
static void queue_function(void *self, const cp_binding *f) {
    queue_bodies((cp_walk *)self, f, CP_REACH_LATER);
}

/* The next line that the same shell reads may call it, and think that its name stands for a program. */
static void queue_uncalled(void *self, const cp_binding *f) {
    queue_bodies((cp_walk *)self, f, CP_REACH_NOW);
}

/* (Or one that is called by its name in a variable: zshexit_functions.) */
static bool calls_any(const cp_walk *w) {
    return w->any_function || (w->seen_taints & CP_TAINT_HASH);
}

/* All functions, where any of them may be called; at the end those that nobody called, and those that these define. */
static void queue_functions(cp_walk *w, bool at_end, bool *all) {
    enum { ROUNDS_MOST = 16 };
    if (calls_any(w) && !*all)
        cp_map_each(w->all_functions, w->budget, queue_function, w);
    if (calls_any(w) && !*all)
        w->uncalled = (cp_map){NULL};
    *all |= calls_any(w);
    if (!at_end)
        return;
    const cp_map uncalled = w->uncalled;
    if (w->at_end++ > ROUNDS_MOST) {
        cp_walk_finding(w, CP_FINDING_OPAQUE, CP_NO_CALL, w->here, CP_LIT("functions that define functions"));
        return;
    }
    w->uncalled = (cp_map){NULL};
    cp_map_each(uncalled, w->budget, queue_uncalled, w);
}

void cp_walk_later(cp_walk *w) {
    bool all = false;
    cp_map known = {NULL}, doubted = {NULL};
    w->at_end = 1;
    queue_functions(w, !w->later, &all);
    w->leaves = w->errors = NULL;
    w->sink = w->shell_sink = NULL;
    w->frames = NULL;
    w->input = (cp_stdin){.is = CP_STDIN_IS_INHERITED};
    for (cp_later *l = w->later; l && cp_step(w->budget) && !cp_walk_stopped(w);
         l = l->next) { /* more may come while we walk */
        cp_state s = l->state;
        if (known.root != w->all_functions.root || !known.root)
            doubted = cp_map_doubted(w->arena, w->budget, w->all_functions);
        known = w->all_functions;
        s.functions = doubted;
        if (l->reach == CP_REACH_NOW) {
            s.taints = w->seen_taints;
            s.env_flags = w->seen_flags;
        }
        if (l->uncalled)
            s.exports_all = w->seen_exports;
        w->reach = l->reach;
        w->parent = l->parent;
        w->domain = l->domain;
        w->at = l->at;
        w->dialect = l->dialect;
        if (l->body)
            cp_walk_body(w, l->name, l->body, l->at, s);
        else
            cp_walk_source(w, l->src, l->dialect, s);
        queue_functions(w, !l->next, &all);
    }
}

/* ---- Aliases -------------------------------------------------------------------------------------------------------------- */

/* The one simple command that the text is; NULL where it is anything else. */
static const cp_node *single_command(cp_walk *w, uint32_t src) {
    cp_parse_result *parsed = CP_NEW(w->arena, cp_parse_result);
    cp_parse(w->arena, w->in->sources, src, w->dialect, 0, w->budget, parsed);
    const cp_item *item = parsed->program.body.first;
    if (!parsed->complete || !item || item->next || !item->node || item->separator == CP_SEP_AMP ||
        item->node->kind != CP_NODE_SIMPLE)
        return NULL;
    return item->node->redirs ? NULL : item->node;
}

/* alias NAME=TEXT: from now on the name is not certain. Text that is no whole simple command changes how all that follows is read. */
void cp_walk_define_aliases(cp_walk *w, const cp_reading *r, cp_state *s) {
    for (uint32_t i = 0; i < r->assigned_count && cp_step(w->budget); i++) {
        const cp_value *word = &r->assigned[i];
        cp_slice known = cp_value_is_exact(word) ? word->exact : cp_value_prefix(word);
        uint32_t eq = cp_slice_find(known, '=', 0);
        if (eq == known.n) {
            if (!cp_value_is_exact(word))
                s->taints |= CP_TAINT_HASH;
            continue;
        }
        cp_binding *b = CP_NEW(w->arena, cp_binding);
        b->name = cp_slice_sub(known, 0, eq);
        b->maybe = 1;
        if (!cp_value_is_exact(word)) {
            s->aliases = cp_map_put(w->arena, s->aliases, b);
            cp_walk_finding(w, CP_FINDING_UNKNOWN_SCRIPT, CP_NO_CALL, word->span,
                            CP_LIT("the alias's text is not known"));
            continue;
        }
        cp_value text = cp_value_slice(w->arena, word, eq + 1, word->exact.n);
        b->known = 1;
        b->set = cp_set_of(w->arena, text);
        s->aliases = cp_map_put(w->arena, s->aliases, b);
        if (!cp_spend(w->budget, CP_LIMIT_REPARSE_BYTES, text.exact.n))
            return;
        uint32_t src = cp_value_to_source(w->arena, w->in->sources, &text, CP_SOURCE_VALUE, word->span);
        bool blank_end =
            text.exact.n && (text.exact.p[text.exact.n - 1] == ' ' || text.exact.p[text.exact.n - 1] == '\t');
        if (blank_end || !single_command(w, src))
            cp_walk_finding(w, CP_FINDING_EVALUATES, CP_NO_CALL, word->span,
                            CP_LIT("the alias changes how the commands that follow are read"));
        uint32_t reach = w->reach;
        w->reach = CP_REACH_LATER;
        cp_walk_guess(w, src, w->dialect, cp_state_havoc(w->arena, w->budget, *s));
        w->reach = reach;
    }
}

static cp_word *copied(cp_walk *w, const cp_word *from, cp_word *tail) {
    cp_word *first = NULL, *last = NULL;
    for (; from && cp_step(w->budget) && !cp_arena_failed(w->arena); from = from->next) {
        cp_word *one = CP_NEW(w->arena, cp_word);
        *one = *from;
        one->next = NULL;
        if (last)
            last->next = one;
        else
            first = one;
        last = one;
    }
    if (last)
        last->next = tail;
    return first ? first : tail;
}

bool cp_walk_alias(cp_walk *w, const cp_node *node, cp_state s, cp_exits *out) {
    const cp_word *first = node->as.simple.words;
    if (!s.aliases.root || !first || !(first->flags & CP_WORD_BARE))
        return false;
    const cp_binding *b = cp_map_get(s.aliases, first->text);
    if (!b || !b->known || !b->set.count || !cp_value_is_exact(&b->set.values[0]))
        return false;
    const cp_value *text = &b->set.values[0];
    if (!cp_spend(w->budget, CP_LIMIT_REPARSE_BYTES, text->exact.n))
        return false;
    const cp_node *single =
        single_command(w, cp_value_to_source(w->arena, w->in->sources, text, CP_SOURCE_VALUE, first->span));
    if (!single || !cp_enter(w->budget)) {
        if (single)
            cp_leave(w->budget);
        return false;
    }
    cp_node *made = CP_NEW(w->arena, cp_node);
    *made = *node;
    made->as.simple.words = copied(w, single->as.simple.words, first->next);
    cp_assignment *assignments = NULL, *last = NULL;
    const cp_assignment *lists[2] = {node->as.simple.assignments, single->as.simple.assignments};
    for (uint32_t i = 0; i < 2; i++)
        for (const cp_assignment *a = lists[i]; a && cp_step(w->budget) && !cp_arena_failed(w->arena);
             a = a->next) {
            cp_assignment *one = CP_NEW(w->arena, cp_assignment);
            *one = *a;
            one->next = NULL;
            if (last)
                last->next = one;
            else
                assignments = one;
            last = one;
        }
    made->as.simple.assignments = assignments;
    cp_state inner = s; /* an alias is not looked up within its own text */
    cp_binding *gone = CP_NEW(w->arena, cp_binding);
    *gone = (cp_binding){.name = b->name, .maybe = 1};
    inner.aliases = cp_map_put(w->arena, inner.aliases, gone);
    cp_walk_simple(w, made, &inner, out);
    out->ok.aliases = cp_map_put(w->arena, out->ok.aliases, b);
    out->fail.aliases = cp_map_put(w->arena, out->fail.aliases, b);
    cp_leave(w->budget);
    return true;
}
