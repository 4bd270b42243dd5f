/* What the files of calls/ share. Private to this folder. */
#ifndef CP_CALLS_WALK_H
#define CP_CALLS_WALK_H
#include "base/text.h"
#include "calls/state.h"

typedef struct cp_exits {
    cp_state ok, fail;
} cp_exits; /* after success, after failure */

enum {
    CP_CUT_LEFT = 1 /* the loop or function may have been left */,
    CP_CUT_ENDED = 2 /* the shell may have ended */
};
/* Rounds in which a loop may still change something; words of a list that are walked one by one; items that xargs runs with. */
enum { CP_LOOP_TRIALS_MOST = 10, CP_LOOP_UNROLL_MOST = 64, CP_STDIN_ITEMS_MOST = 1000 };
enum { CP_NEXT_CALL = UINT32_MAX - 1 }; /* one that isn't listed yet */
enum { CP_CONSUMED_LINES = 1 /* whole lines of it */, CP_CONSUMED = 3 /* any part of it */ };
/* What is printed, as far as it is known: the text of a substitution or of a pipe. */
typedef struct cp_sink {
    uint32_t unknown;
    uint32_t
        cut; /* CP_CUT_…: the shell may not have come this far: what is printed next makes the text unknown */
    cp_value text;    /* exact while not unknown; atom_count 0: nothing yet */
    uint32_t printed; /* how many commands have printed into it */
    cp_set
        lines; /* what each line may be; only while everything that was printed is lines, none of them lost */
    uint32_t lined, lost;
    uint32_t
        rough; /* a name may hold blanks and ends of line: only what is ended by a NUL is one of the lines */
    cp_set
        choice; /* a command printed one of these and an end of line, or just nothing: the empty text is one */
    cp_value perhaps; /* what was printed, if anything; of one command */
    uint32_t numeric; /* how many of them have printed digits and ends of line alone, if anything */
    uint32_t blurred; /* something else may get there, or get lost */
} cp_sink;
static inline void cp_sink_blur(cp_sink *sink) {
    if (sink)
        sink->unknown = sink->blurred = 1;
}

typedef struct cp_frame { /* a function body being walked */
    struct cp_frame *up;
    const cp_node *body;
    uint32_t backgrounds; /* how many pipes and & were entered when it began */
    uint32_t recursed;    /* it calls itself */
    uint32_t unknown;     /* it is walked with parameters and variables unknown */
    cp_map hidden;        /* what a name was before it was made local: that is what it is again afterwards */
    struct cp_leave *broken; /* what leaves loops around the call */
} cp_frame;

typedef struct cp_leave { /* joins of break, continue, return; and of errors that end a line */
    struct cp_leave *up;
    cp_state state;
    uint32_t any;
    uint32_t of_function;    /* what leaves ends here */
    struct cp_leave *broken; /* of a function: of break and continue behind whose loops it is */
} cp_leave_point;

typedef struct cp_origin_range {
    uint32_t first, count;
    uint32_t read_first, read_count; /* effects: files that are read there by redirections alone */
    const cp_value *text;            /* of <( ): what it prints, if known */
    cp_set lines;                    /* of $( ) and <( ): what each line may be; no values: not known */
    cp_set entries;                  /* of <( ): the same of what is ended by a NUL */
    uint32_t is_read; /* of >( ): what is written there is what they read; until it is known who does */
    uint32_t effect_first, effect_end; /* of >( ): effects that were listed with them */
} cp_origin_range;

/* What the rounds of a loop change: unknown when a round begins. */
typedef struct cp_loop {
    const cp_node *node;
    cp_map variables, functions, aliases; /* the names that change; functions with what they may be */
    uint32_t cwd, params, taints, env_flags, all_unknown, may_stop, exports_all;
    cp_slice
        around; /* without `cwd`: a round begins at or below this directory; empty: where the loop does */
} cp_loop;

typedef struct cp_memo { /* what a function call did, for the next one in the same state */
    struct cp_memo *next;
    const cp_node *body;
    cp_state before;
    uint32_t domain, reach, backgrounds, listed, printed, called, input_used;
    uint32_t cut, disturbed; /* of the shell's output */
    cp_leave_point failed, broken;
    cp_stdin input;
    cp_exits after;
} cp_memo;

typedef struct cp_later { /* a trap's action: walked when all functions of the text are known */
    struct cp_later *next;
    uint32_t src, parent, domain, reach;
    cp_dialect dialect;
    cp_state state;
    cp_span at;
    const cp_node *body; /* or a function that the shell itself calls, or that the text doesn't */
    cp_slice name;       /* that function's */
    uint32_t uncalled;   /* that the text doesn't call */
} cp_later;

typedef struct cp_walk {
    const cp_walk_input *in;
    cp_arena *arena;
    cp_budget *budget;
    cp_calls *out;
    cp_dialect dialect;
    /* the present place */
    cp_stdin input;
    uint32_t consumed;            /* CP_CONSUMED…: a command that was walked may have read standard input */
    cp_stdin_shared *before_pipe; /* zsh: what the words of a pipeline's last command read yet */
    cp_sink *sink;                /* NULL: what is printed goes elsewhere */
    cp_sink *shell_sink;          /* of the shell that runs here, whatever is redirected within it */
    uint32_t parent;              /* call of the wrapper; CP_NO_CALL */
    uint32_t reach, domain;
    uint32_t dry; /* a trial: nothing is listed */
    cp_set equal,
        other; /* of the [[ ]] that is walked: what something is equal to where it is true, where it isn't */
    uint32_t negated;    /* behind an odd number of ! in it */
    uint32_t evaluating; /* depth of texts that texts evaluate */
    uint32_t in_loop;    /* within the rounds of an outer loop */
    uint32_t trial;      /* which trial round it is */
    uint32_t grew;       /* some loop was seen to change more than was known of it */
    uint32_t unrolled;   /* product of the loops that are unrolled */
    uint32_t backgrounds;
    uint32_t opened;  /* descriptors that the text may keep open, as it is written */
    uint32_t readers; /* kinds of descriptors that are open to be read (redirect.c) */
    struct cp_socket {
        int32_t fd;
        cp_value target;
    } * sockets; /* descriptors that were opened on a connection: /dev/tcp/HOST/PORT */
    uint32_t socket_count, socket_cap;
    uint32_t behind_none; /* the command word is the next one, where the first is no word at all */
    uint32_t crowded;     /* … that may be more than there can be: then <( ) fails */
    uint32_t moving;      /* variables may change between any two commands (trap DEBUG, name references) */
    cp_frame *frames;
    cp_leave_point *leaves;
    cp_leave_point *errors; /* of the text being walked: where a line that ends in an error goes on */
    const cp_list *script;  /* top-level list of a script that is read from standard input */
    cp_stdin_shared *script_input;
    cp_span at;          /* where the text being walked is run; src UINT32_MAX: where it stands */
    uint32_t in_wrapper; /* an argv that a wrapper runs: functions of this shell may not be visible to it */
    /* origins: values that are some calls' output carry an index into this */
    cp_origin_range *origins;
    uint32_t origin_count, origin_cap;
    cp_loop **loops; /* open addressing by node; a power of two */
    uint32_t loop_count, loop_cap;
    cp_memo *memos;
    uint32_t memo_count;
    uint32_t seen_taints, seen_flags; /* of any state so far */
    uint32_t seen_exports;            /* variables may have been exported */
    cp_later *later, *later_last;
    cp_map all_functions; /* every function that the text defines anywhere */
    cp_map uncalled;      /* those that nobody has called since they were defined, by name */
    uint32_t
        at_end; /* what runs later is walked: none of those that are known is called by the text from now on */
    uint32_t any_function; /* a command that is not known may have called any of them */
    /* what the words of the command being expanded brought */
    cp_state *words_state; /* assignments in expansions go here */
    cp_span here;          /* the statement that is walked */
    uint32_t replaced;     /* exec: redirections stay */
    uint32_t
        input_moved; /* from somewhere in the text on, what was standard input at its beginning may be something else */
    struct cp_pending {
        cp_slice name;
        cp_span span;
    } * reads;
    uint32_t read_count, read_cap;
} cp_walk;

static inline bool cp_walk_stopped(const cp_walk *w) {
    return cp_spent(w->budget) || cp_arena_failed(w->arena);
}
static inline cp_exits cp_both(cp_state s) {
    return (cp_exits){s, s};
}

/* walk.c: lists, pipelines, branches, texts */
/* States are large: on the way down to each command they are handed on, not copied. */
void cp_walk_node_from(cp_walk *, const cp_node *, const cp_state *, cp_exits *out);
void cp_walk_list_from(cp_walk *, const cp_list *, const cp_state *, cp_exits *out);
static inline cp_exits cp_walk_list(cp_walk *w, const cp_list *list, cp_state s) {
    cp_exits e;
    cp_walk_list_from(w, list, &s, &e);
    return e;
}
static inline cp_exits cp_walk_node(cp_walk *w, const cp_node *node, cp_state s) {
    cp_exits e;
    cp_walk_node_from(w, node, &s, &e);
    return e;
}
/* Parses sources[src] and walks it; notes become findings. */
cp_exits cp_walk_source(cp_walk *, uint32_t src, cp_dialect, cp_state);
/* The same for a text where holes were filled in: what doesn't parse says nothing. */
cp_exits cp_walk_guess(cp_walk *, uint32_t src, cp_dialect, cp_state);
void cp_walk_finding(cp_walk *, uint32_t code, uint32_t call, cp_span, cp_slice detail);
static inline cp_state cp_walk_join(const cp_walk *w, cp_exits e) {
    return cp_state_is(&e.ok, &e.fail) ? e.ok : cp_state_join(w->arena, w->budget, e.ok, e.fail);
}
cp_exits cp_walk_join_exits(cp_walk *, cp_exits, cp_exits);
/* A value's output becomes unknown where commands may or may not have printed. */
void cp_sink_maybe(cp_sink *, uint32_t printed_before);
void cp_sink_may_be_nothing(cp_walk *, cp_sink *, uint32_t printed_before);
static inline uint32_t cp_walk_printed(const cp_walk *w) {
    return w->sink ? w->sink->printed : 0;
}
/* The shell may end here, or leave the loop or function: nothing behind it is sure to be printed. */
void cp_walk_may_end(cp_walk *);
/* Options of a shell, or of `set`, of which none has a say in which names a pattern stands for, in any shell. */
bool cp_walk_keeps_globs(const cp_reading *);
/* After a loop or function: what left it goes on here. `before` is what cp_walk_cut said when it began. */
static inline uint32_t cp_walk_cut(const cp_walk *w) {
    return w->shell_sink ? w->shell_sink->cut : 0;
}
void cp_walk_arrived(cp_walk *, uint32_t before);
/* The exits of what ends at the leave point: its own, and those of what left it early. `printed`, `cut`: from before it. */
cp_exits cp_walk_left(cp_walk *, const cp_leave_point *, cp_exits own, uint32_t printed, uint32_t cut);
/* break, continue, return: this state goes on behind the loops and at the end of the function. `loops`: how many are left. In zsh, busybox
 * and bash before 4.4 these are those around the function's call, too. */
typedef enum cp_loops { CP_LOOPS_NONE, CP_LOOPS_ONE, CP_LOOPS_ANY } cp_loops;
void cp_walk_leave(cp_walk *, cp_state, cp_loops loops);
/* An error in these words would end the line, but not the shell. */
void cp_walk_error(cp_walk *, cp_state);
bool cp_word_may_fail(const cp_word *, bool globs, cp_budget *);
/* Is a pattern that no file matches an error? In zsh, and with bash's failglob. */
static inline bool cp_walk_globs_may_fail(const cp_walk *w, const cp_state *s) {
    return w->dialect == CP_DIALECT_ZSH || (s->env_flags & CP_ENV_GLOB_OPTIONS);
}
bool cp_arith_may_fail(const cp_arith *);

/* compared.c: names out of what is compared, `matched`: with a regular expression */
void cp_walk_compared(cp_walk *, cp_set each, bool matched, cp_set *to);
/* A regular expression with its backslashes, where nothing in it is quoted otherwise, or expanded. */
cp_set cp_walk_as_written(cp_walk *, const cp_word *, cp_set each);
bool cp_walk_has_group(cp_walk *, const cp_word *);                    /* an extended glob, perhaps */
void cp_walk_test_compares(cp_walk *, const cp_reading *, cp_exits *); /* [ "$f" = NAME ] */
/* echo "$f" | grep -q NAME: names on standard input, and nothing that is printed */
void cp_walk_asks_of_lines(cp_walk *, const cp_reading *, cp_exits *);

/* loops.c */
cp_exits cp_walk_loop(cp_walk *, const cp_node *, cp_state);

/* functions.c */
cp_exits cp_walk_function(cp_walk *, const cp_binding *, const cp_fields *argv, cp_span, cp_state);
void cp_walk_body(cp_walk *, cp_slice name, const cp_node *body, cp_span,
                  cp_state); /* a function's, with any parameters */
void cp_walk_define(cp_walk *, const cp_node *, cp_state *);

/* later.c: traps, aliases */
void cp_walk_trap(cp_walk *, const cp_call *, uint32_t call, const cp_value *text, cp_state);
void cp_walk_later(cp_walk *);
void cp_walk_define_aliases(cp_walk *, const cp_reading *, cp_state *);
/* The commands that a simple command becomes where its first word is an alias. False: it is none. */
bool cp_walk_alias(cp_walk *, const cp_node *, cp_state, cp_exits *out);

/* words.c: words through cp_env */
cp_fields cp_walk_words(cp_walk *, const cp_word *first, bool declaration, cp_state *);
cp_fields cp_walk_word(cp_walk *, const cp_word *, cp_context, cp_state *);
cp_value cp_walk_one_of(cp_walk *, const cp_word *, cp_context, cp_state *,
                        cp_set *out_each); /* the same, and what it may be where it is surely one word */
cp_value cp_walk_one(cp_walk *, const cp_word *, cp_context,
                     cp_state *); /* exactly one value: joined where there are several */
bool cp_walk_only_asks(const cp_word *, bool quoted);
void cp_walk_arith(cp_walk *, const cp_arith *, cp_state *);
void cp_walk_pattern_words(cp_walk *, const cp_word *, cp_state *);
/* The text of a value as arithmetic: what it assigns is unknown from now on. */
/* What an expression runs that is assigned to a variable which calculates it. */
void cp_walk_calculated(cp_walk *, cp_slice name, const cp_value *, const cp_state *);
/* What the subscript of NAME[…] or NAME[…]=VALUE runs where it is certain; what can't be known is for others to say. */
void cp_walk_subscript(cp_walk *, const cp_value *word, cp_state);
void cp_walk_arith_text(cp_walk *, const cp_value *, cp_state *);
/* Digits, with a sign or without: nothing that arithmetic would evaluate. */
bool cp_walk_is_integer(const cp_value *);
/* Effects of variables read since `from`, and flows from substitutions in these fields, for a call. */
void cp_walk_reads_to(cp_walk *, uint32_t from, uint32_t call);
void cp_walk_flows_to(cp_walk *, const cp_fields *, uint32_t call);
uint32_t cp_walk_origin(cp_walk *, uint32_t first_call, uint32_t count);
/* The same of what arrives on standard input: calls' output, or a file. 0: neither. */
uint32_t cp_walk_origin_of(cp_walk *, const cp_stdin *);

/* simple.c: simple commands */
void cp_walk_simple(cp_walk *, const cp_node *, const cp_state *, cp_exits *out);
/* choices.c: one argv (also from wrappers): identity, reading, effects, nested calls. `span` is where it stands. */
cp_exits cp_walk_argv(cp_walk *, const cp_fields *, cp_span, cp_state);
/* simple.c: the same where the program's name and the words are settled as far as they will be; or its name isn't known at all. */
void cp_walk_known(cp_walk *, const cp_fields *, const cp_value *command, cp_span, const cp_state *,
                   cp_exits *out);
cp_exits cp_walk_dynamic(cp_walk *, const cp_fields *, const cp_value *command, cp_span, cp_state);
void cp_walk_effect(cp_walk *, const cp_call_effect *);
/* What redirections write to, effects from `effect` on, is fed by the calls from `first` on. */
void cp_walk_feed(cp_walk *, uint32_t effect, uint32_t effect_end, uint32_t first);

/* assign.c: assignments as nodes and as words NAME=VALUE */
void cp_walk_assignments(cp_walk *, const cp_assignment *, cp_state *, bool for_command, uint32_t call);
/* The effect of an assignment: of some name; and of a name that the walk itself assigns to (loops, ${x:=}, {fd}>). */
const cp_set *cp_walk_held(cp_walk *, const cp_state *, cp_slice name);
static inline bool cp_walk_may_be_ksh(const cp_walk *w) {
    return w->dialect == CP_DIALECT_SH || w->dialect == CP_DIALECT_UNKNOWN;
}
bool cp_walk_may_refuse(const cp_walk *, const cp_state *, cp_slice name);
void cp_walk_assigned(cp_walk *, const cp_value *name, const cp_set *value, bool plain, cp_span,
                      uint32_t call, cp_set base);
void cp_walk_assigned_here(cp_walk *, cp_slice name, cp_span, const cp_state *);
void cp_walk_assign_value(cp_walk *, const cp_value *word, cp_state *, bool exported, bool array);

/* does.c: what builtins change */
cp_exits cp_walk_does(cp_walk *, const cp_reading *, cp_state, uint32_t call);

/* nested.c */
cp_exits cp_walk_nested(cp_walk *, const cp_call *, uint32_t call, const cp_nested *, cp_state);

/* redirect.c: effects of redirections, and the standard input that they leave; sink becomes NULL where the output goes elsewhere */
void cp_walk_redirects(cp_walk *, const cp_redir *, cp_state *, uint32_t call);

/* output.c: what a call prints */
void cp_walk_output(cp_walk *, const cp_call *, const cp_state *);
void cp_sink_add(cp_walk *, cp_sink *, const cp_value *);
/* The lines that were printed there, where each is known to be one of these. */
cp_set cp_sink_lines(const cp_sink *);
/* The same where each is ended by a NUL. */
cp_set cp_sink_entries(const cp_sink *);
/* Values that are file name patterns, as the names of files: each stays one word where names are taken for plain words. */
cp_set cp_walk_file_names(cp_walk *, cp_set, const cp_state *);
/* What a substitution of it is; no values: not known. */
bool cp_sink_is_numeric(const cp_sink *);
cp_set cp_sink_choice(const cp_sink *);
/* The working directory, as $PWD and pwd have it; no values: not known. */
cp_set cp_walk_here(cp_walk *, const cp_state *, cp_span);
cp_stdin cp_walk_pipe(cp_walk *, const cp_sink *, uint32_t first_call);
/* Does nothing stand in the way of these redirections but what the text has no say in? */
bool cp_walk_surely_redirected(const cp_walk *, const cp_redir *, const cp_state *);
bool cp_walk_may_move_input(const cp_redir *); /* is one of them about descriptor 0? */
bool cp_walk_may_not_redirect(const cp_redir *);
/* The text on standard input; NULL where it is not known, or partly read already. */
const cp_value *cp_walk_input_text(const cp_walk *);
/* The lines of a text that is all of what a substitution printed; NULL: it isn't, or they are not known. */
const cp_set *cp_walk_lines_in(const cp_walk *, const cp_value *text);
/* Is each of them one word, whoever splits it? */
bool cp_walk_are_words(cp_set lines);
/* The words that lines become; where they are split at blanks, the piece of a name that nobody foresaw may be an option. */
cp_set cp_walk_words_of_lines(cp_walk *, cp_set lines, bool whole, cp_span);
/* `find ' -o x'` for who passes over the blanks around a line: then it begins with what stands behind them. No values: not known, as where
 * one of the bytes `special` is written in it. */
cp_set cp_walk_bare_lines(cp_walk *, cp_set lines, const char *special);
/* What each line of standard input may be; no values: not known, or something else has read a part of one. */
cp_set cp_stdin_lines(const cp_stdin *);
/* shaped.c: what stands in the n-th column of lines; no values: not known. `by`: the byte that parts columns; < 0: any blanks do. `rest`: and
 * all that is behind it; of words: of one who takes them all. */
cp_set cp_walk_column(cp_walk *, cp_set lines, uint32_t n, int by, bool rest);
cp_set cp_stdin_entries(const cp_stdin *);
/* A descriptor of its own; behind it may be what is standard input so far. */
cp_stdin_shared *cp_walk_share(cp_walk *);
/* Standard input, or what it was before, may be read by another descriptor: nobody knows what is left of it. */
/* How much of its standard input may have been read: it only grows. */
uint32_t cp_walk_used(const cp_walk *);
void cp_walk_read_elsewhere(cp_walk *);
bool cp_walk_may_reopen(const cp_walk *, const cp_value *path, cp_set cwd);
/* What is read of a <( ), as standard input; no: it is none. */
bool cp_walk_process_input(cp_walk *, const cp_value *, cp_stdin *);
void cp_walk_reopened(cp_walk *); /* at the end: findings about what that may write to */

/* Are the names in the directory (relative to the working directory, which "" is) known to be plain? Only in a workspace that is trusted,
 * and of this machine. */
cp_look cp_walk_looked_at(cp_walk *, const cp_state *, cp_slice directory);

/* directories.c; no values: nothing is known */
cp_set cp_walk_chdir(cp_walk *, cp_set base, const cp_set *to);
cp_set cp_walk_cd(cp_walk *, const cp_reading *, const cp_state *); /* the builtin, also `cd -` and `cd ..` */
/* A directory at or above all of these; empty: only the root is. */
cp_slice cp_walk_around(cp_walk *, cp_set, cp_set);
cp_set cp_walk_somewhere_in(cp_walk *, cp_slice directory); /* at or below it */
cp_set cp_walk_parents(cp_walk *, cp_set paths); /* places.c: the directory that each of them lies in */
#endif
