# SPDX-License-Identifier: GPL-2.0
"""Checks of a child that fail without reaching its exit status."""

STATUS = ("return err;", "exit(err)", "exit(-err)", "exit(err != 0)")


def _reports_err(function, label):
    """True if what follows @label in @function ends with the status that err holds."""
    behind = function.source.text[label.end : function.source.tokens[function.body.last].start]
    return any(status in behind for status in STATUS)


def _labels(function):
    return {s.source.tokens[s.first].text: s for s in function.statements() if s.kind == "label"}


def set_err(function):
    """Sets err where a check of something else than err fails, before the jump to the end."""
    labels, tokens = _labels(function), function.source.tokens
    for check in function.statements():
        if check.kind != "if" or len(check.children) != 1 or check.children[0].kind != "goto":
            continue
        jump = check.children[0]
        label = labels.get(tokens[jump.first + 1].text)
        asserted = [c for c in check.condition_calls() if c.name.startswith("ASSERT_")]
        if not asserted or not label or not _reports_err(function, label):
            continue
        if any(call.arguments[0] == "err" for call in asserted):
            continue
        in_block(check, f"err = -EINVAL;\n{jump.text}")


def in_block(check, text):
    """Makes the only statement of @check, an if without braces, a block of lines @text."""
    source, body = check.source, check.children[0]
    close = source.tokens[check.condition[1] + 1].end
    lines = "".join(f"{check.indent}\t{line}\n" for line in text.split("\n"))
    source.replace(close, source.line_end(body.end), f" {{\n{lines}{check.indent}}}\n")


def leave_on_failure(function, name, value, label):
    """Makes assertions "NAME(err, VALUE, …);", whose result nobody looks at, leave for @label."""
    for statement in function.statements():
        calls = statement.calls(name) if statement.kind == "plain" else []
        if len(calls) != 1 or calls[0].start != statement.start:
            continue
        if calls[0].arguments[:2] != ["err", value]:
            continue
        source = function.source
        source.replace(statement.start, statement.start, "if (!")
        lines = f") {{\n\terr = -EINVAL;\n\tgoto {label};\n}}"
        lines = lines.replace("\n", "\n" + statement.indent)
        source.replace(statement.end - 1, statement.end, lines)
