/* How the policy says what a listed name is: `value`, `(read, [r|rb]?, encoding=)`, `(path...) -> path`. Read where it is needed, and by the
 * compiler, which refuses what this doesn't know. */
#ifndef CP_COMMANDS_FORMS_H
#define CP_COMMANDS_FORMS_H
#include "base/slice.h"

typedef enum form_use {
    FORM_UNKNOWN, /* not understood */
    FORM_NEVER,   /* a text that has this name isn't understood */
    FORM_MODULE,
    FORM_VALUE, /* may be passed on, and called with anything */
    FORM_SETS,  /* the same; as an attribute it may be assigned to */
    FORM_LOOKS, /* as VALUE; keeps and changes nothing of what it is given */
    FORM_SHOWS, /* the same; also of what may only be shown */
    FORM_CALL   /* only called, with what it takes */
} form_use;

typedef enum form_receiver {
    FORM_ANY,
    FORM_READ,    /* a path that is read, or what somebody has read who let it go */
    FORM_TREE,    /* with all below */
    FORM_KNOWN,   /* a path that is read, and nothing else */
    FORM_TEMPLATE /* a text with fields that take nothing apart */
} form_receiver;

typedef enum form_role {
    FORM_ROLE_NONE,
    FORM_ROLE_DATA,
    FORM_ROLE_READ,     /* a path that is read */
    FORM_ROLE_TREE,     /* with all below */
    FORM_ROLE_PATH,     /* a path, or a part of one, that is known */
    FORM_ROLE_PATTERN,  /* a pattern of files below */
    FORM_ROLE_VARIABLE, /* the name of a variable of the environment */
    FORM_ROLE_WORD,     /* a literal of letters, digits and underscores */
    FORM_ROLE_TRUE,     /* the literal True */
    FORM_ROLE_LISTED,   /* a module or a listed name, and nothing else */
    FORM_ROLE_KIND,     /* a literal that the kind `words` reads */
    FORM_ROLE_ONE_OF    /* one of `words` */
} form_role;

typedef enum form_gives {
    FORM_GIVES_DATA,
    FORM_GIVES_NUMBER,
    FORM_GIVES_SHOWN,
    FORM_GIVES_ITEMS,    /* a list of what the first argument has in it */
    FORM_GIVES_NUMBERED, /* the same, with numbers */
    FORM_GIVES_NOTHING,  /* of which nothing is taken */
    FORM_GIVES_TEXT,     /* the path that the first argument is, as a text */
    FORM_GIVES_SAME,     /* the same path, in another spelling */
    FORM_GIVES_PATH,     /* an object for the path of all arguments joined */
    FORM_GIVES_PLACE,    /* that path */
    FORM_GIVES_PLACES,   /* what lies below the receiver */
    FORM_GIVES_GLOBBED,  /* what the pattern finds */
    FORM_GIVES_WALK,     /* triples of all directories below the first argument */
    FORM_GIVES_NAMES,    /* names of files */
    FORM_GIVES_NAME      /* the last name of the receiver's path, or of the first argument's */
} form_gives;

enum { FORM_TAKES_MOST = 12 };
typedef struct form_take {
    cp_slice keyword; /* empty: by its place */
    cp_slice words;   /* of ONE_OF */
    uint8_t role, optional, many;
} form_take;
typedef struct form {
    uint8_t use, receiver, gives;
    uint8_t count;
    form_take takes[FORM_TAKES_MOST];
} form;

/* False: what it says isn't known; `use` is then UNKNOWN. */
bool cp_form_read(cp_slice text, form *out);
#endif
