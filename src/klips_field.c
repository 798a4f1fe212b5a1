/* SPDX-License-Identifier: BSD-3-Clause */
#include "klips_field.h"

#include <string.h>

#include "klips_value.h"

#define VALUE(member) offsetof(struct sa, member), sizeof(((struct sa *)0)->member)
#define NOT_FREESWAN1 (KLIPS_IN_ALL & ~KLIPS_IN_FREESWAN1)
#define FREESWAN2_ON (KLIPS_IN_FREESWAN2 | KLIPS_IN_OPENSWAN)

static const char is_not_d16[] = "is not a number from 0 to 65535";
static const char is_not_d32[] = "is not a number from -2147483648 to 2147483647";

/* clang-format off */
const struct klips_field klips_fields[] = {
	{"dir", &klips_direction_codec, -1, KLIPS_IN_ALL, KLIPS_REQUIRED, VALUE(direction), "dir= is neither in nor out"},
	{"src", &klips_source_codec, SA_ATTR_SRC, KLIPS_IN_ALL, 0, VALUE(src), "src= is not an address"},
	{"policy", &klips_policy_codec, SA_ATTR_SELECTOR, NOT_FREESWAN1, 0, VALUE(selector), "policy= is not SUBNET->SUBNET"},
	{"iv_bits", &klips_iv_bits_codec, SA_ATTR_IV_BITS, KLIPS_IN_ALL, 0, VALUE(iv_bits), "iv_bits= is not a number from 0 to 65535 and \"bits\""},
	{"iv", &klips_iv_codec, SA_ATTR_IV, KLIPS_IN_ALL, 0, VALUE(iv_octets), "iv= is not 0x and at most 32 octets in hexadecimal"},
	{"ooowin", &klips_window_codec, SA_ATTR_REPLAY_WINDOW, KLIPS_IN_ALL, 0, VALUE(replay_window), "is not a number from 0 to 255"},
	{"ooo_errs", &klips_signed_codec, SA_ATTR_OUT_OF_ORDER_ERRORS, KLIPS_IN_ALL, 0, VALUE(out_of_order_errors), is_not_d32},
	{"seq", &klips_sequence_codec, SA_ATTR_SEQUENCE, KLIPS_IN_ALL, 0, VALUE(sequence), is_not_d32},
	{"bit", &klips_bitmap_codec, SA_ATTR_REPLAY_BITMAP, KLIPS_IN_ALL, 0, VALUE(replay_bitmap), "bit= is not 0x and 64 bits in hexadecimal"},
	{"max_seq_diff", &klips_signed_codec, SA_ATTR_MAX_SEQUENCE_GAP, KLIPS_IN_ALL, 0, VALUE(max_sequence_gap), is_not_d32},
	{"flags", &klips_flags_codec, SA_ATTR_FLAGS, KLIPS_IN_ALL, 0, VALUE(flags), "flags= is not 0x, 32 bits in hexadecimal, and <>"},
	{"alen", &klips_signed_codec, SA_ATTR_ICV_BITS, KLIPS_IN_ALL, 0, VALUE(icv_bits), is_not_d16},
	{"aklen", &klips_signed_codec, SA_ATTR_AUTH_KEY_BITS, KLIPS_IN_ALL, 0, VALUE(auth_key_bits), is_not_d16},
	{"auth_errs", &klips_signed_codec, SA_ATTR_AUTH_ERRORS, KLIPS_IN_ALL, 0, VALUE(auth_errors), is_not_d32},
	{"eklen", &klips_signed_codec, SA_ATTR_ENCR_KEY_BITS, KLIPS_IN_ALL, 0, VALUE(encr_key_bits), is_not_d16},
	{"encr_size_errs", &klips_signed_codec, SA_ATTR_SIZE_ERRORS, KLIPS_IN_ALL, 0, VALUE(size_errors), is_not_d32},
	{"encr_pad_errs", &klips_signed_codec, SA_ATTR_PADDING_ERRORS, KLIPS_IN_ALL, 0, VALUE(padding_errors), is_not_d32},
	{"jiffies", &klips_unsigned_codec, SA_ATTR_JIFFIES, KLIPS_IN_OPENSWAN, KLIPS_MARKS_OPENSWAN, VALUE(jiffies), "jiffies= is not an unsigned number of 64 bits"},
	{"life(c,s,h)", &klips_life_codec, -1, KLIPS_IN_ALL, KLIPS_REQUIRED, VALUE(life), "a lifetime is none of alloc() bytes() addtime() add() usetime() use() packets()"},
	{"idle", &klips_signed_codec, SA_ATTR_IDLE, KLIPS_IN_ALL, KLIPS_ZERO_COUNTS, VALUE(idle_seconds), "idle= is not a signed number of 64 bits"},
	{"ratio", &klips_ratio_codec, SA_ATTR_RATIO, KLIPS_IN_ALL, 0, VALUE(ratio_plain_octets), "ratio= is not two signed numbers of 64 bits with \":\" between"},
	{"natencap", &klips_nat_encap_codec, SA_ATTR_NAT_ENCAP, FREESWAN2_ON, KLIPS_NAT | KLIPS_MARKS_OPENSWAN, VALUE(nat_encap), "natencap= is not none, nonike, nonesp, unknown or na"},
	{"natsport", &klips_signed_codec, SA_ATTR_NAT_PORTS, FREESWAN2_ON, KLIPS_NAT, VALUE(nat_src_port), is_not_d16},
	{"natdport", &klips_signed_codec, SA_ATTR_NAT_PORTS, FREESWAN2_ON, KLIPS_NAT, VALUE(nat_dst_port), is_not_d16},
	{"refcount", &klips_refcount_codec, SA_ATTR_REFCOUNT, FREESWAN2_ON, 0, VALUE(refcount), is_not_d32},
	{"ref", &klips_signed_codec, SA_ATTR_REF, FREESWAN2_ON, 0, VALUE(ref), is_not_d32},
	{"refhim", &klips_signed_codec, SA_ATTR_REF_HIM, KLIPS_IN_OPENSWAN, KLIPS_MARKS_OPENSWAN, VALUE(ref_him), is_not_d32},
	{"outif", &klips_interface_codec, SA_ATTR_OUT_INTERFACE, KLIPS_IN_OPENSWAN, KLIPS_MARKS_OPENSWAN, VALUE(out_interface), "outif= is not INTERFACE:NUMBER"},
	{"reftable", &klips_unsigned_codec, SA_ATTR_REF_TABLE, FREESWAN2_ON, 0, VALUE(ref_table), "reftable= is not an unsigned number of 64 bits"},
	{"refentry", &klips_unsigned_codec, SA_ATTR_REF_TABLE, FREESWAN2_ON, 0, VALUE(ref_entry), "refentry= is not an unsigned number of 64 bits"},
};
/* clang-format on */

const size_t klips_fields_count = sizeof(klips_fields) / sizeof(klips_fields[0]);
_Static_assert(sizeof(klips_fields) / sizeof(klips_fields[0]) < 64, "a set of fields fits in 64 bits");

const struct klips_field *
klips_field_find(const char *name, size_t length, size_t hint)
{
	for (size_t tried = 0; tried < klips_fields_count; tried++) {
		const struct klips_field *field = &klips_fields[(hint + tried) % klips_fields_count];

		if (field->name[0] == name[0] && strncmp(field->name, name, length) == 0 && field->name[length] == '\0')
			return field;
	}
	return NULL;
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
