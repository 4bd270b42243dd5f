/* Opening an image and looking things up in it. Opening looks at the header, the section table, globs of programs and the index of entries; everything else
 * is checked where it is read. Refuses what is too new, too short, misaligned or of the other byte order. Every lookup ends
 * after CP_IMAGE_PROBES_MOST steps of its table, whatever the bytes say. */
#include "image/index.h"

const uint32_t cp_image_zero[32] = {0};

/* Sizes of the records as this version knows them: a stored record may be larger (a newer minor version), never smaller. */
static const uint32_t record_sizes[CP_SEC_COUNT] = {
    [CP_SEC_STRB] = 1,
    [CP_SEC_STRS] = sizeof(cp_rec_strings),
    [CP_SEC_STRH] = 2,
    [CP_SEC_GEDG] = sizeof(cp_rec_edge),
    [CP_SEC_REDG] = sizeof(cp_rec_program),
    [CP_SEC_NODE] = sizeof(cp_rec_node),
    [CP_SEC_BODY] = sizeof(cp_rec_body),
    [CP_SEC_MORE] = sizeof(cp_rec_more),
    [CP_SEC_GLOB] = sizeof(cp_rec_glob),
    [CP_SEC_OPTN] = sizeof(cp_rec_option),
    [CP_SEC_TAKE] = sizeof(cp_rec_takes),
    [CP_SEC_ROLE] = sizeof(cp_rec_role),
    [CP_SEC_EFFD] = sizeof(cp_rec_declared),
    [CP_SEC_CASE] = sizeof(cp_rec_case),
    [CP_SEC_COND] = sizeof(cp_rec_cond),
    [CP_SEC_NAMS] = sizeof(cp_rec_name),
    [CP_SEC_KIND] = sizeof(cp_rec_kind),
    [CP_SEC_LINE] = sizeof(cp_rec_line),
    [CP_SEC_GRUP] = sizeof(cp_rec_group),
    [CP_SEC_RNOD] = sizeof(cp_rec_rnode),
    [CP_SEC_INDX] = sizeof(cp_rec_index),
    [CP_SEC_RGLB] = sizeof(cp_rec_glob),
    [CP_SEC_RULE] = sizeof(cp_rec_rule),
    [CP_SEC_ENTR] = sizeof(cp_rec_entry),
    [CP_SEC_MENT] = sizeof(cp_rec_entry_more),
    [CP_SEC_WORD] = sizeof(cp_rec_word),
    [CP_SEC_RWRD] = sizeof(cp_rec_rword),
    [CP_SEC_ROPT] = sizeof(cp_rec_ropt),
    [CP_SEC_ARMS] = sizeof(cp_rec_arm),
    [CP_SEC_EXCR] = 4,
    [CP_SEC_EFFE] = sizeof(cp_rec_effect),
    [CP_SEC_EFFG] = sizeof(cp_rec_effect_group),
    [CP_SEC_EFFK] = sizeof(cp_rec_effect_kind),
    [CP_SEC_POST] = sizeof(cp_rec_posting),
    [CP_SEC_RPST] = sizeof(cp_rec_rule_posting),
    [CP_SEC_EXCP] = sizeof(cp_rec_object),
    [CP_SEC_PATP] = sizeof(cp_rec_path),
    [CP_SEC_COMP] = sizeof(cp_rec_component),
    [CP_SEC_HOST] = sizeof(cp_rec_host),
    [CP_SEC_REGX] = sizeof(cp_rec_regex),
    [CP_SEC_FLOW] = sizeof(cp_rec_flow),
    [CP_SEC_DFLT] = sizeof(cp_rec_default),
    [CP_SEC_TRST] = 4,
    [CP_SEC_FILE] = sizeof(cp_rec_file),
    [CP_SEC_TEST] = sizeof(cp_rec_test),
    [CP_SEC_SYSD] = 4,
    [CP_SEC_TEXT] = sizeof(cp_rec_text),
    [CP_SEC_TNAM] = sizeof(cp_rec_text_name),
};

_Static_assert(sizeof(cp_rec_body) <= sizeof cp_image_zero, "the zero record is larger than any");
_Static_assert(sizeof(cp_rec_host) <= sizeof cp_image_zero, "the zero record is larger than any");
/* No gaps between fields: equal records have equal bytes. */
_Static_assert(sizeof(cp_rec_node) == 8 && sizeof(cp_rec_body) == 16 && sizeof(cp_rec_option) == 4 &&
                   sizeof(cp_rec_edge) == 4 && sizeof(cp_rec_cond) == 8 && sizeof(cp_rec_line) == 8 &&
                   sizeof(cp_rec_component) == 4 && sizeof(cp_rec_more) == 24 && sizeof(cp_rec_takes) == 10 &&
                   sizeof(cp_rec_rule) == 12 && sizeof(cp_rec_entry) == 16 && sizeof(cp_rec_arm) == 20 &&
                   sizeof(cp_rec_effect) == 12 && sizeof(cp_rec_effect_group) == 24 &&
                   sizeof(cp_rec_strings) == 36 && sizeof(cp_rec_rule_posting) == 4 &&
                   sizeof(cp_rec_text) == 8 && sizeof(cp_rec_text_name) == 6,
               "the records' layout is part of the format");
_Static_assert(sizeof(cp_rec_header) == 72, "the header's layout is part of the format");

uint32_t cp_image_record_size(cp_section section) {
    return section < CP_SEC_COUNT ? record_sizes[section] : 0;
}

/* Records made of 16-bit numbers alone need no more than their alignment. */
static uint32_t alignment(uint32_t tag) {
    switch (tag) {
    case CP_SEC_STRB: return 1;
    case CP_SEC_STRH:
    case CP_SEC_TAKE:
    case CP_SEC_OPTN:
    case CP_SEC_GEDG:
    case CP_SEC_REDG:
    case CP_SEC_WORD:
    case CP_SEC_LINE:
    case CP_SEC_NAMS:
    case CP_SEC_TEXT:
    case CP_SEC_TNAM:
    case CP_SEC_RPST: return 2;
    default: return 4;
    }
}

static cp_image_status open_section(cp_image *im, const cp_rec_section *s) {
    if (s->tag == CP_SEC_NONE || s->tag >= CP_SEC_COUNT)
        return CP_IMAGE_OK; /* of a newer minor version: not ours to read */
    if (im->section[s->tag].size != 0)
        return CP_IMAGE_DAMAGED; /* twice */
    if (s->record_size < record_sizes[s->tag] || s->record_size > CP_IMAGE_RECORD_MOST)
        return CP_IMAGE_DAMAGED;
    if (s->tag == CP_SEC_STRB ? s->record_size != 1 : s->record_size % alignment(s->tag) != 0)
        return CP_IMAGE_DAMAGED;
    if (s->offset % 8 != 0 || s->offset > im->size)
        return CP_IMAGE_DAMAGED;
    if ((uint64_t)s->count * s->record_size > im->size - s->offset)
        return CP_IMAGE_DAMAGED;
    im->section[s->tag].first = im->bytes + s->offset;
    im->section[s->tag].count = s->count;
    im->section[s->tag].size = s->record_size;
    return CP_IMAGE_OK;
}

static void note(uint8_t none[CP_IMAGE_NO_GLOB], cp_slice part, uint32_t bytes) {
    uint32_t bit = cp_image_part(part, bytes);
    none[bit / 8] &= (uint8_t) ~(1u << bit % 8);
}

/* Takes the beginnings and endings of the globs [first, first + count) out of `none`. */
static void note_globs(const cp_image *im, cp_section section, uint32_t first, uint32_t count,
                       uint8_t none[CP_IMAGE_NO_GLOB]) {
    uint32_t most = im->section[section].count;
    memset(none, 0xff, CP_IMAGE_NO_GLOB);
    for (uint32_t i = first; i < most && i - first < count; i++) {
        const cp_rec_glob *glob = (const cp_rec_glob *)cp_image_record(im, section, i);
        cp_slice text = cp_image_string(im, glob->word);
        uint32_t star = cp_slice_find(text, '*', 0), last = cp_slice_rfind(text, '*');
        if (star >= 2) {
            note(none, text, star >= CP_IMAGE_BEGINNING ? CP_IMAGE_BEGINNING : CP_IMAGE_BEGINNING_SHORT);
        } else if (star == 1) {
            uint8_t open[2] = {text.p[0], 0};
            do
                note(none, (cp_slice){open, 2}, CP_IMAGE_BEGINNING_SHORT);
            while (++open[1]);
        } else if (star == 0 && text.n - last > CP_IMAGE_ENDING) {
            note(none, cp_slice_sub(text, text.n - CP_IMAGE_ENDING, text.n), CP_IMAGE_ENDING);
        } else {
            memset(none, 0, CP_IMAGE_NO_GLOB);
            return;
        }
    }
}

cp_image_status cp_image_open(cp_image *im, const void *bytes, size_t size) {
    memset(im, 0, sizeof *im);
    if (!bytes || size < sizeof(cp_rec_header) || size > UINT32_MAX || (uintptr_t)bytes % 8 != 0)
        return CP_IMAGE_NOT_ONE;
    const cp_rec_header *h = (const cp_rec_header *)bytes;
    if (memcmp(h->magic, CP_IMAGE_MAGIC, sizeof h->magic) != 0)
        return CP_IMAGE_NOT_ONE;
    /* On a big-endian machine the version reads as 0x00000100: also not ours to read. */
    if (h->version >> 16 != CP_IMAGE_MAJOR || h->language > CP_IMAGE_LANGUAGE)
        return CP_IMAGE_TOO_NEW;
    if (h->header_size < sizeof *h || h->header_size > size || h->header_size % 8 != 0 ||
        h->file_size != size || h->language == 0 || h->section_count > CP_IMAGE_SECTIONS_MOST ||
        h->longest_probe > CP_IMAGE_PROBES_MOST)
        return CP_IMAGE_DAMAGED;
    if ((uint64_t)h->section_count * sizeof(cp_rec_section) > size - h->header_size)
        return CP_IMAGE_DAMAGED;
    im->bytes = (const uint8_t *)bytes;
    im->size = size;
    im->probes = h->longest_probe;
    im->digest = h->digest;
    const cp_rec_section *sections = (const cp_rec_section *)(const void *)(im->bytes + h->header_size);
    for (uint32_t i = 0; i < h->section_count; i++) {
        cp_image_status status = open_section(im, &sections[i]);
        if (status != CP_IMAGE_OK) {
            memset(im, 0, sizeof *im);
            return status;
        }
    }
    const cp_rec_more *root = cp_image_more_of(im, cp_image_body_of(im, CP_IMAGE_ROOT));
    note_globs(im, CP_SEC_GLOB, root->glob_first, root->glob_count, im->no_program_glob);
    note_globs(im, CP_SEC_RGLB, 1, UINT32_MAX, im->no_rule_glob);
    cp_index_note_entries(im);
    return CP_IMAGE_OK;
}

const cp_rec_file *cp_image_file_of(const cp_image *im, uint32_t node) {
    const cp_rec_file *found = cp_image_file(im, 0);
    for (uint32_t i = 1; i < cp_image_count(im, CP_SEC_FILE); i++) {
        const cp_rec_file *file = cp_image_file(im, i);
        if (file->node_first && file->node_first <= node && file->node_first >= found->node_first)
            found = file;
    }
    return found;
}

uint32_t cp_image_strictest(const cp_image *im, uint32_t arm_first, uint32_t arm_count) {
    uint32_t strictest = CP_IV_ALLOW;
    for (uint32_t i = 0; i < arm_count; i++) {
        uint32_t verdict = cp_image_arm(im, arm_first + i)->verdict;
        verdict = verdict == CP_IV_NONE ? CP_IV_REVIEW : verdict;
        strictest = verdict > strictest ? verdict : strictest;
    }
    return strictest;
}

uint32_t cp_image_u32(const cp_image *im, cp_section section, uint32_t index) {
    return *(const uint32_t *)cp_image_record(im, section, index);
}

static cp_slice id_of(cp_arena *arena, const cp_image *im, uint32_t file, cp_slice name) {
    const cp_rec_file *from = cp_image_file(im, file);
    cp_slice pack = cp_image_string(im, from->pack);
    if (pack.n == 0) {
        pack = cp_image_string(im, from->name);
        uint32_t slash = cp_slice_rfind(pack, '/');
        if (slash < pack.n)
            pack = cp_slice_sub(pack, slash + 1, pack.n);
    }
    uint8_t *p = (uint8_t *)cp_alloc_raw(arena, (size_t)pack.n + 1 + name.n);
    if (cp_arena_failed(arena))
        return (cp_slice){NULL, 0};
    if (pack.n)
        memcpy(p, pack.p, pack.n);
    p[pack.n] = ':';
    if (name.n)
        memcpy(p + pack.n + 1, name.p, name.n);
    return (cp_slice){p, pack.n + 1 + name.n};
}

/* Its words and what stands between them, as far as there is room: how many bytes all of it has, CP_KEY_END where it is damaged. The
 * bytes may change from one time to the next. */
static uint32_t spell(const cp_image *im, uint32_t first, uint8_t *out, uint32_t room) {
    enum { SHORT = 16 };
    const uint8_t *bytes = im->section[CP_SEC_STRB].first; /* NULL: there are none, and so no words */
    uint32_t size = 0, most = im->section[CP_SEC_STRB].count, end = cp_image_count(im, CP_SEC_WORD);
    for (uint32_t at = first; at < end && at - first < CP_KEY_END; at++) {
        uint32_t word = cp_image_word(im, at)->text;
        if (word == CP_KEY_END)
            return size ? size - 1 : CP_KEY_END;
        if (word == CP_KEY_BLANK) {
            if (size && size <= room)
                out[size - 1] = ' ';
            continue;
        }
        cp_slice text = cp_image_string(im, word);
        if (text.n == 0 || text.n >= CP_KEY_END - size)
            return CP_KEY_END;
        if (size < room && text.n < room - size) {
            if (text.n <= SHORT && room - size > SHORT && most - (uint32_t)(text.p - bytes) >= SHORT)
                memcpy(out + size, text.p, SHORT); /* one move; what is too much is written over */
            else
                memcpy(out + size, text.p, text.n);
            out[size + text.n] = '|';
        }
        size += text.n + 1;
    }
    return CP_KEY_END;
}

cp_slice cp_image_key(cp_arena *arena, const cp_image *im, const cp_rec_entry *entry) {
    enum { MOST_ARE_SHORTER = 768 };
    uint8_t usual[MOST_ARE_SHORTER];
    if (!(entry->flags & CP_KEY_IN_WORDS))
        return cp_image_string(im, entry->key);
    uint32_t size = spell(im, entry->key, usual, MOST_ARE_SHORTER);
    if (size == CP_KEY_END)
        return (cp_slice){NULL, 0};
    if (size < MOST_ARE_SHORTER)
        return cp_arena_copy(arena, (cp_slice){usual, size});
    uint8_t *p = (uint8_t *)cp_alloc_raw(arena, (size_t)size + 1);
    if (cp_arena_failed(arena) || spell(im, entry->key, p, size + 1) != size)
        return (cp_slice){NULL, 0};
    return (cp_slice){p, size};
}

cp_slice cp_image_entry_id(cp_arena *arena, const cp_image *im, const cp_rec_entry *entry, cp_slice key) {
    uint32_t name = cp_image_entry_more(im, entry)->name;
    return id_of(arena, im, entry->file, name ? cp_image_string(im, name) : key);
}

cp_slice cp_image_rule_id(cp_arena *arena, const cp_image *im, const cp_rec_rule *rule) {
    const cp_rec_entry *entry = cp_image_entry(im, rule->entry);
    cp_slice key = {NULL, 0};
    if (!cp_image_entry_more(im, entry)->name)
        key = cp_image_key(arena, im, entry);
    return cp_image_entry_id(arena, im, entry, key);
}

cp_slice cp_image_effect_id(cp_arena *arena, const cp_image *im, const cp_rec_effect *e) {
    const cp_rec_effect_group *group = cp_image_effect_group(im, e->group);
    cp_slice name = cp_image_string(im, group->name), text = cp_image_string(im, e->text);
    if (!(e->flags & (CP_ENTRY_NAMED | CP_ENTRY_DEFAULT)))
        name = cp_arena_concat(arena, cp_arena_concat(arena, name, CP_LIT(" ")), text);
    return id_of(arena, im, group->file, name);
}

static const void *slot_at(const cp_image *im, cp_section table, uint32_t slot) {
    return im->section[table].first + (size_t)slot * im->section[table].size;
}

uint32_t cp_image_word_at(const cp_image *im, uint32_t slot) {
    const void *record = slot_at(im, CP_SEC_STRH, slot);
    uint16_t narrow = 0;
    uint32_t wide = 0;
    if (im->section[CP_SEC_STRH].size < sizeof wide)
        memcpy(&narrow, record, sizeof narrow);
    else
        memcpy(&wide, record, sizeof wide);
    return narrow | wide;
}

uint32_t cp_image_find_word(const cp_image *im, cp_slice text) {
    uint32_t slots = im->section[CP_SEC_STRH].count;
    if (slots == 0 || text.n == 0)
        return 0;
    uint32_t slot = cp_image_slot(cp_image_slot_hash(cp_slice_hash(text)), slots);
    for (uint32_t probe = 0; probe <= im->probes; probe++) {
        uint32_t index = cp_image_word_at(im, slot);
        if (index == 0)
            return 0;
        if (cp_image_string_is(im, index, text))
            return index;
        if (++slot == slots)
            slot = 0;
    }
    return 0;
}

uint32_t cp_image_step(const cp_image *im, uint32_t parent, uint32_t word) {
    uint32_t slots = im->section[CP_SEC_GEDG].count;
    if (slots == 0 || word == 0)
        return 0;
    uint32_t slot = cp_image_slot(cp_image_edge_hash(parent, word), slots);
    for (uint32_t probe = 0; probe <= im->probes; probe++) {
        const cp_rec_edge *e = (const cp_rec_edge *)slot_at(im, CP_SEC_GEDG, slot);
        if (e->node == 0)
            return 0;
        if (e->word == word && cp_image_node(im, e->node)->parent == parent)
            return e->node;
        if (++slot == slots)
            slot = 0;
    }
    return 0;
}

cp_rec_glob cp_image_program_at(const cp_image *im, uint32_t slot) {
    const void *record = slot_at(im, CP_SEC_REDG, slot);
    cp_rec_program narrow;
    cp_rec_glob wide;
    if (im->section[CP_SEC_REDG].size >= sizeof wide) {
        memcpy(&wide, record, sizeof wide);
        return wide;
    }
    memcpy(&narrow, record, sizeof narrow);
    return (cp_rec_glob){narrow.word, narrow.node};
}

uint32_t cp_image_program(const cp_image *im, uint32_t word) {
    uint32_t slots = im->section[CP_SEC_REDG].count;
    if (slots == 0 || word == 0)
        return 0;
    uint32_t slot = cp_image_slot(cp_image_edge_hash(CP_IMAGE_ROOT, word), slots);
    for (uint32_t probe = 0; probe <= im->probes; probe++) {
        cp_rec_glob e = cp_image_program_at(im, slot);
        if (e.node == 0)
            return 0;
        if (e.word == word)
            return e.node;
        if (++slot == slots)
            slot = 0;
    }
    return 0;
}

/* `first` and `count` of a run, cut to what the section has. */
static uint32_t run_end(const cp_image *im, cp_section section, uint32_t first, uint32_t count) {
    uint32_t most = im->section[section].count;
    if (first >= most)
        return first;
    return count > most - first ? most : first + count;
}

uint32_t cp_image_grammar_child(const cp_image *im, uint32_t parent, cp_slice word) {
    return cp_image_grammar_child_of(im, parent, word, cp_image_find_word(im, word));
}

uint32_t cp_image_grammar_child_of(const cp_image *im, uint32_t parent, cp_slice word, uint32_t string) {
    uint32_t child = string ? cp_image_step(im, parent, string) : 0;
    if (child || cp_image_count(im, CP_SEC_GLOB) <= 1 ||
        (parent == CP_IMAGE_ROOT && cp_image_no_glob(im->no_program_glob, word)))
        return child;
    const cp_rec_more *more = cp_image_more_of(im, cp_image_body_of(im, parent));
    uint32_t end = run_end(im, CP_SEC_GLOB, more->glob_first, more->glob_count);
    for (uint32_t i = more->glob_first; i < end; i++) {
        const cp_rec_glob *glob = cp_image_glob(im, i);
        if (glob->word && cp_image_glob_matches(cp_image_string(im, glob->word), word))
            return glob->node;
    }
    return 0;
}

bool cp_image_child_may_begin(const cp_image *im, uint32_t parent, cp_slice with) {
    if (cp_image_more_of(im, cp_image_body_of(im, parent))->glob_count)
        return true;
    for (uint32_t slot = 0; slot < im->section[CP_SEC_GEDG].count; slot++) {
        const cp_rec_edge *e = (const cp_rec_edge *)slot_at(im, CP_SEC_GEDG, slot);
        if (e->node && cp_image_node(im, e->node)->parent == parent &&
            cp_slice_starts(cp_image_string(im, e->word), with))
            return true;
    }
    return false;
}

bool cp_image_glob_matches(cp_slice pattern, cp_slice text) {
    if (pattern.n && text.n && pattern.p[0] != '*' && pattern.p[0] != text.p[0])
        return false; /* the usual case */
    uint32_t p = 0, t = 0, star = UINT32_MAX, resume = 0;
    while (t < text.n) {
        if (p < pattern.n && pattern.p[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.n && pattern.p[p] == text.p[t]) {
            p++;
            t++;
        } else if (star != UINT32_MAX) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.n && pattern.p[p] == '*')
        p++;
    return p == pattern.n;
}

/* The first eight bytes as a number, zeros behind the last: texts whose numbers differ compare as these do. */
static uint64_t beginning_of(cp_slice text) {
    uint64_t number = 0;
    for (uint32_t i = 0; i < 8; i++)
        number = number << 8 | (i < text.n ? text.p[i] : 0);
    return number;
}

/* The same of a text with that many readable bytes from its first on. */
static uint64_t beginning_within(cp_slice text, size_t readable) {
    if (readable < 8 || text.n == 0)
        return beginning_of(text);
    uint64_t number = 0;
    for (uint32_t i = 0; i < 8; i++) /* one load */
        number = number << 8 | text.p[i];
    return text.n < 8 ? number & ~(UINT64_MAX >> (8 * text.n)) : number;
}

/* Index of the first option in [first, end) whose name is not less than `name`. */
static uint32_t lower_bound(const cp_image *im, uint32_t first, uint32_t end, cp_slice name) {
    const uint8_t *bytes_end = im->section[CP_SEC_STRB].first + im->section[CP_SEC_STRB].count;
    uint64_t beginning = beginning_of(name);
    while (first < end) {
        uint32_t middle = first + (end - first) / 2;
        cp_slice here = cp_image_string(im, cp_image_option_name(im, middle));
        uint64_t other = here.n ? beginning_within(here, (size_t)(bytes_end - here.p)) : 0;
        if (other != beginning ? other < beginning : cp_slice_compare(here, name) < 0)
            first = middle + 1;
        else
            end = middle;
    }
    return first;
}

uint32_t cp_image_find_option(const cp_image *im, uint32_t first, uint32_t count, cp_slice name) {
    if (count == 0 || name.n == 0)
        return 0;
    uint32_t end = run_end(im, CP_SEC_OPTN, first, count);
    uint32_t at = lower_bound(im, first, end, name);
    if (at >= end)
        return 0;
    if ((cp_image_option_takes(im, at)->flags & CP_OPTION_NUMBER) && cp_slice_is(name, "-"))
        return 0; /* a lone dash is no number; an option "-" would stand before -NUM */
    return cp_image_string_is(im, cp_image_option_name(im, at), name) ? at : 0;
}

uint32_t cp_image_abbreviated(const cp_image *im, uint32_t first, uint32_t count, cp_slice prefix,
                              uint32_t *out_count) {
    *out_count = 0;
    uint32_t end = run_end(im, CP_SEC_OPTN, first, count), found = 0, group = 0;
    if (prefix.n < 2 || prefix.p[0] != '-' || cp_slice_is(prefix, "--"))
        return 0;
    for (uint32_t at = lower_bound(im, first, end, prefix); at < end; at++) {
        cp_slice name = cp_image_string(im, cp_image_option_name(im, at));
        uint32_t first_spelling = cp_image_option_first(im, at);
        if (!cp_slice_starts(name, prefix))
            break;
        if (name.n == prefix.n ||
            (cp_image_option_takes(im, at)->flags & (CP_OPTION_NUMBER | CP_OPTION_PREFIX)))
            continue;
        if (!found) {
            found = at;
            group = first_spelling;
            *out_count = 1;
        } else if (first_spelling != group) {
            ++*out_count;
        }
    }
    return found;
}
