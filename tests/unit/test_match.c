/* Paths: how words become places, and which patterns these match. */
#include "test_match_fixture.h"

static fixture *f;
static void setup(void) {
    f = fixture_new();
}
static void teardown(void) {
    fixture_free(f);
}

static const cp_workspace one_workspace[] = {{{(const uint8_t *)"/work/app", 9}, 1}};
static const cp_workspace two_workspaces[] = {{{(const uint8_t *)"/work/app", 9}, 1},
                                              {{(const uint8_t *)"/srv/lib", 8}, 0}};
static cp_places known(void) {
    return (cp_places){.home = CP_LIT("/home/u"), .workspaces = one_workspace, .workspace_count = 1};
}

/* The path as text; unknown beginnings as "…". */
static const char *shown(const cp_path *path) {
    cp_slice s = cp_path_show(&f->arena, path);
    char *text = (char *)cp_alloc_raw(&f->arena, s.n + 1);
    memcpy(text, s.p, s.n);
    text[s.n] = 0;
    return text;
}

static void make(const char *value, const char *cwd, const cp_places *places, cp_path *out) {
    cp_value v = value_of(f, value), c = value_of(f, cwd ? cwd : "");
    cp_path_make(&f->arena, &v, cwd ? &c : NULL, places, out);
}

typedef struct made {
    const char *value, *cwd, *want;
} made;

static void check_made(const made *rows, uint32_t count, const cp_places *places) {
    for (uint32_t i = 0; i < count; i++) {
        cp_path p;
        make(rows[i].value, rows[i].cwd, places, &p);
        ck_assert_msg(strcmp(shown(&p), rows[i].want) == 0, "%s in %s: got %s, want %s", rows[i].value,
                      rows[i].cwd ? rows[i].cwd : "?", shown(&p), rows[i].want);
        bool exact = rows[i].want[0] == '/' && !strchr(rows[i].want, '*');
        ck_assert_msg(p.exact == exact, "%s: exact %u", rows[i].value, p.exact);
    }
}
#define CHECK_MADE(rows, places) check_made(rows, sizeof rows / sizeof rows[0], places)

START_TEST(exact_paths_are_normalised)
    {
        static const made rows[] = {
            {"/", NULL, "/"},
            {"//", NULL, "/"},
            {"/.", NULL, "/"},
            {"/..", NULL, "/"},
            {"/../..//.", NULL, "/"},
            {"/a/b", NULL, "/a/b"},
            {"//a///b/", NULL, "/a/b"},
            {"/a/./b/../c", NULL, "/a/c"},
            {"/a/../../b", NULL, "/b"},
            {"/etc/..", NULL, "/"},
            {"/...", NULL, "/..."},
            {"/.a/..b/c..", NULL, "/.a/..b/c.."},
            {"x", "/w", "/w/x"},
            {"", "/w", "/w"},
            {".", "/w", "/w"},
            {"..", "/w", "/"},
            {"../../x", "/w/v", "/x"},
            {"../x", "/w/v", "/w/x"},
            {"./-rf", "/w", "/w/-rf"},
            {"~", "/w", "/w/~"},
            {"~/x", "/w", "/w/~/x"},
            {"x", "/", "/x"},
            {"x", "/w/", "/w/x"},
            {"x", "/w/../v", "/v/x"},
            {"a\nb", "/w", "/w/a\nb"},
            /* no working directory */
            {"x", NULL, "./x"},
            {"a/b/../c", NULL, "./a/c"},
            {"..", NULL, "…"},
            {"../x", NULL, "…/x"},
            {"a/../../x", NULL, "…/x"},
            {"", NULL, "."},
            {"x", "relative", "./x"},
            {"/x", NULL, "/x"},
        };
        CHECK_MADE(rows, NULL);
    }
END_TEST

START_TEST(links_of_every_linux_are_followed)
    {
        static const made rows[] = {
            {"/proc/self/root/etc/shadow", "/w", "/etc/shadow"},
            {"/proc/self/root", "/w", "/"},
            {"/proc/self/root/proc/self/root/x", "/w", "/x"},
            {"/proc/thread-self/root/x", "/w", "/x"},
            {"/proc/self/task/12/root/x", "/w", "/x"},
            {"/proc/self/cwd/x", "/w", "/w/x"},
            {"/proc/self/cwd/../x", "/w/v", "/w/x"},
            {"/proc/self/cwd/x", NULL, "…/x"},
            {"/proc/self/root/../etc", "/w", "/etc"},
            {"//proc/./self//root/x", "/w", "/x"},
            {"self/root/x", "/proc", "/x"},
            {"root/etc/shadow", "/proc/self", "/etc/shadow"},
            {"../root/x", "/proc/self/fd", "/x"},
            {"root/etc/shadow", NULL, "…/etc/shadow"},
            {"self/cwd/x", NULL, "…/x"},
            {"/proc/1/root/etc/shadow", "/w", "…/etc/shadow"},
            {"/proc/1/cwd", "/w", "…"},
            {"/proc/<n>/root/x", "/w", "…/x"},
            {"/proc/<*>/root/x", "/w", "…/x"},
            {"/p<*e>/self/root/x", "/w", "…/x"},
            {"/<*>/<*>/root/x", "/w", "…/x"},
            {"/proc/self/r<*e>/x", "/w", "…/x"},
            {"/proc/self/environ", "/w", "/proc/self/environ"},
            {"/proc/1/environ", "/w", "/proc/1/environ"},
            {"/proc/x/root", "/w", "/proc/x/root"},
            {"/dev/fd/3", "/w", "/dev/fd/3"},
            {"/proc/self/fd/3", "/w", "/dev/fd/3"},
            {"/dev/fd", "/w", "/dev/fd"},
            {"/proc/self/fd", "/w", "/dev/fd"},
            {"/dev/fd/../root/etc/shadow", "/w", "/etc/shadow"},
            {"/dev/fd/3/etc/shadow", "/w", "…/etc/shadow"},
            {"/dev/fd/3/..", "/w", "…"},
            {"/dev/stdin/x", "/w", "…/x"},
            {"/dev/stdin", "/w", "/dev/stdin"},
            {"/proc/1/fd/3", "/w", "…"},
            {"/proc/1/fd/3/x", "/w", "…/x"},
            {"/dev/<*>/3/x", "/w", "…/3/x"},
            {"<pipe>", "/w", "/dev/fd/*"},
            {"x<pipe>", "/w", "/w/x/dev/fd/*"},
            {"x", "/proc/self/cwd", "…/x"},
            {"/proc/self/cwd/x", "/proc/self/cwd", "…/x"},
            {"../etc/shadow", "/var/run", "…/etc/shadow"},
            {"../../etc/shadow", "/var/run/x", "…/etc/shadow"},
            {"../x", "/var/log", "/var/x"},
        };
        cp_places places = {.home = {NULL, 0}};
        for (uint32_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            cp_path p;
            make(rows[i].value, rows[i].cwd, &places, &p);
            /* holes are shown in different ways: only the certain names count here */
            const char *got = shown(&p), *want = rows[i].want;
            if (strchr(want, '*')) {
                ck_assert_msg(strncmp(got, want, strcspn(want, "*")) == 0 && !p.exact, "%s: got %s, want %s",
                              rows[i].value, got, want);
                continue;
            }
            ck_assert_msg(strcmp(got, want) == 0, "%s in %s: got %s, want %s", rows[i].value,
                          rows[i].cwd ? rows[i].cwd : "?", got, want);
        }
    }
END_TEST

START_TEST(holes_lose_the_place_or_keep_it)
    {
        static const struct {
            const char *value, *cwd;
            uint32_t base, count, uncertain;
        } rows[] = {
            {"/<*>", NULL, CP_BASE_ROOT, 1, 0},
            {"/tmp/x<n>.log", NULL, CP_BASE_ROOT, 2, 0},
            {"/tmp/<n>", NULL, CP_BASE_ROOT, 2, 0},
            {"/etc/<*>/x", NULL, CP_BASE_ROOT, 3, 0},
            {"/etc/.<*e>/x", NULL, CP_BASE_UNKNOWN, 1, 1}, /* .* may be .. */
            {"/etc/.<*>", NULL, CP_BASE_UNKNOWN, 0, 1},
            {"/etc/.e<*e>", NULL, CP_BASE_ROOT, 2, 0},
            {"/etc/<*>/..", NULL, CP_BASE_UNKNOWN, 0, 1},
            {"/etc/<?>", NULL, CP_BASE_UNKNOWN, 0, 1},
            {"/etc/<?>/x", NULL, CP_BASE_UNKNOWN, 1, 1},
            {"/etc/<?>.env", NULL, CP_BASE_UNKNOWN, 1, 1},
            {"/etc/a<?>b/x", NULL, CP_BASE_UNKNOWN, 2, 1},
            {"<?>/", NULL, CP_BASE_UNKNOWN, 0, 1},
            {"<?>", "/w", CP_BASE_UNKNOWN, 0, 1},
            {"<?>/x", "/w", CP_BASE_UNKNOWN, 1, 1},
            {"<s>/x", "/w", CP_BASE_UNKNOWN, 1, 1},
            {"<s>x", "/w", CP_BASE_ROOT, 2, 0},
            {"<s>.", "/w", CP_BASE_UNKNOWN, 0, 1},
            {"<f>", "/w", CP_BASE_UNKNOWN, 0, 1},
            {"<f>x", "/w", CP_BASE_ROOT, 2, 0},
            {"<*>", "/w", CP_BASE_ROOT, 2, 0},
            {"<n?>", "/w", CP_BASE_UNKNOWN, 0, 1},
            {"<n?>/x", "/w", CP_BASE_UNKNOWN, 1, 1},
            {"<n?>x", "/w", CP_BASE_ROOT, 2, 0},
            {"<n>/x", "/w", CP_BASE_ROOT, 3, 0},
            {"<n?><?>x", "/w", CP_BASE_UNKNOWN, 1, 1},
            {"<n?>/../x", "/w", CP_BASE_UNKNOWN, 1, 1},
            {"<*>", NULL, CP_BASE_UNKNOWN, 0, 1}, /* in /proc/self that may be root */
            {"<*e>.c", NULL, CP_BASE_UNKNOWN, 1, 0},
            {"<abs>", "/w", CP_BASE_UNKNOWN, 0, 1},
            {"<abs>/x", "/w", CP_BASE_UNKNOWN, 1, 1},
            {"<~>", "/w", CP_BASE_HOME, 0, 0},
            {"<~>/x", "/w", CP_BASE_HOME, 1, 0},
            {"<~>/../x", "/w", CP_BASE_UNKNOWN, 1, 1},
            {"<~>/x/../y", "/w", CP_BASE_HOME, 1, 0},
            {"<~>.bak", "/w", CP_BASE_UNKNOWN, 1, 1},
            {"/mnt<~>/x", "/w", CP_BASE_UNKNOWN, 1, 1},
            {"<~><?>", "/w", CP_BASE_UNKNOWN, 0, 1},
            {"x/<?>/..", "/w", CP_BASE_UNKNOWN, 0, 1},
        };
        cp_places places = {.home = {NULL, 0}};
        for (uint32_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            cp_path p;
            make(rows[i].value, rows[i].cwd, &places, &p);
            ck_assert_msg(p.base == rows[i].base && p.count == rows[i].count &&
                              p.uncertain == rows[i].uncertain,
                          "%s: base %u, %u parts, uncertain %u: %s", rows[i].value, p.base, p.count,
                          p.uncertain, shown(&p));
        }
        static const made home[] = {{"<~>", "/w", "/home/u"},
                                    {"<~>/x", "/w", "/home/u/x"},
                                    {"<~>.bak", "/w", "/home/u.bak"},
                                    {"/mnt<~>/x", "/w", "/mnt/home/u/x"},
                                    {"<~>/../v", "/w", "/home/v"}};
        cp_places told = known();
        CHECK_MADE(home, &told);
        cp_value unmade = value_of(f, "/tmp/x");
        unmade.flags |= CP_VALUE_UNMADE;
        cp_path p;
        cp_path_make(&f->arena, &unmade, NULL, &told, &p);
        ck_assert(p.base == CP_BASE_UNKNOWN && p.count == 0 && !p.exact);
    }
END_TEST

typedef struct verdict {
    const char *pattern, *value, *cwd;
    cp_tri want;
} verdict;

static void check_matches(const verdict *rows, uint32_t count, const cp_places *places) {
    for (uint32_t i = 0; i < count; i++) {
        fixture_clear(f);
        uint32_t pattern = add_path(f, rows[i].pattern);
        cp_value cwd = value_of(f, rows[i].cwd ? rows[i].cwd : "");
        cp_path p;
        make(rows[i].value, rows[i].cwd, places, &p);
        cp_tri got = cp_path_match(&f->image, pattern, &p, rows[i].cwd ? &cwd : NULL, places);
        ck_assert_msg(got == rows[i].want, "%s against %s: got %s, want %s", rows[i].value, rows[i].pattern,
                      tri_name(got), tri_name(rows[i].want));
    }
}
#define CHECK_MATCHES(rows, places) check_matches(rows, sizeof rows / sizeof rows[0], places)

START_TEST(patterns_match_places)
    {
        static const verdict rows[] = {
            {"/", "/", NULL, CP_YES},
            {"/", "//", NULL, CP_YES},
            {"/", "/etc/..", NULL, CP_YES},
            {"/", "/.", NULL, CP_YES},
            {"/", "/x", NULL, CP_NO},
            {"/*", "/<*>", NULL, CP_YES},
            {"/*", "/", NULL, CP_NO},
            {"/*", "/x", NULL, CP_YES},
            {"/*", "/.x", NULL, CP_YES},
            {"/*", "/x/y", NULL, CP_NO},
            {"/", "<?>/", NULL, CP_MAYBE},
            {"/", "<?>", NULL, CP_MAYBE},
            {"/", "/<?>", NULL, CP_MAYBE},
            {"/", "/<n?>", NULL, CP_MAYBE},
            {"/", "/<n>", NULL, CP_NO},
            {"/", "<?>/x", NULL, CP_NO},
            {"/*", "<?>/x", NULL, CP_MAYBE},
            {"/etc/**", "/etc", NULL, CP_YES},
            {"/etc/**", "/etc/a/b", NULL, CP_YES},
            {"/etc/**", "/etcx", NULL, CP_NO},
            {"/etc/**", "/ETC/x", NULL, CP_NO},
            {"/etc/**", "/tmp/../etc/x", NULL, CP_YES},
            {"/etc/**", "/e<*e>/x", NULL, CP_MAYBE},
            {"/etc/**", "/f<*e>/x", NULL, CP_NO},
            {"/**", "<?>", NULL, CP_YES},
            {"/**", "x", NULL, CP_YES},
            {"/**", "<~>", NULL, CP_YES},
            {"/**", "..", NULL, CP_YES},
            {"/a/**/b", "/a/b", NULL, CP_YES},
            {"/a/**/b", "/a/x/y/b", NULL, CP_YES},
            {"/a/**/b", "/a/x/y/c", NULL, CP_NO},
            {"/a/**/b", "/a/b/c", NULL, CP_NO},
            {"/a/**/b/**", "/a/x/b/y", NULL, CP_YES},
            {"/a/**/b/**/c", "/a/b/c", NULL, CP_YES},
            {"/a/**/b/**/c", "/a/c/b", NULL, CP_NO},
            {"/a/*.c", "/a/<*e>.c", NULL, CP_YES},
            {"/a/*.c", "/a/<*>", NULL, CP_MAYBE},
            {"/a/*.c", "/a/<*e>.h", NULL, CP_NO},
            {"/a/x*y", "/a/x<n>y", NULL, CP_YES},
            {"/dev/sd*", "/dev/sda1", NULL, CP_YES},
            {"/dev/sd*", "/dev/s<n>", NULL, CP_NO},
            {"/dev/fd/*", "<pipe>", NULL, CP_YES},
            {"/dev/fd/*", "/proc/self/fd/1", NULL, CP_YES},
            {"/proc/*/environ", "/proc/self/environ", NULL, CP_YES},
            {"/proc/*/environ", "/proc/<n>/environ", NULL, CP_YES},
            {"/etc/shadow", "/proc/self/root/etc/shadow", NULL, CP_YES},
            {"/etc/shadow", "/proc/1/root/etc/shadow", NULL, CP_MAYBE},
            {"/etc/shadow", "/etc/sh<*>", NULL, CP_MAYBE},
            {"/etc/shadow", "/e<*>/s<*>w", NULL, CP_MAYBE},
            {"/etc/passwd", "/etc/shadow<n>", NULL, CP_NO},
            {"/etc/shadow", "shadow", NULL, CP_MAYBE},
            {"/etc/shadow", "shadow", "/etc", CP_YES},
            /* anywhere */
            {"**/.env", ".env", NULL, CP_YES},
            {"**/.env", "<?>/.env", NULL, CP_YES},
            {"**/.env", "<?>.env", NULL, CP_MAYBE},
            {"**/*.env", "<?>.env", NULL, CP_YES},
            {"**/.env", ".en<*>", "/w", CP_MAYBE},
            {"**/.env", "/.env", NULL, CP_YES},
            {"**/.env", ".env/x", NULL, CP_NO},
            {"**/.env", "<?>", NULL, CP_MAYBE},
            {"**/.env", "<?>/x", NULL, CP_NO},
            {"**/.env", "a.env", NULL, CP_NO},
            {"**/.env", ".ENV", NULL, CP_NO},
            {"**/.env.*", ".env.local", NULL, CP_YES},
            {"**/.git/**", "x/.git/hooks/y", NULL, CP_YES},
            {"**/.git/**", ".git", NULL, CP_YES},
            {"**/.git/**", "<?>/.git/x", NULL, CP_YES},
            {"**/.git/**", "<?>/x", NULL, CP_MAYBE},
            {"**/.git/**", "/a/.gitignore", NULL, CP_NO},
            {"**/.git/**", "/a/.git", NULL, CP_YES},
            {"**/.git/**", "/.git/a/b", NULL, CP_YES},
            {"**/a/b/**", "/a/a/b", NULL, CP_YES},
            {"**/a/**/b/**", "/a/x/b/y", NULL, CP_YES},
            {"**/a/**/b/**", "/a/x/c", NULL, CP_NO},
            {"**/**/w/**", "/w/a/e", NULL, CP_YES},
            {"**/a/**/b", "/a/x/y/b", NULL, CP_YES},
            {"**/a/**/b", "/a/b/c", NULL, CP_NO},
            {"**/a/**/*.b/c", "/x/a/y/z.b/c", NULL, CP_YES},
            {"**/a/**", "/b", NULL, CP_NO},
            {"**/a/b/**", "/b", NULL, CP_NO},
            {"**/.git/hooks/**", "../../../x/.git/hooks/z", NULL, CP_YES},
            {"**/.git/**", "<~>/a/.git", NULL, CP_YES},
            {"**/.git/*.lock", "/r/.git/index.lock", NULL, CP_YES},
            {"**/a/**/b", "/a/a/x/b", NULL, CP_YES},
            {"**/id_rsa", "<~>/.ssh/id_<*e>", NULL, CP_MAYBE},
            {"**/id_rsa", "<~>/.ssh/id_<n>", NULL, CP_NO},
            {"**/.env", "<*h>", "/w", CP_NO},
            {"**/.env", "<*he>.env", "/w", CP_NO},
            {"**/.env", "<*h>env", "/w", CP_NO},
            {"**/.env", "a/<*h>", "/w", CP_NO},
            {"**/*.env", "<*he>.env", "/w", CP_YES},
            {"**/.env", ".<*he>", "/w", CP_MAYBE},
            {"**/.git/**", "/w/<*h>/x", NULL, CP_NO},
            {"**/*", "/w/<*h>", NULL, CP_YES},
            {"/*", "/<*h>", NULL, CP_YES},
            {"/", "/<*he>.", NULL, CP_NO},
            /* home */
            {"~", "<~>", NULL, CP_YES},
            {"~", "<~>/", NULL, CP_YES},
            {"~", "<~>/x/..", NULL, CP_YES},
            {"~/*", "<~>/<*>", NULL, CP_YES},
            {"~", "<~>/x", NULL, CP_NO},
            {"~/.ssh/**", "<~>/.ssh/id_<*e>", NULL, CP_YES},
            {"~/.ssh/**", "<~>/.ssh", NULL, CP_YES},
            {"~/.ssh/**", "<~>/.sshx", NULL, CP_NO},
            {"~/.ssh/**", "<~>/<*>/x", NULL, CP_MAYBE},
            {"~/.ssh/**", "<~>/../.ssh/x", NULL, CP_MAYBE},
            {"/", "<~>", NULL, CP_NO},
            {"/*", "<~>", NULL, CP_MAYBE},
            {"/home/*", "<~>", NULL, CP_MAYBE},
            {"/etc/**", "<~>/x", NULL, CP_MAYBE},
            {"/etc/passwd", "<~>/x", NULL, CP_NO},
            {"/etc/passwd", "<~>/passwd", NULL, CP_MAYBE},
            {"/passwd", "<~>/passwd", NULL, CP_NO},
            {"~", "/", NULL, CP_NO},
            {"~", "/home/u", NULL, CP_MAYBE},
            {"~/.ssh/**", "/home/u/.ssh/x", NULL, CP_MAYBE},
            {"~/.ssh/**", "/home/u/x", NULL, CP_NO},
            {"~/.ssh/**", "/.ssh/x", NULL, CP_NO},
            {"~/**", "/tmp/x", NULL, CP_MAYBE},
            {"~", "<?>", NULL, CP_MAYBE},
            {"~/.ssh/**", ".ssh/x", NULL, CP_MAYBE},
            /* places nobody told */
            {"workspace/**", "/x", NULL, CP_MAYBE},
            {"workspace/.git", "/x", NULL, CP_NO},
            {"workspace/**", "<?>", NULL, CP_MAYBE},
            {"cwd/**", "x", NULL, CP_YES},
            {"cwd/*", "x/y", NULL, CP_NO},
            {"cwd/**", "../x", NULL, CP_MAYBE},
            {"cwd/**", "proc/self/root/x", NULL, CP_MAYBE},
            {"cwd/**", "/x", NULL, CP_MAYBE},
            {"cwd/x", "<*>", NULL, CP_MAYBE},
            {"cwd/**", "<~>/x", NULL, CP_MAYBE},
            /* told */
            {"cwd/**", "x", "/w", CP_YES},
            {"cwd/**", "../x", "/w/v", CP_NO},
            {"cwd/**", "<*>", "/w", CP_YES},
            {"cwd", ".", "/w", CP_YES},
            {"cwd/*", "<?>", "/w", CP_MAYBE},
            {"tmp/**", "/tmp/x", NULL, CP_YES},
            {"tmp/**", "/var/tmp/x", NULL, CP_YES},
            {"tmp/**", "/private/tmp/x", NULL, CP_YES},
            {"tmp/**", "/tmpx", NULL, CP_NO},
            {"tmp/**", "/tmp/../x", NULL, CP_NO},
            {"tmp/**", "/tmp/<*>", NULL, CP_YES},
            {"tmp/**", "/tmp/<?>", NULL, CP_MAYBE},
            {"tmp/**", "/tmp", NULL, CP_YES},
        };
        cp_places places = {.home = {NULL, 0}};
        CHECK_MATCHES(rows, &places);
        CHECK_MATCHES(rows, NULL);
    }
END_TEST

START_TEST(told_places_are_exact)
    {
        static const verdict rows[] = {
            {"~", "/home/u", NULL, CP_YES},
            {"~", "<~>", NULL, CP_YES},
            {"~/.ssh/**", "/home/u/.ssh/x", NULL, CP_YES},
            {"~/.ssh/**", "/home/v/.ssh/x", NULL, CP_NO},
            {"/home/*", "<~>", NULL, CP_YES},
            {"/etc/**", "<~>/x", NULL, CP_NO},
            {"~/**", "/home/u<n>/x", NULL, CP_NO},
            {"~/**", "/home/u<n?>/x", NULL, CP_MAYBE},
            {"workspace/**", "/work/app/x", NULL, CP_YES},
            {"workspace/**", "/work/apple", NULL, CP_NO},
            {"workspace/**", "x", "/work/app", CP_YES},
            {"workspace/**", "../x", "/work/app", CP_NO},
            {"workspace/**", "x", NULL, CP_MAYBE},
            {"workspace", "/work/app", NULL, CP_YES},
            {"workspace/**", "/srv/lib/x", NULL, CP_NO},
            {"workspace/**", "/work/app/<?>", NULL, CP_MAYBE},
            {"workspace/**", "/work/app/<*>/y", NULL, CP_YES},
        };
        cp_places places = known();
        CHECK_MATCHES(rows, &places);
        static const verdict second[] = {{"workspace/**", "/srv/lib/x", NULL, CP_YES},
                                         {"workspace/**", "/work/app/x", NULL, CP_YES},
                                         {"workspace/*", "/srv/lib", NULL, CP_NO}};
        places.workspaces = two_workspaces;
        places.workspace_count = 2;
        CHECK_MATCHES(second, &places);
    }
END_TEST

START_TEST(case_counts_unless_told)
    {
        static const verdict rows[] = {
            {"/etc/**", "/ETC/x", NULL, CP_YES},
            {"**/.env", ".ENV", NULL, CP_YES},
            {"**/.ENV", ".env", NULL, CP_YES},
            {"**/.env", ".EN<*>", NULL, CP_MAYBE},
            {"~/.ssh/**", "/HOME/U/.SSH/x", NULL, CP_YES},
            {"**/.ssh/x", ".\xc5\xbfsh/x", NULL, CP_MAYBE},
            {"**/.git", ".g\xe2\x80\x8cit", NULL, CP_MAYBE},
            {"**/k", "\xe2\x84\xaa", NULL, CP_MAYBE},
            {"**/\xc3\xa9", "\xc3\xa9", NULL, CP_YES},
            {"**/\xc3\xa9t", "E\xcc\x81t", NULL, CP_MAYBE},
            {"**/x\xc3\xa9", "y\xc3\xa9", NULL, CP_NO},
        };
        cp_places places = known();
        places.ignore_case = 1;
        CHECK_MATCHES(rows, &places);
    }
END_TEST

START_TEST(trees_meet_what_lies_below)
    {
        static const struct {
            const char *pattern, *value;
            cp_tri whole, touched;
        } rows[] = {
            {"~/.ssh/**", "<~>", CP_YES, CP_MAYBE},
            {"~/.ssh/**", "<~>/.ssh", CP_YES, CP_YES},
            {"~/.ssh/**", "/home", CP_YES, CP_MAYBE},
            {"~/.ssh/**", "/", CP_YES, CP_MAYBE},
            {"~/.ssh/**", "/home/v", CP_NO, CP_NO},
            {"/*", "/", CP_YES, CP_MAYBE},
            {"/home/*", "/home", CP_YES, CP_MAYBE},
            {"/home/*/.ssh", "/home/v", CP_YES, CP_MAYBE},
            {"**/.env", "/", CP_NO, CP_NO},
            {"**/.git", "<~>", CP_NO, CP_NO},
            {"/etc/passwd", "/etc", CP_YES, CP_MAYBE},
            {"/etc/passwd", "/et", CP_NO, CP_NO},
            {"/etc/passwd", "/e<*>", CP_MAYBE, CP_MAYBE},
            {"/etc/passwd", "<?>", CP_MAYBE, CP_MAYBE},
            {"/etc/passwd", "<?>/x", CP_NO, CP_NO},
            {"/etc/passwd", "<?>/etc", CP_MAYBE, CP_MAYBE},
            {"/a/**/b", "/a/c", CP_MAYBE, CP_MAYBE},
            {"/a/**/b", "/c", CP_NO, CP_NO},
            {"/a/**/b", "/", CP_YES, CP_MAYBE},
            {"workspace/x", "/work", CP_YES, CP_MAYBE},
            {"tmp/x", "/", CP_YES, CP_MAYBE},
            {"tmp/x", "/var", CP_YES, CP_MAYBE},
            {"tmp/x", "/etc", CP_NO, CP_NO},
            {"/a", "/a/b", CP_NO, CP_NO},
            {"cwd/x", "/", CP_YES, CP_MAYBE},
            {"cwd/x", "..", CP_YES, CP_MAYBE},
            {"cwd/x", ".", CP_YES, CP_MAYBE},
            {"cwd/x", "y", CP_NO, CP_NO},
        };
        cp_places places = known();
        cp_value cwd = value_of(f, "/w/v");
        for (uint32_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            fixture_clear(f);
            uint32_t pattern = add_path(f, rows[i].pattern);
            cp_path p;
            make(rows[i].value, "/w/v", &places, &p);
            cp_tri whole = cp_path_match_tree(&f->image, pattern, &p, &cwd, &places, true);
            cp_tri touched = cp_path_match_tree(&f->image, pattern, &p, &cwd, &places, false);
            ck_assert_msg(whole == rows[i].whole && touched == rows[i].touched, "tree %s against %s: %s, %s",
                          rows[i].value, rows[i].pattern, tri_name(whole), tri_name(touched));
        }
        /* a home that nobody told lies below the root, and perhaps below /home */
        places.home.n = 0;
        fixture_clear(f);
        uint32_t pattern = add_path(f, "~/.ssh/**");
        cp_path p;
        make("/", NULL, &places, &p);
        ck_assert_int_eq(cp_path_match_tree(&f->image, pattern, &p, NULL, &places, true), CP_YES);
        make("/home", NULL, &places, &p);
        ck_assert_int_eq(cp_path_match_tree(&f->image, pattern, &p, NULL, &places, true), CP_MAYBE);
        make("/home/u/x", NULL, &places, &p);
        ck_assert_int_eq(cp_path_match(&f->image, pattern, &p, NULL, &places), CP_NO);
    }
END_TEST

START_TEST(inside_is_by_name)
    {
        static const struct {
            const char *value, *directory;
            cp_tri want;
        } rows[] = {
            {"/usr/bin/x", "/usr/bin", CP_YES},
            {"/usr/bin", "/usr/bin", CP_YES},
            {"/usr/binx", "/usr/bin", CP_NO},
            {"/usr/bin/../x", "/usr/bin", CP_NO},
            {"/usr/bin/<?>", "/usr/bin", CP_MAYBE},
            {"/usr/bin/<*>", "/usr/bin", CP_YES},
            {"x", "/usr/bin", CP_MAYBE},
            {"<~>", "/", CP_YES},
            {"/x", "", CP_MAYBE},
        };
        for (uint32_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            cp_path p;
            make(rows[i].value, NULL, NULL, &p);
            ck_assert_msg(cp_path_inside(&p, cp_slice_str(rows[i].directory), NULL) == rows[i].want,
                          "%s in %s", rows[i].value, rows[i].directory);
        }
    }
END_TEST

START_TEST(patterns_within_patterns)
    {
        static const struct {
            const char *a, *b;
            bool want;
        } rows[] = {
            {"/a", "/a", true},
            {"/a", "/*", true},
            {"/*", "/a", false},
            {"/a/b", "/a/**", true},
            {"/a/**", "/a/*", false},
            {"/a/*", "/a/**", true},
            {"/a/**", "/**", true},
            {"~/x", "/**", true},
            {"~/x", "~/*", true},
            {"~/x", "/home/**", false},
            {"~", "/", false},
            {"~/.ssh/x", "**/.ssh/**", true},
            {"**/.ssh/**", "~/.ssh/**", false},
            {"**/.env", "**/.e*", true},
            {"**/.e*", "**/.env", false},
            {"/a/**/b", "/a/**", true},
            {"/a/**/b", "**/b", true},
            {"**/b", "/**", true},
            {"**/x/b", "**/b", true},
            {"/tmp/x", "tmp/**", true},
            {"tmp/x", "tmp/*", true},
            {"tmp/x", "/tmp/**", false},
            {"tmp/x", "**/x", true},
            {"workspace/x", "workspace/**", true},
            {"workspace/x", "cwd/x", false},
            {"/a/x*y", "/a/x*", true},
            {"/a/x*", "/a/x*y", false},
            {"/a/*x*", "/a/*", true},
            {"~/**", "~/*", false},
            {"~/x*", "~/*", true},
            {"/etc/**", "/etc", false},
        };
        for (uint32_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            fixture_clear(f);
            uint32_t a = add_path(f, rows[i].a), b = add_path(f, rows[i].b);
            ck_assert_msg(cp_path_pattern_within(&f->image, a, &f->image, b) == rows[i].want, "%s within %s",
                          rows[i].a, rows[i].b);
            ck_assert(cp_path_pattern_within(&f->image, a, &f->image, a));
        }
        ck_assert(!cp_path_pattern_within(&f->image, 0, &f->image, 1));
        ck_assert(!cp_path_pattern_within(&f->image, 1, &f->image, 99));
    }
END_TEST

/* A file system: /ws/link is /etc, /var/run is /run. */
static cp_slice resolve(void *self, cp_slice path) {
    static char buffer[512];
    static const struct {
        const char *link, *real;
    } links[] = {{"/ws/link", "/etc"}, {"/var/run", "/run"}, {"/ws/up", "/ws/a/b"}};
    (*(uint32_t *)self)++;
    for (uint32_t i = 0; i < 3; i++) {
        size_t n = strlen(links[i].link);
        if (path.n < n || memcmp(path.p, links[i].link, n) != 0 || (path.n > n && path.p[n] != '/'))
            continue;
        snprintf(buffer, sizeof buffer, "%s%.*s", links[i].real, (int)(path.n - n), (const char *)path.p + n);
        return cp_slice_str(buffer);
    }
    return (cp_slice){NULL, 0};
}

START_TEST(links_are_resolved)
    {
        static const struct {
            const char *value, *real;
        } rows[] = {
            {"/ws/link/x", "/etc/x"},
            {"/ws/link", "/etc"},
            {"/ws/x", NULL},
            {"/ws/link/../x", "/x"},
            {"/ws/up/../x", "/ws/a/x"},
            {"/ws/y/../x", NULL},
            {"/var/run/../etc/shadow", "/etc/shadow"},
            {"/a/b/../../c", NULL},
            {"link/x", "/etc/x"},
            {"link/../x", "/x"},
            {"../ws/link", "/etc"},
            {"/", NULL},
        };
        uint32_t asked = 0;
        cp_places places = {.resolve = resolve, .resolve_self = &asked};
        for (uint32_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            cp_path p, real;
            make(rows[i].value, "/ws", &places, &p);
            bool differs = cp_path_resolved(&f->arena, &p, &places, &real);
            ck_assert_msg(differs == (rows[i].real != NULL), "%s", rows[i].value);
            if (differs)
                ck_assert_msg(strcmp(shown(&real), rows[i].real) == 0, "%s: got %s, want %s", rows[i].value,
                              shown(&real), rows[i].real);
        }
        /* what is sure of a path with holes is asked for too */
        cp_path p, real;
        make("/ws/link/<*>", NULL, &places, &p);
        ck_assert(cp_path_resolved(&f->arena, &p, &places, &real));
        ck_assert(real.base == CP_BASE_ROOT && real.count == 2 &&
                  cp_slice_is(real.parts[0].name.exact, "etc"));
    }
END_TEST

START_TEST(names_taken_back_are_doubted)
    {
        static const struct {
            const char *value, *cwd, *other;
        } rows[] = {
            {"/var/run/../etc/shadow", "/w", "…/etc/shadow"},
            {"/etc/..", "/w", "…"},
            {"/a/b/../c/../d/e", "/w", "…/d/e"},
            {"/a/b/../../c", "/w", "…/c"},
            {"/a/../b/<*>", "/w", "…/b/*"},
            {"src/../x", "/w", NULL},
            {"../x", "/w/v", NULL},
            {"/home/u/a/../x", "/w", NULL},
            {"/work/app/a/../x", "/w", NULL},
            {"a/../x", NULL, NULL},
            {"/a/b", "/w", NULL},
            {"/a/./b", "/w", NULL},
            {"/../b", "/w", NULL},
            {"../../a/../x", "/w/v", "…/x"},
            {"/work/../etc/x", "/w", "…/etc/x"},
            {"/a/../w/x/../y", "/w", "…/y"},
        };
        cp_places places = known();
        for (uint32_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            cp_path p, other;
            make(rows[i].value, rows[i].cwd, &places, &p);
            bool doubted = cp_path_resolved(&f->arena, &p, &places, &other);
            ck_assert_msg(doubted == (rows[i].other != NULL), "%s: %s", rows[i].value, shown(&p));
            if (doubted)
                ck_assert_msg(strncmp(shown(&other), rows[i].other, strcspn(rows[i].other, "*")) == 0,
                              "%s: %s", rows[i].value, shown(&other));
        }
    }
END_TEST

START_TEST(odd_images_are_safe)
    {
        cp_path p;
        make("/a/b", NULL, NULL, &p);
        ck_assert_int_eq(cp_path_match(&f->image, 0, &p, NULL, NULL), CP_MAYBE);
        ck_assert_int_eq(cp_path_match(&f->image, 77, &p, NULL, NULL), CP_MAYBE);
        uint32_t pattern = add_path(f, "/a/b");
        f->paths[pattern].root = 99;
        ck_assert_int_eq(cp_path_match(&f->image, pattern, &p, NULL, NULL), CP_MAYBE);
        f->paths[pattern].root = CP_ROOT_ABSOLUTE;
        f->components[f->paths[pattern].first].what |= 3;
        ck_assert_int_ne(cp_path_match(&f->image, pattern, &p, NULL, NULL), CP_YES);
        f->paths[pattern].count = UINT16_MAX;
        ck_assert_int_ne(cp_path_match(&f->image, pattern, &p, NULL, NULL), CP_YES);
        f->paths[pattern].first = UINT32_MAX - 3;
        ck_assert_int_ne(cp_path_match(&f->image, pattern, &p, NULL, NULL), CP_YES);
    }
END_TEST

START_TEST(long_paths_and_patterns)
    {
        char text[9000], pattern_text[3000];
        uint32_t n = 0;
        for (n = 0; n < 8000; n += 2)
            memcpy(text + n, "/a", 2);
        memcpy(text + n, "/.env", 6);
        cp_path p;
        make(text, NULL, NULL, &p);
        ck_assert(p.exact && p.count == 4001);
        ck_assert_int_eq(cp_path_match(&f->image, add_path(f, "**/.env"), &p, NULL, NULL), CP_YES);
        ck_assert_int_eq(cp_path_match(&f->image, add_path(f, "**/b/**"), &p, NULL, NULL), CP_NO);
        for (n = 0; n < 400; n += 2)
            memcpy(pattern_text + n, "/a", 2);
        memcpy(pattern_text + n, "/**/.e*", 8);
        ck_assert_int_eq(cp_path_match(&f->image, add_path(f, pattern_text), &p, NULL, NULL),
                         CP_MAYBE); /* longer than the engine takes */
        make("/b/c", NULL, NULL, &p);
        ck_assert_int_eq(cp_path_match(&f->image, f->path_count - 1, &p, NULL, NULL), CP_NO);
        /* a name pattern that is longer than the engine takes with holes */
        memset(pattern_text, 'x', 300);
        pattern_text[0] = '/';
        pattern_text[300] = 0;
        uint32_t longest = add_path(f, pattern_text);
        make("/<n>", NULL, NULL, &p);
        ck_assert_int_eq(cp_path_match(&f->image, longest, &p, NULL, NULL), CP_MAYBE);
        make("/y", NULL, NULL, &p);
        ck_assert_int_eq(cp_path_match(&f->image, longest, &p, NULL, NULL), CP_NO);
    }
END_TEST

static uint32_t left;
static void *failing(void *user, void *block, size_t old_size, size_t new_size) {
    (void)user;
    (void)old_size;
    if (new_size == 0) {
        free(block);
        return NULL;
    }
    return left-- > 0 ? realloc(block, new_size) : (left = 0, NULL);
}

START_TEST(no_memory_loses_the_place)
    {
        static const char *const values[] = {"/etc/shadow", "/a/<*>/x", "<~>/x",
                                             "<?>x",        "a/../b",   "/ws/link/../x"};
        static const cp_allocator mem = {failing, NULL};
        uint32_t asked = 0, pattern = add_path(f, "/zzz/**"), all = add_path(f, "/etc/**");
        cp_places places = {.resolve = resolve, .resolve_self = &asked, .home = CP_LIT("/etc/u")};
        for (uint32_t i = 0; i < sizeof values / sizeof values[0]; i++) {
            cp_value v = value_of(f, values[i]), cwd = value_of(f, "/etc/x");
            for (size_t room = 0; room < 1200; room += 8) {
                static _Alignas(16) uint8_t first[1200];
                cp_arena arena;
                left = 0;
                cp_arena_init(&arena, &mem, first, room, NULL);
                cp_path p, real;
                cp_path_make(&arena, &v, &cwd, &places, &p);
                cp_path_resolved(&arena, &p, &places, &real);
                (void)cp_path_show(&arena, &p);
                if (cp_arena_failed(&arena) && !p.exact && p.base == CP_BASE_UNKNOWN && p.count == 0) {
                    ck_assert_int_eq(cp_path_match(&f->image, pattern, &p, &cwd, &places), CP_MAYBE);
                    ck_assert_int_eq(cp_path_match(&f->image, all, &p, &cwd, &places), CP_MAYBE);
                }
                cp_arena_free(&arena);
            }
        }
    }
END_TEST

Suite *suite_match(void) {
    Suite *s = suite_create("match");
    TCase *c = tcase_create("paths");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, exact_paths_are_normalised);
    tcase_add_test(c, links_of_every_linux_are_followed);
    tcase_add_test(c, holes_lose_the_place_or_keep_it);
    tcase_add_test(c, patterns_match_places);
    tcase_add_test(c, told_places_are_exact);
    tcase_add_test(c, case_counts_unless_told);
    tcase_add_test(c, trees_meet_what_lies_below);
    tcase_add_test(c, inside_is_by_name);
    tcase_add_test(c, patterns_within_patterns);
    tcase_add_test(c, links_are_resolved);
    tcase_add_test(c, names_taken_back_are_doubted);
    tcase_add_test(c, odd_images_are_safe);
    tcase_add_test(c, long_paths_and_patterns);
    tcase_add_test(c, no_memory_loses_the_place);
    suite_add_tcase(s, c);
    return s;
}
