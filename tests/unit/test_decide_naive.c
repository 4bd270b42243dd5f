/* The matcher against a naive one, which knows nothing of images, indices and abstract values: it reads the command with string
 * functions, compares it with every rule, and then every rule with every other one, as docs/rules.md says it. */
#include "test_decide_random.h"

typedef struct seen_option {
    const char *typed; /* with its dashes, without a value */
    const option_row *row;
    const char *value;
    int at, value_at; /* in argv */
} seen_option;
typedef struct reading {
    const char *path[4];
    int path_at[4];
    int depth;
    seen_option options[24];
    int option_count;
    const char *operands[ARGV_MOST];
    int operand_bang[ARGV_MOST], operand_gap[ARGV_MOST], operand_at[ARGV_MOST];
    int described, operand_count; /* described: by a grammar */
    int dashes;
} reading;

static char names[64][24];
static int names_used;
static const char *keep(const char *text, size_t n) {
    char *room = names[names_used++ % 64];
    ck_assert_uint_lt(n, sizeof names[0]);
    memcpy(room, text, n);
    room[n] = 0;
    return room;
}

static void read_option_word(reading *r, node_name node, const command *c, int *at) {
    const char *w = c->argv[*at];
    const char *eq = strchr(w, '=');
    const int first = *at;
    if (node == NODE_NONE || w[1] == '-') {
        size_t n = eq && w[1] == '-' ? (size_t)(eq - w) : strlen(w);
        seen_option o = {keep(w, n), find_row(node, keep(w, n)), n < strlen(w) ? w + n + 1 : NULL, first,
                         first};
        if (o.row && o.row->takes_value && !o.value)
            o.value = c->argv[o.value_at = ++*at];
        r->options[r->option_count++] = o;
        return;
    }
    for (size_t i = 1; w[i]; i++) {
        char name[24] = {'-', w[i], 0};
        size_t digits = find_row(node, "-NUM") ? strspn(w + i, "0123456789") : 0;
        if (digits) {
            memcpy(name + 1, w + i, digits);
            i += digits - 1;
        }
        seen_option o = {keep(name, digits ? digits + 1 : 2), find_row(node, name), NULL, first, first};
        if (o.row && o.row->takes_value) {
            o.value = w[i + 1] ? w + i + 1 : c->argv[o.value_at = ++*at];
            r->options[r->option_count++] = o;
            return;
        }
        r->options[r->option_count++] = o;
    }
}

static reading read_command(const command *c) {
    reading r = {.depth = 1};
    node_name node = program_node(c->argv[0]);
    int ended = 0;
    r.described = node != NODE_NONE;
    r.path[0] = c->argv[0];
    for (int i = 1; i < c->argc; i++) {
        const char *w = c->argv[i];
        if (!ended && strcmp(w, "--") == 0) {
            ended = r.dashes = 1;
            continue;
        }
        if (!ended && w[0] == '-' && w[1]) {
            read_option_word(&r, node, c, &i);
            continue;
        }
        node_name child = r.operand_count ? NODE_NONE : child_of(node, w);
        if (child != NODE_NONE) {
            node = child;
            r.path_at[r.depth] = i;
            r.path[r.depth++] = w;
            continue;
        }
        int known = node == NODE_A || node == NODE_C || node == NODE_H ? 99 : node == NODE_D ? 1 : 0;
        r.operand_gap[r.operand_count] = r.operand_count >= known;
        r.operand_bang[r.operand_count] = node == NODE_C;
        r.operand_at[r.operand_count] = i;
        r.operands[r.operand_count++] = w;
    }
    return r;
}

static int glob(const char *pattern, const char *text) {
    if (*pattern == '*')
        return glob(pattern + 1, text) || (*text && glob(pattern, text + 1));
    return *pattern == *text && (!*pattern || glob(pattern + 1, text + 1));
}

static int is_named(const seen_option *o, const char *name) {
    return strcmp(o->typed, name) == 0 ||
           (o->row && (strcmp(o->row->canonical, name) == 0 || strcmp(o->row->other, name) == 0));
}

static int path_fits(const reading *r, const key *k) {
    for (int i = 0; i < k->word_count && i < r->depth; i++)
        if (!glob(k->words[i], r->path[i]))
            return 0;
    return 1;
}
static int operands_of(const reading *r, const key *k) {
    return k->word_count > r->depth ? k->word_count - r->depth : 0;
}

/* Review and deny: what the key names is there. */
static int touches(const reading *r, const key *k) {
    if (!path_fits(r, k))
        return 0;
    int next = 0;
    for (int i = 0; i < operands_of(r, k); i++) {
        while (next < r->operand_count && !glob(k->words[r->depth + i], r->operands[next]))
            next++;
        if (next++ >= r->operand_count)
            return 0;
    }
    for (int i = 0; i < k->option_count; i++) {
        int found = 0;
        for (int j = 0; j < r->option_count; j++)
            found |= is_named(&r->options[j], canonical_name(k, i)) &&
                     (!k->options[i].value ||
                      (r->options[j].value && glob(k->options[i].value, r->options[j].value)));
        if (!found)
            return 0;
    }
    return 1;
}

/* A key that ends in `...`: the command is the key's words, one by one, and then anything, the key's options included, which in the
 * keys of these tests stand behind all words. The last word; -1: it isn't. */
static int named_prefix(const reading *r, const key *k) {
    int at = 0;
    for (int w = 1; w < k->word_count; w++) {
        int place = w < r->depth                      ? r->path_at[w]
                    : w - r->depth < r->operand_count ? r->operand_at[w - r->depth]
                                                      : -1;
        if (place != at + 1)
            return -1;
        at = place;
    }
    return at;
}

/* Allow: nothing is there that neither the grammar nor the key knows. */
static int covers(const reading *r, const key *k) {
    int named = operands_of(r, k);
    if (!touches(r, k) || (named && (k->rest ? r->operand_count < named : r->operand_count != named)))
        return 0;
    for (int i = 0; i < named; i++)
        if (!glob(k->words[r->depth + i], r->operands[i]))
            return 0;
    int last = k->rest ? named_prefix(r, k) : 0;
    if (last < 0)
        return 0;
    for (int j = 0; j < r->option_count; j++) {
        const seen_option *o = &r->options[j];
        /* what the grammar doesn't know is known if the key names it, unless it stands below what the key names */
        int by_name = 0, by_other = 0, below = !o->row && k->word_count < r->depth;
        for (int i = 0; i < k->option_count; i++) {
            if (!is_named(o, canonical_name(k, i)))
                continue;
            by_name = !below;
            if (k->options[i].value && !(o->value && glob(k->options[i].value, o->value)))
                by_other = 1;
        }
        if (by_other || (!by_name && !k->rest && (!o->row || o->row->bang)))
            return 0;
    }
    for (int i = named; i < r->operand_count; i++)
        if (!(k->rest && r->operand_at[i] >= last) && (r->operand_bang[i] || r->operand_gap[i]))
            return 0;
    return 1;
}

static int within(const char *narrow, const char *wide) {
    if (strcmp(narrow, wide) == 0 || strcmp(wide, "*") == 0)
        return 1;
    return !strchr(narrow, '*') && glob(wide, narrow);
}

static int names_as_much(const key *a, const key *b, int depth) {
    int path_a = a->word_count < depth ? a->word_count : depth,
        path_b = b->word_count < depth ? b->word_count : depth;
    if (path_a < path_b)
        return 0;
    for (int i = 0; i < path_b; i++)
        if (!within(a->words[i], b->words[i]))
            return 0;
    int next = path_a;
    for (int i = path_b; i < b->word_count; i++) {
        while (next < a->word_count && !within(a->words[next], b->words[i]))
            next++;
        if (next++ >= a->word_count)
            return 0;
    }
    for (int i = 0; i < b->option_count; i++) {
        int found = 0;
        for (int j = 0; j < a->option_count; j++)
            found |= strcmp(canonical_name(a, j), canonical_name(b, i)) == 0 &&
                     (!b->options[i].value || same_value(a->options[j].value, b->options[i].value));
        if (!found)
            return 0;
    }
    return 1;
}

typedef enum truth { NO, MAYBE, YES } truth;

/* With a value: no more than perhaps where it is there with another one, too. */
static truth has_option(const reading *r, const char *name, const char *value) {
    int fits = 0, differs = 0;
    for (int i = 0; i < r->option_count; i++) {
        const seen_option *o = &r->options[i];
        if (!is_named(o, name))
            continue;
        const char *own = o->row && strcmp(o->row->canonical, "-NUM") == 0 ? o->typed + 1 : o->value;
        int same = !value || (own && glob(value, own));
        fits |= same;
        differs |= !same;
    }
    return !fits ? NO : differs ? MAYBE : YES;
}

static truth holds(const rule *r, int arm, const reading *c, const char *sandbox) {
    switch (r->arms[arm].when) {
    case IN_NONE: return !sandbox ? MAYBE : strcmp(sandbox, "none") == 0 ? YES : NO;
    case IN_READ_ONLY: return !sandbox ? MAYBE : strcmp(sandbox, "read-only") == 0 ? YES : NO;
    case HAS_OPTION: return has_option(c, r->arms[arm].name, r->arms[arm].value);
    case LACKS_OPTION: return has_option(c, r->arms[arm].name, NULL) ? NO : YES;
    case HAS_OPERANDS:
        return c->operand_count >= r->arms[arm].low && c->operand_count <= r->arms[arm].high ? YES : NO;
    default: return YES;
    }
}

/* What the rule says; 0: it doesn't match. sandbox: NULL is not known. */
static int says(const rule *r, const reading *c, const char *sandbox, verdict_word *out, int *sure) {
    int any = 0;
    *sure = 0;
    for (int i = 0; i < r->arm_count; i++) {
        truth t = holds(r, i, c, sandbox);
        int loosens = r->arms[i].says <= SAYS_BY_EFFECTS;
        if (t == NO || (t == MAYBE && loosens))
            continue;
        if (!any || r->arms[i].says > *out)
            *out = r->arms[i].says;
        any = 1;
        if (t == YES) {
            *sure = 1;
            break;
        }
    }
    return any;
}

static int strictness(verdict_word w) {
    return w <= SAYS_BY_EFFECTS ? 0 : (int)w - 1;
} /* 0 allow, 1 review, 2 deny */

typedef struct matching_rule {
    const rule *rule;
    int strict, sure, yields;
} matching_rule;

/* The strictest of the rules that yield to none, of one floor or (-1) of all overlays; -1: none counts. */
static int select_rules(const policy_model *m, const reading *r, const char *sandbox, int floor) {
    matching_rule found[RULES_MOST];
    int count = 0, strictest = -1;
    for (int i = 0; i < m->count; i++) {
        const rule *candidate = &m->rules[i];
        verdict_word word = SAYS_DENY;
        int sure = 0, excepted = 0;
        if (floor >= 0 ? candidate->layer != floor : candidate->layer >= REQUIREMENTS)
            continue;
        if (!says(candidate, r, sandbox, &word, &sure))
            continue;
        for (int k = 0; k < candidate->except_count; k++)
            excepted |= touches(r, &candidate->except[k]);
        if (word == SAYS_BY_EFFECTS && !r->described)
            continue; /* nothing is known of its effects */
        if (excepted || !(strictness(word) ? touches(r, &candidate->key) : covers(r, &candidate->key)))
            continue;
        found[count++] = (matching_rule){candidate, strictness(word), sure, 0};
    }
    for (int i = 0; i < count; i++) {
        const matching_rule *b = &found[i];
        int yields = 0;
        for (int k = 0; k < count; k++) {
            const matching_rule *a = &found[k];
            if (k == i || !names_as_much(&a->rule->key, &b->rule->key, r->depth))
                continue;
            if (a->strict < b->strict &&
                (!a->sure || (a->rule->layer == SESSION && b->rule->layer != SESSION && b->strict == 2)))
                continue;
            yields |=
                a->rule->layer > b->rule->layer ||
                (a->rule->layer == b->rule->layer && !names_as_much(&b->rule->key, &a->rule->key, r->depth));
        }
        if (!yields && b->strict > strictest)
            strictest = b->strict;
    }
    return strictest;
}

static cmdpolicy_verdict naive(const policy_model *m, const command *c, const char *sandbox) {
    reading r = read_command(c);
    int strictest = select_rules(m, &r, sandbox, -1);
    if (strictest < 0)
        strictest = 1;
    for (int floor = REQUIREMENTS; floor <= WORKSPACE; floor++) {
        int own = select_rules(m, &r, sandbox, floor);
        if (own > strictest)
            strictest = own;
    }
    return strictest == 2 ? CMDPOLICY_DENY : strictest == 1 ? CMDPOLICY_REVIEW : CMDPOLICY_ALLOW;
}

static cmdpolicy_decision *decide_argv(const cmdpolicy_policy *policy, const command *c,
                                       const char *sandbox) {
    cmdpolicy_request *r = cmdpolicy_request_new(policy);
    ck_assert_ptr_nonnull(r);
    if (sandbox)
        cmdpolicy_request_set_fact(r, "sandbox", sandbox, strlen(sandbox));
    ck_assert_int_eq(cmdpolicy_request_set_argv(r, (size_t)c->argc, c->argv, NULL), CMDPOLICY_OK);
    cmdpolicy_decision *d = cmdpolicy_check(policy, r);
    cmdpolicy_request_free(r);
    return d;
}

enum { POLICIES = 400, COMMANDS = 50 };

START_TEST(matchers_agree)
    {
        static const char *const sandboxes[] = {NULL, "none", "read-only", "workspace-write"};
        uint64_t s = 20240917;
        size_t differences = 0, counts[3] = {0, 0, 0};
        for (int p = 0; p < POLICIES; p++) {
            policy_model m = {.count = 0};
            static const int layers[] = {BUILTIN, BUILTIN, SYSTEM, USER, SESSION, REQUIREMENTS, WORKSPACE};
            for (size_t i = 0; i < sizeof layers / sizeof layers[0]; i++)
                if (i == 0 || below(&s, layers[i] >= REQUIREMENTS ? 4 : 2) == 0)
                    random_layer(&s, &m, layers[i], 5);
            cmdpolicy_policy *policy = policy_of_model(&m);
            ck_assert_ptr_nonnull(policy);
            for (int i = 0; i < COMMANDS; i++) {
                command c = random_command(&s);
                const char *sandbox = sandboxes[below(&s, 4)];
                cmdpolicy_verdict wanted = naive(&m, &c, sandbox);
                cmdpolicy_decision *d = decide_argv(policy, &c, sandbox);
                counts[wanted]++;
                if (cmdpolicy_decision_verdict(d) != wanted && differences++ < 5) {
                    static buffer b;
                    b.n = 0;
                    put_command(&b, &c);
                    fprintf(stderr, "policy %d, sandbox %s, `%s`: the naive matcher says %s\n", p,
                            sandbox ? sandbox : "?", b.text, verdict_name(wanted));
                    for (int layer = 0; layer < LAYERS; layer++) {
                        b.n = 0;
                        b.text[0] = 0;
                        put_layer(&b, &m, layer);
                        const char *rules = strstr(b.text, "rules:");
                        if (rules)
                            fprintf(stderr, "layer %d %s", (int)layer_numbers[layer], rules);
                    }
                    print_decision(d);
                }
                cmdpolicy_decision_free(d);
            }
            cmdpolicy_policy_free(policy);
        }
        ck_assert_msg(differences == 0, "%zu of %d differ", differences, POLICIES * COMMANDS);
        for (int i = 0; i < 3; i++) /* and each verdict is often the answer */
            ck_assert_uint_gt(counts[i], POLICIES * COMMANDS / 20);
    }
END_TEST

Suite *suite_decide_naive(void);
Suite *suite_decide_naive(void) {
    Suite *suite = suite_create("decide_naive");
    TCase *tcase = tcase_create("naive");
    tcase_add_test(tcase, matchers_agree);
    suite_add_tcase(suite, tcase);
    return suite;
}
