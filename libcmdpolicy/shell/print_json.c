/* The tree as JSON: one object per node, {"kind": …, "span": [begin, end], …}; a span in another source than the program's has its index first. */
#include "shell/print.h"

typedef struct json {
    cp_text *out;
    const cp_sources *sources;
    uint32_t src;
} json;

static void list(json *, const cp_list *);
static void node(json *, const cp_node *);
static void word(json *, const cp_word *);

static void put(json *j, const char *s) {
    cp_text_str(j->out, s);
}
static void text(json *j, cp_slice s) {
    (void)cp_text_json(j->out, s);
}

static void span(json *j, cp_span s) {
    put(j, "\"span\":[");
    if (s.src != j->src) {
        cp_text_number(j->out, s.src);
        put(j, ",");
    }
    cp_text_number(j->out, s.beg);
    put(j, ",");
    cp_text_number(j->out, s.end);
    put(j, "]");
}

static void open_object(json *j, const char *kind, cp_span at) {
    put(j, "{\"kind\":\"");
    put(j, kind);
    put(j, "\",");
    span(j, at);
}

static void key(json *j, const char *name) {
    put(j, ",\"");
    put(j, name);
    put(j, "\":");
}

static void flag(json *j, const char *name, bool set) {
    if (!set)
        return;
    key(j, name);
    put(j, "true");
}

static void arith(json *j, const char *name, const cp_arith *a) {
    if (!a)
        return;
    key(j, name);
    open_object(j, "arithmetic", a->span);
    key(j, "text");
    text(j, a->text);
    flag(j, "constant", a->simple != 0);
    flag(j, "assigns", a->assigns != 0);
    if (a->word) {
        key(j, "word");
        word(j, a->word);
    }
    put(j, "}");
}

static void parts(json *j, const cp_part *p);

static void words(json *j, const char *name, const cp_word *w) {
    key(j, name);
    put(j, "[");
    for (const cp_word *at = w; at; at = at->next) {
        if (at != w)
            put(j, ",");
        word(j, at);
    }
    put(j, "]");
}

static void param(json *j, const cp_param *q) {
    static const char *const ops[] = {"",        "default", "assign",    "alternative", "error", "strip",
                                      "replace", "case",    "substring", "transform",   "bad"};
    key(j, "name");
    text(j, q->name);
    if (q->op != CP_PARAM_PLAIN && q->op <= CP_PARAM_BAD) {
        key(j, "operator");
        put(j, "\"");
        put(j, ops[q->op]);
        put(j, "\"");
        key(j, "written");
        text(j, q->op_text);
    }
    flag(j, "length", q->length != 0);
    flag(j, "indirect", q->indirect != 0);
    flag(j, "names", q->names != 0);
    arith(j, "subscript", q->subscript);
    if (q->word) {
        key(j, "word");
        word(j, q->word);
    }
    if (q->replacement) {
        key(j, "replacement");
        word(j, q->replacement);
    }
    arith(j, "offset", q->offset);
    arith(j, "count", q->length_expr);
}

static void one_part(json *j, const cp_part *p) {
    static const char *const kinds[] = {"literal",
                                        "quoted",
                                        "double-quoted",
                                        "parameter",
                                        "command-substitution",
                                        "arithmetic",
                                        "process-substitution",
                                        "extended-glob",
                                        "array",
                                        "opaque"};
    open_object(j, p->kind <= CP_PART_OPAQUE ? kinds[p->kind] : "opaque", p->span);
    switch (p->kind) {
    case CP_PART_LIT:
    case CP_PART_QUOTED:
    case CP_PART_OPAQUE:
        key(j, "text");
        text(j, p->text);
        break;
    case CP_PART_DQ:
        flag(j, "locale", (p->flags & CP_PART_LOCALE) != 0);
        key(j, "parts");
        parts(j, p->as.parts);
        break;
    case CP_PART_PARAM: param(j, p->as.param); break;
    case CP_PART_CMDSUB:
    case CP_PART_PROCSUB:
        flag(j, "backquoted", (p->flags & CP_PART_BACKQUOTED) != 0);
        flag(j, "reads-file", (p->flags & CP_PART_READS_FILE) != 0);
        flag(j, "current-shell", (p->flags & CP_PART_FUNSUB) != 0);
        if (p->kind == CP_PART_PROCSUB) {
            key(j, "operator");
            text(j, p->text);
        }
        key(j, "program");
        list(j, p->as.program);
        break;
    case CP_PART_ARITH: arith(j, "expression", p->as.arith); break;
    case CP_PART_EXTGLOB:
        key(j, "operator");
        text(j, p->text);
        words(j, "alternatives", p->as.words);
        break;
    default:
        key(j, "elements");
        put(j, "[");
        for (const cp_element *e = p->as.elements; e; e = e->next) {
            put(j, e == p->as.elements ? "{\"append\":" : ",{\"append\":");
            put(j, e->append ? "true" : "false");
            arith(j, "subscript", e->subscript);
            if (e->value) {
                key(j, "value");
                word(j, e->value);
            }
            put(j, "}");
        }
        put(j, "]");
        break;
    }
    put(j, "}");
}

static void parts(json *j, const cp_part *p) {
    put(j, "[");
    for (const cp_part *at = p; at; at = at->next) {
        if (at != p)
            put(j, ",");
        one_part(j, at);
    }
    put(j, "]");
}

static void word(json *j, const cp_word *w) {
    open_object(j, "word", w->span);
    key(j, "text");
    text(j, w->text);
    if (w->parts) {
        key(j, "parts");
        parts(j, w->parts);
    }
    put(j, "}");
}

static void redirs(json *j, const cp_redir *r) {
    static const char *const ops[] = {"<", ">", ">>", ">|", "<>", "<&", ">&", "&>", "&>>", "<<", "<<<"};
    if (!r)
        return;
    const cp_redir *const first = r;
    key(j, "redirections");
    put(j, "[");
    for (; r; r = r->next) {
        if (r != first)
            put(j, ",");
        open_object(j, "redirection", r->span);
        key(j, "operator");
        put(j, "\"");
        put(j, r->op <= CP_REDIR_HERESTRING ? ops[r->op] : "?");
        put(j, "\"");
        if (r->fd >= 0) {
            key(j, "descriptor");
            cp_text_number(j->out, (uint64_t)r->fd);
        }
        if (r->fd_var.n) {
            key(j, "variable");
            text(j, r->fd_var);
        }
        if (r->target) {
            key(j, r->doc ? "delimiter-word" : "target");
            word(j, r->target);
        }
        if (r->doc) {
            key(j, "delimiter");
            text(j, r->doc->delimiter);
            flag(j, "literal", r->doc->quoted != 0);
            flag(j, "strips-tabs", r->doc->strip != 0);
            key(j, "terminated");
            put(j, r->doc->terminated ? "true" : "false");
            if (r->doc->body) {
                key(j, "body");
                word(j, r->doc->body);
            }
        }
        put(j, "}");
    }
    put(j, "]");
}

static void assignments(json *j, const cp_assignment *a) {
    if (!a)
        return;
    const cp_assignment *const first = a;
    key(j, "assignments");
    put(j, "[");
    for (; a; a = a->next) {
        if (a != first)
            put(j, ",");
        open_object(j, "assignment", a->span);
        key(j, "name");
        text(j, a->name);
        flag(j, "append", a->append != 0);
        arith(j, "subscript", a->subscript);
        if (a->value) {
            key(j, "value");
            word(j, a->value);
        }
        if (a->array) {
            key(j, "array");
            one_part(j, a->array);
        }
        put(j, "}");
    }
    put(j, "]");
}

static void condition(json *j, const cp_cond *c) {
    static const char *const kinds[] = {"and", "or", "not", "parentheses", "unary", "binary", "word"};
    uint32_t closes = 0;
    for (;; c = c->right) {
        open_object(j, c->kind <= CP_COND_WORD ? kinds[c->kind] : "word", c->span);
        closes++;
        if (c->op.n) {
            key(j, "operator");
            text(j, c->op);
        }
        if (c->a) {
            key(j, "a");
            word(j, c->a);
        }
        if (c->b) {
            key(j, "b");
            word(j, c->b);
        }
        if (c->left) {
            key(j, "left");
            condition(j, c->left);
        }
        if (!c->right)
            break;
        key(j, "right");
    }
    while (closes--)
        put(j, "}");
}

static void body(json *j, const char *name, const cp_list *l) {
    key(j, name);
    list(j, l);
}

static const char *const kind_names[] = {
    "simple", "pipeline", "and",        "or",          "subshell",  "group",
    "if",     "while",    "until",      "for",         "select",    "arithmetic-for",
    "case",   "function", "arithmetic", "conditional", "coprocess", "error"};

static void one(json *j, const cp_node *n) {
    uint32_t closes = 1;
    open_object(j, n->kind <= CP_NODE_ERROR ? kind_names[n->kind] : "error", n->span);
    switch (n->kind) {
    case CP_NODE_SIMPLE:
        assignments(j, n->as.simple.assignments);
        words(j, "words", n->as.simple.words);
        break;
    case CP_NODE_SUBSHELL:
    case CP_NODE_GROUP: body(j, "body", &n->as.group.body); break;
    case CP_NODE_IF:
        for (const cp_node *i = n;;) {
            body(j, "test", &i->as.ifs.test);
            body(j, "then", &i->as.ifs.then);
            i = i->as.ifs.otherwise;
            if (!i)
                break;
            key(j, "else");
            if (i->kind != CP_NODE_IF) {
                list(j, &i->as.group.body);
                break;
            }
            open_object(j, "if", i->span);
            closes++;
        }
        while (closes > 1) {
            put(j, "}");
            closes--;
        }
        break;
    case CP_NODE_WHILE:
    case CP_NODE_UNTIL:
        body(j, "test", &n->as.loop.test);
        body(j, "body", &n->as.loop.body);
        break;
    case CP_NODE_FOR:
    case CP_NODE_SELECT:
        key(j, "name");
        text(j, n->as.fors.name);
        if (n->as.fors.has_in)
            words(j, "words", n->as.fors.words);
        body(j, "body", &n->as.fors.body);
        break;
    case CP_NODE_ARITH_FOR:
        arith(j, "init", n->as.arith_for.init);
        arith(j, "test", n->as.arith_for.test);
        arith(j, "step", n->as.arith_for.step);
        body(j, "body", &n->as.arith_for.body);
        break;
    case CP_NODE_CASE:
        key(j, "word");
        word(j, n->as.cases.word);
        key(j, "clauses");
        put(j, "[");
        for (const cp_case_clause *c = n->as.cases.clauses; c; c = c->next) {
            static const char *const ends[] = {";;", ";&", ";;&"};
            if (c != n->as.cases.clauses)
                put(j, ",");
            open_object(j, "clause", c->span);
            words(j, "patterns", c->patterns);
            body(j, "body", &c->body);
            key(j, "end");
            put(j, "\"");
            put(j, ends[c->end % 3]);
            put(j, "\"}");
        }
        put(j, "]");
        break;
    case CP_NODE_FUNCTION:
        key(j, "name");
        text(j, n->as.function.name);
        key(j, "body");
        node(j, n->as.function.body);
        break;
    case CP_NODE_ARITH: arith(j, "expression", n->as.arith.expr); break;
    case CP_NODE_COND:
        key(j, "expression");
        condition(j, n->as.cond.expr);
        break;
    case CP_NODE_COPROC:
        if (n->as.coproc.name.n) {
            key(j, "name");
            text(j, n->as.coproc.name);
        }
        key(j, "body");
        node(j, n->as.coproc.body);
        break;
    default:
        key(j, "message");
        text(j, n->as.error.message);
        break;
    }
    redirs(j, n->redirs);
    flag(j, "stderr-too", n->pipe_stderr != 0);
    put(j, "}");
}

static void node(json *j, const cp_node *n) {
    uint32_t depth = 0;
    if (n->kind == CP_NODE_AND || n->kind == CP_NODE_OR) {
        /* A left spine, printed flat: {"kind":"and-or","first":…,"rest":[{"operator":…,"command":…}…]} */
        const cp_node *at = n;
        for (; at->kind == CP_NODE_AND || at->kind == CP_NODE_OR; at = at->as.andor.left)
            depth++;
        const cp_node **stack = CP_NEW_ARRAY(j->out->arena, const cp_node *, depth);
        if (!stack)
            return;
        uint32_t i = 0;
        for (const cp_node *up = n; i < depth; up = up->as.andor.left)
            stack[i++] = up;
        open_object(j, "and-or", n->span);
        key(j, "first");
        node(j, at);
        key(j, "rest");
        put(j, "[");
        while (i--) {
            put(j, stack[i]->kind == CP_NODE_AND ? "{\"operator\":\"&&\",\"command\":"
                                                 : "{\"operator\":\"||\",\"command\":");
            node(j, stack[i]->as.andor.right);
            put(j, i ? "}," : "}");
        }
        put(j, "]}");
        return;
    }
    if (n->kind != CP_NODE_PIPELINE) {
        one(j, n);
        return;
    }
    open_object(j, "pipeline", n->span);
    flag(j, "negated", n->negated != 0);
    flag(j, "timed", n->timed != 0);
    key(j, "commands");
    put(j, "[");
    for (const cp_node *c = n->as.pipeline.commands; c; c = c->next) {
        one(j, c);
        if (c->next)
            put(j, ",");
    }
    put(j, "]}");
}

static void list(json *j, const cp_list *l) {
    static const char *const separators[] = {"", ";", "\\n", "&"};
    put(j, "[");
    for (const cp_item *i = l ? l->first : NULL; i; i = i->next) {
        put(j, "{\"separator\":\"");
        put(j, separators[i->separator & 3]);
        put(j, "\",\"statement\":");
        node(j, i->node);
        put(j, i->next ? "}," : "}");
    }
    put(j, "]");
}

void cp_print_json(cp_text *out, const cp_sources *sources, const cp_program *program) {
    json j = {out, sources, program->src};
    open_object(&j, "program", program->body.span);
    body(&j, "statements", &program->body);
    put(&j, "}\n");
}
