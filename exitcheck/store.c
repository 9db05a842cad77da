// SPDX-License-Identifier: GPL-2.0
#include <stddef.h>

#include "store.h"

static void put_place(struct buffer *buffer, struct place place)
{
	buffer__put_text(buffer, place.path);
	buffer__put(buffer, place.line);
	buffer__put(buffer, place.column);
	buffer__put(buffer, place.offset);
}

static void put_node(struct buffer *buffer, const struct node *node)
{
	bool placed = node && node->places;

	if (!node) {
		buffer__put(buffer, -1);
		return;
	}
	buffer__put(buffer, node->kind);
	buffer__put(buffer, node->op);
	buffer__put(buffer, node->id);
	buffer__put(buffer, node->value);
	buffer__put(buffer,
		    (node->arrow ? STORED_ARROW : 0) | (node->is_target ? STORED_TARGET : 0) |
			    (node->foreign ? STORED_FOREIGN : 0) | (placed ? STORED_PLACED : 0));
	if (node->kind == NODE_LABEL || node->kind == NODE_GOTO)
		buffer__put_text(buffer, node->label);
	if (placed) {
		put_place(buffer, node->places->shown);
		put_place(buffer, node->places->spelled);
	}
	buffer__put(buffer, node->children);
	for (int i = 0; i < node->children; i++)
		put_node(buffer, node->child[i]);
}

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
	put_place(buffer, function->place);
	put_place(buffer, function->end);
}

static void put_declaration(struct buffer *buffer, const struct declaration *declaration)
{
	const struct function *function = declaration->function;

	buffer__put_text(buffer, declaration->name);
	put_place(buffer, declaration->place);
	buffer__put(buffer, !!function);
	buffer__put(buffer, function && function->body && !function->in_main_file);
	buffer__put(buffer, declaration->owner);
	buffer__put(buffer, declaration->is_array);
	buffer__put(buffer, declaration->is_scalar);
	buffer__put(buffer, declaration->is_volatile);
	buffer__put(buffer, declaration->points_to_volatile);
	buffer__put(buffer, declaration->is_uncertain);
	buffer__put(buffer, declaration->is_extern);
}

void store__save(const struct unit *unit, struct buffer *buffer)
{
	buffer__put_text(buffer, unit->main_path);
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
	}
	buffer__put(buffer, unit->function_count);
	for (int i = 0; i < unit->function_count; i++) {
		buffer__put(buffer, unit->functions[i]->id);
		put_node(buffer, unit->functions[i]->body);
	}
}
