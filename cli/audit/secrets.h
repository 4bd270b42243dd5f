/* How secrets look: the tables that the redaction of records goes by. */
#ifndef AUDIT_SECRETS_H
#define AUDIT_SECRETS_H
#include <stddef.h>

typedef enum secret_alphabet {
    SECRET_WORD,   /* letters, digits, _ and - */
    SECRET_DOTTED, /* and . */
    SECRET_BASE64, /* and + / = . ~ */
    SECRET_HEX,
    SECRET_UPPER /* capital letters and digits */
} secret_alphabet;

/* A token that its issuer begins with `prefix`, so that it is known wherever it stands. */
typedef struct secret_prefix {
    const char *prefix;
    secret_alphabet alphabet;
    size_t least; /* characters behind the prefix */
} secret_prefix;

/* Each list ends with a NULL. */
extern const secret_prefix secret_prefixes[];
/* NAME=VALUE, --name VALUE, "name": "VALUE": the value is a secret if the name, in small letters and without - and _, holds one
 * of the first, or one of its parts between - _ and . is one of the second; but not if its last part is one of the third. */
extern const char *const secret_names[], *const secret_parts[], *const harmless_ends[];
/* HTTP headers whose value is a secret, and the schemes that may stand before it. In small letters. */
extern const char *const secret_headers[], *const secret_schemes[];
/* Options with a value NAME:SECRET. */
extern const char *const secret_pair_options[];
#endif
