# SPDX-License-Identifier: GPL-2.0
"""Shared by the programs of this directory: arguments, and errors in one line."""

import argparse
import os
import sys

from c_source import NotRecognised
from trouble import Trouble


class Parser(argparse.ArgumentParser):
    """Prints its errors like all others, and @epilog without wrapping."""

    def __init__(self, **arguments):
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, **arguments)

    def error(self, message):
        raise Trouble(f"{message}: see --help")


def number(option, highest):
    """A type for add_argument(): a number from 1 to @highest."""
    def check(text):
        if not text.isdigit() or not 1 <= int(text) <= highest:
            raise Trouble(f"{option} {text}: not a number from 1 to {highest}")
        return int(text)
    return check


def one_of(option, known):
    """A type for add_argument(): one of the texts @known."""
    def check(text):
        if text not in known:
            raise Trouble(f"{option} {text}: none of {', '.join(known)}")
        return text
    return check


def run_program(work):
    """Runs @work with the command line's arguments; ends with its status, or with 2."""
    os.environ["LC_ALL"] = "C.UTF-8"
    try:
        sys.exit(work(sys.argv[1:]))
    except NotRecognised as unknown:
        print(f"series: {unknown}: not a form that this program edits", file=sys.stderr)
    except Trouble as trouble:
        print(f"series: {trouble}", file=sys.stderr)
    sys.exit(2)
