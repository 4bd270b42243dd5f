/* replay: the recorded commands, judged by the policy here. What a record says of the place is asked again; links in the file
 * system are as they are now. */
#include "tool/audit.h"
#include "tool/records.h"

#include "audit/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct replay {
    const cmdpolicy_policy *policy;
    bool json;
    uint64_t decisions, changed, looser, stricter, redacted, left_out;
} replay;

static char *text_of(const json_t *attributes, const char *key) {
    const char *text = record_text(attributes, key);
    char *made = text ? strdup(text) : NULL;
    if (text && !made)
        cli_out_of_memory();
    return made;
}

/* The place as the record says it. */
static void read_place(const json_t *attributes, cli_setup *s) {
    *s = (cli_setup){.no_config = true, .ready = true};
    s->cwd = text_of(attributes, "process.working_directory");
    s->home = text_of(attributes, "cmdpolicy.home");
    s->untrusted = !record_flag(attributes, "cmdpolicy.workspaces.trusted");
    s->sandbox = record_text(attributes, "cmdpolicy.sandbox");
    const json_t *roots = record_list(attributes, "cmdpolicy.workspaces");
    s->workspaces = calloc(json_array_size(roots) + 1, sizeof *s->workspaces);
    if (!s->workspaces)
        cli_out_of_memory();
    for (size_t i = 0; i < json_array_size(roots); i++) {
        const char *root = json_string_value(json_object_get(json_array_get(roots, i), "stringValue"));
        if (root && (s->workspaces[s->workspace_count] = strdup(root)))
            s->workspace_count++;
    }
    const char *shell = record_text(attributes, "cmdpolicy.shell");
    s->shell = shell ? cli_shell_named(shell) : CMDPOLICY_DIALECT_UNKNOWN;
}

/* False: the record has no argv. */
static bool set_argv(cmdpolicy_request *request, const json_t *attributes) {
    const json_t *words = record_list(attributes, "process.command_args");
    const size_t count = json_array_size(words);
    const char **items = calloc(count + 1, sizeof *items);
    size_t *sizes = calloc(count + 1, sizeof *sizes);
    if (!items || !sizes)
        cli_out_of_memory();
    bool all = count > 0;
    for (size_t i = 0; i < count; i++) {
        const json_t *word = json_object_get(json_array_get(words, i), "stringValue");
        all = all && json_is_string(word);
        items[i] = json_string_value(word);
        sizes[i] = json_string_length(word);
    }
    if (all)
        cmdpolicy_request_set_argv(request, count, items, sizes);
    free(items);
    free(sizes);
    return all;
}

static bool is_cut(const json_t *attributes) {
    size_t i;
    json_t *part;
    json_array_foreach(record_list(attributes, "cmdpolicy.audit.cut"), i, part) {
        const char *name = json_string_value(json_object_get(part, "stringValue"));
        if (name && (strcmp(name, "command") == 0 || strcmp(name, "argv") == 0))
            return true;
    }
    return false;
}

/* The decision now. NULL: the record doesn't hold the command. */
static cmdpolicy_decision *judge(const replay *r, const json_t *attributes) {
    const char *asked = record_text(attributes, "cmdpolicy.asked");
    size_t size = 0;
    char *command = is_cut(attributes) ? NULL : record_bytes(attributes, "process.command_line", &size);
    if (!command)
        return NULL;
    cmdpolicy_request *request = cmdpolicy_request_new(r->policy);
    if (!request)
        cli_out_of_memory();
    cli_setup setup;
    read_place(attributes, &setup);
    cli_setup_facts(&setup, request, NULL, 0);
    bool there = true;
    if ((asked && strcmp(asked, "argv") == 0) || record_value(attributes, "process.command_args"))
        there = set_argv(request, attributes);
    else
        cmdpolicy_request_set_shell(request, setup.shell, command, size);
    cmdpolicy_decision *decision = there ? cmdpolicy_check(r->policy, request) : NULL;
    cmdpolicy_request_free(request);
    cli_setup_free(&setup);
    free(command);
    return decision;
}

/* Why it is judged so now: the first reason as strict as the verdict. */
static cmdpolicy_reason deciding(const cmdpolicy_decision *decision) {
    cmdpolicy_reason reason = {.struct_size = sizeof reason};
    for (size_t i = 0; cmdpolicy_decision_reason(decision, i, &reason) == CMDPOLICY_OK; i++) {
        if (reason.verdict <= cmdpolicy_decision_verdict(decision))
            return reason;
    }
    return (cmdpolicy_reason){.struct_size = sizeof reason};
}

static void say_change(const replay *r, const records *from, const char *before, const char *after,
                       const cmdpolicy_decision *decision, bool redacted) {
    size_t size;
    char *command = record_bytes(from->attributes, "process.command_line", &size);
    const cmdpolicy_reason why = deciding(decision);
    audit_text text = {0};
    if (r->json) {
        audit_put(&text, "{\"file\":");
        audit_quote(&text, from->path, strlen(from->path));
        audit_put(&text, ",\"line\":");
        audit_put_number(&text, from->line);
        audit_put(&text, ",\"before\":\"");
        audit_put(&text, before);
        audit_put(&text, "\",\"after\":\"");
        audit_put(&text, after);
        audit_put(&text, redacted ? "\",\"redacted\":true" : "\",\"redacted\":false");
        audit_put(&text, ",\"rule\":");
        audit_quote(&text, why.rule.data, why.rule.size);
        audit_put(&text, ",\"message\":");
        audit_quote(&text, why.message.data, why.message.size);
        audit_put(&text, ",\"command\":");
        audit_quote(&text, command, size);
        audit_put(&text, "}\n");
        printf("%.*s", (int)text.size, text.data);
    } else {
        audit_quote(&text, command, size < 400 ? size : 400); /* what hides is shown escaped */
        printf("%s:%llu: %s -> %s%s: %.*s\n", from->path, (unsigned long long)from->line, before, after,
               redacted ? " (redacted)" : "", (int)text.size, text.data);
        text.size = 0;
        audit_quote(&text, why.message.data, why.message.size);
        if (why.message.size > 0)
            printf("    %.*s", (int)text.size - 2, text.data + 1);
        if (why.rule.size > 0)
            printf(" (rule %.*s)", (int)why.rule.size, why.rule.data);
        printf("\n");
    }
    audit_text_free(&text);
    free(command);
}

static void replay_record(replay *r, const records *from) {
    const char *before = record_text(from->attributes, "cmdpolicy.verdict");
    if (!before || record_text(from->attributes, "error.type"))
        return;
    r->decisions++;
    cmdpolicy_decision *decision = judge(r, from->attributes);
    if (!decision) {
        r->left_out++;
        return;
    }
    cmdpolicy_verdict now = cmdpolicy_decision_verdict(decision);
    const char *asked = record_text(from->attributes, "cmdpolicy.asked");
    if (asked && strcmp(asked, "hook") == 0 && !record_text(from->attributes, "cmdpolicy.shell"))
        now = CMDPOLICY_STRICTEST(now, CMDPOLICY_REVIEW); /* no shell's source: the hook never allows it */
    const cmdpolicy_verdict then = strcmp(before, "allow") == 0    ? CMDPOLICY_ALLOW
                                   : strcmp(before, "review") == 0 ? CMDPOLICY_REVIEW
                                                                   : CMDPOLICY_DENY;
    const bool redacted = record_flag(from->attributes, "cmdpolicy.audit.redacted");
    r->redacted += redacted;
    if (now != then) {
        r->changed++;
        r->looser += now > then;
        r->stricter += now < then;
        say_change(r, from, before, cmdpolicy_verdict_name(now), decision, redacted);
    }
    cmdpolicy_decision_free(decision);
}

int audit_replay(tool_arguments *a, int count, const char **files) {
    cmdpolicy_policy *policy = cli_setup_policy(&a->setup);
    if (!policy)
        return CLI_FAILURE;
    replay r = {.policy = policy, .json = a->format && strcmp(a->format, "json") == 0};
    int status = CLI_ALLOW;
    for (int i = 0; i < count; i++) {
        records from;
        if (!records_open(&from, files[i])) {
            status = CLI_FAILURE;
            continue;
        }
        while (records_next(&from)) {
            if (record_is_decision(&from))
                replay_record(&r, &from);
        }
        if (!records_close(&from))
            status = CLI_FAILURE;
    }
    if (r.json)
        printf(
            "{\"decisions\":%llu,\"changed\":%llu,\"looser\":%llu,\"stricter\":%llu,\"redacted\":%llu,\"left_out\":%llu}\n",
            (unsigned long long)r.decisions, (unsigned long long)r.changed, (unsigned long long)r.looser,
            (unsigned long long)r.stricter, (unsigned long long)r.redacted, (unsigned long long)r.left_out);
    else
        printf(
            "%llu decisions: %llu would change, %llu of them looser and %llu stricter; %llu judged with secrets redacted, "
            "%llu left out, whose command isn't in the record\n",
            (unsigned long long)r.decisions, (unsigned long long)r.changed, (unsigned long long)r.looser,
            (unsigned long long)r.stricter, (unsigned long long)r.redacted, (unsigned long long)r.left_out);
    cmdpolicy_policy_free(policy);
    return status != CLI_ALLOW ? status : r.changed > 0 ? TOOL_FOUND : CLI_ALLOW;
}
