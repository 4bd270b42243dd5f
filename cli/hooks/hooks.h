/* An agent's hook: its JSON on standard input, its own answer on standard output.
 *
 * An agent is data: the forms of payload that it sends, where in them things are, and the answers that it understands
 * (one small file an agent). read.c finds the command by those tables, write.c fills in the answers, run.c judges and
 * guard.c sees to it that a process that is killed, crashes or hangs has denied before it ends. Whatever isn't
 * understood is an error, and errors deny: most agents take a hook that says nothing for one that has no objection. */
#ifndef CLI_HOOKS_H
#define CLI_HOOKS_H
#include "audit/audit.h"
#include "common/options.h"
#include "common/setup.h"
#include "hooks/text.h"

#include <jansson.h>

/* ---- Agents ------------------------------------------------------------------------------------------------ */

/* Exit status and standard output. In the JSON, @ is where the reason goes and # where the list of reasons does;
 * NULL: nothing is printed. */
typedef struct hook_reply {
    int exit;
    const char *json;
} hook_reply;

typedef enum hook_review {
    HOOK_REVIEW_USUAL, /* what the form says */
    HOOK_REVIEW_ASK,   /* the agent asks its user */
    HOOK_REVIEW_DEFER, /* no objection from here: the agent's own approval decides */
    HOOK_REVIEW_DENY
} hook_review;

/* A place in a payload: keys joined by '.', alternatives by '|' of which one may be there. */
typedef const char *hook_place;

/* One kind of payload and its answers. */
typedef struct hook_form {
    hook_place event;   /* one of the agent's; NULL: the payload has none */
    const char *events; /* its values, joined by '|'; "" among them: it may be absent */
    hook_place tool;    /* NULL: the event is only sent for commands */
    hook_place input; /* the object of the tool's arguments: an object, or that object as a string of JSON */
    const char
        *command; /* the key in the input (or, without input, the place) of a command, or of a list of them */
    const char *directory; /* likewise: the directory that the command asked for; it is the model's choice */
    hook_place cwd, roots; /* the session's; NULL: not said */
    bool cwd_is_root;      /* where no cwd is said, the only root is the cwd */
    hook_place session, call;
    hook_place mode;    /* how permissions are handled, if it is said */
    hook_review review; /* the usual one */
    bool can_ask;
    hook_reply pass;  /* not a command; nothing to say of it */
    hook_reply allow; /* with --emit-allow; no JSON: as pass */
    hook_reply ask, defer, deny;
} hook_form;

typedef enum hook_kind {
    HOOK_SHELL,   /* the command is shell source */
    HOOK_FOREIGN, /* it is source of a language that isn't judged here: reviewed at least */
    HOOK_TYPED    /* its text goes to a program that is running already: reviewed at least */
} hook_kind;

typedef struct hook_tool {
    const char *names; /* joined by '|', compared without regard to case */
    hook_kind kind;
} hook_tool;

enum { HOOK_MOST_FORMS = 3, HOOK_MOST_TOOLS = 3, HOOK_MOST_ROOTS = 16, HOOK_MOST_COMMANDS = 64 };

typedef struct hook_agent {
    const char *name;
    hook_place events; /* where payloads name their event; NULL: there is but one form */
    hook_tool tools[HOOK_MOST_TOOLS];
    hook_form forms[HOOK_MOST_FORMS];
    hook_reply failure;           /* the surest deny, whatever the payload was */
    hook_reply pass;              /* nothing to say, whatever the payload was */
    const char *project_variable; /* names the project's directory in the hook's environment */
    bool project_is_cwd;          /* where the payload says no cwd */
    bool strict;                  /* keys of the payload that nobody knows are errors */
    const char *keys;             /* all keys, where it is strict */
} hook_agent;

extern const hook_agent hook_amazonq, hook_claude, hook_cline, hook_codex, hook_copilot, hook_crush,
    hook_cursor, hook_devin, hook_droid, hook_gemini, hook_generic, hook_goose, hook_kiro, hook_opencode,
    hook_qwen, hook_vscode, hook_windsurf;

extern const hook_agent *const hook_agents[];
extern const size_t hook_agent_count;
/* NULL: no such agent. */
const hook_agent *hook_agent_named(const char *name);
/* "one|other" holds `name`. */
bool hook_is_among(const char *names, const char *name, bool any_case);
/* Is it a tool that runs commands, of this agent or (agents read each other's configuration) of another? */
bool hook_tool_kind(const hook_agent *, const char *name, hook_kind *out);

/* ---- What was asked ------------------------------------------------------------------------------------------ */

typedef enum hook_reading { HOOK_PASS, HOOK_JUDGE, HOOK_WRONG } hook_reading;

typedef struct hook_string {
    const char *data; /* borrowed from the payload; NULL: not said */
    size_t size;
} hook_string;

typedef struct hook_call {
    json_t *payload, *input; /* owned */
    const hook_agent *agent;
    const hook_form *form; /* NULL: not known */
    hook_kind kind;
    hook_string commands[HOOK_MOST_COMMANDS];
    size_t command_count;
    hook_string cwd;       /* of the session */
    hook_string directory; /* of the command, perhaps relative to cwd */
    bool directory_unknown;
    hook_string roots[HOOK_MOST_ROOTS];
    size_t root_count;
    cmdpolicy_dialect shell; /* CMDPOLICY_DIALECT_UNKNOWN: not said */
    json_t *environment;
    hook_string session, call, named_agent, tool, event; /* as the agent gave them */
    bool unattended;                                     /* the payload says that nobody will be asked */
    const char *why;                                     /* HOOK_WRONG: what is wrong, static text */
} hook_call;

/* Reads a payload. What isn't exactly a known form is HOOK_WRONG. */
hook_reading hook_read(const hook_agent *, const char *bytes, size_t size, hook_call *out);
void hook_call_free(hook_call *);

/* ---- The answer ---------------------------------------------------------------------------------------------- */

typedef enum hook_on_error { HOOK_ERROR_DENY, HOOK_ERROR_REVIEW, HOOK_ERROR_ALLOW } hook_on_error;

typedef struct hook_options {
    const hook_agent *agent; /* NULL: not a hook */
    hook_on_error on_error;
    hook_review on_review;
    bool emit_allow;
    double timeout; /* seconds; 0: the default */
    audit *audit;   /* where decisions are recorded; NULL: nowhere */
} hook_options;

enum { HOOK_MOST_ANSWER = 16 * 1024 };
typedef struct hook_answer {
    int exit;
    const char *what;   /* "allow", "ask", "defer", "deny" or "pass" */
    hook_text out, err; /* of HOOK_MOST_ANSWER bytes, in `room` */
    char room[2][HOOK_MOST_ANSWER];
} hook_answer;

/* `note` goes before the decision's reasons, or stands alone where there is no decision. Either may be NULL. */
void hook_answer_pass(const hook_call *, hook_answer *out);
void hook_answer_verdict(const hook_options *, const hook_call *, cmdpolicy_verdict,
                         const cmdpolicy_decision *, const char *note, hook_answer *out);
/* `call` may be NULL: nothing is known of it. */
void hook_answer_error(const hook_options *, const hook_call *, const char *why, hook_answer *out);

/* ---- Running ------------------------------------------------------------------------------------------------- */

extern const cli_group hook_option_group;
bool hook_take(hook_options *, int id, const char *value, bool *out_bad);

/* The agent that the command line names, found before the options are read; NULL: none, or an unknown one.
 * *out_hook says whether --hook is there at all. */
const hook_agent *hook_agent_in(int argc, char **argv, bool *out_hook);
/* Arms the watchdog and the handlers of fatal signals. `agent` may be NULL. */
void hook_guard(const hook_agent *, const hook_options *);
/* From here on an answer is being printed: the last words are an exit status only. */
void hook_guard_answering(void);
void hook_guard_end(void);

/* Prints the answer. Its exit status, or 2 if it can't be printed. */
int hook_print(const hook_answer *);
/* Reads standard input, answers, and returns the exit status. */
int hook_run(const hook_options *, cli_setup *);
/* The answer to a command line that can't be used: always a deny. `agent` may be NULL. */
int hook_refuse(const hook_agent *, const char *why);

/* The answer to a payload. The setup is as the options left it; it gets the payload's facts, so it serves once. policy NULL:
 * what the setup says is loaded; else (tests keep one) it is the policy. */
void hook_answer_payload(const hook_options *, cli_setup *, const cmdpolicy_policy *, const char *bytes,
                         size_t size, hook_answer *out);
#endif
