/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KLIPS_ENTRIES_H
#define KLIPS_ENTRIES_H

/*
 * The entries of an ipsec_spi file, which arrives in slices of any size.  An entry is a line, together with following
 * lines that are indented deeper, as in the examples of ipsec_spi(5).  Pure: no files, no allocation.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "klips/klips_text.h"

struct klips_entry {
	const char *text; /* as one line, without its end and without leading blanks */
	size_t length;
	size_t first_length;		/* how much of it is the first line */
	size_t skipped;			/* number of leading blanks */
	uint64_t first_line, last_line; /* their numbers in the file, from 1 */
	bool too_long;			/* too long for any SA: the text is incomplete */
};

/* Receives an entry, whose text is valid until it returns.  False: no more are wanted. */
typedef bool klips_entry_taker(void *data, const struct klips_entry *entry);

struct klips_entries {
	klips_entry_taker *take;
	void *data;
	/* Private to this module. */
	char lines[2][KLIPS_TEXT_LINE_SIZE]; /* one half holds the entry that may still grow, the other receives the
					      * next line */
	struct klips_entry entry;	     /* without text: there is none yet */
	unsigned indent;		     /* columns before it */
	char *line;
	size_t line_length;
	uint64_t line_number; /* of the lines that are complete */
	bool line_too_long;
};

void klips_entries_begin(struct klips_entries *entries, klips_entry_taker *take, void *data);

/* Passes the next octets of the file.  False: no more are wanted. */
bool klips_entries_feed(struct klips_entries *entries, const char *octets, size_t length);

/* Whether the last octet was in the middle of a line that may describe an SA. */
bool klips_entries_in_line(const struct klips_entries *entries);

/* The file has ended.  False: as above. */
bool klips_entries_end(struct klips_entries *entries);

#endif
