# SPDX-License-Identifier: GPL-2.0
"""The command line of scripts that read the results of 'make run_tests'."""
import os
import pathlib
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent


def from_command_line(usage):
    """Return the directories of the command line, or the default. Print @usage for --help."""
    program, arguments = pathlib.Path(sys.argv[0]).stem, sys.argv[1:]
    if arguments == ["--help"]:
        print(usage, end="")
        sys.exit(0)
    for name in arguments:
        if name.startswith("-"):
            print(f"{program}: {name}: unknown option: see --help", file=sys.stderr)
            sys.exit(2)
    build = pathlib.Path(os.environ.get("BUILD") or TOP / "build")
    return [pathlib.Path(name) for name in arguments] or [build / "run_tests"]
