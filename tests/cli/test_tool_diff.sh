#!/bin/sh
# cmdpolicy diff, and what cmdpolicy test says of rules that no test decides.

# shellcheck disable=SC2154 # lib.sh sets the names
set -u
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

cat >old.yaml <<'END'
cmdpolicy: 1
rules:
  mytool a: allow
  mytool: deny
tests:
  - allow: mytool a
  - deny: mytool b
  - {allow: mytool a, cwd: /tmp}
END
sed 's/mytool: deny/mytool: review/; s/a: allow/a: review/' old.yaml >new.yaml

# ---- diff ---------------------------------------------------------------------------------------------------------------
run "$tool" diff old.yaml new.yaml
is 1 'diff of two policies by their tests'; silent
says 'allow -> review: mytool a*(new.yaml:mytool a, new.yaml:3)*deny -> review: mytool b*allow -> review: mytool a*
3 commands, 1 looser, 2 stricter'
run "$tool" diff old.yaml old.yaml
is 0 'diff of a policy with itself'; says '3 commands, 0 looser, 0 stricter'
run "$tool" diff --quiet old.yaml new.yaml
is 1 'diff --quiet'; says ''
run "$tool" diff --format json old.yaml new.yaml
is 1 'diff --format json'
python3 - out <<'END' || fail 'the JSON of diff'
import json, sys
d = json.load(open(sys.argv[1]))
assert (d["commands"], d["looser"], d["stricter"]) == (3, 1, 2), d
assert [(c["command"], c["old"]["verdict"], c["new"]["verdict"]) for c in d["changes"]] == [
    ("mytool a", "allow", "review"), ("mytool b", "deny", "review"), ("mytool a", "allow", "review")], d
END
printf 'mytool a\n\nls\nmytool c' >commands
run "$tool" diff old.yaml new.yaml commands
is 1 'diff with commands'
says 'allow -> review: mytool a*deny -> review: mytool c*3 commands, 1 looser, 1 stricter'
run sh -c 'echo ls | "$@"' - "$tool" diff old.yaml new.yaml -
is 0 'diff -'; says '1 commands, 0 looser, 0 stricter'
"$tool" compile old.yaml -o old.cpi
run "$tool" diff old.cpi new.yaml
is 1 'an image has no tests, the other file has'; says 'allow -> review: mytool a*'
run "$tool" diff old.cpi old.cpi
is 4 'no tests, no commands'; complains '*no commands are named*'
printf 'cmdpolicy: 1\nrules:\n  ls: review\n' >floor.yaml
printf 'cmdpolicy: 1\n' >empty.yaml
echo ls >commands
run "$tool" diff --as requirements empty.yaml floor.yaml commands
is 1 'diff of floors'; says 'allow -> review: ls*0 looser, 1 stricter'
run "$tool" diff --as requirements old.yaml floor.yaml commands
is 4 'a floor that allows'; complains '*old.yaml:3*'
run "$tool" diff old.yaml nosuch.yaml
is 4 'diff with no such file'; complains '*nosuch.yaml*'
run "$tool" diff old.yaml new.yaml nosuch
is 4 'diff with no such commands'; complains '*nosuch*'
run "$tool" diff old.yaml
is 4 'diff of one'; complains '*1 operands*'
run "$tool" diff a b c d
is 4 'diff of four'; complains '*4 operands*'

# ---- test: what no test decides ---------------------------------------------------------------------------------------
sed '/b$/d' old.yaml >undecided.yaml
run "$tool" test undecided.yaml
is 0 'a rule that no test decides'
says 'undecided.yaml:4: no test decides undecided.yaml:mytool
2 tests, 0 failed; 1 rules that no test decides'
run "$tool" test --undecided undecided.yaml
is 1 'test --undecided'; says '*no test decides*'
run "$tool" test --undecided old.yaml
is 0 'test --undecided with all of them decided'
sed 's/deny: mytool b/review: mytool b/' old.yaml >failing.yaml
run "$tool" test --format json failing.yaml
is 1 'test --format json'
python3 - out <<'END' || fail 'the JSON of test'
import json, sys
d = json.load(open(sys.argv[1]))
assert d["tests"] == 3 and d["undecided"] == [], d
(f,) = d["failed"]
assert (f["file"], f["line"], f["command"], f["wanted"], f["got"]["verdict"]) == ("failing.yaml", 7, "mytool b", "review", "deny"), f
END
run "$tool" test --format json undecided.yaml
is 0 'test --format json, undecided'; says '*"undecided": \[*"line": 4, "rule": "undecided.yaml:mytool"}\]}'

# ---- test: what no near-miss and no evasion holds -----------------------------------------------------------------------
cat >thin.yaml <<'END'
cmdpolicy: 1
pack: thin
commands: {mytool: {options: {-f|--force: flag}, subcommands: {wipe: {operands: [value*]}, show: {operands: [value*]}}}}
rules:
  mytool show: allow
  mytool wipe: deny
END
thin() { # LACKS TEST...: what --thin says of `mytool wipe` with these tests
    lacks=$1
    shift
    { cat thin.yaml; echo tests:; printf '  - %s\n' "$@"; } >with.yaml
    run "$tool" test --thin with.yaml
    [ "$lacks" != nothing ] || lacks=' '
    case $out in
    *"with.yaml:6: $lacks: thin:mytool wipe"*) pass ;;
    *"thin:mytool wipe"*) fail "--thin with $*" ;;
    *) if [ "$lacks" = ' ' ]; then pass; else fail "--thin with $*"; fi ;;
    esac
}
thin 'no test that it decides, no near-miss, no evasion' 'allow: mytool show'
thin 'no near-miss, no evasion' 'deny: mytool wipe'
thin 'no evasion' 'deny: mytool wipe' 'allow: mytool show'
thin 'no evasion' 'deny: mytool wipe' 'review: mytool other'
thin 'no evasion' 'deny: mytool wipe' 'allow: ls mytool'
thin 'no near-miss, no evasion' 'deny: mytool wipe' 'allow: ls other'
thin 'no evasion' "deny: mytool wipe 'a b'" 'allow: mytool show'
# shellcheck disable=SC2016 # the texts are commands to be judged
for evasion in "my''tool wipe" 'mytool "wipe"' '/bin/mytool wipe' 'sudo mytool wipe' 'X=1 mytool wipe' '(mytool wipe)' 'echo $(mytool wipe)' \
    'bash -c "mytool wipe"' 'x=wipe; mytool $x' 'mytool {wipe,b}' 'if mytool wipe; then ls; fi'; do
    thin nothing "deny: '$(echo "$evasion" | sed "s/'/''/g")'" 'deny: mytool wipe' 'allow: mytool show'
done
sed 's/mytool wipe: deny/mytool show --force: deny/; s/-f|--force: flag}/-x: flag}, global: {-f|--force: flag}/' thin.yaml >option.yaml
printf 'tests:\n  - deny: mytool show --force\n  - allow: mytool show\n' >>option.yaml
run "$tool" test --thin option.yaml
is 1 'test --thin'; says '*no evasion: thin:mytool show --force*2 of 2 rules lack*'
printf '  - deny: mytool show -f\n' >>option.yaml
run "$tool" test --thin --format json option.yaml
python3 - out <<'END' || fail 'the JSON of test --thin'
import json, sys
d = json.load(open(sys.argv[1]))
(t,) = d["thin"]
assert d["rules"] == 2 and t["rule"] == "thin:mytool show" and t["lacks"] == ["evasion"], d
assert t["decides"] == {"file": "option.yaml", "line": 9, "command": "mytool show"}, t
END

finish
