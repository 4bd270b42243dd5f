/* Reading one argv by its command's grammar: options, subcommands, operands, what they do and what they run. Each row is a grammar,
 * the words, and the whole reading as text. */
#include <check.h>

#include "base/text.h"
#include "commands/reading.h"
#include "policy_fixture.h"

static const char grammar[] =
    "cmdpolicy: 1\n"
    "kinds:\n"
    "  at: ['@(?<path>.+)': {path: read}, '.*': value]\n"
    "  vol: ['(?<src>/[^:]*):ro': {src: read-tree}, '(?<src>/[^:]*)(:.*)?': {src: write-tree}, '[a-z]+': value!]\n"
    "  run: ['proxy=(?<cmd>.*)': {cmd: script}, '[a-z]+=.*': value]\n"
    "commands:\n"
    "  g: {options: {'-a, -b|--bee': flag, -o|--out: write, '--color|-c': value?, --colour-map: value, -NUM: flag, -W*: flag, --keep: flag!},\n"
    "      operands: [read*]}\n"
    "  p: {syntax: posix, options: {-a: flag, -o: value}, operands: [read*]}\n"
    "  s: {syntax: single-dash, options: {'-read, -r': flag, -out: write}, operands: [read*]}\n"
    "  find: {syntax: find, options: {'-exec, -ok': command;, -name: value, -delete: flag, '(, ), !': flag, -fprintf: [write, value]},\n"
    "         operands: [read* = .], cases: [{when: {options: -delete}, operands: [delete* = .]}]}\n"
    "  dd: {syntax: assignments, options: {'if': read, of: write, bs: value, --help: flag}}\n"
    "  tar: {syntax: bundle-first, options: {'-x, -c, -z, -t': flag, -f|--file: read, -C: chdir, -b: value}, operands: [write*],\n"
    "        cases: [{when: {options: -c}, options: {-f: write}, operands: [read-tree*]}, {when: {options: -t}, operands: [value*]}]}\n"
    "  n: {syntax: none, operands: [read, value*]}\n"
    "  head: {options: {'-NUM, +NUM, -q': flag, -n: value}, operands: [read*]}\n"
    "  k:\n"
    "    global: {'-n|--ns, --ctx': value, -v: flag}\n"
    "    options: {-r: flag}\n"
    "    effects: [network api.test]\n"
    "    subcommands:\n"
    "      get, list: {options: {-o: value}, operands: [value, value?]}\n"
    "      set: {effects: [], subcommands: {image: {operands: [value!+]}, 'x*': {operands: [read]}}}\n"
    "      exec: {effects: [remote], operands: [value, --, remote-command]}\n"
    "  python3, python3.*: {syntax: posix, options: {-c: [code, rest], -m: [value, rest], -u: flag}, operands: [code-file?, rest?],\n"
    "       subcommands: {-m json.tool: {effects: [], operands: [read?, write?]}}}\n"
    "  cp: {options: {-t: target, -r: flag}, operands: [read-tree+, target], cases: [{when: {options: -t}, operands: [read-tree+]}]}\n"
    "  mid: {operands: [read, value?, delete]}\n"
    "  back: {operands: [read+, write, url]}\n"
    "  sh: {syntax: posix, options: {'-c, -s': flag}, operands: [script-file?, rest?], stdin: script,\n"
    "       cases: [{when: {options: -c}, operands: [script, rest?], stdin: data}, {when: {operands: 1..}, stdin: data}]}\n"
    "  watch: {syntax: posix, options: {-n: value}, operands: [script*]}\n"
    "  env: {syntax: posix, options: {-i: flag, -u: value, -S: words}, operands: [assignment*, command?], environment: dropped}\n"
    "  xargs: {syntax: posix, options: {-I: placeholder, -n: value, '-0': flag}, operands: [command?], stdin: words}\n"
    "  nice: {operands: [command]}\n"
    "  curl: {options: {-d|--data: at, -o: write, -O: {kind: flag, effects: [write cwd/*]}, -x: host, '-X|--request': value!}, operands: [url*]}\n"
    "  box: {options: {-v: vol, -e: run}, operands: [value, command?]}\n"
    "  lax: {unknown-options: harmless, options: {-o: write}, operands: [read*]}\n"
    "  when: {options: {-a: flag, -b: flag, -c: flag}, operands: [value*], cases: [\n"
    "     {when: {options: -a -b|-c}, operands: [read*]}, {when: {no-options: true, operands: none}, effects: [privilege]}, {when: {operands: 2..3}, operands: [write*]},\n"
    "     {when: {operand: 'x+'}, effects: [remote]}]}\n";

typedef struct row {
    const char *words, *wanted;
} row;

/* Words part at blanks. `$` in a word is a hole that may be anything, `%` one that is text without a dash at its beginning, `&` makes
 * the word any number of words, `a|b` is one of two. */
static cp_field field_of(cp_arena *arena, cp_slice word, uint32_t at) {
    cp_field f = {{NULL, 0}, 0};
    cp_span span = {0, at, at + word.n};
    for (uint32_t beg = 0; beg <= word.n;) {
        uint32_t end = cp_slice_find(word, '|', beg);
        cp_value v = cp_value_exact(arena, CP_LIT(""), span);
        for (uint32_t i = beg; i < end; i++) {
            uint8_t c = word.p[i];
            if (c == '&') {
                f.splat = 1;
                continue;
            }
            cp_value piece =
                c == '$'   ? cp_value_hole(arena, CP_CLASS_ANY, CP_HOLE_ANYTHING, CP_LIT("H"), span)
                : c == '%' ? cp_value_hole(arena, CP_CLASS_TEXT, CP_HOLE_EMPTY, CP_LIT("T"), span)
                : c == '_' ? cp_value_exact(arena, CP_LIT(" "), span)
                           : cp_value_exact(arena, cp_slice_sub(word, i, i + 1), span);
            v = cp_value_concat(arena, &v, &piece);
        }
        v.span = span;
        f.set = f.set.count ? cp_set_join(arena, f.set, cp_set_of(arena, v)) : cp_set_of(arena, v);
        beg = end + 1;
    }
    return f;
}

static void put_sure(cp_text *t, uint32_t tri) {
    cp_text_str(t, tri == CP_YES ? "" : tri == CP_MAYBE ? "?" : "-");
}
static void put_set(cp_text *t, cp_set set, uint32_t splat) {
    for (uint32_t i = 0; i < set.count; i++) {
        cp_text_str(t, i ? "|" : "");
        cp_text_add(t, cp_value_show(t->arena, &set.values[i]));
    }
    cp_text_str(t, splat ? "&" : "");
}
static void put_fields(cp_text *t, cp_fields fields) {
    for (uint32_t i = 0; i < fields.count; i++) {
        cp_text_str(t, i ? " " : "");
        put_set(t, fields.items[i].set, fields.items[i].splat);
    }
}

static void describe(const cp_reading *r, cp_text *t) {
    static const char *const gaps[] = {"",
                                       "unknown-option",
                                       "unknown-subcommand",
                                       "surplus",
                                       "abbreviation",
                                       "ambiguous",
                                       "maybe-option",
                                       "open-operands",
                                       "missing-value",
                                       "uncertain-case",
                                       "unreadable",
                                       "missing-subcommand",
                                       "bang"};
    static const char *const kinds[] = {"none", "read",      "write",  "delete",  "network", "code",
                                        "env",  "privilege", "remote", "process", "system"};
    static const char *const nested[] = {"argv", "script", "file", "stdin"};
    for (uint32_t i = 0; i < r->depth; i++) {
        cp_text_str(t, i ? "/" : "");
        cp_text_add(t, r->words[i]);
    }
    put_sure(t, r->path_sure);
    for (uint32_t i = 0; i < r->option_count; i++) {
        const cp_opt *o = &r->options[i];
        cp_text_byte(t, ' ');
        cp_text_add(t, o->name);
        if (o->flags & CP_OPT_HAS_VALUE) {
            cp_text_byte(t, '=');
            put_set(t, o->value_set, o->splat);
        }
        cp_text_str(t, o->flags & CP_OPT_UNKNOWN ? "#" : "");
        cp_text_str(t, o->flags & CP_OPT_BANG ? "!" : "");
        put_sure(t, o->present);
    }
    for (uint32_t i = 0; i < r->operand_count; i++) {
        cp_text_str(t, " [");
        put_set(t, r->operands[i].set, r->operands[i].splat);
        cp_text_str(t, r->operands[i].bang ? "]!" : "]");
        put_sure(t, r->operands[i].present);
    }
    if (r->dashes != CP_NO)
        cp_text_str(t, r->dashes == CP_YES ? " --" : " --?");
    for (uint32_t i = 0; i < r->effect_count; i++) {
        const cp_effect *e = &r->effects[i];
        cp_text_str(t, "; ");
        cp_text_str(t, kinds[e->kind]);
        if (e->tree != CP_TREE_NONE)
            cp_text_str(t, e->tree == CP_TREE_WHOLE ? "-all" : "-tree");
        if (e->object_kind == CP_OBJECT_HOST && e->host.certainty == CP_HOST_KNOWN) {
            cp_text_byte(t, ' ');
            cp_text_add(t, e->host.name);
        } else if (e->object_kind != CP_OBJECT_ANY) {
            cp_text_byte(t, ' ');
            cp_text_add(t, cp_value_show(t->arena, &e->target));
        }
        if (e->chdirs)
            cp_text_str(t, " in-chdir");
        put_sure(t, e->sure);
    }
    for (uint32_t i = 0; i < r->nested_count; i++) {
        const cp_nested *n = &r->nested[i];
        cp_text_str(t, "; ");
        cp_text_str(t, n->domain == CP_DOMAIN_LOCAL ? "" : "remote ");
        cp_text_str(t, nested[n->kind]);
        cp_text_str(t, " <");
        put_fields(t, n->assignments);
        cp_text_str(t, n->assignments.count ? " : " : "");
        put_fields(t, n->words);
        cp_text_str(t, ">");
        put_sure(t, n->sure);
        if (n->params.count) {
            cp_text_str(t, " params <");
            put_fields(t, n->params);
            cp_text_str(t, ">");
        }
        if (n->items || n->placeholder.n) {
            cp_text_str(t, n->items ? " items" : "");
            cp_text_str(t, n->placeholder.n ? " for " : "");
            cp_text_add(t, n->placeholder);
        }
    }
    for (uint32_t i = 0; i < r->chdir_count; i++) {
        cp_text_str(t, "; chdir ");
        cp_text_add(t, cp_value_show(t->arena, &r->chdirs[i].values[0]));
    }
    for (uint32_t i = 0; i < r->gap_count; i++) {
        cp_text_str(t, "; ! ");
        cp_text_str(t, gaps[r->gaps[i].kind]);
        if (r->gaps[i].text.n) {
            cp_text_byte(t, ' ');
            cp_text_add(t, r->gaps[i].text);
        }
    }
    if (r->any_option)
        cp_text_str(t, "; any-option");
    if (r->stdin_use == CP_STDIN_ROLE && r->stdin_kind == CP_KIND_SCRIPT)
        cp_text_str(t, "; stdin script");
}

static const row rows[] = {
    {"g x -a y --bee z", "g -a --bee [x] [y] [z]; read x; read y; read z"},
    {"g -ab x", "g -a -b [x]; read x"},
    {"g -abofile x", "g -a -b -o=file [x]; write file; read x"},
    {"g -ao=file x", "g -a -o==file|file [x]; write =file?; write file?; read x"},
    {"g -o=/a/$ x", "g -o==/a/$H|/a/$H [x]; write =/a/$H?; write /a/$H?; read x"},
    {"g -o= x", "g -o== [x]; write =; read x"},
    {"g -ab -o file x", "g -a -b -o=file [x]; write file; read x"},
    {"g -o file -- -a", "g -o=file [-a] --; write file; read -a"},
    {"g --out=file", "g --out=file; write file"},
    {"g --out file", "g --out=file; write file"},
    {"g --ou file", "g --out=file; write file; ! abbreviation --ou"},
    {"g --ou=file", "g --out=file; write file; ! abbreviation --ou"},
    {"g --colo x", "g --colo# [x]?; read x?; ! ambiguous --colo; any-option"},
    {"g --color=always x", "g --color=always [x]; read x"},
    {"g --color always", "g --color [always]; read always"},
    {"g -calways x", "g -c=always [x]; read x"},
    {"g -5 -12 x", "g -5 -12 [x]; read x"},
    {"g -Wall x", "g -Wall [x]; read x"},
    {"g -b=x", "g -b -=# -x#?; ! unknown-option -=; ! unknown-option -x"},
    {"g --bee=x", "g --bee; ! unknown-option --bee=x"},
    {"g --what x", "g --what# [x]?; read x?; ! unknown-option --what"},
    {"g --what=y x", "g --what=y# [x]; read x; ! unknown-option --what"},
    {"g -az x", "g -a -z# [x]?; read x?; ! unknown-option -z"},
    {"g -o", "g -o; ! missing-value -o"},
    {"g - x", "g [-] [x]; read x"},
    {"g --keep x", "g --keep! [x]; read x"},
    {"g $ x", "g [$H]? [x]?; read $H?; read x?; ! maybe-option; any-option"},
    {"g % x", "g [$T] [x]; read $T; read x"},
    {"g & x", "g [&]? [x]; read ?; read x"},
    {"g $& x", "g [$H&]? [x]?; read $H?; read x?; ! maybe-option; any-option"},
    {"g -o $ x", "g -o=$H [x]; write $H; read x"},
    {"g --out=$ x", "g --out=$H [x]; write $H; read x"},
    {"g -ab/$ x", "g [-ab/$H]? [x]?; read -ab/$H?; read x?; ! maybe-option; any-option"},
    {"g -aox$ x", "g -a -o=x$H [x]; write x$H; read x"},
    {"g -ao$ x", "g [-ao$H]? [x]?; read -ao$H?; read x?; ! maybe-option; any-option"},
    {"g -5$ x", "g [-5$H]? [x]?; read -5$H?; read x?; ! maybe-option; any-option"},
    {"g --o$ x", "g [--o$H]? [x]?; read --o$H?; read x?; ! maybe-option; any-option"},
    {"g --what=$ x", "g [--what=$H]? [x]?; read --what=$H?; read x?; ! maybe-option; any-option"},
    {"g -o $& x", "g -o=$H& [x]?; write $H?; read x?; ! open-operands; any-option"},
    {"g -o a|b x", "g -o=a|b [x]; write a?; write b?; read x"},
    {"g -a|x y", "g [-a|x]? [y]?; read -a?; read x?; read y?; ! maybe-option; any-option"},
    {"g -- $ x", "g [$H] [x] --; read $H; read x"},
    {"g -$ x", "g [-$H]? [x]?; read -$H?; read x?; ! maybe-option; any-option"},
    {"p -a x -a", "p -a [x] [-a]; read x; read -a"},
    {"p -o v -a -- -x", "p -o=v -a [-x] --; read -x"},
    {"p x -- -y", "p [x] [--] [-y]; read x; read --; read -y"},
    {"s -read -out f x", "s -read -out=f [x]; write f; read x"},
    {"s -out=f -r", "s -out=f -r; write f"},
    {"s -rd x", "s -rd# [x]?; read x?; ! unknown-option -rd"},
    {"s -out=$ x", "s -out=$H [x]; write $H; read x"},
    {"s -o$ x", "s [-o$H]? [x]?; read -o$H?; read x?; ! maybe-option; any-option"},
    {"find . -name x -delete", "find -name=x -delete [.]; delete-all ."},
    {"find -delete", "find -delete; delete-all ."},
    {"find", "find; read ."},
    {"find a b -exec rm -rf {} ; -name y",
     "find -exec=rm -name=y [a] [b]; read a; read b; argv <rm -rf {}> for {}"},
    {"find a -exec rm {} + -delete", "find -exec=rm -delete [a]; delete-all a; argv <rm {}> for {}"},
    {"find . -exec rm {} ", "find -exec=rm [.]; read .; argv <rm {}> for {}; ! missing-value -exec"},
    {"find . ( -name a ) ! -fprintf out fmt", "find ( -name=a ) ! -fprintf=out [.]; write out; read ."},
    {"find -name=$ .",
     "find [-name=$H]? [.]?; delete-all -name=$H?; delete-all .?; delete-all .?; read -name=$H?; read .?; read .?; ! maybe-option; ! uncertain-case; any-option"},
    {"find $ -delete",
     "find -delete? [$H]?; delete-all $H?; delete-all .?; read $H?; read .?; ! maybe-option; ! uncertain-case; any-option"},
    {"find . -name $ -delete", "find -name=$H -delete [.]; delete-all ."},
    {"dd if=a of=b bs=1k", "dd if=a of=b bs=1k; read a; write b"},
    {"dd of=$ if=/dev/$", "dd of=$H if=/dev/$H; write $H; read /dev/$H"},
    {"dd $=x", "dd [$H=x]?; ! maybe-option; ! surplus; any-option"},
    {"dd --help", "dd --help"},
    {"dd what=x", "dd what=x#; ! unknown-option what=x"},
    {"tar xzf a.tar b c", "tar -x -z -f=a.tar [b] [c]; read a.tar; write b; write c"},
    {"tar xf a.tar -C dir b", "tar -x -f=a.tar -C=dir [b]; read a.tar; write b in-chdir; chdir dir"},
    {"tar -xzf a.tar", "tar -x -z -f=a.tar; read a.tar"},
    {"tar cfb out 20 dir", "tar -c -f=out -b=20 [dir]; write out; read-tree dir"},
    {"tar tf a x", "tar -t -f=a [x]; read a"},
    {"tar -c -f out dir", "tar -c -f=out [dir]; write out; read-tree dir"},
    {"tar q", "tar -q#; ! unknown-option -q"},
    {"tar -xf/tmp/$ a", "tar -x -f=/tmp/$H [a]; read /tmp/$H; write a"},
    {"n -a --what - x", "n [-a] [--what] [-] [x]; read -a"},
    {"head -5 +7 x", "head -5 +7 [x]; read x"},
    {"head -n5 -q5 x", "head -n=5 -q -5 [x]; read x"},
    {"k get pods", "k/get [pods]; network api.test"},
    {"k -n prod get -o wide pods", "k/get -n=prod -o=wide [pods]; network api.test"},
    {"k get pods --ns=x -v", "k/get --ns=x -v [pods]; network api.test"},
    {"k -r get a", "k/get -r [a]; network api.test"},
    {"k get -r a", "k/get -r# [a]?; network api.test; ! unknown-option -r"},
    {"k get -na b", "k/get -n=a [b]; network api.test"},
    {"k get a b c", "k/get [a] [b] [c]; network api.test; ! surplus c"},
    {"k what x", "k [what] [x]; network api.test; ! unknown-subcommand what; ! surplus what; ! surplus x"},
    {"k set image a b", "k/set/image [a]! [b]!"},
    {"k set xy f", "k/set/xy [f]; read f"},
    {"k set", "k/set"},
    {"k list a", "k/list [a]; network api.test"},
    {"k exec pod -- ls -la", "k/exec [pod] [ls] [-la] --; remote; remote argv <ls -la>"},
    {"k exec pod ls", "k/exec [pod] [ls]; remote; ! surplus ls"},
    {"k $ pods",
     "k? [pods]?; network api.test; ! maybe-option; ! unknown-subcommand; ! unknown-subcommand pods; ! surplus pods; any-option"},
    {"k -n $ get a", "k/get -n=$H [a]; network api.test"},
    {"k --what get a", "k/get? --what# [a]; network api.test; ! unknown-option --what"},
    {"k get $", "k/get [$H]?; network api.test; ! maybe-option; any-option"},
    {"k --ns=$ get a", "k/get --ns=$H [a]; network api.test"},
    {"k -nx$ get a", "k/get -n=x$H [a]; network api.test"},
    {"python3 x.py -c y", "python3 [x.py] [-c] [y]; read x.py; code x.py"},
    {"python3 -u -c code a b", "python3 -u -c=code; code inline"},
    {"python3 -m json.tool a b", "python3/-m json.tool [a] [b]; read a; write b"},
    {"python3 -m json.tool", "python3/-m json.tool"},
    {"python3 -m http.server 80", "python3 -m=http.server"},
    {"python3.12 -mjson.tool a", "python3.12/-m json.tool [a]; read a"},
    {"python3.12 -mjson.tools a", "python3.12 -m=json.tools"},
    {"python3 -uccode a b", "python3 -u -c=code; code inline"},
    {"python3 -cx$ a", "python3 -c=x$H; code inline"},
    {"python3", "python3"},
    {"cp a b c", "cp [a] [b] [c]; read-tree a; read-tree b; write-tree c; write-tree c/a; write-tree c/b"},
    {"cp -r a b", "cp -r [a] [b]; read-tree a; write-tree b; write-tree b/a"},
    {"cp -t dir a b",
     "cp -t=dir [a] [b]; write-tree dir; write-tree dir/a; write-tree dir/b; read-tree a; read-tree b"},
    {"cp a", "cp [a]; write-tree a; write-tree a/*?"},
    {"cp $& d",
     "cp [$H&]? [d]?; read-tree $H?; read-tree d?; read-tree $H?; write $H?; write $H/*?; read-tree d?; write d?; write d/*?; ! maybe-option; ! uncertain-case; any-option"},
    {"mid a b", "mid [a] [b]; read a; delete-all b"},
    {"mid a b c", "mid [a] [b] [c]; read a; delete-all c"},
    {"mid a", "mid [a]; read a"},
    {"mid a b c d", "mid [a] [b] [c] [d]; read a; delete-all c; ! surplus d"},
    {"back a b c https://h.test/x",
     "back [a] [b] [c] [https://h.test/x]; read a; read b; write c; network h.test"},
    {"back a & c https://h.test/x",
     "back [a] [&]? [c] [https://h.test/x]; read a; read ?; write c; network h.test"},
    {"sh -c ls_-l a b", "sh -c [ls -l] [a] [b]; script <ls -l> params <a b>"},
    {"sh x.sh a", "sh [x.sh] [a]; read x.sh; code x.sh; file <x.sh>"},
    {"sh -s", "sh -s; stdin script"},
    {"sh", "sh; stdin script"},
    {"sh -c $", "sh -c [$H]?; script <$H>?; ! maybe-option; any-option"},
    {"sh -c -- x", "sh -c [x] --; script <x>"},
    {"watch -n 1 ls -la", "watch -n=1 [ls] [-la]; script <ls -la>"},
    {"env A=1 B=2 rm -rf x", "env [A=1] [B=2] [rm] [-rf] [x]; env A; env B; argv <A=1 B=2 : rm -rf x>"},
    {"env -i -u X rm x", "env -i -u=X [rm] [x]; argv <rm x>"},
    {"env -S A=1_rm_-rf x", "env -S=A=1 rm -rf [A=1] [rm] [-rf] [x]; env A; argv <A=1 : rm -rf x>"},
    {"env -SA=1_rm x", "env -S=A=1 rm [A=1] [rm] [x]; env A; argv <A=1 : rm x>"},
    {"env $ rm",
     "env [$H]? [rm]?; env …?; env rm?; argv <$H rm>?; argv <$H : rm>?; ! maybe-option; any-option"},
    {"env", "env"},
    {"xargs -n 1 rm -rf", "xargs -n=1 [rm] [-rf]; argv <rm -rf> items"},
    {"xargs -I{} rm {} x", "xargs -I={} [rm] [{}] [x]; argv <rm {} x> items for {}"},
    {"xargs", "xargs"},
    {"nice -x ls", "nice -x# [ls]?; argv <ls>?; ! unknown-option -x"},
    {"nice ls -la", "nice [ls] [-la]; argv <ls -la>"},
    {"curl -d @file -d data https://h.test:8080/x",
     "curl -d=@file -d=data [https://h.test:8080/x]; read file; network h.test"},
    {"curl -d$ x.test", "curl [-d$H]? [x.test]?; network -d$H?; network x.test?; ! maybe-option; any-option"},
    {"curl -d@$ -da$ x.test",
     "curl -d=@$H -d=a$H [x.test]; read …?; network x.test; ! unreadable; ! unreadable"},
    {"curl --request=$ -o/tmp/$ x.test",
     "curl --request=$H! -o=/tmp/$H [x.test]; write /tmp/$H; network x.test"},
    {"curl -O https://h.test/a", "curl -O [https://h.test/a]; write ./*; network h.test"},
    {"curl -x proxy:3128 -XPOST file:///etc/passwd",
     "curl -x=proxy:3128 -X=POST! [file:///etc/passwd]; network proxy; read /etc/passwd"},
    {"box -v /a:ro -v /b:/c -v name img ls",
     "box -v=/a:ro -v=/b:/c -v=name [img] [ls]; read-tree /a; write-tree /b; argv <ls>"},
    {"box -v /$ img", "box -v=/$H [img]; read-tree …?; write-tree …?; ! unreadable"},
    {"box -v ./x img", "box -v=./x [img]; ! unreadable ./x"},
    {"box -e proxy=rm_x -e a=b img", "box -e=proxy=rm x -e=a=b [img]; script <rm x>"},
    {"box -e $ img", "box -e=$H [img]; script <$H>?; ! unreadable"},
    {"lax --what -z -o f x", "lax --what# -z#? -o=f? [x]; write f?; read x"},
    {"lax $ x", "lax [$H] [x]; write $H?; write x?; read $H; read x"},
    {"when -a -c f", "when -a -c [f]; read f"},
    {"when -a f", "when -a [f]"},
    {"when", "when; privilege"},
    {"when f g", "when [f] [g]; write f; write g"},
    {"when xx", "when [xx]; remote"},
    {"when $ -a", "when -a [$H]?; read $H?; remote?; ! maybe-option; ! uncertain-case; any-option"},
    {"what -a --b=c d -- -e",
     "what -a# --b=c# [d] [-e] --; ! unknown-option -a; ! unknown-option --b; ! surplus d; ! surplus -e"},
    {"what $ &", "what [$H]? [&]?; ! maybe-option; ! surplus; ! open-operands; ! surplus; any-option"},
};

static compiled tables;
static void begin(void) {
    ck_assert_msg(compiled_one(&tables, grammar, CP_LAYER_BUILTIN, NULL), "%s", compiled_why);
}
static void end(void) {
    compiled_free(&tables);
}

START_TEST(reads)
    {
        const row *w = &rows[_i];
        cp_arena arena;
        cp_budget budget;
        cp_budget_init(&budget);
        cp_arena_init(&arena, NULL, NULL, 0, &budget);
        cp_regexes *regexes = cp_regexes_new(&tables.image, &cp_allocator_malloc);
        cp_layer_image item = {&tables.image, regexes, CP_LAYER_BUILTIN};
        cp_layers layers = {&item, 1};
        cp_places places = {.workspace_count = 0};
        cp_field fields[32];
        uint32_t count = 0;
        cp_slice text = cp_slice_str(w->words);
        for (uint32_t at = 0; at < text.n && count < 32;) {
            uint32_t stop = cp_slice_find(text, ' ', at);
            fields[count++] = field_of(&arena, cp_slice_sub(text, at, stop), at);
            at = stop + 1;
        }
        cp_fields argv = {fields, count};
        cp_reading reading;
        cp_read(&layers, cp_field_text(&fields[0]), &argv, &places, &arena, &budget, &reading);
        cp_text said = cp_text_in(&arena);
        describe(&reading, &said);
        ck_assert_int_eq(budget.hit, CP_LIMIT_NONE);
        ck_assert_msg(cp_slice_is(cp_text_slice(&said), w->wanted), "\n%s\n  gives  %s\n  wanted %s",
                      w->words, show(cp_text_slice(&said)), w->wanted);
        cp_regexes_free(regexes);
        cp_arena_free(&arena);
    }
END_TEST

Suite *suite_commands(void);
Suite *suite_commands(void) {
    Suite *suite = suite_create("commands");
    TCase *tcase = tcase_create("reading");
    tcase_add_unchecked_fixture(tcase, begin, end);
    tcase_add_loop_test(tcase, reads, 0, (int)(sizeof rows / sizeof rows[0]));
    suite_add_tcase(suite, tcase);
    return suite;
}
