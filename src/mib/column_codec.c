/* SPDX-License-Identifier: BSD-3-Clause */
#include "mib/column_codec.h"

#include <string.h>

#include "sa/sa.h"

static void *
field_of(const struct column *column, void *row)
{
	return (char *)row + column->offset;
}

static const void *
const_field_of(const struct column *column, const void *row)
{
	return (const char *)row + column->offset;
}

/* Unsigned integers of 1, 2, 4 or 8 octets, and Integer32 in 4. */
static void
get_number(const struct column *column, const void *row, struct column_value *value)
{
	const void *field = const_field_of(column, row);
	uint16_t two;
	uint32_t four;

	switch (column->size) {
	case 1:
		value->number = *(const uint8_t *)field;
		break;
	case 2:
		memcpy(&two, field, sizeof(two));
		value->number = two;
		break;
	case 4:
		memcpy(&four, field, sizeof(four));
		value->number = four;
		break;
	default:
		memcpy(&value->number, field, sizeof(value->number));
		break;
	}
}

static const char *
set_number(const struct column *column, void *row, const struct column_value *value)
{
	void *field = field_of(column, row);
	const uint64_t number = value->number;
	const uint16_t two = (uint16_t)number;
	const uint32_t four = (uint32_t)number;

	if (column->size < 8 && number >> (8 * column->size) != 0)
		return "is out of range";
	if (column->syntax->labels && !column_label(column, (int64_t)number))
		return "is not one of the numbers it can have";
	switch (column->size) {
	case 1:
		*(uint8_t *)field = (uint8_t)number;
		break;
	case 2:
		memcpy(field, &two, sizeof(two));
		break;
	case 4:
		memcpy(field, &four, sizeof(four));
		break;
	default:
		memcpy(field, &number, sizeof(number));
		break;
	}
	return NULL;
}

const struct column_codec column_number_codec = {get_number, set_number};

static void
get_truth(const struct column *column, const void *row, struct column_value *value)
{
	value->number = *(const bool *)const_field_of(column, row) ? 1 : 2;
}

static const char *
set_truth(const struct column *column, void *row, const struct column_value *value)
{
	if (value->number != 1 && value->number != 2)
		return "is neither true(1) nor false(2)";
	*(bool *)field_of(column, row) = value->number == 1;
	return NULL;
}

const struct column_codec column_truth_codec = {get_truth, set_truth};

static void
get_text(const struct column *column, const void *row, struct column_value *value)
{
	value->octets = const_field_of(column, row);
	value->length = strnlen((const char *)value->octets, column->size);
}

static const char *
set_text(const struct column *column, void *row, const struct column_value *value)
{
	char *field = field_of(column, row);

	if (value->length >= column->size)
		return "is too long";
	for (size_t i = 0; i < value->length; i++) {
		if (value->octets[i] <= ' ' || value->octets[i] > '~')
			return "has an octet that is not printable";
	}
	memset(field, 0, column->size);
	if (value->length > 0)
		memcpy(field, value->octets, value->length);
	return NULL;
}

const struct column_codec column_text_codec = {get_text, set_text};

static void
get_address(const struct column *column, const void *row, struct column_value *value)
{
	const struct sa_address *address = const_field_of(column, row);

	value->octets = address->octets;
	value->length = sa_address_octets(address->type);
}

/* The length tells the type, so that the two can never disagree. */
static const char *
set_address(const struct column *column, void *row, const struct column_value *value)
{
	struct sa_address *address = field_of(column, row);
	static const struct sa_address none;

	if (value->length != 0 && value->length != 4 && value->length != 16)
		return "has a length that no address has";
	*address = none;
	if (value->length == 0)
		return NULL;
	address->type = value->length == 4 ? SA_ADDRESS_IPV4 : SA_ADDRESS_IPV6;
	memcpy(address->octets, value->octets, value->length);
	return NULL;
}

const struct column_codec column_address_codec = {get_address, set_address};

/* A selector's mask, as long as its address. */
static void
get_mask(const struct column *column, const void *row, struct column_value *value)
{
	const struct sa_subnet *subnet = const_field_of(column, row);

	value->octets = subnet->mask;
	value->length = sa_address_octets(subnet->address.type);
}

static const char *
set_mask(const struct column *column, void *row, const struct column_value *value)
{
	struct sa_subnet *subnet = field_of(column, row);

	if (value->length != sa_address_octets(subnet->address.type))
		return "has not the length of its address";
	memset(subnet->mask, 0, sizeof(subnet->mask));
	if (value->length > 0)
		memcpy(subnet->mask, value->octets, value->length);
	return NULL;
}

const struct column_codec column_mask_codec = {get_mask, set_mask};

/* 64 bits as eight octets, most significant first. */
static void
get_bitmap(const struct column *column, const void *row, struct column_value *value)
{
	uint64_t bitmap;

	memcpy(&bitmap, const_field_of(column, row), sizeof(bitmap));
	for (unsigned i = 0; i < 8; i++)
		value->scratch[i] = (uint8_t)(bitmap >> (56 - 8 * i));
	value->octets = value->scratch;
	value->length = 8;
}

static const char *
set_bitmap(const struct column *column, void *row, const struct column_value *value)
{
	uint64_t bitmap = 0;

	if (value->length != 8)
		return "has a length other than 8 octets";
	for (unsigned i = 0; i < 8; i++)
		bitmap = bitmap << 8 | value->octets[i];
	memcpy(field_of(column, row), &bitmap, sizeof(bitmap));
	return NULL;
}

const struct column_codec column_bitmap_codec = {get_bitmap, set_bitmap};

const char *
column_set_nothing(const struct column *column, void *row, const struct column_value *value)
{
	(void)column;
	(void)row;
	(void)value;
	return NULL;
}

static void
get_address_type(const struct column *column, const void *row, struct column_value *value)
{
	value->number = ((const struct sa_address *)const_field_of(column, row))->type;
}

/* A mask that is no prefix has the prefix length 0; the mask itself tells. */
static void
get_prefix_length(const struct column *column, const void *row, struct column_value *value)
{
	const int length = sa_subnet_prefix_length(const_field_of(column, row));

	value->number = length < 0 ? 0 : (uint64_t)length;
}

const struct column_codec column_address_type_codec = {get_address_type, column_set_nothing};
const struct column_codec column_prefix_length_codec = {get_prefix_length, column_set_nothing};
