#!/usr/bin/env python3
"""Records the tests that rules of the packs still lack: for each rule that `cmdpolicy test --thin` names, a near-miss and an
evasion, as plain data in tests/rules/. Run it after adding rules, and read what it wrote: a verdict that looks wrong is a finding.

  record.py CMDPOLICY

A near-miss is, as near as one is found: the command without the key's option, a sibling of its last word, with an option that
nobody knows, with a help option, the program's name as another command's argument, or another program of that name. An evasion is a rewriting of `cmdpolicy
fuzz` of a test that the rule decides. Each gets its verdict from the tool, and counts only if the tool then says that the rule
lacks it no more."""
import collections
import difflib
import glob
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
PACKS = sorted(glob.glob("rules/*/*.yaml"))
LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
# Taken in turns, so that all are used; options come first wherever there are some.
WAYS = ["quotes", "path", "escapes", "constant", "wrapper", "braces", "eval", "group", "shell", "default", "function", "piped", "loop", "printed", "condition"]
# Verbs that many tools have; what they print may be read.
READING = ["list", "show", "get", "describe", "status", "info", "describe-things", "list-things", "get-thing"]
STRICTNESS = {"allow": 0, "review": 1, "deny": 2}


def tool_json(*arguments):
    done = subprocess.run([TOOL, *arguments], stdout=subprocess.PIPE, text=True)
    if done.returncode not in (0, 1):
        sys.exit(f"{TOOL} {arguments[0]} failed")
    return json.loads(done.stdout)


def recorded():
    return sorted(glob.glob(os.path.join("tests/rules", "*.yaml")))


def tests_of(path):
    """The tests of a policy file by line: the verdict, the command and the facts."""
    with open(path, encoding="utf-8") as stream:
        root = yaml.compose(stream, Loader=LOADER)
    found = {}

    def walk(node):
        if isinstance(node, yaml.MappingNode):
            plain = {k.value: v.value for k, v in node.value if isinstance(v, yaml.ScalarNode)}
            verdict = [v for v in STRICTNESS if v in plain]
            if verdict and "verdict" not in plain:
                facts = {k: v for k, v in plain.items() if k not in STRICTNESS and k != "rule"}
                found[node.start_mark.line + 1] = (verdict[0], plain[verdict[0]], facts)
            for key, value in node.value:
                walk(value)
        elif isinstance(node, yaml.SequenceNode):
            for value in node.value:
                walk(value)

    walk(root)
    return found


def line_of(verdict, command, facts, rule=None):
    entries = {verdict: command, **facts}
    if rule:
        entries["rule"] = rule
    parts = []
    for key, value in entries.items():
        if "\n" in value:
            value = json.dumps(value, ensure_ascii=False)  # of several lines
        elif not re.fullmatch(r"[A-Za-z0-9./~][A-Za-z0-9 ./~_=@+-]*", value) or value != value.strip() or re.fullmatch(r"[~.]|.*\s#.*", value):
            value = "'" + value.replace("'", "''") + "'"
        parts.append(f"{key}: {value}")
    return "  - {" + ", ".join(parts) + "}\n"


def write_tests(path, about, lines):
    with open(path, "w", encoding="utf-8") as out:
        out.write(f"cmdpolicy: 1\nabout: {about}\ntests:\n" + "".join(lines))


def verdicts(candidates):
    """The verdicts of (command, facts), as the tool sees them."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", delete=False) as file:
        path = file.name
    try:
        write_tests(path, "candidates", [line_of("allow", c, f) for c, f in candidates])
        got = {}
        for failure in tool_json("test", "--format", "json", path)["failed"]:
            got[failure["line"] - 4] = failure["got"]["verdict"]
        return [got.get(i, "allow") for i in range(len(candidates))]
    finally:
        os.unlink(path)


GRAMMARS = {}


def siblings(words):
    """The other words that may stand in the place of the last one."""
    program = words[0]
    if program not in GRAMMARS:
        done = subprocess.run([TOOL, "grammar", "--no-config", program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        GRAMMARS[program] = json.loads(done.stdout)["grammar"] if done.returncode == 0 else {}
    node = GRAMMARS[program]
    for word in words[1:-1]:
        found = [s["grammar"] for s in node.get("subcommands", []) if word in s["names"]]
        if not found:
            return []
        node = found[0]
    names = [n for s in node.get("subcommands", []) for n in s["names"] if re.fullmatch(r"[a-z][a-z0-9:_-]*", n) and n != words[-1]]
    return sorted(names, key=lambda n: (-difflib.SequenceMatcher(None, n, words[-1]).ratio(), n))


def near_misses(rule, verdict, command):
    """Commands that may be one, the nearest first."""
    key = rule.split(":", 1)[1]
    words = [w.split("|")[0] for w in key.split() if w != "..."]
    options = [a for w in key.split() if w.startswith("-") for a in w.split("|")]
    programs = [a for a in key.split()[0].split("|") if a in command.split()] or [command.split()[0], words[0]]
    program = [p for p in programs if re.fullmatch(r"[\w./+-]+", p)][0]
    plain = [w for w in words if not w.startswith("-")]
    out = []
    if options:
        kept = [w for w in command.split() if not any(w == o or w.startswith(o + "=") for o in options)]
        out.append(" ".join(kept))
        out.append(" ".join(plain))
    if len(plain) > 1:
        # The word of the key that stands in the command itself, and what follows it there.
        alternatives = [w.split("|") for w in key.split() if not w.startswith("-")]
        there = [[a for a in words if a in command.split()] or words for words in alternatives]
        path = [words[0] for words in there]
        reading = [] if verdict == "allow" else READING
        out += [" ".join(path[:-1] + [s]) for s in reading + siblings(path)[:16]]
    out += [f"{command} --no-such-option", " ".join(plain) + " --help", f"{program} --help", f"{program} --version", f"{command} ~/.ssh/id_rsa", f"{command} .env",
            f"which {program}",
            f"grep -rn {program} docs", f"./{command}"]
    return list(dict.fromkeys(out))


def evasions(lacking):
    """The rewritings of each rule's test, by rule, the ones to try first in front."""
    if not lacking:
        return {}
    seeds = {}
    for entry in lacking:
        seeds.setdefault((entry["command"], tuple(sorted(entry["facts"].items()))), entry)
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", delete=False) as file:
        path = file.name
    found = collections.defaultdict(dict)
    try:
        write_tests(path, "seeds", [line_of(e["verdict"], e["command"], e["facts"]) for e in seeds.values()])
        done = subprocess.run([TOOL, "fuzz", "--list", "--ways", ",".join(["options"] + WAYS), path], stdout=subprocess.PIPE, text=True, check=True)
    finally:
        os.unlink(path)
    for line in done.stdout.splitlines():
        made = json.loads(line)
        to = re.sub(r"\b([qf])7\b", lambda m: "x" if m.group(1) == "q" else "f", made["to"]).replace("q7", "x").replace("f8", "g")
        if made["transparent"] and "\n" not in to and len(to) <= len(made["from"]) + 60:
            found[made["from"]].setdefault(made["way"], []).append(to)
    out = {}
    for entry in lacking:
        turn = int(hashlib.sha256(entry["rule"].encode()).hexdigest(), 16)
        ways = found[entry["command"]]
        order = ["options"] + WAYS[turn % len(WAYS):] + WAYS[:turn % len(WAYS)]
        first = [sorted(ways[w])[turn % len(ways[w])] for w in order if w in ways]
        out[entry["rule"]] = list(dict.fromkeys(first + [t for w in order for t in ways.get(w, [])[:2]]))[:12]
    return out


def file_of(entry):
    return os.path.join("tests/rules", entry["file"].removeprefix("rules/").removesuffix(".yaml").replace("/", "-") + ".yaml")


def add(entry, lines):
    path = file_of(entry)
    if not os.path.exists(path):
        write_tests(path, f"near-misses and evasions of {entry['file']}", [])
    with open(path, "a", encoding="utf-8") as out:
        out.write("".join(lines))


def lacking_rules():
    cache, out = {}, []
    for entry in tool_json("test", "--thin", "--format", "json", *PACKS, *recorded())["thin"]:
        where = entry.get("decides")
        if not where:
            continue
        if where["file"] not in cache:
            cache[where["file"]] = tests_of(where["file"])
        verdict, command, facts = cache[where["file"]][where["line"]]
        # What a profile's own rule says is asked in that profile.
        if "profiles/" in where["file"] and "profile" not in facts:
            facts = {**facts, "profile": os.path.basename(where["file"]).removesuffix(".yaml")}
        out.append({**entry, "verdict": verdict, "command": command, "facts": facts})
    return out


def main():
    entries = lacking_rules()
    if not entries:
        print("no rule lacks a test that can be made")
        return
    missing = {(e["rule"], lack): e for e in entries for lack in e["lacks"]}
    candidates = {}
    rewritten = evasions([e for e in entries if "evasion" in e["lacks"]])
    for (rule, lack), entry in missing.items():
        texts = rewritten[rule] if lack == "evasion" else near_misses(rule, entry["verdict"], entry["command"])
        candidates[rule, lack] = [(t, entry["facts"]) for t in texts if t and t != entry["command"]]
        if lack == "near-miss" and entry["facts"]:
            candidates[rule, lack].append((entry["command"], {}))
    flat = [(key, c) for key, all_of_it in candidates.items() for c in all_of_it]
    judged = collections.defaultdict(list)
    for (key, (command, facts)), verdict in zip(flat, verdicts([c for _, c in flat])):
        rules_own = missing[key]["verdict"]
        if (key[1] == "evasion") == (verdict == rules_own):
            judged[key].append((verdict, command, facts))
    written = 0
    for turn in range(8):
        tried = {key: them[turn] for key, them in judged.items() if key in missing and turn < len(them)}
        if not tried:
            break
        lines = [line_of(*t, rule=key[0] if key[1] == "evasion" else None) for key, t in tried.items()]
        path = os.path.join("tests/rules", "candidates.yaml")
        write_tests(path, "candidates", lines)
        try:
            said = tool_json("test", "--thin", "--format", "json", *PACKS, *recorded())
        finally:
            os.unlink(path)
        wrong = {f["line"] - 4 for f in said["failed"] if f["file"] == path}
        still = {(e["rule"], lack) for e in said["thin"] for lack in e["lacks"]}
        for i, (key, line) in enumerate(zip(tried, lines)):
            if i not in wrong and key not in still:
                add(missing.pop(key), [line])
                written += 1
    for rule, lack in missing:
        print(f"no {lack} found: {rule}")
    print(f"{written} tests recorded, {len(missing)} not found")


TOOL = sys.argv[1] if len(sys.argv) == 2 else sys.exit(__doc__)
if __name__ == "__main__":
    main()
