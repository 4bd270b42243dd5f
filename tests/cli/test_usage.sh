#!/bin/sh
# Exit statuses, the ways to ask, messages about wrong usage.
# shellcheck disable=SC2086,SC2016,SC2013 # $facts is split; commands are not expanded

set -u
. "$(dirname "$0")/lib.sh"

# ---- One argument -------------------------------------------------------------------------------------------------
run "$check" $facts 'gh pr view 12 && kubectl -n prod get pods -o wide'
is 0 allow; says 'allow'; silent
run "$check" $facts 'gh pr --repo o/r view 12'
is 0 allow; says 'allow'
run "$check" $facts 'gh pr view 1; rm -rf ~'
is 2 deny; says 'deny: *'; silent
run "$check" $facts 'no-such-program --yes'
is 3 review; says 'review: *'; silent
run "$check" $facts ''
is 0 'nothing at all'

# ---- An argv, no shell in between -----------------------------------------------------------------------------------
run "$check" $facts --argv -- echo 'rm -rf /' '; rm -rf /'
is 0 'argv allow'
run "$check" $facts --argv -- rm -rf /
is 2 'argv deny'; says 'deny: *rm -rf /*'
run "$check" $facts --argv -- ls --color
is 0 'options after -- are the program'"'"'s'
run "$check" $facts --argv -- '$x'
is 3 'a dollar sign is a character'
run "$check" $facts --argv ls
is 4 'argv without --'; complains '*--argv -- ls*'
run "$check" $facts --argv --
is 4 'argv without a program'

# ---- Standard input -----------------------------------------------------------------------------------------------
printf 'ls\nrm -rf /\n' >"$work/script"
run sh -c '"$@" <"$0"' "$work/script" "$check" $facts -
is 2 'standard input'; says '*2 | rm -rf /*'
run sh -c 'printf "l\\0s" | "$@"' - "$check" $facts -
case $status in 2 | 3) pass ;; *) fail 'a NUL is not allowed' ;; esac
run sh -c 'printf "echo caf\\351" | "$@"' - "$check" $facts -
case $status in 0 | 2 | 3) pass ;; *) fail 'bytes that are not UTF-8' ;; esac
run "$check" $facts -- -
is 3 'after -- a dash is a command'
run sh -c '"$@" <&-' - "$check" $facts -
is 4 'standard input is closed'; complains '*standard input*'

# ---- Formats --------------------------------------------------------------------------------------------------------
run "$check" $facts --format json 'ls | wc'
is 0 json; says '{"cmdpolicy":1,"verdict":"allow",*}'
holds 'JSON is one line' "$(wc -l <"$work/out")" -eq 1
run "$check" $facts --quiet 'rm -rf /'
is 2 quiet; says ''; silent
run "$check" $facts --explain 'ls src'
is 0 explain; says 'allow*calls:*ls src*policy: *'
run "$check" --version
is 0 version; says 'cmdpolicy-check [0-9]*.[0-9]*.[0-9]*'
run "$check" --help
is 0 help; says 'usage: *--batch*--sandbox*'
for option in $(sed -n 's/^  --\([a-z-]*\).*/\1/p' "$work/out"); do
    case $option in
    policy | requirements | profile | shell | cwd | workspace | home | sandbox | format | color)
        run "$check" "--$option" ;;
    *) continue ;;
    esac
    is 4 "--$option without a value"; complains "*--$option needs a value*"
done

# ---- Wrong usage: 4, and a hint -----------------------------------------------------------------------------------------
run "$check"
is 4 'nothing asked'; complains '*nothing to check*--help*'
run "$check" $facts ls -l
is 4 'an unquoted command'; complains '*"--"*'
run "$check" $facts ls src
is 4 'two operands'; complains '*one argument*--argv*'
run "$check" --polcy x ls
is 4 'a misspelt option'; complains '*did you mean --policy*'
run "$check" --sandbox nowhere ls
is 4 'no such sandbox'; complains '*none, read-only, workspace-write*'
run "$check" --shell fish ls
is 4 'no such shell'
run "$check" --profile nosuch ls
is 4 'no such profile'; complains '*read-only*'
run "$check" --format xml ls
is 4 'no such format'
run "$check" --quiet=yes ls
is 4 'a flag with a value'
run "$check" --no-builtin --profile read-only ls
is 4 'a profile of nothing'
run "$check" --policy "$work/nosuch.yaml" ls
is 4 'no such file'; complains '*nosuch.yaml*'
run "$check" --policy "$work" ls
is 4 'a directory'
run "$check" $facts 'r\m -rf /' --format json
is 2 'options after the operand'; says '{*}'

# ---- Output that can't be written --------------------------------------------------------------------------------------
if [ -e /dev/full ]; then
    run sh -c '"$@" >/dev/full' - "$check" $facts ls
    is 4 'an allow that can'"'"'t be told'; complains '*standard output*'
    run sh -c '"$@" >/dev/full' - "$check" $facts 'rm -rf /'
    is 2 'a deny stays one'
fi
run sh -c '"$@" >&-' - "$check" $facts ls
is 4 'standard output is closed'
run sh -c '{ "$@"; echo $? >"$0"; } | :' "$work/status" "$check" $facts --explain 'rm -rf /'
holds 'a closed pipe' "$(cat "$work/status")" = 2

finish
