#!/bin/sh
# Colour: on a terminal only, NO_COLOR respected, --color above both.
# shellcheck disable=SC2086 # $facts is split

set -u
. "$(dirname "$0")/lib.sh"
escape=$(printf '\033')

coloured() { case $out in *"${escape}["*) pass ;; *) fail "$1: wanted colour" ;; esac; }
plain() { case $out in *"$escape"*) fail "$1: wanted no colour" ;; *) pass ;; esac; }

run "$check" $facts 'rm -rf /'
plain 'not a terminal'
run "$check" $facts --color always 'rm -rf /'
coloured '--color always'
run env NO_COLOR=1 "$check" $facts --color always 'rm -rf /'
coloured '--color always with NO_COLOR'
run "$check" $facts --color always --format json 'rm -rf /'
plain 'JSON'

# On a terminal, made by python3; the last argument is the command line's exit status.
on_terminal() {
    run python3 - "$@" <<'END'
import os, pty, sys
chunks = []
def read(fd):
    data = os.read(fd, 65536)
    chunks.append(data)
    return data
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:], read)))
END
}
on_terminal "$check" $facts 'rm -rf /'
is 2 'on a terminal'; coloured 'on a terminal'
on_terminal "$check" $facts --color never 'rm -rf /'
plain '--color never on a terminal'
on_terminal env NO_COLOR=1 "$check" $facts 'rm -rf /'
plain 'NO_COLOR on a terminal'
on_terminal env NO_COLOR= "$check" $facts 'rm -rf /'
coloured 'an empty NO_COLOR says nothing'
on_terminal env TERM=dumb "$check" $facts 'rm -rf /'
plain 'a dumb terminal'

# What is shown cannot drive the terminal.
run "$check" $facts --color never --explain "$(printf 'ls \033[8m\033]0;x\007 \342\200\256 x')"
plain 'escapes in the command'
says '*\\x1b*\\u{202e}*'

finish
