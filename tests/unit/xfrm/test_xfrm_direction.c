/* SPDX-License-Identifier: BSD-3-Clause */
#include "policy_builder.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include "xfrm/rtnetlink.h"
#include "xfrm/xfrm_direction.h"
#include "xfrm/xfrm_policy.h"

static struct sa_address
address(const char *text)
{
	struct sa_address parsed;

	assert_true(sa_address_parse(text, strlen(text), &parsed));
	return parsed;
}

static struct sa
an_sa(uint8_t protocol, uint8_t mode, uint32_t reqid, const char *src, const char *dst)
{
	struct sa made = {.mode = mode, .reqid = reqid, .src = address(src)};

	made.said.protocol = protocol;
	made.said.dst = address(dst);
	return made;
}

static struct xfrm_direction direction;

/* The routes that make addresses local, and what was asked for. */
static struct {
	const char *local[4];
	unsigned asked;
} routes;

static bool
is_local_route(void *data, const struct sa_address *to)
{
	bool found = false;

	assert_ptr_equal(data, &routes);
	routes.asked++;
	for (size_t i = 0; i < 4 && routes.local[i]; i++) {
		const struct sa_address local = address(routes.local[i]);

		found = found || sa_address_equal(&local, to);
	}
	return found;
}

static int
set_up(void **state)
{
	(void)state;
	memset(&routes, 0, sizeof(routes));
	if (!xfrm_direction_init(&direction))
		return -1;
	host_addresses_ask(direction.addresses, is_local_route, &routes);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	xfrm_direction_free(&direction);
	return 0;
}

static void
install(const struct policy_message *message)
{
	struct policy_event event;
	const struct policy *const policy = &event.policy;
	const char *reason;

	assert_true(xfrm_policy_read(message_of(message), &event, &reason));
	assert_int_equal(policy->template_count, message->count);
	for (unsigned i = 0; i < policy->template_count; i++)
		assert_int_equal(
			xfrm_templates_add(direction.templates, &policy->templates[i], policy_sa_direction(policy)), 0);
}

static void
install_local(const char *text)
{
	const struct sa_address local = address(text);

	assert_int_equal(host_addresses_add(direction.addresses, &local), 0);
}

static void
assert_direction(struct sa of, enum sa_direction expected)
{
	assert_int_equal(xfrm_direction_of(&direction, &of), expected);
}

/* The three policies of a tunnel between gateways 192.0.2.1, here, and 192.0.2.2. */
static void
install_tunnel(uint32_t reqid)
{
	struct policy_message out = a_policy(XFRM_POLICY_OUT, "10.1.0.0", 16, "10.2.0.0", 16);
	struct policy_message in = a_policy(XFRM_POLICY_IN, "10.2.0.0", 16, "10.1.0.0", 16);
	struct policy_message fwd = a_policy(XFRM_POLICY_FWD, "10.2.0.0", 16, "10.1.0.0", 16);

	add_tunnel(&out, IPPROTO_ESP, reqid, "192.0.2.1", "192.0.2.2");
	add_tunnel(&in, IPPROTO_ESP, reqid, "192.0.2.2", "192.0.2.1");
	add_tunnel(&fwd, IPPROTO_ESP, reqid, "192.0.2.2", "192.0.2.1");
	install(&out);
	install(&in);
	install(&fwd);
}

static struct sa
tunnel_sa(uint32_t reqid, const char *src, const char *dst)
{
	return an_sa(SA_PROTOCOL_ESP, SA_MODE_TUNNEL, reqid, src, dst);
}

/* --- policies ---------------------------------------------------------------------------------- */

static void
a_transit_gateway_learns_it_from_policies(void **state)
{
	(void)state;
	install_tunnel(7);
	assert_direction(tunnel_sa(7, "192.0.2.1", "192.0.2.2"), SA_DIRECTION_OUT);
	assert_direction(tunnel_sa(7, "192.0.2.2", "192.0.2.1"), SA_DIRECTION_IN);
}

static void
all_of_a_template_must_match(void **state)
{
	(void)state;
	install_tunnel(7);
	assert_direction(tunnel_sa(8, "192.0.2.1", "192.0.2.2"), SA_DIRECTION_UNKNOWN);
	assert_direction(tunnel_sa(7, "192.0.2.1", "192.0.2.3"), SA_DIRECTION_UNKNOWN);
	assert_direction(tunnel_sa(7, "192.0.2.3", "192.0.2.2"), SA_DIRECTION_UNKNOWN);
	assert_direction(an_sa(SA_PROTOCOL_AH, SA_MODE_TUNNEL, 7, "192.0.2.1", "192.0.2.2"), SA_DIRECTION_UNKNOWN);
	assert_direction(an_sa(SA_PROTOCOL_ESP, SA_MODE_TRANSPORT, 7, "192.0.2.1", "192.0.2.2"), SA_DIRECTION_UNKNOWN);
	assert_direction(tunnel_sa(7, "2001:db8::1", "2001:db8::2"), SA_DIRECTION_UNKNOWN);
}

static void
a_template_without_reqid_matches_any(void **state)
{
	(void)state;
	install_tunnel(0);
	assert_direction(tunnel_sa(0, "192.0.2.1", "192.0.2.2"), SA_DIRECTION_OUT);
	assert_direction(tunnel_sa(99, "192.0.2.2", "192.0.2.1"), SA_DIRECTION_IN);
}

static void
policies_count_for_more_than_addresses(void **state)
{
	(void)state;
	install_tunnel(7);
	install_local("192.0.2.2");
	assert_direction(tunnel_sa(7, "192.0.2.1", "192.0.2.2"), SA_DIRECTION_OUT);
}

static void
policies_that_disagree_leave_it_to_the_addresses(void **state)
{
	struct policy_message in = a_policy(XFRM_POLICY_IN, "10.1.0.0", 16, "10.2.0.0", 16);

	(void)state;
	install_tunnel(7);
	add_tunnel(&in, IPPROTO_ESP, 7, "192.0.2.1", "192.0.2.2");
	install(&in);
	assert_direction(tunnel_sa(7, "192.0.2.1", "192.0.2.2"), SA_DIRECTION_UNKNOWN);
	install_local("192.0.2.1");
	assert_direction(tunnel_sa(7, "192.0.2.1", "192.0.2.2"), SA_DIRECTION_OUT);
}

static void
transport_templates_take_the_policy_s_addresses(void **state)
{
	struct policy_message out = a_policy(XFRM_POLICY_OUT, "192.0.2.1", 32, "192.0.2.2", 32);
	struct policy_message in = a_policy(XFRM_POLICY_IN, "192.0.2.2", 32, "192.0.2.1", 32);
	struct policy_message many = a_policy(XFRM_POLICY_OUT, "198.51.100.0", 24, "203.0.113.64", 26);

	(void)state;
	add_transport(&out, IPPROTO_ESP, 5);
	add_transport(&in, IPPROTO_ESP, 5);
	add_transport(&many, IPPROTO_ESP, 5);
	install(&out);
	install(&in);
	install(&many);
	assert_direction(an_sa(SA_PROTOCOL_ESP, SA_MODE_TRANSPORT, 5, "192.0.2.1", "192.0.2.2"), SA_DIRECTION_OUT);
	assert_direction(an_sa(SA_PROTOCOL_ESP, SA_MODE_TRANSPORT, 5, "192.0.2.2", "192.0.2.1"), SA_DIRECTION_IN);
	assert_direction(an_sa(SA_PROTOCOL_ESP, SA_MODE_TRANSPORT, 5, "198.51.100.200", "203.0.113.127"),
			 SA_DIRECTION_OUT);
	assert_direction(an_sa(SA_PROTOCOL_ESP, SA_MODE_TRANSPORT, 5, "198.51.100.200", "203.0.113.128"),
			 SA_DIRECTION_UNKNOWN);
	assert_direction(an_sa(SA_PROTOCOL_ESP, SA_MODE_TRANSPORT, 5, "198.51.101.200", "203.0.113.127"),
			 SA_DIRECTION_UNKNOWN);
}

/* As strongSwan installs IPComp: the tunnel is IPComp's, ESP around it has no addresses of its own. */
static void
esp_around_ipcomp_has_the_tunnel_s_addresses(void **state)
{
	struct policy_message out = a_policy(XFRM_POLICY_OUT, "10.1.0.0", 16, "10.2.0.0", 16);

	(void)state;
	add_tunnel(&out, IPPROTO_COMP, 6, "192.0.2.1", "192.0.2.2");
	add_transport(&out, IPPROTO_ESP, 6);
	install(&out);
	assert_direction(an_sa(SA_PROTOCOL_COMP, SA_MODE_TUNNEL, 6, "192.0.2.1", "192.0.2.2"), SA_DIRECTION_OUT);
	assert_direction(an_sa(SA_PROTOCOL_ESP, SA_MODE_TRANSPORT, 6, "192.0.2.1", "192.0.2.2"), SA_DIRECTION_OUT);
	assert_direction(an_sa(SA_PROTOCOL_ESP, SA_MODE_TRANSPORT, 6, "10.1.0.1", "10.2.0.1"), SA_DIRECTION_UNKNOWN);
}

static void
a_tunnel_to_any_address_is_a_range(void **state)
{
	struct policy_message in = a_policy(XFRM_POLICY_IN, "0.0.0.0", 0, "10.1.0.0", 16);

	(void)state;
	add_tunnel(&in, IPPROTO_ESP, 3, "0.0.0.0", "192.0.2.1");
	install(&in);
	assert_direction(tunnel_sa(3, "203.0.113.9", "192.0.2.1"), SA_DIRECTION_IN);
	assert_direction(tunnel_sa(3, "203.0.113.9", "192.0.2.9"), SA_DIRECTION_UNKNOWN);
}

/* As an outgoing policy of transport mode for a whole net does, in which both ends are. */
static void
what_is_this_host_s_own_counts_for_more_than_a_range(void **state)
{
	struct policy_message out = a_policy(XFRM_POLICY_OUT, "192.0.2.0", 24, "192.0.2.0", 24);

	(void)state;
	add_transport(&out, IPPROTO_ESP, 0);
	install(&out);
	assert_direction(an_sa(SA_PROTOCOL_ESP, SA_MODE_TRANSPORT, 5, "192.0.2.2", "192.0.2.1"), SA_DIRECTION_OUT);
	install_local("192.0.2.1");
	assert_direction(an_sa(SA_PROTOCOL_ESP, SA_MODE_TRANSPORT, 5, "192.0.2.2", "192.0.2.1"), SA_DIRECTION_IN);
	assert_direction(an_sa(SA_PROTOCOL_ESP, SA_MODE_TRANSPORT, 5, "192.0.2.1", "192.0.2.2"), SA_DIRECTION_OUT);
	assert_int_equal(routes.asked, 2);
}

static void
the_narrowest_range_counts(void **state)
{
	struct policy_message all = a_policy(XFRM_POLICY_OUT, "0.0.0.0", 0, "0.0.0.0", 0);
	struct policy_message wide = a_policy(XFRM_POLICY_OUT, "10.0.0.0", 8, "10.0.0.0", 8);
	struct policy_message narrow = a_policy(XFRM_POLICY_IN, "10.1.0.0", 16, "10.2.0.0", 15);
	struct policy_message as_narrow = a_policy(XFRM_POLICY_OUT, "10.1.0.0", 15, "10.2.0.0", 16);

	(void)state;
	add_transport(&all, IPPROTO_ESP, 5);
	add_transport(&wide, IPPROTO_ESP, 5);
	add_transport(&narrow, IPPROTO_ESP, 5);
	add_transport(&as_narrow, IPPROTO_ESP, 5);
	install(&all);
	install(&narrow);
	install(&wide);
	assert_direction(an_sa(SA_PROTOCOL_ESP, SA_MODE_TRANSPORT, 5, "10.1.0.1", "10.2.0.1"), SA_DIRECTION_IN);
	assert_direction(an_sa(SA_PROTOCOL_ESP, SA_MODE_TRANSPORT, 5, "10.1.0.1", "10.3.0.1"), SA_DIRECTION_IN);
	assert_direction(an_sa(SA_PROTOCOL_ESP, SA_MODE_TRANSPORT, 5, "10.1.0.1", "10.4.0.1"), SA_DIRECTION_OUT);
	assert_direction(an_sa(SA_PROTOCOL_ESP, SA_MODE_TRANSPORT, 5, "10.2.0.1", "192.0.2.1"), SA_DIRECTION_OUT);
	/* Of two that are as narrow, which disagree, neither does, nor does a wider one. */
	install(&as_narrow);
	assert_direction(an_sa(SA_PROTOCOL_ESP, SA_MODE_TRANSPORT, 5, "10.1.0.1", "10.2.0.1"), SA_DIRECTION_UNKNOWN);
}

/* Any number of ranges with the same lengths of their prefixes. */
static void
finds_each_of_many_ranges(void **state)
{
	enum { RANGES = 5000 };
	char net[20], host[20];

	(void)state;
	for (unsigned i = 0; i < RANGES; i++) {
		struct policy_message policy;

		snprintf(net, sizeof(net), "10.%u.%u.0", i / 256, i % 256);
		policy = a_policy(i % 2 ? XFRM_POLICY_IN : XFRM_POLICY_OUT, net, 24, "0.0.0.0", 0);
		add_transport(&policy, IPPROTO_ESP, 5);
		install(&policy);
	}
	for (unsigned i = 0; i < RANGES; i++) {
		snprintf(host, sizeof(host), "10.%u.%u.%u", i / 256, i % 256, i % 255);
		assert_direction(an_sa(SA_PROTOCOL_ESP, SA_MODE_TRANSPORT, 5, host, "192.0.2.1"),
				 i % 2 ? SA_DIRECTION_IN : SA_DIRECTION_OUT);
	}
}

static struct policy_template
a_template(unsigned src_bits, unsigned dst_bits)
{
	return (struct policy_template){.src = address("10.0.0.0"),
					.dst = address("10.0.0.0"),
					.src_prefix_length = (uint8_t)src_bits,
					.dst_prefix_length = (uint8_t)dst_bits,
					.protocol = SA_PROTOCOL_ESP,
					.mode = SA_MODE_TUNNEL,
					.reqid = 3};
}

/* Whoever adds it hears of it. */
static void
one_pair_of_prefix_lengths_too_many_is_refused(void **state)
{
	struct policy_template template;
	unsigned number = 0;

	(void)state;
	for (; number < XFRM_TEMPLATES_SHAPES_MOST; number++) {
		template = a_template(8 + number % 24, 8 + number / 24);
		assert_int_equal(xfrm_templates_add(direction.templates, &template, SA_DIRECTION_OUT), 0);
	}
	template = a_template(8 + number % 24, 8 + number / 24);
	assert_int_equal(xfrm_templates_add(direction.templates, &template, SA_DIRECTION_OUT), -ENOSPC);
	template = a_template(8, 8);
	assert_int_equal(xfrm_templates_add(direction.templates, &template, SA_DIRECTION_OUT), 0);
	assert_direction(tunnel_sa(3, "10.1.2.3", "10.3.2.1"), SA_DIRECTION_OUT);
}

static void
sockets_have_policies_too(void **state)
{
	struct policy_message out = a_policy(XFRM_POLICY_MAX + XFRM_POLICY_OUT, "0.0.0.0", 0, "0.0.0.0", 0);

	(void)state;
	add_tunnel(&out, IPPROTO_ESP, 3, "192.0.2.1", "192.0.2.2");
	install(&out);
	assert_direction(tunnel_sa(3, "192.0.2.1", "192.0.2.2"), SA_DIRECTION_OUT);
}

static void
finds_each_of_many_tunnels(void **state)
{
	enum { TUNNELS = 5000 };
	char far[20];

	(void)state;
	for (int round = 0; round < 2; round++) {
		xfrm_direction_clear(&direction);
		for (unsigned i = 0; i < TUNNELS; i++) {
			struct policy_message out = a_policy(XFRM_POLICY_OUT, "10.1.0.0", 16, "10.2.0.0", 16);

			snprintf(far, sizeof(far), "203.0.%u.%u", i / 256, i % 256);
			add_tunnel(&out, IPPROTO_ESP, 1, "192.0.2.1", far);
			install(&out);
		}
		for (unsigned i = 0; i < TUNNELS; i++) {
			snprintf(far, sizeof(far), "203.0.%u.%u", i / 256, i % 256);
			assert_direction(tunnel_sa(1, "192.0.2.1", far), SA_DIRECTION_OUT);
			assert_direction(tunnel_sa(1, far, "192.0.2.1"), SA_DIRECTION_UNKNOWN);
		}
	}
	xfrm_direction_clear(&direction);
	assert_direction(tunnel_sa(1, "192.0.2.1", "203.0.0.1"), SA_DIRECTION_UNKNOWN);
}

/* --- addresses --------------------------------------------------------------------------------- */

static void
local_addresses_tell_the_rest(void **state)
{
	(void)state;
	install_local("192.0.2.1");
	install_local("2001:db8::1");
	install_local("10.0.0.1");
	assert_direction(tunnel_sa(0, "192.0.2.9", "192.0.2.1"), SA_DIRECTION_IN);
	assert_direction(tunnel_sa(0, "192.0.2.1", "192.0.2.9"), SA_DIRECTION_OUT);
	assert_direction(tunnel_sa(0, "2001:db8::1", "2001:db8::9"), SA_DIRECTION_OUT);
	assert_direction(tunnel_sa(0, "10.0.0.1", "192.0.2.1"), SA_DIRECTION_IN); /* within this host */
	assert_direction(tunnel_sa(0, "192.0.2.8", "192.0.2.9"), SA_DIRECTION_UNKNOWN);
}

static void
an_address_may_be_local_by_a_route_only(void **state)
{
	(void)state;
	routes.local[0] = "198.51.100.7";
	routes.local[1] = "2001:db8::7";
	routes.local[2] = "10.0.0.1";
	install_local("10.0.0.1");
	assert_direction(tunnel_sa(0, "192.0.2.9", "198.51.100.7"), SA_DIRECTION_IN);
	assert_direction(tunnel_sa(0, "198.51.100.7", "192.0.2.9"), SA_DIRECTION_OUT);
	assert_direction(tunnel_sa(0, "2001:db8::7", "2001:db8::9"), SA_DIRECTION_OUT);
	/* What an interface has is certain. */
	assert_direction(tunnel_sa(0, "10.0.0.1", "198.51.100.7"), SA_DIRECTION_OUT);
	/* Each address is asked for once, and one that nobody means not at all. */
	routes.asked = 0;
	assert_direction(tunnel_sa(0, "192.0.2.9", "198.51.100.7"), SA_DIRECTION_IN);
	assert_direction(tunnel_sa(0, "192.0.2.9", "192.0.2.8"), SA_DIRECTION_UNKNOWN);
	assert_direction(tunnel_sa(0, "0.0.0.0", "192.0.2.8"), SA_DIRECTION_UNKNOWN);
	assert_direction(tunnel_sa(0, "10.0.0.1", "192.0.2.7"), SA_DIRECTION_OUT);
	assert_int_equal(routes.asked, 1);
	/* Until the next read. */
	xfrm_direction_clear(&direction);
	routes.local[0] = NULL;
	assert_direction(tunnel_sa(0, "192.0.2.9", "198.51.100.7"), SA_DIRECTION_UNKNOWN);
	assert_int_equal(routes.asked, 3);
}

static void
routes_that_make_both_ends_local_tell_nothing(void **state)
{
	(void)state;
	routes.local[0] = "198.51.100.7";
	routes.local[1] = "198.51.100.8";
	assert_direction(tunnel_sa(0, "198.51.100.8", "198.51.100.7"), SA_DIRECTION_UNKNOWN);
}

static void
asks_for_a_route_and_reads_the_answer(void **state)
{
	uint64_t request_room[RTNETLINK_REQUEST_SIZE / 8];
	const struct sa_address to = address("2001:db8::1");
	const struct nlmsghdr *const request = rtnetlink_ask_route(request_room, &to);
	const struct rtmsg *const head = mnl_nlmsg_get_payload(request);
	struct rtmsg answered = {.rtm_family = AF_INET6, .rtm_type = RTN_LOCAL};
	struct nlmsghdr *message;

	(void)state;
	assert_int_equal(request->nlmsg_type, RTM_GETROUTE);
	assert_int_equal(request->nlmsg_flags, NLM_F_REQUEST);
	assert_true(request->nlmsg_len <= RTNETLINK_REQUEST_SIZE);
	assert_int_equal(head->rtm_family, AF_INET6);
	assert_int_equal(head->rtm_dst_len, 128);
	for (unsigned type = RTN_UNSPEC; type <= RTN_XRESOLVE; type++) {
		message = mnl_nlmsg_put_header(room);
		message->nlmsg_type = RTM_NEWROUTE;
		answered.rtm_type = (unsigned char)type;
		memcpy(mnl_nlmsg_put_extra_header(message, sizeof(answered)), &answered, sizeof(answered));
		assert_int_equal(rtnetlink_is_local_route(message), type == RTN_LOCAL);
	}
	message->nlmsg_len = NLMSG_HDRLEN + sizeof(answered) - 1;
	assert_false(rtnetlink_is_local_route(message));
	assert_false(rtnetlink_is_local_route(an_esp_message()));
}

static struct nlmsghdr *
an_address_message(uint8_t family)
{
	const struct ifaddrmsg head = {.ifa_family = family};
	struct nlmsghdr *message = mnl_nlmsg_put_header(room);

	message->nlmsg_type = RTM_NEWADDR;
	memcpy(mnl_nlmsg_put_extra_header(message, sizeof(head)), &head, sizeof(head));
	return message;
}

static void
put_address(struct nlmsghdr *message, uint16_t type, const char *text)
{
	const struct sa_address value = address(text);

	mnl_attr_put(message, type, sa_address_octets(value.type), value.octets);
}

static void
reads_addresses_of_interfaces(void **state)
{
	struct nlmsghdr *message = an_address_message(AF_INET);
	struct sa_address read, expected = address("192.0.2.1");

	(void)state;
	put_address(message, IFA_ADDRESS, "192.0.2.99"); /* the other end's */
	put_address(message, IFA_LOCAL, "192.0.2.1");
	assert_true(rtnetlink_read_address(message, &read));
	assert_true(sa_address_equal(&read, &expected));

	message = an_address_message(AF_INET6);
	put_address(message, IFA_ADDRESS, "2001:db8::1");
	expected = address("2001:db8::1");
	assert_true(rtnetlink_read_address(message, &read));
	assert_true(sa_address_equal(&read, &expected));
}

static void
refuses_other_address_messages(void **state)
{
	struct nlmsghdr *message = an_address_message(AF_INET6);
	struct sa_address read;

	(void)state;
	put_address(message, IFA_ADDRESS, "192.0.2.1"); /* too short for its family */
	assert_false(rtnetlink_read_address(message, &read));
	message = an_address_message(AF_INET);
	assert_false(rtnetlink_read_address(message, &read));
	message = an_address_message(AF_UNIX);
	put_address(message, IFA_ADDRESS, "2001:db8::1");
	assert_false(rtnetlink_read_address(message, &read));
	message = an_address_message(AF_INET);
	put_address(message, IFA_LOCAL, "192.0.2.1");
	message->nlmsg_len = NLMSG_HDRLEN + sizeof(struct ifaddrmsg) - 1;
	assert_false(rtnetlink_read_address(message, &read));
	assert_false(rtnetlink_read_address(an_esp_message(), &read));
}

#define WITH_TABLE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_TABLE(a_transit_gateway_learns_it_from_policies),
		WITH_TABLE(all_of_a_template_must_match),
		WITH_TABLE(a_template_without_reqid_matches_any),
		WITH_TABLE(policies_count_for_more_than_addresses),
		WITH_TABLE(policies_that_disagree_leave_it_to_the_addresses),
		WITH_TABLE(transport_templates_take_the_policy_s_addresses),
		WITH_TABLE(esp_around_ipcomp_has_the_tunnel_s_addresses),
		WITH_TABLE(a_tunnel_to_any_address_is_a_range),
		WITH_TABLE(what_is_this_host_s_own_counts_for_more_than_a_range),
		WITH_TABLE(the_narrowest_range_counts),
		WITH_TABLE(finds_each_of_many_ranges),
		WITH_TABLE(one_pair_of_prefix_lengths_too_many_is_refused),
		WITH_TABLE(sockets_have_policies_too),
		WITH_TABLE(finds_each_of_many_tunnels),
		WITH_TABLE(local_addresses_tell_the_rest),
		WITH_TABLE(an_address_may_be_local_by_a_route_only),
		WITH_TABLE(routes_that_make_both_ends_local_tell_nothing),
		cmocka_unit_test(asks_for_a_route_and_reads_the_answer),
		cmocka_unit_test(reads_addresses_of_interfaces),
		cmocka_unit_test(refuses_other_address_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
