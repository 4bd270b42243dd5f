#!/bin/bash
# .clusterfuzzlite/build.sh in an environment like that of ClusterFuzzLite and OSS-Fuzz: libFuzzer with their flags, and an engine that is an
# archive. Each fuzzer is there with its seeds and its dictionary, needs no library that isn't there where fuzzers run, and runs.
set -eu
source=${CMDPOLICY_SOURCE_DIR:-$(cd "$(dirname "$0")/.." && pwd)}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
fail() { echo "clusterfuzz: $*" >&2; exit 1; }

# build NAME ENGINE FLAGS: into $scratch/NAME
build() {
    mkdir -p "$scratch/$1" "$scratch/work"
    (cd "$source" && env -u CMAKE_C_COMPILER_LAUNCHER SRC="$(dirname "$source")" OUT="$scratch/$1" WORK="$scratch/work" \
        CC=clang CXX=clang++ CFLAGS="$3" CXXFLAGS="$3" LIB_FUZZING_ENGINE="$2" SANITIZER=address FUZZING_LANGUAGE=c \
        bash -eu .clusterfuzzlite/build.sh) >"$scratch/log" 2>&1 || { tail -n 30 "$scratch/log"; fail "$1: the build fails"; }
    for harness in "$source"/fuzz/fuzz_*.c; do
        name=$(basename "$harness" .c)
        [ -x "$scratch/$1/$name" ] || fail "$1: no $name"
        [ -s "$scratch/$1/${name}_seed_corpus.zip" ] || fail "$1: $name has no seeds"
        ! ldd "$scratch/$1/$name" | grep -E 'pcre|yaml|libmd|jansson' || fail "$1: $name needs a library"
    done
}

common='-O1 -fno-omit-frame-pointer -gline-tables-only -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION'
build libfuzzer -fsanitize=fuzzer "$common -fsanitize=address -fsanitize-address-use-after-scope -fsanitize=fuzzer-no-link"
for fuzzer in "$scratch"/libfuzzer/fuzz_*; do
    [ -x "$fuzzer" ] || continue
    mkdir "$scratch/seeds"
    (cd "$scratch/seeds" && unzip -q "${fuzzer}_seed_corpus.zip")
    dictionary=
    [ ! -e "$fuzzer.dict" ] || dictionary=-dict=$fuzzer.dict
    # shellcheck disable=SC2086 # may be empty
    "$fuzzer" -runs=10 -verbosity=0 $dictionary "$scratch/seeds" >"$scratch/log" 2>&1 || { tail -n 30 "$scratch/log"; fail "$fuzzer"; }
    rm -rf "$scratch/seeds"
done
for target in check hook path regex url yaml; do
    [ -s "$scratch/libfuzzer/fuzz_$target.dict" ] || fail "fuzz_$target has no dictionary"
done

# An engine that is an archive with main(), as AFL++'s and Honggfuzz's are.
clang -O1 -D_POSIX_C_SOURCE=200809L -c "$source/fuzz/standalone.c" -o "$scratch/engine.o"
ar rcs "$scratch/libFuzzingEngine.a" "$scratch/engine.o"
build archive "$scratch/libFuzzingEngine.a" -O0
"$scratch/archive/fuzz_url" "$source/fuzz/corpus/url" | grep -q 'inputs replayed' || fail "the archive's main() was not linked"
echo "clusterfuzz: built as the services do, with two engines"
