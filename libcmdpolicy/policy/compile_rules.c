/* Rules → RNOD, RULE, ENTR, RWRD, WORD, ROPT, ARMS. Every combination of a key's alternatives is read as a rule of its own; they share
 * what the entry says. Two of the same words with different verdicts in a layer are an error. In the built-in packs those of a
 * program that differ in one plain word are put together again afterwards, and programs with the same rules share them. */
#include <stdlib.h>

#include "base/text.h"
#include "policy/compiler.h"

typedef struct made_rule {
    cp_rec_rule record;
    cp_rec_entry entry;
    cp_rec_entry_more more;
    const cp_m_rule *rule;
    const cp_key_entry *written;
    uint64_t signature; /* of what the key names, in one spelling */
    uint32_t node;      /* RNOD; NO_NODE: an exception, which hangs nowhere */
    uint16_t model, dropped;
    uint32_t except_first, except_count; /* made rules */
    cp_rec_rword *words;                 /* that will be RWRD; NULL: they are */
} made_rule;
enum { NO_NODE = UINT32_MAX };
enum { DROPPED = 1, JOINED }; /* made_rule.dropped */

typedef struct rules {
    cp_compiler *c;
    const cp_image *images[64]; /* latest first */
    uint32_t image_count;
    CP_LIST(made_rule) made;
    CP_LIST(cp_rec_glob) globs;
    cp_pairs glob_children; /* (root, word) → RNOD */
    uint32_t node_count;    /* RNOD: 0 is none, 1 the root */
    /* the entry in hand */
    const cp_m_rule *rule;
    uint32_t model, file, arm_first, arm_count, key, key_flags;
    /* what one combination needs, thrown away behind it: a large policy would otherwise fill pages with it */
    cp_arena temporary;
    uint8_t room[8192];
} rules;

/* ---- One combination --------------------------------------------------------------------------------------------------- */

/* PATP of a word that compares as a path: a slash at its end says nothing. */
static uint32_t path_of(rules *r, cp_slice text, cp_place at) {
    cp_pattern pattern;
    while (text.n > 1 && text.p[text.n - 1] == '/')
        text.n--;
    return cp_pattern_path(&r->c->report, text, at, &pattern) ? cp_build_path(&r->c->build, &pattern) : 0;
}

/* The words behind the program, then, where it is a path, the program itself; returns what the program is. */
static cp_rule_word make_words(rules *r, const cp_read_key_result *key, cp_rec_rword *made) {
    cp_rule_word program = {0, 0, 0};
    for (uint32_t i = 0; i < key->words.count; i++) {
        const cp_read_word *w = &key->words.items[i];
        uint32_t index =
            w->flags & CP_WORD_PATH ? path_of(r, w->text, w->at) : cp_build_string(&r->c->build, w->text);
        if (i == 0)
            program = (cp_rule_word){index, index, w->flags};
        else
            made[i - 1].what = index << 3 | w->flags;
    }
    if (program.flags & CP_WORD_PATH)
        made[key->words.count - 1].what = program.path << 3 | program.flags;
    return program;
}

static uint32_t put_options(rules *r, const cp_read_key_result *key) {
    cp_rec_ropt *made = CP_NEW_ARRAY(&r->temporary, cp_rec_ropt, key->options.count);
    if (!made)
        return 0;
    for (uint32_t i = 0; i < key->options.count; i++) {
        const cp_read_option *o = &key->options.items[i];
        uint32_t behind = o->behind * CP_ROPT_BEHIND > UINT16_MAX ? UINT16_MAX / CP_ROPT_BEHIND : o->behind;
        made[i] = (cp_rec_ropt){cp_build_string(&r->c->build, o->canonical),
                                cp_build_string(&r->c->build, o->value), 0,
                                (uint16_t)(o->flags | behind * CP_ROPT_BEHIND)};
        if (o->flags & CP_ROPT_VALUE_PATH)
            made[i].path = cp_build_16(&r->c->build, path_of(r, o->value, o->at));
    }
    return cp_build_shared(&r->c->build, CP_SEC_ROPT, made, key->options.count);
}

static int compare_options(const void *a, const void *b) {
    const cp_read_option *x = (const cp_read_option *)a, *y = (const cp_read_option *)b;
    int order = cp_slice_compare(x->canonical, y->canonical);
    if (order == 0)
        order = (x->flags > y->flags) - (x->flags < y->flags);
    return order ? order : cp_slice_compare(x->value, y->value);
}

/* FNV-1a in 64 bits, of bytes and a separator. */
static uint64_t hash_more(uint64_t hash, cp_slice s, uint32_t flags) {
    for (uint32_t i = 0; i < s.n; i++)
        hash = (hash ^ s.p[i]) * 0x100000001b3u;
    return (hash ^ (0x100u + flags)) * 0x100000001b3u;
}

/* Of two keys that name the same it is the same. Should two others share one, the file is refused, or one key taken for a second
 * spelling of another in its own list: nothing that loosens, and as likely as that the memory errs. */
static uint64_t signature_of(rules *r, const cp_read_key_result *key) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (uint32_t i = 0; i < key->words.count; i++)
        hash = hash_more(hash, key->words.items[i].text, key->words.items[i].flags);
    hash = hash_more(hash, CP_LIT(""), 0x1000);
    const cp_read_option *options = key->options.items;
    if (key->options.count > 1) {
        cp_read_option *sorted = CP_NEW_ARRAY(&r->temporary, cp_read_option, key->options.count);
        if (!sorted)
            return hash;
        memcpy(sorted, options, key->options.count * sizeof *sorted);
        qsort(sorted, key->options.count, sizeof *sorted, compare_options);
        options = sorted;
    }
    for (uint32_t i = 0; i < key->options.count; i++)
        if (i == 0 || compare_options(&options[i - 1], &options[i]) != 0) {
            hash = hash_more(hash, options[i].canonical, options[i].flags);
            hash = hash_more(hash, options[i].value, 0);
        }
    return hash_more(hash, CP_LIT(""), key->flags & CP_RULE_REST);
}

/* The node of the key's first word, made when it is new. Paths in place of a program belong to the root itself. */
static uint32_t hang(rules *r, cp_rule_word program) {
    bool glob = (program.flags & CP_WORD_GLOB) != 0;
    uint32_t text = program.text;
    cp_pairs *children = glob ? &r->glob_children : &r->c->build.rule_edges;
    if (program.flags & CP_WORD_PATH)
        return CP_IMAGE_ROOT;
    uint32_t node = cp_pairs_find(children, CP_IMAGE_ROOT, text);
    if (node)
        return node;
    node = r->node_count++;
    cp_rec_glob child = {text, node};
    if (!cp_pairs_add(r->c->arena, children, CP_IMAGE_ROOT, text, node) ||
        (glob && !CP_ADD(r->c->arena, r->globs, child)))
        return 0;
    return node;
}

static void make_one(rules *r, const cp_key_entry *entry, const cp_key_alternative *const *words,
                     bool exception) {
    cp_read_key_result key;
    if (!cp_read_key_words(&r->c->report, r->images, r->image_count, words, entry->words.count, &key))
        return;
    cp_build *b = &r->c->build;
    bool later = b->thorough && !exception; /* words that others may join are put when all rules are there */
    cp_rec_rword *made_words =
        CP_NEW_ARRAY(later ? r->c->arena : &r->temporary, cp_rec_rword, key.words.count);
    if (!made_words)
        return;
    made_rule made = {.rule = r->rule, .written = entry, .node = NO_NODE, .model = (uint16_t)r->model};
    cp_rule_word program = make_words(r, &key, made_words);
    made.record = (cp_rec_rule){.option_first = cp_build_24(b, put_options(r, &key)),
                                .flags = cp_build_8(b, key.flags | (exception ? CP_RULE_EXCEPTION : 0)),
                                .word_count = cp_build_8(b, key.words.count),
                                .option_count = cp_build_8(b, key.options.count)};
    if (later)
        made.words = made_words;
    else
        made.record.word_first =
            cp_build_24(b, cp_build_shared(b, CP_SEC_RWRD, made_words, cp_image_rule_words(&made.record)));
    made.entry = (cp_rec_entry){.key = cp_build_24(b, r->key),
                                .flags = cp_build_8(b, r->key_flags),
                                .line = cp_build_24(b, entry->text.at.line),
                                .file = cp_build_16(b, r->file)};
    made.more.name = cp_build_string(b, r->rule->id);
    if (!exception) {
        made.entry.arm_first = cp_build_24(b, r->arm_first);
        made.entry.arm_count = cp_build_8(b, r->arm_count);
        made.signature = signature_of(r, &key);
        made.node = hang(r, program);
    }
    (void)CP_ADD(r->c->arena, r->made, made);
}

static void make_rule(rules *r, const cp_key_entry *entry, const cp_key_alternative *const *words,
                      bool exception) {
    cp_arena *arena = r->c->report.arena;
    cp_arena_init(&r->temporary, &arena->mem, r->room, sizeof r->room, NULL);
    r->c->report.arena = &r->temporary;
    make_one(r, entry, words, exception);
    r->c->report.arena = arena;
    arena->failed |= r->temporary.failed;
    cp_arena_free(&r->temporary);
}

/* The key's text: in words, which mostly stand in the image anyway. As it is where there are too many of them, and in a file that is
 * compiled in a hurry. */
static void put_key(rules *r, cp_slice text) {
    enum { MOST = 512 };
    cp_build *b = &r->c->build;
    cp_rec_word made[2 * MOST];
    uint32_t words = 1, count = 0, begin = 0;
    for (uint32_t i = 0; b->thorough && i < text.n; i++)
        words += text.p[i] == ' ' || text.p[i] == '|';
    bool in_words = b->thorough && words > 1 && words <= MOST;
    for (uint32_t i = 0; in_words && i <= text.n; i++) {
        if (i < text.n && text.p[i] != ' ' && text.p[i] != '|')
            continue;
        uint32_t word = cp_build_string(b, cp_slice_sub(text, begin, i));
        in_words = word != 0 && word < CP_KEY_END;
        made[count++].text = (uint16_t)word;
        if (i == text.n)
            made[count++].text = CP_KEY_END;
        else if (text.p[i] == ' ')
            made[count++].text = CP_KEY_BLANK;
        begin = i + 1;
    }
    r->key = in_words ? cp_build_shared(b, CP_SEC_WORD, made, count) : cp_build_string(b, text);
    r->key_flags = in_words ? CP_KEY_IN_WORDS : 0;
}

/* Every combination of alternatives; 4096 at most, which the reader has seen to. */
static void make_entry(rules *r, const cp_key_entry *entry, bool exception) {
    enum { FEW = 16 };
    uint32_t count = entry->words.count, few_chosen[FEW] = {0}, *chosen = few_chosen;
    const cp_key_alternative *few[FEW], **words = few;
    if (count > FEW) {
        words = CP_NEW_ARRAY(r->c->arena, const cp_key_alternative *, count);
        chosen = CP_NEW_ARRAY(r->c->arena, uint32_t, count);
    }
    if (!words || !chosen)
        return;
    put_key(r, entry->text.text);
    for (uint32_t at = 0; at < UINT32_MAX && !cp_arena_failed(r->c->arena);) {
        for (uint32_t i = 0; i < count; i++)
            words[i] = &entry->words.items[i].alternatives.items[chosen[i]];
        uint32_t errors = r->c->report.errors;
        make_rule(r, entry, words, exception);
        if (r->c->report.errors != errors)
            return; /* once is enough */
        for (at = count; at > 0; at--) {
            if (++chosen[at - 1] < entry->words.items[at - 1].alternatives.count)
                break;
            chosen[at - 1] = 0;
        }
        if (at == 0)
            return;
    }
}

static void make_rules(rules *r, const cp_m_rule *rule) {
    r->rule = rule;
    r->arm_first = cp_compile_arms(r->c, rule->arms.items, rule->arms.count);
    r->arm_count = rule->arms.count;
    uint32_t first = r->made.count;
    for (uint32_t i = 0; i < rule->entries.count; i++)
        make_entry(r, &rule->entries.items[i], false);
    uint32_t end = r->made.count;
    for (uint32_t i = 0; i < rule->except.count; i++)
        make_entry(r, &rule->except.items[i], true);
    for (uint32_t i = first; i < end; i++) {
        r->made.items[i].except_first = end;
        r->made.items[i].except_count = r->made.count - end;
    }
}

/* ---- All of them --------------------------------------------------------------------------------------------------------- */

static int compare_signatures(const void *a, const void *b) {
    const made_rule *x = *(made_rule *const *)a, *y = *(made_rule *const *)b;
    if (x->signature != y->signature)
        return x->signature < y->signature ? -1 : 1;
    return (x > y) - (x < y); /* as they came */
}

static void compare_pair(rules *r, made_rule *first, made_rule *later) {
    if (first->rule == later->rule) {
        later->dropped = DROPPED; /* `-f|--force`: two spellings of one thing */
        return;
    }
    const cp_model *model = r->c->models[first->model];
    const cp_place at = later->written->text.at, before = first->written->text.at;
    r->c->report.file = r->c->models[later->model]->file;
    if (!cp_same_arms(first->rule->arms.items, first->rule->arms.count, later->rule->arms.items,
                      later->rule->arms.count))
        cp_report_contradiction(r->c, "contradiction", at, later->written->text.text, model, before);
    else
        cp_warning(&r->c->report, "duplicate-rule", at, "each key once",
                   "`%s` says what %s, line %d says already", later->written->text.text, model->file,
                   before.line);
}

/* True: no two keys name the same. False: perhaps two do. */
static bool all_different(rules *r) {
    enum { PROBES_MOST = 64 };
    uint32_t size = 16;
    while (size < r->made.count * 2 && size < 1u << 30)
        size *= 2;
    uint32_t *slots = CP_NEW_ARRAY(r->c->arena, uint32_t, size);
    for (uint32_t i = 0; slots && i < r->made.count; i++) {
        const made_rule *made = &r->made.items[i];
        if (made->node == NO_NODE)
            continue;
        uint32_t slot = (uint32_t)(made->signature >> 32), probes = 0;
        for (; slots[slot & (size - 1)]; slot++)
            if (++probes > PROBES_MOST ||
                r->made.items[slots[slot & (size - 1)] - 1].signature == made->signature)
                return false;
        slots[slot & (size - 1)] = i + 1;
    }
    return slots != NULL;
}

/* Same words, same options: same verdict, or it's an error. */
static void compare_rules(rules *r) {
    if (all_different(r))
        return;
    made_rule **sorted = CP_NEW_ARRAY(r->c->arena, made_rule *, r->made.count);
    uint32_t count = 0;
    if (!sorted)
        return;
    for (uint32_t i = 0; i < r->made.count; i++)
        if (r->made.items[i].node != NO_NODE)
            sorted[count++] = &r->made.items[i];
    qsort(sorted, count, sizeof *sorted, compare_signatures);
    for (uint32_t i = 1, first = 0; i < count; i++) {
        if (sorted[i]->signature == sorted[first]->signature)
            compare_pair(r, sorted[first], sorted[i]);
        else
            first = i;
    }
}

/* ---- Together again ------------------------------------------------------------------------------------------------------ */

/* May the word be one of several? It is plain, and WORD can name it. */
static bool is_plain(const rules *r, cp_rec_rword word) {
    uint32_t text = word.what >> 3;
    cp_slice s = cp_build_text(&r->c->build, text);
    return (word.what & CP_WORD_FLAGS) == 0 && text != CP_KEY_BLANK && text < CP_KEY_END &&
           cp_slice_find(s, '*', 0) == s.n;
}

/* Are they the same but for this word of theirs? */
static bool differ_there(const rules *r, const made_rule *a, const made_rule *b, uint32_t at) {
    if (a->written != b->written || a->node != b->node || a->record.word_count != b->record.word_count ||
        a->record.flags != b->record.flags || a->record.option_first != b->record.option_first ||
        a->record.option_count != b->record.option_count || !is_plain(r, b->words[at]))
        return false;
    for (uint32_t i = 0; i < cp_image_rule_words(&a->record); i++)
        if (i != at && a->words[i].what != b->words[i].what)
            return false;
    return true;
}

/* Words and an end: where the key has them so, there; else put for themselves. */
static uint32_t put_set(rules *r, const cp_rec_entry *entry, const cp_rec_word *words, uint32_t count) {
    cp_build *b = &r->c->build;
    const cp_rec_word *all = (const cp_rec_word *)cp_build_at(b, CP_SEC_WORD, 0);
    for (uint32_t at = entry->key, i = 0; entry->flags & CP_KEY_IN_WORDS; at = at + i + 1, i = 0) {
        while (i < count && all[at + i].text == words[i].text)
            i++;
        if (i == count && (all[at + i].text == CP_KEY_BLANK || all[at + i].text == CP_KEY_END))
            return at;
        while (all[at + i].text != CP_KEY_BLANK && all[at + i].text != CP_KEY_END)
            i++;
        if (all[at + i].text == CP_KEY_END)
            break;
    }
    return cp_build_shared(b, CP_SEC_WORD, words, count + 1);
}

/* Rules that follow one another and differ in this word alone become one. `list` has those that are there still. */
static uint32_t join_at(rules *r, made_rule **list, uint32_t count, uint32_t at, cp_rec_word *words) {
    uint32_t kept = 0;
    for (uint32_t i = 0, next; i < count; i = next) {
        made_rule *first = list[i];
        next = i + 1;
        list[kept++] = first;
        if (at >= cp_image_rule_words(&first->record) || !is_plain(r, first->words[at]))
            continue;
        for (; next < count && differ_there(r, first, list[next], at); next++)
            words[next - i].text = (uint16_t)(list[next]->words[at].what >> 3);
        if (next == i + 1)
            continue;
        words[0].text = (uint16_t)(first->words[at].what >> 3);
        words[next - i].text = CP_KEY_END;
        first->words[at].what = put_set(r, &first->entry, words, next - i) << 3 | CP_WORD_SET;
        for (uint32_t k = i + 1; k < next; k++)
            list[k]->dropped = JOINED;
    }
    return kept;
}

static void join_rules(rules *r) {
    made_rule **list = CP_NEW_ARRAY(r->c->arena, made_rule *, r->made.count);
    cp_rec_word *words = CP_NEW_ARRAY(r->c->arena, cp_rec_word, r->made.count + 1u);
    if (!r->c->build.thorough || !list || !words)
        return;
    for (uint32_t i = 0, next; i < r->made.count; i = next) {
        const made_rule *first = &r->made.items[i];
        uint32_t count = 0, most = 0;
        for (next = i; next < r->made.count && r->made.items[next].written == first->written; next++) {
            made_rule *made = &r->made.items[next];
            if (made->dropped || !made->words)
                continue;
            list[count++] = made;
            if (cp_image_rule_words(&made->record) > most)
                most = cp_image_rule_words(&made->record);
        }
        for (uint32_t at = most; at-- > 0 && count > 1;)
            count = join_at(r, list, count, at, words);
    }
    for (uint32_t i = 0; i < r->made.count; i++) {
        made_rule *made = &r->made.items[i];
        if (made->words && !made->dropped)
            made->record.word_first =
                cp_build_24(&r->c->build, cp_build_shared(&r->c->build, CP_SEC_RWRD, made->words,
                                                          cp_image_rule_words(&made->record)));
    }
}

/* ---- Writing ------------------------------------------------------------------------------------------------------------- */

/* Puts the items into the order of their keys, below `keys`; of equal ones the order stays. `starts` has room for keys + 1. */
static void spread(const rules *r, const uint32_t *items, uint32_t *out, uint32_t count, uint32_t *starts,
                   uint32_t keys, uint32_t (*key)(const rules *, const made_rule *)) {
    memset(starts, 0, (keys + 1) * sizeof *starts);
    for (uint32_t i = 0; i < count; i++)
        starts[key(r, &r->made.items[items[i]]) + 1]++;
    for (uint32_t k = 0; k < keys; k++)
        starts[k + 1] += starts[k];
    for (uint32_t i = 0; i < count; i++)
        out[starts[key(r, &r->made.items[items[i]])]++] = items[i];
}

static uint32_t words_of(const rules *r, const made_rule *made) {
    (void)r;
    return made->node == NO_NODE ? 0 : made->record.word_count;
}

static uint32_t node_of(const rules *r, const made_rule *made) {
    return made->node < r->node_count ? made->node : r->node_count;
}

static void put_exceptions(rules *r, made_rule *made, const uint32_t *places, cp_pairs *done) {
    if (!made->except_count)
        return;
    uint32_t known = cp_pairs_find(done, made->except_first, made->except_count);
    if (!known) {
        uint32_t *indices = CP_NEW_ARRAY(r->c->arena, uint32_t, made->except_count);
        if (!indices)
            return;
        for (uint32_t i = 0; i < made->except_count; i++)
            indices[i] = places[made->except_first + i];
        known = cp_build_run(&r->c->build, CP_SEC_EXCR, indices, made->except_count);
        (void)cp_pairs_add(r->c->arena, done, made->except_first, made->except_count, known);
    }
    made->more.except_first = cp_build_16(&r->c->build, known);
    made->more.except_count = cp_build_16(&r->c->build, made->except_count);
}

/* The entry, and the rule without a place. */
static void put_entry(rules *r, made_rule *made, const uint32_t *places, cp_pairs *done) {
    cp_build *b = &r->c->build;
    put_exceptions(r, made, places, done);
    if (made->more.name || made->more.except_count) {
        uint32_t more = cp_build_24(b, cp_build_shared(b, CP_SEC_MENT, &made->more, 1));
        made->entry.more_low = (uint16_t)more;
        made->entry.more_high = (uint8_t)(more >> 16);
    }
    made->record.entry = cp_build_24(b, cp_build_shared(b, CP_SEC_ENTR, &made->entry, 1));
}

/* The nodes; of those that say the same, one. */
static void write_nodes(rules *r, cp_rec_rnode *nodes) {
    cp_build *b = &r->c->build;
    uint32_t *places = CP_NEW_ARRAY(r->c->arena, uint32_t, r->node_count);
    if (!places)
        return;
    for (uint32_t i = CP_IMAGE_ROOT; i < r->node_count; i++)
        places[i] = i == CP_IMAGE_ROOT || !b->thorough ? cp_build_put(b, CP_SEC_RNOD, &nodes[i])
                                                       : cp_build_shared(b, CP_SEC_RNOD, &nodes[i], 1);
    for (uint32_t i = 0; i < b->rule_edges.count; i++)
        b->rule_edges.items[i].value = places[b->rule_edges.items[i].value];
    for (uint32_t i = 0; i < r->globs.count; i++)
        r->globs.items[i].node = places[r->globs.items[i].node];
    (void)cp_build_run(b, CP_SEC_RGLB, r->globs.items, r->globs.count);
}

/* RULE: exceptions; then by first word, then by number of words, then as they came. */
static void write_rules(rules *r) {
    enum { WORDS = UINT8_MAX + 1 };
    cp_build *b = &r->c->build;
    uint32_t count = r->made.count, kept = 0, keys = r->node_count + 1 > WORDS ? r->node_count + 1 : WORDS;
    uint32_t *sorted = CP_NEW_ARRAY(r->c->arena, uint32_t, count);
    uint32_t *places = CP_NEW_ARRAY(r->c->arena, uint32_t, count);
    uint32_t *starts = CP_NEW_ARRAY(r->c->arena, uint32_t, keys + 1);
    cp_rec_rnode *nodes = CP_NEW_ARRAY(r->c->arena, cp_rec_rnode, r->node_count);
    cp_rec_rule *records = CP_NEW_ARRAY(r->c->arena, cp_rec_rule, count);
    cp_pairs done = {0};
    if (!sorted || !places || !starts || !nodes || !records)
        return;
    for (uint32_t i = 0; i < count; i++)
        if (!r->made.items[i].dropped)
            sorted[kept++] = i;
    spread(r, sorted, places, kept, starts, WORDS, words_of);
    spread(r, places, sorted, kept, starts, r->node_count + 1, node_of);
    cp_build_reserve(b, CP_SEC_RULE, kept);
    cp_build_reserve(b, CP_SEC_ENTR, kept);
    uint32_t ends = kept; /* exceptions came last */
    for (; ends > 0 && r->made.items[sorted[ends - 1]].node == NO_NODE; ends--)
        ;
    for (uint32_t i = ends; i < kept; i++) {
        made_rule *made = &r->made.items[sorted[i]];
        put_entry(r, made, places, &done);
        places[sorted[i]] = cp_build_put(b, CP_SEC_RULE, &made->record);
    }
    for (uint32_t i = 0, next; i < ends; i = next) {
        uint32_t node = r->made.items[sorted[i]].node;
        for (next = i; next < ends && r->made.items[sorted[next]].node == node; next++) {
            put_entry(r, &r->made.items[sorted[next]], places, &done);
            records[next] = r->made.items[sorted[next]].record;
        }
        nodes[node] = (cp_rec_rnode){cp_build_shared(b, CP_SEC_RULE, records + i, next - i),
                                     cp_build_16(b, next - i), 0};
    }
    write_nodes(r, nodes);
}

/* Of all keys of a file, and of their words, so that room for them is taken at once; a few thousand at most where a key has many. */
static uint32_t combinations_of(const cp_model *model, uint32_t *out_words) {
    uint32_t sum = 0;
    *out_words = 0;
    for (uint32_t i = 0; i < model->rules.count; i++)
        for (uint32_t k = 0; k < model->rules.items[i]->entries.count; k++) {
            const cp_key_entry *entry = &model->rules.items[i]->entries.items[k];
            uint32_t product = 1;
            for (uint32_t w = 0; w < entry->words.count && product < 16; w++)
                product *= entry->words.items[w].alternatives.count;
            sum += product < 16 ? product : 16;
            *out_words += (product < 16 ? product : 16) * entry->words.count;
        }
    return sum;
}

void cp_compile_rules(cp_compiler *c) {
    rules all, *r = &all;
    memset(r, 0, sizeof *r);
    r->c = c;
    r->node_count = CP_IMAGE_ROOT + 1;
    if (c->own.bytes)
        r->images[r->image_count++] = &c->own;
    for (uint32_t i = c->grammar_count; i-- > 0 && r->image_count < 64;)
        r->images[r->image_count++] = c->grammars[i];
    for (uint32_t m = 0; m < c->count; m++) {
        const cp_model *model = c->models[m];
        uint32_t words, combinations = combinations_of(model, &words);
        r->model = m;
        r->file = c->files[m];
        c->report.file = model->file;
        (void)cp_arena_reserve(c->arena, (void **)&r->made.items, &r->made.cap, r->made.count, combinations,
                               sizeof *r->made.items);
        cp_build_reserve(&c->build, CP_SEC_RWRD, words);
        for (uint32_t i = 0; i < model->rules.count && !cp_arena_failed(c->arena); i++)
            make_rules(r, model->rules.items[i]);
    }
    if (cp_arena_failed(c->arena))
        return;
    compare_rules(r);
    join_rules(r);
    write_rules(r);
}
