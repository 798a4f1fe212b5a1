/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KLIPS_ENTRIES_H
#define KLIPS_ENTRIES_H

/*
 * The entries of an ipsec_spi file, which comes in slices of any size.  An entry is a line; but lines that are indented
 * deeper than it belong to it, as ipsec_spi(5) prints its examples.  Pure: no files, no allocation.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "klips/klips_text.h"

struct klips_entry {
	const char *text; /* as one line, without its end and without blanks before it */
	size_t length;
	size_t first_length;		/* how much of that is of the first line */
	size_t skipped;			/* blanks before it */
	uint64_t first_line, last_line; /* their numbers in the file, from 1 */
	bool too_long;			/* for any SA: text is not all of it */
};

/* Takes an entry, whose text is there until it returns.  False: no more are wanted. */
typedef bool klips_entry_taker(void *data, const struct klips_entry *entry);

struct klips_entries {
	klips_entry_taker *take;
	void *data;
	/* This module's own. */
	char lines[2][KLIPS_TEXT_LINE_SIZE]; /* one is the entry that more lines may belong to, the other comes in */
	struct klips_entry entry;	     /* no text: there is none yet */
	unsigned indent;		     /* columns before it */
	char *line;
	size_t line_length;
	uint64_t line_number; /* of the lines that are complete */
	bool line_too_long;
};

void klips_entries_begin(struct klips_entries *entries, klips_entry_taker *take, void *data);

/* The next octets of the file.  False: the taker wants no more. */
bool klips_entries_feed(struct klips_entries *entries, const char *octets, size_t length);

/* Whether the last octet was in the middle of a line that may be an SA's. */
bool klips_entries_in_line(const struct klips_entries *entries);

/* The file has ended.  False: as above. */
bool klips_entries_end(struct klips_entries *entries);

#endif
