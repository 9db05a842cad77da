/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tree: makes nodes of libclang's cursors, for each function of a translation unit.
 */
#ifndef EXITCHECK_TREE_H
#define EXITCHECK_TREE_H

#include "unit.h"

/* Reads all functions of @tu, whose file is @main_path. */
struct unit *tree__read(CXTranslationUnit tu, const char *main_path);

#endif
