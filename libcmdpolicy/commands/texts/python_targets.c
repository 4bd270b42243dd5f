/* What gets a value in Python: the targets of assignments, loops and comprehensions, and parameters. Cost: linear, but for targets in
 * targets, each of which is counted once a level. */
#include "commands/texts/python.h"

/* ---- Targets ------------------------------------------------------------------------------------------------------------------- */

/* How many of them stand here with commas between; a comma at the end makes one a list, too. */
static uint32_t count_targets(python *p, bool *out_list) {
    uint32_t open = 0, count = 1;
    *out_list = false;
    for (uint32_t i = p->at; i < p->count && cp_step(p->st->budget); i++) {
        const python_token *t = &p->tokens[i];
        if (t->kind == PY_NEWLINE || (t->kind == PY_WORD && t->op == PY_IN))
            break;
        if (t->kind != PY_OP)
            continue;
        if (t->op == '(' || t->op == '[' || t->op == '{')
            open++;
        else if (t->op == ')' || t->op == ']' || t->op == '}') {
            if (!open)
                break;
            open--;
        } else if (!open && (t->op == '=' || t->op == ':' || t->op == ';')) {
            break;
        } else if (!open && t->op == ',') {
            count++;
            *out_list = true;
        }
    }
    return count;
}

void cp_python_target(python *p, text_value v) {
    const python_token *t = python_peek(p);
    if (!cp_python_enter(p)) {
        p->depth--;
        return;
    }
    if (cp_python_take_op(p, '*')) {
        cp_python_target(p, cp_text_decay(p->st, v));
    } else if (cp_python_is_op(p, '(') || cp_python_is_op(p, '[')) {
        uint32_t close = cp_python_is_op(p, '(') ? ')' : ']';
        cp_python_next(p);
        if (close == ']')
            v = cp_text_item(p->st, v);
        cp_python_targets(p, v);
        cp_python_want_op(p, close);
        if (cp_python_is_op(p, '.') || cp_python_is_op(p, '[') || cp_python_is_op(p, '('))
            p->st->failed = true;
    } else if (t->kind != PY_NAME) {
        p->st->failed = true;
    } else if (cp_python_next_is_op(p, '.') || cp_python_next_is_op(p, '[') || cp_python_next_is_op(p, '(')) {
        text_value container = {.kind = TEXT_NOTHING};
        cp_python_primary(p, &container);
        cp_text_put_into(p->st, container, v);
    } else {
        cp_python_next(p);
        cp_text_bind(p->st, t->text, v);
    }
    p->depth--;
}

void cp_python_targets(python *p, text_value v) {
    bool list;
    uint32_t count = count_targets(p, &list), index = 0;
    if (!list) {
        cp_python_target(p, v);
        return;
    }
    while (!p->st->failed) {
        if (cp_python_is_op(p, ')') || cp_python_is_op(p, ']') || cp_python_is_op(p, '=') ||
            cp_python_is_word(p, PY_IN) || python_peek(p)->kind == PY_NEWLINE)
            break;
        cp_python_target(p, cp_text_unpack(p->st, v, count, index++));
        if (!cp_python_take_op(p, ','))
            break;
    }
}

/* ---- Parameters ------------------------------------------------------------------------------------------------------------------ */

void cp_python_parameters(python *p, uint32_t end, text_function *f) {
    bool starred = false;
    while (!p->st->failed && !cp_python_is_op(p, end)) {
        if (cp_python_take_op(p, '/'))
            goto next;
        bool rest = cp_python_is_op(p, '*'), many = rest || cp_python_is_op(p, PY_OP2('*', '*'));
        f->others |= many && !rest;
        if (many) {
            cp_python_next(p);
            starred = true;
        }
        const python_token *t = python_peek(p);
        if (many && cp_python_is_op(p, ','))
            goto next;
        if (t->kind != PY_NAME) {
            p->st->failed = true;
            return;
        }
        cp_python_next(p);
        cp_text_bind(p->st, t->text, many ? text_data() : text_nothing());
        if (!many) {
            if (f->count == TEXT_PARAMETERS)
                p->st->failed = true;
            else
                f->parameters[f->count++] = t->text;
            f->positional += !starred;
        }
        if (end == ')' && cp_python_take_op(p, ':'))
            cp_text_decay(p->st, cp_python_expression(p));
        if (cp_python_take_op(p, '='))
            cp_text_bind(p->st, t->text, cp_python_expression(p));
    next:
        if (!cp_python_take_op(p, ','))
            break;
    }
    cp_python_want_op(p, end);
}
