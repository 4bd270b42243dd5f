/* Arithmetic and subscripts: their extents, what expands in them, and the question whether (( opens arithmetic or two subshells. That question is
 * answered as bash does it, by where the parentheses close, and each answer is kept: nesting costs no second scan. */
#include "shell/parser.h"

static bool is_operator(uint8_t c) {
    switch (c) {
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
    case '<':
    case '>':
    case '=':
    case '!':
    case '&':
    case '|':
    case '^':
    case '~':
    case '?':
    case ':':
    case ',':
    case '(':
    case ')':
    case ' ':
    case '\t':
    case '\n': return true;
    default: return false;
    }
}

/* Notes what a piece of arithmetic text is made of. */
static void look_at(cp_parser *px, cp_arith *a, cp_slice text) {
    const uint8_t *t = text.p;
    uint32_t n = text.n;
    for (uint32_t i = 0; i < n; i++) {
        if (cp_is_digit(t[i])) { /* 12, 0x1f, 36#zz */
            while (i + 1 < n && (cp_is_name(t[i + 1]) || t[i + 1] == '#' || t[i + 1] == '@'))
                i++;
            continue;
        }
        if (!is_operator(t[i]))
            a->simple = 0;
        if (t[i] == '=' && (i + 1 >= n || t[i + 1] != '=')) {
            uint8_t before = i ? t[i - 1] : 0, earlier = i > 1 ? t[i - 2] : 0;
            bool compares =
                before == '=' || before == '!' || ((before == '<' || before == '>') && earlier != before);
            if (!compares)
                a->assigns = 1;
        }
        if ((t[i] == '+' || t[i] == '-') && i + 1 < n && t[i + 1] == t[i])
            a->assigns = 1;
    }
    (void)cp_work(px, 1 + n / 8);
}

/* Text without expansions: without its line continuations, what $'…' stands for decoded. */
static cp_slice static_text(cp_parser *px, uint32_t beg, uint32_t end, const cp_parts *ps) {
    cp_slice out = {NULL, 0};
    uint32_t from = beg;
    for (const cp_part *p = ps->first; p; p = p->next) {
        if (p->kind == CP_PART_DQ && p->flags & CP_PART_LOCALE) { /* the $ is gone */
            out = cp_arena_concat(px->arena, out, cp_unjoin(px, from, p->span.beg));
            from = p->span.beg + 1;
        }
        if (p->kind != CP_PART_QUOTED || !(p->flags & CP_PART_ANSI))
            continue;
        out = cp_arena_concat(px->arena, out, cp_unjoin(px, from, p->span.beg));
        out = cp_arena_concat(px->arena, out, p->text);
        from = p->span.end;
    }
    cp_slice rest = cp_unjoin(px, from, end);
    return from == beg ? rest : cp_arena_concat(px->arena, out, rest);
}

cp_arith *cp_arith_new(cp_parser *px, uint32_t beg, uint32_t end, const cp_parts *ps) {
    cp_arith *a = CP_NEW(px->arena, cp_arith);
    a->span = cp_here(px, beg, end);
    a->simple = 1;
    if (!(ps->flags & CP_WORD_EXPANDS)) {
        a->text = static_text(px, beg, end, ps);
        look_at(px, a, a->text);
        return a;
    }
    /* Only what stands between the expansions: each level of nesting looks at its own bytes alone. */
    a->text = cp_raw(px, beg, end);
    a->word = cp_word_new(px, beg, end, ps);
    a->simple = 0;
    for (const cp_part *p = ps->first; p && !px->failed; p = p->next)
        if (p->kind == CP_PART_QUOTED)
            look_at(px, a, p->text);
    return a;
}

/* The decisions about the (( inside a text that turned out to hold commands. */
static void keep(cp_parser *px, const cp_paren_log *log) {
    for (uint32_t i = 0; i < log->pair_count; i++)
        cp_memo_put(px, CP_MEMO_CLOSE, log->pairs[i].open, log->pairs[i].close, NULL);
}

bool cp_brace_is_simple(const cp_lex *lx, uint32_t at, bool brackets) {
    enum { MOST = 64 };
    uint32_t open = cp_skip_joins(lx, at + 1), depth = 0, i = open;
    uint8_t c = i < lx->end ? lx->s[i] : 0;
    if (c != '{' && c != '[')
        return true; /* not one of them */
    const uint8_t opens = c, closes = c == '{' ? '}' : ']';
    for (; i < lx->end && i - open < MOST; i++) {
        c = lx->s[i];
        if (c == '(' || c == ')' || c == '\'' || c == '"' || c == '`' || c == '\\')
            return false;
        if (brackets && opens == '{' && (c == '[' || c == ']'))
            return false;
        if (c == opens)
            depth++;
        if (c == closes && --depth == 0)
            return true;
    }
    return false;
}

bool cp_read_counted_text(cp_parser *px, cp_quoted *q, cp_parts *ps) {
    cp_lex *lx = &px->lx;
    uint32_t beg = lx->pos;
    uint32_t marks = px->leaves ? px->leaves->count : 0;
    const cp_decision *known = px->memo && q->open == '[' ? cp_memo_get(px, CP_MEMO_CLOSE, beg - 1) : NULL;
    if (known) {
        lx->pos = known->end;
    } else {
        cp_paren_log log = {0};
        if (q->open == '[')
            q->log = &log;
        px->speculating++;
        bool ok = cp_read_quoted(px, q, ps);
        px->speculating--;
        q->log = NULL;
        if (!ok || !q->again)
            return ok;
        if (q->open == '[')
            keep(px, &log);
    }
    if (px->leaves)
        px->leaves->count = marks;
    uint32_t end = lx->pos, window = lx->end;
    cp_parts_init(ps);
    lx->pos = beg;
    lx->end = end;
    cp_quoted all = {.quoting = CP_Q_ARITH, .to_end = 1};
    if (!cp_read_quoted(px, &all, ps) && !px->limited) {
        px->failed = px->unsupported = 0;
        if (px->leaves)
            px->leaves->count = marks;
        cp_parts_init(ps);
        if (q->semicolon && lx->s[end] == ';') {
            px->unsupported = 1; /* bash finds no ; behind it */
            cp_fail(px, "an expansion in for (( )) that does not end", beg);
            return false;
        }
        (void)cp_parts_add(px, ps, CP_PART_OPAQUE, beg, end);
        ps->flags = CP_WORD_EXPANDS;
        cp_note_add(px, CP_NOTE_OPAQUE, cp_here(px, beg, end), "an expansion in arithmetic does not end");
    }
    lx->pos = end;
    lx->end = window;
    return !px->failed;
}

static cp_arith *read_bracketed(cp_parser *px, bool in_brace, bool procsub) {
    cp_parts ps;
    cp_parts_init(&ps);
    uint32_t beg = px->lx.pos;
    cp_quoted q = {.quoting = CP_Q_ARITH,
                   .open = '[',
                   .close = ']',
                   .depth = 1,
                   .brace_close = in_brace,
                   .procsub = procsub};
    bool ok = cp_deeper(px) && (procsub ? cp_read_quoted(px, &q, &ps) : cp_read_counted_text(px, &q, &ps));
    cp_leave(px->budget);
    if (!ok)
        return NULL;
    if (px->lx.s[px->lx.pos] != ']') { /* a } : the caller reads on from the beginning */
        px->lx.pos = beg;
        return NULL;
    }
    cp_arith *a = cp_arith_new(px, beg, px->lx.pos, &ps);
    px->lx.pos++;
    return a;
}

cp_arith *cp_read_subscript(cp_parser *px, bool in_brace) {
    return read_bracketed(px, in_brace, true);
}

static bool holds_comment(const cp_lex *lx, uint32_t beg, uint32_t end) {
    for (uint32_t i = beg; i < end; i++)
        if (lx->s[i] == '#' && (i == beg || cp_char_class[lx->s[i - 1]] >= CP_C_BLANK))
            return true;
    return false;
}

/* ${…[…} with brackets that make no pairs before the first }: bash looks for the pairs before it looks for the }. */
static bool holds_odd_brackets(const cp_lex *lx, uint32_t beg, uint32_t end) {
    for (uint32_t i = beg; i + 1 < end; i++) {
        if (lx->s[i] != '$' || cp_byte(lx, cp_skip_joins(lx, i + 1)) != '{')
            continue;
        uint32_t depth = 0;
        for (i++; i < end && lx->s[i] != '}'; i++) {
            if (lx->s[i] == ']' && !depth--)
                return true;
            depth += lx->s[i] == '[';
        }
        if (depth)
            return true;
    }
    return false;
}

/* (( that is no arithmetic, up to the parenthesis that closes its second one: bash has read the text once, and reads it again. */
static void refuse_lines(cp_parser *px, uint32_t first, uint32_t second, uint32_t close) {
    const cp_lex *lx = &px->lx;
    if (lx->docs_count && memchr(lx->s + first, '\n', close - first)) {
        px->unsupported = 1; /* bash takes the bodies from behind that text */
        cp_fail(px, "the body of a here-document inside ((", first);
    } else if (cp_byte(lx, close + 1) == '\n' || holds_comment(lx, second + 1, close)) {
        px->unsupported |= !px->failed; /* as one line */
        cp_fail(px, "a comment or the end of a line inside (( that is no arithmetic", first);
    }
}

bool cp_read_arith_command(cp_parser *px) {
    cp_lex *lx = &px->lx;
    uint32_t first = lx->pos, second = cp_skip_joins(lx, first + 1);
    const cp_decision *d = px->memo ? cp_memo_get(px, CP_MEMO_CLOSE, second) : NULL;
    if (d && cp_byte(lx, d->end + 1) != ')') {
        refuse_lines(px, first, second, d->end);
        return false;
    }
    cp_parts ps;
    cp_parts_init(&ps);
    cp_paren_log log = {0};
    cp_quoted q = {.quoting = CP_Q_ARITH, .open = '(', .close = ')', .depth = 1, .log = &log};
    uint32_t marks = px->leaves ? px->leaves->count : 0;
    lx->pos = second + 1;
    bool ok = cp_deeper(px) && cp_read_counted_text(px, &q, &ps);
    cp_leave(px->budget);
    if (!ok)
        return false;
    uint32_t close = lx->pos;
    if (cp_byte(lx, close + 1) != ')') {
        keep(px, &log);
        if (px->counted_src != lx->src || px->counted_end < close) {
            px->counted_src = lx->src;
            px->counted_end = close;
        }
        if (px->leaves)
            px->leaves->count = marks;
        refuse_lines(px, first, second, close);
        lx->pos = first;
        return false;
    }
    lx->arith = cp_arith_new(px, second + 1, close, &ps);
    lx->pos = close + 2;
    cp_leaf_add(px, CP_LEAF_MARK, first, second + 1);
    cp_leaf_add(px, CP_LEAF_MARK, close, close + 2);
    return true;
}

void cp_read_arith_for(cp_parser *px) {
    cp_lex *lx = &px->lx;
    uint32_t first = lx->pos, second = cp_skip_joins(lx, first + 1), beg = second + 1;
    cp_arith *read[3]; /* an expression may hold another loop */
    lx->pos = beg;
    cp_leaf_add(px, CP_LEAF_MARK, first, second + 1);
    for (int i = 0; i < 3; i++) {
        cp_parts ps;
        cp_parts_init(&ps);
        cp_quoted q = {.quoting = CP_Q_ARITH, .open = '(', .close = ')', .depth = 1, .semicolon = 1};
        bool ok = cp_deeper(px) && cp_read_counted_text(px, &q, &ps);
        cp_leave(px->budget);
        if (!ok)
            return;
        read[i] = cp_arith_new(px, beg, lx->pos, &ps);
        if (i < 2 && memchr(lx->s + beg, '$', lx->pos - beg) && holds_comment(lx, beg, lx->pos)) {
            px->unsupported = 1; /* bash looks for the ; as behind a command substitution */
            cp_fail(px, "a # in an expansion in for (( ))", beg);
            return;
        }
        if (i < 2 && holds_odd_brackets(lx, beg, lx->pos)) {
            px->unsupported = 1; /* what stands behind the ; may belong to the brackets */
            cp_fail(px, "brackets without their pairs in an expansion in for (( ))", beg);
            return;
        }
        if ((lx->s[lx->pos] == ';') != (i < 2)) {
            cp_fail(px, "for (( )) takes three expressions", first);
            return;
        }
        if (i < 2)
            cp_leaf_add(px, CP_LEAF_MARK, lx->pos, lx->pos + 1);
        beg = ++lx->pos;
    }
    if (cp_byte(lx, lx->pos) != ')') {
        cp_fail(px, "for (( is not closed by ))", first);
        return;
    }
    cp_leaf_add(px, CP_LEAF_MARK, lx->pos - 1, lx->pos + 1);
    lx->pos++;
    memcpy(px->for_parts, read, sizeof read);
}

void cp_read_counted(cp_parser *px, cp_part *part) {
    cp_lex *lx = &px->lx;
    uint32_t beg = lx->pos, marks = px->leaves ? px->leaves->count : 0;
    cp_parts ps;
    cp_parts_init(&ps);
    cp_paren_log log = {0};
    cp_quoted q = {.quoting = CP_Q_ARITH, .open = '(', .close = ')', .depth = 1, .log = &log};
    px->speculating++;
    bool ok = cp_deeper(px) && cp_read_quoted(px, &q, &ps); /* the parts are thrown away */
    cp_leave(px->budget);
    px->speculating--;
    if (!ok)
        return;
    uint32_t end = lx->pos;
    keep(px, &log);
    if (px->leaves)
        px->leaves->count = marks;
    part->as.program = cp_read_window(px, beg, end);
    lx->pos = end + 1;
    cp_leaf_add(px, CP_LEAF_MARK, end, end + 1);
    if (px->failed || part->as.program)
        return;
    part->kind = CP_PART_OPAQUE;
    cp_note_add(px, CP_NOTE_OPAQUE, cp_here(px, beg, end),
                "what stands between counted parentheses does not parse");
}

cp_part *cp_read_arith_sub(cp_parser *px, cp_parts *out) {
    cp_lex *lx = &px->lx;
    uint32_t beg = lx->pos, first = cp_skip_joins(lx, beg + 1), second = cp_skip_joins(lx, first + 1);
    uint32_t marks = px->leaves ? px->leaves->count : 0;
    cp_parts ps;
    cp_parts_init(&ps);
    cp_paren_log log = {0};
    cp_part *part = NULL;
    out->flags |= CP_WORD_EXPANDS;
    if (!cp_deeper(px))
        goto out;
    cp_quoted q = {.quoting = CP_Q_ARITH,
                   .open = '(',
                   .close = ')',
                   .depth = 1,
                   .log = &log,
                   .posix = !(px->features & CP_F_PAREN_FALLBACK)};
    lx->pos = second + 1;
    bool ok = cp_read_counted_text(px, &q, &ps);
    if (!ok)
        goto out;
    uint32_t close = lx->pos, last = cp_skip_joins(lx, close + 1);
    if (cp_byte(lx, last) == ')') {
        lx->pos = last + 1;
        part = cp_parts_add(px, out, CP_PART_ARITH, beg, lx->pos);
        part->as.arith = cp_arith_new(px, second + 1, close, &ps);
        goto out;
    }
    if (!cp_has(px, CP_F_PAREN_FALLBACK)) {
        cp_fail(px, "missing ))", beg);
        goto out;
    }
    /* The first parenthesis closes elsewhere: a command substitution that begins with a subshell. */
    if (px->leaves)
        px->leaves->count = marks;
    keep(px, &log);
    cp_leaf_add(px, CP_LEAF_MARK, beg, first + 1);
    part = cp_parts_add(px, out, CP_PART_CMDSUB, beg, beg);
    lx->pos = first + 1;
    cp_read_counted(px, part);
    if (px->leaves && part->kind == CP_PART_OPAQUE)
        px->leaves->count = marks;
    part->span.end = lx->pos;
    part->text = cp_raw(px, beg, lx->pos);
out:
    cp_leave(px->budget);
    return px->failed ? NULL : part;
}

cp_part *cp_read_old_arith(cp_parser *px, cp_parts *out) {
    cp_lex *lx = &px->lx;
    uint32_t beg = lx->pos;
    lx->pos = cp_skip_joins(lx, beg + 1) + 1;
    cp_arith *a = read_bracketed(px, false, false);
    if (!a)
        return NULL;
    cp_part *part = cp_parts_add(px, out, CP_PART_ARITH, beg, lx->pos);
    part->flags = CP_PART_OLD_ARITH;
    part->as.arith = a;
    out->flags |= CP_WORD_EXPANDS;
    return part;
}
