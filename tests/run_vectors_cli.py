"""Vectors through `cmdpolicy-check --batch`.   usage: run_vectors_cli.py PROGRAM VECTORS.JSONL WORK_DIRECTORY

Vectors that are checked with the same policy and facts go through one batch. Those with a workspace-policy, or with
directories that were looked at, are left to tests/cli: there is no option for these, they are found in the workspace.
"""

import itertools
import json
import os
import subprocess
import sys

program, table, work = sys.argv[1:4]
GROUP = ("builtin", "profile", "policy", "requirements", "sandbox", "cwd", "home", "workspace", "trust")


def layer_file(vector, key, numbers=itertools.count()):
    """The name of a file with the layer's text."""
    text = vector[key]
    if "\n" not in text and not text.startswith("cmdpolicy:"):
        return os.path.join(os.path.dirname(vector["file"]), text)
    path = os.path.join(work, f"policy-{next(numbers)}.yaml")
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    return path


def options(vector):
    given = ["--no-config"]
    for key in ("policy", "requirements"):
        if key in vector:
            given += ["--" + key, layer_file(vector, key)]
    for key in ("profile", "sandbox", "cwd", "home", "workspace"):
        if key in vector:
            given += ["--" + key, vector[key]]
    if vector.get("builtin") == "none":
        given.append("--no-builtin")
    if vector["trust"] == "untrusted":
        given.append("--untrusted")
    return given


def question(number, vector):
    asked = {"id": number}
    if "argv" in vector:
        asked["argv"] = vector["argv"]
    else:
        asked["command"] = vector["cmd"]
        if "shell" in vector:
            asked["shell"] = vector["shell"]
    return json.dumps(asked)


def holds(vector, answer):
    verdict, wanted = answer.get("verdict"), vector["verdict"]
    if verdict not in ("allow", "review", "deny"):
        return False
    if verdict != wanted and (not wanted.startswith("not-") or wanted == "not-" + verdict):
        return False
    if not any(key in vector for key in ("rule", "code", "span")):
        return True
    for reason in answer["reasons"]:
        if reason["verdict"] != verdict:
            continue
        if any(key in vector and reason.get(key) != vector[key] for key in ("rule", "code")):
            continue
        if "span" in vector and "cmd" in vector:
            begin, end = reason["span"]
            if vector["cmd"].encode()[begin:end] != vector["span"].encode():
                continue
        return True
    return False


with open(table, encoding="utf-8") as opened:
    vectors = [json.loads(line) for line in opened]
checked = skipped = failed = 0
for _, group in itertools.groupby(vectors, key=lambda v: [v.get(key) for key in GROUP + ("workspace-policy", "plain", "simple")]):
    group = list(group)
    if "workspace-policy" in group[0] or "plain" in group[0] or "simple" in group[0]:
        skipped += len(group)
        continue
    asked = "".join(question(number, vector) + "\n" for number, vector in enumerate(group))
    ran = subprocess.run([program, *options(group[0]), "--batch"], input=asked, text=True, encoding="utf-8",
                         stdout=subprocess.PIPE, check=False)
    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    if [answer["id"] for answer in answers] != list(range(len(group))):
        sys.exit(f"{group[0]['file']}:{group[0]['line']}: {len(answers)} answers to {len(group)} lines "
                 f"(exit status {ran.returncode})")
    for vector, answer in zip(group, answers):
        checked += 1
        if holds(vector, answer) != ("open" in vector):
            continue
        failed += 1
        got = answer.get("error") or answer["verdict"]
        print(f"{vector['file']}:{vector['line']}: wanted {vector['verdict']}, got {got}: "
              f"{vector.get('cmd') or vector['argv']!r}")
        if "open" in vector:
            print("    what it says is open: strike out its `open`")
        for reason in answer.get("reasons", []):
            print(f"    {reason['verdict']}: {reason['message']} [{reason.get('rule') or reason['code']}]")
print(f"{checked} vectors through cmdpolicy-check, {failed} do not hold; {skipped} with a workspace's file left out.")
sys.exit(1 if failed or checked == 0 else 0)
