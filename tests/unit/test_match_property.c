/* Are YES and NO right? Random patterns against random values with holes: every string that is drawn for the holes is judged by plain,
 * slow code that knows nothing of sets of positions. YES must hold for all of them, NO for none. The seed is fixed;
 * CMDPOLICY_TEST_ROUNDS=N draws N times as many cases, and others. */
#include "test_match_fixture.h"
#include "test_random.h"

static fixture *f;
static void setup(void) {
    f = fixture_new();
}
static void teardown(void) {
    fixture_free(f);
}

/* ---- The plain judge ------------------------------------------------------------------------------------------------ */

static bool glob(const char *p, const char *s, bool fold) {
    if (*p == '*')
        return glob(p + 1, s, fold) || (*s && glob(p, s + 1, fold));
    if (!*p || !*s)
        return *p == *s;
    char a = *p, b = *s;
    if (fold && a >= 'A' && a <= 'Z')
        a = (char)(a + 32);
    if (fold && b >= 'A' && b <= 'Z')
        b = (char)(b + 32);
    return a == b && glob(p + 1, s + 1, fold);
}

enum { NAMES = 24, LENGTH = 48 };
typedef struct names {
    char at[NAMES][LENGTH];
    uint32_t n;
} names;

/* Appends the names of `text` to a normalised directory. cwd NULL: of a pattern, which no link leads away. */
static void walk(names *to, const char *text, const char *cwd) {
    for (const char *p = text; *p;) {
        size_t n = strcspn(p, "/");
        if (n == 2 && memcmp(p, "..", 2) == 0) {
            if (to->n)
                to->n--;
        } else if (n && !(n == 1 && *p == '.')) {
            ck_assert(to->n < NAMES && n < LENGTH);
            memcpy(to->at[to->n], p, n);
            to->at[to->n++][n] = 0;
        }
        if (cwd && to->n == 3 && strcmp(to->at[0], "proc") == 0 && strcmp(to->at[1], "self") == 0) {
            bool root = strcmp(to->at[2], "root") == 0, here = strcmp(to->at[2], "cwd") == 0;
            if (root || here)
                to->n = 0;
            if (here)
                walk(to, cwd, "/");
        }
        p += n;
        while (*p == '/')
            p++;
    }
}
static void place_of(names *out, const char *text, const char *cwd) {
    out->n = 0;
    if (text[0] != '/')
        walk(out, cwd, "/");
    walk(out, text, cwd);
}

/* Does the path match, or with `prefix`: is it what the first names of the pattern (without `**`) say? */
static bool match_names(const names *p, uint32_t i, const names *s, uint32_t k, bool prefix, bool fold) {
    if (prefix && k == s->n)
        return true;
    if (i == p->n)
        return k == s->n;
    if (strcmp(p->at[i], "**") == 0) {
        if (prefix)
            return false;
        return match_names(p, i + 1, s, k, prefix, fold) ||
               (k < s->n && match_names(p, i, s, k + 1, prefix, fold));
    }
    return k < s->n && glob(p->at[i], s->at[k], fold) && match_names(p, i + 1, s, k + 1, prefix, fold);
}

typedef struct world {
    const char *home, *cwd, *workspace;
    bool fold;
} world;

static void pattern_names(names *out, const char *pattern, const char *root) {
    out->n = 0;
    walk(out, root, NULL);
    walk(out, pattern, NULL);
}

static bool plainly_matches(const char *pattern, const names *path, const world *w, bool tree) {
    static const char *const tmps[] = {"/tmp", "/var/tmp", "/private/tmp"};
    names p;
    bool hit = false;
    uint32_t roots = strncmp(pattern, "tmp", 3) == 0 ? 3 : 1;
    for (uint32_t i = 0; i < roots; i++) {
        const char *root = "", *rest = pattern;
        if (pattern[0] == '~')
            root = w->home, rest = pattern + 1;
        if (strncmp(pattern, "cwd", 3) == 0)
            root = w->cwd, rest = pattern + 3;
        if (strncmp(pattern, "workspace", 9) == 0)
            root = w->workspace, rest = pattern + 9;
        if (roots == 3)
            root = tmps[i], rest = pattern + 3;
        pattern_names(&p, rest, root);
        hit = hit || match_names(&p, 0, path, 0, false, w->fold);
        if (tree && pattern[0] != '*')
            hit = hit || match_names(&p, 0, path, 0, true, w->fold);
    }
    return hit;
}

/* ---- Drawing -------------------------------------------------------------------------------------------------------- */

static const char *const pattern_roots[] = {"/", "/", "/", "~", "**/", "**/", "workspace", "cwd", "tmp"};
static const char *const pattern_names_drawn[] = {"a",  "b",  ".e",  "etc",  "*", "a*",   "*a",  "*b*",
                                                  "**", "**", ".e*", "home", "u", "root", "tmp", "w"};
static void draw_pattern(char *out) {
    const char *root = DRAW(pattern_roots);
    uint32_t n = draw(3) ? draw(4) : 3 + draw(3);
    bool joined = root[strlen(root) - 1] == '/', anywhere = root[0] == '*';
    strcpy(out, root);
    for (uint32_t i = 0; i < n || (anywhere && i == 0); i++) {
        const char *name = n > 3 && draw(3) == 0 ? "**" : DRAW(pattern_names_drawn);
        if (!joined)
            strcat(out, "/");
        joined = false;
        strcat(out, name);
    }
}

static const char *const value_parts[] = {"/",
                                          "/",
                                          "/",
                                          "/",
                                          "a",
                                          "b",
                                          ".",
                                          "..",
                                          "etc",
                                          ".e",
                                          "<?>",
                                          "<s>",
                                          "<*>",
                                          "<*e>",
                                          "/<*h>",
                                          "<n>",
                                          "<n?>",
                                          "<f>",
                                          "0",
                                          "u",
                                          "tmp",
                                          "proc/self/root",
                                          "proc/self/cwd",
                                          "/proc/self",
                                          "root",
                                          "cwd",
                                          "self",
                                          "A"};
static void draw_value(char *out) {
    static const char *const plain_names[] = {"a", "b", "ab", "etc", ".e", "home", "u", "w", "root", "tmp"};
    *out = 0;
    static const char *const beginnings[] = {"",     "/",     "/",      "/",          "<~>",
                                             "<~>/", "<abs>", "<?>",    "/home/u/",   "/w/a/",
                                             "../",  "/tmp/", "/proc/", "/proc/<n>/", "/pr<*e>/"};
    if (draw(4) == 0) { /* a plain path */
        for (uint32_t n = draw(6); n > 0; n--)
            strcat(strcat(out, "/"), DRAW(plain_names));
        if (!*out)
            strcpy(out, "/");
        return;
    }
    strcpy(out, DRAW(beginnings));
    for (uint32_t n = draw(7); n > 0; n--)
        strcat(out, DRAW(value_parts));
}

/* One string that the value may be, home and the working directory given. */
static void draw_instance(const cp_value *v, const world *w, char *out) {
    static const char *const any[] = {"",
                                      "a",
                                      "/",
                                      "..",
                                      ".",
                                      "../..",
                                      "/a",
                                      "a/",
                                      "/etc",
                                      "b/../a",
                                      "proc/self/root",
                                      "/proc/self/root/etc",
                                      ".e",
                                      "x/.e",
                                      "0",
                                      "/home/u",
                                      "self"};
    static const char *const plain[] = {"",  "a",    "b",    "..",  ".",   "ab", ".e",
                                        "0", "root", "self", "cwd", "etc", "-a"},
                             *const digits[] = {"", "0", "00", "7"};
    static const char *const absolute[] = {"/", "/a", "/etc", "/home/u", "/w/..", "/a/b/", "/proc/self/cwd"};
    static const char *const globbed[] = {"a",    "b",    "ab",  ".e", "0", "root",
                                          "self", "proc", "etc", "*",  "u", ".ea"};
    out[0] = 0;
    for (uint32_t i = 0; i < v->atom_count; i++) {
        const cp_atom *a = &v->atoms[i];
        const char *text;
        if (a->kind == CP_ATOM_LIT) {
            strncat(out, (const char *)a->lit.p, a->lit.n);
            continue;
        }
        do {
            switch (a->cls) {
            case CP_CLASS_DIGITS: text = DRAW(digits); break;
            case CP_CLASS_HOME: text = w->home; break;
            case CP_CLASS_ABSOLUTE: text = DRAW(absolute); break;
            case CP_CLASS_FILENAME:
                text = (a->props & CP_HOLE_GLOB) && !(a->props & CP_HOLE_EMPTY) ? DRAW(globbed) : DRAW(plain);
                if ((a->props & CP_HOLE_NO_DOT) && *text == '.')
                    text = "*";
                break;
            default: text = a->props & CP_HOLE_SLASH ? DRAW(any) : DRAW(plain); break;
            }
        } while (!*text && !(a->props & CP_HOLE_EMPTY));
        strcat(out, text);
    }
}

/* A pattern's hole stands for no name "." or ".." only where it begins the name and can't be empty: what it is drawn for obeys that, what
 * stands before it may not ("/.<*>" drawn as "/.."). That is what the library assumes too, so nothing is left out here. */

START_TEST(paths)
    {
        enum { CASES = 8000, INSTANCES = 16 };
        static const char *const homes[] = {"/home/u", "/a", "/etc", "/home", "/w/a"},
                                 *const dirs[] = {"/w/a",    "/",    "/a/b",      "/etc",
                                                  "/home/u", "/tmp", "/proc/self"};
        uint32_t yes = 0, no = 0, maybe = 0, needless = 0;
        uint32_t cases = draw_rounds(0x9e3779b97f4a7c15u) * CASES / DRAWN_OF;
        for (uint32_t i = 0; i < cases; i++) {
            char pattern[200], text[300];
            draw_pattern(pattern);
            draw_value(text);
            fixture_clear(f);
            cp_arena_free(&f->arena);
            cp_arena_init(&f->arena, NULL, NULL, 0, NULL);
            uint32_t index = add_path(f, pattern);
            cp_value v = value_of(f, text);
            bool know_home = draw(2), know_cwd = draw(2), know_workspace = draw(2), fold = draw(4) == 0;
            world w = {.home = DRAW(homes), .cwd = DRAW(dirs), .workspace = DRAW(homes), .fold = fold};
            cp_workspace workspace = {cp_slice_str(w.workspace), 0};
            cp_places places = {.home = know_home ? cp_slice_str(w.home) : CP_LIT(""),
                                .workspaces = &workspace,
                                .workspace_count = know_workspace,
                                .ignore_case = fold};
            cp_value cwd = {.flags = CP_VALUE_EXACT, .exact = cp_slice_str(w.cwd)};
            cp_path path, other;
            cp_path_make(&f->arena, &v, know_cwd ? &cwd : NULL, &places, &path);
            bool doubted = cp_path_resolved(&f->arena, &path, &places, &other);
            cp_tri got = cp_path_match(&f->image, index, &path, know_cwd ? &cwd : NULL, &places);
            cp_tri whole = cp_path_match_tree(&f->image, index, &path, know_cwd ? &cwd : NULL, &places, true);
            cp_tri touched =
                cp_path_match_tree(&f->image, index, &path, know_cwd ? &cwd : NULL, &places, false);
            cp_tri inside = cp_path_inside(&path, CP_LIT("/home/u"), &places),
                   also = doubted ? cp_path_match(&f->image, index, &other, know_cwd ? &cwd : NULL, &places)
                                  : got;
            ck_assert(touched != CP_YES || got == CP_YES);
            ck_assert((touched == CP_NO) == (whole == CP_NO) && whole >= touched && touched >= got);
            if (path.exact && know_home && know_cwd && know_workspace)
                ck_assert_msg(got != CP_MAYBE, "%s against %s", text, pattern);
            uint32_t hits = 0;
            for (uint32_t k = 0; k < INSTANCES; k++) {
                char one[400];
                world seen = w;
                if (!know_home)
                    seen.home = DRAW(homes);
                if (!know_cwd)
                    seen.cwd = DRAW(dirs);
                if (!know_workspace)
                    seen.workspace = DRAW(homes);
                draw_instance(&v, &seen, one);
                names place, dir;
                place_of(&place, cp_value_is_exact(&v) ? text : one, seen.cwd);
                bool hit = plainly_matches(pattern, &place, &seen, false),
                     below = plainly_matches(pattern, &place, &seen, true);
                pattern_names(&dir, "/home/u/**", "");
                bool in = match_names(&dir, 0, &place, 0, false, fold);
#define RIGHT(answer, truth)                                                                           \
  ck_assert_msg(answer == CP_MAYBE || (answer == CP_YES) == (truth),                                   \
                #answer " %s for %s against %s, home %s, cwd %s: %s", tri_name(answer), text, pattern, \
                seen.home, seen.cwd, one)
                RIGHT(got, hit);
                RIGHT(inside, in);
                if (whole == CP_YES)
                    RIGHT(whole, below);
                if (whole == CP_NO)
                    RIGHT(whole, below);
                if (doubted && also == CP_NO)
                    RIGHT(also, hit);
                hits += hit;
            }
            yes += got == CP_YES, no += got == CP_NO, maybe += got == CP_MAYBE;
            needless += got == CP_MAYBE && (hits == 0 || hits == INSTANCES);
        }
        if (getenv("CMDPOLICY_TEST_FIGURES"))
            printf("paths: %u yes, %u no, %u maybe, of these %u of one kind in all %u draws\n", yes, no,
                   maybe, needless, (uint32_t)INSTANCES);
        ck_assert(yes > cases / 50 && no > cases / 5);
    }
END_TEST

START_TEST(names_exhaustively)
    {
        enum { CASES = 1000, LONGEST = 4 };
        static const char letters[] = "ab.0";
        static const char *const parts[] = {"a",    "b",     ".",   "0",    "<s>", "<*>", "<*e>",
                                            "<*h>", "<*he>", "<n>", "<n?>", "<f>", "ab",  "<i>"},
                                 *const globs[] = {"a", "b", ".", "0", "*", "*", "-"};
        uint32_t yes = 0, no = 0, maybe = 0, needless = 0;
        uint32_t cases = draw_rounds(0x243f6a8885a308d3u) * CASES / DRAWN_OF;
        for (uint32_t i = 0; i < cases; i++) {
            char text[200] = "", pattern[40] = "";
            for (uint32_t n = draw(4) + 1; n > 0; n--)
                strcat(text, DRAW(parts));
            for (uint32_t n = draw(5); n > 0; n--)
                strcat(pattern, DRAW(globs));
            fixture_clear(f);
            cp_arena_free(&f->arena);
            cp_arena_init(&f->arena, NULL, NULL, 0, NULL);
            cp_component part = {.name = value_of(f, text)};
            cp_path path = {.base = CP_BASE_ROOT, .parts = &part, .count = 1};
            char whole[64];
            snprintf(whole, sizeof whole, "/%s", pattern);
            uint32_t index = add_path(f, whole);
            if (!pattern[0] || strcmp(pattern, "**") == 0)
                continue;
            cp_tri got = cp_path_match(&f->image, index, &path, NULL, NULL);
            uint32_t hits = 0, all = 0;
            for (uint32_t length = 0, count = 1; length <= LONGEST; length++, count *= 4)
                for (uint32_t k = 0; k < count; k++) {
                    char one[LONGEST + 1];
                    for (uint32_t c = 0, rest = k; c < length; c++, rest /= 4)
                        one[c] = letters[rest % 4];
                    one[length] = 0;
                    if (!cp_value_contains(&part.name, cp_slice_str(one)) ||
                        (one[0] == '.' && strncmp(text, "<*h", 3) == 0))
                        continue;
                    bool hit = glob(pattern, one, false);
                    ck_assert_msg(got == CP_MAYBE || (got == CP_YES) == hit, "%s for %s against %s: %s",
                                  tri_name(got), text, pattern, one);
                    hits += hit;
                    all++;
                }
            yes += got == CP_YES, no += got == CP_NO, maybe += got == CP_MAYBE;
            needless += got == CP_MAYBE && all > 20 && (hits == 0 || hits == all);
        }
        if (getenv("CMDPOLICY_TEST_FIGURES"))
            printf("names: %u yes, %u no, %u maybe, of these %u of one kind\n", yes, no, maybe, needless);
        ck_assert(yes > cases / 30 && no > cases / 6);
    }
END_TEST

START_TEST(patterns_within)
    {
        enum { CASES = 4000, INSTANCES = 30 };
        static const char *const steps[] = {"a", "b",   ".e",  "etc",     "ab", "home",
                                            "u", "tmp", "var", "private", "w",  "aa"},
                                 *const homes[] = {"/home/u", "/a", "/etc"};
        uint32_t within = 0;
        uint32_t cases = draw_rounds(0x13198a2e03707344u) * CASES / DRAWN_OF;
        for (uint32_t i = 0; i < cases; i++) {
            char a[200], b[200];
            draw_pattern(a);
            draw_pattern(b);
            if (draw(3) == 0) { /* the same, made wider */
                strcpy(b, a);
                char *slash = strrchr(b, '/');
                if (slash && slash > b)
                    strcpy(slash + 1, draw(2) ? "*" : "**");
                if (strcmp(b, "**/**") == 0)
                    strcpy(b, "/**");
            }
            fixture_clear(f);
            uint32_t pa = add_path(f, a), pb = add_path(f, b);
            if (!cp_path_pattern_within(&f->image, pa, &f->image, pb))
                continue;
            within++;
            for (uint32_t k = 0; k < INSTANCES; k++) {
                char one[400] = "";
                world w = {.home = DRAW(homes), .cwd = DRAW(homes), .workspace = DRAW(homes)};
                if (draw(2))
                    strcat(one, w.home);
                for (uint32_t n = draw(5); n > 0; n--)
                    strcat(one, "/"), strcat(one, DRAW(steps));
                names place;
                place_of(&place, one[0] ? one : "/", "/");
                ck_assert_msg(!plainly_matches(a, &place, &w, false) || plainly_matches(b, &place, &w, false),
                              "%s within %s: %s", a, b, one);
            }
        }
        if (getenv("CMDPOLICY_TEST_FIGURES"))
            printf("within: %u of %u\n", within, cases);
        ck_assert_uint_gt(within, cases / 20);
    }
END_TEST

static void fill(char *out, const char *text, const char *with) {
    const char *hole = strstr(text, "<?>");
    sprintf(out, "%.*s%s%s", (int)(hole - text), text, with, hole + 3);
}

START_TEST(hosts_with_holes)
    {
        enum { CASES = 10000 };
        static const char *const parts[] = {"http", "https", "git",      "file",     "ssh",   ":",     "//",
                                            "/",    "@",     "good.com", "bad.com",  "127.1", "[::1]", ":80",
                                            ":443", "?",     "#",        "\\",       ".",     "-",     "%2e",
                                            "x",    "::",    "..",       "localhost"};
        static const char *const fillings[] = {"",           "/",
                                               "@bad.com/",  ".bad.com",
                                               ":80",        ":x@bad.com/",
                                               "\\@bad.com", "bad.com",
                                               "//bad.com/", "http://bad.com/",
                                               "?@bad.com",  "#@bad.com",
                                               "::x",        "s",
                                               "[::2]",      "0",
                                               "/x"};
        uint32_t known = 0;
        uint32_t cases = draw_rounds(0xa4093822299f31d0u) * CASES / DRAWN_OF;
        for (uint32_t i = 0; i < cases; i++) {
            char text[300] = "", one[600];
            if (draw(2))
                strcat(text, draw(2) ? "https://" : "http://");
            for (uint32_t n = draw(6); n > 0; n--)
                strcat(text, DRAW(parts));
            strcat(text, "<?>");
            for (uint32_t n = draw(3); n > 0; n--)
                strcat(text, DRAW(parts));
            cp_arena_free(&f->arena);
            cp_arena_init(&f->arena, NULL, NULL, 0, NULL);
            cp_value v = value_of(f, text);
            cp_host open, exact;
            for (uint32_t reader = 0; reader < 2; reader++) {
                void (*read)(cp_arena *, const cp_value *, cp_host *) = reader ? cp_url_read : cp_host_read;
                read(&f->arena, &v, &open);
                if (open.certainty == CP_HOST_UNKNOWN)
                    continue;
                known++;
                for (uint32_t k = 0; k < sizeof fillings / sizeof fillings[0]; k++) {
                    fill(one, text, fillings[k]);
                    cp_value e = {.flags = CP_VALUE_EXACT, .exact = cp_slice_str(one)};
                    read(&f->arena, &e, &exact);
                    /* What the text behind the authority says may make an exact value unknown, never another host. */
                    if (exact.certainty == CP_HOST_UNKNOWN)
                        continue;
                    ck_assert_msg(exact.certainty == open.certainty && cp_slice_eq(exact.name, open.name) &&
                                      exact.port == open.port && cp_slice_eq(exact.scheme, open.scheme) &&
                                      exact.is_address == open.is_address,
                                  "%s: %s", text, one);
                }
            }
        }
        ck_assert_uint_gt(known, cases / 100);
    }
END_TEST

START_TEST(addresses_round)
    {
        uint32_t cases = draw_rounds(0x082efa98ec4e6c89u) * 2000 / DRAWN_OF;
        for (uint32_t i = 0; i < cases; i++) {
            uint32_t words[4], again[4];
            for (uint32_t k = 0; k < 4; k++)
                words[k] = draw(3) ? draw(2) ? draw(65536) : draw(UINT32_MAX) : 0;
            if (draw(3) == 0)
                words[0] = words[1] = 0, words[2] = 0xffff;
            char text[64];
            snprintf(text, sizeof text, "[%x:%x:%x:%x:%x:%x:%x:%x]", words[0] >> 16, words[0] & 0xffff,
                     words[1] >> 16, words[1] & 0xffff, words[2] >> 16, words[2] & 0xffff, words[3] >> 16,
                     words[3] & 0xffff);
            cp_value v = {.flags = CP_VALUE_EXACT, .exact = cp_slice_str(text)};
            cp_host h;
            cp_arena_free(&f->arena);
            cp_arena_init(&f->arena, NULL, NULL, 0, NULL);
            cp_host_read(&f->arena, &v, &h);
            ck_assert_msg(h.certainty == CP_HOST_KNOWN && memcmp(h.address, words, sizeof words) == 0, "%s",
                          text);
            ck_assert_msg(cp_address_read(h.name, again) && memcmp(again, words, sizeof words) == 0,
                          "%s: %.*s", text, (int)h.name.n, (const char *)h.name.p);
        }
    }
END_TEST

START_TEST(regexes_with_holes)
    {
        enum { CASES = 2000 };
        static const char *const parts[] = {"a",      "b",
                                            "ab",     ".",
                                            "[ab]",   "[^a]",
                                            "a*",     "b+",
                                            "(a|b)",  "(?=a)",
                                            "(?!b)",  "(?<=a)",
                                            "(?<!b)", "\\b",
                                            "(ab)?",  "(a)\\1?",
                                            "(?>a*)", "a{2}",
                                            "$",      "^",
                                            "(?i)B",  "(?:a|ab)(?:c|bc)?",
                                            "\\d",    "(?(1)a|b)",
                                            "x*+"};
        static const char *const texts[] = {"a", "b", "ab", "c", "1", "B", "\n", " "};
        uint32_t no = 0, yes = 0, tried = 0;
        uint32_t cases = draw_rounds(0x452821e638d01377u) * CASES / DRAWN_OF;
        for (uint32_t i = 0; i < cases; i++) {
            char pattern[200] = "", text[100] = "", one[300], message[100];
            uint32_t offset;
            if (draw(3) == 0)
                strcat(pattern, "(a)?");
            for (uint32_t n = draw(6) + 1; n > 0; n--)
                strcat(pattern, DRAW(parts));
            if (draw(4) == 0)
                strcat(pattern, "|b.*");
            if (draw(3) == 0)
                strcat(pattern, "[\\s\\S]*");
            if (!cp_regex_check(&f->arena, cp_slice_str(pattern), &offset, message, sizeof message))
                continue;
            tried++;
            fixture_clear(f);
            uint32_t regex = add_regex(f, pattern, NULL);
            cp_regexes *r = cp_regexes_new(&f->image, NULL);
            for (uint32_t j = 0; j < 4; j++) {
                text[0] = 0;
                for (uint32_t n = draw(5); n > 0; n--)
                    strcat(text, DRAW(texts));
                size_t sure = strlen(text);
                strcat(text, "<?>");
                cp_arena_free(&f->arena);
                cp_arena_init(&f->arena, NULL, NULL, 0, NULL);
                cp_value v = value_of(f, text);
                cp_regex_match m;
                cp_regex_run(r, regex, &v, &f->arena, NULL, &m);
                ck_assert(!m.failed);
                if (m.tri == CP_MAYBE)
                    continue;
                cp_tri all = m.tri;
                *(all == CP_YES ? &yes : &no) += 1;
                for (uint32_t k = 0; k < 12; k++) {
                    memcpy(one, text, sure + 1);
                    one[sure] = 0;
                    for (uint32_t n = draw(6); n > 0; n--)
                        strcat(one, DRAW(texts));
                    cp_value e = {.flags = CP_VALUE_EXACT, .exact = cp_slice_str(one)};
                    cp_regex_run(r, regex, &e, &f->arena, NULL, &m);
                    ck_assert_msg(m.tri == all, "%s against %s", one, pattern);
                }
            }
            cp_regexes_free(r);
        }
        ck_assert(tried > cases / 2 && no > cases / 6 && yes > cases / 100);
    }
END_TEST

Suite *suite_match_property(void) {
    Suite *s = suite_create("match_property");
    TCase *c = tcase_create("yes and no are right");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, paths);
    tcase_add_test(c, names_exhaustively);
    tcase_add_test(c, patterns_within);
    tcase_add_test(c, hosts_with_holes);
    tcase_add_test(c, addresses_round);
    tcase_add_test(c, regexes_with_holes);
    suite_add_tcase(s, c);
    return s;
}
