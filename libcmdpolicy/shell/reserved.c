/* Reserved words, which are words anywhere but where the grammar takes them: whether one is depends on the tokens before it, on what is being
 * read, and on the dialect. */
#include "shell/parser.h"

typedef struct reserved {
    char text[9];
    uint8_t length, tok;
    uint32_t feature;
} reserved;

static const reserved words_of[] = {
    {"if", 2, TOK_IF, 0},
    {"then", 4, TOK_THEN, 0},
    {"elif", 4, TOK_ELIF, 0},
    {"else", 4, TOK_ELSE, 0},
    {"fi", 2, TOK_FI, 0},
    {"while", 5, TOK_WHILE, 0},
    {"until", 5, TOK_UNTIL, 0},
    {"do", 2, TOK_DO, 0},
    {"done", 4, TOK_DONE, 0},
    {"for", 3, TOK_FOR, 0},
    {"select", 6, TOK_SELECT, CP_F_SELECT},
    {"in", 2, TOK_IN, 0},
    {"case", 4, TOK_CASE, 0},
    {"esac", 4, TOK_ESAC, 0},
    {"function", 8, TOK_FUNCTION, CP_F_FUNCTION_WORD},
    {"coproc", 6, TOK_COPROC, CP_F_COPROC},
    {"time", 4, TOK_TIME, CP_F_TIME},
    {"!", 1, TOK_BANG, 0},
    {"{", 1, TOK_LBRACE, 0},
    {"}", 1, TOK_RBRACE, 0},
    {"[[", 2, TOK_COND, CP_F_COND},
    {"]]", 2, TOK_COND_END, CP_F_COND},
};

static const reserved *reserved_word(cp_slice t) {
    enum { TWO = 1 << 2, THREE = 1 << 3, FOUR = 1 << 4, FIVE = 1 << 5, SIX = 1 << 6, EIGHT = 1 << 8 };
    /* How long those are that begin with this letter: which of them are worth a look. */
    static const uint16_t lengths[26] = {['c' - 'a'] = FOUR | SIX, ['d' - 'a'] = TWO | FOUR,
                                         ['e' - 'a'] = FOUR,       ['f' - 'a'] = TWO | THREE | EIGHT,
                                         ['i' - 'a'] = TWO,        ['s' - 'a'] = SIX,
                                         ['t' - 'a'] = FOUR,       ['u' - 'a'] = FIVE,
                                         ['w' - 'a'] = FIVE};
    if (t.n == 0 || t.n > 8)
        return NULL;
    uint8_t c = t.p[0];
    if (c >= 'a' && c <= 'z' ? !(lengths[c - 'a'] >> t.n & 1)
                             : t.n > 2 || (c != '!' && c != '{' && c != '}' && c != '[' && c != ']'))
        return NULL;
    for (size_t i = 0; i < sizeof words_of / sizeof *words_of; i++)
        if ((uint8_t)words_of[i].text[0] == c && words_of[i].length == t.n &&
            memcmp(words_of[i].text, t.p, t.n) == 0)
            return &words_of[i];
    return NULL;
}

bool cp_is_reserved_text(cp_slice t) {
    return reserved_word(t) != NULL;
}

/* `time` is reserved at the beginning of a pipeline, not behind a | ; in POSIX mode not before an option. */
static bool time_ok(cp_parser *px) {
    const cp_lex *lx = &px->lx;
    switch (lx->last) {
    case TOK_NEWLINE:
    case TOK_SEMI:
    case TOK_AMP:
    case TOK_AND_AND:
    case TOK_OR_OR:
    case TOK_IF:
    case TOK_THEN:
    case TOK_ELIF:
    case TOK_ELSE:
    case TOK_WHILE:
    case TOK_UNTIL:
    case TOK_DO:
    case TOK_LBRACE:
    case TOK_LPAREN:
    case TOK_RPAREN:
    case TOK_BANG:
    case TOK_TIME:
    case TOK_TIME_P:
    case TOK_TIME_END: break;
    default: return false;
    }
    if (lx->last == TOK_NEWLINE && lx->before == TOK_BAR)
        return false;
    if (cp_at_paren_start(lx))
        return false;
    uint32_t at = lx->pos;
    while (at < lx->end && cp_char_class[lx->s[at]] == CP_C_BLANK)
        at++;
    return cp_byte(lx, at) != '-' || cp_has(px, CP_F_TIME_OPTION);
}

cp_tok cp_reserved_word(cp_parser *px, cp_slice t) {
    cp_lex *lx = &px->lx;
    uint32_t mode = lx->mode;
    if (mode & LX_ARRAY)
        return TOK_WORD;
    if (px->stale_in && cp_slice_is(t, "in") && (lx->last == TOK_WORD || lx->last == TOK_NEWLINE)) {
        px->unsupported |= !px->failed;
        cp_fail(px, "in behind for NAME { }", lx->pos);
    }
    if (lx->mode & LX_COND)
        return t.n == 2 && t.p[0] == ']' && t.p[1] == ']' ? TOK_COND_END : TOK_WORD;
    if (mode & LX_WANTS_IN && t.n == 2) {
        if (t.p[0] == 'i' && t.p[1] == 'n' && (lx->last == TOK_WORD || lx->last == TOK_NEWLINE)) {
            if (mode & LX_IN_CASE)
                lx->mode |= LX_CASE_PATTERN;
            else if (lx->last == TOK_NEWLINE && px->cases) {
                px->unsupported |= !px->failed; /* bash takes it for the case's, and looks for patterns */
                cp_fail(px, "for NAME, a newline and in, inside a case", lx->pos);
            }
            lx->mode &= ~(uint32_t)LX_WANTS_IN;
            return TOK_IN;
        }
        if (t.p[0] == 'd' && t.p[1] == 'o' &&
            (lx->last == TOK_NEWLINE || lx->last == TOK_SEMI || lx->last == TOK_WORD) &&
            !(mode & LX_IN_CASE)) {
            lx->mode &= ~(uint32_t)LX_WANTS_IN;
            return TOK_DO;
        }
    }
    if (lx->last == TOK_IN && mode & LX_CASE_PATTERN && t.n == 4 && memcmp(t.p, "esac", 4) == 0) {
        lx->mode &= ~(uint32_t)LX_CASE_PATTERN;
        return TOK_ESAC;
    }
    if (mode & LX_FUNCTION_BODY) {
        lx->mode &= ~(uint32_t)LX_FUNCTION_BODY;
        if (t.n == 1 && t.p[0] == '{')
            return TOK_LBRACE;
    }
    if (lx->last == TOK_ARITH_FOR) {
        if (t.n == 2 && t.p[0] == 'd' && t.p[1] == 'o')
            return TOK_DO;
        if (t.n == 1 && t.p[0] == '{')
            return TOK_LBRACE;
    }
    if (lx->last == TOK_TIME && t.n == 2 && t.p[0] == '-') {
        if (t.p[1] == 'p')
            return TOK_TIME_P;
        if (t.p[1] == '-')
            return TOK_TIME_END;
    }
    if (lx->last == TOK_TIME_P && t.n == 2 && t.p[0] == '-' && t.p[1] == '-')
        return TOK_TIME_END;
    if (!cp_reserved_ok(lx))
        return TOK_WORD;
    const reserved *r = reserved_word(t);
    if (!r)
        return TOK_WORD;
    if (mode & LX_CASE_PATTERN) {
        if (r->tok != TOK_ESAC || lx->last == TOK_LPAREN || lx->last == TOK_BAR)
            return TOK_WORD;
        lx->mode &= ~(uint32_t)LX_CASE_PATTERN;
        return TOK_ESAC;
    }
    if (r->tok == TOK_TIME && !time_ok(px))
        return TOK_WORD;
    if (r->feature && !cp_has(px, r->feature))
        return TOK_WORD;
    return (cp_tok)r->tok;
}
