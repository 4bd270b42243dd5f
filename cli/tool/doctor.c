/* doctor: runs each installed hook as its agent would, with a command that has to be stopped and with one that is harmless, and
 * looks at the answers as the agent does. The commands are only asked about; nothing runs them. */
#define _POSIX_C_SOURCE 200809L
#include "tool/hook_install.h"
#include "tool/hook_merge.h"

#include "hooks/hooks.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BAD      "rm -rf /"
#define HARMLESS "pwd"
enum { PATIENCE = 10000 /* milliseconds that agents give a hook */, MOST_OUTPUT = 256 * 1024 };

/* ---- Payloads -------------------------------------------------------------------------------------------------------- */

static void put_at(json_t *root, hook_place place, json_t *value) {
    const size_t size = strcspn(place, "|");
    char key[64];
    for (size_t at = 0; at < size;) {
        size_t n = strcspn(place + at, ".|");
        if (n >= sizeof key)
            n = sizeof key - 1;
        memcpy(key, place + at, n);
        key[n] = '\0';
        at += n + 1;
        if (at >= size) {
            json_object_set(root, key, value);
            break;
        }
        if (!json_object_get(root, key))
            json_object_set_new(root, key, json_object());
        root = json_object_get(root, key);
    }
    json_decref(value);
}

static json_t *first_of(const char *names) {
    return json_stringn(names, strcspn(names, "|"));
}

/* What the agent would send before it runs the command: its first form, filled in. */
static char *payload_of(const hook_agent *agent, const char *command) {
    const hook_form *form = &agent->forms[0];
    json_t *root = json_object();
    char *cwd = cli_current_directory();
    if (form->event)
        put_at(root, form->event, first_of(form->events));
    if (form->tool)
        put_at(root, form->tool, first_of(agent->tools[0].names));
    if (form->input)
        put_at(root, form->input, json_object());
    char place[128];
    snprintf(place, sizeof place, "%.*s%s%.*s", form->input ? (int)strcspn(form->input, "|") : 0,
             form->input ? form->input : "", form->input ? "." : "", (int)strcspn(form->command, "|"),
             form->command);
    put_at(root, place, json_string(command));
    if (form->cwd)
        put_at(root, form->cwd, json_string(cwd ? cwd : "/"));
    if (form->roots)
        put_at(root, form->roots, json_pack("[s]", cwd ? cwd : "/"));
    if (form->session)
        put_at(root, form->session, json_string("cmdpolicy-doctor"));
    char *text = json_dumps(root, JSON_COMPACT);
    json_decref(root);
    free(cwd);
    if (!text)
        cli_out_of_memory();
    return text;
}

/* ---- Running --------------------------------------------------------------------------------------------------------------- */

typedef struct ran {
    bool started, in_time;
    int status; /* as a shell says it: 128 + N for a signal */
    audit_text out, err;
} ran;

static int milliseconds(void) {
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int)((now.tv_sec % 1000000) * 1000 + now.tv_nsec / 1000000);
}

/* Reads both until they end, or time does. */
static bool listen_to(int out, int err, ran *r) {
    struct pollfd ends[2] = {{.fd = out, .events = POLLIN}, {.fd = err, .events = POLLIN}};
    const int begin = milliseconds();
    while (ends[0].fd >= 0 || ends[1].fd >= 0) {
        const int left = PATIENCE - (milliseconds() - begin);
        if (left <= 0 || poll(ends, 2, left) == 0)
            return false;
        for (int i = 0; i < 2; i++) {
            char bytes[4096];
            audit_text *to = i == 0 ? &r->out : &r->err;
            if (ends[i].fd < 0 || ends[i].revents == 0)
                continue;
            const ssize_t n = read(ends[i].fd, bytes, sizeof bytes);
            if (n <= 0 && !(n < 0 && errno == EINTR))
                ends[i].fd = -1;
            else if (n > 0 && to->size < MOST_OUTPUT)
                audit_add(to, bytes, (size_t)n);
        }
    }
    return true;
}

/* Through a shell, as agents do. */
static void run_hook(const char *command, const char *payload, ran *r) {
    int pipes[3][2];
    *r = (ran){.status = -1};
    for (int i = 0; i < 3; i++) {
        if (pipe(pipes[i]) != 0)
            return;
    }
    const pid_t child = fork();
    if (child == 0) {
        setpgid(0, 0);
        dup2(pipes[0][0], STDIN_FILENO);
        dup2(pipes[1][1], STDOUT_FILENO);
        dup2(pipes[2][1], STDERR_FILENO);
        for (int i = 0; i < 6; i++)
            close(pipes[i / 2][i % 2]);
        signal(SIGPIPE, SIG_DFL);
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    close(pipes[0][0]);
    close(pipes[1][1]);
    close(pipes[2][1]);
    if (child > 0) {
        const size_t size = strlen(payload);
        const ssize_t written = write(pipes[0][1], payload, size); /* less than a pipe holds */
        close(pipes[0][1]);
        r->started = written == (ssize_t)size || errno == EPIPE;
        r->in_time = listen_to(pipes[1][0], pipes[2][0], r);
        if (!r->in_time)
            kill(-child, SIGKILL);
        int status = 0;
        while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
        r->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    } else
        close(pipes[0][1]);
    close(pipes[1][0]);
    close(pipes[2][0]);
    audit_add(&r->out, "", 1);
    audit_add(&r->err, "", 1);
}

static void ran_free(ran *r) {
    audit_text_free(&r->out);
    audit_text_free(&r->err);
}

static bool says(json_t *object, const char *key, const char *value) {
    const char *text = json_string_value(json_object_get(object, key));
    return text && strcmp(text, value) == 0;
}

/* As the agent reads it: does this answer stop the command? */
static bool stops(const char *agent, const ran *r) {
    if (!r->started || !r->in_time)
        return false;
    json_t *answer = json_loads(r->out.data, 0, NULL), *inner = json_object_get(answer, "hookSpecificOutput");
    bool stopped;
    if (strcmp(agent, "cline") == 0)
        stopped = json_is_true(json_object_get(answer, "cancel"));
    else if (strcmp(agent, "opencode") == 0)
        stopped = r->status != 0;
    else if (r->status == 2)
        stopped = r->err.data[0] != '\0'; /* some agents want a reason */
    else
        stopped = r->status == 0 &&
                  (says(answer, "permission", "deny") || says(answer, "permissionDecision", "deny") ||
                   says(answer, "behavior", "deny") || says(answer, "decision", "deny") ||
                   says(answer, "decision", "block") || says(inner, "permissionDecision", "deny"));
    json_decref(answer);
    return stopped;
}

/* ---- The hooks ---------------------------------------------------------------------------------------------------------------- */

typedef struct examined {
    const hook_target *target;
    const char *path;
    const char *last; /* the command line that was tried last: events may share one */
    int hooks, wrong;
} examined;

static void say_result(examined *e, const char *what, bool good, const char *result, const ran *r) {
    printf("%s: %s: %s\n", e->path, what, result);
    if (good)
        return;
    e->wrong++;
    if (r && !r->in_time)
        printf("    it took longer than %d seconds\n", PATIENCE / 1000);
    else if (r)
        printf("    it ended with status %d%s%.*s\n", r->status, r->err.data[0] ? ": " : "",
               (int)strcspn(r->err.data, "\n"), r->err.data);
}

/* The command line with a program that isn't there: malloc, or NULL. */
static char *without_program(const char *command) {
    static const char name[] = "cmdpolicy-check", nowhere[] = "/nonexistent/";
    const char *at = strstr(command, name);
    if (!at)
        return NULL;
    const size_t room = strlen(at) + sizeof nowhere;
    char *made = malloc(room);
    if (!made)
        cli_out_of_memory();
    const char *rest = at + sizeof name - 1;
    snprintf(made, room, "%s%s%s", nowhere, name, *rest == '\'' || *rest == '"' ? rest + 1 : rest);
    return made;
}

static void examine(void *self, const char *command) {
    examined *e = self;
    const hook_agent *agent = hook_agent_named(e->target->agent);
    if (e->last && strcmp(e->last, command) == 0)
        return;
    e->last = command;
    e->hooks++;
    char *bad = payload_of(agent, BAD), *harmless = payload_of(agent, HARMLESS);
    ran r;
    run_hook(command, bad, &r);
    const bool stopped = stops(agent->name, &r);
    say_result(e, BAD, stopped, stopped ? "would be stopped" : "WOULD RUN", &r);
    ran_free(&r);
    run_hook(command, harmless, &r);
    const bool passes = !stops(agent->name, &r) && r.status == 0 && r.in_time;
    say_result(e, HARMLESS, passes, passes ? "would not be stopped" : "WOULD BE STOPPED", &r);
    ran_free(&r);
    char *missing = e->target->kind == HOOK_TARGET_JSON ? without_program(command) : NULL;
    if (missing) {
        run_hook(missing, bad, &r);
        const bool closed = stops(agent->name, &r);
        say_result(e, "without the program", closed,
                   closed ? "everything would be stopped" : "EVERYTHING WOULD RUN", &r);
        ran_free(&r);
    }
    free(missing);
    free(bad);
    free(harmless);
}

/* The command line in a plugin: what stands in ["-c", HERE]. */
static char *command_of_plugin(const char *text) {
    static const char before[] = "[\"-c\", ";
    const char *at = strstr(text, before);
    json_t *command =
        at ? json_loads(at + sizeof before - 1, JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK, NULL) : NULL;
    char *made = json_is_string(command) ? strdup(json_string_value(command)) : NULL;
    json_decref(command);
    return made;
}

static void examine_target(const hook_target *target, hook_scope scope, examined *e) {
    static const char *const others[] = {
        "", "", "it is not as this version would install it: cmdpolicy hook install shows how", ""};
    char *path = hook_path(target, scope);
    json_t *root = NULL;
    audit_text command = {0};
    if (path && hook_command_line(target, 0, NULL, &command)) {
        e->target = target;
        e->path = path;
        e->last = NULL;
        const hook_state state = hook_state_of(target, path, command.data, &root);
        if (state == HOOK_UNREADABLE)
            e->wrong++;
        if (state == HOOK_THERE || state == HOOK_OTHER) {
            if (target->kind == HOOK_TARGET_JSON)
                hook_commands(root, target->agent, examine, e);
            else {
                char *own = target->executable ? strdup(path) : command_of_plugin(json_string_value(root));
                if (own)
                    examine(e, own);
                else
                    say_result(e, "the plugin", false, "it holds no command line", NULL);
                free(own);
            }
            if (*others[state])
                printf("%s: %s\n", path, others[state]);
            if (target->note)
                printf("%s: %s\n", path, target->note);
        }
    }
    audit_text_free(&command);
    json_decref(root);
    free(path);
}

static int run(const tool_command *command, int argc, char **argv) {
    tool_arguments a;
    int status = tool_read_arguments(command, argc, argv, &a);
    if (status == CLI_ALLOW && !a.done) {
        examined e = {0};
        for (int i = 0; i < a.count && status == CLI_ALLOW; i++) {
            if (!hook_target_of(a.operands[i])) {
                cli_error("%s: no such agent; `cmdpolicy hook status` lists them", a.operands[i]);
                status = CLI_FAILURE;
            }
        }
        for (size_t i = 0; i < hook_target_count && status == CLI_ALLOW; i++) {
            bool wanted = a.count == 0;
            for (int k = 0; k < a.count; k++)
                wanted = wanted || strcmp(a.operands[k], hook_targets[i].agent) == 0;
            for (hook_scope scope = HOOK_USER; wanted && scope <= HOOK_PROJECT; scope++)
                examine_target(&hook_targets[i], scope, &e);
        }
        if (status == CLI_ALLOW && e.hooks == 0)
            printf("no hook is installed: cmdpolicy hook install AGENT\n");
        if (status == CLI_ALLOW && (e.hooks == 0 || e.wrong > 0))
            status = TOOL_FOUND;
        if (fflush(stdout) != 0)
            status = CLI_FAILURE;
    }
    tool_free_arguments(&a);
    return status;
}

const tool_command tool_doctor = {
    "doctor",
    "[AGENT...]",
    "Try each installed hook with a command that has to be stopped",
    "Runs the hooks of the user and of the project here as their agents would, and looks at the answers as they do: to " BAD
    ", to " HARMLESS
    ",\nand with a program that isn't there. Nothing runs these commands. Status 0: all hold; 1: one doesn't, or there is none.",
    run,
    {&tool_help_options},
};
