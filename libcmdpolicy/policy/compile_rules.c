/* Rules → RNOD, RULE, ENTR, RWRD, ROPT, ARMS. Every combination of a key's alternatives becomes a record of its own; they share what
 * the entry says. Two records of the same words with different verdicts in a layer are an error. */
#include <stdlib.h>

#include "base/text.h"
#include "policy/compiler.h"

typedef struct made_rule {
    cp_rec_rule record;
    cp_rec_entry entry;
    const cp_model *model;
    const cp_m_rule *rule;
    cp_place at;
    cp_slice signature; /* what the key names, in one spelling */
    uint32_t node;      /* RNOD; UINT32_MAX: an exception, which hangs nowhere */
    uint32_t order;
    uint32_t dropped;
    uint32_t except_first, except_count; /* made rules */
} made_rule;

typedef struct rules {
    cp_compiler *c;
    const cp_image *images[64]; /* latest first */
    uint32_t image_count;
    CP_LIST(made_rule) made;
    CP_LIST(cp_rec_glob) globs;
    cp_pairs glob_children; /* (root, word) → RNOD */
    uint32_t node_count;    /* RNOD: 0 is none, 1 the root */
    /* the entry in hand */
    const cp_model *model;
    const cp_m_rule *rule;
    uint32_t file, arm_first, arm_count;
    /* what one combination needs, thrown away behind it: a large policy would otherwise fill pages with it */
    cp_arena temporary;
    uint8_t room[8192];
} rules;

/* ---- One combination --------------------------------------------------------------------------------------------------- */

/* PATP of a word that compares as a path: a slash at its end says nothing. */
static uint32_t path_of(rules *r, cp_slice text, cp_place at) {
    cp_pattern pattern;
    while (text.n > 1 && text.p[text.n - 1] == '/')
        text.n--;
    return cp_pattern_path(&r->c->report, text, at, &pattern) ? cp_build_path(&r->c->build, &pattern) : 0;
}

static uint32_t put_words(rules *r, const cp_read_key_result *key, cp_rec_rword *made) {
    for (uint32_t i = 0; i < key->words.count; i++) {
        const cp_read_word *w = &key->words.items[i];
        uint32_t index =
            w->flags & CP_WORD_PATH ? path_of(r, w->text, w->at) : cp_build_string(&r->c->build, w->text);
        made[i].what = index << 2 | w->flags;
    }
    return cp_build_shared(&r->c->build, CP_SEC_RWRD, made, key->words.count);
}

static uint32_t put_options(rules *r, const cp_read_key_result *key) {
    cp_rec_ropt *made = CP_NEW_ARRAY(&r->temporary, cp_rec_ropt, key->options.count);
    if (!made)
        return 0;
    for (uint32_t i = 0; i < key->options.count; i++) {
        const cp_read_option *o = &key->options.items[i];
        uint32_t behind = o->behind * CP_ROPT_BEHIND > UINT16_MAX ? UINT16_MAX / CP_ROPT_BEHIND : o->behind;
        made[i] = (cp_rec_ropt){cp_build_string(&r->c->build, o->canonical),
                                cp_build_string(&r->c->build, o->value), 0,
                                (uint16_t)(o->flags | behind * CP_ROPT_BEHIND)};
        if (o->flags & CP_ROPT_VALUE_PATH)
            made[i].path = cp_build_16(&r->c->build, path_of(r, o->value, o->at));
    }
    return cp_build_shared(&r->c->build, CP_SEC_ROPT, made, key->options.count);
}

static int compare_options(const void *a, const void *b) {
    const cp_read_option *x = (const cp_read_option *)a, *y = (const cp_read_option *)b;
    int order = cp_slice_compare(x->canonical, y->canonical);
    if (order == 0)
        order = (x->flags > y->flags) - (x->flags < y->flags);
    return order ? order : cp_slice_compare(x->value, y->value);
}

static cp_slice signature_of(rules *r, const cp_read_key_result *key) {
    cp_text text = cp_text_in(&r->temporary);
    for (uint32_t i = 0; i < key->words.count; i++) {
        cp_text_add(&text, key->words.items[i].text);
        cp_text_byte(&text, 0);
        cp_text_byte(&text, (uint8_t)('0' + key->words.items[i].flags));
    }
    cp_text_byte(&text, 1);
    if (key->options.count) {
        cp_read_option *sorted = CP_NEW_ARRAY(&r->temporary, cp_read_option, key->options.count);
        if (!sorted)
            return cp_text_slice(&text);
        memcpy(sorted, key->options.items, key->options.count * sizeof *sorted);
        qsort(sorted, key->options.count, sizeof *sorted, compare_options);
        for (uint32_t i = 0; i < key->options.count; i++) {
            if (i && compare_options(&sorted[i - 1], &sorted[i]) == 0)
                continue;
            cp_text_add(&text, sorted[i].canonical);
            cp_text_byte(&text, 0);
            cp_text_byte(&text, (uint8_t)('0' + sorted[i].flags));
            cp_text_add(&text, sorted[i].value);
            cp_text_byte(&text, 0);
        }
    }
    if (key->flags & CP_RULE_REST)
        cp_text_str(&text, "...");
    return cp_arena_copy(r->c->arena, cp_text_slice(&text));
}

/* The node of the key's first word, made when it is new. Paths in place of a program belong to the root itself. */
static uint32_t hang(rules *r, uint32_t program) {
    bool glob = (program & CP_WORD_GLOB) != 0;
    uint32_t text = program >> 2;
    cp_pairs *children = glob ? &r->glob_children : &r->c->build.rule_edges;
    if (program & CP_WORD_PATH)
        return CP_IMAGE_ROOT;
    uint32_t node = cp_pairs_find(children, CP_IMAGE_ROOT, text);
    if (node)
        return node;
    node = r->node_count++;
    cp_rec_glob child = {text, node};
    if (!cp_pairs_add(r->c->arena, children, CP_IMAGE_ROOT, text, node) ||
        (glob && !CP_ADD(r->c->arena, r->globs, child)))
        return 0;
    return node;
}

static void make_one(rules *r, const cp_key_entry *entry, const cp_key_alternative *const *words,
                     bool exception) {
    cp_read_key_result key;
    if (!cp_read_key_words(&r->c->report, r->images, r->image_count, words, entry->words.count, &key))
        return;
    cp_rec_rword *made_words = CP_NEW_ARRAY(&r->temporary, cp_rec_rword, key.words.count);
    if (!made_words)
        return;
    made_rule made = {
        .model = r->model, .rule = r->rule, .at = entry->text.at, .order = r->made.count, .node = UINT32_MAX};
    cp_build *b = &r->c->build;
    made.record = (cp_rec_rule){.word_first = put_words(r, &key, made_words),
                                .option_first = put_options(r, &key),
                                .flags = cp_build_8(b, key.flags | (exception ? CP_RULE_EXCEPTION : 0)),
                                .word_count = cp_build_8(b, key.words.count),
                                .option_count = cp_build_8(b, key.options.count)};
    made.entry = (cp_rec_entry){.key = cp_build_string(b, entry->text.text),
                                .name = cp_build_string(b, r->rule->id.n ? r->rule->id : entry->text.text),
                                .line = entry->text.at.line,
                                .file = cp_build_16(b, r->file)};
    if (!exception) {
        made.entry.arm_first = r->arm_first;
        made.entry.arm_count = cp_build_8(b, r->arm_count);
        made.signature = signature_of(r, &key);
        made.node = hang(r, made_words[0].what);
    }
    (void)CP_ADD(r->c->arena, r->made, made);
}

static void make_rule(rules *r, const cp_key_entry *entry, const cp_key_alternative *const *words,
                      bool exception) {
    cp_arena *arena = r->c->report.arena;
    cp_arena_init(&r->temporary, &arena->mem, r->room, sizeof r->room, NULL);
    r->c->report.arena = &r->temporary;
    make_one(r, entry, words, exception);
    r->c->report.arena = arena;
    arena->failed |= r->temporary.failed;
    cp_arena_free(&r->temporary);
}

/* Every combination of alternatives; 4096 at most, which the reader has seen to. */
static void make_entry(rules *r, const cp_key_entry *entry, bool exception) {
    uint32_t count = entry->words.count;
    const cp_key_alternative **words = CP_NEW_ARRAY(r->c->arena, const cp_key_alternative *, count);
    uint32_t *chosen = CP_NEW_ARRAY(r->c->arena, uint32_t, count);
    if (!words || !chosen)
        return;
    for (uint32_t at = 0; at < UINT32_MAX && !cp_arena_failed(r->c->arena);) {
        for (uint32_t i = 0; i < count; i++)
            words[i] = &entry->words.items[i].alternatives.items[chosen[i]];
        uint32_t errors = r->c->report.errors;
        make_rule(r, entry, words, exception);
        if (r->c->report.errors != errors)
            return; /* once is enough */
        for (at = count; at > 0; at--) {
            if (++chosen[at - 1] < entry->words.items[at - 1].alternatives.count)
                break;
            chosen[at - 1] = 0;
        }
        if (at == 0)
            return;
    }
}

static void make_rules(rules *r, const cp_m_rule *rule) {
    r->rule = rule;
    r->arm_first = cp_compile_arms(r->c, rule->arms.items, rule->arms.count);
    r->arm_count = rule->arms.count;
    uint32_t first = r->made.count;
    for (uint32_t i = 0; i < rule->entries.count; i++)
        make_entry(r, &rule->entries.items[i], false);
    uint32_t end = r->made.count;
    for (uint32_t i = 0; i < rule->except.count; i++)
        make_entry(r, &rule->except.items[i], true);
    for (uint32_t i = first; i < end; i++) {
        r->made.items[i].except_first = end;
        r->made.items[i].except_count = r->made.count - end;
    }
}

/* ---- All of them --------------------------------------------------------------------------------------------------------- */

static int compare_signatures(const void *a, const void *b) {
    const made_rule *x = *(made_rule *const *)a, *y = *(made_rule *const *)b;
    int order = cp_slice_compare(x->signature, y->signature);
    return order ? order : (x->order > y->order) - (x->order < y->order);
}

static void compare_pair(rules *r, made_rule *first, made_rule *later) {
    if (first->rule == later->rule) {
        later->dropped = 1; /* `-f|--force`: two spellings of one thing */
        return;
    }
    r->c->report.file = later->model->file;
    if (!cp_same_arms(first->rule->arms.items, first->rule->arms.count, later->rule->arms.items,
                      later->rule->arms.count))
        cp_report_contradiction(r->c, "contradiction", later->at,
                                cp_build_text(&r->c->build, later->entry.key), first->model, first->at);
    else
        cp_warning(&r->c->report, "duplicate-rule", later->at, "each key once",
                   "`%s` says what %s, line %d says already", cp_build_text(&r->c->build, later->entry.key),
                   first->model->file, first->at.line);
}

/* Same words, same options: same verdict, or it's an error. */
static void compare_rules(rules *r) {
    made_rule **sorted = CP_NEW_ARRAY(r->c->arena, made_rule *, r->made.count);
    uint32_t count = 0;
    if (!sorted)
        return;
    for (uint32_t i = 0; i < r->made.count; i++)
        if (r->made.items[i].node != UINT32_MAX)
            sorted[count++] = &r->made.items[i];
    cp_slice *signatures = CP_NEW_ARRAY(r->c->arena, cp_slice, count);
    for (uint32_t i = 0; signatures && i < count; i++)
        signatures[i] = sorted[i]->signature;
    if (!signatures || cp_all_different(r->c->arena, signatures, count))
        return;
    qsort(sorted, count, sizeof *sorted, compare_signatures);
    for (uint32_t i = 1, first = 0; i < count; i++) {
        if (cp_slice_eq(sorted[i]->signature, sorted[first]->signature))
            compare_pair(r, sorted[first], sorted[i]);
        else
            first = i;
    }
}

static int compare_places(const void *a, const void *b) {
    const made_rule *x = *(made_rule *const *)a, *y = *(made_rule *const *)b;
    if (x->node != y->node)
        return x->node < y->node ? -1 : 1;
    if (x->record.word_count != y->record.word_count && x->node != UINT32_MAX)
        return x->record.word_count < y->record.word_count ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static void put_exceptions(rules *r, made_rule *made, const uint32_t *places, cp_pairs *done) {
    if (!made->except_count)
        return;
    uint32_t known = cp_pairs_find(done, made->except_first, made->except_count);
    if (!known) {
        uint32_t *indices = CP_NEW_ARRAY(r->c->arena, uint32_t, made->except_count);
        if (!indices)
            return;
        for (uint32_t i = 0; i < made->except_count; i++)
            indices[i] = places[made->except_first + i];
        known = cp_build_run(&r->c->build, CP_SEC_EXCR, indices, made->except_count);
        (void)cp_pairs_add(r->c->arena, done, made->except_first, made->except_count, known);
    }
    made->entry.except_first = cp_build_16(&r->c->build, known);
    made->entry.except_count = cp_build_16(&r->c->build, made->except_count);
}

/* RULE by first word, then by number of words, then as they came; exceptions behind all others; then the nodes. */
static void write_rules(rules *r) {
    uint32_t count = r->made.count, kept = 0;
    made_rule **sorted = CP_NEW_ARRAY(r->c->arena, made_rule *, count);
    uint32_t *places = CP_NEW_ARRAY(r->c->arena, uint32_t, count);
    cp_rec_rnode *nodes = CP_NEW_ARRAY(r->c->arena, cp_rec_rnode, r->node_count);
    cp_pairs done = {0};
    if (!sorted || !places || !nodes)
        return;
    for (uint32_t i = 0; i < count; i++)
        if (!r->made.items[i].dropped)
            sorted[kept++] = &r->made.items[i];
    qsort(sorted, kept, sizeof *sorted, compare_places);
    for (uint32_t i = 0; i < kept; i++)
        places[sorted[i]->order] = i + 1;
    for (uint32_t i = 0; i < kept; i++) {
        made_rule *made = sorted[i];
        put_exceptions(r, made, places, &done);
        if (made->node < r->node_count) {
            cp_rec_rnode *node = &nodes[made->node];
            if (node->rule_count == 0)
                node->rule_first = i + 1;
            node->rule_count = cp_build_16(&r->c->build, node->rule_count + 1u);
        }
        made->record.entry = cp_build_shared(&r->c->build, CP_SEC_ENTR, &made->entry, 1);
        (void)cp_build_put(&r->c->build, CP_SEC_RULE, &made->record);
    }
    (void)cp_build_run(&r->c->build, CP_SEC_RGLB, r->globs.items, r->globs.count);
    for (uint32_t i = CP_IMAGE_ROOT; i < r->node_count; i++)
        (void)cp_build_put(&r->c->build, CP_SEC_RNOD, &nodes[i]);
}

/* Of all keys of a file, so that room for them is taken at once; a few thousand at most where a key has many. */
static uint32_t combinations_of(const cp_model *model) {
    uint32_t sum = 0;
    for (uint32_t i = 0; i < model->rules.count; i++)
        for (uint32_t k = 0; k < model->rules.items[i].entries.count; k++) {
            const cp_key_entry *entry = &model->rules.items[i].entries.items[k];
            uint32_t product = 1;
            for (uint32_t w = 0; w < entry->words.count && product < 4096; w++)
                product *= entry->words.items[w].alternatives.count;
            sum += product < 16 ? product : 16;
        }
    return sum;
}

void cp_compile_rules(cp_compiler *c) {
    rules all, *r = &all;
    memset(r, 0, sizeof *r);
    r->c = c;
    r->node_count = CP_IMAGE_ROOT + 1;
    if (c->own.bytes)
        r->images[r->image_count++] = &c->own;
    for (uint32_t i = c->grammar_count; i-- > 0 && r->image_count < 64;)
        r->images[r->image_count++] = c->grammars[i];
    for (uint32_t m = 0; m < c->count; m++) {
        r->model = c->models[m];
        r->file = c->files[m];
        c->report.file = r->model->file;
        (void)cp_arena_reserve(c->arena, (void **)&r->made.items, &r->made.cap, r->made.count,
                               combinations_of(r->model), sizeof *r->made.items);
        for (uint32_t i = 0; i < r->model->rules.count && !cp_arena_failed(c->arena); i++)
            make_rules(r, &r->model->rules.items[i]);
    }
    if (cp_arena_failed(c->arena))
        return;
    compare_rules(r);
    write_rules(r);
}
