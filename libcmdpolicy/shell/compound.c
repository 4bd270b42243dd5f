/* Compound commands, function definitions, coprocesses, array literals. */
#include "shell/parser.h"

static void expect(cp_parser *px, cp_tok tok) {
    if (px->failed)
        return;
    if (px->lx.tok == tok)
        cp_advance(px);
    else
        cp_unexpected(px);
}

/* do LIST done, or { LIST } where the dialect has it. */
static cp_list loop_body(cp_parser *px) {
    bool braces = px->lx.tok == TOK_LBRACE && cp_has(px, CP_F_LOOP_BRACES);
    expect(px, braces ? TOK_LBRACE : TOK_DO);
    cp_list body = cp_parse_list(px);
    expect(px, braces ? TOK_RBRACE : TOK_DONE);
    return body;
}

static void parse_if(cp_parser *px, cp_node *node) {
    cp_lex *lx = &px->lx;
    cp_node *const outer = node;
    for (;;) { /* at if or elif */
        cp_advance(px);
        node->as.ifs.test = cp_parse_list(px);
        expect(px, TOK_THEN);
        node->as.ifs.then = cp_parse_list(px);
        if (px->failed || lx->tok != TOK_ELIF)
            break;
        cp_node *other = cp_node_new(px, CP_NODE_IF, lx->beg);
        node->as.ifs.otherwise = other;
        node = other;
    }
    if (!px->failed && lx->tok == TOK_ELSE) {
        cp_node *other = cp_node_new(px, CP_NODE_GROUP, lx->beg);
        cp_advance(px);
        other->as.group.body = cp_parse_list(px);
        other->span.end = lx->prev_end;
        node->as.ifs.otherwise = other;
    }
    uint32_t end = lx->prev_end;
    expect(px, TOK_FI);
    for (cp_node *n = outer->as.ifs.otherwise; n && n->kind == CP_NODE_IF && !px->arena->failed;
         n = n->as.ifs.otherwise)
        n->span.end = end;
}

static void parse_for(cp_parser *px, cp_node *node) {
    cp_lex *lx = &px->lx;
    cp_advance(px);
    if (px->failed)
        return;
    if (lx->tok == TOK_ARITH_FOR && node->kind == CP_NODE_FOR) {
        node->kind = CP_NODE_ARITH_FOR;
        node->as.arith_for.init = px->for_parts[0];
        node->as.arith_for.test = px->for_parts[1];
        node->as.arith_for.step = px->for_parts[2];
        cp_advance(px);
        if (lx->tok == TOK_SEMI)
            cp_advance(px);
        cp_skip_newlines(px);
        node->as.arith_for.body = loop_body(px);
        return;
    }
    if (lx->tok != TOK_WORD || !lx->word) {
        cp_unexpected(px);
        return;
    }
    if ((!(lx->word->flags & CP_WORD_BARE) || !cp_is_identifier(lx->word->text)) &&
        !cp_has(px, CP_F_ANY_FUNCTION_NAME)) {
        cp_fail(px, "the variable of a loop has to be a name", lx->word->span.beg);
        return;
    }
    node->as.fors.name = lx->word->text;
    node->as.fors.name_span = lx->word->span;
    node->as.fors.name_word = lx->word;
    cp_parse_name_written(px, lx->word, true);
    lx->mode |= LX_WANTS_IN;
    cp_advance(px);
    if (lx->tok == TOK_SEMI) {
        cp_advance(px);
        cp_skip_newlines(px);
    } else {
        cp_skip_newlines(px);
        if (lx->tok == TOK_IN && !px->failed) {
            node->as.fors.has_in = 1;
            cp_word **tail = &node->as.fors.words;
            uint32_t pending = lx->docs_count;
            cp_advance(px);
            while (!px->failed && lx->tok == TOK_WORD) {
                *tail = lx->word;
                tail = &lx->word->next;
                pending = lx->docs_count;
                cp_advance(px);
            }
            if (pending && lx->tok == TOK_NEWLINE && !px->failed && !cp_has(px, CP_F_DOC_IN_PAREN)) {
                px->unsupported = 1; /* dash reads on, and looks for the bodies behind a later line */
                cp_fail(px, "a here-document in front of a for whose words end with the line", lx->beg);
            }
            if (lx->tok != TOK_SEMI && lx->tok != TOK_NEWLINE) {
                cp_unexpected(px);
                return;
            }
            cp_advance(px);
            cp_skip_newlines(px);
        }
    }
    lx->mode &= ~(uint32_t)LX_WANTS_IN;
    if (lx->tok == TOK_LBRACE && !node->as.fors.has_in)
        px->stale_in = 1;
    node->as.fors.body = loop_body(px);
}

static void parse_case(cp_parser *px, cp_node *node) {
    cp_lex *lx = &px->lx;
    cp_advance(px);
    if (px->failed)
        return;
    if (lx->tok != TOK_WORD || !lx->word) {
        cp_unexpected(px);
        return;
    }
    node->as.cases.word = lx->word;
    lx->mode |= LX_WANTS_IN | LX_IN_CASE;
    cp_advance(px);
    cp_skip_newlines(px);
    lx->mode &= ~(uint32_t)(LX_WANTS_IN | LX_IN_CASE);
    expect(px, TOK_IN);
    cp_case_clause **tail = &node->as.cases.clauses;
    for (;;) {
        cp_skip_newlines(px);
        if (px->failed || lx->tok == TOK_ESAC)
            break;
        cp_case_clause *clause = CP_NEW(px->arena, cp_case_clause);
        clause->span = cp_here(px, lx->beg, lx->beg);
        *tail = clause;
        tail = &clause->next;
        if (lx->tok == TOK_LPAREN)
            cp_advance(px);
        cp_word **words = &clause->patterns;
        for (;;) {
            if (px->failed || lx->tok != TOK_WORD || !lx->word) {
                cp_unexpected(px);
                return;
            }
            *words = lx->word;
            words = &lx->word->next;
            cp_advance(px);
            if (lx->tok != TOK_BAR)
                break;
            cp_advance(px);
        }
        lx->mode &= ~(uint32_t)LX_CASE_PATTERN;
        expect(px, TOK_RPAREN);
        cp_skip_newlines(px);
        if (px->failed)
            return;
        clause->body.span = cp_here(px, lx->beg, lx->beg);
        if (lx->tok != TOK_SEMI_SEMI && lx->tok != TOK_SEMI_AND && lx->tok != TOK_SEMI_SEMI_AND &&
            lx->tok != TOK_ESAC)
            clause->body = cp_parse_list(px);
        clause->span.end = lx->tok_end;
        if (lx->tok != TOK_SEMI_SEMI && lx->tok != TOK_SEMI_AND && lx->tok != TOK_SEMI_SEMI_AND) {
            clause->span.end = lx->prev_end;
            break;
        }
        clause->end = lx->tok == TOK_SEMI_AND ? 1 : lx->tok == TOK_SEMI_SEMI_AND ? 2 : 0;
        cp_advance(px);
    }
    expect(px, TOK_ESAC);
}

static void parse_function(cp_parser *px, cp_node *node) {
    cp_lex *lx = &px->lx;
    cp_advance(px);
    if (px->failed || lx->tok != TOK_WORD || !lx->word) {
        cp_unexpected(px);
        return;
    }
    node->as.function.name_word = lx->word;
    node->as.function.name_span = lx->word->span;
    node->as.function.name = lx->word->text;
    cp_parse_name_written(px, lx->word, false);
    lx->mode |= LX_FUNCTION_BODY;
    cp_advance(px);
    cp_node *body = NULL;
    if (lx->tok == TOK_LPAREN && !px->failed) { /* ( ), or the body is a subshell */
        uint32_t beg = lx->beg;
        cp_advance(px);
        if (lx->tok == TOK_RPAREN) {
            cp_advance(px);
        } else {
            body = cp_node_new(px, CP_NODE_SUBSHELL, beg);
            if (cp_deeper(px))
                body->as.group.body = cp_parse_list(px);
            cp_leave(px->budget);
            expect(px, TOK_RPAREN);
            cp_parse_redirs(px, body);
        }
    }
    if (!body) {
        cp_skip_newlines(px);
        if (px->failed)
            return;
        if (cp_is_shell_command(lx->tok))
            body = cp_parse_compound(px);
        else
            cp_unexpected(px);
    }
    node->as.function.body = body;
}

static void parse_coproc(cp_parser *px, cp_node *node) {
    cp_lex *lx = &px->lx;
    cp_advance(px);
    if (px->failed)
        return;
    if (lx->tok == TOK_WORD && lx->word) {
        cp_word *word = lx->word;
        cp_advance(px);
        if (px->failed)
            return;
        cp_node *body = cp_is_shell_command(lx->tok) ? cp_parse_compound(px) : NULL;
        if (body) {
            node->as.coproc.name = word->text;
            node->as.coproc.name_word = word;
        } else if (!px->failed) {
            body = cp_parse_simple(px, word);
        }
        node->as.coproc.body = body;
        return;
    }
    if (lx->tok == TOK_ASSIGNMENT || cp_is_redir(lx->tok)) {
        node->as.coproc.body = cp_parse_simple(px, NULL);
        return;
    }
    if (cp_is_shell_command(lx->tok))
        node->as.coproc.body = cp_parse_compound(px);
    if (!node->as.coproc.body)
        cp_unexpected(px);
}

cp_node *cp_parse_compound(cp_parser *px) {
    cp_lex *lx = &px->lx;
    cp_node_kind kind;
    switch (lx->tok) {
    case TOK_LPAREN: kind = CP_NODE_SUBSHELL; break;
    case TOK_LBRACE: kind = CP_NODE_GROUP; break;
    case TOK_IF: kind = CP_NODE_IF; break;
    case TOK_WHILE: kind = CP_NODE_WHILE; break;
    case TOK_UNTIL: kind = CP_NODE_UNTIL; break;
    case TOK_FOR: kind = CP_NODE_FOR; break;
    case TOK_SELECT: kind = CP_NODE_SELECT; break;
    case TOK_CASE: kind = CP_NODE_CASE; break;
    case TOK_FUNCTION: kind = CP_NODE_FUNCTION; break;
    case TOK_COPROC: kind = CP_NODE_COPROC; break;
    case TOK_ARITH: kind = CP_NODE_ARITH; break;
    case TOK_COND: kind = CP_NODE_COND; break;
    default: return NULL;
    }
    cp_node *node = cp_node_new(px, kind, lx->beg);
    if (!cp_deeper(px)) {
        cp_leave(px->budget);
        return node;
    }
    switch (kind) {
    case CP_NODE_SUBSHELL:
        cp_advance(px);
        node->as.group.body = cp_parse_list(px);
        expect(px, TOK_RPAREN);
        break;
    case CP_NODE_GROUP:
        cp_advance(px);
        node->as.group.body = cp_parse_list(px);
        expect(px, TOK_RBRACE);
        break;
    case CP_NODE_IF: parse_if(px, node); break;
    case CP_NODE_WHILE:
    case CP_NODE_UNTIL:
        cp_advance(px);
        node->as.loop.test = cp_parse_list(px);
        expect(px, TOK_DO);
        node->as.loop.body = cp_parse_list(px);
        expect(px, TOK_DONE);
        break;
    case CP_NODE_FOR:
    case CP_NODE_SELECT: parse_for(px, node); break;
    case CP_NODE_CASE:
        px->cases++;
        parse_case(px, node);
        if (node->as.cases.clauses) /* to bash one without any stays open */
            px->cases--;
        break;
    case CP_NODE_FUNCTION: parse_function(px, node); break;
    case CP_NODE_COPROC: parse_coproc(px, node); break;
    case CP_NODE_ARITH:
        node->as.arith.expr = lx->arith;
        cp_advance(px);
        break;
    default: node->as.cond.expr = cp_parse_cond(px); break;
    }
    cp_leave(px->budget);
    node->span.end = lx->prev_end;
    if (!px->failed && kind != CP_NODE_FUNCTION && kind != CP_NODE_COPROC)
        cp_parse_redirs(px, node);
    return node;
}

void cp_parse_array(cp_parser *px, cp_part *part) {
    cp_lex *lx = &px->lx;
    cp_lex saved = *lx;
    cp_element **tail = &part->as.elements;
    bool named = saved.last == TOK_WORD || saved.last == TOK_ASSIGNMENT;
    if (named && saved.before == TOK_COPROC && !px->failed) {
        px->unsupported = 1; /* bash sees reserved words in it */
        cp_fail(px, "an array behind coproc NAME", lx->pos);
    }
    lx->mode = LX_ARRAY | (saved.mode & (LX_DOCS_LATE | LX_DECLARES | LX_REDIR_PREFIX));
    lx->tok = TOK_WORD;
    if (cp_deeper(px)) {
        for (;;) {
            lx->last = lx->before = TOK_WORD;
            lx->element_sub = NULL;
            lx->element_append = 0;
            bool waiting = lx->docs_count != 0;
            cp_advance(px);
            if (waiting && lx->tok == TOK_NEWLINE && !px->failed) {
                px->unsupported = 1;
                cp_fail(px, "the body of a here-document inside an array", lx->beg);
            }
            if (px->failed || lx->tok == TOK_RPAREN)
                break;
            if (lx->tok == TOK_NEWLINE) {
                lx->tok = TOK_WORD;
                continue;
            }
            if (lx->tok != TOK_WORD) {
                cp_unexpected(px);
                break;
            }
            cp_element *e = CP_NEW(px->arena, cp_element);
            e->value = lx->word;
            e->subscript = lx->element_sub;
            e->append = lx->element_append;
            if (!cp_node_work(px))
                break;
            *tail = e;
            tail = &e->next;
        }
    }
    cp_leave(px->budget);
    cp_lex now = *lx;
    *lx = saved;
    lx->pos = now.pos;
    lx->docs = now.docs;
    lx->docs_count = now.docs_count;
    lx->docs_cap = now.docs_cap;
    lx->mode = (lx->mode & ~(uint32_t)LX_DOCS_LATE) | (now.mode & LX_DOCS_LATE);
    lx->line_end = now.line_end;
    lx->resume = now.resume;
}
