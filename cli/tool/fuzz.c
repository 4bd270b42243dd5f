/* fuzz: looks for a way to write a command that loosens its verdict. The commands are the tests of policy files and lists of
 * commands; each is written differently in every way that is known, then in several ways at once, and each time the policy is
 * asked again. A rewriting that runs the same may get no laxer verdict, one that nobody can see through no allow.
 * It judges and finds the words of a command through the public header, as any caller would. */
#include "tool/fuzz.h"
#include "tool/cases.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { OPTION_SEED = TOOL_OPTION_OWN, OPTION_TIME, OPTION_COUNT, OPTION_COMMANDS, OPTION_WAYS, OPTION_LIST };
enum { STEPS_MOST = 3, TEXT_MOST = 32768, SHOWN_MOST = 200, TIME_DEFAULT = 20 };

static const cli_option fuzz_options[] = {
    {"commands", OPTION_COMMANDS, "FILE", NULL,
     "further commands, one a line, or NUL between them (repeatable)", 0},
    {"seed", OPTION_SEED, "N", NULL, "another seed makes other rewritings (1)", 0},
    {"time", OPTION_TIME, "SECONDS", NULL, "how long it may take (20, or as long as --count takes)", 0},
    {"count", OPTION_COUNT, "N", NULL, "how many rewritings, the same ones everywhere", 0},
    {"ways", OPTION_WAYS, "NAMES", NULL, "only these ways, parted by commas; --list says how they are called",
     0},
    {"list", OPTION_LIST, NULL, NULL, "print each rewriting in one way as a line of JSON, judge none", 0},
    {"format", TOOL_OPTION_FORMAT, "FORMAT", "text|json",
     "text for people (as it comes), lines of JSON for programs", 0},
    {"as", TOOL_OPTION_AS, "LAYER", "user|system|requirements|workspace", "what the files are (user)", 0},
};
static const cli_group fuzz_group = CLI_GROUP(fuzz_options);

typedef struct seed { /* a command to be rewritten */
    cp_slice command;
    const cmdpolicy_policy *policy;
    const cp_m_test *test; /* NULL: from a list */
    cp_slice file;
    uint32_t line;
    cmdpolicy_verdict verdict;
    bool known; /* verdict, parts and closed are */
    bool closed;
    const fuzz_part *parts;
    uint32_t part_count;
} seed;

typedef struct step {
    const fuzz_way *way;
    uint64_t random;
} step;

typedef struct run_state {
    tool_arguments arguments;
    cp_arena arena;
    tool_policies policies;
    struct {
        seed *items;
        uint32_t count, cap;
    } seeds;
    struct {
        const fuzz_way **items;
        uint32_t count, cap;
    } ways;
    struct { /* hashes of what was reported */
        uint64_t *items;
        uint32_t count, cap;
    } told;
    const char *lists[64];
    uint32_t list_count;
    uint64_t seed, count, done, looser;
    double seconds, begun, said;
    const char *wanted;
    bool list, progress, broken;
    fuzz_random random;
} run_state;

/* ---- What ways share -------------------------------------------------------------------------------------------- */

uint32_t fuzz_below(fuzz_random *r, uint32_t bound) {
    r->state ^= r->state >> 12;
    r->state ^= r->state << 25;
    r->state ^= r->state >> 27;
    return bound > 0 ? (uint32_t)((r->state * 0x2545F4914F6CDD1Du >> 32) % bound) : 0;
}

static uint64_t next_random(fuzz_random *r) {
    uint64_t high = fuzz_below(r, UINT32_MAX);
    return (high << 32 | fuzz_below(r, UINT32_MAX)) + 1;
}

bool fuzz_contains(cp_slice text, const char *what) {
    const uint32_t n = (uint32_t)strlen(what);
    for (uint32_t i = 0; i + n <= text.n; i++)
        if (memcmp(text.p + i, what, n) == 0)
            return true;
    return false;
}

cp_slice fuzz_word(const fuzz_text *t, const fuzz_part *p) {
    return cp_slice_sub(t->text, p->begin, p->end);
}

const fuzz_part *fuzz_pick(const fuzz_text *t, bool (*wanted)(const fuzz_text *, const fuzz_part *)) {
    uint32_t found = 0;
    for (uint32_t i = 0; i < t->part_count; i++)
        found += wanted(t, &t->parts[i]);
    uint32_t nth = fuzz_below(t->random, found);
    for (uint32_t i = 0; i < t->part_count && found > 0; i++)
        if (wanted(t, &t->parts[i]) && nth-- == 0)
            return &t->parts[i];
    return NULL;
}

void fuzz_replace(const fuzz_text *t, cp_text *out, uint32_t begin, uint32_t end, cp_slice with) {
    cp_text_add(out, cp_slice_sub(t->text, 0, begin));
    cp_text_add(out, with);
    cp_text_add(out, cp_slice_sub(t->text, end, t->text.n));
}

/* How many letters are put behind the templates' names, so that the text has none of them. */
static uint32_t name_suffix(cp_slice text) {
    uint32_t longest = 0;
    for (uint32_t i = 0; i + 1 < text.n; i++) {
        if (!memchr("qfE", text.p[i], 3) || !memchr("78", text.p[i + 1], 2))
            continue;
        uint32_t n = 1;
        while (i + 1 + n < text.n && text.p[i + 1 + n] == 'x')
            n++;
        longest = n > longest ? n : longest;
    }
    return longest;
}

void fuzz_fill(const fuzz_text *t, cp_text *out, const char *template, cp_slice bytes) {
    const uint32_t suffix = name_suffix(t->text);
    for (const char *c = template; *c; c++) {
        if (suffix > 0 && memchr("qfE", *c, 3) && (c[1] == '7' || c[1] == '8')) {
            cp_text_byte(out, (uint8_t)*c++);
            cp_text_byte(out, (uint8_t)*c);
            for (uint32_t i = 0; i < suffix; i++)
                cp_text_byte(out, 'x');
            continue;
        }
        if (*c != '@' || !c[1] || !strchr("TQDABR", c[1])) {
            cp_text_byte(out, (uint8_t)*c);
            continue;
        }
        switch (*++c) {
        case 'T': cp_text_add(out, bytes); break;
        case 'Q':
            cp_text_byte(out, '\'');
            for (uint32_t i = 0; i < bytes.n; i++)
                if (bytes.p[i] == '\'')
                    cp_text_str(out, "'\\''");
                else
                    cp_text_byte(out, bytes.p[i]);
            cp_text_byte(out, '\'');
            break;
        case 'D':
        case 'A':
            cp_text_str(out, *c == 'D' ? "\"" : "$'");
            for (uint32_t i = 0; i < bytes.n; i++) {
                if (strchr(*c == 'D' ? "\\\"$`" : "\\'", bytes.p[i]))
                    cp_text_byte(out, '\\');
                cp_text_byte(out, bytes.p[i]);
            }
            cp_text_byte(out, *c == 'D' ? '"' : '\'');
            break;
        case 'B': cp_text_base64(out, bytes); break;
        default:
            cp_text_byte(out, '\'');
            for (uint32_t i = bytes.n; i > 0; i--)
                if (bytes.p[i - 1] == '\'')
                    cp_text_str(out, "'\\''");
                else
                    cp_text_byte(out, bytes.p[i - 1]);
            cp_text_byte(out, '\'');
        }
    }
}

/* ---- Asking ------------------------------------------------------------------------------------------------------ */

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static cmdpolicy_decision *ask(run_state *s, const seed *from, cp_slice text) {
    cmdpolicy_request *r = cmdpolicy_request_new(from->policy);
    if (!r)
        cli_out_of_memory();
    tool_test_facts(r, from->test);
    const cmdpolicy_dialect shell = from->test ? tool_test_shell(from->test) : s->arguments.setup.shell;
    cmdpolicy_request_set_shell(r, shell, (const char *)text.p, text.n);
    cmdpolicy_decision *d = cmdpolicy_check(from->policy, r);
    cmdpolicy_request_free(r);
    if (cmdpolicy_decision_status(d) == CMDPOLICY_ERR_NOMEM)
        cli_out_of_memory();
    return d;
}

static bool is_plain(cp_slice text, cmdpolicy_string value, uint32_t begin, uint32_t end) {
    if (value.size != end - begin || value.size == 0 || text.p[begin] == '=' ||
        memcmp(text.p + begin, value.data, value.size) != 0)
        return false;
    for (uint32_t i = begin; i < end; i++) {
        const uint8_t c = text.p[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
            !memchr("-_./:,@%+=", c, 10))
            return false;
    }
    return (begin == 0 || memchr(" \t\n;&|(", text.p[begin - 1], 7)) &&
           (end == text.n || memchr(" \t\n;&|)", text.p[end], 7));
}

/* What a shell looks up before it looks for a program: no wrapper finds these. */
static bool is_builtin_name(cp_slice name) {
    static const char names[] =
        " . : [ alias autoload bg bind break builtin bye caller case cd chdir command compgen complete compopt "
        "continue coproc declare dirs disown do done echo elif else emulate enable esac eval exec exit export "
        "false fc fg fi float for function functions getopts hash help history if in integer jobs kill let local "
        "logout mapfile noglob nocorrect popd print printf pushd pwd read readarray readonly rehash repeat return "
        "select set setopt shift shopt source suspend test then time times trap true type typeset ulimit umask "
        "unalias unfunction unset unsetopt until vared wait whence where which while zmodload ";
    char padded[32];
    if (name.n + 3 > sizeof padded)
        return false;
    snprintf(padded, sizeof padded, " %.*s ", (int)name.n, (const char *)name.p);
    return strstr(names, padded) != NULL;
}

static int by_place(const void *a, const void *b) {
    const fuzz_part *p = a, *q = b;
    return p->begin != q->begin ? (p->begin < q->begin ? -1 : 1) : (p->call > q->call) - (p->call < q->call);
}

/* The plain words that stand in the text, in its order, each once. */
static const fuzz_part *find_parts(cp_arena *arena, const cmdpolicy_decision *d, cp_slice text,
                                   uint32_t *count) {
    fuzz_part *parts = NULL;
    uint32_t n = 0, cap = 0;
    cmdpolicy_call call = {.struct_size = sizeof call};
    for (size_t i = 0; cmdpolicy_decision_call(d, i, &call) == CMDPOLICY_OK; i++) {
        if (call.span.source != 0 || memcmp(&call.at, &call.span, sizeof call.at) != 0)
            continue; /* runs somewhere else than it stands: it is within quotes */
        cmdpolicy_word word = {.struct_size = sizeof word};
        for (uint32_t k = 0; k < call.word_count; k++) {
            if (cmdpolicy_decision_word(d, i, k, &word) != CMDPOLICY_OK || !word.exact ||
                word.span.source != 0 || !is_plain(text, word.value, word.span.begin, word.span.end))
                continue;
            const fuzz_part part = {.begin = word.span.begin,
                                    .end = word.span.end,
                                    .call = (uint32_t)i,
                                    .index = k,
                                    .words = call.word_count,
                                    .outermost = call.parent < 0,
                                    .bare = k == 0 &&
                                            !is_builtin_name(cp_slice_of(word.value.data, word.value.size))};
            if (!CP_PUSH(arena, parts, n, cap, part))
                cli_out_of_memory();
        }
    }
    if (n > 1)
        qsort(parts, n, sizeof *parts, by_place);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < n; i++)
        if (kept == 0 || parts[kept - 1].begin != parts[i].begin)
            parts[kept++] = parts[i];
    *count = kept;
    return parts;
}

/* Can the text be put into something else? Not if its parse is incomplete, or aliases count, which are read with the line. */
static bool is_closed(const cmdpolicy_decision *d, cp_slice text) {
    static const char *const open[] = {"syntax", "unsupported", "heredoc-unterminated", "hidden-characters",
                                       "limit"};
    cmdpolicy_reason r = {.struct_size = sizeof r};
    for (size_t i = 0; cmdpolicy_decision_reason(d, i, &r) == CMDPOLICY_OK; i++)
        for (size_t k = 0; k < sizeof open / sizeof open[0]; k++)
            if (r.code.size == strlen(open[k]) && memcmp(r.code.data, open[k], r.code.size) == 0)
                return false;
    return text.n > 0 && text.p[text.n - 1] != '\\' && !memchr(text.p, '\0', text.n) &&
           !fuzz_contains(text, "alias") && !fuzz_contains(text, "!!");
}

static bool reads_parameters(cp_slice text) {
    for (uint32_t i = 0; i + 1 < text.n; i++) {
        const uint32_t at = text.p[i + 1] == '{' && i + 2 < text.n ? i + 2 : i + 1;
        if (text.p[i] == '$' && memchr("0123456789@*#?!$_-", text.p[at], 18))
            return true;
    }
    return fuzz_contains(text, "shift") || fuzz_contains(text, "set ") || fuzz_contains(text, "BASH") ||
           fuzz_contains(text, "getopts") || fuzz_contains(text, "local");
}

static bool is_open_to(const seed *from, const fuzz_way *way, const fuzz_text *t) {
    const bool changes_words = fuzz_contains(t->text, "IFS") || fuzz_contains(t->text, "alias") ||
                               fuzz_contains(t->text, "()") || fuzz_contains(t->text, "function") ||
                               fuzz_contains(t->text, "`");
    (void)from;
    if (way->flags & FUZZ_BASH && !t->bash)
        return false;
    if (way->flags & FUZZ_PARAMETERS && reads_parameters(t->text))
        return false;
    if (way->flags & FUZZ_LEAVES && (fuzz_contains(t->text, "return") || fuzz_contains(t->text, "break") ||
                                     fuzz_contains(t->text, "continue")))
        return false;
    /* Where words may mean something else than they say, only the whole is rewritten. */
    const bool of_whole = way >= fuzz_whole_ways.items && way < fuzz_whole_ways.items + fuzz_whole_ways.count;
    return of_whole || !changes_words;
}

static bool rewrite(const seed *from, const fuzz_way *way, uint64_t random, const fuzz_text *in,
                    cp_arena *arena, cp_slice *out) {
    fuzz_random r = {random};
    fuzz_text t = *in;
    t.arena = arena;
    t.random = &r;
    t.policy = from->policy;
    t.bash = tool_test_shell(from->test) == CMDPOLICY_DIALECT_UNKNOWN ||
             tool_test_shell(from->test) == CMDPOLICY_DIALECT_BASH;
    cp_text text = cp_text_in(arena);
    if (!is_open_to(from, way, &t) || !way->rewrite(way, &t, &text) || text.n > TEXT_MOST)
        return false;
    if (cp_arena_failed(arena))
        cli_out_of_memory();
    *out = cp_text_slice(&text);
    return !cp_slice_eq(*out, in->text);
}

static void know(run_state *s, seed *from) {
    if (from->known)
        return;
    cmdpolicy_decision *d = ask(s, from, from->command);
    from->verdict = cmdpolicy_decision_verdict(d);
    from->parts = find_parts(&s->arena, d, from->command, &from->part_count);
    from->closed = is_closed(d, from->command);
    from->known = true;
    cmdpolicy_decision_free(d);
}

/* Did the policy know that it allows code which nobody has seen? */
static bool is_code(const cmdpolicy_decision *d) {
    cmdpolicy_effect e = {.struct_size = sizeof e};
    for (size_t i = 0; cmdpolicy_decision_effect(d, i, &e) == CMDPOLICY_OK; i++)
        if (e.kind.size == 4 && memcmp(e.kind.data, "code", 4) == 0)
            return true;
    return false;
}

static bool is_looser(const seed *from, uint32_t flags, const cmdpolicy_decision *d) {
    const cmdpolicy_verdict got = cmdpolicy_decision_verdict(d);
    if (flags & FUZZ_OPAQUE)
        return got == CMDPOLICY_ALLOW && !is_code(d);
    return got > from->verdict && (got == CMDPOLICY_ALLOW || !(flags & FUZZ_DIM));
}

/* Rewrites in each step; the verdict of the last. False: some step can't be done. *looser_at: the first step whose text was
 * too lax; count: none. */
static bool apply(run_state *s, const seed *from, const step *steps, uint32_t count, cp_arena *arena,
                  cp_slice *out, cmdpolicy_verdict *out_verdict, uint32_t *looser_at) {
    fuzz_text t = {
        .text = from->command, .parts = from->parts, .part_count = from->part_count, .closed = from->closed};
    uint32_t flags = 0;
    *looser_at = count;
    for (uint32_t i = 0; i < count; i++) {
        if (!rewrite(from, steps[i].way, steps[i].random, &t, arena, out))
            return false;
        cmdpolicy_decision *d = ask(s, from, *out);
        s->done++;
        *out_verdict = cmdpolicy_decision_verdict(d);
        t.text = *out;
        if (i + 1 < count) {
            t.parts = find_parts(arena, d, *out, &t.part_count);
            t.closed = is_closed(d, *out);
        }
        flags |= steps[i].way->flags & (FUZZ_OPAQUE | FUZZ_DIM);
        if (steps[i].way->flags & FUZZ_PRINTS && (fuzz_contains(t.text, "|") || fuzz_contains(t.text, "$(")))
            flags |= FUZZ_DIM;
        if (steps[i].way->flags & FUZZ_FIRST && i > 0)
            flags |= FUZZ_DIM;
        if (steps[i].way->flags & FUZZ_HOME && (fuzz_contains(t.text, "~") || fuzz_contains(t.text, "HOME")))
            flags |= FUZZ_DIM;
        const bool looser = is_looser(from, flags, d);
        cmdpolicy_decision_free(d);
        if (looser) {
            *looser_at = i;
            return true;
        }
        if (flags & FUZZ_OPAQUE)
            return true;
    }
    return true;
}

/* ---- Telling ----------------------------------------------------------------------------------------------------- */

static void progress(run_state *s, bool last) {
    if (!s->progress)
        return;
    const double at = now();
    if (!last && at - s->said < 0.25)
        return;
    s->said = at;
    fprintf(stderr, "\r\033[K");
    if (!last)
        fprintf(stderr, "%llu rewritings of %u commands, %llu looser, %.0f s", (unsigned long long)s->done,
                (unsigned)s->seeds.count, (unsigned long long)s->looser, at - s->begun);
    fflush(stderr);
}

static void put(const cp_text *t) {
    if (cp_arena_failed(t->arena))
        cli_out_of_memory();
    fwrite(t->p, 1, t->n, stdout);
}

static void indented(cp_text *out, cp_slice text) {
    for (uint32_t at = 0; at <= text.n;) {
        const uint32_t end = cp_slice_find(text, '\n', at);
        cp_text_str(out, "    ");
        cp_text_visible(out, cp_slice_sub(text, at, end));
        cp_text_byte(out, '\n');
        at = end + 1;
    }
}

static void member(cp_text *out, const char *name, cp_slice value) {
    cp_text_str(out, name);
    cp_text_json(out, value);
}

static void tell(run_state *s, const seed *from, const step *steps, uint32_t count, cp_slice text,
                 cmdpolicy_verdict got) {
    uint64_t hash = cp_slice_hash(from->command);
    for (uint32_t i = 0; i < count; i++)
        hash = hash * 1099511628211u + cp_slice_hash(cp_slice_str(steps[i].way->template)) +
               cp_slice_hash(cp_slice_str(steps[i].way->name));
    for (uint32_t i = 0; i < s->told.count; i++)
        if (s->told.items[i] == hash)
            return;
    s->looser++;
    if (!CP_PUSH(&s->arena, s->told.items, s->told.count, s->told.cap, hash))
        cli_out_of_memory();
    if (s->told.count > SHOWN_MOST)
        return;
    const bool json = s->arguments.format && strcmp(s->arguments.format, "json") == 0;
    const char *before = cmdpolicy_verdict_name(from->verdict);
    if (steps[count - 1].way->flags & FUZZ_OPAQUE)
        before = "not allow";
    cp_arena arena;
    cp_arena_init(&arena, NULL, NULL, 0, NULL);
    cp_text out = cp_text_in(&arena);
    progress(s, true);
    if (json) {
        member(&out, "{\"looser\":", cp_slice_str(cmdpolicy_verdict_name(got)));
        member(&out, ",\"wanted\":", cp_slice_str(before));
        cp_text_str(&out, ",\"ways\":[");
        for (uint32_t i = 0; i < count; i++)
            member(&out, i ? "," : "", cp_slice_str(steps[i].way->name));
        member(&out, "],\"file\":", from->file);
        cp_text_str(&out, ",\"line\":");
        cp_text_number(&out, from->line);
        member(&out, ",\"from\":", from->command);
        member(&out, ",\"to\":", text);
        cp_text_str(&out, "}\n");
    } else {
        cp_text_visible(&out, from->file);
        cp_text_byte(&out, ':');
        cp_text_number(&out, from->line);
        cp_text_str(&out, ": looser: ");
        cp_text_str(&out, before);
        cp_text_str(&out, " -> ");
        cp_text_str(&out, cmdpolicy_verdict_name(got));
        cp_text_str(&out, ", by ");
        for (uint32_t i = 0; i < count; i++) {
            cp_text_str(&out, i ? ", " : "");
            cp_text_str(&out, steps[i].way->name);
        }
        cp_text_byte(&out, '\n');
        indented(&out, from->command);
        cp_text_str(&out, "  as\n");
        indented(&out, text);
    }
    put(&out);
    fflush(stdout);
    cp_arena_free(&arena);
}

/* Leaves out every step that it takes no part in, and tells. */
static void minimise(run_state *s, const seed *from, const step *steps, uint32_t count, cp_arena *arena) {
    step kept[STEPS_MOST], tried[STEPS_MOST];
    memcpy(kept, steps, count * sizeof *steps);
    cp_slice text;
    cmdpolicy_verdict got = CMDPOLICY_DENY;
    uint32_t at;
    for (uint32_t i = 0; i < count && count > 1;) {
        uint32_t n = 0;
        for (uint32_t k = 0; k < count; k++)
            if (k != i)
                tried[n++] = kept[k];
        if (apply(s, from, tried, n, arena, &text, &got, &at) && at < n) {
            count = at + 1;
            memcpy(kept, tried, count * sizeof *kept);
            i = 0;
        } else
            i++;
    }
    if (apply(s, from, kept, count, arena, &text, &got, &at) && at < count)
        tell(s, from, kept, at + 1, text, got);
}

/* ---- Running ------------------------------------------------------------------------------------------------------ */

static bool is_over(run_state *s) {
    progress(s, false);
    return (s->count > 0 && s->done >= s->count) || (s->seconds > 0 && now() - s->begun >= s->seconds);
}

static void try_steps(run_state *s, seed *from, const step *steps, uint32_t count) {
    cp_arena arena;
    _Alignas(16) static uint8_t room[65536];
    cp_slice text;
    cmdpolicy_verdict got = CMDPOLICY_DENY;
    uint32_t at;
    cp_arena_init(&arena, NULL, room, sizeof room, NULL);
    if (apply(s, from, steps, count, &arena, &text, &got, &at) && at < count)
        minimise(s, from, steps, at + 1, &arena);
    cp_arena_free(&arena);
}

static void print_rewriting(const seed *from, const step *how) {
    cp_arena arena;
    cp_slice text;
    cp_arena_init(&arena, NULL, NULL, 0, NULL);
    fuzz_text t = {
        .text = from->command, .parts = from->parts, .part_count = from->part_count, .closed = from->closed};
    if (rewrite(from, how->way, how->random, &t, &arena, &text)) {
        cp_text out = cp_text_in(&arena);
        member(&out, "{\"way\":", cp_slice_str(how->way->name));
        cp_text_str(&out, ",\"transparent\":");
        cp_text_str(&out, how->way->flags & FUZZ_OPAQUE ? "false" : "true");
        cp_text_str(&out, ",\"same\":");
        cp_text_str(&out, how->way->flags & (FUZZ_OPAQUE | FUZZ_ABSENT) ? "false" : "true");
        member(&out, ",\"from\":", from->command);
        member(&out, ",\"to\":", text);
        cp_text_str(&out, "}\n");
        put(&out);
    }
    cp_arena_free(&arena);
}

static void run_all(run_state *s) {
    s->begun = now();
    s->random.state = s->seed * 0x9E3779B97F4A7C15u + 1;
    for (uint32_t i = 0; i < s->seeds.count && !is_over(s); i++)
        know(s, &s->seeds.items[i]);
    /* Each command in each way; the ways take turns, so that little time still sees something of all. */
    for (uint32_t round = 0; round < s->ways.count; round++)
        for (uint32_t i = 0; i < s->seeds.count; i++) {
            if (is_over(s))
                return;
            const step one = {s->ways.items[(round + i) % s->ways.count], next_random(&s->random)};
            if (!s->seeds.items[i].known)
                continue;
            if (s->list)
                print_rewriting(&s->seeds.items[i], &one);
            else
                try_steps(s, &s->seeds.items[i], &one, 1);
        }
    if (s->list)
        return;
    uint64_t idle = 0;
    while (!is_over(s) && idle < 1000000) {
        step steps[STEPS_MOST];
        const uint64_t before = s->done;
        const uint32_t count = 1 + fuzz_below(&s->random, STEPS_MOST);
        for (uint32_t k = 0; k < count; k++)
            steps[k] = (step){s->ways.items[fuzz_below(&s->random, s->ways.count)], next_random(&s->random)};
        try_steps(s, &s->seeds.items[fuzz_below(&s->random, s->seeds.count)], steps, count);
        idle = s->done == before ? idle + 1 : 0;
    }
}

/* ---- Commands and ways -------------------------------------------------------------------------------------------- */

static bool add_seed(run_state *s, const cp_model *model, const cp_m_test *test, cp_slice command,
                     cp_slice file, uint32_t line) {
    seed made = {.command = command,
                 .policy = tool_policy_of(&s->policies, &s->arguments, model, test),
                 .test = test,
                 .file = file,
                 .line = line};
    if (!CP_PUSH(&s->arena, s->seeds.items, s->seeds.count, s->seeds.cap, made))
        cli_out_of_memory();
    return made.policy != NULL;
}

static bool read_list(run_state *s, const char *path) {
    cli_bytes bytes = {0};
    bool read = strcmp(path, "-") == 0 ? cli_read_all(STDIN_FILENO, CLI_MOST_INPUT, &bytes)
                                       : cli_read_file(path, CLI_MOST_INPUT, &bytes);
    if (!read)
        cli_error("%s: %s", path, strerror(errno));
    cp_slice text =
        read ? cp_arena_copy(&s->arena, cp_slice_of(bytes.data, bytes.size)) : (cp_slice){NULL, 0};
    free(bytes.data);
    const uint8_t between = text.n > 0 && memchr(text.p, '\0', text.n) ? '\0' : '\n';
    uint32_t line = 1;
    for (uint32_t at = 0; read && at < text.n; line++) {
        const uint32_t end = cp_slice_find(text, between, at);
        cp_slice command = cp_slice_sub(text, at, end);
        if (command.n > 0 && !add_seed(s, NULL, NULL, command, cp_slice_str(path), line))
            read = false;
        at = end + 1;
    }
    return read;
}

static bool is_wanted(const char *wanted, const char *name) {
    if (!wanted)
        return true;
    const size_t n = strlen(name);
    for (const char *at = wanted; at; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, name, n) == 0 && (at[n] == ',' || at[n] == '\0'))
            return true;
    }
    return false;
}

static bool choose_ways(run_state *s) {
    const fuzz_ways all[] = {fuzz_word_ways, fuzz_call_ways, fuzz_option_ways, fuzz_whole_ways};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        for (size_t k = 0; k < all[i].count; k++) {
            const fuzz_way *way = &all[i].items[k];
            if (is_wanted(s->wanted, way->name) &&
                !CP_PUSH(&s->arena, s->ways.items, s->ways.count, s->ways.cap, way))
                cli_out_of_memory();
        }
    if (s->ways.count == 0)
        cli_error("--ways %s: there is no such way; --list names them", s->wanted);
    return s->ways.count > 0;
}

/* The files, which are one layer, and their tests. */
static bool read_files(run_state *s) {
    tool_arguments *a = &s->arguments;
    const cmdpolicy_layer layer = tool_layer(a);
    const size_t given = a->setup.given.count;
    const uint32_t most = (uint32_t)a->count + (uint32_t)given;
    const cp_model **models = (const cp_model **)cp_alloc_array(&s->arena, most + 1u, sizeof(cp_model *));
    bool fine = true;
    uint32_t count = 0;
    if (!models)
        cli_out_of_memory();
    a->setup.no_config = true;
    for (int i = 0; i < a->count; i++) {
        const cp_model *model = tool_read_model(&s->arena, a->operands[i], layer);
        fine = fine && model;
        if (model && (a->as || !tool_is_builtin(model)))
            cli_layer_files_add(&a->setup.given, layer, a->operands[i]);
        if (model)
            models[count++] = model;
    }
    for (size_t i = 0; i < given; i++) {
        const cli_layer_file *file = &a->setup.given.items[i];
        cli_bytes bytes = {0};
        /* An image has no tests in it. What can't be read is said where the policy is made. */
        if (cli_read_file(file->path, CLI_MOST_INPUT, &bytes) &&
            !cp_slice_starts(cp_slice_of(bytes.data, bytes.size), CP_LIT(CP_IMAGE_MAGIC))) {
            const cp_model *model = tool_read_model(&s->arena, file->path, file->layer);
            fine = fine && model;
            if (model)
                models[count++] = model;
        }
        free(bytes.data);
    }
    for (uint32_t i = 0; i < count && fine; i++)
        for (uint32_t k = 0; k < models[i]->tests.count && fine; k++) {
            const cp_m_test *test = &models[i]->tests.items[k];
            fine = add_seed(s, models[i], test, test->command, models[i]->file, test->at.line);
        }
    for (uint32_t i = 0; i < s->list_count && fine; i++)
        fine = read_list(s, s->lists[i]);
    if (fine && s->seeds.count == 0) {
        cli_error("nothing to rewrite: no file has tests, and no --commands are given");
        fine = false;
    }
    return fine;
}

static bool read_number(const char *name, const char *text, uint64_t most, uint64_t *out) {
    char *end;
    errno = 0;
    const unsigned long long n = strtoull(text, &end, 10);
    if (errno != 0 || *end != '\0' || end == text || *text == '-' || n > most) {
        cli_error("--%s %s: expected a number up to %llu", name, text, (unsigned long long)most);
        return false;
    }
    *out = n;
    return true;
}

static bool take(tool_arguments *arguments, int id, const char *value) {
    run_state *s = (run_state *)arguments; /* its first member */
    uint64_t seconds = 0;
    switch (id) {
    case OPTION_SEED: return read_number("seed", value, UINT32_MAX, &s->seed);
    case OPTION_TIME:
        if (!read_number("time", value, 1000000, &seconds))
            return false;
        s->seconds = (double)seconds;
        return true;
    case OPTION_COUNT: return read_number("count", value, UINT64_MAX, &s->count);
    case OPTION_WAYS: s->wanted = value; return true;
    case OPTION_LIST: s->list = true; return true;
    case OPTION_COMMANDS:
        if (s->list_count == sizeof s->lists / sizeof s->lists[0]) {
            cli_error("--commands %s: too many lists", value);
            return false;
        }
        s->lists[s->list_count++] = value;
        return true;
    default: return false;
    }
}

static int finish(run_state *s) {
    progress(s, true);
    if (s->list)
        return fflush(stdout) == 0 ? CLI_ALLOW : CLI_FAILURE;
    const double taken = now() - s->begun;
    if (s->arguments.format && strcmp(s->arguments.format, "json") == 0)
        printf(
            "{\"rewritings\":%llu,\"commands\":%u,\"ways\":%u,\"seed\":%llu,\"seconds\":%.1f,\"looser\":%llu}\n",
            (unsigned long long)s->done, (unsigned)s->seeds.count, (unsigned)s->ways.count,
            (unsigned long long)s->seed, taken, (unsigned long long)s->looser);
    else
        printf("%llu rewritings of %u commands in %u ways, seed %llu, %.1f s: %llu looser\n",
               (unsigned long long)s->done, (unsigned)s->seeds.count, (unsigned)s->ways.count,
               (unsigned long long)s->seed, taken, (unsigned long long)s->looser);
    if (fflush(stdout) != 0)
        return CLI_FAILURE;
    return s->looser > 0 ? TOOL_FOUND : CLI_ALLOW;
}

static int run(const tool_command *command, int argc, char **argv) {
    run_state s = {.seed = 1};
    cp_arena_init(&s.arena, NULL, NULL, 0, NULL);
    int status = tool_read_own_arguments(command, argc, argv, &s.arguments, take);
    if (status == CLI_ALLOW && !s.arguments.done) {
        if (s.seconds == 0 && s.count == 0)
            s.seconds = TIME_DEFAULT;
        s.progress = isatty(STDERR_FILENO) && !s.list;
        if (choose_ways(&s) && read_files(&s)) {
            if (s.list)
                s.seconds = 0;
            run_all(&s);
            status = finish(&s);
        } else
            status = CLI_FAILURE;
    }
    tool_policies_free(&s.policies);
    cp_arena_free(&s.arena);
    tool_free_arguments(&s.arguments);
    return status;
}

const tool_command tool_fuzz = {
    "fuzz",
    "[OPTION...] [FILE...]",
    "Look for ways to write a command that loosen its verdict",
    "Rewrites the tests of the files, of --policy and of --requirements, and the commands of --commands. A rewriting\n"
    "that runs the same may get no laxer verdict, and one that can't be seen through no allow: each that does is\n"
    "printed, with as few changes as show it, and the exit status is 1. Files and tests mean what they mean to\n"
    "cmdpolicy test. Nothing is run.",
    run,
    {&fuzz_group, &cli_policy_options, &tool_help_options},
};
