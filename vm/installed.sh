#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# 'make install' installs this as the command vmtest.sh: it keeps what it fetches in the user's cache.
set -eu

: "${BUILD:=${XDG_CACHE_HOME:-${HOME:?is not set: set BUILD}/.cache}/test_progs}"
export BUILD
exec "$(dirname "$(realpath "$0")")/../libexec/test_progs/vmtest.sh" "$@"
