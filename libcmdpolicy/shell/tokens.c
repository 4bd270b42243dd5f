/* The lexer: blanks, comments, operators, reserved words. Which words are reserved, and where NAME= assigns, depends on the two tokens before
 * (POSIX XCU 2.4 and 2.10.2; bash's rules where they differ). Words themselves are words.c's. One pass, no look-back beyond a token. */
#include "shell/parser.h"

void cp_lex_init(cp_lex *lx, const uint8_t *s, uint32_t beg, uint32_t end, uint32_t src) {
    memset(lx, 0, sizeof *lx);
    lx->s = s;
    lx->pos = lx->beg = lx->prev_end = lx->tok_end = beg;
    lx->end = end;
    lx->src = src;
    lx->tok = TOK_NEWLINE;
}

/* ---- Operators ----------------------------------------------------------------------------------------------------- */

static cp_tok operator_at(cp_parser *px) {
    cp_lex *lx = &px->lx;
    uint8_t c = lx->s[lx->pos];
    uint32_t second = cp_skip_joins(lx, lx->pos + 1), third;
    int d = cp_byte(lx, second), e;
    lx->pos++;
    switch (c) {
    case '(':
        if (d == '(') {
            if (lx->last == TOK_FOR && second == lx->pos && cp_has(px, CP_F_ARITH_COMMAND)) {
                lx->pos--;
                cp_read_arith_for(px);
                return TOK_ARITH_FOR;
            }
            if (cp_reserved_ok(lx) && !(lx->mode & LX_COND) && cp_has(px, CP_F_ARITH_COMMAND)) {
                lx->pos--;
                if (cp_read_arith_command(px))
                    return TOK_ARITH;
                if (px->failed)
                    return TOK_EOF;
                lx->pos++;
                if (second != lx->pos) {
                    px->unsupported = 1; /* bash puts the text back without the line continuation */
                    cp_fail(px, "two subshells with a line continuation between their parentheses", lx->beg);
                    return TOK_EOF;
                }
            }
        }
        return TOK_LPAREN;
    case ')':
        lx->mode &= ~(uint32_t)LX_CASE_PATTERN;
        if (lx->last == TOK_LPAREN && lx->before == TOK_WORD)
            lx->mode |= LX_FUNCTION_BODY;
        return TOK_RPAREN;
    case ';':
        if (d == ';') {
            third = cp_skip_joins(lx, second + 1);
            lx->mode |= LX_CASE_PATTERN;
            if (cp_byte(lx, third) == '&' && cp_has(px, CP_F_CASE_FALL)) {
                lx->pos = third + 1;
                return TOK_SEMI_SEMI_AND;
            }
            lx->pos = second + 1;
            return TOK_SEMI_SEMI;
        }
        if (d == '&' && cp_has(px, CP_F_CASE_FALL)) {
            lx->mode |= LX_CASE_PATTERN;
            lx->pos = second + 1;
            return TOK_SEMI_AND;
        }
        return TOK_SEMI;
    case '&':
        if (d == '&') {
            lx->pos = second + 1;
            return TOK_AND_AND;
        }
        if (d == '>' && cp_has(px, CP_F_BOTH)) {
            third = cp_skip_joins(lx, second + 1);
            bool append = cp_byte(lx, third) == '>';
            lx->pos = append ? third + 1 : second + 1;
            return append ? TOK_AND_APPEND : TOK_AND_GREATER;
        }
        return TOK_AMP;
    case '|':
        if (d == '|') {
            lx->pos = second + 1;
            return TOK_OR_OR;
        }
        if (d == '&' && cp_has(px, CP_F_BAR_AND)) {
            lx->pos = second + 1;
            return TOK_BAR_AND;
        }
        return TOK_BAR;
    case '<':
        if (d == '<') {
            third = cp_skip_joins(lx, second + 1);
            e = cp_byte(lx, third);
            if (e == '<' && cp_has(px, CP_F_HERESTRING)) {
                lx->pos = third + 1;
                return TOK_HERESTRING;
            }
            lx->pos = e == '-' ? third + 1 : second + 1;
            return e == '-' ? TOK_HEREDOC_TABS : TOK_HEREDOC;
        }
        if (d == '&' || d == '>')
            lx->pos = second + 1;
        return d == '&' ? TOK_LESS_AND : d == '>' ? TOK_RDWR : TOK_LESS;
    default: /* > */
        if (d == '>' || d == '&' || d == '|')
            lx->pos = second + 1;
        return d == '>' ? TOK_APPEND : d == '&' ? TOK_GREATER_AND : d == '|' ? TOK_CLOBBER : TOK_GREATER;
    }
}

/* ---- Tokens -------------------------------------------------------------------------------------------------------- */

/* $(cat <<E) with its body in the middle of a later token. */
static void late_document(cp_parser *px, uint32_t at) {
    px->unsupported |= !px->failed;
    cp_fail(px, "the body of a here-document interrupts a token", at);
}

static cp_tok newline_at(cp_parser *px) {
    cp_lex *lx = &px->lx;
    uint32_t at = lx->pos++;
    lx->tok_end = lx->pos;
    lx->mode &= ~(uint32_t)LX_DECLARES;
    if (lx->mode & LX_DOCS_LATE) {
        lx->mode &= ~(uint32_t)LX_DOCS_LATE;
        if (at == lx->line_end)
            lx->pos = lx->resume;
        else
            late_document(px, at);
    }
    if (lx->docs_count)
        lx->pos = cp_heredocs_read(px, lx->pos, false);
    return TOK_NEWLINE;
}

static cp_tok end_at(cp_parser *px) {
    cp_lex *lx = &px->lx;
    lx->tok_end = lx->end;
    if (lx->mode & LX_DOCS_LATE) {
        lx->mode &= ~(uint32_t)LX_DOCS_LATE;
        if (lx->line_end < lx->end)
            late_document(px, lx->line_end);
    }
    if (lx->docs_count)
        cp_heredocs_read(px, lx->end, false);
    return TOK_EOF;
}

/* No byte of a word is behind this one. */
static bool stands_alone(const cp_lex *lx) {
    uint32_t next = cp_skip_joins(lx, lx->pos + 1);
    return next >= lx->end || cp_char_class[lx->s[next]] >= CP_C_META;
}

static cp_tok token_at(cp_parser *px) {
    cp_lex *lx = &px->lx;
    for (;;) {
        if (lx->pos >= lx->end) {
            lx->beg = lx->end;
            return end_at(px);
        }
        uint8_t c = lx->s[lx->pos];
        switch (cp_char_class[c]) {
        case CP_C_BLANK: lx->pos++; continue;
        case CP_C_NEWLINE: lx->beg = lx->pos; return newline_at(px);
        case CP_C_META:
            if (lx->mode & LX_REGEX && (c == '(' || c == '|'))
                break;
            if ((c == '<' || c == '>') && cp_byte(lx, cp_skip_joins(lx, lx->pos + 1)) == '(' &&
                cp_has(px, CP_F_PROCSUB)) {
                lx->mode &= ~(uint32_t)LX_DECLARES;
                break;
            }
            lx->beg = lx->pos;
            lx->mode &= ~(uint32_t)LX_DECLARES;
            {
                cp_tok tok = operator_at(px);
                lx->tok_end = lx->pos;
                if (tok != TOK_ARITH && tok != TOK_ARITH_FOR)
                    cp_leaf_add(px, CP_LEAF_OPERATOR, lx->beg, lx->pos);
                return tok;
            }
        case CP_C_QUOTE:
            if (c == '\\' && lx->pos + 1 < lx->end && lx->s[lx->pos + 1] == '\n') {
                lx->pos += 2;
                continue;
            }
            break;
        default:
            if (c == '#') {
                const uint8_t *nl = (const uint8_t *)memchr(lx->s + lx->pos, '\n', lx->end - lx->pos);
                uint32_t beg = lx->pos;
                lx->pos = nl ? (uint32_t)(nl - lx->s) : lx->end;
                cp_leaf_add(px, CP_LEAF_COMMENT, beg, lx->pos);
                if (!cp_work(px, (lx->pos - beg) / 8))
                    return TOK_EOF;
                continue;
            }
            if (c == '-' && (lx->last == TOK_LESS_AND || lx->last == TOK_GREATER_AND) &&
                (stands_alone(lx) || cp_has(px, CP_F_DUP_TOKENS))) {
                lx->beg = lx->pos;
                lx->tok_end = ++lx->pos;
                return TOK_DASH;
            }
            break;
        }
        lx->beg = lx->pos;
        cp_tok tok = cp_read_word(px);
        lx->tok_end = lx->pos;
        return tok;
    }
}

void cp_advance(cp_parser *px) {
    cp_lex *lx = &px->lx;
    lx->before = lx->last;
    lx->last = lx->tok;
    lx->prev_end = lx->tok_end;
    if (px->failed || !cp_work(px, 1)) {
        lx->tok = TOK_EOF;
        return;
    }
    lx->tok = (uint8_t)token_at(px);
    if (lx->mode & LX_DOCS_LATE && lx->pos > lx->line_end)
        late_document(px, lx->line_end);
    if (px->failed)
        lx->tok = TOK_EOF;
}
