/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sa/sa_transform.h"

static void
assert_transform(struct sa sa, const char *expected)
{
	char text[SA_TRANSFORM_TEXT_SIZE];
	const size_t length = sa_transform_print(&sa, text);

	assert_string_equal(text, expected);
	assert_int_equal(length, strlen(expected));
}

static void
is_made_of_protocol_and_algorithms(void **state)
{
	(void)state;
	assert_transform(
		(struct sa){.said.protocol = SA_PROTOCOL_ESP, .encryption = "cbc(aes)", .authentication = "hmac(sha1)"},
		"ESP_AES_HMAC_SHA1");
	assert_transform(
		(struct sa){.said.protocol = SA_PROTOCOL_ESP, .encryption = "rfc4106(gcm(aes))", .icv_bits = 128},
		"ESP_AES_GCM_16");
	assert_transform((struct sa){.said.protocol = SA_PROTOCOL_AH, .authentication = "HMAC_MD5"}, "AH_HMAC_MD5");
	assert_transform((struct sa){.said.protocol = SA_PROTOCOL_COMP, .compression = "deflate"}, "COMP_DEFLATE");
	assert_transform((struct sa){.said.protocol = SA_PROTOCOL_ESP, .authentication = "digest_null"}, "ESP");
	assert_transform((struct sa){.said.protocol = SA_PROTOCOL_IPIP}, "IPIP");
	assert_transform((struct sa){.said.protocol = SA_PROTOCOL_IPV6}, "IPIP");
}

static void
a_protocol_without_a_name_is_unknown(void **state)
{
	(void)state;
	assert_transform((struct sa){.said.protocol = SA_PROTOCOL_INT}, "UNKNOWN_proto");
	assert_transform((struct sa){.said.protocol = SA_PROTOCOL_ROUTING}, "UNKNOWN_proto");
	assert_transform((struct sa){.said.protocol = 99, .encryption = "AES"}, "UNKNOWN_proto_AES");
}

static void
the_longest_names_fit(void **state)
{
	struct sa sa = {.said.protocol = 99, .icv_bits = UINT16_MAX};
	char text[SA_TRANSFORM_TEXT_SIZE];

	(void)state;
	memset(sa.encryption, 'A', sizeof(sa.encryption) - 1);
	memset(sa.authentication, 'B', sizeof(sa.authentication) - 1);
	memset(sa.compression, 'C', sizeof(sa.compression) - 1);
	assert_int_equal(sa_transform_print(&sa, text), strlen("UNKNOWN_proto___") + 31 + 31 + 15);
	assert_int_equal(text[strlen(text) - 1], 'B');
}

static void
each_protocol_has_one_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < sa_protocol_names_count; i++)
		assert_ptr_equal(sa_protocol_name(sa_protocol_names[i].protocol), &sa_protocol_names[i]);
	assert_null(sa_protocol_name(0));
	assert_null(sa_protocol_name(99));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_made_of_protocol_and_algorithms),
		cmocka_unit_test(a_protocol_without_a_name_is_unknown),
		cmocka_unit_test(the_longest_names_fit),
		cmocka_unit_test(each_protocol_has_one_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
