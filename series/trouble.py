# SPDX-License-Identifier: GPL-2.0
"""Errors that end the program with one line, and the commands that cause them."""

import subprocess


class Trouble(Exception):
    """An error that the user has to fix."""


def run(*command, cwd=None, stdin=None, env=None, allowed=(0,)):
    """Runs @command; returns its output. @allowed: the statuses that are no error."""
    done = subprocess.run(command, cwd=cwd, input=stdin, env=env, text=True, errors="replace",
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode not in allowed:
        lines = (done.stderr or done.stdout).strip().splitlines()
        cause = lines[-1] if lines else f"status {done.returncode}"
        raise Trouble(f"{' '.join(map(str, command[:4]))}: {cause}")
    return done.stdout


def say(text):
    print(f"series: {text}", flush=True)
