#!/usr/bin/env python3
"""What `cmdpolicy lint --format sarif` writes keeps the official schema of SARIF 2.1.0: of the packs, of policies with errors, warnings and
notes, and of files with odd names. Skipped (status 77) without the schema, which `./dev test` takes from the npm registry into build/sarif
where there is npm, or without python3-jsonschema."""
import json
import os
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

root = os.environ["CMDPOLICY_SOURCE_DIR"]
path = os.path.join(root, "build", "sarif", "sarif-2.1.0.json")
if not os.path.exists(path):
    print(f"skipped: no {path}; ./dev test takes it from the npm registry, if there is npm")
    sys.exit(77)
with open(path, encoding="utf-8") as opened:
    schema = json.load(opened)
jsonschema.Draft4Validator.check_schema(schema)
validator = jsonschema.Draft4Validator(schema)

TEXTS = {
    "clean.yaml": "cmdpolicy: 1\nrules: {nosuchtool: deny}\n",
    "a b/p,1%\u00e9.yaml": "cmdpolicy: 1\nrules:\n  git push|origin: review\n  git push --force: {verdict: deny, suggest: git push}\n",
    "errors.yaml": "cmdpolicy: 1\nrules:\n  git: nosuch\n  '': allow\nunknown: {x: y}\n",
    "yaml.yaml": "cmdpolicy: 1\nrules: [\n",
    "anchor.yaml": "cmdpolicy: 1\nrules: &a {git: allow}\n",
    "pattern.yaml": "cmdpolicy: 1\nkinds: {k: ['(a+)+b': value]}\ncommands: {t: {operands: [k*]}}\nrules: {t: allow}\n",
    "bytes.yaml": b"cmdpolicy: 1\nabout: \xff\xfe\nrules: {git: allow}\n",
    "nothing.yaml": "",
    "later.yaml": "cmdpolicy: 9\n",
}


def lint(files, directory):
    done = subprocess.run([os.environ["CMDPOLICY_TOOL"], "lint", "--format", "sarif", *files], cwd=directory, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, check=False)
    log = json.loads(done.stdout)
    wrong = [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in validator.iter_errors(log)]
    return len(log["runs"][0]["results"]), wrong


problems, results = [], 0
with tempfile.TemporaryDirectory() as directory:
    for name, text in TEXTS.items():
        os.makedirs(os.path.dirname(os.path.join(directory, name)), exist_ok=True)
        with open(os.path.join(directory, name), "wb") as out:
            out.write(text if isinstance(text, bytes) else text.encode())
    for files in [[name] for name in TEXTS] + [list(TEXTS)]:
        try:
            found, wrong = lint(files, directory)
        except (ValueError, KeyError, IndexError) as error:
            found, wrong = 0, [f"no SARIF: {error!r}"]
        if (found == 0) != (files == ["clean.yaml"]):
            problems.append(f"{files}: {found} results")
        problems += [f"{files}: {w}" for w in wrong]
        results += found
packs = [os.path.join(d, f) for d, _, names in os.walk(os.path.join(root, "rules")) for f in names if f.endswith(".yaml")]
problems += [f"rules: {w}" for w in lint(sorted(packs), root)[1]]
# The schema says no where it has to.
if validator.is_valid({"version": "2.1.0"}) or validator.is_valid({"version": "2.1.0", "runs": [{"tool": {}, "results": []}]}):
    problems.append("the schema takes anything")
print("\n".join(problems) or f"{results} results keep the schema")
sys.exit(1 if problems else 0)
