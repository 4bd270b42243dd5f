/* Rules: keys that don't say what their author means, rules that never count, allows that vouch for little. Every combination of a
 * key's alternatives is read as the compiler reads it; a finding is reported once a place. */
#include <stdlib.h>

#include "base/text.h"
#include "match/layers.h"
#include "policy/linter.h"

bool cp_is_reserved_text(cp_slice); /* shell/parser.h, whose other names are ours, too */

typedef struct read_rule { /* one combination */
    const cp_model *model;
    const cp_m_rule *rule;
    const cp_key_entry *entry;
    cp_read_key_result key;
    cp_slice names; /* what it names, in one spelling, without `...` */
    uint32_t depth; /* words that are the program and its subcommands; 0: no grammar */
    const cp_image *image;
    uint32_t node;
} read_rule;

typedef struct all_rules {
    cp_linter *l;
    CP_LIST(read_rule) items;
} all_rules;

static uint32_t strictest(const cp_m_rule *rule) {
    uint32_t verdict = CP_IV_NONE;
    for (uint32_t i = 0; i < rule->arms.count; i++)
        if (rule->arms.items[i].verdict > verdict)
            verdict = rule->arms.items[i].verdict;
    return verdict;
}

static bool allows(const cp_m_rule *rule) {
    bool any = false;
    for (uint32_t i = 0; i < rule->arms.count; i++)
        any |= rule->arms.items[i].verdict == CP_IV_ALLOW;
    return any;
}

static bool always(const cp_m_rule *rule) {
    return rule->arms.count == 1 && rule->arms.items[0].conds.count == 0 && rule->except.count == 0;
}

/* ---- Reading ------------------------------------------------------------------------------------------------------------ */

static int compare_options(const void *a, const void *b) {
    const cp_read_option *x = (const cp_read_option *)a, *y = (const cp_read_option *)b;
    int order = cp_slice_compare(x->canonical, y->canonical);
    return order ? order : cp_slice_compare(x->value, y->value);
}

static cp_slice names_of(cp_linter *l, const cp_read_key_result *key) {
    cp_text text = cp_text_in(l->arena);
    for (uint32_t i = 0; i < key->words.count; i++) {
        cp_text_add(&text, key->words.items[i].text);
        cp_text_byte(&text, 0);
    }
    cp_text_byte(&text, 1);
    cp_read_option *sorted = CP_NEW_ARRAY(l->arena, cp_read_option, key->options.count);
    for (uint32_t i = 0; sorted && i < key->options.count; i++)
        sorted[i] = key->options.items[i];
    if (sorted && key->options.count)
        qsort(sorted, key->options.count, sizeof *sorted, compare_options);
    for (uint32_t i = 0; sorted && i < key->options.count; i++) {
        if (i && compare_options(&sorted[i - 1], &sorted[i]) == 0)
            continue;
        cp_text_add(&text, sorted[i].canonical);
        cp_text_byte(&text, 0);
        cp_text_add(&text, sorted[i].value);
        cp_text_byte(&text, 0);
    }
    return cp_text_slice(&text);
}

static void find_depth(cp_linter *l, read_rule *r) {
    const cp_read_key_result *key = &r->key;
    if (!cp_lint_grammar(l, key->words.items[0].text, &r->image, &r->node)) {
        r->image = NULL;
        return;
    }
    for (r->depth = 1; r->depth < key->words.count; r->depth++) {
        const cp_read_word *w = &key->words.items[r->depth];
        uint32_t child = (w->flags & CP_WORD_GLOB) ? 0 : cp_image_grammar_child(r->image, r->node, w->text);
        if (!child)
            break;
        r->node = child;
    }
}

static void read_entry(all_rules *all, const cp_model *model, const cp_m_rule *rule,
                       const cp_key_entry *entry) {
    cp_linter *l = all->l;
    uint32_t count = entry->words.count;
    const cp_key_alternative **words = CP_NEW_ARRAY(l->arena, const cp_key_alternative *, count);
    uint32_t *chosen = CP_NEW_ARRAY(l->arena, uint32_t, count);
    for (uint32_t at = 1; words && chosen && at > 0 && !cp_arena_failed(l->arena);) {
        read_rule r = {.model = model, .rule = rule, .entry = entry};
        for (uint32_t i = 0; i < count; i++)
            words[i] = &entry->words.items[i].alternatives.items[chosen[i]];
        if (!cp_read_key_words(&l->report, l->images, l->image_count, words, count, &r.key))
            return;
        r.names = names_of(l, &r.key);
        find_depth(l, &r);
        (void)CP_ADD(l->arena, all->items, r);
        for (at = count; at > 0; at--) {
            if (++chosen[at - 1] < entry->words.items[at - 1].alternatives.count)
                break;
            chosen[at - 1] = 0;
        }
    }
}

/* ---- Keys --------------------------------------------------------------------------------------------------------------- */

/* The option of the grammar, at the node or above. */
static uint32_t find_option(const cp_image *im, uint32_t node, cp_slice name) {
    bool here = true;
    for (uint32_t at = node; at > CP_IMAGE_ROOT; at = cp_image_node(im, at)->parent, here = false) {
        const cp_rec_body *n = cp_image_body_of(im, at);
        const cp_options globals = cp_image_globals(im, n);
        uint32_t found = cp_image_find_option(im, globals.first, globals.count, name);
        if (!found && here)
            found = cp_image_find_option(im, n->option_first, n->option_count, name);
        if (found)
            return found;
    }
    return 0;
}

/* The spelling nearest to what is written; empty: none is near. */
static cp_slice nearest_option(const cp_image *im, uint32_t node, cp_slice name) {
    uint32_t best = cp_spelling_most(name) + 1;
    cp_slice near = {NULL, 0};
    for (uint32_t at = node; at > CP_IMAGE_ROOT; at = cp_image_node(im, at)->parent) {
        const cp_rec_body *n = cp_image_body_of(im, at);
        const cp_options globals = cp_image_globals(im, n);
        const uint32_t runs[4] = {globals.first, globals.count, n->option_first,
                                  at == node ? n->option_count : 0};
        for (uint32_t k = 0; k < 4; k += 2)
            for (uint32_t i = 0; i < runs[k + 1]; i++) {
                cp_slice other = cp_image_string(im, cp_image_option_name(im, runs[k] + i));
                uint32_t distance = cp_spelling_distance(name, other, best);
                if (distance < best) {
                    best = distance;
                    near = other;
                }
            }
    }
    return near;
}

static void check_options(cp_linter *l, const read_rule *r) {
    for (uint32_t i = 0; i < r->key.options.count; i++) {
        const cp_read_option *o = &r->key.options.items[i];
        if (!r->image || cp_slice_is(o->name, "--"))
            continue;
        if (o->unknown) {
            const cp_rec_body *n = cp_image_body_of(r->image, r->node);
            cp_slice near = nearest_option(r->image, r->node, o->name);
            if (near.n)
                CP_LINT(l, "unknown-option", o->at, "did you mean `%s`?",
                        "`%s` has no option `%s` in its grammar", r->entry->text.text, o->name, near);
            else if (n->operand_count && cp_image_role(r->image, n->operand_first)->kind == CP_KIND_REST)
                CP_LINT(l, "never-matches", o->at, "the option under `options`",
                        "`%s` has no options, so `%s` is one of its operands", r->entry->text.text, o->name);
            else
                CP_LINT(l, "undescribed-option", o->at,
                        "the option in the grammar, unless the key is to name it alone",
                        "`%s` has no option `%s` in its grammar", r->entry->text.text, o->name);
            continue;
        }
        uint32_t known = find_option(r->image, r->node, o->name);
        const cp_rec_takes *takes = cp_image_option_takes(r->image, known);
        if (known && takes->role_count == 0 && (o->flags & CP_ROPT_VALUE) &&
            !(takes->flags & (CP_OPTION_NUMBER | CP_OPTION_PREFIX)))
            CP_LINT(l, "never-matches", o->at, "the option alone",
                    "`%s` takes no value, so no call has `%s=%s`", o->name, o->name, o->value);
    }
}

/* Where a word of the entry stands: the node of the words before it, by their first alternatives. */
static void check_alternatives(cp_linter *l, const cp_m_rule *rule, const cp_key_entry *entry) {
    const cp_image *im;
    uint32_t node;
    (void)rule;
    if (!cp_lint_grammar(l, entry->words.items[0].alternatives.items[0].text, &im, &node))
        return;
    for (uint32_t w = 1;
         w < entry->words.count && (cp_image_body_of(im, node)->flags & CP_NODE_HAS_SUBCOMMANDS); w++) {
        const cp_key_word *word = &entry->words.items[w];
        uint32_t first = 0, known = 0, words = 0;
        for (uint32_t i = 0; i < word->alternatives.count; i++) {
            const cp_key_alternative *one = &word->alternatives.items[i];
            uint32_t child = cp_image_grammar_child(im, node, one->text);
            words += !(one->text.n > 1 && one->text.p[0] == '-') && !(one->flags & CP_KEY_GLOB) &&
                     !cp_slice_is(one->text, "...");
            known += child != 0;
            first = first ? first : child;
        }
        if (words != word->alternatives.count)
            return; /* an option, a glob: not read here */
        for (uint32_t i = 0; known && known < words && i < words; i++) {
            const cp_key_alternative *one = &word->alternatives.items[i];
            if (!cp_image_grammar_child(im, node, one->text))
                CP_LINT(l, "mixed-alternatives", one->at, "a key of its own for it",
                        "`%s` is no subcommand, others beside it are: it is read as an operand", one->text);
        }
        const cp_key_alternative *one = &word->alternatives.items[0];
        if (!known && cp_image_body_of(im, node)->operand_count == 0)
            CP_LINT(l, "unknown-subcommand", one->at,
                    "a subcommand of the grammar, or the subcommand in the grammar",
                    "`%s` is no subcommand that the grammar has", one->text);
        if (!first)
            return;
        node = first;
    }
}

/* Conditions that the key itself rules out. */
static void check_conditions(cp_linter *l, const read_rule *r) {
    uint32_t depth = r->depth ? r->depth : 1;
    uint32_t named = r->key.words.count > depth ? r->key.words.count - depth : 0;
    for (uint32_t a = 0; a < r->rule->arms.count; a++) {
        const cp_m_conds *conds = &r->rule->arms.items[a].conds;
        for (uint32_t i = 0; i < conds->count; i++) {
            const cp_m_cond *c = &conds->items[i];
            bool joined = false; /* by `|` or under a `not`: then it may be another that holds */
            for (uint32_t k = i + 1; k < conds->count; k++)
                joined |= conds->items[k].op == CP_CONDOP_OR || conds->items[k].op == CP_CONDOP_NOT;
            if (joined)
                continue;
            if (c->op == CP_CONDOP_NO_OPTIONS && r->key.options.count)
                CP_LINT(l, "never-matches", c->at, "one of both", "the key names the option `%s`",
                        r->key.options.items[0].name);
            if (c->op == CP_CONDOP_OPERANDS && named > c->high)
                CP_LINT(l, "never-matches", c->at, "as many operands as the key names, or more",
                        "the key names %d operands", named);
        }
    }
}

static void check_program(cp_linter *l, const cp_key_entry *entry) {
    for (uint32_t i = 0; i < entry->words.items[0].alternatives.count; i++) {
        const cp_key_alternative *one = &entry->words.items[0].alternatives.items[i];
        const cp_image *im;
        uint32_t node;
        if (!(one->flags & CP_KEY_QUOTED) && cp_is_reserved_text(one->text) &&
            !cp_lint_grammar(l, one->text, &im, &node))
            CP_LINT(l, "never-matches", one->at, "the commands inside it",
                    "`%s` is a word of the shell's grammar, not a program", one->text);
    }
}

static void check_exceptions(cp_linter *l, const all_rules *all, const read_rule *r,
                             const cp_key_entry *except) {
    (void)all;
    if (except->words.count > r->entry->words.count)
        return;
    for (uint32_t i = 0; i < except->words.count; i++) {
        bool same = false;
        for (uint32_t k = 0; k < except->words.items[i].alternatives.count; k++) {
            const cp_key_alternative *one = &except->words.items[i].alternatives.items[k];
            same |= i < r->key.words.count && cp_slice_eq(one->text, r->key.words.items[i].text);
        }
        if (!same)
            return;
    }
    CP_LINT(l, "never-matches", except->text.at, "an exception that names more than the rule",
            "the exception `%s` is all that `%s` is about", except->text.text, r->entry->text.text);
}

/* ---- Rules that never count ----------------------------------------------------------------------------------------------- */

static int by_names(const void *a, const void *b) {
    const read_rule *x = *(read_rule *const *)a, *y = *(read_rule *const *)b;
    int order = cp_slice_compare(x->names, y->names);
    return order ? order : (x > y) - (x < y);
}

/* Rules of the same words in the layer: a stricter one that always holds leaves a looser one nothing. */
static void check_overruled(all_rules *all) {
    cp_linter *l = all->l;
    read_rule **sorted = CP_NEW_ARRAY(l->arena, read_rule *, all->items.count);
    if (!sorted || !all->items.count)
        return;
    for (uint32_t i = 0; i < all->items.count; i++)
        sorted[i] = &all->items.items[i];
    qsort(sorted, all->items.count, sizeof *sorted, by_names);
    for (uint32_t first = 0, end; first < all->items.count; first = end) {
        for (end = first + 1;
             end < all->items.count && cp_slice_eq(sorted[end]->names, sorted[first]->names);)
            end++;
        for (uint32_t i = first; i < end; i++)
            for (uint32_t k = first; k < end; k++) {
                const read_rule *loose = sorted[i], *strict = sorted[k];
                if (loose->rule == strict->rule || !always(strict->rule) ||
                    strictest(loose->rule) >= strict->rule->arms.items[0].verdict)
                    continue;
                l->report.file = loose->model->file;
                CP_LINT(l, "never-counts", loose->entry->text.at, "one verdict for these words",
                        "`%s` never counts: `%s` in %s, line %d, is stricter", loose->entry->text.text,
                        strict->entry->text.text, strict->model->file, strict->entry->text.at.line);
            }
    }
}

/* Is the text this word of a rule, or one of its words? */
static bool same_word(const cp_image *im, cp_rule_word word, cp_slice text) {
    while ((word.flags & CP_WORD_PATH) && text.n > 1 && text.p[text.n - 1] == '/')
        text.n--; /* a slash at a path's end says nothing, and isn't kept */
    bool same = !(word.flags & CP_WORD_SET) && cp_image_string_is(im, word.text, text);
    for (uint32_t place = word.text, one; (word.flags & CP_WORD_SET) && !same; place++) {
        if ((one = cp_image_set_word(im, place)) == 0)
            break;
        same = cp_image_string_is(im, one, text);
    }
    return same;
}

static bool same_record(const cp_image *im, const cp_rec_rule *record, const read_rule *r) {
    bool same = record->word_count == r->key.words.count && record->option_count == r->key.options.count &&
                !(record->flags & CP_RULE_EXCEPTION);
    if (same && (record->flags & CP_RULE_PROGRAM_PATH))
        same = same_word(im, cp_image_rule_path(im, record), r->key.words.items[0].text);
    for (uint32_t i = 1; same && i < record->word_count; i++)
        same = same_word(im, cp_image_rule_word(im, record->word_first + i - 1), r->key.words.items[i].text);
    for (uint32_t i = 0; same && i < record->option_count; i++) {
        const cp_rec_ropt *o = cp_image_ropt(im, record->option_first + i);
        same = cp_slice_eq(cp_image_string(im, o->name), r->key.options.items[i].canonical) &&
               cp_slice_eq(cp_image_string(im, o->value), r->key.options.items[i].value);
    }
    return same;
}

/* The rules of the key's program in an image. */
static const cp_rec_rnode *rules_of(const cp_image *im, const read_rule *r) {
    const cp_read_word *program = &r->key.words.items[0];
    if (program->flags & CP_WORD_PATH)
        return cp_image_rnode(im, CP_IMAGE_ROOT);
    if (!(program->flags & CP_WORD_GLOB))
        return cp_image_rnode(im, cp_image_program(im, cp_image_find_word(im, program->text)));
    uint32_t i = 1;
    while (i < cp_image_count(im, CP_SEC_RGLB) &&
           !cp_image_string_is(im, cp_image_rule_glob(im, i)->word, program->text))
        i++;
    return cp_image_rnode(im, cp_image_rule_glob(im, i)->node);
}

/* A later layer says something else of the same words, always. */
static void check_yields(cp_linter *l, const read_rule *r) {
    for (uint32_t g = 0; g < l->in->later_count; g++) {
        const cp_image *im = l->in->later[g];
        const cp_rec_rnode *node = rules_of(im, r);
        for (uint32_t i = 0; i < node->rule_count; i++) {
            const cp_rec_rule *record = cp_image_rule(im, node->rule_first + i);
            const cp_rec_entry *entry = cp_image_entry(im, record->entry);
            if (!same_record(im, record, r) || entry->arm_count != 1 ||
                cp_image_entry_more(im, entry)->except_count ||
                cp_image_arm(im, entry->arm_first)->cond_count)
                continue;
            CP_LINT(l, "always-yields", r->entry->text.at, "a rule that some layer needs",
                    "`%s` always yields to the same words in %s, line %d", r->entry->text.text,
                    cp_image_string(im, cp_image_file(im, entry->file)->name), entry->line);
            return;
        }
    }
}

/* `wrap ...: allow` on a program that nobody describes: a command that it runs is one of its words. */
static void check_wrapper(cp_linter *l, const read_rule *r) {
    if (allows(r->rule) && (r->key.flags & CP_RULE_REST) && !r->image && r->key.words.count == 1 &&
        !r->key.options.count)
        CP_LINT(l, "hidden-command", r->entry->text.at,
                "a description under `commands`, with what it runs as `command`",
                "`%s` allows all that `%s` may be told, a command that it runs included", r->entry->text.text,
                r->key.words.items[0].text);
}

/* ---- What an allow vouches for -------------------------------------------------------------------------------------------- */

static bool acts(uint32_t kind) {
    return cp_lint_runs(kind) || kind == CP_KIND_WRITE || kind == CP_KIND_DELETE || kind == CP_KIND_EDIT ||
           kind == CP_KIND_MOVE || kind == CP_KIND_WRITE_TREE || kind == CP_KIND_TARGET ||
           kind == CP_KIND_URL || kind == CP_KIND_HOST;
}

static bool has_rule_for(const all_rules *all, const read_rule *r, cp_slice subcommand) {
    for (uint32_t i = 0; i < all->items.count; i++) {
        const read_rule *other = &all->items.items[i];
        if (other->key.words.count > r->key.words.count &&
            cp_slice_eq(other->key.words.items[0].text, r->key.words.items[0].text) &&
            cp_slice_eq(other->key.words.items[r->key.words.count].text, subcommand))
            return true;
    }
    return false;
}

/* A subcommand below the node that has effects of its own and no rule of the layer's. */
static cp_slice unvouched(const all_rules *all, const read_rule *r) {
    for (uint32_t i = CP_IMAGE_ROOT + 1; i < cp_image_count(r->image, CP_SEC_NODE); i++) {
        const cp_rec_node *n = cp_image_node(r->image, i);
        const cp_rec_body *body = cp_image_body(r->image, n->body);
        cp_slice name = cp_image_string(r->image, n->name);
        if (n->parent == r->node && (body->flags & CP_NODE_HAS_EFFECTS) && body->effect_count &&
            !has_rule_for(all, r, name))
            return name;
    }
    return (cp_slice){NULL, 0};
}

static void check_vouching(cp_linter *l, const all_rules *all, const read_rule *r) {
    if (!allows(r->rule) || !r->image || l->in->layer == CP_LAYER_BUILTIN || r->depth != r->key.words.count ||
        r->key.options.count)
        return;
    cp_slice sub = unvouched(all, r);
    if (sub.n)
        CP_LINT(l, "vouches-for-less", r->entry->text.at, "a key for each subcommand that is meant",
                "`%s: allow` vouches for nothing that `%s %s` does", r->entry->text.text, r->entry->text.text,
                sub);
    const cp_rec_body *n = cp_image_body_of(r->image, r->node);
    for (uint32_t i = 0; i < n->operand_count && !(n->flags & CP_NODE_HAS_SUBCOMMANDS); i++) {
        uint32_t kind = cp_image_role(r->image, n->operand_first + i)->kind;
        if (!acts(kind))
            continue;
        CP_LINT(l, "vouches-for-less", r->entry->text.at,
                "`by-effects`, which says so; or operands in the key, which an allow vouches for",
                "`%s: allow` vouches for no operand: what `%s` names is judged by its effect",
                r->entry->text.text, cp_slice_str(cp_word_of(cp_kind_words, kind)));
        return;
    }
}

/* ---- All of them ---------------------------------------------------------------------------------------------------------- */

void cp_lint_rules(cp_linter *l) {
    all_rules all = {.l = l};
    for (uint32_t m = 0; m < l->in->count; m++) {
        const cp_model *model = l->in->models[m];
        l->report.file = model->file;
        for (uint32_t i = 0; i < model->rules.count; i++) {
            const cp_m_rule *rule = model->rules.items[i];
            for (uint32_t e = 0; e < rule->entries.count; e++) {
                check_program(l, &rule->entries.items[e]);
                check_alternatives(l, rule, &rule->entries.items[e]);
                read_entry(&all, model, rule, &rule->entries.items[e]);
            }
        }
    }
    for (uint32_t i = 0; i < all.items.count && !cp_arena_failed(l->arena); i++) {
        const read_rule *r = &all.items.items[i];
        l->report.file = r->model->file;
        check_options(l, r);
        check_conditions(l, r);
        check_yields(l, r);
        check_wrapper(l, r);
        check_vouching(l, &all, r);
        for (uint32_t e = 0; e < r->rule->except.count; e++)
            check_exceptions(l, &all, r, &r->rule->except.items[e]);
    }
    check_overruled(&all);
}
