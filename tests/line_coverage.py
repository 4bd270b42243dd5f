#!/usr/bin/env python3
"""tests/line_coverage.py BUILD: how many of libcmdpolicy's lines the tests of a build with CMDPOLICY_COVERAGE ran.

Fails below 95 % (CMDPOLICY_COVERAGE_FLOOR), and prints the files in which most lines were not run.
"""
import glob
import json
import os
import subprocess
import sys

LIBRARY = "libcmdpolicy/"
PROGRAMS = ["cmdpolicy-unit", "cmdpolicy", "cmdpolicy-threads"]
SHOWN = 12


def tool(name):
    """clang's own: another version can't read what it writes."""
    return subprocess.run(["clang", "-print-prog-name=" + name], check=True, capture_output=True, text=True).stdout.strip()


def main():
    build = sys.argv[1]
    floor = float(os.environ.get("CMDPOLICY_COVERAGE_FLOOR", "95"))
    profiles = glob.glob(os.path.join(build, "profiles", "*.profraw"))
    if not profiles:
        sys.exit("no profiles in %s/profiles: run its other tests first" % build)
    merged = os.path.join(build, "lines.profdata")
    subprocess.run([tool("llvm-profdata"), "merge", "-sparse", "-o", merged, *profiles], check=True)
    programs = [os.path.join(build, name) for name in PROGRAMS] + sorted(glob.glob(os.path.join(build, "replay_*")))
    objects = [argument for program in programs[1:] for argument in ("-object", program)]
    report = subprocess.run(
        [tool("llvm-cov"), "export", "-summary-only", "-instr-profile", merged, programs[0], *objects],
        check=True, capture_output=True, text=True).stdout
    files = {}
    for entry in json.loads(report)["data"][0]["files"]:
        name = entry["filename"]
        at = name.rfind(LIBRARY)
        # The packs are data, and these two are built into tools alone.
        if at < 0 or not name.endswith(".c") or name.endswith(("packc_main.c", "no_builtin.c", "builtin_image.c")):
            continue
        lines = entry["summary"]["lines"]
        files[name[at:]] = (lines["count"], lines["covered"])
    count = sum(n for n, _ in files.values())
    covered = sum(n for _, n in files.values())
    if not count:
        sys.exit("no line of %s was counted" % LIBRARY)
    for name, (n, ran) in sorted(files.items(), key=lambda item: item[1][1] - item[1][0])[:SHOWN]:
        print("%5d of %5d lines not run  %s" % (n - ran, n, name))
    share = 100 * covered / count
    print("%d of %d lines of %s were run: %.1f %%, wanted %.0f %%" % (covered, count, LIBRARY, share, floor))
    sys.exit(share < floor)


main()
