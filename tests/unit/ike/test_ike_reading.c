/* SPDX-License-Identifier: BSD-3-Clause */
#include "ike/ike_reading.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "sa/sa.h"
#include "vici_builder.h"

struct heard {
	struct ike_sa sa;
	struct ike_child children[4];
	struct ike_configured_child configured[4];
	size_t sa_count, child_count, configured_count;
};

static void
on_sa(void *data, const struct ike_sa *sa)
{
	struct heard *const heard = data;

	heard->sa = *sa;
	heard->sa_count++;
}

static void
on_child(void *data, const struct ike_child *child)
{
	struct heard *const heard = data;

	heard->children[heard->child_count++] = *child;
}

static void
on_configured(void *data, const struct ike_configured_child *child)
{
	struct heard *const heard = data;

	heard->configured[heard->configured_count++] = *child;
}

static struct ike_listener
listen_into(struct heard *heard)
{
	*heard = (struct heard){.sa_count = 0};
	return (struct ike_listener){on_sa, on_child, on_configured, heard};
}

static void
reads_an_ike_sa_with_its_children(void **state)
{
	struct vici_builder builder = {.length = 0};
	struct heard heard;
	const struct ike_listener listener = listen_into(&heard);

	(void)state;
	vici_put_sa(&builder, "berlin", "3", "sun.example.org");
	vici_put_pair(&builder, "remote-eap-id", "alice");
	vici_put_section(&builder, "child-sas");
	vici_put_child(&builder, "net-5", "net", "c1d2e3f4", "0badcafe");
	vici_put_child(&builder, "dmz-6", "dmz", "c1d2e3f5", "0badcaff");
	vici_put_end(&builder);
	vici_put_end(&builder);
	assert_true(ike_read_sa(builder.octets, builder.length, &listener));

	assert_int_equal(heard.sa_count, 1);
	assert_string_equal(heard.sa.connection, "berlin");
	assert_int_equal(heard.sa.id, 3);
	assert_int_equal(heard.sa.version, 2);
	assert_int_equal(heard.sa.state, IKE_ESTABLISHED);
	assert_int_equal(heard.sa.role, IKE_INITIATOR);
	assert_memory_equal(heard.sa.remote.octets, ((uint8_t[]){198, 51, 100, 7}), 4);
	assert_int_equal(heard.sa.local_port, 4500);
	assert_int_equal(heard.sa.remote_port, 4501);
	assert_string_equal(heard.sa.local_id, "moon");
	assert_string_equal(heard.sa.remote_id, "sun.example.org");
	assert_string_equal(heard.sa.eap_id, "alice");
	assert_string_equal(heard.sa.encryption, "AES_CBC_128");
	assert_string_equal(heard.sa.integrity, "HMAC_SHA2_256_128");
	assert_string_equal(heard.sa.dh_group, "CURVE_25519");
	assert_true(heard.sa.nat_remote && !heard.sa.nat_local);
	assert_int_equal(heard.sa.age_seconds, 60);
	assert_int_equal(heard.sa.rekey_seconds, 14000);
	assert_int_equal(heard.sa.reauth_seconds, IKE_NEVER);
	assert_int_equal(heard.sa.children, 2);
	assert_string_equal(heard.sa.child_names, "net, dmz");
	assert_int_equal(heard.sa.in_bytes, 2000);
	assert_int_equal(heard.sa.out_packets, 40);

	assert_int_equal(heard.child_count, 2);
	assert_string_equal(heard.children[0].name, "net");
	assert_int_equal(heard.children[0].ike_id, 3);
	assert_int_equal(heard.children[0].reqid, 2);
	assert_int_equal(heard.children[0].protocol, SA_PROTOCOL_ESP);
	assert_int_equal(heard.children[0].spi_in, 0xc1d2e3f4);
	assert_int_equal(heard.children[1].spi_out, 0x0badcaff);
}

static void
reads_a_connection_and_what_it_configures(void **state)
{
	static const char *const local[] = {"192.0.2.1", NULL}, *const remote[] = {"gw.example.org", "198.51.100.7",
										   NULL};
	static const char *const anyone[] = {"%any", NULL}, *const nets[] = {"10.1.0.0/16", "10.3.0.0/16", NULL};
	struct vici_builder builder = {.length = 0};
	struct heard heard;
	const struct ike_listener listener = listen_into(&heard);

	(void)state;
	vici_put_section(&builder, "berlin");
	vici_put_list(&builder, "local_addrs", local);
	vici_put_list(&builder, "remote_addrs", remote + 1);
	vici_put_pair(&builder, "version", "IKEv2");
	vici_put_section(&builder, "local-1");
	vici_put_pair(&builder, "class", "pre-shared key");
	vici_put_end(&builder);
	vici_put_section(&builder, "children");
	vici_put_section(&builder, "net");
	vici_put_pair(&builder, "mode", "TUNNEL");
	vici_put_list(&builder, "local-ts", nets);
	vici_put_list(&builder, "remote-ts", anyone);
	vici_put_end(&builder);
	vici_put_section(&builder, "printer");
	vici_put_pair(&builder, "mode", "PASS");
	vici_put_end(&builder);
	vici_put_end(&builder);
	vici_put_end(&builder);
	vici_put_section(&builder, "rw");
	vici_put_list(&builder, "remote_addrs", anyone);
	vici_put_section(&builder, "children");
	vici_put_section(&builder, "net");
	vici_put_end(&builder);
	vici_put_end(&builder);
	vici_put_end(&builder);
	vici_put_section(&builder, "two");
	vici_put_list(&builder, "remote_addrs", remote);
	vici_put_section(&builder, "children");
	vici_put_section(&builder, "net");
	vici_put_end(&builder);
	vici_put_end(&builder);
	vici_put_end(&builder);
	assert_true(ike_read_connection(builder.octets, builder.length, &listener));

	assert_int_equal(heard.configured_count, 4);
	assert_string_equal(heard.configured[0].connection, "berlin");
	assert_string_equal(heard.configured[0].name, "net");
	assert_string_equal(heard.configured[0].selectors, "10.1.0.0/16 <> %any, 10.3.0.0/16 <> %any");
	assert_int_equal(heard.configured[0].local.type, SA_ADDRESS_IPV4);
	assert_memory_equal(heard.configured[0].remote.octets, ((uint8_t[]){198, 51, 100, 7}), 4);
	assert_false(heard.configured[0].for_anyone || heard.configured[0].is_shunt);
	assert_true(heard.configured[1].is_shunt);
	assert_true(heard.configured[2].for_anyone);
	assert_int_equal(heard.configured[2].local.type, SA_ADDRESS_NONE);
	assert_false(heard.configured[3].for_anyone);
	assert_int_equal(heard.configured[3].remote.type, SA_ADDRESS_NONE);
}

static void
reads_who_went_down(void **state)
{
	struct vici_builder builder = {.length = 0};
	struct ike_sa sa;
	bool up;

	(void)state;
	vici_put_sa(&builder, "berlin", "3", "sun");
	vici_put_end(&builder);
	assert_true(ike_read_updown(builder.octets, builder.length, &sa, &up));
	assert_false(up);
	assert_int_equal(sa.id, 3);
	assert_string_equal(sa.connection, "berlin");
	builder.length = 0;
	vici_put_pair(&builder, "up", "yes");
	vici_put_sa(&builder, "berlin", "4", "sun");
	vici_put_end(&builder);
	assert_true(ike_read_updown(builder.octets, builder.length, &sa, &up));
	assert_true(up);
	assert_false(ike_read_updown(builder.octets, builder.length - 1, &sa, &up));
	assert_false(ike_read_updown(builder.octets, 0, &sa, &up));
}

/* Whatever a daemon, or who pretends to be one, says: it fits, and can be printed. */
static void
takes_no_more_than_it_has_room_for(void **state)
{
	char longest[601];
	struct vici_builder builder = {.length = 0};
	struct heard heard;
	const struct ike_listener listener = listen_into(&heard);

	(void)state;
	memset(longest, 'x', sizeof(longest) - 1);
	longest[600] = '\0';
	memcpy(longest + 126, "\xc3\xa4", 2);
	vici_put_section(&builder, "a\nb\xff");
	vici_put_pair(&builder, "uniqueid", "7");
	vici_put_pair(&builder, "remote-id", longest);
	vici_put_pair(&builder, "state", "FLYING");
	vici_put_pair(&builder, "local-host", "%any");
	vici_put_pair(&builder, "rekey-time", "-3");
	vici_put_pair(&builder, "local-port", "70000");
	vici_put_section(&builder, "child-sas");
	vici_put_child(&builder, "net", longest, "no number", "123456789");
	vici_put_end(&builder);
	vici_put_end(&builder);
	assert_true(ike_read_sa(builder.octets, builder.length, &listener));
	assert_string_equal(heard.sa.connection, "a?b?");
	assert_int_equal(strlen(heard.sa.remote_id), IKE_IDENTITY_SIZE - 1);
	longest[126] = '\0';
	assert_memory_equal(heard.sa.remote_id, longest, 126);
	assert_int_equal(heard.sa.state, IKE_STATE_OTHER);
	assert_int_equal(heard.sa.local.type, SA_ADDRESS_NONE);
	assert_int_equal(heard.sa.rekey_seconds, 0);
	assert_int_equal(heard.sa.local_port, 0);
	assert_int_equal(strlen(heard.children[0].name), IKE_NAME_SIZE - 1);
	assert_int_equal(heard.children[0].spi_in, 0);
	assert_int_equal(heard.children[0].spi_out, 0);
}

/* A message that is cut off anywhere is none, and nothing is read beyond its end. */
static void
refuses_every_message_that_is_cut_off(void **state)
{
	struct vici_builder builder = {.length = 0};
	struct heard heard;
	const struct ike_listener listener = listen_into(&heard);

	(void)state;
	vici_put_sa(&builder, "berlin", "3", "sun");
	vici_put_section(&builder, "child-sas");
	vici_put_child(&builder, "net-5", "net", "c1d2e3f4", "0badcafe");
	vici_put_end(&builder);
	vici_put_end(&builder);
	for (size_t length = 1; length < builder.length; length++) {
		heard.child_count = 0;
		assert_false(ike_read_sa(builder.octets, length, &listener));
		assert_false(ike_read_connection(builder.octets, length, &listener));
	}
	assert_int_equal(heard.sa_count, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_an_ike_sa_with_its_children),
		cmocka_unit_test(reads_a_connection_and_what_it_configures),
		cmocka_unit_test(reads_who_went_down),
		cmocka_unit_test(takes_no_more_than_it_has_room_for),
		cmocka_unit_test(refuses_every_message_that_is_cut_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
