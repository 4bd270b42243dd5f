#!/bin/bash
# How argument parsers of Python, Perl, Node and Ruby read random words, against the reader: what they take for an option that does harm, or for a
# file, is not allowed.
set -u
exec python3 "$(dirname "$0")/parsers.py"
