#!/bin/sh
# A policy file that is wrong: exit status 4, file, line and column, what was expected; and nothing is checked with half of it.
# shellcheck disable=SC2086 # $facts is split

set -u
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

# broken LINE[:COLUMN] PATTERN <<TEXT: as a user's policy, a requirement, and a workspace's file.
broken() {
    cat >policy.yaml
    cp policy.yaml project/.cmdpolicy.yaml
    for option in "--policy policy.yaml" "--requirements policy.yaml"; do
        run "$check" $facts $option ls
        is 4 "$2"
        says ''
        complains "policy.yaml:$1*$2*"
    done
    run "$check" --home "$HOME" --cwd "$work/project" ls
    is 4 "$2 in a workspace"
    complains "*/.cmdpolicy.yaml:$1*$2*"
    rm project/.cmdpolicy.yaml
}

broken 2:1: 'rulse' <<'END'
cmdpolicy: 1
rulse:
  ls: deny
END
broken 3:7: 'verdict' <<'END'
cmdpolicy: 1
rules:
  ls: maybe
END
broken 3: '' <<'END'
cmdpolicy: 1
rules:
  ls: [[deny]]
END
broken 2: '' <<'END'
cmdpolicy: 1
rules: deny
END
broken 4:3: 'ls' <<'END'
cmdpolicy: 1
rules:
  ls: review
  ls: deny
END
broken 3: '' <<'END'
cmdpolicy: 1
rules:
  ls:
END
broken 3: 'verdct' <<'END'
cmdpolicy: 1
rules:
  ls: {verdct: deny}
END
broken 1: 'cmdpolicy' <<'END'
rules:
  ls: deny
END
broken '' '' <<'END'
cmdpolicy: 1
rules:
  ls: deny
 x: [
END
broken 3: '' <<'END'
cmdpolicy: 1
rules:
  a: &anchor deny
  b: *anchor
END
broken 3: '' <<'END'
cmdpolicy: 1
rules:
  a: !tag deny
END
broken 2: '' <<'END'
cmdpolicy: 1
---
cmdpolicy: 1
END
broken 1: '' <<'END'
cmdpolicy: 2
rules:
  ls: deny
END
printf 'cmdpolicy: 1\nrules:\n  "l\342\200\256s": deny\n' | broken 3: ''
printf 'cmdpolicy: 1\nrules:\n  l\000s: deny\n' | broken '' ''
printf '' | broken '' ''

# 200 KB that libyaml would take a minute for.
python3 -c 'print("cmdpolicy: 1\nrules: " + "{\"\":[" * 40000)' >deep.yaml
run timeout 60 "$check" $facts --policy deep.yaml ls
is 4 'deep nesting'; complains 'deep.yaml:*'

# Several wrong files are all named; a good one beside them is not used alone.
printf 'cmdpolicy: 1\nrules:\n  ls: deny\n' >good.yaml
printf 'cmdpolicy: 1\nx: 1\n' >bad1.yaml
printf 'cmdpolicy: 1\ny: 1\n' >bad2.yaml
run "$check" $facts --policy good.yaml --policy bad1.yaml --policy bad2.yaml ls
is 4 'two wrong files'; complains '*bad1.yaml:2*bad2.yaml:2*'
run sh -c 'echo "{\"command\":\"ls\"}" | "$@"' - "$check" $facts --policy bad1.yaml --batch
is 4 'a batch without a policy'; says ''

# ---- Where files are looked for ----------------------------------------------------------------------------------------
run "$check" $facts --policy good.yaml ls
is 2 '--policy'
run "$check" $facts --requirements good.yaml ls
is 2 '--requirements'
printf 'cmdpolicy: 1\nrules:\n  ls: deny\n' >project/.cmdpolicy.yaml
mkdir -p project/.git project/src
run "$check" --cwd "$work/project/src" ls
is 2 'the file of the workspace around the cwd'
run "$check" --cwd "$work/project/src" --no-config ls
is 0 '--no-config'
run "$check" --cwd / --workspace project ls
is 2 'the file of a workspace that is named'
printf 'cmdpolicy: 1\nrules:\n  ls: allow\n' >project/.cmdpolicy.yaml
run "$check" --cwd "$work/project/src" ls
is 4 'a workspace that loosens'
rm project/.cmdpolicy.yaml
ln -s nowhere project/.cmdpolicy.yaml
run "$check" --cwd "$work/project/src" ls
is 4 'a link to nowhere is not no file'; complains '*.cmdpolicy.yaml*'
rm project/.cmdpolicy.yaml
# What would never end, or wait for somebody, is no file either.
for target in /dev/zero /dev/tty fifo directory; do
    case $target in
    fifo) mkfifo project/.cmdpolicy.yaml ;;
    directory) mkdir project/.cmdpolicy.yaml ;;
    *) ln -s "$target" project/.cmdpolicy.yaml ;;
    esac
    run sh -c 'sleep 2 | timeout 10 "$@"' - "$check" --cwd "$work/project/src" ls
    is 4 "a workspace's file that is $target"; complains '*.cmdpolicy.yaml: not a regular file*'
    rm -rf project/.cmdpolicy.yaml
done

mkdir -p "$XDG_CONFIG_HOME/cmdpolicy"
cp good.yaml "$XDG_CONFIG_HOME/cmdpolicy/policy.yaml"
run "$check" --cwd "$work/project" ls
is 2 'the user'"'"'s policy'
run "$check" --cwd "$work/project" --no-config ls
is 0 'the user'"'"'s policy left out'
mkdir -p "$HOME/.config/cmdpolicy"
mv "$XDG_CONFIG_HOME/cmdpolicy/policy.yaml" "$HOME/.config/cmdpolicy/"
run env -u XDG_CONFIG_HOME "$check" --cwd "$work/project" ls
is 2 'the user'"'"'s policy in ~/.config'
if [ "$(id -u)" -ne 0 ]; then
    chmod 0 "$HOME/.config/cmdpolicy/policy.yaml"
    run env -u XDG_CONFIG_HOME "$check" --cwd "$work/project" ls
    is 4 'a policy that may not be read'
fi

# Later layers loosen, floors don't.
printf 'cmdpolicy: 1\nrules:\n  mytool status: allow\n' >mine.yaml
printf 'cmdpolicy: 1\nrules:\n  mytool: deny\n' >floor.yaml
run "$check" $facts --policy mine.yaml 'mytool status'
is 0 'a rule of mine'
run "$check" $facts --policy mine.yaml --requirements floor.yaml 'mytool status'
is 2 'a floor'
run "$check" $facts --no-builtin --policy mine.yaml 'ls'
is 3 'without the packs nothing is known'

finish
