#!/bin/sh
# docs/coverage.md is what ./dev docs makes of the packs as they are.
set -u
made=$(mktemp)
trap 'rm -f "$made"' EXIT
python3 docs/make_coverage.py "$CMDPOLICY_TOOL" >"$made" || exit 1
diff -u docs/coverage.md "$made" | head -n 40
cmp -s docs/coverage.md "$made" || {
    echo "docs/coverage.md is not what the packs say: run ./dev docs"
    exit 1
}
