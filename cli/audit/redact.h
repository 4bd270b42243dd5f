/* What a record leaves out. Secrets are found by their shape (secrets.h): in the text of the command, and in the words that the
 * shell would make of it, so that quotes within a secret don't hide it. It finds known shapes; it can't find all secrets. */
#ifndef AUDIT_REDACT_H
#define AUDIT_REDACT_H
#include "audit/text.h"
#include "cmdpolicy.h"

typedef enum audit_redaction {
    AUDIT_REDACT_NONE,
    AUDIT_REDACT_SECRETS,
    AUDIT_REDACT_ARGUMENTS, /* nothing of a command but its programs */
    AUDIT_REDACT_ALL        /* nothing of a command, and no directories */
} audit_redaction;
#define AUDIT_REDACTED "REDACTED"

/* "none|secrets|arguments|all"; anything else: AUDIT_REDACT_ALL. */
audit_redaction audit_redaction_named(const char *name, size_t size);

typedef struct audit_span {
    size_t begin, end;
} audit_span;

typedef struct audit_spans {
    audit_span *items; /* malloc */
    size_t count, room;
} audit_spans;

typedef enum audit_is {
    AUDIT_IS_SOURCE, /* of a shell, or text of any kind */
    AUDIT_IS_WORD,   /* one word of an argv */
    AUDIT_IS_MESSAGE /* for people: a name and a colon in it mean nothing */
} audit_is;

/* The secrets in the text, in its order. */
void audit_find_secrets(audit_spans *, const char *text, size_t size, audit_is);
/* Is the value of this word, an option, the next word, and a secret? */
bool audit_next_is_secret(const char *word, size_t size);
/* Does this word, an option, take NAME:SECRET as its next word? */
bool audit_next_is_pair(const char *word, size_t size);
void audit_spans_add(audit_spans *, size_t begin, size_t end);
void audit_spans_free(audit_spans *);
/* `size` bytes of text with what the spans name replaced. The spans may overlap and be in any order; they are sorted. */
void audit_put_redacted(audit_text *, const char *text, size_t size, audit_spans *);
#endif
