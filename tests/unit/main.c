/* The unit tests' main program: runs the suites that its arguments name, or all of them.
 *
 * A suite is a function `Suite *suite_NAME(void)` in test_NAME.c. The list of names is written by tests/CMakeLists.txt,
 * so a new file needs no registration. Check's own variables work: CK_FORK, CK_RUN_CASE, CK_VERBOSITY, ... */

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CP_SUITE(name) Suite *suite_##name(void);
#include "unit_suites.inc"
#undef CP_SUITE

static const struct {
    const char *name;
    Suite *(*make)(void);
} suites[] = {
#define CP_SUITE(name) {#name, suite_##name},
#include "unit_suites.inc"
#undef CP_SUITE
};
enum { SUITE_COUNT = sizeof suites / sizeof suites[0] };

/* Returns SUITE_COUNT for a name that no suite has. */
static size_t find_suite(const char *name) {
    size_t i = 0;
    while (i < SUITE_COUNT && strcmp(suites[i].name, name) != 0)
        i++;
    return i;
}

int main(int argc, char **argv) {
    /* Tests count steps, not seconds: the limit only has to end what hangs, on a slow machine too. */
    setenv("CK_DEFAULT_TIMEOUT", "120", 0);

    for (int i = 1; i < argc; i++) {
        if (find_suite(argv[i]) < SUITE_COUNT)
            continue;
        fprintf(stderr, "No suite is named %s. There are:", argv[i]);
        for (size_t j = 0; j < SUITE_COUNT; j++)
            fprintf(stderr, " %s", suites[j].name);
        fprintf(stderr, "\n");
        return EXIT_FAILURE;
    }

    SRunner *runner = srunner_create(NULL);
    for (int i = 1; i < argc; i++)
        srunner_add_suite(runner, suites[find_suite(argv[i])].make());
    if (argc < 2) {
        for (size_t i = 0; i < SUITE_COUNT; i++)
            srunner_add_suite(runner, suites[i].make());
    }
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    int run = srunner_ntests_run(runner);
    srunner_free(runner);
    if (run == 0)
        fprintf(stderr, "No test ran.\n");
    return failed == 0 && run > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
