#!/bin/sh
# Holds the parser against bash's own: every sh and bash script of this machine, 10,000 generated snippets (seed 1), the snippets with extended globs and
# in POSIX mode, and the folder that CMDPOLICY_ORACLE_DIR names. Nothing is executed but bash's parser.
#
#   tests/oracle/run_oracle.sh [scripts|snippets|extglob|posix|dash|zsh|folder]...     all of them by default
#
# dash: the snippets, whether dash accepts them. zsh: whether zsh finds the same commands in those in which nothing is noted.
#
# Needs bash 5.2 and its headers (Debian: bash-builtins), a C compiler and python3. CMDPOLICY_ORACLE_SEED and CMDPOLICY_ORACLE_COUNT change the snippets,
# CMDPOLICY_ORACLE_SHOW the number of differences that are printed. Exit status: 0 no difference outside waivers.txt, 1 differences, 77 bash is another.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cc=${CC:-cc}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
seed=${CMDPOLICY_ORACLE_SEED:-1}
count=${CMDPOLICY_ORACLE_COUNT:-10000}

case $(bash -c 'echo "${BASH_VERSINFO[0]}.${BASH_VERSINFO[1]}"') in
5.2) ;;
*) echo "run_oracle: bash is not 5.2, nothing is compared"; exit 77 ;;
esac
if [ ! -f /usr/lib/bash/loadables.h ] && [ ! -f /usr/include/bash/loadables.h ]; then
    echo "run_oracle: the headers of bash's loadable builtins are missing (apt-get install bash-builtins)"
    exit 77
fi

"$cc" -O2 -fPIC -shared -w -DHAVE_CONFIG_H -DSHELL -I/usr/lib/bash -I/usr/include/bash -I/usr/include/bash/include -I/usr/include/bash/builtins \
    -o "$work/bashast.so" "$here/bashast.c"
"$cc" -std=gnu11 -O2 -w -I"$root/libcmdpolicy" -o "$work/compare" "$here/compare.c" "$root"/libcmdpolicy/base/*.c "$root"/libcmdpolicy/shell/*.c
export CMDPOLICY_BASHAST="$work/bashast.so"

# Asks bash for every record; where one kills it (bash 5.2 has double frees in its error paths) it goes on behind that one.
dump() { # RECORDS OUT MODE
    total=$(tr -cd '\036' <"$1" | wc -c)
    : >"$2"
    options=
    case $3 in extglob) options='shopt -s extglob;' ;; esac
    while :; do
        have=$(wc -l <"$2")
        [ "$have" -lt "$total" ] || break
        # shellcheck disable=SC2046 # no word at all, or one
        env -i PATH="$PATH" LC_ALL=C.UTF-8 bash $([ "$3" = posix ] && echo --posix) +O expand_aliases -c \
            "$options enable -f '$work/bashast.so' bashast; bashast dump '$1' r $have" >>"$2" 2>/dev/null || true
        [ "$(wc -l <"$2")" -lt "$total" ] || break
        # What follows the last newline belongs to the record that it died of.
        python3 -c 'import sys; d = open(sys.argv[1], "rb").read(); open(sys.argv[1], "wb").write(d[:d.rfind(b"\n") + 1] + b" <died>\n")' "$2"
    done
}

failed=0
run() { # NAME RECORDS MODE
    dump "$2" "$work/dump" "$3"
    "$work/compare" "$2" "$work/dump" "$here/waivers.txt" "$1" "$3" || failed=1
}

[ $# -gt 0 ] || set -- scripts snippets extglob posix dash zsh folder
for corpus; do
    case $corpus in
    scripts)
        # shellcheck disable=SC2086 # directories, each a word
        python3 "$here/corpus.py" scripts "$work/records" ${CMDPOLICY_ORACLE_SCRIPTS:-} >/dev/null
        run scripts "$work/records" plain
        ;;
    snippets | extglob | posix)
        python3 "$here/corpus.py" snippets "$work/records" "$seed" "$count" >/dev/null
        case $corpus in snippets) run snippets "$work/records" plain ;; *) run "snippets-$corpus" "$work/records" "$corpus" ;; esac
        ;;
    dash)
        command -v dash >/dev/null || continue
        "$cc" -std=gnu11 -O2 -w -I"$root/libcmdpolicy" -o "$work/accept" "$here/accept.c" "$root"/libcmdpolicy/base/*.c "$root"/libcmdpolicy/shell/*.c
        python3 "$here/corpus.py" snippets "$work/records" "$seed" "$count" >/dev/null
        "$work/accept" "$work/records" 3 >"$work/accepted"
        python3 "$here/accept_dash.py" "$work/records" "$work/accepted" "$here/waivers.txt" "${CMDPOLICY_ORACLE_SHOW:-5}" || failed=1
        ;;
    zsh)
        command -v zsh >/dev/null || continue
        "$cc" -std=gnu11 -O2 -w -I"$root/libcmdpolicy" -o "$work/accept" "$here/accept.c" "$root"/libcmdpolicy/base/*.c "$root"/libcmdpolicy/shell/*.c
        python3 "$here/corpus.py" snippets "$work/records" "$seed" "$count" >/dev/null
        python3 "$here/commands_zsh.py" "$work/accept" "$work/records" "${CMDPOLICY_ORACLE_SHOW:-5}" || failed=1
        ;;
    folder)
        [ -n "${CMDPOLICY_ORACLE_DIR:-}" ] || continue
        python3 "$here/corpus.py" folder "$work/records" "$CMDPOLICY_ORACLE_DIR" >/dev/null
        run folder "$work/records" plain
        ;;
    *)
        echo "run_oracle: no corpus is named $corpus" >&2
        exit 2
        ;;
    esac
done
exit $failed
