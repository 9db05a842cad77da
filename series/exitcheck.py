# SPDX-License-Identifier: GPL-2.0
"""Runs exitcheck on a tree's selftests."""

import json
import subprocess

from trouble import Trouble

CHILD = ("child", "child (exec failed)", "needs fflush first")
FALLS_OUT = "child falls out"
WAIT_STATUS = "WEXITSTATUS without WIFEXITED"
REASONS = {
    "also run by the parent": "the parent runs it too, which needs exit()",
    WAIT_STATUS: "the parent kills this child itself, so it never exits",
    FALLS_OUT: "no exec that fails: the child needs an end of its own, by hand",
}


def find(program, selftests, paths):
    """The findings of exitcheck in @paths, with paths relative to @selftests."""
    done = subprocess.run([program, "--json", *paths], cwd=selftests, text=True,
                          capture_output=True, check=False)
    if done.returncode not in (0, 1):
        lines = [line for line in done.stderr.splitlines() if " found" not in line]
        raise Trouble(lines[-1] if lines else f"{program}: status {done.returncode}")
    findings = json.loads(done.stdout)["findings"]
    for finding in findings:
        for place in (finding, finding.get("fork") or {}):
            if "path" in place:
                place["path"] = place["path"].removeprefix("./")
    return findings


def reason(finding):
    """The reason that a finding is in no patch."""
    return REASONS.get(finding["verdict"], "exit() is not called in a form that is edited here")
