#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Kernels that lie: the table "subtest x lie", 'make lies'.

A library between the tests and the kernel (liar.c) makes the kernel lie in one way at a time. Each
subtest that asks the question must fail: "found". "-" is a lie that the subtest does not ask for.

    lies.py [--only GLOB] [VMTEST-OPTION…]     for example --kernel 7.1

Exit status 1 if a lie was believed, or not found by the subtests that it belongs to.
"""
import fnmatch
import os
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("BUILD", TOP / "build")).resolve()

# The subtests of this one are programs that the verifier must refuse.
NEGATIVES = "file_reader/negative"
NEGATIVE = [f"file_reader/{name}" for name in re.findall(
    r"^int (\w+)\(", (TOP / "progs/file_reader_fail.c").read_text(), re.MULTILINE)]

# Each lie, and the subtests that must find it.
LIES = {
    "cmds": ("allowed commands of a token are ignored", ["token/btf_token",
             "token/map_token", "token/delegate_btf_load_only"]),
    "maps": ("allowed map types are ignored", ["token/map_token", "token/obj_priv_map"]),
    "progs": ("allowed program types are ignored", ["token/prog_token", "token/obj_priv_prog"]),
    "attachs": ("allowed attach types are ignored", ["token/prog_token"]),
    "grant": ("every refused bpf(2) is granted", [
        "token/map_token", "token/btf_token", "token/prog_token", "token/obj_priv_map",
        "token/obj_priv_prog", "token/obj_priv_freplace_prog_fail", "token/obj_priv_btf_fail",
        "token/obj_priv_implicit_token", "token/obj_priv_implicit_token_envvar"]),
    "info": ("a token is said to allow one command more", ["token/bpf_token_info"]),
    "rename": ("renameat2() succeeds and does nothing", [
        "test_bpffs/exchange_directories", "test_bpffs/exchange_with_map",
        "test_bpffs/rename_noreplace"]),
    "missing": ("there are no preloaded iterators", ["test_bpffs/preloaded_iterators"]),
    "empty": ("preloaded iterators are empty", ["test_bpffs/preloaded_iterators"]),
    "endless": ("preloaded iterators have no end", ["test_bpffs/preloaded_iterators"]),
    "keep": ("pages are said to be dropped, and are not", [
        "file_reader/on_open_expect_fault", "file_reader/on_open_validate_file_read"]),
    "fault": ("each read through a dynptr is -EFAULT", [
        "file_reader/on_open_expect_fault", "file_reader/on_open_validate_file_read"]),
    "nothing": ("reads through a dynptr return 0 and wrong bytes", [
        "file_reader/on_open_expect_fault", "file_reader/on_open_validate_file_read"]),
    "symbol": ("a program has no symbol", ["token/obj_priv_prog_kallsyms"]),
    "subprog": ("a subprogram has no symbol", ["token/obj_priv_prog_kallsyms"]),
    "accept": ("the verifier accepts what it must refuse", NEGATIVE),
    "mute": ("the verifier does not say why it refuses", NEGATIVE),
    "flip": ("any single answer is the opposite", []),
}
# Lies for all subtests of a test. Other lies are told only to the subtests that must find them.
OF_TEST = {
    "token": "cmds maps progs attachs grant info flip-from-token",
    "test_bpffs": "rename missing empty endless flip",
    "file_reader": "",
}
# These also get lies about questions before the token, which are the same in all subtests.
WHOLE = ("token/delegate_any", "token/delegate_nothing")


def subtests():
    """Yields each subtest to lie to, and the subtest to select for it."""
    for test in OF_TEST:
        source = (TOP / f"prog_tests/{test}.c").read_text()
        table = source[source.index("subtests[]"):]
        for line in table.splitlines():
            line = line.strip()
            for start in (".name = \"", "{ .name = \"", "{ \""):
                if line.startswith(start):
                    name = line[len(start):].split('"')[0]
                    if f"{test}/{name}" != NEGATIVES:
                        yield f"{test}/{name}", f"{test}/{name}"
    for name in NEGATIVE:
        yield name, NEGATIVES


def plan(only):
    for name, selected in subtests():
        lies = OF_TEST[name.split("/")[0]].split()
        if name in WHOLE:
            lies[lies.index("flip-from-token")] = "flip"
        lies += [lie for lie, (_, owners) in LIES.items() if name in owners and lie not in lies]
        if fnmatch.fnmatchcase(name, only):
            yield f"{name} {selected} {' '.join(lies)}\n"


def interrogate(lines, options):
    """Returns (subtest, lie) -> answer."""
    (BUILD / "lies.plan").write_text("".join(lines))
    done = subprocess.run(
        [TOP / "vmtest.sh", "--timeout", "3000", "--memory", "2048", *options,
         "--file", f"{BUILD}/plain/test_progs", "--file", f"{BUILD}/plain/liar.so",
         "--file", TOP / "tests/liar/interrogate.sh", "--file", BUILD / "lies.plan", "--",
         "sh", "-c", "./interrogate.sh ./test_progs ./liar.so <lies.plan"],
        stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(f"lies.py: vmtest.sh: status {done.returncode}: see above")
    answers = {}
    for line in done.stdout.splitlines():
        name, lie, answer = line.split()
        answers[name, lie.replace("flip-from-token", "flip")] = answer
    return answers


def print_table(answers):
    names = sorted({name for name, _ in answers})
    width = max(map(len, names))
    print(" " * width, *(f"{lie:>8}" for lie in LIES))
    for name in names:
        print(f"{name:{width}}", *(f"{answers.get((name, lie), '-'):>8}" for lie in LIES))
    print()
    for lie, (meaning, _) in LIES.items():
        print(f"{lie:>8}  {meaning}")
    total = sum(1 for answer in answers.values() if answer == "found")
    flips = [answer.split("/") for answer in answers.values() if "/" in answer]
    print(f"\n{total + sum(int(told) for _, told in flips)} lies told")


def failures(answers, only):
    """Yields the errors, in words."""
    for (name, lie), answer in answers.items():
        found, slash, told = answer.partition("/")
        if slash and found != told:
            yield f"{name}: believed {int(told) - int(found)} of {told} flipped answers"
        if not slash and answer not in ("found", "-", "skip"):
            yield f"{name}: {lie}: {answer}"
        if lie == "flip" and answer == "0/0":
            yield f"{name}: asks nothing"
    for lie, (_, owners) in LIES.items():
        for name in owners:
            if fnmatch.fnmatchcase(name, only) and answers.get((name, lie), "-") == "-":
                yield f"{name}: {lie}: not asked"


def main():
    options = sys.argv[1:]
    only = "*"
    if options[:1] == ["--only"]:
        only, options = options[1], options[2:]
    if options[:1] in (["--help"], ["-h"]):
        print(__doc__)
        return
    answers = interrogate(list(plan(only)), options)
    if not answers:
        sys.exit(f"lies.py: --only {only}: no such subtest")
    print_table(answers)
    wrong = list(failures(answers, only))
    for line in wrong:
        print(f"lies.py: {line}", file=sys.stderr)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
