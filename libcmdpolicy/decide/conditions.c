/* The conditions of rules and entries. A fact that the request lacks is unknown: an arm that loosens is then passed over, and one
 * that tightens holds. */
#include "decide/judge.h"

enum { STACK = 256 };

cp_set cp_call_directories(cp_judge *j, const cp_call *call) {
    cp_set cwd = call->cwd;
    if (call->domain != CP_DOMAIN_LOCAL)
        return (cp_set){NULL, 0};
    for (uint32_t i = 0; i < call->reading.chdir_count; i++) {
        cp_set next = {NULL, 0};
        uint32_t count = cwd.count ? cwd.count : 1;
        const cp_set *to = &call->reading.chdirs[i];
        for (uint32_t k = 0; k < count * to->count; k++) {
            cp_path path;
            cp_path_make(j->arena, &to->values[k % to->count], cwd.count ? &cwd.values[k / to->count] : NULL,
                         j->facts->places, &path);
            cp_value directory;
            if (!cp_path_directory(j->arena, &path, call->span, &directory))
                return (cp_set){NULL, 0}; /* behind '..', too, where a symbolic link may lead elsewhere */
            next = cp_set_join(j->arena, next, cp_set_of(j->arena, directory));
        }
        for (uint32_t k = 0; k < next.count; k++)
            if (!cp_is_directory(&next.values[k]))
                return (cp_set){NULL, 0};
        cwd = next;
    }
    return cwd;
}

/* Two absolute texts without anything to undo: 1 inside, 0 outside; -1: to be looked at as paths. */
static int plainly_inside(const cp_value *directory, cp_slice root, const cp_places *places) {
    cp_slice s = directory->exact;
    if (!cp_value_is_exact(directory) || places->resolve || places->ignore_case || !cp_path_is_normal(s) ||
        !cp_path_is_normal(root) || root.n < 2 || cp_slice_starts(s, CP_LIT("/proc")) ||
        cp_slice_starts(s, CP_LIT("/dev")))
        return -1;
    return cp_slice_starts(s, root) && (s.n == root.n || s.p[root.n] == '/');
}

/* Is it what a word ends with? A program's text may name the file, too, and then reads it as data. */
static bool is_word(const cp_judge *j, const cp_call *call, cp_slice path) {
    bool found = false;
    for (uint32_t i = 1; i < call->argv.count && !found && cp_step(j->budget); i++) {
        cp_slice word = cp_field_text(&call->argv.items[i]);
        found = word.n >= path.n && cp_slice_eq(cp_slice_sub(word, word.n - path.n, word.n), path);
    }
    return found;
}

static bool may_be_dash(const cp_set *words) {
    bool dash = false;
    for (uint32_t i = 0; i < words->count && !dash; i++)
        dash = cp_value_equals(&words->values[i], CP_LIT("-")) == CP_YES;
    return dash;
}

/* Is it a file that is open already, or the line itself (/proc/self/cmdline)? From any of the directories that it may be in. */
static bool reopens(const cp_judge *j, const cp_value *path, cp_set cwd, bool but_input) {
    static const char *const input[] = {"/dev/stdin", "/dev/fd/0"};
    bool known = false, reopens = false;
    for (uint32_t i = 0; but_input && i < sizeof input / sizeof *input; i++)
        known |= cp_value_equals(path, cp_slice_str(input[i])) == CP_YES;
    for (uint32_t i = 0; !known && !reopens && i < cwd.count && cp_step(j->budget); i++)
        reopens = cp_path_reopens(j->arena, path, &cwd.values[i], j->facts->places) == CP_YES;
    return reopens;
}

/* Does it read what the command line says itself: a <( ), a descriptor, or what is piped to a word `-`? Whoever trusts the files of a
 * workspace hasn't trusted that. Standard input that the grammar has a kind for is read by that kind instead. */
static bool reads_what_is_said(const cp_judge *j, const cp_call *call, cp_set cwd) {
    const cp_reading *r = &call->reading;
    const bool by_kind = r->stdin_use == CP_STDIN_ROLE;
    for (uint32_t i = 0; i < r->effect_count && cp_step(j->budget); i++) {
        const cp_effect *e = &r->effects[i];
        if (e->kind != CP_EFFECT_READ || e->object_kind != CP_OBJECT_PATH)
            continue;
        if (cp_value_is_pipe(&e->target)
                ? !by_kind
                : reopens(j, &e->target, cwd, by_kind) &&
                      (!cp_value_is_exact(&e->target) || is_word(j, call, e->target.exact)))
            return true;
    }
    if (by_kind || (call->in.is != CP_STDIN_IS_TEXT && call->in.is != CP_STDIN_IS_CALLS))
        return false;
    bool dash = false;
    for (uint32_t i = 0; i < r->option_count && !dash && cp_step(j->budget); i++)
        dash = (r->options[i].flags & CP_OPT_HAS_VALUE) && may_be_dash(&r->options[i].value_set);
    for (uint32_t i = 0; i < r->operand_count && !dash && cp_step(j->budget); i++)
        dash = may_be_dash(&r->operands[i].set);
    return dash;
}

/* Is the workspace of the call's directory trusted? A directory in no workspace is not. */
static cp_tri trusted(cp_judge *j, const cp_call *call) {
    const cp_places *places = j->facts->places;
    if (!call || !places->workspace_count)
        return CP_MAYBE;
    cp_set cwd = cp_call_directories(j, call);
    if (!cwd.count || reads_what_is_said(j, call, cwd))
        return CP_MAYBE;
    bool all = true, any = false;
    int plain = cwd.count == 1 && places->workspace_count == 1
                    ? plainly_inside(&cwd.values[0], places->workspaces[0].root, places)
                    : -1;
    if (plain >= 0)
        return plain && places->workspaces[0].trusted ? CP_YES : CP_NO;
    for (uint32_t k = 0; k < cwd.count; k++) {
        cp_path path, real;
        cp_path_make(j->arena, &cwd.values[k], NULL, places, &path);
        bool elsewhere = cp_path_resolved(j->arena, &path, places, &real);
        uint32_t best = 0, found = 0;
        for (uint32_t i = 0; i < places->workspace_count; i++) { /* the innermost workspace speaks */
            cp_tri in = cp_path_inside(elsewhere ? &real : &path, places->workspaces[i].root, places);
            if (in == CP_YES && places->workspaces[i].root.n >= best) {
                best = places->workspaces[i].root.n;
                found = places->workspaces[i].trusted;
            }
            all &= in != CP_MAYBE || places->workspaces[i].trusted;
            any |= in == CP_MAYBE && places->workspaces[i].trusted;
        }
        all &= found != 0;
        any |= found != 0;
    }
    return all ? CP_YES : any ? CP_MAYBE : CP_NO;
}

static cp_tri fact_is(cp_slice fact, cp_slice wanted) {
    if (fact.n == 0)
        return CP_MAYBE;
    cp_value v = {.flags = CP_VALUE_EXACT, .exact = fact};
    return cp_slice_find(wanted, '*', 0) < wanted.n ? cp_value_glob(&v, wanted, false)
           : cp_slice_eq(fact, wanted)              ? CP_YES
                                                    : CP_NO;
}

static cp_tri cwd_matches(cp_judge *j, const cp_image *im, uint32_t pattern, const cp_call *call) {
    if (!call)
        return CP_MAYBE;
    cp_set cwd = cp_call_directories(j, call);
    if (!cwd.count)
        return CP_MAYBE;
    bool all = true, any = false;
    for (uint32_t k = 0; k < cwd.count; k++) {
        cp_path path;
        cp_path_make(j->arena, &cwd.values[k], NULL, j->facts->places, &path);
        cp_tri t = cp_path_match(im, pattern, &path, &cwd.values[k], j->facts->places);
        all &= t == CP_YES;
        any |= t != CP_NO;
    }
    return all ? CP_YES : any ? CP_MAYBE : CP_NO;
}

static cp_tri stdin_is(const cp_call *call, cp_slice wanted) {
    static const char *const names[] = {"inherited", "known", "pipe", "file", "none"};
    if (!call)
        return CP_MAYBE;
    cp_stdin_is is = call->in.is <= CP_STDIN_IS_NOTHING ? call->in.is : CP_STDIN_IS_INHERITED;
    if (is == CP_STDIN_IS_FILE && cp_value_is_exact(&call->in.text) &&
        cp_slice_is(call->in.text.exact, "/dev/null"))
        is = CP_STDIN_IS_NOTHING;
    return cp_slice_is(wanted, names[is]) ? CP_YES : CP_NO;
}

static cp_tri operand_matches(cp_judge *j, const cp_image *im, uint32_t regex, const cp_call *call) {
    if (!call)
        return CP_MAYBE;
    cp_regexes *regexes = NULL;
    for (uint32_t i = 0; i < j->layers->count; i++)
        if (j->layers->items[i].image == im)
            regexes = j->layers->items[i].regexes;
    cp_tri found = CP_NO;
    for (uint32_t i = 0; i < call->reading.operand_count && regexes && cp_step(j->budget); i++) {
        const cp_operand *o = &call->reading.operands[i];
        for (uint32_t k = 0; k < o->set.count; k++) {
            cp_regex_match match;
            cp_regex_run(regexes, regex, &o->set.values[k], j->arena, j->budget, &match);
            cp_tri here = match.failed ? CP_MAYBE : match.tri;
            if (o->set.count > 1 || o->present != CP_YES)
                here = cp_tri_and(here, CP_MAYBE);
            found = cp_tri_or(found, here);
        }
    }
    return found;
}

/* `before`: of those that stand before a "--". */
static cp_tri operand_count_in(const cp_call *call, uint32_t low, uint32_t high, bool before) {
    if (!call)
        return CP_MAYBE;
    uint32_t sure = 0, most = 0;
    for (uint32_t i = 0; i < call->reading.operand_count; i++) {
        const cp_operand *o = &call->reading.operands[i];
        if (before && o->after_dashes)
            break;
        if (o->present == CP_YES)
            sure++;
        if (most != UINT32_MAX)
            most++;
        if (o->splat)
            most = UINT32_MAX;
    }
    if (sure > high || most < low)
        return CP_NO;
    return sure >= low && most <= high ? CP_YES : CP_MAYBE;
}

static cp_tri some_option(cp_judge *j, const cp_image *im, const cp_rec_cond *c, const cp_call *call) {
    uint32_t count = cp_image_cond_b(c);
    if (!call || !cp_image_run(im, CP_SEC_NAMS, c->a, count))
        return CP_MAYBE;
    if (!cp_spend(j->budget, CP_LIMIT_STEPS, count))
        return CP_MAYBE;
    cp_tri found = CP_NO;
    for (uint32_t i = 0; i < count && found != CP_YES; i++)
        found = cp_tri_or(
            found, cp_reading_has_option(&call->reading, im, cp_image_name(im, c->a + i)->name, NULL, false));
    return found;
}

/* What a path names, or what another command runs, is no builtin of the shell that is asked about. */
static cp_tri shell_is(const cp_judge *j, const cp_call *call, cp_slice wanted) {
    cp_tri is = fact_is(j->facts->shell, wanted);
    bool own = !call || (call->identity == CP_IDENTITY_BARE && call->parent == CP_NO_CALL);
    return own ? is : cp_tri_and(is, CP_MAYBE);
}

static cp_tri condition(cp_judge *j, const cp_image *im, const cp_rec_cond *c, const cp_call *call) {
    uint32_t b = cp_image_cond_b(c);
    cp_slice text = cp_image_string(im, c->a), value = cp_image_string(im, b);
    switch (c->op) {
    case CP_CONDOP_OPTION:
        return call ? cp_reading_has_option(&call->reading, im, c->a, b ? &value : NULL,
                                            cp_slice_find(value, '*', 0) < value.n)
                    : CP_MAYBE;
    case CP_CONDOP_OPTIONS: return some_option(j, im, c, call);
    case CP_CONDOP_NO_OPTIONS:
        return !call || call->reading.any_option ? CP_MAYBE : call->reading.option_count ? CP_NO : CP_YES;
    case CP_CONDOP_OPERANDS: return operand_count_in(call, c->a, b, false);
    case CP_CONDOP_OPERANDS_BEFORE:
        return call ? cp_tri_and((cp_tri)call->reading.dashes, operand_count_in(call, c->a, b, true))
                    : CP_MAYBE;
    case CP_CONDOP_OPERAND: return operand_matches(j, im, c->a, call);
    case CP_CONDOP_CWD: return cwd_matches(j, im, c->a, call);
    case CP_CONDOP_TRUSTED: return trusted(j, call);
    case CP_CONDOP_UNTRUSTED: return cp_tri_not(trusted(j, call));
    case CP_CONDOP_SANDBOX: return fact_is(j->facts->sandbox, text);
    case CP_CONDOP_SHELL: return shell_is(j, call, text);
    case CP_CONDOP_BRANCH: return fact_is(j->facts->branch, text);
    case CP_CONDOP_STDIN: return stdin_is(call, text);
    default: return CP_MAYBE;
    }
}

static cp_tri holds(cp_judge *j, const cp_image *im, uint32_t first, uint32_t count, const cp_call *call) {
    cp_tri stack[STACK];
    uint32_t n = 0;
    if (count == 0)
        return CP_YES;
    for (uint32_t i = 0; i < count && cp_step(j->budget); i++) {
        const cp_rec_cond *c = cp_image_cond(im, first + i);
        if (c->op == CP_CONDOP_NOT && n >= 1)
            stack[n - 1] = cp_tri_not(stack[n - 1]);
        else if ((c->op == CP_CONDOP_AND || c->op == CP_CONDOP_OR) && n >= 2) {
            n--;
            stack[n - 1] = c->op == CP_CONDOP_AND ? cp_tri_and(stack[n - 1], stack[n])
                                                  : cp_tri_or(stack[n - 1], stack[n]);
        } else if (n < STACK)
            stack[n++] = condition(j, im, c, call);
        else
            return CP_MAYBE;
    }
    return n == 1 ? stack[0] : CP_MAYBE;
}

cp_arm_choice cp_choose_arm(cp_judge *j, const cp_image *im, uint32_t first, uint32_t count,
                            const cp_call *call) {
    uint32_t chosen = CP_IV_NONE, at = 0, sure = 0;
    for (uint32_t i = 0; i < count && cp_step(j->budget); i++) {
        const cp_rec_arm *arm = cp_image_arm(im, first + i);
        cp_tri t = holds(j, im, arm->cond_first, arm->cond_count, call);
        if (t == CP_NO)
            continue;
        bool loosens = cp_verdict_of(arm->verdict) == CP_ALLOW;
        if (t == CP_MAYBE && loosens)
            continue;
        /* arms that hold perhaps count beside the first that holds for sure; the strictest of them speaks */
        if (chosen == CP_IV_NONE || cp_verdict_of(arm->verdict) < cp_verdict_of(chosen)) {
            chosen = arm->verdict ? arm->verdict : CP_IV_REVIEW;
            at = first + i;
        }
        if (t == CP_YES) {
            sure = 1;
            break;
        }
    }
    return (cp_arm_choice){chosen, at, sure};
}
