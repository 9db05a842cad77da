/* SPDX-License-Identifier: GPL-2.0 */
/*
 * read: the way from each part that reads cursors to the others.
 */
#ifndef EXITCHECK_READ_H
#define EXITCHECK_READ_H

#include "unit.h"

/* tree.c: the node that @cursor is, or one of @kind with the nodes of its children. */
struct node *read__node(struct unit *unit, CXCursor cursor);
struct node *read__children(struct unit *unit, enum node_kind kind, CXCursor cursor);
/* read_expression.c, read_statement.c */
struct node *read__expression(struct unit *unit, CXCursor cursor);
struct node *read__statement(struct unit *unit, CXCursor cursor);
/* read_initializer.c: of an object of type @type: the functions in it find their fields. */
struct node *read__initializer(struct unit *unit, CXCursor cursor, CXType type);
struct node *read__variable(struct unit *unit, CXCursor cursor);

#endif
