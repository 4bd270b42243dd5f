/* Errors, limits and notes: how a parse says what it noticed. The first error stays. */
#include "shell/parser.h"

void cp_note_add(cp_parser *px, cp_note_kind kind, cp_span span, const char *message) {
    cp_note *note = CP_NEW(px->arena, cp_note);
    note->kind = kind;
    note->span = span;
    note->message = cp_slice_str(message);
    *px->notes_tail = note;
    px->notes_tail = &note->next;
    (void)cp_work(px, 1);
}

void cp_fail(cp_parser *px, const char *message, uint32_t at) {
    if (px->failed)
        return;
    px->failed = 1;
    /* Behind the line where the bodies of a closed substitution's here-documents begin, nothing is certain. */
    if (px->lx.mode & LX_DOCS_LATE && px->lx.pos > px->lx.line_end)
        px->unsupported = 1;
    px->message = message;
    uint32_t end = px->lx.pos > at ? px->lx.pos : px->lx.end > at ? at + 1 : at;
    px->where = cp_here(px, at, end > px->lx.end ? px->lx.end : end);
}

void cp_fail_limit(cp_parser *px) {
    if (px->limited)
        return;
    px->failed = px->limited = 1;
    px->message = px->arena->failed                  ? "out of memory"
                  : px->budget->hit < CP_LIMIT_COUNT ? cp_limit_names[px->budget->hit]
                                                     : "limit";
    px->where = cp_here(px, px->lx.beg, px->lx.end);
}

bool cp_deeper(cp_parser *px) {
    if (cp_enter(px->budget))
        return !px->failed;
    cp_fail_limit(px);
    return false;
}

void cp_unexpected(cp_parser *px) {
    const cp_lex *lx = &px->lx;
    const char *message = "unexpected token";
    if (lx->tok == TOK_EOF)
        message = "unexpected end of text";
    else if (lx->tok == TOK_NEWLINE)
        message = "unexpected newline";
    else if (lx->tok == TOK_LPAREN)
        message = "unexpected (";
    else if (lx->tok == TOK_RPAREN)
        message = "unexpected )";
    else if (lx->tok == TOK_SEMI_SEMI)
        message = "unexpected ;;";
    cp_fail(px, message, lx->beg);
}
