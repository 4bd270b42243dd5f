/* Putting an image together. Hash tables are sized so that no lookup takes more than CP_IMAGE_PROBES_MOST steps; a file whose
 * strings were chosen to collide is refused, not slow. */
#include "policy/build.h"

#include <stdlib.h>

#include "image/index.h"
#include "policy/regex_text.h"

enum { BUILD_PROBES_MOST = 1024 };

void cp_build_init(cp_build *b, cp_arena *arena) {
    memset(b, 0, sizeof *b);
    b->arena = arena;
    static const uint8_t zero[sizeof cp_image_zero] = {0};
    cp_build_string_record none = {0};
    (void)CP_PUSH(arena, b->strings, b->string_count, b->string_cap, none);
    for (uint32_t s = CP_SEC_NONE + 1; s < CP_SEC_COUNT; s++)
        if (s != CP_SEC_STRB && s != CP_SEC_STRS && s != CP_SEC_STRH && s != CP_SEC_GEDG && s != CP_SEC_REDG)
            (void)cp_build_put(b, (cp_section)s, zero);
}

/* ---- Records ---------------------------------------------------------------------------------------------------------- */

void cp_build_reserve(cp_build *b, cp_section s, uint32_t records) {
    cp_build_table *t = &b->tables[s];
    (void)cp_arena_reserve(b->arena, (void **)&t->p, &t->cap, t->count, records, cp_image_record_size(s));
}

uint32_t cp_build_run(cp_build *b, cp_section s, const void *records, uint32_t count) {
    cp_build_table *t = &b->tables[s];
    uint32_t size = cp_image_record_size(s);
    if (count == 0 || !cp_arena_reserve(b->arena, (void **)&t->p, &t->cap, t->count, count, size))
        return 0;
    if (count > UINT16_MAX && s != CP_SEC_EFFE && s != CP_SEC_STRB && s != CP_SEC_POST && s != CP_SEC_RGLB)
        b->too_large = 1;
    memcpy(t->p + (size_t)t->count * size, records, (size_t)count * size);
    t->count += count;
    return t->count - count;
}

uint32_t cp_build_put(cp_build *b, cp_section s, const void *record) {
    return cp_build_run(b, s, record, 1);
}

static uint32_t run_hash(cp_section s, const uint8_t *p, size_t size) {
    uint32_t hash = s;
    for (size_t i = 0; i < size; i += 4) {
        uint32_t word = 0;
        memcpy(&word, p + i, size - i < 4 ? size - i : 4);
        hash = (hash ^ word) * 0x9e3779b1u;
        hash = hash << 13 | hash >> 19;
    }
    return cp_image_slot_hash(hash);
}

static bool grow_runs(cp_build *b) {
    uint32_t count = b->run_slot_count ? b->run_slot_count * 2 : 256;
    cp_build_run_record *slots = CP_NEW_ARRAY(b->arena, cp_build_run_record, count);
    if (!slots)
        return false;
    for (uint32_t i = 0; i < b->run_slot_count; i++) {
        uint32_t slot = b->runs[i].hash;
        if (!b->runs[i].section)
            continue;
        while (slots[slot & (count - 1)].section)
            slot++;
        slots[slot & (count - 1)] = b->runs[i];
    }
    b->runs = slots;
    b->run_slot_count = count;
    return true;
}

/* An option has only so many bits to say which of these records it means: equal ones are one, also in a user's file. */
static bool is_scarce(cp_section s) {
    return s == CP_SEC_TAKE || s == CP_SEC_ROLE || s == CP_SEC_EFFD;
}

uint32_t cp_build_shared(cp_build *b, cp_section s, const void *records, uint32_t count) {
    enum { LOOKED_AT_MOST = 16 }; /* sharing saves room; not sharing is no mistake */
    size_t size = (size_t)count * cp_image_record_size(s);
    cp_build_run_record *last = &b->last[s];
    if (count == 0)
        return 0;
    if (last->count == count && memcmp(cp_build_at(b, s, last->first), records, size) == 0)
        return last->first;
    if (!b->thorough && !is_scarce(s)) {
        uint32_t first = cp_build_run(b, s, records, count);
        *last = (cp_build_run_record){0, first, first ? count : 0, s};
        return first;
    }
    if (b->run_count * 2 >= b->run_slot_count && !grow_runs(b))
        return 0;
    uint32_t hash = run_hash(s, (const uint8_t *)records, size), slot = hash, mask = b->run_slot_count - 1;
    uint32_t looked_at = 0;
    for (; b->runs[slot & mask].section && looked_at < LOOKED_AT_MOST; slot++, looked_at++) {
        const cp_build_run_record *r = &b->runs[slot & mask];
        if (r->hash == hash && r->section == (uint32_t)s && r->count == count &&
            memcmp(cp_build_at(b, s, r->first), records, size) == 0)
            return r->first;
    }
    uint32_t first = cp_build_run(b, s, records, count);
    if (first && looked_at < LOOKED_AT_MOST) {
        b->runs[slot & mask] = (cp_build_run_record){hash, first, count, s};
        b->run_count++;
    }
    return first;
}

uint16_t cp_build_16(cp_build *b, uint32_t n) {
    b->too_large |= n > UINT16_MAX;
    return (uint16_t)n;
}

uint32_t cp_build_24(cp_build *b, uint32_t n) {
    b->too_large |= n >> 24 != 0;
    return n & 0xffffff;
}

uint8_t cp_build_8(cp_build *b, uint32_t n) {
    b->too_large |= n > UINT8_MAX;
    return (uint8_t)n;
}

void *cp_build_at(cp_build *b, cp_section s, uint32_t index) {
    if (index >= b->tables[s].count)
        return NULL;
    return b->tables[s].p + (size_t)index * cp_image_record_size(s);
}

/* ---- Strings ------------------------------------------------------------------------------------------------------------ */

cp_slice cp_build_text(const cp_build *b, uint32_t index) {
    if (index == 0 || index >= b->string_count)
        return (cp_slice){NULL, 0};
    const cp_build_string_record *s = &b->strings[index];
    return (cp_slice){b->tables[CP_SEC_STRB].p + s->off, s->len};
}

static bool grow_string_slots(cp_build *b, uint32_t count) {
    uint32_t *slots = CP_NEW_ARRAY(b->arena, uint32_t, count);
    if (!slots)
        return false;
    for (uint32_t i = 1; i < b->string_count; i++) {
        uint32_t slot = b->strings[i].mix;
        if (b->strings[i].len == 0)
            continue;
        while (slots[slot & (count - 1)])
            slot++;
        slots[slot & (count - 1)] = i;
    }
    b->string_slots = slots;
    b->string_slot_count = count;
    return true;
}

void cp_build_reserve_strings(cp_build *b, uint32_t yaml_bytes) {
    enum { BYTES_A_STRING = 32 }; /* of YAML */
    uint32_t count = yaml_bytes / BYTES_A_STRING, slots = 256;
    while (slots < count * 2)
        slots *= 2;
    cp_build_reserve(b, CP_SEC_STRB, yaml_bytes / 2);
    (void)cp_arena_reserve(b->arena, (void **)&b->strings, &b->string_cap, b->string_count, count,
                           sizeof *b->strings);
    (void)grow_string_slots(b, slots);
}

uint32_t cp_build_string(cp_build *b, cp_slice text) {
    if (text.n == 0)
        return 0;
    if (b->string_count * 2 >= b->string_slot_count &&
        !grow_string_slots(b, b->string_slot_count ? b->string_slot_count * 2 : 256))
        return 0;
    uint32_t mix = cp_slice_mix(text), slot = mix, mask = b->string_slot_count - 1;
    for (uint32_t probes = 0; b->string_slots[slot & mask]; slot++) {
        uint32_t index = b->string_slots[slot & mask];
        if (b->strings[index].mix == mix && cp_slice_eq(cp_build_text(b, index), text))
            return index;
        if (++probes > BUILD_PROBES_MOST) {
            b->collided = 1;
            return 0;
        }
    }
    cp_build_string_record made = {b->tables[CP_SEC_STRB].count, text.n, mix}, none = {made.off, 0, 0};
    b->too_large |= text.n > UINT16_MAX;
    uint32_t index = b->string_count;
    if ((!cp_build_run(b, CP_SEC_STRB, text.p, text.n) && cp_arena_failed(b->arena)) ||
        !CP_PUSH(b->arena, b->strings, b->string_count, b->string_cap, made))
        return 0;
    for (uint32_t i = 1; i < cp_image_string_slots(text.n); i++) /* where it goes on */
        if (!CP_PUSH(b->arena, b->strings, b->string_count, b->string_cap, none))
            return 0;
    return b->string_slots[slot & mask] = index;
}

/* ---- Pairs ---------------------------------------------------------------------------------------------------------------- */

uint32_t cp_pairs_find(const cp_pairs *p, uint32_t a, uint32_t b) {
    if (p->slot_count == 0)
        return 0;
    for (uint32_t slot = cp_image_edge_hash(a, b);; slot++) {
        uint32_t index = p->slots[slot & (p->slot_count - 1)];
        if (index == 0)
            return 0;
        if (p->items[index - 1].a == a && p->items[index - 1].b == b)
            return p->items[index - 1].value;
    }
}

static void place_pair(cp_pairs *p, uint32_t index) {
    uint32_t slot = cp_image_edge_hash(p->items[index].a, p->items[index].b);
    while (p->slots[slot & (p->slot_count - 1)])
        slot++;
    p->slots[slot & (p->slot_count - 1)] = index + 1;
}

bool cp_pairs_add(cp_arena *arena, cp_pairs *p, uint32_t a, uint32_t b, uint32_t value) {
    cp_pair made = {a, b, value};
    if (p->count * 4 >= p->slot_count) {
        uint32_t count = p->slot_count ? p->slot_count * 2 : 64;
        uint32_t *slots = CP_NEW_ARRAY(arena, uint32_t, count);
        if (!slots)
            return false;
        p->slots = slots;
        p->slot_count = count;
        for (uint32_t i = 0; i < p->count; i++)
            place_pair(p, i);
    }
    if (!CP_PUSH(arena, p->items, p->count, p->cap, made))
        return false;
    place_pair(p, p->count - 1);
    return true;
}

/* ---- Patterns ---------------------------------------------------------------------------------------------------------------- */

enum { PATTERN_PATH = 1, PATTERN_HOST, PATTERN_REGEX };

uint32_t cp_build_path(cp_build *b, const cp_pattern *pattern) {
    uint32_t text = cp_build_string(b, pattern->text),
             found = cp_pairs_find(&b->patterns, PATTERN_PATH, text);
    if (found)
        return found;
    cp_rec_component few[16], *parts = few;
    if (pattern->part_count > sizeof few / sizeof *few)
        parts = CP_NEW_ARRAY(b->arena, cp_rec_component, pattern->part_count);
    if (!parts)
        return 0;
    for (uint32_t i = 0; i < pattern->part_count; i++)
        parts[i].what = pattern->parts[i].op == CP_COMP_STARSTAR
                            ? CP_COMP_STARSTAR
                            : cp_build_string(b, pattern->parts[i].text) << 2 | pattern->parts[i].op;
    cp_rec_path made = {.first = cp_build_shared(b, CP_SEC_COMP, parts, pattern->part_count),
                        .text = text,
                        .count = cp_build_16(b, pattern->part_count),
                        .root = cp_build_16(b, pattern->root)};
    uint32_t index = cp_build_put(b, CP_SEC_PATP, &made);
    return cp_pairs_add(b->arena, &b->patterns, PATTERN_PATH, text, index) ? index : 0;
}

uint32_t cp_build_host(cp_build *b, const cp_pattern *pattern) {
    uint32_t text = cp_build_string(b, pattern->text),
             found = cp_pairs_find(&b->patterns, PATTERN_HOST, text);
    if (found)
        return found;
    cp_rec_host made = {.kind = pattern->host_kind,
                        .name = cp_build_string(b, pattern->name),
                        .port = pattern->port,
                        .prefix = pattern->prefix,
                        .text = text};
    memcpy(made.address, pattern->address, sizeof made.address);
    uint32_t index = cp_build_put(b, CP_SEC_HOST, &made);
    return cp_pairs_add(b->arena, &b->patterns, PATTERN_HOST, text, index) ? index : 0;
}

uint32_t cp_build_regex(cp_build *b, cp_slice pattern) {
    cp_slice plain = cp_regex_plain(b->arena, pattern);
    uint32_t text = cp_build_string(b, plain), found = cp_pairs_find(&b->patterns, PATTERN_REGEX, text);
    if (found)
        return found;
    cp_rec_regex made = {text, cp_build_string(b, cp_regex_required(plain))};
    uint32_t index = cp_build_put(b, CP_SEC_REGX, &made);
    return cp_pairs_add(b->arena, &b->patterns, PATTERN_REGEX, text, index) ? index : 0;
}

/* ---- Writing ------------------------------------------------------------------------------------------------------------------ */

/* A slot for a word is as wide as the last of them needs, and one for a program as the last of its words and nodes do. */
static uint32_t size_in(const cp_build *b, cp_section s) {
    bool wide = (s == CP_SEC_STRH && b->wide_words) || (s == CP_SEC_REDG && b->wide_programs);
    return cp_image_record_size(s) << wide;
}

/* Strings as records; those that words of edges are, in `words`. */
static bool make_strings(cp_build *b, uint32_t **words, uint32_t *word_count) {
    uint32_t records = b->string_count / CP_IMAGE_STRINGS + 1;
    cp_rec_strings *made = CP_NEW_ARRAY(b->arena, cp_rec_strings, records);
    uint8_t *seen = CP_NEW_ARRAY(b->arena, uint8_t, b->string_count);
    uint32_t cap = b->grammar_edges.count + b->rule_edges.count;
    b->wide_words = b->wide_programs = 0;
    *words = CP_NEW_ARRAY(b->arena, uint32_t, cap + 1);
    *word_count = 0;
    if (!made || !seen || !*words)
        return false;
    uint32_t end = 0;
    for (uint32_t i = 0; i < b->string_count;
         end += b->strings[i].len, i += cp_image_string_slots(b->strings[i].len))
        cp_image_put_string(made, i, end, b->strings[i].len); /* they were put one behind the other */
    for (uint32_t i = b->string_count; i < records * CP_IMAGE_STRINGS; i++)
        cp_image_put_string(made, i, end, 0);
    b->tables[CP_SEC_STRS] = (cp_build_table){(uint8_t *)made, records, records};
    for (uint32_t i = 0; i < cap; i++) {
        bool program = i >= b->grammar_edges.count;
        const cp_pair *edge =
            program ? &b->rule_edges.items[i - b->grammar_edges.count] : &b->grammar_edges.items[i];
        uint32_t word = edge->b;
        if (!seen[word])
            (*words)[(*word_count)++] = word;
        seen[word] = 1;
        b->wide_words |= word > UINT16_MAX;
        b->wide_programs |= program && (word > UINT16_MAX || edge->value > UINT16_MAX);
    }
    return true;
}

/* One entry into a table, `steps[slot]` from its place; one that is nearer to its place gives way to it, so that all stay near theirs.
 * The longest way, or CP_IMAGE_PROBES_MOST + 1. */
static uint32_t place_entry(uint8_t *slots, uint8_t *steps, uint32_t size, uint32_t record_size,
                            uint32_t hash, const void *record) {
    uint8_t here[sizeof(cp_rec_glob)], there[sizeof(cp_rec_glob)]; /* the largest of them */
    uint32_t slot = cp_image_slot(hash, size), longest = 0;
    memcpy(here, record, record_size);
    for (uint32_t step = 1;; slot = (slot + 1) % size, step++) { /* steps count from 1; 0 is an empty slot */
        if (step > CP_IMAGE_PROBES_MOST)
            return step;
        if (step > longest)
            longest = step;
        uint8_t *at = slots + (size_t)slot * record_size;
        uint32_t other = steps[slot];
        if (other >= step)
            continue;
        memcpy(there, at, record_size);
        memcpy(at, here, record_size);
        steps[slot] = (uint8_t)step;
        if (other == 0)
            return longest;
        memcpy(here, there, record_size);
        step = other;
    }
}

/* Fills a table: the longest search. */
static uint32_t fill(cp_build *b, cp_section table, const uint32_t *words, uint32_t entries, uint8_t *slots,
                     uint32_t size) {
    uint32_t longest = 0, record_size = size_in(b, table);
    uint8_t *steps = CP_NEW_ARRAY(b->arena, uint8_t, size);
    if (!steps)
        return CP_IMAGE_PROBES_MOST + 1;
    memset(slots, 0, (size_t)size * record_size);
    for (uint32_t i = 0; i < entries && longest <= CP_IMAGE_PROBES_MOST; i++) {
        const cp_pair *pair = table == CP_SEC_GEDG   ? &b->grammar_edges.items[i]
                              : table == CP_SEC_REDG ? &b->rule_edges.items[i]
                                                     : NULL;
        CP_HOLDS(pair || (table != CP_SEC_GEDG && table != CP_SEC_REDG));
        cp_rec_edge edge = {0};
        cp_rec_program program = {0};
        cp_rec_glob wide = {0};
        const uint16_t narrow = (uint16_t)words[i]; /* where all words fit */
        const void *record = record_size < sizeof words[i] ? (const void *)&narrow : &words[i];
        uint32_t hash = pair ? cp_image_edge_hash(pair->a, pair->b)
                             : cp_image_slot_hash(cp_slice_hash(cp_build_text(b, words[i])));
        if (table == CP_SEC_GEDG) {
            edge = (cp_rec_edge){cp_build_16(b, pair->b), cp_build_16(b, pair->value)};
            record = &edge;
        } else if (table == CP_SEC_REDG) {
            program = (cp_rec_program){(uint16_t)pair->b, (uint16_t)pair->value};
            wide = (cp_rec_glob){pair->b, pair->value};
            record = b->wide_programs ? (const void *)&wide : &program;
        }
        uint32_t probes = place_entry(slots, steps, size, record_size, hash, record);
        if (probes > longest)
            longest = probes;
    }
    return longest;
}

/* Makes the three hash tables, five sixths or two thirds full; where that makes a search too long, more room is tried. */
static bool make_tables(cp_build *b, uint32_t *longest) {
    static const cp_section sections[] = {CP_SEC_STRH, CP_SEC_GEDG, CP_SEC_REDG};
    uint32_t *words, word_count;
    *longest = 0;
    if (!make_strings(b, &words, &word_count))
        return false;
    uint32_t counts[] = {word_count, b->grammar_edges.count, b->rule_edges.count};
    for (uint32_t t = 0; t < 3; t++) {
        /* words are looked for that are not there: their table has more room, so that this is soon known */
        uint32_t room = counts[t] / (sections[t] == CP_SEC_STRH ? 2 : 5);
        uint32_t probes = CP_IMAGE_PROBES_MOST + 1, size = counts[t] + room + 1;
        if (counts[t] == 0)
            continue;
        for (uint32_t attempt = 0; attempt < 12 && probes > CP_IMAGE_PROBES_MOST;
             attempt++, size += attempt < 6 ? size / 8 + 1 : size) {
            void *slots = cp_alloc_array(b->arena, size, size_in(b, sections[t]));
            if (!slots)
                return false;
            probes = fill(b, sections[t], words, counts[t], (uint8_t *)slots, size);
            b->tables[sections[t]] = (cp_build_table){(uint8_t *)slots, size, size};
        }
        if (probes > CP_IMAGE_PROBES_MOST) {
            b->collided = 1;
            return false;
        }
        if (probes > *longest)
            *longest = probes;
    }
    return !b->too_large;
}

/* ---- The index ------------------------------------------------------------------------------------------------------------- */

typedef struct indexed {
    uint32_t class, hash, index;
} indexed;

static int compare_indexed(const void *a, const void *b) {
    const indexed *x = (const indexed *)a, *y = (const indexed *)b;
    if (x->class != y->class)
        return x->class < y->class ? -1 : 1;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static uint32_t put_postings(cp_build *b, indexed *items, uint32_t count) {
    cp_rec_posting *made = CP_NEW_ARRAY(b->arena, cp_rec_posting, count);
    if (!made)
        return 0;
    qsort(items, count, sizeof *items, compare_indexed);
    for (uint32_t i = 0; i < count; i++)
        made[i] = (cp_rec_posting){items[i].hash, items[i].index};
    return cp_build_run(b, CP_SEC_POST, made, count);
}

static void index_kind(cp_build *b, const cp_image *im, cp_rec_effect_kind *kind) {
    indexed *items = CP_NEW_ARRAY(b->arena, indexed, kind->count);
    if (!items || kind->count == 0)
        return;
    for (uint32_t i = 0; i < kind->count; i++) {
        cp_slice text = cp_image_string(im, cp_image_effect(im, kind->first + i)->text);
        items[i] = (indexed){0, cp_slice_hash(text), kind->first + i};
    }
    kind->text_first = put_postings(b, items, kind->count);
    memset(kind->ends, 0, sizeof kind->ends);
    for (uint32_t i = 0; i < kind->count; i++) {
        indexed one = {0, 0, kind->first + i};
        one.class = cp_index_of_entry(im, cp_image_effect(im, one.index), &one.hash);
        for (uint32_t c = one.class; c < CP_INDEX_CLASSES; c++)
            kind->ends[c]++;
        items[i] = one;
    }
    kind->posting_first = put_postings(b, items, kind->count);
}

/* How many postings lead to a rule. */
static uint32_t postings_of(const cp_image *im, const cp_rec_rule *rule) {
    cp_rule_word word = cp_image_rule_word(im, rule->word_first);
    uint32_t count = 0;
    if (rule->word_count > 1 && (word.flags & CP_WORD_SET))
        while (cp_image_set_word(im, word.text + count))
            count++;
    return count ? count : 1;
}

static void index_program(cp_build *b, const cp_image *im, cp_rec_rnode *node) {
    enum { FEW = 8 }; /* are looked at one by one */
    uint32_t words = 0, count = 0, kept = 0;
    uint16_t hash;
    for (uint32_t i = 0; i < node->rule_count; i++)
        words += postings_of(im, cp_image_rule(im, node->rule_first + i));
    if (words <= FEW)
        return;
    indexed *items = CP_NEW_ARRAY(b->arena, indexed, words);
    cp_rec_rule_posting *postings = CP_NEW_ARRAY(b->arena, cp_rec_rule_posting, words);
    if (!items || !postings)
        return;
    for (uint32_t i = 0; i < node->rule_count; i++) {
        const cp_rec_rule *rule = cp_image_rule(im, node->rule_first + i);
        uint32_t nth = 0;
        for (; cp_index_of_rule(im, rule, nth, &hash); nth++)
            items[count++] = (indexed){1, hash, i};
        if (nth == 0)
            items[count++] = (indexed){0, 0, i};
    }
    cp_rec_index made = {0, 0, 0};
    qsort(items, count, sizeof *items, compare_indexed);
    for (uint32_t i = 0; i < count; i++) {
        if (i && compare_indexed(&items[i - 1], &items[i]) == 0)
            continue; /* two words of one rule, one hash */
        postings[kept++] = (cp_rec_rule_posting){(uint16_t)items[i].hash, (uint16_t)items[i].index};
        made.rest_count = cp_build_16(b, made.rest_count + !items[i].class);
        made.word_count = cp_build_16(b, made.word_count + items[i].class);
    }
    made.posting_first = cp_build_run(b, CP_SEC_RPST, postings, kept);
    node->index = cp_build_16(b, cp_build_put(b, CP_SEC_INDX, &made));
}

/* Made at the end, over everything else as an image would show it. */
static void make_index(cp_build *b) {
    cp_image view = {0};
    for (uint32_t s = CP_SEC_NONE + 1; s < CP_SEC_COUNT; s++) {
        view.section[s].first = b->tables[s].p;
        view.section[s].count = b->tables[s].count;
        view.section[s].size = size_in(b, (cp_section)s);
    }
    for (uint32_t i = 1; i < cp_build_count(b, CP_SEC_EFFK); i++)
        index_kind(b, &view, (cp_rec_effect_kind *)cp_build_at(b, CP_SEC_EFFK, i));
    for (uint32_t i = 1; i < cp_build_count(b, CP_SEC_RNOD); i++)
        index_program(b, &view, (cp_rec_rnode *)cp_build_at(b, CP_SEC_RNOD, i));
}

static uint64_t padded(uint64_t size) {
    return (size + 7) & ~(uint64_t)7;
}

bool cp_build_finish(cp_build *b, const uint8_t digest[32], const cp_allocator *allocator, void **out_bytes,
                     size_t *out_size) {
    uint32_t longest = 0;
    *out_bytes = NULL;
    *out_size = 0;
    if (cp_arena_failed(b->arena) || b->collided || b->too_large || !make_tables(b, &longest))
        return false;
    make_index(b);
    if (cp_arena_failed(b->arena) || b->too_large)
        return false;
    enum { SECTIONS = CP_SEC_COUNT - 1 };
    uint64_t total = sizeof(cp_rec_header) + SECTIONS * sizeof(cp_rec_section);
    for (uint32_t s = 1; s < CP_SEC_COUNT; s++)
        total = padded(total) + (uint64_t)b->tables[s].count * size_in(b, (cp_section)s);
    total = padded(total);
    if (total > UINT32_MAX / 2)
        return false;
    uint8_t *bytes = (uint8_t *)allocator->resize(allocator->user, NULL, 0, (size_t)total);
    if (!bytes)
        return false;
    memset(bytes, 0, (size_t)total);
    cp_rec_section *sections = (cp_rec_section *)(void *)(bytes + sizeof(cp_rec_header));
    uint64_t at = sizeof(cp_rec_header) + SECTIONS * sizeof(cp_rec_section);
    for (uint32_t s = 1; s < CP_SEC_COUNT; s++) {
        const cp_build_table *t = &b->tables[s];
        uint32_t size = size_in(b, (cp_section)s);
        at = padded(at);
        sections[s - 1] = (cp_rec_section){s, size, t->count, (uint32_t)at};
        if (t->count)
            memcpy(bytes + at, t->p, (size_t)t->count * size);
        at += (uint64_t)t->count * size;
    }
    cp_rec_header *h = (cp_rec_header *)(void *)bytes;
    memcpy(h->magic, CP_IMAGE_MAGIC, sizeof h->magic);
    h->version = (uint32_t)CP_IMAGE_MAJOR << 16 | CP_IMAGE_MINOR;
    h->header_size = sizeof *h;
    h->file_size = (uint32_t)total;
    h->language = CP_IMAGE_LANGUAGE;
    h->section_count = SECTIONS;
    h->longest_probe = longest;
    memcpy(h->digest, digest, sizeof h->digest);
    h->checksum = cp_image_checksum(bytes + sizeof *h, (size_t)total - sizeof *h);
    *out_bytes = bytes;
    *out_size = (size_t)total;
    return true;
}
