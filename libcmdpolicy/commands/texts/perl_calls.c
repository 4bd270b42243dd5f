/* Functions of Perl: its own, whose syntax is Perl's, and those that a listed module lends, if it was loaded. Which there are is the policy's.
 * Behind one without parentheses stands nothing but what begins a term, whether there is such a function or not. Cost: a few steps for each
 * argument. */
#include "commands/texts/perl.h"

typedef enum syntax {
    LIST,   /* what a list follows that may begin with anything */
    UNARY,  /* the same, with one term */
    PRINTS, /* with a file handle */
    SAYS,   /* the same; not all versions know it */
    MAPS,   /* with a block, or an expression */
    SORTS,
    SPLITS,
    PUSHES,
    SHIFTS,
    HASHES, /* `keys` */
    EXISTS,
    DELETES,
    UNDEFINES,
    CHOMPS,
    HANDLES, /* a file handle, then what its form takes */
    ORDINARY
} syntax;
static const struct {
    const char *word;
    syntax syntax;
} own[] = {
    {"print", PRINTS},   {"printf", PRINTS},   {"say", SAYS},        {"map", MAPS},       {"grep", MAPS},
    {"sort", SORTS},     {"split", SPLITS},    {"push", PUSHES},     {"unshift", PUSHES}, {"shift", SHIFTS},
    {"pop", SHIFTS},     {"keys", HASHES},     {"values", HASHES},   {"each", HASHES},    {"exists", EXISTS},
    {"delete", DELETES}, {"undef", UNDEFINES}, {"chomp", CHOMPS},    {"chop", CHOMPS},    {"open", HANDLES},
    {"close", HANDLES},  {"eof", HANDLES},     {"binmode", HANDLES}, {"join", LIST},      {"reverse", LIST},
    {"die", LIST},       {"warn", LIST},       {"scalar", UNARY},    {"defined", UNARY}};

static syntax syntax_of(cp_slice word) {
    for (uint32_t i = 0; i < sizeof own / sizeof *own; i++)
        if (cp_slice_is(word, own[i].word))
            return own[i].syntax;
    return ORDINARY;
}

static bool is_among(uint8_t c, const char *bytes) {
    return c && strchr(bytes, c);
}

/* What begins a term wherever it stands. */
static bool begins_term(const perl *p) {
    uint8_t c = perl_byte(p, 0);
    return perl_is_word(c) || is_among(c, "$@\"'");
}

/* Behind a function of one argument: uc <STDIN>. */
static bool begins_argument(const perl *p) {
    return begins_term(p) || perl_byte(p, 0) == '<';
}

static bool begins_anything(const perl *p) {
    uint8_t c = perl_byte(p, 0);
    return begins_term(p) || is_among(c, "%/<(!+\\") || (c == '-' && perl_byte(p, 1) != '=');
}

static bool opens(perl *p) {
    cp_perl_space(p);
    bool is = cp_perl_take_byte(p, '(');
    if (is)
        cp_perl_space(p);
    return is;
}

static void closes(perl *p, bool paren) {
    if (paren)
        cp_perl_want_byte(p, ')');
}

/* Of a call: its arguments, and nothing where there are none. */
enum { ARGUMENTS_MOST = 12 };
static uint32_t arguments(perl *p, perl_term *out) {
    uint32_t count = 0;
    for (bool more = !cp_perl_at_end(p); more && !p->st->failed && cp_step(p->st->budget);) {
        if (count == ARGUMENTS_MOST) {
            perl_fail(p);
            break;
        }
        out[count++] = cp_perl_expression(p);
        more = cp_perl_take_comma(p);
        cp_perl_space(p);
        more &= !cp_perl_at_end(p);
    }
    return count;
}

static perl_term made(const perl *p, uint32_t guards) {
    return (perl_term){.guarded = p->guards != guards};
}

/* A list with its parentheses, or what is left of the expression; bare: there is none. */
static perl_term list(perl *p, bool (*begins)(const perl *)) {
    uint32_t guards = p->guards;
    bool paren = opens(p);
    if (!paren && !begins(p))
        return (perl_term){.bare = true};
    if (!paren && cp_perl_at_end(p))
        return (perl_term){.bare = true};
    if (!paren || perl_byte(p, 0) != ')')
        (void)(paren ? cp_perl_low(p) : cp_perl_list(p));
    closes(p, paren);
    return made(p, guards);
}

static perl_term unary(perl *p, bool (*begins)(const perl *)) {
    uint32_t guards = p->guards;
    bool paren = opens(p);
    perl_term t = {.left = PERL_NONE};
    if (!paren && (cp_perl_at_end(p) || !begins(p)))
        return (perl_term){.bare = true};
    if (!paren)
        t = cp_perl_operand(p);
    else if (perl_byte(p, 0) != ')')
        (void)cp_perl_low(p);
    closes(p, paren);
    return (perl_term){.guarded = p->guards != guards, .bare = t.bare, .variable = t.variable};
}

/* ---- Forms ------------------------------------------------------------------------------------------------------------------------ */

static bool is_looked_at(const form_take *t) {
    return t->role == FORM_ROLE_LOOKS || t->role == FORM_ROLE_DATA;
}

/* What the form says of each argument from `first` on. */
static void take(perl *p, const form *f, const perl_term *args, uint32_t count, uint32_t first) {
    uint32_t at = first;
    for (uint32_t i = 0; i < count && !p->st->failed; i++) {
        if (at >= f->count)
            perl_fail(p);
        else if (!is_looked_at(&f->takes[at]))
            cp_text_take(p->st, &f->takes[at], args[i].value);
        at += at < f->count && !f->takes[at].many;
    }
    for (; at < f->count; at++)
        if (!f->takes[at].optional && !f->takes[at].many)
            perl_fail(p);
}

static perl_term formed(perl *p, const form *f) {
    perl_term args[ARGUMENTS_MOST];
    uint32_t guards = p->guards;
    bool paren = opens(p);
    uint32_t count = paren || begins_term(p) ? arguments(p, args) : 0;
    closes(p, paren);
    if (!p->st->failed)
        take(p, f, args, count, 0);
    perl_term t = made(p, guards);
    uint8_t sign = perl_byte(p, 0);
    bool less = !f->count && !p->lent && (sign == '-' || sign == '+') && perl_is_digit(perl_byte(p, 1));
    t.bare = !paren && !count && !less; /* time-86400: what takes nothing is a term */
    return t;
}

/* ---- Perl's own --------------------------------------------------------------------------------------------------------------- */

/* STDERR, before what is printed. */
static void handle(perl *p) {
    perl look = *p;
    if (!cp_perl_take(&look, "STDERR") && !cp_perl_take(&look, "STDOUT"))
        return;
    cp_perl_blanks(&look);
    if (!perl_is_blank(perl_byte(p, 6)) || cp_perl_at_end(&look) || !begins_term(&look))
        perl_fail(p);
    p->at = look.at;
}

static perl_term prints(perl *p, bool (*begins)(const perl *)) {
    bool paren = opens(p);
    uint32_t guards = p->guards;
    handle(p);
    if (!paren && (cp_perl_at_end(p) || !begins(p)))
        return (perl_term){.bare = true};
    if (!paren || perl_byte(p, 0) != ')')
        (void)(paren ? cp_perl_low(p) : cp_perl_list(p));
    closes(p, paren);
    return made(p, guards);
}

/* What is said with nothing else, or with what begins a term where there is no such function, too. */
static perl_term says(perl *p) {
    cp_perl_space(p);
    uint8_t c = perl_byte(p, 0);
    if (!cp_perl_at_end(p) && !begins_term(p) && c != '(')
        return perl_fail(p);
    if (c == ',' || c == ':' || c == ']')
        return perl_fail(p);
    return prints(p, begins_term);
}

/* { … } and what it goes through. */
static void block_and_list(perl *p) {
    uint32_t changes = p->changes;
    p->at++;
    cp_perl_in_block(p);
    cp_perl_statements(p);
    cp_perl_want_byte(p, '}');
    bool changed = p->changes != changes;
    uint32_t guards = p->guards;
    cp_perl_space(p);
    if (perl_byte(p, 0) != ')' && !cp_perl_at_end(p)) {
        if (!begins_anything(p))
            perl_fail(p);
        else
            (void)cp_perl_list(p);
    } else if (perl_byte(p, 0) == ',' || perl_byte(p, 0) == ':') {
        perl_fail(p);
    }
    cp_perl_goes_through(p, changed, p->guards != guards);
}

static perl_term maps(perl *p) {
    bool paren = opens(p);
    uint32_t guards = p->guards, changes = p->changes;
    if (perl_byte(p, 0) == '{') {
        block_and_list(p);
    } else {
        (void)cp_perl_expression(p);
        bool changed = p->changes != changes;
        uint32_t before = p->guards;
        if (!cp_perl_take_comma(p))
            perl_fail(p);
        cp_perl_space(p);
        (void)cp_perl_list(p);
        cp_perl_goes_through(p, changed, p->guards != before);
    }
    closes(p, paren);
    return made(p, guards);
}

/* No function of the text's or a module's, nor one in a variable. */
static bool is_sorted(const perl *p) {
    static const char *const words[] = {"keys", "values", "map", "grep", "split", "reverse", "sort", NULL};
    if (!perl_is_letter(perl_byte(p, 0)))
        return perl_byte(p, 0) != '$' && begins_anything(p);
    for (const char *const *word = words; *word; word++)
        if (cp_perl_is(p, *word))
            return true;
    return false;
}

static perl_term sorts(perl *p) {
    bool paren = opens(p);
    uint32_t guards = p->guards;
    if (perl_byte(p, 0) == '{')
        block_and_list(p);
    else if (is_sorted(p))
        (void)cp_perl_list(p);
    else
        perl_fail(p);
    closes(p, paren);
    return made(p, guards);
}

static void separator(perl *p) {
    cp_slice word = cp_perl_word(p);
    uint8_t c = perl_byte(p, 0);
    if (c == '/' || (cp_slice_is(word, "m") && cp_perl_is_quote(p, word))) {
        (void)cp_perl_pattern(p, word);
        return;
    }
    if (c == '$') {
        (void)cp_perl_variable(p, PERL_CODE);
        return;
    }
    perl_term t = c == '"' || c == '\'' ? cp_perl_quoted(p, (cp_slice){NULL, 0}) : perl_fail(p);
    if (!cp_text_is_literal(t.value) || !t.value.places || !cp_perl_is_pattern(t.value.places->path))
        perl_fail(p);
}

static perl_term splits(perl *p) {
    bool paren = opens(p);
    uint32_t guards = p->guards;
    if (!paren && cp_perl_at_end(p))
        return (perl_term){.bare = true};
    if (perl_byte(p, 0) != ')' || !paren) {
        separator(p);
        if (cp_perl_take_comma(p)) {
            cp_perl_space(p);
            (void)cp_perl_list(p);
        } else {
            cp_perl_space(p);
            if (!cp_perl_at_end(p))
                perl_fail(p);
        }
    }
    closes(p, paren);
    return made(p, guards);
}

static perl_term pushes(perl *p) {
    bool paren = opens(p);
    uint32_t guards = p->guards;
    perl_term t = perl_byte(p, 0) == '@' ? cp_perl_variable(p, PERL_CODE) : perl_fail(p);
    if (t.left != PERL_WHOLE)
        perl_fail(p);
    if (!cp_perl_take_comma(p))
        perl_fail(p);
    cp_perl_space(p);
    (void)cp_perl_list(p);
    closes(p, paren);
    return made(p, guards);
}

/* From the text's own, or the arguments: what is left of these is fewer. */
static perl_term shifts(perl *p) {
    bool paren = opens(p);
    perl_term t = {.bare = !paren};
    if (perl_byte(p, 0) == '@') {
        perl look = *p;
        look.at++;
        bool arguments = cp_perl_is(&look, "ARGV");
        t = cp_perl_variable(p, PERL_CODE);
        if (t.left != PERL_WHOLE && !arguments)
            perl_fail(p);
        t = (perl_term){.guarded = t.guarded};
    } else if (!(paren ? perl_byte(p, 0) == ')' : cp_perl_at_end(p) || is_among(perl_byte(p, 0), "|&=!>."))) {
        perl_fail(p);
    }
    p->guards += t.bare || paren; /* the arguments' */
    closes(p, paren);
    return t;
}

/* (A loop that depends on `each` may put what that gives into `$_`.) */
static perl_term hashes(perl *p, bool each) {
    bool paren = opens(p);
    uint32_t guards = p->guards;
    uint8_t c = perl_byte(p, 0);
    (void)(c == '%' || c == '@' ? cp_perl_variable(p, PERL_CODE) : perl_fail(p));
    if (each)
        cp_perl_changes_topic(p);
    closes(p, paren);
    return made(p, guards);
}

static perl_term elements(perl *p, bool looks) {
    bool paren = opens(p);
    uint32_t guards = p->guards;
    uint8_t c = perl_byte(p, 0);
    perl_term t = c == '$' || (c == '@' && !looks) ? cp_perl_variable(p, PERL_CODE) : perl_fail(p);
    if (t.left != PERL_ELEMENT && !(looks && t.guarded))
        perl_fail(p);
    closes(p, paren);
    return made(p, guards);
}

static perl_term undefines(perl *p) {
    bool paren = opens(p);
    if (paren ? perl_byte(p, 0) == ')' : !is_among(perl_byte(p, 0), "$@%")) {
        closes(p, paren);
        return (perl_term){.bare = !paren};
    }
    perl_term t = cp_perl_variable(p, PERL_CODE);
    if (t.left == PERL_LIST)
        perl_fail(p);
    cp_perl_store(p, &t);
    closes(p, paren);
    return (perl_term){.variable = true};
}

static perl_term chomps(perl *p) {
    bool paren = opens(p);
    if (paren ? perl_byte(p, 0) == ')' : !is_among(perl_byte(p, 0), "$@%")) {
        cp_perl_changes_topic(p);
        closes(p, paren);
        return (perl_term){.bare = !paren};
    }
    perl_term t = paren ? cp_perl_low(p) : cp_perl_variable(p, PERL_CODE);
    if (t.guarded || t.left == PERL_NONE)
        perl_fail(p);
    else
        cp_perl_change(p, &t);
    closes(p, paren);
    return (perl_term){.variable = !paren};
}

/* `my $x`, `$x`, `FH`: one that the text opens. */
static void file(perl *p, bool opened) {
    static const char *const others[] = {"STDIN", "STDOUT", "STDERR", "ARGV", "ARGVOUT", "DATA", NULL};
    if (cp_perl_take(p, "my")) {
        cp_perl_blanks(p);
        if (perl_byte(p, 0) != '$' || !opened)
            perl_fail(p);
        else
            (void)cp_perl_declared(p);
        return;
    }
    if (perl_byte(p, 0) == '$') {
        perl_term t = cp_perl_variable(p, PERL_CODE);
        if (t.left != PERL_SCALAR)
            perl_fail(p);
        else if (opened)
            cp_perl_store(p, &t);
        return;
    }
    cp_slice word = cp_perl_word(p);
    for (uint32_t i = 0; i < word.n; i++)
        if (word.p[i] >= 'a' && word.p[i] <= 'z')
            perl_fail(p);
    for (const char *const *other = others; *other; other++)
        if (opened && cp_slice_is(word, *other))
            perl_fail(p);
    p->at += word.n;
    if (!word.n || is_among(perl_byte(p, 0), "':-") || cp_perl_is_key(p))
        perl_fail(p);
}

static perl_term handles(perl *p, const form *f, bool opened) {
    perl_term args[ARGUMENTS_MOST];
    uint32_t count = 0;
    bool paren = opens(p), some = paren ? perl_byte(p, 0) != ')' : !cp_perl_at_end(p) && begins_term(p);
    if (some) {
        file(p, opened);
        if (cp_perl_take_comma(p)) {
            cp_perl_space(p);
            count = arguments(p, args);
        } else if (!paren) {
            cp_perl_space(p);
            if (!cp_perl_at_end(p) && !is_among(perl_byte(p, 0), "|&"))
                perl_fail(p);
        }
    }
    closes(p, paren);
    if (!p->st->failed)
        take(p, f, args, count, some);
    return (perl_term){.bare = !paren};
}

/* ---- Declarations ----------------------------------------------------------------------------------------------------------------- */

static perl_term declares(perl *p, bool fresh) {
    cp_perl_space(p);
    perl_term t = {.left = PERL_LIST, .seen = p->seen_count};
    if (cp_perl_take_byte(p, '(')) {
        for (bool more = fresh; more && !p->st->failed && cp_step(p->st->budget);) {
            cp_perl_space(p);
            if (!cp_perl_take(p, "undef"))
                (void)cp_perl_declared(p);
            more = cp_perl_take_comma(p);
            cp_perl_space(p);
            more &= perl_byte(p, 0) != ')';
        }
        cp_perl_want_byte(p, ')');
    } else {
        t = cp_perl_declared(p);
        if (!fresh && t.left == PERL_FRESH)
            t.left = PERL_SCALAR;
    }
    perl look = *p;
    cp_perl_space(&look);
    if (perl_byte(&look, 0) == ':' || perl_byte(&look, 0) == '[') /* an attribute */
        perl_fail(p);
    return t;
}

static perl_term localizes(perl *p) {
    cp_perl_space(p);
    uint8_t c = perl_byte(p, 0);
    perl_term t = c == '$' || c == '(' ? cp_perl_operand(p) : perl_fail(p);
    if (t.left != PERL_SCALAR && t.left != PERL_LIST)
        return perl_fail(p);
    cp_perl_change(p, &t);
    return t;
}

/* ---- What modules lend --------------------------------------------------------------------------------------------------------------- */

/* Of that module, or of any. */
static uint32_t lent(perl *p, cp_slice module, cp_slice word) {
    if (module.n)
        return cp_text_find(p->st, module, word);
    const cp_rec_text *text = p->st->text;
    for (uint32_t i = text->name_first; i < text->name_first + text->name_count; i++) {
        const cp_rec_text_name *r = cp_image_text_name(p->st->image, i);
        cp_slice scope = cp_image_string(p->st->image, r->scope);
        if (scope.n && !cp_slice_is(scope, "import") &&
            cp_slice_eq(cp_image_string(p->st->image, r->name), word))
            return i;
    }
    return 0;
}

/* Where there is no such function, a scalar would be asked for a method of that name. */
static bool begins_lent(const perl *p) {
    return (begins_term(p) && perl_byte(p, 0) != '$') ||
           (perl_byte(p, 0) == '\\' && is_among(perl_byte(p, 1), "@%"));
}

/* One that takes a scalar, and something else behind it: nothing that may be a list. */
static perl_term single(perl *p) {
    uint32_t guards = p->guards;
    bool paren = opens(p);
    uint8_t c = perl_byte(p, 0);
    if (c == '$' && paren)
        (void)cp_perl_variable(p, PERL_CODE);
    else if (c == '"' || c == '\'')
        (void)cp_perl_quoted(p, (cp_slice){NULL, 0});
    else if (!cp_perl_take(p, "shift"))
        perl_fail(p);
    cp_perl_space(p);
    if (!cp_perl_at_end(p) || perl_byte(p, 0) == ',')
        perl_fail(p);
    closes(p, paren);
    return made(p, guards);
}

static perl_term lends(perl *p, uint32_t member) {
    form f = cp_text_form(p->st, member);
    perl_term t = {.left = PERL_NONE};
    p->lent++;
    if (f.use == FORM_LOOKS)
        t = list(p, begins_lent);
    else if (f.use == FORM_CALL && f.count == 1 && is_looked_at(f.takes))
        t = single(p);
    else if (f.use == FORM_CALL && !f.count)
        t = formed(p, &f);
    else
        perl_fail(p);
    p->lent--;
    return t;
}

/* A::b(…) */
static perl_term qualified(perl *p, cp_slice word) {
    uint32_t start = p->at - word.n, name = start;
    while (perl_byte(p, 0) == ':' && perl_byte(p, 1) == ':') {
        p->at += 2;
        word = cp_perl_word(p);
        name = p->at;
        p->at += word.n;
        if (!word.n)
            return perl_fail(p);
    }
    uint32_t member = lent(p, cp_slice_sub(p->s, start, name - 2), word);
    return member && perl_byte(p, 0) == '(' ? lends(p, member) : perl_fail(p);
}

/* ---- Words ---------------------------------------------------------------------------------------------------------------------- */

/* next, last, redo: of the loop around it, or the one that -n makes. */
static perl_term leaves(perl *p) {
    cp_perl_space(p);
    if (cp_perl_take(p, "LINE"))
        cp_perl_space(p);
    if (!cp_perl_at_end(p) || is_among(perl_byte(p, 0), ",:]"))
        return perl_fail(p);
    return (perl_term){.bare = true};
}

/* do { … } */
static perl_term does(perl *p) {
    uint32_t guards = p->guards;
    cp_perl_space(p);
    if (perl_byte(p, 0) != '{')
        return perl_fail(p);
    cp_perl_block(p);
    return made(p, guards);
}

static perl_term called(perl *p, cp_slice word, const form *f) {
    switch (syntax_of(word)) {
    case LIST: return list(p, begins_anything);
    case UNARY: return unary(p, begins_anything);
    case PRINTS: return prints(p, begins_anything);
    case SAYS: return says(p);
    case MAPS: return maps(p);
    case SORTS: return sorts(p);
    case SPLITS: return splits(p);
    case PUSHES: return pushes(p);
    case SHIFTS: return shifts(p);
    case HASHES: return hashes(p, cp_slice_is(word, "each"));
    case EXISTS: return elements(p, true);
    case DELETES: return elements(p, false);
    case UNDEFINES: return undefines(p);
    case CHOMPS: return chomps(p);
    case HANDLES: return handles(p, f, cp_slice_is(word, "open"));
    default: break;
    }
    if (f->use == FORM_LOOKS)
        return list(p, begins_term);
    if (f->use != FORM_CALL)
        return perl_fail(p);
    if (f->count == 1 && f->takes[0].optional && f->takes[0].role == FORM_ROLE_LOOKS)
        return unary(p, begins_argument);
    return formed(p, f);
}

perl_term cp_perl_call(perl *p, cp_slice word) {
    uint8_t c = perl_byte(p, 0), next = perl_byte(p, 1);
    if (c >= 0x80 || (c == '\'' && (perl_is_letter(next) || next >= 0x80)))
        return perl_fail(p);
    if (c == ':' && next == ':')
        return qualified(p, word);
    if (cp_slice_is(word, "my"))
        return declares(p, true);
    if (cp_slice_is(word, "our"))
        return declares(p, false);
    if (cp_slice_is(word, "local"))
        return localizes(p);
    if (cp_slice_is(word, "do"))
        return does(p);
    if (cp_slice_is(word, "next") || cp_slice_is(word, "last") || cp_slice_is(word, "redo"))
        return leaves(p);
    if (cp_slice_is(word, "not"))
        return unary(p, begins_anything);
    uint32_t member = cp_text_find(p->st, (cp_slice){NULL, 0}, word);
    perl_term t;
    if (!cp_perl_enter(p))
        return perl_fail(p);
    if (member) {
        form f = cp_text_form(p->st, member);
        t = called(p, word, &f);
    } else {
        member = lent(p, (cp_slice){NULL, 0}, word);
        t = member ? lends(p, member) : perl_fail(p);
    }
    p->depth--;
    return t;
}
