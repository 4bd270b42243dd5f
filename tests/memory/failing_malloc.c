/* Preloaded into a program (LD_PRELOAD): its CMDPOLICY_FAIL_AT-th allocation fails, with CMDPOLICY_FAIL_ON also all that follow. So libyaml's,
 * jansson's and the C library's own memory runs out, too. How many there were is then the number in the file CMDPOLICY_FAIL_COUNT. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#pragma GCC visibility push(default)
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

static atomic_ulong own;
static atomic_ulong *made = &own; /* in the file, where there is one: it is there however the program ends */
static unsigned long fail_at, fail_on;

__attribute__((constructor)) static void begin(void) {
    const char *at = getenv("CMDPOLICY_FAIL_AT"), *path = getenv("CMDPOLICY_FAIL_COUNT");
    int file = path ? open(path, O_RDWR | O_CREAT | O_TRUNC, 0600) : -1;
    if (file >= 0 && ftruncate(file, sizeof *made) == 0) {
        void *map = mmap(NULL, sizeof *made, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        if (map != MAP_FAILED)
            made = map;
    }
    if (file >= 0)
        close(file);
    fail_on = getenv("CMDPOLICY_FAIL_ON") != NULL;
    fail_at = at ? strtoul(at, NULL, 10) : 0;
    *made = 0;
}

static int fails(void) {
    const unsigned long number = ++*made;
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
