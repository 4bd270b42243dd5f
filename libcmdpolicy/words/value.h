/* Abstract values: what a shell word can be when the command runs.
 * A value is a run of atoms: literal bytes that are certain, and holes, where each hole says what it may do. A field is one
 * argument: a few alternative values, or a splat, which stands for any number of arguments. One type serves every room from
 * words/ to decide/. */
#ifndef CP_WORDS_VALUE_H
#define CP_WORDS_VALUE_H
#include "base/source.h"

/* YES: every value that the word can take; NO: none; MAYBE: the rest. Ordered so that min is "and" and max is "or". */
typedef enum cp_tri { CP_NO = 0, CP_MAYBE = 1, CP_YES = 2 } cp_tri;
static inline cp_tri cp_tri_and(cp_tri a, cp_tri b) {
    return a < b ? a : b;
}
static inline cp_tri cp_tri_or(cp_tri a, cp_tri b) {
    return a > b ? a : b;
}
static inline cp_tri cp_tri_not(cp_tri a) {
    return (cp_tri)(CP_YES - a);
}

enum {
    CP_HOLE_EMPTY = 1, /* may be empty */
    CP_HOLE_SPLIT = 2, /* was unquoted: the field may fall into several (its field is then a splat) */
    CP_HOLE_GLOB =
        4, /* names of existing files that fit the literal text around it (or the pattern itself) */
    CP_HOLE_DASH = 8,     /* may begin with '-' */
    CP_HOLE_SLASH = 16,   /* may hold '/' (and so '..' components) */
    CP_HOLE_NEWLINE = 32, /* may hold a newline */
    CP_HOLE_SECRET = 64,  /* holds a variable that an effect rule may call secret: `name` */
    CP_HOLE_PIPE = 128,   /* /dev/fd/N of a process substitution */
    CP_HOLE_NO_DOT = 256, /* first of a file name: that name begins with no dot, whatever follows the hole */
    CP_HOLE_LIST =
        512, /* (…) written out as the value of an assignment: its words were expanded where they stand */
    CP_HOLE_PLAIN =
        1024, /* holds no blank, quote or pattern: unquoted it stays the one word that it is; a file's name no colon or brace, either */
    CP_HOLE_PIECE =
        2048, /* a word of a line that a blank in it would cut: the whole value may begin with '-' after all */
    CP_HOLE_PLACE =
        4096, /* of CP_CLASS_ABSOLUTE: leads to the place that `name` is the path of, in whichever spelling */
    CP_HOLE_SIMPLE =
        CP_HOLE_PLACE, /* of CP_CLASS_FILENAME, with CP_HOLE_LOOKED: of a simple name; what it was made of, too */
    CP_HOLE_PART =
        16384, /* made of what its origin says, or of several values: not the very text that is told of there */
    CP_HOLE_CHAR = 8192, /* with CP_HOLE_GLOB: one character (`?`, `[ch]`) */
    CP_HOLE_LOOKED =
        32768 /* of a name in a directory whose names are known to be plain: none begins with '-', and no piece
                            * that a blank or a quote in it would cut off does; with CP_HOLE_DASH, of a ref, it may begin with '-' itself */
};
enum {
    CP_LIT_FIRST =
        1 /* props of a literal: NAME= of a declaration, which nothing behind it can be cut off from */
};
enum { CP_HOLE_ANYTHING = CP_HOLE_EMPTY | CP_HOLE_DASH | CP_HOLE_SLASH | CP_HOLE_NEWLINE };

/* What somebody who looked at a directory says of its names: none is an option; each is as cp_is_simple_in_name says */
typedef enum cp_look { CP_NAMES_UNKNOWN, CP_NAMES_PLAIN, CP_NAMES_SIMPLE } cp_look;
bool cp_is_simple_in_name(uint8_t byte, bool first);

typedef enum cp_class { /* the alphabet of a hole */
                        CP_CLASS_ANY,
                        CP_CLASS_DIGITS, /* [0-9]+ : $? $# $$ $! $RANDOM arithmetic without a sign; lines of them */
                        CP_CLASS_INTEGER,  /* -?[0-9]+ */
                        CP_CLASS_FILENAME, /* no '/', not empty */
                        CP_CLASS_HOME, /* the home directory, whose place the request didn't tell: exactly what `~` is in a path pattern */
                        CP_CLASS_ABSOLUTE, /* begins with '/' : ~user, $PWD and $OLDPWD when unknown */
                        CP_CLASS_TEXT,     /* as ANY, but known not to begin with '-' */
                        CP_CLASS_BELOW /* leads to a place at or below the directory that is written before it (the working
                                        * directory if nothing is): never back up. Has CP_HOLE_SLASH; what stands behind it is
                                        * the end of the last name */
                        ,
                        CP_CLASS_HEX,   /* [0-9a-f]+ : what names objects and containers; lines of them */
                        CP_CLASS_BLANKS /* blanks and tabs: what stands between columns */
} cp_class;

typedef enum cp_atom_kind { CP_ATOM_LIT, CP_ATOM_HOLE } cp_atom_kind;

typedef struct cp_atom {
    uint8_t kind;
    uint8_t cls;    /* cp_class, of a hole */
    uint16_t props; /* CP_HOLE_… */
    uint32_t
        origin; /* of a hole: an opaque number that the walk gave with the value (whose output it is); 0: none */
    cp_slice lit; /* LIT: the bytes. HOLE: the variable's name, where it is one (for messages and secrets) */
    cp_span span; /* where it was written */
} cp_atom;

enum {
    CP_VALUE_EXACT = 1,   /* `exact` is the whole value */
    CP_VALUE_QUOTED = 2,  /* some part was quoted */
    CP_VALUE_UNMADE = 4,  /* the list of fields was cut by a limit: anything may stand here */
    CP_VALUE_PERHAPS = 8, /* in a list of words that are given to a command: it may be another one, or none */
    CP_VALUE_ELSE = 16    /* … it is what the one before is, or that is the word */
};

typedef struct cp_value {
    const cp_atom *atoms;
    uint32_t atom_count;
    uint32_t flags;
    cp_slice exact; /* when CP_VALUE_EXACT */
    cp_span span;   /* the whole word */
} cp_value;

enum { CP_SET_MOST = 8 };
typedef struct cp_set { /* alternatives, 1 to CP_SET_MOST; more are joined to one value with holes */
    const cp_value *values;
    uint32_t count;
} cp_set;

enum { CP_SPLAT_ANY = 1 /* any number of fields, none included */, CP_SPLAT_ONE /* one field, or none */ };

typedef struct cp_field {
    cp_set set;
    uint32_t splat; /* 0: the one field that it is; else `set` says what each of them may be */
} cp_field;

typedef struct cp_fields {
    const cp_field *items;
    uint32_t count;
} cp_fields;

static inline bool cp_value_is_exact(const cp_value *v) {
    return (v->flags & CP_VALUE_EXACT) != 0;
}
/* Can no piece of what the hole holds begin with '-'? (The whole may, where its first hole says so.) What was cut is no name any more. */
static inline bool cp_hole_is_looked_at(const cp_atom *a) {
    return (a->props & (CP_HOLE_LOOKED | CP_HOLE_PART)) == CP_HOLE_LOOKED;
}
/* /dev/fd/N of a process substitution, and nothing else? */
static inline bool cp_value_is_pipe(const cp_value *v) {
    return v->atom_count == 1 && v->atoms[0].kind == CP_ATOM_HOLE && (v->atoms[0].props & CP_HOLE_PIPE) &&
           !(v->flags & CP_VALUE_UNMADE);
}
static inline bool cp_field_is_exact(const cp_field *f) {
    return !f->splat && f->set.count == 1 && cp_value_is_exact(&f->set.values[0]);
}
/* The bytes of an exact field; an empty slice with NULL p otherwise. */
static inline cp_slice cp_field_text(const cp_field *f) {
    return cp_field_is_exact(f) ? f->set.values[0].exact : (cp_slice){NULL, 0};
}

/* Constructors, in the arena. */
cp_value cp_value_exact(cp_arena *, cp_slice text, cp_span);
cp_value cp_value_hole(cp_arena *, cp_class, uint32_t props, cp_slice name, cp_span);
/* a then b: exact where both are. */
cp_value cp_value_concat(cp_arena *, const cp_value *a, const cp_value *b);
/* The same where the two were written, or printed, side by side: what leads to a place below the working directory begins with the rest
 * of a name then, unless the first ends with what parts words, names, revisions or an option from its value. */
cp_value cp_value_glued(cp_arena *, const cp_value *a, const cp_value *b);
/* The directory that the value lies below, whose name and a slash it begins with, or perhaps `itself`; empty: it is none such. */
cp_slice cp_value_directory(const cp_value *, bool *itself);
/* Such a hole behind this atom: one atom, or two. */
uint32_t cp_atom_glued(const cp_atom *before, const cp_atom *hole, cp_atom out[2]);
/* The span of bytes that the shell made, at the place where they were made: never of their length, which would say that they stand there. */
static inline cp_span cp_made_span(cp_span span, uint32_t n) {
    if (span.end - span.beg == n)
        span.end = span.beg;
    return span;
}
/* Bytes [from, to) of a text of n bytes that was written at `span`: exact where the text stands there byte for byte. */
static inline cp_span cp_sub_span(cp_span span, uint32_t n, uint32_t from, uint32_t to) {
    if (span.end - span.beg != n)
        return cp_made_span(span, to - from);
    return (cp_span){span.src, span.beg + from, span.beg + to};
}

/* Bytes [from, to) of an exact value, with its atoms' spans. */
cp_value cp_value_slice(cp_arena *, const cp_value *, uint32_t from, uint32_t to);
/* What stands behind the first bytes of a value, which are literal (cp_value_prefix is at least as long). */
cp_value cp_value_after(cp_arena *, const cp_value *, uint32_t from);
cp_field cp_field_of(cp_arena *, cp_value);
cp_set cp_set_of(cp_arena *, cp_value);
/* The same of an exact value. */
cp_set cp_set_exact(cp_arena *, cp_slice text, cp_span);
static inline cp_field cp_field_exact(cp_arena *arena, cp_slice text, cp_span span) {
    return (cp_field){cp_set_exact(arena, text, span), 0};
}
/* Union of two sets (equal values once); past CP_SET_MOST one value that covers all. */
cp_set cp_set_join(cp_arena *, cp_set, cp_set);
/* The literal bytes that every value of it begins with; may be empty. */
cp_slice cp_value_prefix(const cp_value *);
/* May the value begin with / equal / hold this byte or text? */
cp_tri cp_value_begins_with(const cp_value *, uint8_t byte);
/* Taken for one word, but a blank in it may cut off any other: has a hole with CP_HOLE_PIECE. */
bool cp_value_is_piece(const cp_value *);
cp_tri cp_value_equals(const cp_value *, cp_slice text);
cp_tri cp_value_holds_byte(const cp_value *, uint8_t byte);
cp_tri cp_value_empty(const cp_value *);
/* `pattern`: bytes with '*' as any run. YES: every value matches. */
cp_tri cp_value_glob(const cp_value *, cp_slice pattern, bool case_insensitive);
cp_tri cp_set_equals(cp_set, cp_slice text);
/* May the hole hold this byte, at its beginning (`first`) or further on? Whether it may be empty is in its properties. */
bool cp_hole_takes(const cp_atom *hole, uint8_t byte, bool first);
/* One value whose language holds every alternative's. */
cp_value cp_set_cover(cp_arena *, cp_set);
/* Membership in the language: could this string, this argv be it? (contain.c) */
bool cp_value_contains(const cp_value *, cp_slice text);
bool cp_set_contains(cp_set, cp_slice text);
bool cp_fields_contain(const cp_fields *, size_t n, const cp_slice *argv);
/* The value as people read it: holes as $NAME, * or …; `quoted` as one shell word. */
cp_slice cp_value_show(cp_arena *, const cp_value *);
/* Are the two made of the same pieces? */
bool cp_value_same_atoms(const cp_value *, const cp_value *);
/* A source text made of this value's exact bytes, with segments back to where each atom was written; UINT32_MAX: no memory. */
uint32_t cp_value_to_source(cp_arena *, cp_sources *, const cp_value *, uint32_t source_kind,
                            cp_span made_at);
#endif
