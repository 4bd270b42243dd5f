/* Statements of JavaScript. Where a line's end ends a statement is as the language has it, and what isn't clear is refused. Classes,
 * generators, labels, `with` and exports are not understood. Cost: linear. */
#include "commands/texts/javascript.h"

enum { SCRIPT_SCOPE = 0xffffff }; /* no token's number */

static void fail(js *p) {
    p->st->failed = true;
}

static void statement(js *p);

static void end_statement(js *p) {
    const js_token *t = js_peek(p);
    if (cp_js_take_op(p, ';'))
        return;
    if ((!t->newline && t->kind != JS_END && !js_is_op(p, '}')) || t->kind == JS_REGEX)
        fail(p); /* (a pattern may be a division) */
}

static void condition(js *p) {
    cp_js_want_op(p, '(');
    cp_js_looked_at(p->st, cp_js_expressions(p));
    cp_js_want_op(p, ')');
}

void cp_js_block(js *p) {
    while (!p->st->failed && !js_is_op(p, '}')) {
        if (js_peek(p)->kind == JS_END)
            fail(p);
        statement(p);
    }
    cp_js_want_op(p, '}');
}

static void block(js *p) {
    if (cp_js_open_scope(p, p->at, false)) {
        cp_js_want_op(p, '{');
        cp_js_block(p);
    }
    cp_js_close_scope(p);
}

/* ---- Declarations, imports ---------------------------------------------------------------------------------------------------- */

static js_declares declares(uint32_t word) {
    return word == JS_VAR ? JS_DECLARES_VAR : JS_DECLARES;
}

/* Behind a name or a pattern. */
static void skip_pattern(js *p) {
    if (js_is_op(p, '[') || js_is_op(p, '{'))
        p->at = js_peek(p)->match;
    else if (js_peek(p)->kind != JS_NAME)
        fail(p);
    cp_js_next(p);
}

static void declaration(js *p, js_declares how) {
    do {
        uint32_t start = p->at;
        text_value v = {.kind = TEXT_NOTHING};
        skip_pattern(p);
        if (!p->st->failed && cp_js_take_op(p, '='))
            v = cp_js_expression(p);
        uint32_t end = p->at;
        p->at = start;
        cp_js_pattern(p, v, how);
        p->at = end;
    } while (!p->st->failed && cp_js_take_op(p, ','));
}

static bool takes_name(js *p, const char *name) {
    bool is = js_is_name(p, name);
    if (is)
        cp_js_next(p);
    return is;
}

static void imported_names(js *p, text_value module) {
    while (!p->st->failed && !js_is_op(p, '}')) {
        const js_token *t = js_peek(p);
        if (t->kind != JS_NAME && !js_is_word(p, JS_DEFAULT))
            fail(p);
        cp_js_next(p);
        text_value v = t->kind == JS_WORD ? module : cp_js_property(p->st, module, t->text);
        if (takes_name(p, "as")) {
            t = js_peek(p);
            cp_js_next(p);
        }
        if (t->kind != JS_NAME)
            fail(p);
        cp_js_bind(p, t->text, v, JS_DECLARES);
        if (!cp_js_take_op(p, ','))
            break;
    }
    cp_js_want_op(p, '}');
}

static void import(js *p) {
    uint32_t start = p->at;
    while (!p->st->failed && js_peek(p)->kind != JS_TEXT) {
        const js_token *t = js_peek(p);
        if (t->kind != JS_NAME && t->kind != JS_WORD && !js_is_op(p, '{') && !js_is_op(p, '}') &&
            !js_is_op(p, ',') && !js_is_op(p, '*'))
            fail(p);
        cp_js_next(p);
    }
    cp_slice name = js_peek(p)->text;
    if (p->st->failed || !name.p || p->function || p->scope_count != 1 ||
        cp_slice_find(name, '.', 0) < name.n) { /* (what modules have is no module) */
        fail(p);
        return;
    }
    if (cp_slice_starts(name, CP_LIT("node:")))
        name = cp_slice_sub(name, 5, name.n);
    text_value module = cp_text_import(p->st, name);
    cp_js_next(p);
    uint32_t end = p->at;
    p->at = start;
    while (!p->st->failed && js_peek(p)->kind != JS_TEXT) {
        if (cp_js_take_op(p, '{')) {
            imported_names(p, module);
        } else {
            if (cp_js_take_op(p, '*') && !takes_name(p, "as"))
                fail(p);
            const js_token *t = js_peek(p);
            if (t->kind != JS_NAME)
                fail(p);
            cp_js_next(p);
            cp_js_bind(p, t->text, module, JS_DECLARES);
        }
        if (cp_js_take_op(p, ','))
            continue;
        if (!takes_name(p, "from"))
            fail(p);
        break;
    }
    if (p->at + 1 != end)
        fail(p);
    p->at = end;
    end_statement(p);
}

static void function_declaration(js *p, bool async) {
    uint32_t at = p->at;
    cp_js_next(p);
    const js_token *name = js_peek(p);
    bool outermost = p->scope_count == 1 || p->scopes[p->scope_count - 1].function;
    if (name->kind != JS_NAME || !outermost) { /* in a block, it depends on more where it is declared */
        fail(p);
        return;
    }
    cp_js_next(p);
    cp_js_bind(p, name->text, cp_js_function(p, at, async, (cp_slice){NULL, 0}), JS_DECLARES_VAR);
}

/* ---- Loops ---------------------------------------------------------------------------------------------------------------------- */

/* What `for await` goes through. */
static text_value awaited_item(js *p, text_value v) {
    if (v.kind == TEXT_SCOPE || v.kind == TEXT_MEMBER)
        return cp_js_constant(p->st, cp_text_member(p->st, v, CP_LIT("*")));
    return v.kind == TEXT_LIST || v.kind == TEXT_NOTHING ? cp_js_item(p->st, v) : js_data(TEXT_ANY);
}

static void for_each(js *p, uint32_t target, js_declares how, bool awaits) {
    bool in = js_is_word(p, JS_IN);
    cp_js_next(p);
    text_value v = in ? cp_js_expressions(p) : cp_js_expression(p);
    if (in) {
        cp_js_looked_at(p->st, v);
        v = js_data(TEXT_PLAIN);
    } else {
        v = awaits ? awaited_item(p, v) : cp_js_item(p->st, v);
    }
    if (v.kind == TEXT_SCOPE || v.kind == TEXT_MEMBER)
        fail(p);
    uint32_t end = p->at;
    p->at = target;
    cp_js_pattern(p, v, how);
    if (!js_is_word(p, JS_IN) && !js_is_name(p, "of"))
        fail(p);
    p->at = end;
}

static void for_head(js *p, bool awaits) {
    js_declares how = JS_ASSIGNS;
    bool declared = js_is_word(p, JS_CONST) || js_is_word(p, JS_LET) || js_is_word(p, JS_VAR);
    if (declared) {
        how = declares(js_peek(p)->op);
        cp_js_next(p);
    }
    uint32_t start = p->at;
    if (declared || js_peek(p)->kind == JS_NAME || js_is_op(p, '[') || js_is_op(p, '{')) {
        skip_pattern(p);
        if (!p->st->failed && (js_is_word(p, JS_IN) || js_is_name(p, "of"))) {
            for_each(p, start, how, awaits);
            return;
        }
        p->at = start;
    }
    if (awaits)
        fail(p);
    p->no_in = true;
    if (declared)
        declaration(p, how);
    else if (!js_is_op(p, ';'))
        cp_js_looked_at(p->st, cp_js_expression(p));
    while (!declared && !p->st->failed && cp_js_take_op(p, ','))
        cp_js_looked_at(p->st, cp_js_expression(p));
    p->no_in = false;
    cp_js_want_op(p, ';');
    if (!js_is_op(p, ';'))
        cp_js_looked_at(p->st, cp_js_expressions(p));
    cp_js_want_op(p, ';');
    if (!js_is_op(p, ')'))
        cp_js_looked_at(p->st, cp_js_expressions(p));
}

static void for_loop(js *p) {
    if (cp_js_open_scope(p, p->at, false)) {
        cp_js_next(p);
        bool awaits = cp_js_take_word(p, JS_AWAIT);
        if (awaits && p->function && !p->async)
            fail(p);
        cp_js_want_op(p, '(');
        for_head(p, awaits);
        cp_js_want_op(p, ')');
        statement(p);
    }
    cp_js_close_scope(p);
}

/* ---- Other statements --------------------------------------------------------------------------------------------------------- */

static void try_statement(js *p) {
    block(p);
    if (js_is_word(p, JS_CATCH)) {
        if (cp_js_open_scope(p, p->at, false)) {
            cp_js_next(p);
            if (cp_js_take_op(p, '(')) {
                cp_js_pattern(p, js_data(TEXT_ANY), JS_DECLARES);
                cp_js_want_op(p, ')');
            }
            block(p);
        }
        cp_js_close_scope(p);
    }
    if (cp_js_take_word(p, JS_FINALLY))
        block(p);
}

static void switch_statement(js *p) {
    condition(p);
    if (cp_js_open_scope(p, p->at, false)) {
        cp_js_want_op(p, '{');
        while (!p->st->failed && !js_is_op(p, '}')) {
            if (cp_js_take_word(p, JS_CASE)) {
                cp_js_looked_at(p->st, cp_js_expressions(p));
                cp_js_want_op(p, ':');
            } else if (cp_js_take_word(p, JS_DEFAULT)) {
                cp_js_want_op(p, ':');
            } else {
                statement(p);
            }
        }
        cp_js_want_op(p, '}');
    }
    cp_js_close_scope(p);
}

static void return_statement(js *p) {
    text_value v = {.kind = TEXT_NOTHING};
    const js_token *t = js_peek(p);
    if (!t->newline && t->kind != JS_END && !js_is_op(p, ';') && !js_is_op(p, '}'))
        v = cp_js_expressions(p);
    cp_js_returns(p, v);
    end_statement(p);
}

static void word_statement(js *p, uint32_t word) {
    uint32_t at = p->at;
    if (word == JS_FOR) {
        for_loop(p);
        return;
    }
    if (word == JS_FUNCTION) {
        function_declaration(p, false);
        return;
    }
    cp_js_next(p);
    switch (word) {
    case JS_CONST:
    case JS_LET:
    case JS_VAR:
        declaration(p, declares(word));
        end_statement(p);
        break;
    case JS_IF:
        condition(p);
        statement(p);
        if (cp_js_take_word(p, JS_ELSE))
            statement(p);
        break;
    case JS_WHILE:
        condition(p);
        statement(p);
        break;
    case JS_DO:
        statement(p);
        if (!cp_js_take_word(p, JS_WHILE))
            fail(p);
        condition(p);
        end_statement(p);
        break;
    case JS_TRY: try_statement(p); break;
    case JS_SWITCH: switch_statement(p); break;
    case JS_RETURN: return_statement(p); break;
    case JS_THROW:
        if (js_peek(p)->newline)
            fail(p);
        cp_text_decay(p->st, cp_js_expressions(p));
        end_statement(p);
        break;
    case JS_BREAK:
    case JS_CONTINUE: end_statement(p); break;
    case JS_IMPORT: import(p); break;
    default: p->at = at; fail(p);
    }
}

static bool begins_expression(uint32_t word) {
    return word == JS_AWAIT || word == JS_DELETE || word == JS_TYPEOF || word == JS_VOID || word == JS_NEW ||
           word == JS_NULL || word == JS_TRUE || word == JS_FALSE;
}

static void statement(js *p) {
    const js_token *t = js_peek(p);
    if (cp_js_enter(p)) {
        if (cp_js_take_op(p, ';')) {
            ;
        } else if (js_is_op(p, '{')) {
            block(p);
        } else if (t->kind == JS_WORD && !begins_expression(t->op)) {
            word_statement(p, t->op);
        } else if (js_is_name(p, "async") && js_after(p)->kind == JS_WORD && js_after(p)->op == JS_FUNCTION &&
                   !js_after(p)->newline) {
            cp_js_next(p);
            function_declaration(p, true);
        } else {
            cp_js_looked_at(p->st, cp_js_expressions(p));
            end_statement(p);
        }
    }
    p->depth--;
}

/* It says nothing but words: `/^env|key$/`. */
static bool says_words(cp_slice pattern) {
    for (uint32_t i = 0; i < pattern.n; i++) {
        uint8_t c = pattern.p[i];
        if (!(c >= '0' && c <= '9') && !((c | 0x20) >= 'a' && (c | 0x20) <= 'z') &&
            !memchr("/^$|().*+?_-\\", c, 13))
            return false;
    }
    return true;
}

/* The names in a pattern: `/\.(env|pem)$/` has .env and .pem. */
void cp_text_mentions_of_pattern(text_state *st, cp_slice pattern) {
    const bool words = says_words(pattern);
    uint8_t *name = CP_NEW_ARRAY(st->arena, uint8_t, pattern.n + 1u);
    uint32_t n = 0, kept = 0; /* how much of it stands before a group, too */
    for (uint32_t i = 1; name && i < pattern.n; i++) {
        uint8_t c = pattern.p[i];
        bool escaped = c == '\\' && i + 1 < pattern.n;
        if (escaped)
            c = pattern.p[++i];
        if (escaped ? c == '.'
                    : (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' ||
                          c == '-') {
            name[n++] = c;
            continue;
        }
        const cp_slice said = cp_arena_copy(st->arena, cp_slice_of(name, n));
        cp_text_mentions(st, said);
        if (words && said.n > 2)
            cp_text_compares(st, CP_LIT("in"), said);
        if (c == '(')
            kept = n && name[n - 1] == '.';
        else if (c == ')')
            kept = 0;
        name[0] = '.';
        n = kept;
    }
}

/* Which names the text has in it, where it reads directories. */
static void mention_all(const js *p) {
    for (uint32_t i = 0; p->st->tree_count && i < p->count && cp_step(p->st->budget); i++) {
        const js_token *t = &p->tokens[i];
        if (t->kind == JS_TEXT || t->kind == JS_PIECE) {
            cp_text_mentions(p->st, t->text);
            if (i > 1 && p->tokens[i - 2].kind == JS_NAME) /* name.includes("x") */
                cp_text_compares(p->st, p->tokens[i - 2].text, t->text);
        }
        if (t->kind == JS_REGEX)
            cp_text_mentions_of_pattern(p->st, t->text);
    }
}

void cp_text_js(text_state *st, const js_tokens *tokens) {
    js p = {.st = st, .tokens = tokens ? tokens->items : NULL, .count = tokens ? tokens->count : 0};
    if (!p.count)
        st->failed = true;
    if (!st->failed && cp_js_open_scope(&p, SCRIPT_SCOPE, false))
        while (!st->failed && js_peek(&p)->kind != JS_END)
            statement(&p);
    if (st->last)
        mention_all(&p);
}
