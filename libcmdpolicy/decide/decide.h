/* The verdict: rule trees and effect rules over the calls that the walk listed, layer by layer, with three truth values.
 * Allow covers, review and deny touch; the strictest counts; every reason is kept. Never walks a syntax tree. */
#ifndef CP_DECIDE_DECIDE_H
#define CP_DECIDE_DECIDE_H
#include "calls/calls.h"

/* As the public cmdpolicy_verdict: smaller is stricter. */
typedef enum cp_verdict { CP_DENY = 0, CP_REVIEW = 1, CP_ALLOW = 2 } cp_verdict;
static inline cp_verdict cp_strictest(cp_verdict a, cp_verdict b) {
    return a < b ? a : b;
}

typedef struct cp_facts {
    const cp_places *places;
    cp_slice sandbox, branch, shell; /* empty: unknown */
    uint32_t trace;                  /* keep every rule that matches */
} cp_facts;

/* A rule that matches a call, and to which other one it yields. */
typedef struct cp_match {
    uint32_t call, layer;
    const cp_image *image;
    const cp_rec_rule *rule;
    uint32_t says;      /* cp_image_verdict */
    uint32_t sure;      /* else it only may match */
    uint32_t yields_to; /* index of another match; UINT32_MAX: to none */
} cp_match;

typedef struct cp_reason {
    uint32_t verdict;
    const char *code; /* stable, for programs */
    uint32_t call;    /* CP_NO_CALL: the whole request */
    uint32_t layer;
    const cp_image *image; /* of the rule; NULL: none */
    cp_slice rule, message, suggestion, risk, file;
    uint32_t line;
    cp_span span;
} cp_reason;

typedef struct cp_decided {
    uint32_t verdict;
    cp_reason *reasons;
    uint32_t reason_count, reason_cap;
    cp_match *matches; /* with cp_facts.trace: by call */
    uint32_t match_count, match_cap;
    uint8_t *call_verdicts;       /* one a call */
    uint8_t *effect_verdicts;     /* one an effect */
    const cp_path **effect_paths; /* one an effect: where it is about one path, and was judged; else NULL */
    uint64_t steps;               /* that judging took, besides those of the walk */
} cp_decided;

/* kept.c: is every call known, and is nothing among all that they do which may make, rename or fetch a file, or run something that does? */
bool cp_keeps_names(const cp_calls *);
/* Is it plain that it isn't so, whatever words turn out to be? */
bool cp_surely_changes_names(const cp_calls *);

void cp_decide(const cp_layers *, const cp_calls *, const cp_facts *, cp_arena *, cp_budget *,
               cp_decided *out);
#endif
