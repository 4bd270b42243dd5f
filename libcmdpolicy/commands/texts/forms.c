/* What a listed name is, as the policy says it. Cost: one pass over some ten bytes. */
#include "commands/texts/forms.h"

typedef struct word {
    const char *text;
    uint8_t number;
} word;
static const word uses[] = {
    {"never", FORM_NEVER}, {"module", FORM_MODULE}, {"value", FORM_VALUE},         {"sets", FORM_SETS},
    {"looks", FORM_LOOKS}, {"shows", FORM_SHOWS},   {"inherited", FORM_INHERITED}, {NULL, 0}};
static const word receivers[] = {{"@read", FORM_READ},
                                 {"@tree", FORM_TREE},
                                 {"@known", FORM_KNOWN},
                                 {"@template", FORM_TEMPLATE},
                                 {NULL, 0}};
static const word roles[] = {
    {"data", FORM_ROLE_DATA},     {"read", FORM_ROLE_READ},       {"tree", FORM_ROLE_TREE},
    {"path", FORM_ROLE_PATH},     {"pattern", FORM_ROLE_PATTERN}, {"variable", FORM_ROLE_VARIABLE},
    {"word", FORM_ROLE_WORD},     {"true", FORM_ROLE_TRUE},       {"listed", FORM_ROLE_LISTED},
    {"module", FORM_ROLE_MODULE}, {"looks", FORM_ROLE_LOOKS},     {"item", FORM_ROLE_ITEM},
    {"own", FORM_ROLE_TREE_OWN},  {"parts", FORM_ROLE_PARTS},     {"known", FORM_ROLE_KNOWN},
    {"each", FORM_ROLE_EACH},     {"fold", FORM_ROLE_FOLD},       {"compare", FORM_ROLE_COMPARE},
    {"called", FORM_ROLE_CALLED}, {"run", FORM_ROLE_RUN},         {"local", FORM_ROLE_LOCAL},
    {"argv", FORM_ROLE_ARGV},     {"shell", FORM_ROLE_SHELL},     {NULL, 0}};
static const word gives[] = {
    {"number", FORM_GIVES_NUMBER},     {"shown", FORM_GIVES_SHOWN},         {"items", FORM_GIVES_ITEMS},
    {"numbered", FORM_GIVES_NUMBERED}, {"text", FORM_GIVES_TEXT},           {"nothing", FORM_GIVES_NOTHING},
    {"same", FORM_GIVES_SAME},         {"path", FORM_GIVES_PATH},           {"place", FORM_GIVES_PLACE},
    {"places", FORM_GIVES_PLACES},     {"globbed", FORM_GIVES_GLOBBED},     {"walk", FORM_GIVES_WALK},
    {"names", FORM_GIVES_NAMES},       {"name", FORM_GIVES_NAME},           {"plain", FORM_GIVES_PLAIN},
    {"tree", FORM_GIVES_FOREST},       {"texts", FORM_GIVES_TEXTS},         {"entries", FORM_GIVES_ENTRIES},
    {"below", FORM_GIVES_BELOW},       {"under", FORM_GIVES_UNDER},         {"here", FORM_GIVES_HERE},
    {"contents", FORM_GIVES_CONTENTS}, {"module", FORM_GIVES_SCOPE},        {"itself", FORM_GIVES_ITSELF},
    {"first", FORM_GIVES_FIRST},       {"like", FORM_GIVES_LIKE},           {"slice", FORM_GIVES_SLICE},
    {"concat", FORM_GIVES_CONCAT},     {"item", FORM_GIVES_ITEM},           {"made", FORM_GIVES_MADE},
    {"folded", FORM_GIVES_FOLDED},     {"arguments", FORM_GIVES_ARGUMENTS}, {NULL, 0}};

static uint8_t number_of(const word *words, cp_slice text) {
    for (; words->text; words++)
        if (cp_slice_is(text, words->text))
            return words->number;
    return 0;
}

static cp_slice trimmed(cp_slice s) {
    while (s.n && s.p[0] == ' ')
        s = cp_slice_sub(s, 1, s.n);
    while (s.n && s.p[s.n - 1] == ' ')
        s.n--;
    return s;
}

/* `read`, `data?`, `path...`, `[r|rb]?`, `<kind>`, `encoding=`, `mode=[r]`, `uri=true!` */
static bool read_take(cp_slice s, form_take *out) {
    *out = (form_take){.role = FORM_ROLE_DATA};
    uint32_t eq = cp_slice_find(s, '=', 0);
    if (eq < s.n) {
        out->keyword = cp_slice_sub(s, 0, eq);
        out->optional = 1;
        s = cp_slice_sub(s, eq + 1, s.n);
        if (!s.n)
            return out->keyword.n > 0;
    }
    if (s.n && s.p[s.n - 1] == '!') {
        out->optional = 0;
        s.n--;
    }
    if (s.n && s.p[s.n - 1] == '?') {
        out->optional = 1;
        s.n--;
    }
    if (s.n > 3 && memcmp(s.p + s.n - 3, "...", 3) == 0) {
        out->many = 1;
        s.n -= 3;
    }
    bool kind = s.n > 2 && s.p[0] == '<' && s.p[s.n - 1] == '>';
    if (kind || (s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']')) {
        out->role = kind ? FORM_ROLE_KIND : FORM_ROLE_ONE_OF;
        out->words = cp_slice_sub(s, 1, s.n - 1);
        return true;
    }
    out->role = number_of(roles, s);
    return out->role != FORM_ROLE_NONE;
}

static bool read_takes(cp_slice s, form *out) {
    for (s = trimmed(s); s.n;) {
        uint32_t comma = cp_slice_find(s, ',', 0);
        if (out->count == FORM_TAKES_MOST ||
            !read_take(trimmed(cp_slice_sub(s, 0, comma)), &out->takes[out->count]))
            return false;
        out->count++;
        s = trimmed(cp_slice_sub(s, comma + 1, s.n));
    }
    return true;
}

static bool read_form(cp_slice s, form *out) {
    uint32_t arrow = s.n;
    for (uint32_t i = 0; i + 1 < s.n && arrow == s.n; i++)
        if (s.p[i] == '-' && s.p[i + 1] == '>')
            arrow = i;
    if (arrow < s.n) {
        out->gives = number_of(gives, trimmed(cp_slice_sub(s, arrow + 2, s.n)));
        if (!out->gives)
            return false;
    }
    s = trimmed(cp_slice_sub(s, 0, arrow));
    uint32_t open = cp_slice_find(s, '(', 0);
    if (open == s.n) {
        out->use = number_of(uses, s);
        return out->use != FORM_UNKNOWN;
    }
    cp_slice receiver = trimmed(cp_slice_sub(s, 0, open));
    if (receiver.n) {
        out->receiver = number_of(receivers, receiver);
        if (!out->receiver)
            return false;
    }
    out->use = FORM_CALL;
    return s.p[s.n - 1] == ')' && read_takes(cp_slice_sub(s, open + 1, s.n - 1), out);
}

bool cp_form_next(cp_slice *text) {
    uint32_t end = cp_slice_find(*text, ';', 0);
    bool more = end < text->n;
    *text = cp_slice_sub(*text, more ? end + 1 : end, text->n);
    return more;
}

bool cp_form_read(cp_slice text, form *out) {
    memset(out, 0, sizeof *out);
    if (read_form(trimmed(cp_slice_sub(text, 0, cp_slice_find(text, ';', 0))), out))
        return true;
    memset(out, 0, sizeof *out);
    return false;
}
