# SPDX-License-Identifier: GPL-2.0
"""Commit messages and cover letters: templates, filled in, with trailers behind them."""

from email.utils import formataddr, getaddresses
from pathlib import Path
from string import Template

from trouble import Trouble

TEMPLATES = Path(__file__).parent / "templates"
WEAKENING = "selftests/bpf: Fix flaky file_reader test"


def template(name, words):
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    return Template(text).substitute(words)


class Reports:
    """Who reported what: Reported-by: lines, each with the Closes: that checkpatch wants."""

    def __init__(self, reporters, links):
        people = [formataddr(pair) for pair in getaddresses(reporters) if any(pair)]
        for link in links:
            if not link.startswith(("https://", "http://")):
                raise Trouble(f"--closes {link}: not a URL")
        if len(people) > len(links):
            raise Trouble(f"--reported-by {people[len(links)]}: a report needs its --closes URL")
        self.trailers = []
        for number, link in enumerate(links):
            if number < len(people):
                self.trailers.append(f"Reported-by: {people[number]}")
            self.trailers.append(f"Closes: {link}")


def commit_message(fix, copy, lines, reports):
    """The message of @fix, whose edits change @lines of the commit that is checked out."""
    weakening = copy.by_title(WEAKENING) if fix.reverts else None
    words = dict(fix.words)
    if fix.reverts:
        words["reverted"] = f"commit {copy.cited(weakening)}" if weakening \
            else f'the change "{WEAKENING}"'
    text = template(f"{fix.template}.txt", words)
    trailers = []
    if copy.tree.history:
        commits = [weakening] if weakening else copy.blamed(lines)
        dated = sorted({copy.git("log", "-1", "--format=%ct %H", c).strip() for c in commits})
        trailers += [f"Fixes: {copy.cited(entry.split()[1])}" for entry in dated]
    if fix.main:
        trailers += reports.trailers
    if weakening:
        author = copy.git("log", "-1", "--format=%an <%ae>", weakening).strip()
        trailers.append(f"Cc: {author}")
    return text + ("\n" + "\n".join(trailers) + "\n" if trailers else "")
