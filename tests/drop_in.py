#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Checks that this subset is a drop-in, both ways: 'make check-drop-in LINUX=tree'.

In: the tree's Makefile builds token, test_bpffs and file_reader in a copy of the tree, with and
without AddressSanitizer, without a warning. Each subtest has the same verdict in the tree's runner
and in ours.

Out: the tree's own tests compile, unchanged, against our headers. Each has the same verdict in our
runner and in the tree's, in the same VM. A test that does not compile is left out with the reason.

Results are in $BUILD/drop-in: report.txt has a line for each test, report.json the same. times.json
has the seconds that each runner took for the same tests, and those of the tree's own tests of our
names. The logs are beside them. $ONLY, a list of globs, limits the second part. Exit status 1 if a
verdict differs.
"""
import fnmatch
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

from drop_in_times import OWN_ROWS, TIMED, TIMED_RUNS, Times

TOP = pathlib.Path(__file__).resolve().parent.parent
SELFTESTS = "tools/testing/selftests/bpf"
OURS = ("token", "test_bpffs", "file_reader")
AT_LEAST = 40
SECONDS = 2400

FUNCTION = re.compile(r"^void (?:serial_)?test_(\w+)\((?:void)?\)", re.MULTILINE)
RESULT = re.compile(r"^#[0-9/]+ +(\S.*?):(OK|FAIL|SKIP)(?: \(.*\))?$", re.MULTILINE)
EXIT = re.compile(r"test_progs: \w+: a child of the test called exit\(|\w+:FAIL:a child called exit\(\)")
ANNOTATION = re.compile(rb"comment:\d+:(\w+)")
# Annotations that test_loader.c knows.
ANNOTATIONS = {f"test_{name}" for name in (
    "expect_success expect_failure expect_msg expect_not_msg retval log_level prog_flags "
    "description arch auxiliary").split()}
FAILED = re.compile(r"/(\w+)\.(?:test\.o|bpf\.o|skel\.h)\] Error")
NO_RULE = re.compile(r"No rule to make target .* needed by '.*/(\w+)\.(?:test\.o|skel\.h)'")
COMPILER = re.compile(r"error: (.*)")


class Differs(Exception):
    pass


def say(text):
    print(f"check-drop-in: {text}", file=sys.stderr, flush=True)


def run(log, *command):
    """Runs it with its output in file `log`. Returns if it succeeded, and the output."""
    with open(log, "w", encoding="utf-8", errors="replace") as out:
        done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL,
                              stdout=out, stderr=subprocess.STDOUT, check=False)
    return done.returncode == 0, pathlib.Path(log).read_text(encoding="utf-8", errors="replace")


def must(log, *command):
    fine, text = run(log, *command)
    if not fine:
        sys.stderr.write("".join(line + "\n" for line in text.splitlines()[-15:]))
        sys.exit(f"check-drop-in: {command[0]}: failed: see {log}")
    return text


def names(directory):
    """Returns the names of the C sources there."""
    return {path.stem for path in directory.glob("*.c")}


def keep(directory, wanted):
    for path in directory.glob("*.c"):
        if path.stem not in wanted:
            path.unlink()


def verdicts(text):
    """Test or test/subtest -> OK, FAIL or SKIP. Lines of failed tests are printed twice, the same."""
    return {found[1]: found[2] for found in RESULT.finditer(text)}


def symbols(*arguments):
    """Names that nm(1) prints with these arguments."""
    text = subprocess.run(["nm", *map(str, arguments)], capture_output=True, text=True,
                          check=False).stdout
    return {line.split()[-1].split("@")[0] for line in text.splitlines() if " " in line}


# ---- dependencies of a test

def skeletons(source):
    """Returns the objects that a test includes as skeletons or opens by name."""
    return {pathlib.Path(name).name for name in
            re.findall(r'"([\w./]+)\.(?:skel\.h|bpf\.o)"', source)}


def with_included(progs, wanted):
    """Adds programs that the sources of these include."""
    found = set()
    while wanted - found:
        name = (wanted - found).pop()
        found.add(name)
        source = progs / f"{name}.c"
        if source.exists():
            text = source.read_text(errors="replace")
            wanted = wanted | {pathlib.Path(other).name for other in
                               re.findall(r'#include "([\w./]+)\.c"', text)}
    return found


class Tree:
    """A copy of the sources of the tree's selftests, with our tests in it unless own."""

    def __init__(self, work, name, linux, own=False):
        self.root = work / name
        self.log = work / f"{name}.log"
        self.dir = self.root / SELFTESTS
        self.tests, self.progs = self.dir / "prog_tests", self.dir / "progs"
        if own:
            must(self.log, TOP / "series/selftests.sh", "copy", linux, self.root)
        else:
            must(self.log, TOP / "series/overlay.sh", "--output", self.root, linux)

    def source(self, test):
        return (self.tests / f"{test}.c").read_text(errors="replace")

    def limit(self, tests):
        """Keeps only these tests, and the programs that they need."""
        keep(self.tests, tests)
        wanted = set().union(*(skeletons(self.source(test)) for test in tests))
        keep(self.progs, with_included(self.progs, wanted))

    def build(self, flavour):
        return run(self.log, TOP / "series/selftests.sh", "build", self.root, flavour, "-k")


# ---- in: ours in the tree's runner

def no_warning(log, text):
    """Raises if the log has a warning in one of these two directories, which have only our files."""
    found = re.search(r"^.*\bprog(?:_test)?s/.*warning:.*$", text, re.MULTILINE)
    if found:
        raise Differs(f"{log}: {found[0]}")


def build_ours_in(work, linux, flavour):
    tree = Tree(work, f"in-{flavour}", linux)
    tree.limit(set(OURS))
    say(f"building the tree's test_progs with our three tests, {flavour}")
    fine, text = tree.build(flavour)
    if not fine:
        sys.exit(f"check-drop-in: our tests do not build in the tree: see {tree.log}")
    no_warning(tree.log, text)
    return tree.dir / "test_progs"


def build_own(work, linux, flavour):
    """Runs the tree's own tests of these names, to compare the times."""
    tree = Tree(work, f"own-{flavour}", linux, own=True)
    tree.limit(set(OURS))
    say(f"building the tree's test_progs with its own {', '.join(OURS)}, {flavour}")
    if not tree.build(flavour)[0]:
        sys.exit(f"check-drop-in: the tree's own tests do not build: see {tree.log}")
    return tree.dir / "test_progs"


def compare(what, theirs, ours):
    """Raises if a verdict differs, or exists in one runner only."""
    for name in sorted(theirs.keys() | ours.keys()):
        if theirs.get(name) != ours.get(name):
            raise Differs(f"{what}: {name}: {theirs.get(name, 'no line')} in the tree's runner, "
                          f"{ours.get(name, 'no line')} in ours")


def machine(work, name, files, script):
    """Runs the script in the VM. Returns {log name: text} of the logs in its /output."""
    output = work / f"{name}-output"
    arguments = []
    for source, target in files:
        arguments += ["--file", f"{source}:{target}"]
    must(work / f"{name}.log", TOP / "vmtest.sh", "--cpus", "2", "--memory", "4096", "--free",
         "1024", "--timeout", str(SECONDS), "--output", output, *arguments, "--", "sh", "-c", script)
    return {path.stem: path.read_text(errors="replace") for path in output.glob("*.log")}


def check_in(work, linux, times):
    files, script = [], [TIMED, "echo 0 >/proc/sys/kernel/unprivileged_bpf_disabled",
                         f"for i in $(seq {TIMED_RUNS}); do"]
    for flavour in ("plain", "asan"):
        programs = {"tree": build_ours_in(work, linux, flavour),
                    "own": build_own(work, linux, flavour),
                    "ours": BUILD / flavour / "test_progs"}
        files += [(path, f"/root/{whose}-{flavour}/") for whose, path in programs.items()]
        script += [f"cd /root/{whose}-{flavour}; timed {row} {flavour} {whose} ./test_progs "
                   f"{arguments} >/output/{row}-{whose}-{flavour}.log 2>&1"
                   for row, arguments in OWN_ROWS.items() for whose in programs]
    say("running them in the tree's runner and in ours")
    logs = machine(work, "in", files, "\n".join([*script, "done", "true"]))
    times.add(logs["times"], {"all": ", ".join(OURS), "token": "token"})
    for flavour in ("plain", "asan"):
        theirs, ours = (verdicts(logs[f"all-{whose}-{flavour}"]) for whose in ("tree", "ours"))
        compare(flavour, theirs, ours)
        bad = [name for name, verdict in ours.items() if verdict == "FAIL"]
        if bad or not ours:
            raise Differs(f"{flavour}: {bad[0] if bad else 'nothing was run'}: see {work}/in-output")
        print(f"{flavour}: {len(ours)} tests and subtests, the same verdicts in both runners "
              f"({list(ours.values()).count('SKIP')} skipped), no warning")


# ---- out: the tree's tests in our runner

# Failures that the tree's runner does not count.
UNCOUNTED = {
    "timer_lockup": "the tree's ASSERT_FAIL() prints PASS, so its race goes unnoticed there",
}


def exiting(log):
    """The tests and subtests that had a child which called exit(): a line above theirs says so."""
    names, said = set(), False
    for line in log.splitlines():
        said |= bool(EXIT.match(line))
        verdict = RESULT.match(line)
        if verdict:
            if said:
                names.add(verdict[1])
            said = False
    return names


def verdict_of(test, whole, theirs, ours, strict):
    """The report's line for a file; `whole` has the verdicts of its tests in the tree's runner."""
    try:
        compare(test, theirs, ours)
    except Differs as why:
        if test in UNCOUNTED and set(theirs.values()) == {"OK"}:
            return f"same but for {test}: {UNCOUNTED[test]}"
        return f"DIFFERS: {why}"
    if None in whole:
        return f"DIFFERS: {test}: a test without a line in either runner"
    if strict:
        return f"same but for {', '.join(sorted(strict))}: ours reports exit() in a forked child"
    if "FAIL" in whole:
        return "same: fails, which says nothing"
    return "same: skips" if whole == {"SKIP"} else "same: passes"


class Out:
    """The tree's test files that can be tried, and their results."""

    def __init__(self, work, linux, times):
        self.work = work
        self.times = times
        self.tree = Tree(work, "out", linux)
        self.left_out = {}  # test -> reason
        self.outcome = {}   # test -> result
        globs = os.environ.get("ONLY", "*").replace(",", " ").split()
        self.tests = {name for name in names(self.tree.tests) - set(OURS)
                      if any(fnmatch.fnmatchcase(name, glob) for glob in globs)}
        if not self.tests:
            sys.exit(f"check-drop-in: ONLY={' '.join(globs)}: the tree has no such test")

    def leave_out(self, test, reason):
        self.tests.discard(test)
        self.left_out[test] = reason

    def choose(self):
        """Selects tests by the names in their sources, before the build."""
        programs = names(self.tree.progs)
        for test in sorted(self.tests):
            source = self.tree.source(test)
            lacking = skeletons(source) - programs
            special = re.search(r'"[\w./]+\.(lskel|subskel)\.h"', source)
            if special:
                self.leave_out(test, f"uses a {special[1]}, which is not built here")
            elif lacking:
                self.leave_out(test, f"needs {min(lacking)}, which is linked of several programs")

    def build_tree(self):
        """Leaves out tests that do not build in the tree itself. Another failure is an error."""
        while True:
            self.tree.limit(self.tests)
            say(f"building the tree's test_progs with {len(self.tests)} of its tests")
            fine, text = self.tree.build("plain")
            if fine:
                return
            broken = set(FAILED.findall(text) + NO_RULE.findall(text))
            bad = {test for test in self.tests
                   if test in broken or skeletons(self.tree.source(test)) & broken}
            if not bad:
                sys.exit(f"check-drop-in: the tree's test_progs does not build: see {self.tree.log}")
            for test in bad:
                self.leave_out(test, "does not build in the tree itself, with these tools")

    def check_annotations(self):
        """Leaves out tests with annotations that our RUN_TESTS() does not know."""
        for test in sorted(self.tests):
            source = self.tree.source(test)
            objects = [self.tree.dir / f"{name}.bpf.o" for name in skeletons(source)]
            found = {key.decode() for path in objects if path.exists()
                     for key in ANNOTATION.findall(path.read_bytes())}
            if "RUN_TESTS(" in source and found - ANNOTATIONS:
                self.leave_out(test, f"RUN_TESTS() does not know {min(found - ANNOTATIONS)}")

    def make_ours(self, *more):
        """Our checkout with the tree's tests, its libbpf and its headers of the kernel."""
        tools = self.tree.dir / "tools"
        include = self.tree.root / "tools/include"
        return run(self.work / "ours.log", "make", "-k", f"-j{os.cpu_count()}", "-C", self.ours,
                   "PROGS=", "BPF_OUT=skeletons", "BUILD=build", "LIBBPF_READY=", "ASAN=",
                   "CFLAGS=-g -O1 -w -Werror=implicit-function-declaration",
                   f"LIBBPF_CFLAGS=-isystem {tools}/include -isystem {include}/uapi "
                   f"-idirafter {include}", f"LIBBPF_LIBS={tools}/build/libbpf/libbpf.a", *more)

    def stage(self):
        self.ours = self.work / "ours"
        for directory in ("prog_tests", "progs", "skeletons"):
            (self.ours / directory).mkdir(parents=True)
        for path in [TOP / "Makefile", *TOP.glob("*.[ch]")]:
            shutil.copy(path, self.ours)
        for directory in ("runner", "lib", "mk"):
            shutil.copytree(TOP / directory, self.ours / directory)
        for path in self.tree.progs.glob("*.h"):
            shutil.copy(path, self.ours / "progs")
        for path in self.tree.dir.glob("*.skel.h"):
            shutil.copy(path, self.ours / "skeletons")
        for path in [*self.tree.tests.glob("*.h"),
                     *(self.tree.tests / f"{test}.c" for test in self.tests)]:
            shutil.copy(path, self.ours / "prog_tests")

    def drop(self, test, reason):
        self.leave_out(test, reason)
        (self.ours / f"prog_tests/{test}.c").unlink()

    def compile_ours(self):
        """Leaves out tests that our headers or helpers cannot compile or link."""
        say(f"compiling {len(self.tests)} of them against our headers")
        self.make_ours()
        objects = self.ours / "build/plain"
        for test in sorted(self.tests):
            if not (objects / f"prog_tests/{test}.o").exists():
                _, text = self.make_ours(f"build/plain/prog_tests/{test}.o")
                found = COMPILER.search(text)
                self.drop(test, f"does not compile: {found[1] if found else 'why is not known'}")
        self.link(objects)

    def link(self, objects):
        libraries = subprocess.run(["ldd", BUILD / "plain/test_progs"], capture_output=True,
                                   text=True, check=True).stdout
        given = symbols("--defined-only", self.tree.dir / "tools/build/libbpf/libbpf.a",
                             *objects.glob("*.o"), *objects.glob("runner/*.o"))
        given |= symbols("-D", "--defined-only", *re.findall(r"/\S+", libraries))
        for test in sorted(self.tests):
            needed = symbols("--undefined-only", objects / f"prog_tests/{test}.o")
            lacking = {name for name in needed - given if name != "_GLOBAL_OFFSET_TABLE_"}
            if lacking:
                self.drop(test, f"needs {min(lacking)}()")
        if not self.make_ours()[0]:
            sys.exit(f"check-drop-in: our runner does not link: see {self.work}/ours.log")

    def functions(self, test):
        """The names of the tests in that file."""
        return FUNCTION.findall(self.tree.source(test))

    def run(self, tests, times):
        """Returns the logs of the tree's runner, one for each run, and those of ours."""
        say(f"running {len(tests)} of them in the tree's runner and in ours" +
            (f", {times} times" if times > 1 else ""))
        (self.work / "list").write_text("".join(
            f"{name}\n" for test in sorted(tests) for name in self.functions(test)))
        files = [(self.work / "list", "/root/"), (self.tree.dir / "test_progs", "/root/"),
                 (self.ours / "build/plain/test_progs", "/root/ours/")]
        files += [(path, "/root/") for path in self.tree.dir.glob("*.bpf.o")]
        # glibc opens libgcc_s when a thread ends.
        library = must(self.work / "libgcc", "gcc", "-print-file-name=libgcc_s.so.1").strip()
        multiarch = must(self.work / "multiarch", "gcc", "-print-multiarch").strip()
        files.append((os.path.realpath(library), f"/lib/{multiarch}/libgcc_s.so.1"))
        logs = machine(self.work, "out", files, f"""{TIMED}
            echo 0 >/proc/sys/kernel/unprivileged_bpf_disabled
            for i in $(seq {times}); do
                timed out plain tree ./test_progs -a @list >/output/tree-$i.log 2>&1
                timed out plain ours ours/test_progs -a @list >/output/ours-$i.log 2>&1
            done
            true""")
        self.times.add(logs["times"], {"out": f"{len(tests)} of the tree's test files"})
        return tuple([logs[f"{whose}-{i}"] for i in range(1, times + 1)]
                     for whose in ("tree", "ours"))

    def of_test(self, test, log):
        """The verdicts in the log for the tests in that file."""
        names_of = self.functions(test)
        return {name: verdict for name, verdict in verdicts(log).items()
                if name.split("/")[0] in names_of}

    def judge(self, their_log, our_log):
        exits = exiting(our_log)
        for test in sorted(self.tests):
            theirs, ours = self.of_test(test, their_log), self.of_test(test, our_log)
            strict = exits & ours.keys()
            self.outcome[test] = verdict_of(
                test, {theirs.get(name) for name in self.functions(test)},
                *({name: verdict for name, verdict in side.items() if name not in strict}
                  for side in (theirs, ours)), strict)

    def judge_again(self, their_logs, our_logs):
        """Compares the verdicts, unless a runner disagrees with itself."""
        for test in [test for test, text in self.outcome.items() if text.startswith("DIFFERS")]:
            unsteady = [runner for runner, logs in (("the tree's runner", their_logs),
                                                    ("ours", our_logs))
                        if any(self.of_test(test, log) != self.of_test(test, logs[0])
                               for log in logs)]
            if unsteady:
                self.outcome[test] = f"unsteady: differs from run to run in {', '.join(unsteady)}"

    def run_and_judge(self):
        theirs, ours = self.run(self.tests, 1)
        self.judge(theirs[0], ours[0])
        differing = {test for test, text in self.outcome.items() if text.startswith("DIFFERS")}
        if differing:
            more = self.run(differing, 5)
            self.judge_again(theirs + more[0], ours + more[1])

    def report(self):
        rows = {**self.outcome, **{test: f"left out: {why}" for test, why in self.left_out.items()}}
        with open(self.work / "report.txt", "w", encoding="utf-8") as out:
            out.writelines(f"{test:32} {rows[test]}\n" for test in sorted(rows))
        with open(self.work / "report.json", "w", encoding="utf-8") as out:
            json.dump(rows, out, indent=1, sort_keys=True)
        kinds = [re.match("same: [a-z]+|same but|[a-zA-Z ]+", text)[0] for text in rows.values()]
        print(f"{len(rows)} of the tree's tests: " +
              ", ".join(f"{kinds.count(kind)} {kind}" for kind in sorted(set(kinds))))
        for test, text in sorted(self.outcome.items()):
            if not text.startswith("same:"):
                print(f"  {text if text.startswith('DIFFERS') else f'{test}: {text}'}")
        same = kinds.count("same: passes")
        if "DIFFERS" in kinds:
            raise Differs(f"some verdicts differ: see {self.work}/report.txt")
        if "ONLY" not in os.environ and same < AT_LEAST:
            raise Differs(f"only {same} tests pass in both runners, less than {AT_LEAST}")


def check_out(work, linux, times):
    out = Out(work, linux, times)
    out.choose()
    out.build_tree()
    out.check_annotations()
    out.stage()
    out.compile_ours()
    out.run_and_judge()
    out.report()


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit("usage: drop_in.py TREE, a kernel's; see docs/drop-in.md")
    work = BUILD / "drop-in"
    if " " in str(work):
        sys.exit(f"check-drop-in: {work}: a kernel's Makefile takes no path with blanks: set BUILD")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    times = Times(work / "times.json")
    try:
        check_in(work, sys.argv[1], times)
        check_out(work, sys.argv[1], times)
    except Differs as why:
        sys.exit(f"check-drop-in: {why}")
    say(f"the same both ways; a line a test in {work}/report.txt")


BUILD = pathlib.Path(os.environ.get("BUILD", TOP / "build")).resolve()
if __name__ == "__main__":
    main()
