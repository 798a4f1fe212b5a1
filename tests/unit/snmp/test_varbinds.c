/* SPDX-License-Identifier: BSD-3-Clause */

/* Our values, and whole notifications, as net-snmp's varbinds. */

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "events/event_columns.h"
#include "events/event_kind.h"
#include "mib/column_codec.h"
#include "mib/column_syntax.h"
#include "snmp/mib_value.h"
#include "snmp/notify_varbinds.h"

struct row {
	uint64_t number;
	char text[8];
};

/* The number, put into a varbind by a column of that SYNTAX. */
static const netsnmp_variable_list *
put(const struct column_syntax *syntax, uint64_t number)
{
	static netsnmp_variable_list varbind;
	const struct column column = {"n",  syntax,	   &column_number_codec,
				      NULL, COLUMN_ALWAYS, COLUMN_FIELD(struct row, number)};
	const struct row row = {.number = number};

	snmp_reset_var_buffers(&varbind);
	memset(&varbind, 0, sizeof(varbind));
	mib_value_put(&varbind, &column, &row);
	return &varbind;
}

static void
numbers_have_the_type_of_their_syntax(void **state)
{
	const netsnmp_variable_list *varbind = put(&syntax_counter64, 0x123456789abcdef0);

	(void)state;
	assert_int_equal(varbind->type, ASN_COUNTER64);
	assert_int_equal(varbind->val.counter64->high, 0x12345678);
	assert_int_equal(varbind->val.counter64->low, 0x9abcdef0);
	varbind = put(&syntax_unsigned32, 7);
	assert_int_equal(varbind->type, ASN_UNSIGNED);
	assert_int_equal(*varbind->val.integer, 7);
	varbind = put(&syntax_truth_value, 2);
	assert_int_equal(varbind->type, ASN_INTEGER);
	assert_int_equal(*varbind->val.integer, 2);
}

/* RFC 2578, section 7.1: a gauge stays at its highest, a counter begins at 0 again, and Integer32 has a sign. */
static void
numbers_of_32_bits_stay_in_them(void **state)
{
	(void)state;
	assert_int_equal(*put(&syntax_gauge32, UINT32_MAX)->val.integer, UINT32_MAX);
	assert_int_equal(*put(&syntax_gauge32, (uint64_t)UINT32_MAX + 1)->val.integer, UINT32_MAX);
	assert_int_equal(put(&syntax_counter32, 5)->type, ASN_COUNTER);
	assert_int_equal(*put(&syntax_counter32, UINT32_MAX)->val.integer, UINT32_MAX);
	assert_int_equal(*put(&syntax_counter32, (uint64_t)UINT32_MAX + 6)->val.integer, 5);
	assert_int_equal(*put(&syntax_integer32, (uint64_t)-3)->val.integer, -3);
}

static void
octets_are_copied_with_their_length(void **state)
{
	static const struct column column = {"text", &syntax_admin_string, &column_text_codec,
					     NULL,   COLUMN_ALWAYS,	   COLUMN_FIELD(struct row, text)};
	netsnmp_variable_list varbind = {0};
	struct row row = {.text = "berlin"};

	(void)state;
	mib_value_put(&varbind, &column, &row);
	memset(&row, 'x', sizeof(row));
	assert_int_equal(varbind.type, ASN_OCTET_STR);
	assert_int_equal(varbind.val_len, strlen("berlin"));
	assert_memory_equal(varbind.val.string, "berlin", varbind.val_len);
	row.text[0] = '\0';
	mib_value_put(&varbind, &column, &row);
	assert_int_equal(varbind.val_len, 0);
	snmp_reset_var_buffers(&varbind);
}

/* --- notifications ----------------------------------------------------------------------------- */

static const oid root[] = {1, 3, 6, 1, 4, 1, 99999};

static void
assert_name(const netsnmp_variable_list *varbind, const oid *name, size_t length)
{
	assert_int_equal(snmp_oid_compare(varbind->name, varbind->name_length, name, length), 0);
}

/* RFC 3416, section 4.2.6, but for sysUpTime, which whoever sends it puts before. */
static void
a_notification_says_what_it_is_and_where_it_can_be_found(void **state)
{
	static const oid trap_oid[] = {1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0};

	(void)state;
	for (uint8_t kind = 1; kind < EVENT_KINDS; kind++) {
		const struct event event = {.number = 4000000000, .kind = kind};
		const oid notification[] = {1, 3, 6, 1, 4, 1, 99999, 0, kind};
		netsnmp_variable_list *list, *varbind;

		if (!event_kind_info(kind)->has_notification)
			continue;
		list = varbind = notify_varbinds(&event, root, OID_LENGTH(root));
		assert_non_null(varbind);
		assert_name(varbind, trap_oid, OID_LENGTH(trap_oid));
		assert_int_equal(varbind->type, ASN_OBJECT_ID);
		assert_int_equal(snmp_oid_compare(varbind->val.objid, varbind->val_len / sizeof(oid), notification,
						  OID_LENGTH(notification)),
				 0);
		for (const uint8_t *column = event_kind_info(kind)->columns; *column; column++) {
			const oid instance[] = {1, 3, 6, 1, 4, 1, 99999, 1, 4, 1, *column, 4000000000};

			varbind = varbind->next_variable;
			assert_non_null(varbind);
			assert_name(varbind, instance, OID_LENGTH(instance));
		}
		assert_null(varbind->next_variable);
		snmp_free_varbind(list);
	}
}

static void
a_notification_carries_the_events_values(void **state)
{
	const struct event event = {
		.number = 7,
		.notified_before = 4,
		.kind = EVENT_TUNNEL_DOWN,
		.tunnel = "berlin",
		.tunnel_descr = "berlin@blue",
		.tunnel_index = 10001,
		.src = {.type = SA_ADDRESS_IPV4, .octets = {192, 0, 2, 1}},
	};
	netsnmp_variable_list *const list = notify_varbinds(&event, root, OID_LENGTH(root));
	unsigned found = 0;

	(void)state;
	for (const netsnmp_variable_list *varbind = list; varbind; varbind = varbind->next_variable) {
		const oid column = varbind->name[varbind->name_length - 2];

		found++;
		if (varbind == list)
			continue;
		if (column == EVENT_COLUMN_NOTIFIED_BEFORE)
			assert_int_equal(*varbind->val.integer, 4);
		else if (column == EVENT_COLUMN_TUNNEL)
			assert_memory_equal(varbind->val.string, "berlin", varbind->val_len);
		else if (column == EVENT_COLUMN_TUNNEL_INDEX)
			assert_int_equal(*varbind->val.integer, 10001);
		else if (column == EVENT_COLUMN_SRC)
			assert_memory_equal(varbind->val.string, "\xc0\0\2\1", varbind->val_len);
		else if (column == EVENT_COLUMN_SRC_TEXT)
			assert_memory_equal(varbind->val.string, "192.0.2.1", varbind->val_len);
		else if (column == EVENT_COLUMN_TUNNEL_DESCR)
			assert_memory_equal(varbind->val.string, "berlin@blue", varbind->val_len);
	}
	assert_int_equal(found, 14);
	snmp_free_varbind(list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_have_the_type_of_their_syntax),
		cmocka_unit_test(numbers_of_32_bits_stay_in_them),
		cmocka_unit_test(octets_are_copied_with_their_length),
		cmocka_unit_test(a_notification_says_what_it_is_and_where_it_can_be_found),
		cmocka_unit_test(a_notification_carries_the_events_values),
	};

	return cmocka_run_group_tests_name("varbinds", tests, NULL, NULL);
}
