#!/bin/bash
# Texts of sed, awk, perl, python and others against their interpreters: COUNT texts for each (some get fewer: their interpreters
# start slowly), or ever new ones for SECONDS; see texts/run.py.
#
# Before that: what the names of Python's and JavaScript's texts may do together, and which files they read; see texts/closure*.py,
# texts/places*.py.
#
#   tests/oracle/texts.sh COUNT|SECONDSs [SEED [LANGUAGE...]]
#
# CMDPOLICY_TEXTS_SEEDS names a file of commands, one a line, whose texts and calls are taken beside those of the vectors and tests.
set -eu
more=$([ "${1%s}" != "$1" ] && echo 30 || echo 1)
PYTHONHASHSEED=0 python3 -B "$(dirname "$0")/texts/closure.py" "$((6000 * more))" "${2:-1}"
PYTHONHASHSEED=0 python3 -B "$(dirname "$0")/texts/closure_node.py" "$((10000 * more))" "${2:-1}"
PYTHONHASHSEED=0 python3 -B "$(dirname "$0")/texts/places.py" "$((4000 * more))" "${2:-1}"
PYTHONHASHSEED=0 python3 -B "$(dirname "$0")/texts/places_node.py" "$((4000 * more))" "${2:-1}"
exec python3 -B "$(dirname "$0")/texts/run.py" "$@"
