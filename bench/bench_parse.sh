#!/bin/sh
# The parser beside its peers on the same texts, in one run: bash's own parser in this process's kind of loop (tests/oracle/bashast.c), tree-sitter-bash from the npm
# registry (compiled here; left out where that can't be had), `dash -n` over the scripts that dash accepts. The texts are this machine's scripts: their single lines that bash accepts, and all of them as one file.
#
#   bench/bench_parse.sh [BENCH_PARSE]     the built benchmark; built here with cc -O2 where it is not given
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/.." && pwd)
cc=${CC:-cc}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bench=${1:-}
if [ -z "$bench" ]; then
    bench=$work/bench_parse
    "$cc" -std=gnu11 -O2 -w -I"$root/libcmdpolicy" -o "$bench" "$here/bench_parse.c" "$root"/libcmdpolicy/base/*.c "$root"/libcmdpolicy/shell/*.c
fi
python3 "$root/tests/oracle/corpus.py" scripts "$work/scripts" >/dev/null
"$cc" -O2 -fPIC -shared -w -DHAVE_CONFIG_H -DSHELL -I/usr/lib/bash -I/usr/include/bash -I/usr/include/bash/include -I/usr/include/bash/builtins \
    -o "$work/bashast.so" "$root/tests/oracle/bashast.c"
ask() { bash +O expand_aliases -c "enable -f '$work/bashast.so' bashast; bashast $*"; }
python3 - "$work" <<'Y'
import random, sys
work = sys.argv[1]
texts = open(work + "/scripts", "rb").read().split(b"\x1e")[:-1]
lines = sorted({l.strip() for t in texts for l in t.split(b"\n") if 4 < len(l.strip()) < 160 and not l.strip().startswith(b"#") and b"<<" not in l})
random.Random(1).shuffle(lines)
open(work + "/lines.rec", "wb").write(b"\x1e".join(lines) + b"\x1e")
Y
ask accept "$work/scripts" r >"$work/whole.accepted" 2>/dev/null
ask accept "$work/lines.rec" r >"$work/accepted" 2>/dev/null
python3 - "$work" <<'Y'
import sys
work = sys.argv[1]
lines = open(work + "/lines.rec", "rb").read().split(b"\x1e")[:-1]
good = [l for l, a in zip(lines, open(work + "/accepted").read().split()) if a == "1"][:12600]
open(work + "/lines", "wb").write(b"\n".join(good) + b"\n")
texts = open(work + "/scripts", "rb").read().split(b"\x1e")[:-1]
whole = [t for t, a in zip(texts, open(work + "/whole.accepted").read().split()) if a == "1" and t.endswith(b"\n")]
open(work + "/whole", "wb").write(b"\n".join(whole))
Y
"$bench" lines "$work/lines" | tee "$work/ours"
ask bench "$work/lines" 2>/dev/null | tee "$work/theirs"
"$bench" whole "$work/whole" | tee -a "$work/ours"
ask whole "$work/whole" 2>/dev/null | tee -a "$work/theirs"
mkdir "$work/peer"
if command -v npm >/dev/null && (cd "$work/peer" && npm pack --silent tree-sitter tree-sitter-bash && for f in *.tgz; do mkdir "${f%.tgz}.d" && tar xzf "$f" -C "${f%.tgz}.d" --strip-components=1; done) >/dev/null 2>&1 &&
    grammar=$(ls -d "$work"/peer/tree-sitter-bash-*.d) && runtime=$(ls -d "$work"/peer/tree-sitter-[0-9]*.d)/vendor/tree-sitter/lib &&
    "$cc" -O2 -w -D_DEFAULT_SOURCE -D_POSIX_C_SOURCE=200809L -I"$runtime/include" -I"$runtime/src" -I"$grammar/src" -o "$work/tree_sitter" "$here/tree_sitter.c" "$runtime/src/lib.c" "$grammar/src/parser.c" "$grammar/src/scanner.c"; then
    "$work/tree_sitter" lines "$work/lines" | tee "$work/tree"
    "$work/tree_sitter" whole "$work/whole" | tee -a "$work/tree"
else
    echo "tree-sitter-bash: left out (npm, the registry or the build is missing)"
fi
python3 - "$work" <<'Y'
import os, re, subprocess, sys, time
work = sys.argv[1]
def figures(name):
    return [float(v) for k in ("p50_us", "p99_us", "mb_s") for v in re.findall(k + r"=([0-9.]+)", open(f"{work}/{name}").read())[-1:]]
def ratios(peer, theirs):
    print(f"ratios to {peer}: p50 {theirs[0] / ours[0]:.2f}x, p99 {theirs[1] / ours[1]:.2f}x, whole {ours[2] / theirs[2]:.2f}x")
ours = figures("ours")
ratios("bash in process", figures("theirs"))
if os.path.exists(work + "/tree"):
    ratios("tree-sitter-bash", figures("tree"))
def dash(path):
    return subprocess.run(["dash", "-n", path], capture_output=True).returncode == 0
good = []
for text in open(work + "/scripts", "rb").read().split(b"\x1e")[:-1]:
    open(work + "/one", "wb").write(text)
    if text.endswith(b"\n") and dash(work + "/one"):
        good.append(text)
open(work + "/dash", "wb").write(b"\n".join(good))
best = 1e9
for _ in range(7):
    t = time.perf_counter()
    ok = dash(work + "/dash")
    best = min(best, time.perf_counter() - t)
size = sum(map(len, good))
print(f"dash -n {len(good)} scripts that it accepts, start of the process included: bytes={size} mb_s={size / best / 1e6:.1f} ok={int(ok)} ours {ours[2] / (size / best / 1e6):.2f}x")
Y
