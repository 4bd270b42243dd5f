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
    codes = ("-e",)  # options whose word is a text
    bare = False  # without them the first operand is one
    valued = ()  # options that take another word
    known_calls = True  # texts are put into the calls of the vectors and the packs' tests, too
    words = False  # the text is several words, of which some may be calls of their own
    share = 1.0  # of the texts that each language is given: some interpreters start slowly
    seconds = 1.0

    def text_of(self, words):
        """The text in a call's words, or None."""
        for word, after in zip(words, words[1:]):
            if word in self.codes or (re.fullmatch(r"-[A-Za-z0-9]+", word) and "-" + word[-1] in self.codes):
                return after
        return next((word for before, word in zip([""] + words, words) if not word.startswith("-") and before not in self.valued), None) if self.bare else None

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
    codes = ("-e", "--expression")
    bare = True
    real = ("sed", "busybox sed", "toybox sed")
    valued = ("-l", "-f")
    forms = ((["-e", TEXT, "f"], b""), (["-n", TEXT, "f"], b""), (["-E", TEXT, "f"], b""), (["-nE", "-e", TEXT, "f"], b""),
             (["-z", TEXT, "f"], b""), (["-s", "-e", TEXT, "-e", "p", "f"], b""), (["--posix", TEXT, "f"], b""), (["-n", "-e", "/x/{", "-e", TEXT, "-e", "}", "f"], b""))
    seeds = ("s/a/b/", "1,5p", "/x/d", "s|a|b|g", "/a/,/b/p", "y/abc/def/", "$!N", "s/[/]/x/g", "s/\\//x/", "s/[^/]*$//", "/x/{p;d}", "a\\\nfoo", "i foo", "1~2d",
             "\\%x%p", "s/a\\|b/c/2p", "b end;:end", "n;d", "s/.*/&x/I", "1!G;h;$!d", "/x/!s/a/b/", "0,/x/d", "2q", "s/a/\\n/", "c\\\nx", "s#[#]#x#", "/x/r notes",
             ":a;N;$!ba;s/\\n/ /g", "s,x,y,;ta", "/[[:alpha:]]/p", "s/[]/]/x/", "s/\\(a\\)/\\1/", "$=", "l 5", "2i\\\nx", "}", "{", "p;#x")
    proofs = ("w p", "1e touch p", "s/a/b/;s/b/touch p/e")
    evil = ("e touch p", "1e touch p", "s/a/touch p/e", "w p", "s/a/b/w p", "W p", "r secret", "R secret", "s/.*/touch p/;e", "e", "s/x/y/gpe", "s/x/y/Me", "\\nxne touch p",
            "s/[a/]/touch p/e", "y/a/b/;w p", "a\\\n1e touch p", "bx;w p", ":x;w p", ":x}w p", "t;e touch p", "}w p", "# \nw p", "1!{w p\n}", "i\\\nx\ne touch p", "s\nx\ny\ne", "//e", "$!{e touch p\n}",
            "a x\\\ne touch p", "a\\x\ne touch p", "i\\\n\\\ne touch p", "s/x/y/w /dev/fd/9", "v 4.2;e touch p", "l e", "q;e touch p", "y/a/b/e", "}}e touch p", "w/dev/../tmp/p", "r f\nw p", "s/a/b/gw p", "/x/I,+1e touch p", "$e touch p", "\\,x,e touch p", "a\\\n", "F;W p", "0,/x/w p")
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
                "the sandbox refuses it" if b"disabled in sandbox mode" in out else None)


class Awk(Language):
    name = "awk"
    programs = ("awk", "gawk", "mawk", "nawk")
    codes = ("-e", "--source")
    bare = True
    valued = ("-v", "-F", "-f")
    real = ("gawk", "mawk", "busybox awk", "original-awk", "gawk --posix")
    forms = (([TEXT, "f"], b""), (["-F:", TEXT, "f"], b""), (["-v", "n=1", TEXT, "f"], b""), ([TEXT], b"a b c\n1 2 x\n"))
    seeds = ("{print $1}", "NR==2", "/x/{print $2}", "!a[$0]++", "{s+=$1} END{print s/NR}", 'BEGIN{FS=":"} {print $1, $3}', "{for(i=1;i<=NF;i++) if($i~/x/) print i}", "{print ($1>2)}", "{n=split($0,a,/,/); print a[1]}",
             "$1>5 && $2<3", '{gsub(/x/,"y"); print}', '{print "a" "b"; next}', '{printf "%s\\n", $1}', "{c[$1]++} END{for(k in c) print k, c[k]}", "{print length($0) / 2}", "{x = $1 / 2; y = 3 / x; print y}", "length > 80",
             '{print $1 ? "a" : "b"}', "{print a[1] / 2, b / 3}", '{$1=""; print substr($0,2)}', "/a/,/b/", "{print toupper($1)}", "END{print NR}", '{print "x" > "/dev/stderr"}', "NR>1 && /[/]/", "{x=NF/2;print x/1}",
             '{c[$1]++} END{for(k in c) print k, c[k] | "sort -k2nr"}', 'BEGIN{"date +%s" | getline d; print d}', '{print "x" | "cat 1>&2"}', '{print $1 | "sort | uniq -c"; n++}', 'BEGIN{printf "x" > "/dev/stderr"; exit}',
             "function f(x){return x/2} {print f($1)}", 'BEGIN{while(i<3){i++;print i}}', "$0 ~ /a\\/b/", "{ sub(/[^/]*$/, \"\"); print }", '{print $1 "|" $2}', 'BEGIN{printf("%d\\n", 1>2)}', "{print -1 \" \" -1}",
             'BEGIN{while((getline l < "f") > 0) n++; print n}', 'BEGIN{while(getline < "f"){print $0;};close("f")}', 'BEGIN{print ENVIRON["HOME"]}')
    proofs = ('BEGIN{system("touch p")}', '{print > "p"}', '{"touch p" | getline}')
    evil = ('system("touch p")', 'print > "p"', 'print "x" >> "p"', 'print | "touch p"', '"touch p" | getline', 'getline < "secret"', 'print|"sh"', 'print "touch p" | "sh"', "system(\"touch p\")/1", '"touch p"|getline x', 'print ENVIRON["TOKEN"]',
            'BEGIN{system("touch p")}', 'printf("x") > "p"', 'print(1)>"p"', 'print 1,2>"p"', '@f("touch p")', 'f="system";@f("touch p")', 'print |& "touch p"', "getline line < FILENAME", 'close("touch p")', 'ARGV[1]="secret"',
            '@load "readfile"', '@include "x"', 'print 1 > $1', 'print a, b > "p" c', 'while(("touch p" | getline x) > 0) y', 'print $1, $2 > $3', 'fflush(); system("touch p")', 'SYMTAB["x"]', 'print $1>"p"', 'print -x>"p"', 'print!x>"p"',
            'printf "%s">"p"', 'print /x/>"p"', 'print a[1]>"p"', 'print length>"p"', 'print(1)(2)>"p"', 'print (1)*2>"p"', 'print 1?2:3>"p"', 'print 1 in a>"p"', 'print $NF>"p"', 'print i++>"p"', 'print x=1>"p"',
            'print > FILENAME', 'print > $2', 'getline < ("sec" "ret")', 'getline x < ARGV[1]', 'print ENVIRON["TOK" "EN"]', 'for (k in ENVIRON) print ENVIRON[k]', '@namespace "x"; print > "p"', 'a / b; print > "p" #/', 'print a / b > "p" # /', 'print length() > "p"', 'print length / 2 > "p" #/', 'print !/x/ > "p"',
            'print a ~ /x/ > "p"', 'print a[/]/] > "p"', 'print (1) > "p"', 'print (1, 2) > "p"', 'print (1)(2), 3 > "p"', 'print -(1) > "p"', 'print $(1) > "p"', 'print f(1) > "p"', 'print substr($0, 2) > "p"', 'print "a" "b" > "p"', 'printf ("%s", 1) > "p"', 'print in > "p"', 'print a,\n b > "p"', 'print \\\n > "p"', 'print 1 #x\n> "p"', 'print getline < "secret"', '(getline l) < "secret"', 'while (getline l < "secret") print l', '"cat secret" | getline', 'sort | "touch p"',
            'cmd = "touch p"; cmd | getline', 'print | cmd', 'print > "/dev/fd/1" "x"', 'print > "/dev/stderr" "x"', 'print | "sort" "; touch p"', 'print | "sort" ; print > "p"', 'print | "sort;touch p"', '"date" "; touch p" | getline', 'print > ("p")', 'print | ("touch p")', 'print>"p";', 'func f(a) { print a > "p" } ', 'switch (1) { case /x/: print > "p" }', 'PROCINFO["x"]', 'split("", ENVIRON)', 'FS = "x" > "p"')
    tokens = ("{", "}", "(", ")", ";", "\n", " ", " ", "$1", "$0", "$NF", "NR", "x", '"', '"x"', "/", "/x/", "/[/]/", "\\/", ">", ">", ">>", "|", "||", "&&", "getline", 'system("touch p")', '"touch p"', "print", "printf", "if", "for", "in", "length",
              "=", "==", "~", "!", "!~", "+", "-", "*", "%", "^", "?", ":", ",", "[", "]", "1", "\\", "#", "<", "@", "$", "END", "BEGIN", "function f(){}", "close", '"\\""', '"\\\\"', "-", "++", "while", "do", "else", "next", "exit", "return", "delete",
              "substr(", "\\\n", " in ", "case", "/=", "/ ", "[^/]", "[]/]", "ENVIRON", "a[1]", "**", "^=", "%=", "/x/i", "1e5", "0x1", "1.", ".5", "getline x", "BEGINFILE", "switch", "nextfile", "//", "/ /", "&", "'", "`", "->", "::", "awk::system", "a::b",
              "sys", "tem", "\\\r\n", '| "sort"', '"date" | getline d', '"sort -n"', '"date"', '> "/dev/stderr"', '"cat 1>&2"', '"sort -o p"', '"|touch p"', ' "p"', '"date;touch p"', "func", "printf(", "print(", "length/", "NF/", ")/", "]/", '"/')
    hides = Language.hides + (("/[", "]/"), ("/[^]", "]/"), ('"\\', '"'), ("# ", "\n"), ("x / ", " / y"), ("NF/", "/2"), (")/", "/"), ("length /", "/"), ("in/", "/"), ("(", ") > 1"), ("print (", ")"), ("{", "}"), ("/\\", "/"), ('"a\\\n', '"'),
                              ("++/", "/"), ("$/x/", "/"), ("~/", "/"), ("/[[:alpha:]", "]/"), ("return/", "/"), ("getline/", "/"), ('print $1 | "sort', '"'), ('"date" | getline ', ""), ("", ' "date" | getline'), ('print | "sort" ', ""), ('print > "/dev/stderr" ', ""), ("; ", '| "sort"'))
    share = 0.4
    # What a program may hand to a shell. The shell itself says nothing: whatever else it starts does.
    FILTERS = rb"(?:sort(?: -[bdfghiMnrRsuV]*(?:k ?\d[\d,.a-zR]*|t ?[:,=])?)*|uniq(?: -[cdiu]+)*|wc(?: -[clmw]+)*|cat|(?:head|tail)(?: -?n? ?\d+)?)"
    ASKED = rb"(?:date(?: \+[%\w:/.-]+)?|pwd|hostname|whoami|nproc|id -un?|uname(?: -[asnrm])?)"
    PROGRAMS = {b"sh", b"sort", b"uniq", b"wc", b"cat", b"head", b"tail", b"date", b"pwd", b"hostname", b"whoami", b"nproc", b"id", b"uname"}

    def ignores(self, call, path, named):
        # To original-awk a further -e is a file.
        return call == "read" and path.endswith(b"/-e") or call == "execve" and path.rpartition(b"/")[2] in self.PROGRAMS and path.startswith((b"/bin/", b"/usr/bin/", b"/usr/local/bin/"))

    def unlisted(self, out):
        """mawk's list without what may be there: a shell's text that is written out, right before what takes it."""
        before = rb"^\d+ \.?\tpushs\t\""
        out = re.sub(before + self.FILTERS + rb"(?: \| " + self.FILTERS + rb")*(?: 1?>&2)?\"\n\d+ \.?\tpushint\t-3\n\d+ \.?\tprintf?$", b"", out, flags=re.M)
        out = re.sub(before + rb"/dev/std(?:out|err)\"\n\d+ \.?\tpushint\t-[12]\n\d+ \.?\tprintf?$", b"", out, flags=re.M)
        out = re.sub(before + rb"(?:HOME|PATH|USER|LOGNAME|SHELL|LANG|PWD|TERM|HOSTNAME)\"\n\d+ \.?\tae_pushi\tENVIRON$", b"", out, flags=re.M)
        out = re.sub(before + rb"(?!/inet)[^\"\n]+\"\n\d+ \.?\tpushint\t-5\n\d+ \.?\tgetline$", b"", out, count=1, flags=re.M)  # of one file that is written out
        out = re.sub(rb"^\d+ \.?\tpushint\t0\n\d+ \.?\tgetline$", b"", out, flags=re.M)  # of what is read anyway
        return re.sub(before + self.ASKED + rb"\"\n\d+ \.?\t(?:f_)?push\w*\t.*\n\d+ \.?\tpushint\t-4\n\d+ \.?\tgetline$", b"", out, flags=re.M)

    def unlisted_gawk(self, out):
        """gawk's, which pushes it before what is printed: as many redirections fewer as such texts are pushed."""
        out = re.sub(rb"^\[.*Op_push_array +: ENVIRON\n(?=\[.*Op_push_i +: \"(?:HOME|PATH|USER|LOGNAME|SHELL|LANG|PWD|TERM|HOSTNAME)\" \[.*\n\[.*Op_subscript )", b"", out, flags=re.M)
        out = re.sub(rb"^(\[.*Op_push_i +: \"(?!/inet)[^\"\n]+\" \[.*\n(?:\[.*Op_(?:subscript_lhs|push_lhs|field_spec_lhs|push_i).*\n){0,2})\[ *\d*:0x\w+\] Op_K_getline_redir .*redir_type = \" < \".*$", rb"\1", out, count=1, flags=re.M)
        texts = len(re.findall(rb"Op_push_i +: \"(?:" + self.FILTERS + rb"(?: \| " + self.FILTERS + rb")*(?: 1?>&2)?|/dev/std(?:out|err)|" + self.ASKED + rb")\" \[", out))
        return re.sub(rb"^\[ *\d*:0x\w+\] Op_(?:K_getline_redir .*redir_type = \" \| \"|K_print\w* .*redir_type = \" (?:\||>>?) \").*$", b"", out, count=texts, flags=re.M) if texts else out

    def probes(self, text, words, path):
        # mawk lists its code, and the debugger of gawk its own. A print that is redirected has a negative number before it.
        if self.program("mawk"):
            yield "mawk -W dump", self.program("mawk") + ["-W", "dump", text], b"", lambda out: matched(
                rb"^\d+ \.?\t?(system|getline|\w+\t(?:ENVIRON|ARGV|ARGC)\b|pushint\t-\d+\n\d+ \.?\tprintf?$)", self.unlisted(out))
        if self.program("gawk"):
            yield "gawk -D", self.program("gawk") + ["-D", "-f", path, "f"], b"dump\nquit\n", lambda out: matched(
                rb"^\[ *\d*:0x\w+\] Op_(K_getline_redir.*|indirect_func_cal.*|ext_builtin.*|push_\w+ +: (?:ENVIRON|SYMTAB|FUNCTAB|ARGV)\b|push\w* +: (?:ARGC|ARGIND)\b"
                rb"|builtin +: system\b.*|K_print\w*.*redir_type = \"[^\"].*)", self.unlisted_gawk(out))


def matched(pattern, out):
    found = re.search(pattern, out, re.M)
    return "compiles to " + found[1].decode("utf-8", "replace") if found else None
