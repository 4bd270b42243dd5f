/* Every table of tests/vectors with the first, the second ... allocation of this process failing, whoever asks for it: the library, libyaml,
 * PCRE2, jansson or the C library. Its policies are loaded from YAML and from images, its commands are asked for through an agent's hook, and
 * the decisions are recorded. (unit-vectors does the same to checks, and memory-programs to whole programs.)
 *
 * Nothing crashes, nothing is left behind, nothing that isn't allowed otherwise is let through, nothing at all is allowed where an allocation
 * failed, and each status is a documented one. */
#include "api.h"
#include "audit/record.h"
#include "common/say.h"
#include "hooks/hooks.h"
#include "vectors_load.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>

/* ---- The process's memory ------------------------------------------------------------------------------------------ */

void *__libc_malloc(size_t);
void __libc_free(void *);

/* Blocks are in a list, so that what a function had when it ended the process can be given back. */
typedef struct block {
    struct block *next, *previous;
    size_t size, number;
} block;

static block all = {&all, &all, 0, 0};
static size_t blocks, made; /* out at present; ever made */
static size_t requests, fail_at;
static bool watching, once, failed;

static bool fails(void) {
    if (!watching)
        return false;
    requests++;
    const bool now = fail_at && (once ? requests == fail_at : requests >= fail_at);
    failed = failed || now;
    return now;
}

static void *take(size_t size) {
    block *b = size < SIZE_MAX - sizeof *b ? __libc_malloc(size + sizeof *b) : NULL;
    if (!b)
        return NULL;
    *b = (block){&all, all.previous, size, ++made};
    all.previous->next = b;
    all.previous = b;
    blocks++;
    return b + 1;
}

static void give_back(block *b) {
    b->next->previous = b->previous;
    b->previous->next = b->next;
    blocks--;
    __libc_free(b);
}

#pragma GCC visibility push(default) /* the C library's own calls come here, too */
void *malloc(size_t size) {
    return fails() ? NULL : take(size);
}
void *calloc(size_t count, size_t size) {
    void *p = (size && count > SIZE_MAX / size) || fails() ? NULL : take(count * size);
    return p ? memset(p, 0, count * size) : NULL;
}
void free(void *p) {
    if (p)
        give_back((block *)p - 1);
}
void *realloc(void *p, size_t size) {
    if (fails())
        return NULL;
    void *grown = take(size);
    if (grown && p) {
        const size_t old = ((block *)p - 1)->size;
        memcpy(grown, p, old < size ? old : size);
        free(p);
    }
    return grown;
}

#pragma GCC visibility pop

/* ---- Running something with an allocation that fails ------------------------------------------------------------------ */

static size_t runs, wrong;

static void wrongly(const char *file, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void wrongly(const char *file, unsigned line, const char *format, ...) {
    watching = false;
    if (++wrong > 20)
        return;
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "%s:%u: allocation %zu%s failed: ", file, line, fail_at, once ? "" : " and all after it");
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

static jmp_buf out_of_memory;
static void ends(void) {
    longjmp(out_of_memory, 1);
}

typedef struct trial {
    const vector *v;
    const cmdpolicy_policy *policy;
    const void *image;
    size_t image_size;
    const cmdpolicy_decision *decision;
    int whole; /* what is answered with all memory */
} trial;

/* False: it ended the process. */
static bool comes_back(trial *t, void (*run)(trial *)) {
    if (setjmp(out_of_memory) != 0) {
        watching = false;
        return false;
    }
    watching = true;
    run(t);
    watching = false;
    return true;
}

/* For each allocation: it alone fails, and it and all after it. */
static void each_allocation(trial *t, void (*run)(trial *)) {
    for (int i = 0; i < 2; i++) {
        once = i == 0;
        for (size_t n = 0;; n++) { /* 0: with all memory; it also makes what is made once */
            const size_t before = blocks, first = made;
            requests = 0;
            fail_at = n;
            failed = false;
            const bool ended = !comes_back(t, run);
            runs++;
            if (ended) {
                if (!failed)
                    wrongly(t->v->file, t->v->line, "it ended without a reason");
                for (block *b = all.next, *next; b != &all; b = next) {
                    next = b->next;
                    if (b->number > first)
                        give_back(b);
                }
            } else if (n > 0 && blocks != before)
                wrongly(t->v->file, t->v->line, "%zu blocks are left", blocks - before);
            if (n > 0 && !failed)
                break;
        }
    }
    fail_at = 0;
}

/* ---- Loading ---------------------------------------------------------------------------------------------------------- */

static void build(trial *t, cmdpolicy_builder *b, cmdpolicy_status added) {
    cmdpolicy_policy *policy = NULL;
    const cmdpolicy_status status = cmdpolicy_builder_build(b, &policy);
    if ((status == CMDPOLICY_OK) != (policy != NULL) || (added != CMDPOLICY_OK && status == CMDPOLICY_OK))
        wrongly(t->v->file, t->v->line, "%s, then %s", cmdpolicy_status_name(added),
                cmdpolicy_status_name(status));
    else if (failed ? status != CMDPOLICY_ERR_NOMEM && (t->whole == CMDPOLICY_OK || (int)status != t->whole)
                    : fail_at && (int)status != t->whole)
        wrongly(t->v->file, t->v->line, "%s", cmdpolicy_status_name(status));
    if (fail_at == 0)
        t->whole = (int)status;
    cmdpolicy_policy_free(policy);
}

static void load_yaml(trial *t) {
    static const struct {
        int key;
        cmdpolicy_layer layer;
    } layers[] = {{V_POLICY, CMDPOLICY_LAYER_USER},
                  {V_REQUIREMENTS, CMDPOLICY_LAYER_REQUIREMENTS},
                  {V_WORKSPACE_POLICY, CMDPOLICY_LAYER_WORKSPACE}};
    cmdpolicy_builder *b = cmdpolicy_builder_new();
    cmdpolicy_status added = CMDPOLICY_OK;
    if (!b)
        return;
    for (size_t i = 0; i < 3; i++) {
        const vector_text text = t->v->value[layers[i].key];
        if (text.data && strchr(text.data, ':')) {
            cmdpolicy_status one =
                cmdpolicy_builder_add_yaml(b, layers[i].layer, "vector", text.data, text.size);
            added = added == CMDPOLICY_OK ? one : added;
        }
    }
    build(t, b, added);
    cmdpolicy_builder_free(b);
}

static void load_image(trial *t) {
    cmdpolicy_builder *b = cmdpolicy_builder_new();
    if (!b)
        return;
    build(t, b, cmdpolicy_builder_add_image(b, CMDPOLICY_LAYER_USER, "vector", t->image, t->image_size));
    cmdpolicy_builder_free(b);
}

static void load(const vector *v) {
    trial t = {.v = v};
    const vector_text text = v->value[V_POLICY];
    each_allocation(&t, load_yaml);
    if (!text.data || !strchr(text.data, ':'))
        return;
    cmdpolicy_builder *b = cmdpolicy_builder_new();
    cmdpolicy_policy *policy = NULL;
    if (cmdpolicy_builder_add_yaml(b, CMDPOLICY_LAYER_USER, "vector", text.data, text.size) == CMDPOLICY_OK &&
        cmdpolicy_builder_build(b, &policy) == CMDPOLICY_OK) {
        t.image = policy->layers.items[0].image->bytes;
        t.image_size = policy->layers.items[0].image->size;
        each_allocation(&t, load_image);
    }
    cmdpolicy_policy_free(policy);
    cmdpolicy_builder_free(b);
}

/* ---- An agent's hook --------------------------------------------------------------------------------------------------- */

static int rank(const char *what) { /* the stricter, the less */
    return strcmp(what, "deny") == 0 ? 0 : strcmp(what, "ask") == 0 ? 1 : 2;
}

static void ask(trial *t) {
    static hook_answer answer;
    const hook_options options = {.agent = hook_agent_named("claude"), .emit_allow = true};
    static char home[] = "/home/u";
    cli_setup setup = {.no_config = true, .home = home};
    hook_answer_payload(&options, &setup, t->policy, t->image, t->image_size, &answer);
    setup.home = NULL;
    cli_setup_free(&setup);
    if (fail_at == 0)
        t->whole = rank(answer.what);
    else if (failed ? rank(answer.what) == 2 || rank(answer.what) > t->whole : rank(answer.what) != t->whole)
        wrongly(t->v->file, t->v->line, "the hook says %s", answer.what);
}

static void put_text(char **at, const char *text, size_t size) {
    for (size_t i = 0; i < size; i++) {
        const unsigned char c = (unsigned char)text[i];
        if (c < 0x20 || c == '"' || c == '\\' || c == 0x7f)
            *at += sprintf(*at, "\\u%04x", (unsigned)c);
        else
            *(*at)++ = (char)c;
    }
}

static void ask_hook(const cmdpolicy_policy *policy, const vector *v) {
    const vector_text command = v->value[V_CMD];
    char *payload = malloc(6 * command.size + 300), *at = payload;
    at += sprintf(
        at,
        "{\"session_id\":\"s\",\"cwd\":\"/home/u/src/app\",\"hook_event_name\":\"PreToolUse\",\"tool_name\":\"Bash\","
        "\"tool_input\":{\"command\":\"");
    put_text(&at, command.data, command.size);
    at += sprintf(at, "\"}}");
    trial t = {.v = v, .policy = policy, .image = payload, .image_size = (size_t)(at - payload)};
    each_allocation(&t, ask);
    free(payload);
}

/* ---- Records ------------------------------------------------------------------------------------------------------------ */

static void record(trial *t) {
    const cli_setup setup = {.home = NULL};
    const audit_event event = {.asked = "command",
                               .decision = t->decision,
                               .verdict = cmdpolicy_decision_verdict(t->decision),
                               .policy = t->policy,
                               .setup = &setup,
                               .shell = "bash"};
    audit_text text = {0};
    audit_record(&text, &event, AUDIT_REDACT_SECRETS);
    if (text.size < 100)
        wrongly(t->v->file, t->v->line, "a record of %zu bytes", text.size);
    audit_text_free(&text);
}

static void record_decision(const cmdpolicy_policy *policy, const vector *v) {
    const vector_text command = v->value[V_CMD];
    cmdpolicy_decision *d = cmdpolicy_check_shell(policy, command.data, command.size);
    trial t = {.v = v, .policy = policy, .decision = d};
    each_allocation(&t, record);
    cmdpolicy_decision_free(d);
}

/* ---- All tables ---------------------------------------------------------------------------------------------------------- */

static bool same_text(vector_text a, vector_text b) {
    return !a.data == !b.data && (!a.data || strcmp(a.data, b.data) == 0);
}

int main(int argc, char **argv) {
    const size_t step = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 1; /* every so manyth vector */
    glob_t files;
    cmdpolicy_builder *b = cmdpolicy_builder_new();
    cmdpolicy_policy *policy = NULL;
    if (step == 0 || glob(CMDPOLICY_TESTS_DIR "/vectors/*.yaml", 0, NULL, &files) != 0 ||
        cmdpolicy_builder_add_builtin(b, NULL) != CMDPOLICY_OK ||
        cmdpolicy_builder_build(b, &policy) != CMDPOLICY_OK ||
        cmdpolicy_policy_prepare(policy) != CMDPOLICY_OK) {
        fprintf(stderr, "no vectors, or no policy\n");
        return EXIT_FAILURE;
    }
    cmdpolicy_builder_free(b);
    cli_begin("cmdpolicy-memory");
    cli_before_out_of_memory(ends);
    size_t count = 0, loaded = 0;
    for (size_t f = 0; f < files.gl_pathc; f++) {
        vectors table;
        vectors_load(files.gl_pathv[f], &table);
        for (size_t i = 0; i < table.count; i++) {
            const vector *v = &table.items[i];
            if ((v->value[V_POLICY].data || v->value[V_REQUIREMENTS].data ||
                 v->value[V_WORKSPACE_POLICY].data) &&
                (i == 0 || !same_text(v->value[V_POLICY], v[-1].value[V_POLICY]) ||
                 !same_text(v->value[V_REQUIREMENTS], v[-1].value[V_REQUIREMENTS]) ||
                 !same_text(v->value[V_WORKSPACE_POLICY], v[-1].value[V_WORKSPACE_POLICY]))) {
                load(v);
                loaded++;
            }
            if (v->value[V_CMD].data && i % step == 0) {
                ask_hook(policy, v);
                record_decision(policy, v);
                count++;
            }
        }
        vectors_free(&table);
    }
    globfree(&files);
    cmdpolicy_policy_free(policy);
    printf(
        "%zu policies loaded, %zu commands asked for and recorded, %zu runs with failing allocations, %zu went wrong\n",
        loaded, count, runs, wrong);
    return wrong || !loaded || !count ? EXIT_FAILURE : EXIT_SUCCESS;
}
