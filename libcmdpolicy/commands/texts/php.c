/* Statements of PHP, as `php -r` has them: what computes, prints and reads files that are named. No functions, classes and references of the
 * text's own, no namespaces, labels, and nothing outside of the code. Cost: linear. */
#include "commands/texts/php.h"

static void statement(php *);

static void condition(php *p) {
    cp_php_want_byte(p, '(');
    cp_text_decay(p->st, cp_php_expression(p));
    cp_php_want_byte(p, ')');
}

static void end(php *p) {
    cp_php_space(p);
    if (p->at < p->s.n && php_byte(p, 0) != '}')
        cp_php_want_byte(p, ';');
}

static void expressions(php *p, uint8_t close) {
    while (!p->st->failed && cp_step(p->st->budget) && !cp_php_take_byte(p, close)) {
        (void)cp_text_passed(p->st, cp_php_expression(p));
        cp_php_take_byte(p, ',');
    }
}

/* foreach ($list as $key => $value) */
static void for_each(php *p) {
    cp_php_want_byte(p, '(');
    text_value v = cp_php_expression(p);
    if (!cp_php_take(p, "as"))
        php_fail(p);
    bool items = v.kind != TEXT_NOTHING && v.items;
    text_value item = v.kind == TEXT_NOTHING ? v : items ? cp_text_item(p->st, v) : text_data();
    cp_php_space(p);
    php look = *p;
    if (php_byte(p, 0) == '$')
        (void)cp_php_variable(&look);
    cp_php_space(&look);
    if (php_byte(&look, 0) == '=' && php_byte(&look, 1) == '>') {
        if (!cp_php_target(p, text_data()))
            php_fail(p);
        p->at = look.at + 2;
    }
    if (!p->st->failed && !cp_php_target(p, item))
        php_fail(p);
    cp_php_want_byte(p, ')');
    statement(p);
}

static void loop(php *p) {
    cp_php_want_byte(p, '(');
    expressions(p, ';');
    expressions(p, ';');
    expressions(p, ')');
    statement(p);
}

static void cases(php *p) {
    condition(p);
    cp_php_want_byte(p, '{');
    while (!p->st->failed && cp_step(p->st->budget) && !cp_php_take_byte(p, '}')) {
        if (cp_php_take(p, "case")) {
            cp_text_decay(p->st, cp_php_expression(p));
            cp_php_want_byte(p, ':');
        } else if (cp_php_take(p, "default")) {
            cp_php_want_byte(p, ':');
        } else {
            statement(p);
        }
    }
}

static void word_statement(php *p) {
    if (cp_php_take(p, "if")) {
        condition(p);
        statement(p);
        while (!p->st->failed && cp_php_take(p, "elseif")) {
            condition(p);
            statement(p);
        }
        if (cp_php_take(p, "else"))
            statement(p);
    } else if (cp_php_take(p, "foreach")) {
        for_each(p);
    } else if (cp_php_take(p, "for")) {
        loop(p);
    } else if (cp_php_take(p, "while")) {
        condition(p);
        statement(p);
    } else if (cp_php_take(p, "do")) {
        statement(p);
        if (!cp_php_take(p, "while"))
            php_fail(p);
        condition(p);
        end(p);
    } else if (cp_php_take(p, "switch")) {
        cases(p);
    } else if (cp_php_take(p, "echo")) {
        do
            (void)cp_text_passed(p->st, cp_php_expression(p));
        while (!p->st->failed && cp_php_take_byte(p, ','));
        end(p);
    } else if (cp_php_take(p, "break") || cp_php_take(p, "continue") || cp_php_take(p, "return")) {
        cp_php_space(p);
        if (p->at < p->s.n && php_byte(p, 0) != ';' && php_byte(p, 0) != '}')
            cp_text_decay(p->st, cp_php_expression(p));
        end(p);
    } else {
        (void)cp_text_passed(p->st, cp_php_expression(p));
        end(p);
    }
}

static void statement(php *p) {
    if (cp_php_enter(p)) {
        cp_php_space(p);
        if (php_byte(p, 0) == '{')
            cp_php_block(p);
        else if (!cp_php_take_byte(p, ';'))
            word_statement(p);
    }
    p->depth--;
}

void cp_php_block(php *p) {
    cp_php_want_byte(p, '{');
    while (!p->st->failed && cp_step(p->st->budget) && !cp_php_take_byte(p, '}'))
        statement(p);
}

void cp_text_php(text_state *st) {
    php p = {.st = st, .s = st->source};
    if (!cp_text_is_plain(p.s))
        st->failed = true;
    for (cp_php_space(&p); !st->failed && p.at < p.s.n; cp_php_space(&p))
        statement(&p);
    for (uint32_t i = 0; st->last && i < p.quoted_count && cp_step(st->budget); i++) {
        cp_text_mentions(st, p.quoted[i]);
        cp_text_mentions_of_pattern(st, p.quoted[i]);
    }
}
