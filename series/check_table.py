# SPDX-License-Identifier: GPL-2.0
"""Results of check-series: saved as they come, and printed as the tables of the cover letters."""

from trouble import Trouble, say

NAMES = {"alone": "serially", "-j4": "-j4", "beside-others": "beside others",
         "reads-succeed": "reads succeed", "worker-dies": "its worker dies",
         "child-fails": "its child fails"}
HAVE_TO_FAIL = ("reads-succeed", "worker-dies", "child-fails")
ENOUGH = 10  # runs of these rows, which always fail
SERIES = {"token": "exit", "test_bpffs": "exit"}  # the others: file_reader
HEADS = {"before": "before", "strict": "only -EFAULT", "after": "after"}
NOTES = {
    "exit": ["A leak is planted before the fork."],
    "file_reader": ["Beside others: other processes run the same binary.",
                    "The rows below these are faults that have to fail after the series."],
}


def same_as_before(output, what, value):
    """Stops if the existing results are about another @what."""
    file = output / what
    if file.exists() and file.read_text(encoding="utf-8").strip() != value:
        raise Trouble(f"{output}: has results of another {what}: choose another OUT=, or remove it")
    file.write_text(f"{value}\n", encoding="utf-8")


class Results:
    """The results, {(binary, test, how): (runs, failures)}, and the kernel; saved in @file."""

    def __init__(self, file):
        self.file = file
        self.rows = {}
        self.kernel = ""
        for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
            self._add(line)

    def _add(self, line):
        words = line.split()
        if words[:1] == ["kernel"]:
            self.kernel = words[1]
        elif words[:1] == ["result"]:
            runs, failures = self.rows.get(tuple(words[1:4]), (0, 0))
            self.rows[tuple(words[1:4])] = runs + int(words[4]), failures + int(words[5])
        return words[:1] == ["result"]

    def take(self, line):
        """Saves @line of the VM's output if it belongs here; returns True for a result."""
        if not line.startswith(("kernel ", "result ")):
            return False
        with open(self.file, "a", encoding="utf-8") as stream:
            stream.write(line)
        return self._add(line)

    def missing(self, binary, how, runs):
        """The number of runs of @binary in row @how that are still missing."""
        found = [done for (name, _, way), (done, _) in self.rows.items()
                 if (name, way) == (binary, how)]
        wanted = min(runs, ENOUGH) if how in HAVE_TO_FAIL else runs
        return max(0, wanted - min(found, default=0))

    def good(self):
        """True if, after the series, exactly the rows that must fail always fail."""
        wrong = [(row, runs, failures) for row, (runs, failures) in self.rows.items()
                 if row[0].endswith("_after")
                 and failures != (runs if row[2] in HAVE_TO_FAIL else 0)]
        for (binary, test, how), runs, failures in wrong:
            say(f"{binary}: {test}, {NAMES[how]}: {failures} of {runs} failed")
        return not wrong

    def write_tables(self, output, compilers):
        """Writes each series' table to OUTPUT/SERIES.txt, and prints it."""
        found = {"exit": {}, "file_reader": {}}
        for (binary, test, how), (runs, failures) in self.rows.items():
            flavour, state = binary.replace("_", "-").rsplit("-", 1)
            rows = found[SERIES.get(test, "file_reader")]
            row = rows.setdefault((list(NAMES).index(how), test, flavour), {})
            row[state] = f"{failures}/{runs}"
        for name, rows in found.items():
            if rows:
                text = _table(rows, [f"Failures/runs, Linux {self.kernel}, a machine with 2 CPUs.",
                                     f"{compilers}.", *NOTES[name]])
                (output / f"{name}.txt").write_text(text, encoding="utf-8")
                print(text)


def _table(rows, about):
    states = [s for s in HEADS if any(s in row for row in rows.values())]
    lines = [*about, "", f"  {'test':<12}{'how':<17}{'build':<12}"
             + "".join(f"{HEADS[s]:>{_width(s)}}" for s in states)]
    for (how, test, flavour), row in sorted(rows.items()):
        lines.append(f"  {test:<12}{NAMES[list(NAMES)[how]]:<17}{flavour:<12}"
                     + "".join(f"{row.get(s, '-'):>{_width(s)}}" for s in states))
    return "\n".join(lines) + "\n"


def _width(state):
    return len(HEADS[state]) + 2 if state == "strict" else 8
