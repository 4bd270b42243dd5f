#!/usr/bin/env python3
"""The benchmarks' output as an SVG: bench/plot.py RESULTS >docs/performance.svg (RESULTS: build/bench/results.txt of ./dev bench)."""
import html
import math
import re
import sys

WIDTH, LEFT, BAR, GAP = 860, 250, 13, 7
INK, PALE, SECOND = "#333", "#ddd", "#b9c7dd"


def numbers(line):
    return [float(n) for n in re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?=\s|x|$)", line)]


def sections(path):
    """{heading's first words: [(name, numbers)]}"""
    found, rows = {}, None
    for line in open(path, encoding="utf-8"):
        line = line.rstrip()
        for heading in ("in process", "load, rules", "decision, p50", "whole process"):
            if line.startswith(heading):
                rows = found[heading] = []
                break
        else:
            match = re.match(r"(\S.*?|  \S.*?)\s{2,}(?:allow|review|deny)?\s*([\d.].*)$", line)
            if not line:
                rows = None
            elif match and rows is not None:
                rows.append((match.group(1), numbers(match.group(2))))
    return found


class Picture:
    def __init__(self):
        self.parts, self.y = [], 20

    def text(self, x, y, words, size=12, anchor="start", weight="normal"):
        self.parts.append(
            f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size}" text-anchor="{anchor}" font-weight="{weight}" '
            f'fill="{INK}">{html.escape(words)}</text>')

    def bars(self, title, note, rows, unit):
        """rows: (name, value, second value or None); the axis is logarithmic."""
        values = [v for row in rows for v in row[1:] if v]
        low, high = math.log10(min(values)) - 0.15, math.log10(max(values)) + 0.05
        span = WIDTH - LEFT - 90

        def at(value):
            return LEFT + span * (math.log10(value) - low) / (high - low)

        self.text(10, self.y, title, 15, weight="bold")
        self.text(10, self.y + 17, note, 11)
        self.y += 30
        for name, value, second in rows:
            middle = self.y + BAR - 3
            self.text(LEFT - 8, middle, name.strip(), anchor="end")
            if second:
                self.parts.append(f'<rect x="{LEFT}" y="{self.y}" width="{at(second) - LEFT:.1f}" height="{BAR}" fill="{PALE}"/>')
            self.parts.append(f'<rect x="{LEFT}" y="{self.y}" width="{at(value) - LEFT:.1f}" height="{BAR}" fill="{SECOND}"/>')
            label = f"{value:.3g} {unit}" + (f"  ({second:.3g})" if second else "")
            self.text(at(second or value) + 5, middle, label, 11)
            self.y += BAR + GAP
        self.y += 25

    def svg(self):
        return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{self.y}" viewBox="0 0 {WIDTH} {self.y}" '
                f'font-family="sans-serif"><rect width="100%" height="100%" fill="#fff"/>\n' + "\n".join(self.parts) + "\n</svg>\n")


def main():
    found = sections(sys.argv[1])
    picture = Picture()
    rows = [(name, n[0], n[1]) for name, n in found.get("in process", []) if len(n) >= 2 and not name.startswith("a megabyte")]
    if rows:
        picture.bars("One decision in process", "Microseconds, median; pale: 99 of 100 are quicker. Logarithmic.", rows, "µs")
    rows = [(name, n[-1], None) for name, n in found.get("decision, p50", []) if len(n) >= 6]
    if rows:
        picture.bars("10,000 rules beside 100", "How many times as long a decision takes. Logarithmic.", rows, "×")
    rows = [(name, n[1], None) for name, n in found.get("whole process", []) if len(n) >= 4]
    if rows:
        picture.bars("A whole process beside an empty one", "How many times as long as a C program that does nothing. Logarithmic.", rows, "×")
    sys.stdout.write(picture.svg())


if __name__ == "__main__":
    main()
