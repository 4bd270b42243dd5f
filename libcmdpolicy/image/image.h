/* Reading a compiled policy. Every access checks its index and gives the zero record otherwise, so hostile bytes are safe to read
 * (about 1 ns an access) and nothing depends on validation. Never sees YAML. */
#ifndef CP_IMAGE_IMAGE_H
#define CP_IMAGE_IMAGE_H
#include "base/arena.h"
#include "base/slice.h"
#include "image/format.h"

enum { CP_IMAGE_NO_GLOB = 256, CP_IMAGE_ENTRY_BITS = 14 };
typedef struct cp_image {
    const uint8_t *bytes;
    size_t size;
    struct {
        const uint8_t *first;
        uint32_t count, size;
    } section[CP_SEC_COUNT]; /* size: the record's size as stored (stride) */
    uint32_t probes;         /* longest probe sequence of the tables */
    const uint8_t *digest;
    /* Beginnings and endings that no glob of a program has: of rules, and of the grammar. All zero: not known. */
    uint8_t no_rule_glob[CP_IMAGE_NO_GLOB], no_program_glob[CP_IMAGE_NO_GLOB];
    /* Hashes that entries under `effects` are found by (index.h): a bit that isn't set says that there is none. */
    uint64_t entries[1 << (CP_IMAGE_ENTRY_BITS - 6)];
} cp_image;

typedef enum cp_image_status {
    CP_IMAGE_OK,
    CP_IMAGE_NOT_ONE,
    CP_IMAGE_TOO_NEW,
    CP_IMAGE_DAMAGED
} cp_image_status;
/* Looks at the header, the section table, the globs of programs and the index of entries only. `bytes` must be aligned to 8 and stay as they are.
 * cp_image_is_whole checks the checksum, cp_image_verify every index, run and order besides. */
cp_image_status cp_image_open(cp_image *, const void *bytes, size_t size);
bool cp_image_is_whole(const cp_image *);
cp_image_status cp_image_verify(const cp_image *);
/* Bounds of the format: an image that says more is damaged. */
enum { CP_IMAGE_PROBES_MOST = 64, CP_IMAGE_SECTIONS_MOST = 256, CP_IMAGE_RECORD_MOST = 4096 };
/* The size of a section's records as this version writes them. */
uint32_t cp_image_record_size(cp_section);
/* Hash of a string (made from its cp_slice_hash) and of an edge; the search begins at cp_image_slot and goes linearly on. */
static inline uint32_t cp_image_slot_hash(uint32_t hash) {
    hash ^= hash >> 16;
    hash *= 0x85ebca6bu;
    return hash ^ hash >> 13;
}
static inline uint32_t cp_image_edge_hash(uint32_t parent, uint32_t word) {
    return cp_image_slot_hash(parent * 0x9e3779b1u + word * 0xc2b2ae35u);
}
static inline uint32_t cp_image_slot(uint32_t hash, uint32_t slots) {
    return (uint32_t)((uint64_t)hash * slots >> 32);
}
/* Of what lies behind the header; docs/image.md says how it is made. Notices corruption, keeps out nobody. */
uint32_t cp_image_checksum(const void *bytes, size_t size);

extern const uint32_t cp_image_zero[32]; /* the zero record: larger than any */
static inline const void *cp_image_record(const cp_image *im, cp_section s, uint32_t index) {
    if (index == 0 || index >= im->section[s].count)
        return cp_image_zero;
    CP_HOLDS(im->section[s].first);
    return im->section[s].first + (size_t)index * im->section[s].size;
}
/* The records [first, first + count), each `size` of the section behind the one before; NULL where they are not all there. */
static inline const uint8_t *cp_image_run(const cp_image *im, cp_section s, uint32_t first, uint32_t count) {
    uint32_t all = im->section[s].count;
    if (first == 0 || first >= all || count > all - first)
        return NULL;
    return im->section[s].first + (size_t)first * im->section[s].size;
}
#define CP_IMAGE_ACCESSOR(name, type, section)                                    \
  static inline const type *cp_image_##name(const cp_image *im, uint32_t index) { \
    return (const type *)cp_image_record(im, section, index);                     \
  }
CP_IMAGE_ACCESSOR(node, cp_rec_node, CP_SEC_NODE)
CP_IMAGE_ACCESSOR(body, cp_rec_body, CP_SEC_BODY)
/* What a command states. */
static inline const cp_rec_body *cp_image_body_of(const cp_image *im, uint32_t node) {
    return cp_image_body(im, cp_image_node(im, node)->body);
}
CP_IMAGE_ACCESSOR(more, cp_rec_more, CP_SEC_MORE)
static inline const cp_rec_more *cp_image_more_of(const cp_image *im, const cp_rec_body *body) {
    return cp_image_more(im, body->more);
}
/* Letters stand together behind one dash, and long names behind two. */
static inline bool cp_syntax_bundles(uint32_t syntax) {
    return syntax == CP_SYNTAX_GNU || syntax == CP_SYNTAX_POSIX || syntax == CP_SYNTAX_EITHER ||
           syntax == CP_SYNTAX_BUNDLE_FIRST;
}
/* -name: no bundles, no abbreviations. */
static inline bool cp_syntax_has_one_dash(uint32_t syntax) {
    return syntax == CP_SYNTAX_SINGLE_DASH || syntax == CP_SYNTAX_GO || syntax == CP_SYNTAX_PERL;
}
/* The first operand ends the options. */
static inline bool cp_syntax_ends_at_operand(uint32_t syntax) {
    return syntax == CP_SYNTAX_POSIX || syntax == CP_SYNTAX_GO;
}
/* The options under `global` of a command. */
typedef struct cp_options {
    uint32_t first, count;
} cp_options;
static inline cp_options cp_image_globals(const cp_image *im, const cp_rec_body *body) {
    const cp_rec_more *more = cp_image_more_of(im, body);
    return (cp_options){more->global_first, more->global_count};
}
CP_IMAGE_ACCESSOR(glob, cp_rec_glob, CP_SEC_GLOB)
CP_IMAGE_ACCESSOR(option, cp_rec_option, CP_SEC_OPTN)
CP_IMAGE_ACCESSOR(takes, cp_rec_takes, CP_SEC_TAKE)
CP_IMAGE_ACCESSOR(role, cp_rec_role, CP_SEC_ROLE)
CP_IMAGE_ACCESSOR(declared, cp_rec_declared, CP_SEC_EFFD)
CP_IMAGE_ACCESSOR(acase, cp_rec_case, CP_SEC_CASE)
CP_IMAGE_ACCESSOR(cond, cp_rec_cond, CP_SEC_COND)
CP_IMAGE_ACCESSOR(name, cp_rec_name, CP_SEC_NAMS)
CP_IMAGE_ACCESSOR(kind, cp_rec_kind, CP_SEC_KIND)
CP_IMAGE_ACCESSOR(line, cp_rec_line, CP_SEC_LINE)
CP_IMAGE_ACCESSOR(group, cp_rec_group, CP_SEC_GRUP)
CP_IMAGE_ACCESSOR(rnode, cp_rec_rnode, CP_SEC_RNOD)
CP_IMAGE_ACCESSOR(rule_glob, cp_rec_glob, CP_SEC_RGLB)
CP_IMAGE_ACCESSOR(rule, cp_rec_rule, CP_SEC_RULE)
CP_IMAGE_ACCESSOR(entry, cp_rec_entry, CP_SEC_ENTR)
CP_IMAGE_ACCESSOR(index, cp_rec_index, CP_SEC_INDX)
CP_IMAGE_ACCESSOR(word, cp_rec_word, CP_SEC_WORD)
CP_IMAGE_ACCESSOR(ropt, cp_rec_ropt, CP_SEC_ROPT)
CP_IMAGE_ACCESSOR(arm, cp_rec_arm, CP_SEC_ARMS)
CP_IMAGE_ACCESSOR(effect, cp_rec_effect, CP_SEC_EFFE)
CP_IMAGE_ACCESSOR(effect_group, cp_rec_effect_group, CP_SEC_EFFG)
CP_IMAGE_ACCESSOR(effect_kind, cp_rec_effect_kind, CP_SEC_EFFK)
CP_IMAGE_ACCESSOR(posting, cp_rec_posting, CP_SEC_POST)
CP_IMAGE_ACCESSOR(rule_posting, cp_rec_rule_posting, CP_SEC_RPST)
CP_IMAGE_ACCESSOR(object, cp_rec_object, CP_SEC_EXCP)
CP_IMAGE_ACCESSOR(path, cp_rec_path, CP_SEC_PATP)
CP_IMAGE_ACCESSOR(host, cp_rec_host, CP_SEC_HOST)
CP_IMAGE_ACCESSOR(regex, cp_rec_regex, CP_SEC_REGX)
CP_IMAGE_ACCESSOR(flow, cp_rec_flow, CP_SEC_FLOW)
CP_IMAGE_ACCESSOR(default, cp_rec_default, CP_SEC_DFLT)
CP_IMAGE_ACCESSOR(file, cp_rec_file, CP_SEC_FILE)
CP_IMAGE_ACCESSOR(test, cp_rec_test, CP_SEC_TEST)
CP_IMAGE_ACCESSOR(text, cp_rec_text, CP_SEC_TEXT)
CP_IMAGE_ACCESSOR(text_name, cp_rec_text_name, CP_SEC_TNAM)
static inline uint32_t cp_image_count(const cp_image *im, cp_section s) {
    return im->section[s].count;
}
/* An option's name: a string. */
static inline uint32_t cp_image_option_name(const cp_image *im, uint32_t option) {
    return cp_image_option(im, option)->name;
}
/* What an option takes and does. */
static inline const cp_rec_takes *cp_image_option_takes(const cp_image *im, uint32_t option) {
    return cp_image_takes(im, cp_image_option(im, option)->takes);
}
static inline uint32_t cp_image_cond_b(const cp_rec_cond *c) {
    uint32_t b = c->b_low | (uint32_t)c->b_high << 16;
    return b == CP_COND_UNBOUND ? UINT32_MAX : b;
}
/* OPTN index of the first spelling of an option: spellings of one option have it in common. */
static inline uint32_t cp_image_option_first(const cp_image *im, uint32_t option) {
    return option + (uint32_t)(int32_t)cp_image_option_takes(im, option)->first;
}
/* How many words of RWRD a rule has. */
static inline uint32_t cp_image_rule_words(const cp_rec_rule *rule) {
    return rule->word_count ? rule->word_count - 1u + ((rule->flags & CP_RULE_PROGRAM_PATH) != 0) : 0;
}
/* A word of a rule's key: `text` is a string, also of a path; of several words the first of WORD. */
typedef struct cp_rule_word {
    uint32_t text, path, flags;
} cp_rule_word;
static inline cp_rule_word cp_image_rule_word(const cp_image *im, uint32_t index) {
    uint32_t what = ((const cp_rec_rword *)cp_image_record(im, CP_SEC_RWRD, index))->what;
    cp_rule_word word = {what >> 3, 0, what & CP_WORD_FLAGS};
    if (word.flags & CP_WORD_PATH) {
        word.path = word.text;
        word.text = cp_image_path(im, word.path)->text;
    }
    return word;
}
/* The path of a program that is one. */
static inline cp_rule_word cp_image_rule_path(const cp_image *im, const cp_rec_rule *rule) {
    return cp_image_rule_word(im, rule->word_first + (rule->word_count ? rule->word_count - 1u : 0));
}
/* The word of a set at this place of WORD; 0: there is none, it ends before. */
static inline uint32_t cp_image_set_word(const cp_image *im, uint32_t place) {
    uint32_t text = place ? cp_image_word(im, place)->text : 0;
    return text == CP_KEY_END ? 0 : text;
}
/* One name of a path pattern: `text` is a string. */
typedef struct cp_pattern_name {
    uint32_t text, op; /* cp_component_op, or 3 in an image that is damaged */
} cp_pattern_name;
static inline cp_pattern_name cp_image_component(const cp_image *im, uint32_t index) {
    uint32_t what = ((const cp_rec_component *)cp_image_record(im, CP_SEC_COMP, index))->what;
    return (cp_pattern_name){what >> 2, what & 3};
}
static inline const cp_rec_entry_more *cp_image_entry_more(const cp_image *im, const cp_rec_entry *e) {
    return (const cp_rec_entry_more *)cp_image_record(im, CP_SEC_MENT,
                                                      e->more_low | (uint32_t)e->more_high << 16);
}
/* The file that describes a command. */
const cp_rec_file *cp_image_file_of(const cp_image *, uint32_t node);
/* The strictest of some arms' verdicts; those that say none are reviews. */
uint32_t cp_image_strictest(const cp_image *, uint32_t arm_first, uint32_t arm_count);
/* u32 sections (EXCR, TRST, SYSD). */
uint32_t cp_image_u32(const cp_image *, cp_section, uint32_t index);

/* Bits in a table of what globs begin or end with: their first four bytes, or two where they have fewer before the star (0 behind the
 * only one); the last three of globs that begin with the star. A word that is shorter than that can't be one of theirs. */
enum { CP_IMAGE_BEGINNING = 4, CP_IMAGE_BEGINNING_SHORT = 2, CP_IMAGE_ENDING = 3 };
static inline uint32_t cp_image_part(cp_slice part, uint32_t bytes) {
    uint32_t hash = bytes;
    for (uint32_t i = 0; i < bytes; i++)
        hash = hash * 37u + (i < part.n ? part.p[i] : 0);
    return (hash * 0x9e3779b1u >> 16) % (8 * CP_IMAGE_NO_GLOB);
}
static inline bool cp_image_no_part(const uint8_t none[CP_IMAGE_NO_GLOB], cp_slice part, uint32_t bytes) {
    uint32_t bit = cp_image_part(part, bytes);
    return none[bit / 8] >> bit % 8 & 1;
}
static inline bool cp_image_no_glob(const uint8_t none[CP_IMAGE_NO_GLOB], cp_slice word) {
    return word.n && cp_image_no_part(none, word, CP_IMAGE_BEGINNING_SHORT) &&
           (word.n < CP_IMAGE_BEGINNING || cp_image_no_part(none, word, CP_IMAGE_BEGINNING)) &&
           (word.n < CP_IMAGE_ENDING ||
            cp_image_no_part(none, cp_slice_sub(word, word.n - CP_IMAGE_ENDING, word.n), CP_IMAGE_ENDING));
}

/* How many of a string's indices its bytes take. */
static inline uint32_t cp_image_string_slots(uint32_t bytes) {
    return bytes / CP_IMAGE_STRING_GOES_ON + 1;
}
/* Notes that the string's bytes begin at `first` in STRB. The records must be there, and strings are put in order. */
static inline void cp_image_put_string(cp_rec_strings *strings, uint32_t index, uint32_t first,
                                       uint32_t bytes) {
    for (uint32_t left = cp_image_string_slots(bytes); left; left--, index++) {
        cp_rec_strings *record = &strings[index / CP_IMAGE_STRINGS];
        uint8_t here = bytes < CP_IMAGE_STRING_GOES_ON ? (uint8_t)bytes : CP_IMAGE_STRING_GOES_ON;
        if (index % CP_IMAGE_STRINGS == 0)
            record->first = first;
        record->bytes[index % CP_IMAGE_STRINGS] = here;
        first += here, bytes -= here;
    }
}
/* The sum of numbers of one byte, of which there are no more than CP_IMAGE_STRINGS: eight at a time, in four lanes of 16 bits. */
static inline uint32_t cp_image_sum(const uint8_t *bytes, uint32_t count) {
    const uint64_t even = UINT64_C(0x00ff00ff00ff00ff);
    uint64_t lanes = 0;
    uint32_t sum = 0, i = 0;
    for (uint64_t eight; i + sizeof eight <= count; i += sizeof eight) {
        memcpy(&eight, bytes + i, sizeof eight);
        lanes += (eight & even) + (eight >> 8 & even);
    }
    for (; i < count; i++)
        sum += bytes[i];
    return sum + (uint32_t)(lanes * UINT64_C(0x0001000100010001) >> 48);
}
static inline const cp_rec_strings *cp_image_strings(const cp_image *im, uint32_t record) {
    return (const cp_rec_strings *)(const void *)(im->section[CP_SEC_STRS].first +
                                                  (size_t)record * im->section[CP_SEC_STRS].size);
}
/* An empty one where it isn't kept within the bytes. */
static inline cp_slice cp_image_string(const cp_image *im, uint32_t index) {
    uint32_t record = index / CP_IMAGE_STRINGS, at = index % CP_IMAGE_STRINGS;
    if (index == 0 || record >= im->section[CP_SEC_STRS].count)
        return (cp_slice){NULL, 0};
    const cp_rec_strings *s = cp_image_strings(im, record);
    uint32_t here = s->bytes[at], bytes = here, begin = cp_image_sum(s->bytes, at),
             most = im->section[CP_SEC_STRB].count;
    if (s->first > most || begin > most - s->first)
        return (cp_slice){NULL, 0};
    begin += s->first;
    while (here == CP_IMAGE_STRING_GOES_ON && bytes <= most - begin) {
        if (++at == CP_IMAGE_STRINGS) {
            if (++record >= im->section[CP_SEC_STRS].count)
                return (cp_slice){NULL, 0};
            s = cp_image_strings(im, record), at = 0;
        }
        bytes += here = s->bytes[at];
    }
    if (bytes == 0 || bytes > most - begin)
        return (cp_slice){NULL, 0};
    return (cp_slice){im->section[CP_SEC_STRB].first + begin, bytes};
}
static inline bool cp_image_string_is(const cp_image *im, uint32_t index, cp_slice text) {
    const uint32_t record = index / CP_IMAGE_STRINGS;
    const uint32_t bytes = text.n < CP_IMAGE_STRING_GOES_ON ? text.n : CP_IMAGE_STRING_GOES_ON;
    if (index && record < im->section[CP_SEC_STRS].count &&
        cp_image_strings(im, record)->bytes[index % CP_IMAGE_STRINGS] != bytes)
        return false; /* most differ in length already */
    return cp_slice_eq(cp_image_string(im, index), text);
}
/* The key of an entry as it was written; in the arena where the image has it in words. Empty: the bytes are damaged. */
cp_slice cp_image_key(cp_arena *, const cp_image *, const cp_rec_entry *);
/* "pack:key" of a rule, "pack:kind pattern" of an entry under `effects`, or the id that it was given. */
cp_slice cp_image_rule_id(cp_arena *, const cp_image *, const cp_rec_rule *);
cp_slice cp_image_entry_id(cp_arena *, const cp_image *, const cp_rec_entry *, cp_slice key);
cp_slice cp_image_effect_id(cp_arena *, const cp_image *, const cp_rec_effect *);
/* What a slot of STRH has: a string, 0 for none. There are as many as the section's records. */
uint32_t cp_image_word_at(const cp_image *, uint32_t slot);
/* Index of a word of some edge: a program or subcommand by name; 0: there is no such. */
uint32_t cp_image_find_word(const cp_image *, cp_slice);
/* One step in the grammar by exact word; 0: none. */
uint32_t cp_image_step(const cp_image *, uint32_t parent, uint32_t word);
/* What a slot of REDG has: a word and a node, 0 for none. */
cp_rec_glob cp_image_program_at(const cp_image *, uint32_t slot);
/* RNOD of a program word; 0: none. */
uint32_t cp_image_program(const cp_image *, uint32_t word);
/* Grammar child by word: exact, else the first glob that matches; 0: none. Programs are children of CP_IMAGE_ROOT. */
uint32_t cp_image_grammar_child(const cp_image *, uint32_t parent, cp_slice word);
/* The same where cp_image_find_word was asked already. */
uint32_t cp_image_grammar_child_of(const cp_image *, uint32_t parent, cp_slice word, uint32_t string);
/* Does a name of what stands below begin so? */
bool cp_image_child_may_begin(const cp_image *, uint32_t parent, cp_slice with);
/* Does the whole text match, where `*` stands for any bytes and everything else for itself? */
bool cp_image_glob_matches(cp_slice pattern, cp_slice text);
/* An option by its exact name in the run [first, first+count), sorted by name: binary search. 0: none. */
uint32_t cp_image_find_option(const cp_image *, uint32_t first, uint32_t count, cp_slice name);
/* Options that `prefix` abbreviates (long names, prefix shorter): index of the first, *out_count how many different groups. */
uint32_t cp_image_abbreviated(const cp_image *, uint32_t first, uint32_t count, cp_slice prefix,
                              uint32_t *out_count);
#endif
