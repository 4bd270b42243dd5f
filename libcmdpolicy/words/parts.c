/* The parts of a word, from left to right, to pieces: bytes with their liveness, tilde-prefixes, quotes of every kind, parameters,
 * commands and arithmetic. What they hold in turn is read here again, as deep as the limit allows. */
#include "words/internal.h"

/* ---- Literal parts ---- */

typedef struct reader {
    cp_expansion *e;
    cp_pieces *out;
    uint32_t live;
    cp_tilde tilde;
    bool at_start;
    bool quoted_word; /* the word of a quoted ${…} */
    bool nested;      /* double quotes in such a word */
    bool toggled;     /* a '"' that may or may not quote stood in such a word */
} reader;

static void read_lit(reader *r, cp_slice text, cp_span span, bool followed) {
    uint32_t from = 0;
    bool quoted = (r->live & CP_LIVE_QUOTED) != 0;
    if (!quoted && (r->e->features & CP_WORDS_ZSH) && r->e->context == CP_CONTEXT_ARG) {
        bool options = (r->e->env->flags & CP_ENV_GLOB_OPTIONS) != 0;
        bool globs = false, home = r->at_start && text.n && text.p[0] == '~';
        for (uint32_t i = 0; i < text.n; i++)
            globs |= text.p[i] && strchr("*?[(<|", text.p[i]) != NULL;
        bool extended =
            options && (memchr(text.p, '^', text.n) || memchr(text.p, '#', text.n) ||
                        (globs && cp_slice_find(text, '~', home) < text.n)); /* ~ alone makes no pattern */
        if (extended || (r->at_start && text.n > 1 && text.p[0] == '=')) {   /* =command, x^y, x~y */
            cp_pieces_unknown(r->e, r->out, span, CP_LIVE_HOLES | CP_LIVE_GLOB);
            return;
        }
    }
    if (!quoted && r->tilde != CP_TILDE_NONE) {
        cp_tilde mode = r->tilde;
        bool here = r->at_start && mode != CP_TILDE_ARGUMENT;
        for (uint32_t i = 0; i < text.n; i++) {
            uint8_t c = text.p[i];
            if (c == '~' && here) {
                cp_pieces_bytes(r->e, r->out, cp_slice_sub(text, from, i), cp_sub_span(span, text.n, from, i),
                                r->live);
                uint32_t taken =
                    cp_words_tilde(r->e, text, i, followed, mode == CP_TILDE_ASSIGN, span, r->out);
                from = i;
                if (taken) {
                    from = i + taken;
                    i = from - 1;
                }
            }
            here = false;
            if (mode == CP_TILDE_ARGUMENT && c == '=' && i > 0)
                mode = CP_TILDE_ASSIGN, here = true;
            else if (mode == CP_TILDE_ASSIGN && i < text.n && text.p[i] == ':')
                here = true;
            if (mode == CP_TILDE_START && i >= from && !here)
                break;
        }
        if (r->tilde == CP_TILDE_ARGUMENT && mode == CP_TILDE_ASSIGN)
            r->tilde = CP_TILDE_ASSIGN;
    }
    cp_pieces_bytes(r->e, r->out, cp_slice_sub(text, from, text.n), cp_sub_span(span, text.n, from, text.n),
                    r->live);
}

/* A run of literal parts: joined to one text where a tilde-prefix may reach over their borders. Returns the last of them. */
static const cp_part *read_lits(reader *r, const cp_part *first) {
    const cp_part *last = first;
    uint64_t total = first->text.n;
    bool tilde = cp_slice_find(first->text, '~', 0) < first->text.n;
    while (last->next && last->next->kind == CP_PART_LIT) {
        last = last->next;
        total += last->text.n;
        tilde |= cp_slice_find(last->text, '~', 0) < last->text.n;
    }
    cp_spend(r->e->budget, CP_LIMIT_STEPS, total / 16 + 1);
    bool followed = last->next != NULL;
    if (first != last && tilde && r->tilde != CP_TILDE_NONE && total <= UINT32_MAX) {
        uint8_t *bytes = (uint8_t *)cp_alloc_raw(r->e->arena, (size_t)total);
        if (cp_arena_failed(r->e->arena) || !bytes)
            return last;
        uint32_t n = 0;
        for (const cp_part *p = first;; p = p->next) {
            if (p->text.n)
                memcpy(bytes + n, p->text.p, p->text.n);
            n += p->text.n;
            if (p == last)
                break;
        }
        read_lit(r, (cp_slice){bytes, n}, cp_span_join(first->span, last->span), followed);
        return last;
    }
    for (const cp_part *p = first;; p = p->next) {
        if (p->text.n) {
            read_lit(r, p->text, p->span, p->next != NULL);
            r->at_start = false;
        }
        if (p == last)
            return last;
    }
}

/* Where the bytes of a quoted part stand, without their quotes, if they stand there unchanged. */
cp_span cp_words_quoted_span(const cp_part *p) {
    uint32_t n = p->span.end - p->span.beg, open = 0, close = 0;
    if (p->flags & CP_PART_SINGLE)
        open = close = 1;
    else if (p->flags & CP_PART_ANSI)
        open = 2, close = 1;
    else if (p->flags & CP_PART_ESCAPED)
        open = 1;
    if (n != p->text.n + open + close)
        return p->span;
    return (cp_span){p->span.src, p->span.beg + open, p->span.end - close};
}

/* ---- Parts ---- */

static bool lists(cp_expansion *e, const cp_part *part) {
    const cp_param *p = part->as.param;
    if (p->length)
        return false;
    if (p->indirect && !p->names) /* "${!x}" is one word, where x names one */
        return cp_words_named(e, part) == NULL;
    if (cp_slice_is(p->name, "@") || (p->names && cp_slice_is(p->op_text, "@")))
        return true;
    return p->subscript && cp_slice_is(p->subscript->text, "@");
}
static bool list_inside(cp_expansion *e, const cp_part *p) {
    bool found = !cp_enter(e->budget);
    for (; p && !found; p = p->next) {
        if (p->kind == CP_PART_DQ)
            found = list_inside(e, p->as.parts);
        if (p->kind != CP_PART_PARAM)
            continue;
        found = lists(e, p) || (p->as.param->word && list_inside(e, p->as.param->word->parts));
    }
    cp_leave(e->budget);
    return found;
}

static void read_parts(reader *r, const cp_part *first);

static void read_double_quotes(reader *r, const cp_part *p) {
    cp_expansion *e = r->e;
    const cp_part *inner = p->as.parts;
    bool list = inner && list_inside(e, inner);
    if (!list)
        cp_pieces_mark(e, r->out, CP_PIECE_QUOTES);
    if ((p->flags & CP_PART_LOCALE) && (e->features & CP_WORDS_ZSH)) { /* no such quotes: a '$' */
        cp_pieces_unknown(e, r->out, p->span, CP_LIVE_QUOTED);
    } else if (p->flags & CP_PART_LOCALE) { /* a translation of it, where a message catalogue is named */
        const cp_set *domain = e->env->variable(e->env->self, CP_LIT("TEXTDOMAIN"));
        if (domain && domain->count) {
            cp_pieces *choices = CP_NEW_ARRAY(e->arena, cp_pieces, 2);
            if (!choices)
                return;
            cp_words_parts(e, inner, &choices[0], CP_LIVE_QUOTED);
            cp_pieces_unknown(e, &choices[1], p->span, CP_LIVE_QUOTED);
            cp_pieces_choice(e, r->out, choices, 2);
            return;
        }
    }
    reader in = {.e = e, .out = r->out, .live = CP_LIVE_QUOTED, .nested = (r->live & CP_LIVE_QUOTED) != 0};
    if (in.nested && inner && e->dialect == CP_DIALECT_SH && e->context == CP_CONTEXT_ARG)
        e->unknown_word = true; /* to ksh what stands between the inner quotes of "${x-"$y"}" is not quoted */
    bool beside = e->beside_list;
    e->beside_list = beside || list;
    read_parts(&in, inner);
    e->beside_list = beside;
    bool alone = list && !inner->next && inner->kind == CP_PART_PARAM && lists(e, inner) &&
                 inner->as.param->op == CP_PARAM_PLAIN;
    if (list && !alone)
        cp_pieces_mark(e, r->out, CP_PIECE_MAYBE_QUOTES);
    if (list && inner->next && !cp_words_default_ifs(e))
        e->unknown_word = true; /* bash then splits some of what is quoted */
}

static void read_extglob(reader *r, const cp_part *p) {
    cp_expansion *e = r->e;
    uint32_t live = r->live & ~(uint32_t)CP_LIVE_SPLIT;
    if (live & CP_LIVE_QUOTED || !cp_words_may_glob(e)) { /* just text */
        cp_pieces_bytes(e, r->out, p->text, p->span, live);
        cp_pieces_bytes(e, r->out, CP_LIT("("), p->span, live);
        for (const cp_word *w = p->as.words; w && !cp_words_stop(e); w = w->next) {
            if (w != p->as.words)
                cp_pieces_bytes(e, r->out, CP_LIT("|"), p->span, live);
            cp_words_inner(e, w, r->out, live);
        }
        cp_pieces_bytes(e, r->out, CP_LIT(")"), p->span, live);
        return;
    }
    bool expands = false, slash = e->context == CP_CONTEXT_PATTERN;
    for (const cp_word *w = p->as.words; w && !cp_words_stop(e); w = w->next) {
        cp_pieces unused = {NULL, NULL};
        cp_words_inner(e, w, &unused, live);
        if (w->flags & CP_WORD_EXPANDS)
            expands = true;
        if (cp_slice_find(w->text, '/', 0) < w->text.n || cp_slice_find(w->text, '\\', 0) < w->text.n)
            slash = true;
    }
    if (slash && e->context != CP_CONTEXT_PATTERN)
        e->unknown_word = true; /* cut at its '/' like any pattern, in the middle of the group */
    if (expands) {
        cp_pieces_unknown(e, r->out, p->span, cp_words_result_live(e, 0, true) | CP_LIVE_GLOB);
        return;
    }
    cp_atom *hole = CP_NEW(e->arena, cp_atom);
    *hole = cp_hole_atom(slash ? CP_CLASS_ANY : CP_CLASS_FILENAME,
                         CP_HOLE_GLOB | CP_HOLE_EMPTY | CP_HOLE_DASH | CP_HOLE_NEWLINE |
                             (slash ? CP_HOLE_SLASH : 0),
                         (cp_slice){NULL, 0}, p->span);
    cp_pieces_atoms(e, r->out, hole, 1, CP_LIVE_GLOB);
}

static void read_array(reader *r, const cp_part *p) {
    cp_expansion *e = r->e;
    for (const cp_element *el = p->as.elements; el && cp_step(e->budget) && !cp_words_stop(e);
         el = el->next) {
        if (el->subscript && e->keyed && el->subscript->word)
            (void)cp_words_single(e, el->subscript->word, CP_CONTEXT_QUOTED);
        else if (el->subscript && !e->keyed)
            (void)cp_words_arith(e, el->subscript);
        if (el->value)
            (void)cp_words_single(e, el->value, CP_CONTEXT_ASSIGN);
    }
    cp_atom *list = CP_NEW(e->arena, cp_atom);
    *list = cp_hole_atom(CP_CLASS_ANY, CP_HOLE_ANYTHING | CP_HOLE_LIST, (cp_slice){NULL, 0}, p->span);
    cp_pieces_atoms(e, r->out, list, 1, CP_LIVE_QUOTED);
}

/* Text of double quotes inside a quoted ${x-"…"}: bash takes every backslash away. */
static void read_nested_text(reader *r, const cp_part *p) {
    cp_pieces bare = {NULL, NULL}, kept = {NULL, NULL};
    cp_slice s = p->text;
    uint32_t from = 0;
    for (uint32_t i = 0; i + 1 < s.n; i++) {
        if (s.p[i] != '\\')
            continue;
        cp_pieces_bytes(r->e, &bare, cp_slice_sub(s, from, i), cp_sub_span(p->span, s.n, from, i),
                        CP_LIVE_QUOTED);
        from = ++i;
    }
    cp_pieces_bytes(r->e, &bare, cp_slice_sub(s, from, s.n), cp_sub_span(p->span, s.n, from, s.n),
                    CP_LIVE_QUOTED);
    cp_pieces_bytes(r->e, &kept, s, p->span, CP_LIVE_QUOTED);
    bool several = (r->e->features & CP_WORDS_MAYBE_BRACES) != 0,
         bash = (r->e->features & CP_WORDS_BASH) != 0;
    cp_pieces *choices = CP_NEW_ARRAY(r->e->arena, cp_pieces, 2);
    if (!choices)
        return;
    choices[0] = bash || several ? bare : kept;
    choices[1] = kept;
    cp_pieces_choice(r->e, r->out, choices, several ? 2 : 1);
}

/* "${x-$"…"}": in bash the '$' belongs to the quotes behind it; in other shells it stays. */
static void read_dollar(reader *r, const cp_part *p) {
    uint32_t n = p->text.n - 1;
    cp_pieces_bytes(r->e, r->out, cp_slice_sub(p->text, 0, n), cp_sub_span(p->span, p->text.n, 0, n),
                    CP_LIVE_QUOTED);
    cp_pieces *choices = CP_NEW_ARRAY(r->e->arena, cp_pieces, 2);
    if (!choices)
        return;
    cp_pieces_bytes(r->e, &choices[0], cp_slice_sub(p->text, n, n + 1),
                    cp_sub_span(p->span, p->text.n, n, n + 1), CP_LIVE_QUOTED);
    cp_pieces_choice(r->e, r->out, choices, 2);
}

/* Bash takes the quotes out of the word of a quoted ${x-…} and then reads it again: "$"(id) becomes $(id), which runs, and $a"b" becomes
 * $ab. True where what ends here gets such a neighbour. */
static bool ends_open(const cp_part *p, bool *out_dollar) {
    while (p->next)
        p = p->next;
    cp_slice s = p->text;
    *out_dollar = p->kind == CP_PART_QUOTED && !(p->flags & (CP_PART_ESCAPED | CP_PART_SINGLE)) && s.n &&
                  s.p[s.n - 1] == '$';
    return *out_dollar || (p->kind == CP_PART_PARAM && s.n > 1 && s.p[1] != '{');
}
static void check_read_again(reader *r, const cp_part *p) {
    bool dollar = false, open = false;
    if (!r->quoted_word || !(r->e->features & (CP_WORDS_BASH | CP_WORDS_MAYBE_BRACES)))
        return;
    if (p->kind == CP_PART_DQ && p->next && p->as.parts)
        open = ends_open(p->as.parts, &dollar);
    if (p->kind == CP_PART_PARAM && p->next && p->next->kind == CP_PART_DQ)
        open = p->text.n > 1 && p->text.p[1] != '{';
    if (p->kind == CP_PART_QUOTED && (p->flags & CP_PART_ANSI))
        for (uint32_t i = 0; i < p->text.n; i++)
            if (strchr("$`\"\\", p->text.p[i]))
                open = dollar = true;
    if (p->kind == CP_PART_QUOTED && p->flags == 0 && cp_slice_find(p->text, '"', 0) < p->text.n &&
        cp_slice_find(p->text, '$', 0) < p->text.n)
        open = dollar = true;
    if (open)
        r->e->unknown_word = true;
    if (dollar)
        cp_words_evaluates(r->e, p->span, "text that the shell reads again without its quotes");
}

/* $'…': what \u and \U give beyond ASCII depends on the locale. */
static void read_ansi(reader *r, const cp_part *p) {
    cp_expansion *e = r->e;
    const cp_word *w = e->word;
    bool ascii = true, escapes = p->span.end - p->span.beg != p->text.n + 3;
    if ((e->features & CP_WORDS_ZSH) &&
        (escapes || cp_slice_find(p->text, '\\', 0) < p->text.n)) { /* its escapes are others */
        cp_pieces_unknown(e, r->out, p->span, CP_LIVE_QUOTED);
        return;
    }
    for (uint32_t i = 0; i < p->text.n; i++)
        ascii &= p->text.p[i] < 0x80;
    if (ascii || !escapes) {
        cp_pieces_bytes(e, r->out, p->text, cp_words_quoted_span(p), CP_LIVE_QUOTED);
        return;
    }
    bool unicode =
        p->span.src != w->span.src || p->span.beg < w->span.beg || w->span.end - w->span.beg != w->text.n;
    cp_slice raw = unicode ? (cp_slice){NULL, 0}
                           : cp_slice_sub(w->text, p->span.beg - w->span.beg, p->span.end - w->span.beg);
    for (uint32_t i = 0; i + 1 < raw.n; i++)
        if (raw.p[i] == '\\' && (raw.p[i + 1] == 'u' || raw.p[i + 1] == 'U'))
            unicode = true;
    cp_pieces *choices = CP_NEW_ARRAY(e->arena, cp_pieces, 2);
    if (!choices)
        return;
    cp_pieces_bytes(e, &choices[0], p->text, p->span, CP_LIVE_QUOTED);
    cp_pieces_unknown(e, &choices[1], p->span, CP_LIVE_QUOTED);
    cp_pieces_choice(e, r->out, choices, unicode ? 2 : 1);
}

/* "${x#text}": text counts as unquoted in its braces, and a backslash in it quotes. */
static void read_operator_text(reader *r, const cp_part *p) {
    cp_slice s = p->text;
    uint32_t from = 0;
    for (uint32_t i = 0; i < s.n; i++) {
        if (s.p[i] != '\\' || i + 1 == s.n)
            continue;
        cp_pieces_bytes(r->e, r->out, cp_slice_sub(s, from, i), cp_sub_span(p->span, s.n, from, i), r->live);
        cp_pieces_bytes(r->e, r->out, cp_slice_sub(s, i + 1, i + 2), cp_sub_span(p->span, s.n, i + 1, i + 2),
                        CP_LIVE_QUOTED);
        from = ++i + 1;
    }
    cp_pieces_bytes(r->e, r->out, cp_slice_sub(s, from, s.n), cp_sub_span(p->span, s.n, from, s.n), r->live);
}

static void read_parts(reader *r, const cp_part *first) {
    cp_expansion *e = r->e;
    bool deep = cp_enter(e->budget);
    for (const cp_part *p = first; p && deep && cp_step(e->budget) && !cp_arena_failed(e->arena);
         p = p->next) {
        if (r->quoted_word && !r->e->operator_word)
            check_read_again(r, p);
        switch (p->kind) {
        case CP_PART_LIT: p = read_lits(r, p); break;
        case CP_PART_QUOTED:
            if (e->operator_word && p->flags == 0 && !(r->live & CP_LIVE_QUOTED)) {
                read_operator_text(r, p);
                break;
            }
            cp_pieces_mark(e, r->out, CP_PIECE_QUOTES);
            if (r->quoted_word && p->flags == 0 && p->next && p->next->kind == CP_PART_DQ && p->text.n &&
                p->text.p[p->text.n - 1] == '$') {
                read_dollar(r, p);
                break;
            }
            if (r->quoted_word && p->flags == 0 &&
                (cp_slice_find(p->text, '"', 0) < p->text.n ||
                 (r->toggled && cp_slice_find(p->text, '\\', 0) < p->text.n))) {
                r->toggled = true;
                cp_pieces_unknown(
                    e, r->out, p->span,
                    CP_LIVE_QUOTED); /* "${x-'"'}": which of these are taken away depends on the shell */
                break;
            }
            if (p->flags & CP_PART_ANSI)
                read_ansi(r, p);
            else if (r->nested && p->flags == 0 && cp_slice_find(p->text, '\\', 0) < p->text.n)
                read_nested_text(r, p);
            else
                cp_pieces_bytes(e, r->out, p->text, cp_words_quoted_span(p), CP_LIVE_QUOTED);
            break;
        case CP_PART_DQ: read_double_quotes(r, p); break;
        case CP_PART_PARAM: cp_words_param(e, p, r->out, r->live); break;
        case CP_PART_CMDSUB: {
            const cp_set *set = e->env->program(e->env->self, p, CP_HOW_SUBST);
            if (set) {
                cp_words_read_again(e, *set, cp_words_result_live(e, r->live, true));
                cp_pieces_set(e, r->out, *set, cp_words_result_live(e, r->live, true));
            }
            break;
        }
        case CP_PART_PROCSUB: {
            const cp_set *set = e->env->program(
                e->env->self, p,
                cp_slice_is(p->text, ">") || (p->text.n && p->text.p[0] == '>') ? CP_HOW_PROC_OUT
                                                                                : CP_HOW_PROC_IN);
            if (set)
                cp_pieces_set(e, r->out, *set,
                              cp_words_default_ifs(e) ? 0 : cp_words_result_live(e, r->live, true));
            break;
        }
        case CP_PART_ARITH: {
            cp_value v = cp_words_arith(e, p->as.arith);
            cp_value *copy = CP_NEW(e->arena, cp_value);
            *copy = v;
            cp_pieces_set(e, r->out, (cp_set){copy, 1}, cp_words_result_live(e, r->live, false));
            break;
        }
        case CP_PART_EXTGLOB: read_extglob(r, p); break;
        case CP_PART_ARRAY: read_array(r, p); break;
        default:
            cp_words_evaluates(e, p->span, "text that does not parse");
            cp_pieces_unknown(e, r->out, p->span, cp_words_result_live(e, r->live, true));
            break;
        }
        r->at_start = false;
    }
    if (!deep)
        cp_pieces_unknown(e, r->out, e->word->span, CP_LIVE_HOLES | CP_LIVE_GLOB);
    cp_leave(e->budget);
}

void cp_words_parts(cp_expansion *e, const cp_part *first, cp_pieces *out, uint32_t live) {
    reader r = {.e = e, .out = out, .live = live};
    read_parts(&r, first);
}

static void read_word(cp_expansion *e, const cp_word *w, cp_pieces *out, uint32_t live, cp_tilde tilde,
                      bool inner) {
    if (!w->parts) {
        if (w->text.n == 0)
            return;
        cp_part part = {.kind = CP_PART_LIT, .text = w->text, .span = w->span};
        reader r = {.e = e, .out = out, .live = live, .tilde = tilde, .at_start = true};
        (void)read_lits(&r, &part);
        return;
    }
    reader r = {.e = e,
                .out = out,
                .live = live,
                .tilde = tilde,
                .at_start = true,
                .quoted_word = inner && live & CP_LIVE_QUOTED};
    read_parts(&r, w->parts);
}

/* The quotes of a here-document's body are text to every shell; it is the words within its expansions that lose them. */
void cp_words_read(cp_expansion *e, const cp_word *w, cp_pieces *out, uint32_t live, cp_tilde tilde) {
    read_word(e, w, out, live, tilde, e->context != CP_CONTEXT_HEREDOC);
}

void cp_words_inner(cp_expansion *e, const cp_word *w, cp_pieces *out, uint32_t live) {
    if (!w)
        return;
    cp_tilde tilde = (live & CP_LIVE_QUOTED)           ? CP_TILDE_NONE
                     : e->context == CP_CONTEXT_ASSIGN ? CP_TILDE_ASSIGN
                                                       : CP_TILDE_START;
    read_word(e, w, out, live, tilde, true);
}
