// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "../lib/xalloc.h"
#include "body.h"
#include "names.h"
#include "program.h"
#include "store.h"

struct loader {
	struct buffer *buffer; /* all but the bodies */
	struct buffer read_bodies;
	struct bodies *bodies; /* those of them that are new */
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
	function->place = buffer__get_place(buffer);
	function->end = buffer__get_place(buffer);
}

/* A header's declaration is the same in each unit; so is a function whose body is in a header. */
static bool is_shared(const struct unit *unit, const struct declaration *declaration,
		      bool is_function, bool has_body_in_header)
{
	return declaration->owner < 0 && declaration->place.path != unit->main_path &&
	       *declaration->place.path && (!is_function || has_body_in_header);
}

/* The id of a declaration that is shared, or the place for it. */
static void **shared_id(struct loader *loader, const struct declaration *declaration)
{
	char *key = xasprintf("%s:%u:%s", declaration->place.path, declaration->place.offset,
			      declaration->name);
	void **slot = map__slot(&loader->program->shared, names__copy(key));

	free(key);
	return slot;
}

static struct declaration read_declaration(struct buffer *buffer)
{
	struct declaration declaration = { .name = buffer__get_text(buffer) };

	declaration.place = buffer__get_place(buffer);
	declaration.owner = buffer__get(buffer);
	declaration.is_array = buffer__get(buffer);
	declaration.is_scalar = buffer__get(buffer);
	declaration.is_volatile = buffer__get(buffer);
	declaration.points_to_volatile = buffer__get(buffer);
	declaration.is_uncertain = buffer__get(buffer);
	declaration.is_extern = buffer__get(buffer);
	return declaration;
}

static void get_declaration(struct loader *loader, int index)
{
	struct declaration declaration = read_declaration(loader->buffer);
	bool is_function = buffer__get(loader->buffer);
	bool has_body_in_header = buffer__get(loader->buffer);
	void **known = NULL;

	loader->ids[index] = -1;
	loader->buffer->is_broken |= declaration.owner >= index;
	if (loader->buffer->is_broken)
		return;
	/* Nothing but the body, of which one is kept, mentions a local variable. */
	if (declaration.owner >= 0 && !loader->is_new[declaration.owner])
		return;
	if (is_shared(loader->unit, &declaration, is_function, has_body_in_header))
		known = shared_id(loader, &declaration);
	if (known && *known) {
		loader->ids[index] = *(int *)*known;
		return;
	}
	if (declaration.owner >= 0)
		declaration.owner = loader->ids[declaration.owner];
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
	int id = loader->ids[index], count;
	struct function *function = id < 0 ? NULL : loader->program->declarations[id].function;
	struct function unused = {};

	if (function)
		get_function(loader, loader->is_new[index] ? function : &unused);
	free(unused.params);
	count = buffer__get(loader->buffer);
	for (int i = 0; i < count; i++) {
		int target = get_id(loader);

		if (id >= 0)
			program__add_target(loader->program, id, target, loader->unit->main_path);
	}
	count = buffer__get(loader->buffer);
	for (int i = 0; i < count; i++) {
		const char *setter = buffer__get_text(loader->buffer);

		if (id >= 0)
			name_list__add(&loader->program->declarations[id].setters, setter);
	}
}

/* Keeps the next @size bytes of the bodies for @function. */
static void get_body(struct loader *loader, struct function *function, size_t size)
{
	const unsigned char *bytes = loader->read_bodies.at + loader->read_bodies.next;
	struct buffer *kept = &loader->bodies->buffer;

	loader->read_bodies.next += size;
	/* A header's function is the same in each unit. */
	if (function->stored)
		return;
	function->stored = xcalloc(1, sizeof(*function->stored));
	*function->stored = (struct body){ loader->bodies, kept->size, NULL };
	memcpy(kept->at + kept->size, bytes, size);
	kept->size += size;
}

static void get_functions(struct loader *loader)
{
	struct buffer *buffer = loader->buffer, *bodies = &loader->read_bodies;
	struct unit *unit = loader->unit;
	int count = buffer__get(buffer);

	unit->functions = xcalloc(count, sizeof(*unit->functions));
	for (int i = 0; i < count; i++) {
		int id = get_id(loader);
		size_t size = buffer__get(buffer);
		struct function *function = id < 0 ? NULL :
						     loader->program->declarations[id].function;

		if (!function || size > bodies->size - bodies->next)
			buffer->is_broken = true;
		if (buffer->is_broken)
			return;
		get_body(loader, function, size);
		unit->functions[unit->function_count++] = function;
	}
}

static void get_unit(struct loader *loader)
{
	struct buffer *kept = &loader->bodies->buffer;

	loader->unit->main_path = buffer__get_text(loader->buffer);
	loader->count = buffer__get(loader->buffer);
	loader->ids = xcalloc(loader->count, sizeof(*loader->ids));
	loader->is_new = xcalloc(loader->count, sizeof(*loader->is_new));
	for (int i = 0; i < loader->count; i++)
		get_declaration(loader, i);
	for (int i = 0; i < loader->count; i++)
		get_details(loader, i);
	get_functions(loader);
	kept->at = xrealloc(kept->at, kept->size, 1);
	free(loader->is_new);
}

struct unit *store__load(struct buffer *buffer, struct program *program)
{
	struct buffer head = buffer__get_buffer(buffer);
	struct loader loader = { .buffer = &head, .program = program };

	loader.read_bodies = buffer__get_buffer(buffer);
	if (buffer->is_broken)
		return NULL;
	loader.unit = xcalloc(1, sizeof(*loader.unit));
	loader.bodies = xcalloc(1, sizeof(*loader.bodies));
	loader.bodies->buffer.texts = loader.read_bodies.texts;
	loader.bodies->buffer.text_count = loader.read_bodies.text_count;
	loader.bodies->buffer.at = xcalloc(loader.read_bodies.size, 1);
	get_unit(&loader);
	loader.bodies->ids = loader.ids;
	loader.bodies->id_count = loader.count;
	free(head.texts);
	return head.is_broken ? NULL : loader.unit;
}
