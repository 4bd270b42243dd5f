/* Expressions of PHP. Which operator binds first doesn't count, as nothing is known of what they make. Nothing is called but what is listed
 * under its name: no method, no variable, no text; no object is made. Cost: linear. */
#include "commands/texts/php.h"

enum { DEPTH_MOST = 60, NAME_MOST = 64 };

bool cp_php_enter(php *p) {
    if (++p->depth > DEPTH_MOST || !cp_step(p->st->budget))
        php_fail(p);
    return !p->st->failed;
}

text_value cp_php_named(php *p, cp_slice name) {
    return cp_text_is_bound(p->st, name) ? cp_text_named(p->st, name) : text_data();
}

/* ---- Targets -------------------------------------------------------------------------------------------------------------------- */

/* [$a, 'k' => $b], list($a, , $b): up to what closes it. */
static bool targets(php *p, uint8_t close, text_value v) {
    while (!p->st->failed && cp_step(p->st->budget)) {
        if (cp_php_take_byte(p, close))
            return true;
        if (cp_php_take_byte(p, ','))
            continue;
        if (php_byte(p, 0) == '"' || php_byte(p, 0) == '\'') {
            (void)cp_php_quoted(p);
            cp_php_space(p);
            if (php_byte(p, 0) != '=' || php_byte(p, 1) != '>')
                return false;
            p->at += 2;
        }
        if (!cp_php_target(p, v))
            return false;
    }
    return false;
}

bool cp_php_target(php *p, text_value v) {
    bool fine = false;
    if (!cp_php_enter(p)) {
        p->depth--;
        return false;
    }
    cp_php_space(p);
    if (php_byte(p, 0) == '$') {
        cp_slice name = cp_php_variable(p);
        bool part = false;
        for (cp_php_space(p); php_byte(p, 0) == '[' && !p->st->failed; cp_php_space(p)) {
            part = true;
            p->at++;
            if (!cp_php_take_byte(p, ']')) {
                cp_text_decay(p->st, cp_php_expression(p));
                cp_php_want_byte(p, ']');
            }
        }
        if (!p->st->failed)
            cp_text_bind(p->st, name, part ? cp_text_decay(p->st, v) : v);
        fine = true;
    } else if (cp_php_take_byte(p, '[')) {
        fine = targets(p, ']', cp_text_decay(p->st, v));
    } else if (cp_php_take(p, "list") && cp_php_take_byte(p, '(')) {
        fine = targets(p, ')', cp_text_decay(p->st, v));
    }
    p->depth--;
    return fine && !p->st->failed;
}

/* ---- What stands by itself ---------------------------------------------------------------------------------------------------- */

/* [1, 'a' => 2, ...$x] */
static text_value array(php *p, uint8_t close) {
    text_value all = text_nothing();
    bool places = true;
    uint32_t count = 0;
    while (!p->st->failed && cp_step(p->st->budget) && !cp_php_take_byte(p, close)) {
        bool spread = php_byte(p, 0) == '.' && php_byte(p, 1) == '.' && php_byte(p, 2) == '.';
        p->at += spread ? 3 : 0;
        text_value v = cp_php_expression(p);
        cp_php_space(p);
        if (php_byte(p, 0) == '=' && php_byte(p, 1) == '>') {
            p->at += 2;
            cp_text_decay(p->st, v);
            v = cp_php_expression(p);
        }
        count++;
        places &= v.kind == TEXT_PLACE && !v.items && !spread;
        if (places) {
            all = cp_text_join(p->st, all, v);
        } else {
            cp_text_decay(p->st, all);
            cp_text_decay(p->st, v);
        }
        if (!cp_php_take_byte(p, ',')) {
            cp_php_want_byte(p, close);
            break;
        }
    }
    return count && places ? cp_text_list_of(p->st, all) : text_data();
}

/* ($x, int $y = 1): each may be anything. */
static void parameters(php *p) {
    cp_php_want_byte(p, '(');
    while (!p->st->failed && cp_step(p->st->budget) && !cp_php_take_byte(p, ')')) {
        cp_php_take_byte(p, '?');
        cp_php_space(p);
        p->at += cp_php_word(p).n;
        cp_php_space(p);
        if (php_byte(p, 0) != '$') {
            php_fail(p);
            return;
        }
        cp_slice name = cp_php_variable(p);
        if (!p->st->failed)
            cp_text_bind(p->st, name, text_data());
        if (cp_php_take_byte(p, '='))
            cp_text_decay(p->st, cp_php_expression(p));
        cp_php_take_byte(p, ',');
    }
}

/* fn ($x) => …, function ($x) use (&$y) { … }: all variables of one name are one. */
static text_value function(php *p, bool arrow) {
    parameters(p);
    if (!arrow && cp_php_take(p, "use")) {
        cp_php_want_byte(p, '(');
        while (!p->st->failed && cp_step(p->st->budget) && !cp_php_take_byte(p, ')')) {
            cp_php_take_byte(p, '&');
            cp_php_space(p);
            if (php_byte(p, 0) != '$')
                php_fail(p);
            else
                (void)cp_php_variable(p);
            cp_php_take_byte(p, ',');
        }
    }
    if (cp_php_take_byte(p, ':')) {
        cp_php_take_byte(p, '?');
        cp_php_space(p);
        p->at += cp_php_word(p).n;
    }
    if (arrow) {
        cp_php_space(p);
        if (php_byte(p, 0) != '=' || php_byte(p, 1) != '>')
            return php_fail(p);
        p->at += 2;
        cp_text_decay(p->st, cp_php_expression(p));
    } else {
        cp_php_block(p);
    }
    return text_data();
}

/* isset($x, $y), empty($x), exit(1) */
static text_value construct(php *p) {
    if (!cp_php_take_byte(p, '('))
        return text_data();
    while (!p->st->failed && cp_step(p->st->budget) && !cp_php_take_byte(p, ')')) {
        cp_text_decay(p->st, cp_php_expression(p));
        cp_php_take_byte(p, ',');
    }
    return text_data();
}

static text_value word(php *p) {
    uint8_t lower[NAME_MOST];
    cp_slice name = cp_php_word(p);
    if (cp_php_take(p, "true") || cp_php_take(p, "false") || cp_php_take(p, "null"))
        return text_data();
    if (cp_php_take(p, "fn"))
        return function(p, true);
    if (cp_php_take(p, "function"))
        return function(p, false);
    if (cp_php_take(p, "isset") || cp_php_take(p, "empty") || cp_php_take(p, "exit") ||
        cp_php_take(p, "die") || cp_php_take(p, "unset"))
        return construct(p);
    if (cp_php_take(p, "print")) {
        cp_text_passed(p->st, cp_php_expression(p));
        return text_data();
    }
    if (cp_php_take(p, "array")) {
        cp_php_want_byte(p, '(');
        return array(p, ')');
    }
    if (name.n > NAME_MOST)
        return php_fail(p);
    p->at += name.n;
    uint8_t next = php_byte(p, 0);
    cp_php_space(p);
    bool call = php_byte(p, 0) == '(';
    for (uint32_t i = 0; i < name.n; i++)
        lower[i] = call && name.p[i] >= 'A' && name.p[i] <= 'Z' ? name.p[i] | 0x20 : name.p[i];
    uint32_t member = cp_text_find(p->st, CP_LIT(""), cp_slice_of(lower, name.n));
    if (!member || next >= 0x80 || next == '\\' || (php_byte(p, 0) == ':' && php_byte(p, 1) == ':'))
        return php_fail(p);
    if (call)
        return cp_php_call(p, member);
    return cp_text_form(p->st, member).use == FORM_VALUE ? text_data() : php_fail(p);
}

/* ---- Variables ------------------------------------------------------------------------------------------------------------------ */

/* `=`, or an operator with one: its length. */
static uint32_t assignment(const php *p) {
    static const char *const known[] = {
        "**=", "<<=", ">>=", "\?\?=", "+=", "-=", "*=", "/=", "%=", ".=", "|=", "&=", "^=", NULL};
    cp_slice rest = cp_slice_sub(p->s, p->at, p->s.n);
    if (php_byte(p, 0) == '=')
        return php_byte(p, 1) == '=' || php_byte(p, 1) == '>' ? 0 : 1;
    for (const char *const *op = known; *op; op++)
        if (cp_slice_starts(rest, cp_slice_str(*op)))
            return cp_slice_str(*op).n;
    return 0;
}

/* `= …` behind what began at `start`, which is read again as a target. */
static text_value assigned(php *p, uint32_t start, uint32_t length) {
    bool plain = length == 1;
    uint32_t sign = p->at;
    p->at += length;
    cp_php_space(p);
    if (php_byte(p, 0) == '&')
        return php_fail(p);
    text_value v = cp_php_expression(p);
    uint32_t end = p->at;
    if (!plain)
        v = cp_text_decay(p->st, v);
    p->at = start;
    if (!p->st->failed && !cp_php_target(p, plain ? v : text_data()))
        php_fail(p);
    cp_php_space(p);
    if (p->at != sign)
        php_fail(p);
    p->at = end;
    return v;
}

static bool steps(php *p) {
    cp_slice rest = cp_slice_sub(p->s, p->at, p->s.n);
    bool is = cp_slice_starts(rest, CP_LIT("++")) || cp_slice_starts(rest, CP_LIT("--"));
    p->at += is ? 2 : 0;
    return is;
}

/* `[…]`, `->name`, `++`, and no parenthesis. */
static text_value behind(php *p, text_value v) {
    for (bool more = true; more && !p->st->failed;) {
        uint32_t end = p->at;
        cp_php_space(p);
        bool arrow = (php_byte(p, 0) == '-' && php_byte(p, 1) == '>') ||
                     (php_byte(p, 0) == '?' && php_byte(p, 1) == '-' && php_byte(p, 2) == '>');
        if (php_byte(p, 0) == '[') {
            p->at++;
            if (!cp_php_take_byte(p, ']')) {
                cp_text_decay(p->st, cp_php_expression(p));
                cp_php_want_byte(p, ']');
            }
            v = v.kind != TEXT_NOTHING && v.items ? cp_text_item(p->st, v)
                : v.kind == TEXT_NOTHING          ? v
                                                  : text_data();
        } else if (arrow) {
            p->at += php_byte(p, 0) == '?' ? 3 : 2;
            cp_slice name = cp_php_word(p);
            p->at += name.n;
            if (!name.n)
                php_fail(p);
            v = text_data();
        } else if (php_byte(p, 0) == '(' || (php_byte(p, 0) == ':' && php_byte(p, 1) == ':')) {
            return php_fail(p); /* it would be called */
        } else {
            p->at = end;
            return v;
        }
    }
    return v;
}

static text_value operand(php *p);

/* (int) $x; the place is behind the parenthesis. */
static bool is_cast(php *p) {
    static const char *const kinds[] = {"int",  "integer", "float", "double", "string",
                                        "bool", "boolean", "array", "object", NULL};
    php look = *p;
    for (const char *const *kind = kinds; *kind; kind++)
        if (cp_php_take(&look, *kind) && cp_php_take_byte(&look, ')')) {
            p->at = look.at;
            return true;
        }
    return false;
}

static text_value parenthesis(php *p) {
    p->at++;
    if (is_cast(p)) {
        cp_text_decay(p->st, operand(p));
        return text_data();
    }
    text_value v = cp_php_expression(p);
    cp_php_want_byte(p, ')');
    return v;
}

static text_value variable(php *p) {
    uint32_t start = p->at;
    text_value v = behind(p, cp_php_named(p, cp_php_variable(p)));
    cp_php_space(p);
    uint32_t length = p->st->failed ? 0 : assignment(p);
    if (length)
        return assigned(p, start, length);
    if (!p->st->failed && steps(p)) { /* `$f++`: the next name */
        uint32_t end = p->at;
        p->at = start;
        if (!cp_php_target(p, text_data()))
            php_fail(p);
        cp_php_space(p);
        if (p->at + 2 != end)
            php_fail(p);
        p->at = end;
        return text_data();
    }
    return v;
}

/* [1, 2], [$a, $b] = … */
static text_value list(php *p) {
    uint32_t start = p->at++;
    text_value v = array(p, ']');
    cp_php_space(p);
    return !p->st->failed && assignment(p) == 1 ? assigned(p, start, 1) : v;
}

static text_value primary(php *p) {
    uint8_t c = php_byte(p, 0);
    bool quoted = c == '"' || c == '\'', written = cp_php_is(p, "fn") || cp_php_is(p, "function");
    text_value v = text_nothing();
    if (c == '$')
        v = variable(p);
    else if (c == '[')
        v = list(p);
    else if (c == '(')
        v = parenthesis(p);
    else if (quoted)
        v = cp_php_quoted(p);
    else if (c >= '0' && c <= '9')
        v = cp_php_number(p);
    else if (cp_php_word(p).n)
        v = word(p);
    else
        php_fail(p);
    uint32_t end = p->at;
    if (c != '$' && !p->st->failed)
        v = behind(p, v);
    p->function = written && p->at == end;
    p->constant = quoted && p->at == end;
    return v;
}

static text_value operand(php *p) {
    text_value v = text_data();
    if (cp_php_enter(p)) {
        cp_php_space(p);
        uint8_t c = php_byte(p, 0), next = php_byte(p, 1);
        if ((c == '+' || c == '-') && next == c) { /* ++$x */
            uint32_t start = p->at += 2;
            cp_text_decay(p->st, operand(p));
            uint32_t end = p->at;
            p->at = start;
            if (!p->st->failed && !cp_php_target(p, text_data()))
                php_fail(p);
            if (p->at != end)
                php_fail(p);
        } else if (c == '!' || c == '-' || c == '+' || c == '~' || c == '@') {
            p->at++;
            cp_text_decay(p->st, operand(p));
            p->function = p->constant = false;
        } else if (cp_php_is(p, "list")) {
            uint32_t start = p->at;
            if (!cp_php_target(p, text_data()))
                php_fail(p);
            cp_php_space(p);
            if (p->st->failed || assignment(p) != 1)
                php_fail(p);
            else
                v = assigned(p, start, 1);
        } else {
            v = primary(p);
        }
    }
    p->depth--;
    return v;
}

/* ---- Operators ------------------------------------------------------------------------------------------------------------------ */

static uint32_t operator(php *p) {
    static const char *const known[] = {
        "<=>", "===", "!==", "**", "==", "!=", "<>", "<=", ">=", "<<", ">>", "&&", "||", "\?\?",
        "+",   "-",   "*",   "/",  "%",  ".",  "&",  "|",  "^",  "<",  ">",  "?",  NULL};
    cp_php_space(p);
    if (cp_php_is(p, "and") || cp_php_is(p, "xor"))
        return 3;
    if (cp_php_is(p, "or"))
        return 2;
    cp_slice rest = cp_slice_sub(p->s, p->at, p->s.n);
    if (cp_slice_starts(rest, CP_LIT("?>")) || cp_slice_starts(rest, CP_LIT("?->")) ||
        cp_slice_starts(rest, CP_LIT("<<<")) || cp_slice_starts(rest, CP_LIT("->")))
        php_fail(p);
    for (const char *const *op = known; *op; op++)
        if (cp_slice_starts(rest, cp_slice_str(*op)))
            return cp_slice_str(*op).n;
    return 0;
}

static void ternary(php *p) {
    if (!cp_php_take_byte(p, ':')) {
        (void)cp_text_passed(p->st, cp_php_expression(p));
        cp_php_want_byte(p, ':');
    }
    (void)cp_text_passed(p->st, cp_php_expression(p));
}

text_value cp_php_expression(php *p) {
    text_value v = text_nothing();
    if (cp_php_enter(p)) {
        v = operand(p);
        while (!p->st->failed) {
            uint32_t length = operator(p);
            if (!length || p->st->failed)
                break;
            uint8_t c = php_byte(p, 0);
            p->at += length;
            (void)cp_text_passed(p->st, v);
            v = text_data();
            if (c == '?' && length == 1)
                ternary(p);
            else
                (void)cp_text_passed(p->st, operand(p));
            p->function = p->constant = false;
        }
    }
    p->depth--;
    return v;
}
