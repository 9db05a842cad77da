// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/xalloc.h"
#include "calls.h"
#include "headers.h"
#include "index.h"
#include "map.h"
#include "names.h"

static const char *directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? names__copy_part(path, slash - path) : ".";
}

/* The file @name in @directory; NULL if there is none. */
static struct scanned_file *look_in(const char *directory, const char *name)
{
	char *path = xasprintf("%s/%s", directory, name);
	struct scanned_file *file = index__add(path);

	free(path);
	file->is_header = true;
	return file->is_there ? file : NULL;
}

static const char *include_directory(const char *const **argument)
{
	static const char *const options[] = { "-I", "-iquote", "-isystem", "-idirafter" };

	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		size_t size = strlen(options[i]);

		if (strncmp(**argument, options[i], size))
			continue;
		if ((**argument)[size])
			return **argument + size;
		if ((*argument)[1])
			return *++*argument;
	}
	return NULL;
}

static struct scanned_file *search(const struct scanned_file *from, const struct include *include,
				   const char *const *arguments)
{
	struct scanned_file *found = NULL;

	if (*include->name == '/')
		return look_in("", include->name + 1);
	if (include->is_quoted)
		found = look_in(directory_of(from->path), include->name);
	for (; !found && *arguments; arguments++) {
		const char *directory = include_directory(&arguments);

		if (directory)
			found = look_in(directory, include->name);
	}
	return found;
}

/* Header @include of @from; NULL if it is not of the project. */
static struct scanned_file *find_header(const struct scanned_file *from, struct include *include,
					const char *const *arguments)
{
	/* Files of one directory have the same arguments. */
	if (include->arguments != arguments) {
		include->arguments = arguments;
		include->found = search(from, include, arguments);
	}
	return include->found;
}

void headers__each(struct scanned_file *file, const char *const *arguments, unsigned int number,
		   void (*visit)(void *data, struct scanned_file *header,
				 const struct include *include),
		   void *data)
{
	file->visit = number;
	for (size_t i = 0; i < file->include_count; i++) {
		struct include *include = &file->includes[i];
		struct scanned_file *header = find_header(file, include, arguments);

		if (header && header->visit == number)
			continue;
		visit(data, header, include);
		if (header)
			headers__each(header, arguments, number, visit, data);
	}
}

static bool is_of_system(const char *name)
{
	static glob_t directories;
	static struct map known;
	void **answer = map__slot(&known, name);

	if (!directories.gl_pathc) {
		glob("/usr/include", GLOB_NOCHECK, NULL, &directories);
		glob("/usr/include/*-*-*", GLOB_APPEND, NULL, &directories);
		glob("/usr/local/include", GLOB_APPEND, NULL, &directories);
		glob("/usr/lib/llvm-*/lib/clang/*/include", GLOB_APPEND, NULL, &directories);
	}
	for (size_t i = 0; !*answer && i < directories.gl_pathc; i++) {
		char *path = xasprintf("%s/%s", directories.gl_pathv[i], name);

		if (!access(path, F_OK))
			*answer = &known;
		free(path);
	}
	*answer = *answer ?: &directories;
	return *answer == &known;
}

bool headers__misses(struct scanned_file *file, const char *const *arguments, int levels)
{
	for (size_t i = 0; i < file->include_count; i++) {
		struct include *include = &file->includes[i];
		struct scanned_file *header = find_header(file, include, arguments);

		if (!header && (include->is_quoted || levels) &&
		    !calls__is_skeleton(include->name) && !is_of_system(include->name))
			return true;
		if (header && levels && include->is_quoted &&
		    headers__misses(header, arguments, levels - 1))
			return true;
	}
	return false;
}
