/* Does this abstract value match that pattern? Paths, hosts and URLs, regular expressions; always with three answers:
 * YES where every value that the word can take matches, NO where none does, MAYBE otherwise. Touches no file and no network. */
#ifndef CP_MATCH_MATCH_H
#define CP_MATCH_MATCH_H
#include "image/image.h"
#include "words/value.h"

/* ---- Paths --------------------------------------------------------------------------------------------------------- */

typedef struct cp_workspace {
    cp_slice root;
    uint32_t trusted;
} cp_workspace; /* root: absolute, normalised */

/* What the request knows about places. Texts are absolute and lexically normalised; empty: unknown. */
typedef struct cp_places {
    cp_slice home;
    const cp_workspace *workspaces;
    uint32_t workspace_count;
    uint32_t ignore_case; /* the file system does not distinguish case */
    /* The real place of an absolute, exact, normalised path (symbolic links resolved); empty: unknown or the same. NULL: none. */
    cp_slice (*resolve)(void *self, cp_slice path);
    void *resolve_self;
    /* Are the names in this directory (absolute, exact, normalised) known to be plain? NULL: nobody has looked, or shall now. */
    cp_look (*look)(void *self, cp_slice directory);
    void *look_self;
    uint32_t *sought; /* is set where that would say something of a word; NULL: nobody asks */
} cp_places;

typedef enum cp_path_base {
    CP_BASE_ROOT /* begins at / */,
    CP_BASE_HOME /* in the home directory, wherever that is */,
    CP_BASE_UNKNOWN /* below some directory */
} cp_path_base;

/* One name of an abstract path: no '/', never empty, "." or "..". `open`: only the end of what was written there; names of unknown
 * number and a beginning of this one may come before it (the base is then unknown). */
typedef struct cp_component {
    cp_value name;
    uint32_t open;
} cp_component;

typedef struct cp_path {
    uint32_t base;  /* cp_path_base */
    uint32_t exact; /* every component exact and the base known: `text` is the absolute path */
    cp_slice text;
    cp_component *parts;
    uint32_t count;
    uint32_t
        uncertain; /* '..' met an uncertain component, or a hole may bring '..': what came before is lost, the base unknown */
    uint32_t trailing_slash;
    uint32_t below_cwd; /* the base is the unknown working directory */
    uint32_t
        popped; /* n > 0: parts[n-1 ..] were written behind a '..' that took back a name outside of every place known to have no
                         * surprising links; cp_path_resolved tells */
    uint32_t tree;    /* not the place itself, but something at or below it */
    cp_value last;    /* with `tree`: what its last name may be; no atoms: any name */
    cp_value *passed; /* with `tree`: what was said of names that stand before the last one */
    uint32_t passed_count;
    uint32_t passed_through; /* a bit for each of them that is a directory for certain, as a name follows */
    cp_slice walked; /* absolute, exact, not normalised: what was written, where '..' took back a name */
} cp_path;

/* `value` against `cwd` (a value; NULL or not as cp_path_directory gives it: unknown), lexically normalised: '.', '..', '//' removed, /proc/self/root and
 * /proc/self/cwd and the like undone; CP_CLASS_HOME atoms become the home. `-` is not treated here. */
void cp_path_make(cp_arena *, const cp_value *value, const cp_value *cwd, const cp_places *, cp_path *out);
/* The directory that a path names, to be a working directory: absolute, with names that need not be certain, and a CP_CLASS_BELOW hole
 * at its end where it is only known to lie at or below a place. False: nothing is known of where it is. */
bool cp_path_directory(cp_arena *, const cp_path *, cp_span, cp_value *out);
/* Is the file open already, or the command line's own words: does the path lead into /dev or /proc, or may what is written there
 * (`/d*`)? A request without a resolver doesn't know where links lead. MAYBE: nothing is written that says where it leads. Devices that anyone may open (/dev/null) are none of it. */
cp_tri cp_path_reopens(cp_arena *, const cp_value *path, const cp_value *cwd, const cp_places *);
bool cp_path_without_last(cp_path *); /* false: nobody knows where the last name begins */
/* With this name in the place of its last one; false: that is certain. */
bool cp_path_with_last(cp_arena *, cp_path *, const cp_value *name);
bool cp_is_directory(const cp_value *); /* is it such a value? */
/* The real place where the request can tell it: true where that differs from `path`, judge both. Without a resolver too: `..` behind a
 * symbolic link does not lead where the text says (/var/run/../etc is /etc on most systems), so a path that took back a name in a
 * place that nobody vouches for may also be at any other place that ends the same. */
bool cp_path_resolved(cp_arena *, const cp_path *, const cp_places *, cp_path *out_real);
/* Is the text absolute, without empty, "." and ".." names and without a slash at the end (but for "/")? */
bool cp_path_is_normal(cp_slice text);
/* A path with `tree` matches surely where everything at and below its place does.
 * `pattern`: index in PATP. cwd: for `cwd/…` patterns, as given to cp_path_make. The home directory, where unknown, is not "/". */
cp_tri cp_path_match(const cp_image *, uint32_t pattern, const cp_path *, const cp_value *cwd,
                     const cp_places *);
/* The path as the root of a tree of which everything is touched: also meets patterns whose fixed part lies at or below it.
 * `whole` (delete): everything below is surely touched, so that is YES; otherwise MAYBE. Patterns that begin with a double star are not
 * tried below, but for the name that a path with `tree` ends in. For entries that tighten: that a tree holds an allowed place allows nothing. */
cp_tri cp_path_match_tree(const cp_image *, uint32_t pattern, const cp_path *, const cp_value *cwd,
                          const cp_places *, bool whole);
/* A path that ends in file name patterns without any text (`src` + "/" + `*`) as a tree: something below `src`. False: it doesn't. */
bool cp_path_below_globs(const cp_path *, cp_path *out);
bool cp_path_says_last(const cp_path *); /* is any letter of that name said? */
bool cp_name_is_any(const cp_value *);   /* `*`, alone */
/* Something at or below a place, of whichever name: nobody said one. */
bool cp_path_ends_in_any_name(const cp_path *);
/* Of something at or below a place, is the last name known from its beginning on? */
bool cp_path_last_is_whole(const cp_path *);
/* Is a path with file name patterns after what the path pattern names? Every two patterns with stars have some name in common (README*
 * and *.pem); this is false where neither says a name of the other. Only for patterns that begin with a double star. `whatever`: of paths with
 * anything else in them that isn't known, too, which say what is certain of them. */
bool cp_path_aims_at(const cp_image *, uint32_t pattern, const cp_path *, const cp_places *, bool whatever);
/* Is the path inside (or at) this directory? For workspaces and trusted program directories. */
cp_tri cp_path_inside(const cp_path *, cp_slice directory, const cp_places *);
/* Is pattern `a` at least as narrow as pattern `b` (same image or not)? Only certain answers are true. */
bool cp_path_pattern_within(const cp_image *ia, uint32_t a, const cp_image *ib, uint32_t b);
cp_slice cp_path_show(cp_arena *, const cp_path *);

/* ---- Hosts and URLs -------------------------------------------------------------------------------------------------- */

typedef enum cp_host_certainty {
    CP_HOST_KNOWN,
    CP_HOST_UNKNOWN /* holes, or can't be read surely */,
    CP_HOST_NONE /* no network: a path, say */
} cp_host_certainty;
typedef struct cp_host {
    uint32_t certainty;
    cp_slice name; /* lower case, no trailing dot, no brackets; an address in canonical notation */
    uint32_t is_address;
    uint32_t address[4]; /* IPv6 or IPv4-mapped, as 4 big-endian words read as numbers */
    uint32_t port;       /* 0: not known */
    cp_slice scheme;     /* lower case; empty: none */
    cp_slice path;       /* of file: URLs, the decoded path; these are KNOWN and have no name */
} cp_host;

/* A URL as curl, git and browsers read it (RFC 3986, WHATWG where they agree); whatever they'd read differently is UNKNOWN:
 * user info with '@' twice, backslashes, control bytes, percent-encoded or non-ASCII hosts. Without a scheme: host[:port][/path], scp-like
 * user@host:path, or NONE for what begins with '/', './' or '../'. */
void cp_url_read(cp_arena *, const cp_value *, cp_host *out);
/* `host`, `host:port`, `user@host`, `[v6]:port`, scp-like host:path. */
void cp_host_read(cp_arena *, const cp_value *, cp_host *out);
cp_tri cp_host_match(const cp_image *, uint32_t host /* index in HOST */, const cp_host *);
/* Any notation of an IPv4/IPv6 address (decimal, octal, hex, short forms, IPv4-mapped): true and the words. For policy/ too. */
bool cp_address_read(cp_slice text, uint32_t out_address[4]);

/* ---- Regular expressions ---------------------------------------------------------------------------------------------- */

/* Compiled patterns of one image: made on first use behind an atomic pointer, or all at once. Shared by threads. */
typedef struct cp_regexes cp_regexes;
cp_regexes *cp_regexes_new(const cp_image *, const cp_allocator *); /* NULL: no memory */
void cp_regexes_free(cp_regexes *);
bool cp_regexes_prepare(cp_regexes *); /* compile all now: false when one can't be */

enum {
    CP_REGEX_GROUPS = 16,
    CP_REGEX_SUBJECT_MOST = 16384,
    CP_REGEX_MATCH_MOST = 200000, /* backtracking steps */
    CP_REGEX_DEPTH_MOST = 20000,  /* nested backtracking points */
    CP_REGEX_HEAP_MOST = 4096,    /* KiB of them */
    CP_REGEX_NEST_MOST = 100      /* parentheses in a pattern */
};
typedef struct cp_regex_match {
    cp_tri tri;
    uint32_t failed; /* a limit or an error: treat as not known */
    uint32_t whole;  /* the pattern is one group of any text: the group is the value, whatever that is */
    uint32_t beg[CP_REGEX_GROUPS], end[CP_REGEX_GROUPS]; /* of groups; UINT32_MAX: unset */
    const cp_value *rest; /* of a value that is not exact: what the pattern's only group took; or NULL */
} cp_regex_match;
/* Whole-value match. Exact value: YES with groups, or NO. Otherwise NO only where the literal prefix cannot begin a match (or a
 * required literal cannot be there), else MAYBE. Bounded by match, depth and heap limits. Without memory the arena has failed. */
void cp_regex_run(cp_regexes *, uint32_t regex, const cp_value *, cp_arena *, cp_budget *,
                  cp_regex_match *out);
/* The number of a named group; 0: none. */
uint32_t cp_regex_group(cp_regexes *, uint32_t regex, cp_slice name);
/* For the policy compiler: does it compile (as \A(?:…)\z, no \C, no mode switches)? Else the offset and a message. Its memory is the
 * arena's allocator's; where that has none, the arena has failed. */
bool cp_regex_check(cp_arena *, cp_slice pattern, uint32_t *out_offset, char *message, size_t room);
#endif
