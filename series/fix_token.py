# SPDX-License-Identifier: GPL-2.0
"""Fixes faults of prog_tests/token.c other than exit()."""

import fix_checks
from c_function import functions
from c_source import NotRecognised
from fix import Absent

FILE = "prog_tests/token.c"


def _with_calls(source, *names):
    return [f for f in functions(source) if f.calls(*names)]


def _child(source):
    """The function that the child runs, which destroys the LSM skeleton."""
    found = _with_calls(source, "token_lsm__destroy")
    if len(found) != 1:
        raise NotRecognised(f"{source.path}: child(): {len(found)} functions call "
                            "token_lsm__destroy(), not one")
    return found[0]


def token_info(files):
    """Corrects the assertion on the call for the token's info, so that values are compared."""
    source = files.source(FILE)
    if "bpf_token_info" not in {token.text for token in source.tokens}:
        raise Absent("no subtest bpf_token_info")
    found = _with_calls(source, "bpf_obj_get_info_by_fd")
    if not found:
        raise NotRecognised(f"{FILE}: userns_bpf_token_info(): no function calls "
                            "bpf_obj_get_info_by_fd()")
    test = found[0]
    query = test.statement_at(test.the_call("bpf_obj_get_info_by_fd").start)
    check = test.sibling_of(query, 1)
    if not check or not check.condition or not check.condition_calls("ASSERT_OK", "ASSERT_ERR"):
        raise test.lost("bpf_obj_get_info_by_fd() is not followed by an assertion")
    for call in check.condition_calls("ASSERT_ERR"):
        call.replace_name("ASSERT_OK")
        # This assertion is meant to fail: its line in the log says FAIL.
        for other in test.statements():
            if other.kind == "if" and other.condition_text().startswith("ASSERT_EQ("):
                _mask(other.condition_calls("ASSERT_EQ")[0])


def _mask(call):
    """Turns "ASSERT_EQ(mask, bit, …)", which must fail, into a check that must hold."""
    call.source.insert(call.start, "!")
    start, (_, end) = call.ranges[0][0], call.ranges[1]
    call.source.replace(start, end, f"{call.arguments[0]} & {call.arguments[1]}, 0")


def _callbacks(source):
    """The functions that the child runs for the subtests: arguments of the function that forks."""
    forking = _with_calls(source, "fork")
    if len(forking) != 1:
        raise NotRecognised(f"{source.path}: subtest_userns(): {len(forking)} functions fork, "
                            "not one")
    passed = {argument for f in functions(source) for call in f.calls(forking[0].name)
              for argument in call.arguments}
    found = [f for f in functions(source) if f.name in passed]
    if not found:
        raise forking[0].lost("is given no function for the child")
    return found


def status(files):
    """Makes failed checks reach the child's exit status."""
    source = files.source(FILE)
    child = _child(source)
    fix_checks.leave_on_failure(child)
    fix_checks.set_status(child)
    for callback in _callbacks(source):
        if fix_checks.status_variable(callback):
            fix_checks.leave_on_failure(callback)
            fix_checks.set_status(callback)


def skeleton(files):
    """Does not write to a skeleton that could not be loaded."""
    child = _child(files.source(FILE))
    destroy = child.the_call("token_lsm__destroy")
    write = child.sibling_of(child.statement_at(destroy.start), -1)
    if not write or not f"{destroy.arguments[0]}->bss->" in write.text:
        raise child.lost("token_lsm__destroy() does not follow a write to the skeleton")
    if write.kind == "plain":
        write.replace(f"if ({destroy.arguments[0]})\n{write.indent}\t{write.text}")


def reaped(files):
    """Does not kill a pid that was reaped, as it may belong to another process."""
    source = files.source(FILE)
    waiting = {"waitpid"} | {f.name for f in _with_calls(source, "waitpid")}
    for parent in _with_calls(source, "kill"):
        for wait in parent.calls(*waiting):
            if _forget(parent, wait):
                return
    if not _with_calls(source, "waitpid") or not _with_calls(source, "kill"):
        raise NotRecognised(f"{FILE}: parent(): no function waits for the child, or none kills it")


def _forget(parent, wait):
    """Sets the pid to 0 after @wait; returns False if the pid is not killed later."""
    pid = wait.arguments[0]
    kills = [c for c in parent.calls("kill") if c.arguments[0] == pid and c.start > wait.start]
    forgotten = any(s.assigned() == pid and s.start > wait.start for s in parent.statements())
    if not kills or forgotten:
        return False
    parent.add_after(parent.statement_at(wait.start), f"{pid} = 0;")
    parent.source.blame(kills[0].start)
    return True
