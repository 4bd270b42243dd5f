#!/bin/sh
# The README's C program compiles, links and prints what the README says.
#
# The program is the ```c fence after the line <!-- example.c -->, its output the fence after <!-- example output -->.
# Run by CTest, which sets CMDPOLICY_SOURCE_DIR, CMDPOLICY_BUILD_DIR, CC and CMDPOLICY_SANITIZE.

set -eu
source=${CMDPOLICY_SOURCE_DIR:-$(cd "$(dirname "$0")/.." && pwd)}
build=${CMDPOLICY_BUILD_DIR:?the build directory}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The fence after the line that is exactly $1.
fence() {
    awk -v mark="$1" '
        inside && /^```/ { exit }
        inside           { print }
        marked && /^```/ { inside = 1; marked = 0 }
        $0 == mark       { marked = 1 }' "$source/README.md"
}

fence '<!-- example.c -->' >"$work/example.c"
fence '<!-- example output -->' >"$work/expected"
[ -s "$work/example.c" ] || { echo "README.md has no program after <!-- example.c -->"; exit 1; }
[ -s "$work/expected" ] || { echo "README.md has no output after <!-- example output -->"; exit 1; }

flags="-std=c11 -Wall -Wextra -Wpedantic -Werror"
[ -z "${CMDPOLICY_SANITIZE:-}" ] || flags="$flags -fsanitize=$CMDPOLICY_SANITIZE"
# shellcheck disable=SC2046,SC2086 # words are meant to be split
${CC:-cc} $flags -I"$source/include" "$work/example.c" -o "$work/example" \
    "$build/libcmdpolicy.a" $(pkg-config --libs libpcre2-8 yaml-0.1 libmd)
status=0
"$work/example" >"$work/actual" || status=$?
diff -u "$work/expected" "$work/actual"
echo "The README's program works (exit status $status)."
