# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Helpers of the tests that run in VMs.

# shellcheck disable=SC2154 # bats sets output and status

setup_file()
{
	top=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	export top BUILD="${BUILD:-$top/build}" TMPDIR="$BATS_FILE_TMPDIR"
}

# vmtest [OPTION…] -- COMMAND…: run it in a VM that has plain and asan.
vmtest()
{
	"$top/vmtest.sh" --cpus 4 --memory 2048 --output "$BATS_TEST_TMPDIR/machine" \
		--file "$BUILD/plain/test_progs:/root/plain/" --file "$BUILD/asan/test_progs:/root/asan/" "$@"
}

# expect STATUS COMMAND…: print its output if it ends with another status.
expect()
{
	local wanted=$1
	shift
	run "$@"
	echo "$output"
	[ "$status" = "$wanted" ]
}
