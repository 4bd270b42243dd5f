#!/bin/sh
# cmdpolicy lint: each finding with its place and code, each format, and the built-in packs, in which it finds nothing.

# shellcheck disable=SC2154,SC2016 # lib.sh sets the names; backticks are meant
set -u
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

# finds LINE:COLUMN CODE PATTERN <<YAML: one finding, a warning, in a user's file.
finds() {
    cat >policy.yaml
    run "$tool" lint policy.yaml
    is 1 "$2"; silent
    says "policy.yaml:$1: warning: $3 \[$2\]"
}
# fine WHAT <<YAML: no finding.
fine() {
    cat >policy.yaml
    run "$tool" lint policy.yaml
    is 0 "$1"; says ''; silent
}

# ---- Keys that cannot match ------------------------------------------------------------------------------------------------
finds 3:3 never-matches '`while` is a word of the shell*; expected the commands inside it' <<'END'
cmdpolicy: 1
rules:
  while: deny
END
finds 3:12 never-matches '`--force` takes no value, so no call has `--force=x`; expected the option alone' <<'END'
cmdpolicy: 1
rules:
  git push --force=x: deny
END
finds 3:54 never-matches 'the key names the option `-l`; expected one of both' <<'END'
cmdpolicy: 1
rules:
  mytool -l run: {verdict: allow, when: {no-options: true}}
END
finds 3:49 never-matches 'the key names 2 operands; expected as many operands*' <<'END'
cmdpolicy: 1
rules:
  mytool a b: {verdict: allow, when: {operands: 1}}
END
finds 3:38 never-matches 'the exception `mytool a` is all that `mytool a` is about; expected *' <<'END'
cmdpolicy: 1
rules:
  mytool a: {verdict: deny, except: [mytool a]}
END
# ---- Words that the grammar doesn't know -------------------------------------------------------------------------------------
finds 3:12 unknown-option '`git push --forse` has no option `--forse` in its grammar; did you mean `--force`?' <<'END'
cmdpolicy: 1
rules:
  git push --forse: deny
END
cat >policy.yaml <<'END'
cmdpolicy: 1
rules:
  git push --quite-new: deny
END
run "$tool" lint policy.yaml
is 0 'an option that only the key knows is a note'
says 'policy.yaml:3:12: note: `git push --quite-new` has no option `--quite-new` in its grammar; expected * \[undescribed-option\]'
finds 5:10 never-matches '`mytool --force` has no options, so `--force` is one of its operands; *' <<'END'
cmdpolicy: 1
commands:
  mytool: {operands: [rest?], effects: [code]}
rules:
  mytool --force: deny
END
finds 3:9 unknown-subcommand '`statsu` is no subcommand that the grammar has; expected *' <<'END'
cmdpolicy: 1
rules:
  gh pr statsu: deny
END
finds 3:11 mixed-alternatives '`origin` is no subcommand, others beside it are: it is read as an operand; expected a key of its own for it' <<'END'
cmdpolicy: 1
rules:
  git log|origin: deny
END
# ---- Rules that never count ------------------------------------------------------------------------------------------------
finds 3:3 never-counts '`mytool a ...` never counts: `mytool a` in policy.yaml, line 4, is stricter; expected one verdict*' <<'END'
cmdpolicy: 1
rules:
  mytool a ...: allow
  mytool a: review
END
# ---- What an allow vouches for -------------------------------------------------------------------------------------------------
finds 3:3 vouches-for-less '`git: allow` vouches for nothing that `git *` does; expected a key for each subcommand that is meant' <<'END'
cmdpolicy: 1
rules:
  git: allow
END
finds 3:3 vouches-for-less '`rm: allow` vouches for no operand: what `delete` names is judged by its effect; expected `by-effects`*' <<'END'
cmdpolicy: 1
rules:
  rm: allow
END
# ---- Commands that are hidden ------------------------------------------------------------------------------------------------
finds 3:3 hidden-command '`mywrap ...` allows all that `mywrap` may be told, a command that it runs included; expected a description*' <<'END'
cmdpolicy: 1
rules:
  mywrap ...: allow
END
finds 3:31 hidden-command '`rest` is inert, and nothing before it is run; expected `command`*' <<'END'
cmdpolicy: 1
commands:
  mywrap: {operands: [value?, rest?]}
rules:
  mywrap: allow
END
finds 4:15 hidden-command 'the value of `--exec` is said to be inert; expected `script`*' <<'END'
cmdpolicy: 1
commands:
  mytool:
    options: {--exec: value}
END
# ---- Grammars ------------------------------------------------------------------------------------------------------------------
cat >policy.yaml <<'END'
cmdpolicy: 1
commands:
  mytool:
    options: {'-v, --list|--all': flag}
END
run "$tool" lint policy.yaml
is 0 'two long names may be one option: a note'
says 'policy.yaml:4:27: note: `--list|--all` is one option in two spellings; expected `, ` between options* \[two-long-names\]'
finds 4:7 slow-pattern '`(a+)+b` backtracks so much*; expected no repetition of what itself repeats*' <<'END'
cmdpolicy: 1
kinds:
  slow:
    - '(a+)+b': value
    - '.*': value!
END
cat >policy.yaml <<'END'
cmdpolicy: 1
commands:
  sudo: {options: {-n: flag}, operands: [value*]}
END
run "$tool" lint policy.yaml
is 1 'a grammar that replaces another'
says 'policy.yaml:3:3: warning: this description of `sudo` replaces the one in *\[grammar-replaced\]
policy.yaml:3:3: warning: this description of `sudo` hides the command that an earlier one shows; expected *\[hidden-command\]'
# ---- Suggestions -----------------------------------------------------------------------------------------------------------------
finds 3:11 suggest-denied 'the suggestion `rm -rf /` is denied itself: *; expected a command that this policy allows' <<'END'
cmdpolicy: 1
rules:
  mytool: {verdict: deny, suggest: rm -rf /}
END
cat >policy.yaml <<'END'
cmdpolicy: 1
rules:
  mytool: {verdict: deny, suggest: othertool x}
END
run "$tool" lint policy.yaml
is 0 'a note is no failure'; says 'policy.yaml:3:11: note: the suggestion `othertool x` gets a review itself: *\[suggest-reviewed\]'
run "$tool" lint --quiet policy.yaml
is 0 'lint --quiet'; says ''
# ---- What is fine ------------------------------------------------------------------------------------------------------------------
fine 'what the reference says' <<'END'
cmdpolicy: 1
rules:
  gh pr view|list: allow
  kubectl get|describe|logs: allow
  mytool status ...: allow
  mytool: {verdict: deny, suggest: gh pr view 1, except: [mytool status]}
  git log --oneline: allow
  cp: by-effects
  npm test: {verdict: allow, when: {no-options: true, operands: none}}
commands:
  mytool: {options: {'-q|--quiet|--silent, --colour|--color': flag, --exec: script}, subcommands: {status: {}}}
END
printf 'cmdpolicy: 1\nx: 1\ny: 2\n' >policy.yaml
run "$tool" lint policy.yaml
is 1 'errors'; says 'policy.yaml:2:1: error: *\[unknown-key\]
policy.yaml:3:1: error: *\[unknown-key\]'

# ---- Layers ----------------------------------------------------------------------------------------------------------------------------
run "$tool" lint
is 4 'nothing to look at'; complains '*expected cmdpolicy lint FILE*'
mkdir -p "$XDG_CONFIG_HOME/cmdpolicy"
printf 'cmdpolicy: 1\nrules:\n  git log|origin: deny\n' >"$XDG_CONFIG_HOME/cmdpolicy/policy.yaml"
run "$tool" lint
is 1 'what is configured'; says "$XDG_CONFIG_HOME/cmdpolicy/policy.yaml:3:11: warning: *\[mixed-alternatives\]"
printf 'cmdpolicy: 1\nrules:\n  mytool: allow\n' >floor.yaml
run "$tool" lint --as requirements floor.yaml
is 1 'a floor that allows'; says 'floor.yaml:3:11: error: *\[floor-allow\]'
printf 'cmdpolicy: 1\n' >empty.yaml && "$tool" compile empty.yaml -o x.cpi
run "$tool" lint x.cpi
is 4 'an image'; complains '*its sources*'

# ---- Formats ---------------------------------------------------------------------------------------------------------------------------
mkdir 'a b'
printf 'cmdpolicy: 1\nrules:\n  git log|origin, gh pr statsu: deny\n  mytool: {verdict: deny, suggest: othertool}\n' >'a b/p,1%.yaml'
run "$tool" lint --format json 'a b/p,1%.yaml'
is 1 'lint --format json'
python3 - out <<'END' || fail 'the JSON of lint'
import json, sys
found = json.load(open(sys.argv[1]))["findings"]
assert [(f["code"], f["level"], f["line"], f["column"]) for f in found] == [
    ("mixed-alternatives", "warning", 3, 11), ("unknown-subcommand", "warning", 3, 25),
    ("suggest-reviewed", "note", 4, 11)], found
assert all(f["file"] == "a b/p,1%.yaml" and f["message"] and f["expected"] and f["layer"] == "user" for f in found)
END
run "$tool" lint --format github 'a b/p,1%.yaml'
is 1 'lint --format github'
says '::warning file=a b/p%2C1%25.yaml,line=3,col=11,title=mixed-alternatives::`origin` is no subcommand*
::warning file=a b/p%2C1%25.yaml,line=3,col=25,title=unknown-subcommand::*
::notice file=*,title=suggest-reviewed::*'
run "$tool" lint --format sarif 'a b/p,1%.yaml'
is 1 'lint --format sarif'
python3 - out <<'END' || fail 'the SARIF of lint'
import json, sys
log = json.load(open(sys.argv[1]))
assert log["version"] == "2.1.0" and log["$schema"].endswith("sarif-2.1.0.json")
(run,) = log["runs"]
rules = run["tool"]["driver"]["rules"]
assert run["tool"]["driver"]["name"] == "cmdpolicy" and run["columnKind"] == "unicodeCodePoints"
assert len({r["id"] for r in rules}) == len(rules) == 3
for r in run["results"]:
    assert rules[r["ruleIndex"]]["id"] == r["ruleId"] and r["level"] in ("error", "warning", "note") and r["message"]["text"]
    place = r["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a%20b/p%2C1%25.yaml" and place["region"]["startLine"] >= 3
END
run "$tool" lint --format sarif empty.yaml
is 0 'SARIF without findings'; says '*"results": \[\]*'

# ---- The packs ---------------------------------------------------------------------------------------------------------------------------
cd "$CMDPOLICY_SOURCE_DIR" || exit 1
# shellcheck disable=SC2046 # names without blanks
run "$tool" lint --quiet $(find rules -name '*.yaml')
is 0 'the built-in packs'; says ''; silent

finish
