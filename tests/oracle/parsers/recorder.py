"""Answers lines of JSON with what Python's parsers make of an argv: {"library", "options", "argv"} in, {"set", "operands"} or null out.

An option is {"name", "letter", "long", "takes"}, and `takes` one of flag, value, number and maybe; "set" holds the names of those that were
given. null: the parser complained, and the program would have ended."""
import argparse
import contextlib
import getopt
import io
import json
import optparse
import sys

try:
    import click
except ImportError:
    click = None


def spellings(option, dashes="--"):
    return [sign + option[key] for sign, key in (("-", "letter"), (dashes, "long")) if option.get(key)]


def by_argparse(options, argv, dashes="--"):
    parser = argparse.ArgumentParser(add_help=False)
    for option in options:
        how = {"flag": {"action": "store_true"}, "value": {}, "number": {"type": int},
               "maybe": {"nargs": "?", "const": ""}}[option["takes"]]
        parser.add_argument(*spellings(option, dashes), dest=option["name"], **how)
    parser.add_argument("operands", nargs="*")
    given = vars(parser.parse_args(argv))
    return {"set": [k for k, v in given.items() if k != "operands" and v not in (None, False)], "operands": given["operands"]}


def by_argparse_one_dash(options, argv):
    return by_argparse(options, argv, "-")


def by_optparse(options, argv):
    parser = optparse.OptionParser(add_help_option=False)
    for option in options:
        how = {"flag": {"action": "store_true"}, "value": {}, "number": {"type": "int"}}[option["takes"]]
        parser.add_option(*spellings(option), dest=option["name"], **how)
    given, operands = parser.parse_args(argv)
    return {"set": [k for k, v in vars(given).items() if v not in (None, False)], "operands": operands}


def by_getopt(options, argv, parse=getopt.getopt):
    letters = "".join(o["letter"] + ":" * (o["takes"] != "flag") for o in options if o.get("letter"))
    longs = [o["long"] + "=" * (o["takes"] != "flag") for o in options if o.get("long")]
    given, operands = parse(argv, letters, longs)
    names = {s: o["name"] for o in options for s in spellings(o)}
    return {"set": [names[k] for k, _ in given], "operands": operands}


def by_gnu_getopt(options, argv):
    return by_getopt(options, argv, getopt.gnu_getopt)


def by_click(options, argv):
    made = []
    for option in options:
        how = {"flag": {"is_flag": True}, "value": {}, "number": {"type": int},
               "maybe": {"is_flag": False, "flag_value": "x"}}[option["takes"]]
        made.append(click.Option(spellings(option) + [option["name"]], **how))
    command = click.Command("p", params=made + [click.Argument(["operands"], nargs=-1)], callback=lambda **given: given,
                            add_help_option=False)
    given = command.main(args=argv, prog_name="p", standalone_mode=False)
    return {"set": [k for k, v in given.items() if k != "operands" and v not in (None, False)], "operands": list(given["operands"])}


LIBRARIES = {"argparse": by_argparse, "argparse, one dash": by_argparse_one_dash, "optparse": by_optparse,
             "getopt": by_getopt, "gnu_getopt": by_gnu_getopt, **({"click": by_click} if click else {})}
COMPLAINTS = (SystemExit, getopt.GetoptError, argparse.ArgumentError) + ((click.ClickException, click.exceptions.Exit) if click else ())


def main():
    if sys.argv[1:] == ["--libraries"]:
        print("\n".join(LIBRARIES))
        return
    for line in sys.stdin:
        asked = json.loads(line)
        answer = None
        with contextlib.redirect_stderr(io.StringIO()), contextlib.suppress(*COMPLAINTS):
            answer = LIBRARIES[asked["library"]](asked["options"], asked["argv"])
        print(json.dumps(answer))


if __name__ == "__main__":
    main()
