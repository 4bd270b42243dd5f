/* Text in a room of fixed size: nothing is allocated while an answer is made, so that it can't fail. What doesn't fit is
 * left out at a character's border and marked by an ellipsis. */
#ifndef CLI_HOOKS_TEXT_H
#define CLI_HOOKS_TEXT_H
#include "cmdpolicy.h"
#include <stdbool.h>
#include <stddef.h>

typedef struct hook_text {
    char *data;
    size_t size, room;
    bool full;
} hook_text;

void hook_text_add(hook_text *, const char *data, size_t size); /* all of it or nothing */
void hook_text_put(hook_text *, const char *text);
/* Bytes from anywhere, at most `most` of them, as UTF-8 to be shown: control characters, invisible ones, those that turn
 * the direction of writing and bytes that aren't UTF-8 are shown escaped, and line ends are spaces. */
void hook_text_show(hook_text *, cmdpolicy_string, size_t most);
/* The shown text as a JSON string. */
void hook_text_quote(hook_text *, const char *shown, size_t size);
#endif
