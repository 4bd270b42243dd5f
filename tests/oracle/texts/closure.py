"""What Python's names in rules/lang/python.yaml may do together: a text is allowed if it takes nothing but them, so whatever they give may
meet whatever they take. Here they do, in a process that is watched:

    closure.py COUNT [SEED]

A pool of objects (numbers, texts, lists, functions, files opened to be read, paths) is grown by calling listed values with what is in the
pool, and by taking listed attributes of it; COUNT steps, in a directory of its own. Nothing of that may open a file to write it, read one
that isn't below `d`, start a program, reach the network, import by a name, evaluate anything, or tell what a variable of the
environment holds that a text names."""
import builtins
import importlib
import itertools
import os
import random
import re
import resource
import signal
import sys
import tempfile

ROOT = os.environ.get("CMDPOLICY_SOURCE_DIR", os.getcwd())
TAKEN = {"exit", "quit", "sleep", "setrecursionlimit", "seed", "license", "copyright", "credits", "help", "repeat", "cycle", "count", "flags"}  # end, hang or only disturb the test
HUGE = {"factorial", "perm", "comb", "pow", "prod", "product", "permutations", "combinations", "combinations_with_replacement", "range", "to_bytes", "zfill", "ljust", "rjust", "center", "expandtabs", "bytearray", "bytes", "randbytes", "token_bytes", "token_hex",
        "token_urlsafe", "getrandbits", "lcm", "gamma", "shorten", "wrap", "fill", "calendar", "rotate"}


def listed():
    """(names, attributes, members, modules) of the kind, each: name -> form."""
    text = open(os.path.join(ROOT, "rules/lang/python.yaml"), encoding="utf-8").read()
    import yaml
    kind = yaml.load(text[text.index("\n  python-text:"):text.index("\ncommands:")], Loader=yaml.BaseLoader)["python-text"]
    split = lambda mapping: {name: form for names, form in mapping.items() for name in names.split(", ")}
    nested = lambda mapping: {scope: split(names) for scopes, names in mapping.items() for scope in scopes.split(", ")}
    return split(kind["names"]), split(kind["attributes"]), nested(kind["members"]), nested(kind["modules"])


def harmless(form):
    return form.split(" ")[0] in ("value", "looks", "shows") and "shown" not in form


VARIABLE, HELD = "ZQ9XNAME", "zq9xheld"


class Forbidden(BaseException):
    pass


class Watch:
    """The audit hook: what happens while `on` is looked at, and stopped where it isn't to be."""
    LIBRARIES = tuple({os.path.dirname(os.__file__), "/usr/lib/python3", "/usr/share/zoneinfo", "/etc/localtime", "/dev/", "/proc/", "/sys/", "/etc/os-release", "/usr/lib/os-release", "/etc/mime.types", "/etc/passwd", "/etc/nsswitch.conf"})
    NEVER = re.compile(r"subprocess\.|socket\.(?!gethostname)|os\.(?!listdir|scandir|walk|fwalk|getxattr|listxattr)|shutil\.(?!which)|ctypes\.|mmap\.|pty\.|pickle\.|marshal\.(?!loads)|code\.|tempfile\.|builtins\.(?:input|breakpoint)|"
                       r"sys\.(?:settrace|setprofile|addaudithook|excepthook|unraisablehook)|urllib\.Request|sqlite3\.|webbrowser\.|fcntl\.|gc\.|cpython\.run|object\.__(?:set|del)attr__|function\.__new__|msvcrt|syslog|signal|resource|http")

    def __init__(self, top):
        self.top, self.on, self.what = top, False, None
        sys.addaudithook(self.hook)

    def hook(self, event, args):
        if not self.on:
            return
        wrong = None
        if event == "open":
            path, mode, flags = args
            if isinstance(path, int) or path == "/dev/null":
                return
            path = os.path.normpath(os.path.join(self.top, os.fsdecode(path)))
            if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND):
                wrong = f"opens {path} to write it"
            elif not path.startswith((self.top + "/d", *self.LIBRARIES, *filter(None, sys.path))) and not path.endswith((".pyc", "/<unknown>")):
                wrong = f"reads {path}"
        elif event == "import":
            if not args[0].startswith(("encodings", "_")) and args[0].split(".")[0] not in sys.stdlib_module_names and args[0] not in sys.modules:
                wrong = f"imports {args[0]}"
        elif event == "compile":
            if not (sys._getframe(1).f_code.co_name in ("parse", "_fix", "get_code", "source_to_code") or "importlib" in sys._getframe(1).f_code.co_filename or "/collections/" in sys._getframe(1).f_code.co_filename):
                wrong = "compiles"
        elif self.NEVER.match(event) and not (event == "subprocess.Popen" and args[1] == ["uname", "-p"]):  # platform.platform()
            wrong = f"{event} {args!r}"[:200]
        if wrong:
            self.what = wrong
            raise Forbidden(wrong)


class Meeting:
    def __init__(self, top, rng):
        names, self.attributes, members, modules = listed()
        self.rng, self.top = rng, top
        self.callables = []
        for name, form in names.items():
            if harmless(form) and hasattr(builtins, name) and name not in TAKEN:
                self.callables.append((name, getattr(builtins, name)))
        self.shows = [name for name, form in self.attributes.items() if form.startswith("shows") and name != "join"]
        values = []
        for scope, listed_names in list(modules.items()) + list(members.items()):
            try:
                module = importlib.import_module(scope)
            except (ImportError, AssertionError):  # setuptools wants to come before distutils
                if scope.split(".")[0] not in ("sys",):
                    continue
                module = sys
                for part in scope.split(".")[1:]:
                    module = getattr(module, part)
            for name, form in listed_names.items():
                if harmless(form) and name not in TAKEN and hasattr(module, name):
                    one = getattr(module, name)
                    (self.callables if callable(one) else values).append((f"{scope}.{name}", one))
        import pathlib
        texts = ["", "a", "p", "d/x", "../secret", "secret", top + "/secret", "/etc/shadow", "%s", "{0.__class__}", "w", "r", "touch p", "*", ".", "..", "utf-8", "idna", "zip", "<a><b/></a>", "1,2\n3,4", '{"a": 1}', "import os", "2020-01-02", VARIABLE, "$" + VARIABLE]
        import xml.etree.ElementTree
        import zipfile
        import tarfile
        self.start = [(repr(x), x) for x in texts + [0, 1, -1, 2.5, 3, None, True, (), b"", b"ab", b"\xff"]] + values
        self.makers = [("[]", lambda: []), ("[1, 2]", lambda: [1, 2]), ("{}", lambda: {}), ("{'a': 'b'}", lambda: {"a": "b"}), ("['secret']", lambda: ["secret"]), ("[VARIABLE]", lambda: [VARIABLE]), ("lambda *a: a", lambda: lambda *a, **k: a), ("lambda *a: 'secret'", lambda: lambda *a, **k: "secret"),
                       ("open('d/x')", lambda: open("d/x")), ("open('d/x', 'rb')", lambda: open("d/x", "rb")), ("Path('d')", lambda: pathlib.Path("d")), ("Path('d/x')", lambda: pathlib.Path("d/x")), ("ET.parse.getroot", lambda: xml.etree.ElementTree.parse("d/a.xml").getroot()),
                       ("ZipFile", lambda: zipfile.ZipFile("d/a.zip")), ("tarfile", lambda: tarfile.open("d/a.tar")), ("sys.stdout", lambda: sys.stdout), ("sys.stdin", lambda: sys.stdin), ("error", lambda: ValueError("secret", "p")), ("re", lambda: re.compile("a*")),
                       ("int", lambda: int), ("str", lambda: str), ("dict", lambda: dict), ("list", lambda: list)]
        self.keywords = ["key", "default", "cls", "object_hook", "file", "sep", "end", "encoding", "errors", "reverse", "start", "indent", "strict", "dialect", "delimiter", "func", "initial", "maxlen", "Loader", "Dumper", "stream", "restval", "fieldnames", "data", "mode", "ensure_ascii", "sort_keys"]

    def fresh(self):
        self.pool = [(n, x) for n, x in self.start] + [(n, make()) for n, make in self.makers]

    def pick(self):
        rng = self.rng
        return rng.choice(self.pool) if rng.random() < 0.85 else rng.choice(self.callables)

    def step(self, watch):
        """What was done, and what was wrong with it; or nothing."""
        rng = self.rng
        if rng.random() < 0.5:
            name, target = rng.choice(self.callables)
        else:
            name, target = self.pick()
            attribute = rng.choice(list(self.attributes))
            watch.on = True
            try:
                form = self.attributes[attribute]
                owner, target = target, getattr(target, attribute)
            except Exception:
                return None
            finally:
                watch.on = False
            name += "." + attribute
            if form.startswith("@") or not harmless(form):
                if attribute == "replace":
                    args = [self.pick(), self.pick()]
                elif attribute == "copy" or attribute in ("read_text", "read_bytes", "iterdir"):
                    args = []
                elif attribute in ("glob", "rglob"):
                    args = [("'*'", "*")]
                else:
                    return None
                return self.call(watch, name, target, args, {}, True)
            if not callable(target):
                self.pool.append((name, target))
                return None
        args = [self.pick() for _ in range(rng.choice([0, 1, 1, 1, 2, 2, 3]))]
        keywords = {rng.choice(self.keywords): self.pick() for _ in range(rng.choice([0, 0, 0, 1, 2]))}
        return self.call(watch, name, target, args, keywords, rng.random() < 0.7)

    def call(self, watch, name, target, args, keywords, keep):
        if name.split(".")[-1] in HUGE:
            args = [a for a in args if not isinstance(a[1], (int, float)) or a[1] < 100]
        shown = f"{name}({', '.join([n for n, _ in args] + [f'{k}={n}' for k, (n, _) in keywords.items()])})"
        if len(shown) > 600:
            return None
        watch.what = None
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        watch.on = True
        try:
            made = target(*[x for _, x in args], **{k: x for k, (_, x) in keywords.items()})
            if self.rng.random() < 0.3 and hasattr(type(made), "__next__"):
                made = [x for x, _ in zip(made, range(4))]
            if keep and not (isinstance(made, (str, bytes, list)) and len(made) > 10000):
                self.pool.append((shown, made))
            told = made if isinstance(made, (str, bytes, tuple, list)) else None
        except (Exception, SystemExit, KeyboardInterrupt, Forbidden) as error:
            told = error.args
        finally:
            watch.on = False
            signal.setitimer(signal.ITIMER_REAL, 0)
        if not watch.what and HELD in repr(told)[:10000]:
            watch.what = "tells a variable"
        return (shown, watch.what) if watch.what else None


def late(*_):
    raise TimeoutError


def main():
    count, seed = int(sys.argv[1]) if len(sys.argv) > 1 else 20000, int(sys.argv[2]) if len(sys.argv) > 2 else 1
    try:
        import yaml  # noqa: F401
    except ImportError:
        print("left out: python3-yaml is not here")
        return 0
    top = os.path.realpath(tempfile.mkdtemp(prefix="cmdpolicy-closure."))
    os.chdir(top)
    os.mkdir("d")
    import tarfile
    import zipfile
    for name, text in (("secret", "zq9xsecret\n"), ("d/x", "a,b\n1,2\n"), ("d/y.json", '{"a": [1]}'), ("d/a.xml", "<a><b>1</b></a>")):
        with open(name, "w", encoding="utf-8") as out:
            out.write(text)
    with zipfile.ZipFile("d/a.zip", "w") as archive:
        archive.write("d/x")
    with tarfile.open("d/a.tar", "w") as archive:
        archive.add("d/x")
    os.environ[VARIABLE] = HELD
    rng = random.Random(seed)
    real, sys.stdout, sys.stderr = sys.stdout, open("/dev/null", "w"), open("/dev/null", "w")
    sys.stdin = open("/dev/null")
    meeting, watch = Meeting(top, rng), Watch(top)
    signal.signal(signal.SIGALRM, late)
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    found = {}
    # One that tells nothing is none.
    meeting.fresh()
    for name, evil in (("open w", lambda: open("p", "w")), ("open secret", lambda: open("secret")), ("system", lambda: os.system("true")), ("remove", lambda: os.remove("d/x")), ("eval", lambda: eval("1")), ("getenv", lambda: os.getenv(VARIABLE)), ("getenv", lambda: {}[os.getenv(VARIABLE)])):
        assert meeting.call(watch, name, evil, [], {}, False), name
    # Each function meets each text and list alone, then all meet as they come.
    alone = ((name, f, [one]) for name, f in meeting.callables for one in list(meeting.pool) if isinstance(one[1], (str, list)))
    steps = itertools.chain((lambda a=a: meeting.call(watch, *a, {}, False) for a in alone), (lambda: meeting.step(watch) for _ in range(count)))
    for i, step in enumerate(steps):
        if i % 2000 == 0:
            meeting.fresh()
        try:
            wrong = step()
        except TimeoutError:  # the alarm of a call that has just ended
            continue
        for name in ("stdout", "stderr"):
            if getattr(sys, name).closed:
                setattr(sys, name, open("/dev/null", "w"))
        if wrong:
            found.setdefault(re.sub(r"\(.*", "", wrong[0])[-60:] + " " + wrong[1][:30], wrong)
    sys.stdout = real
    print(f"{count} steps, {len(meeting.callables)} functions, {len(meeting.attributes)} attributes, {len(found)} wrong")
    for shown, what in list(found.values())[:30]:
        print(f"  {shown[:400]}\n    {what}")
    os.chdir("/")
    import shutil
    shutil.rmtree(top, ignore_errors=True)
    return 1 if found else 0


sys.exit(main())
