#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Waits for the machine's end and knows when there is no use in it: the total time, and the time
# without any progress. Sourced by vmtest.sh.
# shellcheck disable=SC2034,SC2154 # variables of the other parts

# A machine that does nothing takes 2 % of a processor for its timers, measured over 10 s.
BUSY_PERCENT=5

alive() { kill -0 "$1" 2>/dev/null; }

# Set written to the number of bytes that came out: the command's, and the console's.
read_written()
{
	local key value
	written=$(stat -c %s console.log 2>/dev/null) || written=0
	while read -r key value; do
		[ "$key" != rchar: ] || written=$((written + value))
	done 2>/dev/null <"/proc/$reader/io" || :
}

# Set worked to the milliseconds for which qemu's threads have had a processor.
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

# Is there progress since the last time there was some?
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

# Set outcome: ended (qemu did), lost (nobody takes the output), time or stalled. And qemu_status.
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
		# At its end qemu closes the pipe a moment before it is gone.
		alive "$reader" || waiting=()
		setpriv --pdeathsig KILL sleep 1 </dev/null >/dev/null 2>&1 8<&- 9>&- &
		tick=$!
		wait -n "$qemu" "${waiting[@]}" "$tick" || :
		kill -KILL "$tick" 2>/dev/null || :
		wait "$tick" 2>/dev/null || :
	done
	wait "$qemu" || qemu_status=$?
}
