#!/bin/sh
# A tour of verdicts: every command of demo.txt through cmdpolicy-check, with what it answers.
#
# usage: demo.sh [LIST]     CMDPOLICY_CHECK names the program (cmdpolicy-check on PATH).
# Nothing in the list is run. Fails if a check itself fails, or if any of the three verdicts never comes up.

set -u
check=${CMDPOLICY_CHECK:-cmdpolicy-check}
list=${1:-$(dirname "$0")/demo.txt}

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    bold=$(printf '\033[1m') dim=$(printf '\033[2m') plain=$(printf '\033[0m')
else
    bold='' dim='' plain=''
fi

allowed=0 reviewed=0 denied=0
# The same answers wherever the tour is run: a project directory of somebody's, and no configuration of yours.
while IFS= read -r line; do
    case $line in
    '') continue ;;
    '#'*)
        printf '\n%s%s%s\n' "$bold" "${line#\# }" "$plain"
        continue
        ;;
    esac
    printf '\n%s$%s %s\n' "$dim" "$plain" "$line"
    "$check" --no-config --home /home/you --cwd /home/you/project --workspace /home/you/project "$line" </dev/null
    status=$?
    case $status in
    0) allowed=$((allowed + 1)) ;;
    2) denied=$((denied + 1)) ;;
    3) reviewed=$((reviewed + 1)) ;;
    *)
        printf 'demo.sh: the check failed with exit status %s: %s\n' "$status" "$line" >&2
        exit 1
        ;;
    esac
done <"$list"

printf '\n%s commands: %s allowed, %s to review, %s denied. None was run.\n' \
    $((allowed + reviewed + denied)) "$allowed" "$reviewed" "$denied"
[ "$allowed" -gt 0 ] && [ "$reviewed" -gt 0 ] && [ "$denied" -gt 0 ]
