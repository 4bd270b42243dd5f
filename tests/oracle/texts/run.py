"""Texts of sed, awk, perl, python, node, ruby, php, jq, sqlite3, bc, dc and find: what the engine allows is held against the interpreters.

    run.py COUNT|SECONDSs [SEED [LANGUAGE...]]

Of each language COUNT texts are made (generate.py). Those that `--profile read-only` allows are run by the real programs under strace
(record.py), and read by the interpreters' own listings (languages.py): none of them may write, start, connect to or remove anything, nor
read a file that the decision doesn't name, nor show a variable of the environment, nor hold code that could. Every such text is a false
allow, and ends this with failure."""
import base64
import json
import os
import random
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import generate  # noqa: E402
import languages  # noqa: E402
import phps  # noqa: E402
import record  # noqa: E402
import rubies  # noqa: E402
import scripting  # noqa: E402
import tools  # noqa: E402

ROOT = os.environ.get("CMDPOLICY_SOURCE_DIR", os.getcwd())
CHECK = os.environ.get("CMDPOLICY_CHECK", "build/ci/cmdpolicy-check")
LANGUAGES = [languages.Sed(), languages.Awk(), scripting.Perl(), scripting.Python(), scripting.Node(), rubies.Ruby(), phps.Php(), tools.Jq(), tools.Sqlite(), tools.Dc(), tools.Bc(), tools.Find()]
ROUNDS = 6
DATA = b"a b c\n1 2 3 x y\nx:y:z 10 /usr/lib\n\nabc alpha 7 touch p\nend F\n"


def quoted(word):
    """A word for a shell, in one of the ways that say it exactly."""
    if re.fullmatch(rb"[ -&(-~\n\t]*", word):
        return "'" + word.decode() + "'"
    return "$'" + "".join(chr(c) if 32 <= c < 127 and c not in b"'\\" else f"\\x{c:02x}" for c in word) + "'"


class Place:
    """A directory with what programs may read, and a file that nobody names."""

    def __init__(self, top):
        self.top = top
        self.work = os.path.join(top, "scratch")
        for name in ("scratch", "home", "texts"):
            os.mkdir(os.path.join(top, name))
            os.chmod(os.path.join(top, name), 0o777)
        os.chmod(top, 0o755)
        self.fill()

    def fill(self):
        os.makedirs(os.path.join(self.work, "d"), exist_ok=True)
        os.chmod(os.path.join(self.work, "d"), 0o777)
        for name, data in (("f", DATA), ("secret", b"zq9xsecret\n"), ("data.json", b'{"a":[1,{"b":"x","env":2}],"name":"n"}\n'), ("d/x", b"x\n"), ("d/y.md", b"y\n"), ("package.json", b'{"name":"n","version":"1.0.0","a":{"b":1}}\n')):
            with open(os.path.join(self.work, name), "wb") as f:
                f.write(data)
        if not os.path.exists(os.path.join(self.work, "x.db")):
            import sqlite3
            db = sqlite3.connect(os.path.join(self.work, "x.db"))
            db.executescript("create table t(a,b); insert into t values(1,'x'),(2,'y')")
            db.close()


def decide(place, commands):
    """The decisions on commands of a shell."""
    lines = "".join(json.dumps({"command": c}) + "\n" for c in commands)
    done = subprocess.run([CHECK, "--no-config", "--profile", "read-only", "--batch", "--cwd", place.work, "--workspace", place.work, "--home", os.path.join(place.top, "home")],
                          input=lines.encode(), stdout=subprocess.PIPE, check=False)
    decisions = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(decisions) == len(commands), "a decision is missing"
    return decisions


class Trial:
    """One text in one call."""

    def __init__(self, language, text, form):
        self.language, self.text = language, text
        words, stdin = form
        self.stdin = text if stdin is languages.TEXT else stdin
        self.words = []
        for word in words:
            if word is not languages.TEXT:
                self.words.append(word)
            elif language.words:
                self.words += [w.encode("utf-8", "surrogateescape") for w in shlex.split(text.decode("utf-8", "surrogateescape"))]
            else:
                self.words.append(text)
        self.named = set()

    def command(self):
        text = " ".join([self.language.programs[0]] + [quoted(os.fsencode(w)) if isinstance(w, bytes) else shlex.quote(w) for w in self.words])
        return text + (" <<< " + quoted(self.stdin) if self.stdin else "")

    def argv(self, program):
        return [os.fsencode(w) for w in program + self.words]


def wrong_in(trial, run, usual):
    """What a run did that the decision doesn't cover."""
    for call, path in run["events"]:
        if (call, path) in usual or (call in ("read", "write") and (call, path) in trial.named):
            continue
        if call == "read" and any(kind == "read" and path.startswith(top + b"/") for kind, top in trial.named):
            continue  # below a directory that is named
        if trial.language.ignores(call, path, trial.named):
            continue
        return f"{call} {path.decode('utf-8', 'replace')}"
    if b"Code generation from strings disallowed" in run["out"]:
        return "makes code of a text"
    if b"zq9xtoken" in run["out"]:
        return "shows the environment"
    if b"zq9xsecret" in run["out"] and not trial.language.words and ("read", os.path.join(PLACE.work, "secret").encode()) not in trial.named:
        return "shows a file"
    return None


class Session:
    def __init__(self, language, recorder, rng):
        self.language, self.recorder, self.rng = language, recorder, rng
        seeds, calls = generate.harvest(ROOT, language)
        self.generator = generate.Generator(language, seeds, rng)
        self.calls = self.usable(calls) if language.known_calls else []
        self.seen = set()
        self.made = self.allowed = self.ran = self.late = 0
        self.failures = []
        self.programs = language.runs()
        self.usual = set()
        # What they open whatever the text: taken from texts that do nothing.
        plain = [Trial(language, text.encode(), form) for text in language.seeds[:2] for form in language.forms]
        if recorder.can_trace:
            for run in recorder.run([(t.argv(p), t.stdin) for t in plain for p in self.programs], 5.0):
                self.usual |= {(call, path) for call, path in run["events"] if call == "read" and not path.endswith(b"/secret")}
        # An oracle that doesn't notice what is evil is none.
        self.listings = None
        noticed = {name for text in language.proofs for _, name, _ in self.look([Trial(language, text.encode(), language.forms[0])])}
        known = {name for name, *_ in language.probes(plain[0].text, plain[0].words, self.write(plain[0], 0))}
        self.listings = known & noticed
        for name in sorted(known - noticed):
            print(f"{language.name}: {name} tells nothing here, and is left out")
        self.blind = [" ".join(p) for p in self.programs if language.proofs and recorder.can_trace and " ".join(p) not in noticed]

    def usable(self, calls):
        """Those of the calls that a harmless text may stand in."""
        trials = [Trial(self.language, self.language.seeds[0].encode(), (call, b"")) for call in calls]
        return [(call, b"") for call, decision in zip(calls, decide(PLACE, [t.command() for t in trials])) if decision.get("verdict") == "allow"]

    def write(self, trial, number):
        path = os.path.join(PLACE.top, "texts", str(number))
        with open(path, "wb") as f:
            f.write(trial.text)
        return path

    def trials(self, count):
        made = []
        for _ in range(count * 3):
            if len(made) >= count:
                break
            text = self.generator.next()
            if text in self.seen:
                continue
            self.seen.add(text)
            try:
                made.append(Trial(self.language, text, self.rng.choice(self.calls if self.calls and self.rng.random() < 0.4 else self.language.forms)))
            except ValueError:
                continue
        return made

    def round(self, count):
        made = self.trials(count)
        self.made += len(made)
        allowed = []
        for trial, decision in zip(made, decide(PLACE, [t.command() for t in made])):
            if decision.get("verdict") == "allow":
                trial.named = {(e["kind"], base64.b64decode(e["path_base64"]) if "path_base64" in e else e["path"].encode()) for e in decision.get("effects", []) if "path" in e}
                trial.named |= {("read", path) for kind, path in list(trial.named) if kind.startswith("read")}
                allowed.append(trial)
        self.allowed += len(allowed)
        for trial in allowed:
            self.generator.keep(trial.text)
        self.failures += self.look(allowed)

    def look(self, trials):
        """What is wrong with texts: (trial, by what it was noticed, what)."""
        commands, asks, probes, checks = [], [], [], []
        for number, trial in enumerate(trials):
            if self.recorder.can_trace:
                for program in self.programs:
                    commands.append((trial.argv(program), trial.stdin))
                    asks.append((trial, " ".join(program)))
            for name, argv, stdin, check in self.language.probes(trial.text, trial.words, self.write(trial, number)):
                if self.listings is None or name in self.listings:
                    probes.append(([os.fsencode(w) for w in argv], stdin))
                    checks.append((trial, name, check))
        runs = self.recorder.run(commands, self.language.seconds)
        listings = self.recorder.run(probes, 10.0, self.recorder.plain)
        found = [(trial, program, wrong_in(trial, run, self.usual)) for (trial, program), run in zip(asks, runs)]
        found += [(trial, name, check(run["out"])) for (trial, name, check), run in zip(checks, listings)]
        found += [(trial, "parsed", self.language.could(trial.text)) for trial in trials]
        self.ran += len(runs) + len(listings)
        self.late += sum(run["late"] for run in runs)
        PLACE.fill()
        return [one for one in found if one[2]]

    def report(self):
        print(f"{self.language.name}: {self.made} texts, {self.allowed} allowed ({100 * self.allowed / max(self.made, 1):.1f} %), {self.ran} runs"
              + (f", {self.late} without an end" if self.late else "") + (f", {len(self.failures)} FALSE ALLOWS" if self.failures else ""), flush=True)
        shown = set()
        for trial, by, wrong in self.failures:
            if trial.text not in shown and len(shown) < 25:
                shown.add(trial.text)
                print(f"  {trial.command()!r}\n    {by}: {wrong[:200]}", flush=True)
        if self.blind:
            print(f"{self.language.name}: nothing evil is noticed of {', '.join(self.blind)}")


def main():
    amount = sys.argv[1] if len(sys.argv) > 1 else "2000"
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    chosen = [x for x in LANGUAGES if not sys.argv[3:] or x.name in sys.argv[3:]]
    global PLACE
    top = os.path.realpath(tempfile.mkdtemp(prefix="cmdpolicy-texts."))
    failed = False
    try:
        PLACE = Place(top)
        recorder = record.Recorder(top)
        if not recorder.can_trace:
            print("strace can't trace here: the texts are only read by the interpreters, not run")
        for language in list(chosen):
            if not language.runs():
                print(f"{language.name}: left out, {' or '.join(language.real)} is not here")
                chosen.remove(language)
        end = time.time() + float(amount[:-1]) if amount.endswith("s") else None
        while True:
            for language in chosen:
                session = Session(language, recorder, random.Random(f"{seed} {language.name}"))
                for _ in range(ROUNDS):
                    session.round(max(1, int((1000 if end else int(amount)) * language.share) // ROUNDS))
                    if end and time.time() > end:
                        break
                session.report()
                failed |= bool(session.failures or session.blind)
            seed += 1
            if not end or time.time() > end or failed:
                break
    finally:
        shutil.rmtree(top, ignore_errors=True)
    sys.exit(1 if failed else 0)


main()
