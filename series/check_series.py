#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Builds a tree's test_progs before and after the series, runs both, and prints a table."""

import argparse
import subprocess
import sys
from pathlib import Path

import check_build
import fix_file_reader
import mail
from trouble import Trouble, say

HERE = Path(__file__).resolve().parent
HOW = {"serially": "alone", "-j4": "-j4", "beside-others": "beside others",
       "reads-succeed": "reads succeed (mutant)", "worker-dies": "its worker dies",
       "child-fails": "its child fails"}
HAVE_TO_FAIL = ("reads-succeed", "worker-dies", "child-fails")
SERIES = {"token": "exit", "test_bpffs": "exit"}  # the others: file_reader


def options(arguments):
    parser = argparse.ArgumentParser(prog="check_series.py", description=__doc__, epilog=(
        "Exit status: 0 after the series just what has to fail does; 1 it is otherwise; "
        "2 bad use, or it cannot be built or run."))
    parser.add_argument("linux", metavar="LINUX", help="the kernel tree")
    parser.add_argument("--output", metavar="DIR", required=True, help="series, build and tables")
    parser.add_argument("--runs", metavar="N", type=int, default=100, help="default: 100")
    parser.add_argument("--kernel", metavar="KERNEL", default="newest",
                        help="as vmtest.sh takes it (default: newest)")
    parser.add_argument("--flavours", metavar="LIST", nargs="*",
                        default=["gcc-plain", "gcc-asan", "clang-plain", "clang-asan"])
    return parser.parse_args(arguments)


def make_series(linux, output):
    """Makes both series, unless they are there; returns their patches."""
    directory = output / "patches"
    if not directory.exists():
        done = subprocess.run([HERE / "series.py", "--output", directory, linux], text=True,
                              capture_output=True, check=False)
        if done.returncode:
            raise Trouble((done.stderr or done.stdout).strip().splitlines()[-1])
    return {name: mail.patches(directory / name) for name in ("exit", "file_reader")}


def build(chosen, output, series):
    """Makes the binaries, FLAVOUR_before, _strict and _after; returns their paths."""
    everything = series["exit"] + series["file_reader"]
    tree = check_build.Build(chosen.linux, output / "tree", everything)
    binaries = []
    for number, flavour in enumerate(chosen.flavours):
        tree.set_patches([])
        if not number:
            tree.each(flavour, everything)
            tree.set_patches([])
        keep(tree, flavour, "before", output, binaries)
        if (tree.selftests / fix_file_reader.USER).exists():
            undo = tree.edited(fix_file_reader.strict)
            keep(tree, flavour, "strict", output, binaries)
            undo()
        tree.set_patches(everything)
        keep(tree, flavour, "after", output, binaries)
    return binaries


def keep(tree, flavour, state, output, binaries):
    """Builds @flavour as @tree is now, and adds OUTPUT/FLAVOUR_STATE to @binaries."""
    say(f"building {flavour}, {state}")
    tree.make(flavour)
    # test_progs takes what is behind "-" in its name for a directory.
    binaries.append(output / f"{flavour}_{state}".replace("-", "_"))
    tree.keep(binaries[-1])


def run_all(chosen, output, binaries, preload):
    """Runs @binaries in one machine; yields (binary, test, how, runs, failures)."""
    files = [preload, HERE / "check_run.sh", *binaries]
    carried = [argument for file in files for argument in ("--file", f"{file}:/root/")]
    command = [HERE.parent / "vmtest.sh", "--kernel", chosen.kernel, "--cpus", "4", "--memory",
               "2048", "--timeout", "36000", "--free", "1024", *carried, "--", "sh",
               "check_run.sh", str(chosen.runs), *(b.name for b in binaries)]
    log = output / "run.log"
    with open(log, "w", encoding="utf-8", errors="replace") as stream:
        done = subprocess.run(command, stdout=stream, check=False)
    if done.returncode:
        raise Trouble(f"the machine ended with status {done.returncode}: see {log}")
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        if line.startswith("no BPF_PRELOAD"):
            say(line)
        if line.startswith("result "):
            _, binary, test, how, runs, failures = line.split()
            yield binary, test, how, int(runs), int(failures)


def tables(results):
    """The rows of each series' table, {series: {(test, how, flavour): {state: text}}}."""
    found = {"exit": {}, "file_reader": {}}
    for binary, test, how, runs, failures in results:
        flavour, state = binary.replace("_", "-").rsplit("-", 1)
        row = found[SERIES.get(test, "file_reader")].setdefault((test, HOW[how], flavour), {})
        row[state] = f"{failures}/{runs}"
    return found


def write_table(rows, file, about):
    states = [s for s in ("before", "strict", "after") if any(s in row for row in rows.values())]
    heads = {"before": "before", "strict": "only -EFAULT", "after": "after"}
    lines = [about, "", f"  {'test':<12}{'how':<24}{'build':<12}"
             + "".join(f"{heads[s]:>13}" for s in states).rstrip()]
    for (test, how, flavour), row in rows.items():
        lines.append(f"  {test:<12}{how:<24}{flavour:<12}"
                     + "".join(f"{row.get(s, '-'):>13}" for s in states))
    text = "\n".join(lines) + "\n"
    file.write_text(text, encoding="utf-8")
    print(text)


def verdict(results):
    """True if after the series just what has to fail does, and that always."""
    good = True
    for binary, test, how, runs, failures in results:
        if binary.endswith("_after") and failures != (runs if how in HAVE_TO_FAIL else 0):
            say(f"{binary}: {test}, {HOW[how]}: {failures} of {runs} failed")
            good = False
    return good


def work(chosen):
    output = Path(chosen.output).resolve()
    output.mkdir(parents=True, exist_ok=True)
    series = make_series(chosen.linux, output)
    binaries = build(chosen, output, series)
    check_build.preload(output / "resident.so")
    results = list(run_all(chosen, output, binaries, output / "resident.so"))
    for name, rows in tables(results).items():
        if rows:
            write_table(rows, output / f"{name}.txt", "Failures/runs, in a virtual machine:")
    return 0 if verdict(results) else 1


def main(arguments):
    try:
        return work(options(arguments))
    except Trouble as trouble:
        print(f"series: {trouble}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
