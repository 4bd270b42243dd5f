"""What the writers of scripts share: each script is its size in decimal, a newline, and its bytes."""
import random
import sys


def write(script):
    text = script.encode()
    sys.stdout.buffer.write(b"%d\n" % len(text) + text)


def write_drawn(maker, name):
    """COUNT SEED [bash|dash|zsh]: so many scripts of `maker`. The same arguments give the same bytes everywhere."""
    count, seed = int(sys.argv[1]), int(sys.argv[2])
    dialect = sys.argv[3] if len(sys.argv) > 3 else "bash"
    for i in range(count):
        write(maker(random.Random("%s%d %d %s" % (name, seed, i, dialect)), dialect).script())
