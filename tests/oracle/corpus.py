#!/usr/bin/env python3
"""Collects or makes shell texts for the oracle, as records that end with the byte 0x1e.

  corpus.py scripts OUT [DIR...]     every sh and bash script below the directories (by #! line or name)
  corpus.py folder OUT DIR           every file of a folder, each a record; *.cm: each line a record
  corpus.py snippets OUT SEED COUNT  random snippets from a grammar of hard constructs, then mutated
"""
import os
import random
import re
import sys

SHEBANG = re.compile(rb"^#! ?/(usr/)?bin/(env )?(ba|da)?sh\b")
END = b"\x1e"


def usable(text):
    return text and b"\0" not in text and END not in text


def scripts(directories):
    seen = set()
    for top in directories:
        for folder, names, files in os.walk(top):
            names.sort()
            for name in sorted(files):
                path = os.path.join(folder, name)
                if os.path.islink(path) or not os.path.isfile(path):
                    continue
                try:
                    with open(path, "rb") as f:
                        head = f.read(64)
                        if not (SHEBANG.match(head) or name.endswith((".sh", ".bash"))):
                            continue
                        text = head + f.read()
                except OSError:
                    continue
                if usable(text) and text not in seen:
                    seen.add(text)
                    yield text


def folder(top):
    for where, names, files in os.walk(top):
        names.sort()
        for name in sorted(files):
            with open(os.path.join(where, name), "rb") as f:
                text = f.read()
            texts = text.split(b"\n") if name.endswith(".cm") else text.split(END)
            for one in texts:
                if usable(one):
                    yield one


class Maker:
    """Random snippets: every production of the grammar, with quoting and line breaks in odd places."""

    def __init__(self, seed):
        self.r = random.Random(seed)
        self.depth = 0
        self.documents = []

    def one(self, *choices):
        choice = self.r.choice(choices)
        return choice() if callable(choice) else choice

    def deep(self, simple, *nested):
        if self.depth > 3 or self.r.random() < 0.3:
            return simple() if callable(simple) else simple
        self.depth += 1
        try:
            return self.one(*nested)
        finally:
            self.depth -= 1

    def name(self):
        return self.r.choice(["a", "b", "x", "foo", "PATH", "_v1"])

    def space(self):
        return self.r.choice([" "] * 12 + ["  ", "\t", " \\\n", "\\\n "])

    def plain(self):
        return self.r.choice(["ls", "echo", "-l", "rm", "a", "foo.c", "--x=y", "a=b", "a#b", "if", "do", "done", "in", "}", "{", "!", "[", "]", "[[", "]]", "time", "-p",
                              "--", "case", "esac", "1", "2", "x1", "*", "?.c", "~", "~u/x", "a~", "{a,b}", "{1..3}", "{", "a[1]", "@x", "=", "+=", "a+=b", "\\a", "\\\\", "\\ ",
                              "é", "%", "^", ",", ":", "a:~b", "$", "a$", "''", '""', "function", "select", "coproc", "for", "while", "then", "fi", "-", "2a", "\\\n"])

    def quoted(self):
        return self.one(lambda: "'" + self.r.choice(["", "a b", "$x", "}", ")", '"', "\\", "#", "`", "a\nb"]) + "'",
                        lambda: '"' + "".join(self.one("a", " ", "'", "\\\"", "\\$", "\\\\", "}", ")", "#", "\\\n", "\n", "{", "(", self.expansion) for _ in range(self.r.randint(0, 3))) + '"',
                        lambda: "$'" + self.r.choice(["", "a\\tb", "\\'", "\\x41", "}", ")", "\\\\", "\\e[0m"]) + "'",
                        lambda: '$"' + self.r.choice(["", "a", "$x"]) + '"',
                        lambda: "\\" + self.r.choice(["a", "$", "'", '"', " ", "(", ";", "\n", "`", "&", "|", "<", "#"]))

    def operator_word(self):
        return "".join(self.one("y", " ", "a b", "/", "'}'", '"}"', "\\}", "*", "(", ")", "<", "|", "#", "!", "[", "]", "{", "'", "\"", self.expansion, self.quoted) for _ in range(self.r.randint(0, 2)))

    def brace(self):
        op = self.r.choice(["", "-", ":-", "=", ":=", "+", ":+", "?", ":?", "#", "##", "%", "%%", "/", "//", "/#", "/%", "^", "^^", ",", ",,", ":", ":1:", "@Q", "@", "[1]", "[@]", "[$x]-", "!", "~"])
        name = self.r.choice(["x", "x", "a", "#x", "!x", "1", "10", "@", "*", "#", "?", "$", "-", "!", "!x*", "!x@", "x[0]", "x[$i]", "#x[@]", "", "!x[@]"])
        return "${" + name + op + (self.operator_word() if op else "") + "}"

    def arithmetic(self):
        return "".join(self.one("1", "x", "+", " ", "*", "(1)", "x[1]", "<<", "?", ":", "=", "++", ",", "'1'", '"2"', "16#ff", "#", self.expansion) for _ in range(self.r.randint(0, 4)))

    def expansion(self):
        return self.deep(lambda: "$" + self.r.choice(["x", "1", "@", "*", "#", "?", "$", "!", "-", "foo", "12", "{x}", "\\\nx"]),
                         self.brace, self.brace,
                         lambda: "$(" + self.program() + ")",
                         lambda: "$(" + self.program() + ")",
                         lambda: "$((" + self.arithmetic() + "))",
                         lambda: "$((" + self.statement() + ") | (" + self.statement() + "))",
                         lambda: "$[" + self.arithmetic() + "]",
                         lambda: "`" + self.program().replace("\\", "\\\\").replace("`", "\\`").replace("$", self.r.choice(["$", "\\$"])) + "`")

    def word(self):
        return "".join(self.one(self.plain, self.plain, self.plain, self.plain, self.quoted, self.quoted, self.expansion, lambda: self.deep("x", lambda: self.r.choice("<>") + "(" + self.program() + ")"))
                       for _ in range(self.r.choice([1, 1, 1, 1, 2, 2, 3])))

    def redirection(self):
        target = self.word
        kind = self.r.randint(0, 11)
        fd = self.r.choice(["", "", "", "1", "2", "0", "13", "{fd}", "{a[1]}", "x2"])
        if kind == 0:
            delimiter = self.r.choice(["E", "EOF", "'E'", '"E F"', "\\E", "E''", "$x", "E\\\nF", "''", "a-b", "$'E'"])
            tabs = self.r.choice(["", "-"])
            bare = {"E": "E", "EOF": "EOF", "'E'": "E", '"E F"': "E F", "\\E": "E", "E''": "E", "$x": "$x", "E\\\nF": "EF", "''": "", "a-b": "a-b", "$'E'": "E"}[delimiter]
            body = "".join(self.one("text\n", "\ttext\n", "$x ${y}\n", "$(ls)\n", "`id`\n", "$((1+1))\n", "a\\\nb\n", "'\"\n", "\\$x\n", bare + "x\n", " " + bare + "\n", "E\\\n") for _ in range(self.r.randint(0, 3)))
            self.documents.append(body + self.r.choice(["", "", "\t"] if tabs else [""]) + bare + "\n")
            return fd + "<<" + tabs + self.r.choice(["", " "]) + delimiter
        op = self.r.choice(["<", ">", ">>", ">|", "<>", "<<<", "&>", "&>>", "<&", ">&", ">&", "<&"])
        if op.endswith("&") and self.r.random() < 0.7:
            return fd + op + self.r.choice(["1", "2", "-", "2-", "$x", "f", " 3", "-x", "2b"])
        return fd + op + self.r.choice(["", " "]) + target()

    def assignment(self):
        left = self.name() + self.r.choice(["", "", "", "[1]", "[x y]", "[$i]", "['a b']", "[a[1]]"])
        right = self.one(self.word, lambda: "", lambda: "(" + self.space().join(self.one(self.word, "[1]=x", "[a b]=c", "#c\n", "\n", "[x]+=y") for _ in range(self.r.randint(0, 3))) + ")")
        return left + self.r.choice(["=", "=", "=", "+="]) + right

    def simple(self):
        parts = [self.one(self.assignment, self.redirection) for _ in range(self.r.choice([0, 0, 0, 0, 1, 2]))]
        for _ in range(self.r.choice([0, 1, 1, 2, 2, 3])):
            parts.append(self.word())
            if self.r.random() < 0.15:
                parts.append(self.redirection())
        if self.r.random() < 0.06:
            parts = [self.r.choice(["declare", "local", "export", "typeset", "eval", "readonly", "let", "alias"]), self.assignment()] + parts
        return self.space().join(parts) or ":"

    def condition(self):
        return self.deep(lambda: self.word() + " " + self.r.choice(["==", "!=", "=", "-eq", "<", ">", "=~", "-nt", "-a"]) + " " + self.one(self.word, "a*", "!(a|b)", "^(a|b c)+$", "[[:alpha:]]", "(x)", "a|b"),
                         lambda: self.r.choice(["-f", "-n", "-v", "-z", "-q"]) + " " + self.word(), lambda: "! " + self.condition(), lambda: "( " + self.condition() + " )", self.word,
                         lambda: self.condition() + self.one(" && ", " || ", " &&\n", "||") + self.condition())

    def end(self):
        out = self.r.choice([";", ";", "\n", "\n", " ; ", "&", "\n\n", " #c\n", ";\n"])
        if "\n" in out and self.documents:
            out += "".join(self.documents)
            self.documents = []
        return out

    def body(self):
        return " " + "".join(self.statement() + self.end() for _ in range(self.r.choice([1, 1, 2])))

    def patterns(self):
        return "|".join(self.one(self.word, "a", "*", "esac", "if", "in") for _ in range(self.r.choice([1, 1, 2])))

    def compound(self):
        r = self.r
        out = self.one(lambda: "{" + self.body() + "}", lambda: "(" + self.one(self.body, self.program) + ")",
                       lambda: "if" + self.body() + "then" + self.body() + self.one("", lambda: "else" + self.body(), lambda: "elif" + self.body() + "then" + self.body()) + "fi",
                       lambda: r.choice(["while", "until"]) + self.body() + "do" + self.body() + "done",
                       lambda: r.choice(["for", "for", "select"]) + " " + self.name() + self.one(" in a $b; ", " in\n", "; ", "\n", " ", " in " + self.word() + "\n", "\nin x;") + r.choice(["do", "do", "{"]) + self.body() + r.choice(["done", "done", "}"]),
                       lambda: "for ((" + ";".join(self.arithmetic() for _ in range(3)) + "))" + r.choice([" ", ";", "\n"]) + "do" + self.body() + "done",
                       lambda: "case " + self.word() + r.choice([" in ", "\nin\n", " in\n"]) + "".join(r.choice(["", "("]) + self.patterns() + ")" + self.one(self.body, " ", self.statement) + r.choice([";;", ";;", ";&", ";;&", "\n;;\n"]) for _ in range(r.randint(0, 2))) + " esac",
                       lambda: "((" + self.arithmetic() + "))", lambda: "((" + self.statement() + "); " + self.statement() + ")",
                       lambda: "[[ " + self.condition() + " ]]",
                       lambda: r.choice(["f() ", "f ( )\n", "function f ", "function f() ", "a-b() ", "function f\n"]) + self.deep("{ :; }", self.compound),
                       lambda: "coproc " + self.one(self.simple, lambda: r.choice(["", "NAME "]) + self.compound()))
        if r.random() < 0.2:
            out += " " + self.redirection()
        return out

    def pipeline(self):
        out = self.r.choice([""] * 12 + ["! ", "time ", "time -p ", "! ! ", "time -- "])
        return out + self.r.choice(["|", " | ", " |& ", "|\n"]).join(self.one(self.simple, self.simple, lambda: self.deep(self.simple, self.compound)) for _ in range(self.r.choice([1, 1, 1, 2, 3])))

    def statement(self):
        return self.r.choice([" && ", "||", " &&\n"]).join(self.pipeline() for _ in range(self.r.choice([1, 1, 1, 1, 2])))

    def program(self):
        if self.depth > 3:
            return self.plain()
        self.depth += 1
        out = self.statement()
        while self.r.random() < 0.25:
            out += self.end() + self.statement()
        self.depth -= 1
        return out

    def snippet(self):
        self.depth, self.documents = self.r.choice([0, 1, 2, 3]), []
        text = self.program() + self.r.choice(["", "\n", ";", " &"])
        if self.documents:
            text += "\n" + "".join(self.documents)
        return self.mutate(text) if self.r.random() < 0.4 else text

    def mutate(self, text):
        tokens = ["'", '"', "`", "$", "(", ")", "{", "}", "[", "]", "<", ">", "|", "&", ";", "\n", " ", "\\", "\\\n", "#", "=", "!", "$(", "${", "$((", "))", "<<E\n", "<(", ";;", "&&", "||", "E\n",
                  "if ", "then ", "fi", "do ", "done", "case ", "in ", "esac", "for ", "time ", "((", "[[ ", " ]]", "function ", "coproc ", "x=(", "a[", "2>", "&>", "~", "*", "?(", "@(", "$'", "$\"", "1", "-"]
        for _ in range(self.r.choice([1, 1, 2, 3])):
            at = self.r.randint(0, len(text))
            kind = self.r.randint(0, 3)
            if kind == 0:
                text = text[:at] + self.r.choice(tokens) + text[at:]
            elif kind == 1 and text:
                text = text[:at] + text[at + self.r.randint(1, 3):]
            elif kind == 2:
                other = self.r.randint(0, len(text))
                text = text[:at] + text[min(at, other):max(at, other)] + text[at:]
            else:
                text = text[:at] + self.r.choice(tokens) + text[at + 1:]
        return text


def main():
    mode, out = sys.argv[1], sys.argv[2]
    if mode == "scripts":
        texts = scripts(sys.argv[3:] or ["/usr/bin", "/usr/sbin", "/usr/lib", "/usr/share", "/usr/libexec", "/etc", "/usr/local"])
    elif mode == "folder":
        texts = folder(sys.argv[3])
    else:
        maker = Maker(int(sys.argv[3]))
        made = (maker.snippet().encode() for _ in range(int(sys.argv[4])))
        texts = (t for t in made if usable(t))
    count = 0
    with open(out, "wb") as f:
        for text in texts:
            f.write(text + END)
            count += 1
    print(f"{count} records")


if __name__ == "__main__":
    main()
