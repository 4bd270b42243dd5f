#!/usr/bin/env python3
"""docs/policy.schema.json: every file of rules/ and the examples of docs/rules.md keep it, files that are wrong don't, and it knows the
words that the compiler knows. Skipped (status 77) where python3-yaml or python3-jsonschema is missing.
"""

import glob
import json
import os
import re
import sys

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

root = os.environ.get("CMDPOLICY_SOURCE_DIR") or os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
problems = []


if not yaml.__with_libyaml__:
    print("skipped: this python3-yaml lacks libyaml, which reads what the compiler reads")
    sys.exit(77)


class Texts(yaml.CBaseLoader):
    """Every scalar is text, as in a policy."""


with open(os.path.join(root, "docs", "policy.schema.json"), encoding="utf-8") as opened:
    schema = json.load(opened)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)


def errors_of(text, loader):
    return [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}"
            for e in validator.iter_errors(yaml.load(text, Loader=loader))]


# ---- What is right: as the compiler reads it, and as an editor does, for which 1 is a number ------------------------------
files = sorted(glob.glob(os.path.join(root, "rules", "**", "*.yaml"), recursive=True))
seen = len(files)
for path in files:
    with open(path, encoding="utf-8") as opened:
        text = opened.read()
    problems += [f"{path}: {e}" for e in errors_of(text, Texts)]
with open(os.path.join(root, "docs", "rules.md"), encoding="utf-8") as opened:
    blocks = re.findall(r"^```yaml( wrong=\S+)?\n(.*?)^```$", opened.read(), re.S | re.M)
for wrong, block in blocks:
    if not wrong:
        seen += 1
        text = block if block.startswith("cmdpolicy:") else "cmdpolicy: 1\n" + block
        problems += [f"docs/rules.md: {e} in:\n{text}" for loader in (Texts, yaml.CSafeLoader) for e in errors_of(text, loader)]

# ---- What is wrong ---------------------------------------------------------------------------------------------------------
WRONG = """
rules: {ls: deny}
---
cmdpolicy: 2
---
cmdpolicy: 1
rulse: {}
---
cmdpolicy: 1
pack: a b
---
cmdpolicy: 1
rules: [ls]
---
cmdpolicy: 1
rules: {ls: alow}
---
cmdpolicy: 1
rules: {ls: {verdict: deny, resaon: x}}
---
cmdpolicy: 1
rules: {ls: {verdict: deny, risk: hih}}
---
cmdpolicy: 1
rules: {ls: {verdict: deny, when: {sandbox: full}}}
---
cmdpolicy: 1
rules: {ls: {verdict: deny, when: {workspace: mine}}}
---
cmdpolicy: 1
rules: {ls: {verdict: deny, except: ls -l}}
---
cmdpolicy: 1
rules: {ls: []}
---
cmdpolicy: 1
effects: {raed: deny}
---
cmdpolicy: 1
effects: {read: by-effects}
---
cmdpolicy: 1
effects: {write: {/x: {verdict: deny, maybe: allow}}}
---
cmdpolicy: 1
effects: {privilege: {root: deny}}
---
cmdpolicy: 1
effects: {flow: {network to sink: deny}}
---
cmdpolicy: 1
commands: {x: {optoins: {-a: flag}}}
---
cmdpolicy: 1
commands: {x: {syntax: bsd}}
---
cmdpolicy: 1
commands: {x: {options: {-a: Flag}}}
---
cmdpolicy: 1
commands: {x: {options: {-a: {effects: [network]}}}}
---
cmdpolicy: 1
commands: {x: {operands: read*}}
---
cmdpolicy: 1
commands: {x: {effects: [netwrk]}}
---
cmdpolicy: 1
commands: {x: {does: chdr}}
---
cmdpolicy: 1
commands: {x: {cases: [{operands: []}]}}
---
cmdpolicy: 1
kinds: {read: [{x: value}]}
---
cmdpolicy: 1
kinds: {k: [{x: value, y: value}]}
---
cmdpolicy: 1
defaults: {unknown-comand: deny}
---
cmdpolicy: 1
defaults: {unparsable: allow}
---
cmdpolicy: 1
defaults: {depth: 0}
---
cmdpolicy: 1
tests: [{allow: ls, deny: ls}]
---
cmdpolicy: 1
tests: [{rule: ls}]
"""
for text in WRONG.strip().split("\n---\n"):
    if not errors_of(text, Texts):
        problems.append(f"this should not keep the schema:\n{text}")

# ---- The compiler's words ----------------------------------------------------------------------------------------------------
known = json.dumps(schema)
TABLES = {"vocabulary.c": None, "read_commands.c": ("body_keys", "case_keys", "stdin_words", "stdout_words", "environment_words", "unknown_words"),
          "read_values.c": ("rule_keys", "effect_keys", "risk_words"), "read.c": ("test_keys", "file_keys", "default_keys")}
words = 0
for name, tables in TABLES.items():
    with open(os.path.join(root, "libcmdpolicy", "policy", name), encoding="utf-8") as opened:
        source = opened.read()
    for table, body in re.findall(r"cp_word_number (\w+)\[\] = \{(.*?)\};", source, re.S):
        if tables and table not in tables:
            continue
        for word in re.findall(r'\{"([^"]+)"', body):
            words += 1
            if not re.search(r'["(|^ ]' + re.escape(word) + r'["|)]', known):
                problems.append(f"the schema doesn't know `{word}` of {name}, {table}")

for problem in problems[:40]:
    print(problem)
print(f"{seen} files and examples, {len(WRONG.split('---'))} wrong ones, {words} words, {len(problems)} problems")
sys.exit(bool(problems) or seen < 60 or words < 100)
