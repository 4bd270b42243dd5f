#!/bin/bash
# The parser against bash's own, and dash's: the scripts among this machine's programs and settings, and the same snippets every time;
# `./dev fuzz oracle` takes every script that there is, and ever new snippets.
set -u
here=$(dirname "$0")
CMDPOLICY_ORACLE_SCRIPTS="/usr/bin /usr/sbin /usr/local/bin /usr/local/sbin /etc" CMDPOLICY_ORACLE_COUNT=${1:-2000} CMDPOLICY_ORACLE_SEED=1 sh "$here/run_oracle.sh" scripts snippets dash
status=$?
if [ "$status" -eq 77 ] && ! grep -q '^need_tests() .* bash-builtins' "$here/../../dev"; then
    echo "test_shell: bash 5.2 with its headers (bash-builtins) is not here, nothing was compared"
    exit 0
fi
exit "$status"
