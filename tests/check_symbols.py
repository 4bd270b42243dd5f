#!/usr/bin/env python3
"""What the library's symbols say about it.   usage: check_symbols.py LIBCMDPOLICY.A LIBCMDPOLICY.SO

1. No mutable statics: no object lies in .data, .bss or common storage. (Constants with pointers lie in .data.rel.ro,
   which is read-only once the program is loaded.) The built-in packs need no relocation at all.
2. No calls of what a library inside someone's process must not do: end it, print, read the environment, files or the
   clock, depend on the locale or on hidden state. Exceptions, object by object: tests/symbols.allow.
3. The shared library exports exactly the functions that include/cmdpolicy.h declares, and each name of every object in
   the archive begins with cp_ or cmdpolicy_.
"""

import os
import re
import subprocess
import sys

FORBIDDEN = set("""
abort exit _exit _Exit quick_exit atexit raise kill
printf vprintf puts putchar fprintf vfprintf fputs fputc putc fwrite perror stdout stderr stdin psignal
__printf_chk __fprintf_chk __vfprintf_chk __vprintf_chk
getenv secure_getenv setenv putenv unsetenv environ __environ
setlocale localeconv newlocale uselocale tolower toupper isalpha isalnum isspace isdigit __ctype_b_loc
__ctype_tolower_loc __ctype_toupper_loc strcoll strxfrm strcasecmp strncasecmp mbstowcs mbrtowc wcwidth
fopen fopen64 freopen open open64 openat creat read write close stat lstat fstat access realpath readlink getcwd opendir
popen system fork vfork execve execvp execv posix_spawn socket connect getaddrinfo dlopen
time clock clock_gettime gettimeofday localtime gmtime strftime nanosleep sleep
rand srand random srandom arc4random getrandom
strtok strerror setjmp _setjmp longjmp sigaction signal
__errno_location alloca gets sprintf vsprintf strcpy strcat
malloc calloc realloc free strdup strndup asprintf vasprintf reallocarray
pthread_create pthread_key_create
""".split())

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
archive, shared = sys.argv[1:3]
problems = []


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def read(*path):
    with open(os.path.join(root, *path), encoding="utf-8") as opened:
        return opened.read()


def allowed():
    """{(object, symbol)} of tests/symbols.allow: lines `file.c symbol ...  # why`."""
    pairs = set()
    for line in read("tests", "symbols.allow").splitlines():
        words = line.split("#")[0].split()
        pairs.update((words[0], symbol) for symbol in words[1:])
    return pairs


def members():
    """(object name, [(symbol, class letter, section)]) of each member of the archive, in `nm -f sysv` format."""
    name, symbols = None, []
    for line in run("nm", "--format=sysv", archive).splitlines():
        heading = re.match(r".*\[(.+)\]:$", line) or re.match(r"^(\S+\.o):$", line)
        if heading:
            if name:
                yield name, symbols
            name, symbols = re.sub(r"\.o$", "", heading.group(1)), []
        fields = [field.strip() for field in line.split("|")]
        if len(fields) == 7 and fields[0] != "Name":
            symbols.append((fields[0], fields[2], fields[6]))
    if name:
        yield name, symbols


def declared():
    """The functions that the public header declares with CMDPOLICY_API."""
    header = re.sub(r"/\*.*?\*/", " ", read("include", "cmdpolicy.h"), flags=re.S)
    header = re.sub(r"^[ \t]*#.*$", " ", header, flags=re.M)
    return set(re.findall(r"\bCMDPOLICY_API\b[^;(]*?\b(cmdpolicy_\w+)\s*\(", header))


exceptions = allowed()
unused = set(exceptions)
objects = 0
for name, symbols in members():
    objects += 1
    for symbol, letter, section in symbols:
        if letter in "U":
            symbol = symbol.split("@")[0]
            if symbol in FORBIDDEN:
                if (name, symbol) in exceptions:
                    unused.discard((name, symbol))
                else:
                    problems.append(f"{name}: refers to {symbol}; it has no business here, or tests/symbols.allow says why")
            continue
        if letter in "CcBbSs" or (letter in "DdGg" and not section.startswith(".data.rel.ro")):
            problems.append(f"{name}: {symbol} is mutable ({letter}, {section})")
        if letter in "Dd" and "builtin_image" in name:
            problems.append(f"{name}: {symbol} needs relocations; the built-in packs are plain constants")
        if letter.isupper() and letter in "TDRBGSV" and not symbol.startswith(("cp_", "cmdpolicy_")):
            problems.append(f"{name}: {symbol} could clash with a caller's name: cp_ or cmdpolicy_, or static")

for name, symbol in sorted(unused):
    problems.append(f"tests/symbols.allow: {name} does not refer to {symbol}")
if objects == 0:
    problems.append(f"{archive}: no objects read")

exported = {line.split()[-1].split("@")[0] for line in run("nm", "-D", "--defined-only", shared).splitlines()}
for symbol in sorted(declared() - exported):
    problems.append(f"{symbol} is declared in cmdpolicy.h, but not exported")
for symbol in sorted(exported - declared()):
    problems.append(f"{symbol} is exported, but not declared in cmdpolicy.h")

for problem in problems:
    print(problem)
print(f"{objects} objects, {len(exported)} exported functions, {len(problems)} problems")
sys.exit(1 if problems else 0)
