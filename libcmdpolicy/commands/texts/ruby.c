/* Statements of Ruby: what computes, prints, reads files that are named, and goes through what it has read. No methods, classes or modules
 * of the text's own, no lambdas, no patterns behind `in`. Cost: linear. */
#include "commands/texts/ruby.h"

static void statement(ruby *);

/* ---- Control ------------------------------------------------------------------------------------------------------------------------- */

/* A condition, with `then` or `do` behind it. */
static void condition(ruby *p, const char *then) {
    bool no_do = p->no_do;
    p->no_do = true;
    cp_ruby_space(p);
    statement(p);
    p->no_do = no_do;
    cp_ruby_space(p);
    cp_ruby_take(p, then);
}

static void body(ruby *p) {
    bool no_do = p->no_do;
    p->no_do = false;
    cp_ruby_statements(p);
    p->no_do = no_do;
}

static void end(ruby *p) {
    if (!cp_ruby_take(p, "end"))
        ruby_fail(p);
}

static void conditional(ruby *p) {
    do {
        condition(p, "then");
        body(p);
    } while (!p->st->failed && cp_ruby_take(p, "elsif"));
    if (cp_ruby_take(p, "else"))
        body(p);
    end(p);
}

/* case x when a, b then …; what stands behind `when` is compared. */
static void cases(ruby *p) {
    cp_ruby_blanks(p);
    if (ruby_byte(p, 0) != '\n' && ruby_byte(p, 0) != ';')
        cp_ruby_dropped(p, cp_ruby_expression(p));
    cp_ruby_space(p);
    cp_ruby_take_byte(p, ';');
    cp_ruby_space(p);
    if (!cp_ruby_is(p, "when"))
        ruby_fail(p);
    while (!p->st->failed && cp_ruby_take(p, "when")) {
        do {
            cp_ruby_space(p);
            if (ruby_byte(p, 0) == '*')
                ruby_fail(p);
            cp_ruby_compared(p, cp_ruby_expression(p));
            cp_ruby_blanks(p);
        } while (!p->st->failed && cp_ruby_take_byte(p, ','));
        cp_ruby_take(p, "then");
        body(p);
    }
    if (cp_ruby_take(p, "else"))
        body(p);
    end(p);
}

/* A variable that is given something that nobody knows. */
static void target(ruby *p) {
    cp_ruby_blanks(p);
    cp_slice name = cp_ruby_word(p);
    p->at += name.n;
    if (!name.n || !ruby_is_small(name.p[0]))
        ruby_fail(p);
    else
        cp_ruby_binds(p, name, text_data());
}

/* rescue A, B => e */
static void rescue(ruby *p) {
    cp_ruby_blanks(p);
    while (!p->st->failed && ruby_is_capital(ruby_byte(p, 0))) {
        cp_ruby_compared(p, cp_ruby_expression(p));
        cp_ruby_blanks(p);
        if (!cp_ruby_take_byte(p, ','))
            break;
        cp_ruby_space(p);
    }
    if (ruby_byte(p, 0) == '=' && ruby_byte(p, 1) == '>') {
        p->at += 2;
        target(p);
    }
    cp_ruby_blanks(p);
    if (!cp_ruby_take(p, "then") && ruby_byte(p, 0) != '\n' && ruby_byte(p, 0) != ';')
        ruby_fail(p);
    body(p);
}

static void begin(ruby *p) {
    body(p);
    while (!p->st->failed && cp_ruby_take(p, "rescue"))
        rescue(p);
    if (cp_ruby_take(p, "else"))
        body(p);
    if (cp_ruby_take(p, "ensure"))
        body(p);
    end(p);
}

/* for a, b in list do … end */
static void loop_over(ruby *p) {
    do {
        target(p);
        cp_ruby_blanks(p);
    } while (!p->st->failed && cp_ruby_take_byte(p, ','));
    if (!cp_ruby_take(p, "in"))
        ruby_fail(p);
    condition(p, "do");
    body(p);
    end(p);
}

text_value cp_ruby_keyword(ruby *p, cp_slice word) {
    if (!cp_ruby_enter(p))
        return text_nothing();
    p->at += word.n;
    if (cp_slice_is(word, "if") || cp_slice_is(word, "unless")) {
        conditional(p);
    } else if (cp_slice_is(word, "case")) {
        cases(p);
    } else if (cp_slice_is(word, "begin")) {
        begin(p);
    } else if (cp_slice_is(word, "for")) {
        loop_over(p);
    } else {
        condition(p, "do");
        body(p);
        end(p);
    }
    p->depth--;
    return text_data();
}

/* ---- Statements ------------------------------------------------------------------------------------------------------------------------ */

/* `a, b = …`: how many bytes there are before the sign; 0: it is something else. */
static uint32_t several(const ruby *p) {
    ruby q = *p;
    uint32_t count = 0;
    do {
        cp_ruby_blanks(&q);
        cp_ruby_take_byte(&q, '*');
        cp_slice word = cp_ruby_word(&q);
        if (!word.n || !ruby_is_small(word.p[0]))
            return 0;
        q.at += word.n;
        cp_ruby_blanks(&q);
        count++;
    } while (cp_ruby_take_byte(&q, ','));
    return count > 1 && cp_ruby_assignment(&q) == 1 ? q.at - p->at : 0;
}

static void assign_several(ruby *p, uint32_t length) {
    uint32_t sign = p->at + length;
    while (!p->st->failed && p->at < sign) {
        cp_slice word = cp_ruby_word(p);
        if (word.n)
            cp_ruby_binds(p, word, text_data());
        p->at += word.n ? word.n : 1;
    }
    p->at = sign + 1;
    do {
        cp_ruby_space(p);
        cp_text_decay(p->st, cp_ruby_expression(p));
        cp_ruby_blanks(p);
    } while (!p->st->failed && cp_ruby_take_byte(p, ','));
}

static bool ends_statement(ruby *p) {
    uint8_t c = ruby_byte(p, 0);
    return c == ';' || c == '\n' || c == '#' || cp_ruby_ends_block(p);
}

/* BEGIN { … }, END { … } */
static bool begins_section(ruby *p) {
    uint32_t start = p->at;
    if (cp_ruby_take(p, "BEGIN") || cp_ruby_take(p, "END")) {
        cp_ruby_blanks(p);
        if (cp_ruby_take_byte(p, '{'))
            return true;
    }
    p->at = start;
    return false;
}

static void single(ruby *p) {
    uint32_t length = several(p);
    if (length) {
        assign_several(p, length);
    } else if (begins_section(p)) {
        cp_ruby_statements(p);
        cp_ruby_want_byte(p, '}');
    } else if (cp_ruby_take(p, "next") || cp_ruby_take(p, "break") || cp_ruby_take(p, "return")) {
        cp_ruby_blanks(p);
        if (!ends_statement(p) && !cp_ruby_at_keyword(p))
            cp_ruby_dropped(p, cp_ruby_expression(p));
    } else if (cp_ruby_take(p, "not")) {
        cp_ruby_space(p);
        cp_ruby_dropped(p, cp_ruby_expression(p));
    } else if (ruby_byte(p, 0) == '{') { /* a hash, or a block */
        ruby_fail(p);
    } else {
        cp_ruby_dropped(p, cp_ruby_expression(p));
    }
}

static void statement(ruby *p) {
    if (cp_ruby_enter(p)) {
        single(p);
        for (bool more = true; more && !p->st->failed;) {
            cp_ruby_blanks(p);
            more = cp_ruby_take(p, "if") || cp_ruby_take(p, "unless") || cp_ruby_take(p, "while") ||
                   cp_ruby_take(p, "until") || cp_ruby_take(p, "and") || cp_ruby_take(p, "or");
            if (more) {
                cp_ruby_space(p);
                single(p);
            }
        }
    }
    p->depth--;
}

void cp_ruby_statements(ruby *p) {
    while (!p->st->failed) {
        cp_ruby_space(p);
        while (cp_ruby_take_byte(p, ';'))
            cp_ruby_space(p);
        if (cp_ruby_ends_block(p))
            return;
        statement(p);
        cp_ruby_blanks(p);
        if (!ends_statement(p) ||
            cp_ruby_is(p, "rescue")) /* there it is a modifier, whose value is the statement's */
            ruby_fail(p);
    }
}

void cp_text_ruby(text_state *st) {
    ruby p = {.st = st, .s = st->source};
    if (!cp_text_is_plain(st->source)) {
        st->failed = true;
        return;
    }
    cp_ruby_statements(&p);
    if (p.at < p.s.n)
        st->failed = true;
    for (uint32_t i = 0; st->last && i < p.quoted_count && cp_step(st->budget); i++)
        if (p.quoted[i].n && p.quoted[i].p[0] == '/')
            cp_text_mentions_of_pattern(st, p.quoted[i]);
        else
            cp_text_mentions(st, p.quoted[i]);
}
