/* YAML as policy files use it: a tree of texts, lists and mappings, every node with its place. The only file that knows libyaml.
 * Refused, each with its place and what was expected: anchors, aliases, tags, merge keys, duplicate keys, second documents,
 * directives, values left empty, plain texts over two lines, hidden characters, and whatever is too large or too deep. */
#ifndef CP_POLICY_YAML_H
#define CP_POLICY_YAML_H
#include "base/diag.h"

typedef struct cp_place {
    uint32_t line, column; /* from 1, in characters; 0: not known */
    uint32_t offset;       /* in bytes */
} cp_place;

typedef enum cp_yaml_type { CP_YAML_TEXT, CP_YAML_LIST, CP_YAML_MAP } cp_yaml_type;
typedef enum cp_yaml_style { CP_YAML_PLAIN, CP_YAML_SINGLE, CP_YAML_DOUBLE, CP_YAML_BLOCK } cp_yaml_style;

typedef struct cp_yaml {
    uint32_t type, style; /* cp_yaml_type; cp_yaml_style of a text */
    uint32_t flow;        /* a list in […] or a mapping in {…} */
    uint32_t comment;     /* a plain text with ` #` behind it on its line */
    uint32_t count;       /* items of a list, entries of a mapping */
    uint32_t length;      /* bytes of a text as it is written, quotes included */
    cp_place at;
    cp_slice text;
    struct cp_yaml *key; /* of a mapping's value: its key, a text */
    struct cp_yaml *first, *last, *next;
} cp_yaml;

enum { CP_YAML_BYTES_MOST = 4 * 1024 * 1024, CP_YAML_DEPTH_MOST = 32, CP_YAML_EVENTS_MOST = 500 * 1000 };

/* Whoever takes the entries of a large mapping as they are read, so that it never stands in memory as a tree. */
typedef struct cp_yaml_taker {
    void *self;
    /* Asked when the mapping of a key of the root begins; `root` is as far as it is read. */
    bool (*wants)(void *self, const cp_yaml *root, const cp_yaml *key);
    /* A value with its key: both are gone when this returns; their texts stay. What is said of them counts only if the file is read
     * without an error: entries are not yet known to differ. */
    void (*take)(void *self, const cp_yaml *entry);
} cp_yaml_taker;

/* The root; NULL after an error (all of them are in the diagnostics) or when memory ran out. The tree is in `nodes` and may be thrown
 * away once it is read; its texts, and what diagnostics say, are in `arena`. `taker` may be NULL; a mapping that it took is empty in
 * the tree, but for its count. */
cp_yaml *cp_yaml_read(cp_arena *arena, cp_arena *nodes, cp_diags *, cp_slice name, cp_slice text,
                      const cp_yaml_taker *taker);
/* The place of byte `offset` of a text; of the text itself where that can't be told (folded over lines, escapes). */
cp_place cp_yaml_place(const cp_yaml *, uint32_t offset);
#endif
