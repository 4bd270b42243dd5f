#!/bin/bash
# Random words through real shells and through words/: every argv that a shell makes must be in the language of ours.
#
# usage: words_oracle.sh [COUNT [SEED]]      CC, CMDPOLICY_SOURCE_DIR as the build sets them
#
# The shells run only what words_driver.c writes: printf, in a scratch directory, with an environment of three variables.
# A mode runs once in an empty directory and once among files whose names are traps. A shell that isn't installed is left out.
set -u
count=${1:-2000} seed=${2:-1}
source=${CMDPOLICY_SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
scratch=$(mktemp -d) || exit 4
trap 'rm -rf "$scratch"' EXIT
driver=$scratch/words_driver
"${CC:-cc}" -std=c11 -D_POSIX_C_SOURCE=200809L -O1 -g -I"$source/libcmdpolicy" "$source"/libcmdpolicy/{base,shell,words}/*.c \
    "$source/tests/oracle/words_driver.c" -o "$driver" || exit 4

failed=0
# compare MODE COUNT SHELL...
compare() {
    local mode=$1 n=$2 files limit
    shift 2
    command -v "$1" > /dev/null || { echo "$mode: no $1 here"; return; }
    for files in empty populated; do
        local dir=$scratch/$files
        mkdir -p "$dir"
        if [ $files = populated ]; then
            (cd "$dir" && mkdir -p d .h && : > a && : > b && : > c && : > ab && : > a.c && : > b.c && : > foo && : > Foo && : > x && : > 'p q' && : > ./-n &&
                : > ./--pre && : > 'f*' && : > d/a && : > d/b.c && : > '[a]' && : > '\a' && : > e1 && : > .h/a)
        fi
        "$driver" generate "$mode" "$seed" "$n" > "$scratch/script"
        # zsh 5.9 was seen to hang once, on a script that it ran at all other times.
        for limit in 120 900; do
            (cd "$dir" && env -i PATH=/usr/bin:/bin LC_ALL=C HOME=/home/u timeout "$limit" "$@" "$scratch/script" < /dev/null > "$scratch/out" 2> /dev/null)
            [ $? -eq 124 ] || break
        done
        "$driver" check "$mode" "$seed" "$n" < "$scratch/out" || failed=1
        seed=$((seed + 1))
    done
}

compare bash $((count * 2)) bash
compare bash,args "$count" bash
compare bash,noglob "$count" bash
compare bash,ifs "$count" bash
compare bash,options "$count" bash
compare posix "$count" bash --posix
compare dash "$count" dash
compare sh "$count" dash
compare sh "$count" bash
compare sh "$count" bash --posix
compare zsh $((count / 4)) zsh -f
exit $failed
