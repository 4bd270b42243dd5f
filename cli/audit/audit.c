/* From options and settings to records. */
#define _POSIX_C_SOURCE 200809L
#include "audit/audit.h"

#include "common/say.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { OPTION_AUDIT = 300, OPTION_REDACT, OPTION_REQUIRED };

static const cli_option options_of_audit[] = {
    {"audit", OPTION_AUDIT, "FILE", NULL, "append a record of every decision to FILE (what the policy says)",
     0},
    {"audit-redact", OPTION_REDACT, "WHAT", "none|secrets|arguments|all",
     "what records leave out: nothing, known shapes of secrets, all but\nthe programs, the directories too (secrets)",
     0},
    {"audit-required", OPTION_REQUIRED, NULL, NULL, "deny what can't be recorded", 0},
};
const cli_group audit_option_group = CLI_GROUP(options_of_audit);

bool audit_take(audit_options *o, int id, const char *value) {
    switch (id) {
    case OPTION_AUDIT: o->file = value; return true;
    case OPTION_REDACT: o->redaction = value; return true;
    case OPTION_REQUIRED: o->required = true; return true;
    default: return false;
    }
}

static uint64_t monotonic(void) {
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void audit_clock(audit *a) {
    a->start = monotonic();
}

/* The setting, if it counts: a requirement's always, another layer's where no option says anything. */
static bool setting(const cmdpolicy_policy *policy, const char *name, bool is_said, cmdpolicy_string *out) {
    int32_t pinned = 0;
    return policy && cmdpolicy_policy_setting(policy, name, out, &pinned) == CMDPOLICY_OK &&
           (pinned || !is_said);
}

static char *path_of(cmdpolicy_string text, const char *home) {
    const bool in_home = text.size > 1 && text.data[0] == '~';
    if (in_home && !home)
        return NULL;
    const size_t n = in_home ? strlen(home) : 0, skip = in_home ? 1 : 0;
    char *path = malloc(n + text.size + 1);
    if (!path)
        cli_out_of_memory();
    if (n > 0)
        memcpy(path, home, n);
    memcpy(path + n, text.data + skip, text.size - skip);
    path[n + text.size - skip] = '\0';
    return path;
}

static void settle(audit *a, const cmdpolicy_policy *policy, const char *home) {
    cmdpolicy_string text;
    a->ready = true;
    a->required = a->options.required ||
                  (setting(policy, "audit-required", false, &text) && text.size == 3); /* "yes" */
    a->redaction = a->options.redaction
                       ? audit_redaction_named(a->options.redaction, strlen(a->options.redaction))
                       : AUDIT_REDACT_SECRETS;
    if (setting(policy, "audit-redact", a->options.redaction != NULL, &text))
        a->redaction = audit_redaction_named(text.data, text.size);
    const bool is_set = setting(policy, "audit-file", a->options.file != NULL, &text);
    if (is_set)
        a->path = path_of(text, home);
    else if (a->options.file)
        a->path = strdup(a->options.file); /* what is out of memory here is a file that can't be named */
    a->on = is_set || a->options.file || a->required;
    snprintf(a->why, sizeof a->why, "%s",
             is_set ? "the home directory, where its file is, isn't known"
                    : "no file for records is named: --audit FILE, or `audit` under `defaults`");
    if (a->path) {
        signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of write() */
        audit_log_begin(&a->log, a->path);
    }
}

bool audit_write(audit *a, audit_event *event) {
    if (!a->ready)
        settle(a, event->policy, event->setup ? event->setup->home : NULL);
    if (!a->on)
        return true;
    if (a->path) {
        audit_text record = {0};
        event->microseconds = (monotonic() - a->start) / 1000;
        audit_record(&record, event, a->redaction);
        const bool written = audit_log_append(&a->log, &record, a->why, sizeof a->why);
        audit_text_free(&record);
        if (written)
            return true;
    }
    if (!a->required)
        cli_error("the decision was not recorded: %s", a->why);
    return !a->required;
}

void audit_put_denial(audit_text *t, const audit *a, const cmdpolicy_policy *policy) {
    cmdpolicy_string digest = {"", 0};
    (void)cmdpolicy_policy_digest(policy, &digest);
    audit_put(t, "{\"cmdpolicy\": 1, \"verdict\": \"deny\", \"policy\": ");
    audit_quote(t, digest.data, digest.size);
    audit_put(
        t,
        ", \"shell\": \"unknown\", \"reasons\": [{\"verdict\": \"deny\", \"code\": \"not-recorded\", \"call\": null, "
        "\"message\": ");
    audit_quote(t, a->why, strlen(a->why));
    audit_put(t, ", \"span\": [0, 0]}], \"calls\": [], \"effects\": []}");
}

void audit_free(audit *a) {
    if (a->path)
        audit_log_end(&a->log);
    free(a->path);
}
