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

static uint32_t own_live(const cp_expansion *e) {
    if (e->context >= CP_CONTEXT_QUOTED)
        return CP_LIVE_QUOTED;
    if (e->context == CP_CONTEXT_ARG || e->context == CP_CONTEXT_PATTERN)
        return CP_LIVE_GLOB;
    return e->context == CP_CONTEXT_REDIR && (e->features & CP_WORDS_REDIR_EXPANDS) ? CP_LIVE_GLOB : 0;
}
static cp_tilde own_tilde(const cp_expansion *e, bool argument) {
    if (e->context >= CP_CONTEXT_QUOTED)
        return CP_TILDE_NONE;
    if (argument)
        return CP_TILDE_ARGUMENT;
    return e->context == CP_CONTEXT_ASSIGN ? CP_TILDE_ASSIGN : CP_TILDE_START;
}

cp_set cp_words_single(cp_expansion *e, const cp_word *w, cp_context context) {
    cp_expansion in = *e;
    cp_pieces pieces = {NULL, NULL};
    in.context = context;
    in.word = w;
    in.unknown_word = false;
    cp_words_read(&in, w, &pieces, own_live(&in), own_tilde(&in, false));
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
    bool quoted = false, here = e->context >= CP_CONTEXT_QUOTED, globs = own_live(e) & CP_LIVE_GLOB;
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
                atoms[n++] =
                    cp_lit_atom(p->text, p->kind == CP_PART_QUOTED ? cp_words_quoted_span(p) : p->span);
            continue;
        }
        for (const cp_part *q = p->as.parts; q; q = q->next)
            if (q->text.n)
                atoms[n++] =
                    cp_lit_atom(q->text, q->kind == CP_PART_QUOTED ? cp_words_quoted_span(q) : q->span);
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

static bool holds_brace(const cp_part *p) {
    return p->kind == CP_PART_LIT && cp_slice_find(p->text, '{', 0) < p->text.n;
}

/* {a,b}, {1..3}, or what may come to be one. */
static bool may_list(const cp_value *v) {
    bool open = false, list = false, dot = false;
    for (uint32_t n = 0; n < v->atom_count; n++) {
        const cp_atom *a = &v->atoms[n];
        if (a->kind == CP_ATOM_HOLE)
            list |= open && a->cls != CP_CLASS_DIGITS && a->cls != CP_CLASS_HEX;
        for (uint32_t at = 0; a->kind == CP_ATOM_LIT && at < a->lit.n; at++) {
            uint8_t c = a->lit.p[at];
            open |= c == '{';
            list |= open && (c == ',' || (c == '.' && dot));
            if (list && c == '}')
                return true;
            dot = c == '.';
        }
    }
    return list && v->atoms[v->atom_count - 1].kind == CP_ATOM_HOLE;
}

/* ksh and mksh look for braces when all else is expanded, in {$x} and in what is not quoted; beside a { of the word ksh does not split, either.
 * zsh finds the sequence in {$x}. */
static bool may_be_braces(const cp_expansion *e, const cp_word *w, const cp_field_list *made, uint32_t from) {
    bool live = false, may = false, sh = e->dialect == CP_DIALECT_SH;
    if (!(w->flags & CP_WORD_EXPANDS) || (!sh && e->dialect != CP_DIALECT_ZSH))
        return false;
    for (const cp_part *p = w->parts; p; p = p->next) {
        may |= sh && made->count != from + 1 && holds_brace(p);
        live |= holds_brace(p) ||
                (sh && p->kind != CP_PART_LIT && p->kind != CP_PART_QUOTED && p->kind != CP_PART_DQ);
    }
    for (uint32_t i = from; live && i < made->count && !may; i++)
        for (uint32_t k = 0; k < made->items[i].set.count; k++)
            may |= may_list(&made->items[i].set.values[k]);
    return may;
}

/* x$y$% is no longer split in bash where its last $ begins nothing, or is $! and no job was started: param_expand forgets then that
 * something was expanded. */
static bool forgets_to_split(const cp_expansion *e, const cp_part *p) {
    bool expands = false, alone = false;
    for (; p; p = p->next) {
        const bool job = p->kind == CP_PART_PARAM && cp_slice_is(p->as.param->name, "!");
        const bool expansion = !job && (p->kind == CP_PART_PARAM || p->kind == CP_PART_CMDSUB ||
                                        p->kind == CP_PART_ARITH || p->kind == CP_PART_PROCSUB);
        const bool dollar = job || (p->kind == CP_PART_LIT && cp_slice_find(p->text, '$', 0) < p->text.n);
        expands |= expansion;
        alone = dollar || (alone && !expansion);
    }
    return expands && alone && (e->features & CP_WORDS_SPLITS) && e->dialect != CP_DIALECT_DASH;
}

/* Is it one word, certain, whether it is split or not? */
static bool is_whole(cp_expansion *e, const cp_pieces *pieces, const cp_field *made, uint32_t count) {
    const cp_set whole = cp_words_assemble_one(e, pieces);
    bool same = count == 1 && !made->splat && made->set.count == whole.count;
    for (uint32_t i = 0; same && i < whole.count; i++)
        same = cp_value_is_exact(&whole.values[i]) && cp_value_is_exact(&made->set.values[i]) &&
               cp_slice_eq(whole.values[i].exact, made->set.values[i].exact);
    return same;
}

/* Everything behind brace expansion. */
static void expand_parts(cp_expansion *e, const cp_word *w, bool argument, cp_field_list *out) {
    cp_pieces pieces = {NULL, NULL};
    cp_words_read(e, w, &pieces, own_live(e), own_tilde(e, argument));
    if (cp_words_stop(e))
        return;
    if (e->unknown_word || (e->context == CP_CONTEXT_ARG && splits_beside_list(e, w))) {
        e->unknown_word = false;
        push_unknown(e, out);
        return;
    }
    if (e->context != CP_CONTEXT_ARG) {
        push(e, out, (cp_field){cp_words_assemble_one(e, &pieces), 0});
        return;
    }
    uint32_t from = out->count;
    cp_words_assemble(e, &pieces, out);
    const bool either = forgets_to_split(e, w->parts) && out->count > from &&
                        !is_whole(e, &pieces, &out->items[from], out->count - from);
    if (either || may_be_braces(e, w, out, from)) {
        out->count = from;
        push_unknown(e, out);
    }
}

/* ${x#{}: bash counts this brace where it looks for lists, before it reads parameters; what is a list behind it isn't certain. */
static bool holds_loose_brace(const cp_part *p) {
    bool loose = false;
    for (; p; p = p->next)
        for (uint32_t i = 1; p->kind == CP_PART_PARAM && i < p->text.n; i++)
            loose |= p->text.p[i] == '{' && p->text.p[i - 1] != '$';
    return loose;
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
    if (words.unknown || holds_loose_brace(e->word->parts)) {
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
                      .context = CP_CONTEXT_QUOTED};
    return cp_words_arith(&e, arith);
}
