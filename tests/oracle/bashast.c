/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A loadable builtin for the stock bash 5.2 of Debian (headers: package bash-builtins) that asks bash's own parser for its tree. Nothing is executed:
 * parse_command() only reads. It is a tool of the tests, loaded into bash; the library neither links nor contains it.
 *
 *   enable -f ./bashast.so bashast
 *   bashast dump FILE [r [N]] one S-expression per record (see libcmdpolicy/shell/print.h), " <error>" where a record does not parse; from record N on
 *   bashast accept FILE [r]   1 or 0 per record
 *   bashast bench FILE [r]    how fast bash parses the records, in this process
 *   bashast whole FILE        the same for the file as one text
 *
 * Records are lines, or end with the byte 0x1e where `r` is given. Set `shopt -s extglob` first to have it on. */
#include <config.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "loadables.h"
#include "y.tab.h"

/* What bash does not declare in its headers. */
typedef sigjmp_buf jump_env;
extern jump_env top_level;
extern COMMAND *global_command;
extern int current_token, line_number, need_here_doc;
struct input {
    int type;
    char *name;
    union {
        void *file;
        char *string;
        int fd;
    } location;
    void *getter, *ungetter;
};
extern struct input bash_input_now __asm__("bash_input");
extern int parse_command(void);
extern void push_stream(int), pop_stream(void), with_input_from_string(char *, const char *),
    reset_parser(void);
extern void dispose_command(COMMAND *);

static FILE *out;

static void quoted(const char *s) {
    fputc('"', out);
    for (; s && *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c == '\n')
            fputs("\\n", out);
        else if (c < 32 || c == 127)
            fprintf(out, "\\x%02x", c);
        else
            fputc(c, out);
    }
    fputc('"', out);
}

static void word(WORD_DESC *w) {
    fprintf(out, " (word %d ", w->flags & W_ASSIGNMENT);
    quoted(w->word);
    fputc(')', out);
}

static void words(WORD_LIST *l) {
    for (; l; l = l->next)
        word(l->word);
}

static void redirs(REDIRECT *r) {
    for (; r; r = r->next) {
        fprintf(out, " (redir %d", r->instruction);
        if (r->rflags & REDIR_VARASSIGN)
            word(r->redirector.filename);
        else
            fprintf(out, " %d", r->redirector.dest);
        switch (r->instruction) {
        case r_duplicating_input:
        case r_duplicating_output:
        case r_move_input:
        case r_move_output: fprintf(out, " %d", r->redirectee.dest); break;
        case r_close_this: break;
        default:
            if (r->redirectee.filename)
                word(r->redirectee.filename);
        }
        if (r->here_doc_eof) {
            fputs(" eof ", out);
            quoted(r->here_doc_eof);
        }
        fputc(')', out);
    }
}

static void condition(COND_COM *c) {
    if (!c)
        return;
    fprintf(out, " (c%d", c->type);
    if (c->op)
        word(c->op);
    condition(c->left);
    condition(c->right);
    fputc(')', out);
}

static void command(COMMAND *c) {
    if (!c) {
        fputs(" ()", out);
        return;
    }
    fputs(" (", out);
    if (c->flags & CMD_INVERT_RETURN)
        fputs("! ", out);
    if (c->flags & CMD_TIME_PIPELINE)
        fputs("time ", out);
    switch (c->type) {
    case cm_simple:
        fputs("cmd", out);
        words(c->value.Simple->words);
        redirs(c->value.Simple->redirects);
        break;
    case cm_connection: {
        int k = c->value.Connection->connector;
        fputs(k == '|'                ? "pipe"
              : k == '&'              ? "bg"
              : k == ';' || k == '\n' ? "seq"
              : k == AND_AND          ? "and"
                                      : "or",
              out);
        command(c->value.Connection->first);
        command(c->value.Connection->second);
        break;
    }
    case cm_group:
        fputs("group", out);
        command(c->value.Group->command);
        break;
    case cm_subshell:
        fputs("subshell", out);
        command(c->value.Subshell->command);
        break;
    case cm_if:
        fputs("if", out);
        command(c->value.If->test);
        command(c->value.If->true_case);
        command(c->value.If->false_case);
        break;
    case cm_while:
    case cm_until:
        fputs(c->type == cm_while ? "while" : "until", out);
        command(c->value.While->test);
        command(c->value.While->action);
        break;
    case cm_for:
    case cm_select:
        fputs(c->type == cm_for ? "for" : "select", out);
        word(c->value.For->name);
        words(c->value.For->map_list);
        command(c->value.For->action);
        break;
    case cm_arith_for:
        fputs("afor", out);
        words(c->value.ArithFor->init);
        words(c->value.ArithFor->test);
        words(c->value.ArithFor->step);
        command(c->value.ArithFor->action);
        break;
    case cm_case:
        fputs("case", out);
        word(c->value.Case->word);
        for (PATTERN_LIST *p = c->value.Case->clauses; p; p = p->next) {
            fprintf(out, " (clause%d", p->flags);
            words(p->patterns);
            command(p->action);
            fputc(')', out);
        }
        break;
    case cm_function_def:
        fputs("func", out);
        word(c->value.Function_def->name);
        command(c->value.Function_def->command);
        break;
    case cm_arith:
        fputs("arith", out);
        words(c->value.Arith->exp);
        break;
    case cm_cond:
        fputs("cond", out);
        condition(c->value.Cond);
        break;
    case cm_coproc:
        fputs("coproc ", out);
        quoted(c->value.Coproc->name);
        command(c->value.Coproc->command);
        break;
    }
    if (c->type != cm_simple || c->redirects)
        redirs(c->redirects);
    fputc(')', out);
}

/* At the end of the text inside ${ or (( bash complains, and then says that all went well. Its complaints go to a file: did a new one come? */
static int complaints = -1;

static int complained(void) {
    static off_t read_so_far;
    char text[4096];
    if (complaints < 0)
        return 0;
    fflush(stderr);
    off_t end = lseek(complaints, 0, SEEK_END), from = read_so_far;
    read_so_far = end;
    if (end - from > (off_t)sizeof text - 1)
        from = end - (off_t)sizeof text + 1;
    ssize_t n = end > from ? pread(complaints, text, (size_t)(end - from), from) : 0;
    if (n <= 0)
        return 0;
    text[n] = 0;
    return strstr(text, "syntax error") || strstr(text, "unexpected EOF while") ||
           strstr(text, "bad substitution");
}

static int parses(char *text, int dump) {
    static jump_env saved;
    volatile int ok = 1;
    char *volatile input = text;
    memcpy(&saved, &top_level, sizeof saved);
    line_number = 1;
    push_stream(0);
    with_input_from_string(input, "oracle");
    while (*bash_input_now.location.string) {
        if (sigsetjmp(top_level, 0) || parse_command() != 0) {
            ok = 0;
            break;
        }
        COMMAND *c = global_command;
        global_command = 0;
        if (c) {
            if (dump)
                command(c);
            dispose_command(c);
        }
        if (current_token == yacc_EOF)
            break;
    }
    if (ok && complained())
        ok = 0;
    if (!ok)
        reset_parser();
    global_command = 0;
    need_here_doc = 0;
    pop_stream();
    memcpy(&top_level, &saved, sizeof saved);
    return ok;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void bench(char **records, size_t count, size_t bytes) {
    enum { ROUNDS = 5 };
    double *least = malloc((count + 1) * sizeof *least), sum = 0;
    size_t accepted = 0;
    for (int round = 0; round < ROUNDS; round++) {
        accepted = 0;
        for (size_t i = 0; i < count; i++) {
            double t = now();
            accepted += (size_t)parses(records[i], 0);
            t = now() - t;
            if (!round || t < least[i])
                least[i] = t;
        }
    }
    for (size_t i = 0; i < count; i++)
        sum += least[i];
    qsort(least, count, sizeof *least, by_value);
    printf("bash-in-process lines=%zu mean_us=%.3f p50_us=%.3f p99_us=%.3f mb_s=%.2f accepted=%zu\n", count,
           sum / (double)count * 1e6, least[count / 2] * 1e6, least[count * 99 / 100] * 1e6,
           (double)bytes / sum / 1e6, accepted);
    free(least);
}

int bashast_builtin(WORD_LIST *l) {
    if (!l || !l->next) {
        builtin_usage();
        return EX_USAGE;
    }
    const char *mode = l->word->word;
    size_t from = l->next->next && l->next->next->next ? (size_t)atol(l->next->next->next->word->word) : 0;
    char separator = l->next->next && l->next->next->word->word[0] == 'r' ? 0x1e : '\n';
    FILE *f = fopen(l->next->word->word, "rb");
    if (!f)
        return 1;
    fseek(f, 0, SEEK_END);
    size_t n = (size_t)ftell(f);
    rewind(f);
    char *text = malloc(n + 2);
    if (fread(text, 1, n, f) != n)
        return 1;
    fclose(f);
    text[n] = 0;
    out = stdout;
    if (strcmp(mode, "bench") && strcmp(mode, "whole")) {
        char name[] = "/tmp/bashast-XXXXXX";
        complaints = mkstemp(name);
        if (complaints >= 0) {
            unlink(name);
            dup2(complaints, 2);
        }
    }
    if (!strcmp(mode, "whole")) {
        double best = 1e9;
        int ok = 0;
        for (int round = 0; round < 3; round++) {
            double t = now();
            ok = parses(text, 0);
            t = now() - t;
            if (t < best)
                best = t;
        }
        printf("bash-in-process whole bytes=%zu seconds=%.4f mb_s=%.2f ok=%d\n", n, best,
               (double)n / best / 1e6, ok);
    } else {
        size_t count = 0;
        char **records = malloc((n + 2) * sizeof *records), *at = text;
        for (size_t i = 0; i < n; i++)
            if (text[i] == separator) {
                text[i] = 0;
                records[count++] = at;
                at = text + i + 1;
            }
        if (at < text + n)
            records[count++] = at;
        if (!strcmp(mode, "bench")) {
            bench(records, count, n);
        } else {
            int dump = !strcmp(mode, "dump");
            for (size_t i = from; i < count; i++) {
                int ok = parses(records[i], dump);
                if (dump)
                    fputs(ok ? "\n" : " <error>\n", out);
                else
                    fprintf(out, "%d\n", ok);
                fflush(out); /* bash may die at the next one */
            }
        }
        free(records);
    }
    fflush(stdout);
    free(text);
    return 0;
}

char *bashast_doc[] = {"Print bash's own parse tree.", 0};
struct builtin bashast_struct = {
    "bashast", bashast_builtin, BUILTIN_ENABLED, bashast_doc, "bashast MODE FILE [r [N]]", 0};
