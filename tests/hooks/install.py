#!/usr/bin/env python3
"""cmdpolicy hook and doctor, for every agent: installed twice is installed once, what others have in the file stays, uninstalled is as
it was, and a file that isn't understood is left alone.   usage: CMDPOLICY_CHECK=PROGRAM CMDPOLICY_TOOL=PROGRAM install.py"""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile

CHECK = os.environ.get("CMDPOLICY_CHECK") or sys.exit("CMDPOLICY_CHECK: the program to test")
TOOL = os.environ.get("CMDPOLICY_TOOL") or os.path.join(os.path.dirname(CHECK), "cmdpolicy")
DOCS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "hooks.md")

USER = {"amazonq": ".aws/amazonq/cli-agents/cmdpolicy.json", "claude": ".claude/settings.json", "cline": "Documents/Cline/Hooks/PreToolUse",
        "codex": ".codex/hooks.json", "copilot": ".copilot/hooks/cmdpolicy.json", "crush": ".config/crush/crush.json",
        "cursor": ".cursor/hooks.json", "devin": ".config/devin/config.json", "droid": ".factory/hooks.json",
        "gemini": ".gemini/settings.json", "goose": ".agents/plugins/cmdpolicy/hooks/hooks.json", "kiro": ".kiro/hooks/cmdpolicy.json",
        "opencode": ".config/opencode/plugins/cmdpolicy.js", "qwen": ".qwen/settings.json", "windsurf": ".codeium/windsurf/hooks.json"}
PROJECT = {**{agent: USER[agent] for agent in ("claude", "codex", "cursor", "droid", "gemini", "goose", "kiro", "qwen")},
           "amazonq": ".amazonq/cli-agents/cmdpolicy.json", "cline": ".clinerules/hooks/PreToolUse", "copilot": ".github/hooks/cmdpolicy.json",
           "crush": "crush.json", "devin": ".devin/hooks.v1.json", "opencode": ".opencode/plugins/cmdpolicy.js",
           "vscode": ".github/hooks/cmdpolicy-vscode.json", "windsurf": ".windsurf/hooks.json"}
FILES = ("cline", "opencode")
# Where each agent has a setting for failing closed, or an order that the shell gives.
CLOSED = {"claude": '"onFailure": "block"', "cursor": '"failClosed": true', "goose": '"on_failure": "block"', "cline": '"cancel": true',
          "opencode": "throw new Error", "codex": "; false; } || exit 2"}

OR_DENY = " || { [ $? = 2 ] || echo 'no answer from cmdpolicy-check' >&2; false; } || exit 2"
base = os.path.realpath(tempfile.mkdtemp())
home, project = os.path.join(base, "home"), os.path.join(base, "project")
bin_dir = os.path.join(base, "bin")
for directory in (home, project, bin_dir, os.path.join(project, ".git"), os.path.join(project, "sub")):
    os.mkdir(directory)
for program in (CHECK, TOOL):
    os.symlink(os.path.realpath(program), os.path.join(bin_dir, os.path.basename(program)))
environment = {"HOME": home, "PATH": bin_dir + ":" + os.environ["PATH"], "XDG_CONFIG_HOME": os.path.join(base, "config")}
environment.update({name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")})
passed = failed = 0


def expect(holds, what, *details):
    global passed, failed
    passed += bool(holds)
    failed += not holds
    if not holds:
        print("FAIL:", what, *(repr(d)[:1200] for d in details))


def tool(*arguments, cwd=None, env=()):
    ran = subprocess.run([TOOL, *arguments], capture_output=True, cwd=cwd or os.path.join(project, "sub"), timeout=120,
                         env={**environment, **dict(env)})
    return ran.returncode, ran.stdout.decode(), ran.stderr.decode()


def read(path):
    with open(path, "rb") as opened:
        return opened.read()


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as out:
        out.write(data)


def fresh():
    for directory in (home, project):
        shutil.rmtree(directory)
    os.makedirs(home)
    os.makedirs(os.path.join(project, ".git"))
    os.mkdir(os.path.join(project, "sub"))


def files_below(directory):
    return sorted(os.path.join(at, name) for at, _, names in os.walk(directory) for name in names)


def places():
    for agent, below in USER.items():
        yield agent, "--user", os.path.join(home, below)
    for agent, below in PROJECT.items():
        yield agent, "--project", os.path.join(project, below)


def hooks_of(value, agent):
    """All strings in the value that run our hook."""
    if isinstance(value, str):
        return [value] if "cmdpolicy-check --hook %s " % agent in value + " " else []
    return [found for one in (value.values() if isinstance(value, dict) else value if isinstance(value, list) else ())
            for found in hooks_of(one, agent)]


def test_from_nothing():
    for agent, scope, path in places():
        fresh()
        status, out, err = tool("hook", "install", "--dry-run", agent, scope)
        expect(status == 0 and "+" in out and "nothing was written" in out and not files_below(home) + files_below(project), "--dry-run", agent, out, err)
        status, out, err = tool("hook", "install", agent, scope)
        expect(status == 0 and err == "" and "+++ " + path in out, "install", agent, scope, out, err)
        first = read(path)
        expect(files_below(home) + files_below(project) == [path], "one file, and no backup of nothing", files_below(base))
        expect(CLOSED.get(agent, " || exit 2").encode() in first, "it fails closed", agent, first)
        if agent in FILES:
            expect(b"cmdpolicy-check --hook " + agent.encode() in first, "the command", first)
            expect(bool(os.stat(path).st_mode & stat.S_IXUSR) == (agent == "cline"), "the mode", agent)
        else:
            expect(len(hooks_of(json.loads(first), agent)) in (1, 2), "the command", agent, first)
        expect(not re.search(rb"\d+\.\d+\.\d+", first), "no version in it", first)
        status, out, err = tool("hook", "install", agent, scope)
        expect(status == 0 and "already" in out and read(path) == first, "twice is once", agent, out, err)
        status, out, _ = tool("hook", "status", agent, scope)
        expect(status == 0 and path + ": installed\n" in out, "status", agent, out)
        status, out, err = tool("hook", "print", agent)
        expect(status == 0 and out.encode() == first, "print", agent, out, first)
        status, out, err = tool("doctor", agent)
        expect(status == 0 and "rm -rf /: would be stopped" in out and "pwd: would not be stopped" in out, "doctor", agent, out, err)
        if agent not in FILES:
            expect("without the program: everything would be stopped" in out, "doctor, without the program", agent, out)
        status, out, err = tool("hook", "uninstall", "--dry-run", agent, scope)
        expect(status == 0 and read(path) == first, "uninstall --dry-run", agent, out, err)
        status, out, err = tool("hook", "uninstall", agent, scope)
        expect(status == 0 and not files_below(home) + files_below(project), "uninstall leaves nothing", agent, out, err, files_below(base))
        expect(tool("hook", "status", agent, scope)[0] == 1 and "not there" in tool("hook", "uninstall", agent, scope)[1], "then it is gone", agent)


FOREIGN = {"command": "echo mine", "hooks": [{"type": "command", "command": "/opt/other --flag", "timeout": 3}], "matcher": "Other"}


def beside_others(agent, template):
    """A file in which others have put the same kinds of things."""
    def fill(value):
        if isinstance(value, dict):
            return {"zFirst": 1, **{key: fill(one) for key, one in value.items()}, "aLast": {"x": [1, 2.5, "\u00e9"], "y": None}}
        return [FOREIGN] if isinstance(value, list) else value
    return fill(template)


def test_beside_others():
    for number, (agent, scope, path) in enumerate(places()):
        if agent in FILES:
            continue
        fresh()
        template = json.loads(tool("hook", "print", agent)[1])
        for indent, ending in (((2, "\n"), (4, ""), (None, "\n"))[number % 3],):
            # Half of the contents for a place: agents share their code, and most have two places.
            for content in (beside_others(agent, template), {"other": {"b": 1, "a": 0.1}}, {"hooks": [] if agent == "kiro" else {}}, {})[number // 2 % 2::2]:
                before = (json.dumps(content, indent=indent, ensure_ascii=False) + ending).encode()
                write(path, before)
                os.chmod(path, 0o640)
                status, out, err = tool("hook", "install", agent, scope)
                installed = read(path)
                expect(status == 0 and err == "", "install", agent, out, err)
                value = json.loads(installed)
                expect(hooks_of(value, agent), "the hook is there", agent, installed)
                expect(read(path + ".cmdpolicy-backup") == before and stat.S_IMODE(os.stat(path).st_mode) == 0o640, "backup and mode")

                def without(one):
                    if isinstance(one, dict):
                        return {key: without(item) for key, item in one.items()}
                    return [without(item) for item in one if not hooks_of(item, agent)] if isinstance(one, list) else one

                def holds(now, then):
                    if isinstance(then, dict):
                        kept = [key for key in now if key in then]
                        return kept == list(then) and all(holds(now[key], then[key]) for key in then)
                    return now == then

                expect(holds(without(value), content), "what others have stays, in its order", agent, installed, before)
                expect(tool("hook", "install", agent, scope)[0] == 0 and read(path) == installed, "twice is once", agent)
                expect(": installed\n" in tool("hook", "status", agent, scope)[1], "status", agent)
                status, out, err = tool("hook", "uninstall", agent, scope)
                expect(status == 0 and read(path) == before and not os.path.exists(path + ".cmdpolicy-backup"), "uninstall gives it back, byte for byte",
                       agent, content, out, read(path))
                # Somebody changes the file in between: then only our part goes.
                tool("hook", "install", agent, scope)
                value = json.loads(read(path))
                value["later"] = {"z": 1}
                write(path, json.dumps(value).encode())
                status, out, err = tool("hook", "uninstall", agent, scope)
                expect(status == 0 and json.loads(read(path)) == {**content, "later": {"z": 1}}, "only our part goes", agent, content, out, err, read(path))
                # ... and the backup is lost.
                write(path, before)
                tool("hook", "install", agent, scope)
                os.remove(path + ".cmdpolicy-backup")
                status, out, err = tool("hook", "uninstall", agent, scope)
                left = json.loads(read(path)) if os.path.exists(path) else {}
                expect(status == 0 and not hooks_of(left, agent) and all(left.get(key) == one or key in template for key, one in content.items()),
                       "without a backup too", agent, content, out, err)


def test_other_versions():
    """An entry of ours that is different is replaced where it stands; one in somebody else's group leaves that group as it is."""
    path = os.path.join(home, USER["claude"])
    mine = {"type": "command", "command": "/usr/bin/cmdpolicy-check --hook claude", "timeout": 3}
    other = {"type": "command", "command": "/opt/lint", "timeout": 5}
    fresh()
    write(path, json.dumps({"hooks": {"PreToolUse": [{"matcher": "Edit", "hooks": [other]}, {"matcher": "Bash", "hooks": [mine]},
                                                     {"matcher": "Write", "hooks": [other]}]}}).encode())
    expect("not as this version" in tool("hook", "status", "claude", "--user")[1], "status of another version")
    status, out, _ = tool("doctor", "claude")
    expect(status == 1 and "EVERYTHING WOULD RUN" in out or "WOULD RUN" in out, "doctor sees what is missing", out)
    expect(tool("hook", "install", "claude")[0] == 0, "install over it")
    groups = json.loads(read(path))["hooks"]["PreToolUse"]
    expect([g["matcher"] for g in groups] == ["Edit", "Bash|PowerShell|Monitor", "Write"] and len(groups[1]["hooks"]) == 1, "replaced in its place", groups)
    fresh()
    write(path, json.dumps({"hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [other, mine]}]}}).encode())
    tool("hook", "install", "claude")
    groups = json.loads(read(path))["hooks"]["PreToolUse"]
    expect(sorted(map(json.dumps, groups), key=len)[0] == json.dumps({"matcher": "Bash", "hooks": [other]}) and len(groups) == 2, "a mixed group keeps the other's", groups)
    # Another agent's hook is somebody else's.
    fresh()
    write(path, json.dumps({"hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "cmdpolicy-check --hook qwen || exit 2"}]}]}}).encode())
    tool("hook", "install", "claude")
    expect(len(json.loads(read(path))["hooks"]["PreToolUse"]) == 2, "another agent's hook stays")


def test_options_and_places():
    fresh()
    path = os.path.join(home, USER["claude"])
    status, out, err = tool("hook", "install", "claude", "--", "--audit", "/a b/it's.jsonl", "--on-review", "deny")
    command = json.loads(read(path))["hooks"]["PreToolUse"][0]["hooks"][0]["command"]
    expect(status == 0 and command == "cmdpolicy-check --hook claude --audit '/a b/it'\\''s.jsonl' --on-review deny" + OR_DENY, "options of the check", command, err)
    expect(": installed\n" in tool("hook", "status", "claude", "--user")[1], "status with options", tool("hook", "status", "claude"))
    fresh()
    tool("hook", "install", "claude", env={"CLAUDE_CONFIG_DIR": os.path.join(base, "elsewhere")})
    expect(os.path.exists(os.path.join(base, "elsewhere", "settings.json")) and not os.path.exists(path), "CLAUDE_CONFIG_DIR")
    # The name where PATH leads to this version, else the path, quoted.
    odd = os.path.join(base, "a dir")
    os.mkdir(odd)
    shutil.copy(CHECK, odd)
    shutil.copy(TOOL, odd)
    ran = subprocess.run([os.path.join(odd, "cmdpolicy"), "hook", "print", "claude"], capture_output=True, text=True,
                         env={**environment, "PATH": "/usr/bin:/bin"})
    command = json.loads(ran.stdout)["hooks"]["PreToolUse"][0]["hooks"][0]["command"]
    expect(command == "'%s/cmdpolicy-check' --hook claude" % odd + OR_DENY, "a program that isn't on PATH", command)
    write(path, b"{}")
    subprocess.run([os.path.join(odd, "cmdpolicy"), "hook", "install", "claude"], check=True, capture_output=True, env={**environment, "PATH": "/usr/bin:/bin"})
    ran = subprocess.run([os.path.join(odd, "cmdpolicy"), "doctor"], capture_output=True, text=True, env={**environment, "PATH": "/usr/bin:/bin"}, cwd=project)
    expect(ran.returncode == 0 and "without the program: everything would be stopped" in ran.stdout, "doctor", ran.stdout)
    # A link stays a link.
    fresh()
    write(os.path.join(base, "dotfiles", "settings.json"), b'{"a": 1}\n')
    os.mkdir(os.path.join(home, ".claude"))
    os.symlink(os.path.join(base, "dotfiles", "settings.json"), path)
    tool("hook", "install", "claude")
    expect(os.path.islink(path) and hooks_of(json.loads(read(os.path.join(base, "dotfiles", "settings.json"))), "claude"), "a link")


def test_wrong():
    broken = {b"{": "not JSON", b'{"hooks": {}} // mine\n': "not JSON", b"[1]": "not a JSON object", b'{"a":1,"a":2}': "not JSON", b"\xff": "not JSON",
              b'{"hooks": 3}': "hooks", b'{"hooks": "cmdpolicy-check"}': "hooks"}
    for number, (agent, scope, path) in enumerate(places()):
        if agent in FILES:
            continue
        fresh()
        for before, said in list(broken.items())[number % 2::2]:
            write(path, before)
            status, out, err = tool("hook", "install", agent, scope)
            expect(status == 4 and said in err and "nothing was written" in err and path in err, "a broken file", agent, before, status, out, err)
            tool("hook", "uninstall", agent, scope)
            expect(read(path) == before and files_below(home) + files_below(project) == [path], "is left alone", agent, files_below(base))
            if said != "hooks":
                expect(tool("hook", "status", agent, scope)[0] == 4, "status of a broken file", agent)
    for agent, mode in (("cline", "--user"), ("opencode", "--user")):
        fresh()
        path = os.path.join(home, USER[agent])
        write(path, b"#!/bin/sh\nexit 0\n")
        status, out, err = tool("hook", "install", agent, mode)
        expect(status == 4 and "somebody else's" in err and read(path) == b"#!/bin/sh\nexit 0\n", "somebody else's file", agent, err)
        expect(tool("hook", "uninstall", agent, mode)[0] == 0 and os.path.exists(path), "is not uninstalled", agent)
    fresh()
    for arguments, said in ((("hook",), "install, uninstall, status, print"), (("hook", "instal", "claude"), "expected one of"), (("hook", "install"), "which agent"),
                            (("hook", "install", "claud"), "did you mean claude"), (("hook", "install", "generic"), "docs/hooks.md"),
                            (("hook", "install", "claude", "--user", "--project"), "not both"), (("hook", "install", "vscode", "--user"), "no hooks of a user"),
                            (("hook", "uninstall", "claude", "x"), "one too many"), (("doctor", "nobody"), "no such agent")):
        status, out, err = tool(*arguments)
        expect(status == 4 and said in err and not files_below(home), "usage", arguments, status, err)
    status, out, _ = tool("doctor")
    expect(status == 1 and "no hook is installed" in out, "doctor with nothing to do", out)
    expect(tool("hook", "status")[0] == 0 and tool("hook", "status")[1].count("not installed") == len(USER) + len(PROJECT), "status of all")
    os.chmod(home, 0o555)
    if os.getuid() != 0:
        expect(tool("hook", "install", "claude")[0] == 4, "a directory that can't be written")
    os.chmod(home, 0o755)


def test_doctor_sees():
    path = os.path.join(home, USER["claude"])

    def with_command(command):
        fresh()
        write(path, json.dumps({"hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": command}]}]}}).encode())
        return tool("doctor", "claude")

    for command in ("cmdpolicy-check --hook claude || exit 1", "cmdpolicy-check --hook claude || true", "cmdpolicy-check --hook claude"):
        status, out, _ = with_command(command)
        expect(status == 1 and "without the program: EVERYTHING WOULD RUN" in out, "a hook that isn't closed", command, out)
    for command in ("echo hello; cmdpolicy-check --hook claude || exit 2", "cmdpolicy-check --hook claude >/dev/null || exit 2",
                    "cmdpolicy-check --hook claude --on-error allow --policy /nowhere.yaml || exit 2"):
        status, out, _ = with_command(command)
        expect(status == 1 and "rm -rf /: WOULD RUN" in out, "a hook whose answer doesn't arrive", command, out)
    status, out, _ = with_command("cmdpolicy-check --hook claude --policy /nowhere.yaml || exit 2")
    expect(status == 1 and "pwd: WOULD BE STOPPED" in out and "/nowhere.yaml" in out, "a hook that stops everything", out)


def test_any_end_denies():
    """Whatever becomes of the program, the shell ends with 2 and a reason; an answer of its own stays as it is."""
    fake = os.path.join(base, "fake")
    os.mkdir(fake)
    command = json.loads(tool("hook", "print", "codex")[1])["hooks"]["PreToolUse"][0]["hooks"][0]["command"]
    for script, wanted in (("exit 1", 2), ("exit 3", 2), ("kill -9 $$", 2), ("kill -TERM $$", 2), ("echo why >&2; exit 2", 2), ("echo '{}'", 0)):
        with open(os.path.join(fake, "cmdpolicy-check"), "w", encoding="utf-8") as out:
            out.write("#!/bin/sh\n" + script + "\n")
        os.chmod(os.path.join(fake, "cmdpolicy-check"), 0o755)
        for shell in ("sh", "bash"):
            ran = subprocess.run([shell, "-c", command], capture_output=True, text=True, env={**environment, "PATH": fake + ":/usr/bin:/bin"})
            expect(ran.returncode == wanted and (ran.stderr != "") == (wanted == 2) and ran.stdout == ("" if wanted else "{}\n"), "an end", shell, script, ran)
            expect("why" not in script or ran.stderr == "why\n", "its own reason", ran)


def test_documented():
    """docs/hooks.md shows what install writes."""
    fresh()
    with open(DOCS, encoding="utf-8") as opened:
        text = opened.read()
    blocks = re.findall(r"```(?:json|sh|js)\n(.*?)```", text, re.S)
    values = []
    for block in blocks:
        try:
            values.append(json.loads(block))
        except ValueError:
            values.append(block)
    for agent in sorted({**USER, **PROJECT}):
        printed = tool("hook", "print", agent)[1]
        expect((printed if agent in FILES else json.loads(printed)) in values, "docs/hooks.md shows what is installed", agent, printed)
        for below in {USER.get(agent), PROJECT.get(agent)} - {None}:
            expect(below in text, "and where", agent, below)


try:
    wanted = sys.argv[1:]
    for name, test in list(globals().items()):
        if name.startswith("test_") and (not wanted or name[5:] in wanted):
            test()
finally:
    shutil.rmtree(base, ignore_errors=True)
print("%d checks, %d failed" % (passed + failed, failed))
sys.exit(failed != 0 or passed == 0)
