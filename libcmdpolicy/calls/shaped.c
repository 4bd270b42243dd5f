/* Lines whose form is known, and what stands in a column of them: `git log --oneline | awk '{print $1}'`. Which column it is, and what
 * cuts it, the reading side's grammar says; what may stand there, the printing side's. */
#include "calls/output.h"

/* ---- Forms ------------------------------------------------------------------------------------------------------------- */

static cp_set hole(cp_walk *w, cp_class cls, uint32_t props, cp_span span) {
    return cp_set_of(w->arena, cp_value_hole(w->arena, cls, props, (cp_slice){NULL, 0}, span));
}

static cp_set operands_of(cp_walk *w, const cp_reading *r, const cp_state *s, uint32_t from) {
    const cp_set none = {NULL, 0};
    cp_set all = none;
    for (uint32_t i = 0; i < r->operand_count; i++) {
        if (i < from && r->operands[i].splat)
            return none; /* more than the one that it is taken for, it may be */
        if (i < from)
            continue;
        cp_set some = cp_walk_file_names(w, r->operands[i].set, s);
        if (some.count && !cp_walk_are_words(some))
            some = cp_walk_plain_lines(w, some, s);
        if (!some.count)
            return none;
        all = cp_set_join(w->arena, all, some);
    }
    return all.count < CP_SET_MOST ? all : none;
}

/* What a class of characters stands for; no values: not known. */
static cp_set class_of(cp_walk *w, cp_slice name, const cp_reading *r, const cp_state *s, cp_span span) {
    if (cp_slice_is(name, "hash"))
        return hole(w, CP_CLASS_HEX, CP_HOLE_PLAIN, span);
    if (cp_slice_is(name, "number"))
        return hole(w, CP_CLASS_DIGITS, CP_HOLE_PLAIN, span);
    if (cp_slice_is(name, "name"))
        return hole(w, CP_CLASS_TEXT, CP_HOLE_PLAIN, span);
    if (cp_slice_is(name, "word"))
        return hole(w, CP_CLASS_TEXT, CP_HOLE_PLAIN | CP_HOLE_SLASH, span);
    if (cp_slice_is(name, "blank"))
        return hole(w, CP_CLASS_BLANKS, 0, span);
    if (cp_slice_is(name, "blank?"))
        return hole(w, CP_CLASS_BLANKS, CP_HOLE_EMPTY, span);
    if (cp_slice_is(name, "file"))
        return cp_walk_plain_lines(w, hole(w, CP_CLASS_BELOW, CP_HOLE_SLASH | CP_HOLE_DASH, span), s);
    if (cp_slice_is(name, "ref"))
        return cp_walk_plain_lines(
            w, hole(w, CP_CLASS_BELOW, CP_HOLE_SLASH | CP_HOLE_DASH | CP_HOLE_LOOKED, span), s);
    if (cp_slice_is(name, "tracked"))
        return cp_walk_plain_lines(w, hole(w, CP_CLASS_BELOW, CP_HOLE_SLASH | CP_HOLE_LOOKED, span), s);
    if (cp_slice_is(name, "path"))
        return cp_walk_plain_lines(w, r->listed, s);
    if (cp_slice_is(name, "operand"))
        return operands_of(w, r, s, 0);
    if (cp_slice_is(name, "others"))
        return operands_of(w, r, s, 1);
    if (cp_slice_is(name, "text"))
        return hole(w, CP_CLASS_ANY, CP_HOLE_PLAIN | CP_HOLE_SLASH | CP_HOLE_DASH, span);
    return hole(w, CP_CLASS_ANY, CP_HOLE_EMPTY | CP_HOLE_DASH | CP_HOLE_SLASH, span);
}

static cp_set followed_by(cp_walk *w, cp_set a, cp_set b) {
    cp_set out = {NULL, 0};
    if (a.count * b.count > CP_SET_MOST)
        return out;
    for (uint32_t i = 0; i < a.count; i++)
        for (uint32_t k = 0; k < b.count; k++)
            out = cp_set_join(w->arena, out,
                              cp_set_of(w->arena, cp_value_concat(w->arena, &a.values[i], &b.values[k])));
    return out;
}

static cp_set of_form(cp_walk *w, cp_slice form, const cp_reading *r, const cp_state *s, cp_span span) {
    cp_set line = cp_set_exact(w->arena, CP_LIT(""), span);
    for (uint32_t i = 0; i < form.n && line.count && cp_step(w->budget);) {
        uint32_t end = i + 1;
        while (end < form.n && ((form.p[end] >= 'a' && form.p[end] <= 'z') || form.p[end] == '?'))
            end++;
        cp_set next;
        if (form.p[i] == '{' && end > i + 1 && end < form.n && form.p[end] == '}') {
            next = class_of(w, cp_slice_sub(form, i + 1, end), r, s, span);
            i = end + 1;
        } else if (form.p[i] == '\\' && i + 1 < form.n && form.p[i + 1] == 't') {
            next = cp_set_exact(w->arena, CP_LIT("\t"), span);
            i += 2;
        } else {
            for (end = i + 1; end < form.n && form.p[end] != '{' && form.p[end] != '\\';)
                end++;
            next = cp_set_exact(w->arena, cp_slice_sub(form, i, end), span);
            i = end;
        }
        line = next.count ? followed_by(w, line, next) : next;
    }
    return line;
}

cp_set cp_walk_shaped_lines(cp_walk *w, const cp_reading *r, const cp_state *s, cp_span span) {
    const cp_set none = {NULL, 0};
    cp_set all = none;
    for (uint32_t from = 0; from < r->stdout_text.n;) {
        uint32_t end = cp_slice_find(r->stdout_text, '\n', from);
        cp_set some = of_form(w, cp_slice_sub(r->stdout_text, from, end), r, s, span);
        if (!some.count || all.count + some.count >= CP_SET_MOST)
            return none;
        all = cp_set_join(w->arena, all, some);
        from = end + 1;
    }
    return all;
}

cp_set cp_walk_counted_lines(cp_walk *w, cp_set lines, cp_span span) {
    cp_set before = hole(w, CP_CLASS_BLANKS, CP_HOLE_EMPTY, span);
    before = followed_by(w, before, hole(w, CP_CLASS_DIGITS, CP_HOLE_PLAIN, span));
    return lines.count
               ? followed_by(w, followed_by(w, before, cp_set_exact(w->arena, CP_LIT(" "), span)), lines)
               : lines;
}

/* ---- Columns ----------------------------------------------------------------------------------------------------------- */

/* May this byte stand in the hole? */
static bool may_hold(const cp_atom *a, uint8_t c) {
    if (a->props & CP_HOLE_NEWLINE)
        return true;
    if ((a->props & CP_HOLE_PLAIN) && (c <= ' ' || memchr("\"'\\*?[", c, 6)))
        return false;
    return cp_hole_takes(a, c, true) || cp_hole_takes(a, c, false);
}

/* A name of a file is one word to those who take words: what it is cut to begins as it does. Where a column behind it begins, only one
 * who knows that no separator is in it can tell. A name that was looked at has no blank with a dash behind it. */
static bool may_be_cut(const cp_atom *a, uint8_t by) {
    bool file = a->cls == CP_CLASS_BELOW || a->cls == CP_CLASS_FILENAME || a->cls == CP_CLASS_HOME ||
                a->cls == CP_CLASS_ABSOLUTE;
    return file && !(cp_walk_is_blank(by) && cp_hole_is_looked_at(a));
}

/* A form with a tab behind a name says that there is none in it. */
static bool is_closed_by(const cp_value *v, uint32_t i, uint8_t by) {
    const cp_atom *next = i + 1 < v->atom_count ? &v->atoms[i + 1] : NULL;
    return by == '\t' && next && next->kind == CP_ATOM_LIT && next->lit.n && next->lit.p[0] == by;
}

typedef struct column {
    cp_walk *w;
    cp_value made;
    uint32_t at;     /* columns that have begun */
    uint32_t inside; /* … and not ended */
    uint32_t some;   /* something surely stands in the last one */
} column;

static void keep(column *c, const cp_value *piece) {
    c->made = cp_value_concat(c->w->arena, &c->made, piece);
}

static void keep_atom(column *c, const cp_atom *a) {
    cp_value v = {.atoms = a, .atom_count = 1, .span = a->span};
    keep(c, &v);
}

static void keep_bytes(column *c, const cp_atom *a, uint32_t from, uint32_t to) {
    cp_value v = cp_value_exact(c->w->arena, cp_slice_sub(a->lit, from, to), a->span);
    if (to > from)
        keep(c, &v);
}

/* The n-th of the words that blanks part, however many, as awk and `read` do; false: not certain. `all`: of one who takes each of them, so
 * that the pieces of a name needn't be counted. */
static bool word_of(column *c, const cp_value *v, uint32_t n, bool all) {
    for (uint32_t i = 0; i < v->atom_count; i++) {
        const cp_atom *a = &v->atoms[i];
        if (a->kind == CP_ATOM_HOLE && a->cls == CP_CLASS_BLANKS) {
            if (c->inside && ((a->props & CP_HOLE_EMPTY) || !c->some))
                return false;
            if (c->inside && c->at == n)
                return true;
            c->inside = 0;
        } else if (a->kind == CP_ATOM_HOLE) {
            if (may_hold(a, ' ') || may_hold(a, '\t') || may_hold(a, '\n'))
                return false;
            if (!c->inside)
                c->inside = 1, c->some = 0, c->at++;
            c->some |= !(a->props & CP_HOLE_EMPTY);
            if (c->at < n && !all && may_be_cut(a, ' '))
                return false;
            if (c->at == n)
                keep_atom(c, a);
        } else {
            for (uint32_t k = 0; k < a->lit.n;) {
                uint32_t from = k;
                while (k < a->lit.n && cp_walk_is_blank(a->lit.p[k]))
                    k++;
                if (k > from) {
                    if (c->inside && !c->some)
                        return false;
                    if (c->inside && c->at == n)
                        return true;
                    c->inside = 0;
                }
                from = k;
                while (k < a->lit.n && !cp_walk_is_blank(a->lit.p[k]))
                    k++;
                if (k == from)
                    continue;
                if (!c->inside)
                    c->inside = 1, c->at++;
                c->some = 1;
                if (c->at == n)
                    keep_bytes(c, a, from, k);
            }
        }
    }
    return !c->inside || c->some;
}

/* The n-th of the columns that one byte parts; `rest`: and all behind it. *out_whole: there are fewer, and some tools then pass the line
 * on as it is. */
static bool column_of(column *c, const cp_value *v, uint32_t n, uint8_t by, bool rest, bool *out_whole) {
    c->at = 1;
    for (uint32_t i = 0; i < v->atom_count; i++) {
        const cp_atom *a = &v->atoms[i];
        bool all = rest && c->at == n;
        if (a->kind == CP_ATOM_HOLE) {
            if (!all && may_hold(a, by))
                return false;
            if (c->at < n && by != '/' && may_be_cut(a, by) && !is_closed_by(v, i, by))
                return false;
            if (c->at == n)
                keep_atom(c, a);
            continue;
        }
        for (uint32_t k = 0; k <= a->lit.n;) {
            uint32_t end = rest && c->at == n ? a->lit.n : cp_slice_find(a->lit, by, k);
            if (c->at == n)
                keep_bytes(c, a, k, end);
            if (end == a->lit.n)
                break;
            if (c->at++ == n)
                return true;
            k = end + 1;
        }
    }
    *out_whole = c->at < n || n == 1;
    return true;
}

static cp_set one_column(cp_walk *w, const cp_value *v, uint32_t n, int by, bool rest) {
    column c = {.w = w, .made = cp_value_exact(w->arena, CP_LIT(""), v->span)};
    bool whole = false;
    if (v->flags & CP_VALUE_UNMADE)
        return (cp_set){NULL, 0};
    if (by < 0 ? !word_of(&c, v, n, rest) : !column_of(&c, v, n, (uint8_t)by, rest, &whole))
        return (cp_set){NULL, 0};
    cp_set one = cp_set_of(w->arena, c.made);
    return whole ? cp_set_join(w->arena, one, cp_set_of(w->arena, *v)) : one;
}

cp_set cp_walk_column(cp_walk *w, cp_set lines, uint32_t n, int by, bool rest) {
    cp_set out = {NULL, 0};
    for (uint32_t i = 0; i < lines.count && cp_step(w->budget); i++) {
        cp_set one = one_column(w, &lines.values[i], n, by, rest);
        if (!one.count || !n)
            return (cp_set){NULL, 0};
        out = cp_set_join(w->arena, out, one);
    }
    return out;
}

/* The one value of an option, by any of its names (`-f|--fields`); false: it has none, or several. */
static bool value_of(const cp_reading *r, cp_slice names, cp_slice *out) {
    uint32_t found = 0;
    for (uint32_t i = 0; i < r->option_count; i++) {
        const cp_opt *o = &r->options[i];
        for (uint32_t from = 0; from < names.n;) {
            uint32_t end = cp_slice_find(names, '|', from);
            if (cp_slice_eq(o->name, cp_slice_sub(names, from, end))) {
                found++;
                bool exact = o->present == CP_YES && o->value_set.count == 1 &&
                             (o->flags & CP_OPT_HAS_VALUE) && cp_value_is_exact(&o->value);
                *out = exact ? o->value.exact : (cp_slice){NULL, 0};
            }
            from = end + 1;
        }
    }
    return found == 1 && out->n;
}

/* `2`, `2 picked`, `-f|--fields`, `2 by /`, `-f by -d`: which column, and what parts it. */
cp_set cp_walk_told_column(cp_walk *w, cp_set lines, const cp_reading *r) {
    const cp_set none = {NULL, 0};
    cp_slice text = r->stdout_text;
    int by = r->stdout_is == CP_STDOUT_WORD ? -1 : ':';
    static const char of_some[] = " picked";
    const uint32_t end = sizeof of_some - 1;
    if (text.n > end && memcmp(text.p + text.n - end, of_some, end) == 0) {
        if (cp_walk_hold_paths(lines))
            return none; /* what it is picked by tells what one is after */
        text.n -= end;
    }
    uint32_t blank = cp_slice_find(text, ' ', 0), n = 0, k = 0;
    cp_slice which = text.n ? cp_slice_sub(text, 0, blank) : CP_LIT("1");
    if (blank < text.n) {
        cp_slice sep = cp_slice_sub(text, blank + 4, text.n), given = sep;
        if (sep.n > 1 && sep.p[0] == '-' && !value_of(r, sep, &given))
            return none;
        by = cp_slice_is(given, "\\t") ? '\t' : given.n == 1 ? given.p[0] : -1;
        if (by < 0 || by == '\n')
            return none;
    }
    if (which.p[0] == '-' && !value_of(r, which, &which))
        return none;
    while (k < which.n && k < 3 && which.p[k] >= '0' && which.p[k] <= '9')
        n = n * 10 + (uint32_t)(which.p[k++] - '0');
    bool rest = k + 1 == which.n && which.p[k] == '-';
    cp_set made =
        n && (rest || k == which.n) && !(rest && by < 0) ? cp_walk_column(w, lines, n, by, rest) : none;
    for (uint32_t i = 0; i < made.count; i++)
        if (by < 0 && cp_value_is_exact(&made.values[i]) && made.values[i].exact.n == 0)
            return none; /* who asks for a word that is not in the form knows other lines */
    return made;
}
