/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sa/algorithm.h"

static void
assert_name(const char *kernel_name, uint16_t icv_bits, const char *expected)
{
	char text[ALGORITHM_TRANSFORM_NAME_SIZE];
	const size_t length = algorithm_transform_name(kernel_name, icv_bits, text);

	assert_string_equal(text, expected);
	assert_int_equal(length, strlen(expected));
}

static void
names_xfrm_algorithms_as_klips_would(void **state)
{
	(void)state;
	assert_name("cbc(aes)", 0, "AES");
	assert_name("cbc(des3_ede)", 0, "3DES");
	assert_name("ecb(cipher_null)", 0, "NULL");
	assert_name("rfc3686(ctr(aes))", 0, "AES_CTR");
	assert_name("hmac(md5)", 96, "HMAC_MD5");
	assert_name("hmac(sha1)", 96, "HMAC_SHA1");
	assert_name("hmac(sha256)", 128, "HMAC_SHA2_256");
	assert_name("hmac(sha384)", 192, "HMAC_SHA2_384");
	assert_name("hmac(sha512)", 256, "HMAC_SHA2_512");
	assert_name("xcbc(aes)", 96, "AES_XCBC");
	assert_name("cmac(aes)", 96, "AES_CMAC");
	assert_name("hmac(rmd160)", 96, "HMAC_RMD160");
	assert_name("hmac(sm3)", 256, "HMAC_SM3");
	assert_name("cbc(sm4)", 0, "SM4");
	assert_name("cbc(aria)", 0, "ARIA");
	assert_name("rfc3686(ctr(aria))", 0, "ARIA_CTR");
	assert_name("digest_null", 0, "");
	assert_name("deflate", 0, "DEFLATE");
}

static void
names_aeads_by_the_octets_of_their_icv(void **state)
{
	(void)state;
	assert_name("rfc4106(gcm(aes))", 64, "AES_GCM_8");
	assert_name("rfc4106(gcm(aes))", 96, "AES_GCM_12");
	assert_name("rfc4106(gcm(aes))", 128, "AES_GCM_16");
	assert_name("rfc4106(gcm(aes))", 0, "AES_GCM");
	assert_name("rfc4309(ccm(aes))", 64, "AES_CCM_8");
	assert_name("rfc4543(gcm(aes))", 128, "NULL_AES_GMAC");
	assert_name("rfc7539esp(chacha20,poly1305)", 128, "CHACHA20_POLY1305");
}

static void
names_of_old_kernels_mean_the_same(void **state)
{
	(void)state;
	assert_name("aes", 0, "AES");
	assert_name("des3_ede", 0, "3DES");
	assert_name("cipher_null", 0, "NULL");
	assert_name("md5", 0, "HMAC_MD5");
	assert_name("sha1", 0, "HMAC_SHA1");
	assert_name("sha256", 0, "HMAC_SHA2_256");
	assert_name("rmd160", 0, "HMAC_RMD160");
	assert_name("sm3", 0, "HMAC_SM3");
	assert_name("sm4", 0, "SM4");
	assert_ptr_equal(algorithm_find(ALGORITHM_ENCR, "aes"), algorithm_find(ALGORITHM_ENCR, "cbc(aes)"));
}

static void
klips_names_come_out_as_they_are(void **state)
{
	static const char *const names[] = {
		"NULL",		"3DES",	    "AES",	 "SERPENT",	  "TWOFISH",	   "ID249",
		"ID2",		"HMAC_MD5", "HMAC_SHA1", "HMAC_SHA2_256", "HMAC_SHA2_384", "HMAC_SHA2_512",
		"ID4294967295", "NONE",	    "DEFLATE",	 "LZS",		  "UNKNOWN_comp"};
	static const char *const others[] = {"", "aes", "cbc(aes)", "3DES-CBC", "AES ", "UNKNOWN_xxxx", "UNKNOWN_com"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_name(names[i], 128, names[i]);
		assert_true(algorithm_is_transform_name(names[i], strlen(names[i])));
	}
	assert_name("", 0, "");
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(algorithm_is_transform_name(others[i], strlen(others[i])));
	assert_false(algorithm_is_transform_name("AES\0", 4));
}

static void
an_unknown_name_is_upper_cased(void **state)
{
	(void)state;
	assert_name("hmac(sha3-256)", 0, "HMAC_SHA3_256");
	assert_name("rfc9999(xts(foo))", 128, "RFC9999_XTS_FOO");
	assert_name("(odd)  name!", 0, "ODD_NAME");
	assert_name("_keeps__underscores_", 0, "_KEEPS__UNDERSCORES_");
	assert_name("na\xc3\xafve", 0, "NA_VE");
	assert_name("()", 0, "");
}

static void
an_overlong_name_is_cut(void **state)
{
	char name[200], text[ALGORITHM_TRANSFORM_NAME_SIZE];

	(void)state;
	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(algorithm_transform_name(name, 0, text), ALGORITHM_TRANSFORM_NAME_SIZE - 1);
	assert_int_equal(strspn(text, "X"), ALGORITHM_TRANSFORM_NAME_SIZE - 1);

	/* A gap that would need the last place is not left dangling. */
	name[ALGORITHM_TRANSFORM_NAME_SIZE - 2] = '-';
	assert_int_equal(algorithm_transform_name(name, 0, text), ALGORITHM_TRANSFORM_NAME_SIZE - 2);
}

static void
assert_lengths(enum algorithm_kind kind, const char *name, unsigned iv_bits, unsigned salt_bits, unsigned icv_bits)
{
	const struct algorithm *algorithm = algorithm_find(kind, name);

	assert_non_null(algorithm);
	assert_int_equal(algorithm->iv_bits, iv_bits);
	assert_int_equal(algorithm->salt_bits, salt_bits);
	assert_int_equal(algorithm->icv_bits, icv_bits);
}

static void
lengths_are_those_of_the_rfcs(void **state)
{
	(void)state;
	assert_lengths(ALGORITHM_AEAD, "rfc4106(gcm(aes))", 64, 32, 128);
	assert_lengths(ALGORITHM_AEAD, "rfc4309(ccm(aes))", 64, 24, 128);
	assert_lengths(ALGORITHM_AEAD, "rfc4543(gcm(aes))", 64, 32, 128);
	assert_lengths(ALGORITHM_AEAD, "rfc7539esp(chacha20,poly1305)", 64, 32, 128);
	assert_lengths(ALGORITHM_ENCR, "rfc3686(ctr(aes))", 64, 32, 0);
	assert_lengths(ALGORITHM_ENCR, "cbc(aes)", 128, 0, 0);
	assert_lengths(ALGORITHM_ENCR, "cbc(des3_ede)", 64, 0, 0);
	assert_lengths(ALGORITHM_ENCR, "ecb(cipher_null)", 0, 0, 0);
	assert_lengths(ALGORITHM_ENCR, "rfc3686(ctr(aria))", 64, 32, 0);
	assert_lengths(ALGORITHM_ENCR, "cbc(aria)", 128, 0, 0);
	assert_lengths(ALGORITHM_ENCR, "cbc(sm4)", 128, 0, 0);
	assert_lengths(ALGORITHM_AUTH, "hmac(sm3)", 0, 0, 256);
	assert_lengths(ALGORITHM_AUTH, "hmac(sha256)", 0, 0, 96);
	assert_lengths(ALGORITHM_AUTH, "hmac(sha512)", 0, 0, 256);
	assert_lengths(ALGORITHM_AUTH, "digest_null", 0, 0, 0);
}

static void
a_name_is_found_in_its_own_kind_only(void **state)
{
	(void)state;
	assert_non_null(algorithm_find(ALGORITHM_COMP, "lzs"));
	assert_null(algorithm_find(ALGORITHM_ENCR, "lzs"));
	assert_null(algorithm_find(ALGORITHM_AUTH, "cbc(aes)"));
	assert_null(algorithm_find(ALGORITHM_ENCR, "cbc(ae"));
	assert_null(algorithm_find(ALGORITHM_ENCR, ""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_xfrm_algorithms_as_klips_would),
		cmocka_unit_test(names_aeads_by_the_octets_of_their_icv),
		cmocka_unit_test(names_of_old_kernels_mean_the_same),
		cmocka_unit_test(klips_names_come_out_as_they_are),
		cmocka_unit_test(an_unknown_name_is_upper_cased),
		cmocka_unit_test(an_overlong_name_is_cut),
		cmocka_unit_test(lengths_are_those_of_the_rfcs),
		cmocka_unit_test(a_name_is_found_in_its_own_kind_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
