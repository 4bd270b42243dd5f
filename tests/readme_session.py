#!/usr/bin/env python3
"""The README's terminal session is what cmdpolicy-check really prints.   usage: readme_session.py [--update]

In the fence after the line <!-- session -->, a line `$ COMMAND` is run by sh, with the built programs on PATH; what
follows it is its output, standard output and standard error together. --update writes the true output into README.md.
Run by CTest, which sets CMDPOLICY_SOURCE_DIR and CMDPOLICY_BUILD_DIR.
"""

import difflib
import os
import re
import subprocess
import sys

root = os.environ.get("CMDPOLICY_SOURCE_DIR") or os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
build = os.environ.get("CMDPOLICY_BUILD_DIR") or os.path.join(root, "build", "release")
readme = os.path.join(root, "README.md")

environment = {
    "PATH": build + os.pathsep + os.environ["PATH"],
    "HOME": "/home/you",
    "LC_ALL": "C.UTF-8",
    "NO_COLOR": "1",
}
environment.update({name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")})

with open(readme, encoding="utf-8") as opened:
    text = opened.read()
found = re.search(r"(?m)^<!-- session -->\n```\w*\n(.*?)^```$", text, re.S)
if not found:
    sys.exit("README.md has no session after <!-- session -->")

commands = [line[2:] for line in found.group(1).splitlines() if line.startswith("$ ")]
if not commands:
    sys.exit("README.md: the session has no command")
actual = ""
for command in commands:
    ran = subprocess.run(["sh", "-c", command], env=environment, cwd="/", stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    actual += f"$ {command}\n{ran.stdout}"
    if ran.stdout and not ran.stdout.endswith("\n"):
        actual += "\n"

if actual == found.group(1):
    print(f"The README's session is true ({len(commands)} commands).")
elif "--update" in sys.argv[1:]:
    with open(readme, "w", encoding="utf-8") as opened:
        opened.write(text[: found.start(1)] + actual + text[found.end(1):])
    print("README.md updated.")
else:
    sys.stdout.writelines(difflib.unified_diff(found.group(1).splitlines(True), actual.splitlines(True),
                                               "README.md", "what is printed"))
    sys.exit(1)
