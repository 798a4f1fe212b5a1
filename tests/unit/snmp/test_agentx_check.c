/* SPDX-License-Identifier: BSD-3-Clause */

/* What an AgentX master sends, checked before anybody parses it: in both byte orders, cut anywhere, with lengths that lie. */

#include "agentx_builder.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "snmp/agentx_check.h"

static const uint8_t orders[] = {0, AGENTX_NETWORK_BYTE_ORDER};

static long
check(const struct agentx_builder *builder)
{
	uint8_t *const octets =
		malloc(builder->length); /* of its exact size, so that a sanitizer sees what reads beyond */
	long error;

	memcpy(octets, builder->octets, builder->length);
	error = agentx_check_packet_of_master(octets, builder->length);
	free(octets);
	return error;
}

/* A packet of each type that a master sends, all but the last with a context. */
static void
begin_known(struct agentx_builder *builder, uint8_t type, uint8_t order)
{
	agentx_begin(builder, type, order | (type == AGENTX_RESPONSE ? 0 : AGENTX_NON_DEFAULT_CONTEXT), 7);
	if (type != AGENTX_RESPONSE)
		agentx_put_string(builder, "blue", 4);
	if (type == AGENTX_CLOSE || type == AGENTX_GETBULK)
		agentx_put_number(builder, 1);
	if (type >= AGENTX_GET && type <= AGENTX_GETBULK) {
		agentx_put_name(builder, 4, 3);
		agentx_put_name(builder, 0, 0);
	}
	if (type == AGENTX_RESPONSE) {
		agentx_put_number(builder, 1);
		agentx_put_number(builder, 0);
	}
	if (type == AGENTX_TESTSET || type == AGENTX_RESPONSE)
		agentx_put_varbinds(builder);
	agentx_end(builder);
}

static const uint8_t known[] = {AGENTX_CLOSE,	  AGENTX_GET,	  AGENTX_GETNEXT,    AGENTX_GETBULK, AGENTX_TESTSET,
				AGENTX_COMMITSET, AGENTX_UNDOSET, AGENTX_CLEANUPSET, AGENTX_RESPONSE};

static void
what_a_master_sends_is_right(void **state)
{
	struct agentx_builder builder;

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(known); i++) {
		begin_known(&builder, known[i / 2], orders[i % 2]);
		assert_int_equal(check(&builder), SNMP_ERR_NOERROR);
		assert_int_equal(agentx_check_length(builder.octets, builder.length), builder.length);
	}
}

static void
what_is_cut_or_too_long_is_not(void **state)
{
	struct agentx_builder builder;

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(known); i++) {
		begin_known(&builder, known[i / 2], orders[i % 2]);
		for (const size_t whole = builder.length; builder.length-- > 1;) {
			assert_int_equal(check(&builder), AGENTX_PARSE_ERROR);
			assert_int_equal(agentx_check_length(builder.octets, builder.length),
					 builder.length < AGENTX_HEADER_OCTETS ? 0 : whole);
		}
		begin_known(&builder, known[i / 2], orders[i % 2]);
		builder.octets[builder.length++] = 0;
		assert_int_equal(check(&builder), AGENTX_PARSE_ERROR);
		agentx_end(&builder); /* the header knows of it */
		assert_int_equal(check(&builder), AGENTX_PARSE_ERROR);
	}
}

static void
lengths_that_lie_are_found(void **state)
{
	static const uint32_t lies[] = {0,	   19,	     1u << 16,	      1u << 22,	 INT32_MAX - 19,
					INT32_MAX, 1u << 31, UINT32_MAX - 19, UINT32_MAX};
	struct agentx_builder builder;

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(lies) / sizeof(lies[0]); i++) {
		const uint32_t lie = lies[i / 2];

		begin_known(&builder, AGENTX_GET, orders[i % 2]);
		agentx_put_number_at(&builder, 16, lie);
		assert_int_equal(check(&builder), AGENTX_PARSE_ERROR);
		assert_int_equal(agentx_check_length(builder.octets, builder.length),
				 lie > 1u << 22 ? -1 : (int)(lie + AGENTX_HEADER_OCTETS));
		begin_known(&builder, AGENTX_GET, orders[i % 2]);
		agentx_put_number_at(&builder, AGENTX_HEADER_OCTETS, lie); /* of the context */
		assert_int_not_equal(check(&builder), SNMP_ERR_NOERROR);
	}
}

static void
only_what_a_master_sends_is_known(void **state)
{
	struct agentx_builder builder;

	(void)state;
	for (unsigned type = 0; type < 256; type++) {
		begin_known(&builder, (uint8_t)type, AGENTX_NETWORK_BYTE_ORDER);
		assert_int_equal(check(&builder),
				 memchr(known, (int)type, sizeof(known)) ? SNMP_ERR_NOERROR : AGENTX_PARSE_ERROR);
	}
	begin_known(&builder, AGENTX_GET, 0);
	builder.octets[0] = 2;
	assert_int_equal(check(&builder), AGENTX_PARSE_ERROR);
}

static void
a_name_has_128_sub_identifiers_at_most(void **state)
{
	struct agentx_builder builder;

	(void)state;
	for (unsigned count = 118; count < 256; count++) {
		agentx_begin(&builder, AGENTX_GETNEXT, 0, 7);
		agentx_put_name(&builder, count % 2 ? 4 : 0, count);
		agentx_put_name(&builder, 0, 0);
		agentx_end(&builder);
		assert_int_equal(check(&builder),
				 count + (count % 2 ? 5 : 0) <= 128 ? SNMP_ERR_NOERROR : AGENTX_PARSE_ERROR);
	}
}

static void
a_value_has_a_type_that_is_known(void **state)
{
	struct agentx_builder builder;
	unsigned right = 0;

	(void)state;
	for (unsigned type = 0; type <= UINT16_MAX; type++) {
		agentx_begin(&builder, AGENTX_RESPONSE, AGENTX_NETWORK_BYTE_ORDER, 7);
		agentx_put_number(&builder, 1);
		agentx_put_number(&builder, 0);
		agentx_put_number(&builder, type << 16);
		agentx_put_name(&builder, 4, 3);
		agentx_end(&builder);
		right += check(&builder) == SNMP_ERR_NOERROR;
	}
	assert_int_equal(right, 4); /* the four without a value */
}

static void
a_context_has_no_nul(void **state)
{
	struct agentx_builder builder;

	(void)state;
	for (size_t length = 1; length < 9; length++) {
		agentx_begin(&builder, AGENTX_GET, AGENTX_NON_DEFAULT_CONTEXT, 7);
		agentx_put_string(&builder, "abcdefgh", length);
		agentx_end(&builder);
		assert_int_equal(check(&builder), SNMP_ERR_NOERROR);
		builder.octets[AGENTX_HEADER_OCTETS + 4 + length / 2] = '\0';
		assert_int_equal(check(&builder), AGENTX_UNSUPPORTED_CONTEXT);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_master_sends_is_right),
		cmocka_unit_test(what_is_cut_or_too_long_is_not),
		cmocka_unit_test(lengths_that_lie_are_found),
		cmocka_unit_test(only_what_a_master_sends_is_known),
		cmocka_unit_test(a_name_has_128_sub_identifiers_at_most),
		cmocka_unit_test(a_value_has_a_type_that_is_known),
		cmocka_unit_test(a_context_has_no_nul),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
