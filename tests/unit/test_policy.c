/* What a policy file becomes: keys read by grammars, records and their runs, layers that use earlier layers' grammars. */
#include <check.h>
#include <stdio.h>

#include "base/text.h"
#include "policy/builtin.h"
#include "policy_fixture.h"

#define V                 "cmdpolicy: 1\n"
#define ck_compiles(call) ck_assert_msg((call), "%s", compiled_why)

static const char grammar[] = V
    "commands:\n"
    "  git:\n"
    "    global: {-h: flag}\n"
    "    options: {-C: chdir, '-c': value, -p|--paginate: flag!}\n"
    "    effects: [read cwd/**]\n"
    "    subcommands:\n"
    "      log, show: {options: {-n|--max-count: value, --stat: flag, -NUM: flag, -W*: flag, --color: value?}, operands: [value*]}\n"
    "      push: {effects: [network, remote], options: {'-f|--force, -q, -u|--set-upstream': flag, -o: value}, operands: [value*]}\n"
    "      stash: {subcommands: {list: {}, push: {options: {-m: value}}}}\n"
    "  rm: {options: {'-r|-R|--recursive, -f|--force': flag}, operands: [delete+]}\n"
    "  dd: {syntax: assignments, options: {'if': read, of: write, bs: value}}\n"
    "  tar: {syntax: bundle-first, options: {'-x|--extract, -t, -v': flag, -f|--file: read, -C: chdir}, operands: [value*],\n"
    "        cases: [{when: {options: -t}, options: {-f: write}, effects: [network]}]}\n"
    "  find: {syntax: find, options: {-name: value, -delete: flag, -exec: command;, '(, ), !': flag}, operands: [read*]}\n"
    "  python3, python3.*: {syntax: posix, options: {-c: [code, rest], -m: [value, rest]}, operands: [code-file?, rest?],\n"
    "        subcommands: {-m json.tool: {operands: [read?, write?]}}}\n"
    "  docker: {syntax: posix, options: {-v: value}, operands: [value, command?]}\n"
    "  head: {options: {'-NUM, +NUM, -q': flag}, operands: [read*]}\n";

/* The word by which a rule is found. */
static cp_rule_word program_of(const cp_image *im, uint32_t rule) {
    for (uint32_t i = 0; i < cp_image_count(im, CP_SEC_REDG); i++) {
        const cp_rec_glob program = cp_image_program_at(im, i);
        const cp_rec_rnode *node = cp_image_rnode(im, program.node);
        if (program.node && rule - node->rule_first < node->rule_count)
            return (cp_rule_word){program.word, 0, 0};
    }
    for (uint32_t i = 1; i < cp_image_count(im, CP_SEC_RGLB); i++) {
        const cp_rec_rnode *node = cp_image_rnode(im, cp_image_rule_glob(im, i)->node);
        if (rule - node->rule_first < node->rule_count)
            return (cp_rule_word){cp_image_rule_glob(im, i)->word, 0, CP_WORD_GLOB};
    }
    return (cp_rule_word){0, 0, 0};
}

/* "w1 w2(glob) | -o=value | flags" of each rule, one a line. */
static void describe(const cp_image *im, cp_text *out) {
    for (uint32_t i = 1; i < cp_image_count(im, CP_SEC_RULE); i++) {
        const cp_rec_rule *rule = cp_image_rule(im, i);
        for (uint32_t k = 0; k < rule->word_count; k++) {
            cp_rule_word w = k ? cp_image_rule_word(im, rule->word_first + k - 1)
                             : rule->flags & CP_RULE_PROGRAM_PATH ? cp_image_rule_path(im, rule)
                                                                  : program_of(im, i);
            cp_text_str(out, k ? " [" : "[");
            cp_text_add(out, cp_image_string(im, w.text));
            cp_text_str(out, w.flags & CP_WORD_GLOB ? "]g" : "]");
            if (w.flags & CP_WORD_PATH)
                cp_text_str(out, w.path ? "p" : "p?");
        }
        for (uint32_t k = 0; k < rule->option_count; k++) {
            const cp_rec_ropt *o = cp_image_ropt(im, rule->option_first + k);
            cp_text_str(out, " {");
            cp_text_add(out, cp_image_string(im, o->name));
            if (o->flags & CP_ROPT_VALUE) {
                cp_text_byte(out, '=');
                cp_text_add(out, cp_image_string(im, o->value));
            }
            cp_text_str(out, o->flags & CP_ROPT_VALUE_GLOB ? "}g" : "}");
            if (o->flags & CP_ROPT_VALUE_PATH)
                cp_text_str(out, o->path ? "p" : "p?");
        }
        if (rule->flags & CP_RULE_REST)
            cp_text_str(out, " rest");
        if (rule->flags & CP_RULE_PROGRAM_PATH)
            cp_text_str(out, " path");
        if (rule->flags & CP_RULE_EXCEPTION)
            cp_text_str(out, " exception");
        cp_text_byte(out, '\n');
    }
}

typedef struct reading {
    const char *key, *wanted;
} reading;

static const reading readings[] = {
    {"git", "[git]\n"},
    {"git log", "[git] [log]\n"},
    {"git log|show", "[git] [log]\n[git] [show]\n"},
    {"git push --force", "[git] [push] {-f}\n"},
    {"git push -f", "[git] [push] {-f}\n"},
    {"git push --force|-f", "[git] [push] {-f}\n"}, /* two spellings of one thing */
    {"git push -qf", "[git] [push] {-q} {-f}\n"},
    {"git push -uo ci.skip", "[git] [push] {-u} {-o=ci.skip}\n"},
    {"git push -oci.skip", "[git] [push] {-o=ci.skip}\n"},
    {"git push -qz", "[git] [push] {-qz}\n"}, /* one letter is not known: as it is written */
    {"git -C /x push", "[git] [push] {-C=/x}p\n"},
    {"git push origin main", "[git] [push] [origin] [main]\n"},
    {"git push origin -f main", "[git] [push] [origin] [main] {-f}\n"},
    {"git push +*", "[git] [push] [+*]g\n"},
    {"git push -- -f", "[git] [push] [-f] {--}\n"},
    {"git push --force=x", "[git] [push] {-f=x}\n"},
    {"git push --nothing=x*", "[git] [push] {--nothing=x*}g\n"},
    {"git log -n 5 a", "[git] [log] [a] {-n=5}\n"},
    {"git log -n", "[git] [log] {-n}\n"},
    {"git log -n --stat", "[git] [log] {-n} {--stat}\n"},
    {"git log -5", "[git] [log] {-5}\n"},
    {"git log -NUM", "[git] [log] {-}\n"},
    {"git log -Wall", "[git] [log] {-Wall}\n"},
    {"git log -W*", "[git] [log] {-W}\n"},
    {"git log --color always", "[git] [log] [always] {--color}\n"}, /* optional values are attached */
    {"git log -h", "[git] [log] {-h}\n"},
    {"git stash list|push", "[git] [stash] [list]\n[git] [stash] [push]\n"},
    {"git status ...", "[git] [status] rest\n"},
    {"git-*", "[git-*]g\n"},
    {"rm -rf /", "[rm] [/]p {-r} {-f}\n"},
    {"rm -rf ~/x/", "[rm] [~/x]p {-r} {-f}\n"},
    {"rm workspace|cwd|~|workspaces", "[rm] [workspace]p\n[rm] [cwd]p\n[rm] [~]p\n[rm] [workspaces]\n"},
    {"rm '~'", "[rm] [~]\n"},
    {"rm \\*", "[rm] [*]\n"},
    {"rm 'a b'", "[rm] [a b]\n"},
    {"rm \"a b\"c", "[rm] [a bc]\n"},
    {"dd of=/dev/sd*", "[dd] {of=/dev/sd*}gp\n"},
    {"dd x=y", "[dd] [x=y]\n"},
    {"tar xf a", "[tar] {-x} {-f=a}\n"},
    {"tar -xf a", "[tar] {-x} {-f=a}\n"},
    {"tar xq", "[tar] [xq]\n"},
    {"find . -delete", "[find] [.] {-delete}\n"},
    {"find -name x", "[find] {-name=x}\n"},
    {"find -exec", "[find] {-exec}\n"},
    {"find ( -delete )", "[find] {(} {-delete} {)}\n"},
    {"python3 -m json.tool", "[python3] [-m json.tool]\n"},
    {"python3 -m http.server", "[python3] {-m=http.server}\n"},
    {"python3.11 -c", "[python3.11] {-c}\n"},
    {"python3 x.py -m y", "[python3] [x.py] [-m] [y]\n"}, /* POSIX order */
    {"docker -v a b -v", "[docker] [b] [-v] {-v=a}\n"},
    {"head -5", "[head] {-5}\n"},
    {"head +5", "[head] {+5}\n"},
    {"head -", "[head] [-]\n"},
    {"rm --recursive /x", "[rm] [/x]p {-r}\n"}, /* options in their first spelling */
    {"make", "[make]\n"},
    {"make -j4 test --x=y", "[make] [test] {-j4} {--x=y}\n"},
    {"workspace/gradlew build", "[workspace/gradlew]p [build] path\n"},
    {"/usr/bin/git push -qf", "[/usr/bin/git]p [push] {-q} {-f} path\n"},
    {"kubectl get cm,secret", "[kubectl] [get] [cm,secret]\n"},
};

START_TEST(keys_are_read_by_grammars)
    {
        const reading *r = &readings[_i];
        compiled core, c;
        ck_compiles(compiled_one(&core, grammar, CP_LAYER_BUILTIN, NULL));
        char text[512];
        snprintf(text, sizeof text, V "rules:\n  ? |-\n    %s\n  : deny\n", r->key);
        ck_assert_msg(compiled_one(&c, text, CP_LAYER_USER, &core.image), "%s: %s", r->key,
                      show(c.diags.first ? c.diags.first->message : CP_LIT("?")));
        cp_text said = cp_text_in(&c.arena);
        describe(&c.image, &said);
        ck_assert_msg(cp_slice_is(cp_text_slice(&said), r->wanted), "%s:\n%snot\n%s", r->key,
                      show(cp_text_slice(&said)), r->wanted);
        ck_assert_int_eq(cp_image_verify(&c.image), CP_IMAGE_OK);
        compiled_free(&c);
        compiled_free(&core);
    }
END_TEST

/* The same layer's grammar comes before an earlier layer's. */
START_TEST(own_grammar_comes_first)
    {
        compiled core, c;
        ck_compiles(compiled_one(&core, grammar, CP_LAYER_BUILTIN, NULL));
        ck_compiles(compiled_one(
            &c, V "commands: {rm: {syntax: single-dash, options: {-rf: flag}}}\nrules: {rm -rf: deny}\n",
            CP_LAYER_USER, &core.image));
        cp_text said = cp_text_in(&c.arena);
        describe(&c.image, &said);
        ck_assert_str_eq(show(cp_text_slice(&said)), "[rm] {-rf}\n");
        ck_assert_uint_eq(c.diags.warnings, 1);
        ck_assert_str_eq(show(c.diags.first->code), "grammar-replaced");
        compiled_free(&c);
        compiled_free(&core);
    }
END_TEST

START_TEST(commands_become_nodes)
    {
        compiled c;
        ck_compiles(compiled_one(&c, grammar, CP_LAYER_BUILTIN, NULL));
        const cp_image *im = &c.image;
        ck_assert_int_eq(cp_image_verify(im), CP_IMAGE_OK);
        uint32_t git = cp_image_grammar_child(im, CP_IMAGE_ROOT, CP_LIT("git"));
        uint32_t push = cp_image_grammar_child(im, git, CP_LIT("push")),
                 log = cp_image_grammar_child(im, git, CP_LIT("log"));
        ck_assert_uint_ne(git, 0);
        ck_assert_uint_ne(push, 0);
        ck_assert_uint_eq(cp_image_node(im, push)->parent, git);
        ck_assert_uint_eq(cp_image_grammar_child(im, git, CP_LIT("pull")), 0);
        /* effects: its own, or its parent's */
        ck_assert(cp_image_body_of(im, push)->flags & CP_NODE_HAS_EFFECTS);
        ck_assert_uint_eq(cp_image_body_of(im, push)->effect_count, 2);
        ck_assert(!(cp_image_body_of(im, log)->flags & CP_NODE_HAS_EFFECTS));
        ck_assert_uint_eq(cp_image_body_of(im, log)->effect_count, 1);
        /* spellings share a group, runs are sorted */
        const cp_rec_body *n = cp_image_body_of(im, push);
        uint32_t f = cp_image_find_option(im, n->option_first, n->option_count, CP_LIT("-f"));
        uint32_t force = cp_image_find_option(im, n->option_first, n->option_count, CP_LIT("--force"));
        ck_assert_uint_ne(f, 0);
        ck_assert_uint_ne(f, force);
        ck_assert_uint_eq(cp_image_option_first(im, f), cp_image_option_first(im, force));
        ck_assert_uint_eq(cp_image_option_first(im, f), f);
        uint32_t count = 0;
        ck_assert_uint_eq(cp_image_abbreviated(im, n->option_first, n->option_count, CP_LIT("--fo"), &count),
                          force);
        ck_assert_uint_eq(count, 1);
        ck_assert_uint_eq(cp_image_find_option(im, n->option_first, n->option_count, CP_LIT("--forc")), 0);
        /* programs by glob, subcommands by option */
        uint32_t python = cp_image_grammar_child(im, CP_IMAGE_ROOT, CP_LIT("python3.12"));
        ck_assert_str_eq(show(cp_image_string(im, cp_image_node(im, python)->name)),
                         "python3"); /* the first of the names that share it */
        ck_assert_uint_ne(cp_image_grammar_child(im, python, CP_LIT("-m json.tool")), 0);
        const cp_rec_body *json =
            cp_image_body_of(im, cp_image_grammar_child(im, python, CP_LIT("-m json.tool")));
        ck_assert_uint_eq(cp_image_more_of(im, json)->syntax, CP_SYNTAX_POSIX);
        /* a case restates an option in all its spellings */
        const cp_rec_body *tar =
            cp_image_body_of(im, cp_image_grammar_child(im, CP_IMAGE_ROOT, CP_LIT("tar")));
        const cp_rec_more *more = cp_image_more_of(im, tar);
        ck_assert_uint_eq(more->case_count, 1);
        const cp_rec_body *overlay = cp_image_body(im, cp_image_acase(im, more->case_first)->body);
        ck_assert_uint_eq(overlay->flags, CP_NODE_IS_CASE | CP_NODE_HAS_OPTIONS | CP_NODE_HAS_EFFECTS);
        ck_assert_uint_eq(overlay->option_count, 2);
        uint32_t restated =
            cp_image_find_option(im, overlay->option_first, overlay->option_count, CP_LIT("--file"));
        ck_assert_uint_eq(cp_image_role(im, cp_image_option_takes(im, restated)->role_first)->kind,
                          CP_KIND_WRITE);
        ck_assert_uint_eq(
            cp_image_option_first(im, restated),
            cp_image_find_option(im, overlay->option_first, overlay->option_count, CP_LIT("-f")));
        /* -NUM is found by what the reader looks for, a lone dash is no number */
        const cp_rec_body *head =
            cp_image_body_of(im, cp_image_grammar_child(im, CP_IMAGE_ROOT, CP_LIT("head")));
        ck_assert_uint_eq(cp_image_find_option(im, head->option_first, head->option_count, CP_LIT("-")), 0);
        ck_assert_uint_ne(cp_image_find_option(im, head->option_first, head->option_count, CP_LIT("+")), 0);
        compiled_free(&c);
    }
END_TEST

START_TEST(conditions_are_postfix)
    {
        compiled c;
        ck_compiles(compiled_one(
            &c,
            V
            "commands: {x: {options: {'-i, -e, -f': flag, -m: value}, operands: [read*], cases: [\n"
            "  {when: {options: -i -e|-f}, operands: []}, {when: {options: -m=a.b, operands: none|2..}, operands: []},\n"
            "  {when: {no-options: -i|-e}, operands: []}, {when: {no-options: true}, operands: []}, {when: {operand: 'a+'}, operands: []},\n"
            "  {when: {no-options: -i -m=x -e -f}, operands: []}]}}\n",
            CP_LAYER_USER, NULL));
        static const struct {
            uint32_t op, a, b;
        } wanted[] = {
            {CP_CONDOP_OPTION, 0, 0},  {CP_CONDOP_OPTIONS, 0, 2},    {CP_CONDOP_AND, 0, 0},
            {CP_CONDOP_OPTION, 0, 1},  {CP_CONDOP_OPERANDS, 0, 0},   {CP_CONDOP_OPERANDS, 2, UINT32_MAX},
            {CP_CONDOP_OR, 0, 0},      {CP_CONDOP_AND, 0, 0},        {CP_CONDOP_OPTIONS, 0, 2},
            {CP_CONDOP_NOT, 0, 0},     {CP_CONDOP_NO_OPTIONS, 0, 0}, {CP_CONDOP_OPERAND, 0, 0},
            {CP_CONDOP_OPTIONS, 0, 3}, {CP_CONDOP_OPTION, 0, 1},     {CP_CONDOP_OR, 0, 0},
            {CP_CONDOP_NOT, 0, 0}};
        static const char *const listed[] = {"-e", "-f", "-i", "-e", "-i", "-e", "-f"};
        uint32_t at = 0;
        ck_assert_uint_eq(cp_image_count(&c.image, CP_SEC_COND), 1 + sizeof wanted / sizeof *wanted);
        for (uint32_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
            const cp_rec_cond *got = cp_image_cond(&c.image, i + 1);
            ck_assert_uint_eq(got->op, wanted[i].op);
            if (got->op == CP_CONDOP_OPERANDS) {
                ck_assert_uint_eq(got->a, wanted[i].a);
                ck_assert_uint_eq(cp_image_cond_b(got), wanted[i].b);
            } else if (got->op == CP_CONDOP_OPTION) {
                ck_assert_uint_eq(cp_image_cond_b(got) != 0, wanted[i].b);
            } else if (got->op == CP_CONDOP_OPTIONS) {
                ck_assert_uint_eq(cp_image_cond_b(got), wanted[i].b);
                for (uint32_t k = 0; k < wanted[i].b; k++, at++)
                    ck_assert_str_eq(
                        show(cp_image_string(&c.image, cp_image_name(&c.image, got->a + k)->name)),
                        listed[at]);
            }
        }
        ck_assert_str_eq(show(cp_image_string(&c.image, cp_image_regex(&c.image, 1)->text)), "a+");
        compiled_free(&c);
    }
END_TEST

START_TEST(rules_hang_at_their_program)
    {
        compiled c;
        ck_compiles(compiled_one(
            &c,
            V
            "pack: a/b\nrules:\n  git push origin: deny\n  git: {verdict: review, reason: because, suggest: x, risk: low}\n  ls, git log|show: allow\n"
            "  git-*: review\n  /bin/x: deny\n  npm: {verdict: deny, except: [npm ls, npm test|run lint], id: none}\n"
            "  yarn|pnpm|bun: {id: others, arms: [{when: {operands: none}, verdict: allow}, deny]}\n",
            CP_LAYER_USER, NULL));
        const cp_image *im = &c.image;
        uint32_t git = cp_image_program(im, cp_image_find_word(im, CP_LIT("git")));
        const cp_rec_rnode *n = cp_image_rnode(im, git), *root = cp_image_rnode(im, CP_IMAGE_ROOT);
        ck_assert_uint_eq(n->rule_count, 4);
        static const char *const ids[] = {"a/b:git", "a/b:git log|show", "a/b:git log|show",
                                          "a/b:git push origin"};
        for (uint32_t i = 0; i < 4; i++)
            ck_assert_str_eq(show(cp_image_rule_id(&c.arena, im, cp_image_rule(im, n->rule_first + i))),
                             ids[i]);
        ck_assert_uint_eq(root->rule_count, 1);
        ck_assert_str_eq(
            show(cp_image_key(&c.arena, im, cp_image_entry(im, cp_image_rule(im, root->rule_first)->entry))),
            "/bin/x");
        ck_assert_uint_eq(cp_image_count(im, CP_SEC_RGLB), 2);
        ck_assert_str_eq(show(cp_image_string(im, cp_image_rule_glob(im, 1)->word)), "git-*");
        const cp_rec_arm *arm =
            cp_image_arm(im, cp_image_entry(im, cp_image_rule(im, n->rule_first)->entry)->arm_first);
        ck_assert_uint_eq(arm->verdict, CP_IV_REVIEW);
        ck_assert_str_eq(show(cp_image_string(im, arm->reason)), "because");
        ck_assert_str_eq(show(cp_image_string(im, arm->suggest)), "x");
        ck_assert_str_eq(show(cp_image_string(im, arm->risk)), "low");
        uint32_t npm = cp_image_program(im, cp_image_find_word(im, CP_LIT("npm")));
        ck_assert_uint_eq(cp_image_rnode(im, npm)->rule_count, 1);
        const cp_rec_rule *rule = cp_image_rule(im, cp_image_rnode(im, npm)->rule_first);
        ck_assert_str_eq(show(cp_image_rule_id(&c.arena, im, rule)), "a/b:none");
        uint32_t bun = cp_image_program(im, cp_image_find_word(im, CP_LIT("bun")));
        const cp_rec_rule *armed = cp_image_rule(im, cp_image_rnode(im, bun)->rule_first);
        ck_assert_str_eq(show(cp_image_rule_id(&c.arena, im, armed)), "a/b:others");
        ck_assert_uint_eq(cp_image_entry(im, armed->entry)->arm_count, 2);
        const cp_rec_entry *entry = cp_image_entry(im, rule->entry);
        const cp_rec_entry_more *more = cp_image_entry_more(im, entry);
        ck_assert_uint_eq(more->except_count, 3);
        for (uint32_t i = 0; i < 3; i++)
            ck_assert_uint_eq(cp_image_rule(im, cp_image_u32(im, CP_SEC_EXCR, more->except_first + i))->flags,
                              CP_RULE_EXCEPTION);
        const cp_rec_file *file = cp_image_file(im, entry->file);
        ck_assert_str_eq(show(cp_image_string(im, file->name)), "test.yaml");
        ck_assert_str_eq(show(cp_image_string(im, file->pack)), "a/b");
        ck_assert_uint_eq(entry->line, 9);
        compiled_free(&c);
    }
END_TEST

/* The built-in packs have keys word by word; they are told as they were written. */
START_TEST(keys_are_told_as_they_are_written)
    {
        static const char *const keys[] = {
            "git log|show -n", "git push 'a b'|\\\"c  d\\\"", "rm",
            "rm -r|-f /|~|x*", "git stash list|push ...",     "python3.1*|python2 -c"};
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
            for (uint32_t layer = CP_LAYER_BUILTIN; layer <= CP_LAYER_USER;
                 layer += CP_LAYER_USER - CP_LAYER_BUILTIN) {
                char text[sizeof grammar + 200];
                snprintf(text, sizeof text, "%srules: {\"%s\": deny}\n", grammar, keys[i]);
                compiled c;
                ck_compiles(compiled_one(&c, text, layer, NULL));
                const cp_rec_entry *entry = cp_image_entry(&c.image, 1);
                bool one_text = layer == CP_LAYER_USER || i == 1 /* two blanks */ || i == 2;
                ck_assert_uint_eq(entry->flags & CP_KEY_IN_WORDS, !one_text);
                char *plain = strdup(keys[i]), *to = plain;
                for (const char *from = plain; (*to = *from) != 0; from++)
                    to += *from != '\\';
                ck_assert_str_eq(show(cp_image_key(&c.arena, &c.image, entry)), plain);
                free(plain);
                ck_assert_int_eq(cp_image_verify(&c.image), CP_IMAGE_OK);
                compiled_free(&c);
            }
    }
END_TEST

START_TEST(long_keys_are_told_whole)
    {
        for (uint32_t size = 760; size <= 1000; size += size < 775 ? 1 : 225) {
            char key[1100], text[sizeof grammar + sizeof key + 100];
            uint32_t n = (uint32_t)snprintf(key, sizeof key, "git ");
            for (; n < size; n++) /* words that have 160 bytes and more: many would not be kept as such */
                key[n] = n % 160 == 0 ? '|' : 'x';
            key[n] = 0;
            snprintf(text, sizeof text, "%srules: {\"%s\": deny}\n", grammar, key);
            compiled c;
            ck_compiles(compiled_one(&c, text, CP_LAYER_BUILTIN, NULL));
            const cp_rec_entry *entry = cp_image_entry(&c.image, 1);
            ck_assert_uint_eq(entry->flags & CP_KEY_IN_WORDS, CP_KEY_IN_WORDS);
            cp_slice told = cp_image_key(&c.arena, &c.image, entry);
            ck_assert_msg(cp_slice_eq(told, cp_slice_str(key)), "%u bytes of %u", told.n, size);
            cp_slice id = cp_image_entry_id(&c.arena, &c.image, entry, told);
            ck_assert(cp_slice_eq(cp_slice_sub(id, id.n - size, id.n), told));
            compiled_free(&c);
        }
    }
END_TEST

/* In the built-in packs keys that differ in one plain word are one rule, with the words where the key has them; programs share them. */
START_TEST(alternatives_are_sets)
    {
        static const struct {
            const char *key,
                *wanted; /* of each rule: what its words behind the program are, and its options */
        } rows[] = {
            {"x|y a|b c|d", "<a b> <c d>\n"},
            {"x a|'*'|b|c", "<a>\n<*>\n<b c>\n"}, /* a star in quotes, which vouches for nothing */
            {"x a|b*|c|d", "<a>\n<b*>\n<c d>\n"},
            {"x a|/b|c", "<a>\n</b>\n<c>\n"},
            {"x a|b|a|c", "<a b c>\n"},
            {"x a -v|-w", "<a>1\n<a>1\n"},
            {"x a|b -v|-w", "<a>1\n<a>1\n<b>1\n<b>1\n"}, /* those of one option don't follow one another */
            {"git log|stash|show list|push", "<log stash show> <list push>\n"},
            {"x a|b", "<a b>\n"},
            {"x|y", "\n"}};
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            compiled c;
            char text[sizeof grammar + 200];
            snprintf(text, sizeof text, "%srules: {\"%s\": deny}\n", grammar, rows[i].key);
            ck_compiles(compiled_one(&c, text, CP_LAYER_BUILTIN, NULL));
            cp_text out = cp_text_in(&c.arena);
            for (uint32_t k = 1; k < cp_image_count(&c.image, CP_SEC_RULE); k++) {
                const cp_rec_rule *rule = cp_image_rule(&c.image, k);
                for (uint32_t w = 1; w < rule->word_count; w++) {
                    cp_rule_word word = cp_image_rule_word(&c.image, rule->word_first + w - 1);
                    cp_text_str(&out, w > 1 ? " <" : "<");
                    if (!(word.flags & CP_WORD_SET))
                        cp_text_add(&out, cp_image_string(&c.image, word.text));
                    for (uint32_t at = word.text, one; word.flags & CP_WORD_SET; at++) {
                        if ((one = cp_image_set_word(&c.image, at)) == 0)
                            break;
                        cp_text_str(&out, at > word.text ? " " : "");
                        cp_text_add(&out, cp_image_string(&c.image, one));
                    }
                    cp_text_byte(&out, '>');
                }
                if (rule->option_count)
                    cp_text_number(&out, rule->option_count);
                cp_text_byte(&out, '\n');
            }
            ck_assert_str_eq(show(cp_text_slice(&out)), rows[i].wanted);
            ck_assert_uint_eq(cp_image_count(&c.image, CP_SEC_RNOD), 3);
            ck_assert_int_eq(cp_image_verify(&c.image), CP_IMAGE_OK);
            compiled_free(&c);
        }
    }
END_TEST

/* Whatever a field of a record can't hold is an error, never cut off. */
START_TEST(what_a_record_cannot_hold_is_refused)
    {
        static const struct {
            const char *head, *part, *tail;
            uint32_t most; /* parts that still fit */
        } lists[] = {
            {"rules: {x: {verdict: deny, reason: '", "x", "'}}\n", 65535},
            {"rules: {'x", " w", "': deny}\n", 254},
            {"rules: {'x", " -o", "': deny}\n", 255},
            {"commands: {x: {operands: [", "value, ", "value]}}\n", 254},
            {"commands: {x: {options: {-o: [", "value, ", "value]}}}\n", 254},
            {"rules: {x: [", "{verdict: review, when: {operands: 1}}, ", "{verdict: deny}]}\n", 254},
        };
        for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
            for (uint32_t over = 0; over < 2; over++) {
                uint32_t count = lists[i].most + over;
                size_t part = strlen(lists[i].part), room = 200 + part * count;
                char *text = malloc(room);
                ck_assert_ptr_nonnull(text);
                size_t n = (size_t)snprintf(text, room, "%s%s", V, lists[i].head);
                for (uint32_t k = 0; k < count; k++, n += part)
                    memcpy(text + n, lists[i].part, part);
                snprintf(text + n, room - n, "%s", lists[i].tail);
                compiled c;
                bool done = compiled_one(&c, text, CP_LAYER_USER, NULL);
                ck_assert_msg(done == !over, "list %zu, %u over: %s", i, over, compiled_why);
                if (over)
                    ck_assert_str_eq(show(c.diags.first->code), "too-large");
                compiled_free(&c);
                free(text);
            }
    }
END_TEST

/* The strings of one record have less than 64 KiB together; longer ones go on in the next. */
START_TEST(long_strings_are_whole)
    {
        enum { RULES = 40, LONG = 30000 };
        char *text = malloc((size_t)RULES * (LONG + 100));
        ck_assert_ptr_nonnull(text);
        size_t n = (size_t)sprintf(text, "%srules:\n", V);
        for (int i = 0; i < RULES; i++) {
            n += (size_t)sprintf(text + n, "  c%02d: {verdict: deny, reason: '", i);
            memset(text + n, 'a' + i % 26, LONG);
            n += LONG;
            n += (size_t)sprintf(text + n, "%02d'}\n", i);
        }
        compiled c;
        ck_assert_msg(compiled_one(&c, text, CP_LAYER_USER, NULL), "%s", compiled_why);
        ck_assert_int_eq(cp_image_verify(&c.image), CP_IMAGE_OK);
        for (int i = 0; i < RULES; i++) {
            char name[16], end[16];
            snprintf(name, sizeof name, "c%02d", i);
            snprintf(end, sizeof end, "%c%02d", 'a' + i % 26, i);
            uint32_t node = cp_image_program(&c.image, cp_image_find_word(&c.image, cp_slice_str(name)));
            const cp_rec_rule *rule = cp_image_rule(&c.image, cp_image_rnode(&c.image, node)->rule_first);
            uint32_t arm = cp_image_entry(&c.image, rule->entry)->arm_first;
            cp_slice reason = cp_image_string(&c.image, cp_image_arm(&c.image, arm)->reason);
            ck_assert_uint_eq(reason.n, LONG + 2);
            ck_assert(cp_slice_is(cp_slice_sub(reason, LONG - 1, LONG + 2), end));
            ck_assert_uint_eq(reason.p[0], 'a' + i % 26);
        }
        compiled_free(&c);
        free(text);
    }
END_TEST

START_TEST(the_builtin_images_stay_small)
    {
        size_t sum = 0;
        cp_builtin_image one;
        for (uint32_t i = 0; cp_builtin_get(i, &one); i++) {
            cp_image im;
            ck_assert_int_eq(cp_image_open(&im, one.words, one.size), CP_IMAGE_OK);
            ck_assert_int_eq(cp_image_verify(&im), CP_IMAGE_OK);
            sum += one.size;
        }
        ck_assert_uint_gt(sum, 100000);
        ck_assert_uint_lt(sum, 1500000);
    }
END_TEST

START_TEST(ids_without_a_pack_name_the_file)
    {
        compiled c;
        static const char text[] = V
            "rules: {make: deny}\neffects: {read: {/x: deny, default: allow}, privilege: deny, flow: {network to code: deny}}\n";
        compiled_begin(&c);
        compiled_add(&c, "/home/u/.config/policy.yaml", text, sizeof text - 1, CP_LAYER_USER);
        ck_assert(compiled_end(&c, CP_LAYER_USER, NULL));
        ck_assert_str_eq(show(cp_image_rule_id(&c.arena, &c.image, cp_image_rule(&c.image, 1))),
                         "policy.yaml:make");
        const cp_rec_effect_kind *kind = cp_image_effect_kind(&c.image, CP_EFFECT_READ);
        ck_assert_uint_eq(kind->count, 1);
        ck_assert_str_eq(show(cp_image_effect_id(&c.arena, &c.image, cp_image_effect(&c.image, kind->first))),
                         "policy.yaml:read /x");
        ck_assert_str_eq(
            show(cp_image_effect_id(&c.arena, &c.image, cp_image_effect(&c.image, kind->fallback))),
            "policy.yaml:read");
        ck_assert_uint_ne(cp_image_effect_kind(&c.image, CP_EFFECT_PRIVILEGE)->fallback, 0);
        ck_assert_str_eq(show(cp_image_string(&c.image, cp_image_flow(&c.image, 1)->id)),
                         "policy.yaml:flow network to code");
        compiled_free(&c);
    }
END_TEST

typedef struct pattern {
    const char *kind, *text;
    uint32_t object_kind, a, b; /* paths: root and components; hosts: kind and port or prefix */
} pattern;
static const pattern patterns[] = {
    {"read", "/", CP_OBJECT_PATH, CP_ROOT_ABSOLUTE, 0},
    {"read", "/etc/**", CP_OBJECT_PATH, CP_ROOT_ABSOLUTE, 2},
    {"read", "/etc/**/**", CP_OBJECT_PATH, CP_ROOT_ABSOLUTE, 2},
    {"read", "~", CP_OBJECT_PATH, CP_ROOT_HOME, 0},
    {"read", "~/.ssh/*.pub", CP_OBJECT_PATH, CP_ROOT_HOME, 2},
    {"read", "**/.env", CP_OBJECT_PATH, CP_ROOT_ANYWHERE, 1},
    {"write", "workspace/**", CP_OBJECT_PATH, CP_ROOT_WORKSPACE, 1},
    {"write", "workspace", CP_OBJECT_PATH, CP_ROOT_WORKSPACE, 0},
    {"write", "tmp/x", CP_OBJECT_PATH, CP_ROOT_TMP, 1},
    {"delete", "cwd/*", CP_OBJECT_PATH, CP_ROOT_CWD, 1},
    {"code", "cwd/x", CP_OBJECT_PATH, CP_ROOT_CWD, 1},
    {"code", "inline", CP_OBJECT_WORD, 0, 0},
    {"read", "$*TOKEN*", CP_OBJECT_VARIABLE, 0, 0},
    {"env", "LD_*", CP_OBJECT_VARIABLE, 0, 0},
    {"network", "Example.COM", CP_OBJECT_HOST, CP_HOST_EXACT, 0},
    {"network", "example.com:8080", CP_OBJECT_HOST, CP_HOST_EXACT, 8080},
    {"network", "*.example.com", CP_OBJECT_HOST, CP_HOST_SUBDOMAINS, 0},
    {"network", "**.example.com:443", CP_OBJECT_HOST, CP_HOST_DOMAIN, 443},
    {"network", "*", CP_OBJECT_HOST, CP_HOST_ANY, 0},
    {"network", "10.0.0.0/8", CP_OBJECT_HOST, CP_HOST_ADDRESS, 104},
    {"network", "127.0.0.1", CP_OBJECT_HOST, CP_HOST_ADDRESS, 128},
    {"network", "127.0.0.1:80", CP_OBJECT_HOST, CP_HOST_ADDRESS, 128},
    {"network", "::1", CP_OBJECT_HOST, CP_HOST_ADDRESS, 128},
    {"network", "fe80::/10", CP_OBJECT_HOST, CP_HOST_ADDRESS, 10},
    {"network", "[::1]:80", CP_OBJECT_HOST, CP_HOST_ADDRESS, 128},
};

START_TEST(patterns_are_taken_apart)
    {
        const pattern *p = &patterns[_i];
        compiled c;
        char text[256];
        snprintf(text, sizeof text, V "effects: {%s: {'%s': deny}}\n", p->kind, p->text);
        ck_assert_msg(compiled_one(&c, text, CP_LAYER_USER, NULL), "%s: %s", p->text,
                      show(c.diags.first ? c.diags.first->message : CP_LIT("?")));
        const cp_rec_effect *e = cp_image_effect(&c.image, 1);
        ck_assert_uint_eq(e->object_kind, p->object_kind);
        ck_assert_str_eq(show(cp_image_string(&c.image, e->text)), p->text);
        if (p->object_kind == CP_OBJECT_PATH) {
            ck_assert_uint_eq(cp_image_path(&c.image, e->object)->root, p->a);
            ck_assert_uint_eq(cp_image_path(&c.image, e->object)->count, p->b);
        } else if (p->object_kind == CP_OBJECT_HOST) {
            const cp_rec_host *h = cp_image_host(&c.image, e->object);
            ck_assert_uint_eq(h->kind, p->a);
            ck_assert_uint_eq(h->kind == CP_HOST_ADDRESS ? h->prefix : h->port, p->b);
        } else {
            const char *name = p->text[0] == '$' ? p->text + 1 : p->text;
            ck_assert_str_eq(show(cp_image_string(&c.image, e->object)), name);
        }
        compiled_free(&c);
    }
END_TEST

START_TEST(effects_share_and_separate)
    {
        compiled c;
        ck_compiles(compiled_one(
            &c,
            V
            "effects:\n  read:\n    '~/.ssh/**, **/.env|**/.netrc': {verdict: review, secret: true, reason: keys, except: [~/.ssh/config, '**/a, **/b']}\n"
            "    /x: {except: [/x/y]}\n    default: {verdict: deny, maybe: deny}\n  code: [{when: {sandbox: none}, verdict: deny}]\n",
            CP_LAYER_USER, NULL));
        const cp_rec_effect_kind *read = cp_image_effect_kind(&c.image, CP_EFFECT_READ);
        ck_assert_uint_eq(read->count, 4);
        const cp_rec_effect *first = cp_image_effect(&c.image, read->first),
                            *third = cp_image_effect(&c.image, read->first + 2);
        ck_assert_uint_eq(first->flags, CP_ENTRY_SECRET);
        ck_assert_uint_eq(first->group, third->group);
        ck_assert_uint_eq(cp_image_effect_group(&c.image, first->group)->except_count, 3);
        ck_assert_str_eq(show(cp_image_string(&c.image, third->text)), "**/.netrc");
        const cp_rec_effect *fourth = cp_image_effect(&c.image, read->first + 3),
                            *fallback = cp_image_effect(&c.image, read->fallback);
        ck_assert_uint_eq(fourth->flags, CP_ENTRY_NO_VERDICT);
        ck_assert_uint_eq(cp_image_effect_group(&c.image, fourth->group)->arm_count, 0);
        ck_assert_uint_eq(fallback->flags, CP_ENTRY_DEFAULT | CP_ENTRY_MAYBE_DENY);
        const cp_rec_effect_kind *code = cp_image_effect_kind(&c.image, CP_EFFECT_CODE);
        ck_assert_uint_eq(code->count, 0);
        uint32_t group = cp_image_effect(&c.image, code->fallback)->group;
        ck_assert_uint_eq(
            cp_image_arm(&c.image, cp_image_effect_group(&c.image, group)->arm_first)->cond_count, 1);
        compiled_free(&c);
    }
END_TEST

START_TEST(kinds_are_shared_between_layers)
    {
        compiled core, c;
        ck_compiles(compiled_one(
            &core,
            V
            "kinds:\n  at-file: [{'@(?<path>.+)': {path: read}}, {\"(?x) a b # all\\n c\": value}, {'.*': other}]\n  other: [{x: at-file}]\n"
            "commands: {x: {operands: [at-file]}}\n",
            CP_LAYER_BUILTIN, NULL));
        ck_compiles(compiled_one(&c, V "commands: {y: {operands: [other]}}\n", CP_LAYER_USER, &core.image));
        ck_assert_int_eq(cp_image_verify(&c.image), CP_IMAGE_OK);
        ck_assert_uint_eq(cp_image_count(&c.image, CP_SEC_KIND), 3);
        const cp_rec_body *y =
            cp_image_body_of(&c.image, cp_image_grammar_child(&c.image, CP_IMAGE_ROOT, CP_LIT("y")));
        const cp_rec_role *role = cp_image_role(&c.image, y->operand_first);
        ck_assert_uint_eq(role->kind, CP_KIND_CUSTOM);
        ck_assert_str_eq(show(cp_image_string(&c.image, cp_image_kind(&c.image, role->custom)->name)),
                         "other");
        const cp_rec_kind *at = cp_image_kind(
            &c.image,
            cp_image_role(&c.image,
                          cp_image_line(&c.image, cp_image_kind(&c.image, role->custom)->line_first)->role)
                ->custom);
        ck_assert_str_eq(show(cp_image_string(&c.image, at->name)), "at-file");
        ck_assert_uint_eq(at->line_count, 3);
        const cp_rec_line *line = cp_image_line(&c.image, at->line_first);
        ck_assert_uint_eq(line->group_count, 1);
        ck_assert_str_eq(show(cp_image_string(&c.image, cp_image_group(&c.image, line->group_first)->name)),
                         "path");
        ck_assert_str_eq(
            show(cp_image_string(
                &c.image,
                cp_image_regex(&c.image, cp_image_line(&c.image, at->line_first + 1)->regex)->text)),
            "abc");
        compiled_free(&c);
        compiled_free(&core);
    }
END_TEST

START_TEST(defaults_are_kept)
    {
        compiled c;
        ck_compiles(compiled_one(
            &c,
            V
            "defaults:\n  unknown-command: deny\n  dialect: zsh\n  profile: read-only\n  depth: 7\n  steps: {most: 9, verdict: review}\n"
            "  trusted-program-directories: [/usr/bin, ~/bin]\n",
            CP_LAYER_USER, NULL));
        ck_assert_uint_eq(cp_image_count(&c.image, CP_SEC_DFLT), 7);
        ck_assert_uint_eq(cp_image_default(&c.image, 1)->value, CP_IV_DENY);
        ck_assert_str_eq(show(cp_image_string(&c.image, cp_image_default(&c.image, 2)->value)), "zsh");
        ck_assert_uint_eq(cp_image_default(&c.image, 4)->value, CP_LIMIT_DEPTH);
        ck_assert_uint_eq(cp_image_default(&c.image, 4)->extra, 7);
        ck_assert_uint_eq(cp_image_default(&c.image, 6)->key, CP_DEFAULT_LIMIT_VERDICT);
        ck_assert_uint_eq(cp_image_default(&c.image, 6)->extra, CP_IV_REVIEW);
        ck_assert_str_eq(show(cp_image_string(&c.image, cp_image_u32(&c.image, CP_SEC_TRST, 2))), "~/bin");
        compiled_free(&c);
    }
END_TEST

/* Files of one layer contradict one another as two entries of one file do. */
START_TEST(files_of_a_layer_are_one)
    {
        static const char a[] = V
            "pack: a\nrules: {make: deny}\ncommands: {x: {}}\neffects: {read: {/x: deny}}\nkinds: {k: [{x: value}]}\n";
        static const char b[] = V
            "pack: b\nrules: {make: review}\ncommands: {x: {}}\neffects: {read: {/x: review}}\nkinds: {k: [{y: value}]}\n";
        compiled c;
        compiled_begin(&c);
        compiled_add(&c, "a.yaml", a, sizeof a - 1, CP_LAYER_USER);
        compiled_add(&c, "b.yaml", b, sizeof b - 1, CP_LAYER_USER);
        ck_assert(!compiled_end(&c, CP_LAYER_USER, NULL));
        static const char *const codes[] = {"duplicate-kind", "duplicate-command", "contradiction",
                                            "contradiction"};
        ck_assert_uint_eq(c.diags.errors, 4);
        const cp_diag *d = c.diags.first;
        for (uint32_t i = 0; i < 4; i++, d = d->next) {
            ck_assert_str_eq(show(d->code), codes[i]);
            ck_assert_str_eq(show(d->file), "b.yaml");
            ck_assert_ptr_nonnull(strstr(show(d->message), "a.yaml"));
        }
        compiled_free(&c);
    }
END_TEST

START_TEST(the_same_input_gives_the_same_bytes)
    {
        compiled a, b;
        ck_compiles(compiled_one(&a, grammar, CP_LAYER_BUILTIN, NULL));
        ck_compiles(compiled_one(&b, grammar, CP_LAYER_BUILTIN, NULL));
        ck_assert_uint_eq(a.size, b.size);
        ck_assert_int_eq(memcmp(a.bytes, b.bytes, a.size), 0);
        /* SHA-256 of the text */
        compiled c;
        ck_compiles(compiled_one(&c, "cmdpolicy: 1\n", CP_LAYER_USER, NULL));
        char hex[65] = "";
        for (int i = 0; i < 32; i++)
            snprintf(hex + 2 * i, 3, "%02x", c.image.digest[i]);
        ck_assert_str_eq(hex, "156315a588709ce65142f4cc0612b6ca4a1c37f07a90278401c1bb798a5ad50e");
        compiled_free(&a);
        compiled_free(&b);
        compiled_free(&c);
    }
END_TEST

/* Every allocation in turn fails: an error or nothing, never a crash and never half a policy. */
typedef struct failing {
    uint32_t left;
} failing;
static void *failing_resize(void *user, void *block, size_t old_size, size_t new_size) {
    failing *f = (failing *)user;
    if (new_size != 0 && f->left-- == 0) {
        f->left = 0;
        return NULL;
    }
    return cp_allocator_malloc.resize(NULL, block, old_size, new_size);
}

START_TEST(memory_may_run_out_anywhere)
    {
        bool done = false;
        for (uint32_t n = 0; !done && n < 10000; n++) {
            failing f = {n};
            cp_allocator allocator = {failing_resize, &f};
            compiled c;
            memset(&c, 0, sizeof c);
            cp_arena_init(&c.arena, &allocator, NULL, 0, NULL);
            cp_diags_init(&c.diags, &c.arena);
            cp_model *model = cp_policy_read(&c.arena, &c.diags, CP_LIT("x"), CP_LIT(grammar), CP_LAYER_USER);
            if (model)
                done = cp_policy_compile(&c.arena, &c.diags, &model, 1, CP_LAYER_USER, NULL, 0, &allocator,
                                         &c.bytes, &c.size);
            ck_assert_uint_eq(c.diags.errors, 0);
            ck_assert(done == (c.bytes != NULL));
            compiled_free(&c);
        }
        ck_assert(done);
    }
END_TEST

/* Rules are read while the YAML is. What is said of them counts only where that is in order, and keys are compared to the end. */
START_TEST(rules_are_read_entry_by_entry)
    {
        static const struct {
            const char *text;
            uint32_t errors;
            const char *first;
        } files[] = {
            {"cmdpolicy: 1\nrules:\n  tool19702 list: deny\n  tool209081 list: review\n", 0, ""},
            {"cmdpolicy: 1\nrules:\n  a: alow\n  b: alow\ndefaults: {x: y}\n", 3, "verdict"},
            {"cmdpolicy: 1\ndefaults: {x: y}\nrules:\n  a: alow\n", 2, "unknown-key"},
            {"cmdpolicy: 1\nrules:\n  a: alow\n  b: &x deny\n", 1, "anchor"},
            {"cmdpolicy: 1\nrules:\n  a: deny\n  a: deny\n  b: &x deny\n", 2, "anchor"},
            {"cmdpolicy: 1\nrules:\n  a: alow\n  a: deny\nabout: [x\n", 2, "duplicate-key"},
            {"rules:\n  a: alow\ncmdpolicy: 1\n", 1, "version-first"},
            {"cmdpolicy: 2\nrules:\n  a: alow\n", 1, "version"},
        };
        if (*(const uint8_t *)&(uint32_t){1}) /* the same hash, on this byte order */
            ck_assert_uint_eq(cp_slice_mix(CP_LIT("tool19702 list")),
                              cp_slice_mix(CP_LIT("tool209081 list")));
        for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
            compiled c;
            compiled_begin(&c);
            const cp_model *model =
                compiled_add(&c, "x", files[i].text, strlen(files[i].text), CP_LAYER_USER);
            ck_assert_msg(c.diags.errors == files[i].errors, "%zu: %u errors", i, c.diags.errors);
            ck_assert((model != NULL) == (files[i].errors == 0));
            if (files[i].errors)
                ck_assert_msg(cp_slice_is(c.diags.first->code, files[i].first), "%zu: %.*s", i,
                              (int)c.diags.first->code.n, (const char *)c.diags.first->code.p);
            compiled_free(&c);
        }
    }
END_TEST

Suite *suite_policy(void);
Suite *suite_policy(void) {
    Suite *s = suite_create("policy");
    TCase *t = tcase_create("policy");
    tcase_add_loop_test(t, keys_are_read_by_grammars, 0, (int)(sizeof readings / sizeof *readings));
    tcase_add_test(t, own_grammar_comes_first);
    tcase_add_test(t, commands_become_nodes);
    tcase_add_test(t, conditions_are_postfix);
    tcase_add_test(t, rules_hang_at_their_program);
    tcase_add_test(t, keys_are_told_as_they_are_written);
    tcase_add_test(t, long_keys_are_told_whole);
    tcase_add_test(t, alternatives_are_sets);
    tcase_add_test(t, what_a_record_cannot_hold_is_refused);
    tcase_add_test(t, long_strings_are_whole);
    tcase_add_test(t, the_builtin_images_stay_small);
    tcase_add_test(t, ids_without_a_pack_name_the_file);
    tcase_add_loop_test(t, patterns_are_taken_apart, 0, (int)(sizeof patterns / sizeof *patterns));
    tcase_add_test(t, effects_share_and_separate);
    tcase_add_test(t, kinds_are_shared_between_layers);
    tcase_add_test(t, defaults_are_kept);
    tcase_add_test(t, files_of_a_layer_are_one);
    tcase_add_test(t, the_same_input_gives_the_same_bytes);
    tcase_add_test(t, rules_are_read_entry_by_entry);
    tcase_add_test(t, memory_may_run_out_anywhere);
    suite_add_tcase(s, t);
    return s;
}
