# SPDX-License-Identifier: GPL-2.0
"""Makes test_progs.c reap workers, and count crashed tests and failed assertions of children."""

import re

from c_function import function
from fix import Done

FILE = "test_progs.c"
INDEX = re.compile(r"\[(.+)\]$")

STATUS_LOOKED_AT = """\
else if (!WIFEXITED({status}) || WEXITSTATUS({status}))
	fprintf(stderr, "Worker %d ended with wait status 0x%x\\n", {worker}, {status});"""

FAIL_LOST_TESTS = """\
/* fail tests that are left without a result by workers that died */
for (int i = 0; i < prog_test_cnt; i++) {
	struct prog_test_def *test = &prog_test_defs[i];
	struct test_state *state = &test_states[i];

	if (!test->should_run || !test->run_test || state->tested)
		continue;

	state->tested = true;
	state->error_cnt++;
	print_test_result(test, state);
}

"""

CHILD_ERRORS = """\
/* Failed assertions of forked children, whose own counters are copies that nobody reads */
static int *child_error_cnt;
static pid_t test_pid;

static void reset_child_errors(void)
{
	void *cnt;

	test_pid = getpid();
	if (!child_error_cnt) {
		cnt = mmap(NULL, sizeof(*child_error_cnt), PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		if (cnt == MAP_FAILED) {
			perror("Unable to map child_error_cnt");
			return;
		}
		child_error_cnt = cnt;
	}
	*child_error_cnt = 0;
}

static void count_child_errors(void)
{
	int cnt = 0;

	if (child_error_cnt)
		cnt = __atomic_exchange_n(child_error_cnt, 0, __ATOMIC_RELAXED);
	if (!cnt)
		return;
	printf("%d assertions failed in forked children\\n", cnt);
	if (env.subtest_state)
		env.subtest_state->error_cnt += cnt;
	else
		env.test_state->error_cnt += cnt;
}

"""

COUNT_IN_CHILD = """\
if (child_error_cnt && getpid() != test_pid)
	__atomic_fetch_add(child_error_cnt, 1, __ATOMIC_RELAXED);
"""


def _serial_phase(server):
    """The first statement of the serial phase."""
    return server.statement_at(server.the_call("save_netns").start)


def _reaping(server):
    """The loop that waits for the workers."""
    wait = server.the_call("waitpid")
    if "worker_pids" not in wait.arguments[0]:
        raise server.lost("waitpid() is not for a worker")
    loops = [s for s in server.body.children if s.kind == "loop" and s.start < wait.start < s.end]
    if not loops:
        raise server.lost("waitpid() is not in a loop")
    return loops[0]


def reap(files):
    """Moves the wait for the workers above the serial tests, and checks their status."""
    source = files.source(FILE)
    server = function(source, "server_main")
    loop, serial = _reaping(server), _serial_phase(server)
    if loop.start < serial.start:
        raise Done
    checks = [s for s in loop.walk() if s.kind == "if"]
    if len(checks) != 1 or len(checks[0].children) != 1:
        raise server.lost("the result of waitpid() is not checked in exactly one place")
    wait = server.the_call("waitpid")
    status, worker = wait.arguments[1].lstrip("&"), INDEX.search(wait.arguments[0])
    if not worker:
        raise server.lost("waitpid() is not for one worker after the other")
    start, at = source.line_start(loop.start), source.line_end(checks[0].end)
    indent = checks[0].indent
    looked_at = "".join(
        f"{indent}{line}\n"
        for line in STATUS_LOOKED_AT.format(status=status, worker=worker[1]).split("\n")
    )
    moved = source.text[start:at] + looked_at + source.text[at : source.line_end(loop.end)]
    comment = f"{loop.indent}/* reap all workers, so that nothing runs beside serial tests */\n"
    _before_serial(source, serial, comment + moved + "\n")
    before = server.sibling_of(loop, -1)
    source.replace(source.line_end(before.end), source.line_end(loop.end), "")


def _before_serial(source, serial, text):
    comment = source.comment_before(serial.start)
    source.insert(source.line_start(comment.start if comment else serial.start), text)


def lost_tests(files):
    """Fails the tests that have no result after all workers have ended."""
    source = files.source(FILE)
    server = function(source, "server_main")
    serial = _serial_phase(server)
    if "->tested" in source.text[server.body.start : serial.start]:
        raise Done
    server.require("prog_test_cnt", "prog_test_defs", "test_states", "should_run", "run_test",
                   "tested", "error_cnt")
    if len(function(source, "print_test_result").signature.arguments) != 2:
        raise function(source, "print_test_result").lost("does not take two arguments")
    indent = serial.indent
    text = "".join(indent + line if line.strip() else line
                   for line in FAIL_LOST_TESTS.splitlines(keepends=True))
    _before_serial(source, serial, text)
    dispatch = function(source, "dispatch_thread")
    for statement in dispatch.statements():
        if statement.kind == "goto" and statement.text == "goto error;":
            source.blame(statement.start)
            break


def child_errors(files):
    """Counts the failed assertions of forked children."""
    source = files.source(FILE)
    fail, end = function(source, "test__fail"), function(source, "test__end_subtest")
    run = function(source, "run_one_test")
    if any(call.name == "getpid" for call in fail.calls()):
        raise Done
    fail.require("subtest_state", "test_state", "error_cnt", "printf")
    source.insert(min(f.start for f in (fail, end, run)), CHILD_ERRORS)
    fail.body.children[0].insert_before(COUNT_IN_CHILD + "\n")
    declared = end.declarations()
    source.insert(source.line_end(declared[-1].end), "\n\tcount_child_errors();\n")
    ended = [s for s in run.statements() if s.kind == "if" and s.calls("test__end_subtest")]
    if len(ended) != 1:
        raise run.lost("a test does not end in one place")
    run.statement_at(run.the_call("stdio_hijack").start).insert_after("reset_child_errors();")
    ended[0].insert_after("count_child_errors();")
    files.include(source, "sys/mman.h")
    source.blame(fail.start)
