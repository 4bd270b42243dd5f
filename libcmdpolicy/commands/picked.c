/* What is picked out of a list by its text (`… | grep '\.pem$'`) is after what the expression says: file name patterns that fit
 * whatever it fits, one for each of its alternatives. It is read so that it doesn't matter which kind of expression it is (basic,
 * extended, Perl's, plain text); what isn't sure in all of them isn't known. */
#include "commands/reader.h"

enum { TEXTS_MOST = CP_SET_MOST, TEXT_MOST = 256 };
enum { LINE_BEGINS = 1, LINE_ENDS = 2 }; /* bytes that stand for ^ and $ */

typedef struct texts {
    cp_slice items[TEXTS_MOST];
    uint32_t count;
} texts;

typedef struct expression {
    cp_reader *r;
    cp_slice text;
    uint32_t at;
    bool failed;
} expression;

static texts fail(expression *e) {
    e->failed = true;
    return (texts){.count = 0};
}

static texts one(const char *text) {
    return (texts){.items = {cp_slice_str(text)}, .count = 1};
}

static bool more(const expression *e) {
    return e->at < e->text.n && !e->failed;
}

/* The next byte, or the one behind a backslash: `\(` and `(`. */
static bool is_next(const expression *e, char c) {
    uint32_t at = e->at + (e->at < e->text.n && e->text.p[e->at] == '\\');
    return more(e) && at < e->text.n && e->text.p[at] == (uint8_t)c;
}

static void skip(expression *e) {
    e->at += e->text.p[e->at] == '\\' ? 2 : 1;
}

static texts followed_by(expression *e, const texts *a, const texts *b) {
    texts out = {.count = 0};
    if (a->count * b->count > TEXTS_MOST)
        return fail(e);
    for (uint32_t i = 0; i < a->count; i++)
        for (uint32_t k = 0; k < b->count; k++) {
            if (a->items[i].n + b->items[k].n > TEXT_MOST)
                return fail(e);
            out.items[out.count++] = cp_arena_concat(e->r->arena, a->items[i], b->items[k]);
        }
    return out;
}

static texts alternatives(expression *e, bool grouped);

/* [...]: some byte. A backslash in it, and [. .], are read in two ways. */
static texts bracket(expression *e) {
    uint32_t at = e->at + 1;
    const uint8_t *p = e->text.p;
    at += at < e->text.n && p[at] == '^';
    at += at < e->text.n && p[at] == ']';
    for (; at < e->text.n && p[at] != ']' && cp_step(e->r->budget); at++) {
        bool class = p[at] == '[' && at + 1 < e->text.n && p[at + 1] == ':';
        if (p[at] == '\\' || (p[at] == '[' && !class))
            return fail(e);
        if (class) {
            at = cp_slice_find(e->text, ']', at);
            if (at == e->text.n || p[at - 1] != ':')
                return fail(e);
        }
    }
    if (at >= e->text.n)
        return fail(e);
    e->at = at + 1;
    return one("?");
}

static texts escaped(expression *e) {
    static const char plain[] = "./-$^";
    uint8_t c = e->at + 1 < e->text.n ? e->text.p[e->at + 1] : 0;
    e->at += 2;
    if (c && memchr("wWsSdD", c, 6))
        return one("?");
    if (c && memchr("bB<>", c, 4))
        return one("");
    if (c && memchr("*[]\\", c, 4))
        return one("?");
    if (!c || !memchr(plain, c, sizeof plain - 1))
        return fail(e);
    return (texts){.items = {cp_slice_sub(e->text, e->at - 1, e->at)}, .count = 1};
}

static bool quantified(const expression *e) {
    return is_next(e, '+') || is_next(e, '?') || is_next(e, '{') || (more(e) && e->text.p[e->at] == '*');
}

/* `*`, `+`, `?`, `{1,2}` and the same behind a backslash: whatever stands before it may be there, or not. */
static void quantifiers(expression *e) {
    while (quantified(e) && cp_step(e->r->budget)) {
        bool counted = is_next(e, '{');
        skip(e);
        if (!counted)
            continue;
        uint32_t from = e->at;
        while (more(e) && ((e->text.p[e->at] >= '0' && e->text.p[e->at] <= '9') || e->text.p[e->at] == ','))
            e->at++;
        if (e->at == from || !is_next(e, '}'))
            e->failed = true;
        else
            skip(e);
    }
}

static texts atom(expression *e, bool first) {
    uint8_t c = e->text.p[e->at];
    if (quantified(e) || c == '\n' || c == 0)
        return fail(e);
    if (is_next(e, '(')) {
        skip(e);
        return alternatives(e, true);
    }
    if (c == '\\')
        return escaped(e);
    if (c == '[')
        return bracket(e);
    if (c == '^' && !first)
        return fail(e);
    static const char begins[] = {LINE_BEGINS, 0}, ends[] = {LINE_ENDS, 0};
    e->at++;
    if (c == '^')
        return one(begins);
    if (c == '$')
        return one(ends);
    if (c == '.')
        return one("?");
    return (texts){.items = {cp_slice_sub(e->text, e->at - 1, e->at)}, .count = 1};
}

static texts sequence(expression *e) {
    texts out = one("");
    bool first = true;
    while (more(e) && !is_next(e, '|') && !is_next(e, ')') && cp_step(e->r->budget)) {
        texts next = atom(e, first);
        first = false;
        if (!e->failed && quantified(e)) {
            next = one("*");
            quantifiers(e);
        }
        if (e->failed)
            return next;
        out = followed_by(e, &out, &next);
    }
    return out;
}

static texts alternatives(expression *e, bool grouped) {
    texts all = {.count = 0};
    bool another = cp_enter(e->r->budget);
    e->failed |= !another;
    while (another && !e->failed) {
        texts next = sequence(e);
        for (uint32_t i = 0; i < next.count && !e->failed; i++) {
            if (all.count == TEXTS_MOST)
                e->failed = true;
            else
                all.items[all.count++] = next.items[i];
        }
        another = is_next(e, '|');
        if (another)
            skip(e);
    }
    cp_leave(e->r->budget);
    if (grouped && !is_next(e, ')'))
        return fail(e);
    if (grouped)
        skip(e);
    return e->failed ? fail(e) : all;
}

static bool is_wild(uint8_t c) {
    return c == '?' || c == '*';
}

/* The names that a text says, each of them with what may stand before it and behind it, unless it is of whole paths. What is
 * wild may be a slash, too. */
static bool add_text(cp_reader *r, const cp_value *below, cp_slice text, bool whole_path, cp_set *to) {
    bool says = false;
    for (uint32_t from = 0; from <= text.n && cp_step(r->budget);) {
        cp_text whole = cp_text_in(r->arena);
        uint32_t end = cp_slice_find(text, '/', from);
        cp_slice name = cp_slice_sub(text, from, end);
        bool begins = whole_path || from > 0, ends = whole_path || end < text.n, wild = false;
        if (name.n && name.p[0] == LINE_BEGINS)
            begins = true, name = cp_slice_sub(name, 1, name.n);
        if (name.n && name.p[name.n - 1] == LINE_ENDS)
            ends = true, name.n--;
        for (uint32_t i = 0; i < name.n; i++) {
            if (name.p[i] == LINE_BEGINS || name.p[i] == LINE_ENDS)
                return false; /* fits nothing, or is meant as it stands there */
            wild |= is_wild(name.p[i]);
            says |= !is_wild(name.p[i]);
        }
        if (!begins)
            cp_text_byte(&whole, '*');
        cp_text_add(&whole, name);
        if (!ends)
            cp_text_byte(&whole, '*');
        if (!cp_listed_names(r, below, cp_text_slice(&whole), to))
            return false;
        for (uint32_t piece = 0; wild && piece < name.n;) { /* the literal parts alone */
            uint32_t stop = piece;
            while (stop < name.n && !is_wild(name.p[stop]))
                stop++;
            cp_text part = cp_text_in(r->arena);
            if (piece || !begins)
                cp_text_byte(&part, '*');
            cp_text_add(&part, cp_slice_sub(name, piece, stop));
            if (stop < name.n || !ends)
                cp_text_byte(&part, '*');
            if (stop > piece && !cp_listed_names(r, below, cp_text_slice(&part), to))
                return false;
            piece = stop + 1;
        }
        from = end + 1;
    }
    return says;
}

static bool add_fitting(cp_reader *r, const cp_value *below, cp_slice text, bool whole_path, cp_set *to) {
    expression e = {.r = r, .text = text};
    texts all = alternatives(&e, false);
    bool known = !e.failed && e.at == e.text.n && all.count;
    for (uint32_t i = 0; i < all.count && known; i++)
        known = add_text(r, below, all.items[i], whole_path, to);
    return known && !cp_arena_failed(r->arena);
}

bool cp_reader_fitting(cp_reader *r, const cp_value *below, cp_slice text, cp_set *to) {
    return add_fitting(r, below, text, true, to);
}

cp_set cp_reader_picked(cp_reader *r) {
    const cp_reading *out = r->out;
    const cp_operand *o = out->operand_count ? &out->operands[0] : NULL;
    cp_set picked = {NULL, 0};
    if (!o || o->splat || o->present != CP_YES || o->set.count != 1 || !cp_value_is_exact(&o->set.values[0]))
        return picked;
    cp_value below = cp_value_hole(r->arena, CP_CLASS_BELOW, CP_HOLE_EMPTY | CP_HOLE_SLASH | CP_HOLE_DASH,
                                   (cp_slice){NULL, 0}, o->span);
    return add_fitting(r, &below, o->set.values[0].exact, false, &picked) ? picked : (cp_set){NULL, 0};
}
