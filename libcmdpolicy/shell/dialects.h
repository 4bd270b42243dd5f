/* What each dialect's grammar has, as one table of features. The grammar's code asks for a feature, never for a shell. */
#ifndef CP_SHELL_DIALECTS_H
#define CP_SHELL_DIALECTS_H
#include "shell/parse.h"

enum {
    CP_F_COND = 1u << 0,          /* [[ ]] */
    CP_F_ARITH_COMMAND = 1u << 1, /* (( )) and for (( )) */
    CP_F_FUNCTION_WORD = 1u << 2, /* function NAME */
    CP_F_SELECT = 1u << 3,
    CP_F_COPROC = 1u << 4,
    CP_F_TIME = 1u << 5, /* the reserved word */
    CP_F_PROCSUB = 1u << 6,
    CP_F_ANSI_QUOTE = 1u << 7,     /* $'…' */
    CP_F_LOCALE_QUOTE = 1u << 8,   /* $"…" */
    CP_F_ARRAY = 1u << 9,          /* NAME=(…), NAME[…]= */
    CP_F_APPEND_ASSIGN = 1u << 10, /* NAME+= */
    CP_F_BOTH = 1u << 11,          /* &> &>> >&word */
    CP_F_BAR_AND = 1u << 12,
    CP_F_HERESTRING = 1u << 13,
    CP_F_FD_VAR = 1u << 14,
    CP_F_CASE_FALL = 1u << 15,       /* ;& ;;& */
    CP_F_OLD_ARITH = 1u << 16,       /* $[ ] */
    CP_F_BANG_STACK = 1u << 17,      /* ! ! x */
    CP_F_LOOP_BRACES = 1u << 18,     /* for x in y; { } */
    CP_F_PAREN_FALLBACK = 1u << 19,  /* $((a) | (b)) is a command substitution */
    CP_F_BRACE_QUOTES = 1u << 20,    /* ' pairs inside "${x-…}" */
    CP_F_LOOSE_FUNCTIONS = 1u << 21, /* f() echo hi */
    CP_F_JOIN_DELIMITER = 1u << 22,  /* a line continuation inside a here-document's closing line */
    CP_F_PARAM_OPS = 1u << 23,       /* ${x/a/b} ${x^} ${x:1} ${!x} ${x@Q} ${x[1]} */
    CP_F_BRACES = 1u << 24,          /* brace expansion; the grammar only notices it */
    CP_F_TIME_OPTION = 1u << 25,     /* time -p is the reserved word's, not an external program's */
    CP_F_DOC_IN_PAREN = 1u << 26, /* $(cat <<E …E): a ) may follow the closing word; bodies follow any line */
    CP_F_MULTI_DIGIT_FD = 1u << 27,    /* 12>x */
    CP_F_EXTGLOB = 1u << 28,           /* @(a|b), where it is switched on */
    CP_F_ANY_FUNCTION_NAME = 1u << 29, /* and any variable of a loop, until it runs */
    CP_F_DUP_TOKENS =
        1u << 30, /* behind <& and >& a - and digits are tokens of their own, whatever follows */
    CP_F_EAGER =
        1u << 31 /* backquotes and bodies of here-documents that do not parse are errors where they stand */
};

uint32_t cp_dialect_features(cp_dialect);
#endif
