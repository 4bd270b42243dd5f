/* --batch: JSON Lines in, JSON Lines out. */
#ifndef CHECK_BATCH_H
#define CHECK_BATCH_H
#include "audit/audit.h"
#include "common/setup.h"

/* Answers every line of standard input with one line, in order, before the next one is read. The exit status: CLI_FAILURE if
 * a line could not be understood or answered, else that of the strictest verdict. */
int check_batch(const cli_setup *, const cmdpolicy_policy *, audit *, bool quiet);
#endif
