#!/bin/sh
# The differential fuzzer: every script of this machine, and snippets of ever new seeds, against bash's parser, what dash accepts and what
# zsh finds, until the time is over or something differs.
#
#   tests/oracle/fuzz_oracle.sh [SECONDS]     600 by default; CMDPOLICY_ORACLE_SEED is the first seed (the time of day by default)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
end=$(($(date +%s) + ${1:-600}))
seed=${CMDPOLICY_ORACLE_SEED:-$(date +%s)}
rounds=0
scripts=scripts
while [ "$(date +%s)" -lt "$end" ]; do
    # shellcheck disable=SC2086 # one word, or none
    CMDPOLICY_ORACLE_SEED=$seed CMDPOLICY_ORACLE_COUNT=${CMDPOLICY_ORACLE_COUNT:-5000} "$here/run_oracle.sh" $scripts snippets extglob posix dash zsh || {
        echo "fuzz_oracle: seed $seed"
        exit 1
    }
    seed=$((seed + 1))
    scripts=
    rounds=$((rounds + 1))
done
echo "fuzz_oracle: $rounds rounds, no difference"
