/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TEXT_TABLE_H
#define TEXT_TABLE_H

/* Rows as a table of text for people: a line of headings, then a line for each, its columns aligned. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "sa/sa_address.h"
#include "tunnels/tunnel.h"

enum { TEXT_CELL_SIZE = TUNNEL_SELECTORS_SIZE + 2, TEXT_COLUMNS_MOST = 24 };

struct text_column {
	const char *heading;
	void (*put)(const void *row, bool human, char cell[TEXT_CELL_SIZE]);
	bool to_the_right; /* numbers */
};

struct text_table {
	const struct text_column *columns;
	size_t count; /* at most TEXT_COLUMNS_MOST */
	size_t row_size;
};

/*
 * human: "1.2GiB", "3d4h"; otherwise plain numbers of octets, packets and seconds.  Errors stay in the stream (ferror).
 */
void text_table_print(FILE *out, const struct text_table *table, const void *rows, size_t count, bool human);

/* For put functions. */
void text_cell_number(char cell[TEXT_CELL_SIZE], uint64_t number);
void text_cell_octets(char cell[TEXT_CELL_SIZE], uint64_t number, bool human);
void text_cell_count(char cell[TEXT_CELL_SIZE], uint64_t number, bool human);
void text_cell_seconds(char cell[TEXT_CELL_SIZE], uint64_t seconds, bool human);
void text_cell_address(char cell[TEXT_CELL_SIZE], const struct sa_address *address); /* "-" if there is none */
/* In quotes if it is empty or has blanks, so that each line has as many words as there are headings. */
void text_cell_name(char cell[TEXT_CELL_SIZE], const char *name);

#endif
