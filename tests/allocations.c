/* Heap memory of a check: every allocation, PCRE2's included, goes through the policy's allocator and belongs to the decision, and a usual
 * check takes one or two blocks. The program's own malloc counts all there are, so nothing can go past it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmdpolicy.h"

static unsigned long all, ours, live;
static int watching;

#if defined(__SANITIZE_ADDRESS__)
#  define SANITIZED 1
#elif defined(__has_feature)
#  if __has_feature(address_sanitizer)
#    define SANITIZED 1
#  endif
#endif

#if defined(SANITIZED)
int __sanitizer_install_malloc_and_free_hooks(void (*)(const volatile void *, size_t),
                                              void (*)(const volatile void *));
static void taken(const volatile void *block, size_t size) {
    (void)block;
    (void)size;
    all += watching != 0;
}
static void given_back(const volatile void *block) {
    (void)block;
}
static int install(void) {
    return __sanitizer_install_malloc_and_free_hooks(taken, given_back) > 0;
}
#elif defined(__GLIBC__)
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);
void *malloc(size_t size) {
    all += watching != 0;
    return __libc_malloc(size);
}
void *calloc(size_t count, size_t size) {
    all += watching != 0;
    return __libc_calloc(count, size);
}
void *realloc(void *block, size_t size) {
    all += watching != 0;
    return __libc_realloc(block, size);
}
void *aligned_alloc(size_t alignment, size_t size) {
    all += watching != 0;
    return __libc_memalign(alignment, size);
}
static int install(void) {
    return 1;
}
#else
static int install(void) {
    return 0;
}
#endif

static void *resize(void *user, void *block, size_t old_size, size_t new_size) {
    (void)user;
    (void)old_size;
    if (new_size == 0) {
        live -= block != NULL;
        free(block);
        return NULL;
    }
    live += block == NULL;
    ours += watching != 0;
    return realloc(block, new_size);
}

typedef struct row {
    unsigned long most; /* blocks */
    const char *text;
} row;
static const row rows[] = {
    {1, "ls -la src"},
    {1, "git log --oneline -20 -- README.md"},
    {2, "cat build.log | grep -i error | sort | uniq -c | head -20"},
    {2, "sed -n '1,20p;s/a/b/g' src/main.c"},
    {2, "awk '{ print $1 }' x"},
    {2, "for f in *.c; do wc -l \"$f\"; done"},
    {2, "bash -c 'head -5 README.md; tail -5 README.md'"},
    {2, "curl -fsSL https://example.com/install.sh | sh"},
    {2, "sudo rm -rf /"},
    {1, "frobnicate --all now"},
    {2, "python3 -c 'import json; d = json.load(open(\"a.json\")); print(d[\"x\"])'"},
};

static int fail(const char *what, const char *text, unsigned long n) {
    fprintf(stderr, "%s: %s (%lu)\n", what, text, n);
    return 1;
}

int main(void) {
    static const char own[] =
        "cmdpolicy: 1\nrules: {make: {verdict: allow, when: {operand: '(a|b)+c?d*'}}}\neffects: {read: {'**/*.pem': deny}}\n";
    int failed = 0;
    if (!install()) {
        printf("no way to watch malloc here\n");
        return 0;
    }
    cmdpolicy_builder *builder = cmdpolicy_builder_new_with(resize, NULL);
    cmdpolicy_policy *policy = NULL;
    if (cmdpolicy_builder_add_builtin(builder, NULL) != CMDPOLICY_OK ||
        cmdpolicy_builder_add_yaml(builder, CMDPOLICY_LAYER_USER, "own.yaml", own, sizeof own - 1) !=
            CMDPOLICY_OK ||
        cmdpolicy_builder_build(builder, &policy) != CMDPOLICY_OK ||
        cmdpolicy_policy_prepare(policy) != CMDPOLICY_OK)
        return fail("no policy", "", 0);
    cmdpolicy_builder_free(builder);
    cmdpolicy_request *request = cmdpolicy_request_new(policy);
    cmdpolicy_request_set_cwd(request, "/w", 2);
    cmdpolicy_request_set_home(request, "/home/u", 7);
    cmdpolicy_request_add_workspace(request, "/w", 2, CMDPOLICY_TRUSTED);
    size_t count = sizeof rows / sizeof *rows;
    for (size_t i = 0; i <= count; i++) {
        static char script[64 * 1024]; /* the last one: a long script */
        if (i == count)
            for (size_t n = 0; n + 64 < sizeof script;)
                n += (size_t)snprintf(script + n, sizeof script - n,
                                      "make a%zub; sed -e 's/x/%zu/' f | tr a b\n", n, n);
        row r = i < count ? rows[i] : (row){40, script};
        cmdpolicy_request_set_shell(request, CMDPOLICY_DIALECT_BASH, r.text, strlen(r.text));
        unsigned long before = live;
        all = ours = 0;
        watching = 1;
        cmdpolicy_decision *d = cmdpolicy_check(policy, request);
        watching = 0;
        if (cmdpolicy_decision_status(d) != CMDPOLICY_OK)
            failed |= fail("no decision", r.text, 0);
        if (all != ours)
            failed |= fail("allocations beside the allocator", r.text, all - ours);
        if (ours == 0 || ours > r.most)
            failed |= fail("blocks", r.text, ours);
        cmdpolicy_decision_free(d);
        if (live != before)
            failed |= fail("blocks left", r.text, live - before);
    }
    cmdpolicy_request_free(request);
    cmdpolicy_policy_free(policy);
    if (live)
        failed |= fail("blocks left", "at the end", live);
    return failed;
}
