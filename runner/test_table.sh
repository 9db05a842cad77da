#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Prints the table of tests, test_defs[] of plan.h, as C: test_table.sh prog_tests/*.c
#
# A test is a function "void test_NAME(void)" or "void serial_test_NAME(void)"; a file may define
# several. A file that defines none is a test that is not built.
set -eu
LC_ALL=C; export LC_ALL

function='^void (serial_)?test_([A-Za-z0-9_]+)\((void)?\).*'
names=$(for file; do
	sed -nE "s/$function/\\2/p" "$file" | grep . || basename "$file" .c
done | sort -u)
echo '#include "runner/plan.h"'
# shellcheck disable=SC2086 # a list of names
printf 'DECLARE_TEST(%s)\n' $names
echo 'const struct test_def test_defs[] = {'
# shellcheck disable=SC2086
printf 'DEFINE_TEST(%s)\n' $names
cat <<'EOT'
};
const size_t test_def_count = sizeof(test_defs) / sizeof(*test_defs);
const bool test_defs_need_root = true;
EOT
