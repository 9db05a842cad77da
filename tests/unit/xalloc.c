// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"
#include "../../lib/xalloc.h"

/* Requests more memory than there can be, with stderr in @said. */
static void ask_for_too_much(int said)
{
	dup2(said, STDERR_FILENO);
	xrealloc(NULL, PTRDIFF_MAX, 2);
	_exit(0);
}

void out_of_memory_names_the_program(void **state)
{
	FILE *said = tmpfile();
	char line[200] = "";
	int status;
	pid_t pid;

	(void)state;
	assert_non_null(said);
	pid = fork();
	if (!pid)
		ask_for_too_much(fileno(said));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), xalloc_exit_status);
	rewind(said);
	/* AddressSanitizer prints its own warning first. */
	while (fgets(line, sizeof(line), said))
		;
	assert_string_equal(line, "unit: out of memory: free some and run again\n");
	fclose(said);
}
