/* One decision as a record: OpenTelemetry's log data model in the names of OTLP/JSON (docs/audit.md). */
#ifndef AUDIT_RECORD_H
#define AUDIT_RECORD_H
#include "audit/redact.h"
#include "common/setup.h"

typedef struct audit_string {
    const char *data; /* NULL: not known */
    size_t size;
} audit_string;

typedef struct audit_event {
    const char *asked;                  /* "command", "argv", "batch" or "hook" */
    const cmdpolicy_decision *decision; /* NULL: there is none */
    cmdpolicy_verdict verdict;          /* what is answered */
    const char *failure;                /* why the check failed; NULL: it didn't */
    const char *note;                   /* what there is to say beside the decision; NULL */
    const cmdpolicy_policy *policy;     /* NULL: there is none */
    const cli_setup *setup;             /* where it would run */
    audit_string cwd;                   /* instead of the setup's */
    const char *shell;                  /* NULL: an argv */
    audit_string agent, session, call, tool, hook_event;
    const char *answer; /* of a hook: "ask", "defer", "deny", "allow" or "pass"; NULL */
    uint64_t microseconds;
} audit_event;

/* Appends the record, open at its end for the log's link. */
void audit_record(audit_text *, const audit_event *, audit_redaction);
#endif
