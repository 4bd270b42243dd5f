#!/usr/bin/env python3
"""How argument parsers read words, against what the reader of libcmdpolicy makes of them.

Random little programs (options with letters and long names, that take nothing, a value, or perhaps one) are given random words, and each
parser says which options it takes for given and which words for operands. The same program is described in a policy as a pack would
describe it. Where the parser takes an option that writes, or one with a `!`, or a secret file as an operand, the command may not be
allowed. What the parser complains about is asked nothing of. The other way round some commands have to be allowed.

CMDPOLICY_ORACLE_SEED another draw; CMDPOLICY_ORACLE_COUNT commands for each parser (600); CMDPOLICY_ORACLE_SHOW how many are shown.
What Python and Perl have themselves must be there; Node's parseArgs, commander, yargs, click, Ruby's OptionParser and others are asked where they are."""
import json
import os
import random
import shlex
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "parsers")
CHECK = os.environ.get("CMDPOLICY_CHECK") or os.path.join(os.environ.get("CMDPOLICY_BUILD_DIR", "build/ci"), "cmdpolicy-check")
SEED = int(os.environ.get("CMDPOLICY_ORACLE_SEED", "1"))
COUNT = int(os.environ.get("CMDPOLICY_ORACLE_COUNT", "600"))
SHOW = int(os.environ.get("CMDPOLICY_ORACLE_SHOW", "10"))
RECORDERS = {"recorder.py": ["python3"], "recorder.pl": ["perl"], "recorder.js": ["node"], "recorder.rb": ["ruby"]}
ENVIRONMENT = {**os.environ, "NODE_PATH": "/usr/share/nodejs"}  # where Debian has them
# What a pack says of a program with that parser: how its options are written, and what else. `takes`: what it has; `ends`: a program that goes
# on where the parser complains is not looked at.
ALL = ("flag", "value", "number", "maybe")
SAID = {
    "argparse": {"syntax": "gnu", "takes": ALL},
    "argparse, one dash": {"syntax": "single-dash", "takes": ALL, "dashes": "-"},
    "optparse": {"syntax": "gnu", "takes": ALL[:3]},
    "getopt": {"syntax": "posix", "takes": ALL[:2]},
    "gnu_getopt": {"syntax": "gnu", "takes": ALL[:2]},
    "click": {"syntax": "gnu", "takes": ALL},
    "Getopt::Long": {"syntax": "perl", "takes": ALL},
    "Getopt::Long, bundling": {"syntax": "gnu", "takes": ALL, "more": ["'+': flag!"], "ends": True},
    "Getopt::Long, gnu": {"syntax": "gnu", "takes": ALL, "ends": True},
    "Getopt::Long, override": {"syntax": "perl", "takes": ALL},
    "Getopt::Long, in order": {"syntax": "perl", "takes": ALL},
    "Getopt::Std": {"syntax": "posix", "takes": ALL[:2], "longs": False},
    "parseArgs": {"syntax": "gnu", "takes": ALL[:2]},
    "parseArgs, not strict": {"syntax": "gnu", "takes": ALL[:2]},
    "commander": {"syntax": "gnu", "takes": ALL},
    "yargs": {"syntax": "single-dash", "takes": ALL[:2]},
    "minimist": {"syntax": "single-dash", "takes": ALL[:2]},
    "nopt": {"syntax": "single-dash", "takes": ALL[:2]},
    "optionator": {"syntax": "single-dash", "takes": ALL[:2]},
    "OptionParser": {"syntax": "gnu", "takes": ALL},
    "OptionParser, in order": {"syntax": "posix", "takes": ALL},
}
NEEDED = [name for name in SAID if name not in ("click", "commander", "yargs", "minimist", "nopt", "optionator")
          and not name.startswith(("OptionParser", "parseArgs"))]
LONGS = ["all", "alpha", "color", "config", "data", "dir", "exec", "output", "quiet", "out-file"]
LETTERS = "abcdeoq"
SECRET, WRITTEN = ".env", "made"
OPERANDS = [SECRET, "a.c", "x", WRITTEN]


def libraries():
    """Which parsers are here, and whose they are."""
    here = {}
    for recorder, program in RECORDERS.items():
        if not shutil.which(program[0]):
            continue
        told = subprocess.run(program + [os.path.join(HERE, recorder), "--libraries"], capture_output=True, text=True, check=True,
                              env=ENVIRONMENT)
        here.update({name: recorder for name in told.stdout.split("\n") if name})
    return here


def program(draw, said):
    """Some options. `harm`: what the pack says it does, or None."""
    longs, letters = draw.sample(LONGS, draw.randint(2, 5)), draw.sample(LETTERS, 5)
    options = []
    for i, long in enumerate(longs):
        option = {"name": "x%d" % i, "long": long, "takes": draw.choice(said["takes"])}
        # Getopt::Std alone has no long names; otherwise most options have both
        if draw.random() < 0.7 or not said.get("longs", True):
            option["letter"] = letters[i]
        if not said.get("longs", True):
            option["long"] = None
        if draw.random() < 0.4 and option["takes"] != "maybe":
            option["harm"] = "flag!" if option["takes"] == "flag" else draw.choice(["write", "value!"])
        options.append(option)
    return options


def described(name, options, said):
    lines = ["  %s:" % name, "    syntax: %s" % said["syntax"], "    operands: [read*]", "    options:"]
    for option in options:
        names = [sign + option[key] for sign, key in (("-", "letter"), (said.get("dashes", "--"), "long")) if option.get(key)]
        kind = option.get("harm") or {"flag": "flag", "maybe": "value?"}.get(option["takes"], "value")
        lines.append("      '%s': '%s'" % ("|".join(names), kind))
    return "\n".join(lines + ["      " + line for line in said.get("more", [])])


def word(draw, options):
    """Something that somebody may have written, to be read in one way or in another."""
    if draw.random() < 0.25:
        return draw.choice(OPERANDS + ["--", "-", "-5", "-1.5"])
    letters = [o["letter"] for o in options if o.get("letter")] or ["a"]
    longs = [o["long"] for o in options if o.get("long")]
    value = draw.choice(OPERANDS)
    if not longs or draw.random() < 0.4:
        sign = draw.choice(["-", "-", "-", "-", "-", "-", "--", "+"])
        bundle = "".join(draw.sample(letters, min(len(letters), draw.choice([1, 1, 1, 2, 2, 3]))))
        return sign + bundle + draw.choice(["", "", "", "", "=" + value, value, "-" + value, ":" + value, "5", "/" + value])
    long = draw.choice(longs)
    if draw.random() < 0.25:
        long = long[:draw.randint(1, len(long))]
    if draw.random() < 0.15:
        long = draw.choice([long.upper(), long.replace("-", "_"), "no-" + long, "no" + long, "outFile"])
    sign = draw.choice(["--"] * 6 + ["-", "-", "+", "---"])
    return sign + long + draw.choice(["", "", "", "=" + value, "=", ":" + value])


def argv_of(draw, options):
    return [word(draw, options) for _ in range(draw.randint(1, 4))]


def asked_of(recorder, asked):
    told = subprocess.run(RECORDERS[recorder] + [os.path.join(HERE, recorder)], capture_output=True, text=True,
                          input="".join(json.dumps(a) + "\n" for a in asked), check=True, env=ENVIRONMENT)
    answers = [json.loads(line) for line in told.stdout.split("\n") if line]
    assert len(answers) == len(asked), "%s: %d answers to %d" % (recorder, len(answers), len(asked))
    return answers


def main():
    here = libraries()
    missing = [name for name in NEEDED if name not in here]
    if missing:
        print("parsers: not here: " + ", ".join(missing), file=sys.stderr)
        return 1
    wrong = 0
    with tempfile.TemporaryDirectory() as top:
        policy, asked, text = os.path.join(top, "policy.yaml"), {}, ["cmdpolicy: 1", "commands:"]
        names = []
        for library in SAID:
            if library not in here:
                continue
            draw = random.Random("%d %s" % (SEED, library))
            for i in range(max(1, COUNT // 50)):
                name = "p%d" % len(names)
                options = program(draw, SAID[library])
                names.append(name)
                text.append(described(name, options, SAID[library]))
                for _ in range(50):
                    asked.setdefault(library, []).append({"library": library, "options": options, "program": name,
                                                          "argv": argv_of(draw, options)})
        with open(policy, "w", encoding="utf-8") as out:
            out.write("\n".join(text + ["rules:"] + ["  %s: by-effects" % name for name in names]) + "\n")
        for library, cases in asked.items():
            lines = [json.dumps({"id": i, "command": shlex.join([c["program"]] + c["argv"])}) for i, c in enumerate(cases)]
            told = subprocess.run([CHECK, "--no-config", "--policy", policy, "--profile", "read-only", "--cwd", top, "--workspace", top,
                                   "--home", top, "--batch"], capture_output=True, text=True, input="\n".join(lines) + "\n", check=False)
            verdicts = [json.loads(line)["verdict"] for line in told.stdout.split("\n") if line]
            assert len(verdicts) == len(cases), told.stderr
            allowed = fine = bad = 0
            for case, verdict, answer in zip(cases, verdicts, asked_of(here[library], cases)):
                if answer is None or (SAID[library].get("ends") and not answer["fine"]):
                    continue
                harms = [o["name"] for o in case["options"] if o.get("harm") and o["name"] in answer["set"]]
                harmless = not harms and SECRET not in answer["operands"]
                fine += harmless and answer.get("fine", True)
                allowed += harmless and verdict == "allow"
                if harmless or verdict != "allow":
                    continue
                bad += 1
                if bad <= SHOW:
                    print("%s: allowed, and it sets %s, operands %s: %s   %s" % (
                        library, ", ".join(harms) or "nothing", answer["operands"], shlex.join(case["argv"]),
                        " ".join("%s:%s" % ("|".join(filter(None, (o.get("letter"), o["long"]))), o.get("harm") or o["takes"])
                                 for o in case["options"])))
            print("%s: %d commands, %d allowed of %d that are harmless, %d wrongly" % (library, len(cases), allowed, fine, bad))
            if allowed * 8 < fine:
                print("%s: too few are allowed for this to mean anything" % library)
                bad += 1
            wrong += bad
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
