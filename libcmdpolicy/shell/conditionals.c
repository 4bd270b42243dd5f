/* [[ ]]: its own little grammar. Which words are operators is decided by their bytes as written, quotes included (bash manual, Conditional Constructs).
 * Chains of && and || are loops; parentheses and ! recurse and are counted. */
#include "shell/parser.h"

static bool one_of(cp_slice t, const char *list) {
    /* `list`: operators separated by blanks */
    CP_HOLDS(t.p || !t.n);
    while (*list) {
        size_t n = strcspn(list, " ");
        if (n && t.n == n && memcmp(t.p, list, n) == 0)
            return true;
        list += n;
        list += *list == ' ';
    }
    return false;
}

cp_slice cp_plain_text(const cp_word *w) {
    if (!w)
        return (cp_slice){NULL, 0};
    if (w->flags & CP_WORD_BARE)
        return w->text;
    const cp_part *p = w->parts;
    return p && !p->next && p->kind == CP_PART_LIT ? p->text : (cp_slice){NULL, 0};
}

static cp_cond *cond_new(cp_parser *px, cp_cond_kind kind, uint32_t beg) {
    cp_cond *c = CP_NEW(px->arena, cp_cond);
    c->kind = kind;
    c->span = cp_here(px, beg, beg);
    (void)cp_node_work(px);
    return c;
}

static cp_cond *cond_or(cp_parser *px);

static cp_cond *cond_term(cp_parser *px) {
    cp_lex *lx = &px->lx;
    cp_skip_newlines(px);
    uint32_t beg = lx->beg;
    cp_cond *c;
    if (px->failed)
        return NULL;
    if (lx->tok == TOK_LPAREN) {
        c = cond_new(px, CP_COND_GROUP, beg);
        if (cp_deeper(px)) {
            cp_advance(px);
            c->left = cond_or(px);
            if (!px->failed && lx->tok != TOK_RPAREN)
                cp_unexpected(px);
            cp_advance(px);
            cp_skip_newlines(px);
        }
        cp_leave(px->budget);
        c->span.end = lx->prev_end;
        return c;
    }
    if (lx->tok != TOK_WORD || !lx->word) {
        cp_unexpected(px);
        return NULL;
    }
    cp_word *word = lx->word;
    cp_slice text = cp_plain_text(word);
    if (text.n == 1 && text.p[0] == '!') {
        c = cond_new(px, CP_COND_NOT, beg);
        if (cp_deeper(px)) {
            cp_advance(px);
            c->left = cond_term(px);
        }
        cp_leave(px->budget);
        c->span.end = lx->prev_end;
        return c;
    }
    cp_advance(px);
    if (px->failed)
        return NULL;
    if (text.n == 2 && text.p[0] == '-' && text.p[1] && strchr("abcdefghknoprstuvwxzGLNORS", text.p[1])) {
        c = cond_new(px, CP_COND_UNARY, beg);
        c->op = text;
        c->op_word = word;
        if (lx->tok != TOK_WORD || !lx->word) {
            cp_unexpected(px);
            return NULL;
        }
        c->a = lx->word;
        cp_advance(px);
        cp_skip_newlines(px);
        c->span.end = c->a->span.end;
        return c;
    }
    c = cond_new(px, CP_COND_WORD, beg);
    c->a = word;
    c->span.end = word->span.end;
    if (lx->tok == TOK_COND_END || lx->tok == TOK_AND_AND || lx->tok == TOK_OR_OR || lx->tok == TOK_RPAREN)
        return c;
    uint32_t mode = 0;
    if (lx->tok == TOK_LESS || lx->tok == TOK_GREATER) {
        c->op = cp_raw(px, lx->beg, lx->beg + 1);
    } else if (lx->tok == TOK_WORD && lx->word) {
        c->op = cp_plain_text(lx->word);
        c->op_word = lx->word;
        if (one_of(c->op, "= == !="))
            mode = LX_PATTERN;
        else if (one_of(c->op, "=~"))
            mode = LX_REGEX;
        else if (!one_of(c->op, "-nt -ot -ef -eq -ne -lt -le -gt -ge")) {
            cp_unexpected(px);
            return NULL;
        }
    } else {
        cp_unexpected(px);
        return NULL;
    }
    c->kind = CP_COND_BINARY;
    lx->mode |= mode;
    cp_advance(px);
    lx->mode &= ~mode;
    if (px->failed)
        return NULL;
    if (lx->tok != TOK_WORD || !lx->word) {
        cp_unexpected(px);
        return NULL;
    }
    c->b = lx->word;
    c->span.end = c->b->span.end;
    cp_advance(px);
    cp_skip_newlines(px);
    return c;
}

/* Terms joined by one operator, to the right as bash joins them. */
static cp_cond *cond_chain(cp_parser *px, cp_tok op, cp_cond_kind kind, cp_cond *(*operand)(cp_parser *)) {
    cp_cond *first = NULL, **slot = &first;
    for (;;) {
        uint32_t beg = px->lx.beg;
        cp_cond *c = operand(px);
        if (px->failed)
            return first ? first : c;
        if (px->lx.tok != op) {
            *slot = c;
            break;
        }
        cp_cond *join = cond_new(px, kind, beg);
        join->left = c;
        *slot = join;
        slot = &join->right;
        cp_advance(px);
    }
    uint32_t end = px->lx.prev_end;
    for (cp_cond *c = first; c && c->kind == (uint32_t)kind && !px->arena->failed; c = c->right)
        c->span.end = end;
    return first;
}

static cp_cond *cond_and(cp_parser *px) {
    return cond_chain(px, TOK_AND_AND, CP_COND_AND, cond_term);
}
static cp_cond *cond_or(cp_parser *px) {
    return cond_chain(px, TOK_OR_OR, CP_COND_OR, cond_and);
}

cp_cond *cp_parse_cond(cp_parser *px) {
    cp_lex *lx = &px->lx;
    lx->mode |= LX_COND;
    cp_advance(px);
    cp_cond *c = cond_or(px);
    lx->mode &= ~(uint32_t)LX_COND;
    if (!px->failed && lx->tok != TOK_COND_END)
        cp_unexpected(px);
    cp_advance(px);
    return c;
}
