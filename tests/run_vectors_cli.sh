#!/bin/sh
# Every table of tests/vectors through cmdpolicy-check.   usage: run_vectors_cli.sh [FILE...]
#
# CMDPOLICY_CHECK names the program. Run by CTest, which sets it, CC and CMDPOLICY_SOURCE_DIR.

set -eu
source=${CMDPOLICY_SOURCE_DIR:-$(cd "$(dirname "$0")/.." && pwd)}
: "${CMDPOLICY_CHECK:?the program to test}"
[ $# -gt 0 ] || set -- "$source"/tests/vectors/*.yaml
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The tables are read by the same code as in process.
# shellcheck disable=SC2046 # words are meant to be split
${CC:-cc} -std=c11 "$source/tests/vectors_json.c" -o "$work/vectors_json" $(pkg-config --cflags --libs yaml-0.1)
"$work/vectors_json" "$@" >"$work/vectors.jsonl"
python3 "$source/tests/run_vectors_cli.py" "$CMDPOLICY_CHECK" "$work/vectors.jsonl" "$work"
