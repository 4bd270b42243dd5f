#!/bin/bash
# The same words every time, in bash, dash and zsh: every argv that a shell makes of them must be in the language of ours.
exec bash "$(dirname "$0")/words_oracle.sh" "${1:-300}" 1
