/* What rules and effects have in common: conditions, verdicts with their reasons, and the lists that keys are. */
#include "match/layers.h"
#include "policy/model.h"
#include "policy/regex_text.h"

/* ---- Types ------------------------------------------------------------------------------------------------------------ */

static const char *type_name(const cp_yaml *node) {
    return node->type == CP_YAML_TEXT ? "a text" : node->type == CP_YAML_LIST ? "a list" : "a mapping";
}

static bool want(cp_reporter *r, const cp_yaml *node, cp_yaml_type type, const char *expected) {
    if (node->type == type)
        return true;
    cp_error(r, "wrong-type", node->at, expected, "this is %s", cp_slice_str(type_name(node)));
    return false;
}

bool cp_want_map(cp_reporter *r, const cp_yaml *node, const char *expected) {
    return want(r, node, CP_YAML_MAP, expected);
}

bool cp_want_list(cp_reporter *r, const cp_yaml *node, const char *expected) {
    return want(r, node, CP_YAML_LIST, expected);
}

bool cp_want_text(cp_reporter *r, const cp_yaml *node, const char *expected) {
    if (!want(r, node, CP_YAML_TEXT, expected))
        return false;
    if (node->text.n == 0)
        cp_error(r, "empty-value", node->at, expected, "an empty text");
    return node->text.n != 0;
}

bool cp_read_enum(cp_reporter *r, const cp_yaml *node, const cp_word_number *known, const char *what,
                  uint32_t *out) {
    if (!cp_want_text(r, node, what))
        return false;
    *out = cp_number_of(known, node->text);
    if (*out == CP_NO_NUMBER)
        cp_error_word(r, "unknown-word", node->at, known, node->text, what);
    return *out != CP_NO_NUMBER;
}

bool cp_read_texts(cp_reporter *r, const cp_yaml *node, const char *expected, cp_names *out) {
    if (node->type == CP_YAML_TEXT) {
        if (!cp_want_text(r, node, expected))
            return false;
        cp_named one = {node->text, node->at};
        return CP_ADD(r->arena, *out, one);
    }
    if (!cp_want_list(r, node, expected))
        return false;
    for (const cp_yaml *item = node->first; item; item = item->next) {
        if (!cp_want_text(r, item, expected))
            return false;
        cp_named one = {item->text, item->at};
        if (!CP_ADD(r->arena, *out, one))
            return false;
    }
    return true;
}

/* ---- Keys that share a value -------------------------------------------------------------------------------------------- */

static bool is_blank(uint8_t c) {
    return c == ' ' || c == '\t' || c == '\n';
}

static bool add_entry(cp_reporter *r, const cp_yaml *node, uint32_t beg, uint32_t end, cp_names *out) {
    while (beg < end && is_blank(node->text.p[beg]))
        beg++;
    while (end > beg && is_blank(node->text.p[end - 1]))
        end--;
    if (beg == end) {
        cp_error(r, "empty-entry", cp_yaml_place(node, beg), "`A, B` or `A|B`, with something on both sides",
                 "an entry of `%s` is empty", node->text);
        return false;
    }
    cp_named one = {cp_slice_sub(node->text, beg, end), cp_yaml_place(node, beg)};
    return CP_ADD(r->arena, *out, one);
}

bool cp_split_key(cp_reporter *r, const cp_yaml *node, bool alternatives, cp_names *out) {
    cp_slice s = node->text;
    uint32_t beg = 0;
    for (uint32_t i = 0; i < s.n; i++) {
        bool comma = s.p[i] == ',' && (i + 1 == s.n || is_blank(s.p[i + 1])) && i > beg;
        if (!comma && !(alternatives && s.p[i] == '|'))
            continue;
        if (!add_entry(r, node, beg, i, out))
            return false;
        beg = i + 1;
    }
    return add_entry(r, node, beg, s.n, out);
}

/* ---- Conditions --------------------------------------------------------------------------------------------------------- */

static bool add_cond(cp_reporter *r, cp_m_conds *out, cp_m_cond cond) {
    return CP_ADD(r->arena, *out, cond);
}

/* Joins the conditions that stand on the stack: `parts` of them, with AND or OR. */
static bool join(cp_reporter *r, cp_m_conds *out, uint32_t parts, cp_cond_op op, cp_place at) {
    for (; parts > 1; parts--)
        if (!add_cond(r, out, (cp_m_cond){.op = op, .at = at}))
            return false;
    return true;
}

static bool is_escape(cp_slice s, uint32_t i) {
    return s.p[i] == '\\' && i + 1 < s.n && (is_blank(s.p[i + 1]) || s.p[i + 1] == '|');
}

/* The end of the word at `from`, which a blank ends, and a `|` if that counts; neither does behind a backslash. */
static uint32_t word_end(cp_slice s, uint32_t from, bool bars) {
    while (from < s.n && !is_blank(s.p[from]) && !(bars && s.p[from] == '|'))
        from += is_escape(s, from) ? 2 : 1;
    return from < s.n ? from : s.n;
}

static cp_slice without_escapes(cp_reporter *r, cp_slice s) {
    uint8_t *out = CP_NEW_ARRAY(r->arena, uint8_t, s.n ? s.n : 1);
    uint32_t n = 0;
    for (uint32_t i = 0; out && i < s.n; i++) {
        i += is_escape(s, i);
        out[n++] = s.p[i];
    }
    return (cp_slice){out, out ? n : 0};
}

static bool add_option_cond(cp_reporter *r, cp_m_conds *out, cp_slice text, cp_place at) {
    cp_m_cond cond = {.op = CP_CONDOP_OPTION, .text = text, .at = at};
    uint32_t eq = cp_slice_find(text, '=', 0);
    if (eq < text.n) {
        cond.text = cp_slice_sub(text, 0, eq);
        cond.value = without_escapes(r, cp_slice_sub(text, eq + 1, text.n));
        cond.has_value = 1;
    }
    if (cp_slice_is(cond.text, "-NUM") || cp_slice_is(cond.text, "+NUM"))
        cond.text.n = 1; /* as the grammar names them: the sign, the prefix */
    else if (cond.text.n > 2 && cond.text.p[cond.text.n - 1] == '*')
        cond.text.n--;
    if (cond.text.n == 0 || (cond.has_value && cond.value.n == 0)) {
        cp_error(r, "condition", at, "options such as `-i -e|-f`: a blank for all of them, `|` for any",
                 "`%s` names no option", text);
        return false;
    }
    return add_cond(r, out, cond);
}

/* `-i -e|-f`: every word must hold, each by one of its alternatives. */
static bool read_options(cp_reporter *r, const cp_yaml *node, cp_m_conds *out) {
    if (!cp_want_text(r, node, "options such as `-i -e|-f`"))
        return false;
    uint32_t words = 0;
    for (uint32_t i = 0; i < node->text.n;) {
        if (is_blank(node->text.p[i])) {
            i++;
            continue;
        }
        uint32_t end = word_end(node->text, i, false), alternatives = 0;
        while (i <= end) {
            uint32_t bar = word_end(cp_slice_sub(node->text, 0, end), i, true);
            if (!add_option_cond(r, out, cp_slice_sub(node->text, i, bar), cp_yaml_place(node, i)))
                return false;
            alternatives++;
            i = bar + 1;
        }
        if (!join(r, out, alternatives, CP_CONDOP_OR, node->at))
            return false;
        words++;
    }
    return join(r, out, words, CP_CONDOP_AND, node->at);
}

/* `true`: no option at all; else options of which none may be there. */
static bool read_no_options(cp_reporter *r, const cp_yaml *node, cp_m_conds *out) {
    if (!cp_want_text(r, node, "`true`, or the options that must not be there"))
        return false;
    if (cp_slice_is(node->text, "true"))
        return add_cond(r, out, (cp_m_cond){.op = CP_CONDOP_NO_OPTIONS, .at = node->at});
    uint32_t words = 0;
    for (uint32_t i = 0; i < node->text.n;) {
        uint32_t end = word_end(node->text, i, true);
        if (end > i) {
            if (node->text.p[i] != '-' && node->text.p[i] != '+') {
                cp_error(r, "condition", cp_yaml_place(node, i),
                         "`true`, or the options that must not be there", "`%s` is no option",
                         cp_slice_sub(node->text, i, end));
                return false;
            }
            if (!add_option_cond(r, out, cp_slice_sub(node->text, i, end), cp_yaml_place(node, i)))
                return false;
            words++;
        }
        i = end + 1;
    }
    return join(r, out, words, CP_CONDOP_OR, node->at) &&
           add_cond(r, out, (cp_m_cond){.op = CP_CONDOP_NOT, .at = node->at});
}

static bool read_count(cp_slice s, uint32_t *out) {
    uint32_t n = 0;
    if (s.n == 0 || s.n > 4)
        return false;
    for (uint32_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        n = n * 10 + (uint32_t)(s.p[i] - '0');
    }
    *out = n;
    return true;
}

/* none, 2, 1.., ..3, 1..3 */
static bool read_range(cp_slice s, uint32_t *low, uint32_t *high) {
    *low = 0;
    *high = UINT32_MAX;
    if (cp_slice_is(s, "none")) {
        *high = 0;
        return true;
    }
    for (uint32_t i = 0; i + 1 < s.n; i++)
        if (s.p[i] == '.' && s.p[i + 1] == '.') {
            cp_slice from = cp_slice_sub(s, 0, i), to = cp_slice_sub(s, i + 2, s.n);
            if (from.n == 0 && to.n == 0)
                return false;
            return (from.n == 0 || read_count(from, low)) && (to.n == 0 || read_count(to, high)) &&
                   *low <= *high;
        }
    if (!read_count(s, low))
        return false;
    *high = *low;
    return true;
}

static bool read_operands(cp_reporter *r, const cp_yaml *node, cp_m_conds *out) {
    static const char forms[] =
        "`none`, a number, `1..`, `..3` or `1..3`, with ` --` behind it of those before a `--`; `|` between several";
    if (!cp_want_text(r, node, forms))
        return false;
    uint32_t parts = 0;
    for (uint32_t i = 0; i <= node->text.n; parts++) {
        uint32_t end = cp_slice_find(node->text, '|', i);
        cp_m_cond cond = {.op = CP_CONDOP_OPERANDS, .at = cp_yaml_place(node, i)};
        cp_slice part = cp_slice_sub(node->text, i, end);
        if (part.n > 3 && memcmp(part.p + part.n - 3, " --", 3) == 0) {
            cond.op = CP_CONDOP_OPERANDS_BEFORE;
            part.n -= 3;
        }
        if (!read_range(part, &cond.low, &cond.high)) {
            cp_error(r, "condition", cond.at, forms, "`%s` is no number of operands", part);
            return false;
        }
        if (!add_cond(r, out, cond))
            return false;
        i = end + 1;
    }
    return join(r, out, parts, CP_CONDOP_OR, node->at);
}

bool cp_check_regex(cp_reporter *r, const cp_yaml *node) {
    char message[160] = "";
    uint32_t offset = 0;
    cp_slice plain = cp_regex_plain(r->arena, node->text);
    if (cp_regex_check(r->arena, plain, &offset, message, sizeof message))
        return true;
    if (cp_arena_failed(r->arena))
        return false;
    if (plain.p != node->text.p)
        offset = 0; /* without its blanks the pattern has other places */
    cp_error(r, "regex", cp_yaml_place(node, offset), "a regular expression that matches the whole value",
             "%s in `%s`", cp_slice_str(message), node->text);
    return false;
}

static bool read_operand(cp_reporter *r, const cp_yaml *node, cp_m_conds *out) {
    if (!cp_want_text(r, node, "a regular expression that matches a whole operand") ||
        !cp_check_regex(r, node))
        return false;
    return add_cond(r, out, (cp_m_cond){.op = CP_CONDOP_OPERAND, .text = node->text, .at = node->at});
}

static bool read_cwd(cp_reporter *r, const cp_yaml *node, cp_m_conds *out) {
    cp_names places = {0};
    if (!cp_want_text(r, node, "a path pattern such as `~/src/**`") || !cp_split_key(r, node, true, &places))
        return false;
    for (uint32_t i = 0; i < places.count; i++) {
        cp_m_cond cond = {.op = CP_CONDOP_CWD,
                          .text = places.items[i].text,
                          .at = places.items[i].at,
                          .path = CP_NEW(r->arena, cp_pattern)};
        if (!cp_pattern_path(r, cond.text, cond.at, cond.path))
            return false;
        if (cond.path->root == CP_ROOT_CWD) {
            cp_error(r, "condition", cond.at, "a pattern that begins with `/`, `~`, `**/` or `workspace`",
                     "`%s`: the working directory is always itself", cond.text);
            return false;
        }
        if (!add_cond(r, out, cond))
            return false;
    }
    return join(r, out, places.count, CP_CONDOP_OR, node->at);
}

/* Words of a fixed set, or any words where `known` is NULL: `a|b`. */
static bool read_words(cp_reporter *r, const cp_yaml *node, cp_cond_op op, const cp_word_number *known,
                       const char *what, cp_m_conds *out) {
    cp_names words = {0};
    if (!cp_want_text(r, node, what) || !cp_split_key(r, node, true, &words))
        return false;
    for (uint32_t i = 0; i < words.count; i++) {
        cp_slice word = words.items[i].text;
        cp_m_cond cond = {.op = op, .text = word, .at = words.items[i].at};
        if (known) {
            uint32_t number = cp_number_of(known, word);
            if (number == CP_NO_NUMBER) {
                cp_error_word(r, "condition", cond.at, known, word, what);
                return false;
            }
            if (op == CP_CONDOP_TRUSTED)
                cond.op = number;
        }
        if (!add_cond(r, out, cond))
            return false;
    }
    return join(r, out, words.count, CP_CONDOP_OR, node->at);
}

static const cp_word_number trust_words[] = {
    {"trusted", CP_CONDOP_TRUSTED}, {"untrusted", CP_CONDOP_UNTRUSTED}, {NULL, 0}};
static const cp_word_number sandbox_words[] = {
    {"none", 0}, {"read-only", 1}, {"workspace-write", 2}, {NULL, 0}};
static const cp_word_number shell_words[] = {{"bash", 0}, {"sh", 1}, {"dash", 2}, {"zsh", 3}, {NULL, 0}};
static const cp_word_number stdin_words[] = {{"inherited", 0}, {"known", 0}, {"pipe", 0},
                                             {"file", 0},      {"none", 0},  {NULL, 0}};

enum {
    WHEN_OPTIONS,
    WHEN_NO_OPTIONS,
    WHEN_OPERANDS,
    WHEN_OPERAND,
    WHEN_CWD,
    WHEN_WORKSPACE,
    WHEN_SANDBOX,
    WHEN_SHELL,
    WHEN_BRANCH,
    WHEN_STDIN
};
static const cp_word_number command_when[] = {{"options", WHEN_OPTIONS},
                                              {"no-options", WHEN_NO_OPTIONS},
                                              {"operands", WHEN_OPERANDS},
                                              {"operand", WHEN_OPERAND},
                                              {NULL, 0}};
static const cp_word_number rule_when[] = {{"options", WHEN_OPTIONS},
                                           {"no-options", WHEN_NO_OPTIONS},
                                           {"operands", WHEN_OPERANDS},
                                           {"operand", WHEN_OPERAND},
                                           {"cwd", WHEN_CWD},
                                           {"workspace", WHEN_WORKSPACE},
                                           {"sandbox", WHEN_SANDBOX},
                                           {"shell", WHEN_SHELL},
                                           {"branch", WHEN_BRANCH},
                                           {"stdin", WHEN_STDIN},
                                           {NULL, 0}};
static const cp_word_number effect_when[] = {{"cwd", WHEN_CWD},         {"workspace", WHEN_WORKSPACE},
                                             {"sandbox", WHEN_SANDBOX}, {"shell", WHEN_SHELL},
                                             {"branch", WHEN_BRANCH},   {NULL, 0}};

bool cp_read_when(cp_reporter *r, const cp_yaml *node, cp_when_use use, cp_m_conds *out) {
    const cp_word_number *known = use == CP_WHEN_COMMAND ? command_when
                                  : use == CP_WHEN_RULE  ? rule_when
                                                         : effect_when;
    if (node->type == CP_YAML_TEXT && cp_slice_is(node->text, "no-options") && use != CP_WHEN_EFFECT)
        return add_cond(r, out, (cp_m_cond){.op = CP_CONDOP_NO_OPTIONS, .at = node->at});
    if (!cp_want_map(r, node, "conditions such as `{options: -i}`"))
        return false;
    if (!node->first) {
        cp_error(r, "empty-value", node->at, "conditions such as `{options: -i}`", "`when` says nothing");
        return false;
    }
    bool fine = true;
    uint32_t parts = 0;
    for (const cp_yaml *v = node->first; v; v = v->next, parts++) {
        uint32_t which = cp_number_of(known, v->key->text);
        switch (which) {
        case WHEN_OPTIONS: fine &= read_options(r, v, out); break;
        case WHEN_NO_OPTIONS: fine &= read_no_options(r, v, out); break;
        case WHEN_OPERANDS: fine &= read_operands(r, v, out); break;
        case WHEN_OPERAND: fine &= read_operand(r, v, out); break;
        case WHEN_CWD: fine &= read_cwd(r, v, out); break;
        case WHEN_WORKSPACE: fine &= read_words(r, v, CP_CONDOP_TRUSTED, trust_words, "trust", out); break;
        case WHEN_SANDBOX:
            fine &= read_words(r, v, CP_CONDOP_SANDBOX, sandbox_words, "sandbox mode", out);
            break;
        case WHEN_SHELL: fine &= read_words(r, v, CP_CONDOP_SHELL, shell_words, "shell", out); break;
        case WHEN_BRANCH:
            fine &= read_words(r, v, CP_CONDOP_BRANCH, NULL, "the name of a branch", out);
            break;
        case WHEN_STDIN: fine &= read_words(r, v, CP_CONDOP_STDIN, stdin_words, "standard input", out); break;
        default:
            cp_error_word(r, "unknown-key", v->key->at, known, v->key->text, "condition here");
            fine = false;
        }
    }
    return fine && join(r, out, parts, CP_CONDOP_AND, node->at);
}

/* ---- Verdicts ------------------------------------------------------------------------------------------------------------ */

enum { V_VERDICT, V_REASON, V_SUGGEST, V_RISK, V_WHEN, V_ARMS, V_EXCEPT, V_ID, V_TESTS, V_SECRET, V_MAYBE };
static const cp_word_number rule_keys[] = {{"verdict", V_VERDICT}, {"reason", V_REASON},
                                           {"suggest", V_SUGGEST}, {"risk", V_RISK},
                                           {"when", V_WHEN},       {"arms", V_ARMS},
                                           {"except", V_EXCEPT},   {"id", V_ID},
                                           {"tests", V_TESTS},     {NULL, 0}};
static const cp_word_number effect_keys[] = {{"verdict", V_VERDICT},
                                             {"reason", V_REASON},
                                             {"suggest", V_SUGGEST},
                                             {"risk", V_RISK},
                                             {"when", V_WHEN},
                                             {"except", V_EXCEPT},
                                             {"id", V_ID},
                                             {"tests", V_TESTS},
                                             {"secret", V_SECRET},
                                             {"maybe", V_MAYBE},
                                             {NULL, 0}};
static const cp_word_number arm_keys[] = {{"verdict", V_VERDICT}, {"reason", V_REASON},
                                          {"suggest", V_SUGGEST}, {"risk", V_RISK},
                                          {"when", V_WHEN},       {NULL, 0}};
static const cp_word_number effect_verdicts[] = {
    {"allow", CP_IV_ALLOW}, {"review", CP_IV_REVIEW}, {"deny", CP_IV_DENY}, {NULL, 0}};
static const cp_word_number floor_verdicts[] = {{"review", CP_IV_REVIEW}, {"deny", CP_IV_DENY}, {NULL, 0}};
static const cp_word_number risk_words[] = {
    {"low", 0}, {"medium", 1}, {"high", 2}, {"critical", 3}, {NULL, 0}};

static bool is_floor(const cp_reporter *r) {
    return cp_layer_is_floor(r->layer);
}

static bool read_verdict(cp_reporter *r, const cp_yaml *node, cp_when_use use, uint32_t *out) {
    const cp_word_number *known = is_floor(r)             ? floor_verdicts
                                  : use == CP_WHEN_EFFECT ? effect_verdicts
                                                          : cp_verdict_words;
    if (!cp_want_text(r, node, "allow, by-effects, review or deny"))
        return false;
    *out = cp_number_of(known, node->text);
    if (*out != CP_NO_NUMBER)
        return true;
    uint32_t verdict = cp_number_of(cp_verdict_words, node->text);
    if (is_floor(r) && verdict != CP_NO_NUMBER)
        cp_error(r, "floor-allow", node->at, "review or deny; what is to stay free goes into `except: [...]`",
                 "`%s` in a layer that can only tighten", node->text);
    else if (verdict != CP_NO_NUMBER)
        cp_error(r, "verdict", node->at, "allow, review or deny", "`%s` says nothing about an effect",
                 node->text);
    else
        cp_error_word(r, "verdict", node->at, known, node->text, "verdict");
    return false;
}

static bool read_flag(cp_reporter *r, const cp_yaml *node, bool *out) {
    if (!cp_want_text(r, node, "`true` or `false`"))
        return false;
    *out = cp_slice_is(node->text, "true");
    if (*out || cp_slice_is(node->text, "false"))
        return true;
    cp_error(r, "wrong-type", node->at, "`true` or `false`", "`%s` is neither", node->text);
    return false;
}

static bool read_text(cp_reporter *r, const cp_yaml *node, cp_slice *out) {
    *out = node->text;
    return cp_want_text(r, node, "text");
}

static bool read_arms(cp_reporter *, const cp_yaml *list, cp_when_use, cp_m_value *out);

/* A mapping: an arm and, where it is the whole value, what belongs to the entry, which may be all of its arms. */
static bool read_mapping(cp_reporter *r, const cp_yaml *node, cp_when_use use, cp_m_arm *arm,
                         cp_m_value *entry) {
    const cp_word_number *known = !entry ? arm_keys : use == CP_WHEN_EFFECT ? effect_keys : rule_keys;
    bool fine = true, flag = false;
    for (const cp_yaml *v = node->first; v; v = v->next) {
        switch (cp_number_of(known, v->key->text)) {
        case V_VERDICT: fine &= read_verdict(r, v, use, &arm->verdict); break;
        case V_REASON: fine &= read_text(r, v, &arm->reason); break;
        case V_SUGGEST: fine &= read_text(r, v, &arm->suggest); break;
        case V_RISK:
            if (!read_text(r, v, &arm->risk)) {
                fine = false;
            } else if (cp_number_of(risk_words, v->text) == CP_NO_NUMBER) {
                cp_error_word(r, "risk", v->at, risk_words, v->text, "risk");
                fine = false;
            }
            break;
        case V_WHEN: fine &= cp_read_when(r, v, use, &arm->conds); break;
        case V_ARMS:
            CP_HOLDS(entry); /* else it is no known key */
            fine &= cp_want_list(r, v, "a list of arms in [...]") && read_arms(r, v, use, entry);
            break;
        case V_EXCEPT:
            fine &= cp_want_list(r, v, "a list of keys or patterns in [...]");
            CP_HOLDS(entry);
            entry->except = v;
            break;
        case V_ID:
            CP_HOLDS(entry);
            fine &= read_text(r, v, &entry->id);
            break;
        case V_TESTS: cp_read_tests(r, v, &entry->tests); break;
        case V_SECRET:
            fine &= read_flag(r, v, &flag);
            if (flag)
                entry->flags |= CP_ENTRY_SECRET;
            break;
        case V_MAYBE:
            if (cp_slice_is(v->text, "deny")) {
                entry->flags |= CP_ENTRY_MAYBE_DENY;
            } else if (cp_slice_is(v->text, "named")) {
                entry->flags |= CP_ENTRY_MAYBE_NAMED;
            } else if (!cp_slice_is(v->text, "review")) {
                cp_error(r, "maybe", v->at,
                         "`deny`, `named`, or nothing (a deny that only may match is a review)",
                         "`%s` is no answer to maybe", v->text);
                fine = false;
            }
            break;
        default:
            cp_error_word(r, "unknown-key", v->key->at, known, v->key->text, "part of a verdict");
            fine = false;
        }
    }
    return fine;
}

static bool missing_verdict(cp_reporter *r, const cp_yaml *node) {
    cp_error(r, "missing-verdict", node->at,
             is_floor(r) ? "`verdict: review` or `verdict: deny`"
                         : "`verdict:` and one of allow, by-effects, review, deny",
             "this entry has no verdict");
    return false;
}

/* One element of a list, or a value that isn't one. */
static bool read_arm(cp_reporter *r, const cp_yaml *node, cp_when_use use, cp_m_value *out, bool whole) {
    cp_m_arm arm = {.at = node->at};
    if (node->type == CP_YAML_TEXT) {
        if (!read_verdict(r, node, use, &arm.verdict))
            return false;
    } else {
        if (!cp_want_map(r, node,
                         whole ? "a verdict, a mapping with `verdict`, or a list of these"
                               : "a verdict, or a mapping with `when` and `verdict`"))
            return false;
        if (!read_mapping(r, node, use, &arm, whole ? out : NULL))
            return false;
        if (whole && out->arms.count > 0) {
            bool alone = arm.verdict == CP_IV_NONE && !arm.reason.n && !arm.suggest.n && !arm.risk.n &&
                         !arm.conds.count;
            if (!alone)
                cp_error(r, "arms", node->at, "them in the arms",
                         "verdict, reason, suggest, risk or when beside `arms`");
            return alone;
        }
        if (arm.verdict == CP_IV_NONE) {
            /* keeps an earlier layer's verdict and adds exceptions: only where there is an earlier layer */
            bool adds = whole && use == CP_WHEN_EFFECT && !is_floor(r) && r->layer != CP_LAYER_BUILTIN &&
                        out->except && !out->flags && !arm.conds.count;
            if (!adds)
                return missing_verdict(r, node);
            out->flags |= CP_ENTRY_NO_VERDICT;
            return true;
        }
    }
    return CP_ADD(r->arena, out->arms, arm);
}

static bool read_arms(cp_reporter *r, const cp_yaml *list, cp_when_use use, cp_m_value *out) {
    if (!list->first) {
        cp_error(r, "empty-value", list->at, "verdicts with their conditions", "an empty list");
        return false;
    }
    bool fine = true;
    for (const cp_yaml *item = list->first; item; item = item->next) {
        if (fine && out->arms.count && out->arms.items[out->arms.count - 1].conds.count == 0) {
            cp_error(r, "unreachable", item->at, "the entry without `when` last",
                     "this never counts: the entry before it always holds");
            return false;
        }
        fine &= read_arm(r, item, use, out, false);
    }
    return fine;
}

bool cp_read_value(cp_reporter *r, const cp_yaml *node, cp_when_use use, cp_m_value *out) {
    *out = (cp_m_value){0};
    return node->type == CP_YAML_LIST ? read_arms(r, node, use, out) : read_arm(r, node, use, out, true);
}

bool cp_is_value_mapping(const cp_yaml *node) {
    for (const cp_yaml *v = node->first; v; v = v->next)
        if (cp_number_of(effect_keys, v->key->text) != CP_NO_NUMBER)
            return true;
    return false;
}
