/* Calls in a PHP text: of what the policy lists, and nothing else. A text may be a function's name to who calls what it is given: so that
 * takes a function that is written out, or the name of a listed one. Cost: a few steps for each argument. */
#include "commands/texts/php.h"

enum { ARGUMENTS_MOST = 24 };
typedef struct argument {
    text_value value;
    cp_slice variable; /* it is one, or a part of one */
    bool function, constant, spread, grouped;
} argument;

static bool is_harmless(uint32_t use) {
    return use == FORM_VALUE || use == FORM_LOOKS || use == FORM_SHOWS;
}

static uint32_t arguments(php *p, argument *args) {
    uint32_t count = 0;
    cp_php_want_byte(p, '(');
    while (!p->st->failed && cp_step(p->st->budget)) {
        cp_php_space(p);
        if (php_byte(p, 0) == ')')
            break;
        if (count == ARGUMENTS_MOST) {
            php_fail(p);
            break;
        }
        argument *a = &args[count++];
        *a = (argument){.spread = php_byte(p, 0) == '.' && php_byte(p, 1) == '.' && php_byte(p, 2) == '.'};
        p->at += a->spread ? 3 : 0;
        cp_php_space(p);
        php look = *p;
        a->grouped = php_byte(p, 0) == '(';
        if (php_byte(p, 0) == '$')
            a->variable = cp_php_variable(&look);
        p->function = p->constant = false;
        a->value = cp_php_expression(p);
        a->function = p->function;
        a->constant = p->constant;
        p->function = p->constant = false;
        if (!cp_php_take_byte(p, ','))
            break;
    }
    cp_php_want_byte(p, ')');
    return p->st->failed ? 0 : count;
}

/* A listed function's name, written out; `null` is none. */
static bool names_function(php *p, const argument *a) {
    const text_place *place = a->constant && cp_text_is_literal(a->value) ? a->value.places : NULL;
    if (!place || place->next)
        return false;
    for (uint32_t i = 0; i < place->path.n; i++)
        if (!cp_php_is_name(place->path.p[i]) || (place->path.p[i] >= 'A' && place->path.p[i] <= 'Z'))
            return false;
    form f = cp_text_form(p->st, cp_text_find(p->st, CP_LIT(""), place->path));
    return f.use == FORM_LOOKS || f.use == FORM_SHOWS;
}

/* Does this argument have its place? What takes one of some words is looked at. */
static bool takes(php *p, const form_take *t, const argument *a) {
    if (a->spread)
        return false;
    if (t->role == FORM_ROLE_CALLED)
        return a->function || names_function(p, a);
    if (t->role != FORM_ROLE_ONE_OF)
        return true;
    cp_text_take(p->st, t, a->value);
    bool fine = !p->st->failed;
    p->st->failed = false;
    return fine;
}

static bool fits(php *p, const form *f, const argument *args, uint32_t count) {
    uint32_t at = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (at == f->count || !takes(p, &f->takes[at], &args[i]))
            return false;
        at += !f->takes[at].many;
    }
    for (; at < f->count; at++)
        if (!f->takes[at].optional && !f->takes[at].many)
            return false;
    return true;
}

static form fitting(php *p, uint32_t member, const argument *args, uint32_t count) {
    cp_slice rest = cp_image_string(p->st->image, cp_image_text_name(p->st->image, member)->form);
    form f;
    do {
        (void)cp_form_read(rest, &f);
        if (is_harmless(f.use) || f.use == FORM_SETS || (f.use == FORM_CALL && fits(p, &f, args, count)))
            return f;
    } while (cp_form_next(&rest) && cp_step(p->st->budget));
    php_fail(p);
    return f;
}

/* A pattern of files has braces only where it is told so, and backslashes take stars apart. */
static void take_pattern(php *p, const form_take *t, text_value v) {
    for (const text_place *place = v.kind == TEXT_PLACE ? v.places : NULL; place; place = place->next)
        if (cp_slice_find(place->path, '{', 0) < place->path.n ||
            cp_slice_find(place->path, '\\', 0) < place->path.n || cp_text_finds_above(place->path))
            php_fail(p);
    cp_text_take(p->st, t, v);
}

static void take_all(php *p, const form *f, const argument *args, uint32_t count) {
    for (uint32_t i = 0, at = 0; i < count && !p->st->failed; i++) {
        text_value v = args[i].value;
        const form_take *t = f->use == FORM_CALL ? &f->takes[at] : NULL;
        if (!t || t->role == FORM_ROLE_LOOKS || t->role == FORM_ROLE_CALLED)
            (void)cp_text_passed(p->st, v);
        else if (t->role == FORM_ROLE_PATTERN)
            take_pattern(p, t, v);
        else
            cp_text_take(p->st, t, v);
        if (f->use == FORM_SETS && args[i].grouped)
            php_fail(p); /* before 7.0 it is the variable */
        if (f->use == FORM_SETS && args[i].variable.n)
            cp_text_bind(p->st, args[i].variable, text_data());
        at += t && !t->many;
    }
}

text_value cp_php_call(php *p, uint32_t member) {
    text_state *st = p->st;
    argument args[ARGUMENTS_MOST];
    if (!cp_php_enter(p))
        return text_nothing();
    uint32_t count = arguments(p, args);
    form f = {.use = FORM_UNKNOWN};
    if (!st->failed)
        f = fitting(p, member, args, count);
    if (!st->failed)
        take_all(p, &f, args, count);
    p->depth--;
    if (st->failed)
        return text_nothing();
    text_value first = count ? args[0].value : text_data();
    bool places = (first.kind == TEXT_PLACE || first.kind == TEXT_NAME) && first.items;
    switch (f.gives) {
    case FORM_GIVES_NUMBER: return text_number();
    case FORM_GIVES_GLOBBED: return cp_text_globbed(st, first);
    case FORM_GIVES_NAMES: return (text_value){.kind = TEXT_NAME, .items = 1};
    case FORM_GIVES_NAME: return count == 1 ? cp_text_name_of(st, first) : text_data();
    case FORM_GIVES_ITEMS: return places ? first : first.kind == TEXT_NOTHING ? first : text_data();
    case FORM_GIVES_ITEM: return places ? cp_text_item(st, first) : text_data();
    default: return text_data();
    }
}
