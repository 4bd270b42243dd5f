"""The languages: how a text is given to the program, harmless and evil texts, and what the interpreters themselves say of a text
without running it."""
import ast
import re
import shutil

TEXT = object()  # where the text stands among the words


class Language:
    """programs: names under which the vectors call it. forms: words of a call, and standard input. real: programs that run it."""

    name = ""
    programs = ()
    real = ()
    forms = ()
    seeds = ()
    evil = ()
    proofs = ()  # evil texts that have to be noticed
    tokens = ()
    joins = (";", "; ", "\n", " ")
    hides = (('"', '"'), ("'", "'"), ("/", "/"), ("[", "]"), ("(", ")"), ("{", "}"), ("#", "\n"), ("\\", ""))
    words = False  # the text is several words, of which some may be calls of their own
    share = 1.0  # of the texts that each language is given: some interpreters start slowly
    seconds = 1.0

    def text_of(self, words):
        """The text in a call's words, or None."""
        for i, word in enumerate(words):
            if word in ("-e", "-c", "-p", "--expression", "--eval"):
                return words[i + 1] if i + 1 < len(words) else None
            if re.fullmatch(r"-[A-Za-z0-9]+e", word) and i + 1 < len(words):
                return words[i + 1]
        return next((word for word in words if not word.startswith("-")), None)

    def runs(self):
        """The real programs that are here."""
        return [found for found in (self.program(name) for name in self.real) if found]

    def program(self, name):
        first, *rest = name.split()
        path = shutil.which(first, path="/usr/local/bin:/usr/bin:/bin")
        return [path] + rest if path else None

    def probes(self, text, words, path):
        """Commands (name, argv, standard input, check of the output): the interpreter's own reading of the text, which path holds, too.

        The check says what is wrong."""
        return ()

    def ignores(self, call, path, named):
        """Events that say nothing."""
        return False

    def could(self, text):
        """What the text could do, told without a process; None: nothing."""
        return None


class Sed(Language):
    name = "sed"
    programs = ("sed", "gsed")
    real = ("sed", "busybox sed", "toybox sed")
    forms = ((["-e", TEXT, "f"], b""), (["-n", TEXT, "f"], b""), (["-E", TEXT, "f"], b""), (["-nE", "-e", TEXT, "f"], b""),
             (["-z", TEXT, "f"], b""), (["-s", "-e", TEXT, "-e", "p", "f"], b""), (["--posix", TEXT, "f"], b""), (["-n", "-e", "/x/{", "-e", TEXT, "-e", "}", "f"], b""))
    seeds = ("s/a/b/", "1,5p", "/x/d", "s|a|b|g", "/a/,/b/p", "y/abc/def/", "$!N", "s/[/]/x/g", "s/\\//x/", "s/[^/]*$//", "/x/{p;d}", "a\\\nfoo", "i foo", "1~2d",
             "\\%x%p", "s/a\\|b/c/2p", "b end;:end", "n;d", "s/.*/&x/I", "1!G;h;$!d", "/x/!s/a/b/", "0,/x/d", "2q", "s/a/\\n/", "c\\\nx", "s#[#]#x#", "/x/r notes",
             ":a;N;$!ba;s/\\n/ /g", "s,x,y,;ta", "/[[:alpha:]]/p", "s/[]/]/x/", "s/\\(a\\)/\\1/", "$=", "l 5", "2i\\\nx", "}", "{", "p;#x")
    proofs = ("w p", "1e touch p", "s/a/b/;s/b/touch p/e")
    evil = ("e touch p", "1e touch p", "s/a/touch p/e", "w p", "s/a/b/w p", "W p", "r secret", "R secret", "s/.*/touch p/;e", "e", "s/x/y/gpe", "s/x/y/Me", "\\nxne touch p",
            "s/[a/]/touch p/e", "y/a/b/;w p", "a\\\n1e touch p", "bx;w p", ":x;w p", ":x}w p", "t;e touch p", "}w p", "# \nw p", "1!{w p\n}", "i\\\nx\ne touch p", "s\nx\ny\ne", "//e", "$!{e touch p\n}")
    tokens = tuple("pPdDnNgGhHxFzqQlLbtTs/|,#;{}\n !$0123456789~+*.\\[]^&weWRyacixmIMg=:-v") + (
        "s/", "s|", "y/", "[/]", "[^]]", "[]/]", "\\/", "\\n", "\\%", "\\n", "1e", "/e", "a\\", "[:alpha:]", "[.", ".]", "[=", "=]", "\\c", "\\]", "\\{", "}e", "#n", " ;e", "[[:", ":]]", "\\cX", "\\d065",
        "\\o057", "\\x2f", "[[.]", "[[.].]", "[^", "[a\nb]", "\\\n", "e\n")
    hides = Language.hides + (("s/", "/x/"), ("s/a/", "/"), ("/[", "]/p;"), ("[[:", ":]]"), ("[[.", ".]]"), ("\\%", "%p"), ("a\\\n", "\n"), ("a ", ""), ("y/", "/abcdefghijk/"), (":", ""), ("b", ";"), ("}", ""), ("s/a\\\n", "/b/"))
    share = 0.8

    def probes(self, text, words, path):
        # The effects of w, r and e alone are judged by their names, which the sandbox doesn't ask.
        named = re.match(rb"\s*(?:(?:\d+|\$|/[^/\\\[\n]*/)(?:,(?:\d+|\$|/[^/\\\[\n]*/))?)?\s*!?\s*(?:[rRwW]|s/[^/\\\[\n]*/[^/\\\n]*/[gpiIMm0-9]*w)", text)
        if not named and self.program("sed"):
            yield "sandbox", self.program("sed") + ["--sandbox"] + [w if w != "f" else "/dev/null" for w in words], b"", lambda out: (
                "the sandbox refuses it" if b"sandbox" in out else None)


class Awk(Language):
    name = "awk"
    programs = ("awk", "gawk", "mawk", "nawk")
    real = ("gawk", "mawk", "busybox awk", "original-awk", "gawk --posix")
    forms = (([TEXT, "f"], b""), (["-F:", TEXT, "f"], b""), (["-v", "n=1", TEXT, "f"], b""), ([TEXT], b"a b c\n1 2 x\n"))
    seeds = ("{print $1}", "NR==2", "/x/{print $2}", "!a[$0]++", "{s+=$1} END{print s/NR}", 'BEGIN{FS=":"} {print $1, $3}', "{for(i=1;i<=NF;i++) if($i~/x/) print i}", "{print ($1>2)}", "{n=split($0,a,/,/); print a[1]}",
             "$1>5 && $2<3", '{gsub(/x/,"y"); print}', '{print "a" "b"; next}', '{printf "%s\\n", $1}', "{c[$1]++} END{for(k in c) print k, c[k]}", "{print length($0) / 2}", "{x = $1 / 2; y = 3 / x; print y}", "length > 80",
             '{print $1 ? "a" : "b"}', "{print a[1] / 2, b / 3}", '{$1=""; print substr($0,2)}', "/a/,/b/", "{print toupper($1)}", "END{print NR}", '{print "x" > "/dev/stderr"}', "NR>1 && /[/]/", "{x=NF/2;print x/1}",
             "function f(x){return x/2} {print f($1)}", 'BEGIN{while(i<3){i++;print i}}', "$0 ~ /a\\/b/", "{ sub(/[^/]*$/, \"\"); print }", '{print $1 "|" $2}', 'BEGIN{printf("%d\\n", 1>2)}', "{print -1 \" \" -1}")
    proofs = ('BEGIN{system("touch p")}', '{print > "p"}', '{"touch p" | getline}')
    evil = ('system("touch p")', 'print > "p"', 'print "x" >> "p"', 'print | "touch p"', '"touch p" | getline', 'getline < "secret"', 'print|"sh"', 'print "touch p" | "sh"', "system(\"touch p\")/1", '"touch p"|getline x', 'print ENVIRON["TOKEN"]',
            'BEGIN{system("touch p")}', 'printf("x") > "p"', 'print(1)>"p"', 'print 1,2>"p"', '@f("touch p")', 'f="system";@f("touch p")', 'print |& "touch p"', "getline line < FILENAME", 'close("touch p")', 'ARGV[1]="secret"',
            '@load "readfile"', '@include "x"', 'print 1 > $1', 'print a, b > "p" c', 'while(("touch p" | getline x) > 0) y', 'print $1, $2 > $3', 'fflush(); system("touch p")', 'SYMTAB["x"]', 'print $1>"p"', 'print -x>"p"', 'print!x>"p"',
            'printf "%s">"p"', 'print /x/>"p"', 'print a[1]>"p"', 'print length>"p"', 'print(1)(2)>"p"', 'print (1)*2>"p"', 'print 1?2:3>"p"', 'print 1 in a>"p"', 'print $NF>"p"', 'print i++>"p"', 'print x=1>"p"')
    tokens = ("{", "}", "(", ")", ";", "\n", " ", " ", "$1", "$0", "$NF", "NR", "x", '"', '"x"', "/", "/x/", "/[/]/", "\\/", ">", ">", ">>", "|", "||", "&&", "getline", 'system("touch p")', '"touch p"', "print", "printf", "if", "for", "in", "length",
              "=", "==", "~", "!", "!~", "+", "-", "*", "%", "^", "?", ":", ",", "[", "]", "1", "\\", "#", "<", "@", "$", "END", "BEGIN", "function f(){}", "close", '"\\""', '"\\\\"', "-", "++", "while", "do", "else", "next", "exit", "return", "delete",
              "substr(", "\\\n", " in ", "case", "/=", "/ ", "[^/]", "[]/]", "ENVIRON", "a[1]", "**", "^=", "%=", "/x/i", "1e5", "0x1", "1.", ".5", "getline x", "BEGINFILE", "switch", "nextfile", "//", "/ /", "&", "'", "`", "->", "::", "awk::system", "a::b",
              "sys", "tem", "\\\r\n", "func", "printf(", "print(", "length/", "NF/", ")/", "]/", '"/')
    hides = Language.hides + (("/[", "]/"), ("/[^]", "]/"), ('"\\', '"'), ("# ", "\n"), ("x / ", " / y"), ("NF/", "/2"), (")/", "/"), ("length /", "/"), ("in/", "/"), ("(", ") > 1"), ("print (", ")"), ("{", "}"), ("/\\", "/"), ('"a\\\n', '"'),
                              ("++/", "/"), ("$/x/", "/"), ("~/", "/"), ("/[[:alpha:]", "]/"), ("return/", "/"), ("getline/", "/"))
    share = 0.4

    def probes(self, text, words, path):
        # mawk lists its code, and the debugger of gawk its own. A print that is redirected has a negative number before it.
        if self.program("mawk"):
            yield "mawk -W dump", self.program("mawk") + ["-W", "dump", text], b"", lambda out: matched(
                rb"^\d+ \.?\t?(system|getline|\w+\t(?:ENVIRON|ARGV|ARGC)\b|pushint\t-\d+\n\d+ \.?\tprintf?$)", out)
        if self.program("gawk"):
            yield "gawk -D", self.program("gawk") + ["-D", "-f", path, "f"], b"dump\nquit\n", lambda out: matched(
                rb"^\[ *\d*:0x\w+\] Op_(K_getline.*|indirect_func_cal.*|ext_builtin.*|push_\w+ +: (?:ENVIRON|SYMTAB|FUNCTAB|PROCINFO|ARGV)\b|push\w* +: (?:ARGC|ARGIND)\b"
                rb"|builtin +: system\b.*|K_print\w*.*redir_type = \"[^\"].*)", out)


def matched(pattern, out):
    found = re.search(pattern, out, re.M)
    return "compiles to " + found[1].decode("utf-8", "replace") if found else None
