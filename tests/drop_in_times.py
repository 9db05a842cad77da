# SPDX-License-Identifier: GPL-2.0
"""The seconds that test_progs takes in the tree's runner and in ours: for check-drop-in."""
import json

# Rows that also compare the tree's own tests, and the arguments of test_progs for them.
OWN_ROWS = {"all": "", "token": "-t token"}

# timed ROW FLAVOUR WHOSE COMMAND…: run it, and write the times of its start and its end.
TIMED_RUNS = 3
TIMED = """uname -r >/output/times.log
    timed()
    {
        row="$1 $2 $3 $(cut -d' ' -f1 /proc/uptime)"
        shift 3
        "$@"
        echo "$row $(cut -d' ' -f1 /proc/uptime)" >>/output/times.log
    }"""


class Times:
    """Seconds that the tree's runner and ours took, in the same VM."""

    def __init__(self, path):
        self.path = path
        self.kernel = ""
        self.rows = {}  # name -> {"tree": seconds of each run, "ours": the same}

    def note(self, name, side, seconds):
        self.rows.setdefault(name, {"tree": [], "ours": []})[side].append(seconds)

    def add(self, log, names):
        """Adds the lines that timed() wrote. @names has the name of each of its rows."""
        self.kernel, *lines = log.splitlines()
        for line in lines:
            row, flavour, whose, began, ended = line.split()
            seconds = round(float(ended) - float(began), 2)
            name = f"{names[row]}: {flavour}"
            if whose != "own":
                self.note(name, whose, seconds)
            # Another row compares the tree's own tests of the same names with ours.
            if row in OWN_ROWS and whose != "tree":
                self.note(f"the tree's own {name}", "tree" if whose == "own" else "ours", seconds)
        self.path.write_text(json.dumps({"kernel": self.kernel, "rows": self.rows}, indent=1) + "\n")
