# SPDX-License-Identifier: GPL-2.0
"""The patches of both series, in order."""

from fnmatch import fnmatch

import exitcheck
import fix_checks
import fix_exits
import fix_file_reader
import fix_runner
import fix_token
import fix_wait_status
from c_function import function
from c_source import NotRecognised
from fix import Done, Fix

TOKEN, BPFFS = fix_token.FILE, "prog_tests/test_bpffs.c"
READER = (fix_file_reader.USER, fix_file_reader.PROGRAM)
# Patches for other tests are grouped by these areas. The first match counts.
AREAS = (
    ("cgroup tests", ("prog_tests/*cgroup*", "prog_tests/cgrp*")),
    ("networking tests", ("prog_tests/tc_*", "prog_tests/*sock*", "prog_tests/*xdp*")),
    ("LSM and signature tests",
     ("prog_tests/*lsm*", "prog_tests/*bprm*", "prog_tests/*ima*", "prog_tests/*sig.c",
      "prog_tests/signed*", "prog_tests/test_local_storage*")),
    ("tracing tests", ("prog_tests/*",)),
    ("test programs", ("*",)),
)


EXEC = "child (exec failed)"
FLUSHED = " Flush stdout first in those that print, as\n_exit() does not."


def _end_children(found):
    def edit(files):
        flushed = [fix_exits.end_child(files, finding) for finding in found]
        execs = [finding["verdict"] == EXEC for finding in found]
        when = "" if not any(execs) else "after a failed exec" if all(execs) else \
            "some of them after a failed exec"
        return {"when": f", {when}" if when else "", "flushed": FLUSHED if any(flushed) else ""}
    return edit


def _known_file(path, found):
    """Like _end_children, for a file that must have such a child."""
    def edit(files):
        if found:
            _end_children(found)(files)
            return
        calls = {token.text for token in files.source(path).tokens}
        if not calls & {"fork", "clone"}:
            raise NotRecognised(f"{path}: no child is forked in it")
        if "_exit" not in calls:
            raise NotRecognised(f"{path}: no exit of a child in it")
        raise Done
    return edit


def _area(path):
    return next(name for name, globs in AREAS if any(fnmatch(path, g) for g in globs))


def _ask_first(found):
    """For places that exitcheck has found, so that there is something to do in each."""
    def edit(files):
        for path, name in found:
            place = function(files.source(path), name)
            if not fix_wait_status.ask_first(place):
                raise place.lost("no WEXITSTATUS() that can be checked first")
    return edit


def bpffs_wait_status(files):
    fix_wait_status.ask_first(function(files.source(BPFFS), "test_test_bpffs"))


def _end_failed_execs(found):
    def edit(files):
        for finding in found:
            fix_exits.end_failed_exec(files, finding)
    return edit


def bpffs_status(files):
    fix_checks.set_status(function(files.source(BPFFS), "fn"))


def token(findings):
    exits = [f for f in findings if f["path"] == TOKEN and exitcheck.in_child(f)]
    return [
        Fix("token-exit", _known_file(TOKEN, exits), main="exit", files=(TOKEN,)),
        Fix("token-info", fix_token.token_info, files=(TOKEN,)),
        Fix("token-status", fix_token.status, files=(TOKEN,)),
        Fix("token-skeleton", fix_token.skeleton, files=(TOKEN,)),
        Fix("token-reaped", fix_token.reaped, files=(TOKEN,)),
    ]


def test_bpffs(findings):
    exits = [f for f in findings if f["path"] == BPFFS and exitcheck.in_child(f)]
    return [
        Fix("test_bpffs-exit", _known_file(BPFFS, exits), main="exit", files=(BPFFS,)),
        Fix("test_bpffs-status", bpffs_status, files=(BPFFS,)),
        Fix("test_bpffs-wifexited", bpffs_wait_status, files=(BPFFS,)),
    ]


def others(findings, files):
    """The patches for all other tests with findings. @files is for reading their functions."""
    rest = [f for f in findings if f["path"] not in (TOKEN, BPFFS)]
    fixes = []
    for name, _ in AREAS:
        exits = [f for f in rest if exitcheck.in_child(f) and _area(f["path"]) == name]
        if exits:
            fixes.append(Fix("others-exit", _end_children(exits), words={"area": name}))
    falls = [f for f in rest if f["verdict"] == exitcheck.FALLS_OUT and f.get("fork")]
    if falls:
        fixes.append(Fix("others-exec", _end_failed_execs(falls)))
    status = sorted({(f["path"], f["function"]) for f in rest
                     if f["verdict"] == exitcheck.WAIT_STATUS})
    status = [(path, name) for path, name in status
              if not fix_wait_status.killed_on_purpose(function(files.source(path), name))]
    if status:
        fixes.append(Fix("others-wifexited", _ask_first(status)))
    return fixes


def file_reader():
    return [
        Fix("file_reader-private", fix_file_reader.private_file, main="file_reader", files=READER),
        Fix("file_reader-revert", fix_file_reader.strict, reverts=True, files=READER),
        Fix("runner-reap", fix_runner.reap),
        Fix("file_reader-serial", fix_file_reader.serial, files=READER),
        Fix("runner-lost", fix_runner.lost_tests),
        Fix("runner-children", fix_runner.child_errors),
    ]
