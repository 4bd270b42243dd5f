#!/bin/sh
# The toolbox: its subcommands, what they print and how they end.

# shellcheck disable=SC2016,SC2154 # commands are not expanded; lib.sh sets the names
set -u
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

run "$tool" help
is 0 help; says '*test*lint*compile*explain*calls*parse*layers*grammar*'
run "$tool"
is 4 'no subcommand'; complains '*usage: *'
run "$tool" tset
is 4 'a misspelt subcommand'; complains '*did you mean test*'
run "$tool" version
is 0 version; says 'cmdpolicy [0-9]*.[0-9]*.[0-9]*'
for subcommand in test lint compile explain calls parse layers fuzz grammar hook doctor audit diff import export; do
    run "$tool" $subcommand --help
    is 0 "$subcommand --help"; says "usage: cmdpolicy $subcommand *"; silent
    run "$tool" help $subcommand
    is 0 "help $subcommand"; says "usage: cmdpolicy $subcommand *"
    run "$tool" $subcommand --nosuch
    is 4 "$subcommand --nosuch"; complains '*--nosuch*'
done

# ---- test -------------------------------------------------------------------------------------------------------------
cat >good.yaml <<'END'
cmdpolicy: 1
pack: mine
rules:
  mytool status: allow
  mytool wipe: {verdict: deny, id: wipe}
  mytool: review
tests:
  - allow: mytool status
    rule: mine:mytool status
  - {deny: mytool wipe, rule: 'mine:wipe'}
  - review: mytool other
  - {allow: ls > x, sandbox: none, cwd: /home/u/src/app/sub, workspace: /home/u/src/app}
  - {review: ls > x, profile: read-only}
  - {review: git status, workspace: untrusted}
  - {allow: git status, workspace: trusted}
  - {deny: 'rm -rf ~'}
  - {allow: echo x, shell: zsh}
END
run "$tool" test good.yaml
is 0 test; says '9 tests, 0 failed; 0 rules that no test decides'; silent
sed 's/deny: mytool wipe/review: mytool wipe/; s/- review: mytool other/- review: nosuch/' good.yaml >bad.yaml
run "$tool" test bad.yaml
is 1 'a failing test'
says '*bad.yaml:10:*: wanted review by mine:wipe, got deny: mytool wipe*  deny: *bad.yaml:6: no test decides mine:mytool
9 tests, 1 failed; 1 rules that no test decides'
run "$tool" test --quiet good.yaml
is 0 'test --quiet'; says ''
sed 's/rule: mine:mytool status/rule: mine:other/' good.yaml >other.yaml
run "$tool" test other.yaml
is 1 'another rule'; says '*wanted allow by mine:other, got allow*'
run "$tool" test --as requirements good.yaml
is 4 'an allow in requirements'; complains '*good.yaml:4*'
printf 'cmdpolicy: 1\nx: 1\n' >broken.yaml
run "$tool" test broken.yaml
is 4 'a broken file'; complains 'broken.yaml:2:1: *'
run "$tool" test nosuch.yaml
is 4 'no such file'; complains '*nosuch.yaml*'
run "$tool" test
is 4 'no file'

# ---- lint -------------------------------------------------------------------------------------------------------------
run "$tool" lint good.yaml
is 0 lint; silent
run "$tool" lint broken.yaml
is 1 'lint a broken file'; says 'broken.yaml:2:1: error: *'; silent
run "$tool" lint nosuch.yaml
is 4 'lint no file'; complains '*nosuch.yaml*'

# ---- compile ------------------------------------------------------------------------------------------------------------
run "$tool" compile good.yaml -o good.cpi
is 0 compile; silent
run "$check" --no-config --policy good.cpi 'mytool status'
is 0 'a compiled policy allows'
run "$check" --no-config --policy good.cpi 'mytool wipe'
is 2 'a compiled policy denies'; says '*mine:wipe (user, *good.yaml:5)*'
"$tool" compile good.yaml -o again.cpi
if cmp -s good.cpi again.cpi; then pass; else fail 'the same bytes every time'; fi
run "$tool" compile broken.yaml -o broken.cpi
is 1 'compile a broken file'; complains 'broken.yaml:2:1: *'
holds 'no image of a broken file' ! -e broken.cpi
run "$tool" compile good.yaml
is 4 'compile to nowhere'
run "$tool" compile good.yaml -o /nosuch/good.cpi
is 4 'compile to where nothing can be written'; complains '*/nosuch/good.cpi*'
printf 'cmdpolicy: 1\nrules:\n  ls: deny\n' >floor.yaml
run "$tool" compile --as requirements floor.yaml -o floor.cpi
is 0 'compile requirements'
run "$check" --no-config --requirements floor.cpi ls
is 2 'compiled requirements'
# Damaged images are errors, wherever they are damaged; only the digest of the sources and the flags are no part of
# the checksum.
python3 - <<'END'
data = open("good.cpi", "rb").read()
for i in range(0, len(data), max(1, len(data) // 60)):
    if 32 <= i < 68:
        continue
    with open(f"damaged-{i}.cpi", "wb") as out:
        out.write(data[:i] + bytes([data[i] ^ 0xff]) + data[i + 1:])
for i in range(0, len(data), max(1, len(data) // 20)):
    with open(f"cut-{i}.cpi", "wb") as out:
        out.write(data[:i])
END
for image in damaged-*.cpi cut-*.cpi; do
    run "$check" --no-config --policy "$image" 'mytool status'
    is 4 "$image"; complains "*$image*"
done

# ---- explain, calls, parse, grammar, layers -----------------------------------------------------------------------------------------
run "$tool" explain --no-config 'sudo -u root bash -c "rm -rf /etc"'
is 0 explain; says 'deny: *calls:*rm -rf /etc*via sudo > bash*effects:*delete /etc*policy: *'
run "$tool" explain --no-config --format json ls
is 0 'explain --format json'; says '{"cmdpolicy":1,*}'
run "$tool" calls --no-config 'sudo -u root bash -c "rm -rf /etc"; ls | wc -l'
is 0 calls; says '*sudo*bash*rm -rf /etc*via sudo > bash*ls*wc -l*'
run "$tool" calls --no-config --format json 'env A=1 nice ls'
is 0 'calls --format json'; says '\[{"argv":\["env",*"argv":\["ls"\],*"via":\["env","nice"\]*\]'
run sh -c 'echo ls | "$@"' - "$tool" calls --no-config -
is 0 'calls -'; says '*ls*'
run "$tool" parse 'ls | wc -l'
is 0 parse; says '{"kind":"program"*}'; silent
python3 -c 'import json, sys; json.load(open(sys.argv[1]))' out || fail 'the tree is JSON'
run "$tool" parse --format sexpr 'ls | wc -l'
is 0 'parse --format sexpr'; says '*(*ls*wc*)*'
run "$tool" parse --format sexpr 'ls; if x'
is 3 'what does not parse'; complains '*ls; if x*^*'
run "$tool" parse --sexpr 'ls | wc -l'
is 0 'parse --sexpr'; says '*(*ls*wc*)*'
run "$tool" parse --json 'ls | wc -l'
is 0 'parse --json'; says '{"kind":"program"*}'
run "$tool" parse --quiet 'ls | wc -l'
is 0 'parse --quiet'; says ''; silent
run "$tool" parse --quiet 'ls; if x'
is 3 'parse --quiet of what does not parse'; says ''; silent
run "$tool" parse --nonsense x
is 4 'parse with an unknown option'
run "$tool" parse --shell dash 'echo {a,b}; [[ x ]]'
is 0 'parse --shell dash'
run "$tool" grammar --no-config sort
is 0 grammar; says '{"command":"sort",*"names":\["--output","-o"\],"takes":"value","values":\["write"\]*"operands":\["read\*"\]*"verdicts":\["by-effects"\]*}'
run sh -c '"$1" grammar --no-config | :' sh "$tool"
holds 'grammar says once that nobody reads on' "$(printf '%s\n' "$err" | wc -l)" -eq 1
complains '*cannot write to standard output*'
cat >mytool.yaml <<'END'
cmdpolicy: 1
pack: mine
commands:
  mytool:
    global: {-v: flag!}
    subcommands: {get: {effects: [network a.example], options: {'-n|--name': value, -c: value?}, operands: [read = x], cases: [{when: {options: -n}, operands: []}]}}
rules:
  mytool get: [{when: {operands: none}, verdict: allow}, review]
END
run "$tool" grammar --no-builtin --no-config --policy mytool.yaml
is 0 'grammar of a policy'
says '{"command":"mytool","described-as":"mytool","grammar":{"file":"mytool.yaml","line":4,"syntax":"gnu","global":\[{"names":\["-v"\],"takes":"nothing","named-only":true}\],"subcommands":\[{"names":\["get"\],"grammar":{*"options":\[{"names":\["--name","-n"\],"takes":"value","values":\["value"\]},{"names":\["-c"\],"takes":"optional","values":\["value?"\]}\],"operands":\["read = x"\],"effects":\["network a.example"\],"cases":\[{"case":1,"operands":\[\]}\]}}\]},"rules":\[{"id":"mine:mytool get","key":"mytool get","verdicts":\["allow","review"\]}\]}'
run "$tool" grammar --no-config nosuch-program
is 1 'grammar of what is not described'; complains '*nosuch-program*'
run "$tool" layers --cwd "$work/project"
is 0 layers
says "*workspace * $work/project (trusted)*builtin *system *requirements *user *$XDG_CONFIG_HOME/cmdpolicy/policy.yaml (not there)*$work/project/.cmdpolicy.yaml (not there)*policy *"
cp broken.yaml project/.cmdpolicy.yaml
run "$tool" layers --cwd "$work/project"
is 4 'layers that do not load'; complains '*.cmdpolicy.yaml:2:1*'

finish
