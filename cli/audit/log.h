/* A file of records, one JSON line each, in a chain: every line holds the SHA-256 of the line before it, and of itself. Appended
 * under a lock in one write, so writers don't mix, and what one leaves behind that was killed is marked by the next.
 * docs/audit.md describes the format. */
#ifndef AUDIT_LOG_H
#define AUDIT_LOG_H
#include "audit/text.h"

#include <sys/types.h>

enum { AUDIT_HASH = 64 /* hex digits */ };
#define AUDIT_NO_HASH "0000000000000000000000000000000000000000000000000000000000000000"

typedef struct audit_log {
    const char *path;
    int descriptor; /* -1: not open */
    dev_t device;
    ino_t inode;
    /* The end as this process left it; while the file is no longer than that, its last line need not be read. */
    off_t end; /* -1: not known */
    uint64_t sequence;
    char previous[AUDIT_HASH + 1]; /* of the last line */
    char own[AUDIT_HASH + 1];      /* the hash that stands in it */
} audit_log;

void audit_log_begin(audit_log *, const char *path);
/* Appends `record`, which is a JSON object up to and without the bracket that closes its last member, "attributes". False: it is
 * not in the file, and `why` says why. */
bool audit_log_append(audit_log *, const audit_text *record, char *why, size_t room);
void audit_log_end(audit_log *);

void audit_hash(const char *data, size_t size, char out[AUDIT_HASH + 1]);

/* What stands at the end of a record. */
typedef struct audit_link {
    uint64_t sequence;
    const char *previous, *hash; /* AUDIT_HASH digits each, within the line */
    size_t body;                 /* bytes of the line that `hash` is of */
} audit_link;
/* False: the line doesn't end as a record does. */
bool audit_link_of(const char *line, size_t size, audit_link *out);

/* A record's beginning, up to and with the bracket that opens its attributes. */
void audit_record_begin(audit_text *, const char *event, int severity, const char *severity_text,
                        const char *body, size_t body_size, uint64_t nanoseconds);
uint64_t audit_now(void); /* nanoseconds since 1970 */

#define AUDIT_EVENT_REPAIRED "cmdpolicy.audit.repaired"
#define AUDIT_CHAIN          "cmdpolicy.audit.chain"
#endif
