#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Prints docs/speed.md with the table of tests/bench/times.json, or with --plot its picture as SVG.

'make check-drop-in' measures, and writes times.json to $BUILD/drop-in. 'make docs' calls this.
"""
import json
import pathlib
import re
import statistics
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent
PAGE = TOP / "docs/speed.md"
TIMES = TOP / "tests/bench/times.json"
PLACE = re.compile(r"(<!-- times: .*? -->\n\n).*?(\n<!-- times end -->\n)", re.DOTALL)
# Columns of the picture, in pixels, and the height of a row.
LABELS, SCALE, ROW = 330, 300, 30


def ratios(times):
    """(tests, seconds in the tree's runner, in ours), medians of the runs."""
    return [(name, statistics.median(row["tree"]), statistics.median(row["ours"]))
            for name, row in times["rows"].items()]


def table(times):
    lines = ["| tests | tree's runner | ours | ours / tree's |", "|---|--:|--:|--:|"]
    lines += [f"| {name} | {tree:.2f} s | {ours:.2f} s | {ours / tree:.2f} |"
              for name, tree, ours in ratios(times)]
    return "\n".join(lines) + "\n"


def text(x, y, words, anchor="start"):
    return f'<text x="{x:.0f}" y="{y}" text-anchor="{anchor}" fill="#808890">{words}</text>'


def plot(times):
    """The plot: a bar with the ratio of each row. A line marks 1: the same time."""
    rows = ratios(times)
    widest = max([1.2] + [ours / tree for _, tree, ours in rows])
    unit = SCALE / widest
    height = ROW * (len(rows) + 2)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LABELS + SCALE + 60} {height}" '
             f'font-family="sans-serif" font-size="12">',
             text(0, 18, f"time of our runner / time of the tree's, Linux {times['kernel']}")]
    for number, (name, tree, ours) in enumerate(rows, 1):
        y = ROW * number
        parts += [text(LABELS - 8, y + 18, name, "end"),
                  f'<rect x="{LABELS}" y="{y + 4}" width="{unit * ours / tree:.0f}" height="20" '
                  f'fill="#2a9d6f"/>',
                  text(LABELS + unit * ours / tree + 6, y + 18, f"{ours / tree:.2f}")]
    x, bottom = LABELS + unit, ROW * (len(rows) + 1)
    parts += [f'<path d="M{x:.0f},{ROW} V{bottom}" stroke="#808890" stroke-dasharray="4,3"/>',
              text(x, bottom + 16, "1: the same time", "middle"), "</svg>"]
    return "\n".join(parts) + "\n"


def page(times):
    found, count = PLACE.subn(lambda match: match[1] + table(times) + match[2], PAGE.read_text())
    if count != 1:
        sys.exit(f"speed_page: {PAGE}: no place for the table in it")
    return found


def main():
    times = json.loads(TIMES.read_text())
    if sys.argv[1:] == ["--plot"]:
        sys.stdout.write(plot(times))
    elif not sys.argv[1:]:
        sys.stdout.write(page(times))
    else:
        sys.exit("usage: speed_page.py [--plot]")


if __name__ == "__main__":
    main()
