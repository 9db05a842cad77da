// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/xalloc.h"
#include "fix.h"
#include "names.h"
#include "text.h"
#include "trial.h"

/* --- git --- */

int fix__is_dirty(const char *path)
{
	char *real = realpath(path, NULL);
	struct stat st;
	int fds[2];
	char byte;
	pid_t pid;
	ssize_t got;

	if (!real || stat(real, &st) || pipe2(fds, O_CLOEXEC))
		return -1;
	if (!S_ISDIR(st.st_mode))
		dirname(real);
	pid = fork();
	if (!pid) {
		int null = open("/dev/null", O_WRONLY);

		dup2(fds[1], STDOUT_FILENO);
		if (null >= 0)
			dup2(null, STDERR_FILENO);
		execlp("git", "git", "-C", real, "status", "--porcelain", "--untracked-files=no",
		       NULL);
		_exit(127);
	}
	free(real);
	close(fds[1]);
	got = read(fds[0], &byte, 1);
	close(fds[0]);
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		return -1;
	/* Without a work tree, or without git, it printed nothing. */
	return got > 0;
}

/* --- one file --- */

struct text {
	char *bytes;
	size_t size;
	bool calls_fflush; /* since it was rewritten */
	mode_t mode;
	uid_t owner;
	gid_t group;
};

/* Returns 0, or a negative errno. */
static int read_text(const char *path, struct text *text)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err = 0;
	struct stat st;
	size_t at = 0;
	ssize_t got = 1;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st)) {
		err = -errno;
		close(fd);
		return err;
	}
	text->size = st.st_size;
	text->mode = st.st_mode;
	text->owner = st.st_uid;
	text->group = st.st_gid;
	text->bytes = xcalloc(text->size + 1, 1);
	while (at < text->size && (got = read(fd, text->bytes + at, text->size - at)) > 0)
		at += got;
	if (got < 0)
		err = -errno;
	else if (at < text->size)
		err = -EAGAIN; /* it has become shorter */
	close(fd);
	return err;
}

/* Replaces the file that @path leads to: whole, or not at all. Returns 0, or a negative errno. */
static int write_text(const char *path, const struct text *text)
{
	char *real = realpath(path, NULL), *temporary;
	int fd, err = 0;

	if (!real)
		return -errno;
	temporary = xasprintf("%s.XXXXXX", real);
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0) {
		err = -errno;
	} else {
		errno = ENOSPC; /* which a short write does not say */
		if (write(fd, text->bytes, text->size) != (ssize_t)text->size ||
		    /* Root's rewriting leaves a file its owner's. */
		    (!geteuid() && fchown(fd, text->owner, text->group)) ||
		    fchmod(fd, text->mode & 07777) || fsync(fd) || rename(temporary, real)) {
			err = -errno;
			unlink(temporary);
		}
		close(fd);
	}
	free(temporary);
	free(real);
	return err;
}

static void insert(struct text *text, size_t at, const char *what)
{
	size_t size = strlen(what);

	text->bytes = xrealloc(text->bytes, text->size + size + 1, 1);
	memmove(text->bytes + at + size, text->bytes + at, text->size - at + 1);
	memcpy(text->bytes + at, what, size);
	text->size += size;
}

/*
 * Returns the place for an #include <...>: behind the last of the first such lines, or before the
 * first #include of all.
 */
static size_t include_offset(const struct text *text)
{
	const char *line = text->bytes, *found = NULL, *quoted = NULL;

	while (line && *line) {
		const char *next = strchr(line, '\n');
		const char *at = line + strspn(line, " \t");

		next = next ? next + 1 : line + strlen(line);
		if (!strncmp(at, "#include <", 10))
			found = next;
		else if (!strncmp(at, "#include", 8))
			quoted = quoted ?: line;
		else if (found && *at != '\n' && *at != '\r')
			break;
		line = next;
	}
	if (found)
		return found - text->bytes;
	return quoted ? quoted - text->bytes : 0;
}

/* @header with its brackets. */
static void insert_include(struct text *text, const char *header)
{
	const char *first = strchr(text->bytes, '\n');
	bool crlf = first && first > text->bytes && first[-1] == '\r';
	char *line = xasprintf("#include %s%s\n", header, crlf ? "\r" : "");

	insert(text, include_offset(text), line);
	free(line);
}

/* --- what can be rewritten --- */

static int last_first(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return x < y ? 1 : x > y ? -1 : 0;
}

/* The offsets in @path at which an underscore is missing, the last one first. */
static size_t offsets_in(struct findings *findings, const char *path, size_t **offsets)
{
	size_t count = 0, different = 0;

	*offsets = xcalloc(findings->count, sizeof(**offsets));
	for (size_t i = 0; i < findings->count; i++)
		if (findings->at[i].spelled.path && !strcmp(findings->at[i].spelled.path, path) &&
		    findings__can_fix(findings, &findings->at[i]))
			(*offsets)[count++] = findings->at[i].spelled.offset;
	qsort(*offsets, count, sizeof(**offsets), last_first);
	for (size_t i = 0; i < count; i++)
		if (!i || (*offsets)[i] != (*offsets)[i - 1])
			(*offsets)[different++] = (*offsets)[i];
	return different;
}

/* Marks what can be rewritten in @path: as rewritten, or with the reason @why_not. */
static void mark(struct findings *findings, const char *path, const char *why_not)
{
	for (size_t i = 0; i < findings->count; i++) {
		struct finding *finding = &findings->at[i];

		if (!finding->spelled.path || strcmp(finding->spelled.path, path) ||
		    !findings__can_fix(findings, finding))
			continue;
		finding->is_fixed = !why_not;
		finding->why_not_fixed = why_not;
	}
}

static bool needs_fflush(const struct findings *findings, const char *path, size_t offset)
{
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->at[i];

		if (finding->verdict == NEEDS_FFLUSH && finding->spelled.path &&
		    finding->spelled.offset == offset && !strcmp(finding->spelled.path, path))
			return true;
	}
	return false;
}

/* The offset behind the call at @offset, 0 if its parenthesis is not closed. */
static size_t call_end(const struct text *text, size_t offset)
{
	char *code = xstrdup(text->bytes);
	size_t at = offset, end = 0;
	int depth = 0;

	text__blank(code);
	for (; code[at] && !end; at++) {
		if (code[at] == '(')
			depth++;
		else if (code[at] == ')' && !--depth)
			end = at + 1;
	}
	free(code);
	return end;
}

/*
 * Makes "exit(x)" "(fflush(NULL), _exit(x))", which can stand wherever the call can: behind an if
 * without braces, too. Returns 0, or a negative errno.
 */
static int add_fflush(struct text *text, size_t offset)
{
	size_t end = call_end(text, offset);

	if (!end)
		return -EAGAIN;
	insert(text, end, ")");
	insert(text, offset, "(fflush(NULL), _");
	return 0;
}

/* Rewrites the calls at @offsets in @text of @file. Returns 0, or a negative errno. */
static int rewrite(struct text *text, const struct findings *findings, const struct fix_file *file,
		   const size_t *offsets, size_t count)
{
	int err = 0;

	for (size_t i = 0; i < count && !err; i++) {
		if (offsets[i] + 4 > text->size || strncmp(text->bytes + offsets[i], "exit", 4))
			err = -EAGAIN; /* it has been changed since it was read */
		else if (!needs_fflush(findings, file->path, offsets[i]))
			insert(text, offsets[i], "_");
		else
			err = add_fflush(text, offsets[i]);
		text->calls_fflush |= needs_fflush(findings, file->path, offsets[i]);
	}
	if (!err && !file->has_unistd)
		insert_include(text, "<unistd.h>");
	if (!err && text->calls_fflush && !strstr(text->bytes, "<stdio.h>"))
		insert_include(text, "<stdio.h>");
	return err;
}

static int fix_file(struct findings *findings, const struct fix_file *file)
{
	size_t *offsets, count = offsets_in(findings, file->path, &offsets);
	const char *failure = NULL;
	struct text text = {};
	int err = 0;

	/* Nobody has named what a link outside leads to. */
	if (!count || !names__is_below_root(file->path))
		goto out;
	err = read_text(file->path, &text);
	assert(err || text.bytes);
	if (!err)
		err = rewrite(&text, findings, file, offsets, count);
	if (!err)
		failure =
			trial__failure((struct CXUnsavedFile){ file->path, text.bytes, text.size },
				       file->arguments, text.calls_fflush);
	if (!err && !failure)
		err = write_text(file->path, &text);
	if (err)
		fprintf(stderr, "exitcheck: %s: cannot be rewritten: %s\n", file->path,
			err == -EAGAIN ? "it has just been changed: run again" : strerror(-err));
	else
		mark(findings, file->path,
		     failure ? xasprintf("--fix leaves this file: %s", failure) : NULL);
out:
	free(text.bytes);
	free(offsets);
	return err;
}

int fix__apply(struct findings *findings, const struct fix_file *files, size_t count)
{
	int err = 0;

	for (size_t i = 0; i < count; i++)
		if (fix_file(findings, &files[i]))
			err = -1;
	return err;
}
