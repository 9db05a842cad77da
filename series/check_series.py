#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Builds a tree's test_progs before and after the series, runs both, and prints tables."""

import hashlib
import shutil
import subprocess
from pathlib import Path

import check_build
import check_table
import fix_file_reader
import mail
from program import Parser, number, one_of, run_program
from trouble import Trouble, say

HERE = Path(__file__).resolve().parent
FLAVOURS = ("gcc-plain", "gcc-asan", "clang-plain", "clang-asan")
CPUS = "2"
HOW = ("alone", "-j4", "beside-others", "worker-dies", "child-fails", "reads-succeed")
EPILOG = """\
Keeps binaries and results in DIR that are of the same series and kernel. So the same command
continues after an interruption, and adds runs if N is larger.
Exit status: 0 if, after the series, exactly the rows that must fail do; 1 if not; 2 for bad use, or
if it cannot be built or run."""


def options(arguments):
    parser = Parser(prog="check_series.py", description=__doc__, epilog=EPILOG)
    parser.add_argument("linux", metavar="LINUX", help="the kernel tree")
    parser.add_argument("--output", metavar="DIR", required=True, help="series, build and tables")
    parser.add_argument("--runs", metavar="N", type=number("--runs", 10000), default=100,
                        help="default: 100")
    parser.add_argument("--kernel", metavar="KERNEL", default="newest",
                        help="as vmtest.sh takes it (default: newest)")
    parser.add_argument("--flavours", metavar="FLAVOUR", nargs="+", default=FLAVOURS,
                        type=one_of("--flavours", FLAVOURS), help="default: all four")
    return parser.parse_args(arguments)


def digest(files):
    found = hashlib.sha256()
    for file in files:
        # Leave out the dates and commit ids of e-mails.
        text = Path(file).read_text(encoding="utf-8", errors="replace")
        found.update(text[text.find("\n---\n") :].encode())
    return found.hexdigest()


def states(flavour, flavours):
    """The states to build for @flavour. "strict", with only -EFAULT, is built for one flavour."""
    return ("before", "strict", "after") if flavour == flavours[0] else ("before", "after")


def build(chosen, output, series):
    """Builds the missing binaries, OUTPUT/FLAVOUR_STATE; returns the paths of all."""
    everything = series["exit"] + series["file_reader"]
    # test_progs takes the part of its name behind "-" for a directory.
    wanted = {(flavour, state): output / f"{flavour}_{state}".replace("-", "_")
              for flavour in chosen.flavours for state in states(flavour, chosen.flavours)}
    if all(binary.exists() for binary in wanted.values()):
        return list(wanted.values())
    tree = check_build.Build(chosen.linux, output / "tree", everything)
    for number_, flavour in enumerate(chosen.flavours):
        tree.set_patches([])
        if not number_:
            tree.each(flavour, everything)
        for state in states(flavour, chosen.flavours):
            binary = wanted[flavour, state]
            if not binary.exists():
                make(tree, flavour, state, everything, binary)
    return list(wanted.values())


def make(tree, flavour, state, everything, binary):
    """Builds @binary: @flavour of @tree in @state."""
    say(f"building {flavour}, {state}")
    tree.set_patches(everything if state == "after" else [])
    undo = tree.edited(fix_file_reader.strict) if state == "strict" else None
    tree.make(flavour)
    tree.keep(binary)
    if undo:
        undo()


def rows(binaries, series):
    """The rows to run, (binary, how). reads-succeed does not work with AddressSanitizer."""
    for how in HOW:
        for binary in binaries:
            state = binary.name.rsplit("_", 1)[1]
            if state == "strict" and how not in ("alone", "-j4", "beside-others"):
                continue
            if how == "reads-succeed" and "asan" in binary.name or not series["file_reader"]:
                continue
            yield binary, how


def run_rows(chosen, output, wanted, results):
    """Runs rows @wanted, (binary, how, runs), in one VM; adds each result to @results at once."""
    check_build.preload(output / "resident.so")
    binaries = list(dict.fromkeys(row[0] for row in wanted))
    files = [output / "resident.so", HERE / "check_run.sh", *binaries]
    carried = [argument for file in files for argument in ("--file", f"{file}:/root/")]
    command = [HERE.parent / "vmtest.sh", "--kernel", chosen.kernel, "--cpus", CPUS, "--memory",
               "2048", "--timeout", "86400", "--free", "1024", *carried, "--", "sh",
               "check_run.sh", *(f"{b.name}:{how}:{runs}" for b, how, runs in wanted)]
    log, seen = output / "run.log", set()
    with open(log, "a", encoding="utf-8") as stream, subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, errors="replace") as machine:
        for line in machine.stdout:
            stream.write(line)
            if line.startswith("no BPF_PRELOAD"):
                say(line.rstrip("\n"))
            if results.take(line):
                _, binary, test, how, runs, failures = line.split()
                seen.add((binary, how))
                say(f"{len(seen)} of {len(wanted)}: {binary} {how}: {test}: "
                    f"{failures} of {runs} failed")
    if machine.returncode:
        raise Trouble(f"the machine ended with status {machine.returncode}: see {log}; "
                      "the same command continues")


def work(arguments):
    chosen = options(arguments)
    output = Path(chosen.output).resolve()
    output.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(output / "patches", ignore_errors=True)
    series = mail.make_series(chosen.linux, output / "patches")
    everything = series["exit"] + series["file_reader"]
    check_table.same_as_before(output, "series", digest(everything))
    check_table.same_as_before(output, "kernel", chosen.kernel)
    binaries = build(chosen, output, series)
    results = check_table.Results(output / "results.txt")
    wanted = [(binary, how, missing) for binary, how in rows(binaries, series)
              if (missing := results.missing(binary.name, how, chosen.runs))]
    if wanted:
        run_rows(chosen, output, wanted, results)
    compilers = dict.fromkeys(flavour.split("-")[0] for flavour in chosen.flavours)
    results.write_tables(output, ", ".join(f"{c} {check_build.version(c)}" for c in compilers))
    return 0 if results.good() else 1


if __name__ == "__main__":
    run_program(work)
