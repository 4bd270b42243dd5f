/* The image's reader: lookups on a good image, refusals of bad ones, and bytes that were made to harm. */
#include <check.h>

#include "image_walk.h"
#include "policy_fixture.h"

static const char text[] =
    "cmdpolicy: 1\n"
    "kinds: {at: [{'@(?<p>.+)': {p: read}}, {'.*': value}]}\n"
    "commands:\n"
    "  git: {global: {-h: flag}, options: {-C: chdir, '-c': at}, subcommands: {log: {options: {'--all, --author, --after': value, --abbrev: flag}, operands: [value*]}, push: {effects: [network]}}}\n"
    "  python3, python3.*: {options: {-c: [code, rest]}, operands: [code-file?], cases: [{when: {options: -c}, operands: []}]}\n"
    "rules:\n"
    "  git log|push --all: {verdict: review, when: {cwd: ~/x, operand: 'a+'}, except: [git log x]}\n"
    "  rm -r /, python3*, /opt/x y: deny\n"
    "  n a|b|c|d|e|f|g|h, n -x: {verdict: deny, when: {no-options: -a -b}}\n"
    "effects: {read: {'~/.ssh/**, $*TOKEN*': {verdict: review, secret: true, except: [~/.ssh/config]}, default: allow}, network: {10.0.0.0/8: allow, default: review}, flow: {network to code: deny}}\n"
    "defaults: {dialect: sh, depth: 9, trusted-program-directories: [/usr/bin], system-directories: [/sys]}\n";

static compiled made;
static uint8_t *copy;

static void set_up(void) {
    ck_assert_msg(compiled_one(&made, text, CP_LAYER_BUILTIN, NULL), "%s", compiled_why);
    copy = malloc(made.size);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, made.bytes, made.size);
}

static void tear_down(void) {
    free(copy);
    compiled_free(&made);
}

static cp_rec_header *header(void) {
    return (cp_rec_header *)(void *)copy;
}

static cp_rec_section *section(uint32_t tag) {
    return (cp_rec_section *)(void *)(copy + sizeof(cp_rec_header)) + (tag - 1);
}

static void reseal(void) {
    header()->checksum = cp_image_checksum(copy + sizeof(cp_rec_header), made.size - sizeof(cp_rec_header));
}

static cp_image_status opened(size_t size) {
    cp_image im;
    return cp_image_open(&im, copy, size);
}

START_TEST(a_good_image_opens)
    {
        cp_image im;
        ck_assert_int_eq(cp_image_open(&im, copy, made.size), CP_IMAGE_OK);
        ck_assert_int_eq(cp_image_verify(&im), CP_IMAGE_OK);
        ck_assert_uint_ne(image_walk(&im), 0);
    }
END_TEST

START_TEST(every_word_is_found)
    {
        static const char *const words[] = {"git", "log", "push", "python3", "rm"};
        const cp_image *im = &made.image;
        for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
            uint32_t word = cp_image_find_word(im, cp_slice_str(words[i]));
            ck_assert_uint_ne(word, 0);
            ck_assert(cp_slice_is(cp_image_string(im, word), words[i]));
        }
        ck_assert_uint_eq(cp_image_find_word(im, CP_LIT("nobody wrote this")), 0);
        ck_assert_uint_eq(cp_image_find_word(im, CP_LIT("--all")), 0); /* a string, but no word of an edge */
        ck_assert_uint_eq(cp_image_find_word(im, cp_slice_of(NULL, 0)), 0);
        ck_assert_uint_eq(cp_image_string(im, 0).n, 0);
        ck_assert_uint_eq(cp_image_string(im, UINT32_MAX).n, 0);
    }
END_TEST

/* Where some word of an edge is past the first 65,535 texts, the table of words has slots of 32 bits. */
START_TEST(words_are_found_however_many_texts_there_are)
    {
        enum { RULES = 600, WORDS = 120 };
        char *long_text = malloc((size_t)RULES * WORDS * 8 + 1000);
        ck_assert_ptr_nonnull(long_text);
        size_t n = (size_t)sprintf(long_text, "cmdpolicy: 1\nrules:\n");
        for (int i = 0; i < RULES; i++) {
            n += (size_t)sprintf(long_text + n, "  p%d ", i);
            for (int k = 0; k < WORDS; k++)
                n += (size_t)sprintf(long_text + n, "%sw%x", k ? "|" : "", (unsigned)(i * WORDS + k));
            n += (size_t)sprintf(long_text + n, ": deny\n");
        }
        compiled c;
        ck_assert_msg(compiled_one(&c, long_text, CP_LAYER_USER, NULL), "%s", compiled_why);
        ck_assert_uint_eq(c.image.section[CP_SEC_STRH].size, 4);
        ck_assert_uint_eq(made.image.section[CP_SEC_STRH].size, 2);
        ck_assert_uint_eq(c.image.section[CP_SEC_REDG].size, 8);
        ck_assert_uint_eq(made.image.section[CP_SEC_REDG].size, 4);
        ck_assert_int_eq(cp_image_verify(&c.image), CP_IMAGE_OK);
        for (int i = 0; i < RULES; i++) {
            char name[16];
            sprintf(name, "p%d", i);
            uint32_t word = cp_image_find_word(&c.image, cp_slice_str(name));
            ck_assert(cp_slice_is(cp_image_string(&c.image, word), name));
            ck_assert(i + 1 < RULES || word > UINT16_MAX);
            ck_assert_uint_eq(cp_image_rnode(&c.image, cp_image_program(&c.image, word))->rule_count, WORDS);
        }
        compiled_free(&c);
        free(long_text);
    }
END_TEST

/* Texts of every length about those at which they need another index, wherever in a record they begin. */
START_TEST(texts_of_any_length_are_read)
    {
        enum { ROOM = 1 << 20 };
        char *yaml = malloc(ROOM);
        ck_assert_ptr_nonnull(yaml);
        for (uint32_t before = 0; before < CP_IMAGE_STRINGS; before++) {
            uint32_t lengths[200], count = 0;
            for (uint32_t around = 0; around <= 4 * CP_IMAGE_STRING_GOES_ON;
                 around += CP_IMAGE_STRING_GOES_ON)
                for (uint32_t more = 0; more < 5; more++)
                    lengths[count++] = around + more + 8 - (around ? 10 : 0);
            lengths[count++] = 65535;
            size_t n = (size_t)snprintf(yaml, ROOM, "cmdpolicy: 1\nrules:\n");
            for (uint32_t i = 0; i < before; i++)
                n += (size_t)snprintf(yaml + n, ROOM - n, "  filler%u: allow\n", i);
            for (uint32_t i = 0; i < count; i++)
                n += (size_t)snprintf(yaml + n, ROOM - n, "  p%u: {verdict: deny, reason: 'r%0*u'}\n", i,
                                      (int)lengths[i] - 1, i);
            compiled c;
            ck_assert_msg(compiled_one(&c, yaml, CP_LAYER_USER, NULL), "%s", compiled_why);
            ck_assert_int_eq(cp_image_verify(&c.image), CP_IMAGE_OK);
            uint32_t found = 0;
            for (uint32_t i = 1; i < cp_image_count(&c.image, CP_SEC_ARMS); i++) {
                cp_slice reason = cp_image_string(&c.image, cp_image_arm(&c.image, i)->reason);
                if (reason.n == 0)
                    continue;
                ck_assert_uint_eq(reason.n, lengths[found]);
                ck_assert_uint_eq(reason.p[0], 'r');
                char digits[12];
                snprintf(digits, sizeof digits, "%06u", found);
                ck_assert_mem_eq(reason.p + reason.n - 6, digits, 6);
                found++;
            }
            ck_assert_uint_eq(found, count);
            compiled_free(&c);
        }
        free(yaml);
    }
END_TEST

START_TEST(indices_past_the_end_give_zero)
    {
        const cp_image *im = &made.image;
        ck_assert_uint_eq(cp_image_node(im, UINT32_MAX)->name, 0);
        ck_assert_uint_eq(cp_image_rule(im, cp_image_count(im, CP_SEC_RULE))->entry, 0);
        ck_assert_uint_eq(cp_image_arm(im, 0)->verdict, CP_IV_NONE);
        ck_assert_uint_eq(cp_image_step(im, UINT32_MAX, 1), 0);
        ck_assert_uint_eq(cp_image_program(im, UINT32_MAX), 0);
        ck_assert_uint_eq(cp_image_option_first(im, 0), 0);
        ck_assert_uint_eq(cp_image_find_option(im, UINT32_MAX, UINT32_MAX, CP_LIT("-h")), 0);
        for (uint32_t tag = 1; tag < CP_SEC_COUNT; tag++) { /* from the first that is none */
            const uint32_t count = cp_image_count(&made.image, (cp_section)tag);
            ck_assert_ptr_eq(cp_image_record(&made.image, (cp_section)tag, count), cp_image_zero);
            ck_assert_ptr_eq(cp_image_record(&made.image, (cp_section)tag, count + 1), cp_image_zero);
        }
    }
END_TEST

START_TEST(globs_match)
    {
        static const struct {
            const char *pattern, *subject;
            int yes;
        } cases[] = {{"", "", 1},        {"*", "", 1},     {"*", "abc", 1},
                     {"a*c", "abc", 1},  {"a*c", "ab", 0}, {"a*b*c", "a-b-b-c", 1},
                     {"abc", "abcd", 0}, {"*a", "ba", 1},  {"**", "x", 1},
                     {"?", "x", 0},      {"a*", "", 0}};
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
            ck_assert_msg(cp_image_glob_matches(cp_slice_str(cases[i].pattern),
                                                cp_slice_str(cases[i].subject)) == (cases[i].yes != 0),
                          "%s on %s", cases[i].pattern, cases[i].subject);
    }
END_TEST

START_TEST(abbreviations_are_counted_by_option)
    {
        const cp_image *im = &made.image;
        const cp_rec_body *log = cp_image_body_of(
            im, cp_image_grammar_child(im, cp_image_grammar_child(im, CP_IMAGE_ROOT, CP_LIT("git")),
                                       CP_LIT("log")));
        uint32_t count = 9;
        ck_assert_uint_ne(
            cp_image_abbreviated(im, log->option_first, log->option_count, CP_LIT("--au"), &count), 0);
        ck_assert_uint_eq(count, 1);
        ck_assert_uint_ne(
            cp_image_abbreviated(im, log->option_first, log->option_count, CP_LIT("--a"), &count), 0);
        ck_assert_uint_eq(count, 4);
        ck_assert_uint_eq(
            cp_image_abbreviated(im, log->option_first, log->option_count, CP_LIT("--all"), &count), 0);
        ck_assert_uint_eq(
            cp_image_abbreviated(im, log->option_first, log->option_count, CP_LIT("--"), &count), 0);
        ck_assert_uint_eq(
            cp_image_abbreviated(im, log->option_first, log->option_count, CP_LIT("--x"), &count), 0);
        ck_assert_uint_eq(count, 0);
    }
END_TEST

START_TEST(bad_headers_are_refused)
    {
        cp_image im;
        ck_assert_int_eq(cp_image_open(&im, NULL, 100), CP_IMAGE_NOT_ONE);
        ck_assert_int_eq(opened(0), CP_IMAGE_NOT_ONE);
        ck_assert_int_eq(opened(sizeof(cp_rec_header) - 1), CP_IMAGE_NOT_ONE);
        ck_assert_int_eq(opened(made.size - 8), CP_IMAGE_DAMAGED);
        ck_assert_int_eq(cp_image_open(&im, copy + 4, made.size - 4), CP_IMAGE_NOT_ONE);
        copy[0] ^= 1;
        ck_assert_int_eq(opened(made.size), CP_IMAGE_NOT_ONE);
        copy[0] ^= 1;
#define REFUSED(change, undo, status)                 \
  do {                                                \
    change;                                           \
    ck_assert_int_eq(opened(made.size), status);      \
    undo;                                             \
    ck_assert_int_eq(opened(made.size), CP_IMAGE_OK); \
  } while (0)
        REFUSED(header()->version += 1u << 16, header()->version -= 1u << 16, CP_IMAGE_TOO_NEW);
        REFUSED(header()->version = 0x00000100, header()->version = (uint32_t)CP_IMAGE_MAJOR << 16,
                CP_IMAGE_TOO_NEW); /* the other byte order */
        REFUSED(header()->language++, header()->language--, CP_IMAGE_TOO_NEW);
        REFUSED(header()->file_size++, header()->file_size--, CP_IMAGE_DAMAGED);
        REFUSED(header()->header_size += 4, header()->header_size -= 4, CP_IMAGE_DAMAGED);
        REFUSED(header()->section_count += 1000, header()->section_count -= 1000, CP_IMAGE_DAMAGED);
        REFUSED(header()->longest_probe += 1000, header()->longest_probe -= 1000, CP_IMAGE_DAMAGED);
        cp_rec_section *s = section(CP_SEC_NODE), saved = *s;
        REFUSED(s->record_size -= 4, *s = saved, CP_IMAGE_DAMAGED);
        REFUSED(s->record_size += 2, *s = saved, CP_IMAGE_DAMAGED);
        REFUSED(s->count = UINT32_MAX, *s = saved, CP_IMAGE_DAMAGED);
        REFUSED(s->offset += 4, *s = saved, CP_IMAGE_DAMAGED);
        REFUSED(s->offset = UINT32_MAX - 7, *s = saved, CP_IMAGE_DAMAGED);
        REFUSED(s->tag = CP_SEC_RULE, *s = saved, CP_IMAGE_DAMAGED);
        s = section(CP_SEC_TAKE); /* records of 16-bit numbers */
        saved = *s;
        REFUSED(s->record_size--, *s = saved, CP_IMAGE_DAMAGED);
        REFUSED(s->record_size++, *s = saved, CP_IMAGE_DAMAGED);
        /* a newer minor version: sections that we don't know are passed over */
        header()->version++;
        section(CP_SEC_TEST)->tag = 200;
        ck_assert_int_eq(opened(made.size), CP_IMAGE_OK);
    }
END_TEST

START_TEST(every_changed_byte_is_noticed)
    {
        cp_image im;
        for (size_t i = sizeof(cp_rec_header); i < made.size; i++) {
            copy[i] ^= 0x55;
            if (cp_image_open(&im, copy, made.size) == CP_IMAGE_OK)
                ck_assert_int_eq(cp_image_verify(&im), CP_IMAGE_DAMAGED);
            copy[i] ^= 0x55;
        }
    }
END_TEST

/* Each number of each record set past every section: verify says so although the checksum is right, and reading is safe. */
START_TEST(wrong_indices_are_noticed)
    {
#define FIELD(section, type, member) \
  { section, offsetof(type, member), sizeof(((type *)0)->member) }
        static const struct {
            uint32_t section;
            size_t offset, width;
        } fields[] = {
            FIELD(CP_SEC_BODY, cp_rec_body, option_first),
            FIELD(CP_SEC_BODY, cp_rec_body, option_count),
            FIELD(CP_SEC_NODE, cp_rec_node, parent),
            FIELD(CP_SEC_NODE, cp_rec_node, body),
            FIELD(CP_SEC_BODY, cp_rec_body, more),
            FIELD(CP_SEC_MORE, cp_rec_more, case_first),
            FIELD(CP_SEC_OPTN, cp_rec_option, name),
            FIELD(CP_SEC_OPTN, cp_rec_option, takes),
            FIELD(CP_SEC_TAKE, cp_rec_takes, role_first),
            FIELD(CP_SEC_TAKE, cp_rec_takes, first),
            FIELD(CP_SEC_ROLE, cp_rec_role, custom),
            FIELD(CP_SEC_CASE, cp_rec_case, body),
            FIELD(CP_SEC_FILE, cp_rec_file, node_first),
            FIELD(CP_SEC_COND, cp_rec_cond, op),
            FIELD(CP_SEC_COND, cp_rec_cond, a),
            FIELD(CP_SEC_NAMS, cp_rec_name, name),
            FIELD(CP_SEC_KIND, cp_rec_kind, line_count),
            FIELD(CP_SEC_RNOD, cp_rec_rnode, rule_count),
            FIELD(CP_SEC_RNOD, cp_rec_rnode, index),
            FIELD(CP_SEC_INDX, cp_rec_index, rest_count),
            FIELD(CP_SEC_INDX, cp_rec_index, word_count),
            FIELD(CP_SEC_POST, cp_rec_posting, hash),
            FIELD(CP_SEC_POST, cp_rec_posting, index),
            FIELD(CP_SEC_RPST, cp_rec_rule_posting, hash),
            FIELD(CP_SEC_RPST, cp_rec_rule_posting, rule),
            FIELD(CP_SEC_EFFK, cp_rec_effect_kind, text_first),
            FIELD(CP_SEC_EFFK, cp_rec_effect_kind, posting_first),
            {CP_SEC_EFFK, offsetof(cp_rec_effect_kind, ends), 4},
            FIELD(CP_SEC_RGLB, cp_rec_glob, node),
            {CP_SEC_RULE, 0, 3}, /* its words, how many, its options, how many, its entry */
            {CP_SEC_RULE, 3, 1},
            {CP_SEC_RULE, 4, 3},
            {CP_SEC_RULE, 7, 1},
            {CP_SEC_RULE, 8, 3},
            {CP_SEC_ENTR, 0, 3}, /* its key, how many arms, the first, the line, then the rest */
            {CP_SEC_ENTR, 3, 1},
            {CP_SEC_ENTR, 4, 3},
            {CP_SEC_ENTR, 11, 1},
            FIELD(CP_SEC_ENTR, cp_rec_entry, file),
            FIELD(CP_SEC_ENTR, cp_rec_entry, more_low),
            FIELD(CP_SEC_MENT, cp_rec_entry_more, name),
            FIELD(CP_SEC_MENT, cp_rec_entry_more, except_first),
            FIELD(CP_SEC_WORD, cp_rec_word, text),
            FIELD(CP_SEC_RWRD, cp_rec_rword, what),
            FIELD(CP_SEC_ARMS, cp_rec_arm, verdict),
            FIELD(CP_SEC_ARMS, cp_rec_arm, reason),
            {CP_SEC_EXCR, 0, 4},
            FIELD(CP_SEC_EFFE, cp_rec_effect, object),
            {CP_SEC_EFFE, 8, 3}, /* its group and the kind of its object, then its strictest verdict */
            {CP_SEC_EFFE, 11, 1},
            FIELD(CP_SEC_EFFG, cp_rec_effect_group, effect),
            FIELD(CP_SEC_EFFG, cp_rec_effect_group, arm_first),
            FIELD(CP_SEC_EFFG, cp_rec_effect_group, except_first),
            FIELD(CP_SEC_EFFK, cp_rec_effect_kind, count),
            FIELD(CP_SEC_EXCP, cp_rec_object, object),
            FIELD(CP_SEC_PATP, cp_rec_path, count),
            FIELD(CP_SEC_HOST, cp_rec_host, name),
            FIELD(CP_SEC_REGX, cp_rec_regex, text),
            FIELD(CP_SEC_FLOW, cp_rec_flow, arm),
            FIELD(CP_SEC_DFLT, cp_rec_default, file),
            {CP_SEC_TRST, 0, 4},
            {CP_SEC_SYSD, 0, 4},
            FIELD(CP_SEC_FILE, cp_rec_file, name),
            FIELD(CP_SEC_STRS, cp_rec_strings, first),
            {CP_SEC_STRS, offsetof(cp_rec_strings, bytes), 1},
            FIELD(CP_SEC_GEDG, cp_rec_edge, node),
            FIELD(CP_SEC_GEDG, cp_rec_edge, word),
            FIELD(CP_SEC_REDG, cp_rec_program, node),
            {CP_SEC_STRH, 0, 2}};
#undef FIELD
        for (size_t k = 0; k < sizeof fields / sizeof *fields; k++) {
            const cp_rec_section *s = section(fields[k].section);
            ck_assert_uint_gt(s->count, 1);
            bool noticed = false;
            for (uint32_t i = 1; i < s->count; i++) {
                uint8_t *field = copy + s->offset + (size_t)i * s->record_size + fields[k].offset;
                uint32_t saved = 0, past = 0x7ffffff0;
                memcpy(&saved, field, fields[k].width);
                memcpy(field, &past, fields[k].width);
                reseal();
                cp_image im;
                ck_assert_int_eq(cp_image_open(&im, copy, made.size), CP_IMAGE_OK);
                noticed = noticed || cp_image_verify(&im) == CP_IMAGE_DAMAGED;
                (void)image_walk(&im);
                memcpy(field, &saved, fields[k].width);
            }
            ck_assert_msg(noticed, "section %u, offset %zu", fields[k].section, fields[k].offset);
        }
    }
END_TEST

/* Bytes that were made to harm: random changes under a right checksum are read without harm. */
START_TEST(hostile_bytes_are_safe)
    {
        uint64_t state = 88172645463325252u;
        for (int round = 0; round < 3000; round++) {
            memcpy(copy, made.bytes, made.size);
            for (int k = 0; k < 1 + round % 8; k++) {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                copy[32 + state % (made.size - 32)] = (uint8_t)(state >> 40);
            }
            reseal();
            cp_image im;
            if (cp_image_open(&im, copy, made.size) == CP_IMAGE_OK) {
                (void)cp_image_verify(&im);
                (void)image_walk(&im);
            }
        }
    }
END_TEST

Suite *suite_image(void);
Suite *suite_image(void) {
    Suite *s = suite_create("image");
    TCase *t = tcase_create("image");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, a_good_image_opens);
    tcase_add_test(t, every_word_is_found);
    tcase_add_test(t, words_are_found_however_many_texts_there_are);
    tcase_add_test(t, texts_of_any_length_are_read);
    tcase_add_test(t, indices_past_the_end_give_zero);
    tcase_add_test(t, globs_match);
    tcase_add_test(t, abbreviations_are_counted_by_option);
    tcase_add_test(t, bad_headers_are_refused);
    tcase_add_test(t, every_changed_byte_is_noticed);
    tcase_add_test(t, wrong_indices_are_noticed);
    tcase_add_test(t, hostile_bytes_are_safe);
    suite_add_tcase(s, t);
    return s;
}
