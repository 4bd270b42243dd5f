/* Reading a decision. Everything that is shown is made once, at the end of the check, so that reading is const and safe from
 * many threads; strings that came from the policy are copied, so that the decision outlives it. */
#include "api.h"
#include "render.h"

/* ---- Exposing ------------------------------------------------------------------------------------------------------------- */

static cp_span user_span(const cmdpolicy_decision *d, cp_span span) {
    if (span.src == UINT32_MAX)
        return (cp_span){0, 0, 0};
    if (span.src == 0 && d->sources.count) /* the request's own text */
        return span;
    cp_span user = cp_span_to_user(&d->sources, span, NULL);
    return user.src < d->sources.count ? user : (cp_span){0, 0, 0};
}

/* What lies in the request or the policy is copied: a decision needs neither. */
static cp_slice own(cmdpolicy_decision *d, cp_slice s) {
    bool inside = (uintptr_t)s.p >= (uintptr_t)d && (uintptr_t)s.p - (uintptr_t)d < d->size;
    return !s.n || inside || cp_arena_holds(&d->arena, s.p) ? s : cp_arena_copy(&d->arena, s);
}

static void expose_sources(cmdpolicy_decision *d) {
    for (uint32_t i = 0; i < d->sources.count; i++)
        d->sources.items[i].text = own(d, d->sources.items[i].text);
}

static void expose_reasons(cmdpolicy_decision *d) {
    cp_slice file = {NULL, 0}, copy = {NULL, 0}; /* the last one: most reasons come from few files */
    for (uint32_t i = 0; i < d->decided.reason_count; i++) {
        cp_reason *r = &d->decided.reasons[i];
        cp_slice *texts[] = {&r->rule, &r->message, &r->suggestion, &r->risk};
        for (uint32_t k = 0; k < sizeof texts / sizeof *texts; k++)
            *texts[k] = own(d, *texts[k]);
        if (!file.p || r->file.p != file.p || r->file.n != file.n) {
            file = r->file;
            copy = own(d, file);
        }
        r->file = copy;
        r->image = NULL;
        r->span = user_span(d, r->span);
    }
}

static void expose_calls(cmdpolicy_decision *d) {
    enum { AHEAD = 3, FIELDS_AHEAD = 6, WORDS = 4 }; /* what is shown a little later is fetched */
    d->shown_calls = CP_NEW_ARRAY(&d->arena, cp_shown_call, d->calls.call_count + 1u);
    if (!d->shown_calls)
        return;
    for (uint32_t i = 0; i < d->calls.call_count; i++) {
        cp_call *call = &d->calls.calls[i];
        cp_shown_call *shown = &d->shown_calls[i];
        if (d->calls.call_count - i > FIELDS_AHEAD) {
            CP_SOON(d->calls.calls[i + FIELDS_AHEAD].argv.items);
            const cp_fields *next = &d->calls.calls[i + AHEAD].argv;
            for (uint32_t k = 0; k < next->count && k < WORDS; k++)
                CP_SOON(next->items[k].set.values);
        }
        call->program = own(d, call->program);
        shown->words = CP_NEW_ARRAY(&d->arena, cp_shown_word, call->argv.count + 1u);
        if (!shown->words)
            return;
        shown->word_count = call->argv.count;
        shown->span = user_span(d, call->span);
        shown->at = user_span(d, call->at);
        for (uint32_t k = 0; k < call->argv.count; k++) {
            const cp_field *f = &call->argv.items[k];
            cp_shown_word *word = &shown->words[k];
            word->exact = cp_field_is_exact(f);
            if (!word->exact)
                shown->flags |= CMDPOLICY_CALL_DYNAMIC;
            if (f->splat)
                shown->flags |= CMDPOLICY_CALL_OPEN;
            cp_text alternatives = cp_text_in(&d->arena);
            for (uint32_t n = 0; n < f->set.count && !word->exact; n++) {
                if (n)
                    cp_text_byte(&alternatives, '|');
                cp_text_add(&alternatives, cp_value_show(&d->arena, &f->set.values[n]));
            }
            word->value = word->exact ? own(d, cp_field_text(f)) : cp_text_slice(&alternatives);
            if (f->set.count)
                word->span = user_span(d, f->set.values[0].span);
        }
    }
}

static void expose_effects(cmdpolicy_decision *d, const cp_places *places) {
    d->shown_effects = CP_NEW_ARRAY(&d->arena, cp_shown_effect, d->calls.effect_count + 1u);
    if (!d->shown_effects)
        return;
    for (uint32_t i = 0; i < d->calls.effect_count; i++) {
        const cp_call_effect *e = &d->calls.effects[i];
        cp_shown_effect *shown = &d->shown_effects[i];
        shown->span = user_span(d, e->effect.span);
        switch (e->effect.object_kind) {
        case CP_OBJECT_PATH: {
            cp_path made;
            const cp_path *path = d->decided.effect_paths ? d->decided.effect_paths[i] : NULL;
            if (!path) {
                cp_path_make(&d->arena, &e->effect.target, e->base.count == 1 ? &e->base.values[0] : NULL,
                             places, &made);
                path = &made;
            }
            shown->target = own(d, cp_path_show(&d->arena, path));
            shown->exact = path->exact;
            break;
        }
        case CP_OBJECT_HOST: {
            shown->exact = e->effect.host.certainty == CP_HOST_KNOWN;
            cp_text t = cp_text_in(&d->arena);
            cp_text_add(&t, shown->exact ? e->effect.host.name : cp_value_show(&d->arena, &e->effect.target));
            if (shown->exact && e->effect.host.port) {
                cp_text_byte(&t, ':');
                cp_text_number(&t, e->effect.host.port);
            }
            shown->target = cp_text_slice(&t);
            break;
        }
        case CP_OBJECT_ANY: break;
        default:
            shown->exact = cp_value_is_exact(&e->effect.target);
            shown->target =
                own(d, shown->exact ? e->effect.target.exact : cp_value_show(&d->arena, &e->effect.target));
        }
    }
}

void cp_decision_expose(cmdpolicy_decision *d, const cp_places *places) {
    expose_sources(d);
    expose_reasons(d);
    expose_calls(d);
    expose_effects(d, places);
    /* an effect is at least as strict as what its flows made of it; a call as its effects: decide/ has done both */
}

/* ---- Reading -------------------------------------------------------------------------------------------------------------- */

static cmdpolicy_string exposed(cp_slice s) {
    return (cmdpolicy_string){s.p ? (const char *)s.p : "", s.n};
}
static cmdpolicy_span span_of(cp_span s) {
    return (cmdpolicy_span){s.src, s.beg, s.end};
}
static const char *input_name(uint32_t is) {
    switch (is) {
    case CP_STDIN_IS_TEXT: return "text";
    case CP_STDIN_IS_CALLS: return "calls";
    case CP_STDIN_IS_FILE: return "file";
    case CP_STDIN_IS_NOTHING: return "nothing";
    default: return "inherited";
    }
}
static const char *domain_name(uint32_t domain) {
    return domain == CP_DOMAIN_REMOTE ? "remote" : domain == CP_DOMAIN_CONTAINER ? "container" : "local";
}

static cmdpolicy_status hand_out(void *out, const void *full, size_t full_size) {
    uint32_t size;
    memcpy(&size, out, sizeof size);
    if (size < sizeof size)
        return CMDPOLICY_ERR_ARGUMENT;
    memcpy((char *)out + sizeof size, (const char *)full + sizeof size,
           (size < full_size ? size : full_size) - sizeof size);
    return CMDPOLICY_OK;
}

void cmdpolicy_decision_free(cmdpolicy_decision *d) {
    if (!d || d->is_static)
        return;
    cp_allocator mem = d->mem;
    size_t size = d->size;
    cp_arena_free(&d->arena);
    mem.resize(mem.user, d, size, 0);
}

cmdpolicy_verdict cmdpolicy_decision_verdict(const cmdpolicy_decision *d) {
    return d ? (cmdpolicy_verdict)d->decided.verdict : CMDPOLICY_DENY;
}
cmdpolicy_status cmdpolicy_decision_status(const cmdpolicy_decision *d) {
    return d ? d->status : CMDPOLICY_ERR_ARGUMENT;
}
size_t cmdpolicy_decision_reason_count(const cmdpolicy_decision *d) {
    return !d ? 0 : d->is_static ? 1 : d->decided.reason_count;
}
size_t cmdpolicy_decision_call_count(const cmdpolicy_decision *d) {
    return d ? d->calls.call_count : 0;
}
size_t cmdpolicy_decision_effect_count(const cmdpolicy_decision *d) {
    return d ? d->calls.effect_count : 0;
}

cmdpolicy_status cmdpolicy_decision_reason(const cmdpolicy_decision *d, size_t index, cmdpolicy_reason *out) {
    if (!d || !out)
        return CMDPOLICY_ERR_ARGUMENT;
    if (index >= cmdpolicy_decision_reason_count(d))
        return CMDPOLICY_ERR_RANGE;
    if (d->is_static) {
        cmdpolicy_reason r = {.verdict = CMDPOLICY_DENY,
                              .call = -1,
                              .code = exposed(CP_LIT("error")),
                              .message = exposed(cp_slice_str(cmdpolicy_status_name(d->status))),
                              .rule = exposed((cp_slice){NULL, 0}),
                              .suggestion = exposed((cp_slice){NULL, 0}),
                              .risk = exposed((cp_slice){NULL, 0}),
                              .file = exposed((cp_slice){NULL, 0})};
        return hand_out(out, &r, sizeof r);
    }
    const cp_reason *r = &d->decided.reasons[index];
    cmdpolicy_reason full = {.verdict = (cmdpolicy_verdict)r->verdict,
                             .span = span_of(r->span),
                             .call = r->call < d->calls.call_count ? (int32_t)r->call : -1,
                             .layer = (cmdpolicy_layer)r->layer,
                             .line = r->line,
                             .code = exposed(cp_slice_str(r->code)),
                             .rule = exposed(r->rule),
                             .message = exposed(r->message),
                             .suggestion = exposed(r->suggestion),
                             .risk = exposed(r->risk),
                             .file = exposed(r->file)};
    return hand_out(out, &full, sizeof full);
}

cmdpolicy_status cmdpolicy_decision_call(const cmdpolicy_decision *d, size_t index, cmdpolicy_call *out) {
    if (!d || !out)
        return CMDPOLICY_ERR_ARGUMENT;
    if (index >= d->calls.call_count)
        return CMDPOLICY_ERR_RANGE;
    const cp_call *call = &d->calls.calls[index];
    const cp_shown_call *shown = &d->shown_calls[index];
    cmdpolicy_call full = {.verdict = d->decided.call_verdicts[index],
                           .span = span_of(shown->span),
                           .at = span_of(shown->at),
                           .parent = call->parent < d->calls.call_count ? (int32_t)call->parent : -1,
                           .word_count = shown->word_count,
                           .flags = shown->flags,
                           .program = exposed(call->program),
                           .domain = exposed(cp_slice_str(domain_name(call->domain))),
                           .input = exposed(cp_slice_str(input_name(call->in.is))),
                           .input_first = call->in.from_first,
                           .input_count = call->in.from_count};
    return hand_out(out, &full, sizeof full);
}

cmdpolicy_status cmdpolicy_decision_word(const cmdpolicy_decision *d, size_t call, size_t index,
                                         cmdpolicy_word *out) {
    if (!d || !out)
        return CMDPOLICY_ERR_ARGUMENT;
    if (call >= d->calls.call_count || index >= d->shown_calls[call].word_count)
        return CMDPOLICY_ERR_RANGE;
    const cp_shown_word *w = &d->shown_calls[call].words[index];
    cmdpolicy_word full = {.exact = (int32_t)w->exact, .span = span_of(w->span), .value = exposed(w->value)};
    return hand_out(out, &full, sizeof full);
}

cmdpolicy_status cmdpolicy_decision_effect(const cmdpolicy_decision *d, size_t index, cmdpolicy_effect *out) {
    static const char *const kinds[CP_EFFECT_COUNT] = {"none",    "read",    "write", "delete",
                                                       "network", "code",    "env",   "privilege",
                                                       "remote",  "process", "system"};
    if (!d || !out)
        return CMDPOLICY_ERR_ARGUMENT;
    if (index >= d->calls.effect_count)
        return CMDPOLICY_ERR_RANGE;
    const cp_call_effect *e = &d->calls.effects[index];
    const cp_shown_effect *shown = &d->shown_effects[index];
    cmdpolicy_effect full = {
        .verdict = d->decided.effect_verdicts[index],
        .span = span_of(shown->span),
        .call = e->call < d->calls.call_count ? (int32_t)e->call : -1,
        .exact = (int32_t)shown->exact,
        .kind = exposed(cp_slice_str(kinds[e->effect.kind < CP_EFFECT_COUNT ? e->effect.kind : 0])),
        .target = exposed(shown->target),
        .domain = exposed(cp_slice_str(domain_name(e->domain)))};
    return hand_out(out, &full, sizeof full);
}

cmdpolicy_status cmdpolicy_decision_source(const cmdpolicy_decision *d, uint32_t source,
                                           cmdpolicy_string *out) {
    if (!d || !out)
        return CMDPOLICY_ERR_ARGUMENT;
    if (source >= d->sources.count)
        return CMDPOLICY_ERR_RANGE;
    *out = exposed(d->sources.items[source].text);
    return CMDPOLICY_OK;
}

cmdpolicy_status cmdpolicy_decision_render(cmdpolicy_decision *d, const char *format, cmdpolicy_string *out) {
    if (!d || !format || !out)
        return CMDPOLICY_ERR_ARGUMENT;
    cp_slice wanted = cp_slice_str(format);
    if (d->is_static) {
        static const char *const formats[] = {"json", "text", "ansi", "explain", "explain-ansi"};
        bool known = false;
        for (uint32_t i = 0; i < sizeof formats / sizeof *formats; i++)
            known |= cp_slice_is(wanted, formats[i]);
        if (!known)
            return CMDPOLICY_ERR_ARGUMENT;
        *out = exposed(
            cp_slice_is(wanted, "json")
                ? CP_LIT(
                      "{\"cmdpolicy\": 1, \"verdict\": \"deny\", \"reasons\": [{\"verdict\": \"deny\", \"code\": \"error\"}], \"calls\": [], \"effects\": []}")
                : CP_LIT("deny: the check could not be made\n"));
        return CMDPOLICY_OK;
    }
    for (const cp_rendering *r = d->renderings; r; r = r->next)
        if (cp_slice_eq(r->format, wanted)) {
            *out = exposed(r->text);
            return CMDPOLICY_OK;
        }
    cp_slice text;
    d->budget.limit[CP_LIMIT_MEMORY] = UINT64_MAX; /* rendering is no part of the check */
    if (!cp_render(&d->arena, d, wanted, &text))
        return CMDPOLICY_ERR_ARGUMENT;
    cp_rendering *made = CP_NEW(&d->arena, cp_rendering);
    if (cp_arena_failed(&d->arena))
        return CMDPOLICY_ERR_NOMEM;
    *made = (cp_rendering){d->renderings, cp_arena_copy(&d->arena, wanted), text};
    if (cp_arena_failed(&d->arena))
        return CMDPOLICY_ERR_NOMEM;
    d->renderings = made;
    *out = exposed(text);
    return CMDPOLICY_OK;
}

cp_slice cp_decision_policy_digest(const cmdpolicy_decision *d) {
    return d->digest;
}
cp_slice cp_decision_shell_name(const cmdpolicy_decision *d) {
    return d->shell;
}
