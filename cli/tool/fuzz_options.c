/* fuzz: the same options, written another way: in another order, bundled or apart, attached or not, abbreviated, by another of
 * their names. What a program takes for the same is its grammar's to say, so this one part looks into the compiled policy;
 * the bundled, abbreviated and moved forms are those of getopt. */
#include "tool/fuzz.h"

#include "api.h"

#include <string.h>

typedef struct argv_reading { /* one call of plain words, read by its grammar */
    const fuzz_part *first;
    uint32_t count; /* of the parts, which are all of its words */
    cp_reading reading;
    const cp_image *image;
    const cp_rec_body *node;
    uint32_t syntax; /* a cp_syntax */
} argv_reading;

static bool is_whole_call(const fuzz_text *t, const fuzz_part *p) {
    return p->index == 0 && p->outermost && p + 1 < t->parts + t->part_count && p[1].call == p->call;
}

static bool is_command(const cp_opt *o) {
    const cp_rec_takes *takes = cp_image_option_takes(o->image, o->option);
    const uint32_t kind = takes->role_count ? cp_image_role(o->image, takes->role_first)->kind : CP_KIND_NONE;
    return kind == CP_KIND_COMMAND || kind == CP_KIND_COMMAND_SEMI || kind == CP_KIND_COMMAND_THERE ||
           kind == CP_KIND_COMMAND_EACH || kind == CP_KIND_REST;
}

/* Reads one of the text's calls; false where there is none with getopt's options, or not all of its words are plain. */
static bool read_call(const fuzz_text *t, argv_reading *out) {
    const fuzz_part *p = fuzz_pick(t, is_whole_call);
    if (!p || !t->policy)
        return false;
    uint32_t n = 1;
    while (p + n < t->parts + t->part_count && p[n].call == p->call && p[n].index == n)
        n++;
    if (n != p->words)
        return false;
    cp_field *fields = CP_NEW_ARRAY(t->arena, cp_field, n);
    if (!fields)
        return false;
    for (uint32_t i = 0; i < n; i++)
        fields[i] =
            (cp_field){.set = cp_set_of(t->arena, cp_value_exact(t->arena, fuzz_word(t, &p[i]),
                                                                 (cp_span){0, p[i].begin, p[i].end}))};
    cp_slice name = fuzz_word(t, p);
    name =
        cp_slice_sub(name, cp_slice_rfind(name, '/') == name.n ? 0 : cp_slice_rfind(name, '/') + 1, name.n);
    cp_budget budget;
    cp_budget_init(&budget);
    const cp_places places = {0};
    const cp_fields argv = {fields, n};
    cp_read(&t->policy->layers, name, &argv, &places, t->arena, &budget, &out->reading);
    if (!out->reading.layer || out->reading.gap_count || out->reading.any_option ||
        out->reading.dashes != CP_NO)
        return false;
    for (uint32_t i = 0; i < out->reading.option_count; i++)
        if (out->reading.options[i].option && is_command(&out->reading.options[i]))
            return false; /* what follows it is not its own */
    out->image = out->reading.layer->image;
    out->node = cp_image_body_of(out->image, out->reading.nodes[out->reading.depth - 1]);
    out->first = p;
    out->count = n;
    out->syntax = cp_image_more_of(out->image, out->node)->syntax;
    return (out->syntax == CP_SYNTAX_GNU || out->syntax == CP_SYNTAX_POSIX) && out->reading.option_count > 0;
}

/* An option of the last level whose words are its own: `width` of them from `word` on. */
static const cp_opt *pick_option(const fuzz_text *t, const argv_reading *a, uint32_t *width) {
    const cp_opt *o = &a->reading.options[fuzz_below(t->random, a->reading.option_count)];
    for (uint32_t i = 0; i < a->reading.option_count; i++)
        if (&a->reading.options[i] != o && a->reading.options[i].word == o->word)
            return NULL; /* a bundle */
    if (!o->option || o->level + 1 != a->reading.depth)
        return NULL;
    *width = o->flags & CP_OPT_HAS_VALUE && o->value_word != o->word ? 2 : 1;
    return cp_image_option_takes(o->image, o->option)->role_count < 2 ? o : NULL;
}

static bool replace_words(const fuzz_text *t, const argv_reading *a, uint32_t word, uint32_t width,
                          cp_text *with, cp_text *out) {
    fuzz_replace(t, out, a->first[word].begin, a->first[word + width - 1].end, cp_text_slice(with));
    return true;
}

/* Is the word the beginning of exactly one option's name in scope, as getopt_long would have it? */
static bool abbreviates(const argv_reading *a, cp_slice prefix) {
    uint32_t all = 0;
    for (uint32_t level = 0; level < a->reading.depth; level++) {
        const cp_rec_body *node = cp_image_body_of(a->image, a->reading.nodes[level]);
        const cp_options globals = cp_image_globals(a->image, node);
        uint32_t count = 0;
        if (cp_image_find_option(a->image, globals.first, globals.count, prefix) ||
            cp_image_find_option(a->image, node->option_first, node->option_count, prefix))
            return false; /* it is another option's whole name */
        (void)cp_image_abbreviated(a->image, globals.first, globals.count, prefix, &count);
        all += count;
        if (level + 1 == a->reading.depth) {
            (void)cp_image_abbreviated(a->image, node->option_first, node->option_count, prefix, &count);
            all += count;
        }
    }
    return all == 1;
}

/* --name VALUE as --name=VALUE and back, -x VALUE as -xVALUE and back. */
static bool attach(const fuzz_way *way, const fuzz_text *t, cp_text *out) {
    argv_reading a;
    uint32_t width;
    (void)way;
    const cp_opt *o = read_call(t, &a) ? pick_option(t, &a, &width) : NULL;
    if (!o || !(o->flags & CP_OPT_HAS_VALUE) || o->flags & CP_OPT_ABBREVIATED ||
        cp_image_option_takes(o->image, o->option)->flags &
            (CP_OPTION_OPTIONAL_VALUE | CP_OPTION_NUMBER | CP_OPTION_PREFIX))
        return false;
    const bool is_long = o->name.n > 2 && o->name.p[1] == '-';
    if (!is_long && o->name.n != 2)
        return false; /* -name */
    cp_text with = cp_text_in(t->arena);
    cp_slice word = fuzz_word(t, &a.first[o->word]);
    if (width == 2) {
        cp_text_add(&with, word);
        cp_text_str(&with, is_long ? "=" : "");
        cp_text_add(&with, fuzz_word(t, &a.first[o->word + 1]));
        return replace_words(t, &a, o->word, 2, &with, out);
    }
    const uint32_t at = is_long ? cp_slice_find(word, '=', 0) : 2;
    if (at >= word.n || (is_long && at + 1 >= word.n))
        return false;
    cp_text_add(&with, cp_slice_sub(word, 0, at));
    cp_text_byte(&with, ' ');
    cp_text_add(&with, cp_slice_sub(word, at + is_long, word.n));
    return replace_words(t, &a, o->word, 1, &with, out);
}

/* Another spelling of the same option. */
static bool respell(const fuzz_way *way, const fuzz_text *t, cp_text *out) {
    argv_reading a;
    uint32_t width;
    (void)way;
    const cp_opt *o = read_call(t, &a) ? pick_option(t, &a, &width) : NULL;
    if (!o || o->flags & CP_OPT_ABBREVIATED)
        return false;
    const cp_rec_takes *rec = cp_image_option_takes(o->image, o->option);
    if (rec->flags & (CP_OPTION_OPTIONAL_VALUE | CP_OPTION_NUMBER | CP_OPTION_PREFIX))
        return false;
    const cp_options globals = cp_image_globals(o->image, a.node);
    const uint32_t runs[2][2] = {{a.node->option_first, a.node->option_count},
                                 {globals.first, globals.count}};
    cp_slice other = {NULL, 0};
    for (uint32_t k = 0; k < 2 && !other.n; k++)
        for (uint32_t i = 0; i < runs[k][1]; i++) {
            cp_slice name = cp_image_string(o->image, cp_image_option_name(o->image, runs[k][0] + i));
            if (cp_image_option_first(o->image, runs[k][0] + i) ==
                    cp_image_option_first(o->image, o->option) &&
                !cp_slice_eq(name, o->name) && name.p[0] == '-' && (name.n == 2 || name.p[1] == '-')) {
                other = name;
                break;
            }
        }
    if (!other.n)
        return false;
    cp_text with = cp_text_in(t->arena);
    cp_text_add(&with, other);
    if (o->flags & CP_OPT_HAS_VALUE) {
        if (!cp_value_is_exact(&o->value))
            return false;
        cp_text_byte(&with, ' ');
        cp_text_add(&with, o->value.exact);
        if (o->value.exact.n == 0)
            return false;
    }
    return replace_words(t, &a, o->word, width, &with, out);
}

/* --recursive as --recurs. */
static bool abbreviate(const fuzz_way *way, const fuzz_text *t, cp_text *out) {
    argv_reading a;
    uint32_t width;
    (void)way;
    const cp_opt *o = read_call(t, &a) ? pick_option(t, &a, &width) : NULL;
    if (!o || o->name.n < 5 || o->name.p[1] != '-' || a.syntax != CP_SYNTAX_GNU)
        return false;
    cp_slice word = fuzz_word(t, &a.first[o->word]);
    const uint32_t end = cp_slice_find(word, '=', 0), keep = 3 + fuzz_below(t->random, end > 4 ? end - 4 : 1);
    cp_slice prefix = cp_slice_sub(word, 0, keep);
    if (keep >= end || !abbreviates(&a, prefix))
        return false;
    cp_text with = cp_text_in(t->arena);
    cp_text_add(&with, prefix);
    cp_text_add(&with, cp_slice_sub(word, end, word.n));
    return replace_words(t, &a, o->word, 1, &with, out);
}

/* Are all of the word's letters flags of one letter? */
static bool is_flags(const argv_reading *a, uint32_t word, cp_slice text) {
    uint32_t found = 0;
    for (uint32_t i = 0; i < a->reading.option_count; i++) {
        const cp_opt *o = &a->reading.options[i];
        if (o->word != word)
            continue;
        if (!o->option || o->flags & CP_OPT_HAS_VALUE || o->name.n != 2 || o->level + 1 != a->reading.depth ||
            cp_image_option_takes(o->image, o->option)->role_count)
            return false;
        found++;
    }
    return text.n > 1 && text.p[0] == '-' && text.p[1] != '-' && found == text.n - 1;
}

/* -rf as -r -f, and in another order; -r -f as -rf. */
static bool bundle(const fuzz_way *way, const fuzz_text *t, cp_text *out) {
    argv_reading a;
    (void)way;
    if (!read_call(t, &a))
        return false;
    const uint32_t word = a.reading.options[fuzz_below(t->random, a.reading.option_count)].word;
    cp_slice text = fuzz_word(t, &a.first[word]);
    if (!is_flags(&a, word, text))
        return false;
    cp_text with = cp_text_in(t->arena);
    if (text.n > 2) {
        const bool backwards = fuzz_below(t->random, 2), apart = fuzz_below(t->random, 2);
        cp_text_str(&with, apart ? "" : "-");
        for (uint32_t i = 1; i < text.n; i++) {
            cp_text_str(&with, !apart ? "" : i > 1 ? " -" : "-");
            cp_text_byte(&with, text.p[backwards ? text.n - i : i]);
        }
        return replace_words(t, &a, word, 1, &with, out);
    }
    if (word + 1 >= a.count || !is_flags(&a, word + 1, fuzz_word(t, &a.first[word + 1])))
        return false;
    cp_text_add(&with, text);
    cp_text_add(&with, cp_slice_sub(fuzz_word(t, &a.first[word + 1]), 1, UINT32_MAX));
    return replace_words(t, &a, word, 2, &with, out);
}

/* An option behind the last operand, or in front of all words, where options may stand anywhere. */
static bool reorder(const fuzz_way *way, const fuzz_text *t, cp_text *out) {
    argv_reading a;
    uint32_t width;
    (void)way;
    const cp_opt *o = read_call(t, &a) ? pick_option(t, &a, &width) : NULL;
    if (!o || a.syntax != CP_SYNTAX_GNU || a.reading.nested_count)
        return false;
    const uint32_t level = a.reading.depth - 1; /* `python3 -m json.tool` is one level of two words */
    const uint32_t from = a.reading.word_at[level] + 1 +
                          (cp_slice_find(a.reading.words[level], ' ', 0) < a.reading.words[level].n);
    uint32_t order[64], n = 0;
    if (a.count > 64)
        return false;
    const bool last = fuzz_below(t->random, 2);
    for (uint32_t k = 0; k < 3; k++)
        for (uint32_t i = from; i < a.count; i++) {
            const bool moved = i >= o->word && i < o->word + width;
            if ((k == 0 && moved && !last) || (k == 1 && !moved) || (k == 2 && moved && last))
                order[n++] = i;
        }
    cp_text with = cp_text_in(t->arena);
    for (uint32_t i = 0; i < n; i++) {
        cp_text_str(&with, i ? " " : "");
        cp_text_add(&with, fuzz_word(t, &a.first[order[i]]));
    }
    for (uint32_t i = from; i < a.count; i++) /* only blanks may stand between them */
        for (uint32_t k = a.first[i - 1].end; k < a.first[i].begin; k++)
            if (t->text.p[k] != ' ' && t->text.p[k] != '\t')
                return false;
    return n > 0 && replace_words(t, &a, from, a.count - from, &with, out);
}

static const fuzz_way ways[] = {
    {"options", FUZZ_ABSENT, "attached", attach},        {"options", FUZZ_ABSENT, "another name", respell},
    {"options", FUZZ_ABSENT, "abbreviated", abbreviate}, {"options", FUZZ_ABSENT, "bundled", bundle},
    {"options", FUZZ_ABSENT, "moved", reorder},
};
const fuzz_ways fuzz_option_ways = {ways, sizeof ways / sizeof ways[0]};
