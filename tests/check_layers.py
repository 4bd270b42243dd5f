#!/usr/bin/env python3
"""The rooms of libcmdpolicy/ stand on each other in one order; programs and bindings see the public header only.

A quoted #include in a room names a file of that room or of one before it. No source file has more than MAX_LINES lines.
At the top lies only what belongs there: what a tool left behind in a working tree is not committed with the rest.
"""

import os
import re
import subprocess
import sys

ROOMS = ["base", "shell", "words", "image", "match", "commands", "calls", "decide", "policy"]
MAX_LINES = 1200
PUBLIC = "cmdpolicy.h"
TOP = """.ci .clang-format .clang-tidy .clusterfuzzlite .editorconfig .gitignore .pre-commit-hooks.yaml
    CHANGELOG.md CMakeLists.txt CMakePresets.json CONTRIBUTING.md LICENSE README.md SECURITY.md
    bench bindings cli cmake dev docs examples fuzz include libcmdpolicy rules tests""".split()
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', re.M)

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
problems = []
counted = 0


def sources(folder, suffixes=(".c", ".h")):
    for path, names, files in os.walk(os.path.join(root, folder)):
        names.sort()
        for file in sorted(files):
            if file.endswith(suffixes):
                yield os.path.relpath(os.path.join(path, file), root)


def includes(text):
    """(line, name, quoted) of each #include."""
    for found in INCLUDE.finditer(text):
        yield text.count("\n", 0, found.start()) + 1, found.group(1) or found.group(2), found.group(1) is not None


def inside(file, name, folder):
    """Does `name`, included by `file`, lie in `folder`, beside the file or from the folder on?"""
    for base in (os.path.dirname(file), folder):
        path = os.path.normpath(os.path.join(base, name))
        if path.startswith(folder + os.sep) and os.path.exists(os.path.join(root, path)):
            return True
    return False


def room_of(file, name):
    """The room that `name`, included by `file`, belongs to; "" for libcmdpolicy/ itself; None if it isn't there."""
    for base in (os.path.dirname(file), "libcmdpolicy"):
        path = os.path.normpath(os.path.join(base, name))
        if path.startswith("libcmdpolicy" + os.sep) and os.path.exists(os.path.join(root, path)):
            parts = path.split(os.sep)
            return parts[1] if len(parts) > 2 else ""
    return None


def check_library(file, text):
    parts = file.split(os.sep)
    if len(parts) == 2:  # api.c and its like stand above all rooms
        return
    room = parts[1]
    if room not in ROOMS:
        problems.append(f"{file}: no room is named {room}")
        return
    for line, name, quoted in includes(text):
        if name == PUBLIC or not quoted:
            continue
        target = room_of(file, name)
        if target is None:
            problems.append(f'{file}:{line}: "{name}" is no file of libcmdpolicy/')
        elif target == "" or (target in ROOMS and ROOMS.index(target) > ROOMS.index(room)):
            problems.append(f'{file}:{line}: {room}/ stands below "{name}" and may not include it')


def check_public_only(file, text, folder):
    for line, name, quoted in includes(text):
        if name == PUBLIC or (not quoted and "/" not in name) or name.startswith("sys/"):
            continue
        if quoted and inside(file, name, folder):
            continue
        if room_of("libcmdpolicy/x.c", name) is not None or quoted:
            problems.append(f'{file}:{line}: only "{PUBLIC}" and files of {folder}/ may be included here, not "{name}"')


def committed():
    """The names at the top that are committed; without a repository (an archive of the sources) there is nothing to ask."""
    if not os.path.exists(os.path.join(root, ".git")):
        return TOP
    listed = subprocess.run(["git", "-c", "safe.directory=*", "-C", root, "ls-files", "-z"], check=True, capture_output=True, text=True).stdout
    return sorted({name.split("/")[0] for name in listed.split("\0") if name})


for name in committed():
    if name not in TOP:
        problems.append(f"{name}: not one of the names at the top ({os.path.basename(__file__)}: TOP); was it meant to be committed?")

for file in list(sources("libcmdpolicy")) + list(sources("cli")) + list(sources("bindings", (".c", ".h", ".cc", ".cpp"))):
    with open(os.path.join(root, file), encoding="utf-8") as opened:
        text = opened.read()
    counted += 1
    lines = text.count("\n")
    if lines > MAX_LINES:
        problems.append(f"{file}: {lines} lines; past {MAX_LINES} it has two subjects: split it")
    if file.startswith("libcmdpolicy" + os.sep):
        check_library(file, text)
    elif file.startswith("bindings" + os.sep):
        check_public_only(file, text, os.sep.join(file.split(os.sep)[:2]))
    elif not file.startswith(os.path.join("cli", "tool") + os.sep):
        check_public_only(file, text, "cli")

for problem in problems:
    print(problem)
if counted == 0:
    print("no source file found")
print(f"{counted} files, {len(problems)} problems")
sys.exit(1 if problems or counted == 0 else 0)
