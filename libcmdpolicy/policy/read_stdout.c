/* `stdout:` of a grammar: a word; lines of a form that is told (`lines {hash} {any}`); a column of what is read (`column 2 by /`). */
#include "base/text.h"
#include "policy/model.h"

static const cp_word_number classes[] = {{"any", 0},    {"blank", 0},  {"blank?", 0},  {"hash", 0},
                                         {"name", 0},   {"number", 0}, {"operand", 0}, {"path", 0},
                                         {"ref", 0},    {"file", 0},   {"tracked", 0}, {"word", 0},
                                         {"others", 0}, {"text", 0},   {NULL, 0}};

/* Every {class} of a form is known; a brace that holds none is itself. */
static bool check_form(cp_reporter *r, cp_slice form, cp_place at) {
    bool known = true;
    for (uint32_t i = 0; i < form.n; i++) {
        uint32_t end = i + 1;
        while (end < form.n && ((form.p[end] >= 'a' && form.p[end] <= 'z') || form.p[end] == '?'))
            end++;
        if (form.p[i] != '{' || end == i + 1 || end == form.n || form.p[end] != '}')
            continue;
        cp_slice word = cp_slice_sub(form, i + 1, end);
        if (cp_number_of(classes, word) == CP_NO_NUMBER) {
            cp_error_word(r, "unknown-word", at, classes, word, "class of characters");
            known = false;
        }
    }
    return known;
}

static void read_forms(cp_reporter *r, const cp_names *forms, uint32_t from, cp_slice first, cp_slice *out) {
    cp_text t = cp_text_in(r->arena);
    for (uint32_t i = from; i < forms->count; i++) {
        cp_slice form = i == from && first.n ? first : forms->items[i].text;
        if (!check_form(r, form, forms->items[i].at))
            return;
        cp_text_add(&t, form);
        cp_text_byte(&t, '\n');
    }
    *out = cp_text_slice(&t);
}

static bool is_column(cp_slice which) {
    bool digits = which.n > 0 && which.n < 4;
    for (uint32_t i = 0; i < which.n; i++)
        digits &= which.p[i] >= '0' && which.p[i] <= '9';
    return digits || (which.n > 1 && which.p[0] == '-');
}

/* N, or options whose value tells it; by what the columns are cut. */
static bool read_column(cp_slice rest, bool word) {
    static const char picked[] = " picked"; /* of some lines, by what stands in them */
    const uint32_t end = sizeof picked - 1;
    if (rest.n > end && memcmp(rest.p + rest.n - end, picked, end) == 0)
        rest.n -= end;
    uint32_t blank = cp_slice_find(rest, ' ', 0);
    cp_slice which = cp_slice_sub(rest, 0, blank), by = cp_slice_sub(rest, blank, rest.n);
    if (!is_column(which))
        return false;
    return by.n == 0 || (!word && cp_slice_starts(by, CP_LIT(" by ")) && by.n > 4 &&
                         (by.n == 5 || cp_slice_is(cp_slice_sub(by, 4, by.n), "\\t") || by.p[4] == '-'));
}

void cp_read_stdout(cp_reporter *r, const cp_yaml *node, const cp_word_number *words, uint32_t *out_is,
                    cp_slice *out_text) {
    cp_names forms = {0};
    if (node->type == CP_YAML_TEXT && cp_number_of(words, node->text) != CP_NO_NUMBER) {
        *out_is = cp_number_of(words, node->text);
        return;
    }
    if (!cp_read_texts(r, node, "what is printed: `hash`, or `lines {hash} {any}`", &forms) || !forms.count)
        return;
    bool list = node->type != CP_YAML_TEXT;
    cp_slice text = forms.items[0].text;
    uint32_t end = list ? text.n : cp_slice_find(text, ' ', 0);
    cp_slice verb = cp_slice_sub(text, 0, end),
             rest = end < text.n ? cp_slice_sub(text, end + 1, text.n) : CP_LIT("");
    bool lines = cp_slice_is(verb, "lines"), line = cp_slice_is(verb, "line"),
         word = cp_slice_is(verb, "word");
    if ((lines || line) && (list ? forms.count > 1 : rest.n > 0)) {
        *out_is = lines ? CP_STDOUT_SHAPED : CP_STDOUT_SHAPED_LINE;
        read_forms(r, &forms, list ? 1 : 0, rest, out_text);
    } else if ((word || cp_slice_is(verb, "column")) && read_column(rest, word)) {
        *out_is = word ? CP_STDOUT_WORD : CP_STDOUT_COLUMN;
        *out_text = rest;
    } else
        cp_error_word(r, "unknown-word", node->at, words, text, "standard output");
}
