/* Words. Most are bare: one scan over the class table, one allocation, no parts. The rest is read part by part. Decides too whether a word is
 * an assignment or the number of a descriptor (reserved.c: whether it is reserved). */
#include "shell/parser.h"

/* ---- Parts --------------------------------------------------------------------------------------------------------- */

cp_part *cp_parts_add(cp_parser *px, cp_parts *ps, cp_part_kind kind, uint32_t beg, uint32_t end) {
    cp_part *part = CP_NEW(px->arena, cp_part);
    part->kind = (uint8_t)kind;
    part->span = cp_here(px, beg, end);
    part->text = cp_raw(px, beg, end);
    *ps->tail = part;
    ps->tail = &part->next;
    (void)cp_work(px, 1);
    return part;
}

void cp_parts_text(cp_parser *px, cp_parts *ps, cp_part_kind kind, uint32_t flags, uint32_t beg,
                   uint32_t end) {
    if (beg >= end)
        return;
    cp_part *part = cp_parts_add(px, ps, kind, beg, end);
    part->flags = (uint8_t)flags;
}

cp_slice cp_unjoin(cp_parser *px, uint32_t beg, uint32_t end) {
    const uint8_t *s = px->lx.s;
    uint32_t joins = 0;
    for (uint32_t i = beg; i + 1 < end; i++)
        if (s[i] == '\\' && s[i + 1] == '\n')
            joins++, i++;
    if (!joins)
        return cp_raw(px, beg, end);
    uint8_t *out = (uint8_t *)cp_alloc_raw(px->arena, end - beg);
    if (!out || px->arena->failed)
        return (cp_slice){NULL, 0};
    uint32_t n = 0;
    for (uint32_t i = beg; i < end; i++) {
        if (s[i] == '\\' && i + 1 < end && s[i + 1] == '\n')
            i++;
        else
            out[n++] = s[i];
    }
    return (cp_slice){out, n};
}

cp_word *cp_word_new(cp_parser *px, uint32_t beg, uint32_t end, const cp_parts *ps) {
    cp_word *word = (cp_word *)cp_alloc_raw(px->arena, sizeof *word);
    word->next = NULL;
    word->span = cp_here(px, beg, end);
    word->flags = ps ? ps->flags : CP_WORD_BARE;
    word->text = cp_raw(px, beg, end);
    word->parts = ps ? ps->first : NULL;
    (void)cp_node_work(px);
    return word;
}

/* ---- Reading one word ---------------------------------------------------------------------------------------------- */

static bool assignment_ok(const cp_lex *lx) {
    if (lx->mode & (LX_CASE_PATTERN | LX_COND | LX_ARRAY))
        return false;
    if (lx->last == TOK_ASSIGNMENT)
        return true;
    /* Behind the target of a redirection that begins the command; by an oversight of bash's also behind &>> there. */
    if (lx->mode & LX_REDIR_PREFIX)
        return lx->last == TOK_WORD || lx->last == TOK_NUMBER || lx->last == TOK_DASH ||
               lx->last == TOK_AND_APPEND;
    return lx->last != TOK_SEMI_SEMI && lx->last != TOK_SEMI_AND && lx->last != TOK_SEMI_SEMI_AND &&
           cp_reserved_ok(lx);
}

/* The builtins whose arguments may be NAME=( … ): part of bash's grammar. */
static bool declares(cp_slice t) {
    static const struct {
        char text[9];
        uint8_t length;
    } names[] = {{"alias", 5}, {"declare", 7}, {"eval", 4},     {"export", 6},
                 {"let", 3},   {"local", 5},   {"readonly", 8}, {"typeset", 7}};
    if (t.n < 3 || t.n > 8)
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].length == t.n && (uint8_t)names[i].text[0] == t.p[0] &&
            memcmp(names[i].text, t.p, t.n) == 0)
            return true;
    return false;
}

typedef struct word_state {
    uint32_t beg;      /* of the word */
    uint32_t solid;    /* up to here blanks and operators belong to the word */
    uint32_t run;      /* of the literal bytes that are not in a part yet */
    bool assigns_here; /* the grammar takes an assignment at this place */
    bool argument;     /* … but the word is an argument all the same (coproc NAME NAME=) */
    bool prefix;       /* no command word so far: NAME= assigns, whatever the token is called */
    bool joined;       /* a line continuation in the literal bytes since run */
    bool all_digits;
    uint32_t name_end; /* behind NAME where the word is of the form NAME=, NAME+=, NAME[…]= : set with `eq` */
    uint32_t eq;       /* behind that = ; 0: none */
    bool append;
    uint32_t marks;              /* leaves recorded before the word */
    cp_late late;                /* what was known before the word */
    bool not_named, not_indexed; /* what stands before the = is no NAME, no NAME[…], and never will be */
    uint32_t scanned, brackets;  /* how far the search for the ] came, and the brackets open there */
    const cp_part *scanned_part;
    cp_arith *subscript;
    cp_part *array;
    cp_parts parts;
} word_state;

static void flush(cp_parser *px, word_state *w, uint32_t end) {
    if (w->run < end) {
        cp_slice text = w->joined ? cp_unjoin(px, w->run, end) : cp_raw(px, w->run, end);
        if (text.n)
            cp_parts_add(px, &w->parts, CP_PART_LIT, w->run, end)->text = text;
    }
    w->joined = false;
    w->run = end;
}

/* A character that may be invisible, in unquoted text at pos: notes it; returns its length. */
static uint32_t odd_character(cp_parser *px, uint32_t at) {
    uint32_t length;
    cp_visibility v = cp_char_visibility(px->lx.s + at, px->lx.s + px->lx.end, &length);
    if (v == CP_SEEN_IN_QUOTES)
        cp_note_add(px, CP_NOTE_HIDDEN_BYTES, cp_here(px, at, at + length),
                    px->lx.s[at] == '\r' ? "a carriage return outside quotes"
                                         : "a Unicode blank in an unquoted word");
    return length;
}

/* bash looks for the ] a second time, and then takes the second $ of $$( and $${ for the beginning of an expansion. */
static bool reads_otherwise(const cp_arith *sub) {
    for (const cp_part *p = sub->word ? sub->word->parts : NULL; p && p->next; p = p->next) {
        cp_slice behind = p->next->text;
        if (p->kind == CP_PART_PARAM && cp_slice_is(p->as.param->name, "$") &&
            p->text.p[p->text.n - 1] == '$' && behind.n && (behind.p[0] == '(' || behind.p[0] == '{'))
            return true;
    }
    return false;
}

/* bash counts the brackets in a process substitution as it prints it: redirections last. */
static bool moves_brackets(cp_parser *px, const cp_arith *sub) {
    for (const cp_part *p = sub->word ? sub->word->parts : NULL; p; p = p->next) {
        cp_slice text = cp_raw(px, p->span.beg + 1, p->span.end);
        if (p->kind == CP_PART_PROCSUB && (memchr(text.p, '[', text.n) || memchr(text.p, ']', text.n)) &&
            (memchr(text.p, '<', text.n) || memchr(text.p, '>', text.n)))
            return true;
    }
    return false;
}

/* At [ behind a name, where an assignment may stand: everything up to the ] belongs to the word. */
static void word_subscript(cp_parser *px, word_state *w) {
    cp_lex *lx = &px->lx;
    bool name = w->parts.first == NULL;
    uint32_t open = lx->pos;
    lx->pos++;
    uint32_t marks = px->leaves ? px->leaves->count : 0;
    px->speculating++;
    cp_arith *sub = cp_read_subscript(px, false);
    px->speculating--;
    if (px->failed)
        return;
    if (moves_brackets(px, sub)) {
        px->unsupported = 1;
        cp_fail(px, "a process substitution with brackets and redirections in what may be a subscript", open);
        return;
    }
    /* NAME[…]= or += makes it an assignment; otherwise these are the bytes of a word, with their expansions. */
    uint32_t at = cp_skip_joins(lx, lx->pos), next = cp_skip_joins(lx, at + 1);
    bool append = cp_byte(lx, at) == '+' && cp_byte(lx, next) == '=';
    if (name && !w->argument && (append || cp_byte(lx, at) == '=')) {
        if (reads_otherwise(sub)) {
            px->unsupported |= !px->failed;
            cp_fail(px, "a subscript with $$( or $${ in it", open);
            return;
        }
        w->name_end = open;
        w->subscript = sub;
        w->append = append;
        lx->pos = append ? next : at; /* the = itself is handled by the caller */
        return;
    }
    if (px->leaves)
        px->leaves->count = marks;
    /* Read again, with every byte up to the ] belonging to the word. */
    w->solid = lx->pos;
    lx->pos = open + 1;
}

static bool is_name(cp_parser *px, uint32_t beg, uint32_t end) {
    if (beg >= end || !cp_is_name_start(px->lx.s[beg]))
        return false;
    return cp_is_identifier(cp_unjoin(px, beg, end));
}

/* At an = : whether the word up to `end` is NAME[…], with brackets in pairs outside quotes and expansions. It goes on where it stopped at the = before. */
static bool is_indexed(cp_parser *px, word_state *w, uint32_t end) {
    const uint8_t *s = px->lx.s;
    if (w->not_indexed || end <= w->beg || s[end - 1] != ']')
        return false;
    if (!w->scanned) {
        uint32_t open = w->beg;
        while (cp_is_name(s[open]) || s[open] == '\\' || s[open] == '\n')
            open++;
        w->not_indexed = s[open] != '[' || !is_name(px, w->beg, open);
        if (w->not_indexed)
            return false;
        w->name_end = w->scanned = open;
    }
    uint32_t i = w->scanned;
    const cp_part *p = w->scanned_part ? w->scanned_part : w->parts.first;
    (void)cp_work(px, (end - i) / 8);
    for (; i < end; i++) {
        while (p && p->next && p->span.end <= i)
            p = p->next;
        if (p && p->kind != CP_PART_LIT && p->span.beg <= i && i < p->span.end) {
            i = p->span.end - 1;
        } else if (s[i] == '[') {
            w->brackets++;
        } else if (s[i] == ']' && --w->brackets == 0) {
            w->not_indexed = true; /* no longer one can be */
            return i + 1 == end;
        }
    }
    w->scanned = end;
    w->scanned_part = p;
    return false;
}

/* NAME[…] behind a redirection is read once more, as a name and its subscript. False: failed, or the subscript ends elsewhere than at `end`. */
static bool prefix_subscript(cp_parser *px, word_state *w, uint32_t at, uint32_t end) {
    cp_lex *lx = &px->lx;
    uint32_t marks = px->leaves ? px->leaves->count : 0;
    cp_late late = cp_late_of(lx);
    cp_late_again(lx, w->late);
    lx->pos = w->name_end + 1;
    cp_arith *sub = cp_read_subscript(px, false);
    bool same = sub && lx->pos == end;
    lx->pos = at;
    cp_late_again(lx, late);
    if (px->failed)
        return false;
    if (px->leaves && same) { /* what it recorded takes the place of what the first reading did */
        uint32_t count = px->leaves->count - marks;
        memmove(px->leaves->items + w->marks, px->leaves->items + marks, count * sizeof *px->leaves->items);
        px->leaves->count = w->marks + count;
    } else if (px->leaves) {
        px->leaves->count = marks;
    }
    if (same)
        w->subscript = sub;
    return same;
}

/* At the = of NAME= or NAME+= or NAME[…]=; everything before it was literal. True where it was one: pos is behind the = then. */
static bool word_equals(cp_parser *px, word_state *w) {
    cp_lex *lx = &px->lx;
    uint32_t at = lx->pos;
    if (w->eq)
        return false;
    if (!w->subscript) {
        uint32_t end = at;
        while (end > w->beg + 1 && lx->s[end - 1] == '\n' && lx->s[end - 2] == '\\')
            end -= 2;
        bool append = end > w->beg && lx->s[end - 1] == '+';
        if (append)
            end--;
        bool named = !w->not_named && !w->parts.first && is_name(px, w->beg, end);
        if (named)
            w->name_end = end;
        w->not_named = true; /* an = is in every longer one */
        if (!named) {
            /* An argument NAME[…]= : bash's declaring builtins take it; elsewhere it only looks like one. Where an assignment may stand word_subscript
             * has found that it is none: what it expands is in the parts and must not get lost. */
            if (w->assigns_here && !w->argument)
                return false;
            if (lx->mode & LX_ARRAY || !is_indexed(px, w, end) || !cp_has(px, CP_F_ARRAY))
                return false;
            if (w->prefix && !prefix_subscript(px, w, at, end))
                return px->failed; /* behind a redirection: an assignment all the same, when it runs */
        }
        if (append && !cp_has(px, CP_F_APPEND_ASSIGN))
            return false;
        w->append = append;
    }
    lx->pos++;
    w->eq = lx->pos;
    w->parts.flags |= CP_WORD_ASSIGNMENT;
    bool declares_here = w->assigns_here || lx->mode & LX_DECLARES;
    bool splits = (w->assigns_here && !w->argument) || w->prefix || (lx->mode & LX_ARRAY && w->subscript);
    if (splits) { /* the value is a word of its own */
        cp_parts_init(&w->parts);
        w->run = lx->pos;
        w->joined = false;
    }
    uint32_t open = cp_skip_joins(lx, lx->pos);
    if (cp_byte(lx, open) == '(' && declares_here && !(lx->mode & LX_ARRAY) && cp_has(px, CP_F_ARRAY)) {
        flush(px, w, lx->pos);
        cp_part *array = cp_parts_add(px, &w->parts, CP_PART_ARRAY, open, open);
        lx->pos = open + 1;
        cp_parse_array(px, array);
        array->span.end = lx->pos;
        array->text = cp_raw(px, open, lx->pos);
        w->parts.flags |= CP_WORD_QUOTED;
        w->array = array;
        w->run = lx->pos;
    }
    return true;
}

static bool begins_extglob(uint8_t c) {
    return c == '?' || c == '*' || c == '+' || c == '@' || c == '!';
}

/* ?( *( +( @( !( at pos-1 … : the character is the last literal byte. */
static void word_extglob(cp_parser *px, word_state *w) {
    cp_lex *lx = &px->lx;
    uint32_t op = lx->pos - 1;
    flush(px, w, op);
    cp_part *part = cp_parts_add(px, &w->parts, CP_PART_EXTGLOB, op, op);
    part->text = cp_raw(px, op, op + 1);
    lx->pos++;
    cp_word **tail = &part->as.words;
    if (!cp_deeper(px))
        goto out;
    for (;;) { /* one alternative after another, up to the ) */
        word_state a = {.beg = lx->pos, .run = lx->pos};
        cp_parts_init(&a.parts);
        uint32_t nest = 0;
        int c;
        for (;;) {
            c = cp_byte(lx, lx->pos);
            if (c < 0) {
                cp_fail(px, "unexpected end of text in an extended glob", op);
                goto out;
            }
            uint32_t next;
            if (c == '\\' && cp_byte(lx, lx->pos + 1) == '\n') {
                a.joined = true;
                lx->pos += 2;
            } else if (c == '(') {
                if (lx->pos > a.run && begins_extglob(lx->s[lx->pos - 1])) {
                    word_extglob(px, &a);
                    if (px->failed)
                        goto out;
                } else {
                    nest++;
                    lx->pos++;
                }
            } else if (c == ')') {
                if (!nest)
                    break;
                nest--;
                lx->pos++;
            } else if (c == '|' && !nest) {
                break;
            } else if (cp_char_class[c] == CP_C_QUOTE ||
                       (c == '$' && cp_brace_is_simple(lx, lx->pos, false))) {
                flush(px, &a, lx->pos);
                cp_read_unquoted(px, &a.parts);
                if (px->failed) {
                    px->unsupported |= !px->limited; /* bash only counts parentheses here */
                    goto out;
                }
                a.run = lx->pos;
            } else {
                next = cp_char_class[c] == CP_C_ODD ? odd_character(px, lx->pos) : 1;
                lx->pos += next;
                if (!cp_work(px, 1))
                    goto out;
            }
        }
        flush(px, &a, lx->pos);
        cp_word *word = cp_word_new(px, a.beg, lx->pos, &a.parts);
        w->parts.flags |= a.parts.flags;
        *tail = word;
        tail = &word->next;
        lx->pos++;
        if (c == ')')
            break;
    }
out:
    cp_leave(px->budget);
    part->span.end = lx->pos;
    w->run = lx->pos;
}

/* { … with a , or .. behind it before a blank: perhaps brace expansion. */
static bool begins_braces(const cp_lex *lx, uint32_t at) {
    for (uint32_t i = at + 1; i < lx->end && i - at < 256; i++) {
        uint8_t c = lx->s[i];
        if (c == ',' || (c == '.' && cp_byte(lx, i + 1) == '.'))
            return true;
        if (cp_char_class[c] >= CP_C_BLANK)
            return false;
    }
    return at + 256 < lx->end;
}

/* The rest of a word that holds something other than ordinary bytes. lx.pos stands on it; w->run says from where bytes are literal. */
static void read_slowly(cp_parser *px, word_state *w) {
    cp_lex *lx = &px->lx;
    uint32_t counted = lx->pos;
    while (lx->pos < lx->end && !px->failed) {
        uint8_t c = lx->s[lx->pos];
        switch (cp_char_class[c]) {
        case CP_C_BARE: lx->pos++; continue;
        case CP_C_ODD: lx->pos += odd_character(px, lx->pos); continue;
        case CP_C_EQUALS:
            if (!word_equals(px, w))
                lx->pos++;
            continue;
        case CP_C_SPECIAL:
            if (c == '[' && !w->eq && !w->solid && !w->parts.first && w->run == w->beg &&
                (w->assigns_here ? is_name(px, w->beg, lx->pos) : lx->mode & LX_ARRAY && lx->pos == w->beg) &&
                cp_has(px, CP_F_ARRAY)) {
                word_subscript(px, w);
                continue;
            }
            if (c == '[' && (lx->mode & (LX_ARRAY | LX_REDIR_PREFIX)) == (LX_ARRAY | LX_REDIR_PREFIX) &&
                !w->parts.first && is_name(px, w->beg, lx->pos)) {
                px->unsupported |= !px->failed; /* bash reads on to the ] there */
                cp_fail(px, "NAME[ in an array behind a redirection", lx->pos);
                continue;
            }
            if (c == '{' && !(px->used & CP_F_BRACES) && begins_braces(lx, lx->pos)) {
                px->used |= CP_F_BRACES;
                px->brace_at = lx->pos;
            }
            lx->pos++;
            continue;
        case CP_C_QUOTE:
            if (c == '\\' && lx->pos + 1 < lx->end && lx->s[lx->pos + 1] == '\n') {
                w->joined = true;
                lx->pos += 2;
                continue;
            }
            break;
        case CP_C_DOLLAR: break;
        case CP_C_META: {
            uint32_t next = cp_skip_joins(lx, lx->pos + 1);
            if ((c == '<' || c == '>') && cp_byte(lx, next) == '(' && cp_has(px, CP_F_PROCSUB))
                break;
            if (c == '(' && lx->pos > w->run && begins_extglob(lx->s[lx->pos - 1]) &&
                cp_has(px, CP_F_EXTGLOB)) {
                if ((lx->extglob || lx->mode & LX_PATTERN) && lx->pos >= w->solid) {
                    word_extglob(px, w);
                    continue;
                }
                px->extglob_wanted = 1;
            }
            uint32_t before = lx->pos;
            while (before > w->beg + 2 && lx->s[before - 1] == '\n' && lx->s[before - 2] == '\\')
                before -= 2;
            if (c == '(' && before != lx->pos && begins_extglob(lx->s[before - 1]) &&
                (lx->extglob || lx->mode & LX_PATTERN)) {
                px->unsupported |= !px->failed;
                cp_fail(px, "a line continuation inside the operator of an extended glob", before);
                continue;
            }
            if (c == '(' && lx->pos == w->run && lx->pos > w->beg + 1 && begins_extglob(lx->s[lx->pos - 1]) &&
                lx->s[lx->pos - 2] == '$' && (lx->extglob || lx->mode & LX_PATTERN)) {
                px->unsupported |=
                    !px->failed; /* $*(a): to bash's lexer an extended glob, a parameter later */
                cp_fail(px, "a parameter that is an operator of extended globs", lx->pos - 2);
                continue;
            }
            if (lx->mode & LX_REGEX && (c == '|' || c == '(')) {
                if (c == '|') {
                    lx->pos++;
                    continue;
                }
                uint32_t nest = 0; /* a group of the expression: blanks and operators belong to it */
                while (lx->pos < lx->end && !px->failed) {
                    c = lx->s[lx->pos];
                    if (c == '(')
                        nest++;
                    if (c == ')' && --nest == 0)
                        break;
                    if (c == '\\' && cp_byte(lx, lx->pos + 1) == '\n') {
                        w->joined = true;
                        lx->pos += 2;
                    } else if (cp_char_class[c] == CP_C_QUOTE ||
                               (c == '$' && cp_brace_is_simple(lx, lx->pos, false))) {
                        flush(px, w, lx->pos);
                        cp_read_unquoted(px, &w->parts);
                        w->run = lx->pos;
                    } else {
                        lx->pos += cp_char_class[c] == CP_C_ODD ? odd_character(px, lx->pos) : 1;
                    }
                }
                if (lx->pos >= lx->end)
                    cp_fail(px, "unexpected end of text in a regular expression", w->beg);
                lx->pos++;
                continue;
            }
            if (lx->pos >= w->solid)
                goto done;
            lx->pos++;
            continue;
        }
        default:
            if (lx->pos >= w->solid)
                goto done;
            lx->pos++;
            continue;
        }
        flush(px, w, lx->pos);
        cp_read_unquoted(px, &w->parts);
        w->run = lx->pos;
        counted = lx->pos;
    }
done:
    if (lx->pos > lx->end)
        lx->pos = lx->end;
    flush(px, w, lx->pos);
    (void)cp_work(px, lx->pos > counted ? lx->pos - counted : 0);
}

static bool number_of(cp_slice t, int32_t *out) {
    int64_t v = 0;
    for (uint32_t i = 0; i < t.n; i++) {
        if (!cp_is_digit(t.p[i]))
            return false;
        v = v * 10 + (t.p[i] - '0');
        if (v > INT32_MAX)
            return false;
    }
    *out = (int32_t)v;
    return t.n > 0;
}

/* {NAME} or {NAME[…]} directly before a redirection. */
static bool fd_variable(cp_slice t) {
    if (t.n < 3 || t.p[0] != '{' || t.p[t.n - 1] != '}')
        return false;
    cp_slice inner = cp_slice_sub(t, 1, t.n - 1);
    if (cp_is_identifier(inner))
        return true;
    uint32_t bracket = cp_slice_find(inner, '[', 0), depth = 0;
    if (bracket + 2 >= inner.n || inner.p[inner.n - 1] != ']' ||
        !cp_is_identifier(cp_slice_sub(inner, 0, bracket)))
        return false;
    for (uint32_t i = bracket; i < inner.n; i++) {
        if (inner.p[i] == '[')
            depth++;
        else if (inner.p[i] == ']' && --depth == 0)
            return i + 1 == inner.n;
    }
    return false;
}

/* {NAME[…]} with whatever between its brackets. */
static bool subscripted(cp_slice t) {
    uint32_t bracket = cp_slice_find(t, '[', 0);
    return bracket < t.n && t.n > 3 && t.p[t.n - 2] == ']' && cp_is_identifier(cp_slice_sub(t, 1, bracket));
}

/* The word is read: what token is it? */
static cp_tok finish(cp_parser *px, word_state *w) {
    cp_lex *lx = &px->lx;
    if (px->failed || px->arena->failed)
        return TOK_EOF; /* the parts may be scrap */
    lx->element_sub = NULL;
    if (w->eq && lx->mode & LX_ARRAY && w->subscript) {
        lx->element_sub = w->subscript;
        lx->element_append = w->append;
        lx->word = w->parts.first ? cp_word_new(px, w->eq, lx->pos, &w->parts) : NULL;
        lx->assignment = NULL;
        return TOK_WORD;
    }
    if (w->eq && ((w->assigns_here && !w->argument) || w->prefix)) {
        cp_assignment *a = CP_NEW(px->arena, cp_assignment);
        a->span = cp_here(px, w->beg, lx->pos);
        a->name = cp_unjoin(px, w->beg, w->name_end);
        a->subscript = w->subscript;
        a->append = w->append;
        if (w->array && !w->array->next && w->parts.first == w->array) {
            a->array = w->array;
        } else if (w->parts.first) {
            a->value = cp_word_new(px, w->eq, lx->pos, &w->parts);
            const cp_part *p = w->parts.first;
            if (!p->next && p->kind == CP_PART_LIT && !memchr(p->text.p, '~', p->text.n) &&
                !memchr(p->text.p, '*', p->text.n) && !memchr(p->text.p, '?', p->text.n) &&
                !memchr(p->text.p, '[', p->text.n) && !memchr(p->text.p, '{', p->text.n)) {
                a->value->flags |= CP_WORD_BARE;
                a->value->text = p->text;
                a->value->parts = NULL;
            }
        }
        lx->assignment = a;
        lx->mode &= ~(uint32_t)LX_FUNCTION_BODY;
        lx->word = NULL;
        if (w->assigns_here)
            return TOK_ASSIGNMENT;
        lx->word = cp_word_new(px, w->beg, lx->pos, &w->parts);
        return TOK_WORD;
    }
    lx->assignment = NULL;
    cp_word *word = cp_word_new(px, w->beg, lx->pos, &w->parts);
    if (w->eq && w->assigns_here) { /* coproc NAME NAME=: bash goes on as behind an assignment */
        lx->mode |= LX_ARGUMENTS;
        lx->word = word;
        return TOK_ASSIGNMENT;
    }
    const cp_part *only = w->parts.first;
    if (only && !only->next && only->kind == CP_PART_LIT && !(w->parts.flags & CP_WORD_QUOTED)) {
        /* Literal bytes alone: a reserved word, a number, a bare word in spite of a line continuation. */
        int next = cp_byte(lx, cp_skip_joins(lx, lx->pos));
        if ((next == '<' || next == '>' || lx->last == TOK_LESS_AND || lx->last == TOK_GREATER_AND) &&
            (only->text.n == 1 || cp_has(px, CP_F_MULTI_DIGIT_FD)) && number_of(only->text, &lx->number)) {
            lx->word = word;
            word->text = only->text;
            return TOK_NUMBER;
        }
        cp_tok tok = cp_reserved_word(px, only->text);
        if (tok != TOK_WORD) {
            cp_leaf_add(px, CP_LEAF_RESERVED, w->beg, lx->pos);
            return tok;
        }
        if ((next == '<' || next == '>') && fd_variable(only->text) && cp_has(px, CP_F_FD_VAR)) {
            word->text = only->text;
            lx->word = word;
            return TOK_FD_VAR;
        }
        bool special = false;
        for (uint32_t i = 0; i < only->text.n; i++)
            special |= cp_char_class[only->text.p[i]] == CP_C_SPECIAL;
        if (!special) {
            word->flags |= CP_WORD_BARE;
            word->text = only->text;
            word->parts = NULL;
        }
    }
    uint32_t last = lx->pos;
    while (last > w->beg + 1 && lx->s[last - 1] == '\n' && lx->s[last - 2] == '\\')
        last -= 2;
    if (only && only->next && lx->s[w->beg] == '{' && lx->s[last - 1] == '}' && cp_has(px, CP_F_FD_VAR)) {
        int next = cp_byte(lx, cp_skip_joins(lx, lx->pos));
        if ((next == '<' || next == '>') && subscripted(cp_unjoin(px, w->beg, last)))
            cp_note_add(px, CP_NOTE_UNSUPPORTED, word->span,
                        "{name[subscript]} before a redirection, with quotes or expansions in the subscript");
    }
    lx->mode &= ~(uint32_t)LX_FUNCTION_BODY;
    if (w->assigns_here && word->flags & CP_WORD_BARE && declares(word->text))
        lx->mode |= LX_DECLARES;
    lx->word = word;
    return TOK_WORD;
}

cp_tok cp_read_word(cp_parser *px) {
    cp_lex *lx = &px->lx;
    const uint8_t *s = lx->s;
    uint32_t beg = lx->pos, p = beg, end = lx->end;
    /* The fast path: ordinary bytes up to a blank, a newline, or an operator that ends the word. */
    while (p < end && cp_char_class[s[p]] == CP_C_BARE)
        p++;
    uint8_t stop = p < end ? s[p] : '\n';
    uint8_t class = cp_char_class[stop];
    if (p > beg && (class >= CP_C_BLANK || (class == CP_C_META && stop != '<' && stop != '>' && stop != '(' &&
                                            !(lx->mode & LX_REGEX)))) {
        lx->pos = p;
        if (!cp_work(px, p - beg))
            return TOK_EOF;
        cp_slice text = {s + beg, p - beg};
        uint8_t last = lx->last;
        bool first = cp_reserved_ok(lx);
        if (first || last == TOK_IN || last == TOK_ARITH_FOR ||
            lx->mode & (LX_WANTS_IN | LX_COND | LX_FUNCTION_BODY) || px->stale_in) {
            if (text.n <= 8) {
                cp_tok tok = cp_reserved_word(px, text);
                if (tok != TOK_WORD) {
                    cp_leaf_add(px, CP_LEAF_RESERVED, beg, p);
                    return tok;
                }
            } else {
                lx->mode &= ~(uint32_t)LX_FUNCTION_BODY;
            }
        }
        if ((last == TOK_LESS_AND || last == TOK_GREATER_AND) && number_of(text, &lx->number)) {
            lx->word = cp_word_new(px, beg, p, NULL);
            return TOK_NUMBER;
        }
        if ((first || last == TOK_ASSIGNMENT || lx->mode & LX_REDIR_PREFIX) && declares(text) &&
            assignment_ok(lx))
            lx->mode |= LX_DECLARES;
        lx->assignment = NULL;
        lx->word = cp_word_new(px, beg, p, NULL);
        return TOK_WORD;
    }
    word_state w = {.beg = beg, .run = beg};
    cp_parts_init(&w.parts);
    w.marks = px->leaves ? px->leaves->count : 0;
    w.late = cp_late_of(&px->lx);
    w.assigns_here = assignment_ok(lx);
    w.argument =
        (lx->last == TOK_WORD && !(lx->mode & (LX_REDIR_PREFIX | LX_ARRAY))) || lx->mode & LX_ARGUMENTS;
    w.prefix = (lx->mode & (LX_PREFIX | LX_ARRAY)) == LX_PREFIX && !cp_is_redir(lx->last);
    lx->pos = p;
    (void)cp_work(px, p - beg);
    read_slowly(px, &w);
    if (px->failed)
        return TOK_EOF;
    return finish(px, &w);
}
