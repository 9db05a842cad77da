/* SPDX-License-Identifier: GPL-2.0 */
/*
 * scan: the functions and macros that a file's text defines, and the names in each of them.
 */
#ifndef EXITCHECK_SCAN_H
#define EXITCHECK_SCAN_H

#include <stdbool.h>
#include <stddef.h>

struct word {
	const char *name; /* interned */
	struct definition *definitions;
	struct word **aliases; /* of which a macro makes this name: "#define alias name" */
	size_t alias_count;
	int reaches;	  /* by its rule: see calls.h */
	bool is_harmless; /* the same */
	bool is_wrapper;  /* it forks for its callers */
	bool is_called;	  /* a parenthesis is behind it somewhere, or it is a statement, */
	bool is_compared; /* and the result is compared with zero */
	unsigned int visit;
};

struct definition {
	struct word *word; /* NULL: of initializers and what else is not in a function or macro */
	struct scanned_file *file;
	bool is_macro, is_static;
	bool has_parameters; /* a macro */
	int makes;	     /* 1: a macro's first parameter becomes a function; 0: none does */
	bool has_body;	     /* the macro gives it, or else it is behind that: "MACRO(word) {" */
	bool pastes; /* the parameter, or else the word, is but a part of the function's name */
	struct definition *made_of; /* the body that a macro has made a function of */
	int reaches;
	struct definition *next; /* of this name */
	struct word **mentions;
	size_t count;
	unsigned int visit;
};

struct include {
	const char *name;
	bool is_quoted;
	const char *const *arguments; /* with which it was searched for last, */
	struct scanned_file *found;   /* and the header; NULL: it is not of the project */
};

#define MACRO_ARGUMENTS 8

/* "MACRO(name)" outside of functions, which may make one, and the body behind it or NULL. */
struct making {
	struct word *macro, *arguments[MACRO_ARGUMENTS]; /* NULL: more than a name */
	struct definition *body;
	bool is_static;
};

struct scanned_file {
	const char *path, *shown; /* interned; the latter as the reader knows it */
	bool is_there, is_header;
	struct definition **definitions;
	size_t definition_count;
	struct making *makings;
	size_t making_count;
	struct include *includes;
	size_t include_count;
	unsigned int visit;
};

/* The word @name, made if it is not there. */
struct word *scan__word(const char *name);
/* Adds a definition of @word to @file; of what is not in a function or macro if that is NULL. */
struct definition *scan__add_definition(struct scanned_file *file, struct word *word);
/* Notes that @definition mentions @word. */
void scan__add_mention(struct definition *definition, struct word *word);
/* Reads @file, whose path is set. */
void scan__read(struct scanned_file *file);
/* Reads @text as that of @file. */
void scan__text(struct scanned_file *file, const char *text);

#endif
