/* What shapes say, held against PCRE2 itself: random patterns and the built-in packs' own, and texts drawn for each. Every claim has to
 * hold for all of them, and every kind of claim has to be made often. CMDPOLICY_TEST_ROUNDS=N draws N times as many, and others. */
#include "test_match_fixture.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "match/cover.h"
#include "match/shapes.h"
#include "policy/builtin.h"
#include "test_random.h"

enum { TEXT = 400 };
typedef struct text {
    char at[TEXT];
    uint32_t n;
} text;
static void put(text *t, const void *bytes, uint32_t n) {
    ck_assert_uint_lt(t->n + n, TEXT);
    memcpy(t->at + t->n, bytes, n);
    t->n += n;
}
static cp_slice slice(const text *t) {
    return (cp_slice){(const uint8_t *)t->at, t->n};
}

static uint32_t rounds;
static cp_arena arena;
static struct {
    pcre2_code *code;
    pcre2_match_data *data;
    cp_slice pattern;
    cp_shape shape;
} now;
enum { TEXTS_SURE, VALUES_SURE, ENDS, FIRSTS, RESTS, BLINDS, COVERED, NOT_COVERED, CLAIMS };
static uint32_t made[CLAIMS];

static bool begin(cp_slice pattern) {
    cp_slice whole =
        cp_arena_concat(&arena, cp_arena_concat(&arena, CP_LIT("\\A(?:"), pattern), CP_LIT(")\\z"));
    int error;
    PCRE2_SIZE at;
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    pcre2_set_newline(context, PCRE2_NEWLINE_LF);
    now.code = pcre2_compile(whole.p, whole.n, PCRE2_NEVER_UTF | PCRE2_NEVER_UCP, &error, &at, context);
    pcre2_compile_context_free(context);
    if (!now.code)
        return false;
    now.data = pcre2_match_data_create(16, NULL);
    now.pattern = pattern;
    now.shape = cp_shape_of(pattern);
    return true;
}
static void end(void) {
    pcre2_match_data_free(now.data);
    pcre2_code_free(now.code);
}
/* 1: matches, 0: doesn't, -1: a limit */
static int matches(cp_slice subject) {
    static const uint8_t none = 0;
    int rc = pcre2_match(now.code, subject.n ? subject.p : &none, subject.n, 0, 0, now.data, NULL);
    return rc >= 0 ? 1 : rc == PCRE2_ERROR_NOMATCH ? 0 : -1;
}
static void claim(uint32_t kind, const text *t, int want) {
    int got = matches(slice(t));
    made[kind] += got >= 0;
    ck_assert_msg(got == want || got < 0, "claim %u: `%.*s` on `%.*s`: %d", kind, (int)now.pattern.n,
                  (const char *)now.pattern.p, (int)t->n, t->at, got);
}

/* A few bytes, often such as the pattern speaks of. */
static void some_bytes(text *t, uint32_t most) {
    static const char *const words[] = {"a",  "b", "ab", "1",  "07", ":", "x",    "\n",   " ",
                                        "\\", "-", "/",  "..", "Z",  "@", "\xc3", "\x1b", "="};
    for (uint32_t n = draw(most + 1); n > 0; n--) {
        uint8_t byte = (uint8_t)draw(256);
        const char *word = DRAW(words);
        uint32_t how = draw(4);
        if (how == 0)
            put(t, &byte, 1);
        else if (how == 1 && now.pattern.n)
            put(t, now.pattern.p + draw(now.pattern.n), 1);
        else
            put(t, word, (uint32_t)strlen(word));
    }
}
static void digits(text *t, uint32_t least, const char *alphabet) {
    for (uint32_t n = least + draw(4); n > 0; n--)
        put(t, &alphabet[draw((uint32_t)strlen(alphabet))], 1);
}

static void check_text(const text *t) {
    if (cp_shape_takes_text(now.shape, slice(t)))
        claim(TEXTS_SURE, t, 1);
}

static void check_open(const text *t) { /* `t`, and anything */
    cp_atom atoms[] = {{.kind = CP_ATOM_LIT, .lit = slice(t)},
                       {.kind = CP_ATOM_HOLE, .cls = CP_CLASS_ANY, .props = CP_HOLE_ANYTHING}};
    cp_value v = {.atoms = t->n ? atoms : atoms + 1, .atom_count = t->n ? 2 : 1};
    bool group, begins = matches(slice(t)) == 1;
    bool sure = cp_shape_takes_value(now.shape, &v, &group),
         otherwise = cp_shape_begins_otherwise(now.shape, &v);
    for (uint32_t i = 0; i < 4; i++) {
        text more = *t;
        some_bytes(&more, 4);
        if (sure) {
            claim(VALUES_SURE, &more, 1);
            const PCRE2_SIZE *at = pcre2_get_ovector_pointer(now.data);
            ck_assert(!group || (at[2] == 0 && at[3] == more.n));
        }
        if (otherwise)
            claim(FIRSTS, &more, 0);
        if (begins && cp_shape_takes_any_end(now.shape))
            claim(ENDS, &more, 1);
    }
}

static void check_hole(cp_class cls, uint32_t props, const char *alphabet) {
    cp_atom hole = {.kind = CP_ATOM_HOLE, .cls = (uint8_t)cls, .props = (uint16_t)props};
    cp_value v = {.atoms = &hole, .atom_count = 1};
    bool group;
    if (!cp_shape_takes_value(now.shape, &v, &group))
        return;
    for (uint32_t i = 0; i < 6; i++) {
        text t = {.n = 0};
        digits(&t, (props & CP_HOLE_EMPTY) == 0, alphabet);
        claim(VALUES_SURE, &t, 1);
    }
}

/* `before`, something, `after`: what is taken behind the separator. */
static void check_rest(const text *before, const text *after, bool newlines) {
    cp_atom hole = {.kind = CP_ATOM_HOLE,
                    .cls = newlines ? CP_CLASS_ANY : CP_CLASS_DIGITS,
                    .props = newlines ? CP_HOLE_NEWLINE : CP_HOLE_EMPTY};
    cp_atom atoms[] = {
        {.kind = CP_ATOM_LIT, .lit = slice(before)}, hole, {.kind = CP_ATOM_LIT, .lit = slice(after)}};
    cp_value v = {.atoms = before->n ? atoms : atoms + 1, .atom_count = before->n ? 3 : 2};
    const cp_value *rest = cp_shape_rest(now.shape, &arena, &v);
    if (!rest)
        return;
    text t = *before, want = {.n = 0};
    digits(&t, 0, newlines ? "0\n" : "0123456789");
    cp_slice some = {(const uint8_t *)t.at + before->n, t.n - before->n};
    put(&t, after->at, after->n);
    for (uint32_t i = 0; i < rest->atom_count; i++) {
        cp_slice part = rest->atoms[i].kind == CP_ATOM_LIT ? rest->atoms[i].lit : some;
        put(&want, part.p, part.n);
    }
    claim(RESTS, &t, 1);
    const PCRE2_SIZE *at = pcre2_get_ovector_pointer(now.data);
    ck_assert(at[3] - at[2] == want.n && memcmp(t.at + at[2], want.at, want.n) == 0);
}

/* A text that the hole may be. */
static void some_of(text *t, const cp_atom *hole) {
    uint32_t n = (hole->props & CP_HOLE_EMPTY) == 0, from = t->n;
    n = hole->props & CP_HOLE_CHAR ? 1 : n + draw(4);
    while (n > 0) {
        text one = {.n = 0};
        some_bytes(&one, 1);
        if (one.n == 0 || !one.at[0] || !cp_hole_takes(hole, (uint8_t)one.at[0], t->n == from))
            one.at[0] = "a0b1 c-.:/"[draw(10)];
        if (!cp_hole_takes(hole, (uint8_t)one.at[0], t->n == from))
            one.at[0] = '1'; /* that, or a blank, each takes */
        if (!cp_hole_takes(hole, (uint8_t)one.at[0], t->n == from))
            one.at[0] = ' ';
        put(t, one.at, 1);
        n--;
    }
}

/* `before`, a hole, `after`, a hole. */
static void check_cover(const text *before, const text *after) {
    static const struct {
        cp_class cls;
        uint32_t props;
    } kinds[] = {
        {CP_CLASS_ANY, CP_HOLE_ANYTHING},
        {CP_CLASS_ANY, CP_HOLE_EMPTY},
        {CP_CLASS_TEXT, CP_HOLE_SLASH},
        {CP_CLASS_DIGITS, 0},
        {CP_CLASS_DIGITS, CP_HOLE_EMPTY | CP_HOLE_NEWLINE},
        {CP_CLASS_INTEGER, 0},
        {CP_CLASS_HEX, 0},
        {CP_CLASS_BLANKS, CP_HOLE_EMPTY},
        {CP_CLASS_FILENAME, CP_HOLE_GLOB | CP_HOLE_DASH},
        {CP_CLASS_FILENAME, CP_HOLE_GLOB | CP_HOLE_CHAR},
        {CP_CLASS_FILENAME, CP_HOLE_GLOB | CP_HOLE_LOOKED | CP_HOLE_SIMPLE},
        {CP_CLASS_FILENAME, CP_HOLE_GLOB | CP_HOLE_LOOKED | CP_HOLE_SIMPLE | CP_HOLE_EMPTY | CP_HOLE_DASH}};
    cp_atom atoms[4] = {{.kind = CP_ATOM_LIT, .lit = slice(before)},
                        {.kind = CP_ATOM_HOLE},
                        {.kind = CP_ATOM_LIT, .lit = slice(after)},
                        {.kind = CP_ATOM_HOLE}};
    for (uint32_t i = 1; i < 4; i += 2) {
        uint32_t k = draw(sizeof kinds / sizeof *kinds);
        atoms[i].cls = (uint8_t)kinds[k].cls;
        atoms[i].props = (uint16_t)kinds[k].props;
    }
    uint32_t first = draw(3), count = 1 + draw(4 - first);
    cp_value v = {.atoms = atoms + first, .atom_count = count};
    bool group;
    cp_tri covers = cp_pattern_covers(now.pattern, &v, NULL, &group);
    for (uint32_t i = 0; i < 8 && covers != CP_MAYBE; i++) {
        text t = {.n = 0};
        for (uint32_t k = first; k < first + count; k++)
            if (atoms[k].kind == CP_ATOM_LIT)
                put(&t, atoms[k].lit.p, atoms[k].lit.n);
            else
                some_of(&t, &atoms[k]);
        claim(covers == CP_YES ? COVERED : NOT_COVERED, &t, covers == CP_YES);
        const PCRE2_SIZE *at = pcre2_get_ovector_pointer(now.data);
        ck_assert(covers != CP_YES || !group || (at[2] == 0 && at[3] == t.n));
    }
}

static void check_digits(const text *before, const text *after) {
    if (cp_shape_blindness(now.shape) != CP_BLIND)
        return;
    text t = *before;
    digits(&t, 1, "0123456789");
    put(&t, after->at, after->n);
    int all = matches(slice(&t));
    if (all < 0)
        return;
    for (uint32_t i = 0; i < 4; i++) {
        text other = t;
        for (uint32_t k = 0; k < other.n; k++)
            if (other.at[k] >= '0' && other.at[k] <= '9')
                other.at[k] = (char)('0' + draw(10));
        claim(BLINDS, &other, all);
    }
}

static void check_pattern(void) {
    static const char all_digits[] = "0123456789", all_hex[] = "0123456789abcdef";
    check_hole(CP_CLASS_DIGITS, 0, all_digits);
    check_hole(CP_CLASS_DIGITS, CP_HOLE_EMPTY, all_digits);
    check_hole(CP_CLASS_HEX, 0, all_hex);
    check_hole(CP_CLASS_HEX, CP_HOLE_EMPTY, all_hex);
    for (uint32_t i = 0; i < 8; i++) {
        text a = {.n = 0}, b = {.n = 0};
        some_bytes(&a, 4);
        some_bytes(&b, 3);
        check_text(&a);
        check_open(&a);
        check_rest(&a, &b, i & 1);
        check_digits(&a, &b);
        check_cover(&a, &b);
    }
}

static void setup(void) {
    rounds = draw_rounds(0x9e3779b97f4a7c15u);
    memset(made, 0, sizeof made);
    cp_arena_init(&arena, NULL, NULL, 0, NULL);
}
static void teardown(void) {
    cp_arena_free(&arena);
}

START_TEST(random_patterns)
    {
        static const char *const parts[] = {"a",
                                            "b",
                                            "x",
                                            "\\.",
                                            ".",
                                            ".*",
                                            ".*?",
                                            ".+",
                                            "a?",
                                            "b*",
                                            "b++",
                                            "a{2}",
                                            "a{0,2}",
                                            "{",
                                            "{a",
                                            "{,2}",
                                            "[ab]",
                                            "[^a]*",
                                            "[^:]*",
                                            ":",
                                            "[\\s\\S]*",
                                            "[\\s\\S]+",
                                            "[]a]",
                                            "[^]a]+",
                                            "[a-f0-9]",
                                            "[a\\-z]",
                                            "[[:alpha:]",
                                            "[[:alpha:]]",
                                            "[[:^digit:]]*",
                                            "[[:word:]]+",
                                            "[\\w.-]*",
                                            "[\\W\\d]+",
                                            "[ -~]*",
                                            "[!-9]",
                                            "[\\x20-9]",
                                            "\\x41",
                                            "\\n",
                                            "\\d",
                                            "\\d+",
                                            "\\D*",
                                            "\\w+",
                                            "\\s*",
                                            "\\S+",
                                            "(",
                                            "(a|b)",
                                            "(?:ab|a)",
                                            "(?<n>a)",
                                            "(?<n>.*)",
                                            "(?<n>.+)",
                                            "(?=b)",
                                            "(?!a)",
                                            "(?<=a)",
                                            "(?<!b)",
                                            "(?>a*)",
                                            "(?i)",
                                            "(?s)",
                                            "(?i:a)",
                                            "(?s:.)",
                                            "\\b",
                                            "\\B",
                                            "^",
                                            "$",
                                            "\\z",
                                            "\\A",
                                            "|",
                                            ")",
                                            "*",
                                            "+",
                                            "?",
                                            "7",
                                            "[0-9]",
                                            "[^0-9]",
                                            "[0-8]",
                                            "\\k<n>",
                                            "(?&n)",
                                            "(?#a)",
                                            "\\Qa\\E",
                                            "\\1",
                                            "\\R",
                                            "\\h",
                                            "[\\b]",
                                            "[\\Qa\\E]",
                                            "[a-]",
                                            "[-a]",
                                            "\\x7",
                                            "[^\\n]*",
                                            "\xe9",
                                            "\\e",
                                            "[^\\x00-\\x1f\\x7f]*",
                                            "(?(1)a|b)",
                                            "a|",
                                            "(|a)",
                                            "(?m)",
                                            "[^\\x00]*",
                                            "[^\\xff]*",
                                            "[]-a]",
                                            "[\\d]*",
                                            "[[.a.]]"};
        static const char *const whole[] = {"[^:]*:(?<p>.*)",
                                            "[^:]*:(?<p>.+)",
                                            "[^/]*/(?<p>.*)",
                                            "[^:]+:(?<p>.*)",
                                            "[^:]*+:(?<p>.*)",
                                            "[^:a]*:(?<p>.*)",
                                            "[^:b]*:(?<p>.+)",
                                            "[^:ab]*:(?<p>.*)",
                                            "[^:]*:(?<p>[^\\n]+)",
                                            "[^=]*=(?<p>\\w*)",
                                            "(?s)[^:]*:(?<p>.*)",
                                            "(?s).*",
                                            "(?s)(?<p>.+)",
                                            "(?<p>[\\s\\S]*)",
                                            "[\\s\\S]*",
                                            ".*",
                                            "\\d*",
                                            "\\d+",
                                            "[\\w]+",
                                            "[0-9a-f]*",
                                            "[^g-z]+",
                                            "(?i)[g-z]*",
                                            "[^:]*:(?<p>.*)?",
                                            "(?s)(?<p>[^\\s|<>&+].*[^|\\s])",
                                            "(?s)(?<p>[^:].*?b)",
                                            "(?s)(?<p>a.*+b)",
                                            "(?s)(?<p>a.+[^1])",
                                            "(?s)(?<p>[ab]?.*b)",
                                            "(?<p>[^:].*b)",
                                            "(?s)(?<p>(?:a|b/)x?.*(?i:a|:x)b?)",
                                            "(?s)[ab].*(?:1|[:x])",
                                            "(?s)(?<p>(?s:.)a?.*b)",
                                            "(?s)(?<p>a.*(?:b.*1)?)",
                                            "(?s)(?<p>a?.*)b?",
                                            "(?s)(?<p>a|.*b)",
                                            "(?s)(?<p>[ab].*)?",
                                            "[^:]*:?(?<p>.*)",
                                            "(?<p>[^-].*)",
                                            "(?s)(?<p>-|[^@-][^:|]*)",
                                            "(?s)@.*",
                                            "(?<p>[A-Za-z0-9_./~*?-]+)",
                                            "(?<p>[^:@]+\\.(?i:b1?|[cx]0))(?:\\[\\d+\\])?",
                                            "put|filter|a1|b",
                                            "[A-Za-z][A-Za-z0-9+.-]*://.*",
                                            "(?i)[a-f]+(?:[.:][^a]*)?"};
        enum { PATTERNS = 20000 };
        uint32_t good = 0, n = PATTERNS * rounds / DRAWN_OF;
        for (uint32_t i = 0; i < n; i++) {
            text pattern = {.n = 0};
            if (i % 8 == 0) {
                const char *form = DRAW(whole);
                put(&pattern, form, (uint32_t)strlen(form));
            }
            for (uint32_t k = i % 8 ? draw(5) + 1 : draw(8) == 0; k > 0; k--) {
                const char *part = DRAW(parts);
                put(&pattern, part, (uint32_t)strlen(part));
            }
            if (i % 8 && draw(3) == 0)
                put(&pattern, "[\\s\\S]*", 8);
            if (!begin(slice(&pattern)))
                continue;
            good++;
            check_pattern();
            end();
            cp_arena_free(&arena);
            cp_arena_init(&arena, NULL, NULL, 0, NULL);
        }
        ck_assert_uint_gt(good, n / 3);
        for (uint32_t i = 0; i < CLAIMS; i++)
            ck_assert_msg(made[i] > 200 / DRAWN_OF, "claim %u was made %u times only", i, made[i]);
    }
END_TEST

START_TEST(patterns_of_the_packs)
    {
        cp_builtin_image built;
        uint32_t patterns = 0, shaped = 0;
        for (uint32_t k = 0; cp_builtin_get(k, &built); k++) {
            cp_image image;
            ck_assert_int_eq(cp_image_open(&image, built.words, built.size), CP_IMAGE_OK);
            for (uint32_t i = 1; i < cp_image_count(&image, CP_SEC_REGX); i++) {
                cp_slice stored = cp_image_string(&image, cp_image_regex(&image, i)->text);
                ck_assert(begin(stored));
                patterns++;
                shaped += now.shape > 1;
                check_pattern();
                end();
            }
        }
        ck_assert(patterns > 100 && shaped > patterns / 2);
    }
END_TEST

START_TEST(what_is_not_understood)
    {
        static const char *const none[] = {
            "a\\",   "[a",      "(a",     "a)",      "a)|(b",         "(?<n",     "(?",  "(?i",  "[[:alpha:]",
            "\\x4",  "\\k<",    "\\k<n",  "a{2",     "a{2,",          "(?P<n>a)", "a**", "a+++", "[\\d-z]",
            "[b-a]", "(*UTF)a", "\\p{L}", "[[.a.]]", "[[:nothing:]]", "\\Qa\\E",  "{2}", "(?&",  "(?-i)a",
            "(?|a)", "x\\1"};
        for (uint32_t i = 0; i < sizeof none / sizeof *none; i++) {
            cp_shape shape = cp_shape_of(cp_slice_str(none[i]));
            ck_assert_msg(shape == cp_shape_of(CP_LIT("(?#)")) && shape != 0, "%s", none[i]);
        }
        /* bytes of any kind, cut anywhere, are read within their bounds */
        for (uint32_t i = 0; i < 20000; i++) {
            static const char alphabet[] = "[]^-\\(){}?*+.|<>:=!&,kxsd019a\n";
            uint8_t bytes[12];
            uint32_t n = draw(sizeof bytes);
            for (uint32_t k = 0; k < n; k++)
                bytes[k] = (uint8_t)alphabet[draw(sizeof alphabet)];
            uint8_t *copy = (uint8_t *)malloc(n + !n);
            ck_assert_ptr_nonnull(copy);
            memcpy(copy, bytes, n);
            ck_assert_uint_ne(cp_shape_of((cp_slice){copy, n}), 0);
            free(copy);
        }
    }
END_TEST

Suite *suite_match_shapes(void) {
    Suite *s = suite_create("match_shapes");
    TCase *c = tcase_create("shapes");
    tcase_set_timeout(c, 120);
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, random_patterns);
    tcase_add_test(c, patterns_of_the_packs);
    tcase_add_test(c, what_is_not_understood);
    suite_add_tcase(s, c);
    return s;
}
