/* Effects, flows and defaults of a layer → EFFE, EFFK, EXCP, FLOW, DFLT, TRST, SYSD. The same pattern with another verdict in a layer is
 * an error. */
#include <stdlib.h>

#include "policy/compiler.h"

typedef struct made_effect {
    const cp_model *model;
    const cp_m_effect *entry;
    const cp_pattern *pattern; /* NULL: the kind's default */
    uint32_t file, order;
} made_effect;
typedef CP_LIST(made_effect) made_effects;

static cp_rec_object make_object(cp_compiler *c, const cp_pattern *pattern) {
    cp_rec_object made = {.object_kind = pattern->kind, .text = cp_build_string(&c->build, pattern->text)};
    switch (pattern->kind) {
    case CP_OBJECT_PATH: made.object = cp_build_path(&c->build, pattern); break;
    case CP_OBJECT_HOST: made.object = cp_build_host(&c->build, pattern); break;
    default: made.object = cp_build_string(&c->build, pattern->name); break;
    }
    return made;
}

static uint32_t put_objects(cp_compiler *c, const cp_pattern *patterns, uint32_t count) {
    cp_rec_object *made = CP_NEW_ARRAY(c->arena, cp_rec_object, count);
    if (!made)
        return 0;
    for (uint32_t i = 0; i < count; i++)
        made[i] = make_object(c, &patterns[i]);
    return cp_build_run(&c->build, CP_SEC_EXCP, made, count);
}

static cp_slice text_of(const made_effect *e) {
    return e->pattern ? e->pattern->text : CP_LIT("default");
}

static cp_place place_of(const made_effect *e) {
    return e->pattern ? e->pattern->at : e->entry->at;
}

static int compare_texts(const void *a, const void *b) {
    const made_effect *x = (const made_effect *)a, *y = (const made_effect *)b;
    if (!x->pattern != !y->pattern)
        return x->pattern ? -1 : 1; /* the default last */
    int order = cp_slice_compare(text_of(x), text_of(y));
    return order ? order : (x->order > y->order) - (x->order < y->order);
}

/* Says it the same? `made` is sorted by text. */
static void compare_effects(cp_compiler *c, const made_effects *made) {
    for (uint32_t i = 1, first = 0; i < made->count; i++) {
        const made_effect *a = &made->items[first], *b = &made->items[i];
        if (!a->pattern != !b->pattern || !cp_slice_eq(text_of(a), text_of(b))) {
            first = i;
            continue;
        }
        const uint32_t said = CP_ENTRY_MAYBE_DENY | CP_ENTRY_MAYBE_NAMED | CP_ENTRY_NO_VERDICT;
        bool same = cp_same_arms(a->entry->arms.items, a->entry->arms.count, b->entry->arms.items,
                                 b->entry->arms.count) &&
                    (a->entry->flags & said) == (b->entry->flags & said);
        c->report.file = b->model->file;
        if (!same)
            cp_report_contradiction(c, "contradiction", place_of(b), text_of(b), a->model, place_of(a));
        else
            cp_warning(&c->report, "duplicate-pattern", place_of(b), "each pattern once",
                       "`%s` says what %s, line %d says already", text_of(b), a->model->file,
                       place_of(a).line);
    }
}

typedef struct entry_runs { /* what the patterns of one entry share */
    const cp_m_effect *entry;
    uint32_t arm_first, except_first, strictest;
} entry_runs;

enum { GROUPS_MOST = (1 << 19) - 1 };

static uint32_t put_effect(cp_compiler *c, const made_effect *e, entry_runs *runs) {
    CP_HOLDS(e->entry);
    if (runs->entry != e->entry) {
        runs->entry = e->entry;
        runs->arm_first = cp_compile_arms(c, e->entry->arms.items, e->entry->arms.count);
        runs->strictest = CP_IV_ALLOW; /* as cp_image_strictest says */
        for (uint32_t i = 0; i < e->entry->arms.count; i++) {
            uint32_t verdict = e->entry->arms.items[i].verdict;
            verdict = verdict == CP_IV_NONE ? CP_IV_REVIEW : verdict;
            runs->strictest = verdict > runs->strictest ? verdict : runs->strictest;
        }
        runs->except_first = put_objects(c, e->entry->except.items, e->entry->except.count);
    }
    cp_rec_object object = {0};
    if (e->pattern)
        object = make_object(c, e->pattern);
    bool named = e->entry->id.n != 0;
    cp_slice name = named ? e->entry->id : cp_slice_str(cp_word_of(cp_effect_words, e->entry->kind));
    cp_rec_effect_group shared = {.effect = cp_build_8(&c->build, e->entry->kind),
                                  .arm_first = runs->arm_first,
                                  .arm_count = cp_build_8(&c->build, e->entry->arms.count),
                                  .except_first = runs->except_first,
                                  .except_count = cp_build_16(&c->build, e->entry->except.count),
                                  .name = cp_build_string(&c->build, name),
                                  .file = cp_build_16(&c->build, e->file),
                                  .line = place_of(e).line};
    uint32_t group = cp_build_shared(&c->build, CP_SEC_EFFG, &shared, 1);
    cp_rec_effect made = {.object = object.object,
                          .text = object.text,
                          .group = group & GROUPS_MOST,
                          .object_kind = object.object_kind & 15,
                          .strictest = runs->strictest & 7,
                          .flags = 63 & (e->entry->flags | (named ? CP_ENTRY_NAMED : 0))};
    c->build.too_large |= group > GROUPS_MOST;
    return cp_build_put(&c->build, CP_SEC_EFFE, &made);
}

static cp_rec_effect_kind compile_kind(cp_compiler *c, uint32_t kind) {
    cp_rec_effect_kind out = {0};
    made_effects made = {0};
    entry_runs runs = {0};
    for (uint32_t m = 0; m < c->count; m++)
        for (uint32_t i = 0; i < c->models[m]->effects.count; i++) {
            const cp_m_effect *entry = &c->models[m]->effects.items[i];
            made_effect one = {
                .model = c->models[m], .entry = entry, .file = c->files[m], .order = made.count};
            if (entry->kind != kind)
                continue;
            if (entry->patterns.count == 0)
                (void)CP_ADD(c->arena, made, one);
            for (uint32_t k = 0; k < entry->patterns.count; k++) {
                one.pattern = &entry->patterns.items[k];
                one.order = made.count;
                (void)CP_ADD(c->arena, made, one);
            }
        }
    if (made.count == 0 || cp_arena_failed(c->arena))
        return out;
    made_effect *written = CP_NEW_ARRAY(c->arena, made_effect, made.count);
    if (!written)
        return out;
    memcpy(written, made.items, made.count * sizeof *written);
    qsort(made.items, made.count, sizeof *made.items, compare_texts);
    compare_effects(c, &made);
    for (uint32_t i = 0; i < made.count; i++)
        if (written[i].pattern) {
            uint32_t index = put_effect(c, &written[i], &runs);
            if (out.count++ == 0)
                out.first = index;
        }
    for (uint32_t i = 0; i < made.count && !out.fallback; i++)
        if (!written[i].pattern)
            out.fallback = put_effect(c, &written[i], &runs);
    return out;
}

/* The first flow of each kind, to compare later ones with. */
typedef struct known_flow {
    const cp_model *model;
    const cp_m_flow *flow;
} known_flow;
enum { FLOW_POINTS = CP_FLOW_REMOTE + 1 };

static void compile_flow(cp_compiler *c, uint32_t m, const cp_m_flow *flow, known_flow *first) {
    const cp_model *model = c->models[m];
    if (!first->flow)
        *first = (known_flow){model, flow};
    else if (!cp_same_arms(&first->flow->arm, 1, &flow->arm, 1))
        cp_report_contradiction(c, "contradiction", flow->key.at, flow->key.text, first->model,
                                first->flow->key.at);
    cp_slice text = flow->id.n ? flow->id : cp_arena_concat(c->arena, CP_LIT("flow "), flow->key.text);
    cp_rec_flow made = {.from = flow->from,
                        .to = flow->to,
                        .arm = cp_compile_arms(c, &flow->arm, 1),
                        .id = cp_build_string(&c->build, cp_rule_id(c->arena, model, text)),
                        .file = c->files[m],
                        .line = flow->key.at.line};
    (void)cp_build_put(&c->build, CP_SEC_FLOW, &made);
}

static void compile_flows(cp_compiler *c) {
    known_flow first[FLOW_POINTS][FLOW_POINTS] = {{{0}}};
    for (uint32_t m = 0; m < c->count; m++) {
        c->report.file = c->models[m]->file;
        for (uint32_t i = 0; i < c->models[m]->flows.count; i++) {
            const cp_m_flow *flow = &c->models[m]->flows.items[i];
            compile_flow(c, m, flow, &first[flow->from][flow->to]);
        }
    }
}

void cp_compile_effects(cp_compiler *c) {
    cp_rec_effect_kind kinds[CP_EFFECT_COUNT] = {{0}};
    for (uint32_t kind = CP_EFFECT_NONE + 1; kind < CP_EFFECT_COUNT; kind++)
        kinds[kind] = compile_kind(c, kind);
    (void)cp_build_run(&c->build, CP_SEC_EFFK, kinds + 1, CP_EFFECT_COUNT - 1);
    compile_flows(c);
}

static void put_names(cp_compiler *c, cp_section section, const cp_names *names) {
    for (uint32_t i = 0; i < names->count; i++) {
        uint32_t string = cp_build_string(&c->build, names->items[i].text);
        (void)cp_build_put(&c->build, section, &string);
    }
}

void cp_compile_defaults(cp_compiler *c) {
    for (uint32_t m = 0; m < c->count; m++) {
        const cp_model *model = c->models[m];
        c->report.file = model->file;
        for (uint32_t i = 0; i < model->defaults.count; i++) {
            const cp_m_default *one = &model->defaults.items[i];
            bool by_value = one->key == CP_DEFAULT_LIMIT || one->key == CP_DEFAULT_LIMIT_VERDICT;
            bool text = one->key >= CP_DEFAULT_DIALECT && one->key <= CP_DEFAULT_AUDIT_REQUIRED;
            for (uint32_t k = 0; k < m; k++)
                for (uint32_t j = 0; j < c->models[k]->defaults.count; j++) {
                    const cp_m_default *first = &c->models[k]->defaults.items[j];
                    if (first->key != one->key || (by_value && first->value != one->value))
                        continue;
                    bool same = by_value ? first->extra == one->extra
                                : text   ? cp_slice_eq(first->text, one->text)
                                         : first->value == one->value;
                    if (!same)
                        cp_report_contradiction(c, "contradiction", one->name.at, one->name.text,
                                                c->models[k], first->name.at);
                }
            cp_rec_default made = {one->key, text ? cp_build_string(&c->build, one->text) : one->value,
                                   one->extra, c->files[m], one->name.at.line};
            (void)cp_build_put(&c->build, CP_SEC_DFLT, &made);
        }
        put_names(c, CP_SEC_TRST, &model->trusted);
        put_names(c, CP_SEC_SYSD, &model->system);
    }
}
