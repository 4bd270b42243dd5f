#!/usr/bin/env python3
"""The reader of help texts, and that holding a grammar against a program finds what is wrong."""
import os
import subprocess
import sys
import tempfile
import unittest

import helptext
import manpage

HERE = os.path.dirname(os.path.abspath(__file__))


class HelpText(unittest.TestCase):
    def reads(self, text, expected, usage=False):
        self.assertEqual(helptext.options(text, usage), expected)

    def test_gnu(self):
        self.reads("  -a, --all                  do not ignore\n      --block-size=SIZE      scale\n"
                   "      --color[=WHEN]         colorize\n  -w, --width=COLS           set\n",
                   {"-a": "nothing", "--all": "nothing", "--block-size": "value", "--color": "optional", "-w": "value",
                    "--width": "value"})

    def test_short_ones_beside_a_long_one_with_a_value(self):
        self.reads("  -F, --classify[=WHEN]      append\n  -c, -C NUM, --context[=NUM]   output\n",
                   {"-F": None, "--classify": "optional", "-c": None, "-C": "value", "--context": "optional"})

    def test_both_ways(self):
        self.reads("  -c, --check, --check=diagnose-first  check\n", {"-c": None, "--check": None})

    def test_other_styles(self):
        self.reads("  -o, --output <list>  columns\n    -L, --level DEPTH   limit\n  -d|--debug      debug\n",
                   {"-o": "value", "--output": "value", "-L": "value", "--level": "value", "-d": "nothing", "--debug": "nothing"})

    def test_bullets(self):
        self.reads("      · --include / -I path\n        Add path\n      · --arg name expr\n      · --json\n      · some text -x\n",
                   {"--include": "value", "-I": "value", "--arg": "2 values", "--json": "nothing"})

    def test_defaults_that_are_shown(self):
        self.reads("    -A, --all-namespaces=false:\n        If present\n    -o, --output='':\n    --chunk-size=500:\n    --wait=true:\n",
                   {"-A": "nothing", "--all-namespaces": "optional", "-o": "value", "--output": "value", "--chunk-size": "value",
                    "--wait": "optional"})

    def test_long_ones_in_brackets(self):
        self.reads("  -q [--quiet]             : print nothing\n  -r [--revision] ARG      : ARG\n",
                   {"-q": "nothing", "--quiet": "nothing", "-r": "value", "--revision": "value"})

    def test_one_blank_tells_nothing(self):
        self.reads("  -x hide the header\n", {"-x": None})

    def test_synopsis(self):
        self.reads("usage: x [-46Aa] [-b address] [-v | -q] file\n",
                   {"-4": "nothing", "-6": "nothing", "-A": "nothing", "-a": "nothing", "-b": "value", "-v": "nothing",
                    "-q": "nothing"}, usage=True)


    def test_synopsis_of_long_ones(self):
        self.reads("Usage:\nx ls\n\nOptions:\n[-a|--all] [--depth <n>] [-w|--workspace <name> [-w|--workspace <name> ...]]\n", {})
        self.reads("usage: x [-a|--all] [--depth <n>] [-w|--workspace <name> [-w|--workspace <name> ...]]\n",
                   {"-a": "nothing", "--all": "nothing", "--depth": "value", "-w": "value", "--workspace": "value"}, usage=True)

    def test_types_behind_the_description(self):
        self.reads("  -d, --debug   Run in debug mode?  [boolean] [default: false]\n  -m, --model   Which model it\n"
                   "                is to be  [string]\n      --only    One of these  [choices: \"a\", \"b\"]\n      --bare    Said nothing\n",
                   {"-d": "nothing", "--debug": "nothing", "-m": "value", "--model": "value", "--only": "value", "--bare": None})

    def test_a_colon_before_the_description(self):
        self.reads("    --query      : A query.\n    --name [Required] : The name.\n", {"--query": None, "--name": None})


class ManualPage(unittest.TestCase):
    """Pages as they are written by hand, by pod2man, by docbook, by docutils, and in mdoc."""

    def reads(self, page, expected, synopsis=False):
        with tempfile.TemporaryDirectory() as place:
            os.mkdir(os.path.join(place, "man1"))
            with open(os.path.join(place, "man1", "x.1"), "w", encoding="utf-8") as file:
                file.write(page)
            path = manpage.find("x", place)
            said = helptext.options_of_usage(manpage.synopsis(path)) if synopsis else helptext.options(manpage.option_lines(path))
            self.assertEqual(said, expected)

    def test_tags(self):
        self.reads(".TP\n.BR \\-a \", \" \\-\\-all\nAll.\n.TP\n\\fB\\-o\\fR \\fIfile\\fR\nWrites.\n.TP\n.BI \\-\\-to= name\nTo.\n"
                   ".TP\n.B \\-s\nSee\n.BR \\-z .\n",
                   {"-a": "nothing", "--all": "nothing", "-o": "value", "--to": "value", "-s": "nothing"})

    def test_pod(self):
        self.reads(".IP \"\\fB\\-f\\fR \\fIfmt\\fR\" 4\n.IX Item x\nForm.\n.IP \"\\fB\\-\\-pair\\fR \\fIone\\fR \\fItwo\\fR\" 4\n",
                   {"-f": "value", "--pair": "2 values"})

    def test_docbook(self):
        self.reads(".PP\n\\fB\\-q\\fR, \\fB\\-\\-quiet\\fR\n.RS 4\nLess.\n.RE\n.PP\n\\-\\-abbrev[=<n>]\n.RS 4\nShort.\n.RE\n.PP\n-x is text.\n",
                   {"-q": "nothing", "--quiet": "nothing", "--abbrev": "optional"})

    def test_docutils(self):
        self.reads(".sp\n\\fB\\-\\-become\\fP \\(aqMETHOD\\(aq\n.INDENT 0.0\n", {"--become": "value"})

    def test_joined_lines(self):
        self.reads(".HP\n\\fB\\-\\-units\\fP \\c\n.nh\n[\\fINumber\\fP]\\fBr\\fP\n.br\nText.\n", {"--units": None})

    def test_mdoc(self):
        self.reads(".Dd today\n.It Fl a , Fl -all\nAll.\n.It Fl o Ar file\nTo.\n.It Fl -to Ns = Ns Ar name\nTo.\n.It Xo Fl n\n.Ar count Xc\n",
                   {"-a": "nothing", "--all": "nothing", "-o": "value", "--to": "value", "-n": "value"})

    def test_synopsis(self):
        self.reads(".SH SYNOPSIS\n.B x\n[\\fB\\-ab\\fR] [\\fB\\-o\\fR \\fIfile\\fR]\n.SH NEXT\n[-z]\n",
                   {"-a": "nothing", "-b": "nothing", "-o": "value"}, synopsis=True)


class Holding(unittest.TestCase):
    def hold(self, grammar, listed="heldctl", page=""):
        with tempfile.TemporaryDirectory() as place:
            with open(os.path.join(place, "heldctl"), "w", encoding="utf-8") as program:
                program.write("#!/bin/sh\necho '  -a, --all   all of it'\necho '  -n, --name=NAME   the name'\n")
            os.chmod(os.path.join(place, "heldctl"), 0o755)
            os.mkdir(os.path.join(place, "man1"))
            if page:
                with open(os.path.join(place, "man1", "heldctl.1"), "w", encoding="utf-8") as manual:
                    manual.write(page)
            with open(os.path.join(place, "policy.yaml"), "w", encoding="utf-8") as policy:
                policy.write(f"cmdpolicy: 1\ncommands: {{heldctl: {{options: {grammar}}}}}\n")
            with open(os.path.join(place, "programs.txt"), "w", encoding="utf-8") as programs:
                programs.write(listed + "\n")
            return subprocess.run([sys.executable, os.path.join(HERE, "hold.py"), "--tool", os.environ["CMDPOLICY_TOOL"], "--strict",
                                   "--path", place, "--pages", place, "--policy", os.path.join(place, "policy.yaml"), "--programs",
                                   os.path.join(place, "programs.txt")], stdout=subprocess.PIPE, text=True)

    def test_agreement(self):
        done = self.hold("{-a|--all: flag, -n|--name: value}")
        self.assertEqual((done.returncode, "1 commands held" in done.stdout), (0, True), done.stdout)

    def test_arity(self):
        done = self.hold("{-a|--all: flag, -n|--name: flag}")
        self.assertEqual(done.returncode, 1)
        self.assertIn("heldctl --name: takes nothing in the grammar, value by the program's help", done.stdout)
        self.assertEqual(self.hold("{-a|--all: flag, -n|--name: flag}", "heldctl\n  arity -n --name: a reason").returncode, 0)

    def test_lacking(self):
        done = self.hold("{-n|--name: value}")
        self.assertEqual(done.returncode, 1)
        self.assertIn("heldctl lacks --all -a", done.stdout)
        self.assertEqual(self.hold("{-n|--name: value}", "heldctl\n  lacks -a --all: a reason").returncode, 0)
        # Of a program that is not Debian's this is only told.
        done = self.hold("{-n|--name: value}", "heldctl: loose")
        self.assertEqual((done.returncode, "heldctl lacks --all -a" in done.stdout), (0, True), done.stdout)
        self.assertEqual(self.hold("{-n|--name: flag}", "heldctl: loose").returncode, 1)

    def test_page(self):
        page = ".TP\n\\fB\\-n\\fR \\fInumber\\fR\n.TP\n.B \\-\\-pair\n\\fIone two\\fR\n"
        only = "heldctl: page\n  lacks --pair: a reason"
        self.assertEqual(self.hold("{-n: value}", only, page).returncode, 0)
        self.assertIn("-n: takes nothing in the grammar, value by", self.hold("{-n: flag}", only, page).stdout)
        self.assertIn("1 not installed here", self.hold("{-n: flag}", only).stdout)
        # What help and page say differently is not certain.
        self.assertEqual(self.hold("{-a|--all: value, -n|--name: value}", "heldctl", ".TP\n\\-a, \\-\\-all=\\fIx\\fR\n").returncode, 0)

    def test_several_values(self):
        page = ".TP\n\\fB\\-f\\fR \\fIname\\fR \\fIformat\\fR\n"
        self.assertEqual(self.hold("{-f: [value, value]}", "heldctl: page", page).returncode, 0)
        self.assertIn("takes value in the grammar, 2 values by", self.hold("{-f: value}", "heldctl: page", page).stdout)
        self.assertEqual(self.hold("{-f: [value, rest]}", "heldctl: page", page).returncode, 0)

    def test_exceptions_that_are_none(self):
        right = "{-a|--all: flag, -n|--name: value}"
        self.assertEqual(self.hold(right, "heldctl\n  lacks -a: a reason").returncode, 1)
        self.assertEqual(self.hold(right, "heldctl\n  arity -n: a reason").returncode, 1)


if __name__ == "__main__":
    unittest.main()
