// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"

int log__new(const char *name)
{
	int fd = memfd_create(name, MFD_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (fcntl(fd, F_SETFL, O_APPEND)) {
		int err = -errno;

		close(fd);
		return err;
	}
	return fd;
}

int log__capture(int log)
{
	/* Big enough that a line of up to PIPE_BUF bytes and more leaves in one write(). */
	static char buffer[1 << 16];

	if (dup2(log, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0)
		return -errno;
	setvbuf(stdout, buffer, _IOLBF, sizeof(buffer));
	setvbuf(stderr, NULL, _IONBF, 0);
	return 0;
}

uint64_t log__size(int log)
{
	struct stat st;

	return fstat(log, &st) ? 0 : (uint64_t)st.st_size;
}

void log__empty(int log)
{
	if (ftruncate(log, 0))
		return; /* only memory is lost: what follows is appended */
}

void log__printf(int log, const char *fmt, ...)
{
	char line[2048];
	va_list args;
	int size;

	/* Not vdprintf(): it may need memory, and a test may have none left. */
	va_start(args, fmt);
	size = vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	if (size > 0)
		(void)!write(log, line, (size_t)size < sizeof(line) ? size : sizeof(line) - 1);
}

/* Calls @use on the bytes @span of @log, a piece at a time, until it returns non-zero. */
static int walk_pieces(int log, struct span span,
		       int (*use)(void *ctx, const char *data, size_t size), void *ctx)
{
	char data[1 << 14];

	while (span.start < span.end) {
		uint64_t left = span.end - span.start;
		ssize_t got = pread(log, data, left < sizeof(data) ? left : sizeof(data),
				    (off_t)span.start);
		int err;

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got ? -errno : 0;
		err = use(ctx, data, (size_t)got);
		if (err)
			return err;
		span.start += (uint64_t)got;
	}
	return 0;
}

static int append(void *ctx, const char *data, size_t size)
{
	const int *fd = ctx;

	while (size) {
		ssize_t put = write(*fd, data, size);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -errno;
		data += put;
		size -= (size_t)put;
	}
	return 0;
}

struct span log__spool(int log, int spool)
{
	struct span all = { 0, log__size(log) };
	struct span kept = { log__size(spool), 0 };

	walk_pieces(log, all, append, &spool);
	kept.end = log__size(spool);
	return kept;
}

struct printer {
	FILE *out;
	char last;
};

static int print(void *ctx, const char *data, size_t size)
{
	struct printer *printer = ctx;

	if (fwrite(data, 1, size, printer->out) != size)
		return -EIO;
	printer->last = data[size - 1];
	return 0;
}

int log__print(int log, struct span span, FILE *out)
{
	struct printer printer = { .out = out, .last = '\n' };
	int err = walk_pieces(log, span, print, &printer);

	if (printer.last != '\n')
		fputc('\n', out);
	return err;
}

struct reader {
	char *data;
	size_t size;
};

static int collect(void *ctx, const char *data, size_t size)
{
	struct reader *reader = ctx;

	memcpy(reader->data + reader->size, data, size);
	reader->size += size;
	return 0;
}

char *log__read(int log, struct span span, size_t *size)
{
	uint64_t end = log__size(log);
	struct reader reader = {};

	if (span.end > end)
		span.end = end;
	if (span.start > span.end)
		span.start = span.end;
	reader.data = malloc(span.end - span.start + 1);
	if (!reader.data)
		return NULL;
	if (walk_pieces(log, span, collect, &reader)) {
		free(reader.data);
		return NULL;
	}
	reader.data[reader.size] = '\0';
	*size = reader.size;
	return reader.data;
}
