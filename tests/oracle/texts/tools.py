"""jq, sqlite3, bc, dc and find, as languages.py describes languages."""
import re
import shlex
import sqlite3

from languages import TEXT, Language, matched


class Jq(Language):
    name = "jq"
    programs = ("jq", "gojq", "jaq")
    codes = ()
    bare = True
    valued = ("--arg", "--argjson", "--slurpfile", "--rawfile", "--indent", "-f", "-L")
    real = ("jq",)
    forms = (([TEXT, "data.json"], b""), (["-r", TEXT], b'{"a":[1,{"b":"x"}]}\n'), (["-n", TEXT], b""), (["-c", "--arg", "x", "y", TEXT, "data.json"], b""))
    seeds = (".", ".a", ".a[0]", ".a[] | .b", "keys", 'select(.a=="x")', "{a: .a, b}", "[.[] | .a]", "map(.a)", '.a | length', "to_entries[] | .key", '"\\(.a)"', ".a // \"x\"", "if .a then 1 else 2 end", "reduce .[] as $x (0; . + $x)", "def f(x): x; f(.)", "group_by(.a)", ".. | .env?", ".env", ".a.env.b",
             '@base64 "x\\(.a)"', "paths", "[limit(3; .a[])]", "# comment\n.a", '."env"', '{"env": 1}.env', "{env: 1}", "try error(\"x\") catch .", "@tsv", "input_line_number", "ascii_downcase", '.["env"]', '"env"', "label $out | 1, break $out", ". as {a: $x} | $x", ". as [$x] ?// $x | $x")
    proofs = ("env.TOKEN", "$ENV.TOKEN")
    evil = ("env", "env.TOKEN", "$ENV", "$ENV.TOKEN", "$__prog_args", 'import "x" as x;', 'include "x";', "input_filename", "get_search_list", '"x"|modulemeta', "$ ENV", "$#x\nENV", "[env]", "(env)", "{a:env}", ".a|env|.TOKEN", "..|env", '"\\(env)"', '"\\($ENV)"', "@sh \"\\(env)\"", "env|keys", "def env: 1;", "def f: env; f", "env as $x|$x", "{$ENV}", "{\"a\":$ENV}", "$ENV[\"TOKEN\"]", "$__loc__",
            "halt_error", "input", "inputs", "debug", "stderr", "path(env)", "env?", "env//1", "-env", "1+env", "env+1", "not env", "if env then 1 else 2 end", ". env", ".[env]", ".a[env]", "?//env", "limit(1;env)", "$ENV::x", "x::env", "$x::ENV", "ltrimstr(env)", "{(env):1}", "{env}", "{$ENV:1}", "{@base64 \"\\(env)\":1}", "try env", "reduce env as $x(1;2)", "foreach env as $x(1;2)", ".env|env", "..env", "1.env", "\"a\"env", "]env", ")env", ".\"a\"env")
    tokens = (".", "..", "|", ",", "[", "]", "{", "}", "(", ")", "env", "$ENV", "ENV", "$", " ", "\n", "#", '"', '\\(', ")", "@text", "@json ", ":", ";", "?", "//", "and ", "or ", "not", "if ", " then ", " else ", " end", "def ", "as ", "$x", "reduce ", "foreach ", "try ", "catch ", "import ", "include ", "-", "+", "*", "/", "%", "=", "|=", "==", "<", "1", "1.", ".1", "1e5", "::", "label ", "break ", "a", ".a", "\\", "\\u0065",
              "'", "e", "nv", "`", "&", "!", "__loc__", "_", "$__prog_args", "0x", ".[]", "recurse", "é")
    hides = Language.hides + (('"\\(', ')"'), ("# ", "\n"), ("# \\\n", "\n"), ('"#', '"'), ("#\r", "\n"), ("# \\", "\n"), (".a|", "|."), ("[", "][0]"), ("{a:", "}"), ("(", ")"), ("try ", ""), ("@base64 \"\\(", ")\""), (".", ""), (".[", "]"), ('."', '"'), ("-", ""), ("def f: ", "; f"), ("..", ""), ("1,", ""), ("1.", ""), (".a.", ""))
    share = 0.25

    def probes(self, text, words, path):
        if re.fullmatch(rb"(\$ENV|env)\.(?!TOKEN\b)[A-Za-z_]\w*", text):
            return  # one variable that is no secret: the program holds them all, and shows that one
        yield "--debug-dump-disasm", self.program("jq") + ["--debug-dump-disasm"] + words, b"{}\n", lambda out: "shows the environment" if b"zq9xtoken" in out else matched(
            rb"^\s*\d{4} (CALL_BUILTIN (?:env|get_search_list|modulemeta)\b.*)", out)


class Sqlite(Language):
    name = "sqlite3"
    programs = ("sqlite3",)
    real = ("sqlite3",)
    forms = ((["x.db", TEXT], b""), (["-json", "x.db", TEXT], b""), (["-readonly", "x.db", TEXT], b""), (["-header", "-csv", ":memory:", TEXT], b""), (["-cmd", TEXT, "x.db", "select 1"], b""), (["x.db"], TEXT), (["-json", "x.db"], TEXT))
    seeds = ("select * from t", "select count(*) from t where a > 1;", ".tables", ".schema t", "pragma table_info(t)", "select a, b from t order by a limit 3", "explain query plan select * from t", "with x as (select 1) select * from x", "select 'a' || \"b\" from t", "select json_extract('{}', '$.a')",
             ".dump t", "pragma user_version", "select max(a), min(b) from t group by b having count(*) > 1", "select upper(b) from t", "values (1),(2)", "select [a], `b` from t", "select case when a = 1 then 'x' else 'y' end from t", "select x'00'", ".mode csv", ".headers on", "select * from t where b like 'x%'", "select (1+2)*3", "select * from pragma_table_info('t')", ".mode csv\nselect * from t;\nselect 1", ".headers on\n.tables\n", "select 1; select 2;")
    proofs = (".shell touch p", ".output p")
    evil = ("insert into t values(1,2)", "delete from t", "drop table t", "update t set a=1", "create table x(a)", "attach 'p' as x", "select writefile('p','x')", "select readfile('secret')", "select load_extension('x')", ".shell touch p", ".system touch p", ".output p", ".once p", ".read secret", ".backup p", ".save p", ".open p", ".log p", ".import secret t", ".load x", "|touch p", ".once |touch p", ".excel", ".cd /",
            "pragma user_version=3", "pragma writable_schema=1", "vacuum into 'p'", "select edit('x')", "select * from fsdir('.')", "select fts3_tokenizer('x')", "; delete from t", "/* */ delete from t", "-- x\ndelete from t", "replace into t values(1,2)", "select 1; drop table t", "pragma journal_mode=wal", "select\twritefile('p',1)", "select writefile /**/ ('p',1)", "select \"writefile\"('p',1)", "select [writefile]('p',1)", "select `writefile`('p',1)",
            "select main.writefile('p',1)", "reindex", "analyze", "begin; delete from t; commit", ".clone p", ".archive -c p", ".dump > p", ".tables\n.shell touch p", "select 1\n.shell touch p", "select 1;\n.shell touch p", "explain delete from t", "select writefile\n('p',1)", "WITH x AS (SELECT 1) DELETE FROM t", "with x as (select 1) insert into t select 1,2", "select zeroblob(1)", "select sqlite_compileoption_get(1)", ".trace p", ".scanstats on", ".testcase p", ".session", ".print x", ".mode insert x", "\n/\n.shell touch p\n", ";\n.shell touch p\n", "select 1\ngo\n.shell touch p", "select 1\n/\n.shell touch p", "#x\n.shell touch p", "\n #\n.shell touch p", "\r.shell touch p", ";\r\n.shell touch p", "select ';\n.shell touch p\n'", "select 1;;\n\n.shell touch p", ".mode csv\n\n.shell touch p", ".mode csv\n.mode csv\n.mode csv\n.mode csv\n.shell touch p", ".echo on\n.once p", "pragma_x('y')")
    tokens = ("select ", "from ", "t", "*", ",", "(", ")", "'", '"', "[", "]", "`", ";", "--", "/*", "*/", "\n", "\n.", " ", "\t", ".", "=", "||", "1", "0x1", "1e5", "x'00'", "where ", "order by ", "limit 1", "union ", "with ", "as ", "pragma ", "explain ", "values", "writefile", "readfile", "delete", "insert", "$a", "?1", ":a", "@a", "é", "count(", "max(", "json(", "like ", "glob ", "\\", "|", ">", "!", "#",
              ".shell ", ".tables", "''", '""', "''''", "/", "/**/", "-", "match ", "over ", "filter ", "collate ", "end", "case ", "table_info(", "()")
    hides = Language.hides + (("'", "'"), ("--", "\n"), ("/*", "*/"), ("''", "''"), ('""', '""'), ("[a", "]"), ("`", "`"), ("select '", "'"), ("select 1 -- '\n", "--'"), (";", ";"), ("select 1;", ""), ("with x as (", ") select 1"), ("(", ")"), ("select (", ")"), ("explain ", ""), ("'\n", "'"), ("\n", "\n"), ("x''", ""), ("$a(", ")"), ("select 'a\n", "\n'"), ("select 1\n", ""), ("pragma table_info('", "')"))
    share = 0.6
    SAFE = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE}
    FUNCTIONS = {"writefile", "readfile", "load_extension", "edit", "fts3_tokenizer", "eval", "lsmode", "zipfile", "fsdir", "sqlite_log", "sqlar_compress"}
    PRAGMAS = {"table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "foreign_key_list", "foreign_key_check", "integrity_check", "quick_check"}

    def text_of(self, words):
        rest = [word for word in words if not word.startswith("-")]
        return rest[1] if len(rest) > 1 else None

    def ignores(self, call, path, named):
        # A database is opened for writing and reading, whatever is asked of it.
        # (What is named as an address is tried as a file first.)
        return call == "write" and ("read", path) in named or call == "read" and b"/file:" in path

    def could(self, text):
        if text.lstrip().startswith(b"."):
            return None
        wrong = []

        def ask(action, first, second, _database, _trigger):
            if action == sqlite3.SQLITE_FUNCTION and second.lower() in self.FUNCTIONS:
                wrong.append("calls " + second)
            elif action == sqlite3.SQLITE_PRAGMA and second is not None and first.lower() not in self.PRAGMAS:
                wrong.append(f"sets {first}")
            elif action not in self.SAFE and action not in (sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_PRAGMA, sqlite3.SQLITE_CREATE_VTABLE, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_INSERT, 31):
                wrong.append(f"action {action} {first}")
            elif action in (sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE) and first not in ("sqlite_master", "sqlite_schema"):
                wrong.append(f"writes {first}")
            return sqlite3.SQLITE_OK

        db = sqlite3.connect(":memory:")
        db.executescript("create table t(a,b); insert into t values(1,'x'),(2,'y')")
        for name in self.FUNCTIONS:
            db.create_function(name, -1, lambda *_: None)
        db.set_authorizer(ask)
        try:
            for statement in text.decode("utf-8", "surrogateescape").split("\n."):
                db.execute("explain " + statement if not re.match(r"\s*(explain|pragma)\b", statement, re.I) else statement)
        except (sqlite3.Error, sqlite3.Warning, ValueError, UnicodeEncodeError):
            pass
        finally:
            db.close()
        return wrong[0] if wrong else None


class Dc(Language):
    name = "dc"
    programs = ("dc",)
    real = ("dc",)
    forms = ((["-e", TEXT], b""), ([], TEXT))
    seeds = ("2 3+p", "[2*]sax", "5k 2vp", "1 2!=a", "16o255p", "[p]dx", "10 si li p", "2 3 ^ f", "[li1-dsi0<x]dsxx")
    proofs = ("!touch p", "33ax")
    evil = ("!touch p", "! touch p", "\n!touch p\n", "?", "[!touch p]x", "1!touch p", "#\n!touch p", "33ax", "[a\n!touch p]x", "!=!touch p", "!<a!touch p", "63ax", "[?]x")
    tokens = tuple("0123456789+-*/%^vpnfcdrsSlLkKiIoOxaq?!<>=#[]:;zXZ|~ \n_.ABCF") + ("!=", "!<", "!>", "! ", "[!", "!]", "\\", "`", "'", '"')
    hides = (("[", "]x"), ("[", "]"), ("#", "\n"), ("!<a", ""), ("!=a", ""), ("s", ""), (":", ""), ("l", ""), ("[[", "]]xx"), ("!>", ""), ("!=", ""), ("!<", ""))
    share = 0.6


class Bc(Language):
    name = "bc"
    programs = ("bc",)
    real = ("bc",)
    forms = (([], TEXT), (["-l"], TEXT), (["-q"], TEXT))
    seeds = ("2+2", "scale=2; 10/3", "2^10 != 3", "for (i=0;i<3;i++) print i", "define f(x) { return x*2 }\nf(3)", "ibase=16; FF", "sqrt(2)", '"x"', "print \"a\\n\"", "if (1) 2", "length(12)")
    evil = ("!touch p", "read()", "system(\"touch p\")", "`touch p`", "limits", "warranty", "quit", "|touch p", "#include", "halt", "$x")
    tokens = tuple("0123456789+-*/%^()[]{};=<>!\n \"#.abci?_\\") + ("print ", "for(", "while(", "if(", "define ", "return ", "auto ", "/*", "*/", "!", "==", "scale", "&&", "read()")
    share = 0.2


class Find(Language):
    """The words of an expression: the text is a shell's, split at its blanks."""

    name = "find"
    programs = ("find", "gfind")
    real = ("find", "busybox find", "toybox find")
    forms = (([".", TEXT], b""), ([TEXT], b""), (["-L", ".", TEXT], b""))
    words = True
    seeds = (". -name '*.c'", "-type f", "-name f -print", "-size +1k -o -empty", "! -name x", "( -name a -o -name b ) -print0", "-maxdepth 1 -type d", "-printf '%p\\n'", "-mtime -1", "-regex '.*f'", "-exec echo {} ;", "-exec grep -l x {} +", "-path './x' -prune -o -print", "-perm -u+w", "-newer f", "-user nobody", "-ls", "-quit", "-not -name y -a -readable",
             "-executable , -print", "-samefile f", "-links 1", "-inum 3", "-follow", "-daystart -mtime 0", "-xdev -print", "-files0-from list")
    proofs = (". -exec touch p ;", ". -fprint p", ". -delete")
    evil = ("-delete", "-exec touch p ;", "-execdir touch p ;", "-ok touch p ;", "-fprint p", "-fprintf p x", "-fls p", "-fprint0 p", "-exec sh -c 'touch p' ;", "-exec rm {} +", "-exec {} ;", "-exec cp f p ;", "-okdir touch p ;", "-files0-from secret", "-newer secret -fprint p", "-exec echo {} ; -delete", "-exec echo -delete ;", "-name -delete", "-name x -delete", "-exec find . -delete ;", "-exec echo ; -exec touch p ;", "-exec echo + -exec touch p ;", "-exec echo {} + -delete",
            "-exec env touch p ;", "-exec sort -o p {} ;", "-exec sed -n 'w p' {} ;", "-exec awk 'BEGIN{print > \"p\"}' {} +")
    tokens = (" -name ", " -print", " -o ", " -a ", " ! ", " ( ", " ) ", " , ", " ; ", " + ", " {} ", " {} + ", " -exec ", " echo ", " -type f", " -delete", " -maxdepth 1", " -printf ", " '%p' ", " x ", " . ", " f ", " -- ", " -", "-", " -D help ", " -O3 ", " -L ", " -H ", " -P ", " -prune ", " -fprint ", " -regextype posix-extended", " '' ", " -newerXY ", " -newermt 2020-01-01", " -depth", " -d", " -warn", " -help", " -version")
    joins = (" ", " -o ", " -a ", " , ")
    hides = (("-name '", "'"), ("( ", " )"), ("-exec echo ", " ;"), ("-exec echo ", " {} +"), ("! ", ""), ("-name ", ""), ("-printf ", ""), ("-exec ", " ;"), ("-prune -o ", ""), ("-size ", ""), ("-newer ", ""), ("-maxdepth ", ""))
    share = 0.5

    def text_of(self, words):
        return " ".join(map(shlex.quote, words)) if words else None

    def ignores(self, call, path, named):
        # A tree is read; what -exec runs is judged as a call of its own.
        return call in ("read", "execve")
