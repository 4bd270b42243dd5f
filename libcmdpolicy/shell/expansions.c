/* Expansions in words: parameters, command substitutions in their three spellings, process substitutions. The program inside is parsed where it
 * stands (backquotes: after unescaping, as a source of its own whose segments lead back). */
#include "shell/parser.h"

/* ---- Decisions remembered ------------------------------------------------------------------------------------------ */

/* A text that begins like arithmetic may have to be read twice. What was read inside it the first time is kept by offset, so that nesting does
 * not multiply. */
struct cp_memo {
    cp_decision *slots; /* open addressing; key == UINT64_MAX: free */
    uint32_t count, mask;
};

static uint32_t memo_slot(const cp_memo *m, uint32_t src, uint64_t key) {
    uint32_t i = (uint32_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 32 ^ (uint64_t)src * 40503u) & m->mask;
    while (m->slots[i].key != UINT64_MAX && !(m->slots[i].key == key && m->slots[i].src == src))
        i = (i + 1) & m->mask;
    return i;
}

const cp_decision *cp_memo_get(const cp_parser *px, cp_memo_kind kind, uint32_t at) {
    if (!px->memo || px->leaves)
        return NULL;
    uint64_t key = (uint64_t)at * 4 + kind;
    const cp_decision *d = &px->memo->slots[memo_slot(px->memo, px->lx.src, key)];
    return d->key == key ? d : NULL;
}

void cp_memo_put(cp_parser *px, cp_memo_kind kind, uint32_t at, uint32_t end, cp_part *part) {
    if (px->failed || px->leaves)
        return;
    cp_memo *m = px->memo;
    if (!m || (m->count + 1) * 2 > m->mask) {
        uint32_t size = m ? (m->mask + 1) * 2 : 32;
        cp_memo *grown = CP_NEW(px->arena, cp_memo);
        cp_decision *slots = CP_NEW_ARRAY(px->arena, cp_decision, size);
        if (!slots || px->arena->failed || !cp_work(px, size / 4))
            return;
        for (uint32_t i = 0; i < size; i++)
            slots[i].key = UINT64_MAX;
        *grown = (cp_memo){slots, 0, size - 1};
        for (uint32_t i = 0; m && i <= m->mask; i++)
            if (m->slots[i].key != UINT64_MAX) {
                grown->slots[memo_slot(grown, m->slots[i].src, m->slots[i].key)] = m->slots[i];
                grown->count++;
            }
        px->memo = m = grown;
    }
    uint64_t key = (uint64_t)at * 4 + kind;
    uint32_t i = memo_slot(m, px->lx.src, key);
    if (m->slots[i].key == UINT64_MAX)
        m->count++;
    m->slots[i] = (cp_decision){key, px->lx.src, end, part};
}

/* Adds what was read at pos before, if it was. */
static bool recall(cp_parser *px, cp_parts *ps, bool quoted) {
    const cp_decision *d =
        px->memo ? cp_memo_get(px, quoted ? CP_MEMO_QUOTED : CP_MEMO_UNQUOTED, px->lx.pos) : NULL;
    if (!d)
        return false;
    cp_part *part = CP_NEW(px->arena, cp_part);
    *part = *d->part;
    part->next = NULL;
    *ps->tail = part;
    ps->tail = &part->next;
    ps->flags |= CP_WORD_EXPANDS;
    px->lx.pos = d->end;
    return true;
}

static void remember(cp_parser *px, cp_part *part, uint32_t at, bool quoted) {
    if (part && px->speculating && !(px->lx.mode & LX_DOCS_LATE))
        cp_memo_put(px, quoted ? CP_MEMO_QUOTED : CP_MEMO_UNQUOTED, at, px->lx.pos, part);
}

/* ---- Programs inside ----------------------------------------------------------------------------------------------- */

static cp_list *list_new(cp_parser *px, cp_list list) {
    cp_list *out = CP_NEW(px->arena, cp_list);
    *out = list;
    return out;
}

cp_list *cp_read_program_paren(cp_parser *px) {
    cp_lex saved = px->lx;
    cp_list list = {NULL, cp_here(px, saved.pos, saved.pos)};
    cp_lex_init(&px->lx, saved.s, saved.pos, saved.end, saved.src);
    px->lx.extglob = saved.extglob;
    if (saved.mode & LX_DOCS_LATE) {
        px->lx.mode = LX_DOCS_LATE;
        px->lx.line_end = saved.line_end;
        px->lx.resume = saved.resume;
    }
    px->lx.in_paren = 1;
    px->lx.mode |= saved.mode & LX_DECLARES; /* as bash has it: declare $(e x=( )) */
    uint8_t plain = px->plain_braces, printed = px->printed;
    px->plain_braces = 0;
    px->printed = px->dialect != CP_DIALECT_DASH;
    if (cp_deeper(px)) {
        px->lx.last = TOK_EOF;
        px->lx.tok = TOK_LPAREN;
        cp_advance(px);
        list = cp_parse_lines(px);
        if (!px->failed && px->lx.tok != TOK_RPAREN)
            cp_unexpected(px);
        if (!px->failed && px->lx.docs_count && px->speculating) {
            px->unsupported = 1;
            cp_fail(px, "a here-document behind a substitution in a text that is read twice", px->lx.pos);
        }
        if (!px->failed && px->lx.docs_count && !cp_has(px, CP_F_DOC_IN_PAREN)) {
            px->unsupported = 1; /* dash looks for the bodies here or there */
            cp_fail(px, "a here-document whose substitution ends before its body", px->lx.pos);
        }
        if (!px->failed && px->lx.docs_count) { /* its here-documents' bodies stand behind this line */
            const uint8_t *s = px->lx.s;
            const uint8_t *nl = (const uint8_t *)memchr(s + px->lx.pos, '\n', px->lx.end - px->lx.pos);
            if (nl && !(px->lx.mode & LX_DOCS_LATE)) {
                px->lx.line_end = (uint32_t)(nl - s);
                px->lx.resume = px->lx.line_end + 1;
            }
            for (uint32_t i = 0; i < px->lx.docs_count; i++)
                cp_note_add(px, CP_NOTE_HEREDOC_UNTERMINATED, px->lx.docs[i]->span,
                            "a here-document whose substitution ends before its body");
            uint32_t behind = cp_heredocs_read(px, nl ? px->lx.resume : px->lx.end, false);
            if (nl) {
                px->lx.mode |= LX_DOCS_LATE;
                px->lx.resume = behind;
            }
        }
    }
    if (px->failed)
        px->left_over = 0; /* it is not the outer program that ended */
    cp_leave(px->budget);
    px->plain_braces = plain;
    px->printed = printed;
    uint32_t end = px->lx.pos, late = px->lx.mode & LX_DOCS_LATE, line_end = px->lx.line_end,
             resume = px->lx.resume;
    px->lx = saved;
    px->lx.pos = end;
    px->lx.mode = (px->lx.mode & ~(uint32_t)LX_DOCS_LATE) | late;
    px->lx.line_end = line_end;
    px->lx.resume = resume;
    return list_new(px, list);
}

cp_list *cp_read_window(cp_parser *px, uint32_t beg, uint32_t end) {
    cp_lex saved = px->lx;
    cp_list list = {NULL, cp_here(px, beg, end)};
    cp_lex_init(&px->lx, saved.s, beg, end, saved.src);
    px->lx.extglob = saved.extglob;
    uint32_t marks = px->leaves ? px->leaves->count : 0;
    uint8_t plain = px->plain_braces, printed = px->printed;
    px->plain_braces = px->printed = 0;
    if (cp_deeper(px)) {
        cp_advance(px);
        list = cp_parse_lines(px);
        if (!px->failed && px->lx.tok != TOK_EOF) {
            px->left_over = saved.src;
            cp_unexpected(px);
        }
    }
    cp_leave(px->budget);
    px->plain_braces = plain;
    px->printed = printed;
    px->lx = saved;
    if (px->failed && !px->limited) {
        if (px->unsupported)
            px->left_over = saved.src; /* nor is it known here what a shell makes of it */
        px->failed = px->unsupported = 0;
        if (px->leaves)
            px->leaves->count = marks;
        return NULL;
    }
    return list_new(px, list);
}

/* $(<file): the redirection alone, and it is read. */
static bool reads_file(const cp_list *l) {
    const cp_item *i = l->first;
    if (!i || i->next || i->separator != CP_SEP_END || !i->node || i->node->kind != CP_NODE_SIMPLE)
        return false;
    const cp_node *n = i->node;
    return !n->as.simple.words && !n->as.simple.assignments && n->redirs && !n->redirs->next &&
           n->redirs->op == CP_REDIR_IN && n->redirs->fd <= 0 && !n->redirs->fd_var.n;
}

static void read_command_sub(cp_parser *px, cp_parts *ps, uint32_t open, bool quoted) {
    cp_lex *lx = &px->lx;
    uint32_t beg = lx->pos;
    cp_part *part = cp_parts_add(px, ps, CP_PART_CMDSUB, beg, beg);
    ps->flags |= CP_WORD_EXPANDS;
    cp_leaf_add(px, CP_LEAF_MARK, beg, open + 1);
    lx->pos = open + 1;
    part->as.program = cp_read_program_paren(px);
    part->span.end = lx->pos;
    part->text = cp_raw(px, beg, lx->pos);
    if (px->failed)
        return;
    if (reads_file(part->as.program))
        part->flags |= CP_PART_READS_FILE;
    remember(px, part, beg, quoted);
}

void cp_read_procsub(cp_parser *px, cp_parts *ps) {
    cp_lex *lx = &px->lx;
    if (recall(px, ps, false))
        return;
    uint32_t beg = lx->pos, open = cp_skip_joins(lx, beg + 1);
    cp_part *part = cp_parts_add(px, ps, CP_PART_PROCSUB, beg, beg);
    ps->flags |= CP_WORD_EXPANDS;
    part->text = cp_raw(px, beg, beg + 1);
    uint32_t marks = px->leaves ? px->leaves->count : 0;
    cp_leaf_add(px, CP_LEAF_MARK, beg, open + 1);
    lx->pos = open + 1;
    if (cp_byte(lx, cp_skip_joins(lx, lx->pos)) == '(') {
        cp_read_counted(px, part);
        if (!part->as.program) {
            part->text = cp_raw(px, beg, lx->pos);
            if (px->leaves)
                px->leaves->count = marks;
        }
    } else {
        part->as.program = cp_read_program_paren(px);
    }
    part->span.end = lx->pos;
    if (px->failed)
        return;
    remember(px, part, beg, false);
}

/* ---- Backquotes ---------------------------------------------------------------------------------------------------- */

/* The text between backquotes with its backslashes undone, as a new source. */
static uint32_t unescape(cp_parser *px, uint32_t beg, uint32_t end, bool quoted) {
    const uint8_t *s = px->lx.s;
    uint8_t *out = (uint8_t *)cp_alloc_raw(px->arena, end - beg + 1);
    if (!out || px->arena->failed)
        return UINT32_MAX;
    cp_seg *segs = NULL;
    uint32_t count = 0, cap = 0, n = 0, run = beg;
    for (uint32_t i = beg; i <= end; i++) {
        uint8_t next = i + 1 < end && s[i] == '\\' ? s[i + 1] : 0;
        bool joins = next == '\n'; /* gone even where quotes or a comment would keep it */
        bool drop = joins || next == '$' || next == '`' || next == '\\' || (quoted && next == '"');
        if (!drop && i < end)
            continue;
        if (i > run) {
            memcpy(out + n, s + run, i - run);
            cp_seg seg = {n, i - run, cp_here(px, run, i)};
            if (!CP_PUSH(px->arena, segs, count, cap, seg))
                return UINT32_MAX;
            n += i - run;
        }
        run = i + (joins ? 2 : 1); /* the next byte begins a run, whatever it is */
        i++;
    }
    uint32_t parent = px->lx.src;
    cp_source source = {.text = {out, n},
                        .kind = CP_SOURCE_UNESCAPED,
                        .segs = segs,
                        .seg_count = count,
                        .made_at = cp_here(px, beg, end)};
    source.depth = parent < px->sources->count ? px->sources->items[parent].depth + 1 : 1;
    return cp_sources_add(px->sources, &source);
}

/* Another source's text as a program. NULL where it does not parse. */
static cp_list *read_source(cp_parser *px, uint32_t src) {
    cp_lex saved = px->lx;
    cp_slice text = px->sources->items[src].text;
    cp_lex_init(&px->lx, text.p, 0, text.n, src);
    px->lx.extglob = saved.extglob;
    cp_list *list = cp_read_window(px, 0, text.n);
    px->lx = saved;
    return list;
}

void cp_read_backquote(cp_parser *px, cp_parts *ps, bool quoted) {
    cp_lex *lx = &px->lx;
    if (recall(px, ps, quoted))
        return;
    uint32_t beg = lx->pos, i = beg + 1;
    while (i < lx->end && lx->s[i] != '`')
        i += lx->s[i] == '\\' ? 2 : 1;
    if (!cp_work(px, (i - beg) / 4))
        return;
    if (i >= lx->end) {
        cp_fail(px, "unexpected end of text looking for the closing backquote", beg);
        return;
    }
    cp_part *part = cp_parts_add(px, ps, CP_PART_CMDSUB, beg, i + 1);
    part->flags = CP_PART_BACKQUOTED;
    ps->flags |= CP_WORD_EXPANDS;
    lx->pos = i + 1;
    cp_list *program = NULL;
    uint32_t src = UINT32_MAX;
    if (!cp_spend(px->budget, CP_LIMIT_REPARSE_BYTES, i - beg)) {
        cp_fail_limit(px);
        return;
    }
    src = unescape(px, beg + 1, i, quoted);
    if (src != UINT32_MAX)
        program = read_source(px, src);
    if (px->failed)
        return;
    if (!program) {
        part->kind = CP_PART_OPAQUE;
        part->as.program = NULL;
        if (px->features & CP_F_EAGER) { /* what is left behind whole commands dash ignores, mostly */
            px->unsupported |= px->left_over == src;
            cp_fail(px, "what stands between backquotes does not parse", beg);
            return;
        }
        cp_note_add(px, CP_NOTE_OPAQUE, part->span, "what stands between backquotes does not parse");
    } else {
        part->as.program = program;
        if (reads_file(program))
            part->flags |= CP_PART_READS_FILE;
    }
    remember(px, part, beg, quoted);
}

/* ---- $ ------------------------------------------------------------------------------------------------------------- */

static void read_name(cp_parser *px, cp_parts *ps, uint32_t beg, uint32_t name, uint32_t end, bool joined) {
    struct both {
        cp_part part;
        cp_param param;
    } *b = (struct both *)cp_alloc(px->arena, sizeof *b);
    cp_part *part = &b->part;
    part->kind = CP_PART_PARAM;
    part->span = cp_here(px, beg, end);
    part->text = cp_raw(px, beg, end);
    part->as.param = &b->param;
    b->param.name = joined ? cp_unjoin(px, name, end) : cp_raw(px, name, end);
    *ps->tail = part;
    ps->tail = &part->next;
    ps->flags |= CP_WORD_EXPANDS;
    px->lx.pos = end;
    (void)cp_work(px, 1 + (end - beg) / 4);
}

void cp_read_dollar(cp_parser *px, cp_parts *ps, bool quoted) {
    cp_lex *lx = &px->lx;
    uint32_t beg = lx->pos, at = cp_skip_joins(lx, beg + 1);
    int c = cp_byte(lx, at);
    if (c >= 0 && cp_is_name_start((uint8_t)c)) {
        uint32_t end = at;
        bool joined = false;
        for (;;) {
            while (end < lx->end && cp_is_name(lx->s[end]))
                end++;
            uint32_t on = cp_skip_joins(lx, end);
            if (on == end || on >= lx->end || !cp_is_name(lx->s[on]))
                break;
            end = on;
            joined = true;
        }
        read_name(px, ps, beg, at, end, joined);
        return;
    }
    if (c >= 0 && (cp_is_digit((uint8_t)c) || cp_char_flags[c] & CP_IS_SPECIAL_PARAM)) {
        read_name(px, ps, beg, at, at + 1, false);
        return;
    }
    switch (c) {
    case '(':
        if (recall(px, ps, quoted))
            return;
        if (cp_byte(lx, cp_skip_joins(lx, at + 1)) == '(') {
            remember(px, cp_read_arith_sub(px, ps), beg, quoted);
            return;
        }
        read_command_sub(px, ps, at, quoted);
        return;
    case '{':
        if (recall(px, ps, quoted))
            return;
        remember(px, cp_read_brace(px, ps, quoted), beg, quoted);
        return;
    case '[':
        if (!cp_has(px, CP_F_OLD_ARITH))
            break;
        if (recall(px, ps, quoted))
            return;
        remember(px, cp_read_old_arith(px, ps), beg, quoted);
        return;
    case '\'':
        if (quoted || !cp_has(px, CP_F_ANSI_QUOTE))
            break;
        cp_read_ansi(px, ps);
        return;
    case '"':
        if (quoted || !cp_has(px, CP_F_LOCALE_QUOTE))
            break;
        cp_read_double(px, ps, CP_PART_LOCALE);
        return;
    default: break;
    }
    /* A dollar sign that begins nothing. */
    cp_parts_text(px, ps, quoted ? CP_PART_QUOTED : CP_PART_LIT, 0, beg, beg + 1);
    lx->pos = beg + 1;
}
