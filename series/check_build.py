# SPDX-License-Identifier: GPL-2.0
"""The tree's test_progs with the tests of the series only, before and after its patches."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from fix import Files
from kernel_tree import SELFTESTS
from trouble import Trouble, run, say

HERE = Path(__file__).resolve().parent
SKELETON = re.compile(r'"([\w.-]+?)\.skel\.h"')
CHANGED = re.compile(r"^diff --git a/(\S+)", re.MULTILINE)
NEIGHBOURS = ("token", "test_bpffs", "file_reader")
PLANTED = ("check_child.c", "check_crash.c", "check_leak.c")
PROGRAMS = ("test_maps", "test_lru_map", "test_sockmap")  # beside test_progs


def changed_files(patch):
    return CHANGED.findall(patch.read_text(encoding="utf-8"))


class Build:
    """A copy of @tree in @directory, which builds one binary after the other."""

    def __init__(self, tree, directory, patches):
        self.path = Path(directory)
        self.selftests = self.path / SELFTESTS
        self.applied = []
        kept = {Path(file).name for patch in patches for file in changed_files(patch)}
        kept |= {f"{name}.c" for name in NEIGHBOURS}
        if self._was_for(kept):
            # Keep what was built, and restore patched files to those of the tree.
            run("rsync", "-rc", "--existing", f"{tree}/{SELFTESTS}/", f"{self.selftests}/")
        else:
            shutil.rmtree(self.path, ignore_errors=True)
            run(HERE / "selftests.sh", "copy", tree, directory)
            self._cut_down(kept)
        for name in PLANTED:
            shutil.copy(HERE / name, self.selftests / "prog_tests" / name)
        self.flavour = None

    def _was_for(self, kept):
        """True if the copy exists and has the tests @kept, and no others."""
        found = {file.name for file in self.selftests.glob("prog_tests/*.c")}
        return bool(found) and found - set(PLANTED) == {
            name for name in kept if (self.selftests / "prog_tests" / name).exists()}

    def _cut_down(self, kept):
        """Removes all tests but @kept, and the programs that only other tests include."""
        for file in self.selftests.glob("prog_tests/*.c"):
            if file.name not in kept:
                file.unlink()
        wanted = set()
        for file in [f for glob in ("prog_tests/*.[ch]", "map_tests/*.[ch]", "*.[ch]")
                     for f in self.selftests.glob(glob)]:
            wanted |= set(SKELETON.findall(file.read_text(encoding="utf-8", errors="replace")))
        for file in self.selftests.glob("progs/*.c"):
            if file.stem not in wanted:
                file.unlink()

    def apply(self, patch, reverse=False):
        options = ["-R"] if reverse else ["-N"]
        run("patch", "-p1", "-s", "-f", "--no-backup-if-mismatch", *options, "-i", patch,
            cwd=self.path)
        if reverse:
            self.applied.remove(patch)
        else:
            self.applied.append(patch)

    def set_patches(self, patches):
        """Applies @patches, and reverts all others."""
        for patch in reversed(self.applied[:]):
            self.apply(patch, reverse=True)
        for patch in patches:
            self.apply(patch)

    def edited(self, edit):
        """Makes an edit of the series; returns a function that reverts it."""
        files = Files(self.selftests)
        edit(files)
        before = {path: files.source(path).text for path in files.changed_lines()}
        files.write()

        def undo():
            for path, text in before.items():
                (self.selftests / path).write_text(text, encoding="utf-8")
        return undo

    def make(self, flavour, targets=()):
        """Builds test_progs as @flavour, such as gcc-asan; returns the compilers' messages."""
        compiler, kind = flavour.split("-")
        if flavour != self.flavour:
            self._forget_objects()
            self.flavour = flavour
        variables = [f"CC={'ccache ' if shutil.which('ccache') else ''}{compiler}"]
        if compiler.startswith("clang"):
            # The tree's Makefile uses flags of gcc, and passes libraries to the compiler too.
            variables.append("OPT_FLAGS=-O0 -Wno-unused-command-line-argument "
                             "-Wno-unknown-warning-option")
        done = subprocess.run(
            [HERE / "selftests.sh", "build", str(self.path), kind, *variables, *targets],
            text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if done.returncode:
            lines = [line for line in done.stdout.splitlines() if "error" in line]
            raise Trouble(f"{flavour}: does not build: {(lines or ['see above'])[0]}")
        return done.stdout

    def _forget_objects(self):
        """Removes files of the host's compiler; keeps BPF programs, skeletons and libbpf."""
        for file in self.selftests.glob("*.o"):
            if not file.name.endswith(".bpf.o"):
                file.unlink()
        (self.selftests / "test_progs").unlink(missing_ok=True)

    def keep(self, name):
        """Copies the binary to @name."""
        shutil.copy(self.selftests / "test_progs", name)

    def each(self, flavour, patches):
        """Applies one patch after the other, and checks that each builds without a new warning."""
        self.make(flavour, PROGRAMS)
        for patch in patches:
            self.apply(patch)
            said = self.make(flavour, PROGRAMS)
            if "warning:" in said:
                line = next(line for line in said.splitlines() if "warning:" in line)
                raise Trouble(f"{patch.name}: {line}")
        say(f"{flavour}: each of {len(patches)} patches builds without a warning")


def version(compiler):
    return run(compiler, "-dumpversion").strip()


def preload(output):
    """Builds the library that makes reads succeed which must fault."""
    compiler = os.environ.get("CC", "cc")
    run(compiler, "-shared", "-fPIC", "-O2", "-Wall", "-o", output, HERE / "check_resident.c")
