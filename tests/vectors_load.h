/* Vectors: tables of command and wanted verdict in tests/vectors/ *.yaml, read for every program that runs them.
 *
 *   given: {...}                    facts of all vectors of the file; each may have its own
 *   vectors:
 *   - {verdict: deny, cmd: 'rm -rf /', rule: 'core/filesystem:rm', code: effect, span: 'rm -rf /'}
 *
 *   cmd | argv         shell source, or a list of words
 *   verdict            allow, review, deny, or what it may not be: not-allow, not-deny
 *   rule, code, span   one reason of that verdict has this rule, this code and these bytes underlined
 *   policy, requirements, workspace-policy   the layer's text, or a file beside this one
 *   builtin            "none": without the built-in packs
 *   profile shell sandbox cwd home workspace trust    as in cmdpolicy-check; trust: trusted or untrusted
 *   plain, simple      directories whose names were looked at and are so, with blanks between; of no other anything is known
 *   open               why it isn't so yet: then a vector that holds is the failure
 *
 * Where nothing else is given: home /home/u, cwd and workspace /home/u/src/app, untrusted. */
#ifndef TESTS_VECTORS_LOAD_H
#define TESTS_VECTORS_LOAD_H
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

enum vector_key {
    V_CMD,
    V_VERDICT,
    V_RULE,
    V_CODE,
    V_SPAN,
    V_POLICY,
    V_REQUIREMENTS,
    V_WORKSPACE_POLICY,
    V_BUILTIN,
    V_PROFILE,
    V_SHELL,
    V_SANDBOX,
    V_CWD,
    V_HOME,
    V_WORKSPACE,
    V_TRUST,
    V_PLAIN,
    V_SIMPLE,
    V_OPEN,
    V_KEYS
};
static const char *const vector_key_names[V_KEYS] = {
    "cmd",     "verdict", "rule",  "code",    "span", "policy", "requirements", "workspace-policy",
    "builtin", "profile", "shell", "sandbox", "cwd",  "home",   "workspace",    "trust",
    "plain",   "simple",  "open"};

typedef struct vector_text {
    const char *data; /* NULL: not given */
    size_t size;
} vector_text;

typedef struct vector {
    const char *file;
    unsigned line;
    vector_text value[V_KEYS];
    vector_text *argv;
    size_t argc;
} vector;

typedef struct vectors {
    vector *items;
    size_t count;
    char error[300];          /* empty: the file is as it should be */
    yaml_document_t document; /* owns the texts */
    bool loaded;
} vectors;

static inline void vectors_error(vectors *v, const char *file, size_t line, const char *what,
                                 const char *detail) {
    if (!v->error[0])
        snprintf(v->error, sizeof v->error, "%s:%zu: %s%s", file, line + 1, what, detail);
}

static inline vector_text vector_scalar(const yaml_node_t *node) {
    return (vector_text){(const char *)node->data.scalar.value, node->data.scalar.length};
}

/* Sets the vector's values from a mapping. */
static inline void vector_read(vectors *v, const char *file, yaml_node_t *map, vector *out) {
    yaml_document_t *d = &v->document;
    if (map->type != YAML_MAPPING_NODE) {
        vectors_error(v, file, map->start_mark.line, "expected a mapping", "");
        return;
    }
    for (yaml_node_pair_t *pair = map->data.mapping.pairs.start; pair < map->data.mapping.pairs.top; pair++) {
        yaml_node_t *key = yaml_document_get_node(d, pair->key),
                    *value = yaml_document_get_node(d, pair->value);
        const char *name = key->type == YAML_SCALAR_NODE ? (const char *)key->data.scalar.value : "";
        if (strcmp(name, "argv") == 0 && value->type == YAML_SEQUENCE_NODE) {
            out->argc = (size_t)(value->data.sequence.items.top - value->data.sequence.items.start);
            out->argv = (vector_text *)calloc(out->argc + 1, sizeof *out->argv);
            for (size_t i = 0; out->argv && i < out->argc; i++)
                out->argv[i] = vector_scalar(yaml_document_get_node(d, value->data.sequence.items.start[i]));
            continue;
        }
        int k = 0;
        while (k < V_KEYS && strcmp(vector_key_names[k], name) != 0)
            k++;
        if (k == V_KEYS || value->type != YAML_SCALAR_NODE)
            vectors_error(v, file, key->start_mark.line, "no such key, or not a text: ", name);
        else
            out->value[k] = vector_scalar(value);
    }
}

static inline void vectors_load(const char *path, vectors *v) {
    memset(v, 0, sizeof *v);
    FILE *in = fopen(path, "rb");
    yaml_parser_t parser;
    if (!in || !yaml_parser_initialize(&parser)) {
        vectors_error(v, path, 0, "can't be opened", "");
        return;
    }
    yaml_parser_set_input_file(&parser, in);
    v->loaded = yaml_parser_load(&parser, &v->document) != 0;
    if (!v->loaded)
        vectors_error(v, path, parser.problem_mark.line, parser.problem ? parser.problem : "not YAML", "");
    yaml_parser_delete(&parser);
    fclose(in);
    yaml_node_t *root = v->loaded ? yaml_document_get_root_node(&v->document) : NULL, *list = NULL;
    if (!root || root->type != YAML_MAPPING_NODE) {
        vectors_error(v, path, 0, "expected a mapping with the key vectors", "");
        return;
    }
    vector given = {.file = path};
    given.value[V_HOME] = (vector_text){"/home/u", strlen("/home/u")};
    given.value[V_CWD] = (vector_text){"/home/u/src/app", strlen("/home/u/src/app")};
    given.value[V_WORKSPACE] = given.value[V_CWD];
    given.value[V_TRUST] = (vector_text){"untrusted", strlen("untrusted")};
    for (yaml_node_pair_t *pair = root->data.mapping.pairs.start; pair < root->data.mapping.pairs.top;
         pair++) {
        yaml_node_t *key = yaml_document_get_node(&v->document, pair->key);
        yaml_node_t *value = yaml_document_get_node(&v->document, pair->value);
        const char *name = key->type == YAML_SCALAR_NODE ? (const char *)key->data.scalar.value : "";
        if (strcmp(name, "given") == 0)
            vector_read(v, path, value, &given);
        else if (strcmp(name, "vectors") == 0 && value->type == YAML_SEQUENCE_NODE)
            list = value;
        else
            vectors_error(v, path, key->start_mark.line, "expected given or vectors, not ", name);
    }
    if (!list) {
        vectors_error(v, path, 0, "there are no vectors", "");
        return;
    }
    size_t count = (size_t)(list->data.sequence.items.top - list->data.sequence.items.start);
    v->items = (vector *)calloc(count + 1, sizeof *v->items);
    for (size_t i = 0; v->items && i < count; i++) {
        yaml_node_t *node = yaml_document_get_node(&v->document, list->data.sequence.items.start[i]);
        vector *item = &v->items[v->count++];
        *item = given;
        item->line = (unsigned)node->start_mark.line + 1;
        vector_read(v, path, node, item);
        static const char *const verdicts[] = {"allow", "review", "deny", "not-allow", "not-deny"};
        bool known = false;
        for (size_t k = 0; k < sizeof verdicts / sizeof verdicts[0]; k++)
            known = known ||
                    (item->value[V_VERDICT].data && strcmp(item->value[V_VERDICT].data, verdicts[k]) == 0);
        if (!known)
            vectors_error(v, path, node->start_mark.line,
                          "verdict: expected allow, review, deny, not-allow, not-deny", "");
        if (!item->value[V_CMD].data == !item->argv)
            vectors_error(v, path, node->start_mark.line, "expected either cmd or argv", "");
    }
}

static inline void vectors_free(vectors *v) {
    for (size_t i = 0; i < v->count; i++)
        free(v->items[i].argv);
    free(v->items);
    if (v->loaded)
        yaml_document_delete(&v->document);
}
#endif
