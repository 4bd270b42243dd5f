/* A decision as text: JSON for programs (docs/decision.schema.json), diagnostics for people.
 * Reads decisions through the public accessors only, writes into the arena it is given, is deterministic, knows no terminal
 * and no locale. What is shown is safe on a terminal: hidden characters and broken UTF-8 come out escaped.
 * Cost: linear in the decision; a reason shows at most one window of CP_RENDER_COLUMNS of its line, however long that is. */
#ifndef CP_RENDER_H
#define CP_RENDER_H
#include "base/text.h"
#include "cmdpolicy.h"

enum {
    CP_RENDER_COLUMNS = 96 /* a line of the command is cut to these */,
    CP_RENDER_REASONS = 20 /* shown without CP_RENDER_ALL */
};
enum {
    CP_RENDER_PLAIN = 0,
    CP_RENDER_COLOUR = 1u /* ANSI colours */,
    CP_RENDER_ALL = 2u /* what allowed it, calls, effects, policy */
};

/* One line, without a newline at its end. Empty when memory ran out. */
cp_slice cp_render_json(cp_arena *, const cmdpolicy_decision *);
/* Lines, each ended by a newline; style: CP_RENDER_* or-ed. Empty when memory ran out. */
cp_slice cp_render_text(cp_arena *, const cmdpolicy_decision *, uint32_t style);
/* The calls alone, as the JSON array of the decision's "calls", and as a table. */
cp_slice cp_render_calls_json(cp_arena *, const cmdpolicy_decision *);
cp_slice cp_render_calls_text(cp_arena *, const cmdpolicy_decision *, uint32_t style);
/* By the name that cmdpolicy_decision_render takes: "json", "text", "ansi", and with all there is to say "explain" and
 * "explain-ansi". False: no such format. */
bool cp_render(cp_arena *, const cmdpolicy_decision *, cp_slice format, cp_slice *out);

/* The line of `text` in which `begin` lies, and below it a caret and tildes under [begin, end) as far as that is in the line.
 * `indent` blanks come before both; a text of several lines gets line numbers; a long line is shown around the span. */
void cp_render_snippet(cp_text *, cp_slice text, uint32_t begin, uint32_t end, uint32_t indent,
                       uint32_t style);
/* Columns that the character takes on a terminal: 0 for combining marks, 2 for wide ones. */
uint32_t cp_render_width(uint32_t code_point);

/* What the public header has no accessor for; defined beside the decision (api.c). */
cp_slice cp_decision_policy_digest(const cmdpolicy_decision *);
cp_slice cp_decision_shell_name(const cmdpolicy_decision *);
#endif
