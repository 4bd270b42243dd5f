/* Reading with limits. */
#include "common/input.h"

#include "common/say.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static ssize_t read_some(int descriptor, char *buffer, size_t size) {
    ssize_t n;
    do
        n = read(descriptor, buffer, size);
    while (n < 0 && errno == EINTR);
    return n;
}

static char *grown(char *data, size_t *room) {
    *room = *room ? *room * 2 : 8192;
    data = realloc(data, *room);
    if (!data)
        cli_out_of_memory();
    return data;
}

bool cli_read_all(int descriptor, size_t most, cli_bytes *out) {
    for (;;) {
        if (out->size == out->room)
            out->data = grown(out->data, &out->room);
        ssize_t n = read_some(descriptor, out->data + out->size, out->room - out->size);
        if (n < 0)
            return false;
        if (n == 0)
            return true;
        out->size += (size_t)n;
        if (out->size > most) {
            out->size = most;
            out->cut = true;
            return true;
        }
    }
}

bool cli_read_file(const char *path, size_t most, cli_bytes *out) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (descriptor < 0)
        return false;
    bool read_it = cli_read_all(descriptor, most, out);
    int error = errno;
    close(descriptor);
    errno = error;
    return read_it;
}

bool cli_next_line(cli_lines *l, const char **out_line, size_t *out_size, bool *out_cut) {
    size_t searched = 0; /* bytes after begin that hold no newline */
    *out_cut = false;
    for (;;) {
        char *newline = searched < l->end - l->begin
                            ? memchr(l->data + l->begin + searched, '\n', l->end - l->begin - searched)
                            : NULL;
        size_t size = newline ? (size_t)(newline - l->data) - l->begin : l->end - l->begin;
        if (newline || (l->finished && size > 0)) {
            *out_line = l->data + l->begin;
            *out_size = size < l->most ? size : l->most;
            *out_cut = *out_cut || size > l->most;
            l->begin += size + (newline != NULL);
            return true;
        }
        if (l->finished)
            return false;
        if (size > l->most) { /* keep the beginning, forget the rest as it comes */
            *out_cut = true;
            l->end = l->begin + l->most + 1;
            size = l->most + 1;
        }
        searched = size;
        if (l->begin > 0) {
            memmove(l->data, l->data + l->begin, size);
            l->begin = 0;
            l->end = size;
        }
        if (l->end == l->room)
            l->data = grown(l->data, &l->room);
        ssize_t n = read_some(l->descriptor, l->data + l->end, l->room - l->end);
        if (n > 0) {
            l->end += (size_t)n;
            continue;
        }
        l->finished = true;
        l->error = n < 0 ? errno : 0;
    }
}

void cli_lines_free(cli_lines *l) {
    free(l->data);
    l->data = NULL;
}
