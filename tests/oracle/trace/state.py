#!/usr/bin/env python3
"""Writes shell scripts that are about what a shell remembers: variables and their attributes, what functions leave behind at every
call, errors that end a line, what is left on standard input.

  state.py COUNT SEED [bash|dash|zsh]

As generate.py: each script is its size in decimal, a newline, and its bytes."""
import scripts

VARS = ["x", "y", "z"]
TEXTS = ["#alpha a\\nomega b\\n", "alpha\\nomega z\\n", "#omega\\n", "qalpha 1\\n", "x=omega\\n$x c\\n", "read q\\nomega\\nalpha $q\\n", "head -c3\\n#alomega d\\n",
         "cat >/dev/null\\nomega\\n", "head -n1 <&0\\n#alpha\\nomega\\n", "alpha; omega\\n", "true\\n# omega\\n", "a b\\nc\\n", ": #\\\\\\nalpha\\n"]


class Script:
    def __init__(self, rng, dialect):
        self.r = rng
        self.bash = dialect == "bash"
        self.depth = 0
        self.functions = []
        self.inside = ""
        self.loops = 0

    def one(self, *items):
        return self.r.choice(items)

    def chance(self, p):
        return self.r.random() < p

    def var(self):
        return self.r.choice(VARS)

    def value(self):
        return self.one("alpha", "omega", "beta", "omega", "$" + self.var(), '"$%s a"' % self.var(), "", "'gamma b'", "$1", "$(echo omega)", "${%s#a}" % self.var(), "${%s:-beta}" % self.var())

    def assigns(self):
        v = self.var()
        choices = ["%s=%s" % (v, self.value())] * 6 + ["%s=%s %s=%s" % (v, self.value(), self.var(), self.value()), "unset %s" % v, "export %s=%s" % (v, self.value()), ": ${%s:=omega}" % v,
                   ": ${%s=%s}" % (v, self.one("alpha", "omega")), "%s=%s :" % (v, self.value()), "%s=%s eval :" % (v, self.value()), "%s=%s command :" % (v, self.value()),
                   "eval %s=omega" % v, "eval '%s=$%s'" % (v, self.var()), "read %s <<E\nomega a\nE\n" % v, "set -- %s" % self.one("omega", "alpha b", "$x"), "shift",
                   "for %s in alpha omega; do :; done" % v, "{ %s=omega; } >/dev/null" % v, "%s=omega >/dev/null" % v, "%s=omega | cat" % v, "(%s=omega)" % v, "%s=omega & wait" % v,
                   "if [ -e f1 ]; then %s=omega; fi" % v, "[ -e nosuch ] || %s=omega" % v, "case $%s in alpha) %s=omega;; *) %s=beta;; esac" % (v, self.var(), v), ": $((n=n+1))",
                   "readonly r%s=omega" % v, "cd d1", "cd ..", "while :; do %s=omega; break; %s=beta; done" % (v, v)]
        if self.bash:
            choices += ["declare %s=%s" % (v, self.value()), "declare -A m; m=(alpha omega)", "declare -A m=([alpha]=omega)", "m=(alpha omega)", "m+=(beta)", "m[1]=omega", "m[0]=$%s" % v,
                        "unset 'm[0]'", "unset m", "printf -v %s omega" % v, "printf -v 'm[1]' omega", "read %s <<< %s" % (v, self.one("omega", "'alpha b'")), "%s+=%s" % (v, self.one("a", "omega")),
                        "declare -u %s" % v, "declare -l %s=OMEGA" % v, "declare +l %s" % v, "declare -r r%s=omega" % v, "export -n %s" % v, "mapfile -t m <<< omega", "read -a m <<< 'omega q'",
                        "IFS=, read %s y <<< 'omega,alpha'" % v, "IFS=a", "IFS=$' \\t\\n'", "m=(\"$%s\" \"$@\")" % v, "%s=(omega alpha)" % v, "for ((n=0; n<2; n++)); do %s=omega; done" % v,
                        "[[ $%s == a* ]] && %s=omega" % (v, self.var()), "((n++))", "set -o pipefail", "pushd d1 >/dev/null", "popd >/dev/null", "local -A m; m=(alpha omega)" if self.inside else ":"]
        if self.inside:
            choices += ["local %s=%s" % (v, self.value()), "local %s" % v, "local %s; %s=omega" % (v, v)] * 2
        return self.r.choice(choices)

    def ends(self):
        choices = [": $((1/0))", ": nosuch*", "eval ': nosuch*; %s=omega'" % self.var(), "eval ': $((1/0)); %s=omega'" % self.var(), ": ${nope?}", "exit", "beta && exit", "[ -e nosuch ] && exit", "gamma || exit", "set -e", "set -u; : $nope; set +u", "false", "rx=a; readonly rx; rx=b"]
        if self.inside:
            choices += ["return", "beta && return", "return 1", "[ -e f1 ] || return"] * 2
        if self.loops or self.inside: # in a function: of its caller's loop, to some shells
            choices += ["break", "continue", "gamma && break", "break 2"] * 2
        if self.bash:
            choices += [": $((1/0)); x=beta", ": ${x:1:-9}", ": \"${m[08]}\"", "declare -r rz=1; rz=2"]
        return self.r.choice(choices)

    def reads(self):
        choices = ["head -c1 >/dev/null", "head -n1 >/dev/null", "read q", "cat >/dev/null", "head -c1 <&0 >/dev/null", "head -c1 <&3 >/dev/null", "read q <&3", "cat <&3 >/dev/null",
                   "head -c1 /dev/stdin >/dev/null", "head -c1 </dev/stdin >/dev/null", "head -c2 </dev/fd/0 >/dev/null", "{ head -c1 >/dev/null; } <&0", "(head -c1 >/dev/null)",
                   "head -c1 >/dev/null & wait", "head -c1 <&0 >/dev/null & wait", "y=$(head -c1)", "y=$(head -n1)", "echo q | head -c1 <&3 >/dev/null", "exec 3<&0", "exec <f1", "exec </dev/null",
                   "while read q; do break; done", "read q; alpha $q", "xargs -n1 alpha", "grep -q alpha", "sort -o f3", "true <&0", "ls >/dev/null 2>&1", "cat f1 >/dev/null", "tr a b | head -c1 >/dev/null"]
        if self.bash:
            choices += ["read -n1 q", "read -N2 q", "read -r q <&0", "read -u0 q", "read -u3 q", "mapfile -n1 q", ": <(head -c1); sleep 0.01", "cat <(head -c1) >/dev/null", "read -d l q",
                        "exec {fd}<&0; read q <&$fd", "coproc { cat; }; wait"]
        return self.r.choice(choices)

    def runs(self):
        v = self.var()
        choices = ["$%s a" % v, "\"$%s\" b" % v, "alpha \"$%s\"" % v, "$%s" % v, "alpha $# \"$@\"", "\"$@\"", "$1 c", "sh", "sh", "sh -s a", "alpha", "eval \"$%s\"" % v, "sh -c '$%s a'" % v,
                   "env sh", "xargs alpha", "alpha; omega", "echo $%s | sh" % v, "sh -c \"$%s\"" % v, "$(echo $%s) d" % v, "${%s} $(echo a)" % v, "alpha $(cat)", "alpha $(echo a; beta && exit; echo b)"]
        if self.bash:
            choices += ["bash", "bash", "\"${m[@]}\" a", "${m[0]} b", "alpha \"${!m[*]}\"", "${m[@]} c", "alpha ${#m[@]}", "bash <&0", "source /dev/stdin", "${m[-1]} d", "alpha \"${m[@]:1}\""]
        if self.functions:
            f = self.r.choice(self.functions)
            choices += [f, "(%s)" % f, "%s a" % f, "%s $%s" % (f, v), "%s=$(%s)" % (v, f), "alpha $(%s)" % f, "%s | cat" % f, "%s & wait" % f, "%s=omega %s" % (v, f), "%s && $%s a" % (f, v),
                        "%s || $%s a" % (f, v), "if %s; then $%s; fi" % (f, v), "! %s" % f, "for q in a b; do %s; done" % f, "%s=$( (%s); %s; echo omega)" % (v, f, f), "$(%s; echo omega) a" % f,
                        "eval %s" % f, "command %s" % f, "%s < f1" % f, "%s 2>/dev/null" % f, "%s >/dev/null" % f, "echo 'alpha a' | %s" % f, "printf '%s' | %s" % (self.r.choice(TEXTS), f),
                        "f1() { :; }; %s" % f, "cat f1 | %s" % f, "unset -f %s" % f, "%s | sh" % f, "echo q | { %s; sh; }" % f] * 2
        return self.r.choice(choices)

    def command(self):
        kind = self.r.randrange(20)
        if kind < 7:
            return self.assigns()
        if kind < 9:
            return self.ends()
        if kind < 11:
            return self.reads()
        if kind < 18 or self.depth > 2:
            return self.runs()
        self.depth += 1
        text = self.compound()
        self.depth -= 1
        return text

    def compound(self):
        kind = self.r.randrange(8)
        if kind == 0:
            return "( %s )" % self.list()
        if kind == 1:
            return "{ %s; }%s" % (self.list(), self.one("", " </dev/null", " 3<&0", " 3<f1", " <f1", " >/dev/null", " 2>&1"))
        if kind < 5:
            shared = self.one("", " 3<&0", " 3<&0", " 3</dev/null")
            return "printf '%s' | { %s; %s; }%s" % (self.r.choice(TEXTS), self.one(self.reads(), self.list()), self.one("sh", "bash" if self.bash else "sh", "xargs alpha", self.runs()), shared)
        if kind == 5:
            self.loops += 1
            body = self.list()
            self.loops -= 1
            return self.one("for i in 1 2; do %s; done", "for x in alpha omega; do %s; done", "while beta && [ ${#w} -lt 2 ]; do w=a$w; %s; done") % body
        if kind == 6:
            return "if %s; then %s; else %s; fi" % (self.list(1), self.list(1), self.list(1))
        return "%s %s %s" % (self.r.choice(["{ %s; }", "( %s )"]) % self.list(1), self.one("&&", "||"), self.runs())

    def list(self, most=3):
        out = ""
        count = self.r.randrange(1, most + 1)
        for i in range(count):
            text = self.command()
            if text.endswith("\n"):
                out += text + (":" if i == count - 1 else "")
            else:
                out += text + ("; " if i < count - 1 else "")
        return out

    def script(self):
        out = "x=%s; y=%s; z=%s\nset -- %s\n" % (self.one("alpha", "omega"), self.one("beta", "alpha", "omega"), self.one("gamma", "omega"), self.one("alpha b", "omega"))
        if self.bash and self.chance(0.6):
            out += self.one("m=(alpha b)\n", "declare -A m\n", "declare -a m; m=(omega)\n")
        for name in self.r.sample(["f", "g", "h"], self.r.randrange(1, 4)):
            self.inside = name
            body = self.list()
            self.inside = ""
            out += self.one("%s() { %s; }\n", "%s() { %s; }\n", "%s() ( %s )\n") % (name, body)
            self.functions.append(name)
        for _ in range(self.r.randrange(2, 6)):
            text = self.command()
            out += text + ("" if text.endswith("\n") else self.one("\n", "\n", "; "))
        return out + "\n$x end\n"


if __name__ == "__main__":
    scripts.write_drawn(Script, "state ")
