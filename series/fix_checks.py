# SPDX-License-Identifier: GPL-2.0
"""Makes failed checks of a child reach its exit status."""

from c_function import shifted

ENDS = ("return", "exit", "_exit")
# Assertions that fail only if their first argument is not 0.
STATUS_ASSERTIONS = (("ASSERT_OK", None), ("ASSERT_GE", "0"), ("ASSERT_EQ", "0"))


def status_variable(function):
    """The variable with the exit status of @function; the last statement uses no other variable."""
    last = function.body.children[-1] if function.body.children else None
    if last is None or last.kind not in ("return", "plain"):
        return None
    words = [t.text for t in function.source.tokens[last.first : last.last] if t.kind == "word"]
    if len(words) == 2 and words[0] in ENDS and function.declares(words[1]):
        return words[1]
    return None


def _ends(function):
    """The labels from which @function always reaches its last statement."""
    found = []
    for statement in function.body.children[:-1]:
        if statement.kind == "label":
            found.append(function.source.tokens[statement.first].text)
        elif statement.kind in ("return", "goto"):
            found = []
    return found


def _holds_status(call, status):
    """True if @status is not 0 after the assertion @call failed."""
    known = [second for name, second in STATUS_ASSERTIONS if name == call.name]
    if not known or call.arguments[0] != status:
        return False
    return known[0] is None or call.arguments[1] == known[0]


def set_status(function):
    """Sets the status where another check fails, before the jump to the end."""
    status, ends, tokens = status_variable(function), _ends(function), function.source.tokens
    if not status:
        raise function.lost("does not end with the status of its checks")
    for check in function.statements():
        jump = check.only() if check.kind == "if" and len(check.children) == 1 else None
        if not jump or jump.kind != "goto":
            continue
        asserted = [c for c in check.condition_calls() if c.name.startswith("ASSERT_")]
        if not asserted or tokens[jump.first + 1].text not in ends:
            continue
        if not any(_holds_status(call, status) for call in asserted):
            function.embrace(jump, f"{status} = -EINVAL;")


def _nearest_jump(function, offset):
    """The text of the jump to the end of @function that is nearest to @offset, or None."""
    ends, tokens = _ends(function), function.source.tokens
    jumps = [s for s in function.statements()
             if s.kind == "goto" and tokens[s.first + 1].text in ends]
    return min(jumps, key=lambda jump: abs(jump.start - offset)).text if jumps else None


def leave_on_failure(function):
    """Adds a jump to the end of @function to assertions whose result is ignored."""
    status, source = status_variable(function), function.source
    for statement in function.statements():
        if statement.kind != "plain" or not function.sibling_of(statement, 0):
            continue
        calls = [c for c in statement.calls()
                 if c.start == statement.start and c.name.startswith("ASSERT_")]
        jump = _nearest_jump(function, statement.start)
        if not calls or not jump or _holds_status(calls[0], status):
            continue
        text = shifted(statement.text.removesuffix(";"), len("if (!"))
        lines = f"if (!{text}) {{\n\t{status} = -EINVAL;\n\t{jump}\n}}"
        first, *rest = lines.split("\n")
        moved = len(text.split("\n")) - 1
        rest = [line if n < moved else statement.indent + line for n, line in enumerate(rest)]
        source.replace(statement.start, statement.end, "\n".join([first, *rest]))
