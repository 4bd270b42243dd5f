#!/usr/bin/env python3
"""Holds the commands that the parser finds in zsh's texts against those that zsh finds. zsh parses each as a function's body,
functions[f]=TEXT, which runs nothing, and prints it; what it prints has to hold the same commands. Texts with anything that
is noted, which is never allowed, are left out; so are {name}> and comments in arrays, which zsh 5.9 prints wrongly.

  commands_zsh.py ACCEPT RECORDS SHOW    exit status 1: they differ"""
import os
import re
import subprocess
import sys
import tempfile

ZSH = "4"  # of cp_dialect
BODIES = r"""zmodload zsh/parameter zsh/mapfile
texts=("${(@ps:\x1e:)mapfile[$1]}")
for ((i = $2 + 1; i <= $#texts; i++)); do
    unset 'functions[f]' 2>/dev/null
    functions[f]="${texts[i]}" 2>/dev/null
    (( $+functions[f] )) && print -rn -- $'\x02'"${functions[f]}"
    print -rn -- $'\x1e'
done
"""
# What zsh prints in front of the redirections that stood before it, where it is then read as a reserved word.
RESERVED = re.compile(rb'"(?:!|\[\[|case|coproc|do|done|elif|else|esac|fi|for|foreach|function|if|nocorrect|repeat|select|then|time|until|while|\{|\})"')
TOKEN = re.compile(rb'\(|\)|"(?:[^"\\]|\\.)*"|[^\s()"]+', re.S)


def commands(tree):
    """The words of each simple command of an S-expression, without their blanks; sorted."""
    found, open_lists = [], []
    for token in TOKEN.findall(tree):
        if token == b"(":
            open_lists.append([None, []])
        elif token == b")":
            head, words = open_lists.pop()
            if head == b"cmd":
                found.append(b" ".join(sorted(words)))
        elif open_lists and open_lists[-1][0] is None:
            open_lists[-1][0] = token
        elif token.startswith(b'"') and len(open_lists) > 1 and open_lists[-1][0] == b"word" and open_lists[-2][0] == b"cmd":
            open_lists[-2][1].append(re.sub(rb"\\\\\\n|\\[nt]|\\x09|\s", b"", token))
    return sorted(found)


def accept(program, texts, scratch, *arguments):
    path = os.path.join(scratch, "records")
    with open(path, "wb") as f:
        f.write(b"".join(text + b"\x1e" for text in texts))
    return subprocess.run([program, path, ZSH, *arguments], stdout=subprocess.PIPE, check=True).stdout


def printed(texts, scratch):
    """What zsh makes of each; nothing where it does not parse or, as happens, dies of it."""
    script, records = os.path.join(scratch, "script"), os.path.join(scratch, "texts")
    with open(script, "w", encoding="ascii") as f:
        f.write(BODIES)
    with open(records, "wb") as f:
        f.write(b"\x1e".join(texts))
    found = []
    while len(found) < len(texts):
        run = subprocess.run(["zsh", "-f", script, records, str(len(found))], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"})
        found += run.stdout.split(b"\x1e")[:-1]
        if len(found) < len(texts):
            found.append(b"")
    return found


def main():
    program, records, show = sys.argv[1], sys.argv[2], int(sys.argv[3])
    with open(records, "rb") as f:
        texts = f.read().split(b"\x1e")[:-1]
    differ = rejected = unreadable = 0
    with tempfile.TemporaryDirectory() as scratch:
        kinds = accept(program, texts, scratch).split(b"\n")
        kept = [text for text, kind in zip(texts, kinds)
                if kind == b"1 " and b"{fd}" not in text and not re.search(rb"=\(\s*#|[\s(]#.*\n", text) and b"\x02" not in text]
        bodies = printed(kept, scratch)
        ours = accept(program, kept, scratch, "sexpr").split(b"\x1e")
        theirs = accept(program, [body[1:] for body in bodies], scratch, "sexpr").split(b"\x1e")
        for text, body, tree, again in zip(kept, bodies, ours, theirs):
            if not body:
                rejected += 1
            elif b"<error>" in again or (b"(redir " in tree and RESERVED.search(tree) and commands(tree) != commands(again)):
                unreadable += 1
            elif commands(tree) != commands(again):
                differ += 1
                if differ <= show:
                    print("zsh: other commands\n%r\n%s\n%r\n%r" % (text, body[1:].decode("utf-8", "replace"), commands(tree), commands(again)))
    print(f"zsh: {len(texts)} records, {len(kept)} without notes; {rejected} zsh does not take, {unreadable} printed as what is none; "
          f"{differ} other commands")
    return differ > 0


sys.exit(main())
