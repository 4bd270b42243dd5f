/* The check itself: arguments are checked here, the work is passed down the rooms, and whatever goes wrong denies. */
#include "api.h"

#include <stddef.h>

uint32_t cmdpolicy_version(void) {
    return (uint32_t)CMDPOLICY_VERSION_MAJOR << 16 | (uint32_t)CMDPOLICY_VERSION_MINOR << 8 |
           (uint32_t)CMDPOLICY_VERSION_PATCH;
}

const char *cmdpolicy_status_name(cmdpolicy_status status) {
    switch (status) {
    case CMDPOLICY_OK: return "ok";
    case CMDPOLICY_ERR_NOMEM: return "out of memory";
    case CMDPOLICY_ERR_ARGUMENT: return "wrong argument";
    case CMDPOLICY_ERR_POLICY: return "wrong policy";
    case CMDPOLICY_ERR_IO: return "input or output failed";
    case CMDPOLICY_ERR_UNSUPPORTED: return "not supported by this build";
    case CMDPOLICY_ERR_RANGE: return "index past the end";
    default: return "unknown status";
    }
}

const char *cmdpolicy_verdict_name(cmdpolicy_verdict v) {
    return v == CMDPOLICY_ALLOW ? "allow" : v == CMDPOLICY_REVIEW ? "review" : "deny";
}

const char *cmdpolicy_layer_name(cmdpolicy_layer layer) {
    switch (layer) {
    case CMDPOLICY_LAYER_BUILTIN: return "builtin";
    case CMDPOLICY_LAYER_SYSTEM: return "system";
    case CMDPOLICY_LAYER_USER: return "user";
    case CMDPOLICY_LAYER_SESSION: return "session";
    case CMDPOLICY_LAYER_REQUIREMENTS: return "requirements";
    case CMDPOLICY_LAYER_WORKSPACE: return "workspace";
    default: return "unknown";
    }
}

/* ---- Decisions that exist without memory ------------------------------------------------------------------------------ */

static const cmdpolicy_decision no_memory = {
    .status = CMDPOLICY_ERR_NOMEM, .is_static = 1, .decided = {.verdict = CP_DENY}};
static const cmdpolicy_decision wrong_argument = {
    .status = CMDPOLICY_ERR_ARGUMENT, .is_static = 1, .decided = {.verdict = CP_DENY}};

/* Never written to: every function tests is_static first. */
static cmdpolicy_decision *constant(const cmdpolicy_decision *d) {
    return (cmdpolicy_decision *)(uintptr_t)d;
}

/* ---- Resolved paths ------------------------------------------------------------------------------------------------------ */

typedef struct resolving {
    const cmdpolicy_request *request;
    cp_arena *arena;
    cp_budget *budget;
    cp_known_path *asked; /* each path is asked for once */
    uint32_t asked_count, asked_cap;
    cp_known_names *looked; /* so is each directory */
    uint32_t looked_count, looked_cap;
} resolving;

static cp_slice resolve(void *self, cp_slice path) {
    enum { ROOM = 4096 };
    resolving *r = (resolving *)self;
    for (uint32_t i = 0; i < r->request->path_count; i++)
        if (cp_slice_eq(r->request->paths[i].path, path))
            return r->request->paths[i].real;
    if (!r->request->resolver)
        return (cp_slice){NULL, 0};
    for (uint32_t i = 0; i < r->asked_count; i++)
        if (cp_slice_eq(r->asked[i].path, path))
            return r->asked[i].real;
    if (!cp_spend(r->budget, CP_LIMIT_RESOLVES, 1))
        return (cp_slice){NULL, 0};
    char *buffer = (char *)cp_alloc_raw(r->arena, ROOM);
    if (!buffer)
        return (cp_slice){NULL, 0};
    int64_t n = r->request->resolver(r->request->resolver_user, (const char *)path.p, path.n, buffer, ROOM);
    cp_known_path found = {path, {NULL, 0}};
    if (n > 0 && n <= ROOM)
        found.real = cp_slice_of(buffer, (size_t)n);
    (void)CP_PUSH(r->arena, r->asked, r->asked_count, r->asked_cap, found);
    return found.real;
}

/* ---- Directories whose names were looked at ---- */

static cp_look look(void *self, cp_slice directory) {
    resolving *r = (resolving *)self;
    const cmdpolicy_request *request = r->request;
    bool told = false;
    cp_look names = CP_NAMES_SIMPLE; /* of what was told twice, the less counts */
    for (uint32_t i = 0; i < request->directory_count; i++)
        if (cp_slice_eq(request->directories[i].directory, directory)) {
            told = true;
            if (request->directories[i].names < names)
                names = request->directories[i].names;
        }
    if (told || !request->looker)
        return told ? names : CP_NAMES_UNKNOWN;
    for (uint32_t i = 0; i < r->looked_count; i++)
        if (cp_slice_eq(r->looked[i].directory, directory))
            return r->looked[i].names;
    if (!cp_spend(r->budget, CP_LIMIT_LOOKS, 1))
        return CP_NAMES_UNKNOWN;
    cmdpolicy_names seen = request->looker(request->looker_user, (const char *)directory.p, directory.n);
    cp_known_names found = {directory, seen == CMDPOLICY_NAMES_SIMPLE  ? CP_NAMES_SIMPLE
                                       : seen == CMDPOLICY_NAMES_PLAIN ? CP_NAMES_PLAIN
                                                                       : CP_NAMES_UNKNOWN};
    return CP_PUSH(r->arena, r->looked, r->looked_count, r->looked_cap, found) ? found.names
                                                                               : CP_NAMES_UNKNOWN;
}

/* ---- Subjects ------------------------------------------------------------------------------------------------------------- */

static bool plain_in_shell(uint8_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("_-./:=+,@%", c));
}

/* An argv as one would type it: what source 0 shows. */
static cp_fields render_argv(cmdpolicy_decision *d, const cmdpolicy_request *request, cp_source *source) {
    cp_text t = cp_text_in(&d->arena);
    cp_field *items = CP_NEW_ARRAY(&d->arena, cp_field, request->argc ? request->argc : 1);
    if (!items)
        return (cp_fields){NULL, 0};
    for (uint32_t i = 0; i < request->argc; i++) {
        cp_slice word = cp_arena_copy(&d->arena, request->argv[i]);
        if (i)
            cp_text_byte(&t, ' ');
        uint32_t beg = t.n;
        bool plain = word.n > 0;
        for (uint32_t k = 0; k < word.n; k++)
            plain &= plain_in_shell(word.p[k]);
        if (!plain)
            cp_text_byte(&t, '\'');
        for (uint32_t k = 0; k < word.n; k++)
            if (word.p[k] == '\'')
                cp_text_str(&t, "'\\''");
            else
                cp_text_byte(&t, word.p[k]);
        if (!plain)
            cp_text_byte(&t, '\'');
        items[i] = cp_field_exact(&d->arena, word, (cp_span){0, beg, t.n});
    }
    source->text = cp_text_slice(&t);
    source->kind = CP_SOURCE_ARGV;
    return (cp_fields){items, request->argc};
}

/* Characters that hide what is shown: text is checked by the parser, an argv here. */
static void check_argv_bytes(cmdpolicy_decision *d, const cp_fields *argv) {
    for (uint32_t i = 0; i < argv->count; i++) {
        cp_slice word = cp_field_text(&argv->items[i]);
        for (uint32_t k = 0; k < word.n;) {
            uint32_t c = 0, n = cp_utf8_at(word, k, &c);
            if (n == 0 || !cp_is_hidden(c)) {
                k += n ? n : 1;
                continue;
            }
            cp_finding f = {CP_FINDING_HIDDEN, CP_NO_CALL, argv->items[i].set.values[0].span,
                            CP_LIT("holds characters that don't show")};
            (void)CP_PUSH(&d->arena, d->calls.findings, d->calls.finding_count, d->calls.finding_cap, f);
            break;
        }
    }
}

static cp_slice dialect_name(cmdpolicy_dialect dialect) {
    switch (dialect) {
    case CMDPOLICY_DIALECT_BASH: return CP_LIT("bash");
    case CMDPOLICY_DIALECT_SH: return CP_LIT("sh");
    case CMDPOLICY_DIALECT_DASH: return CP_LIT("dash");
    case CMDPOLICY_DIALECT_ZSH: return CP_LIT("zsh");
    default: return CP_LIT("unknown");
    }
}

/* What the caller says; else what the policy's defaults say, the latest overlay first. */
static cmdpolicy_dialect dialect_for(const cmdpolicy_policy *policy, const cmdpolicy_request *request) {
    if (request->dialect != CMDPOLICY_DIALECT_UNKNOWN)
        return request->dialect;
    for (uint32_t i = policy->layers.count; i-- > 0;) {
        const cp_layer_image *layer = &policy->layers.items[i];
        if (cp_layer_is_floor(layer->layer))
            continue;
        for (uint32_t k = 1; k < cp_image_count(layer->image, CP_SEC_DFLT); k++) {
            const cp_rec_default *d = cp_image_default(layer->image, k);
            for (cmdpolicy_dialect named = CMDPOLICY_DIALECT_BASH;
                 d->key == CP_DEFAULT_DIALECT && named <= CMDPOLICY_DIALECT_ZSH; named++)
                if (cp_slice_eq(cp_image_string(layer->image, d->value), dialect_name(named)))
                    return named;
        }
    }
    return CMDPOLICY_DIALECT_UNKNOWN;
}

/* `looks`: names of directories may be asked for. True where they were not, and would have said something of a word. */
static bool run(cmdpolicy_decision *d, const cmdpolicy_policy *policy, const cmdpolicy_request *request,
                bool looks) {
    uint32_t sought = 0;
    cmdpolicy_dialect dialect = dialect_for(policy, request);
    resolving resolving_state = {.request = request, .arena = &d->arena, .budget = &d->budget};
    cp_places places = {.home = request->home,
                        .workspaces = request->workspaces,
                        .workspace_count = request->workspace_count,
                        .ignore_case = request->ignore_case};
    if (request->resolver || request->path_count) {
        places.resolve = resolve;
        places.resolve_self = &resolving_state;
    }
    if (request->looker || request->directory_count)
        places.sought = &sought;
    if (looks) {
        places.look = look;
        places.look_self = &resolving_state;
    }
    cp_source source = {.kind = CP_SOURCE_USER};
    cp_fields argv = {NULL, 0};
    if (request->subject == CP_SUBJECT_SHELL)
        source.text = cp_arena_copy(&d->arena, request->text);
    else
        argv = render_argv(d, request, &source);
    uint32_t src = cp_sources_add(&d->sources, &source);
    d->shell = request->subject == CP_SUBJECT_SHELL ? dialect_name(dialect) : CP_LIT("none");
    cp_walk_input in = {.arena = &d->arena,
                        .sources = &d->sources,
                        .layers = &policy->layers,
                        .places = &places,
                        .budget = &d->budget,
                        .dialect = (cp_dialect)dialect,
                        .cwd = request->cwd,
                        .variables = request->variables,
                        .variable_count = request->variable_count};
    if (src != UINT32_MAX && cp_spend(&d->budget, CP_LIMIT_INPUT_BYTES, source.text.n)) {
        if (request->subject == CP_SUBJECT_SHELL)
            cp_calls_of_text(&in, src, &d->calls);
        else {
            cp_calls_of_argv(&in, &argv, &d->calls);
            check_argv_bytes(d, &argv);
        }
    }
    if (cp_arena_failed(&d->arena))
        return false;
    cp_facts facts = {.places = &places,
                      .sandbox = request->sandbox,
                      .branch = request->branch,
                      .shell = request->subject == CP_SUBJECT_SHELL ? d->shell : (cp_slice){NULL, 0},
                      .trace = request->trace};
    cp_decide(&policy->layers, &d->calls, &facts, &d->arena, &d->budget, &d->decided);
    cp_decision_expose(d, &places);
    return sought && !looks;
}

enum { FIRST = 16 * 1024 }; /* the arena's first bytes are part of the decision's own block */

static void start(cmdpolicy_decision *d, const cmdpolicy_policy *policy) {
    cp_budget_init(&d->budget);
    memcpy(d->budget.limit, policy->limits, sizeof d->budget.limit);
    cp_arena_init(&d->arena, &policy->mem, d + 1, FIRST, &d->budget);
    cp_sources_init(&d->sources, &d->arena);
    d->digest = cp_arena_copy(&d->arena, cp_slice_of(policy->digest, CP_DIGEST_HEX));
}

/* The policy's own limit of memory was reached: nothing that was found can be relied on, so the decision begins anew and is that one
 * reason, which denies. False when there is no memory for that either. */
static bool over_memory(cmdpolicy_decision *d, const cmdpolicy_policy *policy,
                        const cmdpolicy_request *request) {
    cp_arena_free(&d->arena);
    d->calls = (cp_calls){0};
    d->decided = (cp_decided){.verdict = CP_DENY};
    d->shown_calls = NULL;
    d->shown_effects = NULL;
    start(d, policy);
    d->budget.limit[CP_LIMIT_MEMORY] = UINT64_MAX;
    cp_source source = {.kind = CP_SOURCE_USER};
    if (request->subject == CP_SUBJECT_SHELL)
        source.text =
            cp_arena_copy(&d->arena, cp_slice_sub(request->text, 0,
                                                  (uint32_t)(policy->limits[CP_LIMIT_INPUT_BYTES] < UINT32_MAX
                                                                 ? policy->limits[CP_LIMIT_INPUT_BYTES]
                                                                 : UINT32_MAX)));
    else
        source.kind = CP_SOURCE_ARGV;
    (void)cp_sources_add(&d->sources, &source);
    cp_reason reason = {.verdict = CP_DENY,
                        .code = "limit",
                        .call = CP_NO_CALL,
                        .message =
                            CP_LIT("the limit \"memory\" was reached, so not everything could be judged")};
    (void)CP_PUSH(&d->arena, d->decided.reasons, d->decided.reason_count, d->decided.reason_cap, reason);
    d->budget.hit = CP_LIMIT_MEMORY;
    return !cp_arena_failed(&d->arena);
}

static cmdpolicy_decision *new_decision(const cmdpolicy_policy *policy) {
    size_t size = sizeof(cmdpolicy_decision) + FIRST;
    cmdpolicy_decision *d = (cmdpolicy_decision *)policy->mem.resize(policy->mem.user, NULL, 0, size);
    if (!d)
        return NULL;
    /* all but the arena, which is made below: what it has room for isn't written to before it is needed */
    memset(d, 0, offsetof(cmdpolicy_decision, arena));
    memset((uint8_t *)d + offsetof(cmdpolicy_decision, arena) + sizeof d->arena, 0,
           sizeof *d - offsetof(cmdpolicy_decision, arena) - sizeof d->arena);
    d->mem = policy->mem;
    d->size = size;
    start(d, policy);
    return d;
}

/* Some word is a file name pattern, or names out of a list, and may be any option so far. If nothing that the command does changes a
 * name, the names are all the time what they are when somebody looks: then it is judged once more with what is seen, and where that
 * allows all of it, it is allowed. In every other case the first decision stays. */
static cmdpolicy_decision *look_again(cmdpolicy_decision *first, const cmdpolicy_policy *policy,
                                      const cmdpolicy_request *request) {
    if (first->decided.verdict != CP_REVIEW || cp_surely_changes_names(&first->calls))
        return first;
    cmdpolicy_decision *second = new_decision(policy);
    if (!second)
        return first;
    (void)run(second, policy, request, true);
    bool allows = !cp_arena_failed(&second->arena) && second->budget.hit == CP_LIMIT_NONE &&
                  second->decided.verdict == CP_ALLOW && cp_keeps_names(&second->calls);
    cmdpolicy_decision_free(allows ? first : second);
    return allows ? second : first;
}

cmdpolicy_decision *cmdpolicy_check(const cmdpolicy_policy *policy, const cmdpolicy_request *request) {
    if (!policy || !request || request->invalid || request->subject == CP_SUBJECT_NONE)
        return constant(&wrong_argument);
    cmdpolicy_decision *d = new_decision(policy);
    if (!d)
        return constant(&no_memory);
    bool sought = run(d, policy, request, false);
    if (!cp_arena_failed(&d->arena))
        return sought ? look_again(d, policy, request) : d;
    bool limited = d->budget.used[CP_LIMIT_MEMORY] > d->budget.limit[CP_LIMIT_MEMORY];
    if (limited && over_memory(d, policy, request))
        return d;
    cmdpolicy_decision_free(d);
    return constant(&no_memory);
}

cmdpolicy_decision *cmdpolicy_check_shell(const cmdpolicy_policy *policy, const char *text, size_t size) {
    cmdpolicy_request *request = policy ? cmdpolicy_request_new(policy) : NULL;
    if (!request)
        return constant(policy ? &no_memory : &wrong_argument);
    (void)cmdpolicy_request_set_shell(request, CMDPOLICY_DIALECT_BASH, text, size);
    cmdpolicy_decision *d = cmdpolicy_check(policy, request);
    cmdpolicy_request_free(request);
    return d;
}
