/* Recording decisions: what options and the policy say of it, and the record itself. */
#ifndef AUDIT_AUDIT_H
#define AUDIT_AUDIT_H
#include "audit/log.h"
#include "audit/record.h"
#include "common/options.h"

typedef struct audit_options {
    const char *file;      /* NULL: not said */
    const char *redaction; /* NULL: not said */
    bool required;
} audit_options;

extern const cli_group audit_option_group;
bool audit_take(audit_options *, int id, const char *value);

typedef struct audit {
    audit_options options;
    bool ready, on; /* on: decisions are recorded, or have to be */
    bool required;
    audit_redaction redaction;
    char *path; /* NULL: nobody said where, or it can't be told */
    audit_log log;
    uint64_t start; /* of the check, in nanoseconds */
    char why[512];  /* why the last record was not made */
} audit;

/* Starts the clock of a decision. */
void audit_clock(audit *);
/* Records the event. The policy may be NULL: then only options count. False: it had to be recorded, and could not be; the decision
 * counts as denied, and `why` says why. Where it didn't have to be, that is said on standard error. */
bool audit_write(audit *, audit_event *);
/* The decision as JSON that stands in for one that could not be recorded. */
void audit_put_denial(audit_text *, const audit *, const cmdpolicy_policy *);
void audit_free(audit *);
#endif
