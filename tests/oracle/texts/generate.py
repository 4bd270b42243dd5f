"""Texts for interpreters, made to be misread: harmless ones, taken from the vectors and the packs' tests, into which evil ones,
openers and closers of quotes, comments and brackets, odd characters and pieces of each other are put.

Texts are bytes. The same seed makes the same texts, as long as the judge says the same: what it allows is mutated further."""
import glob
import os
import re
import shlex

from languages import TEXT

# Blanks that one reader takes for a blank, another for the end of a line and a third for neither; bytes that are no UTF-8.
ODD = [b"\v", b"\f", b"\r", b"\n", b"\r\n", b"\t", b"\xc2\xa0", b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xa9", b"\xef\xbb\xbf",
       b"\xe2\x80\x8b", b"\xef\xbd\x85", b"\xff", b"\xc0\xaf", b"\x1a", b"\x04", b"\x7f", b"\x1b", b"\x08", b"\\\n", b"\\\r\n", b"\\",
       b"\\\\", b"\\x0a", b"\\012", b"\\n", b"\\u000a"]


def vectors(root):
    """Every command of the vectors and of the packs' tests."""
    for path in sorted(glob.glob(f"{root}/tests/vectors/*.yaml") + glob.glob(f"{root}/rules/*/*.yaml") + glob.glob(f"{root}/tests/rules/*.yaml")):
        with open(path, encoding="utf-8") as f:
            for line in f:
                found = re.match(r"\s*- (?:\{.*?(?:cmd|allow|review|deny): |(?:allow|review|deny): )(.*)", line)
                if found:
                    yield found[1].rstrip("\n}").strip()


def unquoted(scalar):
    if scalar[:1] == "'" and scalar.rfind("'") > 0:
        return scalar[1:scalar.rfind("'")].replace("''", "'")
    if scalar[:1] == '"' and scalar.rfind('"') > 0:
        return scalar[1:scalar.rfind('"')].replace('\\"', '"').replace("\\n", "\n").replace("\\t", "\t").replace("\\\\", "\\")
    return scalar


def commands(root):
    """These, and those in the file that is told, one a line."""
    yield from (unquoted(scalar) for scalar in vectors(root))
    if "CMDPOLICY_TEXTS_SEEDS" in os.environ:
        with open(os.environ["CMDPOLICY_TEXTS_SEEDS"], encoding="utf-8", errors="surrogateescape") as f:
            yield from (line.rstrip("\n") for line in f)


def call_of(words, language):
    """A text and the call that it stands in: (text, words with `language.TEXT` for it), or None. Files are f, which is there."""
    words = words[:next((i for i, word in enumerate(words) if re.fullmatch(r"\|\|?|\|&|&&?|.*;|\d?[<>].*", word)), len(words))]
    text = language.text_of(words)
    if not text or any("\0" in word for word in words):
        return None
    at = words.index(text) if text in words else None
    if at is None or language.words:
        return text, None
    call = [word if i < at or word.startswith("-") or words[i - 1].startswith("-") else "f" for i, word in enumerate(words)]
    call[at] = TEXT
    return text, call


def harvest(root, language):
    """The language's texts among them, and the calls that they stand in."""
    found, calls = set(), {}
    for command in commands(root):
        if not any(name in command for name in language.programs):
            continue
        try:
            words = shlex.split(command)
        except ValueError:
            continue
        for i, word in enumerate(words):
            call = call_of(words[i + 1:], language) if word in language.programs else None
            if call:
                found.add(call[0].encode("utf-8", "surrogateescape"))
                if call[1] and len(call[1]) < 12:
                    calls[repr(call[1])] = call[1]
    return sorted(found), [calls[key] for key in sorted(calls)]


class Generator:
    def __init__(self, language, seeds, rng):
        self.language = language
        self.rng = rng
        self.fresh = [s.encode() for s in language.seeds] + seeds
        self.donors = list(self.fresh) + [e.encode() for e in language.evil]
        rng.shuffle(self.fresh)
        self.allowed = []
        self.tokens = [t.encode() for t in language.tokens]
        self.evil = [e.encode() for e in language.evil]
        self.hides = [(a.encode(), b.encode()) for a, b in language.hides]

    def keep(self, text):
        """A text that was allowed: its mutants may be, too."""
        if len(text) < 160:
            if len(self.allowed) < 500:
                self.allowed.append(text)
            else:
                self.allowed[self.rng.randrange(len(self.allowed))] = text

    def next(self):
        """The texts that are known, as they are, among mutants."""
        return self.fresh.pop() if self.fresh and self.rng.random() < 0.4 else self.mutant()

    def piece(self):
        """Something to put in."""
        rng = self.rng
        r = rng.random()
        if r < 0.45:
            return rng.choice(self.tokens)
        if r < 0.58:
            return rng.choice(ODD)
        if r < 0.70:
            return rng.choice(self.evil)
        if r < 0.86:
            before, after = rng.choice(self.hides)
            return before + rng.choice(self.evil) + after
        if r < 0.92:
            return rng.choice(rng.choice(self.hides))
        donor = rng.choice(self.donors)
        i = rng.randrange(len(donor) + 1)
        return donor[i:i + rng.randint(1, 12)]

    def mutant(self):
        rng = self.rng
        s = rng.choice(self.allowed if self.allowed and rng.random() < 0.8 else self.donors)
        if rng.random() < 0.3:
            s += rng.choice(self.language.joins).encode() + rng.choice(self.donors)
        for _ in range(rng.choice([1, 1, 1, 2, 2, 3, 4])):
            # An edge of a token is the likelier place.
            i = rng.randint(0, len(s))
            if rng.random() < 0.5:
                edges = [m.start() for m in re.finditer(rb"\b|[^\w\s]", s)]
                i = rng.choice(edges) if edges else i
            r = rng.random()
            if r < 0.6:
                s = s[:i] + self.piece() + s[i:]
            elif r < 0.8:
                s = s[:i] + self.piece() + s[i + rng.randint(1, 3):]
            elif r < 0.92:
                s = s[:i] + s[i + rng.randint(1, 3):]
            else:
                s = s[:i] + s[i:i + rng.randint(1, 8)] * 2 + s[i:]
        s = s.replace(b"\0", b"")
        return s if s and not s.startswith(b"-") and len(s) < 400 else self.mutant()
