/* Fuzzes words/: the input is a shell text; every word of its simple commands is expanded in every context, under a dialect and flags that the
 * first byte chooses, in a world where some names are known. Beside memory safety it holds that
 *  - a value that says it is exact is the concatenation of its literal atoms, and is in its own language;
 *  - a spliced span lies within the text, and literal bytes with a span of their own length stand there;
 *  - the same word gives the same fields twice;
 *  - where a limit was reached, the fields say so. */
#include <stdlib.h>

#include "shell/parse.h"
#include "words/expand.h"

typedef struct world {
    cp_arena *arena;
    cp_set known[4], output;
    cp_fields args;
    uint32_t asked;
} world;

static const cp_set *variable(void *self, cp_slice name) {
    world *w = self;
    static const cp_set unset;
    w->asked++;
    if (name.n == 0)
        return NULL;
    switch (name.p[0] & 7) {
    case 0: return NULL;
    case 1: return &unset;
    case 2: return &w->known[0];
    case 3: return &w->known[1];
    case 4: return &w->known[2];
    case 5: return &w->known[3];
    default: return NULL;
    }
}
static const cp_fields *positional(void *self) {
    return &((world *)self)->args;
}
static const cp_fields *elements(void *self, cp_slice name) {
    return name.n && (name.p[0] & 1) ? &((world *)self)->args : NULL;
}
static const cp_set *program(void *self, const cp_part *part, cp_how how) {
    (void)part;
    (void)how;
    return &((world *)self)->output;
}
static void assign(void *self, cp_slice name, const cp_set *value, cp_span span) {
    (void)self;
    (void)name;
    (void)value;
    (void)span;
}
static void evaluates(void *self, cp_span span, const char *what) {
    (void)self;
    (void)span;
    if (!what)
        abort();
}

static cp_set exact(cp_arena *a, const char *s) {
    return cp_set_of(a, cp_value_exact(a, cp_slice_str(s), (cp_span){9, 0, 0}));
}

static void check(const cp_fields *f, cp_slice text) {
    for (uint32_t i = 0; i < f->count; i++) {
        if (f->items[i].set.count == 0 || f->items[i].set.count > CP_SET_MOST)
            abort();
        for (uint32_t k = 0; k < f->items[i].set.count; k++) {
            const cp_value *v = &f->items[i].set.values[k];
            uint32_t n = 0;
            for (uint32_t x = 0; x < v->atom_count; x++) {
                const cp_atom *a = &v->atoms[x];
                if (a->kind == CP_ATOM_HOLE) {
                    if (cp_value_is_exact(v))
                        abort();
                    continue;
                }
                if (cp_value_is_exact(v) && !cp_slice_eq(cp_slice_sub(v->exact, n, n + a->lit.n), a->lit))
                    abort();
                n += a->lit.n;
                if (a->span.src != 0)
                    continue;
                if (a->span.beg > a->span.end || a->span.end > text.n)
                    abort();
                if (a->span.end - a->span.beg == a->lit.n &&
                    !cp_slice_eq(cp_slice_sub(text, a->span.beg, a->span.end), a->lit))
                    abort();
            }
            if (cp_value_is_exact(v) && (n != v->exact.n || !cp_value_contains(v, v->exact)))
                abort();
        }
    }
}

static bool same(const cp_fields *a, const cp_fields *b) {
    if (a->count != b->count)
        return false;
    for (uint32_t i = 0; i < a->count; i++) {
        if (a->items[i].splat != b->items[i].splat || a->items[i].set.count != b->items[i].set.count)
            return false;
        if (!cp_slice_eq(cp_field_text(&a->items[i]), cp_field_text(&b->items[i])))
            return false;
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const cp_dialect dialects[] = {CP_DIALECT_BASH, CP_DIALECT_SH,         CP_DIALECT_DASH,
                                          CP_DIALECT_ZSH,  CP_DIALECT_POSIX_BASH, CP_DIALECT_BASH,
                                          CP_DIALECT_BASH, CP_DIALECT_UNKNOWN};
    if (size < 2 || size > 4096)
        return 0;
    cp_budget budget;
    cp_arena arena;
    cp_sources sources;
    cp_parse_result result;
    cp_dialect dialect = dialects[data[0] & 7];
    cp_slice text = cp_slice_of(data + 1, size - 1);
    cp_budget_init(&budget);
    budget.limit[CP_LIMIT_MEMORY] = 32u << 20;
    cp_arena_init(&arena, NULL, NULL, 0, &budget);
    cp_sources_init(&sources, &arena);
    cp_source source = {.text = text, .kind = CP_SOURCE_USER};
    uint32_t index = cp_sources_add(&sources, &source);
    cp_parse(&arena, &sources, index, dialect, data[0] & 128 ? CP_PARSE_EXTGLOB : 0, &budget, &result);
    world w = {.arena = &arena};
    w.known[0] = exact(&arena, " a  b* ");
    w.known[1] = exact(&arena, "");
    w.known[2] = cp_set_join(&arena, exact(&arena, "a[1]"), exact(&arena, "12"));
    w.known[3] = exact(&arena, "/p/q.tar");
    w.output = cp_set_of(&arena, cp_value_hole(&arena, CP_CLASS_ANY, CP_HOLE_ANYTHING, (cp_slice){NULL, 0},
                                               (cp_span){9, 0, 0}));
    cp_field args[2] = {{exact(&arena, "p 1"), 0}, {w.output, (data[0] >> 6) & 1u}};
    w.args = (cp_fields){args, 2};
    cp_env env = {.self = &w,
                  .flags = (data[0] >> 3) & 7u,
                  .variable = variable,
                  .positional = positional,
                  .elements = elements,
                  .program = program,
                  .assign = assign,
                  .evaluates = evaluates};
    for (const cp_item *item = result.program.body.first; item && !cp_spent(&budget); item = item->next) {
        if (item->node->kind != CP_NODE_SIMPLE)
            continue;
        for (const cp_word *word = item->node->as.simple.words; word && !cp_spent(&budget); word = word->next)
            for (uint32_t context = CP_CONTEXT_ARG; context <= CP_CONTEXT_HEREDOC && !cp_spent(&budget);
                 context++) {
                cp_fields one = cp_expand(&arena, word, (cp_context)context, &env, dialect, &budget);
                if (cp_spent(&budget)) {
                    if (one.count == 0 || !(one.items[one.count - 1].set.values[0].flags & CP_VALUE_UNMADE))
                        abort();
                    break;
                }
                check(&one, text);
                if (context != CP_CONTEXT_ARG && one.count != 1)
                    abort();
                cp_fields two = cp_expand(&arena, word, (cp_context)context, &env, dialect, &budget);
                if (!cp_spent(&budget) && !same(&one, &two))
                    abort();
            }
        if (cp_spent(&budget))
            break;
        cp_fields all = cp_expand_words(&arena, item->node->as.simple.words, true, &env, dialect, &budget);
        if (!cp_spent(&budget))
            check(&all, text);
    }
    cp_arena_free(&arena);
    return 0;
}
