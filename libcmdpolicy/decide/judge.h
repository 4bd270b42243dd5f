/* What the files of decide/ share. Private to this folder. */
#ifndef CP_DECIDE_JUDGE_H
#define CP_DECIDE_JUDGE_H
#include "base/text.h"
#include "decide/decide.h"

struct cp_candidate;
typedef struct cp_judge {
    const cp_layers *layers;
    const cp_calls *calls;
    const cp_facts *facts;
    cp_arena *arena;
    cp_budget *budget;
    cp_decided *out;
    uint8_t *secrets; /* one an effect: cp_tri, it reads what an entry calls secret */
    uint8_t *
        named; /* one an effect: allowed by an entry that names it or by a rule that vouches for it, not by a default alone */
    struct cp_candidate *candidates; /* room for the rules of one call, taken again for the next */
    uint32_t candidate_cap;
    struct cp_said *said; /* what was said of the rules that were met last */
    struct cp_nameless
        *nameless; /* variables that no entry is about, which a long script names again and again */
} cp_judge;

/* Which arm of a rule or entry counts: its verdict (cp_image_verdict; NONE: no arm holds), which, and whether some arm surely holds. */
typedef struct cp_arm_choice {
    uint32_t verdict;
    uint32_t arm;
    uint32_t sure;
} cp_arm_choice;
cp_arm_choice cp_choose_arm(cp_judge *, const cp_image *, uint32_t first, uint32_t count, const cp_call *);

/* A rule as it is compared: of words that are sets, one was chosen for each. */
typedef struct cp_rule {
    const cp_image *image;
    const cp_rec_rule *record;
    uint32_t index;         /* RULE */
    cp_rule_word program;   /* the key's first word */
    const uint32_t *chosen; /* for each word behind it, its place in WORD; 0: it is no set. NULL: none is */
} cp_rule;
/* The key's words, the program first. */
static inline cp_rule_word cp_rule_word_at(const cp_rule *rule, uint32_t at) {
    if (at == 0)
        return rule->program;
    if (rule->chosen && rule->chosen[at - 1])
        return (cp_rule_word){cp_image_set_word(rule->image, rule->chosen[at - 1]), 0, 0};
    return cp_image_rule_word(rule->image, rule->record->word_first + at - 1);
}

/* The overlay rule that lets a call run, for vouching; and the verdict of rules alone. */
typedef struct cp_voucher {
    const cp_image *image;
    uint32_t rule;
} cp_voucher;
enum { CP_VOUCHERS_MOST = 8, CP_CANDIDATES_MOST = 256 };
typedef struct cp_rules_verdict {
    cp_verdict verdict;
    cp_voucher *vouchers; /* CP_VOUCHERS_MOST at most */
    uint32_t voucher_count, voucher_cap;
} cp_rules_verdict;
/* An allow that named the call but didn't cover it: what it lacked, and where. Of several, the one that names most. */
typedef struct cp_near_miss {
    const cp_layer_image *layer;
    const cp_rec_rule *rule;
    const char *code;
    cp_slice why;
    cp_span span;
} cp_near_miss;
cp_tri cp_key_touches(cp_judge *, const cp_call *, const cp_rule *);
bool cp_key_covers(cp_judge *, const cp_call *, const cp_layer_image *, const cp_rule *, cp_near_miss *near);

/* directories.c: is the path that the call was made by in a trusted program directory; is the path in a directory of the system's own files? */
bool cp_in_trusted_directory(cp_judge *, const cp_call *);
bool cp_in_system_directory(const cp_judge *, const cp_path *);
void cp_judge_rules(cp_judge *, uint32_t call, cp_rules_verdict *out);
bool cp_vouches(cp_judge *, const cp_voucher *, const cp_call *, const cp_call_effect *);

cp_verdict cp_judge_effect(cp_judge *, uint32_t effect, const cp_rules_verdict *);
void cp_judge_flows(cp_judge *);

static inline cp_verdict cp_verdict_of(uint32_t image_verdict) {
    static const uint8_t verdicts[] = {[CP_IV_NONE] = CP_REVIEW,
                                       [CP_IV_ALLOW] = CP_ALLOW,
                                       [CP_IV_BY_EFFECTS] = CP_ALLOW,
                                       [CP_IV_REVIEW] = CP_REVIEW,
                                       [CP_IV_DENY] = CP_DENY};
    return image_verdict < sizeof verdicts ? (cp_verdict)verdicts[image_verdict] : CP_REVIEW;
}
void cp_add_reason(cp_judge *, const cp_reason *);
/* The verdict of a `defaults` key: the latest overlay's, tightened by floors. */
cp_verdict cp_default_verdict(cp_judge *, uint32_t key, uint32_t value, cp_verdict otherwise);
/* Directories in which a call works: after its own -C and the like. No values: unknown. */
cp_set cp_call_directories(cp_judge *, const cp_call *);
cp_slice cp_slices(cp_arena *, const cp_slice *parts, uint32_t count);
#define CP_MESSAGE(arena, ...)                        \
  cp_slices((arena), (const cp_slice[]){__VA_ARGS__}, \
            sizeof((const cp_slice[]){__VA_ARGS__}) / sizeof(cp_slice))
#endif
