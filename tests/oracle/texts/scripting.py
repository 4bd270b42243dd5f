"""Perl, Python and JavaScript, as languages.py describes languages."""
import ast
import builtins
import os
import re
import string
import warnings

from languages import TEXT, Language, matched


warnings.simplefilter("ignore")  # of texts that are parsed


class Perl(Language):
    name = "perl"
    programs = ("perl",)
    codes = ("-e", "-E")
    known_calls = False  # the listing is of a text alone, with no module
    real = ("perl",)
    forms = ((["-ne", TEXT, "f"], b""), (["-pe", TEXT, "f"], b""), (["-lane", TEXT, "f"], b""), (["-e", TEXT], b"a b\n1 x\n"), (["-nlE", TEXT, "f"], b""), (["-0777", "-ne", TEXT, "f"], b""), (["-e", "print 1", "-e", TEXT], b""), (["-ne", "print;", "-e", TEXT, "-e", "/f/x and print", "f"], b""), (["-F:", "-lane", TEXT, "f"], b""))
    seeds = ("while(/(a)/g){print $1}", "s{a}{b}g", "s{(a.)}{x$1}", "print if m{a/b}", 'print pop(@F), "\\n"', 'push @x, $F[-1]; END { printf "n=%d avg=%.2f\\n", scalar @x, $s/@x }', 'printf "%s", $_/2', 'print join(",", map { $_*2 } 1..5), "\\n"', "print map { $_ . 'x' } @F", "print grep { /x/ } @F", "if (/a/) { print 1 } elsif (/b/) { print 2 } else { print }", 'print STDERR "x: $_"', "$n++ if /x/ }{ print $n", "print qq(abc)", "print q(abc), shift @F", "print if /x/", 'print "$1\\n" if /(x)/', "s/a/b/g", 'print $F[0], "x"', "print if $. == 5", "next unless /x/", 'print "a" . $_ for /x/g', "s|a|b|; print", "print if /a/ .. /b/", "print if 5..10",
             'print unless not /x/ and $1 eq "x"', 'print join("x", @F[0..2])', "tr/a-z/A-Z/; print", "print $1.$2 while /(.)(.)/g", "print if length($_) > 5", "print if $_ =~ m/x/i && !/y/", "y/a/b/", "print if eof", "s/[$@]//", "s/(\\w+)/<$1>/",
             "s/^\\s+|\\s+$//g", "print if /[[:alpha:]]/", "print $& if /a$/", "last if $. > 3", 'print "x\\n"', "print 'a'", "s#a#b#", "s!a!b!;print", "s,a,b,", "s%a%b%", "$n{$_}++; END { print keys %n }", "$s += $F[0]; END { print $s / 2 }", "$s += $1 if /(\\d+)/; END { print $s }", "END { print $. }", "push @l, $_; END { print sort @l }", "print sort { $a <=> $b } @F", 'printf("%s\\n", $1) if /(x)/', "print sort <>", "print reverse <>",
             "chomp; $h{$_}++; END { print $_, $h{$_} for sort { $h{$b} <=> $h{$a} } keys %h }", "if (/x/) { print }", "BEGIN { $x = 1 } print $x", "print length($_), uc($1) if /(x)/", "print scalar(@F)", "$x .= $_; END { print $x }", "my $x = 1; print $x + 2 x 3", "print join(',', reverse @F)", "print if length >= 3", "print -s $_, 'x'", "$s += -s; END { print $s }", "print if -d", "$. > 1 && print", "$n{$_}++ or print", "/x/ and print $1", 'print join ":", @F[0..1]', "print length, 'x'", "print scalar localtime", "print time", "for (sort keys %n) { print $_; $x++ }", "END { for (sort keys %n) { print $n{$_} } }",
             "for my $k (@F) { print $k if $k }",
             '@a = split(/\\t/); print $a[1] - $a[0] + 1', 'print $x % 2 ? "a" : "b"', 's/(\\d+)/$1 * 2/e', 's/(\\w+)/ucfirst($1)/ge', 'print "@F[0,1]\\n" if @F > 2', 'my ($k,$v) = split /=/; $h{$k} = $v', 'print "@{[reverse @F]}"', 'print((split /,/)[0,2])', '$n = () = /a/g; print $n', 'for my $i (0..$#F) { print $F[$i] }', 'print join ",", map { $_ * 2 } grep { $_ > 1 } @F', '$, = " "; print @F', '$/ = ""; print', 'print $x / 2', '$x /= 2 if @F', 'print (($a + 1) * 2)', 'print sort { $a <=> $b } (3,1,2)', '$_ .= "x" unless /a/', 'print ++$n." $_"', '/x/ && $t++; END { print $t }', 'print for grep /x/, @F', 'print lc $1, ucfirst lc', 'local $/; print length(<>)', 'print if $n && $n--', '$a=2; s/$a/xyz/', 'print substr($_, 2, 5) if index($_, "a") != -1', 'use List::Util qw(sum); print sum(1..10)', '$h{$F[0],$F[1]}++; print $h{abc}', 'my %h = (a => 1, y => 2); print join ",", sort keys %h', 'print tr/a//', 'if (-e "f") { print "yes" } else { exit 1 }', 'print "$#F" if $#F > 1', 'print $ENV{PATH}', 'print reverse split //, "abc"', '$x = "abc" =~ tr/a//', 'print first { $_ > 2 } @F', 'exists $h{x} or print', 'print join ",", /\\d+/g', '$c = () = /a/g')
    proofs = ("`touch p`", "print if /(?{system('touch p')})/")
    evil = ("system('touch p')", "`touch p`", "exec 'touch p'", "open(F,'>p')", "print F 'x'", "unlink 'f'", "qx(touch p)", "require 'x'", "eval 'x'", "do 'x'", "use POSIX", "BEGIN{system('touch p')}", "@{[system('touch p')]}", "${\\system('touch p')}",
            "(?{system('touch p')})", "(??{`touch p`})", "<*>", "<secret>", "glob('*')", "s/a/`touch p`/e", "s/a/system('touch p')/ee", "s//touch p/;", "$ENV{TOKEN}", "@ENV{TOKEN}", "@ARGV=('touch p|')", "$0='x'", "print{$F[0]}", "->x", "&f", "x()", "sort{system 'touch p'}@F",
            "map{`touch p`}1", "%ENV", "*x=sub{}", "__FILE__", "=pod\n", "\n=cut\n", "__END__\n", "<<x;\n`touch p`\nx\n", "<<`x`;\ntouch p\nx\n", "print <<`x`\ntouch p\nx\n", "format=\n@<\n`touch p`\n.\nwrite", "qq{$x\\{`touch p`\\}}", "while (<STDIN>) { last }", "push @{$h{a}}, 'touch p|'", "$h{a} = 'ARGV'", "substr($h{a}, 0) =~ s/^/ARGV/", "s/$/|/ for @ARGV", "for my $x (@ARGV) { $x = 'touch p|' }", "$_ = 'touch p|' for sort @ARGV", "print <>", "x => `touch p`", "{; `touch p`}", "say / 2; `touch p`; #/", "sum / 2; `touch p`; #/", "split '(?{`touch p`})'", "$x =~ '(?' . '{`touch p`})'", "open(F, '<', $_)", "open F", "\\@ARGV", "do { `touch p` }", "%INC", "local @ARGV = 'touch p|'", "our @ARGV","$x[`touch p`]", "$1[`touch p`]", "$F[`touch p`]", "$_{`touch p`}",
            "$&[`touch p`]", "@{`touch p`}", "$#{[`touch p`]}", "$$F[0]", "$F[0]->()", "$-[`touch p`]", "$+{`touch p`}", "/$x[`touch p`]/", "/@{[`touch p`]}/", "y/a/b/r=~`touch p`", "print`touch p`", "system'touch','p'", "$'[0]", "$::x", "#!perl -i\n", "?x?", "-e f", "-s'f'",
            "$|{`touch p`}", "/$|{`touch p`}/", "/$)[`touch p`]/", "/a$/[`touch p`]", "/(?<x>a)$+{`touch p`}/", "s/a/$1[`touch p`]/", "s/a/$1{`touch p`}/", "s/a/$&->[`touch p`]/", "no strict;`touch p`", "sort $x @F", "sort f @F", "sort{`touch p`}@F", "print {$x} 1", "print $x `touch p`", "%main::", "keys %ENV", "$h{`touch p`}", "$h{x}{y}", "$x[`touch p`]", "$x->[0]", "&$x", "@$x", "%$x", "$$x", "printf STDERR", "push @ARGV, 'secret'", "$ENV{TOKEN} = 1", "@ARGV = 'secret'", "unshift @ARGV, 'secret'", "push @main::ARGV, 'touch p|'", "$main::x", "$::{x}", "local $_ = `touch p`",
            "sprintf('%s', `touch p`)", "join($x, @F)", "$x = sub { 1 }", "$x = \\`touch p`", "$a = <secret>", "$x = <STDIN>", "print <$x>", "print <*>", "print <f >", "sort $f <>", "END { system('touch p') }", "if (`touch p`) { print }", "package x{`touch p`}", '# line 1 "x"\n')
    tokens = ("print", "say", " ", " ", " ", " if ", " unless ", " while ", " for ", "/", "/", "/", "m/", "s/", "s|", "|", "s#", "#", "x", "y/", "tr/", "$_", "$1", "$.", "$&", "$F[0]", "$x", "@F", "@F[0..2]", '"', "'", '"x"', "'y'", ",", ".", "..", ";", ";", "\n", "(", ")", "(?:",
              "(?i)", "[", "]", "[^/]", "{", "}", "=~", "!~", "!", "not ", " and ", " or ", "&&", "||", "==", "<", ">", "<=", "eq ", "ne ", "5", "10", "eof", "length($_)", 'join("x",@F)', "g", "i", "x", "e", "ee", "r", "\\", "\\$", "$", "@", "-", "+", "*", "%", "?", ":", "=", "next", "last",
              "exit", "$|", "$)", "$(", "#x", "q", "qw", "<*>", "EOF", "__END__", "=pod", "sort", "x=", "->", "::", "//", "/x", "/e", "...", "[[:", "(?#", "(?<", "(?{", "(*", "\\Q", "\\E", "\\x{41}", "\\N{U+41}", "$1{", "$1[", "$_[", "$_->", "$'", "$`", '$"', "$;", "q(", "m{", "s{a}{b}",
              "s(a)(b)", "s/a/b/;e", "l", "d", "foreach ", "until ", "END {", "BEGIN {", "if (", "sort ", "reverse ", "keys ", "%h", "$h{$_}", "++", "+=", ".=", "push @l, ", "sprintf(", "<>", "scalar ", "printf ", "my ", "uc(", "@l", "$a", "<=>", " x ", "print(", "print{", "print STDERR ", "-s ", "-s", "-d", "-e $_", "-T ", "length", "length ", "time", "localtime", "for (", "for my $k (", ") {", "join ", " and print", " && ", "|| ")
    hides = Language.hides + (("s{", "}{b}"), ("s{a}{", "}"), ("s{a} {", "}"), ("s{a}{b}", "e"), ("m{", "}"), ("print map { ", " } @F"), ("print map { $_ ", " } @F"), ("print grep { ", " } @F"), ("qq(", ")"), ("print q(", ")"), ("while (", ") { print }"), ("if (/x/) { print } else { ", " }"), ("} ", " {"), ("}{ ", ""), ("print STDERR ", ""), ('print 1, $x/', ' . "/2"'), ("print 1, $x /", "/"), ("print $x/", "/"), ("1, sum(@x)/", "/"), ("pop(", ")"), ("/", "/x"), ("/[", "]/"), ("/(?#", ")/"), ("s/a/", "/"), ("s/", "/b/"), ("s|", "|b|"), ("s#", "#b#"), ("s!a!", "!"), ("m/\\/", "/"), ('"\\', '"'), ("y/", "/b/"), ("/x[", "]/x"), ("/# ", "\n/x"), ("s/a#", "\n/b/x"), ("/# @{[ q(\n@{[ ", " ]} # ) ]}\n/x"), ("s{# @{[ q(\n@{[ ", " ]} # ) ]}\n}{b}x"), ('print "\\x{@{[ q(} @{[ ', ' ]} ) ]}"'), ("print ", " if /x/"),
                              ("1/", "/1"), ("print $a x'a;", ";','.1;#'"), ('print $a ?"?;', ';#":1'), ('use utf8 "a\'; print \'";', ";#'"), ("$_/", "/1"), ("eof/", "/"), ("length/", "/"), ("$./", "/"), ("..", ""), ("/[^]", "]/"), ("/\\Q", "\\E/"), ("/\\[", "]/"), ("/[\\]", "]/"), ("/$[", "]/"), ("/a$", "/"), ("/(", ")/"), ("/x|$", "|/"), ("-s ", ""), ("-s/", "/"), ("-d/", "/"), ("-e ", "/"), ("length ", "/"), ("time/", "/"), ("localtime ", ""), ("for (@F) { ", " }"), ("for (", ") { print }"), ("/x/ && ", ""), ("$x || ", ""), ("s/(a)/", "/e"), ("s/a/$1 ", "/ge"), ('"@{[', ']}"'), ('"@{[reverse ', '@F]}"'), ("print $x / ", ""), ("print $x % ", ""), ("my ($a,$b) = ", ""), ("@a = ", ""), ("split /", "/"), ("split ", ", $_"), ("(", ")[0]"), ("$x > 1 ? ", " : 2"), ("print $x ? 1 : ", ""), ("$, = ", ""), ("$n = () = ", ""), ("map { ", "; } (1, 2)"), ("lc ", ""), ("ucfirst ", " . 1"), ("/$a", "/"), ("s/$a", "/b/"), ("$h{", "}"), ('"$h{', '}"'), ("my %h = (", " => 1)"), ("-e ", ""), ("-s", ""), ("use POSIX ", ";"), ("use ", "; print"), ("index(", ', "a")'), ("substr ", ", 1"), ("print tr/a/", "/"), ('"$#F', '"'), ("$ENV{PATH}", ""), ('print "@ARGV', '"'), ("exit ", ""), ("print $a x", ""), ("print $a ?", ":1"), ("print $a =~ ", ""))
    share = 1.2
    # What reads, matches and prints; perl compiles no program with another operation.
    MASK = "-Mops=:base_core,:base_loop,:base_mem,print,say,exit,prtf,readline,subst,substcont,eof,rv2gv,gv,sort,hex,oct,sprintf,padsv,padav,padhv,padany,time,localtime,gmtime,rand,srand,:base_math,split,join,undef,ftsize,ftdir,ftis,ftfile,fteread,ftewrite,fteexec,ftzero,ftlink,ftmtime,ftatime,ftctime,pack,unpack,die,warn,sleep,binmode,ref,each,enter,leave,scope,lineseq"

    # Functions of modules that only compute, those of them that a block is given to, and files that are opened to be read.
    LENT = re.compile(r"\b(?:strftime|floor|ceil|fmod|pow|round|trunc|mktime|to(?:upper|lower)|strto[ld]|(?:de|en)code_(?:base64|utf8)|md5_(?:hex|base64)|sha\d+_hex|(?:base|dir)name|fileparse|sum0?|max|min|maxstr|minstr|product|uniq(?:num|str)?|shuffle|blessed|reftype|looks_like_number|Dumper|timelocal|timegm|bpi|uri_(?:un)?escape)\b")
    BLOCKS = re.compile(r"\b(?:first|any|all|none|notall|reduce)\b")
    USED = re.compile(r"\b(?:use|no)\s+(?:v?5[\d._]*|strict|warnings|utf8|integer|feature|Config|Encode|POSIX|List::Util|Scalar::Util|Data::Dumper|Time::(?:HiRes|Local)|File::Basename|MIME::Base64|Digest::(?:MD5|SHA))(?: +(?:qw\([:\w ]*\)|[\"'][:\w]+[\"']))?\s*;")
    OPENED = re.compile(r"\bopen\b")

    def probes(self, text, words, path):
        source = text.decode("utf-8", "replace") if isinstance(text, bytes) else " ".join(words)
        blocks, opened = bool(self.BLOCKS.search(source)), bool(self.OPENED.search(source))
        lent = blocks or bool(self.LENT.search(source))
        records = bool(re.search(r"\\\d", source))  # $/ = \1024
        used = self.USED.search(source)
        if used:  # at the time of compiling, where ops would trap what the module itself does
            source, words = self.USED.sub(";", source), [self.USED.sub(";", word) if isinstance(word, str) else self.USED.sub(";", word.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape") for word in words]
        mask = self.MASK + ",close" + ",entersub,refgen" * lent + ",srefgen" * (lent or records) + ",anoncode,pushmark" * blocks + ",open" * opened
        never = ("" if lent else "entersub|refgen|") + ("" if lent or records else "srefgen|") + ("" if blocks else "anoncode|") + ("" if opened else "open|")
        if "-nlE" not in words:  # which requires what it enables
            yield "perl -Mops", self.program("perl") + [mask, "-c"] + words, b"", lambda out: "perl: " + out.decode("utf-8", "replace").strip() if b"trapped by" in out else None
        yield "perl -MO=Concise", self.program("perl") + ["-MO=Concise,-exec"] + words, b"", lambda out: matched(
            rb"^\w+ +<.> (" + never.encode() + rb"backtick|system|exec|glob|entereval|require|dofile|unlink|sselect|pipe_op|ft(?!(?:size|dir|is|file|link|[mac]time|eread|ewrite|eexec|zero)\b)\w+|stat|method\w*|rv2cv)\b", out)


def only_formats(node):
    """A text whose fields take nothing apart."""
    try:
        return isinstance(node, ast.Constant) and isinstance(node.value, str) and all(not field or re.fullmatch(r"\w+", field) and "{" not in spec for _, field, spec, _ in string.Formatter().parse(node.value))
    except ValueError:
        return True  # and an error when it is run


def only_looked_for():
    """Modules of which the policy says no more than that they have classes: nothing is taken of these."""
    try:
        import yaml
    except ImportError:
        return set()
    root = os.environ.get("CMDPOLICY_SOURCE_DIR", os.getcwd())
    with open(os.path.join(root, "rules/lang/python.yaml"), encoding="utf-8") as stream:
        text = stream.read()
    kind = yaml.load(text[text.index("\n  python-text:"):text.index("\ncommands:")], Loader=yaml.BaseLoader)["python-text"]
    return {name for names, has in kind["modules"].items() if "from" in ", ".join(has).split(", ") for name in names.split(", ")}


class Python(Language):
    name = "python"
    programs = ("python", "python3")
    codes = ("-c",)
    real = ("python3",)
    forms = ((["-I", "-c", TEXT], b"a b\n1 2\n"), (["-c", TEXT], b'{"a": [1, 2]}\n'), (["-I", "-c", TEXT, "x", "1"], b""), (["-"], TEXT), (["-I", "-"], TEXT))
    seeds = ("print(1)", "import json; print(json.loads('[1]'))", "import sys; print(sys.version)", "import json,sys; d=json.load(sys.stdin); print(d['a'])", "print(open('f').read())", "for i in range(3): print(i)", "print(f'{1+1}')", "print('a' + \"b\")",
             "import re; print(re.sub('a','b','ab'))", "print(sum(int(x) for x in ['1']))", "import sys\nfor line in sys.stdin:\n    print(line.strip())", "from collections import Counter; print(Counter('aab').most_common())", "import math; print(math.sqrt(2))",
             "print(sorted(['b','a'], key=lambda x: x))", "x = {'a': 1}; print(x.get('a'))", "print(len(open('f').readlines()))", "import base64; print(base64.b64decode('YQ=='))", "print('%s' % 1)", "print(rb'x\\n')", "import datetime; print(datetime.date.today())", "print(type(1).__name__)",
             "with open('f') as f: print(f.read())", "try:\n  print(1)\nexcept Exception as e: print(e)", "a, b = 1, 2; print(a, b)", "print([x for x in (1,2) if x > 1])", "print(f\"{'x'!r:>5}\")", "import sys; sys.stdout.write('x')", "print('x', file=sys.stderr)", "print(u'x')  # comment",
             "assert 1 == 1", "if True: print(1)\nelse: pass", "import csv,sys\nfor r in csv.DictReader(open('f')): print(r)", "print(type(1))", "print(1, type(1))", "print(len('a'), 'b'[0], type(1), 2)", "import os; print('a/b'.count(os.sep), os.linesep, os.name)", "print(f'{type(1)}')", "import hashlib; print(hashlib.md5(b'x').hexdigest())",
             "from pathlib import Path\np = Path('f')\nprint(p.read_text())", "import os; print(os.path.join('a', os.getcwd()), os.listdir('.'))", "n = 'f'\nfor l in open(n): print(l)", "def f(x):\n    return x\nprint(f(1))", "import pathlib; print(len(pathlib.Path('f').read_text().split()))", "import ast; print(ast.dump(ast.parse('1')))",
             "p = 'f'\nprint(p, f'{p}')\nwith open(p, encoding='utf-8') as x: print(x.read())", "import os\nfor a, b, c in os.walk('.'): print(a)", "import glob; print(glob.glob('*'))", "print(open('f').read()); print(open('data.json').read())", "import sys; print(sys.path)", "from pathlib import Path\nfor w in Path('d').rglob('*'): print(w.read_text())", "import glob\nfor w in sorted(glob.glob('d/*')): print(open(w).read())", "import glob\nprint([w for w in glob.glob('d/*')])",
             "for w in ['f', 'd/x']: print(open(w).read())", "from pathlib import Path\nfor w in ('f', 'd/x'):\n  print(Path(w).read_text())", "x = \"\"\"a\n'b' \"c\" \\\" \"\"\"\nprint(x)", "import shutil, uuid; print(shutil.which('sh'), uuid.uuid4())", "import os; print(os.environ.get('HOME'))", "import glob, os\nfor w in sorted(glob.glob('d/*'), key=os.path.getsize): print(w, len(open(w).read()))",
             "import yaml; print(yaml.safe_load(open('data.json')))", "for k in ['a', 'b']: print(k + ':', len(k))", "for w in ['f']: print(open(w).read())\nfor k in ['a']: print(k)", "print('{} {:>5} {x!r}'.format(1, 2.5, x=3))", "x = '''a\n\"b\" c'''\nprint(x)", "import random, zlib, html, fractions; print(random.randint(1, 2), zlib.crc32(b'x'), html.unescape('&lt;'))",
             "import base64; print(base64.urlsafe_b64decode('YQ=='), '=' * (-3 % 4))",
             "import os\nfor f in os.listdir('d'): print(f, open(os.path.join('d', f)).read())", "import os\nfor r, ds, fs in os.walk('d'):\n  ds[:] = [x for x in ds if x != 'y']\n  for f in fs:\n    p = os.path.join(r, f)\n    print(p, open(p).read())",
             "from pathlib import Path\nr = Path('d')\nfor p in sorted(r.rglob('*')): print(p.relative_to(r), p.parent, p.read_text())", "from pathlib import Path; print((Path('d') / 'x').read_text(), Path('d/x').resolve())", "def g(p):\n  with open(p) as h: return h.read()\nprint(g('f'), g('d/x'))",
             "from pathlib import Path\nl = list(Path('d').glob('*'))\nprint([x.name for x in l])\nfor x in l[:2]: print(x.read_text())", "n = ['f', 'd/x']\nfor i, x in enumerate(n):\n  with open(x) as h: print(i, h.readline())", "import glob\nl = glob.glob('d/*') + glob.glob('*.json')\nl = sorted(l)\nprint(open(l[0]).read())",
             "import os; b = 'd'; print([open(os.path.join(b, x)).read() for x in sorted(os.listdir(b))])", "x = 'd' + '/x'; print(x)", "import xml.etree.ElementTree as T\nt = T.fromstring('<a><b/></a>')\nprint(t.tag, [x.tag for x in t.iter()])", "import os.path as o; print(o.basename('a/b'), o.abspath('f'))", "import io, csv; w = io.StringIO('a,b'); print(list(csv.reader(w)))",
             "def g(a, *b, c=1, **d): return a\nprint(g('x', 2, c=3))", "h = lambda x, y=2: x + y\nprint(h(1))", "x: int = 1\nx += 2\nassert x, 'n'\ndel x", "global q\nq = 1\nprint(q)", "print({k: v for k, v in {'a': 1}.items() if v}, {1, 2}, [*'ab'])", "if (m := len('a')) > 0: print(m)", "import sys\nfor a in sys.path: print(a)", "t = type(1)\nprint(t, t.__name__)",
             "import os; print(os.environ['HOME'], os.getenv('LANG', 'x'))", "from functools import reduce, partial; print(reduce(lambda a, b: a + b, [1, 2]), partial(max, 1)(2))", "import ast\nfor n in ast.walk(ast.parse(open('f').read())): print(type(n).__name__)", "import hashlib; print(hashlib.sha256(open('f', 'rb').read()).hexdigest())", "s = '{:>5}'\nprint(s.format(1))",
             "import sys; sys.stdout.buffer.write(b'x')", "print('a.b'.replace('.', '/'), 'd/x'.split('/')[0])", "import json\nwith open('data.json') as h: d = json.load(h)\nd['x'] = 1\nprint(json.dumps(d, indent=2, default=str))", "from pathlib import Path\nprint(sum(p.stat().st_size for p in Path('d').iterdir() if p.is_file()) / 1024)",
             "import sqlite3; c = sqlite3.connect('file:x.db?mode=ro', uri=True); c.row_factory = sqlite3.Row; print(c.execute('select * from t').fetchall())", "from decimal import *", "from decimal import Decimal, getcontext; getcontext().prec = 30; print(Decimal(2).sqrt())", "import importlib.util as u; print(u.find_spec('json').origin)", "import inspect, json; print(inspect.getsource(json.dumps)[:20])")
    proofs = ("import os; os.system('touch p')", "open('p', 'w')", "print(open('p','a'))")
    evil = ("__import__('os').system('touch p')", "import os", "import os; os.system('touch p')", "open('p','w')", "open('p', mode='w')", "exec('x')", "eval('1')", "open('p','a').write('x')", "import subprocess", "getattr(x,'y')", "globals()", "compile('x','','exec')", "sys.modules['os']", "().__class__",
            "from os import system", "import json.tool", "import sys as open", "import socket", "open('secret')", "{__import__('os')}", "breakpoint()", "vars()", "class x: pass", "def f(): pass", "@exec\ndef x(): 1", "import re as os; os.system", "print.__self__", "x=eval", "x=open", "map(eval,['1'])",
            "json.codecs.open('p','w')", "import pathlib", "from sys import *", "match x:\n case str(): 1", "type(sys.stdout)('p','w')", "type(sys.stdout.buffer.raw)('p','w')", "input()", "help()", "memoryview(b'')", "sys.stdout.buffer.raw", "re.enum.sys.modules", "'{0.__class__}'.format(1)",
            "f'{open(\"p\",\"w\")}'", "f'{exec(chr(49))}'", "f'{x:{eval(\"1\")}}'", "super().__init__", "lambda: exec", "open(0)", "open(file='p',mode='w')", "open('p', 'r+')", "open('p',\"w\")", "open('f','r',opener=exec)", "print(1,file=open('p','w'))", "sys.stdin.buffer.__class__", "type(sys.stdin.buffer)",
            "json.load(open('secret'))", "import\tos", "from\\\nos import system", "import json, os", "import json as x, os", "\uff45\uff56\uff41\uff4c('1')", "\uff4f\uff53", "exit()", "license()", "# coding: utf-7\n", "sys.setprofile(exec)", "sys.exit(exec)", "sys.displayhook", "print(license())", "quit.__class__",
            "print(type(x)('p','w'))", "type(x)(1)", "type('x',(),{})", "a[0](1)", "print(type(x)).__class__", "print(x)(exec)", "type(x).__name__.__class__", "Path('p').write_text('x')", "Path('p').touch()", "p.unlink()", "p.replace('p')", "p.open('w')", "os.remove('f')", "os.path.os.system('touch p')", "os.system('touch p')", "os.mkdir('p')", "p = 'secret'", "n = 'secret'", "for n in ['secret']: pass", "with open('f') as n: pass", "(n := 'secret')",
            "[n for n in 'secret']", "def f(n='secret'): return open(n)", "lambda p: open(p)", "import json as n", "'; n = \"f\" ;'", "x = p", "x = os", "x = Path", "x = os.path", "print(p).x", "def open(x): pass", "def print(x): pass", "import os as n", "from os import path", "Path", "except E as n", "del n", "n += 'secret'", "n, x = 'secret', 1", "x = n = 'secret'", "open(n + 'x')", "Path('f').parent", "Path('f') / 'secret'", "p / 'secret'",
            "glob.os", "ast.sys", "p.stat().st_mode", "importlib", "sys.path.append('.')", "from importlib.metadata import version", "open(n, 'w')", "glob.glob = lambda p: ['secret']", "glob.iglob = lambda p: ['secret']", "sorted = lambda p: ['secret']", "os.path.join = lambda *p: 'secret'", "sys.glob = lambda p: ['secret']\nglob = sys", "import glob as g", "import json as glob", "def sorted(p): return ['secret']", "def glob(p): return ['secret']", "w = 'secret'", "for w in ('secret'): print(open(w).read())", "for w in ['se' 'cret']: print(open(w).read())", "for w in ['f'] + ['secret']: print(open(w).read())", "\"\"\"\nfor w in ['f']:\n\"\"\"", "\"\"\"\nw = 'f'\n\"\"\"", "Path(w).write_text('x')", "Path(w)", "Path(x).read_text()", "Path(w, 'x').read_text()", "\"\"\"\"", "'\"\"\"'",
            "for w in ['secret']: pass", "for glob.glob in [print]: pass", "os.path.join, x = 1, 2", "w, x = 'secret', 1", "for w in Path('.').rglob('*'): pass", "for w in glob.glob('../*'): print(open(w).read())", "w.parent", "w / 'secret'", "x = w", "w.open('w')", "w.replace('p')", "w.unlink()", "os.environ", "os.environ.get('TOKEN')", "os.getenv('TOKEN')",
            "yaml.load(open('f'))", "yaml.unsafe_load('x')", "yaml.full_load('x')", "yaml.load_all", "x.load(open('f'))", "import yaml as json", "import yaml", "from yaml import load", "'{0.__class__}' '{}'.format(1)", "'{0[0]}'.format(x)", "'{:{0.x}}'.format(1)", "x.format(1)", "'{' '0.x}'.format(1)", "('{0.x}').format(1)", "str.format('{0.x}', 1)", "random.SystemRandom", "zlib.sys", "html.entities", "for k in ['secret']: print(open(k).read())", "[open(k) for k in ['secret']]", "for k in ('secret', 'f'): Path(k).read_text()",
            "shutil.rmtree('d')", "shutil.copy('f', 'p')", "shutil.which = 1", "os.listdir = lambda p: ['secret']", "lambda sorted: 1", "[sorted for sorted in 'x']", "open(n, mode='a')", "p.open(mode='w')",
            "l.append('secret')", "n.append('secret')", "l += ['secret']", "n[0] = 'secret'", "ds[:] = ['..']", "ds.append('../..')", "fs.append('../secret')", "f = 'secret'", "b = '.'", "r = '.'", "g('secret')", "g(p='secret')", "g(*['secret'])", "g(**{'p': 'secret'})", "map(g, ['secret'])", "h = g; h('secret')", "g = lambda p: 'secret'", "def g(p='secret'): pass",
            "os.path.join(r, '..', 'secret')", "os.path.join(b, '../secret')", "os.path.join('d', x, 'secret')", "Path('d') / 'secret' / '..'", "(Path('d') / '..' / 'secret').read_text()", "(r / '../secret').read_text()", "(r / n).read_text()", "(p / 'secret').read_text()", "p.parent.read_text()", "(p.parent / 'secret').read_text()", "p.parent.joinpath('secret').read_text()", "p.with_name('secret').read_text()",
            "Path('secret').resolve().read_text()", "Path.cwd().joinpath('secret').read_text()", "(Path.cwd() / 'secret').read_text()", "Path(str(p) + '/../secret').read_text()", "Path(*['secret']).read_text()", "[Path][0]('secret').read_text()", "list(map(Path, ['secret']))[0].read_text()", "x.copy('p')", "p.copy('p')", "p.rename('p')", "[p][0].replace('p')", "[p.replace][0]('p')", "x.replace(*['p'])", "x.replace(target='p')",
            "print('p', file=t)", "json.dump('p', t)", "t.write('p')", "import xml.etree.ElementTree as T\nT.parse('x').write('p')", "T.parse('secret')", "T.ElementTree", "sys.stdout.write = exec", "sys.stdout = open", "w = csv.writer(open('p', 'w'))", "h.write('x')", "sys.stdin.buffer.raw", "io.open('p', 'w')", "io.FileIO('p', 'w')", "import io\nio.TextIOWrapper", "ast.parse('(', 'secret')", "ast.parse('(', filename='secret')", "ast.sys",
            "partial(open, 'p')", "partial(exec, '1')('x')", "reduce(open, ['p', 'w'])", "import operator\noperator.truediv", "from operator import attrgetter", "import functools\nfunctools.sys", "t('p', 'w')", "t.__subclasses__()", "s = '{0.__class__}'", "s.format_map({})", "s = x", "'{}{0.__class__}'.format(1)", "'%(a)s' % {'a': exec}", "except_hook", "del print\nprint.__self__", "global exec", "x: exec", "x: exec = 1", "def f(x: exec): 1", "def f(x) -> exec: 1", "f'{x:{exec}}'", "f'{exec!r}'", "f'{exec=}'", "f'{(lambda: exec)()}'",
            "glob.glob('/*')", "glob.glob('../*')", "open(glob.glob('s*')[0])", "open(glob.glob('d/../s*')[0])", "open(os.listdir('..')[0])", "open(os.path.join('..', f))", "open(os.path.basename('..'))", "open(os.path.join('d', os.path.basename('..'), 'secret'))", "open(os.path.abspath('secret'))", "open(os.path.realpath(x))", "open(str('secret'))", "open(str(Path('secret')))", "open(x := 'secret')", "open('f' if x else 'secret')", "open('f' and 'secret')", "open(['f', 'secret'][1])", "open(('f', 'secret')[-1])", "open(*('secret',))", "open(**{'file': 'secret'})",
            "for l in ['secret']: print(open(l).read())", "for i, x in [('a', 'secret')]: print(open(x).read())", "for i, x in enumerate(['secret']): print(open(x).read())", "i, x = 1, 'secret'", "(i, x) = ('f', 'secret')", "[x] = ['secret']", "x, = ['secret']", "x = y = 'secret'", "*x, y = 'f', 'secret'", "with open('f') as x, open('secret') as y: pass", "os.environ['TOKEN']", "os.environ['TOK' + 'EN']", "os.environ[x]", "os.getenv(x)", "os.environ.items()", "print(os.environ)", "dict(os.environ)", "os.environ.get('HOME', exec)", "os.putenv('a', 'b')", "os.environ['a'] = 'b'", "sqlite3.connect('p')", "sqlite3.connect('file:p?mode=rwc', uri=True)", "sqlite3.connect('file:secret?mode=ro', uri=True)", "c.execute('attach \"p\" as q')", "c.execute('vacuum into \"p\"')", "c.executescript('x')", "c.backup(x)", "c.iterdump()", "c.prec = exec", "sqlite3.row_factory = exec", "u.find_spec('x.y')", "u.find_spec('x').loader", "inspect.sys", "inspect.getmodule(json)", "inspect.getsource('secret')")
    evil += ("self = open", "A.f(x)", "A.__init__", "A().f.__func__", "super().__getattribute__('x')", "class B(A, metaclass=type): pass", "def __getattr__(self, n): return n", "self.__dict__", "self.format('x')", "x.write_text('p')", "p.unlink()", "g.gi_frame.f_builtins", "def f(x, self): self.y = 1", "lambda self: 1", "subprocess.run(['touch', 'p'])", "subprocess.run('touch p', shell=True)", "subprocess.run(['sh', '-c', 'touch p'])", "os.system('touch p')", "os.popen('touch p')", "subprocess.Popen(['touch', 'p'])",
             "subprocess.run(c)", "cwd='d'", "env={}", "input='touch p'", "'touch p'", "['touch', 'p']", "+ ['touch']", "'; touch p'", "e.filename = 'secret'", "@eval", "@print", "def d(f): return f\n@d", "(A() == 1) / (A() == 1)", "Path('secret').parent in A()", "A().join(Path('secret/x').parent)", "x.joinpath('secret')", "x.home()")
    tokens = ("print", "(", ")", "'", '"', "f'", 'f"', "rb'", "b'", "r'", "u'", "fr'", "{", "}", "[", "]", ",", ":", ";", "\n", " ", "  ", "\t", "\n    ", "#", "\\", "\\\n", ".", "=", "==", ":=", "lambda ", "import ", "from ", " as ", "sys", "os", "json", "re", "open", "eval", "exec", "__", "_", "x", "1",
              "0x1", "1e5", "1_0", "...", "@", "->", "*", "**", "%", "'''", '"""', "for ", "in ", "if ", "else", "while ", "with ", "try:", "except", "raise ", "del ", "not ", "and ", "or ", "is ", "None", "True", "pass", "return", "yield ", "class ", "def ", "async ", "await ", "global ", "match ", "case ",
              "type", ".__name__", ".format", ".format(", "'{}'", "'{0}'.format(x)", "yaml", ".safe_load(", ".load(", "\nfor k in ['f']: ", "open(k)", "k.", ".read()", ".write('x')", ".load", ".loads", ".sub", ".compile", ".system", ".popen", ".modules", ".buffer", ".raw", "{x}", "{{", "}}", "!r", ":>5", "p", "n", "f", "Path", "os.path.", "pathlib.", "open(n", "p.", ".open()", ".read_text()", "\nn = 'f'\n", ";n = 'f';", "def f(", "return ", "\\N{DIGIT ONE}", "\\x27", "\\'", '\\"', "\\u0027", "\u00e9", "\uff41", "`", "$", "?", "!", "~", "&", "|", "^", "<", ">")
    hides = Language.hides + (("f'{", "}'"), ('f"{', '}"'), ("'''", "'''"), ('"""', '"""'), ("f'''{", "}'''"), ("rb'", "'"), ("f'{x!r:{", "}}'"), ("r'\\'", "'"), ("# ", ""), ("'\\", "'"), ("'a\\\n", "'"), ("(", ",)"), ("[", " for x in y]"), ("lambda: ", ""), ("f'{\"", "\"}'"), ("f'{{", "}}'"),
                              ("f'{{{", "}}}'"), ("F'{", "}'"), ("f'\\N{", "}'"), ("import json;", ""), ("import ", ""), ("from sys import ", ""), ("if 1: ", ""), ("x = ", ""), ("fr'{", "}'"), ("rf'{", "}'"), ("Rb'", "'"), ("f'{x=", "}'"), ("print(type(", "))"), ("print(1, type(", "))"), ("print(len(", "), type(1))"), ("print(", ", type(1))"), ("type(", ").__name__"), ("f'{type(", ")}'"))
    share = 0.5
    MODULES = {"__future__", "array", "ast", "base64", "binascii", "bisect", "bz2", "calendar", "cmath", "codecs", "collections", "collections.abc", "contextlib", "copy", "csv", "datetime", "decimal",
               "difflib", "dis", "email", "email.header", "email.parser", "email.policy", "email.utils", "grp", "pwd", "getpass", "wave", "imghdr", "sndhdr", "colorsys", "errno", "fnmatch", "fractions", "functools", "gc", "glob", "gzip", "hashlib", "heapq", "hmac", "html",
               "html.entities", "subprocess", "http", "http.client", "importlib", "importlib.metadata", "importlib.util",
               "inspect", "io", "ipaddress", "itertools", "json", "keyword", "locale", "logging", "lzma", "math", "mimetypes", "multiprocessing", "numbers", "operator", "os",
               "os.path", "pathlib", "pkgutil", "platform", "plistlib", "pprint", "pstats", "random", "re", "resource", "secrets", "shlex", "shutil", "signal", "site", "socket",
               "sqlite3", "ssl", "stat", "statistics", "string", "struct", "sys", "sysconfig", "tarfile", "tempfile", "textwrap", "time", "timeit", "token", "tokenize", "tomli", "tomllib",
               "traceback", "typing", "unicodedata", "urllib", "urllib.parse", "uuid", "warnings", "xml", "xml.dom", "xml.dom.minidom", "xml.etree", "xml.etree.ElementTree", "yaml", "zipfile",
               "zlib", "zoneinfo"}
    # Of these a version is asked, or tables and pictures are read. Most are not here to be run.
    NAMED = only_looked_for()
    LIBRARIES = {"PIL", "PIL.Image", "aiohttp", "alembic", "anthropic", "attr", "black", "boto3", "bs4", "celery", "click", "cv2", "dask", "datasets", "django",
                 "duckdb", "fastapi", "flask", "h5py", "httpx", "huggingface_hub", "jax", "jinja2", "joblib", "jwt", "keras", "langchain", "langgraph", "lxml",
                 "matplotlib", "mcp", "mlflow", "mypy", "networkx", "nltk", "numba", "numpy", "numpy.fft", "numpy.linalg", "numpy.random", "onnx", "openai",
                 "openpyxl", "packaging.version", "pandas", "pip", "plotly", "polars", "psutil", "psycopg2", "pyarrow", "pydantic", "pymongo", "pymysql", "pytest",
                 "redis", "requests", "rich", "scipy", "scipy.io", "scipy.stats", "chardet", "torch.backends.cudnn", "seaborn", "setuptools", "six", "sklearn", "spacy", "sqlalchemy", "starlette", "statsmodels",
                 "streamlit", "sympy", "tabulate", "tensorflow", "tensorflow.config", "tiktoken", "tokenizers", "toml", "torch", "torch.backends.mps", "torch.cuda",
                 "torch.version", "torchvision", "tornado", "tqdm", "transformers", "typer", "urllib3", "uvicorn", "xarray", "xgboost",
                 "PyPDF2", "docx", "fitz", "h5py", "pdfplumber", "pptx", "pyarrow.parquet", "pymupdf", "pypdf"}
    NAMES = {"breakpoint", "compile", "delattr", "eval", "exec", "getattr", "globals", "help", "input", "locals", "memoryview", "setattr", "super", "vars", "classmethod", "staticmethod", "property"} & set(dir(builtins))
    ATTRIBUTES = {"system", "popen", "modules", "settrace", "setprofile", "addaudithook", "format", "format_map", "raw", "attrgetter", "methodcaller", "codecs", "os", "io", "sys", "builtins", "enum", "abc", "tool", "scanner", "decoder", "meta_path", "path_hooks", "writelines", "write_text",
                  "write_bytes", "touch", "rename", "rmdir", "mkdir", "chmod", "truncate", "detach", "unlink", "f_globals", "gi_frame", "tb_frame", "displayhook", "excepthook", "file_digest", "mktemp", "run", "call", "makefile", "load_module", "exec_module", "getLogger"}
    # Commands that are written out are judged as calls of their own.
    PROGRAMS = {b"sh", b"ls", b"cat", b"wc", b"head", b"id", b"git", b"uname"}

    def ignores(self, call, path, named):
        return call == "execve" and path.rpartition(b"/")[2] in self.PROGRAMS and path.startswith((b"/bin/", b"/usr/bin/", b"/usr/local/bin/")) or \
            call == "read" and (b"/.git" in path or path.startswith((b"/usr/", b"/lib/", b"/etc/ld.so", b"/etc/passwd", b"/etc/group", b"/etc/nsswitch", b"/etc/gitconfig", b"/etc/locale")))

    def could(self, text):
        try:
            tree = ast.parse(text.decode("utf-8", "surrogateescape"))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        for node in ast.walk(tree):
            for child in ast.iter_child_nodes(node):
                child.up = node
        return next((wrong for wrong in map(self.wrong, ast.walk(tree)) if wrong), None)

    def wrong(self, node):
        """What no text needs that only reads; which files are read is seen where it is run."""
        if isinstance(node, (ast.AsyncFunctionDef, getattr(ast, "Match", ast.AsyncFunctionDef), ast.ClassDef)):
            return type(node).__name__
        if getattr(node, "decorator_list", ()):
            return "decorates"
        if isinstance(node, ast.Import) and any(a.name not in self.MODULES | self.LIBRARIES | self.NAMED for a in node.names):
            return "imports another module"
        if isinstance(node, ast.ImportFrom) and (node.level or node.module not in self.MODULES | self.LIBRARIES | self.NAMED or any(a.name == "*" for a in node.names)):
            return f"imports from {node.module}"
        if isinstance(node, ast.Name) and (node.id in self.NAMES or (node.id.startswith("__") and node.id not in ("__name__", "__file__", "__doc__") and not (node.id == "__import__" and isinstance(node.up, ast.Call) and node.up.func is node and isinstance(node.up.args[0] if node.up.args else None, (ast.Constant, ast.Name))))):
            return "names " + node.id
        if isinstance(node, ast.Attribute) and node.attr == "format" and (only_formats(node.value) or isinstance(node.value, ast.Name)):
            return None
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load) and node.attr not in ("prec", "row_factory"):
            return "puts another ." + node.attr
        if isinstance(node, ast.Attribute) and node.attr in ("system", "popen", "run", "call") and isinstance(node.up, ast.Call) and node.up.func is node and node.up.args and all(
                isinstance(x, ast.Constant) and isinstance(x.value, str) for x in getattr(node.up.args[0], "elts", node.up.args[:1])):
            return None
        if isinstance(node, ast.Attribute) and (node.attr in self.ATTRIBUTES - {"os", "io", "sys"} or (node.attr.startswith("_") and node.attr not in ("__name__", "__version__", "__file__", "__doc__", "__class__"))):
            return "takes ." + node.attr
        if named(node, "shutil") and not (isinstance(node.up, ast.Attribute) and node.up.attr in ("which", "disk_usage", "get_terminal_size")):
            return "shutil"
        if isinstance(node, ast.Attribute) and node.attr == "environ" and not (
                (isinstance(node.up, ast.Attribute) and node.up.attr == "get" and isinstance(node.up.up, ast.Call) and node.up.up.args) or isinstance(node.up, ast.Subscript) or only_names(node)):
            return "reads the environment"
        if isinstance(node, ast.Call) and named(node.func, "type") and len(node.args) != 1:
            return "makes a type"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Call) and named(node.func.func, "type"):
            return "calls a type"
        if isinstance(node, ast.Call) and named(node.func, "open"):
            given = [a.value if isinstance(a, ast.Constant) else None for a in node.args]
            modes = given[1:2] + [k.value.value if isinstance(k.value, ast.Constant) else None for k in node.keywords if k.arg == "mode"]
            if not node.args or len(given) > 2 or any(m is not None and m not in ("r", "rb", "rt") for m in modes) or any(k.arg not in ("mode", "encoding", "errors", "newline") for k in node.keywords):
                return "opens in another way"
        return None


def only_names(node):
    """Is nothing taken of it but the names that it has?"""
    up = node.up
    looks = isinstance(up, ast.Call) and node in up.args and any(named(up.func, name) for name in ("len", "sorted", "list", "set", "tuple", "frozenset", "enumerate", "iter", "reversed", "any", "all", "zip", "map", "filter"))
    return looks or (isinstance(up, ast.Compare) and node in up.comparators) or (isinstance(up, (ast.For, ast.comprehension)) and up.iter is node)


def named(node, name):
    return isinstance(node, ast.Name) and node.id == name


class Node(Language):
    name = "node"
    programs = ("node", "nodejs")
    codes = ("-e", "-p", "--eval", "--print")
    real = ("node", "node --disallow-code-generation-from-strings")
    forms = ((["-e", TEXT], b""), (["-p", TEXT], b""), (["-pe", TEXT], b""), ([], TEXT), (["-"], TEXT))
    seeds = ("console.log(1)", "require('./package.json').version", "console.log(require('./package.json').name)", "JSON.stringify(require('./package.json'),null,2)", "const fs = require('fs'); const data = JSON.parse(fs.readFileSync('package.json', 'utf8')); console.log(data.name)",
             "const pkg = require('./package.json'); for (const [k, v] of Object.entries(pkg)) console.log(k, v)", "[1].map(x=>x)", "Object.keys(require('./package.json')).forEach(k => console.log(k))", "process.version", "console.log(process.versions.v8)",
             "const a = 1; console.log(a > 0 && a < 2)", "let x = {a: 1, b: 'c'}; console.log(x.a, x['b'])", "console.log(String(1).padStart(3), Math.max(1,2))", "if (1 === 1) { console.log('x') } else { console.log(\"y\") }", "const d = require('fs').readFileSync('f', 'utf8'); d.split(' ').filter(l => l.includes('x')).length",
             "console.log([...new Set(data.a)].sort().join(','))", "var o = {x: 1}; o.x ?? 2", "!require('./package.json').private", "import fs from 'fs'; console.log(fs.readFileSync('f', 'utf8'))", "let s = ''; process.stdin.on('data', d => s += d).on('end', () => console.log(s.length))", "const d = require('fs').readFileSync(0, 'utf8'); console.log(d.split('\\n').length)",
             "console.log(new Date().toISOString(), new Map([1]).size)", "process.stdout.write('x\\n')", "const names = []; names.push('a'); console.log(names.sort((a, b) => a.localeCompare(b)))", "console.log(require('os').cpus().length, [1, 2].map(x => x * 2))", "const fs = require('fs'); console.log(fs.existsSync('f'), fs.readdirSync('d', {recursive: true}), fs.statSync('f').size)", "console.log(require('path').join('a', 'b'), ['a', 'b'][1])", "({\"a\": 1})")
    # What reads through names, lists, functions and templates, and what looks properties up.
    seeds += ("const d = 'd'; for (const n of fs.readdirSync(d)) console.log(fs.readFileSync(`${d}/${n}`, 'utf8').length)", "const out = []; for (const n of fs.readdirSync('d')) out.push(path.join('d', n)); for (const p of out) console.log(fs.readFileSync(p).length)", "fs.readdirSync('d').map(n => 'd/' + n).filter(n => n.endsWith('x')).forEach(n => console.log(fs.readFileSync(n, 'utf8')))",
              "function walk(d) { for (const e of fs.readdirSync(d, {withFileTypes: true})) { const p = path.join(d, e.name); if (e.isDirectory()) walk(p); else console.log(p, fs.readFileSync(p).length) } } walk('d')", "const by = {}; for (const w of 'a b a'.split(' ')) by[w] = (by[w] || 0) + 1; console.log(by)", "const by = {}; for (const r of [{t: 'a'}]) (by[r.t] ||= []).push(r); console.log(by)",
              "const f = (a, b = 1) => a + b; console.log(f(1), f(...[1, 2]))", "const {name, ...rest} = require('./package.json'); console.log(name, rest)", "try { JSON.parse('{') } catch (e) { console.log(e.message) }", "(async () => { const t = await fs.promises.readFile('f', 'utf8'); console.log(t.length) })()", "console.log(process.env.HOME)", "const m = new Map(); m.set('a', (m.get('a') || 0) + 1); console.log([...m])",
              "switch (1) { case 1: console.log('x'); break; default: console.log('y') }", "let i = 0; while (i < 3) { i++; if (i == 2) continue; console.log(i) } do { i-- } while (i)", "console.log('a-b'.replace(/-(.)/g, (m, c) => c.toUpperCase()))", "console.log(require('crypto').createHash('md5').update('x').digest('hex'))", "console.log([1, 2].reduce((a, b) => a + b, 0), [[1]].flat(), Array.from({length: 2}, (_, i) => i))",
              "const {readFileSync: r} = require('fs'), {join} = require('path'); console.log(r(join('d', 'x'), {encoding: 'utf8'}))", "const k = process.argv[1]; const o = {a: 1}; console.log(o[k], o?.[k]?.x, k in o, typeof o[k])")
    proofs = ("require('fs').writeFileSync('p', 'x')", "require('child_process').execSync('touch p')")
    evil = ("require('child_process').execSync('touch p')", "process.kill(1,0)", "require('fs').writeFileSync('p','x')", "fs.writeFileSync('p','x')", "eval('1')", "Function('1')()", "x.constructor.constructor('return 1')()", "import('fs')", "process.binding('fs')", "require('./x')", "require('./secret')", "fs.unlinkSync('f')",
            "global.process", "this.constructor", "x['constructor']", "`${process.kill(1,0)}`", "x=>process", "process.env", "console.log(process.env)", "a[process]", "with(x)y", "class x{}", "function f(){}", "x.__proto__=y", "[]['filter']['constructor']('x')()", "o[k]()", "require(x)", "module.constructor._load('fs')", "fs.readFileSync('secret')",
            "require('./package.json/../x.js')", "require('fs').readFileSync(x)", "JSON.constructor('1')()", "String.raw`${process.kill(1,0)}`", "/x/[Symbol.replace]", "x/process.kill(1,0)/1", "process.mainModule.require('fs')", "a?.constructor", "({}).constructor", "new Function('1')", "Set.constructor", "x.map(eval)", "(0,eval)('1')", "async()=>await 1",
            "label: process.kill(1,0)", "\\u0065val('1')", "console.log.constructor('x')()", "console.constructor", "x\n/process.kill(1,0)/1", "<!-- \n", "-->\n", "process.kill(1,0) //", "fs", "require", "console.Console", "Object.entries(process)", "console._stdout.write", "import cp from 'child_process'", "import {writeFileSync} from 'fs'", "import * as fs from 'fs'", "import fs from './x.mjs'", "process.stdin.constructor", "process.stdin.on('data', eval)", ".on('data', x => x.constructor)", "process.stdout._handle", "process.stdin.on('end', () => 1)._events", "export default 1",
            "fs.readFileSync(1)", "fs.readFileSync(0).constructor", "'con\\u0073tructor'", "'\\x63onstructor'", "x['con\\\nstructor']", "process.stdout.write", "new Date().constructor", "new Map().constructor", "process.stdin.pipe(x)", "require('os').constructor", "require('os')", "require('path').constructor", "require('path')", "require('os').setPriority(1)", "fs.rmSync('f')", "fs.mkdirSync('p')", "fs.readdirSync(x)", "fs.existsSync.constructor", "fs.statSync", "x['a', 'constructor']", "['constructor']", "[,'constructor']", "['con'+'structor']", "fs.statSync('f').constructor", "x[1, y]", "process.on('exit', x)")
    evil += ("const k = 'constr' + process.argv[1]; (x => x)[k]('process.kill(1,0)')()", "o[k] = (x => x)[k]", "({toJSON: [][k][k]})", "[].concat([][k][k]).map(x => x())", "files.push('secret')", "out.push('secret')", "d = '..'", "const d = '.'", "p = 'secret'", "n = '../secret'", "fs.readFileSync('d/' + '../secret')", "fs.readFileSync(`d/${'../secret'}`)", "path.join('d', '..', 'secret')", "fs.readFileSync(path.resolve('d', '/etc/passwd'))", "fs.readFileSync(path.join('d', path.resolve('secret')))",
             "Object.assign({}[k], {flag: 'w'})", "({}[k][k] = 1)", "http.get('http://127.0.0.1')", "(http => 1)(1)", "new Date[k]", "async () => {}\n(1)", "let fs = 1", "var path", "function fs(){}", "s.replace(/x/, [][k][k])", "JSON.parse('1', [][k][k])", "[1].map([][k])", "Promise.resolve('process.kill(1,0)').then([][k][k])", "fs.readFileSync('f', {flag: 'w'})", "fs.readFileSync('p', {flag: 'a+'})", "const o = {flag: 'w'}; fs.readFileSync('p', o)", "fs.readFileSync('f', {...o})", "process.stdout = 1", "process.exitCode = process.env.TOKEN", "console.log(process.env.TOKEN)", "process['env']", "const {env} = process; console.log(env)", "const {TOKEN} = process.env; console.log(TOKEN)")
    tokens = ("console.log(", ")", "(", "[", "]", "{", "}", "'", '"', "`", "${", "/", "//", "/*", "*/", "<!--", "-->", "\n", "\n-->", ";", ",", ".", "?.", "?", ":", "=", "==", "=>", "!", "<", ">", "+", "-", "--", "++", "*", "%", "&&", "||", "??", "...", "const ", "let ", "var ", "if(", "else ", "for(", "of ", "in ", "return ", "typeof ", "new Set(", "x", "a",
              "data", "fs", "require(", "process", "this", "0", "1", "1.5", "0x1", "1n", "\\", "\\u0061", "\\x27", "$", "_", "#", "@", "~", "^", "&", "|", "true", "null", "function ", "get ", "set ", "async ", "await ", "class ", "yield ", ".constructor", ".prototype", ".__proto__", "['a']", ".map(", ".length", ".toString(", ".then(", "JSON.parse(", "Object.keys(",
              "String(", "=1", "\u00e9", "\u017f", "\u212a", "in", "instanceof ", "x:", "process.stdin", "process.stdout.write(", ".on('data',", "+=", "new Date(", "import fs from 'fs';", "require('os').", "require('path').", "fs.existsSync(", "fs.readdirSync(", "fs.statSync(", "cpus()", "join(", "[1, 'a']", "\\n", "\\t", "void ", "delete ", "break", "continue")
    hides = Language.hides + (("`", "`"), ("`${", "}`"), ("/*", "*/"), ("// ", "\n"), ("<!-- ", "\n"), ("\n--> ", "\n"), ("'\\", "'"), ('"\\\n', '"'), ("x/", "/1"), ("/[", "]/"), ("a => ", ""), ("{x: ", "}"), ("x?.", ""), ("x.", ""), ("['", "']"), ("console.log(", ")"), ("[", "].map(x=>x)"), ("<!-- \"\u2028", " <!-- \""), ("\n--> '\u2029", "<!-- '"), ("'\u2028", "'"))
    share = 0.25
    seconds = 2.0

    # node has a parser of JavaScript within. What no text needs that only reads, once more in JavaScript; what is read is seen where it is run.
    PROBE = r"""
const acorn = require('internal/deps/acorn/acorn/dist/acorn');
const text = require('fs').readFileSync(process.argv[1], 'utf8');
let tree;
const parse = sourceType => acorn.parse(text, {ecmaVersion: 'latest', sourceType, allowReturnOutsideFunction: true, allowAwaitOutsideFunction: true});
try { tree = parse('script'); } catch { try { tree = parse('module'); } catch { process.exit(0); } }
const bad = what => { console.log('could: ' + what); process.exit(0); };
const modules = /^(node:)?(fs|fs\/promises|path|os|util|url|querystring|crypto|zlib|readline|buffer)$/;
const free = new Set('console JSON Object Math Map Set WeakMap WeakSet Intl Promise Buffer URL URLSearchParams TextDecoder TextEncoder Uint8Array Int32Array Float64Array process performance fs path os util url querystring zlib readline undefined NaN Infinity __dirname __filename require Array String encodeURIComponent decodeURIComponent encodeURI decodeURI escape unescape atob btoa Date Number Boolean parseInt parseFloat isNaN isFinite BigInt RegExp Error TypeError RangeError SyntaxError ReferenceError EvalError URIError AggregateError structuredClone setTimeout setInterval setImmediate queueMicrotask clearTimeout clearInterval clearImmediate'.split(' '));
const secret = new Set(['constructor', '__proto__', 'prototype', 'caller', 'callee', 'arguments']);
const never = new Set(['mainModule', 'binding', 'dlopen', '_load', 'Console', '_stdout', 'kill', 'chdir', 'writeFileSync', 'rmSync', 'unlinkSync', 'mkdirSync', 'execSync', 'spawnSync', 'call', 'apply', 'bind', 'defineProperty', 'setPrototypeOf', 'pipe', 'cache', 'main', 'openSync', 'writeSync']);
const declared = new Set();
const pattern = p => { if (!p) return; switch (p.type) { case 'Identifier': declared.add(p.name); break; case 'ArrayPattern': p.elements.forEach(pattern); break; case 'ObjectPattern': p.properties.forEach(q => pattern(q.type === 'RestElement' ? q.argument : q.value)); break; case 'RestElement': pattern(p.argument); break; case 'AssignmentPattern': pattern(p.left); } };
const each = (n, f) => { for (const key of Object.keys(n)) { const child = n[key]; if (Array.isArray(child)) child.forEach(c => c && c.type && f(c, n)); else if (child && child.type) f(child, n); } };
const collect = n => { if (n.type === 'VariableDeclarator') pattern(n.id); if (n.params) n.params.forEach(pattern); if (/Function/.test(n.type) && n.id) declared.add(n.id.name); if (n.type === 'CatchClause') pattern(n.param); if (/^Import.*Specifier$/.test(n.type)) declared.add(n.local.name); each(n, collect); };
collect(tree);
const said = n => n && n.type === 'Literal' && typeof n.value === 'string' ? n.value : undefined;
const shows = n => n.type === 'Identifier' && !declared.has(n.name) && /^(process|fs|path|os|util|require|console)$/.test(n.name);
function walk(n, up) {
    switch (n.type) {
    case 'ImportExpression': case 'TaggedTemplateExpression': case 'ThisExpression': case 'WithStatement': case 'ClassDeclaration': case 'ClassExpression': case 'MetaProperty': case 'YieldExpression': case 'LabeledStatement': case 'Super': bad(n.type);
    case 'ImportDeclaration': if (!modules.test(n.source.value)) bad('imports ' + n.source.value); return;
    case 'Identifier': if (!declared.has(n.name) && !free.has(n.name) && !(up.type === 'UnaryExpression' && up.operator === 'typeof')) bad('names ' + n.name); return;
    case 'CallExpression': {
        let f = n.callee;
        if (f.type === 'ChainExpression') f = f.expression;
        if (!['Identifier', 'MemberExpression', 'ArrowFunctionExpression', 'FunctionExpression', 'CallExpression'].includes(f.type)) bad('calls ' + f.type);
        if (f.type === 'MemberExpression' && f.computed && said(f.property) === undefined) bad('calls what is looked up');
        if (f.name === 'require' && !declared.has('require') && !(n.arguments.length === 1 && (modules.test(said(n.arguments[0]) ?? '') || /^\.{0,2}\/.*\.json$/.test(said(n.arguments[0]) ?? '')))) bad('requires');
        if (n.arguments.some(shows)) bad('shows a module');
        break;
    }
    case 'ExpressionStatement': if (shows(n.expression)) bad('shows a module'); break;
    case 'NewExpression': if (n.callee.type !== 'Identifier' && n.callee.type !== 'MemberExpression') bad('new ' + n.callee.type); if (declared.has(n.callee.name)) bad('new of its own'); break;
    case 'MemberExpression': {
        const name = n.computed ? said(n.property) : n.property.name;
        if (secret.has(name) || never.has(name) || /^__/.test(name ?? '')) bad('.' + name);
        if (name === 'env' && n.object.name === 'process' && !(up.type === 'MemberExpression' && up.object === n && (!up.computed || said(up.property) !== undefined)) && up.type !== 'VariableDeclarator') bad('shows the environment');
        walk(n.object, n);
        if (n.computed) walk(n.property, n);
        return;
    }
    case 'Property': { const name = n.key.name ?? n.key.value; if (n.kind !== 'init') bad('accessor'); if (!n.computed && (secret.has(name) || /^__/.test(name))) bad('property ' + name); if (n.computed) walk(n.key, n); walk(n.value, n); return; }
    }
    each(n, walk);
}
walk(tree, {type: ''});
"""

    def probes(self, text, words, path):
        yield "acorn", self.program("node") + ["--expose-internals", "-e", self.PROBE, path], b"", lambda out: matched(rb"^could: (.*)", out)
