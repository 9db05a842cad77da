// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "kmsg.h"

/* Level 5, notice: printed on the console unless the kernel was booted with "quiet". */
#define PREFIX "<5>test_progs: "
/* The kernel refuses lines of more than 1,024 bytes. */
#define NAME_BYTES 900

static bool enabled;

static int open_device(void)
{
	return open("/dev/kmsg", O_WRONLY | O_APPEND | O_CLOEXEC);
}

int kmsg__init(void)
{
	int fd = open_device();

	if (fd < 0)
		return -errno;
	close(fd);
	enabled = true;
	return 0;
}

/*
 * Opens the device for each line, as the kernel drops lines beyond ten in five seconds for each
 * open file.
 */
static void write_line(const char *what, const char *test, const char *subtest, const char *verdict)
{
	char line[1024], name[NAME_BYTES];
	int fd, saved_errno = errno;
	size_t size = 0;

	if (!enabled)
		return;
	snprintf(name, sizeof(name), "%s%s%s", test, subtest ? "/" : "", subtest ? subtest : "");
	for (; name[size]; size++)
		if ((unsigned char)name[size] < ' ' || name[size] == 0x7f)
			name[size] = '?';
	size = (size_t)snprintf(line, sizeof(line), PREFIX "%s %s%s%s\n", what, name,
				verdict ? ": " : "", verdict ? verdict : "");
	fd = open_device();
	if (fd >= 0) {
		(void)!write(fd, line, size);
		close(fd);
	}
	errno = saved_errno;
}

void kmsg__start(const char *test, const char *subtest)
{
	write_line("start", test, subtest, NULL);
}

void kmsg__end(const char *test, const char *subtest, enum test_verdict verdict)
{
	write_line("end", test, subtest, verdict__word(verdict));
}
