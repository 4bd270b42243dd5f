#!/usr/bin/env python3
"""What cmdpolicy import makes of the files beside this one.   usage: golden.py [--update]

NAME.rules, NAME.json and NAME.toml are imported; NAME.SUFFIX.yaml holds the exit status, what is said on standard error (as
comments) and the policy. The policy has to pass its own tests. Run by CTest, which sets CMDPOLICY_TOOL.
"""

import os
import subprocess
import sys
import tempfile

FORMATS = {".rules": "codex-rules", ".json": "claude-settings", ".toml": "gemini-policy"}
here = os.path.dirname(os.path.abspath(__file__))
tool = os.environ["CMDPOLICY_TOOL"]
failed = 0
seen = 0

for name in sorted(os.listdir(here)):
    suffix = os.path.splitext(name)[1]
    if suffix not in FORMATS:
        continue
    seen += 1
    ran = subprocess.run([tool, "import", FORMATS[suffix], name], cwd=here, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, check=False)
    said = ran.stderr.decode().splitlines()
    actual = f"# exit status {ran.returncode}\n" + "".join(f"# {line}\n" for line in said) + ran.stdout.decode()
    golden = os.path.join(here, name + ".yaml")
    if "--update" in sys.argv:
        with open(golden, "w", encoding="utf-8") as out:
            out.write(actual)
    with open(golden, encoding="utf-8") as opened:
        wanted = opened.read()
    if actual != wanted:
        failed += 1
        print(f"{name}: not as in {name}.yaml, but:\n{actual}")
    if ran.returncode == 4:
        continue
    with tempfile.NamedTemporaryFile(suffix=".yaml") as policy:
        policy.write(ran.stdout)
        policy.flush()
        tests = subprocess.run([tool, "test", "--quiet", policy.name], stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, check=False)
        if tests.returncode != 0:
            failed += 1
            print(f"{name}: the policy's own tests fail:\n{tests.stdout.decode()}")

print(f"{seen} files, {failed} failures")
sys.exit(failed > 0 or seen == 0)
