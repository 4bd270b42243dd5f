/* Loops. A round may find what an earlier round left, so the outermost loop is walked in trial rounds until no loop in it
 * changes anything that is not already unknown when a round begins; then once more, listing. Loops within it take part in its
 * rounds with one round of their own each: the cost is the number of trials times the size of the text, whatever the nesting.
 * `for x in a b c` over words that are certain is walked once a word. */
#include "calls/walk.h"

/* ---- What loops change ------------------------------------------------------------------------------------------------ */

static uint32_t slot_of(const cp_node *node, uint32_t cap) {
    return cp_slice_hash(cp_slice_of(&node, sizeof node)) & (cap - 1);
}

static bool grow(cp_walk *w) {
    uint32_t cap = w->loop_cap ? w->loop_cap * 2 : 16;
    cp_loop **loops = CP_NEW_ARRAY(w->arena, cp_loop *, cap);
    if (!loops)
        return false;
    for (uint32_t i = 0; i < w->loop_cap; i++) {
        if (!w->loops[i])
            continue;
        uint32_t k = slot_of(w->loops[i]->node, cap);
        while (loops[k])
            k = (k + 1) & (cap - 1);
        loops[k] = w->loops[i];
    }
    w->loops = loops;
    w->loop_cap = cap;
    return true;
}

static cp_loop *loop_of(cp_walk *w, const cp_node *node) {
    if (w->loop_count * 2 >= w->loop_cap && !grow(w))
        return NULL;
    uint32_t k = slot_of(node, w->loop_cap);
    while (w->loops[k] && w->loops[k]->node != node)
        k = (k + 1) & (w->loop_cap - 1);
    if (!w->loops[k]) {
        w->loops[k] = CP_NEW(w->arena, cp_loop);
        w->loops[k]->node = node;
        w->loop_count++;
    }
    return w->loops[k];
}

typedef struct changes {
    cp_walk *w;
    cp_loop *loop;
    cp_state *state;
} changes;

/* Counters stay numbers: then what is calculated with them can't run anything. */
static bool is_number(const cp_binding *b) {
    if (!b || !b->known || b->elements || b->set.count == 0)
        return false;
    for (uint32_t i = 0; i < b->set.count; i++) {
        const cp_value *v = &b->set.values[i];
        if (!cp_value_is_exact(v)) {
            if (v->atom_count != 1 || v->atoms[0].kind != CP_ATOM_HOLE ||
                (v->atoms[0].cls != CP_CLASS_INTEGER && v->atoms[0].cls != CP_CLASS_DIGITS) ||
                (v->atoms[0].props & CP_HOLE_EMPTY))
                return false;
            continue;
        }
        uint32_t k = v->exact.n > 1 && v->exact.p[0] == '-';
        if (k == v->exact.n)
            return false;
        for (; k < v->exact.n; k++)
            if (v->exact.p[k] < '0' || v->exact.p[k] > '9')
                return false;
    }
    return true;
}

/* A path out of a list: as definite as a word that is written there. */
static bool is_listed(const cp_value *v) {
    bool listed = false;
    for (uint32_t i = 0; i < v->atom_count; i++) {
        if (v->atoms[i].kind == CP_ATOM_HOLE && !(v->atoms[i].props & CP_HOLE_PLAIN))
            return false;
        listed |= v->atoms[i].kind == CP_ATOM_HOLE;
    }
    return listed;
}

static bool is_plain(const cp_binding *b) {
    return b && b->known && !b->elements && b->set.count && !b->sticky;
}

static bool same_list(const cp_fields *a, const cp_fields *b) {
    return a->count == b->count && (a->count == 0 || cp_set_same(a->items[0].set, b->items[0].set));
}

static bool is_list(const cp_binding *b) {
    return b && b->known && (b->elements || b->set.count == 0) && !b->sticky && !(b->array & CP_ARRAY_KEYED);
}

/* What the variable may be at the beginning of a round: what it was before the loop, or what some round left. */
static void widen_variable(void *self, const cp_binding *b) {
    changes *c = (changes *)self;
    const cp_binding *old = cp_map_get(c->state->variables, b->name);
    cp_binding *u = CP_NEW(c->w->arena, cp_binding);
    *u = *b;
    u->exported = cp_export_join(u->exported, old ? old->exported : (uint32_t)CP_EXPORT_NO);
    u->sticky |= old ? old->sticky : 0;
    u->array = cp_array_join(u->array, old ? old->array : 0);
    u->known = !u->sticky && is_plain(b) && is_plain(old);
    if (u->known && is_number(b) && !cp_value_is_exact(&b->set.values[0]))
        u->known = is_number(old);
    else if (is_plain(b) && !u->sticky) { /* or what it was before */
        const cp_binding *joined = cp_binding_join(c->w->arena, b, old);
        u->known = joined->known;
        u->set = joined->set;
        u->outside = joined->outside;
    } else if (is_list(b) && is_list(old) && (b->elements || old->elements) && !u->sticky) {
        u->known = 1;
        u->elements = cp_elements_join(c->w->arena, old->elements, b->elements);
        u->set = cp_elements_first(c->w->arena, *u->elements);
    }
    c->state->variables = cp_map_put(c->w->arena, c->state->variables, u);
}

/* The state that any round may begin with. */
static cp_state entry_of(cp_walk *w, cp_loop *loop, cp_state s) {
    changes c = {w, loop, &s};
    if (loop->all_unknown)
        s.variables = (cp_map){NULL};
    else
        cp_map_each(loop->variables, w->budget, widen_variable, &c);
    if (loop->functions.root)
        s.functions = cp_functions_join(w->arena, w->budget, s.functions, loop->functions);
    if (loop->aliases.root)
        s.aliases = cp_functions_join(w->arena, w->budget, s.aliases, loop->aliases);
    if (loop->cwd)
        s.cwd = (cp_set){NULL, 0};
    else if (loop->around.n) { /* the loop may have begun elsewhere when that was found out */
        const cp_set found = cp_walk_somewhere_in(w, loop->around);
        const cp_slice around = cp_walk_around(w, s.cwd, found);
        s.cwd = around.n ? cp_walk_somewhere_in(w, around) : (cp_set){NULL, 0};
    }
    if (loop->params)
        s.params = NULL;
    s.taints |= loop->taints;
    s.env_flags |= loop->env_flags;
    s.all_unknown |= loop->all_unknown;
    s.may_stop |= loop->may_stop;
    s.exports_all |= loop->exports_all;
    return s;
}

/* Values that the rounds of a loop needn't wait for: written out, or out of a list. */
static bool are_definite(cp_set set, cp_slice name) {
    bool definite = true;
    for (uint32_t i = 0; i < set.count; i++)
        definite &= cp_value_is_exact(&set.values[i]) ||
                    (set.values[i].atom_count == 1 && cp_slice_eq(set.values[i].atoms[0].lit, name)) ||
                    is_listed(&set.values[i]);
    return definite;
}

/* A list that grows: any number of what any round adds. */
static void list_changed(changes *c, const cp_binding *b, const cp_binding *before,
                         const cp_binding *at_entry, cp_binding *made) {
    enum { PATIENCE = 3 };
    cp_arena *arena = c->w->arena;
    if (made->sticky || !is_list(b) || !(b->elements || (before && before->elements)) ||
        (at_entry && !is_list(at_entry)) || (before && !is_list(before)))
        return;
    made->elements = cp_elements_join(arena, before ? before->elements : NULL, b->elements);
    made->set = cp_elements_first(arena, *made->elements);
    bool same = before && before->elements && same_list(before->elements, made->elements);
    made->known = same || (are_definite(made->set, b->name) && c->w->trial <= PATIENCE);
    if (same)
        made->elements = before->elements, made->set = before->set;
    if (!made->known)
        made->elements = NULL;
}

/* A few alternatives stay alternatives; a counter becomes any number; everything else is unknown. */
static void variable_changed(void *self, const cp_binding *b, const cp_binding *at_entry) {
    enum { PATIENCE = 3 };
    changes *c = (changes *)self;
    cp_arena *arena = c->w->arena;
    const cp_binding *before = cp_map_get(c->loop->variables, b->name);
    cp_binding made = {.name = b->name,
                       .exported = cp_export_join(b->exported, before     ? before->exported
                                                               : at_entry ? at_entry->exported
                                                                          : (uint32_t)CP_EXPORT_NO),
                       .sticky = b->sticky | (before ? before->sticky : 0),
                       .array = before ? cp_array_join(b->array, before->array) : b->array,
                       .origin = b->origin};
    made.known = !made.sticky && is_plain(b) && !(at_entry && at_entry->elements) &&
                 (!before || (before->known && !before->elements));
    if (made.known) {
        made.set = cp_set_join(arena, before ? before->set : b->set, b->set);
        bool number = is_number(b) && is_number(at_entry) && (!before || is_number(before));
        bool exact = are_definite(made.set, b->name);
        if (before && cp_set_same(before->set, made.set))
            made.set = before->set;
        else if (number && (!exact || c->w->trial > 1)) {
            if (before && before->set.count == 1 && !cp_value_is_exact(&before->set.values[0]))
                made.set = before->set;
            else
                made.set = cp_set_of(
                    arena, cp_value_hole(arena, CP_CLASS_INTEGER, CP_HOLE_DASH, b->name, (cp_span){0, 0, 0}));
        } else if (!exact || c->w->trial > PATIENCE)
            made.known = 0;
    } else
        list_changed(c, b, before, at_entry, &made);
    if (before && before->sticky == made.sticky && before->array == made.array &&
        before->exported == made.exported && before->known == made.known &&
        before->elements == made.elements &&
        (!made.known || before->set.values == made.set.values || cp_set_same(before->set, made.set)))
        return;
    cp_binding *u = CP_NEW(arena, cp_binding);
    *u = made;
    c->loop->variables = cp_map_put(arena, c->loop->variables, u);
    c->w->grew = 1;
}

static void name_changed(changes *c, cp_map *names, const cp_binding *b) {
    cp_binding *one = CP_NEW(c->w->arena, cp_binding);
    *one = *b;
    one->maybe = 1;
    cp_map alone = cp_map_put(c->w->arena, (cp_map){NULL}, one);
    const cp_binding *before = cp_map_get(*names, b->name);
    cp_map joined = cp_functions_join(c->w->arena, c->w->budget, *names, alone);
    cp_map all = *names; /* the join doubts what the other has not: only this name's binding is taken */
    const cp_binding *made = cp_map_get(joined, b->name);
    if (!made || made == before)
        return;
    all = cp_map_put(c->w->arena, all, made);
    *names = all;
    c->w->grew = 1;
}
static void function_changed(void *self, const cp_binding *b, const cp_binding *at_entry) {
    (void)at_entry;
    changes *c = (changes *)self;
    name_changed(c, &c->loop->functions, b);
}
static void alias_changed(void *self, const cp_binding *b, const cp_binding *at_entry) {
    (void)at_entry;
    changes *c = (changes *)self;
    name_changed(c, &c->loop->aliases, b);
}

static void note(cp_walk *w, uint32_t *known, uint32_t more) {
    if ((*known | more) != *known)
        w->grew = 1;
    *known |= more;
}

static void note_place(cp_walk *w, cp_loop *loop, cp_set entry, cp_set after) {
    if (loop->cwd || cp_set_same(entry, after))
        return;
    cp_slice around = cp_walk_around(w, entry, after);
    note(w, &loop->cwd, around.n == 0);
    if (!cp_slice_eq(around, loop->around)) /* it only gets shorter */
        w->grew = 1;
    loop->around = around;
}

/* What a round that began with `entry` left behind. */
static void note_changes(cp_walk *w, cp_loop *loop, cp_state entry, cp_state after) {
    if (after.dead)
        return;
    changes c = {w, loop, NULL};
    cp_map_differences(after.variables, entry.variables, w->budget, variable_changed, &c);
    cp_map_differences(entry.variables, after.variables, w->budget, variable_changed, &c);
    cp_map_differences(after.functions, entry.functions, w->budget, function_changed, &c);
    cp_map_differences(after.aliases, entry.aliases, w->budget, alias_changed, &c);
    note_place(w, loop, entry.cwd, after.cwd);
    note(w, &loop->params, entry.params != after.params);
    note(w, &loop->taints, after.taints);
    note(w, &loop->env_flags, after.env_flags);
    note(w, &loop->all_unknown, after.all_unknown);
    note(w, &loop->may_stop, after.may_stop);
    note(w, &loop->exports_all, after.exports_all);
}

/* ---- Rounds -------------------------------------------------------------------------------------------------------------- */

/* Does no variable stand in it? NULL: nothing does. */
static bool is_written_number(const cp_arith *a) {
    bool number = !a || !a->assigns;
    for (uint32_t i = 0; a && i < a->text.n; i++)
        number &= a->text.p[i] && strchr("0123456789 \t\n()<>=!+-*/%&|^~", a->text.p[i]) != NULL;
    return number;
}

/* Does nothing tell one round from the next? A number, or a command that reads nothing and prints nothing, with words that are
 * written out. */
static bool is_constant(const cp_walk *w, const cp_list *test, uint32_t calls_before) {
    const cp_item *only = test->first;
    if (only && !only->next && only->node && only->node->kind == CP_NODE_ARITH)
        return is_written_number(only->node->as.arith.expr);
    if (!only || only->next || !only->node || only->node->kind != CP_NODE_SIMPLE || only->node->redirs ||
        w->dry || w->out->call_count != calls_before + 1)
        return false;
    const cp_reading *r = &w->out->calls[calls_before].reading;
    bool constant = r->stdout_is == CP_STDOUT_NOTHING && r->stdin_use == CP_STDIN_IGNORED &&
                    r->effect_count == 0 && r->gap_count == 0;
    for (uint32_t i = 0; i < r->operand_count; i++)
        constant &= !r->operands[i].splat && r->operands[i].set.count == 1 &&
                    cp_value_is_exact(&r->operands[i].set.values[0]);
    return constant;
}

/* A loop without end that starts job after job, and waits for none. */
static void note_bomb(cp_walk *w, const cp_list *body, cp_span span) {
    bool jobs = body->first != NULL;
    for (const cp_item *item = body->first; item; item = item->next)
        jobs &= item->separator == CP_SEP_AMP;
    if (jobs)
        cp_walk_finding(w, CP_FINDING_FORK_BOMB, CP_NO_CALL, span, CP_LIT(""));
}

/* One round of the body, condition included: the exits, and where the next round goes on. */
static cp_exits round_of(cp_walk *w, const cp_node *node, cp_state s, const cp_set *item,
                         cp_state *out_next) {
    cp_exits e;
    switch (node->kind) {
    case CP_NODE_ARITH_FOR: {
        if (cp_arith_may_fail(node->as.arith_for.test) || cp_arith_may_fail(node->as.arith_for.step))
            cp_walk_error(w, s);
        if (is_written_number(node->as.arith_for.test))
            note_bomb(w, &node->as.arith_for.body, node->span);
        cp_walk_arith(w, node->as.arith_for.test, &s);
        cp_state ended = s;
        e = cp_walk_list(w, &node->as.arith_for.body, s);
        cp_state after = cp_walk_join(w, e);
        if (w->leaves && w->leaves->any)
            after = cp_state_join(w->arena, w->budget, after, w->leaves->state);
        cp_walk_arith(w, node->as.arith_for.step, &after);
        *out_next = after;
        return cp_both(ended);
    }
    case CP_NODE_FOR:
    case CP_NODE_SELECT:
        cp_state_assign(w->arena, &s, node->as.fors.name, item, false, 0);
        if (node->kind == CP_NODE_SELECT)
            cp_state_assign(w->arena, &s, CP_LIT("REPLY"), NULL, false, 0);
        e = cp_walk_list(w, &node->as.fors.body, s);
        *out_next = cp_walk_join(w, e);
        return e;
    default: {
        uint32_t calls_before = w->out->call_count;
        cp_exits test = cp_walk_list(w, &node->as.loop.test, s);
        bool until = node->kind == CP_NODE_UNTIL;
        if (is_constant(w, &node->as.loop.test, calls_before))
            note_bomb(w, &node->as.loop.body, node->span);
        cp_exits body = cp_walk_list(w, &node->as.loop.body, until ? test.fail : test.ok);
        *out_next = cp_walk_join(w, body);
        return cp_both(until ? test.ok : test.fail); /* it ends where the condition says so */
    }
    }
}

/* One round from every state that a round may begin with; the state behind the loop. */
static cp_state one_round(cp_walk *w, const cp_node *node, cp_loop *loop, cp_state s, const cp_set *item) {
    cp_state entry = entry_of(w, loop, s);
    cp_leave_point leave = {w->leaves, entry, 0, 0, NULL};
    w->leaves = &leave;
    cp_state next;
    cp_exits e = round_of(w, node, entry, item, &next);
    w->leaves = leave.up;
    if (leave.any)
        next = cp_state_join(w->arena, w->budget, next, leave.state);
    cp_state begins = entry;
    if (node->kind == CP_NODE_FOR || node->kind == CP_NODE_SELECT)
        cp_state_assign(w->arena, &begins, node->as.fors.name, NULL, false, 0);
    if (node->kind == CP_NODE_FOR ||
        node->kind == CP_NODE_SELECT) { /* the loop's own variable is set by each round */
        const cp_binding *own = cp_map_get(begins.variables, node->as.fors.name);
        cp_state compared = next;
        if (own)
            compared.variables = cp_map_put(w->arena, compared.variables, own);
        note_changes(w, loop, begins, compared);
    } else
        note_changes(w, loop, entry, next);
    cp_state out = cp_walk_join(w, e);
    if (node->kind == CP_NODE_FOR || node->kind == CP_NODE_SELECT)
        out = cp_state_join(w->arena, w->budget, s, next);
    if (leave.any)
        out = cp_state_join(w->arena, w->budget, out, leave.state);
    return out;
}

static cp_exits rounds(cp_walk *w, const cp_node *node, cp_state s, const cp_set *item) {
    if (!cp_enter(w->budget)) {
        cp_leave(w->budget);
        return cp_both(s);
    }
    cp_loop *loop = loop_of(w, node);
    if (!loop) {
        cp_leave(w->budget);
        return cp_both(s);
    }
    uint32_t printed = cp_walk_printed(w), cut = cp_walk_cut(w);
    if (w->in_loop == 0) {
        cp_sink *sink = w->sink, *shell_sink = w->shell_sink;
        cp_leave_point *leaves = w->leaves, *errors = w->errors, dropped = {0};
        w->sink = w->shell_sink = NULL;
        w->leaves = NULL;
        w->errors = &dropped;
        w->dry++;
        w->in_loop++;
        uint32_t trials = 0;
        do { /* what is unknown only grows, and ends at everything */
            w->grew = 0;
            w->trial = trials;
            if (++trials > CP_LOOP_TRIALS_MOST)
                loop->all_unknown = loop->cwd = loop->params = 1;
            (void)one_round(w, node, loop, s, item);
        } while (w->grew && trials <= CP_LOOP_TRIALS_MOST + 2 && !cp_walk_stopped(w));
        if (w->grew)
            w->moving = 1;
        w->in_loop--;
        w->dry--;
        w->sink = sink;
        w->shell_sink = shell_sink;
        w->leaves = leaves;
        w->errors = errors;
    }
    bool outermost = w->in_loop == 0;
    const uint32_t used = cp_walk_used(w);
    cp_state out;
    uint32_t times = 0;
    w->in_loop++;
    do { /* the listing round does what the last trial did; should it differ, it is not the last */
        if (outermost)
            w->grew = 0, w->trial = CP_LOOP_TRIALS_MOST;
        out = one_round(w, node, loop, s, item);
    } while (outermost && w->grew && ++times < 3 && !cp_walk_stopped(w));
    if (!outermost && used != cp_walk_used(w)) /* the next round finds less on its standard input */
        out = cp_state_join(w->arena, w->budget, out, one_round(w, node, loop, s, item));
    w->in_loop--;
    if (outermost && times == 3)
        w->moving = 1;
    cp_sink_maybe(w->sink, printed);
    cp_walk_arrived(w, cut);
    cp_leave(w->budget);
    return cp_both(out);
}

/* ---- for ------------------------------------------------------------------------------------------------------------------ */

static cp_exits unrolled(cp_walk *w, const cp_node *node, cp_state s, const cp_fields *words) {
    uint32_t outer = w->unrolled, printed = cp_walk_printed(w), cut = cp_walk_cut(w);
    w->unrolled = words->count * (outer ? outer : 1);
    cp_leave_point leave = {w->leaves, s, 0, 0, NULL};
    w->leaves = &leave;
    cp_exits e = cp_both(s);
    for (uint32_t i = 0; i < words->count && !cp_walk_stopped(w); i++) {
        cp_state start = cp_walk_join(w, e);
        if (leave.any)
            start = cp_state_join(w->arena, w->budget, start, leave.state);
        cp_state_assign(w->arena, &start, node->as.fors.name, &words->items[i].set, false, 0);
        for (uint32_t k = 0; k < words->items[i].set.count; k++)
            cp_walk_calculated(w, node->as.fors.name, &words->items[i].set.values[k], &start);
        e = cp_walk_list(w, &node->as.fors.body, start);
    }
    w->leaves = leave.up;
    w->unrolled = outer;
    return cp_walk_left(w, &leave, e, printed, cut);
}

static cp_exits walk_for(cp_walk *w, const cp_node *node, cp_state s) {
    cp_fields words = {NULL, 0};
    bool known = true;
    cp_walk_assigned_here(w, node->as.fors.name, node->as.fors.name_span, &s);
    if (cp_walk_may_refuse(w, &s, node->as.fors.name))
        cp_walk_error(w, s);
    if (node->as.fors.has_in) {
        if (cp_word_may_fail(node->as.fors.words, cp_walk_globs_may_fail(w, &s), w->budget))
            cp_walk_error(w, s);
        words = cp_walk_words(w, node->as.fors.words, false, &s);
    } else if (s.params)
        words = *s.params;
    else
        known = false;
    for (uint32_t i = 0; i < words.count; i++)
        known &= cp_field_is_exact(&words.items[i]);
    if (known && node->kind == CP_NODE_FOR &&
        (uint64_t)words.count * (w->unrolled ? w->unrolled : 1) <= CP_LOOP_UNROLL_MOST &&
        (w->in_loop == 0 || words.count <= 8))
        return unrolled(w, node, s, &words);
    cp_set any = {NULL, 0};
    for (uint32_t i = 0; i < words.count && cp_step(w->budget); i++)
        any = any.count ? cp_set_join(w->arena, any, words.items[i].set) : words.items[i].set;
    any = cp_walk_file_names(w, any, &s);
    for (uint32_t i = 0; i < any.count; i++)
        cp_walk_calculated(w, node->as.fors.name, &any.values[i], &s);
    bool unknown = any.count == 0 || node->kind == CP_NODE_SELECT;
    return rounds(w, node, s, unknown ? NULL : &any);
}

cp_exits cp_walk_loop(cp_walk *w, const cp_node *node, cp_state s) {
    switch (node->kind) {
    case CP_NODE_FOR:
    case CP_NODE_SELECT: return walk_for(w, node, s);
    case CP_NODE_ARITH_FOR:
        if (cp_arith_may_fail(node->as.arith_for.init))
            cp_walk_error(w, s);
        cp_walk_arith(w, node->as.arith_for.init, &s);
        return rounds(w, node, s, NULL);
    default: return rounds(w, node, s, NULL);
    }
}
