/* zsh's own constructs, found in the tree that bash's grammar gives (zshmisc(1), zshexpn(1)): precommand modifiers, =command, parameter flags and
 * subscripts, glob qualifiers, short loops, `always`, anonymous functions, global aliases' ways of hiding words. */
#include <string.h>

#include "shell/zsh.h"

static void list(cp_parser *, const cp_list *);
static void node(cp_parser *, const cp_node *);

static void refuse(cp_parser *px, cp_span span, const char *message) {
    (void)cp_work(px, 1);
    cp_note_add(px, CP_NOTE_UNSUPPORTED, span, message);
}

enum {
    WITHIN,
    ALONE,
    ARGUMENT
}; /* a word: within an expansion, where it may be a pattern, or to a command */

static void parts(cp_parser *px, const cp_part *p);

/* Whether a } closes what no { of the same word has opened. */
static bool closes_brace(cp_slice t, uint32_t *depth) {
    for (uint32_t i = 0; i < t.n; i++) {
        if (t.p[i] == '}' && !(*depth)--)
            return true;
        *depth += t.p[i] == '{';
    }
    return false;
}

/* ~ alone, or ~/ and what follows, where a word begins: HOME, whatever names and options there are. */
static bool is_home(const cp_word *w, const cp_part *p) {
    if (p != w->parts || p->span.src != w->span.src || p->span.beg != w->span.beg || p->text.p[0] != '~' ||
        (p->text.n == 1 ? p->next != NULL : p->text.p[1] != '/'))
        return false;
    return cp_slice_find(p->text, '~', 1) == p->text.n;
}

/* HEAD~1: where nothing else in the word makes a pattern of it, and no option lets a file's name begin there. */
static bool is_plain_tilde(const cp_word *w, const cp_part *p) {
    for (const cp_part *q = w->parts; q; q = q->next) {
        if (q->kind != CP_PART_LIT && q->kind != CP_PART_QUOTED && q->kind != CP_PART_DQ)
            return false;
        for (uint32_t i = 0; q->kind == CP_PART_LIT && i < q->text.n; i++)
            if (!q->text.p[i] || strchr("*?[]()<>|^#{}$`", q->text.p[i]))
                return false;
    }
    for (uint32_t i = 0; i < p->text.n; i++)
        if (p->text.p[i] == '~' && (!i || strchr("=:~,", p->text.p[i - 1])))
            return false;
    return true;
}

static bool may_be_nothing(const cp_part *p) {
    bool nothing = p->kind == CP_PART_PARAM || p->kind == CP_PART_CMDSUB || p->kind == CP_PART_DQ;
    for (const cp_part *q = p->kind == CP_PART_DQ ? p->as.parts : NULL; q && nothing; q = q->next)
        nothing = q->kind == CP_PART_PARAM || q->kind == CP_PART_CMDSUB ||
                  (q->kind == CP_PART_QUOTED && !q->text.n);
    return nothing || ((p->kind == CP_PART_QUOTED || p->kind == CP_PART_LIT) && !p->text.n);
}

static bool lists_equals(cp_slice t) {
    for (uint32_t i = 1; i < t.n; i++)
        if (t.p[i] == '=' && (t.p[i - 1] == '{' || t.p[i - 1] == ',' || t.p[i - 1] == '}'))
            return memchr(t.p, '{', t.n) != NULL;
    return false;
}

/* $x=NAME where x is empty, and {a,=NAME}: looked at when all that is there has become nothing, or words. */
static bool may_begin_with_equals(const cp_word *w) {
    if (w->flags & CP_WORD_BARE)
        return lists_equals(w->text);
    bool nothing = true, begins = false;
    for (const cp_part *p = w->parts; p && !begins; p = p->next) {
        begins = p->kind == CP_PART_LIT &&
                 (lists_equals(p->text) || (nothing && p != w->parts && p->text.n && p->text.p[0] == '='));
        nothing &= may_be_nothing(p);
    }
    return begins;
}

/* $=x, $~x, $^x and $+x are parameters there, within double quotes, too; `at`: behind the $. */
static bool names_parameter(cp_slice t, uint32_t at) {
    while (at + 1 < t.n && t.p[at] == '\\' && t.p[at + 1] == '\n')
        at += 2;
    return at < t.n && memchr("=~^+", t.p[at], 4);
}

static bool holds_such_parameter(cp_slice t) {
    for (uint32_t i = 0; i < t.n; i++)
        if (t.p[i] == '$' && names_parameter(t, i + 1))
            return true;
    return false;
}

/* A $ that is text to bash. (An escaped one is longer where it is written.) */
static bool begins_such_parameter(cp_parser *px, const cp_part *p) {
    const uint32_t n = p->text.n;
    if (!n || p->text.p[n - 1] != '$' || p->span.end - p->span.beg != n || p->span.src >= px->sources->count)
        return holds_such_parameter(p->kind == CP_PART_LIT ? p->text : CP_LIT(""));
    return names_parameter(px->sources->items[p->span.src].text, p->span.end);
}

static void word_at(cp_parser *px, const cp_word *w, int place) {
    if (!w)
        return;
    uint32_t depth = 0;
    bool closes = w->flags & CP_WORD_BARE && closes_brace(w->text, &depth);
    for (const cp_part *p = w->flags & CP_WORD_BARE ? NULL : w->parts; p && !closes; p = p->next)
        closes = p->kind == CP_PART_LIT && closes_brace(p->text, &depth);
    if (closes)
        refuse(px, w->span, "zsh: } closes a group wherever it stands");
    cp_slice t = w->text;
    cp_slice written = cp_span_text(px->sources, w->span);
    if ((written.n > 1 && written.p[0] == '=' && !(w->flags & CP_WORD_ASSIGNMENT)) ||
        may_begin_with_equals(w))
        refuse(px, w->span, "zsh: =NAME is the path of a command");
    if (w->flags & CP_WORD_BARE) {
        /* ^ and # match only with EXTENDED_GLOB; bytes alone are the same in both shells. Behind other bytes of an argument ^ is taken for
         * both (words/glob.c). */
        const bool behind = place == ARGUMENT && t.n && t.p[0] != '^';
        if ((memchr(t.p, '^', t.n) && !behind) || (t.n > 1 && memchr(t.p + 1, '#', t.n - 1)))
            refuse(px, w->span, "zsh: ^ and # are patterns where EXTENDED_GLOB is set");
        if (holds_such_parameter(t))
            refuse(px, w->span, "zsh: $=NAME and its like are parameters");
        return;
    }
    for (const cp_part *p = w->parts; p; p = p->next)
        if (p->kind == CP_PART_LIT && cp_slice_find(p->text, '~', 0) < p->text.n &&
            (place == WITHIN || !is_home(w, p)) && (place != ARGUMENT || !is_plain_tilde(w, p)))
            refuse(px, p->span, "zsh: ~ has named directories and, in patterns, excludes");
    parts(px, w->parts);
}

static void word(cp_parser *px, const cp_word *w) {
    word_at(px, w, ALONE);
}

static void arith(cp_parser *px, const cp_arith *a) {
    if (!a)
        return;
    uint32_t depth = 0;
    bool odd = false;
    for (uint32_t i = 0; i < a->text.n && !odd; i++) {
        uint8_t c = a->text.p[i];
        odd = c == '\'' || c == '"' || (c == ']' && !depth--);
        depth += c == '[';
    }
    if (holds_such_parameter(a->text))
        refuse(px, a->span, "zsh: $=NAME and its like are parameters");
    if (odd || depth)
        refuse(px, a->span, "zsh: quotes, or brackets without their pairs, may end arithmetic");
    word_at(px, a->word, WITHIN);
}

static int first_byte(cp_parser *px, cp_span span) {
    cp_slice t = cp_span_text(px->sources, span);
    return t.n ? t.p[0] : 0;
}

/* `$name:h`: only letters and & modify, or what a \ may lead to; `$name: ` and `$name:$x` are what they are elsewhere. */
static bool modifies(cp_parser *px, const cp_part *colon) {
    const cp_slice t = cp_span_text(px->sources, colon->span);
    const cp_part *next = t.n == 1 ? colon->next : NULL;
    if (t.n == 0 || t.p[0] != ':' || (next && next->span.beg != colon->span.end))
        return true;
    const int after = t.n > 1 ? t.p[1] : next ? first_byte(px, next->span) : ' ';
    return (after >= 'a' && after <= 'z') || (after >= 'A' && after <= 'Z') || after == '&' ||
           after == '\\' || after == 0;
}

/* A / that no \ stands before, wherever in the word it is. */
static bool holds_slash(cp_parser *px, const cp_word *w) {
    const cp_slice t = w ? cp_span_text(px->sources, w->span) : (cp_slice){NULL, 0};
    for (uint32_t i = 0; i < t.n; i += t.p[i] == '\\' ? 2 : 1)
        if (t.p[i] == '/')
            return true;
    return false;
}

/* $#x is a length there, $10 the tenth parameter. */
static bool goes_on(const cp_part *p, int next) {
    const cp_slice t = p->text;
    if (t.n != 2 || t.p[0] != '$' || next <= 0)
        return false;
    return t.p[1] == '#' ? cp_is_name((uint8_t)next) || strchr("@*?-$[", next) != NULL
                         : cp_is_digit(t.p[1]) && cp_is_digit((uint8_t)next);
}

/* "${x%'}'}": within double quotes a single one hides no } there, and the first one ends it. `within`: in a parameter's braces. */
static bool hides_brace(cp_parser *px, const cp_part *p, bool within) {
    bool hides = false, single = false, brace = false;
    for (; p && !hides; p = p->next) {
        const cp_param *q = p->kind == CP_PART_PARAM ? p->as.param : NULL;
        const bool text = within && !q && p->kind != CP_PART_CMDSUB && p->kind != CP_PART_PROCSUB;
        const cp_slice written = text ? cp_span_text(px->sources, p->span) : (cp_slice){NULL, 0};
        for (uint32_t i = 0; i < written.n; i++) {
            single |= written.p[i] == '\'';
            brace |= written.p[i] == '{' || written.p[i] == '}';
        }
        (void)cp_work(px, 1);
        hides = (single && brace) || (q && q->word && hides_brace(px, q->word->parts, true)) ||
                (q && q->replacement && hides_brace(px, q->replacement->parts, true));
    }
    return hides;
}

static void single_within_double(cp_parser *px, const cp_part *p) {
    if (p && hides_brace(px, p, false))
        refuse(px, p->span, "zsh: within double quotes a single one hides no }");
}

static void parts(cp_parser *px, const cp_part *p) {
    for (; p && !px->failed; p = p->next) {
        if ((p->kind == CP_PART_LIT || p->kind == CP_PART_QUOTED) && begins_such_parameter(px, p))
            refuse(px, p->span, "zsh: $=NAME and its like are parameters");
        switch (p->kind) {
        case CP_PART_LIT:
            if (memchr(p->text.p, '^', p->text.n) || memchr(p->text.p, '#', p->text.n))
                refuse(px, p->span, "zsh: ^ and # are patterns where EXTENDED_GLOB is set");
            if (memchr(p->text.p, '<', p->text.n) || memchr(p->text.p, '(', p->text.n))
                refuse(px, p->span, "zsh: a glob range or qualifier");
            for (uint32_t i = 0; i < p->text.n; i++)
                if (p->text.p[i] && strchr(" \t\n;&|>)", p->text.p[i])) {
                    refuse(px, p->span, "zsh: the word may end within these brackets");
                    break;
                }
            break;
        case CP_PART_DQ:
            if (p->flags & CP_PART_LOCALE)
                refuse(px, p->span, "zsh: the $ of $\"…\" stays");
            single_within_double(px, p->as.parts);
            parts(px, p->as.parts);
            break;
        case CP_PART_PARAM: {
            const cp_param *q = p->as.param;
            if (q->op == CP_PARAM_BAD)
                refuse(px, p->span, "zsh: parameter flags, or an operator that bash has not");
            else if (q->op == CP_PARAM_TRANSFORM || q->op == CP_PARAM_CASE || q->indirect)
                refuse(px, p->span, "zsh: this parameter operator means something else");
            else if (q->op == CP_PARAM_SUBSTRING)
                refuse(px, p->span, "zsh: ${name:…} may be a history modifier");
            if (q->subscript)
                refuse(px, p->span, "zsh: arrays begin at 1, and subscripts have flags");
            if (q->op == CP_PARAM_REPLACE && q->op_text.n > 1 && q->word &&
                first_byte(px, q->word->span) == '%')
                refuse(px, p->span, "zsh: % behind // or /# matches at the end");
            if (q->op == CP_PARAM_REPLACE && holds_slash(px, q->word))
                refuse(px, p->span, "zsh: a / ends the pattern within quotes, too");
            if (p->next && p->text.n && p->text.p[p->text.n - 1] != '}') {
                const cp_part *n = p->next;
                if (n->span.beg == p->span.end && goes_on(p, first_byte(px, n->span)))
                    refuse(px, p->span, "zsh: the name goes on behind $# or a digit");
                if ((n->kind == CP_PART_LIT || n->kind == CP_PART_QUOTED) && n->span.beg == p->span.end &&
                    n->text.n && (n->text.p[0] == '[' || (n->text.p[0] == ':' && modifies(px, n))))
                    refuse(px, n->span, "zsh: $name[…] is a subscript, $name:x a modifier");
                if (p->text.p[p->text.n - 1] == '$' &&
                    (n->kind == CP_PART_LIT || n->kind == CP_PART_QUOTED) &&
                    (n->span.beg != p->span.end || strchr("'{[(", first_byte(px, n->span))))
                    refuse(px, n->span, "zsh: the second $ of $$ may begin something, too");
            }
            word_at(px, q->word, WITHIN);
            word_at(px, q->replacement, WITHIN);
            arith(px, q->subscript);
            arith(px, q->offset);
            arith(px, q->length_expr);
            break;
        }
        case CP_PART_CMDSUB:
        case CP_PART_PROCSUB: list(px, p->as.program); break;
        case CP_PART_ARITH: arith(px, p->as.arith); break;
        case CP_PART_EXTGLOB: refuse(px, p->span, "zsh: a glob qualifier or group"); break;
        case CP_PART_ARRAY:
            if (p->next)
                refuse(px, p->span, "zsh: an array ends at its )");
            for (const cp_element *e = p->as.elements; e; e = e->next) {
                for (uint32_t i = 0; e->subscript && i < e->subscript->text.n; i++)
                    if (e->subscript->text.p[i] && strchr(" \t\n;&|<>()", e->subscript->text.p[i])) {
                        refuse(px, e->subscript->span, "zsh: the element may end within these brackets");
                        break;
                    }
                arith(px, e->subscript);
                word(px, e->value);
            }
            break;
        default: break;
        }
    }
}

/* N, or - alone. zsh moves no descriptors: N- is a file's name. */
static bool descriptor(const cp_word *w) {
    cp_slice t = w ? w->text : CP_LIT("");
    for (uint32_t i = 0; i < t.n; i++)
        if (!cp_is_digit(t.p[i]))
            return t.n == 1 && t.p[0] == '-';
    return true;
}

static void redirs(cp_parser *px, const cp_redir *r) {
    const cp_redir *const first = r;
    for (; r; r = r->next) {
        word(px, r->target);
        cp_span before = {r->span.src, r->span.beg - 1, r->span.beg};
        if (r->op >= CP_REDIR_BOTH && r->op <= CP_REDIR_BOTH_APPEND && r->span.beg &&
            cp_is_digit((uint8_t)first_byte(px, before)))
            refuse(px, r->span, "zsh: the digit before &> is a descriptor");
        if (cp_slice_find(r->fd_var, '[', 0) < r->fd_var.n)
            refuse(px, r->span, "zsh: {name[…]}> is a word");
        if ((r->op == CP_REDIR_DUP_IN || r->op == CP_REDIR_DUP_OUT) && !descriptor(r->target))
            refuse(px, r->span, "zsh: behind <& and >& only digits and - are no file");
        if (r->doc) {
            word(px, r->doc->body);
            single_within_double(px, r->doc->body ? r->doc->body->parts : NULL);
        }
        if (r->target && r->op != CP_REDIR_HEREDOC && r->op != CP_REDIR_HERESTRING && r->target->text.n &&
            r->target->text.p[0] == '!')
            refuse(px, r->span, "zsh: >! is >|, and the file is the next word");
        if (r != first && r->op != CP_REDIR_DUP_IN && r->op != CP_REDIR_DUP_OUT)
            for (const cp_redir *s = first; s != r; s = s->next)
                if (s->fd == r->fd && s->op == r->op) {
                    refuse(px, r->span, "zsh: several redirections of one descriptor all take effect");
                    break;
                }
    }
}

static bool any_of(cp_slice t, const char *const *list) {
    for (; *list; list++)
        if (cp_slice_is(t, *list))
            return true;
    return false;
}

static void simple(cp_parser *px, const cp_node *n) {
    static const char *const words_of_zsh[] = {"noglob",  "nocorrect", "-",      "repeat",
                                               "foreach", "end",       "always", NULL};
    static const char *const declarations[] = {"declare", "export",   "float",   "integer",
                                               "local",   "readonly", "typeset", NULL};
    const cp_word *w = n->as.simple.words;
    for (const cp_assignment *a = n->as.simple.assignments; a; a = a->next) {
        if (a->subscript)
            refuse(px, a->span, "zsh: arrays begin at 1, and subscripts have flags");
        arith(px, a->subscript);
        word(px, a->value);
        if (a->array)
            parts(px, a->array);
        if (a->array && a->span.end != a->array->span.end)
            refuse(px, a->span, "zsh: an array ends at its )");
    }
    if (!w && n->redirs && !n->as.simple.assignments)
        refuse(px, n->span, "zsh: a redirection alone runs NULLCMD");
    if (w && w->flags & CP_WORD_BARE && any_of(w->text, words_of_zsh))
        refuse(px, w->span, "zsh: a precommand modifier or a reserved word");
    cp_slice first = w && n->redirs ? cp_span_text(px->sources, w->span) : CP_LIT("");
    uint32_t open = cp_slice_find(first, '[', 1);
    if (open < first.n && cp_slice_find(first, ']', open) == first.n)
        refuse(px, w->span, "zsh: NAME[ goes on to its ], behind a redirection, too");
    bool declares = w && w->flags & CP_WORD_BARE && any_of(w->text, declarations);
    for (const cp_word *a = w; a && !declares; a = a->next)
        for (const cp_part *p = a->flags & CP_WORD_BARE ? NULL : a->parts; p; p = p->next)
            if (p->kind == CP_PART_ARRAY)
                refuse(px, p->span, "zsh: parentheses in a word define a function, or are a pattern");
    if (w && first_byte(px, w->span) == '{')
        refuse(px, w->span, "zsh: { begins a group, whatever follows");
    for (; w; w = w->next)
        word_at(px, w, declares ? ALONE : ARGUMENT);
}

static void condition(cp_parser *px, const cp_cond *c) {
    for (; c; c = c->right) {
        word(px, c->a);
        word(px, c->b);
        condition(px, c->left);
    }
}

static void one(cp_parser *px, const cp_node *n) {
    redirs(px, n->redirs);
    switch (n->kind) {
    case CP_NODE_SIMPLE: simple(px, n); break;
    case CP_NODE_SUBSHELL:
    case CP_NODE_GROUP: list(px, &n->as.group.body); break;
    case CP_NODE_IF:
        for (const cp_node *i = n; i; i = i->as.ifs.otherwise) {
            if (i->kind != CP_NODE_IF) {
                list(px, &i->as.group.body);
                break;
            }
            list(px, &i->as.ifs.test);
            list(px, &i->as.ifs.then);
        }
        break;
    case CP_NODE_WHILE:
    case CP_NODE_UNTIL:
        list(px, &n->as.loop.test);
        list(px, &n->as.loop.body);
        break;
    case CP_NODE_FOR:
    case CP_NODE_SELECT:
        for (const cp_word *w = n->as.fors.words; w; w = w->next)
            word(px, w);
        list(px, &n->as.fors.body);
        break;
    case CP_NODE_ARITH_FOR:
        arith(px, n->as.arith_for.init);
        arith(px, n->as.arith_for.test);
        arith(px, n->as.arith_for.step);
        list(px, &n->as.arith_for.body);
        break;
    case CP_NODE_CASE:
        word(px, n->as.cases.word);
        for (const cp_case_clause *c = n->as.cases.clauses; c; c = c->next) {
            if (c->end == 2)
                refuse(px, c->span, "zsh: ;;& is not zsh's");
            for (const cp_word *w = c->patterns; w; w = w->next)
                word(px, w);
            list(px, &c->body);
        }
        break;
    case CP_NODE_FUNCTION:
        if (n->as.function.body->kind != CP_NODE_GROUP && n->as.function.name_span.beg != n->span.beg)
            refuse(px, n->span, "zsh: function takes several names");
        node(px, n->as.function.body);
        break;
    case CP_NODE_ARITH: arith(px, n->as.arith.expr); break;
    case CP_NODE_COND: condition(px, n->as.cond.expr); break;
    case CP_NODE_COPROC: refuse(px, n->span, "zsh: coproc takes no name"); break;
    default: break;
    }
}

/* `time ls | wc`: the word, blanks, and commands that it runs where they would run without it. zsh's takes no option, no `!`, and times
 * assignments in a shell of their own. */
static bool is_timed_alike(cp_parser *px, const cp_node *n) {
    const cp_slice t = cp_span_text(px->sources, n->span);
    const cp_node *first = n->as.pipeline.commands;
    uint32_t at = 4;
    if (!first || !cp_slice_starts(t, CP_LIT("time")) || n->negated || first->kind == CP_NODE_FUNCTION ||
        (first->kind == CP_NODE_SIMPLE && !first->as.simple.words))
        return false;
    while (at < t.n && (t.p[at] == ' ' || t.p[at] == '\t'))
        at++;
    return at > 4 && first->span.src == n->span.src && first->span.beg == n->span.beg + at;
}

static void pipeline(cp_parser *px, const cp_node *n) {
    if (n->kind != CP_NODE_PIPELINE) {
        one(px, n);
        return;
    }
    if (n->timed && !is_timed_alike(px, n))
        refuse(px, n->span, "zsh: time takes no options, and a command");
    for (const cp_node *c = n->as.pipeline.commands; c; c = c->next)
        one(px, c);
}

static void node(cp_parser *px, const cp_node *n) {
    for (; n->kind == CP_NODE_AND || n->kind == CP_NODE_OR; n = n->as.andor.left) /* any order will do */
        pipeline(px, n->as.andor.right);
    pipeline(px, n);
}

static void list(cp_parser *px, const cp_list *l) {
    if (!l)
        return;
    for (const cp_item *i = l->first; i && !px->failed; i = i->next) {
        if (i->separator == CP_SEP_AMP && i->next && first_byte(px, i->next->node->span) == '!')
            refuse(px, i->next->node->span, "zsh: &! disowns");
        node(px, i->node);
    }
}

void cp_zsh_refuse(cp_parser *px, const cp_list *program) {
    list(px, program);
}
