#!/bin/bash
# Texts of sed, awk, perl, python and others against their interpreters: COUNT texts for each (some get fewer: their interpreters
# start slowly), or ever new ones for SECONDS; see texts/run.py.
#
# Before that: what the names of Python's texts may do together; see texts/closure.py.
#
#   tests/oracle/texts.sh COUNT|SECONDSs [SEED [LANGUAGE...]]
set -eu
PYTHONHASHSEED=0 python3 -B "$(dirname "$0")/texts/closure.py" "$([ "${1%s}" != "$1" ] && echo 300000 || echo 20000)" "${2:-1}"
exec python3 -B "$(dirname "$0")/texts/run.py" "$@"
