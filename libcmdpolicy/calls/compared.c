/* Names that something was compared with on the way to a command: `case $f in *.pem) cat "$f"`, `[ "$f" = .env ] && cat "$f"`. What a
 * loop goes through may be any name; where one of them is chosen, the one that was written there is after all what is read. A state has
 * those that it went past, until a loop's next round. Cost: a few steps for each comparison. */
#include "calls/output.h"

#include <string.h>

#include "base/text.h"

/* Its literals say something: `.*` and `*.*` don't. */
static bool says(const cp_value *v) {
    bool letter = false;
    for (uint32_t i = 0; i < v->atom_count; i++)
        for (uint32_t k = 0; v->atoms[i].kind == CP_ATOM_LIT && k < v->atoms[i].lit.n; k++) {
            uint8_t c = v->atoms[i].lit.p[k];
            letter |= (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
        }
    return letter;
}

static cp_atom some_bytes(void) {
    return (cp_atom){.kind = CP_ATOM_HOLE,
                     .cls = CP_CLASS_FILENAME,
                     .props = CP_HOLE_GLOB | CP_HOLE_EMPTY | CP_HOLE_DASH | CP_HOLE_NEWLINE};
}

/* The last name of what is written. */
static cp_value last_name(cp_walk *w, const cp_value *v) {
    const cp_atom whole = {.kind = CP_ATOM_LIT, .lit = v->exact};
    const cp_atom *from = cp_value_is_exact(v) ? &whole : v->atoms;
    const uint32_t count = cp_value_is_exact(v) ? 1 : v->atom_count;
    cp_value name = {.span = v->span};
    cp_atom *atoms = CP_NEW_ARRAY(w->arena, cp_atom, count);
    if (!atoms)
        return name;
    for (uint32_t i = 0; i < count; i++) {
        cp_atom a = from[i].kind == CP_ATOM_LIT ? from[i] : some_bytes();
        if (a.kind == CP_ATOM_LIT) {
            uint32_t slash = cp_slice_rfind(a.lit, '/');
            if (slash < a.lit.n) {
                name.atom_count = 0;
                a.lit = cp_slice_sub(a.lit, slash + 1, a.lit.n);
            }
            if (!a.lit.n)
                continue;
        }
        atoms[name.atom_count++] = a;
    }
    name.atoms = atoms;
    return name;
}

/* A name without a dot may be compared with what is behind one: `${f##*.}`. */
static void add(cp_walk *w, const cp_value *v, cp_set *to) {
    const cp_value name = last_name(w, v);
    if (!says(&name))
        return;
    *to = cp_state_union(w->arena, *to, cp_set_of(w->arena, name));
    cp_atom *atoms = CP_NEW_ARRAY(w->arena, cp_atom, 3);
    if (!atoms || name.atom_count != 1 || cp_slice_find(name.atoms->lit, '.', 0) < name.atoms->lit.n)
        return;
    atoms[0] = some_bytes();
    atoms[1] = (cp_atom){.kind = CP_ATOM_LIT, .lit = CP_LIT(".")};
    atoms[2] = name.atoms[0];
    const cp_value ending = {.atoms = atoms, .atom_count = 3, .span = v->span};
    *to = cp_state_union(w->arena, *to, cp_set_of(w->arena, ending));
}

static uint32_t behind_bracket(cp_slice t, uint32_t i) {
    uint32_t from = i + 1 + (i + 1 < t.n && t.p[i + 1] == '^'), end = cp_slice_find(t, ']', from + 1);
    return end < t.n ? end + 1 : t.n;
}

/* What has been read of a regular expression, as a name pattern: literals, and holes for all else. */
typedef struct expression {
    cp_walk *w;
    cp_span span;
    cp_atom *atoms;
    uint32_t count;
    cp_set *to;
} expression;

static void push_hole(expression *x) {
    if (!x->count || x->atoms[x->count - 1].kind == CP_ATOM_LIT)
        x->atoms[x->count++] = some_bytes();
}

/* One of its alternatives; behind that of a group more may stand. */
static void alternative(expression *x, bool ends) {
    cp_atom *atoms = CP_NEW_ARRAY(x->w->arena, cp_atom, x->count + 1);
    uint32_t n = 0;
    cp_text text = cp_text_in(x->w->arena);
    for (uint32_t i = 0; atoms && i < x->count; i++) {
        if (x->atoms[i].kind == CP_ATOM_LIT)
            cp_text_add(&text, x->atoms[i].lit);
        if (i + 1 < x->count && x->atoms[i].kind == x->atoms[i + 1].kind)
            continue;
        atoms[n++] = x->atoms[i].kind == CP_ATOM_LIT
                         ? (cp_atom){.kind = CP_ATOM_LIT, .lit = cp_text_slice(&text)}
                         : some_bytes();
        text = cp_text_in(x->w->arena);
    }
    if (atoms && !ends && n && atoms[n - 1].kind == CP_ATOM_LIT)
        atoms[n++] = some_bytes();
    const cp_value one = {.atoms = atoms, .atom_count = n, .span = x->span};
    add(x->w, &one, x->to);
}

static void add_expression(cp_walk *w, const cp_value *v, cp_set *to) {
    enum { GROUPS = 8 };
    const cp_slice t = v->exact;
    uint32_t begins[GROUPS + 1] = {1}, depth = 0;
    expression x = {.w = w, .span = v->span, .atoms = CP_NEW_ARRAY(w->arena, cp_atom, 2 * t.n + 2), .to = to};
    if (!x.atoms)
        return;
    push_hole(&x);
    for (uint32_t i = 0; i < t.n; i++) {
        const uint8_t c = t.p[i];
        if (c == '|') {
            alternative(&x, depth == 0 && i && t.p[i - 1] == '$');
            x.count = begins[depth];
        } else if (c == '(') {
            depth += depth < GROUPS;
            begins[depth] = x.count;
        } else if (c == ')') {
            depth -= depth > 0;
        } else if (strchr("*?{+", c)) {
            x.count -= x.count > 1 && x.atoms[x.count - 1].kind == CP_ATOM_LIT; /* which may be absent */
            push_hole(&x);
            i = c == '{' ? cp_slice_find(t, '}', i) : i;
        } else if (c == '[' || c == '.') {
            push_hole(&x);
            i = c == '[' ? behind_bracket(t, i) - 1 : i;
        } else if (strchr("@!", c) && i + 1 < t.n && t.p[i + 1] == '(') { /* an extended glob's */
            continue;
        } else if (c != '^' && c != '$') {
            i += c == '\\' && i + 1 < t.n;
            x.atoms[x.count++] = (cp_atom){.kind = CP_ATOM_LIT, .lit = cp_slice_sub(t, i, i + 1)};
        }
    }
    alternative(&x, t.n && t.p[t.n - 1] == '$');
}

bool cp_walk_has_group(cp_walk *w, const cp_word *word) {
    const cp_slice text =
        cp_slice_sub(w->in->sources->items[word->span.src].text, word->span.beg, word->span.end);
    return text.n && cp_slice_find(text, '(', 0) < text.n && text.p[0] != '$' && text.p[0] != '"';
}

cp_set cp_walk_as_written(cp_walk *w, const cp_word *word, cp_set each) {
    const cp_slice text =
        cp_slice_sub(w->in->sources->items[word->span.src].text, word->span.beg, word->span.end);
    for (uint32_t i = 0; i < text.n; i++) {
        const uint8_t next = i + 1 < text.n ? text.p[i + 1] : ')';
        if (strchr("\"'`", text.p[i]) || (text.p[i] == '$' && next != ')' && next != '|'))
            return each;
    }
    return cp_set_exact(w->arena, text, word->span);
}

void cp_walk_compared(cp_walk *w, cp_set each, bool matched, cp_set *to) {
    for (uint32_t i = 0; i < each.count && cp_step(w->budget); i++) {
        const cp_value *v = &each.values[i];
        if (matched && cp_value_is_exact(v))
            add_expression(w, v, to);
        else
            add(w, v, to);
    }
}

void cp_walk_asks_of_lines(cp_walk *w, const cp_reading *r, cp_exits *e) {
    const cp_value *text = &w->input.text;
    const bool written = w->input.is == CP_STDIN_IS_CALLS && text->atom_count; /* <<< "$f" */
    const cp_set lines = written ? (cp_set){text, 1} : cp_stdin_lines(&w->input);
    if (r->stdout_is != CP_STDOUT_NOTHING || r->nested_count || !cp_walk_hold_paths(lines))
        return;
    cp_set names = {NULL, 0};
    for (uint32_t i = 0; i < r->operand_count; i++)
        cp_walk_compared(w, r->operands[i].set, true, &names);
    for (uint32_t i = 0; i < r->option_count; i++)
        if (r->options[i].flags & CP_OPT_HAS_VALUE)
            cp_walk_compared(w, r->options[i].value_set, true, &names);
    e->ok.compared = cp_state_union(w->arena, e->ok.compared, names);
    if (r->option_count > 1 || r->any_option) /* which may turn it around */
        e->fail.compared = cp_state_union(w->arena, e->fail.compared, names);
}

void cp_walk_test_compares(cp_walk *w, const cp_reading *r, cp_exits *e) {
    cp_set names = {NULL, 0};
    bool equal = false, other = false;
    const bool either = r->option_count > 0; /* `!`, -a, -o */
    for (uint32_t i = 0; i < r->option_count; i++)
        equal |= cp_slice_is(r->options[i].name, "-ef");
    for (uint32_t i = 0; i < r->operand_count; i++) {
        const cp_set set = r->operands[i].set;
        const cp_slice word = set.count == 1 ? set.values[0].exact : (cp_slice){NULL, 0};
        if (cp_slice_is(word, "=") || cp_slice_is(word, "=="))
            equal = true;
        else if (cp_slice_is(word, "!="))
            other = true;
        else
            cp_walk_compared(w, set, false, &names);
    }
    if (equal || (other && either))
        e->ok.compared = cp_state_union(w->arena, e->ok.compared, names);
    if (other || (equal && either))
        e->fail.compared = cp_state_union(w->arena, e->fail.compared, names);
}
