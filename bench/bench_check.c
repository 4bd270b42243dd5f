/* In-process decisions: microseconds per check, by kind of command, with the whole built-in library loaded and prepared; kinds are
 * measured in turn, many rounds. Then a megabyte of script, beside bash's own reading of it (`bash -n`). Ratios, not seconds, are what
 * to compare between machines. */
#include <stdint.h>
#include <unistd.h>

#include "cmdpolicy.h"
#include "common.h"

typedef struct row {
    const char *kind, *text;
    int one_line; /* counts as a typical command line */
} row;
static const row rows[] = {
    {"one reader", "ls -la src", 1},
    {"reader with options", "grep -rn --include='*.c' 'main(' src", 1},
    {"git log", "git log --oneline -20 -- README.md", 1},
    {"git status", "git status --short", 1},
    {"gh, subcommands", "gh pr view 12 --json title,body", 1},
    {"kubectl, globals", "kubectl -n prod get pods -o wide", 1},
    {"build", "npm run build", 1},
    {"write in workspace", "echo done > build/stamp", 1},
    {"sed script", "sed -n '1,20p;s/a/b/g' src/main.c", 1},
    {"cd and list", "cd src && ls -l && wc -l main.c", 1},
    {"substitution", "echo \"$(git rev-parse HEAD)\"", 1},
    {"pipeline of five", "cat build.log | grep -i error | sort | uniq -c | head -20", 0},
    {"wrapper", "timeout 30 env LANG=C sort -u names.txt", 0},
    {"shell -c", "bash -c 'head -5 README.md; tail -5 README.md'", 0},
    {"loop", "for f in a.c b.c c.c; do wc -l \"$f\"; done", 0},
    {"unknown path", "cat \"$FILE\"", 0},
    {"denied", "sudo rm -rf /", 0},
    {"unknown command", "frobnicate --all now", 1},
};
enum { ROWS = sizeof rows / sizeof *rows, ROUNDS_MOST = 20000, SCRIPT = 1024 * 1024 };

static double check(const cmdpolicy_policy *policy, cmdpolicy_request *request, const char *text, size_t n,
                    int *out_verdict) {
    double start = bench_now();
    cmdpolicy_request_set_shell(request, CMDPOLICY_DIALECT_BASH, text, n);
    cmdpolicy_decision *d = cmdpolicy_check(policy, request);
    *out_verdict = cmdpolicy_decision_verdict(d);
    cmdpolicy_decision_free(d);
    return bench_now() - start;
}

static const char *verdict_name(int verdict) {
    return verdict == CMDPOLICY_ALLOW ? "allow" : verdict == CMDPOLICY_REVIEW ? "review" : "deny";
}

static cmdpolicy_policy *builtin(uint64_t limit) {
    static const char *const limits[] = {"input-bytes", "steps",         "nodes",   "memory",
                                         "calls",       "reparse-bytes", "heredocs"};
    cmdpolicy_builder *builder = cmdpolicy_builder_new();
    cmdpolicy_policy *policy = NULL;
    for (size_t i = 0; limit && i < sizeof limits / sizeof *limits; i++)
        (void)cmdpolicy_builder_set_limit(builder, limits[i], limit);
    if (cmdpolicy_builder_add_builtin(builder, NULL) != CMDPOLICY_OK ||
        cmdpolicy_builder_build(builder, &policy) != CMDPOLICY_OK ||
        cmdpolicy_policy_prepare(policy) != CMDPOLICY_OK) {
        fprintf(stderr, "bench: the built-in policy doesn't load\n");
        exit(1);
    }
    cmdpolicy_builder_free(builder);
    return policy;
}

static cmdpolicy_request *request_in(const cmdpolicy_policy *policy) {
    cmdpolicy_request *request = cmdpolicy_request_new(policy);
    cmdpolicy_request_set_cwd(request, "/home/u/src/app", 15);
    cmdpolicy_request_set_home(request, "/home/u", 7);
    cmdpolicy_request_add_workspace(request, "/home/u/src/app", 15, CMDPOLICY_TRUSTED);
    return request;
}

static void kinds(int rounds) {
    static double times[ROWS][ROUNDS_MOST];
    static int verdicts[ROWS];
    double p50s[ROWS], p99s[ROWS], sum = 0, worst = 0;
    size_t typical = 0;
    cmdpolicy_policy *policy = builtin(0);
    cmdpolicy_request *request = request_in(policy);
    for (int k = -20; k < rounds; k++)
        for (size_t i = 0; i < ROWS; i++) {
            double t = check(policy, request, rows[i].text, strlen(rows[i].text), &verdicts[i]);
            if (k >= 0)
                times[i][k] = t;
        }
    printf("%-22s %-7s %9s %9s %10s\n", "in process", "verdict", "p50 us", "p99 us", "x ls");
    for (size_t i = 0; i < ROWS; i++) {
        p50s[i] = bench_median(times[i], (size_t)rounds);
        p99s[i] = times[i][rounds * 99 / 100];
        printf("%-22s %-7s %9.2f %9.2f %9.2fx\n", rows[i].kind, verdict_name(verdicts[i]), p50s[i], p99s[i],
               p50s[i] / p50s[0]);
        if (rows[i].one_line) {
            sum += p50s[i];
            typical++;
            worst = p99s[i] > worst ? p99s[i] : worst;
        }
    }
    printf("%-22s %-7s %9.2f %9.2f\n", "typical one-line", "", sum / (double)typical, worst);
    cmdpolicy_request_free(request);
    cmdpolicy_policy_free(policy);
}

/* A script as people write them, a megabyte of it. */
static size_t make_script(char *text) {
    size_t n = 0;
    for (unsigned i = 0; n + 600 < SCRIPT; i++)
        n += (size_t)snprintf(
            text + n, SCRIPT - n,
            "# step %u\nbuild_%u() {\n  local dir=\"$1\" out=build/%u\n  if [ -f \"$dir/Makefile\" ] && grep -q '^all:' \"$dir/Makefile\"; then\n"
            "    echo \"building $dir\" >> \"$out.log\"\n  else\n    case $dir in\n    lib*|src*) wc -l \"$dir\"/*.c | tail -n 1 ;;\n    *) printf '%%s\\n' \"${dir##*/}\" ;;\n    esac\n  fi\n}\n"
            "build_%u lib/a%u\nfor f in a%u b%u; do head -n 3 \"$f\" | sort -u; done\n",
            i, i, i, i, i, i, i);
    return n;
}

static void megabyte(int rounds) {
    static char text[SCRIPT];
    static double ours[101], theirs[101];
    size_t n = make_script(text);
    char path[] = "/tmp/cmdpolicy-bench.XXXXXX", command[100];
    int file = mkstemp(path), verdict = 0;
    if (file < 0 || write(file, text, n) != (ssize_t)n)
        return;
    close(file);
    snprintf(command, sizeof command, "bash -n %s", path);
    cmdpolicy_policy *policy = builtin((uint64_t)1 << 40);
    cmdpolicy_request *request = request_in(policy);
    for (int k = 0; k < rounds; k++) {
        ours[k] = check(policy, request, text, n, &verdict);
        double start = bench_now();
        if (system(command) != 0)
            theirs[k] = 0;
        else
            theirs[k] = bench_now() - start;
    }
    unlink(path);
    double a = bench_median(ours, (size_t)rounds), b = bench_median(theirs, (size_t)rounds);
    printf("%-22s %-7s %9.1f ms   bash -n %.1f ms   %.2fx\n", "a megabyte of script", verdict_name(verdict),
           a / 1e3, b / 1e3, a / b);
    cmdpolicy_request_free(request);
    cmdpolicy_policy_free(policy);
}

int main(int argc, char **argv) {
    int rounds = argc > 1 ? atoi(argv[1]) : 2000;
    if (rounds < 1 || rounds > ROUNDS_MOST)
        rounds = 2000;
    kinds(rounds);
    megabyte(rounds < 11 ? rounds : 11);
    return 0;
}
