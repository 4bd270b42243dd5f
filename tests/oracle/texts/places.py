"""Whether a text of Python reads no file but those that the decision names: texts that pass paths, lists of them and their names around.

    places.py COUNT [SEED]

Statements are put together at random, those texts that are allowed are run in this process, and get more statements. An audit hook sees
what is opened: each file has to be one that an effect of the decision names, or to lie below one, and nothing else may happen to files."""
import collections
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile

CHECK = os.path.abspath(os.environ.get("CMDPOLICY_CHECK", "build/ci/cmdpolicy-check"))
HEAD = "import os, glob\nfrom pathlib import Path\ndef t(c):\n  try: c()\n  except Exception as e: print(e)\n"
ROUNDS = 8
# N is a name, L a literal, E an expression again; X a pattern of files.
EXPRESSIONS = ["[E, E]", "[L]", "sorted(E)", "list(E)", "E[0]", "E[:1]", "E + E", "(E or E)", "(E if N else E)", "os.path.join(E, E)", "Path(E)", "(E / E)", "str(E)", "os.listdir(E)", "glob.glob(X)", "os.path.basename(E)", "E.name", "list(E.iterdir())",
               "sorted(E.rglob('*'))", "'d/' + E", "E + '/' + E", "E + '/e/../../secret'", "f(E)", "g(E, E)", "g(k=E)", "max(E, E)", "[x for x in E]", "[E for N in E]", "(N := E)", "os.path.abspath(E)", "{'k': E}['k']", "list(map(f, E))", "list(enumerate(E))", "list(os.walk(E))", "dict(k=E).get('k')", "set(E)",
               "open(E).read().split()", "tuple(E)", "next(iter(E))", "E.parent", "os.environ.get('NOPE', E)"]
STATEMENTS = ["N = ['a', 'b']", "N = ['a', 'd/x']", "N = N", "N, N = N, N", "N.append('secret')", "N += ['secret']", "N[0] = 'secret'", "N.insert(0, E)", "N = f(N)", "g(N, N)", "N = [N]", "N = {1: N}", "N = (N, E)", "N[0].append('secret')", "N[1].append('secret')", "for N in N: t(lambda: open(N).read())", "for N in N: t(lambda: open(N).read())",
              "N = E", "N = E", "N = E", "N, N = E, E", "N, N = E", "N += E", "N.append(E)", "N[0] = E", "N[:] = E", "N.extend(E)", "for N in E: t(lambda: open(N).read())", "for N, N in E: t(lambda: open(N).read())",
              "for N, N, N in os.walk(E):\n  for N in N: t(lambda: open(os.path.join(N, N)).read())", "t(lambda: open(E).read())", "t(lambda: E.read_text())", "for N in E: t(lambda: N.read_text())", "def f(N): return E", "def g(N, *N, N=1): return E",
              "def f(N, N=None):\n  N.append(E)\n  return N", "def g(N=1, **N): return open(N).read()", "with open(E) as N: t(N.read)", "N = lambda N: E", "for N in N: N.append(E)"]
NAMES = ["p", "q", "l", "l", "x"]
LITERALS = ["'a'", "'b'", "'secret'", "'d/x'", "'../secret'", "'/etc/hostname'", "'d'", "'.'"]
PATTERNS = ["'d/*'", "'*'", "'../*'", "x"]


class Maker:
    def __init__(self, rng):
        self.rng = rng

    def fill(self, form, depth):
        made = {"N": lambda: self.rng.choice(NAMES), "L": lambda: self.rng.choice(LITERALS), "X": lambda: self.rng.choice(PATTERNS), "E": lambda: self.expression(depth)}
        return "".join(made[c]() if c in made and not (form[i - 1:i] + form[i + 1:i + 2]).replace("_", "a").isalnum() and self.alone(form, i) else c for i, c in enumerate(form))

    @staticmethod
    def alone(form, i):
        """Is it no letter of a word (NOPE, Exception)?"""
        return not (form[i - 1:i].isalpha() or form[i + 1:i + 2].isalpha())

    def expression(self, depth):
        r = self.rng.random()
        if depth > 1 or r < 0.35:
            return self.rng.choice(NAMES)
        if r < 0.5:
            return self.rng.choice(LITERALS)
        return self.fill(self.rng.choice(EXPRESSIONS), depth + 1)

    def statement(self):
        s = self.fill(self.rng.choice(STATEMENTS), 0)
        return s if s.startswith("def") else "try:\n  " + s.replace("\n", "\n  ") + "\nexcept Exception as e: print(e)"


class Watch:
    def __init__(self, top):
        self.top, self.on, self.seen = top, False, set()
        sys.addaudithook(self.hook)

    def hook(self, event, args):
        if not self.on:
            return
        if event == "open" and isinstance(args[0], (str, bytes)):
            path = os.path.normpath(os.path.join(self.top, os.fsdecode(args[0])))
            if args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                self.seen.add("writing " + path)
            elif not path.startswith((os.path.dirname(os.__file__), "/usr/")):
                self.seen.add(path)
        elif event.startswith(("os.", "subprocess", "shutil", "socket")) and event not in ("os.listdir", "os.scandir", "os.walk", "os.fwalk"):
            self.seen.add(event)

    def run(self, code):
        self.seen = set()
        signal.setitimer(signal.ITIMER_REAL, 1)
        self.on = True
        try:
            exec(code, {"__name__": "__main__"})
        except BaseException:
            pass
        finally:
            self.on = False
            signal.setitimer(signal.ITIMER_REAL, 0)
        return self.seen


class Late(BaseException):
    """Nothing in a text catches it."""


def late(*_):
    raise Late


def decide(top, texts):
    lines = "".join(json.dumps({"argv": ["python3", "-I", "-c", text]}) + "\n" for text in texts)
    done = subprocess.run([CHECK, "--no-config", "--profile", "read-only", "--batch", "--format", "json", "--cwd", top, "--workspace", top], input=lines, stdout=subprocess.PIPE, text=True, check=False)
    decisions = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(decisions) == len(texts), "a decision is missing"
    return decisions


def main():
    count, seed = int(sys.argv[1]) if len(sys.argv) > 1 else 8000, int(sys.argv[2]) if len(sys.argv) > 2 else 1
    rng = random.Random(seed)
    maker, sums = Maker(rng), collections.Counter()
    top = os.path.realpath(tempfile.mkdtemp(prefix="cmdpolicy-places."))
    os.chdir(top)
    os.makedirs("d/e")
    for name in ("a", "b", "secret", "d/x", "d/y", "d/e/z"):
        with open(name, "w", encoding="utf-8") as out:
            out.write("secret\nd/x\n../secret\n")
    watch, real = Watch(top), sys.stdout
    signal.signal(signal.SIGALRM, late)
    assert watch.run(compile("open('a'); open('p', 'w')", "<t>", "exec")) == {top + "/a", "writing " + top + "/p"}
    pool = [[], ["l = ['a', 'b']", "for x in l: t(lambda: open(x).read())"], ["p = ['a']", "q = p", "for x in q: t(lambda: open(x).read())"], ["def g(p, *q, x=1):\n  t(lambda: open(p).read())\n  return x", "g('a')"],
            ["for p, q, x in os.walk('d'):\n  for l in x: t(lambda: open(os.path.join(p, l)).read())"], ["p = Path('d')", "for x in sorted(p.rglob('*')): t(lambda: x.read_text())"], ["x = glob.glob('d/*')", "l = x[0]", "t(lambda: open(l).read())"]]
    for _ in range(ROUNDS):
        programs = []
        for _ in range(count // ROUNDS):
            body = list(rng.choice(pool))
            for _ in range(rng.randint(1, 3)):
                body.insert(rng.randint(0, len(body)), maker.statement())
            programs.append(body[:9])
        grown = []
        for body, decision in zip(programs, decide(top, [HEAD + "\n".join(body) + "\n" for body in programs])):
            if decision.get("verdict") != "allow":
                continue
            text = HEAD + "\n".join(body) + "\n"
            try:
                code = compile(text, "<t>", "exec")
            except SyntaxError:
                continue
            with open(os.devnull, "w", encoding="utf-8") as sys.stdout:
                seen = watch.run(code)
            sys.stdout = real
            named = [e["path"] for e in decision.get("effects", []) if "path" in e]
            sums["texts"] += 1
            sums["that opened something"] += bool(seen)
            if seen or rng.random() < 0.1:
                grown.append(body)  # what reads may be made to read something else
            for path in seen:
                if not any(path == p or path.startswith(p.rstrip("/") + "/") for p in named):
                    sums["wrong"] += 1
                    print(f"{path} is none of {named}:\n{text}")
                    break
        pool = (grown or pool)[-3000:]
    print(f"{count} texts, {sums['texts']} allowed and run, {sums['that opened something']} opened files, {sums['wrong']} wrong")
    os.chdir("/")
    shutil.rmtree(top)
    return 1 if sums["wrong"] else 0


sys.exit(main())
