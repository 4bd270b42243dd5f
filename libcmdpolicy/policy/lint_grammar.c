/* Grammars: two long names taken for one option, words that are run and said to be inert, descriptions that hide what an earlier one
 * showed. */
#include "base/text.h"
#include "policy/linter.h"

static bool is_long(cp_slice s) {
    return s.n > 3 && s.p[0] == '-' && s.p[1] == '-';
}

/* Of one word, as far as one can see: --list-sigs and --list-signatures, --gen-key and --generate-key. */
static bool akin(cp_slice a, cp_slice b) {
    uint32_t head = 2, tail = 0;
    while (head < a.n && head < b.n && a.p[head] == b.p[head])
        head++;
    while (tail < a.n - 2 && tail < b.n - 2 && a.p[a.n - 1 - tail] == b.p[b.n - 1 - tail])
        tail++;
    if (head - 2 >= 3 || tail >= 4)
        return true;
    cp_slice small = a.n < b.n ? a : b, large = a.n < b.n ? b : a;
    uint32_t found = 2; /* --bg and --background; --binary and --allow-binary-replacement */
    for (uint32_t i = 2; i < large.n && found < small.n; i++)
        found += large.p[i] == small.p[found] && (found > 2 || i == 2);
    bool within = false;
    for (uint32_t i = 2; small.n > 6 && i + small.n - 2 <= large.n; i++)
        within |= memcmp(large.p + i, small.p + 2, small.n - 2) == 0;
    return within || (found == small.n && small.n <= 5);
}

/* `--list|--all`: `|` joins spellings of one option, and these are two words. Spellings of one word (colour, color) are near to one
 * another; beside a short name several long ones are synonyms that somebody meant. */
static void check_names(cp_linter *l, const cp_m_option *o) {
    if (o->names.count != 2)
        return;
    const cp_named *a = &o->names.items[0], *b = &o->names.items[1];
    if (!is_long(a->text) || !is_long(b->text) || akin(a->text, b->text) ||
        cp_spelling_distance(a->text, b->text, 3) <= 3)
        return;
    CP_LINT(l, "two-long-names", b->at,
            "`, ` between options of the same kind; `|` joins the spellings of one",
            "`%s|%s` is one option in two spellings", a->text, b->text);
}

/* Names under which programs take what they run. */
static bool names_what_runs(cp_slice name) {
    static const char *const names[] = {"exec",   "execute",    "eval", "run-command",
                                        "script", "exec-batch", "rsh",  "use-compress-program"};
    while (name.n && name.p[0] == '-')
        name = cp_slice_sub(name, 1, name.n);
    for (uint32_t i = 0; i < sizeof names / sizeof *names; i++)
        if (cp_slice_is(name, names[i]))
            return true;
    return false;
}

static bool inert(const cp_m_role *role) {
    return role->kind == CP_KIND_VALUE && !(role->marks & CP_MARK_BANG);
}

static void check_hidden_option(cp_linter *l, const cp_m_option *o) {
    for (uint32_t i = 0; i < o->names.count; i++)
        if (o->roles.count == 1 && inert(&o->roles.items[0]) &&
            !(o->flags & (CP_OPTION_BANG | CP_OPTION_OPTIONAL_VALUE)) &&
            names_what_runs(o->names.items[i].text)) {
            CP_LINT(l, "hidden-command", o->names.items[i].at,
                    "`script`, `command`, `program` or `code`; `value!` where it is none of these",
                    "the value of `%s` is said to be inert", o->names.items[i].text);
            return;
        }
}

/* May some rule of the layer let it run? */
static bool let_run(const cp_linter *l, cp_slice program) {
    for (uint32_t m = 0; m < l->in->count; m++)
        for (uint32_t i = 0; i < l->in->models[m]->rules.count; i++) {
            const cp_m_rule *rule = l->in->models[m]->rules.items[i];
            bool lets = false, named = false;
            for (uint32_t a = 0; a < rule->arms.count; a++)
                lets |= rule->arms.items[a].verdict == CP_IV_ALLOW ||
                        rule->arms.items[a].verdict == CP_IV_BY_EFFECTS;
            for (uint32_t e = 0; lets && e < rule->entries.count; e++) {
                const cp_key_word *word = &rule->entries.items[e].words.items[0];
                for (uint32_t k = 0; k < word->alternatives.count; k++)
                    named |= cp_slice_eq(word->alternatives.items[k].text, program);
            }
            if (named)
                return true;
        }
    return false;
}

/* A program whose operands are all inert and end in `rest`: so is a wrapper described by who forgot what it wraps. */
static void check_rest(cp_linter *l, const cp_m_command *command) {
    const cp_m_body *program = command->body;
    const cp_m_roles *roles = &program->operands;
    if (!command->names.count || !let_run(l, command->names.items[0].text) || program->effects.count ||
        program->does || program->subcommands.count)
        return; /* what it does is said in another way */
    for (uint32_t i = 0; i < roles->count; i++) {
        if (roles->items[i].kind == CP_KIND_REST)
            CP_LINT(l, "hidden-command", roles->items[i].at,
                    "`command` where the words are run; `value*` where they are values",
                    "`rest` is inert, and nothing before it is run");
        else if (!inert(&roles->items[i]))
            return;
    }
}

static bool runs_something(const cp_image *im, uint32_t node);

static bool run_has(const cp_image *im, uint32_t first, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        if (cp_lint_runs(cp_image_role(im, first + i)->kind))
            return true;
    return false;
}

/* Does the command run what some of its operands say? */
static bool runs_something(const cp_image *im, uint32_t node) {
    const cp_rec_body *n = cp_image_body_of(im, node);
    if (run_has(im, n->operand_first, n->operand_count))
        return true;
    const cp_rec_more *more = cp_image_more_of(im, n);
    for (uint32_t i = 0; i < more->case_count; i++) {
        const cp_rec_body *other = cp_image_body(im, cp_image_acase(im, more->case_first + i)->body);
        if (run_has(im, other->operand_first, other->operand_count))
            return true;
    }
    return false;
}

static void check_replaced(cp_linter *l, const cp_named *name) {
    uint32_t own = l->in->own ? cp_image_grammar_child(l->in->own, CP_IMAGE_ROOT, name->text) : 0;
    for (uint32_t i = l->in->grammar_count; own && i-- > 0;) {
        const cp_image *im = l->in->grammars[i];
        uint32_t before = cp_image_grammar_child(im, CP_IMAGE_ROOT, name->text);
        if (!before)
            continue;
        if (runs_something(im, before) && !runs_something(l->in->own, own))
            CP_LINT(l, "hidden-command", name->at,
                    "its `command`, `script` or `code` in the new description, too",
                    "this description of `%s` hides the command that an earlier one shows", name->text);
        return;
    }
}

static void check_body(cp_linter *l, const cp_m_body *body) {
    const cp_m_options *runs[2] = {&body->options, &body->global};
    for (uint32_t k = 0; k < 2; k++)
        for (uint32_t i = 0; i < runs[k]->count; i++) {
            check_names(l, &runs[k]->items[i]);
            check_hidden_option(l, &runs[k]->items[i]);
        }
    for (uint32_t i = 0; i < body->subcommands.count; i++)
        check_body(l, body->subcommands.items[i].body); /* as deep as the reader lets it be */
}

void cp_lint_commands(cp_linter *l) {
    for (uint32_t m = 0; m < l->in->count; m++) {
        const cp_model *model = l->in->models[m];
        l->report.file = model->file;
        for (uint32_t i = 0; i < model->commands.count; i++) {
            check_body(l, model->commands.items[i].body);
            check_rest(l, &model->commands.items[i]);
            for (uint32_t k = 0; k < model->commands.items[i].names.count; k++)
                check_replaced(l, &model->commands.items[i].names.items[k]);
        }
    }
}
