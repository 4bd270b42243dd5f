/* Finding secrets by their shape. One walk over the text, in which each place is tried against the tables; cost: its length times
 * the tables'. Doubt redacts. */
#include "audit/redact.h"

#include "audit/secrets.h"
#include "common/say.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

audit_redaction audit_redaction_named(const char *name, size_t size) {
    static const char *const names[] = {"none", "secrets", "arguments"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strlen(names[i]) == size && memcmp(names[i], name, size) == 0)
            return (audit_redaction)i;
    }
    return AUDIT_REDACT_ALL;
}

void audit_spans_add(audit_spans *s, size_t begin, size_t end) {
    if (end <= begin)
        return;
    if (s->count == s->room) {
        s->room = s->room * 2 + 8;
        s->items = realloc(s->items, s->room * sizeof *s->items);
        if (!s->items)
            cli_out_of_memory();
    }
    s->items[s->count++] = (audit_span){begin, end};
}

void audit_spans_free(audit_spans *s) {
    free(s->items);
    *s = (audit_spans){0};
}

static int by_begin(const void *a, const void *b) {
    const audit_span *x = a, *y = b;
    return x->begin < y->begin ? -1 : x->begin > y->begin;
}

void audit_put_redacted(audit_text *t, const char *text, size_t size, audit_spans *s) {
    size_t at = 0;
    if (s->count > 1)
        qsort(s->items, s->count, sizeof *s->items, by_begin);
    for (size_t i = 0; i < s->count && s->items[i].begin < size; i++) {
        const size_t end = s->items[i].end < size ? s->items[i].end : size;
        if (s->items[i].begin >= at) {
            audit_add(t, text + at, s->items[i].begin - at);
            audit_put(t, AUDIT_REDACTED);
        }
        if (end > at)
            at = end;
    }
    audit_add(t, text + at, size - at);
}

/* ---- Characters ------------------------------------------------------------------------------------------------------ */

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static bool is_name(char c) {
    return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '.';
}
static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
static char small(char c) {
    return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static bool is_of(secret_alphabet alphabet, char c) {
    switch (alphabet) {
    case SECRET_HEX: return is_digit(c) || (small(c) >= 'a' && small(c) <= 'f');
    case SECRET_UPPER: return is_digit(c) || (c >= 'A' && c <= 'Z');
    case SECRET_BASE64: return is_name(c) || (c != '\0' && strchr("+/=~", c));
    case SECRET_DOTTED: return is_name(c);
    default: return is_name(c) && c != '.';
    }
}

/* ---- Names ----------------------------------------------------------------------------------------------------------- */

static bool is_in(const char *const *list, const char *text, size_t size) {
    for (; *list; list++) {
        if (strlen(*list) == size && strncasecmp(*list, text, size) == 0)
            return true;
    }
    return false;
}

enum { MOST_NAME = 128 };

/* Is what has this name a secret? Names are cut where it is long: what a name is about stands near its end, or its beginning. */
static bool is_secret_name(const char *name, size_t size) {
    char plain[MOST_NAME + 1];
    size_t n = 0, part = 0;
    bool secret = false;
    while (size > 0 && name[size - 1] == '.') /* a sentence's */
        size--;
    if (size > MOST_NAME) {
        name += size - MOST_NAME;
        size = MOST_NAME;
    }
    for (size_t i = 0; i <= size; i++) {
        if (i < size && name[i] != '-' && name[i] != '_' && name[i] != '.') {
            plain[n++] = small(name[i]);
            continue;
        }
        if (i == size && part > 0 && is_in(harmless_ends, name + part, i - part))
            return false;
        secret = secret || is_in(secret_parts, name + part, i - part);
        part = i + 1;
    }
    plain[n] = '\0';
    for (size_t i = 0; secret_names[i] && !secret; i++)
        secret = strstr(plain, secret_names[i]) != NULL;
    return secret;
}

bool audit_next_is_secret(const char *word, size_t size) {
    size_t dashes = 0;
    while (dashes < size && word[dashes] == '-')
        dashes++;
    for (size_t i = dashes; i < size; i++) {
        if (!is_name(word[i]))
            return false;
    }
    return dashes > 0 && dashes < 3 && is_secret_name(word + dashes, size - dashes);
}

bool audit_next_is_pair(const char *word, size_t size) {
    for (size_t i = 0; secret_pair_options[i]; i++) {
        if (strlen(secret_pair_options[i]) == size && memcmp(secret_pair_options[i], word, size) == 0)
            return true;
    }
    return false;
}

/* ---- Shapes ---------------------------------------------------------------------------------------------------------- */

typedef struct finder {
    audit_spans *out;
    const char *text;
    size_t size;
    audit_is is;
    char quote; /* of the shell, that stands open at the place; 0: none */
} finder;

static bool begins(const finder *f, size_t at, const char *with) {
    const size_t n = strlen(with);
    return f->size - at >= n && memcmp(f->text + at, with, n) == 0;
}

/* A token with a known prefix. Its end, or `at`. */
static size_t known_token(const finder *f, size_t at) {
    for (const secret_prefix *p = secret_prefixes; p->prefix; p++) {
        if (p->prefix[0] != f->text[at] || !begins(f, at, p->prefix))
            continue;
        size_t end = at + strlen(p->prefix);
        const size_t from = end;
        while (end < f->size && is_of(p->alphabet, f->text[end]))
            end++;
        if (end - from >= p->least)
            return end;
    }
    return at;
}

/* -----BEGIN ... PRIVATE KEY----- to its end, or to the text's. */
static size_t key_block(const finder *f, size_t at) {
    static const char begin[] = "-----BEGIN ", private[] = "PRIVATE KEY", end[] = "-----END ";
    if (!begins(f, at, begin))
        return at;
    size_t i = at + sizeof begin - 1;
    const size_t most = f->size - i < 40 ? f->size : i + 40;
    while (i < most && !begins(f, i, private))
        i++;
    if (i >= most)
        return at;
    while (i < f->size && !begins(f, i, end))
        i++;
    while (i < f->size && !begins(f, i, private))
        i++;
    i = i < f->size ? i + sizeof private - 1 : f->size;
    while (i < f->size && (f->text[i] == '-' || is_letter(f->text[i])))
        i++;
    return i;
}

enum { LEAST_LOGIN = 16 };

/* The password of ://user:password@host, or a token that stands for both. */
static void url_login(const finder *f, size_t at) {
    size_t begin = at + 3, colon = 0, end = begin;
    for (; end < f->size && !is_space(f->text[end]) && !strchr("/?#'\"`<>|;()", f->text[end]); end++) {
        if (f->text[end] == ':' && !colon)
            colon = end;
        if (f->text[end] == '@') {
            const size_t from = colon ? colon + 1 : begin;
            const bool variable = f->text[from] == '$' && f->text[from + 1] != '('; /* '@' is behind it */
            if (!variable && (colon || end - from >= LEAST_LOGIN)) /* a name alone is none, a token is long */
                audit_spans_add(f->out, from, end);
            begin = end + 1;
        }
    }
}

/* The end of an unquoted value, or of one that begins with a quote, as a shell or JSON reads it. */
static size_t value_end(const finder *f, size_t at) {
    const size_t begin = at;
    char quote = '\0';
    for (; at < f->size; at++) {
        const char c = f->text[at];
        if (c == '\\' && quote != '\'' && at + 1 < f->size) {
            at++;
        } else if (quote) {
            if (c != quote)
                continue;
            quote = '\0';
            if (f->is != AUDIT_IS_SOURCE ||
                f->quote) /* within quotes of the shell another pair is somebody else's */
                return at + 1;
        } else if (c == f->quote && f->quote) {
            return at;
        } else if (c == '"' || c == '\'') {
            if (at > begin && (f->is != AUDIT_IS_SOURCE || f->quote))
                return at;
            quote = c;
        } else if (is_space(c) || strchr(";&|<>),}", c)) {
            return at;
        }
    }
    return at;
}

static bool is_variable(const finder *f, size_t at) {
    return at + 1 < f->size && f->text[at] == '$' && (is_name(f->text[at + 1]) || f->text[at + 1] == '{');
}

static void redact_value(const finder *f, size_t at) {
    size_t end;
    if (begins(f, at, "\\\"") && f->quote == '"') { /* \"VALUE\" within "..." */
        for (end = at += 2; end < f->size && f->text[end] != '\\' && f->text[end] != '"'; end++) {}
    } else {
        if (begins(f, at, "$'"))
            at++;
        end = value_end(f, at);
        /* The quotes stay where they are around all of it. */
        if (end - at >= 2 && (f->text[at] == '"' || f->text[at] == '\'') && f->text[end - 1] == f->text[at]) {
            at++;
            end--;
        }
    }
    if (!is_variable(f, at)) /* its value isn't in the text */
        audit_spans_add(f->out, at, end);
}

/* All that follows on the line, within the quotes that it stands in. */
static void redact_line(const finder *f, size_t at) {
    size_t end = at;
    for (; end < f->size && f->text[end] != '\n' && f->text[end] != '\r'; end++) {
        if (f->quote && f->text[end] == f->quote)
            break;
        end += f->text[end] == '\\' && f->quote == '"' && end + 1 < f->size;
    }
    if (!is_variable(f, at))
        audit_spans_add(f->out, at, end);
}

/* A header: NAME: SCHEME VALUE, or NAME: VALUE. */
static bool header(const finder *f, size_t name, size_t name_end) {
    if (name_end >= f->size || f->text[name_end] != ':' ||
        !is_in(secret_headers, f->text + name, name_end - name))
        return false;
    size_t at = name_end + 1;
    while (at < f->size && (f->text[at] == ' ' || f->text[at] == '\t'))
        at++;
    size_t end = at;
    while (end < f->size && is_name(f->text[end]))
        end++;
    if (end < f->size && f->text[end] == ' ' && is_in(secret_schemes, f->text + at, end - at)) {
        at = end;
        while (at < f->size && f->text[at] == ' ')
            at++;
    }
    if (f->quote || f->is == AUDIT_IS_WORD)
        redact_line(f, at);
    else
        redact_value(f, at);
    return true;
}

/* A name, and what it is given: NAME=VALUE, "NAME": "VALUE", --NAME VALUE. */
static void named(const finder *f, size_t name, size_t end) {
    const int before = name > 0 ? f->text[name - 1] : '\0';
    size_t dashes = 0, at = end;
    while (dashes < end - name && f->text[name + dashes] == '-')
        dashes++;
    if (!is_secret_name(f->text + name + dashes, end - name - dashes))
        return;
    const bool quoted = at < f->size && (f->text[at] == '"' || f->text[at] == '\'') && before == f->text[at];
    const bool escaped = begins(f, at, "\\\"");
    at += quoted ? 1 : escaped ? 2 : 0;
    size_t sign = at;
    while (sign < f->size && f->text[sign] == ' ')
        sign++;
    if (sign < f->size && f->text[sign] == '+' && sign + 1 < f->size)
        sign++;
    if (sign < f->size && f->text[sign] == '=' && (sign == at || quoted || escaped)) {
        if (f->is == AUDIT_IS_WORD && (name == 0 || dashes > 0) && !quoted && !escaped)
            audit_spans_add(f->out, sign + 1, f->size);
        else
            redact_value(f, sign + 1);
        return;
    }
    if (sign < f->size && f->text[sign] == ':' && f->is != AUDIT_IS_MESSAGE) {
        size_t value = sign + 1;
        while (value < f->size && f->text[value] == ' ')
            value++;
        if (quoted || escaped || value > sign + 1 || (value < f->size && strchr("\"'\\", f->text[value])))
            redact_value(f, value);
        return;
    }
    if (dashes > 0 && f->is == AUDIT_IS_SOURCE && sign > at && sign < f->size && f->text[sign] != '-')
        redact_value(f, sign);
}

/* -u NAME:SECRET */
static void pair(const finder *f, size_t name, size_t end) {
    if (f->is != AUDIT_IS_SOURCE || end >= f->size || (f->text[end] != ' ' && f->text[end] != '=') ||
        !audit_next_is_pair(f->text + name, end - name))
        return;
    size_t at = end + 1;
    while (at < f->size && (f->text[at] == ' ' || f->text[at] == '"' || f->text[at] == '\''))
        at++;
    while (at < f->size && is_name(f->text[at]))
        at++;
    if (at < f->size && f->text[at] == ':')
        redact_value(f, at + 1);
}

void audit_find_secrets(audit_spans *out, const char *text, size_t size, audit_is is) {
    finder f = {.out = out, .text = text, .size = size, .is = is};
    for (size_t at = 0; at < size;) {
        const char c = text[at];
        size_t end = c == '-' ? key_block(&f, at) : at;
        if (end == at && is_name(c))
            end = known_token(&f, at);
        if (end > at) {
            audit_spans_add(out, at, end);
            at = end;
            continue;
        }
        if (!is_name(c)) {
            if (begins(&f, at, "://"))
                url_login(&f, at);
            if (c == '\\' && f.quote != '\'')
                at++;
            else if (is == AUDIT_IS_SOURCE && (c == '"' || c == '\'') && (!f.quote || f.quote == c))
                f.quote = (char)(f.quote ? '\0' : c);
            at++;
            continue;
        }
        for (end = at; end < size && is_name(text[end]); end++) {}
        if (is == AUDIT_IS_MESSAGE || !header(&f, at, end)) {
            named(&f, at, end);
            pair(&f, at, end);
        }
        at = end;
    }
}
