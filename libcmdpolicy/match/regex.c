/* Regular expressions: PCRE2 without JIT, on bytes. Every pattern matches whole values (\A(?:…)\z, since PCRE2 can't match partially
 * with its own option for that), is compiled on first use behind an atomic pointer and shared by threads; what its text alone tells
 * (shapes.c) is kept beside it. What a match may cost is bounded by the length of the subject and PCRE2's match, depth and heap limits; its memory is on the stack, unless a pattern backtracks
 * much. Anything but "matches" and "doesn't match" is reported as failed. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdatomic.h>

#include "base/text.h"
#include "match/component.h"
#include "match/cover.h"
#include "match/match.h"
#include "match/shapes.h"

enum {
    PATTERN_MOST = 16384, /* bytes of a pattern */
    NAME_MOST = 32        /* of a group, as in PCRE2 10.42 */
};
static const uint32_t compile_options = PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_NEVER_BACKSLASH_C;

typedef struct entry { /* both made on first use */
    _Atomic(pcre2_code *) code;
    _Atomic(cp_shape) shape;
} entry;

struct cp_regexes {
    const cp_image *image;
    cp_allocator mem;
    pcre2_general_context *general;
    pcre2_compile_context *context;
    uint32_t count;
    entry patterns[]; /* by index in REGX */
};

/* ---- Memory -------------------------------------------------------------------------------------------------------- */

/* PCRE2 frees without saying how much: the size stands in front of each block. */
typedef union block_head {
    size_t size;
    max_align_t align;
} block_head;

static void *take(size_t size, void *allocator) {
    const cp_allocator *mem = (const cp_allocator *)allocator;
    if (size > SIZE_MAX / 2)
        return NULL;
    block_head *head = (block_head *)mem->resize(mem->user, NULL, 0, size + sizeof *head);
    if (!head)
        return NULL;
    head->size = size + sizeof *head;
    return head + 1;
}

static void give_back(void *block, void *allocator) {
    const cp_allocator *mem = (const cp_allocator *)allocator;
    if (!block)
        return;
    block_head *head = (block_head *)block - 1;
    mem->resize(mem->user, head, head->size, 0);
}

/* What one match needs: nearly always this is enough. What isn't comes from the arena's allocator and goes back to it, since PCRE2 makes
 * its list of backtracking points longer by moving it. */
typedef struct scratch {
    cp_allocator mem;
    size_t used;
    _Alignas(16) uint8_t room[26 * 1024]; /* PCRE2 begins with 20 KB of backtracking points */
} scratch;

static void *scratch_take(size_t size, void *user) {
    scratch *s = (scratch *)user;
    size_t need = (size + 15u) & ~(size_t)15u;
    if (need < size || need > sizeof s->room - s->used)
        return take(size, &s->mem);
    void *p = s->room + s->used;
    s->used += need;
    return p;
}

static void scratch_drop(void *block, void *user) {
    scratch *s = (scratch *)user;
    uintptr_t p = (uintptr_t)block, room = (uintptr_t)s->room;
    if (p < room || p >= room + sizeof s->room)
        give_back(block, &s->mem);
}

/* ---- Patterns ------------------------------------------------------------------------------------------------------ */

static pcre2_compile_context *new_context(pcre2_general_context *general) {
    pcre2_compile_context *c = pcre2_compile_context_create(general);
    if (!c)
        return NULL;
    pcre2_set_newline(c, PCRE2_NEWLINE_LF); /* whatever the build's default is */
    pcre2_set_bsr(c, PCRE2_BSR_ANYCRLF);
    pcre2_set_parens_nest_limit(c, CP_REGEX_NEST_MOST);
    pcre2_set_max_pattern_length(c, PATTERN_MOST + 8);
    return c;
}

/* Where a class's members begin: a ']' there is one. */
static uint32_t class_start(cp_slice p, uint32_t i) {
    for (bool negated = false; i < p.n;) {
        if (cp_slice_starts(cp_slice_sub(p, i, p.n), CP_LIT("\\E")))
            i += 2;
        else if (cp_slice_starts(cp_slice_sub(p, i, p.n), CP_LIT("\\Q\\E")))
            i += 4;
        else if (p.p[i] == '^' && !negated)
            negated = true, i++;
        else
            break;
    }
    return i;
}

/* Finds what we don't take although PCRE2 would: verbs and settings (*…), callouts, and the x option, whose comments could swallow what
 * is put around the pattern. */
static const char *unwanted(cp_slice p, uint32_t *out_offset) {
    bool in_class = false, quoted = false;
    uint32_t class_begin = 0;
    for (uint32_t i = 0; i < p.n; i++) {
        uint8_t b = p.p[i], next = i + 1 < p.n ? p.p[i + 1] : 0;
        *out_offset = i;
        if (quoted) {
            if (b == '\\' && next == 'E')
                quoted = false, i++;
            continue;
        }
        if (b == '\\') {
            if (next == 'Q')
                quoted = true;
            if (next == 'C')
                return "\\C is not taken: it could cut a character in two";
            if (next == 'K')
                return "\\K is not taken: a pattern always matches the whole value";
            if (next == 'c' && i + 2 < p.n)
                i++; /* \c and its character */
            i++;
            continue;
        }
        if (in_class) {
            if (b == '[' && (next == ':' || next == '.' || next == '=')) {
                uint32_t k = i + 2;
                while (k + 1 < p.n && p.p[k] != ']' && p.p[k] != '\\' &&
                       !(p.p[k] == next && p.p[k + 1] == ']'))
                    k++;
                if (k + 1 < p.n && p.p[k] == next && p.p[k + 1] == ']')
                    i = k + 1;
            } else if (b == ']' && i > class_begin) {
                in_class = false;
            }
            continue;
        }
        if (b == '[') {
            in_class = true;
            class_begin = class_start(p, i + 1);
            i = class_begin - 1;
            continue;
        }
        if (b != '(')
            continue;
        if (next == '*')
            return "verbs and settings, (*...), are not taken";
        if (next != '?' || i + 2 >= p.n)
            continue;
        uint8_t kind = p.p[i + 2];
        if (kind == 'C')
            return "callouts, (?C...), are not taken";
        if (kind == '#') {
            i = cp_slice_find(p, ')', i);
            continue;
        }
        for (uint32_t k = i + 2; k < p.n && strchr("imnsxJU^-ar", p.p[k]) && p.p[k]; k++)
            if (p.p[k] == 'x')
                return "the x option is not taken";
    }
    return NULL;
}

/* What is put around a pattern. */
static const char before[] = "\\A(?:", behind[] = ")\\z";
enum { BEFORE = sizeof before - 1, BEHIND = sizeof behind - 1 };

static pcre2_code *compile_whole(cp_slice pattern, pcre2_compile_context *context, int *error,
                                 PCRE2_SIZE *at) {
    uint8_t wrapped[BEFORE + PATTERN_MOST + BEHIND];
    memcpy(wrapped, before, BEFORE);
    if (pattern.n)
        memcpy(wrapped + BEFORE, pattern.p, pattern.n);
    memcpy(wrapped + BEFORE + pattern.n, behind, BEHIND);
    return pcre2_compile(wrapped, BEFORE + pattern.n + BEHIND, compile_options, error, at, context);
}

static cp_slice stored(const cp_regexes *r, uint32_t index) {
    return cp_image_string(r->image, cp_image_regex(r->image, index)->text);
}

static pcre2_code *compile(cp_regexes *r, uint32_t index) {
    cp_slice pattern = stored(r, index);
    uint32_t offset;
    if (pattern.n > PATTERN_MOST || unwanted(pattern, &offset))
        return NULL;
    int error;
    PCRE2_SIZE at;
    return compile_whole(pattern, r->context, &error, &at);
}

/* NULL: it can't be compiled, or no memory. */
static const pcre2_code *get(cp_regexes *r, uint32_t index) {
    if (index == 0 || index >= r->count)
        return NULL;
    pcre2_code *code = atomic_load_explicit(&r->patterns[index].code, memory_order_acquire);
    if (code)
        return code;
    code = compile(r, index);
    if (!code)
        return NULL;
    pcre2_code *first = NULL;
    if (atomic_compare_exchange_strong_explicit(&r->patterns[index].code, &first, code, memory_order_acq_rel,
                                                memory_order_acquire))
        return code;
    pcre2_code_free(code); /* another thread was quicker */
    return first;
}

static cp_shape shape_of(cp_regexes *r, uint32_t index) {
    if (index == 0 || index >= r->count)
        return 0;
    cp_shape shape = atomic_load_explicit(&r->patterns[index].shape, memory_order_relaxed);
    if (!shape) {
        shape = cp_shape_of(stored(r, index));
        atomic_store_explicit(&r->patterns[index].shape, shape, memory_order_relaxed);
    }
    return shape;
}

cp_regexes *cp_regexes_new(const cp_image *image, const cp_allocator *allocator) {
    cp_allocator mem = allocator ? *allocator : cp_allocator_malloc;
    size_t count = cp_image_count(image, CP_SEC_REGX);
    if (count > (SIZE_MAX / 4 - sizeof(cp_regexes)) / sizeof(entry))
        return NULL;
    cp_regexes *r = (cp_regexes *)mem.resize(mem.user, NULL, 0, sizeof *r + count * sizeof r->patterns[0]);
    if (!r)
        return NULL;
    r->image = image;
    r->mem = mem;
    r->count = (uint32_t)count;
    for (size_t i = 0; i < count; i++) {
        atomic_init(&r->patterns[i].code, NULL);
        atomic_init(&r->patterns[i].shape, 0);
    }
    r->general = pcre2_general_context_create(take, give_back, &r->mem);
    r->context = r->general ? new_context(r->general) : NULL;
    if (r->context)
        return r;
    cp_regexes_free(r);
    return NULL;
}

void cp_regexes_free(cp_regexes *r) {
    if (!r)
        return;
    for (uint32_t i = 0; i < r->count; i++)
        pcre2_code_free(atomic_load_explicit(&r->patterns[i].code, memory_order_acquire));
    pcre2_compile_context_free(r->context);
    pcre2_general_context_free(r->general);
    cp_allocator mem = r->mem;
    mem.resize(mem.user, r, sizeof *r + r->count * sizeof r->patterns[0], 0);
}

bool cp_regexes_prepare(cp_regexes *r) {
    bool all = true;
    for (uint32_t i = 1; i < r->count; i++) {
        all = get(r, i) && all;
        (void)shape_of(r, i);
    }
    return all;
}

/* ---- Matching ------------------------------------------------------------------------------------------------------ */

typedef enum outcome { FAILED, MATCHES, NO_MATCH, PARTIAL } outcome;

static outcome read_groups(pcre2_match_data *data, int rc, uint32_t length, cp_regex_match *out) {
    const PCRE2_SIZE *at = pcre2_get_ovector_pointer(data);
    uint32_t groups = rc == 0 || rc > CP_REGEX_GROUPS ? CP_REGEX_GROUPS : (uint32_t)rc;
    if (at[0] != 0 || at[1] != length)
        return FAILED; /* not the whole value */
    for (uint32_t i = 0; i < groups; i++) {
        const PCRE2_SIZE *ends = &at[(size_t)2 * i];
        if (ends[0] == PCRE2_UNSET || ends[1] == PCRE2_UNSET || ends[0] > ends[1])
            continue;
        out->beg[i] = (uint32_t)ends[0];
        out->end[i] = (uint32_t)ends[1];
    }
    return MATCHES;
}

static outcome match(const pcre2_code *code, cp_slice subject, uint32_t options, cp_arena *arena,
                     cp_regex_match *out) {
    static const uint8_t none = 0;
    outcome result = FAILED;
    scratch s;
    s.mem = arena->mem;
    s.used = 0;
    pcre2_general_context *general = pcre2_general_context_create(scratch_take, scratch_drop, &s);
    pcre2_match_context *context = general ? pcre2_match_context_create(general) : NULL;
    pcre2_match_data *data = context ? pcre2_match_data_create(CP_REGEX_GROUPS, general) : NULL;
    if (data) {
        pcre2_set_match_limit(context, CP_REGEX_MATCH_MOST);
        pcre2_set_depth_limit(context, CP_REGEX_DEPTH_MOST);
        pcre2_set_heap_limit(context, CP_REGEX_HEAP_MOST);
        int rc = pcre2_match(code, subject.n ? subject.p : &none, subject.n, 0, options, data, context);
        if (rc == PCRE2_ERROR_NOMATCH)
            result = NO_MATCH;
        else if (rc == PCRE2_ERROR_PARTIAL)
            result = PARTIAL;
        else if (rc >= 0)
            result = read_groups(data, rc, subject.n, out);
        else if (rc == PCRE2_ERROR_NOMEMORY)
            cp_arena_fail(arena);
    } else {
        cp_arena_fail(arena);
    }
    pcre2_match_data_free(data);
    pcre2_match_context_free(context);
    pcre2_general_context_free(general);
    return result;
}

static bool holds(cp_slice text, cp_slice part) {
    for (uint32_t at = cp_slice_find(text, part.p[0], 0); at + part.n <= text.n;
         at = cp_slice_find(text, part.p[0], at + 1))
        if (memcmp(text.p + at, part.p, part.n) == 0)
            return true;
    return false;
}

/* Literal bytes that the value begins with, at most `most` of them. */
static cp_slice beginning(cp_arena *arena, const cp_value *v) {
    cp_slice text = {NULL, 0};
    for (uint32_t i = 0;
         i < v->atom_count && v->atoms[i].kind == CP_ATOM_LIT && text.n < CP_REGEX_SUBJECT_MOST; i++)
        text = text.n ? cp_arena_concat(arena, text, v->atoms[i].lit) : v->atoms[i].lit;
    return cp_slice_sub(text, 0, CP_REGEX_SUBJECT_MOST);
}

/* A pattern to which it is all the same which numbers stand there. */
static outcome on_numbers(const pcre2_code *code, cp_shape shape, const cp_value *v, cp_arena *arena,
                          cp_regex_match *out) {
    uint32_t numbers = cp_numbers_in(v);
    if (!numbers || numbers > CP_NUMBERS_MOST)
        return PARTIAL;
    cp_blindness blind = cp_shape_blindness(shape);
    if (blind == CP_NOT_BLIND || (blind == CP_BLIND_BUT_REPEATS && numbers > 2))
        return PARTIAL;
    outcome all = FAILED;
    for (uint32_t attempt = 0; attempt < CP_NUMBER_TRIES; attempt++) {
        cp_slice subject = cp_number_try(arena, v, attempt);
        if (subject.n > CP_REGEX_SUBJECT_MOST || cp_arena_failed(arena))
            return PARTIAL;
        outcome one = match(code, subject, 0, arena, out);
        if (attempt && one != all)
            return PARTIAL;
        all = one;
    }
    return all == NO_MATCH && blind == CP_BLIND_BUT_REPEATS ? PARTIAL : all;
}

/* What is behind a directory's name leads below it: `src`, or `src/…`. Does neither match? */
static bool none_below(const pcre2_code *code, const cp_value *v, cp_slice beginning, cp_arena *arena,
                       cp_regex_match *out) {
    bool itself = false;
    cp_slice directory = cp_value_directory(v, &itself);
    if (!directory.n || !cp_slice_eq(directory, beginning))
        return false;
    cp_slice below = cp_arena_concat(arena, beginning, CP_LIT("/"));
    return (!itself || match(code, beginning, 0, arena, out) == NO_MATCH) &&
           match(code, below, PCRE2_PARTIAL_HARD, arena, out) == NO_MATCH;
}

static void forget_groups(cp_regex_match *out) {
    for (uint32_t i = 0; i < CP_REGEX_GROUPS; i++)
        out->beg[i] = out->end[i] = UINT32_MAX;
}

/* What can be said of a value that isn't known as a whole, of which `beginning` is. */
static cp_tri by_shape(const pcre2_code *code, cp_shape shape, const cp_value *v, cp_slice beginning,
                       cp_arena *arena, cp_budget *budget, cp_regex_match *out) {
    bool group;
    if (cp_shape_begins_otherwise(shape, v))
        return CP_NO;
    if ((out->rest = cp_shape_rest(shape, arena, v)) != NULL)
        return CP_YES;
    if (cp_shape_takes_value(shape, v, &group)) {
        out->whole = group;
        return CP_YES;
    }
    if (cp_shape_takes_any_end(shape) && match(code, beginning, 0, arena, out) == MATCHES)
        return CP_YES;
    if (cp_numbers_in(v) && (!budget || cp_spend(budget, CP_LIMIT_STEPS, (uint64_t)8 * CP_NUMBER_TRIES))) {
        outcome all = on_numbers(code, shape, v, arena, out);
        return all == MATCHES ? CP_YES : all == NO_MATCH ? CP_NO : CP_MAYBE;
    }
    return CP_MAYBE;
}

void cp_regex_run(cp_regexes *r, uint32_t index, const cp_value *value, cp_arena *arena, cp_budget *budget,
                  cp_regex_match *out) {
    memset(out, 0, sizeof *out);
    forget_groups(out);
    out->tri = CP_MAYBE;
    bool unmade = (value->flags & CP_VALUE_UNMADE) != 0, exact = cp_value_is_exact(value) && !unmade;
    cp_slice subject = exact ? value->exact : unmade ? (cp_slice){NULL, 0} : beginning(arena, value);
    if (budget && !cp_spend(budget, CP_LIMIT_STEPS, 8 + subject.n / 16)) {
        out->failed = 1;
        return;
    }
    cp_shape shape = shape_of(r, index);
    if (exact && subject.n <= CP_REGEX_SUBJECT_MOST && cp_shape_takes_text(shape, subject)) {
        out->tri = CP_YES;
        out->beg[0] = 0;
        out->end[0] = subject.n;
        return;
    }
    const pcre2_code *code = get(r, index);
    if (!code || subject.n > CP_REGEX_SUBJECT_MOST) {
        out->failed = 1;
        return;
    }
    cp_slice literal = cp_image_string(r->image, cp_image_regex(r->image, index)->literal);
    if (literal.n &&
        (exact ? !holds(subject, literal) : !unmade && cp_value_may_hold(value, literal) == CP_NO)) {
        out->tri = CP_NO;
        return;
    }
    if (!exact && !unmade) {
        out->tri = by_shape(code, shape, value, subject, arena, budget, out);
        forget_groups(out); /* where they end isn't known */
        bool group = false;
        if (out->tri == CP_MAYBE) {
            out->tri = cp_pattern_covers(stored(r, index), value, budget, &group);
            out->whole = out->tri == CP_YES && group;
        }
        if (out->tri != CP_MAYBE)
            return;
    }
    if (!exact && subject.n == 0)
        return; /* PCRE2 finds no partial match in nothing */
    switch (match(code, subject, exact ? 0 : PCRE2_PARTIAL_HARD, arena, out)) {
    case MATCHES:
        if (exact)
            out->tri = CP_YES;
        break;
    case NO_MATCH: out->tri = CP_NO; break;
    case PARTIAL:
        if (none_below(code, value, subject, arena, out) &&
            (!budget || cp_spend(budget, CP_LIMIT_STEPS, 8 + subject.n / 16)))
            out->tri = CP_NO;
        break;
    default: out->failed = 1; break;
    }
    if (out->tri != CP_YES)
        forget_groups(out);
}

uint32_t cp_regex_group(cp_regexes *r, uint32_t index, cp_slice name) {
    char text[NAME_MOST + 1];
    const pcre2_code *code = get(r, index);
    if (!code || name.n == 0 || name.n > NAME_MOST)
        return 0;
    memcpy(text, name.p, name.n);
    text[name.n] = 0;
    int number = pcre2_substring_number_from_name(code, (PCRE2_SPTR)text);
    return number > 0 ? (uint32_t)number : 0;
}

/* ---- For the policy compiler --------------------------------------------------------------------------------------- */

static void say(char *message, size_t room, const char *text) {
    if (room == 0)
        return;
    size_t n = strlen(text) < room ? strlen(text) : room - 1;
    memcpy(message, text, n);
    message[n] = 0;
}

bool cp_regex_check(cp_arena *arena, cp_slice pattern, uint32_t *out_offset, char *message, size_t room) {
    *out_offset = 0;
    say(message, room, "");
    if (pattern.n > PATTERN_MOST) {
        *out_offset = PATTERN_MOST;
        say(message, room, "the pattern is too long");
        return false;
    }
    const char *why = unwanted(pattern, out_offset);
    if (why) {
        say(message, room, why);
        return false;
    }
    *out_offset = 0;
    static const uint8_t none = 0;
    int error = PCRE2_ERROR_HEAP_FAILED;
    PCRE2_SIZE at = 0;
    pcre2_code *code = NULL;
    pcre2_general_context *general = pcre2_general_context_create(take, give_back, &arena->mem);
    pcre2_compile_context *context = general ? new_context(general) : NULL;
    /* Alone first: "a)|(b" is two patterns when something is put around it. */
    if (context)
        code = pcre2_compile(pattern.n ? pattern.p : &none, pattern.n, compile_options, &error, &at, context);
    if (code) {
        pcre2_code_free(code);
        code = compile_whole(pattern, context, &error, &at);
        at = at > BEFORE ? at - BEFORE : 0;
    }
    if (!code) {
        if (error == PCRE2_ERROR_HEAP_FAILED)
            cp_arena_fail(arena); /* nothing is wrong with the pattern */
        *out_offset = at < pattern.n ? (uint32_t)at : pattern.n;
        say(message, room, "");
        if (room)
            pcre2_get_error_message(error, (PCRE2_UCHAR *)message, room);
    }
    bool good = code != NULL;
    pcre2_code_free(code);
    pcre2_compile_context_free(context);
    pcre2_general_context_free(general);
    return good;
}
