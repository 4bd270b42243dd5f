/* Directories, links and configuration files. Only here do the programs look at the file system. */
#define _DEFAULT_SOURCE /* fgetpwent */
#include "common/places.h"

#include "common/say.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef CMDPOLICY_SYSTEM_DIR
#  define CMDPOLICY_SYSTEM_DIR "/etc/cmdpolicy"
#endif

static char *copy(const char *text) {
    char *made = strdup(text);
    if (!made)
        cli_out_of_memory();
    return made;
}

static char *joined(const char *directory, const char *name) {
    size_t n = strlen(directory), m = strlen(name);
    char *path = malloc(n + m + 2);
    if (!path)
        cli_out_of_memory();
    memcpy(path, directory, n);
    if (n == 0 || path[n - 1] != '/')
        path[n++] = '/';
    memcpy(path + n, name, m + 1);
    return path;
}

/* ---- Directories ------------------------------------------------------------------------------------------- */

char *cli_current_directory(void) {
    enum { MOST = 1024 * 1024 };
    for (size_t room = 4096; room <= MOST; room *= 4) {
        char *path = malloc(room);
        if (!path)
            cli_out_of_memory();
        if (getcwd(path, room) && path[0] == '/')
            return path;
        free(path);
        if (errno != ERANGE)
            break;
    }
    return NULL;
}

/* The name with the other case. False: it has no letters. */
static bool swap_case(char *name) {
    bool letters = false;
    for (; *name; name++) {
        bool upper = *name >= 'A' && *name <= 'Z', lower = *name >= 'a' && *name <= 'z';
        letters |= upper || lower;
        if (upper || lower)
            *name ^= 'a' ^ 'A';
    }
    return letters;
}

/* Is the entry there under the name with the other case, too? 1: yes; 0: no; -1: it doesn't tell. */
static int has_two_names(int directory, const char *name) {
    struct stat one, other;
    if (fstatat(directory, name, &one, AT_SYMLINK_NOFOLLOW) != 0)
        return -1;
    char *swapped = copy(name);
    int answer = -1;
    if (swap_case(swapped)) {
        bool found = fstatat(directory, swapped, &other, AT_SYMLINK_NOFOLLOW) == 0;
        answer = found && one.st_dev == other.st_dev && one.st_ino == other.st_ino;
    }
    free(swapped);
    return answer;
}

/* Asked of an entry of the directory itself, since its parent may do otherwise. Most have one of the usual names: to list them, the
 * system goes through all there are. */
static int one_has_two_names(const char *directory) {
    enum { ENTRIES_MOST = 64 };
    static const char *const usual[] = {".git", "src", "README.md", ".profile", ".bashrc", ".config"};
    int answer = -1;
    int at = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (size_t i = 0; at >= 0 && i < sizeof usual / sizeof *usual && answer < 0; i++)
        answer = has_two_names(at, usual[i]);
    DIR *entries = at >= 0 && answer < 0 ? fdopendir(at) : NULL;
    const struct dirent *e;
    for (int i = 0; entries && i < ENTRIES_MOST && answer < 0 && (e = readdir(entries)); i++)
        answer = has_two_names(at, e->d_name);
    if (entries)
        closedir(entries);
    else if (at >= 0)
        close(at);
    return answer;
}

bool cli_ignores_case(const char *directory) {
    int answer = one_has_two_names(directory);
    const char *slash = strrchr(directory, '/');
    if (answer < 0 && slash && slash > directory) {
        char *parent = copy(directory);
        parent[slash - directory] = '\0';
        int at = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        answer = at < 0 ? -1 : has_two_names(at, slash + 1);
        if (at >= 0)
            close(at);
        free(parent);
    }
#if defined(__APPLE__) || defined(__CYGWIN__) || defined(_WIN32)
    return answer != 0;
#else
    return answer == 1;
#endif
}

/* What /etc/passwd says; NULL: nothing. Not getpwuid: a program without shared objects can't load those of the user database. */
static const char *home_of_user(void) {
#ifdef __linux__
    const struct passwd *user;
    FILE *file = fopen("/etc/passwd", "re");
    while (file && (user = fgetpwent(file)) && user->pw_uid != getuid()) {}
    if (file)
        fclose(file);
    return file && user ? user->pw_dir : NULL;
#else
    const struct passwd *user = getpwuid(getuid());
    return user ? user->pw_dir : NULL;
#endif
}

char *cli_home_directory(void) {
    const char *home = getenv("HOME");
    if (!home || home[0] != '/') {
        home = home_of_user();
    }
    return home && home[0] == '/' ? copy(home) : NULL;
}

char *cli_absolute(const char *path) {
    if (path[0] == '/')
        return copy(path);
    char *cwd = cli_current_directory();
    if (!cwd)
        return NULL;
    char *made = strcmp(path, ".") == 0 ? copy(cwd) : joined(cwd, path);
    free(cwd);
    return made;
}

static bool exists(const char *path) {
    struct stat status;
    return lstat(path, &status) == 0;
}

/* Does `path` lie in `directory`, or is it the same? Both absolute. */
static bool is_inside(const char *path, const char *directory) {
    size_t n = strlen(directory);
    while (n > 0 && directory[n - 1] == '/')
        n--;
    return strncmp(path, directory, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

char *cli_workspace_of(const char *cwd, const char *home) {
    char *directory = copy(cwd), *found = NULL;
    for (size_t n = strlen(directory); n > 0 && !found;) {
        char *git = joined(directory, ".git");
        if (exists(git))
            found = copy(directory);
        free(git);
        while (n > 0 && directory[n - 1] != '/')
            n--;
        while (n > 0 && directory[n - 1] == '/')
            n--;
        directory[n] = '\0';
    }
    free(directory);
    if (!found)
        found = copy(cwd);
    if (found[strspn(found, "/")] == '\0' || (home && is_inside(home, found))) {
        free(found);
        return NULL;
    }
    return found;
}

/* ---- Links --------------------------------------------------------------------------------------------------- */

enum { MOST_PATH = 4096, MOST_LINKS = 40 };

/* Paths that mean something else to every process, so that what they are here says nothing. */
static bool is_of_the_process(const char *path) {
    static const char *const roots[] = {"/proc/self", "/proc/thread-self", "/dev/fd",
                                        "/dev/stdin", "/dev/stdout",       "/dev/stderr"};
    for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++) {
        if (is_inside(path, roots[i]))
            return true;
    }
    return false;
}

int64_t cli_resolve(void *unused, const char *path, size_t size, char *buffer, size_t room) {
    (void)unused;
    char rest[MOST_PATH + 1], real[MOST_PATH + 1], target[MOST_PATH + 1];
    size_t length = 0; /* of real, which has no slash at its end */
    int links = 0;
    bool as_written =
        false; /* real does not exist, or is another place for every process: what follows is taken as it stands */
    if (size == 0 || size > MOST_PATH || path[0] != '/' || memchr(path, '\0', size))
        return -1;
    memcpy(rest, path, size);
    rest[size] = '\0';
    for (char *at = rest;;) {
        at += strspn(at, "/");
        size_t n = strcspn(at, "/");
        if (n == 0)
            break;
        if (n == 1 && at[0] == '.') {
            at += n;
            continue;
        }
        if (n == 2 && at[0] == '.' && at[1] == '.') {
            if (as_written)
                return -1; /* it depends on what that directory will be */
            while (length > 0 && real[--length] != '/') {}
            real[length] = '\0';
            at += n;
            continue;
        }
        if (length + 1 + n > MOST_PATH)
            return -1;
        size_t before = length;
        real[length] = '/';
        memcpy(real + length + 1, at, n);
        length += 1 + n;
        real[length] = '\0';
        at += n;
        as_written |= is_of_the_process(real);
        if (as_written)
            continue;
        struct stat status;
        if (lstat(real, &status) != 0) {
            if (errno != ENOENT)
                return -1;
            as_written = true;
            continue;
        }
        if (!S_ISLNK(status.st_mode))
            continue;
        ssize_t m = readlink(real, target, MOST_PATH);
        size_t left = strlen(at);
        if (m <= 0 || ++links > MOST_LINKS || (size_t)m + left > MOST_PATH)
            return -1;
        memcpy(target + m, at, left + 1);
        memcpy(rest, target, (size_t)m + left + 1);
        at = rest;
        length = target[0] == '/' ? 0 : before;
        real[length] = '\0';
    }
    if (length == 0)
        real[length++] = '/';
    memcpy(buffer, real, length < room ? length : room);
    return (int64_t)length;
}

/* ---- Names ---- */

cmdpolicy_names cli_look(void *unused, const char *path, size_t size) {
    (void)unused;
    char name[MOST_PATH + 1];
    if (size == 0 || size > MOST_PATH || path[0] != '/' || memchr(path, '\0', size))
        return CMDPOLICY_NAMES_UNKNOWN;
    memcpy(name, path, size);
    name[size] = '\0';
    if (is_of_the_process(name))
        return CMDPOLICY_NAMES_UNKNOWN;
    DIR *directory = opendir(name);
    if (!directory)
        return CMDPOLICY_NAMES_UNKNOWN;
    bool plain = true, simple = true;
    size_t count = 0;
    const struct dirent *entry = NULL;
    errno = 0;
    while (plain && (entry = readdir(directory)) != NULL) {
        size_t length = strlen(entry->d_name);
        plain = ++count <= CLI_MOST_NAMES && cmdpolicy_name_is_plain(entry->d_name, length);
        simple = simple && cmdpolicy_name_is_simple(entry->d_name, length);
    }
    plain = plain && errno == 0;
    closedir(directory);
    return !plain ? CMDPOLICY_NAMES_UNKNOWN : simple ? CMDPOLICY_NAMES_SIMPLE : CMDPOLICY_NAMES_PLAIN;
}

/* ---- Configuration --------------------------------------------------------------------------------------------- */

void cli_layer_files_add(cli_layer_files *files, cmdpolicy_layer layer, const char *path) {
    if (files->count == files->room) {
        files->room = files->room ? files->room * 2 : 8;
        files->items = realloc(files->items, files->room * sizeof *files->items);
        if (!files->items)
            cli_out_of_memory();
    }
    struct stat status;
    int error = lstat(path, &status) == 0 ? 0 : errno == ENOTDIR ? ENOENT : errno;
    if (error == 0 && S_ISLNK(status.st_mode) && stat(path, &status) != 0)
        error = errno == ENOENT ? ELOOP : errno; /* a link to nowhere was meant to be something */
    files->items[files->count++] = (cli_layer_file){layer, copy(path), error};
}

/* What nobody named is a regular file or nothing: a repository's link to a terminal, or a pipe, would be waited for. */
static void add_found(cli_layer_files *files, cmdpolicy_layer layer, const char *path) {
    struct stat status;
    cli_layer_files_add(files, layer, path);
    cli_layer_file *file = &files->items[files->count - 1];
    if (file->error == 0 && stat(path, &status) == 0 && !S_ISREG(status.st_mode))
        file->error = CLI_NO_FILE;
}

const char *cli_layer_file_problem(const cli_layer_file *file) {
    return file->error == 0             ? ""
           : file->error == CLI_NO_FILE ? "not a regular file"
           : file->error == ENOENT      ? "not there"
                                        : strerror(file->error);
}

static int by_name(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_yaml(const struct dirent *entry) {
    size_t n = strlen(entry->d_name);
    return entry->d_name[0] != '.' && n > 5 && strcmp(entry->d_name + n - 5, ".yaml") == 0;
}

void cli_find_config(cli_layer_files *files) {
    static const char directory[] = CMDPOLICY_SYSTEM_DIR "/policy.d";
    add_found(files, CMDPOLICY_LAYER_SYSTEM, CMDPOLICY_SYSTEM_DIR "/policy.yaml");
    struct dirent **entries = NULL;
    int count = scandir(directory, &entries, is_yaml, by_name);
    if (count < 0 && errno != ENOENT && errno != ENOTDIR)
        cli_layer_files_add(files, CMDPOLICY_LAYER_SYSTEM, directory); /* loading it says what is wrong */
    for (int i = 0; i < count; i++) {
        char *path = joined(directory, entries[i]->d_name);
        add_found(files, CMDPOLICY_LAYER_SYSTEM, path);
        free(path);
        free(entries[i]);
    }
    free(entries);
    add_found(files, CMDPOLICY_LAYER_REQUIREMENTS, CMDPOLICY_SYSTEM_DIR "/requirements.yaml");
    const char *config = getenv("XDG_CONFIG_HOME");
    char *home = NULL, *made = NULL;
    if (!config || config[0] != '/') {
        home = cli_home_directory();
        config = made = home ? joined(home, ".config") : NULL;
    }
    char *path = config ? joined(config, "cmdpolicy/policy.yaml") : NULL;
    if (path)
        add_found(files, CMDPOLICY_LAYER_USER, path);
    free(path);
    free(made);
    free(home);
}

void cli_find_workspace_config(cli_layer_files *files, const char *workspace) {
    char *path = joined(workspace, ".cmdpolicy.yaml");
    add_found(files, CMDPOLICY_LAYER_WORKSPACE, path);
    free(path);
}

void cli_layer_files_free(cli_layer_files *files) {
    for (size_t i = 0; i < files->count; i++)
        free(files->items[i].path);
    free(files->items);
    *files = (cli_layer_files){0};
}
