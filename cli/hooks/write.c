/* From a verdict to an agent's answer: the form's templates, filled in. Nothing is allocated. */
#include "hooks/hooks.h"

#include "common/say.h"

#include <stdio.h>
#include <string.h>

enum {
    MOST_REASON = 1600, /* bytes of the whole reason; it is printed up to three times */
    MOST_MESSAGE = 500, /* of one message */
    MOST_NAME = 120,    /* of a rule's name */
    MOST_REASONS = 4,   /* in the reason */
    MOST_LISTED = 6     /* in a list of reasons */
};

static cmdpolicy_string literal(const char *text) {
    return (cmdpolicy_string){text, strlen(text)};
}

/* The next of the decision's reasons that are as strict as the verdict itself, from *at on. */
static bool next_reason(const cmdpolicy_decision *decision, size_t *at, cmdpolicy_reason *out) {
    while (decision && *at < cmdpolicy_decision_reason_count(decision)) {
        *out = (cmdpolicy_reason){.struct_size = sizeof *out};
        if (cmdpolicy_decision_reason(decision, (*at)++, out) == CMDPOLICY_OK &&
            out->verdict <= cmdpolicy_decision_verdict(decision))
            return true;
    }
    return false;
}

static void add_message(hook_text *t, const cmdpolicy_reason *r) {
    hook_text_show(t, r->message.size > 0 ? r->message : r->code, MOST_MESSAGE);
    if (r->rule.size > 0) {
        hook_text_put(t, " (rule ");
        hook_text_show(t, r->rule, MOST_NAME);
        hook_text_put(t, ")");
    }
    if (r->suggestion.size > 0) {
        hook_text_put(t, "; instead: ");
        hook_text_show(t, r->suggestion, MOST_MESSAGE);
    }
}

/* cmdpolicy: VERDICT: NOTE: MESSAGE (rule RULE); instead: SUGGESTION. Also: ... */
static void reason_text(cmdpolicy_verdict verdict, const cmdpolicy_decision *decision, const char *note,
                        hook_text *t) {
    hook_text_put(t, "cmdpolicy: ");
    hook_text_put(t, cmdpolicy_verdict_name(verdict));
    if (note) {
        hook_text_put(t, ": ");
        hook_text_show(t, literal(note), MOST_MESSAGE);
    }
    cmdpolicy_reason r;
    int count = 0;
    for (size_t at = 0; count < MOST_REASONS && next_reason(decision, &at, &r); count++) {
        hook_text_put(t, count == 0 ? ": " : ". Also: ");
        add_message(t, &r);
    }
    if (decision && count == 0 && cmdpolicy_decision_status(decision) != CMDPOLICY_OK) {
        hook_text_put(t, ": ");
        hook_text_put(t, cmdpolicy_status_name(cmdpolicy_decision_status(decision)));
    }
}

static void add_listed(hook_text *out, const char *before, hook_text *rule, hook_text *message) {
    hook_text_put(out, before);
    hook_text_put(out, "{\"rule\":");
    hook_text_quote(out, rule->data, rule->size);
    hook_text_put(out, ",\"message\":");
    hook_text_quote(out, message->data, message->size);
    hook_text_put(out, "}");
}

static void list_reasons(const cmdpolicy_decision *decision, const char *note, hook_text *out) {
    char rule_room[MOST_NAME * 9], message_room[MOST_MESSAGE * 9];
    cmdpolicy_reason r;
    int count = 0;
    hook_text_put(out, "[");
    if (note) {
        hook_text rule = {.data = rule_room, .room = sizeof rule_room};
        hook_text message = {.data = message_room, .room = sizeof message_room};
        hook_text_put(&rule, "hook");
        hook_text_show(&message, literal(note), MOST_MESSAGE);
        add_listed(out, "", &rule, &message);
        count++;
    }
    for (size_t at = 0; count < MOST_LISTED && next_reason(decision, &at, &r); count++) {
        hook_text rule = {.data = rule_room, .room = sizeof rule_room};
        hook_text message = {.data = message_room, .room = sizeof message_room};
        hook_text_show(&rule, r.rule.size > 0 ? r.rule : r.code, MOST_NAME);
        hook_text_show(&message, r.message, MOST_MESSAGE);
        if (r.suggestion.size > 0 && !message.full && message.size < MOST_MESSAGE) {
            hook_text_put(&message, "; instead: ");
            hook_text_show(&message, r.suggestion, MOST_MESSAGE);
        }
        const size_t before = out->size;
        add_listed(out, count == 0 ? "" : ",", &rule, &message);
        if (out->full || out->room - out->size < 64) { /* the list's end must fit */
            out->size = before;
            out->full = false;
            break;
        }
    }
    hook_text_put(out, "]");
}

static void clear(hook_answer *a, int status) {
    a->exit = status;
    a->what = "deny";
    a->out = (hook_text){.data = a->room[0], .room = sizeof a->room[0]};
    a->err = (hook_text){.data = a->room[1], .room = sizeof a->room[1]};
}

static void fill(hook_answer *a, const hook_reply *reply, const hook_text *reason,
                 const cmdpolicy_decision *decision, const char *note) {
    a->exit = reply->exit;
    for (const char *at = reply->json; at && *at; at++) {
        if (*at == '@')
            hook_text_quote(&a->out, reason->data, reason->size);
        else if (*at == '#')
            list_reasons(decision, note, &a->out);
        else
            hook_text_add(&a->out, at, 1);
    }
}

static void say_why(hook_answer *a, const hook_text *reason) {
    hook_text_add(&a->err, reason->data, reason->size);
    hook_text_put(&a->err, "\n");
}

void hook_answer_pass(const hook_call *call, hook_answer *out) {
    const hook_text none = {0};
    clear(out, 0);
    fill(out, &call->form->pass, &none, NULL, NULL);
    out->what = "pass";
}

void hook_answer_verdict(const hook_options *options, const hook_call *call, cmdpolicy_verdict verdict,
                         const cmdpolicy_decision *decision, const char *note, hook_answer *out) {
    const hook_form *form = call->form;
    const hook_reply *reply = &form->deny;
    char room[MOST_REASON], with_note[MOST_MESSAGE];
    hook_text reason = {.data = room, .room = sizeof room};
    bool denied = verdict != CMDPOLICY_ALLOW && verdict != CMDPOLICY_REVIEW;
    clear(out, 0);
    if (verdict == CMDPOLICY_ALLOW) {
        reply = options->emit_allow && form->allow.json ? &form->allow : &form->pass;
        out->what = reply == &form->pass ? "pass" : "allow";
    } else if (verdict == CMDPOLICY_REVIEW) {
        hook_review how = options->on_review;
        if (how == HOOK_REVIEW_USUAL || (how == HOOK_REVIEW_ASK && !form->can_ask)) {
            how = form->review;
            if (how == HOOK_REVIEW_DEFER && call->unattended)
                how = HOOK_REVIEW_DENY; /* there is no approval to leave it to */
        }
        denied = how == HOOK_REVIEW_DENY;
        out->what = how == HOOK_REVIEW_ASK ? "ask" : denied ? "deny" : "defer";
        if (how == HOOK_REVIEW_ASK)
            reply = &form->ask;
        else if (how == HOOK_REVIEW_DEFER)
            reply = form->defer.json ? &form->defer : &form->pass;
        else if (options->on_review != HOOK_REVIEW_DENY) {
            snprintf(with_note, sizeof with_note, "nobody can be asked here, so it is denied%s%s",
                     note ? ": " : "", note ? note : "");
            note = with_note;
        }
    }
    reason_text(verdict, decision, note, &reason);
    fill(out, reply, &reason, decision, note);
    if (denied || reply->exit != 0)
        say_why(out, &reason);
}

void hook_answer_error(const hook_options *options, const hook_call *call, const char *why,
                       hook_answer *out) {
    const hook_agent *agent = options->agent;
    char room[MOST_REASON];
    hook_text reason = {.data = room, .room = sizeof room};
    if (options->on_error == HOOK_ERROR_REVIEW && call && call->form) {
        hook_answer_verdict(options, call, CMDPOLICY_REVIEW, NULL, why, out);
        return;
    }
    const bool let_go = options->on_error == HOOK_ERROR_ALLOW;
    clear(out, 2);
    hook_text_put(&reason, let_go ? "cmdpolicy: not judged, and let go as --on-error allow says: "
                                  : "cmdpolicy: deny: the check failed: ");
    hook_text_show(&reason, literal(why), MOST_MESSAGE);
    const hook_reply none = {2, NULL};
    if (let_go)
        out->what = "pass";
    fill(out,
         !agent   ? &none
         : let_go ? (call && call->form ? &call->form->pass : &agent->pass)
                  : &agent->failure,
         &reason, NULL, why);
    say_why(out, &reason);
}
