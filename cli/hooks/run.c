/* The hook: options, one payload, one answer. */
#include "hooks/hooks.h"

#include "common/input.h"
#include "common/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { OPTION_HOOK = 200, OPTION_ON_ERROR, OPTION_ON_REVIEW, OPTION_EMIT_ALLOW, OPTION_TIMEOUT };

static const cli_option options_of_hooks[] = {
    {"hook", OPTION_HOOK, "AGENT", NULL,
     "an agent's hook: its JSON on standard input, its answer on standard output.\n"
     "amazonq, claude, cline, codex, copilot, crush, cursor, devin, droid, gemini,\n"
     "generic, goose, kiro, opencode, qwen, vscode, windsurf",
     0},
    {"on-error", OPTION_ON_ERROR, "WHAT", "deny|review|allow",
     "what a hook answers when the check fails (deny)", 0},
    {"on-review", OPTION_ON_REVIEW, "HOW", "ask|defer|deny",
     "what a hook makes of review: the agent asks, its own approval decides,\nor it is denied (as the agent can)",
     0},
    {"emit-allow", OPTION_EMIT_ALLOW, NULL, NULL,
     "a hook says allow, so that the agent doesn't ask (it says nothing)", 0},
    {"hook-timeout", OPTION_TIMEOUT, "SECONDS", NULL, "a hook that takes longer has failed (4)", 0},
};
const cli_group hook_option_group = CLI_GROUP(options_of_hooks);

static bool seconds(const char *value, double *out) {
    char *end;
    *out = strtod(value, &end);
    return *end == '\0' && value[0] >= '0' && value[0] <= '9' && *out >= 0.01 && *out <= 3600;
}

bool hook_take(hook_options *o, int id, const char *value, bool *out_bad) {
    switch (id) {
    case OPTION_HOOK:
        if (o->agent) {
            cli_error("--hook is given twice");
            *out_bad = true;
            return true;
        }
        o->agent = hook_agent_named(value);
        if (!o->agent) {
            cli_error(
                "--hook %.80s: no such agent; --help lists them, and generic is for those that aren't there",
                value);
            *out_bad = true;
        }
        return true;
    case OPTION_ON_ERROR:
        o->on_error = strcmp(value, "deny") == 0     ? HOOK_ERROR_DENY
                      : strcmp(value, "review") == 0 ? HOOK_ERROR_REVIEW
                                                     : HOOK_ERROR_ALLOW;
        return true;
    case OPTION_ON_REVIEW:
        o->on_review = strcmp(value, "ask") == 0     ? HOOK_REVIEW_ASK
                       : strcmp(value, "defer") == 0 ? HOOK_REVIEW_DEFER
                                                     : HOOK_REVIEW_DENY;
        return true;
    case OPTION_EMIT_ALLOW: o->emit_allow = true; return true;
    case OPTION_TIMEOUT:
        if (!seconds(value, &o->timeout)) {
            cli_error("--hook-timeout %.80s: expected seconds, 0.01 to 3600", value);
            *out_bad = true;
        }
        return true;
    default: return false;
    }
}

const hook_agent *hook_agent_in(int argc, char **argv, bool *out_hook) {
    static const char name[] = "--hook";
    const size_t size = sizeof name - 1;
    *out_hook = false;
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strncmp(argv[i], name, size) != 0 || (argv[i][size] != '\0' && argv[i][size] != '='))
            continue;
        *out_hook = true;
        if (argv[i][size] == '=')
            return hook_agent_named(argv[i] + size + 1);
        return i + 1 < argc ? hook_agent_named(argv[i + 1]) : NULL;
    }
    return NULL;
}

int hook_print(const hook_answer *a) {
    hook_guard_answering();
    const bool printed = !a->out.full && cli_write(a->out.data, a->out.size);
    for (size_t done = 0; done < a->err.size;) {
        ssize_t n = write(STDERR_FILENO, a->err.data + done, a->err.size - done);
        if (n <= 0)
            break;
        done += (size_t)n;
    }
    if (!printed)
        cli_error("deny: the answer could not be printed");
    hook_guard_end();
    return printed ? a->exit : 2;
}

int hook_refuse(const hook_agent *agent, const char *why) {
    const hook_options options = {.agent = agent};
    hook_answer answer;
    hook_answer_error(&options, NULL, why, &answer);
    return hook_print(&answer);
}

/* ---- Where it would run ---------------------------------------------------------------------------------------- */

static char *duplicate(hook_string s) {
    char *made = malloc(s.size + 1);
    if (made) {
        memcpy(made, s.data, s.size);
        made[s.size] = '\0';
    }
    return made;
}

/* The root directory, the home directory and those above it: nobody means all of that to be worked on. */
static bool is_too_wide(const char *root, const char *home) {
    size_t n = strlen(root);
    while (n > 0 && root[n - 1] == '/')
        n--;
    return n == 0 || (home && strncmp(home, root, n) == 0 && (home[n] == '/' || home[n] == '\0'));
}

/* Takes the payload's roots for workspaces, unless options name others. *out_none: it has some, but none will do. */
static bool take_roots(cli_setup *s, const hook_call *call, const char *home, bool *out_none) {
    *out_none = false;
    if (s->workspace_count > 0 || call->root_count == 0)
        return true;
    s->workspaces = calloc(call->root_count, sizeof *s->workspaces);
    if (!s->workspaces)
        return false;
    for (size_t i = 0; i < call->root_count; i++) {
        char *root = duplicate(call->roots[i]);
        if (!root)
            return false;
        if (is_too_wide(root, home))
            free(root);
        else
            s->workspaces[s->workspace_count++] = root;
    }
    *out_none = s->workspace_count == 0;
    if (*out_none) {
        free(s->workspaces);
        s->workspaces = NULL;
    }
    return true;
}

/* Where the command runs; NULL, with true: not known. */
static bool command_directory(const hook_call *call, const char *cwd, char **out) {
    *out = NULL;
    const char *own = call->directory.data;
    if (call->directory_unknown || (own && (own[0] == '~' || strstr(own, ".."))))
        return true;
    if (own && own[0] == '/')
        return (*out = strdup(own)) != NULL;
    if (!cwd)
        return true;
    const size_t n = strlen(cwd), m = own ? strlen(own) : 0;
    char *made = malloc(n + m + 2);
    if (!made)
        return false;
    memcpy(made, cwd, n + 1);
    if (m > 0) {
        made[n] = '/';
        memcpy(made + n + 1, own, m + 1);
    }
    *out = made;
    return true;
}

/* The setup, with what the payload says. The workspaces, and so the workspace's own policy, follow from the session's
 * directory, or the project's: never from what the model wrote. False: out of memory. */
static bool prepare(cli_setup *s, const hook_call *call) {
    const char *project = call->agent->project_variable ? getenv(call->agent->project_variable) : NULL;
    if (project && project[0] != '/')
        project = NULL;
    char *cwd = NULL;
    if (call->cwd.data) {
        if (!(cwd = duplicate(call->cwd)))
            return false;
    } else if (s->cwd) {
        cwd = s->cwd;
        s->cwd = NULL;
    } else if (project && call->agent->project_is_cwd && !(cwd = strdup(project)))
        return false;
    if (!s->home)
        s->home = cli_home_directory();
    bool none;
    bool done = take_roots(s, call, s->home, &none);
    const char *base = none ? "/" : project ? project : cwd; /* NULL: this process's own */
    char *of_workspace = base ? strdup(base) : NULL, *of_command = NULL;
    done = done && (of_workspace || !base) && command_directory(call, cwd, &of_command);
    free(cwd);
    free(s->cwd);
    s->cwd = of_workspace;
    if (done)
        cli_setup_complete(s);
    free(s->cwd);
    s->cwd = of_command;
    return done;
}

/* ---- Judging ----------------------------------------------------------------------------------------------------- */

static cmdpolicy_decision *judge_text(const cmdpolicy_policy *policy, const cli_setup *s,
                                      const hook_call *call, cmdpolicy_dialect dialect, const char *text,
                                      size_t size) {
    cmdpolicy_request *request = cmdpolicy_request_new(policy);
    if (!request)
        return cmdpolicy_check(policy, NULL); /* denies */
    cli_setup_facts(s, request, NULL, 0);
    const char *name;
    json_t *value;
    json_object_foreach(call->environment, name, value)
        cmdpolicy_request_set_variable(request, name, json_string_value(value), json_string_length(value));
    const hook_string agent = call->named_agent.data
                                  ? call->named_agent
                                  : (hook_string){call->agent->name, strlen(call->agent->name)};
    cmdpolicy_request_set_label(request, "agent", agent.data, agent.size);
    if (call->session.data)
        cmdpolicy_request_set_label(request, "session", call->session.data, call->session.size);
    if (call->call.data)
        cmdpolicy_request_set_label(request, "call", call->call.data, call->call.size);
    cmdpolicy_request_set_shell(request, dialect, text, size);
    cmdpolicy_decision *decision = cmdpolicy_check(policy, request);
    cmdpolicy_request_free(request);
    return decision;
}

/* All commands as one program, in their order. */
static char *joined(const hook_call *call, size_t *out_size) {
    size_t size = 0;
    for (size_t i = 0; i < call->command_count; i++)
        size += call->commands[i].size + 1;
    char *text = malloc(size + 1);
    *out_size = 0;
    for (size_t i = 0; text && i < call->command_count; i++) {
        memcpy(text + *out_size, call->commands[i].data, call->commands[i].size);
        *out_size += call->commands[i].size;
        text[(*out_size)++] = '\n';
    }
    return text;
}

/* The strictest decision on all the call's commands. NULL: there is nothing to judge, and the note says why. */
static cmdpolicy_decision *judge(const cmdpolicy_policy *policy, const cli_setup *s, const hook_call *call,
                                 cmdpolicy_verdict *out_verdict, const char **out_note) {
    cmdpolicy_dialect dialect = call->shell != CMDPOLICY_DIALECT_UNKNOWN ? call->shell
                                : s->shell != CMDPOLICY_DIALECT_UNKNOWN  ? s->shell
                                                                         : CMDPOLICY_DIALECT_BASH;
    *out_note = NULL;
    *out_verdict = CMDPOLICY_REVIEW;
    if (call->kind == HOOK_TYPED) {
        *out_note = "text for a program that is running can't be judged";
        return NULL;
    }
    if (call->kind == HOOK_FOREIGN) {
        *out_note = "it isn't source of a shell that can be judged";
        dialect = CMDPOLICY_DIALECT_UNKNOWN;
    }
    /* One command after the other may run in one shell, or each in its own: each is judged, and so is the whole. */
    cmdpolicy_decision *strictest = NULL;
    for (size_t i = 0; i < call->command_count + (call->command_count > 1); i++) {
        cmdpolicy_decision *decision;
        if (i < call->command_count)
            decision = judge_text(policy, s, call, dialect, call->commands[i].data, call->commands[i].size);
        else {
            size_t size;
            char *text = joined(call, &size);
            decision =
                text ? judge_text(policy, s, call, dialect, text, size) : cmdpolicy_check(policy, NULL);
            free(text);
        }
        if (strictest && cmdpolicy_decision_verdict(strictest) <= cmdpolicy_decision_verdict(decision))
            cmdpolicy_decision_free(decision);
        else {
            cmdpolicy_decision_free(strictest);
            strictest = decision;
        }
    }
    *out_verdict = cmdpolicy_decision_verdict(strictest);
    if (call->kind == HOOK_FOREIGN)
        *out_verdict = CMDPOLICY_STRICTEST(*out_verdict, CMDPOLICY_REVIEW);
    return strictest;
}

/* ---- Answering --------------------------------------------------------------------------------------------------- */

static audit_string label(hook_string s) {
    return (audit_string){s.data, s.size};
}

/* Records what is about to be answered. Where it had to be recorded and could not be, the answer becomes a deny. */
static void record(const hook_options *options, const cli_setup *s, const cmdpolicy_policy *policy,
                   const hook_call *call, const cmdpolicy_decision *decision, cmdpolicy_verdict verdict,
                   const char *note, const char *failure, hook_answer *out) {
    if (!options->audit)
        return;
    const cmdpolicy_dialect dialect = call->shell != CMDPOLICY_DIALECT_UNKNOWN ? call->shell
                                      : s->shell != CMDPOLICY_DIALECT_UNKNOWN  ? s->shell
                                                                               : CMDPOLICY_DIALECT_BASH;
    const char *agent = call->agent ? call->agent->name : NULL;
    audit_event event = {.asked = "hook",
                         .decision = decision,
                         .verdict = verdict,
                         .failure = failure,
                         .note = note,
                         .policy = policy,
                         .setup = s,
                         .shell = call->kind == HOOK_FOREIGN ? "unknown" : cli_shell_name(dialect),
                         .agent = call->named_agent.data ? label(call->named_agent)
                                                         : (audit_string){agent, agent ? strlen(agent) : 0},
                         .session = label(call->session),
                         .call = label(call->call),
                         .tool = label(call->tool),
                         .hook_event = label(call->event),
                         .answer = out->what};
    if (audit_write(options->audit, &event))
        return;
    char why[sizeof options->audit->why + 64];
    snprintf(why, sizeof why, "the decision could not be recorded: %s", options->audit->why);
    hook_options denies = *options;
    denies.on_error = HOOK_ERROR_DENY;
    if (call->form)
        hook_answer_verdict(&denies, call, CMDPOLICY_DENY, NULL, why, out);
    else
        hook_answer_error(&denies, call, why, out);
}

static void answer_failure(const hook_options *options, const cli_setup *s, const hook_call *call,
                           const char *why, hook_answer *out) {
    hook_answer_error(options, call, why, out);
    const bool asks = options->on_error == HOOK_ERROR_REVIEW && call->form;
    record(options, s, NULL, call, NULL,
           options->on_error == HOOK_ERROR_ALLOW ? CMDPOLICY_ALLOW
           : asks                                ? CMDPOLICY_REVIEW
                                                 : CMDPOLICY_DENY,
           NULL, why, out);
}

static void answer_call(const hook_options *options, cli_setup *s, const cmdpolicy_policy *policy,
                        const hook_call *call, hook_answer *out) {
    if (!prepare(s, call)) {
        answer_failure(options, s, call, "out of memory", out);
        return;
    }
    cmdpolicy_policy *loaded = policy ? NULL : cli_setup_policy(s);
    if (!policy && !loaded) {
        answer_failure(options, s, call, "the policy can't be used; standard error says why", out);
        return;
    }
    cmdpolicy_verdict verdict;
    const char *note;
    cmdpolicy_decision *decision = judge(policy ? policy : loaded, s, call, &verdict, &note);
    if (decision && cmdpolicy_decision_status(decision) != CMDPOLICY_OK)
        answer_failure(options, s, call, cmdpolicy_status_name(cmdpolicy_decision_status(decision)), out);
    else {
        hook_answer_verdict(options, call, verdict, decision, note, out);
        record(options, s, policy ? policy : loaded, call, decision, verdict, note, NULL, out);
    }
    cmdpolicy_decision_free(decision);
    cmdpolicy_policy_free(loaded);
}

void hook_answer_payload(const hook_options *options, cli_setup *s, const cmdpolicy_policy *policy,
                         const char *bytes, size_t size, hook_answer *out) {
    hook_call call;
    switch (hook_read(options->agent, bytes, size, &call)) {
    case HOOK_PASS: hook_answer_pass(&call, out); break;
    case HOOK_JUDGE: answer_call(options, s, policy, &call, out); break;
    default: answer_failure(options, s, &call, call.why, out);
    }
    hook_call_free(&call);
}

int hook_run(const hook_options *options, cli_setup *s) {
    hook_answer answer;
    cli_bytes input = {0};
    const hook_call nothing = {.agent = options->agent};
    if (!cli_read_all(STDIN_FILENO, CLI_MOST_INPUT, &input))
        answer_failure(options, s, &nothing, "standard input can't be read", &answer);
    else if (input.cut)
        answer_failure(options, s, &nothing, "there are more than 16 MiB on standard input", &answer);
    else
        hook_answer_payload(options, s, NULL, input.data, input.size, &answer);
    const int status = hook_print(&answer);
    free(input.data);
    return status;
}
