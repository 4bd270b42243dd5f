/* words/: what fields come of a word. The world is small and fixed: what is known of variables and arguments is listed below. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shell/parse.h"
#include "words/expand.h"

/* ---- A world ---- */

typedef struct world {
    cp_arena *arena;
    char log[2048]; /* what was asked and told, in order */
    cp_fields args, array;
    cp_set x_after; /* what was assigned to Z */
    bool z_known;
} world;

static const struct {
    const char *name, *value;
} variables[] = {
    {"X", "ab"},  {"SP", "rm -rf /"},   {"EMPTY", ""},        {"STAR", "*"},     {"PATHS", "/p/q.tar.gz"},
    {"ONE", "1"}, {"EXPR", "a[$(id)]"}, {"HOME", "/home/me"}, {"MIX", " a  b "},
};

static void note(world *w, const char *what, cp_slice name, const char *value) {
    size_t n = strlen(w->log);
    snprintf(w->log + n, sizeof w->log - n, "%s%s:%.*s%s%s", n ? " " : "", what, (int)name.n,
             name.p ? (const char *)name.p : "", value ? "=" : "", value ? value : "");
}
static cp_set exact(cp_arena *a, const char *s) {
    return cp_set_of(a, cp_value_exact(a, cp_slice_str(s), (cp_span){7, 0, (uint32_t)strlen(s)}));
}

static const cp_set *variable(void *self, cp_slice name) {
    world *w = self;
    static const cp_set unset;
    cp_set *set = CP_NEW(w->arena, cp_set);
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        if (cp_slice_is(name, variables[i].name)) {
            *set = exact(w->arena, variables[i].value);
            return set;
        }
    if (cp_slice_is(name, "TWO")) {
        *set = cp_set_join(w->arena, exact(w->arena, "one"), exact(w->arena, "two 2"));
        return set;
    }
    if (cp_slice_is(name, "Z") && w->z_known)
        return &w->x_after;
    return cp_slice_is(name, "UNSET") || cp_slice_is(name, "Z") ? &unset : NULL;
}
static const cp_fields *positional(void *self) {
    return &((world *)self)->args;
}
static const cp_fields *elements(void *self, cp_slice name) {
    return cp_slice_is(name, "A") ? &((world *)self)->array : NULL;
}
static const cp_set *program(void *self, const cp_part *part, cp_how how) {
    world *w = self;
    note(w, how == CP_HOW_SUBST ? "run" : how == CP_HOW_PROC_IN ? "in" : "out", part->text, NULL);
    cp_set *set = CP_NEW(w->arena, cp_set);
    *set = cp_set_of(
        w->arena, cp_value_hole(w->arena, CP_CLASS_ANY, CP_HOLE_ANYTHING, (cp_slice){NULL, 0}, part->span));
    return set;
}
static void assign(void *self, cp_slice name, const cp_set *value, cp_span span) {
    world *w = self;
    char text[64] = "?";
    (void)span;
    if (value && value->count == 1 && cp_value_is_exact(&value->values[0]))
        snprintf(text, sizeof text, "%.*s", (int)value->values[0].exact.n,
                 (const char *)value->values[0].exact.p);
    note(w, "set", name, text);
    if (cp_slice_is(name, "Z") && value)
        w->x_after = *value, w->z_known = true;
}
static void evaluates(void *self, cp_span span, const char *what) {
    (void)span;
    (void)what;
    note(self, "evaluates", (cp_slice){NULL, 0}, NULL);
}
static void reads(void *self, cp_slice name, cp_span span) {
    (void)span;
    note(self, "reads", name, NULL);
}
static void maybe(void *self, bool begins) {
    note(self, begins ? "maybe" : "end", (cp_slice){NULL, 0}, NULL);
}

/* ---- Expanding and showing ---- */

typedef struct bench {
    cp_arena arena;
    cp_budget budget;
    cp_sources sources;
    world world;
    cp_env env;
    cp_fields fields;
    cp_allocator allocator;
} bench;

static cp_fields strings(cp_arena *a, const char *const *s, uint32_t n) {
    cp_field *f = CP_NEW_ARRAY(a, cp_field, n);
    for (uint32_t i = 0; f && i < n; i++)
        f[i].set = exact(a, s[i]);
    return (cp_fields){f, f ? n : 0};
}

static const cp_node *prepare(bench *b, cp_dialect d, cp_slice line, uint32_t flags) {
    static const char *const args[] = {"p1", "p 2"}, *const array[] = {"e1", "e 2"};
    cp_parse_result result;
    cp_sources_init(&b->sources, &b->arena);
    cp_source source = {.text = line, .kind = CP_SOURCE_USER};
    uint32_t index = cp_sources_add(&b->sources, &source);
    if (index == UINT32_MAX)
        return NULL;
    cp_parse(&b->arena, &b->sources, index, d, CP_PARSE_EXTGLOB, &b->budget, &result);
    memset(&b->world, 0, sizeof b->world);
    b->world.arena = &b->arena;
    b->world.args = strings(&b->arena, args, 2);
    b->world.array = strings(&b->arena, array, 2);
    b->env = (cp_env){.self = &b->world,
                      .flags = flags,
                      .variable = variable,
                      .positional = positional,
                      .elements = elements,
                      .program = program,
                      .assign = assign,
                      .evaluates = evaluates,
                      .reads_variable = reads,
                      .maybe = maybe};
    const cp_item *item = result.program.body.first;
    return item && item->node->kind == CP_NODE_SIMPLE ? item->node : NULL;
}

static void open_bench(bench *b, const cp_allocator *mem) {
    cp_budget_init(&b->budget);
    cp_arena_init(&b->arena, mem, NULL, 0, &b->budget);
}

/* Exact text as it is; a hole as '%' with its class; alternatives with '|'; a splat with '*' before it; fields in <>. */
static void show(const cp_fields *f, char *out, size_t size) {
    static const char *const classes[] = {"", "D", "I", "F", "H", "A", "T", "B", "X"};
    size_t n = 0;
    out[0] = 0;
    for (uint32_t i = 0; i < f->count && n + 300 < size; i++) {
        n += (size_t)snprintf(out + n, size - n, "%s<", f->items[i].splat ? "*" : "");
        for (uint32_t k = 0; k < f->items[i].set.count && n + 300 < size; k++) {
            const cp_value *v = &f->items[i].set.values[k];
            n += (size_t)snprintf(out + n, size - n, "%s%s", k ? "|" : "",
                                  v->flags & CP_VALUE_UNMADE ? "!" : "");
            for (uint32_t x = 0; x < v->atom_count && n + 300 < size; x++) {
                if (v->atoms[x].kind == CP_ATOM_LIT)
                    n += (size_t)snprintf(out + n, size - n, "%.*s", (int)v->atoms[x].lit.n,
                                          (const char *)v->atoms[x].lit.p);
                else
                    n += (size_t)snprintf(out + n, size - n, "%%%s", classes[v->atoms[x].cls]);
            }
        }
        n += (size_t)snprintf(out + n, size - n, ">");
    }
}

static void expand_line(bench *b, cp_dialect d, const char *line, uint32_t flags) {
    const cp_node *node = prepare(b, d, cp_slice_str(line), flags);
    ck_assert_msg(node != NULL, "does not parse: %s", line);
    b->fields = cp_expand_words(&b->arena, node->as.simple.words, false, &b->env, d, &b->budget);
}

typedef struct row {
    const char *word, *fields, *log; /* log NULL: nothing to say */
} row;

static void check_rows(cp_dialect d, uint32_t flags, const row *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        bench b;
        char got[4096];
        open_bench(&b, NULL);
        expand_line(&b, d, rows[i].word, flags);
        show(&b.fields, got, sizeof got);
        ck_assert_msg(strcmp(got, rows[i].fields) == 0, "%s\n  expected %s\n  got      %s", rows[i].word,
                      rows[i].fields, got);
        ck_assert_msg(strcmp(b.world.log, rows[i].log ? rows[i].log : "") == 0,
                      "%s\n  expected log %s\n  got          %s", rows[i].word,
                      rows[i].log ? rows[i].log : "", b.world.log);
        cp_arena_free(&b.arena);
    }
}
#define ROWS(d, flags, ...) \
  check_rows(d, flags, (const row[]){__VA_ARGS__}, sizeof((const row[]){__VA_ARGS__}) / sizeof(row))

START_TEST(quotes)
    {
        ROWS(CP_DIALECT_BASH, 0, {"ls -la", "<ls><-la>", NULL},
             {"r\\m -r\"f\" '/t'mp", "<rm><-rf></tmp>", NULL},
             {"$'\\x72\\155' $\"rf\" '' \"\"", "<rm><rf><><>", NULL},
             {"'*' \"?\" \\[a] '~' \"{a,b}\"", "<*><?><[a]><~><{a,b}>", NULL}, {"[ x ]", "<[><x><]>", NULL});
    }
END_TEST

START_TEST(braces)
    {
        ROWS(CP_DIALECT_BASH, 0, {"{rm,-rf,/}", "<rm><-rf></>", NULL},
             {"{a,\"b c\"}d {1..3} {a..e..2} {01..2}", "<ad><b cd><1><2><3><a><c><e><01><02>", NULL},
             {"a{b,c{d,e}}f x{,} {,}", "<abf><acdf><acef><x><x>", NULL},
             {"{a} {} {a,b {1..x} {a},b}", "<{a}><{}><{a,b><{1..x}><a}><b>", NULL},
             {"{1..{2,3}} {a..\",\"} {-010..-8}", "<1..2><1..3><a..,><-010><-009><-008>", NULL},
             {"{$X,c} {a,~}/x", "<ab><c><a/x></home/me/x>", NULL}, {"{$,}X", "*<%>", "evaluates:"},
             {"$X{a,b}", "*<%>", "evaluates:"}, {"\"${X-\"{a,b}\"}\"", "*<%>", "evaluates:"});
        ROWS(CP_DIALECT_DASH, 0, {"{a,b} {1..3}", "<{a,b}><{1..3}>", NULL});
        ROWS(CP_DIALECT_SH, 0, {"{a,b}", "<{a,b}|a>*<b>", "maybe: end:"});
    }
END_TEST

START_TEST(tildes)
    {
        ROWS(CP_DIALECT_BASH, 0,
             {"~ ~/x \"~\" a~ x=~/y:~", "</home/me></home/me/x><~><a~><x=/home/me/y:/home/me>", NULL},
             {"~root/x ~+ ~-", "<%A/x|~root/x><%A|~+><%A|~->", "reads:PWD reads:OLDPWD"});
        ROWS(CP_DIALECT_DASH, 0, {"echo a=~/y", "<echo><a=~/y>", NULL});
    }
END_TEST

START_TEST(parameters)
    {
        ROWS(CP_DIALECT_BASH, 0, {"$SP a${SP}b \"$SP\"", "<rm><-rf></><arm><-rf></b><rm -rf />", NULL},
             {"x$MIX\"y\" $EMPTY \"$EMPTY\" $UNSET", "<x><a><b><y><>", NULL}, {"$TWO", "<one|two>*<2>", NULL},
             {"cat${IFS}f", "<cat><f>", NULL},
             {"${EMPTY:-w} ${X:-w} ${EMPTY-w} ${UNSET-\"a b\" c} ${X:+y}${UNSET+n}", "<w><ab><a b><c><y>",
              NULL},
             {"${Z:=v} $Z", "<v><v>", "set:Z=v"},
             {"${PATHS##*/} ${PATHS%.*} ${PATHS%%.*} ${PATHS#/} \"${PATHS//\\//-}\"",
              "<q.tar.gz></p/q.tar></p/q><p/q.tar.gz><-p-q.tar.gz>", NULL},
             {"${PATHS:0:1}etc ${PATHS: -2} ${#PATHS} ${X^^} ${X^}", "</etc><gz><11><AB><Ab>", NULL},
             {"$1 \"$2\" $# \"${10}\" $?", "<p1><p 2><2><><%D>", NULL},
             {"\"$@\" x\"$@\"y $* \"$*\"", "<p1><p 2><xp1><p 2y><p1><p><2><p1 p 2>", NULL},
             {"\"${A[@]}\" ${#A[@]}", "<e1><e 2><2>", NULL},
             {"\"$OUT\" \"${OUT:-d}\"", "<%><%|d>", "reads:OUT reads:OUT maybe: end:"},
             {"$OUT", "*<%>", "reads:OUT"}, {"a$OUT", "<a%>*<%|a%>", "reads:OUT"},
             {"\"${X+\"$\"(id)}\"", "*<%>", "evaluates:"}, /* runs id in bash */
             {"\"${X+$X\"Y\"}\"", "*<%>", NULL},
             {"${!OUT} ${X@P}", "*<%>*<%>", "evaluates: reads:OUT maybe: end: evaluates:"},
             {"${!X} \"${!X:-d}\"", "*<%><%|d>", "reads:ab reads:ab maybe: end:"});
        ROWS(CP_DIALECT_ZSH, 0, {"$SP", "<rm -rf />", NULL});
        ROWS(CP_DIALECT_BASH, CP_ENV_IFS_CHANGED, {"$X \"$X\"", "*<%><ab>", NULL});
    }
END_TEST

START_TEST(globs)
    {
        ROWS(CP_DIALECT_BASH, 0, {"* ./*.c", "*<%F>*<./%F.c>", NULL}, {"$STAR \"$STAR\"", "*<%F><*>", NULL},
             {"/etc/[a-c]?x [] [a", "*</etc/%F%Fx><[]><[a>", NULL});
        ROWS(CP_DIALECT_BASH, CP_ENV_NOGLOB, {"* $STAR", "<*><*>", NULL});
        bench b;
        open_bench(&b, NULL);
        expand_line(&b, CP_DIALECT_BASH, "* /tmp/* [a-c]x", 0);
        ck_assert_int_eq(cp_value_begins_with(&b.fields.items[0].set.values[0], '-'), CP_MAYBE);
        ck_assert_int_eq(cp_value_begins_with(&b.fields.items[1].set.values[0], '-'), CP_NO);
        ck_assert_int_eq(cp_value_begins_with(&b.fields.items[2].set.values[0], '-'), CP_NO);
        ck_assert_int_eq(cp_value_empty(&b.fields.items[0].set.values[0]), CP_NO);
        cp_arena_free(&b.arena);
    }
END_TEST

START_TEST(arithmetic)
    {
        ROWS(CP_DIALECT_BASH, 0,
             {"$((1+2*3)) $((-7/2)) $((2**62)) $((0x1F|010)) $((36#z)) $((1?2:3)) $((1,2)) $((!0&&3<4))",
              "<7><-3><4611686018427387904><31><35><2><2><1>", NULL},
             {"$((9223372036854775807+1)) $((-2**2)) $((1<<3>>1))", "<-9223372036854775808><4><4>", NULL},
             {"$((1/0)) $((08))", "<%I><%I>", NULL},
             {"$((ONE+1)) $((Z=5)) $Z $((Z+=2))", "<2><5><5><7>", "set:Z=5 set:Z=7"},
             {"$((OUT))", "<%I>", "reads:OUT evaluates:"}, {"$((EXPR))", "<%I>", "evaluates:"},
             {"$((0 && OUT)) $((1 || (Z=3)))", "<0><1>", NULL},
             {"$(($? + 1)) $((A[0]))", "<%I><%I>", "evaluates:"},
             {"$((a[$(id)]))", "<%I>", "run:$(id) set:a=? evaluates:"});
        ROWS(CP_DIALECT_DASH, 0, {"$((1+2)) $((OUT))", "<3><%I>", "reads:OUT"});
    }
END_TEST

START_TEST(commands)
    {
        ROWS(CP_DIALECT_BASH, 0, {"\"$(id)\" x<(id)", "<%><x%>", "run:$(id) in:<"},
             {"${UNSET:-$(a)} ${X:-$(b)} ${OUT:-$(c)}", "*<%><ab>*<%|%>",
              "run:$(a) reads:OUT maybe: run:$(c) end:"});
    }
END_TEST

/* ---- What is rare: each exact field is what the shell itself makes of it ---- */

START_TEST(operators_of_arithmetic)
    {
        ROWS(
            CP_DIALECT_BASH, 0,
            {"$((7-3)) $((6/2*3%5)) $((1<<4>>2)) $((5&3|8)) $((6^3)) $((~5)) $((-5)) $((+5)) $((!3))",
             "<4><4><4><9><5><-6><-5><5><0>", NULL},
            {"$((3==3)) $((3!=3)) $((3>=4)) $((3>2)) $((3<=3)) $((1||0)) $((1&&0))", "<1><0><0><1><1><1><0>",
             NULL},
            {"$((0)) $(()) $((0x)) $((1#1)) $((65#1)) $((2#)) $((64#@)) $((64#_)) $((37#Z)) $((36#Z)) $((99999999999999999999))",
             "<0><0><%I><%I><%I><%I><62><63><%I><35><%I>", NULL},
            {"$((2**-1)) $((-9223372036854775807-2)) $((1<<64)) $((1<<-1)) $((9223372036854775807*2))",
             "<%I><9223372036854775807><%I><%I><-2>", NULL},
            {"$((OUT?1:2)) $((OUT&&1)) $((0?OUT:4)) $((1?5)) $((UNSET+1))", "<%I><%I><4><%I><1>",
             "reads:OUT evaluates: maybe: end: maybe: end: reads:OUT evaluates: maybe: end:"},
            {"$((++Z)) $((--Z)) $((Z++)) $((+ +1)) $((- -1)) $((Z<<=2)) $((++3))", "<1><0><0><1><1><4><%I>",
             "set:Z=1 set:Z=0 set:Z=1 set:Z=4"},
            {"$((A[1])) $((A[\"x\"]=1)) $((A[1)) $((TWO+0)) $((OUT*2)) $((TWO?1:2))",
             "<%I><1><%I><%I><%I><%I>",
             "evaluates: evaluates: set:A=? set:A=? evaluates: evaluates: reads:OUT evaluates: evaluates: maybe: end: maybe: end:"});
        ROWS(
            CP_DIALECT_DASH, 0,
            {"$((7-3)) $((9223372036854775807+1)) $((-9223372036854775807-2)) $((9223372036854775807*2)) $((1,2)) $((2**3)) $((01+1)) $((OUT++))",
             "<4><%I><%I><%I><%I><%I><2><%I>", "reads:OUT set:OUT=?"});
        ROWS(CP_DIALECT_ZSH, 0,
             {"$((7-3)) $((010+1)) $((2**3)) $((9223372036854775807+1))", "<4>*<%>*<%>*<%>", NULL});
    }
END_TEST

START_TEST(operators_of_parameters)
    {
        ROWS(CP_DIALECT_BASH, 0,
             {"\"${X:-'a\"b'}\" \"${UNSET-'$'\"(id)\"}\" \"${UNSET-$'$'x}\" \"${UNSET-'\"$'}\"",
              "<ab><'$'(id)>*<%><'%$'>", "evaluates:"},
             {"\"${UNSET-\"a\\b\"}\" \"${UNSET-\"'a\\$b'\"}\" \"${UNSET:-a b}\" \"${UNSET-\\}}\"",
              "<ab><'a$b'><a b><}>", NULL});
        ROWS(CP_DIALECT_SH, 0,
             {"\"${UNSET-\"a\\b\"}\" \"${UNSET-'a\"b'}\" \"${UNSET-'$'\"b\"}\"", "*<%><'%'>*<%>", NULL});
        ROWS(
            CP_DIALECT_BASH, 0,
            {"${@:2} ${@:-1} \"${@: -1}\" \"${@:3}\" \"${@:9}\" \"${@:1:1}\" \"${@:0}\" \"${@: -9}\"",
             "<p><2><p1><p><2><p 2>*<>*<><p1>*<%>*<%>", NULL},
            {"${@-w} \"${@:-w}\" \"${A[@]+w}\" ${A[@]:-w} \"${B[@]-w}\" \"${A[*]+w}\" ${@:+w} x\"${@+w}\"",
             "<p1><p><2><p1><p 2><w><e1><e><2>*<%|w><w><w><xw>", "reads:B maybe: end:"},
            {"\"${@@K}\" \"${@@A}\" \"${@^^}\" \"${A[@]#e}\" \"${@/p/q}\" \"${*/p/q}\" x\"${@#p}\" \"x$@\"y\"${*#p}\"",
             "*<%>*<%><P1><P 2><1>< 2><q1><q 2><q1 q 2><x1>< 2><xp1><p 2y1  2>", "evaluates:"},
            {"\"${A[0]}\" \"${A[1]}\" \"${A[-1]}\" \"${A[7]}\" \"${A[x]}\" \"${A[123456]}\" \"${X[0]}\" \"${X[1]}\" \"${OUT[0]}\"",
             "<e1><e 2><e 2><e1|e 2|><e1|e 2|><e1|e 2|><ab|><%><%>", "reads:x evaluates: reads:OUT"},
            {"${!A[0]} ${!X:=y} ${!X-y} ${#X} ${#UNSET} ${#OUT} ${#@} ${#A[1]} ${#-}",
             "*<%>*<%>*<%|y><2><0><%D><2><3><%D>",
             "evaluates: reads:A maybe: end: evaluates: maybe: end: set:X=? reads:ab maybe: end:"},
            {"${UNSET@Q} ${X@Q} ${X@a} ${X@k} ${1@P} ${@@P} ${A[0]@P} ${OUT@P}",
             "*<%>*<%>*<%>*<%>*<%>*<%>*<%>*<%>",
             "maybe: end: evaluates: evaluates: evaluates: reads:OUT maybe: evaluates: end:"},
            {"$! $- $$ $0 $_ ${RANDOM} ${SECONDS} $LINENO", "*<%D>*<%><%D>*<%>*<%><%D><%D><%D>", "reads:0"},
            {"${X//} ${X/a} ${X/c/d} ${X/a/&} ${X/#} ${X/a/\\&} ${X/a/~} ${PATHS//[a-z]/x} ${X/~/y} ${X/${X:0:1}/z} ${X/?/z}",
             "<ab><b><ab>*<%><ab>*<%>*<%>*<%>*<%>*<%>*<%>", NULL},
            {"${X:5} ${X:0:-5} ${X: -5} ${X:0:-1} ${OUT:1} ${X:OUT} ${PATHS:ONE:ONE} ${TWO:0:1}",
             "*<%><a>*<%>*<%><p><o|t>", "reads:OUT maybe: end: reads:OUT evaluates:"},
            {"${X^^[a]} ${X,,} ${X~} ${X~~} ${OUT^^} ${OUT%.*} ${OUT//a/b} ${OUT/$(id)/b} ${OUT:$((1)):$((2))}",
             "*<%><ab><Ab><AB>*<%>*<%>*<%>*<%>*<%>",
             "reads:OUT maybe: end: reads:OUT maybe: end: reads:OUT maybe: end: reads:OUT maybe: run:$(id) end: reads:OUT maybe: end:"},
            {"${UNSET:=~/a:~/b} ${Z:=~:x} ${OUT:=v} ${A[1]:=v} ${A[0]=v} ${X:-a~:b}",
             "*<%>*<%>*<%|v><e><2><e1><ab>", "set:UNSET=? set:Z=? reads:OUT maybe: end: set:OUT=?"});
        ROWS(CP_DIALECT_ZSH, 0,
             {"${X:1} ${X/a/b} $A \"$A\" ${A[1]} ${X#^a} ${@-w}",
              "*<%><bb><e1><e 2><e1 e 2>*<e1|e 2>*<%>*<%>", NULL});
        ROWS(CP_DIALECT_DASH, 0,
             {"${X/a/b} ${@-w} ${X:1}", "*<%>*<%>*<%>", "evaluates: maybe: end: evaluates: maybe: end:"},
             {"${@#p} \"${@#p}\" ${*%2}", "*<%>*<%>*<%>", NULL});
    }
END_TEST

START_TEST(odd_braces)
    {
        ROWS(
            CP_DIALECT_BASH, 0,
            {"{a..} {..b} {1..2..0} {1..3..2} {3..1..2} {a..c..9999999999} {a,b {}c,{d,}} {$X..b} {x,{y}",
             "<{a..}><{..b}><1><2><1><3><3><1><a><{a,b><{}c,d}><{}c,}><{ab..b}><{x,{y}>", NULL},
            {"{a,b}$'\\n' {,\"x\"} {~,X}/y {a,b}* {[a],b} {a,$@} \"{a,b}\" {\"a,b\"} \\{a,b} {a\\,b} {-1..1} {1..-1} {A..c..1} {1..a}",
             "<a\n><b\n><x></home/me/y><X/y>*<a%F>*<b%F>*<%F><b><a><p1><p><2><{a,b}><{a,b}><{a,b}><{a,b}><-1><0><1><1><0><-1>*<%><{1..a}>",
             "evaluates:"});
    }
END_TEST

START_TEST(odd_globs)
    {
        ROWS(
            CP_DIALECT_BASH, 0,
            {"+(a|b) @(a|$X) *(x) ?(y)z !(a) a@(b/c)d \"+(a)\" [!a]b [^a]b [a/b]c [[:alpha:]] [a]] [$X] a?b ?x */ .* **/x",
             "*<%F>*<%>*<%F><%Fz>*<%F>*<%><+(a)>*<%Fb>*<%Fb><[a/b]c>*<%F>*<%F>*<%F>*<a%Fb>*<%Fx>*<%F/>*<.%F>*<%F/x>",
             NULL});
        ROWS(CP_DIALECT_BASH, CP_ENV_NOGLOB, {"+(a|b) @(x|y)z [a-c]", "<+(a|b)><@(x|y)z><[a-c]>", NULL});
        ROWS(CP_DIALECT_BASH, CP_ENV_GLOB_OPTIONS,
             {"**/x *(a) @(a|b)c ?(a) $STAR [] x]", "*<%%F>*<%F>*<%F%F>*<%F>*<%F>*<%F><x]>", NULL});
    }
END_TEST

START_TEST(odd_tildes)
    {
        ROWS(
            CP_DIALECT_BASH, 0,
            {"~\"x\" ~$X ~/\"x\" a=~:~/b ~:x ~x:/y a=~$X ~:\"x\" ~1 ~+1 ~- ~\"/\"",
             "<~x><~ab></home/me/x><a=/home/me:/home/me/b></home/me:x><%A:/y|~x:/y><a=~ab>*<%><%A|~1><%A|~+1><%A|~-><~/>",
             "reads:OLDPWD"});
        ROWS(CP_DIALECT_DASH, 0, {"~\"x\" ~/x ~:x a=~/x ~$X", "<~x></home/me/x><~:x><a=~/x><~ab>", NULL});
        ROWS(CP_DIALECT_SH, 0,
             {"~/x a=~/x a:~ ~:x ${UNSET-~ x} ${UNSET-~:x}",
              "</home/me/x><a=~/x|a=/home/me/x><a:~>*<%>*<%>*<%>", "maybe: end:"});
    }
END_TEST

START_TEST(splitting)
    {
        ROWS(
            CP_DIALECT_BASH, 0,
            {"x$SP$MIX\"y\"$EMPTY$TWO $TWO$SP \"$@\"$X $X\"$@\" x\"$@\"$SP $OUT\"$@\" \"$@$OUT\" $@$@ ${@}x \"$*\"$SP",
             "<xrm><-rf></><a><b><yone|ytwo>*<2><onerm|two><-rf|2rm></|-rf>*</><p1><p 2ab><abp1><p 2><xp1><p 2rm><-rf></>*<%>*<%p1><p 2><p1><p 2%><p1><p><2p1><p><2><p1><p><2x><p1 p 2rm><-rf></>",
             "reads:OUT reads:OUT"},
            {"a\"$@\"b\"$@\"c $EMPTY\"$@\"$EMPTY ''$EMPTY \"$EMPTY\"$SP $STAR$X",
             "<ap1><p 2bp1><p 2c><p1><p 2><><rm><-rf></>*<%Fab>", NULL});
        ROWS(CP_DIALECT_BASH, CP_ENV_IFS_CHANGED,
             {"x$SP \"$@\" \"$*\" $@ $* \"${A[*]}\" \"x$@y\" $MIX",
              "<x%>*<%|x%><p1><p 2><p1%p 2>*<%>*<%><e1%e 2>*<%>*<%>", NULL});
    }
END_TEST

START_TEST(odd_quotes)
    {
        ROWS(CP_DIALECT_BASH, 0, {"$\"x\" $\"a $X\"", "<x><a ab>", NULL},
             {"$'\\b\\f\\r\\v' $'\\x{41}b' $'\\x{zz' $'\\xC3\\xa9' $'\\c\\\\' $'\\xZ\\uzz'",
              "<\010\014\015\013><Ab><><\303\251><\034><\\xZ\\uzz>", NULL});
        ROWS(CP_DIALECT_DASH, 0,
             {"\"${UNSET-\"a\\\\b\"}\" \"${UNSET-'a'b}\" $'a'", "<a\\b><'a'b><$a>", NULL});
        ROWS(CP_DIALECT_ZSH, 0, {"$'ab' $'a\\xzz' $'\\C-a'", "<ab><%><%>", NULL});
    }
END_TEST

START_TEST(spans)
    {
        /* What is read again maps back to where it was written, byte for byte. */
        static const char line[] = "eval 'rm -rf' \"/tmp\"/x\\y";
        bench b;
        open_bench(&b, NULL);
        expand_line(&b, CP_DIALECT_BASH, line, 0);
        ck_assert_uint_eq(b.fields.count, 3);
        for (uint32_t i = 0; i < b.fields.count; i++) {
            const cp_value *v = &b.fields.items[i].set.values[0];
            cp_span word = v->span;
            uint32_t source = cp_value_to_source(&b.arena, &b.sources, v, CP_SOURCE_VALUE, word);
            for (uint32_t k = 0; k < v->exact.n; k++) {
                bool same = false;
                cp_span at = cp_span_to_user(&b.sources, (cp_span){source, k, k + 1}, &same);
                ck_assert(same);
                ck_assert_int_eq(line[at.beg], v->exact.p[k]);
            }
        }
        cp_arena_free(&b.arena);
    }
END_TEST

START_TEST(values)
    {
        bench b;
        open_bench(&b, NULL);
        expand_line(&b, CP_DIALECT_BASH, "/tmp/\"$OUT\".c $((OUT)) \"$TWO\" exact", 0);
        const cp_value *v = &b.fields.items[0].set.values[0];
        ck_assert_int_eq(cp_value_glob(v, CP_LIT("/tmp/*"), false), CP_YES);
        ck_assert_int_eq(cp_value_glob(v, CP_LIT("/TMP/*.C"), false), CP_NO);
        ck_assert_int_eq(cp_value_glob(v, CP_LIT("/TMP/*.C"), true), CP_YES);
        ck_assert_int_eq(cp_value_glob(v, CP_LIT("/tmp/a*"), false), CP_MAYBE);
        ck_assert_int_eq(cp_value_glob(v, CP_LIT("/tmp"), false), CP_NO);
        ck_assert_int_eq(cp_value_equals(v, CP_LIT("/tmp/x.c")), CP_MAYBE);
        ck_assert_int_eq(cp_value_equals(v, CP_LIT("/tmp/x.h")), CP_NO);
        ck_assert_int_eq(cp_value_holds_byte(v, '/'), CP_YES);
        ck_assert_int_eq(cp_value_begins_with(v, '/'), CP_YES);
        ck_assert(cp_slice_is(cp_value_prefix(v), "/tmp/"));
        ck_assert(cp_slice_is(cp_value_show(&b.arena, v), "/tmp/$OUT.c"));
        v = &b.fields.items[1].set.values[0];
        ck_assert_int_eq(cp_value_glob(v, CP_LIT("a*"), false), CP_NO);
        ck_assert_int_eq(cp_value_begins_with(v, '-'), CP_MAYBE);
        ck_assert_int_eq(cp_set_equals(b.fields.items[2].set, CP_LIT("one")), CP_MAYBE);
        ck_assert_int_eq(cp_set_equals(b.fields.items[2].set, CP_LIT("three")), CP_NO);
        ck_assert_int_eq(cp_set_equals(b.fields.items[3].set, CP_LIT("exact")), CP_YES);

        /* Nine alternatives become one value that covers them. */
        cp_set set = {NULL, 0};
        static const char *const names[] = {"a1z", "a2z", "a3z", "a4z", "a5z", "a6z", "a7z", "a8z", "a9/z"};
        for (size_t i = 0; i < 9; i++)
            set = cp_set_join(&b.arena, set, exact(&b.arena, names[i]));
        ck_assert_uint_eq(set.count, 1);
        for (size_t i = 0; i < 9; i++)
            ck_assert(cp_set_contains(set, cp_slice_str(names[i])));
        ck_assert(!cp_set_contains(set, CP_LIT("b1z")));
        cp_arena_free(&b.arena);
    }
END_TEST

START_TEST(membership)
    {
        bench b;
        open_bench(&b, NULL);
        expand_line(&b, CP_DIALECT_BASH, "rm -f /tmp/$OUT *.c", 0);
        const cp_slice yes[] = {CP_LIT("rm"), CP_LIT("-f"), CP_LIT("/tmp/a"), CP_LIT("b c"), CP_LIT("x.c")};
        const cp_slice no[] = {CP_LIT("rm"), CP_LIT("-r"), CP_LIT("/tmp/a")};
        ck_assert(cp_fields_contain(&b.fields, 5, yes));
        ck_assert(!cp_fields_contain(&b.fields, 2, yes));
        ck_assert(!cp_fields_contain(&b.fields, 3, no));
        cp_arena_free(&b.arena);
    }
END_TEST

static uint64_t steps_of(const char *begin, const char *middle, const char *end, size_t times,
                         cp_limit *out_hit) {
    size_t n = strlen(middle);
    char *line = malloc(strlen(begin) + n * times + strlen(end) * times + 1);
    ck_assert_ptr_nonnull(line);
    strcpy(line, begin);
    for (size_t i = 0; i < times; i++)
        strcat(line, middle);
    for (size_t i = 0; i < times; i++)
        strcat(line, end);
    bench b;
    open_bench(&b, NULL);
    const cp_node *node = prepare(&b, CP_DIALECT_BASH, cp_slice_str(line), 0);
    uint64_t before = b.budget.used[CP_LIMIT_STEPS];
    if (node)
        b.fields =
            cp_expand_words(&b.arena, node->as.simple.words, false, &b.env, CP_DIALECT_BASH, &b.budget);
    uint64_t used = b.budget.used[CP_LIMIT_STEPS] - before;
    if (out_hit)
        *out_hit = (cp_limit)b.budget.hit;
    if (b.budget.hit != CP_LIMIT_NONE && node)
        ck_assert_uint_ne(b.fields.items[b.fields.count - 1].set.values[0].flags & CP_VALUE_UNMADE, 0);
    cp_arena_free(&b.arena);
    free(line);
    return used;
}

START_TEST(no_shape_is_quadratic)
    {
        static const char *const shapes[][3] = {
            {"echo x", "{", ""},     {"echo x", "{a}", ""},     {"echo x", "{a", "}"},
            {"echo x", "}", ""},     {"echo {a,b", ",c", ""},   {"echo x", "[", ""},
            {"echo x", "[a/", ""},   {"echo ", "*", ""},        {"echo ", "$OUT", ""},
            {"echo \"", "$OUT", ""}, {"echo ", "~:", ""},       {"echo x=", ":~", ""},
            {"echo ", "'a'", ""},    {"echo $((1", "+1", "))"}, {"echo ", "$X", ""},
            {"echo ", "\\*", ""},    {"echo ", "a*b", ""},      {"echo ", "\"$@\"", ""},
            {"echo ", "{1..x}", ""},
        };
        for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
            const char *end = strcmp(shapes[i][2], "))") == 0 ? "" : shapes[i][2];
            uint64_t a = steps_of(shapes[i][0], shapes[i][1], end, 400, NULL),
                     b = steps_of(shapes[i][0], shapes[i][1], end, 800, NULL);
            ck_assert_msg(b <= a * 2 + a / 5 + 64, "%s%s...: %llu steps, then %llu", shapes[i][0],
                          shapes[i][1], (unsigned long long)a, (unsigned long long)b);
        }
    }
END_TEST

START_TEST(limits)
    {
        cp_limit hit;
        steps_of("echo {1..100000000000}", "", "", 1, &hit);
        ck_assert_int_eq(hit, CP_LIMIT_BRACES);
        steps_of("echo ", "{a,b}", "", 40, &hit);
        ck_assert_int_eq(hit, CP_LIMIT_BRACES);
    }
END_TEST

/* ---- Every allocation fails once ---- */

typedef struct failing {
    size_t left;
} failing;
static void *failing_resize(void *user, void *block, size_t old_size, size_t new_size) {
    failing *f = user;
    (void)old_size;
    if (new_size == 0) {
        free(block);
        return NULL;
    }
    if (f->left == 0)
        return NULL;
    f->left--;
    return realloc(block, new_size);
}

START_TEST(memory_runs_out)
    {
        static const char line[] =
            "echo {a,b}{1..40} \"$@\"$OUT${OUT:-$TWO} ~root/* ${PATHS//\\//-} $((Z=1+OUT)) ${A[@]/e/x} [a]$STAR *$OUT]";
        bench b;
        open_bench(&b, NULL);
        const cp_node *node = prepare(&b, CP_DIALECT_BASH, cp_slice_str(line), 0);
        ck_assert_ptr_nonnull(node);
        bool done = false;
        for (size_t memory = 0; memory < 4000 && !done;
             memory++) { /* a block that grows: every allocation is the one that fails, in its turn */
            failing f = {0};
            cp_allocator mem = {failing_resize, &f};
            cp_budget budget;
            cp_arena arena;
            size_t size = memory * 64;
            void *block = size ? malloc(size) : NULL;
            cp_budget_init(&budget);
            cp_arena_init(&arena, &mem, block, size, &budget);
            b.world = (world){.arena = &arena, .args = b.world.args, .array = b.world.array};
            cp_fields fields =
                cp_expand_words(&arena, node->as.simple.words, false, &b.env, CP_DIALECT_BASH, &budget);
            ck_assert_uint_gt(fields.count, 0);
            done = !cp_arena_failed(&arena);
            if (!done) {
                ck_assert_uint_eq(budget.hit, CP_LIMIT_MEMORY);
                ck_assert_uint_ne(fields.items[fields.count - 1].set.values[0].flags & CP_VALUE_UNMADE, 0);
            }
            cp_arena_free(&arena);
            free(block);
        }
        ck_assert(done);
        cp_arena_free(&b.arena);
    }
END_TEST

Suite *suite_words(void) {
    Suite *suite = suite_create("words");
    TCase *fields = tcase_create("fields"), *bounds = tcase_create("bounds");
    tcase_add_test(fields, quotes);
    tcase_add_test(fields, braces);
    tcase_add_test(fields, tildes);
    tcase_add_test(fields, parameters);
    tcase_add_test(fields, globs);
    tcase_add_test(fields, arithmetic);
    tcase_add_test(fields, commands);
    tcase_add_test(fields, operators_of_arithmetic);
    tcase_add_test(fields, operators_of_parameters);
    tcase_add_test(fields, odd_braces);
    tcase_add_test(fields, odd_globs);
    tcase_add_test(fields, odd_tildes);
    tcase_add_test(fields, splitting);
    tcase_add_test(fields, odd_quotes);
    tcase_add_test(fields, spans);
    tcase_add_test(fields, values);
    tcase_add_test(fields, membership);
    tcase_add_test(bounds, no_shape_is_quadratic);
    tcase_add_test(bounds, limits);
    tcase_add_test(bounds, memory_runs_out);
    suite_add_tcase(suite, fields);
    suite_add_tcase(suite, bounds);
    return suite;
}
