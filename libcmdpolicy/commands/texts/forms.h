/* How the policy says what a listed name is: `value`, `(read, [r|rb]?, encoding=)`, `(path...) -> path`. Read where it is needed, and by the
 * compiler, which refuses what this doesn't know. */
#ifndef CP_COMMANDS_FORMS_H
#define CP_COMMANDS_FORMS_H
#include "base/slice.h"

typedef enum form_use {
    FORM_UNKNOWN, /* not understood */
    FORM_NEVER,   /* a text that has this name isn't understood */
    FORM_MODULE,
    FORM_VALUE,    /* may be passed on, and called with anything */
    FORM_SETS,     /* the same; as an attribute it may be assigned to */
    FORM_LOOKS,    /* as VALUE; keeps and changes nothing of what it is given */
    FORM_SHOWS,    /* the same; also of what may only be shown */
    FORM_CALL,     /* only called, with what it takes */
    FORM_INHERITED /* what all objects have of themselves: as an attribute it isn't called */
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
    FORM_ROLE_LOCAL,    /* the same, where a URL would be taken, too, or a home directory: it is neither */
    FORM_ROLE_TREE,     /* with all below */
    FORM_ROLE_PATH,     /* a path, or a part of one, that is known */
    FORM_ROLE_PATTERN,  /* a pattern of files below */
    FORM_ROLE_VARIABLE, /* the name of a variable of the environment */
    FORM_ROLE_WORD,     /* a literal of letters, digits and underscores */
    FORM_ROLE_TRUE,     /* the literal True */
    FORM_ROLE_LISTED,   /* a module or a listed name, and nothing else */
    FORM_ROLE_KIND,     /* a literal that the kind `words` reads */
    FORM_ROLE_ONE_OF,   /* one of `words`, or a list of some; `()`: a function that is no text */
    FORM_ROLE_MODULE,   /* a literal that names a listed module */
    FORM_ROLE_ARGV,     /* a list of literals that is written out: the words of a command that is run */
    FORM_ROLE_SHELL,    /* a literal: a script that the shell runs */
    FORM_ROLE_LOOKS,    /* anything, of which nothing is kept or changed */
    FORM_ROLE_ITEM,     /* is put into the receiver */
    FORM_ROLE_TREE_OWN, /* an object that the text made: it gets what the others have */
    FORM_ROLE_KNOWN,    /* what has no functions in it, but for the text's own */
    FORM_ROLE_PARTS,    /* an object, whose properties are copied */
    /* Functions: the text's own, or what is listed. They are called with */
    FORM_ROLE_EACH,    /* an item, its number, and the list */
    FORM_ROLE_FOLD,    /* what they gave before, an item, its number, and the list */
    FORM_ROLE_COMPARE, /* two items */
    FORM_ROLE_CALLED,  /* anything */
    FORM_ROLE_RUN      /* anything; no text instead of it */
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
    FORM_GIVES_NAME,     /* the last name of the receiver's path, or of the first argument's */
    FORM_GIVES_PLAIN,    /* a text, a number or the like */
    FORM_GIVES_FOREST,   /* objects and lists without functions */
    FORM_GIVES_TEXTS,    /* a list of texts */
    FORM_GIVES_ENTRIES,  /* a list of objects that have names of files */
    FORM_GIVES_BELOW,    /* a list of paths below a directory */
    FORM_GIVES_UNDER,    /* all arguments, joined as a path; what begins with a slash, too */
    FORM_GIVES_HERE,     /* the working directory */
    FORM_GIVES_CONTENTS, /* a text where it is told an encoding */
    FORM_GIVES_SCOPE,    /* the module that is named */
    FORM_GIVES_ITSELF,   /* the receiver */
    FORM_GIVES_FIRST,    /* the first argument */
    FORM_GIVES_LIKE,   /* as much is known of it as of the receiver, the arguments and what functions give */
    FORM_GIVES_SLICE,  /* a part of the receiver */
    FORM_GIVES_CONCAT, /* a list of the receiver's items and of those that are given */
    FORM_GIVES_ITEM,   /* an item of the receiver */
    FORM_GIVES_MADE, /* a list of what the function gives; where there is none, of the first argument's items */
    FORM_GIVES_FOLDED,   /* what the function gives, or its second argument */
    FORM_GIVES_ARGUMENTS /* a list of the words that the text is given */
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

/* False: what it says isn't known; `use` is then UNKNOWN. `(…) -> … ; (…) -> …`: the first that fits a call counts; here that is the first
 * that is left of them. */
bool cp_form_read(cp_slice text, form *out);
/* Takes the first of several away. False: it was the last. */
bool cp_form_next(cp_slice *text);
#endif
