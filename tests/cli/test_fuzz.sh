#!/bin/sh
# cmdpolicy fuzz: no way is known to write a command of the built-in packs so that it is judged more lightly; and where a policy
# has such a way, it is found.

# shellcheck disable=SC2016,SC2154 # commands are not expanded; lib.sh sets the names
set -u
. "$(dirname "$0")/lib.sh"
source=${CMDPOLICY_SOURCE_DIR:?the source}
count=${CMDPOLICY_FUZZ_COUNT:-60000}
cd "$work" || exit 1

run "$tool" fuzz --help
is 0 help; says 'usage: cmdpolicy fuzz *--commands*--seed*--time*'; silent

run "$tool" fuzz --count "$count" "$source"/rules/*/*.yaml
is 0 'the built-in packs'; says "*rewritings of * commands in * ways, seed 1, *: 0 looser"

# The same seed makes the same rewritings, another one others.
printf 'rm -rf /tmp/x/y\nsudo -u root git push --force origin main\n' >commands
run "$tool" fuzz --count 5000 --commands commands
is 0 'a list of commands'; says '500[0-9] rewritings of 2 commands *'; silent
"$tool" fuzz --list --commands commands >one && "$tool" fuzz --list --commands commands >two
"$tool" fuzz --list --seed 2 --commands commands >three
holds 'the same rewritings' -n "$(cat one)"
run cmp one two
is 0 'the same rewritings twice'
run cmp one three
is 1 'others with another seed'
run grep -c '"way":"eval","transparent":true,"same":true,"from":"rm -rf' one
is 0 'ways are listed with their names'
printf 'rm\000git\nstatus\000' >nul
run "$tool" fuzz --list --ways group --commands nul
says '*"from":"git\\nstatus"*'
printf 'rm -rf /' | { run "$tool" fuzz --count 100 --commands -; is 0 'from standard input'; }

# A policy of its own that allows what it doesn't know, and knows no wrappers.
cat >hole.yaml <<'END'
cmdpolicy: 1
defaults: {unknown-command: allow}
rules:
  mytool: deny
effects: {write: {default: allow}}
tests:
  - deny: mytool wipe
END
run "$tool" fuzz --no-builtin --ways quotes,group,wrapper --count 3000 hole.yaml
is 1 'a hole'
says '*hole.yaml:7: looser: deny -> allow, by wrapper
    mytool wipe
  as
    nice mytool wipe
*looser'
run "$tool" fuzz --no-builtin --ways quotes,group,wrapper --count 3000 --format json --policy hole.yaml
is 1 'a hole in --policy'
says '*{"looser":"allow","wanted":"deny","ways":\["wrapper"\],"file":"hole.yaml","line":7,"from":"mytool wipe","to":"*{"rewritings":*"looser":*}'
run "$tool" fuzz --no-builtin --ways quotes,braces --count 3000 hole.yaml
is 0 'ways that find nothing'

# Code that nobody has seen may run where the policy says so, and only there.
cat >code.yaml <<'END'
cmdpolicy: 1
rules: {mytool ...: allow}
effects: {code: {default: allow}}
END
echo 'mytool wipe' >allowed
run "$tool" fuzz --ways opaque,opaque-word --count 2000 --policy code.yaml --commands allowed
is 0 'code is allowed'

run "$tool" fuzz
is 4 'nothing to rewrite'; complains '*nothing to rewrite*'
run "$tool" fuzz --ways nosuch --commands commands
is 4 'no such way'; complains '*no such way*'
run "$tool" fuzz --seed x --commands commands
is 4 'no number'; complains '*--seed x: expected a number*'
run "$tool" fuzz --time -1 --commands commands
is 4 'a negative time'
run "$tool" fuzz --commands nosuch
is 4 'no such list'; complains '*nosuch: No such file*'
run "$tool" fuzz nosuch.yaml
is 4 'no such policy'; complains '*nosuch.yaml: No such file*'
printf 'cmdpolicy: 1\nx: 1\n' >broken.yaml
run "$tool" fuzz --commands commands --policy broken.yaml
is 4 'a broken policy'; complains '*broken.yaml:2:*'
run "$tool" fuzz --time 1 --commands commands
is 0 'it ends'

finish
