/* Decisions as JSON and as diagnostics. Order of reasons in both: the strictest verdict first, then as they were found. */
#include "render.h"

/* ---- What both forms share ------------------------------------------------------------------------------------- */

static cp_slice slice(cmdpolicy_string s) {
    return cp_slice_of(s.data, s.size);
}

static bool reason_at(const cmdpolicy_decision *d, size_t i, cmdpolicy_reason *out) {
    *out = (cmdpolicy_reason){.struct_size = sizeof *out};
    return cmdpolicy_decision_reason(d, i, out) == CMDPOLICY_OK;
}

static bool call_at(const cmdpolicy_decision *d, size_t i, cmdpolicy_call *out) {
    *out = (cmdpolicy_call){.struct_size = sizeof *out};
    return cmdpolicy_decision_call(d, i, out) == CMDPOLICY_OK;
}

static bool effect_at(const cmdpolicy_decision *d, size_t i, cmdpolicy_effect *out) {
    *out = (cmdpolicy_effect){.struct_size = sizeof *out};
    return cmdpolicy_decision_effect(d, i, out) == CMDPOLICY_OK;
}

static bool word_at(const cmdpolicy_decision *d, size_t call, size_t i, cmdpolicy_word *out) {
    *out = (cmdpolicy_word){.struct_size = sizeof *out};
    return cmdpolicy_decision_word(d, call, i, out) == CMDPOLICY_OK;
}

/* 0 deny, 1 review, 2 allow; what is unknown counts as deny. */
static uint32_t strictness(cmdpolicy_verdict v) {
    return v == CMDPOLICY_ALLOW ? 2 : v == CMDPOLICY_REVIEW ? 1 : 0;
}

/* The reasons from the strictest to `loosest`, each verdict's in the order in which they were found. */
typedef struct reasons {
    const cmdpolicy_decision *decision;
    size_t count, at;
    uint32_t verdict, loosest;
} reasons;

static bool next_reason(reasons *r, cmdpolicy_reason *out) {
    for (; r->verdict <= r->loosest; r->verdict++, r->at = 0) {
        while (r->at < r->count) {
            if (reason_at(r->decision, r->at++, out) && strictness(out->verdict) == r->verdict)
                return true;
        }
    }
    return false;
}

static reasons reasons_of(const cmdpolicy_decision *d, uint32_t loosest) {
    return (reasons){.decision = d, .count = cmdpolicy_decision_reason_count(d), .loosest = loosest};
}

/* The programs that run the call, the outermost first; at most `room` of them, the innermost. */
static uint32_t via(const cmdpolicy_decision *d, int32_t parent, cp_slice *out, uint32_t room) {
    uint32_t n = 0;
    cmdpolicy_call call;
    while (parent >= 0 && n < room && call_at(d, (size_t)parent, &call)) {
        out[n++] = slice(call.program);
        if (call.parent >= parent) /* parents come before their children: anything else would be a ring */
            break;
        parent = call.parent;
    }
    for (uint32_t i = 0; i < n / 2; i++) {
        cp_slice other = out[n - 1 - i];
        out[n - 1 - i] = out[i];
        out[i] = other;
    }
    return n;
}
enum { MOST_VIA = 256 };

static cp_slice finished(const cp_text *t) {
    return cp_arena_failed(t->arena) ? (cp_slice){NULL, 0} : cp_text_slice(t);
}

/* ---- JSON ------------------------------------------------------------------------------------------------------ */

typedef struct json {
    cp_text text;
    bool comma; /* the next element of this object or array needs one */
} json;

static void raw(json *j, const char *s) {
    cp_text_str(&j->text, s);
}

static void element(json *j) {
    if (j->comma)
        raw(j, ",");
    j->comma = true;
}

static void open(json *j, const char *bracket) {
    raw(j, bracket);
    j->comma = false;
}

static void close(json *j, const char *bracket) {
    raw(j, bracket);
    j->comma = true;
}

static void key_suffixed(json *j, const char *name, const char *suffix) {
    element(j);
    raw(j, "\"");
    raw(j, name);
    raw(j, suffix);
    raw(j, "\":");
}

static void key(json *j, const char *name) {
    key_suffixed(j, name, "");
}

static void base64(json *j, cp_slice s) {
    raw(j, "\"");
    cp_text_base64(&j->text, s);
    raw(j, "\"");
}

static void string(json *j, const char *name, cp_slice s) {
    key(j, name);
    if (cp_text_json(&j->text, s))
        return;
    key_suffixed(j, name, "_base64");
    base64(j, s);
}

static void string_if(json *j, const char *name, cp_slice s) {
    if (s.n > 0)
        string(j, name, s);
}

static void number(json *j, const char *name, uint64_t n) {
    key(j, name);
    cp_text_number(&j->text, n);
}

static void boolean(json *j, const char *name, bool b) {
    key(j, name);
    raw(j, b ? "true" : "false");
}

static void verdict(json *j, cmdpolicy_verdict v) {
    string(j, "verdict", cp_slice_str(cmdpolicy_verdict_name(v)));
}

static void call_index(json *j, int32_t call) {
    key(j, "call");
    if (call < 0)
        raw(j, "null");
    else
        cp_text_number(&j->text, (uint64_t)call);
}

/* Spans are of source 0 unless the member NAME_source says otherwise. */
static void span(json *j, const char *name, cmdpolicy_span s) {
    key(j, name);
    open(j, "[");
    element(j);
    cp_text_number(&j->text, s.begin);
    element(j);
    cp_text_number(&j->text, s.end);
    close(j, "]");
    if (s.source == 0)
        return;
    key_suffixed(j, name, "_source");
    cp_text_number(&j->text, s.source);
}

static void json_reason(json *j, const cmdpolicy_reason *r) {
    element(j);
    open(j, "{");
    verdict(j, r->verdict);
    string(j, "code", slice(r->code));
    if (r->rule.size > 0) {
        string(j, "rule", slice(r->rule));
        string(j, "layer", cp_slice_str(cmdpolicy_layer_name(r->layer)));
        string_if(j, "file", slice(r->file));
        if (r->line > 0)
            number(j, "line", r->line);
    }
    call_index(j, r->call);
    string(j, "message", slice(r->message));
    span(j, "span", r->span);
    string_if(j, "suggestion", slice(r->suggestion));
    string_if(j, "risk", slice(r->risk));
    close(j, "}");
}

/* Standard input, where it isn't just what the shell itself has. */
static void json_input(json *j, const cmdpolicy_call *call) {
    if (call->input.size == 0 || cp_slice_is(slice(call->input), "inherited"))
        return;
    string(j, "stdin", slice(call->input));
    if (call->input_count == 0)
        return;
    key(j, "stdin_from");
    open(j, "[");
    for (uint32_t i = 0; i < call->input_count; i++) {
        element(j);
        cp_text_number(&j->text, call->input_first + i);
    }
    close(j, "]");
}

static void json_call(json *j, const cmdpolicy_decision *d, size_t index, const cmdpolicy_call *call) {
    cmdpolicy_word word;
    element(j);
    open(j, "{");
    key(j, "argv");
    open(j, "[");
    bool utf8 = true;
    for (uint32_t i = 0; i < call->word_count && word_at(d, index, i, &word); i++) {
        element(j);
        utf8 = cp_text_json(&j->text, slice(word.value)) && utf8;
    }
    close(j, "]");
    if (!utf8) {
        key(j, "argv_base64");
        open(j, "[");
        for (uint32_t i = 0; i < call->word_count && word_at(d, index, i, &word); i++) {
            element(j);
            base64(j, slice(word.value));
        }
        close(j, "]");
    }
    key(j, "exact");
    open(j, "[");
    for (uint32_t i = 0; i < call->word_count && word_at(d, index, i, &word); i++) {
        element(j);
        raw(j, word.exact ? "true" : "false");
    }
    close(j, "]");
    if (call->flags & CMDPOLICY_CALL_OPEN)
        boolean(j, "open", true);
    span(j, "span", call->span);
    if (call->at.source != call->span.source || call->at.begin != call->span.begin ||
        call->at.end != call->span.end)
        span(j, "at", call->at);
    key(j, "via");
    open(j, "[");
    cp_slice outer[MOST_VIA];
    for (uint32_t i = 0, n = via(d, call->parent, outer, MOST_VIA); i < n; i++) {
        element(j);
        cp_text_json(&j->text, outer[i]);
    }
    close(j, "]");
    string(j, "domain", call->domain.size > 0 ? slice(call->domain) : CP_LIT("local"));
    json_input(j, call);
    verdict(j, call->verdict);
}

static void json_calls(json *j, const cmdpolicy_decision *d) {
    cmdpolicy_call call;
    open(j, "[");
    for (size_t i = 0; i < cmdpolicy_decision_call_count(d) && call_at(d, i, &call); i++) {
        json_call(j, d, i, &call);
        close(j, "}");
    }
    close(j, "]");
}

/* Paths are shown as /..., ~..., ./... or ... (unknown); what else is read is a variable. */
static bool is_variable(const cmdpolicy_effect *e) {
    cp_slice kind = slice(e->kind), target = slice(e->target);
    return cp_slice_is(kind, "env") ||
           (cp_slice_is(kind, "read") && target.n > 0 && target.p[0] < 0x80 && !strchr("/~.", target.p[0]));
}

/* The member that names what the effect touches. */
static const char *target_key(const cmdpolicy_effect *e) {
    cp_slice kind = slice(e->kind);
    if (cp_slice_is(kind, "network"))
        return "host";
    if (is_variable(e))
        return "variable";
    return cp_slice_is(kind, "read") || cp_slice_is(kind, "write") || cp_slice_is(kind, "delete") ? "path"
                                                                                                  : "target";
}

static void json_effect(json *j, const cmdpolicy_effect *e) {
    element(j);
    open(j, "{");
    string(j, "kind", slice(e->kind));
    string_if(j, target_key(e), slice(e->target));
    boolean(j, "exact", e->exact != 0);
    if (e->domain.size > 0 && !cp_slice_is(slice(e->domain), "local"))
        string(j, "domain", slice(e->domain));
    call_index(j, e->call);
    span(j, "span", e->span);
    verdict(j, e->verdict);
    close(j, "}");
}

/* The texts that spans refer to, when any span is not of source 0. */
static void json_sources(json *j, const cmdpolicy_decision *d) {
    bool needed = false;
    cmdpolicy_reason r;
    cmdpolicy_call c;
    cmdpolicy_effect e;
    for (size_t i = 0; !needed && i < cmdpolicy_decision_reason_count(d) && reason_at(d, i, &r); i++)
        needed = r.span.source != 0;
    for (size_t i = 0; !needed && i < cmdpolicy_decision_call_count(d) && call_at(d, i, &c); i++)
        needed = c.span.source != 0 || c.at.source != 0;
    for (size_t i = 0; !needed && i < cmdpolicy_decision_effect_count(d) && effect_at(d, i, &e); i++)
        needed = e.span.source != 0;
    if (!needed)
        return;
    key(j, "sources");
    open(j, "[");
    cmdpolicy_string text;
    for (uint32_t i = 0; cmdpolicy_decision_source(d, i, &text) == CMDPOLICY_OK; i++) {
        element(j);
        open(j, "{");
        string(j, "text", slice(text));
        close(j, "}");
    }
    close(j, "]");
}

cp_slice cp_render_json(cp_arena *arena, const cmdpolicy_decision *d) {
    json j = {.text = cp_text_in(arena)};
    open(&j, "{");
    number(&j, "cmdpolicy", 1);
    verdict(&j, cmdpolicy_decision_verdict(d));
    string(&j, "policy", cp_decision_policy_digest(d));
    string(&j, "shell", cp_decision_shell_name(d));
    key(&j, "reasons");
    open(&j, "[");
    reasons all = reasons_of(d, 2);
    cmdpolicy_reason reason;
    while (next_reason(&all, &reason))
        json_reason(&j, &reason);
    close(&j, "]");
    key(&j, "calls");
    json_calls(&j, d);
    key(&j, "effects");
    open(&j, "[");
    cmdpolicy_effect effect;
    for (size_t i = 0; i < cmdpolicy_decision_effect_count(d) && effect_at(d, i, &effect); i++)
        json_effect(&j, &effect);
    close(&j, "]");
    json_sources(&j, d);
    close(&j, "}");
    return finished(&j.text);
}

/* Each call with its effects. */
cp_slice cp_render_calls_json(cp_arena *arena, const cmdpolicy_decision *d) {
    json j = {.text = cp_text_in(arena)};
    cmdpolicy_call call;
    cmdpolicy_effect effect;
    open(&j, "[");
    for (size_t i = 0; i < cmdpolicy_decision_call_count(d) && call_at(d, i, &call); i++) {
        json_call(&j, d, i, &call);
        key(&j, "effects");
        open(&j, "[");
        for (size_t k = 0; k < cmdpolicy_decision_effect_count(d) && effect_at(d, k, &effect); k++)
            if (effect.call == (int32_t)i)
                json_effect(&j, &effect);
        close(&j, "]");
        close(&j, "}");
    }
    close(&j, "]");
    return finished(&j.text);
}

/* ---- A line of the command with a place underlined ----------------------------------------------------------------- */

typedef struct range {
    uint32_t first, last;
} range;

static bool in_ranges(uint32_t c, const range *r, uint32_t n) {
    uint32_t low = 0, high = n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (c > r[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n && c >= r[low].first;
}

/* clang-format off */
uint32_t cp_render_width(uint32_t c) {
    /* Unicode 15: general categories Mn and Me of the scripts met most, and the variation selector that stays visible. */
    static const range none[] = {
        {0x300, 0x36f}, {0x483, 0x489}, {0x591, 0x5bd}, {0x5bf, 0x5bf}, {0x5c1, 0x5c2}, {0x5c4, 0x5c5},
        {0x610, 0x61a}, {0x64b, 0x65f}, {0x670, 0x670}, {0x6d6, 0x6dc}, {0x6df, 0x6e4}, {0x6e7, 0x6e8},
        {0x6ea, 0x6ed}, {0x900, 0x902}, {0x93c, 0x93c}, {0x941, 0x948}, {0x94d, 0x94d}, {0xe31, 0xe31},
        {0xe34, 0xe3a}, {0xe47, 0xe4e}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x20d0, 0x20f0},
        {0x302a, 0x302d}, {0x3099, 0x309a}, {0xfe0f, 0xfe0f}, {0xfe20, 0xfe2f}};
    /* East Asian Width W and F, and emoji. */
    static const range wide[] = {
        {0x1100, 0x115f}, {0x231a, 0x231b}, {0x2329, 0x232a}, {0x23e9, 0x23ec}, {0x23f0, 0x23f0},
        {0x23f3, 0x23f3}, {0x25fd, 0x25fe}, {0x2614, 0x2615}, {0x2648, 0x2653}, {0x267f, 0x267f},
        {0x2693, 0x2693}, {0x26a1, 0x26a1}, {0x26aa, 0x26ab}, {0x26bd, 0x26be}, {0x26c4, 0x26c5},
        {0x26ce, 0x26ce}, {0x26d4, 0x26d4}, {0x26ea, 0x26ea}, {0x26f2, 0x26f3}, {0x26f5, 0x26f5},
        {0x26fa, 0x26fa}, {0x26fd, 0x26fd}, {0x2705, 0x2705}, {0x270a, 0x270b}, {0x2728, 0x2728},
        {0x274c, 0x274c}, {0x274e, 0x274e}, {0x2753, 0x2755}, {0x2757, 0x2757}, {0x2795, 0x2797},
        {0x27b0, 0x27b0}, {0x27bf, 0x27bf}, {0x2b1b, 0x2b1c}, {0x2b50, 0x2b50}, {0x2b55, 0x2b55},
        {0x2e80, 0x303e}, {0x3041, 0x33ff}, {0x3400, 0x4dbf}, {0x4e00, 0xa4cf}, {0xa960, 0xa97c},
        {0xac00, 0xd7a3}, {0xf900, 0xfaff}, {0xfe10, 0xfe19}, {0xfe30, 0xfe6b}, {0xff01, 0xff60},
        {0xffe0, 0xffe6}, {0x16fe0, 0x18cd5}, {0x1aff0, 0x1b2fb}, {0x1f004, 0x1f004}, {0x1f0cf, 0x1f0cf},
        {0x1f18e, 0x1f18e}, {0x1f191, 0x1f19a}, {0x1f200, 0x1f320}, {0x1f32d, 0x1f335}, {0x1f337, 0x1f37c},
        {0x1f37e, 0x1f393}, {0x1f3a0, 0x1f3ca}, {0x1f3cf, 0x1f3d3}, {0x1f3e0, 0x1f3f0}, {0x1f3f4, 0x1f3f4},
        {0x1f3f8, 0x1f43e}, {0x1f440, 0x1f440}, {0x1f442, 0x1f4fc}, {0x1f4ff, 0x1f53d}, {0x1f54b, 0x1f54e},
        {0x1f550, 0x1f567}, {0x1f57a, 0x1f57a}, {0x1f595, 0x1f596}, {0x1f5a4, 0x1f5a4}, {0x1f5fb, 0x1f64f},
        {0x1f680, 0x1f6c5}, {0x1f6cc, 0x1f6cc}, {0x1f6d0, 0x1f6d2}, {0x1f6d5, 0x1f6df}, {0x1f6eb, 0x1f6ec},
        {0x1f6f4, 0x1f6fc}, {0x1f7e0, 0x1f7f0}, {0x1f90c, 0x1f9ff}, {0x1fa70, 0x1faff}, {0x20000, 0x3fffd}};
    if (c < 0x300)
        return 1;
    if (in_ranges(c, none, sizeof none / sizeof none[0]))
        return 0;
    return in_ranges(c, wide, sizeof wide / sizeof wide[0]) ? 2 : 1;
}
/* clang-format on */

enum { TAB = 8 };

/* Bytes and columns of the character at s.p[i], shown at `column`. */
static uint32_t cell(cp_slice s, uint32_t i, uint32_t column, uint32_t *out_columns) {
    uint32_t c = 0, n = cp_utf8_at(s, i, &c);
    if (n == 0) {
        *out_columns = 4; /* \x80 */
        return 1;
    }
    if (c == '\t')
        *out_columns = TAB - column % TAB;
    else if (c < 0x80)
        *out_columns = cp_is_hidden(c) ? 4 : 1;
    else if (cp_is_hidden(c) || cp_is_unicode_blank(c))
        *out_columns = c > 0xffff ? 10 : 8; /* \u{202e} */
    else
        *out_columns = cp_render_width(c);
    return n;
}

/* Where the character before s.p[i] begins. */
static uint32_t step_back(cp_slice s, uint32_t i, uint32_t first) {
    uint32_t at = i - 1, c = 0;
    while (at > first && i - at < 4 && (s.p[at] & 0xc0) == 0x80)
        at--;
    return cp_utf8_at(s, at, &c) == i - at ? at : i - 1;
}

/* The end of the longest run from `from` within `columns`; what it takes in *out_columns. */
static uint32_t run_end(cp_slice line, uint32_t from, uint32_t columns, uint32_t *out_columns) {
    uint32_t at = from, used = 0;
    while (at < line.n) {
        uint32_t width = 0, n = cell(line, at, used, &width);
        if (used + width > columns)
            break;
        used += width;
        at += n;
    }
    *out_columns = used;
    return at;
}

static const char cut[] = "...";

/* The part of the line to show, [*first, returned end): all of it, or what lies around byte `at`. */
static uint32_t window(cp_slice line, uint32_t at, uint32_t *first) {
    uint32_t columns = 0;
    *first = 0;
    uint32_t end = run_end(line, 0, CP_RENDER_COLUMNS, &columns);
    if (end == line.n)
        return end;
    const uint32_t most = CP_RENDER_COLUMNS - 2 * (sizeof cut - 1);
    run_end(line, at, most - most / 4, &columns);
    uint32_t before = at;
    for (uint32_t left = most - columns; before > 0;) {
        uint32_t width = 0, previous = step_back(line, before, 0);
        cell(line, previous, 0, &width);
        if (width > left)
            break;
        left -= width;
        before = previous;
    }
    *first = before;
    return run_end(line, before, most, &columns);
}

static void blanks(cp_text *t, uint32_t n) {
    while (n-- > 0)
        cp_text_byte(t, ' ');
}

static void paint(cp_text *t, uint32_t style, const char *sgr) {
    if (style & CP_RENDER_COLOUR)
        cp_text_str(t, sgr);
}
#define BOLD  "\x1b[1m"
#define DIM   "\x1b[2m"
#define PLAIN "\x1b[0m"

static const char *verdict_paint(cmdpolicy_verdict v) {
    return v == CMDPOLICY_ALLOW ? "\x1b[1;32m" : v == CMDPOLICY_REVIEW ? "\x1b[1;33m" : "\x1b[1;31m";
}

static uint32_t digits_of(uint32_t n) {
    uint32_t digits = 1;
    while (n /= 10)
        digits++;
    return digits;
}

static void snippet(cp_text *t, cp_slice text, uint32_t begin, uint32_t end, uint32_t indent, uint32_t style,
                    const char *caret_paint) {
    begin = begin < text.n ? begin : text.n;
    end = end < begin ? begin : end < text.n ? end : text.n;
    uint32_t line_begin = begin, number = 1;
    while (line_begin > 0 && text.p[line_begin - 1] != '\n')
        line_begin--;
    for (uint32_t i = 0; i < line_begin; i++)
        number += text.p[i] == '\n';
    uint32_t line_end = cp_slice_find(text, '\n', line_begin);
    cp_slice line = cp_slice_sub(text, line_begin, line_end);
    begin -= line_begin;
    end = end < line_end ? end - line_begin : line.n;

    blanks(t, indent);
    bool several = line_begin > 0 || line_end + 1 < text.n;
    if (several) {
        paint(t, style, DIM);
        cp_text_number(t, number);
        cp_text_str(t, " | ");
        paint(t, style, PLAIN);
    }
    uint32_t first = 0, last = window(line, begin, &first), column = 0, caret = 0, after = 0;
    if (first > 0)
        cp_text_str(t, cut);
    for (uint32_t i = first; i < last;) {
        uint32_t width = 0, n = cell(line, i, column, &width);
        if (line.p[i] == '\t')
            blanks(t, width);
        else
            cp_text_visible(t, cp_slice_sub(line, i, i + n));
        column += width;
        i += n;
        if (i <= begin)
            caret = column;
        if (i <= end || (i > end && i - n < end))
            after = column;
    }
    if (last < line.n)
        cp_text_str(t, cut);
    cp_text_byte(t, '\n');

    blanks(t, indent);
    if (several) {
        blanks(t, digits_of(number));
        paint(t, style, DIM);
        cp_text_str(t, " | ");
        paint(t, style, PLAIN);
    }
    blanks(t, caret + (first > 0 ? (uint32_t)sizeof cut - 1 : 0));
    paint(t, style, caret_paint);
    cp_text_byte(t, '^');
    for (uint32_t i = caret + 1; i < after; i++)
        cp_text_byte(t, '~');
    paint(t, style, PLAIN);
    cp_text_byte(t, '\n');
}

void cp_render_snippet(cp_text *t, cp_slice text, uint32_t begin, uint32_t end, uint32_t indent,
                       uint32_t style) {
    snippet(t, text, begin, end, indent, style, BOLD);
}

/* ---- Text ---------------------------------------------------------------------------------------------------------- */

static void verdict_word(cp_text *t, cmdpolicy_verdict v, uint32_t style) {
    paint(t, style, verdict_paint(v));
    cp_text_str(t, cmdpolicy_verdict_name(v));
    paint(t, style, PLAIN);
}

/* What is longer than a reader wants is cut in its middle. JSON has all of it. */
static void visible(cp_text *t, cp_slice s) {
    enum { MOST = 400, HEAD = 240, TAIL = 80 };
    if (s.n <= MOST) {
        cp_text_visible(t, s);
        return;
    }
    uint32_t head = HEAD, tail = s.n - TAIL;
    while (head > HEAD - 4 && (s.p[head] & 0xc0) == 0x80)
        head--;
    while (tail < s.n - TAIL + 4 && (s.p[tail] & 0xc0) == 0x80)
        tail++;
    cp_text_visible(t, cp_slice_sub(s, 0, head));
    cp_text_str(t, cut);
    cp_text_visible(t, cp_slice_sub(s, tail, s.n));
}

static void labelled(cp_text *t, const char *label, cp_slice s) {
    if (s.n == 0)
        return;
    cp_text_str(t, label);
    visible(t, s);
    cp_text_byte(t, '\n');
}

/* verdict: message / the place / where the rule is / what to do instead */
static void text_reason(cp_text *t, const cmdpolicy_decision *d, const cmdpolicy_reason *r, uint32_t style) {
    verdict_word(t, r->verdict, style);
    cp_text_str(t, ": ");
    paint(t, style, BOLD);
    visible(t, slice(r->message));
    paint(t, style, PLAIN);
    if (r->rule.size == 0 && r->code.size > 0) {
        paint(t, style, DIM);
        cp_text_str(t, " [");
        visible(t, slice(r->code));
        cp_text_byte(t, ']');
        paint(t, style, PLAIN);
    }
    cp_text_byte(t, '\n');
    cmdpolicy_string source;
    if (cmdpolicy_decision_source(d, r->span.source, &source) == CMDPOLICY_OK && source.size > 0)
        snippet(t, slice(source), r->span.begin, r->span.end, 2, style, verdict_paint(r->verdict));
    if (r->rule.size > 0) {
        cp_text_str(t, "  rule: ");
        visible(t, slice(r->rule));
        paint(t, style, DIM);
        cp_text_str(t, " (");
        cp_text_str(t, cmdpolicy_layer_name(r->layer));
        if (r->file.size > 0) {
            cp_text_str(t, ", ");
            visible(t, slice(r->file));
            if (r->line > 0) {
                cp_text_byte(t, ':');
                cp_text_number(t, r->line);
            }
        }
        cp_text_byte(t, ')');
        paint(t, style, PLAIN);
        cp_text_byte(t, '\n');
    }
    labelled(t, "  risk: ", slice(r->risk));
    labelled(t, "  try: ", slice(r->suggestion));
}

/* A word as it could be typed; one that is not certain as the pattern that it is, in double quotes if it holds blanks. */
static void text_word(cp_text *t, const cmdpolicy_word *word) {
    cp_slice s = slice(word->value);
    const char *quote = s.n > 0 || !word->exact ? "" : "'";
    for (uint32_t i = 0; i < s.n && !*quote; i++) {
        const uint8_t c = s.p[i];
        const bool plain = c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                           (c >= 'A' && c <= 'Z') || (c != 0 && strchr("_-./:=@%+,~^", c));
        if (word->exact && !plain)
            quote = "'";
        else if (!word->exact && c <= ' ')
            quote = "\"";
    }
    cp_text_str(t, quote);
    visible(t, s);
    cp_text_str(t, quote);
}

static void text_verdict_column(cp_text *t, cmdpolicy_verdict v, uint32_t style) {
    cp_text_str(t, "  ");
    verdict_word(t, v, style);
    blanks(t, 8 - (uint32_t)strlen(cmdpolicy_verdict_name(v)));
}

static void text_domain(cp_text *t, cp_slice domain) {
    if (domain.n == 0 || cp_slice_is(domain, "local"))
        return;
    cp_text_str(t, "  [");
    visible(t, domain);
    cp_text_byte(t, ']');
}

static void text_effect(cp_text *t, const cmdpolicy_effect *effect) {
    visible(t, slice(effect->kind));
    if (effect->target.size > 0) {
        cp_text_str(t, is_variable(effect) && !cp_slice_is(slice(effect->kind), "env") ? " $" : " ");
        visible(t, slice(effect->target));
    }
    text_domain(t, slice(effect->domain));
}

/* Whose output a call reads, or what else it reads that isn't the shell's own standard input. */
static void text_input(cp_text *t, const cmdpolicy_decision *d, const cmdpolicy_call *call) {
    cmdpolicy_call from;
    const bool known = cp_slice_is(slice(call->input), "text");
    if (call->input_count > 0 && call_at(d, call->input_first + call->input_count - 1, &from)) {
        cp_text_str(t, known ? "  < text of " : "  < ");
        visible(t, slice(from.program));
    } else if (known || cp_slice_is(slice(call->input), "file"))
        cp_text_str(t, known ? "  < text" : "  < file");
}

/* Of one call, each on a line. */
static void text_effects_of(cp_text *t, const cmdpolicy_decision *d, size_t call, uint32_t style) {
    cmdpolicy_effect effect;
    for (size_t i = 0; i < cmdpolicy_decision_effect_count(d) && effect_at(d, i, &effect); i++) {
        if (effect.call != (int32_t)call)
            continue;
        text_verdict_column(t, effect.verdict, style);
        cp_text_str(t, "    ");
        text_effect(t, &effect);
        cp_text_byte(t, '\n');
    }
}

static void text_calls(cp_text *t, const cmdpolicy_decision *d, uint32_t style) {
    cmdpolicy_call call;
    cmdpolicy_word word;
    for (size_t i = 0; i < cmdpolicy_decision_call_count(d) && call_at(d, i, &call); i++) {
        text_verdict_column(t, call.verdict, style);
        for (uint32_t k = 0; k < call.word_count && word_at(d, i, k, &word); k++) {
            if (k > 0)
                cp_text_byte(t, ' ');
            text_word(t, &word);
        }
        if (call.flags & CMDPOLICY_CALL_OPEN)
            cp_text_str(t, " ...");
        text_domain(t, slice(call.domain));
        cp_slice outer[MOST_VIA];
        paint(t, style, DIM);
        for (uint32_t k = 0, n = via(d, call.parent, outer, MOST_VIA); k < n; k++) {
            cp_text_str(t, k == 0 ? "  via " : " > ");
            visible(t, outer[k]);
        }
        text_input(t, d, &call);
        if (!(style &
              CP_RENDER_ALL)) { /* of a list that stands alone: where the call stands, and what it does */
            cp_text_str(t, "  at ");
            cp_text_number(t, call.span.begin);
            cp_text_str(t, "..");
            cp_text_number(t, call.span.end);
        }
        paint(t, style, PLAIN);
        cp_text_byte(t, '\n');
        if (!(style & CP_RENDER_ALL))
            text_effects_of(t, d, i, style);
    }
}

static void text_effects(cp_text *t, const cmdpolicy_decision *d, uint32_t style) {
    cmdpolicy_effect effect;
    for (size_t i = 0; i < cmdpolicy_decision_effect_count(d) && effect_at(d, i, &effect); i++) {
        text_verdict_column(t, effect.verdict, style);
        text_effect(t, &effect);
        cmdpolicy_call call;
        if (effect.call >= 0 && call_at(d, (size_t)effect.call, &call)) {
            paint(t, style, DIM);
            cp_text_str(t, "  by ");
            visible(t, slice(call.program));
            paint(t, style, PLAIN);
        }
        cp_text_byte(t, '\n');
    }
}

static void text_everything(cp_text *t, const cmdpolicy_decision *d, uint32_t style) {
    cp_text_byte(t, '\n');
    if (cmdpolicy_decision_call_count(d) > 0)
        cp_text_str(t, "calls:\n");
    text_calls(t, d, style);
    if (cmdpolicy_decision_effect_count(d) > 0)
        cp_text_str(t, "effects:\n");
    text_effects(t, d, style);
    labelled(t, "shell: ", cp_decision_shell_name(d));
    labelled(t, "policy: ", cp_decision_policy_digest(d));
}

static void text_verdict_line(cp_text *t, const cmdpolicy_decision *d, uint32_t style) {
    verdict_word(t, cmdpolicy_decision_verdict(d), style);
    if (cmdpolicy_decision_status(d) != CMDPOLICY_OK) {
        cp_text_str(t, ": the check failed: ");
        cp_text_str(t, cmdpolicy_status_name(cmdpolicy_decision_status(d)));
    }
    cp_text_byte(t, '\n');
}

cp_slice cp_render_text(cp_arena *arena, const cmdpolicy_decision *d, uint32_t style) {
    cp_text t = cp_text_in(arena);
    const cmdpolicy_verdict v = cmdpolicy_decision_verdict(d);
    const bool all = (style & CP_RENDER_ALL) != 0;
    const uint32_t most = all ? 25 * CP_RENDER_REASONS : CP_RENDER_REASONS;
    uint32_t found = 0;
    reasons list = reasons_of(d, all ? 2 : 1);
    cmdpolicy_reason reason;
    while ((all || v != CMDPOLICY_ALLOW) && next_reason(&list, &reason)) {
        /* The line of a first reason that has the decision's verdict is the verdict's line. */
        if (found == 0 && strictness(reason.verdict) != strictness(v))
            text_verdict_line(&t, d, style);
        if (found++ < most)
            text_reason(&t, d, &reason, style);
    }
    if (found == 0)
        text_verdict_line(&t, d, style);
    if (found > most) {
        cp_text_str(&t, "... and ");
        cp_text_number(&t, found - most);
        cp_text_str(&t, found - most == 1 ? " more reason\n" : " more reasons\n");
    }
    if (all)
        text_everything(&t, d, style);
    return finished(&t);
}

cp_slice cp_render_calls_text(cp_arena *arena, const cmdpolicy_decision *d, uint32_t style) {
    cp_text t = cp_text_in(arena);
    text_calls(&t, d, style);
    return finished(&t);
}

bool cp_render(cp_arena *arena, const cmdpolicy_decision *d, cp_slice format, cp_slice *out) {
    static const struct {
        char name[16];
        uint32_t style;
    } styles[] = {{"text", CP_RENDER_PLAIN},
                  {"ansi", CP_RENDER_COLOUR},
                  {"explain", CP_RENDER_ALL},
                  {"explain-ansi", CP_RENDER_ALL | CP_RENDER_COLOUR}};
    if (cp_slice_is(format, "json")) {
        *out = cp_render_json(arena, d);
        return true;
    }
    for (uint32_t i = 0; i < sizeof styles / sizeof styles[0]; i++) {
        if (cp_slice_is(format, styles[i].name)) {
            *out = cp_render_text(arena, d, styles[i].style);
            return true;
        }
    }
    return false;
}
