#!/bin/sh
# --batch: one answer a line, in order, as they come; a bad line answers with an error and the rest goes on.
# shellcheck disable=SC2086 # $facts is split

set -u
. "$(dirname "$0")/lib.sh"

run python3 - "$check" $facts <<'END'
import json
import subprocess
import sys

program = sys.argv[1:]
failures = []


def wanted(condition, what):
    if not condition:
        failures.append(what)


def batch(data, *options):
    ran = subprocess.run([*program, *options, "--batch"], input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    return ran.returncode, [json.loads(line) for line in ran.stdout.splitlines()], ran.stderr.decode()


# Ten thousand lines, every seventh malformed, each kind of malformed among them.
bad = [b"", b"{", b"[]", b'"x"', b"{}", b'{"id": 1, "id": 2, "command": "ls"}', b'{"command": 1}', b'{"command": "ls"} x',
       b'{"command": "ls", "argv": ["ls"]}', b'{"argv": []}', b'{"argv": [1]}', b'{"argv": "ls"}', b'\xff',
       b'{"command": "\xff"}', b'{"comand": "ls"}', b'{"command": "ls", "cwd": "src"}', b'{"command": "ls", "shell": "fish"}',
       b'{"command": "ls", "cwd": 1}', b'{"argv": ["ls"], "shell": "sh"}', b"{'command': 'ls'}", b'{"command": "\\ud800"}',
       b"[" * 5000, b'{"command": nan}', b'{"id": 1e999, "command": "ls"}']
lines, kinds = [], []
for i in range(10000):
    if i % 7 == 3:
        lines.append(bad[i // 7 % len(bad)])
        kinds.append("error")
    elif i % 3 == 0:
        lines.append(json.dumps({"id": i, "command": "ls src"}).encode())
        kinds.append("allow")
    elif i % 3 == 1:
        lines.append(json.dumps({"id": i, "argv": ["rm", "-rf", "/"]}).encode())
        kinds.append("deny")
    else:
        lines.append(json.dumps({"id": i, "command": "no-such-program \u0000"[:16], "cwd": "/tmp", "shell": "sh"}).encode())
        kinds.append("review")
status, answers, errors = batch(b"\n".join(lines) + b"\n")
wanted(status == 4, f"exit status {status} with malformed lines")
wanted(errors == "", "nothing on standard error: " + errors[:200])
wanted(len(answers) == len(lines), f"{len(answers)} answers to {len(lines)} lines")
for i, (answer, kind) in enumerate(zip(answers, kinds)):
    if kind == "error":
        good = isinstance(answer.get("error"), str) and "verdict" not in answer and "id" in answer
    else:
        good = answer.get("verdict") == kind and answer.get("id") == i and isinstance(answer.get("reasons"), list)
    if not good:
        wanted(False, f"line {i} ({lines[i][:60]!r}) answered {str(answer)[:200]}")
        break

# The id comes back as it was, whatever it is.
for value in (None, True, 0, -1, 1.5, "x\u0000y", [1, {"a": None}], {"b": [], "a": 1}, "\u202e"):
    status, answers, _ = batch(json.dumps({"id": value, "command": "ls"}).encode())
    wanted(answers and answers[0]["id"] == value, f"id {value!r}")
    status, answers, _ = batch(json.dumps({"id": value, "comand": "ls"}).encode())
    wanted(answers and answers[0]["id"] == value and "error" in answers[0], f"id {value!r} of an error")
status, answers, _ = batch(b'{"command": "ls"}')
wanted(answers == [{**answers[0], "id": None, "verdict": "allow"}], "no id, no newline at the end")

# Exit statuses.
for commands, code in ((["ls"], 0), (["ls", "no-such-program"], 3), (["rm -rf /", "no-such-program"], 2), ([], 0)):
    status, answers, _ = batch("".join(json.dumps({"command": c}) + "\n" for c in commands).encode())
    wanted(status == code and len(answers) == len(commands), f"{commands}: {status}")

# A NUL does not cut the command.
_, answers, _ = batch(json.dumps({"command": "ls\u0000; rm -rf /"}).encode())
wanted(answers[0]["verdict"] != "allow", "a NUL")
_, answers, _ = batch(json.dumps({"argv": ["ls", "a\u0000b"]}).encode())
wanted(answers[0]["verdict"] != "allow", "a NUL in an argv")

# A line's own cwd counts, and not for the next line.
ask = [{"command": "rm -rf ."}, {"command": "rm -rf .", "cwd": "/"}, {"command": "rm -rf ."}]
_, answers, _ = batch("".join(json.dumps(a) + "\n" for a in ask).encode())
verdicts = [a["verdict"] for a in answers]
wanted(verdicts[1] == "deny" and verdicts[0] == verdicts[2] != "deny", f"cwd of a line: {verdicts}")

# The answer comes before the next question, so that a program can hold a conversation.
with subprocess.Popen([*program, "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as talk:
    for i in range(50):
        talk.stdin.write(json.dumps({"id": i, "command": "ls"}).encode() + b"\n")
        talk.stdin.flush()
        wanted(json.loads(talk.stdout.readline())["id"] == i, f"conversation {i}")
    talk.stdin.close()

# Long lines: too long for the policy is a deny, too long for a line an error; the next line is answered.
_, answers, _ = batch(json.dumps({"id": 1, "command": "ls " + "x" * 2000000}).encode() + b"\n"
                      + b'{"id": 2, "command": "' + b"x" * (17 << 20) + b'"}\n' + b'{"id": 3, "command": "ls"}\n')
wanted([a.get("verdict", "error") for a in answers] == ["deny", "error", "allow"], f"long lines: {str(answers)[:300]}")

# Batches answer in JSON only, and take no operand.
for options in (["--format", "text"], ["--argv"], ["ls"]):
    status, answers, errors = batch(b"", *options)
    wanted(status == 4 and errors and not answers, f"--batch {options}")

for failure in failures[:20]:
    print(failure)
sys.exit(1 if failures else 0)
END
is 0 'batches'

finish
