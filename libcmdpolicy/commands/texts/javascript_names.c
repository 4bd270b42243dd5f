/* Where names of a JavaScript text are declared: each block, function and loop has a scope of its own, and a name that is declared nowhere
 * outward of its use is what the policy lists, and nothing else. What `var` declares in no function is the program's own variable of
 * that name, too. Cost: a look-up a scope. */
#include "commands/texts/javascript.h"

enum { NAME_MOST = 100, KEY_MOST = NAME_MOST + 12 };

bool cp_js_open_scope(js *p, uint32_t at, bool function) {
    if (p->scope_count < JS_SCOPES) {
        p->scopes[p->scope_count].at = at;
        p->scopes[p->scope_count].function = function;
    } else {
        p->st->failed = true;
    }
    p->scope_count++;
    return !p->st->failed;
}

void cp_js_close_scope(js *p) {
    p->scope_count--;
}

/* NAME#SCOPE */
static cp_slice key_of(js *p, cp_slice name, uint32_t scope, uint8_t *buffer) {
    uint32_t at = p->scopes[scope].at, n = 0;
    if (name.n > NAME_MOST) {
        p->st->failed = true;
        return name;
    }
    memcpy(buffer, name.p, name.n);
    n = name.n;
    buffer[n++] = '#';
    for (; at; at /= 10)
        buffer[n++] = (uint8_t)('0' + at % 10);
    return cp_slice_of(buffer, n);
}

/* Where it is declared; nowhere: the name itself. */
static cp_slice resolve(js *p, cp_slice name, uint8_t *buffer) {
    for (uint32_t i = p->scope_count; i && !p->st->failed && cp_step(p->st->budget); i--) {
        cp_slice key = key_of(p, name, i - 1, buffer);
        if (cp_text_is_bound(p->st, key))
            return key;
    }
    return name;
}

bool cp_js_is_own(js *p, cp_slice name) {
    uint8_t buffer[KEY_MOST];
    cp_slice key = resolve(p, name, buffer);
    return key.n != name.n || cp_text_is_bound(p->st, name);
}

text_value cp_js_named(js *p, cp_slice name) {
    uint8_t buffer[KEY_MOST];
    cp_slice key = resolve(p, name, buffer);
    if (key.n == name.n && p->st->first && !cp_text_is_bound(p->st, name)) {
        p->st->changed = true; /* it may be declared further down */
        return text_nothing();
    }
    return p->st->failed ? text_nothing() : cp_text_named(p->st, key);
}

void cp_js_bind(js *p, cp_slice name, text_value v, js_declares how) {
    text_state *st = p->st;
    uint8_t buffer[KEY_MOST];
    cp_slice key = name;
    if (cp_slice_is(name, "arguments") || cp_slice_is(name, "eval") || cp_slice_is(name, "async")) {
        st->failed = true;
        return;
    }
    if (how == JS_ASSIGNS) {
        key = resolve(p, name, buffer);
        if (key.n == name.n && !cp_text_is_bound(st, name)) {
            st->failed |= st->last; /* an undeclared name is a property of the global object */
            st->changed |= st->first;
            return;
        }
    } else if (how == JS_DECLARES) {
        key = key_of(p, name, p->scope_count - 1, buffer);
    } else {
        uint32_t i = p->scope_count;
        while (i && !p->scopes[i - 1].function)
            i--;
        if (i > 1 && cp_text_is_bound(st, key_of(p, name, i - 2, buffer)))
            key = key_of(p, name, i - 2, buffer); /* a parameter */
        else if (i)
            key = key_of(p, name, i - 1, buffer);
    }
    if (st->failed)
        return;
    if (key.n != name.n && !cp_text_is_bound(st, key))
        key = cp_arena_copy(st->arena, key);
    cp_text_bind_listed(st, key, v);
}
