# What the tests of the programs share: sourced, not run. CMDPOLICY_CHECK names the program under test.
# shellcheck shell=sh

check=${CMDPOLICY_CHECK:?the program to test}
# shellcheck disable=SC2034 # used by those who source this
tool=${CMDPOLICY_TOOL:-$(dirname "$check")/cmdpolicy}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Nothing of the machine's own configuration.
HOME=$work/home XDG_CONFIG_HOME=$work/config TERM=xterm
export HOME XDG_CONFIG_HOME TERM
unset NO_COLOR
mkdir "$HOME" "$XDG_CONFIG_HOME" "$work/project"
: >"$work/passed"
: >"$work/failed"

# run COMMAND...: its exit status in $status, its output in $out and $err.
run() {
    status=0
    "$@" >"$work/out" 2>"$work/err" || status=$?
    out=$(cat "$work/out")
    err=$(cat "$work/err")
}

# Counted in files: a check may stand in a pipeline.
pass() { echo >>"$work/passed"; }
fail() {
    echo >>"$work/failed"
    printf 'FAIL: %s\n  exit status %s\n  standard output: %.2000s\n  standard error: %.2000s\n' "$1" "$status" "$out" "$err"
}

# holds WHAT TEST-ARGUMENT...
holds() {
    what=$1
    shift
    if [ "$@" ]; then pass; else fail "$what"; fi
}

# is STATUS WHAT...: of the last run.
is() {
    wanted=$1
    shift
    if [ "$status" = "$wanted" ]; then pass; else fail "$*: wanted exit status $wanted"; fi
}

# says PATTERN / complains PATTERN: a shell pattern in the whole of standard output / standard error of the last run.
says() {
    # shellcheck disable=SC2254 # a pattern is what it is for
    case $out in $1) pass ;; *) fail "standard output is not like: $1" ;; esac
}
complains() {
    # shellcheck disable=SC2254
    case $err in $1) pass ;; *) fail "standard error is not like: $1" ;; esac
}
silent() { if [ -z "$err" ]; then pass; else fail "wanted nothing on standard error"; fi; }

# The facts that make answers the same on every machine.
# shellcheck disable=SC2034
facts="--no-config --home /home/u --cwd /home/u/src/app --workspace /home/u/src/app"

finish() {
    passed=$(wc -l <"$work/passed") failed=$(wc -l <"$work/failed")
    echo "$(basename "$0" .sh): $((passed + failed)) checks, $((failed)) failed"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
