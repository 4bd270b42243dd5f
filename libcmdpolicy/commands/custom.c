/* Small languages of patterns (`kinds:` of a policy): a value, or a text on standard input, read by the first line that it matches; and
 * texts of programming languages, which texts/ reads. */
#include "commands/reader.h"
#include "commands/texts/texts.h"

static void mark_bang(cp_reader *r, cp_origin origin) {
    if (origin.kind == CP_ORIGIN_OPERAND && origin.index < r->out->operand_count)
        r->out->operands[origin.index].bang = 1;
    if (origin.kind == CP_ORIGIN_OPTION && origin.index < r->out->option_count)
        r->out->options[origin.index].flags |= CP_OPT_VALUE_BANG;
}

static bool same_plain_role(const cp_reader *r, const cp_rec_line *a, const cp_rec_line *b) {
    if (a->group_count || b->group_count)
        return false;
    const cp_rec_role *x = cp_image_role(r->image, a->role), *y = cp_image_role(r->image, b->role);
    return x->kind == y->kind && x->custom == y->custom && x->marks == y->marks;
}

/* Is what it matches inert? */
static bool is_plain_value(const cp_image *image, const cp_rec_line *line) {
    const cp_rec_role *role = cp_image_role(image, line->role);
    return !line->group_count && role->kind == CP_KIND_VALUE && !(role->marks & CP_MARK_BANG);
}

static void apply_groups(cp_reader *r, const cp_rec_line *line, const cp_given *g, const cp_value *v,
                         const cp_regex_match *match) {
    cp_given sub = *g;
    for (uint32_t i = 0; i < line->group_count; i++) {
        const cp_rec_group *group = cp_image_group(r->image, line->group_first + i);
        const cp_rec_role *part = cp_image_role(r->image, group->role);
        cp_value *piece = CP_NEW(r->arena, cp_value);
        if (part->marks & CP_MARK_BANG)
            mark_bang(r, g->origin);
        if (match && match->whole) {
            *piece = *v;
        } else if (match) {
            uint32_t number = cp_regex_group(r->regexes, line->regex, cp_image_string(r->image, group->name));
            if (!number || number >= CP_REGEX_GROUPS) {
                cp_reader_gap(r, CP_GAP_UNREADABLE_VALUE, g->word, v->exact, v->span);
                continue;
            }
            if (match->rest)
                *piece = *match->rest;
            else if (match->beg[number] == UINT32_MAX)
                continue; /* took no part in the match */
            else
                *piece = cp_value_slice(r->arena, v, match->beg[number], match->end[number]);
        } else { /* which part it is can't be told: anything, from where the value came from */
            const cp_slice variable =
                v->atom_count == 1 && !v->atoms[0].origin && v->atoms[0].kind == CP_ATOM_HOLE
                    ? v->atoms[0].lit
                    : (cp_slice){NULL, 0};
            *piece = cp_value_hole(r->arena, CP_CLASS_ANY, CP_HOLE_ANYTHING, variable, v->span);
            sub.sure = CP_MAYBE;
        }
        sub.set = (cp_set){piece, 1};
        sub.span = piece->span;
        cp_role_apply(r, part, &sub);
    }
}

static void apply_line(cp_reader *r, const cp_rec_line *line, const cp_given *g, const cp_value *v,
                       const cp_regex_match *match) {
    if (line->group_count) {
        apply_groups(r, line, g, v, match);
        return;
    }
    const cp_rec_role *whole = cp_image_role(r->image, line->role);
    cp_given sub = *g;
    sub.set = (cp_set){v, 1};
    if (whole->marks & CP_MARK_BANG)
        mark_bang(r, g->origin);
    cp_role_apply(r, whole, &sub);
}

/* A text of a programming language: the files that it reads and the commands that it runs, or all that it could do. */
static void text_kind(cp_reader *r, uint32_t text, const cp_given *g, const cp_value *v) {
    cp_text_known known;
    const cp_fields argv = {r->fields + g->word, r->field_count - g->word};
    if (cp_text_read(r->image, r->regexes, text, v, argv, r->arena, r->budget, &known)) {
        const uint32_t sure = g->set.count > 1 || g->splat ? CP_MAYBE : g->sure;
        for (uint32_t i = 0; i < known.read_count; i++) {
            known.reads[i].sure = sure;
            known.reads[i].origin = g->origin;
            known.reads[i].chdirs = g->chdirs;
            (void)CP_PUSH(r->arena, r->out->effects, r->out->effect_count, r->effect_cap, known.reads[i]);
        }
        for (uint32_t i = 0; i < known.run_count; i++) {
            cp_nested n = {.kind = CP_NESTED_ARGV,
                           .sure = sure,
                           .by_text = 1,
                           .words = known.runs[i],
                           .chdirs = g->chdirs,
                           .origin = g->origin,
                           .span = v->span};
            (void)CP_PUSH(r->arena, r->out->nested, r->out->nested_count, r->nested_cap, n);
        }
        return;
    }
    cp_given sub = *g;
    sub.set = (cp_set){v, 1};
    if (!cp_value_is_exact(v)) {
        cp_reader_gap(r, CP_GAP_UNREADABLE_VALUE, g->word, (cp_slice){NULL, 0}, v->span);
        mark_bang(r, g->origin);
        sub.sure = CP_MAYBE;
    }
    cp_role_apply(r, cp_image_role(r->image, cp_image_text(r->image, text)->otherwise), &sub);
}

static bool is_anything(const cp_value *v) {
    return v->atom_count == 1 && v->atoms[0].kind == CP_ATOM_HOLE && v->atoms[0].cls == CP_CLASS_ANY;
}

/* A small language of patterns: the first line that matches the whole value counts. Where that isn't certain, whatever any
 * candidate says may be so, and no allow covers the value; but for candidates that all say the same. A line that may match and makes
 * it inert leaves to the others what it is if it doesn't. */
static void custom_kind(cp_reader *r, const cp_rec_role *role, const cp_given *g, const cp_value *v) {
    enum { CANDIDATES = 16 };
    const cp_rec_kind *kind = cp_image_kind(r->image, role->custom);
    const cp_rec_line *candidates[CANDIDATES] = {NULL};
    uint32_t count = 0;
    bool unclear = false, sure = false, inert = false;
    cp_regex_match match = {0};
    if (kind->text) {
        text_kind(r, kind->text, g, v);
        return;
    }
    for (uint32_t i = 0; i < kind->line_count && !sure && cp_step(r->budget); i++) {
        const cp_rec_line *line = cp_image_line(r->image, kind->line_first + i);
        cp_regex_run(r->regexes, line->regex, v, r->arena, r->budget, &match);
        if (match.failed)
            match.tri = CP_MAYBE;
        unclear |= match.failed != 0;
        if (match.tri == CP_NO)
            continue;
        if (match.tri == CP_MAYBE && !match.failed && is_plain_value(r->image, line)) {
            inert = true;
            continue;
        }
        unclear |= count == CANDIDATES || (count && !same_plain_role(r, candidates[0], line));
        if (count < CANDIDATES)
            candidates[count++] = line;
        sure = match.tri == CP_YES;
    }
    bool certain = sure && count == 1 && !unclear;
    unclear |= !count || (!certain && count && candidates[0]->group_count) || !sure;
    if (unclear) {
        cp_reader_gap(r, CP_GAP_UNREADABLE_VALUE, g->word,
                      cp_value_is_exact(v) ? v->exact : (cp_slice){NULL, 0}, v->span);
        mark_bang(r, g->origin);
    }
    cp_given sub = *g;
    if (unclear || inert)
        sub.sure = CP_MAYBE;
    const cp_kind_within within = {r->unknown_by, role->custom};
    if (is_anything(v)) { /* a part of it that this kind reads, too, could say no more */
        for (const cp_kind_within *k = r->unknown_by; k; k = k->around)
            if (k->kind == within.kind)
                return;
        r->unknown_by = &within;
    }
    for (uint32_t i = 0; i < (unclear ? count : count ? 1u : 0u) && cp_step(r->budget); i++)
        apply_line(r, candidates[i], &sub, v,
                   certain && (cp_value_is_exact(v) || match.whole || match.rest) ? &match : NULL);
    r->unknown_by = within.around;
}

/* What a text that is read by patterns does but for what is inert. */
typedef struct text_reads {
    const cp_image *image;
    cp_regexes *regexes;
    cp_arena *arena;
    cp_budget *budget;
    cp_fields argv; /* of the call that runs it */
    cp_effect *items;
    uint32_t count, cap;
    cp_field *scripts; /* what it hands to a shell; such a text is not inert */
    uint32_t script_count, script_cap;
    cp_fields *runs; /* argvs, of a text that is inert but for what these do */
    uint32_t run_count, run_cap;
} text_reads;

static bool reads_by(text_reads *t, uint32_t custom, const cp_value *text);

static bool reads_part(text_reads *t, const cp_rec_role *part, const cp_value *text) {
    bool tree = part->kind == CP_KIND_READ_TREE;
    if (part->marks & CP_MARK_BANG)
        return false;
    if (part->kind == CP_KIND_CUSTOM)
        return reads_by(t, part->custom, text);
    if (part->kind == CP_KIND_SCRIPT) {
        cp_value *script = CP_NEW(t->arena, cp_value);
        *script = *text;
        cp_field field = {.set = {script, 1}};
        (void)CP_PUSH(t->arena, t->scripts, t->script_count, t->script_cap, field);
        return false;
    }
    bool deletes = part->kind == CP_KIND_DELETE, writes = part->kind == CP_KIND_WRITE;
    if (part->kind != CP_KIND_READ && !tree && !deletes && !writes)
        return part->kind == CP_KIND_VALUE;
    cp_effect effect = {.kind = deletes  ? CP_EFFECT_DELETE
                                : writes ? CP_EFFECT_WRITE
                                         : CP_EFFECT_READ,
                        .object_kind = CP_OBJECT_PATH,
                        .sure = CP_YES,
                        .tree = deletes ? CP_TREE_WHOLE
                                : tree  ? CP_TREE_TOUCHED
                                        : CP_TREE_NONE,
                        .target = *text,
                        .origin = {CP_ORIGIN_STDIN, 0},
                        .span = text->span};
    return CP_PUSH(t->arena, t->items, t->count, t->cap, effect);
}

static bool reads_groups(text_reads *t, const cp_rec_line *line, const cp_value *text,
                         const cp_regex_match *match) {
    const cp_image *image = t->image;
    bool inert = true;
    if (!cp_value_is_exact(text))
        return false; /* where the groups end isn't known */
    for (uint32_t i = 0; i < line->group_count; i++) {
        const cp_rec_group *group = cp_image_group(image, line->group_first + i);
        uint32_t number = cp_regex_group(t->regexes, line->regex, cp_image_string(image, group->name));
        if (!number || number >= CP_REGEX_GROUPS)
            return false;
        if (match->beg[number] == UINT32_MAX)
            continue; /* took no part in the match */
        cp_value piece = cp_value_slice(t->arena, text, match->beg[number], match->end[number]);
        inert &= reads_part(t, cp_image_role(image, group->role), &piece);
    }
    return inert;
}

static bool reads_by(text_reads *t, uint32_t custom, const cp_value *text) {
    const cp_image *image = t->image;
    const cp_rec_kind *kind = cp_image_kind(image, custom);
    bool known = false;
    if (kind->text) {
        cp_text_known does = {.reads = NULL};
        known = cp_text_read(image, t->regexes, kind->text, text, t->argv, t->arena, t->budget, &does);
        for (uint32_t i = 0; known && i < does.read_count; i++) {
            does.reads[i].origin = (cp_origin){CP_ORIGIN_STDIN, 0};
            known = CP_PUSH(t->arena, t->items, t->count, t->cap, does.reads[i]);
        }
        for (uint32_t i = 0; known && i < does.run_count; i++)
            known = CP_PUSH(t->arena, t->runs, t->run_count, t->run_cap, does.runs[i]);
        if (!known)
            (void)reads_part(t, cp_image_role(image, cp_image_text(image, kind->text)->otherwise), text);
        return known;
    }
    if (cp_enter(t->budget))
        for (uint32_t i = 0; i < kind->line_count && cp_step(t->budget); i++) {
            const cp_rec_line *line = cp_image_line(image, kind->line_first + i);
            cp_regex_match match = {0};
            cp_regex_run(t->regexes, line->regex, text, t->arena, t->budget, &match);
            if (!match.failed &&
                (match.tri == CP_NO || (match.tri == CP_MAYBE && is_plain_value(image, line))))
                continue; /* and if it is that line, it is a value */
            known = !match.failed && match.tri == CP_YES &&
                    (line->group_count ? reads_groups(t, line, text, &match)
                                       : reads_part(t, cp_image_role(image, line->role), text));
            break;
        }
    cp_leave(t->budget);
    return known;
}

bool cp_kind_reads(const cp_image *image, cp_regexes *regexes, cp_slice name, const cp_value *text,
                   cp_arena *arena, cp_budget *budget, cp_effect **out_reads, uint32_t *out_count) {
    text_reads t = {.image = image, .regexes = regexes, .arena = arena, .budget = budget};
    for (uint32_t i = 1; i < cp_image_count(image, CP_SEC_KIND) && cp_step(budget); i++) {
        const cp_rec_kind *kind = cp_image_kind(image, i);
        if (!kind->text && cp_image_string_is(image, kind->name, name)) {
            bool reads = reads_by(&t, i, text) && !t.run_count;
            for (uint32_t k = 0; k < t.count; k++)
                reads &= t.items[k].kind == CP_EFFECT_READ;
            *out_reads = t.items;
            *out_count = t.count;
            return reads;
        }
    }
    return false;
}

bool cp_kind_takes_as_value(const cp_reader *r, uint32_t custom, const cp_value *text) {
    text_reads t = {.image = r->image, .regexes = r->regexes, .arena = r->arena, .budget = r->budget};
    return reads_by(&t, custom, text) && !t.count && !t.run_count;
}

bool cp_reading_stdin_is_inert(const cp_reading *r, cp_fields argv, const cp_value *text, cp_arena *arena,
                               cp_budget *budget, cp_stdin_text *out) {
    *out = (cp_stdin_text){.effects = NULL};
    if (!r->layer || r->stdin_kind != CP_KIND_CUSTOM || !r->depth || r->word_at[r->depth - 1] >= argv.count)
        return false;
    const uint32_t at = r->word_at[r->depth - 1];
    text_reads t = {.image = r->layer->image,
                    .regexes = r->layer->regexes,
                    .arena = arena,
                    .budget = budget,
                    .argv = {argv.items + at, argv.count - at}};
    bool inert = reads_by(&t, r->stdin_custom, text);
    *out = (cp_stdin_text){t.items, t.count, t.scripts, t.script_count, t.runs, t.run_count};
    return inert;
}

void cp_role_custom(cp_reader *r, const cp_rec_role *role, const cp_given *g) {
    if (cp_enter(r->budget))
        for (uint32_t k = 0; k < g->set.count; k++)
            custom_kind(r, role, g, &g->set.values[k]);
    cp_leave(r->budget);
}
