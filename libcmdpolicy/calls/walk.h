/* What the files of calls/ share. Private to this folder. */
#ifndef CP_CALLS_WALK_H
#define CP_CALLS_WALK_H
#include "base/text.h"
#include "calls/state.h"

typedef struct cp_exits { cp_state ok, fail; } cp_exits; /* after success, after failure */

/* What is printed, as far as it is known: the text of a substitution or of a pipe. */
typedef struct cp_sink {
    uint32_t unknown;
    cp_value text;      /* exact while not unknown; atom_count 0: nothing yet */
    uint32_t printed;   /* how many commands have printed into it */
} cp_sink;

typedef struct cp_frame { /* a function body being walked */
    struct cp_frame *up;
    const cp_node *body;
    uint32_t backgrounds; /* how many pipes and & were entered when it began */
} cp_frame;

typedef struct cp_leave { struct cp_leave *up; cp_state state; uint32_t any; } cp_leave_point; /* joins of break, continue, return */

typedef struct cp_origin_range { uint32_t first, count; } cp_origin_range; /* calls whose output a value is */

typedef struct cp_walk {
    const cp_walk_input *in;
    cp_arena *arena;
    cp_budget *budget;
    cp_calls *out;
    cp_dialect dialect;
    /* the present place */
    cp_stdin input;
    cp_sink *sink;
    uint32_t parent;       /* call of the wrapper; CP_NO_CALL */
    uint32_t reach, domain;
    uint32_t dry;          /* a trial round of a loop: nothing is listed */
    uint32_t dynamic_seen; /* during a dry round: something ran whose effect on the state depends on values */
    uint32_t unrolled;     /* product of the loops that are unrolled */
    uint32_t backgrounds;
    cp_frame *frames;
    cp_leave_point *leaves;
    cp_span at;            /* where the text being walked is run; src UINT32_MAX: where it stands */
    uint32_t in_wrapper;   /* an argv that a wrapper runs: functions of this shell may not be visible to it */
    /* origins: values that are some calls' output carry an index into this */
    cp_origin_range *origins;
    uint32_t origin_count, origin_cap;
    /* what the words of the command being expanded brought */
    cp_state *words_state; /* assignments in expansions go here */
    struct cp_pending { cp_slice name; cp_span span; } *reads;
    uint32_t read_count, read_cap;
} cp_walk;

/* walk.c */
cp_exits cp_walk_list(cp_walk *, const cp_list *, cp_state);
cp_exits cp_walk_node(cp_walk *, const cp_node *, cp_state);
/* Parses sources[src] and walks it; notes become findings. */
cp_exits cp_walk_source(cp_walk *, uint32_t src, cp_dialect, cp_state);
void cp_walk_finding(cp_walk *, uint32_t code, uint32_t call, cp_span, cp_slice detail);
static inline cp_exits cp_both(cp_state s) { return (cp_exits){s, s}; }
cp_state cp_walk_join(cp_walk *, cp_exits);
/* A value's output becomes unknown where commands may or may not have printed. */
void cp_sink_maybe(cp_sink *, uint32_t printed_before);

/* expand.c: words through cp_env */
cp_fields cp_walk_words(cp_walk *, const cp_word *first, bool declaration, cp_state *);
cp_fields cp_walk_word(cp_walk *, const cp_word *, cp_context, cp_state *);
cp_value cp_walk_one(cp_walk *, const cp_word *, cp_context, cp_state *); /* exactly one value: joined where there are several */
void cp_walk_arith(cp_walk *, const cp_arith *, cp_state *);
void cp_walk_pattern_words(cp_walk *, const cp_word *, cp_state *);
/* Effects of variables read since `from`, and flows from substitutions in these fields, for a call. */
void cp_walk_reads_to(cp_walk *, uint32_t from, uint32_t call);
void cp_walk_flows_to(cp_walk *, const cp_fields *, uint32_t call);
uint32_t cp_walk_origin(cp_walk *, uint32_t first_call, uint32_t count);

/* simple.c: simple commands */
cp_exits cp_walk_simple(cp_walk *, const cp_node *, cp_state);
/* One argv (also from wrappers): identity, reading, effects, nested calls. `span` is where it stands. */
cp_exits cp_walk_argv(cp_walk *, const cp_fields *, cp_span, cp_state);
void cp_walk_effect(cp_walk *, const cp_call_effect *);

/* assign.c: assignments as nodes and as words NAME=VALUE */
void cp_walk_assignments(cp_walk *, const cp_assignment *, cp_state *, bool for_command, uint32_t call);
void cp_walk_assign_value(cp_walk *, const cp_value *word, cp_state *, bool exported);

/* does.c: what builtins change */
cp_exits cp_walk_does(cp_walk *, const cp_reading *, cp_state, uint32_t call);

/* nested.c */
cp_exits cp_walk_nested(cp_walk *, const cp_call *, uint32_t call, const cp_nested *, cp_state);

/* redirect.c: effects of redirections, and the standard input that they leave; sink becomes NULL where the output goes elsewhere */
void cp_walk_redirects(cp_walk *, const cp_redir *, cp_state *, uint32_t call);

/* output.c: what a call prints */
void cp_walk_output(cp_walk *, const cp_call *, const cp_reading *);
void cp_sink_add(cp_walk *, cp_sink *, const cp_value *);
cp_stdin cp_walk_pipe(cp_walk *, const cp_sink *, uint32_t first_call);

/* directories */
cp_set cp_walk_chdir(cp_walk *, cp_set base, const cp_value *to);
#endif
