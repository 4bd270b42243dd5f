/* Arithmetic (bash manual 6.5, POSIX XCU 2.6.4): constants are computed, everything else is an unknown integer; what a shell
 * would evaluate of names and subscripts is told to the walk, for in bash the value of a name is an expression itself and can
 * run commands. The text is expanded first, as between double quotes; then read by precedence climbing. */
#include "words/internal.h"

enum { HOLE_BYTE = 1 }; /* stands in the text for an integer that is not known */

typedef struct num {
    bool known;
    int64_t v;
} num;
static const num unknown = {false, 0};

typedef struct calc {
    cp_expansion *e;
    cp_slice text;
    uint32_t at;
    cp_span span;
    uint32_t skip; /* > 0: not evaluated (the other side of a decided ?: && ||) */
    bool failed;   /* not an expression that this file reads */
    bool loose;    /* shells differ here: no value is certain */
    bool reports;  /* names were told to evaluates() already */
} calc;

static bool digit(uint8_t c) {
    return c >= '0' && c <= '9';
}
static bool name_start(uint8_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
static bool name_byte(uint8_t c) {
    return name_start(c) || digit(c);
}

static int peek(calc *c) {
    while (c->at < c->text.n &&
           (c->text.p[c->at] == ' ' || c->text.p[c->at] == '\t' || c->text.p[c->at] == '\n'))
        c->at++;
    return c->at < c->text.n ? c->text.p[c->at] : -1;
}
static int byte(const calc *c, uint32_t ahead) {
    return c->at + ahead < c->text.n ? c->text.p[c->at + ahead] : -1;
}
static num fail(calc *c) {
    c->failed = true;
    return unknown;
}
static num known(const calc *c, int64_t v) {
    return c->loose ? unknown : (num){true, v};
}

static void tell(calc *c, const char *what) {
    if (c->skip == 0 && (c->e->features & CP_WORDS_ARITH_NAMES)) {
        if (!c->reports)
            cp_words_evaluates(c->e, c->span, what);
        c->reports = true;
    }
}

/* ---- Constants ---- */

/* A whole constant: decimal, 0octal, 0xhex, base#digits. */
static bool read_constant(cp_slice s, num *out) {
    uint64_t base = 10, v = 0;
    uint32_t i = 0, hash = cp_slice_find(s, '#', 0);
    *out = unknown;
    if (s.n == 0 || !digit(s.p[0]))
        return false;
    if (hash < s.n) {
        base = 0;
        for (i = 0; i < hash; i++) {
            if (!digit(s.p[i]) || base > 64)
                return false;
            base = base * 10 + (uint64_t)(s.p[i] - '0');
        }
        if (base < 2 || base > 64 || (hash > 1 && s.p[0] == '0') || hash + 1 == s.n)
            return false;
        i = hash + 1;
    } else if (s.n > 1 && s.p[0] == '0') {
        base = s.p[1] == 'x' || s.p[1] == 'X' ? 16 : 8;
        i = base == 16 ? 2 : 1;
        if (i == s.n)
            return false;
    }
    bool large = false;
    for (; i < s.n; i++) {
        uint8_t c = s.p[i];
        uint64_t d = 64;
        if (digit(c))
            d = (uint64_t)(c - '0');
        else if (c >= 'a' && c <= 'z')
            d = (uint64_t)(c - 'a') + 10;
        else if (c >= 'A' && c <= 'Z')
            d = (uint64_t)(c - 'A') + (base <= 36 ? 10 : 36);
        else if (c == '@')
            d = 62;
        else if (c == '_')
            d = 63;
        if (d >= base)
            return false;
        if (v > ((uint64_t)INT64_MAX - d) / base)
            large = true;
        v = v * base + d;
    }
    if (!large)
        *out = (num){true, (int64_t)v};
    return true;
}

/* A variable's value that is nothing but an integer. False: it is something else. */
static bool integer_value(const cp_value *v, num *out) {
    *out = unknown;
    if (cp_value_is_exact(v)) {
        cp_slice s = v->exact;
        bool minus = s.n && s.p[0] == '-';
        if (s.n == 0) {
            *out = (num){true, 0};
            return true;
        }
        if (!read_constant(cp_slice_sub(s, minus, s.n), out))
            return false;
        if (minus)
            out->v = -out->v;
        return true;
    }
    return v->atom_count == 1 && v->atoms[0].kind == CP_ATOM_HOLE &&
           (v->atoms[0].cls == CP_CLASS_DIGITS || v->atoms[0].cls == CP_CLASS_INTEGER);
}

/* 010: ten, where it is not eight. */
static bool may_be_octal(const calc *c, const cp_value *v) {
    bool eight = (c->e->features & CP_WORDS_BASH_ARITH) || c->e->dialect == CP_DIALECT_DASH;
    if (eight || !cp_value_is_exact(v))
        return false;
    uint32_t at = v->exact.n && v->exact.p[0] == '-';
    return v->exact.n > at + 1 && v->exact.p[at] == '0' && digit(v->exact.p[at + 1]);
}

static num set_value(calc *c, cp_set set, const char *what) {
    num first = unknown;
    bool integers = true;
    for (uint32_t i = 0; i < set.count; i++) {
        num n;
        bool integer = integer_value(&set.values[i], &n);
        if (may_be_octal(c, &set.values[i]))
            n = unknown;
        if (!integer) {
            tell(c, what);
            if (c->skip == 0)
                cp_words_evaluated(c->e, &set.values[i], 'a');
            integers = false;
        }
        first = i == 0 ? n : unknown;
    }
    return c->loose || !integers ? unknown : first;
}

/* ---- Names ---- */

typedef struct place {
    cp_slice name;
    bool element;
    bool first; /* [0] */
} place;

static num evaluate(calc *c, cp_slice text);

/* NAME or NAME[subscript] at the current position; evaluates the subscript. */
static bool read_place(calc *c, place *out) {
    uint32_t beg = c->at;
    while (c->at < c->text.n && name_byte(c->text.p[c->at]))
        c->at++;
    *out = (place){.name = cp_slice_sub(c->text, beg, c->at)};
    if (out->name.n == 0 || byte(c, 0) != '[')
        return out->name.n > 0;
    uint32_t depth = 0, open = c->at + 1;
    for (; c->at < c->text.n; c->at++) {
        uint8_t b = c->text.p[c->at];
        if (b == '[')
            depth++;
        if (b == ']' && --depth == 0)
            break;
    }
    if (c->at == c->text.n)
        return false;
    cp_slice inner = cp_slice_sub(c->text, open, c->at++);
    cp_spend(c->e->budget, CP_LIMIT_STEPS, inner.n / 8 + 1);
    out->element = true;
    for (uint32_t i = 0; i < inner.n; i++)
        if (strchr("$`\"'\\", inner.p[i])) { /* expanded once more when the subscript is evaluated */
            tell(c, "a subscript that is not constant");
            cp_value subscript = cp_value_exact(c->e->arena, inner, c->span);
            if (c->skip == 0)
                cp_words_evaluated(c->e, &subscript, 'a');
            return true;
        }
    num index = evaluate(c, inner);
    out->first = index.known && index.v == 0;
    return true;
}

static num read_value(calc *c, const place *p) {
    if (c->skip)
        return unknown;
    cp_expansion *e = c->e;
    if (p->element) {
        const cp_fields *list = e->env->elements(e->env->self, p->name);
        const cp_set *scalar = !list && p->first ? e->env->variable(e->env->self, p->name) : NULL;
        if (scalar)
            return set_value(c, *scalar, "an array element in arithmetic");
        for (uint32_t i = 0; list && i < list->count && cp_step(e->budget); i++)
            (void)set_value(c, list->items[i].set, "an array element in arithmetic");
        if (!list)
            tell(c, "an array element in arithmetic");
        return unknown;
    }
    cp_scalar s = cp_words_variable(e, p->name, c->span);
    if (s.is_set == CP_NO)
        return known(c, 0);
    num n = set_value(c, s.set, "a variable in arithmetic");
    return s.is_set == CP_YES ? n : unknown;
}

static void write_value(calc *c, const place *p, num n) {
    cp_expansion *e = c->e;
    if (c->skip || !e->env->assign)
        return;
    if (p->element || e->maybe || c->loose) {
        e->env->assign(e->env->self, p->name, NULL, c->span);
        return;
    }
    cp_set *set = CP_NEW(e->arena, cp_set);
    *set = cp_set_of(e->arena,
                     n.known ? cp_words_number(e->arena, n.v, c->span) : cp_words_integer_hole(e, c->span));
    if (!cp_arena_failed(e->arena))
        e->env->assign(e->env->self, p->name, set, c->span);
}

/* ---- Operators ---- */

static num power(int64_t base, int64_t exponent) {
    if (exponent < 0)
        return unknown;
    uint64_t r = 1, b = (uint64_t)base;
    for (uint64_t x = (uint64_t)exponent; x; x >>= 1) {
        if (x & 1)
            r *= b;
        b *= b;
    }
    return (num){true, (int64_t)r};
}

static num binary(const calc *c, const char *op, num a, num b) {
    if (!a.known || !b.known || c->loose)
        return unknown;
    uint64_t x = (uint64_t)a.v, y = (uint64_t)b.v;
    int64_t r = 0;
    bool strict = !(c->e->features & CP_WORDS_BASH_ARITH); /* other shells may not wrap around */
    switch (op[0]) {
    case '+':
        r = (int64_t)(x + y);
        if (strict && ((b.v > 0 && a.v > INT64_MAX - b.v) || (b.v < 0 && a.v < INT64_MIN - b.v)))
            return unknown;
        break;
    case '-':
        r = (int64_t)(x - y);
        if (strict && ((b.v < 0 && a.v > INT64_MAX + b.v) || (b.v > 0 && a.v < INT64_MIN + b.v)))
            return unknown;
        break;
    case '*':
        if (op[1] == '*')
            return power(a.v, b.v);
        if (strict && (a.v > INT32_MAX || a.v < -INT32_MAX || b.v > INT32_MAX || b.v < -INT32_MAX))
            return unknown;
        r = (int64_t)(x * y);
        break;
    case '/':
    case '%':
        if (b.v == 0 || (a.v == INT64_MIN && b.v == -1))
            return unknown;
        r = op[0] == '/' ? a.v / b.v : a.v % b.v;
        break;
    case '<':
    case '>':
        if (op[1] == op[0]) {
            if (strict && (a.v > INT32_MAX || a.v < -INT32_MAX || b.v > 30))
                return unknown;
            if (b.v < 0 || b.v > 63 || (op[0] == '>' && a.v < 0))
                return unknown;
            r = op[0] == '<' ? (int64_t)(x << y) : (int64_t)(x >> y);
        } else if (op[0] == '<') {
            r = op[1] == '=' ? a.v <= b.v : a.v < b.v;
        } else {
            r = op[1] == '=' ? a.v >= b.v : a.v > b.v;
        }
        break;
    case '=': r = a.v == b.v; break;
    case '!': r = a.v != b.v; break;
    case '&': r = op[1] == '&' ? a.v && b.v : (int64_t)(x & y); break;
    case '|': r = op[1] == '|' ? a.v || b.v : (int64_t)(x | y); break;
    case '^': r = (int64_t)(x ^ y); break;
    default: return unknown;
    }
    return (num){true, r};
}

static num comma(calc *c);
static num assignment(calc *c);
static num unary(calc *c);

/* The other side of a condition: evaluated, skipped, or perhaps evaluated. */
static num branch(calc *c, num condition, bool wanted, num (*parse)(calc *)) {
    bool skip = condition.known && (condition.v != 0) != wanted;
    if (skip) {
        c->skip++;
        (void)parse(c);
        c->skip--;
        return unknown;
    }
    bool maybe = !condition.known && !c->skip;
    if (maybe)
        cp_words_maybe(c->e, true);
    num n = parse(c);
    if (maybe)
        cp_words_maybe(c->e, false);
    return n;
}

static num primary(calc *c) {
    int b = peek(c);
    if (b == '(') {
        c->at++;
        num n = comma(c);
        if (peek(c) != ')')
            return fail(c);
        c->at++;
        return n;
    }
    if (b == HOLE_BYTE) {
        c->at++;
        if (byte(c, 0) == HOLE_BYTE ||
            (byte(c, 0) >= 0 && (name_byte((uint8_t)byte(c, 0)) || byte(c, 0) == '#' || byte(c, 0) == '@')))
            return fail(c);
        return unknown;
    }
    if (b >= 0 && digit((uint8_t)b)) {
        uint32_t beg = c->at;
        while (c->at < c->text.n &&
               (name_byte(c->text.p[c->at]) || c->text.p[c->at] == '#' || c->text.p[c->at] == '@'))
            c->at++;
        if (byte(c, 0) == HOLE_BYTE || byte(c, 0) == '.')
            return fail(c);
        num n;
        if (!read_constant(cp_slice_sub(c->text, beg, c->at), &n))
            return fail(c);
        return c->loose ? unknown : n;
    }
    if (b < 0 || !name_start((uint8_t)b))
        return fail(c);
    place p;
    if (!read_place(c, &p) || byte(c, 0) == HOLE_BYTE)
        return fail(c);
    num n = read_value(c, &p);
    int next = peek(c);
    if ((next == '+' || next == '-') && byte(c, 1) == next) {
        c->at += 2;
        write_value(c, &p, binary(c, next == '+' ? "+" : "-", n, (num){true, 1}));
    }
    return n;
}

static num unary(calc *c) {
    int b = peek(c);
    if (b != '+' && b != '-' && b != '!' && b != '~')
        return primary(c);
    if ((b == '+' || b == '-') && byte(c, 1) == b) { /* ++NAME; what else it may be depends on the shell */
        c->at += 2;
        int next = peek(c);
        if (next < 0 || !name_start((uint8_t)next))
            return fail(c);
        place p;
        if (!read_place(c, &p))
            return fail(c);
        num n = binary(c, b == '+' ? "+" : "-", read_value(c, &p), (num){true, 1});
        write_value(c, &p, n);
        return n;
    }
    c->at++;
    if (b == '-' && byte(c, 0) == HOLE_BYTE)
        return fail(c); /* the integer may bring a sign of its own: -- */
    if (b == '+' && byte(c, 0) == HOLE_BYTE)
        return fail(c);
    num n = unknown;
    if (cp_enter(c->e->budget))
        n = unary(c);
    cp_leave(c->e->budget);
    if (!n.known)
        return unknown;
    if (b == '-')
        n.v = (int64_t)((uint64_t)0 - (uint64_t)n.v);
    if (b == '~')
        n.v = ~n.v;
    if (b == '!')
        n.v = !n.v;
    return n;
}

/* The binary operator here: its text, its level, its length; level 0: none. */
static int operator_here(calc *c, const char **out, uint32_t *length) {
    static const struct {
        char text[3];
        uint8_t level;
    } table[] = {
        {"||", 1}, {"&&", 2}, {"**", 11}, {"<<", 8}, {">>", 8}, {"<=", 7}, {">=", 7},
        {"==", 6}, {"!=", 6}, {"|", 3},   {"^", 4},  {"&", 5},  {"<", 7},  {">", 7},
        {"+", 9},  {"-", 9},  {"*", 10},  {"/", 10}, {"%", 10},
    };
    int a = peek(c), b = byte(c, 1), d = byte(c, 2);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const char *t = table[i].text;
        uint32_t n = t[1] ? 2 : 1;
        if (a != t[0] || (n == 2 && b != t[1]))
            continue;
        int behind = n == 2 ? d : b;
        bool compares = (t[0] == '=' || t[0] == '!' || ((t[0] == '<' || t[0] == '>') && t[1] == '='));
        if (behind == '=' && !compares && table[i].level != 1 && table[i].level != 2)
            return 0; /* an assignment operator */
        *out = t;
        *length = n;
        return table[i].level;
    }
    return 0;
}

static num operand(calc *c, int level) {
    num left = unary(c);
    for (;;) {
        const char *op = NULL;
        uint32_t n = 0;
        int here = c->failed || !cp_step(c->e->budget) ? 0 : operator_here(c, &op, &n);
        if (here == 0 || here < level)
            return left;
        if ((op[0] == '+' || op[0] == '-') && n == 1 && (byte(c, 1) == op[0] || byte(c, 1) == HOLE_BYTE))
            return fail(c);
        c->at += n;
        num right = unknown;
        if (!cp_enter(c->e->budget))
            c->failed = true;
        else if (here <= 2) { /* the right side of && and || is evaluated only where it matters */
            bool skip = left.known && (left.v != 0) == (here == 1), maybe = !left.known && !c->skip;
            c->skip += skip;
            if (maybe)
                cp_words_maybe(c->e, true);
            right = operand(c, here + 1);
            if (maybe)
                cp_words_maybe(c->e, false);
            c->skip -= skip;
            if (skip)
                right = (num){true, 0};
        } else {
            right = operand(c, here == 11 ? 11 : here + 1);
        }
        cp_leave(c->e->budget);
        left = binary(c, op, left, right);
        if (c->skip)
            left = unknown;
    }
}

static num conditional(calc *c) {
    num condition = operand(c, 1);
    if (peek(c) != '?')
        return condition;
    c->at++;
    num a = branch(c, condition, true, comma);
    if (peek(c) != ':')
        return fail(c);
    c->at++;
    num b = branch(c, condition, false, conditional);
    return condition.known ? (condition.v ? a : b) : unknown;
}

/* The assignment operator behind a NAME or NAME[…] that stands here; length 0: none. Only looks. */
static uint32_t assigns(calc *c, char *op) {
    uint32_t i = c->at, depth = 0;
    while (i < c->text.n && name_byte(c->text.p[i]))
        i++;
    if (i < c->text.n && c->text.p[i] == '[')
        for (; i < c->text.n; i++) {
            if (c->text.p[i] == '[')
                depth++;
            if (c->text.p[i] == ']' && --depth == 0) {
                i++;
                break;
            }
        }
    cp_spend(c->e->budget, CP_LIMIT_STEPS, (i - c->at) / 8 + 1);
    while (i < c->text.n && (c->text.p[i] == ' ' || c->text.p[i] == '\t' || c->text.p[i] == '\n'))
        i++;
    const uint8_t *p = c->text.p + i;
    uint32_t left = c->text.n - i;
    op[0] = op[1] = op[2] = 0;
    if (left > 1 && p[0] == '=' && p[1] != '=')
        return 1;
    if (left == 1 && p[0] == '=')
        return 1;
    if (left > 1 && p[1] == '=' && memchr("*/%+-&^|", p[0], 8)) {
        op[0] = (char)p[0];
        return 2;
    }
    if (left > 2 && p[2] == '=' && p[0] == p[1] && (p[0] == '<' || p[0] == '>')) {
        op[0] = op[1] = (char)p[0];
        return 3;
    }
    return 0;
}

static num assignment(calc *c) {
    int b = peek(c);
    char op[3];
    uint32_t length = b >= 0 && name_start((uint8_t)b) ? assigns(c, op) : 0;
    if (!length)
        return conditional(c);
    place p;
    if (!read_place(c, &p))
        return fail(c);
    num before = op[0] ? read_value(c, &p) : unknown;
    (void)peek(c);
    c->at += length;
    num n = unknown;
    if (cp_enter(c->e->budget))
        n = assignment(c);
    else
        c->failed = true;
    cp_leave(c->e->budget);
    if (op[0] && before.known &&
        !(c->e->features & CP_WORDS_BASH_ARITH)) { /* dash looks at its value only now */
        num later = read_value(c, &p);
        if (!later.known || later.v != before.v)
            before = unknown;
    }
    if (op[0])
        n = binary(c, op, before, n);
    write_value(c, &p, n);
    return n;
}

static num comma(calc *c) {
    num n = unknown;
    if (!cp_enter(c->e->budget))
        c->failed = true;
    for (bool more = !c->failed; more && cp_step(c->e->budget);) {
        n = assignment(c);
        more = !c->failed && peek(c) == ',';
        if (more)
            c->at++;
    }
    cp_leave(c->e->budget);
    return n;
}

/* A text of its own: a subscript. */
static num evaluate(calc *c, cp_slice text) {
    calc inner = *c;
    inner.text = text;
    inner.at = 0;
    num n = known(c, 0);
    if (peek(&inner) >= 0) {
        n = comma(&inner);
        if (peek(&inner) >= 0)
            inner.failed = true;
    }
    c->reports = inner.reports;
    if (inner.failed) { /* the key of an associative array, or an error */
        tell(c, "a subscript that is not constant");
        return unknown;
    }
    return n;
}

/* ---- The door ---- */

static bool holds(cp_slice s, const char *two) {
    for (uint32_t i = 0; i < s.n; i++)
        if (s.p[i] == (uint8_t)two[0] && (!two[1] || (i + 1 < s.n && s.p[i + 1] == (uint8_t)two[1])))
            return true;
    return false;
}

static bool is_loose(const cp_expansion *e, cp_slice s) {
    if (e->features & CP_WORDS_BASH_ARITH)
        return false;
    if (holds(s, ",") || holds(s, "**") || holds(s, "++") || holds(s, "--") || holds(s, "#"))
        return true;
    if (e->dialect == CP_DIALECT_DASH)
        return false;
    for (uint32_t i = 0; i < s.n; i++) { /* (to ksh and mksh, too, 010 is ten) */
        if ((e->features & CP_WORDS_ZSH) && !digit(s.p[i]) && !strchr(" +-*/%()", s.p[i]))
            return true;
        if (s.p[i] == '0' && (i == 0 || !digit(s.p[i - 1])) && i + 1 < s.n && digit(s.p[i + 1]))
            return true;
    }
    return false;
}

/* Is what the name stands for an integer, if anything? Then evaluating it does nothing. */
static bool is_integer(calc *c, cp_slice name) {
    cp_scalar s = cp_words_variable(c->e, name, c->span);
    bool integers = true;
    num n;
    for (uint32_t i = 0; i < s.set.count && s.is_set != CP_NO; i++)
        integers &= integer_value(&s.set.values[i], &n);
    return s.is_set == CP_NO || (integers && s.set.count);
}

/* Nobody here knows what it does: every name in it may be evaluated, and assigned where anything is. */
static void give_up(calc *c, cp_slice text) {
    const bool assigns = holds(text, "=") || holds(text, "++") || holds(text, "--") || holds(text, "[") ||
                         holds(text, "$") || holds(text, "`"); /* or what stands there does */
    bool names = false;
    cp_spend(c->e->budget, CP_LIMIT_STEPS, text.n / 8 + 1);
    for (uint32_t i = 0; i < text.n; i++) {
        if (digit(text.p[i])) {
            while (i + 1 < text.n &&
                   (name_byte(text.p[i + 1]) || text.p[i + 1] == '#' || text.p[i + 1] == '@'))
                i++;
            continue;
        }
        if (text.p[i] == '$' || text.p[i] == '`' || text.p[i] == '[')
            names = true;
        if (!name_start(text.p[i]))
            continue;
        uint32_t beg = i;
        while (i + 1 < text.n && name_byte(text.p[i + 1]))
            i++;
        cp_slice name = cp_slice_sub(text, beg, i + 1);
        uint32_t next = i + 1;
        while (next < text.n && (text.p[next] == ' ' || text.p[next] == '\t' || text.p[next] == '\n'))
            next++;
        bool whole = (i + 1 == text.n || text.p[i + 1] != HOLE_BYTE) &&
                     (next == text.n || text.p[next] != '('); /* some shells have functions there */
        names |= assigns || !whole || !is_integer(c, name);
        if (assigns && c->e->env->assign && cp_step(c->e->budget))
            c->e->env->assign(c->e->env->self, name, NULL, c->span);
    }
    if (names)
        tell(c, "arithmetic on something that is not known");
}

/* Integers that may be missing ($(nproc) prints nothing where it fails): each is there or it isn't. */
enum { MISSING_MOST = 3 };
static bool may_be_missing(const cp_atom *a) {
    return a->kind == CP_ATOM_HOLE && a->cls == CP_CLASS_DIGITS && (a->props & CP_HOLE_EMPTY);
}
static uint32_t missing_ways(const cp_value *v) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < v->atom_count && count <= MISSING_MOST; i++)
        count += may_be_missing(&v->atoms[i]);
    return count <= MISSING_MOST ? 1u << count : 1u;
}

/* The text that one alternative gives; bit i of `way`: the i-th integer that may be missing is. False: it holds something that is no
 * integer. */
static bool text_of(cp_expansion *e, const cp_value *v, uint32_t ways, uint32_t way, cp_slice *out) {
    uint32_t missing = 0;
    if (cp_value_is_exact(v)) {
        *out = v->exact;
        return cp_slice_find(v->exact, HOLE_BYTE, 0) == v->exact.n;
    }
    uint64_t size = 0;
    bool integers = (v->flags & CP_VALUE_UNMADE) == 0;
    for (uint32_t i = 0; i < v->atom_count; i++)
        size += v->atoms[i].kind == CP_ATOM_LIT ? v->atoms[i].lit.n : 1;
    uint8_t *p = size < UINT32_MAX ? (uint8_t *)cp_alloc_raw(e->arena, (size_t)size) : NULL;
    *out = (cp_slice){NULL, 0};
    if (!p || cp_arena_failed(e->arena))
        return false;
    uint32_t n = 0;
    for (uint32_t i = 0; i < v->atom_count; i++) {
        const cp_atom *a = &v->atoms[i];
        if (a->kind == CP_ATOM_LIT) {
            if (cp_slice_find(a->lit, HOLE_BYTE, 0) < a->lit.n)
                integers = false;
            if (a->lit.n)
                memcpy(p + n, a->lit.p, a->lit.n);
            n += a->lit.n;
        } else if (may_be_missing(a) && ways > 1) {
            if (!(way >> missing++ & 1))
                p[n++] = HOLE_BYTE;
        } else {
            if ((a->cls != CP_CLASS_DIGITS && a->cls != CP_CLASS_INTEGER) || (a->props & CP_HOLE_EMPTY))
                integers = false;
            p[n++] = HOLE_BYTE;
        }
    }
    *out = (cp_slice){p, n};
    return integers;
}

cp_value cp_words_integer_hole(cp_expansion *e, cp_span span) {
    bool zsh = (e->features & CP_WORDS_ZSH) != 0; /* 1.5, 1., Inf … */
    return cp_value_hole(e->arena, zsh ? CP_CLASS_ANY : CP_CLASS_INTEGER, CP_HOLE_DASH, (cp_slice){NULL, 0},
                         span);
}

cp_value cp_words_arith(cp_expansion *e, const cp_arith *a) {
    cp_value plain;
    cp_set set;
    if (a->word) {
        set = cp_words_single(e, a->word, CP_CONTEXT_QUOTED);
    } else {
        plain = cp_value_exact(e->arena, a->text, a->span);
        set = (cp_set){&plain, 1};
    }
    num result = unknown;
    uint32_t ways = set.count == 1 ? missing_ways(&set.values[0]) : 1;
    uint32_t count = ways * set.count;
    bool several = count != 1;
    if (several)
        cp_words_maybe(e, true);
    for (uint32_t i = 0; i < count && !cp_words_stop(e); i++) {
        calc c = {.e = e, .span = a->span};
        bool readable = text_of(e, &set.values[i / ways], ways, i % ways, &c.text);
        cp_slice text = c.text;
        c.loose = is_loose(e, text);
        cp_spend(e->budget, CP_LIMIT_STEPS, text.n / 8 + 1);
        if (!readable) {
            give_up(&c, text);
            tell(&c, "arithmetic on something that is not known");
            continue;
        }
        num n = known(&c, 0);
        if (peek(&c) >= 0) {
            n = comma(&c);
            if (peek(&c) >= 0)
                c.failed = true;
        }
        if (c.failed) {
            give_up(&c, text);
            n = unknown;
        }
        if (!several)
            result = n;
    }
    if (several)
        cp_words_maybe(e, false);
    const bool narrow =
        !(e->features & (CP_WORDS_BASH_ARITH | CP_WORDS_ZSH)) && e->dialect != CP_DIALECT_DASH;
    if (narrow && (result.v > INT32_MAX || result.v < INT32_MIN))
        result = unknown; /* mksh's numbers have 32 bits */
    if (!result.known || cp_words_stop(e))
        return cp_words_integer_hole(e, a->span);
    return cp_words_number(e->arena, result.v, a->span);
}
