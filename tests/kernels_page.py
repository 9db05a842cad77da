#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Prints docs/kernels.md with the tables of tests/matrix.json, one for each processor.

'make docs/kernels.md' calls it.
"""
import re
import sys

import expected
import matrix

PAGE = matrix.TOP / "docs/kernels.md"
ARCHES = re.search("^ARCHES='(.*)'$", (matrix.TOP / "vm/arch.sh").read_text(),
                   re.MULTILINE)[1].split()
TABLE = re.compile(r"(<!-- table: .*? -->\n\n).*(\n<!-- table ends -->\n)", re.DOTALL)


def processor_of(column):
    """'7.3 arm64-16k' -> 'arm64'; x86 is not named in its columns."""
    name = re.split("[- ]", expected.kind_of(column))[0]
    return name if name in ARCHES else "x86"


def tables():
    """x86 comes first. Each other processor has a heading."""
    table = expected.load()
    processors = {}
    for column in sorted(table, key=expected.order):
        processors.setdefault(processor_of(column), {})[column] = table[column]
    return "\n".join(("" if name == "x86" else f"### {name}\n\n") + matrix.as_markdown(columns)
                     for name, columns in processors.items())


def main():
    page, count = TABLE.subn(lambda found: found[1] + tables() + found[2], PAGE.read_text())
    if count != 1:
        matrix.die(f"{PAGE}: no place for the table in it")
    sys.stdout.write(page)


if __name__ == "__main__":
    main()
