/* Options against the C library's own getopt_long, the oracle for `syntax: gnu` and `posix`: random option tables, random words. What
 * it makes of them is what the reader says, and where it complains the reader claims to know nothing for sure. */
#include <check.h>
#include <getopt.h>

#include "base/text.h"
#include "commands/reading.h"
#include "policy_fixture.h"
#include "test_random.h"

/* What begins several spellings of one option is an abbreviation of it for glibc; musl complains. */
#ifdef __GLIBC__
enum { COMPLAINS_OF_SPELLINGS = 0 };
#else
enum { COMPLAINS_OF_SPELLINGS = 1 };
#endif

enum { TABLES = 40, LETTERS = 5, LONGS = 8, WORDS = 7, ROUNDS = 400 };
typedef struct table {
    int letters[LETTERS]; /* -a, -b …: 0 there is none; 1 a flag; 2 takes a value; 3 may have one attached */
    int longs[LONGS];     /* the same of long names */
    int letter_of[LONGS]; /* of which letter it is another spelling; -1: none */
    int posix;
} table;
static const char *const long_names[LONGS] = {"all", "alpha",  "color", "colour",
                                              "out", "output", "o",     "quiet"};
static const char *const words[] = {
    "-a",        "-b",    "-c",      "-d",     "-e",     "-ab",     "-abc",     "-cx",     "-bax",
    "-da",       "-ed",   "--all",   "--al",   "--a",    "--alpha", "--color",  "--colo",  "--col=x",
    "--colour",  "--out", "--out=x", "--outp", "--out=", "--o",     "--output", "--quiet", "--quie=1",
    "--nothing", "--",    "-",       "x",      "y",      "-f",      "-a=1",     "-b=x",    "--all=1"};
static table tables[TABLES];
static compiled policy;

static const char *kind_of(int takes) {
    return takes == 1 ? "flag" : takes == 2 ? "value" : "'value?'";
}

static void make_tables(uint64_t start, char *text, size_t room) {
    drawn_from = start;
    size_t n = (size_t)snprintf(text, room, "cmdpolicy: 1\ncommands:\n");
    for (int t = 0; t < TABLES; t++) {
        table *made = &tables[t];
        made->posix = draw(4) == 0;
        n += (size_t)snprintf(text + n, room - n,
                              "  t%d:\n    syntax: %s\n    operands: [value*]\n    options:\n", t,
                              made->posix ? "posix" : "gnu");
        for (int i = 0; i < LETTERS; i++)
            made->letters[i] = i == 0 ? 1 : (int)draw(4);
        for (int i = 0; i < LONGS; i++) {
            const int letter = (int)draw(LETTERS);
            const int joins = draw(3) == 0 && made->letters[letter];
            made->letter_of[i] = joins ? letter : -1;
            made->longs[i] = joins ? made->letters[letter] : (int)draw(4);
        }
        for (int i = 0; i < LETTERS; i++) {
            if (!made->letters[i])
                continue;
            n += (size_t)snprintf(text + n, room - n, "      '-%c", 'a' + i);
            for (int k = 0; k < LONGS; k++)
                if (made->letter_of[k] == i)
                    n += (size_t)snprintf(text + n, room - n, "|--%s", long_names[k]);
            n += (size_t)snprintf(text + n, room - n, "': %s\n", kind_of(made->letters[i]));
        }
        for (int k = 0; k < LONGS; k++)
            if (made->letter_of[k] < 0 && made->longs[k])
                n += (size_t)snprintf(text + n, room - n, "      --%s: %s\n", long_names[k],
                                      kind_of(made->longs[k]));
        ck_assert_uint_lt(n, room);
    }
}

static void begin(void) {
    static char text[TABLES * 600];
    make_tables(draw_rounds(77), text, sizeof text);
    ck_assert_msg(compiled_one(&policy, text, CP_LAYER_BUILTIN, NULL), "%s\n%s", compiled_why, text);
}
static void end(void) {
    compiled_free(&policy);
}

/* What getopt_long says, as text; false where it complains. */
static bool wanted_of(const table *t, int argc, char **argv, cp_text *out) {
    char letters[2 * LETTERS * 2 + 2], *at = letters;
    struct option longs[LONGS + 1] = {{0}};
    int count = 0;
    if (t->posix)
        *at++ = '+';
    for (int i = 0; i < LETTERS; i++) {
        if (!t->letters[i])
            continue;
        *at++ = (char)('a' + i);
        for (int k = 1; k < t->letters[i]; k++)
            *at++ = ':';
    }
    *at = 0;
    for (int k = 0; k < LONGS; k++)
        if (t->longs[k])
            longs[count++] = (struct option){long_names[k], t->longs[k] - 1, NULL,
                                             t->letter_of[k] >= 0 ? 'a' + t->letter_of[k] : 'A' + k};
    optind = 0; /* begin anew */
    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, letters, longs, NULL)) != -1;) {
        if (c == '?' || c == ':')
            return false;
        cp_text_byte(out, ' ');
        cp_text_byte(out, (uint8_t)c);
        if (optarg) {
            cp_text_byte(out, '=');
            cp_text_str(out, optarg);
        }
    }
    for (int i = optind; i < argc; i++) {
        cp_text_str(out, " [");
        cp_text_str(out, argv[i]);
        cp_text_byte(out, ']');
    }
    return true;
}

static char letter_of(const table *t, cp_slice name) {
    if (name.n == 2 && name.p[0] == '-' && name.p[1] != '-')
        return (char)name.p[1];
    for (int k = 0; k < LONGS; k++)
        if (name.n > 2 && cp_slice_is(cp_slice_sub(name, 2, name.n), long_names[k]))
            return (char)(t->letter_of[k] >= 0 ? 'a' + t->letter_of[k] : 'A' + k);
    return '?';
}

static void said_of(const table *t, const cp_reading *r, cp_text *out) {
    for (uint32_t i = 0; i < r->option_count; i++) {
        const cp_opt *o = &r->options[i];
        cp_text_byte(out, ' ');
        cp_text_byte(out, (uint8_t)letter_of(t, o->name));
        if (o->flags & CP_OPT_HAS_VALUE) {
            cp_text_byte(out, '=');
            cp_text_add(out, o->value_set.values[0].exact);
        }
    }
    for (uint32_t i = 0; i < r->operand_count; i++) {
        cp_text_str(out, " [");
        cp_text_add(out, r->operands[i].set.values[0].exact);
        cp_text_byte(out, ']');
    }
}

static void reads_like_getopt(int which, uint32_t *sure) {
    const table *t = &tables[which];
    char name[8], typed[256] = "", *argv[WORDS + 2] = {name};
    int argc = 1 + (int)draw(WORDS);
    snprintf(name, sizeof name, "t%d", which);
    cp_arena arena;
    cp_budget budget;
    cp_budget_init(&budget);
    cp_arena_init(&arena, NULL, NULL, 0, &budget);
    cp_field fields[WORDS + 1];
    for (int i = 0; i < argc; i++) {
        const char *word = i ? DRAW(words) : name;
        const cp_value value = cp_value_exact(&arena, cp_slice_str(word), (cp_span){0, 0, 0});
        fields[i] = (cp_field){cp_set_of(&arena, value), 0};
        argv[i] = (char *)(uintptr_t)word; /* getopt_long moves words, and writes into none */
        snprintf(typed + strlen(typed), sizeof typed - strlen(typed), "%s%s", i ? " " : "", word);
    }
    cp_regexes *regexes = cp_regexes_new(&policy.image, &cp_allocator_malloc);
    cp_layer_image item = {&policy.image, regexes, CP_LAYER_BUILTIN};
    cp_layers layers = {&item, 1};
    cp_places places = {.workspace_count = 0};
    cp_fields given = {fields, (uint32_t)argc};
    cp_reading reading;
    cp_read(&layers, cp_slice_str(name), &given, &places, &arena, &budget, &reading);
    cp_text wanted = cp_text_in(&arena), said = cp_text_in(&arena);
    const bool fine = wanted_of(t, argc, argv, &wanted);
    said_of(t, &reading, &said);
    bool certain = reading.any_option == 0;
    for (uint32_t i = 0; i < reading.gap_count; i++)
        certain = certain && reading.gaps[i].kind == CP_GAP_ABBREVIATION;
    *sure += fine && certain;
    if (!fine)
        ck_assert_msg(!certain || (COMPLAINS_OF_SPELLINGS && reading.gap_count),
                      "`%s`: getopt_long complains, the reader says%s", typed, show(cp_text_slice(&said)));
    else if (certain)
        ck_assert_msg(cp_slice_eq(cp_text_slice(&said), cp_text_slice(&wanted)),
                      "`%s`: getopt_long says%s, the reader%s", typed, show(cp_text_slice(&wanted)),
                      show(cp_text_slice(&said)));
    cp_regexes_free(regexes);
    cp_arena_free(&arena);
}

START_TEST(words_are_read_as_getopt_reads_them)
    {
        uint32_t rounds = draw_rounds((uint64_t)_i), sure = 0, all = 0;
        for (; all < ROUNDS * rounds; all++)
            reads_like_getopt(_i, &sure);
        ck_assert_msg(sure * 8 > all, "only %u of %u readings are certain", sure, all);
    }
END_TEST

Suite *suite_getopt(void);
Suite *suite_getopt(void) {
    Suite *suite = suite_create("getopt");
    TCase *tcase = tcase_create("getopt");
    tcase_add_unchecked_fixture(tcase, begin, end);
    tcase_add_loop_test(tcase, words_are_read_as_getopt_reads_them, 0, TABLES);
    suite_add_tcase(suite, tcase);
    return suite;
}
