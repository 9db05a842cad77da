// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <fts.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../lib/xalloc.h"
#include "files.h"
#include "words.h"

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static bool is_c(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && !strcmp(dot, ".c");
}

static void add_file(struct files *files, const char *path)
{
	if (words__is_bpf_program(path)) {
		files->bpf_programs++;
		return;
	}
	files->paths = xrealloc(files->paths, files->count + 1, sizeof(*files->paths));
	files->paths[files->count++] = xstrdup(path);
}

static bool is_directory(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

static int add_entry(struct files *files, FTSENT *entry)
{
	switch (entry->fts_info) {
	case FTS_DNR:
	case FTS_ERR:
	case FTS_NS:
		errno = entry->fts_errno;
		return -1;
	case FTS_SL:
	case FTS_SLNONE:
		if (is_directory(entry->fts_path))
			return 0;
		/* fallthrough */
	case FTS_F:
		/* A file that is asked for by name is looked at whatever it is called. */
		if (is_c(entry->fts_name) || entry->fts_level == FTS_ROOTLEVEL)
			add_file(files, entry->fts_path);
		return 0;
	default:
		return 0;
	}
}

int files__add(struct files *files, const char *path, const char **failed)
{
	char *given = xstrdup(path), *const paths[] = { given, NULL };
	FTS *tree = fts_open(paths, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, by_name);
	FTSENT *entry;

	*failed = path;
	if (!tree)
		return -1;
	/* "dir/" is called "dir", so that "dir/file.c" is. */
	for (size_t i = strlen(given); i > 1 && given[i - 1] == '/'; i--)
		given[i - 1] = '\0';
	errno = 0;
	while ((entry = fts_read(tree))) {
		if (add_entry(files, entry)) {
			*failed = xstrdup(entry->fts_path);
			return -1;
		}
	}
	if (errno)
		return -1;
	fts_close(tree);
	free(given);
	return 0;
}
