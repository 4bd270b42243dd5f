/* Regular expressions that backtrack badly: each is run, with the limits of a check, on values of 64 bytes that are made to nearly
 * match. One that exhausts the limit on these makes reviews of what it was written to allow. */
#include "match/match.h"
#include "policy/linter.h"
#include "policy/regex_text.h"

enum { VALUE = 64, SEEDS_MOST = 14 };

/* What the pattern begins with literally, and bytes that it speaks of. */
static uint32_t seeds_of(cp_slice s, uint8_t *seeds) {
    static const uint8_t usual[] = "a0 /=";
    uint32_t n = 0;
    for (uint32_t k = 0; k < sizeof usual - 1 + s.n && n < SEEDS_MOST; k++) {
        uint8_t c = k < sizeof usual - 1 ? usual[k] : s.p[k - (sizeof usual - 1)];
        bool known = c < ' ' || c > '~' || (k >= sizeof usual - 1 && strchr("\\^$|?*+()[]{}", c));
        for (uint32_t i = 0; i < n; i++)
            known |= seeds[i] == c;
        if (!known)
            seeds[n++] = c;
    }
    return n;
}

static uint32_t prefix_of(cp_slice s) {
    uint32_t n = 0;
    while (n < s.n && n < VALUE / 2 && !strchr("\\^$.|?*+()[]{}", s.p[n]))
        n++;
    if (n < s.n && n > 0 && strchr("?*+{", s.p[n]))
        n--;
    return n;
}

static bool fails(cp_linter *l, cp_regexes *regexes, uint32_t index, const uint8_t *value, uint32_t n) {
    cp_value v = {.flags = CP_VALUE_EXACT, .exact = {value, n}};
    cp_budget budget;
    cp_regex_match match;
    cp_budget_init(&budget);
    cp_regex_run(regexes, index, &v, l->arena, &budget, &match);
    return match.failed != 0;
}

/* The literal beginning, one or two bytes over and over, perhaps one more, and what hardly any pattern takes. */
static bool exhausts(cp_linter *l, cp_regexes *regexes, uint32_t index, cp_slice text) {
    uint8_t seeds[SEEDS_MOST] = {0}, value[VALUE + 2];
    uint32_t count = seeds_of(text, seeds), prefix = prefix_of(text);
    for (uint32_t a = 0; a < count; a++)
        for (uint32_t b = a; b < count; b++) {
            memcpy(value, text.p, prefix);
            for (uint32_t i = prefix; i < VALUE; i++)
                value[i] = seeds[(i & 1) ? a : b];
            value[VALUE] = 1;
            if (fails(l, regexes, index, value, VALUE + 1))
                return true;
            value[VALUE + 1] = 1;
            for (uint32_t end = 0; a == b && end < count; end++) {
                value[VALUE] = seeds[end];
                if (fails(l, regexes, index, value, VALUE + 2))
                    return true;
            }
        }
    return false;
}

/* The pattern's index in the compiled layer, by its text. */
static uint32_t index_of(const cp_image *im, cp_slice plain) {
    for (uint32_t i = 1; i < cp_image_count(im, CP_SEC_REGX); i++)
        if (cp_slice_eq(cp_image_string(im, cp_image_regex(im, i)->text), plain))
            return i;
    return 0;
}

static void check(cp_linter *l, cp_regexes *regexes, cp_slice text, cp_place at) {
    cp_slice plain = cp_regex_plain(l->arena, text);
    uint32_t index = index_of(l->in->own, plain);
    if (index && exhausts(l, regexes, index, plain))
        CP_LINT(l, "slow-pattern", at, "no repetition of what itself repeats; `[^,]*` in place of `.*`",
                "`%s` backtracks so much that a value of 64 bytes can't be read", text);
}

static void check_conds(cp_linter *l, cp_regexes *regexes, const cp_m_conds *conds) {
    for (uint32_t i = 0; i < conds->count; i++)
        if (conds->items[i].op == CP_CONDOP_OPERAND)
            check(l, regexes, conds->items[i].text, conds->items[i].at);
}

static void check_body(cp_linter *l, cp_regexes *regexes, const cp_m_body *body) {
    for (uint32_t i = 0; i < body->cases.count; i++)
        check_conds(l, regexes, &body->cases.items[i].conds);
    for (uint32_t i = 0; i < body->subcommands.count; i++)
        check_body(l, regexes, body->subcommands.items[i].body);
}

void cp_lint_patterns(cp_linter *l) {
    cp_regexes *regexes = l->in->own ? cp_regexes_new(l->in->own, &l->arena->mem) : NULL;
    if (!regexes)
        return;
    for (uint32_t m = 0; m < l->in->count; m++) {
        const cp_model *model = l->in->models[m];
        l->report.file = model->file;
        for (uint32_t i = 0; i < model->kinds.count; i++)
            for (uint32_t k = 0; k < model->kinds.items[i].lines.count; k++)
                check(l, regexes, model->kinds.items[i].lines.items[k].regex.text,
                      model->kinds.items[i].lines.items[k].regex.at);
        for (uint32_t i = 0; i < model->rules.count; i++)
            for (uint32_t a = 0; a < model->rules.items[i]->arms.count; a++)
                check_conds(l, regexes, &model->rules.items[i]->arms.items[a].conds);
        for (uint32_t i = 0; i < model->commands.count; i++)
            check_body(l, regexes, model->commands.items[i].body);
    }
    cp_regexes_free(regexes);
}
