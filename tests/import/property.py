#!/usr/bin/env python3
"""Imported rules are never looser than their source: random rules and commands, asked of a small model of the source's own matcher
(as its documentation says it) and of the imported policy over the built-in packs.

 - what the source denies is not allowed, nor what it asks about; a deny stays one, unless the import said that its rule can't be
   said, or it isn't certain how the program reads the words;
 - what an imported rule allows is allowed by the source.
Where the reference program `codex` is on PATH, it is asked, too. Run by CTest, which sets CMDPOLICY_CHECK and CMDPOLICY_TOOL.
"""

import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

check, tool = os.environ["CMDPOLICY_CHECK"], os.environ["CMDPOLICY_TOOL"]
codex = os.environ.get("CODEX") or shutil.which("codex")
LEVEL = {"deny": 0, "forbidden": 0, "review": 1, "ask": 1, "ask_user": 1, "prompt": 1, "allow": 2}
SETS, RULES, COMMANDS = int(os.environ.get("SETS", "20")), 6, 60
random.seed(int(os.environ.get("SEED", "20")))

# No option in two spellings: to a program they are one, to a list of words they aren't.
HEADS = {
    "git": ["push", "status", "log", "stash", "list", "--force", "-C", "x", "origin", "main", "--oneline"],
    "kubectl": ["get", "pods", "secrets", "describe", "-n", "x", "delete", "-o", "wide"],
    "npm": ["run", "test", "build", "lint", "--silent", "install"],
    "mytool": ["run", "stop", "-x", "--safe", "--mode=a", "b", "c"],
    "ls": ["-l", "-a", "-R", "src", "--color"],
}


def words(most):
    """Without a word twice: `-l -l` is `-l` to a program, but not to a prefix."""
    head = random.choice(list(HEADS))
    return [head] + random.sample(HEADS[head], random.randint(0, most))


def near(rules):
    """A command: often the words of a rule, with more behind or between them."""
    argv = [random.choice(w) if isinstance(w, list) else w for w in random.choice(rules)] if random.random() < 0.7 else words(4)
    argv = [w.replace("*", random.choice(["", "x", "log"])) or "x" for w in argv]
    for _ in range(random.randint(0, 2)):
        argv.insert(random.randint(1, len(argv)), random.choice(HEADS.get(argv[0], ["x"])))
    return argv


# ---- The sources, each: text of the file, patterns to make commands from, what it says of an argv ----------------------

class Codex:
    name, suffix = "codex-rules", ".rules"

    def __init__(self):
        self.rules = []
        for _ in range(RULES):
            pattern = [[w, random.choice(HEADS["git"])] if i and random.random() < 0.2 else w
                       for i, w in enumerate(words(3))]
            self.rules.append((pattern, random.choice(["allow", "allow", "prompt", "forbidden"])))
        self.patterns = [pattern for pattern, _ in self.rules]
        self.text = "".join(f"prefix_rule(pattern = {json.dumps(p)}, decision = \"{d}\")\n" for p, d in self.rules)

    def says(self, argv):
        found = [LEVEL[d] for p, d in self.rules if len(argv) >= len(p) and
                 all(a in w if isinstance(w, list) else a == w for a, w in zip(argv, p))]
        return min(found) if found else None


class Claude:
    name, suffix = "claude-settings", ".json"

    def __init__(self):
        self.lists = {"allow": [], "ask": [], "deny": []}
        self.patterns = []
        for _ in range(RULES):
            pattern = words(3)
            self.patterns.append(pattern)
            text = " ".join(pattern)
            kind = random.random()
            if kind < 0.3:
                text += ":*"
            elif kind < 0.5:
                text += " *"
            elif kind < 0.6:
                text += "*"
            elif kind < 0.75 and len(pattern) > 2:
                text = " ".join([pattern[0], "*"] + pattern[2:])
            self.lists[random.choice(["allow", "allow", "ask", "deny"])].append(text)
        self.text = json.dumps({"permissions": {k: [f"Bash({t})" for t in v] for k, v in self.lists.items()}}, indent=1)

    @staticmethod
    def matches(pattern, command):
        if pattern.endswith(":*"):
            pattern = pattern[:-2] + " *"
        if pattern.endswith(" *") and command == pattern[:-2]:
            return True
        return re.fullmatch(".*".join(re.escape(part) for part in pattern.split("*")), command, re.S) is not None

    def says(self, argv):
        for kind in ("deny", "ask", "allow"):
            if any(self.matches(p, " ".join(argv)) for p in self.lists[kind]):
                return LEVEL[kind]
        return None


class Gemini:
    name, suffix = "gemini-policy", ".toml"

    def __init__(self):
        self.rules = []
        self.patterns = []
        for _ in range(RULES):
            pattern = words(3)
            self.patterns.append(pattern)
            if random.random() < 0.25:
                regex = " ".join(pattern[:-1] + [f"({pattern[-1]}|{random.choice(HEADS[pattern[0]])})"])
                key, test = f'commandRegex = "{regex}"', re.compile(regex)
            else:
                key, test = f'commandPrefix = "{" ".join(pattern)}"', re.compile(re.escape(" ".join(pattern)) + r"(\s|$)")
            self.rules.append((random.randint(0, 4) * 10, random.choice(["allow", "allow", "ask_user", "deny"]), key, test))
        self.text = "".join(f'[[rule]]\ntoolName = "run_shell_command"\n{key}\ndecision = "{d}"\npriority = {p}\n'
                            for p, d, key, _ in self.rules)

    def says(self, argv):
        found = [(p, LEVEL[d]) for p, d, _, test in self.rules if test.match(" ".join(argv))]
        if not found:
            return None
        most = max(p for p, _ in found)  # which of equal priorities counts is not documented: the loosest
        return max(level for p, level in found if p == most)


def same_commands(argv):
    """The argv with its options moved: where a pack describes the program, what follows the words of an imported prefix is the same
    command in whatever order its options stand."""
    seen, todo = {tuple(argv)}, [list(argv)]
    for one in todo:
        for at, word in enumerate(one):
            for length in (1, 2) if word.startswith("-") and argv[0] != "mytool" else ():
                rest = one[:at] + one[at + length:]
                for to in range(1, len(rest) + 1):
                    moved = rest[:to] + one[at:at + length] + rest[to:]
                    if tuple(moved) not in seen and len(seen) < 500:
                        seen.add(tuple(moved))
                        todo.append(moved)
    return todo


# ---- The comparison ------------------------------------------------------------------------------------------------------

problems = asked = decided = allowed = by_codex = uncertain = 0
with tempfile.TemporaryDirectory() as work:
    for number in range(SETS * 3):
        source = (Codex, Claude, Gemini)[number % 3]()
        path, policy = os.path.join(work, "source" + source.suffix), os.path.join(work, "policy.yaml")
        with open(path, "w", encoding="utf-8") as out:
            out.write(source.text)
        ran = subprocess.run([tool, "import", source.name, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             text=True, check=False)
        with open(policy, "w", encoding="utf-8") as out:
            out.write(ran.stdout)
        if ran.returncode not in (0, 1):
            problems += 1
            print(f"--- {source.name}: exit status {ran.returncode}\n{source.text}{ran.stderr}")
            continue
        commands = [near(source.patterns) for _ in range(COMMANDS)]
        # an option twice is to a program what it is once, but not to a list of words
        commands = [c for c in commands if all(c.count(w) == 1 for w in c if w.startswith("-"))]
        answers = subprocess.run(
            [check, "--no-config", "--home", "/home/u", "--cwd", "/home/u/src", "--workspace", "/home/u/src",
             "--policy", policy, "--batch"], stdout=subprocess.PIPE, text=True, check=False,
            input="".join(json.dumps({"argv": argv}) + "\n" for argv in commands)).stdout.splitlines()
        for argv, answer in zip(commands, answers):
            decision = json.loads(answer)
            ours, theirs = LEVEL[decision["verdict"]], source.says(argv)
            by_import = any(r["verdict"] == "allow" and r.get("rule", "").startswith("imported/")
                            for r in decision["reasons"])
            asked += 1
            if ours == 1 and theirs == 0 and any("(it may apply" in r["message"] and
                                                 r.get("rule", "").startswith("imported/") for r in decision["reasons"]):
                uncertain += 1  # how the program reads these words is not certain: a deny that may apply is a review
                continue
            decided += theirs is not None
            allowed += ours == 2 and by_import
            wrong = (theirs is not None and ours > theirs and (ran.returncode == 0 or by_import)) or \
                    (ours == 2 and by_import and theirs != 2)
            if wrong and ours == 2 and any(source.says(other) == 2 for other in same_commands(argv)):
                wrong = False
            if codex and isinstance(source, Codex) and asked % 7 == 0:
                by_codex += 1
                told = json.loads(subprocess.run([codex, "execpolicy", "check", "--rules", path, "--", *argv],
                                                 stdout=subprocess.PIPE, text=True, check=False).stdout).get("decision")
                if (LEVEL[told] if told else None) != theirs:
                    wrong = True
                    print(f"codex says {told}")
            if wrong:
                problems += 1
                if problems < 6:
                    print(f"--- {source.name}: {' '.join(argv)}: ours {decision['verdict']}, the source's {theirs}\n"
                          f"{source.text}{ran.stdout}{ran.stderr}{answer}")

print(f"{asked} commands: {decided} decided by their source, {allowed} allowed by imported rules, "
      f"{by_codex} asked of codex, {uncertain} uncertain, {problems} problems")
sys.exit(problems > 0 or uncertain > asked // 50 or decided < asked // 4 or allowed < asked // 20)
