/* ${…}: names, subscripts, every operator, and the words behind them. Where the shell finds the closing brace is decided as bash does it: quotes pair,
 * nested expansions are skipped whole, nothing else counts. What is not an expansion in the end is CP_PARAM_BAD: an error when it runs. */
#include "shell/parser.h"

typedef struct brace {
    cp_parts word;
    uint32_t beg; /* of the ${ */
    bool quoted;
    bool plain;       /* <( ) is plain text */
    bool real_single; /* '…' quotes even between double quotes: the words of # % / ^ , */
    bool
        operator_first; /* … but bash doesn't see them where the first byte looks like an operator: ${#x%…} ${-%…} */
} brace;

/* Unquoted text up to }, or / where `slash`. */
static bool read_loose(cp_parser *px, cp_parts *ps, bool slash, bool plain) {
    cp_lex *lx = &px->lx;
    uint32_t run = lx->pos, from = lx->pos;
    while (!px->failed) {
        int c = cp_byte(lx, lx->pos);
        if (c < 0) {
            cp_fail(px, "unexpected end of text looking for the closing }", from);
            return false;
        }
        if (!cp_work(px, 1))
            return false;
        bool special =
            cp_char_class[c] == CP_C_QUOTE || c == '$' ||
            (!plain && (c == '<' || c == '>') && cp_byte(lx, lx->pos + 1) == '(' && cp_has(px, CP_F_PROCSUB));
        bool stop = c == '}' || (c == '/' && slash);
        if (!special && !stop) {
            uint32_t length = 1;
            if (cp_char_class[c] == CP_C_ODD &&
                cp_char_visibility(lx->s + lx->pos, lx->s + lx->end, &length) == CP_SEEN_IN_QUOTES)
                cp_note_add(px, CP_NOTE_HIDDEN_BYTES, cp_here(px, lx->pos, lx->pos + length),
                            "a carriage return or Unicode blank in an unquoted word");
            lx->pos += length;
            continue;
        }
        cp_parts_text(px, ps, CP_PART_LIT, 0, run, lx->pos);
        if (stop)
            return true;
        cp_read_unquoted(px, ps);
        run = lx->pos;
    }
    return false;
}

static bool read_part_of_word(cp_parser *px, const brace *b, cp_parts *ps, bool slash) {
    if (!b->quoted)
        return read_loose(px, ps, slash, b->plain);
    cp_quoted q = {.quoting = CP_Q_BRACE, .slash = slash, .real_single = b->real_single, .plain = b->plain};
    return cp_read_quoted(px, &q, ps);
}

static cp_word *word_of(cp_parser *px, uint32_t beg, cp_parts *ps) {
    if (!ps->first)
        return NULL;
    cp_word *word = cp_word_new(px, beg, px->lx.pos, ps);
    const cp_part *only = ps->first;
    if (only->next || only->kind != CP_PART_LIT)
        return word;
    for (uint32_t i = 0; i < only->text.n; i++)
        if (cp_char_class[only->text.p[i]] != CP_C_BARE && cp_char_class[only->text.p[i]] != CP_C_ODD)
            return word;
    word->flags |= CP_WORD_BARE;
    word->text = only->text;
    word->parts = NULL;
    return word;
}

/* ${x///b}: to bash the third slash is the first byte of a pattern; to others it ends one that is empty. */
static bool begins_with_slash(cp_parser *px) {
    const uint32_t at = px->lx.pos, on = cp_skip_joins(&px->lx, at);
    if (cp_byte(&px->lx, on) != '/')
        return false;
    const bool bash = px->dialect == CP_DIALECT_BASH || px->dialect == CP_DIALECT_POSIX_BASH;
    if (!bash || on > at)
        cp_note_add(px, CP_NOTE_DIALECT_DEPENDS, cp_here(px, at, on + 1),
                    "a slash behind // begins a pattern in some shells and ends it in others");
    return bash && on == at;
}

/* The word behind an operator, up to the }; `slash`: or to a /. `all`: of //. */
static cp_word *read_word(cp_parser *px, const brace *b, bool slash, bool all) {
    cp_parts ps;
    cp_parts_init(&ps);
    uint32_t beg = px->lx.pos;
    if (all && begins_with_slash(px)) {
        cp_parts_text(px, &ps, CP_PART_LIT, 0, beg, beg + 1);
        px->lx.pos++;
    }
    if (!read_part_of_word(px, b, &ps, slash))
        return NULL;
    return word_of(px, beg, &ps);
}

static cp_arith *read_number(cp_parser *px, const brace *b, bool colon) {
    cp_parts ps;
    cp_parts_init(&ps);
    uint32_t beg = px->lx.pos;
    cp_quoted q = {.quoting = CP_Q_ARITH,
                   .open = '(',
                   .close = ')',
                   .depth = 1u << 30,
                   .brace_close = 1,
                   .procsub = !b->plain,
                   .ansi_bare = b->quoted,
                   .colon = colon};
    if (!cp_read_quoted(px, &q, &ps))
        return NULL;
    return cp_arith_new(px, beg, px->lx.pos, &ps);
}

static uint32_t next_at(const cp_parser *px, uint32_t at) {
    return cp_skip_joins(&px->lx, at + 1);
}
static int byte_at(const cp_parser *px, uint32_t at) {
    return cp_byte(&px->lx, at);
}

/* The parameter's name at `at`; returns where it ends (at: none). */
static uint32_t name_end(const cp_parser *px, uint32_t at) {
    const cp_lex *lx = &px->lx;
    int c = byte_at(px, at);
    if (c < 0)
        return at;
    bool digits = cp_is_digit((uint8_t)c);
    if (digits || cp_is_name_start((uint8_t)c)) {
        uint32_t end = at;
        for (;;) {
            while (end < lx->end && (digits ? cp_is_digit(lx->s[end]) : cp_is_name(lx->s[end])))
                end++;
            uint32_t on = cp_skip_joins(lx, end);
            if (on == end || on >= lx->end || !(digits ? cp_is_digit(lx->s[on]) : cp_is_name(lx->s[on])))
                return end;
            end = on;
        }
    }
    return cp_char_flags[c] & CP_IS_SPECIAL_PARAM ? at + 1 : at;
}

/* [subscript] behind a name. False: a } came before the ]. */
static bool read_index(cp_parser *px, cp_param *param) {
    if (byte_at(px, px->lx.pos) != '[' || !cp_has(px, CP_F_PARAM_OPS))
        return true;
    uint32_t marks = px->leaves ? px->leaves->count : 0;
    px->lx.pos++;
    px->speculating++; /* where a } comes first, all of it is read again */
    param->subscript = cp_read_subscript(px, true);
    px->speculating--;
    if (!param->subscript && px->leaves)
        px->leaves->count = marks;
    return param->subscript != NULL;
}

static bool whole(const cp_arith *a) {
    return a && a->text.n == 1 && (a->text.p[0] == '@' || a->text.p[0] == '*');
}

/* bash in POSIX mode: between double quotes ' quotes behind some operators, and not behind others that only look like them. */
static bool quotes_between(cp_parser *px, const brace *b, uint32_t at, uint32_t end) {
    if (px->dialect != CP_DIALECT_POSIX_BASH || !b->quoted)
        return false;
    const uint8_t *quote = (const uint8_t *)memchr(px->lx.s + at, '\'', end - at);
    if (!quote)
        return false;
    px->unsupported |= !px->limited;
    cp_fail(px, "single quotes in a substring or a bad substitution", (uint32_t)(quote - px->lx.s));
    return true;
}

/* Up to the first }, that is. Whether it ends the expansion is not known before all is read. */
static bool quotes_ahead(cp_parser *px, const brace *b, uint32_t at) {
    const cp_lex *lx = &px->lx;
    const uint8_t *close = (const uint8_t *)memchr(lx->s + at, '}', lx->end - at);
    return quotes_between(px, b, at, close ? (uint32_t)(close - lx->s) : lx->end);
}

/* "${x/a/'$y'}": in zsh, and in bash before 4.3, ' does not quote there. */
static void note_replacement(cp_parser *px, uint32_t at, uint32_t end) {
    const uint8_t *s = px->lx.s;
    uint32_t quote = at;
    while (quote < end && s[quote] != '\'')
        quote += s[quote] == '\\' ? 2 : 1;
    for (uint32_t i = quote; i < end; i++)
        if (s[i] == '$' || s[i] == '`') {
            cp_note_add(px, CP_NOTE_DIALECT_DEPENDS, cp_here(px, quote, end),
                        "some shells expand what stands between quotes in a replacement");
            return;
        }
}

/* "${x/a/'b'}": the quotes are bytes in zsh. */
static void note_quotes(cp_parser *px, const brace *b, uint32_t at, uint32_t end) {
    if (px->dialect == CP_DIALECT_ZSH && b->quoted && !px->failed && end > at &&
        memchr(px->lx.s + at, '\'', end - at))
        cp_note_add(px, CP_NOTE_DIALECT_DEPENDS, cp_here(px, at, end),
                    "single quotes in a replacement between double quotes are no quotes in zsh");
}

/* ${x%{*}: ksh pairs the braces of a pattern; and it makes words of ${x:+{a,b}. */
static void note_nested(cp_parser *px, const brace *b, bool pattern, uint32_t at, uint32_t end) {
    const uint8_t *s = px->lx.s;
    if (px->failed || (px->dialect != CP_DIALECT_SH && px->dialect != CP_DIALECT_UNKNOWN))
        return;
    uint32_t open = end;
    for (uint32_t i = at; i < end && open == end; i += s[i] == '\\' || s[i] == '$' ? 2 : 1)
        if (s[i] == '{')
            open = i;
    bool depends = pattern && open < end;
    for (uint32_t i = open; i < end && !b->quoted; i++)
        depends |= s[i] == ',' || (s[i] == '.' && i + 1 < end && s[i + 1] == '.');
    if (depends)
        cp_note_add(px, CP_NOTE_DIALECT_DEPENDS, cp_here(px, open, end),
                    "some shells pair the braces of a pattern, or expand those of a word");
}

/* bash looks for the } a second time, and then takes the second $ of $${ and $$( for the beginning of an expansion. */
static void note_doubled(cp_parser *px, const cp_word *w) {
    for (const cp_part *p = w ? w->parts : NULL; p && !px->failed; p = p->next) {
        const int behind = byte_at(px, p->span.end);
        if (p->kind == CP_PART_PARAM && cp_slice_is(p->as.param->name, "$") && p->text.n &&
            p->text.p[p->text.n - 1] == '$' && (behind == '{' || behind == '('))
            cp_note_add(px, CP_NOTE_DIALECT_DEPENDS, p->span,
                        "bash takes the second $ of $${ for the beginning of an expansion");
    }
}

static void read_operator(cp_parser *px, brace *b, cp_param *param) {
    cp_lex *lx = &px->lx;
    uint32_t at = cp_skip_joins(lx, lx->pos), next = next_at(px, at), end = at + 1;
    int c = byte_at(px, at), d = byte_at(px, next);
    bool slash = false;
    lx->pos = at;
    switch (c) {
    case '}': return;
    case ':':
        if (d == '-' || d == '=' || d == '?' || d == '+') {
            param->colon = 1;
            param->op = d == '-'   ? CP_PARAM_DEFAULT
                        : d == '=' ? CP_PARAM_ASSIGN
                        : d == '?' ? CP_PARAM_ERROR
                                   : CP_PARAM_ALTERNATIVE;
            end = next + 1;
            break;
        }
        if (!cp_has(px, CP_F_PARAM_OPS))
            goto bad;
        if (quotes_ahead(px, b, at))
            return;
        param->op = CP_PARAM_SUBSTRING;
        param->op_text = cp_raw(px, at, at + 1);
        lx->pos = at + 1;
        param->offset = read_number(px, b, true);
        if (!px->failed && byte_at(px, lx->pos) == ':') {
            lx->pos++;
            param->length_expr = read_number(px, b, false);
        }
        (void)quotes_between(px, b, at, px->failed ? lx->end : lx->pos);
        return;
    case '-': param->op = CP_PARAM_DEFAULT; break;
    case '=': param->op = CP_PARAM_ASSIGN; break;
    case '?': param->op = CP_PARAM_ERROR; break;
    case '+': param->op = CP_PARAM_ALTERNATIVE; break;
    case '#':
    case '%':
        param->op = CP_PARAM_STRIP;
        b->real_single = !b->operator_first;
        if (d == c)
            end = next + 1;
        break;
    case '/':
        if (!cp_has(px, CP_F_PARAM_OPS))
            goto bad;
        param->op = CP_PARAM_REPLACE;
        b->real_single = !b->operator_first;
        slash = true;
        if (d == '/' || d == '#' || d == '%')
            end = next + 1;
        break;
    case '^':
    case ',':
    case '~':
        if (!cp_has(px, CP_F_PARAM_OPS))
            goto bad;
        param->op = CP_PARAM_CASE;
        b->real_single = c != '~' && !b->operator_first;
        if (d == c)
            end = next + 1;
        break;
    case '@':
        if (!cp_has(px, CP_F_PARAM_OPS) || d < 0 || !strchr("QEPAKaUuLk", d) ||
            byte_at(px, next_at(px, next)) != '}')
            goto bad;
        param->op = CP_PARAM_TRANSFORM;
        param->op_text = cp_unjoin(px, at, next + 1);
        lx->pos = next_at(px, next);
        return;
    default: goto bad;
    }
    param->op_text = cp_unjoin(px, at, end);
    lx->pos = end;
    param->word = read_word(px, b, slash, slash && d == '/');
    note_nested(px, b, param->op == CP_PARAM_STRIP, end, lx->pos);
    note_doubled(px, param->word);
    if (slash && !px->failed && byte_at(px, lx->pos) == '/') {
        lx->pos++;
        b->real_single = !b->operator_first;
        end = lx->pos;
        param->replacement = read_word(px, b, false, false);
        note_doubled(px, param->replacement);
        if (b->quoted && !px->failed)
            note_replacement(px, end, lx->pos);
        note_quotes(px, b, end, lx->pos);
    }
    return;
bad:
    param->op = CP_PARAM_BAD;
    if (quotes_ahead(px, b, at))
        return;
    if (px->dialect == CP_DIALECT_DASH && c == ':' && cp_slice_is(param->name, "#")) {
        px->unsupported |= !px->failed; /* the length of : to dash's parser, where a } comes next */
        cp_fail(px, "${#: is an error when it runs", at);
        return;
    }
    if (!(px->features & CP_F_PARAM_OPS) && c >= 0) /* whatever it is, it stands for an operator */
        lx->pos = c == ':' && d >= 0 ? next + 1 : at + 1;
    param->word = read_word(px, b, false, false);
    (void)quotes_between(px, b, at, px->failed ? lx->end : lx->pos);
}

/* ${ program;} and ${| program;} of bash 5.3. Earlier versions say "bad substitution" when they run it. */
static void read_funsub(cp_parser *px, cp_part *part, uint32_t body, uint32_t marks) {
    cp_lex *lx = &px->lx;
    uint32_t close = lx->pos;
    if (byte_at(px, body) == '|')
        body++;
    cp_leaves tried = {NULL, 0, 0}, *leaves = px->leaves;
    if (leaves)
        px->leaves = &tried;
    cp_list *program = cp_read_window(px, body, close);
    px->leaves = leaves;
    if (px->failed)
        return;
    cp_note_add(px, CP_NOTE_DIALECT_DEPENDS, cp_here(px, part->span.beg, close + 1),
                "${ …;} runs commands in bash 5.3 and is an error before it");
    if (!program) {
        cp_note_add(px, CP_NOTE_OPAQUE, cp_here(px, part->span.beg, close + 1), "${ …;} does not parse");
        return;
    }
    if (leaves) {
        leaves->count = marks;
        for (uint32_t i = 0; i < tried.count; i++)
            cp_leaves_add(leaves, px->arena, tried.items[i]);
        if (body > part->span.beg + 2)
            cp_leaf_add(px, CP_LEAF_MARK, part->span.beg + 2, body);
    }
    part->kind = CP_PART_CMDSUB;
    part->flags = CP_PART_FUNSUB;
    part->as.program = program;
}

cp_part *cp_read_brace(cp_parser *px, cp_parts *ps, bool quoted) {
    cp_lex *lx = &px->lx;
    uint32_t beg = lx->pos, open = next_at(px, beg), at = next_at(px, open);
    cp_part *part = cp_parts_add(px, ps, CP_PART_PARAM, beg, beg);
    cp_param *param = CP_NEW(px->arena, cp_param);
    brace b = {.beg = beg, .quoted = quoted, .plain = px->plain_braces != 0};
    uint8_t plain = px->plain_braces;
    if (plain == 2)
        px->plain_braces = 0;
    part->as.param = param;
    ps->flags |= CP_WORD_EXPANDS;
    if (!cp_deeper(px))
        goto out;
    int c = byte_at(px, at);
    b.operator_first = quoted && c > 0 && strchr("#%^,~:-=?+/", c);
    if (c == ' ' || c == '\t' || c == '\n' || c == '|') {
        lx->pos = at;
        param->op = CP_PARAM_BAD;
        uint32_t marks = px->leaves ? px->leaves->count : 0;
        px->speculating++;
        param->word = read_word(px, &b, false, false);
        px->speculating--;
        if (!px->failed && px->dialect != CP_DIALECT_DASH)
            read_funsub(px, part, at, marks);
        goto close;
    }
    int d = c < 0 ? -1 : byte_at(px, next_at(px, at));
    if (c == '#' && d != '}') { /* a length, unless # itself is the parameter */
        uint32_t name = next_at(px, at), end = name_end(px, name);
        int behind = end > name ? byte_at(px, cp_skip_joins(lx, end)) : -1;
        if (end > name && (behind == '}' || (behind == '[' && cp_is_name_start(lx->s[name])))) {
            param->length = 1;
            at = name;
        }
    } else if (c == '!' && d >= 0 && d != '}') {
        uint32_t name = next_at(px, at), end = name_end(px, name);
        bool common = cp_is_name((uint8_t)d) || d == '@' || d == '*';
        if (end > name &&
            (common || ((d == '#' || d == '$' || d == '!' || d == '?' || d == '-') &&
                        byte_at(px, cp_skip_joins(lx, end)) == '}' && d != '-' && d != '?')) &&
            cp_has(px, CP_F_PARAM_OPS)) {
            param->indirect = 1;
            at = name;
        }
    }
    uint32_t end = name_end(px, at);
    if (c == '$' && !param->length && !param->indirect && cp_has(px, CP_F_PARAM_OPS) &&
        (d == '{' || d == '(' || d == '[' || d == '\'' || d == '"'))
        end = at; /* an expansion, where a name belongs */
    param->name = cp_unjoin(px, at, end);
    lx->pos = end;
    if (end == at) {
        param->op = CP_PARAM_BAD;
        if (!(px->features & CP_F_PARAM_OPS) && c >= 0 && c != '}')
            lx->pos = at + 1;
        param->word = read_word(px, &b, false, false);
        goto close;
    }
    lx->pos = cp_skip_joins(lx, end);
    if (cp_is_name_start(lx->s[at]) && !read_index(px, param)) {
        param->op = CP_PARAM_BAD;
        if (!px->failed)
            param->word = read_word(px, &b, false, false);
        goto close;
    }
    at = cp_skip_joins(lx, lx->pos);
    c = byte_at(px, at);
    if (param->indirect && (c == '*' || c == '@') && !param->subscript &&
        byte_at(px, next_at(px, at)) == '}') {
        param->names = 1;
        param->op_text = cp_raw(px, at, at + 1);
        lx->pos = next_at(px, at);
    } else {
        if (param->indirect && whole(param->subscript) && c == '}')
            param->names = 1;
        read_operator(px, &b, param);
        if (param->length && param->op != CP_PARAM_PLAIN)
            param->op = CP_PARAM_BAD;
    }
close:
    if (!px->failed && byte_at(px, lx->pos) == '}')
        lx->pos++;
    else if (!px->failed)
        cp_fail(px, "unexpected end of text looking for the closing }", beg);
out:
    px->plain_braces = plain;
    cp_leave(px->budget);
    part->span.end = lx->pos;
    part->text = cp_raw(px, beg, lx->pos);
    return px->failed ? NULL : part;
}
