#!/usr/bin/env python3
"""Writes shell scripts about what is kept in variables and used later: names out of lists and patterns and parts of them, lines that are read
into variables and arrays, numbers, what is left where reading fails.

  values.py COUNT SEED [bash|dash|zsh]

As generate.py: each script is its size in decimal, a newline, and its bytes."""
import scripts

# Names that a cut makes something else of: "..", ".", nothing, an option, a command.
NAMES = ["a.1", "omega1", "alpha.1", "...1", "..1", ".1", "1", "-n1", "-x.1", "d1/b.1", "d1/...1", "d2/omega.1", ".h.1", "d1/-q", "x.tar.1"]
LISTS = ["*", "*1", "*.1", "./*.1", "./*", "d1/*", "d1/*.1", "d*/", "*/", ".*1", ".*", "a*", "d1/b*", "*/*.1", "-*", "alpha omega1 d1/b.1", "$(find . -type f)", "$(find . -name '*1')",
         "$(find . -name '*.1')", "$(find d1 d2 -type f)", "$(find d1/ -name '*.1')", "$(find . -type d)", "$(find d1 -type f | head -1)", "$(ls)", "$(ls d1)", "$(ls -d *1)",
         "$(find . -name '*.1' | sort | head -n 2)", "$(grep -l f f1 f2)", "$(ls | grep 1)", "$(find . -name '[a-o]*')", "$(find d1 -name '[!x]*')"]
SOURCES = ["find . -type f", "find . -name '*.1'", "find d1 d2 -type f", "ls", "ls d1", "find . -name '*1' | sort", "printf 'omega\\nalpha\\n'", "find d1/ -type f", "echo omega", "ls nosuch",
           "grep -n f f1 | cut -d: -f1", "grep -c f f1", "find . -type f | head -n 1", "echo 'alpha b'", ":", "ls; echo omega", "cat f1", "pwd", "find . -name omega1 -print0"]
# What stands in columns; and lines that are taken apart when they are read.
COLUMNS = ["wc -l ./* 2>/dev/null | sort -rn", "wc -l f1 f2", "md5sum ./*1 2>/dev/null", "md5sum f1", "stat -c '%n %s' ./* 2>/dev/null", "stat -c '%s %n' f1 f2", "grep -rn f .", "grep -rn f d1", "grep -rc f d1 f1",
           "grep -n f f1", "ls | sort | uniq -c | sort -rn", "find . -type f | sort | uniq -c", "du -s ./d1 f1", "printf 'omega b\\nalpha\\n' | uniq -c", "echo 'a  omega' ", "cat f1", "ls | grep -v omega", "find d1 -type f | grep -v beta"]
CUTS = ["awk '{print $1}'", "awk '{print $2}'", "awk 'NR>1 {print $2}'", "awk '/1/ {print $2; exit}'", "awk -F: '{print $1}'", "awk -F/ '{print $2}'", "cut -d' ' -f1", "cut -d ' ' -f 2", "cut -d: -f1", "cut -d: -f2", "cut -f2",
        "cut -d/ -f2-", "awk '{print $3}'", "cut -d' ' -f2 | sort | uniq -c | awk '{print $2}'", "grep 1 | awk '{print $2}'", "grep omega | cut -d: -f1"]
SOURCES += ["%s | %s" % (c, k) for c in COLUMNS for k in CUTS[::3]][:24]
LISTS += ["$(%s | %s)" % (c, k) for c in COLUMNS[::2] for k in CUTS[:9:2]][:12]
OPS = ["${%s%%1}", "${%s%%.1}", "${%s%%/*}", "${%s##*/}", "${%s#./}", "${%s%%.*}", "${%s#d1/}", "${%s%%/}", "${%s#.}", "${%s%%%%.*}", "${%s#*/}", "${%s##*.}", "${%s#d1}", "${%s%%omega.1}", "${%s#a}",
       "${%s%%.tar.1}", "${%s#d}", "${%s%%1/}", "$%s", "${%s%%?}"]


class Script:
    def __init__(self, rng, dialect):
        self.r = rng
        self.bash = dialect == "bash"
        self.zsh = dialect == "zsh"
        self.inside = False

    def one(self, *items):
        return self.r.choice(items)

    def chance(self, p):
        return self.r.random() < p

    def var(self):
        return self.r.choice(["x", "y", "x", "Z"])

    def part(self, v):
        return self.r.choice(OPS) % v

    def use(self):
        v = self.var()
        p = self.part(v)
        choices = ['alpha "%s"' % p, "alpha %s" % p, 'alpha "%s/q" a' % p, 'alpha "%s.c"' % p, "alpha pre%s" % p, 'alpha "d1/%s"' % p, '"%s" a' % p, "%s b" % p, 'alpha "${%s-omega}"' % v,
                   'alpha "${%s:-omega}"' % v, "${%s-omega} c" % v, "${%s:-omega} c" % v, '[ -n "$%s" ] && alpha "%s"' % (v, p), 'cd "%s" && alpha' % p, 'alpha "%s" "%s"' % (p, self.part(v)),
                   "x=%s; alpha \"%s\"" % ('"%s"' % p, self.part("x")), "y=%s; $y a" % p, "sh -c 'alpha \"$1\"' _ \"%s\"" % p, "set -- %s; alpha \"$@\"" % p, 'alpha "$(basename "$%s")"' % v, 'alpha "$(basename "$%s" %s)"' % (v, self.one(".1", "1", ".tar.1", "omega1")), 'alpha "$(dirname "$%s")/c"' % v,
                   'alpha $(basename -- "$%s")' % v, 'cd "$(dirname "$%s")" && alpha' % v, '"$(basename "$%s" 1)" a' % v, "alpha +%s" % p, "alpha $(echo %s)" % p]
        choices += ['echo "$%s" | while read -r q; do alpha "$q"; done' % v, 'echo "%s" | xargs alpha' % p, "printf '%%s\\n' \"%s\" | xargs alpha" % p, "printf '%%s\\n' %s | while read -r q; do alpha \"$q\"; done" % p,
                    "alpha $(echo \"$%s\")" % v, "alpha $(printf '%%s\\n' \"$%s\")" % v, "for q in $%s; do [ -e \"$q\" ] && echo \"$q\"; done | while read -r q; do alpha \"$q\"; done" % v, "alpha \"$@\"; shift; alpha \"$@\"",
                    "set -- %s; shift; alpha \"$@\"" % self.r.choice(LISTS), "alpha $(for q in %s; do echo \"$q\"; done)" % self.r.choice(LISTS), "for q in $%s; do echo $q; done | xargs alpha" % v]
        choices += ["find %s -name '%s' -exec alpha %s \\;" % (self.one(".", "d1", "d1 d2", "./"), self.one("[a-o]*", "[!x]*", "[[:alpha:]]*", "[!]x]*", "[0-9o]*1", "*.1", "?*", "o[l-n]*"), self.one("{}", "{}/q", "q{}"))]
        if self.bash:
            choices += ['while read -r q; do alpha "$q"; done <<< "$%s"' % v, 'while read -r q s; do alpha "$q" "$s"; done <<< "%s"' % p, "printf '%s\\n' \"${m[@]}\" | xargs alpha", "alpha $(printf '%s\\n' \"${m[@]}\")",
                        'for q in "${!m[@]}"; do alpha $q "${m[$q]}"; done', "printf '%s\\n' \"${m[@]}\" | while read -r q; do alpha \"$q\"; done"]
        if self.bash or self.zsh:
            choices += ['alpha "${m[@]}"', "alpha ${m[@]}", '"${m[@]}"', 'alpha "${m[0]}" "${m[1]-omega}"', "${m[0]-omega} a", '${m-omega} b', 'alpha "${m[@]:1}"', 'alpha "${m[@]:0:2}" z', "alpha ${#m[@]}",
                        'for q in "${m[@]}"; do alpha "%s"; done' % self.part("q"), 'alpha "${m[@]%1}"', 'alpha "${m[@]##*/}"', '"${m[-1]}" c', 'alpha "$m"', '${m:+omega} a', 'alpha "${m[@]-omega}"',
                        'alpha "${!m[@]}"', "${m[*]} d", 'alpha "x${m[@]}y"']
        return self.r.choice(choices)

    def reads(self):
        v, s = self.var(), self.r.choice(SOURCES)
        choices = ["%s=$(%s)" % (v, s), "%s=$(%s)" % (v, s), "%s=`%s`" % (v, s), "%s | while read -r %s; do %s; done" % (s, v, self.use()), "%s | { read -r %s; %s; }" % (s, v, self.use()),
                   "%s | read -r %s" % (s, v), "read -r %s < f1" % v, "read %s < nosuch" % v, "read -r %s y <<E\n$(%s)\nE\n" % (v, s), "unset %s" % v, "%s=%s" % (v, self.one("omega", "alpha", "'a b'")),
                   "for %s in %s; do :; done" % (v, self.r.choice(LISTS)), "(%s=omega)" % v, "export %s=omega" % v, "IFS=1", "IFS=/", "IFS=", "unset IFS",
                   "IFS='\n'", "set -- $%s" % v]
        columns = "%s | %s" % (self.one(*COLUMNS), self.one(*CUTS))
        choices += ["%s=$(%s)" % (v, columns), "for %s in $(%s); do %s; done" % (v, columns, self.use()), "%s | xargs alpha" % columns, "%s | while read -r %s; do %s; done" % (columns, v, self.use()),
                    "%s | while read -r y %s q; do %s; done" % (self.one(*COLUMNS), v, self.use()), "%s | while IFS=: read -r %s y q; do %s; done" % (self.one(*COLUMNS), v, self.use()),
                    "%s | xargs -n1 alpha -x" % columns, "%s | xargs -I{} alpha {} b" % columns] * 2
        if self.bash or self.zsh:
            fail = self.one("", "", "", "", " 2>/dev/null", " 3< nosuch", " < nosuch", " > d1", " {fd}>f3")
            choices += ["read -r %s < <(%s)%s" % (v, s, fail), "IFS= read -r %s < <(%s)%s" % (v, s, fail), "read -r %s y < <(%s)" % (v, s), "read -r %s <<< \"$(%s)\"" % (v, s),
                        "while read -r %s; do %s; done < <(%s)" % (v, self.use(), s), "m=(%s)" % self.r.choice(LISTS), "m=($(%s))" % s, "m=()", "m=(omega)", "m+=(\"%s\")" % self.part(v),
                        "while read -r %s; do m+=(\"$%s\"); done < <(%s)" % (v, v, s), "for %s in %s; do m+=(\"%s\"); done" % (v, self.r.choice(LISTS), self.part(v)),
                        "for %s in %s; do [ -f \"$%s\" ] && m+=(\"$%s\"); done" % (v, self.r.choice(LISTS), v, v), "if beta; then m+=(omega); fi", "gamma && m=(\"$%s\" b)" % v, "unset m", "m[1]=%s" % self.part(v),
                        "m=(\"${m[@]%1}\")", "m=omega", "IFS=/ read -r %s y < <(%s)" % (v, s), "read -n 3 %s < <(%s)" % (v, s), "unset 'm[0]'"]
            t = self.one("-t ", "-t ", "-t ", "", "-t -n 1 ", "-t -s 1 ", "-d '' -t ", "-t -O 1 ", "-d / -t ")
            if "''" in t:  # a list that ends its lines otherwise is one word, which names no file
                s = "find . -name '*1' -print0"
            choices += ["%s %sm < <(%s)%s" % (self.one("mapfile", "readarray"), t, s, fail)] * 6 if self.bash else []
            choices += ["%s | mapfile -t m" % s, "mapfile -t m < f1", "mapfile -t m <<< omega", "(mapfile -t m < <(%s))" % s, "readonly m", "declare -A m", "declare -u m", "mapfile -t Z < <(%s)" % s,
                        "mapfile -t 'm[1]' < <(%s)" % s, "shopt -s lastpipe; %s | mapfile -t m" % s, "shopt -s nullglob", "shopt -s dotglob",
                        "IFS=$'\\n'", "IFS=$'\\n' m=($(%s))" % s, "IFS=$'\\n'; %s=$(%s)" % (v, s)] if self.bash else []
        if self.inside:
            choices += ["local %s" % v, "local m", "local %s=omega" % v, "local m=()" if self.bash else "local y", "local -a m" if self.bash else "local x", "return"] * 2
        return self.r.choice(choices)

    def statement(self):
        kind = self.r.randrange(14)
        if kind < 6:
            return self.reads()
        if kind < 10:
            return self.use()
        v = self.var()
        if kind == 10:
            return "for %s in %s; do %s; done" % (v, self.r.choice(LISTS), self.list())
        if kind == 11:
            return self.one("if beta; then %s; fi", "{ %s; } || :", "( %s )", "{ %s; } && :", "while gamma; do %s; break; done", "eval '%s'", "{ %s; } | cat") % self.list().replace("'", '"')
        if kind == 12:
            return "for %s in %s; do %s; done" % (v, self.r.choice(LISTS), self.use())
        return self.one("f", "f", "f x", "(f)", "f; f", "cd d1", "cd ..", "trap 'x=omega' EXIT", "set -e", "set -u", "trap 'x=omega' DEBUG" if self.bash else ":")

    def list(self):
        out = ""
        for i in range(self.r.choice([1, 1, 2])):
            text = self.reads() if self.chance(0.4) else self.use()
            out += text if text.endswith("\n") else text + "; "
        return out + ":"

    def script(self):
        out = "".join(": > %s\n" % n if not n.startswith("-") else ": > ./%s\n" % n for n in self.r.sample(NAMES, self.r.randrange(2, 9)))
        if self.chance(0.6):
            out += self.one("x=alpha; y=omega", "x=omega", "Z=alpha", "m=omega") + "\n"
        self.inside = True
        out += "f() { %s; }\n" % self.list()
        self.inside = False
        for _ in range(self.r.randrange(2, 6)):
            text = self.statement()
            out += text + ("" if text.endswith("\n") else self.one("\n", "\n", "; "))
        return out + "\n" + self.use() + "\n"


if __name__ == "__main__":
    scripts.write_drawn(Script, "values ")
