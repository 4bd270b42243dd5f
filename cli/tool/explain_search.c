/* The smallest addition to a layer that allows a command: what the layer would have to say of each call and each effect that isn't
 * allowed, and then as little of that as will do. At most PARTS_MOST things are tried; each try is compiled and asked. */
#include "tool/explain.h"
#include "tool/import.h"

#include "api.h"

#include <string.h>

enum { PARTS_MOST = 24 };

typedef struct part { /* one line of the addition */
    const char *kind; /* of an effect; NULL: a rule */
    cp_slice key;     /* the rule's key, or the pattern; empty: the whole kind */
    cp_slice except;  /* instead of an allow: an exception of the pattern */
    bool wanted;
} part;

typedef struct search {
    cp_arena *arena;
    const cli_setup *setup;
    const cmdpolicy_request *request;
    cmdpolicy_layer layer;
    part parts[PARTS_MOST];
    uint32_t count;
    bool overflow, changed;
    cp_slice because; /* of the last try */
} search;

static cp_slice slice(cmdpolicy_string s) {
    return cp_slice_of(s.data, s.size);
}

static void add_part(search *s, part one) {
    for (uint32_t i = 0; i < s->count; i++) {
        const part *p = &s->parts[i];
        const bool same_kind = p->kind && one.kind ? strcmp(p->kind, one.kind) == 0 : p->kind == one.kind;
        if (same_kind && cp_slice_eq(p->key, one.key) && cp_slice_eq(p->except, one.except))
            return;
    }
    if (s->count == PARTS_MOST) {
        s->overflow = true;
        return;
    }
    one.wanted = s->changed = true;
    one.key = cp_arena_copy(s->arena, one.key); /* the decision that says it goes */
    one.except = cp_arena_copy(s->arena, one.except);
    s->parts[s->count++] = one;
}

/* ---- What could be said ----------------------------------------------------------------------------------------------- */

/* The pattern's exception for the object; where that is there and didn't do (what is deleted is all below it, too), the pattern. */
static void add_exception(search *s, const char *kind, cp_slice pattern, cp_slice target) {
    for (uint32_t i = 0; i < s->count; i++) {
        part *p = &s->parts[i];
        if (p->kind != kind || !cp_slice_eq(p->key, pattern))
            continue;
        if (p->except.n == 0)
            return;
        if (!cp_slice_eq(p->except, target))
            continue;
        p->except = (cp_slice){NULL, 0};
        s->changed = true;
        return;
    }
    add_part(s, (part){.kind = kind, .key = pattern, .except = target});
}

/* The call as a key: its words as they are. */
static void add_call(search *s, const cmdpolicy_decision *d, size_t index, const cmdpolicy_call *call) {
    cp_text key = cp_text_in(s->arena);
    for (uint32_t i = 0; i < call->word_count; i++) {
        cmdpolicy_word word = {.struct_size = sizeof word};
        if (cmdpolicy_decision_word(d, index, i, &word) != CMDPOLICY_OK || !word.exact)
            return;
        const import_alternative one = {slice(word.value), false};
        cp_text_str(&key, i ? " " : "");
        import_key_word(&key, &one, i == 0);
    }
    if (key.n > 0)
        add_part(s, (part){.key = cp_text_slice(&key)});
}

/* An entry under `effects` is known by its id, PACK:KIND PATTERN. */
static cp_slice pattern_of(const cmdpolicy_reason *r, const char *kind) {
    const cp_slice id = slice(r->rule);
    const uint32_t n = (uint32_t)strlen(kind);
    const uint32_t colon = cp_slice_find(id, ':', 0);
    if (colon + 1 + n + 1 < id.n && memcmp(id.p + colon + 1, kind, n) == 0 && id.p[colon + 1 + n] == ' ')
        return cp_slice_sub(id, colon + 1 + n + 1, id.n);
    return (cp_slice){NULL, 0};
}

static bool has_patterns(const char *kind) {
    static const char *const without[] = {"privilege", "remote", "process", "system"};
    for (size_t i = 0; i < sizeof without / sizeof without[0]; i++) {
        if (strcmp(kind, without[i]) == 0)
            return false;
    }
    return true;
}

static bool is_plain_target(cp_slice s) {
    for (uint32_t i = 0; i < s.n; i++) {
        if (s.p[i] == '*' || s.p[i] == ',' || s.p[i] == '|' || s.p[i] < ' ')
            return false;
    }
    return s.n > 0;
}

static void add_effect(search *s, const cmdpolicy_decision *d, const cmdpolicy_effect *e) {
    static const char *const kinds[] = {"read",      "write",  "delete",  "network", "code",
                                        "privilege", "remote", "process", "system",  "env"};
    const char *kind = NULL;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (cp_slice_is(slice(e->kind), kinds[i]))
            kind = kinds[i];
    }
    if (!kind)
        return;
    const cp_slice target = slice(e->target);
    if (!has_patterns(kind)) {
        add_part(s, (part){.kind = kind});
        return;
    }
    if (!e->exact || !is_plain_target(target))
        return;
    cmdpolicy_reason r = {.struct_size = sizeof r};
    for (size_t i = 0; cmdpolicy_decision_reason(d, i, &r) == CMDPOLICY_OK; i++) {
        const cp_slice pattern =
            cp_slice_is(slice(r.code), "effect") ? pattern_of(&r, kind) : (cp_slice){NULL, 0};
        if (pattern.n > 0 && !cp_slice_eq(pattern, target) && memcmp(&r.span, &e->span, sizeof r.span) == 0)
            add_exception(s, kind, pattern, target);
    }
    add_part(s, (part){.kind = kind, .key = target});
}

static void add_parts(search *s, const cmdpolicy_decision *d) {
    cmdpolicy_effect e = {.struct_size = sizeof e};
    cmdpolicy_call c = {.struct_size = sizeof c};
    /* what is wide comes first: it is the first to be left out again */
    for (int patterns = 0; patterns < 2; patterns++) {
        for (size_t i = 0; cmdpolicy_decision_effect(d, i, &e) == CMDPOLICY_OK; i++) {
            char kind[16] = "";
            if (e.kind.size < sizeof kind)
                memcpy(kind, e.kind.data, e.kind.size);
            if (e.verdict != CMDPOLICY_ALLOW && has_patterns(kind) == (patterns == 1))
                add_effect(s, d, &e);
        }
    }
    for (size_t i = 0; cmdpolicy_decision_call(d, i, &c) == CMDPOLICY_OK; i++) {
        if (c.verdict != CMDPOLICY_ALLOW)
            add_call(s, d, i, &c);
    }
}

/* ---- Saying it, and asking ----------------------------------------------------------------------------------------- */

static bool is_wanted(const part *p, const char *kind) {
    return p->wanted && p->kind && strcmp(p->kind, kind) == 0;
}

/* An entry; the exceptions of one pattern stand together. */
static void write_entry(const search *s, uint32_t index, cp_text *out) {
    const part *p = &s->parts[index];
    for (uint32_t i = 0; i < s->count; i++) { /* said elsewhere: an allow says more than an exception */
        const part *other = &s->parts[i];
        if (i != index && is_wanted(other, p->kind) && cp_slice_eq(other->key, p->key) &&
            (p->except.n == 0 ? other->except.n == 0 && i < index : other->except.n == 0 || i < index))
            return;
    }
    cp_text_str(out, "    ");
    import_scalar(out, p->key);
    if (p->except.n == 0) {
        cp_text_str(out, ": allow\n");
        return;
    }
    cp_text_str(out, ": {except: [");
    for (uint32_t i = index; i < s->count; i++) {
        if (!is_wanted(&s->parts[i], p->kind) || s->parts[i].except.n == 0 ||
            !cp_slice_eq(s->parts[i].key, p->key))
            continue;
        cp_text_str(out, i > index ? ", " : "");
        import_scalar(out, s->parts[i].except);
    }
    cp_text_str(out, "]}\n");
}

static void write_effects(const search *s, cp_text *out) {
    bool any = false;
    for (uint32_t i = 0; i < s->count; i++) {
        const part *p = &s->parts[i];
        bool first = p->wanted && p->kind;
        for (uint32_t k = 0; k < i && first; k++)
            first = !(s->parts[k].wanted && s->parts[k].kind && strcmp(s->parts[k].kind, p->kind) == 0);
        if (!first)
            continue;
        cp_text_str(out, any ? "  " : "effects:\n  ");
        any = true;
        cp_text_str(out, p->kind);
        if (p->key.n == 0) {
            cp_text_str(out, ": allow\n");
            continue;
        }
        cp_text_str(out, ":\n");
        for (uint32_t k = i; k < s->count; k++) {
            if (is_wanted(&s->parts[k], p->kind))
                write_entry(s, k, out);
        }
    }
}

static cp_slice yaml_of(const search *s) {
    cp_text out = cp_text_in(s->arena);
    bool rules = false;
    cp_text_str(&out, "cmdpolicy: 1\n");
    for (uint32_t i = 0; i < s->count; i++) {
        const part *p = &s->parts[i];
        if (!p->wanted || p->kind)
            continue;
        cp_text_str(&out, rules ? "  " : "rules:\n  ");
        rules = true;
        import_scalar(&out, p->key);
        cp_text_str(&out, ": allow\n");
    }
    write_effects(s, &out);
    return cp_text_slice(&out);
}

/* Is the command allowed with this addition? If not, and `learn`: what else would have to be said joins the parts. */
static bool allows(search *s, bool learn) {
    const cp_slice yaml = yaml_of(s);
    cmdpolicy_policy *policy =
        cli_setup_policy_with(s->setup, s->layer, "the addition", (const char *)yaml.p, yaml.n);
    if (!policy) {
        s->because = CP_LIT("what it is about can't be said in a policy");
        return false;
    }
    cmdpolicy_decision *d = cmdpolicy_check(policy, s->request);
    const cmdpolicy_verdict verdict = cmdpolicy_decision_verdict(d);
    cmdpolicy_reason r = {.struct_size = sizeof r};
    for (size_t i = 0; verdict != CMDPOLICY_ALLOW && cmdpolicy_decision_reason(d, i, &r) == CMDPOLICY_OK;
         i++) {
        if (r.verdict != verdict)
            continue;
        cp_text why = cp_text_in(s->arena);
        const cp_slice code = slice(r.code);
        cp_text_add(&why, slice(r.message));
        if (r.rule.size > 0) {
            cp_text_str(&why, cp_slice_starts(code, CP_LIT("floor-"))
                                  ? ", by a floor, which nothing loosens: "
                                  : ": ");
            cp_text_add(&why, slice(r.rule));
            cp_text_str(&why, " (");
            cp_text_str(&why, cmdpolicy_layer_name(r.layer));
            cp_text_str(&why, ")");
        }
        s->because = cp_text_slice(&why);
        break;
    }
    if (learn && verdict != CMDPOLICY_ALLOW)
        add_parts(s, d);
    cmdpolicy_decision_free(d);
    cmdpolicy_policy_free(policy);
    return verdict == CMDPOLICY_ALLOW;
}

static void find(search *s, const cmdpolicy_decision *d, explain_change *out) {
    *out = (explain_change){.layer = s->layer};
    add_parts(s, d);
    bool found = false;
    for (s->changed = true; !found && !s->overflow && s->changed;) {
        s->changed = false;
        found = allows(s, true);
    }
    if (s->overflow)
        out->because = CP_LIT("too much is not allowed for a search");
    else if (!found)
        out->because = s->because;
    else {
        for (uint32_t i = 0; i < s->count; i++) { /* whatever can be left out is */
            s->parts[i].wanted = false;
            s->parts[i].wanted = !allows(s, false);
        }
        out->policy = yaml_of(s);
    }
}

uint32_t explain_changes(cp_arena *arena, const cli_setup *setup, const cmdpolicy_request *request,
                         const cmdpolicy_decision *decision, explain_change out[EXPLAIN_LAYERS]) {
    static const cmdpolicy_layer layers[EXPLAIN_LAYERS] = {CMDPOLICY_LAYER_SESSION, CMDPOLICY_LAYER_USER,
                                                           CMDPOLICY_LAYER_SYSTEM};
    for (uint32_t i = 0; i < EXPLAIN_LAYERS; i++) {
        search s = {.arena = arena, .setup = setup, .request = request, .layer = layers[i]};
        find(&s, decision, &out[i]);
    }
    return EXPLAIN_LAYERS;
}
