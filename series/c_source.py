# SPDX-License-Identifier: GPL-2.0
"""C source text: tokens with matched brackets, and edits that keep the rest of the text."""

import bisect
import re

TOKEN = re.compile(
    r"""(?P<comment>/\*.*?\*/|//[^\n]*)
      | (?P<directive>^[ \t]*\#(?:\\\n|/\*.*?\*/|[^\n])*)
      | (?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
      | (?P<word>[A-Za-z_]\w*)
      | (?P<number>\.?\d(?:[eEpP][+-]|[\w.])*)
      | (?P<punctuation>->|\+\+|--|<<=|>>=|<<|>>|[<>=!]=|&&|\|\||[-+*/%&|^]=|\.\.\.|\S)""",
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
INCLUDE = re.compile(r"""\s*#\s*include\s*[<"]([^>"]+)[>"]""")
CLOSING = {"(": ")", "[": "]", "{": "}"}


class NotRecognised(Exception):
    """The source does not have the form that an edit expects."""


class Token:
    """One token. @match is the index of the matching bracket."""

    __slots__ = ("kind", "text", "start", "end", "match")

    def __init__(self, kind, text, start):
        self.kind = kind
        self.text = text
        self.start = start
        self.end = start + len(text)
        self.match = None


class Source:
    """A C file. Collects edits; result() applies them."""

    def __init__(self, path, text):
        self.path = path
        self.text = text
        self.tokens = []  # code
        self.comments = []
        self.directives = []
        self._starts = []  # of the tokens
        self._edits = []
        self._blamed = set()  # offsets
        for found in TOKEN.finditer(text):
            token = Token(found.lastgroup, found.group(), found.start())
            lists = {"comment": self.comments, "directive": self.directives}
            lists.get(token.kind, self.tokens).append(token)
        self._match_brackets()

    def _match_brackets(self):
        opened = []
        for index, token in enumerate(self.tokens):
            if token.text in CLOSING:
                opened.append(index)
            elif token.text in CLOSING.values():
                if not opened or CLOSING[self.tokens[opened[-1]].text] != token.text:
                    line = self.line_of(token.start)
                    raise NotRecognised(f"{self.path}: line {line}: unmatched '{token.text}'")
                token.match = opened.pop()
                self.tokens[token.match].match = index
        if opened:
            token = self.tokens[opened[-1]]
            line = self.line_of(token.start)
            raise NotRecognised(f"{self.path}: line {line}: unmatched '{token.text}'")

    def index_at(self, offset):
        """The index of the first token that starts at @offset or behind it."""
        if len(self._starts) != len(self.tokens):
            self._starts = [token.start for token in self.tokens]
        return bisect.bisect_left(self._starts, offset)

    def slice(self, first, last):
        """The text of the tokens from index @first to @last, both included."""
        return self.text[self.tokens[first].start : self.tokens[last].end]

    def offset_of(self, line, column):
        """The offset of @column (in bytes) in @line; both count from 1."""
        start = sum(len(text) + 1 for text in self.text.split("\n")[: line - 1])
        text = self.text[start:].encode(errors="surrogateescape")[: column - 1]
        return start + len(text.decode(errors="surrogateescape"))

    def line_of(self, offset):
        """The number of the line that @offset is in."""
        return self.text.count("\n", 0, offset) + 1

    def line_start(self, offset):
        return self.text.rfind("\n", 0, offset) + 1

    def line_end(self, offset):
        """The offset behind the newline of the line with @offset, and of a comment in that line."""
        found = self.text.find("\n", offset)
        end = len(self.text) if found < 0 else found + 1
        for comment in self.comments:
            if offset <= comment.start < end < comment.end:
                return self.line_end(comment.end)
        return end

    def begins_line(self, offset):
        """True if only blanks precede @offset in its line."""
        return not self.text[self.line_start(offset) : offset].strip()

    def ends_line(self, offset):
        """True if no code follows @offset in its line."""
        index = self.index_at(offset)
        return index == len(self.tokens) or self.tokens[index].start >= self.line_end(offset)

    def indent(self, offset):
        start = self.line_start(offset)
        return re.compile(r"[ \t]*").match(self.text, start).group()

    def comment_before(self, offset):
        """The comment on lines of its own directly above the line of @offset, or None."""
        start = self.line_start(offset)
        for comment in self.comments:
            if comment.end < start and self.text[comment.end : start].strip(" \t") == "\n":
                if not self.text[self.line_start(comment.start) : comment.start].strip():
                    return comment
        return None

    def replace(self, start, end, text):
        self._edits.append((start, end, text))

    def insert(self, offset, text):
        self.replace(offset, offset, text)

    def inserted_at(self, offset, text=None):
        """True if an edit puts @text (or anything) directly above the line of @offset."""
        start = self.line_start(offset)
        return any(edit[:2] == (start, start) and text in (None, edit[2]) for edit in self._edits)

    def behind_global(self, name):
        """The offset behind the line that declares the file's variable @name."""
        at = 0
        while at < len(self.tokens):
            token = self.tokens[at]
            if token.text == name and self.tokens[at + 1].text in (";", "=", ",", "["):
                while self.tokens[at].text != ";":
                    at += 1
                return self.line_end(self.tokens[at].end)
            at = at + 1 if token.match is None else token.match + 1
        raise NotRecognised(f"{self.path}: no variable {name}")

    def blame(self, offset):
        """Counts the line of @offset as changed, though no edit touches it (for Fixes:)."""
        self._blamed.add(offset)

    def changed_lines(self):
        """The numbers of the lines that edits replace, and of lines marked as changed."""
        lines = {self.line_of(offset) for offset in self._blamed}
        for start, end, _ in self._edits:
            first = self.line_of(start)
            if end > start:
                lines.update(range(first, first + self.text.count("\n", start, end - 1) + 1))
        return sorted(lines)

    def includes(self):
        """The headers that the file includes."""
        found = (INCLUDE.match(directive.text) for directive in self.directives)
        return [include[1] for include in found if include]

    def _plain_includes(self):
        """The #include lines above all code, except those under an #if."""
        code = next((t.start for t in self.tokens if t.text == "{"), len(self.text))
        found, depth = [], 0
        for directive in self.directives:
            word = directive.text.strip().lstrip("#").lstrip()
            depth += word.startswith("if") - word.startswith("endif")
            if not depth and directive.start < code and INCLUDE.match(directive.text):
                found.append(directive)
        return found

    def add_include(self, header):
        """Adds #include <@header> beside other such lines, unless it is there."""
        line = f"#include <{header}>"
        if header in self.includes() or any(line + "\n" == edit[2] for edit in self._edits):
            return
        known = self._plain_includes()
        if not known:
            raise NotRecognised(f"{self.path}: no #include to put {line} beside")
        system = [d for d in known if "<" in d.text] or known
        before = [d for d in system if d.text < line and "<linux" not in d.text]
        self.insert(self.line_end((before or system)[-1].start), line + "\n")

    @property
    def changed(self):
        return bool(self._edits)

    def result(self):
        text = self.text
        # At one offset, insertions precede replacements, in the order in which they were made.
        order = sorted(enumerate(self._edits),
                       key=lambda pair: (pair[1][0], pair[1][1] > pair[1][0], pair[0]))
        for _, (start, end, new) in reversed(order):
            text = text[:start] + new + text[end:]
        return text
