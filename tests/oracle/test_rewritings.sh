#!/bin/bash
# The ways in which `cmdpolicy fuzz` writes a command differently, held against bash: every rewriting that is said to run the same is
# run, and what the recorders on its PATH were called with has to be what they were called with before, in order.
set -u
exec python3 "$(dirname "$0")/rewritings.py"
