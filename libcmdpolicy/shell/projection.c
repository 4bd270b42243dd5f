/* Walks a tree for the simple commands in it, those inside words included. Lists and pipelines are loops; recursion is as deep as the parser's. */
#include "shell/projection.h"

static void node(cp_projection *, const cp_node *);

static uint64_t mix(uint64_t h, uint64_t v) {
    return (h ^ v) * UINT64_C(0x100000001b3) ^ h >> 29;
}
static uint64_t mix_span(uint64_t h, cp_span s) {
    return mix(mix(h, s.beg), s.end);
}

static void found(cp_projection *pr, uint64_t hash, cp_span span) {
    cp_projected item = {hash, span};
    (void)cp_spend(pr->budget, CP_LIMIT_STEPS, 1);
    if (CP_PUSH(pr->arena, pr->items, pr->count, pr->cap, item))
        return;
}

static uint64_t word(cp_projection *pr, uint64_t h, const cp_word *w);

static uint64_t arith(cp_projection *pr, uint64_t h, const cp_arith *a) {
    if (!a)
        return h;
    h = mix_span(h, a->span);
    return a->word ? word(pr, h, a->word) : h;
}

static uint64_t parts(cp_projection *pr, uint64_t h, const cp_part *p) {
    for (; p; p = p->next) {
        h = mix(mix_span(h, p->span), p->kind);
        switch (p->kind) {
        case CP_PART_DQ: h = parts(pr, h, p->as.parts); break;
        case CP_PART_PARAM:
            /* Where it ends counts, and the programs in it. An operator that a shell has not is an error there, no other command. */
            (void)word(pr, h, p->as.param->word);
            (void)word(pr, h, p->as.param->replacement);
            (void)arith(pr, h, p->as.param->subscript);
            (void)arith(pr, h, p->as.param->offset);
            (void)arith(pr, h, p->as.param->length_expr);
            break;
        case CP_PART_CMDSUB:
        case CP_PART_PROCSUB: cp_project(pr, p->as.program); break;
        case CP_PART_ARITH: h = arith(pr, h, p->as.arith); break;
        case CP_PART_EXTGLOB:
            for (const cp_word *w = p->as.words; w; w = w->next)
                h = word(pr, h, w);
            break;
        case CP_PART_ARRAY:
            for (const cp_element *e = p->as.elements; e; e = e->next)
                h = word(pr, arith(pr, h, e->subscript), e->value);
            break;
        default: break;
        }
    }
    return h;
}

static uint64_t word(cp_projection *pr, uint64_t h, const cp_word *w) {
    if (!w)
        return mix(h, 1);
    return parts(pr, mix_span(h, w->span), w->parts);
}

static uint64_t words(cp_projection *pr, uint64_t h, const cp_word *w) {
    for (; w; w = w->next)
        h = word(pr, h, w);
    return h;
}

static uint64_t redirs(cp_projection *pr, uint64_t h, const cp_redir *r) {
    for (; r; r = r->next) {
        h = mix(mix(word(pr, h, r->target), r->op), (uint64_t)(int64_t)r->fd);
        if (r->doc)
            h = word(pr, mix_span(h, r->doc->body_span), r->doc->body);
    }
    return h;
}

static void condition(cp_projection *pr, uint64_t *h, const cp_cond *c) {
    for (; c; c = c->right) {
        *h = word(pr, word(pr, mix(*h, c->kind), c->a), c->b);
        condition(pr, h, c->left);
    }
}

static void one(cp_projection *pr, const cp_node *n) {
    uint64_t h = mix(UINT64_C(0xcbf29ce484222325), n->kind);
    switch (n->kind) {
    case CP_NODE_SIMPLE:
        for (const cp_assignment *a = n->as.simple.assignments; a; a = a->next) {
            h = word(pr, arith(pr, mix_span(h, a->span), a->subscript), a->value);
            if (a->array)
                h = parts(pr, h, a->array);
        }
        h = words(pr, h, n->as.simple.words);
        found(pr, redirs(pr, h, n->redirs), n->span);
        return;
    case CP_NODE_SUBSHELL:
    case CP_NODE_GROUP: cp_project(pr, &n->as.group.body); break;
    case CP_NODE_IF:
        for (const cp_node *i = n; i; i = i->as.ifs.otherwise) {
            if (i->kind != CP_NODE_IF) {
                cp_project(pr, &i->as.group.body);
                break;
            }
            cp_project(pr, &i->as.ifs.test);
            cp_project(pr, &i->as.ifs.then);
        }
        break;
    case CP_NODE_WHILE:
    case CP_NODE_UNTIL:
        cp_project(pr, &n->as.loop.test);
        cp_project(pr, &n->as.loop.body);
        break;
    case CP_NODE_FOR:
    case CP_NODE_SELECT:
        found(pr, words(pr, mix_span(h, n->as.fors.name_span), n->as.fors.words), n->span);
        cp_project(pr, &n->as.fors.body);
        break;
    case CP_NODE_ARITH_FOR:
        h = arith(pr, arith(pr, arith(pr, h, n->as.arith_for.init), n->as.arith_for.test),
                  n->as.arith_for.step);
        found(pr, h, n->span);
        cp_project(pr, &n->as.arith_for.body);
        break;
    case CP_NODE_CASE:
        h = word(pr, h, n->as.cases.word);
        for (const cp_case_clause *c = n->as.cases.clauses; c; c = c->next) {
            h = mix(words(pr, h, c->patterns), c->end);
            cp_project(pr, &c->body);
        }
        found(pr, h, n->span);
        break;
    case CP_NODE_FUNCTION:
        found(pr, mix_span(h, n->as.function.name_span), n->span);
        node(pr, n->as.function.body);
        break;
    case CP_NODE_ARITH: found(pr, arith(pr, h, n->as.arith.expr), n->span); break;
    case CP_NODE_COND:
        condition(pr, &h, n->as.cond.expr);
        found(pr, h, n->span);
        break;
    case CP_NODE_COPROC:
        found(pr, h, n->span);
        node(pr, n->as.coproc.body);
        break;
    default: return;
    }
    if (n->redirs)
        found(pr, redirs(pr, h, n->redirs), n->span);
}

static void node(cp_projection *pr, const cp_node *n) {
    if (n->kind == CP_NODE_PIPELINE) {
        for (const cp_node *c = n->as.pipeline.commands; c; c = c->next)
            one(pr, c);
        return;
    }
    if (n->kind != CP_NODE_AND && n->kind != CP_NODE_OR) {
        one(pr, n);
        return;
    }
    /* The left spine of an and-or list may be long: from its bottom up. */
    uint32_t depth = 0;
    const cp_node *at = n;
    for (; at->kind == CP_NODE_AND || at->kind == CP_NODE_OR; at = at->as.andor.left)
        depth++;
    const cp_node **stack = CP_NEW_ARRAY(pr->arena, const cp_node *, depth);
    if (!stack)
        return;
    uint32_t i = 0;
    for (const cp_node *up = n; i < depth; up = up->as.andor.left)
        stack[i++] = up;
    node(pr, at);
    while (i)
        node(pr, stack[--i]->as.andor.right);
}

void cp_project(cp_projection *pr, const cp_list *list) {
    if (!list)
        return;
    for (const cp_item *i = list->first; i; i = i->next)
        node(pr, i->node);
}

uint32_t cp_projection_differs(const cp_projection *whole, const cp_projection *other, bool other_failed) {
    for (uint32_t i = 0; i < other->count; i++)
        if (i >= whole->count || whole->items[i].hash != other->items[i].hash)
            return i;
    return other->count == whole->count || other_failed ? UINT32_MAX : other->count;
}
