/* import: reads the rules of another system, writes them as a policy, and proves it before it is shown: it loads over the
 * built-in packs, and the examples that the source gives get the verdicts that the source gives them. */
#include "tool/import.h"

#include "tool/cases.h"

#include "policy/builtin.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    bool (*read)(importing *);
} formats[] = {
    {"codex-rules", import_codex}, {"claude-settings", import_claude}, {"gemini-policy", import_gemini}};

/* ---- What the readers use ----------------------------------------------------------------------------------------- */

void import_say(importing *in, uint32_t line, enum import_weight weight, const char *format, ...) {
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    cp_text shown = cp_text_in(in->arena);
    cp_text_visible(&shown, cp_slice_str(text));
    if (line > 0)
        fprintf(stderr, "%s:%u: ", in->path, (unsigned)line);
    else
        fprintf(stderr, "%s: ", in->path);
    fprintf(stderr, "%s%.*s\n", weight == IMPORT_LOST ? "" : "note: ", (int)shown.n, (const char *)shown.p);
    if (weight != IMPORT_LOST)
        return;
    in->lost++;
    cp_text_str(&in->comments, "# ");
    if (line > 0) {
        cp_text_str(&in->comments, "line ");
        cp_text_number(&in->comments, line);
        cp_text_str(&in->comments, ": ");
    }
    cp_text_add(&in->comments, cp_text_slice(&shown));
    cp_text_byte(&in->comments, '\n');
}

import_rule *import_add_rule(importing *in, uint32_t line, uint32_t verdict) {
    import_rule rule = {.line = line, .verdict = verdict};
    if (!CP_PUSH(in->arena, in->rules, in->rule_count, in->rule_cap, rule))
        cli_out_of_memory();
    return &in->rules[in->rule_count - 1];
}

void import_add_effect(importing *in, uint32_t line, const char *kind, cp_slice pattern, uint32_t verdict) {
    const import_effect effect = {
        .line = line, .verdict = verdict, .kind = kind, .pattern = cp_arena_copy(in->arena, pattern)};
    if (!CP_PUSH(in->arena, in->effects, in->effect_count, in->effect_cap, effect))
        cli_out_of_memory();
}

void import_add_alternative(importing *in, import_rule *rule, cp_slice text, bool glob) {
    import_word *word = &rule->words[rule->count - 1];
    const import_alternative one = {cp_arena_copy(in->arena, text), glob};
    if (!CP_PUSH(in->arena, word->items, word->count, word->cap, one))
        cli_out_of_memory();
}

void import_add_word(importing *in, import_rule *rule, cp_slice text, bool glob) {
    const import_word word = {.count = 0};
    if (!CP_PUSH(in->arena, rule->words, rule->count, rule->cap, word))
        cli_out_of_memory();
    import_add_alternative(in, rule, text, glob);
}

void import_add_example(importing *in, import_rule *rule, cp_slice command, bool matches) {
    const import_example example = {command, matches};
    if (!CP_PUSH(in->arena, rule->examples, rule->example_count, rule->example_cap, example))
        cli_out_of_memory();
}

/* ---- Proving it --------------------------------------------------------------------------------------------------- */

/* The policy of the YAML over the packs. NULL: *out has its first error. */
static cmdpolicy_policy *load(const cp_text *yaml, cmdpolicy_error *out, cmdpolicy_builder **builder) {
    cmdpolicy_policy *policy = NULL;
    *builder = cmdpolicy_builder_new();
    if (!*builder)
        cli_out_of_memory();
    if (cmdpolicy_builder_add_builtin(*builder, NULL) == CMDPOLICY_OK &&
        cmdpolicy_builder_add_yaml(*builder, CMDPOLICY_LAYER_USER, "the policy", (const char *)yaml->p,
                                   yaml->n) == CMDPOLICY_OK &&
        cmdpolicy_builder_build(*builder, &policy) == CMDPOLICY_OK)
        return policy;
    out->struct_size = sizeof *out;
    for (size_t i = 0; cmdpolicy_builder_error(*builder, i, out) == CMDPOLICY_OK && out->is_warning; i++) {}
    return NULL;
}

static bool says_nothing(const cmdpolicy_error *e) {
    return e->message.size == 0;
}

/* Each rule loads alone, or is left out. */
static void prove_rules(importing *in) {
    for (uint32_t i = 0; i < in->rule_count; i++) {
        import_rule *rule = &in->rules[i];
        cp_text yaml = cp_text_in(in->arena);
        cmdpolicy_builder *builder;
        cmdpolicy_error error = {.line = 0};
        if (rule->key_count == 0)
            continue;
        import_write(in, rule, &yaml);
        cmdpolicy_policy *policy = load(&yaml, &error, &builder);
        if (!policy) {
            import_say(in, rule->line, IMPORT_LOST, "%.*s is left out: %.*s", (int)rule->keys[0].n,
                       (const char *)rule->keys[0].p, says_nothing(&error) ? 16 : (int)error.message.size,
                       says_nothing(&error) ? "it does not load" : error.message.data);
            rule->key_count = 0;
            rule->lost = true;
        }
        cmdpolicy_policy_free(policy);
        cmdpolicy_builder_free(builder);
    }
    for (uint32_t i = 0; i < in->effect_count; i++) {
        cp_text yaml = cp_text_in(in->arena);
        cmdpolicy_builder *builder;
        cmdpolicy_error error = {.line = 0};
        importing alone = *in;
        import_rule none = {.line = 0};
        alone.effects = &in->effects[i];
        alone.effect_count = 1;
        alone.rules = &none;
        alone.rule_count = 0;
        import_write(&alone, NULL, &yaml);
        cmdpolicy_policy *policy = load(&yaml, &error, &builder);
        if (!policy) {
            import_say(in, in->effects[i].line, IMPORT_LOST, "%.*s is left out: %.*s",
                       (int)in->effects[i].pattern.n, (const char *)in->effects[i].pattern.p,
                       (int)error.message.size, error.message.data ? error.message.data : "");
            in->effects[i--] = in->effects[--in->effect_count];
        }
        cmdpolicy_policy_free(policy);
        cmdpolicy_builder_free(builder);
    }
}

static import_rule *rule_at(importing *in, uint32_t line) {
    import_rule *found = NULL;
    for (uint32_t i = 0; i < in->rule_count; i++) {
        if (in->rules[i].key_count > 0 && in->rules[i].out_line <= line)
            found = &in->rules[i];
    }
    return found;
}

/* Two rules of the same words in different spellings, which only the grammar knows to be one: the stricter stays. */
static bool drop_contradiction(importing *in, const cmdpolicy_error *error) {
    static const char marker[] = "line ";
    uint32_t other_line = 0;
    for (size_t i = 0; i + 5 < error->message.size; i++) {
        if (memcmp(error->message.data + i, marker, 5) == 0)
            other_line = (uint32_t)strtoul(error->message.data + i + 5, NULL, 10);
    }
    import_rule *a = rule_at(in, error->line), *b = rule_at(in, other_line);
    if (!a || !b || a == b || a->verdict == b->verdict)
        return false;
    import_rule *looser = a->verdict < b->verdict ? a : b, *stricter = looser == a ? b : a;
    import_say(in, looser->line, IMPORT_NOTE, "%.*s says of the same words what line %u says more strictly",
               (int)looser->keys[0].n, (const char *)looser->keys[0].p, (unsigned)stricter->line);
    looser->key_count = 0;
    return true;
}

static cmdpolicy_policy *load_all(importing *in, cp_text *yaml) {
    for (uint32_t tries = 0; tries <= in->rule_count; tries++) {
        cmdpolicy_builder *builder;
        cmdpolicy_error error = {.line = 0};
        *yaml = cp_text_in(in->arena);
        import_write(in, NULL, yaml);
        cmdpolicy_policy *policy = load(yaml, &error, &builder);
        bool again = !policy && error.code.size > 0 && drop_contradiction(in, &error);
        if (!policy && !again)
            cli_error("%s: the rules can't be said together: %.*s", in->path, (int)error.message.size,
                      error.message.data ? error.message.data : "");
        cmdpolicy_builder_free(builder);
        if (!again)
            return policy;
    }
    return NULL;
}

static const char *word_of(uint32_t verdict) {
    return verdict == CP_IV_ALLOW ? "allow" : verdict == CP_IV_REVIEW ? "review" : "deny";
}

/* Is one of the reasons of the decision's verdict this rule's? */
static bool has_rule(const importing *in, const import_rule *rule, const cmdpolicy_decision *decision) {
    cmdpolicy_reason r = {.struct_size = sizeof r};
    for (size_t i = 0; cmdpolicy_decision_reason(decision, i, &r) == CMDPOLICY_OK; i++) {
        for (uint32_t k = 0; k < rule->key_count; k++) {
            cp_text id = cp_text_in(in->arena);
            cp_text_str(&id, "imported/");
            cp_text_str(&id, in->format);
            cp_text_byte(&id, ':');
            cp_text_add(&id, rule->keys[k]);
            if (r.verdict == cmdpolicy_decision_verdict(decision) &&
                cp_slice_eq(cp_slice_of(r.rule.data, r.rule.size), cp_text_slice(&id)))
                return true;
        }
    }
    return false;
}

static void prove_example(importing *in, const import_rule *rule, const import_example *example,
                          const cmdpolicy_policy *policy, cp_text *tests) {
    const cp_m_test test = {.command = example->command};
    cmdpolicy_decision *decision = tool_decide_test(policy, &test);
    const cmdpolicy_verdict got = cmdpolicy_decision_verdict(decision);
    const cmdpolicy_verdict wanted = rule->verdict == CP_IV_ALLOW    ? CMDPOLICY_ALLOW
                                     : rule->verdict == CP_IV_REVIEW ? CMDPOLICY_REVIEW
                                                                     : CMDPOLICY_DENY;
    const int n = (int)example->command.n;
    const char *shown = (const char *)example->command.p;
    if (!example->matches) {
        if (has_rule(in, rule, decision))
            import_say(in, rule->line, rule->verdict == CP_IV_ALLOW ? IMPORT_LOST : IMPORT_NOTE,
                       "the rule is about `%.*s` here, too: it gets %s", n, shown,
                       cmdpolicy_verdict_name(got));
    } else if (got == wanted) {
        if (tests->n == 0)
            cp_text_str(tests, "tests:\n");
        cp_text_str(tests, "  - ");
        cp_text_str(tests, word_of(rule->verdict));
        cp_text_str(tests, ": ");
        import_scalar(tests, example->command);
        cp_text_byte(tests, '\n');
    } else {
        cmdpolicy_reason r = {.struct_size = sizeof r};
        for (size_t i = 0; cmdpolicy_decision_reason(decision, i, &r) == CMDPOLICY_OK && r.verdict != got;
             i++) {}
        import_say(in, rule->line, got > wanted ? IMPORT_LOST : IMPORT_NOTE,
                   "the example `%.*s` gets %s here: %.*s", n, shown, cmdpolicy_verdict_name(got),
                   (int)r.message.size, r.message.data ? r.message.data : "");
    }
    cmdpolicy_decision_free(decision);
}

/* What tightens gets its verdict for its own words at least; where the program's grammar leaves open how they are read, a deny is
 * only a review. */
static void prove_itself(importing *in, import_rule *rule, const cmdpolicy_policy *policy) {
    enum { PROBES_MOST = 64 };
    const cmdpolicy_verdict wanted = rule->verdict == CP_IV_REVIEW ? CMDPOLICY_REVIEW : CMDPOLICY_DENY;
    cp_slice command;
    for (uint32_t i = 0;
         i < PROBES_MOST && rule->verdict != CP_IV_ALLOW && import_probe(in, rule, i, &command); i++) {
        const cp_m_test test = {.command = command};
        cmdpolicy_decision *decision = tool_decide_test(policy, &test);
        const cmdpolicy_verdict got = cmdpolicy_decision_verdict(decision);
        cmdpolicy_decision_free(decision);
        if (got <= wanted)
            continue;
        import_say(in, rule->line, IMPORT_LOST,
                   "`%.*s` gets %s here: it is not certain how the program reads it", (int)command.n,
                   (const char *)command.p, cmdpolicy_verdict_name(got));
        rule->lost = true;
        return;
    }
}

/* The policy, after what had to be left out was: NULL, said why. */
static cmdpolicy_policy *prove(importing *in) {
    cp_text yaml;
    import_settle(in);
    prove_rules(in);
    cmdpolicy_policy *policy = load_all(in, &yaml);
    for (uint32_t i = 0; policy && i < in->rule_count; i++) {
        if (in->rules[i].key_count > 0)
            prove_itself(in, &in->rules[i], policy);
    }
    cmdpolicy_policy_free(policy);
    if (!policy)
        return NULL;
    import_keep_back(in);
    return load_all(in, &yaml);
}

static int convert(importing *in) {
    cp_text yaml, tests = cp_text_in(in->arena);
    cmdpolicy_policy *policy = prove(in);
    if (!policy)
        return CLI_FAILURE;
    for (uint32_t i = 0; i < in->rule_count; i++) {
        const import_rule *rule = &in->rules[i];
        for (uint32_t k = 0; k < rule->example_count && rule->key_count > 0; k++)
            prove_example(in, rule, &rule->examples[k], policy, &tests);
    }
    cmdpolicy_policy_free(policy);
    yaml = cp_text_in(in->arena); /* once more: with the comments of the examples */
    import_write(in, NULL, &yaml);
    cp_text_add(&yaml, cp_text_slice(&tests));
    if (cp_arena_failed(in->arena))
        cli_out_of_memory();
    if (!cli_write((const char *)yaml.p, yaml.n))
        return CLI_FAILURE;
    return in->lost > 0 ? TOOL_FOUND : CLI_ALLOW;
}

static int run_import(const tool_arguments *a, size_t format) {
    cp_arena arena;
    cp_builtin_image packs;
    cli_bytes text = {0};
    importing in = {.arena = &arena, .path = a->operands[1], .format = formats[format].name};
    int status = CLI_FAILURE;
    cp_arena_init(&arena, NULL, NULL, 0, NULL);
    in.comments = cp_text_in(&arena);
    for (uint32_t i = 0; cp_builtin_get(i, &packs); i++) {
        if (strcmp(packs.name, "core") == 0 &&
            cp_image_open(&in.packs, packs.words, packs.size) != CP_IMAGE_OK)
            in.packs = (cp_image){0};
    }
    if (!cli_read_file(in.path, CLI_MOST_INPUT, &text) || text.cut)
        cli_error("%s: %s", in.path, text.cut ? "more than 16 MiB" : strerror(errno));
    else {
        in.text = cp_slice_of(text.data, text.size);
        status = formats[format].read(&in) ? convert(&in) : CLI_FAILURE;
    }
    free(text.data);
    cp_arena_free(&arena);
    return status;
}

static int run(const tool_command *command, int argc, char **argv) {
    tool_arguments a;
    int status = tool_read_arguments(command, argc, argv, &a);
    if (status == CLI_ALLOW && !a.done) {
        size_t format = 0;
        const size_t count = sizeof formats / sizeof formats[0];
        while (a.count > 0 && format < count && strcmp(formats[format].name, a.operands[0]) != 0)
            format++;
        if (a.count != 2 || format == count) {
            cli_error("expected cmdpolicy import %s", command->arguments);
            status = CLI_FAILURE;
        } else
            status = run_import(&a, format);
    }
    tool_free_arguments(&a);
    return status;
}

const tool_command tool_import = {
    "import",
    "codex-rules|claude-settings|gemini-policy FILE",
    "Turn the rules of another system into a policy, on standard output",
    "Nothing becomes looser than it was: what can't be said in a policy is left out, named with its line and reason\n"
    "on standard error and in a comment, and makes the exit status 1. Examples in the source become tests. What is\n"
    "allowed is still judged by its effects. codex-rules: Starlark with prefix_rule(...); claude-settings: the\n"
    "permissions of a settings.json; gemini-policy: TOML with [[rule]].",
    run,
    {&tool_help_options},
};
