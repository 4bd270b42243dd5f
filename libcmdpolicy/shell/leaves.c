/* The leaves that are in the tree, and the test that none is missing. For tests, fuzzing and tools; a check never comes here. */
#include "shell/leaves.h"

#include <stdlib.h>

typedef struct gatherer {
    cp_leaves *leaves;
    cp_arena *arena;
    const cp_sources *sources;
    uint32_t main_src;
    uint32_t error_at; /* what stands behind that place belongs to the error; UINT32_MAX: there is none */
    bool lost;         /* bytes between two leaves that cannot be punctuation */
    cp_span lost_at;
} gatherer;

static void list(gatherer *, const cp_list *);
static void word(gatherer *, const cp_word *);

static void leaf(gatherer *g, cp_leaf_kind kind, uint32_t src, uint32_t beg, uint32_t end) {
    if (beg < end)
        cp_leaves_add(g->leaves, g->arena, (cp_leaf){{src, beg, end}, kind});
}

/* Punctuation between `at` and `end`: none of it may begin an expansion or a quote. Returns end. */
static uint32_t mark(gatherer *g, uint32_t src, uint32_t at, uint32_t end) {
    cp_slice t = cp_span_text(g->sources, (cp_span){src, at, end});
    for (uint32_t i = 0; i < t.n; i++) {
        bool expands = t.p[i] == '`' || (t.p[i] == '$' && i + 1 < t.n && t.p[i + 1] == '(' && i != 0);
        bool in_error = g->error_at != UINT32_MAX && (src != g->main_src || at + i >= g->error_at);
        if (expands && !in_error && !g->lost) {
            g->lost = true;
            g->lost_at = (cp_span){src, at + i, at + i + 1};
        }
    }
    leaf(g, CP_LEAF_MARK, src, at, end);
    return end;
}

static void parts(gatherer *g, const cp_part *p);

/* Inside a larger part: punctuation up to where the child begins, then the child. Returns where it ends. */
static uint32_t child_word(gatherer *g, uint32_t src, uint32_t at, const cp_word *w) {
    if (!w)
        return at;
    mark(g, src, at, w->span.beg);
    word(g, w);
    return w->span.end;
}

static uint32_t child_arith(gatherer *g, uint32_t src, uint32_t at, const cp_arith *a) {
    if (!a)
        return at;
    mark(g, src, at, a->span.beg);
    if (a->word)
        parts(g, a->word->parts);
    else
        leaf(g, CP_LEAF_TEXT, src, a->span.beg, a->span.end);
    return a->span.end;
}

static void one_part(gatherer *g, const cp_part *p) {
    uint32_t src = p->span.src, beg = p->span.beg, end = p->span.end, at = beg;
    switch (p->kind) {
    case CP_PART_DQ: {
        uint32_t open = beg + cp_slice_find(cp_span_text(g->sources, p->span), '"', 0) + 1;
        leaf(g, CP_LEAF_MARK, src, beg, open);
        parts(g, p->as.parts);
        leaf(g, CP_LEAF_MARK, src, end - 1 > open ? end - 1 : open, end);
        break;
    }
    case CP_PART_PARAM: {
        const cp_param *q = p->as.param;
        /* To dash any byte stands for an operator, be it a backquote; what it reads begins right behind. */
        uint32_t op = beg + 2 + q->name.n, past = q->word ? q->word->span.beg : end - 1;
        if (q->op == CP_PARAM_BAD && !q->subscript && past > op && past <= op + 2) {
            leaf(g, CP_LEAF_MARK, src, at, past);
            at = past;
        }
        at = child_arith(g, src, at, q->subscript);
        at = child_word(g, src, at, q->word);
        at = child_word(g, src, at, q->replacement);
        at = child_arith(g, src, at, q->offset);
        at = child_arith(g, src, at, q->length_expr);
        mark(g, src, at, end);
        break;
    }
    case CP_PART_CMDSUB:
    case CP_PART_PROCSUB:
        if (p->flags & CP_PART_BACKQUOTED)
            leaf(g, CP_LEAF_TEXT, src, beg, end);
        if (p->flags & CP_PART_FUNSUB) {
            leaf(g, CP_LEAF_MARK, src, beg, beg + 2);
            leaf(g, CP_LEAF_MARK, src, end - 1, end);
        }
        list(g, p->as.program);
        break;
    case CP_PART_ARITH:
        at = child_arith(g, src, at, p->as.arith);
        mark(g, src, at, end);
        break;
    case CP_PART_EXTGLOB:
        for (const cp_word *w = p->as.words; w; w = w->next)
            at = child_word(g, src, at, w);
        mark(g, src, at, end);
        break;
    case CP_PART_ARRAY:
        leaf(g, CP_LEAF_MARK, src, beg, beg + 1);
        for (const cp_element *e = p->as.elements; e; e = e->next) {
            if (e->subscript) {
                at = child_arith(g, src, e->subscript->span.beg - 1, e->subscript);
                uint32_t equals = at;
                cp_slice text = g->sources->items[src].text;
                while (equals < end && text.p[equals] != '=')
                    equals++;
                leaf(g, CP_LEAF_MARK, src, at, equals + 1);
            }
            word(g, e->value);
        }
        break;
    default: leaf(g, CP_LEAF_TEXT, src, beg, end); break;
    }
}

static void parts(gatherer *g, const cp_part *p) {
    for (; p; p = p->next)
        one_part(g, p);
}

static void word(gatherer *g, const cp_word *w) {
    if (!w)
        return;
    if (w->parts)
        parts(g, w->parts);
    else
        leaf(g, CP_LEAF_TEXT, w->span.src, w->span.beg, w->span.end);
}

static void words(gatherer *g, const cp_word *w) {
    for (; w; w = w->next)
        word(g, w);
}

static void assignment(gatherer *g, const cp_assignment *a) {
    uint32_t src = a->span.src, at = a->span.beg,
             value = a->value   ? a->value->span.beg
                     : a->array ? a->array->span.beg
                                : a->span.end;
    at = child_arith(g, src, at, a->subscript);
    mark(g, src, at, value);
    word(g, a->value);
    if (a->array)
        one_part(g, a->array);
}

static void redirs(gatherer *g, const cp_redir *r) {
    for (; r; r = r->next) {
        word(g, r->target);
        if (!r->doc || !r->doc->body)
            continue;
        word(g, r->doc->body);
        if (r->doc->body->span.src != r->doc->body_span.src)
            leaf(g, CP_LEAF_TEXT, r->doc->body_span.src, r->doc->body_span.beg, r->doc->body_span.end);
    }
}

static void condition(gatherer *g, const cp_cond *c) {
    for (; c; c = c->right) {
        word(g, c->op_word);
        word(g, c->a);
        word(g, c->b);
        condition(g, c->left);
    }
}

/* [[ ( x ) ]] and ! x : their marks are operators and words that the lexer saw; the ! is a word of no node. */
static void exclamations(gatherer *g, const cp_cond *c) {
    for (; c; c = c->right) {
        if (c->kind == CP_COND_NOT)
            leaf(g, CP_LEAF_RESERVED, c->span.src, c->span.beg, c->span.beg + 1);
        exclamations(g, c->left);
    }
}

static void node(gatherer *g, const cp_node *n);

static void one(gatherer *g, const cp_node *n) {
    redirs(g, n->redirs);
    switch (n->kind) {
    case CP_NODE_SIMPLE:
        for (const cp_assignment *a = n->as.simple.assignments; a; a = a->next)
            assignment(g, a);
        words(g, n->as.simple.words);
        break;
    case CP_NODE_SUBSHELL:
    case CP_NODE_GROUP: list(g, &n->as.group.body); break;
    case CP_NODE_IF:
        for (const cp_node *i = n; i; i = i->as.ifs.otherwise) {
            if (i->kind != CP_NODE_IF) {
                list(g, &i->as.group.body);
                break;
            }
            list(g, &i->as.ifs.test);
            list(g, &i->as.ifs.then);
        }
        break;
    case CP_NODE_WHILE:
    case CP_NODE_UNTIL:
        list(g, &n->as.loop.test);
        list(g, &n->as.loop.body);
        break;
    case CP_NODE_FOR:
    case CP_NODE_SELECT:
        word(g, n->as.fors.name_word);
        words(g, n->as.fors.words);
        list(g, &n->as.fors.body);
        break;
    case CP_NODE_ARITH_FOR:
        (void)child_arith(g, n->span.src, n->as.arith_for.init->span.beg, n->as.arith_for.init);
        (void)child_arith(g, n->span.src, n->as.arith_for.test->span.beg, n->as.arith_for.test);
        (void)child_arith(g, n->span.src, n->as.arith_for.step->span.beg, n->as.arith_for.step);
        list(g, &n->as.arith_for.body);
        break;
    case CP_NODE_CASE:
        word(g, n->as.cases.word);
        for (const cp_case_clause *c = n->as.cases.clauses; c; c = c->next) {
            words(g, c->patterns);
            list(g, &c->body);
        }
        break;
    case CP_NODE_FUNCTION:
        word(g, n->as.function.name_word);
        node(g, n->as.function.body);
        break;
    case CP_NODE_ARITH:
        (void)child_arith(g, n->span.src, n->as.arith.expr->span.beg, n->as.arith.expr);
        break;
    case CP_NODE_COND:
        condition(g, n->as.cond.expr);
        exclamations(g, n->as.cond.expr);
        break;
    case CP_NODE_COPROC:
        word(g, n->as.coproc.name_word);
        node(g, n->as.coproc.body);
        break;
    default: leaf(g, CP_LEAF_ERROR, n->span.src, n->span.beg, n->span.end); break;
    }
}

static void node(gatherer *g, const cp_node *n) {
    for (; n->kind == CP_NODE_AND || n->kind == CP_NODE_OR; n = n->as.andor.left) {
        const cp_node *right = n->as.andor.right;
        if (right->kind == CP_NODE_PIPELINE)
            for (const cp_node *c = right->as.pipeline.commands; c; c = c->next)
                one(g, c);
        else
            one(g, right);
    }
    if (n->kind == CP_NODE_PIPELINE)
        for (const cp_node *c = n->as.pipeline.commands; c; c = c->next)
            one(g, c);
    else
        one(g, n);
}

static void list(gatherer *g, const cp_list *l) {
    if (!l)
        return;
    for (const cp_item *i = l->first; i; i = i->next)
        node(g, i->node);
}

static int by_place(const void *a, const void *b) {
    const cp_leaf *x = (const cp_leaf *)a, *y = (const cp_leaf *)b;
    if (x->span.src != y->span.src)
        return x->span.src < y->span.src ? -1 : 1;
    if (x->span.beg != y->span.beg)
        return x->span.beg < y->span.beg ? -1 : 1;
    return (x->span.end > y->span.end) - (x->span.end < y->span.end);
}

/* The first byte of [at, end) that is neither blank nor in a line continuation; end where there is none. */
static uint32_t first_solid(cp_slice t, uint32_t at, uint32_t end) {
    while (at < end) {
        uint8_t c = t.p[at];
        if (c == ' ' || c == '\t' || c == '\n')
            at++;
        else if (c == '\\' && at + 1 < end && t.p[at + 1] == '\n')
            at += 2;
        else
            return at;
    }
    return end;
}

bool cp_leaves_check(cp_leaves *leaves, cp_arena *arena, const cp_sources *sources,
                     const cp_parse_result *result, cp_span *out_at) {
    const uint32_t main_src = result->program.src;
    gatherer g = {
        .leaves = leaves, .arena = arena, .sources = sources, .main_src = main_src, .error_at = UINT32_MAX};
    /* Where the reading ended at something unsupported, what stands before it may have been misread. */
    for (const cp_note *n = result->notes; n; n = n->next)
        if (n->kind == CP_NOTE_UNSUPPORTED)
            return true;
    uint32_t error_at = UINT32_MAX, kept = 0;
    for (const cp_item *i = result->program.body.first; i; i = i->next)
        if (i->node->kind == CP_NODE_ERROR)
            g.error_at = error_at = i->node->span.beg;
    /* What the lexer saw behind the place where it gave up belongs to the error. */
    for (uint32_t i = 0; i < leaves->count; i++) {
        cp_leaf l = leaves->items[i];
        if (error_at != UINT32_MAX && (l.span.src != main_src || l.span.end > error_at))
            continue;
        leaves->items[kept++] = l;
    }
    leaves->count = kept;
    list(&g, &result->program.body);
    if (arena->failed)
        return true;
    if (error_at != UINT32_MAX) { /* so does the body of a here-document that began before it */
        kept = 0;
        for (uint32_t i = 0; i < leaves->count; i++) {
            cp_leaf l = leaves->items[i];
            if (l.kind == CP_LEAF_ERROR || (l.span.src == main_src && l.span.beg < error_at))
                leaves->items[kept++] = l;
        }
        leaves->count = kept;
    }
    if (leaves->count)
        qsort(leaves->items, leaves->count, sizeof *leaves->items, by_place);
    if (g.lost) {
        *out_at = g.lost_at;
        return false;
    }
    uint32_t src = UINT32_MAX, at = 0;
    bool main_seen = false;
    for (uint32_t i = 0; i <= leaves->count; i++) {
        cp_span span = i < leaves->count ? leaves->items[i].span : (cp_span){UINT32_MAX, 0, 0};
        if (span.src != src) {
            if (src != UINT32_MAX && !(error_at != UINT32_MAX && src != main_src)) {
                cp_slice t = sources->items[src].text;
                uint32_t solid = first_solid(t, at, t.n);
                if (solid < t.n) {
                    *out_at = (cp_span){src, solid, solid + 1};
                    return false;
                }
            }
            src = span.src;
            at = 0;
            main_seen |= src == main_src;
        }
        if (src == UINT32_MAX || span.beg == span.end)
            continue;
        cp_slice t = sources->items[src].text;
        if (error_at != UINT32_MAX && src != main_src)
            continue;
        if (span.beg < at || first_solid(t, at, span.beg) < span.beg) {
            *out_at = (cp_span){src, span.beg < at ? span.beg : first_solid(t, at, span.beg), span.end};
            return false;
        }
        at = span.end;
    }
    cp_slice t = sources->items[main_src].text;
    uint32_t solid = main_seen ? t.n : first_solid(t, 0, t.n);
    *out_at = (cp_span){main_src, solid, solid};
    return solid == t.n;
}
