/* Reading an argv: the scan from left to right. It follows the program's own order of decisions (getopt's permutation or
 * POSIX order, subcommands, "--"), collects options and operands, and leaves roles to roles.c once all words are seen. Words
 * with holes are read in every way that they could be. Cost: linear in words times one lookup each. */
#include "commands/reader.h"

cp_fields cp_reader_fields(const cp_reader *r, uint32_t from, uint32_t to) {
    if (to > r->field_count)
        to = r->field_count;
    if (from > to)
        from = to;
    return (cp_fields){r->fields + from, to - from};
}

void cp_reader_gap(cp_reader *r, uint32_t kind, uint32_t word, cp_slice text, cp_span span) {
    cp_gap gap = {kind, word, text, span};
    (void)CP_PUSH(r->arena, r->out->gaps, r->out->gap_count, r->gap_cap, gap);
}

cp_tri cp_set_begins_with(cp_set set, uint8_t byte) {
    bool any = false, all = true;
    for (uint32_t i = 0; i < set.count; i++) {
        cp_tri t = cp_value_begins_with(&set.values[i], byte);
        any |= t != CP_NO;
        all &= t == CP_YES;
    }
    return !any ? CP_NO : all ? CP_YES : CP_MAYBE;
}

bool cp_stands_for_some(const cp_value *v) {
    bool glob = false;
    for (uint32_t i = 0; i < v->atom_count; i++) {
        if (v->atoms[i].kind != CP_ATOM_HOLE)
            continue;
        if (v->atoms[i].props & CP_HOLE_SPLIT)
            return false;
        glob |= (v->atoms[i].props & CP_HOLE_GLOB) != 0;
    }
    return glob;
}

static cp_slice without_exe(cp_slice name) {
    bool exe = name.n > 4 && name.p[name.n - 4] == '.' && (name.p[name.n - 3] | 32) == 'e' &&
               (name.p[name.n - 2] | 32) == 'x' && (name.p[name.n - 1] | 32) == 'e';
    return exe ? cp_slice_sub(name, 0, name.n - 4) : name;
}

/* The latest overlay that describes the program decides how it is read. */
static bool find_grammar_of(cp_reader *r, cp_slice program) {
    cp_slice bare = without_exe(program);
    for (uint32_t i = r->layers->count; i-- > 0;) {
        const cp_layer_image *layer = &r->layers->items[i];
        if (cp_layer_is_floor(layer->layer))
            continue;
        uint32_t word = cp_image_find_word(layer->image, program);
        uint32_t node = cp_image_grammar_child_of(layer->image, CP_IMAGE_ROOT, program, word);
        if (!node && bare.n != program.n)
            node = cp_image_grammar_child(layer->image, CP_IMAGE_ROOT, bare);
        if (!node)
            continue;
        r->out->layer = layer;
        r->out->word_names[0] = word;
        r->out->names_known = 1;
        r->out->nodes[0] = node;
        r->image = layer->image;
        r->regexes = layer->regexes;
        r->node = cp_image_body_of(layer->image, node);
        return true;
    }
    return false;
}

static bool find_grammar(cp_reader *r, cp_slice program) {
    if (find_grammar_of(r, program))
        return true;
    if (!r->places || !r->places->ignore_case || !program.n)
        return false;
    cp_slice lower =
        cp_arena_copy(r->arena, program); /* where file names don't distinguish case, GIT is git */
    for (uint32_t i = 0; i < lower.n; i++)
        if (lower.p[i] >= 'A' && lower.p[i] <= 'Z')
            ((uint8_t *)(uintptr_t)lower.p)[i] |= 32;
    bool found = find_grammar_of(r, lower);
    r->out->word_names[0] = 0; /* of another name */
    return found;
}

void cp_reader_add_operand(cp_reader *r, uint32_t sure) {
    const cp_field *f = &r->fields[r->at];
    cp_operand operand = {.word = r->at,
                          .present = f->splat && !(f->set.count == 1 && cp_stands_for_some(&f->set.values[0]))
                                         ? CP_MAYBE
                                         : sure,
                          .splat = f->splat,
                          .after_dashes = r->dashes_at != UINT32_MAX,
                          .set = f->set,
                          .span = cp_field_span(f)};
    (void)CP_PUSH(r->arena, r->out->operands, r->out->operand_count, r->operand_cap, operand);
}

static bool descend(cp_reader *r, cp_slice word, cp_tri sure) {
    cp_reading *out = r->out;
    if (!(r->node->flags & CP_NODE_HAS_SUBCOMMANDS) || out->operand_count || out->depth >= CP_PATH_MOST)
        return false;
    uint32_t name = cp_image_find_word(r->image, word),
             child = cp_image_grammar_child_of(r->image, out->nodes[out->depth - 1], word, name);
    if (!child)
        return false;
    out->word_names[out->depth] = name;
    out->nodes[out->depth] = child;
    out->words[out->depth] = word;
    out->word_at[out->depth] = r->at;
    out->depth++;
    out->path_sure = cp_tri_and((cp_tri)out->path_sure, sure);
    r->node = cp_image_body_of(r->image, child);
    return true;
}

/* Does nothing that stands behind this option's value belong to the command itself (`python3 -m NAME …`)? */
static bool takes_the_rest(const cp_reader *r, cp_slice name) {
    const uint32_t option = cp_reader_find_option(r, name);
    const cp_rec_takes *takes = cp_image_option_takes(r->image, option);
    return option && takes->role_count == 2 &&
           cp_image_role(r->image, takes->role_first)->kind == CP_KIND_VALUE &&
           cp_image_role(r->image, takes->role_first + 1)->kind == CP_KIND_REST;
}

/* Some programs have subcommands that are an option with its value: `python3 -m json.tool`, `-mjson.tool`. */
static bool descend_by_option(cp_reader *r, cp_slice text) {
    if (!(r->node->flags & CP_NODE_HAS_SUBCOMMANDS) || r->out->operand_count)
        return false;
    const cp_field *next = r->at + 1 < r->field_count ? &r->fields[r->at + 1] : NULL;
    const bool attached = text.n > 2 && text.p[1] != '-' && cp_syntax_bundles(cp_syntax_of(r)) &&
                          takes_the_rest(r, cp_slice_sub(text, 0, 2));
    if (!attached && (!next || !cp_field_is_exact(next)))
        return false;
    cp_text word = cp_text_in(r->arena);
    cp_text_add(&word, attached ? cp_slice_sub(text, 0, 2) : text);
    cp_text_byte(&word, ' ');
    cp_text_add(&word, attached ? cp_slice_sub(text, 2, text.n) : cp_field_text(next));
    if (!descend(r, cp_text_slice(&word), CP_YES))
        return false;
    r->at += !attached; /* the value; the caller steps over the option itself */
    return true;
}

/* Is one of the values that it can take known to be an option? Then it is that option, not just any. */
static bool may_be_a_known_option(cp_set set) {
    for (uint32_t i = 0; i < set.count; i++)
        if (cp_value_is_exact(&set.values[i]) && set.values[i].exact.n > 1 && set.values[i].exact.p[0] == '-')
            return true;
    return false;
}

static bool evaluates_its_value(const cp_reader *r, uint32_t first, uint32_t count) {
    for (uint32_t i = 0; i < count && cp_step(r->budget); i++) {
        const cp_rec_takes *o = cp_image_option_takes(r->image, first + i);
        const uint32_t kind = o->role_count ? cp_image_role(r->image, o->role_first)->kind : CP_KIND_NONE;
        if (kind == CP_KIND_VARIABLE || kind == CP_KIND_CUSTOM)
            return true;
    }
    return false;
}

/* Were the word an option that takes a variable's name, would a subscript in the next word be evaluated? */
static bool may_evaluate_next(const cp_reader *r) {
    if (r->at + 1 >= r->field_count)
        return false;
    const cp_field *next = &r->fields[r->at + 1];
    bool subscript = next->splat;
    for (uint32_t i = 0; i < next->set.count; i++)
        subscript |= cp_value_holds_byte(&next->set.values[i], '[') != CP_NO;
    return subscript && evaluates_its_value(r, r->node->option_first, r->node->option_count);
}

/* What the environment holds is not written to be an option. */
static bool is_environments(const cp_atom *a) {
    return a->kind == CP_ATOM_HOLE && (a->props & CP_HOLE_SECRET) && a->lit.n && !a->origin;
}

/* A text that somebody may have written to be an option with its value: no file's name, and nothing of the environment. */
static bool may_be_told(cp_set set) {
    bool told = false;
    for (uint32_t i = 0; i < set.count; i++)
        for (uint32_t k = 0; k < set.values[i].atom_count && !told; k++) {
            const cp_atom *a = &set.values[i].atoms[k];
            bool name = (a->props & CP_HOLE_LOOKED) || /* unquoted, it is a pattern or the text itself */
                        (a->props & (CP_HOLE_GLOB | CP_HOLE_SPLIT)) == CP_HOLE_GLOB;
            told = a->kind == CP_ATOM_HOLE && a->cls == CP_CLASS_ANY && !name && !is_environments(a);
        }
    return told;
}

/* [ $(cat f) ]: the words that it becomes may be an option and a name with a subscript. */
static bool may_bring_both(const cp_reader *r, const cp_field *f) {
    bool both = false;
    for (uint32_t i = 0; i < f->set.count && !both; i++)
        for (uint32_t k = 0; k < f->set.values[i].atom_count && !both; k++) {
            const cp_atom *a = &f->set.values[i].atoms[k];
            bool outside = is_environments(a);
            bool cut = (a->props & CP_HOLE_PIECE) && !(f->set.values[i].flags & CP_VALUE_QUOTED);
            bool whole = !cut && (f->splat != CP_SPLAT_ANY || (a->props & CP_HOLE_PLAIN));
            both = a->kind == CP_ATOM_HOLE && !outside && !whole && cp_hole_takes(a, '[', false);
        }
    return both && evaluates_its_value(r, r->node->option_first, r->node->option_count);
}

/* tar $x: letters that are each an option. */
static bool may_be_bundle(const cp_reader *r, cp_set set) {
    bool letters = false;
    if (cp_syntax_of(r) != CP_SYNTAX_BUNDLE_FIRST || r->options_ended || r->out->operand_count ||
        r->out->option_count || r->at != r->out->word_at[r->out->depth - 1] + 1)
        return false;
    for (uint32_t i = 0; i < set.count; i++)
        for (uint32_t k = 0; k < set.values[i].atom_count; k++) {
            const cp_atom *a = &set.values[i].atoms[k];
            for (uint32_t n = 0; a->kind == CP_ATOM_LIT && n < a->lit.n; n++)
                letters |= a->lit.p[n] < '0' || a->lit.p[n] > '9';
            letters |= a->kind == CP_ATOM_HOLE && cp_hole_takes(a, 'x', false);
        }
    return letters;
}

/* less $x: +5, or +!COMMAND. */
static bool may_be_plus_option(const cp_reader *r, cp_set set) {
    bool some = cp_syntax_of(r) == CP_SYNTAX_PERL;
    if (r->options_ended || cp_syntax_of(r) == CP_SYNTAX_NONE || cp_syntax_of(r) == CP_SYNTAX_FIND ||
        cp_syntax_of(r) == CP_SYNTAX_ASSIGNMENTS || cp_set_begins_with(set, '+') == CP_NO)
        return false;
    for (uint32_t i = 0; i < r->node->option_count && !some; i++) {
        uint32_t option = r->node->option_first + i;
        cp_slice name = cp_image_string(r->image, cp_image_option_name(r->image, option));
        some = name.n && name.p[0] == '+';
    }
    return some;
}

/* "./$x", but not $x or *.x, of which there may be none. */
static bool is_some_word(const cp_field *f) {
    bool some = f->set.count != 0;
    for (uint32_t i = 0; i < f->set.count && f->splat; i++)
        some &= cp_value_prefix(&f->set.values[i]).n != 0 && !cp_stands_for_some(&f->set.values[i]);
    return some;
}

/* git config "branch.$b.remote": what begins so is no subcommand, nor short for one. */
static bool is_no_subcommand(const cp_reader *r, const cp_field *f) {
    bool none = (r->node->flags & CP_NODE_HAS_OPERANDS) && !f->splat && f->set.count != 0;
    for (uint32_t i = 0; i < f->set.count && none; i++) {
        cp_slice begins = cp_value_prefix(&f->set.values[i]);
        none = begins.n && cp_spend(r->budget, CP_LIMIT_STEPS, 64) &&
               !cp_image_child_may_begin(r->image, r->out->nodes[r->out->depth - 1], begins);
    }
    return none;
}

/* A word whose bytes are not certain. */
static void read_uncertain(cp_reader *r) {
    if (!r->options_ended && cp_read_begun_option(r))
        return;
    const cp_field *f = &r->fields[r->at];
    cp_tri dash =
        r->options_ended || cp_syntax_of(r) == CP_SYNTAX_NONE ? CP_NO : cp_set_begins_with(f->set, '-');
    if (dash == CP_MAYBE && (cp_reader_is_no_word(r, f->set) || cp_reader_is_number(r, f->set)))
        dash = CP_NO;
    bool bundle = may_be_bundle(r, f->set);
    if (bundle || may_be_plus_option(r, f->set))
        dash = cp_tri_or(dash, CP_MAYBE);
    cp_span span = cp_field_span(f);
    bool harmless = dash != CP_NO && !bundle && !may_be_a_known_option(f->set) && !may_evaluate_next(r) &&
                    !may_bring_both(r, f) && !cp_reader_begins_telling_option(r) &&
                    cp_reader_any_option_is_harmless(r);
    if (dash != CP_NO && !harmless) {
        cp_reader_gap(r, CP_GAP_MAYBE_OPTION, r->at, cp_slice_of(NULL, 0), span);
        r->out->any_option = 1;
    }
    r->out->maybe_option |= dash != CP_NO;
    if (harmless)
        (void)CP_PUSH(r->arena, r->asides, r->aside_count, r->aside_cap, r->at);
    bool expects_subcommand =
        (r->node->flags & CP_NODE_HAS_SUBCOMMANDS) && r->out->operand_count == 0 && !is_no_subcommand(r, f);
    if (expects_subcommand) {
        cp_reader_gap(r, CP_GAP_UNKNOWN_SUBCOMMAND, r->at, cp_slice_of(NULL, 0), span);
        r->out->path_sure = CP_MAYBE;
        r->out->any_option = 1;
    }
    bool some_file = f->set.count == 1 &&
                     cp_stands_for_some(&f->set.values[0]); /* not every file's name begins with a dash */
    const uint32_t kind = cp_operand_kind_at(r, r->out->operand_count, f);
    cp_reader_doubt_operand(r, kind);
    if (!(expects_subcommand && dash != CP_NO))
        cp_reader_add_operand(r, dash == CP_NO || some_file || harmless ? CP_YES : CP_MAYBE);
    bool next_in_doubt = dash != CP_NO && !harmless && cp_reader_some_option_takes_value(r);
    if (dash == CP_NO && !expects_subcommand &&
        (cp_syntax_ends_at_operand(cp_syntax_of(r)) || cp_operand_ends_options(kind))) {
        if (is_some_word(f))
            r->options_ended = 1; /* bash "./$x" --version runs it */
        else
            r->may_have_ended = true;
    }
    r->at++;
    r->doubt = next_in_doubt;
}

static bool is_expression_word(cp_slice t) {
    return cp_slice_is(t, "(") || cp_slice_is(t, ")") || cp_slice_is(t, "!") || cp_slice_is(t, ",");
}

/* set +A: what has letters behind a + has those of other shells, too. */
static bool is_letter_behind_plus(const cp_reader *r, cp_slice t) {
    if (!((t.p[1] | 32) >= 'a' && (t.p[1] | 32) <= 'z'))
        return false;
    for (uint32_t i = 0; i < r->node->option_count; i++) {
        cp_slice name = cp_image_string(r->image, cp_image_option_name(r->image, r->node->option_first + i));
        if (name.n == 2 && name.p[0] == '+' && (name.p[1] | 32) >= 'a' && (name.p[1] | 32) <= 'z')
            return true;
    }
    return false;
}

static bool looks_like_option(const cp_reader *r, cp_slice t) {
    switch (cp_syntax_of(r)) {
    case CP_SYNTAX_NONE: return false;
    case CP_SYNTAX_ASSIGNMENTS: return true;
    case CP_SYNTAX_FIND: return (t.n > 1 && t.p[0] == '-') || is_expression_word(t);
    default: break;
    }
    if (t.n == 0)
        return false;
    if (t.p[0] == '-')
        return t.n > 1 || cp_reader_find_option(r, t) != 0; /* a lone "-" is an operand, but for env and su */
    return t.p[0] == '+' && t.n > 1 &&
           (cp_syntax_of(r) == CP_SYNTAX_PERL || cp_reader_find_option(r, cp_slice_sub(t, 0, 2)) ||
            cp_reader_find_option(r, t) || cp_reader_find_option(r, CP_LIT("+")) ||
            is_letter_behind_plus(r, t));
}

static void read_exact(cp_reader *r, cp_slice text) {
    cp_reading *out = r->out;
    uint32_t syntax = cp_syntax_of(r);
    if (cp_slice_is(text, "--") && (!r->options_ended || cp_operands_wait_for_dashes(r)) &&
        syntax != CP_SYNTAX_NONE && syntax != CP_SYNTAX_FIND && syntax != CP_SYNTAX_ASSIGNMENTS) {
        r->options_ended = 1;
        out->dashes = r->doubt ? CP_MAYBE : CP_YES;
        r->doubt = 0;
        r->dashes_at = out->operand_count;
        r->at++;
        return;
    }
    if (!r->options_ended && looks_like_option(r, text)) {
        if (r->may_have_ended)
            cp_reader_gap(r, CP_GAP_MAYBE_OPTION, r->at, cp_slice_of(NULL, 0),
                          cp_field_span(&r->fields[r->at]));
        if (text.p && text.p[0] == '-' && descend_by_option(r, text)) {
            r->at++;
            return;
        }
        if (cp_read_option(r, text))
            return;
    } else if (syntax == CP_SYNTAX_BUNDLE_FIRST && out->operand_count == 0 && out->option_count == 0 &&
               r->at == out->word_at[out->depth - 1] + 1) {
        cp_read_bundle_first(r, text);
        return;
    }
    cp_tri sure = r->doubt ? CP_MAYBE : CP_YES;
    r->doubt = 0;
    if (descend(r, text, sure)) {
        /* borg -- list --rsh=x: to some programs nothing but their own options ends at a "--" before the subcommand. */
        if (r->dashes_at != UINT32_MAX) {
            cp_reader_gap(r, CP_GAP_UNKNOWN_SUBCOMMAND, r->at, text, cp_field_span(&r->fields[r->at]));
            r->options_ended = 0;
            r->dashes_at = UINT32_MAX;
        }
        r->at++;
        return;
    }
    if ((r->node->flags & CP_NODE_HAS_SUBCOMMANDS) && !(r->node->flags & CP_NODE_HAS_OPERANDS) &&
        out->operand_count == 0)
        cp_reader_gap(r, CP_GAP_UNKNOWN_SUBCOMMAND, r->at, text, cp_field_span(&r->fields[r->at]));
    uint32_t kind = cp_operand_kind_at(r, out->operand_count, &r->fields[r->at]);
    cp_reader_doubt_operand(r, kind);
    cp_reader_add_operand(r, sure);
    if (cp_syntax_ends_at_operand(syntax) || cp_operand_ends_options(kind))
        r->options_ended = 1;
    r->at++;
}

static void scan(cp_reader *r) {
    while (r->at < r->field_count && cp_step(r->budget)) {
        const cp_field *f = &r->fields[r->at];
        if (cp_field_is_exact(f))
            read_exact(r, cp_field_text(f));
        else
            read_uncertain(r);
    }
}

/* Without a grammar every word is an operand, and what looks like an option is one, with and without a value. */
static void scan_unknown(cp_reader *r) {
    bool ended = false;
    for (r->at = 1; r->at < r->field_count && cp_step(r->budget); r->at++) {
        const cp_field *f = &r->fields[r->at];
        cp_slice text = cp_field_text(f);
        cp_span span = cp_field_span(f);
        if (!ended && cp_slice_is(text, "--")) {
            ended = true;
            r->out->dashes = CP_YES;
            r->dashes_at = r->out->operand_count;
            continue;
        }
        cp_tri dash = ended ? CP_NO : cp_set_begins_with(f->set, '-');
        if (dash == CP_YES && text.n > 1) {
            cp_slice name = text, value = {NULL, 0};
            uint32_t eq = cp_slice_find(text, '=', 0);
            cp_opt opt = {.word = r->at, .present = CP_YES, .flags = CP_OPT_UNKNOWN, .span = span};
            if (text.p[1] == '-' && eq < text.n) {
                name = cp_slice_sub(text, 0, eq);
                value = cp_slice_sub(text, eq + 1, text.n);
                opt.value = cp_value_exact(r->arena, value, span);
                opt.value_set = cp_set_of(r->arena, opt.value);
                opt.flags |= CP_OPT_HAS_VALUE;
            }
            opt.name = name;
            (void)CP_PUSH(r->arena, r->out->options, r->out->option_count, r->option_cap, opt);
            cp_reader_gap(r, CP_GAP_UNKNOWN_OPTION, r->at, name, span);
            continue;
        }
        if (dash != CP_NO) {
            cp_reader_gap(r, CP_GAP_MAYBE_OPTION, r->at, cp_slice_of(NULL, 0), span);
            r->out->any_option = 1;
        }
        if (f->splat)
            cp_reader_gap(r, CP_GAP_OPEN_OPERANDS, r->at, cp_slice_of(NULL, 0), span);
        cp_reader_add_operand(r, dash == CP_NO ? CP_YES : CP_MAYBE);
        cp_reader_gap(r, CP_GAP_SURPLUS_OPERAND, r->at, text, span);
    }
}

static void state_of(cp_reader *r, const cp_rec_body *overlay, cp_reading *out) {
    const cp_rec_body *stdin_node = overlay && (overlay->flags & CP_NODE_HAS_STDIN) ? overlay : r->node;
    const cp_rec_more *reads = cp_image_more_of(r->image, stdin_node);
    out->stdin_use = reads->stdin_use;
    const cp_rec_role *role =
        cp_image_role(r->image, reads->stdin_use == CP_STDIN_ROLE ? reads->stdin_role : 0);
    out->stdin_kind = role->kind;
    out->stdin_custom = role->custom;
    out->stdin_file_is_data = (role->marks & CP_MARK_OPTIONAL) != 0;
    const bool prints = overlay && (overlay->flags & CP_NODE_HAS_STDOUT);
    const cp_rec_more *printed = cp_image_more_of(r->image, prints ? overlay : r->node);
    out->stdout_is = printed->stdout_is;
    out->stdout_text = cp_image_string(r->image, printed->stdout_text);
    out->does |= cp_image_more_of(r->image, r->node)->does; /* of every case that may hold */
    if (overlay)
        out->does |= cp_image_more_of(r->image, overlay)->does;
    out->dialect = (r->node->flags & CP_NODE_DIALECTS) / CP_NODE_DIALECT;
}

static void apply_declared(cp_reader *r, const cp_rec_body *overlay, uint32_t sure) {
    const cp_rec_body *node = overlay && (overlay->flags & CP_NODE_HAS_EFFECTS) ? overlay : r->node;
    uint32_t level = r->out->depth - 1; /* whose they are: inherited where the last states none */
    while (node != overlay && level > 0 &&
           !(cp_image_body_of(r->image, r->out->nodes[level])->flags & CP_NODE_HAS_EFFECTS))
        level--;
    cp_span span = cp_field_span(&r->fields[r->out->word_at[level]]);
    for (uint32_t i = 0; i < node->effect_count && cp_step(r->budget); i++)
        cp_declared_apply(r, cp_image_declared(r->image, node->effect_first + i),
                          (cp_origin){CP_ORIGIN_LEVEL, level}, sure, span);
}

/* `--filter=@file` of a command whose options are not all described: a separate value is read as an operand, this one as well. */
static void apply_unknown(cp_reader *r, const cp_opt *opt, uint32_t index, uint32_t sure, uint32_t chdirs) {
    const cp_rec_role *role = cp_repeated_role(r);
    if (!(r->node->flags & CP_NODE_HARMLESS_OPTIONS) || !(opt->flags & CP_OPT_HAS_VALUE) || !role)
        return;
    cp_given given = {.set = opt->value_set,
                      .word = opt->word,
                      .sure = cp_tri_and((cp_tri)opt->present, (cp_tri)sure),
                      .origin = {CP_ORIGIN_OPTION, index},
                      .chdirs = chdirs,
                      .span = opt->value.span};
    if (role->marks & CP_MARK_BANG)
        r->out->options[index].flags |= CP_OPT_VALUE_BANG;
    cp_role_apply(r, role, &given);
}

static bool is_inert(uint32_t kind) {
    return kind == CP_KIND_VALUE || kind == CP_KIND_NAMES || kind == CP_KIND_PLACEHOLDER;
}

/* wc "$x" NAME: a word that may be any option may hold the value of one, or what stands behind it is that value. `done` are the kinds that
 * it was given. */
static void apply_to_value(cp_reader *r, uint32_t first, uint32_t count, const cp_given *value,
                           uint64_t *done) {
    for (uint32_t i = 0; i < count && cp_step(r->budget); i++) {
        const cp_rec_takes *o = cp_image_option_takes(r->image, first + i);
        const cp_rec_role *role = cp_image_role(r->image, o->role_first);
        if (!o->role_count || is_inert(role->kind) || (*done >> role->kind & 1))
            continue;
        if (role->kind != CP_KIND_CUSTOM)
            *done |= UINT64_C(1) << role->kind;
        cp_role_apply(r, role, value);
    }
}

/* The first field that is no part of the same word: an unquoted $x is any number of fields, and whoever sets it writes all of them. */
static uint32_t behind(const cp_reader *r, uint32_t at) {
    const cp_span word = cp_field_span(&r->fields[at++]);
    for (; at < r->field_count && r->fields[at].splat; at++) {
        const cp_span next = cp_field_span(&r->fields[at]);
        if (next.src != word.src || next.beg >= word.end)
            break;
    }
    return at;
}

static void apply_aside(cp_reader *r, uint32_t word, uint64_t done) {
    const cp_given value = {.set = r->fields[word].set,
                            .word = word,
                            .sure = CP_MAYBE,
                            .splat = r->fields[word].splat,
                            .origin = {CP_ORIGIN_LEVEL, r->out->depth - 1},
                            .chdirs = r->out->chdir_count,
                            .span = cp_field_span(&r->fields[word])};
    apply_to_value(r, r->node->option_first, r->node->option_count, &value, &done);
    for (uint32_t level = 0; level < r->out->depth; level++) {
        const cp_options globals =
            cp_image_globals(r->image, cp_image_body_of(r->image, r->out->nodes[level]));
        apply_to_value(r, globals.first, globals.count, &value, &done);
    }
}

static void apply_asides(cp_reader *r) {
    for (uint32_t i = 0; i < r->aside_count; i++) {
        const uint32_t at = r->asides[i], next = behind(r, at);
        /* The name that is to be evaluated stands in a word of its own (may_evaluate_next). */
        if (may_be_told(r->fields[at].set))
            apply_aside(r, at, UINT64_C(1) << CP_KIND_VARIABLE);
        if (next < r->field_count)
            apply_aside(r, next, 0);
    }
}

static bool is_in_pieces(const cp_rec_role *role) {
    return role->kind == CP_KIND_CUSTOM && (role->marks & CP_MARK_PLUS);
}

/* `perl -e A -e B`: what is told in pieces is one text, in which a piece may say something else than it does alone. */
static void apply_pieces(cp_reader *r, uint32_t first, const cp_rec_role *role, const cp_given *g) {
    cp_slice text = {NULL, 0};
    uint32_t count = 0;
    bool known = true;
    for (uint32_t i = 0; i < r->out->option_count && cp_step(r->budget); i++) {
        const cp_opt *opt = &r->out->options[i];
        const cp_rec_takes *rec = opt->option ? cp_reader_option_takes(r, opt) : NULL;
        const cp_rec_role *its = rec && rec->role_count ? cp_image_role(r->image, rec->role_first) : NULL;
        if (!its || !(opt->flags & CP_OPT_HAS_VALUE) || !is_in_pieces(its) || its->custom != role->custom)
            continue;
        if (i < first)
            return; /* it is read where it begins */
        known &= opt->present == CP_YES && !opt->splat && opt->value_set.count == 1 &&
                 cp_value_is_exact(&opt->value_set.values[0]);
        if (count++)
            text = cp_arena_concat(r->arena, text, CP_LIT("\n"));
        if (known)
            text = cp_arena_concat(r->arena, text, opt->value_set.values[0].exact);
    }
    if (count < 2)
        return;
    cp_value any = cp_value_hole(r->arena, CP_CLASS_ANY, CP_HOLE_ANYTHING, (cp_slice){NULL, 0}, g->span);
    cp_given whole = *g;
    whole.set = known ? cp_set_exact(r->arena, text, g->span) : cp_set_of(r->arena, any);
    cp_role_apply(r, role, &whole);
}

/* Everything that the words do under one case (NULL: the base grammar). */
static void apply_reading(cp_reader *r, const cp_rec_body *overlay, uint32_t sure) {
    cp_reading *out = r->out;
    r->stated = overlay;
    uint32_t chdirs = 0;
    out->chdir_count = 0;
    for (uint32_t i = 0; i < out->option_count && cp_step(r->budget); i++) {
        const cp_opt *opt = &out->options[i];
        if (!opt->option) {
            apply_unknown(r, opt, i, sure, chdirs);
            continue;
        }
        const cp_rec_takes *rec = cp_reader_option_takes(r, opt);
        uint32_t present = cp_tri_and((cp_tri)opt->present, (cp_tri)sure);
        if ((rec->flags & CP_OPTION_BANG) ||
            (rec->role_count && cp_image_role(r->image, rec->role_first)->marks & CP_MARK_BANG))
            out->options[i].flags |= CP_OPT_BANG; /* restated by the case, it may be */
        for (uint32_t k = 0; k < rec->effect_count; k++)
            cp_declared_apply(r, cp_image_declared(r->image, rec->effect_first + k),
                              (cp_origin){CP_ORIGIN_OPTION, i}, present, opt->span);
        if (!(opt->flags & CP_OPT_HAS_VALUE)) {
            if (rec->role_count && cp_image_role(r->image, rec->role_first)->kind == CP_KIND_PLACEHOLDER)
                r->placeholder = CP_LIT("{}"); /* xargs -i */
            continue;
        }
        cp_given given = {.set = opt->value_set,
                          .splat = opt->splat,
                          .word = opt->value_word,
                          .sure = present,
                          .origin = {CP_ORIGIN_OPTION, i},
                          .chdirs = chdirs,
                          .span = opt->value.span};
        const cp_rec_role *role = cp_image_role(r->image, rec->role_first);
        cp_role_apply(r, role, &given);
        if (is_in_pieces(role))
            apply_pieces(r, i, role, &given);
        for (uint32_t k = 1; k < rec->role_count; k++) { /* further words of an option that takes several */
            uint32_t word = opt->value_word + k;
            const cp_rec_role *more = cp_image_role(r->image, rec->role_first + k);
            if (word >= r->field_count || more->kind == CP_KIND_REST)
                break;
            cp_given next = given;
            next.set = r->fields[word].set;
            next.word = word;
            next.splat = r->fields[word].splat;
            next.span = cp_field_span(&r->fields[word]);
            cp_role_apply(r, more, &next);
        }
        chdirs = out->chdir_count;
    }
    apply_asides(r);
    if (out->helps)
        return;
    cp_give_roles(r, sure);
    apply_declared(r, overlay, sure);
    state_of(r, overlay, out);
}

/* A number is one of any number of them. */
static uint32_t output_of_all(const cp_reader *r, const cp_rec_body *const *cases, uint32_t count) {
    bool numbers = true;
    for (uint32_t i = 0; i < count && numbers; i++) {
        const bool states = cases[i] && (cases[i]->flags & CP_NODE_HAS_STDOUT);
        const uint32_t prints = states ? cp_image_more_of(r->image, cases[i])->stdout_is : CP_STDOUT_OPAQUE;
        numbers = prints == CP_STDOUT_NUMBER || prints == CP_STDOUT_NUMBERS;
    }
    return numbers ? CP_STDOUT_NUMBERS : CP_STDOUT_OPAQUE;
}

/* Equal ones are mostly, but not always stored once. */
static bool have_same_operands(const cp_reader *r, const cp_rec_body *a, const cp_rec_body *b) {
    bool same = a->operand_count == b->operand_count;
    for (uint32_t i = 0; i < a->operand_count && same && a->operand_first != b->operand_first; i++)
        same = memcmp(cp_image_role(r->image, a->operand_first + i),
                      cp_image_role(r->image, b->operand_first + i), sizeof(cp_rec_role)) == 0;
    return same;
}

/* Do these cases say the same of everything but of what is printed? NULL: says nothing. */
static bool tell_output_alone(const cp_reader *r, const cp_rec_body *const *candidates, uint32_t count) {
    const uint32_t stated = CP_NODE_HAS_OPTIONS | CP_NODE_HAS_OPERANDS | CP_NODE_HAS_EFFECTS |
                            CP_NODE_HAS_STDIN | CP_NODE_DROPS_ENVIRONMENT;
    static const cp_rec_body nothing = {0};
    const cp_rec_body *first = candidates[0] ? candidates[0] : &nothing;
    for (uint32_t i = 0; i < count; i++) {
        const cp_rec_body *c = candidates[i] ? candidates[i] : &nothing;
        if ((c->flags & stated) != (first->flags & stated) ||
            (c->flags & (stated & ~(uint32_t)CP_NODE_HAS_OPERANDS)) || cp_image_more_of(r->image, c)->does ||
            !have_same_operands(r, c, first))
            return false;
    }
    return true;
}

enum { CANDIDATES = 48 }; /* a filter's may be many that only tell what is printed */

/* The first case that holds, or every candidate where that is not certain. NULL is the grammar without a case. */
static uint32_t cases_that_hold(cp_reader *r, const cp_rec_body **candidates) {
    uint32_t count = 0;
    bool sure = false;
    /* a subcommand without cases of its own has its own grammar: cases are not inherited */
    const cp_rec_more *more = cp_image_more_of(r->image, r->node);
    for (uint32_t i = 0; i < more->case_count && cp_step(r->budget); i++) {
        const cp_rec_case *c = cp_image_acase(r->image, more->case_first + i);
        cp_tri holds = cp_case_holds(r, c->cond_first, c->cond_count);
        if (holds == CP_NO)
            continue;
        if (count < CANDIDATES - 1)
            candidates[count++] = cp_image_body(r->image, c->body);
        else
            cp_reader_gap(r, CP_GAP_UNCERTAIN_CASE, 0, cp_slice_of(NULL, 0), cp_field_span(&r->fields[0]));
        if (holds == CP_YES) {
            sure = true;
            break;
        }
    }
    if (!sure)
        candidates[count++] = NULL;
    return count;
}

/* tar xf A FILE -O: to some programs of the name options end at the first operand. How many are options to them, too? */
static uint32_t early_options(const cp_reader *r) {
    const cp_reading *out = r->out;
    uint32_t count = out->option_count;
    if (out->operand_count &&
        (cp_syntax_of(r) == CP_SYNTAX_EITHER || cp_syntax_of(r) == CP_SYNTAX_BUNDLE_FIRST))
        while (count && out->options[count - 1].word > out->operands[0].word)
            count--;
    return count;
}

/* What the words do to a program that takes the late options for operands. Does it print anything else, too? */
static bool apply_without_late(cp_reader *r, const cp_rec_body *with) {
    const cp_rec_body *candidates[CANDIDATES], *both[2] = {with, NULL};
    uint32_t all = r->out->option_count, early = early_options(r);
    if (early == all)
        return false;
    r->out->option_count = early;
    uint32_t count = cases_that_hold(r, candidates);
    r->out->option_count = all;
    if (count == 1 && candidates[0] == with)
        return false;
    both[1] = candidates[0];
    if (count > 1 || !tell_output_alone(r, both, 2)) {
        cp_reader_gap(r, CP_GAP_UNCERTAIN_CASE, 0, cp_slice_of(NULL, 0), cp_field_span(&r->fields[0]));
        for (uint32_t i = 0; i < count; i++)
            apply_reading(r, candidates[i], CP_MAYBE);
    }
    return true;
}

/* The first case that holds replaces what it states; where that is not certain, every candidate counts. */
static void apply_cases(cp_reader *r) {
    const cp_rec_body *candidates[CANDIDATES];
    uint32_t count = cases_that_hold(r, candidates);
    if (count > 1 && tell_output_alone(r, candidates, count)) { /* which of them is no matter then */
        apply_reading(r, candidates[0], CP_YES);
        r->out->stdout_is = output_of_all(r, candidates, count);
        return;
    }
    if (count > 1)
        cp_reader_gap(r, CP_GAP_UNCERTAIN_CASE, 0, cp_slice_of(NULL, 0), cp_field_span(&r->fields[0]));
    bool differs = count == 1 && apply_without_late(r, candidates[0]);
    for (uint32_t i = 0; i < count; i++)
        apply_reading(r, candidates[i], count == 1 ? CP_YES : CP_MAYBE);
    if (differs)
        r->out->stdout_is = CP_STDOUT_OPAQUE;
}

/* Is all that it does to tell how it is used? Not where a word may be read in some other way, and not with operands: some may be
 * what is run. */
static uint32_t help_asked_for(const cp_reader *r) {
    const cp_reading *out = r->out;
    if (out->operand_count || out->gap_count || out->any_option || out->maybe_option ||
        out->path_sure != CP_YES || out->dashes != CP_NO)
        return 0;
    for (uint32_t i = 0; i < out->option_count; i++) {
        const cp_opt *opt = &out->options[i];
        if (opt->option && opt->present == CP_YES && !(opt->flags & CP_OPT_HAS_VALUE) &&
            (cp_image_option_takes(r->image, opt->option)->flags & CP_OPTION_HELP))
            return i + 1;
    }
    return 0;
}

static void read_all(cp_reader *r, cp_slice program) {
    if (!find_grammar(r, program)) {
        scan_unknown(r);
        return;
    }
    scan(r);
    if (cp_arena_failed(r->arena) || cp_spent(r->budget))
        return;
    r->out->helps = help_asked_for(r);
    if (r->out->helps) {
        r->out->stdin_use = CP_STDIN_IGNORED;
        r->out->stdout_is = CP_STDOUT_OPAQUE;
        apply_reading(r, NULL, CP_YES);
        return;
    }
    apply_cases(r);
    cp_reader_listed(r);
}

void cp_read(const cp_layers *layers, cp_slice program, const cp_fields *argv, const cp_places *places,
             cp_arena *arena, cp_budget *budget, cp_reading *out) {
    uint32_t nodes[CP_PATH_MOST], word_names[CP_PATH_MOST], word_at[CP_PATH_MOST];
    cp_slice words[CP_PATH_MOST];
    memset(out, 0, sizeof *out);
    nodes[0] = word_names[0] = word_at[0] = 0;
    words[0] = program;
    out->nodes = nodes;
    out->word_names = word_names;
    out->words = words;
    out->word_at = word_at;
    out->path_sure = CP_YES;
    out->depth = 1;
    cp_reader r = {.layers = layers,
                   .places = places,
                   .arena = arena,
                   .budget = budget,
                   .out = out,
                   .dashes_at = UINT32_MAX,
                   .rest_from = UINT32_MAX,
                   .at = 1};
    r.node = cp_image_body_of(&(const cp_image){0}, 0);
    if (cp_arena_reserve(arena, (void **)&r.fields, &r.field_cap, 0, argv->count, sizeof *r.fields)) {
        memcpy(r.fields, argv->items, argv->count * sizeof *r.fields);
        r.field_count = argv->count;
        read_all(&r, program);
    }
    out->words = (cp_slice *)cp_alloc_raw(arena, out->depth * sizeof *words);
    out->nodes = (uint32_t *)cp_alloc_raw(arena, (size_t)3 * out->depth * sizeof *nodes);
    out->word_names = out->nodes + out->depth;
    out->word_at = out->word_names + out->depth;
    uint32_t i = 0;
    do { /* mostly one or two */
        out->words[i] = words[i];
        out->nodes[i] = nodes[i];
        out->word_names[i] = word_names[i];
        out->word_at[i] = word_at[i];
    } while (++i < out->depth);
}
