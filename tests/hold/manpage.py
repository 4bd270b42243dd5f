"""Reads manual pages as they are written (man and mdoc macros), and gives their option lists as text that helptext.py reads: what is
in italics, which is where a page names a value, stands in <angle brackets>."""
import gzip
import os
import re

PLACES = "/usr/share/man"
SECTIONS = ("1", "8", "6", "1ssl", "1p", "1x", "1m", "7", "5")
FONTS = {"I": "i", "2": "i", "B": "b", "3": "b", "BI": "b", "4": "b", "CI": "i"}
CHARACTERS = {"hy": "-", "mi": "-", "en": "-", "aq": "'", "dq": '"', "lq": '"', "rq": '"', "oq": "'", "cq": "'", "lB": "[", "rB": "]", "ba": "|",
              "or": "|", "rs": "\\", "ti": "~", "ha": "^", "bu": "*", "Fo": "<<", "Fc": ">>", "la": "<", "ra": ">", "sl": "/", "at": "@", "sh": "#",
              "<=": "<=", ">=": ">=", "em": "--", "mc": "u", "co": "(c)"}


PAGES = {}


def find(name, places=PLACES):
    """The page's file, or None."""
    for place in places.split(":"):
        if place not in PAGES:
            pages = PAGES[place] = {}
            for folder in sorted({"man" + section[0] for section in SECTIONS}):
                for file in os.listdir(os.path.join(place, folder)) if os.path.isdir(os.path.join(place, folder)) else []:
                    match = re.fullmatch(r"(.+)\.([0-9][a-z]*)(?:\.gz)?", file)
                    # OpenSSL has pages named as its subcommands alone are, too: ts, rand, version.
                    if match and not (match.group(2) == "1ssl" and not match.group(1).startswith("openssl")):
                        pages.setdefault(match.group(1), {})[match.group(2)] = os.path.join(place, folder, file)
        found = PAGES[place].get(name, {})
        for section in sorted(found, key=lambda s: (SECTIONS.index(s) if s in SECTIONS else len(SECTIONS), s)):
            if os.path.exists(found[section]):
                return found[section]
    return None


def read(path, depth=0):
    with open(path, "rb") as file:
        data = file.read()
    text = (gzip.decompress(data) if path.endswith(".gz") else data).decode("utf-8", "replace")
    other = re.match(r"(?s)\s*(?:['.]\\\"[^\n]*\n)*\.so\s+(\S+)\s*$", text[:400]) if depth < 3 else None
    if other:
        root = os.path.dirname(os.path.dirname(path))
        for name in (other.group(1), other.group(1) + ".gz"):
            for base in (root, os.path.dirname(path)):
                if os.path.exists(os.path.join(base, name)):
                    return read(os.path.join(base, name), depth + 1)
    return text


def pieces(text, font="r"):
    """Text with escapes as (font, text) pieces, and the font at its end."""
    out, at, part, before = [], 0, "", "r"
    while at < len(text):
        if text[at] != "\\":
            part += text[at]
            at += 1
            continue
        match = re.compile(r"\\f(?:\[([^\]]*)\]|\((..)|(.))").match(text, at)
        if match:
            name = match.group(1) if match.group(1) is not None else match.group(2) or match.group(3)
            out.append((font, part))
            part = ""
            now = before if name in ("P", "") else FONTS.get(name.upper() if name else name, "r")
            before, font = font, now
            at = match.end()
            continue
        match = re.compile(r"\\\((..)|\\\[([^\]]*)\]").match(text, at)
        if match:
            part += CHARACTERS.get(match.group(1) or match.group(2), "?")
            at = match.end()
            continue
        match = re.compile(r"\\\*(?:\((..)|\[([^\]]*)\]|(.))").match(text, at)
        if match:
            part += {"--": "--", "<": "<", ">": ">"}.get(match.group(1) or match.group(2) or match.group(3), "")
            at = match.end()
            continue
        match = re.compile(r"\\(?:s[-+]?(?:\d+|\(..|\[[^\]]*\])|m\[[^\]]*\]|[hvwXoZ]'[^']*'|[nkMgV](?:\(..|\[[^\]]*\]|.)|[&|^%/,:)c]|z)").match(text, at)
        if match:
            at = match.end()
            continue
        if text.startswith('\\"', at):
            break
        part += {"e": "\\", "-": "-", "~": " ", " ": " ", "0": " ", "t": " ", "E": "\\"}.get(text[at + 1:at + 2], text[at + 1:at + 2])
        at += 2
    out.append((font, part))
    return out, font


def bracketed(parts):
    """The pieces as text. Italics that are no option themselves stand in angle brackets."""
    text = ""
    for font, part in parts:
        if font == "i" and part.strip() and not part.lstrip(" [=").startswith("-") and not re.search(r"[<>]", part):
            inner = re.fullmatch(r"(?s)(\s*[\[=:,|(]*\s*)(.*?)([\]\s.,|):]*)", part)
            core = re.sub(r"\s+", "_", inner.group(2))
            text += f"{inner.group(1)}<{core}>{inner.group(3)}" if core else part
        else:
            text += part
    return text.replace("><", "")


def arguments_of(line):
    """The arguments of a macro, with the quotes taken off."""
    out, at = [], 0
    while at < len(line):
        if line[at] in " \t":
            at += 1
            continue
        if line[at] == '"':
            end, word = at + 1, ""
            while end < len(line):
                if line[end] == '"':
                    if line.startswith('""', end):
                        word += '"'
                        end += 2
                        continue
                    break
                word += line[end]
                end += 1
            out.append(word)
            at = end + 1
            continue
        end = at
        while end < len(line) and line[end] not in " \t":
            end += 2 if line[end] == "\\" else 1
        out.append(line[at:end])
        at = end
    return out


def font_macro(name, arguments):
    """.B, .BI and their like as text."""
    if len(name) == 1 or name in ("SM", "SB"):
        parts = [({"B": "b", "I": "i"}.get(name[0], "r"), " ".join(arguments))]
    else:
        parts = [({"B": "b", "I": "i", "R": "r"}[name[i % 2]], a) for i, a in enumerate(arguments)]
    out = []
    for font, text in parts:
        for inner, part in pieces(text, font)[0]:
            out.append((inner, part))
    return bracketed(out)


def mdoc(arguments):
    """An .It line's macros as text: `Fl x Ar value`."""
    text, font, glue = "", "", False
    for word in arguments:
        plain = "".join(p for _, p in pieces(word)[0])
        if word in ("Fl", "Ar", "Cm", "Li", "Ic", "Op", "Ns", "Xo", "Xc", "Oo", "Oc", "No", "Pa", "Em", "Sy", "Va", "Dq", "Qq", "Sq", "Pq", "Sm", "Ql", "Brq"):
            if word == "Ns":
                glue = True
            elif word in ("Op", "Oo"):
                text += ("" if glue else " ") + "["
                glue = True
            elif word == "Oc":
                text += "]"
            else:
                if font == "Fl" and word != "Fl" and text.endswith("\0"):
                    text = text[:-1] + "-"
                font = word
                if word == "Fl":
                    text += ("" if glue or not text else " ") + "\0"
                    glue = True
                elif word == "Ar":
                    text += ("" if glue or not text else " ") + "\1"
                    glue = True
            continue
        if plain in (",", "|", ".", ")", "]", ":"):
            text = text.replace("\0", "").replace("\1", "") + (plain if plain == "," else " " + plain)
            glue = False
            continue
        if text.endswith("\0"):
            text, plain = text[:-1], "-" + plain
        elif text.endswith("\1"):
            text, plain = text[:-1], f"<{plain}>"
        elif font == "Fl" and not glue:
            plain = "-" + plain
        elif font == "Ar" and not glue:
            plain = f"<{plain}>"
        text += ("" if glue or not text else " ") + plain
        glue = False
    text = text.replace("\0", "-").replace("\1", "<file>")
    return text + ("]" if "Op" in arguments else "")


def tags(text):
    """The tags of a page's lists, each with what follows it, as lines "  -x, --long <VALUE>"."""
    lines, out, wanted, font = text.splitlines(), [], 0, "r"
    is_mdoc = re.search(r"(?m)^\.Dd\b", text) is not None
    skipped = False
    for number, line in enumerate(lines):
        if re.match(r"['.]\s*\\\"|'\\\"", line) or line.strip() in (".", "'"):
            continue
        if re.match(r"\.de\b|\.ig\b", line):
            skipped = True
        if skipped:
            skipped = not re.match(r"\.\.\s*$|\.\.$", line)
            continue
        match = re.match(r"[.']\s*([A-Za-z]+)\s*(.*)$", line)
        if is_mdoc:
            if match and match.group(1) == "It" and match.group(2):
                words = arguments_of(match.group(2))
                following = number + 1
                while "Xo" in words and "Xc" not in words and following < len(lines) and following < number + 12:
                    words += arguments_of(lines[following].lstrip("."))
                    following += 1
                out.append(mdoc(words))
            continue
        name, rest = (match.group(1), match.group(2)) if match else ("", line)
        if name in ("TP", "TQ", "HP"):
            wanted = 1
            continue
        if name == "IP" and rest:
            words = arguments_of(rest)
            if words:
                out.append(bracketed(pieces(words[0])[0]))
            wanted = 0
            continue
        if name in ("PP", "P", "sp", "LP", "br", "Vb") or (name == "IP" and not rest):
            wanted = 2  # counts if the text is a tag by itself: what it says is indented
            continue
        if name in ("PD", "RS", "RE", "nf", "fi", "ne", "INDENT", "UNINDENT", "ns", "rs", "ad", "hy", "nh", "na", "if", "ie", "el", "nr", "ds", "in", "ti"):
            continue
        if name in ("B", "I", "R", "BR", "BI", "IB", "IR", "RB", "RI", "SM", "SB"):
            said = font_macro(name, arguments_of(rest))
        elif not match:
            parts, font = pieces(line, "r")
            said = bracketed(parts)
        else:
            wanted = 0
            continue
        if wanted == 3:
            out[-1] += said
        elif wanted == 1 or (wanted == 2 and said.startswith("-") and indents(lines, number + 1)):
            out.append(said)
        wanted = 3 if line.endswith("\\c") and wanted in (1, 3) else 0
    return out


def indents(lines, number):
    """Does an indented part begin here, or another tag?"""
    for line in lines[number:number + 3]:
        if re.match(r"\.\s*(RS|in|IP\b\s*$|ti|INDENT)", line):
            return True
        if not re.match(r"\.\s*(PP|br|PD|sp|P)\b", line) and not re.match(r"(\\f.|\.B[RI]?\s+)?\\?-", line):
            return False
    return False


def option_lines(path):
    """The page's options as lines for helptext.options()."""
    made = []
    for tag in tags(read(path)):
        tag = re.sub(r"\s+", " ", tag).strip()
        tag = re.sub(r"\s+([,|])", r"\1", tag).replace("\u2010", "-")
        tag = re.sub(r"\s*\.\.\.$|\s*\(\d\)$", "", tag)
        if tag.startswith("-") and not tag.startswith("---"):
            made.append("  " + tag)
    return "\n".join(made)


def synopsis(path):
    """The page's synopsis, as a help text's "usage:"."""
    match = re.search(r"(?ms)^\.S[hH]\s+\"?(?:SYNOPSIS|Synopsis|SYNTAX)\"?\s*$(.*?)^\.S[hH]\b", read(path))
    if not match:
        return ""
    said = []
    for line in match.group(1).splitlines():
        macro = re.match(r"[.']\s*([A-Za-z]+)\s*(.*)$", line)
        if not macro:
            said.append(bracketed(pieces(line)[0]))
        elif macro.group(1) in ("B", "I", "R", "BR", "BI", "IB", "IR", "RB", "RI", "SM", "SB"):
            said.append(font_macro(macro.group(1), arguments_of(macro.group(2))))
        elif macro.group(1) in ("Op", "Fl", "Ar", "Nm", "Oo", "Oc"):
            said.append(mdoc([macro.group(1)] + arguments_of(macro.group(2))))
    return "usage: " + " ".join(said)
