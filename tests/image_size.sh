#!/bin/sh
# The compiled packs stay below 1.5 MB, and tests are no part of them.
set -u
most=1500000
size=0
for image in "$CMDPOLICY_BUILD_DIR"/images/*.cpi; do
    size=$((size + $(wc -c <"$image")))
done
echo "the packs take $size bytes"
[ "$size" -gt 500000 ] || { echo "these are not all of them"; exit 1; }
[ "$size" -lt "$most" ] || { echo "more than $most bytes"; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for pack in rules/net/hosts.yaml rules/vcs/svn.yaml; do
    sed '/^tests:/,$d' "$pack" >"$work/without.yaml"
    cp "$pack" "$work/with.yaml"
    cmp -s "$work/with.yaml" "$work/without.yaml" && { echo "$pack has no tests at its end"; exit 1; }
    for which in with without; do
        mkdir -p "$work/$which" && mv "$work/$which.yaml" "$work/$which/pack.yaml"
        (cd "$work/$which" && "$CMDPOLICY_TOOL" compile pack.yaml -o pack.cpi) || exit 1
    done
    a=$(wc -c <"$work/with/pack.cpi") b=$(wc -c <"$work/without/pack.cpi")
    [ "$a" -eq "$b" ] || { echo "$pack: $a bytes with its tests, $b without"; exit 1; }
done
