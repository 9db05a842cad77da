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
	/* With this buffer a line of PIPE_BUF bytes is written by one write(). */
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

void log__printf(int log, const char *fmt, ...)
{
	char line[2048];
	va_list args;
	int size;

	/* Not vdprintf(), which may allocate memory: a test may have none left. */
	va_start(args, fmt);
	size = vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	if (size > 0)
		(void)!write(log, line, (size_t)size < sizeof(line) ? size : sizeof(line) - 1);
}

struct span log__cut(int log, uint64_t limit)
{
	uint64_t size = log__size(log);
	struct span gap = { limit / 2, size - limit / 2 };

	if (size <= limit)
		return (struct span){};
	fallocate(log, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)gap.start,
		  (off_t)(gap.end - gap.start));
	return gap;
}

/* Calls @use on the bytes @span of file @fd, a piece at a time, until it returns non-zero. */
static int walk_pieces(int fd, struct span span,
		       int (*use)(void *ctx, const char *data, size_t size), void *ctx)
{
	char data[1 << 14];

	while (span.start < span.end) {
		uint64_t left = span.end - span.start;
		ssize_t got = pread(fd, data, left < sizeof(data) ? left : sizeof(data),
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

static uint64_t at_most(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t at_least(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

int log__walk(const struct log_view *log, struct span part,
	      int (*use)(void *ctx, const char *data, size_t size), void *ctx)
{
	struct span gap = log->gap, head, tail;
	char line[64];
	int err;

	if (gap.start == gap.end)
		gap = (struct span){ part.end, part.end };
	head = (struct span){ log->base + part.start, log->base + at_most(part.end, gap.start) };
	tail = (struct span){ log->base + at_least(part.start, gap.end), log->base + part.end };
	err = walk_pieces(log->fd, head, use, ctx);
	if (!err && part.start < gap.end && part.end > gap.start && gap.start < gap.end) {
		snprintf(line, sizeof(line), "\n[%llu bytes of log left out]\n",
			 (unsigned long long)(gap.end - gap.start));
		err = use(ctx, line, strlen(line));
	}
	return err ?: walk_pieces(log->fd, tail, use, ctx);
}

int spool__new(void)
{
	const char *directories[] = { getenv("TMPDIR"), "/var/tmp", "/tmp" };

	/* Not in memory: the logs of all failed tests may not fit. */
	for (size_t i = 0; i < sizeof(directories) / sizeof(*directories); i++) {
		int fd = directories[i] ?
				 open(directories[i], O_TMPFILE | O_RDWR | O_CLOEXEC, 0600) :
				 -1;

		if (fd >= 0)
			return fd;
	}
	return log__new("logs");
}

void spool__empty(int spool)
{
	if (ftruncate(spool, 0))
		return; /* this only wastes space: logs are appended */
}

/* A place in a file; each piece is written behind the previous one. */
struct writer {
	int fd;
	off_t at;
};

static int write_piece(void *ctx, const char *data, size_t size)
{
	struct writer *writer = ctx;

	while (size) {
		ssize_t put = pwrite(writer->fd, data, size, writer->at);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -errno;
		data += put;
		size -= (size_t)put;
		writer->at += put;
	}
	return 0;
}

struct log_view spool__add(int spool, const struct log_view *log)
{
	struct log_view copy = { .fd = spool, .base = log__size(spool), .gap = log->gap };
	uint64_t size = log__size(log->fd);
	struct writer writer = { spool, (off_t)copy.base };
	struct span head = { 0, log->gap.start }, tail = { log->gap.end, size };

	/* The gap becomes a hole, so that offsets do not change. */
	if (walk_pieces(log->fd, head, write_piece, &writer))
		goto lost;
	writer.at = (off_t)(copy.base + log->gap.end);
	if (walk_pieces(log->fd, tail, write_piece, &writer))
		goto lost;
	return copy;
lost:
	return (struct log_view){ .fd = -1 };
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

int log__print(const struct log_view *log, struct span part, FILE *out)
{
	struct printer printer = { .out = out, .last = '\n' };
	int err = log__walk(log, part, print, &printer);

	if (printer.last != '\n')
		fputc('\n', out);
	return err;
}

int log__copy(const struct log_view *log, struct span part, FILE *out)
{
	struct printer printer = { .out = out };

	return log__walk(log, part, print, &printer);
}

char log__byte(const struct log_view *log, uint64_t at)
{
	char byte = '\0';

	(void)!pread(log->fd, &byte, 1, (off_t)(log->base + at));
	return byte;
}

char *log__read(int log, struct span span, size_t *size)
{
	char *data = malloc(span.end > span.start ? span.end - span.start + 1 : 1);
	size_t got = 0;

	if (!data)
		return NULL;
	while (span.start + got < span.end) {
		ssize_t more = pread(log, data + got, span.end - span.start - got,
				     (off_t)(span.start + got));

		if (more < 0 && errno == EINTR)
			continue;
		if (more <= 0)
			break;
		got += (size_t)more;
	}
	data[got] = '\0';
	*size = got;
	return data;
}
