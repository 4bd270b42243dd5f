/* The mappings `rules` and `effects`, `flow` included. */
#include "match/layers.h"
#include "policy/model.h"

static bool read_keys(cp_reporter *r, const cp_yaml *list, cp_key_entries *out) {
    bool fine = true;
    for (const cp_yaml *item = list->first; item; item = item->next)
        fine &= cp_read_key(r, item, out);
    return fine;
}

static void add_tests(cp_reporter *r, const cp_m_tests *tests, cp_model *model) {
    for (uint32_t i = 0; i < tests->count; i++)
        (void)CP_ADD(r->arena, model->tests, tests->items[i]);
}

static bool same_program(const cp_key_word *a, const cp_key_word *b, uint32_t *steps) {
    for (uint32_t i = 0; i < a->alternatives.count; i++)
        for (uint32_t k = 0; k < b->alternatives.count; k++) {
            const cp_key_alternative *x = &a->alternatives.items[i], *y = &b->alternatives.items[k];
            if (++*steps > 100 * 1000 || ((x->flags | y->flags) & CP_KEY_GLOB) ||
                cp_slice_eq(x->text, y->text))
                return true;
        }
    return false;
}

/* An exception lies within its rule: its program is one of the rule's. Where that would take long, it is not looked at. */
static void check_exceptions(cp_reporter *r, const cp_m_rule *rule) {
    uint32_t steps = 0;
    for (uint32_t e = 0; e < rule->except.count; e++) {
        const cp_key_entry *except = &rule->except.items[e];
        bool found = false;
        for (uint32_t i = 0; i < rule->entries.count && !found; i++)
            found = same_program(&rule->entries.items[i].words.items[0], &except->words.items[0], &steps);
        if (!found)
            cp_error(r, "never-matches", except->text.at, "a key that continues the rule's own: `%s ...`",
                     "`%s` is no exception of `%s`", except->text.text, rule->entries.items[0].text.text,
                     rule->entries.items[0].text.text);
    }
}

void cp_read_rule(cp_reporter *r, const cp_yaml *v, cp_model *model) {
    cp_m_rule *rule = CP_NEW(r->arena, cp_m_rule);
    cp_m_value value;
    bool fine = cp_read_key(r, v->key, &rule->entries);
    if (!cp_read_value(r, v, CP_WHEN_RULE, &value) || !fine)
        return;
    if (value.except && !read_keys(r, value.except, &rule->except))
        return;
    check_exceptions(r, rule);
    rule->arms.items = value.arms.items;
    rule->arms.count = value.arms.count;
    rule->arms.cap = value.arms.cap;
    rule->id = value.id;
    add_tests(r, &value.tests, model);
    (void)CP_ADD(r->arena, model->rules, rule);
}

/* ---- Effects ---------------------------------------------------------------------------------------------------------- */

static bool read_patterns(cp_reporter *r, uint32_t kind, const cp_yaml *key, cp_m_effect *out, bool except) {
    cp_names names = {0};
    if (!cp_want_text(r, key, "patterns") || !cp_split_key(r, key, true, &names))
        return false;
    for (uint32_t i = 0; i < names.count; i++) {
        cp_pattern pattern;
        if (!cp_pattern_of_effect(r, kind, names.items[i].text, names.items[i].at, &pattern))
            return false;
        if (except ? !CP_ADD(r->arena, out->except, pattern) : !CP_ADD(r->arena, out->patterns, pattern))
            return false;
    }
    return true;
}

static void read_entry(cp_reporter *r, uint32_t kind, const cp_yaml *key, const cp_yaml *node,
                       cp_model *model) {
    cp_m_effect entry = {.kind = kind, .at = key->at};
    bool fine = true;
    if (!cp_slice_is(key->text, "default") && cp_number_of(cp_effect_words, key->text) != kind)
        fine = read_patterns(r, kind, key, &entry, false);
    else
        entry.flags |= CP_ENTRY_DEFAULT;
    cp_m_value value;
    if (!cp_read_value(r, node, CP_WHEN_EFFECT, &value) || !fine)
        return;
    if (value.except)
        for (const cp_yaml *item = value.except->first; item; item = item->next)
            fine &= read_patterns(r, kind, item, &entry, true);
    if (!fine)
        return;
    if ((value.flags & CP_ENTRY_SECRET) && kind != CP_EFFECT_READ) {
        cp_error(r, "secret", key->at, "`secret: true` under `read`", "only what is read can be a secret");
        return;
    }
    if ((value.flags & CP_ENTRY_MAYBE_NAMED) && kind != CP_EFFECT_READ) {
        cp_error(r, "maybe", key->at, "`maybe: named` under `read`",
                 "what is changed counts wherever it may be");
        return;
    }
    entry.flags |= value.flags;
    entry.id = value.id;
    entry.arms.items = value.arms.items;
    entry.arms.count = value.arms.count;
    entry.arms.cap = value.arms.cap;
    add_tests(r, &value.tests, model);
    (void)CP_ADD(r->arena, model->effects, entry);
}

/* ---- Flow ------------------------------------------------------------------------------------------------------------- */

static bool read_points(cp_reporter *r, const cp_yaml *key, cp_m_flow *out) {
    static const cp_word_number from_words[] = {{"network", CP_FLOW_NETWORK},
                                                {"secrets", CP_FLOW_SECRETS},
                                                {"read", CP_FLOW_READ},
                                                {"remote", CP_FLOW_REMOTE},
                                                {NULL, 0}};
    static const cp_word_number to_words[] = {{"code", CP_FLOW_CODE},
                                              {"network", CP_FLOW_NETWORK},
                                              {"remote", CP_FLOW_REMOTE},
                                              {"write", CP_FLOW_WRITE},
                                              {NULL, 0}};
    cp_slice s = key->text;
    for (uint32_t i = 0; i + 4 <= s.n; i++) {
        if (memcmp(s.p + i, " to ", 4) != 0)
            continue;
        cp_slice from = cp_slice_sub(s, 0, i), to = cp_slice_sub(s, i + 4, s.n);
        out->from = cp_number_of(from_words, from);
        out->to = cp_number_of(to_words, to);
        if (out->from == CP_NO_NUMBER)
            cp_error_word(r, "flow", key->at, from_words, from, "source");
        else if (out->to == CP_NO_NUMBER)
            cp_error_word(r, "flow", cp_yaml_place(key, i + 4), to_words, to, "destination");
        return out->from != CP_NO_NUMBER && out->to != CP_NO_NUMBER;
    }
    cp_error(r, "flow", key->at, "`network to code`, `secrets to network` ...", "`%s` is no flow", s);
    return false;
}

static void read_flows(cp_reporter *r, const cp_yaml *node, cp_model *model) {
    if (!cp_want_map(r, node, "entries such as `network to code: deny`"))
        return;
    for (const cp_yaml *v = node->first; v; v = v->next) {
        cp_names names = {0};
        cp_m_value value;
        bool fine = cp_split_key(r, v->key, false, &names);
        if (v->type == CP_YAML_LIST) {
            cp_error(r, "wrong-type", v->at, "one verdict, with `when` if need be", "a list");
            continue;
        }
        if (!cp_read_value(r, v, CP_WHEN_EFFECT, &value) || !fine)
            continue;
        if (value.except || value.flags || !value.arms.count) {
            cp_error(r, "flow", v->at, "verdict, reason, suggest, risk, when, id",
                     "a flow has no exceptions");
            continue;
        }
        add_tests(r, &value.tests, model);
        for (uint32_t i = 0; i < names.count; i++) {
            cp_m_flow flow = {.key = names.items[i], .id = value.id, .arm = value.arms.items[0]};
            cp_yaml part = *v->key;
            part.text = names.items[i].text;
            part.at = names.items[i].at;
            part.length = part.text.n;
            part.style = CP_YAML_PLAIN;
            if (read_points(r, &part, &flow))
                (void)CP_ADD(r->arena, model->flows, flow);
        }
    }
}

void cp_read_effects(cp_reporter *r, const cp_yaml *node, cp_model *model) {
    static const cp_word_number with_flow[] = {
        {"read", 0},      {"write", 0},  {"delete", 0},  {"network", 0}, {"code", 0}, {"env", 0},
        {"privilege", 0}, {"remote", 0}, {"process", 0}, {"system", 0},  {"flow", 0}, {NULL, 0}};
    if (!cp_want_map(r, node, "kinds of effects: read, write, delete, network ..."))
        return;
    for (const cp_yaml *v = node->first; v; v = v->next) {
        if (cp_slice_is(v->key->text, "flow")) {
            read_flows(r, v, model);
            continue;
        }
        uint32_t kind = cp_number_of(cp_effect_words, v->key->text);
        if (kind == CP_NO_NUMBER) {
            cp_error_word(r, "unknown-key", v->key->at, with_flow, v->key->text, "kind of effect");
            continue;
        }
        if (v->type != CP_YAML_MAP || cp_is_value_mapping(v)) {
            read_entry(r, kind, v->key, v, model);
            continue;
        }
        for (const cp_yaml *entry = v->first; entry; entry = entry->next)
            read_entry(r, kind, entry->key, entry, model);
    }
}
