/* The compiled policy: one immutable block of fixed-size records that refer to each other by index (docs/image.md).
 * Records are made of little-endian numbers of 8, 16 and 32 bits, each aligned to its size, without gaps; where a number of 16 or 32
 * bits is cut into several, the first has the lowest bits.
 * Index 0 of every section is the "none" record, all zero, which everywhere means: nothing known, review. A run is a first
 * index and a count into one section. Strings are indices into STRS; string 0 is empty. */
#ifndef CP_IMAGE_FORMAT_H
#define CP_IMAGE_FORMAT_H
#include <stdint.h>

#define CP_IMAGE_MAGIC "cmdpol\r\n"
enum { CP_IMAGE_MAJOR = 13, CP_IMAGE_MINOR = 0, CP_IMAGE_LANGUAGE = 1 };
/* Record 1 of NODE and of RNOD is the root of its tree: programs are its children, by edge or by glob. */
enum { CP_IMAGE_ROOT = 1 };

typedef enum cp_section {
    CP_SEC_NONE,
    CP_SEC_STRB, /* bytes of all strings */
    CP_SEC_STRS, /* cp_rec_strings: CP_IMAGE_STRINGS in each */
    CP_SEC_STRH, /* slots[] of 16 bits, or 32: open addressing by cp_slice_hash, linear probing, 0 empty: words of edges → string */
    CP_SEC_GEDG, /* cp_rec_edge: (parent grammar node, word) → grammar node, which knows the parent; open addressing; programs hang at CP_IMAGE_ROOT */
    CP_SEC_REDG, /* cp_rec_program, or twice as wide: program word → RNOD */
    CP_SEC_NODE, /* cp_rec_node: grammar */
    CP_SEC_BODY, /* cp_rec_body: what its nodes and cases state */
    CP_SEC_MORE, /* cp_rec_more: what few of them have */
    CP_SEC_GLOB, /* cp_rec_glob: children whose word is a glob; runs */
    CP_SEC_OPTN, /* cp_rec_option */
    CP_SEC_TAKE, /* cp_rec_takes: what options take and do; shared by many */
    CP_SEC_ROLE, /* cp_rec_role */
    CP_SEC_EFFD, /* cp_rec_declared: effects that a command or option always has */
    CP_SEC_CASE, /* cp_rec_case */
    CP_SEC_COND, /* cp_rec_cond: postfix code */
    CP_SEC_NAMS, /* cp_rec_name: names of options in a condition */
    CP_SEC_KIND, /* cp_rec_kind: small languages */
    CP_SEC_LINE, /* cp_rec_line: their patterns */
    CP_SEC_GRUP, /* cp_rec_group: named groups of a line */
    CP_SEC_RNOD, /* cp_rec_rnode: the rules of each program word */
    CP_SEC_INDX, /* cp_rec_index: of programs with many rules */
    CP_SEC_RGLB, /* cp_rec_glob: programs of rules whose word is a glob → RNOD; all of them */
    CP_SEC_RULE, /* cp_rec_rule */
    CP_SEC_ENTR, /* cp_rec_entry: what the rules of one entry share */
    CP_SEC_MENT, /* cp_rec_entry_more: what few entries have */
    CP_SEC_WORD, /* cp_rec_word: the words of keys */
    CP_SEC_RWRD, /* cp_rec_rword */
    CP_SEC_ROPT, /* cp_rec_ropt */
    CP_SEC_ARMS, /* cp_rec_arm */
    CP_SEC_EXCR, /* u32: rule indices (exceptions of a rule) */
    CP_SEC_EFFE, /* cp_rec_effect: patterns under `effects`, each an entry */
    CP_SEC_EFFG, /* cp_rec_effect_group: what the patterns of one key share */
    CP_SEC_EFFK, /* cp_rec_effect_kind: one record an effect kind, index = cp_effect_kind */
    CP_SEC_POST, /* cp_rec_posting: the index over EFFE */
    CP_SEC_RPST, /* cp_rec_rule_posting: the index over RULE */
    CP_SEC_EXCP, /* cp_rec_object: exceptions of an effect entry */
    CP_SEC_PATP, /* cp_rec_path */
    CP_SEC_COMP, /* cp_rec_component */
    CP_SEC_HOST, /* cp_rec_host */
    CP_SEC_REGX, /* cp_rec_regex */
    CP_SEC_FLOW, /* cp_rec_flow */
    CP_SEC_DFLT, /* cp_rec_default */
    CP_SEC_TRST, /* u32 strings: trusted program directories */
    CP_SEC_FILE, /* cp_rec_file */
    CP_SEC_TEST, /* cp_rec_test (kept for the toolbox; the evaluator never reads it) */
    CP_SEC_SYSD, /* u32 strings: directories of the system's own files */
    CP_SEC_TEXT, /* cp_rec_text: kinds that are read by a grammar */
    CP_SEC_TNAM, /* cp_rec_text_name: what their names do */
    CP_SEC_COUNT
} cp_section;

typedef struct cp_rec_header {
    uint8_t magic[8];
    uint32_t version; /* major << 16 | minor */
    uint32_t header_size;
    uint32_t file_size;
    uint32_t language;
    uint32_t checksum; /* of everything behind the header; against corruption only */
    uint32_t section_count;
    uint8_t digest[32];            /* SHA-256 of the sources, in the order in which they were given */
    uint32_t flags, longest_probe; /* of both edge tables and STRH: a lookup that takes longer has failed */
} cp_rec_header;

typedef struct cp_rec_section {
    uint32_t tag, record_size, count, offset;
} cp_rec_section;

/* Strings stand one behind the other in STRB: where the first of some begins, and how many bytes each of them has. One of
 * CP_IMAGE_STRING_GOES_ON bytes goes on in the next. */
enum { CP_IMAGE_STRINGS = 32, CP_IMAGE_STRING_GOES_ON = 255 };
typedef struct cp_rec_strings {
    uint32_t first;
    uint8_t bytes[CP_IMAGE_STRINGS];
} cp_rec_strings;
typedef struct cp_rec_edge {
    uint16_t word; /* a string: those of grammars are the first */
    uint16_t node; /* from its `parent` to it; 0: empty slot */
} cp_rec_edge;
typedef struct
    cp_rec_program { /* two numbers of 32 bits each where some are past 65535; read with cp_image_program_at */
    uint16_t word, node; /* node 0: empty slot */
} cp_rec_program;
typedef struct cp_rec_glob {
    uint32_t word, node;
} cp_rec_glob;

/* ---- commands ---------------------------------------------------------------------------------------------------- */

typedef enum cp_syntax {
    CP_SYNTAX_GNU,
    CP_SYNTAX_POSIX,
    CP_SYNTAX_SINGLE_DASH,
    CP_SYNTAX_FIND,
    CP_SYNTAX_ASSIGNMENTS,
    CP_SYNTAX_BUNDLE_FIRST,
    CP_SYNTAX_NONE,
    CP_SYNTAX_EITHER,
    CP_SYNTAX_GO,
    CP_SYNTAX_PERL
} cp_syntax;

typedef enum cp_kind {
    CP_KIND_NONE,
    CP_KIND_FLAG,
    CP_KIND_VALUE,
    CP_KIND_READ,
    CP_KIND_WRITE,
    CP_KIND_DELETE,
    CP_KIND_EDIT,
    CP_KIND_MOVE,
    CP_KIND_READ_TREE,
    CP_KIND_WRITE_TREE,
    CP_KIND_TARGET,
    CP_KIND_CHDIR,
    CP_KIND_COMMAND,
    CP_KIND_COMMAND_SEMI,
    CP_KIND_COMMAND_THERE /* in the directory of what {} stands for */,
    CP_KIND_PROGRAM,
    CP_KIND_SCRIPT,
    CP_KIND_WORDS,
    CP_KIND_PLACEHOLDER,
    CP_KIND_REMOTE_COMMAND,
    CP_KIND_REMOTE_SCRIPT,
    CP_KIND_SCRIPT_FILE,
    CP_KIND_CODE_FILE,
    CP_KIND_CODE,
    CP_KIND_REST,
    CP_KIND_URL,
    CP_KIND_HOST,
    CP_KIND_ASSIGNMENT,
    CP_KIND_VARIABLE,
    CP_KIND_CUSTOM,       /* role.custom names the KIND record */
    CP_KIND_LITERAL,      /* "--" in operands: what follows comes after it */
    CP_KIND_NAMES,        /* a file name pattern, or a path of such: narrows down which files are listed */
    CP_KIND_HELP,         /* of options, in a policy's text: CP_OPTION_HELP in an image */
    CP_KIND_SWITCH,       /* the same: CP_OPTION_SWITCH */
    CP_KIND_COMMAND_EACH, /* up to `;` or the end; {} for a name, at its end if it is nowhere */
    CP_KIND_READ_NAMES,   /* read, and so is what fits it where it is written as a file name pattern */
    CP_KIND_EXPRESSION    /* a regular expression that every path fits which is listed */
} cp_kind;

typedef enum cp_stdin_use {
    CP_STDIN_UNSTATED,
    CP_STDIN_IGNORED,
    CP_STDIN_DATA,
    CP_STDIN_WORDS,
    CP_STDIN_ROLE,   /* node.stdin_role */
    CP_STDIN_ITEMS,  /* as WORDS; only its blanks and newlines make words of it */
    CP_STDIN_LINES,  /* as ITEMS; a line is one word, whatever it holds */
    CP_STDIN_ENTRIES /* as LINES, each ended by a NUL, which no name can hold */
} cp_stdin_use;
typedef enum cp_stdout_is {
    CP_STDOUT_OPAQUE,
    CP_STDOUT_OPERANDS,
    CP_STDOUT_FORMAT,
    CP_STDOUT_STDIN,
    CP_STDOUT_COMMAND, /* what the command prints that it runs */
    CP_STDOUT_PATHS,   /* the paths of files below its path operands, or below the working directory */
    CP_STDOUT_LINES,   /* lines of its standard input */
    CP_STDOUT_NUMBER,  /* digits and a newline; where it fails, nothing */
    CP_STDOUT_NUMBERS, /* lines of digits */
    CP_STDOUT_HASH,    /* a hexadecimal number and a newline, or an operand; where it fails, nothing */
    CP_STDOUT_HASHES,  /* lines of hexadecimal digits */
    CP_STDOUT_CWD,     /* the working directory */
    CP_STDOUT_ROOT, /* the directory at or above the working directory that the project lies in; where there is none, nothing */
    CP_STDOUT_FILES,  /* the paths of files below the working directory */
    CP_STDOUT_NAMES,  /* lines of words that don't begin with '-', such as containers are named */
    CP_STDOUT_PLACE,  /* the absolute path of its operand, or nothing */
    CP_STDOUT_PARENT, /* its operand without the last name */
    CP_STDOUT_LINE,   /* one of the lines of its standard input, or nothing */
    CP_STDOUT_PROGRAM, /* where the operand is found as a program, or the operand; where there is none, nothing */
    CP_STDOUT_PICKED, /* the lines of its standard input that its first operand, a regular expression, fits */
    CP_STDOUT_NAME,   /* a word as accounts and machines are named, and a newline; where it fails, nothing */
    CP_STDOUT_LISTING, /* as PATHS, in some other form: only those who are run for each of them know the paths */
    CP_STDOUT_NUMBERED, /* lines that begin with digits and a colon */
    CP_STDOUT_COLUMN,   /* what stands before the first colon in each of the lines of its standard input */
    CP_STDOUT_NOTHING,
    CP_STDOUT_SAME_NUMBERS, /* the lines of its standard input, if they are numbers */
    CP_STDOUT_FOUND,        /* as PATHS, those whose names its first operand, a regular expression, fits */
    CP_STDOUT_LAST,         /* the last name of its first operand, without its second at the end */
    CP_STDOUT_MADE, /* the path that it writes: a new file of a name that it makes up; where it fails, nothing */
    CP_STDOUT_HASHED, /* lines that begin with hexadecimal digits and a blank */
    CP_STDOUT_WORD, /* what stands before the first blank in each of the lines of its standard input; stdout_text: which word */
    CP_STDOUT_CONTENTS, /* as PATHS, but no more than the names in its path operands, or in the working directory, or these themselves */
    CP_STDOUT_SHAPED,   /* lines of the forms that stdout_text tells */
    CP_STDOUT_SHAPED_LINE, /* one of them, or nothing */
    CP_STDOUT_DROPPED, /* the lines of its standard input but those that its first operand, a regular expression, fits */
    CP_STDOUT_COUNTED /* the lines of its standard input, each behind a number */
} cp_stdout_is;

typedef enum cp_does { /* what a shell builtin changes */
                       CP_DOES_NOTHING,
                       CP_DOES_CHDIR,
                       CP_DOES_ASSIGN,
                       CP_DOES_ASSIGN_UNKNOWN,
                       CP_DOES_POSITIONAL,
                       CP_DOES_SHIFT,
                       CP_DOES_ALIAS,
                       CP_DOES_RUN_LATER,
                       CP_DOES_SOURCE,
                       CP_DOES_REPLACE,
                       CP_DOES_OPTION,
                       CP_DOES_REBIND,
                       CP_DOES_EXPORT /* "export": what it assigns is seen by other programs */,
                       CP_DOES_LEAVE /* "leave": of a function: return */,
                       CP_DOES_EXIT /* "exit": the shell ends */,
                       CP_DOES_ATTRIBUTE /* "attribute": from now on what is assigned to the name is changed (-i, -u, -l) */
                       ,
                       CP_DOES_READONLY /* "readonly": from now on nothing is assigned to the name */,
                       CP_DOES_REFERENCE /* "reference": the name stands for another variable (declare -n) */,
                       CP_DOES_ARITHMETIC /* "arithmetic": its operands are expressions, which may assign (let) */
                       ,
                       CP_DOES_ARRAY /* "array": what it assigns to is, or becomes, an array (declare -a, mapfile) */
                       ,
                       CP_DOES_EXTENSION /* "extension": a shell for POSIX scripts may not have it */,
                       CP_DOES_SUBSCRIPT /* "subscript": it evaluates the subscripts of its variables, and assigns nothing (test -v) */
                       ,
                       CP_DOES_UNSET /* "unset": with assign-unknown: a variable that is named is surely unset */
                       ,
                       CP_DOES_MAY_EXIT /* "may-exit": the shell ends, or it is an error */,
                       CP_DOES_SETTINGS /* "settings": variables with upper-case names are what a file says that does no more */
                       ,
                       CP_DOES_BREAK /* "break": of a loop: break, continue */
} cp_does;

enum { /* cp_rec_body.flags */
       CP_NODE_HAS_OPTIONS = 1,
       CP_NODE_HAS_OPERANDS = 2,
       CP_NODE_HAS_EFFECTS = 4,
       CP_NODE_HAS_STDIN = 8,
       CP_NODE_HAS_STDOUT = 16,
       CP_NODE_HARMLESS_OPTIONS = 32, /* unknown-options: harmless */
       CP_NODE_DROPS_ENVIRONMENT = 64,
       CP_NODE_HAS_SUBCOMMANDS = 128,
       CP_NODE_IS_CASE = 256, /* the overlay of a case: flags HAS_… say what it states */
       CP_NODE_DIALECT = 512, /* times a cp_dialect: the shell whose scripts it runs; 0: not stated */
       CP_NODE_DIALECTS = 7 * 512,
       CP_NODE_CONTAINER = 4096,       /* domain: container */
       CP_NODE_SPECIAL_OPTIONS = 8192, /* among `options` there are -NUM or -W* */
       CP_NODE_SPECIAL_GLOBAL = 16384, /* among `global` */
       CP_NODE_PREFIX_OPTIONS = 32768  /* among either there are -W* */
};

/* A command in its tree. Those of one file stand together, so FILE knows whose it is. */
typedef struct cp_rec_node {
    uint16_t name; /* a string; of several names that share a description: the first */
    uint16_t line; /* 0: past 65535 */
    uint16_t parent;
    uint16_t body; /* BODY */
} cp_rec_node;
/* What a command, or a case of one, states; many say the same. */
typedef struct cp_rec_body {
    uint32_t option_first; /* OPTN sorted by name: `options` (before a subcommand, or the command's own) */
    uint16_t option_count;
    uint16_t operand_first; /* ROLE */
    uint16_t
        effect_first; /* EFFD; already the parent's where the subcommand states none of its own (CP_NODE_HAS_EFFECTS) */
    uint16_t more; /* MORE */
    uint16_t flags;
    uint8_t operand_count, effect_count;
} cp_rec_body;
/* What few of them have; what few ways there are of it. */
typedef struct cp_rec_more {
    uint32_t does; /* bit set of 1 << cp_does */
    uint16_t case_first, case_count;
    uint16_t glob_first, glob_count; /* GLOB: subcommands whose word is a glob */
    uint16_t stdin_role;             /* ROLE */
    uint16_t global_count;
    uint16_t stdout_text;                         /* a string: forms of lines, or which column */
    uint8_t syntax : 4, stdin_use : 4, stdout_is; /* cp_syntax, cp_stdin_use, cp_stdout_is */
    uint32_t global_first; /* OPTN sorted by name: `global` (here and in every subcommand) */
} cp_rec_more;

enum {                               /* cp_rec_takes.flags */
       CP_OPTION_OPTIONAL_VALUE = 1, /* value? : only attached */
       CP_OPTION_BANG = 2,           /* an allow covers it only if its key names it */
       CP_OPTION_NUMBER = 4,         /* name "-" or "+" : -NUM, +NUM */
       CP_OPTION_PREFIX = 8,         /* name "-W" of -W* : begins with it; the rest is its inert value */
       CP_OPTION_ALONE = 16,         /* has no other spelling */
       CP_OPTION_HELP = 32,  /* help: where it is given, the command tells how it is used, and does nothing */
       CP_OPTION_SWITCH = 64 /* a flag that may be given as --flag=true and --flag=false */
};
/* Read with cp_image_option_name, cp_image_option_takes and cp_image_option_first. */
typedef struct cp_rec_option {
    uint16_t name;  /* a string, with its dashes (dd: the word before "="; find: with its dash) */
    uint16_t takes; /* TAKE */
} cp_rec_option;
typedef struct cp_rec_takes {
    uint16_t role_first;   /* ROLE: none for a flag, several where it takes several words */
    uint16_t effect_first; /* EFFD */
    int16_t
        first; /* how many records further the first spelling of the same option stands, in the same run */
    uint8_t flags, role_count, effect_count, reserved;
} cp_rec_takes;

enum {
    CP_MARK_OPTIONAL = 1,
    CP_MARK_STAR = 2,
    CP_MARK_PLUS = 4,
    CP_MARK_BANG = 8,
    CP_MARK_JOINED = 16 /* script* : joined with blanks */,
    CP_MARK_DASH = 32 /* write- : "-" is standard output */
};
typedef struct cp_rec_role {
    uint32_t fallback /* string: " = DEFAULT" */;
    uint16_t custom;
    uint8_t kind, marks;
} cp_rec_role;

typedef enum cp_effect_kind {
    CP_EFFECT_NONE,
    CP_EFFECT_READ,
    CP_EFFECT_WRITE,
    CP_EFFECT_DELETE,
    CP_EFFECT_NETWORK,
    CP_EFFECT_CODE,
    CP_EFFECT_ENV,
    CP_EFFECT_PRIVILEGE,
    CP_EFFECT_REMOTE,
    CP_EFFECT_PROCESS,
    CP_EFFECT_SYSTEM,
    CP_EFFECT_COUNT
} cp_effect_kind;

enum { CP_DECLARED_TREE = 1 };
typedef struct cp_rec_declared { /* "KIND [OBJECT]": network api.github.com, write cwd/x, read $X, remote */
    uint32_t object;             /* string as written; 0: none */
    uint16_t kind, flags;
} cp_rec_declared;

typedef struct cp_rec_case {
    uint32_t cond_first;
    uint16_t cond_count, body;
} cp_rec_case;

typedef enum cp_cond_op { /* postfix; a missing condition (count 0) is always true */
                          CP_CONDOP_NONE,
                          CP_CONDOP_AND,
                          CP_CONDOP_OR,
                          CP_CONDOP_NOT,
                          CP_CONDOP_OPTION, /* a: string, an option in any spelling is present; b: string of a value it must have, or 0 */
                          CP_CONDOP_NO_OPTIONS,
                          CP_CONDOP_OPERANDS, /* a..b operands; b UINT32_MAX: any number */
                          CP_CONDOP_OPERAND,  /* a: REGX: some operand matches */
                          CP_CONDOP_CWD,      /* a: PATP */
                          CP_CONDOP_TRUSTED,  /* the workspace of the call's directory is trusted */
                          CP_CONDOP_UNTRUSTED,
                          CP_CONDOP_SANDBOX, /* a: string: none, read-only, workspace-write */
                          CP_CONDOP_SHELL,   /* a: string */
                          CP_CONDOP_BRANCH,  /* a: string, may be a glob */
                          CP_CONDOP_STDIN, /* a: string: tty, data, file, known, unknown … what the call's standard input is */
                          CP_CONDOP_OPTIONS, /* a: NAMS, b of them: some of these options, in any spelling, is present */
                          CP_CONDOP_OPERANDS_BEFORE /* a..b operands before a "--" that is there */
} cp_cond_op;
/* b is read with cp_image_cond_b: 24 bits, of which all are set where there is no bound. */
enum { CP_COND_UNBOUND = 0xffffff };
typedef struct cp_rec_cond {
    uint32_t a;
    uint16_t b_low;
    uint8_t b_high, op;
} cp_rec_cond;

typedef struct cp_rec_name {
    uint16_t name; /* a string */
} cp_rec_name;

typedef struct cp_rec_kind {
    uint32_t name, line_first, line_count;
    uint32_t text; /* TEXT; none: it is read by its lines */
} cp_rec_kind;
typedef struct cp_rec_line { /* regex → one role for the whole value, or roles for its groups */
    uint16_t regex, role, group_first, group_count;
} cp_rec_line;
typedef struct cp_rec_group {
    uint32_t name, role;
} cp_rec_group;

typedef enum cp_grammar {
    CP_GRAMMAR_NONE,
    CP_GRAMMAR_PYTHON,
    CP_GRAMMAR_JAVASCRIPT,
    CP_GRAMMAR_RUBY,
    CP_GRAMMAR_PHP,
    CP_GRAMMAR_PERL,
    CP_GRAMMAR_COUNT
} cp_grammar;
/* A text of a programming language: what it reads, if all that it names is known; else it is `otherwise`. */
typedef struct cp_rec_text {
    uint16_t grammar, otherwise;     /* cp_grammar; ROLE */
    uint16_t name_first, name_count; /* TNAM, sorted by scope and name */
} cp_rec_text;
typedef struct cp_rec_text_name {
    uint16_t scope;      /* a string: a module; "." of attributes; none: known everywhere */
    uint16_t name, form; /* strings; what it is, as written (commands/texts/forms.h) */
} cp_rec_text_name;

/* ---- rules ------------------------------------------------------------------------------------------------------- */

/* Rules by program. RNOD record CP_IMAGE_ROOT is the root; its children, by REDG or by RGLB, are one record a program word, or one
 * for some that have the same rules: its run covers ALL rules whose key begins with that word, however long the key
 * (by word count, then in order of appearance). There are no deeper nodes: which of a key's
 * further words are subcommands and which are operands is the call's to say, so the evaluator compares them itself. Rules
 * whose program is a path pattern (CP_RULE_PROGRAM_PATH) are the root's own run. */
typedef struct cp_rec_rnode {
    uint32_t rule_first;        /* RULE run */
    uint16_t rule_count, index; /* INDX; none: there are only a few rules */
} cp_rec_rnode;
typedef struct cp_rec_index {
    uint32_t posting_first; /* RPST: all rules of the program */
    uint16_t rest_count;    /* the first of them: rules whose key doesn't go on with a plain word */
    uint16_t word_count;    /* then, for each plain word that one goes on with, by its hash */
} cp_rec_index;

typedef enum cp_image_verdict {
    CP_IV_NONE,
    CP_IV_ALLOW,
    CP_IV_BY_EFFECTS,
    CP_IV_REVIEW,
    CP_IV_DENY
} cp_image_verdict;

enum {
    CP_RULE_REST = 1,         /* ends in "..." : covers whatever follows */
    CP_RULE_PROGRAM_PATH = 2, /* the program is a path pattern: word 0 has one */
    CP_RULE_EXCEPTION = 4     /* only an exception of another rule */
};
/* An entry of `rules` is one record for each combination of its key's alternatives, or one for several that differ in plain words
 * alone: then the key has each of some words in that place (CP_WORD_SET). The word count is that of the key, its program included. The
 * words are those behind the program: subcommands, operands, in order; with CP_RULE_PROGRAM_PATH then the program's path. */
typedef struct cp_rec_rule {
    uint32_t word_first : 24, word_count : 8;     /* RWRD */
    uint32_t option_first : 24, option_count : 8; /* ROPT */
    uint32_t entry : 24, flags : 8;               /* ENTR */
} cp_rec_rule;
typedef struct cp_rec_entry {
    uint32_t key : 24, arm_count : 8; /* key: as written, a string, or of WORD: read with cp_image_key */
    uint32_t arm_first : 24,
        flags : 8; /* ARMS: the first whose condition holds; none: the rule doesn't match */
    uint32_t line : 24, more_high : 8;
    uint16_t file, more_low; /* more: MENT; read with cp_image_entry_more */
} cp_rec_entry;
enum { CP_KEY_IN_WORDS = 1 /* `key` is of WORD */ };
typedef struct cp_rec_entry_more {
    uint32_t name;                       /* its id is PACK:NAME; none: the key */
    uint16_t except_first, except_count; /* EXCR */
} cp_rec_entry_more;
/* A key in words: `|` stands between two of them, a blank in place of string 0, and the last is CP_KEY_END. */
enum { CP_KEY_BLANK = 0, CP_KEY_END = 0xffff };
typedef struct cp_rec_word {
    uint16_t text;
} cp_rec_word;

enum {
    CP_WORD_GLOB = 1,
    CP_WORD_PATH = 2, /* begins with / ~ workspace cwd: `path` */
    CP_WORD_SET = 4,  /* any of some words, each plain: of WORD, up to CP_KEY_BLANK or CP_KEY_END */
    CP_WORD_FLAGS = 7
};
typedef struct cp_rec_rword {
    uint32_t
        what; /* index << 3 | flags: of PATP where CP_WORD_PATH is set, of WORD where CP_WORD_SET is, else of a string */
} cp_rec_rword;
enum {
    CP_ROPT_VALUE = 1,
    CP_ROPT_VALUE_GLOB = 2,
    CP_ROPT_VALUE_PATH = 4,
    CP_ROPT_BEHIND = 8 /* times how many of the key's words stand before it: for keys that end in "..." */
};
typedef struct cp_rec_ropt {
    uint32_t name, value;
    uint16_t path, flags;
} cp_rec_ropt; /* name with dashes: the first spelling in the grammar that read the key, so that keys compare; as written where it has none */

typedef struct cp_rec_arm {
    uint32_t cond_first, reason, suggest, risk;
    uint16_t cond_count;
    uint8_t verdict, reserved;
} cp_rec_arm;

/* ---- effects ----------------------------------------------------------------------------------------------------- */

typedef enum cp_object_kind {                     /* what a pattern under `effects` compares with */
                              CP_OBJECT_ANY,      /* the kind's default, or `privilege: deny`: everything */
                              CP_OBJECT_PATH,     /* PATP */
                              CP_OBJECT_HOST,     /* HOST */
                              CP_OBJECT_VARIABLE, /* string glob: $NAME under read, NAME under env */
                              CP_OBJECT_WORD      /* string: `inline`, `stdin` under code */
} cp_object_kind;
typedef struct cp_rec_object {
    uint32_t object_kind, object /* index by kind */, text /* as written */;
} cp_rec_object;

enum {
    CP_ENTRY_SECRET = 1,
    CP_ENTRY_MAYBE_DENY = 2,
    CP_ENTRY_DEFAULT = 4,
    CP_ENTRY_NO_VERDICT =
        8,               /* a mapping without verdict: keeps the earlier layer's and adds its exceptions */
    CP_ENTRY_NAMED = 16, /* has an id of its own */
    CP_ENTRY_MAYBE_NAMED = 32 /* only what is certain, or what a name in the path is about */
};
typedef struct cp_rec_effect {
    uint32_t object;
    uint32_t text; /* the single pattern as written: a later layer's same text replaces it */
    uint32_t group : 19 /* EFFG */, object_kind : 4;
    uint32_t strictest : 3 /* of its arms' verdicts, a cp_image_verdict */, flags : 6;
} cp_rec_effect;
typedef struct cp_rec_effect_group {
    uint32_t name;                    /* the id is PACK:NAME, or "PACK:NAME TEXT" where `name` is the kind */
    uint32_t arm_first, except_first; /* ARMS, EXCP */
    uint32_t line;
    uint16_t except_count, file;
    uint8_t effect, arm_count;
    uint16_t reserved;
} cp_rec_effect_group;

/* What has to be there for an entry to match (image/index.h); a pattern of a kind that has no such word is in REST. */
typedef enum cp_index_class {
    CP_INDEX_REST,
    CP_INDEX_ABSOLUTE, /* the first names of an absolute path, as far as they are literal */
    CP_INDEX_HOME,     /* the first names below the home directory */
    CP_INDEX_LAST,     /* the last name of a path anywhere */
    CP_INDEX_WITHIN,   /* a name of a path anywhere */
    CP_INDEX_PLACE,    /* a name of a path below a workspace, cwd or tmp */
    CP_INDEX_ENDING,   /* what stands behind the last dot of a path anywhere */
    CP_INDEX_HEAD,     /* the first bytes of the last name of a path anywhere */
    CP_INDEX_TAIL,     /* its last bytes */
    CP_INDEX_NAME,     /* a variable, a word, a host */
    CP_INDEX_DOMAIN,   /* a host or a domain that it is in */
    CP_INDEX_CLASSES
} cp_index_class;
typedef struct cp_rec_posting {
    uint32_t hash, index; /* EFFE */
} cp_rec_posting;
typedef struct cp_rec_rule_posting {
    uint16_t hash; /* the upper half */
    uint16_t rule; /* RULE, counted from the program's first */
} cp_rec_rule_posting;
typedef struct cp_rec_effect_kind {
    uint32_t first, count, fallback; /* EFFE: the entries; index of `default`, 0: none */
    uint32_t text_first;             /* POST: all of them by the hash of their text */
    uint32_t posting_first;          /* POST: all of them by class, then by hash */
    uint32_t ends[CP_INDEX_CLASSES]; /* where each class ends there */
} cp_rec_effect_kind;

typedef enum cp_path_root {
    CP_ROOT_ABSOLUTE /* "/" */,
    CP_ROOT_HOME,
    CP_ROOT_ANYWHERE /* "**" + "/" */,
    CP_ROOT_WORKSPACE,
    CP_ROOT_CWD,
    CP_ROOT_TMP
} cp_path_root;
typedef struct cp_rec_path {
    uint32_t first, text;
    uint16_t count /* COMP */, root;
} cp_rec_path;
typedef enum cp_component_op {
    CP_COMP_LITERAL,
    CP_COMP_GLOB /* `*` in a name */,
    CP_COMP_STARSTAR /* any number of names, none included; "X" + "/ **" is X and all below */
} cp_component_op;
typedef struct cp_rec_component {
    uint32_t what; /* a string << 2 | cp_component_op */
} cp_rec_component;

typedef enum cp_host_kind {
    CP_HOST_EXACT,
    CP_HOST_SUBDOMAINS /* *.x: one label or more, not x itself */,
    CP_HOST_DOMAIN /* **.x: x and all below */,
    CP_HOST_ANY,
    CP_HOST_ADDRESS /* address and prefix length */
} cp_host_kind;
typedef struct cp_rec_host {
    uint32_t kind, name, port /* 0: any */, prefix, address[4]; /* IPv6 or IPv4-mapped, big-endian words */
    uint32_t text;
} cp_rec_host;

typedef struct cp_rec_regex {
    uint32_t text;
    uint32_t literal; /* a string that every match holds; 0: none known */
} cp_rec_regex;

typedef enum cp_flow_point {
    CP_FLOW_NONE,
    CP_FLOW_NETWORK,
    CP_FLOW_CODE,
    CP_FLOW_SECRETS,
    CP_FLOW_READ,
    CP_FLOW_WRITE,
    CP_FLOW_REMOTE
} cp_flow_point;
typedef struct cp_rec_flow {
    uint32_t from, to, arm, id, file, line;
} cp_rec_flow;

typedef enum cp_default_key {
    CP_DEFAULT_NONE,
    CP_DEFAULT_UNKNOWN_COMMAND,
    CP_DEFAULT_UNPARSABLE,
    CP_DEFAULT_DYNAMIC_COMMAND,
    CP_DEFAULT_LIMIT /* value: cp_limit, extra: the bound */,
    CP_DEFAULT_LIMIT_VERDICT /* value: cp_limit, extra: cp_image_verdict */,
    CP_DEFAULT_DIALECT /* value: string */,
    CP_DEFAULT_PROFILE /* value: string */,
    CP_DEFAULT_AUDIT_FILE /* value: string; this and the next two are for callers, no check looks at them */,
    CP_DEFAULT_AUDIT_REDACT /* value: string */,
    CP_DEFAULT_AUDIT_REQUIRED /* value: string, yes or no */
} cp_default_key;
typedef struct cp_rec_default {
    uint32_t key, value, extra, file, line;
} cp_rec_default; /* verdict keys: value is a cp_image_verdict */

typedef struct cp_rec_file {
    uint32_t name, pack;
    uint32_t node_first; /* its commands are the nodes from here to the next file's */
} cp_rec_file;
typedef struct cp_rec_test {
    uint32_t verdict, command, rule /* string or 0 */, facts /* string "cwd=…\nsandbox=…" or 0 */, file, line;
} cp_rec_test;
#endif
