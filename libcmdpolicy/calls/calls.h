/* Every call that may run: what the walk finds out about a program. The walk is an abstract interpreter over the syntax tree;
 * it executes nothing, asks the grammar (commands/) what each argv is and does, follows what is nested in it, and keeps the
 * state that a shell would have, with unknowns where it can't know. */
#ifndef CP_CALLS_CALLS_H
#define CP_CALLS_CALLS_H
#include "commands/reading.h"
#include "shell/parse.h"

enum { CP_NO_CALL = UINT32_MAX };

typedef enum cp_reach {
    CP_REACH_NOW,
    CP_REACH_LATER /* traps, aliases: in a state that nobody knows */
} cp_reach;

typedef enum cp_identity {
    CP_IDENTITY_BARE, /* named by its name alone: the program that PATH finds, or a builtin */
    CP_IDENTITY_PATH, /* by a path: `directory` */
    CP_IDENTITY_FUNCTION, /* surely a function of this text: its body was walked, this call itself does nothing else */
    CP_IDENTITY_DYNAMIC /* not known */
} cp_identity;

enum {                        /* why a name may not be the program of that name */
       CP_TAINT_PATH = 1,     /* PATH was changed */
       CP_TAINT_FUNCTION = 2, /* a function of that name may be defined */
       CP_TAINT_ALIAS = 4,
       CP_TAINT_HASH = 8,    /* hash -p, enable -f: names may mean anything */
       CP_TAINT_UNKNOWN = 16 /* text that we can't see ran in this shell */
};

typedef enum cp_stdin_is {
    CP_STDIN_IS_INHERITED,
    CP_STDIN_IS_TEXT /* `text` */,
    CP_STDIN_IS_CALLS /* what earlier calls print */,
    CP_STDIN_IS_FILE,
    CP_STDIN_IS_NOTHING
} cp_stdin_is;
typedef struct cp_stdin_shared {
    struct cp_stdin_shared *up; /* what was standard input before: another descriptor may still lead there */
    uint32_t used;              /* 1: lines of it, 3: any part */
} cp_stdin_shared;              /* one descriptor: what one command has read, the next one won't */
typedef struct cp_stdin {
    uint32_t is;
    cp_value text;                   /* TEXT; FILE: the path */
    uint32_t from_first, from_count; /* calls whose output it is, or may hold */
    uint32_t read_first, read_count; /* effects: the file that it is read from by a redirection */
    cp_set lines;                    /* CALLS: what each of its lines may be; no values: not known */
    cp_set entries;                  /* the same of what is ended by a NUL */
    cp_stdin_shared *shared;         /* NULL: nobody asks */
} cp_stdin;

typedef struct cp_call {
    uint32_t parent; /* the wrapper's call; CP_NO_CALL */
    uint32_t reach, domain;
    cp_fields argv;
    cp_slice program; /* its name: the last component; empty when not known */
    cp_value command; /* the command word */
    uint32_t identity, taints;
    cp_set cwd; /* no values: unknown */
    cp_stdin in;
    cp_span span, at; /* where written; where run, when that is elsewhere */
    cp_reading reading;
} cp_call;

typedef struct cp_call_effect {
    cp_effect effect;
    uint32_t call; /* CP_NO_CALL: of a group or the request */
    uint32_t domain;
    cp_set base; /* directories that its relative path may start from; no values: unknown */
    cp_set
        chosen; /* READ: names that were compared with something on the way: it may be one of them that is read */
    uint32_t plain;                  /* ENV: a plain assignment, seen by no other program so far as we know */
    uint32_t from_first, from_count; /* CODE from standard input: whose output it is */
} cp_call_effect;

/* The output of calls goes into the words, or the standard input, of call `to`. */
typedef struct cp_flow {
    uint32_t from_first, from_count, to, by_stdin;
    uint32_t by_command; /* it is the whole command word: which command runs */
    uint32_t read_first,
        read_count; /* effects of no call whose files go the same way: `done < FILE`, $(< FILE) */
} cp_flow;

typedef enum cp_finding_code {
    CP_FINDING_SYNTAX,
    CP_FINDING_UNSUPPORTED,
    CP_FINDING_OPAQUE,
    CP_FINDING_HEREDOC,
    CP_FINDING_DIALECT,
    CP_FINDING_HIDDEN,
    CP_FINDING_LIMIT,
    CP_FINDING_DYNAMIC_COMMAND,
    CP_FINDING_EVALUATES,
    CP_FINDING_RECURSION,
    CP_FINDING_FORK_BOMB,
    CP_FINDING_UNKNOWN_SCRIPT
} cp_finding_code;
typedef struct cp_finding {
    uint32_t code;
    uint32_t call;
    cp_span span;
    cp_slice detail;
} cp_finding;

typedef struct cp_variable {
    cp_slice name, value;
    uint32_t known;
} cp_variable;

typedef struct cp_calls {
    cp_call *calls;
    uint32_t call_count, call_cap;
    cp_call_effect *effects;
    uint32_t effect_count, effect_cap;
    cp_flow *flows;
    uint32_t flow_count, flow_cap;
    cp_finding *findings;
    uint32_t finding_count, finding_cap;
} cp_calls;

typedef struct cp_walk_input {
    cp_arena *arena;
    cp_sources *sources;
    const cp_layers *layers;
    const cp_places *places;
    cp_budget *budget;
    cp_dialect dialect;
    cp_slice cwd; /* empty: unknown */
    const cp_variable *variables;
    uint32_t variable_count;
} cp_walk_input;

/* sources->items[src] as the text of a fresh, non-interactive shell. */
void cp_calls_of_text(const cp_walk_input *, uint32_t src, cp_calls *out);
/* An argv that no shell will see. */
void cp_calls_of_argv(const cp_walk_input *, const cp_fields *argv, cp_calls *out);
#endif
