# SPDX-License-Identifier: GPL-2.0
"""Checks WIFEXITED() before WEXITSTATUS(), which is 0 for a child that a signal killed."""

ESCAPES = ("goto", "return")


def killed_on_purpose(function):
    """Returns why @function stays unchanged: the parent kills the child and then waits for it."""
    waited = {call.arguments[0] for call in function.calls("waitpid")}
    return any(call.arguments[0] in waited for call in function.calls("kill"))


def _unchecked(function):
    checked = {call.arguments[0] for call in function.calls("WIFEXITED")}
    return [call for call in function.calls("WEXITSTATUS") if call.arguments[0] not in checked]


def _outermost_if(function, offset):
    for statement in function.statements():
        if statement.kind == "if" and statement.start <= offset < statement.end:
            if any(call.start == offset for call in statement.condition_calls("WEXITSTATUS")):
                return statement
    return None


def _way_out(function, check):
    """The statement with which @function leaves if waiting failed or the status is wrong."""
    checks = [check] + [
        s for s in function.statements() if s.kind == "if" and s.condition_calls("waitpid")
    ]
    for known in checks:
        way_out = known.only() if len(known.children) == 1 else None
        if way_out and way_out.kind in ESCAPES:
            return way_out.text
    raise function.lost("no statement to leave with if the child was killed")


def ask_first(function):
    """Puts WIFEXITED() before each WEXITSTATUS(); returns False if nothing changed."""
    done, edits = set(), 0
    for call in _unchecked(function):
        status = call.arguments[0]
        check = _outermost_if(function, call.start)
        if check and status not in done:
            way_out = _way_out(function, check)
            function.add_before(
                check, f'if (!ASSERT_TRUE(WIFEXITED({status}), "child exited"))\n\t{way_out}'
            )
            function.source.blame(call.start)
            done.add(status)
            edits += 1
        elif status not in done:
            text = f"WIFEXITED({status}) ? WEXITSTATUS({status}) : -EINVAL"
            function.source.replace(call.start, call.end, text)
            edits += 1
    return edits > 0
