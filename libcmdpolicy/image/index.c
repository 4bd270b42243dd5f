/* What has to be there for an entry or rule to match. The same functions make the index and check it. */
#include "image/index.h"

static bool plain(cp_slice text) {
    return cp_slice_find(text, '*', 0) == text.n;
}

/* Of a name with a star, the last of a path anywhere: what it begins with tells most, then its ending. */
static cp_index_class of_glob(cp_slice text, uint32_t *out_hash) {
    uint32_t dot = cp_slice_rfind(text, '.');
    if (cp_slice_find(text, '*', 0) >= CP_INDEX_FEW) {
        *out_hash = cp_index_few(text, 0);
        return CP_INDEX_HEAD;
    }
    if (dot < text.n && plain(cp_slice_sub(text, dot, text.n)) && cp_index_ending_hash(text, out_hash))
        return CP_INDEX_ENDING;
    if (text.n - cp_slice_rfind(text, '*') <= CP_INDEX_FEW)
        return CP_INDEX_REST;
    *out_hash = cp_index_few(text, text.n - CP_INDEX_FEW);
    return CP_INDEX_TAIL;
}

bool cp_index_ending_hash(cp_slice name, uint32_t *out_hash) {
    uint32_t dot = cp_slice_rfind(name, '.');
    if (dot == name.n)
        return false;
    *out_hash = cp_slice_hash(cp_slice_sub(name, dot + 1, name.n));
    return true;
}

uint32_t cp_index_host_hash(cp_slice name) {
    uint32_t h = 2166136261u;
    for (uint32_t i = 0; i < name.n; i++) {
        uint8_t c = name.p[i];
        h = (h ^ (c >= 'A' && c <= 'Z' ? c | 32u : c)) * 16777619u;
    }
    return h;
}

static bool is_literal(const cp_image *im, const cp_rec_path *p, uint32_t i, uint32_t *out_hash) {
    const cp_pattern_name c = cp_image_component(im, p->first + i);
    if (c.op != CP_COMP_LITERAL)
        return false;
    *out_hash = cp_slice_hash(cp_image_string(im, c.text));
    return true;
}

uint32_t cp_index_names_hash(uint32_t before, uint32_t at, uint32_t name_hash) {
    static const uint32_t below[] = {UINT32_MAX, CP_INDEX_BELOW, CP_INDEX_BELOW_SECOND, CP_INDEX_BELOW_THIRD};
    uint32_t free = below[at < 3 ? at : 3];
    uint32_t hash = (before & ~free) | (cp_image_slot_hash((before * 0x9e3779b1u) ^ name_hash) & free);
    return hash | (hash == 0); /* 0 stands for no names */
}

/* Its names, as far as they are literal; a star in place of the second is one of them (the home directory of whoever), and so is the
 * last of all if it has a star. */
static bool first_names(const cp_image *im, const cp_rec_path *p, uint32_t *out_hash) {
    uint32_t hash = 0;
    for (uint32_t i = 0; i < p->count; i++) {
        const cp_pattern_name c = cp_image_component(im, p->first + i);
        cp_slice text = cp_image_string(im, c.text);
        if (c.op == CP_COMP_GLOB && i + 1 == p->count)
            text = CP_LIT("*");
        else if (c.op != CP_COMP_LITERAL && !(c.op == CP_COMP_GLOB && i == 1 && cp_slice_is(text, "*")))
            break;
        hash = cp_index_names_hash(hash, i, cp_slice_hash(text));
    }
    *out_hash = hash;
    return hash != 0;
}

static cp_index_class of_path(const cp_image *im, const cp_rec_path *p, uint32_t *out_hash) {
    uint32_t n = p->count;
    if (n == 0 || n > CP_INDEX_PATTERN_MOST)
        return CP_INDEX_REST;
    switch (p->root) {
    case CP_ROOT_ABSOLUTE: return first_names(im, p, out_hash) ? CP_INDEX_ABSOLUTE : CP_INDEX_REST;
    case CP_ROOT_HOME: return first_names(im, p, out_hash) ? CP_INDEX_HOME : CP_INDEX_REST;
    case CP_ROOT_ANYWHERE: {
        if (is_literal(im, p, n - 1, out_hash))
            return CP_INDEX_LAST;
        const cp_pattern_name last = cp_image_component(im, p->first + n - 1);
        cp_index_class found = CP_INDEX_REST;
        if (last.op == CP_COMP_GLOB)
            found = of_glob(cp_image_string(im, last.text), out_hash);
        if (found != CP_INDEX_REST)
            return found;
        break;
    }
    case CP_ROOT_WORKSPACE:
    case CP_ROOT_CWD:
    case CP_ROOT_TMP: break;
    default: return CP_INDEX_REST;
    }
    for (uint32_t i = n; i > 0; i--)
        if (is_literal(im, p, i - 1, out_hash))
            return p->root == CP_ROOT_ANYWHERE ? CP_INDEX_WITHIN : CP_INDEX_PLACE;
    return CP_INDEX_REST;
}

static cp_index_class of_host(const cp_image *im, const cp_rec_host *h, uint32_t *out_hash) {
    static const char local[] = "localhost"; /* is also an address */
    cp_slice name = cp_image_string(im, h->name);
    uint32_t local_hash = cp_index_host_hash(CP_LIT(local));
    *out_hash = cp_index_host_hash(name);
    if (h->kind > CP_HOST_DOMAIN || name.n == 0)
        return CP_INDEX_REST;
    for (uint32_t at = 0; at < name.n; at = cp_slice_find(name, '.', at) + 1)
        if (cp_index_host_hash(cp_slice_sub(name, at, name.n)) == local_hash)
            return CP_INDEX_REST;
    return h->kind == CP_HOST_EXACT ? CP_INDEX_NAME : CP_INDEX_DOMAIN;
}

cp_index_class cp_index_of_entry(const cp_image *im, const cp_rec_effect *e, uint32_t *out_hash) {
    cp_slice text = cp_image_string(im, e->object);
    *out_hash = 0;
    cp_index_class found = CP_INDEX_REST;
    switch (e->object_kind) {
    case CP_OBJECT_PATH: found = of_path(im, cp_image_path(im, e->object), out_hash); break;
    case CP_OBJECT_HOST: found = of_host(im, cp_image_host(im, e->object), out_hash); break;
    case CP_OBJECT_VARIABLE:
        if (text.n && text.p[0] == '$')
            text = cp_slice_sub(text, 1, text.n);
        text = cp_slice_sub(text, 0, cp_slice_find(text, '=', 0)); /* NAME=VALUE */
        found = plain(text) ? CP_INDEX_NAME : CP_INDEX_REST;
        *out_hash = cp_slice_hash(text);
        break;
    case CP_OBJECT_WORD:
        found = CP_INDEX_NAME;
        *out_hash = cp_slice_hash(text);
        break;
    default: break;
    }
    if (found == CP_INDEX_REST)
        *out_hash = e->object_kind; /* it is no hash: by these the class is sorted */
    return found;
}

bool cp_index_of_rule(const cp_image *im, const cp_rec_rule *rule, uint32_t nth, uint16_t *out_hash) {
    cp_rule_word word = cp_image_rule_word(im, rule->word_first);
    *out_hash = 0;
    if (rule->word_count < 2 || (word.flags & (CP_WORD_GLOB | CP_WORD_PATH)))
        return false;
    uint32_t text = word.flags & CP_WORD_SET ? cp_image_set_word(im, word.text + nth) : nth ? 0 : word.text;
    *out_hash = cp_index_rule_hash(cp_image_string(im, text));
    return nth == 0 || text != 0;
}

static void note_entry(cp_image *im, uint32_t bit) {
    im->entries[bit / 64] |= (uint64_t)1 << bit % 64;
}

void cp_index_note_entries(cp_image *im) {
    uint32_t most = cp_image_count(im, CP_SEC_POST), left = most;
    memset(im->entries, 0, sizeof im->entries);
    for (uint32_t k = 1; k < CP_EFFECT_COUNT; k++) {
        const cp_rec_effect_kind *kind = cp_image_effect_kind(im, k);
        for (cp_index_class c = CP_INDEX_REST + 1; c < CP_INDEX_CLASSES; c++) {
            cp_run run = cp_index_class_run(kind, c);
            if (run.first >= most || run.count > left) /* not there, or several times: it is not known */
                run.count = run.count ? left + 1 : 0;
            if (run.count > left) {
                memset(im->entries, 0xff, sizeof im->entries);
                return;
            }
            left -= run.count;
            for (uint32_t i = 0; i < run.count; i++) {
                uint32_t hash = cp_image_posting(im, run.first + i)->hash;
                note_entry(im, cp_index_bit(k, c, hash));
                if (c == CP_INDEX_LAST || c == CP_INDEX_WITHIN || c == CP_INDEX_PLACE)
                    note_entry(im, cp_index_bit(k, CP_INDEX_NAMED, hash));
                if (!cp_index_begins(c))
                    continue;
                note_entry(im, cp_index_bit(k, c, hash & ~(uint32_t)CP_INDEX_BELOW));
                note_entry(im, cp_index_bit(k, c, hash & ~(uint32_t)CP_INDEX_BELOW_SECOND));
                note_entry(im, cp_index_bit(k, c, hash & ~(uint32_t)CP_INDEX_BELOW_THIRD));
            }
        }
    }
}

/* The first of the run whose hash is not less. The run is there, or empty. */
static uint32_t lower_bound(const cp_image *im, cp_run run, uint32_t hash) {
    uint32_t first = run.first, count = run.count;
    const uint8_t *records = im->section[CP_SEC_POST].first;
    size_t size = im->section[CP_SEC_POST].size;
    while (count) {
        uint32_t half = count / 2;
        const uint8_t *at = records + (size_t)(first + half) * size;
        bool less = ((const cp_rec_posting *)(const void *)at)->hash < hash;
        first += less ? half + 1 : 0;
        count = less ? count - half - 1 : half;
    }
    return first;
}

cp_run cp_index_range(const cp_image *im, cp_run run, uint32_t low, uint32_t high) {
    uint32_t most = cp_image_count(im, CP_SEC_POST), end = run.first + run.count;
    if (run.first >= most || run.count > most - run.first)
        return (cp_run){0, 0};
    cp_run found = {lower_bound(im, run, low), 0};
    if (found.first == end || cp_image_posting(im, found.first)->hash > high)
        return found; /* the usual case: none */
    if (high != low && high != UINT32_MAX)
        found.count = lower_bound(im, (cp_run){found.first, end - found.first}, high + 1) - found.first;
    else
        while (found.first + found.count < end &&
               cp_image_posting(im, found.first + found.count)->hash - low <= high - low)
            found.count++;
    return found;
}

cp_run cp_index_find(const cp_image *im, cp_run run, uint32_t hash) {
    return cp_index_range(im, run, hash, hash);
}

cp_run cp_index_find_rules(const cp_image *im, cp_run run, uint16_t hash) {
    const uint8_t *records = cp_image_run(im, CP_SEC_RPST, run.first, run.count);
    size_t size = im->section[CP_SEC_RPST].size;
    uint32_t begin = 0, end = run.count;
    if (!records)
        return (cp_run){0, 0};
    for (uint32_t left = run.count; left;) { /* `begin`: the first whose hash is not less */
        uint32_t half = left / 2;
        const uint8_t *at = records + (size_t)(begin + half) * size;
        bool less = ((const cp_rec_rule_posting *)(const void *)at)->hash < hash;
        begin += less ? half + 1 : 0;
        left = less ? left - half - 1 : half;
    }
    cp_run found = {run.first + begin, 0};
    while (begin + found.count < end && cp_image_rule_posting(im, found.first + found.count)->hash == hash)
        found.count++;
    return found;
}

void cp_index_rest(const cp_image *im, cp_run rest, uint32_t object_kind, cp_run out[CP_INDEX_KINDS]) {
    out[0] = rest;
    out[1] = out[2] = (cp_run){0, 0};
    if (object_kind == CP_OBJECT_ANY || rest.count == 0)
        return;
    uint32_t first = cp_image_posting(im, rest.first)->hash,
             last = cp_image_posting(im, rest.first + rest.count - 1)->hash;
    out[0] = (cp_run){0, 0}; /* mostly there are none at either end */
    if (first == CP_OBJECT_ANY)
        out[0] = cp_index_find(im, rest, CP_OBJECT_ANY);
    if (first <= object_kind && object_kind <= last)
        out[1] = cp_index_find(im, rest, object_kind);
    if (last > CP_OBJECT_WORD)
        out[2] = cp_index_range(im, rest, CP_OBJECT_WORD + 1, UINT32_MAX);
}
