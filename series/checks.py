# SPDX-License-Identifier: GPL-2.0
"""Checks of a finished series: git am, checkpatch.pl, get_maintainer.pl."""

import subprocess

from trouble import Trouble, run, say


def applies(copy, name, patches, scratch):
    """Applies @patches to a clean checkout; the result must be the tree of branch @name."""
    clean = f"{scratch}/clean-{name}"
    run("git", "clone", "-q", "--shared", "--no-checkout", str(copy.path), clean)
    git = ("git", "-C", clean, "-c", "core.hooksPath=/dev/null",
           "-c", f"user.name={copy.tree.name}", "-c", f"user.email={copy.tree.email}")
    run(*git, "checkout", "-q", "--detach", copy.base)
    run(*git, "am", "-q", *map(str, patches))
    if run(*git, "rev-parse", "HEAD^{tree}") != copy.git("rev-parse", f"{name}^{{tree}}"):
        raise Trouble(f"{name}: git am does not give the tree that the patches were made from")
    say(f"{name}: git am: all apply")


def style(copy, name, patches, signed):
    """Prints the complaints of checkpatch.pl; returns True if there are none."""
    script = f"{copy.tree.path}/scripts/checkpatch.pl"
    ignored = [] if signed else ["--ignore", "MISSING_SIGN_OFF"]
    # Run it in the copy, as it needs the history and may write files.
    done = subprocess.run(
        ["perl", script, f"--root={copy.tree.path}", "--strict", "--terse", "--show-types",
         *ignored, *map(str, patches)],
        cwd=copy.path, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    for line in done.stdout.splitlines():
        print("  " + line.removeprefix(f"{patches[0].parent}/"))
    say(f"{name}: checkpatch.pl --strict: "
        + ("see above" if done.returncode else "no complaint"))
    return not done.returncode


def recipients(copy, name, patches):
    """Prints the addresses that get_maintainer.pl names."""
    say(f"{name}: get_maintainer.pl:")
    text = run("perl", "scripts/get_maintainer.pl", "--no-rolestats", "--no-git",
               "--no-git-fallback", *map(str, patches), cwd=copy.tree.path)
    for line in text.splitlines():
        print("  " + line)
