/* SPDX-License-Identifier: BSD-3-Clause */
#include "mib/column_codec.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/date_and_time.h"
#include "base/decimal.h"
#include "base/field.h"
#include "base/utf8.h"
#include "klips/klips_text.h"
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

static void
put_octets(struct column_value *value, const void *octets, size_t length)
{
	value->octets = octets;
	value->length = length;
}

/* The rest of the field is zero. */
static void
take_octets(const struct column *column, void *row, const struct column_value *value)
{
	char *const field = field_of(column, row);

	if (value->length > 0)
		memcpy(field, value->octets, value->length);
	memset(field + value->length, 0, column->size - value->length);
}

const char *
column_set_nothing(const struct column *column, void *row, const struct column_value *value)
{
	(void)column;
	(void)row;
	(void)value;
	return NULL;
}

bool
column_is_derived(const struct column *column)
{
	return column->codec->set == column_set_nothing;
}

/* --- numbers ----------------------------------------------------------------------------------- */

static void
get_number(const struct column *column, const void *row, struct column_value *value)
{
	value->number = field_load(const_field_of(column, row), column->size);
}

static const char *
set_any_number(const struct column *column, void *row, const struct column_value *value)
{
	const uint64_t number = value->number;

	if (column->size < 8 && number >> (8 * column->size) != 0)
		return "is out of range";
	field_store(field_of(column, row), column->size, number);
	return NULL;
}

static const char *
set_number(const struct column *column, void *row, const struct column_value *value)
{
	if (column->syntax->labels && !column_label(column->syntax, (int64_t)value->number))
		return "is not one of the numbers it can have";
	return set_any_number(column, row, value);
}

const struct column_codec column_number_codec = {get_number, set_number, NULL};
const struct column_codec column_any_number_codec = {get_number, set_any_number, NULL};

static void
get_decimal(const struct column *column, const void *row, struct column_value *value)
{
	char *const digits = (char *)value->scratch;

	get_number(column, row, value);
	put_octets(value, digits, (size_t)snprintf(digits, sizeof(value->scratch), "%" PRIu64, value->number));
}

static const char *
set_decimal(const struct column *column, void *row, const struct column_value *value)
{
	struct column_value read;

	if (!decimal_read((const char *)value->octets, value->length, 0, UINT64_MAX, &read.number))
		return "is no number of 64 bits";
	return set_any_number(column, row, &read);
}

const struct column_codec column_decimal_codec = {get_decimal, set_decimal, NULL};

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

const struct column_codec column_truth_codec = {get_truth, set_truth, NULL};

/* --- text -------------------------------------------------------------------------------------- */

static void
get_text(const struct column *column, const void *row, struct column_value *value)
{
	const char *const text = const_field_of(column, row);

	put_octets(value, text, strnlen(text, column->size));
}

static const char *
set_text_as_it_is(const struct column *column, void *row, const struct column_value *value)
{
	if (value->length >= column->size)
		return "is too long";
	take_octets(column, row, value);
	return NULL;
}

static const char *
set_any_text(const struct column *column, void *row, const struct column_value *value)
{
	const char *const reason = set_text_as_it_is(column, row, value);

	if (!reason)
		utf8_make_printable(field_of(column, row), value->length);
	return reason;
}

static const char *
set_text(const struct column *column, void *row, const struct column_value *value)
{
	if (value->length > 0 && !utf8_is_printable(value->octets, value->length))
		return "is not UTF-8, or has a control character";
	return set_text_as_it_is(column, row, value);
}

static const char *
set_word(const struct column *column, void *row, const struct column_value *value)
{
	for (size_t i = 0; i < value->length; i++) {
		if (value->octets[i] <= ' ' || value->octets[i] > '~')
			return "has an octet that is not printable";
	}
	return set_text_as_it_is(column, row, value);
}

const struct column_codec column_word_codec = {get_text, set_word, NULL};
const struct column_codec column_text_codec = {get_text, set_text, NULL};
const struct column_codec column_any_text_codec = {get_text, set_any_text, NULL};

/* --- octets ------------------------------------------------------------------------------------ */

static size_t
octets_known(const struct column *column, const void *row)
{
	return column_known(column, row) ? column->size : 0;
}

static void
get_octets(const struct column *column, const void *row, struct column_value *value)
{
	put_octets(value, const_field_of(column, row), octets_known(column, row));
}

static const char *
set_octets(const struct column *column, void *row, const struct column_value *value)
{
	if (value->length != 0 && value->length != column->size)
		return "has a wrong length";
	take_octets(column, row, value);
	return NULL;
}

const struct column_codec column_octets_codec = {get_octets, set_octets, octets_known};

enum { BITMAP_OCTETS = 8 };

static size_t
bitmap_octets(const struct column *column, const void *row)
{
	(void)column;
	(void)row;
	return BITMAP_OCTETS;
}

static void
get_bitmap(const struct column *column, const void *row, struct column_value *value)
{
	uint64_t bitmap;

	memcpy(&bitmap, const_field_of(column, row), sizeof(bitmap));
	for (unsigned i = 0; i < BITMAP_OCTETS; i++)
		value->scratch[i] = (uint8_t)(bitmap >> (56 - 8 * i));
	put_octets(value, value->scratch, BITMAP_OCTETS);
}

static const char *
set_bitmap(const struct column *column, void *row, const struct column_value *value)
{
	uint64_t bitmap = 0;

	if (value->length != BITMAP_OCTETS)
		return "has a length other than 8 octets";
	for (unsigned i = 0; i < BITMAP_OCTETS; i++)
		bitmap = bitmap << 8 | value->octets[i];
	memcpy(field_of(column, row), &bitmap, sizeof(bitmap));
	return NULL;
}

const struct column_codec column_bitmap_codec = {get_bitmap, set_bitmap, bitmap_octets};

/* --- dates ------------------------------------------------------------------------------------- */

static void
get_date_of(const struct column *column, const void *row, struct column_value *value, int64_t unit_ms)
{
	int64_t since_1970;

	memcpy(&since_1970, const_field_of(column, row), sizeof(since_1970));
	date_and_time(since_1970 * unit_ms, value->scratch);
	put_octets(value, value->scratch, DATE_AND_TIME_OCTETS);
}

static const char *
set_date_of(const struct column *column, void *row, const struct column_value *value, int64_t unit_ms)
{
	int64_t since_1970;

	if (!date_and_time_read(value->octets, value->length, &since_1970))
		return "is no date and time with a zone";
	since_1970 /= unit_ms;
	memcpy(field_of(column, row), &since_1970, sizeof(since_1970));
	return NULL;
}

static void
get_date(const struct column *column, const void *row, struct column_value *value)
{
	get_date_of(column, row, value, 1000);
}

static const char *
set_date(const struct column *column, void *row, const struct column_value *value)
{
	return set_date_of(column, row, value, 1000);
}

static void
get_date_ms(const struct column *column, const void *row, struct column_value *value)
{
	get_date_of(column, row, value, 1);
}

static const char *
set_date_ms(const struct column *column, void *row, const struct column_value *value)
{
	return set_date_of(column, row, value, 1);
}

const struct column_codec column_date_codec = {get_date, set_date, NULL};
const struct column_codec column_date_ms_codec = {get_date_ms, set_date_ms, NULL};

/* --- addresses --------------------------------------------------------------------------------- */

static void
get_address(const struct column *column, const void *row, struct column_value *value)
{
	const struct sa_address *address = const_field_of(column, row);

	put_octets(value, address->octets, sa_address_octets(address->type));
}

/* The length determines the type, so that the two can never disagree. */
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

static void
get_address_type(const struct column *column, const void *row, struct column_value *value)
{
	value->number = ((const struct sa_address *)const_field_of(column, row))->type;
}

static void
get_address_text(const struct column *column, const void *row, struct column_value *value)
{
	char *const text = (char *)value->scratch;

	put_octets(value, text, sa_address_print(const_field_of(column, row), text));
}

_Static_assert(sizeof(((struct column_value *)0)->scratch) >= SA_ADDRESS_TEXT_SIZE, "scratch holds an address");

const struct column_codec column_address_codec = {get_address, set_address, NULL};
const struct column_codec column_address_text_codec = {get_address_text, column_set_nothing, NULL};
const struct column_codec column_address_type_codec = {get_address_type, column_set_nothing, NULL};

static void
get_said(const struct column *column, const void *row, struct column_value *value)
{
	char *const text = (char *)value->scratch;

	put_octets(value, text, klips_said_print(const_field_of(column, row), text));
}

_Static_assert(sizeof(((struct column_value *)0)->scratch) >= KLIPS_SAID_TEXT_SIZE, "scratch holds a SAID");

const struct column_codec column_said_codec = {get_said, column_set_nothing, NULL};

/* A selector's mask is as long as its address. */
static size_t
mask_octets(const struct column *column, const void *row)
{
	return sa_address_octets(((const struct sa_subnet *)const_field_of(column, row))->address.type);
}

static void
get_mask(const struct column *column, const void *row, struct column_value *value)
{
	put_octets(value, ((const struct sa_subnet *)const_field_of(column, row))->mask, mask_octets(column, row));
}

static const char *
set_mask(const struct column *column, void *row, const struct column_value *value)
{
	struct sa_subnet *subnet = field_of(column, row);

	if (value->length != mask_octets(column, row))
		return "has another length than its address";
	memset(subnet->mask, 0, sizeof(subnet->mask));
	if (value->length > 0)
		memcpy(subnet->mask, value->octets, value->length);
	return NULL;
}

/* A mask that is not a prefix has the prefix length 0; the mask column has the exact value. */
static void
get_prefix_length(const struct column *column, const void *row, struct column_value *value)
{
	const int length = sa_subnet_prefix_length(const_field_of(column, row));

	value->number = length < 0 ? 0 : (uint64_t)length;
}

const struct column_codec column_mask_codec = {get_mask, set_mask, mask_octets};
const struct column_codec column_prefix_length_codec = {get_prefix_length, column_set_nothing, NULL};
