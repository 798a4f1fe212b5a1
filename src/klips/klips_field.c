/* SPDX-License-Identifier: BSD-3-Clause */
#include "klips_field.h"

#include <string.h>

#include "klips_value.h"

#define NAME(text) text, sizeof(text) - 1
#define VALUE(member) offsetof(struct sa, member), sizeof(((struct sa *)0)->member)
#define NOT_FREESWAN1 (KLIPS_IN_ALL & ~KLIPS_IN_FREESWAN1)
#define FREESWAN2_ON (KLIPS_IN_FREESWAN2 | KLIPS_IN_OPENSWAN)

static const char is_not_d16[] = "is not a number from 0 to 65535";
static const char is_not_d32[] = "is not a number from -2147483648 to 2147483647";

/* clang-format off */
const struct klips_field klips_fields[] = {
	{NAME("dir"), &klips_direction_codec, -1, KLIPS_IN_ALL, KLIPS_IS_DIR, VALUE(direction), "dir= is neither in nor out"},
	{NAME("src"), &klips_source_codec, SA_ATTR_SRC, KLIPS_IN_ALL, 0, VALUE(src), "src= is not an address"},
	{NAME("policy"), &klips_policy_codec, SA_ATTR_SELECTOR, NOT_FREESWAN1, 0, VALUE(selector), "policy= is not SUBNET->SUBNET"},
	{NAME("iv_bits"), &klips_iv_bits_codec, SA_ATTR_IV_BITS, KLIPS_IN_ALL, 0, VALUE(iv_bits), "iv_bits= is not a number from 0 to 65535 and \"bits\""},
	{NAME("iv"), &klips_iv_codec, SA_ATTR_IV, KLIPS_IN_ALL, 0, VALUE(iv_octets), "iv= is not 0x and at most 32 octets in hexadecimal"},
	{NAME("ooowin"), &klips_window_codec, SA_ATTR_REPLAY_WINDOW, KLIPS_IN_ALL, 0, VALUE(replay_window), "is not a number from 0 to 255"},
	{NAME("ooo_errs"), &klips_signed_codec, SA_ATTR_OUT_OF_ORDER_ERRORS, KLIPS_IN_ALL, 0, VALUE(out_of_order_errors), is_not_d32},
	{NAME("seq"), &klips_sequence_codec, SA_ATTR_SEQUENCE, KLIPS_IN_ALL, 0, VALUE(sequence), is_not_d32},
	{NAME("bit"), &klips_bitmap_codec, SA_ATTR_REPLAY_BITMAP, KLIPS_IN_ALL, 0, VALUE(replay_bitmap), "bit= is not 0x and 64 bits in hexadecimal"},
	{NAME("max_seq_diff"), &klips_signed_codec, SA_ATTR_MAX_SEQUENCE_GAP, KLIPS_IN_ALL, 0, VALUE(max_sequence_gap), is_not_d32},
	{NAME("flags"), &klips_flags_codec, SA_ATTR_FLAGS, KLIPS_IN_ALL, 0, VALUE(flags), "flags= is not 0x, 32 bits in hexadecimal, and <>"},
	{NAME("alen"), &klips_signed_codec, SA_ATTR_ICV_BITS, KLIPS_IN_ALL, 0, VALUE(icv_bits), is_not_d16},
	{NAME("aklen"), &klips_signed_codec, SA_ATTR_AUTH_KEY_BITS, KLIPS_IN_ALL, 0, VALUE(auth_key_bits), is_not_d16},
	{NAME("auth_errs"), &klips_signed_codec, SA_ATTR_AUTH_ERRORS, KLIPS_IN_ALL, 0, VALUE(auth_errors), is_not_d32},
	{NAME("eklen"), &klips_signed_codec, SA_ATTR_ENCR_KEY_BITS, KLIPS_IN_ALL, 0, VALUE(encr_key_bits), is_not_d16},
	{NAME("encr_size_errs"), &klips_signed_codec, SA_ATTR_SIZE_ERRORS, KLIPS_IN_ALL, 0, VALUE(size_errors), is_not_d32},
	{NAME("encr_pad_errs"), &klips_signed_codec, SA_ATTR_PADDING_ERRORS, KLIPS_IN_ALL, 0, VALUE(padding_errors), is_not_d32},
	{NAME("jiffies"), &klips_unsigned_codec, SA_ATTR_JIFFIES, KLIPS_IN_OPENSWAN, KLIPS_MARKS_OPENSWAN, VALUE(jiffies), "jiffies= is not an unsigned number of 64 bits"},
	{NAME("life(c,s,h)"), &klips_life_codec, -1, KLIPS_IN_ALL, KLIPS_IS_LIFE, VALUE(life), "a lifetime is none of alloc() bytes() addtime() add() usetime() use() packets()"},
	{NAME("idle"), &klips_signed_codec, SA_ATTR_IDLE, KLIPS_IN_ALL, KLIPS_ZERO_COUNTS, VALUE(idle_seconds), "idle= is not a signed number of 64 bits"},
	{NAME("ratio"), &klips_ratio_codec, SA_ATTR_RATIO, KLIPS_IN_ALL, 0, VALUE(ratio_plain_octets), "ratio= is not two signed numbers of 64 bits with \":\" between"},
	{NAME("natencap"), &klips_nat_encap_codec, SA_ATTR_NAT_ENCAP, FREESWAN2_ON, KLIPS_NAT | KLIPS_MARKS_OPENSWAN, VALUE(nat_encap), "natencap= is not none, nonike, nonesp, unknown or na"},
	{NAME("natsport"), &klips_signed_codec, SA_ATTR_NAT_PORTS, FREESWAN2_ON, KLIPS_NAT | KLIPS_PAIRED, VALUE(nat_src_port), is_not_d16},
	{NAME("natdport"), &klips_signed_codec, SA_ATTR_NAT_PORTS, FREESWAN2_ON, KLIPS_NAT | KLIPS_PAIRED, VALUE(nat_dst_port), is_not_d16},
	{NAME("refcount"), &klips_refcount_codec, SA_ATTR_REFCOUNT, FREESWAN2_ON, 0, VALUE(refcount), is_not_d32},
	{NAME("ref"), &klips_signed_codec, SA_ATTR_REF, FREESWAN2_ON, 0, VALUE(ref), is_not_d32},
	{NAME("refhim"), &klips_signed_codec, SA_ATTR_REF_HIM, KLIPS_IN_OPENSWAN, KLIPS_MARKS_OPENSWAN, VALUE(ref_him), is_not_d32},
	{NAME("outif"), &klips_interface_codec, SA_ATTR_OUT_INTERFACE, KLIPS_IN_OPENSWAN, KLIPS_MARKS_OPENSWAN, VALUE(out_interface), "outif= is not INTERFACE:NUMBER"},
	{NAME("reftable"), &klips_unsigned_codec, SA_ATTR_REF_TABLE, FREESWAN2_ON, KLIPS_PAIRED, VALUE(ref_table), "reftable= is not an unsigned number of 64 bits"},
	{NAME("refentry"), &klips_unsigned_codec, SA_ATTR_REF_TABLE, FREESWAN2_ON, KLIPS_PAIRED, VALUE(ref_entry), "refentry= is not an unsigned number of 64 bits"},
};
/* clang-format on */

const size_t klips_fields_count = sizeof(klips_fields) / sizeof(klips_fields[0]);
_Static_assert(sizeof(klips_fields) / sizeof(klips_fields[0]) < 64, "a set of fields fits in 64 bits");

static bool
begins_with_field(const char *text, size_t length, const struct klips_field *field)
{
	return length > field->name_length && text[field->name_length] == '=' &&
	       memcmp(text, field->name, field->name_length) == 0;
}

size_t
klips_field_find(const char *text, size_t length, size_t first)
{
	for (size_t i = first; i < klips_fields_count; i++) {
		if (begins_with_field(text, length, &klips_fields[i]))
			return i;
	}
	for (size_t i = 0; i < first; i++) {
		if (begins_with_field(text, length, &klips_fields[i]))
			return i;
	}
	return klips_fields_count;
}

bool
klips_field_is_zero(const struct klips_field *field, const struct sa *sa)
{
	const char *const value = (const char *)sa + field->offset;

	if (field->codec->is_zero)
		return field->codec->is_zero(field, sa);
	for (size_t i = 0; i < field->size; i++) {
		if (value[i] != 0)
			return false;
	}
	return true;
}
