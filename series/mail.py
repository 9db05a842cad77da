# SPDX-License-Identifier: GPL-2.0
"""Turns a branch of the copy into e-mails: format-patch, cover letter, range-diff."""

from pathlib import Path

from trouble import Trouble, run


class Letter:
    """The options of the e-mails."""

    def __init__(self, version, tree, in_reply_to, tested, previous):
        self.version = version
        self.tree = tree
        self.in_reply_to = in_reply_to
        self.tested = tested
        self.previous = previous


def patches(directory):
    """The patches in @directory, in order, without the cover letter."""
    return sorted(p for p in Path(directory).glob("*.patch") if "-0000-" not in p.name)


def make_series(linux, directory):
    """Makes both series for tree @linux; returns their patches, {series: files in order}."""
    run(Path(__file__).with_name("series.py"), "--output", directory, linux, allowed=(0, 1))
    made = {name: patches(Path(directory) / name) for name in ("exit", "file_reader")}
    if not any(made.values()):
        raise Trouble(f"{linux}: has all of the series: nothing to do")
    return made


def _tested(letter, name):
    if not letter.tested:
        return ""
    table = Path(letter.tested) / f"{name}.txt"
    if not table.is_file():
        raise Trouble(f"{table}: no such file: make check-series writes it")
    return "\n" + table.read_text(encoding="utf-8").rstrip("\n") + "\n"


def _previous_branch(copy, letter, name):
    """Applies the series' previous version to a branch; returns its name, or None."""
    if not letter.previous:
        return None
    found = patches(Path(letter.previous).resolve() / name)
    if not found:
        return None
    branch = f"previous-{name}"
    copy.git("checkout", "-q", "-b", branch, copy.base)
    try:
        copy.git("am", "-q", *map(str, found))
    except Trouble as trouble:
        raise Trouble(f"{letter.previous}/{name}: does not apply to this tree: {trouble}") from None
    finally:
        copy.git("checkout", "-q", name)
    return branch


def _below_the_line(cover, body):
    """Puts "---" behind the text of @cover, which becomes the merge message."""
    text = cover.read_text(encoding="utf-8")
    at = text.index(body.strip("\n")) + len(body.strip("\n"))
    cover.write_text(f"{text[:at]}\n\n---\n{text[at:].lstrip()}", encoding="utf-8")


def write(copy, name, letter, cover, directory):
    """Writes branch @name of @copy as e-mails to @directory. @cover: the cover letter's text."""
    count = int(copy.git("rev-list", "--count", f"{copy.base}..{name}"))
    options = [f"-v{letter.version}", f"--subject-prefix=PATCH {letter.tree}", "-o", directory]
    tested = _tested(letter, name)
    body = cover.split("\n", 2)[2] + tested
    if count > 1:
        copy.git("config", f"branch.{name}.description", cover + tested)
        options += ["--cover-letter", "--cover-from-description=subject"]
    if copy.tree.history:
        options.append(f"--base={copy.base}")
    if letter.in_reply_to:
        options.append(f"--in-reply-to={letter.in_reply_to}")
    previous = _previous_branch(copy, letter, name)
    if previous:
        options.append(f"--range-diff={copy.base}..{previous}")
    copy.git("format-patch", "-q", *options, f"{copy.base}..{name}")
    for file in Path(directory).glob("*-0000-cover-letter.patch"):
        _below_the_line(file, body)
    if count == 1 and tested:
        for file in patches(directory):
            text = file.read_text(encoding="utf-8")
            file.write_text(text.replace("\n---\n", f"\n---\n{tested}\n", 1), encoding="utf-8")
