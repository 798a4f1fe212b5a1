/* SPDX-License-Identifier: BSD-3-Clause */
#include "xfrm_builder.h"

/* --- the fixed part ---------------------------------------------------------------------------- */

static void
reads_the_fixed_part(void **state)
{
	struct xfrm_usersa_info info = an_esp_info();

	(void)state;
	info.seq = 99;
	info.flags = XFRM_STATE_ESN | XFRM_STATE_AF_UNSPEC;
	info.stats = (struct xfrm_stats){.replay_window = 3, .replay = 4, .integrity_failed = 5};
	read_well(new_message(&info));
	assert_int_equal(sa.said.protocol, SA_PROTOCOL_ESP);
	assert_int_equal(sa.said.spi, 0x9a35fc02);
	assert_int_equal(sa.said.qualifier, 0);
	assert_address(&sa.said.dst, "192.0.2.1");
	assert_address(&sa.src, "192.0.2.2");
	assert_int_equal(sa.mode, SA_MODE_TUNNEL);
	assert_int_equal(sa.reqid, 7);
	assert_int_equal(sa.replay_window, 32);
	assert_int_equal(sa.acquire_sequence, 99);
	assert_int_equal(sa.flags, XFRM_STATE_ESN | XFRM_STATE_AF_UNSPEC);
	assert_true(sa.esn);
	assert_int_equal(sa.out_of_order_errors, 3);
	assert_int_equal(sa.replay_errors, 4);
	assert_int_equal(sa.auth_errors, 5);
	assert_int_equal(sa.dialect, SA_DIALECT_NONE);
	assert_true(sa_reports(&sa, SA_ATTR_SRC));
	assert_true(sa_reports(&sa, SA_ATTR_REQID));
	assert_true(sa_reports(&sa, SA_ATTR_AUTH_ERRORS));
}

static void
reports_nothing_that_was_not_told(void **state)
{
	/* clang-format off */
	static const enum sa_attribute not_told[] = {
	    SA_ATTR_DIRECTION,
	    SA_ATTR_ALLOC,
	    SA_ATTR_IDLE,
	    SA_ATTR_ENCRYPTION,
	    SA_ATTR_COMPRESSION,
	    SA_ATTR_ICV_BITS,
	    SA_ATTR_IV_BITS,
	    SA_ATTR_IV,
	    SA_ATTR_SEQUENCE,
	    SA_ATTR_REPLAY_BITMAP,
	    SA_ATTR_SIZE_ERRORS,
	    SA_ATTR_PADDING_ERRORS,
	    SA_ATTR_MARK,
	    SA_ATTR_OUTPUT_MARK,
	    SA_ATTR_IF_ID,
	    SA_ATTR_EXTRA_FLAGS,
	    SA_ATTR_NAT_ENCAP,
	    SA_ATTR_NAT_PORTS,
	    SA_ATTR_CARE_OF_ADDRESS,
	    SA_ATTR_TFC_PADDING,
	    SA_ATTR_CPU,
	    SA_ATTR_OFFLOAD,
	    SA_ATTR_RATIO,
	    SA_ATTR_REFCOUNT,
	    SA_ATTR_NAT_KEEPALIVE,
	    SA_ATTR_JIFFIES,
	    SA_ATTR_AUTHENTICATION,
	    SA_ATTR_OUT_INTERFACE,
	};
	/* clang-format on */

	(void)state;
	read_well(an_esp_message());
	for (size_t i = 0; i < sizeof(not_told) / sizeof(not_told[0]); i++)
		assert_false(sa_reports(&sa, not_told[i]));
}

static void
reads_ipv6(void **state)
{
	struct xfrm_usersa_info info = an_esp_info();

	(void)state;
	info.family = AF_INET6;
	inet_pton(AF_INET6, "2001:db8::1", &info.id.daddr);
	inet_pton(AF_INET6, "2001:db8::2", &info.saddr);
	info.sel.family = AF_INET6;
	inet_pton(AF_INET6, "2001:db8:7::", &info.sel.saddr);
	info.sel.prefixlen_s = 48;
	info.sel.prefixlen_d = 128;
	read_well(new_message(&info));
	assert_address(&sa.said.dst, "2001:db8::1");
	assert_address(&sa.src, "2001:db8::2");
	assert_address(&sa.selector.src.address, "2001:db8:7::");
	assert_int_equal(sa_subnet_prefix_length(&sa.selector.src), 48);
	assert_int_equal(sa_subnet_prefix_length(&sa.selector.dst), 128);
}

static void
reads_the_selector(void **state)
{
	struct xfrm_usersa_info info = an_esp_info();

	(void)state;
	inet_pton(AF_INET, "10.1.0.0", &info.sel.saddr);
	inet_pton(AF_INET, "10.2.0.0", &info.sel.daddr);
	info.sel.family = AF_INET;
	info.sel.prefixlen_s = 16;
	info.sel.prefixlen_d = 0;
	info.sel.proto = IPPROTO_TCP;
	info.sel.sport = htons(1000);
	info.sel.sport_mask = htons(0xfff0);
	info.sel.dport = htons(2000);
	info.sel.dport_mask = htons(0xffff);
	info.sel.ifindex = 12;
	info.sel.user = 1000;
	read_well(new_message(&info));
	assert_address(&sa.selector.src.address, "10.1.0.0");
	assert_address(&sa.selector.dst.address, "10.2.0.0");
	assert_int_equal(sa_subnet_prefix_length(&sa.selector.src), 16);
	assert_int_equal(sa_subnet_prefix_length(&sa.selector.dst), 0);
	assert_int_equal(sa.selector.protocol, IPPROTO_TCP);
	assert_int_equal(sa.selector.src_port, 1000);
	assert_int_equal(sa.selector.src_port_mask, 0xfff0);
	assert_int_equal(sa.selector.dst_port, 2000);
	assert_int_equal(sa.selector.dst_port_mask, 0xffff);
	assert_int_equal(sa.selector.interface_index, 12);
	assert_int_equal(sa.selector.user, 1000);
	assert_true(sa_reports(&sa, SA_ATTR_SELECTOR));
	assert_true(sa_reports(&sa, SA_ATTR_SELECTOR_UPPER));
}

static void
a_selector_of_zeros_is_none(void **state)
{
	struct xfrm_usersa_info info = an_esp_info();

	(void)state;
	info.flags |= XFRM_STATE_AF_UNSPEC;
	info.sel.family = AF_UNSPEC;
	read_well(new_message(&info));
	assert_int_equal(sa.selector.src.address.type, SA_ADDRESS_NONE);
	assert_int_equal(sa.selector.dst.address.type, SA_ADDRESS_NONE);
	assert_false(sa_reports(&sa, SA_ATTR_SELECTOR));
	assert_false(sa_reports(&sa, SA_ATTR_SELECTOR_UPPER));
}

static void
a_larval_sas_selector_has_the_sas_family(void **state)
{
	struct xfrm_usersa_info info = an_esp_info();

	(void)state;
	info.sel = (struct xfrm_selector){.saddr = info.saddr, .prefixlen_s = 32};
	read_well(new_message(&info));
	assert_address(&sa.selector.src.address, "192.0.2.2");
	assert_int_equal(sa_subnet_prefix_length(&sa.selector.src), 32);
	assert_int_equal(sa.selector.dst.address.type, SA_ADDRESS_IPV4);
	assert_true(sa_reports(&sa, SA_ATTR_SELECTOR));
}

static void
a_selector_of_the_other_family_is_fine(void **state)
{
	struct xfrm_usersa_info info = an_esp_info();

	(void)state;
	info.sel.family = AF_INET6;
	info.sel.prefixlen_s = 128;
	read_well(new_message(&info));
	assert_int_equal(sa.selector.src.address.type, SA_ADDRESS_IPV6);
	assert_int_equal(sa.said.dst.type, SA_ADDRESS_IPV4);
}

static void
knows_the_modes(void **state)
{
	static const uint8_t expected[] = {SA_MODE_TRANSPORT,  SA_MODE_TUNNEL, SA_MODE_ROUTE_OPTIMIZATION,
					   SA_MODE_IN_TRIGGER, SA_MODE_BEET,   SA_MODE_IPTFS,
					   SA_MODE_UNKNOWN,    SA_MODE_UNKNOWN};

	(void)state;
	for (uint8_t mode = 0; mode < sizeof(expected); mode++) {
		struct xfrm_usersa_info info = an_esp_info();

		info.mode = mode;
		read_well(new_message(&info));
		assert_int_equal(sa.mode, expected[mode]);
	}
}

/* --- lifetimes and state ----------------------------------------------------------------------- */

static void
reads_lifetimes(void **state)
{
	struct xfrm_usersa_info info = an_esp_info();

	(void)state;
	info.curlft = (struct xfrm_lifetime_cur){
		.bytes = 123456789012, .packets = 42, .add_time = NOW - 3600, .use_time = NOW - 60};
	info.lft = (struct xfrm_lifetime_cfg){.soft_byte_limit = 1000,
					      .hard_byte_limit = UINT64_C(1) << 60,
					      .soft_packet_limit = XFRM_INF,
					      .hard_packet_limit = 5000,
					      .soft_add_expires_seconds = 7200,
					      .hard_add_expires_seconds = 8000,
					      .hard_use_expires_seconds = 300};
	read_well(new_message(&info));
	assert_int_equal(sa.life[SA_LIFE_BYTES].current, 123456789012);
	assert_int_equal(sa.life[SA_LIFE_BYTES].soft, 1000);
	assert_int_equal(sa.life[SA_LIFE_BYTES].hard, UINT64_C(1) << 60);
	assert_int_equal(sa.life[SA_LIFE_PACKETS].current, 42);
	assert_int_equal(sa.life[SA_LIFE_PACKETS].soft, 0);
	assert_int_equal(sa.life[SA_LIFE_PACKETS].hard, 5000);
	assert_int_equal(sa.life[SA_LIFE_ADD].current, 3600);
	assert_int_equal(sa.life[SA_LIFE_ADD].soft, 7200);
	assert_int_equal(sa.life[SA_LIFE_ADD].hard, 8000);
	assert_int_equal(sa.life[SA_LIFE_USE].current, 60);
	assert_int_equal(sa.life[SA_LIFE_USE].soft, 0);
	assert_int_equal(sa.life[SA_LIFE_USE].hard, 300);
}

static void
infinite_limits_are_zero(void **state)
{
	struct xfrm_usersa_info info = an_esp_info();

	(void)state;
	info.lft = (struct xfrm_lifetime_cfg){XFRM_INF, XFRM_INF, XFRM_INF, XFRM_INF,
					      XFRM_INF, XFRM_INF, XFRM_INF, XFRM_INF};
	read_well(new_message(&info));
	for (unsigned kind = 0; kind < SA_LIFE_KINDS; kind++) {
		assert_int_equal(sa.life[kind].soft, 0);
		assert_int_equal(sa.life[kind].hard, 0);
	}
}

static void
a_stepped_clock_gives_zero(void **state)
{
	struct xfrm_usersa_info info = an_esp_info();
	const uint64_t lastused = NOW + 5;
	struct nlmsghdr *message;

	(void)state;
	info.curlft.add_time = NOW + 1000;
	info.curlft.use_time = UINT64_MAX;
	message = new_message(&info);
	mnl_attr_put(message, XFRMA_LASTUSED, sizeof(lastused), &lastused);
	read_well(message);
	assert_int_equal(sa.life[SA_LIFE_ADD].current, 0);
	assert_int_equal(sa.life[SA_LIFE_USE].current, 0);
	assert_int_equal(sa.idle_seconds, 0);
	assert_true(xfrm_message_sa(message, -1, &sa, &result));
	assert_int_equal(sa.life[SA_LIFE_ADD].current, 0);
}

static void
an_unused_sa_has_no_use_time(void **state)
{
	(void)state;
	read_well(an_esp_message());
	assert_true(sa_reports(&sa, SA_ATTR_USE));
	assert_int_equal(sa.life[SA_LIFE_USE].current, 0);
	assert_false(sa_reports(&sa, SA_ATTR_IDLE));
}

static uint8_t
state_with(const struct xfrm_usersa_info *info, bool with_algorithm)
{
	struct nlmsghdr *message = new_message(info);

	if (with_algorithm)
		put_algo(message, XFRMA_ALG_CRYPT, "cbc(aes)", 128);
	read_well(message);
	return sa.state;
}

static void
tells_the_state(void **state)
{
	struct xfrm_usersa_info info = an_esp_info();

	(void)state;
	assert_int_equal(state_with(&info, false), SA_STATE_LARVAL);
	assert_int_equal(state_with(&info, true), SA_STATE_MATURE);

	info.id.proto = IPPROTO_AH;
	assert_int_equal(state_with(&info, false), SA_STATE_LARVAL);
	info.id.proto = IPPROTO_COMP;
	assert_int_equal(state_with(&info, false), SA_STATE_LARVAL);
	info.id.proto = IPPROTO_IPIP;
	assert_int_equal(state_with(&info, false), SA_STATE_MATURE);
	info.id.proto = IPPROTO_IPV6;
	assert_int_equal(state_with(&info, false), SA_STATE_MATURE);

	info = an_esp_info();
	info.lft.soft_packet_limit = 10;
	info.curlft.packets = 9;
	assert_int_equal(state_with(&info, true), SA_STATE_MATURE);
	info.curlft.packets = 10;
	assert_int_equal(state_with(&info, true), SA_STATE_DYING);
	info.lft.hard_byte_limit = 5;
	info.curlft.bytes = 5;
	assert_int_equal(state_with(&info, true), SA_STATE_DEAD);

	info = an_esp_info();
	info.lft.soft_add_expires_seconds = 100;
	assert_int_equal(state_with(&info, true), SA_STATE_DYING);
	info.lft.hard_add_expires_seconds = 100;
	assert_int_equal(state_with(&info, true), SA_STATE_DEAD);
	info.curlft.add_time = NOW - 99;
	assert_int_equal(state_with(&info, true), SA_STATE_MATURE);

	/* A key exchange whose time is up. */
	info.curlft.add_time = NOW - 100;
	assert_int_equal(state_with(&info, false), SA_STATE_LARVAL);
	info.curlft.add_time = NOW - 99;

	info.lft.soft_use_expires_seconds = 1; /* never used yet */
	assert_int_equal(state_with(&info, true), SA_STATE_MATURE);
	info.curlft.use_time = NOW - 1;
	assert_int_equal(state_with(&info, true), SA_STATE_DYING);
}

/* --- malformed messages ------------------------------------------------------------------------ */

static void
refuses_other_messages(void **state)
{
	struct nlmsghdr *message = an_esp_message();

	(void)state;
	message->nlmsg_type = XFRM_MSG_DELSA;
	read_badly(message, "the message is not about an SA");
	message->nlmsg_type = XFRM_MSG_UPDSA;
	read_well(message);
}

static void
refuses_bad_families_and_prefixes(void **state)
{
	struct xfrm_usersa_info info = an_esp_info();

	(void)state;
	info.family = AF_UNSPEC;
	read_badly(new_message(&info), "the address family is neither IPv4 nor IPv6");
	info = an_esp_info();
	info.sel.family = AF_UNIX;
	read_badly(new_message(&info), "the selector is malformed");
	info = an_esp_info();
	info.sel.prefixlen_d = 33;
	read_badly(new_message(&info), "the selector is malformed");
	info = an_esp_info();
	info.sel.family = AF_INET6;
	info.sel.prefixlen_s = 129;
	read_badly(new_message(&info), "the selector is malformed");
}

/* A message with one of everything. */
static struct nlmsghdr *
a_rich_message(void)
{
	static const struct xfrm_replay_state_esn esn = {.bmp_len = 4, .replay_window = 128, .seq = 9};
	static const uint32_t bitmap[4] = {1, 2, 3, 4};
	const struct xfrm_replay_state replay = {1, 2, 3};
	const struct xfrm_encap_tmpl encap = {.encap_type = 2};
	const struct xfrm_mark mark = {1, 2};
	const struct xfrm_user_offload offload = {1, 0};
	const xfrm_address_t address = {.a4 = 1};
	const uint64_t lastused = NOW;
	const uint8_t in = XFRM_UAPI_SA_DIR_IN;
	const struct {
		struct xfrm_user_sec_ctx head;
		char text[8];
	} context = {.head = {.ctx_len = 8}, .text = "kernel_t"};
	struct nlmsghdr *message = an_esp_message();

	put_algo_icv(message, XFRMA_ALG_AEAD, "rfc4106(gcm(aes))", 160, 128);
	put_algo(message, XFRMA_ALG_AUTH, "hmac(sha1)", 160);
	put_algo_icv(message, XFRMA_ALG_AUTH_TRUNC, "hmac(sha1)", 160, 96);
	put_algo(message, XFRMA_ALG_CRYPT, "cbc(aes)", 128);
	put_algo(message, XFRMA_ALG_COMP, "deflate", 0);
	put_esn(message, &esn, bitmap);
	mnl_attr_put(message, XFRMA_REPLAY_VAL, sizeof(replay), &replay);
	mnl_attr_put(message, XFRMA_ENCAP, sizeof(encap), &encap);
	mnl_attr_put(message, XFRMA_MARK, sizeof(mark), &mark);
	mnl_attr_put(message, XFRMA_OFFLOAD_DEV, sizeof(offload), &offload);
	mnl_attr_put(message, XFRMA_COADDR, sizeof(address), &address);
	mnl_attr_put(message, XFRMA_LASTUSED, sizeof(lastused), &lastused);
	mnl_attr_put_u32(message, XFRMA_IF_ID, 5);
	mnl_attr_put(message, XFRMA_SEC_CTX, sizeof(context), &context);
	mnl_attr_put_u16(message, XFRM_UAPI_IPTFS_REORDER_WINDOW, 3);
	mnl_attr_put(message, XFRM_UAPI_SA_DIR, sizeof(in), &in);
	return message;
}

/* Or in the padding behind one, which nobody misses. */
static bool
ends_between_attributes(const struct nlmsghdr *message, uint32_t length)
{
	const struct nlattr *attribute = mnl_nlmsg_get_payload_offset(message, sizeof(struct xfrm_usersa_info));

	for (; (const void *)attribute < mnl_nlmsg_get_payload_tail(message); attribute = mnl_attr_next(attribute)) {
		const uint32_t begin = (uint32_t)((const char *)attribute - (const char *)message);

		if (length <= begin)
			return true;
		if (length < begin + attribute->nla_len)
			return false;
	}
	return true;
}

/* Cut at each octet, in memory of exactly that size, so that a sanitizer sees the first octet too far. */
static void
survives_a_cut_at_every_length(void **state)
{
	const struct nlmsghdr *message = a_rich_message();
	const size_t fixed = NLMSG_HDRLEN + sizeof(struct xfrm_usersa_info);

	(void)state;
	for (uint32_t length = NLMSG_HDRLEN; length <= message->nlmsg_len; length++) {
		struct nlmsghdr *cut = malloc(length);
		bool whole;

		memcpy(cut, message, length);
		cut->nlmsg_len = length;
		whole = xfrm_message_sa(cut, NOW, &sa, &result);
		free(cut);
		assert_int_equal(whole, length >= fixed && ends_between_attributes(message, length));
		assert_int_equal(whole, result.reason == NULL);
	}
}

/* Each attribute that has a value, shortened by an octet, or to nothing. */
static void
refuses_short_attributes(void **state)
{
	(void)state;
	for (unsigned which = 0; which < 16; which++) {
		struct nlmsghdr *message = a_rich_message();
		struct nlattr *attribute = mnl_nlmsg_get_payload_offset(message, sizeof(struct xfrm_usersa_info));
		struct nlmsghdr *shorter;
		uint16_t type, length;

		for (unsigned i = 0; i < which; i++)
			attribute = mnl_attr_next(attribute);
		type = mnl_attr_get_type(attribute);
		length = mnl_attr_get_payload_len(attribute);
		for (uint16_t less = 0; less < length; less++) {
			uint8_t value[1024];

			memcpy(value, mnl_attr_get_payload(attribute), less);
			shorter = an_esp_message();
			mnl_attr_put(shorter, type, less, value);
			assert_false(xfrm_message_sa(shorter, NOW, &sa, &result));
			assert_non_null(result.reason);
			message = a_rich_message();
		}
	}
}

static void
refuses_attributes_that_lie_about_their_length(void **state)
{
	struct nlmsghdr *message = an_esp_message();
	struct nlattr *attribute = mnl_nlmsg_get_payload_tail(message);

	(void)state;
	mnl_attr_put_u32(message, XFRMA_IF_ID, 5);
	attribute->nla_len = 3;
	read_badly(message, "an attribute is cut short");
	attribute->nla_len = 0;
	read_badly(message, "an attribute is cut short");
	attribute->nla_len = UINT16_MAX;
	read_badly(message, "an attribute is cut short");
	attribute->nla_len = 9;
	read_badly(message, "an attribute is cut short");
	attribute->nla_len = 8;
	read_well(message);
}

/* The fixed part of a message may stand at an address that is a multiple of four only. */
static void
reads_at_any_netlink_alignment(void **state)
{
	const struct nlmsghdr *message = a_rich_message();
	uint8_t *shifted = malloc(message->nlmsg_len + 4U);

	(void)state;
	memcpy(shifted + 4, message, message->nlmsg_len);
	assert_true(xfrm_message_sa((struct nlmsghdr *)(void *)(shifted + 4), NOW, &sa, &result));
	assert_int_equal(sa.if_id, 5);
	assert_int_equal(sa.life[SA_LIFE_ADD].current, 100);
	free(shifted);
}

int
main(void)
{
	/* clang-format off */
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_the_fixed_part),
	    cmocka_unit_test(reports_nothing_that_was_not_told),
	    cmocka_unit_test(reads_ipv6),
	    cmocka_unit_test(reads_the_selector),
	    cmocka_unit_test(a_selector_of_zeros_is_none),
	    cmocka_unit_test(a_larval_sas_selector_has_the_sas_family),
	    cmocka_unit_test(a_selector_of_the_other_family_is_fine),
	    cmocka_unit_test(knows_the_modes),
	    cmocka_unit_test(reads_lifetimes),
	    cmocka_unit_test(infinite_limits_are_zero),
	    cmocka_unit_test(a_stepped_clock_gives_zero),
	    cmocka_unit_test(an_unused_sa_has_no_use_time),
	    cmocka_unit_test(tells_the_state),
	    cmocka_unit_test(refuses_other_messages),
	    cmocka_unit_test(refuses_bad_families_and_prefixes),
	    cmocka_unit_test(survives_a_cut_at_every_length),
	    cmocka_unit_test(refuses_short_attributes),
	    cmocka_unit_test(refuses_attributes_that_lie_about_their_length),
	    cmocka_unit_test(reads_at_any_netlink_alignment),
	};
	/* clang-format on */

	return cmocka_run_group_tests(tests, NULL, NULL);
}
