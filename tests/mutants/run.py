#!/usr/bin/env python3
"""Builds the engine broken in one way after the other, and expects the fast tests to notice. `./dev test mutants [NAME...]`.
`run.py --check` builds nothing: can each of them still be made?

A copy of the source tree in build/mutants/source is changed in one place, what depends on it is built, and the tests run until one
fails. Exit status 1: a mutant survived, or can't be made any more, since the source has changed."""
import os
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from list import MUTANTS  # noqa: E402

SOURCE = os.path.abspath(os.environ.get("CMDPOLICY_SOURCE_DIR", "."))
WORK = os.path.join(SOURCE, "build", "mutants")
COPY = os.path.join(WORK, "source")
BUILD = os.path.join(WORK, "build")
JOBS = str(len(os.sched_getaffinity(0)))  # taskset -c 0: one
# The quick and the telling ones first; the first failure ends a mutant.
TESTS = ["unit-vectors", "unit-decide|unit-commands|unit-calls", "pack-tests",
         "unit-(api|memory|base|index|policy.*|match.*|image|shell|words|decide_.*|limits|exhaustion)|hooks|audit|cli-(hostile|facts|policy_files)"]


def run(command, timeout):
    try:
        done = subprocess.run(command, cwd=BUILD, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=timeout, check=False)
        return done.returncode, done.stdout.decode(errors="replace")
    except subprocess.TimeoutExpired:
        return 124, "timed out"


def copy_tree():
    os.makedirs(COPY, exist_ok=True)
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=SOURCE, stdout=subprocess.PIPE, check=False).stdout.split(b"\0")
    names = [name.decode() for name in listed if name]
    if not names:
        sys.exit("mutants: not a work tree of git")
    for name in names:
        old, new = os.path.join(SOURCE, name), os.path.join(COPY, name)
        if not os.path.isfile(old):
            continue
        os.makedirs(os.path.dirname(new), exist_ok=True)
        with open(old, "rb") as a:
            wanted = a.read()
        if not os.path.exists(new) or open(new, "rb").read() != wanted:
            shutil.copy2(old, new)
            os.utime(new)


def build():
    return run(["cmake", "--build", BUILD, "-j", JOBS, "--target", "cmdpolicy-unit", "cmdpolicy", "cmdpolicy-check", "cmdpolicy-hook-many"], 1200)


def caught_by(file):
    """The test that fails; None: none."""
    room = file.split("/")[1]
    first = ["hooks", "audit"] if file.startswith("cli/") else ["unit-vectors", f"unit-{room}.*"]
    for group in first + [group for group in TESTS if group not in first]:
        status, output = run(["ctest", "--test-dir", BUILD, "-R", f"^({group})$", "--stop-on-failure", "--timeout", "200", "-j", JOBS], 900)
        if status != 0:
            names = [line.split(" - ")[1].split(" ")[0] for line in output.splitlines() if " - " in line and "(" in line]
            return names[0] if names else group
    return None


def check():
    """The list has to follow the source: a mutant that can't be made proves nothing."""
    stale = 0
    for name, _, file, text, _ in MUTANTS:
        with open(os.path.join(SOURCE, file)) as source:
            count = source.read().count(text)
        if count != 1:
            stale += 1
            print(f"{name}: the text occurs {count} times in {file}, where once was expected; change tests/mutants/list.py: {text!r}")
    return 1 if stale else 0


def main():
    wanted = sys.argv[1:]
    if wanted == ["--check"]:
        return check()
    chosen = [m for m in MUTANTS if not wanted or m[0] in wanted]
    if not chosen:
        sys.exit("mutants: none of these names; there are " + " ".join(m[0] for m in MUTANTS))
    copy_tree()
    os.makedirs(BUILD, exist_ok=True)
    options = ["-DCMAKE_BUILD_TYPE=None", "-DCMAKE_C_FLAGS=-O1", "-DCMDPOLICY_TESTS=ON"]
    if shutil.which("ccache"):
        options.append("-DCMAKE_C_COMPILER_LAUNCHER=ccache")
    status, output = run(["cmake", "-G", "Ninja", "-S", COPY, "-B", BUILD] + options, 300)
    if status == 0:
        status, output = build()
    if status != 0:
        print(output[-4000:])
        sys.exit("mutants: the source does not build")
    survived = []
    for name, why, file, text, instead in chosen:
        path = os.path.join(COPY, file)
        with open(path) as source:
            whole = source.read()
        if whole.count(text) != 1:
            print(f"{name}: the text occurs {whole.count(text)} times in {file}: tests/mutants/list.py has to follow the source")
            survived.append(name)
            continue
        begun = time.time()
        try:
            with open(path, "w") as source:
                source.write(whole.replace(text, instead))
            status, output = build()
            # The packs are compiled by the mutant itself: a build that fails in them is a mutant that is noticed.
            failed = "the build" if status != 0 and "cmdpolicy-packc" in output and " error: " not in output.split("cmdpolicy-packc", 1)[0] else None
            if status != 0 and not failed:
                print(output[-2000:])
                failed = None
                survived.append(name)
                print(f"{name}: does not compile")
                continue
            failed = failed or caught_by(file)
        finally:
            with open(path, "w") as source:
                source.write(whole)
        if not failed:
            survived.append(name)
        print(f"{name}: {'caught by ' + failed if failed else 'SURVIVED'} ({why}; {time.time() - begun:.0f} s)", flush=True)
    print(f"mutants: {len(chosen)} broken engines, {len(chosen) - len(survived)} caught, {len(survived)} not"
          + (": " + " ".join(survived) if survived else ""))
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
