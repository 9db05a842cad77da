# SPDX-License-Identifier: GPL-2.0
"""Replaces exit() in forked children, at the places that exitcheck has found."""

import re

from c_function import Call, calls_between, functions, shifted

PRINTING = ("printf", "puts", "putchar", "vprintf", "perror", "hexdump", "test__fail")
MACROS = ("ASSERT_", "CHECK", "RUN_TESTS")
EXECS = ("execl", "execlp", "execle", "execv", "execvp", "execve", "execvpe")


def _call_at(source, line, column):
    return Call(source, source.index_at(source.offset_of(line, column)))


def _around(source, offset):
    for function in functions(source):
        if function.start <= offset < function.body.end:
            return function
    raise LookupError(f"{source.path}: no function at {offset}")


def _child_code(function, offset):
    """The tokens that the child runs: those of the if for pid 0 around @offset, or all."""
    for statement in function.statements():
        if statement.kind != "if" or not statement.start <= offset < statement.end:
            continue
        condition, body = statement.condition_text(), statement.children[0]
        if ("== 0" in condition or condition.startswith("!")) and body.start <= offset < body.end:
            return body.first, body.last
    return function.body.first, function.body.last


def _prints(function, first, last, seen):
    """True if the tokens may print to stdout, or call a function of this file that may."""
    source = function.source
    known = {f.name: f for f in functions(source)}
    parameters = source.slice(function.signature.index, function.signature.close)
    for call in calls_between(source, first, last):
        if call.name in PRINTING or call.name.startswith(MACROS):
            return True
        if f"(*{call.name})" in parameters:  # an unknown function
            return True
        callee = known.get(call.name)
        if callee and call.name not in seen:
            seen.add(call.name)
            if _prints(callee, callee.body.first, callee.body.last, seen):
                return True
    return False


def _flush_before_fork(source, finding):
    fork = finding.get("fork")
    if not fork or fork["path"] != finding["path"]:
        return
    call = _call_at(source, fork["line"], fork["column"])
    function = _around(source, call.start)
    statement = function.statement_at(call.start)
    flushed = any(known.start < call.start for known in function.calls("fflush"))
    if not flushed and not source.inserted_at(statement.start):
        if statement.kind == "plain" and function.sibling_of(statement, 0):
            statement.insert_before("fflush(stdout);")


def _flushed(function, call):
    """The lines to put above exit(), @call, of a child that prints. May change the status."""
    if "errno" not in call.arguments[0]:
        return "fflush(stdout);"
    # fflush() may change errno.
    if not function.declares("saved_errno"):
        function.declare("int saved_errno;")
    call.replace_argument(0, re.sub(r"\berrno\b", "saved_errno", call.arguments[0]))
    return "saved_errno = errno;\nfflush(stdout);"


def end_child(files, finding):
    """Replaces the exit() of @finding by _exit(); returns True if it needs a flush of stdout."""
    source = files.source(finding["path"])
    call = _call_at(source, finding["line"], finding["column"])
    function = _around(source, call.start)
    statement = function.statement_at(call.start)
    first, last = _child_code(function, call.start)
    prints = "fflush" in finding["verdict"] or _prints(function, first, last, {function.name})
    files.include(source, "unistd.h")
    call.replace_name("_exit")
    if not prints:
        return False
    function.embrace(statement, _flushed(function, call))
    _flush_before_fork(source, finding)
    return True


def end_failed_exec(files, finding):
    """Ends the child of @finding, which returned from the function that forked it."""
    source = files.source(finding["fork"]["path"])
    fork = _call_at(source, finding["fork"]["line"], finding["fork"]["column"])
    function = _around(source, fork.start)
    files.include(source, "unistd.h")
    for statement in function.statements():
        if statement.kind != "return" or statement.start < fork.start:
            continue
        first, last = _child_code(function, statement.start)
        if first == function.body.first:
            continue
        execs = calls_between(source, first, last, *EXECS)
        if not execs:
            continue
        if statement.calls(*EXECS):
            statement.replace(shifted(statement.text.removeprefix("return "), -len("return ")))
            statement.insert_after("_exit(errno);")
        else:
            statement.replace("_exit(errno);")
        return
    raise function.lost("no return after an exec in the child")
