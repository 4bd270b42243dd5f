/* What the suites of match/ share: an image of patterns in memory, and values written as text.
 *
 * Values: bytes stand for themselves; <?> is a hole that may be anything, <s> anything without '/', <*> an ordinary glob's hole, <*e> one
 * that may be empty, <*h> and <*he> such that hide names with a dot, <n> digits, <n?> digits or nothing, <f> a file name, <~> the home directory, <abs> an absolute path, <pipe> /dev/fd/N. */
#ifndef TEST_MATCH_FIXTURE_H
#define TEST_MATCH_FIXTURE_H
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "match/match.h"

typedef struct fixture {
    cp_image image;
    uint8_t bytes[16384];
    cp_rec_strings strings[128];
    cp_rec_path paths[256];
    cp_rec_component components[1024];
    cp_rec_host hosts[128];
    cp_rec_regex regexes[128];
    uint32_t byte_count, string_count, path_count, component_count, host_count, regex_count;
    cp_arena arena;
    cp_budget budget;
} fixture;

static inline void fixture_update(fixture *f) {
    f->image.section[CP_SEC_STRB].count = f->byte_count;
    f->image.section[CP_SEC_STRS].count = f->string_count / CP_IMAGE_STRINGS + 1;
    f->image.section[CP_SEC_PATP].count = f->path_count;
    f->image.section[CP_SEC_COMP].count = f->component_count;
    f->image.section[CP_SEC_HOST].count = f->host_count;
    f->image.section[CP_SEC_REGX].count = f->regex_count;
}

static inline fixture *fixture_new(void) {
    fixture *f = (fixture *)calloc(1, sizeof *f);
    ck_assert_ptr_nonnull(f);
    f->string_count = f->path_count = f->component_count = f->host_count = f->regex_count = 1;
#define SECTION(tag, array)                                \
  f->image.section[tag].first = (const uint8_t *)f->array, \
  f->image.section[tag].size = (uint32_t)sizeof f->array[0]
    SECTION(CP_SEC_STRB, bytes);
    SECTION(CP_SEC_STRS, strings);
    SECTION(CP_SEC_PATP, paths);
    SECTION(CP_SEC_COMP, components);
    SECTION(CP_SEC_HOST, hosts);
    SECTION(CP_SEC_REGX, regexes);
#undef SECTION
    fixture_update(f);
    cp_budget_init(&f->budget);
    cp_arena_init(&f->arena, NULL, NULL, 0, NULL);
    return f;
}

static inline void fixture_free(fixture *f) {
    cp_arena_free(&f->arena);
    free(f);
}

/* Forgets all patterns. */
static inline void fixture_clear(fixture *f) {
    f->byte_count = 0;
    memset(f->strings, 0, sizeof f->strings);
    f->string_count = f->path_count = f->component_count = f->host_count = f->regex_count = 1;
    fixture_update(f);
}

static inline uint32_t add_string(fixture *f, cp_slice s) {
    ck_assert(f->byte_count + s.n <= sizeof f->bytes && f->string_count + cp_image_string_slots(s.n) < 1024);
    if (s.n)
        memcpy(f->bytes + f->byte_count, s.p, s.n);
    uint32_t index = f->string_count;
    cp_image_put_string(f->strings, index, f->byte_count, s.n);
    f->byte_count += s.n;
    f->string_count += cp_image_string_slots(s.n);
    return index;
}

/* A path pattern as in a policy file. */
static inline uint32_t add_path(fixture *f, const char *text) {
    static const struct {
        const char *name;
        uint32_t root;
    } roots[] = {{"**/", CP_ROOT_ANYWHERE},        {"/", CP_ROOT_ABSOLUTE}, {"~", CP_ROOT_HOME},
                 {"workspace", CP_ROOT_WORKSPACE}, {"cwd", CP_ROOT_CWD},    {"tmp", CP_ROOT_TMP}};
    cp_slice s = cp_slice_str(text);
    uint32_t i = 0, k = 0;
    while (!cp_slice_starts(s, cp_slice_str(roots[k].name)))
        ck_assert_uint_lt(++k, 6);
    i = (uint32_t)strlen(roots[k].name);
    if (roots[k].root >= CP_ROOT_WORKSPACE || roots[k].root == CP_ROOT_HOME)
        i += i < s.n;
    cp_rec_path *p = &f->paths[f->path_count];
    ck_assert_uint_lt(f->path_count, 256);
    *p = (cp_rec_path){.root = roots[k].root, .first = f->component_count, .text = add_string(f, s)};
    while (i < s.n) {
        uint32_t end = cp_slice_find(s, '/', i);
        cp_slice name = cp_slice_sub(s, i, end);
        uint32_t op = cp_slice_is(name, "**")                ? CP_COMP_STARSTAR
                      : cp_slice_find(name, '*', 0) < name.n ? CP_COMP_GLOB
                                                             : CP_COMP_LITERAL;
        ck_assert_uint_lt(f->component_count, 1024);
        f->components[f->component_count++] = (cp_rec_component){add_string(f, name) << 2 | op};
        p->count++;
        i = end + 1;
    }
    f->path_count++;
    fixture_update(f);
    return f->path_count - 1;
}

/* A host pattern as in a policy file. */
static inline uint32_t add_host(fixture *f, const char *text) {
    cp_rec_host *h = &f->hosts[f->host_count];
    char name[256];
    unsigned prefix = 999, port = 0;
    ck_assert_uint_lt(f->host_count, 128);
    snprintf(name, sizeof name, "%s", text);
    char *slash = strchr(name, '/'),
         *colon = name[0] == '[' ? strchr(strchr(name, ']'), ':') : strchr(name, ':');
    if (slash)
        *slash = 0, prefix = (unsigned)atoi(slash + 1);
    if (colon && !(name[0] != '[' && strchr(colon + 1, ':')))
        *colon = 0, port = (unsigned)atoi(colon + 1);
    *h = (cp_rec_host){.port = port};
    cp_slice s = cp_slice_str(name);
    if (cp_address_read(s, h->address)) {
        bool v4 = cp_slice_find(s, ':', 0) == s.n;
        h->kind = CP_HOST_ADDRESS;
        h->prefix = prefix == 999 ? 128 : v4 ? prefix + 96 : prefix;
    } else if (strcmp(name, "*") == 0) {
        h->kind = CP_HOST_ANY;
    } else {
        uint32_t skip = cp_slice_starts(s, CP_LIT("**.")) ? 3 : cp_slice_starts(s, CP_LIT("*.")) ? 2 : 0;
        h->kind = skip == 3 ? CP_HOST_DOMAIN : skip == 2 ? CP_HOST_SUBDOMAINS : CP_HOST_EXACT;
        h->name = add_string(f, cp_slice_sub(s, skip, s.n));
    }
    f->host_count++;
    fixture_update(f);
    return f->host_count - 1;
}

static inline uint32_t add_regex(fixture *f, const char *pattern, const char *literal) {
    ck_assert_uint_lt(f->regex_count, 128);
    uint32_t at = add_string(f, cp_slice_str(pattern));
    f->regexes[f->regex_count] = (cp_rec_regex){at, literal ? add_string(f, cp_slice_str(literal)) : 0};
    f->regex_count++;
    fixture_update(f);
    return f->regex_count - 1;
}

static inline cp_value value_of_bytes(fixture *f, cp_slice s) {
    static const struct {
        const char *text;
        uint32_t cls, props;
    } holes[] = {{"<?>", CP_CLASS_ANY, CP_HOLE_ANYTHING},
                 {"<s>", CP_CLASS_ANY, CP_HOLE_EMPTY | CP_HOLE_DASH | CP_HOLE_NEWLINE},
                 {"<*>", CP_CLASS_FILENAME, CP_HOLE_GLOB | CP_HOLE_DASH},
                 {"<*e>", CP_CLASS_FILENAME, CP_HOLE_GLOB | CP_HOLE_DASH | CP_HOLE_EMPTY},
                 {"<*h>", CP_CLASS_FILENAME, CP_HOLE_GLOB | CP_HOLE_DASH | CP_HOLE_NO_DOT},
                 {"<*he>", CP_CLASS_FILENAME, CP_HOLE_GLOB | CP_HOLE_DASH | CP_HOLE_NO_DOT | CP_HOLE_EMPTY},
                 {"<n>", CP_CLASS_DIGITS, 0},
                 {"<n?>", CP_CLASS_DIGITS, CP_HOLE_EMPTY},
                 {"<f>", CP_CLASS_FILENAME, CP_HOLE_DASH},
                 {"<~>", CP_CLASS_HOME, 0},
                 {"<abs>", CP_CLASS_ABSOLUTE, 0},
                 {"<pipe>", CP_CLASS_ANY, CP_HOLE_PIPE},
                 {"<hex>", CP_CLASS_HEX, CP_HOLE_PLAIN},
                 {"<below>", CP_CLASS_BELOW, CP_HOLE_EMPTY | CP_HOLE_SLASH},
                 {"<i>", CP_CLASS_INTEGER, CP_HOLE_DASH}};
    enum { HOLES = sizeof holes / sizeof holes[0] };
    cp_atom *atoms = CP_NEW_ARRAY(&f->arena, cp_atom, s.n + 1);
    cp_value v = {.atoms = atoms};
    uint8_t *bytes = (uint8_t *)cp_alloc_raw(&f->arena, s.n + 1);
    uint32_t from = 0, n = 0;
    ck_assert_ptr_nonnull(atoms);
    for (uint32_t i = 0; i < s.n;) {
        uint32_t k = 0;
        while (k < HOLES && !cp_slice_starts(cp_slice_sub(s, i, s.n), cp_slice_str(holes[k].text)))
            k++;
        if (k == HOLES) {
            bytes[n++] = s.p[i++];
            continue;
        }
        if (n > from)
            atoms[v.atom_count++] = (cp_atom){.kind = CP_ATOM_LIT, .lit = {bytes + from, n - from}};
        from = n;
        atoms[v.atom_count++] =
            (cp_atom){.kind = CP_ATOM_HOLE, .cls = (uint8_t)holes[k].cls, .props = (uint16_t)holes[k].props};
        i += (uint32_t)strlen(holes[k].text);
    }
    if (v.atom_count == 0) {
        v.flags = CP_VALUE_EXACT;
        v.exact = (cp_slice){bytes, n};
    }
    if (n > from)
        atoms[v.atom_count++] = (cp_atom){.kind = CP_ATOM_LIT, .lit = {bytes + from, n - from}};
    return v;
}
static inline cp_value value_of(fixture *f, const char *text) {
    return value_of_bytes(f, cp_slice_str(text));
}

static inline const char *tri_name(cp_tri t) {
    return t == CP_YES ? "yes" : t == CP_NO ? "no" : t == CP_MAYBE ? "maybe" : "?";
}
#endif
