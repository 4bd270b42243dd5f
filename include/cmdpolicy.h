/* cmdpolicy.h - may this command run: allow, review or deny, and why?           (C11, usable from C++)
 *
 * WAY OF USE   builder -> policy (immutable, shared) ; request + policy -> decision.
 * RESULTS      Verdicts are data, statuses are errors. A caller that gets any status but CMDPOLICY_OK treats it as deny.
 * STRINGS      Every string in and out is (pointer, length), bytes, not NUL-terminated. Spans are byte offsets.
 * OWNERSHIP    Inputs are copied before a function returns; nothing that the caller passed is kept. A decision owns every
 *              byte it exposes: it needs neither the policy nor the request afterwards. `_free(NULL)` is fine.
 * THREADS      A policy may be used by any number of threads at once. A builder, a request and a
 *              decision belong to one thread at a time; const access to one decision from many threads is fine.
 * MEMORY       Out of memory is a status, or (in cmdpolicy_check) a static decision that denies. Nothing aborts or exits.
 * EFFECTS      No function here but cmdpolicy_builder_add_file opens files, reads the environment, the clock or the network.
 * ABI          Objects are opaque; enums are int32_t and grow at the end. cmdpolicy_string and cmdpolicy_span never change;
 *              every other struct is filled by the library, begins with `struct_size`, which the CALLER sets, and only ever
 *              grows at the end (the library writes no further than struct_size). No struct is passed or returned by value,
 *              no bool, no bit-field, no variadic function, no errno, no callback that must be given.
 */
#ifndef CMDPOLICY_H
#define CMDPOLICY_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif
#if defined(_WIN32) && !defined(CMDPOLICY_STATIC)
#  ifdef CMDPOLICY_BUILD
#    define CMDPOLICY_API __declspec(dllexport)
#  else
#    define CMDPOLICY_API __declspec(dllimport)
#  endif
#elif defined(__GNUC__)
#  define CMDPOLICY_API __attribute__((visibility("default")))
#else
#  define CMDPOLICY_API
#endif

#define CMDPOLICY_VERSION_MAJOR 0
#define CMDPOLICY_VERSION_MINOR 1
#define CMDPOLICY_VERSION_PATCH 0
/* (major << 16 | minor << 8 | patch) of the library that is linked, which may be newer than this header. */
CMDPOLICY_API uint32_t cmdpolicy_version(void);

/* ---- Basic types ------------------------------------------------------------------------------------------------- */

/* Zeroed memory denies. Smaller is stricter; unknown values (from a newer library) are to be treated as deny. */
typedef int32_t cmdpolicy_verdict;
enum { CMDPOLICY_DENY = 0, CMDPOLICY_REVIEW = 1, CMDPOLICY_ALLOW = 2 };
/* "deny", "review", "allow"; "deny" for what this library does not know. Static, never NULL. */
CMDPOLICY_API const char *cmdpolicy_verdict_name(cmdpolicy_verdict);
#define CMDPOLICY_STRICTEST(a, b) ((a) < (b) ? (a) : (b))

typedef int32_t cmdpolicy_status;
enum {
    CMDPOLICY_OK = 0,
    CMDPOLICY_ERR_NOMEM = -1,     /* an allocation failed; the object is unchanged or must be freed, as documented     */
    CMDPOLICY_ERR_ARGUMENT = -2,  /* the caller's mistake: NULL, wrong order of calls, value out of range              */
    CMDPOLICY_ERR_POLICY = -3,    /* a policy text or image is wrong: see cmdpolicy_builder_error                      */
    CMDPOLICY_ERR_IO = -4,        /* a file could not be read                                                          */
    CMDPOLICY_ERR_UNSUPPORTED = -5, /* this build lacks the part (YAML loader, PCRE2), or the image needs a newer one   */
    CMDPOLICY_ERR_RANGE = -6      /* index past the end                                                                */
};
CMDPOLICY_API const char *cmdpolicy_status_name(cmdpolicy_status);  /* static, never NULL */

typedef struct cmdpolicy_string { const char *data; size_t size; } cmdpolicy_string;

/* Where in what. source 0 is what the caller gave (shell text, or the argv rendered by cmdpolicy_decision_source). */
typedef struct cmdpolicy_span { uint32_t source, begin, end; } cmdpolicy_span;

/* All memory of a policy and of its requests, sessions and decisions comes from here. resize(user, NULL, 0, n) allocates,
 * (user, p, old, n) resizes, (user, p, old, 0) frees; NULL: out of memory. Must be thread-safe where the policy is shared.
 * (libyaml has no such hook: its memory comes from malloc, and only while YAML is being added.) */
typedef void *(*cmdpolicy_resize)(void *user, void *block, size_t old_size, size_t new_size);

typedef struct cmdpolicy_builder cmdpolicy_builder;
typedef struct cmdpolicy_policy cmdpolicy_policy;
typedef struct cmdpolicy_request cmdpolicy_request;
typedef struct cmdpolicy_decision cmdpolicy_decision;

/* ---- Building a policy ------------------------------------------------------------------------------------------- */

/* Overlays, weakest first: BUILTIN, SYSTEM, USER, SESSION. Floors, which only tighten: REQUIREMENTS, WORKSPACE.
 * A WORKSPACE file may hold rules and effects, never commands, defaults, or an allow. */
typedef int32_t cmdpolicy_layer;
enum { CMDPOLICY_LAYER_BUILTIN = 0, CMDPOLICY_LAYER_SYSTEM = 1, CMDPOLICY_LAYER_USER = 2, CMDPOLICY_LAYER_SESSION = 3,
       CMDPOLICY_LAYER_REQUIREMENTS = 16, CMDPOLICY_LAYER_WORKSPACE = 17 };
/* "builtin", "system", "user", "session", "requirements", "workspace"; "unknown" for others. Static, never NULL. */
CMDPOLICY_API const char *cmdpolicy_layer_name(cmdpolicy_layer);

CMDPOLICY_API cmdpolicy_builder *cmdpolicy_builder_new(void);                /* malloc & co.; NULL: out of memory */
CMDPOLICY_API cmdpolicy_builder *cmdpolicy_builder_new_with(cmdpolicy_resize, void *user);
CMDPOLICY_API void cmdpolicy_builder_free(cmdpolicy_builder *);
/* The packs that are linked in. profile: "read-only", "workspace-write" or NULL for the default. Costs no parsing. */
CMDPOLICY_API cmdpolicy_status cmdpolicy_builder_add_builtin(cmdpolicy_builder *, const char *profile);
/* name is for messages. Adding continues after an error, so that all of them can be shown; build then fails. */
CMDPOLICY_API cmdpolicy_status cmdpolicy_builder_add_yaml(cmdpolicy_builder *, cmdpolicy_layer, const char *name,
                                                          const char *text, size_t size);
/* A compiled image (cmdpolicy compile). Copied. Hostile bytes are safe: they give CMDPOLICY_ERR_POLICY. */
CMDPOLICY_API cmdpolicy_status cmdpolicy_builder_add_image(cmdpolicy_builder *, cmdpolicy_layer, const char *name,
                                                           const void *bytes, size_t size);
/* As add_image, but borrowed: bytes stay unchanged and readable until the last policy built from it is freed. For what `cmdpolicy
 * compile` wrote: whether it is whole is checked, its inside is not (reading it is safe whatever it says). */
CMDPOLICY_API cmdpolicy_status cmdpolicy_builder_add_image_static(cmdpolicy_builder *, cmdpolicy_layer, const char *name,
                                                                  const void *bytes, size_t size);
/* YAML or image, told apart by its first bytes. The only function that reads a file. */
CMDPOLICY_API cmdpolicy_status cmdpolicy_builder_add_file(cmdpolicy_builder *, cmdpolicy_layer, const char *path);
/* Limits by name ("input-bytes", "depth", "steps", ...: docs/limits.md). A requirement layer may pin a smaller one. */
CMDPOLICY_API cmdpolicy_status cmdpolicy_builder_set_limit(cmdpolicy_builder *, const char *name, uint64_t value);
/* On success *out_policy has one reference. On any error no policy exists: there is no half policy. */
CMDPOLICY_API cmdpolicy_status cmdpolicy_builder_build(cmdpolicy_builder *, cmdpolicy_policy **out_policy);

typedef struct cmdpolicy_error {          /* borrowed from the builder until its next call */
    uint32_t struct_size;
    cmdpolicy_status status;
    cmdpolicy_layer layer;
    uint32_t line, column;                /* from 1; 0: not known */
    uint64_t offset;
    cmdpolicy_string file, code, message, expected;  /* code is stable: "unknown-key", "duplicate-key", ... */
    int32_t is_warning;
} cmdpolicy_error;
CMDPOLICY_API size_t cmdpolicy_builder_error_count(const cmdpolicy_builder *);
CMDPOLICY_API cmdpolicy_status cmdpolicy_builder_error(const cmdpolicy_builder *, size_t index, cmdpolicy_error *out);

CMDPOLICY_API cmdpolicy_policy *cmdpolicy_policy_ref(cmdpolicy_policy *);   /* +1, returns its argument */
CMDPOLICY_API void cmdpolicy_policy_free(cmdpolicy_policy *);               /* -1 */
/* Compile every pattern now instead of on first use, so that no later check pays for it or can fail on it. */
CMDPOLICY_API cmdpolicy_status cmdpolicy_policy_prepare(const cmdpolicy_policy *);
/* A setting under `defaults` that the caller heeds, not the check: "audit-file", "audit-redact", "audit-required"
 * (docs/audit.md). A requirement's counts, else the latest layer's; *out_pinned, which may be NULL, says if it is a
 * requirement's. CMDPOLICY_ERR_RANGE: no layer says; CMDPOLICY_ERR_ARGUMENT: there is no such setting. Borrowed. */
CMDPOLICY_API cmdpolicy_status cmdpolicy_policy_setting(const cmdpolicy_policy *, const char *name, cmdpolicy_string *out,
                                                        int32_t *out_pinned);
/* SHA-256 over all layers and limits, 64 hex digits: goes into audit records and approvals. Borrowed. */
CMDPOLICY_API cmdpolicy_status cmdpolicy_policy_digest(const cmdpolicy_policy *, cmdpolicy_string *out);

/* ---- What is asked ----------------------------------------------------------------------------------------------- */
/* A request is filled by setters (which copy) and may be reused: set_* of a new subject replaces the former, facts stay
 * until cmdpolicy_request_reset. New kinds of subject are new setters, so this interface only grows. A setter that fails
 * makes the request invalid (checks of it deny) until it is reset: statuses may be tested once, at the check. */
typedef int32_t cmdpolicy_dialect;
enum { CMDPOLICY_DIALECT_UNKNOWN = 0 /* what the policy's defaults say; nothing there: every plausible one, strictest wins */, CMDPOLICY_DIALECT_BASH = 1,
       CMDPOLICY_DIALECT_SH = 2, CMDPOLICY_DIALECT_DASH = 3, CMDPOLICY_DIALECT_ZSH = 4 };

CMDPOLICY_API cmdpolicy_request *cmdpolicy_request_new(const cmdpolicy_policy *);  /* NULL: out of memory */
CMDPOLICY_API void cmdpolicy_request_reset(cmdpolicy_request *);
CMDPOLICY_API void cmdpolicy_request_free(cmdpolicy_request *);

/* Shell source that a fresh, non-interactive shell is to run. */
CMDPOLICY_API cmdpolicy_status cmdpolicy_request_set_shell(cmdpolicy_request *, cmdpolicy_dialect, const char *text, size_t size);
/* An argv that no shell will see. sizes may be NULL when every item is NUL-terminated. */
CMDPOLICY_API cmdpolicy_status cmdpolicy_request_set_argv(cmdpolicy_request *, size_t count, const char *const *items,
                                                          const size_t *sizes);
/* Facts. What is not given is unknown, and unknown never makes a verdict looser. */
CMDPOLICY_API cmdpolicy_status cmdpolicy_request_set_cwd(cmdpolicy_request *, const char *path, size_t size);
CMDPOLICY_API cmdpolicy_status cmdpolicy_request_set_home(cmdpolicy_request *, const char *path, size_t size);
enum { CMDPOLICY_UNTRUSTED = 0, CMDPOLICY_TRUSTED = 1 };
CMDPOLICY_API cmdpolicy_status cmdpolicy_request_add_workspace(cmdpolicy_request *, const char *root, size_t size, int32_t trust);
/* A variable of the shell's environment; value NULL: set, value unknown. */
CMDPOLICY_API cmdpolicy_status cmdpolicy_request_set_variable(cmdpolicy_request *, const char *name, const char *value, size_t size);
/* Named facts for conditions: "sandbox" = none|read-only|workspace-write (what the caller enforces), "branch" (the one that is
 * checked out), "case" = sensitive|insensitive (file names; not given: insensitive where the library was built for macOS or
 * Windows, else sensitive, so say it of a mount of another system's). An unknown name or value is CMDPOLICY_ERR_ARGUMENT. */
CMDPOLICY_API cmdpolicy_status cmdpolicy_request_set_fact(cmdpolicy_request *, const char *name, const char *value, size_t size);
/* What the caller knows of the file system: `path` really is `real` (symbolic links resolved). */
CMDPOLICY_API cmdpolicy_status cmdpolicy_request_add_path(cmdpolicy_request *, const char *path, size_t size,
                                                          const char *real, size_t real_size);
/* For C callers, the same as a callback: called during the check, on its thread, at most once a path and at most
 * limit "resolves" times. Writes at most `room` bytes and returns the full length, or -1 for unknown. It may run other
 * checks; it must not touch this request, throw, or jump. Without it the library touches no file. */
typedef int64_t (*cmdpolicy_resolver)(void *user, const char *path, size_t size, char *buffer, size_t room);
CMDPOLICY_API cmdpolicy_status cmdpolicy_request_set_resolver(cmdpolicy_request *, cmdpolicy_resolver, void *user);
/* What the caller found when it looked at all names in a directory (hidden ones too). PLAIN: cmdpolicy_name_is_plain is true of each
 * of them, so that no word that `*` stands for there is an option. SIMPLE: so is cmdpolicy_name_is_simple, and no program takes one
 * for anything but a file's name. It counts in trusted workspaces only, and only for commands that are known to write nothing. */
typedef int32_t cmdpolicy_names;
enum { CMDPOLICY_NAMES_UNKNOWN = 0, CMDPOLICY_NAMES_PLAIN = 1, CMDPOLICY_NAMES_SIMPLE = 2 };
CMDPOLICY_API cmdpolicy_status cmdpolicy_request_add_directory(cmdpolicy_request *, const char *path, size_t size,
                                                               cmdpolicy_names);
/* For C callers, the same as a callback, called as a resolver is: at most once a directory, and at most limit "looks" times. What it
 * can't find out, or not soon, is CMDPOLICY_NAMES_UNKNOWN. */
typedef cmdpolicy_names (*cmdpolicy_looker)(void *user, const char *path, size_t size);
CMDPOLICY_API cmdpolicy_status cmdpolicy_request_set_looker(cmdpolicy_request *, cmdpolicy_looker, void *user);
/* 1: the file's name does not begin with '-', has none behind a blank, a control character, a quote (' " `) or a backslash, and does
 * not end in one of these. Else 0. */
CMDPOLICY_API int32_t cmdpolicy_name_is_plain(const char *name, size_t size);
/* 1: the file's name is made of letters and digits of ASCII and of `_ . - + , = ~`, and begins with one of the first four kinds. Else 0.
 * Each such name is plain. */
CMDPOLICY_API int32_t cmdpolicy_name_is_simple(const char *name, size_t size);
/* Copied into audit records and JSON, never judged: "agent", "session", "call", "user", ... */
CMDPOLICY_API cmdpolicy_status cmdpolicy_request_set_label(cmdpolicy_request *, const char *name, const char *value, size_t size);

/* ---- Deciding ---------------------------------------------------------------------------------------------------- */

/* A decision for every input, never NULL: NULL arguments, an invalid request and exhausted memory give a static decision
 * that denies and says so. Deterministic: equal policy and request give equal bytes. */
CMDPOLICY_API cmdpolicy_decision *cmdpolicy_check(const cmdpolicy_policy *, const cmdpolicy_request *);
/* Shell source, nothing else known: the three-line use. */
CMDPOLICY_API cmdpolicy_decision *cmdpolicy_check_shell(const cmdpolicy_policy *, const char *text, size_t size);
CMDPOLICY_API void cmdpolicy_decision_free(cmdpolicy_decision *);

CMDPOLICY_API cmdpolicy_verdict cmdpolicy_decision_verdict(const cmdpolicy_decision *);  /* NULL: deny */
CMDPOLICY_API cmdpolicy_status cmdpolicy_decision_status(const cmdpolicy_decision *);    /* OK, or why it is the static one */

typedef struct cmdpolicy_reason {
    uint32_t struct_size;
    cmdpolicy_verdict verdict;
    cmdpolicy_span span;
    int32_t call;                          /* index into the calls; -1: the whole request */
    cmdpolicy_layer layer;
    uint32_t line;                         /* of the rule, in `file`; 0: not from a file */
    cmdpolicy_string code;                 /* stable, for programs: "rule", "unknown-option", "limit-depth", ... */
    cmdpolicy_string rule, message, suggestion, risk, file;
} cmdpolicy_reason;
CMDPOLICY_API size_t cmdpolicy_decision_reason_count(const cmdpolicy_decision *);
CMDPOLICY_API cmdpolicy_status cmdpolicy_decision_reason(const cmdpolicy_decision *, size_t index, cmdpolicy_reason *out);

typedef struct cmdpolicy_call {
    uint32_t struct_size;
    cmdpolicy_verdict verdict;
    cmdpolicy_span span;
    int32_t parent;                        /* the wrapper's call; -1: none */
    uint32_t word_count;
    uint32_t flags;
    cmdpolicy_string program, domain;      /* domain: "local", "remote", "container" */
    cmdpolicy_span at;                     /* where its text is run, when that's elsewhere (eval, sh -c); else as span */
    cmdpolicy_string input;                /* its standard input: "inherited", "text" (known), "calls", "file", "nothing" */
    uint32_t input_first, input_count;     /* the calls whose output that is, or holds; 0: none is known */
} cmdpolicy_call;
enum { CMDPOLICY_CALL_DYNAMIC = 1u /* some word is not certain */, CMDPOLICY_CALL_OPEN = 2u /* the number of words is not */ };
CMDPOLICY_API size_t cmdpolicy_decision_call_count(const cmdpolicy_decision *);
CMDPOLICY_API cmdpolicy_status cmdpolicy_decision_call(const cmdpolicy_decision *, size_t index, cmdpolicy_call *out);

typedef struct cmdpolicy_word {            /* value: exact bytes, or a pattern to show where `exact` is 0 */
    uint32_t struct_size;
    int32_t exact;
    cmdpolicy_span span;
    cmdpolicy_string value;
} cmdpolicy_word;
CMDPOLICY_API cmdpolicy_status cmdpolicy_decision_word(const cmdpolicy_decision *, size_t call, size_t index, cmdpolicy_word *out);

typedef struct cmdpolicy_effect {
    uint32_t struct_size;
    cmdpolicy_verdict verdict;
    cmdpolicy_span span;
    int32_t call, exact;
    cmdpolicy_string kind;                 /* "read" "write" "delete" "network" "code" "env" "privilege" */
    cmdpolicy_string target, domain;       /* path, host:port, variable; "local", "remote", "container" */
} cmdpolicy_effect;
CMDPOLICY_API size_t cmdpolicy_decision_effect_count(const cmdpolicy_decision *);
CMDPOLICY_API cmdpolicy_status cmdpolicy_decision_effect(const cmdpolicy_decision *, size_t index, cmdpolicy_effect *out);

/* Source 0 is the request's text or rendered argv; others are texts that the command builds and runs (bash -c, eval). */
CMDPOLICY_API cmdpolicy_status cmdpolicy_decision_source(const cmdpolicy_decision *, uint32_t source, cmdpolicy_string *out);
/* The whole decision as text, made on first use and kept until the decision is freed. format: "json" (docs/decision.schema
 * .json), "text" (for people: the verdict, then each reason under the text with its place underlined), "ansi" (text with
 * colours), "explain" and "explain-ansi" (the same with calls, effects and what allowed them). Another: CMDPOLICY_ERR_ARGUMENT. Borrowed from the decision. */
CMDPOLICY_API cmdpolicy_status cmdpolicy_decision_render(cmdpolicy_decision *, const char *format, cmdpolicy_string *out);

#ifdef __cplusplus
}
#endif
#endif
