/* The index leaves out only what can't match: random patterns against random objects with holes, where whatever is left out has to be
 * NO for match/; and whole decisions with the index and without it, which have to be the same, byte for byte. */
#include "api.h"
#include "decide/sought.h"
#include "test_decide_fixture.h"
#include "test_match_fixture.h"
#include "test_random.h"

static fixture *f;
static uint32_t rounds;
static void set_up(void) {
    f = fixture_new();
    rounds = draw_rounds(7);
}
static void tear_down(void) {
    fixture_free(f);
}

static void fresh_arena(void) {
    cp_arena_free(&f->arena);
    cp_arena_init(&f->arena, NULL, NULL, 0, NULL);
}

/* Would the entry be looked at? */
static bool found(const cp_sought *s, const cp_rec_effect *e) {
    uint32_t hash = 0;
    cp_index_class c = cp_index_of_entry(&f->image, e, &hash);
    if (s->whole >> c & 1)
        return true;
    for (uint32_t i = 0; i < s->count; i++)
        if (s->words[i].class == c && hash >= s->words[i].low && hash <= s->words[i].high)
            return true;
    return false;
}

/* ---- What is left out ------------------------------------------------------------------------------------------------- */

static const char *const names[] = {"a",     "b",          "c",    ".git", "x.pem",
                                    "y.pem", ".env.local", "home", "u",    "tmp"};

static void random_pattern(char *out, size_t room) {
    static const char *const roots[] = {"/", "~", "~/", "**/", "**/", "workspace/", "cwd/", "tmp/", "tmp"};
    static const char *const globs[] = {"*",    "*",      "*",     "*.pem", "**",         "a*",
                                        "*.p*", ".env.*", "*home", "home*", "*.env*ocal", "x.pe*m"};
    const char *root = DRAW(roots);
    size_t n = (size_t)snprintf(out, room, "%s", root);
    bool slash = out[n - 1] == '/';
    for (uint32_t i = 0, count = slash ? draw(4) + (root[0] != '/') : 0; i < count; i++)
        n += (size_t)snprintf(out + n, room - n, "%s%s", i ? "/" : "", draw(3) ? DRAW(names) : DRAW(globs));
}

static void random_path(char *out, size_t room, bool holes) {
    static const char *const open[] = {"<?>",     "<s>", "<*>",  "<*e>",    "<n>",         "<f>",     "a<s>",
                                       "<*>.pem", "..",  "<?>b", "<below>", "<below>.pem", "<below>a"};
    static const char *const roots[] = {"/", "/home/u/", "/home/",      "/w/",   "/tmp/",
                                        "",  "<~>/",     "/home/u/../", "<abs>/"};
    const char *root = DRAW(roots);
    if (!holes)
        while (strchr(root, '<'))
            root = DRAW(roots);
    size_t n = (size_t)snprintf(out, room, "%s", root);
    for (uint32_t i = 0, count = draw(5); i < count; i++)
        n += (size_t)snprintf(out + n, room - n, "%s%s", i ? "/" : "",
                              holes && draw(3) == 0 ? DRAW(open) : DRAW(names));
}

START_TEST(paths_left_out_do_not_match)
    {
        static const cp_workspace workspaces[] = {{{(const uint8_t *)"/w", 2}, 1},
                                                  {{(const uint8_t *)"/home/u/a", 9}, 0}};
        uint32_t left_out = 0, cases = 60000 * rounds / DRAWN_OF;
        for (uint32_t i = 0; i < cases; i++) {
            char pattern[200], text[200], directory[200];
            if (i % 8 == 0) {
                fixture_clear(f);
                fresh_arena();
            }
            random_pattern(pattern, sizeof pattern);
            random_path(text, sizeof text, draw(2));
            random_path(directory, sizeof directory, draw(4) == 0);
            cp_places places = {.home = draw(4)   ? CP_LIT("/home/u")
                                        : draw(2) ? CP_LIT("/")
                                                  : (cp_slice){NULL, 0},
                                .workspaces = workspaces,
                                .workspace_count = draw(3),
                                .ignore_case = draw(16) == 0};
            uint32_t index = add_path(f, pattern);
            cp_rec_effect entry = {.object_kind = CP_OBJECT_PATH, .object = index};
            cp_value value = value_of(f, text), cwd = value_of(f, directory);
            const cp_value *base = draw(5) ? &cwd : NULL;
            cp_path path;
            cp_path_make(&f->arena, &value, base, &places, &path);
            for (uint32_t tree = 0; tree < 2; tree++) {
                cp_sought s;
                cp_sought_init(&s);
                cp_sought_path(&s, &path, tree, &places);
                if (found(&s, &entry))
                    continue;
                left_out++;
                cp_path itself = path;
                itself.tree = 0;
                cp_tri t = cp_tri_or(cp_path_match(&f->image, index, &path, base, &places),
                                     cp_path_match(&f->image, index, &itself, base, &places));
                for (uint32_t whole = 0; whole < 2 && (tree || path.tree); whole++)
                    t = cp_tri_or(t, cp_path_match_tree(&f->image, index, &path, base, &places, whole));
                ck_assert_msg(t == CP_NO, "%s against %s in %s, home %.*s, tree %u: %s", pattern, text,
                              base ? directory : "?", (int)places.home.n, (const char *)places.home.p, tree,
                              tri_name(t));
            }
        }
        ck_assert_uint_gt(left_out, cases / 2);
    }
END_TEST

START_TEST(hosts_left_out_do_not_match)
    {
        static const char *const labels[] = {"a", "b", "example", "com", "localhost", "LocalHost", "x-y"};
        static const char *const kinds[] = {"", "*.", "**."};
        static const char *const hosts[] = {"127.0.0.1", "[::1]", "10.1.2.3", "<?>.com", "a<?>", "", "<?>"};
        uint32_t left_out = 0, cases = 20000 * rounds / DRAWN_OF;
        for (uint32_t i = 0; i < cases; i++) {
            char pattern[200], text[200];
            if (i % 8 == 0) {
                fixture_clear(f);
                fresh_arena();
            }
            snprintf(pattern, sizeof pattern, "%s%s.%s%s", DRAW(kinds), DRAW(labels), DRAW(labels),
                     draw(4) ? "" : ":80");
            if (draw(4) == 0)
                snprintf(pattern, sizeof pattern, "%s", draw(2) ? "localhost" : "10.0.0.0/8");
            if (draw(4) == 0)
                snprintf(text, sizeof text, "%s", DRAW(hosts));
            else
                snprintf(text, sizeof text, "%s.%s%s%s", DRAW(labels), DRAW(labels), draw(2) ? "." : "",
                         draw(2) ? DRAW(labels) : "");
            uint32_t index = add_host(f, pattern);
            cp_rec_effect entry = {.object_kind = CP_OBJECT_HOST, .object = index};
            cp_value value = value_of(f, text);
            cp_host host;
            cp_host_read(&f->arena, &value, &host);
            cp_sought s;
            cp_sought_init(&s);
            cp_sought_host(&s, &host);
            if (found(&s, &entry))
                continue;
            left_out++;
            cp_tri t = cp_host_match(&f->image, index, &host);
            ck_assert_msg(t == CP_NO, "%s against %s: %s", pattern, text, tri_name(t));
        }
        ck_assert_uint_gt(left_out, cases / 4);
    }
END_TEST

START_TEST(names_left_out_do_not_match)
    {
        static const char *const patterns[] = {"$A", "$A*", "$*", "$PATH", "$*_TOKEN", "LD_PRELOAD", "A"};
        static const char *const texts[] = {"A", "AB", "PATH", "X_TOKEN", "<?>", "A<?>", "", "LD_PRELOAD"};
        uint32_t left_out = 0;
        for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
            for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
                fixture_clear(f);
                fresh_arena();
                cp_slice pattern = cp_slice_str(patterns[i]);
                cp_rec_effect entry = {.object_kind = CP_OBJECT_VARIABLE, .object = add_string(f, pattern)};
                fixture_update(f);
                cp_value value = value_of(f, texts[k]);
                cp_sought s;
                cp_sought_init(&s);
                cp_sought_name(&s, &value);
                if (found(&s, &entry))
                    continue;
                left_out++;
                pattern = cp_slice_sub(pattern, pattern.p[0] == '$', pattern.n);
                ck_assert_int_eq(cp_value_glob(&value, pattern, false), CP_NO);
            }
        ck_assert_uint_gt(left_out, 10);
    }
END_TEST

/* ---- Whole decisions -------------------------------------------------------------------------------------------------- */

/* The same policy, with an index that says "anything": every entry of a kind and every rule of a program is looked at. */
static void blunt(cmdpolicy_policy *policy, void **copies) {
    for (uint32_t i = 0; i < policy->image_count; i++) {
        cp_image *im = &policy->images[i];
        uint8_t *bytes = malloc(im->size);
        ck_assert_ptr_nonnull(bytes);
        memcpy(bytes, im->bytes, im->size);
        copies[i] = bytes;
        ck_assert_int_eq(cp_image_open(im, bytes, im->size), CP_IMAGE_OK);
        memset(im->no_rule_glob, 0, sizeof im->no_rule_glob);
        memset(im->no_program_glob, 0, sizeof im->no_program_glob);
        for (uint32_t k = 1; k < cp_image_count(im, CP_SEC_EFFK); k++) {
            cp_rec_effect_kind *kind = (cp_rec_effect_kind *)(uintptr_t)cp_image_effect_kind(im, k);
            for (uint32_t c = 0; c < CP_INDEX_CLASSES; c++)
                kind->ends[c] = kind->count;
        }
        for (uint32_t k = 1; k < cp_image_count(im, CP_SEC_RNOD); k++)
            ((cp_rec_rnode *)(uintptr_t)cp_image_rnode(im, k))->index = 0;
    }
}

/* Options are found by their names' strings and by what is noted of them; here once more by looking names up in the grammar. */
static uint32_t options_are_the_same(const cmdpolicy_decision *d) {
    uint32_t asked = 0;
    for (uint32_t i = 0; i < d->calls.call_count; i++) {
        const cp_reading *r = &d->calls.calls[i].reading;
        if (!r->layer || !r->option_count)
            continue;
        const cp_image *im = r->layer->image;
        cp_reading naive = *r;
        cp_opt *options = malloc(r->option_count * sizeof *options);
        ck_assert_ptr_nonnull(options);
        memcpy(options, r->options, r->option_count * sizeof *options);
        for (uint32_t k = 0; k < r->option_count; k++)
            options[k].flags &= ~(uint32_t)CP_OPT_SPELLED;
        naive.options = options;
        naive.names_known = 0;
        for (uint32_t level = 0; level < r->depth; level++) {
            const cp_rec_body *node = cp_image_body_of(im, r->nodes[level]);
            for (uint32_t k = 0; k < node->option_count; k++) {
                uint32_t name = cp_image_option_name(im, node->option_first + k);
                if (cp_image_string_is(im, name, CP_LIT("-")))
                    continue; /* -NUM */
                ck_assert_int_eq(cp_reading_has_option(r, im, name, NULL, false),
                                 cp_reading_has_option(&naive, im, name, NULL, false));
                asked++;
            }
        }
        free(options);
    }
    return asked;
}

static void random_command(buffer *b) {
    static const char *const readers[] = {"cat",  "rm -rf",  "cp -r x", "grep -r k", "tee",
                                          "mv y", "curl -o", "ls",      "sort -o",   "tar xf"};
    static const char *const paths[] = {"/etc/shadow",
                                        "~/.ssh/id_rsa",
                                        ".env.local",
                                        "$x",
                                        "a/*.pem",
                                        "\"$HOME\"/.aws/x",
                                        "/",
                                        "~",
                                        "../..",
                                        "*",
                                        "/w/s/t",
                                        "/tmp/k.pem",
                                        "$(date)/.git/config",
                                        "/proc/self/root/etc/passwd",
                                        "secret/a",
                                        "~u/x",
                                        ".git/hooks/pre-commit",
                                        "/dev/sda"};
    static const char *const others[] = {"env LD_PRELOAD=x ls",
                                         "PATH=/x ls",
                                         "PAGER=cat ls",
                                         "PAGER=dog ls",
                                         "export PAGER=$x; ls",
                                         "$v=1 ls",
                                         "curl https://a.example.com/x",
                                         "curl 127.0.0.1:80",
                                         "wget -q http://$h/y",
                                         "tool one",
                                         "tool two x",
                                         "tool three -v",
                                         "tool $s y",
                                         "tool x two",
                                         "\"$t\" one",
                                         "tool *",
                                         "sudo tool nine -f",
                                         "cd /etc; cat shadow",
                                         "cd $d && rm x",
                                         "git push --force",
                                         "echo $AWS_SECRET_ACCESS_KEY",
                                         "bash -c 'tool four; cat ~/.netrc'",
                                         "tools x",
                                         "toolbox",
                                         "to",
                                         "t",
                                         "mkfs.ext4 /dev/x",
                                         "python3.11 -m json.tool",
                                         "x86_64-linux-gnu-nm a.o",
                                         "i-objdump x",
                                         "some-tool x",
                                         "tool x",
                                         "git-x",
                                         "git log --oneline -20 -n 5 -- a",
                                         "ls -la --color=auto --sort size",
                                         "grep -rn --include='*.c' -e x -5 y",
                                         "tar -czf x --exclude a b",
                                         "head -20 x",
                                         "find . -name '*.c' -maxdepth 2 -print0",
                                         "kubectl -n p get pods -o wide"};
    b->n = 0;
    if (draw(2))
        put(b, "%s %s %s", DRAW(readers), DRAW(paths), draw(3) ? "" : DRAW(paths));
    else
        put(b, "%s", DRAW(others));
    if (draw(3) == 0)
        put(b, " > %s", DRAW(paths));
}

START_TEST(decisions_are_the_same_without_the_index)
    {
        static const char rules[] =
            "rules:\n  tool one: allow\n  tool two: allow\n  tool three: review\n  tool four: deny\n  tool five: deny\n  tool six: deny\n"
            "  tool seven: deny\n  tool eight: deny\n  tool nine: allow\n  tool nine -f: deny\n  tool: review\n  tool -v: deny\n  tool x two: allow\n"
            "  tool /etc/x: deny\n  'tool t*': review\n  tools*: review\n  '*-tool': deny\n  toolbo*: deny\n  t*: review\n  mkf*: deny\n  git push: {verdict: deny, except: [git push --force]}\n"
            "effects:\n"
            "  read: {workspace/secret/**: deny, '**/*.pem': {verdict: deny, except: ['**/k.pem']}, '~/.aws/**': allow, tmp/**: allow, '$AWS_*': deny}\n"
            "  write: {/w/**: allow, cwd/**: review, '**/hooks/*': deny, '~': deny, /dev/sda: deny}\n"
            "  network: {'**.example.com': allow, 127.0.0.0/8: deny, localhost: review, a.example.com: deny}\n"
            "  env: {LD_PRELOAD: deny, 'P*': {verdict: review, except: [PAGER=cat]}, PAGER=cat: allow, '*R=d*': deny}\n";
        static const char floor[] =
            "effects: {read: {'**/.env.*': deny, /etc/shadow: deny}, write: {/etc/**: deny}}\nrules: {tool four: review}\n";
        cmdpolicy_policy *policies[2] = {NULL, NULL};
        void *copies[CP_POLICY_IMAGES_MOST] = {NULL};
        for (uint32_t k = 0; k < 2; k++) {
            cmdpolicy_builder *b = cmdpolicy_builder_new();
            char text[4096];
            ck_assert_int_eq(cmdpolicy_builder_add_builtin(b, NULL), CMDPOLICY_OK);
            snprintf(text, sizeof text, "cmdpolicy: 1\n%s", rules);
            ck_assert_int_eq(
                cmdpolicy_builder_add_yaml(b, CMDPOLICY_LAYER_USER, "u.yaml", text, strlen(text)),
                CMDPOLICY_OK);
            snprintf(text, sizeof text, "cmdpolicy: 1\n%s", floor);
            ck_assert_int_eq(
                cmdpolicy_builder_add_yaml(b, CMDPOLICY_LAYER_REQUIREMENTS, "f.yaml", text, strlen(text)),
                CMDPOLICY_OK);
            ck_assert_int_eq(cmdpolicy_builder_build(b, &policies[k]), CMDPOLICY_OK);
            cmdpolicy_builder_free(b);
        }
        blunt(policies[1], copies);
        uint64_t steps[2] = {0, 0}, asked = 0;
        for (uint32_t i = 0; i < 4000 * rounds; i++) {
            buffer command;
            random_command(&command);
            cmdpolicy_string shown[2];
            cmdpolicy_decision *d[2];
            for (uint32_t k = 0; k < 2; k++) {
                d[k] = decide_here(policies[k], command.text);
                ck_assert_int_eq(cmdpolicy_decision_render(d[k], "json", &shown[k]), CMDPOLICY_OK);
                steps[k] += d[k]->budget.used[CP_LIMIT_STEPS] + d[k]->decided.steps;
                asked += options_are_the_same(d[k]);
            }
            ck_assert_msg(shown[0].size == shown[1].size &&
                              memcmp(shown[0].data, shown[1].data, shown[0].size) == 0,
                          "%s\n%.*s\n%.*s", command.text, (int)shown[0].size, shown[0].data,
                          (int)shown[1].size, shown[1].data);
            cmdpolicy_decision_free(d[0]);
            cmdpolicy_decision_free(d[1]);
        }
        ck_assert_uint_lt(steps[0] * 3, steps[1] * 2);
        ck_assert_uint_gt(asked, 10000);
        for (uint32_t k = 0; k < 2; k++)
            cmdpolicy_policy_free(policies[k]);
        for (uint32_t i = 0; i < CP_POLICY_IMAGES_MOST; i++)
            free(copies[i]);
    }
END_TEST

/* A long script names the same variables again and again, and what was found of one is kept: each is judged as it is alone. */
START_TEST(names_are_judged_as_they_are_alone)
    {
        static const char *const variables[] = {"A",     "AB",     "AWS_X",  "MY_TOKEN",  "PAGER",
                                                "x",     "secret", "DB_PWD", "HOST",      "Q_PAT",
                                                "Q_PAX", "P",      "LANG",   "LD_PRELOAD"};
        enum { VARIABLES = sizeof variables / sizeof *variables, STATEMENTS = 200 };
        static const char rules[] =
            "cmdpolicy: 1\neffects:\n  read: {'$AWS_*': deny, '$Q': review, $x: deny}\n"
            "  env: {'P*': deny, A: allow, PAGER=cat: allow, x=1: deny}\n";
        cmdpolicy_builder *b = cmdpolicy_builder_new();
        cmdpolicy_policy *policy = NULL;
        ck_assert_int_eq(cmdpolicy_builder_add_builtin(b, NULL), CMDPOLICY_OK);
        ck_assert_int_eq(cmdpolicy_builder_add_yaml(b, CMDPOLICY_LAYER_USER, "u.yaml", rules, strlen(rules)),
                         CMDPOLICY_OK);
        ck_assert_int_eq(cmdpolicy_builder_build(b, &policy), CMDPOLICY_OK);
        cmdpolicy_builder_free(b);
        uint32_t seen[3] = {0, 0, 0};
        for (uint32_t round = 0; round < 20; round++) {
            char script[STATEMENTS * 40];
            uint8_t alone[STATEMENTS];
            size_t n = 0;
            for (uint32_t i = 0; i < STATEMENTS; i++) {
                const char *name = DRAW(variables);
                char one[40];
                snprintf(one, sizeof one, draw(2) ? "echo \"$%s\"\n" : "%s=1 ls\n", name);
                cmdpolicy_decision *d = decide_here(policy, one);
                ck_assert_msg(d->calls.effect_count == 1, "%s", one);
                alone[i] = d->decided.effect_verdicts[0];
                seen[alone[i]]++;
                n += (size_t)snprintf(script + n, sizeof script - n, "(%s)\n", one);
                cmdpolicy_decision_free(d);
            }
            cmdpolicy_decision *d = decide_here(policy, script);
            ck_assert_uint_eq(d->calls.effect_count, STATEMENTS);
            for (uint32_t i = 0; i < STATEMENTS; i++)
                ck_assert_msg(d->decided.effect_verdicts[i] == alone[i], "statement %u of %s", i, script);
            cmdpolicy_decision_free(d);
        }
        ck_assert(seen[0] && seen[1] && seen[2]);
        cmdpolicy_policy_free(policy);
    }
END_TEST

/* Steps for a command don't grow with the number of rules and entries that are about other things. */
START_TEST(size_does_not_matter)
    {
        uint64_t steps[3] = {0, 0, 0};
        static const uint32_t sizes[] = {10, 100, 10000};
        static const char *const commands[] = {
            "tool sub7 x", "cat /etc/shadow", "tee a/b.txt", "cat /srv/d5/x", "curl https://h.example.com/",
            "other -x y",  "ls | sort",       "env V5=1 ls"};
        for (uint32_t k = 0; k < 3; k++) {
            size_t room = sizes[k] * 400 + 1000, n = 0;
            char *text = malloc(room);
            ck_assert_ptr_nonnull(text);
            n += (size_t)snprintf(text, room, "cmdpolicy: 1\nrules:\n");
            for (uint32_t i = 0; i < sizes[k]; i++)
                n += (size_t)snprintf(text + n, room - n, "  tool sub%u: allow\n  p%u: deny\n", i, i);
            n += (size_t)snprintf(text + n, room - n, "effects:\n  read:\n");
            for (uint32_t i = 0; i < sizes[k]; i++)
                n += (size_t)snprintf(
                    text + n, room - n,
                    "    /srv/d%u/**: deny\n    '**/n%u': review\n    ~/h/h%u/x: deny\n"
                    "    '**/begin%u*': deny\n    '**/*end%u': review\n    '~/.*_%u': deny\n",
                    i, i, i, i, i, i);
            n += (size_t)snprintf(text + n, room - n, "  network:\n");
            for (uint32_t i = 0; i < sizes[k]; i++)
                n +=
                    (size_t)snprintf(text + n, room - n, "    h%u.net: deny\n    '**.d%u.org': deny\n", i, i);
            n += (size_t)snprintf(text + n, room - n, "  env:\n");
            for (uint32_t i = 0; i < sizes[k]; i++)
                n += (size_t)snprintf(text + n, room - n, "    V%u: allow\n", i);
            cmdpolicy_builder *b = cmdpolicy_builder_new();
            cmdpolicy_policy *policy = NULL;
            ck_assert_int_eq(cmdpolicy_builder_add_builtin(b, NULL), CMDPOLICY_OK);
            ck_assert_int_eq(cmdpolicy_builder_add_yaml(b, CMDPOLICY_LAYER_USER, "u.yaml", text, n),
                             CMDPOLICY_OK);
            ck_assert_int_eq(cmdpolicy_builder_build(b, &policy), CMDPOLICY_OK);
            cmdpolicy_builder_free(b);
            for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
                cmdpolicy_decision *d = decide_here(policy, commands[i]);
                steps[k] += d->budget.used[CP_LIMIT_STEPS] + d->decided.steps;
                cmdpolicy_decision_free(d);
            }
            cmdpolicy_policy_free(policy);
            free(text);
        }
        ck_assert_uint_gt(steps[0], 100);
        ck_assert_uint_le(steps[1], steps[0] + steps[0] / 10);
        ck_assert_uint_le(steps[2], steps[1] + steps[1] / 10);
    }
END_TEST

Suite *suite_index(void);
Suite *suite_index(void) {
    Suite *s = suite_create("index");
    TCase *t = tcase_create("index");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_set_timeout(t, 120);
    tcase_add_test(t, paths_left_out_do_not_match);
    tcase_add_test(t, hosts_left_out_do_not_match);
    tcase_add_test(t, names_left_out_do_not_match);
    tcase_add_test(t, decisions_are_the_same_without_the_index);
    tcase_add_test(t, names_are_judged_as_they_are_alone);
    tcase_add_test(t, size_does_not_matter);
    suite_add_tcase(s, t);
    return s;
}
