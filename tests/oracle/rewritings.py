#!/usr/bin/env python3
"""Runs commands and their rewritings by `cmdpolicy fuzz --list` in bash, where every program of the commands is a recorder.

Compared is what alpha, beta and gamma were called with, in order; wrappers (env, nice, find ...) are the real programs, where they are
installed, behind a name on PATH. Ways that change the argv or the program (other options, other paths) are not run; a way
whose wrapper is not here is counted as such. Exit status 1: a rewriting ran something else."""
import concurrent.futures
import json
import os
import shutil
import subprocess
import sys
import tempfile

BUILD = os.environ.get("CMDPOLICY_BUILD_DIR", "build/ci")
TOOL = os.environ.get("CMDPOLICY_TOOL", os.path.join(BUILD, "cmdpolicy"))
SEEDS = [
    "alpha -rf one/two /three",
    "alpha x; beta --long=value y",
    "alpha x && beta -n 1 || gamma",
    "alpha one | cat",
    "beta 'a b' \"c d\" plain e=f",
    "if alpha one; then beta two; else gamma three; fi",
    "for i in 1 2; do alpha loop $i end; done",
    "x=5; alpha $x word; beta \"$x\" 'q' tail",
    "( alpha sub shell; beta inner )",
    "cat <<E\nbody\nE\nalpha after doc",
    "alpha first # a comment\nbeta second",
    "alpha $(gamma inner) outer word",
    "! alpha negated; beta 100% a:b,c+d",
    "case w in w) alpha in case;; esac; beta out",
]
# Programs behind which a command stands, or that print it.
REAL = ("bash cat chrt env find flock ionice nice nohup rev setpriv setsid sh stdbuf taskset tee timeout xargs "
        "base64").split()
SHAM = {"sudo", "doas"}  # behave as wrappers, and are seldom installed
RECORDER = r"""#!/bin/bash
{ printf '%s' "${0##*/}"; printf ' [%s]' "$@"; echo; } >>"$CMDPOLICY_LOG"
[ "${0##*/}" != alpha ] || exit 0
echo out
"""
SHAM_TEXT = """#!/bin/bash
while [ $# -gt 0 ]; do
    case $1 in --) shift; break ;; -u) shift 2 ;; -*) shift ;; *) break ;; esac
done
exec "$@"
"""


def place(directory):
    binaries = os.path.join(directory, "bin")
    os.mkdir(binaries)
    for name in ("alpha", "beta", "gamma"):
        write(os.path.join(binaries, name), RECORDER)
    for name in SHAM:
        write(os.path.join(binaries, name), SHAM_TEXT)
    here = set(SHAM)
    for name in REAL:
        real = shutil.which(name)
        if real:
            os.symlink(os.path.realpath(real), os.path.join(binaries, name))
            here.add(name)
    return binaries, here


def write(path, text):
    with open(path, "w") as out:
        out.write(text)
    os.chmod(path, 0o755)


def run(directory, binaries, command):
    """What the recorders were called with."""
    scratch = tempfile.mkdtemp(dir=directory)
    log = scratch + ".log"
    open(log, "w").close()
    env = {"PATH": binaries, "HOME": scratch, "LC_ALL": "C.UTF-8", "CMDPOLICY_LOG": log}
    try:
        subprocess.run([os.path.join(binaries, "bash"), "-c", command], cwd=scratch, env=env, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=20, check=False)
    except subprocess.TimeoutExpired:
        return ["it did not end"]
    with open(log) as text:
        calls = text.read().splitlines()
    shutil.rmtree(scratch, ignore_errors=True)
    os.unlink(log)
    return calls


def missing_wrapper(text, here):
    """A wrapper of the rewriting that is not installed."""
    for name in REAL:
        if name not in here and any(word == name for word in text.replace("(", " ").replace(";", " ").split()):
            return name
    return None


def works(wrapper, binaries):
    """Some wrappers need what a container may withhold (chrt, ionice, setpriv)."""
    trial = {"chrt": ["-b", "0"], "ionice": ["-c", "3"], "taskset": ["1"], "setpriv": ["--no-new-privs"]}
    if wrapper not in trial:
        return True
    return subprocess.run([os.path.join(binaries, wrapper)] + trial[wrapper] + [os.path.join(binaries, "cat")], check=False,
                          stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def main():
    with tempfile.TemporaryDirectory(prefix="cmdpolicy-rewritings.") as directory:
        binaries, here = place(directory)
        for name in list(here - SHAM):
            if not works(name, binaries):
                here.discard(name)
        commands = os.path.join(directory, "commands")
        with open(commands, "wb") as out:
            out.write(b"\0".join(seed.encode() for seed in SEEDS) + b"\0")
        before = {seed: run(directory, binaries, seed) for seed in SEEDS}
        for seed, calls in before.items():
            if not calls:
                print(f"nothing is recorded of {seed!r}")
                return 1
        if run(directory, binaries, SEEDS[0] + " more") == before[SEEDS[0]]:
            print("another argv goes unnoticed")
            return 1
        ran, skipped, wrong, ways, all_ways = 0, 0, 0, set(), set()
        numbers = os.environ.get("CMDPOLICY_REWRITINGS_SEEDS")
        every = 1 if numbers else 4  # without being told, each way with some of the commands
        chosen = []
        for number in (numbers or "1").split():
            listed = subprocess.run([TOOL, "fuzz", "--list", "--seed", number, "--commands", commands],
                                    stdout=subprocess.PIPE, check=True).stdout.decode().splitlines()
            for turn, line in enumerate(listed):
                rewriting = json.loads(line)
                if not rewriting["same"]:
                    continue
                all_ways.add(rewriting["way"])
                if (turn + turn // len(SEEDS)) % every:
                    continue
                if missing_wrapper(rewriting["to"], here):
                    skipped += 1
                    continue
                chosen.append(rewriting)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            results = pool.map(lambda r: run(directory, binaries, r["to"]), chosen)
            for rewriting, after in zip(chosen, results):
                ran += 1
                ways.add(rewriting["way"])
                if after != before[rewriting["from"]]:
                    wrong += 1
                    print(f"---- {rewriting['way']}\n{rewriting['from']}\n  as\n{rewriting['to']}\n  ran\n"
                          + "\n".join(after) + "\n  instead of\n" + "\n".join(before[rewriting["from"]]))
    print(f"rewritings: {ran} of {len(ways)} ways run, {wrong} ran something else, {skipped} with a wrapper that is not here")
    return 1 if wrong or ways != all_ways or len(ways) < 15 or ran < 400 else 0


if __name__ == "__main__":
    sys.exit(main())
