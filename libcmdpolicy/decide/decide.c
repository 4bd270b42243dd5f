/* The verdict of a request: the strictest of its findings, its calls' rules, their effects and the flows between them. */
#include "decide/judge.h"

cp_slice cp_slices(cp_arena *arena, const cp_slice *parts, uint32_t count) {
    cp_text t = cp_text_in(arena);
    uint64_t all = 0;
    for (uint32_t i = 0; i < count; i++)
        all += parts[i].n;
    if (all <= UINT32_MAX && !cp_arena_reserve(arena, (void **)&t.p, &t.cap, 0, (uint32_t)all, 1))
        return cp_text_slice(&t);
    for (uint32_t i = 0; i < count; i++)
        cp_text_add(&t, parts[i]);
    return cp_text_slice(&t);
}

void cp_add_reason(cp_judge *j, const cp_reason *reason) {
    for (uint32_t i = j->out->reason_count;
         i-- > 0 && i + 16 > j->out->reason_count;) { /* said already, next to it */
        const cp_reason *r = &j->out->reasons[i];
        if (r->verdict == reason->verdict && r->call == reason->call && r->line == reason->line &&
            memcmp(&r->span, &reason->span, sizeof r->span) == 0 && cp_slice_eq(r->rule, reason->rule) &&
            cp_slice_eq(r->message, reason->message))
            return;
    }
    (void)CP_PUSH(j->arena, j->out->reasons, j->out->reason_count, j->out->reason_cap, *reason);
}

cp_verdict cp_default_verdict(cp_judge *j, uint32_t key, uint32_t value, cp_verdict otherwise) {
    cp_verdict verdict = otherwise;
    uint32_t from = 0;
    bool stated = false;
    for (uint32_t i = 0; i < j->layers->count; i++) {
        const cp_layer_image *layer = &j->layers->items[i];
        for (uint32_t k = 1; k < cp_image_count(layer->image, CP_SEC_DFLT); k++) {
            const cp_rec_default *d = cp_image_default(layer->image, k);
            if (d->key != key || (key == CP_DEFAULT_LIMIT_VERDICT && d->value != value))
                continue;
            cp_verdict says = cp_verdict_of(key == CP_DEFAULT_LIMIT_VERDICT ? d->extra : d->value);
            if (cp_layer_is_floor(layer->layer))
                verdict = cp_strictest(verdict, says);
            else if (layer->layer >= from) {
                bool lifts = layer->layer == CP_LAYER_SESSION && from != CP_LAYER_SESSION &&
                             verdict == CP_DENY && stated;
                verdict = lifts ? CP_DENY : says; /* a session lifts no other layer's deny */
                stated = true;
                from = layer->layer;
            }
        }
    }
    return verdict;
}

static void judge_finding(cp_judge *j, const cp_finding *f) {
    cp_reason r = {.call = f->call, .span = f->span, .message = f->detail, .verdict = CP_REVIEW};
    switch (f->code) {
    case CP_FINDING_SYNTAX:
        r.code = "syntax";
        r.verdict = cp_default_verdict(j, CP_DEFAULT_UNPARSABLE, 0, CP_REVIEW);
        break;
    case CP_FINDING_UNSUPPORTED:
        r.code = "unsupported";
        r.verdict = cp_default_verdict(j, CP_DEFAULT_UNPARSABLE, 0, CP_REVIEW);
        break;
    case CP_FINDING_OPAQUE:
        r.code = "opaque";
        r.verdict = cp_default_verdict(j, CP_DEFAULT_UNPARSABLE, 0, CP_REVIEW);
        break;
    case CP_FINDING_HEREDOC: r.code = "heredoc-unterminated"; break;
    case CP_FINDING_DIALECT: r.code = "dialect-depends"; break;
    case CP_FINDING_HIDDEN: r.code = "hidden-characters"; break;
    case CP_FINDING_LIMIT: return; /* the budget speaks for itself */
    case CP_FINDING_DYNAMIC_COMMAND:
        r.code = "dynamic-command";
        r.verdict = cp_default_verdict(j, CP_DEFAULT_DYNAMIC_COMMAND, 0, CP_REVIEW);
        r.message = CP_MESSAGE(j->arena, CP_LIT("which command runs is not certain: "), f->detail);
        break;
    case CP_FINDING_EVALUATES: r.code = "evaluates"; break;
    case CP_FINDING_RECURSION:
        r.code = "recursion";
        r.message = CP_MESSAGE(j->arena, CP_LIT("the function "), f->detail, CP_LIT(" calls itself"));
        break;
    case CP_FINDING_FORK_BOMB:
        r.code = "fork-bomb";
        r.verdict = CP_DENY;
        r.message = f->detail.n ? CP_MESSAGE(j->arena, CP_LIT("the function "), f->detail,
                                             CP_LIT(" starts itself again in the background: a fork bomb"))
                                : CP_LIT("the loop starts jobs without end: a fork bomb");
        break;
    default: r.code = "unknown-script"; break;
    }
    if (r.verdict == CP_ALLOW)
        r.verdict = CP_REVIEW; /* no default makes what isn't understood an allow */
    cp_add_reason(j, &r);
    j->out->verdict = cp_strictest((cp_verdict)j->out->verdict, (cp_verdict)r.verdict);
}

static void judge_limit(cp_judge *j) {
    if (!cp_spent(j->budget))
        return;
    uint32_t hit = j->budget->hit;
    cp_verdict verdict = cp_default_verdict(j, CP_DEFAULT_LIMIT_VERDICT, hit, CP_DENY);
    if (verdict == CP_ALLOW)
        verdict = CP_REVIEW;
    const char *name = hit < CP_LIMIT_COUNT ? cp_limit_names[hit] : "unknown";
    cp_reason r = {.verdict = verdict,
                   .code = "limit",
                   .call = CP_NO_CALL,
                   .message = CP_MESSAGE(j->arena, CP_LIT("the limit \""), cp_slice_str(name),
                                         CP_LIT("\" was reached, so not everything could be judged"))};
    cp_add_reason(j, &r);
    j->out->verdict = cp_strictest((cp_verdict)j->out->verdict, verdict);
}

void cp_decide(const cp_layers *layers, const cp_calls *calls, const cp_facts *facts, cp_arena *arena,
               cp_budget *budget, cp_decided *out) {
    memset(out, 0, sizeof *out);
    cp_judge j = {
        .layers = layers, .calls = calls, .facts = facts, .arena = arena, .budget = budget, .out = out};
    uint32_t effects = calls->effect_count + 1u; /* three numbers of each, behind one of each call */
    out->call_verdicts = CP_NEW_ARRAY(arena, uint8_t, calls->call_count + (size_t)3 * effects + 1u);
    out->effect_paths = CP_NEW_ARRAY(arena, const cp_path *, effects);
    cp_rules_verdict *rules = CP_NEW_ARRAY(arena, cp_rules_verdict, calls->call_count + 1u);
    if (!out->call_verdicts || !out->effect_paths || !rules) {
        out->verdict = CP_DENY;
        return;
    }
    out->effect_verdicts = out->call_verdicts + calls->call_count + 1u;
    j.secrets = out->effect_verdicts + effects;
    j.named = j.secrets + effects;
    enum { MANY = 16, AHEAD = 3 /* what is judged a little later is fetched */ };
    if (calls->call_count > MANY) /* each has one at least */
        (void)cp_arena_reserve(arena, (void **)&out->reasons, &out->reason_cap, 0, calls->call_count,
                               sizeof *out->reasons);
    out->verdict = CP_ALLOW;
    /* what the walk reached before a limit is judged all the same, with steps of its own, so that nothing is capped on the way to deny */
    cp_budget judging = *budget;
    judging.hit = CP_LIMIT_NONE;
    judging.used[CP_LIMIT_STEPS] = 0;
    j.budget = &judging;
    for (uint32_t i = 0; i < calls->finding_count; i++)
        judge_finding(&j, &calls->findings[i]);
    for (uint32_t i = 0; i < calls->call_count; i++) {
        if (calls->call_count - i > AHEAD + 1) {
            const cp_call *next = &calls->calls[i + AHEAD];
            CP_SOON(next->reading.options);
            CP_SOON(next->reading.operands);
            CP_SOON(next->reading.words);
            CP_SOON(next->reading.nodes);
            CP_SOON(next->program.p);
            CP_SOON(&next[1].program);
            CP_SOON(&next[1].reading.options);
        }
        cp_judge_rules(&j, i, &rules[i]);
        out->call_verdicts[i] = (uint8_t)rules[i].verdict;
    }
    for (uint32_t i = 0; i < calls->effect_count; i++) {
        uint32_t call = calls->effects[i].call;
        bool of_call = call < calls->call_count;
        if (calls->effect_count - i > AHEAD) {
            const cp_call_effect *next = &calls->effects[i + AHEAD];
            CP_SOON(next->effect.target.exact.p);
            CP_SOON(next->effect.target.atoms);
            CP_SOON(next->base.values);
        }
        cp_verdict v = cp_judge_effect(&j, i, of_call ? &rules[call] : NULL);
        out->effect_verdicts[i] = (uint8_t)v;
        if (of_call)
            out->call_verdicts[call] = (uint8_t)cp_strictest((cp_verdict)out->call_verdicts[call], v);
        out->verdict = cp_strictest((cp_verdict)out->verdict, v);
    }
    for (uint32_t i = 0; i < calls->call_count; i++)
        out->verdict = cp_strictest((cp_verdict)out->verdict, (cp_verdict)out->call_verdicts[i]);
    cp_judge_flows(&j);
    if (budget->hit == CP_LIMIT_NONE && judging.hit != CP_LIMIT_NONE)
        budget->hit = judging.hit;
    out->steps = judging.used[CP_LIMIT_STEPS];
    j.budget = budget;
    judge_limit(&j);
}
