#!/bin/sh
# An installed libcmdpolicy can be used: through CMake's package (static, shared, default), through pkg-config (shared, and
# all static), from C++, and after the installed tree was moved. Run by CTest, which sets CMDPOLICY_SOURCE_DIR and
# CMDPOLICY_BUILD_DIR.

set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=${CMDPOLICY_BUILD_DIR:?the build directory}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
log=$work/log
step() {
    name=$1; shift
    "$@" >"$log" 2>&1 || { cat "$log"; echo "failed: $name"; exit 1; }
    echo "ok: $name"
}

step "install" cmake --install "$build" --prefix "$work/first"
# Everything that is installed is listed, and the other way round.
(cd "$work/first" && find . \( -type f -o -type l \) -print) |
    sed 's,^\./,,; s,^lib[0-9]*/,lib/,; s,^lib/[^/]*-linux-[^/]*/,lib/,; s,\.so\.[0-9.]*$,.so.VERSION,
        s,\(cmdpolicy-s[a-z]*\)-[a-z]*\.cmake$,\1-TYPE.cmake,' | LC_ALL=C sort -u >"$work/installed"
step "what is installed" diff "$here/installed" "$work/installed"
mv "$work/first" "$work/prefix"     # no path of the installation may be written down in it
libdir=$(dirname "$(find "$work/prefix" -name libcmdpolicy.a)")
PKG_CONFIG_PATH=$libdir/pkgconfig
LD_LIBRARY_PATH=$libdir
export PKG_CONFIG_PATH LD_LIBRARY_PATH

for kind in '' static shared; do
    tree=$work/build-$kind
    step "configure (${kind:-default})" cmake -S "$here" -B "$tree" -DCMAKE_PREFIX_PATH="$work/prefix" \
        -DCMDPOLICY_KIND="$kind"
    step "build (${kind:-default})" cmake --build "$tree"
    step "run (${kind:-default})" "$tree/consumer"
done

cc=${CC:-cc}
# shellcheck disable=SC2046 # words are meant to be split
step "pkg-config, shared" "$cc" "$here/main.c" -o "$work/shared" $(pkg-config --cflags --libs cmdpolicy)
step "run" "$work/shared"
# shellcheck disable=SC2046
step "pkg-config --static" "$cc" -static "$here/main.c" -o "$work/static" $(pkg-config --static --cflags --libs cmdpolicy)
step "run" env -u LD_LIBRARY_PATH "$work/static"

if c++ --version >/dev/null 2>&1; then
    cp "$here/main.c" "$work/main.cc"
    # shellcheck disable=SC2046
    step "C++" c++ -std=c++11 -Wall -Wextra -Wpedantic -Werror "$work/main.cc" -o "$work/cxx" \
        $(pkg-config --cflags --libs cmdpolicy)
    step "run" "$work/cxx"
fi
