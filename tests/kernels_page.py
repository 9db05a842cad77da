#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""docs/kernels.md with the table of tests/matrix.json, on standard output: 'make docs/kernels.md'."""
import json
import re
import sys

import matrix

PAGE = matrix.TOP / "docs/kernels.md"
TABLE = re.compile(r"(<!-- table: .*? -->\n\n).*(\n<!-- table ends -->\n)", re.DOTALL)


def main():
    table = json.loads(matrix.EXPECTED.read_text())
    table = dict(sorted(table.items(), key=lambda item: matrix.number_of(item[0])))
    page, count = TABLE.subn(lambda found: found[1] + matrix.as_markdown(table) + found[2],
                             PAGE.read_text())
    if count != 1:
        matrix.die(f"{PAGE}: no place for the table in it")
    sys.stdout.write(page)


if __name__ == "__main__":
    main()
