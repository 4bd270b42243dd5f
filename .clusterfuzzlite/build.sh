#!/bin/bash -eu
# ClusterFuzzLite and OSS-Fuzz: every harness of fuzz/ with its corpus and dictionary, into $OUT. CC, CFLAGS and
# LIB_FUZZING_ENGINE come from outside.
: "${OUT:?where the fuzzers go}" "${LIB_FUZZING_ENGINE:=-fsanitize=fuzzer}"
build=$(mktemp -d)
# The packs are compiled by a program of the build itself, which leaks nothing that matters.
export ASAN_OPTIONS=detect_leaks=0
cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=None -DCMAKE_C_COMPILER="${CC:-clang}" -DCMAKE_C_FLAGS="${CFLAGS:-}" \
    -DCMDPOLICY_FUZZ=ON -DCMDPOLICY_FUZZ_ENGINE="$LIB_FUZZING_ENGINE" -DCMDPOLICY_INSTALL=OFF
cmake --build "$build" --target fuzzers
for harness in fuzz/fuzz_*.c; do
    name=$(basename "$harness" .c)
    cp "$build/fuzz/$name" "$OUT/" 2>/dev/null || cp "$build/$name" "$OUT/"
    [ ! -d "fuzz/corpus/${name#fuzz_}" ] || (cd "fuzz/corpus/${name#fuzz_}" && zip -q -r "$OUT/${name}_seed_corpus.zip" .)
    [ ! -e "fuzz/${name#fuzz_}.dict" ] || cp "fuzz/${name#fuzz_}.dict" "$OUT/$name.dict"
done
