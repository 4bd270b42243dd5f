/* An image in the making: its sections as growing tables, strings interned, edges collected; written out in one piece. Indices
 * are final as soon as they are given. Deterministic: the same calls give the same bytes. */
#ifndef CP_POLICY_BUILD_H
#define CP_POLICY_BUILD_H
#include "image/image.h"
#include "policy/pattern.h"

/* A map from two numbers to one; entries keep their order. */
typedef struct cp_pair {
    uint32_t a, b, value;
} cp_pair;
typedef struct cp_pairs {
    cp_pair *items;
    uint32_t count, cap;
    uint32_t *slots; /* index + 1 */
    uint32_t slot_count;
} cp_pairs;

typedef struct cp_build_table {
    uint8_t *p;
    uint32_t count, cap;
} cp_build_table;

typedef struct cp_build_string_record {
    uint32_t off, len, mix; /* cp_slice_mix */
} cp_build_string_record;

typedef struct cp_build_run_record { /* a run that was put and may be shared */
    uint32_t hash, first, count;
    uint32_t section; /* 0: an empty slot */
} cp_build_run_record;

typedef struct cp_build {
    cp_arena *arena;
    cp_build_table tables[CP_SEC_COUNT]; /* STRS and the hash tables are made when all is there */
    cp_build_string_record *strings;
    uint32_t string_count, string_cap;
    uint32_t *string_slots;
    uint32_t string_slot_count;
    uint32_t thorough;         /* share all equal runs, not only neighbours: takes longer */
    cp_build_run_record *runs; /* open addressing */
    uint32_t run_count, run_slot_count;
    cp_build_run_record last[CP_SEC_COUNT];
    cp_pairs grammar_edges, rule_edges; /* (parent, word) → node */
    cp_pairs patterns;                  /* (what, text) → index of PATP, HOST, REGX */
    uint32_t wide_words;                /* STRH needs 32 bits for one */
    uint32_t wide_programs;             /* REDG does */
    uint32_t too_large;                 /* something is more than its record can say */
    uint32_t collided;                  /* more strings of one hash than the format allows */
} cp_build;

void cp_build_init(cp_build *, cp_arena *);
/* Room for so many more records of a section, or for the strings of so many bytes of YAML, so that it needn't grow step by step. */
void cp_build_reserve(cp_build *, cp_section, uint32_t records);
void cp_build_reserve_strings(cp_build *, uint32_t yaml_bytes);
uint32_t cp_build_string(cp_build *, cp_slice);
cp_slice cp_build_text(const cp_build *, uint32_t string);
/* Appends a record: its index; 0 when memory ran out. */
uint32_t cp_build_put(cp_build *, cp_section, const void *record);
/* Appends records that stay together: the index of the first; 0 when there are none. */
uint32_t cp_build_run(cp_build *, cp_section, const void *records, uint32_t count);
/* The same, for records that say the same wherever they stand: of equal runs one is enough. */
uint32_t cp_build_shared(cp_build *, cp_section, const void *records, uint32_t count);
/* A number for a field of 16, 24 or 8 bits; `too_large` is set where it doesn't fit. */
uint16_t cp_build_16(cp_build *, uint32_t);
uint32_t cp_build_24(cp_build *, uint32_t);
uint8_t cp_build_8(cp_build *, uint32_t);
/* A record that was put before; NULL for an index that was never given. */
void *cp_build_at(cp_build *, cp_section, uint32_t index);
static inline uint32_t cp_build_count(const cp_build *b, cp_section s) {
    return b->tables[s].count;
}

uint32_t cp_build_path(cp_build *, const cp_pattern *);
uint32_t cp_build_host(cp_build *, const cp_pattern *);
uint32_t cp_build_regex(cp_build *, cp_slice);

/* Value for (a, b); 0: none. */
uint32_t cp_pairs_find(const cp_pairs *, uint32_t a, uint32_t b);
bool cp_pairs_add(cp_arena *, cp_pairs *, uint32_t a, uint32_t b, uint32_t value);

/* The bytes, from the allocator. False when memory ran out, or when the strings collide (then `collided` is set). */
bool cp_build_finish(cp_build *, const uint8_t digest[32], const cp_allocator *, void **out_bytes,
                     size_t *out_size);
#endif
