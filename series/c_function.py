# SPDX-License-Identifier: GPL-2.0
"""The functions of a C source: their statements and calls, found without a compiler."""

from c_source import NotRecognised

LOOPS = ("for", "while", "switch")


class Call:
    """A call of @name. Its arguments are texts, and ranges of offsets in @ranges."""

    def __init__(self, source, index):
        self.source = source
        self.index = index
        self.name = source.tokens[index].text
        self.close = source.tokens[index + 1].match
        self.start = source.tokens[index].start
        self.end = source.tokens[self.close].end
        self.ranges = []
        first = at = index + 2
        while at <= self.close:
            token = source.tokens[at]
            if token.text == "," or at == self.close:
                if at > first:
                    self.ranges.append((source.tokens[first].start, source.tokens[at - 1].end))
                first = at + 1
            at = at + 1 if token.match is None or at == self.close else token.match + 1
        self.arguments = [source.text[start:end] for start, end in self.ranges]

    def replace_name(self, name):
        self.source.replace(self.start, self.start + len(self.name), name)

    def replace_argument(self, number, text):
        self.source.replace(*self.ranges[number], text)


def calls_between(source, first, last, *names):
    """The calls of @names (any, if none are given) in the tokens from @first to @last."""
    found = []
    for index in range(first, last):
        token, after = source.tokens[index], source.tokens[index + 1]
        if token.kind == "word" and after.text == "(" and (not names or token.text in names):
            found.append(Call(source, index))
    return found


class Statement:
    """A statement: tokens @first to @last. @kind: block if loop label return goto or plain."""

    def __init__(self, source, kind, first):
        self.source = source
        self.kind = kind
        self.first = self.last = first
        self.condition = None  # tokens between the parentheses, first and last
        self.children = []  # of an if: the statement and the else branch

    @property
    def start(self):
        return self.source.tokens[self.first].start

    @property
    def end(self):
        return self.source.tokens[self.last].end

    @property
    def text(self):
        return self.source.slice(self.first, self.last)

    @property
    def indent(self):
        return self.source.indent(self.start)

    def calls(self, *names):
        return calls_between(self.source, self.first, self.last, *names)

    def condition_calls(self, *names):
        return calls_between(self.source, *self.condition, *names) if self.condition else []

    def condition_text(self):
        return self.source.slice(*self.condition)

    def assigned(self):
        """The name that a plain statement "NAME = …;" assigns to, or None."""
        tokens = self.source.tokens
        if self.kind != "plain" or self.last < self.first + 3:
            return None
        return tokens[self.first].text if tokens[self.first + 1].text == "=" else None

    def only(self, number=0):
        """The only statement in child @number, with or without braces; or None."""
        if number >= len(self.children):
            return None
        child = self.children[number]
        if child.kind != "block":
            return child
        return child.children[0] if len(child.children) == 1 else None

    def walk(self):
        yield self
        for child in self.children:
            yield from child.walk()

    def insert_before(self, text):
        """Adds @text, lines without indentation, above the statement."""
        lines = indented(text, self.indent)
        if self.source.begins_line(self.start):
            self.source.insert(self.source.line_start(self.start), lines)
        else:  # move the rest of the line down
            self.source.insert(self.start, lines.lstrip() + self.indent)

    def insert_after(self, text):
        lines = indented(text, self.indent)
        if self.source.ends_line(self.end):
            self.source.insert(self.source.line_end(self.end), lines)
        else:
            self.source.insert(self.end, "\n" + lines.removesuffix("\n"))

    def replace(self, text):
        self.source.replace(self.start, self.end, text)

    def remove(self):
        """Removes the statement's lines, and the comment above them."""
        comment = self.source.comment_before(self.start)
        start = self.source.line_start(comment.start if comment else self.start)
        self.source.replace(start, self.source.line_end(self.end), "")


def shifted(text, columns):
    """@text with all lines but the first moved by @columns."""
    first, *rest = text.split("\n")
    for line in rest:
        blanks = len(line.expandtabs(8)) - len(line.expandtabs(8).lstrip()) + columns
        first += "\n" + "\t" * (blanks // 8) + " " * (blanks % 8) + line.lstrip()
    return first


def indented(text, indent):
    """The lines of @text, all with @indent in front."""
    lines = text.removesuffix("\n").split("\n")
    return "".join(indent + line + "\n" if line else "\n" for line in lines)


class _Parser:
    """Turns the tokens of a function's body into statements."""

    def __init__(self, source):
        self.source = source
        self.tokens = source.tokens

    def block(self, first):
        block = Statement(self.source, "block", first)
        at = first + 1
        while at < self.tokens[first].match:
            child = self.statement(at)
            block.children.append(child)
            at = child.last + 1
        block.last = self.tokens[first].match
        return block

    def statement(self, at):
        token, after = self.tokens[at], self.tokens[at + 1]
        if token.text == "{":
            return self.block(at)
        if token.text == "if":
            return self.conditional(at)
        if token.text == "do":
            return self.until(at)
        if token.text in ("case", "default") or (token.kind == "word" and after.text == ":"):
            return self.label(at)
        if token.kind == "word" and after.text == "(":
            behind = self.tokens[after.match + 1].text
            if token.text in LOOPS or behind == "{":
                return self.loop(at)
        return self.plain(at)

    def with_condition(self, kind, at):
        statement = Statement(self.source, kind, at)
        close = self.tokens[at + 1].match
        statement.condition = (at + 2, close - 1)
        body = self.statement(close + 1)
        statement.children.append(body)
        statement.last = body.last
        return statement

    def conditional(self, at):
        statement = self.with_condition("if", at)
        if self.tokens[statement.last + 1].text == "else":
            other = self.statement(statement.last + 2)
            statement.children.append(other)
            statement.last = other.last
        return statement

    def loop(self, at):
        return self.with_condition("loop", at)

    def until(self, at):
        statement = Statement(self.source, "loop", at)
        body = self.statement(at + 1)
        statement.children.append(body)
        statement.last = self.plain(body.last + 1).last
        return statement

    def label(self, at):
        statement = Statement(self.source, "label", at)
        while self.tokens[at].text != ":":
            at += 1
        statement.last = at
        return statement

    def plain(self, at):
        kind = self.tokens[at].text if self.tokens[at].text in ("return", "goto") else "plain"
        statement = Statement(self.source, kind, at)
        while self.tokens[at].text != ";":
            if self.tokens[at].text == "}":
                raise NotRecognised(f"{self.source.path}: a statement without a semicolon")
            at = at + 1 if self.tokens[at].match is None else self.tokens[at].match + 1
        statement.last = at
        return statement


class Function:
    """A function defined in @source. Token @index is its name."""

    def __init__(self, source, index):
        self.source = source
        self.name = source.tokens[index].text
        self.signature = Call(source, index)
        self.index = index
        self.body = _Parser(source).block(self.signature.close + 1)

    def lost(self, what):
        """Returns the exception for a function without @what."""
        return NotRecognised(f"{self.source.path}: {self.name}(): {what}")

    @property
    def start(self):
        """The offset of the function's first line, or of the comment above it."""
        tokens, first = self.source.tokens, self.index
        while first and tokens[first - 1].text not in (";", "}"):
            first -= 1
        floor = max((d.end for d in self.source.directives if d.end <= tokens[self.index].start),
                    default=0)
        while tokens[first].start < floor:
            first += 1
        comment = self.source.comment_before(tokens[first].start)
        return self.source.line_start(comment.start if comment else tokens[first].start)

    def statements(self):
        yield from self.body.walk()

    def calls(self, *names):
        return self.body.calls(*names)

    def the_call(self, name):
        """The only call of @name."""
        found = self.calls(name)
        if len(found) != 1:
            raise self.lost(f"{len(found)} calls of {name}(), not one")
        return found[0]

    def statement_at(self, offset):
        """The innermost statement around @offset."""
        return [s for s in self.statements() if s.start <= offset < s.end][-1]

    def sibling_of(self, statement, distance):
        """The statement @distance places from @statement in the same block, or None."""
        for block in self.statements():
            if statement in block.children and block.kind == "block":
                at = block.children.index(statement) + distance
                return block.children[at] if 0 <= at < len(block.children) else None
        return None

    def add_before(self, statement, text):
        self._in_block(statement).insert_before(text)

    def add_after(self, statement, text):
        self._in_block(statement).insert_after(text)

    def _in_block(self, statement):
        if not self.sibling_of(statement, 0):
            line = self.source.line_of(statement.start)
            raise self.lost(f"line {line}: a statement without a block around it")
        return statement

    def embrace(self, statement, text):
        """Puts lines @text above @statement. Adds braces if the statement is alone under an if."""
        self.source.blame(statement.start)
        if self.sibling_of(statement, 0):
            statement.insert_before(text)
            return
        above = [s for s in self.statements() if s.kind == "if" and statement in s.children]
        if not above or len(above[0].children) != 1:
            raise self.lost(f"line {self.source.line_of(statement.start)}: not alone under an if")
        source, check = self.source, above[0]
        close = source.tokens[check.condition[1] + 1].end
        if source.begins_line(statement.start):
            source.insert(close, " {")
            statement.insert_before(text)
        else:
            lines = indented(text, check.indent + "\t")
            between = source.text[close : statement.start].rstrip()
            source.replace(close, statement.start,
                           f" {{{between}\n{lines}{check.indent}\t")
        source.insert(source.line_end(statement.end), check.indent + "}\n")

    def declares(self, name):
        """True if @name is a parameter or a local variable."""
        tokens, signature = self.source.tokens, self.signature
        words = {t.text for t in tokens[signature.index : signature.close]}
        return name in words or bool(self.declaration_of(name))

    def require(self, *names):
        """Raises an exception if the file lacks one of the @names, which the added text uses."""
        words = {token.text for token in self.source.tokens}
        for name in names:
            if name not in words:
                raise self.lost(f"{name} is not known in this file")

    def declarations(self):
        """The declarations of the function's variables, which precede all other statements."""
        found = []
        for child in self.body.children:
            if child.kind != "plain" or not _declares(child):
                break
            found.append(child)
        return found

    def declaration_of(self, name):
        for statement in self.declarations():
            if any(t.text == name for t in self.source.tokens[statement.first : statement.last]):
                return statement
        return None

    def declare(self, text):
        """Adds declaration @text so that the lines stay ordered by length, the longest first."""
        known, source = self.declarations(), self.source
        longer = [s for s in known if len(s.text) >= len(text)]
        if longer:
            at, line = source.line_end(longer[-1].end), longer[-1].indent + text
        elif known:
            at, line = source.line_start(known[0].start), known[0].indent + text
        else:
            at = source.line_end(source.tokens[self.body.first].end)
            line = f"\t{text}\n"
        if not source.inserted_at(at, line + "\n"):
            source.insert(at, line + "\n")


def _declares(statement):
    """Two words in a row ("struct stat", "int err"), with or without stars, or a macro call."""
    tokens = statement.source.tokens
    first, second = tokens[statement.first], tokens[statement.first + 1]
    if first.text.isupper() and second.text == "(":
        return True
    return first.kind == "word" and (second.kind == "word" or second.text == "*")


def functions(source):
    """All functions that @source defines, in order."""
    found, at, tokens = [], 0, source.tokens
    while at + 1 < len(tokens):
        token = tokens[at]
        if token.kind == "word" and tokens[at + 1].text == "(":
            close = tokens[at + 1].match
            if close + 1 < len(tokens) and tokens[close + 1].text == "{":
                found.append(Function(source, at))
                at = found[-1].body.last + 1
                continue
        at = at + 1 if token.match is None or token.match < at else token.match + 1
    return found


def function(source, name):
    """The function @name of @source."""
    for found in functions(source):
        if found.name == name:
            return found
    raise NotRecognised(f"{source.path}: {name}(): no such function")
