/* stats: what was decided, by which rules, and which rules of the policy here never decided anything. */
#include "tool/audit.h"
#include "tool/records.h"

#include "api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct counts {
    json_int_t decisions, verdicts[3], failures, others;
    json_t *rules; /* by id: what is known of it, and how often it decided */
} counts;

static const char *const verdict_names[3] = {"deny", "review", "allow"}; /* by value */

static int verdict_of(const char *name) {
    for (int i = 0; i < 3; i++) {
        if (name && strcmp(name, verdict_names[i]) == 0)
            return i;
    }
    return -1;
}

static void bump(json_t *object, const char *key) {
    json_object_set_new(object, key, json_integer(json_integer_value(json_object_get(object, key)) + 1));
}

/* A reason as strict as the verdict decided; its rule is counted once a record. */
static void count_rules(counts *c, const json_t *attributes, const char *verdict) {
    json_t *seen = json_object();
    size_t i;
    json_t *one;
    json_array_foreach(record_list(attributes, "cmdpolicy.reasons"), i, one) {
        const json_t *reason = record_item(one);
        const char *strict = record_text(reason, "verdict"), *id = record_text(reason, "rule.id");
        const char *code = record_text(reason, "code");
        if (!strict || strcmp(strict, verdict) != 0 || (!id && !code))
            continue;
        char name[1200];
        snprintf(name, sizeof name, "%s%s%s", id ? id : "(", id ? "" : code, id ? "" : ")");
        if (json_object_get(seen, name))
            continue;
        json_object_set_new(seen, name, json_true());
        json_t *rule = json_object_get(c->rules, name);
        if (!rule) {
            rule = json_pack("{s:s}", "rule", name);
            const char *layer = record_text(reason, "rule.layer"), *file = record_text(reason, "rule.file");
            if (layer)
                json_object_set_new(rule, "layer", json_string(layer));
            if (file)
                json_object_set_new(rule, "file", json_string(file));
            json_object_set_new(rule, "line", json_integer((json_int_t)record_number(reason, "rule.line")));
            json_object_set_new(c->rules, name, rule);
        }
        bump(rule, "decided");
        bump(rule, verdict);
    }
    json_decref(seen);
}

static bool read_file(counts *c, const char *path) {
    records r;
    if (!records_open(&r, path))
        return false;
    while (records_next(&r)) {
        if (!record_is_decision(&r))
            continue;
        const char *verdict = record_text(r.attributes, "cmdpolicy.verdict");
        const int number = verdict_of(verdict);
        if (record_text(r.attributes, "error.type"))
            c->failures++;
        else if (number >= 0) {
            c->decisions++;
            c->verdicts[number]++;
            count_rules(c, r.attributes, verdict);
        }
    }
    c->others += (json_int_t)r.others;
    return records_close(&r);
}

/* ---- Rules that never decide ------------------------------------------------------------------------------------------ */

static void add_silent(json_t *silent, json_t *seen, const counts *c, const cp_layer_image *item, cp_slice id,
                       uint32_t file, uint32_t line, json_int_t *more) {
    char name[1200];
    snprintf(name, sizeof name, "%.*s", (int)(id.n < 1024 ? id.n : 1024), (const char *)id.p);
    if (id.n == 0 || json_object_get(c->rules, name) || json_object_get(seen, name))
        return;
    json_object_set_new(seen, name, json_true());
    if (!silent) {
        (*more)++;
        return;
    }
    const cp_slice where = cp_image_string(item->image, cp_image_file(item->image, file)->name);
    json_array_append_new(silent, json_pack("{s:s, s:s, s:s%, s:i}", "rule", name, "layer",
                                            cmdpolicy_layer_name((cmdpolicy_layer)item->layer), "file",
                                            where.n ? (const char *)where.p : "", (size_t)where.n, "line",
                                            (int)line));
}

/* Those of the built-in packs are only counted, unless `all`. */
static void find_silent(const cmdpolicy_policy *policy, const counts *c, bool all, json_t *silent,
                        json_int_t *more) {
    cp_arena arena;
    json_t *seen = json_object();
    cp_arena_init(&arena, NULL, NULL, 0, NULL);
    for (uint32_t i = 0; i < policy->layers.count; i++) {
        const cp_layer_image *item = &policy->layers.items[i];
        json_t *list = all || item->layer != CP_LAYER_BUILTIN ? silent : NULL;
        for (uint32_t k = 1; k < cp_image_count(item->image, CP_SEC_RULE); k++) {
            const cp_rec_rule *rule = cp_image_rule(item->image, k);
            const cp_rec_entry *entry = cp_image_entry(item->image, rule->entry);
            if (!(rule->flags & CP_RULE_EXCEPTION))
                add_silent(list, seen, c, item, cp_image_rule_id(&arena, item->image, rule), entry->file,
                           entry->line, more);
        }
        for (uint32_t k = 1; k < cp_image_count(item->image, CP_SEC_EFFE); k++) {
            const cp_rec_effect *entry = cp_image_effect(item->image, k);
            const cp_rec_effect_group *group = cp_image_effect_group(item->image, entry->group);
            add_silent(list, seen, c, item, cp_image_effect_id(&arena, item->image, entry), group->file,
                       group->line, more);
        }
    }
    if (cp_arena_failed(&arena))
        cli_out_of_memory();
    cp_arena_free(&arena);
    json_decref(seen);
}

/* ---- Showing ---------------------------------------------------------------------------------------------------------- */

static int by_decided(const void *a, const void *b) {
    const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;
    const json_int_t n = json_integer_value(json_object_get(x, "decided")),
                     m = json_integer_value(json_object_get(y, "decided"));
    if (n != m)
        return n < m ? 1 : -1;
    return strcmp(json_string_value(json_object_get(x, "rule")),
                  json_string_value(json_object_get(y, "rule")));
}

static json_t *sorted(json_t *rules) {
    json_t *list = json_array();
    const size_t count = json_object_size(rules);
    json_t **items = calloc(count + 1, sizeof *items);
    if (!items)
        cli_out_of_memory();
    size_t n = 0;
    const char *key;
    json_t *value;
    json_object_foreach(rules, key, value) items[n++] = value;
    qsort(items, n, sizeof *items, by_decided);
    for (size_t i = 0; i < n; i++)
        json_array_append(list, items[i]);
    free(items);
    return list;
}

static void say_rule(const json_t *rule, bool counted) {
    const char *layer = json_string_value(json_object_get(rule, "layer")),
               *file = json_string_value(json_object_get(rule, "file"));
    if (counted)
        printf("%9lld", (long long)json_integer_value(json_object_get(rule, "decided")));
    for (int i = 2; i >= 0 && counted; i--)
        printf("%9lld", (long long)json_integer_value(json_object_get(rule, verdict_names[i])));
    printf("  %s", json_string_value(json_object_get(rule, "rule")));
    if (layer)
        printf("  (%s %s:%lld)", layer, file ? file : "",
               (long long)json_integer_value(json_object_get(rule, "line")));
    printf("\n");
}

static void say(const counts *c, const json_t *deciding, const json_t *silent, json_int_t more) {
    size_t i;
    json_t *rule;
    printf("%lld decisions: %lld allow, %lld review, %lld deny; %lld checks that failed\n",
           (long long)c->decisions, (long long)c->verdicts[CMDPOLICY_ALLOW],
           (long long)c->verdicts[CMDPOLICY_REVIEW], (long long)c->verdicts[CMDPOLICY_DENY],
           (long long)c->failures);
    if (c->others > 0)
        printf("%lld lines that are no records (see cmdpolicy audit verify)\n", (long long)c->others);
    if (json_array_size(deciding) > 0)
        printf("\n  decided    allow   review     deny  rule\n");
    json_array_foreach(deciding, i, rule) say_rule(rule, true);
    if (json_array_size(silent) > 0)
        printf("\nRules that never decided:\n");
    json_array_foreach(silent, i, rule) say_rule(rule, false);
    if (more > 0)
        printf("\n%lld built-in rules never decided; --all names them\n", (long long)more);
}

int audit_stats(tool_arguments *a, int count, const char **files) {
    counts c = {.rules = json_object()};
    int status = CLI_ALLOW;
    for (int i = 0; i < count; i++)
        status = read_file(&c, files[i]) ? status : CLI_FAILURE;
    cmdpolicy_policy *policy = status == CLI_ALLOW ? cli_setup_policy(&a->setup) : NULL;
    if (policy) {
        json_t *silent = json_array(), *deciding = sorted(c.rules);
        json_int_t more = 0;
        find_silent(policy, &c, a->all, silent, &more);
        if (a->format && strcmp(a->format, "json") == 0) {
            json_t *all =
                json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:O, s:O, s:I}", "decisions", c.decisions, "allow",
                          c.verdicts[CMDPOLICY_ALLOW], "review", c.verdicts[CMDPOLICY_REVIEW], "deny",
                          c.verdicts[CMDPOLICY_DENY], "failed", c.failures, "not_records", c.others, "rules",
                          deciding, "never", silent, "never_builtin", more);
            json_dumpf(all, stdout, JSON_COMPACT);
            printf("\n");
            json_decref(all);
        } else
            say(&c, deciding, silent, more);
        json_decref(deciding);
        json_decref(silent);
    } else
        status = CLI_FAILURE;
    cmdpolicy_policy_free(policy);
    json_decref(c.rules);
    return status;
}
