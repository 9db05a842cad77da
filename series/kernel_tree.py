# SPDX-License-Identifier: GPL-2.0
"""The user's kernel tree, which is not changed, and the copy in which patches are made."""

import os
import shutil
from pathlib import Path

from trouble import Trouble, run, say

SELFTESTS = "tools/testing/selftests/bpf"
NEEDED = (f"{SELFTESTS}/test_progs.c", f"{SELFTESTS}/prog_tests/token.c",
          "scripts/checkpatch.pl", "MAINTAINERS")


class Tree:
    """A kernel tree. @history: it is a git tree; @name and @email: the user's in git."""

    def __init__(self, path):
        if not os.path.isdir(path):
            raise Trouble(f"{path}: no such directory")
        for file in NEEDED:
            if not os.path.isfile(os.path.join(path, file)):
                raise Trouble(f"{path}: no kernel tree, {file} is not in it")
        self.path = os.path.realpath(path)
        # A tree unpacked inside another repository counts as a tree without git.
        top = self.git("rev-parse", "--show-toplevel", allowed=(0, 128)).strip()
        self.history = bool(top) and os.path.realpath(top) == self.path and bool(
            self.git("rev-parse", "-q", "--verify", "HEAD", allowed=(0, 1)).strip())
        if self.history:
            self._check_history()
        else:
            say(f"{path} has no history: no Fixes: tags")
        self.name = self.git("config", "user.name", allowed=(0, 1)).strip()
        self.email = self.git("config", "user.email", allowed=(0, 1)).strip()
        if not self.name or not self.email:
            raise Trouble("git does not know who you are: "
                          "git config --global user.name NAME; user.email ADDRESS")

    def git(self, *arguments, **options):
        return run("git", "-C", self.path, *arguments, **options)

    @property
    def selftests(self):
        return Path(self.path) / SELFTESTS

    def _check_history(self):
        if self.git("rev-parse", "--is-shallow-repository").strip() == "true":
            raise Trouble(f"{self.path}: a shallow clone, in which Fixes: cannot be found: "
                          "git fetch --unshallow")
        if self.git("status", "--porcelain", "--untracked-files=no").strip():
            raise Trouble(f"{self.path}: has changes that are not committed: "
                          "commit or stash them")


class Copy:
    """The @files that patches change or need, copied from a tree into a new git repository."""

    def __init__(self, tree, directory, files):
        self.tree = tree
        self.path = Path(directory)
        files = [f for f in sorted(set(files)) if os.path.isfile(os.path.join(tree.path, f))]
        if tree.history:
            run("git", "clone", "-q", "--shared", "--no-checkout", tree.path, directory)
            self.git("sparse-checkout", "set", "--no-cone", *(f"/{file}" for file in files))
            self.git("checkout", "-q", "--detach", tree.git("rev-parse", "HEAD").strip())
        else:
            for file in files:
                (self.path / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(os.path.join(tree.path, file), self.path / file)
            run("git", "init", "-q", directory)
            self.git("add", "-A", "-f")
        self.git("config", "user.name", tree.name)
        self.git("config", "user.email", tree.email)
        # The user's hooks, signatures and templates must not apply here.
        self.git("config", "core.hooksPath", "/dev/null")
        self.git("config", "commit.gpgSign", "false")
        if not tree.history:
            self.git("commit", "-q", "-m", "base")
        self.base = self.head()

    @property
    def selftests(self):
        return self.path / SELFTESTS

    def git(self, *arguments, **options):
        return run("git", "-C", str(self.path), *arguments, **options)

    def head(self):
        return self.git("rev-parse", "HEAD").strip()

    def start(self, branch):
        """Begins @branch at the user's commit."""
        self.git("checkout", "-q", "-b", branch, self.base)

    def blamed(self, lines):
        """The commits that wrote @lines, {path of a selftest: line numbers}; no root commits."""
        found, ours = set(), set(self.git("rev-list", f"{self.base}..HEAD").split())
        for path, numbers in lines.items():
            if not numbers:  # lines are only added
                continue
            ranges = [argument for n in numbers for argument in ("-L", f"{n},{n}")]
            text = self.git("blame", "--porcelain", *ranges, "HEAD", "--", f"{SELFTESTS}/{path}")
            found |= {line.split()[0] for line in text.splitlines() if is_blame_header(line)}
        found -= ours
        known = sorted(c for c in found if self.has_parent(c))
        if len(known) < len(found):
            say(f"{', '.join(lines)}: no Fixes: for lines as old as the history")
        return known

    def has_parent(self, commit):
        return len(self.git("rev-list", "--parents", "-n1", commit).split()) > 1

    def by_title(self, title):
        """The commit to the selftests with this @title, or None."""
        if not self.tree.history:
            return None
        found = self.git("log", "-1", "--format=%H", "--fixed-strings", f"--grep={title}", "--",
                         SELFTESTS).strip()
        return found if found and self.has_parent(found) else None

    def cited(self, commit):
        return self.git("log", "-1", "--format=%h (\"%s\")", "--abbrev=12", commit).strip()


def is_blame_header(line):
    words = line.split(" ")
    return len(words) in (3, 4) and len(words[0]) == 40 and all(w.isdigit() for w in words[1:])
