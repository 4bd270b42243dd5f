/* A file as a whole: its version, which parts its layer may have, defaults and tests. */
#include "base/budget.h"
#include "base/text.h"
#include "match/layers.h"
#include "policy/digest.h"
#include "policy/model.h"
#include "policy/policy.h"

/* ---- Tests ------------------------------------------------------------------------------------------------------------ */

enum { T_ALLOW, T_REVIEW, T_DENY, T_RULE, T_FACT };
static const cp_word_number test_keys[] = {{"allow", T_ALLOW},    {"review", T_REVIEW}, {"deny", T_DENY},
                                           {"rule", T_RULE},      {"cwd", T_FACT},      {"home", T_FACT},
                                           {"workspace", T_FACT}, {"sandbox", T_FACT},  {"shell", T_FACT},
                                           {"branch", T_FACT},    {"profile", T_FACT},  {NULL, 0}};

static void add_fact(cp_text *facts, cp_slice name, cp_slice value) {
    cp_text_add(facts, name);
    cp_text_byte(facts, '=');
    cp_text_add(facts, value);
    cp_text_byte(facts, '\n');
}

static bool read_test(cp_reporter *r, const cp_yaml *item, cp_m_test *out) {
    static const uint32_t verdicts[] = {CP_IV_ALLOW, CP_IV_REVIEW, CP_IV_DENY};
    cp_text facts = cp_text_in(r->arena);
    if (!cp_want_map(r, item, "`allow: COMMAND`, `review: COMMAND` or `deny: COMMAND`"))
        return false;
    out->at = item->at;
    for (const cp_yaml *v = item->first; v; v = v->next) {
        uint32_t key = cp_number_of(test_keys, v->key->text);
        if (key == CP_NO_NUMBER) {
            cp_error_word(r, "unknown-key", v->key->at, test_keys, v->key->text, "part of a test");
            return false;
        }
        if (!cp_want_text(r, v, key <= T_DENY ? "a command" : "text"))
            return false;
        if (key == T_RULE) {
            out->rule = v->text;
        } else if (key == T_FACT) {
            add_fact(&facts, v->key->text, v->text);
        } else if (out->verdict) {
            cp_error(r, "test", v->key->at, "one of allow, review, deny", "a test with two verdicts");
            return false;
        } else {
            if (v->comment) {
                cp_error(r, "comment", v->at, "quotes around a command that holds ` #`",
                         "what follows `%s` is a comment", v->text);
                return false;
            }
            out->verdict = verdicts[key];
            out->command = v->text;
            out->at = v->key->at;
        }
    }
    if (!out->verdict)
        cp_error(r, "missing-key", item->at, "`allow:`, `review:` or `deny:` and a command",
                 "a test without a command");
    out->facts = cp_text_slice(&facts);
    return out->verdict != 0;
}

void cp_read_tests(cp_reporter *r, const cp_yaml *node, cp_m_tests *out) {
    if (!cp_want_list(r, node, "a list of tests such as `- allow: git log`"))
        return;
    for (const cp_yaml *item = node->first; item; item = item->next) {
        cp_m_test one = {0};
        if (read_test(r, item, &one))
            (void)CP_ADD(r->arena, *out, one);
    }
}

/* ---- Defaults ---------------------------------------------------------------------------------------------------------- */

static const cp_word_number strict_verdicts[] = {{"review", CP_IV_REVIEW}, {"deny", CP_IV_DENY}, {NULL, 0}};
static const cp_word_number loose_verdicts[] = {
    {"allow", CP_IV_ALLOW}, {"review", CP_IV_REVIEW}, {"deny", CP_IV_DENY}, {NULL, 0}};
static const cp_word_number dialect_words[] = {{"bash", 1}, {"sh", 2}, {"dash", 3}, {"zsh", 4}, {NULL, 0}};
static const cp_word_number profile_words[] = {{"read-only", 0}, {"workspace-write", 1}, {NULL, 0}};
static const cp_word_number redact_words[] = {
    {"none", 0}, {"secrets", 1}, {"arguments", 2}, {"all", 3}, {NULL, 0}};
static const cp_word_number yes_no_words[] = {{"no", 0}, {"yes", 1}, {NULL, 0}};
static const cp_word_number yes_words[] = {{"yes", 1}, {NULL, 0}};
enum { D_TRUSTED = 100, D_SYSTEM, D_AUDIT };
static const cp_word_number default_keys[] = {{"unknown-command", CP_DEFAULT_UNKNOWN_COMMAND},
                                              {"unparsable", CP_DEFAULT_UNPARSABLE},
                                              {"dynamic-command", CP_DEFAULT_DYNAMIC_COMMAND},
                                              {"dialect", CP_DEFAULT_DIALECT},
                                              {"profile", CP_DEFAULT_PROFILE},
                                              {"trusted-program-directories", D_TRUSTED},
                                              {"system-directories", D_SYSTEM},
                                              {"audit", D_AUDIT},
                                              {"input-bytes", CP_DEFAULT_LIMIT},
                                              {"steps", CP_DEFAULT_LIMIT},
                                              {"depth", CP_DEFAULT_LIMIT},
                                              {"nodes", CP_DEFAULT_LIMIT},
                                              {"heredocs", CP_DEFAULT_LIMIT},
                                              {"brace-words", CP_DEFAULT_LIMIT},
                                              {"reparse-bytes", CP_DEFAULT_LIMIT},
                                              {"calls", CP_DEFAULT_LIMIT},
                                              {"memory", CP_DEFAULT_LIMIT},
                                              {"resolves", CP_DEFAULT_LIMIT},
                                              {"looks", CP_DEFAULT_LIMIT},
                                              {NULL, 0}};

static bool read_bound(cp_reporter *r, const cp_yaml *node, uint32_t *out) {
    uint64_t n = 0;
    if (!cp_want_text(r, node, "a number"))
        return false;
    for (uint32_t i = 0; i < node->text.n && n <= UINT32_MAX; i++) {
        uint8_t c = node->text.p[i];
        n = c >= '0' && c <= '9' ? n * 10 + (uint64_t)(c - '0') : UINT64_MAX / 16;
    }
    if (n == 0 || n > UINT32_MAX) {
        cp_error(r, "number", node->at, "a number from 1 to 4294967295", "`%s` is no such number",
                 node->text);
        return false;
    }
    *out = (uint32_t)n;
    return true;
}

static void add_default(cp_reporter *r, cp_model *model, const cp_yaml *v, uint32_t key, uint32_t value,
                        uint32_t extra) {
    cp_m_default one = {
        .key = key, .value = value, .extra = extra, .text = v->text, .name = {v->key->text, v->key->at}};
    (void)CP_ADD(r->arena, model->defaults, one);
}

static uint32_t limit_of(cp_slice name) {
    for (uint32_t i = 1; i < CP_LIMIT_COUNT; i++)
        if (cp_slice_is(name, cp_limit_names[i]))
            return i;
    return 0;
}

/* NAME: BOUND, or NAME: {most: BOUND, verdict: review} */
static void read_limit(cp_reporter *r, const cp_yaml *v, cp_model *model) {
    static const cp_word_number keys[] = {{"most", 0}, {"verdict", 1}, {NULL, 0}};
    uint32_t limit = limit_of(v->key->text), bound = 0, verdict = 0;
    if (v->type != CP_YAML_MAP) {
        if (read_bound(r, v, &bound))
            add_default(r, model, v, CP_DEFAULT_LIMIT, limit, bound);
        return;
    }
    for (const cp_yaml *part = v->first; part; part = part->next) {
        uint32_t key = cp_number_of(keys, part->key->text);
        if (key == 0 && read_bound(r, part, &bound))
            add_default(r, model, v, CP_DEFAULT_LIMIT, limit, bound);
        else if (key == 1 && cp_read_enum(r, part, strict_verdicts, "verdict of a limit", &verdict))
            add_default(r, model, v, CP_DEFAULT_LIMIT_VERDICT, limit, verdict);
        else if (key == CP_NO_NUMBER)
            cp_error_word(r, "unknown-key", part->key->at, keys, part->key->text, "part of a limit");
    }
}

/* Directories as they stand; `homes`: `~/bin` is one, too. */
static void read_directories(cp_reporter *r, const cp_yaml *v, const char *expected, bool homes,
                             cp_names *out) {
    cp_names names = {0};
    if (!cp_want_list(r, v, expected) || !cp_read_texts(r, v, expected, &names))
        return;
    for (uint32_t i = 0; i < names.count; i++) {
        cp_pattern pattern;
        const cp_named *one = &names.items[i];
        if (!cp_pattern_path(r, one->text, one->at, &pattern))
            return;
        bool plain = pattern.root == CP_ROOT_ABSOLUTE || (homes && pattern.root == CP_ROOT_HOME);
        for (uint32_t k = 0; k < pattern.part_count; k++)
            plain = plain && pattern.parts[k].op == CP_COMP_LITERAL;
        if (!plain) {
            cp_error(r, "path-pattern", one->at,
                     homes ? "a directory that begins with `/` or `~`, without `*`"
                           : "a directory that begins with `/`, without `*`",
                     "`%s` is no such directory", one->text);
            return;
        }
        (void)CP_ADD(r->arena, *out, *one);
    }
}

/* Where records of decisions go: it must mean the same file whatever the current directory is. */
static void read_audit_file(cp_reporter *r, const cp_yaml *v, cp_model *model) {
    static const char expected[] =
        "a file such as `~/.local/state/cmdpolicy/audit.jsonl` or `/var/log/cmdpolicy.jsonl`";
    if (!cp_want_text(r, v, expected))
        return;
    const cp_slice path = v->text;
    const bool in_home = path.n > 2 && path.p[0] == '~' && path.p[1] == '/';
    if ((!in_home && !(path.n > 1 && path.p[0] == '/')) || path.p[path.n - 1] == '/')
        cp_error(r, "path-pattern", v->at, expected, "`%s` is no file for records", path);
    else
        add_default(r, model, v, CP_DEFAULT_AUDIT_FILE, 0, 0);
}

/* audit: FILE, or audit: {file: FILE, redact: WHAT, required: yes} */
static void read_audit(cp_reporter *r, const cp_yaml *v, cp_model *model) {
    static const cp_word_number keys[] = {{"file", 0}, {"redact", 1}, {"required", 2}, {NULL, 0}};
    if (v->type != CP_YAML_MAP) {
        read_audit_file(r, v, model);
        return;
    }
    for (const cp_yaml *part = v->first; part; part = part->next) {
        uint32_t word = 0;
        switch (cp_number_of(keys, part->key->text)) {
        case 0: read_audit_file(r, part, model); break;
        case 1:
            if (cp_read_enum(r, part, redact_words, "what records leave out", &word))
                add_default(r, model, part, CP_DEFAULT_AUDIT_REDACT, 0, 0);
            break;
        case 2: /* a floor only tightens */
            if (cp_read_enum(r, part, cp_layer_is_floor(r->layer) ? yes_words : yes_no_words,
                             "word on whether a decision needs its record", &word))
                add_default(r, model, part, CP_DEFAULT_AUDIT_REQUIRED, 0, 0);
            break;
        default: cp_error_word(r, "unknown-key", part->key->at, keys, part->key->text, "part of `audit`");
        }
    }
}

void cp_read_defaults(cp_reporter *r, const cp_yaml *node, cp_model *model) {
    if (!cp_want_map(r, node, "settings such as `unknown-command: review`"))
        return;
    for (const cp_yaml *v = node->first; v; v = v->next) {
        uint32_t key = cp_number_of(default_keys, v->key->text), word = 0;
        switch (key) {
        case CP_DEFAULT_UNKNOWN_COMMAND:
            if (cp_read_enum(r, v, cp_layer_is_floor(r->layer) ? strict_verdicts : loose_verdicts,
                             "verdict for unknown commands", &word))
                add_default(r, model, v, key, word, 0);
            break;
        case CP_DEFAULT_UNPARSABLE:
        case CP_DEFAULT_DYNAMIC_COMMAND:
            if (cp_read_enum(r, v, strict_verdicts, "verdict for what can't be read", &word))
                add_default(r, model, v, key, word, 0);
            break;
        case CP_DEFAULT_DIALECT:
            if (cp_read_enum(r, v, dialect_words, "shell", &word))
                add_default(r, model, v, key, 0, 0);
            break;
        case CP_DEFAULT_PROFILE:
            if (cp_read_enum(r, v, profile_words, "profile", &word))
                add_default(r, model, v, key, 0, 0);
            break;
        case CP_DEFAULT_LIMIT: read_limit(r, v, model); break;
        case D_TRUSTED:
            read_directories(r, v, "directories such as [/usr/bin, /bin]", true, &model->trusted);
            break;
        case D_SYSTEM:
            read_directories(r, v, "directories such as [/var/log, /usr/share]", false, &model->system);
            break;
        case D_AUDIT: read_audit(r, v, model); break;
        default: cp_error_word(r, "unknown-key", v->key->at, default_keys, v->key->text, "setting");
        }
    }
}

/* ---- The file ------------------------------------------------------------------------------------------------------------ */

enum { P_VERSION, P_PACK, P_ABOUT, P_COMMANDS, P_KINDS, P_RULES, P_EFFECTS, P_DEFAULTS, P_TESTS };
static const cp_word_number file_keys[] = {
    {"cmdpolicy", P_VERSION}, {"pack", P_PACK},   {"about", P_ABOUT},     {"commands", P_COMMANDS},
    {"kinds", P_KINDS},       {"rules", P_RULES}, {"effects", P_EFFECTS}, {"defaults", P_DEFAULTS},
    {"tests", P_TESTS},       {NULL, 0}};
static const cp_word_number workspace_keys[] = {{"cmdpolicy", P_VERSION}, {"about", P_ABOUT},
                                                {"rules", P_RULES},       {"effects", P_EFFECTS},
                                                {"tests", P_TESTS},       {NULL, 0}};

static bool check_version(cp_reporter *r, const cp_yaml *root) {
    const cp_yaml *first = root->first;
    if (!first || !cp_slice_is(first->key->text, "cmdpolicy")) {
        cp_place at = first ? first->key->at : root->at;
        cp_error(r, "version-first", at, "`cmdpolicy: 1` in the first line",
                 "the language's version is missing");
        return false;
    }
    if (!cp_want_text(r, first, "`cmdpolicy: 1`"))
        return false;
    if (cp_slice_is(first->text, "1"))
        return true;
    cp_error(r, "version", first->at, "`cmdpolicy: 1`", "version `%s` of the language is not known here",
             first->text);
    return false;
}

static void read_pack(cp_reporter *r, const cp_yaml *v, cp_model *model) {
    if (!cp_want_text(r, v, "an id such as `vcs/git`"))
        return;
    for (uint32_t i = 0; i < v->text.n; i++) {
        uint8_t c = v->text.p[i];
        bool fine =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("/._-", c);
        if (!fine) {
            cp_error(r, "pack", v->at, "letters, digits, and `/`, `.`, `_`, `-`", "`%s` can't be a pack's id",
                     v->text);
            return;
        }
    }
    model->pack = v->text;
}

/* A file that is read: its rules, of which there may be many, while the YAML is; everything else, and what there is to say of the
 * rules, afterwards, in the order of the file. */
typedef struct reading {
    cp_reporter report, rules;
    cp_diags of_rules;
    cp_model *model;
    uint32_t version; /* 0: not looked at; 1: not ours; 2: ours */
} reading;

static bool is_ours(reading *f, const cp_yaml *root) {
    if (!f->version)
        f->version = check_version(&f->report, root) ? 2 : 1;
    return f->version == 2;
}

static bool wants_rules(void *self, const cp_yaml *root, const cp_yaml *key) {
    return cp_slice_is(key->text, "rules") && root->first && is_ours((reading *)self, root);
}

static void take_rule(void *self, const cp_yaml *entry) {
    reading *f = (reading *)self;
    cp_read_rule(&f->rules, entry, f->model);
}

static void read_part(reading *f, const cp_yaml *v) {
    cp_reporter *r = &f->report;
    cp_model *model = f->model;
    const cp_word_number *known = r->layer == CP_LAYER_WORKSPACE ? workspace_keys : file_keys;
    uint32_t key = cp_number_of(known, v->key->text);
    if (key == CP_NO_NUMBER && cp_number_of(file_keys, v->key->text) != CP_NO_NUMBER) {
        cp_error(r, "not-in-workspace", v->key->at, "cmdpolicy, about, rules, effects, tests",
                 "`%s` is not a workspace file's to say", v->key->text);
        return;
    }
    switch (key) {
    case P_VERSION: break;
    case P_PACK: read_pack(r, v, model); break;
    case P_ABOUT: (void)cp_want_text(r, v, "a text about this file"); break;
    case P_COMMANDS: cp_read_commands(r, v, model); break;
    case P_KINDS: cp_read_kinds(r, v, model); break;
    case P_RULES:
        if (cp_want_map(r, v, "keys such as `git log` with a verdict each"))
            cp_diags_take(r->diags, &f->of_rules);
        break;
    case P_EFFECTS: cp_read_effects(r, v, model); break;
    case P_DEFAULTS: cp_read_defaults(r, v, model); break;
    case P_TESTS: cp_read_tests(r, v, &model->tests); break;
    default: cp_error_word(r, "unknown-key", v->key->at, known, v->key->text, "part of a policy file");
    }
}

cp_model *cp_policy_read(cp_arena *arena, cp_diags *diags, cp_slice name, cp_slice text, uint32_t layer) {
    cp_model *model = CP_NEW(arena, cp_model);
    model->file = cp_arena_copy(arena, name);
    model->layer = layer;
    cp_arena nodes;
    reading f = {.report = {.arena = arena, .diags = diags, .file = model->file, .layer = layer},
                 .model = model};
    cp_diags_init(&f.of_rules, arena);
    f.of_rules.layer = diags->layer;
    f.rules = f.report;
    f.rules.diags = &f.of_rules;
    cp_arena_init(&nodes, &arena->mem, NULL, 0, NULL);
    const cp_yaml_taker taker = {&f, wants_rules, take_rule};
    const cp_yaml *root = cp_yaml_read(arena, &nodes, diags, model->file, text, &taker);
    bool fine = root && cp_want_map(&f.report, root, "a mapping that begins with `cmdpolicy: 1`") &&
                is_ours(&f, root);
    for (const cp_yaml *v = fine ? root->first : NULL; v; v = v->next)
        read_part(&f, v);
    cp_arena_free(&nodes);
    if (!fine || f.report.errors || f.rules.errors || cp_arena_failed(arena))
        return NULL;
    model->size = text.n;
    cp_digest(text, model->digest);
    return model;
}
