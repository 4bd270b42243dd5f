#!/usr/bin/env python3
"""cmdpolicy-check --hook, through the program: the documented answers of every agent, options, and everything that can go
wrong, which has to deny.   usage: CMDPOLICY_CHECK=PROGRAM run.py

golden/NAME.in.json is a payload as the agent sends it; golden/NAME.out-allow|ask|deny.json is what it wants to hear. Only
the text of reasons may differ.
"""

import glob
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
CHECK = os.environ.get("CMDPOLICY_CHECK") or sys.exit("CMDPOLICY_CHECK: the program to test")
COMMANDS = {"allow": "gh pr view 42", "ask": "gh pr merge 42", "deny": "rm -rf /"}
TEXTS = {"permissionDecisionReason", "reason", "message", "rule", "errorMessage", "contextModification",
         "user_message", "agent_message"}
PLACES = {"windsurf": ("tool_info", "command_line"), "cursor": ("command",), "generic": ("command",),
          "cline": ("preToolUse", "parameters", "command"), "cline-cli": ("preToolUse", "parameters", "commands"),
          "opencode": ("output", "args", "command"), "copilot": ("toolArgs", "command"),
          "copilot-permreq": ("toolInput", "command")}
TOOLS = {"cline": ("preToolUse", "toolName"), "cline-cli": ("preToolUse", "toolName"), "opencode": ("input", "tool"),
         "copilot": ("toolName",), "copilot-permreq": ("toolName",), "windsurf": None, "cursor": None, "generic": None}
SILENT = {"cline": {"cancel": False}, "cline-cli": {"cancel": False}}
AGENTS = ["amazonq", "claude", "cline", "codex", "copilot", "crush", "cursor", "devin", "droid", "gemini", "generic",
          "goose", "kiro", "opencode", "qwen", "vscode", "windsurf"]

work = tempfile.TemporaryDirectory()
environment = {"HOME": "/home/dev", "PATH": os.environ["PATH"], "XDG_CONFIG_HOME": work.name}
environment.update({name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")})
passed = failed = 0
counting = threading.Lock()


def expect(holds, what, *details):
    global passed, failed
    with counting:
        passed += bool(holds)
        failed += not holds
        if not holds:
            print("FAIL:", what, *(repr(d)[:600] for d in details))


def each(check, items):
    """check(ITEM) for all of them, some at a time: most of the time is processes starting."""
    with ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(check, item) for item in items]:
            done.result()


def hook(agent, payload, *options, env=(), **more):
    if not isinstance(payload, bytes):
        payload = json.dumps(payload).encode()
    ran = subprocess.run([CHECK, "--hook", agent, "--no-config", *options], input=payload, capture_output=True,
                         cwd=work.name, env={**environment, **dict(env)}, timeout=60, **more)
    return ran.returncode, ran.stdout, ran.stderr


def put(payload, place, value):
    for key in place[:-1]:
        payload = payload[key]
    payload[place[-1]] = value


def sample(name, command=None):
    with open(os.path.join(HERE, "golden", name + ".in.json"), encoding="utf-8") as opened:
        payload = json.load(opened)
    if command is not None:
        put(payload, PLACES.get(name, ("tool_input", "command")), [command] if name == "cline-cli" else command)
    return payload


def agent_of(name):
    return name.split("-")[0]


def one_object(out):
    """What is on standard output: nothing, or one object and not a byte more."""
    if out == b"":
        return ""
    value = json.loads(out)
    assert out[:1] == b"{" and out[-1:] == b"}" and isinstance(value, dict), out
    return value


def same_shape(wanted, got):
    if isinstance(wanted, dict):
        return isinstance(got, dict) and wanted.keys() == got.keys() and all(
            (isinstance(got[k], str) and got[k] != "") if k in TEXTS else same_shape(v, got[k])
            for k, v in wanted.items())
    if isinstance(wanted, list):
        return isinstance(got, list) and len(got) > 0 and all(same_shape(wanted[0], g) for g in got)
    return type(wanted) is type(got) and wanted == got


def is_denied(agent, answer):
    """Would this agent's documented reading of the answer stop the command?"""
    status, out, err = answer
    if err == b"" or status == 1:
        return False
    value = one_object(out)
    if agent == "cline":
        return status == 0 and value.get("cancel") is True
    if status == 2:
        return value == "" or "allow" not in json.dumps(value)
    if status != 0 or value == "":
        return False
    specific = value.get("hookSpecificOutput", {})
    return "deny" in (value.get("permissionDecision"), value.get("permission"), value.get("behavior"),
                      value.get("decision"), specific.get("permissionDecision"),
                      specific.get("decision", {}).get("behavior") if isinstance(specific.get("decision"), dict) else "") \
        or value.get("decision") == "block"


def is_silent(name, answer):
    status, out, _ = answer
    return status == 0 and one_object(out) == SILENT.get(name, "")


names = sorted(os.path.basename(path)[:-8] for path in glob.glob(os.path.join(HERE, "golden", "*.in.json")))
expect({agent_of(name) for name in names} == set(AGENTS), "every agent has a sample", names)

# ---- The documented answers -------------------------------------------------------------------------------------



def documented(name):
    agent = agent_of(name)
    for kind, command in COMMANDS.items():
        with open(os.path.join(HERE, "golden", f"{name}.out-{kind}.json"), encoding="utf-8") as opened:
            wanted = json.load(opened)
        status, out, err = hook(agent, sample(name, command), *(["--emit-allow"] if kind == "allow" else []))
        value = one_object(out)
        expect(status == wanted["exit"] and same_shape(wanted["stdout"], value), f"{name}: {kind}", status, out, wanted)
        wants_words = kind == "deny" or wanted["exit"] != 0 or (agent == "goose" and kind == "ask")
        expect((err != b"") == wants_words, f"{name}: {kind}: standard error", err)
        text = json.dumps(value, ensure_ascii=False) + err.decode().rstrip("\n")
        expect(all(ord(c) >= 32 and not 0x7f <= ord(c) < 0xa0 for c in text), f"{name}: control characters", text)
        if kind == "deny":
            expect("destroys the system" in err.decode() and "core/effects" in err.decode(), f"{name}: says why", err)
    if agent != "generic":
        expect(is_silent(name, hook(agent, sample(name, COMMANDS["allow"]))), f"{name}: allow is silent")
    tool = TOOLS.get(name, ("tool_name",))
    if tool:
        payload = sample(name)
        put(payload, tool, "Read")
        put(payload, PLACES.get(name, ("tool_input", "command"))[:-1], {"file_path": "/etc/passwd", "command": "view"})
        expect(is_silent(name, hook(agent, payload)), f"{name}: another tool passes")
        for shell in ("Bash", "run_shell_command", "Execute_BASH"):
            payload = sample(name, COMMANDS["deny"])
            put(payload, tool, shell)
            expect(is_denied(agent, hook(agent, payload)), f"{name}: {shell} is a shell everywhere")


each(documented, names)

# ---- Options ------------------------------------------------------------------------------------------------------

ASKS = {"claude", "gemini", "copilot", "copilot-pascal", "cursor", "vscode", "qwen", "generic"}
DENIES = {"goose", "windsurf"}


def optional(name):
    agent, review = agent_of(name), sample(name, COMMANDS["ask"])
    expect(is_denied(agent, hook(agent, review, "--on-review", "deny")), f"{name}: --on-review deny")
    status, out, _ = hook(agent, review, "--on-review", "defer")
    value = one_object(out)
    expect(status in (0, 3) and "deny" not in out.decode() and "block" not in out.decode() and
           (agent in ("cline", "generic") or value == ""), f"{name}: --on-review defer", status, out)
    expect(hook(agent, review, "--on-review", "ask") == hook(agent, review), f"{name}: --on-review ask is the usual")
    if name not in ASKS and name not in DENIES and not name.endswith("-permreq") and "permission_mode" in review:
        review["permission_mode"] = "bypassPermissions"
        expect(is_denied(agent, hook(agent, review)), f"{name}: nobody to defer to")
        expect(is_silent(name, hook(agent, review, "--on-review", "defer")), f"{name}: unless it is said")
    for policy in ("nowhere.yaml", work.name):
        bad = ("--policy", policy)
        expect(is_denied(agent, hook(agent, sample(name, COMMANDS["allow"]), *bad)), f"{name}: --policy {policy}")
    expect(is_silent(name, hook(agent, sample(name, "rm -rf /"), *bad, "--on-error", "allow")) or agent == "generic",
           f"{name}: --on-error allow")
    expect(hook(agent, sample(name, "ls"), *bad, "--on-error", "review")[0] ==
           hook(agent, sample(name, COMMANDS["ask"]))[0], f"{name}: --on-error review")
    expect(is_denied(agent, hook(agent, b"{", "--on-error", "review")), f"{name}: --on-error review of nothing known")


each(optional, names)

# ---- What goes wrong ------------------------------------------------------------------------------------------------

broken = os.path.join(work.name, "broken.yaml")
with open(broken, "w", encoding="utf-8") as opened:
    opened.write("cmdpolicy: 1\nrulse: {}\n")
nowhere = os.path.join(work.name, "nowhere.yaml")
os.symlink("/nonexistent/policy", nowhere)


def started(agent, *options):
    return subprocess.Popen([CHECK, "--hook", agent, "--no-config", *options], stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=work.name, env=environment)


def wait_for_handlers(process):
    """Until SIGSEGV is caught; at most ten seconds."""
    for _ in range(1000):
        try:
            with open(f"/proc/{process.pid}/status", encoding="ascii") as opened:
                caught = [line for line in opened if line.startswith("SigCgt:")]
        except OSError:
            return time.sleep(0.5)
        # SIGTERM is none that a sanitizer would catch itself.
        if caught and int(caught[0].split()[1], 16) >> (signal.SIGTERM - 1) & 1:
            return None
        time.sleep(0.01)
    return None


def ended(process):
    answer = process.stdout.read(), process.stderr.read()
    process.stdin.close()
    answer = (process.wait(), *answer)
    process.stdout.close()
    process.stderr.close()
    return answer


def ended_early(agent):
    numbers = (signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGFPE, signal.SIGILL, signal.SIGTERM)
    waiting = {number: started(agent) for number in numbers}
    late = started(agent, "--hook-timeout", "0.3")
    answer = ended(late)
    expect(is_denied(agent, answer) and b"too long" in answer[2], f"{agent}: time-out", answer)
    for number, process in waiting.items():
        wait_for_handlers(process)
        process.send_signal(number)
        expect(is_denied(agent, ended(process)), f"{agent}: {number.name}")


def damaged(agent):
    text = json.dumps(sample(agent, "ls")).encode()
    for what, payload in {
            "nothing": b"", "no JSON": b"ls", "cut short": text[:-1], "a word before": b"debug\n" + text,
            "a word after": text + b" x", "a key twice": b'{"x":1,"x":2,' + text[1:], "deep": b'{"x":' + b"[" * 100000,
            "two marks": b"\xef\xbb\xbf" * 2 + text,
    }.items():
        expect(is_denied(agent, hook(agent, payload)), f"{agent}: {what}")
    expect(hook(agent, b"\xef\xbb\xbf" + text) == hook(agent, text), f"{agent}: a byte order mark")
    expect(is_denied(agent, hook(agent, sample(agent, "rm -rf /\0 x"))), f"{agent}: NUL in the command")
    for options in (["--policy", broken], ["--requirements", nowhere], ["--no-such-option"], ["--hook-timeout", "0"],
                    ["--hook-timeout", "soon"], ["--on-error", "maybe"], ["--", "ls"], ["--help"], ["--version"],
                    ["--format", "json"], ["--hook", agent], ["--profile", "nosuch"]):
        expect(is_denied(agent, hook(agent, text, *options)), f"{agent}: {' '.join(options)}")
    closed = subprocess.run(["sh", "-c", 'exec "$@" >&-', "sh", CHECK, "--no-config", "--hook", agent],
                            input=json.dumps(sample(agent, "rm -rf /")).encode(), capture_output=True, cwd=work.name,
                            env=environment)
    expect(closed.returncode == (0 if closed.stdout else 2) and closed.stderr != b"", f"{agent}: no standard output", closed)


each(ended_early, AGENTS)
each(damaged, ["claude", "cline", "codex", "cursor", "generic", "opencode"])

huge = json.dumps({**sample("claude", "ls"), "x": "y" * (17 << 20)}).encode()
expect(is_denied("claude", hook("claude", huge)), "more than the limit")
expect(is_silent("claude", hook("claude", json.dumps({**sample("claude", "ls"), "x": "y" * (8 << 20)}).encode())), "8 MiB")
late = started("claude", "--hook-timeout", "0.2", "--on-error", "allow")
answer = ended(late)
expect(answer[:2] == (0, b"") and answer[2] != b"", "--on-error allow, too late", answer)
process = started("claude", "--on-error", "allow")
wait_for_handlers(process)
process.send_signal(signal.SIGSEGV)
expect(is_denied("claude", ended(process)), "--on-error allow is not for crashes")
for arguments in (["--hook"], ["--hook", "nosuch"], ["--hook=nosuch", "--on-error", "allow"], ["--policy", "--hook", "ls"]):
    ran = subprocess.run([CHECK, *arguments], input=b"{}", capture_output=True, env=environment)
    expect(ran.returncode == 2 and ran.stdout == b"" and ran.stderr != b"", f"{arguments}", ran)
blocked = subprocess.run([sys.executable, "-c", "import signal, subprocess, sys\n"
                          "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])\n"
                          "p = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE)\nsys.exit(p.wait())",
                          CHECK, "--hook", "claude", "--hook-timeout", "0.2"], capture_output=True, env=environment, timeout=60)
expect(blocked.returncode == 2, "the watchdog's signal was blocked by who started it", blocked)

# ---- What a payload may not do -----------------------------------------------------------------------------------



def arguments_of(name):
    agent, place = agent_of(name), PLACES.get(name, ("tool_input", "command"))
    if place[0] in ("command", "tool_info"):
        return
    payload = sample(name, "ls")
    put(payload, (*place[:-1], place[-1].upper()), "rm -rf /")
    expect(is_denied(agent, hook(agent, payload)), f"{name}: a command in other letters")
    for value in (None, 7, True, ["rm", "-rf", "/"], {"a": 1}, [], [["ls"]], [{"command": "ls"}]):
        payload = sample(name)
        put(payload, place, value)
        if not (name == "cline-cli" and value == ["rm", "-rf", "/"]):
            expect(is_denied(agent, hook(agent, payload)), f"{name}: the command is {value}")
    payload = sample(name)
    put(payload, place[:-1], json.dumps({place[-1]: COMMANDS["deny"]}))
    expect(is_denied(agent, hook(agent, payload)), f"{name}: arguments as a string")


each(arguments_of, names)

mixed = sample("copilot-pascal", "rm -rf /")
del mixed["hook_event_name"]
mixed["toolName"] = "view"
expect(is_denied("copilot", hook("copilot", mixed)), "two dialects in one payload")
mixed = sample("copilot-permreq", "rm -rf /")
del mixed["hookName"]
mixed["toolName"] = "view"
expect(is_denied("copilot", hook("copilot", mixed)), "a permission request that has lost its name")

two = sample("cline-cli")
two["preToolUse"]["parameters"]["commands"] = ["cd /", "rm -rf *"]
expect(is_denied("cline", hook("cline", two)), "one command's directory is the next one's")
two["preToolUse"]["parameters"]["commands"] = ["ls", "rm -rf /", "ls"]
expect(is_denied("cline", hook("cline", two)), "the second of three")
two["preToolUse"]["parameters"]["commands"] = ["cat <<'E'", "rm -rf /", "E"]
expect(is_denied("cline", hook("cline", two)), "each alone")

foreign = sample("claude", "ls")
foreign["tool_name"] = "PowerShell"
expect(b'"ask"' in hook("claude", foreign, "--emit-allow")[1], "PowerShell is never allowed")
foreign = sample("copilot", "ls")
foreign["toolName"], foreign["toolArgs"] = "write_bash", {"sessionId": "1", "input": "ls\n"}
expect(b'"ask"' in hook("copilot", foreign)[1], "text for a running shell")
for hidden in ("\u202e", "\u200b", "\x1b[2K", "\x07", "\u2028", "\x9b"):
    status, out, err = hook("claude", sample("claude", f"rm -rf / {hidden}x"))
    shown = out.decode() + json.loads(out)["hookSpecificOutput"]["permissionDecisionReason"] + err.decode().rstrip("\n")
    expect(hidden not in shown and all(ord(c) >= 32 for c in shown), "hidden characters are shown escaped", out)

# Where it runs comes from the payload; what the model wrote does not move the workspace.
home, project = "/home/dev", "/home/dev/project"


def at(agent, command, cwd, env=(), arguments=()):
    payload = sample(agent, command)
    if cwd is None:
        payload.pop("cwd", None)
    else:
        payload["cwd"] = cwd
    for key, value in dict(arguments).items():
        put(payload, (*PLACES.get(agent, ("tool_input", "command"))[:-1], key), value)
    return hook(agent, payload, env={"HOME": home, **dict(env)}.items())


expect(is_silent("gemini", at("gemini", "touch x", project)), "writes in the workspace")
expect(b'"ask"' in at("gemini", "touch ../other/x", project)[1], "writes elsewhere")
expect(b'"ask"' in at("gemini", "touch x", project, arguments={"dir_path": os.path.join(home, "other")})[1],
       "the model's directory is no workspace")
expect(is_silent("gemini", at("gemini", "touch x", project, arguments={"dir_path": "src"})), "below the workspace")
for arguments in ({"dir_path": "../other"}, {"dir_path": 7}, {"dir_path": "~"}, {"workdir": "src"}, {"CWD": "/"}):
    expect(b'"ask"' in at("gemini", "touch x", project, arguments=arguments)[1], f"not known where: {arguments}")
expect(b'"ask"' in at("claude", "touch x", None)[1], "no cwd is not this process's")
expect(b'"ask"' in at("claude", "touch x", os.path.join(home, "other"), env={"CLAUDE_PROJECT_DIR": project}.items())[1],
       "the project's directory is the workspace")
expect(is_silent("devin", at("devin", "touch x", None, env={"DEVIN_PROJECT_DIR": project}.items())), "Devin's directory")
for cwd in (7, "relative", "/x\0y", ["/"], {}):
    expect(is_denied("claude", at("claude", "ls", cwd)), f"cwd {cwd!r}")
own = {"version": 1, "command": "ls"}
expect(hook("generic", own)[0] == 0, "the least that generic needs")
for key, value in {"version": 2, "shell": "fish", "env": [], "cwd": "x", "comand": "ls", "workspaces": "/"}.items():
    expect(is_denied("generic", hook("generic", {**own, key: value})), f"generic: {key} {value}")
expect([hook("generic", {**own, "command": "ls &>/dev/null", "shell": shell})[0] for shell in ("bash", "sh")] == [0, 3],
       "generic: the payload's shell")

print(f"{passed + failed} checks, {failed} failed")
sys.exit(failed != 0 or passed == 0)
