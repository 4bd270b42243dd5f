/* Where things are: the directories that a command is judged with, and the files that the policy is made of. */
#ifndef CLI_PLACES_H
#define CLI_PLACES_H
#include "cmdpolicy.h"
#include <stdbool.h>
#include <stddef.h>

/* Absolute paths, malloc; NULL: not known. */
char *cli_current_directory(void);
/* $HOME, or what the list of users says where that is no path. */
char *cli_home_directory(void);
/* `path` itself, or joined to the current directory. */
char *cli_absolute(const char *path);
/* The closest directory at or above `cwd` with an entry .git, or cwd. NULL if that is the root, `home` or a directory above
 * it: nobody means all of that when he says nothing. */
char *cli_workspace_of(const char *cwd, const char *home);

/* Are two names that differ in case one file in the directory? Told by an entry of it that has letters, or by its own name; where neither tells, as
 * the file systems of this platform usually are. */
bool cli_ignores_case(const char *directory);

/* A cmdpolicy_resolver: what the path really is, the links in its existing part followed. -1 where that can't be found out. */
int64_t cli_resolve(void *unused, const char *path, size_t size, char *buffer, size_t room);

enum { CLI_MOST_NAMES = 20000 };
/* A cmdpolicy_looker: are all names in the directory plain? Unknown where it can't be read, or has more than that. */
cmdpolicy_names cli_look(void *unused, const char *path, size_t size);

typedef struct cli_layer_file {
    cmdpolicy_layer layer;
    char *path;
    int error; /* errno of looking at it; 0: it is there; ENOENT: it is not; CLI_NO_FILE: it is no regular file */
} cli_layer_file;
enum { CLI_NO_FILE = -1 };

typedef struct cli_layer_files {
    cli_layer_file *items;
    size_t count, room;
} cli_layer_files;

/* Appends what the documented places hold, found or not: /etc/cmdpolicy/{policy.yaml,policy.d/ *.yaml,requirements.yaml} and
 * ~/.config/cmdpolicy/policy.yaml, or .cmdpolicy.yaml in a workspace. */
void cli_find_config(cli_layer_files *);
void cli_find_workspace_config(cli_layer_files *, const char *workspace);
void cli_layer_files_add(cli_layer_files *, cmdpolicy_layer, const char *path);
/* What is wrong with it, in words; "": nothing. */
const char *cli_layer_file_problem(const cli_layer_file *);
void cli_layer_files_free(cli_layer_files *);
#endif
