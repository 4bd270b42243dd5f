#!/usr/bin/env python3
"""Writes docs/coverage.md: what the built-in packs describe, counted, and what becomes of each command.

  make_coverage.py CMDPOLICY > docs/coverage.md     # or: ./dev docs

Reads what `cmdpolicy grammar` prints, so that the page says what a check goes by."""
import collections
import json
import subprocess
import sys

# In the order in which they are read, with what they are called.
DOMAINS = [("core", "Files and text"), ("documents", "Documents"), ("media", "Pictures, sound and film"),
           ("shell", "The shell and what runs commands"), ("sys", "The system"), ("desktop", "The desktop"), ("net", "The network"), ("security", "Keys, policies and evidence"),
           ("vcs", "Version control and forges"), ("lang", "Languages and builds"), ("data", "Data"), ("container", "Containers"),
           ("cloud", "Clusters, clouds and infrastructure"), ("macos", "macOS"), ("editors", "Editors and multiplexers"), ("agents", "Agents")]
CLASSES = [("effects", "as good as what it reads, writes, runs and reaches"), ("allow", "allowed"), ("part", "in part: the rest is asked about"),
           ("review", "asked about"), ("deny", "denied"), ("none", "no rule: asked about")]


def classify(name, rules):
    """What the rules say of the command alone, and whether they say more of some of its uses."""
    base, longer = set(), set()
    for rule in rules:
        into = longer if " " in rule["key"].strip() else base
        into.update(rule["verdicts"])
    if "by-effects" in base:
        return "effects"
    if "allow" in base:
        return "allow"
    if longer & {"allow", "by-effects"}:
        return "part"
    if "review" in base:
        return "review"
    if "deny" in base:
        return "deny"
    return "none"


def count(node):
    """Subcommands and options of a description, all the way down."""
    options = len(node.get("options", [])) + len(node.get("global", []))
    words = 0
    for child in node.get("subcommands", []):
        below_words, below_options = count(child["grammar"])
        words += len(child["names"]) + below_words
        options += below_options
    return words, options


def main():
    printed = subprocess.run([sys.argv[1], "grammar", "--no-config"], stdout=subprocess.PIPE, check=True, text=True).stdout
    names = collections.defaultdict(list)    # file -> (name, class)
    described = collections.defaultdict(dict)  # file -> line -> (subcommands, options)
    for line in printed.splitlines():
        command = json.loads(line)
        grammar = command["grammar"]
        names[grammar["file"]].append((command["command"], classify(command["command"], command["rules"])))
        described[grammar["file"]].setdefault(grammar["line"], count(grammar))

    def total(files):
        return (sum(len(names[f]) for f in files), sum(w for f in files for w, _ in described[f].values()),
                sum(o for f in files for _, o in described[f].values()))

    domains = DOMAINS + [(d, d) for d in sorted({f.split("/")[0] for f in names} - {d for d, _ in DOMAINS})]
    print("# What the built-in packs describe\n")
    print("Made by `./dev docs` from the compiled packs; not edited by hand. A command is a name that is described, a subcommand a word behind\n"
          "it, an option one option in all its spellings. What a pack does not describe is asked about.\n")
    print("| domain | commands | subcommands | options |\n|---|---:|---:|---:|")
    for domain, title in domains:
        files = [f for f in names if f.split("/")[0] == domain]
        if files:
            print("| [%s](#%s) | %d | %d | %d |" % ((title, title.lower().replace(",", "").replace(" ", "-")) + total(files)))
    print("| all | %d | %d | %d |" % total(names))
    for domain, title in domains:
        files = sorted(f for f in names if f.split("/")[0] == domain)
        if not files:
            continue
        print(f"\n## {title}\n\n| pack | commands | subcommands | options |\n|---|---:|---:|---:|")
        for file in files:
            print("| `%s` | %d | %d | %d |" % ((file,) + total([file])))
        for key, text in CLASSES:
            members = sorted(n for f in files for n, c in names[f] if c == key)
            if members:
                print(f"\n**{text[0].upper()}{text[1:]}** ({len(members)}): " + " ".join(f"`{n}`" for n in members))
    return 0


if __name__ == "__main__":
    sys.exit(main())
