/* Every class of error in a policy file: its code, its line and column, and what was expected. */
#include <check.h>

#include "policy_fixture.h"

typedef struct wrong {
    const char *text, *code;
    uint32_t line, column;
    const char *expected, *message; /* parts of what is said; NULL: whatever */
    uint32_t layer;
} wrong;

#define USER CP_LAYER_USER
#define V    "cmdpolicy: 1\n"

static const wrong of_yaml[] = {
    {"", "empty-file", 1, 1, "cmdpolicy: 1", NULL, USER},
    {"# nothing\n", "empty-file", 1, 1, "cmdpolicy: 1", NULL, USER},
    {V "rules: {a: &x deny}\n", "anchor", 2, 12, "begins with &", "`&x`", USER},
    {V "rules: {a: *x}\n", "alias", 2, 12, "begins with *", "`*x`", USER},
    {V "rules:\n  *secret*: deny\n", "alias", 3, 3, "begins with *", NULL, USER},
    {V "rules: {a: !x deny}\n", "tag", 2, 12, "begins with !", NULL, USER},
    {V "tests:\n  - deny: ! ls\n", "tag", 3, 11, "begins with !", NULL, USER},
    {V "tests:\n  - deny: !!str ls\n", "tag", 3, 11, "begins with !", NULL, USER},
    {V "rules: !!map {a: deny}\n", "tag", 2, 8, "begins with !", NULL, USER},
    {V "rules:\n  <<: {a: deny}\n", "merge-key", 3, 3, "the entries themselves", NULL, USER},
    {V "rules:\n  a: deny\n  b: deny\n  a: review\n", "duplicate-key", 5, 3, "each key once",
     "first in line 3", USER},
    {V "rules: {a: deny, a: deny}\n", "duplicate-key", 2, 18, "each key once", NULL, USER},
    {V "rules: {a: deny, b: deny, c: deny, d: deny, e: deny, f: deny, g: deny, h: deny, c: deny, i: deny}\n",
     "duplicate-key", 2, 81, "each key once", NULL, USER},
    {V "rules: {a: deny}\nrules: {b: deny}\n", "duplicate-key", 3, 1, "each key once", "first in line 2",
     USER},
    {V "---\nrules: {}\n", "second-document", 2, 1, "one document", NULL, USER},
    {"%YAML 1.1\n---\n" V, "directive", 1, 1, "no line that begins with %", NULL, USER},
    {V "rules:\n  git log:\n  git show: allow\n", "empty-value", 3, 3, "a value behind the colon",
     "`git log`", USER},
    {V "rules: {git log, git show: allow}\n", "empty-value", 2, 9, "a comma ends the entry", "`git log`",
     USER},
    {V "rules: {make: {verdict: deny, reason: slow, or worse}}\n", "empty-value", 2, 45,
     "a comma ends the entry", "`or worse`", USER},
    {V "tests:\n  -\n  - deny: x\n", "empty-value", 3, 4, "a value", NULL, USER},
    {V "rules:\n  ?\n  : deny\n", "empty-key", 3, 4, "a key", NULL, USER},
    {V "rules:\n  : deny\n", "yaml", 3, 3, "another key", NULL, USER},
    {V "rules:\n  a: deny\nabout: one\n  two\n", "multi-line", 4, 8, "one line", NULL, USER},
    {V "rules:\n  [a, b]: deny\n", "key-type", 3, 3, "text before the colon", NULL, USER},
    {V "rules:\n  a: deny\n  git log #x: allow\n  b: deny\n", "comment", 4, 3, "quote a key that holds ` #`",
     NULL, USER},
    {V "rules:\n  git log #x: allow\n", "wrong-type", 3, 3, "keys such as `git log`", NULL, USER},
    {V "tests:\n  - deny: echo x # rm\n", "comment", 3, 11, "quotes around a command", "`echo x`", USER},
    {V "rules:\n  git: {verdict: deny, except: [\n    git log # all\n  ]}\n", "comment", 4, 5,
     "quotes around a key", NULL, USER},
    {V "rules:\n  a: deny\n b: deny\n", "yaml", 4, 2, "indentation", NULL, USER},
    {V "rules:\n  a: 'deny\n", "yaml", 4, 1, "closing quote", NULL, USER},
    {V "rules:\n  @x: deny\n", "yaml", 3, 3, "begins with @", NULL, USER},
    {V "rules:\n\ta: deny\n", "yaml", 3, 1, "blanks, not tabs", NULL, USER},
    {V "about: a: b\n", "yaml", 2, 9, "holds `: `", NULL, USER},
    {V "rules: {a: deny\n", "yaml", 3, 1, "closing bracket", NULL, USER},
    {V "about: a\x01z\n", "hidden-character", 2, 9, "without control", "\\x01", USER},
    {V "about: a\x7fz\n", "hidden-character", 2, 9, "without control", NULL, USER},
    {V "about: \xc2\x85z\n", "hidden-character", 2, 8, "without control", NULL, USER},
    {V "about: \xc3\xa4\xe2\x80\xaez\n", "hidden-character", 2, 9, "bidirectional", "\\u{202e}", USER},
    {V "about: a\xe2\x80\xa8z\n", "hidden-character", 2, 9, "without control", "\\u{2028}", USER},
    {V "about: a\xe2\x80\xa9z\n", "hidden-character", 2, 9, "without control", NULL, USER},
    {V "rules: {l\xe2\x80\x8bs: deny}\n", "hidden-character", 2, 10, "zero-width", NULL, USER},
    {V "# a comment with \xe2\x80\xae in it\n", "hidden-character", 2, 18, "without control", NULL, USER},
    {V "kinds:\n  k: [{\"\\bx\": value}]\n", "hidden-character", 3, 8, "without control", "\\x08", USER},
    {V "about: \"\\u202e\"\n", "hidden-character", 2, 8, "without control", NULL, USER},
    {V "about: a\rb\n", "hidden-character", 2, 9, "without control", NULL, USER},
    {V "about: \xff\n", "not-utf8", 2, 8, "UTF-8", NULL, USER},
    {V "about: \xed\xa0\x80\n", "not-utf8", 2, 8, "UTF-8", NULL, USER},
    {V "about: \xc0\x80\n", "not-utf8", 2, 8, "UTF-8", NULL, USER},
};

static const wrong of_files[] = {
    {"[]\n", "wrong-type", 1, 1, "mapping that begins with `cmdpolicy: 1`", "a list", USER},
    {"cmdpolicy\n", "wrong-type", 1, 1, "mapping that begins", "a text", USER},
    {"rules: {}\n", "version-first", 1, 1, "`cmdpolicy: 1` in the first line", NULL, USER},
    {"rules: {}\ncmdpolicy: 1\n", "version-first", 1, 1, "`cmdpolicy: 1` in the first line", NULL, USER},
    {"cmdpolicy: 2\n", "version", 1, 12, "`cmdpolicy: 1`", "`2`", USER},
    {"cmdpolicy: [1]\n", "wrong-type", 1, 12, "`cmdpolicy: 1`", NULL, USER},
    {V "rule: {}\n", "unknown-key", 2, 1, "did you mean `rules`?", "`rule`", USER},
    {V "xyzzy: {}\n", "unknown-key", 2, 1, "one of cmdpolicy, pack, about, commands", NULL, USER},
    {V "pack: a b\n", "pack", 2, 7, "letters, digits", NULL, USER},
    {V "pack: []\n", "wrong-type", 2, 7, "an id such as", NULL, USER},
    {V "about: ''\n", "empty-value", 2, 8, "a text about", NULL, USER},
    {V "rules: []\n", "wrong-type", 2, 8, "keys such as `git log`", "a list", USER},
    {V "effects: x\n", "wrong-type", 2, 10, "kinds of effects", "a text", USER},
    {V "commands: x\n", "wrong-type", 2, 11, "programs", NULL, USER},
    {V "kinds: x\n", "wrong-type", 2, 8, "names of kinds", NULL, USER},
    {V "defaults: x\n", "wrong-type", 2, 11, "settings such as", NULL, USER},
    {V "tests: {allow: ls}\n", "wrong-type", 2, 8, "a list of tests", NULL, USER},
    {V "tests: [ls]\n", "wrong-type", 2, 9, "`allow: COMMAND`", NULL, USER},
    {V "tests: [{allo: ls}]\n", "unknown-key", 2, 10, "did you mean `allow`?", NULL, USER},
    {V "tests: [{rule: ls}]\n", "missing-key", 2, 9, "`allow:`, `review:` or `deny:`", NULL, USER},
    {V "tests: [{allow: ls, deny: ls}]\n", "test", 2, 21, "one of allow, review, deny", NULL, USER},
    {V "tests: [{allow: [ls]}]\n", "wrong-type", 2, 17, "a command", NULL, USER},
    {V "tests: [{allow: ''}]\n", "empty-value", 2, 17, "a command", NULL, USER},
    {V "defaults: {unknown-comand: deny}\n", "unknown-key", 2, 12, "did you mean `unknown-command`?", NULL,
     USER},
    {V "defaults: {unknown-command: maybe}\n", "unknown-word", 2, 29, "one of allow, review, deny", NULL,
     USER},
    {V "defaults: {unparsable: allow}\n", "unknown-word", 2, 24, "one of review, deny", NULL, USER},
    {V "defaults: {dynamic-command: allow}\n", "unknown-word", 2, 29, "one of review, deny", NULL, USER},
    {V "defaults: {unknown-command: allow}\n", "unknown-word", 2, 29, "one of review, deny", NULL,
     CP_LAYER_REQUIREMENTS},
    {V "defaults: {depth: deep}\n", "number", 2, 19, "a number from 1", NULL, USER},
    {V "defaults: {depth: 0}\n", "number", 2, 19, "a number from 1", NULL, USER},
    {V "defaults: {depth: 99999999999}\n", "number", 2, 19, "a number from 1", NULL, USER},
    {V "defaults: {depth: {least: 3}}\n", "unknown-key", 2, 20, "one of most, verdict", NULL, USER},
    {V "defaults: {depth: {most: 3, verdict: allow}}\n", "unknown-word", 2, 38, "one of review, deny", NULL,
     USER},
    {V "defaults: {dialect: csh}\n", "unknown-word", 2, 21, "did you mean `sh`? One of bash, sh, dash, zsh",
     NULL, USER},
    {V "defaults: {profile: none}\n", "unknown-word", 2, 21, "one of read-only, workspace-write", NULL, USER},
    {V "defaults: {audit: log}\n", "path-pattern", 2, 19, "~/.local/state", "`log`", USER},
    {V "defaults: {audit: {flie: /x}}\n", "unknown-key", 2, 20, "did you mean `file`?", NULL, USER},
    {V "defaults: {audit: {redact: most}}\n", "unknown-word", 2, 28, "none", NULL, USER},
    {V "defaults: {trusted-program-directories: /usr/bin}\n", "wrong-type", 2, 41, "[/usr/bin, /bin]", NULL,
     USER},
    {V "defaults: {trusted-program-directories: [workspace/bin]}\n", "path-pattern", 2, 42,
     "begins with `/` or `~`", NULL, USER},
    {V "defaults: {trusted-program-directories: ['/opt/*/bin']}\n", "path-pattern", 2, 42, "without `*`",
     NULL, USER},
    {V "defaults: {system-directories: /sys}\n", "wrong-type", 2, 32, "[/var/log, /usr/share]", NULL, USER},
    {V "defaults: {system-directories: [~/log]}\n", "path-pattern", 2, 33, "begins with `/`,", NULL, USER},
    /* floors */
    {V "commands: {x: {}}\n", "not-in-workspace", 2, 1, "cmdpolicy, about, rules, effects, tests",
     "`commands`", CP_LAYER_WORKSPACE},
    {V "kinds: {}\n", "not-in-workspace", 2, 1, NULL, NULL, CP_LAYER_WORKSPACE},
    {V "defaults: {}\n", "not-in-workspace", 2, 1, NULL, NULL, CP_LAYER_WORKSPACE},
    {V "pack: x\n", "not-in-workspace", 2, 1, NULL, NULL, CP_LAYER_WORKSPACE},
    {V "rulse: {}\n", "unknown-key", 2, 1, "did you mean `rules`? One of cmdpolicy, about, rules", NULL,
     CP_LAYER_WORKSPACE},
    {V "rules: {make: allow}\n", "floor-allow", 2, 15, "`except: [...]`", "`allow`", CP_LAYER_WORKSPACE},
    {V "rules: {make: by-effects}\n", "floor-allow", 2, 15, "review or deny", NULL, CP_LAYER_REQUIREMENTS},
    {V "rules: {make: [{when: {workspace: trusted}, verdict: allow}, deny]}\n", "floor-allow", 2, 54,
     "review or deny", NULL, CP_LAYER_REQUIREMENTS},
    {V "effects: {read: {default: allow}}\n", "floor-allow", 2, 27, "review or deny", NULL,
     CP_LAYER_REQUIREMENTS},
    {V "effects: {read: {default: {except: [/x]}}}\n", "missing-verdict", 2, 27, "`verdict: review`", NULL,
     CP_LAYER_WORKSPACE},
};

static const wrong of_values[] = {
    {V "rules: {make: alow}\n", "verdict", 2, 15,
     "did you mean `allow`? One of allow, by-effects, review, deny", NULL, USER},
    {V "rules: {make: no}\n", "verdict", 2, 15, "one of allow, by-effects, review, deny", "`no`", USER},
    {V "rules: {make: {reason: x}}\n", "missing-verdict", 2, 15, "`verdict:`", NULL, USER},
    {V "rules: {make: {verdict: deny, resaon: x}}\n", "unknown-key", 2, 31, "did you mean `reason`?", NULL,
     USER},
    {V "rules: {make: {verdict: deny, secret: true}}\n", "unknown-key", 2, 31,
     "one of verdict, reason, suggest, risk, when, arms, except, id, tests", NULL, USER},
    {V "rules: {make: {verdict: deny, reason: [x]}}\n", "wrong-type", 2, 39, "text", NULL, USER},
    {V "rules: {make: {verdict: deny, reason: ''}}\n", "empty-value", 2, 39, "text", NULL, USER},
    {V "rules: {make: {verdict: deny, risk: hih}}\n", "risk", 2, 37, "did you mean `high`?", NULL, USER},
    {V "rules: {make: []}\n", "empty-value", 2, 15, "verdicts with their conditions", NULL, USER},
    {V "rules: {make: [deny, review]}\n", "unreachable", 2, 22, "without `when` last", NULL, USER},
    {V "rules: {make: {id: x, arms: [deny, review]}}\n", "unreachable", 2, 36, "without `when` last", NULL,
     USER},
    {V "rules: {make: {arms: []}}\n", "empty-value", 2, 22, "verdicts with their conditions", NULL, USER},
    {V "rules: {make: {arms: deny}}\n", "wrong-type", 2, 22, "a list of arms", NULL, USER},
    {V "rules: {make: {arms: [deny], verdict: allow}}\n", "arms", 2, 15, "in the arms", NULL, USER},
    {V "rules: {make: {arms: [{arms: [deny]}]}}\n", "unknown-key", 2, 24,
     "one of verdict, reason, suggest, risk, when", NULL, USER},
    {V "effects: {network: {default: {arms: [deny]}}}\n", "unknown-key", 2, 31, "one of verdict", NULL, USER},
    {V "rules: {make: [{verdict: deny, except: [x]}]}\n", "unknown-key", 2, 32, "one of verdict, reason",
     NULL, USER},
    {V "rules: {make: [[deny]]}\n", "wrong-type", 2, 16, "a mapping with `when`", NULL, USER},
    {V "rules: {make: {verdict: deny, except: make test}}\n", "wrong-type", 2, 39, "in [...]", NULL, USER},
    {V "rules: {make: {verdict: deny, except: [cmake test]}}\n", "never-matches", 2, 40, "`make ...`", NULL,
     USER},
    {V "effects: {read: by-effects}\n", "verdict", 2, 17, "allow, review or deny", NULL, USER},
    {V "effects: {read: {/x: {verdict: deny, secret: yes}}}\n", "wrong-type", 2, 46, "`true` or `false`",
     NULL, USER},
    {V "effects: {write: {/x: {verdict: deny, secret: true}}}\n", "secret", 2, 19, "under `read`", NULL,
     USER},
    {V "effects: {write: {/x: {verdict: deny, maybe: named}}}\n", "maybe", 2, 19, "under `read`", NULL, USER},
    {V "effects: {write: {/x: {verdict: deny, maybe: allow}}}\n", "maybe", 2, 46, "`deny`", NULL, USER},
    {V "effects: {wirte: {/x: deny}}\n", "unknown-key", 2, 11, "did you mean `write`?", NULL, USER},
    {V "effects: {flow: {network to sink: deny}}\n", "flow", 2, 29, "one of code, network, remote, write",
     NULL, USER},
    {V "effects: {flow: {netwrk to code: deny}}\n", "flow", 2, 18, "did you mean `network`?", NULL, USER},
    {V "effects: {flow: {network: deny}}\n", "flow", 2, 18, "`network to code`", NULL, USER},
    {V "effects: {flow: {network to code: [deny]}}\n", "wrong-type", 2, 35, "one verdict", NULL, USER},
    {V "effects: {flow: [x]}\n", "wrong-type", 2, 17, "`network to code: deny`", NULL, USER},
    /* conditions */
    {V "rules: {make: {verdict: deny, when: {}}}\n", "empty-value", 2, 37, "conditions such as", NULL, USER},
    {V "rules: {make: {verdict: deny, when: x}}\n", "wrong-type", 2, 37, "conditions such as", NULL, USER},
    {V "rules: {make: {verdict: deny, when: {sandbx: none}}}\n", "unknown-key", 2, 38,
     "did you mean `sandbox`?", NULL, USER},
    {V "rules: {make: {verdict: deny, when: {sandbox: full}}}\n", "condition", 2, 47,
     "one of none, read-only, workspace-write", NULL, USER},
    {V "rules: {make: {verdict: deny, when: {sandbox: none|readonly}}}\n", "condition", 2, 52,
     "did you mean `read-only`?", NULL, USER},
    {V "rules: {make: {verdict: deny, when: {workspace: mine}}}\n", "condition", 2, 49,
     "one of trusted, untrusted", NULL, USER},
    {V "rules: {make: {verdict: deny, when: {shell: fish}}}\n", "condition", 2, 45,
     "one of bash, sh, dash, zsh", NULL, USER},
    {V "rules: {make: {verdict: deny, when: {cwd: src}}}\n", "path-pattern", 2, 43, "perhaps `**/src`", NULL,
     USER},
    {V "rules: {make: {verdict: deny, when: {cwd: cwd/x}}}\n", "condition", 2, 43, "`workspace`", NULL, USER},
    {V "rules: {make: {verdict: deny, when: {operands: many}}}\n", "condition", 2, 48,
     "`none`, a number, `1..`", NULL, USER},
    {V "rules: {make: {verdict: deny, when: {operands: 3..1}}}\n", "condition", 2, 48, "`none`, a number",
     NULL, USER},
    {V "rules: {make: {verdict: deny, when: {operand: '(x'}}}\n", "regex", 2, 50, "matches the whole value",
     NULL, USER},
    {V "rules: {make: {verdict: deny, when: {options: -a||-b}}}\n", "condition", 2, 50, "`-i -e|-f`", NULL,
     USER},
    {V "rules: {make: {verdict: deny, when: {no-options: x}}}\n", "condition", 2, 50,
     "`true`, or the options", NULL, USER},
    {V "effects: {read: {default: {verdict: deny, when: {options: -f}}}}\n", "unknown-key", 2, 50,
     "one of cwd, workspace, sandbox, shell, branch", NULL, USER},
};

static const wrong of_keys[] = {
    {V "rules: {'': deny}\n", "empty-value", 2, 9, "a command, such as `git log`", NULL, USER},
    {V "rules: {'git log, ': deny}\n", "empty-entry", 2, 19, "a command, such as", NULL, USER},
    {V "rules: {'a, , b': deny}\n", "empty-entry", 2, 13, "a command, such as", NULL, USER},
    {V "rules:\n  git log|: deny\n", "empty-entry", 3, 11, "`A|B` within a word", NULL, USER},
    {V "rules:\n  cat x | sh: deny\n", "empty-entry", 3, 9, "without pipes", NULL, USER},
    {V "rules:\n  make && ls: deny\n", "never-matches", 3, 8, "one command", NULL, USER},
    {V "rules:\n  echo >x: deny\n", "never-matches", 3, 8, "one command", NULL, USER},
    {V "rules:\n  rm <file>: deny\n", "never-matches", 3, 6, "one command", NULL, USER},
    {V "rules:\n  rm $HOME: deny\n", "never-matches", 3, 6, "`~`, `workspace`", NULL, USER},
    {V "rules:\n  rm `x`: deny\n", "never-matches", 3, 6, "single quotes", NULL, USER},
    {V "rules:\n  echo 'x: deny\n", "quote", 3, 8, "the closing quote", NULL, USER},
    {V "rules:\n  echo '*'*: deny\n", "quote", 3, 8, "as a glob only", NULL, USER},
    {V "rules:\n  FOO=1 make: deny\n", "never-matches", 3, 3, "`effects: env`", NULL, USER},
    {V "rules:\n  --force: deny\n", "never-matches", 3, 3, "the program first", NULL, USER},
    {V "rules:\n  '*': deny\n", "never-matches", 3, 4, "`defaults: unknown-command`", NULL, USER},
    {V "rules:\n  git ... log: deny\n", "never-matches", 3, 7, "`...` at the end", NULL, USER},
    {V "rules:\n  git --f*: deny\n", "never-matches", 3, 7, "the options one by one", NULL, USER},
    {V "rules:\n  a/../b x: deny\n", "path-pattern", 3, 3, "a path that begins with", NULL, USER},
    {V "rules:\n  cat ~bob/x/../y: deny\n  cat /x/../y: deny\n", "path-pattern", 4, 7,
     "after `.`, `..` and `//` are gone", NULL, USER},
    {V
     "commands: {git: {subcommands: {push: {options: {'-f|--force, -n': flag}}}}}\nrules:\n  git push --force -n: deny\n  git push -nf, git pull: review\n",
     "contradiction", 5, 3, "one verdict for it in a layer", "line 4", USER},
    {V "rules:\n  a b|c: deny\n  a c: review\n", "contradiction", 4, 3, "one verdict", NULL, USER},
    {V "effects:\n  read: {/x: deny, '/y, /x': review}\n", "contradiction", 3, 25, "one verdict", NULL, USER},
    {V "effects:\n  read: {/x: deny, '/x|/z': {verdict: deny, maybe: deny}}\n", "contradiction", 3, 21,
     "one verdict", NULL, USER},
    {V "effects:\n  flow: {network to code: deny, 'secrets to network, network to code': review}\n",
     "contradiction", 3, 54, "one verdict", NULL, USER},
};

static const wrong of_patterns[] = {
    {V "effects: {read: {'': deny}}\n", "empty-value", 2, 18, "patterns", NULL, USER},
    {V "effects: {read: {x: deny}}\n", "path-pattern", 2, 18, "perhaps `**/x` or `workspace/x`", NULL, USER},
    {V "effects: {read: {'/x, y': deny}}\n", "path-pattern", 2, 23, "perhaps `**/y`", NULL, USER},
    {V "effects: {read: {./x: deny}}\n", "path-pattern", 2, 18, "begins with `/`, `~`", NULL, USER},
    {V "effects: {read: {~bob/x: deny}}\n", "path-pattern", 2, 18, "`/home/bob/x` for another user's", NULL,
     USER},
    {V "effects: {write: {$HOME/x: deny}}\n", "path-pattern", 2, 19, "a path that begins with",
     "holds a variable", USER},
    {V "effects: {write: {'**': deny}}\n", "path-pattern", 2, 20, "`/**` for every path", NULL, USER},
    {V "effects: {write: {'**/': deny}}\n", "path-pattern", 2, 20, "a name behind", NULL, USER},
    {V "effects: {write: {/x/: deny}}\n", "path-pattern", 2, 19, "`/x` without the slash, or `/x/**`", NULL,
     USER},
    {V "effects: {write: {~/: deny}}\n", "path-pattern", 2, 19, "`~` without the slash", NULL, USER},
    {V "effects: {write: {/x//y: deny}}\n", "path-pattern", 2, 19, "are gone", "`//`", USER},
    {V "effects: {write: {/x/../y: deny}}\n", "path-pattern", 2, 19, "are gone", "`..`", USER},
    {V "effects: {write: {/x/**y: deny}}\n", "path-pattern", 2, 19, "`**` alone between slashes", NULL, USER},
    {V "effects: {write: {\"/x\xc2\xa0y\": deny}}\n", "blank-character", 2, 20, "a blank, where one is meant",
     NULL, USER},
    {V "effects: {network: {'https://x.com/y': deny}}\n", "host-pattern", 2, 22, "the host alone: x.com",
     NULL, USER},
    {V "effects: {network: {'x.*.com': deny}}\n", "host-pattern", 2, 22, "`*.example.com`", NULL, USER},
    {V "effects: {network: {'x.com:0': deny}}\n", "host-pattern", 2, 22, "a port from 1", NULL, USER},
    {V "effects: {network: {'x.com:http': deny}}\n", "host-pattern", 2, 22, "a port from 1", NULL, USER},
    {V "effects: {network: {10.0.0.0/33: deny}}\n", "host-pattern", 2, 21, "`10.0.0.0/8`", NULL, USER},
    {V "effects: {network: {x.com/y: deny}}\n", "host-pattern", 2, 21, "`example.com`", NULL, USER},
    {V "effects: {network: {'[::1': deny}}\n", "host-pattern", 2, 22, "an address", NULL, USER},
    {V "effects: {env: {A-B: deny}}\n", "variable-pattern", 2, 17, "letters, digits", NULL, USER},
    {V "effects: {env: {A-B=c: deny}}\n", "variable-pattern", 2, 17, "letters, digits", NULL, USER},
    {V "commands: {x: {effects: [env A=b]}}\n", "variable-pattern", 2, 30, "letters, digits", NULL, USER},
    {V "effects: {read: {$A.B: deny}}\n", "variable-pattern", 2, 18, "letters, digits", NULL, USER},
    {V "effects: {code: {outline: deny}}\n", "path-pattern", 2, 18, "`inline`, `stdin`", NULL, USER},
    {V "effects: {privilege: {root: deny}}\n", "no-pattern", 2, 23, "one verdict for all", NULL, USER},
    {V "effects: {read: {default: {verdict: deny, except: [x]}}}\n", "path-pattern", 2, 52, "perhaps `**/x`",
     NULL, USER},
};

static const wrong of_commands[] = {
    {V "commands: {x: []}\n", "wrong-type", 2, 15, "what it does: options", NULL, USER},
    {V "commands: {x y: {}}\n", "command-name", 2, 12, "goes into `subcommands`", NULL, USER},
    {V "commands: {/bin/x: {}}\n", "command-name", 2, 12, "without a path", NULL, USER},
    {V "commands: {'*': {}}\n", "command-name", 2, 13, "a name", NULL, USER},
    {V "commands: {x: {optoins: {-a: flag}}}\n", "unknown-key", 2, 16, "did you mean `options`?", NULL, USER},
    {V "commands: {x: {syntax: bsd}}\n", "unknown-word", 2, 24, "one of gnu, posix", NULL, USER},
    {V "commands: {x: {options: [-a]}}\n", "wrong-type", 2, 25, "options with a kind each", NULL, USER},
    {V "commands: {x: {options: {a: flag}}}\n", "option-name", 2, 26, "begins with `-` or `+`", NULL, USER},
    {V "commands: {x: {options: {--a=b: flag}}}\n", "option-name", 2, 26, "the name alone", NULL, USER},
    {V "commands: {x: {options: {-a -b: flag}}}\n", "option-name", 2, 26, "the name alone", NULL, USER},
    {V "commands: {x: {options: {'-a|': flag}}}\n", "empty-entry", 2, 30, "on both sides", NULL, USER},
    {V "commands: {x: {options: {'--a*b': flag}}}\n", "option-name", 2, 27, "a prefix such as `-W*`", NULL,
     USER},
    {V "commands: {x: {options: {'-W*|--warn': flag}}}\n", "option-name", 2, 27, "an entry of its own", NULL,
     USER},
    {V "commands: {x: {options: {'-a, -a': flag}}}\n", "duplicate-option", 2, 31, "each option once", NULL,
     USER},
    {V "commands: {x: {options: {-a: flg}}}\n", "unknown-kind", 2, 30, "did you mean `flag`?", NULL, USER},
    {V "commands: {x: {options: {-a: read-}}}\n", "kind", 2, 30, "`-` behind `write`, `edit` or `write-tree`",
     "a dash", USER},
    {V "commands: {x: {options: {-a: Flag}}}\n", "kind", 2, 30, "did you mean `flag`?", NULL, USER},
    {V "commands: {x: {options: {-a: 'flag?'}}}\n", "kind", 2, 30, "`flag` or `value?`", NULL, USER},
    {V "commands: {x: {options: {-a: 'value*'}}}\n", "kind", 2, 30, "a list of kinds", NULL, USER},
    {V "commands: {x: {options: {-a: 'value = x'}}}\n", "kind", 2, 30, "for operands only", NULL, USER},
    {V "commands: {x: {options: {-a: []}}}\n", "empty-value", 2, 30, "`flag` where it takes no word", NULL,
     USER},
    {V "commands: {x: {options: {-a: [flag]}}}\n", "kind", 2, 31, "the kinds of the words", NULL, USER},
    {V "commands: {x: {options: {-a: [rest, value]}}}\n", "kind", 2, 37, "remaining words last", NULL, USER},
    {V "commands: {x: {options: {-a: {effects: [network]}}}}\n", "missing-key", 2, 30, "`kind:`", NULL, USER},
    {V "commands: {x: {options: {-a: {kind: flag, effect: [network]}}}}\n", "unknown-key", 2, 43,
     "did you mean `effects`?", NULL, USER},
    {V "commands: {x: {operands: read*}}\n", "wrong-type", 2, 26, "a list such as", NULL, USER},
    {V "commands: {x: {operands: [flag]}}\n", "kind", 2, 27, "`flag` and `help` are for options", NULL, USER},
    {V "commands: {x: {operands: ['read*+']}}\n", "kind", 2, 27, "one of `?`, `*` and `+`", NULL, USER},
    {V "commands: {x: {operands: ['read!!']}}\n", "kind", 2, 27, "each mark once", NULL, USER},
    {V "commands: {x: {operands: ['read*', 'write*']}}\n", "kind", 2, 36, "one `*` or `+`", NULL, USER},
    {V "commands: {x: {operands: ['read*', --, 'write*', read, 'read*']}}\n", "kind", 2, 56, "one `*` or `+`",
     NULL, USER},
    {V "commands: {x: {operands: [command, read]}}\n", "kind", 2, 36, "remaining words last", NULL, USER},
    {V "commands: {x: {operands: ['read = ']}}\n", "kind", 2, 27, "`KIND = DEFAULT`", NULL, USER},
    {V "commands: {x: {effects: network}}\n", "wrong-type", 2, 25, "a list such as", NULL, USER},
    {V "commands: {x: {effects: [netwrk]}}\n", "effect", 2, 26, "did you mean `network`?", NULL, USER},
    {V "commands: {x: {effects: [write x]}}\n", "path-pattern", 2, 32, "perhaps `**/x`", NULL, USER},
    {V "commands: {x: {effects: [network x//y]}}\n", "host-pattern", 2, 34, "`example.com`", NULL, USER},
    {V "commands: {x: {stdin: scripts}}\n", "unknown-kind", 2, 23, "did you mean `script`?", NULL, USER},
    {V "commands: {x: {stdout: all}}\n", "unknown-word", 2, 24, "one of opaque, operands, format, stdin",
     NULL, USER},
    {V "commands: {x: {stdout: 'lines {hsh} {any}'}}\n", "unknown-word", 2, 24, "did you mean `hash`?", NULL,
     USER},
    {V "commands: {x: {stdout: {lines: any}}}\n", "wrong-type", 2, 24, "what is printed", NULL, USER},
    {V "commands: {x: {stdout: column 2 by ab}}\n", "unknown-word", 2, 24, "one of opaque", NULL, USER},
    {V "commands: {x: {stdout: word x}}\n", "unknown-word", 2, 24, "did you mean `word`?", NULL, USER},
    {V "commands: {x: {stdout: [lines]}}\n", "unknown-word", 2, 24, "did you mean `lines`?", NULL, USER},
    {V "commands: {x: {does: chdr}}\n", "unknown-word", 2, 22, "did you mean `chdir`?", NULL, USER},
    {V "commands: {x: {environment: drop}}\n", "unknown-word", 2, 29, "one of kept, dropped", NULL, USER},
    {V "commands: {x: {unknown-options: fine}}\n", "unknown-word", 2, 33, "one of review, harmless", NULL,
     USER},
    {V "commands: {x: {subcommands: {a b: {}}}}\n", "command-name", 2, 30, "an option with its value", NULL,
     USER},
    {V "commands: {x: {subcommands: {'a, a': {}}}}\n", "duplicate-command", 2, 34, "each subcommand once",
     NULL, USER},
    {V "commands:\n  x: {}\n  'y, x': {}\n", "duplicate-command", 4, 7, "one description of a program",
     "line 3", USER},
    {V "commands: {x: {cases: {when: {}}}}\n", "wrong-type", 2, 23, "a list of cases", NULL, USER},
    {V "commands: {x: {cases: [{operands: []}]}}\n", "missing-key", 2, 24, "`when:`", NULL, USER},
    {V "commands: {x: {options: {-a: flag}, cases: [{when: {options: -a}}]}}\n", "missing-key", 2, 45,
     "what the case replaces", NULL, USER},
    {V "commands: {x: {options: {--all: flag}, cases: [{when: {options: --al}, operands: []}]}}\n",
     "unknown-option", 2, 65, "did you mean `--all`?", NULL, USER},
    {V "commands: {x: {options: {-a: flag}, cases: [{when: {cwd: /x}, operands: []}]}}\n", "unknown-key", 2,
     53, "one of options, no-options, operands, operand", NULL, USER},
    {V "commands: {x: {options: {-a: flag}, cases: [{when: {options: -a}, options: {-a: value}}]}}\n",
     "case-arity", 2, 77, "as many words", NULL, USER},
    {V "commands: {x: {options: {-a: flag}, cases: [{when: {options: -a}, options: {-b: flag}}]}}\n",
     "unknown-option", 2, 77, "an option that stands under", NULL, USER},
    {V "commands: {x: {options: {-a: flag}, cases: [{when: {options: -a}, syntax: posix}]}}\n", "unknown-key",
     2, 67, "one of when, options, operands", NULL, USER},
    /* kinds */
    {V "kinds: {read: [{x: value}]}\n", "kind-name", 2, 8 + 1, "a name of its own", NULL, USER},
    {V "kinds: {A b: [{x: value}]}\n", "kind-name", 2, 9, "small letters", NULL, USER},
    {V "kinds: {k: value}\n", "wrong-type", 2, 12, "a list of patterns", NULL, USER},
    {V "kinds: {k: {x: value}}\n", "unknown-key", 2, 13, "grammar", NULL, USER},
    {V "kinds: {k: {grammar: cobol, otherwise: code}}\n", "unknown-word", 2, 22, "python", NULL, USER},
    {V "kinds: {k: {grammar: python, names: x}}\n", "wrong-type", 2, 37, "names, and what", NULL, USER},
    {V "kinds: {k: {grammar: python, names: {a: [b]}}}\n", "wrong-type", 2, 41, "what these names are", NULL,
     USER},
    {V "kinds: {k: {grammar: python, members: x}}\n", "wrong-type", 2, 39, "listed names with a dot", NULL,
     USER},
    {V "kinds: {k: {grammar: python, modules: x}}\n", "wrong-type", 2, 39, "modules, and their", NULL, USER},
    {V "kinds: {k: {grammar: python}}\n", "missing-key", 2, 12, "otherwise", NULL, USER},
    {V "kinds: {k: {otherwise: code}}\n", "missing-key", 2, 12, "grammar", NULL, USER},
    {V "kinds: {k: {grammar: python, otherwise: code, names: {a: values}}}\n", "form", 2, 58, "looks", NULL,
     USER},
    {V "kinds: {k: {grammar: python, otherwise: code, names: {a: '(rad)'}}}\n", "form", 2, 58, "ROLE", NULL,
     USER},
    {V "kinds: {k: {grammar: python, otherwise: code, names: {a: value, 'b, a': looks}}}\n", "duplicate-name",
     2, 69, "one of the two", NULL, USER},
    {V "kinds: {k: []}\n", "empty-value", 2, 12, "a list of patterns", NULL, USER},
    {V "kinds: {k: [{x: value, y: value}]}\n", "wrong-type", 2, 13, "one pattern an item", NULL, USER},
    {V "kinds: {k: [{'(x': value}]}\n", "regex", 2, 17, "matches the whole value", NULL, USER},
    {V "kinds: {k: [{'x': valeu}]}\n", "unknown-kind", 2, 19, "did you mean `value`?", NULL, USER},
    {V "kinds: {k: [{'(?<a>x)': {b: read}}]}\n", "unknown-group", 2, 26, "the name of a group", NULL, USER},
    {V "kinds: {k: [{'(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)(l)(m)(n)(o)(?<a>x)': {a: read}}]}\n", "unknown-group",
     2, 71, "one of the first 15 groups", NULL, USER},
    {V "kinds: {k: [{'[](](?:x)\\((?<b>y)(?<!a)(?<a>x)': {c: read}}]}\n", "unknown-group", 2, 50,
     "the name of a group", NULL, USER},
    {V "kinds: {k: [{'x': flag}]}\n", "kind", 2, 19, "`flag` and `help` are for options", NULL, USER},
    {V "kinds: {k: [{'x': 'value?'}]}\n", "kind", 2, 19, "no `?` here", NULL, USER},
};

/* What else the readers say: the expectation of every part that is of the wrong type or empty. */
static const wrong of_parts[] = {
    {V "commands: {x: {options: {-a: nosuch}}}\n", "unknown-kind", 2, 30,
     "one of the language's kinds, or one that `kinds:`", "`nosuch`", USER},
    {V "commands: {x: {operands: [[read]]}}\n", "wrong-type", 2, 27,
     "a kind such as `value`, `read` or `flag`", NULL, USER},
    {V "commands: {x: {stdin: 'read*'}}\n", "kind", 2, 23, "no `*` and no `+` here", NULL, USER},
    {V "commands: {x: {effects: [[network]]}}\n", "wrong-type", 2, 26, "KIND or KIND OBJECT", NULL, USER},
    {V "commands: {x: {options: {-a: {kind: {}}}}}\n", "wrong-type", 2, 37, "a kind, a list of kinds", NULL,
     USER},
    {V "commands: {x: {does: {}}}\n", "wrong-type", 2, 22, "what a shell builtin changes", NULL, USER},
    {V "commands: {x: {cases: [x]}}\n", "wrong-type", 2, 24, "a case: `{when:", NULL, USER},
    {V "commands: {x: {subcommands: []}}\n", "wrong-type", 2, 29, "subcommands with what each does", NULL,
     USER},
    {V "kinds: {k: [{x: []}]}\n", "wrong-type", 2, 17,
     "a kind, or kinds of the pattern's groups: `{path: read}`", NULL, USER},
    {V "kinds: {k: [{x: {}}]}\n", "empty-value", 2, 17, "a kind, or kinds of the pattern's groups",
     "a pattern that says nothing", USER},
    {V "kinds: {k: [x]}\n", "wrong-type", 2, 13, "`'REGEX': KIND`", NULL, USER},
    {V "effects: {flow: {network to code: {verdict: deny, except: [/x]}}}\n", "flow", 2, 35,
     "verdict, reason, suggest, risk, when, id", "a flow has no exceptions", USER},
    {V "effects: {read: {'/x, , /y': deny}}\n", "empty-entry", 2, 23, "with something on both sides", NULL,
     USER},
    {V "rules: {make: {verdict: deny, when: {operand: [x]}}}\n", "wrong-type", 2, 47,
     "a regular expression that matches a whole operand", NULL, USER},
    {V "rules: {make: {verdict: deny, when: {cwd: [/x]}}}\n", "wrong-type", 2, 43,
     "a path pattern such as `~/src/**`", NULL, USER},
    {V "rules: {make: {verdict: [deny]}}\n", "wrong-type", 2, 25, "allow, by-effects, review or deny", NULL,
     USER},
    {V "rules: {make: {}}\n", "missing-verdict", 2, 15, "`verdict:", NULL, USER},
};

static void check_wrong(const wrong *w) {
    compiled c;
    bool done = compiled_one(&c, w->text, w->layer, NULL);
    const cp_diag *d = c.diags.first;
    while (d && d->warning)
        d = d->next;
    ck_assert_msg(!done && d != NULL, "this should be %s:\n%s", w->code, w->text);
    ck_assert_msg(cp_slice_is(d->code, w->code), "code %s, not %s (%s): \n%s", show(d->code), w->code,
                  show(d->message), w->text);
    ck_assert_msg(d->line == w->line && d->column == w->column, "%s at %u:%u, not %u:%u (%s):\n%s", w->code,
                  d->line, d->column, w->line, w->column, show(d->message), w->text);
    ck_assert_msg(cp_slice_is(d->file, "test.yaml"), "file %s", show(d->file));
    if (w->expected)
        ck_assert_msg(strstr(show(d->expected), w->expected) != NULL, "expected: '%s', not '%s':\n%s",
                      show(d->expected), w->expected, w->text);
    if (w->message)
        ck_assert_msg(strstr(show(d->message), w->message) != NULL, "message: '%s', not '%s':\n%s",
                      show(d->message), w->message, w->text);
    /* the offset is that of the place, in bytes */
    uint32_t line = 1, column = 1;
    for (uint64_t i = 0; i < d->offset && w->text[i]; i++) {
        bool end = w->text[i] == '\n';
        line += end;
        column = end ? 1 : column + ((w->text[i] & 0xc0) != 0x80);
    }
    ck_assert_msg(line == d->line && column == d->column, "offset %u is %u:%u, not %u:%u:\n%s",
                  (unsigned)d->offset, line, column, d->line, d->column, w->text);
    compiled_free(&c);
}

#define TABLE(name)             \
  START_TEST(name##_are_found)  \
    { check_wrong(&name[_i]); } \
  END_TEST
TABLE(of_yaml)
TABLE(of_files)
TABLE(of_values)
TABLE(of_keys)
TABLE(of_patterns)
TABLE(of_commands)
TABLE(of_parts)

/* What is said although the policy loads. */
static const wrong warnings[] = {
    {V "rules:\n  a b: deny\n  a c|b: deny\n", "duplicate-rule", 4, 3, "each key once",
     "`a c|b` says what test.yaml, line 3 says already", USER},
    {V "effects:\n  read: {/x: deny, '/y, /x': deny}\n", "duplicate-pattern", 3, 25, "each pattern once",
     "`/x` says what test.yaml, line 3 says already", USER},
};
START_TEST(warnings_are_said)
    {
        const wrong *w = &warnings[_i];
        compiled c;
        ck_assert_msg(compiled_one(&c, w->text, w->layer, NULL), "%s", compiled_why);
        const cp_diag *d = c.diags.first;
        ck_assert_ptr_nonnull(d);
        ck_assert_msg(d->warning && cp_slice_is(d->code, w->code) && d->line == w->line &&
                          d->column == w->column,
                      "%s at %u:%u: %s", show(d->code), d->line, d->column, show(d->message));
        ck_assert_ptr_nonnull(strstr(show(d->expected), w->expected));
        ck_assert_msg(strstr(show(d->message), w->message) != NULL, "%s", show(d->message));
        compiled_free(&c);
    }
END_TEST

/* As many options and subcommands as a command may have, and one more. */
START_TEST(large_grammars_stop)
    {
        static char text[400000];
        static const char *const what[] = {"options of a command", "subcommands of a command"};
        for (int k = 0; k < 2; k++) {
            int n =
                snprintf(text, sizeof text, V "commands:\n  x:\n    %s:\n", k ? "subcommands" : "options");
            for (int i = 0; i <= 4096; i++)
                n += snprintf(text + n, sizeof text - (size_t)n, "      %so%d: %s\n", k ? "" : "-", i,
                              k ? "{}" : "flag");
            compiled c;
            ck_assert(!compiled_one(&c, text, USER, NULL));
            ck_assert_str_eq(show(c.diags.first->code), "too-many");
            ck_assert_msg(strstr(show(c.diags.first->message), what[k]) != NULL, "%s",
                          show(c.diags.first->message));
            ck_assert_uint_gt(c.diags.first->line, 4000);
            compiled_free(&c);
        }
    }
END_TEST

/* All errors of a file are reported, not the first alone. */
START_TEST(all_errors_are_reported)
    {
        compiled c;
        ck_assert(!compiled_one(&c, V "rules: {a: alow, b: dney}\neffects: {raed: deny}\n", USER, NULL));
        ck_assert_uint_eq(c.diags.errors, 3);
        compiled_free(&c);
    }
END_TEST

static char *repeated(const char *head, const char *part, size_t size) {
    char *text = malloc(strlen(head) + size + strlen(part) + 1);
    ck_assert(text != NULL);
    strcpy(text, head);
    size_t n = strlen(head), add = strlen(part);
    while (n < size) {
        memcpy(text + n, part, add);
        n += add;
    }
    text[n] = 0;
    return text;
}

static void check_hostile(char *text, const char *code) {
    compiled c;
    ck_assert(!compiled_one(&c, text, CP_LAYER_WORKSPACE, NULL));
    ck_assert_ptr_nonnull(c.diags.first);
    ck_assert_msg(cp_slice_is(c.diags.first->code, code), "code %s, not %s: %s", show(c.diags.first->code),
                  code, show(c.diags.first->message));
    /* bounded: what is read stays near the beginning, so memory stays small */
    ck_assert_uint_lt(c.arena.total, 64u * 1024 * 1024);
    compiled_free(&c);
    free(text);
}

START_TEST(deep_nesting_stops_at_once)
    {
        check_hostile(repeated("", "{\"\":[", 200 * 1024), "too-deep");
        check_hostile(repeated("", "[", 200 * 1024), "too-deep");
        check_hostile(repeated("", "- ", 200 * 1024), "too-deep");
        check_hostile(repeated("", "? ", 200 * 1024), "key-type");
        check_hostile(repeated(V "rules: {a: {verdict: deny, when: ", "{x: ", 200 * 1024), "too-deep");
    }
END_TEST

START_TEST(large_files_stop)
    {
        check_hostile(repeated(V "about: ", "x", 5 * 1024 * 1024), "too-large");
        check_hostile(repeated(V "tests: [", "x,", 2 * 1024 * 1024), "too-large");
    }
END_TEST

START_TEST(many_alternatives_stop)
    {
        compiled c;
        ck_assert(!compiled_one(
            &c, V "rules:\n  a 1|2|3|4|5|6|7|8 1|2|3|4|5|6|7|8 1|2|3|4|5|6|7|8 1|2|3|4|5|6|7|8 1|2: deny\n",
            USER, NULL));
        ck_assert_str_eq(show(c.diags.first->code), "too-many");
        compiled_free(&c);
    }
END_TEST

Suite *suite_policy_errors(void);
Suite *suite_policy_errors(void) {
    Suite *s = suite_create("policy_errors");
    TCase *t = tcase_create("errors");
#define ADD(name) tcase_add_loop_test(t, name##_are_found, 0, (int)(sizeof name / sizeof *name))
    ADD(of_yaml);
    ADD(of_files);
    ADD(of_values);
    ADD(of_keys);
    ADD(of_patterns);
    ADD(of_commands);
    ADD(of_parts);
    tcase_add_loop_test(t, warnings_are_said, 0, (int)(sizeof warnings / sizeof *warnings));
    tcase_add_test(t, large_grammars_stop);
    tcase_add_test(t, all_errors_are_reported);
    tcase_add_test(t, deep_nesting_stops_at_once);
    tcase_add_test(t, large_files_stop);
    tcase_add_test(t, many_alternatives_stop);
    suite_add_tcase(s, t);
    return s;
}
