/* Expressions of Ruby. Which operator binds first doesn't count, as nothing is known of what they make. What isn't read here isn't
 * understood: lambdas, here-documents, character literals, `%` but before w and i, `::` before a method, keywords as `**`. Cost: linear. */
#include "commands/texts/ruby.h"

enum { DEPTH_MOST = 60 };

bool cp_ruby_enter(ruby *p) {
    if (++p->depth > DEPTH_MOST || !cp_step(p->st->budget))
        ruby_fail(p);
    return !p->st->failed;
}

enum { NAME_MOST = 100 };

/* NAME#PLACE, of a block's parameter. */
static cp_slice parameter_of(ruby *p, cp_slice name, uint32_t block, uint8_t *buffer) {
    uint32_t n = name.n;
    if (n > NAME_MOST) {
        ruby_fail(p);
        return name;
    }
    memcpy(buffer, name.p, n);
    buffer[n++] = '#';
    for (uint32_t at = p->blocks[block]; at; at /= 10)
        buffer[n++] = (uint8_t)('0' + at % 10);
    return cp_slice_of(buffer, n);
}

static cp_slice resolved(ruby *p, cp_slice name, uint8_t *buffer) {
    for (uint32_t i = p->block_count; i && !p->st->failed && cp_step(p->st->budget); i--) {
        cp_slice key = parameter_of(p, name, i - 1, buffer);
        if (cp_text_is_bound(p->st, key))
            return key;
    }
    return name;
}

void cp_ruby_binds_parameter(ruby *p, cp_slice name, text_value v) {
    uint8_t buffer[NAME_MOST + 12];
    p->block_count--;
    if (cp_ruby_is_bound(p, name)) /* before 1.9 it is that variable */
        cp_ruby_binds(p, name, v);
    p->block_count++;
    cp_slice key = parameter_of(p, name, p->block_count - 1, buffer);
    if (!p->st->failed)
        cp_text_bind(p->st, cp_text_is_bound(p->st, key) ? key : cp_arena_copy(p->st->arena, key), v);
}

void cp_ruby_binds(ruby *p, cp_slice name, text_value v) {
    uint8_t buffer[NAME_MOST + 12];
    cp_slice key = resolved(p, name, buffer);
    if (!p->st->failed)
        cp_text_bind(p->st, key, v);
}

bool cp_ruby_is_bound(ruby *p, cp_slice name) {
    uint8_t buffer[NAME_MOST + 12];
    return cp_text_is_bound(p->st, resolved(p, name, buffer));
}

text_value cp_ruby_named(ruby *p, cp_slice name) {
    uint8_t buffer[NAME_MOST + 12];
    text_value v = cp_text_named(p->st, resolved(p, name, buffer));
    if (!p->st->changes || (v.kind != TEXT_PLACE && v.kind != TEXT_NAME))
        return v;
    cp_text_decay(p->st, v);
    return text_data();
}

void cp_ruby_changes(ruby *p, text_value v) {
    if (v.kind == TEXT_NOTHING || (v.kind == TEXT_DATA && v.level == RUBY_MADE) || v.kind == TEXT_NUMBER)
        return;
    cp_text_decay(p->st, v);
    p->st->changed |= !p->st->changes;
    p->st->changes = true;
}

void cp_ruby_dropped(ruby *p, text_value v) {
    if (v.kind == TEXT_SHOWN || v.kind == TEXT_SCOPE || v.kind == TEXT_MEMBER)
        ruby_fail(p);
    else
        cp_text_passed(p->st, v);
}

void cp_ruby_compared(ruby *p, text_value v) {
    if (v.kind != TEXT_SCOPE && v.kind != TEXT_MEMBER)
        cp_ruby_dropped(p, v);
}

/* ---- What stands by itself ---------------------------------------------------------------------------------------------------- */

/* [a, b] */
static text_value array(ruby *p) {
    text_value all = text_nothing();
    ruby_arguments items = {.count = 0};
    bool places = true;
    p->at++;
    cp_ruby_arguments(p, ']', &items);
    if (items.symbol)
        ruby_fail(p);
    for (uint32_t i = 0; i < items.count && !p->st->failed; i++) {
        const text_argument *a = &items.items[i];
        places &= a->value.kind == TEXT_PLACE && !a->value.items && !a->spread && !a->keyword.n;
        if (!places) {
            cp_text_decay(p->st, all);
            cp_text_decay(p->st, a->value);
        } else {
            all = cp_text_join(p->st, all, a->value);
        }
    }
    return items.count && places ? cp_text_list_of(p->st, all)
                                 : (text_value){.kind = TEXT_DATA, .level = RUBY_MADE};
}

/* {a: b, "c" => d} */
static text_value hash(ruby *p) {
    ruby_arguments items = {.count = 0};
    p->at++;
    cp_ruby_arguments(p, '}', &items);
    if (items.symbol)
        ruby_fail(p);
    for (uint32_t i = 0; i < items.count && !p->st->failed; i++) {
        if (!items.items[i].keyword.n)
            ruby_fail(p);
        cp_text_decay(p->st, items.items[i].value);
    }
    return (text_value){.kind = TEXT_DATA, .level = RUBY_MADE};
}

/* One value or several statements. */
static text_value group(ruby *p) {
    bool no_do = p->no_do;
    p->no_do = false;
    p->at++;
    cp_ruby_space(p);
    text_value v = cp_ruby_expression(p);
    cp_ruby_space(p);
    cp_ruby_want_byte(p, ')');
    p->no_do = no_do;
    return v;
}

/* $1, $stdin: what the policy lists. `$_` may be assigned to. */
static text_value global(ruby *p) {
    uint32_t start = p->at++;
    uint8_t c = ruby_byte(p, 0);
    if (ruby_is_digit(c)) {
        while (ruby_is_digit(ruby_byte(p, 0)))
            p->at++;
        if (cp_slice_is(cp_slice_sub(p->s, start, p->at), "$0") || ruby_is_word(ruby_byte(p, 0)))
            return ruby_fail(p);
        return text_data();
    }
    p->at += ruby_is_word(c) ? cp_ruby_word(p).n : 1;
    cp_slice name = cp_slice_sub(p->s, start, p->at);
    uint32_t member = cp_text_find(p->st, CP_LIT(""), name);
    uint32_t use = cp_text_form(p->st, member).use;
    if (!member || (use != FORM_VALUE && use != FORM_SETS))
        return ruby_fail(p);
    cp_ruby_blanks(p);
    uint32_t length = cp_ruby_assignment(p);
    if (length) {
        if (length == 3)
            cp_ruby_changes(p, text_data());
        p->at += use == FORM_SETS ? length : 0;
        cp_ruby_space(p);
        cp_text_decay(p->st, cp_ruby_expression(p));
    }
    return text_data();
}

/* A::B, and Integer(x). */
static text_value constant(ruby *p) {
    cp_slice name = cp_ruby_word(p);
    uint32_t member = cp_text_find(p->st, CP_LIT(""), name);
    p->at += name.n;
    if (!member || ruby_byte(p, 0) >= 0x80 || ruby_byte(p, 0) == '?' || ruby_byte(p, 0) == '!')
        return ruby_fail(p);
    if (ruby_byte(p, 0) == '(')
        return cp_ruby_call(p, member, NULL);
    text_value v = cp_text_named(p->st, name);
    while (!p->st->failed && ruby_byte(p, 0) == ':' && ruby_byte(p, 1) == ':' &&
           ruby_is_capital(ruby_byte(p, 2))) {
        p->at += 2;
        if (v.kind != TEXT_SCOPE && v.kind != TEXT_MEMBER)
            return ruby_fail(p);
        v = cp_text_member(p->st, v, cp_ruby_word(p));
        p->at += cp_ruby_word(p).n;
        if (v.kind == TEXT_NOTHING || ruby_byte(p, 0) == '(')
            return ruby_fail(p);
    }
    form f = cp_text_form(p->st, v.kind == TEXT_MEMBER ? v.what : 0);
    return f.use == FORM_VALUE ? text_data() : v; /* (a class is none) */
}

/* ---- Names ---------------------------------------------------------------------------------------------------------------------- */

/* `name = …`, `name += …`; the place is at the sign. */
static text_value assigned(ruby *p, cp_slice name, uint32_t length) {
    cp_slice op = cp_slice_sub(p->s, p->at, p->at + length - 1);
    bool either = cp_slice_is(op, "||") || cp_slice_is(op, "&&");
    if (op.n && !cp_ruby_is_bound(p, name))
        cp_ruby_binds(p, name, text_nothing());
    if (cp_slice_is(op, "<<"))
        cp_ruby_changes(p, cp_ruby_named(p, name));
    p->at += length;
    cp_ruby_space(p);
    text_value v = cp_ruby_expression(p);
    if (op.n && !either) {
        cp_text_decay(p->st, v);
        cp_text_decay(p->st, cp_ruby_named(p, name));
        v = text_data();
    }
    if (v.kind == TEXT_SHOWN || v.kind == TEXT_SCOPE)
        return ruby_fail(p);
    cp_ruby_binds(p, name, v);
    return either ? cp_ruby_named(p, name) : v;
}

static text_value named(ruby *p) {
    cp_slice name = cp_ruby_name(p);
    uint32_t start = p->at;
    cp_ruby_blanks(p);
    uint32_t length = cp_ruby_assignment(p);
    if (length && ruby_is_word(name.p[name.n - 1]))
        return assigned(p, name, length);
    p->at = start;
    if (cp_ruby_is_bound(p, name)) /* parentheses call a method of that name all the same */
        return ruby_byte(p, 0) == '(' ? ruby_fail(p) : cp_ruby_named(p, name);
    uint32_t member = cp_text_find(p->st, CP_LIT(""), name);
    return member ? cp_ruby_call(p, member, NULL) : ruby_fail(p);
}

static text_value variable_of_object(ruby *p) {
    uint32_t start = p->at++;
    cp_slice word = cp_ruby_word(p);
    p->at += word.n;
    cp_slice name = cp_slice_sub(p->s, start, p->at);
    if (!word.n || ruby_byte(p, 0) >= 0x80)
        return ruby_fail(p);
    start = p->at;
    cp_ruby_blanks(p);
    uint32_t length = cp_ruby_assignment(p);
    if (length)
        return assigned(p, name, length);
    p->at = start;
    return cp_ruby_is_bound(p, name) ? cp_ruby_named(p, name) : text_data();
}

static text_value primary(ruby *p) {
    uint8_t c = ruby_byte(p, 0);
    if (c == '"' || c == '\'')
        return cp_ruby_quoted(p);
    if (c == ':')
        return cp_ruby_symbol(p);
    if (c == '/')
        return cp_ruby_regexp(p);
    if (c == '%')
        return cp_ruby_words(p);
    if (c == '[')
        return array(p);
    if (c == '{')
        return hash(p);
    if (c == '(')
        return group(p);
    if (c == '$')
        return global(p);
    if (c == '@')
        return variable_of_object(p);
    if (ruby_is_digit(c))
        return cp_ruby_number(p);
    if (ruby_is_capital(c))
        return constant(p);
    if (!ruby_is_small(c))
        return ruby_fail(p);
    cp_slice word = cp_ruby_word(p);
    if (cp_ruby_take(p, "nil") || cp_ruby_take(p, "true") || cp_ruby_take(p, "false"))
        return text_data();
    if (cp_ruby_is(p, "if") || cp_ruby_is(p, "unless") || cp_ruby_is(p, "while") || cp_ruby_is(p, "until") ||
        cp_ruby_is(p, "case") || cp_ruby_is(p, "begin") || cp_ruby_is(p, "for"))
        return cp_ruby_keyword(p, word);
    return cp_ruby_at_keyword(p) ? ruby_fail(p) : named(p);
}

/* ---- Behind it ------------------------------------------------------------------------------------------------------------------ */

/* A dot, at the beginning of the next line, too. */
static bool takes_dot(ruby *p) {
    uint32_t start = p->at;
    uint8_t c = 0;
    cp_ruby_space(p);
    bool safe = ruby_byte(p, 0) == '&' && ruby_byte(p, 1) == '.';
    c = ruby_byte(p, safe ? 2 : 1);
    if ((!safe && ruby_byte(p, 0) != '.') ||
        (!ruby_is_small(c) && !ruby_is_capital(c) && !ruby_is_blank(c))) {
        p->at = start;
        return false;
    }
    p->at += safe ? 2 : 1;
    cp_ruby_space(p);
    return true;
}

static text_value method(ruby *p, text_value v) {
    uint32_t member = 0;
    cp_slice name = cp_ruby_name(p);
    if (p->st->failed)
        return v;
    if (v.kind == TEXT_SCOPE || v.kind == TEXT_MEMBER) {
        text_value found = cp_text_member(p->st, v, name);
        member = found.kind == TEXT_MEMBER ? found.what : 0;
    } else {
        member = cp_text_find(p->st, CP_LIT("."), name);
        form f = cp_text_form(p->st, member);
        if (v.kind == TEXT_SHOWN && f.use != FORM_SHOWS)
            return ruby_fail(p);
    }
    return member ? cp_ruby_call(p, member, &v) : ruby_fail(p);
}

static text_value indexed(ruby *p, text_value v) {
    ruby_arguments index = {.count = 0};
    p->at++;
    cp_ruby_arguments(p, ']', &index);
    if (p->st->failed || index.symbol || v.kind == TEXT_MEMBER || v.kind == TEXT_SHOWN)
        return ruby_fail(p);
    if (v.kind == TEXT_SCOPE) { /* Dir["*"] */
        text_value found = cp_text_member(p->st, v, CP_LIT("[]"));
        form f = cp_text_form(p->st, found.kind == TEXT_MEMBER ? found.what : 0);
        if (f.use != FORM_CALL || f.count != 1 || index.count != 1 || index.items[0].keyword.n ||
            index.items[0].spread)
            return ruby_fail(p);
        text_value one = f.takes[0].role == FORM_ROLE_PATTERN ? cp_ruby_pattern(p, index.items[0].value)
                                                              : index.items[0].value;
        if (!p->st->failed)
            cp_text_take(p->st, &f.takes[0], one);
        return f.gives == FORM_GIVES_GLOBBED ? cp_text_globbed(p->st, one) : text_data();
    }
    for (uint32_t i = 0; i < index.count; i++)
        cp_text_decay(p->st, index.items[i].value);
    uint32_t start = p->at;
    cp_ruby_blanks(p);
    uint32_t length = cp_ruby_assignment(p);
    if (!length) {
        p->at = start;
        return index.count == 1 && index.items[0].value.kind == TEXT_NUMBER && v.items
                   ? cp_text_item(p->st, v)
                   : text_data();
    }
    cp_ruby_changes(p, v);
    if (length == 3 && ruby_byte(p, 0) == '<')
        cp_ruby_changes(p, text_data());
    p->at += length;
    cp_ruby_space(p);
    cp_text_decay(p->st, cp_ruby_expression(p));
    return text_data();
}

static text_value operand(ruby *p) {
    if (!cp_ruby_enter(p))
        return text_nothing();
    uint8_t c = ruby_byte(p, 0), next = ruby_byte(p, 1);
    text_value v = text_data();
    if ((c == '!' && next != '=' && next != '~') || (c == '-' && (ruby_is_word(next) || next == '('))) {
        p->at++;
        cp_ruby_dropped(p, operand(p));
    } else {
        v = primary(p);
        for (bool more = true; more && !p->st->failed;) {
            if (ruby_byte(p, 0) == '[')
                v = indexed(p, v);
            else if (takes_dot(p))
                v = method(p, v);
            else
                more = false;
        }
    }
    p->depth--;
    return v;
}

/* ---- Operators ------------------------------------------------------------------------------------------------------------------ */

/* How long the operator is; what may begin an argument where another idea of names rules has a blank on both sides, or on none. */
static uint32_t operator(ruby *p, bool spaced) {
    static const char *const known[] = {
        "<=>", "===", "...", "**", "==", "=~", "!=", "!~", "<=", ">=", "<<", ">>", "&&", "||",
        "..",  "+",   "-",   "*",  "/",  "%",  "&",  "|",  "^",  "<",  ">",  "?",  NULL};
    cp_slice rest = cp_slice_sub(p->s, p->at, p->s.n);
    for (const char *const *op = known; *op; op++) {
        cp_slice text = cp_slice_str(*op);
        if (!cp_slice_starts(rest, text))
            continue;
        uint8_t next = ruby_byte(p, text.n);
        bool behind = ruby_is_blank(next);
        if (next == '=' ||
            (strchr("+-*/%&?<", (*op)[0]) && spaced != behind && !cp_slice_is(text, "&&") &&
             !cp_slice_is(text, "<=")) ||
            ((*op)[0] == '?' && !behind))
            ruby_fail(p);
        return text.n;
    }
    return 0;
}

static void ternary(ruby *p) {
    cp_ruby_space(p);
    cp_ruby_dropped(p, cp_ruby_expression(p));
    cp_ruby_space(p);
    cp_ruby_want_byte(p, ':');
    if (!ruby_is_blank(ruby_byte(p, 0)))
        ruby_fail(p);
    cp_ruby_space(p);
    cp_ruby_dropped(p, cp_ruby_expression(p));
}

text_value cp_ruby_expression(ruby *p) {
    text_value v = text_nothing();
    if (cp_ruby_enter(p)) {
        v = operand(p);
        while (!p->st->failed) {
            uint32_t start = p->at;
            bool spaced = cp_ruby_blanks(p);
            uint32_t length = operator(p, spaced);
            if (!length) {
                p->at = start;
                break;
            }
            uint8_t c = ruby_byte(p, 0);
            if (c == '<' && ruby_byte(p, 1) == '<')
                cp_ruby_changes(p, v);
            cp_ruby_dropped(p, v);
            p->at += length;
            v = text_data();
            if (c == '?') {
                ternary(p);
                continue;
            }
            if (c == '.' && (ruby_byte(p, 0) == ']' || ruby_byte(p, 0) == ')')) /* without an end */
                continue;
            cp_ruby_space(p);
            cp_ruby_dropped(p, operand(p));
        }
    }
    p->depth--;
    return v;
}
