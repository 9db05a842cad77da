#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Runs a command with a seccomp filter: without.py ERRNO|kill|trap|wait SYSCALL… -- COMMAND…

The system calls fail with that errno, or kill the calling process, or send it SIGSYS, or block for
ever. x86_64 only.
"""
import ctypes
import errno
import os
import struct
import sys

NUMBERS = {"ptrace": 101, "clone": 56, "clone3": 435, "wait4": 61, "prctl": 157, "getppid": 110,
           "readlink": 89, "sched_yield": 24, "pidfd_open": 434, "close_range": 436}
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, REFUSE, KILL, TRAP, NOTIFY = 0x7FFF0000, 0x00050000, 0x80000000, 0x00030000, 0x7FC00000
PR_SET_NO_NEW_PRIVS, SECCOMP, SET_MODE_FILTER, NEW_LISTENER = 38, 317, 1, 8


def main():
    what, *rest = sys.argv[1:]
    names, command = rest[:rest.index("--")], rest[rest.index("--") + 1:]
    actions = {"kill": KILL, "trap": TRAP, "wait": NOTIFY}
    action = actions[what] if what in actions else REFUSE | getattr(errno, what)
    program = [(LOAD, 0, 0, 0)]
    for name in names:
        program += [(JUMP_IF_EQUAL, 0, 1, NUMBERS[name]), (RETURN, 0, 0, action)]
    program.append((RETURN, 0, 0, ALLOW))
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *i) for i in program))
    header = struct.pack("=HxxxxxxQ", len(program), ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    # The listener must stay open, so that the calls wait. No process reads from it.
    listener = libc.syscall(SECCOMP, SET_MODE_FILTER, NEW_LISTENER if what == "wait" else 0, header)
    if listener < 0:
        sys.exit(f"without: seccomp: {os.strerror(ctypes.get_errno())}")
    if what == "wait":
        os.set_inheritable(listener, True)
    os.execvp(command[0], command)


main()
