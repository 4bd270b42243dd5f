/* Findings as text, as JSON, as SARIF 2.1.0 (OASIS, sections 3.13 to 3.30), and as workflow commands of GitHub's actions. */
#include "tool/lint.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static const char *level_of(const cp_diag *d) {
    static const char *const notes[] = {LINT_NOTE_SUGGEST, "undescribed-option", "two-long-names"};
    for (size_t i = 0; i < sizeof notes / sizeof notes[0]; i++) {
        if (d->warning && cp_slice_is(d->code, notes[i]))
            return "note";
    }
    return d->warning ? "warning" : "error";
}

static int by_place(const void *a, const void *b) {
    const cp_diag *x = *(const cp_diag *const *)a, *y = *(const cp_diag *const *)b;
    int order = cp_slice_compare(x->file, y->file);
    if (order == 0)
        order = (x->line > y->line) - (x->line < y->line);
    if (order == 0)
        order = (x->column > y->column) - (x->column < y->column);
    if (order == 0)
        order = cp_slice_compare(x->code, y->code);
    return order ? order : cp_slice_compare(x->message, y->message);
}

/* What was expected, as the end of a sentence. */
static void add_expected(cp_text *out, const cp_diag *d) {
    if (d->expected.n == 0)
        return;
    cp_text_str(out, cp_slice_starts(d->expected, CP_LIT("did you mean")) ? "; " : "; expected ");
    cp_text_add(out, d->expected);
}

static void add_text(cp_text *out, const cp_diag *d) {
    cp_text_visible(out, d->file);
    cp_text_byte(out, ':');
    if (d->line > 0) {
        cp_text_number(out, d->line);
        cp_text_byte(out, ':');
        cp_text_number(out, d->column);
        cp_text_byte(out, ':');
    }
    cp_text_byte(out, ' ');
    cp_text_str(out, level_of(d));
    cp_text_str(out, ": ");
    cp_text_add(out, d->message);
    add_expected(out, d);
    cp_text_str(out, " [");
    cp_text_add(out, d->code);
    cp_text_str(out, "]\n");
}

static void member(cp_text *out, const char *name, cp_slice value) {
    cp_text_str(out, ", \"");
    cp_text_str(out, name);
    cp_text_str(out, "\": ");
    cp_text_json(out, value);
}

static void add_json(cp_text *out, const cp_diag *d) {
    cp_text_str(out, "{\"code\": ");
    cp_text_json(out, d->code);
    member(out, "level", cp_slice_str(level_of(d)));
    member(out, "layer", cp_slice_str(cmdpolicy_layer_name((cmdpolicy_layer)d->layer)));
    member(out, "file", d->file);
    cp_text_str(out, ", \"line\": ");
    cp_text_number(out, d->line);
    cp_text_str(out, ", \"column\": ");
    cp_text_number(out, d->column);
    member(out, "message", d->message);
    member(out, "expected", d->expected);
    cp_text_byte(out, '}');
}

/* ---- SARIF ---------------------------------------------------------------------------------------------------------- */

/* A path as a URI reference: RFC 3986's unreserved characters and the slash stay. */
static cp_slice uri_of(cp_arena *arena, cp_slice path) {
    static const char hex[] = "0123456789ABCDEF";
    cp_text out = cp_text_in(arena);
    if (path.n > 0 && path.p[0] == '/')
        cp_text_str(&out, "file://");
    for (uint32_t i = 0; i < path.n; i++) {
        const uint8_t c = path.p[i];
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           (c && strchr("-._~/", c));
        if (plain)
            cp_text_byte(&out, c);
        else {
            cp_text_byte(&out, '%');
            cp_text_byte(&out, (uint8_t)hex[c >> 4]);
            cp_text_byte(&out, (uint8_t)hex[c & 15]);
        }
    }
    return cp_text_slice(&out);
}

/* The place of the code among those of the run. */
static uint32_t rule_index(const cp_slice *codes, uint32_t count, cp_slice code) {
    uint32_t i = 0;
    while (i < count && !cp_slice_eq(codes[i], code))
        i++;
    return i;
}

static void add_result(cp_arena *arena, cp_text *out, const cp_diag *d, uint32_t rule) {
    cp_text message = cp_text_in(arena);
    cp_text_add(&message, d->message);
    add_expected(&message, d);
    cp_text_str(out, "{\"ruleId\": ");
    cp_text_json(out, d->code);
    cp_text_str(out, ", \"ruleIndex\": ");
    cp_text_number(out, rule);
    member(out, "level", cp_slice_str(level_of(d)));
    cp_text_str(out, ", \"message\": {\"text\": ");
    cp_text_json(out, cp_text_slice(&message));
    cp_text_str(out, "}, \"locations\": [{\"physicalLocation\": {\"artifactLocation\": {\"uri\": ");
    cp_text_json(out, uri_of(arena, d->file));
    cp_text_byte(out, '}');
    if (d->line > 0) {
        cp_text_str(out, ", \"region\": {\"startLine\": ");
        cp_text_number(out, d->line);
        cp_text_str(out, ", \"startColumn\": ");
        cp_text_number(out, d->column > 0 ? d->column : 1);
        cp_text_byte(out, '}');
    }
    cp_text_str(out, "}}]}");
}

static void add_sarif(cp_arena *arena, cp_text *out, const cp_diag *const *found, uint32_t count) {
    cp_slice *codes = CP_NEW_ARRAY(arena, cp_slice, count + 1);
    uint32_t codes_count = 0;
    if (!codes)
        cli_out_of_memory();
    cp_text_str(
        out,
        "{\"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\", \"version\": \"2.1.0\", \"runs\": [{\n"
        " \"tool\": {\"driver\": {\"name\": \"cmdpolicy\", \"version\": \"" CMDPOLICY_VERSION_STRING
        "\", \"rules\": [");
    for (uint32_t i = 0; i < count; i++) {
        if (rule_index(codes, codes_count, found[i]->code) < codes_count)
            continue;
        cp_text_str(out, codes_count ? ", {\"id\": " : "{\"id\": ");
        cp_text_json(out, found[i]->code);
        cp_text_str(out, ", \"defaultConfiguration\": {\"level\": ");
        cp_text_json(out, cp_slice_str(level_of(found[i])));
        cp_text_str(out, "}}");
        codes[codes_count++] = found[i]->code;
    }
    cp_text_str(out, "]}},\n \"columnKind\": \"unicodeCodePoints\",\n \"results\": [");
    for (uint32_t i = 0; i < count; i++) {
        cp_text_str(out, i ? ",\n  " : "\n  ");
        add_result(arena, out, found[i], rule_index(codes, codes_count, found[i]->code));
    }
    cp_text_str(out, "]\n}]}\n");
}

/* ---- GitHub --------------------------------------------------------------------------------------------------------- */

/* Workflow commands escape percent signs and line ends; in properties colons and commas, too. */
static void add_escaped(cp_text *out, cp_slice s, bool property) {
    for (uint32_t i = 0; i < s.n; i++) {
        const uint8_t c = s.p[i];
        const char *code = c == '%'               ? "%25"
                           : c == '\r'            ? "%0D"
                           : c == '\n'            ? "%0A"
                           : property && c == ':' ? "%3A"
                           : property && c == ',' ? "%2C"
                                                  : NULL;
        if (code)
            cp_text_str(out, code);
        else
            cp_text_byte(out, c);
    }
}

static void add_github(cp_arena *arena, cp_text *out, const cp_diag *d) {
    cp_text message = cp_text_in(arena);
    const char *level = level_of(d);
    cp_text_add(&message, d->message);
    add_expected(&message, d);
    cp_text_str(out, "::");
    cp_text_str(out, strcmp(level, "note") == 0 ? "notice" : level);
    cp_text_str(out, " file=");
    add_escaped(out, d->file, true);
    if (d->line > 0) {
        cp_text_str(out, ",line=");
        cp_text_number(out, d->line);
        cp_text_str(out, ",col=");
        cp_text_number(out, d->column);
    }
    cp_text_str(out, ",title=");
    add_escaped(out, d->code, true);
    cp_text_str(out, "::");
    add_escaped(out, cp_text_slice(&message), false);
    cp_text_byte(out, '\n');
}

int lint_report(cp_arena *arena, const cp_diags *diags, const char *format, bool quiet) {
    uint32_t count = 0, kept = 0, notes = 0;
    for (const cp_diag *d = diags->first; d; d = d->next)
        count++;
    const cp_diag **found = CP_NEW_ARRAY(arena, const cp_diag *, count + 1);
    if (!found)
        cli_out_of_memory();
    for (const cp_diag *d = diags->first; d; d = d->next)
        found[kept++] = d;
    qsort(found, kept, sizeof *found, by_place);
    count = kept;
    kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        const bool note = strcmp(level_of(found[i]), "note") == 0;
        if ((kept > 0 && by_place(&found[i], &found[kept - 1]) == 0) || (note && quiet))
            continue;
        notes += note;
        found[kept++] = found[i];
    }
    cp_text out = cp_text_in(arena);
    if (strcmp(format, "sarif") == 0)
        add_sarif(arena, &out, found, kept);
    else if (strcmp(format, "json") == 0) {
        cp_text_str(&out, "{\"findings\": [");
        for (uint32_t i = 0; i < kept; i++) {
            cp_text_str(&out, i ? ",\n  " : "\n  ");
            add_json(&out, found[i]);
        }
        cp_text_str(&out, kept ? "\n]}\n" : "]}\n");
    } else {
        for (uint32_t i = 0; i < kept; i++) {
            if (strcmp(format, "github") == 0)
                add_github(arena, &out, found[i]);
            else
                add_text(&out, found[i]);
        }
    }
    if (cp_arena_failed(arena))
        cli_out_of_memory();
    if (!cli_write((const char *)out.p, out.n))
        return CLI_FAILURE;
    return diags->errors > 0 || kept > notes ? TOOL_FOUND : CLI_ALLOW;
}
