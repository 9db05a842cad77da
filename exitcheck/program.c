// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "../lib/xalloc.h"
#include "body.h"
#include "names.h"
#include "program.h"

int program__add_declaration(struct program *program, const struct declaration *declaration)
{
	int id = program->declaration_count;

	program->declarations = xgrow(program->declarations, id, sizeof(*program->declarations));
	program->declarations[id] = *declaration;
	program->declaration_count++;
	return id;
}

void program__add_target(struct program *program, int slot, int function, const char *path)
{
	struct declaration *declaration = &program->declarations[slot];
	int count = declaration->target_count;

	if (function < 0)
		return;
	for (int i = 0; i < count && count < 64; i++)
		if (declaration->targets[i] == function)
			return;
	declaration->targets = xgrow(declaration->targets, count, sizeof(*declaration->targets));
	declaration->targets[count] = function;
	declaration->storers = xgrow(declaration->storers, count, sizeof(*declaration->storers));
	declaration->storers[count] = path;
	declaration->target_count++;
}

/* The name of what @node mentions, or NULL. */
static const char *name_of(const struct program *program, const struct node *node)
{
	return node->id < 0 ? NULL : program->declarations[node->id].name;
}

static unsigned int offset_of(const struct node *node)
{
	return node->places ? node->places->shown.offset : 0;
}

/* Returns whether two readings of one place of a file are the same. */
static bool is_same(const struct program *program, const struct node *a, const struct node *b)
{
	if (!a || !b)
		return a == b;
	if (a->kind != b->kind || a->op != b->op || a->value != b->value ||
	    offset_of(a) != offset_of(b) || a->children != b->children ||
	    name_of(program, a) != name_of(program, b))
		return false;
	for (int i = 0; i < a->children; i++)
		if (!is_same(program, a->child[i], b->child[i]))
			return false;
	return true;
}

static bool has_same_body(const struct program *program, const struct function *a,
			  const struct function *b)
{
	struct node *first = body__copy(a->stored), *second = body__copy(b->stored);
	bool same = is_same(program, first, second);

	node__free(first);
	node__free(second);
	return same;
}

/* A file that is read twice defines most of its functions twice. */
static bool has_function(const struct program *program, const struct function_list *list,
			 const struct function *function)
{
	for (int i = 0; i < list->count; i++)
		if (place__is_same(list->at[i]->place, function->place) &&
		    has_same_body(program, list->at[i], function))
			return true;
	return false;
}

void program__link(struct program *program, const struct unit *unit)
{
	for (int i = 0; i < unit->function_count; i++) {
		const struct function *function = unit->functions[i];
		struct function_list **list;

		if (function->is_static || function->of_system)
			continue;
		list = (struct function_list **)map__slot(&program->functions, function->name);
		if (!*list)
			*list = xcalloc(1, sizeof(**list));
		if (has_function(program, *list, function))
			continue;
		(*list)->at = xgrow((*list)->at, (*list)->count, sizeof(*(*list)->at));
		(*list)->at[(*list)->count++] = function;
	}
}

/* Returns the length of the directories that @a and @b have in common. */
static size_t nearness(const char *a, const char *b)
{
	size_t common = 0;

	for (size_t i = 0; a[i] && a[i] == b[i]; i++)
		if (a[i] == '/')
			common = i + 1;
	return common;
}

static const struct function *defined_in(const struct unit *unit, const char *name)
{
	for (int i = 0; i < unit->function_count; i++) {
		const struct function *function = unit->functions[i];

		if (function->name == name && !function->is_static && !function->of_system)
			return function;
	}
	return NULL;
}

static size_t directory_length(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash - path + 1 : 0;
}

/* Returns whether the file @path is a program that other directories have no part in. */
static bool is_program_of(const struct program *program, const char *path)
{
	static const char *name;
	const struct function_list *mains;

	name = name ?: names__copy("main");
	mains = map__get(&program->functions, name);
	for (int i = 0; mains && i < mains->count; i++)
		if (mains->at[i]->place.path == path)
			return true;
	return false;
}

/*
 * The weight of a definition in the file @path for @unit, which is linked with the files @linked.
 * 0: it may be of another program.
 */
static size_t rank(const struct program *program, const char *path, const struct unit *unit,
		   const struct name_list *linked)
{
	const char *user = unit->main_path;
	size_t near = nearness(path, user);
	bool is_beside = near == directory_length(path) && near == directory_length(user);

	if (name_list__has(linked, path))
		return (size_t)-1;
	return !is_beside && is_program_of(program, path) ? 0 : near + 1;
}

struct function_list program__definitions(const struct program *program,
					  const struct function *function, const struct unit *unit,
					  const struct name_list *linked)
{
	const struct function_list *all = map__get(&program->functions, function->name);
	const struct function *own = defined_in(unit, function->name);
	struct function_list nearest = {};
	size_t best = 0;

	if (own && !function->is_static) {
		nearest.at = xgrow(nearest.at, 0, sizeof(*nearest.at));
		nearest.at[nearest.count++] = own;
		return nearest;
	}
	for (int i = 0; all && !function->is_static && i < all->count; i++) {
		size_t near = rank(program, all->at[i]->place.path, unit, linked);

		if (nearest.count && near < best)
			continue;
		if (near > best)
			nearest.count = 0;
		best = near;
		nearest.at = xrealloc(nearest.at, nearest.count + 1, sizeof(*nearest.at));
		nearest.at[nearest.count++] = all->at[i];
	}
	return nearest;
}

struct function *program__callee(const struct program *program, const struct node *call)
{
	const struct node *callee = call->child[0];

	return callee->kind == NODE_FUNCTION ? program->declarations[callee->id].function : NULL;
}
