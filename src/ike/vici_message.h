/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef VICI_MESSAGE_H
#define VICI_MESSAGE_H

/* A vici message, element by element (strongSwan's vici README.md, "Message format").  Pure: nothing is copied. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum vici_element_type {
	VICI_MESSAGE_END = 0, /* not on the wire: the end of the message */
	VICI_SECTION_START = 1,
	VICI_SECTION_END = 2,
	VICI_KEY_VALUE = 3,
	VICI_LIST_START = 4,
	VICI_LIST_ITEM = 5,
	VICI_LIST_END = 6,
	VICI_MESSAGE_BROKEN = 7, /* not on the wire: the message is malformed; nothing follows */
};

/* Octets of the message, not terminated. */
struct vici_text {
	const char *octets;
	size_t length;
};

struct vici_element {
	enum vici_element_type type;
	struct vici_text name;	/* of a section, list or key */
	struct vici_text value; /* of a key or item */
};

/* Deeper than any message of strongSwan. */
enum { VICI_DEPTH_MOST = 16 };

struct vici_cursor {
	const uint8_t *at;
	size_t left;
	unsigned depth; /* number of open sections */
	bool in_list;
	bool broken;
};

void vici_begin(struct vici_cursor *cursor, const uint8_t *message, size_t length);

/*
 * Returns the type of the next element.  Sections and lists are balanced: those that are opened are closed before
 * VICI_MESSAGE_END.
 */
enum vici_element_type vici_next(struct vici_cursor *cursor, struct vici_element *element);

/* After a SECTION_START: continues after its end.  False: the message is malformed. */
bool vici_skip_section(struct vici_cursor *cursor);

bool vici_text_is(const struct vici_text *text, const char *word);

#endif
