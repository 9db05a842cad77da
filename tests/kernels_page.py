#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""docs/kernels.md with the table of tests/matrix.json, on standard output: 'make docs/kernels.md'."""
import re
import sys

import expected
import matrix

PAGE = matrix.TOP / "docs/kernels.md"
TABLE = re.compile(r"(<!-- table: .*? -->\n\n).*(\n<!-- table ends -->\n)", re.DOTALL)


def main():
    table = expected.load()
    table = {column: table[column] for column in sorted(table, key=expected.order)}
    page, count = TABLE.subn(lambda found: found[1] + matrix.as_markdown(table) + found[2],
                             PAGE.read_text())
    if count != 1:
        matrix.die(f"{PAGE}: no place for the table in it")
    sys.stdout.write(page)


if __name__ == "__main__":
    main()
