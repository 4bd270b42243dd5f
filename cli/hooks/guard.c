/* Last words. An agent takes a hook that crashed, hung or was killed for one that has no objection, so whatever ends this
 * process has it deny first. The words are made in advance: a handler only writes and ends the process. SIGKILL can't be
 * caught; against that, and against a missing program, the agent's configuration has to be written as docs/hooks.md says. */
#define _XOPEN_SOURCE 700 /* sigaltstack, setitimer */
#include "common/say.h"
#include "hooks/hooks.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

enum { MOST_WORDS = 1024, DEFAULT_SECONDS = 4 };

typedef struct words {
    char out[MOST_WORDS], err[MOST_WORDS];
    size_t out_size, err_size;
    int exit;
} words;

static words late, dead;
static volatile sig_atomic_t answering;

/* Waits for nobody: a pipe that is full has been full for a while. */
static void try_to_write(int descriptor, const char *data, size_t size) {
    struct pollfd place = {.fd = descriptor, .events = POLLOUT};
    if (size > 0 && poll(&place, 1, 0) == 1 && (place.revents & POLLOUT) != 0) {
        ssize_t written = write(descriptor, data, size);
        (void)written;
    }
}

static void on_signal(int number) {
    const words *last = number == SIGALRM ? &late : &dead;
    if (answering) { /* the answer may be there in part: what counts now is the status */
        try_to_write(STDERR_FILENO, dead.err, dead.err_size);
        _exit(2);
    }
    try_to_write(STDOUT_FILENO, last->out, last->out_size);
    try_to_write(STDERR_FILENO, last->err, last->err_size);
    _exit(last->exit);
}

static void on_no_memory(void) {
    on_signal(SIGABRT);
}

static void prepare(words *last, const hook_options *options, const char *why) {
    static hook_answer answer;
    hook_answer_error(options, NULL, why, &answer);
    *last = (words){.exit = answer.exit};
    if (answer.out.size > sizeof last->out || answer.err.size > sizeof last->err)
        last->exit = 2; /* can't be: the words are ours and short */
    else {
        memcpy(last->out, answer.out.data, last->out_size = answer.out.size);
        memcpy(last->err, answer.err.data, last->err_size = answer.err.size);
    }
}

void hook_guard(const hook_agent *agent, const hook_options *given) {
    static const int fatal[] = {SIGSEGV, SIGBUS,  SIGABRT, SIGFPE, SIGILL,  SIGTERM, SIGINT,  SIGHUP,
                                SIGQUIT, SIGXCPU, SIGXFSZ, SIGSYS, SIGTRAP, SIGUSR1, SIGUSR2, SIGALRM};
    static char stack[64 * 1024]; /* a stack that has overflowed is no place for a handler */
    hook_options options = *given;
    options.agent = agent;
    prepare(&late, &options, "it took too long");
    options.on_error = HOOK_ERROR_DENY; /* a crash is never a reason to go on */
    prepare(&dead, &options, "the program was stopped or crashed");

    stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&other, NULL);
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK};
    sigfillset(&action.sa_mask);
    sigset_t ours;
    sigemptyset(&ours);
    for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++) {
        sigaction(fatal[i], &action, NULL);
        sigaddset(&ours, fatal[i]);
    }
    sigprocmask(SIG_UNBLOCK, &ours, NULL); /* who started us may have blocked them */

    cli_before_out_of_memory(on_no_memory);
    const double seconds = options.timeout > 0 ? options.timeout : DEFAULT_SECONDS;
    struct itimerval timer = {.it_value = {.tv_sec = (time_t)seconds}};
    timer.it_value.tv_usec = (suseconds_t)((seconds - (double)timer.it_value.tv_sec) * 1e6);
    setitimer(ITIMER_REAL, &timer, NULL);
}

void hook_guard_answering(void) {
    answering = 1;
}

void hook_guard_end(void) {
    struct itimerval never = {0};
    setitimer(ITIMER_REAL, &never, NULL);
}
