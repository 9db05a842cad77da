#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Channels to a running machine: the command's output, its input, a terminal. Sourced by vmtest.sh.
# shellcheck disable=SC2034,SC2154 # variables of the other parts

terminal='' # ignore the environment

# Set input to the command's input: nothing, a pipe of ours, or the terminal for a shell. Keeps the
# standard input as descriptor 8, as commands in the background get /dev/null instead.
choose_input()
{
	[ -e /proc/self/fd/1 ] || die "standard output: closed: redirect it to a file or to /dev/null"
	if [ -e /proc/self/fd/0 ]; then
		exec 8<&0
	else
		exec 8</dev/null
	fi
	input=pipe
	if [ -n "$shell" ]; then
		[ -t 8 ] || die "--shell: standard input is no terminal: run it in one"
		[ -z "$kconfig" ] || configured VIRTIO_CONSOLE VIRTIO_PCI ||
			die "--shell: $release: no terminal: enable CONFIG_VIRTIO_CONSOLE and CONFIG_VIRTIO_PCI"
		input=terminal
	elif [ -t 8 ] || [ /proc/self/fd/8 -ef /dev/null ]; then
		input=nothing
	fi
}

# Set channel_args, qemu_input and qemu_output. qemu gets our own standard input only if that is a
# terminal, as it sets O_NONBLOCK for all processes that share it.
open_channels()
{
	mkfifo out
	cat out 2>out.error 8<&- 9>&- &
	reader=$!
	feeder='' channel_args=() qemu_input=/dev/null qemu_output=/dev/null
	case $input in
	pipe)
		mkfifo in
		setpriv --pdeathsig KILL cat <&8 >in 2>/dev/null 9>&- &
		feeder=$!
		channel_args=(-chardev "stdio,id=in,signal=off"
			      -device "virtserialport,chardev=in,name=vmtest-in")
		qemu_input=in ;;
	terminal)
		terminal=$(stty -g <&8)
		channel_args=(-chardev "stdio,id=shell,signal=off" -device "virtconsole,chardev=shell")
		qemu_input=/dev/fd/8 qemu_output=/dev/fd/1 ;;
	esac
}

# All output is in the pipe: let it be printed before our messages.
close_channels()
{
	local status=0
	[ -z "$feeder" ] || kill -KILL "$feeder" 2>/dev/null || :
	restore_terminal
	wait "$reader" || status=$?
	[ $status = 0 ] || output_lost
}

restore_terminal() { [ -z "$terminal" ] || stty "$terminal" <&8 2>/dev/null || :; }

# SIGPIPE kills cat without a message, unless our parent ignores that signal.
output_lost()
{
	local why
	outcome=lost
	why=$(sed -n '$s/.*: //p' out.error)
	lost_reason=${why:-its reader went away}
}
