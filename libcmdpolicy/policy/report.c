/* Messages of the policy compiler, and near spellings. */
#include "policy/report.h"

#include <stdarg.h>

#include "base/text.h"

/* One va_list walked by both texts in turn: a parameter of type va_list can't be reused portably, a pointer to one can. */
typedef struct arguments {
    va_list list;
} arguments;

static void add(cp_text *text, const char *format, arguments *args) {
    for (const char *p = format; *p; p++) {
        if (*p != '%') {
            cp_text_byte(text, (uint8_t)*p);
            continue;
        }
        p++;
        if (*p == 's') {
            cp_slice s = va_arg(args->list, cp_slice);
            cp_text_visible(text, cp_slice_sub(s, 0, 80));
            if (s.n > 80)
                cp_text_str(text, "...");
        } else if (*p == 'd') {
            cp_text_number(text, va_arg(args->list, uint32_t));
        }
    }
}

static void report(cp_reporter *r, bool warning, const char *code, cp_place at, const char *expected,
                   const char *format, arguments *args) {
    cp_text message = cp_text_in(r->arena), wanted = cp_text_in(r->arena);
    add(&message, format, args);
    add(&wanted, expected, args);
    if (!warning)
        r->errors++;
    cp_diag_add(r->diags, warning, code, r->file, at.line, at.column, at.offset, cp_text_slice(&message),
                cp_text_slice(&wanted));
}

void cp_error(cp_reporter *r, const char *code, cp_place at, const char *expected, const char *format, ...) {
    arguments args;
    va_start(args.list, format);
    report(r, false, code, at, expected, format, &args);
    va_end(args.list);
}

void cp_warning(cp_reporter *r, const char *code, cp_place at, const char *expected, const char *format,
                ...) {
    arguments args;
    va_start(args.list, format);
    report(r, true, code, at, expected, format, &args);
    va_end(args.list);
}

uint32_t cp_number_of(const cp_word_number *words, cp_slice word) {
    for (; words->word; words++)
        if (cp_slice_is(word, words->word))
            return words->number;
    return CP_NO_NUMBER;
}

const char *cp_word_of(const cp_word_number *words, uint32_t number) {
    for (; words->word; words++)
        if (words->number == number)
            return words->word;
    return "";
}

void cp_error_word(cp_reporter *r, const char *code, cp_place at, const cp_word_number *words, cp_slice word,
                   const char *what) {
    cp_text expected = cp_text_in(r->arena);
    uint32_t best = cp_spelling_most(word) + 1;
    const char *near = NULL;
    for (const cp_word_number *w = words; w->word; w++) {
        uint32_t distance = cp_spelling_distance(word, cp_slice_str(w->word), best);
        if (distance < best) {
            best = distance;
            near = w->word;
        }
    }
    if (near) {
        cp_text_str(&expected, "did you mean `");
        cp_text_str(&expected, near);
        cp_text_str(&expected, "`? ");
    }
    cp_text_str(&expected, near ? "One of " : "one of ");
    for (const cp_word_number *w = words; w->word; w++) {
        if (w != words)
            cp_text_str(&expected, ", ");
        cp_text_str(&expected, w->word);
    }
    cp_text message = cp_text_in(r->arena);
    cp_text_byte(&message, '`');
    cp_text_visible(&message, cp_slice_sub(word, 0, 80));
    cp_text_str(&message, "` is no ");
    cp_text_str(&message, what);
    r->errors++;
    cp_diag_add(r->diags, false, code, r->file, at.line, at.column, at.offset, cp_text_slice(&message),
                cp_text_slice(&expected));
}

bool cp_all_different(cp_arena *arena, const cp_slice *texts, uint32_t count) {
    enum { PROBES_MOST = 64 };
    uint32_t size = 16;
    while (size < count * 2 && size < 1u << 30)
        size *= 2;
    uint32_t *slots = CP_NEW_ARRAY(arena, uint32_t, size);
    if (!slots)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t slot = cp_slice_mix(texts[i]), probes = 0;
        for (; slots[slot & (size - 1)]; slot++)
            if (++probes > PROBES_MOST || cp_slice_eq(texts[slots[slot & (size - 1)] - 1], texts[i]))
                return false;
        slots[slot & (size - 1)] = i + 1;
    }
    return true;
}

uint32_t cp_spelling_distance(cp_slice a, cp_slice b, uint32_t most) {
    enum { LONGEST = 40 };
    uint32_t gap = a.n > b.n ? a.n - b.n : b.n - a.n;
    if (gap > most || a.n > LONGEST || b.n > LONGEST)
        return most + 1;
    uint32_t rows[3][LONGEST + 1];
    uint32_t *before = rows[0], *last = rows[1], *row = rows[2];
    for (uint32_t k = 0; k <= b.n; k++)
        last[k] = k;
    for (uint32_t i = 1; i <= a.n; i++) {
        row[0] = i;
        for (uint32_t k = 1; k <= b.n; k++) {
            uint32_t best = last[k - 1] + (a.p[i - 1] != b.p[k - 1]);
            if (last[k] + 1 < best)
                best = last[k] + 1;
            if (row[k - 1] + 1 < best)
                best = row[k - 1] + 1;
            if (i > 1 && k > 1 && a.p[i - 1] == b.p[k - 2] && a.p[i - 2] == b.p[k - 1] &&
                before[k - 2] + 1 < best)
                best = before[k - 2] + 1;
            row[k] = best;
        }
        uint32_t *spare = before;
        before = last;
        last = row;
        row = spare;
    }
    return last[b.n] > most ? most + 1 : last[b.n];
}
