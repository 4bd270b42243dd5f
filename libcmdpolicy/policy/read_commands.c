/* The mappings `commands` and `kinds`: what commands do. Grammars only; whether a kind is known is for the compiler to say, which
 * sees the other files and layers. */
#include "match/match.h"
#include "policy/model.h"
#include "policy/regex_text.h"
#include "shell/parse.h"

/* ---- Kinds with their marks ---------------------------------------------------------------------------------------------- */

typedef enum role_use { ROLE_OPTION, ROLE_OPERAND, ROLE_STDIN, ROLE_LINE } role_use;

static bool is_name(cp_slice s) {
    if (s.n == 0 || !(s.p[0] >= 'a' && s.p[0] <= 'z'))
        return false;
    for (uint32_t i = 0; i < s.n; i++) {
        uint8_t c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
            return false;
    }
    return s.p[s.n - 1] != '-';
}

static bool role_error(cp_reporter *r, const cp_yaml *node, const char *expected, const char *what) {
    cp_error(r, "kind", node->at, expected, "%s in `%s`", cp_slice_str(what), node->text);
    return false;
}

/* KIND, marks, and ` = DEFAULT`. */
static bool takes_no_word(uint32_t kind) {
    return kind == CP_KIND_FLAG || kind == CP_KIND_HELP || kind == CP_KIND_SWITCH;
}

static bool read_role(cp_reporter *r, const cp_yaml *node, role_use use, cp_m_role *out) {
    *out = (cp_m_role){.at = node->at};
    if (!cp_want_text(r, node, "a kind such as `value`, `read` or `flag`"))
        return false;
    cp_slice s = node->text;
    for (uint32_t i = 0; i + 3 <= s.n; i++)
        if (memcmp(s.p + i, " = ", 3) == 0) {
            out->fallback = cp_slice_sub(s, i + 3, s.n);
            s = cp_slice_sub(s, 0, i);
            if (out->fallback.n == 0)
                return role_error(r, node, "`KIND = DEFAULT`", "nothing behind the equals sign");
            if (use != ROLE_OPERAND)
                return role_error(r, node, "a default for operands only", "a default");
            break;
        }
    if (use == ROLE_OPERAND && cp_slice_is(s, "--")) {
        out->kind = CP_KIND_LITERAL;
        return true;
    }
    while (s.n) {
        uint32_t mark = 0;
        switch (s.p[s.n - 1]) {
        case '?': mark = CP_MARK_OPTIONAL; break;
        case '*': mark = CP_MARK_STAR; break;
        case '+': mark = CP_MARK_PLUS; break;
        case '!': mark = CP_MARK_BANG; break;
        case '-': mark = CP_MARK_DASH; break;
        default: break;
        }
        if (!mark)
            break;
        if (out->marks & mark)
            return role_error(r, node, "each mark once", "a mark stands twice");
        out->marks |= mark;
        s.n--;
    }
    out->kind = cp_number_of(cp_kind_words, s);
    if (out->kind == CP_NO_NUMBER) {
        if (!is_name(s)) {
            cp_error_word(r, "kind", node->at, cp_kind_words, s, "kind");
            return false;
        }
        out->kind = CP_KIND_CUSTOM;
        out->custom = s;
    }
    if ((out->marks & CP_MARK_DASH) && out->kind != CP_KIND_WRITE && out->kind != CP_KIND_EDIT &&
        out->kind != CP_KIND_WRITE_TREE)
        return role_error(r, node, "`-` behind `write`, `edit` or `write-tree`", "a dash at the end");
    uint32_t repeats = out->marks & (CP_MARK_STAR | CP_MARK_PLUS);
    if (repeats == (CP_MARK_STAR | CP_MARK_PLUS) || (repeats && (out->marks & CP_MARK_OPTIONAL)))
        return role_error(r, node, "one of `?`, `*` and `+`", "marks that contradict one another");
    bool pieces = use == ROLE_OPTION && repeats == CP_MARK_PLUS && out->kind == CP_KIND_CUSTOM;
    if (repeats && use != ROLE_OPERAND && !pieces)
        return role_error(r, node,
                          use == ROLE_OPTION ? "a list of kinds where an option takes several words"
                                             : "no `*` and no `+` here",
                          "a repetition");
    if ((out->marks & CP_MARK_OPTIONAL) &&
        (use == ROLE_LINE || (use == ROLE_STDIN && out->kind != CP_KIND_CUSTOM)))
        return role_error(r, node, "no `?` here", "an optional kind");
    if (takes_no_word(out->kind) && (use != ROLE_OPTION || out->marks & CP_MARK_OPTIONAL))
        return role_error(r, node,
                          use == ROLE_OPTION ? "`flag` or `value?`"
                                             : "a kind of word; `flag` and `help` are for options",
                          "a flag");
    if (repeats && (out->kind == CP_KIND_SCRIPT || out->kind == CP_KIND_REMOTE_SCRIPT))
        out->marks |= CP_MARK_JOINED;
    return true;
}

static bool takes_all(uint32_t kind) {
    return kind == CP_KIND_REST || kind == CP_KIND_COMMAND || kind == CP_KIND_REMOTE_COMMAND;
}

static bool read_operands(cp_reporter *r, const cp_yaml *node, cp_m_roles *out) {
    if (!cp_want_list(r, node, "a list such as `[value, read*]`"))
        return false;
    uint32_t repeated = 0;
    for (const cp_yaml *item = node->first; item; item = item->next) {
        cp_m_role role;
        if (!read_role(r, item, ROLE_OPERAND, &role))
            return false;
        if (role.kind == CP_KIND_LITERAL) /* what comes after `--` is a list of its own */
            repeated = 0;
        if (role.marks & (CP_MARK_STAR | CP_MARK_PLUS) && ++repeated > 1)
            return role_error(r, item, "one `*` or `+` in the list", "a second repetition");
        if (out->count && takes_all(out->items[out->count - 1].kind))
            return role_error(r, item, "what takes all remaining words last", "this is never reached");
        if (!CP_ADD(r->arena, *out, role))
            return false;
    }
    return true;
}

/* ---- Declared effects ------------------------------------------------------------------------------------------------------ */

static const cp_word_number declared_words[] = {
    {"read", 0},       {"write", 0},   {"delete", 0}, {"edit", 0}, {"read-tree", 0},
    {"write-tree", 0}, {"network", 0}, {"code", 0},   {"env", 0},  {"privilege", 0},
    {"remote", 0},     {"process", 0}, {"system", 0}, {NULL, 0}};

static bool add_declared(cp_reporter *r, cp_m_declareds *out, uint32_t kind, uint32_t flags, cp_slice object,
                         cp_place at) {
    cp_m_declared one = {kind, flags, object, at};
    return CP_ADD(r->arena, *out, one);
}

static bool check_object(cp_reporter *r, uint32_t kind, cp_slice object, cp_place at) {
    cp_pattern pattern;
    if (object.n == 0)
        return true;
    if (kind == CP_EFFECT_REMOTE) /* what is changed elsewhere, if it has a host at all */
        kind = CP_EFFECT_NETWORK;
    if (kind ==
        CP_EFFECT_ENV) /* a command sets a variable; to what is said where it is given as an operand */
        return cp_pattern_variable(r, object, at, &pattern);
    return cp_pattern_of_effect(r, kind, object, at, &pattern);
}

static bool read_declared(cp_reporter *r, const cp_yaml *node, cp_m_declareds *out) {
    if (!cp_want_list(r, node, "a list such as `[network, write cwd/**]`"))
        return false;
    for (const cp_yaml *item = node->first; item; item = item->next) {
        if (!cp_want_text(r, item, "KIND or KIND OBJECT, such as `network api.github.com`"))
            return false;
        uint32_t blank = cp_slice_find(item->text, ' ', 0);
        cp_slice word = cp_slice_sub(item->text, 0, blank),
                 object = cp_slice_sub(item->text, blank + 1, item->text.n);
        cp_place at = cp_yaml_place(item, object.n ? blank + 1 : 0);
        uint32_t flags = 0, kind = cp_number_of(cp_effect_words, word);
        bool edit = cp_slice_is(word, "edit");
        if (edit)
            kind = CP_EFFECT_READ;
        if (cp_slice_is(word, "read-tree") || cp_slice_is(word, "write-tree")) {
            kind = cp_slice_is(word, "read-tree") ? CP_EFFECT_READ : CP_EFFECT_WRITE;
            flags = CP_DECLARED_TREE;
        }
        if (kind == CP_NO_NUMBER) {
            cp_error_word(r, "effect", item->at, declared_words, word, "effect");
            return false;
        }
        if (kind == CP_EFFECT_DELETE)
            flags = CP_DECLARED_TREE;
        if (!check_object(r, kind, object, at) || !add_declared(r, out, kind, flags, object, item->at) ||
            (edit && !add_declared(r, out, CP_EFFECT_WRITE, 0, object, item->at)))
            return false;
    }
    return true;
}

/* ---- Options ---------------------------------------------------------------------------------------------------------------- */

static bool ends_with(cp_slice s, const char *end) {
    cp_slice e = cp_slice_str(end);
    return s.n >= e.n && cp_slice_eq(cp_slice_sub(s, s.n - e.n, s.n), e);
}

/* Names as the syntax has them: dashes or a plus; words before "=" for dd; operators of an expression for find. */
static bool check_option_name(cp_reporter *r, cp_slice name, cp_place at, uint32_t syntax) {
    bool sign = name.n && (name.p[0] == '-' || name.p[0] == '+');
    bool operator_word = syntax == CP_SYNTAX_FIND && name.n == 1 && strchr("()!,", name.p[0]);
    if (!sign && !operator_word && syntax != CP_SYNTAX_ASSIGNMENTS) {
        cp_error(r, "option-name", at,
                 "a name that begins with `-` or `+`; `syntax: assignments` where options are `name=value`",
                 "`%s` is no option", name);
        return false;
    }
    for (uint32_t i = 0; i < name.n; i++)
        if (name.p[i] == ' ' || name.p[i] == '\t' || name.p[i] == '=') {
            cp_error(r, "option-name", at, "the name alone: its value is said by the kind behind the colon",
                     "`%s` can never match", name);
            return false;
        }
    return true;
}

static bool add_spelling(cp_reporter *r, cp_slice name, cp_place at, uint32_t syntax, cp_m_option *out) {
    if (cp_slice_is(name, "-NUM") || cp_slice_is(name, "+NUM")) {
        out->flags |= CP_OPTION_NUMBER;
        name = cp_slice_sub(name, 0, 1);
    } else if (name.n > 2 && ends_with(name, "*")) {
        out->flags |= CP_OPTION_PREFIX;
        name = cp_slice_sub(name, 0, name.n - 1);
    }
    if (!check_option_name(r, name, at, syntax))
        return false;
    if (cp_slice_find(name, '*', 0) < name.n) {
        cp_error(r, "option-name", at, "`*` at the end only: a prefix such as `-W*`", "`%s` holds a `*`",
                 name);
        return false;
    }
    cp_named one = {name, at};
    return CP_ADD(r->arena, out->names, one);
}

/* `-e|--regexp`: the spellings of one option. */
static bool read_spellings(cp_reporter *r, cp_slice entry, cp_place at, uint32_t syntax, cp_m_option *out) {
    for (uint32_t i = 0; i <= entry.n;) {
        uint32_t bar = cp_slice_find(entry, '|', i);
        cp_place here = at;
        here.column += i;
        here.offset += i;
        if (bar == i) {
            cp_error(r, "empty-entry", here, "`-a|--all`, with a name on both sides",
                     "a spelling of `%s` is empty", entry);
            return false;
        }
        if (!add_spelling(r, cp_slice_sub(entry, i, bar), here, syntax, out))
            return false;
        i = bar + 1;
    }
    bool special = (out->flags & (CP_OPTION_NUMBER | CP_OPTION_PREFIX)) != 0;
    if (special && out->names.count > 1) {
        cp_error(r, "option-name", at, "an entry of its own: `-NUM, -n|--lines`",
                 "`%s` joins a prefix with other spellings", entry);
        return false;
    }
    return true;
}

static bool read_option_roles(cp_reporter *r, const cp_yaml *node, cp_m_option *out) {
    cp_m_role role;
    if (node->type == CP_YAML_TEXT) {
        if (!read_role(r, node, ROLE_OPTION, &role))
            return false;
        if (role.marks & CP_MARK_BANG)
            out->flags |= CP_OPTION_BANG;
        if (role.marks & CP_MARK_OPTIONAL)
            out->flags |= CP_OPTION_OPTIONAL_VALUE;
        if (role.kind == CP_KIND_HELP)
            out->flags |= CP_OPTION_HELP;
        if (role.kind == CP_KIND_SWITCH)
            out->flags |= CP_OPTION_SWITCH;
        return takes_no_word(role.kind) || CP_ADD(r->arena, out->roles, role);
    }
    if (!cp_want_list(r, node, "a kind, a list of kinds, or `{kind: ..., effects: [...]}`"))
        return false;
    if (!node->first) {
        cp_error(r, "empty-value", node->at, "`flag` where it takes no word", "an empty list of kinds");
        return false;
    }
    for (const cp_yaml *item = node->first; item; item = item->next) {
        if (!read_role(r, item, ROLE_OPTION, &role))
            return false;
        if (takes_no_word(role.kind))
            return role_error(r, item, "the kinds of the words that it takes", "a flag");
        if (role.marks & CP_MARK_BANG)
            out->flags |= CP_OPTION_BANG;
        if (out->roles.count && takes_all(out->roles.items[out->roles.count - 1].kind))
            return role_error(r, item, "what takes all remaining words last", "this is never reached");
        if (!CP_ADD(r->arena, out->roles, role))
            return false;
    }
    return true;
}

static bool read_option_value(cp_reporter *r, const cp_yaml *node, cp_m_option *out) {
    static const cp_word_number keys[] = {{"kind", 0}, {"effects", 1}, {NULL, 0}};
    if (node->type != CP_YAML_MAP)
        return read_option_roles(r, node, out);
    bool kind = false, fine = true;
    for (const cp_yaml *v = node->first; v; v = v->next) {
        switch (cp_number_of(keys, v->key->text)) {
        case 0:
            kind = true;
            fine &= read_option_roles(r, v, out);
            break;
        case 1: fine &= read_declared(r, v, &out->effects); break;
        default:
            cp_error_word(r, "unknown-key", v->key->at, keys, v->key->text, "part of an option");
            fine = false;
        }
    }
    if (!kind && fine) {
        cp_error(r, "missing-key", node->at, "`kind:`, such as `{kind: flag, effects: [network]}`",
                 "an option without `kind`");
        return false;
    }
    return fine;
}

enum {
    NAMES_MOST = 4096
}; /* options of a command, subcommands of a level: more is no grammar that people wrote */

static bool too_many(cp_reporter *r, uint32_t count, cp_place at, const char *what) {
    if (count < NAMES_MOST)
        return false;
    cp_error(r, "too-many", at, "at most 4096", "too many %s", cp_slice_str(what));
    return true;
}

static bool known_option(const cp_m_options *options, cp_slice name, uint32_t special) {
    for (uint32_t i = 0; i < options->count; i++)
        if ((options->items[i].flags & (CP_OPTION_NUMBER | CP_OPTION_PREFIX)) == special)
            for (uint32_t k = 0; k < options->items[i].names.count; k++)
                if (cp_slice_eq(options->items[i].names.items[k].text, name))
                    return true;
    return false;
}

static void read_options(cp_reporter *r, const cp_yaml *node, uint32_t syntax, cp_m_options *out) {
    if (!cp_want_map(r, node, "options with a kind each, such as `-n|--lines: value`"))
        return;
    for (const cp_yaml *v = node->first; v; v = v->next) {
        cp_names entries = {0};
        cp_m_option common = {0};
        if (!cp_split_key(r, v->key, false, &entries) || !read_option_value(r, v, &common))
            continue;
        for (uint32_t i = 0; i < entries.count; i++) {
            cp_m_option one = common;
            if (too_many(r, out->count, v->key->at, "options of a command"))
                return;
            if (!read_spellings(r, entries.items[i].text, entries.items[i].at, syntax, &one))
                continue;
            uint32_t special = one.flags & (CP_OPTION_NUMBER | CP_OPTION_PREFIX);
            for (uint32_t k = 0; k < one.names.count; k++)
                if (known_option(out, one.names.items[k].text, special))
                    cp_error(r, "duplicate-option", one.names.items[k].at, "each option once",
                             "`%s` stands here twice", one.names.items[k].text);
            (void)CP_ADD(r->arena, *out, one);
        }
    }
}

/* ---- Bodies ----------------------------------------------------------------------------------------------------------------- */

enum {
    B_OPTIONS,
    B_GLOBAL,
    B_OPERANDS,
    B_SUBCOMMANDS,
    B_CASES,
    B_EFFECTS,
    B_SYNTAX,
    B_STDIN,
    B_STDOUT,
    B_DOES,
    B_ENVIRONMENT,
    B_UNKNOWN,
    B_DIALECT,
    B_DOMAIN,
    B_WHEN
};
static const cp_word_number body_keys[] = {{"options", B_OPTIONS},
                                           {"global", B_GLOBAL},
                                           {"operands", B_OPERANDS},
                                           {"subcommands", B_SUBCOMMANDS},
                                           {"cases", B_CASES},
                                           {"effects", B_EFFECTS},
                                           {"syntax", B_SYNTAX},
                                           {"stdin", B_STDIN},
                                           {"stdout", B_STDOUT},
                                           {"does", B_DOES},
                                           {"environment", B_ENVIRONMENT},
                                           {"unknown-options", B_UNKNOWN},
                                           {"dialect", B_DIALECT},
                                           {"domain", B_DOMAIN},
                                           {NULL, 0}};
static const cp_word_number case_keys[] = {
    {"when", B_WHEN},   {"options", B_OPTIONS}, {"operands", B_OPERANDS},       {"effects", B_EFFECTS},
    {"stdin", B_STDIN}, {"stdout", B_STDOUT},   {"environment", B_ENVIRONMENT}, {"does", B_DOES},
    {NULL, 0}};
static const cp_word_number stdin_words[] = {{"ignored", CP_STDIN_IGNORED},
                                             {"data", CP_STDIN_DATA},
                                             {"words", CP_STDIN_WORDS},
                                             {"items", CP_STDIN_ITEMS},
                                             {"lines", CP_STDIN_LINES},
                                             {"entries", CP_STDIN_ENTRIES},
                                             {NULL, 0}};
static const cp_word_number stdout_words[] = {{"opaque", CP_STDOUT_OPAQUE},
                                              {"operands", CP_STDOUT_OPERANDS},
                                              {"format", CP_STDOUT_FORMAT},
                                              {"stdin", CP_STDOUT_STDIN},
                                              {"command", CP_STDOUT_COMMAND},
                                              {"paths", CP_STDOUT_PATHS},
                                              {"lines", CP_STDOUT_LINES},
                                              {"number", CP_STDOUT_NUMBER},
                                              {"numbers", CP_STDOUT_NUMBERS},
                                              {"hash", CP_STDOUT_HASH},
                                              {"hashes", CP_STDOUT_HASHES},
                                              {"cwd", CP_STDOUT_CWD},
                                              {"root", CP_STDOUT_ROOT},
                                              {"program", CP_STDOUT_PROGRAM},
                                              {"made", CP_STDOUT_MADE},
                                              {"line", CP_STDOUT_LINE},
                                              {"place", CP_STDOUT_PLACE},
                                              {"names", CP_STDOUT_NAMES},
                                              {"parent", CP_STDOUT_PARENT},
                                              {"files", CP_STDOUT_FILES},
                                              {"picked", CP_STDOUT_PICKED},
                                              {"listing", CP_STDOUT_LISTING},
                                              {"numbered", CP_STDOUT_NUMBERED},
                                              {"column", CP_STDOUT_COLUMN},
                                              {"hashed", CP_STDOUT_HASHED},
                                              {"word", CP_STDOUT_WORD},
                                              {"nothing", CP_STDOUT_NOTHING},
                                              {"same-numbers", CP_STDOUT_SAME_NUMBERS},
                                              {"name", CP_STDOUT_NAME},
                                              {"last", CP_STDOUT_LAST},
                                              {"found", CP_STDOUT_FOUND},
                                              {"contents", CP_STDOUT_CONTENTS},
                                              {"counted", CP_STDOUT_COUNTED},
                                              {"dropped", CP_STDOUT_DROPPED},
                                              {NULL, 0}};
static const cp_word_number environment_words[] = {
    {"kept", 0}, {"dropped", CP_NODE_DROPS_ENVIRONMENT}, {NULL, 0}};
static const cp_word_number unknown_words[] = {
    {"review", 0}, {"harmless", CP_NODE_HARMLESS_OPTIONS}, {NULL, 0}};

static const cp_word_number dialect_words[] = {{"bash", CP_NODE_DIALECT *CP_DIALECT_BASH},
                                               {"sh", CP_NODE_DIALECT *CP_DIALECT_SH},
                                               {"dash", CP_NODE_DIALECT *CP_DIALECT_DASH},
                                               {"zsh", CP_NODE_DIALECT *CP_DIALECT_ZSH},
                                               {NULL, 0}};
static const cp_word_number domain_words[] = {{"remote", 0}, {"container", CP_NODE_CONTAINER}, {NULL, 0}};

static void read_stdin(cp_reporter *r, const cp_yaml *node, cp_m_body *out) {
    out->flags |= CP_NODE_HAS_STDIN;
    if (node->type == CP_YAML_TEXT)
        out->stdin_use = cp_number_of(stdin_words, node->text);
    if (node->type == CP_YAML_TEXT && out->stdin_use != CP_NO_NUMBER)
        return;
    out->stdin_use = CP_STDIN_ROLE;
    (void)read_role(r, node, ROLE_STDIN, &out->stdin_role);
}

static void read_does(cp_reporter *r, const cp_yaml *node, cp_m_body *out) {
    cp_names names = {0};
    if (!cp_read_texts(r, node, "what a shell builtin changes: chdir, assign ...", &names))
        return;
    for (uint32_t i = 0; i < names.count; i++) {
        uint32_t does = cp_number_of(cp_does_words, names.items[i].text);
        if (does == CP_NO_NUMBER)
            cp_error_word(r, "unknown-word", names.items[i].at, cp_does_words, names.items[i].text,
                          "change that a builtin makes");
        else
            out->does |= 1u << does;
    }
}

static cp_m_body *read_body(cp_reporter *r, const cp_yaml *node, const cp_word_number *keys,
                            uint32_t inherited_syntax);

static void read_cases(cp_reporter *r, const cp_yaml *node, cp_m_body *out) {
    if (!cp_want_list(r, node, "a list of cases: `{when: {options: -e}, operands: [read*]}`"))
        return;
    for (const cp_yaml *item = node->first; item; item = item->next) {
        cp_m_case one = {0};
        if (!cp_want_map(r, item, "a case: `{when: {options: -e}, operands: [read*]}`"))
            continue;
        const cp_yaml *when = item->first;
        while (when && !cp_slice_is(when->key->text, "when"))
            when = when->next;
        if (!when) {
            cp_error(r, "missing-key", item->at, "`when:` with the call's options or operands",
                     "a case without `when`");
            continue;
        }
        if (item->count == 1)
            cp_error(r, "missing-key", item->at,
                     "what the case replaces: options, operands, effects, stdin ...",
                     "a case that says nothing");
        (void)cp_read_when(r, when, CP_WHEN_COMMAND, &one.conds);
        one.body = read_body(r, item, case_keys, out->syntax);
        (void)CP_ADD(r->arena, out->cases, one);
    }
}

/* A subcommand is a word, or an option with its value (`-m json.tool`). */
static bool check_command_name(cp_reporter *r, cp_slice name, cp_place at, bool sub) {
    uint32_t blank = cp_slice_find(name, ' ', 0);
    if (blank < name.n) {
        bool option = sub && name.p[0] == '-' && cp_slice_find(name, ' ', blank + 1) == name.n;
        if (!option)
            cp_error(
                r, "command-name", at,
                sub ? "one word, or an option with its value; what follows a subcommand goes into its own `subcommands`"
                    : "a program's name; what follows it goes into `subcommands`",
                "`%s` is more than a word", name);
        return option;
    }
    if (!sub && (cp_slice_find(name, '/', 0) < name.n || (name.n > 1 && name.p[0] == '-'))) {
        cp_error(r, "command-name", at, "a program's name, without a path", "`%s` is no program's name",
                 name);
        return false;
    }
    if (cp_slice_is(name, "*")) {
        cp_error(r, "command-name", at, "a name; what is not named is not known", "`*` names everything");
        return false;
    }
    return true;
}

static bool known_command(const cp_m_commands *commands, cp_slice name, cp_place *out) {
    for (uint32_t i = 0; i < commands->count; i++)
        for (uint32_t k = 0; k < commands->items[i].names.count; k++)
            if (cp_slice_eq(commands->items[i].names.items[k].text, name)) {
                *out = commands->items[i].names.items[k].at;
                return true;
            }
    return false;
}

static void read_command_map(cp_reporter *r, const cp_yaml *node, bool sub, uint32_t syntax,
                             cp_m_commands *out) {
    if (!cp_want_map(r, node, sub ? "subcommands with what each does" : "programs with what each does"))
        return;
    for (const cp_yaml *v = node->first; v; v = v->next) {
        cp_m_command one = {0};
        bool fine = cp_split_key(r, v->key, true, &one.names);
        if (sub && too_many(r, out->count + one.names.count, v->key->at, "subcommands of a command"))
            return;
        for (uint32_t i = 0; i < one.names.count; i++) {
            cp_place before;
            fine &= check_command_name(r, one.names.items[i].text, one.names.items[i].at, sub);
            cp_m_commands here = {.items = &(cp_m_command){.names = {one.names.items, i, i}}, .count = 1};
            if (sub && (known_command(out, one.names.items[i].text, &before) ||
                        known_command(&here, one.names.items[i].text, &before)))
                cp_error(r, "duplicate-command", one.names.items[i].at, "each subcommand once",
                         "`%s` is described twice, first in line %d", one.names.items[i].text, before.line);
        }
        if (!cp_want_map(r, v, "what it does: options, operands, subcommands, effects ..."))
            continue;
        one.body = read_body(r, v, body_keys, syntax);
        if (fine)
            (void)CP_ADD(r->arena, *out, one);
    }
}

static cp_m_body *read_body(cp_reporter *r, const cp_yaml *node, const cp_word_number *keys,
                            uint32_t inherited_syntax) {
    cp_m_body *out = CP_NEW(r->arena, cp_m_body);
    uint32_t word = 0;
    out->at = node->at;
    out->syntax = inherited_syntax;
    for (const cp_yaml *v = node->first; v; v = v->next) /* what the others are read by */
        if (cp_slice_is(v->key->text, "syntax") && cp_number_of(keys, v->key->text) == B_SYNTAX &&
            cp_read_enum(r, v, cp_syntax_words, "syntax", &word)) {
            out->syntax = word;
            out->has_syntax = 1;
        }
    for (const cp_yaml *v = node->first; v; v = v->next) {
        switch (cp_number_of(keys, v->key->text)) {
        case B_OPTIONS:
            out->flags |= CP_NODE_HAS_OPTIONS;
            read_options(r, v, out->syntax, &out->options);
            break;
        case B_GLOBAL: read_options(r, v, out->syntax, &out->global); break;
        case B_OPERANDS:
            out->flags |= CP_NODE_HAS_OPERANDS;
            (void)read_operands(r, v, &out->operands);
            break;
        case B_SUBCOMMANDS:
            out->flags |= CP_NODE_HAS_SUBCOMMANDS;
            read_command_map(r, v, true, out->syntax, &out->subcommands);
            break;
        case B_CASES: read_cases(r, v, out); break;
        case B_EFFECTS:
            out->flags |= CP_NODE_HAS_EFFECTS;
            (void)read_declared(r, v, &out->effects);
            break;
        case B_STDIN: read_stdin(r, v, out); break;
        case B_STDOUT:
            out->flags |= CP_NODE_HAS_STDOUT;
            cp_read_stdout(r, v, stdout_words, &out->stdout_is, &out->stdout_text);
            break;
        case B_DOES: read_does(r, v, out); break;
        case B_ENVIRONMENT:
            if (cp_read_enum(r, v, environment_words, "environment", &word))
                out->flags |= word;
            break;
        case B_UNKNOWN:
            if (cp_read_enum(r, v, unknown_words, "way with unknown options", &word))
                out->flags |= word;
            break;
        case B_DIALECT:
            if (cp_read_enum(r, v, dialect_words, "shell whose scripts it runs", &word))
                out->flags |= word;
            break;
        case B_DOMAIN:
            if (cp_read_enum(r, v, domain_words, "place where it runs commands", &word))
                out->flags |= word;
            break;
        case B_SYNTAX:
        case B_WHEN: break;
        default:
            cp_error_word(r, "unknown-key", v->key->at, keys, v->key->text,
                          keys == case_keys ? "part of a case" : "part of a command");
        }
    }
    return out;
}

void cp_read_commands(cp_reporter *r, const cp_yaml *node, cp_model *model) {
    read_command_map(r, node, false, CP_SYNTAX_GNU, &model->commands);
}

/* ---- Kinds ------------------------------------------------------------------------------------------------------------------- */

/* The number of (?<name>...) among the pattern's groups; 0: there is none. */
static uint32_t group_number(cp_slice pattern, cp_slice name) {
    uint32_t number = 0;
    bool in_class = false;
    for (uint32_t i = 0; i < pattern.n; i++) {
        const cp_slice at = cp_slice_sub(pattern, i, pattern.n);
        const uint8_t c = pattern.p[i];
        if (c == '\\') {
            i++;
        } else if (in_class) {
            in_class = c != ']';
        } else if (c == '[') {
            in_class = true;
            i += at.n > 1 && at.p[1] == '^';
            i += i + 1 < pattern.n && pattern.p[i + 1] == ']'; /* which, standing first, ends nothing */
        } else if (cp_slice_starts(at, CP_LIT("(?("))) {
            i += 2; /* a condition, or DEFINE */
        } else if (cp_slice_starts(at, CP_LIT("(?<")) && at.n > 3 && at.p[3] != '=' && at.p[3] != '!') {
            number++;
            if (at.n > name.n + 3 && memcmp(at.p + 3, name.p, name.n) == 0 && at.p[3 + name.n] == '>')
                return number;
        } else if (c == '(' && at.n > 1 && at.p[1] != '?' && at.p[1] != '*') {
            number++;
        }
    }
    return 0;
}

bool cp_read_line_role(cp_reporter *r, const cp_yaml *v, cp_m_role *out) {
    return read_role(r, v, ROLE_LINE, out);
}

static bool read_line(cp_reporter *r, const cp_yaml *v, cp_m_line *out) {
    out->regex = (cp_named){v->key->text, v->key->at};
    if (!cp_check_regex(r, v->key))
        return false;
    if (v->type == CP_YAML_TEXT)
        return read_role(r, v, ROLE_LINE, &out->role);
    if (!cp_want_map(r, v, "a kind, or kinds of the pattern's groups: `{path: read}`"))
        return false;
    for (const cp_yaml *group = v->first; group; group = group->next) {
        cp_m_group one = {.name = {group->key->text, group->key->at}};
        const uint32_t number = group_number(cp_regex_plain(r->arena, v->key->text), group->key->text);
        if (!number) {
            cp_error(r, "unknown-group", group->key->at, "the name of a group `(?<name>...)` of the pattern",
                     "`%s` is no group of `%s`", group->key->text, v->key->text);
            return false;
        }
        if (number >= CP_REGEX_GROUPS) {
            cp_error(
                r, "unknown-group", group->key->at,
                "one of the first 15 groups; what only defines others, `(?(DEFINE)...)`, goes behind them",
                "`%s` is not among the first 15 groups", group->key->text);
            return false;
        }
        if (!read_role(r, group, ROLE_LINE, &one.role) || !CP_ADD(r->arena, out->groups, one))
            return false;
    }
    if (!v->first)
        cp_error(r, "empty-value", v->at, "a kind, or kinds of the pattern's groups",
                 "a pattern that says nothing");
    return v->first != NULL;
}

static void read_kind(cp_reporter *r, const cp_yaml *v, cp_model *model) {
    cp_m_kind kind = {.name = {v->key->text, v->key->at}};
    if (too_many(r, model->kinds.count, v->key->at, "kinds"))
        return;
    if (cp_number_of(cp_kind_words, kind.name.text) != CP_NO_NUMBER || !is_name(kind.name.text)) {
        cp_error(r, "kind-name", kind.name.at, "a name of its own: small letters, digits and dashes",
                 "`%s` can't be a new kind's name", kind.name.text);
        return;
    }
    if (v->type == CP_YAML_MAP) {
        if (cp_read_text(r, v, &kind))
            (void)CP_ADD(r->arena, model->kinds, kind);
        return;
    }
    if (!cp_want_list(r, v, "a list of patterns: `- 'REGEX': KIND`"))
        return;
    for (const cp_yaml *item = v->first; item; item = item->next) {
        cp_m_line line = {0};
        if (!cp_want_map(r, item, "`'REGEX': KIND`"))
            continue;
        if (item->count != 1) {
            cp_error(r, "wrong-type", item->at, "one pattern an item: `- 'REGEX': KIND`",
                     "an item with %d patterns", item->count);
            continue;
        }
        if (read_line(r, item->first, &line))
            (void)CP_ADD(r->arena, kind.lines, line);
    }
    if (!v->first)
        cp_error(r, "empty-value", v->at, "a list of patterns: `- 'REGEX': KIND`", "a kind without patterns");
    (void)CP_ADD(r->arena, model->kinds, kind);
}

void cp_read_kinds(cp_reporter *r, const cp_yaml *node, cp_model *model) {
    if (!cp_want_map(r, node, "names of kinds with their patterns"))
        return;
    for (const cp_yaml *v = node->first; v; v = v->next)
        read_kind(r, v, model);
}
