"""PHP, as languages.py describes languages. What a text calls, PHP's own list of instructions tells (of Zend's OPcache)."""
import os
import re

from languages import TEXT, Language

ROOT = os.environ.get("CMDPOLICY_SOURCE_DIR", os.getcwd())
CALLS_BACK = {"array_map": 1, "array_filter": 2, "array_walk": 2, "usort": 2, "uasort": 2, "uksort": 2, "array_reduce": 2, "preg_replace_callback": 2}
NEVER = re.compile(r"\d{4} (?:[VT]\d+ = |CV\d+\(\$\w+\) = )?(INCLUDE_OR_EVAL|INIT_DYNAMIC_CALL|INIT_USER_CALL|INIT_(?:STATIC_)?METHOD_CALL|NEW|CLONE|DECLARE_(?:CLASS|FUNCTION|CONST|ANON_CLASS)|ASSIGN(?:_DIM|_OBJ|_STATIC_PROP)?_REF|BIND_GLOBAL|YIELD\w*|FETCH_CLASS\w*|FETCH_STATIC\w*|"
                   r"FETCH_(?:R|W|RW|IS|UNSET|FUNC_ARG) (?!\(local\) string\(\"(?!_|GLOBALS)).*|FETCH_GLOBALS|TICKS|MATCH\w*|CALLABLE_CONVERT|THROW|SEND_ARRAY)\b")


def listed():
    import yaml
    text = open(os.path.join(ROOT, "rules/lang/ruby-php.yaml"), encoding="utf-8").read()
    kind = yaml.load(text[text.index("\n  php-program:"):text.index("\n  php-pattern:")], Loader=yaml.BaseLoader)["php-program"]
    return {name for names in kind["names"] for name in names.split(", ")}


class Php(Language):
    name = "php"
    programs = ("php",)
    codes = ("-r",)
    real = ("php",)
    forms = ((["-r", TEXT], b""), (["-r", TEXT], b'{"a":1}\n'))
    seeds = ("echo 1;", "echo strlen('a');", 'foreach (file("f") as $n => $l) { echo "$n: {$l}\\n"; }', "$x = [3, 1]; sort($x); print_r($x);", "echo implode(',', array_map(fn($x) => $x * 2, [1, 2]));", "echo count(json_decode(file_get_contents('data.json'), true)['a']);", "for ($i = 0; $i < 3; $i++) echo $i;", "if (1 > 2) echo 'a'; elseif (2) echo 'b'; else echo 'c';",
             "foreach (glob('d/*') as $f) echo basename($f), filesize($f);", "$a['x'][] = 1; var_dump($a ?? null);", "[$a, $b] = explode(',', '1,2'); echo $a . $b;", "echo array_sum(array_filter([1, 2], function ($x) { return $x > 1; }));", 'echo preg_replace("/a(.)/", "$1", "ab");', 'if (preg_match("/a/", "a", $m)) print_r($m);', "echo true ? 'a' : 'b', PHP_EOL;", "switch (1) { case 1: echo 1; break; default: echo 2; }", "$i = 0; while ($i < 2) { $i += 1; } echo $i;", "do { echo 1; } while (0);",
             "echo (int) '12', !1, -1, @$x;", '/* x */ echo 1; // y\n# z\necho "\\$x\\"";', "echo json_encode(['a' => [1]], JSON_PRETTY_PRINT);", "usort($x, fn($a, $b) => $a <=> $b);", "$n = 0; array_map(function ($x) use (&$n) { $n += $x; }, [1]); echo $n;", "echo $argv[1] ?? 'none';", "$f = 'f'; echo file_get_contents($f);", "echo file_get_contents('php://stdin');", "echo array_map('trim', [' a'])[0];")
    proofs = ("system('touch p');", "echo `touch p`;", "file_put_contents('p', 'x');", "include 'secret';")
    evil = ("`touch p`", "system('touch p')", "SYSTEM('touch p')", "\\system('touch p')", "shell_exec('touch p')", "exec('touch p')", "$f = 'system'; $f('touch p')", "'system'('touch p')", "('sys'.'tem')('touch p')", "array_map('system', ['touch p'])", "usort($x, 'system')", "array_filter(['touch p'], 'system')", "call_user_func('system', 'touch p')", "eval('1;')", "include 'secret'", "require('secret')", "file_put_contents('p', 'x')", "unlink('f')", "fopen('p', 'w')", "touch('p')", "file_get_contents('secret')", "file('secret')", "print_r($_SERVER)", "print_r($_ENV)", "print_r($GLOBALS)", "getenv('TOKEN')",
            "getenv()", "$$x", "${'x'}", '"${`touch p`}"', '"{$x(`touch p`)}"', "{$f('touch p')}", "{$x->y()}", "${x}", "$x->y()", "X::y()", "new X", "new SplFileObject('p', 'w')", "function f() { `touch p`; }", "fn() => `touch p`", "function() { system('touch p'); }", "(function() { system('touch p'); })()", "?><?php `touch p`;", "?>", "// ?><?php `touch p`;\n", "# ?><?php `touch p`;\n", "/* */ `touch p`", "#[X]", "<<<X\n{$x}\nX", "<<<'X'\nx\nX\n", "preg_replace('/a/e', 'system(1)', 'a')", "assert('1')", "extract(['f' => 'secret'])", "$f = 'secret'", "$f .= 'secret'", "$f = &$x", "foreach (['secret'] as $f) {}",
            "foreach (['secret'] as $f => $x) {}", "[$f] = ['secret']", "list($f) = ['secret']", "preg_match('/.*/', 'secret', $f)", "$f[0] = 's'", "$f = ['secret']", "$x[] = 'secret'", "__halt_compiler();", "goto a; a:", "use function system as trim;", "namespace X;", "declare(ticks=1);", "static $x = 1;", "global $x;", "const X = 1;", "yield 1", "throw new Exception", "trim(...)", "array_map(...['system', ['touch p']])", "match (1) { 1 => `touch p` }", "file_exists('phar://p')", "file_get_contents('php://filter/resource=secret')", "fwrite(STDERR, 'x')", "exit(`touch p`)", "isset($x[`touch p`])", "if (`touch p`)", "echo `touch p`,", "[`touch p`]", "'\\'", '"\\', "'\\\\'")
    tokens = ("echo ", "print ", "$x", "$f", "$f ", "$", "$$", "=", " = ", ".=", "=>", "->", "::", "?->", "?", " ? ", " : ", ":", "??", "(", ")", "()", "[", "]", "[]", "{", "}", "{$", "${", ";", ",", "'", '"', '"x"', "'y'", "`", "//", "#", "/*", "*/", "\n", "\\", "\\$", "\\{", "<<<", "?>", "<?php ", "1", "1.5", ".5", "0x1", ".", "..", "...", "+", "-", "++", "--", "*", "/", "%", "<", ">", "<=>", "==", "===", "&", "&&", "|", "!", "@", "^", "~", "and ", "or ", "if (1) ", "else ", "foreach ($x as $y) ", "for (;;) ", "while (0) ", "switch (1) {", "case 1: ", "fn($x) => ", "function ($x) { ", "use (&$f) ", "strlen(", "trim(", "array_map(", "file(", "basename(",
              "glob('d/*')", "(int)", "(string) ", "(array)", "PHP_EOL", "true", "null", "return ", "break", "isset(", "list(", "array(", "exit", "new ", "static ", "e", "i", "/e", "as ", "&$x", "é", "_SERVER", "argv", "'f'", "TRUE", "Echo ", "STRLEN(", "$x[0]", "$x->y", "{$x}", "$x[", "endif;", "{}", "clone ", "instanceof X", "unset($f)", "\x5cx")
    hides = Language.hides + (('"{$x[', ']}"'), ('"{$', '}"'), ('"${', '}"'), ('"$x[', ']"'), ("'\\'; ", "; '"), ("'\\\\'; ", "; '"), ('"\\"; ', '; "'), ('"\\\\"; ', '; "'), ("// ", "\n"), ("/* ", " */"), ("/*/ ", " /*/"), ("# ?>", "\n"), ("if (1) { ", " }"), ("$x = ", ""), ("$x[", "] = 1"), ("array_map(", ", [1])"), ("array_map(fn($x) => ", ", [1])"), ("usort($x, ", ")"), ("(function () { ", "; })"), ("(", ")()"), ("", "('touch p')"), ("$x(", ")"), ("foreach ([1] as $f) { ", " }"), ("1 ? ", " : 1"), ("1 ?: ", ""), ("@", ""), ("!", ""), ("(int) ", ""), ("[", " => 1]"), ("[...", "]"), ("'a' . ", ""), ("<<<X\n", "\nX\n"), ("{", "}"), ("fn() => ", ""), ("switch (1) { case 1: ", "; }"),
                              ("for (", ";;) break;"), ("strlen(", ")"), ("isset($x[", "])"), ("#[", "]"), ("?>", "<?php "), ("use ", ";"), ("static fn() => ", ""), ("a: ", ""), ("$x->", ""), ("$x::", ""), ("new ", ""))
    joins = ("; ", ";", " ", "\n", ";\n")
    share = 0.35

    def __init__(self):
        self.listed = listed()

    def instructions(self, out):
        """What the list has that is none of the listed names."""
        calls = []
        for line in out.decode("utf-8", "replace").splitlines():
            never = NEVER.match(line)
            if never:
                return never[0]
            call = re.search(r" INIT_(?:NS_)?FCALL(?:_BY_NAME)? (?:\d+ )*(?:string\(\"(\w+)\"\))", line)
            sent = re.search(r" SEND_(\w+) (.*) (\d+)$", line)
            constant = re.search(r" FETCH_CONSTANT (?:\([^)]*\) )?string\(\"([^\"]*)\"\)", line)
            if call:
                calls.append(call[1])
                if call[1].lower() not in self.listed:
                    return f"calls {call[1]}"
            elif re.search(r" DO_\w*CALL\w*", line) and calls:
                calls.pop()
            elif sent and calls and CALLS_BACK.get(calls[-1]) == int(sent[3]):
                name = re.fullmatch(r"string\(\"(\w+)\"\)", sent[2])
                if (name and name[1] not in self.listed) or not (name or re.fullmatch(r"T\d+", sent[2])):
                    return f"{calls[-1]} calls {sent[2]}"
            elif constant and constant[1] not in self.listed:
                return f"names {constant[1]}"
            elif re.search(r"^\s+; .*(?:error|Error)", line):
                return None
        return None

    def probes(self, text, words, path):
        with open(path + ".php", "wb") as f:
            f.write(b"<?php " + text)
        yield "php's opcodes", self.program("php") + ["-d", "opcache.enable_cli=1", "-d", "opcache.opt_debug_level=0x10000", "-d", "opcache.file_update_protection=0", "-d", "display_errors=0", path + ".php"], b"", self.instructions
