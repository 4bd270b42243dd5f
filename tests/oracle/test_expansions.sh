#!/bin/bash
# The same expansions every time, in bash, zsh, dash, ksh and mksh: what a decision is certain of is what the shell makes of it.
exec python3 "$(dirname "$0")/expansions.py" "${1:-1500}" "${2:-1}"
