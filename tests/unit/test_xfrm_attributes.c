/* SPDX-License-Identifier: BSD-3-Clause */
#include "xfrm_builder.h"

/* --- algorithms -------------------------------------------------------------------------------- */

static void
reads_a_cipher_and_an_authenticator(void **state)
{
	struct nlmsghdr *message = an_esp_message();

	(void)state;
	put_algo(message, XFRMA_ALG_AUTH, "hmac(sha256)", 256);
	put_algo_icv(message, XFRMA_ALG_AUTH_TRUNC, "hmac(sha256)", 256, 128);
	put_algo(message, XFRMA_ALG_CRYPT, "cbc(aes)", 192);
	read_well(message);
	assert_string_equal(sa.encryption, "cbc(aes)");
	assert_string_equal(sa.authentication, "hmac(sha256)");
	assert_int_equal(sa.encr_key_bits, 192);
	assert_int_equal(sa.auth_key_bits, 256);
	assert_int_equal(sa.icv_bits, 128);
	assert_int_equal(sa.iv_bits, 128);
	assert_true(sa_reports(&sa, SA_ATTR_ICV_BITS));
	assert_true(sa_reports(&sa, SA_ATTR_IV_BITS));
	assert_false(sa_reports(&sa, SA_ATTR_IV));
}

static void
an_old_kernel_s_authenticator_has_the_table_s_icv(void **state)
{
	struct nlmsghdr *message = an_esp_message();

	(void)state;
	put_algo(message, XFRMA_ALG_AUTH, "hmac(sha1)", 160);
	read_well(message);
	assert_int_equal(sa.icv_bits, 96);

	/* In whichever order they stand, the one that tells it counts. */
	message = an_esp_message();
	put_algo_icv(message, XFRMA_ALG_AUTH_TRUNC, "hmac(sha256)", 256, 128);
	put_algo(message, XFRMA_ALG_AUTH, "hmac(sha256)", 256);
	read_well(message);
	assert_int_equal(sa.icv_bits, 128);

	message = an_esp_message();
	put_algo(message, XFRMA_ALG_AUTH, "hmac(unheard-of)", 160);
	read_well(message);
	assert_false(sa_reports(&sa, SA_ATTR_ICV_BITS));
}

static void
a_salt_is_no_key(void **state)
{
	static const struct {
		uint16_t type;
		const char *name;
		unsigned xfrm_bits, key_bits, iv_bits;
	} cases[] = {
	    {XFRMA_ALG_AEAD, "rfc4106(gcm(aes))", 160, 128, 64},
	    {XFRMA_ALG_AEAD, "rfc4106(gcm(aes))", 288, 256, 64},
	    {XFRMA_ALG_AEAD, "rfc4309(ccm(aes))", 152, 128, 64},
	    {XFRMA_ALG_AEAD, "rfc4543(gcm(aes))", 160, 128, 64},
	    {XFRMA_ALG_AEAD, "rfc7539esp(chacha20,poly1305)", 288, 256, 64},
	    {XFRMA_ALG_CRYPT, "rfc3686(ctr(aes))", 160, 128, 64},
	    {XFRMA_ALG_CRYPT, "cbc(des3_ede)", 192, 192, 64},
	    {XFRMA_ALG_CRYPT, "ecb(cipher_null)", 0, 0, 0},
	    {XFRMA_ALG_CRYPT, "cbc(blowfish)", 448, 448, 64},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nlmsghdr *message = an_esp_message();

		if (cases[i].type == XFRMA_ALG_AEAD)
			put_algo_icv(message, XFRMA_ALG_AEAD, cases[i].name, cases[i].xfrm_bits, 128);
		else
			put_algo(message, XFRMA_ALG_CRYPT, cases[i].name, cases[i].xfrm_bits);
		read_well(message);
		assert_string_equal(sa.encryption, cases[i].name);
		assert_int_equal(sa.encr_key_bits, cases[i].key_bits);
		assert_int_equal(sa.iv_bits, cases[i].iv_bits);
		assert_int_equal(sa.icv_bits, cases[i].type == XFRMA_ALG_AEAD ? 128 : 0);
		assert_int_equal(sa.state, SA_STATE_MATURE);
	}
}

static void
an_aead_tells_its_icv(void **state)
{
	(void)state;
	for (unsigned icv_bits = 64; icv_bits <= 128; icv_bits += 32) {
		struct nlmsghdr *message = an_esp_message();

		put_algo_icv(message, XFRMA_ALG_AEAD, "rfc4106(gcm(aes))", 160, icv_bits);
		read_well(message);
		assert_int_equal(sa.icv_bits, icv_bits);
		assert_false(sa_reports(&sa, SA_ATTR_AUTHENTICATION));
	}
}

static void
an_unknown_cipher_keeps_its_name_and_length(void **state)
{
	struct nlmsghdr *message = an_esp_message();

	(void)state;
	put_algo(message, XFRMA_ALG_CRYPT, "xts(a-very-long-name-that-does-not-fit)", 512);
	read_well(message);
	assert_string_equal(sa.encryption, "xts(a-very-long-name-that-does-");
	assert_int_equal(sa.encr_key_bits, 512);
	assert_false(sa_reports(&sa, SA_ATTR_IV_BITS));
}

static void
reads_compression(void **state)
{
	struct xfrm_usersa_info info = an_esp_info();
	struct xfrm_algo deflate = {.alg_name = "deflate", .alg_key_len = 80}; /* a length, but no key */
	struct nlmsghdr *message;

	(void)state;
	info.id.proto = IPPROTO_COMP;
	message = new_message(&info);
	mnl_attr_put(message, XFRMA_ALG_COMP, sizeof(deflate), &deflate);
	read_well(message);
	assert_string_equal(sa.compression, "deflate");
	assert_int_equal(sa.state, SA_STATE_MATURE);
	assert_false(sa_reports(&sa, SA_ATTR_ICV_BITS));
}

static bool
holds(const void *where, size_t size, uint8_t octet, size_t run)
{
	const uint8_t *octets = where;
	size_t length = 0;

	for (size_t i = 0; i < size; i++) {
		length = octets[i] == octet ? length + 1 : 0;
		if (length >= run)
			return true;
	}
	return false;
}

static void
copies_no_octet_of_a_key(void **state)
{
	struct nlmsghdr *message = an_esp_message();

	(void)state;
	put_algo(message, XFRMA_ALG_AUTH, "hmac(sha512)", 512);
	put_algo_icv(message, XFRMA_ALG_AUTH_TRUNC, "hmac(sha512)", 512, 256);
	put_algo(message, XFRMA_ALG_CRYPT, "cbc(aes)", 256);
	put_algo_icv(message, XFRMA_ALG_AEAD, "rfc4106(gcm(aes))", 288, 128);
	assert_true(holds(room, sizeof(room), 0xab, 32));
	read_well(message);
	assert_false(holds(&sa, sizeof(sa), 0xab, 2));
	assert_false(holds(&result, sizeof(result), 0xab, 2));
}

static void
refuses_malformed_algorithms(void **state)
{
	static const uint16_t types[] = {XFRMA_ALG_AUTH, XFRMA_ALG_CRYPT, XFRMA_ALG_COMP, XFRMA_ALG_AEAD,
					 XFRMA_ALG_AUTH_TRUNC};

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct xfrm_algo_auth algo = {.alg_key_len = 0};
		struct nlmsghdr *message = an_esp_message();

		memset(algo.alg_name, 'x', sizeof(algo.alg_name)); /* no end */
		mnl_attr_put(message, types[i], sizeof(algo), &algo);
		read_badly(message, "an algorithm's name is malformed");

		message = an_esp_message();
		memset(&algo, 0, sizeof(algo));
		strcpy(algo.alg_name, "cbc(\x1b[2J)");
		mnl_attr_put(message, types[i], sizeof(algo), &algo);
		read_badly(message, "an algorithm's name is malformed");

		if (types[i] == XFRMA_ALG_COMP)
			continue;
		message = an_esp_message();
		strcpy(algo.alg_name, "cbc(aes)");
		algo.alg_key_len = UINT32_MAX;
		mnl_attr_put(message, types[i], sizeof(algo), &algo);
		read_badly(message, "an algorithm's key is longer than its attribute");
	}
}

/* --- sequence numbers and replay --------------------------------------------------------------- */

static void
reads_the_legacy_replay_state(void **state)
{
	struct xfrm_replay_state replay = {.seq = 1000, .bitmap = 0x80000005};
	struct nlmsghdr *message = an_esp_message();

	(void)state;
	mnl_attr_put(message, XFRMA_REPLAY_VAL, sizeof(replay), &replay);
	read_well(message);
	assert_int_equal(sa.sequence, 1000);
	assert_int_equal(sa.replay_bitmap, 0x80000005);
	assert_int_equal(sa.replay_window, 32);

	replay = (struct xfrm_replay_state){.oseq = UINT32_MAX};
	message = an_esp_message();
	mnl_attr_put(message, XFRMA_REPLAY_VAL, sizeof(replay), &replay);
	read_well(message);
	assert_int_equal(sa.sequence, UINT32_MAX);
}

static void
the_sequence_number_goes_with_the_direction(void **state)
{
	const struct xfrm_replay_state replay = {.seq = 10, .oseq = 20};
	const uint8_t in = XFRM_UAPI_SA_DIR_IN, out = XFRM_UAPI_SA_DIR_OUT;
	struct nlmsghdr *message = an_esp_message();

	(void)state;
	mnl_attr_put(message, XFRMA_REPLAY_VAL, sizeof(replay), &replay);
	read_well(message);
	assert_int_equal(sa.sequence, 20); /* the greater, for want of better */
	xfrm_message_set_direction(&sa, SA_DIRECTION_UNKNOWN, &result);
	assert_false(sa_reports(&sa, SA_ATTR_DIRECTION));
	xfrm_message_set_direction(&sa, SA_DIRECTION_IN, &result);
	assert_int_equal(sa.sequence, 10);
	assert_int_equal(sa.direction, SA_DIRECTION_IN);
	assert_true(sa_reports(&sa, SA_ATTR_DIRECTION));

	mnl_attr_put(message, XFRM_UAPI_SA_DIR, sizeof(in), &in);
	read_well(message);
	assert_int_equal(sa.sequence, 10);

	message = an_esp_message();
	mnl_attr_put(message, XFRMA_REPLAY_VAL, sizeof(replay), &replay);
	mnl_attr_put(message, XFRM_UAPI_SA_DIR, sizeof(out), &out);
	read_well(message);
	assert_int_equal(sa.sequence, 20);
}

/*
 * What net/xfrm/xfrm_replay.c does with a packet that has passed: the reference for the circular bitmap.
 * Windows here are powers of two, as the kernel's own arithmetic needs where numbers pass 2^32.
 */
static void
kernel_receives(struct xfrm_replay_state_esn *replay, uint32_t *bitmap, uint64_t number)
{
	const uint64_t top = (uint64_t)replay->seq_hi << 32 | replay->seq;
	const uint32_t window = replay->replay_window;
	uint32_t bit;

	if (number > top) {
		for (uint64_t n = top + 1; n < number && n < top + 1 + window; n++) {
			bit = (uint32_t)(n - 1) % window;
			bitmap[bit / 32] &= ~(1U << bit % 32);
		}
		replay->seq = (uint32_t)number;
		replay->seq_hi = (uint32_t)(number >> 32);
	}
	bit = (uint32_t)(number - 1) % window;
	bitmap[bit / 32] |= 1U << bit % 32;
}

static void
assert_window(uint32_t window, uint64_t first, unsigned seed)
{
	struct xfrm_replay_state_esn replay = {.replay_window = window, .bmp_len = (window + 31) / 32};
	uint32_t bitmap[4096 / 32] = {0};
	uint64_t number = first, expected = 0;
	struct nlmsghdr *message;

	replay.seq = (uint32_t)first;
	replay.seq_hi = (uint32_t)(first >> 32);
	kernel_receives(&replay, bitmap, first);
	expected = 1;
	srand(seed);
	for (unsigned i = 0; i < 500; i++) {
		const unsigned step = (unsigned)rand() % (i % 50 == 0 ? 200 : 4);

		if (rand() % 4 == 0 && step < 64 && step < window && number - first >= step) {
			kernel_receives(&replay, bitmap, number - step); /* late, but in the window */
			expected |= UINT64_C(1) << step;
		} else {
			number += step + 1;
			kernel_receives(&replay, bitmap, number);
			expected = (step < 63 ? expected << (step + 1) : 0) | 1;
		}
		if (window < 64)
			expected &= (UINT64_C(1) << window) - 1;
		message = an_esp_message();
		put_esn(message, &replay, bitmap);
		read_well(message);
		assert_int_equal(sa.sequence, number);
		assert_int_equal(sa.replay_bitmap, expected);
		assert_int_equal(sa.replay_window, window);
	}
}

static void
turns_the_circular_bitmap(void **state)
{
	(void)state;
	assert_window(32, 1, 1);
	assert_window(64, 1, 2);
	assert_window(128, 1, 3);
	assert_window(1024, 1, 4);
	assert_window(4096, 1, 5);
	assert_window(100, 1, 6); /* neither a power of two nor whole words */
	assert_window(33, 7, 7);
	assert_window(1, 1, 8);
	assert_window(64, UINT32_MAX - 100, 9); /* over 2^32: seq_hi */
	assert_window(4096, (UINT64_C(5) << 32) - 100, 10);
}

static void
turns_a_bitmap_worked_out_by_hand(void **state)
{
	/* Window 64; packets 65, 66 and 68 came: bits 0, 1 and 3 of the second round, 67 is missing. */
	const struct xfrm_replay_state_esn replay = {.replay_window = 64, .bmp_len = 2, .seq = 68, .oseq = 3};
	const uint32_t bitmap[] = {0x0000000b | 0xfffffff0, 0xffffffff};
	struct nlmsghdr *message = an_esp_message();

	(void)state;
	put_esn(message, &replay, bitmap);
	read_well(message);
	assert_int_equal(sa.sequence, 68);
	assert_int_equal(sa.replay_bitmap, UINT64_MAX & ~(UINT64_C(1) << 1));
}

static void
reads_an_outbound_esn(void **state)
{
	const struct xfrm_replay_state_esn replay = {
	    .replay_window = 0, .bmp_len = 0, .oseq = 5, .oseq_hi = 2};
	const uint32_t bitmap[1] = {0};
	struct nlmsghdr *message = an_esp_message();

	(void)state;
	put_esn(message, &replay, bitmap);
	read_well(message);
	assert_int_equal(sa.sequence, (UINT64_C(2) << 32) + 5);
	assert_int_equal(sa.replay_bitmap, 0);
	assert_int_equal(sa.replay_window, 0);
}

static void
refuses_a_malformed_esn(void **state)
{
	struct xfrm_replay_state_esn replay = {.replay_window = 64, .bmp_len = 2};
	const uint32_t bitmap[2] = {0};
	struct nlmsghdr *message = an_esp_message();

	(void)state;
	mnl_attr_put(message, XFRMA_REPLAY_ESN_VAL, sizeof(replay), &replay);
	read_badly(message, "the replay bitmap is longer than its attribute");

	message = an_esp_message();
	replay.replay_window = 65;
	put_esn(message, &replay, bitmap);
	read_badly(message, "the replay window is larger than its bitmap");

	message = an_esp_message();
	replay.bmp_len = UINT32_MAX;
	mnl_attr_put(message, XFRMA_REPLAY_ESN_VAL, sizeof(replay), &replay);
	read_badly(message, "the replay bitmap is longer than its attribute");
}

/* --- the other attributes ---------------------------------------------------------------------- */

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
	} cases[] = {{1, SA_NAT_NONIKE},
		     {2, SA_NAT_NONESP},
		     {7, SA_NAT_TCP},
		     {3, SA_NAT_UNKNOWN},
		     {999, SA_NAT_UNKNOWN}};

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
	mnl_attr_put_u32(message, XFRMA_REPLAY_THRESH, 2); /* known, though it has no column */
	mnl_attr_put(message, XFRMA_PAD, 0, NULL);
	mnl_attr_put_u32(message, XFRM_UAPI_IPTFS_PKT_SIZE, 0);
	mnl_attr_put_u32(message, XFRMA_IF_ID | NLA_F_NESTED, 9); /* flags are no part of the type */
	read_well(message);
	assert_int_equal(result.unknown_attributes, 3);
	assert_int_equal(sa.if_id, 9);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_a_cipher_and_an_authenticator),
	    cmocka_unit_test(an_old_kernel_s_authenticator_has_the_table_s_icv),
	    cmocka_unit_test(a_salt_is_no_key),
	    cmocka_unit_test(an_aead_tells_its_icv),
	    cmocka_unit_test(an_unknown_cipher_keeps_its_name_and_length),
	    cmocka_unit_test(reads_compression),
	    cmocka_unit_test(copies_no_octet_of_a_key),
	    cmocka_unit_test(refuses_malformed_algorithms),
	    cmocka_unit_test(reads_the_legacy_replay_state),
	    cmocka_unit_test(the_sequence_number_goes_with_the_direction),
	    cmocka_unit_test(turns_the_circular_bitmap),
	    cmocka_unit_test(turns_a_bitmap_worked_out_by_hand),
	    cmocka_unit_test(reads_an_outbound_esn),
	    cmocka_unit_test(refuses_a_malformed_esn),
	    cmocka_unit_test(reads_marks_and_the_qualifier),
	    cmocka_unit_test(reads_numbers),
	    cmocka_unit_test(reads_nat_traversal),
	    cmocka_unit_test(reads_the_care_of_address),
	    cmocka_unit_test(reads_offload_and_its_direction),
	    cmocka_unit_test(refuses_an_impossible_direction),
	    cmocka_unit_test(skips_and_counts_what_it_does_not_know),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
