#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Puts the series into a checkout of kernel-patches/vmtest, so that BPF CI applies them."""

import hashlib
import json
import re
import shutil
import tempfile
import time
from pathlib import Path

import mail
from program import Parser, run_program
from trouble import Trouble, run

DIFFS = "ci/diffs"
DENYLIST = "ci/vmtest/configs/DENYLIST.asan"
FIXED = ("token", "test_bpffs")
CHANGED = re.compile(r"^--- a/(\S+)", re.MULTILINE)


def options(arguments):
    parser = Parser(prog="ci_diffs.py", description=__doc__, epilog=(
        "Exit status: 0; 2 bad use, or a checkout or a tree that cannot be worked with."))
    parser.add_argument("vmtest", metavar="VMTEST", help="checkout of kernel-patches/vmtest")
    parser.add_argument("--linux", metavar="LINUX", help="the kernel tree that CI builds")
    parser.add_argument("--undo", action="store_true", help="take everything out again")
    return parser.parse_args(arguments)


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def record_of(vmtest):
    """The file that records the changes of the checkout. git does not add it."""
    place = vmtest / ".git"
    if place.is_file():  # in a worktree: "gitdir: PATH"
        place = vmtest / place.read_text(encoding="utf-8").split(":", 1)[1].strip()
    return (place if place.is_dir() else vmtest) / "ci-diffs.json"


def read(path):
    """The text of @path with every byte kept: lines may end in CR LF."""
    return path.read_bytes().decode(errors="surrogateescape")


def write(path, text):
    path.write_bytes(text.encode(errors="surrogateescape"))


def entry(line):
    """The test that a line of a deny list names, "" if none."""
    return line.split("#")[0].strip()


def groups(text):
    """The groups of lines of a deny list: a comment with the entries below it, or blank lines."""
    group = []
    for line in re.findall(r"[^\n]*\n|[^\n]+", text):
        starts = not line.strip() or (line.lstrip().startswith("#") and any(map(entry, group)))
        if starts or group and not group[-1].strip():
            yield group
            group = []
        group.append(line)
    yield group


def without_entries(text):
    """@text of a deny list without the tests that the series fixes, and the lines that go.

    A comment goes with the entries behind it if all of them go.
    """
    kept, removed = [], []
    for group in groups(text):
        gone = [line for line in group if entry(line) in FIXED]
        if gone and all(entry(line) in FIXED for line in group if entry(line)):
            gone = group
        kept += [line for line in group if line not in gone]
        removed += gone
    return "".join(kept), [line.strip() for line in removed]


def named_elsewhere(vmtest):
    """Entries for the same tests that stay: those in other lists, and those of subtests."""
    for file in sorted((vmtest / DENYLIST).parent.glob("DENYLIST*")):
        for line in read(file).splitlines():
            if entry(line).split("/")[0].rstrip("*") in FIXED:
                yield f"{file.relative_to(vmtest)}: {line.strip()}"


def names(patches):
    """File names for @patches, {name: patch}. Sorted, they are in the order of the series."""
    today = time.strftime("%Y%m%d", time.gmtime())
    found = {}
    for number, patch in enumerate(patches, 1):
        subject = re.sub(r"^v\d+-\d+-", "", patch.name)
        found[f"{today}-{number:04}-{subject}"] = patch
    return found


def skipped(linux, diffs, scratch):
    """The files of @diffs that CI would skip. CI applies them in order of name, if they apply."""
    tree, missed = Path(scratch), []
    tree.mkdir()
    for diff in sorted(diffs.glob("*.patch")):
        for file in CHANGED.findall(diff.read_text(encoding="utf-8", errors="replace")):
            source, target = Path(linux) / file, tree / file
            if source.is_file() and not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
    for diff in sorted(diffs.glob("*.patch")):
        command = ("patch", "-p1", "-N", "-s", "-f", "--no-backup-if-mismatch", "-i", str(diff))
        try:
            run(*command, "--dry-run", cwd=tree)
            run(*command, cwd=tree)
        except Trouble:
            missed.append(diff.name)
    return missed


def put(vmtest, linux, scratch):
    """Writes patches and deny list; prints the changes for a pull request."""
    record = record_of(vmtest)
    if record.exists():
        raise Trouble(f"{vmtest}: the series is in there already: take it out with UNDO=1")
    made = mail.make_series(linux, f"{scratch}/series")
    patches = [patch for name in made for patch in made[name]]
    deny = vmtest / DENYLIST
    text = read(deny)
    kept, removed = without_entries(text)
    wanted, before = names(patches), skipped(linux, vmtest / DIFFS, f"{scratch}/before")
    for name in wanted:
        if (vmtest / DIFFS / name).exists():
            raise Trouble(f"{vmtest / DIFFS / name}: exists, and is not ours: remove it")
    known = {"files": {}, "denylist": text if removed else None}
    for name, patch in wanted.items():
        known["files"][name] = digest(patch)
    record.write_text(json.dumps(known), encoding="utf-8")
    for name, patch in wanted.items():
        shutil.copyfile(patch, vmtest / DIFFS / name)
    if removed:
        write(deny, kept)
    missed = [name for name in skipped(linux, vmtest / DIFFS, f"{scratch}/after")
              if name not in before]
    if missed:
        undo(vmtest)
        raise Trouble(f"{missed[0]}: does not apply with the other patches of {DIFFS}")
    print("A pull request would contain:")
    for name in wanted:
        print(f"  new: {DIFFS}/{name}")
    for line in removed:
        print(f"  removed from {DENYLIST}: {line}")
    for line in named_elsewhere(vmtest):
        print(f"  stays in {line}")


def undo(vmtest):
    record = record_of(vmtest)
    if not record.exists():
        raise Trouble(f"{vmtest}: nothing of the series is in there")
    known = json.loads(record.read_text(encoding="utf-8"))
    deny = vmtest / DENYLIST
    if known["denylist"] is not None and deny.exists():
        if read(deny) not in (without_entries(known["denylist"])[0], known["denylist"]):
            raise Trouble(f"{deny}: has been changed since: put {' and '.join(FIXED)} back by hand")
    for name, was in known["files"].items():
        file = vmtest / DIFFS / name
        if file.exists() and digest(file) != was:
            raise Trouble(f"{file}: has been changed since: save your changes, and remove it")
    for name in known["files"]:
        (vmtest / DIFFS / name).unlink(missing_ok=True)
    if known["denylist"] is not None:
        write(deny, known["denylist"])
    record.unlink()


def work(arguments):
    chosen = options(arguments)
    vmtest = Path(chosen.vmtest)
    for needed in (DIFFS, DENYLIST):
        if not (vmtest / needed).exists():
            raise Trouble(f"{vmtest}: no checkout of kernel-patches/vmtest: {needed} is not in it")
    if (vmtest / "Kbuild").exists():
        raise Trouble(f"{vmtest}: a kernel tree: VMTEST= is a checkout of kernel-patches/vmtest")
    if chosen.undo:
        undo(vmtest)
        print(f"{vmtest}: as it was before")
        return 0
    if not chosen.linux:
        raise Trouble("LINUX= is missing: the tree that CI builds")
    with tempfile.TemporaryDirectory() as scratch:
        put(vmtest, chosen.linux, scratch)
    return 0


if __name__ == "__main__":
    run_program(work)
