/* What both programs say, and how they end. Messages go to standard error: what is wrong, what was expected, how to mend it. */
#ifndef CLI_SAY_H
#define CLI_SAY_H
#include "cmdpolicy.h"
#include <stdbool.h>
#include <stddef.h>

/* Exit statuses. 1 is never used: hook runners take it for "the hook had a problem, go on". */
enum { CLI_ALLOW = 0, CLI_DENY = 2, CLI_REVIEW = 3, CLI_FAILURE = 4 };
int cli_exit_status(cmdpolicy_verdict);

/* The name in front of messages; static text. Also makes a closed pipe an error of write() instead of the end of the process, and memory that
 * JSON lacks the end of the process. */
void cli_begin(const char *program);
#if defined(__GNUC__)
__attribute__((format(printf, 1, 2)))
#endif
void cli_error(const char *format, ...);
/* Ends the process with CLI_FAILURE. For exhausted memory in the programs' own code; the library reports its own. */
_Noreturn void cli_out_of_memory(void);
/* What is called first when memory has run out; it may end the process itself (a hook has to deny). */
void cli_before_out_of_memory(void (*say)(void));

/* All bytes to standard output. False, with a message, if they can't be written. */
bool cli_write(const char *data, size_t size);
/* "auto", "always" or "never"; auto: on a terminal that is not dumb, unless NO_COLOR is set and not empty. */
bool cli_colour(const char *when);

/* The name most like `name` of `count` names that lie `stride` bytes apart (each a const char *); NULL if none is alike. */
const char *cli_closest(const char *name, const void *names, size_t count, size_t stride);
#endif
