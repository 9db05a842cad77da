// SPDX-License-Identifier: GPL-2.0
#include <stddef.h>

#include "body.h"
#include "store.h"

static void put_function(struct buffer *buffer, const struct function *function)
{
	buffer__put(buffer, function->param_count);
	for (int i = 0; i < function->param_count; i++)
		buffer__put(buffer, function->params[i]);
	buffer__put(buffer, function->returns_void);
	buffer__put(buffer, function->never_returns);
	buffer__put(buffer, function->returns_pid);
	buffer__put(buffer, function->of_system);
	buffer__put(buffer, function->is_static);
	buffer__put(buffer, function->in_header);
	buffer__put(buffer, function->in_main_file);
	buffer__put(buffer, function->is_called);
	buffer__put(buffer, function->is_used);
	buffer__put(buffer, function->references);
	buffer__put_place(buffer, function->place);
	buffer__put_place(buffer, function->end);
}

static void put_declaration(struct buffer *buffer, const struct declaration *declaration)
{
	const struct function *function = declaration->function;

	buffer__put_text(buffer, declaration->name);
	buffer__put_place(buffer, declaration->place);
	buffer__put(buffer, declaration->owner);
	buffer__put(buffer, declaration->is_array);
	buffer__put(buffer, declaration->is_scalar);
	buffer__put(buffer, declaration->is_volatile);
	buffer__put(buffer, declaration->points_to_volatile);
	buffer__put(buffer, declaration->is_uncertain);
	buffer__put(buffer, declaration->is_extern);
	buffer__put(buffer, !!function);
	buffer__put(buffer, function && function->parsed && !function->in_main_file);
}

static void put_declarations(struct buffer *buffer, const struct unit *unit)
{
	buffer__put(buffer, unit->declaration_count);
	for (int i = 0; i < unit->declaration_count; i++)
		put_declaration(buffer, &unit->declarations[i]);
	for (int i = 0; i < unit->declaration_count; i++) {
		const struct declaration *declaration = &unit->declarations[i];

		if (declaration->function)
			put_function(buffer, declaration->function);
		buffer__put(buffer, declaration->target_count);
		for (int j = 0; j < declaration->target_count; j++)
			buffer__put(buffer, declaration->targets[j]);
		buffer__put(buffer, declaration->setters.count);
		for (int j = 0; j < declaration->setters.count; j++)
			buffer__put_text(buffer, declaration->setters.at[j]);
	}
}

void store__save(const struct unit *unit, struct buffer *buffer)
{
	struct buffer head = {}, bodies = {};

	buffer__put_text(&head, unit->main_path);
	put_declarations(&head, unit);
	buffer__put(&head, unit->function_count);
	for (int i = 0; i < unit->function_count; i++) {
		size_t start = bodies.size;

		body__put(&bodies, unit->functions[i]->parsed);
		buffer__put(&head, unit->functions[i]->id);
		buffer__put(&head, bodies.size - start);
	}
	buffer__put_buffer(buffer, &head);
	buffer__put_buffer(buffer, &bodies);
}
