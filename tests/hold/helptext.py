"""Reads the options of a program from the text that its --help prints. Only what is certain is told: whether an option takes
a value is None where the text could be read either way."""
import re

# What an option takes: "nothing", "value", "2 values", "optional" (only attached), None: the text does not say.
NAME = r"--?[A-Za-z0-9?#@][A-Za-z0-9_.+?-]*"
# One spelling with what follows it: =X, [=X], [X], " X", " <X>", " [X]".
SPELLING = re.compile(
    r"(?P<name>" + NAME + r")"
    r"(?P<value>\[=?[^\]\s]*\](?:\.\.\.)?|=\S+(?:\s?<[^>]*>)*|\s?<[^>]+>(?:\.\.\.)?(?:\s<[^>]+>)*|\s[A-Z][A-Z0-9_:/|.=\[\]-]*(?:\.\.\.)?(?:\s[A-Z][A-Z0-9_|-]+)*(?=\s*(?:,|$|\s\s|\|))|\s\[[^\]]+\](?=\s*(?:,|$|\s\s))"
    r"|\s'[A-Za-z_-]+'(?=\s*(?:,|$|\s\s))|\s[a-z0-9-]+(?:\|[a-z0-9-]+)+(?=\s*(?:,|$|\s\s)))?"
)
SEPARATOR = re.compile(r"\s*(?:,\s*|\|\s*|\s/\s|\sor\s)|\s+(?=--)")


def takes(value):
    if not value:
        return "nothing"
    value = value.strip()
    several = re.fullmatch(r"(?:<[^>]+>\s?){2,}", value)
    return "optional" if value.startswith("[") else f"{value.count('<')} values" if several else "value"


def spec(text):
    """The spellings at the beginning of `text` and what they take; the rest of the text."""
    position, said = 0, []
    while True:
        match = SPELLING.match(text, position)
        if not match:
            break
        name = match.group("name").rstrip(".")
        said.append((name, takes(match.group("value"))))
        position = match.end()
        separator = SEPARATOR.match(text, position)
        if not separator or not text.startswith("-", separator.end()):
            break
        position = separator.end()
    return said, text[position:]


def shared(said):
    """`-w, --width=COLS`: what the long spelling takes goes for the short one. But `-F, --classify[=WHEN]` tells nothing about -F,
    and neither does a long one about -c in `-c, -C NUM, --context[=NUM]`; one that stands there both ways takes it or leaves it."""
    told = {}
    for name, kind in said:
        told[name] = kind if told.get(name, kind) == kind else None
    given = {kind for _, kind in said if kind != "nothing"}
    if given:
        short_told = any(kind != "nothing" and not name.startswith("--") for name, kind in said)
        for name, kind in told.items():
            if kind == "nothing":
                told[name] = None if short_told or given != {"value"} or None in told.values() else "value"
    return told


def yargs_type(lines, number):
    """What yargs prints behind a description, on this line or where it goes on: [boolean], [string]."""
    for at in range(number, min(number + 8, len(lines))):
        if at > number and re.match(r"\s*(?:-|\S.*:$|$)", lines[at]):
            break
        match = re.search(r"\[(boolean|count|string|number|array|choices)\b", lines[at])
        if match:
            return "nothing" if match.group(1) in ("boolean", "count") else "value"
    return None


def options_of_list(text):
    """From lines such as "  -w, --width=COLS   set the width"."""
    found = {}
    lines = text.expandtabs().splitlines()
    by_yargs = "[boolean]" in text
    for number, line in enumerate(lines):
        as_written = line
        line = re.sub(r"(-[A-Za-z0-9]) \[(--[A-Za-z0-9-]+)\]", r"\1, \2", line)  # svn: -r [--revision] ARG
        default = re.fullmatch(r"\s+(?:(-[A-Za-z0-9]), )?(--[A-Za-z0-9-]+)=(\S*):", line)
        if default:  # kubectl: -A, --all-namespaces=false:
            switch = default.group(3) in ("true", "false")
            found[default.group(2)] = "optional" if switch else "value"
            if default.group(1):
                found[default.group(1)] = "nothing" if switch else "value"
            continue
        bullet = re.fullmatch(r"\s*·\s+(" + NAME + r"(?:\s/\s" + NAME + r")*)((?:\s[a-z][\w-]*)*)", line)
        if bullet:  # nix: · --include / -I path
            values = len(bullet.group(2).split())
            kind = "nothing" if not values else "value" if values == 1 else f"{values} values"
            for name in bullet.group(1).split(" / "):
                found[name] = kind if found.get(name, kind) == kind else None
            continue
        match = re.match(r"^(\s{0,30})(-\S.*)$", line)
        if not match or (not match.group(1) and not re.match(NAME, match.group(2))):
            continue
        said, rest = spec(match.group(2))
        if not said:
            continue
        told = shared(said)
        if set(told.values()) == {"nothing"} and rest.strip() and not rest.startswith("  "):
            # One blank, then words: a description, or a placeholder in small letters.
            word = re.match(r"\s([a-z][\w-]*)(?:\s{2,}|$)", rest)
            told = dict.fromkeys(told, "value" if word else None)
        if line == as_written and re.match(r"\s+(?:\[[A-Z][a-z]+\]\s*)?:\s", rest):  # az: --query : JMESPath. Values are never named.
            told = dict.fromkeys(told, None)
        if by_yargs and set(told.values()) <= {"nothing", None}:
            told = dict.fromkeys(told, yargs_type(lines, number))
        for name, kind in told.items():
            found[name] = kind if found.get(name, kind) == kind else None
    return found


def bracket_groups(text):
    """What stands in brackets that are in no others, and begins with a dash."""
    depth, begin = 0, 0
    for at, byte in enumerate(text):
        if byte == "[":
            begin = at + 1 if depth == 0 else begin
            depth += 1
        elif byte == "]" and depth > 0:
            depth -= 1
            if depth == 0 and text[begin:begin + 1] == "-":
                yield text[begin:at]


def options_of_usage(text):
    """From "usage: ssh [-46Aa] [-b address] ..."."""
    found = {}
    said = " ".join(re.findall(r"(?ims)^\s*(?:usage|options):(.*?)(?:\n\s*\n|\Z)", text))
    for group in bracket_groups(said):
        several = re.fullmatch(r"(" + NAME + r"(?:\|" + NAME + r")*)((?:[ =]<[^>]+>)*)(?:\s\[?.*)?", group)
        if several and "--" in group and (several.group(2) or several.end(1) == len(group)):  # npm: -w|--workspace <name>
            for name in several.group(1).split("|"):
                found.setdefault(name, takes(several.group(2)))
            continue
        for part in re.split(r"\s\|\s|\|(?=-)", group):
            part = part.strip()
            if re.fullmatch(r"-[A-Za-z0-9]{2,}", part):
                for letter in part[1:]:
                    found.setdefault("-" + letter, "nothing")
                continue
            one = re.fullmatch(r"(-[A-Za-z0-9])(\s+\S.*|)", part)
            if one:
                found.setdefault(one.group(1), "value" if one.group(2) else "nothing")
    return found


def options(text, usage=False):
    found = options_of_list(text)
    if usage:
        for name, kind in options_of_usage(text).items():
            found[name] = kind if found.get(name, kind) == kind else None
    return found
