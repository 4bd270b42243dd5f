/* The whole process of a hook, from its start to its end: cmdpolicy-check --hook claude with the built-in policy and a user's
 * file of 1 KB, with and without a record of the decision, beside a program that does nothing. Rounds are interleaved and what is
 * compared are medians of one run.   usage: bench_hook [ROUNDS] [DIRECTORY-OF-THE-PROGRAMS] */
#define _GNU_SOURCE /* mkdtemp */
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_ROUNDS = 20000, KINDS = 5 };

typedef struct kind {
    const char *name;
    const char *argv[12];
    double *times;
} kind;

static char directory[] = "/tmp/bench-hook-XXXXXX";

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int ascending(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static char *path(const char *name) {
    char *made = malloc(4096);
    if (!made)
        exit(EXIT_FAILURE);
    snprintf(made, 4096, "%s/%s", directory, name);
    return made;
}

static char *file(const char *name, const char *text) {
    char *made = path(name);
    FILE *out = fopen(made, "w");
    if (!out || fputs(text, out) < 0 || fclose(out) != 0) {
        perror(made);
        exit(EXIT_FAILURE);
    }
    return made;
}

/* Rules of the kind that people write, until it is 1 KB. */
static char *user_policy(void) {
    static char text[2048];
    size_t n = (size_t)snprintf(text, sizeof text, "cmdpolicy: 1\npack: mine\nrules:\n");
    for (int i = 0; n < 1000; i++)
        n += (size_t)snprintf(
            text + n, sizeof text - n,
            "  deploy%d status|list: allow\n  deploy%d remove: {verdict: deny, reason: ask first}\n", i, i);
    return file("policy.yaml", text);
}

static double run(const kind *k, const char *input) {
    extern char **environ;
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, input, O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t child;
    int status = 0;
    const double begin = now();
    const int error =
        posix_spawn(&child, k->argv[0], &files, NULL, (char *const *)(uintptr_t)k->argv, environ);
    if (error == 0)
        waitpid(child, &status, 0);
    const double end = now();
    posix_spawn_file_actions_destroy(&files);
    if (error != 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "%s: could not be run, or failed\n", k->argv[0]);
        exit(EXIT_FAILURE);
    }
    return end - begin;
}

int main(int argc, char **argv) {
    int rounds = argc > 1 ? atoi(argv[1]) : 1000;
    if (rounds < 1 || rounds > MOST_ROUNDS)
        rounds = 1000;
    char programs[4096];
    if (argc > 2)
        snprintf(programs, sizeof programs, "%s", argv[2]);
    else {
        const ssize_t n = readlink("/proc/self/exe", programs, sizeof programs - 1);
        programs[n > 0 ? n : 0] = '\0';
        char *slash = strrchr(programs, '/');
        if (slash)
            *slash = '\0';
    }
    if (!mkdtemp(directory)) {
        perror(directory);
        return EXIT_FAILURE;
    }
    static char empty[5000], check[5000];
    snprintf(empty, sizeof empty, "%s/empty-program", programs);
    snprintf(check, sizeof check, "%s/cmdpolicy-check", programs);
    char *policy = user_policy(), *audit = path("audit.jsonl"), *home = path("home");
    char *payload = file(
        "payload.json",
        "{\"session_id\":\"s\",\"transcript_path\":\"/home/u/t.jsonl\",\"cwd\":\"/home/u/src/app\",\"permission_mode\":\"default\","
        "\"hook_event_name\":\"PreToolUse\",\"tool_name\":\"Bash\",\"tool_input\":{\"command\":\"git log --oneline -20\","
        "\"description\":\"Show recent commits\"},\"tool_use_id\":\"t\"}\n");
    setenv("HOME", home, 1);
    unsetenv("XDG_CONFIG_HOME");
    kind kinds[KINDS] = {
        {"an empty program", {empty}, NULL},
        {"the hook, built-in policy", {check, "--hook", "claude"}, NULL},
        {"the hook, and a user's file of 1 KB", {check, "--hook", "claude", "--policy", policy}, NULL},
        {"the same, with --audit", {check, "--hook", "claude", "--policy", policy, "--audit", audit}, NULL},
        {"the empty program again", {empty}, NULL},
    };
    for (int k = 0; k < KINDS; k++) {
        kinds[k].times = calloc((size_t)rounds, sizeof(double));
        if (!kinds[k].times)
            return EXIT_FAILURE;
        for (int i = 0; i < 10; i++)
            run(&kinds[k], payload); /* into the caches */
    }
    for (int i = 0; i < rounds; i++) {
        for (int k = 0; k < KINDS; k++)
            kinds[k].times[i] = run(&kinds[k], payload);
    }
    double first = 0;
    for (int k = 0; k < KINDS; k++) {
        qsort(kinds[k].times, (size_t)rounds, sizeof(double), ascending);
        const double median = kinds[k].times[rounds / 2];
        if (k == 0)
            first = median;
        printf("hook: %-36s median %7.1f us  p10 %7.1f  p90 %7.1f  %.2fx\n", kinds[k].name, median,
               kinds[k].times[rounds / 10], kinds[k].times[rounds * 9 / 10], median / first);
        free(kinds[k].times);
    }
    unlink(policy);
    unlink(audit);
    unlink(payload);
    rmdir(directory);
    free(policy);
    free(audit);
    free(payload);
    free(home);
    return EXIT_SUCCESS;
}
