/* The walk over statements: lists, pipelines, branches, loops, functions. Every statement has two exits, the state after
 * success and the state after failure; nothing that may run is left out, whichever branch it stands on. Recursion is
 * counted against the depth limit, loops cost one dry round and one real one. */
#include "calls/walk.h"

cp_state cp_walk_join(cp_walk *w, cp_exits e) { return cp_state_join(w->arena, w->budget, e.ok, e.fail); }

void cp_walk_finding(cp_walk *w, uint32_t code, uint32_t call, cp_span span, cp_slice detail)
{
    if (w->dry) return;
    cp_finding f = {code, call, span, detail};
    (void)CP_PUSH(w->arena, w->out->findings, w->out->finding_count, w->out->finding_cap, f);
}

void cp_sink_maybe(cp_sink *sink, uint32_t printed_before)
{
    if (sink && sink->printed != printed_before) sink->unknown = 1;
}
static uint32_t printed(const cp_walk *w) { return w->sink ? w->sink->printed : 0; }

static cp_state join(cp_walk *w, cp_state a, cp_state b) { return cp_state_join(w->arena, w->budget, a, b); }
static cp_exits join_exits(cp_walk *w, cp_exits a, cp_exits b) { return (cp_exits){join(w, a.ok, b.ok), join(w, a.fail, b.fail)}; }
static bool stopped(const cp_walk *w) { return cp_spent(w->budget) || cp_arena_failed(w->arena); }

cp_exits cp_walk_list(cp_walk *w, const cp_list *list, cp_state s)
{
    cp_exits e = cp_both(s);
    for (const cp_item *item = list->first; item && cp_step(w->budget) && !stopped(w); item = item->next) {
        cp_state before = cp_walk_join(w, e);
        if (!item->node) continue;
        if (item->separator == CP_SEP_AMP) { /* on a copy, and at once a success */
            w->backgrounds++;
            cp_stdin input = w->input;
            w->input = (cp_stdin){.is = CP_STDIN_IS_NOTHING};
            cp_walk_node(w, item->node, before);
            w->input = input;
            w->backgrounds--;
            e = cp_both(before);
        } else
            e = cp_walk_node(w, item->node, before);
    }
    return e;
}

/* ---- Pipelines ------------------------------------------------------------------------------------------------------ */

static cp_exits walk_pipeline(cp_walk *w, const cp_node *node, cp_state s)
{
    const cp_node *stage = node->as.pipeline.commands;
    cp_exits e = cp_both(s);
    cp_stdin input = w->input;
    cp_sink *sink = w->sink;
    bool piped = stage && stage->next;
    if (piped) w->backgrounds++;
    for (; stage && cp_step(w->budget) && !stopped(w); stage = stage->next) {
        uint32_t first = w->out->call_count;
        if (!stage->next) {
            w->sink = sink;
            cp_exits last = cp_walk_node(w, stage, s);
            /* the last stage runs in this shell or in one of its own (lastpipe, ksh, zsh) */
            e = piped ? (cp_exits){join(w, last.ok, s), join(w, last.fail, s)} : last;
            break;
        }
        cp_sink pipe = {0};
        w->sink = &pipe;
        cp_walk_node(w, stage, s);
        if (stage->pipe_stderr) pipe.unknown = 1;
        w->input = cp_walk_pipe(w, &pipe, first);
    }
    if (piped) w->backgrounds--;
    w->input = input;
    w->sink = sink;
    return node->negated ? (cp_exits){e.fail, e.ok} : e;
}

static cp_exits walk_and_or(cp_walk *w, const cp_node *node, cp_state s)
{
    /* chains lean left and can be long: the left spine is walked without recursion */
    const cp_node *spine[64];
    uint32_t depth = 0;
    const cp_node *n = node;
    while ((n->kind == CP_NODE_AND || n->kind == CP_NODE_OR) && depth < 64) {
        spine[depth++] = n;
        n = n->as.andor.left;
    }
    cp_exits e = cp_walk_node(w, n, s);
    while (depth-- > 0 && !stopped(w)) {
        const cp_node *op = spine[depth];
        bool and_list = op->kind == CP_NODE_AND;
        uint32_t before = printed(w);
        cp_exits right = cp_walk_node(w, op->as.andor.right, and_list ? e.ok : e.fail);
        cp_sink_maybe(w->sink, before);
        e = and_list ? (cp_exits){right.ok, join(w, e.fail, right.fail)} : (cp_exits){join(w, e.ok, right.ok), right.fail};
    }
    return e;
}

/* ---- Branches ------------------------------------------------------------------------------------------------------- */

static cp_exits walk_if(cp_walk *w, const cp_node *node, cp_state s)
{
    uint32_t before = printed(w);
    cp_exits test = cp_walk_list(w, &node->as.ifs.test, s);
    cp_exits then = cp_walk_list(w, &node->as.ifs.then, test.ok);
    cp_exits otherwise = {test.fail, test.fail};
    if (node->as.ifs.otherwise) otherwise = cp_walk_node(w, node->as.ifs.otherwise, test.fail);
    cp_sink_maybe(w->sink, before);
    return join_exits(w, then, otherwise);
}

static cp_exits walk_case(cp_walk *w, const cp_node *node, cp_state s)
{
    uint32_t before = printed(w);
    cp_walk_word(w, node->as.cases.word, CP_CONTEXT_CASE, &s);
    cp_exits e = cp_both(s); /* no clause may match */
    cp_state falls = s;
    bool fell = false;
    for (const cp_case_clause *c = node->as.cases.clauses; c && cp_step(w->budget) && !stopped(w); c = c->next) {
        cp_walk_pattern_words(w, c->patterns, &s);
        cp_exits body = cp_walk_list(w, &c->body, fell ? join(w, s, falls) : s);
        fell = c->end != 0;
        falls = cp_walk_join(w, body);
        e = join_exits(w, e, body);
    }
    cp_sink_maybe(w->sink, before);
    return e;
}

/* ---- Loops ---------------------------------------------------------------------------------------------------------- */

typedef cp_exits (*round_of)(cp_walk *, const cp_node *, cp_state);

/* What the body may see in any round: one dry round shows what it changes; that is unknown from then on. Where what ran in it
 * depends on values (eval, functions, unknown commands), everything is. */
static cp_state loop_entry(cp_walk *w, const cp_node *node, cp_state s, round_of round)
{
    uint32_t dynamic = w->dynamic_seen;
    w->dynamic_seen = 0;
    w->dry++;
    cp_sink *sink = w->sink;
    w->sink = NULL;
    cp_leave_point leave = {w->leaves, s, 0};
    w->leaves = &leave;
    cp_exits e = round(w, node, s);
    w->leaves = leave.up;
    w->sink = sink;
    w->dry--;
    cp_state after = cp_walk_join(w, e);
    if (leave.any) after = join(w, after, leave.state);
    cp_state entry = cp_state_widen(w->arena, w->budget, s, after);
    if (leave.any) entry = cp_state_widen(w->arena, w->budget, entry, leave.state);
    if (w->dynamic_seen && !cp_state_equal(entry, s)) entry = cp_state_havoc(w->arena, entry);
    w->dynamic_seen |= dynamic;
    return entry;
}

static cp_exits walk_loop(cp_walk *w, const cp_node *node, cp_state s, round_of round)
{
    if (!cp_enter(w->budget)) {
        cp_leave(w->budget);
        return cp_both(s);
    }
    uint32_t before = printed(w);
    cp_state entry = loop_entry(w, node, s, round);
    cp_leave_point leave = {w->leaves, entry, 0};
    w->leaves = &leave;
    cp_exits e = round(w, node, entry);
    w->leaves = leave.up;
    cp_sink_maybe(w->sink, before);
    cp_state out = join(w, entry, cp_walk_join(w, e));
    if (leave.any) out = join(w, out, leave.state);
    out.dead = 0;
    cp_leave(w->budget);
    return cp_both(out);
}

static cp_exits while_round(cp_walk *w, const cp_node *node, cp_state s)
{
    cp_exits test = cp_walk_list(w, &node->as.loop.test, s);
    cp_exits body = cp_walk_list(w, &node->as.loop.body, node->kind == CP_NODE_WHILE ? test.ok : test.fail);
    return join_exits(w, body, cp_both(cp_walk_join(w, test)));
}

static cp_exits arith_for_round(cp_walk *w, const cp_node *node, cp_state s)
{
    cp_walk_arith(w, node->as.arith_for.test, &s);
    cp_exits e = cp_walk_list(w, &node->as.arith_for.body, s);
    cp_state after = cp_walk_join(w, e);
    cp_walk_arith(w, node->as.arith_for.step, &after);
    return cp_both(join(w, s, after));
}

static cp_exits for_round(cp_walk *w, const cp_node *node, cp_state s) { return cp_walk_list(w, &node->as.fors.body, s); }

/* `for x in a b c` over words that are certain is walked once a word; otherwise the variable is any of them. */
static cp_exits walk_for(cp_walk *w, const cp_node *node, cp_state s)
{
    enum { UNROLL_MOST = 64 };
    cp_fields words = {NULL, 0};
    bool known = true;
    if (node->as.fors.has_in)
        words = cp_walk_words(w, node->as.fors.words, false, &s);
    else if (s.params)
        words = *s.params;
    else
        known = false;
    for (uint32_t i = 0; i < words.count; i++) known &= cp_field_is_exact(&words.items[i]);
    cp_slice name = node->as.fors.name;
    if (known && node->kind == CP_NODE_FOR && words.count && (uint64_t)words.count * (w->unrolled ? w->unrolled : 1) <= UNROLL_MOST) {
        uint32_t unrolled = w->unrolled, before = printed(w);
        w->unrolled = words.count * (unrolled ? unrolled : 1);
        cp_leave_point leave = {w->leaves, s, 0};
        w->leaves = &leave;
        cp_exits e = cp_both(s);
        for (uint32_t i = 0; i < words.count && !stopped(w); i++) {
            cp_state start = cp_walk_join(w, e);
            if (leave.any) start = join(w, start, leave.state);
            cp_state_assign(w->arena, &start, name, &words.items[i].set, false, 0);
            e = cp_walk_list(w, &node->as.fors.body, start);
        }
        w->leaves = leave.up;
        w->unrolled = unrolled;
        if (leave.any) {
            e = (cp_exits){join(w, e.ok, leave.state), join(w, e.fail, leave.state)};
            cp_sink_maybe(w->sink, before);
        }
        return e;
    }
    cp_set any = {NULL, 0};
    for (uint32_t i = 0; i < words.count && cp_step(w->budget); i++)
        any = any.count ? cp_set_join(w->arena, any, words.items[i].set) : words.items[i].set;
    bool unknown = any.count == 0 || node->kind == CP_NODE_SELECT;
    cp_state_assign(w->arena, &s, name, unknown ? NULL : &any, false, 0);
    cp_exits e = walk_loop(w, node, s, for_round);
    return e;
}

static cp_exits walk_arith_for(cp_walk *w, const cp_node *node, cp_state s)
{
    cp_walk_arith(w, node->as.arith_for.init, &s);
    return walk_loop(w, node, s, arith_for_round);
}

/* ---- [[ ]] ---------------------------------------------------------------------------------------------------------- */

static bool is_plain_integer(const cp_value *v)
{
    if (!cp_value_is_exact(v) || v->exact.n == 0) return false;
    for (uint32_t i = v->exact.p[0] == '-' || v->exact.p[0] == '+'; i < v->exact.n; i++)
        if (v->exact.p[i] < '0' || v->exact.p[i] > '9') return false;
    return true;
}

/* Both sides of -eq and its like are arithmetic; the operand of -v and -R is a name whose subscript is evaluated. */
static bool evaluates_operands(const cp_cond *c)
{
    static const char *const ops[] = {"-eq", "-ne", "-lt", "-le", "-gt", "-ge"};
    for (uint32_t i = 0; i < sizeof ops / sizeof *ops; i++)
        if (cp_slice_is(c->op, ops[i])) return true;
    return false;
}

static void walk_cond(cp_walk *w, const cp_cond *c, cp_state *s)
{
    if (!c || stopped(w)) return;
    if (!cp_enter(w->budget)) {
        cp_leave(w->budget);
        return;
    }
    walk_cond(w, c->left, s);
    walk_cond(w, c->right, s);
    if (c->a) {
        cp_value a = cp_walk_one(w, c->a, CP_CONTEXT_CASE, s);
        bool name = cp_slice_is(c->op, "-v") || cp_slice_is(c->op, "-R");
        if ((evaluates_operands(c) && !is_plain_integer(&a)) || (name && (!cp_value_is_exact(&a) || cp_slice_find(a.exact, '[', 0) < a.exact.n)))
            cp_walk_finding(w, CP_FINDING_EVALUATES, CP_NO_CALL, a.span, CP_LIT("a condition evaluates text as arithmetic"));
    }
    if (c->b) {
        cp_value b = cp_walk_one(w, c->b, evaluates_operands(c) ? CP_CONTEXT_CASE : CP_CONTEXT_PATTERN, s);
        if (evaluates_operands(c) && !is_plain_integer(&b))
            cp_walk_finding(w, CP_FINDING_EVALUATES, CP_NO_CALL, b.span, CP_LIT("a condition evaluates text as arithmetic"));
    }
    cp_leave(w->budget);
}

/* ---- Nodes ---------------------------------------------------------------------------------------------------------- */

static void define_function(cp_walk *w, const cp_node *node, cp_state *s)
{
    cp_binding *b = CP_NEW(w->arena, cp_binding);
    b->name = node->as.function.name;
    b->body = node->as.function.body;
    s->functions = cp_map_put(w->arena, s->functions, b);
}

static cp_exits walk_compound(cp_walk *w, const cp_node *node, cp_state s)
{
    switch (node->kind) {
    case CP_NODE_SUBSHELL: {
        cp_leave_point *leaves = w->leaves;
        w->leaves = NULL;
        cp_walk_list(w, &node->as.group.body, s);
        w->leaves = leaves;
        return cp_both(s);
    }
    case CP_NODE_GROUP: return cp_walk_list(w, &node->as.group.body, s);
    case CP_NODE_IF: return walk_if(w, node, s);
    case CP_NODE_WHILE: case CP_NODE_UNTIL: return walk_loop(w, node, s, while_round);
    case CP_NODE_FOR: case CP_NODE_SELECT: return walk_for(w, node, s);
    case CP_NODE_ARITH_FOR: return walk_arith_for(w, node, s);
    case CP_NODE_CASE: return walk_case(w, node, s);
    case CP_NODE_ARITH: cp_walk_arith(w, node->as.arith.expr, &s); return cp_both(s);
    case CP_NODE_COND: walk_cond(w, node->as.cond.expr, &s); return cp_both(s);
    default: return cp_both(s);
    }
}

static cp_exits walk_coproc(cp_walk *w, const cp_node *node, cp_state s)
{
    w->backgrounds++;
    if (node->as.coproc.body) cp_walk_node(w, node->as.coproc.body, s);
    w->backgrounds--;
    cp_slice name = node->as.coproc.name.n ? node->as.coproc.name : CP_LIT("COPROC");
    cp_state_assign(w->arena, &s, name, NULL, false, 0);
    return cp_both(s);
}

cp_exits cp_walk_node(cp_walk *w, const cp_node *node, cp_state s)
{
    if (!node || stopped(w)) return cp_both(s);
    if (!cp_enter(w->budget)) {
        cp_leave(w->budget);
        return cp_both(s);
    }
    cp_exits e = cp_both(s);
    switch (node->kind) {
    case CP_NODE_SIMPLE: e = cp_walk_simple(w, node, s); break;
    case CP_NODE_PIPELINE: e = walk_pipeline(w, node, s); break;
    case CP_NODE_AND: case CP_NODE_OR: e = walk_and_or(w, node, s); break;
    case CP_NODE_FUNCTION:
        define_function(w, node, &s);
        e = cp_both(s);
        break;
    case CP_NODE_COPROC: e = walk_coproc(w, node, s); break;
    case CP_NODE_ERROR: break; /* the parser's note speaks for it */
    default: {
        cp_stdin input = w->input;
        cp_sink *sink = w->sink;
        uint32_t reads = w->read_count;
        cp_walk_redirects(w, node->redirs, &s, CP_NO_CALL);
        cp_walk_reads_to(w, reads, CP_NO_CALL);
        e = walk_compound(w, node, s);
        w->input = input;
        w->sink = sink;
        break;
    }
    }
    cp_leave(w->budget);
    return e;
}

/* ---- Texts ---------------------------------------------------------------------------------------------------------- */

static uint32_t finding_of(uint32_t note)
{
    switch (note) {
    case CP_NOTE_UNSUPPORTED: return CP_FINDING_UNSUPPORTED;
    case CP_NOTE_OPAQUE: return CP_FINDING_OPAQUE;
    case CP_NOTE_HEREDOC_UNTERMINATED: return CP_FINDING_HEREDOC;
    case CP_NOTE_DIALECT_DEPENDS: return CP_FINDING_DIALECT;
    case CP_NOTE_HIDDEN_BYTES: return CP_FINDING_HIDDEN;
    case CP_NOTE_LIMIT: return CP_FINDING_LIMIT;
    default: return CP_FINDING_SYNTAX;
    }
}

cp_exits cp_walk_source(cp_walk *w, uint32_t src, cp_dialect dialect, cp_state s)
{
    if (src == UINT32_MAX || src >= w->in->sources->count) {
        s = cp_state_havoc(w->arena, s);
        return cp_both(s);
    }
    cp_parse_result parsed;
    cp_parse(w->arena, w->in->sources, src, dialect, 0, w->budget, &parsed);
    for (const cp_note *n = parsed.notes; n && !cp_arena_failed(w->arena); n = n->next)
        cp_walk_finding(w, finding_of(n->kind), w->parent, n->span, n->message);
    if (!parsed.complete && !parsed.notes) {
        uint32_t length = w->in->sources->items[src].text.n;
        cp_walk_finding(w, CP_FINDING_SYNTAX, w->parent, (cp_span){src, 0, length}, CP_LIT("the text could not be read to its end"));
    }
    if (stopped(w)) return cp_both(s);
    cp_dialect outer = w->dialect;
    w->dialect = dialect;
    cp_exits e = cp_walk_list(w, &parsed.program.body, s);
    w->dialect = outer;
    return e;
}

static cp_state first_state(cp_walk *w)
{
    cp_state s = {0};
    cp_span nowhere = {0, 0, 0};
    if (w->in->cwd.n) s.cwd = cp_set_of(w->arena, cp_value_exact(w->arena, w->in->cwd, nowhere));
    for (uint32_t i = 0; i < w->in->variable_count; i++) {
        const cp_variable *v = &w->in->variables[i];
        cp_set set = cp_set_of(w->arena, cp_value_exact(w->arena, v->value, nowhere));
        cp_state_assign(w->arena, &s, v->name, v->known ? &set : NULL, true, 0);
    }
    if (w->in->places && w->in->places->home.n) {
        cp_set home = cp_set_of(w->arena, cp_value_exact(w->arena, w->in->places->home, nowhere));
        cp_state_assign(w->arena, &s, CP_LIT("HOME"), &home, true, 0);
    }
    s.taints = 0; /* what the caller says of PATH is the caller's word */
    s.env_flags = 0;
    return s;
}

static void begin(cp_walk *w, const cp_walk_input *in, cp_calls *out)
{
    memset(out, 0, sizeof *out);
    *w = (cp_walk){.in = in, .arena = in->arena, .budget = in->budget, .out = out, .dialect = in->dialect, .parent = CP_NO_CALL,
                   .at = {UINT32_MAX, 0, 0}};
    cp_origin_range none = {0, 0};
    (void)CP_PUSH(w->arena, w->origins, w->origin_count, w->origin_cap, none); /* origin 0: none */
}

void cp_calls_of_text(const cp_walk_input *in, uint32_t src, cp_calls *out)
{
    cp_walk w;
    begin(&w, in, out);
    cp_walk_source(&w, src, in->dialect, first_state(&w));
}

void cp_calls_of_argv(const cp_walk_input *in, const cp_fields *argv, cp_calls *out)
{
    cp_walk w;
    begin(&w, in, out);
    cp_span span = {0, 0, in->sources->count ? in->sources->items[0].text.n : 0};
    cp_walk_argv(&w, argv, span, first_state(&w));
}
