/* Parameters: where their values come from, and the operators that choose between the value and a word. The state is the
 * walk's: a name is asked of it once for every expansion. */
#include "shell/chars.h"
#include "words/internal.h"

static const cp_slice nameless = {NULL, 0};

static cp_set hole_set(cp_expansion *e, cp_class cls, uint32_t props, cp_slice name, cp_span span) {
    return cp_set_of(e->arena, cp_value_hole(e->arena, cls, props, name, span));
}
static cp_set empty_set(cp_expansion *e, cp_span span) {
    return cp_set_exact(e->arena, CP_LIT(""), span);
}
static bool is_digit(uint8_t c) {
    return c >= '0' && c <= '9';
}

cp_value cp_words_number(cp_arena *arena, int64_t n, cp_span span) {
    char text[24];
    uint32_t at = sizeof text;
    uint64_t u = n < 0 ? (uint64_t)0 - (uint64_t)n : (uint64_t)n;
    do
        text[--at] = (char)('0' + u % 10);
    while ((u /= 10) != 0);
    if (n < 0)
        text[--at] = '-';
    return cp_value_exact(arena, cp_arena_copy(arena, cp_slice_of(text + at, sizeof text - at)),
                          cp_made_span(span, (uint32_t)sizeof text - at));
}

/* ---- Values ---- */

/* Names whose value is the shell's own business: what was assigned to them says little. */
static bool listed(cp_slice name, const char *const *names) {
    for (; *names; names++)
        if (cp_slice_is(name, *names))
            return true;
    return false;
}
static bool counts(cp_slice name) {
    static const char *const names[] = {"RANDOM",       "SRANDOM", "SECONDS",       "LINENO",
                                        "EPOCHSECONDS", "BASHPID", "BASH_SUBSHELL", "HISTCMD",
                                        "PPID",         "UID",     "EUID",          NULL};
    return listed(name, names);
}
static bool dynamic(cp_slice name) {
    static const char *const names[] = {"_",
                                        "EPOCHREALTIME",
                                        "BASH_COMMAND",
                                        "BASH_ARGV0",
                                        "DIRSTACK",
                                        "GROUPS",
                                        "FUNCNAME",
                                        "PIPESTATUS",
                                        "BASH_SOURCE",
                                        "BASH_LINENO",
                                        "BASH_ALIASES",
                                        "BASH_CMDS",
                                        "COMP_WORDBREAKS",
                                        "SHELLOPTS",
                                        "BASHOPTS",
                                        NULL};
    return listed(name, names);
}

static cp_scalar outside(cp_expansion *e, cp_slice name, cp_span span) {
    cp_class cls = CP_CLASS_ANY;
    uint32_t props = CP_HOLE_ANYTHING | CP_HOLE_SECRET;
    cp_tri is_set = CP_MAYBE;
    if ((e->features & CP_WORDS_DYNAMIC) && counts(name)) {
        static const char *const young[] = {"SRANDOM", "EPOCHSECONDS", "BASHPID", NULL}; /* not in bash 3.2 */
        bool always = !(e->features & CP_WORDS_ZSH);
        uint32_t empty = listed(name, young) ? CP_HOLE_EMPTY : 0;
        return (cp_scalar){hole_set(e, always ? CP_CLASS_DIGITS : CP_CLASS_ANY,
                                    always ? empty : CP_HOLE_ANYTHING, name, span),
                           CP_MAYBE};
    }
    if (cp_slice_is(name, "HOME")) {
        cls = CP_CLASS_HOME;
        props = CP_HOLE_SLASH;
    } else if (cp_slice_is(name, "PWD") || cp_slice_is(name, "OLDPWD")) {
        cls = CP_CLASS_ABSOLUTE;
        props = CP_HOLE_SLASH | (name.n == 6 ? CP_HOLE_EMPTY : 0);
        if (name.n == 3)
            is_set = CP_YES;
    }
    if (cp_slice_is(name, "USER") || cp_slice_is(name, "LOGNAME")) { /* as accounts are named */
        cls = CP_CLASS_TEXT;
        props = CP_HOLE_PLAIN;
    }
    if (e->env->reads_variable && !e->only_asks)
        e->env->reads_variable(e->env->self, name, span);
    return (cp_scalar){hole_set(e, cls, props, name, span), is_set};
}

static cp_scalar positional(cp_expansion *e, uint32_t index, cp_span span) {
    const cp_fields *list = e->env->positional(e->env->self);
    cp_scalar unknown = {{NULL, 0}, CP_MAYBE};
    if (!list) {
        unknown.set = hole_set(e, CP_CLASS_ANY, CP_HOLE_ANYTHING, nameless, span);
        return unknown;
    }
    for (uint32_t i = 0; i < list->count && cp_step(e->budget); i++) {
        if (list->items[i].splat) { /* from here on any of them */
            for (; i < list->count && cp_step(e->budget); i++)
                unknown.set = cp_set_join(e->arena, unknown.set, list->items[i].set);
            return unknown;
        }
        if (i + 1 == index)
            return (cp_scalar){list->items[i].set, CP_YES};
    }
    return (cp_scalar){{NULL, 0}, CP_NO};
}

static bool counted(const cp_fields *list, uint32_t *out) {
    if (!list)
        return false;
    for (uint32_t i = 0; i < list->count; i++)
        if (list->items[i].splat)
            return false;
    *out = list->count;
    return true;
}

static cp_scalar special(cp_expansion *e, uint8_t c, cp_span span) {
    uint32_t count;
    switch (c) {
    case '#':
        if (counted(e->env->positional(e->env->self), &count))
            return (cp_scalar){cp_set_of(e->arena, cp_words_number(e->arena, count, span)), CP_YES};
        return (cp_scalar){hole_set(e, CP_CLASS_DIGITS, 0, nameless, span), CP_YES};
    case '?':
    case '$': return (cp_scalar){hole_set(e, CP_CLASS_DIGITS, 0, nameless, span), CP_YES};
    case '!': return (cp_scalar){hole_set(e, CP_CLASS_DIGITS, CP_HOLE_EMPTY, nameless, span), CP_MAYBE};
    case '-': return (cp_scalar){hole_set(e, CP_CLASS_TEXT, CP_HOLE_EMPTY, nameless, span), CP_YES};
    default: return (cp_scalar){hole_set(e, CP_CLASS_ANY, CP_HOLE_ANYTHING, nameless, span), CP_MAYBE};
    }
}

/* What the script itself made unknown may be unset, too. */
static bool is_unknown(const cp_set *set) {
    for (uint32_t i = 0; i < set->count; i++) {
        const cp_value *v = &set->values[i];
        if (v->atom_count == 1 && v->atoms[0].kind == CP_ATOM_HOLE && v->atoms[0].cls == CP_CLASS_ANY &&
            (v->atoms[0].props & CP_HOLE_EMPTY))
            return true;
    }
    return false;
}

/* An array of which it isn't certain that there is a first element: then its name is unset. */
static bool may_have_none(cp_expansion *e, cp_slice name) {
    const cp_fields *list = e->env->elements ? e->env->elements(e->env->self, name) : NULL;
    bool none = list != NULL;
    for (uint32_t i = 0; none && i < list->count; i++)
        none = list->items[i].splat != 0;
    return none;
}

cp_scalar cp_words_variable(cp_expansion *e, cp_slice name, cp_span span) {
    if (name.n && is_digit(name.p[0])) {
        uint32_t index = 0;
        for (uint32_t i = 0; i < name.n && index < 100000000; i++)
            index = index * 10 + (uint32_t)(name.p[i] - '0');
        if (index > 0)
            return positional(e, index, span);
    } else if (name.n == 1 && strchr("#?$!-@*", name.p[0])) {
        return special(e, name.p[0], span);
    }
    if (cp_slice_is(name, "IFS") && cp_words_default_ifs(e) && !(e->features & CP_WORDS_ZSH))
        return (cp_scalar){cp_set_exact(e->arena, CP_LIT(" \t\n"), span), CP_YES};
    const cp_set *set = e->env->variable(e->env->self, name);
    if ((e->features & CP_WORDS_DYNAMIC) && (dynamic(name) || (set && counts(name)))) {
        if (!set || dynamic(name))
            return (cp_scalar){hole_set(e, CP_CLASS_ANY, CP_HOLE_ANYTHING, name, span), CP_MAYBE};
        cp_set both = cp_set_join(e->arena, *set, hole_set(e, CP_CLASS_DIGITS, 0, name, span));
        both = cp_set_join(e->arena, both, empty_set(e, span)); /* it may have been unset, or made local */
        return (cp_scalar){both, CP_MAYBE};
    }
    if (!set)
        return outside(e, name, span);
    bool maybe = set->count && (is_unknown(set) || may_have_none(e, name));
    return (cp_scalar){*set, set->count == 0 ? CP_NO : maybe ? CP_MAYBE : CP_YES};
}

/* The element with this number, where every element before it is one for certain. */
static const cp_field *element_at(const cp_fields *list, const cp_value *index) {
    if (!cp_value_is_exact(index) || index->exact.n == 0 || index->exact.n > 5)
        return NULL;
    uint32_t minus = index->exact.p[0] == '-', n = 0;
    for (uint32_t i = minus; i < index->exact.n; i++) {
        if (!is_digit(index->exact.p[i]))
            return NULL;
        n = n * 10 + (uint32_t)(index->exact.p[i] - '0');
    }
    for (uint32_t i = 0; i < list->count; i++)
        if (list->items[i].splat)
            return NULL;
    if (minus)
        n = n <= list->count ? list->count - n : list->count;
    return n < list->count ? &list->items[n] : NULL;
}

static cp_scalar element(cp_expansion *e, const cp_param *p, cp_span span) {
    cp_value index = {0};
    if (!e->env->keyed || !e->env->keyed(e->env->self, p->name))
        index = cp_words_arith(e, p->subscript);
    else if (p->subscript->word)
        (void)cp_words_single(e, p->subscript->word, CP_CONTEXT_QUOTED);
    const cp_fields *list = e->env->elements(e->env->self, p->name);
    cp_scalar s = {{NULL, 0}, CP_MAYBE};
    const cp_field *one = list && !(e->features & CP_WORDS_ZSH) ? element_at(list, &index) : NULL;
    if (one)
        return (cp_scalar){one->set, CP_YES};
    for (uint32_t i = 0; list && i < list->count && cp_step(e->budget); i++)
        s.set = cp_set_join(e->arena, s.set, list->items[i].set);
    if (list) {
        if (s.set.count == 0)
            s.is_set = CP_NO;
        return s;
    }
    const cp_set *scalar = e->env->variable(e->env->self, p->name);
    bool first = cp_value_is_exact(&index) && cp_slice_is(index.exact, "0");
    if (first && scalar && scalar->count)
        return (cp_scalar){*scalar, CP_MAYBE};
    if (!scalar && e->env->reads_variable)
        e->env->reads_variable(e->env->self, p->name, span);
    s.set = hole_set(e, CP_CLASS_ANY, CP_HOLE_ANYTHING | CP_HOLE_SECRET, p->name, span);
    return s;
}

/* The value as pieces. In zsh it splits and globs where an option says so: where that isn't known, it does or it doesn't. */
void cp_words_read_again(cp_expansion *e, cp_set set, uint32_t result) {
    if ((e->features & CP_WORDS_MAYBE_BRACES) && (result & CP_LIVE_SPLIT) && !(result & CP_LIVE_QUOTED))
        for (uint32_t i = 0; i < set.count; i++) /* mksh looks for braces in values, too */
            if (cp_value_is_exact(&set.values[i]))
                e->unknown_word |= cp_slice_find(set.values[i].exact, '{', 0) < set.values[i].exact.n;
}

static void put_value(cp_expansion *e, cp_pieces *out, cp_set set, uint32_t result) {
    cp_words_read_again(e, set, result);
    bool unsure = (e->features & CP_WORDS_ZSH) && (e->env->flags & CP_ENV_GLOB_OPTIONS) &&
                  (result & CP_LIVE_SPLIT) && !(result & CP_LIVE_QUOTED);
    cp_pieces *both = unsure ? CP_NEW_ARRAY(e->arena, cp_pieces, 2) : NULL;
    if (!both) {
        cp_pieces_set(e, out, set, result);
        return;
    }
    cp_pieces_set(e, &both[0], set, result & (uint32_t) ~(CP_LIVE_SPLIT | CP_LIVE_GLOB | CP_LIVE_ESCAPES));
    cp_pieces_set(e, &both[1], set, result);
    cp_pieces_choice(e, out, both, 2);
}

/* ---- The value or the word ---- */

/* The liveness of an operator's own word: in a splitting context its unquoted blanks split too. Its globs are live in zsh as
 * well, where those of values are not. */
static uint32_t word_live(const cp_expansion *e, uint32_t live) {
    uint32_t globs = (e->features & CP_WORDS_ZSH) && e->context == CP_CONTEXT_ARG && !(live & CP_LIVE_QUOTED)
                         ? CP_LIVE_GLOB
                         : 0;
    return globs | (cp_words_result_live(e, live, false) & (uint32_t) ~(CP_LIVE_ESCAPES | CP_LIVE_HOLES));
}

/* Values without those that count as empty; *out_word: does the shell take the word instead? */
static cp_set without_empty(cp_expansion *e, const cp_scalar *s, bool colon, cp_tri *out_word) {
    bool word = s->is_set != CP_YES, value = false;
    cp_set kept = {NULL, 0};
    for (uint32_t i = 0; s->is_set != CP_NO && i < s->set.count; i++) {
        cp_value v = s->set.values[i];
        cp_tri empty = colon ? cp_value_empty(&v) : CP_NO;
        if (empty != CP_NO)
            word = true;
        if (empty == CP_YES)
            continue;
        value = true;
        if (empty == CP_MAYBE && v.atom_count == 1) {
            cp_atom *atom = CP_NEW(e->arena, cp_atom);
            *atom = v.atoms[0];
            atom->props &= (uint16_t)~CP_HOLE_EMPTY;
            v.atoms = atom;
        }
        kept = cp_set_join(e->arena, kept, cp_set_of(e->arena, v));
    }
    *out_word = !word ? CP_NO : value ? CP_MAYBE : CP_YES;
    return kept;
}

/* Appends a or b, or the choice. */
static void either(cp_expansion *e, cp_pieces *out, cp_tri second, const cp_pieces *a, const cp_pieces *b) {
    if (second == CP_MAYBE) {
        cp_pieces *both = CP_NEW_ARRAY(e->arena, cp_pieces, 2);
        if (!both)
            return;
        both[0] = *a;
        both[1] = *b;
        cp_pieces_choice(e, out, both, 2);
        return;
    }
    const cp_pieces *only = second == CP_YES ? b : a;
    if (!only->first)
        return;
    if (out->last)
        out->last->next = only->first;
    else
        out->first = only->first;
    out->last = only->last;
}

static void begin_branch(cp_expansion *e, cp_tri taken) {
    if (taken == CP_MAYBE)
        cp_words_maybe(e, true);
}
static void end_branch(cp_expansion *e, cp_tri taken) {
    if (taken == CP_MAYBE)
        cp_words_maybe(e, false);
}

static void choose(cp_expansion *e, const cp_part *part, const cp_pieces *value, const cp_set *kept,
                   cp_tri use_word, cp_pieces *out, uint32_t live) {
    const cp_param *p = part->as.param;
    cp_pieces word = {NULL, NULL}, none = {NULL, NULL};
    uint32_t result = cp_words_result_live(e, live, false);
    switch (p->op) {
    case CP_PARAM_DEFAULT:
        begin_branch(e, use_word);
        if (use_word != CP_NO)
            cp_words_inner(e, p->word, &word, word_live(e, live));
        end_branch(e, use_word);
        either(e, out, use_word, value, &word);
        return;
    case CP_PARAM_ALTERNATIVE:
        use_word = cp_tri_not(use_word);
        begin_branch(e, use_word);
        if (use_word != CP_NO)
            cp_words_inner(e, p->word, &word, word_live(e, live));
        end_branch(e, use_word);
        either(e, out, use_word, &none, &word);
        return;
    case CP_PARAM_ERROR:
        begin_branch(e, use_word);
        if (use_word != CP_NO && p->word)
            (void)cp_words_single(e, p->word, CP_CONTEXT_CASE);
        end_branch(e, use_word);
        if (use_word == CP_YES)
            cp_pieces_unknown(e, out, part->span, result); /* the shell stops here */
        else
            either(e, out, CP_NO, value, &none);
        return;
    default: break;
    }
    if (use_word == CP_NO) {
        either(e, out, CP_NO, value, &none);
        return;
    }
    cp_set assigned = empty_set(e, part->span);
    begin_branch(e, use_word);
    if (p->word)
        assigned = cp_words_single(e, p->word, CP_CONTEXT_CASE);
    if (p->word && cp_slice_find(p->word->text, '~', 0) < p->word->text.n &&
        cp_slice_find(p->word->text, ':', 0) < p->word->text.n)
        assigned = hole_set(e, CP_CLASS_ANY, CP_HOLE_ANYTHING, nameless,
                            part->span); /* which prefixes count here is the version's affair */
    end_branch(e, use_word);
    cp_pieces_set(e, &word, assigned, result);
    either(e, out, use_word, value, &word);
    if (!kept || p->subscript) {
        if (e->env->assign)
            e->env->assign(e->env->self, p->name, NULL, part->span);
        return;
    }
    /* The value afterwards: the word's, or what was there; unknown where what was there is, or where this may not happen. */
    cp_set *after = CP_NEW(e->arena, cp_set);
    *after = cp_set_join(e->arena, *kept, assigned);
    bool certain = e->maybe == 0 && after->count;
    if (e->env->assign && !cp_arena_failed(e->arena))
        e->env->assign(e->env->self, p->name, certain ? after : NULL, part->span);
}

/* ---- $@, $*, ${a[@]} ---- */

static void visit_words(cp_expansion *e, const cp_part *part) {
    const cp_param *p = part->as.param;
    cp_words_maybe(e, true);
    if (p->word)
        (void)cp_words_single(e, p->word, CP_CONTEXT_CASE);
    if (p->replacement)
        (void)cp_words_single(e, p->replacement, CP_CONTEXT_CASE);
    if (p->offset)
        (void)cp_words_arith(e, p->offset);
    if (p->length_expr)
        (void)cp_words_arith(e, p->length_expr);
    cp_words_maybe(e, false);
}

static void unknown_list(cp_expansion *e, cp_pieces *out, cp_slice name, cp_span span, uint32_t live,
                         bool star) {
    uint32_t result = cp_words_result_live(e, live, false);
    cp_set any = hole_set(e, CP_CLASS_ANY, CP_HOLE_ANYTHING, name, span);
    if ((result & CP_LIVE_QUOTED) && star)
        cp_pieces_set(e, out, any, result);
    else if (result & CP_LIVE_QUOTED)
        cp_pieces_splat(e, out, any, result);
    else if (e->context == CP_CONTEXT_ARG)
        cp_pieces_set(e, out, any, result | CP_LIVE_HOLES);
    else
        cp_pieces_set(e, out, any, result);
}

static void joined_list(cp_expansion *e, cp_pieces *out, const cp_fields *list, cp_span span) {
    for (uint32_t i = 0; i < list->count && cp_step(e->budget); i++) {
        if (list->items[i].splat)
            cp_pieces_unknown(e, out, span, CP_LIVE_QUOTED);
        if (i > 0) {
            if (!cp_words_default_ifs(e) || list->items[i].splat)
                cp_pieces_unknown(e, out, span, CP_LIVE_QUOTED);
            else
                cp_pieces_bytes(e, out, CP_LIT(" "), span, CP_LIVE_QUOTED);
        }
        if (!list->items[i].splat)
            cp_pieces_set(e, out, list->items[i].set, CP_LIVE_QUOTED);
    }
}

static void put_list(cp_expansion *e, cp_pieces *out, const cp_fields *list, cp_span span, uint32_t live,
                     bool star) {
    if (live & CP_LIVE_QUOTED && star) {
        joined_list(e, out, list, span);
        return;
    }
    for (uint32_t i = 0; e->dialect == CP_DIALECT_SH && !(live & CP_LIVE_QUOTED) && i < list->count; i++)
        for (uint32_t k = 0; k < list->items[i].set.count; k++) /* ksh may keep one that is empty */
            e->unknown_word |= !list->items[i].set.values[k].atom_count;
    cp_pieces_fields(e, out, list, cp_words_result_live(e, live, false));
}

/* Some of the elements of an array. */
static bool some_of(cp_expansion *e, const cp_fields *list, cp_fields *out) {
    cp_set any = {NULL, 0};
    for (uint32_t i = 0; list && i < list->count; i++)
        any = cp_set_join(e->arena, any, list->items[i].set);
    cp_field *item = CP_NEW(e->arena, cp_field);
    *item = (cp_field){.set = any, .splat = CP_SPLAT_ANY};
    *out = (cp_fields){item, any.count ? 1 : 0};
    return list && (e->features & CP_WORDS_BASH);
}

/* ${@:offset:length}: known where the list and the numbers are. */
static bool slice_list(cp_expansion *e, const cp_part *part, const cp_fields *list, bool arguments,
                       cp_fields *out) {
    int64_t offset, length;
    bool has_length;
    uint32_t n;
    bool known = cp_words_range(e, part, &offset, &length, &has_length);
    if (!arguments)
        return some_of(e, list, out);
    if (!known || !counted(list, &n) || offset == 0 || (has_length && length < 0))
        return false;
    int64_t beg = offset < 0 ? (int64_t)n + 1 + offset : offset; /* $1 is number 1 */
    if (offset < 0 && beg <= 0)
        return false; /* $0, or nothing */
    beg = beg - 1;
    int64_t end = n;
    if (beg > end)
        beg = end;
    if (has_length && length < end - beg)
        end = beg + length;
    *out = (cp_fields){list->items ? list->items + beg : NULL, (uint32_t)(end - beg)};
    return true;
}

static void expand_list(cp_expansion *e, const cp_part *part, cp_pieces *out, uint32_t live) {
    const cp_param *p = part->as.param;
    bool arguments = p->subscript == NULL;
    bool star = arguments ? p->name.p[0] == '*' : p->subscript->text.p[0] == '*';
    uint32_t result = cp_words_result_live(e, live, false), n = 0;
    const cp_fields *list =
        arguments ? e->env->positional(e->env->self) : e->env->elements(e->env->self, p->name);
    if (!list && !arguments && e->env->reads_variable && !e->env->variable(e->env->self, p->name))
        e->env->reads_variable(e->env->self, p->name, part->span);
    if (p->length) {
        cp_set size =
            counted(list, &n) && (e->features & CP_WORDS_BASH) /* to dash ${#*} is how long they are */
                ? cp_set_of(e->arena, cp_words_number(e->arena, n, part->span))
                : hole_set(e, CP_CLASS_DIGITS, 0, nameless, part->span);
        cp_pieces_set(e, out, size, result);
        return;
    }
    if (star && e->beside_list && (live & CP_LIVE_QUOTED) && p->op != CP_PARAM_PLAIN) {
        visit_words(e, part);
        unknown_list(e, out, arguments ? nameless : p->name, part->span, live, false);
        return;
    }
    if (p->op != CP_PARAM_PLAIN && !(e->features & CP_WORDS_BASH))
        e->unknown_word = true; /* dash then splits the rest of the word by rules of its own */
    cp_fields changed;
    switch (p->op) {
    case CP_PARAM_PLAIN: break;
    case CP_PARAM_STRIP:
    case CP_PARAM_REPLACE:
    case CP_PARAM_CASE: {
        cp_fields any = {NULL, 0};
        changed = cp_words_operate_list(e, part, list ? list : &any);
        list = list && (e->features & CP_WORDS_BASH) ? &changed : NULL;
        break;
    }
    case CP_PARAM_SUBSTRING:
        if (!slice_list(e, part, list, arguments, &changed))
            list = NULL;
        else
            list = &changed;
        break;
    case CP_PARAM_DEFAULT:
    case CP_PARAM_ALTERNATIVE:
    case CP_PARAM_ERROR:
    case CP_PARAM_ASSIGN: {
        cp_pieces value = {NULL, NULL};
        cp_tri use_word = CP_MAYBE;
        if (counted(list, &n)) {
            if (n == 0)
                use_word =
                    (e->features & CP_WORDS_ZSH) ? CP_MAYBE : CP_YES; /* in zsh an empty array is set */
            else if (!p->colon)
                use_word = CP_NO;
            else
                for (uint32_t i = 0; i < n; i++)
                    for (uint32_t k = 0; k < list->items[i].set.count; k++)
                        if (list->items[i].set.count == 1 &&
                            cp_value_empty(&list->items[i].set.values[k]) == CP_NO)
                            use_word = CP_NO;
        }
        if (list)
            put_list(e, &value, list, part->span, live, star);
        else
            unknown_list(e, &value, nameless, part->span, live, star);
        choose(e, part, &value, NULL, use_word, out, live);
        return;
    }
    default: {
        cp_fields none = {NULL, 0};
        (void)cp_words_operate_list(e, part, &none);
        list = NULL;
        star = false; /* @K and @A make words of their own */
        break;
    }
    }
    if (list)
        put_list(e, out, list, part->span, live, star);
    else
        unknown_list(e, out, arguments ? nameless : p->name, part->span, live, star);
}

/* ---- The door ---- */

/* "${!a[@]}" of an array whose elements are known: the numbers that they have. */
static bool put_numbers(cp_expansion *e, const cp_part *part, cp_pieces *out, uint32_t live) {
    enum { NUMBERS_MOST = 256 };
    const cp_param *p = part->as.param;
    if ((e->features & CP_WORDS_ZSH) || !p->subscript || !cp_slice_is(p->subscript->text, "@"))
        return false;
    const cp_fields *list = e->env->elements(e->env->self, p->name);
    for (uint32_t i = 0; list && i < list->count && (e->features & CP_WORDS_BASH) && (live & CP_LIVE_QUOTED);
         i++)
        if (list->items[i].splat) { /* nobody knows how many */
            cp_pieces_splat(e, out, hole_set(e, CP_CLASS_DIGITS, 0, nameless, part->span),
                            cp_words_result_live(e, live, false));
            return true;
        }
    if (!list || list->count > NUMBERS_MOST)
        return false;
    cp_field *items = CP_NEW_ARRAY(e->arena, cp_field, list->count + 1);
    for (uint32_t i = 0; items && i < list->count; i++) {
        if (list->items[i].splat)
            return false;
        uint8_t digits[3];
        uint32_t at = sizeof digits, n = i;
        do
            digits[--at] = (uint8_t)('0' + n % 10);
        while (n /= 10);
        cp_slice text = cp_arena_copy(e->arena, (cp_slice){digits + at, (uint32_t)sizeof digits - at});
        items[i] = cp_field_of(e->arena, cp_value_exact(e->arena, text, part->span));
    }
    const cp_fields numbers = {items, list->count};
    if (items)
        put_list(e, out, &numbers, part->span, live, false);
    return items != NULL;
}

/* ${!x} where x surely names a plain variable: the part that would stand for that one. NULL: it may be anything, as in other
 * shells than bash, where it is the name. */
const cp_part *cp_words_named(cp_expansion *e, const cp_part *part) {
    const cp_param *p = part->as.param;
    if (e->dialect != CP_DIALECT_BASH || p->names || p->subscript ||
        !cp_is_name_start(p->name.n ? p->name.p[0] : 0) ||
        (p->op != CP_PARAM_PLAIN && p->op != CP_PARAM_DEFAULT && p->op != CP_PARAM_ALTERNATIVE))
        return NULL;
    const cp_set *names = e->env->variable(e->env->self, p->name);
    if (!names || names->count != 1 || !cp_value_is_exact(&names->values[0]))
        return NULL;
    cp_slice name = names->values[0].exact;
    for (uint32_t i = 0; i < name.n; i++)
        if (!(i ? cp_is_name(name.p[i]) : cp_is_name_start(name.p[i])))
            return NULL;
    cp_part *made = name.n ? CP_NEW(e->arena, cp_part) : NULL;
    cp_param *param = made ? CP_NEW(e->arena, cp_param) : NULL;
    if (!param)
        return NULL;
    *param = *p;
    param->name = name;
    param->indirect = 0;
    *made = *part;
    made->as.param = param;
    return made;
}

/* ${!x…}: the parameter that x's value names, which can be an array element, whose subscript runs. */
static void expand_indirect(cp_expansion *e, const cp_part *part, cp_pieces *out, uint32_t live) {
    const cp_param *p = part->as.param;
    if (!p->names) {
        if (p->subscript && !cp_slice_is(p->subscript->text, "@") && !cp_slice_is(p->subscript->text, "*"))
            (void)cp_words_arith(e, p->subscript);
        cp_words_evaluates(e, part->span, "${!name}");
        cp_words_evaluated_set(e, e->env->variable(e->env->self, p->name), 'n');
        if (e->env->reads_variable && !e->env->variable(e->env->self, p->name))
            e->env->reads_variable(e->env->self, p->name, part->span);
        visit_words(e, part);
        if (p->op == CP_PARAM_ASSIGN && e->env->assign)
            e->env->assign(e->env->self, p->name, NULL, part->span);
    } else if (put_numbers(e, part, out, live)) {
        return;
    }
    unknown_list(e, out, nameless, part->span, live,
                 false); /* beside a "$@" bash splits the names of "${!a[*]}" too */
}

/* In zsh the name of an array stands for all of it: each element is a word, in quotes they are joined. */
static void expand_array(cp_expansion *e, const cp_part *part, const cp_fields *list, cp_pieces *out,
                         uint32_t live) {
    const cp_param *p = part->as.param;
    if (p->length) {
        cp_pieces_set(e, out, hole_set(e, CP_CLASS_DIGITS, 0, nameless, part->span),
                      cp_words_result_live(e, live, false));
        return;
    }
    if (p->op == CP_PARAM_PLAIN) {
        put_list(e, out, list, part->span, live, true);
        return;
    }
    visit_words(e, part);
    if (p->op == CP_PARAM_ASSIGN && e->env->assign)
        e->env->assign(e->env->self, p->name, NULL, part->span);
    unknown_list(e, out, p->name, part->span, live, false);
}

void cp_words_param(cp_expansion *e, const cp_part *part, cp_pieces *out, uint32_t live) {
    const cp_param *p = part->as.param;
    uint32_t result = cp_words_result_live(e, live, false);
    bool list = cp_slice_is(p->name, "@") || cp_slice_is(p->name, "*");
    list |= p->subscript && (cp_slice_is(p->subscript->text, "@") || cp_slice_is(p->subscript->text, "*"));
    if (p->op == CP_PARAM_BAD) {
        cp_words_evaluates(e, part->span, "a parameter expansion that the shell rejects");
        visit_words(e, part);
        unknown_list(e, out, nameless, part->span, live, false);
        return;
    }
    if (p->indirect) {
        const cp_part *named = cp_words_named(e, part);
        if (named)
            cp_words_param(e, named, out, live);
        else
            expand_indirect(e, part, out, live);
        return;
    }
    if (list) {
        expand_list(e, part, out, live);
        return;
    }
    const cp_fields *array =
        (e->features & CP_WORDS_ZSH) && !p->subscript ? e->env->elements(e->env->self, p->name) : NULL;
    if (array) {
        expand_array(e, part, array, out, live);
        return;
    }
    e->only_asks = (p->op == CP_PARAM_ALTERNATIVE || (p->length && p->op == CP_PARAM_PLAIN)) && !p->subscript;
    cp_scalar s = p->subscript ? element(e, p, part->span) : cp_words_variable(e, p->name, part->span);
    e->only_asks = false;
    if (p->length) {
        const cp_value *v = s.set.count == 1 && s.is_set == CP_YES ? &s.set.values[0] : NULL;
        bool plain = v && cp_value_is_exact(v);
        for (uint32_t i = 0; plain && i < v->exact.n; i++)
            plain = v->exact.p[i] < 0x80;
        cp_set size;
        if (plain)
            size = cp_set_of(e->arena, cp_words_number(e->arena, v->exact.n, part->span));
        else if (s.is_set == CP_NO)
            size = cp_set_of(e->arena, cp_words_number(e->arena, 0, part->span));
        else
            size = hole_set(e, CP_CLASS_DIGITS, 0, nameless, part->span);
        cp_pieces_set(e, out, size, result);
        return;
    }
    switch (p->op) {
    case CP_PARAM_DEFAULT:
    case CP_PARAM_ASSIGN:
    case CP_PARAM_ALTERNATIVE:
    case CP_PARAM_ERROR: {
        cp_tri use_word;
        cp_set kept = without_empty(e, &s, p->colon != 0, &use_word);
        cp_pieces value = {NULL, NULL};
        put_value(e, &value, kept, result);
        choose(e, part, &value, &kept, use_word, out, live);
        return;
    }
    default: break;
    }
    cp_set set = s.set;
    if (s.is_set == CP_NO)
        set.count = 0;
    if (p->op != CP_PARAM_PLAIN) {
        if (s.is_set != CP_YES && p->op == CP_PARAM_REPLACE && !(e->features & CP_WORDS_BASH))
            set = cp_set_join(e->arena, set, empty_set(e, part->span)); /* zsh replaces * of what is unset */
        if (s.is_set != CP_YES)
            cp_words_maybe(e, true); /* of an unset parameter the words are not looked at */
        set = cp_words_operate(e, part, set);
        if (s.is_set != CP_YES)
            cp_words_maybe(e, false);
        if (p->op == CP_PARAM_TRANSFORM && s.is_set == CP_NO)
            set = hole_set(e, CP_CLASS_ANY, CP_HOLE_ANYTHING, nameless, part->span);
    }
    if (s.is_set == CP_MAYBE) { /* unset is the empty string, but for the holes that may be empty anyway */
        bool covered = false;
        for (uint32_t i = 0; i < set.count; i++)
            covered |= cp_value_empty(&set.values[i]) != CP_NO;
        bool assumed = set.count == 1 && set.values[0].atom_count == 1 &&
                       set.values[0].atoms[0].kind == CP_ATOM_HOLE && !p->subscript &&
                       (set.values[0].atoms[0].cls == CP_CLASS_HOME ||
                        (set.values[0].atoms[0].cls == CP_CLASS_DIGITS && (e->features & CP_WORDS_DYNAMIC)));
        if (!covered && !assumed)
            set = cp_set_join(e->arena, set, empty_set(e, part->span));
    }
    put_value(e, out, set, result);
}
