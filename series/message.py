# SPDX-License-Identifier: GPL-2.0
"""Commit messages and cover letters: templates, filled in and followed by trailers."""

import re
import textwrap
from email.utils import formataddr, getaddresses
from itertools import zip_longest
from pathlib import Path
from string import Template

from trouble import Trouble

TEMPLATES = Path(__file__).parent / "templates"
WEAKENING = "selftests/bpf: Fix flaky file_reader test"
COLUMNS = 75
# The reports that one of the series fixes. Other URLs belong to both.
REPORTED = {
    "https://github.com/kernel-patches/vmtest/issues/473": "exit",
    "https://github.com/kernel-patches/bpf/issues/451": "file_reader",
}


def template(name, words, title=False):
    """Template @name with @words filled in, all of it or only its first line."""
    text = (TEMPLATES / f"{name}.txt").read_text(encoding="utf-8")
    if title:
        return Template(text.split("\n")[0]).substitute(words)
    paragraphs = re.split(r"\n{2,}", Template(text).substitute(words).strip("\n"))
    return "\n\n".join(_filled(paragraph) for paragraph in paragraphs) + "\n"


def _filled(paragraph):
    if paragraph.startswith("["):  # links, one a line
        return paragraph
    return textwrap.fill(paragraph, COLUMNS, break_long_words=False, break_on_hyphens=False)


class Reports:
    """The reports: Reported-by: lines, each with the Closes: that checkpatch expects."""

    def __init__(self, reporters, links):
        people = [formataddr(pair) for pair in getaddresses(reporters) if any(pair)]
        for link in links:
            if not link.startswith(("https://", "http://")):
                raise Trouble(f"--closes {link}: not a URL")
        if len(people) > len(links):
            raise Trouble(f"--reported-by {people[len(links)]}: a report needs its --closes URL")
        self.known = list(zip_longest(people, links))

    def trailers(self, series):
        """The lines for the main patches of @series, without reports of the other series."""
        lines = []
        for reporter, link in self.known:
            if REPORTED.get(link, series) != series:
                continue
            lines += [f"Reported-by: {reporter}"] if reporter else []
            lines.append(f"Closes: {link}")
        return lines


def commit_message(fix, words, copy, lines, reports):
    """The message of @fix. Its edits change @lines of the commit that is checked out."""
    weakening = copy.by_title(WEAKENING) if fix.reverts else None
    if fix.reverts:
        words = {**words, "reverted": f"commit {copy.cited(weakening)}" if weakening
                 else f'the change "{WEAKENING}"'}
    text = template(fix.template, words)
    trailers = []
    if copy.tree.history:
        commits = [weakening] if weakening else copy.blamed(lines)
        dated = sorted({copy.git("log", "-1", "--format=%ct %H", c).strip() for c in commits})
        trailers += [f"Fixes: {copy.cited(entry.split()[1])}" for entry in dated]
    if fix.main:
        trailers += reports.trailers(fix.main)
    if weakening:
        author = copy.git("log", "-1", "--format=%an <%ae>", weakening).strip()
        trailers.append(f"Cc: {author}")
    return text + ("\n" + "\n".join(trailers) + "\n" if trailers else "")
