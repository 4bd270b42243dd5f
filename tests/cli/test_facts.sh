#!/bin/sh
# What the program finds out by itself: the current directory, the home directory, the workspace, what links lead to.

# shellcheck disable=SC2016 # commands are not expanded
set -u
. "$(dirname "$0")/lib.sh"
work=$(cd "$work" && pwd -P)
cd "$work" || exit 1

cat >policy.yaml <<END
cmdpolicy: 1
commands:
  put: {operands: [write*]}
rules:
  put: by-effects
effects:
  write:
    'workspace/**': allow
    '$work/secret/**': deny
    default: review
END
put() { run "$check" --no-config --no-builtin --policy "$work/policy.yaml" "$@"; }

# ---- The workspace: the work tree around the cwd, or the cwd -------------------------------------------------------------
mkdir -p tree/.git tree/src/deep plain secret "$HOME/project"
cd tree/src/deep || exit 1
put 'put ../x'
is 0 'in the work tree'
put 'put ../../../plain/x'
is 3 'outside of it'
cd "$work/plain" || exit 1
put 'put x'
is 0 'in the cwd'
put 'put ../x'
is 3 'above the cwd'
rm -rf "$work/tree/.git"
echo 'gitdir: elsewhere' >"$work/tree/.git"
cd "$work/tree/src" || exit 1
put 'put ../x'
is 0 'in a work tree with a .git file'
put --workspace "$work/plain" 'put x'
is 3 'outside of the workspace that is named'
put --workspace "$work/plain" --workspace . 'put x'
is 0 'in the second workspace'
put --cwd "$work/plain" 'put x'
is 0 'the workspace of the cwd that is named'
cd "$work/plain" || exit 1
put --cwd . 'put x'
is 0 'a relative cwd'
# Nobody means his whole home, or the root.
mkdir "$HOME/.git"
cd "$HOME/project" || exit 1
put 'put x'
is 3 'a work tree that is the home directory'
rm -r "$HOME/.git"
put 'put x'
is 0 'a directory in the home directory'
cd "$HOME" || exit 1
put 'put x'
is 3 'the home directory itself'
put --cwd / 'put x'
is 3 'the root'
put --cwd / --workspace / 'put x'
is 0 'the root, if that is what is wanted'

# ---- The home directory --------------------------------------------------------------------------------------------------
sed "s|'workspace/\*\*': allow|'~/mine/**': allow|" "$work/policy.yaml" >"$work/home.yaml"
home() { run "$check" --no-config --no-builtin --policy "$work/home.yaml" "$@"; }
home "put $HOME/mine/x"
is 0 'the home directory is $HOME'
home 'put ~/mine/x'
is 0 'a tilde is the home directory'
home --home /elsewhere "put $HOME/mine/x"
is 3 'another home directory'
home --home /elsewhere 'put ~/mine/x'
is 0 'and its tilde'
run env -u HOME "$check" --no-config --no-builtin --policy "$work/home.yaml" "put $HOME/mine/x"
is 3 'without $HOME the user database says it'

# ---- Links ----------------------------------------------------------------------------------------------------------------
cd "$work/plain" || exit 1
ln -s ../secret to-secret
ln -s to-secret to-link
ln -s ../secret/new to-nothing
ln -s "$work/plain" self
mkdir sub
for path in to-secret/x to-link/x to-nothing self/to-secret/x ./sub/../to-secret/x self/self/self/to-nothing; do
    put "put $path"
    is 2 "$path leads to the secret"
done
put 'put self/x'
is 0 'a link that stays inside'
put 'put sub/new/deep/x'
is 0 'what does not exist yet'
put 'put ../secret/x'
is 2 'no link at all'

# What leads to a file that is open already is found behind links, too, though it is another file for every process.
ln -s / root
cat >words.yaml <<END
cmdpolicy: 1
commands:
  words: {operands: [read*]}
rules:
  words: [{when: {workspace: trusted}, verdict: allow}, {verdict: review, reason: nobody trusts it}]
effects:
  read: {default: allow}
END
words() { run "$check" --no-config --no-builtin --policy words.yaml "$@"; }
words 'words root/etc/hosts'
is 0 'a file behind the link'
for path in /dev/stdin root/dev/stdin root/dev/fd/0 root/proc/self/fd/0; do
    words "words $path"
    is 3 "$path is what the line is given"
done

# What `..` takes back behind a link is the name of the directory that it leads to.
ln -s /usr/lib away
reads() { run "$check" --no-config --profile read-only "$1"; }
for line in 'cd -P away/.. && cat x' 'cd -P away && cd .. && cat x' 'cd away && cd -P .. && cat x' 'env -C away/.. cat x' \
    'tar -C away/.. -cf - x' 'cat away/../README*' 'find away/.. -maxdepth 1 -name "*.c" -exec cat {} +'; do
    reads "$line"
    is 3 "$line: in /usr"
done
for line in 'cd -P sub/.. && cat x' 'cd sub && cd .. && cat x' 'env -C sub/.. cat x' 'tar -C sub/.. -cf - x' \
    'cat sub/../README*' 'find sub/.. -maxdepth 1 -name "*.c" -exec cat {} +'; do
    reads "$line"
    is 0 "$line: here"
done

# ---- Names in another case --------------------------------------------------------------------------------------------------
# Where it doesn't count, an entry of a directory is there under both names: two links to one file look like that.
config() { run "$check" --no-config --profile workspace-write --home "$work/alike" "$@" 'echo x > .GIT/config'; }
mkdir "$work/alike" "$work/others"
cd "$work/others" || exit 1
touch readme README
config
is 0 '.GIT is not .git where README is not readme'
config --case insensitive
is 2 '.GIT is .git where the caller says so'
touch "$work/alike/readme"
ln "$work/alike/readme" "$work/alike/README"
config
is 2 '.GIT is .git where README is readme, in the home directory'
config --case sensitive
is 0 '.GIT is not .git where the caller says so'
cd "$work/alike" || exit 1
config --home "$work/others"
is 2 '.GIT is .git where README is readme, in the current directory'
cd "$work/others" || exit 1
config --home "$work/others" --workspace "$work/others" --workspace "$work/alike"
is 2 '.GIT is .git where README is readme, in a workspace'
printf '{"id":1,"command":"echo x > .GIT/config","cwd":"%s"}\n{"id":2,"command":"echo x > .GIT/config"}\n' "$work/alike" >lines
run "$check" --no-config --profile workspace-write --home "$work/others" --workspace "$work" --batch <lines
says '*"id":1,"cmdpolicy":1,"verdict":"deny"*"id":2,"cmdpolicy":1,"verdict":"allow"*'
mkdir "$work/usual"
cd "$work/usual" || exit 1
touch src
ln src SRC
touch a A
config --home "$work/others"
is 2 '.GIT is .git where SRC is src'
rm SRC
mkdir SRC
config --home "$work/others"
is 0 '.GIT is not .git where SRC is not src'
# There bash may be 3.2, which has no associative arrays and calculates what stands in brackets.
keyed() { run "$check" --no-config --shell bash --case "$1" 'declare -A m; k=$(cat f); m[$k]=1'; }
keyed sensitive
is 0 'a key of an associative array'
keyed insensitive
is 3 'a subscript where bash may know no associative arrays'
config --case some
is 4 'a case that there is none'

finish
