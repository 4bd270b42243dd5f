#!/bin/sh
# Commands made to exhaust whoever reads them: answered at once, never with an allow.
# shellcheck disable=SC2086,SC2016,SC1003 # $facts is split; commands are not expanded

set -u
. "$(dirname "$0")/lib.sh"

# refused WHAT: standard input is the command.
refused() {
    cat >"$work/command"
    run sh -c 'exec timeout 120 "$@" <"$0"' "$work/command" "$check" $facts -
    case $status in 2 | 3) pass ;; *) fail "$1: wanted review or deny" ;; esac
    case $out in deny:* | review:*) pass ;; *) fail "$1: wanted a reason" ;; esac
    silent
    run sh -c 'exec timeout 120 "$@" <"$0"' "$work/command" "$check" $facts --format json -
    case $status in 2 | 3) pass ;; *) fail "$1 in JSON" ;; esac
    python3 -c 'import json, sys; sys.exit(not json.load(open(sys.argv[1]))["reasons"])' "$work/out" ||
        fail "$1: JSON"
}
repeat() { python3 -c 'import sys; sys.stdout.write(sys.argv[1] * int(sys.argv[2]))' "$1" "$2"; }

repeat '(' 1000000 | refused 'a megabyte of ('
repeat '$(' 500000 | refused 'a megabyte of $('
for n in 50000 100000; do
    repeat '(' $n | refused "$n ("
    repeat '$(' $n | refused "$n \$("
    repeat '{ ' $n | refused "$n {"
    repeat '"$(' $n | refused "$n \"\$("
    repeat '${x:-' $n | refused "$n \${x:-"
    repeat '`' $((n + 1)) | refused "$n backquotes"
    repeat 'if ' $n | refused "$n if"
    repeat '<(' $n | refused "$n <("
    repeat '$((' $n | refused "$n \$(("
    repeat '[[ ( ' $n | refused "$n [[ ("
    repeat 'case x in x) ' $n | refused "$n case"
    { repeat '! ' $n; echo nosuch; } | refused "$n !"
done
repeat 'cat <<A ' 20000 | refused 'many here-documents'
repeat '{a,b}' 5000 | refused 'braces that multiply'
{ printf 'echo '; repeat '{1..9}' 30; } | refused 'ranges that multiply'
repeat 'env ' 50000 | refused 'many wrappers'
repeat 'sudo ' 1000 | refused 'a thousand wrappers'
{ repeat 'eval ' 50000; echo ls; } | refused 'many evals'
{ repeat 'f() { f; f; }; ' 200; echo f; } | refused 'functions that call themselves'
echo ':(){ :|:& };:' | refused 'a fork bomb'
{ repeat 'true;' 200000; } | refused 'a megabyte of true'
{ repeat 'true; ' 40000; echo 'rm -rf /'; } | refused 'a deny at the end'
{ echo 'rm -rf /'; repeat 'true; ' 1000000; } | refused 'a deny at the beginning'
repeat 'x' 1000000 | refused 'a long word'
repeat '\\' 1000000 | refused 'backslashes'
{ printf 'echo "'; repeat 'x' 1000000; } | refused 'a string without an end'
{ printf 'cat <<X\n'; repeat 'x
' 500000; } | refused 'a here-document without an end'
repeat '*' 200000 | refused 'stars'
{ printf 'find . '; repeat '-exec ' 20000; } | refused 'many -exec'
{ printf 'find . '; repeat '( ' 20000; } | refused 'brackets of find'
{ printf 'rm '; repeat '../' 60000; } | refused 'many ..'
{ printf 'bash -c '; repeat "'" 60001; } | refused 'quotes'
printf 'ls \0' | refused 'a NUL'
printf 'if ls' | refused 'broken syntax'
printf 'ls | | ls' | refused 'more broken syntax'
head -c 1000000 /dev/zero | refused 'a megabyte of NUL'
python3 -c 'import random, sys; random.seed(1); sys.stdout.buffer.write(random.randbytes(200000))' | refused 'random bytes'

# What a limit cuts off does not hide what was found.
{ repeat '(' 1000; echo '; rm -rf /'; } >"$work/command"
run "$check" $facts - <"$work/command"
case $status in 2 | 3) pass ;; *) fail 'cut off' ;; esac
{ printf 'rm -rf /; '; repeat '(' 50000; } >"$work/command"
run "$check" $facts - <"$work/command"
is 2 'the deny before the limit'

# What was not read was not judged, where a policy's limit is wider than ours.
printf 'cmdpolicy: 1\ndefaults: {input-bytes: 100000000, memory: 4000000000, steps: 4000000000}\n' >"$work/wide.yaml"
{ printf ls; head -c 16777300 /dev/zero | tr '\0' ' '; } >"$work/command"
run "$check" $facts --policy "$work/wide.yaml" - <"$work/command"
is 4 'more than is read'

finish
