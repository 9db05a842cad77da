#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Prints the table of tests, test_defs[] of plan.h, as C: test_table.sh prog_tests/*.c
#
# A test is a function "void test_NAME(void)" or "void serial_test_NAME(void)"; a file may define
# several.
set -eu
LC_ALL=C; export LC_ALL

function='^void (serial_)?test_([A-Za-z0-9_]+)\((void)?\).*'
for file; do
	grep -qE "$function" "$file" || {
		echo "$file: no test: it defines no 'void test_NAME(void)'" >&2
		exit 1
	}
done
names=$(cat "$@" | sed -nE "s/$function/\\2/p" | sort -u)
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
