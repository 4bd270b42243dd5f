/* explain: all that there is to say about a verdict: the decision, which rules matched and which yielded to which, and, by a bounded
 * search, the smallest addition to a layer that would change the verdict to allow. Every answer of the search was compiled as that
 * layer and asked again; where there is none it says what stands in the way. */
#include "tool/explain.h"

#include "api.h"
#include "render.h"

#include <stdlib.h>
#include <string.h>

/* ---- Which rules matched -------------------------------------------------------------------------------------------- */

static const char *verdict_word(uint32_t says) {
    return says == CP_IV_ALLOW        ? "allow"
           : says == CP_IV_BY_EFFECTS ? "by-effects"
           : says == CP_IV_REVIEW     ? "review"
                                      : "deny";
}

static void add_rule(cp_text *out, cp_arena *arena, const cp_match *m) {
    const cp_rec_entry *entry = cp_image_entry(m->image, m->rule->entry);
    cp_text_visible(out, cp_image_rule_id(arena, m->image, m->rule));
    cp_text_str(out, " (");
    cp_text_str(out, cmdpolicy_layer_name((cmdpolicy_layer)m->layer));
    cp_text_str(out, ", ");
    cp_text_visible(out, cp_image_string(m->image, cp_image_file(m->image, entry->file)->name));
    cp_text_byte(out, ':');
    cp_text_number(out, entry->line);
    cp_text_byte(out, ')');
}

/* Lines for people: each call's rules, the one that counts first. */
static void add_matches_text(cp_text *out, cp_arena *arena, const cmdpolicy_decision *d) {
    uint32_t call = CP_NO_CALL;
    for (uint32_t i = 0; i < d->decided.match_count; i++) {
        const cp_match *m = &d->decided.matches[i];
        if (i == 0)
            cp_text_str(out, "\nrules that match:\n");
        if (m->call != call) {
            cmdpolicy_call c = {.struct_size = sizeof c};
            call = m->call;
            cp_text_str(out, "  ");
            for (uint32_t w = 0; cmdpolicy_decision_call(d, call, &c) == CMDPOLICY_OK && w < c.word_count;
                 w++) {
                cmdpolicy_word word = {.struct_size = sizeof word};
                (void)cmdpolicy_decision_word(d, call, w, &word);
                cp_text_str(out, w ? " " : "");
                cp_text_visible(out, cp_slice_of(word.value.data, word.value.size));
            }
            cp_text_byte(out, '\n');
        }
        cp_text_str(out, "    ");
        cp_text_str(out, verdict_word(m->says));
        cp_text_str(out, m->sure ? ": " : ", maybe: ");
        add_rule(out, arena, m);
        if (m->yields_to < d->decided.match_count) {
            cp_text_str(out, ", yields to ");
            add_rule(out, arena, &d->decided.matches[m->yields_to]);
        }
        cp_text_byte(out, '\n');
    }
}

static void member(cp_text *out, const char *name, cp_slice value) {
    cp_text_str(out, ", \"");
    cp_text_str(out, name);
    cp_text_str(out, "\": ");
    cp_text_json(out, value);
}

static void add_matches_json(cp_text *out, cp_arena *arena, const cmdpolicy_decision *d) {
    cp_text_str(out, ", \"matches\": [");
    for (uint32_t i = 0; i < d->decided.match_count; i++) {
        const cp_match *m = &d->decided.matches[i];
        const cp_rec_entry *entry = cp_image_entry(m->image, m->rule->entry);
        cp_text_str(out, i ? ", {\"call\": " : "{\"call\": ");
        cp_text_number(out, m->call);
        member(out, "verdict", cp_slice_str(verdict_word(m->says)));
        cp_text_str(out, m->sure ? ", \"sure\": true" : ", \"sure\": false");
        member(out, "rule", cp_image_rule_id(arena, m->image, m->rule));
        member(out, "layer", cp_slice_str(cmdpolicy_layer_name((cmdpolicy_layer)m->layer)));
        member(out, "file", cp_image_string(m->image, cp_image_file(m->image, entry->file)->name));
        cp_text_str(out, ", \"line\": ");
        cp_text_number(out, entry->line);
        if (m->yields_to < d->decided.match_count) {
            cp_text_str(out, ", \"yields_to\": ");
            cp_text_number(out, m->yields_to);
        }
        cp_text_byte(out, '}');
    }
    cp_text_byte(out, ']');
}

/* ---- All of it ------------------------------------------------------------------------------------------------------- */

static void add_changes_text(cp_text *out, const explain_change *changes, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        const explain_change *c = &changes[i];
        /* layers that get the same answer get it together */
        uint32_t same = i + 1;
        while (same < count && cp_slice_eq(changes[same].policy, c->policy) &&
               cp_slice_eq(changes[same].because, c->because))
            same++;
        cp_text_str(out, "\n");
        for (uint32_t k = i; k < same; k++) {
            cp_text_str(out, k == i ? "in the layer " : k + 1 == same ? " or " : ", ");
            cp_text_str(out, cmdpolicy_layer_name(changes[k].layer));
        }
        if (c->policy.n == 0) {
            cp_text_str(out, " nothing changes it to allow: ");
            cp_text_visible(out, c->because);
            cp_text_byte(out, '\n');
        } else {
            cp_text_str(out, " this would allow it:\n");
            for (uint32_t at = 0; at < c->policy.n;) {
                const uint32_t end = cp_slice_find(c->policy, '\n', at);
                cp_text_str(out, "  ");
                cp_text_visible(out, cp_slice_sub(c->policy, at, end));
                cp_text_byte(out, '\n');
                at = end + 1;
            }
        }
        i = same - 1;
    }
}

static void add_changes_json(cp_text *out, const explain_change *changes, uint32_t count) {
    cp_text_str(out, ", \"changes\": [");
    for (uint32_t i = 0; i < count; i++) {
        cp_text_str(out, i ? ", {\"layer\": " : "{\"layer\": ");
        cp_text_json(out, cp_slice_str(cmdpolicy_layer_name(changes[i].layer)));
        member(out, changes[i].policy.n ? "policy" : "because",
               changes[i].policy.n ? changes[i].policy : changes[i].because);
        cp_text_byte(out, '}');
    }
    cp_text_byte(out, ']');
}

static bool print(const tool_arguments *a, cp_arena *arena, cmdpolicy_decision *decision,
                  const explain_change *changes, uint32_t count) {
    const bool json = a->format && strcmp(a->format, "json") == 0;
    cmdpolicy_string text;
    cp_text out = cp_text_in(arena);
    if (cmdpolicy_decision_render(decision,
                                  json                   ? "json"
                                  : cli_colour(a->color) ? "explain-ansi"
                                                         : "explain",
                                  &text) != CMDPOLICY_OK)
        cli_out_of_memory();
    cp_slice shown = cp_slice_of(text.data, text.size);
    if (json) { /* two members more */
        cp_text_add(&out, cp_slice_sub(shown, 0, shown.n - 1));
        add_matches_json(&out, arena, decision);
        add_changes_json(&out, changes, count);
        cp_text_str(&out, "}\n");
    } else {
        cp_text_add(&out, shown);
        add_matches_text(&out, arena, decision);
        add_changes_text(&out, changes, count);
    }
    if (cp_arena_failed(arena))
        cli_out_of_memory();
    return cli_write((const char *)out.p, out.n);
}

static int explain(const tool_arguments *given, cli_setup *setup, const cli_bytes *text) {
    explain_change changes[EXPLAIN_LAYERS];
    cp_arena arena;
    int status = CLI_FAILURE;
    cmdpolicy_policy *policy = cli_setup_policy(setup);
    cmdpolicy_request *request = policy ? cmdpolicy_request_new(policy) : NULL;
    cp_arena_init(&arena, NULL, NULL, 0, NULL);
    if (request) {
        cli_setup_facts(setup, request, NULL, 0);
        cmdpolicy_request_set_shell(request, setup->shell, text->data, text->size);
        request->trace = 1;
        cmdpolicy_decision *decision = cmdpolicy_check(policy, request);
        const uint32_t count = cmdpolicy_decision_verdict(decision) == CMDPOLICY_ALLOW
                                   ? 0
                                   : explain_changes(&arena, setup, request, decision, changes);
        status = print(given, &arena, decision, changes, count) ? CLI_ALLOW : CLI_FAILURE;
        cmdpolicy_decision_free(decision);
    }
    cmdpolicy_request_free(request);
    cmdpolicy_policy_free(policy);
    cp_arena_free(&arena);
    return status;
}

static int run(const tool_command *command, int argc, char **argv) {
    tool_arguments a;
    cli_bytes text = {0};
    int status = tool_read_arguments(command, argc, argv, &a);
    if (status == CLI_ALLOW && !a.done)
        status = tool_source(command, &a, &text) ? explain(&a, &a.setup, &text) : CLI_FAILURE;
    free(text.data);
    tool_free_arguments(&a);
    return status;
}

const tool_command tool_explain = {
    "explain",
    "[OPTION...] [--] 'COMMAND LINE' | -",
    "Say all that there is to say about a command line's verdict",
    "The reasons, every call and every effect, the rules that match each call and which of them yield to which; and,\n"
    "where it isn't allowed, the smallest addition to the session's, the user's or the system's layer that would\n"
    "allow it, tried out before it is said, or what stands in the way. The exit status says nothing of the verdict:\n"
    "cmdpolicy-check --explain does.",
    run,
    {&tool_format_options, &cli_fact_options, &cli_policy_options, &tool_help_options},
};
