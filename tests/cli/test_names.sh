#!/bin/sh
# Names of files that begin with a dash: the program looks at the directory that a word's names are in, and at no other time.

# shellcheck disable=SC2016 # commands are not expanded
set -u
. "$(dirname "$0")/lib.sh"
work=$(cd "$work" && pwd -P)
mkdir -p "$work/tree/.git" "$work/tree/sub" "$work/tree/bad" "$work/other"
cd "$work/tree" || exit 1
touch a.txt b.txt 'a - b.txt' sub/x.txt bad/x.txt
rm 'a - b.txt'
check() { run "$check" --no-config --profile read-only "$@"; }

check 'sort *.txt'
is 0 'no name begins with a dash'
check 'for f in *; do sort $f; done'
is 0 'nor a piece of one'
check 'ls | xargs file'
is 0 'of a list'
check 'cd sub && sort *'
is 0 'another directory'
check --argv -- bash -c 'sort *'
is 0 'a shell in an argv'
for name in -o --compress-program=x 'a -o' "'-o'" '"-o' '\-o' 'a
-o' 'a ' ; do
    touch -- "$name"
    check 'sort *.txt'
    is 3 "a name: $name"
    says "*may begin with '-'*"
    check 'ls | xargs file'
    is 3 "a name in a list: $name"
    check 'cd sub && sort *'
    is 0 "not there: $name"
    check 'cd sub; cd ..; sort *'
    is 3 "back again: $name"
    rm -- "$name"
done
touch -- bad/-o
check 'sort *.txt'
is 0 'a name in a directory below'
check 'cd bad && sort *'
is 3 'a name in that directory'
check --cwd bad 'sort *'
is 3 'a name in the cwd that is named'
ln -s bad link
check 'cd link && sort *'
is 3 'by a link'
check 'ls bad | xargs file'
is 3 'of a list'
mkdir -- -d
check 'sort *'
is 3 'a directory'
rmdir -- -d
ln -s nowhere ./-l
check 'sort *'
is 3 'a link to nowhere'
rm -- ./-l
check 'sort *'
is 0 'it is gone'
# Facts that stay needed.
check --untrusted 'sort *'
is 3 'a workspace that nobody trusts'
check --cwd "$work/other" --workspace "$work/tree" 'sort *'
is 3 'outside of the workspace'
check 'touch x; sort *'
is 3 'something is written'
check --sandbox read-only 'cd nowhere && sort *'
is 3 'a directory that is not there'
if [ "$(id -u)" != 0 ]; then
    mkdir secret
    chmod 300 secret
    check 'cd secret && sort *'
    is 3 'a directory that nobody may read'
    rmdir secret
fi
# A requirement can make it few directories.
printf 'cmdpolicy: 1\ndefaults: {looks: 1}\n' >once.yaml
check --requirements once.yaml 'sort *'
is 0 'one directory'
check --requirements once.yaml 'sort *; cd sub && sort *'
is 3 'two directories'
rm once.yaml
# Too many names.
mkdir many
(cd many && seq -f 'f%.0f' 1 20001 | xargs touch)
check 'cd many && sort *'
is 3 'more names than anybody looks at'
rm -r many

# ---- --batch and --hook ----
printf '{"id":1,"command":"sort *"}\n{"id":2,"command":"sort *","cwd":"%s"}\n{"id":3,"command":"sort *"}\n' "$work/tree/bad" >lines
run "$check" --no-config --profile read-only --batch <lines
says '*"id":1,"cmdpolicy":1,"verdict":"allow"*"id":2,"cmdpolicy":1,"verdict":"review"*"id":3,"cmdpolicy":1,"verdict":"allow"*'
rm lines
hook() {
    printf '{"session_id":"x","hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{"command":"%s"},"cwd":"%s"}' "$1" "$2" |
        "$check" --hook claude --no-config --profile read-only >"$work/out" 2>"$work/err"
    out=$(cat "$work/out")
}
hook 'sort *' "$work/tree"
says ''
hook 'sort *' "$work/tree/bad"
says '*"ask"*'
touch -- -x
hook 'sort *' "$work/tree"
says '*"ask"*'
rm -- -x

# ---- What bash makes of such words ----
# Directories with names of all kinds: where the program allows a command, none of the words that it really gets is an option.
if command -v bash >/dev/null; then
    run python3 - "$check" "$work" <<'END'
import json
import os
import random
import subprocess
import sys

program, work = sys.argv[1], sys.argv[2]
random.seed(7)
bin = os.path.join(work, "bin")
os.mkdir(bin)
with open(os.path.join(bin, "sort"), "w", encoding="ascii") as out:
    out.write('#!/bin/sh\nfor a; do case $a in -?*) echo "OPTION $a";; esac; done\n')
os.chmod(os.path.join(bin, "sort"), 0o755)
patterns = ["*", "*.c", "?*", "[a-z]*", "[!a]*", "*-x", "*x*", "a*", "*[[:alnum:]]", "./*", "sub/*", "*/*", "[-x]*", "*\\ *", "a\\ *", "* *"]
forms = ["sort %s", "for f in %s; do sort $f; done", 'for f in %s; do sort "$f"; done', 'set -- %s; sort "$@"',
         "for f in %s; do sort $f-x; done", 'for f in %s; do g="$f"; sort $g; done', "printf '%%s\\n' %s | xargs sort",
         "for f in %s; do sort ${f%%.c}; done", "for f in %s; do sort ${f%%x*}-x; done", 'for f in %s; do sort "${f#a}"; done',
         "for f in %s; do sort ${f##*/}; done", "for f in %s; do echo $f; done | xargs sort", "a=(%s); sort ${a[@]}",
         "x='%s'; sort $x", 'for f in %s; do echo "$f"; done | while read -r a b; do sort "$b"; done']
lists = ["ls | xargs sort", "for f in $(ls); do sort $f; done", "ls | while read -r f; do sort \"$f\"; done", "ls | xargs -I{} sort {}",
         "ls | while read f g; do sort $f \"$g\"; done", "ls sub | xargs sort", "ls | head -2 | xargs -n1 sort", "sort $(ls | tail -1)",
         "ls -d sub | xargs sort", "ls sub a | xargs sort", "ls -A | xargs -d '\\n' sort", "cd sub; ls | xargs sort", "ls -q | xargs sort",
         "ls | grep x | xargs sort", "ls | grep a | tail -2 | xargs sort"]
parts = ["-", "-o", "a", "x", ".c", " ", "  ", "\t", "\n", "'", '"', "\\", "b", "*", "?", "[", "-x", "[ -x]", "~", "$x"]


def names(nasty):
    for _ in range(random.randint(0, 4)):
        yield "".join(random.choice(parts if nasty else ["a", "b", "x", ".c", "-x", " b"]) for _ in range(random.randint(1, 4)))


asked = []
for number in range(60):
    top = os.path.join(work, "names", str(number))
    os.makedirs(os.path.join(top, "sub"))
    for place in ("", "sub"):
        for name in names(random.random() < 0.5):
            if name not in (".", "..", "sub"):
                open(os.path.join(top, place, name), "w", encoding="ascii").close()
    commands = [random.choice(forms) % random.choice(patterns) for _ in range(24)] + random.sample(lists, 6)
    asked += [(command, top) for command in commands]
lines = "".join(json.dumps({"id": i, "command": c, "cwd": t}) + "\n" for i, (c, t) in enumerate(asked))
ran = subprocess.run([program, "--no-config", "--profile", "read-only", "--shell", "bash", "--workspace", os.path.join(work, "names"), "--batch"],
                     input=lines, text=True, stdout=subprocess.PIPE, check=False)
answers = [json.loads(line)["verdict"] for line in ran.stdout.splitlines()]
assert len(answers) == len(asked), ran
environment = {"PATH": bin + ":" + os.environ["PATH"], "LC_ALL": "C"}
allowed = wrong = options = 0
for (command, top), answer in zip(asked, answers):
    allowed += answer == "allow"
    if answer != "allow" and random.random() < 0.8:
        continue
    got = subprocess.run(["bash", "-c", command], cwd=top, env=environment, stdin=subprocess.DEVNULL, text=True, errors="replace",
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
    options += "OPTION" in got
    if answer == "allow" and "OPTION" in got:
        wrong += 1
        print("allowed, but an option:", repr(command), sorted(os.listdir(top)), sorted(os.listdir(os.path.join(top, "sub"))), got)
print(f"{len(asked)} commands, {allowed} allowed, {options} got options, {wrong} wrong")
sys.exit(wrong != 0 or allowed < 100 or options < 10)
END
    is 0 'words that begin with a dash'
fi

finish
