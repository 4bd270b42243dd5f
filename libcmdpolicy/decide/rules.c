/* Rules: which of them match a call (keys.c), which of those yield to others, and what the rest says. */
#include "decide/judge.h"
#include "image/index.h"

typedef struct cp_candidate {
    const cp_layer_image *layer;
    cp_rule rule;
    uint32_t arm;
    uint32_t says; /* cp_image_verdict */
    cp_tri tri;
    uint32_t sure;   /* its arm surely holds, so that it may loosen what it names */
    uint32_t helps;  /* its key names the option that makes the call tell how it is used, and do nothing */
    uint32_t yields; /* 1 + the candidate that it yields to; 0: to none */
} candidate;

typedef struct matching {
    cp_judge *j;
    const cp_call *call;
    uint32_t call_index;
    candidate *items; /* of `j->candidates` */
    uint32_t count;
    uint32_t overflow; /* more rules match than there is room for: deny */
    uint32_t any_rule; /* some overlay has a rule for this program */
    cp_near_miss near;
} matching;

enum { SECOND_WORDS_MOST = 6 };

/* ---- Which rule counts ------------------------------------------------------------------------------------------------- */

static bool word_within(const cp_image *ia, cp_rule_word a, const cp_image *ib, cp_rule_word b) {
    cp_slice x = cp_image_string(ia, a.text), y = cp_image_string(ib, b.text);
    if (cp_slice_eq(x, y))
        return true;
    if ((a.flags & CP_WORD_PATH) && (b.flags & CP_WORD_PATH))
        return cp_path_pattern_within(ia, a.path, ib, b.path);
    if (!(b.flags & CP_WORD_GLOB))
        return false;
    if (cp_slice_is(y, "*"))
        return true;
    if (a.flags & CP_WORD_GLOB)
        return false;
    cp_value v = {.flags = CP_VALUE_EXACT, .exact = x};
    return cp_value_glob(&v, y, false) == CP_YES;
}

/* Rule a names at least as much as b: its command path continues b's, and it has all of b's options and operands. Where a command only
 * tells how it is used, `x --help` is about every subcommand of x. */
static bool names_as_much(const candidate *ca, const candidate *cb, uint32_t depth) {
    const cp_image *ia = ca->layer->image, *ib = cb->layer->image;
    const cp_rec_rule *a = ca->rule.record, *b = cb->rule.record;
    bool about_all = ca->helps && !cb->helps && b->word_count <= depth;
    if (about_all)
        depth = 1;
    uint32_t path_a = a->word_count < depth ? a->word_count : depth,
             path_b = b->word_count < depth ? b->word_count : depth;
    if (path_a < path_b)
        return false;
    for (uint32_t i = 0; i < path_b; i++)
        if (!word_within(ia, cp_rule_word_at(&ca->rule, i), ib, cp_rule_word_at(&cb->rule, i)))
            return false;
    uint32_t next = path_a;
    for (uint32_t i = about_all ? b->word_count : path_b; i < b->word_count; i++) {
        bool found = false;
        for (; next < a->word_count && !found; next++)
            found = word_within(ia, cp_rule_word_at(&ca->rule, next), ib, cp_rule_word_at(&cb->rule, i));
        if (!found)
            return false;
    }
    for (uint32_t i = 0; i < b->option_count; i++) {
        const cp_rec_ropt *want = cp_image_ropt(ib, b->option_first + i);
        bool found = false;
        for (uint32_t k = 0; k < a->option_count && !found; k++) {
            const cp_rec_ropt *have = cp_image_ropt(ia, a->option_first + k);
            bool same = cp_slice_eq(cp_image_string(ia, have->name), cp_image_string(ib, want->name));
            cp_slice x = cp_image_string(ia, have->value), y = cp_image_string(ib, want->value);
            found = same &&
                    (!(want->flags & CP_ROPT_VALUE) || ((have->flags & CP_ROPT_VALUE) && cp_slice_eq(x, y)));
        }
        if (!found)
            return false;
    }
    return true;
}

/* A deny that only may apply is a review. */
static cp_verdict said(const candidate *c) {
    cp_verdict v = cp_verdict_of(c->says);
    return v == CP_DENY && c->tri != CP_YES ? CP_REVIEW : v;
}

static void settle(matching *m) {
    uint32_t depth = m->call->reading.depth ? m->call->reading.depth : 1;
    for (uint32_t i = 0; i < m->count; i++)
        for (uint32_t k = 0; k < m->count && !m->items[i].yields && cp_step(m->j->budget); k++) {
            if (i == k)
                continue;
            const candidate *a = &m->items[k], *b = &m->items[i];
            if (said(a) >
                said(b)) { /* what loosens must be sure, and a session lifts no other layer's deny */
                if (a->tri != CP_YES || !a->sure)
                    continue;
                if (a->layer->layer == CP_LAYER_SESSION && b->layer->layer != CP_LAYER_SESSION &&
                    said(b) == CP_DENY)
                    continue;
            }
            if (!names_as_much(a, b, depth))
                continue;
            bool later = a->layer->layer > b->layer->layer, same = a->layer->layer == b->layer->layer;
            bool more = !names_as_much(b, a, depth);
            if (later || (same && more))
                m->items[i].yields = k + 1;
        }
}

/* ---- Finding the rules of a program -------------------------------------------------------------------------------------- */

/* Is the call one of those that the rule isn't about? */
static cp_tri excepted(matching *m, const cp_image *im, const cp_rec_rule *rule) {
    const cp_rec_entry_more *more = cp_image_entry_more(im, cp_image_entry(im, rule->entry));
    cp_tri out = CP_NO;
    for (uint32_t i = 0; i < more->except_count && out != CP_YES; i++) {
        cp_rule except = {.image = im, .index = cp_image_u32(im, CP_SEC_EXCR, more->except_first + i)};
        except.record = cp_image_rule(im, except.index);
        out = cp_tri_or(out, cp_key_touches(m->j, m->call, &except));
    }
    return out;
}

static bool may_be_allowed(const cp_call *call) {
    return call->domain == CP_DOMAIN_LOCAL && call->taints == 0 && call->reach == CP_REACH_NOW;
}

/* Is this option surely not there? */
static bool lacks(const cp_reading *r, const cp_image *im, uint32_t name) {
    return !r->any_option && !r->maybe_option && r->dashes == CP_NO && !cp_reading_may_name(r, im, name);
}

static uint32_t names_help(const matching *m, const cp_image *im, const cp_rec_rule *rule) {
    const cp_reading *r = &m->call->reading;
    for (uint32_t i = 0; r->helps && i < rule->option_count; i++)
        if (cp_option_is(r, &r->options[r->helps - 1], im, cp_image_ropt(im, rule->option_first + i)->name))
            return 1;
    return 0;
}

/* No grammar says which effects it has, so that they can't be fine. */
static void undescribed(matching *m, const cp_layer_image *layer, const cp_rec_rule *rule) {
    if (!m->near.rule)
        m->near = (cp_near_miss){
            layer, rule, "not-covered",
            CP_LIT("nothing is known of what it does: describe it under `commands`, or allow it"),
            m->call->span};
}

static void consider_close(matching *m, const cp_layer_image *layer, const cp_rule *rule, cp_tri program) {
    const cp_image *im = layer->image;
    cp_tri t = cp_key_touches(m->j, m->call, rule);
    if (t == CP_NO)
        return;
    const cp_rec_entry *entry = cp_image_entry(im, rule->record->entry);
    cp_arm_choice choice = cp_choose_arm(m->j, im, entry->arm_first, entry->arm_count, m->call);
    if (choice.verdict == CP_IV_NONE)
        return;
    /* frees from a review or deny where it is sure, keeps from an allow where it may be */
    cp_tri except = excepted(m, im, rule->record);
    if (except == CP_YES)
        return;
    if (cp_verdict_of(choice.verdict) == CP_ALLOW) {
        if (except != CP_NO || cp_layer_is_floor(layer->layer) || program != CP_YES ||
            !cp_key_covers(m->j, m->call, layer, rule, &m->near))
            return;
        if (choice.verdict == CP_IV_BY_EFFECTS && !m->call->reading.layer) {
            undescribed(m, layer, rule->record);
            return;
        }
        t = CP_YES;
    } else
        t = cp_tri_and(t, program == CP_NO ? CP_NO : CP_YES);
    if (m->count == CP_CANDIDATES_MOST) {
        m->overflow = 1;
        return;
    }
    cp_judge *j = m->j;
    uint32_t *chosen = NULL, words = rule->chosen ? rule->record->word_count - 1u : 0;
    if (words && (chosen = CP_NEW_ARRAY(j->arena, uint32_t, words)) != NULL)
        memcpy(chosen, rule->chosen, words * sizeof *chosen);
    if ((words && !chosen) || (m->count == j->candidate_cap &&
                               !cp_arena_reserve(j->arena, (void **)&j->candidates, &j->candidate_cap,
                                                 m->count, 1, sizeof *j->candidates))) {
        m->overflow = 1;
        return;
    }
    m->items = j->candidates;
    m->items[m->count++] = (candidate){layer,
                                       {im, rule->record, rule->index, rule->program, chosen},
                                       choice.arm,
                                       choice.verdict,
                                       t,
                                       choice.sure,
                                       names_help(m, im, rule->record),
                                       0};
}

/* ---- Words of which a key has one or another -------------------------------------------------------------------------------- */

/* May an operand be this word? */
static bool may_be_operand(matching *m, const cp_image *im, uint32_t text) {
    const cp_reading *r = &m->call->reading;
    cp_slice word = cp_image_string(im, text);
    for (uint32_t i = 0; i < r->operand_count; i++) {
        if (!cp_step(m->j->budget))
            return true;
        for (uint32_t k = 0; k < r->operands[i].set.count; k++) {
            const cp_value *v = &r->operands[i].set.values[k];
            if (!cp_value_is_exact(v) || (v->flags & CP_VALUE_UNMADE) || cp_slice_eq(v->exact, word))
                return true;
        }
    }
    return false;
}

/* From this place of WORD on, the first of a set that the call may have as the key's word `at`; 0: there is none. */
static uint32_t next_choice(matching *m, const cp_image *im, uint32_t at, uint32_t place) {
    const cp_reading *r = &m->call->reading;
    bool level = at < r->depth;
    for (uint32_t text; (text = cp_image_set_word(im, place)) != 0; place++)
        if (level ? r->path_sure != CP_YES || cp_reading_word_is(r, at, im, (cp_rule_word){text, 0, 0})
                  : may_be_operand(m, im, text))
            return place;
    return 0;
}

/* The same for all of its words, each as one of those that it may be. */
static void consider_sets(matching *m, const cp_layer_image *layer, const cp_rule *rule, cp_tri program) {
    const cp_image *im = layer->image;
    const cp_rec_rule *record = rule->record;
    uint32_t chosen[UINT8_MAX];
    for (uint32_t i = 1; i < record->word_count; i++) {
        cp_rule_word word = cp_image_rule_word(im, record->word_first + i - 1);
        bool set = (word.flags & CP_WORD_SET) != 0;
        chosen[i - 1] = set ? next_choice(m, im, i, word.text) : 0;
        if (set && !chosen[i - 1])
            return;
    }
    cp_rule one = *rule;
    one.chosen = chosen;
    while (cp_step(m->j->budget)) {
        consider_close(m, layer, &one, program);
        uint32_t i = record->word_count;
        while (--i > 0) {
            if (!chosen[i - 1])
                continue;
            uint32_t first = cp_image_rule_word(im, record->word_first + i - 1).text;
            bool only = i < m->call->reading.depth && m->call->reading.path_sure == CP_YES;
            uint32_t next = only ? 0 : next_choice(m, im, i, chosen[i - 1] + 1);
            chosen[i - 1] = next ? next : only ? chosen[i - 1] : next_choice(m, im, i, first);
            if (next)
                break;
        }
        if (i == 0)
            return;
    }
}

static void consider(matching *m, const cp_layer_image *layer, uint32_t index, cp_rule_word name,
                     cp_tri program) {
    const cp_image *im = layer->image;
    const cp_rec_rule *record = cp_image_rule(im, index);
    if (record->flags & CP_RULE_EXCEPTION)
        return;
    m->any_rule |= !cp_layer_is_floor(layer->layer);
    const cp_reading *r = &m->call->reading;
    bool sets = false;
    for (uint32_t i = 1; i < record->word_count; i++) {
        cp_rule_word word = cp_image_rule_word(im, record->word_first + i - 1);
        if (i < r->depth && r->path_sure == CP_YES && !(word.flags & (CP_WORD_GLOB | CP_WORD_SET)) &&
            !cp_reading_word_is(r, i, im, word))
            return; /* most are about another subcommand */
        sets |= (word.flags & CP_WORD_SET) != 0;
    }
    if (record->option_count && lacks(r, im, cp_image_ropt(im, record->option_first)->name))
        return; /* and many about an option */
    cp_rule rule = {.image = im, .record = record, .index = index, .program = name};
    if (sets)
        consider_sets(m, layer, &rule, program);
    else
        consider_close(m, layer, &rule, program);
}

/* The words that the second word of a key can be, if it is to touch the call; false: any. */
static bool second_words(const matching *m, cp_slice out[SECOND_WORDS_MOST], uint32_t *count) {
    const cp_reading *r = &m->call->reading;
    *count = 0;
    if (r->depth > 1) {
        out[(*count)++] = r->words[1];
        return r->path_sure == CP_YES;
    }
    for (uint32_t i = 0; i < r->operand_count; i++)
        for (uint32_t k = 0; k < r->operands[i].set.count; k++) {
            const cp_value *v = &r->operands[i].set.values[k];
            if (!cp_value_is_exact(v) || (v->flags & CP_VALUE_UNMADE) || r->operands[i].splat ||
                *count == SECOND_WORDS_MOST)
                return false;
            out[(*count)++] = v->exact;
        }
    return true;
}

/* Rules that are found by their second word, and those that aren't, in the order in which they stand. */
static bool consider_indexed(matching *m, const cp_layer_image *layer, const cp_rec_rnode *node,
                             cp_rule_word name, cp_tri program) {
    const cp_image *im = layer->image;
    cp_slice words[SECOND_WORDS_MOST];
    cp_run runs[SECOND_WORDS_MOST + 1];
    uint32_t count = 0, run_count = 1, last = UINT32_MAX;
    uint16_t hashes[SECOND_WORDS_MOST];
    const cp_rec_index *ix = cp_image_index(im, node->index);
    if (ix->posting_first == 0 || !second_words(m, words, &count))
        return false;
    cp_run plain = {ix->posting_first + ix->rest_count, ix->word_count};
    runs[0] = (cp_run){ix->posting_first, ix->rest_count};
    for (uint32_t i = 0; i < count; i++) {
        bool again = false;
        hashes[i] = cp_index_rule_hash(words[i]);
        for (uint32_t k = 0; k < i; k++)
            again |= hashes[k] == hashes[i];
        cp_run found = again ? (cp_run){0, 0} : cp_index_find_rules(im, plain, hashes[i]);
        if (found.count)
            runs[run_count++] = found;
    }
    while (cp_step(m->j->budget)) {
        uint32_t next = UINT32_MAX, from = 0;
        for (uint32_t i = 0; i < run_count; i++) {
            uint32_t rule = runs[i].count ? cp_image_rule_posting(im, runs[i].first)->rule : UINT32_MAX;
            if (rule < next) {
                next = rule;
                from = i;
            }
        }
        if (next == UINT32_MAX)
            break;
        if (next != last) /* else two of the words lead to it */
            consider(m, layer, node->rule_first + next, name, program);
        last = next;
        runs[from].first++;
        runs[from].count--;
    }
    return true;
}

static void consider_run(matching *m, const cp_layer_image *layer, uint32_t rnode, cp_rule_word name,
                         cp_tri program) {
    const cp_rec_rnode *node = cp_image_rnode(layer->image, rnode);
    if (node->rule_count)
        m->any_rule |= !cp_layer_is_floor(layer->layer);
    if (consider_indexed(m, layer, node, name, program))
        return;
    for (uint32_t i = 0; i < node->rule_count && cp_step(m->j->budget); i++)
        consider(m, layer, node->rule_first + i, name, program);
}

static cp_slice without_exe(cp_slice name) {
    if (name.n > 4 &&
        (memcmp(name.p + name.n - 4, ".exe", 4) == 0 || memcmp(name.p + name.n - 4, ".EXE", 4) == 0))
        return cp_slice_sub(name, 0, name.n - 4);
    return name;
}

static bool same_but_for_case(cp_slice a, cp_slice b) {
    if (a.n != b.n)
        return false;
    for (uint32_t i = 0; i < a.n; i++) {
        uint8_t x = a.p[i], y = b.p[i];
        if (x >= 'A' && x <= 'Z')
            x |= 32;
        if (y >= 'A' && y <= 'Z')
            y |= 32;
        if (x != y)
            return false;
    }
    return true;
}

/* Where file names don't distinguish case, names don't: enough to tighten. Names have no index for this; it is tried only where the
 * image doesn't know the name as it is. */
static void consider_other_case(matching *m, const cp_layer_image *layer, cp_slice name) {
    const cp_image *im = layer->image;
    cp_rec_glob last = {0, 0};
    for (bool more = true; more && cp_step(m->j->budget);) { /* in the order of the nodes */
        cp_rec_glob next = {0, 0};
        for (uint32_t i = 0; i < cp_image_count(im, CP_SEC_REDG) && cp_step(m->j->budget); i++) {
            cp_rec_glob here = cp_image_program_at(im, i);
            bool behind = here.node > last.node || (here.node == last.node && here.word > last.word);
            bool nearer =
                next.node == 0 || here.node < next.node || (here.node == next.node && here.word < next.word);
            if (here.node && behind && nearer && same_but_for_case(cp_image_string(im, here.word), name))
                next = here;
        }
        more = next.node != 0;
        if (more)
            consider_run(m, layer, next.node, (cp_rule_word){next.word, 0, 0}, CP_MAYBE);
        last = next;
    }
}

static void collect(matching *m, const cp_layer_image *layer, bool trusted) {
    const cp_image *im = layer->image;
    cp_slice names[2] = {m->call->program, without_exe(m->call->program)};
    for (uint32_t k = 0; k < 2; k++) {
        if (k && cp_slice_eq(names[0], names[1]))
            break;
        cp_tri program =
            trusted && k == 0 ? CP_YES : CP_MAYBE; /* MAYBE: enough to tighten, never to loosen */
        const cp_reading *r = &m->call->reading;
        bool known = k == 0 && !m->j->facts->places->ignore_case && r->layer && r->layer->image == im &&
                     r->depth && r->words[0].p == names[0].p && r->words[0].n == names[0].n;
        uint32_t word = known ? r->word_names[0] : cp_image_find_word(im, names[k]);
        uint32_t node = word ? cp_image_program(im, word) : 0;
        if (node)
            consider_run(m, layer, node, (cp_rule_word){word, 0, 0}, program);
        else if (m->j->facts->places->ignore_case)
            consider_other_case(m, layer, names[k]);
        if (!m->j->facts->places->ignore_case && cp_image_no_glob(im->no_rule_glob, names[k]))
            continue;
        for (uint32_t i = 1; i < cp_image_count(im, CP_SEC_RGLB) && cp_step(m->j->budget); i++) {
            const cp_rec_glob *glob = cp_image_rule_glob(im, i);
            cp_value v = {.flags = CP_VALUE_EXACT, .exact = names[k]};
            cp_slice pattern = cp_image_string(im, glob->word);
            const cp_rule_word name = {glob->word, 0, CP_WORD_GLOB};
            if (cp_image_glob_matches(pattern, names[k]))
                consider_run(m, layer, glob->node, name, program);
            else if (m->j->facts->places->ignore_case && cp_value_glob(&v, pattern, true) == CP_YES)
                consider_run(m, layer, glob->node, name, CP_MAYBE);
        }
    }
    /* keys whose program is a path */
    const cp_rec_rnode *root = cp_image_rnode(im, CP_IMAGE_ROOT);
    for (uint32_t i = 0;
         i < root->rule_count && m->call->identity == CP_IDENTITY_PATH && cp_step(m->j->budget); i++) {
        const cp_rec_rule *rule = cp_image_rule(im, root->rule_first + i);
        cp_rule_word word = cp_image_rule_path(im, rule);
        cp_path path;
        const cp_value *cwd = m->call->cwd.count == 1 ? &m->call->cwd.values[0] : NULL;
        cp_path_make(m->j->arena, &m->call->command, cwd, m->j->facts->places, &path);
        cp_tri t = path.popped ? CP_MAYBE /* behind '..' a symbolic link may lead elsewhere */
                               : cp_path_match(im, word.path, &path, cwd, m->j->facts->places);
        if (t != CP_NO)
            consider(m, layer, root->rule_first + i, word,
                     may_be_allowed(m->call) ? t : cp_tri_and(t, CP_MAYBE));
    }
}

/* Id and message of a rule, which a long script meets again and again. */
typedef struct cp_said {
    const cp_image *image;
    uint32_t rule, arm;
    cp_verdict verdict;
    cp_slice id, message;
} said_of_rule;

static const said_of_rule *say_of(matching *m, const candidate *c, cp_verdict verdict) {
    const cp_image *im = c->layer->image;
    enum { ROOM = 32 };
    uint32_t room = m->j->calls->call_count < ROOM ? 1 : ROOM;
    if (!m->j->said)
        m->j->said = CP_NEW_ARRAY(m->j->arena, said_of_rule, room);
    said_of_rule *s = m->j->said ? &m->j->said[c->rule.index % room] : NULL;
    if (!s || (s->image == im && s->rule == c->rule.index && s->arm == c->arm && s->verdict == verdict))
        return s;
    const cp_rec_arm *arm = cp_image_arm(im, c->arm);
    const cp_rec_entry *entry = cp_image_entry(im, c->rule.record->entry);
    cp_slice message = cp_image_string(im, arm->reason);
    const uint32_t name = cp_image_entry_more(im, entry)->name;
    cp_slice label = name ? cp_image_string(im, name) : cp_image_key(m->j->arena, im, entry);
    cp_slice id = cp_image_entry_id(m->j->arena, im, entry, label);
    if (!message.n)
        message = verdict == CP_DENY ? CP_MESSAGE(m->j->arena, CP_LIT("denied by the rule "), label)
                  : verdict == CP_REVIEW
                      ? CP_MESSAGE(m->j->arena, CP_LIT("the rule "), label, CP_LIT(" asks for a review"))
                      : CP_MESSAGE(m->j->arena, CP_LIT("allowed by the rule "), label);
    if (verdict == CP_REVIEW && c->says == CP_IV_DENY)
        message = CP_MESSAGE(m->j->arena, message, CP_LIT(" (it may apply: not all words are certain)"));
    *s = (said_of_rule){im, c->rule.index, c->arm, verdict, id, message};
    return s;
}

static void add_reason_of(matching *m, const candidate *c, cp_verdict verdict, const char *code) {
    const cp_image *im = c->layer->image;
    const cp_rec_arm *arm = cp_image_arm(im, c->arm);
    const cp_rec_entry *entry = cp_image_entry(im, c->rule.record->entry);
    const said_of_rule *s = say_of(m, c, verdict);
    if (!s)
        return; /* no memory: denied */
    cp_reason reason = {.verdict = verdict,
                        .code = code,
                        .call = m->call_index,
                        .layer = c->layer->layer,
                        .image = im,
                        .rule = s->id,
                        .message = s->message,
                        .suggestion = cp_image_string(im, arm->suggest),
                        .risk = cp_image_string(im, arm->risk),
                        .file = cp_image_string(im, cp_image_file(im, entry->file)->name),
                        .line = entry->line,
                        .span = m->call->span};
    cp_add_reason(m->j, &reason);
}

static void own_reason(matching *m, cp_verdict verdict, const char *code, cp_slice message, cp_span span) {
    cp_reason reason = {
        .verdict = verdict, .code = code, .call = m->call_index, .message = message, .span = span};
    if (m->near.rule) {
        const cp_image *im = m->near.layer->image;
        const cp_rec_entry *entry = cp_image_entry(im, m->near.rule->entry);
        reason.image = im;
        reason.layer = m->near.layer->layer;
        reason.rule = cp_image_rule_id(m->j->arena, im, m->near.rule);
        reason.file = cp_image_string(im, cp_image_file(im, entry->file)->name);
        reason.line = entry->line;
    }
    cp_add_reason(m->j, &reason);
}

/* For whoever wants to see more than what counts. */
static void trace(matching *m) {
    cp_decided *out = m->j->out;
    const uint32_t first = out->match_count;
    for (uint32_t i = 0; m->j->facts->trace && i < m->count; i++) {
        const candidate *c = &m->items[i];
        cp_match match = {m->call_index,
                          c->layer->layer,
                          c->layer->image,
                          c->rule.record,
                          c->says,
                          c->tri == CP_YES,
                          c->yields ? first + c->yields - 1 : UINT32_MAX};
        (void)CP_PUSH(m->j->arena, out->matches, out->match_count, out->match_cap, match);
    }
}

static const char *taint_message(uint32_t taints) {
    if (taints & CP_TAINT_FUNCTION)
        return "a function of this name may run in place of the program";
    if (taints & CP_TAINT_ALIAS)
        return "an alias of this name may run in place of the program";
    if (taints & CP_TAINT_PATH)
        return "PATH was changed, so this name may be any program";
    if (taints & CP_TAINT_HASH)
        return "names were bound anew in this shell, so this one may be any program";
    return "text that can't be seen ran in this shell, so this name may be anything";
}

static void own_verdict(matching *m, bool trusted, cp_rules_verdict *out) {
    cp_judge *j = m->j;
    cp_slice shown = cp_value_show(j->arena, &m->call->command);
    if (m->any_rule && m->call->reach == CP_REACH_LATER)
        own_reason(m, out->verdict = CP_REVIEW, "later",
                   CP_MESSAGE(j->arena, shown, CP_LIT(" runs later, in a state that can't be known")),
                   m->call->span);
    else if (m->call->taints && m->any_rule)
        own_reason(m, out->verdict = CP_REVIEW, "shadowed", cp_slice_str(taint_message(m->call->taints)),
                   m->call->span);
    else if (m->any_rule && m->call->domain != CP_DOMAIN_LOCAL)
        own_reason(m, out->verdict = CP_REVIEW, "remote",
                   CP_MESSAGE(j->arena, shown, CP_LIT(" runs somewhere else")), m->call->span);
    else if (m->any_rule && !trusted)
        own_reason(m, out->verdict = CP_REVIEW, "untrusted-path",
                   CP_MESSAGE(j->arena, shown,
                              CP_LIT(" is not in a trusted program directory; name the program alone")),
                   m->call->command.span);
    else if (m->near.rule)
        own_reason(m, out->verdict = CP_REVIEW, m->near.code, m->near.why, m->near.span);
    else if (m->any_rule)
        own_reason(m, out->verdict = CP_REVIEW, "not-covered",
                   CP_MESSAGE(j->arena, CP_LIT("no rule allows this use of "), shown), m->call->span);
    else {
        out->verdict = cp_default_verdict(j, CP_DEFAULT_UNKNOWN_COMMAND, 0, CP_REVIEW);
        own_reason(m, out->verdict, "unknown-command",
                   CP_MESSAGE(j->arena, shown, CP_LIT(" is not a known command")), m->call->command.span);
    }
}

static cp_verdict too_many(matching *m) {
    own_reason(m, CP_DENY, "limit", CP_LIT("more rules match this command than can be weighed"),
               m->call->span);
    return CP_DENY;
}

void cp_judge_rules(cp_judge *j, uint32_t index, cp_rules_verdict *out) {
    memset(out, 0, sizeof *out);
    out->verdict = CP_ALLOW;
    const cp_call *call = &j->calls->calls[index];
    if (call->identity == CP_IDENTITY_FUNCTION)
        return; /* its body is what runs */
    if (call->identity == CP_IDENTITY_DYNAMIC) {
        out->verdict = CP_REVIEW; /* the walk's finding gives the reason */
        return;
    }
    matching overlay = {.j = j, .call = call, .call_index = index};
    bool trusted = call->identity == CP_IDENTITY_BARE || cp_in_trusted_directory(j, call);
    bool certain = trusted && may_be_allowed(call);
    for (uint32_t i = 0; i < j->layers->count; i++)
        if (!cp_layer_is_floor(j->layers->items[i].layer))
            collect(&overlay, &j->layers->items[i], certain);
    settle(&overlay);
    trace(&overlay);
    cp_verdict verdict = CP_ALLOW;
    bool counted = false, sure = false;
    for (uint32_t i = 0; i < overlay.count; i++) {
        const candidate *c = &overlay.items[i];
        if (c->yields)
            continue;
        counted = true;
        verdict = cp_strictest(verdict, said(c));
        sure = sure || (said(c) == CP_REVIEW && c->tri == CP_YES);
    }
    /* What keeps the nearest allow from covering it comes first where the others only may apply, and for that reason. */
    bool near = counted && verdict == CP_REVIEW && overlay.near.rule;
    if (near && !sure)
        own_reason(&overlay, CP_REVIEW, overlay.near.code, overlay.near.why, overlay.near.span);
    for (uint32_t i = 0; i < overlay.count; i++) {
        candidate *c = &overlay.items[i];
        if (c->yields)
            continue;
        add_reason_of(&overlay, c, said(c), "rule");
        if (c->says == CP_IV_ALLOW && out->voucher_count < CP_VOUCHERS_MOST)
            (void)CP_PUSH(j->arena, out->vouchers, out->voucher_count, out->voucher_cap,
                          ((cp_voucher){c->layer->image, c->rule.index}));
    }
    out->verdict = verdict;
    if (!counted)
        own_verdict(&overlay, trusted, out);
    else if (near && sure)
        own_reason(&overlay, CP_REVIEW, overlay.near.code, overlay.near.why, overlay.near.span);
    if (overlay.overflow)
        out->verdict = too_many(&overlay);
    for (uint32_t i = 0; i < j->layers->count; i++) { /* each floor on its own */
        if (!cp_layer_is_floor(j->layers->items[i].layer))
            continue;
        matching floor = {.j = j, .call = call, .call_index = index};
        collect(&floor, &j->layers->items[i], certain);
        settle(&floor);
        trace(&floor);
        for (uint32_t k = 0; k < floor.count; k++) {
            if (floor.items[k].yields)
                continue;
            cp_verdict v = said(&floor.items[k]);
            out->verdict = cp_strictest(out->verdict, v);
            add_reason_of(&floor, &floor.items[k], v, "floor-rule");
        }
        if (floor.overflow)
            out->verdict = too_many(&floor);
    }
}
