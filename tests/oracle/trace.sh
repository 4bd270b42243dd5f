#!/bin/bash
# Trace soundness: COUNT generated scripts (default 100,000; of generate.py, of spell.py: spellings of one program, of
# state.py: what a shell remembers, of values.py: what is kept in variables, of listings.py: what git and others print of names that somebody
# else chose, and of meanings.py: what one statement makes of the next) with
# SEED (default 1) run in bash, dash, zsh, ksh and mksh, and every script of idioms.py by itself, where every program
# is a recorder; whatever ran must be a call that the library lists. In namespaces of its own where that can be had, as
# nobody if root starts it, in a scratch directory.
#
#   tests/oracle/trace.sh [COUNT [SEED]]
set -eu
build=${CMDPOLICY_BUILD_DIR:-build/ci}
here=$(cd "$(dirname "$0")" && pwd)
count=${1:-100000}
seed=${2:-1}
jobs=$(getconf _NPROCESSORS_ONLN)
work=$(mktemp -d "${TMPDIR:-/tmp}/cmdpolicy-trace.XXXXXX")
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"

alone=()
if unshare --user --map-root-user --net --ipc true 2>/dev/null && [ "$(id -u)" -ne 0 ]; then
    alone=(unshare --user --map-root-user --net --ipc)
elif [ "$(id -u)" -eq 0 ] && unshare --net --ipc true 2>/dev/null; then
    alone=(unshare --net --ipc)
fi

place() { # DIRECTORY [PROGRAM...]
    mkdir -p "$1/bin" "$1/real"
    programs='bash cat dash env find nice nohup printf setsid sh stdbuf timeout xargs echo ls grep sort head tail uniq cut tee flock ionice taskset chrt prlimit choom tr sleep diff basename dirname awk wc md5sum stat du'
    programs="$programs ${*:2}"
    for name in alpha beta gamma delta omega sed time $programs; do
        cp "$build/cmdpolicy-trace-recorder" "$1/bin/$name"
    done
    for name in zsh ksh mksh $programs; do
        real=$(type -P "$name") && ln -s "$real" "$1/real/$name"
    done
}

ulimit -c 0
ulimit -f 20000
pids=()
start() { # DIRECTORY SHELL COUNT SEED [GENERATOR [DIALECT]]
    case ${5:-} in
    listings) place "$1" git sed tac paste column fold nl rev ps id df mkdir mv ;;
    *) place "$1" ;;
    esac
    python3 "$here/trace/${5:-generate}.py" "$3" "$4" "$2" >"$1/scripts"
    "${alone[@]}" "$build/cmdpolicy-trace" "$1" "$2" "${6:-$2}" <"$1/scripts" >"$1/figures" 2>"$1/failures" &
    pids+=($!)
}
# Every idiom and every probe of the dialects alone.
probe() { # SHELL DIALECT
    type -P "$1" >/dev/null || return 0
    place "$work/$1-as-$2"
    python3 "$here/trace/idioms.py" "$1" >"$work/$1-as-$2/scripts"
    "${alone[@]}" "$build/cmdpolicy-trace" "$work/$1-as-$2" "$1" "$2" <"$work/$1-as-$2/scripts" >"$work/$1-as-$2/figures" 2>"$work/$1-as-$2/failures" &
    pids+=($!)
}
probe bash bash
probe dash dash
probe zsh zsh
probe dash sh
probe bash sh
each=$((count * 21 / 40 / jobs))
start "$work/spell" bash "$((count * 3 / 40))" "$seed" spell
start "$work/spelldash" dash "$((count / 40))" "$seed" spell
start "$work/state" bash "$((count / 20))" "$seed" state
start "$work/statedash" dash "$((count / 40))" "$seed" state
! type -P zsh >/dev/null || start "$work/statezsh" zsh "$((count / 80))" "$seed" state
! type -P mksh >/dev/null || start "$work/statemksh" mksh "$((count / 80))" "$seed" state sh
for ((j = 0; j < jobs; j++)); do start "$work/bash$j" bash "$each" "$((seed * 1000 + j))"; done
start "$work/dash" dash "$((count / 10))" "$seed"
! type -P zsh >/dev/null || start "$work/zsh" zsh "$((count / 40))" "$seed"
start "$work/values" bash "$((count / 20))" "$seed" values
start "$work/valuesdash" dash "$((count / 80))" "$seed" values
! type -P zsh >/dev/null || start "$work/valueszsh" zsh "$((count / 80))" "$seed" values
! type -P ksh >/dev/null || start "$work/valuesksh" ksh "$((count / 80))" "$seed" values sh
! type -P git >/dev/null || CMDPOLICY_TRACE_TIMEOUT=5000 start "$work/listings" bash "$((count / 400))" "$seed" listings
! type -P git >/dev/null || CMDPOLICY_TRACE_TIMEOUT=5000 start "$work/listingsdash" dash "$((count / 800))" "$seed" listings
start "$work/meanings" bash "$((count / 40))" "$seed" meanings
start "$work/meaningsdash" dash "$((count / 80))" "$seed" meanings
! type -P zsh >/dev/null || start "$work/meaningszsh" zsh "$((count / 40))" "$seed" meanings
! type -P ksh >/dev/null || start "$work/meaningsksh" ksh "$((count / 80))" "$seed" meanings sh
status=0
for pid in "${pids[@]}"; do wait "$pid" || status=1; done
cat "$work"/*/figures
head -c 20000 "$work"/*/failures >"$work/all" 2>/dev/null || :
[ "$status" -eq 0 ] || cat "$work/all" >&2
exit "$status"
