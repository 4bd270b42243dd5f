/* Calls in a JavaScript text: of the text's own functions, and of what is listed, with what that takes. Nothing else is called. Cost: a few
 * steps for each argument. */
#include "commands/texts/javascript.h"

/* One call of what is listed. */
typedef struct listed_call {
    text_state *st;
    uint32_t at; /* the token of the call: lists that it makes are told apart by it */
    text_value receiver;
    bool received; /* by something that isn't a module */
    const text_argument *args;
    uint32_t count;
    text_value made; /* what a function gives that is passed */
    bool calls;
} listed_call;

/* ---- Functions -------------------------------------------------------------------------------------------------------------- */

static text_value call_listed(text_state *, uint32_t at, uint32_t member, const text_value *receiver,
                              const text_argument *, uint32_t count);

static text_value call_own(text_state *st, uint32_t function, const text_argument *args, uint32_t count) {
    if (function >= st->function_count)
        return cp_text_fail(st);
    uint32_t spread = count; /* what is behind the first of these stands anywhere from there on */
    for (uint32_t i = 0; i < count; i++) {
        spread = i < spread && args[i].spread ? i : spread;
        text_value v = args[i].spread ? cp_js_item(st, args[i].value) : args[i].value;
        for (uint32_t k = i < spread ? i : spread; k < (i < spread ? i + 1 : TEXT_PARAMETERS); k++)
            cp_text_give(st, function, k, v);
    }
    return st->functions[function].others ? js_data(TEXT_ANY) : st->functions[function].returns;
}

text_value cp_js_call(text_state *st, uint32_t at, text_value callee, const text_argument *args,
                      uint32_t count) {
    if (callee.kind == TEXT_MEMBER)
        return call_listed(st, at, callee.what, NULL, args, count);
    if (callee.kind == TEXT_DEFINED)
        return call_own(st, callee.what, args, count);
    return callee.kind == TEXT_NOTHING && !st->last ? callee : cp_text_fail(st);
}

/* A function that is called with these. */
static void callback(listed_call *c, text_value v, const text_value *values, uint32_t count) {
    text_state *st = c->st;
    text_argument args[4];
    for (uint32_t i = 0; i < count; i++)
        args[i] = (text_argument){.value = values[i]};
    c->calls |= v.kind == TEXT_MEMBER || v.kind == TEXT_DEFINED; /* (`undefined` is none) */
    if (v.kind == TEXT_NOTHING && !st->last)
        return;
    if (v.kind == TEXT_MEMBER || v.kind == TEXT_DEFINED) {
        text_value made = v.kind == TEXT_MEMBER ? call_listed(st, c->at, v.what, NULL, args, count)
                                                : call_own(st, v.what, args, count);
        c->made = cp_text_join(st, c->made, made);
    } else if (v.kind == TEXT_SCOPE || v.kind == TEXT_SHOWN || cp_js_level(st, v) < TEXT_TREE) {
        cp_text_fail(st); /* it may be somebody else's */
    }
}

/* What the functions go through. */
static text_value list_of(const listed_call *c) {
    return c->received ? c->receiver : c->count && !c->args[0].spread ? c->args[0].value : js_data(TEXT_ANY);
}

static void call_back(listed_call *c, uint32_t role, text_value v) {
    text_state *st = c->st;
    if (role == FORM_ROLE_CALLED) {
        const text_value any = js_data(TEXT_ANY);
        if (v.kind == TEXT_DEFINED)
            cp_text_decay(st, v); /* with any number of them */
        callback(c, v, (text_value[]){any, any, any, any}, 4);
        cp_text_decay(st, c->made); /* to whom isn't known */
        return;
    }
    text_value list = list_of(c), item = cp_js_item(st, list), number = text_number();
    if (c->received && list.kind == TEXT_DATA && list.level == TEXT_ANY)
        number = list; /* a Map has keys there */
    if (role == FORM_ROLE_EACH) {
        callback(c, v, (text_value[]){item, number, list}, 3);
    } else if (role == FORM_ROLE_COMPARE) {
        callback(c, v, (text_value[]){item, item}, 2);
    } else {
        text_value first = c->count > 1 ? c->args[1].value : item;
        c->made = cp_text_join(st, c->made, first);
        if (v.kind == TEXT_DEFINED && v.what < st->function_count)
            c->made = cp_text_join(st, c->made, st->functions[v.what].returns);
        callback(c, v, (text_value[]){c->made, item, number, list}, 4);
    }
}

/* ---- What is listed -------------------------------------------------------------------------------------------------------------- */

static cp_slice builtin_name(cp_slice name) {
    return cp_slice_starts(name, CP_LIT("node:")) ? cp_slice_sub(name, 5, name.n) : name;
}

static bool is_module(const text_state *st, text_value v) {
    return cp_text_is_literal(v) && v.places && !v.places->next &&
           cp_text_form(st, cp_text_find(st, CP_LIT("import"), builtin_name(v.places->path))).use ==
               FORM_MODULE;
}

/* Which of its forms the call has. */
static form fitting(const listed_call *c, uint32_t member) {
    cp_slice rest = cp_image_string(c->st->image, cp_image_text_name(c->st->image, member)->form);
    form f;
    do {
        (void)cp_form_read(rest, &f);
        uint32_t given = 0, places = 0;
        bool fits = true;
        for (uint32_t i = 0; i < c->count && fits; i++) {
            uint32_t k = 0;
            if (c->args[i].keyword.n) {
                while (k < f.count && !cp_slice_eq(f.takes[k].keyword, c->args[i].keyword))
                    k++;
                fits = k < f.count;
            } else {
                while (k < f.count && (f.takes[k].keyword.n || ((given >> k & 1) && !f.takes[k].many)))
                    k++;
                places++;
                fits = k < f.count &&
                       (f.takes[k].role != FORM_ROLE_MODULE || is_module(c->st, c->args[i].value));
            }
            if (fits && f.takes[k].role == FORM_ROLE_LISTED)
                fits = c->args[i].value.kind == TEXT_SCOPE || c->args[i].value.kind == TEXT_MEMBER;
            given |= fits ? 1u << k : 0;
        }
        for (uint32_t k = 0; k < f.count && fits; k++)
            fits = f.takes[k].optional || f.takes[k].many || (given >> k & 1);
        if (fits)
            break;
    } while (cp_form_next(&rest));
    return f;
}

/* What it is where nothing else is known of it than what stands in it. */
static uint8_t level_within(text_state *st, text_value v) {
    if (v.kind == TEXT_DEFINED || v.kind == TEXT_NOTHING)
        return TEXT_PLAIN;
    text_value item = cp_text_decay(st, cp_js_item(st, v));
    return item.kind == TEXT_NOTHING ? TEXT_PLAIN : cp_js_level(st, item);
}

static void take(listed_call *c, const form_take *t, const text_argument *arg) {
    text_state *st = c->st;
    text_value v = arg->spread ? cp_js_item(st, arg->value) : arg->value;
    if (arg->spread && (!t->many || t->role == FORM_ROLE_READ))
        cp_text_fail(st);
    switch (t->role) {
    case FORM_ROLE_DATA: cp_text_decay(st, v); return;
    case FORM_ROLE_PATH:
    case FORM_ROLE_LOOKS:
        cp_js_looked_at(st, v);
        if (v.kind == TEXT_DEFINED)
            cp_text_decay(st, v); /* it may be called all the same */
        return;
    case FORM_ROLE_ITEM: cp_js_put_item(st, c->receiver, v); return;
    case FORM_ROLE_TREE_OWN:
        if ((v.kind != TEXT_NOTHING || st->last) && (v.kind != TEXT_DATA || v.level != TEXT_TREE))
            cp_text_fail(st);
        return;
    case FORM_ROLE_PARTS:
        v = cp_text_decay(st, v);
        if (v.kind == TEXT_DATA && v.level == TEXT_ANY) {
            st->changed |= !st->mixed;
            st->mixed = true;
        }
        return;
    case FORM_ROLE_EACH:
    case FORM_ROLE_FOLD:
    case FORM_ROLE_COMPARE:
    case FORM_ROLE_CALLED: call_back(c, t->role, v); return;
    case FORM_ROLE_RUN:
        if (v.kind != TEXT_DEFINED && v.kind != TEXT_MEMBER && (v.kind != TEXT_NOTHING || st->last))
            cp_text_fail(st);
        call_back(c, FORM_ROLE_CALLED, v);
        return;
    case FORM_ROLE_KNOWN:
        v = cp_text_decay(st, v);
        if (v.kind != TEXT_NOTHING && (v.level < TEXT_TREE || (v.level == TEXT_TREE && st->mixed)))
            cp_text_fail(st);
        return;
    case FORM_ROLE_MODULE: return;
    default: cp_text_take(st, t, v);
    }
}

static void take_all(listed_call *c, const form *f) {
    uint32_t given = 0;
    for (uint32_t i = 0; i < c->count && !c->st->failed; i++) {
        uint32_t k = 0;
        if (c->args[i].keyword.n)
            while (k < f->count && !cp_slice_eq(f->takes[k].keyword, c->args[i].keyword))
                k++;
        else
            while (k < f->count && (f->takes[k].keyword.n || ((given >> k & 1) && !f->takes[k].many)))
                k++;
        if (k == f->count) {
            cp_text_fail(c->st);
            return;
        }
        given |= 1u << k;
        take(c, &f->takes[k], &c->args[i]);
    }
    for (uint32_t k = 0; k < f->count; k++)
        if (!f->takes[k].optional && !f->takes[k].many && !(given >> k & 1))
            cp_text_fail(c->st);
}

/* ---- What it gives ------------------------------------------------------------------------------------------------------------- */

static text_value list_with(listed_call *c, text_value item) {
    text_value list = cp_js_list(c->st, c->at);
    if (!c->st->failed)
        cp_js_put_item(c->st, list, item);
    return list;
}

static text_value like(listed_call *c) {
    uint8_t level = c->received ? level_within(c->st, c->receiver) : TEXT_PLAIN;
    for (uint32_t i = 0; i < c->count; i++) {
        uint8_t one = level_within(c->st, c->args[i].value);
        level = one < level ? one : level;
    }
    if (c->calls) {
        uint8_t one = level_within(c->st, c->made);
        level = one < level ? one : level;
    }
    return js_data(level < TEXT_TREE ? TEXT_ANY : TEXT_TREE);
}

static text_value plain_or(text_value v) {
    return v.kind == TEXT_DATA ? js_data(TEXT_PLAIN) : v;
}

/* What is empty gives `.`, behind which a slash is none of the top's. */
static text_value written_as(text_state *st, text_value v, uint32_t what) {
    for (const text_place *p = v.kind == TEXT_PLACE ? v.places : NULL; p; p = p->next)
        if (!p->path.n && !p->below)
            return p == v.places && !p->next ? cp_js_here(st) : cp_text_fail(st);
    v.what |= v.kind == TEXT_PLACE ? what : 0;
    return v;
}

static text_value slice(listed_call *c) {
    text_value v = c->receiver;
    if (v.kind == TEXT_LIST)
        return list_with(c, cp_js_item(c->st, v));
    uint8_t level = cp_js_level(c->st, v);
    return v.kind == TEXT_NOTHING ? v : js_data(level == TEXT_FOUND ? TEXT_TREE : level);
}

static text_value concatenated(listed_call *c) {
    text_value v = c->receiver;
    if (v.kind == TEXT_NOTHING)
        return v;
    if (v.kind != TEXT_LIST && (v.kind != TEXT_DATA || v.level == TEXT_ANY || v.level == TEXT_PLAIN))
        return v.kind == TEXT_DATA ? v : js_data(cp_js_level(c->st, v));
    text_value made = list_with(c, cp_js_item(c->st, v));
    for (uint32_t i = 0; i < c->count && !c->st->failed; i++) {
        text_value arg = c->args[i].value;
        arg = c->args[i].spread ? cp_js_item(c->st, arg) : arg;
        if (arg.kind == TEXT_LIST || arg.kind == TEXT_DATA)
            list_with(c, cp_js_item(c->st, arg));
        if (arg.kind != TEXT_LIST)
            list_with(c, arg);
    }
    return made;
}

static bool tells_encoding(const listed_call *c) {
    for (uint32_t i = 1; i < c->count; i++)
        if (cp_text_is_literal(c->args[i].value))
            return true;
    return false;
}

/* Is it perhaps a stream, whose methods have the names that those of lists have? */
static bool is_anything(const listed_call *c) {
    return c->received && c->receiver.kind == TEXT_DATA && c->receiver.level == TEXT_ANY;
}

static text_value any_of(listed_call *c) {
    cp_text_decay(c->st, c->made);
    return js_data(TEXT_ANY);
}

static text_value gives(listed_call *c, const form *f) {
    text_state *st = c->st;
    text_value first = c->count && !c->args[0].spread ? c->args[0].value : js_data(TEXT_PLAIN);
    switch (f->gives) {
    case FORM_GIVES_NUMBER: return c->calls && is_anything(c) ? any_of(c) : text_number();
    case FORM_GIVES_NOTHING:
    case FORM_GIVES_PLAIN: return js_data(TEXT_PLAIN);
    case FORM_GIVES_FOREST: return js_data(TEXT_TREE);
    case FORM_GIVES_TEXTS: return list_with(c, js_data(TEXT_PLAIN));
    case FORM_GIVES_NAMES: return list_with(c, (text_value){.kind = TEXT_NAME});
    case FORM_GIVES_ENTRIES: return list_with(c, (text_value){.kind = TEXT_NAME, .object = 1});
    case FORM_GIVES_BELOW:
        first = cp_text_places_joined(st, (text_argument[]){{.value = {.kind = TEXT_NAME}}}, 1, false);
        return list_with(c, first);
    case FORM_GIVES_PLACE:
        return written_as(st, plain_or(cp_text_places_joined(st, c->args, c->count, false)), TEXT_MOVED);
    case FORM_GIVES_UNDER:
        return written_as(st, plain_or(cp_text_places_below(st, c->args, c->count)), TEXT_SPELLED);
    case FORM_GIVES_NAME: return plain_or(cp_text_name_of(st, first));
    case FORM_GIVES_HERE: return cp_js_here(st);
    case FORM_GIVES_CONTENTS: return js_data(tells_encoding(c) ? TEXT_PLAIN : TEXT_ANY);
    case FORM_GIVES_SCOPE:
        return cp_text_is_literal(first) ? cp_text_import(st, builtin_name(first.places->path))
                                         : cp_text_fail(st);
    case FORM_GIVES_ITSELF:
        first = c->receiver;
        if (first.kind == TEXT_NOTHING && st->last)
            return cp_text_fail(st); /* it was found by something else than its name */
        first.object |= first.kind == TEXT_SCOPE;
        return first;
    case FORM_GIVES_FIRST: return first;
    case FORM_GIVES_LIKE: return like(c);
    case FORM_GIVES_SLICE: return slice(c);
    case FORM_GIVES_CONCAT: return concatenated(c);
    case FORM_GIVES_ITEM: return cp_js_item(st, c->receiver);
    case FORM_GIVES_MADE:
        if (is_anything(c))
            return any_of(c);
        return list_with(c, c->calls ? c->made : cp_js_item(st, list_of(c)));
    case FORM_GIVES_FOLDED: return is_anything(c) ? any_of(c) : c->made;
    default: return js_data(TEXT_ANY);
    }
}

static text_value call_listed(text_state *st, uint32_t at, uint32_t member, const text_value *receiver,
                              const text_argument *args, uint32_t count) {
    listed_call c = {.st = st, .at = at, .args = args, .count = count};
    if (receiver) {
        c.receiver = *receiver;
        c.received = receiver->kind != TEXT_SCOPE;
    }
    form f = fitting(&c, member);
    if (f.use != FORM_CALL || st->depth_of_calls > 16)
        return cp_text_fail(st);
    st->depth_of_calls++;
    take_all(&c, &f);
    text_value v = st->failed ? text_nothing() : gives(&c, &f);
    st->depth_of_calls--;
    return v;
}

text_value cp_js_method(text_state *st, uint32_t at, text_value receiver, cp_slice name,
                        const text_argument *args, uint32_t count) {
    if (receiver.kind == TEXT_SCOPE || receiver.kind == TEXT_MEMBER) {
        text_value found = cp_text_member(st, receiver, name);
        if (found.kind != TEXT_MEMBER)
            return cp_text_fail(st);
        return call_listed(st, at, found.what, receiver.kind == TEXT_SCOPE ? &receiver : NULL, args, count);
    }
    if (receiver.kind == TEXT_NOTHING && !st->last)
        return receiver;
    uint32_t member = cp_text_find(st, CP_LIT("."), name);
    if (!member || receiver.kind == TEXT_SHOWN || receiver.kind == TEXT_DEFINED)
        return cp_text_fail(st);
    return call_listed(st, at, member, &receiver, args, count);
}

bool cp_js_takes_options(const text_state *st, text_value callee) {
    if (callee.kind != TEXT_MEMBER)
        return false;
    cp_slice rest = cp_image_string(st->image, cp_image_text_name(st->image, callee.what)->form);
    do {
        form f;
        (void)cp_form_read(rest, &f);
        for (uint32_t k = 0; k < f.count; k++)
            if (f.takes[k].keyword.n)
                return true;
    } while (cp_form_next(&rest));
    return false;
}
