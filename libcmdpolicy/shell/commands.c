/* Programs, lists, and-or lists, pipelines, simple commands, redirections (POSIX XCU 2.9, 2.10; bash's grammar). Long lists and pipelines are loops;
 * only nesting recurses, and that is counted. */
#include "shell/parser.h"

cp_node *cp_node_new(cp_parser *px, cp_node_kind kind, uint32_t beg) {
    cp_node *node = CP_NEW(px->arena, cp_node);
    node->kind = (uint8_t)kind;
    node->span = cp_here(px, beg, beg);
    (void)cp_node_work(px);
    return node;
}

void cp_skip_newlines(cp_parser *px) {
    while (px->lx.tok == TOK_NEWLINE && !px->failed)
        cp_advance(px);
}

/* ---- Redirections -------------------------------------------------------------------------------------------------- */

static bool is_descriptor(cp_slice t) {
    if (t.n && t.p[t.n - 1] == '-')
        t.n--;
    for (uint32_t i = 0; i < t.n; i++)
        if (!cp_is_digit(t.p[i]))
            return false;
    return true;
}

static bool before_redirection(const cp_lex *lx) {
    int c = cp_byte(lx, cp_skip_joins(lx, lx->tok_end));
    return c == '<' || c == '>';
}

cp_redir *cp_parse_redir(cp_parser *px) {
    cp_lex *lx = &px->lx;
    cp_redir *r = CP_NEW(px->arena, cp_redir);
    uint32_t beg = lx->beg;
    if (px->arena->failed) {
        cp_fail_limit(px);
        return r;
    }
    r->fd = -1;
    r->span = cp_here(px, beg, beg);
    if (lx->tok == TOK_NUMBER) {
        r->fd = lx->number;
        cp_leaf_add(px, CP_LEAF_TEXT, beg, lx->tok_end);
        cp_advance(px);
    } else if (lx->tok == TOK_FD_VAR) {
        r->fd_var = cp_slice_sub(lx->word->text, 1, lx->word->text.n - 1);
        cp_leaf_add(px, CP_LEAF_TEXT, beg, lx->tok_end);
        cp_advance(px);
    }
    cp_tok op = (cp_tok)lx->tok;
    switch (op) {
    case TOK_LESS: r->op = CP_REDIR_IN; break;
    case TOK_GREATER: r->op = CP_REDIR_OUT; break;
    case TOK_APPEND: r->op = CP_REDIR_APPEND; break;
    case TOK_CLOBBER: r->op = CP_REDIR_CLOBBER; break;
    case TOK_RDWR: r->op = CP_REDIR_RDWR; break;
    case TOK_LESS_AND: r->op = CP_REDIR_DUP_IN; break;
    case TOK_GREATER_AND: r->op = CP_REDIR_DUP_OUT; break;
    case TOK_AND_GREATER: r->op = CP_REDIR_BOTH; break;
    case TOK_AND_APPEND: r->op = CP_REDIR_BOTH_APPEND; break;
    case TOK_HEREDOC:
    case TOK_HEREDOC_TABS: r->op = CP_REDIR_HEREDOC; break;
    case TOK_HERESTRING: r->op = CP_REDIR_HERESTRING; break;
    default: cp_unexpected(px); return r;
    }
    if ((r->fd >= 0 || r->fd_var.n) && (op == TOK_AND_GREATER || op == TOK_AND_APPEND)) {
        cp_unexpected(px);
        return r;
    }
    bool duplicates = op == TOK_LESS_AND || op == TOK_GREATER_AND;
    cp_advance(px);
    if (px->failed)
        return r;
    if (lx->tok == TOK_WORD && lx->word) {
        r->target = lx->word;
    } else if (duplicates &&
               (lx->tok == TOK_DASH ||
                (lx->tok == TOK_NUMBER && (!before_redirection(lx) || cp_has(px, CP_F_DUP_TOKENS))))) {
        r->target = cp_word_new(px, lx->beg, lx->tok_end, NULL);
        if (lx->tok == TOK_NUMBER)
            r->target->text = lx->word->text;
    } else {
        cp_unexpected(px);
        return r;
    }
    r->span.end = lx->tok_end;
    if (op == TOK_GREATER_AND && (r->fd < 0 || r->fd == 1) && !r->fd_var.n &&
        !(r->target->flags & CP_WORD_BARE && is_descriptor(r->target->text))) {
        (void)cp_has(px, CP_F_BOTH);
        r->op = CP_REDIR_BOTH;
    }
    if (r->op == CP_REDIR_HEREDOC) {
        cp_heredoc *doc = CP_NEW(px->arena, cp_heredoc);
        if (px->arena->failed) { /* r and doc are the same scrap */
            cp_fail_limit(px);
            return r;
        }
        doc->strip = op == TOK_HEREDOC_TABS;
        r->doc = doc;
        cp_heredoc_wait(px, r);
    }
    if (lx->mode & LX_REDIR_FIRST)
        lx->mode = (lx->mode & ~(uint32_t)LX_REDIR_FIRST) | LX_REDIR_PREFIX;
    cp_advance(px);
    return r;
}

void cp_parse_redirs(cp_parser *px, cp_node *node) {
    cp_redir **tail = &node->redirs;
    while (*tail)
        tail = &(*tail)->next;
    while (!px->failed && cp_is_redir(px->lx.tok)) {
        cp_redir *r = cp_parse_redir(px);
        *tail = r;
        tail = &r->next;
    }
    if (px->lx.prev_end > node->span.end)
        node->span.end = px->lx.prev_end;
}

/* ---- Simple commands ----------------------------------------------------------------------------------------------- */

void cp_parse_name_written(cp_parser *px, const cp_word *name, bool variable) {
    if (px->dialect != CP_DIALECT_SH && px->dialect != CP_DIALECT_UNKNOWN && px->dialect != CP_DIALECT_ZSH)
        return;
    if (!(name->flags & CP_WORD_BARE) || (variable && !cp_is_identifier(name->text)))
        cp_note_add(px, CP_NOTE_DIALECT_DEPENDS, name->span,
                    "some shells take quotes off such a name, or expand it");
}

/* At the ( behind the first word of a command: NAME ( ) body. */
static cp_node *function_named(cp_parser *px, cp_word *name) {
    cp_lex *lx = &px->lx;
    cp_node *node = cp_node_new(px, CP_NODE_FUNCTION, name->span.beg);
    node->as.function.name_word = name;
    node->as.function.name_span = name->span;
    node->as.function.name = name->text;
    cp_parse_name_written(px, name, false);
    if (!(name->flags & CP_WORD_BARE && cp_is_identifier(name->text)) && !cp_has(px, CP_F_ANY_FUNCTION_NAME))
        cp_fail(px, "bad function name", name->span.beg);
    cp_advance(px);
    if (!px->failed && lx->tok != TOK_RPAREN)
        cp_unexpected(px);
    cp_advance(px);
    cp_skip_newlines(px);
    if (px->failed)
        return node;
    cp_node *body = cp_is_shell_command(lx->tok) ? cp_parse_compound(px) : NULL;
    if (!body && !px->failed) {
        if (cp_has(px, CP_F_LOOSE_FUNCTIONS))
            body = cp_parse_command(px);
        else
            cp_unexpected(px);
    }
    node->as.function.body = body;
    node->span.end = lx->prev_end;
    return node;
}

cp_node *cp_parse_simple(cp_parser *px, cp_word *first) {
    cp_lex *lx = &px->lx;
    cp_node *node = cp_node_new(px, CP_NODE_SIMPLE, first ? first->span.beg : lx->beg);
    cp_word **words = &node->as.simple.words;
    cp_assignment **assignments = &node->as.simple.assignments;
    cp_redir **redirs = &node->redirs;
    uint32_t mode = LX_PREFIX, count = 0;
    if (first) {
        *words = first;
        words = &first->next;
        count = 1;
        mode = 0;
    } else if (cp_is_redir(lx->tok)) {
        mode |= LX_REDIR_FIRST;
    }
    lx->mode = (lx->mode & ~(uint32_t)(LX_PREFIX | LX_REDIR_PREFIX)) | mode;
    while (!px->failed) {
        if ((lx->tok == TOK_WORD || lx->tok == TOK_ASSIGNMENT) && !lx->assignment) {
            cp_word *word = lx->word;
            *words = word;
            words = &word->next;
            if (count++ == 0) {
                if (px->first_command == UINT32_MAX && word->flags & CP_WORD_BARE)
                    px->first_command = word->span.beg;
                lx->mode &= ~(uint32_t)(LX_PREFIX | LX_REDIR_PREFIX);
                bool alone = !node->as.simple.assignments && !node->redirs;
                cp_advance(px);
                if (alone && lx->tok == TOK_LPAREN && !px->failed)
                    return function_named(px, word);
                continue;
            }
        } else if (lx->tok == TOK_ASSIGNMENT || lx->tok == TOK_WORD) {
            *assignments = lx->assignment;
            assignments = &lx->assignment->next;
            lx->mode &= ~(uint32_t)LX_REDIR_PREFIX;
        } else if (cp_is_redir(lx->tok)) {
            cp_redir *r = cp_parse_redir(px);
            *redirs = r;
            redirs = &r->next;
            continue;
        } else {
            break;
        }
        cp_advance(px);
    }
    lx->mode &= ~(uint32_t)(LX_PREFIX | LX_REDIR_PREFIX | LX_REDIR_FIRST | LX_ARGUMENTS);
    node->as.simple.word_count = count;
    node->span.end = lx->prev_end;
    return node;
}

/* One command of a pipeline. */
cp_node *cp_parse_command(cp_parser *px) {
    cp_lex *lx = &px->lx;
    if (lx->tok == TOK_WORD || lx->tok == TOK_ASSIGNMENT || cp_is_redir(lx->tok))
        return cp_parse_simple(px, NULL);
    cp_node *node = cp_parse_compound(px);
    if (node)
        return node;
    cp_unexpected(px);
    return cp_node_new(px, CP_NODE_ERROR, lx->beg);
}

/* ---- Pipelines and lists ------------------------------------------------------------------------------------------- */

/* A word that bash takes for a program's name here and for a reserved word when the command runs: inside of $( ) it keeps what it prints, with the
 * redirections behind the words. */
static bool comes_first_later(const cp_parser *px, const cp_node *node) {
    if (node->kind != CP_NODE_SIMPLE || !px->printed || node->as.simple.assignments)
        return false;
    const cp_word *w = node->as.simple.words;
    return w && node->redirs && node->redirs->span.beg < w->span.beg && cp_is_reserved_text(cp_plain_text(w));
}

#define READ_TWICE \
  "bash reads these words differently when it looks for the end of the substitution and when it runs it"
static void note_read_twice(cp_parser *px, const cp_node *node) {
    cp_note_add(px, CP_NOTE_OPAQUE, node->span, READ_TWICE);
}
static void fail_read_twice(cp_parser *px, const cp_node *node) {
    px->unsupported = 1;
    cp_fail(px, READ_TWICE, node->span.beg);
}

/* bash 5.2 does not see a `time` directly behind $( while it looks for the end of the substitution, nor a reserved word behind a redirection: it
 * reads a simple command. When it runs the text it sees the reserved word. So the words are read as bash finds the end, and then turned into what
 * runs. */
static void uncover(cp_parser *px, cp_node *node, bool *timed, bool *negated) {
    cp_word *w = node->as.simple.words;
    bool later = comes_first_later(px, node);
    if (later)
        note_read_twice(px, node);
    else if (!w || w->span.beg != node->span.beg || !(w->flags & CP_WORD_BARE) ||
             !cp_slice_is(w->text, "time"))
        return;
    for (; w && w->flags & CP_WORD_BARE; w = w->next) {
        if (cp_slice_is(w->text, "!"))
            *negated = !*negated;
        else if (cp_slice_is(w->text, "time"))
            *timed = true;
        else if (!*timed || (!cp_slice_is(w->text, "-p") && !cp_slice_is(w->text, "--")))
            break;
        cp_leaf_add(px, CP_LEAF_RESERVED, w->span.beg, w->span.end);
        node->as.simple.word_count--;
    }
    node->as.simple.words = w;
    if (w && !later)
        node->span.beg = w->span.beg;
    bool odd = cp_is_reserved_text(cp_plain_text(w)) || (w && w->flags & CP_WORD_ASSIGNMENT);
    if (odd && later)
        fail_read_twice(px, node);
    else if (odd)
        note_read_twice(px, node);
}

static cp_node *pipeline(cp_parser *px) {
    cp_lex *lx = &px->lx;
    uint32_t beg = lx->beg;
    bool negated = false, timed = false, marked = false;
    bool hidden = cp_at_paren_start(lx) && lx->tok == TOK_WORD;
    while (!px->failed && (lx->tok == TOK_BANG || lx->tok == TOK_TIME)) {
        if (lx->tok == TOK_BANG) {
            if (marked && !cp_has(px, CP_F_BANG_STACK)) {
                cp_unexpected(px);
                break;
            }
            negated = !negated;
            cp_advance(px);
        } else {
            timed = true;
            cp_advance(px);
            if (lx->tok == TOK_TIME_P)
                cp_advance(px);
            if (lx->tok == TOK_TIME_END)
                cp_advance(px);
        }
        marked = true;
    }
    cp_node *first;
    if (marked && (lx->tok == TOK_NEWLINE || lx->tok == TOK_SEMI || lx->tok == TOK_EOF) && !px->failed) {
        first = cp_node_new(px, CP_NODE_SIMPLE, lx->prev_end);
        if (!cp_has(px, CP_F_BANG_STACK))
            cp_unexpected(px);
    } else {
        first = cp_parse_command(px);
        if (!px->failed && ((hidden && first->kind == CP_NODE_SIMPLE) || comes_first_later(px, first)))
            uncover(px, first, &timed, &negated);
        marked |= timed || negated;
    }
    if (!marked && lx->tok != TOK_BAR && lx->tok != TOK_BAR_AND)
        return first;
    cp_node *node = cp_node_new(px, CP_NODE_PIPELINE, beg), *last = first;
    node->negated = negated;
    node->timed = timed;
    node->as.pipeline.commands = first;
    while (!px->failed && (lx->tok == TOK_BAR || lx->tok == TOK_BAR_AND)) {
        last->pipe_stderr = lx->tok == TOK_BAR_AND;
        cp_advance(px);
        cp_skip_newlines(px);
        last->next = cp_parse_command(px);
        last = last->next;
        if (!px->failed && comes_first_later(px, last))
            fail_read_twice(px, last);
    }
    node->span.end = lx->prev_end;
    return node;
}

static cp_node *and_or(cp_parser *px) {
    cp_lex *lx = &px->lx;
    uint32_t beg = lx->beg;
    cp_node *left = pipeline(px);
    while (!px->failed && (lx->tok == TOK_AND_AND || lx->tok == TOK_OR_OR)) {
        cp_node *node = cp_node_new(px, lx->tok == TOK_AND_AND ? CP_NODE_AND : CP_NODE_OR, beg);
        cp_advance(px);
        cp_skip_newlines(px);
        node->as.andor.left = left;
        node->as.andor.right = pipeline(px);
        node->span.end = lx->prev_end;
        left = node;
    }
    return left;
}

/* Whether a token can begin a command. */
static bool begins(const cp_lex *lx) {
    switch (lx->tok) {
    case TOK_WORD:
    case TOK_ASSIGNMENT:
    case TOK_IF:
    case TOK_WHILE:
    case TOK_UNTIL:
    case TOK_FOR:
    case TOK_SELECT:
    case TOK_CASE:
    case TOK_FUNCTION:
    case TOK_COPROC:
    case TOK_TIME:
    case TOK_BANG:
    case TOK_LBRACE:
    case TOK_COND:
    case TOK_ARITH:
    case TOK_LPAREN: return true;
    default: return cp_is_redir(lx->tok);
    }
}

/* Statements up to a token that begins none. A statement that fails is not in the list: the program's error node stands for it. */
static cp_list statements(cp_parser *px) {
    cp_lex *lx = &px->lx;
    cp_list list = {NULL, cp_here(px, lx->beg, lx->beg)};
    cp_item **tail = &list.first;
    while (!px->failed && begins(lx)) {
        uint32_t beg = lx->beg;
        cp_node *node = and_or(px);
        if (px->failed) {
            px->statement = beg;
            break;
        }
        cp_item *item = (cp_item *)cp_alloc_raw(px->arena, sizeof *item);
        item->next = NULL;
        item->node = node;
        item->separator = CP_SEP_END;
        item->ends_line = 0;
        *tail = item;
        tail = &item->next;
        list.span.end = lx->prev_end;
        switch (lx->tok) {
        case TOK_SEMI: item->separator = CP_SEP_SEMI; break;
        case TOK_AMP: item->separator = CP_SEP_AMP; break;
        case TOK_NEWLINE: item->separator = CP_SEP_NEWLINE; break;
        default: return list;
        }
        item->ends_line = lx->tok == TOK_NEWLINE;
        cp_advance(px);
        if (lx->tok == TOK_NEWLINE) {
            item->ends_line = 1;
            cp_skip_newlines(px);
        }
        if (px->failed)
            px->statement = lx->beg;
    }
    return list;
}

void cp_drop_last(cp_parser *px, cp_list *list) {
    cp_item **last = &list->first;
    while (*last && (*last)->next)
        last = &(*last)->next;
    if (!*last || (*last)->separator != CP_SEP_END)
        return;
    px->statement = (*last)->node->span.beg;
    *last = NULL;
}

/* Is the token one that ends a list, or is it behind a whole command? */
static bool ends_list(const cp_parser *px, const cp_list *list) {
    const uint64_t closers = CP_TOK_BIT(TOK_THEN) | CP_TOK_BIT(TOK_ELIF) | CP_TOK_BIT(TOK_ELSE) |
                             CP_TOK_BIT(TOK_FI) | CP_TOK_BIT(TOK_DO) | CP_TOK_BIT(TOK_DONE) |
                             CP_TOK_BIT(TOK_ESAC) | CP_TOK_BIT(TOK_RBRACE) | CP_TOK_BIT(TOK_SEMI_SEMI);
    if (closers & CP_TOK_BIT(px->lx.tok))
        return true;
    const cp_item *last = list->first;
    while (last && last->next)
        last = last->next;
    return last && last->separator == CP_SEP_END;
}

cp_list cp_parse_lines(cp_parser *px) {
    px->statement = px->lx.beg;
    cp_skip_newlines(px);
    if (px->failed)
        px->statement = px->lx.beg;
    cp_list list = statements(px);
    if (px->failed)
        return list;
    if (px->lx.tok != TOK_EOF && px->lx.tok != TOK_RPAREN) {
        /* What stands before the token is no statement after all. */
        px->statement = px->lx.beg;
        if (ends_list(px, &list))
            px->left_over = px->lx.src;
        cp_unexpected(px);
        cp_drop_last(px, &list);
    }
    return list;
}

cp_list cp_parse_list(cp_parser *px) {
    cp_skip_newlines(px);
    cp_list list = statements(px);
    if (!px->failed && !list.first)
        cp_unexpected(px);
    return list;
}
