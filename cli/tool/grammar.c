/* grammar: what a policy knows of a command, as JSON, for programs that hold it against the command itself. One line a command.
 * Reads the images of a policy in their layers' order: the latest description of a command is the one that counts. */
#include "tool/tool.h"

#include "api.h"
#include "base/text.h"
#include "policy/model.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_DEPTH = 16 };

typedef struct printer {
    const cp_image *image;
    cp_text *out;
} printer;

/* The edges are a hash table: slot 0 is one like the others. */
static const cp_rec_edge *edge(const cp_image *im, uint32_t slot) {
    return (const cp_rec_edge *)(const void *)(im->section[CP_SEC_GEDG].first +
                                               (size_t)slot * im->section[CP_SEC_GEDG].size);
}

static uint32_t parent_of(const cp_image *im, const cp_rec_edge *e) {
    return cp_image_node(im, e->node)->parent;
}

static void string(const printer *p, uint32_t index) {
    cp_text_json(p->out, cp_image_string(p->image, index));
}

/* `,` unless it is the first of its list. */
static void separate(const printer *p, bool *first) {
    if (!*first)
        cp_text_byte(p->out, ',');
    *first = false;
}

static void member(const printer *p, const char *name) {
    cp_text_str(p->out, ",\"");
    cp_text_str(p->out, name);
    cp_text_str(p->out, "\":");
}

/* A kind with its marks, as it is written in YAML. */
static void role(const printer *p, const cp_rec_role *r) {
    cp_text text = cp_text_in(p->out->arena);
    if (r->kind == CP_KIND_CUSTOM)
        cp_text_add(&text, cp_image_string(p->image, cp_image_kind(p->image, r->custom)->name));
    else
        cp_text_str(&text, r->kind == CP_KIND_LITERAL ? "--" : cp_word_of(cp_kind_words, r->kind));
    static const struct {
        uint8_t mark;
        const char *sign;
    } signs[] = {{CP_MARK_BANG, "!"},
                 {CP_MARK_OPTIONAL, "?"},
                 {CP_MARK_STAR, "*"},
                 {CP_MARK_PLUS, "+"},
                 {CP_MARK_JOINED, "*"}};
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (r->marks & signs[i].mark)
            cp_text_str(&text, signs[i].sign);
    if (r->fallback) {
        cp_text_str(&text, " = ");
        cp_text_add(&text, cp_image_string(p->image, r->fallback));
    }
    cp_text_json(p->out, cp_text_slice(&text));
}

static void roles(const printer *p, uint32_t first, uint32_t count) {
    bool begun = true;
    cp_text_byte(p->out, '[');
    for (uint32_t i = 0; i < count; i++) {
        separate(p, &begun);
        role(p, cp_image_role(p->image, first + i));
    }
    cp_text_byte(p->out, ']');
}

static void effects(const printer *p, uint32_t first, uint32_t count) {
    bool begun = true;
    cp_text_byte(p->out, '[');
    for (uint32_t i = 0; i < count; i++) {
        const cp_rec_declared *d = cp_image_declared(p->image, first + i);
        cp_text text = cp_text_in(p->out->arena);
        cp_text_str(&text, cp_word_of(cp_effect_words, d->kind));
        if (d->flags & CP_DECLARED_TREE)
            cp_text_str(&text, "-tree");
        if (d->object) {
            cp_text_byte(&text, ' ');
            cp_text_add(&text, cp_image_string(p->image, d->object));
        }
        separate(p, &begun);
        cp_text_json(p->out, cp_text_slice(&text));
    }
    cp_text_byte(p->out, ']');
}

/* Spellings of one option lie apart, sorted by name: they are gathered by their group. */
static void options(const printer *p, uint32_t first, uint32_t count) {
    bool begun = true;
    cp_text_byte(p->out, '[');
    for (uint32_t i = 0; i < count; i++) {
        const cp_rec_takes *o = cp_image_option_takes(p->image, first + i);
        const uint32_t group = cp_image_option_first(p->image, first + i);
        uint32_t earlier = 0;
        while (earlier < i && cp_image_option_first(p->image, first + earlier) != group)
            earlier++;
        if (earlier < i)
            continue;
        separate(p, &begun);
        cp_text_str(p->out, "{\"names\":[");
        bool begun_names = true;
        for (uint32_t k = i; k < count; k++) {
            if (cp_image_option_first(p->image, first + k) != group)
                continue;
            const uint8_t flags = cp_image_option_takes(p->image, first + k)->flags;
            cp_text name = cp_text_in(p->out->arena);
            cp_text_add(&name, cp_image_string(p->image, cp_image_option_name(p->image, first + k)));
            if (flags & CP_OPTION_NUMBER)
                cp_text_str(&name, "NUM");
            if (flags & CP_OPTION_PREFIX)
                cp_text_byte(&name, '*');
            separate(p, &begun_names);
            cp_text_json(p->out, cp_text_slice(&name));
        }
        cp_text_byte(p->out, ']');
        member(p, "takes");
        cp_text_str(p->out, o->role_count == 0                    ? "\"nothing\""
                            : o->flags & CP_OPTION_OPTIONAL_VALUE ? "\"optional\""
                                                                  : "\"value\"");
        if (o->role_count) {
            member(p, "values");
            roles(p, o->role_first, o->role_count);
        }
        if (o->flags & CP_OPTION_BANG)
            cp_text_str(p->out, ",\"named-only\":true");
        if (o->flags & CP_OPTION_HELP)
            cp_text_str(p->out, ",\"help\":true");
        if (o->effect_count) {
            member(p, "effects");
            effects(p, o->effect_first, o->effect_count);
        }
        cp_text_byte(p->out, '}');
    }
    cp_text_byte(p->out, ']');
}

/* What a command and a case of it both may state. */
static void stated(const printer *p, const cp_rec_body *n) {
    if (n->option_count) {
        member(p, "options");
        options(p, n->option_first, n->option_count);
    }
    const cp_options globals = cp_image_globals(p->image, n);
    if (globals.count) {
        member(p, "global");
        options(p, globals.first, globals.count);
    }
    if (n->flags & CP_NODE_HAS_OPERANDS) {
        member(p, "operands");
        roles(p, n->operand_first, n->operand_count);
    }
    if (n->effect_count || n->flags & CP_NODE_HAS_EFFECTS) {
        member(p, "effects");
        effects(p, n->effect_first, n->effect_count);
    }
}

static void node(const printer *p, uint32_t index, uint32_t depth);

/* The words behind a node that have this description, and it once. */
static void subcommand(const printer *p, uint32_t parent, uint32_t child, uint32_t depth) {
    const cp_rec_more *more = cp_image_more_of(p->image, cp_image_body_of(p->image, parent));
    bool begun = true;
    cp_text_str(p->out, "{\"names\":[");
    for (uint32_t i = 0; i < cp_image_count(p->image, CP_SEC_GEDG); i++) {
        if (edge(p->image, i)->node != child || parent_of(p->image, edge(p->image, i)) != parent)
            continue;
        separate(p, &begun);
        string(p, edge(p->image, i)->word);
    }
    for (uint32_t i = 0; i < more->glob_count; i++) {
        if (cp_image_glob(p->image, more->glob_first + i)->node != child)
            continue;
        separate(p, &begun);
        string(p, cp_image_glob(p->image, more->glob_first + i)->word);
    }
    cp_text_str(p->out, "],\"grammar\":");
    node(p, child, depth);
    cp_text_byte(p->out, '}');
}

static void node(const printer *p, uint32_t index, uint32_t depth) {
    const cp_rec_body *n = cp_image_body_of(p->image, index);
    const cp_rec_more *more = cp_image_more_of(p->image, n);
    cp_text_str(p->out, "{\"file\":");
    string(p, cp_image_file_of(p->image, index)->name);
    member(p, "line");
    cp_text_number(p->out, cp_image_node(p->image, index)->line);
    member(p, "syntax");
    cp_text_byte(p->out, '"');
    cp_text_str(p->out, cp_word_of(cp_syntax_words, more->syntax));
    cp_text_byte(p->out, '"');
    if (n->flags & CP_NODE_HARMLESS_OPTIONS)
        cp_text_str(p->out, ",\"unknown-options\":\"harmless\"");
    stated(p, n);
    if (more->case_count) {
        member(p, "cases");
        bool begun = true;
        cp_text_byte(p->out, '[');
        for (uint32_t i = 0; i < more->case_count; i++) {
            separate(p, &begun);
            cp_text_str(p->out, "{\"case\":");
            cp_text_number(p->out, i + 1);
            stated(p, cp_image_body(p->image, cp_image_acase(p->image, more->case_first + i)->body));
            cp_text_byte(p->out, '}');
        }
        cp_text_byte(p->out, ']');
    }
    if (n->flags & CP_NODE_HAS_SUBCOMMANDS && depth < MOST_DEPTH) {
        member(p, "subcommands");
        bool begun = true;
        cp_text_byte(p->out, '[');
        /* Descriptions lie in the order in which they were written: a node's children behind it. */
        for (uint32_t child = index + 1; child < cp_image_count(p->image, CP_SEC_NODE); child++) {
            if (cp_image_node(p->image, child)->parent != index)
                continue;
            separate(p, &begun);
            subcommand(p, index, child, depth + 1);
        }
        cp_text_byte(p->out, ']');
    }
    cp_text_byte(p->out, '}');
}

/* The rules whose key begins with the program, of all layers. */
static void rules(const printer *p, const cp_layers *layers, cp_slice name) {
    bool begun = true;
    cp_text_byte(p->out, '[');
    for (uint32_t l = 0; l < layers->count; l++) {
        const printer q = {layers->items[l].image, p->out};
        const uint32_t word = cp_image_find_word(q.image, name);
        const cp_rec_rnode *run = cp_image_rnode(q.image, word ? cp_image_program(q.image, word) : 0);
        uint32_t last = 0;
        for (uint32_t i = 0; i < run->rule_count; i++) {
            const cp_rec_rule *r = cp_image_rule(q.image, run->rule_first + i);
            const cp_rec_entry *entry = cp_image_entry(q.image, r->entry);
            /* The combinations of a key's alternatives are records of their own. */
            if (r->flags & CP_RULE_EXCEPTION || r->entry == last)
                continue;
            last = r->entry;
            separate(p, &begun);
            cp_text_str(p->out, "{\"id\":");
            cp_text_json(p->out, cp_image_rule_id(p->out->arena, q.image, r));
            member(p, "key");
            cp_text_json(p->out, cp_image_key(p->out->arena, q.image, entry));
            member(p, "verdicts");
            bool begun_arms = true;
            cp_text_byte(p->out, '[');
            for (uint32_t k = 0; k < entry->arm_count; k++) {
                const cp_rec_arm *arm = cp_image_arm(q.image, entry->arm_first + k);
                separate(p, &begun_arms);
                cp_text_json(p->out, cp_slice_str(cp_word_of(cp_verdict_words, arm->verdict)));
            }
            cp_text_str(p->out, "]}");
        }
    }
    cp_text_byte(p->out, ']');
}

static bool print_command(const cp_layers *layers, cp_slice name) {
    cp_arena arena;
    cp_arena_init(&arena, NULL, NULL, 0, NULL);
    cp_text out = cp_text_in(&arena);
    printer p = {NULL, &out};
    uint32_t found = 0;
    for (uint32_t l = 0; l < layers->count; l++) {
        uint32_t here = cp_image_grammar_child(layers->items[l].image, CP_IMAGE_ROOT, name);
        if (here) {
            found = here;
            p.image = layers->items[l].image;
        }
    }
    if (found) {
        cp_text_str(&out, "{\"command\":");
        cp_text_json(&out, name);
        member(&p, "described-as");
        string(&p, cp_image_node(p.image, found)->name);
        member(&p, "grammar");
        node(&p, found, 0);
        member(&p, "rules");
        rules(&p, layers, name);
        cp_text_str(&out, "}\n");
        if (cp_arena_failed(&arena) || !cli_write((const char *)out.p, out.n))
            found = 0;
    } else {
        cli_error("%.*s: no grammar describes it", (int)name.n, (const char *)name.p);
    }
    cp_arena_free(&arena);
    return found != 0;
}

static int compare(const void *a, const void *b) {
    const cp_slice *x = a, *y = b;
    uint32_t n = x->n < y->n ? x->n : y->n;
    int order = memcmp(x->p, y->p, n);
    return order ? order : (x->n > y->n) - (x->n < y->n);
}

/* Every program that is described, by name. */
static bool print_all(const cp_layers *layers) {
    size_t count = 0, room = 0;
    for (uint32_t l = 0; l < layers->count; l++)
        room += cp_image_count(layers->items[l].image, CP_SEC_GEDG) +
                cp_image_count(layers->items[l].image, CP_SEC_GLOB);
    cp_slice *names = calloc(room + 1, sizeof *names);
    if (!names)
        cli_out_of_memory();
    for (uint32_t l = 0; l < layers->count; l++) {
        const cp_image *im = layers->items[l].image;
        const cp_rec_more *root = cp_image_more_of(im, cp_image_body_of(im, CP_IMAGE_ROOT));
        for (uint32_t i = 0; i < cp_image_count(im, CP_SEC_GEDG); i++)
            if (edge(im, i)->node && parent_of(im, edge(im, i)) == CP_IMAGE_ROOT)
                names[count++] = cp_image_string(im, edge(im, i)->word);
        for (uint32_t i = 0; i < root->glob_count && count < room; i++)
            names[count++] = cp_image_string(im, cp_image_glob(im, root->glob_first + i)->word);
    }
    qsort(names, count, sizeof *names, compare);
    bool fine = true;
    for (size_t i = 0; i < count && fine; i++)
        if (i == 0 || compare(&names[i - 1], &names[i]) != 0)
            fine = print_command(layers, names[i]);
    free(names);
    return fine;
}

static int run(const tool_command *command, int argc, char **argv) {
    tool_arguments a;
    int status = tool_read_arguments(command, argc, argv, &a);
    if (status == CLI_ALLOW && !a.done) {
        cmdpolicy_policy *policy = cli_setup_policy(&a.setup);
        status = policy ? CLI_ALLOW : CLI_FAILURE;
        if (policy && a.count == 0 && !print_all(&policy->layers))
            status = CLI_FAILURE;
        for (int i = 0; policy && i < a.count; i++)
            if (!print_command(&policy->layers, cp_slice_str(a.operands[i])))
                status = TOOL_FOUND;
        cmdpolicy_policy_free(policy);
    }
    tool_free_arguments(&a);
    return status;
}

const tool_command tool_grammar = {
    "grammar",
    "[OPTION...] [COMMAND...]",
    "Print what the policy knows of commands, as JSON",
    "One line a command; without a name, all that are described. Each has its options with what they take, operands,\n"
    "subcommands, and the rules whose key begins with it. A command that nothing describes makes the exit status 1.",
    run,
    {&cli_fact_options, &cli_policy_options, &tool_help_options},
};
