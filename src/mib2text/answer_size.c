/* SPDX-License-Identifier: BSD-3-Clause */
#include "answer_size.h"

#include <stdint.h>

enum {
	TAG_OCTETS = 1,
	LENGTH_OCTETS = 3,  /* for lengths above 255 and below 65,536 */
	INTEGER_OCTETS = 5, /* 32 bits, unsigned */
	COUNTER64_OCTETS = 9,
	DATE_OCTETS = 11, /* RFC 2579 */
	ADDRESS_OCTETS = 16,
};

static size_t
length_octets(size_t length)
{
	return length < 0x80 ? 1 : length <= UINT8_MAX ? 2 : LENGTH_OCTETS;
}

static size_t
element_octets(size_t contents)
{
	return TAG_OCTETS + length_octets(contents) + contents;
}

/* Seven bits per octet. */
static size_t
subid_octets(unsigned long subid)
{
	size_t octets = 1;

	while (subid >>= 7)
		octets++;
	return octets;
}

size_t
answer_size_name(const unsigned long *subids, size_t count)
{
	size_t octets = 0;

	for (size_t i = 0; i < count; i++)
		octets += subid_octets(subids[i]);
	return octets;
}

/* Two's complement: the first bit is the sign. */
static size_t
number_octets(uint64_t number)
{
	size_t octets = 1;

	for (number >>= 7; number > 0; number >>= 8)
		octets++;
	return octets;
}

static size_t
value_octets(const struct mib_varbind *varbind)
{
	switch (varbind->tag) {
	case MIB_OCTET_STRING:
		return varbind->length;
	case MIB_INTEGER:
		return number_octets(varbind->number > INT32_MAX ? (uint32_t)~varbind->number : varbind->number);
	case MIB_UNSIGNED32:
	case MIB_COUNTER32:
	case MIB_COUNTER64:
		return number_octets(varbind->number);
	default:
		return 0;
	}
}

/* The first two sub-identifiers share an octet. */
size_t
answer_size_binding(const struct mib_varbind *varbind)
{
	const size_t name = answer_size_name(varbind->name, varbind->name_length) - 1;

	return element_octets(element_octets(name) + element_octets(value_octets(varbind)));
}

/* The room of a field limits its value; a value that is derived from others is made in scratch. */
static size_t
most_octets(const struct column *column)
{
	switch (column->syntax->format) {
	case COLUMN_FORMAT_DATE:
		return DATE_OCTETS;
	case COLUMN_FORMAT_ADDRESS:
		return ADDRESS_OCTETS;
	default:
		return column->size > 0 ? column->size : sizeof(((struct column_value *)0)->scratch);
	}
}

size_t
answer_size_most(const struct column *column, size_t name_octets)
{
	static const size_t most_of_type[] = {
		[COLUMN_INTEGER32] = INTEGER_OCTETS,
		[COLUMN_UNSIGNED32] = INTEGER_OCTETS,
		[COLUMN_COUNTER32] = INTEGER_OCTETS,
		[COLUMN_COUNTER64] = COUNTER64_OCTETS,
	};
	const enum column_type type = column->syntax->type;
	const size_t value = type == COLUMN_OCTETS ? most_octets(column) : most_of_type[type];

	/* When net-snmp builds a message forward, it uses three octets for each length of a list. */
	return TAG_OCTETS + LENGTH_OCTETS + element_octets(name_octets) + element_octets(value);
}
