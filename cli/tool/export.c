/* export: the rules of policy files for another system. What that system can't say so that it means no more than here is left
 * out, with its place and reason: an allow only becomes a prefix rule if its key ends in `...`, which is what a prefix means. */
#include "tool/import.h"

#include "tool/cases.h"

#include "policy/builtin.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct exporting {
    cp_arena arena;
    cp_image packs; /* whose grammars know the spellings of options; bytes NULL: none */
    const cp_model *model;
    cp_text out;
    uint32_t lost;
} exporting;

static void left_out(exporting *e, const cp_key_entry *entry, const char *why) {
    cp_text key = cp_text_in(&e->arena);
    cp_text_visible(&key, entry->text.text);
    fprintf(stderr, "%.*s:%u:%u: %.*s is left out: %s\n", (int)e->model->file.n,
            (const char *)e->model->file.p, (unsigned)entry->text.at.line, (unsigned)entry->text.at.column,
            (int)key.n, (const char *)key.p, why);
    e->lost++;
}

static void add_string(cp_text *out, cp_slice s) {
    cp_text_byte(out, '"');
    for (uint32_t i = 0; i < s.n; i++) {
        static const char hex[] = "0123456789abcdef";
        const uint8_t c = s.p[i];
        if (c == '"' || c == '\\') {
            cp_text_byte(out, '\\');
            cp_text_byte(out, c);
        } else if (c == '\n') {
            cp_text_str(out, "\\n");
        } else if (c < ' ' || c == 0x7f) {
            cp_text_str(out, "\\x");
            cp_text_byte(out, (uint8_t)hex[c >> 4]);
            cp_text_byte(out, (uint8_t)hex[c & 15]);
        } else
            cp_text_byte(out, c);
    }
    cp_text_byte(out, '"');
}

static bool is_rest(const cp_key_word *word) {
    return word->alternatives.count == 1 && !(word->alternatives.items[0].flags & CP_KEY_QUOTED) &&
           cp_slice_is(word->alternatives.items[0].text, "...");
}

/* Words that compare as paths say more than their text. */
static bool is_open_path(const cp_key_alternative *one, bool program) {
    static const char *const roots[] = {"~", "workspace", "cwd"};
    for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++) {
        const uint32_t n = (uint32_t)strlen(roots[i]);
        if (!(one->flags & CP_KEY_QUOTED) && cp_slice_starts(one->text, cp_slice_str(roots[i])) &&
            (one->text.n == n ? !program : one->text.p[n] == '/'))
            return true;
    }
    return false;
}

/* The option in all its spellings, where the packs know it. */
static void add_spellings(exporting *e, uint32_t node, cp_slice name, import_words *out) {
    for (uint32_t at = node; e->packs.bytes && at > CP_IMAGE_ROOT;
         at = cp_image_node(&e->packs, at)->parent) {
        const cp_rec_body *n = cp_image_body_of(&e->packs, at);
        const cp_options globals = cp_image_globals(&e->packs, n);
        const uint32_t runs[4] = {globals.first, globals.count, n->option_first,
                                  at == node ? n->option_count : 0};
        for (uint32_t k = 0; k < 4; k += 2) {
            uint32_t found = cp_image_find_option(&e->packs, runs[k], runs[k + 1], name);
            for (uint32_t i = 0; found && i < runs[k + 1]; i++) {
                const cp_slice other =
                    cp_image_string(&e->packs, cp_image_option_name(&e->packs, runs[k] + i));
                if (cp_image_option_first(&e->packs, runs[k] + i) ==
                        cp_image_option_first(&e->packs, found) &&
                    !cp_slice_eq(other, name) && !CP_PUSH(&e->arena, out->items, out->count, out->cap, other))
                    cli_out_of_memory();
            }
        }
    }
}

/* One word of the pattern. False: it can't be said, *why says why. */
static bool add_word(exporting *e, const cp_key_word *word, bool program, bool allows, uint32_t *node,
                     const char **why, import_words *out) {
    for (uint32_t i = 0; i < word->alternatives.count; i++) {
        const cp_key_alternative *one = &word->alternatives.items[i];
        if (one->flags & CP_KEY_GLOB)
            *why = "there are no globs in the words of a prefix rule";
        else if (is_open_path(one, program))
            *why = "a path that begins at a root can't be said there";
        if (*why)
            return false;
        if (!CP_PUSH(&e->arena, out->items, out->count, out->cap, one->text))
            cli_out_of_memory();
        if (!allows && one->text.n > 1 && one->text.p[0] == '-')
            add_spellings(e, *node, one->text, out);
    }
    if (*node && word->alternatives.count > 0) {
        uint32_t child = cp_image_grammar_child(&e->packs, program ? CP_IMAGE_ROOT : *node, out->items[0]);
        *node = program || child ? child : *node;
    }
    return true;
}

static void add_list(cp_text *out, const import_words *words) {
    if (words->count > 1)
        cp_text_byte(out, '[');
    for (uint32_t i = 0; i < words->count; i++) {
        if (i > 0)
            cp_text_str(out, ", ");
        add_string(out, words->items[i]);
    }
    if (words->count > 1)
        cp_text_byte(out, ']');
}

/* Does the command's argv begin as the pattern says? */
static bool begins(const import_words *command, const import_words *pattern, uint32_t count) {
    bool same = command->count >= count;
    for (uint32_t i = 0; i < count && same; i++) {
        same = false;
        for (uint32_t k = 0; k < pattern[i].count && !same; k++)
            same = cp_slice_eq(command->items[i], pattern[i].items[k]);
    }
    return same;
}

static void add_examples(exporting *e, const import_words *pattern, uint32_t count) {
    bool any = false;
    for (uint32_t i = 0; i < e->model->tests.count; i++) {
        import_words words = {0};
        if (!import_split(&e->arena, e->model->tests.items[i].command, false, &words) ||
            !begins(&words, pattern, count))
            continue;
        cp_text_str(&e->out, any ? ", " : "    match = [");
        add_string(&e->out, import_quoted(&e->arena, words.items, words.count));
        any = true;
    }
    if (any)
        cp_text_str(&e->out, "],\n");
}

static void export_entry(exporting *e, const cp_m_rule *rule, const cp_key_entry *entry) {
    static const char *const decisions[] = {
        [CP_IV_ALLOW] = "allow", [CP_IV_REVIEW] = "prompt", [CP_IV_DENY] = "forbidden"};
    uint32_t verdict = CP_IV_NONE, count = entry->words.count, node = e->packs.bytes ? CP_IMAGE_ROOT : 0;
    const char *why = NULL;
    const cp_m_arm *arm = NULL;
    bool conditions = rule->except.count > 0;
    for (uint32_t i = 0; i < rule->arms.count; i++) {
        conditions = conditions || rule->arms.items[i].conds.count > 0;
        if (rule->arms.items[i].verdict > verdict) {
            arm = &rule->arms.items[i];
            verdict = arm->verdict; /* whichever arm holds: the strictest */
        }
    }
    const bool rest = is_rest(&entry->words.items[count - 1]);
    count -= rest;
    if (verdict == CP_IV_BY_EFFECTS || verdict == CP_IV_NONE)
        why = "there are no effects there";
    else if (verdict == CP_IV_ALLOW && conditions)
        why = "there are no conditions there, and an allow would hold always";
    else if (verdict == CP_IV_ALLOW && !rest)
        why = "a prefix rule allows whatever follows; a key that means so ends in `...`";
    import_words *pattern = CP_NEW_ARRAY(&e->arena, import_words, count + 1);
    if (!pattern)
        cli_out_of_memory();
    for (uint32_t i = 0; i < count && !why; i++)
        (void)add_word(e, &entry->words.items[i], i == 0, verdict == CP_IV_ALLOW, &node, &why, &pattern[i]);
    if (why) {
        left_out(e, entry, why);
        return;
    }
    cp_text_str(&e->out, "\nprefix_rule(\n    pattern = [");
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0)
            cp_text_str(&e->out, ", ");
        add_list(&e->out, &pattern[i]);
    }
    cp_text_str(&e->out, "],\n    decision = \"");
    cp_text_str(&e->out, decisions[verdict]);
    cp_text_str(&e->out, "\",\n");
    if (arm->reason.n > 0 || arm->suggest.n > 0) {
        cp_text reason = cp_text_in(&e->arena);
        cp_text_add(&reason, arm->reason);
        cp_text_str(&reason, arm->suggest.n == 0 ? "" : arm->reason.n > 0 ? "; use `" : "use `");
        cp_text_add(&reason, arm->suggest);
        cp_text_str(&reason, arm->suggest.n > 0 ? "`" : "");
        cp_text_str(&e->out, "    justification = ");
        add_string(&e->out, cp_text_slice(&reason));
        cp_text_str(&e->out, ",\n");
    }
    add_examples(e, pattern, count);
    cp_text_str(&e->out, ")\n");
}

static int run_export(const tool_arguments *a) {
    exporting e = {.lost = 0};
    cp_builtin_image packs;
    int status = CLI_ALLOW;
    cp_arena_init(&e.arena, NULL, NULL, 0, NULL);
    e.out = cp_text_in(&e.arena);
    cp_text_str(
        &e.out,
        "# Exported by cmdpolicy. A prefix rule matches the words in this order only, and of all that match the\n"
        "# strictest counts; effects, conditions and exceptions of the policy can't be said here.\n");
    for (uint32_t i = 0; cp_builtin_get(i, &packs); i++) {
        if (strcmp(packs.name, "core") == 0 &&
            cp_image_open(&e.packs, packs.words, packs.size) != CP_IMAGE_OK)
            e.packs = (cp_image){0};
    }
    for (int i = 1; i < a->count && status == CLI_ALLOW; i++) {
        e.model = tool_read_model(&e.arena, a->operands[i], tool_layer(a));
        if (!e.model)
            status = CLI_FAILURE;
        for (uint32_t k = 0; e.model && k < e.model->rules.count; k++) {
            const cp_m_rule *rule = e.model->rules.items[k];
            for (uint32_t n = 0; n < rule->entries.count; n++)
                export_entry(&e, rule, &rule->entries.items[n]);
        }
        if (e.model && e.model->effects.count + e.model->flows.count + e.model->defaults.count > 0)
            cli_error("%s: note: effects, flows and defaults have no place in prefix rules", a->operands[i]);
    }
    if (cp_arena_failed(&e.arena))
        cli_out_of_memory();
    if (status == CLI_ALLOW)
        status = !cli_write((const char *)e.out.p, e.out.n) ? CLI_FAILURE
                 : e.lost > 0                               ? TOOL_FOUND
                                                            : CLI_ALLOW;
    cp_arena_free(&e.arena);
    return status;
}

static const cli_option export_options[] = {
    {"as", TOOL_OPTION_AS, "LAYER", "user|system|requirements|workspace", "what the files are (user)", 0},
};
static const cli_group export_group = CLI_GROUP(export_options);

static int run(const tool_command *command, int argc, char **argv) {
    tool_arguments a;
    int status = tool_read_arguments(command, argc, argv, &a);
    if (status == CLI_ALLOW && !a.done) {
        if (a.count < 2 || strcmp(a.operands[0], "codex-rules") != 0) {
            cli_error("expected cmdpolicy export %s", command->arguments);
            status = CLI_FAILURE;
        } else
            status = run_export(&a);
    }
    tool_free_arguments(&a);
    return status;
}

const tool_command tool_export = {
    "export",
    "[OPTION...] codex-rules FILE...",
    "Turn the rules of policy files into another system's, on standard output",
    "review becomes prompt, deny becomes forbidden; allow becomes allow where the key ends in `...`. What can't be said\n"
    "there without meaning more is left out, named with its place and reason on standard error, and makes the exit\n"
    "status 1. Tests of the files become examples.",
    run,
    {&export_group, &tool_help_options},
};
