#!/usr/bin/env python3
"""What parameters, arithmetic, echo and printf make, against the shells themselves.

    expansions.py COUNT SEED [SHELL...]

Scripts are made that give a program the words that an expansion stands for. Where the decision shows these words as certain, and has
nothing else to say of the script than that the program is unknown, the shells must give it the same. SHELL is bash, zsh, dash or one that
`sh` may be: sh=ksh, sh=mksh. The same arguments make the same scripts."""
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

CHECK = os.environ.get("CMDPOLICY_CHECK", "build/ci/cmdpolicy-check")
SHELLS = ["bash", "zsh", "dash", "sh=ksh", "sh=mksh"]
BATCH = 200
VALUES = ["abc", "a b", "", "/a/b.c", ".env", "a.b.c", "aBc", "*", "a/b/", "--x", "~", "a:b", "xax", "  a  ", "a\tb", "\\x", "[a]", "a*b", "$x", "it's", 'a"b', "a&b", "a\\b", "{a,b}", "a,b;c", "a,b", "1..3", "1", "12", "0", "010", "-n"]
PIECES = ["a", "b", "x", "*", "?", "/", "\\/", "\\*", "\\\\", '"a"', "'a'", '"*"', "'?'", '"/"', "[ab]", "[!a]", "[/]", "$y", '"$y"', "${y:-a}", "$(echo a)", '\\"', "\\}", "{", "&", "\\&", "%", "#", "\\%", "!", "~", "^", "\\ ", ".", "-", ",",
          "$1", "$n", '""', "'b'", "=", ":"]
NUMBERS = ["1", "2", "010", "0x1F", "16#ff", "0", "7", "-3", "9999999999", "x", "n", "$x", "${n}", "$((2))"]
OPERATORS = ["+", "-", "*", "/", "%", "**", "<<", "<", "==", "&", "^", "&&", ",", "="]
WORDS = ["$#x", "$10", "${10}", "$x[1]", "${x}[1]", "$x:h", "${#*}", "${#@}", "$1$2", '"$@"z', '"$*"', "{a,b}$x", "~", "a=~", "'a'\\''b'", "$'a\\x41'", "a\\ b", '"\\$x"', "$((n+1))", "$[1+1]", '"$(printf "a\\n\\n")"b', "*none*", "=none", "a#b", "a^b",
         "{$x}", "{$x,b}", "{a,$1}$y", '{"$x"}', "{$x", "$x}", "{$1,$2}", "{$x$y}", "{1..$n}", "$x$y", "${u:-{a}}", "${x:+{a,b}", "${x+{a,b}}", "$@$x", "$*", "$@",
         '${x/"/"/q}', '"${x//"/"}"', "\"${y/'/'/q}\"", '"${x%{*}"', "${x#{}}", "{}$x", "${x}{a,b}",
         '"$x: a"', '"$x:$y"', "$x:$y", '"$x:/a"', '"$x:"h', "$x:'h'", '"$x:&"', '"$x:\\h"', '"$x::h"', '"$1:1"', '"$x:s/a/b/"', "$x:-a", '"$x:$(echo h)"', "$x:", '"$#: $1"']
FORMATS = ["%s", "%s", "%d", "%i", "%%", "%b", "\\n", "\\\\", "\\x41", "\\101", "\\e", "\\a", '\\"', "\\'", "\\8", "a", ".env", "/", "-", "é"]


class Script:
    def __init__(self, rng, shell, real):
        self.r, self.shell, self.real = rng, shell, real

    def one(self, *items):
        return self.r.choice(items)

    def quoted(self, text):
        return "'" + text.replace("'", "'\\''") + "'"

    def pattern(self, most=3):
        made = "".join(self.r.choice(PIECES) for _ in range(self.r.randint(1, most)))
        return made.replace("{", "") if self.real == "ksh" else made  # there a { needs its }

    def arithmetic(self, depth=2):
        if depth == 0 or self.r.random() < 0.35:
            return self.r.choice(NUMBERS)
        left, right = self.arithmetic(depth - 1), self.arithmetic(depth - 1)
        return self.one("%s %s %s" % (left, self.r.choice(OPERATORS), right), "(%s)" % left, "%s?%s:%s" % (left, right, left), self.one("-", "!", "~") + " " + left)

    def parameter(self):
        name = self.one("x", "y", "z", "1", "2", "@", "*", "u", *(("arr[0]", "arr[@]", "arr[*]") if self.shell == "bash" else ()))
        kind = self.one("strip", "strip", "replace", "replace", "replace", "part", "default", "case", "length", "named")
        if kind == "strip":
            return "${%s%s%s}" % (name, self.one("#", "##", "%", "%%"), self.pattern())
        if kind == "replace":
            return "${%s%s%s%s}" % (name, self.one("/", "//", "/#", "/%"), self.one("", self.pattern()), self.one("", "/", "/" + self.pattern(2)))
        if kind == "part":
            return "${%s:%s%s}" % (name, self.one("0", "1", " -1", "n", "1+1"), self.one("", ":1", ":-1", ":0", ":n"))
        if kind == "default":
            return "${%s%s%s}" % (name, self.one(":-", "-", ":+", "+", ":=", "="), self.pattern())
        if kind == "case":
            return "${%s%s}" % (name, self.one("^", "^^", ",", ",,", "@Q", "@U"))
        return "${#%s}" % name if kind == "length" else "${!%s}" % self.one("x", "y")

    def printed(self):
        if self.r.random() < 0.3:
            return self.one("", "env ", "/bin/", "command ") + "echo " + self.one("", "-n ", "-e ", "-E ") + " ".join(self.quoted(self.r.choice(VALUES + FORMATS)) for _ in range(self.r.randint(1, 2)))
        words = [self.quoted("".join(self.r.choice(FORMATS) for _ in range(self.r.randint(1, 3))))]
        words += [self.quoted(self.r.choice(VALUES)) for _ in range(self.r.randint(0, 2))]
        return self.one("", "", "env ", "/usr/bin/") + "printf " + " ".join(words) + self.one("", "", "", " < nosuch")

    def script(self):
        before = "x=%s; y=%s; z=%s; n=%s; set --%s; " % (*(self.quoted(self.r.choice(VALUES)) for _ in range(3)), self.one("1", "2", "0"), "".join(" " + self.quoted(self.r.choice(VALUES)) for _ in range(self.r.randint(0, 3))))
        if self.shell == "bash":
            before += "arr=(%s); " % " ".join(self.quoted(self.r.choice(VALUES)) for _ in range(self.r.randint(0, 2)))
        if self.r.random() < 0.15:
            before += "IFS=%s; " % self.one("b", "' '", "':'", "''", "'/'")
        word = self.one(self.parameter(), self.parameter(), '"%s"' % self.parameter(), '"a%sb"' % self.parameter(), "$((%s))" % self.arithmetic(), self.r.choice(WORDS), '"$(%s)"' % self.printed(), "$(%s)" % self.printed())
        return before + self.one("alpha " + word, "alpha " + word, "v=%s; alpha \"$v\"" % word, "for v in %s; do alpha \"$v\"; done" % word, 'v=$(echo %s); alpha "$v"' % word)


def certain(shell, scripts):
    """The words that the decisions are sure of: {number of the script: words}."""
    lines = "".join(json.dumps({"id": i, "command": s}) + "\n" for i, s in enumerate(scripts))
    done = subprocess.run([CHECK, "--no-config", "--cwd", "/work", "--workspace", "/work", "--home", "/home/dev", "--shell", shell, "--batch"], input=lines.encode(), stdout=subprocess.PIPE, check=False)
    told = {}
    for line in done.stdout.splitlines():
        decision = json.loads(line)
        calls = [c for c in decision["calls"] if c["argv"][:1] == ["alpha"]]
        only_unknown = all(r["verdict"] == "allow" or r["code"] == "unknown-command" for r in decision["reasons"])
        if len(calls) == 1 and all(calls[0]["exact"]) and only_unknown and "argv_base64" not in calls[0]:
            told[decision["id"]] = [word.encode() for word in calls[0]["argv"][1:]]
    return told


def given(program, scripts, numbers, place):
    """What the shell gives the program: {number of the script: list of words of each call}."""
    text = 'alpha() { { printf "%s\\0" "$#" "$@"; } >&9; }\n'
    for i in numbers:
        text += 'printf "CASE %d\\0" >&9\n( eval %s\n) >/dev/null 2>&1 </dev/null\n' % (i, "'" + scripts[i].replace("'", "'\\''") + "'")
    env = {"PATH": os.environ["PATH"], "HOME": "/home/dev", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(program + ["-c", "exec 9>&1\n" + text], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=place, env=env, check=False)
    found, current, at, pieces = {}, None, 0, done.stdout.split(b"\0")
    while at < len(pieces) - 1:
        if pieces[at].startswith(b"CASE "):
            current = int(pieces[at][5:])
            found[current] = []
            at += 1
            continue
        count = int(pieces[at])
        found[current].append(pieces[at + 1:at + 1 + count])
        at += 1 + count
    return found


def main():
    count, seed = int(sys.argv[1]), int(sys.argv[2])
    wrong = 0
    place = tempfile.mkdtemp(prefix="cmdpolicy-expansions.")
    for named in sys.argv[3:] or SHELLS:
        shell, _, real = named.partition("=")
        real = real or shell
        if not shutil.which(real):
            print("%s: not here" % real)
            continue
        rng = random.Random("expansions %d %s" % (seed, named))
        scripts = [Script(rng, shell, real).script() for _ in range(count)]
        told = certain(shell, scripts)
        numbers, runs = sorted(told), 0
        for start in range(0, len(numbers), BATCH):
            for i, calls in given([real] + (["-f"] if shell == "zsh" else []), scripts, numbers[start:start + BATCH], place).items():
                runs += len(calls)
                for words in calls:
                    if words != told[i]:
                        wrong += 1
                        print("%s: %s\n    told %r\n    given %r" % (named, scripts[i], told[i], words))
        print("%s: %d scripts, %d with certain words, %d calls" % (named, count, len(told), runs))
        wrong += count >= 100 and runs < count // 20  # one that runs nothing is no oracle
    shutil.rmtree(place, ignore_errors=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
