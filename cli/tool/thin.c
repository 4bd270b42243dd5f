/* test --thin: which of three tests each rule lacks, and so how much of it could break unnoticed.
 *   decided   a test that gets its verdict from the rule
 *   near-miss a test of the same program, in which all of the key's words but the last are called, that gets another verdict
 *             and not from the rule; where the rule is about every call of its program, one in which the name stands as a
 *             mere argument
 *   evasion   a test that the rule counts in although its call is not plainly spelled
 * An entry under `effects` that reviews or denies is a rule as well: its near-miss has an effect of the same kind.
 * Everything is compared with everything: some seconds for thousands of rules and tests. */
#include "tool/thin.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

typedef struct counted { /* a rule that is among the reasons */
    cp_slice rule;
    cmdpolicy_verdict verdict;
    bool evasive; /* its call is not plainly spelled */
} counted;

typedef struct called { /* a call's words that are certain; the program is the first */
    cp_slice *words;
    uint32_t count, cap;
} called;

struct tool_thin_run {
    cmdpolicy_verdict verdict;
    cp_slice text, file;
    uint32_t line;
    struct {
        counted *items;
        uint32_t count, cap;
    } rules;
    struct {
        called *items;
        uint32_t count, cap;
    } calls;
    uint32_t effects; /* a bit for each kind */
};

/* ---- Plain spelling --------------------------------------------------------------------------------------------- */

static bool needs_quotes(cp_slice value) {
    for (uint32_t i = 0; i < value.n; i++)
        if (memchr(" \t\n\\'\"`$&|;<>()*?[]{}#~!^", value.p[i], 25))
            return true;
    return value.n == 0;
}

/* As people write it: the bytes themselves, or within one pair of quotes what needs them. */
static bool is_plain_word(cp_slice raw, cp_slice value) {
    bool bare = true;
    for (uint32_t i = 0; i < raw.n; i++)
        bare = bare && !memchr("'\"\\$`{", raw.p[i], 6);
    if (cp_slice_eq(raw, value) || (bare && raw.n > 0 && raw.p[0] == '~')) /* where the home directory is */
        return true;
    const bool quoted = raw.n >= 2 && (raw.p[0] == '\'' || raw.p[0] == '"') && raw.p[raw.n - 1] == raw.p[0];
    return quoted && needs_quotes(value) &&
           !memchr(raw.p + 1, raw.p[0], raw.n - 2); /* not of several quoted parts */
}

/* Stands something in front of the call in the same command: an assignment, a keyword, an opening bracket? */
static bool stands_behind(cp_slice text, uint32_t begin) {
    while (begin > 0 && memchr(" \t", text.p[begin - 1], 2))
        begin--;
    return begin > 0 && !memchr(";&|\n", text.p[begin - 1], 4);
}

static bool is_evasive(const cmdpolicy_decision *d, int32_t index, cp_slice text) {
    cmdpolicy_call call = {.struct_size = sizeof call};
    cmdpolicy_word word = {.struct_size = sizeof word};
    if (index < 0 || cmdpolicy_decision_call(d, (size_t)index, &call) != CMDPOLICY_OK)
        return false;
    if (call.parent >= 0 || call.span.source != 0 || memcmp(&call.at, &call.span, sizeof call.at) != 0 ||
        stands_behind(text, call.span.begin))
        return true;
    for (uint32_t i = 0; i < call.word_count; i++) {
        if (cmdpolicy_decision_word(d, (size_t)index, i, &word) != CMDPOLICY_OK || !word.exact ||
            word.span.source != 0)
            return true;
        cp_slice value = cp_slice_of(word.value.data, word.value.size);
        if (!is_plain_word(cp_slice_sub(text, word.span.begin, word.span.end), value) ||
            (i == 0 && value.n > 1 && memchr(value.p, '/', value.n)))
            return true;
    }
    return false;
}

/* ---- Notes ------------------------------------------------------------------------------------------------------- */

static cp_slice keep(tool_thin *t, cmdpolicy_string text) {
    return cp_arena_copy(t->arena, cp_slice_of(text.data, text.size));
}

static void note_call(tool_thin *t, tool_thin_run *run, const cmdpolicy_decision *d, size_t index,
                      uint32_t words) {
    called made = {0};
    cmdpolicy_word word = {.struct_size = sizeof word};
    for (uint32_t i = 0; i < words; i++) {
        if (cmdpolicy_decision_word(d, index, i, &word) != CMDPOLICY_OK)
            break;
        if (!word.exact && i > 0)
            continue;
        cp_slice value = word.exact ? keep(t, word.value) : (cp_slice){NULL, 0};
        if (!CP_PUSH(t->arena, made.words, made.count, made.cap, value))
            cli_out_of_memory();
    }
    if (!CP_PUSH(t->arena, run->calls.items, run->calls.count, run->calls.cap, made))
        cli_out_of_memory();
}

void tool_thin_note(tool_thin *t, const cp_model *model, const cp_m_test *test, const cmdpolicy_decision *d) {
    tool_thin_run run = {.verdict = cmdpolicy_decision_verdict(d),
                         .text = test->command,
                         .file = model->file,
                         .line = test->at.line};
    cmdpolicy_reason reason = {.struct_size = sizeof reason};
    for (size_t i = 0; cmdpolicy_decision_reason(d, i, &reason) == CMDPOLICY_OK; i++) {
        /* Other reasons, such as an unknown option, name the rule that does not account for it. */
        cp_slice code = cp_slice_of(reason.code.data, reason.code.size);
        const counted made = {keep(t, reason.rule), reason.verdict, is_evasive(d, reason.call, run.text)};
        if (reason.rule.size > 0 && (cp_slice_is(code, "rule") || cp_slice_is(code, "effect")) &&
            !CP_PUSH(t->arena, run.rules.items, run.rules.count, run.rules.cap, made))
            cli_out_of_memory();
    }
    cmdpolicy_call call = {.struct_size = sizeof call};
    for (size_t i = 0; cmdpolicy_decision_call(d, i, &call) == CMDPOLICY_OK; i++)
        note_call(t, &run, d, i, call.word_count);
    cmdpolicy_effect effect = {.struct_size = sizeof effect};
    for (size_t i = 0; cmdpolicy_decision_effect(d, i, &effect) == CMDPOLICY_OK; i++)
        for (uint32_t k = 0; cp_effect_words[k].word; k++)
            if (cp_slice_is(cp_slice_of(effect.kind.data, effect.kind.size), cp_effect_words[k].word))
                run.effects |= 1u << cp_effect_words[k].number;
    if (!CP_PUSH(t->arena, t->runs, t->count, t->cap, run))
        cli_out_of_memory();
}

/* ---- What a rule has --------------------------------------------------------------------------------------------- */

typedef struct subject { /* a rule, or an entry under effects */
    cp_slice *ids;       /* one, or those of the entry's patterns */
    uint32_t id_count;
    const cp_key_entry *key; /* NULL: of an effect */
    uint32_t effect;
    const tool_thin_run *first; /* that it decides; NULL: none */
} subject;

static bool matches(cp_slice pattern, cp_slice word) {
    uint32_t p = 0, w = 0, star = UINT32_MAX, from = 0;
    while (w < word.n) {
        if (p < pattern.n && pattern.p[p] == '*') {
            star = p++;
            from = w;
        } else if (p < pattern.n && pattern.p[p] == word.p[w]) {
            p++;
            w++;
        } else if (star != UINT32_MAX) {
            p = star + 1;
            w = ++from;
        } else
            return false;
    }
    while (p < pattern.n && pattern.p[p] == '*')
        p++;
    return p == pattern.n;
}

static cp_slice last_part(cp_slice path) {
    const uint32_t slash = cp_slice_rfind(path, '/');
    return slash < path.n ? cp_slice_sub(path, slash + 1, path.n) : path;
}

/* An option; or what may be another word in the call: a path, `...`. */
static bool is_option(const cp_key_word *word) {
    cp_slice text = word->alternatives.items[0].text;
    return (text.n > 1 && text.p[0] == '-') || (text.n > 0 && memchr("/~", text.p[0], 2)) ||
           cp_slice_is(text, "...");
}

static bool names_it(const cp_key_word *word, cp_slice text) {
    for (uint32_t i = 0; i < word->alternatives.count; i++) {
        const cp_key_alternative *a = &word->alternatives.items[i];
        if (a->flags & CP_KEY_GLOB ? matches(a->text, text) : cp_slice_eq(a->text, text))
            return true;
    }
    return false;
}

/* Does the call have the key's words, but for options, and for the last one where there are no options? */
static bool is_near(const cp_key_entry *key, const called *call) {
    uint32_t last = 0;
    bool options = false;
    for (uint32_t i = 1; i < key->words.count; i++) {
        options = options || is_option(&key->words.items[i]);
        last = is_option(&key->words.items[i]) ? last : i;
    }
    if (call->count == 0 || !names_it(&key->words.items[0], last_part(call->words[0])))
        return false;
    for (uint32_t i = 1; i < key->words.count; i++) {
        if (is_option(&key->words.items[i]) || (i == last && !options))
            continue;
        bool there = false;
        for (uint32_t k = 1; k < call->count && !there; k++)
            there = names_it(&key->words.items[i], call->words[k]);
        if (!there)
            return false;
    }
    return true;
}

/* Is the program's name an argument of the call? */
static bool is_mentioned(const cp_key_entry *key, const called *call) {
    for (uint32_t k = 1; k < call->count; k++)
        if (names_it(&key->words.items[0], call->words[k]))
            return true;
    return false;
}

static const counted *find(const subject *of, const tool_thin_run *run, bool deciding) {
    for (uint32_t i = 0; i < run->rules.count; i++)
        for (uint32_t k = 0; k < of->id_count; k++)
            if (cp_slice_eq(run->rules.items[i].rule, of->ids[k]) &&
                (!deciding || run->rules.items[i].verdict == run->verdict))
                return &run->rules.items[i];
    return NULL;
}

/* Has the call an option of the key, in another spelling than the key's? The rule counts in, so it is there. */
static bool respells(const subject *of, const tool_thin_run *run) {
    for (uint32_t i = 1; of->key && i < of->key->words.count; i++) {
        cp_slice text = of->key->words.items[i].alternatives.items[0].text;
        bool there = text.n == 0 || text.p[0] != '-';
        for (uint32_t c = 0; c < run->calls.count && !there; c++)
            for (uint32_t k = 1; k < run->calls.items[c].count && !there; k++)
                there = names_it(&of->key->words.items[i], run->calls.items[c].words[k]);
        if (!there)
            return true;
    }
    return false;
}

enum { DECIDED = 1, NEAR_MISS = 2, EVASION = 4, ALL = 7 };

/* strictly: the rule decides where its own verdict is the test's. */
static uint32_t look(const tool_thin *t, subject *of, bool strictly) {
    uint32_t found = 0, verdicts = 0, others = 0;
    for (uint32_t i = 0; i < t->count; i++) {
        const tool_thin_run *run = &t->runs[i];
        const counted *there = find(of, run, false);
        if (there && (there->evasive || respells(of, run)))
            found |= EVASION;
        if (there && (!strictly || find(of, run, true))) {
            found |= DECIDED;
            of->first = of->first ? of->first : run;
            verdicts |= 1u << run->verdict;
            continue;
        }
        if (!of->key) {
            others |= run->effects & 1u << of->effect ? 1u << run->verdict : 0;
            continue;
        }
        for (uint32_t c = 0; c < run->calls.count; c++)
            if (is_near(of->key, &run->calls.items[c]) || is_mentioned(of->key, &run->calls.items[c]))
                others |= 1u << run->verdict;
    }
    for (uint32_t v = 0; v < 3; v++) /* another verdict than one of those that the rule gives */
        if (verdicts & 1u << v && others & ~(1u << v))
            found |= NEAR_MISS;
    return found;
}

static uint32_t has(const tool_thin *t, subject *of) {
    const uint32_t found = look(t, of, true);
    /* `by-effects` says allow, but where no call of the command is harmless, it is the effects that decide. */
    return found & DECIDED ? found : look(t, of, false);
}

/* ---- Telling ----------------------------------------------------------------------------------------------------- */

static bool say(const cp_model *model, cp_place at, const subject *of, uint32_t found, cp_text *out) {
    static const char *const names[] = {"decided", "near-miss", "evasion"};
    const char *between = "";
    cp_slice id = of->ids[0];
    if (found == ALL)
        return false;
    if (out) {
        cp_text_str(out, out->n ? ",\n  {\"file\": " : "\n  {\"file\": ");
        cp_text_json(out, model->file);
        cp_text_str(out, ", \"line\": ");
        cp_text_number(out, at.line);
        cp_text_str(out, ", \"rule\": ");
        cp_text_json(out, id);
        cp_text_str(out, ", \"lacks\": [");
        for (uint32_t i = 0; i < 3; i++)
            if (!(found & 1u << i)) {
                cp_text_str(out, between);
                cp_text_json(out, cp_slice_str(names[i]));
                between = ", ";
            }
        cp_text_str(out, "]");
        if (of->first) {
            cp_text_str(out, ", \"decides\": {\"file\": ");
            cp_text_json(out, of->first->file);
            cp_text_str(out, ", \"line\": ");
            cp_text_number(out, of->first->line);
            cp_text_str(out, ", \"command\": ");
            cp_text_json(out, of->first->text);
            cp_text_byte(out, '}');
        }
        cp_text_byte(out, '}');
        return true;
    }
    printf("%.*s:%u: no ", (int)model->file.n, (const char *)model->file.p, (unsigned)at.line);
    for (uint32_t i = 0; i < 3; i++)
        if (!(found & 1u << i)) {
            printf("%s%s", between, i == 0 ? "test that it decides" : names[i]);
            between = ", no ";
        }
    printf(": %.*s\n", (int)id.n, (const char *)id.p);
    return true;
}

/* An effect that is allowed is no reason of its own. */
static bool only_allows(const cp_m_effect *entry) {
    for (uint32_t i = 0; i < entry->arms.count; i++)
        if (entry->arms.items[i].verdict == CP_IV_REVIEW || entry->arms.items[i].verdict == CP_IV_DENY)
            return false;
    return true;
}

static uint32_t say_effects(const tool_thin *t, const cp_model *model, cp_text *out, uint32_t *all) {
    uint32_t lacking = 0;
    for (uint32_t i = 0; i < model->effects.count; i++) {
        const cp_m_effect *entry = &model->effects.items[i];
        cp_slice kind = cp_slice_str(cp_word_of(cp_effect_words, entry->kind)), *ids = NULL;
        uint32_t count = 0, cap = 0;
        for (uint32_t k = 0; k < entry->patterns.count || (k == 0 && entry->patterns.count == 0); k++) {
            cp_slice text = entry->id.n ? entry->id : kind;
            if (entry->patterns.count > 0 && !entry->id.n)
                text = cp_arena_concat(t->arena, cp_arena_concat(t->arena, kind, CP_LIT(" ")),
                                       entry->patterns.items[k].text);
            cp_slice id = cp_rule_id(t->arena, model, text);
            if (!CP_PUSH(t->arena, ids, count, cap, id))
                cli_out_of_memory();
        }
        subject of = {.ids = ids, .id_count = count, .effect = entry->kind};
        const uint32_t found = only_allows(entry) ? ALL : has(t, &of);
        lacking += say(model, entry->at, &of, found, out);
        *all += !only_allows(entry);
    }
    return lacking;
}

uint32_t tool_thin_say(const tool_thin *t, const cp_model *model, cp_text *out, uint32_t *all) {
    uint32_t lacking = 0;
    for (uint32_t i = 0; i < model->rules.count; i++) {
        const cp_m_rule *rule = model->rules.items[i];
        for (uint32_t k = 0; k < rule->entries.count; k++) {
            const cp_key_entry *key = &rule->entries.items[k];
            cp_slice id = cp_rule_id(t->arena, model, rule->id.n > 0 ? rule->id : key->text.text);
            subject of = {.ids = &id, .id_count = 1, .key = key};
            const uint32_t found = has(t, &of);
            lacking += say(model, key->text.at, &of, found, out);
            ++*all;
        }
    }
    return lacking + say_effects(t, model, out, all);
}
