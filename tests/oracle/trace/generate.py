#!/usr/bin/env python3
"""Writes shell scripts over a few harmless names, with every construct that the walk has to follow.

  generate.py COUNT SEED [bash|dash|zsh]

Each script is its size in decimal, a newline, and its bytes. The same arguments give the same bytes everywhere."""

import idioms
import scripts

NAMES = ["alpha", "beta", "gamma", "delta", "omega"]
VARS = ["x", "y", "z", "v", "w"]
FUNCS = ["f", "g", "h", "alpha", "beta"]
PLAIN = ["a", "b", "p", "q1", "two", "-n", "-x", "--long", "/etc", "./r", "~", "a=b", "1", "%s", "", " ", "a b", "*", "f?", "d*", "[ab]", "$", "\\", "it's",
         'say "so"', "{a,b}", "!", "#", "-", "--", "a\tb", "x y z", ";", "&", "|", "(", ")", "<", "e*e"]


class Script:
    def __init__(self, rng, dialect):
        self.r = rng
        self.dialect = dialect
        self.bash = dialect == "bash"
        self.functions = []
        self.heredocs = []
        self.opaque = rng.random() < 0.10  # may hold what nobody can see through
        self.aliases = rng.random() < 0.05
        self.loop = 0
        self.in_function = 0
        self.size = 0

    # ---- choices ----
    def one(self, *items):
        return self.r.choice(items)

    def chance(self, p):
        return self.r.random() < p

    def name(self):
        return self.r.choices(NAMES, [4, 3, 3, 1, 2])[0]

    def var(self):
        return self.r.choice(VARS)

    # ---- words ----
    def quote(self, text):
        """The text in one of the spellings that mean it."""
        way = self.r.randrange(8)
        if way == 0 and "'" not in text:
            return "'" + text + "'"
        if way == 1:
            out = text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$").replace("`", "\\`")
            return '"' + out + '"'
        if way == 2 and self.bash:
            return "$'" + "".join("\\x%02x" % ord(c) if self.chance(0.3) or c in "'\\" else c for c in text) + "'"
        if way == 3 and text:
            return "".join("\\" + c if c != "\n" else "'\n'" for c in text)
        if way == 4 and len(text) > 1:
            cut = self.r.randrange(1, len(text))
            return self.quote(text[:cut]) + self.quote(text[cut:])
        if way == 5 and text.isalnum() and len(text) > 1:
            cut = self.r.randrange(1, len(text))
            return text[:cut] + self.one("''", '""', "\\\n") + text[cut:]
        if text.isalnum():
            return text
        if "'" not in text:
            return "'" + text + "'"
        return "'" + text.replace("'", "'\\''") + "'"

    def plain(self):
        text = self.r.choice(PLAIN)
        if self.chance(0.3) and not any(c in text for c in " ;&|()<>#'\"\\\t$!") and text:
            return text  # unquoted: globs, tildes, braces are live
        return self.quote(text)

    def param(self, depth):
        v = self.var()
        kind = self.r.randrange(20)
        if kind < 6:
            return "$" + v
        if kind == 6:
            return "${" + v + "}"
        if kind == 7:
            return "${%s%s%s}" % (v, self.one(":-", "-", ":=", "=", ":+", "+"), self.inner(depth))
        if kind == 8:
            return "${%s%s%s}" % (v, self.one("#", "##", "%", "%%"), self.one("a", "*a", "?", "a*", "o*", "[a-m]", "alp"))
        if kind == 9 and self.bash:
            return "${%s%s%s/%s}" % (v, self.one("/", "//", "/#", "/%"), self.one("a", "al", "?", "o", "b*"), self.one("", "b", "om", "x"))
        if kind == 10 and self.bash:
            return "${%s:%s}" % (v, self.one("0", "1", "0:3", "2:1", "0:5", " -3"))
        if kind == 11 and self.bash:
            return "${%s%s}" % (v, self.one("^", "^^", ",", ",,", "@Q", "@U", "@L"))
        if kind == 12 and self.bash:
            return self.one("${arr[0]}", "${arr[1]}", "${arr[@]}", "${arr[*]}", "$arr", "${#arr[@]}", "${arr[-1]}", "${arr[@]:1}", "${arr[@]/a/o}")
        if kind == 13:
            return self.one("$1", "$2", "$#", "$@", "$*", "${1:-alpha}", "${2+b}", "$0" if self.chance(0.1) else "$1")
        if kind == 14:
            return "${#%s}" % v
        if kind == 15:
            return self.one("$?", "$-" if self.chance(0.2) else "$#", "$HOME", "$PWD", "$OLDPWD", "$IFS" if self.chance(0.2) else "$?", "$REPLY")
        if kind == 16 and self.opaque and self.bash:
            return self.one("${!%s}" % v, "${%s@P}" % v)
        return "$" + v

    def inner(self, depth):
        return self.one("alpha", "a", "'a b'", "", '"b c"', "$" + self.var(), "omega", self.sub(depth) if depth > 0 else "a", "*")

    def arith(self, depth):
        v = self.var()
        return "$((" + self.one("1", "1+2", "3*(2-1)", "10/3", "1<2", "n", "n+1", "n=2", "n++", "2?1:0", "${#%s}" % v, "0x1f", "010", "n+=2", "1,2", "~1",
                                "-1" if self.chance(0.5) else "1/0" if self.chance(0.2) else "2") + "))"

    def sub(self, depth):
        """A command substitution."""
        body = self.one("echo alpha", "echo a b", "printf '%s' omega", "printf 'a\\nb\\n'", "alpha", "echo $x", "cat f1", "echo '*'", "printf 'beta %s' q", ":")
        if depth > 1 and self.chance(0.4):
            body = self.body(depth - 2, inline=True)
        if self.chance(0.25) and "`" not in body and "\\" not in body and "'" not in body and '"' not in body:
            return "`" + body + "`"
        return "$(" + (" " if body.startswith("(") else "") + body + ")"

    def dynamic(self, depth):
        kind = self.r.randrange(10)
        if kind < 6:
            return self.param(depth)
        if kind < 8:
            return self.sub(depth)
        return self.arith(depth)

    def word(self, depth):
        kind = self.r.randrange(20)
        if kind < 9:
            return self.plain()
        if kind < 12:
            return '"' + self.dynamic(depth) + '"'
        if kind < 14:
            return self.dynamic(depth)
        if kind == 14:
            return self.one("a", "pre", "-") + self.dynamic(depth)
        if kind == 15:
            return '"' + self.one("a", "b ", "-") + self.dynamic(depth) + self.one("", " c", "'") + '"'
        if kind == 16 and self.bash:
            return self.one("{a,b}", "{1..3}", "pre{a,b}post", "{a,'b c'}", "{$x,b}", "{a,}", "x{1..2}{a,b}", "{a", "{a}", "-{a,b}", "{c..a}", '{"a b",c}')
        if kind == 17:
            return self.one("*", "f*", "d?", "*.none", "[df]1", "./*", "~", "~/f1", "d1/*", '"*"')
        if kind == 18 and self.bash and self.chance(0.3):
            return self.one("<(echo alpha)", "<(alpha)", ">(delta)")
        return self.plain() + self.plain()

    def command_word(self, depth):
        kind = self.r.randrange(24)
        n = self.name()
        if kind < 12:
            return n
        if kind < 15:
            return self.quote(n)
        if kind == 15:
            return "$" + self.var()
        if kind == 16:
            return '"$' + self.var() + '"'
        if kind == 17:
            return "${%s:-%s}" % (self.one("unset1", self.var()), n)
        if kind == 18:
            return self.one("$(echo %s)", "`echo %s`", "$(printf %s)", "$(printf '%%s\\n' %s)") % n
        if kind == 19 and self.bash:
            return self.one("{%s,a}", "{%s,beta} x", "%s{,}", "{%s,b,}") % n
        if kind == 20:
            return n[:2] + "$unset1" + n[2:]
        if kind == 21:
            return n[:2] + self.one("$(:)", '""', "''", "$1") + n[2:]
        if kind == 22 and self.functions:
            return self.r.choice(self.functions)
        if kind == 23 and self.bash:
            return self.one('"${arr[@]}"', "${arr[0]}", '"$@"', "$1")
        return self.one('"$@"', "$1", n)

    def args(self, depth, most=3):
        return "".join(" " + self.word(depth) for _ in range(self.r.randrange(most + 1)))

    # ---- redirections ----
    def redirect(self, depth):
        kind = self.r.randrange(12)
        f = self.one("f1", "f2", "f3", "/dev/null", '"f3"', "nosuch/f")
        if kind < 4:
            return self.one(" > ", " >> ", " 2> ", ">") + f
        if kind == 4:
            return " 2>&1"
        if kind == 5:
            return " < " + self.one("f1", "f2", "/dev/null", "nosuch", '"$x"')
        if kind == 6 and self.bash:
            return " <<< " + self.word(depth)
        if kind == 7:
            return self.heredoc(self.lines(depth))
        if kind == 8:
            return " >&2"
        if kind == 9 and self.bash:
            return self.one(" &> /dev/null", " >| f3", " 3<f1", " {fd}>f3" if self.chance(0.3) else " 3>&1", " 2>&-")
        return " > /dev/null"

    def lines(self, depth):
        return self.one("alpha a\n", "a\nb c\n", "", "$x\n", "`echo alpha`\n", "$(echo omega) z\n", "omega 'a b'\n", "a \\\nb\n")

    def heredoc(self, text):
        tag = "E%d" % len(self.heredocs)
        quoted = self.chance(0.5)
        dash = self.chance(0.1)
        self.heredocs.append((tag, text))
        return " <<" + ("-" if dash else "") + (self.one("'%s'", '"%s"', "\\%s") % tag if quoted else tag)

    def flush(self, text):
        """Puts the waiting here-documents behind the line."""
        docs, self.heredocs = self.heredocs, []
        for tag, body in docs:
            text += "\n" + body + tag
        return text + "\n" if docs else text

    # ---- commands ----
    def assignment(self, depth):
        v = self.var()
        kind = self.r.randrange(12)
        value = self.one(self.name(), self.quote(self.name()), '"%s %s"' % (self.name(), self.one("a", "$x", "b c")), self.word(0), '"%s"' % self.param(0), self.sub(depth),
                         "$" + self.var(), self.name(), "'%s p'" % self.name(), self.arith(0))
        if any(c in value for c in "{}") and kind < 8 and self.bash and value.startswith(("{", "pre{", "x{", "-{")):
            value = "a"
        if value.startswith(("<(", ">(")):
            value = "b"
        if kind < 8:
            return "%s=%s" % (v, value)
        if kind == 8 and self.bash:
            return "%s+=%s" % (v, value)
        if kind == 9 and self.bash:
            return "arr=(" + " ".join(self.one(self.name(), self.word(0), "$x", '"$y"') for _ in range(self.r.randrange(4))) + ")"
        if kind == 10 and self.bash:
            return self.one("arr[0]=", "arr[1]=", "arr+=", "arr[n]=") + (value if not self.chance(0.1) else "omega")
        return "%s=" % v

    def sq(self, script):
        """The script as one word that a shell is given."""
        if self.chance(0.7) or any(c in script for c in "\\`$\"!"):
            return "'" + script.replace("'", "'\\''") + "'"
        return '"' + script + '"'

    def nested_script(self, depth):
        keep, self.heredocs = self.heredocs, []
        loop, self.loop = self.loop, 0
        text = self.body(max(depth - 2, 0), inline=True)
        self.heredocs = keep
        self.loop = loop
        return text

    def simple(self, depth):
        kind = self.r.randrange(46)
        if kind < 14:
            text = self.command_word(depth) + self.args(depth)
        elif kind < 20:
            text = " ".join(self.assignment(depth) for _ in range(self.one(1, 1, 2)))
            if self.chance(0.25):
                text += " " + self.one(self.name(), "$x", "f", "eval 'alpha $x'", "export y", "set -- $x", ":", "sh -c 'alpha \"$x\"'") + self.args(depth, 1)
        elif kind == 20:
            text = "eval " + self.one(self.sq(self.nested_script(depth)), '"$x $y"', "alpha $x", "'alpha' '$x'", "x=omega", '"$x"', "$x a", "'x=$y'")
        elif kind == 21:
            text = self.one("sh", "bash") if self.bash else "sh"
            inner = self.nested_script(depth)
            text += self.one(" -c ", " -ec ", " -c -- ", " -uc " if self.chance(0.2) else " -c ") + self.sq(inner) + self.one("", "", " zero one two", " s $x", ' _ "$@"', " _ omega 'a b'")
        elif kind == 22:
            text = self.wrapper(depth)
        elif kind == 23:
            text = self.piped(depth)
        elif kind == 24:
            text = "set " + self.one("-- ", "-- ", "", "-f; set -- ") + self.one("alpha b", "$x", '"$x" $y', "omega", "a b c", "", '"$@" z')
            if text in ("set ", "set -f; set -- "):
                text = "set --"
        elif kind == 25:
            text = self.one("shift", "shift", "shift 2", "shift 1", "shift $#" if self.chance(0.3) else "shift")
        elif kind == 26:
            text = self.one("cd d1", "cd d2", "cd ..", "cd nosuch", "cd -", "cd", "cd ./d1", 'cd "$x"', "cd d1/..", "cd d1 && cd ..", "CDPATH=. cd d1", "cd -P d1", "cd $HOME",
                            "pushd d1" if self.bash else "cd d1", "popd" if self.bash else "cd .")
        elif kind == 27:
            text = self.one("read x", "read x y", "read -r z", "read") + self.one(" < f1", " <<< 'omega a'" if self.bash else " < f2", " < /dev/null", self.heredoc(self.lines(0)))
        elif kind == 28:
            v = self.var()
            text = self.one("export %s" % v, "export %s=%s" % (v, self.quote(self.name())), "readonly ro=%s" % self.name() if self.chance(0.2) else "export y",
                            "unset %s" % v, "unset -f f", "unset f", "unset -v x y", "export x=omega y", "unset arr")
        elif kind == 29:
            text = self.one("command ", "command -p " if self.chance(0.2) else "command ", "builtin " if self.bash else "command ", "\\command ", "command -- ") + self.one(
                self.name() + self.args(depth, 2), "eval 'x=omega'", "cd d1", "export x=alpha", "$x b", "set -- alpha omega", "return" if self.in_function else ":")
        elif kind == 30:
            text = self.one("break", "continue") if self.loop else self.one("return", "return 1") if self.in_function else self.one(":", "exit") if self.chance(0.3) else "true"
        elif kind == 31 and self.functions:
            text = self.r.choice(self.functions) + self.args(depth)
        elif kind == 32:
            text = self.one("printf -v x omega", "printf -v y '%s' \"$x\"", "mapfile -t arr < f1", "readarray arr <<< 'alpha b'", "let n=3", "let 'x=4'", "declare x=omega", "declare -a arr",
                            "typeset y=alpha", "declare -u x" if self.chance(0.3) else "declare z", "getopts ab: x -a alpha", "shopt -s nullglob", "declare -x z=omega", "let n++",
                            "declare -n ref=x; ref=omega" if self.opaque else "declare -i n") if self.bash else self.one("getopts ab: x -a", "read x < f1", ":")
        elif kind == 33:
            text = self.one("set -f", "set +f", "set -e", "set +e", "set -u", "set -o pipefail" if self.bash else "set -x", "set -a", "set -x", "set -euo pipefail" if self.bash else "set -eu")
        elif kind == 34:
            text = "trap " + self.sq(self.one("alpha t", "omega", "x=omega", self.nested_script(0), "f")) + " " + self.one("EXIT", "EXIT", "0", "DEBUG" if self.bash and self.chance(0.3) else "EXIT",
                                                                                                      "ERR" if self.bash and self.chance(0.5) else "EXIT", "USR1")
        elif kind == 35 and self.aliases:
            text = self.one("shopt -s expand_aliases", "alias %s=%s" % (self.one("al", "alpha", "beta"), self.sq(self.one("omega", "alpha x", "gamma ", "echo"))), "al z", "unalias alpha")
        elif kind == 36:
            text = self.one("[ -f f1 ]", "test a = b", '[ "$x" = alpha ]', "[ -z \"$x\" ]", "! [ -d d1 ]", "test -n \"$y\"")
        elif kind == 37 and self.bash:
            text = self.one("IFS=:; x=omega:a; $x", "IFS=a; y=betaalpha; $y", "IFS=, read x y <<< 'alpha,omega'", "IFS= ", "unset IFS", "IFS=$' \\t\\n'") if self.chance(0.4) else "local q=omega" if self.in_function else ":"
        elif kind == 38 and self.opaque:
            text = self.one(". ./f1", "source f1" if self.bash else ". ./f1", "alpha | sh", "sh f1", "cat f1 | sh", "eval \"$(cat f1)\"", "bash < f1" if self.bash else "sh < f1", ". /dev/stdin <<'Q'\nomega\nQ\n")
        elif kind == 40 and self.bash:
            text = self.one("declare -l x=OMEGA; $x a", "declare -u y; y=beta; alpha \"$y\"", "declare -i n=2+3; alpha $n", "readonly ro=omega; ro=alpha", "declare -r q2=alpha; $q2 b", "export -f f; bash -c 'f a'",
                            "{ x=omega; : $((1/0)); x=alpha; }", "{ y=$x; x=omega; : ${nope?}; x=beta; }", "(: ${nope?gone}; alpha)", "declare -x w=omega; sh -c '$w a'", "export -n x; sh -c 'alpha \"$x\"'",
                            "local q=1" if self.in_function else "declare -A m; m[a]=omega; alpha \"${m[a]}\"", "exec 5<f1; read x <&5", "{ read x; alpha $x; } < f1", "source <(echo omega a)", "bash <(echo 'alpha b')",
                            ". /dev/stdin <<< 'x=omega'", "x=omega y=$x alpha $x", "x=beta command eval '$x a'", "type f", "unset 'arr[0]'; alpha ${arr[0]}", "arr[5]=omega; alpha ${arr[5]} ${arr[-1]}", "arr+=(z); alpha \"${arr[3]}\"",
                            "x=(omega b); \"${x[@]}\"; x=alpha", "printf -v 'arr[1]' omega; alpha ${arr[1]}", "read -a arr < f1; ${arr[0]} q", "FUNCNEST=2", "test -v x && $x")
        elif kind == 41:
            text = self.one("fr() { [ $1 -gt 0 ] || return; alpha r$1; fr $(($1-1)); }; fr 2", "r1() { \"$1\" a; [ -n \"$2\" ] && { shift; r1 \"$@\"; }; }; r1 alpha omega beta", "ev() { [ $1 -gt 0 ] && od $(($1-1)); x=omega; }; od() { $x; ev $1; }; ev 3",
                            "(exit 3); alpha", "(echo alpha; exit; echo omega) | sh", "{ printf alpha; gamma && exit; printf x; } | sh", "set -e; { printf 'alpha a'; beta; printf b; } | sh", "(f() { return; echo no; }; f; echo alpha) | sh",
                            "x=$(printf alpha; exit; printf b); $x", "y=$(echo omega; return 2>/dev/null; echo x); $y", "x=$(gamma && exit; echo omega); $x", "for i in alpha beta; do for j in a b; do $i $j; continue 2; done; done",
                            "for i in alpha beta; do while :; do x=$i; break 2; x=omega; done; done; $x", "f2() { for i in 1 2; do x=alpha; return; x=omega; done; }; f2; $x", "while gamma; do if beta; then x=omega; continue; fi; y=$x; break; done; $y a",
                            "printf 'read x\\nomega\\nalpha $x\\n' | sh", "printf 'alpha\\nomega\\n' | { cat | sh; }", "echo alpha | { echo omega | sh; sh; }", "{ read x; $x b; } <<Q\nomega\nQ\n".replace("\\n", "\n"),
                            "echo 'omega $1' | sh -s a", "echo omega > f3; sh f3" if self.opaque else "echo x > f3", "y='x=omega'; eval $y; $x", "eval 'f3() { $x a; }'; f3", "trap 'x=omega' USR1; kill -USR1 $$; $x", "x=alpha; (x=omega; $x); $x",
                            "x=alpha; { x=omega; } | :; $x", "x=alpha; : | x=omega; $x", "x=alpha; x=omega & wait; $x", "x=alpha; y=$(x=omega; echo b); $x $y", "c2() { cd d1; }; c2; alpha", "c2() ( cd d1; ); c2; alpha",
                            "cd d1; f3() { alpha; }; cd ..; f3", "if cd nosuch; then alpha; else beta; fi", "cd nosuch || cd d1 && alpha", "cd d1 && cd ../d2; alpha", "(cd d1; alpha); beta", "cd d1 | cat; alpha", "HOME=$PWD/d1; cd; alpha",
                            "CDPATH=d1; cd d2 2>/dev/null; alpha", "while cd d1; do alpha; break; done; beta", "case a in b) cd d1;; a) cd d2;; esac; alpha", "alias al=omega; eval 'al b'" if not self.bash else "command -v alpha")
        elif kind >= 42:
            text = self.r.choice(idioms.BASH if self.bash and self.chance(0.6) else idioms.PLAIN)
        elif kind == 39:
            text = self.one("exec " + self.name() + " a" if self.chance(0.1) else ":", "exec 3>&1" if self.chance(0.3) else ":", "type alpha", "hash -r", "wait", "umask 022", ": ${x:=omega}",
                            ": ${y=%s}" % self.name(), ": \"${z:-$(alpha)}\"")
        else:
            text = self.name() + self.args(depth)
        if self.chance(0.15) and not text.endswith("\n"):
            r = self.redirect(depth)
            text = text + r
        elif self.chance(0.03):
            text = "> f3 " + text
        return text

    def wrapper(self, depth):
        inner = self.one(self.name() + self.args(depth, 2), "$x" + self.args(depth, 1), "sh -c " + self.sq(self.nested_script(depth)), self.quote(self.name()) + " a",
                         self.wrapper(depth - 1) if depth > 0 else self.name())
        kind = self.r.randrange(25)
        if kind >= 22:
            return self.listed(depth)
        if kind < 5:
            return "env " + self.one("", "A=1 ", "x=omega ", "-u x ", "A=1 B=$y ", "-i PATH=\"$PATH\" ", "-- ", "-C d1 ", "-", "x=1 -- " if self.chance(0.1) else "").replace("-C", "-C", 1) \
                .replace("-", "- PATH=\"$PATH\" ", 1) + inner if self.chance(0.05) else "env " + self.one("", "A=1 ", "x=omega ", "-u x ", "A=1 B=$y ", "-i PATH=\"$PATH\" ", "-- ", "-C d1 ", "-u PATH " if self.chance(0.1) else "") + inner
        if kind == 5:
            return "env -S '%s'" % self.one("alpha a b", "A=1 omega", "alpha \"a b\"", "sh -c \"alpha a\"", "alpha a\\_b") + self.args(depth, 1)
        if kind < 8:
            return "nice " + self.one("", "-n 5 ", "-n5 ", "-5 ", "--adjustment=3 ", "-- ") + inner
        if kind < 10:
            return "timeout " + self.one("5 ", "-k 1 5 ", "-s KILL 5s ", "--foreground 5 ", "-- 5 ", "--signal=INT 5 ") + inner
        if kind < 12:
            return self.one("nohup ", "stdbuf -oL ", "stdbuf -o L ", "setsid -w ", "command ", "exec " if self.chance(0.05) else "nohup ", "env nice ", "time " if self.bash else "nice ") + inner
        if kind < 17:
            feed = self.one("echo %s" % self.word(depth), "printf '%s\\n' a 'b c' d", "printf 'a\\nb\\n'", "alpha", "echo omega a", "cat f1", "printf 'p q\\nr\\n'", "printf ''", "echo $x")
            return feed + " | xargs " + self.one("", "-n1 ", "-n 1 ", "-I{} ", "-I {} ", "-0 ", "-r ", "-L1 ", "-d '\\n' ", "-t ", "-I% ", "-P2 ", "-i ", "-x -n 2 ") + self.one(
                "alpha", "alpha {} b", "omega", "sh -c 'alpha \"$@\"' _", "sh -c 'alpha {}'", "env beta {}", "alpha x{}y %", "", "$x", "sh -c 'alpha $0 $1'", "nice omega {}")
        if kind < 21:
            where = self.one(".", "d1", "f1 f2", "", "d1 d2", "$x" if self.chance(0.2) else ".")
            return "find " + where + " " + self.one("", "-name 'f*' ", "-type f ", "-maxdepth 1 ", "! -name x ", "\\( -name f1 -o -name f2 \\) ") + self.one(
                "-exec alpha {} \\;", "-exec alpha {} +", "-exec alpha a{}b \\;", "-exec sh -c 'omega \"$1\"' _ {} \\;", "-execdir alpha {} \\;", "-exec env beta {} ';'", "-exec sh -c 'alpha {}' \\;",
                "-exec alpha {} \\; -exec omega {} \\;", "-print", "-exec $x {} \\;" if self.chance(0.3) else "-exec gamma {} \\;", "-exec sh -c 'for q; do alpha \"$q\"; done' _ {} +")
        return self.one("xargs alpha < f1", "xargs -a f1 omega", "xargs -n1 sh -c 'alpha \"$0\"' < f2")

    def listed(self, depth):
        """Names that a command lists become words of another."""
        names = self.one("", "-name 'f*' ", "-type f ", "-maxdepth 1 ", "! -name x ", "\\( -name f1 -o -name 'd*' \\) ", "-path './d1/*' ", "-name 'f*' -print ", "-print -name f1 ",
                         "-name f1 -o -type d ", "-path ./d1 -prune -o -name 'f*' -print ", "-iname 'F*' ")
        source = self.one("find %s %s" % (self.one(".", "d1", "f1 f2", "", "d1 d2", "./", "../s"), names), "ls", "ls d1", "ls f1 f2", "ls f*", "ls -1 d1", "grep -l . f1 f2", "grep -rl . .",
                          "grep -rl --include='f*' .", "grep -L . f1 d1/*", "cat f1", "find . -printf '%f\\n'")
        passed = self.one("", "", "", " | sort", " | head -2", " | tail -n 1", " | grep -v 1", " | grep f", " | sort -r | uniq", " | cat", " | head -c 5", " | cut -c2-", " 2>&1", " | sort | tee /dev/null")
        name = self.one("alpha", "omega", "beta")
        kind = self.r.randrange(7)
        if kind < 2 and self.chance(0.3):
            return "find . %s-print0 | xargs -0 %s" % (self.one("", "-name 'f*' ", "-type f "), name)
        if kind < 2:
            return "%s%s | xargs %s%s" % (source, passed, self.one("", "-n1 ", "-I{} ", "-d '\\n' ", "-L1 ", "-d f "), self.one(name, name + " {} a", "sh -c '%s \"$@\"' _" % name))
        if kind == 2:
            return "%s $(%s%s)" % (name, source, passed)
        if kind == 3:
            return "for q in $(%s%s); do %s %s; done" % (source, passed, name, self.one('"$q"', "$q", "a$q", '"$q"b', "${q#./}", "${q%1}"))
        if kind == 4:
            return "%s%s | while %sread %sq; do %s %s; done" % (source, passed, self.one("", "IFS= ", "IFS=/ ", "IFS=. "), self.one("", "-r "), name, self.one('"$q"', "$q", '"d1/$q"', "x$q"))
        if kind == 5:
            return "y=$(%s%s); %s %s" % (source, passed, name, self.one("$y", '"$y"', "a $y b"))
        return "%s%s | { read q; %s \"$q\"; %s; }" % (source, passed, name, self.one("read q; %s $q" % name, "xargs " + name, "cat | xargs " + name, "alpha"))

    def piped(self, depth):
        sh = self.one("sh", "bash", "sh -s", "sh -s a b", "bash -", "sh /dev/stdin") if self.bash else self.one("sh", "sh -s", "sh -s a b")
        inner = self.nested_script(depth).replace("'", "'\\''")
        kind = self.r.randrange(8)
        if kind < 2:
            return "echo '%s' | %s" % (self.one("alpha a; omega b", "x=omega; $x", "alpha 'q r'", "beta || omega").replace("'", "'\\''"), sh)
        if kind == 2:
            return "printf '%%s\\n' '%s' '%s' | %s" % (self.one("alpha", "x=omega", "if beta; then"), self.one("omega b", "$x", "alpha; fi", "fi"), sh)
        if kind == 3:
            return sh + self.heredoc(self.one("alpha a\nomega b\n", "x=omega\n$x c\n", "alpha \"$x\"\n", "for i in a b; do alpha $i; done\n", "read x\nomega\nalpha $x\n", "cat\nomega\n"))
        if kind == 4 and self.bash:
            return sh + " <<< " + self.one("'alpha a; omega'", '"$x a"', "omega", "$'alpha\\nomega b'")
        if kind == 5 and "%" not in inner and "\\" not in inner:
            return "echo '%s' | %s" % (inner, sh)
        if kind == 6:
            return "{ echo alpha; echo '%s'; } | %s" % (self.one("omega b", "x=1", "# c", "fi"), sh)
        return self.one("f | %s" % sh if "f" in self.functions and self.opaque else "echo alpha | delta", "echo omega | cat | " + sh, "printf 'alpha %s' b | " + sh, "echo a | { read x; alpha $x; }",
                        "printf 'a\\nomega\\n' | { read x; %s; }" % sh)

    def compound(self, depth):
        kind = self.r.randrange(15)
        d = depth - 1
        if kind < 2:
            text = "if " + self.body(d, 1) + "; then " + self.body(d) + ("; elif " + self.body(d, 1) + "; then " + self.body(d) if self.chance(0.2) else "") + (
                "; else " + self.body(d) if self.chance(0.5) else "") + "; fi"
        elif kind < 5:
            v = self.one("i", "i", self.var())
            words = self.one("a b", "alpha omega", "$x", '"$@"', "1 2 3", "f*", "$(echo alpha b)", "", "$x b", "{1..3}" if self.bash else "1 2", '"$x" "$y"')
            self.loop += 1
            body = self.body(d)
            if self.chance(0.5):
                body = self.one("alpha $%s; " % v, "$%s a; " % v, "$y; y=$x; x=omega; ", "x=$x$%s; " % v) + body
            self.loop -= 1
            text = "for %s%s; do %s; done" % (v, " in " + words if self.chance(0.9) else "", body)
        elif kind < 7:
            c = "c%d" % self.r.randrange(1000)
            self.loop += 1
            body = self.body(d)
            head = self.one("[ $%s -lt %d ]" % (c, self.one(1, 2, 3)), "gamma $%s && [ $%s -lt 3 ]" % (c, c), "[ $%s != 2 ]" % c)
            if self.chance(0.3):
                head = self.body(d - 1, 1) + "; " + head
            step = "%s=$((%s+1))" % (c, c)
            text = "%s=0; %s %s; do %s; %s; done" % (c, "while", head, step, body)
            if self.chance(0.15):
                text = "%s=0; until %s; do %s; %s; done" % (c, "! " + head.split("; ")[-1], step, body)
            self.loop -= 1
        elif kind == 7:
            clauses = ""
            for _ in range(self.r.randrange(1, 4)):
                clauses += " " + self.one("alpha", "a|b", "*", "o*", '"$x"', "$y", "[a-c]*", "${z:=omega}" if self.chance(0.3) else "b") + ") " + self.body(d) + self.one(" ;;", " ;;", " ;;", " ;&" if self.bash else " ;;",
                                                                                                                              " ;;&" if self.bash else " ;;")
            text = "case " + self.one("$x", "alpha", '"$1"', "$y", "a") + " in" + clauses + " esac"
        elif kind == 8:
            text = "( " + self.body(d) + " )"
        elif kind == 9:
            text = "{ " + self.body(d) + "; }"
        elif kind == 10 and not self.in_function:
            name = self.r.choice(FUNCS)
            self.in_function += 1
            loop, self.loop = self.loop, 0
            held, self.functions = self.functions, [n for n in self.functions if n != name]  # no recursion
            body = self.body(d)
            if self.chance(0.5):
                body = self.one("local x=omega; ", "alpha \"$@\"; ", "$1 $2; ", "x=omega; ", "shift; alpha $1; ", "local y; y=$1; $y; ", "for q; do alpha $q; done; ", "set -- omega; ", "cd d1; ") + body
            self.functions = held + [name]
            self.loop = loop
            self.in_function -= 1
            text = self.one("%s() { %s; }", "%s() ( %s )", "%s () { %s; }", "function %s { %s; }" if self.bash else "%s() { %s; }") % (name, body)
            if self.chance(0.6):
                text += "; " + name + self.args(d, 2)
            return text
        elif kind == 11 and self.bash:
            text = self.one("[[ $x == alpha ]]", "[[ -n $x && $y = b* ]]", "[[ ${x:=omega} ]]", "((n=1+1))", "(( n++ ))", "((n<3))", "[[ $x =~ ^a ]]", "[[ -f f1 || -d $(alpha) ]]")
        elif kind == 12 and self.bash:
            self.loop += 1
            text = "for ((n=0; n<%d; n++)); do %s; done" % (self.one(1, 2, 3), self.body(d))
            self.loop -= 1
        elif kind == 13 and self.bash and self.chance(0.2):
            text = "coproc { " + self.body(d) + "; }; wait"
        else:
            text = "{ " + self.body(d) + "; }"
        if self.chance(0.12) and not text.endswith("\n"):
            text += self.redirect(d)
        return text

    def command(self, depth):
        self.size += 1
        if depth > 0 and self.chance(0.35) and self.size < 40:
            return self.compound(depth)
        return self.simple(depth)

    def pipeline(self, depth):
        text = self.command(depth)
        if self.chance(0.12) and not self.heredocs and not text.endswith("\n"):
            for _ in range(self.one(1, 1, 2)):
                text += self.one(" | ", " | ", " |& " if self.bash else " | ", "|") + self.command(max(depth - 1, 0))
        if self.chance(0.04):
            text = "! " + text
        return text

    def and_or(self, depth):
        text = self.pipeline(depth)
        while self.chance(0.2) and not text.endswith("\n"):
            text += self.one(" && ", " || ") + self.pipeline(max(depth - 1, 0))
        return text

    def body(self, depth, most=3, inline=False):
        """A list that can stand before `;`."""
        out = ""
        n = self.r.randrange(1, most + 1)
        for i in range(n):
            text = self.and_or(max(depth, 0))
            had = bool(self.heredocs)
            text = self.flush(text)
            if i < n - 1:
                if had or text.endswith("\n"):
                    out += text
                else:
                    out += text + self.one("; ", "; ", "\n", " & " if self.chance(0.15) else "; ")
            else:
                out += text + (":" if had or text.endswith("\n") else "")
        return out

    def script(self):
        out = ""
        known = self.chance(0.85)  # an unknown command word covers whatever runs: mostly, know them all
        for v in VARS if known else self.r.sample(VARS, self.r.randrange(3)):
            out += "%s=%s%s" % (v, self.one("alpha", "beta", "omega", "gamma", "alpha", "'beta b'", "'gamma a b'", '"omega"', "'*'" if self.chance(0.2) else "omega"), self.one("\n", "; "))
        if known:
            out += "set -- " + self.one("alpha b", "omega", "gamma 'a b' c", "beta") + "\n"
        if self.bash and self.chance(0.9 if known else 0.1):
            out += "arr=(alpha 'b c' omega)\n"
        depth = self.one(1, 1, 2, 2, 3)
        for _ in range(self.r.randrange(1, 5)):
            text = self.flush(self.and_or(depth))
            out += text + ("" if text.endswith("\n") else self.one("\n", "\n", "; "))
        return out


if __name__ == "__main__":
    scripts.write_drawn(Script, "")
