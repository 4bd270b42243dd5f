/* Commands and kinds of a layer → NODE, OPTN, ROLE, CASE, KIND … Names in a layer are described once; kinds may be those of an
 * earlier layer, whose records are then copied. */
#include <stdlib.h>

#include "policy/compiler.h"

/* ---- Kinds -------------------------------------------------------------------------------------------------------------- */

enum { KIND_NAME = 1 };

typedef struct kind_source {
    const cp_model *model;
    const cp_m_kind *kind;
} kind_source;

static bool find_kind(const cp_compiler *c, cp_slice name, kind_source *out) {
    for (uint32_t m = 0; m < c->count; m++)
        for (uint32_t i = 0; i < c->models[m]->kinds.count; i++)
            if (cp_slice_eq(c->models[m]->kinds.items[i].name.text, name)) {
                *out = (kind_source){c->models[m], &c->models[m]->kinds.items[i]};
                return true;
            }
    return false;
}

static uint32_t copy_kind(cp_compiler *, const cp_image *, uint32_t kind);

static cp_rec_role copy_role(cp_compiler *c, const cp_image *from, uint32_t index) {
    cp_rec_role role = *cp_image_role(from, index);
    role.fallback = cp_build_string(&c->build, cp_image_string(from, role.fallback));
    if (role.custom)
        role.custom = cp_build_16(&c->build, copy_kind(c, from, role.custom));
    return role;
}

/* A kind of an earlier layer, with all that it refers to. Registered before its lines, as it may refer to itself. */
static uint32_t copy_kind(cp_compiler *c, const cp_image *from, uint32_t kind) {
    cp_rec_kind old = *cp_image_kind(from, kind), made = {0};
    uint32_t name = cp_build_string(&c->build, cp_image_string(from, old.name));
    uint32_t known = cp_pairs_find(&c->kinds, KIND_NAME, name);
    if (known || name == 0)
        return known;
    made.name = name;
    uint32_t index = cp_build_put(&c->build, CP_SEC_KIND, &made);
    if (old.line_first >= cp_image_count(from, CP_SEC_LINE) ||
        old.line_count > cp_image_count(from, CP_SEC_LINE) - old.line_first)
        old.line_count = 0; /* of a damaged image */
    cp_rec_line *lines = CP_NEW_ARRAY(c->arena, cp_rec_line, old.line_count);
    if (!index || !lines || !cp_pairs_add(c->arena, &c->kinds, KIND_NAME, name, index))
        return 0;
    for (uint32_t i = 0; i < old.line_count; i++) {
        const cp_rec_line *line = cp_image_line(from, old.line_first + i);
        lines[i].regex = cp_build_16(
            &c->build,
            cp_build_regex(&c->build, cp_image_string(from, cp_image_regex(from, line->regex)->text)));
        if (line->role) {
            cp_rec_role role = copy_role(c, from, line->role);
            lines[i].role = cp_build_16(&c->build, cp_build_shared(&c->build, CP_SEC_ROLE, &role, 1));
        }
        uint32_t groups = line->group_count < 64 ? line->group_count : 64;
        cp_rec_group made_groups[64];
        for (uint32_t k = 0; k < groups; k++) {
            const cp_rec_group *group = cp_image_group(from, line->group_first + k);
            cp_rec_role role = copy_role(c, from, group->role);
            made_groups[k].name = cp_build_string(&c->build, cp_image_string(from, group->name));
            made_groups[k].role = cp_build_shared(&c->build, CP_SEC_ROLE, &role, 1);
        }
        lines[i].group_first =
            cp_build_16(&c->build, cp_build_run(&c->build, CP_SEC_GRUP, made_groups, groups));
        lines[i].group_count = groups;
    }
    made.line_first = cp_build_run(&c->build, CP_SEC_LINE, lines, old.line_count);
    made.line_count = old.line_count;
    if (old.text) {
        cp_rec_role role = copy_role(c, from, cp_image_text(from, old.text)->otherwise);
        made.text = cp_copy_text(c, from, old.text, cp_build_shared(&c->build, CP_SEC_ROLE, &role, 1));
    }
    cp_rec_kind *record = (cp_rec_kind *)cp_build_at(&c->build, CP_SEC_KIND, index);
    if (record)
        *record = made;
    return index;
}

static uint32_t compile_kind(cp_compiler *, const kind_source *);

static void report_unknown_kind(cp_compiler *c, const cp_m_role *role) {
    cp_slice near = {NULL, 0};
    uint32_t best = cp_spelling_most(role->custom) + 1;
    for (const cp_word_number *w = cp_kind_words; w->word; w++) {
        uint32_t d = cp_spelling_distance(role->custom, cp_slice_str(w->word), best);
        if (d < best) {
            best = d;
            near = cp_slice_str(w->word);
        }
    }
    for (uint32_t m = 0; m < c->count; m++)
        for (uint32_t i = 0; i < c->models[m]->kinds.count; i++) {
            cp_slice name = c->models[m]->kinds.items[i].name.text;
            uint32_t d = cp_spelling_distance(role->custom, name, best);
            if (d < best) {
                best = d;
                near = name;
            }
        }
    if (near.n)
        cp_error(&c->report, "unknown-kind", role->at, "did you mean `%s`?", "`%s` is no kind", role->custom,
                 near);
    else
        cp_error(&c->report, "unknown-kind", role->at,
                 "one of the language's kinds, or one that `kinds:` describes", "`%s` is no kind",
                 role->custom);
}

static uint32_t kind_of(cp_compiler *c, const cp_m_role *role) {
    uint32_t known = cp_pairs_find(&c->kinds, KIND_NAME, cp_build_string(&c->build, role->custom));
    if (known)
        return known;
    kind_source source;
    if (find_kind(c, role->custom, &source))
        return compile_kind(c, &source);
    for (uint32_t g = c->grammar_count; g-- > 0;) {
        const cp_image *im = c->grammars[g];
        for (uint32_t i = 1; i < cp_image_count(im, CP_SEC_KIND); i++)
            if (cp_slice_eq(cp_image_string(im, cp_image_kind(im, i)->name), role->custom))
                return copy_kind(c, im, i);
    }
    report_unknown_kind(c, role);
    return 0;
}

static cp_rec_role make_role(cp_compiler *c, const cp_m_role *role) {
    cp_rec_role made = {
        .kind = role->kind, .marks = role->marks, .fallback = cp_build_string(&c->build, role->fallback)};
    if (role->kind == CP_KIND_CUSTOM)
        made.custom = cp_build_16(&c->build, kind_of(c, role));
    return made;
}

static uint32_t put_role(cp_compiler *c, const cp_m_role *role) {
    cp_rec_role made = make_role(c, role);
    return cp_build_shared(&c->build, CP_SEC_ROLE, &made, 1);
}

static uint32_t put_roles(cp_compiler *c, const cp_m_roles *roles) {
    cp_rec_role *made = CP_NEW_ARRAY(c->arena, cp_rec_role, roles->count);
    if (!made)
        return 0;
    for (uint32_t i = 0; i < roles->count; i++)
        made[i] = make_role(c, &roles->items[i]);
    return cp_build_shared(&c->build, CP_SEC_ROLE, made, roles->count);
}

static uint32_t compile_kind(cp_compiler *c, const kind_source *source) {
    const cp_m_kind *kind = source->kind;
    cp_slice file = c->report.file;
    cp_rec_kind made = {.name = cp_build_string(&c->build, kind->name.text)};
    uint32_t index = cp_build_put(&c->build, CP_SEC_KIND, &made);
    cp_rec_line *lines = CP_NEW_ARRAY(c->arena, cp_rec_line, kind->lines.count);
    if (!index || !lines || !cp_pairs_add(c->arena, &c->kinds, KIND_NAME, made.name, index))
        return 0;
    c->report.file = source->model->file;
    for (uint32_t i = 0; i < kind->lines.count; i++) {
        const cp_m_line *line = &kind->lines.items[i];
        lines[i].regex = cp_build_16(&c->build, cp_build_regex(&c->build, line->regex.text));
        if (line->role.kind != CP_KIND_NONE)
            lines[i].role = cp_build_16(&c->build, put_role(c, &line->role));
        cp_rec_group *groups = CP_NEW_ARRAY(c->arena, cp_rec_group, line->groups.count);
        for (uint32_t k = 0; groups && k < line->groups.count; k++) {
            groups[k].name = cp_build_string(&c->build, line->groups.items[k].name.text);
            groups[k].role = put_role(c, &line->groups.items[k].role);
        }
        if (groups)
            lines[i].group_first =
                cp_build_16(&c->build, cp_build_run(&c->build, CP_SEC_GRUP, groups, line->groups.count));
        lines[i].group_count = cp_build_16(&c->build, line->groups.count);
    }
    made.line_first = cp_build_run(&c->build, CP_SEC_LINE, lines, kind->lines.count);
    made.line_count = kind->lines.count;
    if (kind->grammar)
        made.text = cp_compile_text(c, kind->names.items, kind->names.count, kind->grammar,
                                    put_role(c, &kind->otherwise));
    cp_rec_kind *record = (cp_rec_kind *)cp_build_at(&c->build, CP_SEC_KIND, index);
    if (record)
        *record = made;
    c->report.file = file;
    return index;
}

uint32_t cp_compile_kind_named(cp_compiler *c, cp_slice name, cp_place at) {
    cp_m_role role = {.kind = CP_KIND_CUSTOM, .custom = name, .at = at};
    return kind_of(c, &role);
}

void cp_compile_kinds(cp_compiler *c) {
    for (uint32_t m = 0; m < c->count; m++) {
        const cp_model *model = c->models[m];
        c->report.file = model->file;
        for (uint32_t i = 0; i < model->kinds.count; i++) {
            kind_source first, source = {model, &model->kinds.items[i]};
            if (!find_kind(c, source.kind->name.text, &first))
                continue;
            if (first.kind != source.kind)
                cp_error(&c->report, "duplicate-kind", source.kind->name.at, "another name",
                         "the kind `%s` is described in %s, line %d, too", source.kind->name.text,
                         first.model->file, first.kind->name.at.line);
            else if (!cp_pairs_find(&c->kinds, KIND_NAME, cp_build_string(&c->build, source.kind->name.text)))
                (void)compile_kind(c, &source);
        }
    }
}

/* ---- Bodies --------------------------------------------------------------------------------------------------------------- */

/* The way from a program down to the body that is compiled: where options may be looked up. */
enum { LEVELS = 32 };
typedef struct path {
    const cp_m_body *levels[LEVELS];
    uint32_t depth;
} path;

enum { SPECIAL = CP_OPTION_NUMBER | CP_OPTION_PREFIX };

static const cp_m_option *find_in(const cp_m_options *options, cp_slice name, uint32_t special) {
    for (uint32_t i = 0; i < options->count; i++)
        if ((options->items[i].flags & SPECIAL) == special)
            for (uint32_t k = 0; k < options->items[i].names.count; k++)
                if (cp_slice_eq(options->items[i].names.items[k].text, name))
                    return &options->items[i];
    return NULL;
}

/* An option that the call may have at this level: the level's own, or a global one of any level above. */
static const cp_m_option *find_option(const path *p, cp_slice name, uint32_t special) {
    const cp_m_option *found = find_in(&p->levels[p->depth - 1]->options, name, special);
    for (uint32_t i = p->depth; !found && i-- > 0;)
        found = find_in(&p->levels[i]->global, name, special);
    return found;
}

static void near_option(const cp_m_options *options, cp_slice name, uint32_t *best, cp_slice *near) {
    for (uint32_t i = 0; i < options->count; i++)
        for (uint32_t k = 0; k < options->items[i].names.count; k++) {
            cp_slice known = options->items[i].names.items[k].text;
            uint32_t d = cp_spelling_distance(name, known, *best);
            if (d < *best) {
                *best = d;
                *near = known;
            }
        }
}

static void report_unknown_option(cp_compiler *c, const path *p, cp_slice name, cp_place at) {
    cp_slice near = {NULL, 0};
    uint32_t best = cp_spelling_most(name) + 1;
    near_option(&p->levels[p->depth - 1]->options, name, &best, &near);
    for (uint32_t i = 0; i < p->depth; i++)
        near_option(&p->levels[i]->global, name, &best, &near);
    if (near.n)
        cp_error(&c->report, "unknown-option", at, "did you mean `%s`?", "this command has no option `%s`",
                 name, near);
    else
        cp_error(&c->report, "unknown-option", at, "an option that stands under `options` or `global`",
                 "this command has no option `%s`", name);
}

static uint32_t put_declared(cp_compiler *c, const cp_m_declareds *effects) {
    cp_rec_declared *made = CP_NEW_ARRAY(c->arena, cp_rec_declared, effects->count);
    if (!made)
        return 0;
    for (uint32_t i = 0; i < effects->count; i++)
        made[i] = (cp_rec_declared){cp_build_string(&c->build, effects->items[i].object),
                                    cp_build_16(&c->build, effects->items[i].kind),
                                    cp_build_16(&c->build, effects->items[i].flags)};
    return cp_build_shared(&c->build, CP_SEC_EFFD, made, effects->count);
}

typedef struct option_order {
    cp_slice name;
    uint32_t special, option, first;
} option_order;

static int compare_spellings(const void *a, const void *b) {
    const option_order *x = (const option_order *)a, *y = (const option_order *)b;
    int order = cp_slice_compare(x->name, y->name);
    if (order == 0)
        order = (x->special > y->special) - (x->special < y->special);
    return order ? order : (x->option > y->option) - (x->option < y->option);
}

static cp_rec_takes takes_of(cp_compiler *c, const cp_m_option *o) {
    cp_build *b = &c->build;
    return (cp_rec_takes){.role_first = cp_build_16(b, put_roles(c, &o->roles)),
                          .effect_first = cp_build_16(b, put_declared(c, &o->effects)),
                          .flags = cp_build_8(b, o->flags | (o->names.count == 1 ? CP_OPTION_ALONE : 0)),
                          .role_count = cp_build_8(b, o->roles.count),
                          .effect_count = cp_build_8(b, o->effects.count)};
}

/* A run of options sorted by name. */
static uint32_t put_options(cp_compiler *c, const cp_m_options *options, uint16_t *out_count) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < options->count; i++)
        count += options->items[i].names.count;
    *out_count = cp_build_16(&c->build, count);
    option_order *order = CP_NEW_ARRAY(c->arena, option_order, count);
    uint32_t *firsts = CP_NEW_ARRAY(c->arena, uint32_t, options->count);
    cp_rec_takes *takes = CP_NEW_ARRAY(c->arena, cp_rec_takes, options->count);
    cp_rec_option *made = CP_NEW_ARRAY(c->arena, cp_rec_option, count);
    if (!order || !firsts || !takes || !made || count == 0)
        return 0;
    count = 0;
    for (uint32_t i = 0; i < options->count; i++) {
        const cp_m_option *o = &options->items[i];
        takes[i] = takes_of(c, o);
        for (uint32_t k = 0; k < o->names.count; k++)
            order[count++] = (option_order){o->names.items[k].text, o->flags & SPECIAL, i, k == 0};
    }
    c->build.too_large |= count > INT16_MAX;
    qsort(order, count, sizeof *order, compare_spellings);
    for (uint32_t i = 0; i < count; i++)
        if (order[i].first)
            firsts[order[i].option] = i;
    for (uint32_t i = 0; i < count; i++) {
        cp_rec_takes here = takes[order[i].option];
        here.first = (int16_t)((int32_t)firsts[order[i].option] - (int32_t)i);
        made[i] = (cp_rec_option){cp_build_16(&c->build, cp_build_string(&c->build, order[i].name)),
                                  cp_build_16(&c->build, cp_build_shared(&c->build, CP_SEC_TAKE, &here, 1))};
    }
    return cp_build_shared(&c->build, CP_SEC_OPTN, made, count);
}

static bool any_special(const cp_m_options *options, uint32_t special) {
    for (uint32_t i = 0; i < options->count; i++)
        if (options->items[i].flags & special)
            return true;
    return false;
}

static bool takes_rest(const cp_m_option *o) {
    return o->roles.count && o->roles.items[o->roles.count - 1].kind == CP_KIND_REST;
}

/* A case's options replace what the command's options are, in all their spellings; how many words they take stays. */
static uint32_t put_case_options(cp_compiler *c, const path *p, const cp_m_options *stated,
                                 uint16_t *out_count) {
    cp_m_options made = {0};
    *out_count = 0;
    for (uint32_t i = 0; i < stated->count; i++) {
        const cp_m_option *o = &stated->items[i];
        for (uint32_t k = 0; k < o->names.count; k++) {
            const cp_named *name = &o->names.items[k];
            const cp_m_option *base = find_option(p, name->text, o->flags & SPECIAL);
            if (!base) {
                report_unknown_option(c, p, name->text, name->at);
                continue;
            }
            bool same_words =
                base->roles.count == o->roles.count && !((base->flags ^ o->flags) & CP_OPTION_OPTIONAL_VALUE);
            if (!same_words && !takes_rest(base) && !takes_rest(o)) {
                cp_error(&c->report, "case-arity", name->at,
                         "as many words as the option takes elsewhere; only their kinds may change",
                         "in this case `%s` would take another number of words", name->text);
                continue;
            }
            if (find_in(&made, name->text, o->flags & SPECIAL))
                continue; /* another spelling of it was here */
            cp_m_option one = *o;
            one.names = base->names;
            if (!CP_ADD(c->arena, made, one))
                return 0;
        }
    }
    return put_options(c, &made, out_count);
}

/* The options that a condition of the grammar names must be options of the command. */
static void check_conds(cp_compiler *c, const path *p, const cp_m_conds *conds) {
    for (uint32_t i = 0; i < conds->count; i++) {
        const cp_m_cond *cond = &conds->items[i];
        if (cond->op != CP_CONDOP_OPTION)
            continue;
        const cp_m_option *o = find_option(p, cond->text, 0);
        for (uint32_t s = CP_OPTION_NUMBER; !o && s <= CP_OPTION_PREFIX; s *= 2)
            o = find_option(p, cond->text, s);
        if (!o)
            report_unknown_option(c, p, cond->text, cond->at);
    }
}

static uint16_t line_of(cp_place at) {
    return at.line <= UINT16_MAX ? (uint16_t)at.line : 0;
}

static void fill_common(cp_compiler *c, const cp_m_body *body, cp_rec_body *out, cp_rec_more *more) {
    cp_build *b = &c->build;
    out->flags = cp_build_16(b, body->flags);
    out->operand_first = cp_build_16(b, put_roles(c, &body->operands));
    out->operand_count = cp_build_8(b, body->operands.count);
    if (body->flags & CP_NODE_HAS_EFFECTS) {
        out->effect_first = cp_build_16(b, put_declared(c, &body->effects));
        out->effect_count = cp_build_8(b, body->effects.count);
    }
    more->syntax = cp_build_8(b, body->syntax);
    more->stdin_use = cp_build_8(b, body->stdin_use);
    if (body->stdin_use == CP_STDIN_ROLE)
        more->stdin_role = cp_build_16(b, put_role(c, &body->stdin_role));
    more->stdout_is = cp_build_8(b, body->stdout_is);
    if (body->stdout_text.n)
        more->stdout_text = cp_build_16(b, cp_build_string(b, body->stdout_text));
    more->does = body->does;
}

/* MORE: most nodes have nothing there. */
static uint16_t put_more(cp_compiler *c, const cp_rec_more *more) {
    static const cp_rec_more none;
    return memcmp(more, &none, sizeof none) == 0
               ? 0
               : cp_build_16(&c->build, cp_build_shared(&c->build, CP_SEC_MORE, more, 1));
}

static uint16_t put_body(cp_compiler *c, const cp_rec_body *body) {
    return cp_build_16(&c->build, cp_build_shared(&c->build, CP_SEC_BODY, body, 1));
}

static void put_cases(cp_compiler *c, path *p, cp_rec_more *out) {
    const cp_m_body *body = p->levels[p->depth - 1];
    cp_rec_case *made = CP_NEW_ARRAY(c->arena, cp_rec_case, body->cases.count);
    if (!made)
        return;
    for (uint32_t i = 0; i < body->cases.count; i++) {
        const cp_m_case *one = &body->cases.items[i];
        cp_rec_body overlay;
        cp_rec_more more;
        memset(&overlay, 0, sizeof overlay);
        memset(&more, 0, sizeof more);
        check_conds(c, p, &one->conds);
        fill_common(c, one->body, &overlay, &more);
        overlay.flags |= CP_NODE_IS_CASE;
        overlay.option_first = put_case_options(c, p, &one->body->options, &overlay.option_count);
        overlay.more = put_more(c, &more);
        made[i].cond_first = cp_compile_conds(c, &one->conds, &made[i].cond_count);
        made[i].body = put_body(c, &overlay);
    }
    out->case_first = cp_build_16(&c->build, cp_build_run(&c->build, CP_SEC_CASE, made, body->cases.count));
    out->case_count = cp_build_16(&c->build, body->cases.count);
}

/* ---- Commands --------------------------------------------------------------------------------------------------------------- */

typedef CP_LIST(cp_rec_glob) globs;

static void compile_commands(cp_compiler *, path *, const cp_m_commands *, uint32_t parent,
                             const cp_rec_body *above, globs *children);

static bool add_child(cp_compiler *c, uint32_t parent, const cp_named *name, uint32_t node, globs *children) {
    uint32_t word = cp_build_string(&c->build, name->text);
    if (cp_slice_find(name->text, '*', 0) < name->text.n) {
        cp_rec_glob glob = {word, node};
        return CP_ADD(c->arena, *children, glob);
    }
    return cp_pairs_add(c->arena, &c->build.grammar_edges, parent, word, node);
}

static void report_redescribed(cp_compiler *c, const cp_named *name) {
    for (uint32_t g = 0; g < c->grammar_count; g++) {
        const cp_image *im = c->grammars[g];
        uint32_t word = cp_image_find_word(im, name->text);
        uint32_t node = word ? cp_image_step(im, CP_IMAGE_ROOT, word) : 0;
        if (!node)
            continue;
        cp_warning(&c->report, "grammar-replaced", name->at, "a rule, if only the verdict is to change",
                   "this description of `%s` replaces the one in %s, line %d", name->text,
                   cp_image_string(im, cp_image_file_of(im, node)->name), cp_image_node(im, node)->line);
        return;
    }
}

/* What a node states, when all below it is there: its subcommands' globs are part of it. */
static void put_stated(cp_compiler *c, uint32_t node, const globs *children, cp_rec_body *body,
                       cp_rec_more *more) {
    cp_build *b = &c->build;
    more->glob_first = cp_build_16(b, cp_build_run(b, CP_SEC_GLOB, children->items, children->count));
    more->glob_count = cp_build_16(b, children->count);
    body->more = put_more(c, more);
    uint16_t index = put_body(c, body);
    cp_rec_node *record = (cp_rec_node *)cp_build_at(b, CP_SEC_NODE, node);
    if (record)
        record->body = index;
}

/* One node for all the names of a description. `above` is what its parent states. */
static void compile_command(cp_compiler *c, path *p, const cp_m_command *command, uint32_t parent,
                            const cp_rec_body *above, globs *children) {
    const cp_m_body *body = command->body;
    if (p->depth == LEVELS)
        return;
    p->levels[p->depth++] = body;
    cp_rec_body made;
    cp_rec_more more;
    memset(&made, 0, sizeof made);
    memset(&more, 0, sizeof more);
    fill_common(c, body, &made, &more);
    made.option_first = put_options(c, &body->options, &made.option_count);
    more.global_first = put_options(c, &body->global, &more.global_count);
    made.flags |= any_special(&body->options, SPECIAL) ? CP_NODE_SPECIAL_OPTIONS : 0;
    made.flags |= any_special(&body->global, SPECIAL) ? CP_NODE_SPECIAL_GLOBAL : 0;
    if (any_special(&body->options, CP_OPTION_PREFIX) || any_special(&body->global, CP_OPTION_PREFIX))
        made.flags |= CP_NODE_PREFIX_OPTIONS;
    put_cases(c, p, &more);
    if (!(body->flags & CP_NODE_HAS_EFFECTS)) {
        made.effect_first = above->effect_first;
        made.effect_count = above->effect_count;
    }
    if (body->subcommands.count)
        made.flags |= CP_NODE_HAS_SUBCOMMANDS;
    cp_rec_node node = {.parent = cp_build_16(&c->build, parent)};
    if (command->names.count) {
        node.name = cp_build_16(&c->build, cp_build_string(&c->build, command->names.items[0].text));
        node.line = line_of(command->names.items[0].at);
    }
    uint32_t index = cp_build_put(&c->build, CP_SEC_NODE, &node);
    if (!index)
        return;
    for (uint32_t i = 0; i < command->names.count; i++)
        if (!add_child(c, parent, &command->names.items[i], index, children))
            return;
    globs below = {0};
    compile_commands(c, p, &body->subcommands, index, &made, &below);
    put_stated(c, index, &below, &made, &more);
    p->depth--;
}

static void compile_commands(cp_compiler *c, path *p, const cp_m_commands *commands, uint32_t parent,
                             const cp_rec_body *above, globs *children) {
    for (uint32_t i = 0; i < commands->count && !cp_arena_failed(c->arena); i++)
        compile_command(c, p, &commands->items[i], parent, above, children);
}

static const cp_named *find_program(const cp_model *model, cp_slice name, const cp_named *not_this) {
    for (uint32_t i = 0; i < model->commands.count; i++)
        for (uint32_t k = 0; k < model->commands.items[i].names.count; k++) {
            const cp_named *other = &model->commands.items[i].names.items[k];
            if (other == not_this)
                return NULL;
            if (cp_slice_eq(other->text, name))
                return other;
        }
    return NULL;
}

/* Where the program was described before, in the order of the files. */
static void report_twice(cp_compiler *c, uint32_t m, const cp_named *name) {
    for (uint32_t k = 0; k <= m; k++) {
        const cp_named *first = find_program(c->models[k], name->text, name);
        if (!first)
            continue;
        cp_error(&c->report, "duplicate-command", name->at, "one description of a program in a layer",
                 "`%s` is described in %s, line %d, too", name->text, c->models[k]->file, first->at.line);
        return;
    }
}

void cp_compile_commands(cp_compiler *c) {
    const cp_rec_node root = {0};
    cp_rec_body stated;
    cp_rec_more more;
    cp_pairs seen = {0};
    globs children = {0};
    memset(&stated, 0, sizeof stated);
    memset(&more, 0, sizeof more);
    path *p = (path *)cp_alloc(c->arena, sizeof *p);
    if (!p || cp_build_put(&c->build, CP_SEC_NODE, &root) != CP_IMAGE_ROOT)
        return;
    for (uint32_t m = 0; m < c->count; m++) {
        c->report.file = c->models[m]->file;
        cp_rec_file *file = (cp_rec_file *)cp_build_at(&c->build, CP_SEC_FILE, c->files[m]);
        if (file && c->models[m]->commands.count)
            file->node_first = cp_build_count(&c->build, CP_SEC_NODE);
        for (uint32_t i = 0; i < c->models[m]->commands.count && !cp_arena_failed(c->arena); i++) {
            const cp_m_command *command = &c->models[m]->commands.items[i];
            cp_m_command fresh = *command;
            fresh.names = (cp_names){0};
            for (uint32_t k = 0; k < command->names.count; k++) {
                const cp_named *name = &command->names.items[k];
                uint32_t word = cp_build_string(&c->build, name->text);
                if (cp_pairs_find(&seen, 1, word)) {
                    report_twice(c, m, name);
                    continue;
                }
                report_redescribed(c, name);
                (void)cp_pairs_add(c->arena, &seen, 1, word, 1);
                (void)CP_ADD(c->arena, fresh.names, *name);
            }
            p->depth = 0;
            compile_command(c, p, &fresh, CP_IMAGE_ROOT, &stated, &children);
        }
    }
    put_stated(c, CP_IMAGE_ROOT, &children, &stated, &more);
}
