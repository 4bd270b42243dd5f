#!/usr/bin/env python3
"""Every message that a policy file can cause is caused by a test, word for word.

The unit suites that compile policies are run with CMDPOLICY_DIAGNOSTICS naming a file, into which they write every diagnostic (code,
message, expectation). Each text that libcmdpolicy/policy/ hands to its reporting functions must be among them.
Run by CTest, which sets CMDPOLICY_SOURCE_DIR and CMDPOLICY_BUILD_DIR.
"""

import glob
import os
import re
import subprocess
import sys
import tempfile

root, build = os.environ["CMDPOLICY_SOURCE_DIR"], os.environ["CMDPOLICY_BUILD_DIR"]
SUITES = ["policy", "policy_errors", "policy_docs"]
REPORTERS = re.compile(r"\b(cp_error|cp_warning|CP_LINT|cp_error_word|role_error|never|report|report_named|report_twice|complain|"
                       r"cp_report_contradiction|cp_want_map|cp_want_list|cp_want_text|cp_read_texts|want|too_many)\(")
# What no policy file can cause: it needs memory to run out, or more of something than a file of 4 MB may hold.
NEVER = {
    "an empty key": "YAML without a key is an error before",
    "a verdict, a mapping with `verdict`, or a list of these": "there is no fourth type",
    "words that people use": "needs strings of one hash",
    "too many words of this policy have the same hash": "needs strings of one hash",
}


def literals(text):
    """The string literals of a piece of C, adjacent ones joined."""
    out, at = [], 0
    for found in re.finditer(r'"((?:[^"\\]|\\.)*)"', text):
        value = re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m.group(1), m.group(1)), found.group(1))
        if out and not text[at:found.start()].strip():
            out[-1] += value
        else:
            out.append(value)
        at = found.end()
    return out


def calls(source):
    """(line, arguments) of each call of a reporting function."""
    source = re.sub(r'("(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\]|\\.)*\')|/\*.*?\*/',
                    lambda m: m.group(1) or re.sub(r"[^\n]", " ", m.group(0)), source, flags=re.S)
    for found in REPORTERS.finditer(source):
        at, depth, quoted = found.end(), 1, False
        while at < len(source) and depth:
            c = source[at]
            if c == "\\" and quoted:
                at += 1
            elif c == "'" and not quoted:
                at = source.index("'", at + 2 if source[at + 1] == "\\" else at + 1)
            elif c == '"':
                quoted = not quoted
            elif not quoted:
                depth += (c == "(") - (c == ")")
            at += 1
        yield source.count("\n", 0, found.start()) + 1, source[found.end():at - 1]


with tempfile.TemporaryDirectory() as work:
    record = os.path.join(work, "diagnostics")
    environment = dict(os.environ, CMDPOLICY_DIAGNOSTICS=record)
    for suite in SUITES:
        subprocess.run([os.path.join(build, "cmdpolicy-unit"), suite], env=environment, stdout=subprocess.DEVNULL, check=True)
    with open(record, encoding="utf-8", errors="replace") as opened:
        said = set(opened.read().split("\0"))
everything = "\0".join(said)

missing = []
wanted = 0
for path in sorted(glob.glob(os.path.join(root, "libcmdpolicy", "policy", "*.c"))):
    if path.endswith("packc_main.c"):
        continue
    if os.path.basename(path).startswith("lint"):  # through the program: by their codes
        with open(path, encoding="utf-8") as opened, open(os.path.join(root, "tests/cli/test_tool_lint.sh"), encoding="utf-8") as lints, \
                open(os.path.join(root, "tests/unit/test_policy_lint.c"), encoding="utf-8") as units:
            tests = lints.read() + units.read()
            for code in re.findall(r'CP_LINT\(\s*l,\s*"([a-z-]+)"', opened.read()):
                wanted += 1
                if code not in tests:
                    missing.append(f"{path}: no test finds {code}")
        continue
    with open(path, encoding="utf-8") as opened:
        source = opened.read()
    for line, arguments in calls(source):
        for text in literals(arguments):
            if re.fullmatch(r"[a-z0-9-]*|%[sd]", text) and " " not in text and text not in ("text",):
                continue  # a code
            wanted += 1
            # the longest fixed piece is looked for first: most texts have one
            pattern = "".join("[^\0]*" if part in ("%s", "%d") else re.escape(part) for part in re.split(r"(%[sd])", text))
            if text not in NEVER and not re.search(pattern, everything):
                missing.append(f"{os.path.relpath(path, root)}:{line}: no test causes: {text}")

for one in missing:
    print(one)
print(f"{len(said)} different texts were said; {wanted} are wanted, {len(missing)} missing")
sys.exit(bool(missing) or wanted < 150)
