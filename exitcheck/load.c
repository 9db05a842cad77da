// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "../lib/xalloc.h"
#include "names.h"
#include "program.h"
#include "store.h"

struct loader {
	struct buffer *buffer;
	struct program *program;
	struct unit *unit;
	int *ids;     /* from those in the buffer to those of the program */
	bool *is_new; /* not known from another unit */
	int count;
};

static int get_id(struct loader *loader)
{
	long long id = buffer__get(loader->buffer);

	return id >= 0 && id < loader->count ? loader->ids[id] : -1;
}

static struct place get_place(struct buffer *buffer)
{
	struct place place = { .path = buffer__get_text(buffer) };

	place.line = buffer__get(buffer);
	place.column = buffer__get(buffer);
	place.offset = buffer__get(buffer);
	return place;
}

static struct node *get_node(struct loader *loader)
{
	struct buffer *buffer = loader->buffer;
	long long kind = buffer__get(buffer), flags;
	struct node *node;

	if (kind < 0 || buffer->is_broken)
		return NULL;
	node = node__new(kind);
	node->op = buffer__get(buffer);
	node->id = get_id(loader);
	node->value = buffer__get(buffer);
	flags = buffer__get(buffer);
	node->arrow = flags & STORED_ARROW;
	node->is_target = flags & STORED_TARGET;
	node->foreign = flags & STORED_FOREIGN;
	if (kind == NODE_LABEL || kind == NODE_GOTO)
		node->label = buffer__get_text(buffer);
	if (flags & STORED_PLACED) {
		node->places = xcalloc(1, sizeof(*node->places));
		node->places->shown = get_place(buffer);
		node->places->spelled = get_place(buffer);
	}
	node->children = buffer__get(buffer);
	node->child = node->children ? xcalloc(node->children, sizeof(*node->child)) : NULL;
	for (int i = 0; i < node->children; i++)
		node->child[i] = get_node(loader);
	return node;
}

static void get_function(struct loader *loader, struct function *function)
{
	struct buffer *buffer = loader->buffer;

	function->param_count = buffer__get(buffer);
	function->params = xcalloc(function->param_count, sizeof(*function->params));
	for (int i = 0; i < function->param_count; i++)
		function->params[i] = get_id(loader);
	function->returns_void = buffer__get(buffer);
	function->never_returns = buffer__get(buffer);
	function->returns_pid = buffer__get(buffer);
	function->of_system = buffer__get(buffer);
	function->is_static = buffer__get(buffer);
	function->in_header = buffer__get(buffer);
	function->in_main_file = buffer__get(buffer);
	function->is_called = buffer__get(buffer);
	function->is_used = buffer__get(buffer);
	function->references = buffer__get(buffer);
	function->place = get_place(buffer);
	function->end = get_place(buffer);
}

/* A header's declaration is the same in each unit; so is a function whose body is in a header. */
static bool is_shared(const struct unit *unit, const struct declaration *declaration,
		      bool is_function, bool has_body_in_header)
{
	return declaration->owner < 0 && declaration->place.path != unit->main_path &&
	       *declaration->place.path && (!is_function || has_body_in_header);
}

static void get_declaration(struct loader *loader, int index)
{
	struct buffer *buffer = loader->buffer;
	struct declaration declaration = { .name = buffer__get_text(buffer) };
	bool is_function, has_body_in_header;
	void **known = NULL;
	char *key;

	declaration.place = get_place(buffer);
	is_function = buffer__get(buffer);
	has_body_in_header = buffer__get(buffer);
	declaration.owner = buffer__get(buffer);
	declaration.is_array = buffer__get(buffer);
	declaration.is_scalar = buffer__get(buffer);
	declaration.is_volatile = buffer__get(buffer);
	declaration.points_to_volatile = buffer__get(buffer);
	declaration.is_uncertain = buffer__get(buffer);
	declaration.is_extern = buffer__get(buffer);
	if (is_shared(loader->unit, &declaration, is_function, has_body_in_header)) {
		key = xasprintf("%s:%u:%s", declaration.place.path, declaration.place.offset,
				declaration.name);
		known = map__slot(&loader->program->shared, names__copy(key));
		free(key);
	}
	if (known && *known) {
		loader->ids[index] = *(int *)*known;
		return;
	}
	loader->ids[index] = program__add_declaration(loader->program, &declaration);
	loader->is_new[index] = true;
	if (known) {
		*known = xcalloc(1, sizeof(int));
		*(int *)*known = loader->ids[index];
	}
	if (is_function) {
		struct function *function = xcalloc(1, sizeof(*function));

		function->name = declaration.name;
		function->id = loader->ids[index];
		loader->program->declarations[function->id].function = function;
	}
}

static void get_details(struct loader *loader, int index)
{
	struct declaration *declaration = &loader->program->declarations[loader->ids[index]];
	struct function unused = {};
	int count;

	if (declaration->function)
		get_function(loader, loader->is_new[index] ? declaration->function : &unused);
	if (loader->is_new[index] && declaration->owner >= 0)
		declaration->owner = loader->ids[declaration->owner];
	count = buffer__get(loader->buffer);
	for (int i = 0; i < count; i++)
		program__add_target(loader->program, loader->ids[index], get_id(loader),
				    loader->unit->main_path);
}

static void get_functions(struct loader *loader)
{
	struct buffer *buffer = loader->buffer;
	struct unit *unit = loader->unit;

	unit->function_count = buffer__get(buffer);
	unit->functions = xcalloc(unit->function_count, sizeof(*unit->functions));
	for (int i = 0; i < unit->function_count; i++) {
		int id = get_id(loader);
		struct node *body = get_node(loader);
		struct function *function = id < 0 ? NULL :
						     loader->program->declarations[id].function;

		if (!function || buffer->is_broken) {
			unit->function_count = i;
			buffer->is_broken = true;
			return;
		}
		/* A header's function is the same in each unit. */
		if (function->body)
			node__free(body);
		else
			function->body = body;
		unit->functions[i] = function;
	}
}

struct unit *store__load(struct buffer *buffer, struct program *program)
{
	struct loader loader = { .buffer = buffer, .program = program };

	loader.unit = xcalloc(1, sizeof(*loader.unit));
	loader.unit->main_path = buffer__get_text(buffer);
	loader.count = buffer__get(buffer);
	if (buffer->is_broken)
		return NULL;
	loader.ids = xcalloc(loader.count, sizeof(*loader.ids));
	loader.is_new = xcalloc(loader.count, sizeof(*loader.is_new));
	for (int i = 0; i < loader.count; i++)
		get_declaration(&loader, i);
	for (int i = 0; i < loader.count; i++)
		get_details(&loader, i);
	get_functions(&loader);
	free(loader.ids);
	free(loader.is_new);
	return buffer->is_broken ? NULL : loader.unit;
}
