# SPDX-License-Identifier: GPL-2.0
"""A fix: one patch of a series, and the files that it edits."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

from c_source import Source


class Absent(Exception):
    """The tree lacks the thing that the fix is for."""


class Done(Exception):
    """The tree has the fix already."""


@dataclass(frozen=True)
class Fix:
    """@edit gets the Files, and may return more @words for the message's @template."""

    template: str
    edit: Callable
    words: dict = field(default_factory=dict)
    main: str = ""  # the series whose Reported-by: and Closes: the patch gets
    reverts: bool = False  # undoes the commit that weakened file_reader
    files: tuple = ()  # the tree must have them; otherwise the fix is left out


class Files:
    """The selftests' files below @root, for one fix."""

    def __init__(self, root):
        self.root = Path(root)
        self._sources = {}

    def exists(self, path):
        return (self.root / path).is_file()

    def source(self, path):
        if path not in self._sources:
            text = (self.root / path).read_text(encoding="utf-8", errors="surrogateescape")
            self._sources[path] = Source(path, text)
        return self._sources[path]

    def include(self, source, header):
        """Includes <@header> in @source, unless a header of the selftests includes it."""
        reached = list(source.includes())
        for name in reached:
            if name == header:
                return
            if self.exists(name):
                reached += [n for n in self.source(name).includes() if n not in reached]
        source.add_include(header)

    def changed_lines(self):
        return {path: s.changed_lines() for path, s in self._sources.items() if s.changed}

    def write(self):
        """Writes the edited files; returns False if there are none."""
        changed = [s for s in self._sources.values() if s.changed]
        for source in changed:
            (self.root / source.path).write_text(source.result(), encoding="utf-8",
                                                 errors="surrogateescape")
        return bool(changed)
