#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Waits for the machine's end, and ends the wait at two limits: total time, and time without
# progress. Sourced by vmtest.sh.
# shellcheck disable=SC2034,SC2154 # variables of the other parts

# An idle machine uses 2 % of a processor for its timers, measured over 10 s.
BUSY_PERCENT=5

alive() { kill -0 "$1" 2>/dev/null; }

# Set written to the number of bytes of the command's output and of the console.
read_written()
{
	local key value
	written=$(stat -c %s console.log 2>/dev/null) || written=0
	while read -r key value; do
		[ "$key" != rchar: ] || written=$((written + value))
	done 2>/dev/null <"/proc/$reader/io" || :
}

# Set worked to the CPU time of qemu's threads in milliseconds.
read_worked()
{
	local file ran
	worked=0
	for file in "/proc/$qemu/task"/*/schedstat; do
		if read -r ran _ 2>/dev/null <"$file"; then
			worked=$((worked + ran / 1000000))
		fi
	done
}

# Succeeds if there was progress since the last progress.
progressed()
{
	local was_written=$written was_worked=$worked idle=$((SECONDS - progress_at + 1))
	read_written
	read_worked
	if [ "$written" = "$was_written" ] &&
	   [ $((worked - was_worked)) -lt $((idle * 10 * BUSY_PERCENT)) ]; then
		worked=$was_worked
		return 1
	fi
}

# Set qemu_status, and outcome: ended (qemu ended), lost (nobody reads the output), time or stalled.
watch_machine()
{
	local tick begun=$SECONDS waiting=("$reader")
	outcome=ended written=0 worked=0 qemu_status=0 progress_at=$SECONDS
	while alive "$qemu"; do
		if ! alive "$reader" && ! wait "$reader"; then
			outcome=lost
			return
		elif [ -n "$limit" ] && [ $((SECONDS - begun)) -ge "$limit" ]; then
			outcome="time"
			return
		elif progressed; then
			progress_at=$SECONDS
		elif [ -n "$stall" ] && [ $((SECONDS - progress_at)) -ge "$stall" ]; then
			outcome=stalled
			return
		fi
		# qemu closes the pipe a moment before it ends.
		alive "$reader" || waiting=()
		setpriv --pdeathsig KILL sleep 1 </dev/null >/dev/null 2>&1 8<&- 9>&- &
		tick=$!
		wait -n "$qemu" "${waiting[@]}" "$tick" || :
		kill -KILL "$tick" 2>/dev/null || :
		wait "$tick" 2>/dev/null || :
	done
	wait "$qemu" || qemu_status=$?
}
