/* hook: puts cmdpolicy-check into the configuration of agents, and takes it out again. A configuration that can't be understood is
 * left as it is. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "tool/hook_install.h"

#include "tool/hook_files.h"
#include "tool/hook_merge.h"

#include "audit/text.h"
#include "hooks/hooks.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MADE_BY "Made by cmdpolicy hook install"

/* ---- The command line ------------------------------------------------------------------------------------------------- */

/* The first executable file of that name on PATH: malloc, or NULL. */
static char *on_path(const char *name) {
    const char *path = getenv("PATH");
    for (const char *at = path; at && *at;) {
        const size_t n = strcspn(at, ":"), room = n + strlen(name) + 2;
        char *file = malloc(room);
        struct stat status;
        if (!file)
            cli_out_of_memory();
        snprintf(file, room, "%.*s/%s", (int)n, at, name);
        if (n > 0 && stat(file, &status) == 0 && S_ISREG(status.st_mode) && access(file, X_OK) == 0)
            return file;
        free(file);
        at += n + (at[n] == ':');
    }
    return NULL;
}

/* cmdpolicy-check beside this program: malloc, or NULL. */
static char *beside(void) {
    char self[4096];
    const ssize_t n = readlink("/proc/self/exe", self, sizeof self - sizeof "cmdpolicy-check");
    if (n <= 0)
        return NULL;
    self[n] = '\0';
    char *slash = strrchr(self, '/');
    if (!slash)
        return NULL;
    memcpy(slash + 1, "cmdpolicy-check", sizeof "cmdpolicy-check");
    return access(self, X_OK) == 0 ? strdup(self) : NULL;
}

static void put_quoted(audit_text *t, const char *word) {
    if (*word && strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./+-,:@%=") ==
                     strlen(word)) {
        audit_put(t, word);
        return;
    }
    audit_put(t, "'");
    for (; *word; word++)
        audit_add(t, *word == '\'' ? "'\\''" : word, *word == '\'' ? 4 : 1);
    audit_put(t, "'");
}

/* The bare name where it leads to this version, so that the line stays the same when the next one is installed; else the path. */
static bool put_program(audit_text *t) {
    char *named = on_path("cmdpolicy-check"), *own = beside();
    char *real = named ? realpath(named, NULL) : NULL, *own_real = own ? realpath(own, NULL) : NULL;
    const bool found = named || own;
    if (!found)
        cli_error(
            "cmdpolicy-check is neither on PATH nor beside this program: the hook would stop every command");
    else if (named && (!own_real || (real && strcmp(real, own_real) == 0)))
        audit_put(t, "cmdpolicy-check");
    else
        put_quoted(t, own);
    free(named);
    free(own);
    free(real);
    free(own_real);
    return found;
}

bool hook_command_line(const hook_target *target, int count, const char **more, audit_text *out) {
    if (!put_program(out))
        return false;
    audit_put(out, " --hook ");
    audit_put(out, target->agent);
    for (int i = 0; i < count; i++) {
        audit_put(out, " ");
        put_quoted(out, more[i]);
    }
    if (target->failing)
        audit_put(out, target->failing);
    audit_add(out, "", 1);
    return true;
}

static void render(const hook_target *target, const char *command, audit_text *out) {
    for (const char *at = target->text; *at; at++) {
        if (*at != '@')
            audit_add(out, at, 1);
        else if (target->executable)
            audit_put(out, command);
        else
            audit_quote(out, command, strlen(command));
    }
}

/* ---- Places ----------------------------------------------------------------------------------------------------------- */

char *hook_path(const hook_target *target, hook_scope scope) {
    const char *below = scope == HOOK_USER ? target->user : target->project;
    if (!below)
        return NULL;
    char *home = cli_home_directory(), *cwd = cli_current_directory(), *base = NULL;
    const char *named = scope == HOOK_USER && target->variable ? getenv(target->variable) : NULL;
    if (named && named[0] == '/') {
        base = strdup(named);
        below = strchr(below, '/') + 1;
    } else if (scope == HOOK_USER)
        base = home ? strdup(home) : NULL;
    else if (cwd) {
        base = cli_workspace_of(cwd, home);
        if (!base)
            base = strdup(cwd);
    }
    char *path = NULL;
    if (base) {
        const size_t room = strlen(base) + strlen(below) + 2;
        path = malloc(room);
        if (!path)
            cli_out_of_memory();
        snprintf(path, room, "%s/%s", base, below);
    }
    free(home);
    free(cwd);
    free(base);
    return path;
}

/* ---- JSON ------------------------------------------------------------------------------------------------------------- */

/* Blanks before the first line that has some: how the file is laid out. */
static size_t indent_of(const cli_bytes *text) {
    for (size_t i = 0; i + 1 < text->size; i++) {
        size_t n = 0;
        while (text->data[i] == '\n' && i + 1 + n < text->size && text->data[i + 1 + n] == ' ')
            n++;
        if (n > 0 && n <= 8)
            return n;
    }
    return 2;
}

static bool dump(json_t *value, const cli_bytes *like, bool existed, audit_text *out) {
    const size_t flags = JSON_INDENT(existed ? indent_of(like) : 2) | JSON_PRESERVE_ORDER;
    /* 15 digits where they are enough: 0.1 stays 0.1. */
    for (int digits = 15; digits <= 17; digits += 2) {
        char *text = json_dumps(value, flags | JSON_REAL_PRECISION(digits));
        if (!text)
            return false;
        json_t *again = json_loads(text, JSON_ALLOW_NUL, NULL);
        const bool same = json_equal(again, value);
        json_decref(again);
        if (same)
            audit_put(out, text);
        free(text);
        if (!same)
            continue;
        if (!existed || (like->size > 0 && like->data[like->size - 1] == '\n'))
            audit_put(out, "\n");
        return true;
    }
    return false;
}

/* The file as an object; one that isn't there, or is empty, is an empty one. NULL, with a message. */
static json_t *parse(const char *path, const cli_bytes *text) {
    bool blank = true;
    for (size_t i = 0; i < text->size && blank; i++)
        blank = strchr(" \t\r\n", text->data[i]) && text->data[i];
    if (blank)
        return json_object();
    json_error_t error;
    json_t *root = json_loadb(text->data, text->size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (!root)
        cli_error("%s:%d:%d: not JSON: %s", path, error.line, error.column, error.text);
    else if (!json_is_object(root)) {
        cli_error("%s: not a JSON object", path);
        json_decref(root);
        root = NULL;
    }
    return root;
}

typedef struct job {
    const hook_target *target;
    const char *path, *command;
    bool dry_run;
    cli_bytes text;
    bool exists;
    char *backup;
} job;

static json_t *wanted_of(const job *j) {
    audit_text text = {0};
    render(j->target, j->command, &text);
    json_t *wanted = json_loadb(text.data, text.size, 0, NULL);
    audit_text_free(&text);
    if (!wanted)
        cli_out_of_memory();
    return wanted;
}

static int nothing(const job *j, const char *why) {
    printf("%s: %s\n", j->path, why);
    return CLI_ALLOW;
}

/* Shows the change, and makes it unless it is only to be shown. */
static int change(const job *j, const char *data, size_t size, bool removed, const char *said) {
    hook_show_change(j->path, &j->text, j->exists, data, size, removed);
    if (j->dry_run)
        return nothing(j, "nothing was written (--dry-run)");
    if (removed ? unlink(j->path) != 0 : !hook_file_write(j->path, data, size, j->target->executable != 0)) {
        if (removed)
            cli_error("%s: %s", j->path, strerror(errno));
        return CLI_FAILURE;
    }
    return nothing(j, said);
}

static int install_json(const job *j) {
    json_t *root = parse(j->path, &j->text);
    if (!root) {
        cli_error("nothing was written; `cmdpolicy hook print %s` says what has to be there",
                  j->target->agent);
        return CLI_FAILURE;
    }
    json_t *merged = json_deep_copy(root), *wanted = wanted_of(j);
    const char *where = NULL;
    audit_text text = {0};
    int status = CLI_FAILURE;
    if (!hook_merge(merged, wanted, j->target->agent, &where))
        cli_error("%s: \"%s\" is not what it has to be there; nothing was written", j->path, where);
    else if (json_equal(merged, root))
        status = nothing(j, "the hook is there already");
    else if (!dump(merged, &j->text, j->exists, &text))
        cli_error("%s: it holds something that can't be written again; nothing was written", j->path);
    else {
        /* What is kept is the file without us. */
        const bool keep = j->exists && !j->dry_run && hook_commands(root, j->target->agent, NULL, NULL) == 0;
        if (!keep || hook_file_write(j->backup, j->text.data, j->text.size, false))
            status = change(j, text.data, text.size, false, "the hook is installed");
        if (keep && status == CLI_ALLOW)
            printf("%s: what was there before\n", j->backup);
    }
    audit_text_free(&text);
    json_decref(merged);
    json_decref(wanted);
    json_decref(root);
    return status;
}

/* Is the file what install made of the backup? Then that is put back, byte for byte. */
static bool is_of(const job *j, json_t *before, const cli_bytes *kept, json_t *wanted) {
    json_t *merged = json_deep_copy(before);
    const char *where;
    audit_text text = {0};
    const bool same = hook_merge(merged, wanted, j->target->agent, &where) &&
                      dump(merged, kept, true, &text) && text.size == j->text.size &&
                      memcmp(text.data, j->text.data, text.size) == 0;
    audit_text_free(&text);
    json_decref(merged);
    return same;
}

static int uninstall_json(const job *j) {
    json_t *root = parse(j->path, &j->text);
    if (!root) {
        cli_error("nothing was written");
        return CLI_FAILURE;
    }
    cli_bytes kept = {0};
    bool has_backup = false;
    json_t *wanted = wanted_of(j), *before = NULL;
    int status = CLI_FAILURE;
    audit_text text = {0};
    if (hook_commands(root, j->target->agent, NULL, NULL) == 0) {
        status = nothing(j, "the hook is not there");
    } else if (hook_file_read(j->backup, &kept, &has_backup)) {
        before = has_backup ? parse(j->backup, &kept) : NULL;
        if (before && is_of(j, before, &kept, wanted))
            status = change(j, kept.data, kept.size, false, "the hook is gone; the file is as it was");
        else {
            hook_unmerge(root, wanted, before, j->target->agent);
            if (!before && hook_is_bare(root, wanted))
                status = change(j, NULL, 0, true,
                                "the hook is gone, and the file with it: nothing else was in it");
            else if (dump(root, &j->text, true, &text))
                status = change(j, text.data, text.size, false, "the hook is gone");
        }
        if (status == CLI_ALLOW && has_backup && !j->dry_run)
            unlink(j->backup);
    }
    audit_text_free(&text);
    free(kept.data);
    json_decref(before);
    json_decref(wanted);
    json_decref(root);
    return status;
}

/* ---- Files of their own --------------------------------------------------------------------------------------------------- */

static bool is_made_here(const cli_bytes *text) {
    const size_t n = sizeof MADE_BY - 1;
    for (size_t i = 0; i + n <= text->size; i++) {
        if (memcmp(text->data + i, MADE_BY, n) == 0)
            return true;
    }
    return false;
}

static int install_file(const job *j) {
    audit_text text = {0};
    int status = CLI_FAILURE;
    render(j->target, j->command, &text);
    if (j->exists && text.size == j->text.size && memcmp(text.data, j->text.data, text.size) == 0)
        status = nothing(j, "the hook is there already");
    else if (j->exists && !is_made_here(&j->text))
        cli_error(
            "%s: somebody else's file is there; nothing was written. `cmdpolicy hook print %s` says what it has to do too",
            j->path, j->target->agent);
    else
        status = change(j, text.data, text.size, false, "the hook is installed");
    audit_text_free(&text);
    return status;
}

static int uninstall_file(const job *j) {
    if (!j->exists || !is_made_here(&j->text))
        return nothing(j, "the hook is not there");
    return change(j, NULL, 0, true, "the hook is gone");
}

/* ---- State ----------------------------------------------------------------------------------------------------------------- */

static void take_first(void *self, const char *command) {
    const char **first = self;
    if (!*first)
        *first = command;
}

static bool ends_with(const char *text, const char *end) {
    const size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

/* Is what is there what install would make of the command line that is there, which may have options of the user's? */
static hook_state state_of_json(const hook_target *target, json_t *root) {
    const char *command = NULL, *where;
    if (hook_commands(root, target->agent, take_first, &command) == 0)
        return HOOK_ABSENT;
    const job j = {.target = target, .command = command};
    json_t *merged = json_deep_copy(root), *wanted = wanted_of(&j);
    const bool same = hook_merge(merged, wanted, target->agent, &where) && json_equal(merged, root) &&
                      ends_with(command, target->failing);
    json_decref(merged);
    json_decref(wanted);
    return same ? HOOK_THERE : HOOK_OTHER;
}

hook_state hook_state_of(const hook_target *target, const char *path, const char *command,
                         json_t **out_root) {
    cli_bytes text = {0};
    bool exists;
    hook_state state = HOOK_UNREADABLE;
    *out_root = NULL;
    if (hook_file_read(path, &text, &exists)) {
        if (!exists)
            state = HOOK_ABSENT;
        else if (target->kind == HOOK_TARGET_FILE) {
            audit_text now = {0};
            render(target, command, &now);
            const bool same = now.size == text.size && memcmp(now.data, text.data, now.size) == 0;
            state = same ? HOOK_THERE : is_made_here(&text) ? HOOK_OTHER : HOOK_ABSENT;
            audit_text_free(&now);
            *out_root = json_stringn(text.data, text.size);
        } else if ((*out_root = parse(path, &text)))
            state = state_of_json(target, *out_root);
    }
    free(text.data);
    return state;
}

static int status_of(const hook_target *target, hook_scope scope, bool *out_there) {
    static const char *const states[] = {"not installed", "installed",
                                         "installed, but not as this version would", "can't be read"};
    char *path = hook_path(target, scope);
    if (!path)
        return CLI_ALLOW;
    audit_text command = {0};
    json_t *root = NULL;
    int status = CLI_FAILURE;
    if (hook_command_line(target, 0, NULL, &command)) {
        const hook_state state = hook_state_of(target, path, command.data, &root);
        printf("%-10s%-9s%s: %s\n", target->agent, scope == HOOK_USER ? "user" : "project", path,
               states[state]);
        *out_there = *out_there || state == HOOK_THERE || state == HOOK_OTHER;
        status = state == HOOK_UNREADABLE ? CLI_FAILURE : CLI_ALLOW;
    }
    json_decref(root);
    audit_text_free(&command);
    free(path);
    return status;
}

static int say_status(const tool_arguments *a, const hook_target *only) {
    int status = CLI_ALLOW;
    bool there = false;
    for (size_t i = 0; i < hook_target_count; i++) {
        for (hook_scope scope = HOOK_USER; scope <= HOOK_PROJECT; scope++) {
            if ((only && only != &hook_targets[i]) || (a->user && scope != HOOK_USER) ||
                (a->project && scope != HOOK_PROJECT))
                continue;
            const int one = status_of(&hook_targets[i], scope, &there);
            status = one > status ? one : status;
        }
    }
    return status == CLI_ALLOW && only && !there ? TOOL_FOUND : status;
}

/* ---- The subcommand ---------------------------------------------------------------------------------------------------------- */

static int print_target(const hook_target *target, const char *command) {
    audit_text text = {0}, laid_out = {0};
    render(target, command, &text);
    json_t *value = target->kind == HOOK_TARGET_JSON ? json_loadb(text.data, text.size, 0, NULL) : NULL;
    const cli_bytes none = {0};
    if (value && dump(value, &none, false, &laid_out)) {
        audit_text_free(&text);
        text = laid_out;
    }
    json_decref(value);
    const bool written = cli_write(text.data, text.size);
    audit_text_free(&text);
    if (target->note)
        fprintf(stderr, "%s\n", target->note);
    return written ? CLI_ALLOW : CLI_FAILURE;
}

static int install_or_not(const tool_arguments *a, const hook_target *target, const char *command,
                          bool install) {
    const hook_scope scope = a->project || !target->user ? HOOK_PROJECT : HOOK_USER;
    if ((a->user && !target->user) || (a->project && !target->project)) {
        cli_error("%s has no hooks of %s", target->agent, a->user ? "a user" : "a project");
        return CLI_FAILURE;
    }
    char *path = hook_path(target, scope);
    if (!path) {
        cli_error("the %s directory isn't known", scope == HOOK_USER ? "home" : "current");
        return CLI_FAILURE;
    }
    job j = {.target = target,
             .path = path,
             .command = command,
             .dry_run = a->dry_run,
             .backup = hook_backup_of(path)};
    int status = CLI_FAILURE;
    if (hook_file_read(path, &j.text, &j.exists)) {
        if (install)
            status = target->kind == HOOK_TARGET_JSON ? install_json(&j) : install_file(&j);
        else if (!j.exists)
            status = nothing(&j, "the hook is not there");
        else
            status = target->kind == HOOK_TARGET_JSON ? uninstall_json(&j) : uninstall_file(&j);
        if (install && status == CLI_ALLOW && target->note)
            printf("%s\n", target->note);
    }
    free(j.text.data);
    free(j.backup);
    free(path);
    return status;
}

static const hook_target *target_named(const char *agent) {
    const hook_target *target = hook_target_of(agent);
    if (target)
        return target;
    const char *names[32];
    size_t count = 0;
    for (; count < hook_target_count && count < 32; count++)
        names[count] = hook_targets[count].agent;
    const char *hint = cli_closest(agent, names, count, sizeof names[0]);
    if (hook_agent_named(agent))
        cli_error("%s: there is no configuration to install into; docs/hooks.md describes what to run",
                  agent);
    else
        cli_error("%s: no such agent%s%s%s; `cmdpolicy hook status` lists them", agent,
                  hint ? "; did you mean " : "", hint ? hint : "", hint ? "?" : "");
    return NULL;
}

static int run_job(tool_arguments *a, const char *what) {
    const bool print = strcmp(what, "print") == 0, state = strcmp(what, "status") == 0,
               install = strcmp(what, "install") == 0;
    if (!print && !state && !install && strcmp(what, "uninstall") != 0) {
        cli_error("hook %s: expected one of install, uninstall, status, print", what);
        return CLI_FAILURE;
    }
    if (a->count < 2) {
        if (state)
            return say_status(a, NULL);
        cli_error("hook %s: which agent? `cmdpolicy hook status` lists them", what);
        return CLI_FAILURE;
    }
    if (a->user && a->project) {
        cli_error("--user or --project, not both");
        return CLI_FAILURE;
    }
    const hook_target *target = target_named(a->operands[1]);
    if (!target)
        return CLI_FAILURE;
    if (a->count > 2 && !install && !print) {
        cli_error("\"%s\" is one too many", a->operands[2]);
        return CLI_FAILURE;
    }
    if (state)
        return say_status(a, target);
    audit_text command = {0};
    int status = CLI_FAILURE;
    if (hook_command_line(target, a->count - 2, a->operands + 2, &command))
        status =
            print ? print_target(target, command.data) : install_or_not(a, target, command.data, install);
    audit_text_free(&command);
    return status;
}

static int run(const tool_command *command, int argc, char **argv) {
    tool_arguments a;
    int status = tool_read_arguments(command, argc, argv, &a);
    if (status == CLI_ALLOW && !a.done) {
        if (a.count == 0) {
            cli_error("hook needs one of install, uninstall, status, print");
            status = CLI_FAILURE;
        } else
            status = run_job(&a, a.operands[0]);
        if (fflush(stdout) != 0)
            status = CLI_FAILURE;
    }
    tool_free_arguments(&a);
    return status;
}

static const cli_option hook_options_[] = {
    {"user", TOOL_OPTION_USER, NULL, NULL, "the user's configuration (as it comes, where the agent has one)",
     0},
    {"project", TOOL_OPTION_PROJECT, NULL, NULL,
     "that of the git work tree here, or of the current directory", 0},
    {"dry-run", TOOL_OPTION_DRY_RUN, NULL, NULL, "only show what would change", 0},
};
static const cli_group hook_group = CLI_GROUP(hook_options_);

const tool_command tool_hook = {
    "hook",
    "install|uninstall|status|print [OPTION...] [AGENT] [-- OPTION-OF-THE-CHECK...]",
    "Put cmdpolicy-check into the configuration of an agent",
    "install merges the hook into what is there, once, with the agent's settings for failing closed; it shows the change and keeps what was\n"
    "there in FILE.cmdpolicy-backup. uninstall takes it out again. status says where it is, print shows what would be there. What\n"
    "stands behind -- goes into the hook's command line: cmdpolicy hook install claude -- --audit FILE. cmdpolicy doctor tries it.",
    run,
    {&hook_group, &tool_help_options},
};
