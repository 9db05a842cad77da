# SPDX-License-Identifier: GPL-2.0
"""Runs exitcheck on a tree's selftests."""

import json
import re
import subprocess
from pathlib import Path

from trouble import Trouble

CHILD = ("child", "child (exec failed)", "needs fflush first", "fork not reached")
FALLS_OUT = "child falls out"
WAIT_STATUS = "WEXITSTATUS without WIFEXITED"
REASONS = {
    "also run by the parent": "the parent runs it too, which needs exit()",
    WAIT_STATUS: "the parent kills this child itself, so it never exits",
    "child returns from main": "the child needs an end of its own, by hand",
    FALLS_OUT: "no exec that fails: the child needs an end of its own, by hand",
}


class Report:
    """@findings, and the files that exitcheck did not understand: {path: why} in @unknown."""

    def __init__(self, findings, unknown):
        self.findings = findings
        self.unknown = unknown


def find(program, selftests, paths):
    """Runs exitcheck on @paths; all paths are relative to @selftests."""
    done = subprocess.run([program, "--json", *paths], cwd=selftests, text=True,
                          capture_output=True, check=False)
    try:
        report = json.loads(done.stdout)
    except ValueError:
        lines = done.stderr.strip().splitlines()
        raise Trouble(lines[-1] if lines else f"{program}: status {done.returncode}") from None
    for finding in report["findings"]:
        for place in (finding, finding.get("fork") or {}):
            if "path" in place:
                place["path"] = place["path"].removeprefix("./")
        finding["call"] = _word_at(Path(selftests) / finding["path"], finding)
    unknown = {entry["path"].removeprefix("./"): entry["why"] for entry in report["not_read"]}
    return Report(report["findings"], unknown)


def _word_at(file, finding):
    line = file.read_text(encoding="utf-8", errors="replace").split("\n")[finding["line"] - 1]
    # Columns count bytes.
    rest = line.encode()[finding["column"] - 1 :].decode(errors="replace")
    return re.match(r"\w*", rest).group()


def in_child(finding):
    """True for an exit() that becomes _exit(). False for err() and its like, which print."""
    return finding["verdict"] in CHILD and finding["call"] == "exit"


def reason(finding):
    """Returns why no patch changes a finding."""
    return REASONS.get(finding["verdict"], f"{finding['call']}() is not edited here")
