#!/bin/bash
# Texts of sed, awk, perl, python and others against their interpreters: COUNT texts for each (some get fewer: their interpreters
# start slowly), or ever new ones for SECONDS; see texts/run.py.
#
#   tests/oracle/texts.sh COUNT|SECONDSs [SEED [LANGUAGE...]]
set -eu
exec python3 -B "$(dirname "$0")/texts/run.py" "$@"
