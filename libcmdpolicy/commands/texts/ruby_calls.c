/* Calls in a Ruby text: of what the policy lists, and nothing else. Cost: a few steps for each argument. */
#include "commands/texts/ruby.h"

/* ---- Arguments ------------------------------------------------------------------------------------------------------------------ */

static void add(ruby *p, ruby_arguments *out, text_argument one) {
    if (!CP_PUSH(p->st->arena, out->items, out->count, out->cap, one))
        ruby_fail(p);
}

/* `&:name`, of what does no harm to whatever has it. */
static void block_of_symbol(ruby *p, ruby_arguments *out) {
    if (ruby_byte(p, 1) != ':') {
        ruby_fail(p);
        return;
    }
    p->at += 2;
    form f = cp_text_form(p->st, cp_text_find(p->st, CP_LIT("."), cp_ruby_name(p)));
    if ((f.use != FORM_VALUE && f.use != FORM_LOOKS && f.use != FORM_SHOWS) || f.gives == FORM_GIVES_SHOWN)
        ruby_fail(p);
    out->symbol = true;
}

/* `name: value` */
static cp_slice label(ruby *p) {
    cp_slice word = cp_ruby_word(p);
    uint8_t next = ruby_byte(p, word.n + 1);
    if (!word.n || ruby_byte(p, word.n) != ':' || next == ':')
        return (cp_slice){NULL, 0};
    p->at += word.n + 1;
    cp_ruby_space(p);
    return word;
}

enum { CONSTANTS_MOST = 16 };

/* `[Symbol, Date]`: which classes there are is what counts, as the call is told what it may make. */
static bool constants(ruby *p, text_argument *a) {
    ruby q = *p;
    cp_slice found[CONSTANTS_MOST];
    uint32_t count = 0;
    if (!cp_ruby_take_byte(&q, '['))
        return false;
    do {
        cp_ruby_blanks(&q);
        cp_slice word = cp_ruby_word(&q);
        if (!word.n || !ruby_is_capital(word.p[0]) || count == CONSTANTS_MOST)
            return false;
        found[count++] = word;
        q.at += word.n;
        cp_ruby_blanks(&q);
    } while (cp_ruby_take_byte(&q, ','));
    uint8_t next = ruby_byte(&q, 1);
    cp_slice *kept = CP_NEW_ARRAY(p->st->arena, cp_slice, count);
    if (ruby_byte(&q, 0) != ']' || (next != ',' && next != ')' && next != '\n') || !kept)
        return false;
    memcpy(kept, found, count * sizeof *kept);
    p->at = q.at + 1;
    a->value = text_data();
    a->written = kept;
    a->written_count = count;
    return true;
}

static void argument(ruby *p, ruby_arguments *out) {
    text_argument a = {.keyword = {NULL, 0}};
    uint8_t next = ruby_byte(p, 1);
    if (ruby_byte(p, 0) == '&') {
        block_of_symbol(p, out);
        return;
    }
    if (ruby_byte(p, 0) == '*' && next != '*' && !ruby_is_blank(next)) {
        p->at++;
        a.spread = 1;
    } else {
        a.keyword = label(p);
    }
    if (a.keyword.n && constants(p, &a)) {
        add(p, out, a);
        return;
    }
    a.value = cp_ruby_expression(p);
    cp_ruby_blanks(p);
    if (!a.keyword.n && ruby_byte(p, 0) == '=' && ruby_byte(p, 1) == '>') {
        bool literal =
            cp_text_is_literal(a.value) && a.value.places && !a.value.places->next && a.value.places->path.n;
        a.keyword = literal ? a.value.places->path : CP_LIT("=>");
        cp_text_decay(p->st, a.value);
        p->at += 2;
        cp_ruby_space(p);
        a.value = cp_ruby_expression(p);
    }
    add(p, out, a);
}

/* Up to and with what closes them; 0: to the end of a call without parentheses. */
void cp_ruby_arguments(ruby *p, uint8_t close, ruby_arguments *out) {
    bool no_do = p->no_do;
    p->no_do = !close;
    while (!p->st->failed && cp_step(p->st->budget)) {
        if (close) {
            cp_ruby_space(p);
            if (ruby_byte(p, 0) == close)
                break;
        }
        argument(p, out);
        if (close)
            cp_ruby_space(p);
        else
            cp_ruby_blanks(p);
        if (out->symbol || !cp_ruby_take_byte(p, ','))
            break;
        cp_ruby_space(p);
    }
    p->no_do = no_do;
    if (close)
        cp_ruby_want_byte(p, close);
}

/* Behind a name and a blank, is this an argument? What could be an operator as well isn't understood. */
static bool begins_argument(ruby *p) {
    uint8_t c = ruby_byte(p, 0), next = ruby_byte(p, 1);
    if (ruby_is_small(c) || ruby_is_capital(c))
        return !cp_ruby_at_keyword(p);
    if (!c)
        return false;
    if (ruby_is_digit(c) || strchr("\"'$@[(", c))
        return true;
    if (c == ':')
        return next != ':' && !ruby_is_blank(next);
    if (c == '!')
        return next != '=' && next != '~';
    return strchr("-/%*&", c) && !ruby_is_blank(next) && next != '=' && next != c && next != '.';
}

/* ---- Forms -------------------------------------------------------------------------------------------------------------------------- */

static bool is_block_role(uint32_t role) {
    return role == FORM_ROLE_EACH || role == FORM_ROLE_FOLD || role == FORM_ROLE_COMPARE ||
           role == FORM_ROLE_CALLED;
}

static bool is_harmless(const form *f) {
    return f->use == FORM_VALUE || f->use == FORM_SETS || f->use == FORM_LOOKS || f->use == FORM_SHOWS;
}

/* The place of an argument, behind those that are taken. */
static const form_take *place_of(const form *f, const text_argument *a, uint32_t *at, uint32_t *given) {
    uint32_t k = 0;
    if (a->spread)
        return NULL;
    if (a->keyword.n) {
        while (k < f->count && !cp_slice_eq(f->takes[k].keyword, a->keyword))
            k++;
    } else {
        while (*at < f->count && (f->takes[*at].keyword.n || is_block_role(f->takes[*at].role)))
            (*at)++;
        k = *at;
        *at += k < f->count && !f->takes[k].many;
    }
    if (k == f->count)
        return NULL;
    *given |= 1u << k;
    return &f->takes[k];
}

static const form_take *block_of(const form *f) {
    for (uint32_t k = 0; k < f->count; k++)
        if (is_block_role(f->takes[k].role))
            return &f->takes[k];
    return NULL;
}

static bool fits(const form *f, const ruby_arguments *args, bool block) {
    uint32_t at = 0, given = 0;
    const form_take *own = block_of(f);
    if (own && (block ? false : !own->optional))
        return false;
    if (!own && block)
        return false;
    for (uint32_t i = 0; i < args->count; i++)
        if (!place_of(f, &args->items[i], &at, &given))
            return false;
    for (uint32_t k = 0; k < f->count; k++)
        if (!f->takes[k].optional && !f->takes[k].many && !is_block_role(f->takes[k].role) &&
            !(given >> k & 1))
            return false;
    return true;
}

/* Which of its forms the call has. */
static form fitting(ruby *p, uint32_t member, const ruby_arguments *args, bool block) {
    cp_slice rest = cp_image_string(p->st->image, cp_image_text_name(p->st->image, member)->form);
    form f;
    do {
        (void)cp_form_read(rest, &f);
        if (is_harmless(&f) || (f.use == FORM_CALL && fits(&f, args, block)))
            return f;
    } while (cp_form_next(&rest) && cp_step(p->st->budget));
    ruby_fail(p);
    return f;
}

/* {a,b} */
static text_value without_braces(ruby *p, cp_slice pattern) {
    uint32_t open = cp_slice_find(pattern, '{', 0), close = cp_slice_find(pattern, '}', 0);
    text_value all = text_nothing();
    if (cp_slice_find(pattern, '\\', 0) < pattern.n || close < open || !cp_step(p->st->budget))
        return ruby_fail(p);
    if (open == pattern.n && cp_text_finds_above(pattern))
        return ruby_fail(p);
    if (open == pattern.n)
        return cp_text_literal(p->st, pattern);
    if (close == pattern.n || cp_slice_find(pattern, '{', open + 1) < close)
        return ruby_fail(p);
    for (uint32_t at = open + 1; at <= close && !p->st->failed;) {
        uint32_t comma = cp_slice_find(pattern, ',', at), end = comma < close ? comma : close;
        cp_slice one =
            cp_arena_concat(p->st->arena, cp_slice_sub(pattern, 0, open), cp_slice_sub(pattern, at, end));
        one = cp_arena_concat(p->st->arena, one, cp_slice_sub(pattern, close + 1, pattern.n));
        all = cp_text_join(p->st, all, without_braces(p, one));
        at = end + 1;
    }
    return all;
}

text_value cp_ruby_pattern(ruby *p, text_value v) {
    text_value all = text_nothing();
    if (v.kind == TEXT_NOTHING && !p->st->last)
        return v;
    if (!cp_text_is_literal(v))
        return ruby_fail(p);
    for (const text_place *place = v.places; place && !p->st->failed && cp_step(p->st->budget);
         place = place->next)
        all = cp_text_join(p->st, all, without_braces(p, place->path));
    return all;
}

static void take_all(ruby *p, const form *f, ruby_arguments *args) {
    uint32_t at = 0, given = 0;
    for (uint32_t i = 0; i < args->count && !p->st->failed; i++) {
        text_value v = args->items[i].value;
        const text_argument *given_list = args->items[i].written_count ? &args->items[i] : NULL;
        if (is_harmless(f)) {
            if (given_list)
                ruby_fail(p);
            if (f->use != FORM_SHOWS || v.kind != TEXT_SHOWN)
                cp_text_decay(p->st, v);
            continue;
        }
        const form_take *t = place_of(f, &args->items[i], &at, &given);
        if (!t || (given_list && t->role != FORM_ROLE_ONE_OF))
            ruby_fail(p);
        else if (given_list)
            for (uint32_t k = 0; k < given_list->written_count && !p->st->failed; k++)
                cp_text_take(p->st, t, cp_text_literal(p->st, given_list->written[k]));
        else if (t->role == FORM_ROLE_LOOKS)
            cp_text_decay(p->st, v);
        else if (t->role == FORM_ROLE_PATTERN)
            args->items[i].value = v = cp_ruby_pattern(p, v);
        if (t && !given_list && t->role != FORM_ROLE_LOOKS && !p->st->failed)
            cp_text_take(p->st, t, v);
    }
}

/* ---- Blocks ------------------------------------------------------------------------------------------------------------------------- */

/* |a, (b, *c)| */
static void parameters(ruby *p, uint8_t close, const text_value *values) {
    for (uint32_t i = 0; !p->st->failed && cp_step(p->st->budget); i++) {
        cp_ruby_blanks(p);
        text_value v = i < 2 && values ? values[i] : text_data();
        if (cp_ruby_take_byte(p, '(')) {
            cp_text_decay(p->st, v);
            parameters(p, ')', NULL);
        } else {
            if (cp_ruby_take_byte(p, '*'))
                v = cp_text_decay(p->st, v);
            cp_slice name = cp_ruby_word(p);
            p->at += name.n;
            if (!name.n || !ruby_is_small(name.p[0]) || ruby_byte(p, 0) >= 0x80)
                ruby_fail(p);
            else
                cp_ruby_binds_parameter(p, name, v);
        }
        cp_ruby_blanks(p);
        if (!cp_ruby_take_byte(p, ','))
            break;
        cp_ruby_blanks(p);
        if (ruby_byte(p, 0) == close)
            break;
    }
    cp_ruby_want_byte(p, close);
}

static void block(ruby *p, const form *f, const text_value *receiver) {
    text_state *st = p->st;
    const form_take *own = f->use == FORM_CALL ? block_of(f) : NULL;
    text_value values[2] = {text_data(), text_data()};
    if (own && own->role != FORM_ROLE_CALLED && receiver) {
        text_value item = cp_text_item(st, *receiver);
        if (own->role != FORM_ROLE_FOLD)
            values[0] = item;
        if (own->role != FORM_ROLE_EACH)
            values[1] = item;
    }
    bool no_do = p->no_do, braces = cp_ruby_take_byte(p, '{');
    if (!braces && !cp_ruby_take(p, "do"))
        ruby_fail(p);
    if (p->block_count == RUBY_BLOCKS)
        ruby_fail(p);
    if (st->failed)
        return;
    p->blocks[p->block_count++] = p->at;
    p->no_do = false;
    cp_ruby_space(p);
    if (cp_ruby_take_byte(p, '|'))
        parameters(p, '|', values);
    cp_ruby_statements(p);
    p->no_do = no_do;
    p->block_count--;
    if (braces)
        cp_ruby_want_byte(p, '}');
    else if (!cp_ruby_take(p, "end"))
        ruby_fail(p);
}

/* ---- Calls -------------------------------------------------------------------------------------------------------------------------- */

static text_value gives(ruby *p, const form *f, const text_value *receiver, const ruby_arguments *args) {
    text_state *st = p->st;
    text_value v = receiver ? *receiver : text_data(),
               first = args->count ? args->items[0].value : text_data();
    bool places = (v.kind == TEXT_PLACE || v.kind == TEXT_NAME) && v.items;
    switch (f->gives) {
    case FORM_GIVES_NUMBER: return text_number();
    case FORM_GIVES_SHOWN: return (text_value){.kind = TEXT_SHOWN};
    case FORM_GIVES_FOREST: return (text_value){.kind = TEXT_DATA, .level = RUBY_MADE};
    case FORM_GIVES_GLOBBED: return cp_text_globbed(st, first);
    case FORM_GIVES_UNDER: return cp_text_places_below(st, args->items, args->count);
    case FORM_GIVES_NAMES: return (text_value){.kind = TEXT_NAME, .items = 1};
    case FORM_GIVES_NAME: return cp_text_name_of(st, first);
    case FORM_GIVES_ITEM: return places ? cp_text_item(st, v) : text_data();
    case FORM_GIVES_ITSELF: return v;
    case FORM_GIVES_SLICE: return places && !st->escaped ? v : text_data();
    default: return text_data();
    }
}

text_value cp_ruby_call(ruby *p, uint32_t member, const text_value *receiver) {
    text_state *st = p->st;
    ruby_arguments args = {.count = 0};
    text_value got = text_nothing();
    if (!cp_ruby_enter(p))
        return got;
    uint32_t start = p->at;
    bool spaced = cp_ruby_blanks(p);
    if (!spaced && cp_ruby_take_byte(p, '('))
        cp_ruby_arguments(p, ')', &args);
    else if (spaced && begins_argument(p))
        cp_ruby_arguments(p, 0, &args);
    else
        p->at = start;
    start = p->at;
    cp_ruby_blanks(p);
    bool stands = ruby_byte(p, 0) == '{' || (!p->no_do && cp_ruby_is(p, "do"));
    form f = fitting(p, member, &args, stands || args.symbol);
    if (stands && args.symbol)
        ruby_fail(p);
    take_all(p, &f, &args);
    if (receiver && f.use == FORM_SETS)
        cp_ruby_changes(p, *receiver);
    if (!stands)
        p->at = start;
    else if (!st->failed)
        block(p, &f, receiver);
    got = st->failed ? text_nothing() : gives(p, &f, receiver, &args);
    p->depth--;
    return got;
}
