/* Whole processes: the program beside an empty one and beside peers, where build/peers has them. Each is started in turn, many
 * rounds; what is shown is the time from start to end (the median, and what the quickest tenth stays below, which a busy machine changes
 * less), and its ratio to the empty program's. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common.h"

extern char **environ;

enum { ROUNDS_MOST = 1001, PROGRAMS_MOST = 16, WORDS_MOST = 16, PATH_ROOM = 1024 };
typedef struct program {
    const char *name;
    const char *words[WORDS_MOST];
    const char *input; /* a file; NULL: none */
    double limit;      /* what the project promises at most, times the empty program; 0: nothing */
    int slow;          /* started in fewer rounds */
    size_t count;
    double times[ROUNDS_MOST];
} program;

static program programs[PROGRAMS_MOST];
static size_t program_count;
static char folder[PATH_ROOM];

static const char *in_folder(const char *name) {
    char path[PATH_ROOM * 2];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    char *copy = malloc(strlen(path) + 1);
    if (!copy)
        exit(1);
    return strcpy(copy, path);
}

static const char *built(const char *name) {
    static const char build[] = CMDPOLICY_BENCH_BUILD;
    size_t room = sizeof build + strlen(name) + 2;
    char *path = malloc(room);
    if (!path)
        exit(1);
    snprintf(path, room, "%s/%s", build, name);
    return path;
}

/* The end of `words` is NULL. */
static program *add(const char *name, const char *const *words) {
    program *p = &programs[program_count];
    if (program_count == PROGRAMS_MOST || access(words[0], X_OK) != 0)
        return NULL;
    p->name = name;
    for (size_t i = 0; words[i] && i + 1 < WORDS_MOST; i++)
        p->words[i] = words[i];
    program_count++;
    return p;
}
#define ADD(name, ...) add(name, (const char *const[]){__VA_ARGS__, NULL})

static double run(const program *p) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, p->input ? p->input : "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    pid_t child;
    int status = 0;
    double start = bench_now();
    int failed = posix_spawn(&child, p->words[0], &actions, NULL, (char **)(uintptr_t)p->words, environ);
    while (!failed && waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    double end = bench_now();
    posix_spawn_file_actions_destroy(&actions);
    if (failed || !WIFEXITED(status) || WEXITSTATUS(status) == 4 || WEXITSTATUS(status) == 127) {
        fprintf(stderr, "bench: %s does not run\n", p->name);
        exit(1);
    }
    return end - start;
}

static void write_file(const char *path, const char *text, size_t size) {
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(text, 1, size, file) != size || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}

/* About a kilobyte, as a user's own file is. */
static const char small[] =
    "cmdpolicy: 1\npack: mine\nabout: what our project lets agents do\nrules:\n"
    "  make build|test|lint: allow\n  make deploy: {verdict: deny, reason: releases go through CI}\n"
    "  npm run *: {verdict: review, reason: scripts of the workspace}\n  docker compose ps|logs: allow\n"
    "  terraform plan: allow\n  terraform apply: {verdict: deny, reason: it changes what runs, suggest: terraform plan}\n"
    "  git push --force: {verdict: deny, reason: others have that history, suggest: git push --force-with-lease}\n"
    "  kubectl get|describe: allow\n  kubectl delete: review\n  psql: review\n"
    "effects:\n  read:\n    workspace/secrets/**: {verdict: deny, secret: true}\n    '**/*.tfstate': review\n"
    "  write:\n    workspace/dist/**: allow\n    workspace/migrations/**: review\n"
    "  network:\n    '**.example.com': allow\n    registry.npmjs.org: allow\n    169.254.169.254: deny\n"
    "tests:\n  - allow: make test\n  - deny: terraform apply\n  - deny: git push --force origin main\n";

static void write_policies(void) {
    enum { RULES = 5000, ROOM = RULES * 80 + 100 };
    char *text = malloc(ROOM);
    size_t n = 0;
    if (!text)
        exit(1);
    n += (size_t)snprintf(text, ROOM, "cmdpolicy: 1\npack: large\nrules:\n");
    for (int i = 0; i < RULES; i++)
        n += (size_t)snprintf(
            text + n, ROOM - n,
            i % 2 ? "  tool%d list|show: allow\n" : "  tool%d push: {verdict: deny, reason: no}\n", i);
    write_file(in_folder("large.yaml"), text, n);
    free(text);
    write_file(in_folder("small.yaml"), small, sizeof small - 1);
    static const char hook[] =
        "{\"hook_event_name\":\"PreToolUse\",\"tool_name\":\"Bash\",\"cwd\":\"/tmp\",\"tool_input\":{\"command\":\"ls -la\"}}\n";
    write_file(in_folder("hook.json"), hook, sizeof hook - 1);
    static const char rules[] =
        "prefix_rule(pattern=[\"ls\"], decision=\"allow\")\nprefix_rule(pattern=[\"git\", \"push\"], decision=\"forbidden\")\n";
    write_file(in_folder("rules.rules"), rules, sizeof rules - 1);
}

static void add_programs(const char *peers) {
    char codex[PATH_ROOM * 2], net[PATH_ROOM * 2];
    const char *check = built("cmdpolicy-check");
    program *p;
    ADD("an empty C program", built("empty-program"));
    if ((p = ADD("check, built-in packs", check, "--no-config", "ls -la")))
        p->limit = 1.5;
    if ((p = ADD("  and a 1 KB file of YAML", check, "--no-config", "--policy", in_folder("small.yaml"),
                 "ls -la")))
        p->limit = 1.5;
    ADD("  and 5,000 rules, compiled", check, "--no-config", "--policy", in_folder("large.cpi"), "ls -la");
    ADD("  and 5,000 rules of YAML", check, "--no-config", "--policy", in_folder("large.yaml"), "ls -la");
    if ((p = ADD("  as an agent's hook", check, "--no-config", "--hook", "claude")))
        p->input = in_folder("hook.json");
    ADD("bash -c :", "/bin/bash", "--norc", "-c", ":");
    snprintf(codex, sizeof codex, "%s/codex", peers);
    snprintf(net, sizeof net, "%s/node_modules/cc-safety-net/dist/bin/cc-safety-net.js", peers);
    if ((p = ADD("codex execpolicy check", codex, "execpolicy", "check", "--rules", in_folder("rules.rules"),
                 "--", "ls", "-la")))
        p->slow = 1;
    else
        printf("codex is left out: %s is not there\n", codex);
    if (access(net, R_OK) == 0 &&
        (p = ADD("cc-safety-net, as a hook", "/usr/bin/env", "node", net, "hook", "--claude-code"))) {
        p->slow = 1;
        p->input = in_folder("hook.json");
    } else
        printf("cc-safety-net is left out: %s is not there\n", net);
}

static void clean_up(void) {
    static const char *const files[] = {"large.yaml", "large.cpi", "small.yaml", "hook.json", "rules.rules"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        unlink(in_folder(files[i]));
    rmdir(folder);
}

int main(int argc, char **argv) {
    int rounds = argc > 1 ? atoi(argv[1]) : 201;
    const char *peers = argc > 2 ? argv[2] : CMDPOLICY_BENCH_BUILD "/../peers";
    if (rounds < 1 || rounds > ROUNDS_MOST)
        rounds = 201;
    snprintf(folder, sizeof folder, "/tmp/cmdpolicy-bench.XXXXXX");
    if (!mkdtemp(folder)) {
        perror(folder);
        return 1;
    }
    atexit(clean_up);
    write_policies();
    program compile = {
        .name = "cmdpolicy compile",
        .words = {built("cmdpolicy"), "compile", in_folder("large.yaml"), "-o", in_folder("large.cpi")}};
    (void)run(&compile);
    add_programs(peers);
    for (size_t i = 0; i < program_count; i++)
        (void)run(&programs[i]); /* from now on all of them are in memory */
    for (int k = 0; k < rounds; k++)
        for (size_t i = 0; i < program_count; i++)
            if (!programs[i].slow || k % 8 == 0)
                programs[i].times[programs[i].count++] = run(&programs[i]);
    double empty[2] = {0, 0};
    printf("%-30s %9s %9s %9s %9s %8s\n", "whole process", "p10 us", "x empty", "p50 us", "x empty",
           "at most");
    for (size_t i = 0; i < program_count; i++) {
        double median = bench_median(programs[i].times, programs[i].count),
               quick = programs[i].times[programs[i].count / 10];
        if (i == 0) {
            empty[0] = quick;
            empty[1] = median;
        }
        printf("%-30s %9.0f %8.2fx %9.0f %8.2fx", programs[i].name, quick, quick / empty[0], median,
               median / empty[1]);
        if (programs[i].limit > 0)
            printf(" %7.1fx", programs[i].limit);
        printf("\n");
    }
    return 0;
}
