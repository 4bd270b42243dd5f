/* Messages, exit statuses, output. */
#include "common/say.h"

#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *program = "cmdpolicy";

int cli_exit_status(cmdpolicy_verdict v) {
    return v == CMDPOLICY_ALLOW ? CLI_ALLOW : v == CMDPOLICY_REVIEW ? CLI_REVIEW : CLI_DENY;
}

/* jansson goes on with a text of which a part is missing where memory runs out within it: it may never see that. */
static void *json_memory(size_t size) {
    void *block = malloc(size);
    if (!block)
        cli_out_of_memory();
    return block;
}

void cli_begin(const char *name) {
    program = name;
    signal(SIGPIPE, SIG_IGN);
    json_set_alloc_funcs(json_memory, free);
}

void cli_error(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "%s: ", program);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

static void (*last_words)(void);

void cli_before_out_of_memory(void (*say)(void)) {
    last_words = say;
}

_Noreturn void cli_out_of_memory(void) {
    if (last_words)
        last_words();
    cli_error("out of memory");
    _exit(CLI_FAILURE);
}

bool cli_write(const char *data, size_t size) {
    while (size > 0) {
        ssize_t n = write(STDOUT_FILENO, data, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            cli_error("cannot write to standard output: %s", strerror(errno));
            return false;
        }
        data += n;
        size -= (size_t)n;
    }
    return true;
}

bool cli_colour(const char *when) {
    if (strcmp(when, "auto") != 0)
        return strcmp(when, "always") == 0;
    const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");
    if (no_color && *no_color)
        return false;
    return terminal && *terminal && strcmp(terminal, "dumb") != 0 && isatty(STDOUT_FILENO);
}

/* Levenshtein distance, as far as it is at most `most`; else most + 1. Names are short. */
static size_t distance(const char *a, const char *b, size_t most) {
    enum { LONGEST = 64 };
    size_t row[LONGEST + 1], m = strlen(a), n = strlen(b);
    if (m > LONGEST || n > LONGEST || (m > n ? m - n : n - m) > most)
        return most + 1;
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 1; i <= m; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t above = row[j], best = diagonal + (a[i - 1] != b[j - 1]);
            if (above + 1 < best)
                best = above + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            diagonal = above;
            row[j] = best;
        }
    }
    return row[n];
}

const char *cli_closest(const char *name, const void *names, size_t count, size_t stride) {
    const char *best = NULL;
    size_t length = strlen(name), nearest = length < 4 ? 2 : 3; /* closer than this */
    for (size_t i = 0; i < count; i++) {
        const char *candidate = *(const char *const *)(const void *)((const char *)names + i * stride);
        if (!candidate)
            continue;
        size_t d = distance(name, candidate, nearest);
        if (length >= 3 && strncmp(name, candidate, length) == 0)
            d = 0; /* the beginning of a name */
        if (d < nearest) {
            nearest = d;
            best = candidate;
        }
    }
    return best;
}
