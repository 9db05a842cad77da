#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Compares the cost of the runner with its limits: 'make bench'.

Prints a row for each value, the best of a few tries. The last column is the ratio to the limit. Exit
status 1 if a row is over its limit.
"""
import os
import sys
import time

TRIES = 3


def spawn(binary, *args, **env):
    return os.posix_spawn(binary, [binary, *args], {**os.environ, **env}, file_actions=[
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])


def seconds(binary, *args, **env):
    """Returns the seconds that `binary args` takes, the best of a few tries."""
    tries = []
    for _ in range(TRIES):
        start = time.monotonic()
        os.waitpid(spawn(binary, *args, **env), 0)
        tries.append(time.monotonic() - start)
    return min(tries)


def peak_of(pid):
    """VmHWM of a process in MiB, 0 if it is gone. rusage would include this process before exec."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0


def children_of(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as children:
            return children.read().split()
    except OSError:
        return []


def peak_mib(binary, *args, **env):
    """The peak memory of the guard or of the runner, its child, in MiB."""
    pid = spawn(binary, *args, **env)
    peak = 0
    while os.waitpid(pid, os.WNOHANG) == (0, 0):
        peak = max([peak] + [peak_of(one) for one in [pid, *children_of(pid)]])
        time.sleep(0.001)
    return peak


def growth(args, small, large):
    """Returns the factor by which the time grows, for ten times the work."""
    return seconds(*args, **large) / seconds(*args, **small)


def rows(binary, asan):
    one = seconds(binary, "-n", "1")
    thousand = seconds(binary, "-n", "1-1000")
    yield "a process per test", 1000 * (thousand - one) / 999, 15 if asan else 1.5, "ms a test"
    none = seconds(binary, "-t", "subtests")
    many = seconds(binary, "-t", "subtests", BENCH_SUBTESTS="1000")
    yield "1,000 subtests", 1000 * (many - none), 10, "ms"
    most = seconds(binary, "-t", "subtests", "-J", os.devnull, BENCH_SUBTESTS="100000")
    yield "100,000 subtests, JSON", most, 3 if asan else 1.5, "s"
    # Ten tests in sequence in each of four slots, with the 15 ms that a test may cost there.
    limit = 1.03 + 10 * 0.015 if asan else 1.03
    yield "40 tests of 100 ms, -j4", seconds(binary, "-t", "sleep", "-j4"), limit, "s"
    if not asan:
        yield "40 tests of 100 ms, -j40", seconds(binary, "-t", "sleep", "-j40"), 0.15, "s"
        yield "memory for 500 tests", peak_mib(binary, "-n", "1-500"), 8, "MiB"
        yield "memory for 50 MB of log, JSON", \
            peak_mib(binary, "-t", "log", "-J", os.devnull, BENCH_LOG_MB="50"), 8, "MiB"
        yield "memory for 100,000 subtests", \
            peak_mib(binary, "-t", "subtests", "-J", os.devnull, BENCH_SUBTESTS="100000"), 64, "MiB"
    yield "10 times the tests", \
        seconds(binary, "-n", "1-3000") / seconds(binary, "-n", "1-300"), 11, "times the time"
    for what, test, variable, count in (("subtests", "subtests", "BENCH_SUBTESTS", 10000),
                                        ("log", "log", "BENCH_LOG_MB", 5)):
        small, large = {variable: str(count)}, {variable: str(10 * count)}
        yield f"10 times the {what}", growth([binary, "-t", test], small, large), 11, \
            "times the time"


def main():
    build = sys.argv[1] if len(sys.argv) > 1 else "build"
    over = 0
    for flavour in "plain", "asan":
        for what, value, limit, unit in rows(f"{build}/{flavour}/test_bench", flavour == "asan"):
            over += value > limit
            print(f"{flavour:5}  {what:30} {value:8.3f} of {limit:5} {unit:14} {value / limit:5.2f}"
                  f"{'  OVER' if value > limit else ''}", flush=True)
    return 1 if over else 0


sys.exit(main())
