/* Random words for the comparison with real shells (words_oracle.sh).
 *
 * usage: words_driver generate MODE SEED COUNT     a script that prints, for each word list, what the shell makes of it
 *        words_driver check MODE SEED COUNT < OUT  the same words through words/: every real argv must be in the language
 *        words_driver show DIALECT 'WORDS'         the fields of words, for people
 *
 * MODE: a dialect (bash posix dash zsh sh), then flags after commas: noglob, ifs (IFS changed), options (nullglob, extglob,
 * globstar, nocaseglob), args (positional parameters are not known), long (more braces, arithmetic). What the script runs is
 * harmless: printf, in a directory of its own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shell/parse.h"
#include "words/expand.h"

/* ---- The random words ---- */

static uint64_t state;
static uint32_t rnd(uint32_t n) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)((state >> 11) % n);
}

typedef struct mode {
    cp_dialect dialect;
    const char *name;
    bool noglob, ifs, options, args, poor;
} mode;
static mode m;

static char text[65536];
static size_t length;
static void put(const char *s) {
    size_t n = strlen(s);
    if (length + n + 1 < sizeof text)
        memcpy(text + length, s, n + 1), length += n;
}
static const char *one_of(const char *const *list, uint32_t n) {
    return list[rnd(n)];
}
#define PICK(...) \
  one_of((const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

#define NUL_IN_ZSH(text) (m.dialect == CP_DIALECT_ZSH ? "$'q'" : (text))

static const char *known_name(void) {
    return PICK("K1", "K2", "K3", "K4", "K5", "K6", "K7", "V0", "V1", "M1");
}
static const char *any_name(void) {
    return rnd(2) ? known_name()
                  : PICK("U1", "U2", "U3", "U4", "U5", "U6", "U7", "U8", "U9", "HOME",
                         m.dialect == CP_DIALECT_ZSH ? "U1" : "IFS", "1", "2", "3",
                         "4"); /* in zsh IFS holds a NUL */
}

static void word(int depth);
static void arithmetic(int depth);

static void plain(void) {
    put(PICK("a", "b", "c", "x", "z1", "foo", "-", "-n", "/", "/", ".", "..", "_", "0", "7", "%", "+", "@",
             "=", ":", ",", "b/c", "A", "B2", "#", "^", "]", "!"));
}
static void pattern_byte(void) {
    put(PICK("*", "?", "[ab]", "[a-c]*", "*/", "[", "]", "[!a]", "[^x]", "**", "?*", "*.c", "/*",
             "[[:alpha:]]", "[]a]", "[a", "a]", "[-a]", "[a/b]"));
}

static void pattern(int depth) {
    for (uint32_t n = 1 + rnd(3); n > 0; n--) {
        uint32_t k = rnd(8);
        if (k < 4)
            plain();
        else if (k < 6)
            put(PICK("*", "?", "[ab]", "\\*", "'*'", "\"a\"", "[!b]", "' '", "\\ "));
        else if (k == 6 && depth > 0)
            word(depth - 1);
        else
            put(PICK("a", "b", " ", "p"));
    }
}

static void number(void) {
    put(PICK("0", "1", "2", "3", "10", "-1", "-2", "010", "0x1F", "2#101", "36#z", "9223372036854775807",
             "7"));
}

static void arithmetic(int depth) {
    uint32_t k = rnd(depth > 0 ? 12 : 3);
    if (k < 3) {
        number();
    } else if (k == 3) {
        put(PICK("(", " ( "));
        arithmetic(depth - 1);
        put(")");
    } else if (k == 4) {
        put(PICK("-", "!", "~", "+", " - "));
        arithmetic(depth - 1);
    } else if (k == 5) {
        arithmetic(depth - 1);
        put(" ? ");
        arithmetic(depth - 1);
        put(" : ");
        arithmetic(depth - 1);
    } else if (k == 6) {
        put(PICK("N1", "N1", "N2", "$N1", "${N2}", "N1++", "--N2", "N1 += 2", "N2 = 3", "N3", "NU", "$NU",
                 "$#"));
    } else {
        arithmetic(depth - 1);
        const char *op = PICK("+", " - ", "*", " / ", "%", " << ", ">>", "<", ">=", "==", "!=", "&", "|", "^",
                              " && ", "||", " ** ", ", ");
        /* zsh multiplies as often as the exponent says, be that for hours */
        put(m.dialect == CP_DIALECT_ZSH && strcmp(op, " ** ") == 0 ? " * " : op);
        arithmetic(depth - 1);
    }
}

static void parameter(int depth, bool quoted) {
    uint32_t k = rnd(m.poor ? 18 : 30);
    const char *name = any_name();
    if (k < 5 && name[1] && name[0] >= 'A') {
        put("$");
        put(name);
        if (rnd(4))
            put(PICK("/", ".", "-", "\"\"", "''"));
        return;
    }
    put("${");
    if (k < 7) {
        put(PICK("#", "#", "#"));
        put(rnd(6) ? name : m.poor ? "K1" : "A[@]");
    } else if (k < 12) {
        put(name);
        put(PICK(":-", "-", ":+", "+", ":=", "=", ":?", "?"));
        if (depth > 0) {
            word(depth - 1);
            if (rnd(3) == 0)
                put(PICK(" ", " b c", "\" \"", " 'q r' ", "~"));
        }
    } else if (k < 16) {
        put(rnd(3) ? known_name() : name);
        put(PICK("#", "##", "%", "%%"));
        pattern(depth);
    } else if (k < 18) {
        put(PICK("@", "*", "#", "?", "@:-w", "*:+v", "1:-x", "@#p", "3-q", "-", "!"));
    } else if (k < 20) {
        put(rnd(3) ? known_name() : name);
        put(PICK("/", "//", "/#", "/%"));
        pattern(0);
        put("/");
        if (rnd(3))
            put(PICK("X", "Y Z", "", "\\/", "&", "'&'", "\"p q\"", "$K1"));
    } else if (k < 22) {
        put(rnd(3) ? known_name() : name);
        put(PICK("^", "^^", ",", ",,", "^[a]", "@Q", "@U", "@L", "@u", "@E", "~", "~~"));
    } else if (k < 25) {
        put(rnd(4) ? known_name() : PICK("@", "*", "A[@]", "A[*]"));
        put(":");
        put(PICK("0", "1", "2", " -1", " -2", "1+1", "N1", "$N1", "9", "(1)"));
        if (rnd(2)) {
            put(":");
            put(PICK("0", "1", "2", "-1", "99"));
        }
    } else if (k < 29) {
        put(PICK("A[@]", "A[*]", "A[0]", "A[1]", "A[N1]", "A[@]#e", "A[@]/e/x", "A[1]:-z", "#A[@]", "A[@]^^",
                 "A", "E[@]", "E[@]-n", "E[*]", "A[@]@Q"));
    } else {
        put(PICK("!P1", "!A[@]", "!K@", "!K*", "!A[*]"));
    }
    put("}");
    (void)quoted;
}

static void command(void) {
    put(PICK("$(printf %s x)", "$(printf '%s' 'p q')", "$(printf '%s' '*')", "$(printf '')",
             "$(printf '%s' ' lead')", "$(printf '%s\\n' a b)", "`printf %s y`", "$(printf %s '[a')",
             "$(printf %s -e)"));
}

static void double_quoted(int depth) {
    put("\"");
    for (uint32_t n = rnd(4); n > 0; n--) {
        uint32_t k = rnd(10);
        if (k < 4)
            put(PICK("a", "b c", " ", "*", "?", "[x]", "~", "{a,b}", "'", "-", "/", "\\\\", "\\$", "\\\"",
                     "\\x", "\t", "=", "\\`"));
        else if (k < 8 && depth > 0)
            parameter(depth - 1, true);
        else if (k == 8 && depth > 0)
            put("$(("), arithmetic(2), put("))");
        else if (k == 9)
            command();
        else
            put("\"\"" + rnd(1) * 2);
    }
    put("\"");
}

static void braces(int depth) {
    if (rnd(3) == 0) {
        put(PICK("{1..3}", "{3..1}", "{01..3}", "{a..c}", "{c..a..2}", "{-1..1}", "{1..9..4}", "{1..x}",
                 "{..}", "{a..}", "{1...3}", "{}", "{a}", "{1..2..}", "{A..C}", "{x,y", "a,b}", "{{1..2},z}",
                 "{,}", "{a,}", "{,a,}", "{a},b}", "{{a,b}", "{a,{b,c}", "{1..{2,3}}", "{a..\",\"}",
                 "{-05..5..5}", "{Z..b}", "{$,K}1", "{~,K}/x", "{a,~}", "{\\{,\\}}", "{*,?}a", "{[a,b]}",
                 "{a\\,b,c}"));
        return;
    }
    put("{");
    for (uint32_t n = 1 + rnd(3); n > 0; n--) {
        if (rnd(4) && depth > 0)
            word(depth - 1);
        if (n > 1)
            put(",");
    }
    put("}");
}

static void word(int depth) {
    for (uint32_t n = 1 + rnd(3); n > 0; n--) {
        uint32_t k = rnd(26);
        if (k < 7)
            plain();
        else if (k < 9)
            put(PICK("'a b'", "''", "'*'", "'$K1'", "'\\'", "' '", "'~'", "'{a,b}'", "'\"'"));
        else if (k < 12)
            double_quoted(depth);
        else if (k == 12)
            put(PICK("\\a", "\\ ", "\\*", "\\$", "\\\"", "\\'", "\\\\", "\\~", "\\{", "\\\n", "\\[", "\\]"));
        else if (k == 13 && !m.poor)
            /* zsh makes NULs of the last three, and keeps them; NULs end what the script prints. */
            put(PICK("$'a\\nb'", "$'\\x41\\102'", "$'a\\C-b'", NUL_IN_ZSH("$'a\\x{42}c'"),
                     NUL_IN_ZSH("$'\\xaG\\xZ\\q'"), NUL_IN_ZSH("$'\\uzz'"), "$'it\\'s'", "$'\\t'", "$'*'",
                     "$'\\u00e9'", "$'\\cA'", "$''", "$\"lo c\"", "$'\\e'", "$'a\\\\b'"));
        else if (k < 17 && depth > 0)
            parameter(depth - 1, false);
        else if (k == 17)
            pattern_byte();
        else if (k == 18)
            put("$(("), arithmetic(3), put("))");
        else if (k == 19)
            command();
        else if (k < 22 && depth > 0)
            braces(depth - 1);
        else if (k == 22)
            put(PICK("~", "~/x", "~+", "~-", "~root", "~nosuch/a", "~:~", "n=~/x", "n=a:~", "n=~:~b", "=~",
                     "n=$K1", "~'a'", "~$K1", "~0", "~\"\"/b", "n=~root:~", "n+=~"));
        else if (k == 23)
            pattern_byte();
        else if (k == 24 && m.options && m.dialect == CP_DIALECT_BASH)
            put(PICK("@(a|b)", "!(x)", "*(a)", "?(b|a*)", "+([a-z])", "@(a\"b\"|c)", "!(*/*)", "@($K1|a)",
                     "**/", "**"));
        else
            plain();
    }
}

static void words(void) {
    length = 0;
    text[0] = 0;
    for (uint32_t n = 1 + rnd(2); n > 0; n--) {
        word(2);
        if (n > 1)
            put(" ");
    }
}

/* ---- Their surroundings: the same for the script and for our side ---- */

static const struct {
    const char *name, *value;
} known[] =
    {
        {"K1", "ab"}, {"K2", "a b"},         {"K3", ""},          {"K4", " x  y "},
        {"K5", "*"},  {"K6", "/p/q.tar.gz"}, {"K7", "a\\b*c"},    {"N1", "1"},
        {"N2", "2"},  {"N3", "a1"},          {"HOME", "/home/u"},
},
  hidden[] = {
      {"U1", "p q"}, {"U2", "-n"}, {"U3", ""},  {"U5", "*"},  {"U6", "a/b"}, {"U7", " lead"},
      {"U8", "[a"},  {"U9", "b]"}, {"NU", "5"}, {"P1", "K2"}, {"M1", "m1"},
};
enum { KNOWN = sizeof known / sizeof *known, HIDDEN = sizeof hidden / sizeof *hidden };
static const char *const arguments[] = {"p1", "p 2", "", "*x"};
static const char *const array[] = {"e1", "e 2", "", "f*"};

static void generate(uint64_t seed, unsigned count) {
    printf("show() { printf '%%d\\0' \"$#\"; [ $# -eq 0 ] || printf '%%s\\0' \"$@\"; }\n");
    printf("run() { (eval \"show $1\") 2>/dev/null || printf 'E\\0'; }\nunset OLDPWD V0 V1 U4 2>/dev/null\n");
    for (int i = 0; i < KNOWN; i++)
        printf("%s='%s'\n", known[i].name, known[i].value);
    for (int i = 0; i < HIDDEN; i++)
        printf("%s='%s'\n", hidden[i].name, hidden[i].value);
    if (!m.poor)
        printf("A=(e1 'e 2' '' 'f*'); E=()\n");
    if (m.options && m.dialect != CP_DIALECT_ZSH)
        printf("shopt -s nullglob extglob globstar nocaseglob 2>/dev/null\n");
    if (m.noglob)
        printf("set -f\n");
    if (m.ifs)
        printf("IFS=%s\n", seed % 2 ? "':'" : "'a/ '");
    printf("set --");
    for (int i = 0; i < 4; i++)
        printf(" '%s'", arguments[i]);
    printf("\nrun2() { set -- \"$1\" p1 'p 2' '' '*x'; }\n");
    for (unsigned i = 0; i < count; i++) {
        words();
        printf("W='");
        for (size_t k = 0; k < length; k++) {
            if (text[k] == '\'')
                printf("'\\''");
            else
                putchar(text[k]);
        }
        printf("'; printf 'W%u\\0'; (eval \"show $W\") 2>/dev/null || printf 'E\\0'\n", i);
    }
}

/* ---- Our side ---- */

typedef struct binding {
    const char *name;
    size_t name_length;
    const cp_set *set; /* NULL: unknown */
} binding;
typedef struct world {
    cp_arena *arena;
    binding vars[64];
    unsigned count;
    cp_fields args, elements, none;
    cp_set output;
    bool evaluated;
} world;

static cp_set exact_set(cp_arena *a, const char *s) {
    return cp_set_of(a, cp_value_exact(a, cp_slice_str(s), (cp_span){9, 0, (uint32_t)strlen(s)}));
}
static binding *find(world *w, cp_slice name) {
    for (unsigned i = w->count; i > 0; i--)
        if (cp_slice_eq(cp_slice_of(w->vars[i - 1].name, w->vars[i - 1].name_length), name))
            return &w->vars[i - 1];
    return NULL;
}
static const cp_set *variable(void *self, cp_slice name) {
    world *w = self;
    binding *b = find(w, name);
    return b ? b->set : NULL;
}
static const cp_fields *positional(void *self) {
    return m.args ? NULL : &((world *)self)->args;
}
static const cp_fields *elements(void *self, cp_slice name) {
    world *w = self;
    if (cp_slice_is(name, "A"))
        return &w->elements;
    return cp_slice_is(name, "E") ? &w->none : NULL;
}
static const cp_set *program(void *self, const cp_part *part, cp_how how) {
    (void)part;
    (void)how;
    return &((world *)self)->output;
}
static void assign(void *self, cp_slice name, const cp_set *value, cp_span span) {
    world *w = self;
    binding *b = find(w, name);
    (void)span;
    if (!b && w->count < 64) {
        b = &w->vars[w->count++];
        b->name = (const char *)name.p;
        b->name_length = name.n;
    }
    if (b)
        b->set = value;
}
static void evaluates(void *self, cp_span span, const char *what) {
    (void)span;
    (void)what;
    ((world *)self)->evaluated = true;
}

static cp_fields list_of(cp_arena *a, const char *const *items, uint32_t n) {
    cp_field *f = CP_NEW_ARRAY(a, cp_field, n + 1);
    for (uint32_t i = 0; i < n; i++)
        f[i].set = exact_set(a, items[i]);
    return (cp_fields){f, n};
}

static void prepare(world *w, cp_arena *a) {
    static const cp_set unset;
    memset(w, 0, sizeof *w);
    w->arena = a;
    for (int i = 0; i < KNOWN; i++) {
        cp_set *s = CP_NEW(a, cp_set);
        *s = exact_set(a, known[i].value);
        w->vars[w->count++] = (binding){known[i].name, strlen(known[i].name), s};
    }
    w->vars[w->count++] = (binding){"V0", 2, &unset};
    cp_set *two = CP_NEW(a, cp_set);
    *two = cp_set_join(a, exact_set(a, "m1"), exact_set(a, "m 2"));
    w->vars[w->count++] = (binding){"M1", 2, two};
    cp_set *first = CP_NEW(a, cp_set);
    *first = exact_set(a, "e1");
    bool zsh = m.dialect == CP_DIALECT_ZSH; /* where $A is all of them */
    w->vars[w->count++] = (binding){"A", 1, zsh ? NULL : first};
    w->vars[w->count++] = (binding){"E", 1, zsh ? NULL : &unset};
    if (m.ifs)
        w->vars[w->count++] = (binding){"IFS", 3, NULL};
    w->args = list_of(a, arguments, 4);
    w->elements = list_of(a, array, 4);
    w->output = cp_set_of(
        a, cp_value_hole(a, CP_CLASS_ANY, CP_HOLE_ANYTHING, (cp_slice){NULL, 0}, (cp_span){0, 0, 0}));
}

static uint8_t first_block[1 << 20];
static cp_budget budget;
static cp_arena arena;
static world here;

/* The fields of "show WORDS" without the first. False: it doesn't parse as one simple command. */
static bool expand(const char *s, cp_fields *out) {
    static char line[70000];
    cp_sources sources;
    cp_parse_result result;
    snprintf(line, sizeof line, "show %s", s);
    cp_budget_init(&budget);
    cp_arena_init(&arena, NULL, first_block, sizeof first_block, &budget);
    cp_sources_init(&sources, &arena);
    cp_source source = {.text = cp_slice_str(line), .kind = CP_SOURCE_USER};
    uint32_t index = cp_sources_add(&sources, &source);
    cp_parse(&arena, &sources, index, m.dialect, m.options ? CP_PARSE_EXTGLOB : 0, &budget, &result);
    const cp_item *item = result.program.body.first;
    for (const cp_note *note = result.notes; note && m.dialect == CP_DIALECT_SH; note = note->next)
        if (note->kind == CP_NOTE_DIALECT_DEPENDS || note->kind == CP_NOTE_OPAQUE)
            return false; /* the tree is one shell's, and says so */
    if (!result.complete || !item || item->next || item->node->kind != CP_NODE_SIMPLE || item->node->redirs)
        return false;
    prepare(&here, &arena);
    cp_env env = {.self = &here,
                  .variable = variable,
                  .positional = positional,
                  .elements = elements,
                  .program = program,
                  .assign = assign,
                  .evaluates = evaluates};
    if (m.noglob)
        env.flags |= CP_ENV_NOGLOB;
    if (m.ifs)
        env.flags |= CP_ENV_IFS_CHANGED;
    if (m.options)
        env.flags |= CP_ENV_GLOB_OPTIONS;
    *out = cp_expand_words(&arena, item->node->as.simple.words, false, &env, m.dialect, &budget);
    return true;
}

static void show_fields(const cp_fields *f) {
    for (uint32_t i = 0; i < f->count; i++) {
        printf("   %s", f->items[i].splat ? "*" : " ");
        for (uint32_t k = 0; k < f->items[i].set.count; k++) {
            const cp_value *v = &f->items[i].set.values[k];
            printf("%s<", k ? " | " : "");
            if (cp_value_is_exact(v))
                fwrite(v->exact.p, 1, v->exact.n, stdout);
            for (uint32_t x = 0; !cp_value_is_exact(v) && x < v->atom_count; x++) {
                const cp_atom *a = &v->atoms[x];
                if (a->kind == CP_ATOM_LIT)
                    fwrite(a->lit.p, 1, a->lit.n, stdout);
                else
                    printf("\xc2\xab%.*s%s%s%s%s%s cls%d\xc2\xbb", (int)a->lit.n, (const char *)a->lit.p,
                           a->props & CP_HOLE_EMPTY ? " empty" : "", a->props & CP_HOLE_SPLIT ? " split" : "",
                           a->props & CP_HOLE_GLOB ? " glob" : "", a->props & CP_HOLE_DASH ? " dash" : "",
                           a->props & CP_HOLE_SLASH ? " slash" : "", a->cls);
            }
            printf(">%s%s", v->flags & CP_VALUE_QUOTED ? "q" : "",
                   v->flags & CP_VALUE_UNMADE ? "UNMADE" : "");
        }
        printf("\n");
    }
}

static char *output;
static size_t output_size, output_at;
static const char *next_string(void) {
    if (output_at >= output_size)
        return NULL;
    const char *s = output + output_at;
    output_at += strlen(s) + 1;
    return s;
}

/* Lengths of literal runs and of their spans agree with the source where they claim to. */
static bool spans_hold(const cp_fields *f, const char *line) {
    size_t n = strlen(line);
    for (uint32_t i = 0; i < f->count; i++)
        for (uint32_t k = 0; k < f->items[i].set.count; k++) {
            const cp_value *v = &f->items[i].set.values[k];
            for (uint32_t x = 0; x < v->atom_count; x++) {
                const cp_atom *a = &v->atoms[x];
                if (a->kind != CP_ATOM_LIT || a->span.src != 0 || a->span.end - a->span.beg != a->lit.n ||
                    a->lit.n < 4)
                    continue;
                if (a->span.end > n || memcmp(line + a->span.beg, a->lit.p, a->lit.n) != 0)
                    return false;
            }
        }
    return true;
}

static int check(unsigned count) {
    size_t cap = 1 << 16;
    output = malloc(cap);
    for (size_t got; output && (got = fread(output + output_size, 1, cap - output_size - 1, stdin)) > 0;) {
        output_size += got;
        if (output_size + 1 == cap)
            output = realloc(output, cap *= 2);
    }
    if (!output)
        return 4;
    output[output_size] = 0;
    unsigned wrong = 0, errors = 0, unparsed = 0, exact = 0, ran = 0, bad_spans = 0, fixed = 0;
    for (unsigned i = 0; i < count; i++) {
        words();
        const char *s = next_string();
        char mark[16];
        snprintf(mark, sizeof mark, "W%u", i);
        while (s && strcmp(s, mark) != 0)
            s = next_string();
        if (s)
            s = next_string();
        cp_slice argv[4096];
        size_t n = 0;
        cp_fields f;
        if (!s) {
            printf("the shell's output ends at word %u of %u: %s\n", i, count, text);
            return 1;
        }
        if (*s == 'E') {
            errors++;
            continue;
        }
        n = strtoul(s, NULL, 10);
        for (size_t k = 0; k < n; k++) {
            const char *arg = next_string();
            if (k < 4095)
                argv[k + 1] = cp_slice_str(arg ? arg : "");
        }
        if (n > 4000)
            continue;
        argv[0] = CP_LIT("show");
        ran++;
        if (!expand(text, &f)) {
            unparsed++;
            if (getenv("WORDS_VERBOSE"))
                printf("does not parse: %s\n", text);
            cp_arena_free(&arena);
            continue;
        }
        char line[70000];
        snprintf(line, sizeof line, "show %s", text);
        if (!spans_hold(&f, line))
            bad_spans++, printf("spans of: %s\n", text);
        bool all = true;
        for (uint32_t k = 0; k < f.count; k++)
            all &= cp_field_is_exact(&f.items[k]);
        exact += all;
        for (uint32_t k = 0; k < f.count; k++)
            all &= !f.items[k].splat;
        fixed += all;
        if (!cp_fields_contain(&f, n + 1, argv)) {
            wrong++;
            printf("MISSED %s: %s\n  the shell:\n", m.name, text);
            for (size_t k = 1; k <= n; k++)
                printf("    <%.*s>\n", (int)argv[k].n, (const char *)argv[k].p);
            printf("  words/:\n");
            show_fields(&f);
        }
        cp_arena_free(&arena);
    }
    printf(
        "%-24s %6u words: %5u ran, %5u exact (%u%%), %4u not parsed, %4u errors in the shell, %u missed, %u wrong spans\n",
        m.name, count, ran, exact, ran ? exact * 100 / ran : 0, unparsed, errors, wrong, bad_spans);
    return wrong || bad_spans ? 1 : 0;
}

static bool read_mode(const char *s) {
    static const struct {
        const char *name;
        cp_dialect d;
    } names[] = {{"bash", CP_DIALECT_BASH},
                 {"posix", CP_DIALECT_POSIX_BASH},
                 {"dash", CP_DIALECT_DASH},
                 {"zsh", CP_DIALECT_ZSH},
                 {"sh", CP_DIALECT_SH}};
    size_t n = strcspn(s, ",");
    m.name = s;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i].name) == n && memcmp(names[i].name, s, n) == 0)
            m.dialect = names[i].d;
    m.noglob = strstr(s, ",noglob") != NULL;
    m.ifs = strstr(s, ",ifs") != NULL;
    m.options = strstr(s, ",options") != NULL;
    m.args = strstr(s, ",args") != NULL;
    m.poor = m.dialect == CP_DIALECT_DASH || m.dialect == CP_DIALECT_SH || strstr(s, ",poor");
    return m.dialect != CP_DIALECT_UNKNOWN;
}

int main(int argc, char **argv) {
    if (argc == 4 && strcmp(argv[1], "show") == 0 && read_mode(argv[2])) {
        cp_fields f;
        if (!expand(argv[3], &f))
            return 3;
        show_fields(&f);
        if (here.evaluated)
            printf("   (evaluates)\n");
        cp_arena_free(&arena);
        return 0;
    }
    if (argc != 5 || !read_mode(argv[2])) {
        fprintf(stderr, "usage: words_driver generate|check MODE SEED COUNT, or show MODE WORDS\n");
        return 4;
    }
    uint64_t seed = strtoull(argv[3], NULL, 10);
    state = seed * 0x9E3779B97F4A7C15u + 1;
    if (strcmp(argv[1], "generate") == 0) {
        generate(seed, (unsigned)atoi(argv[4]));
        return 0;
    }
    return check((unsigned)atoi(argv[4]));
}
