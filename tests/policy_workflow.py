#!/usr/bin/env python3
"""What docs/policy-workflow.yml and .pre-commit-hooks.yaml run does what it is for, in a repository with a policy: it passes there, and
fails once the policy is broken. Skipped (status 77) where python3-yaml is missing."""
import os
import subprocess
import sys
import tempfile

try:
    import yaml
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

root = os.environ["CMDPOLICY_SOURCE_DIR"]
good = "cmdpolicy: 1\nrules: {nosuchtool read: allow}\ntests: [{allow: nosuchtool read}, {review: nosuchtool write}]\n"
broken = {
    "lint": "cmdpolicy: 1\nrules: {nosuchtool: nosuch}\n",
    "test": "cmdpolicy: 1\nrules: {nosuchtool: deny}\ntests: [{allow: nosuchtool}]\n",
    # A deny for one spelling, and an allow for the others.
    "fuzz": "cmdpolicy: 1\nrules: {'*': allow, echo b: deny}\ntests: [{deny: echo b}]\neffects: {code: {default: allow}}\n",
}
problems = []


def passes(command, policy, arguments=()):
    with tempfile.TemporaryDirectory() as directory:
        os.mkdir(os.path.join(directory, "policies"))
        with open(os.path.join(directory, "policies", "p.yaml"), "w", encoding="utf-8") as out:
            out.write(policy)
        where = {**os.environ, "PATH": os.environ["CMDPOLICY_BUILD_DIR"] + ":" + os.environ["PATH"], "GITHUB_RUN_NUMBER": "7"}
        done = subprocess.run(["bash", "-euc", command, "x", *arguments], cwd=directory, env=where, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        return done.returncode == 0, done.stdout.decode(errors="replace")


def hold(what, command, arguments=()):
    (kind,) = [word for word in command.split() if word in broken]
    command = command.replace("300000", "3000").replace("30000", "3000")
    fine, said = passes(command, good, arguments)
    if not fine:
        problems.append(f"{what}: `{command}` fails:\n{said}")
    fine, said = passes(command, broken[kind], arguments)
    if fine:
        problems.append(f"{what}: `{command}` does not fail with a policy that is broken:\n{said}")
    return kind


with open(os.path.join(root, "docs", "policy-workflow.yml"), encoding="utf-8") as opened:
    workflow = yaml.safe_load(opened)
steps = [s["run"] for s in workflow["jobs"]["policy"]["steps"] if s.get("run", "").startswith("cmdpolicy ")]
if {hold("workflow", step) for step in steps} != set(broken):
    problems.append("the workflow lacks a check")
with open(os.path.join(root, ".pre-commit-hooks.yaml"), encoding="utf-8") as opened:
    hooks = yaml.safe_load(opened)
# pre-commit gives the names of the files behind the entry.
if {hold(h["id"], h["entry"] + ' "$@"', ["policies/p.yaml"]) for h in hooks} != set(broken):
    problems.append("the hooks lack a check")
print("\n".join(problems) or f"{len(steps)} steps and {len(hooks)} hooks")
sys.exit(1 if problems else 0)
