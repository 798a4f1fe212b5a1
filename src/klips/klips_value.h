/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KLIPS_VALUE_H
#define KLIPS_VALUE_H

/* How the values of ipsec_spi text's fields are spelt, to and from struct sa. */

#include "klips_token.h"
#include "sa/sa.h"

struct klips_field;

struct klips_codec {
	/* Parses a value, up to klips_at_value_end().  False, or octets that are left, are an error at reader->at. */
	bool (*parse)(const struct klips_field *field, struct klips_reader *reader, struct sa *sa);
	void (*print)(const struct klips_field *field, const struct sa *sa, struct klips_writer *writer);
	/*
	 * For an SA that is not from KLIPS: whether there is nothing to print.  NULL: if the value's octets are all
	 * zero.
	 */
	bool (*is_zero)(const struct klips_field *field, const struct sa *sa);
};

/* A row of the table of fields, see klips_field.h. */
struct klips_field {
	const char *name;
	uint8_t name_length;
	const struct klips_codec *codec;
	int8_t attribute;      /* enum sa_attribute, or -1: the codec sets sa.reported itself */
	uint8_t dialects;      /* the dialects that have the field */
	uint8_t traits;	       /* enum klips_field_trait */
	uint16_t offset, size; /* of the value in struct sa */
	const char *wrong;     /* the reason to report if it does not parse */
};

/* Numbers at field->offset, of field->size octets (klips_number.c). */
extern const struct klips_codec klips_signed_codec;   /* %d of 16 or 32 bits, %Ld */
extern const struct klips_codec klips_unsigned_codec; /* %lu of 64 bits */
extern const struct klips_codec klips_window_codec;   /* %d of 8 bits */
extern const struct klips_codec klips_flags_codec;    /* 0x%x<> */
extern const struct klips_codec klips_iv_bits_codec;  /* %dbits */

/* The others access struct sa by themselves. */
extern const struct klips_codec klips_sequence_codec;
extern const struct klips_codec klips_bitmap_codec;
extern const struct klips_codec klips_ratio_codec;
extern const struct klips_codec klips_refcount_codec;

extern const struct klips_codec klips_direction_codec; /* klips_word.c */
extern const struct klips_codec klips_nat_encap_codec;
extern const struct klips_codec klips_interface_codec;

extern const struct klips_codec klips_source_codec; /* klips_octets.c */
extern const struct klips_codec klips_policy_codec;
extern const struct klips_codec klips_iv_codec;

extern const struct klips_codec klips_life_codec; /* klips_life.c */

#endif
