#!/usr/bin/env python3
"""Records of decisions, through the programs: what is in them, what is left out, the chain, and all that can happen to a file.
usage: CMDPOLICY_CHECK=PROGRAM CMDPOLICY_TOOL=PROGRAM run.py

CMDPOLICY_AUDIT_RECORDS=N is how many records the concurrent writers make together (20,000; 4,000 with sanitizers)."""

import hashlib
import http.server
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

CHECK = os.environ.get("CMDPOLICY_CHECK") or sys.exit("CMDPOLICY_CHECK: the program to test")
TOOL = os.environ.get("CMDPOLICY_TOOL") or os.path.join(os.path.dirname(CHECK), "cmdpolicy")
RECORDS = int(os.environ.get("CMDPOLICY_AUDIT_RECORDS", "4000" if os.environ.get("CMDPOLICY_SANITIZE") else "20000"))
GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "hooks", "golden")
SANITIZED = bool(os.environ.get("CMDPOLICY_SANITIZE"))

base = os.path.realpath(tempfile.mkdtemp())
work, home = os.path.join(base, "work"), os.path.join(base, "home")
os.mkdir(work)
os.mkdir(home)
environment = {"HOME": home, "PATH": os.environ["PATH"], "XDG_CONFIG_HOME": os.path.join(base, "config")}
environment.update({name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")})
passed = failed = 0


def expect(holds, what, *details):
    global passed, failed
    passed += bool(holds)
    failed += not holds
    if not holds:
        print("FAIL:", what, *(repr(d)[:900] for d in details))


def path(name):
    return os.path.join(work, name)


def run(program, *arguments, data=None, env=(), **more):
    ran = subprocess.run([program, *arguments], input=data, capture_output=True, cwd=work, timeout=300,
                         env={**environment, **dict(env)}, **more)
    return ran.returncode, ran.stdout.decode(errors="replace"), ran.stderr.decode(errors="replace")


def check(*arguments, **more):
    return run(CHECK, "--no-config", *arguments, **more)


def tool(*arguments, **more):
    return run(TOOL, "audit", *arguments, **more)


def value(v):
    (kind, inner), = v.items()
    if kind == "arrayValue":
        return [value(one) for one in inner["values"]]
    if kind == "kvlistValue":
        return {one["key"]: value(one["value"]) for one in inner["values"]}
    return int(inner) if kind == "intValue" else inner


def attributes(line):
    record = json.loads(line)
    keys = [one["key"] for one in record["attributes"]]
    assert len(keys) == len(set(keys)), keys
    return record, {one["key"]: value(one["value"]) for one in record["attributes"]}


def lines(name):
    with open(path(name), "rb") as opened:
        return opened.read().split(b"\n")[:-1]


def last(name):
    return attributes(lines(name)[-1])


def chain_holds(name):
    """The chain, checked without a line of the programs' code."""
    before, number = b"0" * 64, 0
    for line in lines(name):
        _, a = attributes(line)
        own = re.search(rb',\{"key":"cmdpolicy.audit.hash","value":\{"stringValue":"([0-9a-f]{64})"\}\}\]\}$', line)
        body = line[:line.rindex(b'"}},{"key":"cmdpolicy.audit.hash"')]
        number += 1
        if a["cmdpolicy.audit.previous"].encode() != before or hashlib.sha256(body).hexdigest() != own[1].decode() or \
                a["cmdpolicy.audit.sequence"] != number or (a.get("cmdpolicy.audit.chain") == "start") != (number == 1):
            return False
        before = hashlib.sha256(line).hexdigest().encode()
    return number > 0


# ---- What a record says ---------------------------------------------------------------------------------------------

def test_fields():
    expect(check("--audit", "a", "git status; rm -rf /")[0] == 2, "a verdict is not changed by its record")
    record, a = last("a")
    now = time.time_ns()
    expect(record["eventName"] == a["event.name"] == "cmdpolicy.decision", "the event's name")
    for key in ("timeUnixNano", "observedTimeUnixNano"):
        expect(isinstance(record[key], str) and abs(int(record[key]) - now) < 60e9, key, record[key])
    expect(record["severityNumber"] == 17 and record["severityText"] == "ERROR", "severity of a deny")
    expect(record["body"] == {"stringValue": "deny"}, "body", record["body"])
    expect(a["cmdpolicy.verdict"] == "deny" and a["process.command_line"] == "git status; rm -rf /", "verdict and command", a)
    expect(len(a["cmdpolicy.policy.digest"]) == 64, "policy digest")
    expect(a["process.working_directory"] == work, "cwd", a["process.working_directory"])
    expect(a["cmdpolicy.duration_us"] >= 0 and a["process.user.id"] == os.getuid(), "duration, user")
    deny = [r for r in a["cmdpolicy.reasons"] if r["verdict"] == "deny"]
    expect(deny and {"rule.id", "rule.layer", "rule.file", "rule.line", "code", "message", "call"} <= deny[0].keys(), "reasons", deny)
    expect(a["cmdpolicy.rule.id"] == deny[0]["rule.id"] and deny[0]["rule.layer"] == "builtin", "the rule that decided")
    expect([c["argv"] for c in a["cmdpolicy.calls"]] == [["git", "status"], ["rm", "-rf", "/"]], "calls", a["cmdpolicy.calls"])
    expect({"kind": "delete", "target": "/"}.items() <= [e for e in a["cmdpolicy.effects"] if e["kind"] == "delete"][0].items(), "effects")
    for command, number in (("git status", 9), ("gh pr merge 1", 13), ("rm -rf /", 17)):
        check("--audit", "a", command)
        expect(last("a")[0]["severityNumber"] == number, "severity", command)
    check("--audit", "a", "--argv", "--", "gh", "pr", "view", "1 2")
    _, a = last("a")
    expect(a["process.command_args"] == ["gh", "pr", "view", "1 2"] and a["cmdpolicy.asked"] == "argv", "an argv", a)
    check("--audit", "a", "ls", env={"TRACEPARENT": "00-" + "ab" * 16 + "-" + "cd" * 8 + "-01"})
    record, _ = last("a")
    expect(record["traceId"] == "ab" * 16 and record["spanId"] == "cd" * 8, "trace context", record.keys())
    check("--audit", "a", "ls", env={"TRACEPARENT": "00-" + "0" * 32 + "-" + "cd" * 8 + "-01"})
    expect("traceId" not in last("a")[0], "no trace context")
    check("--audit", "a", b"cat '\xff\xfe'")
    expect(b'"bytesValue"' in lines("a")[-1], "what isn't UTF-8")
    check("--audit", "a", "echo '" + "x" * 100000 + "'")
    _, a = last("a")
    expect("command" in a["cmdpolicy.audit.cut"] and len(lines("a")[-1]) < 400000, "a long command is cut, and said to be")
    check("--audit", "a", "-", data=b"echo a; " * 3000)
    expect("calls" in last("a")[1]["cmdpolicy.audit.cut"] and len(lines("a")[-1]) < 400000, "many calls")
    expect(chain_holds("a"), "the chain")
    expect(tool("verify", "a")[0] == 0, "verify", tool("verify", "a"))


def test_ways_in():
    batch = b'{"id":1,"command":"git status"}\nnonsense\n{"id":2,"argv":["rm","-rf","/"],"cwd":"/home/x"}\n{"id":3,"command":"ls","shell":"zsh"}\n'
    status, out, _ = check("--audit", "b", "--batch", data=batch)
    made = [attributes(line)[1] for line in lines("b")]
    expect(len(made) == 3 and len(out.splitlines()) == 4, "a record for each decision of a batch", out)
    expect([a["cmdpolicy.verdict"] for a in made] == ["allow", "deny", "allow"] and made[2]["cmdpolicy.shell"] == "zsh" and
           made[1]["process.working_directory"] == "/home/x", "batch records", made)
    agents = sorted(name[:-8] for name in os.listdir(GOLDEN) if name.endswith(".in.json"))
    for name in agents:
        with open(os.path.join(GOLDEN, name + ".in.json"), "rb") as opened:
            payload = opened.read()
        plain = check("--hook", name.split("-")[0], data=payload)
        status, out, err = check("--hook", name.split("-")[0], "--audit", "h", data=payload)
        expect((status, out, err) == plain, "a hook's answer is what it is without records", name, status, out, err)
        record, a = last("h")
        given = json.loads(payload)
        expect(a["cmdpolicy.asked"] == "hook" and a["gen_ai.agent.name"] == given.get("agent", name.split("-")[0]) if name != "generic"
               else True, "the agent", name, a)
        expect(a["gen_ai.operation.name"] == "execute_tool" and a["cmdpolicy.answer"] in ("pass", "ask", "defer", "deny", "allow"),
               "the answer", name, a)
        for key in ("session_id", "sessionId", "conversation_id"):
            if isinstance(given.get(key), str):
                expect(a["gen_ai.conversation.id"] == given[key], "the session", name, a)
        for key in ("tool_use_id", "tool_call_id"):
            if isinstance(given.get(key), str):
                expect(a["gen_ai.tool.call.id"] == given[key], "the call", name, a)
    expect(len(lines("h")) == len(agents) and chain_holds("h"), "a record for each")
    with open(os.path.join(GOLDEN, "claude.in.json"), "rb") as opened:
        payload = opened.read()
    expect(check("--hook", "claude", "--audit", "h", data=payload.replace(b'"Bash"', b'"Read"'))[0] == 0 and
           len(lines("h")) == len(agents), "no decision, no record")
    expect(check("--hook", "claude", "--audit", "h", data=payload[:-9])[0] == 2, "a broken payload denies")
    record, a = last("h")
    expect(record["severityNumber"] == 18 and a["error.type"] and a["cmdpolicy.verdict"] == "deny", "a failure's record", a)
    with open(path("broken.yaml"), "w", encoding="utf-8") as out:
        out.write("cmdpolicy: 1\nrulse: {}\n")
    expect(check("--hook", "claude", "--audit", "h", "--policy", "broken.yaml", data=payload)[0] == 2, "a broken policy denies")
    expect(last("h")[0]["severityNumber"] == 18, "and is recorded")
    expect(check("--audit", "h", "--policy", "broken.yaml", "ls")[0] == 4, "a broken policy, without a hook")
    expect(last("h")[0]["severityNumber"] == 18, "and is recorded there too")
    # A hook says nothing on standard output that isn't its answer, whatever becomes of the record.
    status, out, _ = check("--hook", "claude", "--audit", "/nowhere/x", data=payload)
    expect(status == 0 and (out == "" or out.startswith("{")), "standard output of a hook that can't record", out)
    for agent in agents:
        with open(os.path.join(GOLDEN, agent + ".in.json"), "rb") as opened:
            payload = opened.read()
        status, out, err = check("--hook", agent.split("-")[0], "--audit", "/nowhere/x", "--audit-required", "--on-error", "allow",
                                 data=payload)
        denies = status == 2 or "deny" in out or "block" in out or '"cancel":true' in out
        expect(denies and "not be recorded" in err, "a hook denies what it can't record", agent, status, out, err)


def test_redaction():
    secrets = {
        "TOKEN=hunter22 cmd": ["hunter22"],
        "export GITHUB_TOKEN=ghp_abcdefghijklmnopqrstuvwxyz0123456789": ["abcdefghij"],
        "curl -H 'Authorization: Bearer abc.def.ghi' h": ["abc.def"],
        'curl -H "Authorization: Basic dXNlcjpwYXNz" h': ["dXNlcjpwYXNz"],
        "curl -H 'Cookie: a=b; session=c' h": ["session=c"],
        "curl -H X-Api-Key:abcdef99 h": ["abcdef99"],
        "mysql --password=hunter22": ["hunter22"],
        "mysql --password hunter22": ["hunter22"],
        "mysql --password='hunter 22'": ["hunter"],
        "mysql --pass\"word=hun\"ter22": ["hun\"ter22"],
        "mysql --password=hunter\\ 22": ["hunter"],
        "PGPASSWORD='a b' psql": ["a b"],
        "PASSWORD=\"hun\"ter22 cmd": ["hun", "ter22"],
        "curl -u me:hunter22 h": ["hunter22"],
        "git clone https://me:hunter22@h.com/x": ["hunter22"],
        "git clone https://ghtokenghtokenghtoken@h.com/x": ["ghtokengh"],
        "psql 'postgres://u:hunter22@h/db'": ["hunter22"],
        "curl 'https://h/?access_token=hunter22&x=1'": ["hunter22"],
        "curl -d '{\"password\": \"hunter22\"}' h": ["hunter22"],
        "curl -d \"{\\\"password\\\":\\\"hunter22\\\"}\" h": ["hunter22"],
        "bash -c 'curl --token hunter22 h'": ["hunter22"],
        "eval \"TOKEN=hunter22 cmd\"": ["hunter22"],
        "echo \"ghp_abcdefgh\"\"ijklmnopqrstuvwxyz0123456789\"": ["abcdefgh", "ijklmnop"],
        "x=ghp_abcdefghijklmnopqrstuvwxyz0123456789; echo $x": ["abcdefgh"],
        "echo password: hunter22": ["hunter22"],
        "cat <<E\n-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNza2F5\n-----END OPENSSH PRIVATE KEY-----\nE": ["b3BlbnNza2F5"],
        "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCY aws s3 ls": ["wJalr", "bPxRf"],
        "echo AKIAIOSFODNN7EXAMPLE": ["IOSFODNN"],
        "echo sk-ant-api03-abcdefghijklmnop_qrstuv": ["abcdefghijk"],
        "echo xoxb-123456789012-abcdefghij": ["123456789012"],
        "echo eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0.c2ln": ["hbGciOiJ"],
        "rm -rf /tmp/ghp_abcdefghijklmnopqrstuvwxyz0123456789": ["abcdefgh"],
        "echo $(curl --token hunter22 h)": ["hunter22"],
        "docker login -p x --password hunter22 r.io": ["hunter22"],
    }
    for command, hidden in secrets.items():
        check("--audit", "r", command)
        line = lines("r")[-1].decode()
        for one in hidden:
            expect(json.dumps(one)[1:-1] not in line, "a secret is left out", command, one, last("r")[1].get("process.command_line"))
        expect(last("r")[1]["cmdpolicy.audit.redacted"] is True and "REDACTED" in line, "and said to be", command)
        check("--audit", "r", "--audit-redact", "none", command)
        expect(last("r")[1]["process.command_line"] == command, "none leaves nothing out", command)
    for command in ("git status", "kubectl get secret foo", "curl -H \"Authorization: Bearer $TOKEN\" h", "cmd --token-file=/x",
                    "cmd --password \"$P\"", "git clone ssh://git@github.com/x", "ls --color=auto", "cmd --max-tokens 5",
                    "git log --author=me", "grep -rn password src", "cat secrets.txt", "echo token", "PWD=/x ls",
                    "npm run lint -- --fix", "docker run -v /a:/b img:tag"):
        check("--audit", "r", command)
        _, a = last("r")
        expect(a["process.command_line"] == command and a["cmdpolicy.audit.redacted"] is False, "what is no secret stays", command, a)
    check("--audit", "r", "--audit-redact", "arguments", "cp /etc/qqqx /srv/qqqy; TOKEN=qqqz make qqqw")
    line, (_, a) = lines("r")[-1].decode(), last("r")
    expect("process.command_line" not in a and [c["argv"][0] for c in a["cmdpolicy.calls"]][:1] == ["cp"], "arguments: the programs stay", a)
    expect(not any(x in line for x in ("qqqx", "qqqy", "qqqz", "qqqw")), "arguments: nothing else does", line)
    expect(a["cmdpolicy.verdict"] and a["cmdpolicy.reasons"][0]["rule.id"], "arguments: verdict and rules stay")
    check("--audit", "r", "--audit-redact", "all", "cp /etc/qqqx /srv/qqqy")
    line, (_, a) = lines("r")[-1].decode(), last("r")
    expect(not any(x in line for x in ("qqqx", "qqqy", work, '"cp"')) and a["cmdpolicy.verdict"] == "review", "all: no command, no directory", line)
    expect(chain_holds("r"), "the chain")


def test_policy_setting():
    def policy(name, text):
        with open(path(name), "w", encoding="utf-8") as out:
            out.write("cmdpolicy: 1\n" + text)
        return path(name)

    user = policy("user.yaml", "defaults: {audit: ~/log/set}\n")
    os.mkdir(os.path.join(home, "log"))
    check("--policy", user, "git status")
    expect(len(lines("../home/log/set")) == 1, "a file that the policy names")
    check("--policy", user, "--audit", "other", "git status")
    expect(len(lines("../home/log/set")) == 1 and len(lines("other")) == 1, "an option counts more than the user's policy")
    pinned = policy("pinned.yaml", "defaults: {audit: {file: %s, redact: all, required: yes}}\n" % path("pinned"))
    check("--requirements", pinned, "--policy", user, "--audit", "other", "--audit-redact", "none", "git status --token x")
    expect(len(lines("pinned")) == 1 and len(lines("other")) == 1 and len(lines("../home/log/set")) == 1, "a requirement counts most")
    expect("process.command_line" not in last("pinned")[1], "and so does what it says of redaction")
    nowhere = policy("nowhere.yaml", "defaults: {audit: {file: /nowhere/x, required: yes}}\n")
    expect(check("--requirements", nowhere, "git status")[0] == 2, "required: yes denies")
    expect(check("--policy", policy("loose.yaml", "defaults: {audit: {required: no}}\n"), "--requirements", nowhere, "git status")[0] == 2,
           "a user's policy doesn't lift it")
    for text, code in (("audit: x", "path-pattern"), ("audit: ~x", "path-pattern"), ("audit: /x/", "path-pattern"),
                       ("audit: {redcat: all}", "unknown-key"), ("audit: {redact: some}", "unknown-word"),
                       ("audit: {required: maybe}", "unknown-word")):
        status, _, err = check("--policy", policy("wrong.yaml", "defaults: {%s}\n" % text), "ls")
        expect(status == 4 and code in err, "a wrong setting", text, err)
    status, _, err = check("--requirements", policy("wrong.yaml", "defaults: {audit: {required: no}}\n"), "ls")
    expect(status == 4 and "required" not in err.split("error")[0] and "yes" in err, "a requirement only tightens", err)
    with open(path(".cmdpolicy.yaml"), "w", encoding="utf-8") as out:
        out.write("cmdpolicy: 1\ndefaults: {audit: /tmp/x}\n")
    expect(run(CHECK, "--workspace", work, "ls")[0] == 4, "a workspace has no say")
    os.remove(path(".cmdpolicy.yaml"))


# ---- What can happen to a file ---------------------------------------------------------------------------------------

def limited(size):
    def apply():
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    return apply


def test_failures():
    for name in ("/nowhere/x", work, "/dev/null", "/dev/full"):
        status, out, err = check("--audit", name, "git status")
        expect(status == 0 and out == "allow\n" and "was not recorded" in err and name in err, "not recorded, and said so", name, status, out, err)
        status, out, err = check("--audit", name, "--audit-required", "git status")
        expect(status == 2 and out.startswith("deny: the decision could not be recorded") and name in out, "required", name, status, out)
        status, out, err = check("--audit", name, "--audit-required", "--format", "json", "git status")
        answer = json.loads(out)
        expect(status == 2 and answer["verdict"] == "deny" and answer["reasons"][0]["code"] == "not-recorded", "required, JSON", out)
        status, out, err = check("--audit", name, "--audit-required", "--batch", data=b'{"id":7,"command":"ls"}\n')
        answer = json.loads(out)
        expect(status == 2 and answer["verdict"] == "deny" and answer["id"] == 7, "required, batch", out)
    expect(check("--audit-required", "git status")[0] == 2, "required, and no file is named")
    if os.path.exists("/dev/shm"):
        os.mkfifo(path("fifo"))
        expect(check("--audit", "fifo", "--audit-required", "ls")[0] == 2, "a FIFO is no file, and nothing hangs")
    # A file that may not grow: nothing is torn, nothing is lost silently.
    check("--audit", "full", "git status")
    before = lines("full")
    for extra in (1, 50, 700):
        size = os.path.getsize(path("full")) + extra
        status, _, err = check("--audit", "full", "git status", preexec_fn=limited(size))
        expect(status == 0 and "was not recorded" in err, "a full disk is said", status, err)
        status, out, _ = check("--audit", "full", "--audit-required", "git status", preexec_fn=limited(size))
        expect(status == 2 and out.startswith("deny"), "and denies where a record is required", status, out)
        with open(os.path.join(GOLDEN, "claude.in.json"), "rb") as opened:
            status, out, err = check("--hook", "claude", "--audit", "full", "--audit-required", data=opened.read(), preexec_fn=limited(size))
        expect('"deny"' in out and "not be recorded" in err, "in a hook too", status, out, err)
        with open(path("full"), "rb") as opened:
            expect(opened.read().split(b"\n")[:-1] == before, "what didn't fit is taken back")
    check("--audit", "full", "git status")
    expect(chain_holds("full") and len(lines("full")) == 2, "then it goes on")
    # Somebody holds the lock.
    holder = subprocess.Popen([sys.executable, "-c", "import fcntl,sys,time\nf=open(sys.argv[1],'a')\nfcntl.flock(f,fcntl.LOCK_EX)\n"
                               "print('held',flush=True)\ntime.sleep(60)", path("full")], stdout=subprocess.PIPE)
    holder.stdout.readline()
    status, _, _ = check("--audit", "full", "--audit-required", "git status")
    expect(status == 2, "a lock that is never given back")
    with open(os.path.join(GOLDEN, "claude.in.json"), "rb") as opened:
        status, out, err = check("--hook", "claude", "--audit", "full", "--audit-required", data=opened.read())
    expect('"deny"' in out or status == 2, "in a hook too", status, out, err)
    holder.kill()
    holder.wait()


def test_tampering():
    for i in range(12):
        check("--audit", "t", "echo %d" % i)
    good = lines("t")
    tail = json.loads(good[-1])["attributes"][-1]["value"]["stringValue"]
    expect(tool("verify", "t")[0] == 0 and tail in tool("verify", "t")[1], "verify names the last hash", tool("verify", "t"))

    def with_lines(what, some, line, *words):
        with open(path("tt"), "wb") as out:
            out.write(b"\n".join(some) + b"\n")
        status, out, err = tool("verify", "tt")
        expect(status == 1 and "tt:%d: " % line in out and all(w in out for w in words) and err == "", what, status, out, err)

    for k in range(12):
        with_lines("a changed line", good[:k] + [good[k].replace(b"echo", b"ECHO", 1)] + good[k + 1:], k + 1, "changed")
        if k < 11:
            with_lines("a removed line", good[:k] + good[k + 1:], k + 1, "missing")
    with_lines("removed lines", good[:3] + good[6:], 4, "4 to 6", "missing")
    with_lines("swapped lines", good[:3] + [good[4], good[3]] + good[5:], 4)
    with_lines("a line twice", good[:4] + good[3:], 5, "out of order")
    with_lines("a foreign line", good[:4] + [b"hello"] + good[4:], 5, "no record")
    with_lines("a foreign last line", good + [b"{}"], 13, "no record")
    with_lines("an empty line", good[:4] + [b""] + good[4:], 5, "no record")
    with_lines("the beginning is gone", good[5:], 1, "missing")
    check("--audit", "t2", "ls")
    with_lines("another chain behind it", good + lines("t2"), 13, "new chain")
    with_lines("the end replaced by another chain", good[:6] + lines("t2"), 7, "new chain")
    # Rehashing a line keeps it whole by itself; the next one gives it away.
    changed = good[4].replace(b"echo", b"ECHO", 1)
    body = changed[:changed.rindex(b'"}},{"key":"cmdpolicy.audit.hash"')]
    changed = body + b'"}},{"key":"cmdpolicy.audit.hash","value":{"stringValue":"' + hashlib.sha256(body).hexdigest().encode() + b'"}}]}'
    with_lines("a line that was changed and hashed again", good[:4] + [changed] + good[5:], 6, "changed or replaced")
    with open(path("tt"), "wb") as out:
        out.write(b"\n".join(good[:9]) + b"\n")
    expect(tool("verify", "tt")[0] == 0, "what is cut off at the end can't be seen in the file alone")
    status, out, _ = tool("verify", "--expect", tail, "tt")
    expect(status == 1 and "removed from the end" in out, "but with the last hash", out)
    expect(tool("verify", "--expect", tail, "t")[0] == 0, "--expect")
    # A log goes on behind whatever stands there, and verify still says what that is.
    with open(path("t"), "ab") as out:
        out.write(b"hello\n")
    check("--audit", "t", "--audit-required", "ls")
    status, out, _ = tool("verify", "t")
    expect(status == 1 and "t:13: no record" in out and "1 problems" in out, "a foreign line within", out)
    expect(tool("verify", "nowhere")[0] == 4 and tool("verify")[0] == 4 and tool("verfy", "t")[0] == 4, "usage")
    open(path("empty"), "w").close()
    expect(tool("verify", "empty")[0] == 0, "an empty file")


def test_incomplete():
    for i in range(3):
        check("--audit", "i", "echo %d" % i)
    with open(path("i"), "rb") as opened:
        whole = opened.read()
    first = len(whole.split(b"\n")[0]) + len(whole.split(b"\n")[1]) + 2
    cuts = [1, 30, first - 1, first + 1, first + 300, len(whole) - 80, len(whole) - 10, len(whole) - 1]
    for cut in cuts:
        with open(path("ii"), "wb") as out:
            out.write(whole[:cut])
        line = whole[:cut].count(b"\n") + 1
        status, out, _ = tool("verify", "ii")
        expect(status == 1 and "ii:%d: incomplete" % line in out and "1 problems" in out, "an incomplete last line is named", cut, out)
        expect(check("--audit", "ii", "--audit-required", "echo next")[0] == 0, "appending mends it", cut)
        made = lines("ii")
        expect(len(made) == line + 2 and attributes(made[-1])[1]["process.command_line"] == "echo next", "three lines: what was left, a mark, the record")
        expect(json.loads(made[-2])["eventName"] == "cmdpolicy.audit.repaired", "the mark")
        status, out, _ = tool("verify", "ii")
        if cut in (first - 1, len(whole) - 1):
            expect(status == 0 and "0 incomplete lines" in out, "only the newline was missing", cut, status, out)
        else:
            expect(status == 0 and "ii:%d: incomplete" % line in out and "1 incomplete lines" in out, "and still named", cut, status, out)
        made[line - 1] = made[line - 1] + b"x"
        with open(path("ii"), "wb") as out:
            out.write(b"\n".join(made) + b"\n")
        expect(tool("verify", "ii")[0] == 1, "a mark doesn't cover another text")


def test_rotation():
    check("--audit", "rot", "echo 1")
    os.rename(path("rot"), path("rot.1"))
    check("--audit", "rot", "echo 2")
    expect(chain_holds("rot") and chain_holds("rot.1") and tool("verify", "rot.1", "rot")[0] == 0, "renamed: a new chain begins")
    # Under a writer that keeps its file open.
    batch = subprocess.Popen([CHECK, "--no-config", "--audit", "rot2", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             cwd=work, env=environment)

    def ask():
        batch.stdin.write(b'{"command":"ls"}\n')
        batch.stdin.flush()
        batch.stdout.readline()

    ask()
    ask()
    os.rename(path("rot2"), path("rot2.1"))
    ask()
    expect(len(lines("rot2.1")) == 2 and len(lines("rot2")) == 1 and chain_holds("rot2"), "renamed under a writer")
    os.truncate(path("rot2"), 0)
    ask()
    ask()
    expect(len(lines("rot2")) == 2 and chain_holds("rot2"), "emptied under a writer")
    os.remove(path("rot2"))
    ask()
    expect(len(lines("rot2")) == 1 and chain_holds("rot2"), "removed under a writer")
    check("--audit", "rot2", "ls")
    ask()
    expect(len(lines("rot2")) == 3 and chain_holds("rot2"), "another writer in between")
    with open(path("rot2"), "r+b") as out:
        size = os.path.getsize(path("rot2"))
        out.seek(size - 100)
        out.write(b"x" * 99 + b"\n")
    ask()
    expect("no record" in tool("verify", "rot2")[1], "another last line of the same size is noticed", tool("verify", "rot2"))
    batch.stdin.close()
    batch.wait()


def writers(name, count, each):
    data = b"".join(b'{"id":%d,"command":"echo %d"}\n' % (i, i) for i in range(each))
    running = [subprocess.Popen([CHECK, "--no-config", "--quiet", "--audit", name, "--audit-required", "--batch"],
                                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd=work, env=environment) for _ in range(count)]
    feeders = [threading.Thread(target=lambda w=w: (w.stdin.write(data), w.stdin.close())) for w in running]
    for feeder in feeders:
        feeder.start()
    return running, feeders


def test_concurrent():
    begin = time.time()
    running, feeders = writers("many", 8, RECORDS // 8)
    for feeder in feeders:
        feeder.join()
    expect(all(w.wait() == 0 for w in running), "each writer recorded all of its decisions")
    took = time.time() - begin
    status, out, _ = tool("verify", "many")
    expect(status == 0 and "%d records" % (RECORDS // 8 * 8) in out, "8 writers at once", out)
    if RECORDS <= 20000:
        expect(chain_holds("many"), "and by other means")
    print("8 writers, %d records: %.1f s" % (RECORDS // 8 * 8, took))
    # Each record by a process of its own, and the log rotated all the time.
    stop = threading.Event()
    done = []

    def rotate():
        n = 0
        while not stop.is_set():
            time.sleep(0.02)
            try:
                os.rename(path("turn"), path("turn.%d" % n))
                n += 1
            except FileNotFoundError:
                pass
        done.append(n)

    turner = threading.Thread(target=rotate)
    turner.start()
    each = 40 if SANITIZED else 150
    shell = 'i=0; while [ $i -lt %d ]; do "$0" --no-config --quiet --audit turn --audit-required "echo $i" || exit 9; i=$((i+1)); done' % each
    running = [subprocess.Popen(["sh", "-c", shell, CHECK], cwd=work, env=environment) for _ in range(4)]
    long, feeders = writers("turn", 2, 500)
    expect(all(w.wait() == 0 for w in running + long), "writers while the log is rotated")
    for feeder in feeders:
        feeder.join()
    stop.set()
    turner.join()
    names = ["turn.%d" % i for i in range(done[0])] + ["turn"] * os.path.exists(path("turn"))
    total = sum(len(lines(name)) for name in names)
    expect(total == 4 * each + 1000, "no record is lost to rotation", total, done)
    expect(all(not lines(name) or chain_holds(name) for name in names) and  # a file may be renamed before its first record
            tool("verify", *names)[0] == 0, "and each file's chain holds")


def test_killed():
    rng = random.Random(7)
    killed = 0
    for _ in range(15 if SANITIZED else 40):
        running, feeders = writers("killed", 3, 400)
        time.sleep(rng.uniform(0.002, 0.06))
        for w in running:
            w.send_signal(signal.SIGKILL)
            killed += w.wait() == -signal.SIGKILL
        for feeder in feeders:
            feeder.join()
        if not os.path.exists(path("killed")):
            continue
        status, out, _ = tool("verify", "killed")
        whole = open(path("killed"), "rb").read().endswith(b"\n")
        expect((status == 0) == whole, "at most the last line is incomplete", status, out)
    check("--audit", "killed", "--audit-required", "ls")
    status, out, _ = tool("verify", "killed")
    expect(status == 0 and killed > 5, "a later append repairs", status, out, killed)


def test_documented():
    """Every attribute that was seen stands in docs/audit.md, and every value is as docs/audit.schema.json says."""
    docs = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs")
    with open(os.path.join(docs, "audit.md"), encoding="utf-8") as opened:
        named = set(re.findall(r"`([^`]+)`", "".join(line for line in opened if line.startswith("|"))))
    with open(os.path.join(docs, "audit.schema.json"), encoding="utf-8") as opened:
        schema = json.load(opened)

    def fits(item, wanted):
        wanted = schema["$defs"][wanted["$ref"].split("/")[-1]] if "$ref" in wanted else wanted
        kinds = {"object": dict, "array": list, "string": str, "boolean": bool}
        if "enum" in wanted:
            return item in wanted["enum"]
        if not isinstance(item, kinds[wanted["type"]]) or ("pattern" in wanted and not re.search(wanted["pattern"], item)):
            return False
        if isinstance(item, list):
            return len(item) >= wanted.get("minItems", 0) and all(fits(one, wanted["items"]) for one in item)
        if isinstance(item, dict):
            return set(wanted.get("required", ())) <= item.keys() and wanted.get("minProperties", 0) <= len(item) <= wanted.get(
                "maxProperties", 99) and all(key in wanted["properties"] and fits(one, wanted["properties"][key]) for key, one in item.items())
        return True

    seen = set()
    for name in ("a", "b", "h", "r", "i", "ii", "pinned"):
        for line in lines(name):
            try:
                record, a = attributes(line)
            except ValueError:
                continue
            expect(fits(record, schema), "the schema", name, line)
            seen |= a.keys()
            for inner in ("cmdpolicy.reasons", "cmdpolicy.calls", "cmdpolicy.effects"):
                for one in a.get(inner, ()):
                    seen |= one.keys()
    expect(len(seen) > 40 and seen <= named, "attributes that the page doesn't name", seen - named)


# ---- What is made of records --------------------------------------------------------------------------------------------

def test_stats_and_replay():
    with open(path("mine.yaml"), "w", encoding="utf-8") as out:
        out.write("cmdpolicy: 1\npack: mine\nrules:\n  mytool status: allow\n  mytool wipe: deny\n  mytool never: deny\n  mytool: review\n")
    for command in ("mytool status", "mytool status", "mytool wipe", "mytool other", "git status", "TOKEN=hunter22 mytool status"):
        check("--policy", "mine.yaml", "--audit", "s", command)
    check("--policy", "mine.yaml", "--audit", "s", "--argv", "--", "mytool", "status", "a b")
    status, out, err = tool("stats", "--no-config", "--policy", "mine.yaml", "s")
    expect(status == 0 and "7 decisions: " in out and "mine:mytool status" in out, "stats", out, err)
    silent = out.split("Rules that never decided:")[1]
    expect("mine:mytool never" in silent and "mine.yaml:6" in silent and "mine:mytool wipe" not in silent, "rules that never decide", silent)
    expect("built-in rules never decided" in out and "vcs/git" not in silent, "built-in rules are only counted")
    status, out, _ = tool("stats", "--no-config", "--policy", "mine.yaml", "--format", "json", "--all", "s")
    counted = json.loads(out)
    expect(counted["decisions"] == 7 and counted["deny"] == 1 and
           [r["deny"] for r in counted["rules"] if r["rule"] == "mine:mytool wipe"] == [1] and len(counted["never"]) > 100, "stats in JSON", out)
    expect(tool("replay", "--no-config", "--policy", "mine.yaml", "s")[0] == 0, "the same policy changes nothing",
           tool("replay", "--no-config", "--policy", "mine.yaml", "s"))
    with open(path("new.yaml"), "w", encoding="utf-8") as out:
        out.write("cmdpolicy: 1\npack: mine\nrules:\n  mytool status: review\n  mytool wipe: review\n  mytool: review\n")
    status, out, _ = tool("replay", "--no-config", "--policy", "new.yaml", "s")
    expect(status == 1 and "s:1: allow -> review: " in out and "s:3: deny -> review: " in out and "s:4" not in out, "what changes", out)
    status, out, _ = tool("replay", "--no-config", "--policy", "new.yaml", "--format", "json", "s")
    rows = [json.loads(line) for line in out.splitlines()]
    expect(rows[-1]["decisions"] == 7 and rows[-1]["looser"] == 1 and rows[-1]["stricter"] >= 2 and rows[0]["command"] == "mytool status", "in JSON", out)
    check("--policy", "mine.yaml", "--audit", "s", "--audit-redact", "all", "mytool status")
    expect("1 left out" in tool("replay", "--no-config", "--policy", "mine.yaml", "s")[1], "what isn't in the record can't be judged")
    expect(tool("replay", "--no-config", "--policy", "broken-nowhere.yaml", "s")[0] == 4, "a policy that isn't there")
    # What was decided somewhere else is judged there.
    check("--audit", "s2", "--cwd", "/home/u/p", "--home", "/home/u", "--workspace", "/home/u/p", "touch x")
    check("--audit", "s2", "--cwd", "/home/u/p", "--home", "/home/u", "--workspace", "/home/u/p", "--untrusted", "git status")
    expect(tool("replay", "--no-config", "s2")[0] == 0, "replay takes the place from the record", tool("replay", "--no-config", "s2"))


class Collector(http.server.BaseHTTPRequestHandler):
    taken, answers, seen = [], [], []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = self.answers.pop(0) if self.answers else (200, b"{}")
        Collector.seen.append((self.path, self.headers.get("Content-Type"), self.headers.get("X-Key")))
        if answer == "hang up":
            self.close_connection = True
            return
        if answer[0] == 200:
            Collector.taken.append(json.loads(body))
        self.send_response(answer[0])
        self.end_headers()
        self.wfile.write(answer[1])

    def log_message(self, *_):
        pass


def taken():
    return [record for body in Collector.taken for record in body["resourceLogs"][0]["scopeLogs"][0]["logRecords"]]


def test_export():
    for i in range(10):
        check("--audit", "x", "echo %d" % i)
    status, _, err = tool("export", "--endpoint", "http://127.0.0.1:9/v1/logs", "x")
    if "without libcurl" in err:
        print("export: left out, there is no libcurl")
        return
    expect(status == 4 and not os.path.exists(path("x.exported")), "nobody listens: nothing is taken for sent", err)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    endpoint = "http://127.0.0.1:%d/v1/logs" % server.server_port

    def export(*more):
        return tool("export", "--endpoint", endpoint, *more)

    def sent():
        return [value(next(a["value"] for a in r["attributes"] if a["key"] == "process.command_line"))
                for r in taken() if r["eventName"] == "cmdpolicy.decision"]

    Collector.answers = [(200, b"{}"), (503, b"later")]
    status, out, err = export("--batch-size", "4", "--header", "X-Key: k", "x")
    expect(status == 4 and "503" in err and "4 records sent" in out, "the collector goes away in between", out, err)
    expect(Collector.seen[0] == ("/v1/logs", "application/json", "k"), "the request", Collector.seen)
    Collector.answers = ["hang up"]
    expect(export("--batch-size", "4", "x")[0] == 4, "and hangs up")
    status, out, err = export("--batch-size", "4", "x")
    expect(status == 0 and "6 records sent" in out and err == "", "then the rest is sent", out, err)
    expect(sent() == ["echo %d" % i for i in range(10)], "each record once, in order", sent())
    body = Collector.taken[0]["resourceLogs"][0]
    expect({"key": "service.name", "value": {"stringValue": "cmdpolicy"}} in body["resource"]["attributes"] and
           body["scopeLogs"][0]["scope"]["name"] == "cmdpolicy", "resource and scope", body["resource"])
    expect(json.dumps(taken()[0], separators=(",", ":")).encode() == lines("x")[0], "a record is sent as it stands in the file")
    expect("0 records sent" in export("x")[1], "nothing new")
    os.rename(path("x"), path("x.1"))
    check("--audit", "x", "echo 10")
    with open(path("x"), "ab") as out:
        out.write(b'{"half')
    status, out, err = export("x.1", "x")
    expect(status == 0 and "1 records sent" in out and sent()[-1] == "echo 10", "a rotated log, and a line that is being written", out, err)
    check("--audit", "x", "echo 11")
    status, out, err = export("x.1", "x")
    expect(status == 0 and "2 records sent" in out, "then the line's mark and the next record", out, err)
    os.remove(path("x.1"))
    os.remove(path("x"))
    check("--audit", "x", "echo 12")
    status, out, err = export("x")
    expect(status == 0 and "in none of the files" in err and sent()[-1] == "echo 12", "the place is gone: rather twice than never", out, err)
    Collector.answers = [(200, b'{"partialSuccess":{"rejectedLogRecords":"1","errorMessage":"too old"}}')]
    check("--audit", "x", "echo 13")
    status, out, err = export("x")
    expect(status == 0 and "refused 1" in err and "too old" in err, "refused records are said", err)
    with open(path("x.exported"), "w", encoding="utf-8") as out:
        out.write("nonsense\n")
    expect(export("x")[0] == 4, "a position that isn't one")
    for wrong in (("export", "x"), ("export", "--endpoint", "file:///etc/passwd", "x"), ("export", "--endpoint", endpoint, "--batch-size", "0", "x"),
                  ("export", "--endpoint", endpoint, "nowhere"), ("export", "--endpoint", endpoint, "--header", "x", "x")):
        expect(tool(*wrong)[0] == 4, "usage", wrong)
    server.shutdown()


def test_linkage():
    """The check never speaks to the network: no libcurl, and no shared object but the C library's."""
    needed = subprocess.run(["readelf", "-d", CHECK], capture_output=True, text=True, check=True).stdout
    libraries = re.findall(r"\(NEEDED\).*\[(.*)\]", needed)
    allowed = ("libc.", "ld-linux", "libm.", "linux-vdso") + (("libasan", "libubsan", "libclang", "libgcc", "libpthread", "librt", "libdl", "libresolv") if SANITIZED else ())
    expect(all(l.startswith(allowed) for l in libraries) and "curl" not in needed, "what cmdpolicy-check is linked to", libraries)
    text = subprocess.run(["readelf", "-p", ".rodata", CHECK], capture_output=True, text=True, errors="replace", check=True).stdout
    expect("libcurl/" not in text and "CURLOPT" not in text, "nor is it linked in")
    toolbox = subprocess.run(["readelf", "-d", TOOL], capture_output=True, text=True, check=True).stdout
    print("the toolbox is linked to libcurl:", "libcurl" in toolbox)


try:
    wanted = sys.argv[1:]
    for name, test in list(globals().items()):
        if name.startswith("test_") and (not wanted or name[5:] in wanted):
            test()
finally:
    shutil.rmtree(base, ignore_errors=True)
print("%d checks, %d failed" % (passed + failed, failed))
sys.exit(failed != 0 or passed == 0)
