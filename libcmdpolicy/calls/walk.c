/* The walk over statements: lists, pipelines, branches, texts. Every statement has two exits, the state after success and the
 * state after failure; nothing that may run is left out, whichever branch it stands on. Recursion is counted against the
 * depth limit. */
#include "calls/walk.h"

static inline cp_state join(const cp_walk *w, cp_state a, cp_state b) {
    return cp_state_is(&a, &b) ? a : cp_state_join(w->arena, w->budget, a, b);
}
cp_exits cp_walk_join_exits(cp_walk *w, cp_exits a, cp_exits b) {
    return (cp_exits){join(w, a.ok, b.ok), join(w, a.fail, b.fail)};
}

void cp_walk_finding(cp_walk *w, uint32_t code, uint32_t call, cp_span span, cp_slice detail) {
    if (w->dry)
        return;
    for (uint32_t i = w->out->finding_count;
         i-- > 0 && i + 8 > w->out->finding_count;) /* said already, next to it */
        if (w->out->findings[i].code == code && w->out->findings[i].call == call &&
            memcmp(&w->out->findings[i].span, &span, sizeof span) == 0)
            return;
    cp_finding f = {code, call, span, detail};
    (void)CP_PUSH(w->arena, w->out->findings, w->out->finding_count, w->out->finding_cap, f);
}

void cp_sink_maybe(cp_sink *sink, uint32_t printed_before) {
    if (sink && sink->printed != printed_before) {
        sink->unknown = 1;
        sink->choice = (cp_set){NULL, 0};
    }
}

void cp_walk_may_end(cp_walk *w) {
    if (w->shell_sink)
        w->shell_sink->cut |= CP_CUT_ENDED;
}
void cp_walk_arrived(cp_walk *w, uint32_t before) {
    if (w->shell_sink && !(before & CP_CUT_LEFT))
        w->shell_sink->cut &= ~(uint32_t)CP_CUT_LEFT;
}

cp_exits cp_walk_left(cp_walk *w, const cp_leave_point *leave, cp_exits e, uint32_t printed, uint32_t cut) {
    if (leave->any) {
        e.ok = cp_state_join(w->arena, w->budget, e.ok, leave->state);
        e.fail = cp_state_join(w->arena, w->budget, e.fail, leave->state);
        cp_sink_maybe(w->sink, printed);
    }
    cp_walk_arrived(w, cut);
    return e;
}

static void add_state(cp_walk *w, cp_leave_point *p, cp_state s) {
    p->state = p->any ? join(w, p->state, s) : s;
    p->any = 1;
}
void cp_walk_leave(cp_walk *w, cp_state s, cp_loops loops) {
    if (w->shell_sink)
        w->shell_sink->cut |= CP_CUT_LEFT;
    for (cp_leave_point *p = w->leaves; p && cp_step(w->budget); p = p->up) {
        add_state(w, p, s);
        if (p->broken && (loops == CP_LOOPS_ANY || (loops && p == w->leaves)))
            add_state(w, p->broken, s);
        if (p->of_function)
            return;
    }
}
void cp_walk_error(cp_walk *w, cp_state s) {
    cp_walk_may_end(w);
    if (w->errors)
        add_state(w, w->errors, s);
}

/* ---- What may fail ---------------------------------------------------------------------------------------------------- */

bool cp_arith_may_fail(const cp_arith *a) {
    if (!a)
        return false;
    for (uint32_t i = 0; i < a->text.n; i++) /* not digits alone */
        if (a->text.p[i] < '0' || a->text.p[i] > '9')
            return !(a->text.n == 1 && (a->text.p[0] == '@' || a->text.p[0] == '*'));
    return a->text.n > 1 && a->text.p[0] == '0';
}

/* `globs`: a pattern that no file matches is an error. */
static bool parts_may_fail(const cp_part *p, bool globs, cp_budget *budget) {
    bool fails = !cp_enter(budget);
    for (; p && !fails && cp_step(budget); p = p->next) {
        switch (p->kind) {
        case CP_PART_LIT:
            for (uint32_t i = 0; globs && i < p->text.n; i++)
                fails |= p->text.p[i] == '*' || p->text.p[i] == '?' || p->text.p[i] == '[';
            break;
        case CP_PART_EXTGLOB: fails = globs; break;
        case CP_PART_DQ: fails = parts_may_fail(p->as.parts, false, budget); break;
        case CP_PART_ARITH: fails = cp_arith_may_fail(p->as.arith); break;
        case CP_PART_OPAQUE: fails = true; break;
        case CP_PART_PARAM: {
            const cp_param *param = p->as.param;
            fails = param->op == CP_PARAM_ERROR || param->op == CP_PARAM_BAD ||
                    param->op == CP_PARAM_TRANSFORM || param->indirect ||
                    cp_arith_may_fail(param->subscript) || cp_arith_may_fail(param->offset) ||
                    cp_arith_may_fail(param->length_expr) ||
                    (param->word &&
                     parts_may_fail(param->word->parts, globs && param->op != CP_PARAM_STRIP, budget)) ||
                    (param->replacement && parts_may_fail(param->replacement->parts, globs, budget)) ||
                    (param->op == CP_PARAM_SUBSTRING && param->length_expr) ||
                    (param->op == CP_PARAM_ASSIGN && /* nobody assigns to $1, or to a whole list */
                     (param->subscript || !param->name.n || param->name.p[0] < 'A'));
            break;
        }
        case CP_PART_ARRAY:
            for (const cp_element *e = p->as.elements; e && !fails && cp_step(budget); e = e->next)
                fails = cp_arith_may_fail(e->subscript) ||
                        (e->value && parts_may_fail(e->value->parts, globs, budget));
            break;
        default: break;
        }
    }
    cp_leave(budget);
    return fails;
}

bool cp_word_may_fail(const cp_word *word, bool globs, cp_budget *budget) {
    for (; word && cp_step(budget); word = word->next)
        if ((word->flags & CP_WORD_EXPANDS || !(word->flags & CP_WORD_BARE)) &&
            parts_may_fail(word->parts, globs, budget))
            return true;
    return false;
}

static void may_fail(cp_walk *w, const cp_word *word, const cp_state *s) {
    if (cp_word_may_fail(word, false, w->budget))
        cp_walk_error(w, *s);
}

/* ---- Lists ------------------------------------------------------------------------------------------------------------- */

/* Nothing stands behind it, not even a comment: without its beginning that is a command. */
static bool ends_script(const cp_walk *w, const cp_item *item) {
    const cp_sources *sources = w->in->sources;
    if (item->next || !item->node || item->node->span.src >= sources->count)
        return !item->next;
    cp_slice text = sources->items[item->node->span.src].text;
    for (uint32_t i = item->node->span.end; i < text.n; i++)
        if (!memchr(" \t\n;&", text.p[i], 5))
            return false;
    return true;
}

/* A script on standard input, and one of its commands that reads it too: what is left of the script isn't known. */
static bool script_is_read(cp_walk *w, const cp_list *list, const cp_item *item) {
    if (w->script != list || !w->script_input || !w->script_input->used || ends_script(w, item))
        return false;
    cp_walk_finding(w, CP_FINDING_UNKNOWN_SCRIPT, w->parent, item->node ? item->node->span : list->span,
                    CP_LIT("a command may read what follows it in the script on standard input"));
    w->script = NULL;
    return true;
}

void cp_walk_list_from(cp_walk *w, const cp_list *list, const cp_state *s, cp_exits *e) {
    cp_state joined;
    const cp_state *before = s;
    bool any = false;
    for (const cp_item *item = list->first; item && cp_step(w->budget) && !cp_walk_stopped(w);
         item = item->next) {
        if (!item->node)
            continue;
        if (any) {
            joined = cp_walk_join(w, *e);
            before = &joined;
        }
        any = true;
        if (item->separator == CP_SEP_AMP) { /* on a copy, and at once a success */
            /* zsh: of A && B & only B is; A is run here and now */
            const bool partly = w->dialect == CP_DIALECT_ZSH &&
                                (item->node->kind == CP_NODE_AND || item->node->kind == CP_NODE_OR);
            cp_stdin input = w->input;
            cp_leave_point *leaves = w->leaves, *errors = w->errors, dropped = {0};
            uint32_t cut = cp_walk_cut(w), printed = cp_walk_printed(w);
            w->backgrounds++;
            cp_walk_read_elsewhere(
                w); /* it may keep its standard input: set -m, or a redirection around it */
            w->input = (cp_stdin){.is = CP_STDIN_IS_NOTHING, .shared = cp_walk_share(w)};
            if (!partly) {
                w->leaves = NULL;
                w->errors = &dropped;
            }
            cp_exits after;
            cp_walk_node_from(w, item->node, before, &after);
            w->input = input;
            w->leaves = leaves;
            w->errors = errors;
            w->backgrounds--;
            if (w->shell_sink && !partly)
                w->shell_sink->cut = cut;
            cp_sink_maybe(w->sink, printed); /* when it prints is anybody's guess */
            *e = cp_both(partly ? join(w, *before, cp_walk_join(w, after)) : *before);
        } else
            cp_walk_node_from(w, item->node, before, e);
        (void)script_is_read(w, list, item);
    }
    if (!any)
        *e = cp_both(*s);
}

/* The top of a text: a line that ended in an error is left, and the next one goes on. */
static void walk_lines(cp_walk *w, const cp_list *list, const cp_state *s, cp_exits *e) {
    cp_leave_point *outer = w->errors, point; /* its state is set with `any` */
    cp_state joined;
    const cp_state *before = s;
    bool any = false;
    point.up = NULL;
    point.any = point.of_function = 0;
    cp_list line = {list->first, list->span};
    w->errors = &point;
    cp_item *copies = NULL;
    for (const cp_item *item = list->first; item && !cp_walk_stopped(w);) {
        uint32_t count = 1;
        const cp_item *last = item;
        while (!last->ends_line && last->next && cp_step(w->budget))
            last = last->next, count++;
        if (last->next || point.any) { /* one line: a list of its own */
            copies = CP_NEW_ARRAY(w->arena, cp_item, count);
            if (!copies)
                break;
            uint32_t i = 0;
            for (const cp_item *from = item; i < count; from = from->next, i++) {
                copies[i] = *from;
                copies[i].next = i + 1 < count ? &copies[i + 1] : NULL;
            }
            line.first = copies;
        } else
            line.first = (cp_item *)(uintptr_t)item;
        if (any) {
            joined = cp_walk_join(w, *e);
            before = &joined;
        }
        any = true;
        if (last->next) { /* of a long text the next line is no longer in the cache */
            CP_SOON(last->next->node);
            CP_SOON(last->next->next);
        }
        cp_walk_list_from(w, &line, before, e);
        if (point.any) {
            e->fail = join(w, e->fail, point.state);
            point.any = 0;
        }
        if (script_is_read(w, list, last))
            break;
        item = last->next;
    }
    w->errors = outer;
    if (!any)
        *e = cp_both(*s);
}

/* ---- Pipelines ------------------------------------------------------------------------------------------------------ */

static cp_exits walk_pipeline(cp_walk *w, const cp_node *node, cp_state s) {
    const cp_node *stage = node->as.pipeline.commands;
    cp_exits e = cp_both(s);
    if (stage && !stage->next) {
        e = cp_walk_node(w, stage, s);
        return node->negated ? (cp_exits){e.fail, e.ok} : e;
    }
    cp_stdin input = w->input;
    cp_sink *sink = w->sink, *shell_sink = w->shell_sink;
    cp_leave_point *leaves = w->leaves, *errors = w->errors, dropped = {0};
    w->backgrounds++;
    /* What a stage behind the first reads is the pipe, its words' substitutions, too. (zsh and ksh expand those of the last one before.) */
    const bool apart = w->dialect != CP_DIALECT_ZSH && !cp_walk_may_be_ksh(w);
    for (; stage && cp_step(w->budget) && !cp_walk_stopped(w); stage = stage->next) {
        uint32_t first = w->out->call_count, consumed = w->consumed;
        const bool piped = apart && stage != node->as.pipeline.commands;
        if (!stage->next) {
            w->sink = sink;
            w->shell_sink = shell_sink;
            w->leaves =
                leaves; /* the last stage runs in this shell or in one of its own (lastpipe, ksh, zsh) */
            w->errors = errors;
            w->before_pipe = w->dialect == CP_DIALECT_ZSH ? input.shared : NULL;
            cp_exits last = cp_walk_node(w, stage, s);
            w->before_pipe = NULL;
            e = (cp_exits){join(w, last.ok, s), join(w, last.fail, s)};
            w->consumed = piped ? consumed : w->consumed;
            break;
        }
        cp_sink pipe = {0};
        w->sink = w->shell_sink = &pipe;
        w->leaves = NULL;
        w->errors = &dropped;
        cp_walk_node(w, stage, s);
        w->consumed = piped ? consumed : w->consumed;
        if (stage->pipe_stderr)
            pipe.unknown = pipe.lost = 1;
        w->input = cp_walk_pipe(w, &pipe, first);
    }
    w->backgrounds--;
    w->input = input;
    w->sink = sink;
    w->shell_sink = shell_sink;
    w->leaves = leaves;
    w->errors = errors;
    return node->negated ? (cp_exits){e.fail, e.ok} : e;
}

static cp_exits walk_and_or(cp_walk *w, const cp_node *node, cp_state s) {
    /* chains lean left and can be long: the left spine is walked without recursion */
    const cp_node *spine[64];
    uint32_t depth = 0;
    const cp_node *n = node;
    while ((n->kind == CP_NODE_AND || n->kind == CP_NODE_OR) && depth < 64) {
        spine[depth++] = n;
        n = n->as.andor.left;
    }
    cp_exits e = cp_walk_node(w, n, s);
    while (depth-- > 0 && !cp_walk_stopped(w)) {
        const cp_node *op = spine[depth];
        bool and_list = op->kind == CP_NODE_AND;
        uint32_t before = cp_walk_printed(w);
        cp_exits right = cp_walk_node(w, op->as.andor.right, and_list ? e.ok : e.fail);
        cp_sink_maybe(w->sink, before);
        e = and_list ? (cp_exits){right.ok, join(w, e.fail, right.fail)}
                     : (cp_exits){join(w, e.ok, right.ok), right.fail};
    }
    return e;
}

/* ---- Branches ------------------------------------------------------------------------------------------------------- */

static cp_exits walk_if(cp_walk *w, const cp_node *node, cp_state s) {
    cp_exits e = cp_both(s);
    uint32_t printed = cp_walk_printed(w);
    for (bool first = true; node && cp_step(w->budget) && !cp_walk_stopped(w);
         first = false) { /* an elif is no deeper than its if */
        cp_exits test = cp_walk_list(w, &node->as.ifs.test, s);
        if (first)
            printed = cp_walk_printed(w);
        cp_exits then = cp_walk_list(w, &node->as.ifs.then, test.ok);
        const cp_node *otherwise = node->as.ifs.otherwise;
        e = first ? then : cp_walk_join_exits(w, e, then);
        s = test.fail;
        node = otherwise && otherwise->kind == CP_NODE_IF && !otherwise->redirs ? otherwise : NULL;
        if (node)
            continue;
        e = cp_walk_join_exits(w, e, otherwise ? cp_walk_node(w, otherwise, s) : cp_both(s));
    }
    cp_sink_maybe(w->sink, printed);
    return e;
}

static cp_exits walk_case(cp_walk *w, const cp_node *node, cp_state s) {
    uint32_t before = cp_walk_printed(w);
    may_fail(w, node->as.cases.word, &s);
    cp_walk_word(w, node->as.cases.word, CP_CONTEXT_CASE, &s);
    cp_exits e = {s, s};
    cp_state falls = s, tests = s;
    bool fell = false, first = true;
    for (const cp_case_clause *c = node->as.cases.clauses; c && cp_step(w->budget) && !cp_walk_stopped(w);
         c = c->next) {
        cp_set names = {NULL, 0}, each;
        for (const cp_word *p = c->patterns; p && cp_step(w->budget);
             p = p->next) { /* the next pattern is looked at where this one didn't match */
            cp_state looked = tests;
            cp_word alone = *p;
            alone.next = NULL;
            may_fail(w, &alone, &looked);
            (void)cp_walk_one_of(w, &alone, CP_CONTEXT_PATTERN, &looked, &each);
            cp_walk_compared(w, each, false, &names);
            tests = first && p == c->patterns ? looked : join(w, tests, looked);
        }
        cp_state into = fell ? join(w, tests, falls) : tests;
        into.compared = cp_state_union(w->arena, into.compared, names);
        cp_exits body = cp_walk_list(w, &c->body, into);
        fell = c->end == 1;
        falls = cp_walk_join(w, body);
        if (c->end == 2)
            tests = join(w, tests, falls); /* ;;& looks at the patterns behind it */
        e = first ? body : cp_walk_join_exits(w, e, body);
        first = false;
    }
    e = cp_walk_join_exits(w, e, cp_both(tests)); /* no clause may match */
    cp_sink_maybe(w->sink, before);
    return e;
}

/* ---- [[ ]] ---------------------------------------------------------------------------------------------------------- */

bool cp_walk_is_integer(const cp_value *v) {
    if (!cp_value_is_exact(v) && v->atom_count == 1)
        return v->atoms[0].kind == CP_ATOM_HOLE &&
               (v->atoms[0].cls == CP_CLASS_DIGITS || v->atoms[0].cls == CP_CLASS_INTEGER);
    if (!cp_value_is_exact(v) || v->exact.n == 0)
        return false;
    for (uint32_t i = v->exact.p[0] == '-' || v->exact.p[0] == '+'; i < v->exact.n; i++)
        if (v->exact.p[i] < '0' || v->exact.p[i] > '9')
            return false;
    return true;
}

static bool are_integers(cp_set set) {
    bool all = set.count != 0;
    for (uint32_t i = 0; i < set.count && all; i++)
        all = cp_walk_is_integer(&set.values[i]);
    return all;
}

/* Both sides of -eq and its like are arithmetic, and zsh's -t; the operand of -v and -R is a name whose subscript is evaluated. */
static bool evaluates_operands(const cp_cond *c, cp_dialect dialect) {
    static const char *const ops[] = {"-eq", "-ne", "-lt", "-le", "-gt", "-ge"};
    for (uint32_t i = 0; i < sizeof ops / sizeof *ops; i++)
        if (cp_slice_is(c->op, ops[i]))
            return true;
    return dialect == CP_DIALECT_ZSH && cp_slice_is(c->op, "-t");
}

static void cond_operand(cp_walk *w, const cp_word *word, const cp_cond *c, bool pattern, cp_state *s) {
    uint32_t reads = w->read_count;
    may_fail(w, word, s);
    cp_set each;
    cp_value v = cp_walk_one_of(w, word, pattern ? CP_CONTEXT_PATTERN : CP_CONTEXT_CASE, s, &each);
    const bool unlike = cp_slice_is(c->op, "!="), same_file = cp_slice_is(c->op, "-ef");
    const bool alike = unlike || same_file || cp_slice_is(c->op, "=") || cp_slice_is(c->op, "==");
    const bool expression = cp_slice_is(c->op, "=~") || (alike && pattern && cp_walk_has_group(w, word));
    if (expression || alike)
        cp_walk_compared(w, expression && pattern ? cp_walk_as_written(w, word, each) : each, expression,
                         unlike != w->negated ? &w->other : &w->equal);
    bool asks = cp_slice_is(c->op, "-n") || cp_slice_is(c->op, "-z");
    if (asks && !s->may_stop && w->dialect != CP_DIALECT_ZSH && cp_walk_only_asks(word, false))
        w->read_count = reads;
    bool name = cp_slice_is(c->op, "-v") || cp_slice_is(c->op, "-R");
    if (evaluates_operands(c, w->dialect)) {
        if (are_integers(each))
            return;
        cp_walk_error(w, *s);
        cp_walk_finding(w, CP_FINDING_EVALUATES, CP_NO_CALL, v.span,
                        CP_LIT("a condition evaluates text as arithmetic"));
        cp_walk_arith_text(w, &v, s);
    } else if (name && (!cp_value_is_exact(&v) || cp_slice_find(v.exact, '[', 0) < v.exact.n)) {
        cp_walk_finding(w, CP_FINDING_EVALUATES, CP_NO_CALL, v.span,
                        CP_LIT("a condition evaluates text as arithmetic"));
        cp_walk_subscript(w, &v, *s);
    }
}

/* Where a match by =~ is left. */
static void matched(cp_walk *w, cp_state *s) {
    static const char *const names[] = {"BASH_REMATCH", "MATCH", "MBEGIN", "MEND", "match", "mbegin", "mend"};
    const uint32_t first = w->dialect == CP_DIALECT_ZSH;
    for (uint32_t i = first; i < (first ? sizeof names / sizeof *names : 1); i++)
        cp_state_assign(w->arena, s, cp_slice_str(names[i]), NULL, false, 0);
}

/* The state after it; where an operand may not be looked at (&& and ||), what it assigns is old or new. */
static void walk_cond(cp_walk *w, const cp_cond *c, cp_state *s) {
    if (!c || cp_walk_stopped(w))
        return;
    if (!cp_enter(w->budget)) {
        cp_leave(w->budget);
        return;
    }
    const uint32_t negated = w->negated;
    w->negated ^= c->kind == CP_COND_NOT;
    walk_cond(w, c->left, s);
    w->negated = negated;
    if (c->right) {
        cp_state right = *s;
        walk_cond(w, c->right, &right);
        *s = join(w, *s, right);
    }
    if (c->a)
        cond_operand(w, c->a, c, false, s);
    if (c->b)
        cond_operand(w, c->b, c, !evaluates_operands(c, w->dialect), s);
    if (cp_slice_is(c->op, "=~"))
        matched(w, s);
    cp_leave(w->budget);
}

static cp_exits walk_condition(cp_walk *w, const cp_node *node, cp_state s) {
    const cp_set equal = w->equal, other = w->other;
    const uint32_t negated = w->negated;
    w->equal = w->other = (cp_set){NULL, 0};
    w->negated = 0;
    walk_cond(w, node->as.cond.expr, &s);
    cp_exits e = cp_both(s);
    e.ok.compared = cp_state_union(w->arena, s.compared, w->equal);
    e.fail.compared = cp_state_union(w->arena, s.compared, w->other);
    w->equal = equal;
    w->other = other;
    w->negated = negated;
    return e;
}

/* ---- Nodes ---------------------------------------------------------------------------------------------------------- */

static cp_exits walk_compound(cp_walk *w, const cp_node *node, cp_state s) {
    switch (node->kind) {
    case CP_NODE_SUBSHELL: {
        cp_leave_point *leaves = w->leaves, *errors = w->errors, dropped = {0};
        uint32_t cut = cp_walk_cut(w);
        w->leaves = NULL;
        w->errors = &dropped;
        cp_walk_list(w, &node->as.group.body, s);
        w->leaves = leaves;
        w->errors = errors;
        if (w->shell_sink)
            w->shell_sink->cut = cut;
        return cp_both(s);
    }
    case CP_NODE_GROUP: return cp_walk_list(w, &node->as.group.body, s);
    case CP_NODE_IF: return walk_if(w, node, s);
    case CP_NODE_WHILE:
    case CP_NODE_UNTIL:
    case CP_NODE_FOR:
    case CP_NODE_SELECT:
    case CP_NODE_ARITH_FOR: return cp_walk_loop(w, node, s);
    case CP_NODE_CASE: return walk_case(w, node, s);
    case CP_NODE_ARITH:
        if (cp_arith_may_fail(node->as.arith.expr))
            cp_walk_error(w, s);
        cp_walk_arith(w, node->as.arith.expr, &s);
        return cp_both(s);
    case CP_NODE_COND: return walk_condition(w, node, s);
    default: return cp_both(s);
    }
}

static cp_exits walk_coproc(cp_walk *w, const cp_node *node, cp_state s) {
    cp_stdin input = w->input;
    cp_sink *sink = w->sink, *shell_sink = w->shell_sink;
    cp_leave_point *leaves = w->leaves, *errors = w->errors, dropped = {0};
    w->backgrounds++;
    w->input = (cp_stdin){.is = CP_STDIN_IS_CALLS, .shared = cp_walk_share(w)};
    w->sink = w->shell_sink = NULL;
    w->leaves = NULL;
    w->errors = &dropped;
    if (node->as.coproc.body)
        cp_walk_node(w, node->as.coproc.body, s);
    w->backgrounds--;
    w->input = input;
    w->sink = sink;
    w->shell_sink = shell_sink;
    w->leaves = leaves;
    w->errors = errors;
    if (w->in_loop || w->frames)
        w->crowded = 1; /* its descriptors stay */
    cp_slice name = node->as.coproc.name.n ? node->as.coproc.name : CP_LIT("COPROC");
    cp_walk_assigned_here(w, name, node->span, &s);
    cp_state_array(w->arena, &s, name, CP_ARRAY);
    cp_state_attribute(w->arena, &s, name); /* both are unset when it has ended, whatever they are by then */
    cp_state_attribute(w->arena, &s, cp_arena_concat(w->arena, name, CP_LIT("_PID")));
    return cp_both(s);
}

/* Anything but a simple command. */
static cp_exits walk_other(cp_walk *w, const cp_node *node, cp_state s) {
    switch (node->kind) {
    case CP_NODE_PIPELINE: return walk_pipeline(w, node, s);
    case CP_NODE_AND:
    case CP_NODE_OR: return walk_and_or(w, node, s);
    case CP_NODE_FUNCTION: cp_walk_define(w, node, &s); return cp_both(s);
    case CP_NODE_ERROR: return cp_both(s); /* the parser's note speaks for it */
    default: {
        cp_stdin input = w->input;
        cp_sink *sink = w->sink;
        uint32_t reads = w->read_count, printed = cp_walk_printed(w);
        cp_state failed = s; /* a redirection may fail: then nothing runs */
        cp_exits e;
        uint32_t effect = w->out->effect_count;
        cp_walk_redirects(w, node->redirs, &s, CP_NO_CALL);
        uint32_t redirected = w->out->effect_count, first = w->out->call_count;
        cp_walk_reads_to(w, reads, CP_NO_CALL);
        e = node->kind == CP_NODE_COPROC ? walk_coproc(w, node, s) : walk_compound(w, node, s);
        cp_walk_reads_to(w, reads, CP_NO_CALL);
        if (node->redirs) {
            e.fail = join(w, e.fail, join(w, failed, s));
            cp_walk_feed(w, effect, redirected, first);
        }
        w->input = input;
        w->sink = sink;
        if (cp_walk_may_not_redirect(node->redirs))
            cp_sink_may_be_nothing(w, sink, printed);
        return e;
    }
    }
}

void cp_walk_node_from(cp_walk *w, const cp_node *node, const cp_state *from, cp_exits *out) {
    if (!node || cp_walk_stopped(w)) {
        *out = cp_both(*from);
        return;
    }
    if (!cp_enter(w->budget)) {
        cp_leave(w->budget);
        *out = cp_both(*from);
        return;
    }
    cp_state moved;
    if (w->moving) { /* nothing that a variable held a moment ago is certain */
        moved = *from;
        moved.variables = (cp_map){NULL};
        moved.all_unknown = 1;
        moved.params = NULL;
        moved.cwd = (cp_set){NULL, 0};
        moved.functions = cp_map_doubted(
            w->arena, w->budget, cp_functions_join(w->arena, w->budget, moved.functions, w->all_functions));
        from = &moved;
    }
    w->here = node->span;
    if (node->kind == CP_NODE_SIMPLE)
        cp_walk_simple(w, node, from, out);
    else
        *out = walk_other(w, node, *from);
    cp_leave(w->budget);
    w->seen_taints |= out->ok.taints | out->fail.taints;
    w->seen_flags |= out->ok.env_flags | out->fail.env_flags;
    w->seen_exports |= out->ok.exports_all | out->fail.exports_all;
}

/* ---- Texts ---------------------------------------------------------------------------------------------------------- */

static uint32_t finding_of(uint32_t note) {
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

static void walk_text(cp_walk *w, uint32_t src, cp_dialect dialect, const cp_state *s, bool guess,
                      cp_exits *e) {
    if (src == UINT32_MAX || src >= w->in->sources->count) {
        *e = cp_both(cp_state_havoc(w->arena, w->budget, *s));
        return;
    }
    cp_parse_result *parsed = CP_NEW(w->arena, cp_parse_result); /* what is kept of it may point into it */
    cp_parse(w->arena, w->in->sources, src, dialect, 0, w->budget, parsed);
    for (const cp_note *n = parsed->notes; n && !guess && !cp_arena_failed(w->arena); n = n->next)
        cp_walk_finding(w, finding_of(n->kind), w->parent, n->span, n->message);
    if (!parsed->complete && !parsed->notes && !guess) {
        uint32_t length = w->in->sources->items[src].text.n;
        cp_walk_finding(w, CP_FINDING_SYNTAX, w->parent, (cp_span){src, 0, length},
                        CP_LIT("the text could not be read to its end"));
    }
    if (cp_walk_stopped(w)) {
        *e = cp_both(*s);
        return;
    }
    cp_dialect outer = w->dialect;
    const cp_list *script = w->script;
    w->dialect = dialect;
    if (w->script_input && !script)
        w->script = &parsed->program.body; /* this is the script that its own commands may read */
    cp_state own = *s;
    own.zsh = dialect == CP_DIALECT_ZSH;
    walk_lines(w, &parsed->program.body, &own, e);
    w->dialect = outer;
    w->script = script;
}

cp_exits cp_walk_source(cp_walk *w, uint32_t src, cp_dialect dialect, cp_state s) {
    cp_exits e;
    walk_text(w, src, dialect, &s, false, &e);
    return e;
}
cp_exits cp_walk_guess(cp_walk *w, uint32_t src, cp_dialect dialect, cp_state s) {
    cp_exits e;
    walk_text(w, src, dialect, &s, true, &e);
    return e;
}

static void first_state(cp_walk *w, cp_state *s) {
    memset(s, 0, sizeof *s);
    cp_span nowhere = {0, 0, 0};
    /* copies: what is found out outlives the request */
    if (w->in->cwd.n)
        s->cwd = cp_set_exact(w->arena, cp_arena_copy(w->arena, w->in->cwd), nowhere);
    for (uint32_t i = 0; i < w->in->variable_count; i++) {
        const cp_variable *v = &w->in->variables[i];
        cp_set set = cp_set_exact(w->arena, cp_arena_copy(w->arena, v->value), nowhere);
        cp_state_assign(w->arena, s, cp_arena_copy(w->arena, v->name), v->known ? &set : NULL, true, 0);
    }
    if (w->in->places && w->in->places->home.n) {
        cp_set home = cp_set_exact(w->arena, cp_arena_copy(w->arena, w->in->places->home), nowhere);
        cp_state_assign(w->arena, s, CP_LIT("HOME"), &home, true, 0);
    }
    s->taints = 0; /* what the caller says of PATH is the caller's word */
    s->env_flags = 0;
}

static void begin(cp_walk *w, const cp_walk_input *in, cp_calls *out) {
    memset(out, 0, sizeof *out);
    *w = (cp_walk){.in = in,
                   .arena = in->arena,
                   .budget = in->budget,
                   .out = out,
                   .dialect = in->dialect,
                   .parent = CP_NO_CALL,
                   .at = {UINT32_MAX, 0, 0}};
    cp_origin_range none = {.first = 0};
    (void)CP_PUSH(w->arena, w->origins, w->origin_count, w->origin_cap, none); /* origin 0: none */
}

/* Of a long text: for the calls that it usually has, so that lists of them needn't grow step by step. */
static void make_room(cp_walk *w, uint32_t bytes) {
    enum { LONG = 8 * 1024, BYTES_A_CALL = 80, BYTES_AN_EFFECT = 110 };
    uint64_t room = (uint64_t)bytes / BYTES_A_CALL * (sizeof *w->out->calls + sizeof *w->out->effects);
    const cp_budget *b = w->budget;
    if (bytes < LONG || room > (b->limit[CP_LIMIT_MEMORY] - b->used[CP_LIMIT_MEMORY]) / 16)
        return;
    (void)cp_arena_reserve(w->arena, (void **)&w->out->calls, &w->out->call_cap, 0, bytes / BYTES_A_CALL,
                           sizeof *w->out->calls);
    (void)cp_arena_reserve(w->arena, (void **)&w->out->effects, &w->out->effect_cap, 0,
                           bytes / BYTES_AN_EFFECT, sizeof *w->out->effects);
}

void cp_calls_of_text(const cp_walk_input *in, uint32_t src, cp_calls *out) {
    cp_walk w;
    begin(&w, in, out);
    make_room(&w, in->sources->items[src].text.n);
    cp_state s;
    cp_exits e;
    first_state(&w, &s);
    walk_text(&w, src, in->dialect, &s, false, &e);
    cp_walk_later(&w);
    cp_walk_reopened(&w);
}

void cp_calls_of_argv(const cp_walk_input *in, const cp_fields *argv, cp_calls *out) {
    cp_walk w;
    begin(&w, in, out);
    cp_span span = {0, 0, in->sources->count ? in->sources->items[0].text.n : 0};
    cp_state s;
    first_state(&w, &s);
    cp_walk_argv(&w, argv, span, s);
    cp_walk_later(&w);
    cp_walk_reopened(&w);
}
