/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef STATE_TEXT_H
#define STATE_TEXT_H

/*
 * The text of the state file: what the agent knows that the kernel does not, for the agent that comes after it.  Pure:
 * no files, no allocation.
 *
 *	ipsec-spi-agent state 1
 *	table tunnel Context Index Name LocalAddress ...
 *	tunnel "" 10001 "" c0000201 ...
 *	end 3 9ae16a3b2f90404f
 *
 * A table says which columns its rows have, by the names of a struct column_table (mib/columns.h): so a later agent
 * may add columns, and leave some out.  Numbers are decimal, text stands in quotes, other octets are hexadecimal, "-" where
 * there are none.  The last line has the number of lines before it, and a checksum of them (FNV-1a of 64 bits,
 * RFC 9923); so a file that was cut or damaged is known for one.
 */

#include <stddef.h>
#include <stdint.h>

#include "mib/columns.h"

enum { STATE_VERSION = 1, STATE_LINE_SIZE = 4096, STATE_ROW_SIZE = 2048, STATE_COLUMNS = 64 };

/* A checksum so far; begins as STATE_CHECKSUM. */
#define STATE_CHECKSUM UINT64_C(0xcbf29ce484222325)
uint64_t state_checksum(uint64_t checksum, const char *octets, size_t length);

/* Each prints a line, "\n" included, and returns its length.  The table's name is the word of its rows. */
size_t state_print_head(char line[STATE_LINE_SIZE]);
size_t state_print_table(const struct column_table *table, char line[STATE_LINE_SIZE]);
size_t state_print_row(const struct column_table *table, const void *row, char line[STATE_LINE_SIZE]);
size_t state_print_end(size_t lines, uint64_t checksum, char line[STATE_LINE_SIZE]);

/* What reads a text: the tables that it knows, and what it does with a row, which is valid during the call. */
struct state_reader {
	const struct column_table *const *tables; /* of rows of at most STATE_ROW_SIZE octets, aligned as a uint64_t */
	size_t count;
	/* NULL, or what is wrong with the row. */
	const char *(*take)(void *data, const struct column_table *table, const void *row);
	void *data;
};

/*
 * Reads a whole text, after it has checked that it is whole; rows of unknown tables are passed over.  NULL, or what is wrong
 * with it, a static text, and in which line, from 1.
 */
const char *state_read(const struct state_reader *reader, const char *text, size_t length, size_t *line_number);

#endif
