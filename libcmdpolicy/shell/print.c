/* The tree as an S-expression in the shape of bash's own COMMAND tree: lists lean to the left, pipelines to the right, |& is a redirection. */
#include "shell/print.h"

static void put_number(cp_text *out, long v) {
    if (v < 0)
        cp_text_byte(out, '-');
    cp_text_number(out, (uint64_t)(v < 0 ? -v : v));
}

/* A quoted string; line continuations left out where `joins`. */
static void put_quoted(cp_text *out, cp_slice s) {
    cp_text_str(out, "\"");
    for (uint32_t i = 0; i < s.n; i++) {
        uint8_t c = s.p[i];
        if (c == '"' || c == '\\') {
            cp_text_byte(out, '\\');
            cp_text_byte(out, c);
        } else if (c == '\n') {
            cp_text_str(out, "\\n");
        } else if (c < 32 || c == 127) {
            cp_text_str(out, "\\x");
            cp_text_byte(out, (uint8_t) "0123456789abcdef"[c >> 4]);
            cp_text_byte(out, (uint8_t) "0123456789abcdef"[c & 15]);
        } else {
            cp_text_byte(out, c);
        }
    }
    cp_text_str(out, "\"");
}

/* The bytes of a span without its line continuations (those in '…' stay). */
static cp_slice joined(cp_text *out, cp_slice raw) {
    bool any = false;
    for (uint32_t i = 0; i + 1 < raw.n && !any; i++)
        any = raw.p[i] == '\\' && raw.p[i + 1] == '\n';
    if (!any)
        return raw;
    uint8_t *p = (uint8_t *)cp_alloc_raw(out->arena, raw.n);
    if (!p || out->arena->failed)
        return raw;
    uint32_t n = 0;
    bool single = false, twice = false;
    for (uint32_t i = 0; i < raw.n; i++) {
        uint8_t c = raw.p[i];
        if (c == '\'' && !twice)
            single = !single;
        if (c == '"' && !single)
            twice = !twice;
        if (c == '\\' && !single && i + 1 < raw.n) {
            if (raw.p[i + 1] == '\n') {
                i++;
                continue;
            }
            p[n++] = c;
            c = raw.p[++i];
        }
        p[n++] = c;
    }
    return (cp_slice){p, n};
}

typedef struct printer {
    cp_text *out;
    const cp_sources *sources;
    const cp_print_hook *hook;
    bool shape; /* words are shown by the hook alone */
} printer;

static void node(printer *pr, const cp_node *n, bool inverted, bool timed, bool both);

static void word_text(printer *pr, const char *role, cp_span span, const cp_word *word,
                      const cp_assignment *assignment) {
    cp_text *out = pr->out;
    if (pr->hook)
        pr->hook->on_word(pr->hook->self, role, span, word, assignment);
    if (pr->shape)
        return;
    bool assigns = assignment || (word && word->flags & CP_WORD_ASSIGNMENT);
    cp_text_str(out, assigns ? " (word 4 " : " (word 0 ");
    put_quoted(out, joined(out, cp_span_text(pr->sources, span)));
    cp_text_str(out, ")");
}

static void word(printer *pr, const char *role, const cp_word *w) {
    word_text(pr, role, w->span, w, NULL);
}

/* A string that is no word of the source. */
static void literal(printer *pr, cp_slice text) {
    if (pr->hook)
        pr->hook->on_word(pr->hook->self, "literal", (cp_span){0, 0, 0}, NULL, NULL);
    put_quoted(pr->out, text);
}

static void literal_word(printer *pr, cp_slice text, bool assigns) {
    cp_text_str(pr->out, assigns ? " (word 4 " : " (word 0 ");
    literal(pr, text);
    cp_text_str(pr->out, ")");
}

/* The target of >&word- without its last byte. */
static void moved_word(printer *pr, const cp_word *w, cp_slice text) {
    if (pr->hook)
        pr->hook->on_word(pr->hook->self, "target", w->span, w, NULL);
    cp_text_str(pr->out, w->flags & CP_WORD_ASSIGNMENT ? " (word 4 " : " (word 0 ");
    put_quoted(pr->out, text);
    cp_text_str(pr->out, ")");
}

static void heredoc_body(printer *pr, const cp_heredoc *doc, bool assigns) {
    cp_text *out = pr->out;
    cp_slice raw = doc->body ? cp_span_text(pr->sources, doc->body->span) : (cp_slice){NULL, 0};
    uint8_t *p = (uint8_t *)cp_alloc_raw(out->arena, raw.n + 1);
    if (!p || out->arena->failed)
        return;
    uint32_t n = 0;
    for (uint32_t i = 0; i < raw.n; i++) {
        if (!doc->quoted && raw.p[i] == '\\' && i + 1 < raw.n) {
            if (raw.p[i + 1] == '\n') {
                i++;
                continue;
            }
            p[n++] = raw.p[i++];
        }
        p[n++] = raw.p[i];
    }
    if (pr->hook)
        pr->hook->on_word(pr->hook->self, "document", doc->body ? doc->body->span : doc->body_span, doc->body,
                          NULL);
    if (pr->shape)
        return;
    cp_text_str(out, assigns ? " (word 4 " : " (word 0 "); /* bash marks the body by its delimiter */
    put_quoted(out, (cp_slice){p, n});
    cp_text_str(out, ")");
}

static void redir(printer *pr, const cp_redir *r) {
    cp_text *out = pr->out;
    cp_slice written = cp_span_text(pr->sources, r->span);
    uint32_t op_at = 0;
    while (op_at < written.n && written.p[op_at] != '<' && written.p[op_at] != '>' && written.p[op_at] != '&')
        op_at++;
    bool from_dup = r->op == CP_REDIR_BOTH && op_at < written.n && written.p[op_at] == '>';
    bool dup = r->op == CP_REDIR_DUP_IN || r->op == CP_REDIR_DUP_OUT || from_dup;
    bool input = r->op == CP_REDIR_IN || r->op == CP_REDIR_DUP_IN || r->op == CP_REDIR_HEREDOC ||
                 r->op == CP_REDIR_HERESTRING || r->op == CP_REDIR_RDWR;
    long number = -1;
    bool moves = false, closes = false;
    cp_slice t = joined(out, r->target ? cp_span_text(pr->sources, r->target->span) : written);
    int code = 0;
    while (t.n > 1 && t.p[t.n - 1] == '\n' && t.p[t.n - 2] == '\\')
        t.n -= 2;
    if (dup) {
        closes = t.n == 1 && t.p[0] == '-';
        if (!closes && t.n && t.p[t.n - 1] == '-') {
            moves = true;
            t.n--;
        }
        number = 0;
        for (uint32_t i = 0; i < t.n && number >= 0; i++)
            number = t.p[i] >= '0' && t.p[i] <= '9' && number < 100000000 ? number * 10 + (t.p[i] - '0') : -1;
        if (t.n == 0)
            number = -1;
        if (number > INT32_MAX)
            number = -1;
        bool in = r->op == CP_REDIR_DUP_IN;
        code = closes ? 9 : moves ? (number >= 0 ? 15 : 17) + !in : (number >= 0 ? 6 : 13) + !in;
    } else {
        switch (r->op) {
        case CP_REDIR_IN: code = 1; break;
        case CP_REDIR_OUT: code = 0; break;
        case CP_REDIR_APPEND: code = 3; break;
        case CP_REDIR_CLOBBER: code = 12; break;
        case CP_REDIR_RDWR: code = 11; break;
        case CP_REDIR_BOTH: code = 10; break;
        case CP_REDIR_BOTH_APPEND: code = 19; break;
        case CP_REDIR_HEREDOC: code = r->doc && r->doc->strip ? 8 : 4; break;
        default: code = 5; break;
        }
    }
    cp_text_str(out, " (redir ");
    put_number(out, code);
    if (r->fd_var.n) {
        literal_word(pr, r->fd_var, false);
    } else {
        cp_text_str(out, " ");
        put_number(out, r->fd >= 0 ? r->fd : input ? 0 : 1);
    }
    if (dup && !closes && number >= 0) {
        cp_text_str(out, " ");
        put_number(out, number);
    } else if (r->doc) {
        heredoc_body(pr, r->doc, r->target && r->target->flags & CP_WORD_ASSIGNMENT);
        cp_text_str(out, " eof ");
        literal(pr, r->doc->delimiter);
    } else if (!closes && r->target) {
        if (moves)
            moved_word(pr, r->target, t);
        else
            word(pr, "target", r->target);
    }
    cp_text_str(out, ")");
}

static void redirs(printer *pr, const cp_node *n, bool both) {
    for (const cp_redir *r = n->redirs; r; r = r->next)
        redir(pr, r);
    if (both)
        cp_text_str(pr->out, " (redir 7 2 1)");
}

static void repeat(cp_text *out, const char *s, uint32_t times) {
    while (times--)
        cp_text_str(out, s);
}

/* Items [first, end): those joined by & form runs, the runs are joined by ; */
static void items(printer *pr, const cp_item *first, const cp_item *end) {
    cp_text *out = pr->out;
    uint32_t runs = 0;
    if (first == end) {
        cp_text_str(out, " ()");
        return;
    }
    for (const cp_item *i = first; i != end; i = i->next)
        if (i->next == end || i->separator != CP_SEP_AMP)
            runs++;
    repeat(out, " (seq", runs - 1);
    bool begun = false;
    for (const cp_item *i = first; i != end;) {
        uint32_t joints = 0;
        const cp_item *last = i;
        while (last->separator == CP_SEP_AMP && last->next != end)
            last = last->next, joints++;
        bool trailing = last->separator == CP_SEP_AMP;
        repeat(out, " (bg", joints + trailing);
        node(pr, i->node, false, false, false);
        while (i != last) {
            i = i->next;
            node(pr, i->node, false, false, false);
            cp_text_str(out, ")");
        }
        if (trailing)
            cp_text_str(out, " ())");
        if (begun)
            cp_text_str(out, ")");
        begun = true;
        i = last->next;
    }
}

static void list(printer *pr, const cp_list *l) {
    items(pr, l->first, NULL);
}

static void arith(printer *pr, const cp_arith *a, bool trim) {
    cp_slice t = a->text;
    while (trim && t.n && (t.p[0] == ' ' || t.p[0] == '\t' || t.p[0] == '\n'))
        t = cp_slice_sub(t, 1, t.n);
    if (trim && !t.n)
        t = CP_LIT("1");
    if (pr->hook)
        pr->hook->on_word(pr->hook->self, "arithmetic", a->span, a->word, NULL);
    if (pr->shape)
        return;
    cp_text_str(pr->out, " (word 0 ");
    put_quoted(pr->out, t);
    cp_text_str(pr->out, ")");
}

static void cond(printer *pr, const cp_cond *c) {
    cp_text *out = pr->out;
    uint32_t open = 0;
    for (; c && (c->kind == CP_COND_AND || c->kind == CP_COND_OR); c = c->right) {
        cp_text_str(out, c->kind == CP_COND_AND ? " (c1" : " (c2");
        cond(pr, c->left);
        open++;
    }
    if (!c)
        return;
    switch (c->kind) {
    case CP_COND_NOT: cond(pr, c->left); break;
    case CP_COND_GROUP:
        cp_text_str(out, " (c6");
        cond(pr, c->left);
        cp_text_str(out, ")");
        break;
    case CP_COND_WORD:
    case CP_COND_UNARY:
        cp_text_str(out, " (c3");
        literal_word(pr, c->kind == CP_COND_WORD ? CP_LIT("-n") : c->op, false);
        cp_text_str(out, " (c5");
        word(pr, "operand", c->a);
        cp_text_str(out, "))");
        break;
    default:
        cp_text_str(out, " (c4");
        literal_word(pr, c->op, false);
        cp_text_str(out, " (c5");
        word(pr, "operand", c->a);
        cp_text_str(out, ") (c5");
        word(pr,
             cp_slice_is(c->op, "=~")                                                          ? "regex"
             : cp_slice_is(c->op, "==") || cp_slice_is(c->op, "=") || cp_slice_is(c->op, "!=") ? "pattern"
                                                                                               : "operand",
             c->b);
        cp_text_str(out, "))");
        break;
    }
    repeat(out, ")", open);
}

/* `both`: joined to the next stage by |& */
static void node(printer *pr, const cp_node *n, bool inverted, bool timed, bool both) {
    cp_text *out = pr->out;
    uint32_t closes = 0;
    if (n->kind == CP_NODE_PIPELINE) {
        inverted ^= n->negated != 0;
        timed |= n->timed != 0;
        const cp_node *c = n->as.pipeline.commands;
        if (!c->next) {
            node(pr, c, inverted, timed, both);
            return;
        }
        for (; c->next; c = c->next) {
            cp_text_str(out, " (");
            if (closes == 0)
                cp_text_str(out, inverted ? (timed ? "! time " : "! ") : timed ? "time " : "");
            cp_text_str(out, "pipe");
            node(pr, c, false, false, c->pipe_stderr != 0);
            closes++;
        }
        node(pr, c, false, false, false);
        repeat(out, ")", closes);
        return;
    }
    if (n->kind == CP_NODE_AND || n->kind == CP_NODE_OR) { /* the left spine may be long */
        const cp_node *spine = n;
        uint32_t depth = 0;
        while (spine->kind == CP_NODE_AND || spine->kind == CP_NODE_OR)
            spine = spine->as.andor.left, depth++;
        const cp_node **stack = (const cp_node **)cp_alloc_array(out->arena, depth, sizeof *stack);
        if (!stack)
            return;
        const cp_node *at = n;
        for (uint32_t i = 0; i < depth; i++, at = at->as.andor.left) {
            stack[i] = at;
            cp_text_str(out, at->kind == CP_NODE_AND ? " (and" : " (or");
        }
        node(pr, spine, false, false, false);
        while (depth--) {
            node(pr, stack[depth]->as.andor.right, false, false, false);
            cp_text_str(out, ")");
        }
        return;
    }
    cp_text_str(out, " (");
    if (inverted)
        cp_text_str(out, "! ");
    if (timed)
        cp_text_str(out, "time ");
    switch (n->kind) {
    case CP_NODE_SIMPLE:
        cp_text_str(out, "cmd");
        for (const cp_assignment *a = n->as.simple.assignments; a; a = a->next)
            word_text(pr, "assignment", a->span, NULL, a);
        for (const cp_word *w = n->as.simple.words; w; w = w->next)
            word(pr, "word", w);
        break;
    case CP_NODE_SUBSHELL:
    case CP_NODE_GROUP:
        cp_text_str(out, n->kind == CP_NODE_GROUP ? "group" : "subshell");
        list(pr, &n->as.group.body);
        break;
    case CP_NODE_IF: {
        const cp_node *i = n;
        for (;;) {
            cp_text_str(out, "if");
            list(pr, &i->as.ifs.test);
            list(pr, &i->as.ifs.then);
            const cp_node *other = i->as.ifs.otherwise;
            if (other && other->kind == CP_NODE_IF) {
                cp_text_str(out, " (");
                closes++;
                i = other;
                continue;
            }
            if (other)
                list(pr, &other->as.group.body);
            else
                cp_text_str(out, " ()");
            break;
        }
        repeat(out, ")", closes);
        break;
    }
    case CP_NODE_WHILE:
    case CP_NODE_UNTIL:
        cp_text_str(out, n->kind == CP_NODE_WHILE ? "while" : "until");
        list(pr, &n->as.loop.test);
        list(pr, &n->as.loop.body);
        break;
    case CP_NODE_FOR:
    case CP_NODE_SELECT:
        cp_text_str(out, n->kind == CP_NODE_FOR ? "for" : "select");
        word(pr, "name", n->as.fors.name_word);
        if (!n->as.fors.has_in)
            literal_word(pr, CP_LIT("\"$@\""), false);
        for (const cp_word *w = n->as.fors.words; w; w = w->next)
            word(pr, "word", w);
        list(pr, &n->as.fors.body);
        break;
    case CP_NODE_ARITH_FOR:
        cp_text_str(out, "afor");
        arith(pr, n->as.arith_for.init, true);
        arith(pr, n->as.arith_for.test, true);
        arith(pr, n->as.arith_for.step, true);
        list(pr, &n->as.arith_for.body);
        break;
    case CP_NODE_CASE:
        cp_text_str(out, "case");
        word(pr, "word", n->as.cases.word);
        for (const cp_case_clause *c = n->as.cases.clauses; c; c = c->next) {
            cp_text_str(out, " (clause");
            put_number(out, (long)c->end);
            for (const cp_word *w = c->patterns; w; w = w->next)
                word(pr, "case", w);
            list(pr, &c->body);
            cp_text_str(out, ")");
        }
        break;
    case CP_NODE_FUNCTION:
        cp_text_str(out, "func");
        word(pr, "name", n->as.function.name_word);
        node(pr, n->as.function.body, false, false, false);
        break;
    case CP_NODE_ARITH:
        cp_text_str(out, "arith");
        arith(pr, n->as.arith.expr, false);
        break;
    case CP_NODE_COND:
        cp_text_str(out, "cond");
        cond(pr, n->as.cond.expr);
        break;
    case CP_NODE_COPROC:
        cp_text_str(out, "coproc ");
        literal(pr, n->as.coproc.name.n ? n->as.coproc.name : CP_LIT("COPROC"));
        node(pr, n->as.coproc.body, false, false, false);
        break;
    default: cp_text_str(out, "error"); break;
    }
    redirs(pr, n, both);
    cp_text_str(out, ")");
}

static void print_lines(printer *pr, const cp_program *program) {
    cp_text *out = pr->out;
    const cp_item *line = program->body.first;
    for (const cp_item *i = line; i; i = i->next) {
        if (i->node->kind == CP_NODE_ERROR) {
            cp_text_str(out, " <error>");
            break;
        }
        if (i->ends_line || !i->next || i->next->node->kind == CP_NODE_ERROR) {
            items(pr, line, i->next);
            line = i->next;
        }
    }
    cp_text_str(out, "\n");
}

void cp_print_sexpr(cp_text *out, const cp_sources *sources, const cp_program *program,
                    const cp_print_hook *hook) {
    print_lines(&(printer){out, sources, hook, false}, program);
}

void cp_print_sexpr_shape(cp_text *out, const cp_sources *sources, const cp_program *program,
                          const cp_print_hook *hook) {
    printer pr = {out, sources, hook, true};
    list(&pr, &program->body);
}
