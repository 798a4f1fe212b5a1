/* SPDX-License-Identifier: BSD-3-Clause */
#include "policy_builder.h"

#include "xfrm/xfrm_policy.h"

static struct policy_event event;

static void
read_policy(const struct nlmsghdr *message, enum policy_event_kind kind)
{
	const char *reason;

	assert_true(xfrm_policy_read(message, &event, &reason));
	assert_null(reason);
	assert_int_equal(event.kind, kind);
}

static void
refuse_policy(const struct nlmsghdr *message, const char *expected)
{
	const char *reason;

	assert_false(xfrm_policy_read(message, &event, &reason));
	assert_string_equal(reason, expected);
}

static struct policy_message
a_tunnels_policy(void)
{
	struct policy_message policy = a_policy(XFRM_POLICY_OUT, "10.1.0.0", 16, "10.2.0.0", 16);

	add_tunnel(&policy, IPPROTO_ESP, 7, "192.0.2.1", "192.0.2.2");
	policy.info.index = 81;
	policy.info.priority = 1234;
	policy.info.flags = XFRM_POLICY_ICMP;
	policy.info.curlft = (struct xfrm_lifetime_cur){.add_time = NOW - 100, .use_time = NOW - 10};
	policy.info.sel.proto = IPPROTO_TCP;
	policy.info.sel.dport = htons(443);
	policy.info.sel.dport_mask = 0xffff;
	policy.info.sel.ifindex = 3;
	return policy;
}

static void
all_of_a_policy_is_read(void **state)
{
	const struct xfrm_userpolicy_type type = {.type = XFRM_POLICY_TYPE_SUB};
	const struct xfrm_mark mark = {.v = 9, .m = 0xff};
	struct policy_message made = a_tunnels_policy();
	const struct policy *const policy = &event.policy;
	struct nlmsghdr *message;

	(void)state;
	made.templates[0].optional = 1;
	made.templates[0].id.spi = htonl(0x1000);
	message = message_of(&made);
	mnl_attr_put(message, XFRMA_POLICY_TYPE, sizeof(type), &type);
	mnl_attr_put(message, XFRMA_MARK, sizeof(mark), &mark);
	read_policy(message, POLICY_EVENT_SET);
	assert_int_equal(policy->index, 81);
	assert_int_equal(policy->direction, POLICY_OUT);
	assert_int_equal(policy->action, POLICY_ALLOW);
	assert_int_equal(policy->type, POLICY_SUB);
	assert_int_equal(policy->priority, 1234);
	assert_int_equal(policy->flags, XFRM_POLICY_ICMP);
	assert_int_equal(policy->mark, 9);
	assert_int_equal(policy->mark_mask, 0xff);
	assert_int_equal(policy->if_id, 1);
	assert_int_equal(policy->added_seconds, NOW - 100);
	assert_int_equal(policy->used_seconds, NOW - 10);
	assert_address(&policy->selector.src.address, "10.1.0.0");
	assert_int_equal(sa_subnet_prefix_length(&policy->selector.dst), 16);
	assert_int_equal(policy->selector.protocol, IPPROTO_TCP);
	assert_int_equal(policy->selector.dst_port, 443);
	assert_int_equal(policy->selector.dst_port_mask, 0xffff);
	assert_int_equal(policy->selector.interface_index, 3);
	assert_int_equal(policy->template_count, 1);
	assert_address(&policy->templates[0].dst, "192.0.2.2");
	assert_int_equal(policy->templates[0].reqid, 7);
	assert_int_equal(policy->templates[0].mode, SA_MODE_TUNNEL);
	assert_int_equal(policy->templates[0].spi, 0x1000);
	assert_true(policy->templates[0].optional);
	assert_true(policy->templates[0].own_ends);
}

static void
each_direction_has_a_number(void **state)
{
	static const struct {
		uint8_t kernel, ours, sas;
	} cases[] = {{XFRM_POLICY_IN, POLICY_IN, SA_DIRECTION_IN},
		     {XFRM_POLICY_OUT, POLICY_OUT, SA_DIRECTION_OUT},
		     {XFRM_POLICY_FWD, POLICY_FORWARD, SA_DIRECTION_IN},
		     {XFRM_POLICY_MAX + XFRM_POLICY_IN, POLICY_SOCKET_IN, SA_DIRECTION_IN},
		     {XFRM_POLICY_MAX + XFRM_POLICY_OUT, POLICY_SOCKET_OUT, SA_DIRECTION_OUT}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct policy_message made = a_policy(cases[i].kernel, "0.0.0.0", 0, "0.0.0.0", 0);

		read_policy(message_of(&made), POLICY_EVENT_SET);
		assert_int_equal(event.policy.direction, cases[i].ours);
		assert_int_equal(policy_sa_direction(&event.policy), cases[i].sas);
	}
}

static void
a_policy_may_block(void **state)
{
	struct policy_message made = a_policy(XFRM_POLICY_OUT, "0.0.0.0", 0, "0.0.0.0", 0);

	(void)state;
	made.info.action = XFRM_POLICY_BLOCK;
	read_policy(message_of(&made), POLICY_EVENT_SET);
	assert_int_equal(event.policy.action, POLICY_BLOCK);
}

static void
a_deletion_has_the_policy_as_an_attribute(void **state)
{
	const struct policy_message made = a_tunnels_policy();
	const struct xfrm_userpolicy_id id = {.index = 81, .dir = XFRM_POLICY_OUT};
	struct nlmsghdr *message = mnl_nlmsg_put_header(room);

	(void)state;
	message->nlmsg_type = XFRM_MSG_DELPOLICY;
	memcpy(mnl_nlmsg_put_extra_header(message, sizeof(id)), &id, sizeof(id));
	refuse_policy(message, "the deleted policy is not in the message");
	mnl_attr_put(message, XFRMA_POLICY, sizeof(made.info), &made.info);
	mnl_attr_put(message, XFRMA_TMPL, sizeof(made.templates[0]), made.templates);
	read_policy(message, POLICY_EVENT_GONE);
	assert_int_equal(event.policy.index, 81);
	assert_int_equal(event.policy.template_count, 1);
}

static void
a_hard_expiry_ends_a_policy_and_a_soft_one_does_not(void **state)
{
	const struct policy_message made = a_tunnels_policy();
	struct xfrm_user_polexpire expire = {.pol = made.info, .hard = 1};

	(void)state;
	for (int hard = 1; hard >= 0; hard--) {
		struct nlmsghdr *message = mnl_nlmsg_put_header(room);

		expire.hard = (uint8_t)hard;
		message->nlmsg_type = XFRM_MSG_POLEXPIRE;
		memcpy(mnl_nlmsg_put_extra_header(message, sizeof(expire)), &expire, sizeof(expire));
		read_policy(message, hard ? POLICY_EVENT_GONE : POLICY_EVENT_NONE);
		assert_int_equal(event.policy.index, 81);
	}
}

static void
a_flush_is_of_one_type(void **state)
{
	const struct xfrm_userpolicy_type type = {.type = XFRM_POLICY_TYPE_SUB};
	struct nlmsghdr *message = mnl_nlmsg_put_header(room);

	(void)state;
	message->nlmsg_type = XFRM_MSG_FLUSHPOLICY;
	read_policy(message, POLICY_EVENT_FLUSHED);
	assert_int_equal(event.policy.type, POLICY_MAIN);
	mnl_attr_put(message, XFRMA_POLICY_TYPE, sizeof(type), &type);
	read_policy(message, POLICY_EVENT_FLUSHED);
	assert_int_equal(event.policy.type, POLICY_SUB);
	read_policy(an_esp_message(), POLICY_EVENT_NONE);
}

static void
refuses_malformed_policies(void **state)
{
	struct policy_message policy = a_policy(XFRM_POLICY_OUT, "0.0.0.0", 0, "0.0.0.0", 33);

	(void)state;
	refuse_policy(message_of(&policy), "the policy's selector is malformed");
	policy.info.sel.prefixlen_d = 32;
	policy.info.sel.family = AF_UNSPEC;
	refuse_policy(message_of(&policy), "the policy's selector is malformed");
	policy.info.sel.family = AF_INET;
	policy.info.dir = 2 * XFRM_POLICY_MAX;
	refuse_policy(message_of(&policy), "the policy has an unknown direction");
	policy.info.dir = XFRM_POLICY_OUT;
	add_transport(&policy, IPPROTO_ESP, 1);
	policy.templates[0].family = AF_UNIX;
	refuse_policy(message_of(&policy), "a policy's template has an unknown address family");
	policy.count = 0;
	for (unsigned i = 0; i < POLICY_TEMPLATES_MOST + 1; i++)
		add_transport(&policy, IPPROTO_ESP, 1);
	refuse_policy(message_of(&policy), "the policy has too many templates");
}

/* In memory of exactly that size, so that a sanitizer sees the first octet too far. */
static void
refuses_a_policy_that_is_cut_anywhere(void **state)
{
	struct policy_message policy = a_policy(XFRM_POLICY_OUT, "10.1.0.0", 16, "10.2.0.0", 16);
	const struct nlmsghdr *message;
	const size_t info = NLMSG_HDRLEN + sizeof(struct xfrm_userpolicy_info), if_id = 8;

	(void)state;
	add_tunnel(&policy, IPPROTO_COMP, 6, "192.0.2.1", "192.0.2.2");
	add_transport(&policy, IPPROTO_ESP, 6);
	message = message_of(&policy);
	for (uint32_t length = NLMSG_HDRLEN; length <= message->nlmsg_len; length++) {
		const bool at_border = length == info || length == info + if_id || length == message->nlmsg_len;
		struct nlmsghdr *cut = malloc(length);
		const char *reason;

		memcpy(cut, message, length);
		cut->nlmsg_len = length;
		assert_int_equal(xfrm_policy_read(cut, &event, &reason), at_border);
		free(cut);
	}
	assert_int_equal(event.policy.template_count, 2);
	assert_true(event.policy.templates[1].own_ends);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_a_policy_is_read),
		cmocka_unit_test(each_direction_has_a_number),
		cmocka_unit_test(a_policy_may_block),
		cmocka_unit_test(a_deletion_has_the_policy_as_an_attribute),
		cmocka_unit_test(a_hard_expiry_ends_a_policy_and_a_soft_one_does_not),
		cmocka_unit_test(a_flush_is_of_one_type),
		cmocka_unit_test(refuses_malformed_policies),
		cmocka_unit_test(refuses_a_policy_that_is_cut_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
