/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef STATE_TEXT_H
#define STATE_TEXT_H

/*
 * The text of the state file: what the agent knows and the kernel does not, for the next agent.  Pure: no files, no
 * allocation.
 *
 *	ipsec-spi-agent state 1
 *	table tunnel Context Index Name LocalAddress ...
 *	tunnel "" 10001 "" c0000201 ...
 *	end 3 9ae16a3b2f90404f
 *
 * A table line lists the columns of its rows, by the names of a struct column_table (mib/columns.h), so that a later
 * agent may add and omit columns.  Numbers are decimal, text is in quotes, other octets are hexadecimal, "-" if there
 * are none.  The last line has the number of lines before it, and a checksum of them (FNV-1a of 64 bits, RFC 9923),
 * which reveals a file that was truncated or damaged.
 */

#include <stddef.h>
#include <stdint.h>

#include "mib/columns.h"

enum { STATE_VERSION = 1, STATE_LINE_SIZE = 4096, STATE_ROW_SIZE = 2048, STATE_COLUMNS = 64 };

/* A running checksum; starts as STATE_CHECKSUM. */
#define STATE_CHECKSUM UINT64_C(0xcbf29ce484222325)
uint64_t state_checksum(uint64_t checksum, const char *octets, size_t length);

/* Each prints a line, including "\n", and returns its length.  The table's name is the first word of its rows. */
size_t state_print_head(char line[STATE_LINE_SIZE]);
size_t state_print_table(const struct column_table *table, char line[STATE_LINE_SIZE]);
size_t state_print_row(const struct column_table *table, const void *row, char line[STATE_LINE_SIZE]);
size_t state_print_end(size_t lines, uint64_t checksum, char line[STATE_LINE_SIZE]);

/* How a text is read: the tables that are known, and a function that takes each row, which is valid during the call. */
struct state_reader {
	const struct column_table *const *tables; /* of rows of at most STATE_ROW_SIZE octets, aligned as a uint64_t */
	size_t count;
	/* NULL, or what is wrong with the row. */
	const char *(*take)(void *data, const struct column_table *table, const void *row);
	void *data;
};

/*
 * Reads a whole text, after it has checked that it is complete; rows of unknown tables are skipped.  NULL, or what is
 * wrong with it, as static text, and in which line, from 1.
 */
const char *state_read(const struct state_reader *reader, const char *text, size_t length, size_t *line_number);

#endif
