/* Here-documents: delimiters wait in a queue until the next newline token, then their bodies are read in order (POSIX XCU 2.7.4). Without quotes in
 * the delimiter the body is read as if between double quotes. Linear in the bodies' bytes. */
#include "shell/parser.h"

static bool fail_unsupported(cp_parser *px, const char *message, uint32_t at) {
    px->unsupported |= !px->failed;
    cp_fail(px, message, at);
    return false;
}

/* An expansion in a quoted delimiter: a text like any other, from which bash removes what looks like quotes (string_quote_removal in its subst.c). */
static bool remove_quotes(cp_parser *px, cp_slice *text, bool quoted) {
    uint8_t *out = (uint8_t *)cp_alloc_raw(px->arena, (size_t)text->n + 1);
    if (!out || px->arena->failed || !cp_work(px, 1 + text->n / 4))
        return false;
    const uint8_t *s = text->p;
    uint32_t n = 0;
    bool inside = quoted;
    for (uint32_t i = 0; i < text->n; i++) {
        if (s[i] == '"') {
            inside = !inside;
        } else if (s[i] == '\'' && !inside) {
            uint32_t close = cp_slice_find(*text, '\'', i + 1);
            if (close == text->n)
                return false;
            memcpy(out + n, s + i + 1, close - i - 1);
            n += close - i - 1;
            i = close;
        } else if (s[i] == '\\' && i + 1 < text->n) {
            i++;
            if (inside && s[i] != '$' && s[i] != '`' && s[i] != '"' && s[i] != '\\')
                out[n++] = '\\';
            out[n++] = s[i];
        } else {
            out[n++] = s[i];
        }
    }
    *text = (cp_slice){out, n};
    return inside == quoted;
}

/* Of a part of the delimiter. Expansions in it are literal: only quotes go, and that only where some stand outside of expansions. */
static bool delimiter_part(cp_parser *px, const cp_word *word, const cp_part *p, bool quoted, cp_slice *out) {
    cp_slice text = p->text;
    if (p->kind != CP_PART_QUOTED && p->kind != CP_PART_LIT) {
        text = cp_raw(px, p->span.beg, p->span.end);
        for (uint32_t i = 0; i < text.n; i++) {
            bool quote = text.p[i] == '\'' || text.p[i] == '"';
            if (px->dialect == CP_DIALECT_ZSH && (quote || text.p[i] == '\\'))
                return fail_unsupported(px, "zsh: quotes in an expansion in the delimiter of a here-document",
                                        word->span.beg);
            /* bash has decoded these when it removes quotes: into quotes of one kind, of the other, or none. */
            if (quote && i && text.p[i - 1] == '$')
                return fail_unsupported(
                    px, "$'…' or $\"…\" in an expansion in the delimiter of a here-document", word->span.beg);
        }
        if (word->flags & CP_WORD_QUOTED && !remove_quotes(px, &text, quoted))
            return fail_unsupported(
                px, "an unpaired quote in an expansion in the delimiter of a here-document", word->span.beg);
    }
    *out = out->n ? cp_arena_concat(px->arena, *out, text) : text;
    return true;
}

/* The delimiter word after quote removal. */
static cp_slice delimiter_of(cp_parser *px, const cp_word *word) {
    if (!word->parts)
        return word->text;
    cp_slice out = {(const uint8_t *)"", 0};
    for (const cp_part *p = word->parts; p; p = p->next) {
        if (p->kind != CP_PART_DQ) {
            if (!delimiter_part(px, word, p, false, &out))
                return out;
            continue;
        }
        for (const cp_part *in = p->as.parts; in; in = in->next)
            if (!delimiter_part(px, word, in, true, &out))
                return out;
    }
    return out;
}

/* A delimiter is what bash has read: substitutions as it prints them, and no line continuations in expansions. */
static bool rewritten(const cp_part *p) {
    for (; p; p = p->next) {
        if (p->kind == CP_PART_DQ && rewritten(p->as.parts))
            return true;
        if (p->kind == CP_PART_PROCSUB || p->kind == CP_PART_CMDSUB || p->kind == CP_PART_OPAQUE)
            return true;
        if (p->kind != CP_PART_QUOTED && p->kind != CP_PART_LIT &&
            cp_slice_find(p->text, '\n', 0) < p->text.n)
            return true;
    }
    return false;
}

void cp_heredoc_wait(cp_parser *px, cp_redir *redir) {
    cp_heredoc *doc = redir->doc;
    if (rewritten(redir->target->parts)) {
        (void)fail_unsupported(px, "a substitution in the delimiter of a here-document", redir->span.beg);
        return;
    }
    doc->delimiter = delimiter_of(px, redir->target);
    if (px->failed)
        return;
    if (!doc->delimiter.n && px->lx.in_paren) {
        (void)fail_unsupported(px, "a here-document with an empty delimiter inside parentheses",
                               redir->span.beg);
        return;
    }
    doc->quoted = (redir->target->flags & CP_WORD_QUOTED) != 0;
    if (!cp_spend(px->budget, CP_LIMIT_HEREDOCS, 1)) {
        cp_fail_limit(px);
        return;
    }
    if (px->lx.src == px->counted_src && px->lx.pos <= px->counted_end) {
        /* bash puts the text of a (( that is none back and reads it again; the bodies it takes from behind that text. */
        (void)fail_unsupported(px, "a here-document inside ((", redir->span.beg);
        return;
    }
    if (!CP_PUSH(px->arena, px->lx.docs, px->lx.docs_count, px->lx.docs_cap, redir))
        cp_fail_limit(px);
}

/* Behind the newline that ends the line at `at`; in a live body a line continuation joins the next line to it. */
static uint32_t next_line(const cp_lex *lx, uint32_t at, bool joins) {
    for (;;) {
        const uint8_t *nl = at < lx->end ? (const uint8_t *)memchr(lx->s + at, '\n', lx->end - at) : NULL;
        if (!nl)
            return lx->end;
        uint32_t end = (uint32_t)(nl - lx->s), slashes = 0;
        while (joins && end - slashes > at && lx->s[end - slashes - 1] == '\\')
            slashes++;
        at = end + 1;
        if (slashes % 2 == 0)
            return at;
    }
}

/* <<- : behind the tabs that a line begins with. To bash a line is what line continuations have joined, so tabs behind those go, too; other
 * shells each have their own way. */
static uint32_t skip_tabs(cp_parser *px, const cp_lex *lx, bool joins, uint32_t at) {
    for (;;) {
        while (at < lx->end && lx->s[at] == '\t')
            at++;
        uint32_t on = joins ? cp_skip_joins(lx, at) : at;
        if (on == at || cp_byte(lx, on) != '\t')
            return at;
        if (!cp_has(px, CP_F_JOIN_DELIMITER) || px->dialect == CP_DIALECT_ZSH) {
            (void)fail_unsupported(px, "a line continuation in front of tabs that <<- takes away", at);
            return lx->end;
        }
        at = on;
    }
}

/* Whether the closing line stands at `at`: *end is behind its word then. */
static bool closes(cp_parser *px, const cp_heredoc *doc, uint32_t at, bool in_paren, uint32_t *end) {
    const cp_lex *lx = &px->lx;
    bool joins = !doc->quoted && (px->features & CP_F_JOIN_DELIMITER);
    if (doc->strip)
        at = skip_tabs(px, lx, !doc->quoted, at);
    if (!doc->quoted && !joins) /* dash joins lines in front of the word, not inside of it */
        at = cp_skip_joins(lx, at);
    for (uint32_t i = 0; i < doc->delimiter.n; i++) {
        if (joins) {
            uint32_t on = cp_skip_joins(lx, at);
            if (on != at)
                px->used |= CP_F_JOIN_DELIMITER;
            at = on;
        }
        if (at >= lx->end || lx->s[at] != doc->delimiter.p[i])
            return false;
        at++;
    }
    if (joins)
        at = cp_skip_joins(lx, at);
    *end = at;
    if (at >= lx->end)
        return doc->delimiter.n > 0;
    if (lx->s[at] == '\n')
        return true;
    if (!in_paren || !cp_has(px, CP_F_DOC_IN_PAREN))
        return false;
    if (lx->s[at] == ')')
        return true;
    if (memchr(lx->s + at, ')', next_line(lx, at, !doc->quoted) - at)) {
        /* bash ends the document there */
        return fail_unsupported(px, "a line of a here-document that begins with its delimiter and holds a )",
                                at);
    }
    return false;
}

/* <<- : the body without its leading tabs, as a source of its own. */
static uint32_t strip_tabs(cp_parser *px, const cp_heredoc *doc, uint32_t beg, uint32_t end) {
    cp_lex window = px->lx;
    window.end = end;
    uint8_t *out = (uint8_t *)cp_alloc_raw(px->arena, end - beg + 1);
    cp_seg *segs = NULL;
    uint32_t count = 0, cap = 0, n = 0;
    if (!out || px->arena->failed)
        return UINT32_MAX;
    for (uint32_t at = beg; at < end;) {
        uint32_t line = skip_tabs(px, &window, !doc->quoted, at), next = next_line(&window, at, !doc->quoted);
        line = line < next ? line : next;
        memcpy(out + n, window.s + line, next - line);
        cp_seg seg = {n, next - line, cp_here(px, line, next)};
        if (next > line && !CP_PUSH(px->arena, segs, count, cap, seg))
            return UINT32_MAX;
        n += next - line;
        at = next;
    }
    cp_source source = {.text = {out, n},
                        .kind = CP_SOURCE_HEREDOC,
                        .segs = segs,
                        .seg_count = count,
                        .made_at = cp_here(px, beg, end)};
    source.depth = px->lx.src < px->sources->count ? px->sources->items[px->lx.src].depth + 1 : 1;
    return cp_sources_add(px->sources, &source);
}

static bool has_tabs(const cp_lex *lx, uint32_t beg, uint32_t end) {
    for (uint32_t at = beg; at < end;) {
        if (lx->s[at] == '\t')
            return true;
        const uint8_t *nl = (const uint8_t *)memchr(lx->s + at, '\n', end - at);
        at = nl ? (uint32_t)(nl - lx->s) + 1 : end;
    }
    return false;
}

static void read_body(cp_parser *px, cp_heredoc *doc, uint32_t beg, uint32_t end) {
    cp_lex saved = px->lx;
    cp_parts ps;
    cp_parts_init(&ps);
    doc->body_span = cp_here(px, beg, end);
    if (beg >= end)
        return;
    uint32_t src = saved.src, from = beg, to = end;
    cp_slice text = {saved.s, end};
    if (doc->strip && has_tabs(&saved, beg, end)) {
        if (!cp_spend(px->budget, CP_LIMIT_REPARSE_BYTES, end - beg))
            cp_fail_limit(px);
        src = strip_tabs(px, doc, beg, end);
        if (src == UINT32_MAX || px->failed)
            return;
        text = px->sources->items[src].text;
        from = 0;
        to = text.n;
    }
    cp_lex_init(&px->lx, text.p, from, to, src);
    px->lx.extglob = saved.extglob;
    if (doc->quoted) {
        cp_parts_text(px, &ps, CP_PART_QUOTED, 0, from, to);
    } else {
        uint32_t marks = px->leaves ? px->leaves->count : 0;
        cp_quoted q = {.quoting = CP_Q_HEREDOC};
        bool ok = cp_deeper(px) && cp_read_quoted(px, &q, &ps);
        cp_leave(px->budget);
        if (px->lx.mode &
            LX_DOCS_LATE) { /* a here-document of a substitution in this body takes lines out of it */
            ok = false;
            if (px->features & CP_F_EAGER && !px->failed) {
                px->unsupported = 1;
                cp_fail(px, "a here-document in the body of another", from);
            }
        }
        if (!ok && !px->limited &&
            !(px->features & CP_F_EAGER)) { /* the shell finds out when it expands the body */
            px->failed = px->unsupported = 0;
            if (px->leaves)
                px->leaves->count = marks;
            cp_note_add(px, CP_NOTE_OPAQUE, cp_here(px, from, to),
                        "an expansion in a here-document does not parse");
            cp_parts_init(&ps);
            (void)cp_parts_add(px, &ps, CP_PART_OPAQUE, from, to);
            ps.flags = CP_WORD_EXPANDS;
        }
    }
    if (ps.first)
        doc->body = cp_word_new(px, from, to, &ps);
    px->lx = saved;
}

/* Before 4.0 (macOS still has 3.2) bash looks for the end of $( ) by counting parentheses and pairing quotes, in here-documents, too: does a
 * body leave it where it was? Comments count where the substitution stands between double quotes. What the body leaves open, and nothing
 * in `rest` closes, is an error there: nothing runs. */
static bool is_paired(cp_slice body, cp_slice rest, bool comments) {
    const uint8_t *s = body.p;
    uint32_t depth = 0, closing = 0;
    uint8_t quote = 0, before = '\n';
    for (uint32_t at = 0; at < body.n; before = s[at++]) {
        uint8_t c = s[at];
        if (quote) {
            if (c == quote)
                quote = 0;
            else if (quote != '\'' && (c == '`' || (before == '$' && strchr("({['", c))))
                return false; /* (what is paired within it is not looked at here) */
            else if (quote != '\'' && c == '\\' && at + 1 < body.n)
                at++;
        } else if (c == '\\' && at + 1 < body.n) {
            at++;
        } else if (comments && c == '#' && (before == '\n' || before == ' ' || before == '\t')) {
            while (at + 1 < body.n && s[at + 1] != '\n')
                at++;
        } else if (c == '\'' || c == '"' || c == '`') {
            if (c == '\'' && before == '$')
                return false;
            quote = c;
        } else if (c == '(') {
            depth++;
        } else if (c == ')' && !depth--) {
            return false;
        }
    }
    if (quote)
        return cp_slice_find(rest, quote, 0) == rest.n;
    for (uint32_t i = 0; i < rest.n; i++)
        closing += rest.p[i] == ')';
    return !depth || closing <= depth;
}

static void note_old_bash(cp_parser *px, const cp_redir *redir, uint32_t beg, uint32_t end) {
    const cp_slice text = px->sources->items[px->lx.src].text, body = cp_slice_sub(text, beg, end),
                   rest = cp_slice_sub(text, end, text.n);
    if ((px->dialect == CP_DIALECT_BASH || px->dialect == CP_DIALECT_SH ||
         px->dialect == CP_DIALECT_POSIX_BASH) &&
        !(is_paired(body, rest, false) && is_paired(body, rest, true)))
        cp_note_add(px, CP_NOTE_DIALECT_DEPENDS, redir->span,
                    "bash before 4.0 pairs the quotes and parentheses of this here-document with others");
}

uint32_t cp_heredocs_read(cp_parser *px, uint32_t pos, bool in_paren) {
    cp_lex *lx = &px->lx;
    cp_redir **docs = lx->docs;
    uint32_t count = lx->docs_count;
    lx->docs_count = 0;
    for (uint32_t i = 0; i < count && !px->failed; i++) {
        cp_heredoc *doc = docs[i]->doc;
        px->budget->used[CP_LIMIT_HEREDOCS]--;
        uint32_t beg = pos, line = pos, close = 0;
        bool joins = !doc->quoted;
        bool found = false, paren = in_paren || lx->in_paren;
        uint32_t key = (uint32_t)(doc->quoted | doc->strip << 1 | (uint32_t)paren << 2);
        /* Inside the body of one that nothing closed: there is no line for this one either. */
        const cp_missing_line *m = &px->missing;
        if (m->src == lx->src && m->key == key && m->from <= pos && m->end == lx->end && m->delimiter.p &&
            cp_slice_eq(m->delimiter, doc->delimiter))
            line = lx->end;
        while (line < lx->end) {
            found = closes(px, doc, line, paren, &close);
            if (px->failed)
                return lx->end;
            if (found)
                break;
            uint32_t next = next_line(lx, line, joins);
            if (!cp_work(px, 1 + (next - line) / 8))
                return lx->end;
            line = next;
        }
        doc->terminated = found;
        if (found) {
            cp_leaf_add(px, CP_LEAF_DOC_END, line, close);
            pos = close < lx->end && lx->s[close] == '\n' ? close + 1 : close;
            if (close < lx->end && lx->s[close] == ')')
                cp_note_add(px, CP_NOTE_HEREDOC_UNTERMINATED, docs[i]->span,
                            "the closing line of this here-document does not end with a newline");
        } else {
            px->missing = (cp_missing_line){doc->delimiter, lx->src, beg, lx->end, key};
            if (joins && lx->end > beg && lx->s[lx->end - 1] == '\\') {
                /* behind a line continuation bash takes the line for nothing */
                (void)fail_unsupported(px, "a here-document that ends with a backslash", lx->end - 1);
                return lx->end;
            }
            line = pos = lx->end;
            cp_note_add(px, CP_NOTE_HEREDOC_UNTERMINATED, docs[i]->span,
                        "this here-document has no closing line");
        }
        if (paren)
            note_old_bash(px, docs[i], beg, line);
        read_body(px, doc, beg, line);
    }
    return pos;
}
