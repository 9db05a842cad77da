# SPDX-License-Identifier: GPL-2.0
"""Faults of prog_tests/token.c other than exit()."""

import fix_checks
from c_function import function, functions
from fix import Absent

FILE = "prog_tests/token.c"


def token_info(files):
    """The token's info: a call that succeeds is asserted to fail, so no value is looked at."""
    source = files.source(FILE)
    if not any(f.name == "userns_bpf_token_info" for f in functions(source)):
        raise Absent("no subtest bpf_token_info")
    test = function(source, "userns_bpf_token_info")
    query = test.statement_at(test.the_call("bpf_obj_get_info_by_fd").start)
    check = test.sibling_of(query, 1)
    if not check or not check.condition or not check.condition_calls("ASSERT_OK", "ASSERT_ERR"):
        raise test.lost("bpf_obj_get_info_by_fd() is not followed by an assertion")
    for call in check.condition_calls("ASSERT_ERR"):
        call.replace_name("ASSERT_OK")
        # An assertion that is meant to fail: its line in the log says FAIL.
        for other in test.statements():
            if other.kind == "if" and other.condition_text().startswith("ASSERT_EQ("):
                _mask(other.condition_calls("ASSERT_EQ")[0])


def _mask(call):
    """Turns "ASSERT_EQ(mask, bit, …)", which has to fail, into a check that has to hold."""
    call.source.insert(call.start, "!")
    start, (_, end) = call.ranges[0][0], call.ranges[1]
    call.source.replace(start, end, f"{call.arguments[0]} & {call.arguments[1]}, 0")


def status(files):
    """Failed checks that do not reach the status of the child."""
    source = files.source(FILE)
    child = function(source, "child")
    fix_checks.leave_on_failure(child, "ASSERT_EQ", "-EPERM", "cleanup")
    for found in functions(source):
        if found.name == "child" or found.name.startswith("userns_"):
            fix_checks.set_err(found)


def skeleton(files):
    """A skeleton that could not be loaded is written to."""
    child = function(files.source(FILE), "child")
    writes = [
        s for s in child.statements()
        if s.kind == "plain" and s.text.replace(" ", "") == "lsm_skel->bss->my_pid=0;"
    ]
    if len(writes) != 1:
        raise child.lost("lsm_skel->bss->my_pid is not set to 0 in one place")
    if child.sibling_of(writes[0], 0):
        writes[0].replace(f"if (lsm_skel)\n{writes[0].indent}\t{writes[0].text}")


def reaped(files):
    """A pid is killed that has been waited for, and may be another process's."""
    parent = function(files.source(FILE), "parent")
    wait = parent.statement_at(parent.the_call("wait_for_pid").start)
    pid = parent.the_call("wait_for_pid").arguments[0]
    kills = [call for call in parent.calls("kill") if call.arguments[0] == pid]
    if not kills:
        return
    if any(s.assigned() == pid for s in parent.statements()):
        return
    wait.insert_after(f"{pid} = 0;")
    parent.source.blame(kills[0].start)
