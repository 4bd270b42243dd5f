/* fuzz: the same word, spelt differently: quotes, escapes, braces, variables that are known, text that is known. */
#include "tool/fuzz.h"

#include <stdio.h>

static bool any_part(const fuzz_text *t, const fuzz_part *p) {
    (void)t;
    (void)p;
    return true;
}
static bool is_operand(const fuzz_text *t, const fuzz_part *p) {
    return t->text.p[p->begin] != '-';
}

static bool is_program(const fuzz_text *t, const fuzz_part *p) {
    (void)t;
    return p->bare && p->outermost;
}

static bool replace(const fuzz_text *t, const fuzz_part *p, cp_text *out, const cp_text *with) {
    fuzz_replace(t, out, p->begin, p->end, cp_text_slice(with));
    return true;
}

/* Template: what the chosen bytes are put between, twice a character each. The bytes are the word or a part of it. */
static bool quote(const fuzz_way *way, const fuzz_text *t, cp_text *out) {
    const fuzz_part *p = fuzz_pick(t, any_part);
    if (!p)
        return false;
    cp_slice word = fuzz_word(t, p);
    uint32_t from = 0, to = word.n;
    if (fuzz_below(t->random, 2)) {
        from = fuzz_below(t->random, word.n);
        to = from + 1 + fuzz_below(t->random, word.n - from);
    }
    cp_text with = cp_text_in(t->arena);
    cp_text_add(&with, cp_slice_sub(word, 0, from));
    fuzz_fill(t, &with, way->template, cp_slice_sub(word, from, to));
    cp_text_add(&with, cp_slice_sub(word, to, word.n));
    return replace(t, p, out, &with);
}

/* Some or all characters behind the template's bytes. */
static bool before_characters(const fuzz_way *way, const fuzz_text *t, cp_text *out) {
    const fuzz_part *p = fuzz_pick(t, any_part);
    if (!p)
        return false;
    cp_slice word = fuzz_word(t, p);
    const uint32_t only = fuzz_below(t->random, 2) ? fuzz_below(t->random, word.n) : UINT32_MAX;
    cp_text with = cp_text_in(t->arena);
    for (uint32_t i = 0; i < word.n; i++) {
        if (only == UINT32_MAX || only == i)
            cp_text_str(&with, way->template);
        cp_text_byte(&with, word.p[i]);
    }
    return replace(t, p, out, &with);
}

/* $'...' with every character as a number; the template is printf's. */
static bool number_characters(const fuzz_way *way, const fuzz_text *t, cp_text *out) {
    const fuzz_part *p = fuzz_pick(t, any_part);
    if (!p)
        return false;
    cp_slice word = fuzz_word(t, p);
    cp_text with = cp_text_in(t->arena);
    cp_text_str(&with, "$'");
    for (uint32_t i = 0; i < word.n; i++) {
        const unsigned byte = word.p[i];
        char digits[16];
        switch (way->template[0]) {
        case 'o': snprintf(digits, sizeof digits, "\\%03o", byte); break;
        case 'x': snprintf(digits, sizeof digits, "\\x%02x", byte); break;
        case 'u': snprintf(digits, sizeof digits, "\\u%04x", byte); break;
        default: snprintf(digits, sizeof digits, "\\U%08x", byte);
        }
        cp_text_str(&with, digits);
    }
    cp_text_byte(&with, '\'');
    return replace(t, p, out, &with);
}

static bool has_letter(const fuzz_text *t, const fuzz_part *p) {
    for (uint32_t i = p->begin; i < p->end; i++) {
        const uint8_t c = t->text.p[i];
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
            return true;
    }
    return false;
}

/* {x..x} for one character of the word. */
static bool brace_range(const fuzz_way *way, const fuzz_text *t, cp_text *out) {
    (void)way;
    const fuzz_part *p = fuzz_pick(t, has_letter);
    if (!p)
        return false;
    cp_slice word = fuzz_word(t, p);
    uint32_t i = fuzz_below(t->random, word.n);
    while (!((word.p[i] >= 'a' && word.p[i] <= 'z') || (word.p[i] >= 'A' && word.p[i] <= 'Z') ||
             (word.p[i] >= '0' && word.p[i] <= '9')))
        i = (i + 1) % word.n;
    const char range[] = {'{', (char)word.p[i], '.', '.', (char)word.p[i], '}', '\0'};
    cp_text with = cp_text_in(t->arena);
    cp_text_add(&with, cp_slice_sub(word, 0, i));
    cp_text_str(&with, range);
    cp_text_add(&with, cp_slice_sub(word, i + 1, word.n));
    return replace(t, p, out, &with);
}

static bool with_next(const fuzz_text *t, const fuzz_part *p) {
    if (p + 1 == t->parts + t->part_count || p[1].call != p->call || p[1].index != p->index + 1)
        return false;
    for (uint32_t i = p->end; i < p[1].begin; i++)
        if (t->text.p[i] != ' ' && t->text.p[i] != '\t')
            return false;
    return memchr(t->text.p + p->begin, ',', p[1].end - p->begin) == NULL;
}

/* Two words that follow each other as {one,other}. */
static bool brace_list(const fuzz_way *way, const fuzz_text *t, cp_text *out) {
    (void)way;
    const fuzz_part *p = fuzz_pick(t, with_next);
    if (!p)
        return false;
    cp_text with = cp_text_in(t->arena);
    cp_text_byte(&with, '{');
    cp_text_add(&with, fuzz_word(t, p));
    cp_text_byte(&with, ',');
    cp_text_add(&with, fuzz_word(t, p + 1));
    cp_text_byte(&with, '}');
    fuzz_replace(t, out, p->begin, p[1].end, cp_text_slice(&with));
    return true;
}

/* Template: what stands before the whole text, "|", what takes the word's place, and "|" and what follows the whole text. */
static bool constant(const fuzz_way *way, const fuzz_text *t, cp_text *out) {
    const fuzz_part *p = fuzz_pick(t, way->flags & FUZZ_OPAQUE    ? is_program
                                      : way->flags & FUZZ_OPERAND ? is_operand
                                                                  : any_part);
    if (!p || !t->closed)
        return false;
    const cp_slice word = fuzz_word(t, p), whole = cp_slice_str(way->template);
    const uint32_t first = cp_slice_find(whole, '|', 0), second = cp_slice_find(whole, '|', first + 1);
    char part[128];
    snprintf(part, sizeof part, "%.*s", (int)first, way->template);
    fuzz_fill(t, out, part, word);
    cp_text with = cp_text_in(t->arena);
    snprintf(part, sizeof part, "%.*s", (int)(second - first - 1), way->template + first + 1);
    fuzz_fill(t, &with, part, word);
    fuzz_replace(t, out, p->begin, p->end, cp_text_slice(&with));
    if (second < whole.n)
        fuzz_fill(t, out, way->template + second + 1, word);
    return true;
}

static const fuzz_way ways[] = {
    {"quotes", 0, "@Q", quote},
    {"quotes", 0, "@D", quote},
    {"quotes", 0, "''@T", quote},
    {"quotes", 0, "@T\"\"", quote},
    {"quotes", FUZZ_BASH, "@A", quote},
    {"quotes", FUZZ_BASH, "$@D", quote},
    {"quotes", FUZZ_BASH, "$''@T$''", quote},
    {"escapes", 0, "\\", before_characters},
    {"escapes", 0, "\\\n", before_characters},
    {"escapes", 0, "''", before_characters},
    {"escapes", FUZZ_BASH, "o", number_characters},
    {"escapes", FUZZ_BASH, "x", number_characters},
    {"escapes", FUZZ_BASH, "u", number_characters},
    {"escapes", FUZZ_BASH, "U", number_characters},
    {"braces", FUZZ_BASH | FUZZ_FIRST, NULL, brace_range},
    {"braces", FUZZ_BASH | FUZZ_FIRST, NULL, brace_list},
    {"constant", 0, "q7=@T\n|$q7", constant},
    {"constant", 0, "q7=@T; |\"$q7\"", constant},
    {"constant", 0, "q7=@Q; |${q7}", constant},
    {"constant", 0, "q7=@T; |${q7:-x}", constant},
    {"constant", 0, "q7=x; q7=@T; |$q7", constant},
    {"constant", 0, "q7=@T q8=$q7; |$q8", constant},
    {"constant", 0, "export q7=@T; |$q7", constant},
    {"constant", 0, "readonly q7=@T; |$q7", constant},
    {"constant", 0, "q7=x@T; |${q7#x}", constant},
    {"constant", 0, "q7=@Tx; |${q7%x}", constant},
    {"constant", FUZZ_DIM, "if :; then q7=@T; fi; |$q7", constant},
    {"constant", FUZZ_DIM, "case x in *) q7=@T;; esac; |$q7", constant},
    {"constant", FUZZ_DIM, "f7() { q7=@T; }; f7; |$q7", constant},
    {"constant", 0, "eval q7=@T; |$q7", constant},
    {"constant", FUZZ_DIM, "read q7 <<E7\n@T\nE7\n|$q7", constant},
    {"constant", FUZZ_LEAVES | FUZZ_DIM, "for q7 in @T; do |$q7|\ndone", constant},
    {"constant", FUZZ_PARAMETERS, "set -- @T; |\"$1\"", constant},
    {"constant", FUZZ_PARAMETERS, "set -- x @T; |${2}", constant},
    {"constant", FUZZ_PARAMETERS, "set -- @T; |$@", constant},
    {"constant", FUZZ_BASH, "declare q7=@T; |$q7", constant},
    {"constant", FUZZ_BASH | FUZZ_DIM, "declare -n q8=q7; q7=@T; |$q8", constant},
    {"constant", FUZZ_BASH | FUZZ_DIM, "printf -v q7 %s @T; |$q7", constant},
    {"constant", FUZZ_BASH, "q7=(@T); |${q7[@]}", constant},
    {"constant", FUZZ_BASH, "q7=(x @T); |${q7[1]}", constant},
    {"constant", FUZZ_BASH | FUZZ_DIM, "q7=@T q8=q7; |${!q8}", constant},
    {"constant", FUZZ_BASH | FUZZ_DIM, "read q7 <<< @T; |$q7", constant},
    {"constant", FUZZ_BASH | FUZZ_DIM, "q7=x@Tx; |${q7:1:-1}", constant},
    {"constant", FUZZ_BASH, "q7=xx@T; |${q7/xx}", constant},
    {"default", FUZZ_DIM, "|${q7:-@T}", constant},
    {"default", FUZZ_DIM, "|${q7-@T}", constant},
    {"default", FUZZ_DIM, "|${q7:=@T}", constant},
    {"default", FUZZ_DIM, "|\"${q7:-@T}\"", constant},
    {"default", 0, "unset q7; |${q7:-@T}", constant},
    {"default", 0, "q7=; |${q7:-@T}", constant},
    {"default", 0, "q7=x; |${q7:+@T}", constant},
    {"default", FUZZ_DIM, ": ${q7:=@T}; |$q7", constant},
    {"printed", FUZZ_OPERAND, "|$(echo @T)", constant},
    {"printed", FUZZ_OPERAND, "|\"$(echo @T)\"", constant},
    {"printed", FUZZ_OPERAND, "|`echo @T`", constant},
    {"printed", 0, "|$(printf %s @T)", constant},
    {"printed", 0, "|$(printf '%s\\n' @T)", constant},
    {"printed", FUZZ_OPERAND, "q7=$(echo @T); |$q7", constant},
    {"printed", FUZZ_BASH, "|$(cat <<< @T)", constant},
    {"printed", FUZZ_FIRST, "|$(cat <<E7\n@T\nE7\n)", constant},
    {"opaque-word", FUZZ_OPAQUE, "|$(cat q7)", constant},
    {"opaque-word", FUZZ_OPAQUE | FUZZ_BASH, "|$(base64 -d <<< @B)", constant},
    {"opaque-word", FUZZ_OPAQUE, "read q7 < q8; |$q7", constant},
    {"opaque-word", FUZZ_OPAQUE, "|$(< q7)", constant},
};
const fuzz_ways fuzz_word_ways = {ways, sizeof ways / sizeof ways[0]};
