/* Quoting: \x '…' $'…' "…", and the texts that are read as if between double quotes (here-documents, arithmetic, "${x-…}"). Each run of bytes becomes a
 * part of its own that points into the source, so that spans stay exact; only $'…' makes new bytes. */
#include "shell/parser.h"

void cp_read_single(cp_parser *px, cp_parts *ps) {
    cp_lex *lx = &px->lx;
    uint32_t beg = lx->pos;
    const uint8_t *close = (const uint8_t *)memchr(lx->s + beg + 1, '\'', lx->end - beg - 1);
    if (!close) {
        cp_fail(px, "unexpected end of text looking for the closing '", beg);
        return;
    }
    uint32_t end = (uint32_t)(close - lx->s);
    lx->pos = end + 1;
    cp_part *part = cp_parts_add(px, ps, CP_PART_QUOTED, beg, end + 1);
    part->flags = CP_PART_SINGLE;
    part->text = cp_raw(px, beg + 1, end);
    ps->flags |= CP_WORD_QUOTED;
    (void)cp_work(px, (end - beg) / 8);
}

/* ---- $'…' ---------------------------------------------------------------------------------------------------------- */

static int hex_value(int c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static uint32_t put_utf8(uint8_t *out, uint32_t v) {
    if (v < 0x80) {
        out[0] = (uint8_t)v;
        return 1;
    }
    if (v < 0x800) {
        out[0] = (uint8_t)(0xc0 | v >> 6);
        out[1] = (uint8_t)(0x80 | (v & 0x3f));
        return 2;
    }
    if (v < 0x10000) {
        out[0] = (uint8_t)(0xe0 | v >> 12);
        out[1] = (uint8_t)(0x80 | (v >> 6 & 0x3f));
        out[2] = (uint8_t)(0x80 | (v & 0x3f));
        return 3;
    }
    out[0] = (uint8_t)(0xf0 | (v >> 18 & 7));
    out[1] = (uint8_t)(0x80 | (v >> 12 & 0x3f));
    out[2] = (uint8_t)(0x80 | (v >> 6 & 0x3f));
    out[3] = (uint8_t)(0x80 | (v & 0x3f));
    return 4;
}

/* Up to `most` hexadecimal digits at s[*i]; -1 where there is none. */
static int64_t hex_digits(const uint8_t *s, uint32_t n, uint32_t *i, uint32_t most) {
    int64_t v = -1;
    for (uint32_t k = 0; k < most && *i < n && hex_value(s[*i]) >= 0; k++, (*i)++)
        v = ((v < 0 ? 0 : v) << 4 | hex_value(s[*i])) & 0xffffffff;
    return v;
}

/* Decodes the bytes between $' and ' (bash manual, ANSI-C Quoting). The result is never longer than the text: the shortest escape that gives n
 * bytes is longer than n. Returns the number of bytes; *nul: an escape gave a NUL, where bash cuts the string, and whether something is cut off. */
enum nul { NO_NUL, NUL_ENDS, NUL_CUTS };
static uint32_t ansi_decode(const uint8_t *s, uint32_t n, uint8_t *out, enum nul *nul) {
    uint32_t o = 0;
    for (uint32_t i = 0; i < n;) {
        uint8_t c = s[i++];
        if (c != '\\' || i >= n) {
            out[o++] = c;
            continue;
        }
        c = s[i++];
        int64_t v = -1;
        switch (c) {
        case 'a': v = 7; break;
        case 'b': v = 8; break;
        case 'e':
        case 'E': v = 27; break;
        case 'f': v = 12; break;
        case 'n': v = 10; break;
        case 'r': v = 13; break;
        case 't': v = 9; break;
        case 'v': v = 11; break;
        case '\\':
        case '\'':
        case '"':
        case '?': v = c; break;
        case '0':
        case '1':
        case '2':
        case '3':
        case '4':
        case '5':
        case '6':
        case '7':
            v = c - '0';
            for (int k = 0; k < 2 && i < n && s[i] >= '0' && s[i] <= '7'; k++)
                v = v * 8 + (s[i++] - '0');
            v &= 0xff;
            break;
        case 'x':
            if (i < n && s[i] == '{') {
                i++;
                v = hex_digits(s, n, &i, n);
                if (i < n && s[i] == '}')
                    i++;
                if (v < 0)
                    v = 0; /* no digit is the number 0 here */
            } else {
                v = hex_digits(s, n, &i, 2);
            }
            if (v >= 0)
                v &= 0xff;
            break;
        case 'u':
        case 'U': {
            int64_t u = hex_digits(s, n, &i, c == 'u' ? 4 : 8);
            if (u == 0)
                v = 0;
            if (u > 0) {
                o += put_utf8(out + o, (uint32_t)u);
                continue;
            }
            break;
        }
        case 'c':
            if (i < n) {
                c = s[i++];
                if (c == '\\' && i < n && s[i] == '\\')
                    i++;
                v = c == '?' ? 0x7f : (c >= 'a' && c <= 'z' ? c - 32 : c) & 0x1f;
            }
            break;
        default: break;
        }
        if (v == 0) {
            *nul = i < n ? NUL_CUTS : NUL_ENDS;
            return o;
        }
        if (v > 0) {
            out[o++] = (uint8_t)v;
        } else { /* no escape: the backslash stays */
            out[o++] = '\\';
            out[o++] = c;
        }
    }
    return o;
}

void cp_read_ansi(cp_parser *px, cp_parts *ps) {
    cp_lex *lx = &px->lx;
    uint32_t beg = lx->pos, open = cp_skip_joins(lx, beg + 1) + 1, i = open;
    bool escapes = false;
    while (i < lx->end && lx->s[i] != '\'') {
        if (lx->s[i] == '\\') {
            escapes = true;
            i++;
        }
        i++;
    }
    if (i >= lx->end) {
        cp_fail(px, "unexpected end of text looking for the closing '", beg);
        return;
    }
    lx->pos = i + 1;
    cp_part *part = cp_parts_add(px, ps, CP_PART_QUOTED, beg, i + 1);
    part->flags = CP_PART_ANSI;
    part->text = cp_raw(px, open, i);
    ps->flags |= CP_WORD_QUOTED;
    if (!cp_work(px, i - beg) || !escapes)
        return;
    uint8_t *out = (uint8_t *)cp_alloc_raw(px->arena, i - open + 4);
    if (!out || px->arena->failed)
        return;
    enum nul nul = NO_NUL;
    uint32_t n = ansi_decode(lx->s + open, i - open, out, &nul);
    part->text = (cp_slice){out, n};
    if (nul == NUL_CUTS || (nul && px->dialect != CP_DIALECT_BASH && px->dialect != CP_DIALECT_POSIX_BASH))
        cp_note_add(px, CP_NOTE_HIDDEN_BYTES, part->span, "a NUL in $'…' cuts the string");
}

/* ---- Double quotes and their like ---------------------------------------------------------------------------------- */

void cp_read_double(cp_parser *px, cp_parts *ps, uint32_t flags) {
    cp_lex *lx = &px->lx;
    uint32_t beg = lx->pos;
    lx->pos = (flags & CP_PART_LOCALE ? cp_skip_joins(lx, beg + 1) : beg) + 1;
    cp_part *part = cp_parts_add(px, ps, CP_PART_DQ, beg, beg);
    part->flags = (uint8_t)flags;
    cp_parts inner;
    cp_parts_init(&inner);
    cp_quoted q = {.quoting = CP_Q_DOUBLE};
    uint8_t plain = px->plain_braces;
    px->plain_braces = 0;
    if (cp_deeper(px) && cp_read_quoted(px, &q, &inner))
        lx->pos++;
    cp_leave(px->budget);
    px->plain_braces = plain;
    part->as.parts = inner.first;
    part->span.end = lx->pos;
    part->text = cp_raw(px, beg, lx->pos);
    ps->flags |= (inner.flags & ~(uint32_t)CP_WORD_BARE) | CP_WORD_QUOTED;
}

/* '…' where bash pairs the quotes but reads what is between them as if they were not there: "${x-'…'}", arithmetic. */
static void read_paired_single(cp_parser *px, cp_parts *ps) {
    cp_lex *lx = &px->lx;
    uint32_t beg = lx->pos;
    const uint8_t *close = (const uint8_t *)memchr(lx->s + beg + 1, '\'', lx->end - beg - 1);
    if (!close) {
        cp_fail(px, "unexpected end of text looking for the closing '", beg);
        return;
    }
    uint32_t end = (uint32_t)(close - lx->s), window = lx->end;
    lx->pos = beg + 1;
    cp_parts_text(px, ps, CP_PART_QUOTED, 0, beg, beg + 1);
    if (memchr(lx->s + beg + 1, '$', end - beg - 1) || memchr(lx->s + beg + 1, '`', end - beg - 1) ||
        memchr(lx->s + beg + 1, '\\', end - beg - 1) || memchr(lx->s + beg + 1, '"', end - beg - 1)) {
        /* The shell expands this text later, when it has forgotten the quotes: read it as a here-document's, and never trust it. */
        lx->end = end;
        cp_quoted q = {.quoting = CP_Q_HEREDOC};
        cp_part **tail = ps->tail;
        uint32_t marks = px->leaves ? px->leaves->count : 0;
        if (!cp_read_quoted(px, &q, ps) && !px->limited) {
            px->failed = px->unsupported = 0;
            if (px->leaves)
                px->leaves->count = marks;
            *tail = NULL;
            ps->tail = tail;
            cp_part *part = cp_parts_add(px, ps, CP_PART_OPAQUE, beg + 1, end);
            ps->flags |= CP_WORD_EXPANDS;
            cp_note_add(px, CP_NOTE_OPAQUE, part->span, "text between quotes that do not quote here");
        } else if (memchr(lx->s + beg + 1, '"', end - beg - 1)) {
            cp_note_add(px, CP_NOTE_DIALECT_DEPENDS, cp_here(px, beg, end + 1),
                        "quotes between quotes that do not quote here");
        }
        lx->end = window;
    } else {
        cp_parts_text(px, ps, CP_PART_QUOTED, 0, beg + 1, end);
    }
    cp_parts_text(px, ps, CP_PART_QUOTED, 0, end, end + 1);
    lx->pos = end + 1;
    (void)cp_work(px, (end - beg) / 4);
}

/* The text between single quotes, as bash writes it down: ' is \' there, and a lone one has no others around it. */
static cp_slice between_quotes(cp_parser *px, cp_slice text) {
    uint32_t n = 0, quotes = 0;
    for (uint32_t i = 0; i < text.n; i++)
        quotes += text.p[i] == '\'';
    bool alone = text.n == 1 && quotes == 1;
    uint8_t *out = (uint8_t *)cp_alloc_raw(px->arena, (size_t)text.n + 3 * (size_t)quotes + 2);
    if (!out || px->arena->failed || !cp_work(px, 1 + text.n / 4))
        return (cp_slice){NULL, 0};
    if (!alone)
        out[n++] = '\'';
    for (uint32_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\'' && !alone)
            out[n++] = '\'';
        if (text.p[i] == '\'')
            out[n++] = '\\';
        out[n++] = text.p[i];
        if (text.p[i] == '\'' && !alone)
            out[n++] = '\'';
    }
    if (!alone)
        out[n++] = '\'';
    return (cp_slice){out, n};
}

/* $'…' in the word of "${x-…}" or in arithmetic: decoded at once. Arithmetic gets it between quotes, which are bytes of the expression, but without them
 * in "${x:…}". Where the word's quotes don't quote, what it decodes to is read again by the shell. */
static void read_ansi_inside(cp_parser *px, cp_parts *ps, const cp_quoted *q) {
    cp_part **at = ps->tail;
    cp_read_ansi(px, ps);
    cp_part *part = *at;
    if (px->failed || !part)
        return;
    bool arith = q->quoting == CP_Q_ARITH;
    if ((arith && !q->ansi_bare) || (q->plain && !q->real_single))
        part->text = between_quotes(px, part->text);
    if (q->real_single && !arith)
        return;
    if (!arith && (cp_slice_find(part->text, '}', 0) < part->text.n ||
                   cp_slice_find(part->text, '\\', 0) < part->text.n)) {
        px->unsupported = 1;
        cp_fail(px, "$'…' in the word of \"${x-…}\" makes a } or a \\, which may end it", part->span.beg);
        return;
    }
    for (uint32_t i = 0; i < part->text.n; i++)
        if ((strchr("}:'", part->text.p[i]) && q->ansi_bare) ||
            cp_char_flags[part->text.p[i]] & CP_IS_QUOTED_STOP) {
            cp_note_add(px, CP_NOTE_OPAQUE, part->span,
                        arith ? "$'…' in arithmetic makes bytes that the shell reads again"
                              : "$'…' in the word of \"${x-…}\" makes bytes that the shell reads again");
            if (arith) {
                part->kind = CP_PART_OPAQUE;
                ps->flags |= CP_WORD_EXPANDS;
            }
            return;
        }
}

static void log_close(cp_parser *px, cp_paren_log *log, uint32_t close) {
    if (!log->open_count)
        return;
    struct cp_paren_pair pair = {log->open[--log->open_count], close};
    uint8_t before = pair.open ? px->lx.s[pair.open - 1] : 0;
    if (before != '(' && before != '$')
        return; /* only (( and $[ are ever asked about */
    if (CP_PUSH(px->arena, log->pairs, log->pair_count, log->pair_cap, pair))
        return;
}

/* dash expands nothing in a here-document's delimiter: $ and ` are bytes. */
static bool in_plain_delimiter(const cp_parser *px) {
    return px->features & CP_F_EAGER && (px->lx.last == TOK_HEREDOC || px->lx.last == TOK_HEREDOC_TABS);
}

static bool read_quoted(cp_parser *px, cp_quoted *q, cp_parts *ps);

bool cp_read_quoted(cp_parser *px, cp_quoted *q, cp_parts *ps) {
    if (q->quoting != CP_Q_ARITH || q->brace_close)
        return read_quoted(px, q, ps);
    uint8_t plain = px->plain_braces;
    px->plain_braces = q->procsub ? 2 : 1;
    bool ok = read_quoted(px, q, ps);
    px->plain_braces = plain;
    return ok;
}

static bool read_quoted(cp_parser *px, cp_quoted *q, cp_parts *ps) {
    cp_lex *lx = &px->lx;
    const uint8_t *s = lx->s;
    uint32_t run = lx->pos, beg = lx->pos, questions = 0, parens = 0;
    bool plain = q->quoting == CP_Q_DOUBLE || q->quoting == CP_Q_HEREDOC;
    while (!px->failed) {
        uint32_t p = lx->pos;
        if (plain)
            while (p < lx->end && !(cp_char_flags[s[p]] & CP_IS_QUOTED_STOP))
                p++;
        if (!cp_work(px, 1 + (p - lx->pos) / 4))
            return false;
        lx->pos = p;
        if (p >= lx->end) {
            cp_parts_text(px, ps, CP_PART_QUOTED, 0, run, p);
            if (q->quoting == CP_Q_HEREDOC || q->to_end)
                return true;
            cp_fail(px,
                    q->quoting == CP_Q_DOUBLE ? "unexpected end of text looking for the closing \""
                                              : "unexpected end of text looking for a closing bracket",
                    beg ? beg - 1 : 0);
            return false;
        }
        uint8_t c = s[p];
        if ((c == '$' || c == '`') && q->quoting == CP_Q_DOUBLE && in_plain_delimiter(px)) {
            lx->pos++;
            continue;
        }
        switch (c) {
        case '\\': {
            int next = cp_byte(lx, p + 1);
            if (next == '\n') {
                cp_parts_text(px, ps, CP_PART_QUOTED, 0, run, p);
                run = lx->pos = p + 2;
                continue;
            }
            if (next == '$' || next == '`' || next == '\\' || (next == '"' && q->quoting != CP_Q_HEREDOC) ||
                (next == '}' && q->quoting == CP_Q_BRACE)) {
                cp_parts_text(px, ps, CP_PART_QUOTED, 0, run, p);
                cp_part *part = cp_parts_add(px, ps, CP_PART_QUOTED, p, p + 2);
                part->flags = CP_PART_ESCAPED;
                part->text = cp_raw(px, p + 1, p + 2);
                run = lx->pos = p + 2;
                continue;
            }
            lx->pos += next < 0 ? 1 : 2; /* the backslash stays, and keeps a closing byte from closing */
            continue;
        }
        case '$':
            cp_parts_text(px, ps, CP_PART_QUOTED, 0, run, p);
            if (q->posix) /* asked before all that other shells ask */
                cp_read_dollar(px, ps, true);
            else if (q->quoting >= CP_Q_BRACE && cp_byte(lx, cp_skip_joins(lx, p + 1)) == '"' &&
                     cp_has(px, CP_F_LOCALE_QUOTE))
                cp_read_double(px, ps, CP_PART_LOCALE);
            else if (q->quoting >= CP_Q_BRACE && cp_byte(lx, cp_skip_joins(lx, p + 1)) == '\'' &&
                     cp_has(px, CP_F_ANSI_QUOTE) &&
                     (q->real_single || q->quoting == CP_Q_ARITH || cp_has(px, CP_F_BRACE_QUOTES)))
                read_ansi_inside(px, ps, q);
            else if ((q->open == '(' || (q->open == '[' && !q->procsub)) && !q->brace_close &&
                     !cp_brace_is_simple(lx, p, q->open == '[')) {
                q->again = 1; /* just a dollar sign for now */
                lx->pos++;
                run = p;
                continue;
            } else
                cp_read_dollar(px, ps, true);
            if (q->semicolon && !px->failed && cp_byte(lx, cp_skip_joins(lx, p + 1)) == '[' &&
                memchr(s + p, ';', lx->pos - p)) {
                px->unsupported = 1; /* bash counts it as one of the two */
                cp_fail(px, "a ; in $[ ] of for (( ))", p);
            }
            run = lx->pos;
            continue;
        case '`':
            cp_parts_text(px, ps, CP_PART_QUOTED, 0, run, p);
            cp_read_backquote(px, ps, true);
            run = lx->pos;
            continue;
        case '"':
            if (q->quoting == CP_Q_HEREDOC || q->posix) {
                lx->pos++;
                continue;
            }
            cp_parts_text(px, ps, CP_PART_QUOTED, 0, run, p);
            if (q->quoting == CP_Q_DOUBLE)
                return true;
            if (q->quoting == CP_Q_ARITH)
                px->used |=
                    CP_F_PAREN_FALLBACK; /* where $(( is always arithmetic, quotes do not quote in it */
            cp_read_double(px, ps, 0);
            run = lx->pos;
            continue;
        default: break;
        }
        if (plain) {
            lx->pos++;
            continue;
        }
        if (c == '\'' && !q->posix &&
            (q->quoting == CP_Q_ARITH || q->real_single || cp_has(px, CP_F_BRACE_QUOTES))) {
            cp_parts_text(px, ps, CP_PART_QUOTED, 0, run, p);
            if (q->quoting == CP_Q_ARITH)
                px->used |= CP_F_PAREN_FALLBACK;
            if (q->real_single)
                cp_read_single(px, ps);
            else
                read_paired_single(px, ps);
            run = lx->pos;
            continue;
        }
        if ((c == '<' || c == '>') && ((q->quoting == CP_Q_BRACE && !q->plain) || q->procsub) &&
            cp_byte(lx, p + 1) == '(' && cp_has(px, CP_F_PROCSUB)) {
            cp_parts_text(px, ps, CP_PART_QUOTED, 0, run, p);
            cp_read_procsub(px, ps);
            run = lx->pos;
            continue;
        }
        bool stop = false;
        if (q->quoting == CP_Q_BRACE) {
            stop = c == '}' || (c == '/' && q->slash);
        } else {
            if (q->to_end) {
                lx->pos++;
                continue;
            }
            if (c == q->close) {
                if (q->posix && q->depth == 1 && cp_byte(lx, cp_skip_joins(lx, p + 1)) != ')')
                    ; /* unbalanced: a byte of the expression */
                else if (--q->depth == 0)
                    stop = true;
                else if (q->log)
                    log_close(px, q->log, p);
            } else if (c == q->open) {
                q->depth++;
                if (q->log && !CP_PUSH(px->arena, q->log->open, q->log->open_count, q->log->open_cap, p))
                    return false;
            }
            if (c == '}' && q->brace_close)
                stop = true;
            if (q->colon) {
                if (c == '(')
                    parens++;
                if (c == ')' && parens)
                    parens--;
                if (c == '?' && !parens)
                    questions++;
                if (c == ':' && !parens) {
                    if (!questions)
                        stop = true;
                    else
                        questions--;
                }
            }
            if (c == ';' && q->semicolon && q->depth > 1) {
                px->unsupported |=
                    !px->failed; /* bash counts parentheses for the end, and not for the parts */
                cp_fail(px, "a ; between parentheses of for (( ))", p);
                return false;
            }
            if (c == ';' && q->semicolon)
                stop = true;
        }
        if (stop) {
            cp_parts_text(px, ps, CP_PART_QUOTED, 0, run, p);
            return true;
        }
        lx->pos++;
    }
    return false;
}

/* ---- Unquoted text ------------------------------------------------------------------------------------------------- */

void cp_read_unquoted(cp_parser *px, cp_parts *ps) {
    cp_lex *lx = &px->lx;
    uint32_t p = lx->pos;
    switch (lx->s[p]) {
    case '\\': {
        if (p + 1 >= lx->end && memchr(lx->s, '\n', p)) {
            px->unsupported |= !px->failed; /* itself in the first line, nothing in later ones */
            cp_fail(px, "a backslash at the very end", p);
            return;
        }
        if (p + 1 >= lx->end) { /* at the very end a backslash is itself */
            cp_part *part = cp_parts_add(px, ps, CP_PART_QUOTED, p, p + 1);
            part->flags = CP_PART_ESCAPED;
            ps->flags |= CP_WORD_QUOTED;
            lx->pos++;
            /* (A command that was cut off ends in one that is a word of its own: no name that anything has.) */
            const bool alone = p == 0 || strchr(" \t\n", lx->s[p - 1]);
            if (px->dialect == CP_DIALECT_ZSH || (!alone && px->dialect != CP_DIALECT_DASH))
                cp_note_add(
                    px, CP_NOTE_DIALECT_DEPENDS, part->span,
                    "a backslash at the very end is nothing to zsh and ksh, and to a bash that reads a script");
            return;
        }
        if (lx->s[p + 1] == '\n') {
            lx->pos += 2;
            return;
        }
        if (p > 1 && lx->s[p - 1] == '\n' && lx->s[p - 2] == '\\') {
            uint32_t end = p;
            while (end < lx->end && lx->s[end] == '\\')
                end++;
            if (end == lx->end) {
                px->unsupported |= !px->failed; /* one more of them to bash */
                cp_fail(px, "a line continuation before backslashes at the very end", p);
                return;
            }
        }
        if (lx->mode & LX_ARRAY && lx->in_paren && cp_char_class[lx->s[p + 1]] >= CP_C_DOLLAR) {
            px->unsupported |=
                !px->failed; /* bash 5.2 forgets this backslash when it looks for the end of the substitution */
            cp_fail(px, "an escaped operator in an array inside parentheses", p);
            return;
        }
        uint32_t length = 1;
        if (cp_char_class[lx->s[p + 1]] == CP_C_ODD) {
            cp_visibility v = cp_char_visibility(lx->s + p + 1, lx->s + lx->end, &length);
            if (v == CP_SEEN_IN_QUOTES)
                cp_note_add(px, CP_NOTE_HIDDEN_BYTES, cp_here(px, p, p + 1 + length),
                            "a carriage return or Unicode blank in an unquoted word");
        }
        cp_part *part = cp_parts_add(px, ps, CP_PART_QUOTED, p, p + 1 + length);
        part->flags = CP_PART_ESCAPED;
        part->text = cp_raw(px, p + 1, p + 1 + length);
        ps->flags |= CP_WORD_QUOTED;
        lx->pos += 1 + length;
        return;
    }
    case '\'': cp_read_single(px, ps); return;
    case '"': cp_read_double(px, ps, 0); return;
    case '`':
    case '$':
        if (in_plain_delimiter(px)) {
            cp_parts_text(px, ps, CP_PART_LIT, 0, p, p + 1);
            lx->pos++;
        } else if (lx->s[p] == '`')
            cp_read_backquote(px, ps, false);
        else
            cp_read_dollar(px, ps, false);
        return;
    default: cp_read_procsub(px, ps); return;
    }
}
