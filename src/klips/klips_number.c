/* SPDX-License-Identifier: BSD-3-Clause */
#include "klips_value.h"

/* Numbers of 16, 32 and 64 bits. */

#include <string.h>

#include "base/field.h"

static uint64_t
load(const struct klips_field *field, const struct sa *sa)
{
	return field_load((const char *)sa + field->offset, field->size);
}

static void
store(const struct klips_field *field, struct sa *sa, uint64_t number)
{
	field_store((char *)sa + field->offset, field->size, number);
}

/* %d of an int or an unsigned of 32 bits, %Ld of 64 bits, and %d of 16 bits, which is never negative. */
static bool
parse_signed(const struct klips_field *field, struct klips_reader *reader, struct sa *sa)
{
	uint64_t number;

	if (field->size == sizeof(uint16_t) ? !klips_take_unsigned(reader, UINT16_MAX, &number)
					    : !klips_take_signed(reader, field->size * 8u, &number))
		return false;
	store(field, sa, number);
	return true;
}

static void
print_signed(const struct klips_field *field, const struct sa *sa, struct klips_writer *writer)
{
	const uint64_t number = load(field, sa);

	text_put_signed(&writer->out, field->size == sizeof(uint32_t) ? (int32_t)number : (int64_t)number);
}

const struct klips_codec klips_signed_codec = {parse_signed, print_signed, NULL};

static bool
parse_unsigned(const struct klips_field *field, struct klips_reader *reader, struct sa *sa)
{
	uint64_t number;

	if (!klips_take_unsigned(reader, UINT64_MAX, &number))
		return false;
	store(field, sa, number);
	return true;
}

static void
print_unsigned(const struct klips_field *field, const struct sa *sa, struct klips_writer *writer)
{
	text_put_unsigned(&writer->out, load(field, sa));
}

const struct klips_codec klips_unsigned_codec = {parse_unsigned, print_unsigned, NULL};

/* %d of 8 bits, although XFRM's windows can be larger. */
static bool
parse_window(const struct klips_field *field, struct klips_reader *reader, struct sa *sa)
{
	uint64_t number;

	if (!klips_take_unsigned(reader, UINT8_MAX, &number))
		return false;
	store(field, sa, number);
	return true;
}

const struct klips_codec klips_window_codec = {parse_window, print_signed, NULL};

/* %d of 32 bits.  Only XFRM has extended sequence numbers; they are unsigned. */
static bool
parse_sequence(const struct klips_field *field, struct klips_reader *reader, struct sa *sa)
{
	(void)field;
	return klips_take_signed(reader, 32, &sa->sequence);
}

static void
print_sequence(const struct klips_field *field, const struct sa *sa, struct klips_writer *writer)
{
	(void)field;
	if (sa->sequence <= UINT32_MAX)
		text_put_signed(&writer->out, (int32_t)sa->sequence);
	else
		text_put_unsigned(&writer->out, sa->sequence);
}

const struct klips_codec klips_sequence_codec = {parse_sequence, print_sequence, NULL};

static bool
parse_hex(const struct klips_field *field, struct klips_reader *reader, struct sa *sa)
{
	uint64_t number;

	if (!klips_take_literal(reader, "0x") || !klips_take_hex(reader, field->size * 2u, &number))
		return false;
	store(field, sa, number);
	return true;
}

static void
print_hex(const struct klips_field *field, const struct sa *sa, struct klips_writer *writer)
{
	text_put(&writer->out, "0x", 2);
	text_put_hex(&writer->out, load(field, sa));
}

/* Kernels of Linux 2.2 had no %Lx and printed 0x%x%08x, which differs if the upper half is 0. */
enum { PADDED_DIGITS = 9 };

static bool
parse_bitmap(const struct klips_field *field, struct klips_reader *reader, struct sa *sa)
{
	const char *const digits = reader->at + strlen("0x");

	if (!parse_hex(field, reader, sa))
		return false;
	if (*digits == '0' && reader->at - digits == PADDED_DIGITS)
		sa->reported |= SA_ATTR_BIT(SA_ATTR_PADDED_BITMAP);
	return true;
}

static void
print_bitmap(const struct klips_field *field, const struct sa *sa, struct klips_writer *writer)
{
	uint64_t bit = sa->replay_bitmap | 1;
	unsigned digits = 0;

	if (!writer->as_it_came || !sa_reports(sa, SA_ATTR_PADDED_BITMAP)) {
		print_hex(field, sa, writer);
		return;
	}
	text_put(&writer->out, "0x", 2);
	for (; bit != 0; bit >>= 4)
		digits++;
	for (; digits < PADDED_DIGITS; digits++)
		text_put_octet(&writer->out, '0');
	text_put_hex(&writer->out, sa->replay_bitmap);
}

const struct klips_codec klips_bitmap_codec = {parse_bitmap, print_bitmap, NULL};

/* The kernels print the brackets for names of flags, but no names. */
static bool
parse_flags(const struct klips_field *field, struct klips_reader *reader, struct sa *sa)
{
	return parse_hex(field, reader, sa) && klips_take_literal(reader, "<>");
}

static void
print_flags(const struct klips_field *field, const struct sa *sa, struct klips_writer *writer)
{
	print_hex(field, sa, writer);
	text_put_string(&writer->out, "<>");
}

const struct klips_codec klips_flags_codec = {parse_flags, print_flags, NULL};

static bool
parse_bits(const struct klips_field *field, struct klips_reader *reader, struct sa *sa)
{
	return parse_signed(field, reader, sa) && klips_take_literal(reader, "bits");
}

static void
print_bits(const struct klips_field *field, const struct sa *sa, struct klips_writer *writer)
{
	print_signed(field, sa, writer);
	text_put_string(&writer->out, "bits");
}

/* No kernel prints one without the other, so an SA without an IV, as from XFRM, has no length of it either. */
static bool
has_no_iv(const struct klips_field *field, const struct sa *sa)
{
	(void)field;
	return sa->iv_octets == 0;
}

const struct klips_codec klips_iv_bits_codec = {parse_bits, print_bits, has_no_iv};

static bool
parse_ratio(const struct klips_field *field, struct klips_reader *reader, struct sa *sa)
{
	(void)field;
	return klips_take_signed(reader, 64, &sa->ratio_plain_octets) && klips_take_literal(reader, ":") &&
	       klips_take_signed(reader, 64, &sa->ratio_compressed_octets);
}

static void
print_ratio(const struct klips_field *field, const struct sa *sa, struct klips_writer *writer)
{
	(void)field;
	text_put_signed(&writer->out, (int64_t)sa->ratio_plain_octets);
	text_put_string(&writer->out, ":");
	text_put_signed(&writer->out, (int64_t)sa->ratio_compressed_octets);
}

const struct klips_codec klips_ratio_codec = {parse_ratio, print_ratio, NULL};

/* "[1,0,3,0,0,0,0,0]": the references again, by user. */
static bool
take_uses(struct klips_reader *reader, uint8_t uses[SA_REF_USES])
{
	uint64_t number;

	for (unsigned i = 0; i < SA_REF_USES; i++) {
		if (!klips_take_literal(reader, i == 0 ? "[" : ",") || !klips_take_unsigned(reader, UINT8_MAX, &number))
			return false;
		uses[i] = (uint8_t)number;
	}
	return klips_take_literal(reader, "]");
}

static bool
parse_refcount(const struct klips_field *field, struct klips_reader *reader, struct sa *sa)
{
	if (!parse_signed(field, reader, sa))
		return false;
	if (klips_at_value_end(reader))
		return true;
	if (!take_uses(reader, sa->ref_uses)) {
		reader->wrong = "refcount= is not followed by 8 numbers from 0 to 255 in brackets";
		return false;
	}
	sa->reported |= SA_ATTR_BIT(SA_ATTR_REF_USES);
	return true;
}

static void
print_refcount(const struct klips_field *field, const struct sa *sa, struct klips_writer *writer)
{
	print_signed(field, sa, writer);
	if (!sa_reports(sa, SA_ATTR_REF_USES) || writer->dialect == SA_DIALECT_FREESWAN2)
		return;
	for (unsigned i = 0; i < SA_REF_USES; i++) {
		text_put_octet(&writer->out, i == 0 ? '[' : ',');
		text_put_unsigned(&writer->out, sa->ref_uses[i]);
	}
	text_put_octet(&writer->out, ']');
}

const struct klips_codec klips_refcount_codec = {parse_refcount, print_refcount, NULL};
