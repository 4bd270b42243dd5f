/* A batch is JSON from somebody else: keys that nobody knows, keys given twice, wrong types and bytes after the object are
 * errors of their line. NUL is a character like any other. */
#include "check/batch.h"

#include "common/input.h"
#include "common/say.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct answer {
    char *data;
    size_t size, room;
} answer;

static void add(answer *a, const char *data, size_t size) {
    if (a->room - a->size < size) {
        size_t room = (a->size + size) * 2;
        char *more = realloc(a->data, room);
        if (!more)
            cli_out_of_memory();
        a->data = more;
        a->room = room;
    }
    memcpy(a->data + a->size, data, size);
    a->size += size;
}

static int add_piece(const char *data, size_t size, void *a) {
    add(a, data, size);
    return 0;
}

static void begin(answer *a, const json_t *id) {
    a->size = 0;
    add(a, "{\"id\":", 6);
    if (!id || json_dump_callback(id, add_piece, a, JSON_ENCODE_ANY | JSON_COMPACT) != 0)
        add(a, "null", 4);
    add(a, ",", 1);
}

static void add_error(answer *a, const json_t *id, const char *message) {
    begin(a, id);
    add(a, "\"error\":", 8);
    json_t *text = json_string(message);
    if (!text || json_dump_callback(text, add_piece, a, JSON_ENCODE_ANY) != 0)
        cli_out_of_memory();
    json_decref(text);
    add(a, "}\n", 2);
}

/* Puts what the line asks into the request. NULL, or what is wrong with the line, in `room` bytes of `message`. */
static const char *ask(const cli_setup *setup, cmdpolicy_request *request, json_t *line, char *message,
                       size_t room) {
    static const char *const known[] = {"id", "command", "argv", "cwd", "shell"};
    const size_t known_count = sizeof known / sizeof known[0];
    const char *key;
    json_t *value;
    json_object_foreach(line, key, value) {
        bool is_known = false;
        for (size_t i = 0; i < known_count; i++)
            is_known = is_known || strcmp(key, known[i]) == 0;
        if (is_known)
            continue;
        const char *hint = cli_closest(key, known, known_count, sizeof known[0]);
        snprintf(message, room, "unknown key \"%.80s\"; %s%s%s", key, hint ? "did you mean \"" : "",
                 hint ? hint : "expected id, command or argv, cwd, shell", hint ? "\"?" : "");
        return message;
    }
    const json_t *command = json_object_get(line, "command"), *argv = json_object_get(line, "argv");
    const json_t *cwd = json_object_get(line, "cwd"), *shell = json_object_get(line, "shell");
    if (!command == !argv)
        return command ? "expected either command or argv, not both" : "expected a command or an argv";
    if (cwd && !json_is_string(cwd))
        return "cwd: expected a string";
    if (cwd && (json_string_length(cwd) == 0 || json_string_value(cwd)[0] != '/'))
        return "cwd: expected an absolute path";
    cmdpolicy_dialect dialect = setup->shell;
    if (shell) {
        const char *name = json_string_value(shell);
        dialect = name && strlen(name) == json_string_length(shell) ? cli_shell_named(name) : -1;
        if (dialect < 0)
            return "shell: expected bash, sh, dash or zsh";
        if (argv)
            return "shell: an argv is run without a shell";
    }
    cmdpolicy_request_reset(request);
    cli_setup_facts(setup, request, cwd ? json_string_value(cwd) : NULL, cwd ? json_string_length(cwd) : 0);
    if (command) {
        if (!json_is_string(command))
            return "command: expected a string";
        cmdpolicy_request_set_shell(request, dialect, json_string_value(command),
                                    json_string_length(command));
        return NULL;
    }
    const size_t count = json_array_size(argv);
    if (count == 0)
        return "argv: expected an array of strings, the program first";
    const char **items = calloc(count, sizeof *items);
    size_t *sizes = calloc(count, sizeof *sizes);
    if (!items || !sizes)
        cli_out_of_memory();
    bool all_strings = true;
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(argv, i);
        all_strings = all_strings && json_is_string(item);
        items[i] = json_string_value(item);
        sizes[i] = json_string_length(item);
    }
    if (all_strings)
        cmdpolicy_request_set_argv(request, count, items, sizes);
    free(items);
    free(sizes);
    return all_strings ? NULL : "argv: expected an array of strings, the program first";
}

/* The decision is recorded before it is answered. False: it had to be, and could not be. */
static bool record(audit *a, const cli_setup *setup, const cmdpolicy_policy *policy, const json_t *line,
                   const cmdpolicy_decision *decision) {
    const json_t *cwd = json_object_get(line, "cwd"), *shell = json_object_get(line, "shell");
    audit_event event = {.asked = "batch",
                         .decision = decision,
                         .verdict = cmdpolicy_decision_verdict(decision),
                         .policy = policy,
                         .setup = setup,
                         .cwd = {json_string_value(cwd), json_string_length(cwd)},
                         .shell = json_object_get(line, "argv") ? NULL
                                  : shell                       ? json_string_value(shell)
                                                                : cli_shell_name(setup->shell)};
    return audit_write(a, &event);
}

/* The answer to one line. CLI_FAILURE if it is an error. */
static int answer_line(const cli_setup *setup, const cmdpolicy_policy *policy, audit *records,
                       cmdpolicy_request *request, const char *text, size_t size, answer *out) {
    audit_clock(records);
    char message[JSON_ERROR_TEXT_LENGTH + 80];
    json_error_t error;
    json_t *line = json_loadb(text, size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (!line || !json_is_object(line)) {
        if (line)
            snprintf(message, sizeof message, "expected a JSON object");
        else
            snprintf(message, sizeof message, "not JSON: %s (byte %d)", error.text, error.position);
        add_error(out, NULL, message);
        json_decref(line);
        return CLI_FAILURE;
    }
    const json_t *id = json_object_get(line, "id");
    const char *wrong = ask(setup, request, line, message, sizeof message);
    if (wrong) {
        add_error(out, id, wrong);
        json_decref(line);
        return CLI_FAILURE;
    }
    cmdpolicy_decision *decision = cmdpolicy_check(policy, request);
    int status = cli_exit_status(cmdpolicy_decision_verdict(decision));
    cmdpolicy_string rendered = {NULL, 0};
    if (!record(records, setup, policy, line, decision)) {
        audit_text denial = {0};
        audit_put_denial(&denial, records, policy);
        begin(out, id);
        add(out, denial.data + 1, denial.size - 1);
        add(out, "\n", 1);
        audit_text_free(&denial);
        status = CLI_DENY;
    } else if (cmdpolicy_decision_render(decision, "json", &rendered) == CMDPOLICY_OK && rendered.size > 1) {
        begin(out, id);
        add(out, rendered.data + 1, rendered.size - 1); /* without its opening brace */
        add(out, "\n", 1);
    } else {
        add_error(out, id, "out of memory");
        status = CLI_FAILURE;
    }
    cmdpolicy_decision_free(decision);
    json_decref(line);
    return status;
}

/* Failures first, then the strictest verdict. */
static int worse(int a, int b) {
    static const int order[] = {CLI_FAILURE, CLI_DENY, CLI_REVIEW};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        if (a == order[i] || b == order[i])
            return order[i];
    }
    return CLI_ALLOW;
}

int check_batch(const cli_setup *setup, const cmdpolicy_policy *policy, audit *records, bool quiet) {
    cmdpolicy_request *request = cmdpolicy_request_new(policy);
    if (!request)
        cli_out_of_memory();
    cli_lines lines = {.descriptor = STDIN_FILENO, .most = CLI_MOST_INPUT};
    answer out = {0};
    const char *line;
    size_t size;
    bool cut;
    int status = CLI_ALLOW;
    while (cli_next_line(&lines, &line, &size, &cut)) {
        if (cut) {
            add_error(&out, NULL, "the line is longer than 16 MiB");
            status = CLI_FAILURE;
        } else
            status = worse(status, answer_line(setup, policy, records, request, line, size, &out));
        if (!quiet && !cli_write(out.data, out.size)) {
            status = CLI_FAILURE;
            break;
        }
    }
    if (lines.error != 0) {
        cli_error("cannot read standard input: %s", strerror(lines.error));
        status = CLI_FAILURE;
    }
    free(out.data);
    cli_lines_free(&lines);
    cmdpolicy_request_free(request);
    return status;
}
