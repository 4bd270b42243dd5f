/* Statements of Perl, as `perl -e`, `-n` and `-p` have them: what computes, prints, counts, replaces and reads files that are named. No
 * functions, packages, formats, labels and references of the text's own, no here-documents, no documentation. Cost: linear. */
#include "commands/texts/perl.h"

static void condition(perl *p) {
    cp_perl_want_byte(p, '(');
    cp_perl_space(p);
    (void)cp_perl_low(p);
    cp_perl_want_byte(p, ')');
}

void cp_perl_block(perl *p) {
    cp_perl_want_byte(p, '{');
    cp_perl_statements(p);
    cp_perl_want_byte(p, '}');
}

static void conditional(perl *p) {
    condition(p);
    cp_perl_block(p);
    for (bool more = true; more && !p->st->failed;) {
        cp_perl_space(p);
        more = cp_perl_take(p, "elsif");
        if (more) {
            condition(p);
            cp_perl_block(p);
        }
    }
    if (cp_perl_take(p, "else"))
        cp_perl_block(p);
}

/* for (a; b; c), behind the first of them */
static void counted(perl *p) {
    for (uint32_t i = 0; i < 2 && !p->st->failed; i++) {
        cp_perl_want_byte(p, ';');
        cp_perl_space(p);
        if (perl_byte(p, 0) != ';' && perl_byte(p, 0) != ')')
            (void)cp_perl_low(p);
    }
    cp_perl_want_byte(p, ')');
    cp_perl_block(p);
}

/* `my $x` of a loop; nothing: it is `$_`. */
static cp_slice loop_variable(perl *p) {
    bool declared = cp_perl_take(p, "my");
    cp_perl_space(p);
    if (perl_byte(p, 0) != '$')
        return declared ? perl_fail(p).name : cp_slice_sub(p->s, 0, 0);
    p->at++;
    cp_slice name = cp_perl_word(p);
    p->at += name.n;
    if (!cp_perl_is_own(name) || p->loop_count == PERL_LOOPS)
        perl_fail(p);
    else
        p->loops[p->loop_count++] = name;
    return name;
}

/* for my $x (…) { … } */
static void loop(perl *p) {
    cp_perl_space(p);
    cp_slice name = loop_variable(p);
    uint32_t guards = p->guards;
    cp_perl_want_byte(p, '(');
    cp_perl_space(p);
    if (perl_byte(p, 0) != ')' && perl_byte(p, 0) != ';')
        (void)cp_perl_low(p);
    cp_perl_space(p);
    if (!name.n && perl_byte(p, 0) == ';') {
        counted(p);
        return;
    }
    cp_perl_want_byte(p, ')');
    bool guarded = p->guards != guards;
    uint32_t changes = p->changes;
    if (!p->st->failed)
        cp_perl_block(p);
    cp_perl_goes_through(p, p->changes != changes, guarded);
    p->loop_count -= name.n != 0;
}

/* use 5.010; use List::Util qw(sum); no warnings */
static void module(perl *p) {
    cp_perl_space(p);
    uint32_t start = p->at;
    if (perl_is_digit(perl_byte(p, 0)) || (perl_byte(p, 0) == 'v' && perl_is_digit(perl_byte(p, 1)))) {
        while (perl_is_word(perl_byte(p, 0)) || perl_byte(p, 0) == '.')
            p->at++;
        cp_perl_space(p);
        return;
    }
    for (bool more = true; more;) {
        p->at += cp_perl_word(p).n;
        more = perl_byte(p, 0) == ':' && perl_byte(p, 1) == ':' && perl_is_letter(perl_byte(p, 2));
        p->at += more ? 2 : 0;
    }
    uint32_t member = cp_text_find(p->st, CP_LIT("import"), cp_slice_sub(p->s, start, p->at));
    if (!member || !(perl_is_blank(perl_byte(p, 0)) || perl_byte(p, 0) == ';'))
        perl_fail(p);
    cp_perl_space(p);
    while (!p->st->failed && perl_byte(p, 0) && perl_byte(p, 0) != ';' && cp_step(p->st->budget)) {
        cp_slice word = cp_perl_word(p);
        bool quoted = perl_byte(p, 0) == '"' || perl_byte(p, 0) == '\'';
        start = p->at + word.n + 1;
        if (!quoted && !(cp_slice_is(word, "qw") && cp_perl_is_quote(p, word)))
            perl_fail(p);
        else
            (void)cp_perl_quoted(p, word);
        for (uint32_t i = start; !p->st->failed && i + 1 < p->at; i++)
            if (!perl_is_word(p->s.p[i]) && !perl_is_blank(p->s.p[i]) && p->s.p[i] != ':')
                perl_fail(p);
        cp_perl_space(p);
        if (cp_perl_take_byte(p, ','))
            cp_perl_space(p);
    }
}

/* An expression, and what it depends on. */
static void simple(perl *p) {
    uint32_t changes = p->changes;
    (void)cp_perl_low(p);
    cp_perl_space(p);
    if (cp_perl_take(p, "if") || cp_perl_take(p, "unless") || cp_perl_take(p, "while") ||
        cp_perl_take(p, "until")) {
        cp_perl_space(p);
        (void)cp_perl_low(p);
    } else if (cp_perl_take(p, "for") || cp_perl_take(p, "foreach")) {
        bool changed = p->changes != changes;
        uint32_t guards = p->guards;
        cp_perl_space(p);
        (void)cp_perl_low(p);
        cp_perl_goes_through(p, changed, p->guards != guards);
    }
}

/* True: nothing has to stand behind it. */
static bool compound(perl *p) {
    if (cp_perl_is(p, "BEGIN") || cp_perl_is(p, "END")) {
        p->at += cp_perl_word(p).n;
        cp_perl_block(p);
    } else if (cp_perl_take(p, "if") || cp_perl_take(p, "unless")) {
        conditional(p);
    } else if (cp_perl_take(p, "while") || cp_perl_take(p, "until")) {
        condition(p);
        cp_perl_block(p);
    } else if (cp_perl_take(p, "for") || cp_perl_take(p, "foreach")) {
        loop(p);
    } else {
        return false;
    }
    return true;
}

static void statement(perl *p) {
    perl look = *p;
    look.at += cp_perl_word(p).n;
    if (!cp_perl_enter(p)) {
        p->depth--;
        return;
    }
    if (cp_perl_is_key(&look) || !compound(p)) {
        if (cp_perl_take(p, "use") || cp_perl_take(p, "no"))
            module(p);
        else
            simple(p);
        cp_perl_space(p);
        if (p->at < p->s.n && perl_byte(p, 0) != '}' && !cp_perl_take_byte(p, ';'))
            perl_fail(p);
    }
    p->depth--;
}

void cp_perl_statements(perl *p) {
    while (!p->st->failed && cp_step(p->st->budget)) {
        cp_perl_space(p);
        if (p->at >= p->s.n || perl_byte(p, 0) == '}')
            return;
        if (!cp_perl_take_byte(p, ';'))
            statement(p);
    }
}

/* Documentation begins with a line that begins with this. */
static bool has_documentation(cp_slice s) {
    for (uint32_t i = 0; i + 1 < s.n; i++)
        if (s.p[i] == '=' && (!i || s.p[i - 1] == '\n') && perl_is_letter(s.p[i + 1]))
            return true;
    return false;
}

/* `}{` ends the loop that -n makes, and begins a block behind it. */
void cp_text_perl(text_state *st) {
    perl p = {.st = st, .s = st->source};
    if (!cp_text_is_plain(st->source) || has_documentation(st->source)) {
        st->failed = true;
        return;
    }
    cp_perl_statements(&p);
    if (!st->failed && cp_perl_take_byte(&p, '}')) {
        cp_perl_want_byte(&p, '{');
        cp_perl_in_block(&p);
        cp_perl_statements(&p);
    }
    if (p.at < p.s.n)
        st->failed = true;
}
