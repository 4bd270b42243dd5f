#!/usr/bin/env python3
"""Real agents, driven by a model server of our own on loopback, with the hook that `cmdpolicy hook install` puts there. The model asks
for a command that is allowed and for one that is denied; both only touch a file in a scratch folder, and whether it is there says
whether the command ran.   usage: CMDPOLICY_CHECK=PROGRAM CMDPOLICY_TOOL=PROGRAM run.py DIRECTORY [AGENT...]

DIRECTORY keeps what npm installs. An agent that can't be installed is left out, and said to be. Each is tried with the hook as it is, and
with one that is killed, hangs, has a broken policy file, or is gone: then nothing may run."""

import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from mock import Mock  # noqa: E402

CHECK = os.path.realpath(os.environ.get("CMDPOLICY_CHECK") or sys.exit("CMDPOLICY_CHECK: the program to test"))
TOOL = os.path.realpath(os.environ.get("CMDPOLICY_TOOL") or sys.exit("CMDPOLICY_TOOL: the toolbox"))
SECONDS = 150

PACKAGES = {"claude": "@anthropic-ai/claude-code", "codex": "@openai/codex", "gemini": "@google/gemini-cli", "qwen": "@qwen-code/qwen-code",
            "copilot": "@github/copilot"}
# How each is told to ask nobody, and where its model is.
COMMANDS = {
    "claude": ["-p", "go", "--allowedTools", "Bash", "--model", "mock"],
    "codex": ["exec", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox", "--dangerously-bypass-hook-trust",
              "-c", "model_provider=\"mock\"", "-c", "model=\"mock\"",
              "-c", "model_providers.mock={name=\"mock\",base_url=\"http://127.0.0.1:PORT/v1\",wire_api=\"responses\",env_key=\"MOCK_KEY\"}", "go"],
    "gemini": ["--yolo", "--skip-trust", "-m", "gemini-2.5-flash", "-p", "go"],
    "qwen": ["--yolo", "--auth-type", "openai", "-p", "go"],
    "copilot": ["-p", "go", "--allow-all-tools", "--no-color"],
}
ENVIRONMENT = {
    "claude": {"ANTHROPIC_BASE_URL": "http://127.0.0.1:PORT", "ANTHROPIC_API_KEY": "mock", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1"},
    "codex": {"MOCK_KEY": "mock"},
    "gemini": {"GOOGLE_GEMINI_BASE_URL": "http://127.0.0.1:PORT", "GEMINI_API_KEY": "mock", "GEMINI_TELEMETRY_ENABLED": "false"},
    "qwen": {"OPENAI_BASE_URL": "http://127.0.0.1:PORT/v1", "OPENAI_API_KEY": "mock", "OPENAI_MODEL": "mock"},
    "copilot": {"COPILOT_PROVIDER_BASE_URL": "http://127.0.0.1:PORT/v1", "COPILOT_PROVIDER_TYPE": "openai", "COPILOT_PROVIDER_API_KEY": "mock",
                "COPILOT_MODEL": "mock", "COPILOT_OFFLINE": "true"},
}
SETTINGS = {"gemini": {"security": {"auth": {"selectedType": "gemini-api-key"}}, "privacy": {"usageStatisticsEnabled": False}},
            "qwen": {"privacy": {"usageStatisticsEnabled": False}}}
POLICY = "cmdpolicy: 1\npack: agents\nrules:\n  touch forbidden: {verdict: deny, reason: the test wants it so}\n"
passed = failed = 0


def expect(holds, what, *details):
    global passed, failed
    passed += bool(holds)
    failed += not holds
    if not holds:
        print("FAIL:", what, *(str(d)[-2500:] for d in details), sep="\n    ")


def installed(agent, directory):
    """The agent's program, or None."""
    place = os.path.join(directory, agent)
    program = os.path.join(place, "node_modules", ".bin", agent)
    if not os.path.exists(program):
        os.makedirs(place, exist_ok=True)
        done = subprocess.run(["npm", "install", "--prefix", place, "--no-fund", "--no-audit", "--silent", PACKAGES[agent]], capture_output=True, text=True)
        if done.returncode != 0 or not os.path.exists(program):
            print("%s: left out, npm can't install it: %s" % (agent, done.stderr.strip()[-300:]))
            return None
    return program


class Scene:
    """One home and one project, with the hook installed."""

    def __init__(self, agent, program, scratch):
        self.agent, self.program = agent, program
        self.home, self.bin = os.path.join(scratch, "home"), os.path.join(scratch, "bin")
        self.project, self.policy = os.path.join(scratch, "project"), os.path.join(scratch, "home", ".config", "cmdpolicy", "policy.yaml")
        for directory in (self.bin, os.path.join(self.project, ".git"), os.path.dirname(self.policy)):
            os.makedirs(directory)
        subprocess.run(["git", "init", "-q", self.project], check=False)
        os.symlink(TOOL, os.path.join(self.bin, "cmdpolicy"))
        self.use(None)
        if agent in SETTINGS:
            os.makedirs(os.path.join(self.home, "." + agent))
            with open(os.path.join(self.home, "." + agent, "settings.json"), "w", encoding="utf-8") as out:
                json.dump(SETTINGS[agent], out)
        self.environment = {name: os.environ[name] for name in ("LANG", "TERM", "SSL_CERT_FILE") if name in os.environ}
        self.environment.update({"HOME": self.home, "PATH": "%s:%s" % (self.bin, os.environ["PATH"]), "SHELL": "/bin/sh", "CI": "1"})
        done = subprocess.run([TOOL, "hook", "install", agent], capture_output=True, text=True, env=self.environment, cwd=self.project)
        expect(done.returncode == 0, "%s: hook install" % agent, done.stdout, done.stderr)
        done = subprocess.run([TOOL, "doctor", agent], capture_output=True, text=True, env=self.environment, cwd=self.project)
        expect(done.returncode == 0, "%s: doctor" % agent, done.stdout, done.stderr)

    def use(self, script, policy=POLICY):
        """The check itself, or a script in its place; "" takes it away."""
        check = os.path.join(self.bin, "cmdpolicy-check")
        if os.path.lexists(check):
            os.remove(check)
        if script is None:
            os.symlink(CHECK, check)
        elif script:
            with open(check, "w", encoding="utf-8") as out:
                out.write("#!/bin/sh\n" + script + "\n")
            os.chmod(check, 0o755)
        if os.path.lexists(self.policy):
            os.remove(self.policy)
        if policy is None:
            os.mkfifo(self.policy)  # whoever reads it waits
        else:
            with open(self.policy, "w", encoding="utf-8") as out:
                out.write(policy)

    def run(self):
        """What ran, of the two; and what the agent said."""
        for name in ("allowed", "forbidden"):
            if os.path.exists(os.path.join(self.project, name)):
                os.remove(os.path.join(self.project, name))
        mock = Mock(["touch allowed", "touch forbidden"])

        def at_port(text):
            return text.replace("PORT", str(mock.port)) if "PORT" in text else text

        environment = {**self.environment, **{k: at_port(v) for k, v in ENVIRONMENT[self.agent].items()}}
        try:
            ran = subprocess.run([self.program, *map(at_port, COMMANDS[self.agent])], capture_output=True, text=True, errors="replace", timeout=SECONDS,
                                 stdin=subprocess.DEVNULL, cwd=self.project, env=environment)
            said = "status %d\n%s\n%s" % (ran.returncode, ran.stdout, ran.stderr)
        except subprocess.TimeoutExpired as late:
            said = "it took too long: %s %s" % (late.stdout, late.stderr)
        asked = [path for path, request in mock.requests]
        mock.close()
        done = [name for name in ("allowed", "forbidden") if os.path.exists(os.path.join(self.project, name))]
        return done, "%s\nrequests: %s\ntrouble: %s" % (said, asked, mock.trouble), mock.requests


def results_of(requests):
    """How many results of tools the model was told of, at most: so many commands were asked for, and dealt with."""
    def count(value):
        if isinstance(value, dict):
            return (value.get("type") == "tool_result" or str(value.get("type", "")).endswith("_call_output") or value.get("role") == "tool" or
                    "functionResponse" in value) + sum(map(count, value.values()))
        return sum(map(count, value)) if isinstance(value, list) else 0
    return max([count(request) for _, request in requests] or [0])


def drive(agent, directory):
    program = installed(agent, directory)
    if not program:
        return False
    scratch = tempfile.mkdtemp(prefix=agent + "-", dir=directory)
    try:
        scene = Scene(agent, program, scratch)
        version = subprocess.run([program, "--version"], capture_output=True, text=True, env=scene.environment, stdin=subprocess.DEVNULL).stdout.strip()
        version = version.split("\n")[-1] if agent != "copilot" else version.split("\n")[0]
        ran, said, requests = scene.run()
        expect(results_of(requests) >= 2, "%s: the model's two commands were dealt with" % agent, said)
        expect(ran == ["allowed"], "%s: the allowed command runs and the denied one doesn't: %s ran" % (agent, ran), said)
        line = "%s: allowed ran, denied did not" % version if ran == ["allowed"] else "%s: %s ran" % (version, ran)
        for what, script, policy in (("killed", "kill -9 $$", POLICY), ("hanging", None, None), ("a broken policy file", None, "cmdpolicy: 1\nrulse: {}\n"),
                                     ("gone", "", POLICY), ("crashing", "exit 1", POLICY)):
            scene.use(script, policy)
            ran, said, requests = scene.run()
            expect(results_of(requests) >= 1 or "block" in said.lower() or "den" in said.lower(), "%s, hook %s: a command was asked for" % (agent, what), said)
            expect(ran == [], "%s, hook %s: nothing runs, but %s did" % (agent, what, ran), said)
            line += "; hook %s: %s" % (what, "nothing ran" if ran == [] else "%s RAN" % ran)
        scene.use(None)
        subprocess.run([TOOL, "hook", "uninstall", agent], capture_output=True, env=scene.environment, cwd=scene.project, check=True)
        ran, said, _ = scene.run()
        expect(ran == ["allowed", "forbidden"], "%s, without a hook: both run, or this test shows nothing; %s did" % (agent, ran), said)
        print("%s %s" % (agent, line), flush=True)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return True


if len(sys.argv) < 2:
    sys.exit("usage: run.py DIRECTORY [AGENT...]")
directory = os.path.realpath(sys.argv[1])
os.makedirs(directory, exist_ok=True)
wrong = [agent for agent in sys.argv[2:] if agent not in PACKAGES]
if wrong:
    sys.exit("%s: not one of %s" % (wrong[0], ", ".join(PACKAGES)))
driven = [agent for agent in sys.argv[2:] or PACKAGES if drive(agent, directory)]
print("%d agents, %d checks, %d failed" % (len(driven), passed + failed, failed))
sys.exit(failed != 0 or not driven)
