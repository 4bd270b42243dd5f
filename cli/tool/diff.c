/* diff: which commands get another verdict by one policy than by another. Both are asked in process; nothing is run. */
#include "tool/cases.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const cli_option diff_options[] = {
    {"as", TOOL_OPTION_AS, "LAYER", "user|system|requirements|workspace", "what the two files are (user)", 0},
    {"format", TOOL_OPTION_FORMAT, "FORMAT", "text|json", "text for people (as it comes), json for programs",
     0},
    {"quiet", TOOL_OPTION_QUIET, NULL, NULL, "only the exit status", 0},
};
static const cli_group diff_group = CLI_GROUP(diff_options);

enum { OLD, NEW };

typedef struct side {
    tool_arguments arguments; /* the command line once for each side: a setup makes one policy */
    tool_policies policies;
    const cp_model *model; /* NULL: an image, which has no tests */
} side;

typedef struct comparison {
    side sides[2];
    cp_arena arena;
    cp_text out;
    bool json, quiet;
    uint32_t asked, looser, tighter;
    bool failed;
} comparison;

static cmdpolicy_decision *decide_line(side *s, const cmdpolicy_policy *policy, const cp_m_test *asked) {
    cmdpolicy_request *request = cmdpolicy_request_new(policy);
    if (!request)
        cli_out_of_memory();
    cli_setup_facts(&s->arguments.setup, request, NULL, 0);
    cmdpolicy_request_set_shell(request, s->arguments.setup.shell, (const char *)asked->command.p,
                                asked->command.n);
    cmdpolicy_decision *decision = cmdpolicy_check(policy, request);
    cmdpolicy_request_free(request);
    return decision;
}

/* The reason that the verdict has, and where its rule stands. */
static void add_reason(cp_text *out, const cmdpolicy_decision *decision) {
    cmdpolicy_reason r = {.struct_size = sizeof r};
    for (size_t i = 0; cmdpolicy_decision_reason(decision, i, &r) == CMDPOLICY_OK; i++) {
        if (r.verdict != cmdpolicy_decision_verdict(decision))
            continue;
        cp_text_str(out, "    ");
        cp_text_visible(out, cp_slice_of(r.message.data, r.message.size));
        if (r.rule.size > 0) {
            cp_text_str(out, " (");
            cp_text_visible(out, cp_slice_of(r.rule.data, r.rule.size));
            cp_text_str(out, ", ");
            cp_text_visible(out, cp_slice_of(r.file.data, r.file.size));
            cp_text_byte(out, ':');
            cp_text_number(out, r.line);
            cp_text_byte(out, ')');
        }
        cp_text_byte(out, '\n');
        return;
    }
}

static void add_json(comparison *c, const cp_m_test *asked, cmdpolicy_decision *const decisions[2]) {
    static const char *const names[] = {"old", "new"};
    cp_text_str(&c->out, c->looser + c->tighter > 1 ? ",\n  {" : "\n  {");
    cp_text_str(&c->out, "\"command\": ");
    cp_text_json(&c->out, asked->command);
    for (int i = OLD; i <= NEW; i++) {
        cmdpolicy_string text;
        cp_text_str(&c->out, ", \"");
        cp_text_str(&c->out, names[i]);
        cp_text_str(&c->out, "\": ");
        if (cmdpolicy_decision_render(decisions[i], "json", &text) != CMDPOLICY_OK)
            cli_out_of_memory();
        cp_text_add(&c->out, cp_slice_of(text.data, text.size));
    }
    cp_text_byte(&c->out, '}');
}

static void compare(comparison *c, const cp_m_test *asked, bool of_test) {
    cmdpolicy_decision *decisions[2] = {NULL, NULL};
    for (int i = OLD; i <= NEW; i++) {
        side *s = &c->sides[i];
        const cmdpolicy_policy *policy = tool_policy_of(&s->policies, &s->arguments, NULL, asked);
        if (policy)
            decisions[i] = of_test ? tool_decide_test(policy, asked) : decide_line(s, policy, asked);
    }
    if (decisions[OLD] && decisions[NEW]) {
        const cmdpolicy_verdict before = cmdpolicy_decision_verdict(decisions[OLD]),
                                after = cmdpolicy_decision_verdict(decisions[NEW]);
        c->asked++;
        c->looser += after > before;
        c->tighter += after < before;
        if (before != after && c->json)
            add_json(c, asked, decisions);
        else if (before != after) {
            cp_text_str(&c->out, cmdpolicy_verdict_name(before));
            cp_text_str(&c->out, " -> ");
            cp_text_str(&c->out, cmdpolicy_verdict_name(after));
            cp_text_str(&c->out, ": ");
            cp_text_visible(&c->out, asked->command);
            cp_text_byte(&c->out, '\n');
            add_reason(&c->out, decisions[NEW]);
        }
    } else
        c->failed = true;
    cmdpolicy_decision_free(decisions[OLD]);
    cmdpolicy_decision_free(decisions[NEW]);
}

/* A test with the same command and facts stands in the old file, too. */
static bool was_asked(const cp_model *old, const cp_m_test *test) {
    for (uint32_t i = 0; old && i < old->tests.count; i++) {
        if (cp_slice_eq(old->tests.items[i].command, test->command) &&
            cp_slice_eq(old->tests.items[i].facts, test->facts))
            return true;
    }
    return false;
}

static void compare_tests(comparison *c) {
    for (int i = OLD; i <= NEW; i++) {
        const cp_model *model = c->sides[i].model;
        for (uint32_t k = 0; model && k < model->tests.count; k++) {
            if (i == OLD || !was_asked(c->sides[OLD].model, &model->tests.items[k]))
                compare(c, &model->tests.items[k], true);
        }
    }
    if (c->asked == 0 && !c->failed) {
        cli_error("neither file has tests, and no commands are named");
        c->failed = true;
    }
}

static void compare_lines(comparison *c, const char *path) {
    const bool input = c->sides[OLD].arguments.input;
    cli_lines lines = {.descriptor = input ? STDIN_FILENO : open(path, O_RDONLY), .most = CLI_MOST_INPUT};
    const char *line;
    size_t size;
    bool cut;
    if (lines.descriptor < 0) {
        cli_error("%s: %s", path, strerror(errno));
        c->failed = true;
        return;
    }
    while (cli_next_line(&lines, &line, &size, &cut)) {
        cp_m_test asked = {.command = cp_arena_copy(&c->arena, cp_slice_of(line, size))};
        if (size > 0)
            compare(c, &asked, false);
    }
    if (lines.error != 0) {
        cli_error("%s: %s", path, strerror(lines.error));
        c->failed = true;
    }
    cli_lines_free(&lines);
    if (!input)
        close(lines.descriptor);
}

static bool is_image(const char *path) {
    cli_bytes text = {0};
    bool image = cli_read_file(path, CLI_MOST_INPUT, &text) && text.size >= 8 &&
                 memcmp(text.data, CP_IMAGE_MAGIC, 8) == 0;
    free(text.data);
    return image;
}

static bool open_side(comparison *c, int which) {
    side *s = &c->sides[which];
    const char *path = s->arguments.operands[which];
    const cmdpolicy_layer layer = tool_layer(&s->arguments);
    s->arguments.setup.no_config = true; /* the same answer on every machine */
    cli_layer_files_add(&s->arguments.setup.given, layer, path);
    if (is_image(path))
        return true;
    s->model = tool_read_model(&c->arena, path, layer);
    return s->model != NULL;
}

static int run_diff(comparison *c) {
    const tool_arguments *a = &c->sides[OLD].arguments;
    if (!open_side(c, OLD) || !open_side(c, NEW))
        return CLI_FAILURE;
    if (a->count == 3)
        compare_lines(c, a->operands[2]);
    else
        compare_tests(c);
    if (c->failed)
        return CLI_FAILURE;
    cp_text end = cp_text_in(&c->arena);
    if (c->json) {
        cp_text_str(&end, "{\"commands\": ");
        cp_text_number(&end, c->asked);
        cp_text_str(&end, ", \"looser\": ");
        cp_text_number(&end, c->looser);
        cp_text_str(&end, ", \"stricter\": ");
        cp_text_number(&end, c->tighter);
        cp_text_str(&end, ", \"changes\": [");
        cp_text_add(&end, cp_text_slice(&c->out));
        cp_text_str(&end, c->out.n ? "\n]}\n" : "]}\n");
    } else {
        cp_text_add(&end, cp_text_slice(&c->out));
        cp_text_number(&end, c->asked);
        cp_text_str(&end, " commands, ");
        cp_text_number(&end, c->looser);
        cp_text_str(&end, " looser, ");
        cp_text_number(&end, c->tighter);
        cp_text_str(&end, " stricter\n");
    }
    if (cp_arena_failed(&c->arena))
        cli_out_of_memory();
    if (!c->quiet && !cli_write((const char *)end.p, end.n))
        return CLI_FAILURE;
    return c->looser + c->tighter > 0 ? TOOL_FOUND : CLI_ALLOW;
}

static int run(const tool_command *command, int argc, char **argv) {
    comparison c = {.asked = 0};
    cp_arena_init(&c.arena, NULL, NULL, 0, NULL);
    c.out = cp_text_in(&c.arena);
    tool_arguments *a = &c.sides[OLD].arguments;
    int status = tool_read_arguments(command, argc, argv, a);
    if (status == CLI_ALLOW && !a->done)
        status = tool_read_arguments(command, argc, argv, &c.sides[NEW].arguments);
    if (status == CLI_ALLOW && !a->done) {
        c.json = a->format && strcmp(a->format, "json") == 0;
        c.quiet = a->quiet;
        if (a->count < 2 || a->count > 3) {
            cli_error("%d operands; expected cmdpolicy diff %s", a->count, command->arguments);
            status = CLI_FAILURE;
        } else
            status = run_diff(&c);
    }
    for (int i = OLD; i <= NEW; i++) {
        tool_policies_free(&c.sides[i].policies);
        if (c.sides[i].arguments.operands)
            tool_free_arguments(&c.sides[i].arguments);
    }
    cp_arena_free(&c.arena);
    return status;
}

const tool_command tool_diff = {
    "diff",
    "[OPTION...] OLD NEW [COMMANDS | -]",
    "Say which commands get another verdict by one policy than by another",
    "OLD and NEW are policy files, YAML or compiled, each over the built-in packs. The commands are the lines of a\n"
    "file (or of standard input for -), or without one the tests of both files, each with its facts. Files of the\n"
    "system, the user and a workspace are left out. Exit status 1: some verdict differs.",
    run,
    {&diff_group, &cli_fact_options, &cli_policy_options, &tool_help_options},
};
