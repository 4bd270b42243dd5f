#!/bin/bash
# A build for another machine or C library, in build/NAME, with the unit tests, the replayed corpora and the packs' tests: all linked
# statically, so that nothing of it has to be installed.
#
# usage: foreign.sh m32 | s390x | musl
#
#   m32     32 bits: i686-linux-gnu-gcc; runs where the kernel runs such programs
#   s390x   big-endian: s390x-linux-gnu-gcc, run by qemu-s390x
#   musl    another C library: musl-gcc; what the library needs is compiled from Debian's sources
#
# Libraries for other machines come from Debian's packages, which are unpacked below build/foreign; apt keeps its lists there, too, so the
# system isn't changed and no privileges are needed. Exit status 77: it can't be had here.
set -eu
name=${1:?m32, s390x or musl}
cd "$(dirname "$0")/.."
place=$PWD/build/foreign
root=$place/$name
log=$place/$name.log
mkdir -p "$place" "$root/usr/include"
libraries='libpcre2-dev libyaml-dev libmd-dev libjansson-dev check libsubunit-dev'
sources='pcre2 libyaml libmd jansson check'

unavailable() { echo "foreign: $name: $*" >&2; exit 77; }
quiet() { "$@" >>"$log" 2>&1 || { tail -n 30 "$log" >&2; unavailable "failed: $*"; }; }

apt() {
    mkdir -p "$place/lists/partial" "$place/cache/archives/partial"
    apt-get -q -o APT::Architectures::="$architecture" -o Dir::State::lists="$place/lists" -o Dir::Cache="$place/cache" \
        -o APT::Sandbox::User=root -o Debug::NoLocking=1 ${source_lists:+-o Dir::Etc::sourcelist="$source_lists" -o Dir::Etc::sourceparts=-} "$@"
}

unpack_libraries() { # into $root
    [ ! -e "$root/complete" ] || return 0
    apt update >>"$log" 2>&1 || : # of another list of packages than Debian's, perhaps
    (cd "$root" && for library in $libraries; do quiet apt download "$library:$architecture"; done)
    for package in "$root"/*.deb; do
        quiet dpkg-deb -x "$package" "$root"
    done
    touch "$root/complete"
}

compile_libraries() { # with $compiler, into $root/usr
    [ ! -e "$root/complete" ] || return 0
    printf 'deb-src http://deb.debian.org/debian %s main\n' "$(. /etc/os-release && echo "$VERSION_CODENAME")" >"$place/sources.list"
    source_lists=$place/sources.list
    quiet apt update
    mkdir -p "$root/src"
    for source in $sources; do
        (cd "$root/src" && quiet apt source --download-only "$source" && quiet dpkg-source --no-check -x "$source"_*.dsc "$source")
        case $source in
        pcre2) options='--disable-pcre2grep-libz --disable-pcre2grep-libbz2 --disable-pcre2test-libreadline' ;;
        check) options='--disable-subunit --disable-timeout-tests' ;;
        *) options= ;;
        esac
        (
            cd "$root/src/$source"
            [ -e configure ] || quiet autoreconf -fi
            # shellcheck disable=SC2086 # words are meant to be split
            quiet ./configure CC="$compiler" CFLAGS=-O1 --host="$triple" --prefix="$root/usr" --disable-shared --enable-static $options
            quiet make -j"$(getconf _NPROCESSORS_ONLN)" install
        )
        # The .pc of Debian's check names the archive of the package, which holds the same.
        [ "$source" != check ] || ln -sf libcheck.a "$root/usr/lib/libcheck_pic.a"
    done
    touch "$root/complete"
}

case $name in
m32) architecture=i386 triple=i686-linux-gnu compiler=i686-linux-gnu-gcc emulator=/usr/bin/env libraries_at=$root/usr/lib/i386-linux-gnu ;;
s390x) architecture=s390x triple=s390x-linux-gnu compiler=s390x-linux-gnu-gcc emulator=$(command -v qemu-s390x || :) libraries_at=$root/usr/lib/s390x-linux-gnu ;;
musl) architecture=$(dpkg --print-architecture) triple=$(uname -m)-linux-musl compiler=musl-gcc emulator=/usr/bin/env libraries_at=$root/usr/lib ;;
*) echo "foreign: m32, s390x or musl" >&2; exit 2 ;;
esac
command -v "$compiler" >/dev/null || unavailable "no $compiler"
[ -n "$emulator" ] || unavailable "no qemu-s390x"
printf 'int main(void) { return 0; }\n' >"$place/empty.c"
{ "$compiler" -static "$place/empty.c" -o "$place/empty" && "$emulator" "$place/empty"; } || unavailable "its programs don't run here"

: >"$log"
if [ "$name" = musl ]; then compile_libraries; else unpack_libraries; fi
cp /usr/include/ut*.h "$root/usr/include/"
cat >"$root/toolchain.cmake" <<END
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR $triple)
set(CMAKE_C_COMPILER $compiler)
set(CMAKE_CROSSCOMPILING_EMULATOR $emulator)
set(CMAKE_FIND_ROOT_PATH "$root")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
END
if [ "$name" = musl ]; then
    export PKG_CONFIG_LIBDIR=$libraries_at/pkgconfig
else
    export PKG_CONFIG_LIBDIR=$libraries_at/pkgconfig PKG_CONFIG_SYSROOT_DIR=$root
fi
cmake -G Ninja -S . -B "build/$name" -DCMAKE_TOOLCHAIN_FILE="$root/toolchain.cmake" -DCMAKE_BUILD_TYPE=None -DCMAKE_C_FLAGS='-O1 -g' \
    -DCMAKE_EXE_LINKER_FLAGS=-static -DCMDPOLICY_ARCHIVES=ON -DCMDPOLICY_TESTS=ON -DCMDPOLICY_INSTALL=OFF \
    -DUTHASH_INCLUDE_DIR="$root/usr/include" -DCMDPOLICY_TEST_PREFIX="$name:" -DCMDPOLICY_TESTS_ONLY='^(unit-|replay-|pack-tests)' >>"$log" 2>&1 ||
    { tail -n 30 "$log" >&2; exit 1; }
replays=
for harness in fuzz/fuzz_*.c; do
    target=${harness#fuzz/fuzz_}
    replays="$replays replay_${target%.c}"
done
# shellcheck disable=SC2086 # words are meant to be split
cmake --build "build/$name" --target cmdpolicy-unit cmdpolicy $replays >>"$log" 2>&1 || { tail -n 30 "$log" >&2; exit 1; }
echo "foreign: $name is built"
