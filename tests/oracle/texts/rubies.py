"""Ruby, as languages.py describes languages. What a text calls, Ruby's own list of instructions tells: by its own idea of where a regular
expression ends, and of which names are variables."""
import os
import re

from languages import TEXT, Language

ROOT = os.environ.get("CMDPOLICY_SOURCE_DIR", os.getcwd())
OPERATORS = {"+", "-", "*", "/", "%", "**", "==", "!=", "<", ">", "<=", ">=", "<=>", "===", "=~", "!~", "!", "<<", ">>", "&", "|", "^", "[]", "[]=", "-@", "core#hash_merge_kwd", "core#hash_merge_ptr", "core#set_postexe", "lambda"}


def listed():
    """(what is called by its name alone, what is called of something, constants)"""
    import yaml
    text = open(os.path.join(ROOT, "rules/lang/ruby-php.yaml"), encoding="utf-8").read()
    kind = yaml.load(text[text.index("\n  ruby-program:"):text.index("\n  # What -n and -p open")], Loader=yaml.BaseLoader)["ruby-program"]
    split = lambda mapping: {name: form for names, form in mapping.items() for name in names.split(", ")}
    names = {name for name, form in split(kind["names"]).items() if form != "never"}
    members = {name for mapping in kind["members"].values() for name in split(mapping)}
    calls = set(split(kind["attributes"])) | members
    return names, calls, {name for name in names | members if name[:1].isupper()}


class Ruby(Language):
    name = "ruby"
    programs = ("ruby",)
    real = ("ruby",)
    forms = ((["-e", TEXT], b""), (["-rjson", "-e", TEXT], b'{"a":1}\n'), (["-ne", TEXT, "f"], b""), (["-lane", TEXT, "f"], b""), (["-pe", TEXT, "f"], b""), (["-"], TEXT))
    seeds = ("puts 1", "puts 1.class, $stdin.class.name", "x = [$stdin]; x.each { |y| puts y.class }", "puts [1, 2].size", "puts File.read('f').lines.map(&:strip)", 'File.readlines("f").grep(/a/).each { |l| puts l[/"(\\w+)"/, 1] }', 'h = Hash.new(0); File.foreach("f") { |l| h[$1] += 1 if l =~ /(\\d+)/ }; h.sort.each { |k, v| puts "#{k}: #{v}" }',
             'Dir["d/*"].each do |f| puts "#{File.readlines(f).size} #{f}" end', 'puts "#{$.}: #{$_}" if /a/', "x = 8; y = x / 2 / 1; puts y", "puts (1..3).map { |i| i * 2 }.sum", 'puts "a" if 1 > 0 && !nil', "x = 1 ? 2 : 3\np x", "i = 0\nwhile i < 3 do\n  i += 1\nend\nputs i",
             "case 1 when 1, 2 then puts 'x' else puts 'y' end", "begin\n  raise 'x'\nrescue StandardError => e\n  puts e.message\nend", "puts %w[a b].join(', ')", "a, b = 1, 2; puts a - b", "require 'json'; puts JSON.parse('[1]').to_json", "[3, 1].sort { |a, b| b <=> a }.each { |x| p x }", "puts 'it''s'.size", "p({a: 1, 'b' => 2})",
             "puts \"%05.2f\" % 3.14159", "puts [1, [2, 3]].flatten\n  .map { |x| x + 1 }\n  .inspect", "$_.upcase!", "BEGIN { n = 0 }\nn += 1\nEND { puts n }", "@h ||= {}; @h[$_] = 1", "puts \"a\\\"b#{'c' + \"d\"}\"", "for i in 1..2 do puts i end", "puts({ a: [1] }.map { |k, v| v.first })", "puts 7 % 3, 7 / 2, -3.abs", "puts x = 5; puts x -  1", "unless false then puts 1 end", "p :a, :b", "puts ENV['HOME']",
             'x = "d/x"; puts File.read(x)', 'x = "f"; y = [x]; y << "g"; puts y', 'puts "f".sub("f", "x")')
    proofs = ("system('touch p')", "`touch p`", "File.write('p', 'x')", "puts ENV.to_h")
    evil = ("p($stdin.class).read('|touch p')", "$stdin.class", "$stdin.class.read('|touch p')", ".class", ".class.read('|touch p')", ".read('|touch p')", ".delete('f')", "nil || File", "nil || IO", "[File]", "[1].map { File }", "if true then File end", "File", ".then { |x| x.class }", "x = $stdin.class", "IO.class", "`touch p`", "system('touch p')", 'system "touch", "p"', "exec 'touch p'", "spawn('touch p')", "IO.popen('touch p')", "open('|touch p')", "IO.read('|touch p')", "IO.readlines '|touch p'", "%x(touch p)", "%x[touch p]", '"#{`touch p`}"', "/#{`touch p`}/", "eval('1')", "File.write('p', 'x')", "File.open('p', 'w')", "File.open('p', mode: 'w')", "File.delete('f')", "puts ENV.to_h", "puts ENV['TOKEN']", "send(:system, 'touch p')",
            "1.send(:system, 'touch p')", "['touch p'].each(&method(:system))", "[1, 'touch p'].inject(:system)", "Kernel.system('touch p')", "Kernel.`('touch p')", "->(x) { `touch p` }.(1)", "lambda { `touch p` }.call", "proc { }", "<<`X`\ntouch p\nX\n", "puts <<X\n#{`touch p`}\nX\n", "?`", "?\"", "?'", "?/", "%q(", "%(#{`touch p`})", "%r{#{`touch p`}}", "%W[#{`touch p`}]", ":\"#{`touch p`}\"", "$stdin.class.read('|touch p')", "fork", "gets", "def x; `touch p`; end; x",
            "class X; `touch p`; end", "END { `touch p` }", "at_exit { `touch p` }", "x /1; `touch p` #/", "p /1; `touch p` #/", "foo /x/; `touch p`", "x %w[`touch p`]", "x [`touch p`]", "x *`touch p`", "x -`touch p`", "x &`touch p`", "x ?`:1", "x <<`touch p`", "puts(`touch p`)", "p(&:system)", "x.instance_eval('`touch p`')", "File.read('secret')", "puts File.read('secret')", "x << 'secret'", "x.replace('secret')", "f.replace('secret')", "x = 'secret'", "f = 'secret'", "x[0] = 'secret'",
            "$stdout.reopen('p', 'w')", "$stdout = File.open('p', 'w')", "ARGV << '|touch p'", "$0 = 'x'", "load 'secret'", "require './secret'", "__END__\n", "=begin\n", "\n=begin\n", "\n=end\n", "# coding: utf-7\n", "{ `touch p` }", "do `touch p` end", "{ |x| system x }", "rescue `touch p`", "if `touch p`", "unless system('touch p')", "while `touch p`", "'\\'", '"\\C-"', "'\\\\'", "(?<p>x)", "|p|", "|x; y|", "x = p", "p = 1", "x = ->{`touch p`}", "&.system('touch p')", ".class.new", "::Kernel.system('touch p')", "self.system('touch p')", "JSON.load('x')", "Marshal.load('x')", "alias a b", "undef p", "(nil || File).write('p', 'x')", "[1].map { File }.first.write('p', 'x')", "x = (File if 1); x.write('p', 'x')", "y = begin; raise rescue File\nend; y.write('p', 'x')", "p [1].map { ENV }", "x = 1.then { next File }; x.delete('f')", "f = 'a'; $stdin.read(3, f); puts File.read(f)",
            "BEGIN { `touch p` }", "@x = `touch p`", "yield", "super", "raise `touch p`", "return `touch p`", "next `touch p`", "loop { `touch p`; break }", "1.times { `touch p` }", ".then { `touch p` }", ".tap { |x| system 'touch p' }", "=~ /#{`touch p`}/", "1 ? `touch p` : 2", "[*`touch p`]", "{a: `touch p`}", "{`touch p` => 1}", "a, b = `touch p`, 1", "case `touch p` when 1 then 2 end", "for x in `touch p` do end", "Dir.mkdir('p')", "Dir['*'].each { |f| puts File.read(f) }", "Dir['../*'].each { |f| puts File.read(f) }", "Dir.chdir('d')", "trap('EXIT') { `touch p` }")
    tokens = ("puts ", "p ", "print ", "x", "f", "l", "a", " ", " ", " = ", "=", " / ", "/", "/", " /", "/ ", "%", " %", "% ", "%w[", "%i(", "*", " *", "-", " -", "- ", "+", "&", " &", "&&", "||", "|", "|x|", "|a, b|", "<<", " <<", "<< ", "<<~", "<", ">", "<=>", "==", "=~", "!~", "!", "?", " ?", "? ", " ? ", " : ", ":", ":a", "::", "a:", ".", "..", "&.", ".size", ".map", ".each", ".first", ".to_s", ".sub", "(", ")", "()",
              " (", "[", "]", " [", "[0]", "{", "}", " { ", " }", "{ |x| ", "do", " do |x| ", " end", "end", "if ", " if ", " unless ", "while ", " then ", "else", "elsif ", "case ", "when ", "begin", "rescue", " rescue ", "ensure", " => e", "and ", "or ", "not ", "nil", "true", "1", "1.5", "0x1f", "1_000", '"', "'", '"x"', "'y'", '#{', "#", "# ", "#$", "#@", "\\", "\\\n", "\n", "\n.", ";", ",", "=>", "->", "$1", "$_", "$.", "$~", "@x", "@@x", "File", "Dir", "JSON", "Kernel", "ENV", "Hash.new", "File.read(",
              "+=", "||=", "<<=", "/=", "%=", "*=", "-=", "for x in ", " in ", "next", "break", "return", "loop", "&:", "&:size", "**", "...", "__END__", "=begin", "BEGIN {", "END {", "def ", "class ", "lambda", "yield", "self", "defined?", "`", "?a", "é", "=end", "\n\n", "# x\n", "p", "(x)", "x = ", "x = 1;")
    hides = Language.hides + (("x = ", "; x.read('|touch p')"), ("(", ").read('|touch p')"), ("[", "].first.read('|touch p')"), ("p(", ").read('|touch p')"), ("[1].map { ", " }.first.read('|touch p')"), ("x = if true then ", " end; x.read('|touch p')"), ("{a: ", "}[:a].read('|touch p')"), ("x /1; ", " #/"), ("p /1; ", " #/"), ("x = 1; x /1; ", " #/"), ("p / 1; ", " #/"), ('"#{', '}"'), ("/#{", "}/"), ("'\\'; ", "; '"), ("'\\\\'; ", "; '"), ('"\\"; ', '; "'), ('"\\\\"; ', '; "'), ("%w[a]; ", ""), ("x %w[", "]"), ("[1].each { |x| ", " }"), ("[1].each do |p| ", " end"), ("if x then ", " end"), ("x ? ", " : 1"), ("x ?", " :1"), ("# ", "\n"), ("1 / 2; ", " / 1"), ("x./", "/"), ("p [", "]"), ("p (", ")"), ("p {", "}"), ("x {", "}"), ("p({a: ", "})"), ("puts 1 if ", ""), ("case 1 when 1 then ", " end"), ("begin; ", "; rescue; end"),
                              ("while false do ", " end"), ("h[", "]"), ("h = {}; h[", "] = 1"), ("x = y = ", ""), ("'a'.gsub(/a/) { ", " }"), ("[1].map { |a| a.to_s { ", " } }"), ("(?<x>a)/ =~ 'a'; x /1; ", " #/"), ("/(?<p>a)/ =~ 'a'; p /1; ", " #/"), ("|p|", ""), ("p = 1; p /1; ", " #/"), ("puts <<", "\n"), ("\n=begin\n", "\n=end\n"), ("\n__END__\n", ""), (":", ""), (".", ""), ("&.", ""), ("->{", "}"))
    share = 0.35
    seconds = 2.0

    def __init__(self):
        self.names, self.calls, self.constants = listed()

    def instructions(self, out, reads):
        """What the list has that is none of the listed names; `reads`: there is one `gets` that nobody wrote."""
        out = out.decode("utf-8", "replace")
        out = re.sub(r"mid:gets\b", "mid:puts", out, count=1) if reads else out
        for line in out.splitlines():
            call = re.search(r"<calldata!mid:(\S+?), argc:\d+, ?(?:\w+: ?\[[^\]]*\], )?([A-Z_|]*)", line)
            if call:
                name, flags = call[1].rstrip(","), call[2].split("|")
                own = "FCALL" in flags or "VCALL" in flags
                if name not in (self.names | {"to_s"} if own else self.calls) and name not in OPERATORS:
                    return f"calls {name}"
            other = re.search(r"^\d+ (definemethod|definesmethod|defineclass|invokesuper|invokeblock|setconstant|putiseq|setclassvariable)\b.*", line)
            if other:
                return other[0][:80]
            assigned = re.search(r"^\d+ setglobal +:(\S+)", line)
            if assigned and assigned[1] not in ("$_", "$~", "$F"):
                return f"assigns {assigned[1]}"
            constant = re.search(r"^\d+ (?:opt_)?getconstant\S* +(?:<ic:\d+ )?:?(\w+)", line)
            if constant and constant[1] not in self.constants | {"true", "false"}:
                return f"names {constant[1]}"
        return None

    def probes(self, text, words, path):
        if words[:1] != ["-"]:
            yield "ruby --dump=insns", self.program("ruby") + ["--dump=insns"] + words, b"", lambda out: self.instructions(out, any(isinstance(word, str) and re.match("-[0-9A-Za-z]*[np]", word) for word in words))
        else:
            yield "ruby --dump=insns", self.program("ruby") + ["--dump=insns", path], b"", lambda out: self.instructions(out, False)
