#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# vmtest.sh: each output of the machine, each exit status, and that no file or process stays behind.

bats_require_minimum_version 1.5.0

setup_file()
{
	top=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	export top BUILD="${BUILD:-$top/build}"
	"$top/vm/packages/kernel.sh" >/dev/null
	boot_once
}

# One VM for the tests that only read a command's output and status: "out", "err", "status".
boot_once()
{
	local status=0
	export once="$BATS_FILE_TMPDIR/some dir"
	mkdir "$once"
	cp /bin/bash "$once/a shell"
	# Set variables of the names that the scripts use, which they must ignore.
	env root=/none qemu=999999999 terminal=none loaded=/none libraries=none disk_bus=none \
		"$top/vmtest.sh" --file "$once:/opt/d" \
		--run 'echo "<4>x: WARNING: y" >/dev/kmsg; echo "WARNING: BUG: Oops"
			echo "<4>traps: a[1] general protection fault ip:0" >/dev/kmsg' \
		--run "'/opt/d/a shell' -c 'echo \"\$BASH_VERSION\"'" \
		--run 'sleep 1000 & seq 20000; (trap "" TERM; sleep 1000) &' \
		-- printf '<%s>' 'a b' "it's" '$x' '' '*' '"' >"$once/out" 2>"$once/err" || status=$?
	echo "$status" >"$once/status"
}

setup()
{
	scratch="$BATS_TEST_TMPDIR/a dir"
	mkdir "$scratch"
	export TMPDIR=$scratch/tmp
	mkdir "$TMPDIR"
}

# Waits until no scratch directory is left, and no qemu that uses it; fails if one stays.
cleaned_up()
{
	for _ in $(seq 300); do
		[ -n "$(ls -A "$TMPDIR")" ] || [ -n "$(machines)" ] || break
		sleep 0.1
	done
	[ -z "$(ls -A "$TMPDIR")" ] && [ -z "$(machines)" ]
}

teardown() { cleaned_up; }

# Prints the qemu processes whose directory is (or was) under this test's scratch directory.
machines()
{
	for process in /proc/[0-9]*; do
		case $(readlink "$process/cwd" 2>/dev/null):$(cat "$process/comm" 2>/dev/null) in
		"$TMPDIR"/*:qemu*) echo "${process#/proc/}" ;;
		esac
	done
}

vmtest() { "$top/vmtest.sh" "$@"; }

@test "standard output and standard error are passed byte for byte, with status 0" {
	head -c 300000 /dev/urandom >"$scratch/in"
	printf 'end\r\n\n' >>"$scratch/in"
	vmtest --file "$scratch/in" -- sh -c 'cat in; echo error >&2' >"$scratch/out" 2>"$scratch/err"
	echo error >>"$scratch/in"
	cmp "$scratch/in" "$scratch/out"
	grep -q '^vmtest: booting .*(processors: 2, ' "$scratch/err"
	grep -q '^vmtest: machine ran [0-9.]* s (userland after [0-9.]* s)' "$scratch/err"
}

@test "vmtest.sh returns the command's status, and its files in a directory with a space" {
	head -c 8000000 /dev/urandom >"$scratch/data"
	mkdir "$scratch/files out"
	touch "$scratch/files out/splat.log"
	run -3 vmtest --file "$scratch/data:/data/" --output "$scratch/files out" --chdir /output -- \
		sh -c 'mkdir -p sub/empty; cp /data/data sub/copy; ln -s copy sub/link; exit 3'
	[[ $output == *'vmtest: command exited with 3'* ]]
	cmp "$scratch/data" "$scratch/files out/sub/copy"
	[ -d "$scratch/files out/sub/empty" ]
	[ "$(readlink "$scratch/files out/sub/link")" = copy ]
	grep -q 'Linux version' "$scratch/files out/console.log"
	# The file of an earlier run is gone.
	[ ! -e "$scratch/files out/splat.log" ]
}

@test "arguments are passed unchanged" {
	cat "$once/err"
	[ "$(tail -n 1 "$once/out")" = "<a b><it's><\$x><><*><\">" ]
}

@test "a line that mentions a warning is no splat" {
	[ "$(head -n 1 "$once/out")" = 'WARNING: BUG: Oops' ]
	[ "$(cat "$once/status")" = 0 ]
}

@test "--file copies a program with its libraries, and a directory with its files" {
	[ "$(sed -n 2p "$once/out")" = "$BASH_VERSION" ]
}

@test "the VM has its file systems, and all files are root's" {
	[ "$(id -u)" != 0 ] || as='setpriv --reuid=65534 --regid=65534 --clear-groups'
	[ "$(id -u)" != 0 ] || chown -R 65534 "$scratch"
	[ "$(id -u)" != 0 ] || chmod 755 "$BATS_RUN_TMPDIR" "$BATS_TEST_TMPDIR"
	kernel=$("$top/vm/packages/kernel.sh")
	mkdir -p "$scratch/linux/arch/x86/boot"
	cp "$kernel/bzImage" "$scratch/linux/arch/x86/boot/"
	umask 077
	HOME=$scratch BUILD=$scratch/build run -0 --separate-stderr ${as-} "$top/vmtest.sh" \
		--kernel "$scratch/linux" --cpus 1 --append 'quiet some.word=1' -- sh -c '
		find / -xdev ! -user 0
		find / -xdev -type d ! -perm -555 ! -path /root ! -path /lost+found
		for dir in /proc /sys /sys/fs/bpf /sys/fs/cgroup /sys/kernel/debug \
			   /sys/kernel/tracing /sys/kernel/security /dev /dev/pts /dev/shm; do
			grep -q " $dir " /proc/mounts || echo $dir
		done
		grep " /tmp " /proc/mounts
		grep -o "some.word=1" /proc/cmdline; nproc; pwd; id -u
		ifconfig lo | grep -o "127.0.0.1"; grep -o "^lockdown,capability,landlock,bpf" \
			/sys/kernel/security/lsm'
	[ "$output" = "some.word=1
1
/root
0
127.0.0.1
lockdown,capability,landlock,bpf" ]
	[[ $stderr == *' s (userland after '[0-9]* ]]
}

@test "another kernel boots, without a virtio port too" {
	run -0 --separate-stderr vmtest --kernel trixie --append initcall_blacklist=virtio_console_init \
		-- uname -r
	[[ $output == 6.12.* ]]
	[[ $stderr == *'the kernel has no virtio console'* ]]
}

@test "the status survives a full disk, and a message tells it from our own" {
	run -120 vmtest --free 1 -- sh -c 'cat /dev/zero >/fill; i=0
		while echo x >/fill$i; do i=$((i + 1)); done; exit 120'
	[[ $output == *'vmtest: command exited with 120'* ]]
	[[ $output != *'the kernel complained'* ]]
}

@test "vmtest.sh does not wait for background processes, and keeps their output" {
	[ "$(sed -n 3,20002p "$once/out")" = "$(seq 20000)" ]
	[ "$(cat "$once/status")" = 0 ]
}

@test "a splat is status 120, with its lines" {
	run -120 vmtest -- sh -c 'echo "<4>WARNING: CPU: 0 PID: 1 at x.c:1" >/dev/kmsg; exit 5'
	[[ $output == *'vmtest: the kernel complained:'*'WARNING: CPU: 0 PID: 1 at x.c:1'* ]]
	[[ $output == *'vmtest: command exited with 5'* ]]
	grep -q 'WARNING: CPU: 0' "$BUILD/vmtest-console.log"
}

# Write each to the kernel's log, like the runner with --kmsg.
@test "splats have context and the running tests, and follow the lists" {
	cat >"$scratch/log.sh" <<-'EOT'
	while read -r line; do echo "<4>$line" >/dev/kmsg; done <<-EOL
		WARNING: Unprivileged eBPF is enabled with eIBRS on, data leaks possible
		test_progs: start a
		test_progs: start a/b: c
		before
		WARNING: CPU: 0 PID: 1 at x.c:1
		RIP: 0010:f+0x1/0x2
		BUG: of the same trace
		---[ end trace 0 ]---
		after
		test_progs: end a/b: c: FAIL
		test_progs: start d/e
		quiet
		quiet
		quiet
		quiet
		quiet
		quiet
		my own complaint
		not mine, nothing
	EOL
	EOT
	printf '# all of it\n\n^my own # ours\r\nmine, nothing\n' >"$scratch/deny"
	echo '  ^not mine   # really' >"$scratch/allow"
	run -120 vmtest --splat-denylist "$scratch/deny" --splat-allowlist "$scratch/allow" \
		--output "$scratch/out" --file "$scratch/log.sh" -- sh log.sh
	[[ $output == *'vmtest: the kernel complained 2 times; the first:'*'while a/b: c ran'*'] before'*'WARNING: CPU'*'] after'* ]]
	[ "$(grep -c '^== ' "$scratch/out/splat.log")" = 2 ]
	grep -q '^== line [0-9]* of the console, while a/b: c ran$' "$scratch/out/splat.log"
	grep -qE '^== line [0-9]* of the console, while (a, d/e|d/e, a) ran$' "$scratch/out/splat.log"
}

@test "a bad list of splats is status 2" {
	echo 'a(b' >"$scratch/bad"
	refused 'not a list of regular expressions: Unmatched (' --splat-denylist "$scratch/bad" -- true
	refused 'no such list' --splat-allowlist "$scratch" -- true
}

@test "a panic is status 121, with its reason" {
	run -121 vmtest -- sh -c 'echo c >/proc/sysrq-trigger'
	[[ $output == *'Kernel panic - not syncing: sysrq triggered crash'* ]]
}

@test "a VM that ends without a status is status 121" {
	run -121 vmtest -- reboot -f
	[[ $output == *"ended without the command's status; last console lines:"*'restart'* ]]
}

@test "a busy VM that reaches --timeout is status 122" {
	run -122 vmtest --timeout 8 --stall 5 -- sh -c 'while :; do :; done'
	[[ $output == *'time limit of 8 s reached; the last console lines:'* ]]
}

@test "a VM without progress is status 122, and its output is kept" {
	run -122 vmtest --stall 5 --output "$scratch/out" -- \
		sh -c 'echo so far >/output/file; sync; sleep 1000'
	[[ $output == *'no output, no console line and no processor time for 5 s (--stall); the last console lines:'* ]]
	[ "$(cat "$scratch/out/file")" = 'so far' ]
}

@test "output, console lines and CPU time are progress" {
	run -0 vmtest --stall 6 -- sh -c '
		for i in 1 2; do sleep 3.5; echo $i; done
		for i in 1 2; do sleep 3.5; echo $i >/dev/kmsg; done
		end=$(($(date +%s) + 8)); while [ $(date +%s) -lt $end ]; do :; done'
}

@test "a closed output and a full disk end the VM with status 2" {
	{ "$top/vmtest.sh" -- yes 2>"$scratch/err" || echo $? >"$scratch/status"; } | head -n 1
	[ "$(cat "$scratch/status")" = 2 ]
	grep -q '^vmtest: standard output: its reader went away: ' "$scratch/err"
	status=0
	vmtest -- echo lost >/dev/full 2>"$scratch/err" || status=$?
	[ "$status" = 2 ]
	grep -q '^vmtest: standard output: No space left on device: ' "$scratch/err"
	status=0
	vmtest --append initcall_blacklist=virtio_console_init -- echo lost >/dev/full 2>"$scratch/err" ||
		status=$?
	[ "$status" = 2 ]
	status=0
	vmtest -- true >&- 2>"$scratch/err" || status=$?
	[ "$status" = 2 ]
	[ "$(cat "$scratch/err")" = 'vmtest: standard output: closed: redirect it to a file or to /dev/null' ]
}

@test "a command reads standard input, byte for byte; several share it" {
	head -c 300000 /dev/urandom >"$scratch/data"
	(echo one; cat "$scratch/data") >"$scratch/in"
	(echo '<one>'; cat "$scratch/data") >"$scratch/expected"
	status=0
	vmtest --run 'read a; echo "<$a>"' --run 'exit 4' -- cat \
		<"$scratch/in" >"$scratch/out" 2>"$scratch/err" || status=$?
	cmp "$scratch/expected" "$scratch/out"
	[ "$status" = 4 ]
	grep -qx 'vmtest: command 2 exited with 4' "$scratch/err"
	# An open pipe does not keep the machine up.
	mkfifo "$scratch/never"
	exec 7<>"$scratch/never"
	run -0 --separate-stderr vmtest -- echo through <&7
	exec 7>&-
	[ "$output" = through ]
}

@test "--gdb waits for a debugger" {
	command -v gdb >/dev/null || skip 'gdb is not installed'
	vmtest --gdb -- echo went on >"$scratch/said" 2>&1 3>&- &
	until_said 'target remote' "$scratch/said" $!
	socket=$(sed -n "s/.*'target remote \(.*\)' .*/\1/p" "$scratch/said")
	until [ -S "$socket" ]; do sleep 0.1; done
	run -0 gdb -batch -ex "target remote $socket" -ex detach
	wait $!
	grep -qx 'went on' "$scratch/said"
}

# Runs vmtest.sh on a terminal, and types a line when the shell's prompt appears.
at_terminal()
{
	python3 - "$top/vmtest.sh" "$@" <<-'EOT'
	import os, pty, sys
	pid, terminal = pty.fork()
	if pid == 0:
	    os.environ["TERM"] = "vt100"
	    os.execv(sys.argv[1], sys.argv[1:])
	seen = b""
	def read():
	    global seen
	    try:
	        data = os.read(terminal, 4096)
	    except OSError:
	        data = b""
	    seen += data
	    return data
	while b"vmtest:~# " not in seen and read():
	    pass
	os.write(terminal, b"ls; tty; stty size; echo $TERM; exit 7\r")
	while read():
	    pass
	print(seen.decode(errors="replace").replace("\r", ""))
	sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
	EOT
}

@test "--shell opens a shell on the terminal, with the copied files" {
	echo x >"$scratch/carried"
	run -7 at_terminal --shell --file "$scratch/carried"
	[[ $output == *$'exit 7\ncarried\n/dev/hvc0\n24 80\nvt100\n'* ]]
	run -9 at_terminal --shell-on-failure -- sh -c 'echo failing; exit 9'
	[[ $output == *$'failing\n'*$'exit 7\n/dev/hvc0\n'* ]]
	run -2 --separate-stderr vmtest --shell </dev/null
	[ "$stderr" = 'vmtest: --shell: standard input is no terminal: run it in one' ]
}

# until_said TEXT FILE PID: wait for a line in the file while that process lives.
until_said()
{
	until grep -q -- "$1" "$2"; do
		kill -0 "$3" || {
			cat "$2"
			return 1
		}
		sleep 0.1
	done
}

@test "SIGTERM removes VM and scratch directory" {
	"$top/vmtest.sh" -- sh -c 'echo up; sleep 1000' >"$scratch/said" 2>&1 3>&- &
	until_said '^up$' "$scratch/said" $!
	kill -TERM $!
	status=0
	wait $! || status=$?
	[ $status = 143 ]
}

@test "SIGKILL removes VM and scratch directory" {
	"$top/vmtest.sh" -- sh -c 'echo up; sleep 1000' >"$scratch/said" 2>&1 3>&- &
	until_said '^up$' "$scratch/said" $!
	kill -KILL $!
	wait $! || :
}

@test "a power cut is status 121, and nothing stays behind" {
	"$top/vmtest.sh" --file "$BUILD/plain/test_progs" -- \
		sh -c 'while :; do ./test_progs; done' >"$scratch/said" 2>&1 3>&- &
	until_said '^#3/1 ' "$scratch/said" $!
	kill -KILL "$(machines)"
	status=0
	wait $! || status=$?
	cat "$scratch/said"
	[ $status = 121 ]
	grep -q "^vmtest: the machine ended without the command's status" "$scratch/said"
}

# refused TEXT ARGUMENT…: check for status 2, no standard output, and one line with TEXT.
refused()
{
	local text=$1
	shift
	run -2 --separate-stderr vmtest "$@"
	[ -z "$output" ]
	[ "$(wc -l <<<"$stderr")" = 1 ]
	[[ $stderr == "vmtest: "*"$text"* ]]
}

@test "bad use is one line and status 2" {
	refused 'command: none given'
	refused '--bogus: unknown option' --bogus -- true
	refused '--cpus x: not a number' --cpus x -- true
	refused '--stall x: not a number' --stall x -- true
	refused 'no such directory' --share "$scratch/none" -- true
	refused '--timeout 0: not a number' --timeout 0 -- true
	refused '--accel vax: not auto' --accel vax -- true
	refused '--append: needs an argument' --append
	refused 'no such file' --file "$scratch/none" -- true
	refused 'no such file' --kernel ./nonexistent -- true
	refused 'not a kernel image of x86 (no HdrS signature)' --kernel /etc/passwd -- true
	refused 'cannot be made' --output /proc/x -- true
	refused '--chdir x: not a path from the root' --chdir x -- true
	refused '--memory 127: a kernel does not start in that' --memory 127 -- true
	refused 'Linux takes 2047: shorten it' --append "$(printf '%2000s' '')" -- true
	# Messages that cannot be written.
	run -2 sh -c '"$top/vmtest.sh" --bogus 2>/dev/full'
	run -2 sh -c '"$top/vmtest.sh" --bogus 2>&-'
	# CDPATH makes cd print.
	cd "$top/.."
	CDPATH=$PWD run -2 bash "${top##*/}/vmtest.sh" --bogus
	[[ $output == 'vmtest: --bogus: unknown option'* ]]
}

@test "an unknown version is status 2, with the known ones" {
	run -2 --separate-stderr vmtest --kernel 2.4 -- true
	[[ $stderr == *'2.4: no such kernel: there is '* ]]
}

@test "a missing library is status 2" {
	printf 'void f(void) {}\n' | gcc -shared -fPIC -x c -o "$scratch/libgone.so" -
	printf 'void f(void); int main(void) { f(); }\n' |
		gcc -x c -o "$scratch/program" - -x none "$scratch/libgone.so"
	rm "$scratch/libgone.so"
	refused 'not found: install it' --file "$scratch/program" -- true
}

@test "a missing tool is status 2, with its package" {
	mkdir "$scratch/bin"
	for tool in bash basename dirname sed grep cat mkdir realpath ldd id uname od dd tr; do
		ln -s "$(command -v $tool)" "$scratch/bin/"
	done
	run -2 --separate-stderr env PATH="$scratch/bin" bash -c \
		'sed "s|^PATH=.*||; s|^here=.*|here=$top|" "$top/vmtest.sh" >"$TMPDIR/../vmtest.sh"; bash "$TMPDIR/../vmtest.sh" -- true'
	[ "$stderr" = 'vmtest: qemu-system-x86_64: not found: run make deps, or install qemu-system-x86' ]
}

@test "no space is status 2" {
	[ "$(id -u)" = 0 ] || skip "mounting needs root"
	mount -t tmpfs -o size=3M tmpfs "$TMPDIR"
	head -c 5000000 /dev/urandom >"$scratch/big"
	run -2 --separate-stderr vmtest --file "$scratch/big" -- true
	cleaned_up
	umount "$TMPDIR"
	[[ $stderr == *'No space left on device: '*'set TMPDIR'* ]]
	[ "$(wc -l <<<"$stderr")" = 1 ]
}

@test "too much --memory is status 2, with a relative TMPDIR" {
	cd "$scratch"
	TMPDIR=tmp run -2 --separate-stderr vmtest --memory 9999999 -- true
	[[ $stderr == *'qemu: '*'memory'* ]]
}
