/* Expressions of Perl. Which operator binds first doesn't count, but for what is assigned to. Cost: linear. */
#include "commands/texts/perl.h"

enum { DEPTH_MOST = 60 };

bool cp_perl_enter(perl *p) {
    if (++p->depth > DEPTH_MOST || !cp_step(p->st->budget))
        perl_fail(p);
    return !p->st->failed;
}

/* ---- Operators ------------------------------------------------------------------------------------------------------------------ */

typedef enum kind {
    END,
    WRONG,
    PLAIN,
    SPACED, /* it may begin a term where the variable before it may be a file handle: a blank is on both sides, or none before */
    TERNARY,
    ASSIGNS,
    BINDS,
    REPEATS
} kind;
typedef struct op {
    char text[5];
    uint8_t kind, bare; /* it may stand behind a function that is given nothing */
} op;
static const op ops[] = {
    {"**=", ASSIGNS, 0}, {"||=", ASSIGNS, 0}, {"&&=", ASSIGNS, 0}, {"//=", ASSIGNS, 0}, {"<=>", PLAIN, 0},
    {"...", PLAIN, 0},   {"**", SPACED, 0},   {"=~", BINDS, 1},    {"!~", BINDS, 1},    {"==", PLAIN, 1},
    {"!=", PLAIN, 1},    {"<=", PLAIN, 0},    {">=", PLAIN, 1},    {"&&", PLAIN, 1},    {"||", PLAIN, 1},
    {"//", SPACED, 0},   {"..", PLAIN, 0},    {"+=", ASSIGNS, 0},  {"-=", ASSIGNS, 0},  {"*=", ASSIGNS, 0},
    {"/=", ASSIGNS, 0},  {".=", ASSIGNS, 0},  {"%=", ASSIGNS, 0},  {"|=", ASSIGNS, 0},  {"&=", ASSIGNS, 0},
    {"^=", ASSIGNS, 0},  {"=>", END, 1},      {"->", WRONG, 0},    {"++", WRONG, 0},    {"--", WRONG, 0},
    {"<<", SPACED, 0},   {">>", PLAIN, 0},    {"~", WRONG, 0},     {"=", ASSIGNS, 0},   {"+", SPACED, 1},
    {"-", SPACED, 1},    {"*", SPACED, 0},    {"/", SPACED, 0},    {"%", SPACED, 0},    {".", SPACED, 1},
    {"<", SPACED, 0},    {">", PLAIN, 1},     {"?", TERNARY, 0},   {"&", SPACED, 0},    {"|", PLAIN, 0},
    {"^", PLAIN, 0}};

static bool is_among(uint8_t c, const char *bytes) {
    return c && strchr(bytes, c);
}

/* `x`, `x=`, and `x80` behind what surely is no file handle. */
static kind repetition(const perl *p, const perl_term *t, uint32_t *length) {
    cp_slice word = cp_perl_word(p);
    perl look = *p;
    bool number = word.n > 1 && !t->variable;
    for (uint32_t i = 1; i < word.n; i++)
        number &= perl_is_digit(word.p[i]);
    *length = 1;
    look.at += word.n;
    uint8_t next = perl_byte(&look, 0), behind = perl_byte(&look, 1);
    if (cp_perl_is_key(&look) || next >= 0x80 || next == '\'' || next == ':')
        return WRONG;
    if (number)
        return REPEATS;
    if (word.n == 1 && next == '=' && !is_among(behind, "=~>")) {
        *length = 2;
        return ASSIGNS;
    }
    return word.n == 1 && is_among(next, " \t\n($\"") ? REPEATS : WRONG;
}

static kind word_operator(const perl *p, const perl_term *t, uint32_t *length) {
    static const char *const words[] = {"eq", "ne", "lt", "gt", "le", "ge", "cmp", NULL};
    perl look = *p;
    for (const char *const *word = words; *word; word++)
        if (cp_perl_is(p, *word)) {
            *length = cp_slice_str(*word).n;
            look.at += *length;
            return cp_perl_is_key(&look) ? WRONG : PLAIN;
        }
    if (perl_byte(p, 0) != 'x' || cp_perl_is(p, "xor"))
        return END;
    return t->bare ? WRONG : repetition(p, t, length);
}

/* What is no operator to all versions, or wherever it stands. */
static bool is_odd(const perl *p, const op *o, const perl_term *t, bool spaced) {
    uint32_t n = cp_slice_str(o->text).n;
    uint8_t c = (uint8_t)o->text[0], next = perl_byte(p, n);
    bool behind = perl_is_blank(next), twice = n == 2 && o->text[0] == o->text[1];
    if (t->bare && (!o->bare || (n == 1 && is_among(c, ".+-") && !behind)))
        return true;
    if ((o->kind == SPACED || o->kind == TERNARY) && ((spaced && !behind) || next == '='))
        return true;
    if (n == 1 && ((is_among(c, "|&^") && next == '.') || (c == '.' && perl_is_digit(next))))
        return true;
    if (n == 1 && c == '-' && perl_is_letter(next) && !perl_is_word(perl_byte(p, 2)))
        return true; /* a test of a file */
    return twice && is_among(c, "<>") && !behind && !perl_is_digit(next) && next != '$';
}

/* What stands here, behind a term and perhaps blanks. */
static kind operator(const perl *p, const perl_term *t, bool spaced, uint32_t *length) {
    cp_slice rest = cp_slice_sub(p->s, p->at, p->s.n);
    *length = 0;
    if (perl_is_letter(perl_byte(p, 0)))
        return word_operator(p, t, length);
    for (uint32_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        cp_slice text = cp_slice_str(ops[i].text);
        if (!cp_slice_starts(rest, text))
            continue;
        *length = text.n;
        return is_odd(p, &ops[i], t, spaced) ? WRONG : (kind)ops[i].kind;
    }
    return END;
}

static perl_term expression(perl *, bool chosen);

/* … ? a : b; what is given to b would be given to either. */
static void choose(perl *p) {
    cp_perl_space(p);
    (void)expression(p, false);
    cp_perl_want_byte(p, ':');
    if (perl_byte(p, 0) == ':')
        perl_fail(p);
    cp_perl_space(p);
    (void)expression(p, true);
}

/* … =~ /x/, s/x/y/, tr/x/y/, $x: no text, which would be a pattern that is known when the program is compiled. */
static void bound(perl *p, const perl_term *t) {
    cp_perl_space(p);
    cp_slice word = cp_perl_word(p);
    if (perl_byte(p, 0) == '/' || (cp_perl_is_quote(p, word) && !cp_perl_is_key(p) && word.p[0] != 'q')) {
        if (!cp_perl_pattern(p, word))
            return;
        if (t->guarded)
            perl_fail(p);
        cp_perl_change(p, t);
        return;
    }
    perl_term right = perl_byte(p, 0) == '$' ? cp_perl_variable(p, PERL_CODE) : perl_fail(p);
    if (right.left != PERL_SCALAR && right.left != PERL_ELEMENT)
        perl_fail(p);
}

static perl_term assigned(perl *p, perl_term t, bool chosen) {
    if (chosen)
        perl_fail(p);
    cp_perl_store(p, &t);
    cp_perl_space(p);
    (void)expression(p, false);
    t.guarded = t.bare = false;
    t.value = text_nothing();
    return t;
}

/* `chosen`: nothing is assigned to what it begins with. */
static perl_term expression(perl *p, bool chosen) {
    perl_term t = {.left = PERL_NONE};
    if (cp_perl_enter(p)) {
        t = cp_perl_operand(p);
        while (!p->st->failed) {
            uint32_t start = p->at, length = 0, guards = p->guards;
            bool spaced = cp_perl_space(p);
            kind k = operator(p, &t, spaced, &length);
            if (k == WRONG)
                perl_fail(p);
            if (k == END || k == WRONG) {
                p->at = start;
                break;
            }
            p->at += length;
            if (k == ASSIGNS) {
                t = assigned(p, t, chosen);
                break;
            }
            if (k == BINDS) {
                bound(p, &t);
                t = perl_value();
            } else if (k == TERNARY) {
                choose(p);
                t = (perl_term){.guarded = p->guards != guards || t.guarded};
            } else {
                cp_perl_space(p);
                perl_term right = cp_perl_operand(p);
                t = (perl_term){
                    .guarded = t.guarded || right.guarded, .bare = right.bare, .variable = right.variable};
            }
        }
    }
    p->depth--;
    return t;
}

perl_term cp_perl_expression(perl *p) {
    return expression(p, false);
}

bool cp_perl_take_comma(perl *p) {
    uint32_t start = p->at;
    cp_perl_space(p);
    if (cp_perl_take_byte(p, ','))
        return true;
    if (perl_byte(p, 0) == '=' && perl_byte(p, 1) == '>') {
        p->at += 2;
        return true;
    }
    p->at = start;
    return false;
}

perl_term cp_perl_list(perl *p) {
    uint32_t seen = p->seen_count, guards = p->guards;
    perl_term t = {.left = PERL_NONE};
    bool several = false, settable = true, more = true;
    while (more && !p->st->failed && cp_step(p->st->budget)) {
        t = expression(p, false);
        settable &= t.left != PERL_NONE && t.left != PERL_FRESH;
        more = cp_perl_take_comma(p);
        several |= more;
        cp_perl_space(p);
        more &= !cp_perl_at_end(p);
    }
    if (several)
        t = (perl_term){
            .left = settable ? PERL_LIST : PERL_NONE, .seen = seen, .guarded = p->guards != guards};
    return t;
}

perl_term cp_perl_low(perl *p) {
    uint32_t guards = p->guards;
    perl_term t = {.left = PERL_NONE};
    if (cp_perl_enter(p)) {
        t = cp_perl_list(p);
        for (bool more = true; more && !p->st->failed;) {
            cp_perl_space(p);
            more = cp_perl_take(p, "and") || cp_perl_take(p, "or") || cp_perl_take(p, "xor");
            if (more) {
                cp_perl_space(p);
                (void)cp_perl_list(p);
                t = (perl_term){.guarded = p->guards != guards};
            }
        }
    }
    p->depth--;
    return t;
}

/* ---- Operands ------------------------------------------------------------------------------------------------------------------- */

/* (a, b), ()[0] */
static perl_term parenthesis(perl *p) {
    perl_term t = {.left = PERL_LIST, .seen = p->seen_count};
    uint32_t seen = p->seen_count, guards = p->guards;
    p->at++;
    cp_perl_space(p);
    if (!cp_perl_take_byte(p, ')')) {
        t = cp_perl_low(p);
        cp_perl_want_byte(p, ')');
        if (t.left == PERL_SCALAR || t.left == PERL_ELEMENT || t.left == PERL_WHOLE) {
            t.left = PERL_LIST;
            t.seen = seen;
        }
        t.guarded |= p->guards != guards && t.left != PERL_FRESH;
    }
    t.bare = t.variable = false;
    perl look = *p;
    cp_perl_space(&look);
    if (perl_byte(&look, 0) == '[') {
        p->at = look.at + 1;
        cp_perl_space(p);
        (void)cp_perl_list(p);
        cp_perl_want_byte(p, ']');
        t = (perl_term){.guarded = p->guards != guards};
        look = *p;
        cp_perl_space(&look);
    }
    uint8_t c = perl_byte(&look, 0);
    return c == '[' || c == '(' || (c == '-' && perl_byte(&look, 1) == '>') ? perl_fail(p) : t;
}

/* <>, <STDIN>, <$x>; what a loop depends on it puts into `$_`, whatever that stands for. */
static perl_term input(perl *p) {
    p->at++;
    cp_perl_changes_topic(p);
    bool variable = cp_perl_take_byte(p, '$');
    cp_slice name = cp_perl_word(p);
    p->at += name.n;
    if (!cp_perl_take_byte(p, '>') || (variable && !name.n) || cp_slice_is(name, "DATA"))
        return perl_fail(p);
    for (uint32_t i = 0; !variable && i < name.n; i++)
        if (name.p[i] >= 'a' && name.p[i] <= 'z')
            return perl_fail(p);
    return perl_value();
}

/* -e, -s $x */
static bool is_test(const perl *p) {
    uint8_t c = perl_byte(p, 1);
    return perl_byte(p, 0) == '-' && perl_is_letter(c) && c != '_' && !perl_is_word(perl_byte(p, 2)) &&
           perl_byte(p, 2) < 0x80;
}

/* ++$x */
static perl_term stepped(perl *p) {
    p->at += 2;
    perl_term t = perl_byte(p, 0) == '$' ? cp_perl_variable(p, PERL_CODE) : perl_fail(p);
    if (t.left != PERL_SCALAR && t.left != PERL_ELEMENT)
        return perl_fail(p);
    cp_perl_store(p, &t);
    return (perl_term){.variable = true};
}

/* Of the text's own, to what a module's function looks at; `$/ = \1024`. */
static perl_term reference(perl *p) {
    p->at++;
    uint8_t c = perl_byte(p, 0);
    if (perl_is_digit(c))
        return cp_perl_number(p);
    perl_term t = p->lent && (c == '@' || c == '%') ? cp_perl_variable(p, PERL_CODE) : perl_fail(p);
    return t.left == PERL_WHOLE ? perl_value() : perl_fail(p);
}

static perl_term variable(perl *p) {
    perl_term t = cp_perl_variable(p, PERL_CODE);
    uint8_t c = perl_byte(p, 0);
    if (p->st->failed || (c != '+' && c != '-') || perl_byte(p, 1) != c)
        return t;
    p->at += 2;
    if (t.left != PERL_SCALAR && t.left != PERL_ELEMENT)
        return perl_fail(p);
    cp_perl_store(p, &t);
    c = perl_byte(p, 0);
    return perl_is_word(c) || c >= 0x80 || is_among(c, "[{+-") ? perl_fail(p) : perl_value();
}

static perl_term named(perl *p) {
    cp_slice word = cp_perl_word(p);
    perl look = *p;
    look.at += word.n;
    if (cp_perl_is_key(&look)) {
        p->at = look.at;
        return perl_value();
    }
    cp_perl_space(&look);
    if (perl_byte(&look, 0) == '=' && perl_byte(&look, 1) == '>')
        return perl_fail(p);
    if (!cp_perl_is_quote(p, word)) {
        p->at += word.n;
        return cp_perl_call(p, word);
    }
    if (word.p[0] == 'q' && !cp_slice_is(word, "qr"))
        return cp_perl_quoted(p, word);
    if (cp_perl_pattern(p, word))
        cp_perl_changes_topic(p);
    return perl_value();
}

static perl_term sign(perl *p) {
    uint8_t c = perl_byte(p, 0), next = perl_byte(p, 1);
    if (is_test(p)) {
        cp_slice name = cp_slice_sub(p->s, p->at, p->at + 2);
        p->at += 2;
        return cp_perl_is_key(p) ? perl_value() : cp_perl_call(p, name);
    }
    if (c != '!' && next == c)
        return stepped(p);
    if (next == '=' || next == '~' || (c == '-' && perl_is_letter(next)))
        return perl_fail(p);
    p->at++;
    cp_perl_space(p);
    perl_term t = cp_perl_operand(p);
    return (perl_term){.guarded = t.guarded, .bare = t.bare, .variable = t.variable};
}

static perl_term operand(perl *p) {
    uint8_t c = perl_byte(p, 0);
    switch (c) {
    case '$':
    case '@':
    case '%': return variable(p);
    case '"':
    case '\'': return cp_perl_quoted(p, (cp_slice){NULL, 0});
    case '/': (void)cp_perl_pattern(p, (cp_slice){NULL, 0}); return perl_value();
    case '<': return input(p);
    case '(': return parenthesis(p);
    case '!':
    case '-':
    case '+': return sign(p);
    case '\\': return reference(p);
    default: break;
    }
    if (perl_is_digit(c))
        return cp_perl_number(p);
    return perl_is_letter(c) ? named(p) : perl_fail(p);
}

perl_term cp_perl_operand(perl *p) {
    perl_term t = {.left = PERL_NONE};
    if (cp_perl_enter(p))
        t = operand(p);
    p->depth--;
    return t;
}
