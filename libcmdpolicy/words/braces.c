/* Brace expansion, as bash does it (braces.c of bash 5.2, bash manual 3.5.1): textual, before everything else, on the unquoted
 * bytes of a word; everything quoted and every expansion is one unit that passes through. Which brace closes which is computed
 * once for the whole word, so that nesting costs no second scan. The words are bounded by CP_LIMIT_BRACES. */
#include "words/internal.h"

enum { UNIT_OPAQUE = 0x100 };
typedef struct unit { /* a byte of a literal part, or a part that is no literal */
    uint16_t c;
    uint32_t off;
    const cp_part *part;
} unit;

/* What a word is made of: ranges of units, or a literal made by a sequence; joined by nodes that share their beginnings. */
typedef struct rope {
    const struct rope *left, *right; /* both NULL: a leaf */
    uint32_t beg, end;
    cp_slice text; /* leaf of a sequence; text.p set */
} rope;
typedef struct ropes {
    const rope **items;
    uint32_t count;
} ropes;

typedef struct bracer {
    cp_expansion *e;
    unit *units;
    uint32_t n;
    uint32_t *balanced; /* of each '{': its '}' by counting alone; n: none */
    uint32_t *closing;  /* of each '{': the '}' that makes a brace expansion of it; n: none */
    cp_brace_words *out;
} bracer;

static bool holds_brace_text(const cp_word *w, bool any) {
    for (; w; w = w->next)
        for (uint32_t i = 0; i < w->text.n; i++) {
            uint8_t c = w->text.p[i];
            if (c == '{' || (any && (c == ',' || c == '}' || c == '.')))
                return true;
        }
    return false;
}

static bool lists_or_counts(cp_slice s) {
    for (uint32_t i = 0; i < s.n; i++)
        if (s.p[i] == ',' || (s.p[i] == '.' && i + 1 < s.n && s.p[i + 1] == '.'))
            return true;
    return false;
}

/* Brace expansion pairs '"' without looking into expansions: in "${x-"{a,b}"}" and in "`c "{a,b}"`" it finds braces, and
 * behind an odd number of them it takes for quoted what isn't. */
static bool is_misread(const cp_part *p, bool *out_braces) {
    bool misread = false;
    for (const cp_part *q = p->kind == CP_PART_DQ ? p->as.parts : NULL; q; q = q->next) {
        bool reads =
            q->kind == CP_PART_PARAM || (q->kind == CP_PART_CMDSUB && (q->flags & CP_PART_BACKQUOTED));
        cp_slice s = q->text;
        if (!reads || cp_slice_find(s, '"', 0) == s.n)
            continue;
        misread = true;
        for (uint32_t i = 1; i < s.n && lists_or_counts(s); i++)
            if (s.p[i] == '{' && (s.p[i - 1] != '$' || (i > 1 && s.p[i - 2] == '\\')))
                *out_braces = true;
    }
    return misread;
}

bool cp_words_has_brace(const cp_part *p) {
    bool found = false;
    for (; p; p = p->next) {
        (void)is_misread(p, &found);
        if (p->kind == CP_PART_LIT && cp_slice_find(p->text, '{', 0) < p->text.n)
            return true;
        if (p->kind == CP_PART_EXTGLOB && holds_brace_text(p->as.words, false))
            return true;
        if (found)
            return true;
    }
    return false;
}

/* Parts that the shell's brace expansion does not take as one unit. */
static bool is_transparent(const cp_part *p) {
    if (p->kind == CP_PART_EXTGLOB)
        return holds_brace_text(p->as.words, true);
    if (p->kind != CP_PART_ARITH || !(p->flags & CP_PART_OLD_ARITH))
        return false;
    for (uint32_t i = 0; i < p->as.arith->text.n; i++)
        if (strchr("{},.", p->as.arith->text.p[i]))
            return true;
    return false;
}

static bool read_units(bracer *b, const cp_part *parts) {
    uint64_t n = 0;
    for (const cp_part *p = parts; p; p = p->next)
        n += p->kind == CP_PART_LIT ? p->text.n : 1;
    if (n >= UINT32_MAX / 2 || !cp_spend(b->e->budget, CP_LIMIT_STEPS, n / 4 + 1))
        return false;
    b->n = (uint32_t)n;
    b->units = CP_NEW_ARRAY(b->e->arena, unit, b->n + 1);
    b->balanced = CP_NEW_ARRAY(b->e->arena, uint32_t, b->n + 1);
    b->closing = CP_NEW_ARRAY(b->e->arena, uint32_t, b->n + 1);
    if (!b->units || !b->balanced || !b->closing)
        return false;
    uint32_t i = 0;
    for (const cp_part *p = parts; p; p = p->next) {
        if (p->kind != CP_PART_LIT) {
            b->units[i++] = (unit){UNIT_OPAQUE, 0, p};
            bool braces = false;
            if (is_transparent(p) || is_misread(p, &braces))
                b->out->unknown = 1;
            continue;
        }
        for (uint32_t k = 0; k < p->text.n; k++)
            b->units[i++] = (unit){p->text.p[k], k, p};
    }
    return true;
}

static bool is_sequence_mark(const bracer *b, uint32_t i) {
    return i + 1 < b->n && b->units[i].c == '.' && b->units[i + 1].c == '.' &&
           !(i + 2 < b->n && b->units[i + 2].c == '}');
}

/* balanced[] by a stack; closing[] from the right: `without` is where a scan from here that has met no comma finds its
 * closing brace, `with` the same for one that has met a comma (or "..") on its own level. */
static bool match_braces(bracer *b) {
    uint32_t n = b->n, depth = 0;
    uint32_t *stack = CP_NEW_ARRAY(b->e->arena, uint32_t, n + 1);
    uint32_t *without = CP_NEW_ARRAY(b->e->arena, uint32_t, n + 2),
             *with = CP_NEW_ARRAY(b->e->arena, uint32_t, n + 2);
    if (!stack || !without || !with)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        b->balanced[i] = n;
        if (b->units[i].c == '{')
            stack[depth++] = i;
        else if (b->units[i].c == '}' && depth)
            b->balanced[stack[--depth]] = i;
    }
    without[n] = without[n + 1] = with[n] = with[n + 1] = n;
    for (uint32_t k = n; k > 0; k--) {
        uint32_t i = k - 1;
        uint16_t c = b->units[i].c;
        without[i] = without[k];
        with[i] = with[k];
        if (c == '{') {
            uint32_t behind = b->balanced[i] < n ? b->balanced[i] + 1 : n;
            b->closing[i] = without[k];
            without[i] = without[behind];
            with[i] = with[behind];
        } else if (c == '}') {
            with[i] = i;
        } else if (c == ',' || is_sequence_mark(b, i)) {
            without[i] = with[k];
        }
    }
    return true;
}

/* ---- Ropes ---- */

static const rope *leaf(bracer *b, uint32_t beg, uint32_t end) {
    rope *r = CP_NEW(b->e->arena, rope);
    r->beg = beg;
    r->end = end;
    return r;
}
static bool spend_words(bracer *b, uint64_t count) {
    const cp_budget *budget = b->e->budget;
    uint64_t left = budget->limit[CP_LIMIT_BRACES] - budget->used[CP_LIMIT_BRACES];
    if (budget->used[CP_LIMIT_BRACES] <= budget->limit[CP_LIMIT_BRACES] && count <= left)
        return true;
    b->out->unmade = 1;
    cp_spend(b->e->budget, CP_LIMIT_BRACES, count); /* the limit is reached: say so */
    return false;
}
/* Every left with every right. */
static void multiply(bracer *b, ropes *left, ropes right) {
    uint64_t count = (uint64_t)left->count * right.count;
    if (!spend_words(b, count) || !cp_spend(b->e->budget, CP_LIMIT_STEPS, count))
        return;
    const rope **items = CP_NEW_ARRAY(b->e->arena, const rope *, count);
    if (!items)
        return;
    uint32_t n = 0;
    for (uint32_t i = 0; i < left->count; i++)
        for (uint32_t k = 0; k < right.count; k++) {
            rope *r = CP_NEW(b->e->arena, rope);
            if (cp_arena_failed(b->e->arena))
                return;
            r->left = left->items[i];
            r->right = right.items[k];
            items[n++] = left->items[i] ? r : right.items[k];
        }
    *left = (ropes){items, n};
}
static ropes one(bracer *b, const rope *r) {
    const rope **items = CP_NEW(b->e->arena, const rope *);
    items[0] = r;
    return (ropes){items, 1};
}
/* NOLINTNEXTLINE(readability-non-const-parameter): CP_PUSH takes its address, which the check doesn't see */
static void append_all(bracer *b, ropes *to, uint32_t *cap, ropes more) {
    if (!spend_words(b, (uint64_t)to->count + more.count))
        return;
    for (uint32_t i = 0; i < more.count && cp_step(b->e->budget); i++)
        if (!CP_PUSH(b->e->arena, to->items, to->count, *cap, more.items[i]))
            return;
}

/* ---- Sequences ---- */

static bool digit(uint8_t c) {
    return c >= '0' && c <= '9';
}
static bool alpha(uint8_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* [+-]digits at *at, as strtoimax reads it (no blanks). False: none, or too large. */
static bool read_number(cp_slice s, uint32_t *at, int64_t *out) {
    uint32_t i = *at;
    bool minus = i < s.n && s.p[i] == '-';
    if (i < s.n && (s.p[i] == '-' || s.p[i] == '+'))
        i++;
    if (i >= s.n || !digit(s.p[i]))
        return false;
    uint64_t v = 0;
    for (; i < s.n && digit(s.p[i]); i++) {
        if (v > (UINT64_MAX - 9) / 10)
            return false;
        v = v * 10 + (uint64_t)(s.p[i] - '0');
    }
    if (v > (uint64_t)INT64_MAX)
        return false;
    *out = minus ? -(int64_t)v : (int64_t)v;
    *at = i;
    return true;
}

static bool padded(cp_slice s) {
    return (s.n > 1 && s.p[0] == '0') || (s.n > 2 && s.p[0] == '-' && s.p[1] == '0');
}

static cp_slice number_text(bracer *b, int64_t v, uint32_t width) {
    char digits[24];
    uint32_t n = 0;
    uint64_t u = v < 0 ? (uint64_t)0 - (uint64_t)v : (uint64_t)v;
    do
        digits[n++] = (char)('0' + u % 10);
    while ((u /= 10) != 0);
    uint32_t sign = v < 0, size = n + sign;
    if (size < width)
        size = width;
    uint8_t *p = (uint8_t *)cp_alloc_raw(b->e->arena, size);
    if (cp_arena_failed(b->e->arena))
        return (cp_slice){NULL, 0};
    memset(p, '0', size);
    if (sign)
        p[0] = '-';
    for (uint32_t i = 0; i < n; i++)
        p[size - 1 - i] = (uint8_t)digits[i];
    return (cp_slice){p, size};
}

/* The words of {x..y[..step]} between units [beg, end), which stand in braces. False: it is no sequence. */
static bool sequence(bracer *b, uint32_t beg, uint32_t end, ropes *out) {
    for (uint32_t i = beg; i < end; i++)
        if (b->units[i].c == UNIT_OPAQUE)
            return false;
    uint8_t *copy = (uint8_t *)cp_alloc_raw(b->e->arena, end - beg);
    if (cp_arena_failed(b->e->arena) || !copy)
        return false;
    cp_slice s = {copy, end - beg};
    for (uint32_t i = 0; i < s.n; i++)
        copy[i] = (uint8_t)b->units[beg + i].c;
    uint32_t dots = 0;
    while (dots + 1 < s.n && !(s.p[dots] == '.' && s.p[dots + 1] == '.'))
        dots++;
    if (dots == 0 || dots + 2 >= s.n)
        return false;
    cp_slice lhs = cp_slice_sub(s, 0, dots), rhs = cp_slice_sub(s, dots + 2, s.n);
    int64_t from = 0, to = 0, step = 1;
    uint32_t at = 0, rhs_len;
    bool letters = false;
    if (lhs.n == 1 && alpha(lhs.p[0])) {
        if (!alpha(rhs.p[0]) || (rhs.n > 1 && rhs.p[1] != '.'))
            return false;
        letters = true;
        from = lhs.p[0];
        to = rhs.p[0];
        rhs_len = 1;
    } else {
        if (!read_number(lhs, &at, &from) || at != lhs.n)
            return false;
        at = 0;
        if (!read_number(rhs, &at, &to))
            return false;
        rhs_len = at;
    }
    if (rhs_len < rhs.n) {
        if (rhs.n - rhs_len < 3 || rhs.p[rhs_len] != '.' || rhs.p[rhs_len + 1] != '.')
            return false;
        at = rhs_len + 2;
        if (!read_number(rhs, &at, &step) || at != rhs.n)
            return false;
    }
    uint32_t width = 0;
    rhs.n = rhs_len;
    if (!letters && (padded(lhs) || padded(rhs)))
        width = lhs.n > rhs.n ? lhs.n : rhs.n;
    uint64_t by = step < 0 ? (uint64_t)0 - (uint64_t)step : (uint64_t)step;
    if (by == 0)
        by = 1;
    uint64_t distance = from <= to ? (uint64_t)to - (uint64_t)from : (uint64_t)from - (uint64_t)to;
    uint64_t count = distance / by + 1;
    if (!spend_words(b, count) || !cp_spend(b->e->budget, CP_LIMIT_STEPS, count))
        return true;
    const rope **items = CP_NEW_ARRAY(b->e->arena, const rope *, count);
    if (!items)
        return true;
    for (uint64_t i = 0; i < count; i++) {
        rope *r = CP_NEW(b->e->arena, rope);
        int64_t v = from <= to ? (int64_t)((uint64_t)from + i * by) : (int64_t)((uint64_t)from - i * by);
        r->beg = beg - 1;
        r->end = end + 1;
        if (letters) {
            uint8_t *c = (uint8_t *)cp_alloc_raw(b->e->arena, 1);
            *c = (uint8_t)v;
            r->text = (cp_slice){c, 1};
            if (v == '\\' || v == '`')
                b->out->unknown = 1; /* the shell reads these again, with what stands behind */
        } else {
            r->text = number_text(b, v, width);
        }
        if (cp_arena_failed(b->e->arena))
            return true;
        items[i] = r;
    }
    *out = (ropes){items, (uint32_t)count};
    return true;
}

/* ---- Expansion of a range ---- */

static bool is_escaped_blank(const bracer *b, uint32_t i) {
    const cp_part *p = b->units[i].part;
    return b->units[i].c == UNIT_OPAQUE && p->kind == CP_PART_QUOTED && (p->flags & CP_PART_ESCAPED) &&
           p->text.n == 1 && (p->text.p[0] == ' ' || p->text.p[0] == '\t' || p->text.p[0] == '\n');
}

static ropes expand(bracer *b, uint32_t beg, uint32_t end);

/* Does the text of these units hold a comma anywhere, even nested or in quotes (but not behind a backslash)? That alone
 * decides in bash whether braces list alternatives (then the braces go) or hold a sequence. */
static bool holds_comma(bracer *b, uint32_t beg, uint32_t end) {
    for (uint32_t i = beg; i < end && cp_step(b->e->budget); i++) {
        if (b->units[i].c == ',')
            return true;
        if (b->units[i].c != UNIT_OPAQUE)
            continue;
        const cp_part *p = b->units[i].part;
        const cp_word *w = b->e->word;
        if (p->kind == CP_PART_QUOTED && (p->flags & CP_PART_ESCAPED))
            continue;
        if (p->span.src != w->span.src || p->span.beg < w->span.beg ||
            w->span.end - w->span.beg != w->text.n) {
            b->out->unknown = 1; /* the bytes as they were written are not at hand */
            return true;
        }
        cp_slice raw = cp_slice_sub(w->text, p->span.beg - w->span.beg, p->span.end - w->span.beg);
        cp_spend(b->e->budget, CP_LIMIT_STEPS, raw.n / 16);
        for (uint32_t k = 0; k < raw.n; k++) {
            if (raw.p[k] == '\\')
                k++;
            else if (raw.p[k] == ',')
                return true;
        }
    }
    return false;
}

/* The alternatives between commas. */
static ropes alternatives(bracer *b, uint32_t beg, uint32_t end) {
    ropes all = {NULL, 0};
    uint32_t cap = 0, from = beg;
    for (uint32_t i = beg; i <= end && cp_step(b->e->budget); i++) {
        if (i < end && b->units[i].c == '{') {
            if (b->balanced[i] >= end)
                i = end - 1; /* the level never comes back */
            else
                i = b->balanced[i];
            continue;
        }
        if (i < end && b->units[i].c != ',')
            continue;
        append_all(b, &all, &cap, expand(b, from, i));
        from = i + 1;
    }
    return all;
}

static ropes expand(bracer *b, uint32_t beg, uint32_t end) {
    ropes result = one(b, NULL);
    uint32_t from = beg;
    if (!cp_enter(b->e->budget))
        b->out->unmade = 1;
    for (uint32_t i = beg; i < end && cp_step(b->e->budget); i++) {
        if (b->units[i].c != '{')
            continue;
        bool first = i == from || is_escaped_blank(b, i - 1);
        if (first && i + 1 < end && b->units[i + 1].c == '}')
            continue;
        uint32_t close = b->closing[i];
        if (close >= end)
            continue;
        ropes inner = {NULL, 0};
        if (holds_comma(b, i + 1, close)) {
            inner = alternatives(b, i + 1, close);
            b->out->expanded = 1;
        } else if (!sequence(b, i + 1, close, &inner)) {
            inner = one(b, leaf(b, i, close + 1)); /* stays as it is; what is behind it goes on */
        } else {
            b->out->expanded = 1;
        }
        if (b->out->unmade || b->out->unknown || cp_words_stop(b->e))
            break;
        if (from < i)
            multiply(b, &result, one(b, leaf(b, from, i)));
        multiply(b, &result, inner);
        from = close + 1;
        i = close;
    }
    if (from < end)
        multiply(b, &result, one(b, leaf(b, from, end)));
    cp_leave(b->e->budget);
    return result;
}

/* ---- Words as parts again ---- */

typedef struct builder {
    bracer *b;
    cp_part *list;
    uint32_t
        next; /* the unit that the list begins with, if it begins with one; UINT32_MAX: nothing, or a sequence's text */
    bool empty;
} builder;

static void prepend(builder *w, const cp_part *part, uint32_t from, uint32_t to) {
    cp_part *copy = CP_NEW(w->b->e->arena, cp_part);
    *copy = *part;
    if (part->kind == CP_PART_LIT) {
        copy->text = cp_slice_sub(part->text, from, to);
        copy->span = cp_sub_span(part->span, part->text.n, from, to);
    }
    copy->next = cp_arena_failed(w->b->e->arena) ? NULL : w->list;
    w->list = copy;
    cp_step(w->b->e->budget);
}

/* A new neighbour changes what stands before it: {$,}HOME is $HOME, and $a{b,c} is $ab $ac. */
static bool is_read_again(const unit *last, const cp_part *behind) {
    if (last->c == '$')
        return true;
    if (last->c != UNIT_OPAQUE || last->part->kind != CP_PART_PARAM)
        return false;
    cp_slice text = last->part->text;
    if (text.n > 1 && text.p[1] == '{')
        return false;
    return !behind || (behind->kind == CP_PART_LIT && behind->text.n &&
                       (alpha(behind->text.p[0]) || digit(behind->text.p[0]) || behind->text.p[0] == '_' ||
                        behind->text.p[0] == '['));
}

static void flatten(builder *w, const rope *r) {
    bracer *b = w->b;
    while (r && !cp_words_stop(b->e)) {
        if (r->left) {
            flatten(w, r->right);
            r = r->left;
            continue;
        }
        if (r->text.p) {
            cp_part text = {.kind = CP_PART_LIT, .text = r->text};
            const unit *open = &b->units[r->beg], *close = &b->units[r->end - 1];
            text.span =
                cp_span_join(cp_sub_span(open->part->span, open->part->text.n, open->off, open->off + 1),
                             cp_sub_span(close->part->span, close->part->text.n, close->off, close->off + 1));
            prepend(w, &text, 0, text.text.n);
            w->next = UINT32_MAX;
            w->empty = false;
            return;
        }
        if (r->beg == r->end)
            return;
        if (!w->empty && w->next != r->end && is_read_again(&b->units[r->end - 1], w->list))
            b->out->unknown = 1;
        for (uint32_t end = r->end; end > r->beg;) {
            uint32_t beg = end - 1;
            const cp_part *part = b->units[beg].part;
            while (beg > r->beg && part->kind == CP_PART_LIT && b->units[beg - 1].part == part)
                beg--;
            prepend(w, part, b->units[beg].off, b->units[end - 1].off + 1);
            end = beg;
        }
        w->next = r->beg;
        w->empty = false;
        return;
    }
}

/* Behind the `{` at `i`: `1..10}`? Then its end; else i. */
static uint32_t behind_numbers(const bracer *b, uint32_t i) {
    uint32_t at = i + 1, marks = 0, digits = 0;
    for (; at < b->n && (digit((uint8_t)b->units[at].c) || b->units[at].c == '.') && b->units[at].c < 128;
         at++) {
        const bool mark = b->units[at].c == '.';
        if (mark && (!digits || marks || at + 1 >= b->n || b->units[++at].c != '.'))
            return i;
        marks += mark;
        digits = mark ? 0 : digits + 1;
    }
    return marks && digits && at < b->n && b->units[at].c == '}' ? at : i;
}

/* zsh expands braces behind everything else, and by rules of its own. They make the words that bash's make where each brace
 * stands alone, closes, has a comma of its own and no ".." but between two numbers without signs; the empty ones stay. */
static bool is_plain_list(const bracer *b) {
    bool open = false, comma = false;
    for (uint32_t i = 0; i < b->n; i++) {
        uint16_t c = b->units[i].c;
        if (c == UNIT_OPAQUE && b->units[i].part->kind != CP_PART_QUOTED &&
            b->units[i].part->kind != CP_PART_DQ)
            return false;
        if (c == '{' && !open && behind_numbers(b, i) > i) {
            i = behind_numbers(b, i);
            continue;
        }
        if ((c == '{' && open) || (c == '}' && !comma) ||
            (c == '.' && open && i + 1 < b->n && b->units[i + 1].c == '.'))
            return false;
        open = (open || c == '{') && c != '}';
        comma = open && (comma || c == ',') && c != '{';
    }
    return !open;
}

void cp_words_braces(cp_expansion *e, const cp_part *parts, cp_brace_words *out) {
    *out = (cp_brace_words){NULL, 0, 0, 0, 0, 0};
    bracer b = {.e = e, .out = out};
    if (!read_units(&b, parts) || !match_braces(&b)) {
        out->unmade = 1;
        return;
    }
    bool zsh = (e->features & CP_WORDS_ZSH) != 0;
    if (zsh && !lists_or_counts(e->word->text)) {
        out->unknown = 0; /* under no rules does it expand */
        return;
    }
    if (zsh && (!is_plain_list(&b) || e->env->flags & CP_ENV_GLOB_OPTIONS)) /* IGNORE_BRACES may be on */
        out->unknown = 1;
    if (out->unknown)
        return;
    ropes words = expand(&b, 0, b.n);
    if (out->unmade || out->unknown || !out->expanded)
        return;
    cp_spend(e->budget, CP_LIMIT_BRACES, words.count);
    for (uint32_t i = 0; i < words.count && cp_step(e->budget); i++) {
        builder w = {.b = &b, .next = UINT32_MAX, .empty = true};
        flatten(&w, words.items[i]);
        if (zsh && !w.list)
            out->unknown = 1;
        if (!CP_PUSH(e->arena, out->items, out->count, out->cap, w.list))
            break;
    }
    if (cp_words_stop(e))
        out->unmade = 1;
}
