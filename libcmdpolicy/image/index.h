/* The index over entries under `effects` and over the rules of a program: which of them can be about something at all. Each has one
 * class and, in most classes, the hash of a word that has to be there for it to match; POST and, of rules, RPST hold them sorted, so that what a class has
 * for a word is a run. Whoever looks has to look into every class: an index leaves out what surely doesn't match, and nothing else. */
#ifndef CP_IMAGE_INDEX_H
#define CP_IMAGE_INDEX_H
#include "image/image.h"

typedef struct cp_run {
    uint32_t first, count; /* POST, or RPST */
} cp_run;

/* Class and hash of an entry. */
cp_index_class cp_index_of_entry(const cp_image *, const cp_rec_effect *, uint32_t *out_hash);
/* Does the rule's key go on with a plain word, or several, and is there an nth of these? Then its hash. False of the first: with an
 * option, a pattern, or not at all. */
bool cp_index_of_rule(const cp_image *, const cp_rec_rule *, uint32_t nth, uint16_t *out_hash);
static inline uint16_t cp_index_rule_hash(cp_slice word) {
    return (uint16_t)(cp_slice_hash(word) >> 16);
}
/* The hash of a host's name and of a file name's ending (what stands behind its last dot; false: it has none). */
uint32_t cp_index_host_hash(cp_slice name);
bool cp_index_ending_hash(cp_slice name, uint32_t *out_hash);
/* A few bytes as a number, which stands for a hash: those at `at`, all of which the name has to have. */
enum { CP_INDEX_FEW = 4 };
static inline uint32_t cp_index_few(cp_slice name, uint32_t at) {
    const uint8_t *p = name.p + at;
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}
/* The hash of a path's first names, made name by name (0 before the first; `at` counts them). What begins with the same one, two or
 * three names is a range of hashes: those that differ in these lower bits alone. */
enum { CP_INDEX_BELOW = 0x1fffff, CP_INDEX_BELOW_SECOND = 0x1ffff, CP_INDEX_BELOW_THIRD = 0x1fff };
uint32_t cp_index_names_hash(uint32_t before, uint32_t at, uint32_t name_hash);
enum { CP_INDEX_PATTERN_MOST = 48 }; /* path patterns of more names are not indexed by them */

/* All entries of a class, and those of one hash, or of some hashes, in a run that is sorted by hash. */
static inline cp_run cp_index_class_run(const cp_rec_effect_kind *kind, cp_index_class c) {
    uint32_t begin = c == 0 ? 0 : kind->ends[c - 1], end = kind->ends[c];
    return (cp_run){kind->posting_first + begin, end > begin ? end - begin : 0};
}
/* What tells whether an entry of the kind and class has this hash. Of first names also whether one begins with the first, the first two
 * or three of them: theirs without the bits of those below. CP_INDEX_NAMED stands for all classes of one name anywhere. */
enum { CP_INDEX_NAMED = CP_INDEX_CLASSES, CP_INDEX_BITS };
static inline bool cp_index_begins(uint32_t c) {
    return c == CP_INDEX_ABSOLUTE || c == CP_INDEX_HOME;
}
static inline uint32_t cp_index_bit(uint32_t kind, uint32_t c, uint32_t hash) {
    return (hash ^ (kind * CP_INDEX_BITS + c) * 0x9e3779b1u) * 0x85ebca6bu >> (32 - CP_IMAGE_ENTRY_BITS);
}
static inline bool cp_index_may_have(const cp_image *im, uint32_t kind, uint32_t c, uint32_t hash) {
    uint32_t bit = cp_index_bit(kind, c, hash);
    return im->entries[bit / 64] >> bit % 64 & 1;
}
/* Sets the bits, when an image is opened. */
void cp_index_note_entries(cp_image *);
cp_run cp_index_find(const cp_image *, cp_run, uint32_t hash);
/* What of a kind's REST is about any object, about one of this kind, and about those that this version doesn't know; for
 * CP_OBJECT_ANY all of it. */
enum { CP_INDEX_KINDS = 3 };
void cp_index_rest(const cp_image *, cp_run rest, uint32_t object_kind, cp_run out[CP_INDEX_KINDS]);
cp_run cp_index_range(const cp_image *, cp_run, uint32_t low, uint32_t high);
/* The rules of one hash in a run of RPST that is sorted by hash. */
cp_run cp_index_find_rules(const cp_image *, cp_run, uint16_t hash);
#endif
