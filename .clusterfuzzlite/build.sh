#!/bin/bash -eu
# ClusterFuzzLite and OSS-Fuzz: every harness of fuzz/ with its corpus and dictionary, into $OUT. CC, CXX, CFLAGS, CXXFLAGS and
# LIB_FUZZING_ENGINE come from outside. `./dev test clusterfuzz` runs this with an environment like theirs.
: "${OUT:?where the fuzzers go}" "${LIB_FUZZING_ENGINE:=-fsanitize=fuzzer}"
build=$(mktemp -d "${WORK:-/tmp}/build.XXXXXX")
# The packs are compiled by a program of the build itself, which leaks nothing that matters.
export ASAN_OPTIONS=detect_leaks=0
# Archives only: where the fuzzers run there are no libraries.
cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=None -DCMAKE_C_COMPILER="${CC:-clang}" -DCMAKE_CXX_COMPILER="${CXX:-clang++}" \
    -DCMAKE_C_FLAGS="${CFLAGS:-}" -DCMAKE_CXX_FLAGS="${CXXFLAGS:-}" -DCMDPOLICY_ARCHIVES=ON \
    -DCMDPOLICY_FUZZ=ON -DCMDPOLICY_FUZZ_ENGINE="$LIB_FUZZING_ENGINE" -DCMDPOLICY_INSTALL=OFF
cmake --build "$build" --target fuzzers
for harness in fuzz/fuzz_*.c; do
    name=$(basename "$harness" .c)
    target=${name#fuzz_}
    cp "$build/$name" "$OUT/"
    [ ! -d "fuzz/corpus/$target" ] || (cd "fuzz/corpus/$target" && zip -q -r "$OUT/${name}_seed_corpus.zip" .)
    if [ -e "fuzz/$target.dict" ]; then
        cp "fuzz/$target.dict" "$OUT/$name.dict"
    else
        case $target in audit | check | memory | parse | words) cp fuzz/sh.dict "$OUT/$name.dict" ;; esac
    fi
done
rm -rf "$build"
