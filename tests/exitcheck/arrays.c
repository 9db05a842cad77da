// SPDX-License-Identifier: GPL-2.0
/* An element of an array is another one than the next. */
#include <stdlib.h>
#include <unistd.h>

struct entry {
	const char *name;
	pid_t pid;
};

static int descriptors[3];

void behind_loop(char **argv)
{
	int i;

	if (!argv[1])
		return;
	for (i = 1; argv[i]; i++)
		;
	if (!fork())
		exit(1); /* want: child */
}

void behind_increment(const char *text)
{
	int i = 0;

	if (*text != 'a')
		return;
	while (text[++i])
		;
	if (!fork())
		exit(1); /* want: child */
}

void two_elements(int *fd)
{
	if (fd[0] < 0)
		return;
	if (fd[1] >= 0)
		return;
	if (!fork())
		exit(1); /* want: child */
}

void behind_pointers(struct entry *entries)
{
	int i = 0;

	for (struct entry *at = &entries[i]; at->name; at = &entries[++i])
		;
	if (!fork())
		exit(1); /* want: child */
}

void variable_and_number(void)
{
	int i = 0;

	descriptors[0] = -1;
	while (descriptors[i] < 0)
		i++;
	if (!fork())
		exit(1); /* want: child */
}

static void leave_if_first(int i)
{
	if (!descriptors[i])
		exit(1); /* want: child */
}

void in_called_function(int i)
{
	descriptors[i] = 1;
	if (!fork()) {
		leave_if_first(i + 1);
		_exit(0);
	}
}

void same_element(struct entry *entries, int count)
{
	pid_t pids[2];

	pids[0] = fork();
	pids[1] = getpid();
	if (!pids[0])
		exit(1); /* want: child */
	if (!pids[1])
		exit(2);
	for (int i = 0; i < count; i++) {
		struct entry *entry = &entries[i];

		entry->pid = fork();
		if (!entries[i].pid)
			exit(1); /* want: child */
		if (entry->pid < 0)
			exit(2);
	}
}

void element_without_name(pid_t *pids)
{
	int count = 0;

	pids[count++] = fork();
	if (!pids[count - 1])
		exit(1); /* want: child */
	if (pids[count - 1] > 0)
		exit(2);
}
