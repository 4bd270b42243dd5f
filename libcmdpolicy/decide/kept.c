/* Whether the names of files stay what they were before the command: what somebody saw in a directory counts only then. */
#include "decide/decide.h"

/* Devices that are there already, and take what is written to them without keeping it. */
static bool is_sink(const cp_effect *e) {
    static const char *const sinks[] = {"/dev/null", "/dev/stdout", "/dev/stderr", "/dev/tty"};
    for (uint32_t i = 0; i < sizeof sinks / sizeof *sinks; i++)
        if (e->object_kind == CP_OBJECT_PATH && cp_value_is_exact(&e->target) &&
            cp_slice_is(e->target.exact, sinks[i]))
            return true;
    return false;
}

static bool effects_keep_names(const cp_calls *calls, uint32_t from) {
    for (uint32_t i = 0; i < calls->effect_count; i++) {
        const cp_effect *e = &calls->effects[i].effect;
        bool keeps = e->kind == CP_EFFECT_READ || e->kind == CP_EFFECT_ENV ||
                     (e->kind == CP_EFFECT_WRITE && is_sink(e));
        if (!keeps && e->sure >= from)
            return false;
    }
    return true;
}

bool cp_keeps_names(const cp_calls *calls) {
    for (uint32_t i = 0; i < calls->call_count; i++) {
        const cp_call *call = &calls->calls[i];
        if (call->identity != CP_IDENTITY_FUNCTION && !call->reading.layer)
            return false; /* no grammar says what it does */
    }
    return effects_keep_names(calls, CP_NO);
}

bool cp_surely_changes_names(const cp_calls *calls) {
    return !effects_keep_names(calls, CP_YES);
}
