#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Puts the series into a checkout of kernel-patches/vmtest, so that BPF CI applies them."""

import argparse
import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

import mail
from trouble import Trouble, run

DIFFS = "ci/diffs"
DENYLIST = "ci/vmtest/configs/DENYLIST.asan"
FIXED = ("token", "test_bpffs")
CHANGED = re.compile(r"^--- a/(\S+)", re.MULTILINE)


def options(arguments):
    parser = argparse.ArgumentParser(prog="ci_diffs.py", description=__doc__, epilog=(
        "Exit status: 0; 2 bad use, or a checkout or a tree that cannot be worked with."))
    parser.add_argument("vmtest", metavar="VMTEST", help="checkout of kernel-patches/vmtest")
    parser.add_argument("--linux", metavar="LINUX", help="the kernel tree that CI builds")
    parser.add_argument("--undo", action="store_true", help="take everything out again")
    return parser.parse_args(arguments)


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def record_of(vmtest):
    """The file that says what was put into the checkout: not one that git would add."""
    place = vmtest / ".git"
    return (place if place.is_dir() else vmtest) / "ci-diffs.json"


def without_entries(text):
    """@text of a deny list without the entries that the series fixes, and what goes."""
    lines, removed = text.splitlines(keepends=True), []
    kept = []
    for line in lines:
        if re.split(r"[/#\s]", line.strip(), maxsplit=1)[0] in FIXED:
            removed.append(line.strip())
            continue
        kept.append(line)
    return "".join(kept), removed


def make_series(linux, directory):
    here = Path(__file__).resolve().parent
    run(here / "series.py", "--output", directory, linux, allowed=(0, 1))
    return [patch for name in ("exit", "file_reader")
            for patch in mail.patches(Path(directory) / name)]


def names(patches):
    """The files for @patches, {name: patch}: their order by name is their order."""
    today = time.strftime("%Y%m%d", time.gmtime())
    found = {}
    for number, patch in enumerate(patches, 1):
        subject = re.sub(r"^v\d+-\d+-", "", patch.name)
        found[f"{today}-{number:04}-{subject}"] = patch
    return found


def skipped(linux, diffs, scratch):
    """The files of @diffs that CI would skip: it applies them in order of name, if they apply."""
    tree, missed = Path(scratch) / "tree", []
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
    """Writes patches and deny list; prints what a pull request would contain."""
    record = record_of(vmtest)
    if record.exists():
        raise Trouble(f"{vmtest}: the series is in there already: take it out with UNDO=1")
    patches = make_series(linux, f"{scratch}/series")
    if not patches:
        raise Trouble(f"{linux}: has all of the series: nothing to put there")
    deny = vmtest / DENYLIST
    text = deny.read_text(encoding="utf-8") if deny.exists() else ""
    kept, removed = without_entries(text)
    wanted = names(patches)
    known = {"files": {}, "denylist": text if removed else None}
    for name, patch in wanted.items():
        known["files"][name] = digest(patch)
    record.write_text(json.dumps(known), encoding="utf-8")
    for name, patch in wanted.items():
        shutil.copyfile(patch, vmtest / DIFFS / name)
    if removed:
        deny.write_text(kept, encoding="utf-8")
    missed = [name for name in skipped(linux, vmtest / DIFFS, scratch) if name in wanted]
    if missed:
        undo(vmtest)
        raise Trouble(f"{missed[0]}: does not apply behind the other patches of {DIFFS}")
    print("A pull request would contain:")
    for name in wanted:
        print(f"  new: {DIFFS}/{name}")
    for line in removed:
        print(f"  removed from {DENYLIST}: {line}")


def undo(vmtest):
    record = record_of(vmtest)
    if not record.exists():
        raise Trouble(f"{vmtest}: nothing of the series is in there")
    known = json.loads(record.read_text(encoding="utf-8"))
    deny = vmtest / DENYLIST
    if known["denylist"] is not None and deny.exists():
        if deny.read_text(encoding="utf-8") not in (without_entries(known["denylist"])[0],
                                                    known["denylist"]):
            raise Trouble(f"{deny}: has been changed since: put {' and '.join(FIXED)} back by hand")
    for name, was in known["files"].items():
        file = vmtest / DIFFS / name
        if file.exists() and digest(file) != was:
            raise Trouble(f"{file}: has been changed since: save your changes, and remove it")
    for name in known["files"]:
        (vmtest / DIFFS / name).unlink(missing_ok=True)
    if known["denylist"] is not None:
        deny.write_text(known["denylist"], encoding="utf-8")
    record.unlink()


def work(chosen):
    vmtest = Path(chosen.vmtest)
    if not (vmtest / DIFFS).is_dir():
        raise Trouble(f"{vmtest}: no checkout of kernel-patches/vmtest: {DIFFS} is not in it")
    if chosen.undo:
        undo(vmtest)
        print(f"{vmtest}: as it was before")
        return 0
    if not chosen.linux:
        raise Trouble("LINUX= is missing: the tree that CI builds")
    with tempfile.TemporaryDirectory() as scratch:
        put(vmtest, chosen.linux, scratch)
    return 0


def main(arguments):
    os.environ["LC_ALL"] = "C.UTF-8"
    try:
        return work(options(arguments))
    except Trouble as trouble:
        print(f"series: {trouble}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
