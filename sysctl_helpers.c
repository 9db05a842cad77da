// SPDX-License-Identifier: GPL-2.0
#include "sysctl_helpers.h"
#include "test_progs.h"

static int read_value(int fd, char *value)
{
	ssize_t got = read(fd, value, SYSCTL_VALUE_BYTES - 1);

	if (got < 0)
		return -errno;
	value[got] = '\0';
	value[strcspn(value, "\n")] = '\0';
	return 0;
}

int sysctl_set(const char *path, char *old_val, const char *new_val)
{
	int fd = open(path, (old_val ? O_RDWR : O_WRONLY) | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (old_val)
		err = read_value(fd, old_val);
	if (!err && pwrite(fd, new_val, strlen(new_val), 0) < 0)
		err = -errno;
	close(fd);
	return err;
}

int sysctl_set_or_fail(const char *path, char *old_val, const char *new_val)
{
	int err = sysctl_set(path, old_val, new_val);

	test__assert(!err, TEST_SITE, path, "cannot be set to '%s': error %d", new_val, err);
	return err;
}
