/* In-process decisions: microseconds per check, by kind of command, with the whole built-in library loaded, beside a toy that
 * only splits the same text at blanks. Ratios, not seconds, are what to compare between machines. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmdpolicy.h"

typedef struct row {
    const char *kind, *text;
} row;
static const row rows[] = {
    {"one reader", "ls -la src"},
    {"reader with options", "grep -rn --include='*.c' 'main(' src"},
    {"git log", "git log --oneline -20 -- README.md"},
    {"gh, subcommands", "gh pr view 12 --json title,body"},
    {"kubectl, globals", "kubectl -n prod get pods -o wide"},
    {"pipeline", "cat build.log | grep -i error | sort | uniq -c | head -20"},
    {"cd and list", "cd src && ls -l && wc -l main.c"},
    {"substitution", "echo \"$(git rev-parse HEAD)\""},
    {"wrapper", "timeout 30 env LANG=C sort -u names.txt"},
    {"shell -c", "bash -c 'head -5 README.md; tail -5 README.md'"},
    {"loop", "for f in a.c b.c c.c; do wc -l \"$f\"; done"},
    {"sed script", "sed -n '1,20p;s/a/b/g' src/main.c"},
    {"denied", "sudo rm -rf /"},
    {"unknown", "frobnicate --all now"},
};

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static volatile uint32_t sink;
static void toy(const char *text) {
    uint32_t words = 0, hash = 0;
    for (const char *p = text; *p; p++) {
        hash = hash * 31 + (unsigned char)*p;
        words += *p == ' ';
    }
    sink = hash + words;
}

int main(int argc, char **argv) {
    enum { ROUNDS_MOST = 20000 };
    int rounds = argc > 1 ? atoi(argv[1]) : 2000;
    if (rounds < 1 || rounds > ROUNDS_MOST)
        rounds = 2000;
    static double times[ROUNDS_MOST];
    static char copy[8][256];
    cmdpolicy_builder *builder = cmdpolicy_builder_new();
    cmdpolicy_policy *policy = NULL;
    if (cmdpolicy_builder_add_builtin(builder, NULL) != CMDPOLICY_OK ||
        cmdpolicy_builder_build(builder, &policy) != CMDPOLICY_OK ||
        cmdpolicy_policy_prepare(policy) != CMDPOLICY_OK) {
        fprintf(stderr, "bench: the built-in policy doesn't load\n");
        return 1;
    }
    cmdpolicy_builder_free(builder);
    cmdpolicy_request *request = cmdpolicy_request_new(policy);
    cmdpolicy_request_set_cwd(request, "/home/u/src/app", 15);
    cmdpolicy_request_set_home(request, "/home/u", 7);
    cmdpolicy_request_add_workspace(request, "/home/u/src/app", 15, CMDPOLICY_TRUSTED);
    printf("%-22s %-7s %10s %10s %10s\n", "in process", "verdict", "p50 us", "p99 us", "x toy");
    double all = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t n = strlen(rows[i].text);
        int verdict = 0;
        for (int k = 0; k < rounds; k++) {
            double start = now();
            cmdpolicy_request_set_shell(request, CMDPOLICY_DIALECT_BASH, rows[i].text, n);
            cmdpolicy_decision *d = cmdpolicy_check(policy, request);
            verdict = cmdpolicy_decision_verdict(d);
            cmdpolicy_decision_free(d);
            times[k] = now() - start;
        }
        qsort(times, (size_t)rounds, sizeof *times, ascending);
        double p50 = times[rounds / 2], p99 = times[rounds * 99 / 100];
        double start = now();
        for (int k = 0; k < rounds; k++) {
            memcpy(copy[k & 7], rows[i].text, n + 1);
            toy(copy[k & 7]);
        }
        double each = (now() - start) / rounds;
        all += p50;
        printf("%-22s %-7s %10.2f %10.2f %10.0f\n", rows[i].kind,
               verdict == CMDPOLICY_ALLOW    ? "allow"
               : verdict == CMDPOLICY_REVIEW ? "review"
                                             : "deny",
               p50, p99, p50 / each);
    }
    printf("%-22s %-7s %10.2f\n", "mean of p50", "", all / (double)(sizeof rows / sizeof *rows));
    cmdpolicy_request_free(request);
    cmdpolicy_policy_free(policy);
    return 0;
}
