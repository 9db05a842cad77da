#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Compares runs with the table of expected verdicts, tests/matrix.json.

    expected.py KERNEL RESULT.json…   names verdicts that differ from column KERNEL
    expected.py --lines RESULT.json…  prints the result lines of that run of test_progs, sorted

KERNEL is a column of the table: a series such as 7.3, optionally with a kind ("7.3 arm64"). A series
newer than the table is compared with the newest column of the same kind. A kind whose columns leave
out that series is compared with the series itself. A test that the table does not name must pass or
skip, the same in all runs, so a new file in prog_tests/ needs no entry. Exit status 1 if a verdict
differs.
"""
import json
import pathlib
import re
import sys

TABLE = pathlib.Path(__file__).resolve().parent / "matrix.json"


def load(path=TABLE):
    return json.loads(pathlib.Path(path).read_text())


def number_of(column):
    """'7.3 arm64' -> (7, 3)"""
    return tuple(int(part) for part in column.split()[0].split("."))


def kind_of(column):
    """'7.3 arm64' -> 'arm64'"""
    return column.partition(" ")[2]


def order(column):
    return kind_of(column), number_of(column)


def read_run(path):
    """Returns name -> verdict: 'ok', 'skip: why' or 'FAIL: why', of each subtest and test."""
    results = {}
    for test in json.loads(pathlib.Path(path).read_text())["tests"]:
        for name, part in [(test["name"], test)] + [
                (f"{test['name']}/{part['name']}", part) for part in test["subtests"]]:
            word = {"OK": "ok", "SKIP": "skip"}.get(part["status"], part["status"])
            results[name] = f"{word}: {part['reason']}" if part["reason"] else word
    return results


def join(runs):
    """Joins run -> results. If runs differ, the verdict names the runs."""
    joined = {}
    for name in {name for results in runs.values() for name in results}:
        verdicts = {run: results.get(name, "no result") for run, results in runs.items()}
        if len(set(verdicts.values())) == 1:
            joined[name] = next(iter(verdicts.values()))
        else:
            usual = max(verdicts.values(), key=list(verdicts.values()).count)
            joined[name] = "runs differ: " + ", ".join(
                f"{run} {verdict}" for run, verdict in verdicts.items() if verdict != usual)
    return joined


def expected_of(column, table):
    """Returns the column to compare results with, or {} if there is none."""
    if column in table:
        return table[column]
    known = [other for other in table if kind_of(other) == kind_of(column)]
    newest = max(known, key=number_of, default=None)
    if not newest:
        return {}
    if number_of(column) > number_of(newest):
        return table[newest]
    return table.get(column.split()[0], {})


def differences(results, table):
    """Yields the differences of @results, column -> name -> verdict, from @table."""
    tests = {name.split("/")[0] for column in table.values() for name in column}
    for column, verdicts in results.items():
        want = expected_of(column, table)
        for name in sorted(verdicts.keys() | want.keys()):
            verdict = verdicts.get(name, "no result")
            if name.split("/")[0] not in tests and re.match("ok|skip", verdict):
                continue
            if verdict != want.get(name):
                yield f"{column}: {name}: {verdict}; expected: {want.get(name, 'nothing of this name')}"


def of_test(name, status, subtests):
    """Returns the line of a test in the format that test_progs must print."""
    skipped = sum(part["status"] == "SKIP" for part in subtests)
    if status == "OK" and skipped:
        status = f"OK (SKIP: {skipped}/{len(subtests)})"
    return f"{name}:{status}"


def lines_of(path):
    for test in json.loads(pathlib.Path(path).read_text())["tests"]:
        for part in test["subtests"]:
            number = f"{test['number']}/{part['number']}"
            yield f"#{number:<7} {test['name']}/{part['name']}:{part['status']}"
        yield f"#{test['number']:<7} {of_test(test['name'], test['status'], test['subtests'])}"


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    column, *paths = sys.argv[1:]
    if column == "--lines":
        print("\n".join(sorted(line for path in paths for line in lines_of(path))))
        return
    runs = {pathlib.Path(path).stem: read_run(path) for path in paths}
    wrong = list(differences({column: join(runs)}, load()))
    print("\n".join(wrong), end="\n" if wrong else "")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
