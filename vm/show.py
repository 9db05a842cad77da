#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Run a command that prints KTAP, and show it to a person.

usage: show.py DIR COMMAND [ARGUMENT…]
Prints COMMAND's lines while it runs. Then prints each failed test once, with its reason and its runs,
and the directory of the results: DIR, as run_tests.sh writes it. On a terminal, results are coloured,
and the last line names the running test. Exit status: COMMAND's.
"""
import json
import os
import pathlib
import re
import select
import signal
import subprocess
import sys
import time

COLOURS = [(rb"not ok |# .*:FAIL\b", b"31"), (rb"ok .*# SKIP|# .*:SKIP\b", b"33"), (rb"ok |# .*:OK\b", b"32")]


class Progress:
    """The status line below the others: number of the run, number of results, elapsed time."""

    def __init__(self, shown):
        self.shown, self.total, self.run, self.name, self.results = shown, 0, 0, b"", 0
        self.began = time.monotonic()

    def note(self, line):
        if found := re.match(rb"1\.\.(\d+)$", line):
            self.total = int(found[1])
        elif found := re.match(rb"# selftests: bpf: test_progs (.*)", line):
            self.run, self.name, self.results = self.run + 1, found[1], 0
            self.began = time.monotonic()
        elif re.match(rb"# #\d+/\d+ ", line):
            self.results += 1

    def clear(self):
        if self.shown:
            sys.stdout.buffer.write(b"\r\033[K")

    def draw(self):
        if self.shown and self.name:
            seconds = int(time.monotonic() - self.began)
            sys.stdout.buffer.write(b"%s (%d of %d): %d subtests, %d s" % (
                self.name, self.run, self.total, self.results, seconds))


def paint(line):
    for pattern, colour in COLOURS:
        if re.match(pattern, line):
            return b"\033[" + colour + b"m" + line + b"\033[0m"
    return line


def show(stream, terminal):
    progress, rest = Progress(terminal), b""
    while True:
        if not select.select([stream], [], [], 1 if terminal else None)[0]:
            data = None
        else:
            data = os.read(stream, 65536)
        progress.clear()
        *lines, rest = (rest + (data or b"")).split(b"\n")
        if data == b"" and rest:
            lines, rest = [rest], b""
        for line in lines:
            progress.note(line)
            sys.stdout.buffer.write((paint(line) if terminal else line) + b"\n")
        if data == b"":
            return
        progress.draw()
        sys.stdout.buffer.flush()


def failures(directory):
    """{(name, reason): [run, …]} of failed subtests, and of tests that failed outside of them."""
    found = {}
    for path in sorted(directory.glob("*-*.json")):
        try:
            tests = json.loads(path.read_text(errors="replace"))["tests"]
        except (OSError, ValueError):
            found.setdefault(("no results", ""), []).append(path.stem)
            continue
        for test in tests:
            failed = [part for part in test["subtests"] if part["status"] == "FAIL"]
            names = [(f"{test['name']}/{part['name']}", part["reason"]) for part in failed]
            if test["status"] == "FAIL" and not failed:
                names = [(test["name"], test["reason"])]
            for name, reason in names:
                found.setdefault((name, reason or ""), []).append(path.stem)
    return found


def report(directory):
    for (name, reason), runs in failures(directory).items():
        print(f"# failed: {name}{': ' if reason else ''}{reason.splitlines()[0] if reason else ''}"
              f" ({', '.join(runs)})")
    files = [name for name in ("console.log", "splat.log") if (directory / name).is_file()]
    print(f"# logs and results: {directory}{': ' if files else ''}{', '.join(files)}")


def main(arguments):
    directory, command = pathlib.Path(arguments[0]), arguments[1:]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as child:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda number, _: child.send_signal(number))
        try:
            show(child.stdout.fileno(), sys.stdout.isatty())
            report(directory)
            sys.stdout.flush()
        except BrokenPipeError:
            # The command gets SIGPIPE itself.
            child.stdout.close()
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        status = child.wait()
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    if sys.argv[1:] == ["--help"]:
        print(__doc__, end="")
    elif len(sys.argv) < 3:
        print("show: a directory and a command: see --help", file=sys.stderr)
        sys.exit(2)
    else:
        sys.exit(main(sys.argv[1:]))
