#!/usr/bin/env python3
"""Writes scripts that run `omega` in as many spellings as there are: the word itself, what stands around it, what runs it.

  spell.py COUNT SEED [bash|dash]

Each script is its size in decimal, a newline, and its bytes, as generate.py writes them. Not every script runs omega: where one does, it must not be allowed."""
import re

import scripts


# Where bash evaluates a text as arithmetic or as a name with a subscript: TEXT is that text, quoted.
EVALUATED = r"""
x=([TEXT]=1)  x=(b [TEXT]+=1)  y=TEXT; x=([y]=1)  y=TEXT; x=(["y"]=1)  y=TEXT; x=([$y]=1)  y=TEXT; declare x=([y]=1)  y=TEXT; declare -a x=([y]=1)  y=TEXT; f() { local x=([y]=1); }; f  y=TEXT; eval 'x=([y]=1)'
y=TEXT; x=(1); : ${x[y]}  y=TEXT; : "${x[y]:-b}"  y=TEXT; : ${x[y]:=b}  y=TEXT; : ${#x[y]}  y=TEXT; x=(1); : ${x[@]:y}  y=TEXT; x=(1); : ${x[@]:0:y}  y=TEXT; : ${@:y}  y=TEXT; set -- b; : ${@:1:y}  y=TEXT; : ${HOME: y}  y=TEXT; : ${HOME:0:y}
y=TEXT; : ${!x[y]}  y=TEXT; z=x[y]; : ${!z}  z=TEXT; : ${!z}  z=TEXT; : ${!z:-b}  z=TEXT; : ${!z@Q}  z=TEXT; : ${!z#b}  y=TEXT; : ${x[y]@Q}  y=TEXT; x[y]=1  y=TEXT; x[y]+=1  y=TEXT; x[y]=1 true  y=TEXT; x[y]=  x=(1); x[@]=1
y=TEXT; (( x[y]++ ))  y=TEXT; (( y ))  y=TEXT; (( y = 1 ))  y=TEXT; (( y++ ))  y=TEXT; (( 1 ? 0 : y ))  y=TEXT; (( 0 || y ))  y=TEXT; : $((y))  y=TEXT; : "$((-y))"  y=TEXT; : $[y]  y=TEXT; z=y; : $((z))  y=TEXT; [[ y -eq 0 ]]  y=TEXT; [[ 0 -eq y ]]
y=TEXT; [[ $y -gt 0 ]]  y=TEXT; [[ -v x[y] ]]  y=TEXT; [[ -v $y ]]  [[ -v TEXT ]]  test -v TEXT  [ ! -v TEXT ]  [ b -a -v TEXT ]  [ \( -v TEXT \) ]  printf -v TEXT b  printf -vTEXT b  builtin printf -v TEXT b  command printf -v TEXT b  y=TEXT; printf -v 'x[y]' b
read -r TEXT <<< b  read b TEXT <<< 'b c'  read -a TEXT <<< b  y=TEXT; read 'x[y]' <<< b  x=(1); y=TEXT; unset 'x[y]'  x=(1); y=TEXT; unset -v 'x[y]'  declare TEXT=1  declare -g TEXT=1  declare -a TEXT  y=TEXT; declare 'x[y]=1'  y=TEXT; declare x[y]=1  y=TEXT; export x[y]=1
declare -i x=TEXT  declare -i x; x=TEXT  declare -i x; x+=TEXT  declare -i x; for x in TEXT; do :; done  declare -i x; read x <<< TEXT  declare -i x; printf -v x %s TEXT  declare -i x; : ${x:=TEXT}  declare -i x; x[0]=TEXT  declare -i x; x=(TEXT)  declare -ai x=(1 TEXT)
declare -ai x; x+=(TEXT)  declare -ai x; mapfile -t x <<< TEXT  declare -ai x; read -a x <<< TEXT  declare -i x; export x=TEXT  declare -i x; declare x=TEXT  declare -i x; readonly x=TEXT  f() { local -i x=TEXT; }; f  f() { local -i x; x=TEXT; }; f  declare -i x; f() { x=TEXT; }; f
declare -i x; x=TEXT true  declare -i x; x=TEXT eval :  declare -i x; select x in TEXT; do break; done <<< 1  declare -i OPTARG; getopts a: x -a TEXT  declare -i REPLY; read <<< TEXT  declare -ai MAPFILE; mapfile -t <<< TEXT  declare -i x; y=TEXT; x=y  typeset -i x; typeset x=TEXT
declare -n r=TEXT; r=1  declare -n r; r=TEXT; : $r  declare -n r; for r in TEXT; do : $r; done  declare -n r=x; x=TEXT; : $((r))  f() { local -n r=$1; r=1; }; f TEXT  f() { local -n r=$1; : $r; }; f TEXT  let TEXT  let y=TEXT  y=TEXT; let y  y=TEXT; let "x=y"  y=TEXT; let x=y+1
wait -n -p TEXT  true & wait -p TEXT $!  OPTIND=TEXT true  SRANDOM=TEXT  export RANDOM=TEXT  declare OPTIND=TEXT  read OPTIND <<< TEXT  printf -v RANDOM %s TEXT  for SECONDS in TEXT; do :; done  : ${OPTIND:=TEXT}  getopts ab TEXT -a  mapfile TEXT < f1
y=TEXT; true {x[y]}>f3  y=TEXT; exec {x[y]}>f3  y=TEXT; for ((;y;)); do break; done  y=TEXT; for ((y;0;)); do :; done  y=TEXT; for ((i=0;i<1;i++,y)); do :; done  y=TEXT; while ((y)); do break; done  y=TEXT; case $((y)) in *) ;; esac  y=TEXT; x=$((y)) true
y=TEXT; alpha > f$((y))  y=TEXT; cat <<< $((y))  y=TEXT; f() { : $(($1)); }; f y  y=TEXT; f() { : $(($1)); }; f $y  f() { (( $1 > 0 )); }; f TEXT  f() { [[ $1 -gt 0 ]]; }; f TEXT  f() { local x=$(( $1 )); }; f TEXT  set -- TEXT; : $(($1))  set -- TEXT; : ${x[$1]}
for i in TEXT; do : $((i)); done  for i in TEXT; do : $(($i)); done  echo TEXT | { read x; : $((x)); }  x=$(echo TEXT); : $((x))  x=(TEXT); : $((x[0]))  x=(TEXT); : $((x))  x=(TEXT); (( ${x[0]} ))  declare -A m=([k]=TEXT); : $((m[k]))  declare -A m=([k]=TEXT); : $((${m[k]}))
export y=TEXT; bash -c ': $((y))'  y=TEXT bash -c ': $((y))'  env y=TEXT bash -c '(( y ))'  declare -A m; k=TEXT; (( m[$k]++ ))  declare -A m; k=TEXT; let "m[$k]=1"  declare -A m; k=TEXT; unset "m[$k]"  declare -A m; k=TEXT; [[ -v m[$k] ]]  declare -A m; k=TEXT; test -v "m[$k]"
declare -A m; k=TEXT; printf -v "m[$k]" 1  declare -A m; k=TEXT; read "m[$k]" <<< 1  declare -A m; k=TEXT; m[$k]=1  declare -A m; k=TEXT; m=([$k]=1)  declare -A m=([TEXT]=1); : "${m[@]}"  y=TEXT; let x=([y]=1)  y=TEXT; x=1 declare x=([y]=1)  y=TEXT; >f3 declare x=([y]=1)
"""


CONTEXTS = re.split(r"  |\n", EVALUATED.strip())


class Speller:
    def __init__(self, rng, dialect):
        self.r = rng
        self.bash = dialect == "bash"
        self.count = 0

    def one(self, *items):
        return self.r.choice(items)

    def chance(self, p):
        return self.r.random() < p

    def fresh(self):
        self.count += 1
        return "v%d" % self.count

    # ---- texts as words ----
    def quote(self, text):
        way = self.r.randrange(5)
        if way == 0 and self.bash:
            out = ""
            for c in text:
                k = self.r.randrange(6)
                if c in "'\\" or k == 0:
                    out += self.one("\\x%02x" % ord(c), "\\%03o" % ord(c), "\\u%04x" % ord(c)) if ord(c) < 128 else c
                elif c == "\n":
                    out += "\\n"
                else:
                    out += c
            return "$'" + out + "'"
        if way == 1 and "!" not in text:
            return '"' + "".join("\\" + c if c in '\\"$`' else c for c in text) + '"'
        return "'" + text.replace("'", "'\\''") + "'"

    def splice(self, text):
        """A plain name with quotes that change nothing."""
        out, i = "", 0
        while i < len(text):
            n = self.r.randrange(1, 4)
            piece = text[i:i + n]
            way = self.r.randrange(9)
            i += n
            if way == 0:
                out += "'" + piece + "'"
            elif way == 1:
                out += '"' + piece + '"'
            elif way == 2:
                out += "\\" + piece
            elif way == 3:
                out += piece + "\\\n"
            elif way == 4:
                out += self.one("''", '""') + piece
            elif way == 5 and self.bash:
                out += "$'" + "".join("\\x%02x" % ord(c) for c in piece) + "'"
            elif way == 6 and self.bash:
                out += '$"' + piece + '"'
            else:
                out += piece
        return out

    def word(self, name="omega"):
        """(what comes before, the word)"""
        v = self.fresh()
        kind = self.r.randrange(34)
        if kind < 8:
            return "", name
        if kind < 13:
            return "", self.splice(name)
        if kind == 13:
            return "%s=%s" % (v, self.splice(name)), self.one("$%s", "${%s}", '"$%s"', '"${%s}"') % v
        if kind == 14:
            k = self.r.randrange(1, len(name))
            return "%s=%s" % (v, name[:k]), self.one("$%s%s", '"$%s"%s', '${%s}%s') % (v, "''" + name[k:])
        if kind == 15:
            return "", self.one("${nope-%s}", "${nope:-%s}", "${HOME:+%s}", "${HOME+%s}", '"${nope:-%s}"') % name
        if kind == 16:
            return "", self.one("$(echo %s)", "`echo %s`", "$(printf %s)", "$(printf '%%s\\n' %s)", '"$(echo %s)"', "$(echo $(echo %s))", "$(cat <<Q\n%s\nQ\n)", "$(: ; echo %s)", "$({ echo %s; })", "$(true && echo %s)", "$(echo %s;)",
                            "$(command echo %s)", "$(eval echo %s)", "$(sh -c 'echo %s')", "$(env echo %s)") % name
        if kind == 17 and self.bash:
            return "", self.one("{%s,}", "{%s,x}", "{,}%s", "%s{,}", "{%s,{a,b}}") % name
        if kind == 18:
            k = self.r.randrange(1, len(name))
            return "", name[:k] + self.one("$nope", "${nope}", "$@", '"$@"', "$*", "$(:)", "``", '"$nope"', "${nope#x}", "${nope%x}", "$9", "${nope:+x}") + name[k:]
        if kind == 19 and self.bash:
            return "%s=(a %s)" % (v, name), self.one("${%s[1]}", '"${%s[1]}"', "${%s[-1]}", '"${%s[@]:1}"', "${%s[@]:1:1}", "${%s[1+0]}", '"${%s[@]/#a/}"') % v
        if kind == 20:
            return "set -- %s" % name, self.one("$1", '"$1"', '"$@"', "$*", "${1}", "${@}", "${1:-a}")
        if kind == 21:
            return "%s=x%s" % (v, name), "${%s#x}" % v
        if kind == 22:
            return "%s=%s.c" % (v, name), self.one("${%s%%.c}", "${%s%%.*}", '"${%s%%%%.*}"') % v
        if kind == 23 and self.bash:
            return "%s=%s" % (v, name.upper()), self.one("${%s,,}", '"${%s,,}"', "${%s@L}", "${%s,,[A-Z]}") % v
        if kind == 24 and self.bash:
            return "%s=%s" % (v, name.replace("m", "X")), self.one("${%s/X/m}", "${%s//X/m}", '"${%s/X/m}"', "${%s/[X]/m}") % v
        if kind == 25 and self.bash:
            return "%s=ab%sc" % (v, name), "${%s:2:%d}" % (v, len(name))
        if kind == 26:
            w = self.fresh()
            return "%s=%s; %s=$%s" % (v, name, w, v), "$%s" % w
        if kind == 27 and self.bash:
            return self.one("printf -v %s %s", "printf -v %s '%%s' %s", "read %s <<< %s", "declare %s=%s", "export %s=%s", "typeset %s=%s", "eval %s=%s", ": ${%s:=%s}", "%s+=%s", "readonly %s=%s", "declare -g %s=%s", "read -r %s < <(echo %s)",
                            "mapfile -t %s <<< %s", "[[ ${%s:=%s} ]]", "for %s in %s; do :; done", "{ %s=%s; }", "if :; then %s=%s; fi", "while %s=%s; do break; done", "case x in *) %s=%s;; esac", "%s=%s true; :", "%s=%s :", "until ! %s=%s; do break; done") % (v, name), "$%s" % v
        if kind == 27:
            return self.one("export %s=%s", "eval %s=%s", ": ${%s:=%s}", "readonly %s=%s", "for %s in %s; do :; done", "{ %s=%s; }", "if :; then %s=%s; fi", "while %s=%s; do break; done", "case x in *) %s=%s;; esac", "%s=%s :", "%s=%s eval ':'") % (v, name), "$%s" % v
        if kind == 28:
            return "%s='%s q'" % (v, name), "$%s" % v
        if kind == 29 and self.bash:
            return self.one("declare -A %s=([k]=%s)", "declare -A %s; %s[k]=%s" % ("%s", v, "%s"), "%s=([3]=%s)") % (v, name), self.one("${%s[@]}", '"${%s[@]}"', "${%s[*]}") % v
        if kind == 30 and self.bash:
            w = self.fresh()
            return "%s=%s %s=%s" % (v, name, w, v), "${!%s}" % w
        if kind == 31 and self.bash:
            return self.one("IFS=-; %s=%s-x", "IFS=$'\\n'; %s=$'%s\\nx'", "IFS=a; %s=%sax" if "a" not in name else "IFS=,; %s=%s,x") % (v, name), "$%s" % v
        if kind == 32:
            return "%s() { echo %s; }" % (v, name), self.one("$(%s)", "`%s`", '"$(%s)"', "$(%s | cat)") % v
        if kind == 33 and self.bash:
            w = self.fresh()
            return self.one("declare -n %s=%s; %s=%s", "%s=1; unset %s; %s=%s") % ((w, v, v, name) if self.chance(.5) else (v, v, v, name)), "$%s" % v
        return "", name

    def command(self):
        before, word = self.word()
        return (before + self.one("; ", "\n") if before else "") + word + self.one("", " x", " -n", " 'a b'", " $nope", " \"$@\"")

    # ---- around a command ----
    def substitution(self, c):
        if self.chance(0.2) and not any(k in c for k in "`\\'\"$\n"):
            return "`%s`" % c
        return "$(%s%s)" % (" " if c.startswith("(") else "", c if not c.endswith("\\") else c + "\n")

    def inside(self, c):
        """A word that runs c on the way."""
        s = self.substitution(c)
        k = self.r.randrange(30)
        plain = [s, '"%s"' % s, "a%sb" % s, "${nope:-%s}" % s, "${nope-%s}" % s, "${nope:=%s}" % s, '"${nope:-%s}"' % s, "${HOME:+%s}" % s, "${HOME#%s}" % s, '"${HOME%%%s}"' % s, "$((%s+1))" % s, "$(( (1) ? %s 1 : 0 ))" % s, "${nope:-a${nope:-%s}}" % s,
                 '"a$(( 1 + %s 1 ))"' % s]
        more = ["<(%s)" % c, ">(%s)" % c, "a=<(%s)" % c, "${HOME:%s 1}" % s, "${HOME:0:%s 1}" % s, "${HOME/%s/x}" % s, "${HOME/x/%s}" % s, "${HOME^^%s}" % s, "$[%s 1]" % s, "$((arr[%s 0]))" % s, "${arr[%s 0]}" % s, '"${arr[%s 0]}"' % s, "{a,%s}" % s, "${#arr[%s 0]}" % s,
                "$(( arr[arr[%s 0]] ))" % s, "${arr[@]:%s 0}" % s, "${nope+a}$'x'%s" % s]
        return self.one(*(plain + (more if self.bash else [])))

    def around(self, c):
        """A script that runs the script c."""
        v = self.fresh()
        k = self.r.randrange(15)
        if k == 14 and self.bash:
            return self.one(*CONTEXTS).replace("TEXT", self.quote("a[$(" + c + "\n)0]"))
        if k < 2:  # lists
            return self.one("true; %s", ":\n%s", "true && %s", "false || %s", "true | { %s\n}", "%s\ntrue", "! { %s\n}", "{ %s\n}", "( %s\n)", "{ %s\n} &\nwait", ": & %s", "{ %s\n} | cat", "true # it's\n%s # it's", "cd . && %s", "cd d1; %s", "set -e; %s", "set -f; %s",
                            "x=1; %s", "a=1 b=2; %s", "(cd d1; %s\n)", "true && { %s\n} || true", "set -o pipefail; %s" if self.bash else "set -u; %s", "time { %s\n}" if self.bash else "%s", "coproc { %s\n}; wait" if self.bash else "%s", "true |& { %s\n}" if self.bash else "%s",
                            "shopt -s nullglob; %s" if self.bash else "%s", "nosuch; %s", "cd nosuch; %s", "return 2>/dev/null; %s", "break; %s", "readonly ro=1; (ro=2); %s", "unset x; %s", ": ${x:?} 2>/dev/null; %s" if self.chance(.1) else "%s", "exec 3>&1; %s", "trap - INT; %s", "wait; %s",
                            "test -f nosuch || %s", "[ -d d1 ] && %s", "exit | :; %s", "(exit 1); %s", "x=$(exit); %s") % c
        if k < 4:  # compound commands
            return self.one("if %s\nthen :; fi", "if true; then %s\nfi", "if false; then :; else %s\nfi", "if false; then :; elif %s\nthen :; fi", "while %s\nfalse; do :; done", "while :; do %s\nbreak; done", "until %s\ntrue; do :; done", "for i in 1; do %s\ndone", "for i in a b; do %s\ndone",
                            "for i in d*; do %s\ndone", "case x in x) %s\n;; esac", "case x in a) ;; *) %s\nesac", "case a in (a) %s\nesac", "for i; do :; done; %s", "for i in $(echo a b); do %s\nbreak; done", "f() { %s\n}; f", "f() ( %s\n); f", "f() { g() { %s\n}; g; }; f",
                            "f() { if [ \"$1\" ]; then f; else %s\nfi; }; f a", "f() { \"$@\"; }; f eval " + self.quote("%s") if "'" not in c and '"' not in c and "\\" not in c and "$" not in c and "`" not in c and "\n" not in c else "f() { %s\n}; f", "f() { %s\n}; eval f", "f() { %s\n}; x=f; $x",
                            "f() { %s\n}; $(echo f)", "f() { %s\n}; unset -f g; f", "f() for i in 1; do %s\ndone\nf", "f() if :; then %s\nfi\nf", "f() { return; }; f; %s", "while :; do break; done; %s", "for i in 1; do continue; done; %s",
                            *(["function f { %s\n}; f", "function f() { %s\n}; f", "for ((i=0; i<1; i++)); do %s\ndone", "for ((;;)); do %s\nbreak; done", "select i in a; do %s\nbreak; done <<< 1", "case x in x) ;& y) %s\nesac", "case x in x) : ;;& *) %s\nesac", "[[ a == a ]] && { %s\n}", "((1)) && { %s\n}",
                               "function f-g { %s\n}; f-g", "((0)) || { %s\n}", "for i in {1..2}; do %s\ndone", "command_not_found_handle() { %s\n}; nosuch", "f() { local IFS=:; %s\n}; f", "f() { declare -g x=1; %s\n}; f", "function f (%s\n); f", "for ((i=0;i<1;i++)) { %s\n}", "for i in 1; { %s\n}"]
                              if self.bash else [])).replace("%s", c, 1).replace("%%", "%")
        if k < 7:  # within a word
            w = self.inside(c)
            return self.one("alpha %s", "x=%s", "x=%s alpha", "alpha > %s", "cat < %s", "alpha 2> %s", "case %s in *) ;; esac", "case a in %s) ;; esac", "for i in %s; do :; done", "cat <<Q\n%s\nQ", "cat <<-Q\n\ta%s\n\tQ", ": %s", "test -n %s", "[ %s = a ]", "export x=%s", "readonly x=%s", "set -- %s", "eval : %s",
                            "> %s", "exec 4> %s", "{ :; } > %s", "f() { :; } > %s; f", "alpha >&2 2>&1 %s", "while alpha %s; false; do :; done < /dev/null", "echo %s | cat", "cat <<Q | alpha\n%s\nQ", "cat <<A <<B\n%s\nA\nb\nB", "sh -c : %s", "env A=%s alpha", "env alpha %s", "trap : %s", "unset %s", "shift %s", "exit %s", "cd %s", "read %s < f1",
                            *(["arr=(%s)", "arr=(a %s b)", "arr+=(%s)", "arr=([0]=%s)", "declare -A m=([%s]=1)", "arr[%s 0]=1", "declare x=%s", "declare -a y=(%s)", "[[ %s ]]", "[[ a == %s ]]", "[[ %s == a ]]", "[[ a =~ %s ]]", "[[ -f %s ]]", "[[ 0 -eq %s ]]", "[[ a && ! ( b || %s ) ]]", "(( %s 1 ))", "cat <<< %s",
                               "for ((i=%s 0; i<1; i++)); do :; done", "let %s", "printf -v x %s", "mapfile -t a < %s", "alpha &> %s", "alpha >& %s", "alpha {fd}> %s", "coproc cat %s", "time alpha %s", "select i in %s; do break; done < /dev/null", "local x=%s", "printf '%%s' %s", "source /dev/null %s", "x[0]=%s alpha",
                               "x+=%s", "echo ${x[%s]}", "unset 'x[0]' %s", "alpha >| %s", "alpha <> %s", "case a in (b|%s) esac", "f() { :; } 2> %s; f", "echo $(( 1 < 2 ? 1 : %s 2 ))"] if self.bash else [])).replace("%s", w, 1).replace("%%", "%")
        if k < 9:  # text that is run
            q = self.quote(c)
            more = ["%s=%s; eval \"$%s\"" % (v, q, v), "eval eval " + self.quote(q), "f() { eval \"$1\"; }; f " + q, "set -- " + q + "; eval \"$1\"", "for i in " + q + "; do eval \"$i\"; done", "trap " + q + " EXIT", "trap -- " + q + " 0", "sh -c 'eval \"$1\"' _ " + q, "%s=%s; sh -c \"$%s\"" % (v, q, v), "export %s=%s; sh -c 'eval \"$%s\"'" % (v, q, v),
                    "%s=%s sh -c 'eval \"$%s\"'" % (v, q, v), "command eval " + q, "eval \"$(echo " + q + ")\"" if "\\" not in c else "eval " + q, "eval " + q + " '# no'", "eval -- " + q, "eval '' " + q]
            if self.bash:
                more += ["builtin eval " + q, "builtin command eval " + q, "trap " + q + " DEBUG; :", "trap " + q + " ERR; false", "trap " + q + " RETURN; set -T; f() { :; }; f", "source <(echo " + q + ")", ". /dev/stdin <<< " + q, "bash -c " + q, "bash -O extglob -c " + q, "bash +x -c " + q,
                         "bash -xc " + q + " 2>/dev/null", "bash -c -- " + q, "bash -o errexit -c " + q, "bash --norc -c " + q, "bash --posix -c " + q, "bash -ec " + q, "bash -s <<< " + q, "bash <<< " + q, "bash - <<< " + q, "cat <<< " + q + " | bash", "bash -c 'eval \"$0\"' " + q, "bash -c '. /dev/stdin' <<< " + q, "bash -c bash <<< " + q,
                         "x=%s; : \"${x@P}\"" % self.quote("$(" + c + "\n)"), "printf -v %s '%%s' %s; eval \"$%s\"" % (v, q, v), "read -rd '' %s <<< %s; eval \"$%s\"" % (v, q, v), "trap " + q + " USR1; kill -USR1 $$", 
                         "coproc bash -c " + q + "; wait", "let 'a[%s 0]=1'" % ("$(" + c + "\n)") if "'" not in c else "eval " + q, "test -v " + self.quote("a[$(" + c + "\n)0]"), "[ -v " + self.quote("a[$(" + c + "\n)0]") + " ]", "printf -v " + self.quote("a[$(" + c + "\n)0]") + " x", "read " + self.quote("a[$(" + c + "\n)0]") + " <<< 1",
                         "declare " + self.quote("a[$(" + c + "\n)0]") + "=1", "unset " + self.quote("a[$(" + c + "\n)0]"), "[[ 1 -eq " + self.quote("a[$(" + c + "\n)0]") + " ]]", "x=%s; echo $((x))" % self.quote("a[$(" + c + "\n)0]"), "x=%s; : ${!x}" % self.quote("a[$(" + c + "\n)0]"), "x=%s; arr[x]=1" % self.quote("a[$(" + c + "\n)0]"),
                         "declare -i x=%s" % self.quote("a[$(" + c + "\n)0]"), "x=%s; : ${HOME:x}" % self.quote("a[$(" + c + "\n)0]"), "x=%s; ((x))" % self.quote("a[$(" + c + "\n)0]"), "x=%s; [[ x -eq 0 ]]" % self.quote("a[$(" + c + "\n)0]"), "x=%s; for ((;x;)); do :; done" % self.quote("a[$(" + c + "\n)0]"), "a=1; wait -n -p " + self.quote("a[$(" + c + "\n)0]"),
                         "OPTIND=" + self.quote("a[$(" + c + "\n)0]"), "RANDOM=" + self.quote("a[$(" + c + "\n)0]"), "for OPTIND in " + self.quote("a[$(" + c + "\n)0]") + "; do :; done", "read -a " + self.quote("a[$(" + c + "\n)0]") + " <<< 1", "[[ -v " + self.quote("a[$(" + c + "\n)0]") + " ]]", "test " + self.quote("a[$(" + c + "\n)0]") + " -eq 0",
                         "shift " + self.quote("a[$(" + c + "\n)0]"), "export " + self.quote("a[$(" + c + "\n)0]"), "SECONDS=" + self.quote("a[$(" + c + "\n)0]"), "HISTCMD=" + self.quote("a[$(" + c + "\n)0]"), "x=1; declare -n r=" + self.quote("a[$(" + c + "\n)0]") + "; : $r", "readonly " + self.quote("a[$(" + c + "\n)0]=1"), "typeset " + self.quote("a[$(" + c + "\n)0]=1"),
                         "f() { local " + self.quote("a[$(" + c + "\n)0]=1") + "; }; f", "shopt -s expand_aliases; alias al=" + q + "\nal", "f() { " + c + "\n}; export -f f; bash -c f", "exec 3<<< " + q + "; . /dev/fd/3", "exec <<< " + q + "; bash", "exec > >(bash); echo " + q + "; exec > /dev/null; wait $!",
                         "{ echo " + q + "; } > >(bash); wait $!", "readarray -t %s <<< %s; eval \"${%s[@]}\"" % (v, q, v), "x=; : ${x:=%s}; eval \"$x\"" % q]
            else:
                more += ["dash -c " + q, "alias al=" + q + "\nal", "dash -ec " + q, "sh -s <<Q\n" + c + "\nQ" if "$" not in c and "`" not in c and "\\" not in c else "eval " + q]
            more += ["eval " + q, "sh -c " + q, "sh -ec " + q, "sh -c -- " + q, "sh -c " + q + " a b c", "sh -o errexit -c " + q, "sh +e -c " + q, "sh -c 'sh -c \"$1\"' _ " + q, "sh <<'Q'\n" + c + "\nQ", "sh -s a b <<'Q'\n" + c + "\nQ", "cat <<'Q' | sh\n" + c + "\nQ", ". /dev/stdin <<'Q'\n" + c + "\nQ", "echo " + q + " | sh", "printf '%s\\n' " + q + " | sh",
                     "printf %s " + q + " | sh", "echo " + q + " | cat | sh", "{ echo :; echo " + q + "; } | sh", "echo " + q + " | tee /dev/null | sh", "echo " + q + " | sh -s", "echo " + q + " | env sh", "sh -c 'cat | sh' <<'Q'\n" + c + "\nQ", "echo " + q + " > f3; sh f3", "echo " + q + " > f3; . ./f3", "eval \"$(cat <<'Q'\n" + c + "\nQ\n)\"",
                     "f() { cat; }; f <<'Q' | sh\n" + c + "\nQ", "while read -r l; do eval \"$l\"; done <<'Q'\n" + c + "\nQ", "read -r l <<'Q'\n" + c + "\nQ\neval \"$l\"", "echo " + q + " | { sh; }", "echo " + q + " | (sh)", "echo " + q + " | if :; then sh; fi", "echo " + q + " | while sh; do break; done", "f() { sh; }; echo " + q + " | f",
                     "echo " + q + " | xargs -0 sh -c", "find . -maxdepth 0 -exec sh -c " + q + " \\;", "xargs -n1 sh -c " + q + " < f1", "env -S " + self.quote("sh -c " + self.quote(c)) if "\\" not in c and "\n" not in c and "$" not in c and "#" not in c else "eval " + q]
            return self.one(*more)
        if k < 12:  # a command that runs a command
            before, word = self.word()
            pre = before + self.one("; ", "\n") if before else ""
            runner = self.one("env %s x", "env A=1 %s x", "env -u HOME %s", "env -- %s", "env -i PATH=\"$PATH\" %s x", "env - PATH=\"$PATH\" %s x", "env -C d1 %s", "env --chdir=d1 %s", "env --unset=HOME %s", "env -uHOME %s", "env -S %s", "env -S '-u HOME' %s" if self.chance(.3) else "env -vS %s", "nice %s x", "nice -n 5 %s x", "nice -n5 %s", "nice -5 %s", "nice --adj=5 %s",
                              "nice --adjustment 5 %s", "nohup %s x", "nohup -- %s", "timeout 5 %s x", "timeout -k 1 5 %s", "timeout -k1 5 %s", "timeout -s KILL 5 %s", "timeout --sig=KILL 5 %s", "timeout --preserve-status 5s %s", "timeout --foreground -- 5 %s", "setsid -w %s", "setsid --wait %s", "stdbuf -oL %s", "stdbuf -i0 -o0 -e0 %s", "stdbuf --output=L %s", "command %s x", "command -- %s",
                              "command -p env %s", "exec %s x", "(exec %s x)", "xargs %s < f1", "xargs -n1 %s < f1", "xargs -I{} %s {} < f1", "xargs -I % %s % < f1", "xargs -i %s {} < f1", "xargs -t %s < f1 2>/dev/null", "xargs -r0 %s < f1", "xargs -L1 %s < f1", "xargs -L 1 -P 2 %s < f1", "xargs -d '\\n' %s < f1", "xargs -a f1 %s", "xargs --arg-file=f1 %s", "xargs --max-args=1 %s < f1",
                              "xargs -s 1000 -x %s < f1", "xargs -e %s < f1", "xargs -E q %s < f1", "xargs -l %s < f1", "xargs -- %s < f1", "xargs env %s < f1", "xargs sh -c '\"$0\" \"$@\"' %s < f1", "echo %s | xargs env", "echo x | xargs %s", "echo %s x | xargs -n2 env", "echo %s | xargs -I{} {} x", "echo %s | xargs -I{} sh -c {}", "echo %s | xargs -I{} env {} y",
                              "printf '%%s\\0' %s | xargs -0 env", "find . -maxdepth 0 -exec %s {} \\;", "find d1 -exec %s {} +", "find f1 -exec %s ';'", "find . -maxdepth 0 -execdir %s {} \\;", "find d1 -exec env %s {} \\;", "find d1 -exec sh -c '\"$0\" x' %s \\;", "find . -name 'f*' -exec true \\; -exec %s {} \\;", "find . \\( -name f1 -exec %s {} \\; \\)", "find d1 ! -exec %s {} \\;", "find d1 -name q -o -exec %s \\;",
                              "sh -c '\"$0\" x' %s", "sh -c '\"$@\"' _ %s x", "sh -c '$1 x' _ %s", "sh -c 'shift; \"$@\"' _ a %s x", "sh -c 'exec \"$@\"' _ %s", "sh -c '\"$1\"' sh %s", "f() { \"$@\"; }; f %s x", "f() { $1 $2; }; f %s x", "f() { shift; \"$@\"; }; f a %s x", "f() { \"$2\"; }; f a %s", "f() { g \"$@\"; }; g() { \"$@\"; }; f %s", "eval %s x", "eval eval %s x",
                              "env env env %s", "nice timeout 5 nohup %s", "env nice -n 1 sh -c '\"$1\"' _ %s", "timeout 5 sh -c '\"$0\"' %s", "a=1 b=2 %s x", "> f3 %s x", "%s x > f3 2>&1 < f1", "2>&1 %s", "<f1 %s", "<<Q %s\nQ", "%s x &\nwait", "while read l; do %s \"$l\"; done < f1", "cat f1 | while read l; do %s $l; done", "set -- %s x; \"$@\"", "set -- a %s x; shift; \"$@\"", "x=%s; $x",
                              "x=%s; env $x", "x=%s; sh -c \"$x\"", "trap %s EXIT", "command command %s", "flock f3 %s x", "flock -n f3 %s", "ionice -c 3 %s", "ionice -c3 -t %s", "taskset -c 0 %s", "chrt -o 0 %s", "unset -f x; %s", "$(echo env) %s", "\\env %s", "'env' %s", "\"nice\" -n 1 %s", "/usr/bin/env %s x", "setarch -R %s" if self.chance(.3) else "env %s", "prlimit --core=0 %s", "choom -n 500 -- %s",
                              *(["time %s x", "time -p %s x", "! %s x", "! ! %s", "coproc %s; wait", "builtin command %s", "builtin exec %s", "bash -c '\"$0\" x' %s", "bash -c '\"${@:1}\"' _ %s", "bash -c '\"${@: -1}\"' _ a %s", "bash -c \"$(printf '%%s x' %s)\"", "cat <(%s x)", "alpha > >(%s x)",
                                 "{ read c; \"$c\"; } <<< %s", "arr=(%s x); \"${arr[@]}\"", "arr=(env %s x); \"${arr[@]}\"", "arr=(); arr+=(%s x); \"${arr[@]}\"", "eval \"arr=(%s x)\"; \"${arr[@]}\"", "f() { local c=$1; $c x; }; f %s", "f() { local -n c=$1; $c x; }; y=%s; f y", "f() { \"${FUNCNAME[0]#f}$1\"; }; f %s", "trap %s DEBUG; :", ": %s; $_ x", "hash -p \"$(type -p alpha)\" q; %s",
                                 "[[ %s =~ .* ]]; ${BASH_REMATCH[0]}", "bash --norc -c \"$(echo %s)\"", "shopt -s lastpipe; echo %s | read c; $c", "{fd}>f3 %s", "%s &> f3", "%s >& f3", "%s |& cat", "time -- %s"] if self.bash else []))
            return pre + runner.replace("%s", word, 1).replace("%%", "%")
        if k == 12:  # a name that means another thing, or doesn't
            return self.one("omega() { :; }; unset -f omega; %s", "(omega() { :; }); %s", "omega() { :; } | :; %s", "if false; then omega() { :; }; fi; %s", "omega() { :; }; env omega x; %s", "omega() { command omega \"$@\"; }; %s", "omega() { env omega; }; %s", "f() { unset -f omega; }; omega() { :; }; f; %s", "omega() { :; }; unset omega; %s", "alpha() { %s\n}; alpha a",
                            "env() { \"$@\"; }; env omega; %s", "sh() { :; }; %s", "echo() { %s\n}; echo a", "cd() { %s\n}; cd d1", "true() { %s\n}; true", "test() { %s\n}; test a", "command() { %s\n}; command alpha", "g() { f; }; f() { %s\n}; g", "f() { :; }; f() { %s\n}; f", "f() { %s\n}; f() { :; }; f; %s", "f() { f() { %s\n}; f; }; f", "eval 'f() { omega ev; }'; f; %s", "alias alpha=omega; %s", "unalias -a; %s",
                            "[() { %s\n}; [ a ]" if self.bash else "%s", "exit() { %s\n}; exit" if self.bash else "%s", "function alpha { %s\n}; alpha" if self.bash else "%s", ":() { %s\n}; :" if self.bash else "%s").replace("%s", c)
        lines = self.one("%s\nif", "%s\n(", "%s\necho '", "%s\n)", "%s\nfi", "%s\ndone\n", "cat <<Q\n$(%s\n)", "x='\n'; %s", "echo \\\n; %s", "echo \"a\n\"; %s", "# a \\\n%s", "echo a#b; %s", "echo '#'; %s", "echo \\#; %s", "echo $((1 << 2)); %s", "cat <<E; %s\nE", "cat <<'E'; %s\n$(no\nE", "cat <<\\E\n`\nE\n%s", "cat <<-E\n\tx\n\tE\n%s", "cat <<\"E\" ; %s\nE",
                         "cat <<''\na\n\n%s", "<<E cat; %s\nE", "cat << E F; %s\nE", "cat <<E\n\\$(no)\nE\n%s", "cat <<E\na\\\nE\nE\n%s", "echo \"$(cat <<E\na\nE\n)\"; %s", "echo $(cat <<E\n)\nE\n); %s", "case x in x) echo ')' ;; esac; %s", "echo $(case x in x) echo a;; esac); %s", "echo \"${x:-a}\"; %s", "echo \"${x:-'}\"; %s; echo \"'}\"" if self.chance(.5) else "echo '${'; %s",
                         "echo ${x:-}}; %s", "echo \"`echo \"a b\"`\"; %s", "echo `echo \\`echo a\\``; %s", "echo $'\\''; %s #'" if self.bash else "echo a; %s", "[[ a < b ]]; %s" if self.bash else "%s", "a[1]=b; %s" if self.bash else "%s", "a=(1 2); %s" if self.bash else "%s", "((1 << 2)); %s" if self.bash else "%s", "echo $((echo a) | (cat)); %s" if self.bash else "%s", "[[ a =~ (b|c d) ]]; %s" if self.bash else "%s",
                         "echo ${x//\\//a}; %s" if self.bash else "%s", "echo {a,b}{c; %s" if self.bash else "%s", "cat <<< a; %s" if self.bash else "%s", "cat <<$'E'\na\nE\n%s" if self.bash else "%s", "cat <<E\na\nE\\\n\nE\n%s", "echo a\\ ; %s", "echo \\\\; %s", "echo '\\'; %s", "{ echo a;}; %s", "! true; %s", "echo }; %s", "echo {; %s", "echo fi; %s", "echo if; %s", "a=b; c=d e=f; %s", "\t %s",
                         "\\\n%s", "{ %s\n};", "if :; then %s\nfi > f3 2>&1", "echo a &&\n\n# c\n%s", "echo a |\n # c\ncat; %s", ";" if self.chance(.02) else "%s", "echo $#; %s", "echo ${#}; %s", "echo $[1]; %s" if self.bash else "%s", "echo ${x#\\}}; %s", "echo \"${x#\"}\"}\"; %s", "echo \"$(echo \")\")\"; %s", "echo \"$(echo ')' # )\n)\"; %s", "shopt -s extglob\necho !(a)\n%s" if self.bash else "%s", "echo [; %s", "echo $; %s")
        return lines.replace("%s", c, 1)

    def script(self):
        c = self.command()
        for _ in range(self.one(1, 1, 2, 2, 3)):
            c = self.around(c)
            if len(c) > 3000:
                break
        return c


if __name__ == "__main__":
    scripts.write_drawn(Speller, "spell ")
