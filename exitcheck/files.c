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
#include "text.h"

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static bool has_ending(const char *name, const char *const *endings)
{
	const char *dot = strrchr(name, '.');

	for (; dot && *endings; endings++)
		if (!strcmp(dot, *endings))
			return true;
	return false;
}

static bool is_c(const char *name)
{
	return has_ending(name, (const char *const[]){ ".c", NULL });
}

static bool is_cpp(const char *name)
{
	return has_ending(name, (const char *const[]){ ".cc", ".cpp", ".cxx", ".c++", ".C", ".hpp",
						       NULL });
}

/* The kernel runs them. */
static bool is_bpf_program(const char *path)
{
	static const char *const words[] = { "SEC(\"license\")", "<vmlinux.h>", "\"vmlinux.h\"",
					     "bpf/bpf_helpers.h" };
	char *text = text__read(path);
	bool result = false;

	for (size_t i = 0; text && i < sizeof(words) / sizeof(*words) && !result; i++)
		result = strstr(text, words[i]);
	free(text);
	return result;
}

static void add_file(struct files *files, const char *path, struct report *report)
{
	if (is_bpf_program(path)) {
		report->bpf_programs++;
		return;
	}
	files->paths = xgrow(files->paths, files->count, sizeof(*files->paths));
	files->paths[files->count++] = xstrdup(path);
}

static bool is_directory(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

static void add_entry(struct files *files, FTSENT *entry, struct report *report)
{
	bool is_named = entry->fts_level == FTS_ROOTLEVEL;

	switch (entry->fts_info) {
	case FTS_DNR:
	case FTS_ERR:
	case FTS_NS:
		report__add_unread(report, entry->fts_path, strerror(entry->fts_errno));
		return;
	case FTS_SL:
	case FTS_SLNONE:
		if (is_directory(entry->fts_path))
			return;
		/* fallthrough */
	case FTS_F:
		if (is_cpp(entry->fts_name) && is_named)
			report__add_unread(report, entry->fts_path, "is C++: only C is read");
		else if (is_cpp(entry->fts_name))
			report->cpp_files++;
		/* A file that is asked for by name is looked at whatever it is called. */
		else if (is_c(entry->fts_name) || is_named)
			add_file(files, entry->fts_path, report);
		return;
	default:
		return;
	}
}

void files__add(struct files *files, const char *path, struct report *report)
{
	size_t count = files->count, others = report->bpf_programs + report->unread_count;
	char *given = xstrdup(path), *const paths[] = { given, NULL };
	FTS *tree = fts_open(paths, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, by_name);
	FTSENT *entry;

	if (!tree) {
		report__add_unread(report, path, strerror(errno));
		free(given);
		return;
	}
	/* "dir/" is called "dir", so that "dir/file.c" is. */
	for (size_t i = strlen(given); i > 1 && given[i - 1] == '/'; i--)
		given[i - 1] = '\0';
	errno = 0;
	while ((entry = fts_read(tree))) {
		/* .git, and the originals that quilt keeps in .pc, are no sources. */
		if (entry->fts_info == FTS_D && entry->fts_level && *entry->fts_name == '.')
			fts_set(tree, entry, FTS_SKIP);
		else
			add_entry(files, entry, report);
		errno = 0;
	}
	if (errno)
		report__add_unread(report, path, strerror(errno));
	else if (count == files->count && others == report->bpf_programs + report->unread_count)
		report__add_unread(report, path, "no C file in it");
	fts_close(tree);
	free(given);
}
