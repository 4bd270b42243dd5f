#!/usr/bin/env python3
"""The programs with their first, second, third ... allocation failing, whoever makes it: libyaml, jansson and the C library as well as
the library and the programs. Loading YAML and images, checking, batches, hooks, records.

They may not crash, may not allow what isn't allowed otherwise, and end with a documented status. Exit status 1: one did."""
import concurrent.futures
import os
import subprocess
import sys
import tempfile

PRELOAD, CHECK, TOOL = sys.argv[1], sys.argv[2], os.environ["CMDPOLICY_TOOL"]
POLICY = """cmdpolicy: 1
commands:
  t: {options: {-o|--out: write, -x: k}, operands: [read*], effects: [network a.test]}
kinds: {k: ['(?<p>/.*)': {p: read}, '.*': value]}
rules: {t: allow, 't /x*': {verdict: deny, except: ['t /x/y'], reason: "no"}}
effects: {read: {'~/**': review, default: allow}, flow: {read to network: deny}}
defaults: {depth: 100}
tests: [{deny: t /xa}]
"""
FACTS = ["--no-config", "--home", "/home/u", "--cwd", "/home/u/src/app", "--workspace", "/home/u/src/app"]
CLAUDE = '{"session_id":"s","cwd":"/home/u/src/app","hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{"command":"rm -rf /"}}'
FAILED = []


def scenarios(work):
    policy, image, record = (os.path.join(work, name) for name in ("p.yaml", "p.image", "audit.jsonl"))
    with open(policy, "w") as out:
        out.write(POLICY)
    subprocess.run([TOOL, "compile", policy, "-o", image], check=True)
    deny = ["sudo bash -c 'rm -rf /; cd /tmp && ls' | cat > x"]
    # name, command, standard input, statuses that are fine, a text that the output of status 0 has to hold
    yield "check", [CHECK] + FACTS + ["--"] + deny, "", {2, 4}, None
    yield "json", [CHECK] + FACTS + ["--format", "json", "--"] + deny, "", {2, 4}, None
    yield "yaml", [CHECK, "--policy", policy] + FACTS + ["--", "t /xa"], "", {2, 4}, None
    yield "image", [CHECK, "--policy", image] + FACTS + ["--", "t /xa"], "", {2, 4}, None
    yield "allow", [CHECK] + FACTS + ["--", "ls -l src"], "", {0, 2, 3, 4}, "allow"
    yield "batch", [CHECK] + FACTS + ["--batch"], '{"id":1,"command":"rm -rf /"}\n{"id":2,"argv":["rm","-rf","/"]}\n', {2, 4}, None
    yield "audit", [CHECK, "--audit", record, "--audit-required"] + FACTS + ["--"] + deny, "", {2, 4}, None
    yield "hook", [CHECK, "--hook", "claude", "--no-config", "--home", "/home/u"], CLAUDE, {0, 2}, '"deny"'
    yield "hook with YAML", [CHECK, "--hook", "claude", "--policy", policy, "--no-config", "--home", "/home/u"], CLAUDE, {0, 2}, '"deny"'
    yield "hook, broken", [CHECK, "--hook", "claude", "--no-config"], CLAUDE[:-2], {2}, None
    yield "lint", [TOOL, "lint", policy], "", {0, 1, 4}, ""
    yield "test", [TOOL, "test", policy], "", {0, 1, 4}, "1 tests, 0 failed"
    yield "compile", [TOOL, "compile", policy, "-o", os.path.join(work, "q.image")], "", {0, 1, 4}, ""


def run(command, text, environment):
    return subprocess.run(command, input=text.encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=False,
                          env={**os.environ, "LD_PRELOAD": PRELOAD, "TZ": "UTC", **environment})


def one(name, command, text, fine, says, number, on):
    done = run(command, text, {"CMDPOLICY_FAIL_AT": str(number), **({"CMDPOLICY_FAIL_ON": "1"} if on else {})})
    what = f"{name}: allocation {number}{' and all after it' if on else ''} failed:"
    if done.returncode not in fine:
        FAILED.append(f"{what} status {done.returncode}: {done.stderr.decode(errors='replace')[-300:]}")
    elif done.returncode == 0 and says is not None and says not in done.stdout.decode(errors="replace"):
        FAILED.append(f"{what} it says {done.stdout[:300]!r}")


def main():
    runs = 0
    with tempfile.TemporaryDirectory(prefix="cmdpolicy-memory.") as work, \
            concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        counter = os.path.join(work, "count")
        for name, command, text, fine, says in scenarios(work):
            whole = run(command, text, {"CMDPOLICY_FAIL_COUNT": counter})
            if whole.returncode not in fine or not os.path.exists(counter):
                FAILED.append(f"{name}: status {whole.returncode} with all memory: {whole.stderr.decode(errors='replace')}")
                continue
            with open(counter, "rb") as count:
                total = int.from_bytes(count.read(), sys.byteorder)
            os.unlink(counter)
            if total < 5:
                FAILED.append(f"{name}: only {total} allocations are seen")
            most = int(os.environ.get("CMDPOLICY_MEMORY_MOST", "50"))
            numbers = range(1, total + 1) if total <= most else sorted({1 + i * total // most for i in range(most)})
            jobs = [pool.submit(one, name, command, text, fine, says, number, on) for number in numbers for on in (False, True)]
            for job in jobs:
                job.result()
            runs += len(jobs)
    for failure in FAILED[:20]:
        print(failure)
    print(f"memory: {runs} runs with failing allocations, {len(FAILED)} went wrong")
    return 1 if FAILED else 0


if __name__ == "__main__":
    sys.exit(main())
