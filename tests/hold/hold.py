#!/usr/bin/env python3
"""Holds the grammars of the built-in packs against the programs themselves: runs each listed program that is installed with
--help alone, reads its manual page, and compares the options that these document with those that its grammar knows. Where the
two contradict one another, nothing is certain.

  hold.py --tool CMDPOLICY [--programs LISTS] [--path DIRECTORIES] [--pages DIRECTORIES] [--policy FILE] [--strict] [NAME...]     # NAME: only these

An option with another arity than the help's is an error, for it would shift the words behind it; so is one that the grammar lacks,
unless the list gives the reason. Programs of another release than the described one may know more: then what is lacking is only told.

The lists in programs/ say which programs. A line names commands that are alike, with a colon and what they are asked where that is
not --help: `usage` reads the synopsis, too; with `page`, or `page=NAME` where the manual page has another name, nothing is run; `loose`
is for programs that come from elsewhere than Debian, in whichever release: what is lacking is only told. Below it, indented:
  lacks OPTION...: WHY    the help names them, the grammar does not know them; * for any
  arity OPTION...: WHY    the grammar reads them otherwise than the help seems to say
Nothing stands there that would act when it is asked for help."""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import helptext
import manpage

HERE = os.path.dirname(os.path.abspath(__file__))
DIRECTORIES = "/usr/bin:/bin:/usr/sbin:/sbin"


class Entry:
    """A line of the list: the words of the command, what is asked of it, and what may differ."""

    def __init__(self, words, arguments, usage, page, loose):
        self.words, self.arguments, self.usage, self.page = words, arguments, usage, page
        self.loose, self.lacks, self.arity = loose, {}, {}


def read_lists(path):
    """Of a file, or of all files in a directory."""
    if not os.path.isdir(path):
        return read_list(path)
    return [entry for file in sorted(os.listdir(path)) for entry in read_list(os.path.join(path, file))]


def read_list(path):
    entries = []
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            line = line.rstrip("\n")
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            if not line[0].isspace():
                commands, _, arguments = line.partition(":")
                words = arguments.split()
                usage, loose = "usage" in words, "loose" in words
                only_page = [w for w in words if w == "page" or w.startswith("page=")]
                words = [w for w in words if w not in ("usage", "loose") and w not in only_page] or ["--help"]
                page = (only_page or ["page"])[0].partition("=")[2]
                group = [Entry(command.split(), None if only_page else words, usage, page or "-".join(command.split()), loose)
                         for command in commands.split(",")]
                for entry in group:
                    entry.lacks, entry.arity = group[0].lacks, group[0].arity
                entries += group
                continue
            match = re.fullmatch(r"\s+(lacks|arity)\s+(.*?):\s+(\S.*)", line)
            if not match or not entries:
                sys.exit(f"{path}:{number}: expected `lacks OPTION...: why` or `arity OPTION...: why` below a command")
            into = entries[-1].lacks if match.group(1) == "lacks" else entries[-1].arity
            for name in match.group(2).split():
                into[name] = match.group(3)
    return entries


def grammar_of(tool, words, policy=()):
    """The options of a command, by name, and where it is described."""
    done = subprocess.run([tool, "grammar", "--no-config", *policy, words[0]], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    if done.returncode != 0:
        return None, None
    node = json.loads(done.stdout)["grammar"]
    known = {}

    def take(options):
        for option in options:
            kinds = [kind.rstrip("?*+!") for kind in option.get("values", [])]
            takes = option["takes"]
            if takes == "value" and len(kinds) > 1:
                takes = None if set(kinds) & {"rest", "command", "command;", "command-there;"} else f"{len(kinds)} values"
            for name in option["names"]:
                known[name] = takes

    take(node.get("global", []))
    for word in words[1:]:
        found = [s["grammar"] for s in node.get("subcommands", []) if word in s["names"]]
        if not found:
            return None, None
        node = found[0]
        take(node.get("global", []))
    take(node.get("options", []))
    # A case reads options more narrowly, and subcommands may be options: both are known words.
    for word in (name for s in node.get("subcommands", []) for name in s["names"]):
        if word.startswith("-"):
            known.setdefault(word.split()[0], "value" if " " in word else None)
    return known, f"{node['file']}:{node['line']}"


def look_up(known, name):
    """What the grammar says of the option: (known, takes)."""
    if name in known:
        return True, known[name]
    if re.fullmatch(r"-\d+", name) and "-NUM" in known:
        return True, "nothing"
    for prefix in known:
        if prefix.endswith("*") and name.startswith(prefix[:-1]):
            return True, None
    return False, None


def run_help(path, arguments, scratch):
    """What the program prints: on both outputs, however it ends, within a moment, without input and with an empty home."""
    environment = {"PATH": DIRECTORIES, "HOME": scratch, "LC_ALL": "C.UTF-8", "TERM": "dumb", "COLUMNS": "200", "PAGER": "cat",
                   "GIT_PAGER": "cat", "MANPAGER": "cat", "GIT_CEILING_DIRECTORIES": "/"}
    try:
        done = subprocess.run([path] + arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env=environment, cwd=scratch, timeout=20, start_new_session=True)
    except (subprocess.TimeoutExpired, OSError):
        return ""
    return re.sub(r"\x1b\[[0-9;]*m|.\x08", "", done.stdout.decode("utf-8", "replace"))


def documented_by(entry, path, page, scratch):
    """What the program's help and its manual page say of its options."""
    sources = []
    if entry.arguments is not None and path:
        sources.append(helptext.options(run_help(path, entry.words[1:] + entry.arguments, scratch), entry.usage))
    if page:
        said = helptext.options(manpage.option_lines(page))
        for name, kind in helptext.options_of_usage(manpage.synopsis(page)).items():
            said.setdefault(name, kind)
        sources.append(said)
    found = {}
    for said in sources:
        for name, kind in said.items():
            found[name] = kind if found.get(name, kind) == kind else None
    return found


def described_release():
    """The packs describe the programs of Debian 12."""
    try:
        with open("/etc/os-release", encoding="utf-8") as release:
            text = release.read()
    except OSError:
        return False
    return "ID=debian" in text and 'VERSION_ID="12"' in text


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tool", required=True)
    parser.add_argument("--programs", default=os.path.join(HERE, "programs"))
    parser.add_argument("--path", default=DIRECTORIES, help="where the programs are looked for")
    parser.add_argument("--pages", default=manpage.PLACES, help="where their manual pages are looked for")
    parser.add_argument("--policy", help="a policy with grammars, over the built-in packs")
    parser.add_argument("--strict", action="store_true", help="what is lacking is wrong, whatever the release")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    strict = arguments.strict or described_release()
    policy = ["--policy", arguments.policy] if arguments.policy else []
    held = absent = wrong = options = 0
    entries = [e for e in read_lists(arguments.programs)
               if not arguments.names or e.words[0] in arguments.names or " ".join(e.words) in arguments.names]

    def look(entry):
        """What is documented, what the grammar knows and where it stands; None: the program is not here."""
        path = shutil.which(entry.words[0], path=arguments.path)
        page = manpage.find(entry.page, arguments.pages)
        if not (path if entry.arguments is not None else page):
            return None
        return documented_by(entry, path, page, scratch), grammar_of(arguments.tool, entry.words, policy)

    manpage.find("", arguments.pages)  # reads the directories, once
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(os.cpu_count()) as pool:
        for entry, seen in zip(entries, pool.map(look, entries)):
            command = " ".join(entry.words)
            if not seen:
                absent += 1
                continue
            documented, (known, place) = seen
            strict_here = strict and not entry.loose
            if known is None:
                print(f"{command}: listed, but no grammar describes it")
                wrong += 1
                continue
            if not documented:
                print(f"{command}: neither help nor manual page show options")
                wrong += strict_here
                continue
            held += 1
            options += len(documented)
            lacking = []
            for name, kind in sorted(documented.items()):
                there, takes = look_up(known, name)
                if not there:
                    if name not in entry.lacks and "*" not in entry.lacks:
                        lacking.append(name)
                elif kind and takes and kind != takes and name not in entry.arity:
                    print(f"{place}: {command} {name}: takes {takes} in the grammar, {kind} by the program's help")
                    wrong += 1
            if lacking:
                print(f"{place}: {command} lacks {' '.join(lacking)}")
                wrong += strict_here
            if strict_here:
                # What is listed and no longer so would hide the next difference.
                for name in entry.lacks:
                    if name != "*" and look_up(known, name)[0]:
                        print(f"{command}: listed as lacking {name}, which it does not")
                        wrong += 1
                for name in entry.arity:
                    takes = look_up(known, name)[1]
                    if name in documented and documented[name] == takes:
                        print(f"{command}: listed for the arity of {name}, on which both agree")
                        wrong += 1
    print(f"{held} commands held, {options} options; {absent} not installed here; {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
