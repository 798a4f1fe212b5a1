/* SPDX-License-Identifier: BSD-3-Clause */
#include "xfrm_builder.h"

static void
reads_marks_and_the_qualifier(void **state)
{
	struct xfrm_usersa_info info = an_esp_info();
	const struct xfrm_mark mark = {.v = 0x12, .m = 0xff};
	struct nlmsghdr *message = new_message(&info);

	(void)state;
	mnl_attr_put(message, XFRMA_MARK, sizeof(mark), &mark);
	mnl_attr_put_u32(message, XFRMA_SET_MARK, 0x34);
	mnl_attr_put_u32(message, XFRMA_SET_MARK_MASK, 0xfff);
	read_well(message);
	assert_int_equal(sa.mark, 0x12);
	assert_int_equal(sa.mark_mask, 0xff);
	assert_int_equal(sa.output_mark, 0x34);
	assert_int_equal(sa.output_mark_mask, 0xfff);
	assert_int_equal(sa.said.qualifier, 0x12);

	info.id.spi = 0;
	info.seq = 77;
	message = new_message(&info);
	mnl_attr_put(message, XFRMA_MARK, sizeof(mark), &mark);
	read_well(message);
	assert_int_equal(sa.said.qualifier, 77);
}

static void
reads_numbers(void **state)
{
	const uint64_t lastused = NOW - 12;
	struct nlmsghdr *message = an_esp_message();

	(void)state;
	mnl_attr_put_u32(message, XFRMA_IF_ID, 11);
	mnl_attr_put_u32(message, XFRMA_TFCPAD, 1400);
	mnl_attr_put_u32(message, XFRMA_SA_EXTRA_FLAGS, XFRM_SA_XFLAG_OSEQ_MAY_WRAP);
	mnl_attr_put_u32(message, XFRMA_MTIMER_THRESH, 30);
	mnl_attr_put_u32(message, XFRM_UAPI_NAT_KEEPALIVE_INTERVAL, 20);
	mnl_attr_put_u32(message, XFRM_UAPI_SA_PCPU, 3);
	mnl_attr_put(message, XFRMA_LASTUSED, sizeof(lastused), &lastused);
	read_well(message);
	assert_int_equal(sa.if_id, 11);
	assert_int_equal(sa.tfc_padding_octets, 1400);
	assert_int_equal(sa.extra_flags, XFRM_SA_XFLAG_OSEQ_MAY_WRAP);
	assert_int_equal(sa.nat_mapping_threshold_seconds, 30);
	assert_int_equal(sa.nat_keepalive_seconds, 20);
	assert_int_equal(sa.cpu, 3);
	assert_int_equal(sa.idle_seconds, 12);
	assert_true(sa_reports(&sa, SA_ATTR_IF_ID));
	assert_true(sa_reports(&sa, SA_ATTR_CPU));
	assert_true(sa_reports(&sa, SA_ATTR_IDLE));
}

static void
reads_nat_traversal(void **state)
{
	static const struct {
		uint16_t type;
		uint8_t expected;
	} cases[] = {
		{1, SA_NAT_NONIKE}, {2, SA_NAT_NONESP}, {7, SA_NAT_TCP}, {3, SA_NAT_UNKNOWN}, {999, SA_NAT_UNKNOWN}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct xfrm_encap_tmpl encap = {
			.encap_type = cases[i].type, .encap_sport = htons(4500), .encap_dport = htons(40000)};
		struct nlmsghdr *message = an_esp_message();

		mnl_attr_put(message, XFRMA_ENCAP, sizeof(encap), &encap);
		read_well(message);
		assert_int_equal(sa.nat_encap, cases[i].expected);
		assert_int_equal(sa.nat_src_port, 4500);
		assert_int_equal(sa.nat_dst_port, 40000);
		assert_false(sa_reports(&sa, SA_ATTR_NAT_ORIGINAL_ADDRESS));

		inet_pton(AF_INET, "198.51.100.9", &encap.encap_oa);
		message = an_esp_message();
		mnl_attr_put(message, XFRMA_ENCAP, sizeof(encap), &encap);
		read_well(message);
		assert_true(sa_reports(&sa, SA_ATTR_NAT_ORIGINAL_ADDRESS));
		assert_address(&sa.nat_original, "198.51.100.9");
	}
}

static void
reads_the_care_of_address(void **state)
{
	xfrm_address_t coaddr = {.a4 = 0};
	struct nlmsghdr *message = an_esp_message();

	(void)state;
	inet_pton(AF_INET, "203.0.113.5", &coaddr);
	mnl_attr_put(message, XFRMA_COADDR, sizeof(coaddr), &coaddr);
	read_well(message);
	assert_address(&sa.care_of, "203.0.113.5");
}

static void
read_offloaded(uint8_t flags)
{
	const struct xfrm_user_offload offload = {.ifindex = 4, .flags = flags};
	struct nlmsghdr *message = an_esp_message();

	mnl_attr_put(message, XFRMA_OFFLOAD_DEV, sizeof(offload), &offload);
	read_well(message);
}

static void
reads_offload_and_its_direction(void **state)
{
	const struct xfrm_user_offload offload = {.ifindex = 4, .flags = XFRM_OFFLOAD_INBOUND};
	const uint8_t out = XFRM_UAPI_SA_DIR_OUT;
	struct nlmsghdr *message = an_esp_message();

	(void)state;
	read_offloaded(XFRM_OFFLOAD_INBOUND);
	assert_int_equal(sa.offload, SA_OFFLOAD_CRYPTO);
	assert_int_equal(sa.offload_interface_index, 4);
	assert_int_equal(sa.direction, SA_DIRECTION_IN);
	read_offloaded(XFRM_UAPI_OFFLOAD_PACKET);
	assert_int_equal(sa.offload, SA_OFFLOAD_PACKET);
	assert_int_equal(sa.direction, SA_DIRECTION_OUT);

	/* The SA's own direction counts for more, wherever it stands. */
	message = an_esp_message();
	mnl_attr_put(message, XFRMA_OFFLOAD_DEV, sizeof(offload), &offload);
	mnl_attr_put(message, XFRM_UAPI_SA_DIR, sizeof(out), &out);
	read_well(message);
	assert_int_equal(sa.direction, SA_DIRECTION_OUT);
	message = an_esp_message();
	mnl_attr_put(message, XFRM_UAPI_SA_DIR, sizeof(out), &out);
	mnl_attr_put(message, XFRMA_OFFLOAD_DEV, sizeof(offload), &offload);
	read_well(message);
	assert_int_equal(sa.direction, SA_DIRECTION_OUT);
}

static void
put_security_context(struct nlmsghdr *message, const char *text, uint16_t length)
{
	struct {
		struct xfrm_user_sec_ctx head;
		char text[200];
	} value = {.head = {.ctx_doi = XFRM_SC_DOI_LSM, .ctx_alg = XFRM_SC_ALG_SELINUX, .ctx_len = length}};

	memcpy(value.text, text, strlen(text));
	mnl_attr_put(message, XFRMA_SEC_CTX, sizeof(value.head) + strlen(text), &value);
}

static void
reads_a_security_context(void **state)
{
	static const char label[] = "system_u:object_r:ipsec_spd_t:s0";
	char longer[200];
	struct nlmsghdr *message = an_esp_message();

	(void)state;
	put_security_context(message, label, (uint16_t)strlen(label));
	read_well(message);
	assert_string_equal(sa.security_context, label);
	assert_true(sa_reports(&sa, SA_ATTR_SECURITY_CONTEXT));

	memset(longer, 'c', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	message = an_esp_message();
	put_security_context(message, longer, (uint16_t)strlen(longer));
	read_well(message);
	assert_int_equal(strlen(sa.security_context), SA_SECURITY_CONTEXT_SIZE - 1);

	/* What is no text is no label, but the SA is one. */
	message = an_esp_message();
	put_security_context(message, "\xff\x1b[2J", 5);
	read_well(message);
	assert_string_equal(sa.security_context, "");
	assert_false(sa_reports(&sa, SA_ATTR_SECURITY_CONTEXT));

	message = an_esp_message();
	put_security_context(message, label, (uint16_t)(strlen(label) + 1));
	read_badly(message, "the security context is longer than its attribute");
}

static void
reads_iptfs(void **state)
{
	struct xfrm_usersa_info info = an_esp_info();
	struct nlmsghdr *message;

	(void)state;
	info.mode = XFRM_UAPI_MODE_IPTFS;
	message = new_message(&info);
	mnl_attr_put_u32(message, XFRM_UAPI_IPTFS_DROP_TIME, 1000000);
	mnl_attr_put_u16(message, XFRM_UAPI_IPTFS_REORDER_WINDOW, 3);
	read_well(message);
	assert_int_equal(sa.mode, SA_MODE_IPTFS);
	assert_int_equal(sa.iptfs_drop_time_us, 1000000);
	assert_int_equal(sa.iptfs_reorder_window, 3);
	assert_true(sa_reports(&sa, SA_ATTR_IPTFS_RECEIVING));
	assert_false(sa_reports(&sa, SA_ATTR_IPTFS_SENDING));

	message = new_message(&info);
	mnl_attr_put_u32(message, XFRM_UAPI_IPTFS_INIT_DELAY, 500);
	mnl_attr_put_u32(message, XFRM_UAPI_IPTFS_MAX_QSIZE, 1 << 20);
	mnl_attr_put_u32(message, XFRM_UAPI_IPTFS_PKT_SIZE, 1400);
	read_well(message);
	assert_int_equal(sa.iptfs_init_delay_us, 500);
	assert_int_equal(sa.iptfs_max_queue_octets, 1 << 20);
	assert_int_equal(sa.iptfs_packet_octets, 1400);
	assert_false(sa.iptfs_dont_fragment);
	assert_true(sa_reports(&sa, SA_ATTR_IPTFS_SENDING));
	assert_false(sa_reports(&sa, SA_ATTR_IPTFS_RECEIVING));

	mnl_attr_put(message, XFRM_UAPI_IPTFS_DONT_FRAG, 0, NULL);
	read_well(message);
	assert_true(sa.iptfs_dont_fragment);
}

static void
refuses_an_impossible_direction(void **state)
{
	const uint8_t neither = 3;
	struct nlmsghdr *message = an_esp_message();

	(void)state;
	mnl_attr_put(message, XFRM_UAPI_SA_DIR, sizeof(neither), &neither);
	read_badly(message, "the direction is neither in nor out");
}

static void
skips_and_counts_what_it_does_not_know(void **state)
{
	struct nlmsghdr *message = an_esp_message();

	(void)state;
	mnl_attr_put_u32(message, 200, 1);
	mnl_attr_put_u32(message, XFRMA_TMPL, 1); /* not of an SA */
	mnl_attr_put(message, 4000, 0, NULL);
	mnl_attr_put_u32(message, XFRMA_REPLAY_THRESH, 2); /* known, though it is not of an SA */
	mnl_attr_put(message, XFRMA_PAD, 0, NULL);
	mnl_attr_put_u32(message, XFRMA_IF_ID | NLA_F_NESTED, 9); /* flags are no part of the type */
	read_well(message);
	assert_int_equal(result.unknown_attributes, 3);
	assert_int_equal(sa.if_id, 9);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_marks_and_the_qualifier),
		cmocka_unit_test(reads_numbers),
		cmocka_unit_test(reads_nat_traversal),
		cmocka_unit_test(reads_the_care_of_address),
		cmocka_unit_test(reads_offload_and_its_direction),
		cmocka_unit_test(reads_a_security_context),
		cmocka_unit_test(reads_iptfs),
		cmocka_unit_test(refuses_an_impossible_direction),
		cmocka_unit_test(skips_and_counts_what_it_does_not_know),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
