# SPDX-License-Identifier: GPL-2.0
"""Makes file_reader read a private file, accept only -EFAULT, and run serially."""

import re

from c_function import function, functions
from fix import Done

USER = "prog_tests/file_reader.c"
PROGRAM = "progs/file_reader.c"
FAULTING = "on_open_expect_fault"
FILLED = re.compile(r"(\w+)->bss->(\w+) = getpid\(\);")
EVICTED = re.compile(r"sizeof\((\w+)\) \* \d+")

UNCACHED_FILE = """\
/* Make a file in @dir that has no page in the page cache; false if it cannot be done there */
static bool create_uncached_file(const char *dir, char *path, size_t path_sz)
{
	size_t i, len = sizeof(file_contents), page_sz = sysconf(_SC_PAGESIZE);
	unsigned char resident[sizeof(file_contents) / 4096 + 1];
	bool uncached = false;
	struct statfs fs;
	void *map;
	int fd;

	snprintf(path, path_sz, "%s/file_reader.XXXXXX", dir);
	fd = mkstemp(path);
	if (fd < 0)
		return false;

	/* Files of an overlay have no pages of their own, so reads always fault */
	if (fstatfs(fd, &fs) || fs.f_type == OVERLAYFS_SUPER_MAGIC)
		goto out;
	if (write(fd, file_contents, len) != len || fsync(fd) ||
	    posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED))
		goto out;

	map = mmap(NULL, len, PROT_READ, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		goto out;
	uncached = !mincore(map, len, resident);
	for (i = 0; uncached && i < (len + page_sz - 1) / page_sz; i++)
		uncached = !(resident[i] & 1);
	munmap(map, len);
out:
	close(fd);
	if (!uncached)
		unlink(path);
	return uncached;
}

static void test_expect_fault(void)
{
	static const char * const dirs[] = { ".", "/var/tmp", "/tmp" };
	char path[PATH_MAX];
	int i;

	for (i = 0; i < ARRAY_SIZE(dirs); i++) {
		if (!create_uncached_file(dirs[i], path, sizeof(path)))
			continue;
		run_test("on_open_expect_fault", path);
		unlink(path);
		return;
	}
	printf("%s:SKIP:no directory where files can be dropped from the page cache\\n", __func__);
	test__skip();
}

"""


def _test(source):
    """The test's own function, serial or not."""
    names = [f.name for f in functions(source) if f.name.endswith("test_file_reader")]
    if len(names) != 1:
        raise function(source, "test_file_reader").lost("not one of this name")
    return function(source, names[0])


def _reader(source):
    """The program that must fault. BPF_PROG() has its name as an argument."""
    for found in functions(source):
        if found.name == "BPF_PROG" and FAULTING in found.signature.arguments:
            return found
    return function(source, FAULTING)


def private_file(files):
    """Makes the program read the file that is being opened, which no other process uses."""
    program = files.source(PROGRAM)
    reader = _reader(program)
    if not reader.calls("bpf_get_task_exe_file"):
        raise Done
    _program(files, program, reader, _user(files))


def _program(files, source, reader, pid):
    """Edits the program. Its variable @pid has the process to watch."""
    fetch = reader.statement_at(reader.the_call("bpf_get_task_exe_file").start)
    name, no_file = fetch.assigned(), reader.sibling_of(fetch, 1)
    put = reader.statement_at(reader.the_call("bpf_put_file").start)
    read, declared = reader.the_call("bpf_dynptr_read"), reader.declaration_of(name)
    if reader.name != FAULTING:
        raise reader.lost("has a file already, and reads another one")
    if not declared or declared.text != f"struct file *{name};":
        raise reader.lost("the file of bpf_get_task_exe_file() has no declaration of its own")
    if not no_file or no_file.kind != "if" or no_file.condition_text() != f"!{name}":
        raise reader.lost("the result of bpf_get_task_exe_file() is not assigned and then checked")
    if not reader.sibling_of(put, 0):
        raise reader.lost("bpf_put_file() depends on a condition")
    if len(read.arguments) != 5:
        raise reader.lost("bpf_dynptr_read() does not have five arguments")
    if any(token.text == "ino" for token in source.tokens):
        raise reader.lost("this file already has a variable ino")
    source.insert(source.behind_global(pid), "__u64 ino;\n")
    start = reader.signature.start
    source.replace(start, reader.signature.end, f"BPF_PROG({FAULTING}, struct file *{name})")
    declared.remove()
    source.replace(source.line_start(fetch.start), source.line_end(fetch.end), "")
    condition = no_file.condition
    first, last = source.tokens[condition[0]].start, source.tokens[condition[1]].end
    source.replace(first, last, f"{name}->f_inode->i_ino != ino")
    read.replace_argument(3, "0")
    put.remove()
    files.include(source, "bpf/bpf_tracing.h")


def _user(files):
    """Edits the test; returns the name of the program's variable for the process to watch."""
    source = files.source(USER)
    run, test = function(source, "run_test"), _test(source)
    evict, opened = run.the_call("madvise"), run.the_call("open")
    filled = [(s, FILLED.fullmatch(s.text)) for s in run.statements() if s.kind == "plain"]
    filled = [(statement, found) for statement, found in filled if found]
    runs = [c for c in test.calls("run_test") if len(c.arguments) == 1]
    faulting = [c for c in runs if FAULTING in c.arguments[0]]
    if len(filled) != 1 or len(run.signature.arguments) != 1:
        raise run.lost("the program's pid is not set in exactly one place")
    if source.tokens[run.index - 1].text != "void" or run.declares("st") or run.declares("path"):
        raise run.lost("returns a value, or already has a variable st or path")
    if len(faulting) != 1:
        raise test.lost(f"{FAULTING} is not run in exactly one place")
    (setting, found), = filled
    source.insert(run.signature.ranges[0][1], ", const char *path")
    run.declare("struct stat st;")
    run.add_after(setting, f"{found[1]}->bss->ino = st.st_ino;")
    opening = run.statement_at(run.the_call("file_reader__open").start)
    run.add_before(opening, 'if (!ASSERT_OK(stat(path, &st), "stat"))\n\treturn;\n\n')
    contents = _evict_less(source, run, evict)
    opened.replace_argument(0, "path")
    for call in runs:
        if call in faulting:
            source.replace(call.start, call.end, "test_expect_fault()")
        else:
            source.insert(call.ranges[0][1], f", {opened.arguments[0]}")
    source.insert(test.start, UNCACHED_FILE.replace("file_contents", contents))
    for header in ("linux/magic.h", "sys/stat.h", "sys/vfs.h"):
        files.include(source, header)
    return found[2]


def _evict_less(source, run, evict):
    """Removes the eviction for reads that must fault; returns the name of the contents to read."""
    found = EVICTED.fullmatch(evict.arguments[1])
    if not found:
        raise run.lost("madvise() is not for a multiple of the contents")
    evict.replace_argument(1, f"sizeof({found[1]})")
    comment = source.comment_before(run.statement_at(evict.start).start)
    if comment:
        text = "/* Page out what the program reads in task work, where it may sleep */"
        source.replace(comment.start, comment.end, text)
    return found[1]


def strict(files):
    """Makes the program accept only -EFAULT."""
    source = files.source(PROGRAM)
    reader = _reader(source)
    checks = [s for s in reader.statements() if s.kind == "if" and "-EFAULT" in s.condition_text()]
    if len(checks) != 1:
        raise reader.lost("-EFAULT is not checked in exactly one place")
    condition = checks[0].condition_text()
    if "||" not in condition:
        raise Done
    kept = [part.strip() for part in condition.split("||") if "-EFAULT" in part]
    if len(kept) != 1 or condition.count("||") != 1:
        raise reader.lost("the check of -EFAULT does not have two operands")
    first, last = checks[0].condition
    source.replace(source.tokens[first].start, source.tokens[last].end, kept[0])
    line = source.line_start(checks[0].start), source.line_end(checks[0].start)
    for comment in source.comments:
        if line[0] <= comment.start < line[1]:
            source.replace(comment.start, comment.end, "/* Expect page fault */")


def serial(files):
    """Adds "serial_" to the test's name."""
    test = _test(files.source(USER))
    if test.name.startswith("serial_"):
        raise Done
    test.signature.replace_name(f"serial_{test.name}")
