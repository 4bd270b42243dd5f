/* How the findings of lint are shown. */
#ifndef TOOL_LINT_H
#define TOOL_LINT_H
#include "tool/tool.h"

#include "base/diag.h"

/* A finding of this code is a note: it makes no exit status. */
#define LINT_NOTE_SUGGEST "suggest-reviewed"

/* The findings in order of their places, each once. CLI_ALLOW: there are none, or notes only. */
int lint_report(cp_arena *, const cp_diags *, const char *format, bool quiet);
#endif
