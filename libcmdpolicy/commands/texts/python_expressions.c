/* Expressions of Python: what the value of each may be. Names are those of values.c and names.c; this knows only the grammar. Cost: linear;
 * what is nested deeper than DEPTH_MOST isn't understood. */
#include "commands/texts/python.h"

enum { DEPTH_MOST = 60 };

static text_value fail(python *p) {
    return cp_text_fail(p->st);
}

bool cp_python_is_op(const python *p, uint32_t op) {
    const python_token *t = python_peek(p);
    return t->kind == PY_OP && t->op == op;
}
bool cp_python_is_word(const python *p, uint32_t word) {
    const python_token *t = python_peek(p);
    return t->kind == PY_WORD && t->op == word;
}
void cp_python_next(python *p) {
    if (!cp_step(p->st->budget))
        p->st->failed = true;
    p->at += p->at + 1 < p->count;
}
bool cp_python_take_op(python *p, uint32_t op) {
    bool is = cp_python_is_op(p, op);
    if (is)
        cp_python_next(p);
    return is;
}
bool cp_python_take_word(python *p, uint32_t word) {
    bool is = cp_python_is_word(p, word);
    if (is)
        cp_python_next(p);
    return is;
}
void cp_python_want_op(python *p, uint32_t op) {
    if (!cp_python_take_op(p, op))
        p->st->failed = true;
}

bool cp_python_next_is_op(const python *p, uint32_t op) {
    uint32_t at = p->at + 1;
    return at < p->count && p->tokens[at].kind == PY_OP && p->tokens[at].op == op;
}

bool cp_python_enter(python *p) {
    p->depth++;
    if (p->depth > DEPTH_MOST)
        p->st->failed = true;
    return !p->st->failed;
}

/* ---- Lists, comprehensions, dictionaries ---------------------------------------------------------------------------------- */

/* What a list has in it that is written out. */
typedef struct gathered {
    text_value value;
    uint32_t count;
    text_value shown; /* what may only be looked at, if there is such: so may the list */
} gathered;

static void gather(python *p, gathered *g, text_value v) {
    if (cp_text_is_only_shown(p->st, v)) {
        g->shown = cp_text_join(p->st, g->shown, (text_value){.kind = TEXT_SHOWN, .is_module = v.is_module});
        v = text_data();
    }
    bool kept = (v.kind == TEXT_PLACE || v.kind == TEXT_NAME || v.kind == TEXT_NOTHING) && !v.items;
    bool like =
        !g->count || g->value.kind == v.kind || g->value.kind == TEXT_NOTHING || v.kind == TEXT_NOTHING;
    if (kept && like && g->value.kind != TEXT_DATA) {
        g->value = cp_text_join(p->st, g->value, v);
    } else {
        cp_text_decay(p->st, g->value);
        cp_text_decay(p->st, v);
        g->value = text_data();
    }
    g->count++;
}

static text_value gathered_list(python *p, gathered *g) {
    if (g->shown.kind == TEXT_SHOWN)
        return g->shown;
    return g->count ? cp_text_list_of(p->st, g->value) : text_data();
}

/* From the targets to `in`, which is the next token then. */
static void skip_to_in(python *p) {
    uint32_t open = 0;
    while (!p->st->failed && (open || !cp_python_is_word(p, PY_IN))) {
        const python_token *t = python_peek(p);
        if (t->kind == PY_END || t->kind == PY_NEWLINE)
            p->st->failed = true;
        if (t->kind == PY_OP && (t->op == '(' || t->op == '[' || t->op == '{'))
            open++;
        if (t->kind == PY_OP && (t->op == ')' || t->op == ']' || t->op == '}')) {
            p->st->failed |= !open;
            open -= open > 0;
        }
        cp_python_next(p);
    }
}

static text_value binary(python *, uint32_t least);

void cp_python_for(python *p, bool statement) {
    uint32_t targets = p->at;
    skip_to_in(p);
    cp_python_next(p);
    text_value v = statement ? cp_python_list(p) : binary(p, 1);
    uint32_t end = p->at;
    p->at = targets;
    cp_python_targets(p, cp_text_item(p->st, v));
    if (!cp_python_is_word(p, PY_IN))
        p->st->failed = true;
    p->at = end;
}

/* `for … in … if …`, behind the element that it makes. */
static void comprehension(python *p) {
    while (!p->st->failed && (cp_python_is_word(p, PY_FOR) || cp_python_is_word(p, PY_IF))) {
        if (cp_python_take_word(p, PY_FOR)) {
            cp_python_for(p, false);
        } else {
            cp_python_next(p);
            binary(p, 1);
        }
    }
}

static text_value starred(python *p) {
    if (!cp_python_take_op(p, '*'))
        return cp_python_named(p);
    cp_text_decay(p->st, binary(p, 5));
    return text_data();
}

/* Up to `close`; its opening is read. Of `(`: one without a comma is itself. */
static text_value list_display(python *p, uint32_t close) {
    gathered g = {.value = {.kind = TEXT_NOTHING}};
    if (cp_python_take_op(p, close))
        return text_data();
    if (cp_python_is_word(p, PY_YIELD)) {
        text_value v = cp_python_list(p);
        cp_python_want_op(p, close);
        return v;
    }
    text_value first = starred(p);
    if (cp_python_is_word(p, PY_FOR)) {
        comprehension(p);
        cp_python_want_op(p, close);
        gather(p, &g, first);
        return gathered_list(p, &g);
    }
    if (close == ')' && cp_python_take_op(p, ')'))
        return first;
    gather(p, &g, first);
    while (!p->st->failed && cp_python_take_op(p, ',') && !cp_python_is_op(p, close))
        gather(p, &g, starred(p));
    cp_python_want_op(p, close);
    return gathered_list(p, &g);
}

/* A dictionary or a set; its opening is read. */
static text_value braces(python *p) {
    while (!p->st->failed && !cp_python_is_op(p, '}')) {
        if (cp_python_take_op(p, PY_OP2('*', '*')) || cp_python_take_op(p, '*')) {
            cp_text_decay(p->st, binary(p, 5));
        } else {
            cp_text_decay(p->st, cp_python_named(p));
            if (cp_python_take_op(p, ':'))
                cp_text_decay(p->st, cp_python_expression(p));
        }
        comprehension(p);
        if (!cp_python_take_op(p, ','))
            break;
    }
    cp_python_want_op(p, '}');
    return text_data();
}

/* ---- Atoms ------------------------------------------------------------------------------------------------------------------- */

static bool is_op_at(const python *p, uint32_t at, uint32_t op) {
    return at < p->count && p->tokens[at].kind == PY_OP && p->tokens[at].op == op;
}

/* Texts that stand side by side are one. */
static text_value quoted(python *p) {
    cp_slice all = {NULL, 0};
    bool plain = true;
    while (!p->st->failed) {
        const python_token *t = python_peek(p);
        if (t->kind == PY_TEXT && t->text.p) {
            all = all.n ? cp_arena_concat(p->st->arena, all, t->text) : t->text;
        } else if (t->kind == PY_FORMAT) {
            plain = false;
            cp_python_next(p);
            while (!p->st->failed && python_peek(p)->kind == PY_OPEN) {
                cp_python_next(p);
                text_value v = cp_python_is_word(p, PY_YIELD) ? fail(p) : cp_python_list(p);
                if (v.kind == TEXT_SCOPE || !cp_text_may_be_shown(p->st, v))
                    fail(p);
                if (python_peek(p)->kind != PY_CLOSE)
                    fail(p);
                cp_python_next(p);
            }
            if (python_peek(p)->kind != PY_FORMAT_END)
                fail(p);
        } else if (t->kind == PY_BYTES || t->kind == PY_TEXT) {
            plain = false;
        } else {
            break;
        }
        cp_python_next(p);
    }
    return plain ? cp_text_literal(p->st, all.p ? all : CP_LIT("")) : text_data();
}

static text_value word_atom(python *p, uint32_t word) {
    cp_python_next(p);
    switch (word) {
    case PY_TRUE: return (text_value){.kind = TEXT_NUMBER, .what = 2};
    case PY_FALSE: return text_number();
    case PY_NONE: return text_data();
    default: return fail(p);
    }
}

static text_value atom(python *p) {
    const python_token *t = python_peek(p);
    switch (t->kind) {
    case PY_NAME: cp_python_next(p); return cp_text_named(p->st, t->text);
    case PY_NUMBER:
        cp_python_next(p);
        return (text_value){.kind = TEXT_NUMBER, .what = cp_slice_is(t->text, "0")};
    case PY_TEXT:
    case PY_BYTES:
    case PY_FORMAT: return quoted(p);
    case PY_WORD: return word_atom(p, t->op);
    case PY_OP: break;
    default: return fail(p);
    }
    cp_python_next(p);
    switch (t->op) {
    case '(': return list_display(p, ')');
    case '[': return list_display(p, ']');
    case '{': return braces(p);
    case PY_OP3('.', '.', '.'): return text_data();
    default: return fail(p);
    }
}

/* ---- Calls, subscripts, attributes ------------------------------------------------------------------------------------------- */

typedef struct arguments {
    text_argument *items;
    uint32_t count, cap;
} arguments;

enum { WRITTEN_MOST = 32 };

/* `['a', 'b']` from the token `at` on, or `'a'`; behind it, or `at` where it is neither. */
static uint32_t written_list(const python *p, uint32_t at, cp_slice *found, uint32_t *count) {
    bool list = is_op_at(p, at, '[');
    uint32_t i = at + list;
    while (i < p->count && p->tokens[i].kind == PY_TEXT && p->tokens[i].text.p && *count < WRITTEN_MOST) {
        found[(*count)++] = p->tokens[i++].text;
        if (!list || !is_op_at(p, i, ','))
            break;
        i++;
    }
    if (!list)
        return i;
    return i > at + 1 && is_op_at(p, i, ']') ? i + 1 : at;
}

/* A list of literals that is written out as an argument, or a dictionary whose values are such. */
static void read_written(const python *p, text_argument *a) {
    cp_slice found[WRITTEN_MOST];
    uint32_t count = 0, i = p->at;
    if (is_op_at(p, i, '{')) {
        for (i++; i + 1 < p->count && p->tokens[i].kind == PY_TEXT && is_op_at(p, i + 1, ':');) {
            uint32_t end = written_list(p, i + 2, found, &count);
            if (end == i + 2)
                return;
            i = end + is_op_at(p, end, ',');
            if (i == end)
                break;
        }
        i += is_op_at(p, i, '}') ? 1 : p->count;
    } else if (is_op_at(p, i, '[')) {
        i = written_list(p, i, found, &count);
        i = i == p->at ? p->count : i;
    } else {
        return;
    }
    if (!is_op_at(p, i, ',') && !is_op_at(p, i, ')'))
        return;
    cp_slice *kept = CP_NEW_ARRAY(p->st->arena, cp_slice, count);
    if (!kept || !cp_step(p->st->budget)) {
        p->st->failed = true;
        return;
    }
    memcpy(kept, found, count * sizeof *kept);
    a->written = kept;
    a->written_count = count;
    a->written_list = is_op_at(p, p->at, '[');
}

/* What an argument is as it is written, before it is read. */
static void look_at_argument(const python *p, text_argument *a) {
    a->function = cp_python_is_word(p, PY_LAMBDA);
    read_written(p, a);
}

/* Behind the parenthesis. */
static void read_arguments(python *p, arguments *a) {
    while (!p->st->failed && !cp_python_is_op(p, ')')) {
        text_argument one = {.value = {.kind = TEXT_NOTHING}};
        if (cp_python_take_op(p, '*') || cp_python_take_op(p, PY_OP2('*', '*'))) {
            one.spread = 1;
            one.value = cp_python_expression(p);
        } else if (python_peek(p)->kind == PY_NAME && cp_python_next_is_op(p, '=')) {
            one.keyword = python_peek(p)->text;
            cp_python_next(p);
            cp_python_next(p);
            look_at_argument(p, &one);
            one.value = cp_python_expression(p);
        } else {
            look_at_argument(p, &one);
            one.value = cp_python_named(p);
            if (cp_python_is_word(p, PY_FOR)) {
                gathered g = {.value = {.kind = TEXT_NOTHING}};
                comprehension(p);
                gather(p, &g, one.value);
                one.value = gathered_list(p, &g);
            }
        }
        if (a->count == TEXT_ARGUMENTS || !CP_PUSH(p->st->arena, a->items, a->count, a->cap, one))
            fail(p);
        if (!cp_python_take_op(p, ','))
            break;
    }
    cp_python_want_op(p, ')');
}

/* Behind the bracket. */
static text_value subscript(python *p, text_value v) {
    bool slice = false;
    text_value index = {.kind = TEXT_NOTHING};
    uint32_t count = 0;
    while (!p->st->failed && !cp_python_is_op(p, ']')) {
        if (cp_python_take_op(p, ':')) {
            slice = true;
            continue;
        }
        if (count)
            cp_text_decay(p->st, index);
        if (cp_python_take_op(p, ',')) {
            slice = false;
            cp_text_decay(p->st, v); /* no list is asked so */
            continue;
        }
        index = starred(p);
        count++;
    }
    if (!count && !slice)
        fail(p);
    cp_python_want_op(p, ']');
    return cp_text_index(p->st, v, count ? index : text_data(), slice);
}

text_value cp_python_primary(python *p, text_value *out_container) {
    text_value v = atom(p), receiver = {.kind = TEXT_NOTHING};
    cp_slice name = {NULL, 0};
    bool bound = false, subscripted = false, settable = false;
    while (!p->st->failed) {
        if (cp_python_take_op(p, '.')) {
            const python_token *t = python_peek(p);
            if (t->kind != PY_NAME)
                return fail(p);
            cp_python_next(p);
            receiver = v;
            bound = v.kind != TEXT_SCOPE;
            subscripted = false;
            settable = true;
            name = t->text;
            v = cp_text_attribute(p->st, v, t->text, cp_python_is_op(p, '('));
        } else if (cp_python_take_op(p, '(')) {
            arguments a = {0};
            read_arguments(p, &a);
            v = cp_text_call(p->st, v, bound ? &receiver : NULL, a.items, a.count);
            bound = subscripted = settable = false;
        } else if (cp_python_take_op(p, '[')) {
            if (out_container)
                *out_container = v;
            v = subscript(p, v);
            bound = settable = false;
            subscripted = true;
        } else {
            break;
        }
    }
    if (out_container && settable && cp_text_may_be_set(p->st, receiver, name))
        *out_container = text_data();
    else if (out_container && !subscripted)
        return fail(p);
    return v;
}

/* ---- Operators ---------------------------------------------------------------------------------------------------------------- */

enum { OR = 1, AND, NOT, COMPARISON, BIT_OR, BIT_XOR, BIT_AND, SHIFT, SUM, PRODUCT, SIGN, POWER };

/* How strongly the operator binds that comes next, 0 where none does; `out_words`: how many tokens it has. */
static uint32_t operator_next(const python *p, uint32_t *out_words) {
    const python_token *t = python_peek(p);
    *out_words = 1;
    if (t->kind == PY_WORD) {
        const python_token *after = &p->tokens[p->at + 1 < p->count ? p->at + 1 : p->at];
        bool is_not = after->kind == PY_WORD && after->op == PY_NOT;
        bool is_in = after->kind == PY_WORD && after->op == PY_IN;
        *out_words = (t->op == PY_IS && is_not) || (t->op == PY_NOT && is_in) ? 2 : 1;
        return t->op == PY_OR                     ? OR
               : t->op == PY_AND                  ? AND
               : t->op == PY_IN || t->op == PY_IS ? COMPARISON
               : t->op == PY_NOT && is_in         ? COMPARISON
                                                  : 0;
    }
    if (t->kind != PY_OP)
        return 0;
    switch (t->op) {
    case '<':
    case '>':
    case PY_OP2('<', '='):
    case PY_OP2('>', '='):
    case PY_OP2('=', '='):
    case PY_OP2('!', '='): return COMPARISON;
    case '|': return BIT_OR;
    case '^': return BIT_XOR;
    case '&': return BIT_AND;
    case PY_OP2('<', '<'):
    case PY_OP2('>', '>'): return SHIFT;
    case '+':
    case '-': return SUM;
    case '*':
    case '/':
    case '%':
    case PY_OP2('/', '/'): return PRODUCT;
    case PY_OP2('*', '*'): return POWER;
    default: return 0;
    }
}

static void looked_at(python *p, text_value v) {
    if (v.kind == TEXT_SCOPE)
        fail(p);
}

static text_value combined(python *p, uint32_t binds, uint32_t op, text_value a, text_value b) {
    if (binds == OR || binds == AND)
        return cp_text_join(p->st, a, b);
    if (binds == COMPARISON) {
        looked_at(p, a);
        if (op || !cp_text_has_keys(p->st, b)) /* `in` */
            looked_at(p, b);
        return text_number();
    }
    if (op == '/')
        return cp_text_divide(p->st, a, b);
    if (op == '+' && a.items && b.items && a.kind == b.kind && !a.numbered && !b.numbered)
        return cp_text_join(p->st, a, b);
    if (op == '+') {
        text_value path = cp_text_behind(p->st, a, b);
        if (path.kind != TEXT_NOTHING)
            return path;
    }
    if (a.kind == TEXT_NUMBER && b.kind == TEXT_NUMBER)
        return text_number();
    bool unknown = a.kind == TEXT_NOTHING || b.kind == TEXT_NOTHING;
    if (unknown && !p->st->last)
        return text_nothing();
    cp_text_decay(p->st, a);
    cp_text_decay(p->st, b);
    return unknown ? text_nothing() : text_data();
}

static text_value prefix(python *p) {
    if (cp_python_take_word(p, PY_NOT)) {
        looked_at(p, binary(p, NOT));
        return text_number();
    }
    if (cp_python_take_op(p, '-') || cp_python_take_op(p, '+') || cp_python_take_op(p, '~')) {
        text_value v = binary(p, SIGN);
        if (v.kind == TEXT_NUMBER)
            return text_number();
        return cp_text_decay(p->st, v);
    }
    return cp_python_primary(p, NULL);
}

static text_value binary(python *p, uint32_t least) {
    text_value left = {.kind = TEXT_NOTHING};
    if (cp_python_enter(p)) {
        left = prefix(p);
        uint32_t count, binds;
        while (!p->st->failed && (binds = operator_next(p, &count)) && binds >= least) {
            uint32_t op = python_peek(p)->kind == PY_OP ? python_peek(p)->op : 0;
            for (; count; count--)
                cp_python_next(p);
            left = combined(p, binds, op, left, binary(p, binds == POWER ? SIGN : binds + 1));
        }
    }
    p->depth--;
    return left;
}

text_value cp_python_changed(python *p, uint32_t op, text_value a, text_value b) {
    text_value made = combined(p, SUM, op, a, b);
    if (a.items)
        cp_text_decay(p->st, a); /* the list itself is changed, whoever has it */
    return made;
}

static text_value lambda(python *p) {
    text_function f = {.count = 0};
    cp_python_parameters(p, ':', &f);
    for (uint32_t i = 0; i < f.count; i++)
        cp_text_bind(p->st, f.parameters[i], text_data());
    cp_text_decay(p->st, cp_python_expression(p));
    return text_data();
}

text_value cp_python_expression(python *p) {
    text_value v = {.kind = TEXT_NOTHING};
    if (cp_python_enter(p)) {
        if (cp_python_take_word(p, PY_LAMBDA)) {
            v = lambda(p);
        } else {
            v = binary(p, OR);
            if (cp_python_take_word(p, PY_IF)) {
                looked_at(p, binary(p, OR));
                if (!cp_python_take_word(p, PY_ELSE))
                    fail(p);
                v = cp_text_join(p->st, v, cp_python_expression(p));
            }
        }
    }
    p->depth--;
    return v;
}

text_value cp_python_named(python *p) {
    const python_token *t = python_peek(p);
    if (t->kind != PY_NAME || !cp_python_next_is_op(p, PY_OP2(':', '=')))
        return cp_python_expression(p);
    cp_python_next(p);
    cp_python_next(p);
    text_value v = cp_python_expression(p);
    if (v.kind == TEXT_SHOWN)
        fail(p); /* what may only be shown has no second name where it is shown */
    cp_text_bind(p->st, t->text, v);
    return v;
}

text_value cp_python_list(python *p) {
    if (cp_python_take_word(p, PY_YIELD)) {
        cp_python_take_word(p, PY_FROM);
        const python_token *t = python_peek(p);
        if (t->kind != PY_NEWLINE && !cp_python_is_op(p, ')') && !cp_python_is_op(p, ';'))
            cp_text_decay(p->st, cp_python_list(p));
        return text_data();
    }
    text_value first = starred(p);
    if (!cp_python_is_op(p, ','))
        return first;
    gathered g = {.value = {.kind = TEXT_NOTHING}};
    gather(p, &g, first);
    while (!p->st->failed && cp_python_take_op(p, ',')) {
        const python_token *t = python_peek(p);
        if (t->kind == PY_NEWLINE || t->kind == PY_CLOSE ||
            (t->kind == PY_OP && (t->op == '=' || t->op == ':' || t->op == ';' || t->op == ')')))
            break;
        gather(p, &g, starred(p));
    }
    return gathered_list(p, &g);
}
