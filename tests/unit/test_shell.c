/* The parser: trees as S-expressions, places of errors, notes, limits, and the steps that hostile shapes cost. */
#include "base/text.h"
#include "shell/leaves.h"
#include "shell/print.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct fixture {
    cp_arena arena;
    cp_budget budget;
    cp_sources sources;
    cp_parse_result result;
    cp_leaves leaves;
} fixture;

static void parse_bytes(fixture *f, const void *text, size_t n, cp_dialect dialect, uint32_t flags) {
    memset(f, 0, sizeof *f);
    cp_budget_init(&f->budget);
    cp_arena_init(&f->arena, NULL, NULL, 0, &f->budget);
    cp_sources_init(&f->sources, &f->arena);
    cp_source source = {.text = cp_slice_of(text, n)};
    cp_sources_add(&f->sources, &source);
    cp_parse(&f->arena, &f->sources, 0, dialect, flags, &f->budget, &f->result);
}

static void parse(fixture *f, const char *text, cp_dialect dialect) {
    parse_bytes(f, text, strlen(text), dialect, 0);
}
static void done(fixture *f) {
    cp_arena_free(&f->arena);
}

static const char *sexpr(fixture *f) {
    cp_text out = cp_text_in(&f->arena);
    cp_print_sexpr(&out, &f->sources, &f->result.program, NULL);
    cp_text_byte(&out, 0);
    return (const char *)out.p;
}

static const cp_note *note(const fixture *f, uint32_t kind) {
    for (const cp_note *n = f->result.notes; n; n = n->next)
        if (n->kind == kind)
            return n;
    return NULL;
}

static const cp_node *first(const fixture *f) {
    return f->result.program.body.first->node;
}

/* ---- Trees --------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *text, *tree;
} trees[] = {
    {"ls -l", " (cmd (word 0 \"ls\") (word 0 \"-l\"))\n"},
    {"a; b & c\nd",
     " (seq (cmd (word 0 \"a\")) (bg (cmd (word 0 \"b\")) (cmd (word 0 \"c\")))) (cmd (word 0 \"d\"))\n"},
    {"a && b || ! c | d",
     " (or (and (cmd (word 0 \"a\")) (cmd (word 0 \"b\"))) (! pipe (cmd (word 0 \"c\")) (cmd (word 0 \"d\"))))\n"},
    {"a |& b", " (pipe (cmd (word 0 \"a\") (redir 7 2 1)) (cmd (word 0 \"b\")))\n"},
    {"x=1 y[2]=3 z=(a b) c >f 2>&1 {fd}<g",
     " (cmd (word 4 \"x=1\") (word 4 \"y[2]=3\") (word 4 \"z=(a b)\") (word 0 \"c\") (redir 0 1 (word 0 \"f\")) (redir 7 2 1) (redir 1 (word 0 \"fd\") (word 0 \"g\")))\n"},
    {"i\\\nf a; then b; fi", " (if (cmd (word 0 \"a\")) (cmd (word 0 \"b\")) ())\n"},
    {"if a; then b; elif c; then d; else e; fi",
     " (if (cmd (word 0 \"a\")) (cmd (word 0 \"b\")) (if (cmd (word 0 \"c\")) (cmd (word 0 \"d\")) (cmd (word 0 \"e\"))))\n"},
    {"\"if\" a; \\if; ls fi }",
     " (seq (seq (cmd (word 0 \"\\\"if\\\"\") (word 0 \"a\")) (cmd (word 0 \"\\\\if\"))) (cmd (word 0 \"ls\") (word 0 \"fi\") (word 0 \"}\")))\n"},
    {"for x in a b; do c; done",
     " (for (word 0 \"x\") (word 0 \"a\") (word 0 \"b\") (cmd (word 0 \"c\")))\n"},
    {"for x; { a; }", " (for (word 0 \"x\") (word 0 \"\\\"$@\\\"\") (cmd (word 0 \"a\")))\n"},
    {"for ((i=0;i<3;i++)); do a; done",
     " (afor (word 0 \"i=0\") (word 0 \"i<3\") (word 0 \"i++\") (cmd (word 0 \"a\")))\n"},
    {"case x in a|b) c;; (d) ;& *) e ;;& esac",
     " (case (word 0 \"x\") (clause0 (word 0 \"a\") (word 0 \"b\") (cmd (word 0 \"c\"))) (clause1 (word 0 \"d\") ()) (clause2 (word 0 \"*\") (cmd (word 0 \"e\"))))\n"},
    {"case in in in) ;; esac", " (case (word 0 \"in\") (clause0 (word 0 \"in\") ()))\n"},
    {"f() { a; } >x", " (func (word 0 \"f\") (group (cmd (word 0 \"a\")) (redir 0 1 (word 0 \"x\"))))\n"},
    {"function f (b)", " (func (word 0 \"f\") (subshell (cmd (word 0 \"b\"))))\n"},
    {"coproc a { b; }", " (coproc \"a\" (group (cmd (word 0 \"b\"))))\n"},
    {"time -p -- ! a", " (! time cmd (word 0 \"a\"))\n"},
    {"[[ ! -f a && ( b == c* || d =~ ^(a|b c)$ ) ]]",
     " (cond (c1 (c3 (word 0 \"-f\") (c5 (word 0 \"a\"))) (c6 (c2 (c4 (word 0 \"==\") (c5 (word 0 \"b\")) (c5 (word 0 \"c*\"))) (c4 (word 0 \"=~\") (c5 (word 0 \"d\")) (c5 (word 0 \"^(a|b c)$\")))))))\n"},
    {"((x=1)); ((a) | (b))",
     " (seq (arith (word 0 \"x=1\")) (subshell (pipe (subshell (cmd (word 0 \"a\"))) (subshell (cmd (word 0 \"b\"))))))\n"},
    {"cat <<A <<'B'; rm z\n$x\nA\n$y\nB\nls",
     " (seq (cmd (word 0 \"cat\") (redir 4 0 (word 0 \"$x\\n\") eof \"A\") (redir 4 0 (word 0 \"$y\\n\") eof \"B\")) (cmd (word 0 \"rm\") (word 0 \"z\"))) (cmd (word 0 \"ls\"))\n"},
    {"cat <<-E | rm z\n\t\ta\n\tE\nb",
     " (pipe (cmd (word 0 \"cat\") (redir 8 0 (word 0 \"a\\n\") eof \"E\")) (cmd (word 0 \"rm\") (word 0 \"z\"))) (cmd (word 0 \"b\"))\n"},
    {"echo $((1 << 3)); rm x",
     " (seq (cmd (word 0 \"echo\") (word 0 \"$((1 << 3))\")) (cmd (word 0 \"rm\") (word 0 \"x\")))\n"},
    {"echo \"${x:-'}\"; echo PWN; echo \"'}\"",
     " (cmd (word 0 \"echo\") (word 0 \"\\\"${x:-'}\\\"; echo PWN; echo \\\"'}\\\"\"))\n"},
    {"cat --f=<(x) a<(y z)", " (cmd (word 0 \"cat\") (word 0 \"--f=<(x)\") (word 0 \"a<(y z)\"))\n"},
    {"a # b; rm\nc", " (cmd (word 0 \"a\")) (cmd (word 0 \"c\"))\n"},
    {"ls >&x 2>&- 3>&4- <&$y",
     " (cmd (word 0 \"ls\") (redir 14 1 (word 0 \"x\")) (redir 9 2) (redir 16 3 4) (redir 13 0 (word 0 \"$y\")))\n"},
    {"declare a=(1 2) b=c; a[1 2]=3",
     " (seq (cmd (word 0 \"declare\") (word 4 \"a=(1 2)\") (word 4 \"b=c\")) (cmd (word 4 \"a[1 2]=3\")))\n"},
    {"=x a[1]=b =", " (cmd (word 0 \"=x\") (word 4 \"a[1]=b\") (word 0 \"=\"))\n"},
    {"echo first\nif", " (cmd (word 0 \"echo\") (word 0 \"first\")) <error>\n"},
    {"a+\\\n=b", " (cmd (word 4 \"a+=b\"))\n"},
    {"(\\\n(1))", " (arith (word 0 \"1\"))\n"},
    {"coproc y T= b[ ]=1 u=(a)",
     " (coproc \"COPROC\" (cmd (word 0 \"y\") (word 4 \"T=\") (word 4 \"b[ ]=1\") (word 4 \"u=(a)\")))\n"},
    {">a declare b=(c)", " (cmd (word 0 \"declare\") (word 4 \"b=(c)\") (redir 0 1 (word 0 \"a\")))\n"},
    {"declare a=($(b c=(d)))", " (cmd (word 0 \"declare\") (word 4 \"a=($(b c=(d)))\"))\n"},
    {"function f ((a) 'b' {)", " <error>\n"},
    {"a <&'b'-\\\n c", " (cmd (word 0 \"a\") (word 0 \"c\") (redir 17 0 (word 0 \"'b'\")))\n"},
    {"function f ((a); 'b' {)",
     " (func (word 0 \"f\") (subshell (seq (subshell (cmd (word 0 \"a\"))) (cmd (word 0 \"'b'\") (word 0 \"{\")))))\n"},
};

START_TEST(tree)
    {
        fixture f;
        parse(&f, trees[_i].text, CP_DIALECT_BASH);
        ck_assert_str_eq(sexpr(&f), trees[_i].tree);
        done(&f);
    }
END_TEST

/* ---- Errors: what, and where ----------------------------------------------------------------------------------------- */

static const struct {
    const char *text;
    uint32_t at, rest; /* where the error is; where the statement that failed begins */
} errors[] = {
    {"if", 2, 0},
    {"ls; if x", 8, 4},
    {"a\nb\nfi", 4, 4},
    {"echo (a)", 6, 0},
    {"a 'b", 2, 0},
    {"a \"b", 2, 0},
    {"a $(b", 5, 0},
    {"a ${b", 5, 0},
    {"a `b", 2, 0},
    {"{ls;}", 4, 4},
    {"f() echo", 4, 0},
    {"x=1 if a; then b; fi", 10, 10},
    {"a &&", 4, 0},
    {"a ;; b", 2, 0},
    {"case x in esac)", 14, 0},
    {"foo x=(1)", 6, 0},
    {"[[ a b ]]", 5, 0},
    {"for x { a; }", 6, 0},
    {"a | ! b", 4, 0},
    {"() a", 1, 0},
    {"ls 2> ", 6, 0},
    {"((a", 1, 0},
    {"for ((a;b)) do c; done", 4, 0},
};

START_TEST(error)
    {
        fixture f;
        parse(&f, errors[_i].text, CP_DIALECT_BASH);
        ck_assert_msg(!f.result.complete, "%s", errors[_i].text);
        const cp_note *n = note(&f, CP_NOTE_SYNTAX_ERROR);
        ck_assert_ptr_nonnull(n);
        const cp_item *last = f.result.program.body.first;
        while (last->next)
            last = last->next;
        ck_assert_int_eq(last->node->kind, CP_NODE_ERROR);
        ck_assert_msg(n->span.beg == errors[_i].at && last->node->span.beg == errors[_i].rest,
                      "%s: error at %u, rest at %u", errors[_i].text, n->span.beg, last->node->span.beg);
        done(&f);
    }
END_TEST

START_TEST(what_stood_before_an_error_stays)
    {
        fixture f;
        parse(&f, "rm a\nrm b; if", CP_DIALECT_BASH);
        ck_assert_str_eq(
            sexpr(&f),
            " (cmd (word 0 \"rm\") (word 0 \"a\")) (cmd (word 0 \"rm\") (word 0 \"b\")) <error>\n");
        done(&f);
    }
END_TEST

/* ---- Words --------------------------------------------------------------------------------------------------------- */

START_TEST(bare_words_have_no_parts)
    {
        fixture f;
        parse(&f, "git --no-pager log -n1 a/b.c x=y", CP_DIALECT_BASH);
        for (const cp_word *w = first(&f)->as.simple.words; w->next; w = w->next) {
            ck_assert_int_eq(w->flags, CP_WORD_BARE);
            ck_assert_ptr_null(w->parts);
        }
        done(&f);
    }
END_TEST

START_TEST(quoting)
    {
        fixture f;
        parse(&f, "r\\m -r\"f\" $'\\x41\\'\\n' 'a b' \"x$y\\$z\"", CP_DIALECT_BASH);
        const cp_word *w = first(&f)->as.simple.words;
        ck_assert(cp_slice_is(w->parts->text, "r"));
        ck_assert(cp_slice_is(w->parts->next->text, "m"));
        ck_assert_int_eq(w->parts->next->flags, CP_PART_ESCAPED);
        ck_assert_int_eq(w->flags & CP_WORD_QUOTED, CP_WORD_QUOTED);
        w = w->next;
        ck_assert_int_eq(w->parts->next->kind, CP_PART_DQ);
        w = w->next;
        ck_assert_int_eq(w->parts->flags, CP_PART_ANSI);
        ck_assert(cp_slice_is(w->parts->text, "A'\n"));
        w = w->next;
        ck_assert(cp_slice_is(w->parts->text, "a b"));
        w = w->next;
        const cp_part *in = w->parts->as.parts;
        ck_assert(cp_slice_is(in->text, "x"));
        ck_assert_int_eq(in->next->kind, CP_PART_PARAM);
        ck_assert(cp_slice_is(in->next->next->text, "$"));
        ck_assert(cp_slice_is(in->next->next->next->text, "z"));
        done(&f);
    }
END_TEST

static const struct {
    const char *text, *name, *op;
    uint32_t kind;
} params[] = {
    {"${x}", "x", "", CP_PARAM_PLAIN},
    {"${x:-y}", "x", ":-", CP_PARAM_DEFAULT},
    {"${x=y}", "x", "=", CP_PARAM_ASSIGN},
    {"${x:+y}", "x", ":+", CP_PARAM_ALTERNATIVE},
    {"${x?y}", "x", "?", CP_PARAM_ERROR},
    {"${x##y}", "x", "##", CP_PARAM_STRIP},
    {"${x%y}", "x", "%", CP_PARAM_STRIP},
    {"${x//a/b}", "x", "//", CP_PARAM_REPLACE},
    {"${x^^}", "x", "^^", CP_PARAM_CASE},
    {"${x:1:2}", "x", ":", CP_PARAM_SUBSTRING},
    {"${x@P}", "x", "@P", CP_PARAM_TRANSFORM},
    {"${#x}", "x", "", CP_PARAM_PLAIN},
    {"${!x}", "x", "", CP_PARAM_PLAIN},
    {"${#}", "#", "", CP_PARAM_PLAIN},
    {"${##}", "#", "", CP_PARAM_PLAIN},
    {"${#-}", "-", "", CP_PARAM_PLAIN},
    {"${!}", "!", "", CP_PARAM_PLAIN},
    {"${10}", "10", "", CP_PARAM_PLAIN},
    {"${a[1]}", "a", "", CP_PARAM_PLAIN},
    {"${x!}", "x", "", CP_PARAM_BAD},
    {"${}", "", "", CP_PARAM_BAD},
    {"$x", "x", "", CP_PARAM_PLAIN},
    {"$10", "1", "", CP_PARAM_PLAIN},
    {"$\\\nx", "x", "", CP_PARAM_PLAIN},
};

START_TEST(parameter)
    {
        fixture f;
        parse(&f, params[_i].text, CP_DIALECT_BASH);
        const cp_part *p = first(&f)->as.simple.words->parts;
        ck_assert_int_eq(p->kind, CP_PART_PARAM);
        ck_assert_msg(p->as.param->op == params[_i].kind && cp_slice_is(p->as.param->name, params[_i].name) &&
                          cp_slice_is(p->as.param->op_text, params[_i].op),
                      "%s", params[_i].text);
        done(&f);
    }
END_TEST

START_TEST(programs_inside_words)
    {
        static const char *const texts[] = {"echo $(rm x)",
                                            "echo \"a`rm x`b\"",
                                            "echo <(rm x)",
                                            "echo ${y:-$(rm x)}",
                                            "echo $((1+$(rm x)))",
                                            "echo \"${y#$(rm x)}\"",
                                            "a[$(rm x)]=1",
                                            "a=($(rm x))",
                                            "cat <<E\n$(rm x)\nE\n",
                                            "[[ a == $(rm x) ]]",
                                            "((a[$(rm x)]))",
                                            "echo \"${y-'$(rm x)'}\"",
                                            "case a in $(rm x)) ;; esac",
                                            "echo $((rm x) )",
                                            "echo `echo \\`rm x\\``",
                                            "S[a`rm x;[`]]=0",
                                            ">f S[a`rm x;[`]]=0",
                                            "S[`rm x;[`]=0",
                                            "declare S[`rm x;[`]=0"};
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
            fixture f;
            parse(&f, texts[i], CP_DIALECT_BASH);
            ck_assert_msg(f.result.complete, "%s", texts[i]);
            cp_text out = cp_text_in(&f.arena);
            cp_print_json(&out, &f.sources, &f.result.program);
            cp_text_byte(&out, 0);
            const char *rm = strstr((const char *)out.p, "\"kind\":\"simple\"");
            bool found = false;
            for (; rm && !found; rm = strstr(rm + 1, "\"kind\":\"simple\""))
                found = strstr(rm, "\"text\":\"rm\"") != NULL;
            ck_assert_msg(found, "%s: %s", texts[i], (const char *)out.p);
            done(&f);
        }
    }
END_TEST

START_TEST(backquotes_lead_back_to_the_text)
    {
        fixture f;
        parse(&f, "x `a \\`rm y\\``", CP_DIALECT_BASH);
        const cp_part *p = first(&f)->as.simple.words->next->parts;
        ck_assert_int_eq(p->flags & CP_PART_BACKQUOTED, CP_PART_BACKQUOTED);
        const cp_word *inner = p->as.program->first->node->as.simple.words->next;
        const cp_word *rm = inner->parts->as.program->first->node->as.simple.words;
        bool exact = false;
        cp_span span = cp_span_to_user(&f.sources, rm->span, &exact);
        ck_assert(exact);
        ck_assert_int_eq(span.beg, 7);
        ck_assert_int_eq(span.end, 9);
        done(&f);
    }
END_TEST

START_TEST(ansi_quotes_in_arithmetic_stay_quotes)
    {
        static const char *const cases[][2] = {{"(( $'1\\x41'+$y ))", "'1A'"},
                                               {"(( $'\\\\'+$y ))", "'\\'"},
                                               {"(( $'\\''+$y ))", "\\'"},
                                               {"(( $'a\\'b'+$y ))", "'a'\\''b'"},
                                               {"(( $''+$y ))", "''"}};
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            fixture f;
            parse(&f, cases[i][0], CP_DIALECT_BASH);
            const cp_part *p = first(&f)->as.arith.expr->word->parts->next;
            ck_assert_int_eq(p->flags, CP_PART_ANSI);
            ck_assert_msg(cp_slice_is(p->text, cases[i][1]), "%s: %.*s", cases[i][0], (int)p->text.n,
                          (const char *)p->text.p);
            done(&f);
        }
    }
END_TEST

START_TEST(elements_with_subscripts)
    {
        fixture f;
        parse(&f, "x=(a [1]=b c [$i]+=d [2] \"[3]=e\")", CP_DIALECT_BASH);
        const cp_assignment *x = first(&f)->as.simple.assignments;
        uint32_t i = 0;
        for (const cp_element *e = x->array->as.elements; e; e = e->next, i++)
            ck_assert_msg((e->subscript != NULL) == (i == 1 || i == 3) && e->append == (i == 3), "element %u",
                          i);
        ck_assert_uint_eq(i, 6);
        done(&f);
    }
END_TEST

START_TEST(arithmetic)
    {
        static const struct {
            const char *text;
            uint32_t simple, assigns;
        } cases[] = {
            {"((1+2*(3)))", 1, 0}, {"((x))", 0, 0},     {"((x=1))", 0, 1},      {"((x==1))", 0, 0},
            {"((x++))", 0, 1},     {"((x<<=1))", 0, 1}, {"((a[$(id)]))", 0, 0}, {"((0x1f + 16#ff))", 1, 0},
            {"((1<=2))", 1, 0}};
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            fixture f;
            parse(&f, cases[i].text, CP_DIALECT_BASH);
            const cp_arith *a = first(&f)->as.arith.expr;
            ck_assert_msg(a->simple == cases[i].simple && a->assigns == cases[i].assigns, "%s",
                          cases[i].text);
            done(&f);
        }
    }
END_TEST

/* ---- Notes --------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *text;
    cp_dialect dialect;
    uint32_t kind; /* 0: no note at all */
} notes[] = {
    {"git log 'a\xc2\xa0"
     "b' \"\xc3\xa9\"",
     CP_DIALECT_BASH, 0},
    {"git\xc2\xa0log", CP_DIALECT_BASH, CP_NOTE_HIDDEN_BYTES},
    {"ls '\xe2\x80\xae'", CP_DIALECT_BASH, CP_NOTE_HIDDEN_BYTES},
    {"ls '\x1b[8m'", CP_DIALECT_BASH, CP_NOTE_HIDDEN_BYTES},
    {"ls a\r", CP_DIALECT_BASH, CP_NOTE_HIDDEN_BYTES},
    {"ls 'a\r'", CP_DIALECT_BASH, 0},
    {"ls \\\r\nrm", CP_DIALECT_BASH, CP_NOTE_HIDDEN_BYTES},
    {"ls # \xe2\x80\x8b", CP_DIALECT_BASH, CP_NOTE_HIDDEN_BYTES},
    {"echo `if`", CP_DIALECT_BASH, CP_NOTE_OPAQUE},
    {"cat <<E\n$(if)\nE\n", CP_DIALECT_BASH, CP_NOTE_OPAQUE},
    {"cat <<E\nx", CP_DIALECT_BASH, CP_NOTE_HEREDOC_UNTERMINATED},
    {"echo $(cat <<E\nx\nE)", CP_DIALECT_BASH, CP_NOTE_HEREDOC_UNTERMINATED},
    {"ls !(a)", CP_DIALECT_BASH, CP_NOTE_DIALECT_DEPENDS},
    {"echo ${ rm x;}", CP_DIALECT_BASH, CP_NOTE_DIALECT_DEPENDS},
    {"ls -l | wc && a=1 b >f 2>&1", CP_DIALECT_SH, 0},
    {"for x in a; do case $x in b) c;; esac; done; f() { g; }", CP_DIALECT_UNKNOWN, 0},
    {"echo \"${x:-'}\"; echo PWN; echo \"'}\"", CP_DIALECT_SH, CP_NOTE_DIALECT_DEPENDS},
    {"a &>/dev/null", CP_DIALECT_SH, CP_NOTE_DIALECT_DEPENDS},
    {"cat <<$'E'\n$(rm)\nE\n$E", CP_DIALECT_UNKNOWN, CP_NOTE_DIALECT_DEPENDS},
    {"[[ a ]]", CP_DIALECT_SH, CP_NOTE_DIALECT_DEPENDS},
    {"echo {a,b}", CP_DIALECT_SH, CP_NOTE_DIALECT_DEPENDS},
    {"f() echo hi", CP_DIALECT_SH, CP_NOTE_DIALECT_DEPENDS},
    {"echo $'rm'", CP_DIALECT_SH, CP_NOTE_DIALECT_DEPENDS},
    {"a[$$(]=", CP_DIALECT_BASH, CP_NOTE_UNSUPPORTED}, /* a command's name to bash, which looks twice */
    {"a[$\\\n$x$y{(]=", CP_DIALECT_BASH, 0},
    {"a $(b <<E)\nE\n", CP_DIALECT_DASH, CP_NOTE_UNSUPPORTED}, /* where the body is depends on what follows */
    {"a $(b <<E)\nE\n", CP_DIALECT_BASH, CP_NOTE_HEREDOC_UNTERMINATED},
    {"'\n'\\", CP_DIALECT_BASH, CP_NOTE_UNSUPPORTED},
    {"a\\", CP_DIALECT_BASH, CP_NOTE_DIALECT_DEPENDS}, /* nothing, where bash reads a script */
    {"a \\", CP_DIALECT_BASH, 0},
    {"<<E b=(c\nE\n)", CP_DIALECT_BASH, CP_NOTE_UNSUPPORTED},
    {"a <<E | ((b\nE\n); c)", CP_DIALECT_BASH, CP_NOTE_UNSUPPORTED},
    {"a <<$\\\nb\nc\n$b\n", CP_DIALECT_BASH, CP_NOTE_UNSUPPORTED},
    {"a <<\"`b`\"\nc\n`b`\n", CP_DIALECT_BASH, CP_NOTE_UNSUPPORTED},
    {"a <<$(b)\nc\n$(b)\n", CP_DIALECT_BASH, CP_NOTE_UNSUPPORTED},
    {"$(a <<E\nE b)\nE\n)", CP_DIALECT_BASH, CP_NOTE_UNSUPPORTED},
    {"`\\`}\\`\"\"`", CP_DIALECT_DASH, CP_NOTE_UNSUPPORTED}, /* dash forgets what is left behind a command */
    {"((a $(>b [[)); (c))", CP_DIALECT_BASH, CP_NOTE_UNSUPPORTED}, /* bash prints [[ > b, and can't read it */
    {"for ((a=${[@]][};b;c)); do d; done", CP_DIALECT_BASH, CP_NOTE_UNSUPPORTED},
    {"(\\\n(a); b)", CP_DIALECT_BASH, CP_NOTE_UNSUPPORTED},
    {">a b=(c[1])", CP_DIALECT_BASH, CP_NOTE_UNSUPPORTED},
    {"[[ a == $*(b) ]]", CP_DIALECT_BASH, CP_NOTE_UNSUPPORTED},
    {"echo $[${a[}]", CP_DIALECT_BASH, CP_NOTE_SYNTAX_ERROR},
    {"case a in b) for c\nin d; do :; done;; esac", CP_DIALECT_BASH, CP_NOTE_UNSUPPORTED},
    {"case a in b) ;; esac; for c\nin d; do :; done", CP_DIALECT_BASH, 0},
    {"coproc a b=(for)", CP_DIALECT_BASH, CP_NOTE_UNSUPPORTED},
    {"for a; { b in; }", CP_DIALECT_BASH, CP_NOTE_UNSUPPORTED},
    {"for a; { b; }; c", CP_DIALECT_BASH, 0},
    {"f()(0<{)", CP_DIALECT_BASH, CP_NOTE_SYNTAX_ERROR},
    {"{a[$]}\\\n<b", CP_DIALECT_BASH, CP_NOTE_UNSUPPORTED},
    {"((a)\n)", CP_DIALECT_BASH, CP_NOTE_UNSUPPORTED},
    {"((a #b)\nc); d)", CP_DIALECT_BASH, CP_NOTE_UNSUPPORTED},
    {"((a $# b#c); d)", CP_DIALECT_BASH, 0},
    {"coproc a= b=(if)", CP_DIALECT_BASH, CP_NOTE_UNSUPPORTED},
    {"f() ((a)) | b='c' d {", CP_DIALECT_BASH, 0},
    {"\"${a-$'}'}\"", CP_DIALECT_BASH, CP_NOTE_UNSUPPORTED},
    {"\"${a-$'\\\\'}\"", CP_DIALECT_BASH, CP_NOTE_UNSUPPORTED},
    {"\"${a:'}\"", CP_DIALECT_POSIX_BASH, CP_NOTE_UNSUPPORTED},
    {"\"${a@#'}\"", CP_DIALECT_POSIX_BASH, CP_NOTE_UNSUPPORTED},
    {"\"${a*,${}'}\"", CP_DIALECT_POSIX_BASH, CP_NOTE_UNSUPPORTED},
    {"\"${a:${b}'}\"", CP_DIALECT_POSIX_BASH, CP_NOTE_UNSUPPORTED},
    {"\"${a:${b}}'\"", CP_DIALECT_POSIX_BASH, 0},
    {"{a['[']}<b", CP_DIALECT_BASH, CP_NOTE_UNSUPPORTED},
    {"\\\n\\\\", CP_DIALECT_BASH, CP_NOTE_UNSUPPORTED},
    {"[[ a == !\\\n(b) ]]", CP_DIALECT_BASH, CP_NOTE_UNSUPPORTED},
    {"[[ a == @(b$(esac)) ]]", CP_DIALECT_BASH, CP_NOTE_UNSUPPORTED},
    {"for (((a;b);c)) do d; done", CP_DIALECT_BASH, CP_NOTE_UNSUPPORTED},
    {"a ${#:}", CP_DIALECT_DASH, CP_NOTE_UNSUPPORTED},
    {"a `b)`", CP_DIALECT_DASH, CP_NOTE_UNSUPPORTED},
    {"git log", CP_DIALECT_ZSH, 0},
    {"echo =ls", CP_DIALECT_ZSH, CP_NOTE_UNSUPPORTED},
    {"echo $a[1]", CP_DIALECT_ZSH, CP_NOTE_UNSUPPORTED},
    {"echo ${(e)x}", CP_DIALECT_ZSH, CP_NOTE_UNSUPPORTED},
    {"noglob rm *", CP_DIALECT_ZSH, CP_NOTE_UNSUPPORTED},
    {"repeat 2 rm x", CP_DIALECT_ZSH, CP_NOTE_UNSUPPORTED},
    {"- rm x", CP_DIALECT_ZSH, CP_NOTE_UNSUPPORTED},
};

START_TEST(noticed)
    {
        fixture f;
        parse(&f, notes[_i].text, notes[_i].dialect);
        if (notes[_i].kind)
            ck_assert_msg(note(&f, notes[_i].kind) != NULL, "%s", notes[_i].text);
        else
            ck_assert_msg(f.result.notes == NULL && f.result.complete, "%s: %u", notes[_i].text,
                          f.result.notes ? f.result.notes->kind : 0);
        done(&f);
    }
END_TEST

START_TEST(a_nul_is_noticed)
    {
        fixture f;
        parse_bytes(&f, "pri\0ntf", 7, CP_DIALECT_BASH, 0);
        ck_assert_ptr_nonnull(note(&f, CP_NOTE_HIDDEN_BYTES));
        ck_assert_int_eq(note(&f, CP_NOTE_HIDDEN_BYTES)->span.beg, 3);
        done(&f);
    }
END_TEST

START_TEST(extended_globs)
    {
        fixture f;
        parse_bytes(&f, "ls @(a|b*)c", 11, CP_DIALECT_BASH, CP_PARSE_EXTGLOB);
        ck_assert(f.result.complete && !f.result.notes);
        const cp_part *p = first(&f)->as.simple.words->next->parts;
        ck_assert_int_eq(p->kind, CP_PART_EXTGLOB);
        ck_assert(cp_slice_is(p->as.words->text, "a") && cp_slice_is(p->as.words->next->text, "b*"));
        done(&f);
        parse(&f, "ls @(a|b)", CP_DIALECT_BASH);
        ck_assert(f.result.complete && f.result.extglob_assumed);
        done(&f);
    }
END_TEST

START_TEST(dash)
    {
        static const struct {
            const char *text;
            int complete;
        } cases[] = {{"f() echo hi; f", 1},
                     {"x=(1)", 0},
                     {"a |& b", 0},
                     {"a &>b", 1},
                     {"for x in a; { b; }", 0},
                     {"echo $((echo a) | (b))", 0},
                     {"! ! a", 0},
                     {"case x in a) b;;& esac", 0},
                     {"cat <(a)", 0},
                     {"x[1]=5 a", 1},
                     {"[[ a ]]", 1},
                     {"echo \"${x:-'}\"", 1},
                     {"echo ${x#'}'}", 1}};
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            fixture f;
            parse(&f, cases[i].text, CP_DIALECT_DASH);
            ck_assert_msg((int)f.result.complete == cases[i].complete, "%s", cases[i].text);
            done(&f);
        }
    }
END_TEST

START_TEST(deferred_texts)
    {
        static const struct {
            const char *text;
            char how;
            int parses;
        } cases[] = {{"a[$(id)]", '[', 1}, {"a[$(id)", '[', 0}, {"a", '[', 1},  {"x $(rm)", 'h', 1},
                     {"x $(rm", 'h', 0},   {"1+$(rm)", 'a', 1}, {"1)", 'a', 1}, {"a[1]b", '[', 0}};
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            fixture f;
            parse(&f, cases[i].text, CP_DIALECT_BASH);
            cp_parse_result r;
            const cp_word *w =
                cp_parse_deferred(&f.arena, &f.sources, 0, CP_DIALECT_BASH, cases[i].how, &f.budget, &r);
            ck_assert_msg((w != NULL) == cases[i].parses, "%s", cases[i].text);
            done(&f);
        }
    }
END_TEST

/* ---- Limits and costs ------------------------------------------------------------------------------------------------ */

static char *repeated(const char *head, const char *unit, const char *tail, size_t times) {
    size_t h = strlen(head), u = strlen(unit), t = strlen(tail);
    char *text = (char *)malloc(h + times * u + times * t + 1), *at = text;
    ck_assert_ptr_nonnull(text);
    memcpy(at, head, h);
    at += h;
    for (size_t i = 0; i < times; i++, at += u)
        memcpy(at, unit, u);
    for (size_t i = 0; i < times; i++, at += t)
        memcpy(at, tail, t);
    *at = 0;
    return text;
}

static uint64_t steps_of(const char *head, const char *unit, const char *tail, size_t times,
                         cp_dialect dialect) {
    fixture f;
    char *text = repeated(head, unit, tail, times);
    memset(&f, 0, sizeof f);
    cp_budget_init(&f.budget);
    for (int i = 1; i < CP_LIMIT_COUNT; i++)
        f.budget.limit[i] = UINT64_C(1) << 40;
    f.budget.limit[CP_LIMIT_DEPTH] = 2000;
    cp_arena_init(&f.arena, NULL, NULL, 0, &f.budget);
    cp_sources_init(&f.sources, &f.arena);
    cp_source source = {.text = cp_slice_str(text)};
    cp_sources_add(&f.sources, &source);
    cp_parse(&f.arena, &f.sources, 0, dialect, 0, &f.budget, &f.result);
    uint64_t steps = f.budget.used[CP_LIMIT_STEPS];
    done(&f);
    free(text);
    return steps;
}

/* Shapes that have made parsers quadratic or worse: unit times n, then tail times n. `nests`: n stays below the depth limit. */
static const struct {
    const char *head, *unit, *tail;
    bool nests;
} shapes[] = {
    {"", "$(", ")", true},
    {"", "(", ")", true},
    {"", "((", "))", true},
    {"", "((", ") )", true},
    {"x ", "$((", "))", true},
    {"x ", "$((a) | ", ")", true},
    {"", "{ ", "; }", true},
    {"x ", "${x-", "}", true},
    {"x ", "\"${x-", "}\"", true},
    {"x ", "\"$(", ")\"", true},
    {"", "if ", "; then a; fi", true},
    {"x ", "<(", ")", true},
    {"", "a[", "]=1", true},
    {"", "a[$(", ")]", true},
    {"", "x ${x[", "", true},
    {"x ", "${x[", "}", true},
    {"x ", "${ ", ";}", true},
    {"x ", "$[", "]", true},
    {"[[ ", "( ", " )", true},
    {"", "! ( ", ")", true},
    {"a=", "(", "", false},
    {"x ", "@(", ")", true},
    {"x ", "\"", "", false},
    {"x ", "'", "", false},
    {"x ", "`", "", false},
    {"x ", "{a,", "}", false},
    {"x ", "$(( ${x-(", "", true},
    {"", "((x ' ((' ", "", false},
    {"", "(( # '\n", "", true},
    {"", "a && ", "", false},
    {"", "a | ", "", false},
    {"", "a;", "", false},
    {"", "cat <<E\nx\nE\n", "", false},
    {"", "cat <<E ", "", false},
    {"cat <<E\n", "EE\n", "", false},
    {"cat <<E\n", "$(", ")", true},
    {"x ", "$'\\x41'", "", false},
    {"x ", "\\\n", "", false},
    {"x ", "a\\\n", "", false},
    {"", "case x in a) ", ";; esac", true},
    {"[[ a ", "&& a ", "", false},
    {"x ", "${${", "", true},
    {"(( ", "${", "", false},
    {"x $((", "$[", "", false},
    {"", "$(cat <<E\n", ")", true},
    {"for ((;;)) ", "{ for ((;;)) ", "", true},
    {"", "f() { ", "; }", true},
    {"x ", "=(", "", false},
    {"", "x=(", "", false},
    {"if a; then b; ", "elif a; then b; ", "", false},
    {"", "#\n", "", false},
    {"", "{a[", "]}", false},
    {"x ", "a.=", "", false},
    {"x ", "-=", "", false},
    {"x a", "[", "]=", false},
    {"x a", "[", "`b`]=", false},
};

START_TEST(linear)
    {
        size_t n = shapes[_i].nests ? 150 : 4000;
        for (int d = CP_DIALECT_UNKNOWN; d <= CP_DIALECT_ZSH; d++) {
            uint64_t once = steps_of(shapes[_i].head, shapes[_i].unit, shapes[_i].tail, n, (cp_dialect)d);
            uint64_t twice =
                steps_of(shapes[_i].head, shapes[_i].unit, shapes[_i].tail, 2 * n, (cp_dialect)d);
            ck_assert_msg(twice * 10 <= once * 22, "%s%s…%s in dialect %d: %llu steps, then %llu",
                          shapes[_i].head, shapes[_i].unit, shapes[_i].tail, d, (unsigned long long)once,
                          (unsigned long long)twice);
        }
    }
END_TEST

START_TEST(limits_end_the_parse)
    {
        static const struct {
            const char *head, *unit;
            size_t times;
            uint32_t limit;
        } cases[] = {{"", "( ", 50000, CP_LIMIT_DEPTH},         {"", "(", 50000, 0},
                     {"", "$(", 500000, CP_LIMIT_DEPTH},        {"x ", "${x-", 50000, CP_LIMIT_DEPTH},
                     {"", "{ ", 50000, CP_LIMIT_DEPTH},         {"", "a ", 300000, CP_LIMIT_NODES},
                     {"", "cat <<E ", 1000, CP_LIMIT_HEREDOCS}, {"[[ ", "! ", 1000, CP_LIMIT_DEPTH},
                     {"[[ ", "( ", 1000, CP_LIMIT_DEPTH},       {"x ", "`\\`", 1, 0}};
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            fixture f;
            char *text = repeated(cases[i].head, cases[i].unit, "", cases[i].times);
            parse(&f, text, CP_DIALECT_BASH);
            if (cases[i].limit) {
                ck_assert_ptr_nonnull(note(&f, CP_NOTE_LIMIT));
                ck_assert_msg(f.budget.hit == cases[i].limit, "%s: %u", cases[i].unit, f.budget.hit);
            }
            ck_assert(!f.result.complete);
            ck_assert_int_eq(f.budget.used[CP_LIMIT_DEPTH], 0);
            ck_assert_msg(f.budget.used[CP_LIMIT_STEPS] < 2000000, "%s: %llu steps", cases[i].unit,
                          (unsigned long long)f.budget.used[CP_LIMIT_STEPS]);
            done(&f);
            free(text);
        }
    }
END_TEST

/* ---- Leaves, and memory ------------------------------------------------------------------------------------------------ */

START_TEST(every_byte_is_in_one_leaf)
    {
        for (size_t i = 0; i < sizeof trees / sizeof *trees; i++) {
            fixture f;
            cp_parse_result r;
            cp_leaves leaves = {NULL, 0, 0};
            cp_span at;
            parse(&f, trees[i].text, CP_DIALECT_BASH);
            cp_parse_with(&f.arena, &f.sources, 0, CP_DIALECT_BASH, 0, &f.budget, &leaves, &r);
            ck_assert_msg(cp_leaves_check(&leaves, &f.arena, &f.sources, &r, &at), "%s: %u", trees[i].text,
                          at.beg);
            /* The test can fail: without its first leaf a text is not covered. */
            if (leaves.count > 1 && r.complete) {
                cp_leaves cut = {leaves.items + 1, leaves.count - 1, 0};
                cp_parse_result empty = {.program = {0, {NULL, {0, 0, 0}}}};
                ck_assert_msg(!cp_leaves_check(&cut, &f.arena, &f.sources, &empty, &at), "%s", trees[i].text);
            }
            done(&f);
        }
    }
END_TEST

typedef struct failing {
    uint32_t left;
} failing;

static void *fails(void *user, void *block, size_t old_size, size_t new_size) {
    failing *state = (failing *)user;
    if (new_size == 0)
        return cp_allocator_malloc.resize(NULL, block, old_size, 0);
    if (state->left == 0)
        return NULL;
    state->left--;
    return cp_allocator_malloc.resize(NULL, block, old_size, new_size);
}

START_TEST(out_of_memory)
    {
        char *text = repeated(
            "", "a $(b \"$x\") <<E `c` ${x//a/b} [[ \n$(d)\nE\nif x; then [[ a == b ]]; fi; (( 1 + $(e) ))\n",
            "", 60);
        bool finished = false;
        for (uint32_t n = 0; n < 200 && !finished; n++) {
            failing state = {n};
            cp_allocator mem = {fails, &state};
            cp_budget budget;
            cp_arena arena;
            cp_sources sources;
            cp_parse_result result;
            cp_budget_init(&budget);
            cp_arena_init(&arena, &mem, NULL, 0, &budget);
            cp_sources_init(&sources, &arena);
            cp_source source = {.text = cp_slice_str(text)};
            cp_sources_add(&sources, &source);
            cp_parse(&arena, &sources, 0, CP_DIALECT_UNKNOWN, 0, &budget, &result);
            finished = !cp_arena_failed(&arena);
            if (!finished)
                ck_assert(!result.complete && budget.hit == CP_LIMIT_MEMORY);
            cp_arena_free(&arena);
        }
        ck_assert(finished);
        free(text);
    }
END_TEST

/* The same at every place where the parser asks for memory: a first block of every size, and nothing behind it. */
START_TEST(out_of_memory_anywhere)
    {
        static const char text[] =
            "a=1 b[$(c)]=2 d=(e [f]=g) h <<E 2>&1 {i}>j \"k$l$(m)\" $'\\n' ${n//o/p} ${q:1:2} `r \\`s\\`` $((t+1)) $((u) | (v))\n$w $(x)\nE\n"
            "if [[ ! -f y && z =~ (a|b) ]]; then for i in $j; do case $k in (l) m;; esac; done; fi; f() { n; } | ((o)); coproc p { q; }; for ((;;)) { r; }\n<<-E a{b,c}\n\t$d\n\tE\n";
        enum { MOST = 64 * 1024 };
        uint8_t *block = (uint8_t *)malloc(MOST);
        ck_assert_ptr_nonnull(block);
        bool finished = false;
        for (size_t n = 0; n <= MOST && !finished; n += 8) {
            for (int d = CP_DIALECT_UNKNOWN; d <= CP_DIALECT_ZSH; d += CP_DIALECT_ZSH) {
                failing state = {0};
                cp_allocator mem = {fails, &state};
                cp_budget budget;
                cp_arena arena;
                cp_sources sources;
                cp_parse_result result;
                cp_budget_init(&budget);
                memset(block, 0xa5, MOST);
                cp_arena_init(&arena, &mem, block, n, &budget);
                cp_sources_init(&sources, &arena);
                cp_source source = {.text = cp_slice_str(text)};
                cp_sources_add(&sources, &source);
                cp_parse(&arena, &sources, 0, (cp_dialect)d, 0, &budget, &result);
                finished = !cp_arena_failed(&arena);
                if (!finished)
                    ck_assert(!result.complete);
                cp_arena_free(&arena);
            }
        }
        ck_assert(finished);
        free(block);
    }
END_TEST

Suite *suite_shell(void) {
    Suite *s = suite_create("shell");
    TCase *t = tcase_create("trees");
    tcase_add_loop_test(t, tree, 0, (int)(sizeof trees / sizeof *trees));
    tcase_add_loop_test(t, error, 0, (int)(sizeof errors / sizeof *errors));
    tcase_add_test(t, what_stood_before_an_error_stays);
    suite_add_tcase(s, t);
    t = tcase_create("words");
    tcase_add_test(t, bare_words_have_no_parts);
    tcase_add_test(t, quoting);
    tcase_add_loop_test(t, parameter, 0, (int)(sizeof params / sizeof *params));
    tcase_add_test(t, programs_inside_words);
    tcase_add_test(t, backquotes_lead_back_to_the_text);
    tcase_add_test(t, ansi_quotes_in_arithmetic_stay_quotes);
    tcase_add_test(t, elements_with_subscripts);
    tcase_add_test(t, arithmetic);
    suite_add_tcase(s, t);
    t = tcase_create("notes");
    tcase_add_loop_test(t, noticed, 0, (int)(sizeof notes / sizeof *notes));
    tcase_add_test(t, a_nul_is_noticed);
    tcase_add_test(t, extended_globs);
    tcase_add_test(t, dash);
    tcase_add_test(t, deferred_texts);
    suite_add_tcase(s, t);
    t = tcase_create("costs");
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, linear, 0, (int)(sizeof shapes / sizeof *shapes));
    tcase_add_test(t, limits_end_the_parse);
    tcase_add_test(t, every_byte_is_in_one_leaf);
    tcase_add_test(t, out_of_memory);
    tcase_add_test(t, out_of_memory_anywhere);
    suite_add_tcase(s, t);
    return s;
}
