/* SPDX-License-Identifier: BSD-3-Clause */
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mib2text/answer_size.h"
#include "mib2text/mib_table.h"

/* A name below 1.3.6.1, which takes so many octets as contents. */
static const unsigned long name[] = {1, 3, 6, 1, 127, 128, 16383, 16384, UINT32_MAX};
enum { NAME = sizeof(name) / sizeof(name[0]), NAME_OCTETS = 3 + 1 + 2 + 2 + 3 + 5 };

/* How net-snmp builds it, which is the measure. */
static size_t
built(const struct mib_varbind *varbind)
{
	size_t room = 2048, offset = 0, name_length = varbind->name_length, length = sizeof(long);
	uint8_t *packet = malloc(room);
	uint8_t octets[300] = {0};
	struct counter64 counter = {(uint32_t)(varbind->number >> 32), (uint32_t)varbind->number};
	long number = (long)varbind->number;
	void *value = &number;

	if (varbind->tag == MIB_INTEGER) {
		number = (int32_t)(uint32_t)varbind->number;
	} else if (varbind->tag == MIB_COUNTER64) {
		value = &counter;
		length = sizeof(counter);
	} else if (varbind->tag == MIB_OCTET_STRING) {
		value = octets;
		length = varbind->length;
	}
	assert_non_null(snmp_realloc_rbuild_var_op(&packet, &room, &offset, 1, varbind->name, &name_length,
						   varbind->tag, value, length));
	free(packet);
	return offset;
}

static void
a_binding_has_as_many_octets_as_net_snmp_builds(void **state)
{
	static const uint64_t numbers[] = {0,	  1,	 127,	  128,	   255,	      256,	  32767,
					   32768, 65535, 8388607, 8388608, INT32_MAX, UINT32_MAX, UINT32_MAX - 127};
	static const uint8_t tags[] = {MIB_INTEGER, MIB_UNSIGNED32, MIB_COUNTER32, MIB_COUNTER64};
	static const uint8_t octets[300];
	struct mib_varbind varbind = {.name = name, .name_length = NAME, .octets = octets};

	(void)state;
	for (size_t tag = 0; tag < sizeof(tags); tag++) {
		varbind.tag = tags[tag];
		for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
			varbind.number = numbers[i];
			assert_int_equal(answer_size_binding(&varbind), built(&varbind));
		}
	}
	varbind.tag = MIB_COUNTER64;
	for (unsigned bits = 0; bits < 64; bits++) {
		varbind.number = UINT64_MAX >> bits;
		assert_int_equal(answer_size_binding(&varbind), built(&varbind));
	}
	varbind.tag = MIB_OCTET_STRING;
	for (varbind.length = 0; varbind.length <= sizeof(octets); varbind.length++)
		assert_int_equal(answer_size_binding(&varbind), built(&varbind));
	varbind.tag = MIB_END_OF_VIEW;
	varbind.name_length = 5;
	assert_int_equal(answer_size_binding(&varbind), 2 + (2 + 4) + 2);
}

static void
a_name_has_seven_bits_to_an_octet(void **state)
{
	(void)state;
	/* The first two of a whole name share an octet, of which this knows nothing. */
	assert_int_equal(answer_size_name(name, NAME), NAME_OCTETS + 1);
	assert_int_equal(answer_size_name(name, 0), 0);
}

/* The widest that there is: 255 in each octet of the address, and so on. */
static void
an_index_is_as_wide_as_the_table_says(void **state)
{
	struct sa_said said = {
		.dst.type = SA_ADDRESS_IPV6, .protocol = 255, .spi = UINT32_MAX, .qualifier = UINT32_MAX};
	unsigned long subids[SA_INDEX_MAX_SUBIDS];
	struct sa_key key;

	(void)state;
	memset(said.dst.octets, 0xff, sizeof(said.dst.octets));
	sa_key_make(&key, &said);
	assert_int_equal(answer_size_name(subids, sa_key_to_oid(&key, subids)), mib_sa_table.index_octets);
	assert_int_equal(answer_size_name(&(unsigned long){UINT32_MAX}, 1), mib_tunnel_table.index_octets);
}

/* Any bits in any field: no value is wider than the most. */
static void
no_value_is_wider_than_the_most(void **state)
{
	static const uint8_t tags[] = {
		[COLUMN_OCTETS] = MIB_OCTET_STRING,   [COLUMN_INTEGER32] = MIB_INTEGER,
		[COLUMN_UNSIGNED32] = MIB_UNSIGNED32, [COLUMN_COUNTER32] = MIB_COUNTER32,
		[COLUMN_COUNTER64] = MIB_COUNTER64,
	};
	struct sa sa;
	uint8_t *const octets = (uint8_t *)&sa;

	(void)state;
	memset(octets, 0x7f, sizeof(sa));
	sa.said.dst.type = sa.src.type = sa.care_of.type = sa.nat_original.type = SA_ADDRESS_IPV6;
	sa.selector.src.address.type = sa.selector.dst.address.type = SA_ADDRESS_IPV6;
	sa.encryption[sizeof(sa.encryption) - 1] = sa.authentication[sizeof(sa.authentication) - 1] = '\0';
	sa.compression[sizeof(sa.compression) - 1] = sa.security_context[sizeof(sa.security_context) - 1] = '\0';
	sa.out_interface[sizeof(sa.out_interface) - 1] = '\0';
	sa.iv_octets = SA_IV_MAX_OCTETS;
	sa.esn = sa.iptfs_dont_fragment = true;
	for (size_t rank = 0; rank < columns_readable(&sa_table); rank++) {
		const struct column *const column = column_at(&sa_table, rank);
		struct mib_varbind varbind = {.name = name, .name_length = NAME, .tag = tags[column->syntax->type]};
		struct column_value value = {0};

		column_get(column, &sa, &value);
		varbind.number = value.number;
		varbind.octets = value.octets;
		varbind.length = value.length;
		assert_in_range(answer_size_binding(&varbind), 1, answer_size_most(column, NAME_OCTETS));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_binding_has_as_many_octets_as_net_snmp_builds),
		cmocka_unit_test(a_name_has_seven_bits_to_an_octet),
		cmocka_unit_test(an_index_is_as_wide_as_the_table_says),
		cmocka_unit_test(no_value_is_wider_than_the_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
