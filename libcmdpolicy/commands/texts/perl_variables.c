/* Variables of Perl. A text may be the name of another variable wherever it stands for a reference: so no reference is followed, and an
 * array has no arrays in it. What the text doesn't own (its arguments, where modules are found) is read; what could change it by another
 * name, isn't understood. Cost: linear. */
#include "commands/texts/perl.h"

enum { NAME_MOST = 64 };

/* ---- Names ---------------------------------------------------------------------------------------------------------------------- */

/* What begins small, or has a small letter, or is one capital, is nobody's but the text's. */
bool cp_perl_is_own(cp_slice name) {
    if (name.n == 1)
        return name.p[0] != '_';
    for (uint32_t i = 0; i < name.n; i++)
        if (name.p[i] >= 'a' && name.p[i] <= 'z')
            return true;
    return false;
}

/* The sign and the name, as the policy lists it. */
static form listed(perl *p, uint8_t sign, cp_slice name) {
    uint8_t buffer[NAME_MOST + 1] = {sign};
    form f = {.use = FORM_UNKNOWN};
    if (name.n > NAME_MOST)
        return f;
    memcpy(buffer + 1, name.p, name.n);
    uint32_t member = cp_text_find(p->st, CP_LIT(""), cp_slice_of(buffer, name.n + 1u));
    return member ? cp_text_form(p->st, member) : f;
}

static void see(perl *p, cp_slice name) {
    if (!CP_PUSH(p->st->arena, p->seen, p->seen_count, p->seen_cap, name))
        perl_fail(p);
}

/* ---- Giving and changing ------------------------------------------------------------------------------------------------------ */

static void changed(perl *p, cp_slice name) {
    bool through = cp_slice_is(name, "_") || cp_slice_is(name, "a") || cp_slice_is(name, "b");
    for (uint32_t i = 0; i < p->loop_count; i++)
        through |= cp_slice_eq(p->loops[i], name);
    p->changes += through;
}

void cp_perl_changes_topic(perl *p) {
    p->changes++;
}

void cp_perl_change(perl *p, const perl_term *t) {
    switch (t->left) {
    case PERL_FRESH: break;
    case PERL_SCALAR: changed(p, t->name); break;
    case PERL_ELEMENT:
    case PERL_WHOLE: break;
    case PERL_LIST:
        for (uint32_t i = t->seen; i < p->seen_count; i++)
            changed(p, p->seen[i]);
        break;
    default: p->changes++; /* whatever that is a part of */
    }
}

void cp_perl_store(perl *p, const perl_term *t) {
    if (t->left == PERL_NONE)
        perl_fail(p);
    else
        cp_perl_change(p, t);
}

void cp_perl_goes_through(perl *p, bool changes, bool guarded) {
    if (changes && guarded)
        perl_fail(p);
}

/* ---- Subscripts ------------------------------------------------------------------------------------------------------------------ */

/* Nothing may stand behind it that makes an element of it, or a longer name. */
static void ends(perl *p, perl_where where) {
    perl look = *p;
    uint8_t c = perl_byte(p, 0), next = perl_byte(p, 1);
    bool arrow = c == '-' && next == '>';
    uint8_t third = perl_byte(p, 2);
    if (c >= 0x80 || perl_is_word(c) || c == '[' || c == '{' || (c == ':' && next == ':') ||
        (c == '\'' && (perl_is_letter(next) || next >= 0x80)) ||
        (arrow && (where == PERL_CODE || (third && strchr("[{@$%", third)))))
        perl_fail(p);
    if (where != PERL_CODE)
        return;
    cp_perl_space(&look);
    c = perl_byte(&look, 0);
    if (c == '[' || c == '{' || (c == '-' && perl_byte(&look, 1) == '>') || c == '(')
        perl_fail(p);
}

/* `{word}`, `{$x}`, `[1]`; the literal that it is. */
static text_value subscript(perl *p) {
    uint8_t close = perl_byte(p, 0) == '{' ? '}' : ']';
    perl look = *p;
    look.at++;
    cp_perl_blanks(&look);
    uint32_t start = look.at;
    look.at += perl_byte(&look, 0) == '-';
    cp_slice word = cp_perl_word(&look);
    look.at += word.n;
    cp_slice key = cp_slice_sub(p->s, start, look.at);
    cp_perl_blanks(&look);
    if (close == '}' && word.n && perl_byte(&look, 0) == '}') {
        p->at = look.at + 1;
        return cp_text_literal(p->st, key);
    }
    p->at++;
    cp_perl_space(p);
    perl_term t = cp_perl_list(p);
    cp_perl_want_byte(p, close);
    return t.value;
}

static bool at_subscript(const perl *p) {
    uint8_t c = perl_byte(p, 0);
    return c == '[' || c == '{';
}

/* `$x[1]`, `$x{y}`, from the bracket on. */
static perl_term element(perl *p, cp_slice name, perl_where where) {
    uint8_t sign = perl_byte(p, 0) == '[' ? '@' : '%';
    perl_term t = {.left = PERL_NONE, .variable = true};
    if (where == PERL_PATTERN || !cp_perl_enter(p))
        return perl_fail(p);
    form f = listed(p, sign, name);
    if (f.use == FORM_VALUE || f.use == FORM_LOOKS || f.use == FORM_CALL) {
        text_value key = subscript(p);
        if (f.use == FORM_CALL && f.count == 1 && !p->st->failed)
            cp_text_take(p->st, &f.takes[0], key);
        p->guards += f.use != FORM_LOOKS;
        t.guarded = f.use != FORM_LOOKS;
    } else if (cp_perl_is_own(name)) {
        t.left = PERL_ELEMENT;
        (void)subscript(p);
    } else {
        return perl_fail(p);
    }
    p->depth--;
    if (!p->st->failed)
        ends(p, where);
    return t;
}

/* ---- Arrays and hashes ------------------------------------------------------------------------------------------------------------ */

/* A whole one; the place is behind its name. */
static perl_term whole(perl *p, uint8_t sign, cp_slice name) {
    form f = listed(p, sign, name);
    if (f.use == FORM_VALUE) {
        p->guards++;
        return (perl_term){.guarded = true, .variable = true};
    }
    if (f.use == FORM_LOOKS)
        return (perl_term){.variable = true};
    if (!cp_perl_is_own(name))
        return perl_fail(p);
    return (perl_term){.left = PERL_WHOLE, .variable = true};
}

/* `@{[ … ]}` */
static perl_term computed(perl *p) {
    perl_term t = {.left = PERL_NONE};
    p->at++;
    cp_perl_space(p);
    cp_perl_want_byte(p, '[');
    cp_perl_space(p);
    if (cp_perl_enter(p))
        (void)cp_perl_list(p);
    p->depth--;
    cp_perl_want_byte(p, ']');
    cp_perl_want_byte(p, '}');
    return t;
}

static perl_term array(perl *p, perl_where where) {
    p->at++;
    perl_term t;
    if (perl_byte(p, 0) == '{') {
        perl look = *p;
        look.at++;
        cp_perl_space(&look);
        t = perl_byte(&look, 0) == '[' ? computed(p) : perl_fail(p);
    } else {
        cp_slice name = cp_perl_word(p);
        p->at += name.n;
        if (!name.n)
            return perl_fail(p);
        if (at_subscript(p) && where != PERL_PATTERN && cp_perl_is_own(name)) {
            t = (perl_term){.left = PERL_ELEMENT};
            (void)subscript(p);
        } else {
            t = whole(p, '@', name);
        }
    }
    if (!p->st->failed)
        ends(p, where);
    return t;
}

static perl_term hash(perl *p) {
    p->at++;
    cp_slice name = cp_perl_word(p);
    p->at += name.n;
    perl_term t = name.n ? whole(p, '%', name) : perl_fail(p);
    if (!p->st->failed)
        ends(p, PERL_CODE);
    return t;
}

/* ---- Scalars -------------------------------------------------------------------------------------------------------------------- */

/* `$#x` */
static perl_term last_index(perl *p, perl_where where) {
    p->at += 2;
    cp_slice name = cp_perl_word(p);
    p->at += name.n;
    if (where == PERL_PATTERN || !name.n)
        return perl_fail(p);
    (void)whole(p, '@', name);
    if (!p->st->failed)
        ends(p, where);
    return (perl_term){.variable = true};
}

/* One that Perl has: what the policy lists. */
static perl_term special(perl *p, cp_slice name, perl_where where) {
    form f = listed(p, '$', name);
    perl_term t = {.left = PERL_NONE, .variable = true, .name = name};
    if (f.use != FORM_VALUE && f.use != FORM_SETS && f.use != FORM_LOOKS)
        return perl_fail(p);
    if (f.use == FORM_SETS)
        t.left = PERL_SCALAR;
    t.guarded = f.use == FORM_VALUE;
    p->guards += t.guarded;
    if (t.left == PERL_SCALAR)
        see(p, name);
    ends(p, where);
    return t;
}

static perl_term punctuation(perl *p, perl_where where) {
    uint8_t c = perl_byte(p, 0), next = perl_byte(p, 1);
    uint32_t start = p->at;
    if (c == '+' && next == '{' && where != PERL_PATTERN) { /* %+ */
        p->at++;
        return element(p, cp_slice_sub(p->s, start, p->at), where);
    }
    if (perl_is_digit(c))
        while (perl_is_digit(perl_byte(p, 0)))
            p->at++;
    else
        p->at += c == '^' ? 2 : 1;
    if (c == '^' && (next < 'A' || next > 'Z'))
        return perl_fail(p);
    if (where == PERL_PATTERN && !perl_is_digit(c))
        return perl_fail(p);
    if (where == PERL_STRING && !perl_is_digit(c) && !strchr("&.!,;@^$", c))
        return perl_fail(p);
    uint8_t behind = perl_byte(p, 0);
    if (c == '$' &&
        (perl_is_word(behind) || behind == '{' || behind == '$' || behind == ':' || behind == '^'))
        return perl_fail(p);
    cp_slice name = cp_slice_sub(p->s, start, p->at);
    if (perl_is_digit(c) && c != '0') { /* what the last pattern found */
        ends(p, where);
        return (perl_term){.variable = true};
    }
    return special(p, name, where);
}

/* `JSON::PP::VERSION` */
static perl_term qualified(perl *p, perl_where where) {
    uint32_t start = p->at, last;
    for (;;) {
        cp_slice word = cp_perl_word(p);
        if (!word.n)
            return perl_fail(p);
        last = p->at;
        p->at += word.n;
        if (perl_byte(p, 0) != ':' || perl_byte(p, 1) != ':')
            break;
        p->at += 2;
    }
    cp_slice name = cp_slice_sub(p->s, start, p->at), own = cp_slice_sub(p->s, last, p->at);
    if (listed(p, '$', name).use == FORM_UNKNOWN && cp_slice_is(own, "VERSION")) {
        ends(p, where);
        p->guards++;
        return (perl_term){.variable = true, .guarded = true};
    }
    return special(p, name, where);
}

static perl_term scalar(perl *p, perl_where where) {
    uint8_t next = perl_byte(p, 1);
    if (next == '#')
        return last_index(p, where);
    p->at++;
    if (next == '{') { /* ${name} */
        p->at++;
        cp_slice name = cp_perl_word(p);
        p->at += name.n;
        if (!name.n || !cp_perl_is_own(name) || !cp_perl_take_byte(p, '}'))
            return perl_fail(p);
        uint8_t c = perl_byte(p, 0);
        if (perl_is_word(c) || c >= 0x80 || c == ':' || c == '\'') /* ends a name here */
            return where == PERL_CODE ? perl_fail(p) : perl_value();
        ends(p, where);
        return (perl_term){.variable = true};
    }
    cp_slice name = cp_perl_word(p);
    if (!name.n)
        return punctuation(p, where);
    if (perl_byte(p, name.n) == ':' && perl_byte(p, name.n + 1) == ':')
        return qualified(p, where);
    p->at += name.n;
    if (at_subscript(p))
        return element(p, name, where);
    if (!cp_perl_is_own(name))
        return special(p, name, where);
    ends(p, where);
    see(p, name);
    return (perl_term){.left = PERL_SCALAR, .variable = true, .name = name};
}

perl_term cp_perl_variable(perl *p, perl_where where) {
    if (!cp_step(p->st->budget))
        return perl_fail(p);
    switch (perl_byte(p, 0)) {
    case '$': return scalar(p, where);
    case '@': return array(p, where);
    default: return where == PERL_CODE ? hash(p) : perl_fail(p);
    }
}

perl_term cp_perl_declared(perl *p) {
    uint8_t sign = perl_byte(p, 0);
    if (!sign || !strchr("$@%", sign))
        return perl_fail(p);
    p->at++;
    cp_slice name = cp_perl_word(p);
    p->at += name.n;
    if (!cp_perl_is_own(name))
        return perl_fail(p);
    ends(p, PERL_CODE);
    if (sign == '$')
        return (perl_term){.left = PERL_FRESH, .name = name, .variable = true};
    return (perl_term){.left = PERL_WHOLE, .variable = true};
}
