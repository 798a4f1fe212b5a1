/* SPDX-License-Identifier: BSD-3-Clause */
#include "vici_message.h"

#include <string.h>

void
vici_begin(struct vici_cursor *cursor, const uint8_t *message, size_t length)
{
	*cursor = (struct vici_cursor){.at = message, .left = length};
}

bool
vici_text_is(const struct vici_text *text, const char *word)
{
	return text->length == strlen(word) && memcmp(text->octets, word, text->length) == 0;
}

/* Octets preceded by their number, in network order. */
static bool
take_text(struct vici_cursor *cursor, size_t length_octets, struct vici_text *text)
{
	size_t length = 0;

	if (cursor->left < length_octets)
		return false;
	for (size_t i = 0; i < length_octets; i++)
		length = length << 8 | cursor->at[i];
	if (cursor->left - length_octets < length)
		return false;
	*text = (struct vici_text){(const char *)cursor->at + length_octets, length};
	cursor->at += length_octets + length;
	cursor->left -= length_octets + length;
	return true;
}

/* Whether such an element may occur there, and what is open after it. */
static bool
nest(struct vici_cursor *cursor, enum vici_element_type type)
{
	const bool was_in_list = cursor->in_list;

	switch (type) {
	case VICI_SECTION_START:
		return !was_in_list && cursor->depth++ < VICI_DEPTH_MOST;
	case VICI_SECTION_END:
		return !was_in_list && cursor->depth-- > 0;
	case VICI_KEY_VALUE:
		return !was_in_list;
	case VICI_LIST_START:
		cursor->in_list = true;
		return !was_in_list;
	case VICI_LIST_END:
		cursor->in_list = false;
		return was_in_list;
	case VICI_LIST_ITEM:
		return was_in_list;
	default:
		return false;
	}
}

static bool
take_element(struct vici_cursor *cursor, struct vici_element *element)
{
	const enum vici_element_type type = (enum vici_element_type) * cursor->at;
	const bool has_name = type == VICI_SECTION_START || type == VICI_KEY_VALUE || type == VICI_LIST_START;
	const bool has_value = type == VICI_KEY_VALUE || type == VICI_LIST_ITEM;

	cursor->at++;
	cursor->left--;
	element->type = type;
	return nest(cursor, type) && (!has_name || take_text(cursor, 1, &element->name)) &&
	       (!has_value || take_text(cursor, 2, &element->value));
}

enum vici_element_type
vici_next(struct vici_cursor *cursor, struct vici_element *element)
{
	*element = (struct vici_element){.type = VICI_MESSAGE_END, .name = {"", 0}, .value = {"", 0}};
	if (cursor->broken) {
		element->type = VICI_MESSAGE_BROKEN;
	} else if (cursor->left == 0) {
		cursor->broken = cursor->depth > 0 || cursor->in_list;
	} else {
		cursor->broken = !take_element(cursor, element);
	}
	if (cursor->broken)
		element->type = VICI_MESSAGE_BROKEN;
	return element->type;
}

bool
vici_skip_section(struct vici_cursor *cursor)
{
	const unsigned outside = cursor->depth - 1;
	struct vici_element element;

	while (cursor->depth > outside && vici_next(cursor, &element) != VICI_MESSAGE_BROKEN)
		;
	return !cursor->broken;
}
