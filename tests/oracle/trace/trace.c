/* Trace soundness: runs generated scripts in a real shell, where every program on PATH is a recorder, and asks the library
 * about the same scripts. Whatever really ran has to be in the language of one of the calls that the walk listed, in a
 * directory that this call may stand in; or the walk has to say that it can't see everything. And where the forbidden
 * program ran, the verdict may not be allow.
 *
 *   cmdpolicy-trace WORK SHELL DIALECT [-v]  < scripts
 *
 * WORK holds bin/ (recorders), real/ (links) and log (empty). A script is its size in decimal, a newline and its bytes.
 * Prints one line of figures; each failure with its script on stderr. Exit status 1: something was not covered. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "api.h"

enum { SCRIPT_MOST = 1 << 20, ARGV_MOST = 4096 };
static long timeout_ms = 500; /* CMDPOLICY_TRACE_TIMEOUT */

static const char policy_text[] = "cmdpolicy: 1\n"
                                  "rules:\n"
                                  "  omega: deny\n"
                                  "  alpha ...: allow\n"
                                  "  beta ...: allow\n"
                                  "  gamma ...: allow\n"
                                  "  delta ...: allow\n"
                                  "effects:\n"
                                  "  write: {default: allow}\n"
                                  "  read: {default: allow}\n"
                                  "  env: {default: allow}\n";

typedef struct figures {
    unsigned long scripts, argvs, excused, allowed, denied, timeouts, missed, misplaced, loosened, vague;
} figures;
static figures count;
static char root[PATH_MAX], log_path[PATH_MAX + 8], scratch[PATH_MAX];
static bool verbose;

static _Noreturn void die(const char *what) {
    perror(what);
    exit(2);
}

/* ---- Running ------------------------------------------------------------------------------------------------------- */

static int unlink_one(const char *path, const struct stat *st, int type, struct FTW *f) {
    (void)st;
    (void)type;
    (void)f;
    return remove(path) != 0 && errno != ENOENT;
}

static void sleep_ms(long ms) {
    nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}
static long now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Runs the script to its end, all that it left behind included. */
static void run(const char *shell, char *script) {
    char path_variable[PATH_MAX + 32], home[PATH_MAX + 32], shell_path[PATH_MAX + 32];
    snprintf(path_variable, sizeof path_variable, "PATH=%s/bin", root);
    snprintf(home, sizeof home, "HOME=%s", scratch);
    snprintf(shell_path, sizeof shell_path, "%s/real/%s", root, shell);
    char *env[] = {path_variable, home, (char[]){"LC_ALL=C"}, NULL};
    char name[64];
    snprintf(name, sizeof name, "%s", shell);
    char *argv[] = {name, (char[]){"-c"}, script, NULL};

    if (truncate(log_path, 0) != 0)
        die("truncate");
    nftw(scratch, unlink_one, 16, FTW_DEPTH | FTW_PHYS);
    if (mkdir(scratch, 0755) != 0 && errno != EEXIST)
        die(scratch);
    for (int i = 0; i < 2; i++) { /* something for globs and cd */
        char path[4200];
        snprintf(path, sizeof path, "%s/d%d", scratch, i + 1);
        mkdir(path, 0755);
        snprintf(path, sizeof path, "%s/f%d", scratch, i + 1);
        int fd = open(path, O_WRONLY | O_CREAT, 0644);
        if (fd >= 0) {
            (void)!write(fd, "alpha f\n", 8);
            close(fd);
        }
    }
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addchdir_np(&actions, scratch);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    if (!verbose)
        posix_spawn_file_actions_adddup2(&actions, 1, 2);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    posix_spawnattr_setpgroup(&attributes, 0);
    pid_t pid;
    int failure = 0;
    for (int tries = 0; tries < 600;
         tries++) { /* others of this user may have all the processes that there may be */
        failure = posix_spawn(&pid, shell_path, &actions, &attributes, argv, env);
        if (failure != EAGAIN)
            break;
        sleep_ms(100);
    }
    if (failure != 0) {
        errno = failure;
        die(shell_path);
    }
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    long end = now_ms() + timeout_ms;
    bool killed = false;
    for (unsigned spins = 0;; spins++) { /* as their subreaper we see every process of it end */
        pid_t done = waitpid(-1, NULL, WNOHANG);
        if (done < 0 && errno == ECHILD)
            break;
        if (done > 0)
            continue;
        if (!killed && now_ms() > end) {
            killed = true;
            count.timeouts++;
        }
        if (killed)
            kill(-pid, SIGKILL);
        usleep(spins < 50 ? 100 : 1000);
    }
    sleep_ms(0);
}

/* ---- Asking -------------------------------------------------------------------------------------------------------- */

static cp_slice show(cp_arena *arena, const cp_fields *argv) {
    cp_text t = cp_text_in(arena);
    for (uint32_t i = 0; i < argv->count; i++) {
        cp_text_str(&t, i ? " " : "");
        for (uint32_t k = 0; k < argv->items[i].set.count; k++) {
            cp_text_str(&t, k ? "|" : "");
            cp_text_add(&t, cp_value_show(arena, &argv->items[i].set.values[k]));
        }
        cp_text_str(&t, argv->items[i].splat ? "..." : "");
    }
    return cp_text_slice(&t);
}

/* An option under which the shell reads what follows in another way, or an option's text that runs with more behind it: a
 * policy allows neither without naming it. */
static bool has_odd_option(const cp_reading *r) {
    const uint32_t odd =
        1u << CP_DOES_OPTION | 1u << CP_DOES_ARRAY | 1u << CP_DOES_ATTRIBUTE | 1u << CP_DOES_REFERENCE;
    for (uint32_t i = 0; i < r->option_count && (r->does & odd); i++)
        if (r->options[i].flags & (CP_OPT_BANG | CP_OPT_UNKNOWN | CP_OPT_VALUE_BANG))
            return true;
    for (uint32_t i = 0; i < r->operand_count && (r->does & 1u << CP_DOES_OPTION); i++)
        if (r->operands[i].bang)
            return true;
    return (r->does & 1u << CP_DOES_OPTION) && r->gap_count;
}

/* A builtin with an option that isn't described, and a command that isn't described at all, may do anything in the shell: no
 * policy allows either without naming it. */
static bool is_not_described(const cp_call *c) {
    static const char *const ours[] = {"alpha", "beta", "gamma", "delta", "omega"};
    const cp_reading *r = &c->reading;
    bool described = r->layer != 0 || c->identity != CP_IDENTITY_BARE;
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        described |= cp_slice_is(c->program, ours[i]);
    for (uint32_t i = 0; i < r->option_count && r->does; i++)
        described &= !(r->options[i].flags & CP_OPT_UNKNOWN);
    return !described;
}

/* Variables that hold what a shell runs, or its file: the effect says so. */
static bool holds_code(const cp_effect *e) {
    const cp_slice name = cp_value_is_exact(&e->target) ? e->target.exact : CP_LIT("");
    return e->kind == CP_EFFECT_ENV && (cp_slice_is(name, "BASH_ENV") || cp_slice_is(name, "ENV") ||
                                        cp_slice_starts(name, CP_LIT("BASH_FUNC_")));
}

/* Does the walk itself say that it can't see all that runs? */
static bool is_excused(const cmdpolicy_decision *d) {
    for (uint32_t i = 0; i < d->calls.call_count; i++)
        if (has_odd_option(&d->calls.calls[i].reading) || is_not_described(&d->calls.calls[i]) ||
            d->calls.calls[i].taints & CP_TAINT_HASH)
            return true;
    for (uint32_t i = 0; i < d->calls.effect_count; i++)
        if (d->calls.effects[i].effect.kind == CP_EFFECT_CODE || holds_code(&d->calls.effects[i].effect))
            return true;
    for (uint32_t i = 0; i < d->calls.finding_count; i++)
        if (d->calls.findings[i].code != CP_FINDING_DYNAMIC_COMMAND &&
            d->calls.findings[i].code != CP_FINDING_RECURSION)
            return true;
    return d->budget.hit != CP_LIMIT_NONE;
}

static bool stands_in(const cp_call *call, cp_slice cwd) {
    return call->cwd.count == 0 || cp_set_contains(call->cwd, cwd);
}

static void complain(const char *what, const char *script, size_t n, cmdpolicy_decision *d,
                     const cp_slice *argv, uint32_t argc, cp_slice cwd) {
    fprintf(stderr, "---- %s:", what);
    for (uint32_t i = 0; i < argc; i++)
        fprintf(stderr, " [%.*s]", (int)argv[i].n, (const char *)argv[i].p);
    fprintf(stderr, "  in %.*s\n%.*s\n", (int)cwd.n, (const char *)cwd.p, (int)n, script);
    for (uint32_t i = 0; i < d->calls.call_count && i < 40; i++) {
        const cp_call *c = &d->calls.calls[i];
        cp_slice s = show(&d->arena, &c->argv);
        fprintf(stderr, "  %u: %.*s%s", i, (int)s.n, (const char *)s.p,
                c->identity == CP_IDENTITY_FUNCTION ? " (function)" : "");
        for (uint32_t k = 0; k < c->cwd.count; k++) {
            cp_slice w = cp_value_show(&d->arena, &c->cwd.values[k]);
            fprintf(stderr, "%s%.*s", k ? " | " : "  in ", (int)w.n, (const char *)w.p);
        }
        fprintf(stderr, "\n");
    }
    for (uint32_t i = 0; i < d->calls.finding_count; i++)
        fprintf(stderr, "  finding %u: %.*s\n", d->calls.findings[i].code, (int)d->calls.findings[i].detail.n,
                (const char *)d->calls.findings[i].detail.p);
}

static uint32_t get_u32(const uint8_t **p) {
    uint32_t v;
    memcpy(&v, *p, sizeof v);
    *p += sizeof v;
    return v;
}

/* True where everything is covered. */
static bool check_one(const char *script, size_t n, cmdpolicy_decision *d, const cp_slice *argv,
                      uint32_t argc, cp_slice cwd, bool excused) {
    bool listed = false, vaguely = false;
    for (uint32_t i = 0; i < d->calls.call_count; i++) {
        const cp_call *call = &d->calls.calls[i];
        if (call->identity == CP_IDENTITY_FUNCTION || !cp_fields_contain(&call->argv, argc, argv))
            continue;
        listed = true;
        if (!stands_in(call, cwd))
            continue;
        if (call->identity != CP_IDENTITY_DYNAMIC)
            return true;
        vaguely = true;
    }
    if (vaguely) {
        count.vague++;
        return true;
    }
    if (excused) {
        count.excused++;
        return true;
    }
    if (listed)
        count.misplaced++;
    else
        count.missed++;
    complain(listed ? "MISPLACED" : "MISSED", script, n, d, argv, argc, cwd);
    return false;
}

static void check(const cmdpolicy_policy *policy, cmdpolicy_dialect dialect, const char *script, size_t n) {
    static cp_slice argv[ARGV_MOST];
    cmdpolicy_request *request = cmdpolicy_request_new(policy);
    cmdpolicy_request_set_cwd(request, scratch, strlen(scratch));
    cmdpolicy_request_set_home(request, scratch, strlen(scratch));
    cmdpolicy_request_add_workspace(request, scratch, strlen(scratch), CMDPOLICY_TRUSTED);
    cmdpolicy_request_set_shell(request, dialect, script, n);
    cmdpolicy_decision *d = cmdpolicy_check(policy, request);
    const bool excused = is_excused(d);
    count.allowed += d->decided.verdict == CP_ALLOW;
    count.denied += d->decided.verdict == CP_DENY;

    int fd = open(log_path, O_RDONLY);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0)
        die(log_path);
    uint8_t *bytes = malloc((size_t)st.st_size + 1);
    ssize_t got = read(fd, bytes, (size_t)st.st_size);
    close(fd);
    bool fine = true, forbidden = false;
    for (const uint8_t *p = bytes, *end = bytes + (got > 0 ? got : 0); p + 8 <= end && fine;) {
        uint32_t size = get_u32(&p);
        const uint8_t *next = p + size;
        uint32_t argc = get_u32(&p);
        if (argc == 0 || argc > ARGV_MOST)
            break;
        for (uint32_t i = 0; i < argc; i++) {
            uint32_t len = get_u32(&p);
            argv[i] = cp_slice_of(p, len);
            p += len;
        }
        uint32_t len = get_u32(&p);
        cp_slice cwd = cp_slice_of(p, len);
        p = next;
        count.argvs++;
        fine = check_one(script, n, d, argv, argc, cwd, excused);
        if (argv[0].n >= 5 && memcmp(argv[0].p + argv[0].n - 5, "omega", 5) == 0)
            forbidden = true;
    }
    if (forbidden && d->decided.verdict == CP_ALLOW) {
        count.loosened++;
        complain("LOOSENED", script, n, d, NULL, 0, cp_slice_of(NULL, 0));
    }
    free(bytes);
    cmdpolicy_decision_free(d);
    cmdpolicy_request_free(request);
}

/* ---- The program --------------------------------------------------------------------------------------------------- */

static cmdpolicy_policy *make_policy(void) {
    cmdpolicy_builder *b = cmdpolicy_builder_new();
    cmdpolicy_policy *policy = NULL;
    cmdpolicy_builder_add_builtin(b, NULL);
    cmdpolicy_builder_add_yaml(b, CMDPOLICY_LAYER_USER, "trace", policy_text, sizeof policy_text - 1);
    if (cmdpolicy_builder_build(b, &policy) != CMDPOLICY_OK) {
        fprintf(stderr, "the policy does not build\n");
        exit(2);
    }
    cmdpolicy_builder_free(b);
    return policy;
}

int main(int argc, char **argv) {
    if (argc < 4) {
        fprintf(stderr, "usage: cmdpolicy-trace WORK SHELL DIALECT [-v] < scripts\n");
        return 2;
    }
    verbose = argc > 4;
    if (getenv("CMDPOLICY_TRACE_TIMEOUT"))
        timeout_ms = atol(getenv("CMDPOLICY_TRACE_TIMEOUT"));
    if (!realpath(argv[1], root))
        die(argv[1]);
    cmdpolicy_dialect dialect = strcmp(argv[3], "bash") == 0   ? CMDPOLICY_DIALECT_BASH
                                : strcmp(argv[3], "dash") == 0 ? CMDPOLICY_DIALECT_DASH
                                : strcmp(argv[3], "zsh") == 0  ? CMDPOLICY_DIALECT_ZSH
                                                               : CMDPOLICY_DIALECT_SH;
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    if (geteuid() == 0) { /* as nobody */
        if (chown(root, 65534, 65534) != 0 || setgroups(0, NULL) != 0 || setgid(65534) != 0 ||
            setuid(65534) != 0)
            fprintf(stderr, "cmdpolicy-trace: runs on as it is: %s\n", strerror(errno));
        /* A script that starts itself without end must not take the machine with it. */
        const struct rlimit few = {600, 600};
        (void)setrlimit(RLIMIT_NPROC, &few);
    }
    snprintf(log_path, sizeof log_path, "%s/log", root);
    int fd = open(log_path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (fd < 0)
        die(log_path);
    close(fd);
    snprintf(scratch, sizeof scratch, "%s", root);
    for (int i = 0; i < 6; i++) { /* deep, so that `cd ..` stays in it */
        strcat(scratch, "/s");
        if (mkdir(scratch, 0755) != 0 && errno != EEXIST)
            die(scratch);
    }
    cmdpolicy_policy *policy = make_policy();
    static char script[SCRIPT_MOST + 1];
    unsigned long size;
    while (scanf("%lu", &size) == 1 && size <= SCRIPT_MOST) {
        getchar();
        if (fread(script, 1, size, stdin) != size)
            break;
        script[size] = '\0';
        run(argv[2], script);
        check(policy, dialect, script, size);
        count.scripts++;
        fflush(stderr);
    }
    cmdpolicy_policy_free(policy);
    nftw(scratch, unlink_one, 16, FTW_DEPTH | FTW_PHYS);
    printf("%s: %lu scripts, %lu argvs: %lu missed, %lu misplaced, %lu loosened; %lu excused, "
           "%lu by unknown commands; %lu scripts allowed, %lu denied, %lu timed out\n",
           argv[3], count.scripts, count.argvs, count.missed, count.misplaced, count.loosened, count.excused,
           count.vague, count.allowed, count.denied, count.timeouts);
    return count.missed + count.misplaced + count.loosened > 0;
}
