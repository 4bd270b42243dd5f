/* Expressions of JavaScript: what the value of each may be. Names and calls are those of javascript_names.c, _values.c and _calls.c; this
 * knows only the grammar. Cost: linear; what is nested deeper than DEPTH_MOST isn't understood. */
#include "commands/texts/javascript.h"

enum { DEPTH_MOST = 120 };

/* What an assignment may be to. */
typedef struct place {
    enum { NO_PLACE, NAME_PLACE, PROPERTY_PLACE, ELEMENT_PLACE } kind;
    cp_slice name;
    text_value of, key;
} place;

static text_value fail(js *p) {
    return cp_text_fail(p->st);
}

void cp_js_next(js *p) {
    if (!cp_step(p->st->budget))
        p->st->failed = true;
    p->at += p->at + 1 < p->count;
}
bool cp_js_take_op(js *p, uint32_t op) {
    bool is = js_is_op(p, op);
    if (is)
        cp_js_next(p);
    return is;
}
bool cp_js_take_word(js *p, uint32_t word) {
    bool is = js_is_word(p, word);
    if (is)
        cp_js_next(p);
    return is;
}
void cp_js_want_op(js *p, uint32_t op) {
    if (!cp_js_take_op(p, op))
        p->st->failed = true;
}

bool cp_js_enter(js *p) {
    p->depth++;
    if (p->depth > DEPTH_MOST)
        p->st->failed = true;
    return !p->st->failed;
}

static bool is_simple_name(const js_token *t) {
    return t->kind == JS_NAME;
}

/* The token behind the bracket that opens here. */
static const js_token *behind_match(const js *p) {
    uint32_t i = js_peek(p)->match + 1;
    return &p->tokens[i < p->count ? i : p->count - 1];
}

/* ---- Patterns: what gets a value ------------------------------------------------------------------------------------------------- */

static void assign_to(js *p, const place *to, text_value v) {
    switch (to->kind) {
    case NAME_PLACE: cp_js_bind(p, to->name, v, JS_ASSIGNS); break;
    case PROPERTY_PLACE: cp_js_put(p->st, to->of, to->name, v); break;
    case ELEMENT_PLACE: cp_js_put_at(p->st, to->of, to->key, v); break;
    default: fail(p);
    }
}

static text_value postfix(js *, place *out);

static void target(js *p, text_value v, js_declares how) {
    if (cp_js_enter(p)) {
        if (js_is_op(p, '[') || js_is_op(p, '{')) {
            cp_js_pattern(p, v, how);
        } else if (how == JS_ASSIGNS) {
            place to = {.kind = NO_PLACE};
            postfix(p, &to);
            assign_to(p, &to, v);
        } else if (!is_simple_name(js_peek(p))) {
            fail(p);
        } else {
            cp_slice name = js_peek(p)->text;
            cp_js_next(p);
            cp_js_bind(p, name, v, how);
        }
    }
    p->depth--;
}

/* `= VALUE`, where that is there, is another that it may get: so it gets both. */
static void target_with_default(js *p, text_value v, js_declares how) {
    uint32_t start = p->at;
    target(p, v, how);
    if (!p->st->failed && cp_js_take_op(p, '=')) {
        text_value other = cp_js_expression(p);
        uint32_t end = p->at;
        p->at = start;
        target(p, other, how);
        p->at = end;
    }
}

static void list_pattern(js *p, text_value v, js_declares how) {
    while (!p->st->failed && !js_is_op(p, ']')) {
        if (cp_js_take_op(p, ','))
            continue;
        if (cp_js_take_op(p, JS_OP3('.', '.', '.'))) {
            uint32_t at = p->at;
            text_value rest = cp_js_list(p->st, at);
            cp_js_put_item(p->st, rest, cp_js_item(p->st, v));
            target(p, rest, how);
        } else {
            target_with_default(p, cp_js_item(p->st, v), how);
        }
        if (!cp_js_take_op(p, ','))
            break;
    }
    cp_js_want_op(p, ']');
}

/* What is left of an object. */
static text_value rest_of(js *p, text_value v) {
    if (v.kind == TEXT_SCOPE || v.kind == TEXT_MEMBER)
        return fail(p);
    v = cp_text_decay(p->st, v.kind == TEXT_LIST ? cp_js_item(p->st, v) : v);
    return js_data(cp_js_level(p->st, v) == TEXT_ANY || p->st->mixed ? TEXT_ANY : TEXT_TREE);
}

static bool is_key(const js_token *t) {
    return t->kind == JS_NAME || t->kind == JS_WORD || (t->kind == JS_TEXT && t->text.p);
}

static void object_pattern(js *p, text_value v, js_declares how) {
    while (!p->st->failed && !js_is_op(p, '}')) {
        const js_token *t = js_peek(p);
        if (cp_js_take_op(p, JS_OP3('.', '.', '.'))) {
            target(p, rest_of(p, v), how);
        } else if (cp_js_take_op(p, '[')) {
            text_value key = cp_js_expression(p);
            cp_js_want_op(p, ']');
            cp_js_want_op(p, ':');
            target_with_default(p, cp_js_element(p->st, v, key), how);
        } else if (is_key(t)) {
            bool named = js_after(p)->kind == JS_OP && js_after(p)->op == ':';
            text_value found = cp_js_property(p->st, v, t->text);
            if (named) {
                cp_js_next(p);
                cp_js_next(p);
            } else if (!is_simple_name(t)) {
                fail(p);
            }
            target_with_default(p, found, how);
        } else {
            fail(p);
        }
        if (!cp_js_take_op(p, ','))
            break;
    }
    cp_js_want_op(p, '}');
}

void cp_js_pattern(js *p, text_value v, js_declares how) {
    if (cp_js_take_op(p, '['))
        list_pattern(p, v, how);
    else if (cp_js_take_op(p, '{'))
        object_pattern(p, v, how);
    else
        target(p, v, how);
}

/* ---- Functions --------------------------------------------------------------------------------------------------------------- */

static uint32_t function_at(js *p, uint32_t at) {
    text_state *st = p->st;
    for (uint32_t i = 0; i < st->function_count && cp_step(st->budget); i++)
        if (st->functions[i].at == at)
            return i;
    text_function made = {.at = at};
    if (st->function_count >= TEXT_NAMES ||
        !CP_PUSH(st->arena, st->functions, st->function_count, st->function_cap, made))
        fail(p);
    st->changed = true;
    return st->function_count ? st->function_count - 1 : 0;
}

static text_value given(const js *p, uint32_t function, uint32_t index) {
    return function < p->st->function_count
               ? p->st->functions[function].given[index < TEXT_PARAMETERS ? index : TEXT_PARAMETERS - 1]
               : text_nothing();
}

static void parameters(js *p, uint32_t function) {
    for (uint32_t i = 0; !p->st->failed && !js_is_op(p, ')'); i++) {
        if (cp_js_take_op(p, JS_OP3('.', '.', '.'))) {
            text_value rest = cp_js_list(p->st, p->at);
            for (uint32_t k = i < TEXT_PARAMETERS ? i : TEXT_PARAMETERS - 1;
                 k < TEXT_PARAMETERS && !p->st->failed; k++)
                cp_js_put_item(p->st, rest, given(p, function, k));
            target(p, rest, JS_DECLARES);
            break;
        }
        target_with_default(p, given(p, function, i), JS_DECLARES);
        if (!cp_js_take_op(p, ','))
            break;
    }
    cp_js_want_op(p, ')');
}

void cp_js_returns(js *p, text_value v) {
    text_state *st = p->st;
    uint32_t f = p->function - 1;
    if (!p->function || f >= st->function_count) {
        fail(p);
        return;
    }
    if (st->functions[f].let_go || st->functions[f].others)
        v = cp_text_decay(st, v);
    text_value old = st->functions[f].returns, made = cp_text_join(st, old, v);
    if (!st->failed && !cp_text_same_value(old, made)) {
        st->functions[f].returns = made;
        st->changed = true;
    }
}

/* In the scope of its parameters, at its body. */
static void body(js *p, uint32_t function, bool async, bool arrow) {
    uint32_t outer = p->function;
    bool was = p->async;
    p->function = function + 1;
    p->async = async;
    if (function < p->st->function_count)
        p->st->functions[function].others = async;
    if (js_is_op(p, '{')) {
        if (cp_js_open_scope(p, p->at, true)) {
            cp_js_next(p);
            cp_js_block(p);
        }
        cp_js_close_scope(p);
    } else if (arrow) {
        cp_js_returns(p, cp_js_expression(p));
    } else {
        fail(p);
    }
    p->function = outer;
    p->async = was;
}

text_value cp_js_function(js *p, uint32_t at, bool async, cp_slice name) {
    uint32_t function = function_at(p, at);
    text_value v = {.kind = TEXT_DEFINED, .what = function};
    if (cp_js_open_scope(p, at, false) && cp_js_enter(p)) {
        if (name.n)
            cp_js_bind(p, name, v, JS_DECLARES);
        uint32_t inner = p->at;
        if (cp_js_open_scope(p, inner, false)) {
            cp_js_want_op(p, '(');
            parameters(p, function);
            body(p, function, async, false);
        }
        cp_js_close_scope(p);
        p->depth--;
    }
    cp_js_close_scope(p);
    return v;
}

text_value cp_js_arrow(js *p, uint32_t at, bool async) {
    uint32_t function = function_at(p, at);
    if (cp_js_open_scope(p, at, false) && cp_js_enter(p)) {
        if (cp_js_take_op(p, '('))
            parameters(p, function);
        else
            target(p, given(p, function, 0), JS_DECLARES);
        if (js_peek(p)->newline)
            fail(p);
        cp_js_want_op(p, JS_OP2('=', '>'));
        body(p, function, async, true);
        p->depth--;
    }
    cp_js_close_scope(p);
    return (text_value){.kind = TEXT_DEFINED, .what = function};
}

static bool is_arrow(const js *p) {
    const js_token *t = js_peek(p);
    const js_token *next = t->kind == JS_NAME ? js_after(p) : js_is_op(p, '(') ? behind_match(p) : t;
    return next->kind == JS_OP && next->op == JS_OP2('=', '>');
}

/* ---- Lists, objects, templates ------------------------------------------------------------------------------------------------ */

static text_value list_literal(js *p) {
    text_value list = cp_js_list(p->st, p->at);
    cp_js_next(p);
    while (!p->st->failed && !js_is_op(p, ']')) {
        bool spread = cp_js_take_op(p, JS_OP3('.', '.', '.'));
        text_value v = cp_js_expression(p);
        cp_js_put_item(p->st, list, spread ? cp_js_item(p->st, v) : v);
        if (!cp_js_take_op(p, ','))
            break;
    }
    cp_js_want_op(p, ']');
    return list;
}

/* Is this a name whose value may be called, or is looked at, by others? */
static void hold_property(js *p, cp_slice name, text_value v) {
    form f = cp_text_form(p->st, cp_text_find(p->st, CP_LIT("."), name));
    if (f.use == FORM_NEVER || cp_text_is_dunder(name) ||
        (f.use != FORM_UNKNOWN && cp_js_level(p->st, v) < TEXT_TREE))
        fail(p);
}

static text_value property_value(js *p, const js_token *t, bool async) {
    if (js_is_op(p, '('))
        return cp_js_function(p, p->at, async, (cp_slice){NULL, 0});
    if (async)
        return fail(p);
    if (cp_js_take_op(p, ':'))
        return cp_js_expression(p);
    if (t->kind != JS_NAME || cp_slice_is(t->text, "async"))
        return fail(p);
    return cp_js_constant(p->st, cp_js_named(p, t->text));
}

static text_value object_literal(js *p) {
    uint8_t level = TEXT_TREE;
    cp_js_want_op(p, '{');
    while (!p->st->failed && !js_is_op(p, '}')) {
        text_value v;
        bool async = js_is_name(p, "async") && is_key(js_after(p)) && !js_after(p)->newline;
        if (async)
            cp_js_next(p);
        const js_token *t = js_peek(p);
        if (cp_js_take_op(p, JS_OP3('.', '.', '.'))) {
            v = cp_js_expression(p);
            if (v.kind == TEXT_SCOPE || v.kind == TEXT_MEMBER)
                fail(p);
            v = cp_js_item(p->st, v);
        } else if (cp_js_take_op(p, '[')) {
            text_value key = cp_js_looked_at(p->st, cp_js_expression(p));
            cp_js_want_op(p, ']');
            cp_js_want_op(p, ':');
            v = cp_js_expression(p);
            if (cp_text_is_literal(key)) {
                for (const text_place *k = key.places; k; k = k->next)
                    hold_property(p, k->path, v);
            } else if (key.kind != TEXT_NUMBER && cp_js_level(p->st, v) < TEXT_TREE) {
                fail(p);
            }
        } else if (is_key(t) || t->kind == JS_NUMBER) {
            cp_js_next(p);
            v = property_value(p, t, async);
            if (t->kind != JS_NUMBER)
                hold_property(p, t->text, v);
        } else {
            v = fail(p);
        }
        v = cp_text_decay(p->st, v);
        if (v.kind == TEXT_DATA && v.level < TEXT_TREE)
            level = TEXT_ANY;
        if (!cp_js_take_op(p, ','))
            break;
    }
    cp_js_want_op(p, '}');
    return js_data(level);
}

static text_value template(js *p) {
    text_value all = text_nothing();
    bool begun = false;
    cp_js_next(p);
    while (!p->st->failed && js_peek(p)->kind != JS_TEMPLATE_END) {
        const js_token *t = js_peek(p);
        text_value v;
        cp_js_next(p);
        if (t->kind == JS_OPEN) {
            v = cp_js_looked_at(p->st, cp_js_expressions(p));
            if (v.kind == TEXT_NUMBER)
                v = js_data(TEXT_PLAIN);
            if (js_peek(p)->kind != JS_CLOSE)
                fail(p);
            cp_js_next(p);
        } else if (t->kind == JS_PIECE) {
            v = t->text.p ? cp_text_literal(p->st, t->text) : js_data(TEXT_PLAIN);
        } else {
            v = fail(p);
        }
        all = begun ? cp_js_plus(p->st, all, v) : v;
        begun = true;
    }
    cp_js_next(p);
    return all;
}

/* ---- Calls, properties ---------------------------------------------------------------------------------------------------------- */

typedef struct arguments {
    text_argument *items;
    uint32_t count, cap;
} arguments;

static void add_argument(js *p, arguments *a, text_argument one) {
    if (a->count == TEXT_ARGUMENTS || !CP_PUSH(p->st->arena, a->items, a->count, a->cap, one))
        fail(p);
}

/* `{encoding: 'utf8'}`, for who takes options by their names. */
static void options(js *p, arguments *a) {
    cp_js_want_op(p, '{');
    while (!p->st->failed && !js_is_op(p, '}')) {
        text_argument one = {.keyword = js_peek(p)->text};
        if (!is_key(js_peek(p)))
            fail(p);
        cp_js_next(p);
        cp_js_want_op(p, ':');
        one.value = cp_js_expression(p);
        add_argument(p, a, one);
        if (!cp_js_take_op(p, ','))
            break;
    }
    cp_js_want_op(p, '}');
}

static void read_arguments(js *p, arguments *a, bool by_name) {
    cp_js_want_op(p, '(');
    while (!p->st->failed && !js_is_op(p, ')')) {
        if (by_name && js_is_op(p, '{')) {
            options(p, a);
        } else {
            bool spread = cp_js_take_op(p, JS_OP3('.', '.', '.'));
            add_argument(p, a, (text_argument){.spread = spread, .value = cp_js_expression(p)});
        }
        if (!cp_js_take_op(p, ','))
            break;
    }
    cp_js_want_op(p, ')');
}

static text_value primary(js *p);

/* Behind `new`. */
static text_value construct(js *p) {
    uint32_t at = p->at;
    if (js_peek(p)->kind != JS_NAME)
        return fail(p);
    text_value v = primary(p);
    while (!p->st->failed && cp_js_take_op(p, '.')) {
        v = cp_js_property(p->st, v, js_peek(p)->text);
        cp_js_next(p);
    }
    if (v.kind == TEXT_NOTHING && !p->st->last) {
        arguments none = {0};
        if (js_is_op(p, '('))
            read_arguments(p, &none, false);
        return v;
    }
    if (v.kind != TEXT_SCOPE && v.kind != TEXT_MEMBER)
        return fail(p);
    text_value made = cp_text_member(p->st, v, CP_LIT("new"));
    arguments a = {0};
    if (js_is_op(p, '('))
        read_arguments(p, &a, cp_js_takes_options(p->st, made));
    else if (js_is_op(p, '[') || js_is_op(p, JS_OP2('?', '.')) || js_peek(p)->kind == JS_TEMPLATE)
        return fail(p); /* that would belong to what is made */
    if (made.kind != TEXT_MEMBER)
        return fail(p);
    return cp_js_call(p->st, at, made, a.items, a.count);
}

static text_value word_atom(js *p, uint32_t word) {
    uint32_t at = p->at;
    cp_js_next(p);
    switch (word) {
    case JS_TRUE: return (text_value){.kind = TEXT_NUMBER, .what = 2};
    case JS_FALSE: return text_number();
    case JS_NULL: return js_data(TEXT_PLAIN);
    case JS_NEW: return construct(p);
    case JS_FUNCTION: {
        cp_slice name = {NULL, 0};
        if (js_peek(p)->kind == JS_NAME) {
            name = js_peek(p)->text;
            cp_js_next(p);
        }
        return cp_js_function(p, at, false, name);
    }
    default: return fail(p);
    }
}

/* `async function`; what else begins with it is no operand. */
static text_value async_atom(js *p) {
    uint32_t at = p->at;
    cp_js_next(p);
    if (js_peek(p)->newline || !cp_js_take_word(p, JS_FUNCTION))
        return fail(p);
    cp_slice name = {NULL, 0};
    if (js_peek(p)->kind == JS_NAME) {
        name = js_peek(p)->text;
        cp_js_next(p);
    }
    return cp_js_function(p, at, true, name);
}

/* At `async` of an arrow function? */
static bool is_async_arrow(js *p) {
    uint32_t at = p->at;
    if (!js_is_name(p, "async") || js_after(p)->newline || js_after(p)->kind == JS_WORD)
        return false;
    p->at++;
    bool is = is_arrow(p);
    p->at = at;
    return is;
}

static text_value primary(js *p) {
    const js_token *t = js_peek(p);
    switch (t->kind) {
    case JS_NAME:
        if (cp_slice_is(t->text, "async"))
            return async_atom(p);
        cp_js_next(p);
        return cp_js_constant(p->st, cp_js_named(p, t->text));
    case JS_NUMBER:
        cp_js_next(p);
        return (text_value){.kind = TEXT_NUMBER, .what = cp_slice_is(t->text, "0")};
    case JS_TEXT: cp_js_next(p); return t->text.p ? cp_text_literal(p->st, t->text) : js_data(TEXT_PLAIN);
    case JS_REGEX: cp_js_next(p); return js_data(TEXT_ANY);
    case JS_TEMPLATE: return template(p);
    case JS_WORD: return word_atom(p, t->op);
    case JS_OP: break;
    default: return fail(p);
    }
    if (t->op == '[')
        return list_literal(p);
    if (t->op == '{')
        return object_literal(p);
    if (t->op != '(')
        return fail(p);
    cp_js_next(p);
    text_value v = cp_js_expressions(p);
    cp_js_want_op(p, ')');
    return v;
}

static text_value call(js *p, text_value v, const place *from) {
    arguments a = {0};
    uint32_t at = p->at;
    text_state *st = p->st;
    bool method = from->kind == PROPERTY_PLACE,
         scope = from->of.kind == TEXT_SCOPE || from->of.kind == TEXT_MEMBER;
    text_value named = v;
    if (method && !scope) {
        uint32_t member = cp_text_find(st, CP_LIT("."), from->name);
        named = (text_value){.kind = member ? TEXT_MEMBER : TEXT_NOTHING, .what = member};
    }
    read_arguments(p, &a, cp_js_takes_options(st, named));
    if (st->failed)
        return text_nothing();
    return method ? cp_js_method(st, at, from->of, from->name, a.items, a.count)
                  : cp_js_call(st, at, v, a.items, a.count);
}

static text_value postfix(js *p, place *out) {
    const js_token *first = js_peek(p);
    text_value v = primary(p);
    place at = {.kind = NO_PLACE};
    if (first->kind == JS_NAME && p->at > 0 && &p->tokens[p->at - 1] == first)
        at = (place){.kind = NAME_PLACE, .name = first->text};
    while (!p->st->failed) {
        bool optional = cp_js_take_op(p, JS_OP2('?', '.'));
        if (js_is_op(p, '(')) {
            v = call(p, v, &at);
            at.kind = NO_PLACE;
        } else if (js_is_op(p, '[')) {
            cp_js_next(p);
            text_value of = v, key = cp_js_expressions(p);
            cp_js_want_op(p, ']');
            v = cp_js_element(p->st, of, key);
            at = (place){.kind = ELEMENT_PLACE, .of = of, .key = key};
        } else if (optional || cp_js_take_op(p, '.')) {
            const js_token *t = js_peek(p);
            if (t->kind != JS_NAME)
                return fail(p);
            cp_js_next(p);
            at = (place){.kind = PROPERTY_PLACE, .of = v, .name = t->text};
            bool listed = v.kind == TEXT_SCOPE || v.kind == TEXT_MEMBER;
            bool maybe =
                js_is_op(p, JS_OP2('?', '.')) && js_after(p)->kind == JS_OP && js_after(p)->op == '(';
            if ((js_is_op(p, '(') || maybe) && !listed)
                v = text_nothing(); /* it is called, and only that */
            else if (!js_is_op(p, '='))
                v = cp_js_property(p->st, v, t->text);
        } else if (js_peek(p)->kind == JS_TEMPLATE) {
            return fail(p); /* calls what stands before it */
        } else {
            break;
        }
    }
    *out = at;
    return v;
}

/* ---- Operators ---------------------------------------------------------------------------------------------------------------- */

enum { NULLISH = 1, OR, AND, BIT_OR, BIT_XOR, BIT_AND, EQUALITY, RELATION, SHIFT, SUM, PRODUCT, POWER };

/* How strongly the operator binds that comes next, 0 where none does. */
static uint32_t operator_next(const js *p, bool in) {
    const js_token *t = js_peek(p);
    if (t->kind == JS_WORD)
        return t->op == JS_INSTANCEOF || (t->op == JS_IN && in) ? RELATION : 0;
    if (t->kind != JS_OP)
        return 0;
    switch (t->op) {
    case JS_OP2('?', '?'): return NULLISH;
    case JS_OP2('|', '|'): return OR;
    case JS_OP2('&', '&'): return AND;
    case '|': return BIT_OR;
    case '^': return BIT_XOR;
    case '&': return BIT_AND;
    case JS_OP2('=', '='):
    case JS_OP2('!', '='):
    case JS_OP3('=', '=', '='):
    case JS_OP3('!', '=', '='): return EQUALITY;
    case '<':
    case '>':
    case JS_OP2('<', '='):
    case JS_OP2('>', '='): return RELATION;
    case JS_OP2('<', '<'):
    case JS_OP2('>', '>'):
    case JS_OP3('>', '>', '>'): return SHIFT;
    case '+':
    case '-': return SUM;
    case '*':
    case '/':
    case '%': return PRODUCT;
    case JS_OP2('*', '*'): return POWER;
    default: return 0;
    }
}

static text_value combined(js *p, uint32_t binds, uint32_t op, text_value a, text_value b) {
    if (binds <= AND)
        return cp_text_join(p->st, a, b);
    if (op == '+')
        return cp_js_plus(p->st, a, b);
    if (binds == RELATION && (b.kind == TEXT_SCOPE || b.kind == TEXT_MEMBER)) {
        cp_js_looked_at(p->st, a); /* x instanceof Date */
        return text_number();
    }
    cp_js_looked_at(p->st, a);
    cp_js_looked_at(p->st, b);
    return text_number();
}

static text_value unary(js *p, place *out);

static text_value unary_operand(js *p) {
    place none;
    text_value v = unary(p, &none);
    return cp_js_looked_at(p->st, v);
}

/* ++x, x++ */
static text_value stepped(js *p, const place *to, text_value v) {
    cp_js_looked_at(p->st, v);
    assign_to(p, to, text_number());
    return text_number();
}

static text_value type_of(js *p) {
    const js_token *t = js_peek(p), *next = js_after(p);
    bool alone = t->kind == JS_NAME &&
                 !(next->kind == JS_OP && (next->op == '.' || next->op == '(' || next->op == '[' ||
                                           next->op == JS_OP2('?', '.') || next->op == JS_OP2('=', '>'))) &&
                 next->kind != JS_TEMPLATE;
    if (alone && !cp_slice_is(t->text, "async"))
        cp_js_next(p); /* whatever it is */
    else
        unary_operand(p);
    return js_data(TEXT_PLAIN);
}

static text_value deleted(js *p) {
    place of = {.kind = NO_PLACE};
    postfix(p, &of);
    if (of.kind != PROPERTY_PLACE && of.kind != ELEMENT_PLACE)
        return fail(p);
    if ((of.of.kind != TEXT_DATA || of.of.level != TEXT_TREE) && (of.of.kind != TEXT_NOTHING || p->st->last))
        return fail(p);
    return text_number();
}

static text_value unary(js *p, place *out) {
    text_value v = {.kind = TEXT_NOTHING};
    out->kind = NO_PLACE;
    if (!cp_js_enter(p)) {
        p->depth--;
        return v;
    }
    if (cp_js_take_op(p, '!')) {
        unary_operand(p);
        v = text_number();
    } else if (cp_js_take_op(p, '-') || cp_js_take_op(p, '+') || cp_js_take_op(p, '~')) {
        unary_operand(p);
        v = text_number();
    } else if (cp_js_take_op(p, JS_OP2('+', '+')) || cp_js_take_op(p, JS_OP2('-', '-'))) {
        place to = {.kind = NO_PLACE};
        v = postfix(p, &to);
        v = stepped(p, &to, v);
    } else if (cp_js_take_word(p, JS_TYPEOF)) {
        v = type_of(p);
    } else if (cp_js_take_word(p, JS_VOID)) {
        unary_operand(p);
        v = js_data(TEXT_PLAIN);
    } else if (cp_js_take_word(p, JS_DELETE)) {
        v = deleted(p);
    } else if (cp_js_take_word(p, JS_AWAIT)) {
        if ((p->function && !p->async) || js_peek(p)->kind == JS_REGEX)
            fail(p); /* where it is a name, that is a division */
        v = unary_operand(p);
        if (v.kind == TEXT_DATA && v.level < TEXT_TREE)
            v.level = TEXT_ANY;
    } else {
        v = postfix(p, out);
        bool step = js_is_op(p, JS_OP2('+', '+')) || js_is_op(p, JS_OP2('-', '-'));
        if (step && !js_peek(p)->newline) {
            cp_js_next(p);
            v = stepped(p, out, v);
            out->kind = NO_PLACE;
        }
    }
    p->depth--;
    return v;
}

static text_value binary(js *p, uint32_t least, place *out) {
    text_value left = {.kind = TEXT_NOTHING};
    if (cp_js_enter(p)) {
        left = unary(p, out);
        uint32_t binds;
        while (!p->st->failed && (binds = operator_next(p, !p->no_in)) && binds >= least) {
            uint32_t op = js_peek(p)->kind == JS_OP ? js_peek(p)->op : 0;
            place none;
            cp_js_next(p);
            left = combined(p, binds, op, left, binary(p, binds == POWER ? POWER : binds + 1, &none));
            out->kind = NO_PLACE;
        }
    }
    p->depth--;
    return left;
}

static text_value conditional(js *p, place *out) {
    text_value v = binary(p, NULLISH, out);
    if (!p->st->failed && cp_js_take_op(p, '?')) {
        cp_js_looked_at(p->st, v);
        bool was = p->no_in;
        p->no_in = false;
        v = cp_js_expression(p);
        p->no_in = was;
        cp_js_want_op(p, ':');
        v = cp_text_join(p->st, v, cp_js_expression(p));
        out->kind = NO_PLACE;
    }
    return v;
}

static bool is_assignment(const js_token *t) {
    if (t->kind != JS_OP)
        return false;
    switch (t->op) {
    case '=':
    case JS_OP2('+', '='):
    case JS_OP2('-', '='):
    case JS_OP2('*', '='):
    case JS_OP2('/', '='):
    case JS_OP2('%', '='):
    case JS_OP2('&', '='):
    case JS_OP2('|', '='):
    case JS_OP2('^', '='):
    case JS_OP3('*', '*', '='):
    case JS_OP3('<', '<', '='):
    case JS_OP3('>', '>', '='):
    case JS_OP4('>', '>', '>', '='):
    case JS_OP3('&', '&', '='):
    case JS_OP3('|', '|', '='):
    case JS_OP3('?', '?', '='): return true;
    default: return false;
    }
}

static text_value assigned(js *p, const place *to, text_value old) {
    uint32_t op = js_peek(p)->op;
    cp_js_next(p);
    text_value v = cp_js_expression(p);
    switch (op) {
    case '=': break;
    case JS_OP2('+', '='): v = cp_js_plus(p->st, old, v); break;
    case JS_OP3('&', '&', '='):
    case JS_OP3('|', '|', '='):
    case JS_OP3('?', '?', '='): assign_to(p, to, v); return cp_text_join(p->st, old, v);
    default:
        cp_js_looked_at(p->st, old);
        cp_js_looked_at(p->st, v);
        v = text_number();
    }
    assign_to(p, to, v);
    return v;
}

text_value cp_js_expression(js *p) {
    text_value v = {.kind = TEXT_NOTHING};
    if (cp_js_enter(p)) {
        const js_token *behind = js_is_op(p, '[') || js_is_op(p, '{') ? behind_match(p) : NULL;
        if (is_async_arrow(p)) {
            uint32_t at = p->at;
            cp_js_next(p);
            v = cp_js_arrow(p, at, true);
        } else if (is_arrow(p) && !js_is_name(p, "async")) {
            v = cp_js_arrow(p, p->at, false);
        } else if (behind && behind->kind == JS_OP && behind->op == '=') {
            uint32_t start = p->at;
            p->at = js_peek(p)->match + 1;
            cp_js_next(p);
            v = cp_js_expression(p);
            uint32_t end = p->at;
            p->at = start;
            cp_js_pattern(p, v, JS_ASSIGNS);
            p->at = end;
        } else {
            place to = {.kind = NO_PLACE};
            v = conditional(p, &to);
            if (!p->st->failed && is_assignment(js_peek(p)))
                v = assigned(p, &to, v);
        }
    }
    p->depth--;
    return v;
}

text_value cp_js_expressions(js *p) {
    bool was = p->no_in;
    p->no_in = false;
    text_value v = cp_js_expression(p);
    while (!p->st->failed && cp_js_take_op(p, ',')) {
        cp_js_looked_at(p->st, v);
        v = cp_js_expression(p);
    }
    p->no_in = was;
    return v;
}
