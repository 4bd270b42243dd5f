/* Statements of Python. How lines are indented doesn't count: what a block holds is read like what stands beside it. Classes, decorators,
 * `match` and what is asynchronous are not understood. Cost: linear. */
#include "commands/texts/python.h"

static void fail(python *p) {
    p->st->failed = true;
}

/* ---- Imports ------------------------------------------------------------------------------------------------------------------ */

/* `a.b.c`, as one text. */
static cp_slice dotted_name(python *p) {
    cp_slice all = {NULL, 0};
    do {
        const python_token *t = python_peek(p);
        if (t->kind != PY_NAME) {
            fail(p);
            return all;
        }
        all = all.n ? cp_arena_concat(p->st->arena, cp_arena_concat(p->st->arena, all, CP_LIT(".")), t->text)
                    : t->text;
        cp_python_next(p);
    } while (!p->st->failed && cp_python_take_op(p, '.'));
    return all;
}

static cp_slice name_or(python *p, cp_slice otherwise) {
    if (!cp_python_take_word(p, PY_AS))
        return otherwise;
    const python_token *t = python_peek(p);
    if (t->kind != PY_NAME)
        fail(p);
    cp_python_next(p);
    return t->text;
}

static void import(python *p) {
    do {
        cp_slice path = dotted_name(p);
        cp_slice first = cp_slice_sub(path, 0, cp_slice_find(path, '.', 0));
        text_value v = cp_text_import(p->st, path);
        bool named = cp_python_is_word(p, PY_AS);
        cp_slice name = name_or(p, first);
        if (!p->st->failed)
            cp_text_bind_listed(p->st, name, named ? v : cp_text_import(p->st, first));
    } while (!p->st->failed && cp_python_take_op(p, ','));
}

static void import_from(python *p) {
    cp_slice path = dotted_name(p);
    if (!cp_python_take_word(p, PY_IMPORT) || p->st->failed) {
        fail(p);
        return;
    }
    text_value module = cp_text_import(p->st, path);
    bool open = cp_python_take_op(p, '(');
    while (!p->st->failed) {
        const python_token *t = python_peek(p);
        if (t->kind != PY_NAME) {
            fail(p);
            return;
        }
        cp_python_next(p);
        text_value v = cp_text_import_from(p->st, module, t->text);
        if (!p->st->failed)
            cp_text_bind_listed(p->st, name_or(p, t->text), v);
        if (!cp_python_take_op(p, ',') || (open && cp_python_is_op(p, ')')))
            break;
    }
    if (open)
        cp_python_want_op(p, ')');
}

/* ---- Assignments -------------------------------------------------------------------------------------------------------------- */

static bool is_changing(uint32_t op) {
    switch (op) {
    case PY_OP2('+', '='):
    case PY_OP2('-', '='):
    case PY_OP2('*', '='):
    case PY_OP2('/', '='):
    case PY_OP2('%', '='):
    case PY_OP2('&', '='):
    case PY_OP2('|', '='):
    case PY_OP2('^', '='):
    case PY_OP3('/', '/', '='):
    case PY_OP3('*', '*', '='):
    case PY_OP3('<', '<', '='):
    case PY_OP3('>', '>', '='): return true;
    default: return false;
    }
}

/* The first `=`, or operator with one, of the statement at `from`; 0: it has none. */
static uint32_t find_assignment(python *p, uint32_t from) {
    uint32_t open = 0;
    for (uint32_t i = from; i < p->count && cp_step(p->st->budget); i++) {
        const python_token *t = &p->tokens[i];
        if (t->kind == PY_NEWLINE || t->kind == PY_END || (t->kind == PY_WORD && t->op == PY_LAMBDA))
            return 0;
        if (t->kind != PY_OP)
            continue;
        if (t->op == '(' || t->op == '[' || t->op == '{')
            open++;
        else if (t->op == ')' || t->op == ']' || t->op == '}')
            open -= open > 0;
        else if (!open && t->op == ';')
            return 0;
        else if (!open && (t->op == '=' || is_changing(t->op)))
            return i;
    }
    return 0;
}

static void change(python *p, uint32_t at) {
    const python_token *name = python_peek(p);
    uint32_t start = p->at;
    bool plain = name->kind == PY_NAME && at == start + 1;
    text_value old = plain ? cp_text_named(p->st, name->text) : text_data();
    p->at = at;
    uint32_t op = python_peek(p)->op;
    cp_python_next(p);
    text_value v = cp_python_list(p);
    uint32_t end = p->at;
    if (plain) {
        uint32_t single = op > 0xffff ? op & 0xffff : op & 0xff;
        cp_text_bind(p->st, name->text, cp_python_changed(p, single, old, v));
        return;
    }
    p->at = start;
    cp_python_target(p, cp_text_decay(p->st, v));
    if (p->at != at)
        fail(p);
    p->at = end;
}

static void assign(python *p, uint32_t at) {
    uint32_t start = p->at, last = at;
    for (uint32_t next = at; next; next = find_assignment(p, next + 1)) {
        if (p->tokens[next].op != '=')
            fail(p);
        last = next;
    }
    p->at = last + 1;
    text_value v = cp_python_list(p);
    uint32_t end = p->at;
    p->at = start;
    while (!p->st->failed && p->at <= last) {
        cp_python_targets(p, v);
        cp_python_want_op(p, '=');
    }
    if (p->at != last + 1)
        fail(p);
    p->at = end;
}

static void expression_statement(python *p) {
    const python_token *t = python_peek(p);
    const python_token *after = &p->tokens[p->at + 1 < p->count ? p->at + 1 : p->at];
    if (t->kind == PY_NAME && after->kind == PY_OP && after->op == ':') { /* NAME: TYPE = VALUE */
        cp_python_next(p);
        cp_python_next(p);
        cp_text_decay(p->st, cp_python_expression(p));
        cp_text_bind(p->st, t->text, cp_python_take_op(p, '=') ? cp_python_list(p) : text_nothing());
        return;
    }
    uint32_t at = find_assignment(p, p->at);
    if (!at)
        (void)cp_python_list(p);
    else if (p->tokens[at].op == '=')
        assign(p, at);
    else
        change(p, at);
}

/* ---- Statements ---------------------------------------------------------------------------------------------------------------- */

static bool ends_statement(const python *p) {
    const python_token *t = python_peek(p);
    return t->kind == PY_NEWLINE || t->kind == PY_END || cp_python_is_op(p, ';');
}

static void with(python *p) {
    do {
        text_value v = cp_python_expression(p);
        if (cp_python_take_word(p, PY_AS))
            cp_python_target(p, v.kind == TEXT_PLACE || v.kind == TEXT_SHOWN ? v : cp_text_decay(p->st, v));
        else
            cp_text_decay(p->st, v);
    } while (!p->st->failed && cp_python_take_op(p, ','));
    cp_python_want_op(p, ':');
}

static void except(python *p) {
    if (!cp_python_is_op(p, ':')) {
        cp_text_decay(p->st, cp_python_list(p));
        if (cp_python_is_word(p, PY_AS))
            cp_text_bind(p->st, name_or(p, CP_LIT("")), text_data());
    }
    cp_python_want_op(p, ':');
}

static void define(python *p) {
    text_state *st = p->st;
    const python_token *name = python_peek(p);
    text_function f = {.at = p->at};
    if (name->kind != PY_NAME) {
        fail(p);
        return;
    }
    cp_python_next(p);
    cp_python_want_op(p, '(');
    cp_python_parameters(p, ')', &f);
    if (cp_python_take_op(p, PY_OP2('-', '>')))
        cp_text_decay(st, cp_python_expression(p));
    cp_python_want_op(p, ':');
    uint32_t which = 0;
    while (which < st->function_count && st->functions[which].at != f.at && cp_step(st->budget))
        which++;
    if (which == st->function_count &&
        (which >= TEXT_NAMES || !CP_PUSH(st->arena, st->functions, st->function_count, st->function_cap, f)))
        fail(p);
    if (st->failed)
        return;
    cp_text_bind(st, name->text, (text_value){.kind = TEXT_DEFINED, .what = which});
}

static void names_only(python *p) {
    do {
        const python_token *t = python_peek(p);
        if (t->kind != PY_NAME)
            fail(p);
        cp_python_next(p);
        cp_text_bind(p->st, t->text, text_nothing());
    } while (!p->st->failed && cp_python_take_op(p, ','));
}

/* True: a block follows. */
static bool keyword_statement(python *p, uint32_t word) {
    text_state *st = p->st;
    cp_python_next(p);
    switch (word) {
    case PY_IF:
    case PY_ELIF:
    case PY_WHILE: {
        text_value v = cp_python_named(p);
        if (v.kind == TEXT_SCOPE)
            fail(p);
        cp_python_want_op(p, ':');
        return true;
    }
    case PY_FOR:
        cp_python_for(p, true);
        cp_python_want_op(p, ':');
        return true;
    case PY_TRY:
    case PY_ELSE:
    case PY_FINALLY: cp_python_want_op(p, ':'); return true;
    case PY_EXCEPT: except(p); return true;
    case PY_WITH: with(p); return true;
    case PY_DEF: define(p); return true;
    case PY_IMPORT: import(p); return false;
    case PY_FROM: import_from(p); return false;
    case PY_GLOBAL:
    case PY_NONLOCAL: names_only(p); return false;
    case PY_PASS:
    case PY_BREAK:
    case PY_CONTINUE: return false;
    case PY_RETURN:
        if (!ends_statement(p))
            cp_text_decay(st, cp_python_list(p));
        return false;
    case PY_RAISE:
        if (!ends_statement(p))
            cp_text_decay(st, cp_python_expression(p));
        if (cp_python_take_word(p, PY_FROM))
            cp_text_decay(st, cp_python_expression(p));
        return false;
    case PY_ASSERT:
        cp_text_decay(st, cp_python_expression(p));
        if (cp_python_take_op(p, ','))
            cp_text_decay(st, cp_python_expression(p));
        return false;
    case PY_DEL: cp_python_targets(p, text_nothing()); return false;
    default: fail(p); return false;
    }
}

static bool is_expression_word(uint32_t word) {
    return word == PY_NOT || word == PY_LAMBDA || word == PY_NONE || word == PY_TRUE || word == PY_FALSE ||
           word == PY_YIELD;
}

/* The function that takes the literal at `at`: `startswith(("a", "b"))`, `fnmatch(f, "a")`; `in` of `"a" in f`. */
static cp_slice taken_by(const python *p, uint32_t at) {
    enum { LOOKED_AT = 12 };
    const python_token *t = &p->tokens[at];
    for (uint32_t k = 1; k < 3 && at + k < p->count; k++)
        if (t[k].kind == PY_WORD && t[k].op == PY_IN)
            return CP_LIT("in");
    for (uint32_t k = 1; k < LOOKED_AT && k < at; k++) {
        bool open = t[-(int)k].kind == PY_OP && t[-(int)k].op == PY_OP1('(');
        if (open && t[-(int)k - 1].kind == PY_NAME)
            return t[-(int)k - 1].text;
        if (!open && t[-(int)k].kind != PY_TEXT && t[-(int)k].kind != PY_NAME &&
            !(t[-(int)k].kind == PY_OP && t[-(int)k].op == PY_OP1(',')))
            break;
    }
    return (cp_slice){NULL, 0};
}

void cp_text_python(text_state *st, const python_tokens *tokens) {
    python p = {.st = st, .tokens = tokens->items, .count = tokens->count};
    while (!st->failed && python_peek(&p)->kind != PY_END) {
        const python_token *t = python_peek(&p);
        if (t->kind == PY_NEWLINE || cp_python_is_op(&p, ';')) {
            cp_python_next(&p);
            continue;
        }
        if (t->kind == PY_WORD && !is_expression_word(t->op)) {
            if (keyword_statement(&p, t->op))
                continue;
        } else {
            expression_statement(&p);
        }
        if (!ends_statement(&p))
            fail(&p);
    }
    for (uint32_t i = 0; st->last && i < p.count && cp_step(st->budget); i++)
        if (tokens->items[i].kind == PY_TEXT) {
            cp_text_mentions(st, tokens->items[i].text);
            cp_text_compares(st, taken_by(&p, i), tokens->items[i].text);
        }
}
