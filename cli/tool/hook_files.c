/* Reading, replacing, comparing. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "tool/hook_files.h"

#include "common/say.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool hook_file_read(const char *path, cli_bytes *out, bool *out_exists) {
    *out = (cli_bytes){0};
    *out_exists = cli_read_file(path, CLI_MOST_INPUT, out);
    if (*out_exists && !out->cut)
        return true;
    if (!*out_exists && (errno == ENOENT || errno == ENOTDIR))
        return true;
    cli_error("%s: %s", path, *out_exists ? "too large" : strerror(errno));
    return false;
}

static bool make_directories(const char *path) {
    char *copy = strdup(path);
    if (!copy)
        cli_out_of_memory();
    bool made = true;
    for (char *at = strchr(copy + 1, '/'); at && made; at = strchr(at + 1, '/')) {
        *at = '\0';
        made = mkdir(copy, 0777) == 0 || errno == EEXIST || errno == EISDIR;
        if (!made)
            cli_error("%s: %s", copy, strerror(errno));
        *at = '/';
    }
    free(copy);
    return made;
}

bool hook_file_write(const char *path, const char *data, size_t size, bool executable) {
    struct stat status;
    char *real = realpath(path, NULL); /* a link stays one */
    const char *target = real ? real : path;
    const mode_t mode = stat(target, &status) == 0 ? status.st_mode & 07777 : executable ? 0755 : 0644;
    const size_t room = strlen(target) + sizeof ".cmdpolicy-new";
    char *partial = malloc(room);
    if (!partial)
        cli_out_of_memory();
    snprintf(partial, room, "%s.cmdpolicy-new", target);
    bool done = make_directories(target);
    if (done) {
        const int descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
        done = descriptor >= 0;
        for (size_t at = 0; done && at < size;) {
            const ssize_t n = write(descriptor, data + at, size - at);
            done = n > 0 || (n < 0 && errno == EINTR);
            at += n > 0 ? (size_t)n : 0;
        }
        done = done && fchmod(descriptor, real || executable ? mode : (mode & 0666)) == 0 &&
               fsync(descriptor) == 0;
        if (descriptor >= 0 && close(descriptor) != 0)
            done = false;
        if (!done || rename(partial, target) != 0) {
            cli_error("%s: %s", target, strerror(errno));
            unlink(partial);
            done = false;
        }
    }
    free(partial);
    free(real);
    return done;
}

char *hook_backup_of(const char *path) {
    const size_t room = strlen(path) + sizeof ".cmdpolicy-backup";
    char *name = malloc(room);
    if (!name)
        cli_out_of_memory();
    snprintf(name, room, "%s.cmdpolicy-backup", path);
    return name;
}

/* ---- Showing --------------------------------------------------------------------------------------------------------- */

enum { AROUND = 3, MOST_LINES = 4000 };

typedef struct text_lines {
    const char *items[MOST_LINES + 1]; /* the last is the end */
    size_t count;
} text_lines;

static void split(const char *data, size_t size, text_lines *out) {
    out->count = 0;
    for (size_t at = 0; at < size && out->count < MOST_LINES;) {
        const char *newline = memchr(data + at, '\n', size - at);
        out->items[out->count++] = data + at;
        at = newline ? (size_t)(newline - data) + 1 : size;
    }
    out->items[out->count] = data + size;
}

static size_t length(const text_lines *l, size_t i) {
    size_t n = (size_t)(l->items[i + 1] - l->items[i]);
    while (n > 0 && l->items[i][n - 1] == '\n')
        n--;
    return n;
}

static bool same(const text_lines *a, size_t i, const text_lines *b, size_t k) {
    return length(a, i) == length(b, k) && memcmp(a->items[i], b->items[k], length(a, i)) == 0;
}

static void show(char sign, const text_lines *l, size_t from, size_t to) {
    for (size_t i = from; i < to; i++)
        printf("%c%.*s\n", sign, (int)length(l, i), l->items[i]);
}

void hook_show_change(const char *path, const cli_bytes *before, bool existed, const char *after, size_t size,
                      bool removed) {
    static text_lines a, b;
    split(before->data, existed ? before->size : 0, &a);
    split(after, removed ? 0 : size, &b);
    size_t first = 0, end = 0; /* equal lines before and behind what differs */
    while (first < a.count && first < b.count && same(&a, first, &b, first))
        first++;
    while (end + first < a.count && end + first < b.count &&
           same(&a, a.count - 1 - end, &b, b.count - 1 - end))
        end++;
    const size_t from = first > AROUND ? first - AROUND : 0, more = end < AROUND ? end : AROUND;
    printf("--- %s%s\n+++ %s%s\n@@ line %zu @@\n", existed ? path : "/dev/null", "",
           removed ? "/dev/null" : path, "", first + 1);
    show(' ', &a, from, first);
    show('-', &a, first, a.count - end);
    show('+', &b, first, b.count - end);
    show(' ', &b, b.count - end, b.count - end + more);
}
