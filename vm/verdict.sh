#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Reads the result from the console and the disk, and chooses vmtest.sh's exit status. Sourced by
# vmtest.sh.
# shellcheck disable=SC2034,SC2154 # variables of the other parts

# Prints the machine's status file, nothing if the machine died: a line with the statuses of the
# commands, and a line with the uptime at which its first process started.
answer() { debugfs -R 'cat /.vmtest/status' disk 2>/dev/null; }

# A machine without a virtio port leaves the command's output on the disk.
print_stdout()
{
	debugfs -R 'stat /.vmtest/stdout' disk 2>/dev/null | grep -q Inode: || return 0
	say "the kernel has no virtio console: the command's output comes at the end, its input is empty"
	debugfs -R 'dump /.vmtest/stdout stdout' disk 2>/dev/null
	cat stdout 2>out.error || output_lost
}

# Copies /output from the disk. Ignores that the files cannot get root as owner here.
bring_output()
{
	local why
	[ -n "$output" ] || return 0
	mkdir files
	debugfs -R 'rdump /output files' disk 2>&1 >/dev/null |
		grep -E ': .* while |not found' | grep -v 'changing ownership' >error || :
	# Files and directories without permissions could not be copied or removed.
	find files -type d ! -perm -700 -exec chmod u+rwx '{}' ';'
	find files -type f ! -perm -400 -exec chmod u+r '{}' +
	if [ ! -s error ] && [ -d files/output ]; then
		cp -R --preserve=mode,timestamps,links files/output/. "$output/" 2>error || :
	fi
	why=$(tail -n 1 error)
	[ -z "$why" ] || say "$output: some of the command's files could not be copied: $why"
	[ -z "$why" ]
}

last_lines() { tail -n 15 console.log | sed "s/^/$SAY_AS: | /" >&2; }

verdict()
{
	local statuses userland=''
	sed -i 's/\r*$//' console.log
	{ read -ra statuses && read -r userland; } < <(answer) || :
	print_stdout
	say "machine ran $(seconds $(((ended - started) / 1000000))) s${userland:+ (userland after ${userland%?} s)}"
	find_splats
	if [ "$outcome" = lost ]; then
		say "standard output: $lost_reason: the rest is lost, the machine was ended"
		return "$STATUS_NOT_DONE"
	fi
	if [ "$outcome" != ended ]; then
		report_time_up
		return "$STATUS_TIME_UP"
	fi
	[ "$complaints" = 0 ] || report_splats
	if [ ${#statuses[@]} = 0 ]; then
		report_death
		return "$STATUS_DIED"
	fi
	report_statuses "${statuses[@]}"
	[ "$complaints" = 0 ] || return "$STATUS_SPLAT"
	return "$failed"
}

# Sets failed to the first status that is not 0.
report_statuses()
{
	local status number=0 name=command
	failed=0
	for status; do
		number=$((number + 1))
		[ $# = 1 ] || name="command $number"
		[ "$status" = 0 ] || say "$name exited with $status"
		[ "$failed" != 0 ] || failed=$status
	done
}

report_time_up()
{
	local why="time limit of $limit s reached"
	[ "$outcome" = time ] ||
		why="no output, no console line and no processor time for $stall s (--stall)"
	say "$why; the last console lines:"
	last_lines
}

# Prints only the first splat in full: later ones are often its consequences.
report_splats()
{
	local more=''
	[ "$complaints" = 1 ] || more=" $complaints times; the first"
	say "the kernel complained$more:"
	awk '/^== / && seen++ { exit } { print }' splat | sed "s/^== //; s/^/$SAY_AS: | /" >&2
}

# The reason of a panic is above its trace, so the last lines may not show it.
report_death()
{
	local panic
	sed -n 's/.*vmtest: /the machine says: /p' console.log | while IFS= read -r line; do say "$line"; done
	panic=$(grep -m 1 'Kernel panic - ' console.log) || :
	say "the machine ended without the command's status${panic:+, by a panic}; last console lines:"
	[ -z "$panic" ] || say "| $panic"
	last_lines
	[ ! -s qemu.error ] || say "qemu: $(tail -n 1 qemu.error)"
}

seconds() { printf '%d.%d' $(($1 / 1000)) $(($1 % 1000 / 100)); }

# The output directory always gets the console; without one it is kept only after a failure.
keep_console()
{
	local target=$build/vmtest-console.log
	if [ -n "$output" ]; then
		target=$output/console.log
		[ ! -s splat ] || cp splat "$output/splat.log" || :
	elif [ "$1" = 0 ]; then
		return 0
	fi
	cp console.log "$target" || return 0
	[ "$1" = 0 ] || say "console: $target"
}
