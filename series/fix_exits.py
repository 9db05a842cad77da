# SPDX-License-Identifier: GPL-2.0
"""exit() in forked children, at the places that exitcheck has found."""

from c_function import Call, calls_between, functions
from fix_checks import in_block

PRINTING = ("printf", "puts", "putchar", "vprintf", "perror", "hexdump", "test__fail")
MACROS = ("ASSERT_", "CHECK", "RUN_TESTS")
EXECS = ("execl", "execlp", "execle", "execv", "execvp", "execve", "execvpe")


def _call_at(source, line, column):
    offset = 0
    for _ in range(line - 1):
        offset = source.line_end(offset)
    return Call(source, source.index_at(offset + column - 1))


def _around(source, offset):
    for function in functions(source):
        if function.start <= offset < function.body.end:
            return function
    raise LookupError(f"{source.path}: no function at {offset}")


def _child_code(function, offset):
    """The tokens that the child runs: the if around @offset that asks for pid 0, or all."""
    for statement in function.statements():
        if statement.kind != "if" or not statement.start <= offset < statement.end:
            continue
        condition, body = statement.condition_text(), statement.children[0]
        if ("== 0" in condition or condition.startswith("!")) and body.start <= offset < body.end:
            return body.first, body.last
    return function.body.first, function.body.last


def _prints(function, first, last, seen):
    """True if the tokens, or a function of this file that they call, may print to stdout."""
    source = function.source
    known = {f.name: f for f in functions(source)}
    parameters = source.slice(function.signature.index, function.signature.close)
    for call in calls_between(source, first, last):
        if call.name in PRINTING or call.name.startswith(MACROS):
            return True
        if f"(*{call.name})" in parameters:  # a function that is not known
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
    if statement.kind == "plain" and not flushed and not source.inserted_at(statement.start):
        statement.insert_before("fflush(stdout);")


def end_child(files, finding):
    """Makes the exit() of @finding an _exit(), with a flush where the child prints."""
    source = files.source(finding["path"])
    call = _call_at(source, finding["line"], finding["column"])
    function = _around(source, call.start)
    statement = function.statement_at(call.start)
    first, last = _child_code(function, call.start)
    prints = "fflush" in finding["verdict"] or _prints(function, first, last, {function.name})
    files.include(source, "unistd.h")
    # fflush() may change errno: a status that is errno goes without.
    if not prints or "errno" in call.arguments[0]:
        call.replace_name("_exit")
        return
    if function.sibling_of(statement, 0):
        statement.insert_before("fflush(stdout);")
        call.replace_name("_exit")
    else:
        check = [s for s in function.statements() if s.children and s.children[0] is statement]
        if not check:
            raise function.lost("exit() is neither in a block nor alone in an if")
        in_block(check[0], f"fflush(stdout);\n_{statement.text}")
    _flush_before_fork(source, finding)


def _shifted(text, columns):
    """@text with the lines behind the first one moved by @columns."""
    first, *rest = text.split("\n")
    for line in rest:
        blanks = len(line.expandtabs(8)) - len(line.expandtabs(8).lstrip()) + columns
        first += "\n" + "\t" * (blanks // 8) + " " * (blanks % 8) + line.lstrip()
    return first


def end_failed_exec(files, finding):
    """Ends the child of @finding, which returns from the function that forked it."""
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
            statement.replace(_shifted(statement.text.removeprefix("return "), -len("return ")))
            statement.insert_after("_exit(errno);")
        else:
            statement.replace("_exit(errno);")
        return
    raise function.lost("no return behind an exec in the child")
