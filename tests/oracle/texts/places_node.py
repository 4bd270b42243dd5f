"""Whether a text of JavaScript reads no file but those that the decision names: as places.py has it for Python's.

    places_node.py COUNT [SEED]

Statements are put together at random, those texts that are allowed are run by node, which tells what they open, and get more statements."""
import collections
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

CHECK = os.path.abspath(os.environ.get("CMDPOLICY_CHECK", "build/ci/cmdpolicy-check"))
HEAD = "let l, p, q, x, o = {};\nconst t = c => { try { return c() } catch (e) { } };\n"
ROUNDS = 8
NAMES = ["l", "p", "q", "x"]
LITERALS = ["'a'", "'b'", "'d'", "'d/x'", "'d/e'", "'d/'", "'/'", "'/y'", "'..'", "'secret'", "'x'", "'.'", "''", "`d`", "'.json'", "0", "'length'", "'push'"]
# N is a name, L a literal, E an expression again.
EXPRESSIONS = ["[E, E]", "[L]", "E[0]", "E[1]", "E.slice(0, 1)", "E.concat(E)", "[...E]", "[...E, L]", "E + E", "E + '/' + E", "`${E}/${E}`", "`d/${E}`", "`${E}`", "(E || E)", "(E ?? E)", "(L ? E : E)", "path.join(E, E)", "path.resolve(E)", "path.resolve(E, E)", "path.join(...E)", "path.basename(E)", "path.dirname(E)", "process.cwd()",
               "fs.readdirSync(E)", "fs.readdirSync(E, {withFileTypes: true})", "fs.readdirSync(E, {recursive: true})", "E.name", "f(E)", "g(E, E)", "g(...E)", "E.map(f)", "E.map(N => E)", "E.map((N, N) => E)", "E.filter(N => L)", "E.find(N => E)", "E.flatMap(N => E)", "E.reduce((N, N) => E)", "E.reduce((N, N) => E, E)",
               "E.reduce((N, N) => { N.push(N); return N }, [])", "E.sort()", "E.reverse()", "E.pop()", "E.shift()", "E.at(0)", "E.splice(0, 1, E)", "E.fill(E)", "E.flat()", "(N = E)", "(N => E)(E)", "(() => E)()", "Array.from(E)", "Array.from(E, N => E)", "Object.values(E)", "Object.entries({a: E})[0][1]", "{k: E}.k", "({k: E}).k", "({k: E})[L]", "Object.assign({}, {k: E}).k",
               "new Map([[1, E]]).get(1)", "[...new Set(E)]", "E.split('/')", "E.join('/')", "E.toString()", "String(E)", "E.replace('a', E)", "E.trim()", "JSON.parse(JSON.stringify(E))", "structuredClone(E)", "o.k", "o[E]", "E[E]", "E[N]", "fs.readFileSync(E, 'utf8').split('\\n')", "[E][0]", "[N, N][1]", "E.entries()", "E.keys()", "E.values()", "Object.fromEntries([[L, E]])[L]", "typeof E", "+E", "void E",
               "path.join(E, `${E}/../${E}`)", "path.join(E, '..', E)", "`${E}/../${E}`", "(E + '/..')", "(N + E)", "f(...[], E)", "g(...[], ...E, E)", "[].concat(...E)", "E.concat(...E, E)", "Array.from(E, undefined)", "path.join(E, '/x')", "E[0] || E", "N || L", "[][0]", "((...N) => N[0])(E)", "((N, [N], ...N) => N)(E, E, E)", "'1/a'.replace(/(1)(.)(a)/, (N, N, N, N) => t(() => fs.readFileSync(N)))"]
STATEMENTS = ["N = ['a', 'b']", "N = ['a', 'd/x']", "N = []", "N = N", "[N, N] = [N, N]", "N.push('secret')", "N.push(E)", "N.push(...E)", "N[0] = 'secret'", "N[0] = E", "N[E] = E", "N.unshift(E)", "N = f(N)", "g(N, N)", "N = [N]", "N = {1: N}", "o.k = N", "o.k.push('secret')", "o[E] = E", "N[0].push('secret')", "N = E", "N = E", "N = E", "[N, N] = E", "[N, ...N] = E", "({N} = o)", "({k: N} = o)",
              "({k: N = E} = o)", "N += E", "N ||= E", "N ??= E", "for (const N of N) t(() => fs.readFileSync(N))", "for (const N of E) t(() => fs.readFileSync(N))", "for (const N of E) t(() => fs.readFileSync(path.join(E, N)))", "for (const N of E) t(() => fs.readFileSync(`${E}/${N}`))", "for (N of E) t(() => fs.readFileSync(N))", "for (const [N, N] of E) t(() => fs.readFileSync(N))", "for (const N in E) t(() => fs.readFileSync(E[N]))",
              "for (let N = 0; N < 2; N++) t(() => fs.readFileSync(E[N]))", "t(() => fs.readFileSync(E))", "t(() => fs.readFileSync(E, 'utf8'))", "t(() => fs.readFileSync(N))", "E.forEach(N => t(() => fs.readFileSync(N)))", "N.map(N => t(() => fs.readFileSync(N)))", "function f(N) { return E }", "function g(N, ...N) { return E }", "function f(N) { N.push(E); return N }", "function g(N = E, N) { return t(() => fs.readFileSync(N)) }",
              "function f(N) { for (const N of fs.readdirSync(N, {withFileTypes: true})) { const q = path.join(N, N.name); if (N.isDirectory()) f(q); else t(() => fs.readFileSync(q)) } }", "const h = N => E; N = h(E)", "N = N => E", "{ let N = E; t(() => fs.readFileSync(N)) }", "{ const l = E, p = E; t(() => fs.readFileSync(path.join(l, p))) }", "if (E) N = E; else N = E", "Promise.resolve(N).then(N => N.push(E)).then(() => N.forEach(N => t(() => fs.readFileSync(N))))",
              "(async () => { N = await E; t(() => fs.readFileSync(N)) })()", "switch (E) { case L: N = E }", "try { throw E } catch (N) { t(() => fs.readFileSync(N)) }", "const {readFileSync: r} = fs; t(() => r(E))", "fs.readFileSync(E, {encoding: 'utf8'})", "var v = E; t(() => fs.readFileSync(v))", "var f = N => E", "var g = E", "N[+'x'] = E", "N = N['NaN']"]
RUNNER = r"""
const fs = require('fs'), vm = require('vm'), path = require('path');
const real = {open: fs.openSync, read: fs.readFileSync, write: fs.writeSync};
let seen = new Set();
const see = p => { if (p === undefined || /undefined/.test(p)) return; // what is not there yet: no file has that name
    if (typeof p === 'string') seen.add(path.resolve(p)); else if (typeof p !== 'number') seen.add('odd ' + typeof p); };
fs.openSync = (p, f, ...m) => { see(p); if (f !== undefined && f !== 'r') seen.add('writing ' + p); return real.open(p, f, ...m); };
fs.readFileSync = (p, o) => { if (p === 0) return ''; see(p); return real.read(p, o); };
const rest = {writeFileSync: 1, appendFileSync: 1, rmSync: 1, unlinkSync: 1, mkdirSync: 1};
for (const k of Object.keys(rest)) fs[k] = () => { seen.add('writing'); };
process.on('unhandledRejection', () => undefined);
process.on('uncaughtException', () => undefined);
const texts = JSON.parse(real.read('texts.json', 'utf8')), out = [];
const quiet = {...console, log() {}, error() {}};
(async () => {
    for (const text of texts) {
        seen = new Set();
        const context = vm.createContext({fs, path, require, console: quiet, process, Buffer, structuredClone, setTimeout});
        try { vm.runInContext(text, context, {timeout: 500}); } catch (e) { if (/Code generation/.test(String(e))) seen.add('compiles'); }
        await new Promise(r => setTimeout(r, 0));
        await new Promise(r => setImmediate(r));
        out.push([...seen]);
    }
    real.write(1, JSON.stringify(out));
    process.reallyExit(0);
})();
"""


class Maker:
    def __init__(self, rng):
        self.rng = rng

    def fill(self, form, depth):
        made = {"N": lambda: self.rng.choice(NAMES), "L": lambda: self.rng.choice(LITERALS), "E": lambda: self.expression(depth)}
        return "".join(made[c]() if c in made and not (form[i - 1:i].isalpha() or form[i + 1:i + 2].isalpha()) else c for i, c in enumerate(form))

    def expression(self, depth):
        r = self.rng.random()
        if depth > 1 or r < 0.35:
            return self.rng.choice(NAMES)
        if r < 0.5:
            return self.rng.choice(LITERALS)
        return self.fill(self.rng.choice(EXPRESSIONS), depth + 1)

    def statement(self):
        s = self.fill(self.rng.choice(STATEMENTS), 0)
        return s if s.startswith(("function", "const h", "var")) else "try { " + s + " } catch (e) { }"


def decide(top, texts):
    lines = "".join(json.dumps({"argv": ["node", "-e", text]}) + "\n" for text in texts)
    done = subprocess.run([CHECK, "--no-config", "--profile", "read-only", "--batch", "--format", "json", "--cwd", top, "--workspace", top], input=lines, stdout=subprocess.PIPE, text=True, check=False)
    decisions = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(decisions) == len(texts), "a decision is missing"
    return decisions


def run(node, top, texts):
    """What each opened."""
    with open(os.path.join(top, "texts.json"), "w", encoding="utf-8") as out:
        json.dump(texts, out)
    done = subprocess.run([node, "--disallow-code-generation-from-strings", "--no-warnings", "-e", RUNNER], cwd=top, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False, timeout=500)
    return json.loads(done.stdout)


def main():
    count, seed = int(sys.argv[1]) if len(sys.argv) > 1 else 4000, int(sys.argv[2]) if len(sys.argv) > 2 else 1
    node = shutil.which("node")
    if not node:
        print("left out: node is not here")
        return 0
    rng = random.Random(seed)
    maker, sums = Maker(rng), collections.Counter()
    top = os.path.realpath(tempfile.mkdtemp(prefix="cmdpolicy-places."))
    os.makedirs(os.path.join(top, "d/e"))
    for name in ("a", "b", "secret", "d/x", "d/y", "d/e/z", "d/a", "x"):
        with open(os.path.join(top, name), "w", encoding="utf-8") as out:
            out.write("secret\nd/x\n../secret\n")
    assert run(node, top, ["fs.readFileSync('a'); fs.openSync('p', 'w')", "1"]) == [[top + "/a", top + "/p", "writing p"], []], "nothing is told"
    os.remove(os.path.join(top, "p"))
    pool = [[], ["l = ['a', 'b']", "for (const x of l) t(() => fs.readFileSync(x))"], ["p = ['a']", "q = p", "for (const x of q) t(() => fs.readFileSync(x))"], ["function g(p, ...q) { t(() => fs.readFileSync(p)); return q }", "g('a')"], ["for (const x of fs.readdirSync('d')) t(() => fs.readFileSync(path.join('d', x)))"],
            ["l = fs.readdirSync('d').map(x => 'd/' + x)", "l.forEach(p => t(() => fs.readFileSync(p)))"], ["l = []", "for (const x of fs.readdirSync('d')) l.push(`d/${x}`)", "for (const p of l) t(() => fs.readFileSync(p))"], ["x = l => t(() => fs.readFileSync(l))", "['a'].map(x)"]]
    for _ in range(ROUNDS):
        programs = []
        for _ in range(count // ROUNDS):
            body = list(rng.choice(pool))
            for _ in range(rng.randint(1, 3)):
                body.insert(rng.randint(0, len(body)), maker.statement())
            programs.append(body[:9])
        texts = [HEAD + "\n".join(body) + "\n" for body in programs]
        allowed = [(body, text, decision) for body, text, decision in zip(programs, texts, decide(top, texts)) if decision.get("verdict") == "allow"]
        grown = []
        for (body, text, decision), seen in zip(allowed, run(node, top, [text for _, text, _ in allowed])):
            named = [e["path"] for e in decision.get("effects", []) if "path" in e]
            sums["texts"] += 1
            sums["that opened something"] += bool(seen)
            if seen or rng.random() < 0.1:
                grown.append(body)  # what reads may be made to read something else
            for path in seen:
                if not any(path == p or path.startswith(p.rstrip("/") + "/") for p in named):
                    sums["wrong"] += 1
                    if sums["wrong"] < 20:
                        print(f"{path} is none of {named}:\n{text}")
                    break
        pool = (grown or pool)[-3000:]
    print(f"{count} texts, {sums['texts']} allowed and run, {sums['that opened something']} opened files, {sums['wrong']} wrong")
    shutil.rmtree(top)
    return 1 if sums["wrong"] else 0


sys.exit(main())
