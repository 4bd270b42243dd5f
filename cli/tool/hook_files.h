/* Configuration files of others: read whole, written whole or not at all, and shown before and after. */
#ifndef TOOL_HOOK_FILES_H
#define TOOL_HOOK_FILES_H
#include "common/input.h"

/* The file's bytes. *out_exists: it is there. False, with a message: it is, and can't be read. */
bool hook_file_read(const char *path, cli_bytes *out, bool *out_exists);
/* Replaces the file, or what its link leads to, at once; directories are made. The mode is that of the file, else 0644 or, for
 * programs, 0755. False, with a message. */
bool hook_file_write(const char *path, const char *data, size_t size, bool executable);
/* FILE.cmdpolicy-backup: malloc. */
char *hook_backup_of(const char *path);
/* The lines that differ, with some around them. */
void hook_show_change(const char *path, const cli_bytes *before, bool existed, const char *after, size_t size,
                      bool removed);
#endif
