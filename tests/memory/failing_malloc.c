/* Preloaded into a program (LD_PRELOAD): its CMDPOLICY_FAIL_AT-th allocation fails, with CMDPOLICY_FAIL_ON also all that follow. So libyaml's,
 * jansson's and the C library's own memory runs out, too. Writes how many allocations there were to the file CMDPOLICY_FAIL_COUNT. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#pragma GCC visibility push(default)
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

static atomic_ulong made;
static unsigned long fail_at, fail_on;

__attribute__((constructor)) static void begin(void) {
    const char *at = getenv("CMDPOLICY_FAIL_AT");
    fail_at = at ? strtoul(at, NULL, 10) : 0;
    fail_on = getenv("CMDPOLICY_FAIL_ON") != NULL;
    made = 0;
}

__attribute__((destructor)) static void end(void) {
    const char *path = getenv("CMDPOLICY_FAIL_COUNT");
    char digits[24];
    size_t n = sizeof digits;
    unsigned long count = made;
    int file = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
    if (file < 0)
        return;
    do
        digits[--n] = (char)('0' + count % 10);
    while ((count /= 10) > 0);
    if (write(file, digits + n, sizeof digits - n) < 0)
        _exit(99);
    close(file);
}

static int fails(void) {
    const unsigned long number = ++made;
    if (!fail_at || (fail_on ? number < fail_at : number != fail_at))
        return 0;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size) {
    return fails() ? NULL : __libc_malloc(size);
}
void *calloc(size_t count, size_t size) {
    return fails() ? NULL : __libc_calloc(count, size);
}
void *realloc(void *block, size_t size) {
    return size > 0 && fails() ? NULL : __libc_realloc(block, size);
}
