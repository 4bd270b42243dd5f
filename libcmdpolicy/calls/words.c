/* Words of the program, expanded with the walk's state: this is the table of functions that words/ asks. Substitutions are
 * walked when they are reached, from left to right, on a copy of the state. */
#include "calls/names.h"
#include "calls/walk.h"

static void reads_variable(void *self, cp_slice name, cp_span span) {
    cp_walk *w = (cp_walk *)self;
    struct cp_pending pending = {name, span};
    if (!w->dry)
        (void)CP_PUSH(w->arena, w->reads, w->read_count, w->read_cap, pending);
}

/* Is the word one variable, or nothing in its place, so that all that can be told from its being empty is just that? */
bool cp_walk_only_asks(const cp_word *word, bool quoted) {
    const cp_part *part = word->flags & CP_WORD_BARE ? NULL : word->parts;
    if (part && part->kind == CP_PART_DQ && !part->next)
        part = part->as.parts;
    else if (quoted)
        return false;
    if (!part || part->next || part->kind != CP_PART_PARAM)
        return false;
    const cp_param *p = part->as.param;
    bool plain = p->op == CP_PARAM_PLAIN || (p->op == CP_PARAM_DEFAULT && !p->word);
    return plain && !p->subscript && !p->length && !p->indirect && !p->names;
}

static const cp_set *variable(void *self, cp_slice name) {
    cp_walk *w = (cp_walk *)self;
    const cp_binding *b = cp_map_get(w->words_state->variables, name);
    if (b && b->outside)
        reads_variable(self, name, w->here);
    if (b && b->known)
        return &b->set;
    if (!b && !w->words_state->all_unknown) {
        cp_set *here = CP_NEW(w->arena, cp_set);
        if (!cp_slice_is(name, "PWD") || !w->words_state->cwd.count)
            return NULL; /* from outside */
        *here = cp_walk_here(w, w->words_state, w->here);
        return here->count ? here : NULL;
    }
    if (!b)
        reads_variable(self, name, w->here); /* may be, too */
    cp_set *made = CP_NEW(w->arena, cp_set);
    cp_atom *atom = CP_NEW(w->arena, cp_atom);
    cp_value *v = CP_NEW(w->arena, cp_value);
    *atom = (cp_atom){.kind = CP_ATOM_HOLE,
                      .cls = CP_CLASS_ANY,
                      .props = CP_HOLE_ANYTHING | CP_HOLE_PART,
                      .origin = b ? b->origin : 0,
                      .lit = name};
    *v = (cp_value){.atoms = atom, .atom_count = 1};
    *made = (cp_set){v, 1};
    return made;
}

static const cp_fields *positional(void *self) {
    return ((cp_walk *)self)->words_state->params;
}

static const cp_fields *elements(void *self, cp_slice name) {
    cp_walk *w = (cp_walk *)self;
    const cp_binding *b = cp_map_get(w->words_state->variables, name);
    if (!b || b->known || w->dialect != CP_DIALECT_ZSH)
        return b ? b->elements : NULL;
    cp_fields *any = CP_NEW(w->arena, cp_fields); /* it may be an array, whose name stands for all of it */
    cp_field *item = CP_NEW(w->arena, cp_field);
    *item = (cp_field){.set = *variable(self, name), .splat = 1};
    *any = (cp_fields){item, 1};
    return any;
}

static bool keyed(void *self, cp_slice name) {
    const cp_walk *w = (const cp_walk *)self;
    return w->dialect == CP_DIALECT_BASH && cp_binding_is_keyed(cp_map_get(w->words_state->variables, name));
}

uint32_t cp_walk_origin(cp_walk *w, uint32_t first_call, uint32_t count) {
    if (count == 0 || w->dry)
        return 0;
    cp_origin_range range = {.first = first_call, .count = count};
    if (!CP_PUSH(w->arena, w->origins, w->origin_count, w->origin_cap, range))
        return 0;
    return w->origin_count - 1;
}

uint32_t cp_walk_origin_of(cp_walk *w, const cp_stdin *in) {
    if (!in->read_count || w->dry)
        return cp_walk_origin(w, in->from_first, in->from_count);
    cp_origin_range range = {.first = in->from_first,
                             .count = in->from_count,
                             .read_first = in->read_first,
                             .read_count = in->read_count};
    return CP_PUSH(w->arena, w->origins, w->origin_count, w->origin_cap, range) ? w->origin_count - 1 : 0;
}

static cp_slice without_last_newlines(cp_slice t) {
    while (t.n && t.p[t.n - 1] == '\n')
        t.n--;
    return t;
}

/* The same of a text with holes: its last newlines are literal, and what is then last doesn't end in one. */
static bool trimmed(cp_walk *w, const cp_value *text, cp_value *out) {
    cp_atom *atoms = CP_NEW_ARRAY(w->arena, cp_atom, text->atom_count);
    if (!atoms || text->atom_count == 0)
        return false;
    memcpy(atoms, text->atoms, text->atom_count * sizeof *atoms);
    cp_atom *last = &atoms[text->atom_count - 1];
    uint32_t count = text->atom_count;
    if (last->kind == CP_ATOM_LIT) {
        uint32_t before = last->lit.n;
        last->lit = without_last_newlines(last->lit);
        if (last->lit.n == 0)
            count--;
        else if (last->span.end - last->span.beg == before)
            last->span.end = last->span.beg + last->lit.n;
    }
    if (count == 0)
        return false;
    last = &atoms[count - 1];
    if (last->kind == CP_ATOM_LIT && (last->lit.n == 0 || last->lit.p[last->lit.n - 1] == '\n'))
        return false;
    if (last->kind == CP_ATOM_HOLE &&
        last->cls != CP_CLASS_ANY) { /* shorter by its newlines it must still be in the hole's language */
        if (cp_hole_takes(last, '\n', true) || cp_hole_takes(last, '\n', false))
            return false;
    }
    *out = (cp_value){.atoms = atoms,
                      .atom_count = count,
                      .flags = text->flags & ~(uint32_t)CP_VALUE_EXACT,
                      .span = text->span};
    return true;
}

static const cp_set *unknown_output(cp_walk *w, const cp_part *part, uint32_t props, cp_class cls,
                                    uint32_t origin) {
    cp_atom *atom = CP_NEW(w->arena, cp_atom);
    *atom = (cp_atom){.kind = CP_ATOM_HOLE,
                      .cls = (uint8_t)cls,
                      .props = (uint16_t)props,
                      .origin = origin,
                      .span = part->span};
    cp_value *v = CP_NEW(w->arena, cp_value);
    *v = (cp_value){.atoms = atom, .atom_count = 1, .span = part->span};
    cp_set *set = CP_NEW(w->arena, cp_set);
    *set = (cp_set){v, 1};
    return set;
}

/* Without the ends of line that a substitution takes off; no values: not known. */
static cp_set trimmed_choice(cp_walk *w, cp_set choice) {
    const cp_set none = {NULL, 0};
    cp_set out = none;
    for (uint32_t i = 0; i < choice.count; i++) {
        cp_value v = choice.values[i];
        const cp_atom *last = v.atom_count ? &v.atoms[v.atom_count - 1] : NULL;
        if (cp_value_is_exact(&v))
            v = cp_value_slice(w->arena, &v, 0, without_last_newlines(v.exact).n);
        else if (!last || (last->kind == CP_ATOM_LIT && last->lit.n && last->lit.p[last->lit.n - 1] == '\n'))
            return none;
        out = cp_set_join(w->arena, out, cp_set_of(w->arena, v));
    }
    return out;
}

static const cp_set *chosen_output(cp_walk *w, const cp_part *part, cp_set choice, uint32_t origin) {
    cp_value *values = CP_NEW_ARRAY(w->arena, cp_value, choice.count);
    cp_set *set = CP_NEW(w->arena, cp_set);
    for (uint32_t i = 0; values && i < choice.count; i++) {
        values[i] = choice.values[i];
        values[i].span = part->span;
        cp_atom *atoms = CP_NEW_ARRAY(w->arena, cp_atom, values[i].atom_count ? values[i].atom_count : 1);
        if (!atoms)
            break;
        for (uint32_t k = 0; k < values[i].atom_count; k++) {
            atoms[k] = values[i].atoms[k];
            atoms[k].origin = origin;
        }
        values[i].atoms = atoms;
    }
    *set = values && !cp_arena_failed(w->arena) ? (cp_set){values, choice.count} : choice;
    return set;
}

/* ---- A fault of bash 5.2: it prints a substitution anew before it runs it, and loses a `;` behind a here-document, so that two commands
 * become one. ---- */

typedef struct documents {
    uint32_t any, compound;
} documents;

static void look_for_documents(cp_walk *w, const cp_node *node, documents *found) {
    if (!node || !cp_enter(w->budget)) {
        if (node)
            cp_leave(w->budget);
        return;
    }
    for (const cp_redir *r = node->redirs; r; r = r->next)
        found->any |= r->doc != NULL;
    switch (node->kind) {
    case CP_NODE_SIMPLE: break;
    case CP_NODE_PIPELINE:
        for (const cp_node *n = node->as.pipeline.commands; n && cp_step(w->budget); n = n->next)
            look_for_documents(w, n, found);
        break;
    case CP_NODE_AND:
    case CP_NODE_OR:
        look_for_documents(w, node->as.andor.left, found);
        look_for_documents(w, node->as.andor.right, found);
        break;
    default: found->compound = 1;
    }
    cp_leave(w->budget);
}

/* Within compound commands: by the look of the text. */
static bool holds_document(const cp_walk *w, const cp_part *part) {
    cp_slice t = cp_span_text(w->in->sources, part->span);
    for (uint32_t i = 0; i + 1 < t.n; i++)
        if (t.p[i] == '<' && t.p[i + 1] == '<' && (i + 2 >= t.n || t.p[i + 2] != '<') &&
            (i == 0 || t.p[i - 1] != '<'))
            return true;
    return false;
}

static void loses_separator(cp_walk *w, const cp_part *part) {
    bool bash = w->dialect != CP_DIALECT_DASH && w->dialect != CP_DIALECT_ZSH;
    if (!bash || (part->flags & CP_PART_BACKQUOTED) || !part->as.program)
        return;
    documents found = {0, 0};
    uint32_t count = 0;
    for (const cp_item *item = part->as.program->first; item && cp_step(w->budget);
         item = item->next, count++)
        look_for_documents(w, item->node, &found);
    bool text = cp_slice_find(cp_span_text(w->in->sources, part->span), '\n', 0) <
                part->span.end - part->span.beg; /* a here-document takes lines */
    if (text && (count > 2 || found.compound) && (found.any || (found.compound && holds_document(w, part))))
        cp_walk_finding(w, CP_FINDING_DIALECT, CP_NO_CALL, part->span,
                        CP_LIT("bash 5.2 may lose a `;` behind a here-document in a substitution"));
}

/* Names of objects, one or several, or nothing at all: two texts, as an empty one means something else wherever it stands. */
static const cp_set *hashes_output(cp_walk *w, const cp_part *part, uint32_t origin) {
    cp_set set = *unknown_output(w, part, CP_HOLE_NEWLINE, CP_CLASS_HEX, origin);
    cp_set *both = CP_NEW(w->arena, cp_set);
    *both = cp_set_join(w->arena, set, cp_set_exact(w->arena, CP_LIT(""), part->span));
    return both;
}

/* What lines are together: numbers or names of objects, one or several; or a text that begins as they do. */
static const cp_set *lines_output(cp_walk *w, const cp_part *part, cp_set lines, uint32_t origin) {
    bool numbers = lines.count > 0, hashes = lines.count > 0, dash = lines.count == 0;
    for (uint32_t i = 0; i < lines.count; i++) {
        const cp_value *v = &lines.values[i];
        bool hole = v->atom_count == 1 && v->atoms[0].kind == CP_ATOM_HOLE && !(v->flags & CP_VALUE_UNMADE);
        uint32_t digits = 0;
        while (cp_value_is_exact(v) && digits < v->exact.n && v->exact.p[digits] >= '0' &&
               v->exact.p[digits] <= '9')
            digits++;
        if (digits && digits == v->exact.n)
            continue; /* `… || echo 0` */
        numbers &= hole && v->atoms[0].cls == CP_CLASS_DIGITS;
        hashes &= hole && (v->atoms[0].cls == CP_CLASS_HEX || v->atoms[0].cls == CP_CLASS_DIGITS);
        dash |= cp_value_begins_with(v, '-') != CP_NO;
    }
    if (numbers)
        return unknown_output(w, part, CP_HOLE_EMPTY | CP_HOLE_NEWLINE, CP_CLASS_DIGITS, origin);
    if (hashes)
        return hashes_output(w, part, origin);
    return unknown_output(w, part, CP_HOLE_ANYTHING, dash ? CP_CLASS_ANY : CP_CLASS_TEXT, origin);
}

/* $( ), <( ) and >( ): walked on a copy of the state. What is printed is the value, where it is known. */
static const cp_set *program(void *self, const cp_part *part, cp_how how) {
    cp_walk *w = (cp_walk *)self;
    cp_sink *sink = w->sink, *shell_sink = w->shell_sink, own = {0};
    cp_stdin input = w->input;
    cp_state *words_state = w->words_state;
    cp_leave_point *leaves = w->leaves, *errors = w->errors, dropped = {0};
    uint32_t first = w->out->call_count, effect = w->out->effect_count, consumed = w->consumed;
    bool here = (part->flags & CP_PART_FUNSUB) != 0; /* runs in this shell */
    w->sink = how == CP_HOW_PROC_OUT ? NULL : &own;
    w->shell_sink = w->sink;
    if (how == CP_HOW_PROC_IN)
        w->input = (cp_stdin){.is = CP_STDIN_IS_NOTHING,
                              .shared = w->input.shared}; /* or what is there: what is read of it is gone */
    if (how == CP_HOW_PROC_OUT)
        w->input = (cp_stdin){.is = CP_STDIN_IS_CALLS, .shared = cp_walk_share(w)};
    if (!here) {
        w->leaves = NULL;
        w->errors = &dropped;
    }
    w->backgrounds++;
    loses_separator(w, part);
    if (part->as.program) {
        cp_exits e = cp_walk_list(w, part->as.program, *words_state);
        if (here)
            *words_state = cp_state_join(w->arena, w->budget, *words_state, cp_walk_join(w, e));
    }
    w->backgrounds--;
    w->leaves = leaves;
    w->errors = errors;
    w->words_state = words_state;
    w->input = input;
    w->sink = sink;
    w->shell_sink = shell_sink;
    if (how != CP_HOW_SUBST)
        w->consumed = consumed;
    uint32_t made = w->out->call_count - first;
    uint32_t origin = cp_walk_origin(w, first, made);
    if (!made && how == CP_HOW_SUBST) /* $(< FILE): no call reads it */
        origin = cp_walk_origin_of(
            w, &(cp_stdin){.read_first = effect, .read_count = w->out->effect_count - effect});
    bool known =
        part->as.program && !own.unknown && !(part->flags & CP_PART_READS_FILE) && !cp_walk_stopped(w);
    if (how != CP_HOW_SUBST) {
        if (known && own.printed && how == CP_HOW_PROC_IN && cp_value_is_exact(&own.text)) {
            cp_value *text = CP_NEW(w->arena, cp_value);
            *text = own.text;
            if (!origin)
                origin = w->dry ? 0 : cp_walk_origin(w, first, 1);
            if (origin)
                w->origins[origin].text = text;
        } else if (how == CP_HOW_PROC_IN && part->as.program && !cp_walk_stopped(w)) {
            cp_origin_range lines = {.first = first,
                                     .count = w->dry ? 0 : made,
                                     .lines = cp_sink_lines(&own),
                                     .entries = cp_sink_entries(&own)};
            if (origin)
                w->origins[origin] = lines;
            else if (lines.lines.count &&
                     CP_PUSH(w->arena, w->origins, w->origin_count, w->origin_cap, lines))
                origin = w->origin_count - 1;
        }
        if (how == CP_HOW_PROC_OUT && origin) {
            w->origins[origin].is_read = 1;
            w->origins[origin].effect_first = effect;
            w->origins[origin].effect_end = w->out->effect_count;
        }
        return unknown_output(w, part, CP_HOLE_PIPE | CP_HOLE_SLASH, CP_CLASS_ABSOLUTE, origin);
    }
    cp_set choice = trimmed_choice(w, cp_sink_choice(&own));
    if (!known && choice.count && !(part->flags & CP_PART_READS_FILE) && part->as.program &&
        !cp_walk_stopped(w))
        return chosen_output(w, part, choice, origin);
    if (!known) {
        cp_origin_range lines = {.first = first, .count = w->dry ? 0 : made, .lines = cp_sink_lines(&own)};
        if (lines.lines.count && !(part->flags & CP_PART_READS_FILE) && !cp_walk_stopped(w)) {
            if (origin)
                w->origins[origin].lines = lines.lines;
            else if (CP_PUSH(w->arena, w->origins, w->origin_count, w->origin_cap, lines))
                origin = w->origin_count - 1;
            return lines_output(w, part, lines.lines, origin);
        }
        bool numeric = cp_sink_is_numeric(&own) && !(part->flags & CP_PART_READS_FILE) && part->as.program;
        if (numeric && !cp_walk_stopped(w))
            return unknown_output(w, part, CP_HOLE_EMPTY | CP_HOLE_NEWLINE, CP_CLASS_DIGITS, origin);
        return unknown_output(w, part, CP_HOLE_ANYTHING, CP_CLASS_ANY, origin);
    }
    cp_value *v = CP_NEW(w->arena, cp_value);
    if (!own.printed)
        *v = cp_value_exact(w->arena, CP_LIT(""), part->span);
    else if (cp_value_is_exact(&own.text))
        *v = cp_value_slice(w->arena, &own.text, 0, without_last_newlines(own.text.exact).n);
    else if (!trimmed(w, &own.text, v))
        return unknown_output(w, part, CP_HOLE_ANYTHING, CP_CLASS_ANY, origin);
    v->span = part->span;
    cp_set *set = CP_NEW(w->arena, cp_set);
    *set = (cp_set){v, 1};
    return set;
}

static void assign(void *self, cp_slice name, const cp_set *value, cp_span span) {
    cp_walk *w = (cp_walk *)self;
    if (cp_walk_may_refuse(w, w->words_state, name))
        cp_walk_error(w, *w->words_state);
    cp_walk_assigned_here(w, name, span, w->words_state);
    cp_state_assign(w->arena, w->words_state, name, value, false, 0);
    if (!value) /* an element, it may be */
        cp_state_array(w->arena, w->words_state, name, CP_ARRAY);
}

/* Code that nobody can see may run here, in this shell. */
static void evaluates(void *self, cp_span span, const char *what) {
    cp_walk *w = (cp_walk *)self;
    cp_walk_error(w, *w->words_state);
    cp_walk_finding(w, CP_FINDING_EVALUATES, CP_NO_CALL, span, cp_slice_str(what));
}

static void walk_prompt(cp_walk *w, const cp_value *text, cp_state s) {
    if (!cp_spend(w->budget, CP_LIMIT_REPARSE_BYTES, text->exact.n))
        return;
    cp_parse_result *parsed = CP_NEW(w->arena, cp_parse_result);
    uint32_t src = cp_value_to_source(w->arena, w->in->sources, text, CP_SOURCE_VALUE, text->span);
    cp_word *word = src == UINT32_MAX ? NULL
                                      : cp_parse_deferred(w->arena, w->in->sources, src, w->dialect, 'h',
                                                          w->budget, parsed);
    if (word)
        (void)cp_walk_word(w, word, CP_CONTEXT_QUOTED, &s);
}

/* What these texts run is listed, so that it is denied where it is forbidden; `evaluates` has been told anyway. */
static void evaluated(void *self, const cp_value *text, char as) {
    enum { DEPTH_MOST = 3 };
    cp_walk *w = (cp_walk *)self;
    cp_slice t = text->exact;
    bool runs = cp_slice_find(t, '$', 0) < t.n || cp_slice_find(t, '`', 0) < t.n ||
                cp_slice_find(t, '[', 0) < t.n || (as == 'a' && w->evaluating == 0);
    if (w->evaluating == DEPTH_MOST || !runs)
        return;
    cp_state inner = *w->words_state;
    w->evaluating++;
    if (as == 'a')
        cp_walk_arith_text(w, text, &inner);
    else if (as == 'n')
        cp_walk_subscript(w, text, inner);
    else
        walk_prompt(w, text, inner);
    w->evaluating--;
}

void cp_walk_calculated(cp_walk *w, cp_slice name, const cp_value *text, const cp_state *s) {
    const cp_binding *b = cp_map_get(s->variables, name);
    const bool calculates = (b && b->sticky) || cp_name_is_calculated(w->dialect, name);
    if (calculates && !(text && cp_walk_is_integer(text)))
        cp_walk_error(w, *s);
    const bool traces = cp_slice_is(name, "PS4"); /* with set -x it is expanded before each command */
    if (!text) {
        if ((calculates && !(b && b->sticky)) || traces)
            cp_walk_finding(w, CP_FINDING_EVALUATES, CP_NO_CALL, w->here,
                            CP_LIT("what is assigned is evaluated"));
        return;
    }
    if (w->dialect == CP_DIALECT_ZSH && calculates && !cp_value_is_exact(text) && !cp_walk_is_integer(text))
        cp_walk_finding(w, CP_FINDING_EVALUATES, CP_NO_CALL, text->span,
                        CP_LIT("what is assigned is evaluated"));
    if ((!calculates && !traces) || !cp_value_is_exact(text))
        return;
    cp_state *outer = w->words_state, inner = traces ? cp_state_havoc(w->arena, w->budget, *s) : *s;
    w->words_state = &inner;
    evaluated(w, text, traces ? 'p' : 'a');
    w->words_state = outer;
}

static cp_look looked_at(void *self, cp_slice directory) {
    cp_walk *w = (cp_walk *)self;
    return cp_walk_looked_at(w, w->words_state, directory);
}

static cp_env env_of(cp_walk *w, cp_state *s) {
    w->words_state = s;
    return (cp_env){.self = w,
                    .flags = s->env_flags,
                    .variable = variable,
                    .positional = positional,
                    .elements = elements,
                    .keyed = keyed,
                    .program = program,
                    .assign = assign,
                    .evaluates = evaluates,
                    .evaluated = evaluated,
                    .reads_variable = reads_variable,
                    .looked_at = w->in->places && w->in->places->sought ? looked_at : NULL};
}

const cp_set *cp_walk_lines_in(const cp_walk *w, const cp_value *text) {
    const cp_atom *a = text->atom_count ? &text->atoms[0] : NULL;
    bool whole = a && a->kind == CP_ATOM_HOLE && !(a->props & (CP_HOLE_PIPE | CP_HOLE_PART)) &&
                 !(text->flags & CP_VALUE_UNMADE) && a->origin && a->origin < w->origin_count;
    for (uint32_t i = 1; i < text->atom_count; i++)
        whole = whole && text->atoms[i].kind == CP_ATOM_LIT && cp_slice_is(text->atoms[i].lit, "\n");
    return whole && w->origins[a->origin].lines.count ? &w->origins[a->origin].lines : NULL;
}

/* Are there patterns in what is certain of them, that names of files would take the place of? (Lists of files have names like that.) */
static bool hold_patterns(cp_set lines) {
    bool pattern = false, files = false;
    for (uint32_t i = 0; i < lines.count; i++)
        for (uint32_t k = 0; k < lines.values[i].atom_count; k++) {
            const cp_atom *a = &lines.values[i].atoms[k];
            files |= a->kind == CP_ATOM_HOLE && (a->cls == CP_CLASS_BELOW || a->cls == CP_CLASS_FILENAME);
            for (uint32_t b = 0; a->kind == CP_ATOM_LIT && b < a->lit.n; b++)
                pattern |= memchr("*?[(", a->lit.p[b], 4) != NULL;
        }
    return pattern && !files;
}

/* An unquoted substitution that prints plain lines becomes one word a line. */
static cp_fields by_line(cp_walk *w, cp_fields fields, const cp_state *s) {
    cp_field *copy = NULL;
    bool whole = false;
    if (s->env_flags & CP_ENV_IFS_CHANGED) { /* only at ends of line? */
        const cp_binding *ifs = cp_map_get(s->variables, CP_LIT("IFS"));
        whole = ifs && ifs->known && ifs->set.count == 1 && cp_value_is_exact(&ifs->set.values[0]) &&
                cp_slice_is(ifs->set.values[0].exact, "\n");
        if (!whole)
            return fields;
    }
    for (uint32_t i = 0; i < fields.count && cp_step(w->budget); i++) {
        const cp_field *f = &fields.items[i];
        if (!f->splat || f->set.count != 1 || f->set.values[0].atom_count != 1)
            continue;
        const cp_atom *a = &f->set.values[0].atoms[0];
        if (a->kind != CP_ATOM_HOLE || !(a->props & CP_HOLE_SPLIT) ||
            (a->props & (CP_HOLE_PIPE | CP_HOLE_PART)) || !a->origin || a->origin >= w->origin_count ||
            w->origins[a->origin].lines.count == 0 || hold_patterns(w->origins[a->origin].lines))
            continue;
        if (!copy) {
            copy = CP_NEW_ARRAY(w->arena, cp_field, fields.count);
            if (!copy)
                return fields;
            memcpy(copy, fields.items, fields.count * sizeof *copy);
        }
        copy[i].set = cp_walk_words_of_lines(w, w->origins[a->origin].lines, whole, f->set.values[0].span);
    }
    return copy ? (cp_fields){copy, fields.count} : fields;
}

cp_fields cp_walk_words(cp_walk *w, const cp_word *first, bool declaration, cp_state *s) {
    cp_state *outer = w->words_state;
    cp_env env = env_of(w, s);
    cp_fields fields = cp_expand_words(w->arena, first, declaration, &env, w->dialect, w->budget);
    w->words_state = outer;
    return by_line(w, fields, s);
}

cp_fields cp_walk_word(cp_walk *w, const cp_word *word, cp_context context, cp_state *s) {
    if (!word)
        return (cp_fields){NULL, 0};
    cp_state *outer = w->words_state;
    cp_env env = env_of(w, s);
    cp_fields fields = cp_expand(w->arena, word, context, &env, w->dialect, w->budget);
    w->words_state = outer;
    return context == CP_CONTEXT_ARG ? by_line(w, fields, s) : fields;
}

cp_value cp_walk_one_of(cp_walk *w, const cp_word *word, cp_context context, cp_state *s, cp_set *out_each) {
    cp_span span = word ? word->span : (cp_span){0, 0, 0};
    cp_value v = cp_value_exact(w->arena, CP_LIT(""), span);
    cp_fields fields = cp_walk_word(w, word, context, s);
    bool one = fields.count == 1 && !fields.items[0].splat && fields.items[0].set.count;
    if (one)
        v = cp_set_cover(w->arena, fields.items[0].set);
    else if (word)
        v = cp_value_hole(w->arena, CP_CLASS_ANY, CP_HOLE_ANYTHING, (cp_slice){NULL, 0}, span);
    *out_each = one ? fields.items[0].set : cp_set_of(w->arena, v);
    return v;
}

cp_value cp_walk_one(cp_walk *w, const cp_word *word, cp_context context, cp_state *s) {
    cp_set each;
    return cp_walk_one_of(w, word, context, s, &each);
}

void cp_walk_arith(cp_walk *w, const cp_arith *arith, cp_state *s) {
    if (!arith)
        return;
    cp_state *outer = w->words_state;
    cp_env env = env_of(w, s);
    cp_expand_arith(w->arena, arith, &env, w->dialect, w->budget);
    w->words_state = outer;
}

void cp_walk_arith_text(cp_walk *w, const cp_value *v, cp_state *s) {
    cp_arith arith = {.text = v->exact, .span = v->span, .assigns = 1};
    bool known = cp_value_is_exact(v) && cp_spend(w->budget, CP_LIMIT_REPARSE_BYTES, v->exact.n);
    if (known) {
        cp_parse_result *parsed = CP_NEW(w->arena, cp_parse_result);
        uint32_t src = cp_value_to_source(w->arena, w->in->sources, v, CP_SOURCE_VALUE, v->span);
        arith.word = src == UINT32_MAX ? NULL
                                       : cp_parse_deferred(w->arena, w->in->sources, src, w->dialect, 'a',
                                                           w->budget, parsed);
        known = arith.word != NULL;
    }
    if (known) {
        cp_walk_arith(w, &arith, s);
        return;
    }
    s->variables = (cp_map){NULL}; /* any name may be assigned in it */
    s->all_unknown = 1;
}

void cp_walk_pattern_words(cp_walk *w, const cp_word *word, cp_state *s) {
    for (; word && cp_step(w->budget); word = word->next)
        cp_walk_word(w, word, CP_CONTEXT_PATTERN, s);
}

void cp_walk_reads_to(cp_walk *w, uint32_t from, uint32_t call) {
    for (uint32_t i = from; i < w->read_count && !w->dry && cp_step(w->budget); i++) {
        cp_call_effect e = {.call = call, .domain = w->domain};
        e.effect = (cp_effect){.kind = CP_EFFECT_READ,
                               .object_kind = CP_OBJECT_VARIABLE,
                               .sure = CP_YES,
                               .target = cp_value_exact(w->arena, w->reads[i].name, w->reads[i].span),
                               .origin = {CP_ORIGIN_WALK, 0},
                               .span = w->reads[i].span};
        cp_walk_effect(w, &e);
    }
    w->read_count = from;
}

static bool is_one_hole(const cp_field *field) {
    const cp_value *v = field->set.count == 1 ? &field->set.values[0] : NULL;
    return v && v->atom_count == 1 && v->atoms[0].kind == CP_ATOM_HOLE;
}

/* $x or "$(…)", and nothing else: whatever fields the first word is split into, there is nothing in them but what it stands for. */
static bool is_all_of_command_word(const cp_fields *fields) {
    bool all = fields->count > 0 && is_one_hole(&fields->items[0]);
    for (uint32_t i = 1; all && i < fields->count; i++) {
        const cp_field *next = &fields->items[i];
        if (next->set.count && cp_span_same(next->set.values[0].span, fields->items[0].set.values[0].span))
            all = is_one_hole(next);
        else
            break;
    }
    return all;
}

void cp_walk_flows_to(cp_walk *w, const cp_fields *fields, uint32_t call) {
    if (w->dry || w->origin_count <= 1) /* origin 0 is none */
        return;
    const bool whole = !w->behind_none && is_all_of_command_word(fields);
    for (uint32_t i = 0; i < fields->count && !cp_spent(w->budget); i++)
        for (uint32_t k = 0; k < fields->items[i].set.count; k++) {
            const cp_value *v = &fields->items[i].set.values[k];
            for (uint32_t n = 0; n < v->atom_count && cp_step(w->budget); n++) {
                uint32_t origin = v->atoms[n].origin;
                if (!origin || origin >= w->origin_count)
                    continue;
                const cp_origin_range *from = &w->origins[origin];
                cp_flow flow = {.from_first = from->first,
                                .from_count = from->count,
                                .to = call,
                                .by_command = i == 0 && whole,
                                .read_first = from->read_first,
                                .read_count = from->read_count};
                (void)CP_PUSH(w->arena, w->out->flows, w->out->flow_count, w->out->flow_cap, flow);
            }
        }
}
