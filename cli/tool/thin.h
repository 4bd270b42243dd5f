/* Which tests each rule has: one that it decides, a near-miss, an evasion. */
#ifndef TOOL_THIN_H
#define TOOL_THIN_H
#include "base/text.h"
#include "tool/cases.h"

/* What is kept of the tests that ran; texts live in the arena. */
typedef struct tool_thin_run tool_thin_run;
typedef struct tool_thin {
    cp_arena *arena;
    tool_thin_run *runs;
    uint32_t count, cap;
} tool_thin;

/* Remembers what the decision on a test says of rules. */
void tool_thin_note(tool_thin *, const cp_model *, const cp_m_test *, const cmdpolicy_decision *);
/* Tells the file's rules that lack something: as text on standard output, or as JSON in out (not NULL).
 * How many; all counts the rules that were looked at. */
uint32_t tool_thin_say(const tool_thin *, const cp_model *, cp_text *out, uint32_t *all);
#endif
