#!/usr/bin/env python3
"""Holds what `accept` says of records against `dash -n`, which reads each without running it.

  accept_dash.py RECORDS ACCEPTED WAIVERS SHOW    exit status 1: they differ outside the waivers"""
import subprocess
import sys
import tempfile


def fnv(data):
    h = 2166136261
    for b in data:
        h = (h ^ b) * 16777619 & 0xFFFFFFFF
    return "%08x" % h


def main():
    records, accepted, waivers, show = sys.argv[1:5]
    texts = open(records, "rb").read().split(b"\x1e")[:-1]
    ours = open(accepted, encoding="latin1").read().split("\n")
    waived = open(waivers).read()
    counts = {"false-accept": 0, "false-reject": 0, "unsupported": 0, "waived": 0}
    with tempfile.NamedTemporaryFile() as f:
        for text, mine in zip(texts, ours):
            f.seek(0)
            f.truncate()
            f.write(text)
            f.flush()
            run = subprocess.run(["dash", "-n", f.name], stdin=subprocess.DEVNULL, capture_output=True)
            if mine[0] == "2":
                counts["unsupported"] += 1
            if mine[0] == "2" or (run.returncode == 0) == (mine[0] == "1"):
                continue
            if "\t" + fnv(text) in waived:
                counts["waived"] += 1
                continue
            what = "false-reject" if run.returncode == 0 else "false-accept"
            counts[what] += 1
            if counts["false-reject"] + counts["false-accept"] <= int(show):
                print("dash: %s (hash %s): %s %s\n%r" % (what, fnv(text), mine[2:], run.stderr[-80:], text))
    print("dash: %d records, %s" % (len(texts), ", ".join("%s %d" % c for c in counts.items())))
    sys.exit(counts["false-accept"] + counts["false-reject"] > 0)


main()
