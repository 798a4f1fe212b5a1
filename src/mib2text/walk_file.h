/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef WALK_FILE_H
#define WALK_FILE_H

/* Reads a saved walk from a file: saved_walk.h describes the format. */

#include <stdbool.h>

#include "agent_state.h"
#include "base/row_list.h"
#include "mib/mib_oid.h"
#include "mib_table.h"

enum { WALK_FILE_WORDS = 1024 };

/*
 * path: "-" is standard input.  Adds all rows of the table to the list, in the order of the index, and the scalars to
 * state.  warning: one line if some were left out, otherwise empty.  False: error says why.
 */
bool walk_file_read(const char *path, const struct mib_table *table, const struct mib_oid *root, struct row_list *rows,
		    struct agent_state *state, char warning[WALK_FILE_WORDS], char error[WALK_FILE_WORDS]);

#endif
