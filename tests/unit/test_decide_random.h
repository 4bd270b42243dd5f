/* Random policies and commands over a tiny grammar, for the naive matcher and the properties. The same numbers give the same
 * policies everywhere. Nothing here has an effect, so that rules alone decide. */
#ifndef CP_TESTS_DECIDE_RANDOM_H
#define CP_TESTS_DECIDE_RANDOM_H
#include "test_decide_fixture.h"
#include "test_random.h"

#define RANDOM_GRAMMAR                                                                                   \
  "commands:\n"                                                                                          \
  "  g:\n"                                                                                               \
  "    global: {-q|--quiet: flag, -n|--num: value}\n"                                                    \
  "    subcommands:\n"                                                                                   \
  "      a: {options: {-f|--force: flag, -o|--out: value, -b: flag!, -NUM: flag}, operands: [value*]}\n" \
  "      b:\n"                                                                                           \
  "        options: {-f|--fast: flag}\n"                                                                 \
  "        subcommands: {c: {operands: [value!*]}, d: {operands: [value?]}}\n"                           \
  "  h: {options: {-f: flag, -NUM: flag!}, operands: [value*]}\n"

enum { WORDS = 6, OPTIONS = 3, EXCEPTS = 2, ARMS = 3, RULES_MOST = 40 };
typedef enum verdict_word { SAYS_ALLOW, SAYS_BY_EFFECTS, SAYS_REVIEW, SAYS_DENY } verdict_word;
static const char *const verdict_words[] = {"allow", "by-effects", "review", "deny"};
typedef enum condition {
    ALWAYS,
    IN_NONE,
    IN_READ_ONLY,
    HAS_OPTION, /* `name`, with this value if it has one */
    LACKS_OPTION,
    HAS_OPERANDS, /* `low` to `high` of them */
    CONDITIONS
} condition;

typedef struct key {
    const char *words[WORDS]; /* program, subcommands, operands */
    int word_count;
    struct {
        const char *name, *value; /* as typed; value NULL: not written */
    } options[OPTIONS];
    int option_count;
    int rest;
} key;

typedef struct rule {
    int layer; /* index into layer_numbers */
    key key;
    struct {
        condition when;
        const char *name, *value;
        int low, high;
        verdict_word says;
    } arms[ARMS];
    int arm_count;
    key except[EXCEPTS];
    int except_count;
} rule;

typedef struct policy_model {
    rule rules[RULES_MOST];
    int count;
} policy_model;

/* The grammar by hand: nodes by their path. */
typedef enum node_name { NODE_NONE, NODE_G, NODE_A, NODE_B, NODE_C, NODE_D, NODE_H } node_name;
typedef struct option_row {
    node_name node; /* where it may stand; NODE_G's stand everywhere below it */
    const char *canonical, *other;
    int takes_value, bang;
} option_row;
static const option_row option_rows[] = {
    {NODE_G, "-q", "--quiet", 0, 0}, {NODE_G, "-n", "--num", 1, 0},  {NODE_A, "-f", "--force", 0, 0},
    {NODE_A, "-o", "--out", 1, 0},   {NODE_A, "-b", "-b", 0, 1},     {NODE_B, "-f", "--fast", 0, 0},
    {NODE_H, "-f", "-f", 0, 0},      {NODE_A, "-NUM", "-NUM", 0, 0}, {NODE_H, "-NUM", "-NUM", 0, 1}};
enum { OPTION_ROWS = sizeof option_rows / sizeof option_rows[0] };

static inline node_name child_of(node_name node, const char *word) {
    if (node == NODE_G)
        return strcmp(word, "a") == 0 ? NODE_A : strcmp(word, "b") == 0 ? NODE_B : NODE_NONE;
    if (node == NODE_B)
        return strcmp(word, "c") == 0 ? NODE_C : strcmp(word, "d") == 0 ? NODE_D : NODE_NONE;
    return NODE_NONE;
}
static inline node_name program_node(const char *word) {
    return strcmp(word, "g") == 0 ? NODE_G : strcmp(word, "h") == 0 ? NODE_H : NODE_NONE;
}
/* A dash and digits: one option, of a number, where the command takes numbers. */
static inline int is_number(const char *name) {
    return name[0] == '-' && name[1] && strspn(name + 1, "0123456789") == strlen(name + 1);
}
static inline const option_row *find_row(node_name node, const char *name) {
    if (is_number(name))
        name = "-NUM";
    for (int i = 0; i < OPTION_ROWS; i++) {
        const option_row *row = &option_rows[i];
        int in_scope = row->node == node || (row->node == NODE_G && node != NODE_H && node != NODE_NONE);
        if (in_scope && (strcmp(row->canonical, name) == 0 || strcmp(row->other, name) == 0))
            return row;
    }
    return NULL;
}

#define PICK(state, ...)   \
  (((const char *const[]){ \
      __VA_ARGS__})[below((state), sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))])

static inline void random_option(uint64_t *s, key *k) {
    if (k->option_count == OPTIONS)
        return;
    const char *name = PICK(s, "-f", "--force", "-q", "--quiet", "-n", "--num", "-o", "--out", "-b", "--fast",
                            "--zz", "-f", "-NUM", "-5");
    int valued =
        strcmp(name, "-n") == 0 || name[2] == 'n' || strcmp(name, "-o") == 0 || strcmp(name, "--out") == 0;
    for (int i = 0; i < k->option_count; i++)
        if (strcmp(k->options[i].name, name) == 0)
            return;
    k->options[k->option_count].name = name;
    k->options[k->option_count++].value =
        valued && name[1] == '-' && below(s, 2) ? PICK(s, "u", "v*", "uv", "1") : NULL;
}

static inline key random_key(uint64_t *s, int small) {
    key k = {.word_count = 1};
    k.words[0] = below(s, 20) == 0 ? "g*" : below(s, 6) == 0 ? "h" : below(s, 8) == 0 ? "k" : "g";
    if (strcmp(k.words[0], "g*") == 0)
        return k;
    if (strcmp(k.words[0], "g") == 0) {
        static const char *const paths[][2] = {{0, 0},     {"a", 0},   {"a", 0}, {"b", 0},
                                               {"b", "c"}, {"b", "d"}, {"*", 0}, {"x", 0}};
        const char *const *path = paths[below(s, 8)];
        for (int i = 0; i < 2 && path[i]; i++)
            k.words[k.word_count++] = path[i];
    }
    int bare = k.word_count == 1 && strcmp(k.words[0], "g") == 0; /* a word here would be a subcommand */
    for (uint32_t n = below(s, small ? 2 : 3); n > 0 && !bare; n--)
        k.words[k.word_count++] = PICK(s, "x", "y", "x*", "*", "xy");
    for (uint32_t n = below(s, 3); n > 0; n--)
        random_option(s, &k);
    k.rest = below(s, 8) == 0;
    return k;
}

static inline void put_key(buffer *b, const key *k) {
    for (int i = 0; i < k->word_count; i++)
        put(b, "%s%s", i ? " " : "", k->words[i]);
    for (int i = 0; i < k->option_count;
         i++) { /* behind the words: an option without its value takes none of them */
        put(b, " %s", k->options[i].name);
        if (k->options[i].value)
            put(b, "=%s", k->options[i].value);
    }
    if (k->rest)
        put(b, " ...");
}

/* The node that reads the key's options: that of its longest known path. */
static inline node_name key_node(const key *k) {
    node_name node = program_node(k->words[0]);
    for (int i = 1; i < k->word_count && node != NODE_NONE; i++) {
        node_name child = child_of(node, k->words[i]);
        if (child == NODE_NONE)
            break;
        node = child;
    }
    return node;
}
static inline const char *canonical_name(const key *k, int option) {
    const char *name = k->options[option].name; /* -5 is that number alone, -NUM any */
    const option_row *row = is_number(name) ? NULL : find_row(key_node(k), name);
    return row ? row->canonical : name;
}

static inline int same_value(const char *a, const char *b) {
    return a == b || (a && b && strcmp(a, b) == 0);
}

static inline int has_same_option(const key *a, int i, const key *b) {
    for (int j = 0; j < b->option_count; j++)
        if (strcmp(canonical_name(a, i), canonical_name(b, j)) == 0 &&
            same_value(a->options[i].value, b->options[j].value))
            return 1;
    return 0;
}
static inline int same_key(const key *a, const key *b) {
    if (a->word_count != b->word_count || a->rest != b->rest)
        return 0;
    for (int i = 0; i < a->word_count; i++)
        if (strcmp(a->words[i], b->words[i]) != 0)
            return 0;
    for (int i = 0; i < a->option_count; i++)
        if (!has_same_option(a, i, b))
            return 0;
    for (int i = 0; i < b->option_count; i++)
        if (!has_same_option(b, i, a))
            return 0;
    return 1;
}

static inline void random_rule(uint64_t *s, policy_model *m, int layer) {
    if (m->count == RULES_MOST)
        return;
    rule r = {.layer = layer, .key = random_key(s, 0)};
    for (int i = 0; i < m->count; i++)
        if (m->rules[i].layer == layer && same_key(&m->rules[i].key, &r.key))
            return;
    int floor = layer >= REQUIREMENTS;
    r.arm_count = below(s, 4) == 0 ? 1 + (int)below(s, ARMS) : 1;
    for (int i = 0; i < r.arm_count; i++) {
        int last = i + 1 == r.arm_count;
        r.arms[i].when = r.arm_count == 1      ? (below(s, 8) ? ALWAYS : IN_NONE)
                         : last && below(s, 2) ? ALWAYS
                                               : 1 + (condition)below(s, CONDITIONS - 1);
        r.arms[i].name = PICK(s, "-f", "--force", "-q", "--num", "-o", "-NUM", "--zz");
        if (r.arms[i].when == HAS_OPTION && below(s, 2))
            r.arms[i].value = strcmp(r.arms[i].name, "-NUM") == 0 ? PICK(s, "5", "12")
                              : strchr("no", r.arms[i].name[strspn(r.arms[i].name, "-")])
                                  ? PICK(s, "u", "v*", "1")
                                  : NULL;
        r.arms[i].low = (int)below(s, 3);
        r.arms[i].high = r.arms[i].low + (int)below(s, 2);
        r.arms[i].says =
            floor ? SAYS_REVIEW + (verdict_word)below(s, 2) : (verdict_word)(below(s, 2) ? 0 : below(s, 4));
    }
    if (r.arm_count == 1 && !r.key.rest && r.key.word_count < WORDS - 1 &&
        strcmp(r.key.words[0], "g*") != 0 && below(s, 4) == 0)
        for (uint32_t n = 1 + below(s, EXCEPTS); n > 0; n--) {
            key k = r.key;
            int bare = k.word_count == 1 && strcmp(k.words[0], "g") == 0;
            if (below(s, 2))
                k.words[k.word_count++] = bare ? "a" : PICK(s, "x", "y", "x*");
            else
                random_option(s, &k);
            if (!same_key(&k, &r.key))
                r.except[r.except_count++] = k;
        }
    m->rules[m->count++] = r;
}

static inline void random_layer(uint64_t *s, policy_model *m, int layer, uint32_t most) {
    for (uint32_t n = 1 + below(s, most); n > 0; n--)
        random_rule(s, m, layer);
}

static inline void put_rule(buffer *b, const rule *r) {
    static const char *const when[] = {"",          "sandbox: none", "sandbox: read-only",
                                       "options: ", "no-options: ",  "operands: "};
    put(b, "  ? |-\n    ");
    put_key(b, &r->key);
    put(b, "\n  : ");
    if (r->arm_count > 1)
        put(b, "[");
    for (int i = 0; i < r->arm_count; i++) {
        condition c = r->arms[i].when;
        put(b, "%s{%s%s", i ? ", " : "", c == ALWAYS ? "" : "when: {", when[c]);
        if (c == HAS_OPTION || c == LACKS_OPTION)
            put(b, "'%s%s%s'", r->arms[i].name, r->arms[i].value ? "=" : "",
                r->arms[i].value ? r->arms[i].value : "");
        if (c == HAS_OPERANDS)
            put(b, "%d..%d", r->arms[i].low, r->arms[i].high);
        put(b, "%sverdict: %s", c == ALWAYS ? "" : "}, ", verdict_words[r->arms[i].says]);
        for (int k = 0; k < r->except_count; k++) {
            put(b, "%s'", k ? ", " : ", except: [");
            put_key(b, &r->except[k]);
            put(b, "'");
        }
        put(b, "%s}", r->except_count ? "]" : "");
    }
    put(b, "%s\n", r->arm_count > 1 ? "]" : "");
}

/* The file of one layer; empty where it has no rules. The lowest layer holds the grammar. */
static inline void put_layer(buffer *b, const policy_model *m, int layer) {
    if (layer == BUILTIN)
        put(b, "%s", RANDOM_GRAMMAR);
    int any = 0;
    for (int i = 0; i < m->count; i++) {
        if (m->rules[i].layer != layer)
            continue;
        if (!any++)
            put(b, "rules:\n");
        put_rule(b, &m->rules[i]);
    }
}

static inline cmdpolicy_policy *policy_of_model(const policy_model *m) {
    static buffer files[LAYERS];
    const char *texts[LAYERS];
    for (int i = 0; i < LAYERS; i++) {
        files[i].n = 0;
        files[i].text[0] = 0;
        put_layer(&files[i], m, i);
        texts[i] = files[i].n ? files[i].text : NULL;
    }
    return policy_of_layers(texts);
}

enum { ARGV_MOST = 16 };
typedef struct command {
    const char *argv[ARGV_MOST];
    int argc;
} command;

static inline void add_word(command *c, const char *word) {
    ck_assert_int_lt(c->argc, ARGV_MOST);
    c->argv[c->argc++] = word;
}
/* Options that the node takes, and one that nobody knows. */
static inline void add_options(uint64_t *s, command *c, node_name node) {
    for (uint32_t n = below(s, 3); n > 0 && c->argc < 10; n--) {
        const char *w = node == NODE_NONE ? PICK(s, "-f", "--out=u", "-q", "--zz=1", "--num=1")
                        : node == NODE_H  ? PICK(s, "-f", "--zz=1", "-5", "-f12")
                        : node == NODE_A  ? PICK(s, "-f", "--force", "-o", "--out", "--out=u", "-ov", "-b",
                                                 "-fb", "-q", "-fq", "-n1", "--num=u", "-fo", "-5", "-12f")
                        : node == NODE_B
                            ? PICK(s, "-f", "--fast", "-q", "-fqn1", "--num=v1")
                            : PICK(s, "-q", "--quiet", "-n", "--num=1", "-qnuv", "--num", "--zz=1");
        add_word(c, w);
        if (node != NODE_NONE && node != NODE_H &&
            (strcmp(w, "-o") == 0 || strcmp(w, "--out") == 0 || strcmp(w, "-n") == 0 ||
             strcmp(w, "--num") == 0 || strcmp(w, "-fo") == 0))
            add_word(c, PICK(s, "u", "uv", "v1", "1"));
    }
}
static inline command random_command(uint64_t *s) {
    command c = {.argc = 0};
    const char *program = below(s, 6) == 0 ? "h" : below(s, 8) == 0 ? "k" : below(s, 12) == 0 ? "gg" : "g";
    node_name node = program_node(program);
    add_word(&c, program);
    add_options(s, &c, node);
    while (node == NODE_G || node == NODE_B) {
        const char *word =
            node == NODE_G ? PICK(s, "a", "a", "b", "b", "x", "") : PICK(s, "c", "d", "c", "x", "");
        if (!*word)
            return c;
        add_word(&c, word);
        if (child_of(node, word) == NODE_NONE)
            break;
        node = child_of(node, word);
        add_options(s, &c, node);
    }
    if (node != NODE_G && node != NODE_B && node != NODE_NONE && below(s, 6) == 0)
        add_word(&c, "--");
    for (uint32_t n = below(s, 4); n > 0; n--)
        add_word(&c, PICK(s, "x", "y", "xy", "z"));
    return c;
}
static inline void put_command(buffer *b, const command *c) {
    for (int i = 0; i < c->argc; i++)
        put(b, "%s%s", i ? " " : "", c->argv[i]);
}
#endif
