/* The full check of an image from outside: its checksum, every index, every run, every table. Done once when it is added; reading
 * is safe without it. Cost: linear in the image. */
#include "image/index.h"

typedef struct lane {
    uint64_t sum, above; /* above: the sum of its sums */
} lane;
static inline lane take_word(lane l, const uint8_t *p) {
    uint64_t word;
    memcpy(&word, p, sizeof word);
    l.sum += word;
    l.above += l.sum;
    return l;
}

/* Additions alone, in four lanes that don't wait for each other: a program that maps an image does this each time it starts. */
uint32_t cp_image_checksum(const void *bytes, size_t size) {
    enum { STEP = 32 };
    const uint8_t *p = (const uint8_t *)bytes;
    lane a = {1, 0}, b = {2, 0}, c = {3, 0}, d = {4, 0};
    uint64_t all = size;
    uint8_t rest[STEP] = {0};
    for (; size >= STEP; size -= STEP, p += STEP) {
        a = take_word(a, p);
        b = take_word(b, p + 8);
        c = take_word(c, p + 16);
        d = take_word(d, p + 24);
    }
    if (size) {
        memcpy(rest, p, size);
        a = take_word(a, rest);
        b = take_word(b, rest + 8);
        c = take_word(c, rest + 16);
        d = take_word(d, rest + 24);
    }
    const uint64_t sums[] = {a.sum, b.sum, c.sum, d.sum, a.above, b.above, c.above, d.above};
    for (uint32_t k = 0; k < sizeof sums / sizeof *sums; k++) {
        uint64_t mixed = (all ^ sums[k]) * 0xc2b2ae3d27d4eb4fu;
        all = mixed << 31 | mixed >> 33;
    }
    return (uint32_t)(all ^ all >> 32);
}

bool cp_image_is_whole(const cp_image *im) {
    if (!im->bytes)
        return false;
    const cp_rec_header *h = (const cp_rec_header *)(const void *)im->bytes;
    return cp_image_checksum(im->bytes + h->header_size, im->size - h->header_size) == h->checksum;
}

/* The fields of each record that refer to something: one index, or a run where `count` says how many. */
typedef struct place {
    uint8_t offset, width; /* in bytes; width 0: none */
} place;
typedef struct reference {
    uint8_t section, target;
    place field, count;
} reference;
#define PLACE(type, member) \
  { (uint8_t) offsetof(type, member), (uint8_t)sizeof(((type *)0)->member) }
#define INDEX(section, type, field, target) \
  {                                         \
    section, target, PLACE(type, field), {  \
      0, 0                                  \
    }                                       \
  }
#define RUN(section, type, name, target) \
  { section, target, PLACE(type, name##_first), PLACE(type, name##_count) }

static const reference references[] = {
    INDEX(CP_SEC_NODE, cp_rec_node, name, CP_SEC_STRS),
    INDEX(CP_SEC_NODE, cp_rec_node, parent, CP_SEC_NODE),
    INDEX(CP_SEC_NODE, cp_rec_node, body, CP_SEC_BODY),
    INDEX(CP_SEC_BODY, cp_rec_body, more, CP_SEC_MORE),
    RUN(CP_SEC_BODY, cp_rec_body, option, CP_SEC_OPTN),
    RUN(CP_SEC_MORE, cp_rec_more, global, CP_SEC_OPTN),
    RUN(CP_SEC_BODY, cp_rec_body, operand, CP_SEC_ROLE),
    RUN(CP_SEC_MORE, cp_rec_more, case, CP_SEC_CASE),
    RUN(CP_SEC_BODY, cp_rec_body, effect, CP_SEC_EFFD),
    RUN(CP_SEC_MORE, cp_rec_more, glob, CP_SEC_GLOB),
    INDEX(CP_SEC_MORE, cp_rec_more, stdin_role, CP_SEC_ROLE),
    INDEX(CP_SEC_MORE, cp_rec_more, stdout_text, CP_SEC_STRS),
    INDEX(CP_SEC_FILE, cp_rec_file, node_first, CP_SEC_NODE),
    INDEX(CP_SEC_OPTN, cp_rec_option, name, CP_SEC_STRS),
    INDEX(CP_SEC_OPTN, cp_rec_option, takes, CP_SEC_TAKE),
    INDEX(CP_SEC_GLOB, cp_rec_glob, word, CP_SEC_STRS),
    INDEX(CP_SEC_GLOB, cp_rec_glob, node, CP_SEC_NODE),
    INDEX(CP_SEC_RGLB, cp_rec_glob, word, CP_SEC_STRS),
    INDEX(CP_SEC_RGLB, cp_rec_glob, node, CP_SEC_RNOD),
    RUN(CP_SEC_TAKE, cp_rec_takes, role, CP_SEC_ROLE),
    RUN(CP_SEC_TAKE, cp_rec_takes, effect, CP_SEC_EFFD),
    INDEX(CP_SEC_ROLE, cp_rec_role, custom, CP_SEC_KIND),
    INDEX(CP_SEC_ROLE, cp_rec_role, fallback, CP_SEC_STRS),
    INDEX(CP_SEC_EFFD, cp_rec_declared, object, CP_SEC_STRS),
    RUN(CP_SEC_CASE, cp_rec_case, cond, CP_SEC_COND),
    INDEX(CP_SEC_CASE, cp_rec_case, body, CP_SEC_BODY),
    INDEX(CP_SEC_NAMS, cp_rec_name, name, CP_SEC_STRS),
    INDEX(CP_SEC_KIND, cp_rec_kind, name, CP_SEC_STRS),
    RUN(CP_SEC_KIND, cp_rec_kind, line, CP_SEC_LINE),
    INDEX(CP_SEC_KIND, cp_rec_kind, text, CP_SEC_TEXT),
    INDEX(CP_SEC_TEXT, cp_rec_text, otherwise, CP_SEC_ROLE),
    RUN(CP_SEC_TEXT, cp_rec_text, name, CP_SEC_TNAM),
    INDEX(CP_SEC_TNAM, cp_rec_text_name, scope, CP_SEC_STRS),
    INDEX(CP_SEC_TNAM, cp_rec_text_name, name, CP_SEC_STRS),
    INDEX(CP_SEC_TNAM, cp_rec_text_name, form, CP_SEC_STRS),
    INDEX(CP_SEC_LINE, cp_rec_line, regex, CP_SEC_REGX),
    INDEX(CP_SEC_LINE, cp_rec_line, role, CP_SEC_ROLE),
    RUN(CP_SEC_LINE, cp_rec_line, group, CP_SEC_GRUP),
    INDEX(CP_SEC_GRUP, cp_rec_group, name, CP_SEC_STRS),
    INDEX(CP_SEC_GRUP, cp_rec_group, role, CP_SEC_ROLE),
    RUN(CP_SEC_RNOD, cp_rec_rnode, rule, CP_SEC_RULE),
    INDEX(CP_SEC_RNOD, cp_rec_rnode, index, CP_SEC_INDX),
    INDEX(CP_SEC_MENT, cp_rec_entry_more, name, CP_SEC_STRS),
    RUN(CP_SEC_MENT, cp_rec_entry_more, except, CP_SEC_EXCR),
    INDEX(CP_SEC_ENTR, cp_rec_entry, file, CP_SEC_FILE),
    INDEX(CP_SEC_ROPT, cp_rec_ropt, name, CP_SEC_STRS),
    INDEX(CP_SEC_ROPT, cp_rec_ropt, value, CP_SEC_STRS),
    INDEX(CP_SEC_ROPT, cp_rec_ropt, path, CP_SEC_PATP),
    RUN(CP_SEC_ARMS, cp_rec_arm, cond, CP_SEC_COND),
    INDEX(CP_SEC_ARMS, cp_rec_arm, reason, CP_SEC_STRS),
    INDEX(CP_SEC_ARMS, cp_rec_arm, suggest, CP_SEC_STRS),
    INDEX(CP_SEC_ARMS, cp_rec_arm, risk, CP_SEC_STRS),
    INDEX(CP_SEC_EFFE, cp_rec_effect, text, CP_SEC_STRS),
    RUN(CP_SEC_EFFG, cp_rec_effect_group, arm, CP_SEC_ARMS),
    RUN(CP_SEC_EFFG, cp_rec_effect_group, except, CP_SEC_EXCP),
    INDEX(CP_SEC_EFFG, cp_rec_effect_group, name, CP_SEC_STRS),
    INDEX(CP_SEC_EFFG, cp_rec_effect_group, file, CP_SEC_FILE),
    {CP_SEC_EFFK, CP_SEC_EFFE, PLACE(cp_rec_effect_kind, first), PLACE(cp_rec_effect_kind, count)},
    INDEX(CP_SEC_EFFK, cp_rec_effect_kind, fallback, CP_SEC_EFFE),
    INDEX(CP_SEC_EXCP, cp_rec_object, text, CP_SEC_STRS),
    {CP_SEC_PATP, CP_SEC_COMP, PLACE(cp_rec_path, first), PLACE(cp_rec_path, count)},
    INDEX(CP_SEC_PATP, cp_rec_path, text, CP_SEC_STRS),
    INDEX(CP_SEC_HOST, cp_rec_host, name, CP_SEC_STRS),
    INDEX(CP_SEC_HOST, cp_rec_host, text, CP_SEC_STRS),
    INDEX(CP_SEC_REGX, cp_rec_regex, text, CP_SEC_STRS),
    INDEX(CP_SEC_REGX, cp_rec_regex, literal, CP_SEC_STRS),
    INDEX(CP_SEC_FLOW, cp_rec_flow, arm, CP_SEC_ARMS),
    INDEX(CP_SEC_FLOW, cp_rec_flow, id, CP_SEC_STRS),
    INDEX(CP_SEC_FLOW, cp_rec_flow, file, CP_SEC_FILE),
    INDEX(CP_SEC_DFLT, cp_rec_default, file, CP_SEC_FILE),
    INDEX(CP_SEC_FILE, cp_rec_file, name, CP_SEC_STRS),
    INDEX(CP_SEC_FILE, cp_rec_file, pack, CP_SEC_STRS),
    INDEX(CP_SEC_TEST, cp_rec_test, command, CP_SEC_STRS),
    INDEX(CP_SEC_TEST, cp_rec_test, rule, CP_SEC_STRS),
    INDEX(CP_SEC_TEST, cp_rec_test, facts, CP_SEC_STRS),
    INDEX(CP_SEC_TEST, cp_rec_test, file, CP_SEC_FILE),
    {CP_SEC_EXCR, CP_SEC_RULE, {0, 4}, {0, 0}},
    {CP_SEC_TRST, CP_SEC_STRS, {0, 4}, {0, 0}},
    {CP_SEC_SYSD, CP_SEC_STRS, {0, 4}, {0, 0}},
};

static bool index_fits(const cp_image *im, uint32_t section, uint32_t index) {
    uint32_t each = section == CP_SEC_STRS ? CP_IMAGE_STRINGS : 1;
    return index == 0 || index / each < im->section[section].count;
}

static bool run_fits(const cp_image *im, uint32_t section, uint32_t first, uint32_t count) {
    uint32_t most = im->section[section].count;
    return count == 0 || (first != 0 && first < most && count <= most - first);
}

static uint32_t number_at(const uint8_t *record, place at) {
    uint32_t value = 0;
    uint16_t half;
    switch (at.width) {
    case 1: return record[at.offset];
    case 2: memcpy(&half, record + at.offset, 2); return half;
    case 4: memcpy(&value, record + at.offset, 4); return value;
    default: return 0;
    }
}

static bool references_fit(const cp_image *im) {
    for (size_t k = 0; k < sizeof references / sizeof *references; k++) {
        const reference *r = &references[k];
        for (uint32_t i = 1; i < im->section[r->section].count; i++) {
            const uint8_t *record = im->section[r->section].first + (size_t)i * im->section[r->section].size;
            uint32_t first = number_at(record, r->field);
            if (r->count.width ? !run_fits(im, r->target, first, number_at(record, r->count))
                               : !index_fits(im, r->target, first))
                return false;
        }
    }
    return true;
}

/* What an object's or a condition's number refers to depends on its kind. */
static bool object_fits(const cp_image *im, uint32_t kind, uint32_t object) {
    switch (kind) {
    case CP_OBJECT_ANY: return true;
    case CP_OBJECT_PATH: return object != 0 && index_fits(im, CP_SEC_PATP, object);
    case CP_OBJECT_HOST: return object != 0 && index_fits(im, CP_SEC_HOST, object);
    case CP_OBJECT_VARIABLE:
    case CP_OBJECT_WORD: return object != 0 && index_fits(im, CP_SEC_STRS, object);
    default: return false;
    }
}

static bool condition_fits(const cp_image *im, const cp_rec_cond *c) {
    switch (c->op) {
    case CP_CONDOP_OPTION:
        return index_fits(im, CP_SEC_STRS, c->a) && index_fits(im, CP_SEC_STRS, cp_image_cond_b(c));
    case CP_CONDOP_OPTIONS: return run_fits(im, CP_SEC_NAMS, c->a, cp_image_cond_b(c));
    case CP_CONDOP_OPERAND: return c->a != 0 && index_fits(im, CP_SEC_REGX, c->a);
    case CP_CONDOP_CWD: return c->a != 0 && index_fits(im, CP_SEC_PATP, c->a);
    case CP_CONDOP_SANDBOX:
    case CP_CONDOP_SHELL:
    case CP_CONDOP_BRANCH:
    case CP_CONDOP_STDIN: return index_fits(im, CP_SEC_STRS, c->a);
    case CP_CONDOP_OPERANDS_BEFORE: return true;
    default: return c->op > CP_CONDOP_NONE && c->op <= CP_CONDOP_STDIN;
    }
}

/* Words that are strings, and an end: behind the last of them there is always one. */
static bool words_fit(const cp_image *im) {
    uint32_t count = cp_image_count(im, CP_SEC_WORD);
    for (uint32_t i = 1; i < count; i++) {
        uint32_t text = cp_image_word(im, i)->text;
        if (text != CP_KEY_END && !index_fits(im, CP_SEC_STRS, text))
            return false;
    }
    return count <= 1 || cp_image_word(im, count - 1)->text == CP_KEY_END;
}

static bool entry_fits(const cp_image *im, const cp_rec_entry *e) {
    return index_fits(im, e->flags & CP_KEY_IN_WORDS ? CP_SEC_WORD : CP_SEC_STRS, e->key) &&
           run_fits(im, CP_SEC_ARMS, e->arm_first, e->arm_count) &&
           index_fits(im, CP_SEC_MENT, e->more_low | (uint32_t)e->more_high << 16);
}

/* What exceptions name is compared word by word. */
static bool exception_fits(const cp_image *im, const cp_rec_rule *r) {
    for (uint32_t i = 0; (r->flags & CP_RULE_EXCEPTION) && i < cp_image_rule_words(r); i++)
        if (cp_image_rule_word(im, r->word_first + i).flags & CP_WORD_SET)
            return false;
    return true;
}

static bool variants_fit(const cp_image *im) {
    for (uint32_t i = 1; i < cp_image_count(im, CP_SEC_EFFE); i++) {
        const cp_rec_effect *e = cp_image_effect(im, i);
        const cp_rec_effect_group *group = cp_image_effect_group(im, e->group);
        if (!index_fits(im, CP_SEC_EFFG, e->group) || !object_fits(im, e->object_kind, e->object) ||
            e->strictest != cp_image_strictest(im, group->arm_first, group->arm_count))
            return false;
    }
    for (uint32_t i = 1; i < cp_image_count(im, CP_SEC_EFFG); i++)
        if (cp_image_effect_group(im, i)->effect >= CP_EFFECT_COUNT)
            return false;
    for (uint32_t i = 1; i < cp_image_count(im, CP_SEC_EXCP); i++) {
        const cp_rec_object *o = cp_image_object(im, i);
        if (!object_fits(im, o->object_kind, o->object))
            return false;
    }
    for (uint32_t i = 1; i < cp_image_count(im, CP_SEC_RWRD); i++) {
        uint32_t what = cp_image_u32(im, CP_SEC_RWRD, i), flags = what & CP_WORD_FLAGS;
        uint32_t target = flags & CP_WORD_PATH  ? CP_SEC_PATP
                          : flags & CP_WORD_SET ? CP_SEC_WORD
                                                : CP_SEC_STRS;
        if (flags > CP_WORD_SET || !index_fits(im, target, what >> 3) ||
            (flags == CP_WORD_SET && cp_image_set_word(im, what >> 3) == 0))
            return false;
    }
    for (uint32_t i = 1; i < cp_image_count(im, CP_SEC_COMP); i++)
        if (!index_fits(im, CP_SEC_STRS, cp_image_component(im, i).text))
            return false;
    for (uint32_t i = 1; i < cp_image_count(im, CP_SEC_RULE); i++) {
        const cp_rec_rule *r = cp_image_rule(im, i);
        if (!index_fits(im, CP_SEC_ENTR, r->entry) ||
            !run_fits(im, CP_SEC_RWRD, r->word_first, cp_image_rule_words(r)) || !exception_fits(im, r) ||
            !run_fits(im, CP_SEC_ROPT, r->option_first, r->option_count))
            return false;
    }
    for (uint32_t i = 1; i < cp_image_count(im, CP_SEC_ENTR); i++)
        if (!entry_fits(im, cp_image_entry(im, i)))
            return false;
    for (uint32_t i = 1; i < cp_image_count(im, CP_SEC_COND); i++)
        if (!condition_fits(im, cp_image_cond(im, i)))
            return false;
    for (uint32_t i = 1; i < cp_image_count(im, CP_SEC_ARMS); i++) {
        uint32_t verdict = cp_image_arm(im, i)->verdict;
        if (verdict > CP_IV_DENY)
            return false;
    }
    for (uint32_t i = 1; i < cp_image_count(im, CP_SEC_DFLT); i++) {
        const cp_rec_default *d = cp_image_default(im, i);
        if (d->key >= CP_DEFAULT_DIALECT && d->key <= CP_DEFAULT_AUDIT_REQUIRED &&
            !index_fits(im, CP_SEC_STRS, d->value))
            return false;
    }
    return true;
}

static const void *slot_of(const cp_image *im, uint32_t table, uint32_t slot) {
    return im->section[table].first + (size_t)slot * im->section[table].size;
}

static bool is_word(const cp_image *im, uint32_t word) {
    return word != 0 && index_fits(im, CP_SEC_STRS, word) &&
           cp_image_find_word(im, cp_image_string(im, word)) == word;
}

/* Strings stand one behind the other in the bytes; every word and every edge is where a lookup finds it. */
static bool tables_fit(const cp_image *im) {
    for (uint32_t i = 0, end = 0; i < im->section[CP_SEC_STRS].count; i++) {
        const cp_rec_strings *s = cp_image_strings(im, i);
        if (s->first != end)
            return false;
        end += cp_image_sum(s->bytes, CP_IMAGE_STRINGS);
        if (end > im->section[CP_SEC_STRB].count)
            return false;
    }
    for (uint32_t i = 0; i < im->section[CP_SEC_STRH].count; i++) {
        uint32_t word = cp_image_word_at(im, i);
        if (word && !is_word(im, word))
            return false;
    }
    for (uint32_t i = 0; i < im->section[CP_SEC_GEDG].count; i++) {
        const cp_rec_edge *e = (const cp_rec_edge *)slot_of(im, CP_SEC_GEDG, i);
        if (e->node == 0)
            continue;
        uint32_t parent = cp_image_node(im, e->node)->parent;
        if (parent == 0 || !is_word(im, e->word) || !index_fits(im, CP_SEC_NODE, e->node) ||
            cp_image_step(im, parent, e->word) != e->node)
            return false;
    }
    for (uint32_t i = 0; i < im->section[CP_SEC_REDG].count; i++) {
        cp_rec_glob e = cp_image_program_at(im, i);
        if (e.node == 0)
            continue;
        if (!is_word(im, e.word) || !index_fits(im, CP_SEC_RNOD, e.node) ||
            cp_image_program(im, e.word) != e.node)
            return false;
    }
    return true;
}

/* Of each text: a grammar that is known, and its names sorted, none twice. */
static bool texts_fit(const cp_image *im) {
    uint64_t left = im->size;
    for (uint32_t i = 1; i < cp_image_count(im, CP_SEC_TEXT); i++) {
        const cp_rec_text *t = cp_image_text(im, i);
        if (t->grammar == CP_GRAMMAR_NONE || t->grammar >= CP_GRAMMAR_COUNT || t->otherwise == 0 ||
            t->name_count > left)
            return false;
        left -= t->name_count;
        for (uint32_t k = 1; k < t->name_count; k++) {
            const cp_rec_text_name *a = cp_image_text_name(im, t->name_first + k - 1u);
            const cp_rec_text_name *b = cp_image_text_name(im, t->name_first + k);
            int c = cp_slice_compare(cp_image_string(im, a->scope), cp_image_string(im, b->scope));
            if (c > 0 ||
                (c == 0 && cp_slice_compare(cp_image_string(im, a->name), cp_image_string(im, b->name)) >= 0))
                return false;
        }
    }
    return true;
}

/* Sorted by name; and each option's first spelling stands in the run. */
static bool run_is_sorted(const cp_image *im, uint32_t first, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        uint32_t spelled_first = cp_image_option_first(im, first + i);
        bool alone = (cp_image_option_takes(im, first + i)->flags & CP_OPTION_ALONE) != 0;
        if (spelled_first - first >= count || (alone && spelled_first != first + i))
            return false;
    }
    for (uint32_t i = 1; i < count; i++)
        if (cp_slice_compare(cp_image_string(im, cp_image_option_name(im, first + i - 1)),
                             cp_image_string(im, cp_image_option_name(im, first + i))) > 0)
            return false;
    return true;
}

/* The flags of a run's options, taken together. */
static uint32_t all_flags(const cp_image *im, uint32_t first, uint32_t count) {
    uint32_t flags = 0;
    for (uint32_t i = 0; i < count; i++)
        flags |= cp_image_option_takes(im, first + i)->flags;
    return flags;
}

/* Runs may be shared by many: each is looked at once, and the sum is bounded, so that a small image can't take long. */
static bool options_are_sorted(const cp_image *im) {
    uint64_t left = 16 * (uint64_t)im->size;
    const cp_rec_body *before = cp_image_body(im, 0);
    uint32_t own = 0;
    for (uint32_t i = 1; i < cp_image_count(im, CP_SEC_BODY); i++) {
        const cp_rec_body *body = cp_image_body(im, i);
        bool same = body->option_first == before->option_first && body->option_count == before->option_count;
        const cp_options globals = cp_image_globals(im, body);
        uint64_t steps = (same ? 0 : (uint64_t)body->option_count) + globals.count;
        if (steps > left)
            return false;
        left -= steps;
        if ((!same && !run_is_sorted(im, body->option_first, body->option_count)) ||
            !run_is_sorted(im, globals.first, globals.count))
            return false;
        const uint32_t special = CP_OPTION_NUMBER | CP_OPTION_PREFIX;
        uint32_t global = all_flags(im, globals.first, globals.count);
        own = same ? own : all_flags(im, body->option_first, body->option_count);
        uint32_t flags = (own & special ? CP_NODE_SPECIAL_OPTIONS : 0) |
                         (global & special ? CP_NODE_SPECIAL_GLOBAL : 0) |
                         ((own | global) & CP_OPTION_PREFIX ? CP_NODE_PREFIX_OPTIONS : 0);
        if (!(body->flags & CP_NODE_IS_CASE) &&
            (body->flags & (CP_NODE_SPECIAL_OPTIONS | CP_NODE_SPECIAL_GLOBAL | CP_NODE_PREFIX_OPTIONS)) !=
                flags)
            return false;
        before = body;
    }
    return true;
}

/* A run of postings says where each of the entries [first, first + count) is, once. */
static bool postings_fit(const cp_image *im, const cp_rec_effect_kind *kind) {
    if (!run_fits(im, CP_SEC_POST, kind->text_first, kind->count) ||
        !run_fits(im, CP_SEC_POST, kind->posting_first, kind->count))
        return false;
    if (kind->ends[CP_INDEX_CLASSES - 1] != kind->count)
        return false;
    cp_rec_posting before = {0, 0};
    for (uint32_t i = 0; i < kind->count; i++) { /* by text */
        cp_rec_posting p = *cp_image_posting(im, kind->text_first + i);
        if (p.index - kind->first >= kind->count ||
            p.hash != cp_slice_hash(cp_image_string(im, cp_image_effect(im, p.index)->text)))
            return false;
        if (i && (p.hash < before.hash || (p.hash == before.hash && p.index <= before.index)))
            return false;
        before = p;
    }
    uint32_t class = 0, class_before = 0;
    for (uint32_t i = 0; i < kind->count; i++) { /* by class */
        cp_rec_posting p = *cp_image_posting(im, kind->posting_first + i);
        while (class < CP_INDEX_CLASSES && i >= kind->ends[class])
            class ++;
        uint32_t hash = 0;
        if (p.index - kind->first >= kind->count || class == CP_INDEX_CLASSES ||
            cp_index_of_entry(im, cp_image_effect(im, p.index), &hash) != class || hash != p.hash)
            return false;
        if (i && class == class_before &&
            (p.hash < before.hash || (p.hash == before.hash && p.index <= before.index)))
            return false;
        before = p;
        class_before = class;
    }
    return true;
}

/* Each word that a rule goes on with leads to it. `left`: how much may still be looked at. */
static bool rule_is_found(const cp_image *im, const cp_rec_rule *rule, uint32_t at, cp_run words,
                          uint64_t *left, uint32_t *out_count) {
    uint16_t hash;
    for (uint32_t nth = 0; cp_index_of_rule(im, rule, nth, &hash); nth++, ++*out_count) {
        cp_run found = cp_index_find_rules(im, words, hash);
        uint32_t k = 0;
        while (k < found.count && cp_image_rule_posting(im, found.first + k)->rule != at)
            k++;
        if (k == found.count || *left < k + 1u)
            return false;
        *left -= k + 1u;
    }
    return true;
}

static bool rule_postings_fit(const cp_image *im, const cp_rec_rnode *node, uint64_t *left) {
    const cp_rec_index *index = cp_image_index(im, node->index);
    if (node->index == 0)
        return true;
    uint32_t count = (uint32_t)index->rest_count + index->word_count, rest = 0, found = 0;
    if (!run_fits(im, CP_SEC_RPST, index->posting_first, count) || count > *left)
        return false;
    *left -= count;
    cp_rec_rule_posting before = {0, 0};
    for (uint32_t i = 0; i < count; i++) {
        cp_rec_rule_posting p = *cp_image_rule_posting(im, index->posting_first + i);
        if (p.rule >= node->rule_count || (i < index->rest_count && p.hash))
            return false;
        if (i && i != index->rest_count &&
            (p.hash < before.hash || (p.hash == before.hash && p.rule <= before.rule)))
            return false;
        before = p;
    }
    for (uint32_t i = 0; i < node->rule_count; i++) {
        uint32_t words = 0;
        if (!rule_is_found(im, cp_image_rule(im, node->rule_first + i), i,
                           (cp_run){index->posting_first + index->rest_count, index->word_count}, left,
                           &words))
            return false;
        if (words == 0 && (rest == index->rest_count ||
                           cp_image_rule_posting(im, index->posting_first + rest++)->rule != i))
            return false;
        found += words;
    }
    return rest == index->rest_count && found >= index->word_count;
}

/* Ascending runs that hold as many as there are hold each once, and what rules go on with is looked up: an index that passed leaves
 * nothing out. */
static bool index_fits_all(const cp_image *im) {
    for (uint32_t i = 1; i < cp_image_count(im, CP_SEC_EFFK); i++)
        if (!postings_fit(im, cp_image_effect_kind(im, i)))
            return false;
    uint64_t left = 16 * (uint64_t)im->size;
    for (uint32_t i = 1; i < cp_image_count(im, CP_SEC_RNOD); i++) {
        const cp_rec_rnode *node = cp_image_rnode(im, i);
        if (node->rule_count > left)
            return false;
        left -= node->rule_count;
        if (!rule_postings_fit(im, node, &left))
            return false;
    }
    return true;
}

/* A group's first runs from parent to child must end: each node's parent comes before it. */
static bool tree_is_one(const cp_image *im) {
    for (uint32_t i = 1; i < cp_image_count(im, CP_SEC_NODE); i++)
        if (cp_image_node(im, i)->parent >= i)
            return false;
    return true;
}

cp_image_status cp_image_verify(const cp_image *im) {
    if (!im->bytes)
        return CP_IMAGE_NOT_ONE;
    if (!cp_image_is_whole(im))
        return CP_IMAGE_DAMAGED;
    if (cp_image_count(im, CP_SEC_NODE) == 1 || cp_image_count(im, CP_SEC_RNOD) == 1)
        return CP_IMAGE_DAMAGED; /* the root is missing */
    bool fits = references_fit(im) && words_fit(im) && variants_fit(im) && tables_fit(im) &&
                tree_is_one(im) && options_are_sorted(im) && index_fits_all(im) && texts_fit(im);
    return fits ? CP_IMAGE_OK : CP_IMAGE_DAMAGED;
}
