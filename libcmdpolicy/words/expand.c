/* Words to fields, in the shell's order (POSIX XCU 2.6, bash manual 3.5): braces, then from left to right tilde, parameters,
 * commands and arithmetic, then splitting, pathname expansion and quote removal (assemble.c). Executes nothing; asks the walk.
 * What comes out holds every argv that the shell could make of the word. A bare word costs one allocation and no copy. */
#include "words/internal.h"

uint32_t cp_words_features(cp_dialect d) {
    enum { SHELL = CP_WORDS_SPLITS | CP_WORDS_GLOBS_VALUES };
    enum {
        BASH = SHELL | CP_WORDS_BRACES | CP_WORDS_DYNAMIC | CP_WORDS_ARITH_NAMES | CP_WORDS_BASH_ARITH |
               CP_WORDS_BASH
    };
    switch (d) {
    case CP_DIALECT_BASH: return BASH | CP_WORDS_ARG_TILDE | CP_WORDS_REDIR_EXPANDS;
    case CP_DIALECT_POSIX_BASH: return BASH;
    case CP_DIALECT_DASH: return SHELL | CP_WORDS_TILDE_KEEPS;
    case CP_DIALECT_ZSH:
        return CP_WORDS_ZSH | CP_WORDS_BRACES | CP_WORDS_DYNAMIC | CP_WORDS_ARITH_NAMES |
               CP_WORDS_REDIR_EXPANDS | CP_WORDS_TILDE_KEEPS;
    default: /* some shell of the family: what any of them does */
        return SHELL | CP_WORDS_MAYBE_BRACES | CP_WORDS_MAYBE_ARG_TILDE | CP_WORDS_ARITH_NAMES |
               CP_WORDS_TILDE_KEEPS | CP_WORDS_REDIR_EXPANDS;
    }
}

void cp_words_maybe(cp_expansion *e, bool begins) {
    if (begins)
        e->maybe++;
    else
        e->maybe--;
    if (e->env->maybe)
        e->env->maybe(e->env->self, begins);
}

void cp_words_evaluates(cp_expansion *e, cp_span span, const char *what) {
    if (e->env->evaluates)
        e->env->evaluates(e->env->self, span, what);
}

void cp_words_evaluated(cp_expansion *e, const cp_value *text, char as) {
    if (e->env->evaluated && cp_value_is_exact(text))
        e->env->evaluated(e->env->self, text, as);
}

void cp_words_evaluated_set(cp_expansion *e, const cp_set *set, char as) {
    for (uint32_t i = 0; set && i < set->count && cp_step(e->budget); i++)
        cp_words_evaluated(e, &set->values[i], as);
}

uint32_t cp_words_result_live(const cp_expansion *e, uint32_t live, bool command) {
    if (live & CP_LIVE_QUOTED)
        return CP_LIVE_QUOTED;
    switch (e->context) {
    case CP_CONTEXT_PATTERN:
        return (e->features & CP_WORDS_GLOBS_VALUES) ? CP_LIVE_GLOB | CP_LIVE_ESCAPES : CP_LIVE_GLOB;
    case CP_CONTEXT_REDIR:
        if (!(e->features & CP_WORDS_REDIR_EXPANDS))
            return 0;
        break;
    case CP_CONTEXT_ARG: break;
    default: return 0;
    }
    if (e->features & CP_WORDS_ZSH) {
        uint32_t options = (e->env->flags & CP_ENV_GLOB_OPTIONS)
                               ? CP_LIVE_SPLIT | CP_LIVE_GLOB | CP_LIVE_ESCAPES
                               : 0; /* SH_WORD_SPLIT … */
        return CP_LIVE_HOLES | (command ? CP_LIVE_SPLIT : 0) | options;
    }
    return CP_LIVE_SPLIT | CP_LIVE_HOLES | CP_LIVE_GLOB | CP_LIVE_ESCAPES;
}

/* ---- Literal parts ---- */

enum tilde {
    TILDE_NONE,
    TILDE_START,
    TILDE_ASSIGN,
    TILDE_ARGUMENT /* after its first '=', then as TILDE_ASSIGN */
};

typedef struct reader {
    cp_expansion *e;
    cp_pieces *out;
    uint32_t live;
    enum tilde tilde;
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
    if (!quoted && r->tilde != TILDE_NONE) {
        enum tilde mode = r->tilde;
        bool here = r->at_start && mode != TILDE_ARGUMENT;
        for (uint32_t i = 0; i < text.n; i++) {
            uint8_t c = text.p[i];
            if (c == '~' && here) {
                cp_pieces_bytes(r->e, r->out, cp_slice_sub(text, from, i), cp_sub_span(span, text.n, from, i),
                                r->live);
                uint32_t taken = cp_words_tilde(r->e, text, i, followed, mode == TILDE_ASSIGN, span, r->out);
                from = i;
                if (taken) {
                    from = i + taken;
                    i = from - 1;
                }
            }
            here = false;
            if (mode == TILDE_ARGUMENT && c == '=' && i > 0)
                mode = TILDE_ASSIGN, here = true;
            else if (mode == TILDE_ASSIGN && i < text.n && text.p[i] == ':')
                here = true;
            if (mode == TILDE_START && i >= from && !here)
                break;
        }
        if (r->tilde == TILDE_ARGUMENT && mode == TILDE_ASSIGN)
            r->tilde = TILDE_ASSIGN;
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
    if (first != last && tilde && r->tilde != TILDE_NONE && total <= UINT32_MAX) {
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
static cp_span quoted_span(const cp_part *p) {
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

static bool lists(const cp_param *p) {
    if (p->length)
        return false;
    if (cp_slice_is(p->name, "@") || (p->indirect && !p->names) || (p->names && cp_slice_is(p->op_text, "@")))
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
        found = lists(p->as.param) || (p->as.param->word && list_inside(e, p->as.param->word->parts));
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
    bool beside = e->beside_list;
    e->beside_list = beside || list;
    read_parts(&in, inner);
    e->beside_list = beside;
    bool alone = list && !inner->next && inner->kind == CP_PART_PARAM && lists(inner->as.param) &&
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
            (void)cp_words_single(e, el->subscript->word, CP_CONTEXT_HEREDOC);
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
        cp_pieces_bytes(e, r->out, p->text, quoted_span(p), CP_LIVE_QUOTED);
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
                cp_pieces_bytes(e, r->out, p->text, quoted_span(p), CP_LIVE_QUOTED);
            break;
        case CP_PART_DQ: read_double_quotes(r, p); break;
        case CP_PART_PARAM: cp_words_param(e, p, r->out, r->live); break;
        case CP_PART_CMDSUB: {
            const cp_set *set = e->env->program(e->env->self, p, CP_HOW_SUBST);
            if (set)
                cp_pieces_set(e, r->out, *set, cp_words_result_live(e, r->live, true));
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

static void read_word(cp_expansion *e, const cp_word *w, cp_pieces *out, uint32_t live, enum tilde tilde) {
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
                .quoted_word = (live & CP_LIVE_QUOTED) != 0};
    read_parts(&r, w->parts);
}

void cp_words_inner(cp_expansion *e, const cp_word *w, cp_pieces *out, uint32_t live) {
    if (!w)
        return;
    enum tilde tilde = (live & CP_LIVE_QUOTED)           ? TILDE_NONE
                       : e->context == CP_CONTEXT_ASSIGN ? TILDE_ASSIGN
                                                         : TILDE_START;
    read_word(e, w, out, live, tilde);
}

static uint32_t own_live(const cp_expansion *e) {
    if (e->context == CP_CONTEXT_HEREDOC)
        return CP_LIVE_QUOTED;
    if (e->context == CP_CONTEXT_ARG || e->context == CP_CONTEXT_PATTERN)
        return CP_LIVE_GLOB;
    return e->context == CP_CONTEXT_REDIR && (e->features & CP_WORDS_REDIR_EXPANDS) ? CP_LIVE_GLOB : 0;
}
static enum tilde own_tilde(const cp_expansion *e, bool argument) {
    if (e->context == CP_CONTEXT_HEREDOC)
        return TILDE_NONE;
    if (argument)
        return TILDE_ARGUMENT;
    return e->context == CP_CONTEXT_ASSIGN ? TILDE_ASSIGN : TILDE_START;
}

cp_set cp_words_single(cp_expansion *e, const cp_word *w, cp_context context) {
    cp_expansion in = *e;
    cp_pieces pieces = {NULL, NULL};
    in.context = context;
    in.word = w;
    in.unknown_word = false;
    read_word(&in, w, &pieces, own_live(&in), own_tilde(&in, false));
    if (in.unknown_word)
        return cp_set_of(
            e->arena, cp_value_hole(e->arena, CP_CLASS_ANY, CP_HOLE_ANYTHING, (cp_slice){NULL, 0}, w->span));
    return cp_words_assemble_one(&in, &pieces);
}

/* ---- One word ---- */

/* A word of quotes and plain bytes only: its value without pieces. False: there is more to it. */
static const cp_value *read_static(cp_expansion *e) {
    const cp_word *w = e->word;
    uint32_t n = 0;
    if (w->flags & CP_WORD_EXPANDS || e->features & CP_WORDS_ZSH)
        return NULL;
    bool quoted = false, here = e->context == CP_CONTEXT_HEREDOC, globs = own_live(e) & CP_LIVE_GLOB;
    for (const cp_part *p = w->parts; p; p = p->next, n++) {
        if (p->kind == CP_PART_DQ && !(p->flags & CP_PART_LOCALE)) {
            quoted = true;
            for (const cp_part *q = p->as.parts; q; q = q->next, n++)
                if (q->kind != CP_PART_QUOTED && q->kind != CP_PART_LIT)
                    return NULL;
        } else if (p->kind == CP_PART_QUOTED) {
            quoted = true;
            if (p->flags & CP_PART_ANSI)
                return NULL;
        } else if (p->kind != CP_PART_LIT) {
            return NULL;
        } else if (!here) {
            for (uint32_t i = 0; i < p->text.n; i++) {
                uint8_t c = p->text.p[i];
                if (c == '~' || (c == '{' && e->context == CP_CONTEXT_ARG) ||
                    (c == '{' && e->context == CP_CONTEXT_REDIR))
                    return NULL;
                if (globs && (c == '*' || c == '?' || c == '[' || c == '('))
                    return NULL;
            }
        }
    }
    cp_atom *atoms = CP_NEW_ARRAY(e->arena, cp_atom, n);
    if (!atoms)
        return NULL;
    n = 0;
    for (const cp_part *p = w->parts; p; p = p->next) {
        if (p->kind != CP_PART_DQ) {
            if (p->text.n)
                atoms[n++] = cp_lit_atom(p->text, p->kind == CP_PART_QUOTED ? quoted_span(p) : p->span);
            continue;
        }
        for (const cp_part *q = p->as.parts; q; q = q->next)
            if (q->text.n)
                atoms[n++] = cp_lit_atom(q->text, q->kind == CP_PART_QUOTED ? quoted_span(q) : q->span);
    }
    cp_value *made = (cp_value *)cp_alloc_raw(e->arena, sizeof *made);
    cp_words_value(e, atoms, n, quoted ? CP_VALUE_QUOTED : 0, made);
    return made;
}

static void push(cp_expansion *e, cp_field_list *out, cp_field f) {
    if (out->count == out->cap &&
        !cp_arena_reserve(e->arena, (void **)&out->items, &out->cap, out->count, 1, sizeof *out->items))
        return;
    cp_field *made = &out->items[out->count++]; /* number by number: it was just put together */
    made->set.values = f.set.values;
    made->set.count = f.set.count;
    made->splat = f.splat;
}

static void push_unknown(cp_expansion *e, cp_field_list *out) {
    cp_value v = cp_value_hole(e->arena, CP_CLASS_ANY, CP_HOLE_ANYTHING | CP_HOLE_SPLIT | CP_HOLE_GLOB,
                               (cp_slice){NULL, 0}, e->word->span);
    cp_field f = cp_field_of(e->arena, v);
    f.splat = e->context == CP_CONTEXT_ARG;
    push(e, out, f);
}

/* "$@"$x: beside a list dash makes a field between any two blanks of what it splits. */
static bool splits_beside_list(const cp_expansion *e, const cp_word *w) {
    bool list = false, splits = false;
    if (e->dialect != CP_DIALECT_DASH && e->dialect != CP_DIALECT_SH)
        return false;
    for (const cp_part *p = w->parts; p; p = p->next) {
        splits |= p->kind == CP_PART_PARAM || p->kind == CP_PART_CMDSUB || p->kind == CP_PART_ARITH;
        for (const cp_part *in = p->kind == CP_PART_DQ ? p->as.parts : NULL; in; in = in->next)
            list |= in->kind == CP_PART_PARAM && cp_slice_is(in->as.param->name, "@");
    }
    return list && splits;
}

/* Everything behind brace expansion. */
static void expand_parts(cp_expansion *e, const cp_word *w, bool argument, cp_field_list *out) {
    cp_pieces pieces = {NULL, NULL};
    read_word(e, w, &pieces, own_live(e), own_tilde(e, argument));
    if (cp_words_stop(e))
        return;
    if (e->unknown_word || (e->context == CP_CONTEXT_ARG && splits_beside_list(e, w))) {
        e->unknown_word = false;
        push_unknown(e, out);
        return;
    }
    if (e->context == CP_CONTEXT_ARG)
        cp_words_assemble(e, &pieces, out);
    else
        push(e, out, (cp_field){cp_words_assemble_one(e, &pieces), 0});
}

static void expand_once(cp_expansion *e, bool argument, cp_field_list *out) {
    bool braces =
        (e->features & CP_WORDS_BRACES) && (e->context == CP_CONTEXT_ARG || e->context == CP_CONTEXT_REDIR);
    if (!braces || !cp_words_has_brace(e->word->parts)) {
        expand_parts(e, e->word, argument, out);
        return;
    }
    cp_brace_words words;
    cp_words_braces(e, e->word->parts, &words);
    if (words.unknown) {
        cp_words_evaluates(e, e->word->span, "braces whose words are read again");
        cp_field_list unused = {NULL, 0, 0};
        expand_parts(e, e->word, argument, &unused); /* what runs in it is found all the same */
        push_unknown(e, out);
        return;
    }
    if (!words.expanded) {
        expand_parts(e, e->word, argument, out);
        return;
    }
    if (e->context == CP_CONTEXT_REDIR) { /* several targets: an error, or (zsh) each of them */
        for (uint32_t i = 0; i < words.count && !cp_words_stop(e); i++) {
            cp_word w = *e->word;
            cp_field_list unused = {NULL, 0, 0};
            w.parts = words.items[i];
            w.text.n = 0;
            expand_parts(e, &w, false, &unused);
        }
        push_unknown(e, out);
        return;
    }
    for (uint32_t i = 0; i < words.count && !cp_words_stop(e); i++) {
        cp_word w = *e->word;
        w.parts = words.items[i];
        if (!w.parts)
            continue; /* {a,}: an empty word that nobody quoted is none */
        expand_parts(e, &w, false, out);
    }
    if (words.unmade)
        push(e, out, cp_words_unmade(e->arena, e->word->span));
}

static void expand_word(cp_expansion *e, bool declaration, cp_field_list *out) {
    const cp_word *w = e->word;
    bool assignment = (w->flags & CP_WORD_ASSIGNMENT) != 0, arg = e->context == CP_CONTEXT_ARG;
    bool argument = assignment && (e->features & CP_WORDS_ARG_TILDE) && arg;
    if ((w->flags & CP_WORD_BARE || !w->parts) && !(e->features & CP_WORDS_ZSH)) {
        push(e, out, cp_field_exact(e->arena, w->text, w->span));
        return;
    }
    const cp_value *known = read_static(e);
    if (known) {
        push(e, out, (cp_field){{known, 1}, 0});
        return;
    }
    bool braces = (arg || e->context == CP_CONTEXT_REDIR) && cp_words_has_brace(w->parts);
    if (declaration && assignment) {
        if (!braces || !(e->features & (CP_WORDS_BRACES | CP_WORDS_MAYBE_BRACES))) {
            e->context = CP_CONTEXT_ASSIGN;
            expand_once(e, true, out);
            e->context = CP_CONTEXT_ARG;
            return;
        }
        /* Words that braces made are split like others, or not: it depends on the shell, where there is something to split. */
        bool sure = !(w->flags & CP_WORD_EXPANDS) && !(e->features & (CP_WORDS_MAYBE_BRACES | CP_WORDS_ZSH));
        cp_field_list made = {NULL, 0, 0};
        expand_once(e, argument, &made);
        for (uint32_t i = 0; i < made.count; i++)
            sure &= !made.items[i].splat && made.items[i].set.count == 1 &&
                    cp_value_is_exact(&made.items[i].set.values[0]);
        for (uint32_t i = 0; sure && i < made.count && !cp_words_stop(e); i++)
            push(e, out, made.items[i]);
        if (!sure)
            push_unknown(e, out);
        return;
    }
    bool twice = (e->features & CP_WORDS_MAYBE_BRACES) && braces;
    twice |= assignment && arg && (e->features & CP_WORDS_MAYBE_ARG_TILDE) &&
             cp_slice_find(w->text, '~', 0) < w->text.n;
    if (!twice) {
        expand_once(e, argument, out);
        return;
    }
    /* One of several shells, which differ in this: all that any of them makes. */
    cp_field_list merged = {NULL, 0, 0}, other = {NULL, 0, 0};
    uint32_t features = e->features;
    cp_words_maybe(e, true);
    expand_once(e, false, &merged);
    e->features = (features | CP_WORDS_BRACES) & ~(uint32_t)CP_WORDS_MAYBE_BRACES;
    expand_once(e, assignment && arg, &other);
    e->features = features;
    cp_words_maybe(e, false);
    cp_fields_merge(e->arena, &merged, &other);
    for (uint32_t i = 0; i < merged.count && !cp_words_stop(e); i++)
        push(e, out, merged.items[i]);
}

/* ---- The room's doors ---- */

static const cp_atom cut_atom = {
    .kind = CP_ATOM_HOLE, .cls = CP_CLASS_ANY, .props = CP_HOLE_ANYTHING | CP_HOLE_SPLIT};
static const cp_value cut_value = {.atoms = &cut_atom, .atom_count = 1, .flags = CP_VALUE_UNMADE};
static const cp_field cut_field = {{&cut_value, 1}, 1};

static cp_fields finish(cp_expansion *e, cp_field_list *list) {
    CP_HOLDS(list->items || !list->cap);
    if (cp_words_stop(e) || (list->count && !list->items)) {
        /* Not even room to say so in the arena: a constant says it. */
        if (cp_arena_failed(e->arena) || !CP_PUSH(e->arena, list->items, list->count, list->cap, cut_field))
            return (cp_fields){&cut_field, 1};
    }
    return (cp_fields){list->items, list->count};
}

cp_fields cp_expand(cp_arena *arena, const cp_word *word, cp_context context, const cp_env *env,
                    cp_dialect dialect, cp_budget *budget) {
    cp_expansion e = {.arena = arena,
                      .env = env,
                      .budget = budget,
                      .word = word,
                      .dialect = dialect,
                      .features = cp_words_features(dialect),
                      .context = context};
    cp_field_list list = {NULL, 0, 0};
    if (cp_step(budget))
        expand_word(&e, false, &list);
    return finish(&e, &list);
}

cp_fields cp_expand_words(cp_arena *arena, const cp_word *first, bool declaration, const cp_env *env,
                          cp_dialect dialect, cp_budget *budget) {
    cp_expansion e = {.arena = arena,
                      .env = env,
                      .budget = budget,
                      .dialect = dialect,
                      .features = cp_words_features(dialect),
                      .context = CP_CONTEXT_ARG};
    uint32_t words = 0;
    for (const cp_word *w = first; w && words < 4096; w = w->next)
        words++;
    cp_field_list list = {NULL, 0, 0};
    (void)cp_arena_reserve(arena, (void **)&list.items, &list.cap, 0, words, sizeof *list.items);
    for (const cp_word *w = first; w && cp_step(budget) && !cp_arena_failed(arena); w = w->next) {
        e.word = w;
        if (declaration && w->flags & CP_WORD_BARE && cp_slice_starts(w->text, CP_LIT("-")) &&
            !(e.features & CP_WORDS_ZSH))
            e.keyed |= cp_slice_find(w->text, 'A', 0) < w->text.n;
        expand_word(&e, declaration, &list);
    }
    return finish(&e, &list);
}

cp_value cp_expand_arith(cp_arena *arena, const cp_arith *arith, const cp_env *env, cp_dialect dialect,
                         cp_budget *budget) {
    const cp_word none = {.span = arith->span, .text = arith->text};
    cp_expansion e = {.arena = arena,
                      .env = env,
                      .budget = budget,
                      .word = &none,
                      .dialect = dialect,
                      .features = cp_words_features(dialect),
                      .context = CP_CONTEXT_HEREDOC};
    return cp_words_arith(&e, arith);
}
