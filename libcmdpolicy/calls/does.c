/* What shell builtins change in the shell itself: a dozen primitives, named by the grammar's `does:`. */
#include "calls/names.h"
#include "calls/output.h"

static bool does(const cp_reading *r, cp_does what) {
    return (r->does & (1u << what)) != 0;
}

/* Builtins that assign to a name of their own where none is given: read, mapfile, getopts. */
static void assign_unnamed(cp_walk *w, const cp_reading *r, cp_state *s) {
    static const char *const names[] = {"REPLY", "MAPFILE", "OPTARG", "OPTIND"};
    if (does(r, CP_DOES_ARRAY))
        cp_state_array(w->arena, s, CP_LIT("MAPFILE"), CP_ARRAY);
    for (uint32_t i = 0; i < sizeof names / sizeof *names; i++)
        if (cp_map_get(s->variables, cp_slice_str(names[i])) || s->all_unknown)
            cp_state_assign(w->arena, s, cp_slice_str(names[i]), NULL, false, 0);
}

/* NAME of NAME[…], and of read's NAME?PROMPT in ksh and zsh. */
static cp_slice without_subscript(cp_slice name) {
    name = cp_slice_sub(name, 0, cp_slice_find(name, '?', 0));
    return cp_slice_sub(name, 0, cp_slice_find(name, '[', 0));
}

/* What is an option's value to bash is a name to zsh, or to ksh, where that option has none. */
static void assign_values(cp_walk *w, const cp_reading *r, cp_state *s) {
    if (w->dialect == CP_DIALECT_BASH || w->dialect == CP_DIALECT_DASH)
        return;
    for (uint32_t i = 0; i < r->option_count && cp_step(w->budget); i++)
        for (uint32_t k = 0; k < r->options[i].value_set.count; k++) {
            const cp_value *v = &r->options[i].value_set.values[k];
            if (cp_value_is_exact(v))
                cp_state_assign(w->arena, s, without_subscript(v->exact), NULL, false, 0);
            else
                *s = cp_state_havoc(w->arena, w->budget, *s);
        }
}

/* A variable's name, also in front of +=. */
static bool is_name(cp_slice s) {
    if (s.n && s.p[s.n - 1] == '+')
        s.n--;
    for (uint32_t i = 0; i < s.n; i++) {
        bool letter = (s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z') || s.p[i] == '_';
        if (!letter && !(i && s.p[i] >= '0' && s.p[i] <= '9'))
            return false;
    }
    return s.n != 0;
}

void cp_walk_subscript(cp_walk *w, const cp_value *word, cp_state s) {
    cp_slice known = cp_value_is_exact(word) ? word->exact : cp_value_prefix(word);
    uint32_t from = cp_slice_find(known, '[', 0), to = from;
    if (is_name(cp_slice_sub(known, 0, cp_slice_find(known, '=', 0))) && cp_slice_find(known, '=', 0) < from)
        return; /* NAME=…[…]: a value */
    uint32_t eq = cp_slice_find(known, '=', from);
    for (uint32_t i = from; i < known.n && (i < eq || !cp_value_is_exact(word)); i++)
        if (known.p[i] == ']')
            to = i;
    for (uint32_t i = eq; i < known.n && to == from; i++) /* a[x=1] */
        if (known.p[i] == ']')
            to = i;
    if (to <= from)
        return;
    cp_value part = cp_value_slice(w->arena, word, from + 1, to);
    if (cp_value_is_exact(&part))
        cp_walk_arith_text(w, &part, &s);
}

/* NAME=(…) as a string. Where NAME is an array or becomes one, bash makes words of it and expands them. */
static void walk_list(cp_walk *w, const cp_value *word, bool array, uint32_t call, cp_state s) {
    cp_slice known = cp_value_is_exact(word) ? word->exact : cp_value_prefix(word);
    uint32_t eq = cp_slice_find(known, '=', 0);
    if (!array || eq == known.n)
        return;
    bool inert = cp_value_is_exact(word);
    if (eq + 1 < known.n ? known.p[eq + 1] != '(' : inert)
        return;
    if (eq + 1 == known.n) /* a hole: is it a list that was written out, or can't it begin so? */
        for (uint32_t i = 0; i < word->atom_count; i++) {
            const cp_atom *a = &word->atoms[i];
            if (a->kind != CP_ATOM_HOLE)
                continue;
            if ((a->props & CP_HOLE_LIST) || !cp_hole_takes(a, '(', true))
                return;
            break;
        }
    for (uint32_t i = eq; inert && i < known.n; i++)
        inert = !memchr("$`<>[", known.p[i], 5);
    if (inert)
        return;
    cp_walk_finding(w, CP_FINDING_EVALUATES, call, word->span, CP_LIT("a list of words in a string"));
    if (cp_value_is_exact(word) && cp_spend(w->budget, CP_LIMIT_REPARSE_BYTES, known.n)) {
        uint32_t src = cp_value_to_source(w->arena, w->in->sources, word, CP_SOURCE_VALUE, word->span);
        if (src != UINT32_MAX)
            cp_walk_guess(w, src, w->dialect, s);
    }
}

static bool may_be_list(const cp_value *word) {
    for (uint32_t i = 0; i < word->atom_count; i++)
        if (word->atoms[i].kind == CP_ATOM_HOLE && (word->atoms[i].props & CP_HOLE_LIST))
            return true;
    return false;
}

/* Is the variable surely unset from now on? Not one that a function may have made local, that an attribute holds, or that the
 * shell gives a meaning of its own. */
static bool is_surely_unset(const cp_walk *w, const cp_reading *r, const cp_state *s, cp_slice name) {
    static const char *const own[] = {"HOME", "PWD", "OLDPWD", "PATH", "IFS", "CDPATH"};
    if (!does(r, CP_DOES_UNSET) || w->moving || w->frames || s->all_unknown || r->gap_count ||
        cp_slice_find(name, '[', 0) < name.n)
        return false;
    for (uint32_t i = 0; i < sizeof own / sizeof *own; i++)
        if (cp_slice_is(name, own[i]))
            return false;
    const cp_binding *old = cp_map_get(s->variables, name);
    return !(old && old->sticky);
}

/* What is behind the first word of lines that are plain words: nothing; a blank in a name would leave its rest. */
static cp_set rest_of_words(cp_walk *w, cp_set lines) {
    bool cut = false;
    for (uint32_t i = 0; i < lines.count; i++)
        for (uint32_t k = 0; k < lines.values[i].atom_count; k++) {
            const cp_atom *a = &lines.values[i].atoms[k];
            cut |= a->kind == CP_ATOM_HOLE && a->cls != CP_CLASS_TEXT && cp_hole_takes(a, ' ', false);
        }
    cp_set nothing = cp_set_exact(w->arena, CP_LIT(""), w->here);
    return cut ? cp_set_join(w->arena, cp_walk_words_of_lines(w, lines, false, w->here), nothing) : nothing;
}

/* Nothing that stands before it could be passed over. */
static bool begin_with_hole(cp_set lines) {
    bool begin = true;
    for (uint32_t i = 0; i < lines.count; i++) {
        const cp_atom *a = lines.values[i].atom_count ? &lines.values[i].atoms[0] : NULL;
        begin &= a && a->kind == CP_ATOM_HOLE && !(a->props & CP_HOLE_EMPTY) && !cp_hole_takes(a, '\t', true);
    }
    return begin;
}

/* What `read` leaves in a variable where each line of its input is a plain word: that word, or nothing. In one of several but the last:
 * a column. */
static const cp_set *read_line(cp_walk *w, const cp_reading *r, const cp_state *s, uint32_t at) {
    const cp_binding *ifs = cp_map_get(s->variables, CP_LIT("IFS"));
    bool changed = (s->env_flags & CP_ENV_IFS_CHANGED) != 0;
    cp_slice separators = CP_LIT(" ");
    if (changed) {
        if (!ifs || !ifs->known || ifs->set.count != 1 || !cp_value_is_exact(&ifs->set.values[0]))
            return NULL;
        separators = ifs->set.values[0].exact;
    }
    cp_set lines = cp_stdin_lines(&w->input);
    bool surely =
        r->stdin_use == CP_STDIN_LINES && lines.count && !changed && !r->any_option && !r->gap_count;
    for (uint32_t i = 0; i < r->assigned_count; i++)
        surely &= !(r->assigned[i].flags & (CP_VALUE_PERHAPS | CP_VALUE_ELSE));
    if (r->assigned_count > 1 && surely && cp_walk_are_words(lines)) {
        if (at > 0) /* nothing is left for it */
            lines = rest_of_words(w, lines);
    } else if (r->assigned_count > 1 && at + 1 < r->assigned_count && (!changed || separators.n == 1)) {
        uint8_t by = separators.p[0];
        if (changed &&
            (by == '\\' || by == '\n' || ((by == ' ' || by == '\t') && (at > 0 || !begin_with_hole(lines)))))
            return NULL;
        lines = cp_walk_column(w, lines, at + 1, changed ? by : -1, false);
    } else if (r->assigned_count != 1 || (changed && separators.n))
        return NULL;
    if (r->stdin_use != CP_STDIN_LINES || r->any_option || r->gap_count || !lines.count)
        return NULL;
    if (!changed && !(lines = cp_walk_bare_lines(w, lines, "\\")).count)
        return NULL; /* a backslash may take the next byte */
    cp_set *out = CP_NEW(w->arena, cp_set);
    *out = cp_set_join(w->arena, lines, cp_set_exact(w->arena, CP_LIT(""), w->here));
    return out;
}

/* What read or printf -v gives the name; NULL: not known. */
static const cp_set *given_value(cp_walk *w, const cp_reading *r, const cp_state *s, uint32_t at,
                                 uint32_t call) {
    if (r->stdout_is != CP_STDOUT_FORMAT || call >= w->out->call_count)
        return read_line(w, r, s, at);
    cp_set *out = CP_NEW(w->arena, cp_set);
    cp_value text;
    const bool known = cp_walk_printf_assigns(w, &w->out->calls[call], s, &text);
    if (known)
        *out = cp_set_of(w->arena, text);
    return known ? out : NULL;
}

/* mapfile: the lines of its input, and what an array held before, as an older shell has no such command. */
static void read_array(cp_walk *w, const cp_reading *r, cp_state *s, cp_slice name, const cp_binding *old) {
    cp_set lines = cp_stdin_lines(&w->input);
    bool known = w->dialect == CP_DIALECT_BASH && does(r, CP_DOES_ARRAY) && cp_takes_whole_lines(r) &&
                 r->assigned_count == 1 && !r->any_option && !r->maybe_option && !r->gap_count &&
                 lines.count && cp_slice_find(name, '[', 0) == name.n && !s->all_unknown && !w->moving;
    known &= old ? old->known && (old->elements || old->set.count == 0) && !old->sticky &&
                       !(old->array & CP_ARRAY_KEYED)
                 : cp_name_is_the_scripts_own(name);
    if (!known || cp_walk_may_refuse(w, s, name))
        return;
    bool whole = false; /* -t */
    for (uint32_t i = 0; i < r->option_count; i++)
        whole |= cp_slice_is(r->options[i].name, "-t");
    cp_set ended = {NULL, 0};
    cp_value newline = cp_value_exact(w->arena, CP_LIT("\n"), w->here);
    for (uint32_t i = 0; i < lines.count; i++)
        ended = cp_set_join(w->arena, ended,
                            cp_set_of(w->arena, cp_value_concat(w->arena, &lines.values[i], &newline)));
    cp_field items[2] = {{.set = lines, .splat = CP_SPLAT_ANY}, {.set = ended, .splat = CP_SPLAT_ANY}};
    const cp_fields read = {items, whole ? 1 : 2};
    cp_binding *b = CP_NEW(w->arena, cp_binding);
    const cp_binding *now = cp_map_get(s->variables, name);
    if (now)
        *b = *now;
    b->name = name;
    b->known = 1;
    b->elements = cp_elements_join(w->arena, &read, old ? old->elements : NULL);
    b->set = cp_elements_first(w->arena, *b->elements);
    s->variables = cp_map_put(w->arena, s->variables, b);
}

/* Where `read` succeeds there was a line: only at the input's end it leaves nothing in NAME, where no line is empty. */
static cp_state with_a_line(cp_walk *w, const cp_reading *r, cp_state s) {
    const cp_set lines = cp_stdin_lines(&w->input);
    const cp_binding *b = r->assigned_count == 1 && cp_value_is_exact(&r->assigned[0])
                              ? cp_map_get(s.variables, r->assigned[0].exact)
                              : NULL;
    bool full = r->stdin_use == CP_STDIN_LINES && lines.count && cp_walk_are_words(lines);
    for (uint32_t i = 0; i < lines.count; i++)
        full &= cp_value_equals(&lines.values[i], CP_LIT("")) == CP_NO;
    if (!full || !b || !b->known || b->elements || b->set.count != lines.count + 1)
        return s;
    cp_binding *whole = CP_NEW(w->arena, cp_binding);
    *whole = *b;
    whole->set = lines;
    s.variables = cp_map_put(w->arena, s.variables, whole);
    return s;
}

static void calculate(cp_walk *w, const cp_value *word, cp_slice name, const cp_state *s) {
    uint32_t eq = cp_value_is_exact(word) ? cp_slice_find(word->exact, '=', name.n) : 0;
    if (eq == 0 || eq == word->exact.n)
        return;
    cp_value text = cp_value_slice(w->arena, word, eq + 1, word->exact.n);
    cp_walk_calculated(w, name, &text, s);
}

/* In a function `local` hides the variable of that name, and what it holds by now. */
static void hide(cp_walk *w, cp_slice name, const cp_binding *old) {
    const cp_binding *before = cp_map_get(w->frames->hidden, name);
    cp_binding *b = CP_NEW(w->arena, cp_binding);
    *b = old ? *old : (cp_binding){.name = name, .outside = 1};
    w->frames->hidden =
        cp_map_put(w->arena, w->frames->hidden, before ? cp_binding_join(w->arena, before, b) : b);
}

/* declare -A */
static bool is_keyed(const cp_reading *r) {
    bool keyed = r->any_option != 0;
    for (uint32_t i = 0; i < r->option_count; i++)
        keyed |= cp_slice_is(r->options[i].name, "-A") || (r->options[i].flags & CP_OPT_UNKNOWN);
    return keyed;
}

/* Does this make an associative array of NAME for certain? bash leaves an array of another kind as it is, its own arrays have upper-case
 * names, and before 4.0 (macOS still has 3.2, where names' case is usually ignored) it has none and calculates the subscript. */
static bool makes_keyed(const cp_walk *w, const cp_reading *r, cp_slice name, const cp_binding *old,
                        const cp_state *s) {
    bool lower = false, keyed = false,
         other = w->dialect != CP_DIALECT_BASH || s->all_unknown || r->any_option || r->maybe_option ||
                 r->gap_count || !does(r, CP_DOES_ARRAY) || (w->in->places && w->in->places->ignore_case);
    for (uint32_t i = 0; i < name.n; i++)
        lower |= name.p[i] >= 'a' && name.p[i] <= 'z';
    for (uint32_t i = 0; i < r->option_count; i++) {
        bool is = cp_slice_is(r->options[i].name, "-A");
        keyed |= is && r->options[i].present == CP_YES;
        other |= !is || r->options[i].flags & (CP_OPT_UNKNOWN | CP_OPT_BANG);
    }
    return lower && keyed && !other && (!old || cp_binding_is_keyed(old));
}

/* `local x` in a function of bash's: without a value, whatever the environment has, where the script has assigned nothing to it. (Else it may
 * be local already.) */
static bool declares_unset(const cp_walk *w, const cp_reading *r, const cp_state *s, const cp_binding *old) {
    return w->dialect == CP_DIALECT_BASH && w->frames && !old && !s->all_unknown && !w->moving &&
           !s->exports_all && !(s->env_flags & CP_ENV_GLOB_OPTIONS) && !r->option_count && !r->any_option &&
           !r->maybe_option && !r->gap_count && does(r, CP_DOES_ASSIGN) && !does(r, CP_DOES_EXPORT) &&
           !does(r, CP_DOES_READONLY);
}

/* In a function that is walked for whoever calls it later, bash's `local` makes a new variable, whatever the name was outside. */
static bool makes_anew(const cp_walk *w, const cp_reading *r, const cp_state *s) {
    return w->at_end && w->frames && !w->frames->up && w->dialect == CP_DIALECT_BASH && r->depth &&
           cp_name_needs_function(r->words[0]) && !(s->env_flags & CP_ENV_GLOB_OPTIONS) && !r->gap_count;
}

static void assign_words(cp_walk *w, const cp_reading *r, cp_state *s, uint32_t call) {
    bool exported = does(r, CP_DOES_EXPORT);
    cp_state before = *s;
    for (uint32_t i = 0; i < r->assigned_count && cp_step(w->budget); i++) {
        cp_value given = r->assigned[i];
        const cp_value *word = &given;
        const cp_state so_far = *s;
        const bool either = (given.flags & (CP_VALUE_PERHAPS | CP_VALUE_ELSE)) != 0;
        if (given.flags & CP_VALUE_ELSE)
            *s = before; /* the word's other values */
        else
            before = *s;
        given.flags &= ~(uint32_t)(CP_VALUE_PERHAPS | CP_VALUE_ELSE);
        cp_slice known = cp_value_is_exact(word) ? word->exact : cp_value_prefix(word);
        uint32_t eq = cp_slice_find(known, '=', 0);
        uint32_t end = eq > 0 && eq < known.n && known.p[eq - 1] == '+' ? eq - 1 : eq;
        cp_slice name = cp_slice_sub(known, 0, end), base = without_subscript(name);
        const cp_binding *old = cp_map_get(s->variables, base);
        if (w->frames && !does(r, CP_DOES_ASSIGN_UNKNOWN))
            hide(w, base, old);
        bool plain = !exported && !(old && old->exported) && !s->exports_all;
        bool named = eq < known.n || cp_value_is_exact(word);
        cp_value target = named ? cp_value_exact(w->arena, name, word->span) : *word;
        bool array = does(r, CP_DOES_ARRAY) || r->any_option ||
                     (old ? old->array : s->all_unknown && !makes_anew(w, r, s));
        cp_walk_subscript(w, word, *s);
        if (cp_walk_may_be_ksh(w) && named && cp_walk_may_refuse(w, s, base))
            cp_walk_error(w, *s);
        if (w->dialect == CP_DIALECT_ZSH && named && /* an array stays one, or it is an error */
            (cp_walk_may_refuse(w, s, base) || does(r, CP_DOES_ARRAY) || (old && old->array)))
            cp_walk_error(w, *s);
        if (does(r, CP_DOES_ASSIGN))
            walk_list(w, word, array, call, *s);
        if (does(r, CP_DOES_ASSIGN_UNKNOWN)) {
            if (named) {
                static const cp_set nothing;
                bool whole = !array && end == known.n && cp_slice_find(name, '[', 0) == name.n &&
                             !(old && old->elements);
                const cp_set *set = is_surely_unset(w, r, s, name) ? &nothing
                                    : whole                        ? given_value(w, r, s, i, call)
                                                                   : NULL;
                uint32_t origin = r->stdin_use == CP_STDIN_IGNORED || does(r, CP_DOES_UNSET)
                                      ? 0
                                      : cp_walk_origin_of(w, &w->input);
                cp_walk_calculated(w, base, NULL, s);
                cp_state_assign(w->arena, s, base, set, false, origin);
                cp_state_doubt_function(w->arena, s, name); /* unset takes functions, too */
                read_array(w, r, s, name, old);
            } else
                *s = cp_state_havoc(w->arena, w->budget, *s);
        } else if (does(r, CP_DOES_ATTRIBUTE) && named) {
            cp_state_attribute(w->arena, s, base);
            calculate(w, word, base, s);
        } else {
            calculate(w, word, base, s);
            cp_walk_assign_value(w, word, s, exported, array);
            if (named && eq == known.n && base.n == name.n && declares_unset(w, r, s, old)) {
                static const cp_set nothing;
                cp_state_assign(w->arena, s, base, &nothing, false, 0);
            }
            if (does(r, CP_DOES_READONLY) && named)
                cp_state_fix(w->arena, s, base);
        }
        bool keyed = named && base.n == name.n && makes_keyed(w, r, base, old, s);
        if (named && (does(r, CP_DOES_ARRAY) || base.n < name.n || may_be_list(word)))
            cp_state_array(w->arena, s, base, CP_ARRAY | (is_keyed(r) ? CP_ARRAY_KEYED : 0));
        const cp_binding *now = named && !keyed ? cp_map_get(s->variables, base) : NULL;
        if (now && now->array & CP_ARRAY_KEYED)
            cp_state_array(w->arena, s, base, CP_ARRAY_PERHAPS);
        if (named && (r->option_count || does(r, CP_DOES_ASSIGN_UNKNOWN)))
            cp_state_doubt_export(w->arena, s, base); /* -n, +x; unset */
        if (either)
            *s = cp_state_join(w->arena, w->budget, *s, so_far);
        if (w->dry)
            continue;
        const cp_set *held = named ? cp_walk_held(w, s, base) : NULL;
        if (!held && named && does(r, CP_DOES_UNSET)) { /* no program sees more of it than of an empty one */
            cp_set *empty = CP_NEW(w->arena, cp_set);
            *empty = cp_set_exact(w->arena, CP_LIT(""), word->span);
            held = empty;
        }
        cp_walk_assigned(w, &target, held, plain, word->span, call, s->cwd);
    }
}

/* set -- a b: "$@"; options alone leave it as it is, and "--" alone empties it. */
static void set_positional(cp_walk *w, const cp_reading *r, cp_state *s) {
    bool empties = r->dashes != CP_NO;
    uint32_t unsure = 0;
    for (uint32_t i = 0; i < r->operand_count; i++)
        unsure += r->operands[i].splat || r->operands[i].present != CP_YES;
    if (r->operand_count == 0 && !empties && !r->any_option)
        return;
    cp_field *items = CP_NEW_ARRAY(w->arena, cp_field, r->operand_count ? r->operand_count : 1);
    cp_fields *params = CP_NEW(w->arena, cp_fields);
    s->params = NULL;
    if (!items || r->any_option || r->dashes == CP_MAYBE)
        return;
    if (!empties && unsure == r->operand_count)
        return; /* no word may be left: then nothing changes */
    for (uint32_t i = 0; i < r->operand_count; i++) {
        const cp_operand *o = &r->operands[i];
        if (!o->splat && o->present != CP_YES)
            return;
        items[i] = (cp_field){.set = o->set, .splat = o->splat};
    }
    for (uint32_t i = 0; i < r->gap_count; i++)
        if (r->gaps[i].kind != CP_GAP_OPEN_OPERANDS && r->gaps[i].kind != CP_GAP_UNCERTAIN_CASE &&
            r->gaps[i].kind != CP_GAP_SURPLUS_OPERAND)
            return;
    cp_field first = items[0];
    if (!empties && r->operand_count &&
        (cp_slice_is(cp_field_text(&first), "-") || cp_slice_is(cp_field_text(&first), "+")))
        return; /* `set -` */
    *params = (cp_fields){items, r->operand_count};
    s->params = params;
}

static void shift(cp_walk *w, const cp_reading *r, cp_state *s) {
    const cp_fields *old = s->params;
    bool any = old && old->count; /* any number of them: one less is that, too */
    for (uint32_t i = 0; any && i < old->count; i++)
        any = old->items[i].splat == CP_SPLAT_ANY;
    if (any && r->operand_count == 0 && !r->gap_count && !r->any_option)
        return;
    s->params = NULL;
    if (!old || r->operand_count || r->option_count || r->any_option || r->gap_count || old->count == 0 ||
        old->items[0].splat) /* shift -1: an error */
        return;
    cp_fields *params = CP_NEW(w->arena, cp_fields);
    *params = (cp_fields){old->items + 1, old->count - 1};
    s->params = params;
}

/* Redirections stay, or the shell ends. */
static void replace_descriptors(cp_walk *w) {
    w->replaced = 1;
    w->consumed = CP_CONSUMED;
    cp_walk_may_end(w);
}

static bool has_bang(const cp_reading *r) {
    for (uint32_t i = 0; i < r->option_count; i++)
        if (r->options[i].flags & (CP_OPT_BANG | CP_OPT_UNKNOWN))
            return true;
    return false;
}
/* An option whose effect on what follows is not modelled here: it may be allexport. */
static bool sets_unknown_option(const cp_reading *r) {
    return r->any_option || r->gap_count || has_bang(r);
}
static bool is_home(const cp_walk *w, const cp_binding *b) {
    return b->known && b->set.count == 1 && cp_value_is_exact(&b->set.values[0]) && w->in->places &&
           cp_slice_eq(b->set.values[0].exact, w->in->places->home);
}
/* One operand that begins with a slash: no variable has a say in where that is. */
static bool names_a_place(const cp_reading *r) {
    bool sure = r->operand_count == 1 && r->operands[0].present == CP_YES && !r->operands[0].splat &&
                r->operands[0].set.count;
    for (uint32_t i = 0; sure && i < r->operands[0].set.count; i++)
        sure = cp_value_begins_with(&r->operands[0].set.values[i], '/') == CP_YES;
    return sure;
}
static bool sets_options(const cp_reading *r) {
    return r->option_count || r->any_option || r->gap_count;
}

bool cp_walk_keeps_globs(const cp_reading *r) {
    static const char *const letters[] = {"-c", "-l", "--login", "-e", "-u", "-x",
                                          "-v", "+e", "+u",      "+x", "+v", NULL};
    static const char *const names[] = {"errexit",   "nounset",   "pipefail", "xtrace", "verbose",
                                        "noclobber", "functrace", "errtrace", NULL};
    if (r->any_option || r->gap_count || r->path_sure != CP_YES)
        return false;
    for (uint32_t i = 0; i < r->option_count; i++) {
        const cp_opt *o = &r->options[i];
        bool named = cp_slice_is(o->name, "-o") || cp_slice_is(o->name, "+o"), keeps = false;
        if (o->flags & CP_OPT_UNKNOWN || o->splat || named != (o->value_set.count == 1) ||
            (named && !cp_value_is_exact(&o->value)))
            return false;
        for (const char *const *k = named ? names : letters; *k && !keeps; k++)
            keeps = cp_slice_is(named ? o->value.exact : o->name, *k);
        if (!keeps)
            return false;
    }
    return true;
}

/* Not where it only tells how it is used (exit --help), or has more than it takes. */
static bool exits_surely(const cp_reading *r) {
    if (r->operand_count == 0)
        return r->gap_count == 0;
    const cp_operand *o = &r->operands[0];
    bool sure = r->operand_count == 1 && r->gap_count == 0 && !o->splat && o->set.count;
    for (uint32_t i = 0; sure && i < o->set.count; i++) {
        const cp_value *v = &o->set.values[i];
        sure = cp_value_is_exact(v) && cp_slice_find(v->exact, '-', 0) == v->exact.n;
    }
    return sure;
}

/* ---- What zsh calculates where other shells take a number as it is --------------------------------------------------- */

/* Which of printf's operands are numbers: bit i for the i-th of n, over and over. What \u makes a % is one,
 * too, what other escapes make is none. False where it isn't clear. */
static bool formats(const cp_value *format, uint32_t *numbers, uint32_t *n) {
    const cp_slice f = format->exact;
    for (uint32_t i = 0; i < f.n; i++) {
        if (f.p[i] == '\\' && i + 1 < f.n && f.p[i + 1] != '%') {
            if (f.p[++i] == 'u' || f.p[i] == 'U')
                return false;
            continue;
        }
        if (f.p[i] != '%')
            continue;
        for (i++; i < f.n && memchr("#0-+ '123456789.*hlL", f.p[i], 20); i++)
            if (f.p[i] == '*' && *n < 32)
                *numbers |= 1u << (*n)++;
        if (i == f.n || *n == 32 || !memchr("sbqc%diouxXeEfFgG", f.p[i], 17))
            return false;
        if (f.p[i] != '%')
            *numbers |= (uint32_t)!memchr("sbqc", f.p[i], 4) << (*n)++;
    }
    return true;
}

static bool has_flag(const cp_reading *r, const char *name) {
    for (uint32_t i = 0; i < r->option_count; i++)
        if (cp_slice_is(r->options[i].name, name))
            return true;
    return false;
}

/* Exit and its like, printf, and test -t. */
static void zsh_calculates(cp_walk *w, const cp_reading *r, cp_state *s, uint32_t call) {
    const bool prints = r->stdout_is == CP_STDOUT_FORMAT && r->operand_count > 0;
    bool all = does(r, CP_DOES_LEAVE) || does(r, CP_DOES_BREAK) || does(r, CP_DOES_EXIT) ||
               does(r, CP_DOES_MAY_EXIT) || does(r, CP_DOES_SHIFT) ||
               (does(r, CP_DOES_SUBSCRIPT) && has_flag(r, "-t"));
    uint32_t numbers = 0, n = 0;
    if (prints) {
        const cp_operand *format = &r->operands[0];
        all = format->splat || format->set.count != 1 || !cp_value_is_exact(&format->set.values[0]) ||
              !formats(&format->set.values[0], &numbers, &n);
    }
    for (uint32_t i = prints; (all || numbers) && i < r->operand_count && cp_step(w->budget); i++) {
        all |= prints && r->operands[i].splat; /* which of them is which is not known from here on */
        if (!all && !(numbers >> ((i - 1) % n) & 1))
            continue;
        for (uint32_t k = 0; k < r->operands[i].set.count; k++) {
            const cp_value *v = &r->operands[i].set.values[k];
            if (cp_walk_is_integer(v))
                continue;
            if (!cp_value_is_exact(v))
                cp_walk_finding(w, CP_FINDING_EVALUATES, call, v->span,
                                CP_LIT("zsh evaluates text as arithmetic"));
            cp_walk_arith_text(w, v, s);
        }
    }
}

/* May it name a variable, if it is calculated? */
static bool holds_letter(cp_slice t) {
    bool letter = false;
    for (uint32_t i = 0; i < t.n; i++)
        letter |= (t.p[i] | 32) >= 'a' && (t.p[i] | 32) <= 'z';
    return letter || cp_slice_find(t, '_', 0) < t.n;
}

/* The test of ksh and mksh calculates both sides of -eq and its like, their shift its number, and printf of ksh's what is formatted as one.
 * What is not known is taken for the number that every other shell wants there. */
static void ksh_calculates(cp_walk *w, const cp_reading *r, cp_state *s, uint32_t call) {
    static const char *const compares[] = {"-eq", "-ne", "-lt", "-le", "-gt", "-ge"};
    const bool prints = r->stdout_is == CP_STDOUT_FORMAT && r->operand_count > 1;
    bool all = does(r, CP_DOES_SHIFT);
    uint32_t numbers = 0, n = 0;
    for (uint32_t i = 0; does(r, CP_DOES_SUBSCRIPT) && i < sizeof compares / sizeof *compares; i++)
        all |= has_flag(r, compares[i]);
    if (prints) {
        const cp_set format = r->operands[0].set;
        all = format.count == 1 && cp_value_is_exact(&format.values[0]) &&
              !formats(&format.values[0], &numbers, &n);
    }
    for (uint32_t i = prints; (all || numbers) && i < r->operand_count && cp_step(w->budget); i++) {
        all |= prints && r->operands[i].splat;
        if (!all && !(numbers >> ((i - 1) % n) & 1))
            continue;
        for (uint32_t k = 0; k < r->operands[i].set.count; k++) {
            const cp_value *v = &r->operands[i].set.values[k];
            if (cp_value_is_exact(v) && holds_letter(v->exact))
                cp_walk_arith_text(w, v, s);
            bool pattern = false; /* x='a[$(id)]'; [ $x -eq 1 ]: where no name fits, it is its own text */
            for (uint32_t a = 0; a < v->atom_count; a++)
                pattern |= v->atoms[a].kind == CP_ATOM_HOLE && (v->atoms[a].props & CP_HOLE_GLOB);
            if (pattern)
                cp_walk_finding(w, CP_FINDING_EVALUATES, call, v->span,
                                CP_LIT("a file name pattern where some shells calculate"));
        }
    }
}

/* ---- printf's %n ----------------------------------------------------------------------------------------------------- */

/* Which of printf's operands are names that %n assigns to: bit i for the i-th of n, over and over. False where it isn't clear. */
static bool counts(cp_slice f, uint32_t *names, uint32_t *n) {
    for (uint32_t i = 0; i < f.n; i++) {
        if (f.p[i] == '\\') { /* before a % it is itself */
            i += i + 1 < f.n && f.p[i + 1] != '%';
            continue;
        }
        if (f.p[i] != '%')
            continue;
        for (i++; i < f.n && memchr("#0-+ '123456789.*hlLjzt", f.p[i], 23); i++)
            *n += f.p[i] == '*';
        if (i < f.n && f.p[i] == '(') { /* a time's format, which ends at the parenthesis that closes it */
            uint32_t from = i + 1;
            i = cp_slice_find(f, ')', from) + 1;
            if (cp_slice_find(f, '(', from) < i || i >= f.n || f.p[i] != 'T')
                return false;
        }
        if (i >= f.n || *n >= 32 || !memchr("sbqQc%diouxXeEfFgGaATn", f.p[i], 22))
            return false;
        if (f.p[i] == 'n')
            *names |= 1u << *n;
        *n += f.p[i] != '%';
    }
    return true;
}

/* Can a format that isn't certain have a %n? Not one whose holes hold neither a conversion nor the end of one. */
static bool may_count(const cp_value *format) {
    bool may = cp_value_is_exact(format);
    for (uint32_t i = 0; i < format->atom_count && !may; i++) {
        const cp_atom *a = &format->atoms[i];
        may = a->kind == CP_ATOM_HOLE && (cp_hole_takes(a, '%', false) || cp_hole_takes(a, '%', true) ||
                                          cp_hole_takes(a, 'n', false) || cp_hole_takes(a, 'n', true));
    }
    return may;
}

static void count_into(cp_walk *w, const cp_value *word, cp_state *s, uint32_t call) {
    bool named = cp_value_is_exact(word);
    cp_slice name = named ? without_subscript(word->exact) : (cp_slice){NULL, 0};
    if (named && !is_name(name))
        return;
    if (named && cp_walk_may_refuse(w, s, name))
        cp_walk_error(w, *s);
    const cp_binding *old = cp_map_get(s->variables, name);
    bool plain = !(old && old->exported) && !s->exports_all;
    cp_state so_far = *s;
    if (named) {
        cp_walk_calculated(w, name, NULL, s);
        cp_state_assign(w->arena, s, name, NULL, false, 0);
        cp_state_doubt_export(w->arena, s, name);
    } else
        *s = cp_state_havoc(w->arena, w->budget, *s);
    *s = cp_state_join(w->arena, w->budget, *s, so_far);
    cp_value target = named ? cp_value_exact(w->arena, name, word->span) : *word;
    if (!w->dry)
        cp_walk_assigned(w, &target, NULL, plain, word->span, call, s->cwd);
}

static void count_printed(cp_walk *w, const cp_reading *r, cp_state *s, uint32_t call) {
    if (r->stdout_is != CP_STDOUT_FORMAT || r->operand_count < 2)
        return;
    const cp_operand *format = &r->operands[0];
    uint32_t names = 0, n = 0;
    bool all = format->splat || format->set.count != 1;
    if (!all && !cp_value_is_exact(&format->set.values[0]))
        all = may_count(&format->set.values[0]);
    else if (!all)
        all = !counts(format->set.values[0].exact, &names, &n);
    for (uint32_t i = 1; (all || names) && i < r->operand_count && cp_step(w->budget); i++) {
        all |= r->operands[i].splat != 0; /* which of them is which is not known from here on */
        if (all || (names >> ((i - 1) % n) & 1))
            for (uint32_t k = 0; k < r->operands[i].set.count; k++)
                count_into(w, &r->operands[i].set.values[k], s, call);
    }
}

static void compute(cp_walk *w, const cp_value *v, cp_state *s, uint32_t call) {
    if (cp_walk_is_integer(v))
        return;
    if (!cp_value_is_exact(v))
        cp_walk_finding(w, CP_FINDING_EVALUATES, call, v->span,
                        CP_LIT("arithmetic on something that is not known"));
    cp_walk_arith_text(w, v, s);
}

/* What a file assigns that does no more than that: every variable but those of the script's own may be another. */
typedef struct settings {
    cp_walk *w;
    cp_state *s;
} settings;
static void is_set_there(void *self, const cp_binding *b) {
    static const char *const kept[] = {"PATH", "HOME", "PWD", "OLDPWD", "IFS"};
    settings *to = (settings *)self;
    bool keeps = cp_name_is_the_scripts_own(b->name);
    for (uint32_t i = 0; i < sizeof kept / sizeof *kept && !keeps; i++)
        keeps = cp_slice_is(b->name, kept[i]);
    if (!keeps)
        cp_state_assign(to->w->arena, to->s, b->name, NULL, false, 0);
}

cp_exits cp_walk_does(cp_walk *w, const cp_reading *r, cp_state s, uint32_t call) {
    cp_state before = s;
    if (!r->does)
        return cp_both(s);
    if (w->dialect == CP_DIALECT_ZSH)
        zsh_calculates(w, r, &s, call);
    if (cp_walk_may_be_ksh(w))
        ksh_calculates(w, r, &s, call);
    if (does(r, CP_DOES_ALIAS))
        cp_walk_define_aliases(w, r, &s);
    else if (does(r, CP_DOES_ASSIGN) || does(r, CP_DOES_ASSIGN_UNKNOWN) || does(r, CP_DOES_EXPORT) ||
             does(r, CP_DOES_ATTRIBUTE) || does(r, CP_DOES_READONLY)) {
        w->seen_exports |= does(r, CP_DOES_EXPORT) || does(r, CP_DOES_ATTRIBUTE);
        if (does(r, CP_DOES_ASSIGN_UNKNOWN)) {
            assign_unnamed(w, r, &s);
            assign_values(w, r, &s);
            count_printed(w, r, &s, call);
        }
        for (uint32_t i = 0; i < r->assigned_count; i++)
            if (cp_value_holds_byte(&r->assigned[i], '[') != CP_NO)
                cp_walk_error(w, s); /* a subscript is calculated */
        assign_words(w, r, &s, call);
        if (!w->frames && r->depth && cp_name_needs_function(r->words[0])) /* an error, but in a function */
            s = cp_state_join(w->arena, w->budget, s, before);
    }
    const bool reads = does(r, CP_DOES_ASSIGN_UNKNOWN);
    if (does(r, CP_DOES_SUBSCRIPT))
        for (uint32_t i = 0; i < r->assigned_count && cp_step(w->budget); i++)
            cp_walk_subscript(w, &r->assigned[i], s);
    if (does(r, CP_DOES_ARITHMETIC)) {
        cp_walk_error(w, s);
        for (uint32_t i = 0; i < r->operand_count && cp_step(w->budget); i++)
            for (uint32_t k = 0; k < r->operands[i].set.count; k++)
                compute(w, &r->operands[i].set.values[k], &s, call);
        s = cp_state_join(w->arena, w->budget, s, before); /* an error in it ends nothing */
    }
    if (does(r, CP_DOES_REFERENCE))
        w->moving = 1;
    if (does(r, CP_DOES_POSITIONAL))
        set_positional(w, r, &s);
    if (does(r, CP_DOES_SHIFT))
        shift(w, r, &s);
    if (does(r, CP_DOES_OPTION) && sets_options(r)) {
        if (w->dialect == CP_DIALECT_ZSH && (has_flag(r, "-P") || has_flag(r, "-T")))
            cp_walk_finding(w, CP_FINDING_UNSUPPORTED, call, w->here,
                            CP_LIT("zsh: -P is RC_EXPAND_PARAM, and -T CDABLE_VARS"));
        if (r->depth != 1 || !cp_slice_is(r->words[0], "set") || !cp_walk_keeps_globs(r))
            s.env_flags |= CP_ENV_GLOB_OPTIONS;
        s.may_stop = 1;
        s.exports_all |= sets_unknown_option(r);
    }
    if (does(r, CP_DOES_SETTINGS)) {
        settings to = {w, &s};
        const cp_map before_it = s.variables;
        cp_walk_error(w, s); /* there may be no such file */
        cp_map_each(before_it, w->budget, is_set_there, &to);
    }
    if (does(r, CP_DOES_REBIND))
        s.taints |= CP_TAINT_HASH;
    if (does(r, CP_DOES_REPLACE)) {
        replace_descriptors(w);
        if (w->dialect == CP_DIALECT_ZSH && r->nested_count == 0) /* with an option alone it is an error */
            cp_walk_error(w, s);
    }
    if (does(r, CP_DOES_CHDIR)) {
        cp_state changed = s;
        changed.cwd = (cp_set){NULL, 0};
        bool usual = r->chdir_count == 1 && r->gap_count == 0 && !has_bang(r);
        for (uint32_t i = 0; i < 3 && !names_a_place(r);
             i++) { /* where it looks, and where it goes without an operand: once assigned, not known here */
            static const char *const names[] = {"CDPATH", "cdpath", "HOME"};
            const cp_binding *b = cp_map_get(s.variables, cp_slice_str(names[i]));
            usual &= !s.all_unknown && (!b || (i == 2 && is_home(w, b)) || (i == 1 && !s.zsh));
        }
        if (usual)
            changed.cwd = cp_walk_cd(w, r, &s);
        if (has_flag(r, "-P") || s.env_flags & CP_ENV_GLOB_OPTIONS) /* set -P, perhaps */
            changed.env_flags |= CP_ENV_PHYSICAL;
        if (cp_map_get(s.variables, CP_LIT("PWD")) || s.all_unknown) /* else it is what it always is */
            cp_state_assign(w->arena, &changed, CP_LIT("PWD"), NULL, true, 0);
        const cp_set left = cp_walk_here(w, &s, w->here);
        cp_state_assign(w->arena, &changed, CP_LIT("OLDPWD"), left.count ? &left : NULL, true, 0);
        changed.taints = s.taints;
        return (cp_exits){changed, before};
    }
    if (does(r, CP_DOES_LEAVE) || does(r, CP_DOES_BREAK)) {
        bool loop = does(r, CP_DOES_BREAK), one = !r->operand_count && !r->gap_count;
        cp_walk_leave(w, s, !loop ? CP_LOOPS_NONE : one ? CP_LOOPS_ONE : CP_LOOPS_ANY);
        if (w->dialect == CP_DIALECT_ZSH) /* an error where nothing is left */
            cp_walk_error(w, s);
    }
    if (does(r, CP_DOES_EXIT) || does(r, CP_DOES_MAY_EXIT)) {
        cp_walk_may_end(w);
        if (w->dialect == CP_DIALECT_ZSH && does(r, CP_DOES_MAY_EXIT))
            cp_walk_error(w, s);
        s.dead = does(r, CP_DOES_EXIT) && exits_surely(r);
    }
    cp_exits e = reads ? (cp_exits){with_a_line(w, r, s), s} : cp_both(s);
    if (does(r, CP_DOES_SUBSCRIPT))
        cp_walk_test_compares(w, r, &e);
    return e;
}
