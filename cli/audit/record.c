/* Making a record. Whatever comes from the command is redacted before it is put there, and cut to a size that a record can have;
 * what was cut is named. */
#include "audit/record.h"

#include "audit/log.h"
#include "common/say.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    MOST_COMMAND = 32 * 1024, /* bytes of the command's text */
    MOST_TEXT = 1024,         /* of a word, a message, a target */
    MOST_WORDS = 64,          /* of a call */
    MOST_CALLS = 64,
    MOST_EFFECTS = 128,
    MOST_REASONS = 32,
    MOST_LISTS = 160 * 1024, /* bytes of a record, after which lists end */
    LEAST_SECRET = 4         /* bytes of a secret that is looked for in messages */
};

typedef struct maker {
    audit_text *out;
    const audit_event *event;
    audit_redaction redaction;
    audit_text scratch;
    audit_text known; /* the secrets that were found in words, each followed by a NUL */
    bool redacted, cut_command, cut_calls, cut_effects, cut_reasons, cut_words;
} maker;

/* At most `most` bytes, and no half character. */
static size_t cut(const char *text, size_t size, size_t most) {
    if (size <= most)
        return size;
    size_t n = most;
    for (int i = 0; i < 3 && n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80; i++)
        n--;
    return ((unsigned char)text[n] & 0xc0) == 0x80 ? most : n;
}

/* ---- Values -------------------------------------------------------------------------------------------------------- */

static void element(maker *m) {
    if (m->out->data[m->out->size - 1] != '[')
        audit_put(m->out, ",");
}

/* The text without what the spans name, as a value. */
static void put_value(maker *m, const char *text, size_t size, size_t most, audit_spans *spans) {
    m->scratch.size = 0;
    m->redacted = m->redacted || spans->count > 0;
    const size_t shown = cut(text, size, most);
    audit_put_redacted(&m->scratch, text, shown, spans);
    if (shown < size)
        audit_put(&m->scratch, "...");
    audit_value(m->out, m->scratch.data, m->scratch.size);
}

/* Remembers a secret, to be looked for in all that the library made of the command. */
static void know(maker *m, const char *secret, size_t size) {
    if (size < LEAST_SECRET || memchr(secret, '\0', size))
        return;
    audit_add(&m->known, secret, size);
    audit_add(&m->known, "", 1);
}

static void find_known(const maker *m, const char *text, size_t size, audit_spans *out) {
    for (size_t at = 0; at < m->known.size; at += strlen(m->known.data + at) + 1) {
        const char *secret = m->known.data + at;
        const size_t n = strlen(secret);
        for (size_t i = 0; i + n <= size; i++) {
            if (text[i] == secret[0] && memcmp(text + i, secret, n) == 0)
                audit_spans_add(out, i, i + n);
        }
    }
}

/* Text that the library made of a command's parts: a message, an effect's target. */
static void put_shown(maker *m, cmdpolicy_string text) {
    audit_spans spans = {0};
    if (m->redaction != AUDIT_REDACT_NONE) {
        audit_find_secrets(&spans, text.data, text.size, AUDIT_IS_MESSAGE);
        find_known(m, text.data, text.size, &spans);
    }
    put_value(m, text.data, text.size, MOST_TEXT, &spans);
    audit_spans_free(&spans);
}

static void pair_shown(maker *m, const char *key, cmdpolicy_string text) {
    if (text.size == 0)
        return;
    audit_key(m->out, key);
    put_shown(m, text);
    audit_put(m->out, "}");
}

static void pair_plain(maker *m, const char *key, cmdpolicy_string text) {
    if (text.size > 0)
        audit_pair(m->out, key, text.data, cut(text.data, text.size, MOST_TEXT));
}

static void pair_string(maker *m, const char *key, audit_string text) {
    if (text.data)
        audit_pair(m->out, key, text.data, cut(text.data, text.size, MOST_TEXT));
}

static void pair_text(maker *m, const char *key, const char *text) {
    if (text)
        audit_pair(m->out, key, text, cut(text, strlen(text), MOST_TEXT));
}

static void begin_list(maker *m, const char *key) {
    audit_key(m->out, key);
    audit_put(m->out, "{\"arrayValue\":{\"values\":[");
}
static void end_list(maker *m) {
    audit_put(m->out, "]}}}");
}
static void begin_item(maker *m) {
    element(m);
    audit_put(m->out, "{\"kvlistValue\":{\"values\":[");
}
static void end_item(maker *m) {
    audit_put(m->out, "]}}");
}

/* ---- Secrets in words ------------------------------------------------------------------------------------------------- */

static bool word_at(const maker *m, size_t call, size_t index, cmdpolicy_word *out) {
    *out = (cmdpolicy_word){.struct_size = sizeof *out};
    return cmdpolicy_decision_word(m->event->decision, call, index, out) == CMDPOLICY_OK;
}

/* The secrets of one word, which may follow from the word before it. */
static void secrets_of_word(const maker *m, size_t call, size_t index, const cmdpolicy_word *word,
                            audit_spans *out) {
    cmdpolicy_word before;
    const char *text = word->value.data;
    const size_t size = word->value.size;
    audit_find_secrets(out, text, size, AUDIT_IS_WORD);
    if (size > 0 && memchr(text, ' ', size)) /* perhaps a script */
        audit_find_secrets(out, text, size, AUDIT_IS_SOURCE);
    if (index == 0 || size == 0 || !word_at(m, call, index - 1, &before) || !before.exact)
        return;
    if (text[0] != '-' && text[0] != '$' && audit_next_is_secret(before.value.data, before.value.size))
        audit_spans_add(out, 0, size);
    const char *colon = memchr(text, ':', size);
    if (colon && audit_next_is_pair(before.value.data, before.value.size))
        audit_spans_add(out, (size_t)(colon - text) + 1, size);
}

/* The same secrets in the source: at the same place where the word stands there as it is, else all that makes the word. */
static void secrets_in_source(maker *m, cmdpolicy_string source, audit_spans *out) {
    cmdpolicy_call call = {.struct_size = sizeof call};
    for (size_t c = 0; cmdpolicy_decision_call(m->event->decision, c, &call) == CMDPOLICY_OK; c++) {
        cmdpolicy_word word;
        for (size_t w = 0; word_at(m, c, w, &word); w++) {
            audit_spans found = {0};
            secrets_of_word(m, c, w, &word, &found);
            const cmdpolicy_span s = word.span;
            const bool there = found.count > 0 && s.source == 0 && s.begin < s.end && s.end <= source.size;
            const bool same = there && s.end - s.begin == word.value.size &&
                              memcmp(source.data + s.begin, word.value.data, word.value.size) == 0;
            for (size_t i = 0; i < found.count; i++) {
                const audit_span *one = &found.items[i];
                if (same)
                    audit_spans_add(out, s.begin + one->begin, s.begin + one->end);
                know(m, word.value.data + one->begin, one->end - one->begin);
            }
            if (there && !same) {
                /* Covered by what was found in the source itself? Quotes in it, or an expansion, may have hidden a part. */
                bool quoted = false;
                for (size_t i = s.begin; i < s.end; i++)
                    quoted = quoted || (source.data[i] != '\0' && strchr("'\"\\$`", source.data[i]));
                const char first = source.data[s.begin], last = source.data[s.end - 1];
                const bool around = s.end - s.begin == word.value.size + 2 && first == last &&
                                    (first == '\'' || first == '"') &&
                                    memcmp(source.data + s.begin + 1, word.value.data, word.value.size) == 0;
                for (size_t i = 0; around && i < found.count; i++)
                    audit_spans_add(out, s.begin + 1 + found.items[i].begin,
                                    s.begin + 1 + found.items[i].end);
                if (!around && quoted)
                    audit_spans_add(out, s.begin, s.end);
            }
            audit_spans_free(&found);
        }
    }
}

/* ---- The parts of a record --------------------------------------------------------------------------------------------- */

static void put_command(maker *m, cmdpolicy_string source) {
    audit_spans spans = {0};
    if (m->redaction != AUDIT_REDACT_NONE) {
        audit_find_secrets(&spans, source.data, source.size, AUDIT_IS_SOURCE);
        for (size_t i = 0; i < spans.count; i++)
            know(m, source.data + spans.items[i].begin, spans.items[i].end - spans.items[i].begin);
        secrets_in_source(m, source, &spans);
    }
    if (m->redaction <= AUDIT_REDACT_SECRETS) {
        m->cut_command = source.size > MOST_COMMAND;
        audit_key(m->out, "process.command_line");
        put_value(m, source.data, source.size, MOST_COMMAND, &spans);
        audit_put(m->out, "}");
    } else
        m->redacted = true;
    audit_spans_free(&spans);
}

static void put_word(maker *m, size_t call, size_t index, const cmdpolicy_word *word) {
    audit_spans found = {0};
    if (m->redaction == AUDIT_REDACT_SECRETS) {
        secrets_of_word(m, call, index, word, &found);
        find_known(m, word->value.data, word->value.size, &found);
    }
    if (m->redaction > AUDIT_REDACT_SECRETS && index > 0)
        audit_spans_add(&found, 0, word->value.size > 0 ? word->value.size : 1);
    element(m);
    put_value(m, word->value.data, word->value.size, MOST_TEXT, &found);
    audit_spans_free(&found);
}

static void put_words(maker *m, const char *key, size_t call, uint32_t count) {
    cmdpolicy_word word;
    begin_list(m, key);
    for (uint32_t i = 0; i < count && i < MOST_WORDS && word_at(m, call, i, &word); i++)
        put_word(m, call, i, &word);
    m->cut_words = m->cut_words || count > MOST_WORDS;
    end_list(m);
}

static void put_reasons(maker *m) {
    const size_t count = cmdpolicy_decision_reason_count(m->event->decision);
    size_t shown = 0;
    begin_list(m, "cmdpolicy.reasons");
    for (; shown < count && shown < MOST_REASONS && m->out->size < MOST_LISTS; shown++) {
        cmdpolicy_reason r = {.struct_size = sizeof r};
        if (cmdpolicy_decision_reason(m->event->decision, shown, &r) != CMDPOLICY_OK)
            break;
        begin_item(m);
        audit_pair_text(m->out, "verdict", cmdpolicy_verdict_name(r.verdict));
        pair_plain(m, "code", r.code);
        if (r.rule.size > 0) {
            /* A rule's id may have words of its own, but none that come from the command. */
            pair_plain(m, "rule.id", r.rule);
            audit_pair_text(m->out, "rule.layer", cmdpolicy_layer_name(r.layer));
            pair_plain(m, "rule.file", r.file);
            if (r.line > 0)
                audit_pair_number(m->out, "rule.line", r.line);
        }
        if (r.call >= 0)
            audit_pair_number(m->out, "call", (uint64_t)r.call);
        if (m->redaction <= AUDIT_REDACT_SECRETS && r.verdict != CMDPOLICY_ALLOW)
            pair_shown(m, "message", r.message);
        if (r.span.source == 0 && r.span.end > r.span.begin) {
            audit_pair_number(m->out, "span.begin", r.span.begin);
            audit_pair_number(m->out, "span.end", r.span.end);
        }
        end_item(m);
    }
    m->cut_reasons = shown < count;
    end_list(m);
}

static void put_calls(maker *m) {
    const size_t count = cmdpolicy_decision_call_count(m->event->decision);
    size_t shown = 0;
    begin_list(m, "cmdpolicy.calls");
    for (; shown < count && shown < MOST_CALLS && m->out->size < MOST_LISTS; shown++) {
        cmdpolicy_call call = {.struct_size = sizeof call};
        if (cmdpolicy_decision_call(m->event->decision, shown, &call) != CMDPOLICY_OK)
            break;
        begin_item(m);
        audit_pair_text(m->out, "verdict", cmdpolicy_verdict_name(call.verdict));
        if (m->redaction < AUDIT_REDACT_ALL)
            put_words(m, "argv", shown,
                      m->redaction == AUDIT_REDACT_ARGUMENTS && call.word_count > 0 ? 1 : call.word_count);
        audit_pair_number(m->out, "words", call.word_count);
        audit_pair_bool(m->out, "exact", (call.flags & (CMDPOLICY_CALL_DYNAMIC | CMDPOLICY_CALL_OPEN)) == 0);
        if (call.parent >= 0)
            audit_pair_number(m->out, "via", (uint64_t)call.parent);
        pair_plain(m, "domain", call.domain);
        end_item(m);
    }
    m->cut_calls = shown < count;
    end_list(m);
}

static void put_effects(maker *m) {
    const size_t count = cmdpolicy_decision_effect_count(m->event->decision);
    size_t shown = 0;
    begin_list(m, "cmdpolicy.effects");
    for (; shown < count && shown < MOST_EFFECTS && m->out->size < MOST_LISTS; shown++) {
        cmdpolicy_effect e = {.struct_size = sizeof e};
        if (cmdpolicy_decision_effect(m->event->decision, shown, &e) != CMDPOLICY_OK)
            break;
        begin_item(m);
        audit_pair_text(m->out, "verdict", cmdpolicy_verdict_name(e.verdict));
        pair_plain(m, "kind", e.kind);
        if (m->redaction <= AUDIT_REDACT_SECRETS) {
            pair_shown(m, "target", e.target);
            audit_pair_bool(m->out, "exact", e.exact != 0);
        }
        if (e.call >= 0)
            audit_pair_number(m->out, "call", (uint64_t)e.call);
        pair_plain(m, "domain", e.domain);
        end_item(m);
    }
    m->cut_effects = shown < count;
    end_list(m);
}

/* What was too much for a record; absent, as a rule. */
static void put_cut(maker *m) {
    const struct {
        bool is;
        const char *name;
    } parts[] = {{m->cut_command, "command"},
                 {m->cut_words, "argv"},
                 {m->cut_calls, "calls"},
                 {m->cut_effects, "effects"},
                 {m->cut_reasons, "reasons"}};
    bool any = false;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (!parts[i].is)
            continue;
        if (!any)
            begin_list(m, "cmdpolicy.audit.cut");
        any = true;
        element(m);
        audit_value(m->out, parts[i].name, strlen(parts[i].name));
    }
    if (any)
        end_list(m);
}

/* The reason that decided: the first of those that are as strict as the verdict. */
static void put_deciding(maker *m) {
    cmdpolicy_reason r = {.struct_size = sizeof r};
    for (size_t i = 0; cmdpolicy_decision_reason(m->event->decision, i, &r) == CMDPOLICY_OK; i++) {
        if (r.verdict > cmdpolicy_decision_verdict(m->event->decision))
            continue;
        pair_plain(m, "cmdpolicy.code", r.code);
        pair_plain(m, "cmdpolicy.rule.id", r.rule);
        if (m->redaction <= AUDIT_REDACT_SECRETS && r.verdict != CMDPOLICY_ALLOW)
            pair_shown(m, "cmdpolicy.reason", r.message);
        return;
    }
}

static void put_decision(maker *m) {
    cmdpolicy_string source;
    const audit_event *e = m->event;
    if (cmdpolicy_decision_source(e->decision, 0, &source) == CMDPOLICY_OK)
        put_command(m, source); /* first: it finds the secrets that the others are searched for */
    cmdpolicy_call first = {.struct_size = sizeof first};
    if (!e->shell && m->redaction <= AUDIT_REDACT_SECRETS &&
        cmdpolicy_decision_call(e->decision, 0, &first) == CMDPOLICY_OK)
        put_words(m, "process.command_args", 0, first.word_count);
    put_deciding(m);
    put_reasons(m);
    put_calls(m);
    put_effects(m);
}

/* Where it would have run: also what a replay needs. */
static void put_place(maker *m) {
    const cli_setup *s = m->event->setup;
    if (!s || m->redaction == AUDIT_REDACT_ALL)
        return;
    if (m->event->cwd.data)
        pair_string(m, "process.working_directory", m->event->cwd);
    else
        pair_text(m, "process.working_directory", s->cwd);
    pair_text(m, "cmdpolicy.home", s->home);
    begin_list(m, "cmdpolicy.workspaces");
    for (size_t i = 0; i < s->workspace_count; i++) {
        element(m);
        audit_value(m->out, s->workspaces[i], strlen(s->workspaces[i]));
    }
    end_list(m);
    audit_pair_bool(m->out, "cmdpolicy.workspaces.trusted", !s->untrusted);
    pair_text(m, "cmdpolicy.sandbox", s->sandbox);
}

/* The span that this program was started in, if it was told (W3C Trace Context: 00-TRACE-SPAN-FLAGS). It goes before the
 * attributes. */
static void put_trace(audit_text *out) {
    const char *parent = getenv("TRACEPARENT");
    if (!parent || strlen(parent) != 55 || strspn(parent, "0123456789abcdef-") != 55 ||
        memcmp(parent, "00-", 3) != 0 || parent[35] != '-' || parent[52] != '-' ||
        strspn(parent + 3, "0") >= 32 || strspn(parent + 36, "0") >= 16)
        return;
    static const char marker[] = ",\"attributes\":[";
    char *at = out->data;
    const size_t n = sizeof marker - 1;
    for (size_t i = 0; i + n <= out->size; i++)
        at = memcmp(out->data + i, marker, n) == 0 ? out->data + i : at;
    audit_text rest = {0};
    audit_add(&rest, at, out->size - (size_t)(at - out->data));
    out->size = (size_t)(at - out->data);
    audit_put(out, ",\"traceId\":\"");
    audit_add(out, parent + 3, 32);
    audit_put(out, "\",\"spanId\":\"");
    audit_add(out, parent + 36, 16);
    audit_put(out, "\"");
    audit_add(out, rest.data, rest.size);
    audit_text_free(&rest);
}

void audit_record(audit_text *out, const audit_event *e, audit_redaction redaction) {
    maker m = {.out = out, .event = e, .redaction = redaction};
    const int severity = e->failure                       ? 18
                         : e->verdict == CMDPOLICY_ALLOW  ? 9
                         : e->verdict == CMDPOLICY_REVIEW ? 13
                                                          : 17;
    const char *verdict = cmdpolicy_verdict_name(e->verdict);
    const char *body = e->failure ? "the check failed" : verdict;
    audit_record_begin(out, "cmdpolicy.decision", severity,
                       severity >= 17   ? "ERROR"
                       : severity == 13 ? "WARN"
                                        : "INFO",
                       body, strlen(body), audit_now());
    put_trace(out);
    audit_pair_text(out, "cmdpolicy.verdict", verdict);
    pair_text(&m, "cmdpolicy.answer", e->answer);
    pair_text(&m, "error.type", e->failure ? "check-failed" : NULL);
    pair_text(&m, "error.message", e->failure);
    pair_text(&m, "cmdpolicy.note", e->note);
    pair_text(&m, "cmdpolicy.asked", e->asked);
    pair_text(&m, "cmdpolicy.version", CMDPOLICY_VERSION_STRING);
    cmdpolicy_string digest;
    if (e->policy && cmdpolicy_policy_digest(e->policy, &digest) == CMDPOLICY_OK)
        pair_plain(&m, "cmdpolicy.policy.digest", digest);
    if (e->shell && strcmp(e->shell, "unknown") != 0)
        pair_text(&m, "cmdpolicy.shell", e->shell);
    if (e->hook_event.data || e->tool.data || e->agent.data)
        audit_pair_text(out, "gen_ai.operation.name", "execute_tool");
    pair_string(&m, "gen_ai.agent.name", e->agent);
    pair_string(&m, "gen_ai.conversation.id", e->session);
    pair_string(&m, "gen_ai.tool.call.id", e->call);
    pair_string(&m, "gen_ai.tool.name", e->tool);
    pair_string(&m, "cmdpolicy.hook.event", e->hook_event);
    audit_pair_number(out, "process.user.id", (uint64_t)getuid());
    put_place(&m);
    if (e->decision)
        put_decision(&m);
    put_cut(&m);
    audit_pair_bool(out, "cmdpolicy.audit.redacted", m.redacted);
    audit_pair_number(out, "cmdpolicy.duration_us", e->microseconds);
    audit_text_free(&m.scratch);
    audit_text_free(&m.known);
}
