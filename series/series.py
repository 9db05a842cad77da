#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Makes the two patch series for the BPF selftests of a kernel tree, and checks them."""

import os
import re
import shutil
import tempfile
from pathlib import Path

import checks
import exitcheck
import fix_runner
import fix_token
import fix_wait_status
import fixes
import mail
from c_function import function
from cover import cover_letter
from fix import Absent, Done, Files
from kernel_tree import SELFTESTS, Copy, Tree
from message import Reports, commit_message, template
from program import Parser, number, one_of, run_program
from trouble import Trouble, say

TOP = Path(__file__).resolve().parent.parent
PARTS = ("token", "test_bpffs", "others", "file_reader")
DESCRIPTION = """\
Makes two patch series for the BPF selftests of kernel tree LINUX, as git format-patch does: "exit"
ends forked children with _exit(), "file_reader" makes that test strict again. The tree is only
read. Checks each series with git am on a clean copy and with the tree's checkpatch.pl --strict and
get_maintainer.pl. Skips and lists fixes that the tree already has."""
EPILOG = """\
Exit status: 0 the series are written, or there is nothing left to fix; 1 they are written, but
checkpatch.pl complains; 2 bad use, or a tree that cannot be worked with."""


def options(arguments):
    parser = Parser(prog="series.py", description=DESCRIPTION, epilog=EPILOG)
    parser.add_argument("linux", metavar="LINUX", help="the kernel tree")
    parser.add_argument("--output", metavar="DIR", default="patches",
                        help="where exit/ and file_reader/ go, empty or new (default: patches)")
    parser.add_argument("--version", metavar="N", type=number("--version", 99), default=1,
                        help="version of the series (default: 1)")
    parser.add_argument("--tree", type=one_of("--tree", ("bpf-next", "bpf")), default="bpf-next",
                        help="tree that the series is for (default: bpf-next)")
    parser.add_argument("--only", metavar="PART", type=one_of("--only", PARTS),
                        help="make one part only: " + ", ".join(PARTS))
    parser.add_argument("--signoff", action="store_true",
                        help="add your Signed-off-by, from your git identity")
    parser.add_argument("--reported-by", metavar="PERSON", action="append", default=[],
                        help="add Reported-by: to the main patches; may be repeated")
    parser.add_argument("--closes", metavar="URL", action="append", default=[],
                        help="the report's address, one for each --reported-by")
    parser.add_argument("--tested", metavar="DIR",
                        help="quote the tables that make check-series wrote to DIR")
    parser.add_argument("--previous", metavar="DIR",
                        help="add a range-diff against the series in DIR")
    parser.add_argument("--in-reply-to", metavar="ID", help="message that the series answers")
    return parser.parse_args(arguments)


def check_output(path):
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise Trouble(f"{path}: not an empty directory: choose another one with OUT=")
    made = not path.exists()
    try:
        path.mkdir(parents=True, exist_ok=True)
        if made:
            path.rmdir()  # made when there is something to write
    except OSError as error:
        raise Trouble(f"{path}: cannot be made: {error.strerror}") from None


def missing(fix, files):
    return next((path for path in fix.files if not files.exists(path)), None)


def commit(fix, copy, chosen, reports):
    """Makes the commit of @fix; returns False if the fix is left out."""
    files = Files(copy.selftests)
    title = template(fix.template, fix.words, title=True)
    try:
        if missing(fix, files):
            raise Absent(f"no {missing(fix, files)}")
        words = {**fix.words, **(fix.edit(files) or {})}
        if not files.changed_lines():
            raise Done
    except Absent as absent:
        say(f"left out: {title}: {absent} in this tree")
        return False
    except Done:
        say(f"left out: {title}: already in the tree")
        return False
    message = commit_message(fix, words, copy, files.changed_lines(), reports)
    files.write()
    copy.git("commit", "-q", "-a", *(["-s"] if chosen.signoff else []), "-F", "-", stdin=message)
    say(f"made: {title}")
    return True


def exit_fixes(chosen, copy, findings):
    found = []
    if chosen.only in (None, "token"):
        found += fixes.token(findings)
    if chosen.only in (None, "test_bpffs"):
        found += fixes.test_bpffs(findings)
    if chosen.only in (None, "others"):
        found += fixes.others(findings, Files(copy.selftests))
    return found


def needed(chosen, tree, findings):
    """The files of @tree that the patches may change, and the headers that they include."""
    paths = {fixes.TOKEN, fixes.BPFFS, *fixes.READER, fix_runner.FILE}
    paths |= {finding["path"] for finding in findings}
    paths |= {header.name for header in tree.selftests.glob("*.h")}
    files = {f"{SELFTESTS}/{path}" for path in paths}
    for patch in Path(chosen.previous).rglob("*.patch") if chosen.previous else ():
        text = patch.read_text(encoding="utf-8")
        files |= set(re.findall(r"^diff --git a/(\S+)", text, re.MULTILINE))
    return files


def look(chosen, tree):
    """The findings of exitcheck for the files of the chosen parts."""
    paths = {"token": [fixes.TOKEN], "test_bpffs": [fixes.BPFFS], "file_reader": []}
    paths = paths.get(chosen.only, ["."])
    program = os.environ.get("EXITCHECK")
    program = program or f"{os.environ.get('BUILD', TOP / 'build')}/exitcheck/exitcheck"
    if not os.access(program, os.X_OK):
        raise Trouble(f"{program}: not there: run make exitcheck")
    if not paths:
        return exitcheck.Report([], {})
    report = exitcheck.find(os.path.abspath(program), tree.selftests, paths)
    for path in (fixes.TOKEN, fixes.BPFFS):
        if path in report.unknown:
            raise Trouble(f"{path}: exitcheck does not understand it: {report.unknown[path]}")
    return report


def list_rest(report, copy):
    """Lists the findings of exitcheck that no patch fixes, with the reason."""
    files, rest = Files(copy.selftests), []
    for finding in report.findings:
        verdict = finding["verdict"]
        if exitcheck.in_child(finding) or verdict == exitcheck.FALLS_OUT:
            continue
        if verdict == exitcheck.WAIT_STATUS:
            place = function(files.source(finding["path"]), finding["function"])
            if not fix_wait_status.killed_on_purpose(place):
                continue
        rest.append(finding)
    if rest:
        say(f"{len(rest)} places that exitcheck finds stay as they are:")
    for finding in rest:
        print(f"  {finding['path']}:{finding['line']}: {finding['verdict']}: "
              f"{exitcheck.reason(finding)}")
    if report.unknown:
        say("exitcheck did not understand all of:")
    for path, why in report.unknown.items():
        print(f"  {path}: {why}")


def needs_token_info(made, copy):
    """True if the patches @made need the fix of token's assertion in the other series."""
    files = Files(copy.selftests)
    if "runner-children" not in made or not files.exists(fixes.TOKEN):
        return False
    try:
        fix_token.token_info(files)
    except Absent:
        return False
    return bool(files.changed_lines())


def make(name, wanted, copy, chosen, reports):
    """Commits the fixes @wanted on branch @name; returns the directory of the patches, or None."""
    copy.start(name)
    made = [fix.template for fix in wanted if commit(fix, copy, chosen, reports)]
    if not made:
        return None
    letter = mail.Letter(chosen.version, chosen.tree, chosen.in_reply_to, chosen.tested,
                         chosen.previous)
    directory = copy.path.parent / "patches" / name
    text = cover_letter(name, made, needs_token_info(made, copy))
    mail.write(copy, name, letter, text, str(directory))
    return directory


def check(name, directory, copy, chosen):
    patches = mail.patches(directory)
    checks.applies(copy, name, patches, copy.path.parent)
    clean = checks.style(copy, name, patches, chosen.signoff)
    checks.recipients(copy, name, patches)
    return clean


def work(arguments):
    chosen = options(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        return make_all(chosen, scratch)


def make_all(chosen, scratch):
    output = Path(chosen.output)
    check_output(output)
    reports = Reports(chosen.reported_by, chosen.closes)
    tree = Tree(chosen.linux)
    report = look(chosen, tree)
    findings = report.findings
    copy = Copy(tree, f"{scratch}/copy", needed(chosen, tree, findings))
    wanted = {"exit": exit_fixes(chosen, copy, findings),
              "file_reader": fixes.file_reader() if chosen.only in (None, "file_reader") else []}
    list_rest(report, copy)
    made = {name: make(name, found, copy, chosen, reports)
            for name, found in wanted.items() if found}
    made = {name: directory for name, directory in made.items() if directory}
    if not made:
        say("the tree has all of it: nothing to do")
        return 0
    clean = [check(name, directory, copy, chosen) for name, directory in made.items()]
    for name, directory in made.items():
        shutil.copytree(directory, output / name)
        say(f"in {output / name}:")
        for file in sorted(directory.iterdir()):
            print(f"  {file.name}")
    if not chosen.signoff:
        say("not signed off: only you can say that: make series … SIGNOFF=1")
    return 0 if all(clean) else 1


if __name__ == "__main__":
    run_program(work)
