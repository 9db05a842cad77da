// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output.h"
#include "stop.h"
#include "testing_helpers.h"

/* A pipe that is ready takes this many bytes without blocking (PIPE_BUF). */
#define PIECE_BYTES 4096
#define SERVE_MS 10
#define PATIENCE_NS 1000000000ULL

struct output {
	int fd;
	bool regular; /* a file, which is always ready */
	bool given_up;
};

static void (*serve)(void *ctx);
static void *serve_ctx;

void output__serve(void (*callback)(void *ctx), void *ctx)
{
	serve = callback;
	serve_ctx = ctx;
}

/* Waits until the reader reads. Returns false if it does not and the run must end. */
static bool wait_for_reader(int fd)
{
	struct pollfd reader = { .fd = fd, .events = POLLOUT };
	uint64_t limit = 0;

	while (!poll(&reader, 1, SERVE_MS)) {
		if (serve)
			serve(serve_ctx);
		if (!stop__requested())
			continue;
		if (!limit)
			limit = get_time_ns() + PATIENCE_NS;
		else if (get_time_ns() > limit)
			return false;
	}
	return true;
}

static ssize_t write_pieces(void *cookie, const char *data, size_t size)
{
	struct output *output = cookie;
	size_t done = 0;

	while (done < size && !output->given_up) {
		size_t piece = size - done;
		ssize_t put;

		if (!output->regular) {
			output->given_up = !wait_for_reader(output->fd);
			if (piece > PIECE_BYTES)
				piece = PIECE_BYTES;
		}
		put = output->given_up ? 0 : write(output->fd, data + done, piece);
		if (put < 0 && errno != EINTR && errno != EAGAIN)
			return 0;
		done += put > 0 ? (size_t)put : 0;
	}
	return (ssize_t)size;
}

static int forget(void *cookie)
{
	free(cookie);
	return 0;
}

FILE *output__open(int fd)
{
	const cookie_io_functions_t functions = { .write = write_pieces, .close = forget };
	struct output *output = calloc(1, sizeof(*output));
	struct stat st;
	FILE *stream;

	if (!output)
		return NULL;
	output->fd = fd;
	output->regular = !fstat(fd, &st) && S_ISREG(st.st_mode);
	stream = fopencookie(output, "w", functions);
	if (!stream)
		free(output);
	return stream;
}
