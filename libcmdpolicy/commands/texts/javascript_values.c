/* What the values of a JavaScript text may be (javascript.h): properties, items, and what gets some. Cost: an array's places are few. */
#include "commands/texts/javascript.h"

uint8_t cp_js_level(const text_state *st, text_value v) {
    switch (v.kind) {
    case TEXT_NOTHING: return st->last ? TEXT_ANY : TEXT_PLAIN;
    case TEXT_NUMBER: return TEXT_PLAIN;
    case TEXT_PLACE:
    case TEXT_NAME: return v.object || v.items ? TEXT_ANY : TEXT_PLAIN;
    case TEXT_LIST: return TEXT_TREE;
    case TEXT_DATA: return v.level;
    default: return TEXT_ANY;
    }
}

text_value cp_js_looked_at(text_state *st, text_value v) {
    if ((v.kind == TEXT_SCOPE && !v.object) || v.kind == TEXT_SHOWN || v.kind == TEXT_MEMBER)
        return cp_text_fail(st);
    return v; /* (a stream, that one of its methods gave, shows nothing) */
}

static void mix(text_state *st) {
    st->changed |= !st->mixed;
    st->mixed = true;
}

/* What a tree has in it. */
static text_value within(const text_state *st) {
    return js_data(st->mixed ? TEXT_ANY : TEXT_TREE);
}

text_value cp_js_list(text_state *st, uint32_t at) {
    for (uint32_t i = 0; i < st->list_count && cp_step(st->budget); i++)
        if (st->lists[i].at == at)
            return (text_value){.kind = TEXT_LIST, .what = i};
    text_list made = {.at = at, .same = st->list_count};
    if (st->list_count == TEXT_LISTS || !CP_PUSH(st->arena, st->lists, st->list_count, st->list_cap, made))
        return cp_text_fail(st);
    st->changed = true;
    return (text_value){.kind = TEXT_LIST, .what = st->list_count - 1};
}

static text_value item_of_list(text_state *st, text_value v) {
    text_list *list = cp_text_list(st, v);
    if (st->failed || !(st->lent || (list->let_go && st->mixed)))
        return list->item;
    return cp_text_join(st, list->item, within(st));
}

text_value cp_js_item(text_state *st, text_value v) {
    switch (v.kind) {
    case TEXT_NOTHING: return v;
    case TEXT_LIST: return item_of_list(st, v);
    case TEXT_SCOPE:
    case TEXT_MEMBER:
    case TEXT_SHOWN: return cp_text_fail(st);
    case TEXT_DATA: return v.level == TEXT_ANY ? v : v.level == TEXT_PLAIN ? v : within(st);
    default: return js_data(cp_js_level(st, v));
    }
}

/* ---- Properties -------------------------------------------------------------------------------------------------------------- */

static form attribute_form(const text_state *st, cp_slice name) {
    return cp_text_form(st, cp_text_find(st, CP_LIT("."), name));
}

/* One list, whichever token asks for it: the text may put something into it. */
static text_value arguments(text_state *st) {
    if (!st->arguments)
        return js_data(TEXT_TREE);
    text_value list = cp_js_list(st, UINT32_MAX);
    cp_js_put_item(st, list, cp_text_arguments(st, false));
    return list;
}

text_value cp_js_constant(text_state *st, text_value v) {
    if (v.kind != TEXT_MEMBER)
        return v;
    form f = cp_text_form(st, v.what);
    if (f.use != FORM_VALUE && f.use != FORM_SETS)
        return v;
    switch (f.gives) {
    case FORM_GIVES_NUMBER: return text_number();
    case FORM_GIVES_PLAIN: return js_data(TEXT_PLAIN);
    case FORM_GIVES_FOREST: return js_data(TEXT_TREE);
    case FORM_GIVES_HERE: return cp_js_here(st);
    case FORM_GIVES_ARGUMENTS: return arguments(st);
    default: return js_data(TEXT_ANY);
    }
}

text_value cp_js_here(text_state *st) {
    text_value v = cp_text_literal(st, CP_LIT("."));
    v.what = TEXT_MOVED;
    return v;
}

/* What is listed, below a listed name. */
static text_value listed_property(text_state *st, text_value v, cp_slice name) {
    text_value found = cp_text_member(st, v, name);
    if (found.kind == TEXT_NOTHING && !st->failed) {
        found = cp_text_member(st, v, CP_LIT("[]")); /* whose properties are read by a name */
        if (found.kind != TEXT_MEMBER)
            return cp_text_fail(st);
        form f = cp_text_form(st, found.what);
        if (f.use != FORM_CALL || f.count != 1)
            return cp_text_fail(st);
        cp_text_take(st, &f.takes[0], cp_text_literal(st, name));
        return js_data(TEXT_PLAIN);
    }
    return cp_js_constant(st, found);
}

text_value cp_js_property(text_state *st, text_value v, cp_slice name) {
    if (v.kind == TEXT_SCOPE || v.kind == TEXT_MEMBER)
        return listed_property(st, v, name);
    form f = attribute_form(st, name);
    if (f.use == FORM_NEVER || cp_text_is_dunder(name) || v.kind == TEXT_SHOWN)
        return cp_text_fail(st);
    /* A constant isn't called, whosever it is: of a tree it is what the tree has under that name. */
    bool listed = f.use != FORM_UNKNOWN && f.use != FORM_VALUE, length = cp_slice_is(name, "length");
    uint8_t level = cp_js_level(st, v);
    if (v.kind == TEXT_NOTHING)
        return v;
    if (v.kind == TEXT_NAME && v.object && f.gives == FORM_GIVES_NAME)
        return (text_value){.kind = TEXT_NAME};
    if (length && (level == TEXT_PLAIN || v.kind == TEXT_LIST))
        return text_number();
    if (listed || level == TEXT_ANY)
        return js_data(TEXT_ANY);
    if (v.kind == TEXT_LIST) { /* what was put at `NaN`, too */
        text_value item = cp_text_decay(st, item_of_list(st, v));
        return item.kind == TEXT_DATA ? item : js_data(TEXT_PLAIN);
    }
    return level == TEXT_PLAIN ? js_data(TEXT_PLAIN) : within(st);
}

static bool is_number(cp_slice s) {
    return s.n && s.p[0] >= '0' && s.p[0] <= '9';
}

/* A name that isn't known. */
static text_value looked_up(text_state *st, text_value v) {
    switch (v.kind) {
    case TEXT_NOTHING: return v;
    case TEXT_LIST: v = cp_text_decay(st, item_of_list(st, v)); break;
    case TEXT_DATA:
        if (v.level == TEXT_FOUND || (v.level == TEXT_TREE && st->mixed))
            v.level = TEXT_ANY;
        break;
    default: v = js_data(cp_js_level(st, v));
    }
    return js_data(v.kind == TEXT_NOTHING || v.level > TEXT_FOUND ? TEXT_FOUND : v.level);
}

text_value cp_js_element(text_state *st, text_value v, text_value key) {
    cp_js_looked_at(st, key);
    if (cp_text_is_literal(key)) {
        text_value all = text_nothing();
        for (const text_place *p = key.places; p && !st->failed && cp_step(st->budget); p = p->next)
            all = cp_text_join(st, all,
                               v.kind == TEXT_LIST && is_number(p->path) ? item_of_list(st, v)
                                                                         : cp_js_property(st, v, p->path));
        return all;
    }
    if (v.kind == TEXT_SCOPE || v.kind == TEXT_MEMBER || v.kind == TEXT_SHOWN)
        return cp_text_fail(st);
    if (key.kind == TEXT_NOTHING && !st->last)
        return text_nothing();
    if (key.kind != TEXT_NUMBER)
        return looked_up(st, v);
    return v.kind == TEXT_DEFINED ? js_data(TEXT_ANY) : cp_js_item(st, v);
}

/* ---- What gets a property ------------------------------------------------------------------------------------------------------- */

static void put_within(text_state *st, text_value what) {
    what = cp_text_decay(st, what);
    if (what.kind != TEXT_NOTHING && what.level < TEXT_TREE)
        mix(st);
}

/* Nothing is known yet of one of the two. */
static bool not_yet(const text_state *st, text_value v, text_value what) {
    return (v.kind == TEXT_NOTHING || what.kind == TEXT_NOTHING) && !st->last;
}

void cp_js_put(text_state *st, text_value v, cp_slice name, text_value what) {
    if (v.kind == TEXT_SCOPE || v.kind == TEXT_MEMBER) {
        text_value found = cp_text_member(st, v, name);
        if (found.kind != TEXT_MEMBER || cp_text_form(st, found.what).use != FORM_SETS ||
            cp_js_level(st, what) < TEXT_PLAIN)
            cp_text_fail(st);
        return;
    }
    form f = attribute_form(st, name);
    if (f.use == FORM_NEVER || cp_text_is_dunder(name)) {
        cp_text_fail(st);
        return;
    }
    if (not_yet(st, v, what))
        return;
    if ((f.use != FORM_UNKNOWN && cp_js_level(st, what) < TEXT_TREE) || v.kind != TEXT_DATA ||
        v.level != TEXT_TREE) {
        cp_text_fail(st);
        return;
    }
    put_within(st, what);
}

void cp_js_put_at(text_state *st, text_value v, text_value key, text_value what) {
    cp_js_looked_at(st, key);
    if (cp_text_is_literal(key)) {
        for (const text_place *p = key.places; p && !st->failed && cp_step(st->budget); p = p->next)
            cp_js_put(st, v, p->path, what);
        return;
    }
    if (not_yet(st, v, what) || not_yet(st, key, key))
        return;
    if (v.kind == TEXT_LIST && key.kind == TEXT_NUMBER) {
        cp_js_put_item(st, v, what);
        return;
    }
    bool harmless = key.kind == TEXT_NUMBER || cp_js_level(st, what) >= TEXT_TREE;
    if (v.kind != TEXT_DATA || v.level != TEXT_TREE || !harmless) {
        cp_text_fail(st);
        return;
    }
    put_within(st, what);
}

void cp_js_put_item(text_state *st, text_value v, text_value what) {
    if (not_yet(st, v, what))
        return;
    if (v.kind == TEXT_LIST) {
        text_list *list = cp_text_list(st, v);
        if (what.kind == TEXT_SCOPE || what.kind == TEXT_SHOWN) {
            cp_text_fail(st); /* who shows the list would show it, too */
            return;
        }
        if (st->failed)
            return;
        if (list->let_go)
            what = cp_text_decay(st, what);
        text_value old = cp_text_list(st, v)->item, made = cp_text_join(st, old, what);
        if (!st->failed && !cp_text_same_value(old, made)) {
            cp_text_list(st, v)->item = made;
            st->changed = true;
        }
        return;
    }
    if (v.kind == TEXT_SCOPE || v.kind == TEXT_MEMBER || v.kind == TEXT_SHOWN) {
        cp_text_fail(st);
        return;
    }
    if (cp_js_level(st, v) < TEXT_TREE) { /* perhaps what all lists look in */
        st->changed |= !st->lent;
        st->lent = true;
    }
    put_within(st, what);
}

/* ---- a + b ---------------------------------------------------------------------------------------------------------------------- */

text_value cp_js_plus(text_state *st, text_value a, text_value b) {
    cp_js_looked_at(st, a);
    cp_js_looked_at(st, b);
    if (a.kind == TEXT_NOTHING || b.kind == TEXT_NOTHING)
        return st->last ? js_data(TEXT_PLAIN) : text_nothing();
    if (a.kind == TEXT_NUMBER && b.kind == TEXT_NUMBER)
        return text_number();
    text_value path = cp_text_behind(st, a, b);
    return path.kind == TEXT_NOTHING ? js_data(TEXT_PLAIN) : path;
}
