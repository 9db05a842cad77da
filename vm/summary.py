#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Summary of 'make run_tests' in Markdown: failures, a table of the runs, skip reasons, failed logs.

usage: summary.py [DIR…]      directories of results (default: $BUILD/run_tests)

Directories with failures come first. Prints to standard output, or appends to the file that
$GITHUB_STEP_SUMMARY names. Exit status: 0 whatever the results, 2 for bad use.
"""
import json
import os
import re

import result_dirs

# GitHub shows nothing of a summary longer than 1 MiB.
LOG_BYTES = 32 << 10
TOTAL_BYTES = 900 << 10
CONSOLE_LINES = 40
RUNS = [f"{flavour}-{jobs}" for flavour in ("plain", "asan") for jobs in ("serial", "j4")]


def inline(text):
    """Escapes text for a line or a cell: no Markdown, no HTML, nothing that ends the cell."""
    text = re.sub(r"[\x00-\x1f\x7f]", "?", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"([\\`*_{}\[\]#|~@])", r"\\\1", text)


def block(text):
    """A literal block, whatever @text contains. A long text is cut to its end."""
    data = text.encode(errors="replace")
    cut = f"({len(data) - LOG_BYTES} bytes left out)\n" if len(data) > LOG_BYTES else ""
    text = cut + data[-LOG_BYTES:].decode(errors="replace").rstrip("\n")
    text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "?", text)
    fence = "`" * max([3] + [len(run) + 1 for run in re.findall("`+", text)])
    return f"{fence}\n{text}\n{fence}"


def folded(title, text):
    return f"<details><summary>{title}</summary>\n\n{block(text)}\n\n</details>\n"


def read(path):
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def results_of(path):
    try:
        return json.loads(read(path))
    except ValueError:
        return None


def kernel_of(console):
    found = re.search(r"Linux version (\S+)", console)
    return found[1] if found else "this machine's kernel"


def verdict_of(directory, name, results):
    status = read(directory / f"{name}.status").strip()
    if not results:
        return "**no results**" if status or read(directory / f"{name}.log") else "not run"
    if status != "0":
        return f"**failed** (exit status {inline(status or 'unknown')})"
    return "passed" if results["success_subtest"] else "skipped"


def table(directory, runs):
    lines = ["| run | | tests passed | subtests passed | skipped | failed |",
             "|---|---|--:|--:|--:|--:|"]
    for name, results in runs.items():
        counts = ["", "", "", ""] if not results else [
            results["success"], results["success_subtest"], results["skipped"],
            f"{results['failed']}/{results['failed_subtest']}"]
        cells = [name, verdict_of(directory, name, results), *map(str, counts)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def parts_of(results):
    """(name, status, reason) of each subtest, and of tests without subtests or that failed."""
    for test in results["tests"]:
        if not test["subtests"] or test["status"] == "FAIL":
            yield test["name"], test["status"], test["reason"]
        for part in test["subtests"]:
            yield f"{test['name']}/{part['name']}", part["status"], part["reason"]


def listing(title, wanted, runs):
    """Each name with that status and its reason, and the runs unless it was in all of them."""
    found = {}
    for run, results in runs.items():
        for name, status, reason in parts_of(results) if results else ():
            if status == wanted:
                found.setdefault((name, reason or ""), []).append(run)
    lines = [f"- {inline(name)}{': ' if reason else ''}{inline(reason)}"
             + (f" ({', '.join(where)})" if len(where) < len(runs) else "")
             for (name, reason), where in found.items()]
    return "\n".join([f"{title}:", "", *lines]) + "\n" if lines else ""


def lost(directory, runs):
    """Each failed run whose results have no failed test: it died, or was killed."""
    lines = [f"- {name}: {verdict_of(directory, name, results).strip('*')}"
             for name, results in runs.items()
             if verdict_of(directory, name, results).startswith("**")
             and not (results and results["failed"])]
    return "\n".join(["Runs without all results:", "", *lines]) + "\n" if lines else ""


def runs_of(directory):
    return {name: results_of(directory / f"{name}.json") for name in RUNS}


def passed(directory):
    """True if there are results and nothing failed."""
    runs = runs_of(directory)
    return any(runs.values()) and not read(directory / "splat.log") and not any(
        verdict_of(directory, name, results).startswith("**") for name, results in runs.items())


def logs(directory, runs):
    for name, results in runs.items():
        for test in results["results"] if results else ():
            yield folded(f"Log of {inline(test['name'])}, {name}", test["message"])
        log = read(directory / f"{name}.log")
        if not results and log:
            yield folded(f"Log of {name}", log)


def section(directory):
    console = read(directory / "console.log")
    runs = runs_of(directory)
    parts = [f"### test_progs on {inline(kernel_of(console))}\n", listing("Failed", "FAIL", runs),
             lost(directory, runs), table(directory, runs), listing("Skipped", "SKIP", runs),
             *logs(directory, runs)]
    splat = read(directory / "splat.log")
    if splat:
        parts.insert(1, "**The kernel complained.**\n")
        parts.append(folded("The kernel's complaint", splat))
    if console and not any(runs.values()):
        tail = "\n".join(console.splitlines()[-CONSOLE_LINES:])
        parts.append(folded("The console's end", tail))
    return "\n".join(part for part in parts if part)


def main():
    directories = result_dirs.from_command_line(__doc__)
    text = "\n".join(
        section(directory) if directory.is_dir() else
        f"### {inline(directory.name)}\n\nNo results: it was not run, or ended before the tests.\n"
        for directory in sorted(directories, key=passed))
    if len(text.encode()) > TOTAL_BYTES:
        text = re.sub(r"^<details>.*?^</details>\n", "", text, flags=re.S | re.M)
        text += "\nThe logs are too long to be shown here.\n"
    if os.environ.get("GITHUB_STEP_SUMMARY"):
        with open(os.environ["GITHUB_STEP_SUMMARY"], "a", encoding="utf-8") as out:
            out.write(text)
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
