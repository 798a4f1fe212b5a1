/* SPDX-License-Identifier: BSD-3-Clause */
#include "xfrm_builder.h"

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
		/* clang-format off */
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
	/* clang-format on */

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

int
main(void)
{
	/* clang-format off */
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_a_cipher_and_an_authenticator),
	    cmocka_unit_test(an_old_kernel_s_authenticator_has_the_table_s_icv),
	    cmocka_unit_test(a_salt_is_no_key),
	    cmocka_unit_test(an_aead_tells_its_icv),
	    cmocka_unit_test(an_unknown_cipher_keeps_its_name_and_length),
	    cmocka_unit_test(reads_compression),
	    cmocka_unit_test(copies_no_octet_of_a_key),
	    cmocka_unit_test(refuses_malformed_algorithms),
	};
	/* clang-format on */

	return cmocka_run_group_tests(tests, NULL, NULL);
}
