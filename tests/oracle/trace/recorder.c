/* The only kind of program that a generated script finds on its PATH: it appends what it was called with, and where, to the
 * log beside its own directory. Copies of it bear the harmless names; a copy whose name is also in ../real then becomes the
 * program that is linked there (env, xargs, find ...).
 *
 * A record, in the machine's own byte order: u32 size of the rest, u32 argc, then per argument u32 size and bytes, then u32
 * size and bytes of the current directory. */
#define _POSIX_C_SOURCE 200809L
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ROOM = 200000 };
static char record[ROOM];
static size_t used;

static void put(const void *bytes, size_t n) {
    if (used + n > ROOM)
        _exit(126);
    memcpy(record + used, bytes, n);
    used += n;
}

static void put_text(const char *text) {
    uint32_t n = (uint32_t)strlen(text);
    put(&n, sizeof n);
    put(text, n);
}

int main(int argc, char **argv) {
    char own[PATH_MAX], path[PATH_MAX + 300], cwd[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", own, sizeof own - 1);
    if (n <= 0)
        return 125;
    own[n] = '\0';
    char *slash = strrchr(own, '/');
    const char *name = slash + 1;
    *slash = '\0';
    uint32_t size = 0, count = (uint32_t)argc;
    put(&size, sizeof size);
    put(&count, sizeof count);
    const char *base = argc > 0 ? strrchr(argv[0], '/') : NULL;
    base = base ? base + 1 : argc > 0 ? argv[0] : "";
    for (int i = 0; i < argc; i++) /* exec -a, exec -l, hash -p: what counts is what runs */
        put_text(i == 0 && strcmp(base, name) != 0 ? name : argv[i]);
    put_text(getcwd(cwd, sizeof cwd) ? cwd : "");
    size = (uint32_t)(used - sizeof size);
    memcpy(record, &size, sizeof size);

    snprintf(path, sizeof path, "%s/../log", own);
    int log = open(path, O_WRONLY | O_APPEND);
    if (log < 0)
        return 125;
    struct stat before;
    fstat(log, &before);
    if (write(log, record, used) != (ssize_t)used)
        return 125;
    close(log);

    snprintf(path, sizeof path, "%s/../real/%s", own, name);
    if (access(path, X_OK) == 0) {
        execv(path, argv);
        return 125;
    }
    if (strcmp(name, "delta") == 0) { /* reads all of its input */
        char buffer[4096];
        ssize_t got;
        while ((got = read(0, buffer, sizeof buffer)) > 0)
            if (write(1, buffer, (size_t)got) < 0)
                break;
    } else if (strcmp(name, "omega") != 0)
        printf("%s a\n", strcmp(name, "alpha") == 0 ? "beta" : "alpha");
    fflush(stdout);
    if (strcmp(name, "beta") == 0)
        return 1;
    if (strcmp(name, "gamma") == 0) /* now this, now that */
        return (int)(before.st_size / 8 % 2);
    return 0;
}
